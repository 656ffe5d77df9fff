"""Laws are not timed: a slow machine is no counterexample.

In `make test` they draw the same examples whenever the tree is the same, so that its verdict is about the tree and not about luck; the
long run draws others every time.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
"""As in the child that rescues: before numpy is loaded, or its threads wait for each other in loops that cost more than all else."""

pytest.register_assert_rewrite("tests.support")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a computer remembers between two runs is that of one test: folders made by hand in others have the same hashes.

    No fixture: ten thousand tests would have it made and taken away.
    """
    name = hashlib.sha256(item.nodeid.encode()).hexdigest()[:16]
    os.environ["XDG_STATE_HOME"] = f"{_states()}/{name}"


@functools.cache
def _states() -> Path:
    from tests.support.places import scratch

    return scratch("state")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skip", action="store_true", help="a test that is skipped fails")


def pytest_configure(config: pytest.Config) -> None:
    from tests.support import calendar_day, sampling

    calendar_day.live()
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a job in the background ignores it, and so would every command
    sampling.short = config.option.markexpr == "not long"
    patient = settings(
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        max_examples=sampling.examples(100),
        derandomize=sampling.short,
    )
    settings.register_profile("patient", patient)
    settings.load_profile("patient")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: some tests wait, for a printer or a clock, and another runs meanwhile."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Each of several workers begins with files of its own: what one has compiled the others need not compile as well."""
    if not hasattr(session.config, "workerinput"):
        return
    worker, of = int(session.config.workerinput["workerid"][2:]), session.config.workerinput["workercount"]
    folders = [session.config.invocation_params.dir / name for name in session.config.args]
    files = sorted({file for folder in folders for file in folder.rglob("test_*.py")})
    for file in files[worker::of]:
        with contextlib.suppress(Exception, pytest.skip.Exception):  # which are reported when it is collected
            importlib.import_module(".".join(file.relative_to(session.config.rootpath).with_suffix("").parts))


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
