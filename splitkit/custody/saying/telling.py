"""What was recorded, in plain words: 'Ada Example (sheet 1): in Berlin safe, bag A10004'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.naming import things
from splitkit.custody.saying.supplied import added, is_about_sheet
from splitkit.ledger.fields import Kind
from splitkit.ledger.schema import Event
from splitkit.ledger.wording import value_in_words

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sheet.stored": "in {safe}, bag {bag}",
        "sheet.taken": "taken out of {safe}, bag {bag}: {purpose}",
        "bag.sealed": "sealed into bag {bag}",
        "receipt": "signed for, bag {bag}",
    }
)
"""The usual things in the words of people; everything else is told by what its event means, and by its fields."""


def in_plain_words(event: Event, register: Register) -> str:
    """Return what an entry says, with names in place of ids; *register* is that after the entry."""
    values = {name: _told(kind, value, register) for name, kind, value in _held(event)}
    if words := _WORDS.get(event.event):
        return _whose(event, register) + words.format(**values)
    kinds = {name: kind for name, kind, _ in event.kinds()}
    skipped = {"set", "sheet", "person"} if is_about_sheet(type(event)) else {"name"} if added(type(event)) else set()
    rest = [
        value if name == "text" else name.replace("_", " ") + (": " if kinds[name].free else " ") + value
        for name, value in values.items()
        if name not in skipped
    ]
    return "; ".join([_whose(event, register) + event.means, *rest])


def _held(event: Event) -> Iterator[tuple[str, Kind, Any]]:
    said = event.fields()
    yield from ((name, kind, said[name]) for name, kind, _ in event.kinds() if name in said)


def _told(kind: Kind, value: Any, register: Register) -> str:
    """Return a value with names in place of ids."""
    names = _names(register, kind.thing)
    if type(value) is list:
        return value_in_words([names.get(one, one) for one in value])
    return value_in_words(names.get(value, value) if kind.thing else value)


def _names(register: Register, kind: str) -> dict[str, str]:
    """Return what everything of a kind is called, by its id."""
    known = things(register, kind)
    return {one.id: one.among(known) for one in known}


def _whose(event: Event, register: Register) -> str:
    """Return which sheet an entry is about, and who keeps it: 'Ada Example (sheet 1): '."""
    if not is_about_sheet(type(event)):
        return ""
    said = event.fields()
    record = register.sets[said["set"]]
    sheet = f"sheet {said['sheet']}" if len(register.live) == 1 else record.sheet_name(said["sheet"])
    holder = record.sheets[said["sheet"]].holder
    names = _names(register, "person")
    return f"{names.get(holder, holder)} ({sheet}): " if holder else f"{sheet}: "
