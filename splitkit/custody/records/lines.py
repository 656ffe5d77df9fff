"""The lines of one account: it has one password, and the secret that was accepted last has replaced those of its other lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.days import Moment, day_alone
from splitkit.custody.records.holdings import Register, SetRecord, Which
from splitkit.custody.records.lives import Life
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event


def was_password(secret: str) -> str:
    """Return by what a register knows when a secret was last accepted: that was the password."""
    return f"password {secret}"


def was_new(secret: str) -> str:
    """Return by what it knows when somebody last said that it was the new one."""
    return f"new password {secret}"


def with_password(register: Register, data: events.SignIn, record: SetRecord, day: Moment) -> Register:
    """Return the register where the secret of a set was accepted: that is the password, whatever the set is good for and whichever word was used."""
    same = [one for one in register.of_secret(record.secret) if one.life is Life.PENDING and one.kind == "rotated"]
    for one in [record, *same]:  # whichever set was named
        register = register.with_set(replace(one, signed_in=True))
    new = [was_new(record.secret)] if data.password_ == "new" else []  # noqa: S105
    return register.noted(day, was_password(record.secret), *new)


def of_account(register: Register, line: str) -> list[SetRecord]:
    """Return every set of the account of a *line*; where none is recorded, the line is taken for one."""
    owner = register.lines.get(line, line)
    return [one for one in register.in_earnest if register.lines.get(one.line, one.line) == owner]


def _last_accepted(register: Register, theirs: Sequence[SetRecord]) -> dict[str, dt.date]:
    """Return of each secret of some sets when it was last accepted, where it ever was."""
    return {one.secret: day for one in theirs if (day := register.planned.get(was_password(one.secret)))}


def changed_unsaid(register: Register, line: str) -> str:
    """Return the password of the account of a *line* where another was accepted before, and nobody said that this one is new or took its place; else nothing."""
    accepted = _last_accepted(register, of_account(register, line))
    password = max(accepted, key=lambda one: accepted[one], default="")
    since = register.planned.get(was_new(password), dt.date.min)
    before = [one for one, day in accepted.items() if one != password and day > since]
    return password if any(not register.sets[one].rotated for one in before) else ""


UNSAID = "nobody said that the password was changed"


def opened(register: Register, record: SetRecord, day: dt.date, why: str) -> Register:
    """Return the register with an incident, as a set opened its account and should not: two passwords open it, or somebody has changed it."""
    what = f"opened its account on {day}, and {why}"
    return register.with_incident_about("OLD", Which(record.set_id, ""), what, urgent="compromise")


def one_password(register: Register, line: str) -> Register:
    """Return the register where of the secrets of an account only that one opens it which was accepted last, or came later."""
    theirs = of_account(register, line)
    set_on = _last_accepted(register, theirs)
    if not set_on:
        return register
    password = max(set_on, key=lambda one: set_on[one])
    new, since = _opened_by(register, [one for one in theirs if one.secret == password]), day_alone(set_on[password])
    if new is None:
        return register
    if new.replaced_by:  # somebody has signed in with it again
        register = register.with_secret(new.secret, replaced_by="", rotated=False)
    for old in [one for one in theirs if one.secret != new.secret]:
        if old.life is Life.LIVE and (old.secret in set_on or day_alone(register.sets[old.secret].made) < since):
            register = _replaced(register, replace(old, life=Life.SUPERSEDED, replaced_by=new.set_id))
        elif _without_set(register, old):
            register = _replaced(register, replace(old, replaced_by=new.set_id))
    return register


def _replaced(register: Register, old: SetRecord) -> Register:
    return register.with_set(old).with_secret(old.secret, rotated=True)


def _opened_by(register: Register, same: Sequence[SetRecord]) -> SetRecord | None:
    """Return by which of the sets that have the password it is opened, or what took its place since; None while one has still to take over.

    Where none of them is in use, it is one that should open nothing.
    """
    for one in same:
        if one.life is Life.LIVE:
            return one
    if any(one.must_take_over for one in same):
        return None
    used = [one for one in same if one.life in (Life.SUPERSEDED, Life.RETIRED)]
    found = next(reversed([one for one in used or same if one.signed_in]), (used or same)[-1])
    while used and found.replaced_by:
        found = register.sets[found.replaced_by]
    return found


def has_no_set(register: Register, record: SetRecord) -> bool:
    """Whether a secret is the password though its set is void, or retired: somebody signed in with it last, and no set in use has it."""
    same = register.of_secret(record.secret)
    kept = any(one.life in (Life.LIVE, Life.SUPERSEDED) or one.must_take_over for one in same)
    return _without_set(register, record) and not kept


def _without_set(register: Register, record: SetRecord) -> bool:
    known = record.signed_in and was_password(record.secret) in register.planned
    return known and record.life in (Life.VOID, Life.RETIRED) and not record.replaced_by


def without_password(register: Register, secret: str, day: Moment) -> Register:
    """Return the register where a secret is the password of nothing on a *day*: whoever signs in with it later makes it one again."""
    rest = {of: on for of, on in register.planned.items() if of != was_password(secret) or on > day}
    return replace(register, planned=MappingProxyType(rest))


def _bound(register: Register, data: events.LineBound, what: Happening) -> Register:
    if data.line not in register.bound_by and (password := changed_unsaid(register, data.line)):
        register = opened(register, register.sets[password], register.planned[was_password(password)], UNSAID)
    before = register.bound_by.get(data.line, what.by)
    alone = "" if register.vouched(what) or register.are_two((before, what.by), what.day) else before
    return one_password(register.having("bound_by", data.line, alone), data.line)


LINE_VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {
    events.LineBound: _bound,
}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`."""
