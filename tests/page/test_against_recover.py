"""The judge of the page against recover.py, on inputs that a lot makes of genuine, worn, forged and stray pieces."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.support.places import ROOT

LONG = 10_000
PART = 100


def differences(count, workers):
    """What several processes find; each draws every so many-th case."""
    command = [sys.executable, "-m", "tests.support.page.differing", "page"]
    each = [[*command, str(one), str(len(range(one, count, workers))), str(workers)] for one in range(workers)]
    running = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in each]
    came = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    assert sum(one["count"] for one in came) == count
    return came


@pytest.mark.parametrize("count", [PART, pytest.param(LONG, marks=pytest.mark.long)])
def test_the_same_code_and_the_same_secret(count):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    came = differences(count, 1 if count == PART else 2)
    assert [one["found"] for one in came] == [[] for _ in came]
    codes = {code for one in came for code in one["codes"]}
    assert codes >= {"0", "2", "3", "4", "5", "9"}
    verdicts = {verdict for one in came for verdict in one["verdicts"]}
    assert verdicts >= {"opened", "record-needed", "wrong-record", "forged", "not-together", "too-few", "superseded"}
