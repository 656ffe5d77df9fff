"""Who is who: the seats of each ceremony, as the people who sat on them.

A seat is what somebody is in one ceremony; a person is the same over all.  A ledger of a ceremony speaks of seats, and what
custody is judged by speaks of people.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.roll import people_in
from splitkit.custody.register import Built, build, taken_back
from splitkit.custody.withdrawal import nobody
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.branches import Contents, Order, Placed, SeenWrong, order, without_effect
from splitkit.ledger.chain import PROGRAM, Entry
from splitkit.ledger.lookalike import latin_letters, plain_person
from splitkit.ledger.schema import Event

MOST = 24
"""Letters of a name that become an id."""


@dataclass
class People:
    """The ids of people by their names, and by the seats that they had."""

    ids: dict[str, str] = field(default_factory=dict)
    """Of each name, see `plain_person`."""
    names: dict[str, str] = field(default_factory=dict)
    """Of each id the first name that it had."""
    seats: dict[tuple[str, str], str] = field(default_factory=dict)
    """Of each ledger and seat who has it now."""
    called: dict[tuple[str, str], str] = field(default_factory=dict)
    """Of each ledger and seat the name with which somebody was called on it; empty where they gave none."""
    joined: set[tuple[str, str]] = field(default_factory=set)
    """The ids of people that each ledger has introduced as such: there they are no seats that anybody else takes."""
    settled: set[tuple[str, str]] = field(default_factory=set)
    """The seats of which the desk has said who had them."""
    beside: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    """The seats of each ledger of which one vouches for what the other did: nobody has both."""
    used: set[str] = field(default_factory=set)
    """Every id that an entry has spoken of: whoever comes later has another."""

    def known(self, name: str) -> str | None:
        """Return the id of whoever has a name, if somebody has, however it is spelt."""
        return self.ids.get(plain_person(name))

    def of_name(self, name: str) -> list[str]:
        """Return the ids of everybody who has a name, however it is spelt, the first who had it before the others."""
        return [one for one, other in self.names.items() if plain_person(other) == plain_person(name)]

    def join(self, person: str, name: str) -> None:
        """Take note of somebody with an id of their own, which nobody of another name has later."""
        if plain_person(self.names.setdefault(person, name)) == plain_person(name):
            self.ids.setdefault(plain_person(name), person)

    def sit(self, ledger: str, seat: str, name: str, code: str) -> None:
        """Take note of who sits on a seat; without a name, the seat of that ceremony is all that is known."""
        if (ledger, seat) in self.joined:
            self.seats[ledger, seat] = seat
            return
        self.called[ledger, seat] = name
        if (ledger, seat) in self.settled:
            self.used.add(self.seats[ledger, seat])
            return
        if not name:
            own = id_of_seat(code, seat)
            self.seats.setdefault((ledger, seat), self.new_id(own) if own in self.names else own)
            return
        person = self.known(name) or self.new_id(name)
        self.join(person, name)
        self.seats[ledger, seat] = person

    def settle(self, ledger: str, seat: str, person: str) -> None:
        """Take note of what the desk says of who had a seat."""
        self.seats[ledger, seat] = person
        self.settled.add((ledger, seat))

    def check_bound(self, ledger: str, data: events.SeatBound) -> None:
        """Refuse what the desk says of who had a seat, where that contradicts the roll call, or what it said before.

        Raises:
            AttentionError: If it does, or no entry before introduced whoever it names.
        """
        at, seat = (ledger, data.seat), f"{data.seat} of {data.ledger}"
        if at not in self.called:
            raise AttentionError(f"nobody was called on {seat}", Remedy.SEE_ROLL)
        before = self.seats.get(at, "")
        if before == data.person and at in self.settled:
            return
        if data.person not in {*self.names, *self.seats.values()}:
            raise nobody(data.person)
        if at in self.settled:
            raise AttentionError(f"it was said before who was {seat}: {self.told(before)}", Remedy.TAKE_BACK)
        name, known = self.called[at] or self.names.get(before, ""), self.names.get(data.person, "")
        if name and known and plain_person(name) != plain_person(known):
            raise AttentionError(f"{name} was called on {seat}, and not {known}", Remedy.TAKE_BACK)
        if data.person == id_of_seat(data.ledger, data.seat) and not known:
            raise AttentionError(f"{data.person} is that seat itself", "name who had it")
        theirs = {other for (where, other), one in self.seats.items() if (where, one) == (ledger, data.person)}
        if any((ledger, frozenset({data.seat, other})) in self.beside for other in theirs):
            raise AttentionError(
                f"{self.told(data.person)} cannot have been {seat} too: one of the two vouched for what the other did",
                "name who else it was",
            )

    def told(self, person: str) -> str:
        """Return the name of somebody; where nobody knows it, the id."""
        return self.names.get(person, person)

    def new_id(self, name: str) -> str:
        """Return an id for somebody of a name, which nobody has yet: 'ada-example', then 'ada-example-2'."""
        letters = "".join(one if one.isascii() and one.isalnum() else " " for one in latin_letters(name))
        words = "-".join(letters.split())[:MOST].strip("-")
        if not words or not words[0].isalpha():
            words = "p-" + hashlib.sha256(name.encode()).hexdigest()[:8]
        taken, at = self.used.union(self.names), 1
        while (person := words + (f"-{at}" if at > 1 else "")) in taken:
            at += 1
        return person


def check_seats_bound(placed: Sequence[Placed], said: Sequence[Event]) -> None:
    """Refuse what the desk is about to say of who had a seat, where the entries so far contradict it, or one word the other.

    Raises:
        AttentionError: If it is so.
    """
    if not any(isinstance(one, events.SeatBound) for one in said):
        return
    people, codes = people_of(placed), _codes(placed)
    for one in said:
        if isinstance(one, events.PersonJoined):
            people.join(one.person, one.name)
        elif isinstance(one, events.SeatBound):
            for ledger in (root for root, code in codes.items() if code == one.ledger):
                people.check_bound(ledger, one)
                people.settle(ledger, one.seat, one.person)


def order_of(files: Contents) -> Order:
    """Return what the ledgers of a folder say together, where two people are two under whatever seats; see `order`."""
    return order(files, _by_two, _put_right)


def _by_two(placed: Sequence[Placed], others: Sequence[Placed]) -> set[str]:
    """Return the hashes of the choices that the register takes, by what counts and also if everybody has left who has by the *others*."""
    first = next((at for at, one in enumerate(placed) if isinstance(one.entry.data, events.ForkSettled)), len(placed))
    gone = leavings(others)
    told = (placed, [*placed[:first], *gone, *placed[first:]]) if gone else (placed,)
    return set.intersection(*({one.choice.hash for one in _built(some).left} for some in told))


def leavings(placed: Iterable[Placed]) -> list[Placed]:
    """Return the entries that say that somebody left: whoever did by any branch of a ledger chooses none."""
    return [one for one in placed if isinstance(one.entry.data, events.PersonLeft)]


def _built(placed: Sequence[Placed]) -> Built:
    return build((one.entry for one in bound(placed)), dt.date.max)


def _put_right(placed: Sequence[Placed], wrong: Sequence[SeenWrong]) -> list[SeenWrong]:
    """Return which of what went wrong is right since, by what the register takes: what it refuses, or was taken back, settles nothing."""
    entries = [one.entry for one in bound(placed)]
    built = build(entries, dt.date.max)
    gone = {one.hash for one in built.contradicting.values()} | {one.entry.hash for one in built.withdrawn}
    gone |= {*built.corrected}
    listed = [one for one in reversed(entries) if isinstance(one.data, Event) and one.hash not in gone]
    stands = {(one.day, one.data, one.time * one.data.saw): one for one in listed}  # said again, it says nothing more
    return [
        one
        for one in wrong
        if any(_is_right(built.register, one, entry) for entry in stands.values() if entry.time > one.time)
    ]


def _is_right(register: Register, wrong: SeenWrong, entry: Entry) -> bool:
    """Whether an entry says that a sheet is sound, or that no paper of it is left; that a set opens, or is in use no more."""
    match entry.data:
        case events.SheetRead(set=which, sheet=sheet, result=result):
            right = result == "sound"
        case events.SheetDestroyed(set=which, sheet=sheet, copy=copy, seen_by=seen_by):
            record = register.sets[which].sheets[sheet]
            of_it = copy in (None, record.copies)
            right = of_it and not record.may_be_used and register.are_two(seen_by, entry.day)
        case events.DrillHeld(set=which, result=result):
            sheet, right = "", result == "pass"
        case events.SetRetired(set=which):
            sheet, right = "", True
        case _:
            return False
    return right and (which[:8], sheet) == (wrong.of, wrong.sheet)


def id_of_seat(code: str, seat: str) -> str:
    """Return the id of somebody of whom nothing is known but the seat in a ceremony."""
    return f"{code}-{seat}".lower()


def people_of(placed: Sequence[Placed]) -> People:
    """Return who is who after all entries."""
    return _learned(placed, _withdrawn(placed))[0]


def bound(placed: Sequence[Placed]) -> Iterator[Placed]:
    """Yield every entry with people in place of the seats of its ceremony, and of whom a seat is all that was known.

    A seat is whose it is said to be for the whole ceremony, also before that was said, and for what the desk said of it.
    """
    yield from _bound(placed, _withdrawn(placed))


def _withdrawn(placed: Sequence[Placed]) -> frozenset[str]:
    """Return the hashes of what two people withdrew: they are people, and so all seats are bound for it.  Who is who is the same on every day."""
    if not any(isinstance(one.entry.data, events.Withdrawn) for one in placed):
        return frozenset()
    return taken_back([one.entry for one in _bound(placed, ())], dt.date.max)


def _bound(placed: Sequence[Placed], gone: Collection[str]) -> Iterator[Placed]:
    _, refused = _learned(placed, gone)
    people, codes = People(), _codes(placed)
    for one in placed:
        if isinstance(one.entry.data, events.SeatBound) and one.entry.hash not in {*gone, *refused}:
            _learn(people, one, codes, gone)
    seated = dict(people.seats)
    called = _called(people, placed, gone)
    for one in placed:
        if isinstance(one.entry.data, events.RollCalled):
            seated.setdefault((one.ledger, one.entry.data.person), called[one.entry.hash])
    other = _other_ids(people, placed, called)
    for one in placed:
        if isinstance(one.entry.data, events.RollCalled):
            seated[one.ledger, one.entry.data.person] = called[one.entry.hash]
        if one.entry.hash in refused:
            yield replace(one, entry=without_effect(one.entry, refused[one.entry.hash]))
            continue
        spoken = _spoken(one.entry, one.ledger, seated, other)
        yield one if spoken is one.entry else replace(one, entry=spoken)


def _called(people: People, placed: Sequence[Placed], gone: Collection[str]) -> dict[str, str]:
    """Return who each roll call called, by its hash, and let *people* learn of everybody."""
    called, codes = dict[str, str](), _codes(placed)
    for one in placed:
        if not isinstance(one.entry.data, events.SeatBound):
            _learn(people, one, codes, gone)
        if isinstance(one.entry.data, events.RollCalled):
            called[one.entry.hash] = people.seats[one.ledger, one.entry.data.person]
        people.used |= people_in(one.entry)
    return called


def _other_ids(people: People, placed: Sequence[Placed], called: Mapping[str, str]) -> dict[str, str]:
    """Return whom an id means that somebody had before it was said who they are: nobody else has it."""
    codes, before = _codes(placed), _called(People(), placed, ())
    other = {id_of_seat(codes.get(ledger, ""), seat): person for (ledger, seat), person in people.seats.items()}
    other |= {before[name]: person for name, person in called.items()}
    return {own: person for own, person in other.items() if own not in people.names and own != person}


def _learned(placed: Sequence[Placed], gone: Collection[str]) -> tuple[People, dict[str, AttentionError]]:
    """Return who is who, and which words of the desk about a seat cannot be, with the reason."""
    people, codes, refused = People(), _codes(placed), dict[str, AttentionError]()
    people.beside = {(one.ledger, frozenset({one.entry.by, one.entry.witness})) for one in placed}
    for one in placed:
        try:
            _learn(people, one, codes, gone, check=True)
        except AttentionError as error:
            refused[one.entry.hash] = error
        people.used |= people_in(one.entry)
    return people, refused


def _codes(placed: Sequence[Placed]) -> dict[str, str]:
    """Return what each ledger calls itself."""
    return {one.ledger: one.entry.data.ceremony for one in placed if isinstance(one.entry.data, events.LedgerOpened)}


def _learn(
    people: People, one: Placed, codes: Mapping[str, str], gone: Collection[str], *, check: bool = False
) -> None:
    """Learn from an entry; a roll call that was withdrawn says that there was such a seat, and not whose it was."""
    stands = one.entry.hash not in gone
    match one.entry.data:
        case events.PersonJoined() as data if stands:
            people.join(data.person, data.name)
            people.joined.add((one.ledger, data.person))
        case events.RollCalled() as data:
            people.sit(one.ledger, data.person, (data.name or "") if stands else "", codes.get(one.ledger, ""))
        case events.SeatBound() as data if stands:
            for ledger in (root for root, code in codes.items() if code == data.ledger):
                if check:
                    people.check_bound(ledger, data)
                people.settle(ledger, data.seat, data.person)


def _spoken(entry: Entry, ledger: str, seated: Mapping[tuple[str, str], str], other: Mapping[str, str]) -> Entry:
    def of(seat: str) -> str:
        """Return who has a seat, or an id; an id of a person is one already, and so is the program."""
        person = seat if seat == PROGRAM else seated.get((ledger, seat), seat)
        past = {person}
        while (person := other.get(person, person)) not in past:
            past.add(person)
        return person

    data = entry.data
    if isinstance(data, Event):
        data = data.saying(_changes(data, of))
    by, witness = of(entry.by), of(entry.witness)
    if data is entry.data and (by, witness) == (entry.by, entry.witness):
        return entry
    return replace(entry, data=data, by=by, witness=witness)


def _changes(data: Event, of: Callable[[str], str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for attribute, kind, value in data.things():
        if kind.thing == "person":
            changes[attribute] = of(value) if type(value) is str else tuple(map(of, value))
    return {name: value for name, value in changes.items() if value != getattr(data, name)}
