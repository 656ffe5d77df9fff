"""Who held what, from when to when: the register followed entry by entry."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, compress, repeat
from operator import is_not
from typing import TypeVar

from splitkit.custody.records.accounts import PersonRecord, PlaceRecord
from splitkit.custody.records.holdings import Register, State
from splitkit.custody.records.lives import Life


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

_T = TypeVar("_T")

_Row = tuple[str, str, str]
"""A table of the register, a key of it, and in a set the number of a sheet."""


class Past:
    """Follows a register from entry to entry, for what was in whose hand before."""

    def __init__(self) -> None:
        self._register, self._past = Register(), list[Holding]()
        self._current: dict[_Row, tuple[_Fact, dt.date]] = {}

    def follow(self, register: Register, day: dt.date) -> None:
        """Take note of the register after the entries of a day, or some of them."""
        for row in _changed(self._register, register):
            known, fact = self._current.get(row), _fact(register, row)
            if known and known[0] == fact:
                continue
            if known:
                self._past.append(Holding(*known[0], known[1], day))
            if fact:
                self._current[row] = fact, day
            else:
                self._current.pop(row, None)
        self._register = register

    @property
    def holdings(self) -> list[Holding]:
        """Every holding of every sheet, then of everything else, each from its first to its last."""
        still = [Holding(*fact, day) for fact, day in self._current.values()]
        return sorted(
            [*self._past, *still],
            key=lambda one: (not one.what.startswith("sheet"), one.what, one.since, one.until is None, one.until),
        )


def _changed(before: Register, now: Register) -> Iterator[_Row]:
    """Yield the rows of which something else may be said than before: those that changed, and those that name what has another name."""
    renamed = _renamed(before.people, now.people) | _renamed(before.places, now.places)
    for key, record in now.sets.items() if renamed else _others(before.sets, now.sets):
        was = before.sets.get(key)
        alike = was.sheets if was and (was.life, was.name) == (record.life, record.name) else {}
        for number, sheet in record.sheets.items():
            if sheet is not alike.get(number) or renamed & {sheet.holder, sheet.safe}:
                yield "sets", key, number
    for key, asset in now.assets.items() if renamed else _others(before.assets, now.assets):
        if asset is not before.assets.get(key) or renamed & {asset.holder, asset.place}:
            yield "assets", key, ""
    yield from (("people", key, "") for key, _ in _others(before.people, now.people))


def _others(before: Mapping[str, _T], now: Mapping[str, _T]) -> Iterable[tuple[str, _T]]:
    """Return the rows that are not those of before: a register takes no row away, and puts a new one last.

    It is asked at each of thousands of entries, and so without a step of the interpreter for each row.
    """
    return (
        () if now is before else compress(now.items(), map(is_not, now.values(), chain(before.values(), repeat(None))))
    )


def _renamed(before: Mapping[str, _Named], now: Mapping[str, _Named]) -> set[str]:
    if now is before:
        return set()
    return {key for key, one in now.items() if key not in before or before[key].name != one.name}


def _fact(register: Register, row: _Row) -> _Fact | None:
    table, key, number = row
    if table == "sets":
        record = register.sets[key]
        sheet = record.sheets[number]
        if not sheet.holder and sheet.state is State.HELD:
            return None
        old = "" if record.life in (Life.LIVE, Life.PENDING) else f", {record.life.told} set"
        where = f"{_where(register, sheet.safe)} {sheet.bag}".strip()
        return record.sheet_name(number), *_who(register, sheet.holder), where, sheet.condition + old
    if table == "assets":
        asset = register.assets[key]
        state = "retired" if asset.retired else "in use"
        return asset.name, *_who(register, asset.holder), _where(register, asset.place), state
    person = register.people[key]
    if not person.roles or person.until:
        return None
    return f"roles of {person.seat}", person.seat, person.name, ", ".join(person.roles), "in office"


def _where(register: Register, place: str) -> str:
    return register.place_named(place) if place else ""


def _who(register: Register, seat: str) -> tuple[str, str]:
    person = register.people.get(seat)
    return seat, person.name if person else ""
