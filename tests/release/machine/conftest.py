"""Machines that are started from an image: only where one is named, by `make test-image`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.machine.emulator import missing

collect_ignore_glob = [] if "SPLITKIT_IMAGE" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session")
def image() -> Path:
    if gone := missing():
        pytest.skip(f"not here: {gone}")
    path = Path(os.environ["SPLITKIT_IMAGE"]).resolve()
    assert path.is_file(), "make image, and then the test again"
    return path
