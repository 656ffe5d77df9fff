"""The one place where the clock is read."""

import datetime as dt
import time

from splitkit.errors import UnsafeMachineError

EPOCH = dt.date(1970, 1, 1)


def today() -> int:
    """Return the current day as days since 1970-01-01 UTC.

    Raises:
        UnsafeMachineError: If the clock was never set: it says a day before that.
    """
    days = (day() - EPOCH).days
    if days < 0:
        raise UnsafeMachineError(
            f"the clock of this machine says {day()}, which is impossible", "set the clock: date -s"
        )
    return days


def day() -> dt.date:
    """Return the current day, UTC."""
    return moment().date()


def moment() -> dt.datetime:
    """Return date and time of day as this machine has them, in UTC."""
    return dt.datetime.now(dt.UTC)


def iso_date(day: int) -> str:
    """Return a day count as YYYY-MM-DD; days beyond the calendar are said to be so."""
    try:
        return (EPOCH + dt.timedelta(days=day)).isoformat()
    except OverflowError:
        return "a date beyond the calendar"


def stamp() -> str:
    """Return the current time in UTC, to the second, as 2026-11-23T13:04:05Z."""
    return moment().strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds() -> float:
    """Return a clock that only runs forward, in seconds from an arbitrary start."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait; a signal that is turned into an error ends it."""
    time.sleep(seconds)


def busy_seconds() -> float:
    """Return the processor time this process has used: a budget by it does not depend on what else the machine does."""
    return time.process_time()
