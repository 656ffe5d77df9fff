"""What entries about sheets change in the register: their paper, who keeps them where, and what the program read.

An entry that contradicts those before it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from splitkit.custody.records.days import Moment, day_alone, newest
from splitkit.custody.records.holdings import Exposure, OldPaper, OneSheet, Register, SetRecord, SheetRecord, State
from splitkit.custody.records.lives import Life
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import PROGRAM, Happening
from splitkit.ledger.schema import Event


def worse_since(sheet: SheetRecord, day: dt.date) -> bool:
    """Whether a sheet was read after a moment and was not sound, or came onto other paper.

    Good news that is older than bad is told in vain, be it of the same day, and older bad news moves the day of the last not back.  Of all else the last that is told counts: a clock that was ahead once hides nothing.
    """
    read = sheet.read if sheet.reading != "sound" else None
    return any(since and day < since for since in (read, sheet.paper))


def _printed(register: Register, data: events.SheetPrinted | events.SheetWritten, day: dt.date) -> Register:
    """The last paper counts; what was printed or written besides it, and what nobody announced, is one too many."""
    sheet = register.sheet_of(data)
    gone = sheet.before_two  # then there is no paper that counts, and this is none either
    copy = max(data.copy, sheet.copies + (gone or not sheet.announced))
    older = _older(sheet, range(sheet.copies + gone, copy + gone), day)
    by_hand = isinstance(data, events.SheetWritten)
    return register.with_sheet(data, copies=copy, announced=False, old_papers=older, by_hand=by_hand)


def _older(sheet: SheetRecord, numbers: Iterable[int], day: dt.date) -> tuple[OldPaper, ...]:
    """Return every paper of a sheet that is one too many, *numbers* among them since a *day*; the one that counted stays where it lay."""
    known = {one.copy: one for one in sheet.old_papers}
    added = {copy: OldPaper(copy, day, sheet.lay if copy == sheet.copies else "") for copy in numbers}
    return tuple(sorted((added | known).values()))


def _spoilt(register: Register, data: events.SheetSpoilt | events.SheetMissing, day: dt.date) -> Register:
    """A paper counts no more that is spoilt or never came out, and another is printed; until two see it destroyed it is one too many."""
    check_not_void(register.sets[data.set])
    sheet = _with_copy(register, data)
    if data.copy < sheet.copies:
        return register
    if sheet.bag or sheet.safe:
        raise AttentionError(
            "this paper was sealed, or laid into a safe: it is no page that was spoilt in the printing",
            "if it can no longer be read, print it again: reissue; if it is gone, record that it is lost",
        )
    older = _older(sheet, [data.copy], day)
    return register.with_sheet(data, copies=data.copy + 1, announced=True, old_papers=older, **_new_paper(sheet, day))


def _new_paper(sheet: SheetRecord, day: dt.date) -> dict[str, Any]:
    """Return what changes when other paper takes the place of the one that counted: nobody has read it, whatever was read before.

    A reading afterwards that was not sound was of the new paper already.
    """
    bad = sheet.reading != "sound" and sheet.read and day < sheet.read
    return {"paper": newest(sheet.paper, day), **({} if bad else {"read": None, "reading": ""})}


def _with_copy(
    register: Register, data: events.SheetSpoilt | events.SheetMissing | events.SheetShredded
) -> SheetRecord:
    """Return the sheet of a paper, once that has come out of a printer or is to come out next."""
    sheet = register.sheet_of(data)
    if data.copy > sheet.copies:
        raise AttentionError(
            f"there is no paper {data.copy} of this sheet", f"the one that counts is copy {sheet.copies}"
        )
    return sheet


def _shredded(register: Register, data: events.SheetShredded, what: Happening) -> Register:
    """A page that was spoilt or found is gone; the paper that counts is destroyed by that, and more than a page."""
    sheet = _with_copy(register, data)
    came = not sheet.announced or sheet.read or sheet.sealed
    if data.copy == sheet.copies and came and not sheet.before_two:
        day = Moment.of(what.time)
        return _gone(with_found_since(register, data, day), data, day, before_two=register.vouched(what))
    return _without_paper(register, data, data.copy) if register.vouched(what) else register


def _without_paper(register: Register, about: OneSheet, copy: int) -> Register:
    rest = tuple(one for one in register.sheet_of(about).old_papers if one.copy != copy)
    return register.with_sheet(about, old_papers=rest)


def _read(register: Register, data: events.SheetRead, day: dt.date) -> Register:
    """The last reading decides; a forged one opens an incident, which stays whatever is read later."""
    before = register.sheet_of(data)
    changed: dict[str, Any] = {}
    if data.result == "sound":
        register = register.with_sheet(data, found=day_alone(newest(before.found, day)))
    if data.result == "sound" and day >= (before.missed or day):  # no reading finds what was lost after it
        register = _not_destroyed(register, data, day)
        changed = _turned_up(register, data, day)
    if data.result != "sound":
        late = before.reading != "sound" and before.read and day < before.read
        changed = {} if late else {"read": day, "reading": data.result, "opened": True}
    elif not worse_since(before, day):
        changed |= {"read": day, "reading": data.result, "seen": day, "opened": True, **_out(before, day)}
    register = register.with_sheet(data, **changed)
    if data.result != "sound" or "reading" in changed:  # whatever was read came out of the bag, and that is used up
        register = _torn(register, before.bag)
    if data.result == "forged":
        return register.with_incident_about(
            "FORGED", data, f"was read on {day}, and is not what was printed", urgent="compromise"
        )
    if data.result == "foreign":
        return register.with_incident_about("PAPER", data, f"was to be read on {day}, and other paper lay in its place")
    return register


def _lies(register: Register, about: OneSheet, state: State) -> dict[str, Any]:
    """Return where people say that a sheet is; one that is lost or destroyed is there again when the program has read it."""
    return {} if register.sheet_of(about).state in (State.LOST, State.DESTROYED) else {"state": state}


def _not_destroyed(register: Register, about: OneSheet, day: dt.date) -> Register:
    """Paper that is read though it was said to be destroyed is other paper, or the same that nobody destroyed."""
    gone = register.sheet_of(about).state is State.DESTROYED or register.sets[about.set].life is Life.VOID
    return (
        register.with_incident_about("PAPER", about, f"was read on {day}, and should be destroyed")
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
    return {"out": sheet.out or day, "moved": newest(sheet.moved, day)}


def _laid(sheet: SheetRecord, day: dt.date, **changes: Any) -> dict[str, Any]:
    """Return what changes when a sheet is laid down, as *changes* say where; nothing of that if it was moved since."""
    return {**changes, "moved": day} if day == newest(sheet.moved, day) else {}


def _noticed(register: Register, about: OneSheet, day: dt.date, bag: str | None, safe: str = "") -> Register:
    """Return the register with an incident where a sheet was in another bag or safe, and nobody had opened or taken it."""
    sheet = register.sheet_of(about)
    if sheet.bag and bag and bag != sheet.bag and not (sheet.opened and day == newest(sheet.moved, day)):
        register = register.with_sheet(about, exposure=at_least(register, about))
        register = register.with_incident_about(
            "BAG", about, f"was sealed into bag {sheet.bag}, and was in {bag} on {day}"
        )
    if sheet.safe and safe and safe != sheet.safe and sheet.state is State.HELD:
        places = map(register.place_named, (sheet.safe, safe))
        register = register.with_incident_about("SAFE", about, "lay in {}, and was in {} on {}".format(*places, day))
    return register.with_sheet(about, bag=bag) if bag and day == newest(sheet.moved, day) else register


def with_found_since(register: Register, about: OneSheet, day: dt.date) -> Register:
    """Return the register with an incident where the program found a sheet after a *day* on which it was destroyed."""
    found = register.sheet_of(about).found
    if not found or found <= day:
        return register
    return register.with_incident_about("PAPER", about, f"was read on {found}, and should be destroyed")


def _check_there(register: Register, about: OneSheet, day: dt.date) -> None:
    """Refuse what is said of a sheet that was destroyed, and of the days since then."""
    sheet = register.sheet_of(about)
    if sheet.state is State.DESTROYED and not (sheet.missed and day < sheet.missed):
        raise AttentionError("this sheet was destroyed", "compare the number with the paper")
    check_not_void(register.sets[about.set])


def check_not_void(record: SetRecord) -> None:
    """Refuse a set that came to nothing: nothing is done with its sheets any more.

    Raises:
        AttentionError: If it is one.
    """
    if record.life is Life.VOID:
        raise AttentionError("this set is void, and its sheets are shreds", "if somebody has one, report an incident")


def _receipt(register: Register, data: events.ReceiptSigned, day: dt.date) -> Register:
    _check_there(register, data, day)
    return register.with_sheet(data, sealed=True)


def _check_bag(register: Register, about: OneSheet, bag: str | None) -> None:
    """Refuse the bag of another sheet of the set, wherever that is now: who opens it has two, or it was opened already."""
    record = register.sets[about.set]
    held = [record.sheet_name(one.number) for one in record.sheets.values()
            if bag and one.bag == bag and one.number != about.sheet]  # fmt: skip
    if held:
        raise AttentionError(f"bag {bag} is that of {held[0]}: a bag holds one sheet", "read the number again")


def _check_closed(register: Register, bag: str) -> None:
    """Refuse a bag that was opened once: nothing is sealed in it any more."""
    if bag in register.opened_bags:
        raise AttentionError(
            f"bag {bag} was opened, and a bag is used once",
            "seal the sheet into a new bag, and record that first: sealed",
        )


def _sealed(register: Register, data: events.BagSealed, day: dt.date) -> Register:
    _check_there(register, data, day)
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
            "compare the numbers; if it was opened, record that first: bag.opened",
        )
    register = _noticed(register, data, day, data.bag)
    changed = _laid(sheet, day, bag=data.bag, opened=False, **_lies(register, data, State.HELD))
    return register.with_sheet(data, seen=day, sealed=True, **changed, **_keeper(register, data, data.person))


def _torn(register: Register, bag: str) -> Register:
    if not bag or bag in register.opened_bags:
        return register
    return replace(register, opened_bags=register.opened_bags | {bag})


def _bag_opened(register: Register, data: events.BagOpened, day: dt.date) -> Register:
    _check_there(register, data, day)
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


def _check_holder(register: Register, about: OneSheet, seat: str, bag: str | None, day: dt.date) -> None:
    """Refuse what is said of a sheet that is not there, that somebody else keeps, or in the bag of another sheet."""
    _check_there(register, about, day)
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
    _check_holder(register, data, data.person, data.bag, day)
    _check_closed(register, data.bag)
    register = _noticed(register, data, day, data.bag, data.safe)
    lies = _lies(register, data, State.HELD)
    changed = _laid(register.sheet_of(data), day, safe=data.safe, lay=data.safe, opened=False, out=None, **lies)
    return register.with_sheet(data, seen=day, sealed=True, **changed, **_keeper(register, data, data.person))


def _taken(register: Register, data: events.SheetTaken, day: dt.date) -> Register:
    _check_holder(register, data, data.person, data.bag, day)
    register = _noticed(register, data, day, data.bag, data.safe)
    return register.with_sheet(
        data, seen=day, **_lies(register, data, State.TAKEN), **_out(register.sheet_of(data), day)
    )


def _seen(register: Register, data: events.SheetSeen, day: dt.date) -> Register:
    _check_holder(register, data, data.person, data.bag, day)
    if data.intact:
        _check_closed(register, data.bag)
    register = _noticed(register, data, day, data.bag)
    return register.with_sheet(data, seen=day, **_suspected(register, data, not data.intact))


def _handed(register: Register, data: events.SheetHanded, day: dt.date) -> Register:
    """The program is nobody who keeps it; who has it already has got nothing."""
    _check_holder(register, data, data.from_, data.bag, day)
    register = _noticed(register, data, day, data.bag)
    if data.to == data.from_:
        return register.with_sheet(data, seen=day)
    changed = {"left_with": day if data.to == PROGRAM else None, "sealed": True, **_keeper(register, data, data.to)}
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
    return register.with_sheet(
        data, state=State.LOST, exposure=at_least(register, data), missed=newest(sheet.missed, day)
    )


def _exposed(register: Register, data: events.SheetExposed, _day: dt.date) -> Register:
    known = register.sheet_of(data).exposure
    level = Exposure.CONFIRMED if Exposure.CONFIRMED in (known, Exposure(data.level)) else Exposure.POSSIBLE
    return register.with_sheet(data, exposure=level)


def _destroyed(register: Register, data: events.SheetDestroyed, day: dt.date) -> Register:
    """It counts as gone for good only where two people saw it; one person's word makes it no less dangerous."""
    before_two, sheet = register.are_two(data.seen_by, day), register.sheet_of(data)
    register = with_found_since(register, data, day)
    if data.copy and data.copy != sheet.copies:
        since = {one.copy: one.since for one in sheet.old_papers}
        if data.copy not in since:
            raise AttentionError(
                f"no paper {data.copy} of this sheet is left", f"the one that counts is copy {sheet.copies}"
            )
        last = sheet.found and day < sheet.found <= since[data.copy]  # it was this paper that was read
        return _without_paper(register, data, data.copy) if before_two and not last else register
    if sheet.before_two or (sheet.state is State.DESTROYED and not before_two):
        raise AttentionError("this sheet was destroyed before", "compare the number with the paper")
    return _gone(register, data, day, before_two=before_two)


