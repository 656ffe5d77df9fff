"""A child of the product that reads pictures, for whoever has it forked: reading_child.py MODULE ARGUMENTS..."""

from __future__ import annotations

import importlib
import sys


def main() -> None:
    _, module, *arguments = sys.argv
    importlib.import_module(f"splitkit.paper.reading.{module}").main(*arguments)
