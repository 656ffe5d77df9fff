"""The clock: a day that cannot be is said to be so, before anything is made of it."""

from __future__ import annotations

import datetime as dt

import pytest

from splitkit.errors import UnsafeMachineError
from splitkit.host import clock


def test_a_clock_that_was_never_set_is_named(monkeypatch):
    monkeypatch.setattr(clock, "day", lambda: dt.date(1969, 12, 31))
    with pytest.raises(UnsafeMachineError, match="says 1969-12-31"):
        clock.today()
    monkeypatch.setattr(clock, "day", lambda: dt.date(1970, 1, 1))
    assert clock.today() == 0
