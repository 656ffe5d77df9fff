"""Sealing and opening in memory: splitkit against Debian's `age`, as ratios within one run.

    python benchmarks/sealing.py

Both write from tmpfs to tmpfs.  `splitkit seal` is the whole command; of `splitkit open` it is what follows once the sheets were read.
`age` of Debian does not know our kind of recipient: it is given one of its own (X25519), which changes nothing of the payload; and it
hashes nothing, which a ledger asks of us.
"""

from __future__ import annotations

import filecmp
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from aims import Ratio, judged
from bench import SPLITKIT, Job, split_job

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 256 * 1024 * 1024
RUNS = 7
MOST_MIB = 64
BLOCK = bytes(range(256)) * 4_096

SEAL = """
import sys; from pathlib import Path
from splitkit.host.beside import ahead
from splitkit.host.files import write_whole
from splitkit.quorum.recipient import recipient_of
from splitkit.quorum.age import seal
from splitkit.secret.entropy import Entropy
with open(sys.argv[1], "rb") as stream:
    write_whole(Path(sys.argv[2]), ahead(seal(recipient_of(bytes(32), bytes(16)), stream, Entropy())))
"""
OPEN = """
import sys; from pathlib import Path
from splitkit.cli.sealed import _Hashing
from splitkit.host.beside import ahead
from splitkit.host.files import write_whole
from splitkit.quorum.age import file_key_of, opened, parse_header
from splitkit.quorum.recipient import identity_seed
with open(sys.argv[1], "rb") as file:
    stream = _Hashing(file)
    key = file_key_of(parse_header(stream), identity_seed(bytes(32), bytes(16)))
    write_whole(Path(sys.argv[2]), ahead(opened(stream, key)))
    stream.hexdigest()
"""
peaks: list[float] = []


def timed(command: list[str], target: Path) -> float:
    """Run a command that makes *target*, and return its seconds."""
    target.unlink(missing_ok=True)
    job = Job(" ".join(command[:2]), command)
    job.run()
    if command[0] != "age":
        peaks.append(job.peak_kib / 1024)
    return job.median


def compared(name: str, ours: Callable[[], float], theirs: Callable[[], float]) -> Ratio:
    """Take turns, and print the medians."""
    pairs = [(ours(), theirs()) for _ in range(RUNS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{name}: splitkit {mine:.2f} s, age {other:.2f} s")
    return Ratio(f"{name} / age", mine / other, 1.0)


def measured() -> list[Ratio]:
    """Measure both ways, and how the time grows."""
    if not shutil.which("age"):
        sys.exit("age is not installed")
    peaks.clear()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        plain, quarter, sealed, out, theirs = (folder / one for one in ("plain", "quarter", "sealed", "out", "theirs"))
        for path, size in ((plain, SIZE), (quarter, SIZE // 4)):
            with path.open("wb") as stream:
                for _ in range(size // len(BLOCK)):
                    stream.write(BLOCK)
        subprocess.run(["age-keygen", "-o", folder / "key"], check=True, stderr=subprocess.DEVNULL)
        recipient = subprocess.run(
            ["age-keygen", "-y", folder / "key"], check=True, capture_output=True, text=True
        ).stdout.strip()
        split_job(folder, "set", "3of5").run()
        record = ["--to", str(folder / "set/recipient.txt"), "--record", str(folder / "set/envelope.sk1")]

        def seal(source: Path) -> float:
            return timed([SPLITKIT, "seal", str(source), *record, "--out", str(sealed)], sealed)

        sealing = compared(
            "seal 256 MiB",
            lambda: seal(plain),
            lambda: timed(["age", "-r", recipient, "-o", str(theirs), str(plain)], theirs),
        )
        grown = statistics.median(seal(plain) for _ in range(RUNS)) / statistics.median(
            seal(quarter) for _ in range(RUNS)
        )
        run = [sys.executable, "-c"]
        timed([*run, SEAL, str(plain), str(sealed)], sealed)
        opening = compared(
            "open 256 MiB, sheets apart",
            lambda: timed([*run, OPEN, str(sealed), str(out)], out),
            lambda: timed(["age", "-d", "-i", str(folder / "key"), "-o", str(out), str(theirs)], out),
        )
        timed([*run, OPEN, str(sealed), str(out)], out)
        if not filecmp.cmp(out, plain, shallow=False):
            sys.exit("what was opened is not what was sealed")
    return [
        sealing,
        opening,
        Ratio("seal 256 MiB / seal 64 MiB", grown, 4.0),
        Ratio(f"peak memory / {MOST_MIB} MiB", max(peaks) / MOST_MIB, 1.0),
    ]


if __name__ == "__main__":
    judged(measured)
