"""The sheets that a command reads, and the record that people trust."""

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.talk import safe, say, spelt_rows, warn, working
from splitkit.errors import SplitkitError, StoppedError, UsageError
from splitkit.host import files
from splitkit.host.clock import iso_date
from splitkit.host.terminal import Terminal, interactive
from splitkit.quorum.anchor import Anchor, anchor_of_record
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering, gather
from splitkit.quorum.judge import Judgement
from splitkit.quorum.scan import Page

MAX_RECORD_BYTES = 64 * 1024 * 1024
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff")


@dataclass(frozen=True)
class SheetInput:
    """How sheets are given to a command: files and typed lines, then what a camera is shown, then what people type."""

    scans: Sequence[str]
    """Names of pictures, PDFs and folders; '-' is standard input."""
    typing: bool
    camera: int | None

    @property
    def named(self) -> bool:
        """Whether anything is given."""
        return bool(self.scans) or self.typing or self.camera is not None

    def check_named(self) -> None:
        """Refuse to work on nothing.

        Raises:
            UsageError: If nothing was named, and nothing is to be typed.
        """
        if not self.named:
            raise UsageError(
                "no sheet was named", "name pictures, PDFs or folders, - for typed lines, --type or --camera"
            )

    def read(self) -> Gathering:
        """Read all that was given, see `read_on`."""
        return next(self.read_on())

    def read_on(self) -> Iterator[Gathering]:
        """Read all that was given, and as often as more is asked for let people go on typing; nothing that they typed is lost.

        Raises:
            UsageError: If nothing was named, or a name does not exist.
            DeviceError: If there is no such camera.
        """
        self.check_named()
        from splitkit.paper.reading.intake import read_paths  # noqa: PLC0415

        if "-" in self.scans and sys.stdin.isatty():
            say("type or scan the lines of the sheets; end with Enter and Ctrl-D")
        pages, lines = read_paths(
            self.scans, stdin=sys.stdin.buffer, progress=lambda done: working(f"read {done}"), warn=warn
        )
        working("")
        typing = self.typing
        if self.camera is not None:
            shown, choice = _shown(self.camera, gather(pages, lines))
            pages, typing = [*pages, *shown], typing or choice == "t"
        if not typing:
            yield gather(pages, lines)
            return
        from splitkit.cli.ui.typing_screen import TypedSheets, type_sheets  # noqa: PLC0415

        typed, beside = TypedSheets(), gather(pages, lines).by_fingerprint()
        while True:
            with Terminal.open() as terminal:
                more = type_sheets(terminal, typed, beside)
            yield gather(pages, lines + more)

    def goes_on(self, error: SplitkitError) -> bool:
        """Whether people type on after an *error* that ends it otherwise."""
        if not self.typing or not interactive():
            return False
        with Dialogue.open("nothing was shown") as dialogue:
            dialogue.refuse(error)
            answers = {"": "back to what was typed; nothing of it is lost", "end": "what was typed is gone"}
            return not dialogue.choose("What next?", answers)


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
    from splitkit.paper.reading.intake import read_paths  # noqa: PLC0415

    pages: list[Page] = []

    def take(name: str) -> list[Page] | None:
        return None if not name else read_paths([name], warn=warn)[0] if name != "-" else []

    with Dialogue.open("nothing was shown") as dialogue:
        while (more := dialogue.read("Picture, PDF or folder (Enter alone: no more):", take)) is not None:
            pages += more
    return pages


def read_anchor(fingerprint: Anchor | None, record: str | None, gathering: Gathering) -> Anchor | None:
    """Return what the people trust, if they named it; a trusted copy joins *gathering* as an envelope.

    Raises:
        UsageError: If both are given.
        UnreadableError: If the record does not hold exactly one envelope.
    """
    if fingerprint is not None and record is not None:
        raise UsageError("--fingerprint and --record were both given", "give one of them")
    if record is None:
        return fingerprint
    anchor, envelope = read_record(record)
    gathering.add_envelope(envelope)
    return anchor


def read_record(path: str) -> tuple[Anchor, Envelope]:
    """Return what a trusted copy of the public record vouches for, and its envelope.

    Raises:
        UsageError, UnreadableError: If it is none.
    """
    from splitkit.paper.reading.intake import read_lines, read_paths  # noqa: PLC0415

    data = files.read_file(path, MAX_RECORD_BYTES)
    read = read_paths([path]) if data.startswith(_PICTURES) else ([], read_lines(io.BytesIO(data)))
    return anchor_of_record(gather(*read))


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


def set_rows(envelope: Envelope) -> list[str]:
    """Return what an envelope says of itself and its fingerprint, as indented rows below a line that names the set."""
    return ["  " + row for row in (*claims(envelope), *spelt_rows(envelope.fingerprint))]


def say_advice(judgement: Judgement) -> None:
    """Say what to do about each kind of sheet that is not as it should be, once."""
    for status, advice in dict.fromkeys((sheet.status, judgement.advice(sheet)) for sheet in judgement.sheets):
        if advice:
            say(f"hint: {status.value}: {worded(advice)}")


def offer_pictures(gathering: Gathering, record: str | None = None, *, practice: bool) -> None:
    """Name the files that gave a share, each of which is worth a sheet, and delete them when people say so.

    A file that is the record, or that holds an envelope on a page without a share, is kept: it may be all that vouches for the
    set.  Pictures of a practice set may stay.  What the command came to does not depend on it: to stop here is a no.
    """
    if practice or not interactive():
        return
    with_share = {origin.file for origin in gathering.origins if origin.file and origin.shares}
    kept = {origin.file for origin in gathering.origins if origin.envelopes and not origin.shares}
    kept |= {name for name in with_share if record is not None and _is_same(name, record)}
    names = sorted(with_share - kept)
    if not names:
        return
    say("These files gave a share; whoever has one of them has that sheet:", *(f"  {safe(name)}" for name in names))
    agreed = False
    with contextlib.suppress(StoppedError), Dialogue.open("they stay where they are") as dialogue:
        agreed = dialogue.certain("Are they deleted?", "they are deleted")
    if not agreed:
        say("hint: delete them before anybody else comes to this computer")
        return
    for name in names:
        _delete(name)
    say("A disk may still hold what was deleted from it: destroy it, if it is one.")


def _is_same(one: str, other: str) -> bool:
    with contextlib.suppress(OSError):
        return Path(one).samefile(other)
    return False


def _delete(name: str) -> None:
    path = Path(name)
    try:
        meant, more = path.resolve(), path.stat().st_nlink > 1
        linked = path.is_symlink()
        path.unlink()
    except OSError as error:
        warn(f"this one could not be deleted ({error.strerror}): {safe(name)}")
        return
    if linked:  # it is not followed: what it leads to may be anything of anybody
        warn(f"{safe(name)} was only a link: the picture is still there, as {safe(str(meant))}")
    elif more:
        warn(f"{safe(name)} has another name, under which the picture is still there")
