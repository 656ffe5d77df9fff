"""Reading one sheet of paper in a guided ceremony: by a camera, from a scanner's file, by a hand-held scanner, or typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from splitkit.cli.guide.session import Session
from splitkit.cli.ui.overrides import check_in_memory
from splitkit.cli.ui.talk import warn, working
from splitkit.cli.ui.typing_screen import type_sheets
from splitkit.errors import DeviceError, UnreadableError, UnsafeMachineError, UsageError
from splitkit.host import files
from splitkit.ledger.events import ReadingSource
from splitkit.quorum.gathering import gather
from splitkit.quorum.parsing import read_line
from splitkit.quorum.scan import Line, Page, Scan
from splitkit.quorum.share import Share

_WAYS = {
    "file": "a picture or PDF from a scanner; or type its name right away",
    "camera": "hold it up to the camera",
    "hand": "a hand-held scanner types what its symbols say",
    "type": "type it from the paper, word by word",
}
_MEMORY = "/dev/shm"  # noqa: S108  (told, and not used by itself)
_CAMERA = "plug it in, close whatever else uses it, and choose 'camera' again; or read the sheet another way"
_HAND = 3
"""Symbols of a sheet."""
RECORD = "the public record"


@dataclass(frozen=True)
class SheetReading:
    """What was read of one sheet.  Its repr shows nothing of it."""

    source: ReadingSource
    """How, as the ledger calls it: scan, camera, hand or typed."""
    pages: tuple[Page, ...] = field(default=(), repr=False)
    lines: tuple[Line, ...] = field(default=(), repr=False)


def read_paper(session: Session, what: str, *, typed: bool) -> SheetReading:
    """Let people read one piece of paper, such as 'sheet 2'; with *typed*, also by typing it, which proves no symbol.

    Raises:
        MovedError: If the menu has changed where the ceremony stands.
        StoppedError: If people stop.
    """
    ways = {way: means for way, means in _WAYS.items() if typed or way != "type"}
    if what != RECORD and not session.plan.practice:
        ways["file"] += f"; it lies in memory, such as in {_MEMORY}"
    while True:
        way = session.dialogue.choose(f"How is {what} read?", ways, lambda typed: _checked(session, what, typed))
        try:
            return _READERS[way](session, what) if way in ways else _of_file(session, what, way)
        except (UsageError, DeviceError, UnreadableError) as error:
            session.dialogue.refuse(error)


def type_sheet(session: Session, number: str) -> SheetReading:
    """Let whoever keeps a sheet that is written by hand type its words, unseen."""
    session.dialogue.confirm(
        f"Sheet {number} is written by hand: {session.holder} types its words, unseen by the others."
    )
    return _typed(session, f"sheet {number}")


def _from_file(session: Session, what: str) -> SheetReading:
    """Read a scanner's file, which must lie in memory if it is one of a sheet, unless this is practice."""
    prompt = f"Name of the file with {what}:"
    path = session.dialogue.read(
        prompt, lambda typed: _checked(session, what, typed), "The name of one picture or PDF."
    )
    return _of_file(session, what, path)


def _of_file(session: Session, what: str, path: str) -> SheetReading:
    from splitkit.paper.reading.intake import read_paths  # noqa: PLC0415

    if what != RECORD and path not in session.pictures:  # the public record is kept: nothing here deletes it
        session.pictures = [*session.pictures, path]
    pages, _ = read_paths([path], progress=lambda done: working(f"read {done}"), warn=warn)
    working("")
    if session.plan.practice and pages and all(page.drawn for page in pages):  # no scan: it stands for the paper
        session.pictures = [name for name in session.pictures if name != path]
    return SheetReading("scan", tuple(pages))


def _checked(session: Session, what: str, path: str) -> str:
    if not path or path == "-":
        raise UsageError("no file was named", "type the name of the picture, with its folder")
    place = Path(path)
    if files.is_folder(place):
        raise UsageError("this is a folder, and one page is read", "name the one picture of it")
    if not files.standing_at(place):
        raise UsageError(
            "there is no file of that name", "check the name, and that the scanner has finished"
        )  # it may be a share
    if what == RECORD:
        return path
    try:
        check_in_memory(
            place, "a picture that holds a share", "scan.png", session.choices.overruled, practice=session.plan.practice
        )
    except UnsafeMachineError as error:
        hint = f"scan it again, into {_MEMORY}, or read it another way; the disk with this picture is destroyed"
        raise UsageError(error.fact, hint) from None
    return path


def _from_camera(_session: Session, _what: str) -> SheetReading:
    from splitkit.cli.ui.camera_session import scan  # noqa: PLC0415

    try:
        return SheetReading("camera", scan(0, gather([], [])).pages)
    except DeviceError as error:
        raise DeviceError(error.fact, _CAMERA) from None


def _from_hand(session: Session, what: str) -> SheetReading:
    """Take what a hand-held scanner types, which is a share: it is not shown."""
    session.dialogue.say("Point the scanner at the symbols, one after the other.  Enter alone: that is all.")
    scans: list[Scan] = []
    most = 1 if what == RECORD else _HAND
    while len(scans) < most and (text := session.dialogue.hidden(f"symbol {len(scans) + 1} of {most}:", str.strip)):
        scans.append(Scan(text))
    return SheetReading("hand", (Page(what, tuple(scans)),))


def _typed(session: Session, what: str) -> SheetReading:
    """Let people type it; what they typed before and nobody took is there still, and the envelope for all sheets."""
    memory = session.memory
    pages = [*memory.beside[0], *chain.from_iterable(memory.pages.values())]
    lines = [*memory.beside[1], *chain.from_iterable(memory.lines.values())]
    beside = [*gather(pages, lines).by_fingerprint(), *filter(None, [session.meant.envelope])]
    typed = type_sheets(session.dialogue.terminal, memory.typed, beside)
    found = {line: read_line(line.scan.text) for line in typed}
    others = [line for line, one in found.items() if isinstance(one, Share) and f"sheet {one.number}" != what]
    mine = [line for line, one in found.items() if isinstance(one, Share) and line not in others]
    return SheetReading(
        "typed", lines=tuple(line for line in typed if not (mine or what == RECORD) or line not in others)
    )


_READERS = {"file": _from_file, "camera": _from_camera, "hand": _from_hand, "type": _typed}
