"""An entry in words: the same on a screen and on paper, each of which lays them out."""

import json
from collections.abc import Callable
from typing import Any

from splitkit.ledger.chain import Entry
from splitkit.ledger.events import EVENTS
from splitkit.ledger.fields import Kind

_HEX_SHOWN = 8


Called = Callable[[str, str], str]
"""What people call something, by the kind of thing it is (see `Kind.thing`) and its id."""


def _by_id(_thing: str, name: str) -> str:
    return name


def in_words(entry: Entry, called: Called = _by_id) -> str:
    """Return the fields of an entry in the order of the list of events; a lone text stands for itself."""
    event = EVENTS.get(entry.event)
    kinds = {name: kind for name, kind, _ in event.kinds()} if event else {}
    said = entry.data.fields()
    names = [name for name in kinds if name in said] + sorted(set(said) - set(kinds))
    if names == ["text"]:
        return value_in_words(said["text"])
    return "; ".join(_label(name, kinds.get(name)) + _told(kinds.get(name), said[name], called) for name in names)


def _told(kind: Kind | None, value: Any, called: Called) -> str:
    if kind and kind.thing:
        if type(value) is list and value:
            return ", ".join(_told(kind, one, called) for one in value)
        if type(value) is str:
            return value_in_words(called(kind.thing, value))
    return value_in_words(value)


def _label(name: str, kind: Kind | None) -> str:
    """Return the name of a field, with a colon before free text."""
    return name.replace("_", " ") + (" " if kind and not kind.free else ": ")


def seen_or_said(entry: Entry) -> str:
    """Return whether the program saw what an entry tells, or people said it."""
    return "seen" if entry.saw else "said"


def value_in_words(value: Any) -> str:
    """Return one value for people: hashes and set ids are cut, the data of the entry has them whole."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(map(value_in_words, value)) or "none"
    if isinstance(value, str):
        whole = len(value) < 32 or set(value) - set("0123456789abcdef")
        return value if whole else value[:_HEX_SHOWN] + ".."
    return json.dumps(value)
