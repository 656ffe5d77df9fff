"""What may be so still: what one person alone says of a thing, of its keeper or its place, takes nothing away that was so before.

It counts at once where it makes things worse.  What was so before counts too, until two people say where the thing is, or that it
is no more, or a second one says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SheetRecord, State, Which
from splitkit.custody.records.lives import Word
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import AssetChecked, AssetRetired, SheetLost, SheetRead
from splitkit.ledger.schema import Event

_SAYS = ("person", "to", "safe", "place")
"""How the fields of events are called that say who keeps a thing now, and where it lies."""


@dataclass(frozen=True)
class _Speaker:
    """Who says something, as a question that is asked of the doubts of a thing."""

    by: str
    vouched: bool
    named: Collection[str | None]
    """Who keeps the thing, and where it lies, as is said."""
    other: Callable[[str], bool]
    """Whether somebody else than this said it, for certain."""

    def after(self, word: Word, was: str, now: str, sure: str) -> Word:
        """Return what may be still, of a thing that *was* somewhere, and is *now* somewhere: for *sure*, or nowhere for sure."""
        if self.vouched and (was != now or now in self.named):
            return Word()
        if was and was != now:
            return Word((word.still | {was}) - {sure}, self.by)
        if now in self.named and word.still and self.other(word.by):
            return Word()
        return Word(word.still - {sure}, word.by)

    def alone(self, before: str, *, anew: bool) -> str:
        """Return who alone says something that one said *before*, or that is said *anew*: nobody where another says so too."""
        if self.vouched or (before and self.other(before)):
            return ""
        return self.by if anew else before


def elsewhere(before: Register, register: Register, what: Happening, data: Event) -> Register:
    """Return the register after an entry, with where the things may be still that it is about."""
    set_id, number, tag = (getattr(data, name, None) or "" for name in ("set", "sheet", "asset"))
    if number and set_id in before.sets and number in before.sets[set_id].sheets:
        was, now = before.sets[set_id].sheets[number], register.sets[set_id].sheets[number]
        changed = _lost(_speaker(register, what, data), was) if isinstance(data, SheetLost) else {}
        if _is_asked((was.holder, was.lay, was.lies), (now.holder, now.lay, now.lies), now):
            changed |= _sheet(_speaker(register, what, data), was, now, read=isinstance(data, SheetRead))
        return register.with_sheet(Which(set_id, number), **changed) if changed else register
    if tag in before.assets and data.adds != "asset":
        old, new = before.assets[tag], register.assets[tag]
        failed_by, retired_by = _gone(_speaker(register, what, data), old, new, data)
        if (failed_by, retired_by) != (new.failed_by, new.retired_by):
            new = replace(new, failed_by=failed_by, retired_by=retired_by)
            register = register.having("assets", tag, new)
        if _is_asked((old.holder, old.place), (new.holder, new.place), new):
            said = _speaker(register, what, data)
            keepers = said.after(new.still_with, old.holder, new.holder, new.holder)
            places = said.after(new.still_in, old.place, new.place, new.place)
            return register.having("assets", tag, replace(new, still_with=keepers, still_in=places))
    return register


def _is_asked(was: tuple[str, ...], now: tuple[str, ...], thing: SheetRecord | AssetRecord) -> bool:
    """Whether anything of this hangs on who speaks: it is elsewhere now, or may be."""
    return was != now or bool(thing.still_with.still or thing.still_in.still)


def _speaker(register: Register, what: Happening, data: Event) -> _Speaker:
    named = {getattr(data, name, None) for name in _SAYS}
    return _Speaker(what.by, register.vouched(what), named, lambda one: register.are_two((one, what.by), what.day))


def _gone(said: _Speaker, was: AssetRecord, now: AssetRecord, data: Event) -> tuple[str, str]:
    """Return who alone says that a device fails, and who alone that it was retired: nobody where another says so too."""
    retired = isinstance(data, AssetRetired)
    failed = isinstance(data, AssetChecked) and data.result == "fail"
    failed_by = (
        said.alone(was.failed_by, anew=failed and was.works is not False) if retired or failed else was.failed_by
    )
    retired_by = said.alone(was.retired_by, anew=not was.retired) if retired else was.retired_by
    return "" if now.works else failed_by, retired_by


def _lost(said: _Speaker, was: SheetRecord) -> dict[str, Any]:
    """Return who alone says that a sheet is lost; nobody expects it back in its safe once two say so."""
    known = was.state is State.LOST
    lost_by = said.alone(was.lost_by if known else "", anew=not known)
    return {"lost_by": lost_by} if lost_by else {"lost_by": "", "out": None}


def _sheet(said: _Speaker, was: SheetRecord, now: SheetRecord, *, read: bool) -> dict[str, Any]:
    """Return what changes of where a sheet may be still; one that the program has read lies in none of its safes."""
    keepers = said.after(now.still_with, was.holder, now.holder, now.holder)
    places = said.after(now.still_in, was.lay, now.lay, now.lies)
    if was.lies and not now.lies and not said.vouched:  # it is where it lay, for whoever cannot do without that place
        places = Word(places.still | {was.lies}, said.by)
    places = Word() if read and said.vouched else places
    return {} if (keepers, places) == (now.still_with, now.still_in) else {"still_with": keepers, "still_in": places}
