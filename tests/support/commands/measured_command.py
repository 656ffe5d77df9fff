"""Runs the command line, and writes into the file SPENT the seconds and the megabytes that it and its children used.

Its imports are not counted: they are the same for every file.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from splitkit.cli.main import run


def main() -> None:
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    seconds = sum(use.ru_utime + use.ru_stime for use in spent)
    Path(os.environ["SPENT"]).write_text(f"{seconds} {(peak + spent[1].ru_maxrss) / 1024}")
    os._exit(code)
