"""Whole processes side by side: splitkit against what people would pick instead, as ratios within one run.

    python benchmarks/bench.py [ROUNDS]

Most of the others make no paper: `shamir` (the command of the shamir-mnemonic package) prints words, `ssss` prints hex.  python-slip39
sets cards, as PDF; it is asked only where the variable SLIP39 names its command.  Every row is the median of ROUNDS runs, the commands taken
in turn, so that a slow moment of the machine falls on all of them alike.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from aims import Ratio, judged

BIN = Path(sys.executable).parent
SPLITKIT, SHAMIR = str(BIN / "splitkit"), str(BIN / "shamir")
GROUPS = "2 of: North 8of16, South 8of16"


@dataclass
class Job:
    """One command line, run again and again."""

    name: str
    command: list[str]
    stdin: bytes = b""
    fresh: Path | None = None
    """A folder to remove before each run."""
    accepts: frozenset[int] = frozenset({0})
    """The exit codes that are none of a failure."""
    seconds: list[float] = field(default_factory=list)
    peak_kib: int = 0

    def run(self) -> bytes:
        if self.fresh:
            shutil.rmtree(self.fresh, ignore_errors=True)
        started = time.perf_counter()
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
            source.write(self.stdin)
            source.seek(0)
            child = subprocess.Popen(self.command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds.append(time.perf_counter() - started)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode not in self.accepts:
                raise SystemExit(f"{self.name}: exit {child.returncode}")
            self.peak_kib = max(self.peak_kib, usage.ru_maxrss)
            sink.seek(0)
            return sink.read()

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def split_job(folder: Path, name: str, policy: str) -> Job:
    out = folder / name.replace(" ", "-")
    command = [SPLITKIT, "split", "--policy", policy, "--label", "Bench", "--practice", "--out", str(out)]
    return Job(name, command, fresh=out)


def jobs(folder: Path) -> dict[str, Job]:
    """All commands; the recoveries are fed with what the splits made."""
    made = {
        "version": Job("splitkit --version", [SPLITKIT, "--version"]),
        "help": Job("splitkit --help", [SPLITKIT, "--help"]),
        "shamir-help": Job("shamir --help", [SHAMIR, "--help"]),
        "split-3of5": split_job(folder, "splitkit split 3of5", "3of5"),
        "split-8of16": split_job(folder, "splitkit split 8of16", "8of16"),
        "split-2x16": split_job(folder, "splitkit split 2 x 8of16", GROUPS),
        "create-3of5": Job("shamir create 3of5", [SHAMIR, "create", "3of5"]),
        "create-8of16": Job("shamir create 8of16", [SHAMIR, "create", "8of16"]),
        "create-2x16": Job(
            "shamir create 2 x 8of16", [SHAMIR, "create", "custom", "-t", "2", "-g", "8", "16", "-g", "8", "16"]
        ),
    }
    if shutil.which("ssss-split"):
        made["ssss-split"] = Job(
            "ssss-split 3of5", ["ssss-split", "-t", "3", "-n", "5", "-q"], b"Correct-Horse-Battery-24\n"
        )
    if slip39 := os.environ.get("SLIP39"):
        cards = [slip39, "-q", "-t", "1", "-g", "Bench(3/5)", "-o", str(folder / "cards.pdf"), "Bench"]
        made["slip39"] = Job("slip39, five cards", cards)
    return made | recoveries(folder, made)


def recoveries(folder: Path, made: dict[str, Job]) -> dict[str, Job]:
    made["split-3of5"].run()
    out = folder / "kept"
    shutil.copytree(made["split-3of5"].fresh, out)
    sheets = [str(out / f"share-{number}-of-5.pdf") for number in (1, 3, 5)]
    command = [SPLITKIT, "recover", *sheets, "--record", str(out / "envelope.sk1"), "--practice", "--reveal", "stdout"]
    mnemonics = [line for line in made["create-3of5"].run().decode().splitlines() if len(line.split()) >= 20]
    found = {
        "recover": Job("splitkit recover, 3 PDFs", command),
        "shamir-recover": Job(
            "shamir recover, 3 lines", [SHAMIR, "recover"], "\n".join(mnemonics[:3]).encode() + b"\n"
        ),
    }
    if "ssss-split" in made:
        shares = b"\n".join(made["ssss-split"].run().split(b"\n")[:3]) + b"\n"
        found["ssss-combine"] = Job("ssss-combine, 3 lines", ["ssss-combine", "-t", "3", "-q"], shares)
    return found


RATIOS = (
    ("version", "shamir-help", 0.33),
    ("help", "shamir-help", 0.9),
    ("split-3of5", "create-3of5", 4.0),
    ("split-3of5", "slip39", 0.25),
    ("split-8of16", "create-8of16", None),
    ("split-2x16", "create-2x16", None),
    ("split-2x16", "split-8of16", 1.8),
    ("split-8of16", "split-3of5", None),
    ("recover", "shamir-recover", 4.0),
    ("split-3of5", "ssss-split", None),
    ("recover", "ssss-combine", None),
)
"""Pairs to compare, with the ratio that splitkit aims for."""


def measured(rounds: int) -> list[Ratio]:
    """Run everything, print what it took, and return the ratios."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        found = jobs(Path(name))
        for job in found.values():
            job.seconds.clear()
        for _ in range(rounds):
            for job in found.values():
                job.run()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, median of {rounds} runs in turn\n")
    print("| command | median ms | peak MiB |\n|---|--:|--:|")
    for job in found.values():
        print(f"| {job.name} | {job.median * 1000:.0f} | {job.peak_kib / 1024:.0f} |")
    return [
        Ratio(f"{found[one].name} / {found[other].name}", found[one].median / found[other].median, aim)
        for one, other, aim in RATIOS
        if one in found and other in found
    ]


if __name__ == "__main__":
    judged(lambda: measured(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
