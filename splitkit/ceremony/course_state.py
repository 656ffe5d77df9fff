"""What has come of the sheets, the bags and the machine, as a ceremony goes on; and what must agree before it does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.errors import AttentionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DIFFERENT_BAG = (
    "compare the bag with the script; a mistake of the pen is an exception, a foreign bag makes the set void"
)


@dataclass(frozen=True)
class Things:
    """The state of all that can be touched, and of the machine's memory."""

    set_id: str = ""
    machine: bool = False
    """Whether the machine holds something secret."""
    open: frozenset[str] = frozenset()
    """Sheets that are printed and in no bag."""
    copies: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How often each sheet was printed."""
    shred: tuple[str, int] | None = None
    """A spoilt copy that must be shredded next: sheet and copy."""
    given: str = ""
    """The bag that was shown and is still empty."""
    bags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The bag of each sheet."""
    used: frozenset[str] = frozenset()
    """Every bag number that was ever given or sealed."""
    shredded: int = 0
    overrides: int = 0
    refused: bool = False
    """Whether the last sign-in was not accepted: then the secret may be shown once more."""
    read: frozenset[str] = frozenset()
    """Sheets that were read as part of the quorum."""

    @property
    def secret(self) -> bool:
        """Whether something secret is open, on paper or in the machine."""
        return self.machine or bool(self.open)

    def without_bag(self) -> Things:
        """Return the state before the empty bag was given, whose number was noted wrongly."""
        return replace(self, given="", used=self.used - {self.given})

    def after(self, event: str, data: Mapping[str, Any]) -> Things:
        """Return the state after an entry that fits its step.

        Raises:
            AttentionError: If it contradicts what was recorded before: another set, another bag, another count.
        """
        if event != "set.made" and self.set_id and data.get("set", self.set_id) != self.set_id:
            raise AttentionError("this entry is about another set", "give the set id of this ceremony")
        change = _CHANGES.get(event)
        return change(self, data) if change else self


def _made(things: Things, data: Mapping[str, Any]) -> Things:
    return replace(things, set_id=data["set"], machine=True)


def _printed(things: Things, data: Mapping[str, Any]) -> Things:
    sheet, copy = data["sheet"], data["copy"]
    if copy != things.copies.get(sheet, 0) + 1:
        raise AttentionError(
            "this copy of the sheet is out of turn", f"the next one is copy {things.copies.get(sheet, 0) + 1}"
        )
    return replace(things, copies=_plus(things.copies, sheet, copy), open=things.open | {sheet})


def _spoilt(things: Things, data: Mapping[str, Any]) -> Things:
    sheet, copy = data["sheet"], data["copy"]
    if sheet not in things.open or things.copies.get(sheet) != copy:
        raise AttentionError("no such copy lies open", "give the sheet and the copy that was printed last")
    return replace(things.without_bag(), shred=(sheet, copy))


def _shredded(things: Things, data: Mapping[str, Any]) -> Things:
    if things.shred != (data["sheet"], data["copy"]):
        raise AttentionError("this copy was not said to be spoilt", "record first that it is: 'sheet.void'")
    return replace(things, shred=None, open=things.open - {data["sheet"]}, shredded=things.shredded + 1)


def _given(things: Things, data: Mapping[str, Any]) -> Things:
    if data["bag"] in things.used:
        raise AttentionError("a bag of that number was used already", "take another bag, and look at both numbers")
    return replace(things, given=data["bag"], used=things.used | {data["bag"]})


def _sealed(things: Things, data: Mapping[str, Any]) -> Things:
    sheet, bag = data["sheet"], data["bag"]
    old = things.bags.get(sheet, "")
    if data.get("replaces", "") != old:
        raise AttentionError("the bag that this one replaces is not the one the sheet was in", _DIFFERENT_BAG)
    if not old and bag != things.given:
        raise AttentionError("the two numbers of the bag differ", _DIFFERENT_BAG)
    if old and bag in things.used:
        raise AttentionError("a bag of that number was used already", "seal the sheet in a new bag")
    bags = _plus(things.bags, sheet, bag)
    return replace(things, bags=bags, used=things.used | {bag}, given="", open=things.open - {sheet})


def _same_bag(things: Things, data: Mapping[str, Any]) -> Things:
    if things.bags.get(data["sheet"]) != data["bag"]:
        raise AttentionError("this is not the bag that the sheet was sealed into", _DIFFERENT_BAG)
    return things


def _opened(things: Things, data: Mapping[str, Any]) -> Things:
    same = _same_bag(things, data)
    return replace(same, open=same.open | {data["sheet"]})


def _read(things: Things, data: Mapping[str, Any]) -> Things:
    if data["use"] != "quorum":
        return things
    read = things.read | ({data["sheet"]} if data["result"] == "sound" else set())
    return replace(things, machine=True, read=read)


def _tally(things: Things, data: Mapping[str, Any]) -> Things:
    counted = (data["printed"], data["sealed"], data["shredded"])
    known = (sum(things.copies.values()), len(things.bags), things.shredded)
    if data["agrees"] and counted != known:
        raise AttentionError(
            "the count of pages is not what was recorded",
            f"recorded: {known[0]} printed, {known[1]} sealed, {known[2]} shredded; count again before anybody leaves",
        )
    return things


def _proven(things: Things, data: Mapping[str, Any]) -> Things:
    if set(data["sheets"]) != things.read:
        raise AttentionError("the set was not proven with the sheets that were read", "name those that were read")
    return things


def _revealed(things: Things, data: Mapping[str, Any]) -> Things:
    if len(set(data["released_by"])) < 2:
        raise AttentionError("fewer than two people released the secret", "two people release it, never one")
    return replace(things, machine=True, refused=False)


def _signed_in(things: Things, data: Mapping[str, Any]) -> Things:
    return replace(things, refused=not data["accepted"])


def _wiped(things: Things, data: Mapping[str, Any]) -> Things:
    return replace(things, machine=things.machine and not data["empty"], read=frozenset())


def _preflight_done(things: Things, data: Mapping[str, Any]) -> Things:
    if data["failed"] > things.overrides:
        raise AttentionError(
            "checks of the machine failed and were not overruled",
            "put them right and begin this step anew, or record an 'override' of each that two people approve",
        )
    return things


def _override(things: Things, data: Mapping[str, Any]) -> Things:
    if len(set(data["approved"])) < 2:
        raise AttentionError("fewer than two people overruled the check", "two people approve it, never one")
    return replace(things, overrides=things.overrides + 1)


def _plus(known: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    return MappingProxyType({**known, key: value})


_CHANGES: Mapping[str, Callable[[Things, Mapping[str, Any]], Things]] = {
    "set.made": _made,
    "sheet.printed": _printed,
    "sheet.void": _spoilt,
    "sheet.shredded": _shredded,
    "bag.given": _given,
    "bag.sealed": _sealed,
    "bag.opened": _opened,
    "receipt": _same_bag,
    "sheet.read": _read,
    "tally": _tally,
    "set.proven": _proven,
    "reveal": _revealed,
    "signin": _signed_in,
    "wipe": _wiped,
    "preflight.done": _preflight_done,
    "override": _override,
}
