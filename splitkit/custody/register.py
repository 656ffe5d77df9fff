"""The custody register: who holds what.  It is what follows from the entries of the ledgers, and never a second source.

Pure: a register is rebuilt from the entries alone, up to any day.  An entry that contradicts those before it is refused when
it is made, and named when it is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from splitkit.custody.begun import Begun, with_intent, with_outcome
from splitkit.custody.holdings import (
    Action,
    AssetRecord,
    Exposure,
    Life,
    OneSheet,
    PersonRecord,
    SetRecord,
    SheetRecord,
    State,
    Which,
)
from splitkit.errors import AttentionError, Remedy, UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, Happening
from splitkit.ledger.schema import Event
from splitkit.quorum.policy import parse_policy


@dataclass(frozen=True)
class Register:
    """All holdings at one moment."""

    sets: Mapping[str, SetRecord] = field(default_factory=lambda: MappingProxyType({}))
    assets: Mapping[str, AssetRecord] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, PersonRecord] = field(default_factory=lambda: MappingProxyType({}))
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))
    begun: Mapping[str, Begun] = field(default_factory=lambda: MappingProxyType({}))
    incidents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Open incidents: what may be compromised, by their codes."""
    incident_codes: frozenset[str] = frozenset()
    """The codes of all incidents that there ever were."""
    urgent: frozenset[str] = frozenset()
    """Those of them by which the secret itself may be known."""
    overrides: Mapping[str, dt.date | None] = field(default_factory=lambda: MappingProxyType({}))
    """Rules that are knowingly broken, and until which day."""
    drilled: dt.date | None = None
    reviewed: dt.date | None = None
    next_due: dt.date | None = None
    """The day that the last closed ledger named for the next ceremony."""
    standby: dt.date | None = None
    """The day that it named in case that one fails."""
    next_review: dt.date | None = None
    practice: bool = False
    """Whether the ledger that is read last is that of a rehearsal."""

    @property
    def in_earnest(self) -> list[SetRecord]:
        """The sets that count: those of rehearsals only where there is no other."""
        return [record for record in self.sets.values() if not record.practice] or list(self.sets.values())

    @property
    def live(self) -> list[SetRecord]:
        """The sets in use."""
        return [record for record in self.sets.values() if record.life is Life.LIVE]

    @property
    def assets_in_use(self) -> list[AssetRecord]:
        """All other assets that are not retired."""
        return [asset for asset in self.assets.values() if not asset.retired]

    @property
    def here(self) -> Mapping[str, PersonRecord]:
        """The people who have not left, by their seats."""
        return {seat: person for seat, person in self.people.items() if not person.until}

    def sheets_of(self, *lives: Life) -> Iterator[tuple[SetRecord, SheetRecord]]:
        """Yield every sheet that may be used, with its set, of sets in such *lives*; else of all that are not void."""
        for record in self.sets.values():
            if record.life in lives if lives else record.life is not Life.VOID:
                yield from ((record, sheet) for sheet in record.sheets.values() if sheet.may_be_used)

    def kept_by(self, seat: str, *lives: Life) -> list[str]:
        """Return in words what somebody keeps: sheets of such sets as `sheets_of` says, and assets."""
        sheets = [record.sheet_name(one.number) for record, one in self.sheets_of(*lives) if one.holder == seat]
        return sheets + [asset.name for asset in self.assets_in_use if asset.holder == seat]

    def safes_in(self, places: Collection[str]) -> set[str]:
        """Return the safes in some places, of which each may be a safe itself."""
        return {one.tag for one in self.assets.values() if one.kind == "safe" and one.place in places} | set(places)

    def named(self, seat: str) -> str:
        """Return a seat with the name of whoever has it; a dash for none."""
        return self.people[seat].called if seat in self.people else seat or "-"

    def deputy_of(self, seat: str) -> str:
        """Return who stands in for somebody, in the same words."""
        return self.named(self.people[seat].deputy if seat in self.people else "")

    def overrides_rule(self, rule: str, day: dt.date) -> bool:
        """Whether two people have overruled a rule of custody, and still do on a day."""
        until = self.overrides.get(rule)
        return rule in self.overrides and (until is None or until >= day)

    def after(self, what: Happening) -> Register:
        """Return the register after one entry.

        Raises:
            UsageError: If the list of events does not allow the entry.
            AttentionError: If it contradicts what was recorded before.
        """
        data = what.listed()
        change = _CHANGES.get(type(data))
        return change(self, data, what.day) if change else self

    def next_epoch(self, line: str) -> int:
        """Return the epoch of the next set of a line: above every set that was made or begun, be it void or not yet relied upon."""
        known: list[SetRecord | Begun] = [*self.sets.values(), *self.begun.values()]
        return 1 + max((one.epoch for one in known if one.line == line), default=0)

    def newer_in_use(self, line: str, epoch: int) -> SetRecord | None:
        """Return the newest set of a line that is in use and later than an *epoch*; one that is void or to come is not."""
        later = [one for one in self.sets.values() if one.line == line and one.epoch > epoch and one.life is Life.LIVE]
        return max(later, key=lambda one: one.epoch, default=None)

    def set_of(self, set_id: str) -> SetRecord:
        """Return the set of an id.

        Raises:
            AttentionError: If there is none.
        """
        if set_id not in self.sets:
            raise AttentionError("no set of this id was recorded", "compare the set id with the public record")
        return self.sets[set_id]

    def sheet_of(self, about: OneSheet) -> SheetRecord:
        """Return the sheet that an entry is about.

        Raises:
            AttentionError: If the set has none of that number, or it was destroyed.
        """
        sheets = self.set_of(about.set).sheets
        if about.sheet not in sheets:
            raise AttentionError("the set has no sheet of this number", "the numbers are those on the paper")
        return sheets[about.sheet]

    def with_sheet(self, about: OneSheet, **changes: Any) -> Register:
        """Return the register with one sheet changed."""
        record, sheet = self.set_of(about.set), self.sheet_of(about)
        sheets = MappingProxyType({**record.sheets, sheet.number: replace(sheet, **changes)})
        return self.with_set(replace(record, sheets=sheets))

    def with_set(self, record: SetRecord) -> Register:
        """Return the register with one set changed."""
        return self.having("sets", record.set_id, record)

    def having(self, table: str, key: str, value: Any) -> Register:
        """Return the register with one row of a table changed or added."""
        changed: dict[str, Any] = {table: MappingProxyType({**getattr(self, table), key: value})}
        return replace(self, **changed)


