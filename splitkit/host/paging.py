"""A terminal that shows no more rows at once than it has: before one scrolls away unread, it waits for Enter.

It is answered as every question is, by a line: what a key alone did, the Enter that many type after it would do to the next question.

Where people have typed ahead, and where any of the standard streams is no terminal, nothing waits.
"""

import os
import select
import sys
import termios
import tty
from dataclasses import dataclass

MORE = "-- more -- Enter goes on:"
MORE_OF_RESULT = "-- more -- Enter goes on; q and Enter leave out the rest:"
"""What stands in the last row while it waits: only of a result anything is left out."""

_BACKWARDS = (b"\x7f", b"\b")

_MOST_TYPED = 8
"""So many characters of an answer are shown, and kept."""

_LEAST = 8
"""A terminal of fewer rows is none that people read."""


@dataclass
class Pager:
    """How many rows were written since people last answered, and whether they have had enough."""

    rows: int = 0
    left_out: bool = False

    def answered(self) -> None:
        """People have typed something: what stands above it they have read."""
        self.rows, self.left_out = 0, False

    def begin(self) -> None:
        """Another command begins: of that nothing was left out."""
        self.left_out = False

    def wait_for(self, rows: int, *, result: bool = False) -> None:
        """Wait for Enter where so many more *rows* would push away what nobody has answered yet; then they are counted.

        Args:
            rows: How many are to be written.
            result: Whether they are those of a result, of which people may leave out the rest.
        """
        height = _height()
        if height >= _LEAST and self.rows and self.rows + rows >= height:
            self.rows = 0  # also where Ctrl-C ends the waiting: what is said of that is shown at once
            self.left_out |= _more(MORE_OF_RESULT if result else MORE) and result
        self.rows += rows


PAGER = Pager()
"""Of this process: it has one terminal."""


def _height() -> int:
    """Return how many rows the terminal has; 0 where there is no terminal, or only one for some of the streams."""
    try:
        if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            return 0
        return os.get_terminal_size(sys.stdout.fileno()).lines
    except (OSError, ValueError):
        return 0


def _more(prompt: str) -> bool:
    """Wait for a line; return whether it says that the rest is left out."""
    descriptor = sys.stdin.fileno()
    sys.stdout.flush()
    if select.select([descriptor], [], [], 0)[0]:  # typed ahead
        return False
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        typed = ""
        while (pressed := _key(descriptor, f"{prompt} {typed}")) not in (b"\r", b"\n", b""):
            typed = typed[:-1] if pressed in _BACKWARDS else (typed + pressed.decode("ascii", "replace"))[:_MOST_TYPED]
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
        sys.stderr.write(f"\r{' ' * (len(prompt) + 1 + _MOST_TYPED)}\r")
        sys.stderr.flush()
    return not pressed or typed.strip().lower() == "q"


def _key(descriptor: int, row: str) -> bytes:
    """Show a row as it stands so far, and return the next key."""
    printable = "".join(one if one.isprintable() else " " for one in row)
    sys.stderr.write(f"\r{printable}{' ' * _MOST_TYPED}\r{printable}")
    sys.stderr.flush()
    return os.read(descriptor, 1)
