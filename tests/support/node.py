"""The implementations in JavaScript, which are other people's."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.support.places import TESTS
from tests.support.processes import HANGS

INTEROP = TESTS / "interop"


def node(script, package, value):
    """What *script* answers to *value*."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (INTEROP / "node_modules" / package / "package.json").is_file():
        pytest.skip(f"npm package {package} is not installed: npm ci --prefix tests/interop")
    run = subprocess.run(
        ["node", INTEROP / script],
        input=json.dumps(value),
        check=False,
        capture_output=True,
        text=True,
        timeout=HANGS,
        cwd=INTEROP,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
