"""Laws are not timed: a slow machine is no counterexample.  What is measured is what the tests of the core itself reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterable

pytest.register_assert_rewrite("tests.support")

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

MEASURED = ("tests/quorum", "tests/secret")
"""Tests that run under coverage: it doubles the time of every other, and the core is to be reached by its own."""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    for item in items:
        if not item.nodeid.startswith(MEASURED):
            item.add_marker(pytest.mark.no_cover)
