"""The lines of one account: it has one password, and the secret that somebody signed in with as the new one has replaced those of its other lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.days import Moment, day_alone
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.records.lives import Life
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event


def set_as(secret: str) -> str:
    """Return by what a register knows when a secret was last signed in with as the new password."""
    return f"password {secret}"


def sets_it(register: Register, data: events.SignIn, record: SetRecord) -> bool:
    """Whether the secret of a set is the password since an accepted sign-in: as the new one, or where its set is void and it opens all the same."""
    void = all(one.life is Life.VOID for one in register.of_secret(record.secret))
    return data.password_ == "new" or (void and data.password_ != "old")  # noqa: S105


def _signed_in(register: Register, data: events.SignIn, what: Happening) -> Register:
    """A sign-in is remembered of the secret, whatever its set is good for: that is the password."""
    which = data.set or register.meant(None)
    if not which or not data.accepted or not sets_it(register, data, register.sets[which]):
        return register
    record = register.sets[which]
    return one_password(register.noted(Moment.of(what.time), set_as(record.secret)), record.line)


def one_password(register: Register, line: str) -> Register:
    """Return the register where of the secrets of an account only that one opens it which was last signed in with as the new one, or came later.

    It is the account of a *line*; where none is recorded, the line is taken for one.
    """
    owner = register.lines.get(line, line)
    theirs = [one for one in register.in_earnest if register.lines.get(one.line, one.line) == owner]
    set_on = {one.secret: day for one in theirs if (day := register.planned.get(set_as(one.secret)))}
    if not set_on:
        return register
    password = max(set_on, key=lambda one: set_on[one])
    new, since = _opened_by(register, [one for one in theirs if one.secret == password]), day_alone(set_on[password])
    if new is None:
        return register
    if new.replaced_by:  # somebody has signed in with it again
        register = register.with_secret(new.secret, replaced_by="", rotated=False)
    for old in [one for one in theirs if one.secret != new.secret]:
        if old.life is Life.LIVE and (old.secret in set_on or day_alone(old.made) < since):
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
    known = record.signed_in and set_as(record.secret) in register.planned
    return known and record.life in (Life.VOID, Life.RETIRED) and not record.replaced_by


def without_password(register: Register, secret: str, day: Moment) -> Register:
    """Return the register where a secret is the password of nothing on a *day*: whoever signs in with it later makes it one again."""
    rest = {of: on for of, on in register.planned.items() if of != set_as(secret) or on > day}
    return replace(register, planned=MappingProxyType(rest))


def _bound(register: Register, data: events.LineBound, what: Happening) -> Register:
    before = register.bound_by.get(data.line, what.by)
    alone = "" if register.vouched(what) or register.are_two((before, what.by), what.day) else before
    return one_password(register.having("bound_by", data.line, alone), data.line)


LINE_VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {
    events.LineBound: _bound,
    events.SignIn: _signed_in,
}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`, or on its hour."""
