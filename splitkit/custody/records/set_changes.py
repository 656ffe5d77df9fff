"""What entries about sets change in the register: what they are for, what replaces them, what they opened, and what that leaves.

An entry that contradicts those before it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.begun import SHOWS, with_reveal
from splitkit.custody.records.days import Moment, newest
from splitkit.custody.records.heirs import sealed_file
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord, State, Which
from splitkit.custody.records.lines import (
    UNSAID,
    changed_unsaid,
    has_no_set,
    of_account,
    one_password,
    opened,
    was_password,
    with_password,
    without_password,
)
from splitkit.custody.records.lives import Life
from splitkit.custody.records.sheet_changes import check_not_void, with_found_since, worse_since
from splitkit.custody.records.uses import LastSignIn, Use, settled_by, with_review, with_sign_in
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event
from splitkit.quorum.policy import parse_policy

MOST_EPOCH = 9999
"""Sets that one line comes to: one a day for 27 years."""


def _made(register: Register, data: events.SetMade, day: dt.date) -> Register:
    if data.set in register.sets:
        raise AttentionError("a set of this id was made before", "a set id never comes twice")
    policy = parse_policy(data.policy)
    begun, numbers = register.begun.values(), map(policy.number, policy.sheet_ids())
    coming = not any(one.writes(data.set, "") for one in begun)  # a ceremony prints each sheet by itself, later
    sheets = {number: SheetRecord(number, out=day, announced=coming) for number in numbers}
    _check_line(register, data)
    life = Life.PENDING if data.replaces else Life.LIVE
    kind = data.kind or ("refreshed" if data.line else "first")  # nobody said that its secret is another
    secret = register.sets[data.replaces].secret if data.replaces and kind == "refreshed" else data.set
    made = SetRecord(data.set, policy, data.label or "", data.epoch, data.line or data.set, data.practice, life=life, made=day,
                     replaces=data.replaces or "", kind=kind, secret=secret, generated=data.origin == "generated", sheets=MappingProxyType(sheets))  # fmt: skip
    return register.with_set(made)


def from_record(register: Register, data: events.SetMade) -> Register:
    """Return the register where only its public record tells of a set, in whatever order the sets of a line are taken up.

    The next later one of its line that is known, and was said to replace nothing, has replaced it.
    """
    made = replace(register.sets[data.set], said=True)
    later = [one for one in register.sets.values() if one.line == made.line and one.epoch > made.epoch and one.said]
    new = min(later, key=lambda one: one.epoch, default=None)
    if new is None or new.replaces:
        return register.with_set(made)
    made = replace(made, life=Life.SUPERSEDED, replaced_by=new.set_id)
    if new.kind == "refreshed":
        register = register.with_secret(new.secret, secret=made.secret)
    return register.with_set(made).with_set(replace(register.sets[new.set_id], replaces=made.set_id))


def check_epoch(epoch: int | None) -> None:
    """Refuse an epoch that no line comes to: the next set of the line must have one too.

    Raises:
        AttentionError: If it is one.
    """
    if epoch and epoch > MOST_EPOCH:
        raise AttentionError(f"no line has {epoch} sets", "compare the epoch with the public record of the set")


def _check_line(register: Register, data: events.SetMade) -> None:
    """A first set begins a line and replaces none; a later one is of the line of the set it replaces, in a later epoch.

    Where no set of its line is known, its public record alone is: that says which line it is of, and not what it replaces.
    """
    check_epoch(data.epoch)
    first, replaces = data.line is None, data.replaces is not None
    fits = not replaces if first else replaces or not register.knows("line", data.line or "")
    if first != (data.epoch == 1) or not fits:
        raise AttentionError("epoch, line and replaced set do not fit together", Remedy.MAKE_LATER)
    if data.kind and (data.kind == "first") != (data.line is None):
        raise AttentionError("epoch, line and kind do not fit together", Remedy.MAKE_LATER)
    if data.replaces is None:
        return
    old = register.sets[data.replaces]
    if (data.line, data.practice) != (old.line, old.practice):
        raise AttentionError("the new set is not of the line of the old one", Remedy.MAKE_LATER)
    if old.epoch >= data.epoch:
        raise AttentionError("the epoch of the new set is not later than that of the old one", Remedy.MAKE_LATER)


def _void(register: Register, data: events.SetVoided, what: Happening) -> Register:
    """Nothing is void whose sheets somebody may have, but those of a ceremony that came to nothing."""
    record, two = register.sets[data.set], register.vouched(what)
    took_over = record.life is Life.LIVE and record.replaces
    signed_in = record.signed_in and (record.life is not Life.PENDING or record.must_take_over)
    if record.life in (Life.SUPERSEDED, Life.RETIRED) or signed_in or took_over:
        raise AttentionError("this set was in use: its sheets open a secret", "destroy each of them: sheet.destroyed")
    left = _to_be_destroyed(register, record, two=two)
    if left and (record.said or record.signed_in or any(one.sealed for one in record.sheets.values())):
        raise AttentionError(
            f"sheets of this set may be with somebody, and sheet {left[0]} was not destroyed in front of two people",
            "destroy each of them in front of two people: sheet.destroyed",
        )
    for number in record.sheets:
        register = with_found_since(register, Which(record.set_id, number), Moment.of(what.time))
    return register.with_set(replace(record, life=Life.VOID, given_up=record.given_up or two))


def _to_be_destroyed(register: Register, record: SetRecord, *, two: bool) -> list[str]:
    """Return which sheets have still to be destroyed before a set is void.

    Nobody can destroy one that is lost: two people do without it where no quorum is left, or its secret was never of any use.
    """
    left = [one for one in record.sheets.values() if one.may_be_used]
    others = (one for one in register.of_secret(record.secret) if one is not record)
    unused = never_used(register, record) and all(one.life is Life.VOID for one in others)
    harmless = unused or not record.may_be_known
    return [one.number for one in left if not (two and harmless and one.state is State.LOST)]


def never_used(register: Register, record: SetRecord) -> bool:
    """Whether nobody can have used the secret of a set, nor has signed in with it, as far as anybody knows: it is that of nothing."""
    return unseen(register, record) and not any(one.signed_in or one.said for one in register.of_secret(record.secret))


def unseen(register: Register, record: SetRecord) -> bool:
    """Whether nobody knows the secret of a set: the program thought it up, and has shown it to nobody."""
    same = {one.set_id for one in register.of_secret(record.secret)}
    return register.sets[record.secret].generated and not any(one.set_id in same for one in register.uses.values())


def set_nowhere(register: Register, record: SetRecord) -> bool:
    """Whether the secret of a set may have been set, as it was shown, and nobody has signed in with it: two may say that it was not."""
    same = register.of_secret(record.secret)
    came = any(one.signed_in or one.life not in (Life.PENDING, Life.VOID) for one in same)
    return not came and not never_used(register, record)


def with_void(before: Register, register: Register) -> Register:
    """Return the register after an entry, with what came to nothing counting for nothing, or again where it was of use after all."""
    if register.sets is before.sets and register.uses is before.uses:
        return register
    kept = {one.secret for one in register.sets.values() if one.life is not Life.VOID}
    for record in [one for one in register.sets.values() if one.secret not in kept]:
        outdated = _came_to_nothing(register, record)
        if outdated != record.outdated:
            register = register.with_set(replace(record, outdated=outdated))
    return register


def _came_to_nothing(register: Register, record: SetRecord) -> bool:
    """Whether a void set, the last of its secret, counts for nothing: one person's word takes no exposure back, nor what a use leaves."""
    if has_no_set(register, record):
        return False
    if never_used(register, record):
        return record.given_up or not any(one.exposed and one.may_be_used for one in record.sheets.values())
    return (record.given_up or unseen(register, record)) and not record.may_be_known


