"""The terminal itself: questions, hidden input, and the alternate screen on which a secret is shown.

Everything here talks to /dev/tty, never to standard output, so that a pipe or a file never receives a secret by accident.
"""

from __future__ import annotations

import io
import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any

from splitkit.errors import OperatorStopError, StoppedError, UnsafeMachineError
from splitkit.host.signals import held_back, taken_by

_ENTER_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE_SCREEN = "\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l"
_HARMLESS = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH, signal.SIGPIPE, signal.SIGXFSZ}
"""Signals that end or stop nothing: the system ignores them, or Python does."""

_TOO_LATE = {signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
"""Signals that cannot be caught, and faults after which nothing of ours runs any more."""

_STOP_SIGNALS = tuple(sorted(signal.valid_signals() - _HARMLESS - _TOO_LATE))
"""All others, those without a name as well."""

_LOST = (
    "error: what was typed is not UTF-8 text, and nothing of it was taken\n"
    "hint: this terminal speaks another encoding; type it again, or in another terminal\n"
)
_MAX_ANSWER = 8_192
_INTERRUPT, _END, _ESCAPE = b"\x03", b"\x04", b"\x1b"
_REPLACED = "\ufffd"
"""What takes the place of a character that could not be decoded, here or in the terminal itself."""

_AGAIN = "run the command again when you are ready"


@dataclass(frozen=True)
class Terminal:
    """An open controlling terminal."""

    stream: IO[str]

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Terminal]:
        """Open the controlling terminal.

        Raises:
            UnsafeMachineError: If there is none.
        """
        try:
            descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            raise UnsafeMachineError(
                "there is no terminal to talk to", "run the command in a terminal, without redirecting everything"
            ) from None
        with os.fdopen(descriptor, "r+b", buffering=0) as raw, _text(raw) as stream:
            yield cls(stream)

    def say(self, text: str) -> None:
        """Write one line."""
        self._write(text + "\n")

    def ask(self, prompt: str) -> str:
        """Return one typed line, shown as it is typed."""
        try:
            return self._answer(prompt)
        except (KeyboardInterrupt, StoppedError):  # what is said next begins on a line of its own
            with suppress(OSError):
                self._write("\n")
            raise

    def ask_hidden(self, prompt: str) -> str:
        """Return one typed line without echo; the terminal is restored whatever happens."""
        descriptor = self.stream.fileno()
        before = termios.tcgetattr(descriptor)
        silent = termios.tcgetattr(descriptor)
        silent[3] &= ~(termios.ECHO | termios.ECHONL)
        with _stopping_on_signals("nothing was taken"):
            try:
                termios.tcsetattr(descriptor, termios.TCSAFLUSH, silent)
                return self._answer(prompt, "\n")
            finally:
                self._restore(before, "\n")

    def show(self, pages: Sequence[str], seconds: int, now: Callable[[], float]) -> None:
        """Show *pages* on the alternate screen, one after the other, each until a key or until *seconds* are over.

        Space turns to the next page; any other key ends.  The screen is cleared in every case, also on a signal.

        Raises:
            StoppedError: On Ctrl-C or a signal; the screen is clear by then.
        """
        with self.full_screen():
            self._turn_pages(pages, now() + seconds, now)

    @contextmanager
    def full_screen(self) -> Iterator[None]:
        """Take the alternate screen, key by key; it is cleared and left in every case, also on a signal.

        Raises:
            StoppedError: On a signal; the screen is clear by then.
        """
        descriptor = self.stream.fileno()
        before = termios.tcgetattr(descriptor)
        with _stopping_on_signals("the screen has been cleared"):
            try:
                tty.setraw(descriptor, termios.TCSAFLUSH)
                self._write(_ENTER_SCREEN)
                yield
            finally:
                self._restore(before, _LEAVE_SCREEN)

    def draw(self, text: str, *, bell: bool = False) -> None:
        """Replace what is on the full screen."""
        self._write("\x1b[2J\x1b[H" + text.replace("\n", "\r\n") + ("\x07" if bell else ""))

    def redraw(self, rows: Sequence[str], *, bell: bool = False) -> None:
        """Write *rows* over those of the full screen without clearing it first, so that nothing flickers.

        As many rows as before are expected; each must leave the last column free.
        """
        self._write("\x1b[H" + "\x1b[K\r\n".join(rows) + "\x1b[K" + ("\x07" if bell else ""))

    def key(self) -> str:
        """Wait for one key of the full screen; an arrow or another special key is an empty text, Esc is itself.

        Raises:
            StoppedError: On Ctrl-C, or when the terminal is gone.
        """
        pressed = os.read(self.stream.fileno(), 1)
        if pressed in (_INTERRUPT, b""):
            raise OperatorStopError("stopped by the operator; the screen has been cleared", _AGAIN)
        if pressed == _ESCAPE and self._pass_over_sequence():
            return ""
        return pressed.decode("ascii", errors="ignore")

    def key_within(self, seconds: float) -> str | None:
        """Wait for one key, see `key`; None if none comes within so many seconds."""
        return self.key() if select.select([self.stream.fileno()], [], [], seconds)[0] else None

    def _pass_over_sequence(self) -> bool:
        """Read the rest of what a special key sends: ESC, then '[' or 'O', parameters, and one final letter.

        Return whether there was any: the key Esc sends nothing else.
        """
        descriptor = self.stream.fileno()
        if not select.select([descriptor], [], [], 0.05)[0]:
            return False
        if os.read(descriptor, 1) not in (b"[", b"O"):
            return True
        while select.select([descriptor], [], [], 0.05)[0]:
            if 0x40 <= os.read(descriptor, 1)[0] <= 0x7E:
                return True
        return True

    def _restore(self, before: list[Any], text: str) -> None:
        """Leave the terminal as it was; one that is gone (a closed window) needs nothing."""
        with held_back(_STOP_SIGNALS), suppress(OSError, termios.error):
            self._write(text)
            termios.tcsetattr(self.stream.fileno(), termios.TCSAFLUSH, before)

    def _turn_pages(self, pages: Sequence[str], end: float, now: Callable[[], float]) -> None:
        at = 0
        while at < len(pages) and now() < end:
            self.draw(pages[at])
            key = self._wait(at + 1 < len(pages), end, now)
            if key in (_INTERRUPT, _END):
                raise OperatorStopError("stopped by the operator; the screen has been cleared", _AGAIN)
            if key != b" ":
                return
            at += 1

    def _wait(self, more: bool, end: float, now: Callable[[], float]) -> bytes:  # noqa: FBT001
        """Count down on the last line; return the key, or nothing when the time is over."""
        keys = "SPACE: next page.  Any other key" if more else "Any key"
        while (left := int(end - now())) >= 0 and now() < end:
            self._write(f"\r\x1b[K{keys} clears the screen.  Cleared in {left} s.")
            if select.select([self.stream.fileno()], [], [], 1.0)[0]:
                return os.read(self.stream.fileno(), 1)
        return b""

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()

    def _answer(self, prompt: str, ending: str = "") -> str:
        """Return a typed line; one of which a character was lost on its way is told, after *ending*, and asked for again."""
        while True:
            self._write(prompt)
            try:
                text = self._read_line().decode("utf-8")
            except UnicodeDecodeError:
                text = _REPLACED
            if _REPLACED not in text:
                return text
            self._write(ending + _LOST)

    def _read_line(self) -> bytes:
        """Read up to the end of the line, byte by byte, so that nothing stays in a buffer of ours."""
        data = bytearray()
        while len(data) <= _MAX_ANSWER:
            byte = os.read(self.stream.fileno(), 1)
            if not byte:
                raise OperatorStopError("the typing was ended without an answer", _AGAIN)
            if byte == b"\n":
                return bytes(data)
            data += byte
        raise StoppedError("the typed line is too long", "type only what is asked for, and end it with Enter")


@contextmanager
def _text(raw: IO[bytes]) -> Iterator[IO[str]]:
    stream = io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="", write_through=True)
    try:
        yield stream
    finally:
        stream.detach()


def _stopping_on_signals(outcome: str) -> AbstractContextManager[None]:
    """Turn every signal that would leave the screen as it is into `StoppedError`, so that it is cleared first."""

    def stop(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            raise OperatorStopError(f"stopped by the operator; {outcome}", _AGAIN)
        named = number in set(signal.Signals)
        raise StoppedError(f"stopped by signal {signal.Signals(number).name if named else number}; {outcome}", _AGAIN)

    return taken_by(stop, _STOP_SIGNALS)


def interactive() -> bool:
    """Tell whether standard input and error are both a terminal: only then may a person be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
