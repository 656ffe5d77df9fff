"""What must be done now, in the order of danger: one list, from everything that the register knows."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from splitkit.custody.advice import procedure_in
from splitkit.custody.due import Due, due
from splitkit.custody.exposure import Alarm, SetCase, alarms, is_spoilt
from splitkit.custody.records.accounts import procedure_of
from splitkit.custody.records.begun import ProcedureBegun, unfinished
from splitkit.custody.records.heirs import is_dead
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.records.lives import URGENT_CASES, Life
from splitkit.custody.records.set_changes import never_used
from splitkit.custody.register import Built
from splitkit.custody.ways.mending import (
    Step,
    in_its_place,
    to_give_up,
    to_retire,
    to_take_over,
    to_walk_on,
    waits_until,
)
from splitkit.custody.ways.rules import Rules, Violation, open_ones
from splitkit.errors import About, Remedy
from splitkit.ledger.branches import Doubt
from splitkit.packs.pack import USUAL, find_pack


class Danger(enum.IntEnum):
    """How bad it is while it stays; the worst first."""

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
    DUE = 11
    """Its day has come."""


SPELT = 3
"""So many accounts are named where the same is so of several; of more only the number."""


@dataclass(frozen=True)
class Matter:
    """One thing that must be done now."""

    danger: Danger
    day: dt.date
    """Since when."""
    what: str
    remedy: Remedy = field(compare=False)
    about: About = field(default="", compare=False)
    """What the remedy is applied to: a code, a tag."""
    command: str = field(default="", compare=False)
    """The command that mends it, where that is known better than from the remedy."""
    kind: str = field(default="", compare=False)
    """Of which kind it is, where its remedy settles several."""

    def told(self, worded: Callable[[Remedy, About], str]) -> str:
        """Return what is to be done, in the words of whoever tells it."""
        return self.command or worded(self.remedy, self.about)


_CASES = {
    SetCase.COMPROMISED: (Danger.KNOWN, Remedy.ROTATE),
    SetCase.DEAD: (Danger.DEAD, Remedy.START_ANEW),
    SetCase.ONE_SHORT: (Danger.ONE_SHORT, Remedy.REFRESH),
    SetCase.DOUBTFUL: (Danger.DOUBTFUL, Remedy.HOLD_DRILL),
    SetCase.LOST: (Danger.UNPROVEN, Remedy.REFRESH),
    SetCase.DESTROYED: (Danger.UNPROVEN, Remedy.REISSUE),
    SetCase.UNPROVEN: (Danger.UNPROVEN, Remedy.HOLD_DRILL),
}


_COMING = {
    Remedy.ROTATE: ("rotated",),
    Remedy.REFRESH: ("refreshed", "rotated"),
    Remedy.START_ANEW: ("refreshed",),
}
"""Where a set that is to replace it is what would be made: of which kinds; where its own is dead, one that has its secret still."""


def matters(built: Built, rules: Rules, today: dt.date, doubts: Iterable[Doubt] = ()) -> list[Matter]:
    """Return what must be done now, also about *doubts*, the worst first; of two that are alike, the one that waits longer."""
    register = built.register
    found = [
        *_of_sets(register, today),
        *_of_incidents(register, today),
        *_unfinished(register),
        *_walked(register),
        *_of_rules(rules, today),
    ]
    found += [
        Matter(Danger.DUE, one.day, f"{one.what} ({one.when(today)}{one.why})", one.remedy, one.about, kind=one.kind)
        for one in pressing(rules, today)
    ]
    found += [
        Matter(Danger.CONTRADICTION, today, one, Remedy.TAKE_LEDGER if one in built.waiting else Remedy.CORRECT)
        for one in built.findings
    ]
    found += [
        Matter(Danger.WITHDRAWN, today, f"withdrawn: {one}", Remedy.HOLD_REVIEW, kind="withdrawn")
        for one in built.unconfirmed
    ]
    found += [
        Matter(Danger.WITHDRAWN, today, f"left out: {one}", Remedy.HOLD_REVIEW, kind="left out")
        for one in built.left_out
    ]
    found += [_doubted(one, today) for one in doubts]
    return sorted(found, key=_worst_first)


def pressing(rules: Rules, today: dt.date) -> list[Due]:
    """Return what is due by a day; where an override has ended, nothing is to be decided once nothing breaks the rule."""
    found = [one for one in due(rules.register) if one.pressing(today)]
    return [one for one in found if one.remedy is not Remedy.OVERRULE or rules.breaks(str(one.about))]


def _doubted(doubt: Doubt, day: dt.date) -> Matter:
    """Return what is to be done about a doubt: where its hint names no command, as it says."""
    remedy, command = (doubt.hint, "") if isinstance(doubt.hint, Remedy) else (Remedy.LEDGER_VERIFY, doubt.hint)
    return Matter(Danger.CONTRADICTION, day, f"in doubt: {doubt}", remedy, command=command, kind=command)


def _worst_first(one: Matter) -> tuple[Danger, dt.date]:
    """Return what matters are sorted by; those that are alike stay in the order in which they were found."""
    return one.danger, one.day


def _of_sets(register: Register, today: dt.date) -> Iterator[Matter]:
    for alarm in alarms(register, today):
        danger = _CASES[alarm.case][0]
        waits = alarm.record.life is Life.PENDING and not alarm.record.must_take_over
        spoilt = waits and danger not in (Danger.KNOWN, Danger.ONE_SHORT)
        yield Matter(
            Danger.UNPROVEN if spoilt else danger,  # the set that it was to replace is not touched
            today,
            f"{alarm.fact}: {alarm.advice}",
            *_to_mend(register, alarm),
            kind=alarm.case.value,
        )


def _to_mend(register: Register, alarm: Alarm) -> Step:
    """Return the next step: where the set that is to come is there already, that takes over."""
    record, remedy = alarm.record, _CASES[alarm.case][1]
    if alarm.no_set or (alarm.case is SetCase.DEAD and record.must_take_over):
        return _to_start_anew(register, record)
    if record.life is not Life.LIVE:
        return _to_mend_old(register, alarm)
    if remedy is Remedy.REISSUE:
        return remedy, (record.short_id, next(number for number, sheet in record.sheets.items() if sheet.worthless))
    kinds = _COMING.get(remedy, ())
    pending = [one for one in register.sets.values() if one.life is Life.PENDING and one.replaces == record.set_id]
    coming = [one for one in pending if one.kind in kinds and (one.must_take_over or not is_spoilt(one))]
    if coming:
        return to_take_over(register, coming[-1])
    if is_dead(record):  # nobody can make a new set from it any more, though others may know it
        return _to_start_anew(register, record)
    return remedy, record.short_id


def _to_start_anew(register: Register, record: SetRecord) -> Step:
    (code,) = _procedures(register, "secret-lost", [register.lines.get(record.line, "")]).values()
    return Remedy.START_ANEW, code


def _procedures(register: Register, case: str, accounts: Iterable[str]) -> dict[str, str]:
    """Return the code of what is done in a case, by the pack of each account; of the usual pack where another has nothing for it."""
    usual = find_pack(USUAL)
    packs = [register.accounts[tag].known(register.packs) if tag else usual for tag in accounts]
    found = {pack.code: one.code for pack in packs if pack and (one := procedure_in(pack, case))}
    rest = procedure_in(usual, case) if usual else None
    return found or ({USUAL: rest.code} if rest else {})


def _to_mend_old(register: Register, alarm: Alarm) -> Step:
    """Return what follows where a set is not the one in use: its sheets are destroyed, or its secret is replaced."""
    record, now = alarm.record, in_its_place(register, alarm.record)
    if alarm.case is SetCase.COMPROMISED and record.rotated:
        return to_retire(register, record)
    if alarm.case is SetCase.COMPROMISED and record.secret == now.secret and now.life is Life.LIVE:
        return _to_mend(register, Alarm(now, alarm.case))
    if alarm.needed and alarm.case is not SetCase.COMPROMISED:
        return _to_mend(register, Alarm(now, SetCase.DEAD if is_dead(now) else SetCase.DOUBTFUL))
    if alarm.case is SetCase.COMPROMISED and record.life is Life.VOID and not never_used(register, record):
        return Remedy.RETIRE_SET, record.short_id
    if record.life is Life.PENDING:
        failed = alarm.case is SetCase.DOUBTFUL and record.failed  # where the sheets are sound, they are tried again
        return to_take_over(register, record) if failed or record.must_take_over else to_give_up(register, record)
    return Remedy.DESTROY_SHEETS, record.short_id


def _of_incidents(register: Register, today: dt.date) -> Iterator[Matter]:
    for code, cause in register.open_incidents.items():
        if code in register.urgent:
            what = f"incident {code} is open: the secret may be known ({cause})"
            if walk := _answered_by(register, code):
                yield Matter(Danger.KNOWN, today, what, *to_walk_on(register, walk))
                continue
            procedures = _procedures(register, register.urgent[code], register.accounts)
            for pack, procedure in procedures.items():
                of = f", by the pack {pack}" if len(procedures) > 1 else ""
                yield Matter(Danger.KNOWN, today, what + of, Remedy.TREAT_AS_KNOWN, (code, procedure))
        else:
            yield Matter(Danger.INCIDENT, today, f"incident {code} is open ({cause})", Remedy.CLOSE_INCIDENT, code)


def _answered_by(register: Register, incident: str) -> ProcedureBegun | None:
    """Return the procedure by which people answer an incident, where they are in the middle of one that ends with it closed."""
    begun = [one for one in register.procedures.values() if one.about.incident == incident and not one.ended]
    found = [
        one
        for one in begun
        if (of := procedure_of(one.pack, one.code, register.packs)) and of.case in URGENT_CASES.values()
    ]
    return found[-1] if found else None


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
    """What people began to go through and left before the last step, and each step that they left to somebody."""
    for one in register.procedures.values():
        left = ", ".join(f"step {at}{f' to {who}' if who else ''}" for at, who in sorted(one.left.items()))
        if one.step < one.of and not waits_until(register, one):
            more = f"; left: {left}" if left else ""
            what = f"{one.named(register.name_of)} was begun and not ended (step {one.step} of {one.of} was the last{more})"
            yield Matter(Danger.DUE, one.day, what, *to_walk_on(register, one))
        elif left:
            yield Matter(
                Danger.DUE,
                one.day,
                f"{one.named(register.name_of)} is not ended: left is {left}",
                *to_walk_on(register, one),
            )


def _of_rules(rules: Rules, today: dt.date) -> Iterator[Matter]:
    if not rules.register.sets:
        yield Matter(Danger.UNPROVEN, today, "no set was recorded: nothing is looked after yet", Remedy.TAKE_LEDGER)
        return
    same = dict[tuple[Any, ...], list[Violation]]()
    for one in open_ones(rules, today):
        same.setdefault((one.rule, bool(one.account), one.said, one.step, one.command), []).append(one)
    for one, *others in same.values():
        names = [one.account, *(other.account for other in others)]
        said = f"{_several(names)}: {one.said}" if others else one.what
        yield Matter(Danger.RULE, today, f"{said} (rule {one.rule})", *one.step, command=one.command, kind=one.rule)


def _several(names: Sequence[str]) -> str:
    """Return some names, of many the first."""
    more = f" and {len(names) - SPELT} more accounts" if len(names) > SPELT else ""
    return ", ".join(names[:SPELT]) + more
