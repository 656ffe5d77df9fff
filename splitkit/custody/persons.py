"""Who is who: the seats of each ceremony, as the people who sat on them.

A seat is what somebody is in one ceremony; a person is the same over all.  A ledger of a ceremony speaks of seats, and what
custody is judged by speaks of people.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from splitkit.custody.withdrawal import standing_entries
from splitkit.ledger import events
from splitkit.ledger.branches import Placed
from splitkit.ledger.chain import PROGRAM, Entry
from splitkit.ledger.fields import SEAT, SEATS
from splitkit.ledger.lookalike import skeleton
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
    used: set[str] = field(default_factory=set)
    """Every id that an entry has spoken of: whoever comes later has another."""

    def known(self, name: str) -> str | None:
        """Return the id of whoever has a name, if somebody has: spelt just so, else without case and accents."""
        return self.ids.get(skeleton(name)) or self.ids.get(_plain(name))

    def join(self, person: str, name: str) -> None:
        """Take note of somebody with an id of their own."""
        self.names.setdefault(person, name)
        self.ids.setdefault(skeleton(name), person)
        self.ids.setdefault(_plain(name), person)

    def sit(self, ledger: str, seat: str, name: str, code: str) -> None:
        """Take note of who sits on a seat; without a name, the seat of that ceremony is all that is known.

        Two who sit in one ceremony under names that are not spelt alike are two people, however near the names are.
        """
        if (ledger, seat) in self.settled:
            self.used.add(self.seats[ledger, seat])
            return
        if not name:
            self.seats.setdefault((ledger, seat), f"{code}-{seat}".lower())
            return
        person = self.known(name)
        here = {one for (where, other), one in self.seats.items() if where == ledger and other != seat}
        if not person or (person in here and skeleton(self.names[person]) != skeleton(name)):
            person = self.new_id(name)
        self.join(person, name)
        self.seats[ledger, seat] = person

    def new_id(self, name: str) -> str:
        """Return an id for somebody of a name, which nobody has yet: 'ada-example', then 'ada-example-2'."""
        letters = "".join(one if one.isascii() and one.isalnum() else " " for one in _plain(name))
        words = "-".join(letters.split())[:MOST].strip("-")
        if not words or not words[0].isalpha():
            words = "p-" + hashlib.sha256(name.encode()).hexdigest()[:8]
        taken, at = self.used.union(self.names), 1
        while (person := words + (f"-{at}" if at > 1 else "")) in taken:
            at += 1
        return person


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())


def people_of(placed: Sequence[Placed]) -> People:
    """Return who is who after all entries."""
    people, codes = People(), _codes(placed)
    for one in _standing(placed):
        _learn(people, one, codes)
        people.used |= _used(one.entry)
    return people


def _used(entry: Entry) -> set[str]:
    """Return every id of a person that an entry speaks of."""
    data = entry.data
    named = {name for thing, name in data.names() if thing == "person"} if isinstance(data, Event) else set()
    return {entry.by, entry.witness, *named}


def bound(placed: Sequence[Placed]) -> Iterator[Placed]:
    """Yield every entry with people in place of the seats of its ceremony: before the roll call too, a seat is whose it will be."""
    people, codes = People(), _codes(placed)
    standing = _standing(placed)
    stands = {one.entry.hash for one in standing}
    for one in standing:  # what the desk said of a seat holds for the whole ceremony, also before it said so
        if isinstance(one.entry.data, events.SeatBound):
            _learn(people, one, codes)
    seated, called = dict(people.seats), dict[str, str]()
    for one in placed:
        if one.entry.hash in stands:
            _learn(people, one, codes)
            if isinstance(one.entry.data, events.RollCalled):
                seat = (one.ledger, one.entry.data.person)
                called[one.entry.hash] = people.seats[seat]
                seated.setdefault(seat, people.seats[seat])
        people.used |= _used(one.entry)
    for one in placed:
        if one.entry.hash in called and isinstance(one.entry.data, events.RollCalled):
            seated[one.ledger, one.entry.data.person] = called[one.entry.hash]
        spoken = _spoken(one.entry, one.ledger, seated)
        yield one if spoken is one.entry else replace(one, entry=spoken)


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


def _spoken(entry: Entry, ledger: str, seated: Mapping[tuple[str, str], str]) -> Entry:
    def of(seat: str) -> str:
        """Return who has a seat; an id of a person is one already, and so is the program."""
        return seat if seat == PROGRAM else seated.get((ledger, seat), seat)

    data = entry.data
    if isinstance(data, Event) and not isinstance(data, events.SeatBound):
        data = data.saying(_changes(data, of))
    by, witness = of(entry.by), of(entry.witness)
    if data is entry.data and (by, witness) == (entry.by, entry.witness):
        return entry
    return replace(entry, data=data, by=by, witness=witness)


def _changes(data: Event, of: Callable[[str], str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for attribute, kind, value in data.things():
        if kind is SEAT:
            changes[attribute] = of(value)
        elif kind is SEATS:
            changes[attribute] = tuple(of(seat) for seat in value)
    return {name: value for name, value in changes.items() if value != getattr(data, name)}
