"""The parent's side of the picture reader: one child process, one file at a time, never trusted.

Everything the child says is checked for type and size, and what it says is only ever text of codes.  When it dies,
hangs or answers nonsense, the file at hand gets a problem and the next file gets a new child.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from splitkit.errors import DeviceError
from splitkit.paper.reading.decoder import (
    ANSWER,
    CLOSE,
    MAX_CLOSE_PIXELS,
    MAX_CODES,
    MAX_LEFT,
    MAX_PAGES,
    MAX_TEXT,
    REQUEST,
    pack_leftover,
    unpack_leftover,
)
from splitkit.paper.reading.leftover import MOST, Leftover
from splitkit.quorum.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

START_S = 30.0
"""Patience with the start of a child: libraries may come from a slow stick."""

FILE_S = 300.0
"""Patience with one whole PDF, however many pages it has."""

MAX_SPENT_MS = 600_000
MAX_ANSWER = 4 * 1024 * 1024
"""Longest answer of the child: 64 texts of 4,296 letters, each written as an escape, are 1.7 million."""

PROBLEMS = {
    "": "",
    "memory": "the reader ran out of memory",
    "pixels": "larger than 64 megapixels",
    "truncated": "truncated: the end of the file is missing",
    "damaged": "damaged: it cannot be opened",
    "encrypted": "encrypted PDF: it asks for a password",
    "pages": "more than 64 pages",
    "giant": "the page is too large",
}
"""What the child's codes mean.  It has no other words."""

SLOW = "the reader took too long"
CRASHED = "the reader stopped while reading it"
STOPPED = "the reading was stopped"
GIVEN_UP = frozenset({SLOW, CRASHED, STOPPED})
"""Problems after which no further page of the file was read."""

_KEPT = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import splitkit.paper; del sys.path[0]; "
    "from splitkit.paper.reading.decoder import main; main(thorough=sys.argv[2] == 'thorough')"
)
"""Starts the same splitkit as the parent's, also where it is not installed, and takes nothing else from its folder."""

Answer = tuple[tuple[Scan, ...], str]
"""What one page gave: the texts, and the problem in words."""


class _BrokenError(Exception):
    """The child is no longer of use; the argument is the problem in words."""


class _Patience:
    """Kills the child when time is up, and then calls whatever failed by that name."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self._child = child
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.over = False

    def _end(self) -> None:
        self.over = True
        self._child.kill()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._timer.cancel()
        self._timer.join()
        if self.over:
            raise _BrokenError(SLOW) from None


class Worker:
    """A child process that turns files into texts, replaced whenever it fails."""

    def __init__(
        self, seconds: float, *, thorough: bool = False, closer: Callable[[bytes], list[Answer]] | None = None
    ) -> None:
        """Have a child look at each picture once, or, when *thorough*, as long and as closely as it may.

        *closer* is given the grey picture of each page in which a closer look may find more, as the thorough child takes
        it, and returns what that one says.
        """
        self._seconds = seconds
        self._thorough = thorough
        self._closer = closer
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self.kept: tuple[str, ...] = ()
        """What the child said it could not give up: 'network', or the names of limits."""
        self.left: list[Leftover] = []
        """What was seen in vain in the last file, by the number of its page."""
        self.drawn: frozenset[int] = frozenset()
        """Pages of the last file, counted from 0, that a program drew."""

    def read(self, kind: bytes, data: bytes) -> list[Answer]:
        """Return one answer for each page of the file; never raises for what a file does.

        Raises:
            DeviceError: If no child can be started at all.
        """
        pages: list[Answer] = []
        self.left, self.drawn = [], frozenset()
        try:
            self._converse(REQUEST.pack(kind, len(data)), data, pages)
        except _BrokenError as broken:
            stalled = self.close() == -signal.SIGPROF
            pages.append(((), STOPPED if self._stopped else SLOW if stalled else str(broken)))
        return pages

    def stop(self) -> None:
        """Kill the child, and start no other.  Safe from any thread."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()

    def close(self) -> int | None:
        """End the child, wait for its end, and return how it ended: the exit code, or the signal below zero."""
        with self._lock:
            child, self._child = self._child, None
        return _end(child) if child is not None else None

    def _converse(self, head: bytes, data: bytes, pages: list[Answer]) -> None:
        """Send one file and add its pages to *pages*, in order."""
        child = self._running()
        more = True
        with _Patience(child, FILE_S):
            while more:
                if len(pages) == MAX_PAGES:
                    raise _BrokenError(CRASHED)
                with _Patience(child, self._seconds):
                    if not pages:
                        _write(child, head, data)
                    message = _message(child)
                    page, more, close = _checked(message)
                    picture = CLOSE.pack(*close) + _exactly(child, close[0] * close[1]) if close else b""
                self.left += _checked_leftovers(message, len(pages))
                if message.get("drawn") is True:
                    self.drawn |= {len(pages)}
                pages.append(_merged(page, self._closer(picture)) if picture and self._closer else page)

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the child, a new one if need be."""
        if self._child is not None and self._child.poll() is not None:
            self.close()
        with self._lock:
            if self._stopped:
                raise _BrokenError(STOPPED)
            if self._child is not None:
                return self._child
            self._child = child = _start(thorough=self._thorough)
        self._greet(child)
        return child

    def _greet(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until the child has given up what it must, and note what it could not."""
        try:
            with _Patience(child, START_S):
                hello = _message(child)
        except _BrokenError:
            if self._stopped:
                raise
            self.close()
            raise _cannot_start() from None
        network = () if hello.get("network") == "none" else ("network",)
        missing = hello.get("missing")
        names = missing if isinstance(missing, list) else ["limits"]
        self.kept = (*network, *(str(name) for name in names if str(name).isidentifier()))


