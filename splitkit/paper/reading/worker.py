"""The parent's side of the picture reader: one file at a time to a child, and what it says back, checked.

What a child says is only ever text of codes.  When it fails, the file at hand gets a problem and the next file gets a
new child.
"""

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from splitkit.errors import DeviceError
from splitkit.host import clock
from splitkit.paper.qr import Leftover
from splitkit.paper.reading.child import START_S, BrokenError, Child, Reply, TooSlowError, checked_scan
from splitkit.paper.reading.messages import (
    GREY,
    LEFTOVERS,
    MAX_CLOSE_PIXELS,
    MAX_CODES,
    MAX_LEFT,
    MAX_LEFT_TOGETHER,
    MAX_PAGES,
    OPENERS,
    Message,
)
from splitkit.quorum.scan import Scan

FILE_S = 300.0
"""Patience with one whole PDF, however many pages it has."""

MAX_SPENT_MS = 600_000

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

PageTexts = tuple[tuple[Scan, ...], str]
"""What one page gave: the texts, and the problem in words."""

Closer = tuple[int, int, int]
"""Width and height of the grey picture of a page in which a closer look may find more, and the milliseconds spent on it."""


class Worker:
    """A child process that turns files into texts, replaced whenever it fails."""

    def __init__(
        self,
        seconds: float,
        *,
        thorough: bool = False,
        look_closely: Callable[[Closer, bytes], list[PageTexts]] | None = None,
    ) -> None:
        """Have a child look at each picture once, or, when *thorough*, as long and as closely as it may.

        *look_closely* is given the grey picture of each page in which a closer look may find more, and returns what the
        thorough child says of it.
        """
        self._seconds = seconds
        self._thorough = thorough
        self._look_closely = look_closely
        self._child: Child | None = None
        self._openers: set[str] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self.kept: tuple[str, ...] = ()
        """What the child said it could not give up: 'network', or the names of limits."""
        self.left: list[Leftover] = []
        """What was seen in vain in the last file, by the number of its page."""
        self.drawn: frozenset[int] = frozenset()
        """Pages of the last file, counted from 0, that a program drew."""

    def read(self, kind: str, data: bytes = b"", **details: object) -> list[PageTexts]:
        """Return one answer for each page of the file; never raises for what a file does.

        Args:
            kind: What `splitkit.paper.reading.messages` calls it: `PNG`, `JPEG`, `PDF`, `GREY` or `LEFTOVERS`.
            data: The file, or the pixels.
            details: What else the child must know of this kind.

        Raises:
            DeviceError: If no child can be started at all.
        """
        pages: list[PageTexts] = []
        self.left, self.drawn = [], frozenset()
        try:
            self._converse({"kind": kind, **details}, data, pages)
        except BrokenError as broken:
            stalled = self.close() == -signal.SIGPROF or isinstance(broken, TooSlowError)
            pages.append(((), STOPPED if self._stopped else SLOW if stalled else CRASHED))
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
        return child.end() if child is not None else None

    def _converse(self, request: Message, data: bytes, pages: list[PageTexts]) -> None:
        """Send one file and add its pages to *pages*, in order."""
        child, begin = self._running(str(request["kind"])), clock.seconds()
        until = begin + self._seconds
        child.ask(request, data, until)
        more = True
        while more:
            if len(pages) == MAX_PAGES:
                raise BrokenError
            reply = child.wait_for(child.reply, min(until, begin + FILE_S))
            page, closer = checked(reply)
            self.left += checked_leftovers(reply.message, len(pages))
            if reply.message.get("drawn") is True:
                self.drawn |= {len(pages)}
            if closer and self._look_closely:
                page = _merged(page, self._look_closely(closer, reply.data))
            pages.append(page)
            more, until = reply.more, clock.seconds() + self._seconds

    def _running(self, kind: str) -> Child:
        """Return the child, a new one if need be: each loads what the files so far asked for, since later it could not."""
        missing = {OPENERS[kind]} - self._openers if kind in OPENERS else set()
        self._openers |= missing
        if self._child is not None and (missing or self._child.has_ended()):
            self.close()
        with self._lock:
            if self._stopped:
                raise BrokenError
            if self._child is not None:
                return self._child
            self._child = child = self._start()
        try:
            greeted = child.wait_for(child.greeting, child.asked_at + START_S) == ""
        except BrokenError:
            greeted = False
        if self._stopped:
            raise BrokenError
        if not greeted:
            self.close()
            raise _cannot_start()
        self.kept = child.kept
        return child

    def _start(self) -> Child:
        try:
            looks = "thorough" if self._thorough else "quick"
            return Child("decoder", [looks, *sorted(self._openers)], MAX_CLOSE_PIXELS, clock.seconds)
        except OSError:
            raise _cannot_start() from None


