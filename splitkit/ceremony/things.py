"""What can be touched in a ceremony, and what the machine remembers: the state of the sheets and bags of one set after each entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from splitkit.ceremony.script import WEAKER
from splitkit.ceremony.tally import Pages
from splitkit.errors import AttentionError
from splitkit.ledger import events
from splitkit.ledger.chain import are_two
from splitkit.ledger.schema import Event
from splitkit.plan.printers import PRINTER_1

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
    """Sheets that are printed or written, and in no bag."""
    pages: Pages = field(default_factory=Pages)
    shred: tuple[str, int] | None = None
    """A spoilt copy that must be shredded next: sheet and copy."""
    given: str = ""
    """The bag that was shown and is still empty."""
    bags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The bag of each sheet."""
    used: frozenset[str] = frozenset()
    """Every bag number that was ever given or sealed."""
    receipts: frozenset[str] = frozenset()
    """Sheets for which somebody has signed."""
    overrides: int = 0
    weaker: bool = False
    """Whether two people have overruled what follows from why a set is renewed."""
    replaced: bool = False
    """Whether the set has taken the place of the one that it renews."""
    shown: bool = False
    """Whether the secret was shown."""
    refused: bool = False
    """Whether the last sign-in was not accepted: then the secret may be shown once more."""
    accepted: bool = False
    """Whether the last sign-in was."""
    read: frozenset[str] = frozenset()
    """Sheets that were read as part of the quorum, or each at its safe, and are sound."""
    lines: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """What was said of each line of the register that is reviewed, by its number."""
    register: str = ""
    """Which register that is: the hash of its last entry."""
    proven: frozenset[str] = frozenset()
    """Those with which the set was proven."""

    @property
    def secret(self) -> bool:
        """Whether something secret is open, on paper or in the machine."""
        return self.machine or bool(self.open)

    def without_bag(self) -> Things:
        """Return the state before the empty bag was given, whose number was noted wrongly."""
        return replace(self, given="", used=self.used - {self.given})

    def after(self, data: Event) -> Things:
        """Return the state after an entry that fits its step.

        Raises:
            AttentionError: If it contradicts what was recorded before: another set, another bag, another count.
        """
        other = not isinstance(data, events.SetMade) and getattr(data, "set", None) not in (None, self.set_id)
        if self.set_id and other and not self.pages.finds(data):
            raise AttentionError("this entry is about another set", "give the set id of this ceremony")
        change = _CHANGES.get(type(data))
        return replace(change(self, data) if change else self, pages=self.pages.after(data, len(self.bags)))


def _made(things: Things, data: events.SetMade) -> Things:
    return replace(things, set_id=data.set, machine=True)


def _printed(things: Things, data: events.SheetPrinted | events.SheetWritten) -> Things:
    if data.sheet in things.open:
        raise AttentionError("a copy of this sheet lies open", "it is spoilt, and shredded first: 'sheet.void'")
    return replace(things, open=things.open | {data.sheet})


def _spoilt(things: Things, data: events.SheetSpoilt) -> Things:
    sheet, copy = data.sheet, data.copy
    if sheet not in things.open or things.pages.copies.get(sheet) != copy:
        raise AttentionError("no such copy lies open", "give the sheet and the copy that was printed last")
    return replace(things.without_bag(), shred=(sheet, copy))


def _shredded(things: Things, data: events.SheetShredded) -> Things:
    if things.pages.finds(data):
        return things
    if things.shred != (data.sheet, data.copy):
        raise AttentionError("this copy was not said to be spoilt", "record first that it is: 'sheet.void'")
    return replace(things, shred=None, open=things.open - {data.sheet})


def _given(things: Things, data: events.BagGiven) -> Things:
    if data.bag in things.used:
        raise AttentionError("a bag of that number was used already", "take another bag, and look at both numbers")
    return replace(things, given=data.bag, used=things.used | {data.bag})


def _sealed(things: Things, data: events.BagSealed) -> Things:
    sheet, bag = data.sheet, data.bag
    old = things.bags.get(sheet, "")
    if (data.replaces or "") != old:
        raise AttentionError("the bag that this one replaces is not the one the sheet was in", _DIFFERENT_BAG)
    if things.given not in ("", bag):
        raise AttentionError("the two numbers of the bag differ", _DIFFERENT_BAG)
    if not things.given and bag in things.used:
        raise AttentionError("a bag of that number was used already", "seal the sheet in a new bag")
    bags = _plus(things.bags, sheet, bag)
    return replace(things, bags=bags, used=things.used | {bag}, given="", open=things.open - {sheet})


def _check_bag(things: Things, data: events.ReceiptSigned | events.BagOpened) -> None:
    if things.bags.get(data.sheet, data.bag) != data.bag:
        raise AttentionError("this is not the bag that the sheet was sealed into", _DIFFERENT_BAG)


def _signed_for(things: Things, data: events.ReceiptSigned) -> Things:
    _check_bag(things, data)
    return replace(things, receipts=things.receipts | {data.sheet})


