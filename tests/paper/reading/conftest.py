"""Children that read pictures, forked by a server that has their libraries: most tests ask what they read, not how they start."""

from __future__ import annotations

import subprocess

import pytest

from tests.support import fork_server


@pytest.fixture
def readers_afresh() -> None:
    """The children of this test are started as the product starts them."""


@pytest.fixture
def forked_readers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "readers_afresh" not in request.fixturenames:
        monkeypatch.setattr(subprocess, "Popen", fork_server.ServedChild)
