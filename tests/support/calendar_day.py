"""The day on which the tests live, whatever the calendar says.

The ledgers of tests speak of days in November 2026, and what is due follows from the day it is.  So the clock of the product is set by
whole days, in the processes of the tests and in those that are forked for them; a process that is started afresh has the machine's.
"""

from __future__ import annotations

import datetime as dt
import os

from splitkit.host import clock

DAY = dt.date(2026, 11, 29)
LATER = "TESTS_ARE_DAYS_LATER"
"""In the environment of the tests: by how many days, so that all their processes have one day, also when midnight comes."""


def live() -> None:
    """Set the clock of this process."""
    moment = clock.moment
    later = dt.timedelta(days=int(os.environ.setdefault(LATER, str((moment().date() - DAY).days))))
    clock.moment = lambda: moment() - later


def today() -> dt.date:
    """The day it is for them."""
    return clock.day()
