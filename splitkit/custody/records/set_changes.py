"""What entries about sets and their sheets change in the register.

An entry that contradicts those before it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.begun import SHOWS, with_reveal
from splitkit.custody.records.holdings import (
    MOST_EPOCH,
    Exposure,
    Life,
    OneSheet,
    Register,
    SetRecord,
    SheetRecord,
    State,
)
from splitkit.custody.records.uses import LastSignIn, Use, is_first, with_review, with_sign_in
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import PROGRAM, Happening
from splitkit.ledger.schema import Event
from splitkit.quorum.policy import parse_policy


def _made(register: Register, data: events.SetMade, day: dt.date) -> Register:
    if data.set in register.sets:
        raise AttentionError("a set of this id was made before", "a set id never comes twice")
    policy = parse_policy(data.policy)
    sheets = {number: SheetRecord(number, out=day) for number in map(policy.number, policy.sheet_ids())}
    _check_line(register, data)
    life = Life.PENDING if data.replaces else Life.LIVE
    kind = data.kind or ("refreshed" if data.line else "first")  # nobody said that its secret is another
    secret = register.sets[data.replaces].secret if data.replaces and kind == "refreshed" else data.set
    made = SetRecord(data.set, policy, data.label or "", data.epoch, data.line or data.set, data.practice, life=life, made=day,
                     replaces=data.replaces or "", kind=kind, secret=secret, sheets=MappingProxyType(sheets))  # fmt: skip
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
        register = _with_secret(register, new.secret, secret=made.secret)
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


def _void(register: Register, data: events.SetVoided, _day: dt.date) -> Register:
    """Nothing is void whose sheets somebody may have, but those of a ceremony that came to nothing."""
    record = register.sets[data.set]
    took_over = record.life is Life.LIVE and record.replaces
    if record.life in (Life.SUPERSEDED, Life.RETIRED) or record.signed_in or took_over:
        raise AttentionError("this set was in use: its sheets open a secret", "destroy each of them: sheet.destroyed")
    sheets = record.sheets.values()
    if (record.said or any(one.sealed for one in sheets)) and (
        left := [one.number for one in sheets if one.may_be_used]
    ):
        raise AttentionError(
            f"sheets of this set may be with somebody, and sheet {left[0]} was not destroyed before two people",
            "destroy each of them before two: sheet.destroyed",
        )
    others = [one for one in register.sets.values() if one.secret == record.secret and one is not record]
    unused = all(one.life is Life.VOID for one in others)
    known = any(one.exposed and one.may_be_used for one in sheets)  # one person's word takes no exposure back
    shown = any(one.set_id == record.set_id for one in register.uses.values())  # nor what the use of a secret leaves
    outdated = record.outdated or (unused and not known and not shown)
    return register.with_set(replace(record, life=Life.VOID, outdated=outdated))


def _replaced(register: Register, data: events.SetRefreshed | events.SetRotated, _day: dt.date) -> Register:
    """The old set is superseded only once every sheet of the new one was read back, and was sound."""
    new, old = register.sets[data.set], register.sets[data.replaces]
    if new.replaces != old.set_id:
        raise AttentionError("the new set was not made to replace this one", Remedy.MAKE_LATER)
    if new.kind != data.event.removeprefix("set."):
        raise AttentionError(f"the new set was made as {new.kind}, and stays so", f"record it as set.{new.kind}")
    if new.life not in (Life.PENDING, Life.LIVE) or old.life is not Life.LIVE:
        raise AttentionError(
            "one of these sets is void, retired or superseded already", "compare the set ids with the ledger"
        )
    if unread := [number for number, sheet in new.sheets.items() if not sheet.proven]:
        raise AttentionError(f"sheet {unread[0]} of the new set was not read back", Remedy.READ_BACK)
    signed_in = new.secret == old.secret and old.signed_in
    register = register.with_set(replace(new, life=Life.LIVE, signed_in=signed_in))
    register = register.with_set(replace(old, life=Life.SUPERSEDED, replaced_by=new.set_id))
    return register if new.secret == old.secret else _with_secret(register, old.secret, rotated=True)


def _with_secret(register: Register, secret: str, /, **changes: Any) -> Register:
    """Return the register with every set changed that opens one secret."""
    for record in [one for one in register.sets.values() if one.secret == secret]:
        register = register.with_set(replace(record, **changes))
    return register


def _outdated(register: Register, secret: str) -> Register:
    """A secret is in use no more, nor is any that it took the place of."""
    register = _with_secret(register, secret, outdated=True)
    older = register.sets[secret].replaces  # a secret is called by the first set that has it
    return _outdated(register, register.sets[older].secret) if older else register


def _retired(register: Register, data: events.SetRetired, _day: dt.date) -> Register:
    record = register.sets[data.set]
    if record.life in (Life.PENDING, Life.VOID):
        raise AttentionError("this set was never in use", "a set that is not needed is void: set.void")
    if record.replaced_by and not (record.outdated or _followed(register, record.secret)):
        if record.rotated:
            raise AttentionError(
                "nobody has signed in with the new secret yet", "sign in with the new sheets, and record it: signin"
            )
        raise AttentionError(
            "this set still opens the secret that is in use", "destroy its sheets; it is retired after a rotation"
        )
    return _outdated(register.with_set(replace(record, life=Life.RETIRED)), record.secret)


def _followed(register: Register, secret: str) -> bool:
    """Whether somebody has signed in with a secret that took the place of another, directly or not."""
    sets = register.sets.values()
    after = {
        one.secret
        for one in sets
        if one.kind == "rotated" and one.replaces and register.sets[one.replaces].secret == secret
    }
    return any(one.signed_in for one in sets if one.secret in after) or any(_followed(register, one) for one in after)


def _signed_in(register: Register, data: events.SignIn, day: dt.date) -> Register:
    """Where a new password was accepted, the set before it may be retired; a sign-in is that of one set, or says nothing."""
    which = register.meant(data.set)
    theirs = "" if data.password_ == "old" else which  # noqa: S105  the old password is that of no set in use
    register = replace(register, last_sign_in=LastSignIn(theirs, day, data.accepted))
    settled = with_sign_in(register.uses, data, data.set or which, day)
    if data.set and not any(one.set_id == data.set for one in register.uses.values()):
        check_not_void(register.sets[data.set])
    register = replace(register, uses=MappingProxyType({**register.uses, **settled})) if settled else register
    if not which or not data.accepted or data.password_ != "new":  # noqa: S105
        return register
    return register.with_set(replace(register.sets[which], signed_in=True))


def _alerted(register: Register, data: events.AlertArrived, day: dt.date) -> Register:
    last = register.last_sign_in
    if not data.validated or last is None or register.left_on(data.receiver, day):
        return register
    return replace(register, last_sign_in=replace(last, alerted=last.alerted | {data.receiver}))


def _proven(register: Register, data: events.SetProven | events.DrillHeld, day: dt.date) -> Register:
    """Only a quorum proves a set, and of its sheets only those that the program has read and found sound."""
    record = register.sets[data.set]
    if _known_worse(record, data.sheets, day):
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


def _known_worse(record: SetRecord, numbers: Iterable[str], day: dt.date) -> bool:
    """Whether one of these sheets went wrong after a day: what was proven with it then is told late, and says nothing."""
    sheets = [record.sheets[number] for number in numbers]
    return any(_worse_since(one, day) or (one.missed and day < one.missed) for one in sheets)


def _worse_since(sheet: SheetRecord, day: dt.date) -> bool:
    """Whether a sheet was read after a day and was not sound, or came onto other paper.

    Good news that is older than bad is told in vain.  Of all else the last that is told counts: a clock that was ahead once hides nothing.
    """
    read = sheet.read if sheet.reading != "sound" else None
    return any(since and day < since for since in (read, sheet.paper))


def _drilled(register: Register, data: events.DrillHeld, day: dt.date) -> Register:
    """A drill that failed proves nothing; a live one counts only where somebody signed in and everybody expected was alerted."""
    record = register.sets[data.set]
    if data.result == "fail":
        live = day if data.way == "live" else record.live_failed
        return register.with_set(replace(record, failed=day, live_failed=live))
    register = _proven(register, data, day)
    if _known_worse(record, data.sheets, day):
        return register
    if data.way == "live" and _all_alerted(register, data.set, day):
        register = register.with_set(replace(register.sets[data.set], live_drill=day))
        for one in [one for one in register.sets.values() if one.secret == record.secret]:
            failed = one.live_failed if one.live_failed and day < one.live_failed else None
            register = register.with_set(replace(one, live_failed=failed))
        return replace(register, last_sign_in=None)  # one sign-in is one drill
    return register


def _all_alerted(register: Register, set_id: str, day: dt.date) -> bool:
    """Whether the last sign-in was accepted, was one with this set that day, and everybody was alerted whom the account names."""
    last, account = register.last_sign_in, register.lines.get(register.sets[set_id].line, "")
    if last is None or not account or (last.set_id, last.day, last.accepted) != (set_id, day, True):
        return False
    expected = register.alerted_by(account)
    return bool(expected) and last.alerted.issuperset(expected)


def _printed(register: Register, data: events.SheetPrinted, day: dt.date) -> Register:
    """The last paper counts; what was printed besides it, and what nobody announced, is one too many."""
    sheet = register.sheet_of(data)
    gone = sheet.before_two  # then there is no paper that counts, and this is none either
    copy = max(data.copy, sheet.copies + (gone or not sheet.announced))
    older = _older(sheet, range(sheet.copies + gone, copy + gone), day)
    return register.with_sheet(data, copies=copy, announced=False, old_papers=older)


def _older(sheet: SheetRecord, numbers: Iterable[int], day: dt.date) -> tuple[tuple[int, dt.date], ...]:
    """Return every paper of a sheet that is one too many, *numbers* among them since a *day*."""
    return tuple(sorted({**dict.fromkeys(numbers, day), **dict(sheet.old_papers)}.items()))


def _spoilt(register: Register, data: events.SheetSpoilt, day: dt.date) -> Register:
    """A paper that counted does so no more, and another is to be printed; until two people see it destroyed it is one too many."""
    check_not_void(register.sets[data.set])
    sheet = _with_copy(register, data)
    if data.copy < sheet.copies:
        return register
    older = _older(sheet, [data.copy], day)
    return register.with_sheet(data, copies=data.copy + 1, announced=True, old_papers=older)


def _with_copy(register: Register, data: events.SheetSpoilt | events.SheetShredded) -> SheetRecord:
    """Return the sheet of a paper, once that has come out of a printer or is to come out next."""
    sheet = register.sheet_of(data)
    if data.copy > sheet.copies:
        raise AttentionError(
            f"there is no paper {data.copy} of this sheet", f"the one that counts is copy {sheet.copies}"
        )
    return sheet


def _shredded(register: Register, data: events.SheetShredded, what: Happening) -> Register:
    _with_copy(register, data)
    return _without_paper(register, data, data.copy) if register.vouched(what) else register


def _without_paper(register: Register, about: OneSheet, copy: int) -> Register:
    rest = tuple(one for one in register.sheet_of(about).old_papers if one[0] != copy)
    return register.with_sheet(about, old_papers=rest)


def _read(register: Register, data: events.SheetRead, day: dt.date) -> Register:
    """The last reading decides; a forged one opens an incident, which stays whatever is read later."""
    before = register.sheet_of(data)
    changed: dict[str, Any] = {}
    if data.result == "sound" and day >= (before.missed or day):  # no reading finds what was lost after it
        register = _not_destroyed(register, data, day)
        changed = _turned_up(register, data, day)
    if data.result != "sound":
        changed = {"read": day, "reading": data.result}
    elif not _worse_since(before, day):
        changed |= {"read": day, "reading": data.result, "seen": day, "opened": True, **_out(before, day)}
        register = _torn(register, before.bag)
    register = register.with_sheet(data, **changed)
    if data.result == "forged":
        return register.with_sheet_incident(
            "FORGED", data, f"was read on {day}, and is not what was printed", urgent=True
        )
    if data.result == "foreign":
        return register.with_sheet_incident("PAPER", data, f"was to be read on {day}, and other paper lay in its place")
    return register


def _lies(register: Register, about: OneSheet, state: State) -> dict[str, Any]:
    """Return where people say that a sheet is; one that was said to be lost is there again when the program has read it."""
    return {} if register.sheet_of(about).state is State.LOST else {"state": state}


def _not_destroyed(register: Register, about: OneSheet, day: dt.date) -> Register:
    """Paper that is read though it was said to be destroyed is other paper, or the same that nobody destroyed."""
    gone = register.sheet_of(about).state is State.DESTROYED or register.sets[about.set].life is Life.VOID
    return (
        register.with_sheet_incident("PAPER", about, f"was read on {day}, and should be destroyed")
        if gone
        else register
    )


def _turned_up(register: Register, about: OneSheet, day: dt.date) -> dict[str, Any]:
    """Return what changes when a sheet is there after all, whatever was said of it: nobody knows who had it meanwhile."""
    if register.sheet_of(about).state in (State.LOST, State.DESTROYED):
        out = _out(register.sheet_of(about), day)
        return {"state": State.TAKEN, "exposure": at_least(register, about), "before_two": False, **out}
    return {}


def _out(sheet: SheetRecord, day: dt.date) -> dict[str, Any]:
    """Return what changes when a sheet leaves its safe, if it is in one."""
    return {"out": sheet.out or day}


def _noticed(register: Register, about: OneSheet, day: dt.date, bag: str | None, safe: str = "") -> Register:
    """Return the register with an incident where a sheet was in another bag or safe, and nobody had opened or taken it."""
    sheet = register.sheet_of(about)
    if sheet.bag and bag and bag != sheet.bag and not sheet.opened:
        register = register.with_sheet(about, exposure=at_least(register, about))
        register = register.with_sheet_incident(
            "BAG", about, f"was sealed into bag {sheet.bag}, and was in {bag} on {day}"
        )
    if sheet.safe and safe and safe != sheet.safe and sheet.state is State.HELD:
        places = map(register.place_named, (sheet.safe, safe))
        register = register.with_sheet_incident("SAFE", about, "lay in {}, and was in {} on {}".format(*places, day))
    return register.with_sheet(about, bag=bag) if bag else register


def _check_there(register: Register, about: OneSheet) -> None:
    if register.sheet_of(about).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed", "compare the number with the paper")
    check_not_void(register.sets[about.set])


def check_not_void(record: SetRecord) -> None:
    """Refuse a set that came to nothing: nothing is done with its sheets any more.

    Raises:
        AttentionError: If it is one.
    """
    if record.life is Life.VOID:
        raise AttentionError("this set is void, and its sheets are shreds", "if somebody has one, report an incident")


def _receipt(register: Register, data: events.ReceiptSigned, _day: dt.date) -> Register:
    _check_there(register, data)
    return register


def _sealed_file(register: Register, data: events.FileSealed, _day: dt.date) -> Register:
    check_not_void(register.sets[data.set])  # nobody could open it
    return register


def _check_bag(register: Register, about: OneSheet, bag: str | None) -> None:
    """Refuse a bag that holds another sheet of the set: who opens it has two."""
    record = register.sets[about.set]
    held = [record.sheet_name(one.number) for one in record.sheets.values()
            if bag and one.bag == bag and one.state is State.HELD and one.number != about.sheet]  # fmt: skip
    if held:
        raise AttentionError(f"{held[0]} is in bag {bag}: a bag holds one sheet", "read the number again")


def _check_closed(register: Register, bag: str) -> None:
    """Refuse a bag that was opened once: nothing is sealed in it any more."""
    if bag in register.opened_bags:
        raise AttentionError(
            f"bag {bag} was opened, and a bag is used once",
            "seal the sheet into a new bag, and record that first: sealed",
        )


def _sealed(register: Register, data: events.BagSealed, day: dt.date) -> Register:
    _check_there(register, data)
    _check_closed(register, data.bag)
    sheet = register.sheet_of(data)
    if sheet.holder and sheet.holder != data.person:
        raise AttentionError(
            f"{sheet.holder} keeps this sheet, not {data.person}", "record a hand-over first: sheet.handed"
        )
    _check_bag(register, data, data.bag)
    closed = sheet.state is State.HELD and not sheet.opened and sheet.bag != data.bag  # a bag that was opened is empty
    if sheet.bag and data.replaces != sheet.bag and (data.replaces or closed):
        raise AttentionError(
            f"sheet {data.sheet} was sealed into bag {sheet.bag}, which nobody has opened",
            f"compare the numbers; if this bag takes the place of that one: replaces={sheet.bag}",
        )
    if data.replaces is None:
        register = _noticed(register, data, day, data.bag)
    changed = {"bag": data.bag, "sealed": True, "opened": False, **_lies(register, data, State.HELD)}
    return register.with_sheet(data, seen=day, **changed, **_keeper(register, data, data.person))


def _torn(register: Register, bag: str) -> Register:
    return replace(register, opened_bags=register.opened_bags | {bag}) if bag else register


def _bag_opened(register: Register, data: events.BagOpened, day: dt.date) -> Register:
    _check_there(register, data)
    register = _noticed(register, data, day, data.bag)
    register = _torn(register, data.bag)
    changed = {"opened": True, **_lies(register, data, State.TAKEN), **_out(register.sheet_of(data), day)}
    wrong = not data.intact or not data.expected
    return register.with_sheet(data, seen=day, **changed, **_suspected(register, data, wrong))


def _suspected(register: Register, about: OneSheet, wrong: object) -> dict[str, Any]:
    return {"exposure": at_least(register, about)} if wrong else {}


def at_least(register: Register, about: OneSheet) -> Exposure:
    """Return how exposed a sheet is that somebody may have read."""
    known = register.sheet_of(about).exposure
    return known if known is Exposure.CONFIRMED else Exposure.POSSIBLE


def _check_holder(register: Register, about: OneSheet, seat: str, bag: str | None) -> None:
    """Refuse what is said of a sheet that is not there, that somebody else keeps, or in the bag of another sheet."""
    _check_there(register, about)
    sheet = register.sheet_of(about)
    if sheet.holder and seat != sheet.holder:
        raise AttentionError(
            f"{sheet.holder} keeps this sheet, not {seat}", "one person keeps it: record a hand-over first"
        )
    _check_bag(register, about, bag)


def check_kept(register: Register, place: str | None) -> None:
    """Refuse a place where nothing is kept any more.

    Raises:
        AttentionError: If it is one.
    """
    if place and register.places[place].left:
        raise AttentionError("nothing is kept in this place any more", Remedy.ADD_PLACE)


def _stored(register: Register, data: events.SheetStored, day: dt.date) -> Register:
    check_kept(register, data.safe)
    _check_holder(register, data, data.person, data.bag)
    _check_closed(register, data.bag)
    register = _noticed(register, data, day, data.bag, data.safe)
    changed = {"safe": data.safe, "sealed": True, "opened": False, "out": None, **_lies(register, data, State.HELD)}
    return register.with_sheet(data, seen=day, **changed, **_keeper(register, data, data.person))


def _taken(register: Register, data: events.SheetTaken, day: dt.date) -> Register:
    _check_holder(register, data, data.person, data.bag)
    register = _noticed(register, data, day, data.bag, data.safe)
    return register.with_sheet(
        data, seen=day, **_lies(register, data, State.TAKEN), **_out(register.sheet_of(data), day)
    )


def _seen(register: Register, data: events.SheetSeen, day: dt.date) -> Register:
    _check_holder(register, data, data.person, data.bag)
    register = _noticed(register, data, day, data.bag)
    return register.with_sheet(data, seen=day, **_suspected(register, data, not data.intact))


def _handed(register: Register, data: events.SheetHanded, day: dt.date) -> Register:
    """The program is nobody who keeps it."""
    _check_holder(register, data, data.from_, data.bag)
    register = _noticed(register, data, day, data.bag)
    changed = {"left_with": day if data.to == PROGRAM else None, **_keeper(register, data, data.to)}
    return register.with_sheet(data, safe="", seen=day, **_out(register.sheet_of(data), day), **changed)


def _keeper(register: Register, about: OneSheet, seat: str) -> dict[str, Any]:
    """Return who keeps a sheet from now on; whoever has left by then may have read it, as if they had left with it."""
    until = register.people[seat].until if seat in register.people else None
    left = {"left_with": until, "exposure": at_least(register, about)} if until else {}
    return {"holder": seat, **left}


def _lost(register: Register, data: events.SheetLost, day: dt.date) -> Register:
    """What fewer than two people saw destroyed may be lost."""
    sheet = register.sheet_of(data)
    if sheet.before_two:
        raise AttentionError("this sheet was destroyed, and cannot be lost", "compare the number with the paper")
    return register.with_sheet(data, state=State.LOST, exposure=at_least(register, data), missed=day)


def _exposed(register: Register, data: events.SheetExposed, _day: dt.date) -> Register:
    known = register.sheet_of(data).exposure
    level = Exposure.CONFIRMED if Exposure.CONFIRMED in (known, Exposure(data.level)) else Exposure.POSSIBLE
    return register.with_sheet(data, exposure=level)


def _destroyed(register: Register, data: events.SheetDestroyed, day: dt.date) -> Register:
    """It counts as gone for good only where two people saw it; one person's word makes it no less dangerous."""
    before_two, sheet = register.are_two(data.seen_by, day), register.sheet_of(data)
    if data.copy and data.copy != sheet.copies:
        if data.copy not in dict(sheet.old_papers):
            raise AttentionError(
                f"no paper {data.copy} of this sheet is left", f"the one that counts is copy {sheet.copies}"
            )
        return _without_paper(register, data, data.copy) if before_two else register
    if sheet.before_two or (sheet.state is State.DESTROYED and not before_two):
        raise AttentionError("this sheet was destroyed before", "compare the number with the paper")
    gone = {"safe": "" if before_two else sheet.safe, "missed": day}
    return register.with_sheet(data, state=State.DESTROYED, before_two=before_two, **gone)


