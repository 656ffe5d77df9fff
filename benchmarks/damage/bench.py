"""Runs readers on pictures of damaged sheets and prints a Markdown table of what they read.

    python -m benchmarks.damage.bench [--readers zxing zbar ...] [--scenarios TEXT ...] [--seeds 0 1] [--jobs 2]
        [--results FILE] [--chart FILE.svg] [--report-only]

Every picture's result is one line of the results file, which is kept outside the repository; a run that was stopped goes
on where it stopped, and a reader that is added later is run alone.  See README.md beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from benchmarks.damage.chart import chart
from benchmarks.damage.generate import TUNING_SEEDS, Sample, sample
from benchmarks.damage.readers import READERS, Reader, available
from benchmarks.damage.registry import SCENARIOS, SEVERITIES
from benchmarks.damage.report import load, report

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path.home() / ".cache" / "splitkit-damage-bench.jsonl"

Task = tuple[str, int, int, tuple[str, ...]]
"""Scenario, severity, seed, and the readers to run."""

_made: dict[str, Reader] = {}


def run_task(task: Task) -> dict[str, Any]:
    """Make one picture and read it with each reader; runs in a worker process, which keeps its readers."""
    scenario, severity, seed, names = task
    made = sample(scenario, severity, seed)
    image = Image.open(io.BytesIO(made.data)).convert("L")
    record = _facts(made) | {"pixels": image.width * image.height, "readers": {}}
    for name in names:
        if name not in _made:
            _made[name] = READERS[name]()
        texts, seconds = _made[name].read(image)
        record["readers"][name] = _judged(made, texts, seconds)
    return record


def _facts(made: Sample) -> dict[str, Any]:
    return {
        "scenario": made.scenario,
        "family": SCENARIOS[made.scenario].family,
        "severity": made.severity,
        "seed": made.seed,
        "sheet": made.sheet.name,
        "envelope_version": made.sheet.symbols["envelope"].version,
        "sha256": hashlib.sha256(made.data).hexdigest()[:16],
        "within_bound": {name: made.within_bound(name) for name in made.truth},
        "resolved": {name: made.within_bound(name, resolved=True) for name in made.truth},
    }


def _judged(made: Sample, texts: set[str], seconds: float) -> dict[str, Any]:
    """Which symbols were read, how long it took, and what was read that is on no sheet of the picture."""
    known = set(made.texts.values()) | made.others
    return {
        "read": [name for name, text in made.texts.items() if text in texts],
        "seconds": round(seconds, 4),
        "wrong": sorted(text[:60] for text in texts - known),
    }


def tasks(asked: argparse.Namespace, done: dict[tuple[str, int, int], dict[str, Any]]) -> list[Task]:
    """What is left to run, seed after seed and severity after severity, so that a part of a run is a fair sample."""
    left = []
    for seed in asked.seeds:
        for severity in asked.severities:
            for name in SCENARIOS:
                if not any(part in name for part in asked.scenarios):
                    continue
                already = done.get((name, severity, seed), {}).get("readers", {})
                missing = tuple(reader for reader in asked.readers if reader not in already)
                if missing:
                    left.append((name, severity, seed, missing))
    return left


def run(left: list[Task], jobs: int, results: Path) -> None:
    """Run *left* in *jobs* processes and append to *results*."""
    results.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with results.open("a", encoding="utf-8") as file:
        for number, record in enumerate(_records(left, jobs), 1):
            file.write(json.dumps(record) + "\n")
            file.flush()
            rate = number / (time.monotonic() - started)
            if number % 20 == 0 or number == len(left):
                print(f"{number}/{len(left)}  {rate:.2f} pictures/s", file=sys.stderr)


def _records(left: list[Task], jobs: int) -> Iterator[dict[str, Any]]:
    if jobs == 1:
        yield from map(run_task, left)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(run_task, left)


def parse_arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description="Measure readers on pictures of damaged practice sheets.")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=available())
    parser.add_argument("--scenarios", nargs="+", default=[""], metavar="TEXT", help="parts of their names")
    parser.add_argument("--severities", nargs="+", type=int, default=list(SEVERITIES))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(TUNING_SEEDS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--chart", type=Path, help="write the read rate by scenario as an SVG picture")
    parser.add_argument("--report-only", action="store_true", help="run nothing, report what is there")
    asked = parser.parse_args()
    if not asked.report_only and not set(asked.readers) <= set(available()):
        parser.error(f'missing: {sorted(set(asked.readers) - set(available()))}; see README.md, "Readers"')
    return asked


def main() -> None:
    """Run what is missing, then report."""
    asked = parse_arguments()
    if not asked.report_only:
        run(tasks(asked, load(asked.results)), asked.jobs, asked.results)
    chosen = [
        record
        for (name, severity, seed), record in load(asked.results).items()
        if seed in asked.seeds and severity in asked.severities and any(part in name for part in asked.scenarios)
        if set(asked.readers) <= set(record["readers"])
    ]
    print(report(chosen, asked.readers))
    if asked.chart:
        asked.chart.write_text(chart(chosen, asked.readers), encoding="utf-8")


if __name__ == "__main__":
    main()
