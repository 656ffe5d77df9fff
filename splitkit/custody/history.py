"""Who held what, from when to when: the register followed entry by entry."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from splitkit.custody.records.holdings import Life, PersonRecord, PlaceRecord, Register, SetRecord, State
from splitkit.custody.records.roll import roll_of
from splitkit.custody.register import after
from splitkit.custody.withdrawal import standing_entries
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.chain import Entry


@dataclass(frozen=True)
class Holding:
    """Something that was in one hand, in one place, in one state, from a day to a day."""

    what: str
    holder: str
    """A seat; empty where nobody was recorded."""
    name: str
    """Who had that seat then."""
    where: str
    state: str
    since: dt.date
    until: dt.date | None = None
    """The day on which that changed; None while it is so."""


_Fact = tuple[str, str, str, str, str]
"""What, holder, name, place, state."""

_Named = PersonRecord | PlaceRecord

_Row = tuple[str, str]
"""A table of the register, and a key of it."""


def holdings(entries: Iterable[Entry]) -> list[Holding]:
    """Return every holding of every sheet, then of everything else, each from its first to its last.

    An entry that contradicts those before it changes nothing, as in the register.
    """
    stands = standing_entries(entries)
    register, past = Register(roll=roll_of(stands)), list[Holding]()
    current: dict[_Row, dict[_Fact, dt.date]] = {}
    for entry in stands:
        before = register
        try:
            register = after(register, entry)
        except (AttentionError, UsageError):
            continue
        for row in _changed(before, register):
            known = current.get(row, {})
            facts = dict.fromkeys(_facts(register, row), entry.day)
            past += [Holding(*fact, day, entry.day) for fact, day in known.items() if fact not in facts]
            current[row] = facts | {fact: day for fact, day in known.items() if fact in facts}
    still = [Holding(*fact, day) for facts in current.values() for fact, day in facts.items()]
    return sorted(
        [*past, *still],
        key=lambda one: (not one.what.startswith("sheet"), one.what, one.since, one.until is None, one.until),
    )


def _changed(before: Register, now: Register) -> Iterator[_Row]:
    """Yield the rows of which something else may be said than before: those that changed, and those that name what has another name."""
    renamed = _renamed(before.people, now.people) | _renamed(before.places, now.places)
    for key, record in now.sets.items():
        if record is not before.sets.get(key) or (
            renamed and any(renamed & {one.holder, one.safe} for one in record.sheets.values())
        ):
            yield "sets", key
    for key, asset in now.assets.items():
        if asset is not before.assets.get(key) or renamed & {asset.holder, asset.place}:
            yield "assets", key
    if now.people is not before.people:
        yield from (("people", key) for key, person in now.people.items() if person is not before.people.get(key))


def _renamed(before: Mapping[str, _Named], now: Mapping[str, _Named]) -> set[str]:
    if now is before:
        return set()
    return {key for key, one in now.items() if key not in before or before[key].name != one.name}


def _facts(register: Register, row: _Row) -> Iterator[_Fact]:
    table, key = row
    if table == "sets":
        yield from _of_set(register, register.sets[key])
    elif table == "assets":
        asset = register.assets[key]
        state = "retired" if asset.retired else "in use"
        yield asset.name, *_who(register, asset.holder), _where(register, asset.place), state
    else:
        person = register.people[key]
        if person.roles and not person.until:
            yield f"roles of {person.seat}", person.seat, person.name, ", ".join(person.roles), "in office"


def _of_set(register: Register, record: SetRecord) -> Iterator[_Fact]:
    old = "" if record.life in (Life.LIVE, Life.PENDING) else f", {record.life.value} set"
    for sheet in record.sheets.values():
        if sheet.holder or sheet.state is not State.HELD:
            where = f"{_where(register, sheet.safe)} {sheet.bag}".strip()
            yield record.sheet_name(sheet.number), *_who(register, sheet.holder), where, sheet.condition + old


def _where(register: Register, place: str) -> str:
    return register.place_named(place) if place else ""


def _who(register: Register, seat: str) -> tuple[str, str]:
    person = register.people.get(seat)
    return seat, person.name if person else ""
