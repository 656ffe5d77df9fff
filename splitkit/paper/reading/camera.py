"""The parent's side of the camera: one child process that is asked for a picture at a time, and never trusted.

Everything the child says is checked for type, size and range.  Nothing waits here: the caller waits for the child
together with the keyboard.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from splitkit.errors import DeviceError, Remedy
from splitkit.paper.reading.child import START_S, BrokenError, Child, Reply, TooSlowError, checked_scan
from splitkit.paper.reading.frames import Code, Frame
from splitkit.paper.reading.messages import CAMERA, MAX_CODES

FRAME_S = 12.0
"""Patience with one picture; OpenCV itself gives a silent driver 10 seconds."""

MAX_ROOM = (160, 96)
"""Largest small picture, in points."""


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
