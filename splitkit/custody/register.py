"""The custody register: who holds what.  It is what follows from the entries of the ledgers, and never a second source.

Pure: a register is rebuilt from the entries alone, up to any day.  An entry that contradicts those before it is refused when
it is made, and named when it is found.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.custody.holdings import Action, AssetRecord, Exposure, Life, PersonRecord, SetRecord, SheetRecord, State
from splitkit.custody.register_people import PEOPLE_CHANGES, with_person
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.events import check_event
from splitkit.quorum.policy import parse_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from splitkit.ledger.chain import Entry, Happening


@dataclass(frozen=True)
class Register:
    """All holdings at one moment."""

    sets: Mapping[str, SetRecord] = field(default_factory=lambda: MappingProxyType({}))
    assets: Mapping[str, AssetRecord] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, PersonRecord] = field(default_factory=lambda: MappingProxyType({}))
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))
    incidents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Open incidents: what may be compromised, by their codes."""
    urgent: frozenset[str] = frozenset()
    """Those of them by which the secret itself may be known."""
    overrides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Rules that are knowingly broken, and until which day."""
    drilled: str = ""
    reviewed: str = ""
    next_due: str = ""
    """The day that the last closed ledger named for the next ceremony."""
    standby: str = ""
    """The day that it named in case that one fails."""
    next_review: str = ""
    practice: bool = False
    """Whether the ledger that is read last is that of a rehearsal."""

    @property
    def in_earnest(self) -> list[SetRecord]:
        """The sets that count: those of rehearsals only where there is no other."""
        return [of for of in self.sets.values() if not of.practice] or list(self.sets.values())

    def overrides_rule(self, rule: str, day: str) -> bool:
        """Whether two people have overruled a rule of custody, and still do on a day, YYYY-MM-DD."""
        return rule in self.overrides and (self.overrides[rule] or "9999-12-31") >= day

    def after(self, what: Entry | Happening) -> Register:
        """Return the register after one entry.

        Raises:
            UsageError: If the list of events does not allow the entry.
            AttentionError: If it contradicts what was recorded before.
        """
        check_event(what.event, what.data)
        change = _CHANGES.get(what.event)
        return change(self, what.data, what.time[:10]) if change else self

    def set_of(self, data: Mapping[str, Any]) -> SetRecord:
        """Return the set that an entry is about.

        Raises:
            AttentionError: If there is none of that id.
        """
        if data["set"] not in self.sets:
            raise AttentionError("no set of this id was recorded", "compare the set id with the public record")
        return self.sets[data["set"]]

    def sheet_of(self, data: Mapping[str, Any]) -> SheetRecord:
        """Return the sheet that an entry is about.

        Raises:
            AttentionError: If the set has none of that number, or it was destroyed.
        """
        sheets = self.set_of(data).sheets
        if data["sheet"] not in sheets:
            raise AttentionError("the set has no sheet of this number", "the numbers are those on the paper")
        return sheets[data["sheet"]]

    def with_sheet(self, data: Mapping[str, Any], **changes: Any) -> Register:
        """Return the register with one sheet changed."""
        of, sheet = self.set_of(data), self.sheet_of(data)
        sheets = MappingProxyType({**of.sheets, sheet.number: replace(sheet, **changes)})
        return self.with_set(replace(of, sheets=sheets))

    def with_set(self, of: SetRecord) -> Register:
        """Return the register with one set changed."""
        return replace(self, sets=MappingProxyType({**self.sets, of.set_id: of}))


@dataclass(frozen=True)
class Built:
    """A register, and the entries that contradict those before them, in words."""

    register: Register
    findings: tuple[str, ...] = ()


def build(entries: Iterable[Entry], until: str = "9999-12-31") -> Built:
    """Return the register after all *entries* up to and with a day.

    An entry that contradicts those before it is left out, and named unless a correction in its ledger names it.
    """
    register, findings, told = Register(), [], list(_in_ledgers(entries))
    corrected = {(ledger, entry.data.get("seq")) for ledger, entry in told if entry.event == "correction"}
    for ledger, entry in told:
        if entry.time[:10] > until:
            break
        try:
            register = register.after(entry)
        except (AttentionError, UsageError) as error:
            if (ledger, entry.seq) not in corrected:
                findings.append(f"entry {entry.seq} of {entry.time[:10]} ({entry.event}): {error.fact}")
    return Built(register, tuple(findings))


def _in_ledgers(entries: Iterable[Entry]) -> Iterator[tuple[int, Entry]]:
    """Return each entry with the place of its ledger: numbers begin anew in each."""
    ledger = 0
    for entry in entries:
        ledger += entry.seq == 1
        yield ledger, entry


def new_codes(taken: Collection[str], prefix: str, day: str) -> Iterator[str]:
    """Yield codes such as RV-20261123-1 that are not *taken*; *day* is YYYY-MM-DD."""
    codes = (f"{prefix}-{day.replace('-', '')}-{number}" for number in itertools.count(1))
    return (code for code in codes if code not in taken)


# --- sets and sheets --------------------------------------------------------------------------------------------------


def _opened(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    return replace(register, practice=data["practice"])


def _made(register: Register, data: Mapping[str, Any], day: str) -> Register:
    if data["set"] in register.sets:
        raise AttentionError("a set of this id was made before", "a set id never comes twice")
    policy = parse_policy(data["policy"])
    sheets = {number: SheetRecord(number) for number in map(policy.number, policy.sheet_ids())}
    life = Life.PENDING if "supersedes" in data else Life.LIVE
    if life is Life.PENDING and register.set_of({"set": data["supersedes"]}).epoch >= data["epoch"]:
        raise AttentionError(
            "the epoch of the new set is not later than that of the old one", "make it with 'refresh' or 'rotate'"
        )
    made = SetRecord(data["set"], policy, data.get("label", ""), data["epoch"], data["practice"], day, life,
                     sheets=MappingProxyType(sheets))  # fmt: skip
    return register.with_set(made)


def _void(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    of = register.set_of(data)
    if of.life in (Life.SUPERSEDED, Life.RETIRED):
        raise AttentionError("this set was in use: its sheets open a secret", "destroy each of them: sheet.destroyed")
    return register.with_set(replace(of, life=Life.VOID))


def _refreshed(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    return _replaced(register, data, rotated=False)


def _rotated(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    return _replaced(register, data, rotated=True)


def _replaced(register: Register, data: Mapping[str, Any], *, rotated: bool) -> Register:
    """The old set is superseded only once every sheet of the new one was read back."""
    new, old = register.set_of(data), register.set_of({"set": data["replaces"]})
    unread = [number for number, sheet in new.sheets.items() if not sheet.proven]
    if new.set_id == old.set_id:
        raise AttentionError("a set cannot replace itself", "compare the set ids with the ledger")
    if new.life not in (Life.PENDING, Life.LIVE) or old.life is not Life.LIVE:
        raise AttentionError(
            "one of these sets is void, retired or superseded already", "compare the set ids with the ledger"
        )
    if unread:
        raise AttentionError(
            f"sheet {unread[0]} of the new set was not read back",
            "read every printed sheet with 'drill' first; until then the old set counts",
        )
    register = replace(register, drilled=max(register.drilled, new.proven)).with_set(replace(new, life=Life.LIVE))
    register = register.with_set(replace(old, life=Life.SUPERSEDED, replaced_by=new.set_id, rotated=rotated))
    return _outdated(register, old.set_id) if rotated else register


def _outdated(register: Register, set_id: str) -> Register:
    """The secret of a set is in use no more; whatever was refreshed into it has the same one."""
    register = register.with_set(replace(register.sets[set_id], outdated=True))
    for older in [of.set_id for of in register.sets.values() if of.replaced_by == set_id and not of.rotated]:
        register = _outdated(register, older)
    return register


def _retired(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    of = register.set_of(data)
    if of.life in (Life.PENDING, Life.VOID):
        raise AttentionError("this set was never in use", "a set that is not needed is void: set.void")
    if of.replaced_by and not of.outdated:
        raise AttentionError(
            "this set still opens the secret that is in use", "destroy its sheets; it is retired after a rotation"
        )
    if of.replaced_by and not _entered(register, of):
        raise AttentionError(
            "nobody has signed in with the new secret yet", "sign in with the new sheets, and record it: signin"
        )
    register = register.with_set(replace(of, life=Life.RETIRED))
    return register if of.replaced_by else _outdated(register, of.set_id)


def _entered(register: Register, of: SetRecord) -> bool:
    """Tell whether a secret that came after that of a set was signed in with, or was given up itself."""
    rotated = False
    while of.replaced_by:
        rotated = rotated or of.rotated
        of = register.sets[of.replaced_by]
        if rotated and of.signed_in:
            return True
    return of.life is Life.RETIRED


def _signed_in(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    """A new password is that of the set in use; one that is not relied upon yet was entered nowhere."""
    if data["accepted"] and data["password"] == "new":  # noqa: S105
        for of in [of for of in register.sets.values() if of.life is Life.LIVE]:
            register = register.with_set(replace(of, signed_in=True))
    return register


def _proven(register: Register, data: Mapping[str, Any], day: str) -> Register:
    for number in data["sheets"]:
        register = _read_sound(register, {**data, "sheet": number}, day)
    return register.with_set(replace(register.set_of(data), proven=day))


def _drilled(register: Register, data: Mapping[str, Any], day: str) -> Register:
    """Only a drill of a set in use counts at once; that of a set to come counts when it takes over, see `_replaced`."""
    register = _proven(register, data, day) if data["result"] == "pass" else register
    return replace(register, drilled=day) if register.set_of(data).life is Life.LIVE else register


def _printed(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    return register.with_sheet(data, copies=data["copy"])


def _read(register: Register, data: Mapping[str, Any], day: str) -> Register:
    if data["result"] != "sound":
        return register.with_sheet(data)
    return _read_sound(register, data, day)


def _read_sound(register: Register, data: Mapping[str, Any], day: str) -> Register:
    return register.with_sheet(data, seen=day, proven=day, **_turned_up(register, data))


def _turned_up(register: Register, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes when a sheet is there after all, whatever was said of it: nobody knows who had it meanwhile."""
    if register.sheet_of(data).state in (State.LOST, State.DESTROYED):
        return {"state": State.TAKEN, "exposure": _at_least(register, data)}
    return {}


