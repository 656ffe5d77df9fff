"""The parent's side of the camera: one child process that is asked for a picture at a time, and the pages they make.

Everything the child says is checked for type, size and range, and never trusted.  Nothing waits here: the caller waits
for the child together with the keyboard.

A page is one single picture.  Of hundreds of pictures only those are kept that show more together than every other, so
that a page which carries an envelope and a share is always one on which both were seen at the same moment: never a
share from here and an envelope from there.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from splitkit.errors import DeviceError, Remedy
from splitkit.paper.reading.child import START_S, BrokenError, Child, Reply, TooSlowError, checked_scan
from splitkit.paper.reading.messages import CAMERA, MAX_CODES
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.parsing import Finding, Reason, Rejection, read_code
from splitkit.quorum.scan import Page, Scan
from splitkit.quorum.share import Share

FRAME_S = 12.0
"""Patience with one picture; OpenCV itself gives a silent driver 10 seconds."""

MAX_ROOM = (160, 96)
"""Largest small picture, in points."""

MAX_PAGES = 128
"""Most pages of one scanning; an honest set has 32 sheets."""

MAX_TEXTS = 16
"""Most texts kept of one page; a sheet has three."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Code:
    """One code in a picture, with its corners in parts of the picture's width and height, clockwise."""

    scan: Scan
    corners: tuple[Point, ...]


@dataclass(frozen=True)
class Frame:
    """One picture: the codes in it, and a small grey copy, row by row, one byte a point."""

    codes: tuple[Code, ...] = ()
    width: int = 0
    height: int = 0
    grey: bytes = field(default=b"", repr=False)


class CameraLostError(DeviceError):
    """The camera gave pictures and gives no more."""


@dataclass(frozen=True)
class VideoSource:
    """What the child opens: a kind, and the number or name of it."""

    kind: str
    name: str


def device(number: int) -> VideoSource:
    """Return the camera of that number."""
    return VideoSource(CAMERA, str(number))


class Camera:
    """A running camera.  Made by `started` alone."""

    def __init__(self, child: Child, clock: Callable[[], float]) -> None:
        self._child, self._clock = child, clock
        self._room = (0, 0)

    @property
    def kept(self) -> tuple[str, ...]:
        """What the child said it could not give up: 'network', or the names of limits."""
        return self._child.kept

    def fileno(self) -> int:
        """The pipe to wait on: something of the next picture is there when it can be read."""
        return self._child.fileno()

    def ask(self, width: int, height: int) -> None:
        """Ask for the newest picture, made small enough for *width* by *height* points.  One at a time.

        Raises:
            CameraLostError: If the child has ended.
        """
        self._room = (max(1, min(width, MAX_ROOM[0])), max(1, min(height, MAX_ROOM[1])))
        try:
            self._child.ask({"room": self._room})
        except BrokenError:
            raise _lost() from None

    def frame(self) -> Frame | None:
        """Return the picture that was asked for, or None as long as it is not all there.  Never waits.

        Raises:
            CameraLostError: If the camera is gone, says nothing for `FRAME_S`, or its child talks nonsense.
        """
        try:
            reply = self._child.reply()
            if reply is None and self._clock() - self._child.asked_at > FRAME_S:
                raise TooSlowError
            if reply is not None:
                return Frame() if reply.message.get("problem") == "size" else checked(reply, self._room)
        except BrokenError:
            raise _lost() from None
        return None

    def ready(self) -> bool:
        """Tell whether the child has opened the camera, and note what it could not give up.  Never waits.

        Raises:
            DeviceError: If there is no camera to read from; the hint says which other ways there are.
        """
        try:
            problem = self._child.greeting()
        except BrokenError:
            problem = "silent"
        if problem is None and self._clock() - self._child.asked_at > START_S:
            problem = "silent"
        if problem:
            raise _not_opened(problem)
        return problem is not None


@contextmanager
def started(source: VideoSource, clock: Callable[[], float]) -> Iterator[Camera]:
    """Start the child, which opens the camera in its own time, and end it whatever happens.

    Raises:
        DeviceError: If the child does not start.
    """
    try:
        child = Child("camera_child", [source.kind, source.name], MAX_ROOM[0] * MAX_ROOM[1], clock)
    except OSError:
        raise DeviceError("the camera's reader does not start", Remedy.OTHER_WAYS) from None
    try:
        yield Camera(child, clock)
    finally:
        child.end()


def _lost() -> CameraLostError:
    return CameraLostError("the camera gives no more pictures", Remedy.OTHER_WAYS)