def _replaced(register: Register, data: events.SetRefreshed | events.SetRotated, what: Happening) -> Register:
    """The old set is superseded only once every sheet of the new one was read back, and was sound; or two say so whose password is set already."""
    new, old = register.sets[data.set], register.sets[data.replaces]
    if new.replaces != old.set_id:
        raise AttentionError("the new set was not made to replace this one", Remedy.MAKE_LATER)
    if new.kind != data.event.removeprefix("set."):
        raise AttentionError(f"the new set was made as {new.kind}, and stays so", f"record it as set.{new.kind}")
    late = new.must_take_over and old.life is not Life.LIVE  # it was given up too early
    if new.life not in (Life.PENDING, Life.LIVE) or not (late or old.life is Life.LIVE):
        raise AttentionError(
            "one of these sets is void, retired or superseded already", "compare the set ids with the ledger"
        )
    if new.must_take_over and (late or not new.takes_over) and not register.vouched(what):
        raise AttentionError(
            "not every sheet of it is there and sound, or the old set was given up: that takes two people",
            Remedy.WITNESS,
        )
    if not (new.takes_over or new.must_take_over):
        raise AttentionError(*_spoilt(new))
    signed_in = new.signed_in or (new.secret == old.secret and old.signed_in)
    register = register.with_set(replace(new, life=Life.LIVE, signed_in=signed_in, replaced_by=""))
    before = replace(old, replaced_by=old.replaced_by or new.set_id)
    register = register.with_set(before if late else replace(before, life=Life.SUPERSEDED))
    register = register if new.secret == old.secret else register.with_secret(old.secret, rotated=True)
    return one_password(register, new.line)