def _check_there(register: Register, data: Mapping[str, Any]) -> None:
    if register.sheet_of(data).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed", "compare the number with the paper")


def _sealed(register: Register, data: Mapping[str, Any], day: str) -> Register:
    _check_there(register, data)
    holder = register.sheet_of(data).holder
    if holder and holder != data["person"]:
        raise AttentionError(
            f"{holder} keeps this sheet, not {data['person']}", "record a hand-over first: sheet.handed"
        )
    return register.with_sheet(data, holder=data["person"], bag=data["bag"], seen=day, state=State.HELD)


def _bag_opened(register: Register, data: Mapping[str, Any], day: str) -> Register:
    _check_there(register, data)
    known = register.sheet_of(data).bag
    wrong = (known and known != data["bag"]) or not data["intact"] or not data["expected"]
    return register.with_sheet(
        data, seen=day, state=State.TAKEN, **({"exposure": _at_least(register, data)} if wrong else {})
    )


def _at_least(register: Register, data: Mapping[str, Any]) -> Exposure:
    known = register.sheet_of(data).exposure
    return known if known is Exposure.CONFIRMED else Exposure.POSSIBLE


def _check_holder(register: Register, data: Mapping[str, Any], seat: str) -> None:
    """Refuse what is said of a sheet that is not there, or that somebody else keeps."""
    _check_there(register, data)
    sheet = register.sheet_of(data)
    if sheet.holder and seat != sheet.holder:
        raise AttentionError(
            f"{sheet.holder} keeps this sheet, not {seat}", "one person keeps it: record a hand-over first"
        )


