"""Programs that the console starts: splitkit's own commands, and the few of the system that nothing else can do.

All of them get the terminal, run to their end and leave nothing running.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from splitkit.errors import DeviceError

SYSTEM_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
_SHELL = ("/bin/bash", "--norc", "--noprofile")
_STOPS = (signal.SIGINT, signal.SIGQUIT)


def run_splitkit(words: Sequence[str], folder: Path) -> int:
    """Run a command of splitkit in *folder* as if it was typed, and return its exit code."""
    return _attended([sys.executable, "-I", "-m", "splitkit", *words], folder, _surroundings(folder))


def open_command_line(folder: Path) -> None:
    """Let people type commands of the system until they leave."""
    _attended(_SHELL, folder, _surroundings(folder))


def run_system(*words: str) -> bool:
    """Run a program of the system that asks nobody anything, and tell whether it did its part."""
    try:
        return subprocess.run(words, env=_surroundings(Path("/")), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0  # fmt: skip
    except OSError:
        raise DeviceError(
            f"{words[0]} is not on this machine", "is this splitkit's own stick? compare its 12 words"
        ) from None


def _surroundings(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:{SYSTEM_PATH}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "linux",
        "TMPDIR": "/dev/shm",  # noqa: S108  (in memory)
    }


def _attended(words: Sequence[str], folder: Path, environment: dict[str, str]) -> int:
    """Run a program at the terminal; Ctrl-C is for the program alone."""
    before = [signal.signal(one, signal.SIG_IGN) for one in _STOPS]
    try:
        return subprocess.run(
            words, cwd=folder, env=environment, check=False, restore_signals=True, preexec_fn=_listening
        ).returncode
    finally:
        for one, handler in zip(_STOPS, before, strict=True):
            signal.signal(one, handler)


def _listening() -> None:
    """Let a child be stopped by keys again: what its parent ignores it would ignore too."""
    for one in _STOPS:
        signal.signal(one, signal.SIG_DFL)
