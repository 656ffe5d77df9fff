"""What `check` and `recover` have in common: reading scans, and the people's record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from splitkit.cli.talk import safe, say, warn, working
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
    from splitkit.quorum.verdicts import SheetVerdict

MAX_RECORD_BYTES = 64 * 1024 * 1024
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff")


def check_named(scans: Sequence[str], *, typing: bool) -> None:
    """Refuse to work on nothing.

    Raises:
        UsageError: If nothing was named, and nothing is to be typed.
    """
    if not scans and not typing:
        raise UsageError("no sheet was named", "name pictures, PDFs or folders, - for typed lines, or --type")


def read_scans(scans: Sequence[str], *, typing: bool = False) -> Gathering:
    """Read files, folders and typed lines; with *typing* also what people type at the terminal, word by word.

    Raises:
        UsageError: If nothing was named, or a name does not exist.
    """
    check_named(scans, typing=typing)
    from splitkit.paper.scan import read_paths  # noqa: PLC0415

    if "-" in scans and sys.stdin.isatty():
        say("type or scan the lines of the sheets; end with Enter and Ctrl-D")
    pages, lines = read_paths(scans, stdin=sys.stdin.buffer, progress=lambda done: working(f"read {done}"), warn=warn)
    working("")
    return gather(pages, lines + _typed() if typing else lines)


def _typed() -> list[Line]:
    from splitkit.cli.typing import type_sheets  # noqa: PLC0415
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


def _read_record(path: str) -> Gathering:
    data = files.read_file(path, MAX_RECORD_BYTES)
    if not data.startswith(_PICTURES):
        text = data[:65_536].decode("ascii", errors="replace")
        return gather([], [Line(f"line {at}", Scan(line)) for at, line in enumerate(text.splitlines(), start=1)])
    from splitkit.paper.scan import read_paths  # noqa: PLC0415

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