def _spoilt(new: SetRecord) -> tuple[str, str | Remedy]:
    """Return why a set takes the place of none, and what would help."""
    for sheet in new.sheets.values():
        if not sheet.there:
            what = f"sheet {sheet.number} of the new set is {sheet.state.value}"
            return (
                what,
                "make another set from the one in use; once two saw these sheets destroyed, this one is void: set.void",
            )
        if not sheet.proven:
            return f"sheet {sheet.number} of the new set was not read back", Remedy.READ_BACK
    return f"the new set was tried on {new.failed}, and did not open", Remedy.READ_BACK


def _outdated(register: Register, secret: str, day: Moment) -> Register:
    """A secret is in use no more, nor is any that it took the place of: where nobody has signed in with it, it took none."""
    register = without_password(register.with_secret(secret, outdated=True), secret, day)
    older = register.sets[secret].replaces  # of the first set that has it
    took = any(one.signed_in for one in register.of_secret(secret))
    return _outdated(register, register.sets[older].secret, day) if older and took else register


def _retired(register: Register, data: events.SetRetired, day: Moment) -> Register:
    record = register.sets[data.set]
    came_to_nothing = record.life is Life.VOID and (record.outdated or never_used(register, record))
    same = {one.life for one in register.of_secret(record.secret)}
    to_come = record.life is Life.PENDING and not set_nowhere(register, record)
    if to_come or came_to_nothing or (record.life is Life.VOID and same != {Life.VOID}):
        raise AttentionError("this set was never in use", "a set that is not needed is void: set.void")
    if record.replaced_by and not (record.outdated or _followed(register, record.secret)):
        if record.rotated:
            raise AttentionError(
                "nobody has signed in with the new secret yet", "sign in with the new sheets, and record it: signin"
            )
        raise AttentionError(
            "this set still opens the secret that is in use", "destroy its sheets; it is retired after a rotation"
        )
    return _outdated(register.with_set(replace(record, life=Life.RETIRED)), record.secret, day)


def _followed(register: Register, secret: str) -> bool:
    """Whether somebody has signed in with a secret that took the place of another, directly or not, be it that of another line."""
    sets = register.sets.values()
    after = {
        one.secret
        for one in sets
        if one.kind == "rotated" and one.replaces and register.sets[one.replaces].secret == secret
    }
    after |= {register.sets[one.replaced_by].secret for one in register.of_secret(secret) if one.replaced_by}
    after -= {secret}
    return any(one.signed_in for one in sets if one.secret in after) or any(_followed(register, one) for one in after)


def _signed_in(register: Register, data: events.SignIn, day: Moment) -> Register:
    """A sign-in is that of one set, or says nothing but that an older password was tried."""
    which, old = register.meant(data.set), data.password_ == "old"  # noqa: S105
    theirs = "" if old else which  # the old password is that of no set in use
    last = register.last_sign_in
    if not (last and not last.accepted and data.accepted and day < last.day):
        register = replace(register, last_sign_in=LastSignIn(theirs, day, data.accepted, ledger=register.ledger))
    record = register.sets.get(data.set or theirs)
    same = [one.set_id for one in register.of_secret(record.secret)] if record else []
    settled = with_sign_in(register.uses, data, same, day)
    if record and data.set and unseen(register, record):
        check_not_void(record)
    register = replace(register, uses=MappingProxyType({**register.uses, **settled})) if settled else register
    if not data.accepted:
        return register
    if record:
        return _accepted(register, data, record, day)
    return _older_accepted(register, day) if old else register


