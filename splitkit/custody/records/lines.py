"""The lines of one account: it has one password, and the secret that somebody signed in with as the new one has replaced those of its other lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from splitkit.custody.records.days import Moment, day_alone, newest
from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event


def _set_as(secret: str) -> str:
    """Return by what a register knows when a secret was last signed in with as the new password."""
    return f"password {secret}"


def _signed_in(register: Register, data: events.SignIn, what: Happening) -> Register:
    which = register.meant(data.set)
    if not which or not data.accepted or data.password_ != "new":  # noqa: S105
        return register
    record, day = register.sets[which], Moment.of(what.time)
    known = register.planned.get(_set_as(record.secret))
    register = register.having("planned", _set_as(record.secret), newest(known, day))
    return one_password(register, register.lines.get(record.line, ""))


def one_password(register: Register, account: str) -> Register:
    """Return the register where of an account's secrets only that one opens it which was last signed in with as the new one, or came later."""
    theirs = [one for one in register.live if account and register.lines.get(one.line) == account]
    set_on = {one.set_id: day for one in theirs if (day := register.planned.get(_set_as(one.secret)))}
    if not set_on:
        return register
    new = register.sets[max(set_on, key=lambda one: set_on[one])]
    since = day_alone(set_on[new.set_id])
    before = [one for one in theirs if one.set_id in set_on or day_alone(one.made) < since]
    for old in [one for one in before if one.secret != new.secret]:
        register = register.with_set(replace(old, life=Life.SUPERSEDED, replaced_by=new.set_id))
        for same in [one for one in register.sets.values() if one.secret == old.secret]:
            register = register.with_set(replace(same, rotated=True))
    return register


def _bound(register: Register, data: events.LineBound, what: Happening) -> Register:
    before = register.bound_by.get(data.line, what.by)
    alone = "" if register.vouched(what) or register.are_two((before, what.by), what.day) else before
    return one_password(register.having("bound_by", data.line, alone), data.account)


LINE_VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {
    events.LineBound: _bound,
    events.SignIn: _signed_in,
}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`, or on its hour."""
