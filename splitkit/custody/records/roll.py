"""Whom the ledgers introduce, and who of them are two different people.

Whoever has a name is somebody.  A seat that nobody has named may be anybody, one of those with a name too: it is a second person only
beside somebody who was in the same room.  The program is nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from splitkit.errors import AttentionError, Remedy
from splitkit.ledger.chain import PROGRAM, Entry, Happening
from splitkit.ledger.events import DESK, LedgerOpened, PersonJoined, RollCalled
from splitkit.ledger.lookalike import plain_person
from splitkit.ledger.schema import Event


@dataclass(frozen=True)
class Roll:
    """Everybody whom any entry introduces, a later one too: the room is made ready before its roll is called."""

    introduced: frozenset[str] = frozenset()
    nameless: frozenset[str] = frozenset()
    """Those of them of whom a folder knows a seat and no name."""
    rooms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of each the ledgers that they opened, or of the ceremonies in which they sat, by the hashes of their first entries."""

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of each who has one every name that any entry gives them, however it is spelt: one that counts for nothing makes nobody another."""

    def apart(self, one: str, other: str) -> bool:
        """Whether these two are two people for certain, whatever their names are."""
        if one == other or {one, other} & {PROGRAM, ""}:
            return False
        shared = self.rooms.get(one, frozenset()) & self.rooms.get(other, frozenset())
        return bool(shared) or not self.nameless & {one, other}

    def are_two(self, people: Iterable[str], who: Callable[[str], str]) -> bool:
        """Whether two different people are among these, for certain; *who* tells somebody under all their seats by one name."""
        return any(
            self.apart(one, other) and who(one) != who(other) and not self._names(one) & self._names(other)
            for one, other in combinations(dict.fromkeys(people), 2)
        )

    def check_two(self, data: Event, who: Callable[[str], str]) -> None:
        """Refuse what two people settle together where fewer are named; *who* as for `are_two`.

        Raises:
            AttentionError: If it is so.
        """
        if data.two and not self.are_two(getattr(data, data.two), who):
            raise AttentionError(f"fewer than two people stand behind '{data.event}'", Remedy.NAME_TWO)

    def others_of(self, person: str, seats: Iterable[str]) -> list[str]:
        """Return which of *seats* somebody has who was introduced under another, where that counts for nothing."""
        names = self.names.get(person, frozenset())
        return [seat for seat in seats if names & self._names(seat)] if names else []

    def _names(self, person: str) -> frozenset[str]:
        return self.names.get(person, frozenset({person}))


def in_ledgers(entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """Return each entry with the ledger that it stands in, named by the hash of its first entry: numbers begin anew in each."""
    ledger: dict[str, str] = {}
    for entry in entries:
        ledger[entry.hash] = ledger.get(entry.previous, entry.hash) if entry.seq > 1 else entry.hash
        yield ledger[entry.hash], entry


def introduced_by(entry: Happening) -> set[str]:
    """Return whom an entry makes known; who opens a ledger vouches for it before any entry says who they are."""
    if isinstance(entry.data, LedgerOpened):
        return {entry.by, entry.witness} - {PROGRAM, ""}
    if isinstance(entry.data, Event) and entry.data.introduces == "person":
        return {getattr(entry.data, entry.data.adds)}
    return set()


def people_in(entry: Entry) -> set[str]:
    """Return everybody of whom an entry speaks, whoever says so and has seen it too."""
    named = {who for thing, who in entry.data.names() if thing == "person"} if isinstance(entry.data, Event) else set()
    return {entry.by, entry.witness, *named}


def roll_of(told: Iterable[tuple[str, Entry]]) -> Roll:
    """Return whom entries introduce, each given with its ledger, see `in_ledgers`."""
    introduced, names, rooms, folder = set[str](), dict[str, set[str]](), dict[str, set[str]](), False
    for ledger, entry in told:
        introduced |= introduced_by(entry)
        match entry.data:
            case PersonJoined(person=person, name=name):
                names.setdefault(person, set()).add(plain_person(name))
            case LedgerOpened(kind=kind):
                folder = folder or kind == DESK
                for person in introduced_by(entry):
                    rooms.setdefault(person, set()).add(ledger)
            case RollCalled(person=person, name=name):
                rooms.setdefault(person, set()).add(ledger)
                if name:
                    names.setdefault(person, set()).add(plain_person(name))
    nameless = introduced - names.keys() if folder else set()
    rooms_of, names_of = ({who: frozenset(found) for who, found in of.items()} for of in (rooms, names))
    return Roll(frozenset(introduced), frozenset(nameless), rooms_of, names_of)