def _stored(register: Register, data: Mapping[str, Any], day: str) -> Register:
    _check_holder(register, data, data["person"])
    changed = {"holder": data["person"], "safe": data["safe"], "bag": data["bag"], "seen": day, "state": State.HELD}
    return register.with_sheet(data, **changed)


def _taken(register: Register, data: Mapping[str, Any], day: str) -> Register:
    _check_holder(register, data, data["person"])
    return register.with_sheet(data, seen=day, state=State.TAKEN)


def _seen(register: Register, data: Mapping[str, Any], day: str) -> Register:
    _check_holder(register, data, data["person"])
    wrong = not data["intact"] or register.sheet_of(data).bag not in ("", data["bag"])
    changed = _turned_up(register, data) | ({"exposure": _at_least(register, data)} if wrong else {})
    return register.with_sheet(data, seen=day, **changed)


def _handed(register: Register, data: Mapping[str, Any], day: str) -> Register:
    _check_holder(register, data, data["from"])
    bag = register.sheet_of(data).bag
    wrong = "bag" in data and bag and data["bag"] != bag
    changed = _turned_up(register, data) | ({"exposure": _at_least(register, data)} if wrong else {})
    return register.with_sheet(data, holder=data["to"], safe="", seen=day, **changed)


def _lost(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    if register.sheet_of(data).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed, and cannot be lost", "compare the number with the paper")
    return register.with_sheet(data, state=State.LOST, exposure=_at_least(register, data))


def _exposed(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    known = register.sheet_of(data).exposure
    level = Exposure.CONFIRMED if Exposure.CONFIRMED in (known, Exposure(data["level"])) else Exposure.POSSIBLE
    return register.with_sheet(data, exposure=level)


def _destroyed(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    if register.sheet_of(data).state is State.DESTROYED:
        raise AttentionError("this sheet was destroyed before", "compare the number with the paper")
    return register.with_sheet(data, state=State.DESTROYED, safe="")


def _reissued(register: Register, data: Mapping[str, Any], day: str) -> Register:
    """The same share on new paper, which nobody has read yet: whoever may know the old one knows this one too."""
    if register.sheet_of(data).state is State.LOST:
        raise AttentionError("this sheet is lost: it is never printed again", "make a new set: refresh")
    return register.with_sheet(data, state=State.HELD, seen=day, proven="", bag="", safe="")


def _left(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    """Somebody who leaves and still keeps sheets may have read them."""
    if data["person"] not in register.people:
        raise AttentionError("nobody of this seat was recorded", "record first who it is: person.joined")
    register = with_person(register, replace(register.people[data["person"]], until=data["until"]))
    for stood_in in [one for one in register.people.values() if one.deputy == data["person"]]:
        register = with_person(register, replace(stood_in, deputy=""))
    for of in register.sets.values():
        for sheet in of.sheets.values():
            if sheet.holder == data["person"] and sheet.may_be_used:
                about = {"set": of.set_id, "sheet": sheet.number}
                register = register.with_sheet(about, exposure=_at_least(register, about))
    return register


_CHANGES: Mapping[str, Callable[[Register, Mapping[str, Any], str], Register]] = {
    **PEOPLE_CHANGES,
    "open": _opened, "set.made": _made, "set.void": _void, "set.refreshed": _refreshed,
    "set.rotated": _rotated, "set.retired": _retired, "set.proven": _proven, "drill": _drilled, "sheet.printed": _printed,
    "sheet.read": _read, "bag.sealed": _sealed, "bag.opened": _bag_opened, "sheet.stored": _stored, "sheet.taken": _taken,
    "sheet.seen": _seen, "sheet.handed": _handed, "sheet.lost": _lost, "sheet.exposed": _exposed,
    "sheet.destroyed": _destroyed, "sheet.reissued": _reissued,
    "person.left": _left,
    "signin": _signed_in,

}  # fmt: skip
