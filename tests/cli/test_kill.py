"""`split` stopped at any moment: afterwards there is a whole set under its name, or nothing, and a new run succeeds."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.fork_server import Forked
from tests.support.kit import PUBLIC, environment, run

SPLIT = ("split", "--practice", "--label", "Test", "--policy", "2of2", "--out", "made")
WHOLE = {"share-1-of-2.pdf", "share-2-of-2.pdf", *PUBLIC}


def assert_whole_or_absent(folder) -> bool:
    """Return whether the set is there; when it is, it is whole and opens."""
    made = folder / "made"
    if not made.exists():
        return False
    assert {path.name for path in made.iterdir()} == WHOLE
    assert run("check", "made", "--quorum", cwd=folder).returncode == 0
    return True


def kill_after(seconds: float, folder) -> None:
    with Path(os.devnull).open("r+b") as nowhere:
        process = Forked(SPLIT, folder, environment(), [nowhere.fileno()] * 3)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def kill_many_times(times: int, folder) -> None:
    run("--version", cwd=folder)  # The first start of all takes longer.
    start = time.monotonic()
    assert run(*SPLIT, cwd=folder).returncode == 0
    whole_run = time.monotonic() - start
    shutil.rmtree(folder / "made")
    moments = random.Random(times)
    for _ in range(times):
        kill_after(moments.uniform(0.3, 1.05) * whole_run, folder)
        if assert_whole_or_absent(folder):
            shutil.rmtree(folder / "made")
    done = run(*SPLIT, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert assert_whole_or_absent(folder)
    assert [path.name for path in folder.iterdir()] == ["made"], "what a killed run had left is gone"


def test_killed_at_random_moments(tmp_path):
    kill_many_times(4, tmp_path)


@pytest.mark.long
def test_killed_at_random_moments_many_times(tmp_path):
    kill_many_times(300, tmp_path)


def test_a_file_size_limit_leaves_nothing(tmp_path):
    """The kernel refuses the first page: one write fails, as on a disk that is full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    done = run(*SPLIT, cwd=tmp_path, preexec_fn=limit)
    assert done.returncode == 7, done.stderr
    assert "error: the set could not be written: File too large\nhint: " in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system in memory that holds less than a set."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may mount a tiny disk, and not in every container")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_nothing(tiny_disk):
    done = run(*SPLIT, cwd=tiny_disk)
    assert done.returncode == 7, done.stderr
    assert "error: the set could not be written: No space left on device\nhint: " in done.stderr
    assert not list(tiny_disk.iterdir())
