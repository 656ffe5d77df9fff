"""What must be done now, in the order of danger: one list, from everything that the register knows."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass, field

from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms
from splitkit.custody.records.begun import unfinished
from splitkit.custody.records.holdings import Register
from splitkit.custody.register import Built
from splitkit.custody.ways.rules import Rules, open_ones
from splitkit.errors import Remedy
from splitkit.packs.pack import find_pack


class Danger(enum.IntEnum):
    """How bad it is while it stays; the gravest first."""

    KNOWN = 1
    """Somebody else may know the secret."""
    DEAD = 2
    """The secret cannot be put together any more."""
    ONE_SHORT = 3
    """One more mishap, and it is known, or dead."""
    UNFINISHED = 4
    """Nobody knows what came of something secret."""
    DOUBTFUL = 5
    """Nobody knows whether it can be put together."""
    INCIDENT = 6
    CONTRADICTION = 7
    """The record says two things."""
    WITHDRAWN = 8
    """Two people took something back, and no review has confirmed it."""
    UNPROVEN = 9
    """A quorum is proven, and not every sheet."""
    RULE = 10
    OVERDUE = 11


@dataclass(frozen=True, order=True)
class Matter:
    """One thing that must be done now."""

    danger: Danger
    day: dt.date
    """Since when."""
    what: str
    remedy: Remedy = field(compare=False)
    about: str = field(default="", compare=False)
    """What the remedy is applied to: a code, a tag."""
    command: str = field(default="", compare=False)
    """The command that mends it, where that is known better than from the remedy."""


_CASES = {
    SetCase.COMPROMISED: (Danger.KNOWN, Remedy.ROTATE),
    SetCase.DEAD: (Danger.DEAD, Remedy.START_ANEW),
    SetCase.ONE_SHORT: (Danger.ONE_SHORT, Remedy.REFRESH),
    SetCase.DOUBTFUL: (Danger.DOUBTFUL, Remedy.HOLD_DRILL),
    SetCase.LOST: (Danger.UNPROVEN, Remedy.REFRESH),
    SetCase.DESTROYED: (Danger.UNPROVEN, Remedy.REISSUE),
    SetCase.UNPROVEN: (Danger.UNPROVEN, Remedy.HOLD_DRILL),
}


def matters(built: Built, rules: Rules, today: dt.date) -> list[Matter]:
    """Return what must be done now, the gravest first; of two that are alike, the one that waits longer."""
    register = built.register
    found = [
        *_of_sets(register, today),
        *_of_incidents(register, today),
        *_unfinished(register),
        *_walked(register),
        *_of_rules(rules, today),
    ]
    found += [
        Matter(Danger.OVERDUE, one.day, f"{one.what} ({one.why})" if one.why else one.what, one.remedy, one.about)
        for one in due(register)
        if one.overdue(today)
    ]
    found += [Matter(Danger.CONTRADICTION, today, one, Remedy.CORRECT) for one in built.findings]
    found += [Matter(Danger.WITHDRAWN, today, f"withdrawn: {one}", Remedy.HOLD_REVIEW) for one in built.unconfirmed]
    found += [Matter(Danger.WITHDRAWN, today, f"left out: {one}", Remedy.HOLD_REVIEW) for one in built.left_out]
    return sorted(found)


def _of_sets(register: Register, today: dt.date) -> Iterator[Matter]:
    for alarm in alarms(register, today):
        danger, remedy = _CASES[alarm.case]
        yield Matter(danger, today, f"{alarm.fact}: {alarm.advice}", remedy)


def _of_incidents(register: Register, today: dt.date) -> Iterator[Matter]:
    for code, cause in register.incidents.items():
        urgent = code in register.urgent
        what = f"incident {code} is open" + (": the secret may be known" if urgent else "")
        yield Matter(
            Danger.KNOWN if urgent else Danger.INCIDENT, today, f"{what} ({cause})", Remedy.CLOSE_INCIDENT, code
        )


def _unfinished(register: Register) -> Iterator[Matter]:
    for one in unfinished(register.begun):
        yield Matter(
            Danger.UNFINISHED,
            one.day,
            f"begun, never finished: {one.told}: {one.purpose}",
            Remedy.ENTER_OUTCOME,
            one.code,
        )


def _walked(register: Register) -> Iterator[Matter]:
    """What people began to go through, and left before the last step."""
    for one in register.procedures.values():
        if not one.ended:
            what = f"procedure {one.code} was begun and not ended (step {one.step} of {one.of} was the last)"
            remedy = Remedy.WALK_ON if find_pack(one.pack) else Remedy.WALK_OWN_ON
            yield Matter(Danger.OVERDUE, one.day, what, remedy, f"{one.step + 1} {one.code}")


def _of_rules(rules: Rules, today: dt.date) -> Iterator[Matter]:
    if not rules.register.sets:
        yield Matter(Danger.UNPROVEN, today, "no set was recorded: nothing is looked after yet", Remedy.TAKE_LEDGER)
        return
    for one in open_ones(rules, today):
        yield Matter(Danger.RULE, today, f"{one.what} (rule {one.rule})", Remedy.OVERRULE, command=one.command)
