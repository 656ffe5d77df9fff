"""A small terminal: runs a command in a pseudo-terminal and keeps what a person would see.

It knows the few escape sequences that splitkit writes, and refuses any other, so that a new one is a decision.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import re
import select
import shlex
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from splitkit.host.paging import MORE, MORE_OF_RESULT
from tests.support.fork_server import Forked, known
from tests.support.kit import environment
from tests.support.processes import HANGS

COLUMNS, LINES = 80, 24
_LETTERS = re.compile(r"[^\x00-\x1f]+")
_ESCAPE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")


class Screen:
    """What is on the glass.  The main screen keeps every row ever written; the alternate one is 80 by 24."""

    def __init__(self) -> None:
        self.finished: list[str] = []
        """The rows of the main screen above the last: nothing changes them any more."""
        self.last: list[str] = []
        self.column = 0
        self.glass: list[list[str]] | None = None
        self.row = 0
        self.shown: list[str] = []
        """Every alternate screen, as it was when it was left or cleared."""
        self._pending = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        """A character may come in two halves."""

    @property
    def main(self) -> list[str]:
        return [*self.finished, "".join(self.last).rstrip()]

    @property
    def asks(self) -> bool:
        """Whether a question stands open: its row ends with a space, where one that only tells something ends with its sign."""
        return "".join(self.last).endswith((": ", "? "))

    @property
    def alternate(self) -> list[str]:
        """The rows of the alternate screen; none when it is not on."""
        rows = ["".join(row).rstrip() for row in self.glass or []]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def feed(self, data: bytes) -> None:
        text = self._pending + self._decoder.decode(data)
        at = 0
        while at < len(text):
            if match := _LETTERS.match(text, at):
                self._print(match[0])
                at = match.end()
            elif text[at] != "\x1b":
                self._put(text[at])
                at += 1
            elif match := _ESCAPE.match(text, at):
                self._obey(*match.groups())
                at = match.end()
            elif len(text) - at < 48:  # two colours of 24 bits are 38 characters
                break
            else:
                raise AssertionError(f"an escape sequence that no terminal here knows: {text[at : at + 48]!r}")
        self._pending = text[at:]

    def _put(self, letter: str) -> None:
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self._new_row()
        elif letter == "\b":
            self.column = max(self.column - 1, 0)
        else:
            assert letter == "\x07", f"{letter!r} was written to the terminal"

    def _new_row(self) -> None:
        if self.glass is None:
            self.finished.append("".join(self.last).rstrip())
            self.last, self.column = [], 0
            return
        self.row += 1
        assert self.row < LINES, "the alternate screen has scrolled: its first row cannot be seen"

    def _print(self, letters: str) -> None:
        assert letters.isprintable(), f"{letters!r} was written to the terminal"
        row = self.last if self.glass is None else self.glass[self.row]
        end = self.column + len(letters)
        assert self.glass is None or end <= COLUMNS, "a row of the alternate screen is too long"
        row += [" "] * (self.column - len(row))
        row[self.column : end] = letters
        self.column = end

    def _obey(self, private: str, number: str, verb: str) -> None:
        if private:
            if (number, verb) == ("1049", "h"):
                self.glass, self.row, self.column = [[] for _ in range(LINES)], 0, 0
            elif (number, verb) == ("1049", "l"):
                assert not self.alternate, "the alternate screen was left before it was cleared"
                self.glass, self.column = None, len(self.last)
            else:
                assert number == "25", f"?{number}{verb}"
        elif verb == "J":
            assert number == "2" and self.glass is not None
            self.shown.append("\n".join(self.alternate))
            self.glass = [[] for _ in range(LINES)]
        elif verb == "H":
            self.row = self.column = 0
        elif verb == "K":
            row = self.last if self.glass is None else self.glass[self.row]
            del row[self.column :]
        else:
            assert verb == "m", f"{number}{verb}"


class Session:
    """A command in a terminal of its own."""

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        env: dict[str, str] | None = None,
        *,
        fresh: bool = False,
        size: tuple[int, int] = (LINES, COLUMNS),
        **streams,
    ) -> None:
        """Run *command*, forked where `fork_server` knows it, and it is not to be *fresh*."""
        self.master, slave = os.openpty()
        self.untouched = termios.tcgetattr(
            self.master
        )  # before the program could change it, however slow this process is
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.raw = b""
        self.turned: list[int] = []
        """How many rows had been shown each time the screen was full, and somebody went on."""
        self.screen = Screen()
        env = env or environment()
        self.process: Forked | subprocess.Popen[bytes]
        program = None if fresh else known(command)
        if program:
            places = [streams.get(name, slave) for name in ("stdin", "stdout", "stderr")]
            descriptors = [place if isinstance(place, int) else place.fileno() for place in places]
            self.process = Forked(cwd=cwd, env=env, streams=[*descriptors, slave], terminal=True, **program)
        else:
            self.process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                **({"stdin": slave, "stdout": slave, "stderr": slave} | streams),
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),  # noqa: PLW1509
            )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)

    def until(self, right: Callable[[Screen], bool], patience: float = HANGS) -> bool:
        """Read until the screen is *right*; return whether it came to that."""
        end = time.monotonic() + patience
        while not right(self.screen):
            if time.monotonic() > end or not self._read(end - time.monotonic()):
                return right(self.screen)
        return True

    def until_text(self, text: str) -> None:
        """Read until *text* can be seen."""
        seen = self.until(lambda screen: text.strip() in "\n".join(screen.main + screen.alternate))
        assert seen, f"{text!r} never came:\n" + "\n".join(self.screen.main + self.screen.alternate)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def finish(self) -> int:
        """Read to the end and return the exit code."""
        while self._read(HANGS):
            pass
        return self.process.wait(HANGS)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.master)
        self.master = -1

    def _read(self, patience: float) -> bool:
        if not select.select([self.master], [], [], max(patience, 0))[0]:
            return False
        try:
            data = os.read(self.master, 65_536)
        except OSError:  # all that held the other end have gone
            return False
        self.raw += data
        self.screen.feed(data)
        waits = self.screen.glass is None and "".join(self.screen.last).strip() in (MORE, MORE_OF_RESULT)
        if waits and self.turned[-1:] != [len(self.screen.finished)]:  # whoever reads it goes on
            self.turned.append(len(self.screen.finished))
            self.type("\r")
        return bool(data)


class Tmux:
    """A command in a window of tmux: 80 by 24, with a server of its own."""

    def __init__(self, command: Sequence[str], folder: Path, raw: Path) -> None:
        """Run *command* in *folder*; every byte it writes to the terminal goes to the file *raw* as well."""
        self._server = ["tmux", "-L", f"splitkit-{os.getpid()}-{time.monotonic_ns()}", "-f", "/dev/null"]
        wanted = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment().items() if name != "TERM")
        # The window waits until its bytes are recorded, and stays for a last look.
        line = f"read _; cd {shlex.quote(str(folder))}; env {wanted} {shlex.join(command)}; echo ended with $?; read _"
        self._tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), line)
        self._tmux("pipe-pane", "-o", f"cat > {shlex.quote(str(raw))}")
        self.type("\r")

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run([*self._server, *arguments], check=True, capture_output=True, text=True).stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([*self._server, "kill-server"], check=False, capture_output=True)

    def type(self, text: str) -> None:
        """Press the keys of *text*."""
        self._tmux("send-keys", "-l", text)

    def until(self, text: str) -> str:
        """Wait until the window or its history shows *text*, and return all of both."""
        end = time.monotonic() + HANGS
        while time.monotonic() < end:
            seen = self.shown()
            if text in seen:
                return seen
            if seen.rstrip().endswith((MORE, MORE_OF_RESULT)):
                self.type("\r")
            time.sleep(0.05)
        raise AssertionError(f"never shown: {text}\n{seen}")

    def shown(self, *, joined: bool = False) -> str:
        """Return all of the window and its history; *joined* as it was written, without the rows that the window broke."""
        return self._tmux("capture-pane", "-p", "-S", "-", *["-J"] * joined)
