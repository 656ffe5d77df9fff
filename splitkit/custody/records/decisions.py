"""What people decide anew: of one thing the entry of the latest time counts, whichever is told last, and an older one changes nothing.

Bad news is no decision: that somebody left, or that an incident was opened, counts also where it is told late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from splitkit.custody.records.days import Moment
from splitkit.custody.records.holdings import Register, news_of
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event

TIES = ("employer", "superior", "country")
"""What of somebody the rules of custody judge, besides what they keep."""


def here(seat: str) -> str:
    """Return by what a register knows when it was last said that somebody is here, or left."""
    return f"here {seat}"


def anew(seat: str) -> str:
    """Return the same of when somebody came back whose roles and whose deputy had ended."""
    return f"anew {seat}"


def role_of(seat: str, role: str) -> str:
    """Return the same of when somebody last took a role, or gave it up."""
    return f"role {seat} {role}"


def tie_of(seat: str, name: str) -> str:
    """Return the same of what was said of somebody besides, such as their employer."""
    return f"{name} {seat}"


def place(tag: str) -> str:
    """Return the same of when a place was last said to be in use, or left."""
    return f"place {tag}"


def place_is(tag: str) -> str:
    """Return the same of what a place is, and where."""
    return f"what {tag} is"


def works(tag: str) -> str:
    """Return the same of when a device last worked, as two people say."""
    return f"{tag} works"


def deputy(seat: str) -> str:
    """Return the same of who stands in for somebody."""
    return f"deputy {seat}"


def later(register: Register, about: str, day: dt.date) -> bool:
    """Whether the same was decided after a *day*."""
    return day < register.planned.get(about, day)


def _role(register: Register, data: events.RollCalled | events.RoleTaken | events.RoleGivenUp) -> Iterable[str]:
    seats = register.seats_of(data.person) if isinstance(data, events.RoleGivenUp) else [data.person]
    return [role_of(seat, data.role) for seat in seats]


def _receives(_register: Register, data: events.ReceiverAdded | events.ReceiverLeft) -> Iterable[str]:
    return [f"receiver {data.account} {data.person}"]


def _judged_by(_register: Register, data: events.AccountAdded | events.AccountJudged) -> Iterable[str]:
    return [f"pack {data.account}"]


def _incident(_register: Register, data: events.IncidentOpened | events.IncidentClosed) -> Iterable[str]:
    return [news_of(data.incident)]


def _in_use(_register: Register, data: events.PlaceAdded | events.PlaceLeft) -> Iterable[str]:
    return [place(data.place)]


def _joined(register: Register, data: events.PersonJoined) -> Iterable[str]:
    ties = [tie_of(data.person, name) for name in ("name", "title", *TIES) if getattr(data, name)]
    return [*map(here, register.seats_of(data.person)), *ties]


_Decides = Mapping[type[Event], Callable[[Register, Any], Iterable[str]]]

DECIDES: _Decides = {
    events.AccountAdded: _judged_by,
    events.AccountJudged: _judged_by,
    events.IncidentClosed: _incident,
    events.IncidentOpened: _incident,
    events.PersonLeft: lambda register, data: map(here, register.seats_of(data.person)),
    events.PlaceAdded: _in_use,
    events.PlaceLeft: _in_use,
    events.ReceiverAdded: _receives,
    events.RoleGivenUp: _role,
    events.RoleTaken: _role,
    events.RollCalled: _role,
    events.RuleOverruled: lambda _register, data: [f"rule {data.rule}"],
}
"""What each of these decides, whoever says it."""

AGREED: _Decides = {
    events.AssetChecked: lambda _register, data: [works(data.asset)] if data.result == "pass" else [],
    events.DeputyNamed: lambda _register, data: [deputy(data.person)],
    events.PersonJoined: _joined,
    events.PlaceAdded: lambda _register, data: [place_is(data.place)],
    events.ReceiverLeft: _receives,
}
"""What each decides once more than one person's word stands behind it: one takes no other's word back, told early or late."""

_WHOLE = (events.AccountJudged, events.DeputyNamed, events.IncidentClosed, events.PlaceLeft, events.ReceiverAdded,
          events.ReceiverLeft, events.RuleOverruled)  # fmt: skip
"""Those that decide one thing only, and are no bad news."""


def is_over(register: Register, data: Event, day: dt.date) -> bool:
    """Whether all that an entry of a *day* decides was decided later."""
    if not isinstance(data, _WHOLE):
        return False
    (about,) = {**DECIDES, **AGREED}[type(data)](register, data)
    seen = [
        one.day
        for one in register.wrong.values()
        if isinstance(data, events.IncidentClosed) and one.incident == data.incident
    ]
    return later(register, about, day) or any(day < one for one in seen)


def decided(register: Register, what: Happening, data: Event) -> Register:
    """Return the register after an entry, where that decides something."""
    tables = [DECIDES, AGREED] if type(data) in AGREED and register.vouched(what) else [DECIDES]
    found = [one for table in tables if type(data) in table for one in table[type(data)](register, data)]
    return register.noted(Moment.of(what.time), *found) if found else register
