"""Processes: the processor time they use, whether they have ended, and Pythons that lack something."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def busy(pid: int) -> float:
    """Seconds of processor time that a running process has used: a busy machine does not lengthen them by much."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def used() -> float:
    """Seconds of processor time of this process and of all its children that have ended."""
    return sum(os.times()[:4])


HANGS = 600
"""Seconds after which something hangs, and is not slow: it is over long before, however busy the machine is."""


@contextmanager
def patience(seconds: int = HANGS) -> Iterator[None]:
    """Raise where something hangs: long after it would be over on any machine."""

    def give_up(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def gone(pid: int, most: float = HANGS) -> bool:
    """Whether a process ends in so many seconds; one that only waits for init to note its end counts."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        try:
            if ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def without_opencv(folder: Path) -> str:
    """An environment with everything that is installed here but OpenCV."""
    import cv2

    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    for entry in Path(cv2.__file__).parents[1].iterdir():
        if not entry.name.startswith(("cv2", "opencv")):
            (site / entry.name).symlink_to(entry)
    python = str(folder / "venv" / "bin" / "python")
    assert subprocess.run([python, "-c", "import zxingcpp, numpy"], check=True).returncode == 0
    assert subprocess.run([python, "-c", "import cv2"], capture_output=True, check=False).returncode == 1
    return python
