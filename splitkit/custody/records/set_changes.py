"""What entries about sets and their sheets change in the register.

An entry that contradicts those before it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.holdings import Exposure, Life, OneSheet, Register, SetRecord, SheetRecord, State, Which
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.schema import Event
from splitkit.quorum.policy import parse_policy


def _made(register: Register, data: events.SetMade, day: dt.date) -> Register:
    if data.set in register.sets:
        raise AttentionError("a set of this id was made before", "a set id never comes twice")
    policy = parse_policy(data.policy)
    sheets = {number: SheetRecord(number) for number in map(policy.number, policy.sheet_ids())}
    _check_line(register, data)
    life = Life.PENDING if data.replaces else Life.LIVE
    made = SetRecord(data.set, policy, data.label or "", data.epoch, data.line or data.set, data.practice, life=life,
                     made=day, replaces=data.replaces or "", sheets=MappingProxyType(sheets))  # fmt: skip
    return register.with_set(made)


def _check_line(register: Register, data: events.SetMade) -> None:
    """A first set begins a line and replaces none; a later one is of the line of the set it replaces, in a later epoch.

    Where no set of its line is known, its public record alone is: that says which line it is of, and not what it replaces.
    """
    first, replaces = data.line is None, data.replaces is not None
    fits = not replaces if first else replaces or not register.knows("line", data.line or "")
    if first != (data.epoch == 1) or not fits:
        raise AttentionError("epoch, line and replaced set do not fit together", Remedy.MAKE_LATER)
    if data.replaces is None:
        return
    old = register.sets[data.replaces]
    if (data.line, data.practice) != (old.line, old.practice):
        raise AttentionError("the new set is not of the line of the old one", Remedy.MAKE_LATER)
    if old.epoch >= data.epoch:
        raise AttentionError("the epoch of the new set is not later than that of the old one", Remedy.MAKE_LATER)


def _void(register: Register, data: events.SetVoided, _day: dt.date) -> Register:
    record = register.sets[data.set]
    if record.life in (Life.SUPERSEDED, Life.RETIRED):
        raise AttentionError("this set was in use: its sheets open a secret", "destroy each of them: sheet.destroyed")
    return register.with_set(replace(record, life=Life.VOID))


def _replaced(register: Register, data: events.SetRefreshed | events.SetRotated, _day: dt.date) -> Register:
    """The old set is superseded only once every sheet of the new one was read back."""
    new, old = register.sets[data.set], register.sets[data.replaces]
    unread = [number for number, sheet in new.sheets.items() if not sheet.proven]
    if new.replaces != old.set_id:
        raise AttentionError("the new set was not made to replace this one", Remedy.MAKE_LATER)
    if new.life not in (Life.PENDING, Life.LIVE) or old.life is not Life.LIVE:
        raise AttentionError(
            "one of these sets is void, retired or superseded already", "compare the set ids with the ledger"
        )
    if unread:
        raise AttentionError(f"sheet {unread[0]} of the new set was not read back", Remedy.READ_BACK)
    register = replace(register, drilled=max(filter(None, (register.drilled, new.proven)), default=None)).with_set(
        replace(new, life=Life.LIVE)
    )
    rotated = isinstance(data, events.SetRotated)
    register = register.with_set(replace(old, life=Life.SUPERSEDED, replaced_by=new.set_id, rotated=rotated))
    return _outdated(register, old.set_id) if rotated else register


def _outdated(register: Register, set_id: str) -> Register:
    """The secret of a set is in use no more; whatever was refreshed into it has the same one."""
    register = register.with_set(replace(register.sets[set_id], outdated=True))
    for older in register.sets.values():
        if older.replaced_by == set_id and not older.rotated:
            register = _outdated(register, older.set_id)
    return register


def _retired(register: Register, data: events.SetRetired, _day: dt.date) -> Register:
    record = register.sets[data.set]
    if record.life in (Life.PENDING, Life.VOID):
        raise AttentionError("this set was never in use", "a set that is not needed is void: set.void")
    if record.replaced_by and not record.outdated:
        raise AttentionError(
            "this set still opens the secret that is in use", "destroy its sheets; it is retired after a rotation"
        )
    if record.replaced_by and not _entered(register, record):
        raise AttentionError(
            "nobody has signed in with the new secret yet", "sign in with the new sheets, and record it: signin"
        )
    register = register.with_set(replace(record, life=Life.RETIRED))
    return register if record.replaced_by else _outdated(register, record.set_id)


def _entered(register: Register, record: SetRecord) -> bool:
    """Tell whether a secret that came after that of a set was signed in with, or was given up itself."""
    rotated = False
    while record.replaced_by:
        rotated = rotated or record.rotated
        record = register.sets[record.replaced_by]
        if rotated and record.signed_in:
            return True
    return record.life is Life.RETIRED


def _signed_in(register: Register, data: events.SignIn, _day: dt.date) -> Register:
    """A new password is that of the set in use; one that is not relied upon yet was entered nowhere."""
    if data.accepted and data.password_ == "new":  # noqa: S105
        for record in register.live:
            register = register.with_set(replace(record, signed_in=True))
    return register


def _proven(register: Register, data: events.SetProven | events.DrillHeld, day: dt.date) -> Register:
    for number in data.sheets:
        register = _read_sound(register, Which(data.set, number), day)
    return register.with_set(replace(register.sets[data.set], proven=day))


def _drilled(register: Register, data: events.DrillHeld, day: dt.date) -> Register:
    """Only a drill of a set in use counts at once; that of a set to come counts when it takes over, see `_replaced`."""
    register = _proven(register, data, day) if data.result == "pass" else register
    return replace(register, drilled=day) if register.sets[data.set].life is Life.LIVE else register


def _printed(register: Register, data: events.SheetPrinted, _day: dt.date) -> Register:
    return register.with_sheet(data, copies=data.copy)


def _read(register: Register, data: events.SheetRead, day: dt.date) -> Register:
    if data.result != "sound":
        return register.with_sheet(data)
    return _read_sound(register, data, day)


def _read_sound(register: Register, about: OneSheet, day: dt.date) -> Register:
    return register.with_sheet(about, seen=day, proven=day, **_turned_up(register, about))


def _turned_up(register: Register, about: OneSheet) -> dict[str, Any]:
    """Return what changes when a sheet is there after all, whatever was said of it: nobody knows who had it meanwhile."""
    if register.sheet_of(about).state in (State.LOST, State.DESTROYED):
        return {"state": State.TAKEN, "exposure": at_least(register, about)}
    return {}


def _check_there(register: Register, about: OneSheet) -> None:
    if register.sheet_of(about).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed", "compare the number with the paper")


def _sealed(register: Register, data: events.BagSealed, day: dt.date) -> Register:
    _check_there(register, data)
    holder = register.sheet_of(data).holder
    if holder and holder != data.person:
        raise AttentionError(f"{holder} keeps this sheet, not {data.person}", "record a hand-over first: sheet.handed")
    return register.with_sheet(data, holder=data.person, bag=data.bag, seen=day, state=State.HELD)


def _bag_opened(register: Register, data: events.BagOpened, day: dt.date) -> Register:
    _check_there(register, data)
    known = register.sheet_of(data).bag
    wrong = (known and known != data.bag) or not data.intact or not data.expected
    return register.with_sheet(data, seen=day, state=State.TAKEN, **_suspected(register, data, wrong))


def _suspected(register: Register, about: OneSheet, wrong: object) -> dict[str, Any]:
    return {"exposure": at_least(register, about)} if wrong else {}


def at_least(register: Register, about: OneSheet) -> Exposure:
    """Return how exposed a sheet is that somebody may have read."""
    known = register.sheet_of(about).exposure
    return known if known is Exposure.CONFIRMED else Exposure.POSSIBLE


def _check_holder(register: Register, about: OneSheet, seat: str, bag: str | None) -> None:
    """Refuse what is said of a sheet that is not there, that somebody else keeps, or that was sealed into another bag."""
    _check_there(register, about)
    sheet = register.sheet_of(about)
    if sheet.holder and seat != sheet.holder:
        raise AttentionError(
            f"{sheet.holder} keeps this sheet, not {seat}", "one person keeps it: record a hand-over first"
        )
    if sheet.bag and bag and bag != sheet.bag:  # a slip of the hand, or an incident: never a remark
        raise AttentionError(f"sheet {about.sheet} was sealed into bag {sheet.bag}, not into {bag}", Remedy.OTHER_BAG)


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
    changed = {"holder": data.person, "safe": data.safe, "bag": data.bag, "seen": day, "state": State.HELD}
    return register.with_sheet(data, **changed)


def _taken(register: Register, data: events.SheetTaken, day: dt.date) -> Register:
    _check_holder(register, data, data.person, data.bag)
    return register.with_sheet(data, seen=day, state=State.TAKEN)


def _seen(register: Register, data: events.SheetSeen, day: dt.date) -> Register:
    _check_holder(register, data, data.person, data.bag)
    changed = _turned_up(register, data) | _suspected(register, data, not data.intact)
    return register.with_sheet(data, seen=day, **changed)


def _handed(register: Register, data: events.SheetHanded, day: dt.date) -> Register:
    _check_holder(register, data, data.from_, data.bag)
    return register.with_sheet(data, holder=data.to, safe="", seen=day, **_turned_up(register, data))


def _lost(register: Register, data: events.SheetLost, _day: dt.date) -> Register:
    if register.sheet_of(data).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed, and cannot be lost", "compare the number with the paper")
    return register.with_sheet(data, state=State.LOST, exposure=at_least(register, data))


def _exposed(register: Register, data: events.SheetExposed, _day: dt.date) -> Register:
    known = register.sheet_of(data).exposure
    level = Exposure.CONFIRMED if Exposure.CONFIRMED in (known, Exposure(data.level)) else Exposure.POSSIBLE
    return register.with_sheet(data, exposure=level)


def _destroyed(register: Register, data: events.SheetDestroyed, _day: dt.date) -> Register:
    if register.sheet_of(data).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed before", "compare the number with the paper")
    return register.with_sheet(data, state=State.DESTROYED, safe="")


def _reissued(register: Register, data: events.SheetReissued, day: dt.date) -> Register:
    """The same share on new paper, which nobody has read yet: whoever may know the old one knows this one too."""
    if register.sheet_of(data).state is State.LOST:
        raise AttentionError("this sheet is lost: it is never printed again", "make a new set: refresh")
    return register.with_sheet(data, state=State.HELD, seen=day, proven=None, bag="", safe="")


SET_CHANGES: Mapping[type[Event], Callable[[Register, Any, dt.date], Register]] = {
    events.SetMade: _made,
    events.SetVoided: _void,
    events.SetRefreshed: _replaced,
    events.SetRotated: _replaced,
    events.SetRetired: _retired,
    events.SetProven: _proven,
    events.DrillHeld: _drilled,
    events.SheetPrinted: _printed,
    events.SheetRead: _read,
    events.BagSealed: _sealed,
    events.BagOpened: _bag_opened,
    events.SheetStored: _stored,
    events.SheetTaken: _taken,
    events.SheetSeen: _seen,
    events.SheetHanded: _handed,
    events.SheetLost: _lost,
    events.SheetExposed: _exposed,
    events.SheetDestroyed: _destroyed,
    events.SheetReissued: _reissued,
    events.SignIn: _signed_in,
}
"""What each of these events changes."""