class TwoLooks:
    """Reads files with a quick child, and with a thorough one the pages that need it; that one starts when first needed."""

    def __init__(self, seconds: float) -> None:
        self._quick, self._thorough = Worker(seconds, closer=self._look_closely), Worker(seconds, thorough=True)
        self._pictures = 0
        self.left: list[Leftover] = []
        """What was seen in vain in all files so far; a picture has a number of its own."""

    @property
    def kept(self) -> tuple[str, ...]:
        """What either child said it could not give up."""
        return self._quick.kept + self._thorough.kept

    @property
    def drawn(self) -> frozenset[int]:
        """Pages of the last file, counted from 0, that a program drew."""
        return self._quick.drawn

    def read(self, kind: bytes, data: bytes) -> list[Answer]:
        """Return one answer for each page of the file; never raises for what a file does.

        Raises:
            DeviceError: If no child can be started at all.
        """
        return self._quick.read(kind, data)

    def _look_closely(self, picture: bytes) -> list[Answer]:
        answers = self._thorough.read(b"G", picture)
        room = MOST - len(self.left)
        self.left += [replace(left, picture=self._pictures) for left in self._thorough.left[:room]]
        self._pictures += 1
        return answers

    def put_together(self, leftovers: Sequence[Leftover]) -> tuple[Scan, ...]:
        """Return the texts that *leftovers* of several pictures give together."""
        data = json.dumps([[left.picture, pack_leftover(left)] for left in leftovers[:MOST]]).encode("ascii")
        return self._thorough.read(b"M", data)[0][0]

    def stop(self) -> None:
        """Kill both children, and start no others.  Safe from any thread."""
        self._quick.stop()
        self._thorough.stop()

    def close(self) -> None:
        """End both children and wait for their end."""
        self._quick.close()
        self._thorough.close()


def _merged(first: Answer, second: list[Answer]) -> Answer:
    """What both looks gave; a second look that failed takes nothing away, and is told where nothing else is."""
    texts = {scan.text: scan for scan in first[0]}
    problem = first[1]
    for scans, trouble in second[:1]:
        texts |= {scan.text: scan for scan in scans}
        problem = problem or ("" if texts else trouble)
    return tuple(texts.values())[:MAX_CODES], problem


def _start(*, thorough: bool) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[3])
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _BOOT, home, "thorough" if thorough else "quick"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=single | {name: os.environ[name] for name in _KEPT if name in os.environ},
        )
    except OSError:
        raise _cannot_start() from None


def _cannot_start() -> DeviceError:
    return DeviceError("the picture reader does not start", "install splitkit again, or type what is on the sheets")


def _end(child: subprocess.Popen[bytes]) -> int:
    child.kill()
    ended = child.wait()
    for pipe in (child.stdin, child.stdout):
        with suppress(OSError):
            _open(pipe).close()
    return ended


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise _BrokenError(CRASHED)
    return pipe


def _write(child: subprocess.Popen[bytes], *chunks: bytes) -> None:
    try:
        for chunk in chunks:
            _open(child.stdin).write(chunk)
        _open(child.stdin).flush()
    except OSError:
        raise _BrokenError(CRASHED) from None


def _message(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Return the next message of the child, which is a JSON object of bounded size."""
    (size,) = ANSWER.unpack(_exactly(child, ANSWER.size))
    if size > MAX_ANSWER:
        raise _BrokenError(CRASHED)
    try:
        message = json.loads(_exactly(child, size))
    except (ValueError, RecursionError):
        raise _BrokenError(CRASHED) from None
    if not isinstance(message, dict):
        raise _BrokenError(CRASHED)
    return message


def _exactly(child: subprocess.Popen[bytes], size: int) -> bytes:
    try:
        data = _open(child.stdout).read(size)
    except (OSError, ValueError):
        raise _BrokenError(CRASHED) from None
    if len(data) < size:
        raise _BrokenError(CRASHED)
    return data


def _checked(message: dict[str, Any]) -> tuple[Answer, bool, tuple[int, int, int] | None]:
    """Return one page, whether another follows, and what `CLOSE` has of the picture to look at again; all of it is checked."""
    texts, problem, more = message.get("texts"), message.get("problem"), message.get("more")
    if not isinstance(texts, list) or len(texts) > MAX_CODES:
        raise _BrokenError(CRASHED)
    if not isinstance(problem, str) or problem not in PROBLEMS:
        raise _BrokenError(CRASHED)
    if not isinstance(more, bool):
        raise _BrokenError(CRASHED)
    return (tuple(_checked_scan(entry) for entry in texts), PROBLEMS[problem]), more, _close(message.get("again"))


def _close(again: object) -> tuple[int, int, int] | None:
    match again:
        case None:
            return None
        case [int(width), int(height), int(spent)] if width > 0 and height > 0 and width * height <= MAX_CLOSE_PIXELS:
            return width, height, min(max(spent, 0), MAX_SPENT_MS)
    raise _BrokenError(CRASHED)


def _checked_leftovers(message: dict[str, Any], page: int) -> list[Leftover]:
    """Return what the child saw in vain; every type and length is checked."""
    entries = message.get("left", [])
    if not isinstance(entries, list) or len(entries) > MAX_LEFT:
        raise _BrokenError(CRASHED)
    try:
        return [unpack_leftover(entry, page) for entry in entries]
    except ValueError:
        raise _BrokenError(CRASHED) from None


def _checked_scan(entry: object) -> Scan:
    match entry:
        case [str(text), (None | float() | int()) as margin]:
            sound = len(text) <= MAX_TEXT and (margin is None or 0 <= margin <= 1)
        case _:
            sound = False
    if not sound or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _BrokenError(CRASHED)
    return Scan(text, margin)