def _not_opened(problem: str) -> DeviceError:
    """Say why there is no camera; the child's code chooses the sentence and is never shown."""
    facts = {
        "library": "reading with a camera needs OpenCV, which is not installed",
        "missing": "there is no camera of this number",
        "denied": "this user may not open the camera",
    }
    remedies = {
        "library": Remedy.CAMERA_LIBRARY,
        "missing": Remedy.CAMERA_MISSING,
        "denied": Remedy.CAMERA_DENIED,
    }
    fact = facts.get(problem, "the camera gives no picture")
    return DeviceError(fact, remedies.get(problem, Remedy.CAMERA_BUSY))


# --- what the child says ----------------------------------------------------------------------------------------------


def checked(reply: Reply, room: tuple[int, int]) -> Frame:
    """Return what a message of the child shows.

    Raises:
        BrokenError: If anything in it is not as it must be.
    """
    codes = reply.message.get("codes")
    if reply.message.get("problem") != "" or not isinstance(codes, list) or len(codes) > MAX_CODES:
        raise BrokenError
    width, height = _checked_size(reply.message.get("picture"), room)
    if width * height != len(reply.data):
        raise BrokenError
    return Frame(tuple(_checked_code(entry) for entry in codes), width, height, reply.data)


def _checked_code(entry: object) -> Code:
    match entry:
        case [text, margin, list(corners)] if len(corners) == 8:
            if all(isinstance(part, int | float) and -1 <= part <= 2 for part in corners):
                points = zip(corners[::2], corners[1::2], strict=True)
                return Code(checked_scan(text, margin), tuple((float(x), float(y)) for x, y in points))
    raise BrokenError


def _checked_size(size: object, room: tuple[int, int]) -> tuple[int, int]:
    match size:
        case [int(width), int(height)] if 0 < width <= room[0] and 0 < height <= room[1]:
            return width, height
    raise BrokenError


# --- the pages that pictures make ---------------------------------------------------------------------------------------


def is_splitkit(finding: Finding) -> bool:
    """Tell whether a code is of any interest: the other codes of a room are passed over."""
    return not (isinstance(finding, Rejection) and finding.reason in (Reason.OTHER_CODE, Reason.RECIPIENT))


@dataclass
class _Shown:
    """The texts that one picture showed together, each with its best margin."""

    number: int
    margins: dict[str, float | None] = field(repr=False)

    def improve(self, margins: Iterable[tuple[str, float | None]]) -> None:
        for text, margin in margins:
            if text in self.margins or len(self.margins) < MAX_TEXTS:
                known = [value for value in (self.margins.get(text), margin) if value is not None]
                self.margins[text] = max(known, default=None)


@dataclass
class FrameCollector:
    """Keeps the pictures that are pages."""

    shown: dict[frozenset[str], _Shown] = field(default_factory=dict, repr=False)
    """By what was seen together: words and digits of one share are the same thing seen."""
    seen: int = 0
    full: bool = False

    def add(self, frame: Frame) -> list[Finding]:
        """Take one picture; return what it showed if nothing before showed as much, else nothing."""
        findings = {code.scan: read_code(code.scan.text) for code in frame.codes}
        ours = {scan: finding for scan, finding in findings.items() if is_splitkit(finding)}
        together = frozenset(_name(scan, finding) for scan, finding in ours.items())
        if not together:
            return []
        margins = [(scan.text, scan.margin) for scan in ours]
        for known, page in self.shown.items():
            if together <= known:
                page.improve(margins)
                return []
        if not self._make_room(together, margins):
            return []
        return list({_name(scan, finding): finding for scan, finding in ours.items()}.values())

    def pages(self) -> list[Page]:
        """The pages, in the order in which they were first seen."""
        ordered = sorted(self.shown.values(), key=lambda page: page.number)
        return [
            Page(f"camera picture {page.number}", tuple(Scan(*entry) for entry in page.margins.items()))
            for page in ordered
        ]

    def findings(self) -> list[Finding]:
        """Everything seen so far, each thing once."""
        texts = {text for page in self.shown.values() for text in page.margins}
        found = {text: read_code(text) for text in sorted(texts)}
        return list({_name(Scan(text), finding): finding for text, finding in found.items()}.values())

    def _make_room(self, together: frozenset[str], margins: list[tuple[str, float | None]]) -> bool:
        """Take a new page; pages that show only a part of it go, and leave it their margins."""
        parts = [known for known in self.shown if known < together]
        if len(self.shown) - len(parts) >= MAX_PAGES:
            self.full = True
            return False
        self.seen += 1
        page = _Shown(min([self.shown[part].number for part in parts], default=self.seen), {})
        page.improve(margins)
        for part in parts:
            page.improve(self.shown.pop(part).margins.items())
        self.shown[together] = page
        return True


def _name(scan: Scan, finding: Finding) -> str:
    """One name for one thing, however it was written."""
    if isinstance(finding, Share):
        return "share " + finding.mnemonic
    if isinstance(finding, Envelope):
        return "envelope " + finding.raw.hex()
    return "text " + scan.text
