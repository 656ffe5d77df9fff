"""Who held what, from when to when: the register followed entry by entry."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from splitkit.custody.holdings import Life, State
from splitkit.custody.register import Register
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


_Fact = tuple[str, str, str, str]
"""Holder, name, place, state."""


def holdings(entries: Iterable[Entry]) -> list[Holding]:
    """Return every holding of every sheet, then of everything else, each from its first to its last.

    An entry that contradicts those before it changes nothing, as in the register.
    """
    register, now, since, past = Register(), dict[str, _Fact](), dict[str, dt.date](), list[Holding]()
    for entry in entries:
        try:
            register = register.after(entry)
        except (AttentionError, UsageError):
            continue
        day, facts = entry.day, dict(_facts(register))
        for what in [what for what in now if now[what] != facts.get(what)]:
            past.append(Holding(what, *now.pop(what), since.pop(what), day))
        for what in facts.keys() - now.keys():
            since[what] = day
        now = facts
    current = [Holding(what, *fact, since[what]) for what, fact in now.items()]
    return sorted(
        [*past, *current],
        key=lambda one: (not one.what.startswith("sheet"), one.what, one.since, one.until is None, one.until),
    )


def _facts(register: Register) -> Iterator[tuple[str, _Fact]]:
    for of in register.sets.values():
        for sheet in of.sheets.values():
            if sheet.holder or sheet.state is not State.HELD:
                old = "" if of.life in (Life.LIVE, Life.PENDING) else f", {of.life.value} set"
                where = f"{sheet.safe} {sheet.bag}".strip()
                fact = (*_who(register, sheet.holder), where, sheet.condition + old)
                yield f"sheet {sheet.number} of {of.set_id[:8]}", fact
    for asset in register.assets.values():
        state = "retired" if asset.retired else "in use"
        yield f"{asset.kind} {asset.tag}", (*_who(register, asset.holder), asset.place, state)
    for person in register.people.values():
        if person.roles and not person.until:
            yield f"roles of {person.seat}", (person.seat, person.name, ", ".join(person.roles), "in office")


def _who(register: Register, seat: str) -> tuple[str, str]:
    person = register.people.get(seat)
    return seat, person.name if person else ""
