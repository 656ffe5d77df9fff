"""Other processes: whether they have ended, and Pythons that lack something."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path


def gone(pid: int, patience: float = 60) -> bool:
    """Whether a process ends before patience does; one that only waits for init to note its end counts."""
    until = time.monotonic() + patience
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
