"""What `check` and `recover` have in common: reading scans, and the people's record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.ui.talk import safe, say, warn, working
from splitkit.errors import UsageError
from splitkit.host import files
from splitkit.host.clock import iso_date
from splitkit.quorum.anchor import anchor_of_record, parse_fingerprint
from splitkit.quorum.gathering import Gathering, gather
from splitkit.quorum.scan import Line, Scan
from splitkit.quorum.verdicts import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from splitkit.quorum.anchor import Anchor
    from splitkit.quorum.envelope import Envelope
    from splitkit.quorum.scan import Page
    from splitkit.quorum.verdicts import SheetVerdict

MAX_RECORD_BYTES = 64 * 1024 * 1024
MAX_CAMERA = 99
"""Highest number of a camera; Linux counts them from 0."""

_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff")


class SheetsCommand(StrictCommand):
    """A command that reads sheets; `--camera` alone, or before what is no number, means camera 0."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, after giving a bare --camera its number."""
        return super().parse_args(ctx, with_camera_number(args))


def with_camera_number(args: Sequence[str]) -> list[str]:
    """Return *args* with a number for each --camera that has none; what follows '--' is left alone."""
    end = args.index("--") if "--" in args else len(args)
    bare = [
        arg == "--camera" and at < end and not (at + 1 < len(args) and args[at + 1].isdecimal())
        for at, arg in enumerate(args)
    ]
    return ["--camera=0" if alone else arg for arg, alone in zip(args, bare, strict=True)]


def _is_number(_ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MAX_CAMERA:
        raise click.BadParameter("not the number of a camera", param=param)
    return value


camera_option = click.option(
    "--camera",
    type=int,
    callback=_is_number,
    metavar="[N]",
    help="Hold the sheets up to a camera, the first one if no number is given.",
)


def check_named(scans: Sequence[str], *, typing: bool, camera: int | None = None) -> None:
    """Refuse to work on nothing.

    Raises:
        UsageError: If nothing was named, and nothing is to be typed.
    """
    if not scans and not typing and camera is None:
        raise UsageError("no sheet was named", "name pictures, PDFs or folders, - for typed lines, --type or --camera")


def read_scans(scans: Sequence[str], *, typing: bool = False, camera: int | None = None) -> Gathering:
    """Read files, folders and typed lines; then what a *camera* is shown; then, if *typing*, what people type.

    Raises:
        UsageError: If nothing was named, or a name does not exist.
        DeviceError: If there is no such camera.
    """
    check_named(scans, typing=typing, camera=camera)
    from splitkit.paper.reading.intake import read_paths  # noqa: PLC0415

    if "-" in scans and sys.stdin.isatty():
        say("type or scan the lines of the sheets; end with Enter and Ctrl-D")
    pages, lines = read_paths(scans, stdin=sys.stdin.buffer, progress=lambda done: working(f"read {done}"), warn=warn)
    working("")
    if camera is not None:
        shown, choice = _shown(camera, gather(pages, lines))
        pages, typing = [*pages, *shown], typing or choice == "t"
    return gather(pages, lines + _typed() if typing else lines)


def _shown(camera: int, before: Gathering) -> tuple[list[Page], str]:
    """Return the pages that a camera was shown, with those of files that people named when it was lost."""
    from splitkit.cli.ui.camera_session import scan  # noqa: PLC0415

    seen = scan(camera, before)
    if seen.kept:
        warn(f"the camera's reader could not lock itself in: {', '.join(seen.kept)}")
    say(f"camera: {len(seen.pages)} page{'' if len(seen.pages) == 1 else 's'} read")
    return [*seen.pages, *(_named_pages() if seen.choice == "f" else [])], seen.choice


def _named_pages() -> list[Page]:
    """Ask for files until nothing is named."""
    from splitkit.host.terminal import Terminal  # noqa: PLC0415
    from splitkit.paper.reading.intake import read_paths  # noqa: PLC0415

    pages: list[Page] = []
    with Terminal.open() as terminal:
        while name := terminal.ask("Picture, PDF or folder (Enter alone: no more): ").strip():
            try:
                pages += read_paths([name], warn=warn)[0] if name != "-" else []
            except UsageError as error:
                say(f"error: {error.fact}\nhint: {error.hint}")
    return pages


def _typed() -> list[Line]:
    from splitkit.cli.ui.typing import type_sheets  # noqa: PLC0415
    from splitkit.host.terminal import Terminal  # noqa: PLC0415

    with Terminal.open() as terminal:
        return type_sheets(terminal)


def read_anchor(fingerprint: str | None, record: str | None, gathering: Gathering) -> Anchor | None:
    """Return what the people trust, if they named it; a trusted copy joins *gathering* as an envelope.

    Raises:
        UsageError: If both are given.
        UnreadableError: If the record does not hold exactly one envelope.
    """
    if fingerprint is not None and record is not None:
        raise UsageError("--fingerprint and --record were both given", "give one of them")
    if fingerprint is not None:
        return parse_fingerprint(fingerprint)
    if record is None:
        return None
    anchor, envelope = anchor_of_record(_read_record(record))
    gathering.add_envelope(envelope)
    return anchor


def read_record_envelope(path: str) -> Envelope:
    """Return the envelope of a trusted copy of the public record.

    Raises:
        UsageError, UnreadableError: If it is none.
    """
    return anchor_of_record(_read_record(path))[1]


def _read_record(path: str) -> Gathering:
    data = files.read_file(path, MAX_RECORD_BYTES)
    if not data.startswith(_PICTURES):
        text = data[:65_536].decode("ascii", errors="replace")
        return gather([], [Line(f"line {at}", Scan(line)) for at, line in enumerate(text.splitlines(), start=1)])
    from splitkit.paper.reading.intake import read_paths  # noqa: PLC0415

    pages, _ = read_paths([path])
    return gather(pages, [])


def claims(envelope: Envelope) -> list[str]:
    """Return what an envelope says of itself, as lines for people; claims until a record vouches for it."""
    header = envelope.header
    lines = [
        f"label    {safe(header.label) or '(none)'}",
        f"made     {iso_date(header.created_day)}, epoch {header.epoch}",
        f"policy   {header.policy}",
    ]
    if header.practice:
        lines.append("PRACTICE set: it protects nothing")
    if header.ignored_keys:
        lines.append("holds entries of a later version: " + ", ".join(map(str, header.ignored_keys)))
    return lines


def say_advice(sheets: Iterable[SheetVerdict]) -> None:
    """Say what to do about each kind of sheet that is not as it should be, once."""
    for status in dict.fromkeys(sheet.status for sheet in sheets):
        if VERDICTS[status].advice:
            say(f"hint: {status.value}: {VERDICTS[status].advice}")
