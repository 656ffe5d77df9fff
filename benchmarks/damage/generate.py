"""Makes pictures of damaged sheets, each from a scenario, a severity and a seed; the same three give the same picture.

    python -m benchmarks.damage.generate FOLDER [--scenarios TEXT ...] [--severities 1 3] [--seeds 0 1]

writes pictures, and a JSON file with the truth beside each.  In a program: `sample("coffee rings", 3, 0)`.
"""

from __future__ import annotations

import argparse
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.damage import (
    scenarios_capture,  # noqa: F401  the scenarios register themselves
    scenarios_mixed,  # noqa: F401
    scenarios_printing,  # noqa: F401
    scenarios_wear,  # noqa: F401
)
from benchmarks.damage.registry import SCENARIOS, SEVERITIES, Job
from benchmarks.damage.sheets import PLANS, BenchSheet, bench_sheet, companion
from benchmarks.damage.texture import generator
from benchmarks.damage.truth import Visibility, visibility

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.damage.page import Points

TUNING_SEEDS = (0, 1, 2, 3)
"""Seeds that anybody who writes a reader may look at, tune on and learn from."""

HELD_OUT_SEEDS = (100, 101, 102, 103)
"""Seeds that nobody looks at while a reader is tuned: they are run once, for the table that is published.

They also have practice sets of their own, so that not even the texts of their symbols are known before.
"""


@dataclass(frozen=True)
class Sample:
    """A picture and the truth about it."""

    scenario: str
    severity: int
    seed: int
    sheet: BenchSheet
    data: bytes = field(repr=False)
    """The picture, a file in the format of *suffix*."""
    suffix: str
    truth: dict[str, Visibility] = field(repr=False)
    """For each symbol, which of its modules can still be seen."""
    others: frozenset[str] = field(repr=False)
    """Texts of other sheets in the same picture: right to read, but not counted."""
    to_pixels: Callable[[Points], Points] = field(repr=False)
    """Points of the page as designed, (n, 2) in millimetres -> pixels of the picture as stored."""

    @property
    def texts(self) -> dict[str, str]:
        """The text of each symbol of the sheet."""
        return self.sheet.texts

    def share_within_bound(self, *, resolved: bool = False) -> bool:
        """Whether a decoder that knows what is hidden can restore either symbol of the share."""
        return any(self.within_bound(name, resolved=resolved) for name in ("words", "digits"))

    def within_bound(self, name: str, *, resolved: bool = False) -> bool:
        """The same for one symbol; with *resolved*, what is too blurred or small to tell counts as hidden."""
        seen = self.truth[name]
        return seen.resolved_within_bound if resolved else seen.within_bound


def sample(scenario: str, severity: int, seed: int, plan: int | None = None) -> Sample:
    """Make one picture; without *plan*, each seed and severity takes another of the eight sheets in turn."""
    if plan is None:
        plan = (zlib.crc32(scenario.encode()) + seed * 5 + severity) % PLANS
    edition = seed // 100
    sheet, other = bench_sheet(plan, edition), companion(plan, edition)
    rng = generator("damage", scenario, severity, seed, plan)
    picture = SCENARIOS[scenario].make(Job(severity, seed, sheet, other, rng))
    shot = picture.shot
    return Sample(
        scenario=scenario,
        severity=severity,
        seed=seed,
        sheet=sheet,
        data=picture.data,
        suffix=picture.suffix,
        truth={name: visibility(shot, symbol) for name, symbol in sheet.symbols.items()},
        others=frozenset(other.texts.values()),
        to_pixels=lambda points: shot.projection(shot.page.on_paper(points)),
    )


def main() -> None:
    """Write pictures into a folder."""
    parser = argparse.ArgumentParser(description="Make pictures of damaged practice sheets.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scenarios", nargs="*", default=[""], help="parts of their names; default all")
    parser.add_argument("--severities", nargs="*", type=int, default=list(SEVERITIES))
    parser.add_argument("--seeds", nargs="*", type=int, default=[TUNING_SEEDS[0]])
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name in SCENARIOS:
        if any(part in name for part in asked.scenarios):
            for severity in asked.severities:
                for seed in asked.seeds:
                    _write(asked.folder, sample(name, severity, seed))


def _write(folder: Path, made: Sample) -> None:
    stem = f"{made.scenario.replace(' ', '-').replace(',', '').replace('/', '-')}_{made.severity}_{made.seed}"
    (folder / (stem + made.suffix)).write_bytes(made.data)
    corners = {
        name: made.to_pixels(_corners(symbol.place.x, symbol.place.y, symbol.place.size)).round(2).tolist()
        for name, symbol in made.sheet.symbols.items()
    }
    facts = {
        "sheet": made.sheet.name,
        "paper": made.sheet.paper.value,
        "texts": made.texts,
        "corners_px": corners,
        "hidden": {name: int(seen.hidden.sum()) for name, seen in made.truth.items()},
        "lost": {name: int(seen.lost.sum()) for name, seen in made.truth.items()},
        "within_bound": {name: made.within_bound(name) for name in made.truth},
        "resolved_within_bound": {name: made.within_bound(name, resolved=True) for name in made.truth},
    }
    (folder / (stem + ".json")).write_text(json.dumps(facts, indent=1) + "\n")


def _corners(x: float, y: float, size: float) -> Points:
    return np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)])


if __name__ == "__main__":
    main()
