"""Two people who agree to whatever they are asked, in a command that these tests run without a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from unittest.mock import Mock

from splitkit.cli import ledger


def agree() -> None:
    """Let whoever is asked to choose a branch choose it."""

    @contextmanager
    def at_a_table(_):  # type: ignore[no-untyped-def]
        yield Mock()

    ledger.check_asked = lambda: None  # type: ignore[assignment]
    ledger.Dialogue = Mock(open=at_a_table)  # type: ignore[misc, assignment]
