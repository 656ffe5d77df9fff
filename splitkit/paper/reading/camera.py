"""The parent's side of the camera: one child process that is asked for a picture at a time, and never trusted.

Everything the child says is checked for type, size and range.  Nothing waits here without an end: the pipe of the child
is read as far as it goes, and the caller waits on it together with the keyboard.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from splitkit.errors import DeviceError
from splitkit.paper.reading.camera_child import CAMERA, ROOM
from splitkit.paper.reading.decoder import ANSWER, MAX_CODES, MAX_TEXT
from splitkit.paper.reading.frames import Code, Frame
from splitkit.quorum.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_S = 30.0
"""Patience with the start: a library from a slow stick, and a camera that has to wake up."""

FRAME_S = 12.0
"""Patience with one picture; OpenCV itself gives a silent driver 10 seconds."""

MAX_ANSWER = 4 * 1024 * 1024
"""Longest answer of the child: 64 texts of 4,296 letters, each written as an escape, are 1.7 million."""

MAX_ROOM = (160, 96)
"""Largest small picture, in points."""

OTHER_WAYS = "name pictures or PDFs of the sheets, give - for a hand-held scanner, or --type to type them"

_KEPT = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import splitkit.paper; del sys.path[0]; "
    "from splitkit.paper.reading.camera_child import main; main()"
)
"""Starts the same splitkit as the parent's, also where it is not installed, and takes nothing else from its folder."""


class CameraLostError(DeviceError):
    """The camera gave pictures and gives no more."""


@dataclass(frozen=True)
class Device:
    """What the child opens: a kind, and the number or name of it."""

    kind: str
    name: str


def device(number: int) -> Device:
    """Return the camera of that number."""
    return Device(CAMERA, str(number))


class Camera:
    """A running camera.  Made by `started` alone."""

    def __init__(self, child: subprocess.Popen[bytes], clock: Callable[[], float]) -> None:
        self._child, self._clock = child, clock
        self._heard = bytearray()
        self._room, self._asked = (0, 0), clock()
        self.kept: tuple[str, ...] = ()
        """What the child said it could not give up: 'network', or the names of limits."""

    def fileno(self) -> int:
        """The pipe to wait on: something of the next picture is there when it can be read."""
        return _pipe(self._child.stdout)

    def ask(self, width: int, height: int) -> None:
        """Ask for the newest picture, made small enough for *width* by *height* points.  One at a time.

        Raises:
            CameraLostError: If the child has ended.
        """
        self._room = (max(1, min(width, MAX_ROOM[0])), max(1, min(height, MAX_ROOM[1])))
        self._asked = self._clock()
        try:
            os.write(_pipe(self._child.stdin), ROOM.pack(*self._room))
        except OSError:
            raise _lost() from None

    def frame(self) -> Frame | None:
        """Return the picture that was asked for, or None as long as it is not all there.  Never waits.

        Raises:
            CameraLostError: If the camera is gone, says nothing for `FRAME_S`, or its child talks nonsense.
        """
        message = self._message()
        if message is None:
            if self._clock() - self._asked > FRAME_S:
                raise _lost()
            return None
        if message.get("problem") == "size":
            return Frame()
        frame = checked(message, self._room)
        if frame is None:
            raise _lost()
        return frame

    def ready(self) -> bool:
        """Tell whether the child has opened the camera, and note what it could not give up.  Never waits.

        Raises:
            DeviceError: If there is no camera to read from; the hint says which other ways there are.
        """
        try:
            hello = self._message()
        except CameraLostError:
            raise _not_opened("silent") from None
        if hello is None and self._clock() - self._asked > START_S:
            raise _not_opened("silent")
        if hello is None:
            return False
        if hello.get("problem") != "":
            raise _not_opened(hello.get("problem"))
        network = () if hello.get("network") == "none" else ("network",)
        missing = hello.get("missing")
        names = missing if isinstance(missing, list) else ["limits"]
        self.kept = (*network, *(str(name) for name in names if str(name).isidentifier()))
        return True

    def _message(self) -> dict[str, Any] | None:
        """Take what the pipe holds; return the message when it is whole.

        Raises:
            CameraLostError: If the child has ended or says what is no message.
        """
        ended = False
        while not ended and select.select([self.fileno()], [], [], 0)[0]:
            chunk = os.read(self.fileno(), 65_536)
            self._heard += chunk
            ended = not chunk
            if len(self._heard) > ANSWER.size + MAX_ANSWER:
                raise _lost()
        size = ANSWER.unpack_from(self._heard)[0] if len(self._heard) >= ANSWER.size else MAX_ANSWER
        missing = ANSWER.size + size - len(self._heard)
        if missing > 0 and not ended and size <= MAX_ANSWER:
            return None
        if (
            missing != 0
        ):  # one question, one answer: whatever follows was not asked for, and the last words count only whole
            raise _lost()
        line, self._heard = bytes(self._heard[ANSWER.size :]), bytearray()
        return _parsed(line)


