"""Runs the command line where something is altered: `CODE ARGUMENTS`.  CODE is run first, then the command line on ARGUMENTS."""

from __future__ import annotations

import sys

from splitkit.cli.main import run


def main() -> None:
    code, *arguments = sys.argv[1:]
    exec(compile(code, "altered", "exec"), {})
    sys.exit(run(arguments))
