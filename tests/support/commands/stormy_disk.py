"""Runs the command line on a disk that fails or is full, from one change of it on: the one whose number is FAIL_AT, 0: none.

What changes a disk is counted, be it bytes or a name; how it fails is the number of an error, FAIL_WITH.  On a disk that is full, what
takes no room still succeeds.  With 0 in place of an error the process is killed there, a write by halves.  Into the file COUNTED goes how
many changes there were.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from pathlib import Path

from splitkit.cli.main import run
from tests.support.commands.agreeing import agree

GROWS = ("open", "write", "mkdir", "rename", "replace", "link", "fsync")
OTHERS = ("ftruncate", "unlink", "rmdir", "fchmod", "chmod")
_CHANGES = os.O_CREAT | os.O_WRONLY | os.O_RDWR


class Disk:
    """Counts what changes it, and fails."""

    def __init__(self, first: int, number: int) -> None:
        self.first, self.number, self.count = first, number, 0
        for name in GROWS if number == errno.ENOSPC else (*GROWS, *OTHERS):
            self._hook(name)
        self._fdopen, os.fdopen = os.fdopen, self._opened  # type: ignore[assignment]

    def _hook(self, name: str) -> None:
        genuine = getattr(os, name)

        def step(*given, **named):  # type: ignore[no-untyped-def]
            harmless = (name == "open" and not given[1] & _CHANGES) or (name == "write" and given[0] < 3)
            if not (harmless or os.devnull in given):
                self.step(lambda: name == "write" and genuine(given[0], given[1][: len(given[1]) // 2]))
            return genuine(*given, **named)

        setattr(os, name, step)

    def step(self, half) -> None:  # type: ignore[no-untyped-def]
        self.count += 1
        if not 0 < self.first <= self.count:
            return
        if self.number:
            raise OSError(self.number, os.strerror(self.number))
        half()
        os.kill(os.getpid(), signal.SIGKILL)

    def _opened(self, descriptor: int, mode: str = "r", *more, **named):  # type: ignore[no-untyped-def]
        if mode != "wb":
            return self._fdopen(descriptor, mode, *more, **named)
        disk = self

        class File(io.FileIO):
            def write(self, data):  # type: ignore[no-untyped-def]
                disk.step(lambda: super(File, self).write(data[: len(data) // 2]))
                return super().write(data)

        return io.BufferedWriter(File(descriptor, "w"))


def main() -> None:
    agree()
    disk = Disk(int(os.environ["FAIL_AT"]), int(os.environ["FAIL_WITH"]))
    code = run(sys.argv[1:])
    disk.first = 0
    Path(os.environ["COUNTED"]).write_text(str(disk.count))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
