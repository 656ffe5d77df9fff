"""What entries about people, places, accounts, devices, meetings and incidents change in the register.

An entry that contradicts those before it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from splitkit.custody.records.accounts import AccountRecord, PersonRecord, PlaceRecord, procedure_of
from splitkit.custody.records.alone import NOBODY, waits_for
from splitkit.custody.records.begun import Action, key_of, with_intent, with_outcome, with_step
from splitkit.custody.records.days import Moment, day_alone, newest
from splitkit.custody.records.decisions import (
    TIES,
    anew,
    deputy,
    here,
    later,
    place,
    place_is,
    role_of,
    tie_of,
    works,
)
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.heirs import check_opens
from splitkit.custody.records.holdings import Overruling, Register, State, Which
from splitkit.custody.records.lines import has_no_set
from splitkit.custody.records.lives import URGENT_CASES, Life
from splitkit.custody.records.set_changes import check_epoch, drill_in
from splitkit.custody.records.sheet_changes import at_least, check_kept, check_not_void
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.lookalike import plain_name, plain_person
from splitkit.ledger.schema import Event

OVERRULED = dt.timedelta(days=366)
"""For how long two people can overrule a rule before they look at it again."""


def _check_name(known: PersonRecord, name: str) -> None:
    """Refuse a seat that somebody of another name has, or had once: what was said of them would be said of somebody else.

    Raises:
        AttentionError: If it is one.
    """
    if name and known.name and plain_person(name) != plain_person(known.name):
        had = "had" if known.until else "has"
        raise AttentionError(f"somebody else {had} this seat", "choose another id for whoever comes")


def check_here(register: Register, people: Iterable[str], day: dt.date) -> None:
    """Refuse people who had left before a *day*.

    Raises:
        AttentionError: If one had.
    """
    for one in people:
        if left := register.left_on(one, day):
            raise AttentionError(f"{register.called(one)} left on {left}", Remedy.NAME_WHO_IS_HERE)


def _opened(register: Register, data: events.LedgerOpened, _day: dt.date) -> Register:
    return replace(register, ledger=data.ceremony, practice=data.practice, last_sign_in=None)


def _rolled(register: Register, data: events.RollCalled | events.RoleTaken, day: dt.date) -> Register:
    known = register.people.get(data.person, PersonRecord(data.person, since=day))
    if known.until and isinstance(data, events.RollCalled):
        _check_name(known, data.name or "")
    role = role_of(data.person, data.role)
    over = later(register, role, day) or later(register, anew(data.person), day)
    roles = known.roles if over else tuple(dict.fromkeys((*known.roles, data.role)))
    name = data.name if isinstance(data, events.RollCalled) and data.name else known.name
    register = register.having("people", data.person, replace(known, name=name, roles=roles))
    return register if name == known.name else _left_too(register, data.person)


def _given_up(register: Register, data: events.RoleGivenUp, day: dt.date) -> Register:
    """Somebody has a role no more, under all their seats."""
    seats = register.seats_of(data.person)
    over = {seat for seat in seats if later(register, role_of(seat, data.role), day)}
    having = [seat for seat in seats if data.role in register.people[seat].roles]
    if not (having or over):
        raise AttentionError(f"{register.called(data.person)} has no role {data.role}", Remedy.SEE_PEOPLE)
    for seat in having:
        if seat not in over:
            known = register.people[seat]
            rest = tuple(one for one in known.roles if one != data.role)
            register = register.having("people", seat, replace(known, roles=rest))
            register = register.having("vacated", data.role, (seat, day))
    return register


def _left_too(register: Register, seat: str) -> Register:
    """Return the register where whoever has a seat has left under all, if they have under another: a roll brings nobody back."""
    known = [register.people[one] for one in register.seats_of(seat)]
    left = max((one for one in known if one.until), key=lambda one: one.left_before_two, default=None)
    if left is None or all(one.until for one in known):
        return register
    said = {name: getattr(left, name) for name in ("until", "left_by", "left_before_two")}
    return _with_all(register, [one.seat for one in known], said)


def _joined(register: Register, data: events.PersonJoined, day: dt.date) -> Register:
    """Somebody is here, unless it was said of a later day that they left; what was said of them since stays."""
    known = register.people.get(data.person, PersonRecord(data.person))
    _check_name(known, data.name)
    if data.superior == data.person:
        raise AttentionError("nobody is their own superior", "leave it out, or name somebody else")
    seats = register.seats_of(data.person, data.name)
    over = any(later(register, here(seat), day) for seat in seats)
    register = register if over else _back(register, seats, data.since, day)
    known = register.people.get(data.person, known)
    said: dict[str, Any] = {name: getattr(data, name) for name in ("name", "title", *TIES)
                            if getattr(data, name) and not later(register, tie_of(data.person, name), day)}  # fmt: skip
    since = known.since if over and known.since else data.since
    register = register.having("people", data.person, replace(known, since=since, **said))
    return _left_too(register, data.person) if over else register


def _back(register: Register, seats: Sequence[str], since: dt.date, day: dt.date) -> Register:
    """Return the register where somebody who had left is here *since* a day, under all their *seats*: what only one said settled nothing."""
    gone = [register.people[seat] for seat in seats if register.people[seat].until]
    alone = {one.seat for one in gone if not one.left_before_two}
    register = _leaving(register, [one for one in register.actions.values() if one.leaver in alone], left=False)
    for one in gone:
        begun = (
            replace(one, roles=(), deputy="", deputy_by="") if one.left_before_two else one
        )  # one person's word ends no role
        for role in one.roles if one.left_before_two else ():
            register = register.having("vacated", role, (one.seat, one.until))
        back = replace(begun, since=since, until=None, left_by="", left_before_two=False)
        register = register.having("people", one.seat, back)
    return register.noted(day, *(anew(one.seat) for one in gone if one.left_before_two))


def _seat_bound(register: Register, data: events.SeatBound, _day: dt.date) -> Register:
    known = register.people.get(data.person, PersonRecord(data.person))
    return register.having("people", data.person, known)


def _ledger_taken(register: Register, data: events.LedgerTaken, day: dt.date) -> Register:
    return register.having("ledgers", data.ledger, day)


def _place_added(register: Register, data: events.PlaceAdded, day: dt.date) -> Register:
    if later(register, place_is(data.place), day):
        return register
    used = [one for one in register.places.values() if not one.left]
    if any(data.place == one.tag or plain_name(data.name) == plain_name(one.name) for one in used):
        raise AttentionError("there is such a place already", "use that one, or choose another tag and another name")
    said: dict[str, Any] = {
        name: getattr(data, name) or "" for name in ("name", "kind", "site", "fire", "water", "country")
    }
    left = later(register, place(data.place), day)
    return register.having("places", data.place, PlaceRecord(data.place, left=left, **said))


def _place_left(register: Register, data: events.PlaceLeft, _day: dt.date) -> Register:
    there = [record.sheet_name(one.number) for record, one in register.sheets_of()
             if one.safe == data.place and one.state is State.HELD]  # fmt: skip
    there += [one.name for one in register.assets_in_use if one.place == data.place and one.kind != "mailbox"]
    if there:
        raise AttentionError(f"{there[0]} still lies there", "record first where it lies now")
    return register.having("places", data.place, replace(register.places[data.place], left=True))


def _account_added(register: Register, data: events.AccountAdded, day: dt.date) -> Register:
    if any(
        data.account == one.tag or plain_name(data.name) == plain_name(one.name) for one in register.accounts.values()
    ):
        raise AttentionError("there is such an account already", "use that one, or choose another tag and another name")
    account = AccountRecord(data.account, data.name, data.pack, data.file or "", added=day)
    return register.having("accounts", data.account, account)


def _account_judged(register: Register, data: events.AccountJudged, _day: dt.date) -> Register:
    account = register.accounts[data.account]
    return register.having(
        "accounts", account.tag, replace(account, pack=data.pack, file=data.file or "", chosen_by="")
    )


def _account_ended(register: Register, data: events.AccountEnded, day: dt.date) -> Register:
    """Nothing opens it any more: neither a set that is in use or may still open it, nor a device that is kept for it alone."""
    account = register.accounts[data.account]
    if account.ended:
        raise AttentionError(f"{account.name} was closed", "look at the entry that says so")
    theirs = [one for one in register.in_earnest if register.lines.get(one.line) == account.tag]
    for record in [one for one in theirs if one in register.at_stake or has_no_set(register, one)]:
        if record.life is Life.LIVE:
            raise AttentionError(f"{record.name} is in use", "retire it first: splitkit record set.retired")
        fact = f"{record.name}, which is {record.life.told}, may still open it"
        raise AttentionError(fact, "retire it first, or do with it what 'splitkit status' says")
    if kept := [one for one in register.assets.values() if one.account == account.tag and one.may_be_kept]:
        raise AttentionError(
            f"{kept[0].name} is kept for it", "two people retire it first: splitkit record asset.retired"
        )
    return register.having("accounts", account.tag, replace(account, ended=day))


def _line_bound(register: Register, data: events.LineBound, _day: dt.date) -> Register:
    if register.accounts[data.account].ended:
        raise AttentionError(f"{register.accounts[data.account].name} was closed", "record the new account first")
    if register.lines.get(data.line, data.account) != data.account:
        raise AttentionError(
            "this line protects another account already", "a set for another account begins a new line"
        )
    sets = [one for one in register.sets.values() if one.line == data.line]
    if all(one.life is Life.VOID and one.outdated for one in sets):
        check_not_void(sets[0])
    return register.having("lines", data.line, data.account)


def _receiver(register: Register, data: events.ReceiverAdded | events.ReceiverLeft, day: dt.date) -> Register:
    account = register.accounts[data.account]
    rest = tuple(one for one in account.receivers if one != data.person)
    if isinstance(data, events.ReceiverAdded):
        check_here(register, [data.person], day)
        return register.having("accounts", account.tag, replace(account, receivers=(*rest, data.person)))
    if rest == account.receivers:
        raise AttentionError("this person gets no alert of this account", "look at who does")
    return register.having("accounts", account.tag, replace(account, receivers=rest))


def _deputy(register: Register, data: events.DeputyNamed, what: Happening) -> Register:
    """What was said before the deputy left ended with that, and what was said before somebody came back anew; nobody counts on whom one alone names."""
    seats, day = (data.person, data.deputy), Moment.of(what.time)
    if len(set(seats)) < 2:
        raise AttentionError("nobody stands in for themselves", "name somebody else")
    since = {seat for seat in seats if _left_after(register, seat, day)}
    if not register.here.keys() | since >= set(seats):
        raise AttentionError("one of the two is not known, or has left", "record first who it is: person.joined")
    if later(register, anew(data.person), day):
        return register
    ended, known = data.deputy in since or later(register, anew(data.deputy), day), register.people[data.person]
    alone = known.deputy_by if known.deputy == data.deputy else what.by
    two = register.vouched(what) or not alone or register.are_two((alone, what.by), what.day)
    named = replace(known, deputy="" if ended else data.deputy, deputy_by="" if ended or two else alone)
    return register.having("people", data.person, named)


def _left_after(register: Register, seat: str, day: dt.date) -> bool:
    """Whether two people said after a *day* that somebody left."""
    return seat in register.people and register.people[seat].left_before_two and later(register, here(seat), day)


def _asset_added(register: Register, data: events.AssetAdded, day: dt.date) -> Register:
    if data.kind == "phone" and (data.serial or "x").isdigit():
        raise AttentionError(
            "the serial of a phone has digits only, and may be its number", "leave it out, or write a letter before it"
        )
    if data.asset in register.assets and register.assets[data.asset].may_be_kept:
        hint = "choose another tag, or let two people retire the old one first"
        raise AttentionError("an asset of this tag is kept already", hint)
    check_kept(register, data.place)
    added = AssetRecord(data.asset, data.kind, data.person, data.serial or "", data.battery, data.expires,
                        data.place or "", account=data.account or "", works=data.working,
                        added=day, again=data.asset in register.assets)  # fmt: skip
    return register.having("assets", data.asset, added)


def check_in_use(register: Register, what: Happening, data: Event) -> None:
    """Refuse what is said of a device after it was retired; what was said of it before then, and is heard later, changes nothing of it.

    A procedure says nothing of the device that it is gone through for: it goes on to its end after a step of it has retired that.

    Raises:
        AttentionError: If it is so.
    """
    if isinstance(data, events.ProcedureWalked):
        return
    for name in [name for thing, name in data.names() if thing == "asset" and data.adds != "asset"]:
        asset = register.assets[name]
        again = isinstance(data, events.AssetRetired) and asset.retired_by  # a second person says so too
        if asset.retired and what.time >= asset.retired and not again:
            raise AttentionError(f"{asset.name} was retired", Remedy.ADD_ASSET)


def _asset_checked(register: Register, data: events.AssetChecked, day: dt.date) -> Register:
    asset = register.assets[data.asset]
    if asset.retired:
        return register
    passed = data.result == "pass"
    failed = asset.checked if asset.result == "fail" else None
    if passed and failed and day < failed:  # what was right before it went wrong
        return register
    if (asset.again and day < asset.added) or (not passed and later(register, works(asset.tag), day)):
        return register
    late = asset.checked and day < asset.checked
    expires = min(filter(None, (data.expires, asset.expires)), default=None) if late else data.expires or asset.expires
    checked = day if passed else newest(failed, day)
    changed = replace(asset, checked=checked, result=data.result, works=passed, expires=expires)
    return register.having("assets", data.asset, changed)


def _asset_moved(register: Register, data: events.AssetMoved, moment: Moment) -> Register:
    asset, day = register.assets[data.asset], day_alone(moment)
    if asset.retired:
        return register
    added = day_alone(asset.added) if asset.again else day
    if data.place and day >= (asset.laid or added):
        check_kept(register, data.place)
        asset = replace(asset, place=data.place, laid=day)
    if data.person and day >= (asset.handed or added):
        taker = register.people.get(data.person)
        gone = taker.until if taker and taker.left_before_two else None
        if data.person == asset.holder and later(
            register, here(asset.holder), moment
        ):  # they left, or came back, since
            gone = asset.left_with
        asset = replace(asset, holder=data.person, left_with=gone, handed=day)
    return register.having("assets", data.asset, asset)


def _action(register: Register, data: events.ActionAgreed, day: dt.date) -> Register:
    if data.action in register.actions:
        raise AttentionError("an action of this code was agreed before", Remedy.NEXT_CODE)
    if left := register.owner_left(data.owner or "", day):
        raise AttentionError(f"whoever is to do it left on {left}", Remedy.NAME_WHO_IS_HERE)
    action = Action(
        data.action,
        data.text,
        data.owner or NOBODY,
        data.due,
        leaver=data.leaver or "",
        hands_over=data.hands_over or "",
        agreed=day,
        set_id=data.set or "",
        debt=data.debt or "",
    )
    return register.having("actions", data.action, action)


def _action_done(register: Register, data: events.ActionDone, what: Happening) -> Register:
    """That somebody has left is settled by one person for as long as that one is not back."""
    action = register.actions[data.action]
    if action.leaver and not register.vouched(what):
        over = later(register, here(action.leaver), Moment.of(what.time))
        return register if over else _leaving(register, [action], left=True)
    return register.having("actions", action.code, replace(action, done=True))


def _reviewed(register: Register, data: events.ReviewHeld, day: dt.date) -> Register:
    if day >= register.planned.get("next_review", day):
        register = _planned(register, "next_review", data.next, day)
    elif data.next:  # another was held since, and named its own day
        register = replace(register, next_review=min(data.next, register.next_review or data.next))
    return replace(register, reviewed=newest(register.reviewed, day))


PLANNED = dt.timedelta(days=366)
"""For how long ahead a next ceremony can be planned: every sheet is read within a year."""


def _closed(register: Register, data: events.LedgerClosed, what: Happening) -> Register:
    """Of the next ceremony the last that named it counts, and not what was planned before.

    One person alone takes back no day, but in whose ledger a drill was held since it was named: they name an earlier one at most.
    """
    two, held = register.are_two((what.by, what.witness), what.day), register.planned.get(drill_in(register.ledger))
    latest, said = min(what.day, dt.date.max - PLANNED) + PLANNED, Moment.of(what.time)
    for name, named in (("standby", data.standby), ("next_due", data.next)):
        before, planned = getattr(register, name), min(named, latest) if named else None
        ends = two or bool(held and held > register.planned.get(name, dt.date.min))
        if not ends and planned:
            earlier: dict[str, Any] = {name: min(planned, before or planned)}
            register = replace(register, **earlier)
        elif ends and (planned or name == "standby") and said >= register.planned.get(name, said):
            register = _planned(register, name, planned, said)
    return register


def _planned(register: Register, name: str, planned: dt.date | None, day: dt.date) -> Register:
    """Return the register where a *day* that is *planned* was named on another."""
    named: dict[str, Any] = {name: planned}
    return replace(register.having("planned", name, day), **named)


def _intended(register: Register, data: events.Intent, day: dt.date) -> Register:
    check_epoch(data.epoch)
    if data.set and data.act in ("reissue", "refresh", "rotate"):
        check_not_void(register.sets[data.set])
    elif data.set and data.act == "seal":
        check_opens(register, register.sets[data.set])
    if data.epoch and data.line and data.epoch < register.next_epoch(data.line):
        raise AttentionError("another set of this epoch was begun in the line", "nothing was made: begin again")
    return register.having("begun", data.intent, with_intent(register.begun, data, day))


def _intent_over(register: Register, data: events.IntentEnded, _day: dt.date) -> Register:
    return register.having("begun", data.intent, with_outcome(register.begun, data))


def _walked(register: Register, data: events.ProcedureWalked, what: Happening) -> Register:
    key, two = key_of(data), register.vouched(what)
    walk = with_step(register.procedures.get(key), data, Moment.of(what.time), two=two)
    register = register.having("procedures", key, walk)
    found = procedure_of(data.pack, data.procedure, register.packs)
    ended = walk.ended and walk.since and found and found.case == "leaver"
    of = [one for one in register.actions.values() if ended and one.hands_over and one.hands_over == data.person]
    for one in of:
        if one.agreed and walk.since and day_alone(walk.since) < day_alone(one.agreed):
            continue  # whatever it was for, nobody had agreed on this
        if two or waits_for(register, one.owner, what.by):
            register = register.having("actions", one.code, replace(one, done=True))
    return register


def _incident(register: Register, data: events.IncidentOpened, _day: dt.date) -> Register:
    if data.incident in register.incidents:  # one that was closed is opened again
        raise AttentionError("an incident of this code was opened before, and is open", Remedy.NEXT_CODE)
    if data.kind == "absent" and not data.person:
        raise AttentionError("it was not said who cannot be reached", "name them: person=")
    cause = data.cause
    if data.kind == "absent" and data.person:
        cause = f"{register.called(data.person)} cannot be reached: {cause}"  # what they keep cannot be counted on
        register = register.having("absent", data.incident, data.person)
    urgent = URGENT_CASES.get(data.kind or "", "")
    return register.with_incident(data.incident, cause, urgent=urgent, practice=register.practice)


def _incident_over(register: Register, data: events.IncidentClosed, _day: dt.date) -> Register:
    if data.incident not in register.incidents:
        raise AttentionError("no incident of this code is open", "compare the code with the ledger")
    return register.without_incident(data.incident)


def _overridden(register: Register, data: events.RuleOverruled, day: dt.date) -> Register:
    """Nothing is overruled for ever: two people look at it again within a year, whatever end they named."""
    last = min(day, dt.date.max - OVERRULED) + OVERRULED
    if data.until and data.until > last:
        raise AttentionError(
            f"two people overrule a rule for a year at most, until {last}", "name an earlier day: until="
        )
    if data.until and data.until < day:
        raise AttentionError(f"that day is over: nothing is overruled until {data.until}", "name a later day: until=")
    return register.having("overrides", data.rule, Overruling(data.until or last, register))


def _left(register: Register, data: events.PersonLeft, what: Happening) -> Register:
    """Somebody who leaves, under all their seats, and still keeps sheets may have read them; what they can bring for others ends when two say so."""
    if data.person not in register.people:
        raise AttentionError("nobody of this seat was recorded", "record first who it is: person.joined")
    before, seats = register.people[data.person], register.seats_of(data.person)
    gone: dict[str, Any] = {"until": data.until, "left_by": before.left_by or what.by}
    two = _with_all(register, seats, gone).vouched(what)
    if before.until and (before.left_before_two or not two):
        raise AttentionError(
            f"it was recorded that they left on {before.until}",
            "if that was a slip, two people withdraw it: record withdraw",
        )
    if before.since and data.until < before.since:
        raise AttentionError(f"they came on {before.since}, and nobody leaves before", "compare the year: until=")
    register = _with_all(register, seats, {**gone, "left_before_two": two})
    day = Moment.of(what.time)
    back = any(later(register, here(seat), day) for seat in seats)
    for one in [one for one in register.people.values() if two and one.deputy]:
        since = later(register, deputy(one.seat), day)
        if (since and not back) if one.seat in seats else (one.deputy in seats and not (since and back)):
            register = register.having("people", one.seat, replace(one, deputy="", deputy_by=""))
    for record, sheet in register.sheets_of(*Life):
        if {*seats} & {*sheet.keepers}:
            about = Which(record.set_id, sheet.number)
            left_with = data.until if two and sheet.holder in seats else sheet.left_with
            register = register.with_sheet(about, exposure=at_least(register, about), left_with=left_with)
    for asset in [one for one in register.assets_in_use if two and one.holder in seats]:
        register = register.having("assets", asset.tag, replace(asset, left_with=data.until))
    settled = [one for one in register.actions.values() if two or waits_for(register, one.owner, what.by)]
    return _leaving(register, [one for one in settled if one.leaver in seats], left=True)


def _leaving(register: Register, actions: Iterable[Action], *, left: bool) -> Register:
    """Return the register with what was agreed because somebody leaves: their leaving settles it."""
    for action in actions:
        register = register.having("actions", action.code, replace(action, left=left))
    return register


def _handed_again(register: Register, data: events.SheetHanded, what: Happening) -> Register:
    """Somebody who left and is back keeps what they kept once two people hand it to them, as they would to anybody else."""
    if data.to != data.from_ or register.left_on(data.to) or not register.vouched(what):
        return register
    if later(register, here(data.to), Moment.of(what.time)):
        return register
    return register.with_sheet(data, left_with=None)


def _with_all(register: Register, seats: Sequence[str], said: Mapping[str, Any]) -> Register:
    """Return the register where the same is said of all seats of somebody."""
    for seat in seats:
        register = register.having("people", seat, replace(register.people[seat], **said))
    return register


THING_CHANGES: Mapping[type[Event], Callable[[Register, Any, Moment], Register]] = {
    events.RollCalled: _rolled,
    events.RoleTaken: _rolled,
    events.RoleGivenUp: _given_up,
    events.PersonJoined: _joined,
    events.SeatBound: _seat_bound,
    events.LedgerTaken: _ledger_taken,
    events.PlaceAdded: _place_added,
    events.PlaceLeft: _place_left,
    events.AccountAdded: _account_added,
    events.AccountJudged: _account_judged,
    events.AccountEnded: _account_ended,
    events.LineBound: _line_bound,
    events.ReceiverAdded: _receiver,
    events.ReceiverLeft: _receiver,
    events.AssetAdded: _asset_added,
    events.AssetChecked: _asset_checked,
    events.AssetMoved: _asset_moved,
    events.ActionAgreed: _action,
    events.ReviewHeld: _reviewed,
    events.Intent: _intended,
    events.IntentEnded: _intent_over,
    events.IncidentOpened: _incident,
    events.IncidentClosed: _incident_over,
    events.RuleOverruled: _overridden,
    events.LedgerOpened: _opened,
}
"""What each of these events changes."""


def _asset_retired(register: Register, data: events.AssetRetired, what: Happening) -> Register:
    asset = register.assets[data.asset]
    if asset.again and Moment.of(what.time) < asset.added:  # that was the other of this tag
        return register
    return register.having("assets", data.asset, replace(asset, retired=asset.retired or what.time))


def _account_chosen(register: Register, data: events.AccountAdded, what: Happening) -> Register:
    alone = "" if register.vouched(what) else what.by
    return register.having("accounts", data.account, replace(register.accounts[data.account], chosen_by=alone))


THING_VOUCHED: Mapping[type[Event], Callable[[Register, Any, Happening], Register]] = {
    events.LedgerClosed: _closed,
    events.ProcedureWalked: _walked,
    events.AccountAdded: _account_chosen,
    events.ActionDone: _action_done,
    events.AssetRetired: _asset_retired,
    events.DeputyNamed: _deputy,
    events.PersonLeft: _left,
    events.SheetHanded: _handed_again,
}
"""What each of these changes besides, which hangs on who stands behind it, see `Register.vouched`, or on its hour."""
