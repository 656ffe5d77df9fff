"""Laws are not timed: a slow machine is no counterexample."""

from __future__ import annotations

import functools
import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator

os.environ["OPENBLAS_NUM_THREADS"] = "1"
"""As in the child that rescues: before numpy is loaded, or its threads wait for each other in loops that cost more than all else."""

pytest.register_assert_rewrite("tests.support")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skip", action="store_true", help="a test that is skipped fails")


def pytest_configure(config: pytest.Config) -> None:
    from tests.support import sampling

    sampling.short = config.option.markexpr == "not long"
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=sampling.examples(100))
    settings.register_profile("patient", patient)
    settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--no-skip"):
        report.outcome, report.longrepr = "failed", f"skipped, and here every test must run: {report.longrepr[-1]}"
    return report


@pytest.fixture(scope="module")
def stretched_once() -> Generator[None]:
    """Every key passes a function that is slow on purpose, PBKDF2; a law that opens the same sets again and again has its answers kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "pbkdf2_hmac", functools.cache(hashlib.pbkdf2_hmac))
        yield
