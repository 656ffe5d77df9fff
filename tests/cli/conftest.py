"""What several commands are tried on."""

from __future__ import annotations

import pytest

from tests.support.custody.practice_set import PracticeCustody, fingerprints, fresh


@pytest.fixture
def custody(tmp_path):
    """A practice set with its sheets, and the ledger that records it."""
    folder = fresh(tmp_path)
    return PracticeCustody(folder, fingerprints(folder)[1][0])
