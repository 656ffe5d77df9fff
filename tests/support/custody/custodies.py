"""Custody as a list of entries, for the register and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace

from splitkit.custody.history import Holding, Past
from splitkit.custody.records.holdings import Register
from splitkit.custody.register import after, build
from splitkit.ledger.chain import GENESIS, Entry, Happening, new_entry
from splitkit.ledger.events import told
from splitkit.ledger.schema import Event
from tests.support.ledgers import FINGERPRINT, SET

OTHER_SET = "5" * 32
EVER = dt.date.max
"""The day by which everything that a test tells has happened."""
NOW = dt.date(2026, 6, 1)
"""The day on which custodies of tests are judged: within a year of all that they have read."""


def holdings(entries: Iterable[Entry]) -> list[Holding]:
    """Who held what, and when, after all *entries*."""
    past = Past()
    build(entries, EVER, follow=past.follow)
    return past.holdings


def event(name: str, day: str = "2026-01-15", /, **data) -> Happening:
    data = {key.rstrip("_"): value for key, value in data.items() if value is not None}
    return Happening(told(name, data), "SCR", "WIT", f"{day}T10:00:00Z")


def changed(what: Happening, **data) -> Happening:
    """The same with other data, and without what is None."""
    said = {name: value for name, value in {**what.data.fields(), **data}.items() if value is not None}
    return replace(what, data=told(what.event, said))


def made(
    policy: str = "3of5", set_id: str = SET, day: str = "2026-01-15", *, practice: bool = False, **more
) -> Happening:
    return event("set.made", day, set=set_id, fingerprint=FINGERPRINT, policy=policy, epoch=1, recipient="0" * 32,
                 practice=practice, sheets=5, **{"kind": "first", "origin": "generated", **more})  # fmt: skip


def to_come(
    new: str = OTHER_SET,
    old: str = SET,
    epoch: int = 2,
    policy: str = "3of5",
    day: str = "2026-01-15",
    kind: str = "refreshed",
) -> Happening:
    """A set that was made to replace another."""
    origin = "generated" if kind == "rotated" else None
    return changed(made(policy, new, day), line=SET, replaces=old, epoch=epoch, kind=kind, origin=origin)


def stored(
    number: str, person: str = "", safe: str = "", set_id: str = SET, day: str = "2026-01-16", bag: str = ""
) -> Happening:
    return event("sheet.stored", day, set=set_id, sheet=number, person=person or f"C{number}", bag=bag or f"BAG-{number}",
                 safe=safe or f"safe-{number}")  # fmt: skip


def sheet(name: str, number: str, day: str = "2026-02-01", /, set_id: str = SET, **data) -> Happening:
    return event(name, day, set=set_id, sheet=number, **data)


def destroyed(number: str, set_id: str = SET) -> Happening:
    return sheet("sheet.destroyed", number, set_id=set_id, way="shredded", seen_by=["ADM", "WIT"])


def read_back(*numbers: str, set_id: str = OTHER_SET, day: str = "2026-02-01") -> list[Happening]:
    """The sheets of a new set, each read and sound."""
    return [
        sheet("sheet.read", number, day, set_id=set_id, use="read-back", source="scan", result="sound")
        for number in numbers
    ]


def drilled(*numbers: str, set_id: str = SET, day: str = "2026-04-01", way: str = "verify") -> list[Happening]:
    """A drill that passed: each sheet was read and found sound, and the set opened."""
    reads = [
        sheet("sheet.read", number, day, set_id=set_id, use="drill", source="scan", result="sound")
        for number in numbers
    ]
    return [*reads, event("drill", day, set=set_id, sheets=list(numbers), way=way, result="pass")]


def asset(tag: str, kind: str, person: str, day: str = "2026-01-16", /, **more) -> Happening:
    """A device that worked when it came, if nothing else is said."""
    return event("asset.added", day, **{"asset": tag, "kind": kind, "person": person, "working": True, **more})


def held(policy: str = "3of5", count: int = 5) -> list[Happening]:
    """A set whose sheets were read back and proven, and lie in safes of their own."""
    numbers = [str(number) for number in range(1, count + 1)]
    return [made(policy), *proven(*numbers), *map(stored, numbers)]


def proven(*numbers: str, set_id: str = SET, day: str = "2026-01-15") -> list[Happening]:
    """What the ceremony of a set saw: each sheet was read and found sound, and a quorum opened the set."""
    opened = event("set.proven", day, set=set_id, sheets=list(numbers), use="read-back")
    return [*read_back(*numbers, set_id=set_id, day=day), opened]


def chained(entries, previous: str = GENESIS) -> list[Entry]:
    """The same as the entries of one ledger."""
    found = []
    for number, what in enumerate(entries, 1):
        found.append(new_entry(what, number, previous))
        previous = found[-1].hash
    return found


CAST = frozenset({"ADM", "WIT", "SCR", *(f"{letter}{at}" for letter in map(chr, range(65, 91)) for at in range(1, 17))})
"""Who may be named in a register of a test, without a row of their own."""


def place(tag: str, site: str = "", kind: str = "safe", day: str = "2026-01-10", /, **more) -> Happening:
    return event("place.added", day, place=tag, name=tag, kind=kind, site=site or f"site of {tag}", **more)


def new_names(thing: str, entries) -> list[str]:
    """What entries name of one kind of thing, and none of them adds."""
    told = [entry.data for entry in entries if isinstance(entry.data, Event)]
    added = {(one.event, getattr(one, one.adds)) for one in told if one.adds}
    named = dict.fromkeys(name for one in told for kind, name in one.names() if kind == thing)
    return [name for name in named if name not in {value for _, value in added}]


def introduced(*entries: Happening, day: str = "2026-01-10", people: Collection[str] = ()) -> list[Happening]:
    """The same entries after those that make everybody and every place known that they name, and some people more."""
    opened = event("open", day, format=1, ceremony="C-0001", kind="custody", practice=False, version="0.1.0")
    people = [event("person.joined", day, person=seat, name=f"{seat} Example", since=day)
              for seat in dict.fromkeys(("ADM", *new_names("person", entries), *people))]  # fmt: skip
    return [opened, *people, *(place(tag, "", "safe", day) for tag in new_names("place", entries)), *entries]


def register_of(*entries: Happening) -> Register:
    """The register after entries, where the cast and whoever and whatever place one of them names is known."""
    people = CAST.union(new_names("person", entries))
    return then(Register(openers=people), *map(place, new_names("place", entries)), *entries)


def then(register: Register, *entries: Happening) -> Register:
    for entry in entries:
        register = after(register, entry)
    return register


__all__ = ["FINGERPRINT", "OTHER_SET", "SET", "build"]
