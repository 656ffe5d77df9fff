"""A terminal that shows no more rows at once than it has: before one scrolls away unread, it waits for a key.

Where people have typed ahead, and where any of the standard streams is no terminal, nothing waits.
"""

import os
import select
import sys
import termios
import tty
from dataclasses import dataclass

MORE = "-- more: Enter goes on, q leaves out the rest --"
"""What stands in the last row while it waits."""

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

    def wait_for(self, rows: int) -> None:
        """Wait for a key where so many more *rows* would push away what nobody has answered yet; then they are counted."""
        height = _height()
        if height >= _LEAST and self.rows and self.rows + rows >= height:
            self.rows = 0  # also where Ctrl-C ends the waiting: what is said of that is shown at once
            self.left_out |= _more()
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


def _more() -> bool:
    """Wait for a key; return whether it says that the rest is left out."""
    descriptor = sys.stdin.fileno()
    sys.stdout.flush()
    if select.select([descriptor], [], [], 0)[0]:  # typed ahead
        return False
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        sys.stderr.write(MORE)
        sys.stderr.flush()
        pressed = os.read(descriptor, 1)
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
        sys.stderr.write(f"\r{' ' * len(MORE)}\r")
        sys.stderr.flush()
    return pressed in (b"q", b"Q", b"")
