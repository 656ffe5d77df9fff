"""How long people wait for the first question, in a terminal: `plan new`, `ceremony make`, and the door.

    python benchmarks/prompts.py [ROUNDS]

The time from the start of the process to a row that ends with a question, as a part of 250 ms: the one aim here that is no ratio of two
programs, since what counts is what a person notices.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from aims import Ratio, judged
from bench import SPLITKIT

PATIENCE_S = 0.25
_GIVEN_UP_S = 60


def first_question(command: list[str], folder: Path) -> float:
    """Seconds until *command* asks something."""
    begin = time.perf_counter()
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        os.execv(command[0], command)
    said = b""
    try:
        while not said.endswith((b": ", b"? ")):
            ready, _, _ = select.select([terminal], [], [], _GIVEN_UP_S)
            if not ready:
                raise SystemExit(f"{command[1:]}: no question came after {said[-300:]!r}")
            said += os.read(terminal, 4096)
        return time.perf_counter() - begin
    except OSError:
        raise SystemExit(f"{command[1:]}: it ended: {said[-300:]!r}") from None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def measured(rounds: int) -> list[Ratio]:
    ratios = []
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        (folder / "plan.toml").write_text(
            'label = "Bench"\npolicy = "2of3"\nadministrator = "Ada Example"\nwitness = "Wim Example"\n'
        )
        make = [
            "ceremony",
            "make",
            "plan.toml",
            "--ledger",
            "c.ledger",
            "--ceremony",
            "C-1",
            "--to-files",
            "out",
            "--practice",
        ]
        for what, words in (("plan new", ["plan", "new", "new.toml"]), ("ceremony make", make), ("the door", [])):
            times = []
            for _ in range(rounds):
                (folder / "c.ledger").unlink(missing_ok=True)
                times.append(first_question([SPLITKIT, *words], folder))
            ratios.append(Ratio(f"{what}, first question / 250 ms", statistics.median(times) / PATIENCE_S, 1.0))
    return ratios


if __name__ == "__main__":
    judged(lambda: measured(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
