"""What is due: drills, reviews, batteries, sheets that nobody read for a year, actions; as a list and as a calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from splitkit.custody.records.accounts import may_be_for, not_ended
from splitkit.custody.records.alone import NOBODY
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import READ_WITHIN, SetRecord, SheetRecord, State
from splitkit.custody.records.lines import was_new
from splitkit.custody.records.lives import Life
from splitkit.custody.ways.mending import (
    Step,
    in_its_place,
    safe_of,
    to_give_up,
    to_hand_over,
    to_put_back,
    to_settle,
    to_take_over,
    to_walk_on,
    waits_until,
)
from splitkit.errors import About, Remedy
from splitkit.ledger.chain import PROGRAM
from splitkit.packs.pack import DUTIES, OTHERS, USUAL, find_pack

if TYPE_CHECKING:
    from splitkit.custody.records.begun import Action
    from splitkit.custody.records.holdings import Register
    from splitkit.custody.records.uses import Use

QUARTER = 92
"""Days between two drills, two reviews and two looks at a device: no quarter is longer."""

AWAY = 7
"""Days for which a sheet may be out of its safe."""

PENDING = 31
"""Days after which a set that was made to replace another has done so, or is void."""

BEFORE_EXPIRY = 60
"""Days before a battery or a certificate ends that its change is due."""


@dataclass(frozen=True, order=True)
class Due:
    """One thing that is due on a day."""

    day: dt.date
    what: str
    why: str
    remedy: Remedy = field(compare=False)
    """What settles it."""
    about: About = field(default="", compare=False)
    """What the remedy is applied to: a code, a tag."""
    kind: str = field(default="", compare=False)
    """Of which kind it is, where its remedy settles several."""

    def pressing(self, today: dt.date) -> bool:
        """Whether it is due now: on the day itself, or since one that has passed."""
        return self.day <= today

    def when(self, today: dt.date) -> str:
        """Return in words that it is due on this very day, where it is; nothing on any other, of which the day is told."""
        return "due today: " if self.day == today else ""


def due(register: Register) -> list[Due]:
    """Return all that is due, the earliest first; nothing that is retired, void or over."""
    items = [*_meetings(register), *_actions(register), *_overrides(register)]
    for record in register.live:
        items += [*_drill(record), *_unproven(record)]
    items += [
        *_live_drills(register),
        *_unbound(register),
        *_chosen(register),
        *_pending(register),
        *_of_uses(register),
    ]
    items += [*_away(register), *_left_behind(register), *_to_go_on(register), *_nameless(register), *_vacant(register)]
    for asset in register.assets_in_use:
        items += _asset(register, asset)
    return sorted(items)


def _meetings(register: Register) -> Iterator[Due]:
    """A review in every quarter, for as long as there is something to look after."""
    if not register.live:
        return
    kept = [
        one for one in register.in_earnest if one.life is not Life.VOID or one.proven
    ]  # a later set moves no review
    made = min(record.made for record in kept)
    unknown = not register.reviewed and any(record.said for record in kept)  # nobody knows when the last one was
    latest = _later(register.reviewed or made, 0 if unknown else QUARTER)
    review = min(register.next_review or latest, latest)
    last = f"the last was held on {register.reviewed}" if register.reviewed else "nobody has held one yet"
    yield Due(review, "access review", f"who has access is reviewed every quarter; {last}", Remedy.HOLD_REVIEW)
    yield from _planned(register)


def _planned(register: Register) -> Iterator[Due]:
    """The days that were named when a ledger was closed: each is that of a drill with everybody in one room, of which nobody has said of which set."""
    names = {one.short_id for one in register.live}
    which = names.pop() if len(names) == 1 else "SET"
    if register.next_due:
        why = "the day that was named when the last ledger was closed"
        yield Due(register.next_due, "planned drill", why, Remedy.HOLD_LIVE_DRILL, which, "planned")
    if register.standby:
        why = "if the planned drill fails; named when the last ledger was closed"
        yield Due(register.standby, "standby day", why, Remedy.HOLD_LIVE_DRILL, which, "standby")


def _drill(record: SetRecord) -> Iterator[Due]:
    """Each set has drills of its own; until the first is due the proof of its ceremony stands for it.  One that failed is none."""
    day = _later(record.proven, QUARTER) if record.proven else record.made
    day = min(day, record.failed or day)
    why = f"it failed on {record.failed}" if record.failed else "a quorum of it is put together in every quarter"
    yield Due(day, f"drill of {record.name}", why, Remedy.HOLD_DRILL, record.short_id, "drill")


def _live_drills(register: Register) -> Iterator[Due]:
    """Each account has live drills; until the first is due the proof and the accepted sign-in of the ceremony stand for it."""
    by_account: dict[str, list[SetRecord]] = {}
    for record in register.in_earnest:
        if record.life is not Life.VOID and (tag := register.lines.get(record.line)):
            by_account.setdefault(tag, []).append(record)
    for tag, records in by_account.items():
        live = [one for one in records if one.life is Life.LIVE]
        secrets = {one.secret for one in live}
        held = max((one.live_drill for one in records if one.live_drill and one.secret in secrets), default=None)
        if live:
            first = [one.made for one in records if one.secret in secrets]
            stands = all(one.proven and was_new(one.secret) in register.planned and not one.said for one in live)
            begun = _later(min(first), QUARTER) if stands else min(first)
            account = register.accounts[tag]
            receivers = register.alerted_by(tag)
            alerted = "" if receivers else "; nobody is recorded who gets its alerts"
            failed = max(
                (one.live_failed for one in records if one.live_failed and one.secret in secrets), default=None
            )
            why = f"a sign-in with the password of the sheets, and its alert at everybody who is to get it{alerted}"
            why += f"; it failed on {failed}" if failed else ""
            remedy = Remedy.HOLD_LIVE_DRILL if receivers else Remedy.NAME_RECEIVER
            day = _later(held, QUARTER) if held else begun
            day = min(day, failed or day, day if receivers else min(first))  # an alert that nobody gets is none
            untried = [one for one in live if not _tried(records, one.secret)]  # of another line it says nothing
            day = min([day, *(one.made for one in untried)])
            about = (untried or live)[0].short_id, tag
            yield Due(day, f"live drill of {account.name}", why, remedy, about, "live drill")


def _tried(records: Sequence[SetRecord], secret: str) -> bool:
    """Whether anybody has signed in with a secret, at a live drill or before."""
    return any(one.signed_in or one.live_drill for one in records if one.secret == secret)


def _unbound(register: Register) -> Iterator[Due]:
    """Of a line that is recorded for no account nobody knows whether its password works: that is missing, and not sound.

    One whose account was closed is of use to nobody but whoever takes it.
    """
    for record in register.live:
        account = register.accounts.get(register.lines.get(record.line, ""))
        if account and account.ended:
            why = f"{account.name}, which it is for, was closed"
            yield Due(account.ended, f"retire {record.name}", why, Remedy.RETIRE_SET, record.short_id)
        elif not account:
            why = "without one no live drill of it counts"
            remedy = Remedy.BIND_LINE if register.accounts else Remedy.BIND_ACCOUNT
            yield Due(record.made, f"no account is recorded for {record.name}", why, remedy, record.line[:8])


def _chosen(register: Register) -> Iterator[Due]:
    """Whoever chooses a pack alone, or to which account a line belongs, decides how its ways in are judged: another says so too."""
    for account in register.accounts.values():
        if account.chosen_by and not account.ended:
            why = f"{register.called(account.chosen_by)} alone chose the pack {account.pack}, by which its ways in are judged"
            about = account.tag, account.pack
            yield Due(
                account.added or dt.date.min, f"confirm the pack of {account.name}", why, Remedy.CONFIRM_PACK, about
            )
    for record in register.live:
        tag, alone = register.lines.get(record.line, ""), register.bound_by.get(record.line)
        if tag and alone and not register.accounts[tag].ended:
            what = f"confirm that {record.name} is for {register.accounts[tag].name}"
            why = f"{register.called(alone)} alone says so, and by that account its ways in are judged"
            yield Due(record.made, what, why, Remedy.CONFIRM_LINE, (record.line[:8], tag))


def _pending(register: Register) -> Iterator[Due]:
    for record in [one for one in register.in_earnest if not one.outdated]:
        what = f"take over with {record.name}"
        if record.must_take_over:
            why = f"somebody has signed in with its password: that of set {record.replaces[:8]} opens nothing any more"
            yield Due(record.made, what, why, *to_take_over(register, record), "take over")
        elif record.life is Life.PENDING and register.sets[record.replaces].life is Life.LIVE:
            why = f"made on {record.made} to replace set {record.replaces[:8]}, which counts until then"
            yield Due(_later(record.made, PENDING), what, why, *to_take_over(register, record), "take over")
        elif record.life is Life.PENDING:
            why = f"made on {record.made} to replace set {record.replaces[:8]}, which is in use no more"
            yield Due(_later(record.made, PENDING), f"give up {record.name}", why, *to_give_up(register, record))


def _of_uses(register: Register) -> Iterator[Due]:
    """What is owed after a secret was shown; of rehearsals only where there is nothing else."""
    taken_on = {(one.set_id, one.debt): one for one in register.actions.values() if one.debt and not one.over}
    for record, use, debt, told in _debts(register):
        changed = debt == "password" and record.rotated and in_its_place(register, record).signed_in
        words = "have two people say that the old password opens nothing any more" if changed else told
        step = to_settle(register, record, use)
        if use.sets_password and step[0] is Remedy.RETIRE_SET:
            words = "have two people say that the password was set nowhere"
        action = taken_on.get((use.set_id, debt))
        where = ["where nobody signs in: that it works where it was set"] if use.sets_password else []
        why = "; ".join([use.purpose, *where, *([_agreed(register, action)] if action else [])])
        yield Due(use.day, f"{words}: {record.name} {use.happened}", why, *step, debt)


def _debts(register: Register) -> Iterator[tuple[SetRecord, Use, str, str]]:
    """Yield every debt of every use that is open: its set, the use, what actions call it, and in words."""
    counts = {record.set_id: record for record in register.in_earnest}
    for use in register.uses.values():
        if record := counts.get(use.set_id):
            yield from ((record, use, *debt) for debt in use.open(outdated=record.outdated))


def _agreed(register: Register, action: Action) -> str:
    left = register.owner_left(action.owner)
    return f"{register.called(action.owner)}, until {action.due}" + (f", who left on {left}" if left else "")


_ALONE = {
    State.DESTROYED: ", and fewer than two people saw it destroyed",
    State.LOST: ", and one person alone says that it is lost",
}
"""What is still to be said of a sheet that is gone, and is not where it belongs."""


def _away(register: Register) -> Iterator[Due]:
    """Sheets that are out of their safes, or that nobody has laid into one, and paper that is one too many."""
    for record, sheet in register.in_question():
        name = record.sheet_name(sheet.number)
        if sheet.out and record.life is not Life.VOID:  # that is destroyed, and put back nowhere
            back = f"put back {name}" if safe_of(register, sheet) else f"say where {name} is kept"
            keeper = f"with {register.called(sheet.holder)}, " if sheet.holder else ""
            why = f"{keeper}{sheet.away} since {sheet.out}{_ALONE.get(sheet.state, '')}"
            yield Due(_later(sheet.out, AWAY), back, why, *to_put_back(register, record, sheet), sheet.away)
        for copy, day, _ in sheet.old_papers:
            why = "the share on it is the same; two people see it destroyed, or what is left of it"
            destroyed = (record.short_id, sheet.number, f"{copy}")
            yield Due(day, f"destroy the old paper of {name}, copy {copy}", why, Remedy.DESTROY_OLD, destroyed)


def _left_behind(register: Register) -> Iterator[Due]:
    """What is kept by nobody, or by somebody who has left; a day after that."""
    sheets = ((one, record.sheet_name(one.number), to_hand_over(record, one)) for record, one in register.in_question())
    devices = ((one, one.name, (Remedy.HAND_OVER_DEVICE, one.tag)) for one in register.assets_in_use)
    kept: Iterator[tuple[SheetRecord | AssetRecord, str, Step]] = chain(sheets, devices)
    for thing, name, step in kept:
        if thing.left_with and thing.holder == PROGRAM:
            yield Due(thing.left_with, f"say who took {name}", "nobody is named", *step, "taken")
        elif left := thing.left_with or register.left_on(thing.holder):
            back = "" if register.left_on(thing.holder) else "; who is back is handed it again, before two"
            why = f"{register.called(thing.holder)} left on {left}, and keeps it{back}"
            yield Due(_later(left, 1), f"hand over {name}", why, *step, "left")


def _vacant(register: Register) -> Iterator[Due]:
    """The duties that somebody gave up, or had who has left, and nobody has since, where anything in use asks for them; a day after that."""
    asked, taken = _asked_for(register), {role for one in register.here.values() for role in one.roles}
    had = {
        role: (day, f"{register.called(seat)} was, and is no more since {day}")
        for role, (seat, day) in register.vacated.items()
    }
    for one in register.people.values():
        if one.until:
            left = one.until, f"{one.name or one.seat} was, and left on {one.until}"
            had |= dict.fromkeys(one.roles, left)
    for role in sorted(had.keys() & asked - taken):
        day, why = had[role]
        yield Due(_later(day, 1), f"say who is {role} now", why, Remedy.NAME_ROLE, role)


def _asked_for(register: Register) -> set[str]:
    """Return the duties for which the pack of something in use asks; all of them where nobody knows that pack."""
    packs = [one.known(register.packs) for one in not_ended(register.accounts)]
    packs += [find_pack(USUAL) for record in register.live if record.line not in register.lines]
    known = [one for one in packs if one]
    if len(known) < len(packs):
        return set(DUTIES)
    roles = {role for pack in known for thing in pack.things.values() for role in thing.also}
    roles |= {role for pack in known for one in pack.procedures for _, step in one.numbered for role in step.actors}
    return {one for one in DUTIES if known and (one in roles or one not in OTHERS)}


def _nameless(register: Register) -> Iterator[Due]:
    """Whoever has something under a seat without a name may be anybody, one of the others too: nobody knows what is in one hand."""
    has: dict[str, tuple[dt.date, str]] = {}
    for record, sheet in register.in_question():
        has.setdefault(sheet.holder, (record.made, f"keeps {record.sheet_name(sheet.number)}"))
    for asset in register.assets_in_use:
        has.setdefault(asset.holder, (asset.added, f"keeps {asset.name}"))
    for seat, (day, what) in [*has.items()]:
        if deputy := register.people[seat].deputy if seat in register.people else "":
            has.setdefault(deputy, (day, f"stands in for {register.called(seat)}, who {what}"))
    for seat in sorted(has.keys() & register.roll.nameless):
        ledger, _, room_seat = seat.upper().rpartition("-")
        day, what = has[seat]
        why = f"{what}, and may be any of the others"
        yield Due(day, f"say who {seat} is", why, Remedy.BIND_SEAT, (ledger or "LEDGER", room_seat))


def _to_go_on(register: Register) -> Iterator[Due]:
    """Procedures of which the rest waits for a day, in the quarter after the last step."""
    for one in register.procedures.values():
        if until := waits_until(register, one):
            why = f"step {one.step} of {one.of} was the last on {one.day}"
            yield Due(
                min(until, _later(one.day, QUARTER)),
                f"{one.named(register.name_of)} goes on",
                why,
                *to_walk_on(register, one),
            )


def _actions(register: Register) -> Iterator[Due]:
    # What is owed stands there itself, with who is to do it; a password that nothing uses any more is changed already.
    owed = {(use.set_id, debt) for _, use, debt, _ in _debts(register) if debt}
    owed |= {(one.set_id, "password") for one in register.sets.values() if one.outdated}
    for action in register.actions.values():
        if not action.over and (action.set_id, action.debt) not in owed:
            what = f"action {action.code}" + ("" if action.owner == NOBODY else f", {register.called(action.owner)}")
            left = register.owner_left(action.owner)
            day, why = (min(action.due, _later(left, 1)), f", who left on {left}") if left else (action.due, "")
            yield Due(day, what + why, action.text, Remedy.FINISH_ACTION, action.code)


def _overrides(register: Register) -> Iterator[Due]:
    for rule, overruled in register.overrides.items():
        yield Due(
            overruled.until,
            f"override of rule {rule} ends",
            "keep the rule again, or decide again",
            Remedy.OVERRULE,
            rule,
        )


def _unproven(record: SetRecord) -> Iterator[Due]:
    """Each sheet that is there, a year after it was last found sound; at once where it never was, or was not when it was last read."""
    for sheet in record.sheets.values():
        if sheet.may_be_used:
            day = _later(sheet.proven, READ_WITHIN.days) if sheet.proven else sheet.read or record.made
            why = f"{record.name}: {sheet.read_when}"
            yield Due(day, f"read sheet {sheet.number}", why, Remedy.HOLD_DRILL, record.short_id, "sheet")


def _asset(register: Register, asset: AssetRecord) -> Iterator[Due]:
    """A look at it in every quarter, at once where nobody has tried it yet; and what else there is about it."""
    day = asset.added if asset.works is None else _later(asset.checked or asset.added, QUARTER)
    why = f"kept by {register.called(asset.holder)}; {f'last {asset.checked}' if asset.checked else 'never checked'}"
    yield Due(day, f"check {asset.name}", why, Remedy.CHECK_DEVICE, asset.tag)
    several = not_ended(register.accounts) and len(may_be_for(register.accounts, asset.added)) > 1
    if several and not asset.account and asset.kind != "printer":
        why = "there was more than one since it came, and it counts for none until one is named"
        yield Due(
            asset.added, f"say for which account {asset.name} is", why, Remedy.BIND_DEVICE, (asset.tag, asset.kind)
        )
    kind = f"account={asset.account} {asset.kind}" if asset.account else asset.kind
    if asset.expires:
        what, remedy = ("battery", Remedy.CHANGE_BATTERY) if asset.battery else ("expiry", Remedy.REPLACE_DEVICE)
        day, why = _later(asset.expires, -BEFORE_EXPIRY), f"ends on {asset.expires}"
        yield Due(day, f"{what} of {asset.name}", why, remedy, (asset.tag, kind), what)
    if asset.result == "fail" and asset.checked:
        why = "it failed when it was last checked"
        yield Due(asset.checked, f"replace {asset.name}", why, Remedy.REPLACE_DEVICE, (asset.tag, kind))


def _later(day: dt.date, days: int) -> dt.date:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:  # a day at the edge of the calendar, which somebody wrote into a ledger
        return day


# --- calendar ---------------------------------------------------------------------------------------------------------

_FOLD = 75
"""Octets of a line (RFC 5545, section 3.1)."""


def calendar(items: Sequence[Due], stamp: str) -> bytes:
    """Return what is due as an iCalendar file (RFC 5545), a day-long event each; *stamp* is the time in UTC.

    The same item has the same UID in every calendar, so that a second import changes it and adds none.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//splitkit//custody//EN", "CALSCALE:GREGORIAN"]
    moment = stamp.replace("-", "").replace(":", "")
    for item in items:
        uid = hashlib.sha256(f"{item.what}\n{item.why}".encode()).hexdigest()[:32]
        day = item.day.isoformat().replace("-", "")
        lines += ["BEGIN:VEVENT", f"UID:{uid}@splitkit.invalid", f"DTSTAMP:{moment}", f"DTSTART;VALUE=DATE:{day}",
                  f"SUMMARY:{_escaped('splitkit: ' + item.what)}", f"DESCRIPTION:{_escaped(item.why)}", "TRANSP:TRANSPARENT",
                  "END:VEVENT"]  # fmt: skip
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Break a line into pieces of at most 75 octets, never within a character; all but the first begin with a space."""
    pieces: list[bytes] = [b""]
    for character in line:
        octets = character.encode("utf-8")
        room = _FOLD - (1 if len(pieces) > 1 else 0)
        if len(pieces[-1]) + len(octets) > room:
            pieces.append(b"")
        pieces[-1] += octets
    return b"\r\n ".join(pieces) + b"\r\n"