class TwoLooks:
    """Reads files with a quick child, and with a thorough one the pages that need it; that one starts when first needed."""

    def __init__(self, seconds: float) -> None:
        self._quick, self._thorough = Worker(seconds, look_closely=self._look_closely), Worker(seconds, thorough=True)
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

    def read(self, kind: str, data: bytes) -> list[PageTexts]:
        """Return one answer for each page of the file; never raises for what a file does.

        Raises:
            DeviceError: If no child can be started at all.
        """
        return self._quick.read(kind, data)

    def _look_closely(self, closer: Closer, pixels: bytes) -> list[PageTexts]:
        width, height, spent_ms = closer
        answers = self._thorough.read(GREY, pixels, width=width, height=height, spent_ms=spent_ms)
        room = MAX_LEFT_TOGETHER - len(self.left)
        self.left += [replace(left, picture=self._pictures) for left in self._thorough.left[:room]]
        self._pictures += 1
        return answers

    def put_together(self, leftovers: Sequence[Leftover]) -> tuple[Scan, ...]:
        """Return the texts that *leftovers* of several pictures give together."""
        sent = [[left.picture, left.packed()] for left in leftovers[:MAX_LEFT_TOGETHER]]
        return self._thorough.read(LEFTOVERS, leftovers=sent)[0][0]

    def stop(self) -> None:
        """Kill both children, and start no others.  Safe from any thread."""
        self._quick.stop()
        self._thorough.stop()

    def close(self) -> None:
        """End both children and wait for their end."""
        self._quick.close()
        self._thorough.close()


def _merged(first: PageTexts, second: list[PageTexts]) -> PageTexts:
    """What both looks gave; a second look that failed takes nothing away, and is told where nothing else is."""
    texts = {scan.text: scan for scan in first[0]}
    problem = first[1]
    for scans, trouble in second[:1]:
        texts |= {scan.text: scan for scan in scans}
        problem = problem or ("" if texts else trouble)
    return tuple(texts.values())[:MAX_CODES], problem


def _cannot_start() -> DeviceError:
    return DeviceError("the picture reader does not start", "install splitkit again, or type what is on the sheets")


# --- what the child says ----------------------------------------------------------------------------------------------


def checked(reply: Reply) -> tuple[PageTexts, Closer | None]:
    """Return one page, and what is known of the picture to look at again.

    Raises:
        BrokenError: If anything in it is not as it must be.
    """
    texts, problem = reply.message.get("texts"), reply.message.get("problem")
    if not isinstance(texts, list) or len(texts) > MAX_CODES:
        raise BrokenError
    if not isinstance(problem, str) or problem not in PROBLEMS:
        raise BrokenError
    closer = _closer(reply.message.get("again"))
    if len(reply.data) != (closer[0] * closer[1] if closer else 0):
        raise BrokenError
    return (tuple(_scan(entry) for entry in texts), PROBLEMS[problem]), closer


def _closer(again: object) -> Closer | None:
    match again:
        case None:
            return None
        case [int(width), int(height), int(spent)] if width > 0 and height > 0 and width * height <= MAX_CLOSE_PIXELS:
            return width, height, min(max(spent, 0), MAX_SPENT_MS)
    raise BrokenError


def checked_leftovers(message: Message, page: int) -> list[Leftover]:
    """Return what the child saw in vain.

    Raises:
        BrokenError: If it is of no symbol, or too much.
    """
    entries = message.get("left", [])
    if not isinstance(entries, list) or len(entries) > MAX_LEFT:
        raise BrokenError
    try:
        return [Leftover.unpacked(entry, page) for entry in entries]
    except ValueError:
        raise BrokenError from None


def _scan(entry: object) -> Scan:
    match entry:
        case [text, margin]:
            return checked_scan(text, margin)
    raise BrokenError
