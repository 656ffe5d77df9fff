"""What people need not say, because the register knows it: one table, by the kind of the field and by what the entry is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from splitkit.custody.records.accounts import file_of, not_ended
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.saying.naming import CODED, taking_part, things
from splitkit.errors import Remedy, UsageError
from splitkit.ledger.fields import Kind
from splitkit.ledger.schema import Event
from splitkit.packs.pack import find_pack


@dataclass(frozen=True)
class About:
    """What an entry is about: the register, the day, and one sheet where it is about one."""

    register: Register
    day: dt.date
    sheet: SheetRecord | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    """What was said of fields that come before."""


@dataclass(frozen=True)
class _Supply:
    """One row: fields of a kind, and where their value is known from."""

    what: str
    """What the field names, or else the name of its kind."""
    fields: tuple[str, ...]
    value: Callable[[About], Any]
    sheet: bool = False
    """Whether it is known only of a sheet."""
    left_out: bool = True
    """Whether it stays empty where a field may be left out, and nobody has said anything."""
    asked: Callable[[About], bool] = lambda _: False
    """Whether it is asked for where it is not known, even if the field may be left out."""


def _of_sheet(attribute: str) -> Callable[[About], Any]:
    return lambda about: getattr(about.sheet, attribute, None)


def _only(kind: str) -> Callable[[About], Any]:
    return lambda about: _lone([one.id for one in things(about.register, kind) if one.here])


def _is_bound(about: About) -> bool:
    """Whether what an entry is about opens an account: everything but a printer does; a procedure says itself what it is for."""
    return about.said.get("kind") != "printer" and "procedure" not in about.said


def _is_one_of_several(about: About) -> bool:
    """Whether it counts for no account until one is named."""
    return _is_bound(about) and len(not_ended(about.register.accounts)) > 1


def _account(about: About) -> Any:
    return _only("account")(about) if _is_bound(about) else None


def _lone(found: Sequence[Any]) -> Any:
    return found[0] if len(set(found)) == 1 else None


def _unbound(register: Register) -> list[str]:
    """Return the lines of live sets of which nobody has said yet which account they protect."""
    return [one.line for one in register.live if one.line not in register.lines]


def _pack_file(about: About) -> str | None:
    """Return the SHA-256 of the file of the pack that was said; None for a pack that comes with splitkit."""
    code = about.said.get("pack", "")
    own = file_of(code, about.register.packs)
    if not own and not find_pack(code):
        raise UsageError(f"there is no pack {code}", Remedy.SEE_PACKS)
    return own or None


_SUPPLIED = (
    _Supply("SHA-256", ("file",), _pack_file, left_out=False),
    _Supply("set", ("set",), lambda about: _lone([one.set_id for one in about.register.live])),
    _Supply(
        "line", ("line",), lambda about: _lone(_unbound(about.register) or [one.line for one in about.register.live])
    ),
    _Supply("person", ("person", "from"), _of_sheet("holder"), sheet=True),
    _Supply("bag", ("bag",), _of_sheet("bag"), sheet=True),
    _Supply("place", ("safe",), _of_sheet("safe"), sheet=True),
    _Supply("number 1..99", ("copy",), _of_sheet("copies"), sheet=True),
    _Supply("account", ("account",), _account, left_out=False, asked=_is_one_of_several),
    _Supply("date gone by", ("since", "until"), lambda about: about.day.isoformat()),
)

_CHANGED = frozenset({("sheet.stored", "safe"), ("bag.sealed", "bag")})
"""What an entry changes is never what the register has; and what becomes of a set is said of a set that is named: `set.void`."""


def is_about_sheet(event: type[Event]) -> bool:
    """Whether every entry of an event is about one sheet."""
    return {"set", "sheet"} <= {name for name, _, optional in event.kinds() if not optional}


def added(event: type[Event]) -> str:
    """Return the field that names what an entry adds; nothing for most."""
    return event.adds.rstrip("_")


def makes_id(event: type[Event]) -> bool:
    """Whether the id of what an entry adds is made: from the name that the entry gives, or as the next code."""
    kinds = {name: kind for name, kind, optional in event.kinds() if not optional}
    return added(event) in kinds and ("name" in kinds or kinds[added(event)].thing in CODED)


def spoken(event: type[Event]) -> Iterator[str]:
    """Yield the fields that people say, in their order: what is needed, and cannot be supplied."""
    for name, kind, optional in event.kinds():
        made = name == added(event) and makes_id(event)
        if not optional and not made and _row(event, name, kind) is None:
            yield name


def supplied(event: type[Event], name: str, kind: Kind, about: About) -> Any:
    """Return what the register says of a field, as JSON has it; None where it says nothing."""
    row = _row(event, name, kind)
    return (row.value(about) or None) if row else None


def stays_empty(event: type[Event], name: str, kind: Kind) -> bool:
    """Whether a field that may be left out stays empty where nobody has said anything, even if the register knows it."""
    row = _row(event, name, kind)
    return row is None or row.left_out


def asked_for(event: type[Event], name: str, kind: Kind, about: About) -> bool:
    """Whether a field that may be left out, and of which the register says nothing, is asked for."""
    row = _row(event, name, kind)
    return bool(row and row.asked(about))


_LIVES: Mapping[tuple[str, str], Sequence[Life]] = MappingProxyType(
    {
        ("set.refreshed", "set"): (Life.PENDING,),
        ("set.refreshed", "replaces"): (Life.LIVE,),
        ("set.rotated", "set"): (Life.PENDING,),
        ("set.rotated", "replaces"): (Life.LIVE,),
        ("set.retired", "set"): (Life.SUPERSEDED,),
    }
)
"""Which sets a field names, by what they are good for; any other names sets in use, or what may be left of an old one."""


def offered(register: Register, event: type[Event], name: str, kind: Kind) -> dict[str, str]:
    """Return what a field may name that is here, by its id, as people see it; or the words of which it is one."""
    if kind.name == "one of":
        words = kind.takes.removeprefix("one of ").split(", ")
        return {one: one for one in words}
    if name == added(event):
        return {}
    if kind.thing == "set":
        every = [*register.sets.values()][::-1]
        sets = [one for one in every if one.life is not Life.VOID] or every
        fit = [one for one in sets if one.life in _LIVES.get((event.event, name), ())]
        return {one.set_id: _of_set(one) for one in fit or sets}
    known = [one for one in things(register, kind.thing) if one.here]
    if kind.thing == "asset":
        return {one.id: f"{one.id}, {register.called(register.assets[one.id].holder)}" for one in known}
    if kind.thing in CODED:
        actions = {one.code: one.text for one in register.actions.values()}
        told = register.open_incidents if kind.thing == "incident" else actions
        return {one.id: f"{one.id}: {told[one.id]}" for one in known if one.id in told}
    return taking_part(known)


def _of_set(record: SetRecord) -> str:
    label = f", {record.label}" if record.label else ""
    return f"set {record.short_id}{label}, {record.begun}, {record.life.told}"


def _row(event: type[Event], name: str, kind: Kind) -> _Supply | None:
    if (event.event, name) in _CHANGED or name == added(event) or (name == "set" and event.event.startswith("set.")):
        return None
    fits = (
        row
        for row in _SUPPLIED
        if row.what == (kind.thing or kind.name) and name in row.fields and (is_about_sheet(event) or not row.sheet)
    )
    return next(fits, None)
