"""Days of news: which is the newest of a kind, and how a day is told as plain data."""

import datetime as dt
from typing import Self


class Moment(dt.date):
    """A day that knows its second: of two of one day it says which came first, and is the same day all the same.

    With a day that knows no second it is compared by the day.
    """

    second: str
    """Its time in UTC, as an entry has it; empty where only the day is known."""

    def __new__(cls, year: int, month: int, day: int, second: str = "") -> Self:
        """Return a day, with its *second* where that is known: its whole time in UTC."""
        made = super().__new__(cls, year, month, day)
        made.second = second
        return made

    @classmethod
    def of(cls, time: str) -> Self:
        """Return the moment of a *time* such as 2030-01-31T09:00:00Z."""
        day = dt.date.fromisoformat(time[:10])
        return cls(day.year, day.month, day.day, time)

    def _sooner(self, other: dt.date) -> bool | None:
        """Whether it came before another of its day; None where the days say it, or nothing does."""
        theirs = other.second if isinstance(other, Moment) else ""
        same = self == other and self.second and theirs and self.second != theirs
        return self.second < theirs if same else None

    def __lt__(self, other: dt.date) -> bool:
        sooner = self._sooner(other)
        return super().__lt__(other) if sooner is None else sooner

    def __gt__(self, other: dt.date) -> bool:
        sooner = self._sooner(other)
        return super().__gt__(other) if sooner is None else not sooner

    def __le__(self, other: dt.date) -> bool:
        return not self > other

    def __ge__(self, other: dt.date) -> bool:
        return not self < other


def day_alone(day: dt.date) -> dt.date:
    """Return a day without its second: what two machines did to one thing in a day is told apart by no clock."""
    return dt.date(day.year, day.month, day.day)


def newest(known: dt.date | None, day: dt.date) -> dt.date:
    """Return the day of the last news of a kind: what is told late moves it not back."""
    return max(known or day, day)


def as_plain(record: object) -> dict[str, object]:
    """Return a record as plain data: a day as its text, and one that never came as an empty one."""
    days = {"seen", "proven", "made", "expires", "added", "checked", "since", "until", "due", "day", "read", "out", "left_with", "missed", "paper", "moved", "handed", "laid", "found"}  # fmt: skip
    told = vars(record).items()
    return {name: str(value or "") if name in days or isinstance(value, dt.date) else value for name, value in told}
