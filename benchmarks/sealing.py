"""Sealing and opening 256 MB in memory: splitkit's code against Debian's `age`, as ratios within one run.

Both write from tmpfs to tmpfs.  `age` of Debian does not know our kind of recipient: it is given one of its own (X25519), which
changes nothing of the payload.  python benchmarks/sealing.py
"""

from __future__ import annotations

import filecmp
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 256 * 1024 * 1024
RUNS = 7
BLOCK = bytes(range(256)) * 4_096

SEAL = """
import sys; from pathlib import Path
from splitkit.host.files import write_whole
from splitkit.quorum.recipient import recipient_of
from splitkit.quorum.age import seal
from splitkit.secret.entropy import Entropy
with open(sys.argv[1], "rb") as stream:
    write_whole(Path(sys.argv[2]), seal(recipient_of(bytes(32), bytes(16)), stream, Entropy()))
"""
OPEN = """
import sys; from pathlib import Path
from splitkit.host.files import write_whole
from splitkit.quorum.age import parse_header
from splitkit.quorum.age import opened
from splitkit.quorum.recipient import identity_seed
from splitkit.quorum.age import file_key_of
with open(sys.argv[1], "rb") as stream:
    key = file_key_of(parse_header(stream), identity_seed(bytes(32), bytes(16)))
    write_whole(Path(sys.argv[2]), opened(stream, key))
"""


def timed(command: list[str], target: Path) -> float:
    """Run a command that makes *target*, and return its seconds."""
    target.unlink(missing_ok=True)
    begin = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def compared(name: str, ours: Callable[[], float], theirs: Callable[[], float]) -> None:
    """Take turns, and print the medians."""
    pairs = [(ours(), theirs()) for _ in range(RUNS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{name}: splitkit {mine:.2f} s, age {other:.2f} s: {other / mine:.2f} of the speed of age")


def main() -> None:
    """Measure both ways."""
    if not shutil.which("age"):
        sys.exit("age is not installed")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        plain, sealed, out = folder / "plain", folder / "sealed", folder / "out"
        with plain.open("wb") as stream:
            for _ in range(SIZE // len(BLOCK)):
                stream.write(BLOCK)
        subprocess.run(["age-keygen", "-o", folder / "key"], check=True, stderr=subprocess.DEVNULL)
        recipient = subprocess.run(
            ["age-keygen", "-y", folder / "key"], check=True, capture_output=True, text=True
        ).stdout.strip()
        run = [sys.executable, "-c"]
        compared(
            "seal 256 MB",
            lambda: timed([*run, SEAL, str(plain), str(sealed)], sealed),
            lambda: timed(["age", "-r", recipient, "-o", str(folder / "theirs"), str(plain)], folder / "theirs"),
        )
        compared(
            "open 256 MB",
            lambda: timed([*run, OPEN, str(sealed), str(out)], out),
            lambda: timed(["age", "-d", "-i", str(folder / "key"), "-o", str(out), str(folder / "theirs")], out),
        )
        if not filecmp.cmp(out, plain, shallow=False):
            sys.exit("what was opened is not what was sealed")
    print(f"memory of a whole process at most {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