def _accepted(register: Register, data: events.SignIn, record: SetRecord, day: Moment) -> Register:
    """A secret that another took the place of should open nothing; nor should one of which nobody said that it would be the password."""
    register = with_password(register, data, record, day)
    if record.outdated or _followed(register, record.secret):
        register = opened(register, record, day, "should open nothing")
    elif changed_unsaid(register, record.line):
        register = opened(register, record, day, UNSAID)
    return one_password(register, record.line)


def _older_accepted(register: Register, day: Moment) -> Register:
    """An older password should open no account of which no set waits for its first sign-in: until then it is the one in use."""
    coming = [one for one in register.in_earnest if one.life in (Life.LIVE, Life.PENDING) and not one.outdated]
    waits = {one.set_id for one in coming if was_password(one.secret) not in register.planned}
    for record in [one for one in register.in_earnest if one.signed_in]:
        if waits.isdisjoint(one.set_id for one in of_account(register, record.line)):
            what = f"is not all that opens its account: an older password was accepted on {day}"
            return register.with_incident_about(
                "OLD", Which(record.set_id, ""), what, urgent="compromise"
            )  # nobody can tell of which set
    return register


def _alerted(register: Register, data: events.AlertArrived, what: Happening) -> Register:
    """An alert arrived when whoever is to get it says so, or two people."""
    last = register.last_sign_in
    told = register.vouched(what) or register.who(what.by) == register.who(data.receiver)
    if not (told and data.validated) or last is None or register.left_on(data.receiver, what.day):
        return register
    return replace(register, last_sign_in=replace(last, alerted=last.alerted | {data.receiver}))


def _proven(register: Register, data: events.SetProven | events.DrillHeld, day: dt.date) -> Register:
    """Only a quorum proves a set, and of its sheets only those that the program has read and found sound."""
    record = register.sets[data.set]
    if _known_worse(record, data.sheets, day) or (
        isinstance(data, events.DrillHeld) and _put_together_first(record, data)
    ):
        return register
    sound = [number for number in data.sheets if record.sheets[number].usable(day)]
    if not record.policy.opens(map(record.policy.sheet, sound)):
        raise AttentionError(
            "these sheets are no quorum of the set, or were not read and found sound",
            "bring a quorum, and read it again",
        )
    if record.failed and day < record.failed:
        return register
    return register.with_set(replace(record, proven=day, failed=None))


def _put_together_first(record: SetRecord, data: events.DrillHeld) -> bool:
    """Whether sheets that were each read alone say nothing: of a set that the program never saw open, or did not open when it was last tried."""
    return data.way == "safes" and (record.proven is None or record.failed is not None)


def _known_worse(record: SetRecord, numbers: Iterable[str], day: dt.date) -> bool:
    """Whether one of these sheets went wrong after a day: what was proven with it then is told late, and says nothing."""
    sheets = [record.sheets[number] for number in numbers]
    return any(worse_since(one, day) or (one.missed and day < one.missed) for one in sheets)


def _drilled(register: Register, data: events.DrillHeld, day: dt.date) -> Register:
    """A drill that failed proves nothing; a live one counts only where somebody signed in and everybody expected was alerted."""
    record = register.sets[data.set]
    if data.result == "fail":
        live = newest(record.live_failed, day) if data.way == "live" else record.live_failed
        return register.with_set(replace(record, failed=newest(record.failed, day), live_failed=live))
    return _proven(register, data, day)


def drill_in(ledger: str) -> str:
    """Return by what a register knows when a drill was last held in a ledger, and passed: what was planned has come about then."""
    return f"drill in {ledger}"


def _drilled_live(register: Register, data: events.DrillHeld, what: Happening) -> Register:
    record, day = register.sets[data.set], Moment.of(what.time)
    if data.result == "fail" or _known_worse(record, data.sheets, day):
        return register
    register = register.having("planned", drill_in(register.ledger), day)
    if data.way == "live" and _all_alerted(register, data.set, what):
        register = register.with_set(replace(register.sets[data.set], live_drill=day))
        for one in register.of_secret(record.secret):
            failed = one.live_failed if one.live_failed and day < one.live_failed else None
            register = register.with_set(replace(one, live_failed=failed))
        return replace(register, last_sign_in=None)  # one sign-in is one drill
    return register


