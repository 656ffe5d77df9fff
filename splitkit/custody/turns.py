"""In which order what ledgers say is heard, and what each means by its codes, in whatever order they were taken up."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import count, groupby
from operator import itemgetter

from splitkit.ledger import events
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import find_event
from splitkit.ledger.schema import Event, Unlisted

CODED = frozenset({"action", "incident", "intent"})
"""What a ceremony gives codes of its own, each counted from one."""


class Codes:
    """Tells the codes of ledgers apart: what two ledgers call alike are two things, also where they tell it in the same words."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}
        """Of each code which ledger has introduced it."""
        self._names: dict[tuple[str, str, str], str] = {}
        """Of a ledger, and a code that another ledger had before, the name here: 'A-1-2'."""

    def told_apart(self, ledger: str, entry: Entry) -> Entry:
        """Return the entry with a name of its own for every code that another ledger had before."""
        data = entry.data
        if isinstance(data, Unlisted) or not _has_codes(data.event):
            return entry
        if data.introduces in CODED:
            self._introduce(ledger, data.introduces, getattr(data, data.adds))
        names = {
            attribute: self._names[ledger, kind.thing, value]
            for attribute, kind, value in data.things()
            if (ledger, kind.thing, value) in self._names
        }
        return replace(entry, data=data.saying(names)) if names else entry

    def parted(self) -> Codes:
        """Return the same as they are now, to go on apart."""
        other = Codes()
        other._first, other._names = dict(self._first), dict(self._names)
        return other

    def _introduce(self, ledger: str, thing: str, code: str) -> None:
        owner = self._first.setdefault((thing, code), ledger)
        if owner == ledger or (ledger, thing, code) in self._names:
            return
        name = next(name for at in count(2) if (thing, name := f"{code[:20]}-{at}") not in self._first)
        self._first[thing, name] = ledger
        self._names[ledger, thing, code] = name


@cache
def _has_codes(event: str) -> bool:
    return any(kind.thing in CODED for _, kind, _ in find_event(event).kinds())


def in_turn(told: Sequence[tuple[str, Entry]], wrong: Container[str]) -> list[tuple[str, Entry]]:
    """Return what was *told* with all that speaks of a set after what made it, in whatever order their ledgers were taken up.

    What comes too early waits for the ledger that made the set, up to where that was taken up; so does what speaks of what waits.
    """
    to_come = {one for where, entry in told if entry.hash not in wrong for one in _makes(where, entry)}
    heard, waiting = list[tuple[str, Entry]](), list[tuple[str, Entry]]()

    def let_in(some: Iterable[tuple[str, Entry]]) -> list[tuple[str, Entry]]:
        """Hear what waits for nothing; return the rest."""
        early = []
        for one in some:
            if to_come.isdisjoint(_speaks_of(*one)):
                heard.append(one)
                to_come.difference_update(_makes(*one))
            else:
                early.append(one)
        return early

    for _, stretch in groupby(told, itemgetter(0)):
        waiting += let_in(stretch)
        while len(waiting) > len(rest := let_in(waiting)):
            waiting = rest
    return [*heard, *waiting]  # of two sets neither of which can have come first


def _makes(ledger: str, entry: Entry) -> list[tuple[str, str]]:
    """Return what an entry of a *ledger* adds for which others wait; a code is one of its ledger."""
    data = entry.data
    if isinstance(data, events.SetMade):
        return [("set", data.set), ("line", data.line or data.set)]
    if isinstance(data, Event) and data.introduces in CODED:
        return [(f"{data.introduces} of {ledger}", getattr(data, data.adds))]
    return []


def _speaks_of(ledger: str, entry: Entry) -> list[tuple[str, str]]:
    """Return what an entry of a *ledger* waits for, as `_makes` names it."""
    names = entry.data.names() if isinstance(entry.data, Event) else ()
    return [(f"{thing} of {ledger}" if thing in CODED else thing, name) for thing, name in names]
