"""Who held what, from when to when: the register followed entry by entry."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from splitkit.custody.records.holdings import Life, Register, State
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


def holdings(entries: Iterable[Entry]) -> list[Holding]:
    """Return every holding of every sheet, then of everything else, each from its first to its last.

    An entry that contradicts those before it changes nothing, as in the register.
    """
    register, since, past = Register(), dict[_Fact, dt.date](), list[Holding]()
    for entry in standing_entries(entries):
        try:
            register = after(register, entry)
        except (AttentionError, UsageError):
            continue
        facts = dict.fromkeys(_facts(register), entry.day)
        past += [Holding(*fact, day, entry.day) for fact, day in since.items() if fact not in facts]
        since = facts | {fact: day for fact, day in since.items() if fact in facts}
    current = [Holding(*fact, day) for fact, day in since.items()]
    return sorted(
        [*past, *current],
        key=lambda one: (not one.what.startswith("sheet"), one.what, one.since, one.until is None, one.until),
    )


def _facts(register: Register) -> Iterator[_Fact]:
    for record in register.sets.values():
        old = "" if record.life in (Life.LIVE, Life.PENDING) else f", {record.life.value} set"
        for sheet in record.sheets.values():
            if sheet.holder or sheet.state is not State.HELD:
                where = f"{sheet.safe} {sheet.bag}".strip()
                yield record.sheet_name(sheet.number), *_who(register, sheet.holder), where, sheet.condition + old
    for asset in register.assets.values():
        state = "retired" if asset.retired else "in use"
        yield asset.name, *_who(register, asset.holder), asset.place, state
    for person in register.here.values():
        if person.roles:
            yield f"roles of {person.seat}", person.seat, person.name, ", ".join(person.roles), "in office"


def _who(register: Register, seat: str) -> tuple[str, str]:
    person = register.people.get(seat)
    return seat, person.name if person else ""