@contextmanager
def started(source: Device, clock: Callable[[], float]) -> Iterator[Camera]:
    """Start the child, which opens the camera in its own time, and end it whatever happens.

    Raises:
        DeviceError: If the child does not start.
    """
    child = _start(source)
    try:
        yield Camera(child, clock)
    finally:
        _end(child)


def _start(source: Device) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[3])
    bare = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _BOOT, home, source.kind, source.name],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=bare | {"OPENBLAS_NUM_THREADS": "1", "OPENCV_LOG_LEVEL": "SILENT"},
        )
    except OSError:
        raise DeviceError("the camera's reader does not start", OTHER_WAYS) from None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child; one that hangs in a driver is left to the system."""
    child.kill()
    with suppress(subprocess.TimeoutExpired):
        child.wait(2)
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()


def _pipe(pipe: Any) -> int:
    if pipe is None:
        raise _lost()
    return int(pipe.fileno())


def _lost() -> CameraLostError:
    return CameraLostError("the camera gives no more pictures", OTHER_WAYS)


def _not_opened(problem: object) -> DeviceError:
    """Say why there is no camera; the child's code chooses the sentence and is never shown."""
    facts = {
        "library": "reading with a camera needs OpenCV, which is not installed",
        "missing": "there is no camera of this number",
        "denied": "this user may not open the camera",
    }
    first = {
        "library": "install 'splitkit[camera]' while the machine is being prepared; or ",
        "missing": "plug it in, or give another number with --camera N; or ",
        "denied": "on Linux the user must be in the group 'video'; or ",
    }
    fact = facts.get(str(problem), "the camera gives no picture")
    return DeviceError(fact, first.get(str(problem), "close other programs that use it; or ") + OTHER_WAYS)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise _lost() from None
    if not isinstance(message, dict):
        raise _lost()
    return message


# --- what the child says ----------------------------------------------------------------------------------------------


def checked(message: dict[str, Any], room: tuple[int, int]) -> Frame | None:
    """Return what a message of the child shows; None when anything in it is not as it must be."""
    codes, picture = message.get("codes"), message.get("picture")
    if message.get("problem") != "" or not isinstance(codes, list) or len(codes) > MAX_CODES:
        return None
    found = tuple(code for entry in codes if (code := _checked_code(entry)))
    shown = _checked_picture(picture, room)
    return Frame(found, *shown) if shown and len(found) == len(codes) else None


def _checked_code(entry: object) -> Code | None:
    match entry:
        case [str(text), (None | float() | int()) as margin, list(corners)]:
            sound = 0 < len(text) <= MAX_TEXT and (margin is None or 0 <= margin <= 1)
        case _:
            return None
    if not sound or any("\ud800" <= letter <= "\udfff" for letter in text):
        return None
    if len(corners) != 8 or not all(isinstance(part, int | float) and -1 <= part <= 2 for part in corners):
        return None
    points = tuple((float(x), float(y)) for x, y in zip(corners[::2], corners[1::2], strict=True))
    return Code(Scan(text, margin), points)


def _checked_picture(picture: object, room: tuple[int, int]) -> tuple[int, int, bytes] | None:
    match picture:
        case [int(width), int(height), str(points)] if 0 < width <= room[0] and 0 < height <= room[1]:
            pass
        case _:
            return None
    try:
        grey = base64.b64decode(points, validate=True)
    except ValueError:
        return None
    return (width, height, grey) if len(grey) == width * height else None