def _reissued(register: Register, data: events.SheetReissued, day: dt.date) -> Register:
    """The same share on new paper, which nobody has read yet: whoever may know the old one knows this one too."""
    if register.sheet_of(data).state is State.LOST:
        raise AttentionError("this sheet is lost: it is never printed again", "make a new set: refresh")
    sheet = register.sheet_of(data)
    older = _older(sheet, [] if sheet.before_two else [sheet.copies], day)
    paper = {"copies": sheet.copies + 1, "announced": True, "old_papers": older, "before_two": False, "paper": day}
    where = {"bag": "", "safe": "", "opened": False, **_out(sheet, day)}
    return register.with_sheet(data, state=State.HELD, seen=day, read=None, reading="", **paper, **where)


def _shown(register: Register, data: events.SecretShown, day: dt.date) -> Register:
    register = replace(register, begun=MappingProxyType({**register.begun, **with_reveal(register.begun, data.set)}))
    return _used(register, data.set, data.purpose, day, certain=True)


def _used(register: Register, set_id: str, purpose: str, day: dt.date, *, certain: bool) -> Register:
    """A secret that nobody can have signed in with is shown to become the password; any other was used."""
    secret = register.sets[set_id].secret
    same = [one for one in register.sets.values() if one.secret == secret]
    # of a set that people tell of, nobody knows what it was used for
    first = is_first(register.uses, [one.set_id for one in same]) and not any(one.signed_in or one.said for one in same)
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
    if not changed:
        raise AttentionError("nobody was shown the secret of this set", "name the set that was used: set=ID")
    return replace(register, uses=MappingProxyType({**register.uses, **changed}))


SET_CHANGES: Mapping[type[Event], Callable[[Register, Any, dt.date], Register]] = {
    events.SetMade: _made,
    events.SetVoided: _void,
    events.SetRefreshed: _replaced,
    events.SetRotated: _replaced,
    events.SetRetired: _retired,
    events.SetProven: _proven,
    events.DrillHeld: _drilled,
    events.SheetPrinted: _printed,
    events.SheetSpoilt: _spoilt,
    events.SheetRead: _read,
    events.BagSealed: _sealed,
    events.ReceiptSigned: _receipt,
    events.BagOpened: _bag_opened,
    events.SheetStored: _stored,
    events.SheetTaken: _taken,
    events.SheetSeen: _seen,
    events.SheetHanded: _handed,
    events.SheetLost: _lost,
    events.SheetExposed: _exposed,
    events.SheetDestroyed: _destroyed,
    events.SheetReissued: _reissued,
    events.SecretShown: _shown,
    events.FileSealed: _sealed_file,
    events.UseReviewed: _use_reviewed,
    events.SignIn: _signed_in,
    events.AlertArrived: _alerted,
}
"""What each of these events changes."""

VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {
    events.IntentEnded: _intent_over,
    events.SheetShredded: _shredded,
}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`."""