def _gone(register: Register, about: OneSheet, day: dt.date, *, before_two: bool) -> Register:
    """Return the register without the paper of a sheet that counts, unless it was read afterwards."""
    sheet = register.sheet_of(about)
    missed = newest(sheet.missed, day)
    if sheet.found and day < sheet.found:
        return register.with_sheet(about, exposure=at_least(register, about), missed=missed)
    gone = {"safe": "" if before_two else sheet.safe, "missed": missed, "moved": newest(sheet.moved, day)}
    return register.with_sheet(about, state=State.DESTROYED, before_two=before_two, **gone)


def _reissued(register: Register, data: events.SheetReissued, day: dt.date) -> Register:
    """The same share on new paper, which nobody has read yet: whoever may know the old one knows this one too."""
    if register.sheet_of(data).state is State.LOST:
        raise AttentionError("this sheet is lost: it is never printed again", "make a new set: refresh")
    sheet = register.sheet_of(data)
    gone = sheet.missed and day < sheet.missed and sheet.state is State.DESTROYED  # it was this paper, or the new one
    older = _older(sheet, [] if sheet.before_two and not gone else [sheet.copies], day)
    coming = not any(one.writes(data.set, data.sheet) for one in register.begun.values())
    paper = {"copies": sheet.copies + 1, "announced": coming, "old_papers": older, "before_two": False}
    where = {"bag": "", "safe": "", "lay": "", "opened": False, **_out(sheet, day)}
    register = _torn(register, sheet.bag)
    state = sheet.state if gone else State.HELD
    return register.with_sheet(data, state=state, seen=day, **_new_paper(sheet, day), **paper, **where)


SHEET_CHANGES: Mapping[type[Event], Callable[[Register, Any, Moment], Register]] = {
    events.SheetPrinted: _printed,
    events.SheetWritten: _printed,
    events.SheetSpoilt: _spoilt,
    events.SheetMissing: _spoilt,
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
}
"""What each of these events changes."""

SHEET_VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {events.SheetShredded: _shredded}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`."""