def _all_alerted(register: Register, set_id: str, what: Happening) -> bool:
    """Whether the last sign-in was accepted, was one with this set for this drill, and everybody was alerted whom the account names."""
    last, account = register.last_sign_in, register.lines.get(register.sets[set_id].line, "")
    if (
        last is None
        or not account
        or (last.set_id, last.accepted) != (set_id, True)
        or not _for_it(last, register, what)
    ):
        return False
    expected = register.alerted_by(account)
    return bool(expected) and last.alerted.issuperset(expected)


def _for_it(last: LastSignIn, register: Register, what: Happening) -> bool:
    """Whether a sign-in was for a drill: that day, or in the same ceremony within the twelve hours before, which may have gone on over midnight."""
    if last.day == what.day:
        return True
    before = dt.datetime.fromisoformat(what.time) - dt.datetime.fromisoformat(last.day.second)
    return last.ledger == register.ledger and dt.timedelta() <= before <= _ONE_DRILL


_ONE_DRILL = dt.timedelta(hours=12)
"""How long before its end a sign-in is of the same drill."""


def _shown(register: Register, data: events.SecretShown, day: dt.date) -> Register:
    register = replace(register, begun=MappingProxyType({**register.begun, **with_reveal(register.begun, data.set)}))
    return _used(register, data.set, data.purpose, day, certain=True)


def _used(register: Register, set_id: str, purpose: str, day: dt.date, *, certain: bool) -> Register:
    """A secret that nobody can have signed in with is shown to become the password; any other was used."""
    # of a set that people tell of, nobody knows what it was used for
    first = never_used(register, register.sets[set_id])
    return register.having("uses", f"{len(register.uses) + 1}", Use(set_id, day, purpose, certain, sets_password=first))


def _intent_over(register: Register, data: events.IntentEnded, what: Happening) -> Register:
    """What was to be shown was shown, if no reveal of it was recorded, unless the program saw or two people say that it was not."""
    begun = register.begun[data.intent]
    if begun.act not in SHOWS or begun.shown or (data.result != "done" and register.vouched(what)):
        return register
    set_id = begun.set_id or register.meant(None)
    if not set_id:
        raise AttentionError("nobody recorded the secret of which set was shown", Remedy.RECORD_REVEAL)
    return _used(register, set_id, begun.purpose, begun.day, certain=data.result == "done")


def _use_reviewed(register: Register, data: events.UseReviewed, day: dt.date) -> Register:
    changed = with_review(register.uses, data, day)
    before = [one for one in register.uses.values() if one.set_id == data.set and one.day <= day]
    if not changed and any(one.sets_password for one in before):
        fact = "the secret of this set was only shown to become the password, and that is reviewed by nobody"
        raise AttentionError(fact, "once somebody has signed in with it: splitkit record signin new accepted=yes")
    if not changed and any(one.set_id == data.set and one.day == day for one in register.uses.values()):
        fact = "the secret of this set was shown later that day, by the clock of the machine that showed it"
        raise AttentionError(fact, "record it once the clock here has passed that time")
    if not changed:
        raise AttentionError("nobody was shown the secret of this set", "name the set that was used: set=ID")
    of_it = {code: one for code, one in register.actions.items() if one.set_id == data.set}
    done = {code: replace(one, done=True) for code, one in of_it.items() if one.debt in settled_by(data)}
    actions = MappingProxyType({**register.actions, **done})
    return replace(register, uses=MappingProxyType({**register.uses, **changed}), actions=actions)


SET_CHANGES: Mapping[type[Event], Callable[[Register, Any, Moment], Register]] = {
    events.SetMade: _made,
    events.SetRetired: _retired,
    events.SetProven: _proven,
    events.DrillHeld: _drilled,
    events.SecretShown: _shown,
    events.FileSealed: sealed_file,
    events.UseReviewed: _use_reviewed,
    events.SignIn: _signed_in,
}
"""What each of these events changes."""

SET_VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {
    events.AlertArrived: _alerted,
    events.DrillHeld: _drilled_live,
    events.SetVoided: _void,
    events.SetRefreshed: _replaced,
    events.SetRotated: _replaced,
    events.IntentEnded: _intent_over,
}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`."""