def _opened(things: Things, data: events.BagOpened) -> Things:
    """Another bag than the one of a sheet that was made here is refused; whatever else comes in one is read anyway."""
    if data.expected or data.sheet in things.receipts:
        _check_bag(things, data)
    bags = _plus(things.bags, data.sheet, data.bag)  # that of a set which was made before is told here
    return replace(things, open=things.open | {data.sheet}, bags=bags, used=things.used | {data.bag})


def _destroyed(things: Things, data: events.SheetDestroyed) -> Things:
    return replace(things, open=things.open - {data.sheet})


def _replaced(things: Things, _data: events.SetRefreshed | events.SetRotated) -> Things:
    return replace(things, replaced=True)


def _read(things: Things, data: events.SheetRead) -> Things:
    if data.use == "read-back" and (data.source == events.WRITTEN) != (data.sheet in things.pages.by_hand):
        raise AttentionError(
            "this sheet was made in one way and read back in another",
            "a sheet that is written by hand is typed back word by word, and no other",
        )
    if data.use not in ("quorum", "drill"):
        return things
    read = things.read | {data.sheet} if data.result == "sound" else things.read - {data.sheet}
    held = things.machine or data.use == "quorum"  # what is read at a safe is forgotten before it is recorded
    return replace(things, machine=held, read=read, open=things.open | {data.sheet})


def _proven(things: Things, data: events.SetProven) -> Things:
    if set(data.sheets) != things.read:
        raise AttentionError("the set was not proven with the sheets that were read", "name those that were read")
    return replace(things, proven=frozenset(data.sheets))


def _drill_held(things: Things, data: events.DrillHeld) -> Things:
    """A drill speaks of the sheets that the program found sound in it; a live one passes with an accepted sign-in alone."""
    if set(data.sheets) != (things.proven if data.way == "live" else things.read):
        raise AttentionError("the drill was not held with these sheets", "name those that were read and are sound")
    if data.way == "live" and data.result == "pass" and not things.accepted:
        raise AttentionError("no sign-in was accepted", "a live drill without one has failed")
    return things


def _line_reviewed(things: Things, data: events.LineReviewed) -> Things:
    """What was said of a register that has changed since says nothing of the one that is reviewed."""
    register = data.register or ""
    lines = things.lines if register == things.register else {}
    return replace(things, register=register, lines=MappingProxyType({**lines, data.line or 0: data.verdict}))


def _review_held(things: Things, data: events.ReviewHeld) -> Things:
    said = list(things.lines.values())
    counted = (data.confirmed, data.removed, data.changed or 0)
    known = (said.count("keep"), said.count("remove"), sum(one not in ("keep", "remove") for one in said))
    if counted != known or set(things.lines) != set(range(1, len(said) + 1)):
        raise AttentionError(
            "the review counts other lines than were gone through", "go through every line of the register"
        )
    return things


def _revealed(things: Things, _data: events.SecretShown) -> Things:
    return replace(things, machine=True, shown=True, refused=False)


def _signed_in(things: Things, data: events.SignIn) -> Things:
    return replace(things, refused=not data.accepted, accepted=data.accepted)


def _wiped(things: Things, data: events.MachineWiped) -> Things:
    return replace(things, machine=things.machine and not data.empty, read=frozenset())


def _preflight_done(things: Things, data: events.PreflightDone) -> Things:
    if data.failed > things.overrides:
        raise AttentionError(
            "checks of the machine failed and were not overruled",
            "put them right and begin this step again, or record an 'override' of each that two people approve",
        )
    return things


def _override(things: Things, data: events.CheckOverruled) -> Things:
    if data.check in events.REFUSALS and data.check != PRINTER_1:  # on the command line; no check of the machine
        return things
    if not are_two(data.approved):
        raise AttentionError("fewer than two people overruled the check", "two people approve it, never one")
    if data.check == WEAKER:
        return replace(things, weaker=True)
    return things if data.check == PRINTER_1 else replace(things, overrides=things.overrides + 1)


def _plus(known: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    return MappingProxyType({**known, key: value})


_CHANGES: Mapping[type[Event], Callable[[Things, Any], Things]] = {
    events.SetMade: _made,
    events.SheetPrinted: _printed,
    events.SheetWritten: _printed,
    events.SheetSpoilt: _spoilt,
    events.SheetShredded: _shredded,
    events.BagGiven: _given,
    events.BagSealed: _sealed,
    events.BagOpened: _opened,
    events.ReceiptSigned: _signed_for,
    events.SheetDestroyed: _destroyed,
    events.SetRefreshed: _replaced,
    events.SetRotated: _replaced,
    events.SheetRead: _read,
    events.SetProven: _proven,
    events.DrillHeld: _drill_held,
    events.LineReviewed: _line_reviewed,
    events.ReviewHeld: _review_held,
    events.SecretShown: _revealed,
    events.SignIn: _signed_in,
    events.MachineWiped: _wiped,
    events.PreflightDone: _preflight_done,
    events.CheckOverruled: _override,
}