@dataclass(frozen=True)
class Built:
    """A register, and the entries that contradict those before them, in words."""

    register: Register
    findings: tuple[str, ...] = ()


def build(entries: Iterable[Entry], until: dt.date | None = None) -> Built:
    """Return the register after all *entries*, up to and with a day if there is one.

    An entry that contradicts those before it is left out, and named unless a correction in its ledger names it.
    """
    register, findings, told = Register(), [], list(_in_ledgers(entries))
    corrected = {(ledger, entry.data.seq) for ledger, entry in told if isinstance(entry.data, events.Correction)}
    for ledger, entry in told:
        if until and entry.day > until:  # a clock that was wrong hides no later entry
            continue
        try:
            register = register.after(entry)
        except (AttentionError, UsageError) as error:
            if (ledger, entry.seq) not in corrected:
                findings.append(f"entry {entry.seq} of {entry.day} ({entry.event}): {error.fact}")
    return Built(register, tuple(findings))


def _in_ledgers(entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """Return each entry with the ledger that it stands in, named by the hash of its first entry: numbers begin anew in each."""
    ledger: dict[str, str] = {}
    for entry in entries:
        ledger[entry.hash] = ledger.get(entry.previous, entry.hash) if entry.seq > 1 else entry.hash
        yield ledger[entry.hash], entry


# --- sets and sheets --------------------------------------------------------------------------------------------------


def _opened(register: Register, data: events.LedgerOpened, _day: dt.date) -> Register:
    return replace(register, practice=data.practice)


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
    """A first set begins a line and replaces none; a later one is of the line of the set it replaces, in a later epoch."""
    if not (data.replaces is None) == (data.line is None) == (data.epoch == 1):
        raise AttentionError("epoch, line and replaced set do not fit together", Remedy.MAKE_LATER)
    if data.replaces is None:
        return
    old = register.set_of(data.replaces)
    if (data.line, data.practice) != (old.line, old.practice):
        raise AttentionError("the new set is not of the line of the old one", Remedy.MAKE_LATER)
    if old.epoch >= data.epoch:
        raise AttentionError("the epoch of the new set is not later than that of the old one", Remedy.MAKE_LATER)


def _void(register: Register, data: events.SetVoided, _day: dt.date) -> Register:
    record = register.set_of(data.set)
    if record.life in (Life.SUPERSEDED, Life.RETIRED):
        raise AttentionError("this set was in use: its sheets open a secret", "destroy each of them: sheet.destroyed")
    return register.with_set(replace(record, life=Life.VOID))


def _replaced(register: Register, data: events.SetRefreshed | events.SetRotated, _day: dt.date) -> Register:
    """The old set is superseded only once every sheet of the new one was read back."""
    new, old = register.set_of(data.set), register.set_of(data.replaces)
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
    record = register.set_of(data.set)
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
    return register.with_set(replace(register.set_of(data.set), proven=day))


def _drilled(register: Register, data: events.DrillHeld, day: dt.date) -> Register:
    """Only a drill of a set in use counts at once; that of a set to come counts when it takes over, see `_replaced`."""
    register = _proven(register, data, day) if data.result == "pass" else register
    return replace(register, drilled=day) if register.set_of(data.set).life is Life.LIVE else register


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
        return {"state": State.TAKEN, "exposure": _at_least(register, about)}
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
    return {"exposure": _at_least(register, about)} if wrong else {}


def _at_least(register: Register, about: OneSheet) -> Exposure:
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


def _stored(register: Register, data: events.SheetStored, day: dt.date) -> Register:
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
    return register.with_sheet(data, state=State.LOST, exposure=_at_least(register, data))


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


def _left(register: Register, data: events.PersonLeft, _day: dt.date) -> Register:
    """Somebody who leaves and still keeps sheets may have read them."""
    if data.person not in register.people:
        raise AttentionError("nobody of this seat was recorded", "record first who it is: person.joined")
    register = register.having("people", data.person, replace(register.people[data.person], until=data.until))
    for stood_in in [one for one in register.people.values() if one.deputy == data.person]:
        register = register.having("people", stood_in.seat, replace(stood_in, deputy=""))
    for record, sheet in register.sheets_of(*Life):
        if sheet.holder == data.person:
            about = Which(record.set_id, sheet.number)
            register = register.with_sheet(about, exposure=_at_least(register, about))
    return register


# --- people, devices, mailboxes, actions, reviews and incidents ---------------------------------------------------------


def _rolled(register: Register, data: events.RollCalled | events.RoleTaken, day: dt.date) -> Register:
    known = register.people.get(data.person, PersonRecord(data.person, since=day))
    roles = tuple(dict.fromkeys((*known.roles, data.role)))
    name = data.name if isinstance(data, events.RollCalled) and data.name else known.name
    return register.having("people", data.person, replace(known, name=name, roles=roles))


def _joined(register: Register, data: events.PersonJoined, _day: dt.date) -> Register:
    known = register.people.get(data.person, PersonRecord(data.person))
    if known.name and known.name != data.name and not known.until:
        raise AttentionError("somebody else has this seat", "record first that they left: person.left")
    begun = PersonRecord(data.person) if known.until else known  # a new holder of the seat inherits no role
    return register.having(
        "people", data.person, replace(begun, name=data.name, title=data.title or "", since=data.since)
    )


def _deputy(register: Register, data: events.DeputyNamed, _day: dt.date) -> Register:
    seats = (data.person, data.deputy)
    if len(set(seats)) < 2:
        raise AttentionError("nobody stands in for themselves", "name somebody else")
    if not register.here.keys() >= set(seats):
        raise AttentionError("one of the two is not a holder", "record first who it is: person.joined")
    return register.having("people", data.person, replace(register.people[data.person], deputy=data.deputy))


def _asset_added(register: Register, data: events.AssetAdded, day: dt.date) -> Register:
    if data.kind == "phone" and (data.serial or "x").isdigit():
        raise AttentionError(
            "the serial of a phone has digits only, and may be its number", "leave it out, or write a letter before it"
        )
    if data.asset in register.assets and not register.assets[data.asset].retired:
        raise AttentionError("an asset of this tag is kept already", "choose another tag, or retire the old one first")
    added = AssetRecord(data.asset, data.kind, data.person, data.serial or "", data.battery, data.expires,
                        data.place or "", added=day)  # fmt: skip
    return register.having("assets", data.asset, added)


def _asset(register: Register, tag: str) -> AssetRecord:
    if tag not in register.assets:
        raise AttentionError("no asset of this tag was recorded", "record it first: asset.added")
    return register.assets[tag]


def _asset_checked(register: Register, data: events.AssetChecked, day: dt.date) -> Register:
    asset = _asset(register, data.asset)
    changed = replace(asset, checked=day, result=data.result, expires=data.expires or asset.expires)
    return register.having("assets", data.asset, changed)


def _asset_moved(register: Register, data: events.AssetMoved, _day: dt.date) -> Register:
    asset = _asset(register, data.asset)
    moved = replace(asset, holder=data.person or asset.holder, place=data.place or asset.place)
    return register.having("assets", data.asset, moved)


def _asset_retired(register: Register, data: events.AssetRetired, _day: dt.date) -> Register:
    return register.having("assets", data.asset, replace(_asset(register, data.asset), retired=True))


def _action(register: Register, data: events.ActionAgreed, _day: dt.date) -> Register:
    if data.action in register.actions:
        raise AttentionError("an action of this code was agreed before", Remedy.NEXT_CODE)
    return register.having("actions", data.action, Action(data.action, data.text, data.owner or "nobody", data.due))


def _action_done(register: Register, data: events.ActionDone, _day: dt.date) -> Register:
    if data.action not in register.actions:
        raise AttentionError("no action of this code was recorded", Remedy.SEE_ACTIONS)
    return register.having("actions", data.action, replace(register.actions[data.action], done=True))


def _reviewed(register: Register, data: events.ReviewHeld, day: dt.date) -> Register:
    if len(set(data.reviewers)) < 2:
        raise AttentionError("fewer than two people reviewed", "two people review, never one")
    return replace(register, reviewed=day, next_review=data.next)


def _closed(register: Register, data: events.LedgerClosed, _day: dt.date) -> Register:
    return replace(register, next_due=data.next or register.next_due, standby=data.standby)


def _intended(register: Register, data: events.Intent, day: dt.date) -> Register:
    if data.epoch and data.line and data.epoch < register.next_epoch(data.line):
        raise AttentionError("another set of this epoch was begun in the line", "nothing was made: begin again")
    return register.having("begun", data.intent, with_intent(register.begun, data, day))


def _intent_over(register: Register, data: events.IntentEnded, _day: dt.date) -> Register:
    return register.having("begun", data.intent, with_outcome(register.begun, data))


def _incident(register: Register, data: events.IncidentOpened, _day: dt.date) -> Register:
    if data.incident in register.incident_codes:
        raise AttentionError("an incident of this code was opened before", Remedy.NEXT_CODE)
    register = replace(register, incident_codes=register.incident_codes | {data.incident})
    if data.kind in events.URGENT:
        register = replace(register, urgent=register.urgent | {data.incident})
    return register.having("incidents", data.incident, data.cause)


def _incident_over(register: Register, data: events.IncidentClosed, _day: dt.date) -> Register:
    if data.incident not in register.incidents:
        raise AttentionError("no incident of this code is open", "compare the code with the ledger")
    rest = {code: cause for code, cause in register.incidents.items() if code != data.incident}
    return replace(register, incidents=MappingProxyType(rest), urgent=register.urgent - {data.incident})


def _overridden(register: Register, data: events.RuleOverruled, _day: dt.date) -> Register:
    if len(set(data.approved)) < 2:
        raise AttentionError("fewer than two people agreed to break a rule", "two people approve it, never one")
    return register.having("overrides", data.rule, data.until)


_CHANGES: Mapping[type[Event], Callable[[Register, Any, dt.date], Register]] = {
    events.LedgerClosed: _closed,
    events.RollCalled: _rolled,
    events.RoleTaken: _rolled,
    events.PersonJoined: _joined,
    events.DeputyNamed: _deputy,
    events.AssetAdded: _asset_added,
    events.AssetChecked: _asset_checked,
    events.AssetMoved: _asset_moved,
    events.AssetRetired: _asset_retired,
    events.ActionAgreed: _action,
    events.ActionDone: _action_done,
    events.ReviewHeld: _reviewed,
    events.Intent: _intended,
    events.IntentEnded: _intent_over,
    events.IncidentOpened: _incident,
    events.IncidentClosed: _incident_over,
    events.RuleOverruled: _overridden,
    events.LedgerOpened: _opened,
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
    events.PersonLeft: _left,
    events.SignIn: _signed_in,
}
