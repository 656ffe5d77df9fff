"""What people call things: by a name, by the beginning of one, or by an id; and the ids of what is new."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from splitkit.custody.persons import People
from splitkit.custody.records.holdings import Register, new_codes
from splitkit.custody.records.lives import Life
from splitkit.custody.saying.question import shown
from splitkit.custody.withdrawal import nobody
from splitkit.errors import NotIntroducedError, Remedy, UsageError
from splitkit.ledger.lookalike import latin_letters, plain_person

MOST_COMPARED = 64
"""Characters of a word that are compared with what is known."""

_NUMBER = re.compile("[0-9][0-9-]{6,}")
"""What may be the number of an account: it becomes part of no id."""

_LEAST_OF_NAME, _LEAST_OF_ID = 2, 4
"""Characters that are the beginning of a name, and of an id; fewer may be an id of their own."""


@dataclass(frozen=True)
class Thing:
    """A person, a place, a set: what entries speak of by an id."""

    id: str
    name: str = ""
    here: bool = True
    """Whether it still takes part: nobody who has left, and no set that was replaced."""
    short: str = ""
    """What stands for an id that is too long for people."""

    @property
    def called(self) -> str:
        """What people call it."""
        return self.name or self.short or self.id

    @property
    def in_full(self) -> str:
        """The same with its id, by which nothing else is called."""
        return f"{self.name} ({self.short or self.id})" if self.name else self.called

    def among(self, known: Iterable[Thing]) -> str:
        """Return what people call it, in full where something else that is *known* is called alike."""
        key = folded(self.called)
        return self.in_full if any(one != self and folded(one.called) == key for one in known) else self.called


def taking_part(known: Iterable[Thing]) -> dict[str, str]:
    """Return what is *known* and still takes part, by its id, as people call it."""
    here = [one for one in known if one.here]
    return {one.id: one.among(here) for one in here}


_TABLES: Mapping[str, Callable[[Register], Iterator[Thing]]] = {
    "person": lambda register: (Thing(one.seat, one.name, not one.until) for one in register.people.values()),
    "set": lambda register: (
        Thing(one.set_id, one.label, one.life is Life.LIVE, one.set_id[:8]) for one in register.sets.values()
    ),
    "line": lambda register: iter(
        {
            one.line: Thing(one.line, one.label, one.life is Life.LIVE, one.line[:8]) for one in register.sets.values()
        }.values()
    ),
    "asset": lambda register: (Thing(one.tag, here=not one.retired) for one in register.assets.values()),
    "place": lambda register: (Thing(one.tag, one.name, not one.left) for one in register.places.values()),
    "account": lambda register: (Thing(one.tag, one.name, not one.ended) for one in register.accounts.values()),
    "ledger": lambda register: map(Thing, register.ledgers),
    "incident": lambda register: (Thing(code, here=code in register.incidents) for code in register.incident_codes),
    "action": lambda register: (Thing(one.code, here=not one.over) for one in register.actions.values()),
    "intent": lambda register: map(Thing, register.begun),
}

CODED = {"incident": "I", "action": "D"}
"""What is called by a code of the day, and with which letter that begins."""


def is_named(kind: str) -> bool:
    """Whether people call what is of a *kind* by names and ids that the register has; a sheet is called by its number alone."""
    return kind in _TABLES


def things(register: Register, kind: str) -> list[Thing]:
    """Return everything of a *kind* that was recorded, see `Kind.thing`."""
    return list(_TABLES[kind](register)) if kind in _TABLES else []


def meant(known: Iterable[Thing], typed: str) -> list[Thing]:
    """Return what a word means: by its id, else by its name, else by the beginning of either; of several, those that are here."""
    key = folded(typed)
    ways: Sequence[Callable[[Thing], bool]] = (
        lambda one: one.id == typed,
        lambda one: one.name == typed,
        lambda one: key in (one.id, folded(one.name)) or typed.upper() == one.id,
        lambda one: _begins(one, key),
    )
    found = next(filter(None, ([one for one in known if way(one)] for way in ways)), [])
    return [one for one in found if one.here] or found


def person_meant(register: Register, typed: str) -> str:
    """Return the id, or the seat, of the one person whom a word means.

    Raises:
        NotIntroducedError: If nobody is called like that.
        UsageError: If several are.
    """
    known = things(register, "person")
    found = meant(known, typed)
    if len(found) == 1:
        return found[0].id
    if found:
        raise UsageError(
            f"several people are called like that: {shown(typed)}", "give the id: " + ", ".join(one.id for one in found)
        )
    if register.knows("person", typed):
        return typed
    error = nobody(shown(typed))
    names = " or ".join(one.among(known) for one in near(known, typed))
    raise NotIntroducedError(error.fact, f"is {names} meant?") if names else error


def are_named_apart(register: Register, one: str, other: str) -> bool:
    """Whether two words name two people, whoever of those that they may mean; also where the register knows neither."""
    known = things(register, "person")
    first, second = ({found.id for found in meant(known, typed)} or {typed} for typed in (one, other))
    plain = sorted(People().new_id(typed) for typed in (one, other))
    alike = not (one and other) or f"{plain[1]}-".startswith(f"{plain[0]}-")
    return not alike and all(register.are_two((a, b)) for a in first for b in second)


def person_called(register: Register, person: str) -> str:
    """Return what people call somebody, so that nobody else is meant; a dash for nobody."""
    known = things(register, "person")
    return next((one.among(known) for one in known if one.id == person), person or "-")


def place_meant(register: Register, typed: str) -> str:
    """Return the tag of the one place, or the site, that a word means.

    Raises:
        UsageError: If it means none, or several.
    """
    if any(typed == one.site for one in register.places.values()):
        return typed
    found = meant(things(register, "place"), typed)
    if len(found) == 1:
        return found[0].id
    raise UsageError(f"no single place or site is called like that: {shown(typed)}", Remedy.SEE_PLACES)


def same(known: Iterable[Thing], typed: str) -> list[Thing]:
    """Return what has just that id or that name, however it is spelt."""
    key = plain_person(typed)
    return [one for one in known if typed == one.id or (key and key in (plain_person(one.id), plain_person(one.name)))]


def near(known: Sequence[Thing], typed: str) -> list[Thing]:
    """Return what a mistyped word may mean, the likeliest first."""
    spelt = {folded(one.called): one for one in known} | {one.id: one for one in known}
    found = difflib.get_close_matches(folded(typed[:MOST_COMPARED]), list(spelt), n=3)
    return list(dict.fromkeys(spelt[one] for one in found))


def folded(name: str) -> str:
    """Return a name in small letters, without accents, and with every letter that looks like a Latin one as that one."""
    return " ".join(latin_letters(name).split())


def new_id(register: Register, kind: str, name: str, day: str) -> str | None:
    """Return an id that nothing of that *kind* has yet: from its *name*, or the next code of a *day*, as 20261123."""
    known = {one.id for one in things(register, kind)}
    if kind in CODED:
        return next(new_codes(known, f"{CODED[kind]}-{day}-"))
    plain = folded(name) if folded(name).isascii() else name
    return People(names=dict.fromkeys(known, "")).new_id(_NUMBER.sub(" ", plain)) if name else None


def _begins(one: Thing, key: str) -> bool:
    by_name = len(key) >= _LEAST_OF_NAME and folded(one.name).startswith(key)
    return by_name or (len(key) >= _LEAST_OF_ID and one.id.startswith(key))
