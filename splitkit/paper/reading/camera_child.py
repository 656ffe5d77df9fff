"""The camera's child process: pictures of a camera in, texts and a very small picture out.

The parent (`splitkit.paper.reading.camera`) starts it with a source and asks for one picture at a time, with the room for
the small picture, in points.  Once the camera is open the process gives up the right to open any other file.  It holds one
picture at a time, always the newest.
"""

from __future__ import annotations

import errno
import itertools
import os
import select
import sys
from collections.abc import Callable, Iterator
from typing import Any

from splitkit.host import clock as host_clock
from splitkit.paper.reading import confine
from splitkit.paper.reading.confine import RefusedError
from splitkit.paper.reading.messages import CAMERA, MAX_CODES, Message
from splitkit.quorum.scan import MAX_TEXT

PACKED_SIZE, PLAIN_SIZE = (1920, 1080), (1280, 720)
"""What a camera is asked for, the smaller size when it does not compress: it would be slow.  What it gives is taken."""

MAX_SIDE = 8192
"""Longest side of a picture that is looked at, in pixels."""

COARSE = (64, 36)
"""All that the small picture ever shows, in points: too few for a symbol of a share that fills the picture."""

MAX_FAILURES = 20
"""Failed pictures in a row after which the camera counts as gone; one broken picture is nothing."""

MAX_STALE = 4
"""Pictures that a driver may hold back, passed over to come to the newest."""

WAITED_S = 0.003
"""A picture that took longer to come had not been waiting: it is the newest."""

SECOND_TRY_EACH = 2
"""Of the pictures without a code, one in this many is tried again after a treatment."""


Source = Callable[[], Any]
"""Gives the newest picture as an array of grey or BGR bytes, or None when it failed."""


def camera_source(number: int, clock: Callable[[], float]) -> Source:
    """Return a camera of this machine; what its driver held back is passed over, and only the last picture decoded."""
    import cv2  # noqa: PLC0415  never in the parent

    if sys.platform == "linux":
        _check_device(f"/dev/video{number}")
    camera = cv2.VideoCapture(number, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)
    if not camera.isOpened():
        raise RefusedError("silent")
    packed = cv2.VideoWriter.fourcc(*"MJPG")
    camera.set(cv2.CAP_PROP_FOURCC, packed)
    width, height = PACKED_SIZE if camera.get(cv2.CAP_PROP_FOURCC) == packed else PLAIN_SIZE
    camera.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    camera.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def newest() -> Any:
        for _ in range(MAX_STALE):
            start = clock()
            if not camera.grab():
                return None
            if clock() - start > WAITED_S:
                break
        whole, picture = camera.retrieve()
        return picture if whole else None

    return newest


def film_source(path: str, clock: Callable[[], float]) -> Source:
    """Return a film, at no more than its own speed; every picture of it is given."""
    import cv2  # noqa: PLC0415

    film = cv2.VideoCapture(path, cv2.CAP_OPENCV_MJPEG)
    pause, due = 1 / (film.get(cv2.CAP_PROP_FPS) or 1.0), 0.0

    def newest() -> Any:
        nonlocal due
        select.select([], [], [], max(0.0, due - clock()))
        whole, picture = film.read()
        due = clock() + pause if whole else 0.0
        return picture if whole else None

    return newest


def main(kind: str, name: str) -> None:
    """Live as a child that looks at the source of that kind and that number or name."""
    confine.run(lambda: _prepared(kind, name))


def _prepared(kind: str, name: str) -> confine.Answers:
    _load()
    source, numbers = _opened(kind, name), itertools.count()
    return lambda request, _: iter([_newest(source, request["room"], next(numbers))])


def _newest(source: Source, room: tuple[int, int], number: int) -> Message:
    """Return what the newest picture shows; without one the parent ends this process."""
    picture = _patiently(source)
    return {"problem": "gone"} if picture is None else look(picture, room, number)


