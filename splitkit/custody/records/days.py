"""Days of news: which is the newest of a kind, and how a day is told as plain data."""

import datetime as dt


def newest(known: dt.date | None, day: dt.date) -> dt.date:
    """Return the day of the last news of a kind: what is told late moves it not back."""
    return max(known or day, day)


def as_plain(record: object) -> dict[str, object]:
    """Return a record as plain data: a day as its text, and one that never came as an empty one."""
    days = {"seen", "proven", "made", "expires", "added", "checked", "since", "until", "due", "day", "read", "out", "left_with", "missed", "paper", "moved", "found"}  # fmt: skip
    return {name: str(value or "") if name in days else value for name, value in vars(record).items()}
