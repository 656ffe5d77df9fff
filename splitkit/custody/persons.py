"""Who is who: the seats of each ceremony, as the people who sat on them.

A seat is what somebody is in one ceremony; a person is the same over all.  A ledger of a ceremony speaks of seats, and what
custody is judged by speaks of people.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from splitkit.custody.withdrawal import standing_entries
from splitkit.ledger import events
from splitkit.ledger.branches import Placed
from splitkit.ledger.chain import PROGRAM, Entry
from splitkit.ledger.fields import SEAT, SEATS
from splitkit.ledger.schema import Event

MOST = 24
"""Letters of a name that become an id."""


@dataclass
class People:
    """The ids of people by their names, and by the seats that they had."""

    ids: dict[str, str] = field(default_factory=dict)
    """Of each name, spelt without case and accents."""
    names: dict[str, str] = field(default_factory=dict)
    """Of each id the first name that it had."""
    seats: dict[tuple[str, str], str] = field(default_factory=dict)
    """Of each ledger and seat who has it now."""
    settled: set[tuple[str, str]] = field(default_factory=set)
    """The seats of which the desk has said who had them."""

    def known(self, name: str) -> str | None:
        """Return the id of whoever has a name, if somebody has."""
        return self.ids.get(_plain(name))

    def join(self, person: str, name: str) -> None:
        """Take note of somebody with an id of their own."""
        self.names.setdefault(person, name)
        self.ids.setdefault(_plain(name), person)

    def sit(self, ledger: str, seat: str, name: str, code: str) -> None:
        """Take note of who sits on a seat; without a name, the seat of that ceremony is all that is known."""
        if (ledger, seat) in self.settled:
            return
        if not name:
            self.seats.setdefault((ledger, seat), f"{code}-{seat}".lower())
            return
        person = self.known(name) or self.new_id(name)
        self.join(person, name)
        self.seats[ledger, seat] = person

    def new_id(self, name: str) -> str:
        """Return an id for somebody of a name, which nobody has yet: 'ada-example', then 'ada-example-2'."""
        letters = "".join(one if one.isascii() and one.isalnum() else " " for one in _plain(name))
        words = "-".join(letters.split())[:MOST].strip("-")
        if not words or not words[0].isalpha():
            words = "p-" + hashlib.sha256(name.encode()).hexdigest()[:8]
        taken, at = set(self.names), 1
        while (person := words + (f"-{at}" if at > 1 else "")) in taken:
            at += 1
        return person

    def of(self, ledger: str, seat: str) -> str:
        """Return who has a seat; an id of a person is one already, and so is the program."""
        return seat if seat == PROGRAM else self.seats.get((ledger, seat), seat)


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())


def people_of(placed: Sequence[Placed]) -> People:
    """Return who is who after all entries."""
    people, codes = People(), _codes(placed)
    for one in _standing(placed):
        _learn(people, one, codes)
    return people


def bound(placed: Sequence[Placed]) -> Iterator[Placed]:
    """Yield every entry with people in place of the seats of its ceremony."""
    people, codes = People(), _codes(placed)
    standing = _standing(placed)
    stands = {one.entry.hash for one in standing}
    for one in standing:  # what the desk said of a seat holds for the whole ceremony, also before it said so
        if isinstance(one.entry.data, events.SeatBound):
            _learn(people, one, codes)
    for one in placed:
        if one.entry.hash in stands:
            _learn(people, one, codes)
        yield replace(one, entry=_spoken(one.entry, one.ledger, people))


def _standing(placed: Sequence[Placed]) -> list[Placed]:
    """Return what was not withdrawn: a slip binds nobody to a seat."""
    stands = {entry.hash for entry in standing_entries(one.entry for one in placed)}
    return [one for one in placed if one.entry.hash in stands]


def _codes(placed: Sequence[Placed]) -> dict[str, str]:
    """Return what each ledger calls itself."""
    return {one.ledger: one.entry.data.ceremony for one in placed if isinstance(one.entry.data, events.LedgerOpened)}


def _learn(people: People, one: Placed, codes: dict[str, str]) -> None:
    match one.entry.data:
        case events.PersonJoined() as data:
            people.join(data.person, data.name)
        case events.RollCalled() as data:
            people.sit(one.ledger, data.person, data.name or "", codes.get(one.ledger, ""))
        case events.SeatBound() as data:
            for ledger in (root for root, code in codes.items() if code == data.ledger):
                people.seats[ledger, data.seat] = data.person
                people.settled.add((ledger, data.seat))


def _spoken(entry: Entry, ledger: str, people: People) -> Entry:
    data = entry.data
    if isinstance(data, Event) and not isinstance(data, events.SeatBound):
        data = data.saying(_changes(data, ledger, people))
    by, witness = people.of(ledger, entry.by), people.of(ledger, entry.witness)
    return replace(entry, data=data, by=by, witness=witness)


def _changes(data: Event, ledger: str, people: People) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for attribute, kind, value in data.held():
        if kind is SEAT:
            changes[attribute] = people.of(ledger, value)
        elif kind is SEATS:
            changes[attribute] = tuple(people.of(ledger, seat) for seat in value)
    return {name: value for name, value in changes.items() if value != getattr(data, name)}
