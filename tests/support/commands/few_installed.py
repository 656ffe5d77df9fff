"""Runs the command line where one small package is installed: preflight is as ever, without ten thousand files to hash.

python few_installed.py SITE ARGUMENTS...      SITE: the folder of the packages
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from splitkit import __main__ as program
from splitkit.preflight import checks

look = checks.look


def install(site: str) -> None:
    checks.look = lambda: dataclasses.replace(look(), sites=(Path(site),))


def main() -> None:
    install(sys.argv.pop(1))
    program.main()


if __name__ == "__main__":
    main()