def look(picture: Any, room: tuple[int, int], count: int) -> Message:
    """Return the codes in *picture*, and the picture itself, small enough for *room*.

    *count* is the number of the picture: it decides whether and how it is tried again.
    """
    if picture.size == 0 or max(picture.shape[:2]) > MAX_SIDE:
        return {"problem": "size"}
    grey = _grey(picture)
    width, height, points = small(grey, room)
    return {"problem": "", "codes": _codes(grey, count), "picture": [width, height], "data": points}


def small(grey: Any, room: tuple[int, int]) -> tuple[int, int, bytes]:
    """Return width, height and grey points of a picture that fits *room* and shows no detail."""
    import cv2  # noqa: PLC0415

    height, width = grey.shape
    coarse = cv2.resize(grey, _fitting(width, height, COARSE), interpolation=cv2.INTER_AREA)
    size = _fitting(width, height, room)
    shown = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR if size > COARSE else cv2.INTER_AREA)
    return *size, shown.tobytes()


def _fitting(width: int, height: int, room: tuple[int, int]) -> tuple[int, int]:
    factor = min(room[0] / width, room[1] / height)
    return max(1, int(width * factor)), max(1, int(height * factor))


def _load() -> None:
    """Load the libraries and make each of them work once, while files can still be opened."""
    try:
        import cv2  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415
    except ImportError:
        raise RefusedError("library") from None
    cv2.setNumThreads(1)
    blank = np.full((64, 64, 3), 255, np.uint8)
    for count in range(2 * SECOND_TRY_EACH):
        look(blank, COARSE, count)


def _opened(kind: str, name: str) -> Source:
    """Open the source and take its first picture: only that proves that it gives any."""
    import cv2  # noqa: PLC0415

    try:
        source = (
            camera_source(int(name), host_clock.seconds) if kind == CAMERA else film_source(name, host_clock.seconds)
        )
        first = _patiently(source)
    except cv2.error:
        first = None
    if first is None:
        raise RefusedError("silent")
    return source


def _check_device(path: str) -> None:
    """Tell a camera that is not there from one that is not for this user."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
    except FileNotFoundError:
        raise RefusedError("missing") from None
    except OSError as error:
        reasons = {errno.EACCES: "denied", errno.EPERM: "denied", errno.EBUSY: "silent"}
        raise RefusedError(reasons.get(error.errno or 0, "missing")) from None


def _patiently(source: Source) -> Any:
    """Return the next picture, past a few broken ones; None when there are no more."""
    import cv2  # noqa: PLC0415

    for _ in range(MAX_FAILURES):
        try:
            picture = source()
        except cv2.error:
            continue
        if picture is not None:
            return picture
    return None


def _grey(picture: Any) -> Any:
    import cv2  # noqa: PLC0415

    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture


def _codes(grey: Any, count: int) -> list[Any]:
    """Return text, margin and four corners, in parts of the picture, of every code."""
    height, width = grey.shape
    for found in _attempts(grey, count):
        codes = [entry for code in found if (entry := _entry(code, width, height))]
        if codes:
            return codes[:MAX_CODES]
    return []


def _entry(code: Any, width: int, height: int) -> list[Any] | None:
    from splitkit.paper.reading.reader import exact_text, margin_of  # noqa: PLC0415

    text = exact_text(code.bytes)
    if not text or len(text) > MAX_TEXT:
        return None
    at = code.position
    points = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    corners = [round(part, 4) for point in points for part in (point.x / width, point.y / height)]
    return [text, margin_of(code.extra), corners]


def _attempts(grey: Any, count: int) -> Iterator[Any]:
    """Read the picture plainly; when that gives nothing, now and then once more after one of two treatments."""
    import zxingcpp  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    from splitkit.paper.reading.reader import FORMATS, levelled  # noqa: PLC0415

    yield zxingcpp.read_barcodes(grey, formats=FORMATS)
    if count % (2 * SECOND_TRY_EACH) == 0:
        yield zxingcpp.read_barcodes(levelled(Image.fromarray(grey)), formats=FORMATS)
    elif count % SECOND_TRY_EACH == 0:
        yield zxingcpp.read_barcodes(grey, formats=FORMATS, binarizer=zxingcpp.Binarizer.GlobalHistogram)
