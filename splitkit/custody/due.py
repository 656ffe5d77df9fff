"""What is due: drills, reviews, batteries, sheets that nobody read for a year, actions; as a list and as a calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit.custody.records.begun import unfinished
from splitkit.custody.records.holdings import AssetRecord, SetRecord

if TYPE_CHECKING:
    from splitkit.custody.records.holdings import Register

QUARTER = 92
"""Days between two drills, two reviews and two looks at a device: no quarter is longer."""

YEAR = 366
BEFORE_EXPIRY = 60
"""Days before a battery or a certificate ends that its change is due."""


@dataclass(frozen=True, order=True)
class Due:
    """One thing that is due on a day."""

    day: dt.date
    what: str
    why: str = ""

    def overdue(self, today: dt.date) -> bool:
        """Whether the day has passed."""
        return self.day < today


def due(register: Register) -> list[Due]:
    """Return all that is due, the earliest first; nothing that is retired, void or over."""
    items = [*_begun(register), *_meetings(register), *_actions(register), *_overrides(register)]
    for record in register.live:
        items += _unproven(record)
    for asset in register.assets_in_use:
        items += _asset(asset)
    return sorted(items)


def _begun(register: Register) -> Iterator[Due]:
    for one in unfinished(register.begun):
        yield Due(one.day, f"begun, never finished: {one.told}", one.purpose)


def _meetings(register: Register) -> Iterator[Due]:
    """A drill and a review in every quarter, for as long as there is something to look after."""
    if not register.live:
        return
    made = min(record.made for record in register.live)
    drill = _later(max(register.drilled or made, made), QUARTER)
    yield Due(drill, "drill", "a quorum is put together in every quarter")
    review = register.next_review or _later(max(register.reviewed or made, made), QUARTER)
    yield Due(review, "access review", "who has access is reviewed in every quarter")
    if register.next_due:
        yield Due(register.next_due, "next ceremony", "named by the last closed ledger")
    if register.standby:
        yield Due(register.standby, "standby day", "if the next ceremony fails; named by the last closed ledger")


def _actions(register: Register) -> Iterator[Due]:
    for action in register.actions.values():
        if not action.done:
            yield Due(action.due, f"action {action.code}, {action.owner}", action.text)


def _overrides(register: Register) -> Iterator[Due]:
    for rule, until in register.overrides.items():
        if until:
            yield Due(until, f"override of rule {rule} ends", "keep the rule again, or decide anew")


def _unproven(record: SetRecord) -> Iterator[Due]:
    for sheet in record.sheets.values():
        if sheet.may_be_used:
            day = _later(sheet.proven or record.made, YEAR)
            yield Due(day, f"read sheet {sheet.number}", f"{record.name}: last read {sheet.last_read}")


def _asset(asset: AssetRecord) -> Iterator[Due]:
    day = _later(asset.checked or asset.added, QUARTER)
    yield Due(day, f"check {asset.name}", f"kept by {asset.holder}; last checked {asset.checked or 'never'}")
    if asset.expires:
        what = "battery" if asset.battery else "expiry"
        yield Due(_later(asset.expires, -BEFORE_EXPIRY), f"{what} of {asset.name}", f"ends on {asset.expires}")
    if asset.result == "fail" and asset.checked:
        yield Due(asset.checked, f"replace {asset.name}", "it failed when it was last checked")


def _later(day: dt.date, days: int) -> dt.date:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:  # a day at the edge of the calendar, which somebody wrote into a ledger
        return day


# --- calendar ---------------------------------------------------------------------------------------------------------

_FOLD = 75
"""Octets of a line (RFC 5545, section 3.1)."""


def calendar(items: Sequence[Due], stamp: str) -> bytes:
    """Return what is due as an iCalendar file (RFC 5545), a day-long event each; *stamp* is the time in UTC.

    The same item has the same UID in every calendar, so that a second import changes it and adds none.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//splitkit//custody//EN", "CALSCALE:GREGORIAN"]
    moment = stamp.replace("-", "").replace(":", "")
    for item in items:
        uid = hashlib.sha256(f"{item.what}\n{item.why}".encode()).hexdigest()[:32]
        day = item.day.isoformat().replace("-", "")
        lines += ["BEGIN:VEVENT", f"UID:{uid}@splitkit.invalid", f"DTSTAMP:{moment}", f"DTSTART;VALUE=DATE:{day}",
                  f"SUMMARY:{_escaped('splitkit: ' + item.what)}", f"DESCRIPTION:{_escaped(item.why)}", "TRANSP:TRANSPARENT",
                  "END:VEVENT"]  # fmt: skip
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Break a line into pieces of at most 75 octets, never within a character; all but the first begin with a space."""
    pieces: list[bytes] = [b""]
    for character in line:
        octets = character.encode("utf-8")
        room = _FOLD - (1 if len(pieces) > 1 else 0)
        if len(pieces[-1]) + len(octets) > room:
            pieces.append(b"")
        pieces[-1] += octets
    return b"\r\n ".join(pieces) + b"\r\n"
