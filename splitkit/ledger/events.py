"""The closed list of events: what an entry of the ledger may say, and nothing else.

A new event is one class of the three modules below; the command line, `verify`, `show` and the table in docs/format.md follow from it.
An event that was once released never changes its meaning and never loses a field.
"""

from collections.abc import Mapping
from typing import Any

from splitkit.errors import Remedy, UsageError
from splitkit.ledger import ceremony_events, custody_events, set_events
from splitkit.ledger.ceremony_events import *  # noqa: F403
from splitkit.ledger.custody_events import *  # noqa: F403
from splitkit.ledger.schema import Event, Unlisted
from splitkit.ledger.set_events import *  # noqa: F403

REFUSALS = (
    "disk",
    "loopback",
    "mfa-seed",
    "no-guard",
    "no-record",
    "printer-1",
    "spool",
    "superseded",
    "unknown-file",
    "unrecorded",
)
"""What is overruled by its name on the command line; any other name in an `override` is that of a check of the machine."""

EVENTS: Mapping[str, type[Event]] = {
    event.event: event
    for module in (ceremony_events, set_events, custody_events)
    for event in Event.__subclasses__()
    if event.__module__ == module.__name__
}


def find_event(name: str) -> type[Event]:
    """Return the event of that name.

    Raises:
        UsageError: If there is none.
    """
    if name not in EVENTS:
        raise UsageError("there is no such event", Remedy.SEE_EVENTS)
    return EVENTS[name]


def event_of(name: str, fields: Mapping[str, Any]) -> Event:
    """Return an event by its name and its fields, as JSON has them.

    Raises:
        UsageError: If the list has no such event, or other fields; nothing is quoted.
    """
    return find_event(name).of(fields)


def told(name: str, fields: Mapping[str, Any], *, saw: bool | None = None) -> Event | Unlisted:
    """Return what an entry says: an event of the list, or what the list does not allow; *saw* is whether the program saw it, as it usually does if None."""
    try:
        event = event_of(name, fields)
        event.check_saw(event.saw if saw is None else saw)
    except UsageError as error:
        return Unlisted(name, fields, error, bool(saw))
    return event
