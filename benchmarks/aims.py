"""Ratios with their aims, and when one counts as missed: by more than a tenth, three times in a row."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RUNS = 3


@dataclass(frozen=True)
class Ratio:
    """What was measured, as a part or a multiple of something else in the same run."""

    name: str
    measured: float
    aim: float | None = None
    """What it is to be at most; none for what is only told."""

    @property
    def missed(self) -> bool:
        return self.aim is not None and self.measured > 1.1 * self.aim


def table(ratios: Sequence[Ratio]) -> None:
    print(f"\nload of the machine: {os.getloadavg()[0]:.1f}\n\n| ratio | measured | aim |\n|---|--:|--:|")
    for one in ratios:
        aim = "" if one.aim is None else f"{one.aim:g}{' MISSED' if one.missed else ''}"
        print(f"| {one.name} | {one.measured:.2f} | {aim} |")


def judged(measure: Callable[[], Sequence[Ratio]]) -> None:
    """Measure until every ratio has kept its aim once, three times at most; leave with 1 where one never has."""
    missed: set[str] | None = None
    for _ in range(RUNS):
        ratios = measure()
        table(ratios)
        now = {one.name for one in ratios if one.missed}
        missed = now if missed is None else missed & now
        if not missed:
            return
    print("\nmissed in three runs: " + "; ".join(sorted(missed or ())))
    sys.exit(1)
