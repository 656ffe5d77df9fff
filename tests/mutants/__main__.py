"""How many small faults of a package `make test` leaves alive: `python -m tests.mutants quorum --count 40 --seed 1`.

Each fault is put into a copy of the tree.  The tests that name the module run first, then those of its package, then all others of
`make test`; the first that fails ends it.  Each survivor is printed with its diff; above 5 % the run fails.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.faults import Fault, faults_of
from tests.support.places import ROOT

MOST_ALIVE = 0.05
PATIENCE = 3600
PROCESSOR = 900
"""Seconds, and seconds of the processor, for one run of tests: a fault that makes a loop endless is noticed then at the latest."""
NO_TEST = NO_END, NOT_COLLECTED = "no end", "the tests cannot be collected"
"""What ends a run in the place of a test."""
EQUIVALENT = Path(__file__).with_name("equivalent.txt")


@dataclass(frozen=True)
class Outcome:
    """What became of one fault: the first test that failed, or '' if none did."""

    fault: Fault
    killer: str


class Copy:
    """A copy of the tree with a Python of its own, into which faults are put."""

    _clock = 0
    _lock = threading.Lock()

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        for place in ("tests/interop", "page", "tests/page"):
            if (modules := ROOT / place / "node_modules").is_dir():
                (self.root / place / "node_modules").symlink_to(modules)
        self.python = self._environment()
        self.running: subprocess.Popen[str] | None = None

    def stop(self) -> None:
        """Kill the tests that run, with all that they started."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)

    def _environment(self) -> Path:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.root / ".venv"], check=True)
        python = self.root / ".venv/bin/python"
        ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
        site = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
        (Path(site) / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
        install = [
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-build-isolation",
            "--editable",
            self.root,
        ]
        subprocess.run([sys.executable, "-m", "pip", "--python", python, *install, "--force-reinstall"], check=True)
        return python

    def put(self, module: str, text: str) -> None:
        """Write *text* as *module*, with a date that no compiled file has."""
        path = self.root / module
        path.write_text(text, encoding="utf-8")
        with Copy._lock:
            Copy._clock += 10
            os.utime(path, (1_500_000_000 + Copy._clock,) * 2)

    def run(self, tests: list[str], *, leave_out: Sequence[str] = ()) -> list[str]:
        """Run *tests* as `make test` does, up to the first that fails; return that one."""
        options = [
            "-m",
            "not long",
            "-p",
            "no:cacheprovider",
            "-n",
            "0",
            "--tb=no",
            "-rfE",
            "-x",
        ]
        options += [f"--deselect={one}" for one in leave_out]
        environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        command = ["sh", "-c", f'ulimit -t {PROCESSOR}; exec "$@"', "sh", self.python, "-m", "pytest", *options, *tests]
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as run:
            self.running = run
            try:
                said, _ = run.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.stop()
                return [NO_END]
            finally:
                self.running = None
        if run.returncode < 0:
            return [NO_END]
        failed = re.findall(r"^(?:FAILED|ERROR) (\S+(?:\[.*?\])?)(?: - |$)", said, re.MULTILINE)
        if run.returncode not in {0, 1, 5} and not failed:
            return [NOT_COLLECTED]
        return failed


class Judge:
    """Tries faults; a test that fails without the fault as well is left out from then on."""

    def __init__(self, package: str, copies: list[Copy], *, nearest_only: bool) -> None:
        self.package, self.free, self.nearest_only = package, copies, nearest_only
        self.lock = threading.Lock()
        self.broken: list[str] = []
        files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
        own = (f"tests/{package}/",)
        self.near = [name for name in files if name.startswith(own)]
        self.far = sorted((name for name in files if not name.startswith(own)), key=self._distance)

    def _distance(self, name: str) -> tuple[int, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return -text.count(f"splitkit.{self.package.replace('/', '.')}"), name

    def rounds(self, module: str) -> list[list[str]]:
        dotted = module.removesuffix(".py").replace("/", ".")
        first = [name for name in self.near if dotted in (ROOT / name).read_text(encoding="utf-8")]
        rest = [name for name in self.near if name not in first]
        return [tests for tests in (first, rest, [] if self.nearest_only else self.far) if tests]

    def outcome(self, fault: Fault) -> Outcome:
        with self.lock:
            copy = self.free.pop()
        try:
            return Outcome(
                fault, next(filter(None, (self._killer(copy, fault, one) for one in self.rounds(fault.module))), "")
            )
        finally:
            self.free.append(copy)

    def _killer(self, copy: Copy, fault: Fault, tests: list[str]) -> str:
        """The first of *tests* that fails with the fault and passes without it, or ''."""
        while True:
            copy.put(fault.module, fault.applied())
            failed = copy.run(tests, leave_out=self.broken)
            copy.put(fault.module, fault.text)
            if not failed or failed[0] in NO_TEST or not copy.run(failed):
                return failed[0] if failed else ""
            self.broken.append(failed[0])


def sampled(package: str, count: int, seed: str) -> list[Fault]:
    """*count* faults by lot, the same for the same tree and *seed*; those listed as equivalent are not drawn."""
    listed = equivalents()
    faults, met = [], set()
    for path in sorted((ROOT / "splitkit" / package).rglob("*.py")):
        module = path.relative_to(ROOT).as_posix()
        for fault in faults_of(path, module):
            if (key := (module, without_places(fault.diff()))) in listed:
                met.add(key)
            else:
                faults.append(fault)
    stale = [key for key in listed if key[0].startswith(f"splitkit/{package}/") and key not in met]
    if stale:
        sys.exit(f"error: listed as equivalent, and not there: {stale}")
    return random.Random(f"{package} {seed}").sample(faults, min(count, len(faults)))


def without_places(diff: str) -> str:
    """A diff without its line numbers."""
    return "\n".join(line for line in diff.splitlines() if not line.startswith("@@"))


def equivalents() -> dict[tuple[str, str], str]:
    """Module and diff of each fault that changes nothing anyone could notice, with the reason."""
    found = {}
    for block in EQUIVALENT.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.strip().splitlines() if not line.startswith("#")]
        if lines:
            module, _, reason = lines[0].partition(": ")
            found[module, "\n".join(lines[1:])] = reason
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("package")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="go on when too many are alive already")
    parser.add_argument(
        "--near", action="store_true", help="only the tests of the package itself: quick, and stricter than make test"
    )
    parser.add_argument("--list", action="store_true", help="show the faults, try none")
    options = parser.parse_args()
    faults = sampled(options.package, options.count, options.seed)
    if options.list:
        for fault in faults:
            print(fault.module, fault.diff(), sep="\n", end="\n\n")
        return
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(options.jobs)]
        judge = Judge(options.package, list(copies), nearest_only=options.near)
        try:
            alive = tried(faults, judge, options)
        except KeyboardInterrupt:
            sys.exit(130)
        finally:
            for copy in copies:
                copy.stop()
    sys.exit(1 if len(alive) > MOST_ALIVE * len(faults) else 0)


def tried(faults: list[Fault], judge: Judge, options: argparse.Namespace) -> list[Fault]:
    """Try all of them, print what becomes of each, and return those alive."""
    alive, done = [], 0
    pool = ThreadPoolExecutor(options.jobs)
    try:
        waiting = [pool.submit(judge.outcome, fault) for fault in faults]
        for one in as_completed(waiting):
            outcome, done = one.result(), done + 1
            print(
                f"{done:3} {outcome.fault.module} {'killed by ' + outcome.killer if outcome.killer else 'ALIVE'}",
                outcome.fault.diff(),
                sep="\n",
                flush=True,
            )
            alive += [] if outcome.killer else [outcome.fault]
            if len(alive) > MOST_ALIVE * len(faults) and not options.all:
                break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    print(
        f"{options.package}, seed {options.seed}: {done} tried of {len(faults)}, {len(alive)} alive, {100 * len(alive) / max(1, done):.1f} %"
    )
    for fault in alive:
        print("ALIVE", fault.module, fault.diff(), sep="\n")
    return alive


if __name__ == "__main__":
    main()
