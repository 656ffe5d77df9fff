"""The parent's side of every child that sees pictures: start it, ask it, believe none of its words, end it.

A child may be taken over by the picture it decodes.  So whatever it sends is bounded before it is kept and checked
before it is used; nothing waits for it without an end; and when it dies, hangs or talks nonsense, it is killed and never
spoken to again.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from splitkit.paper.reading.messages import HEAD, MAX_JSON_BYTES, Message, packed
from splitkit.quorum.scan import MAX_TEXT, Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Found = TypeVar("Found")

START_S = 30.0
"""Patience with the start of a child: libraries may come from a slow stick, and a camera has to wake up."""

_END_S = 5.0
"""Patience with the end of a child that was killed; one that hangs in a driver is left to the system."""

_PASSED_ON = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
_SINGLE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ENVIRONMENT = {**_SINGLE, "OPENCV_LOG_LEVEL": "SILENT"}
"""No library starts a thread: a child that may start no process could not, and would end."""

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import splitkit.paper; del sys.path[0]; "
    "from splitkit.paper.reading.{module} import main; main(*sys.argv[2:])"
)
"""Starts the same splitkit as the parent's, also where it is not installed, and takes nothing else from its folder."""

_CHUNK = 1 << 16


class BrokenError(Exception):
    """The child is of no more use: it has ended, or talks nonsense."""


class TooSlowError(BrokenError):
    """The child did not answer in time."""


@dataclass(frozen=True)
class Reply:
    """One message of a child, of bounded size; what it says is not checked yet."""

    message: Message = field(repr=False)
    data: bytes = field(repr=False)
    more: bool
    """Another one answers the same request."""


class Child:
    """A running child.  Its two pipes never block: every wait is one of `wait_for`, or of whoever polls `fileno`."""

    def __init__(self, module: str, arguments: Sequence[str], most_bytes: int, clock: Callable[[], float]) -> None:
        """Start *module*, one of this package, with *arguments*; *most_bytes* may follow the JSON of its messages.

        Raises:
            OSError: If the system starts no process.
        """
        self._clock = clock
        self._most = most_bytes
        self._heard = bytearray()
        self._ended = False
        self._process = _start(module, arguments)
        self._requests, self._replies = _open(self._process.stdin), _open(self._process.stdout)
        self._poll = select.poll()  # unlike select() it takes any number of open files
        self._poll.register(self._replies, select.POLLIN)
        self.asked_at = clock()
        """When the last request was sent; before the first, when the child was started."""
        self.kept: tuple[str, ...] = ()
        """What it said that it could not give up: 'network', or the names of limits."""

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def fileno(self) -> int:
        """The pipe to wait on: something of the next message is there when it can be read."""
        return self._replies

    def has_ended(self) -> bool:
        """Whether the process is no more."""
        return self._process.poll() is not None

    # --- the conversation ---------------------------------------------------------------------------------------------

    def greeting(self) -> str | None:
        """Return the code of the problem it met while it gave everything up, usually none; None as long as it is silent.

        Raises:
            BrokenError: If what it says is no greeting.
        """
        reply = self.reply()
        if reply is None:
            return None
        problem, missing = reply.message.get("problem"), reply.message.get("missing")
        if not isinstance(problem, str):
            raise BrokenError
        network = () if reply.message.get("network") == "none" else ("network",)
        names = missing if isinstance(missing, list) else ["limits"]
        self.kept = (*network, *(str(name) for name in names if str(name).isidentifier()))
        return problem

    def ask(self, request: Message, data: bytes = b"", until: float = 0.0) -> None:
        """Send a request; *until* is when patience ends, for one that the pipe does not take at once.

        Raises:
            BrokenError: If the child has ended, has said what it was not asked, or reads too slowly.
        """
        self.asked_at = self._clock()
        self._hear()
        if self._heard:
            raise BrokenError
        for part in (packed(request, data), data):
            self._send(memoryview(part), until)

    def _send(self, part: memoryview, until: float) -> None:
        ready = select.poll()
        ready.register(self._requests, select.POLLOUT)
        while part:
            try:
                part = part[os.write(self._requests, part) :]
            except BlockingIOError:
                ready.poll(self._left_ms(until))
            except OSError:  # it has closed the pipe
                raise BrokenError from None

    def wait_for(self, look: Callable[[], Found | None], until: float) -> Found:
        """Call *look*, which is `greeting` or `reply`, until it returns something.

        Raises:
            TooSlowError: If nothing has come by *until*.
            BrokenError: If *look* raises it.
        """
        while (found := look()) is None:
            self._poll.poll(self._left_ms(until))
        return found

    def _left_ms(self, until: float) -> float:
        left = until - self._clock()
        if left <= 0:
            raise TooSlowError
        return 1000 * left

    def reply(self) -> Reply | None:
        """Take what the pipe holds; return the next message when it is whole.  Never waits.

        Raises:
            BrokenError: If the child has ended, or says what is no message or was not asked for.
        """
        self._hear()
        more, size, extra = HEAD.unpack_from(self._heard) if len(self._heard) >= HEAD.size else (False, 0, 0)
        if size > MAX_JSON_BYTES or extra > self._most:
            raise BrokenError
        line, end = HEAD.size + size, HEAD.size + size + extra
        if len(self._heard) < end:
            if self._ended:  # its last words count, but only whole
                raise BrokenError
            return None
        if len(self._heard) > end and not more:  # one request, one answer
            raise BrokenError
        heard = bytes(self._heard[HEAD.size : end])
        del self._heard[:end]
        return Reply(_parsed(heard[: line - HEAD.size]), heard[line - HEAD.size :], more)

    def _hear(self) -> None:
        """Read the pipe as far as it goes, but no further than a whole message of the largest size."""
        while not self._ended and len(self._heard) < HEAD.size + MAX_JSON_BYTES + self._most:
            try:
                chunk = os.read(self._replies, _CHUNK)
            except BlockingIOError:
                return
            self._heard += chunk
            self._ended = not chunk

    # --- its end ------------------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """Kill it.  Safe from any thread; whoever waits for it hears of its end."""
        self._process.kill()

    def end(self) -> int | None:
        """Kill it and wait; return how it ended: the exit code, or the signal below zero, or None if it hangs."""
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        return self._process.returncode


def _start(module: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[3])
    return subprocess.Popen(
        # -I: no variable and no folder changes what Python loads; -B: nothing is written beside the modules.
        [sys.executable, "-I", "-B", "-c", _BOOT.replace("{module}", module), home, *arguments],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where a library might quote what it reads
        cwd="/",
        env=_ENVIRONMENT | {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )


def _open(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise BrokenError
    os.set_blocking(pipe.fileno(), False)
    return pipe.fileno()


def _parsed(line: bytes) -> Message:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise BrokenError from None
    if not isinstance(message, dict):
        raise BrokenError
    return message


def checked_scan(text: object, margin: object) -> Scan:
    """Return a text that a child says it has read.

    Raises:
        BrokenError: If no code can hold it, or the margin is none.
    """
    sound = isinstance(text, str) and 0 < len(text) <= MAX_TEXT
    if not isinstance(text, str) or not sound or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BrokenError
    if margin is not None and not (isinstance(margin, float | int) and 0 <= margin <= 1):
        raise BrokenError
    return Scan(text, margin)
