"""Runs the command line, and ends it by SIGKILL at the call of a function whose number is CUT_OFF; 0 lets it run to its end.

A moment is counted in calls, those into C before and after each, so that a busy machine changes nothing.  Into the file COUNTED
go the numbers of the calls that wrote into a ledger, and then that of the last call of all.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from splitkit.cli.main import run
from splitkit.host.append import AppendFile
from tests.support.commands.agreeing import agree


def main() -> None:
    agree()
    last, count, written = int(os.environ["CUT_OFF"]), 0, []

    def called(frame, event, argument):  # type: ignore[no-untyped-def]
        nonlocal count
        count += event != "return"
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
        if event == "call" and frame.f_code is AppendFile.append.__code__:
            written.append(count)

    sys.setprofile(called)
    try:
        code = run(sys.argv[1:])
    finally:
        sys.setprofile(None)
        Path(os.environ["COUNTED"]).write_text(" ".join(map(str, [*written, count])))
    sys.stdout.flush()
    os._exit(code)
