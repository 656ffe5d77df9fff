"""Every page of a ceremony, from the job that prints it to the count at the end: nothing is printed that nobody accounts for.

A sheet that was sent to a printer has come out, and is sealed or shredded; or it has not, and is missing until it is found.
A sheet that is written by hand is there from the first word that is shown, and is sealed or shredded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.errors import AttentionError
from splitkit.ledger import events
from splitkit.ledger.chain import are_two
from splitkit.ledger.schema import Event
from splitkit.plan.printers import PRINTER_1

if TYPE_CHECKING:
    from splitkit.plan.document import Plan


@dataclass(frozen=True)
class Pages:
    """What became of every page; of the sets that were made void too, but for what belongs to one set."""

    blank: int | None = None
    """The blank pages before the first sheet; None where nobody has counted them."""
    sent: int = 0
    """Sheets that were sent to a printer."""
    written: int = 0
    """Sheets that were written by hand, or begun to be."""
    others: int = 0
    """Leaves that came out and are no sheets: receipts, the public record."""
    shredded: int = 0
    missing: frozenset[tuple[str, str, int]] = frozenset()
    """What did not come out and was not found: set, sheet and copy."""
    found: int = 0
    """What had not come out, and was found and shredded."""
    agree: bool | None = None
    """Whether the last count at the end agreed; None before it."""
    excused: bool = False
    """Whether two people have said why it did not."""
    job: str = ""
    """The intent of the job, or of the writing, of which nobody has said what came of it."""
    leaves: int = 1
    """How many leaves of paper it takes."""
    sheet: str = ""
    """The sheet that is printed or written; empty where what is printed is none."""
    told: bool = False
    """Whether it was said that this sheet came out, or did not; what came of the job is said next."""
    copies: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """The last copy of each sheet of the set that was sent to a printer, or written by hand."""
    by_hand: frozenset[str] = frozenset()
    """The sheets of the set whose last copy is written by hand."""
    again: bool = False
    """Whether the set was made before, so that each sheet had copies that no entry here tells of."""
    known_to: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """The sheets of the set that were sent to each printer."""
    one_printer: bool = False
    """Whether two people let one printer know a quorum."""

    @property
    def writing(self) -> bool:
        """Whether a sheet is being written by hand, and nobody has said what came of it."""
        return bool(self.job) and self.sheet in self.by_hand

    def after(self, data: Event, sealed: int) -> Pages:
        """Return what became of the pages after an entry; so many sheets are in bags.

        Raises:
            AttentionError: If it contradicts what was recorded before.
        """
        change = _CHANGES.get(type(data))
        return change(self, data) if change else self._after_count(data, sealed)

    def _after_count(self, data: Event, sealed: int) -> Pages:
        if not isinstance(data, events.PagesCounted):
            return self
        if self.blank is None and data.agrees:
            if data.blank_before is None or (data.printed, data.sealed, data.shredded) != (0, 0, 0):
                raise AttentionError("nothing was printed yet", "count the blank pages alone: 'blank_before'")
            return replace(self, blank=data.blank_before)
        self.check_over()
        if data.agrees and (faults := self.faults(data, sealed)):
            raise AttentionError(
                f"the count of pages is not what was recorded: {'; '.join(faults)}", "count again before anybody leaves"
            )
        return replace(self, agree=data.agrees, excused=False)

    def faults(self, data: events.PagesCounted, sealed: int) -> list[str]:
        """Return what does not agree in a count at the end, each in words."""
        found = []
        known = (sealed, self.shredded, self.found)
        made = (self.sent, self.written)
        if (data.printed, data.written or 0, data.sealed, data.shredded, data.found or 0) != (*made, *known):
            by_hand = f" and {self.written} written by hand" if self.written else ""
            found.append(
                f"recorded are {self.sent} printed{by_hand}, {sealed} sealed, {self.shredded} shredded, {self.found} found"
            )
        if lacking := sum(made) - sum(known):
            found.append(f"of {lacking} nobody knows where they are")
        used = None if self.blank is None or data.blank_after is None else self.blank - data.blank_after
        if used is None or data.blank_before != self.blank:
            found.append("blank pages are counted before the first sheet and after the last")
        elif used != (out := sum(known) - self.written + self.others):  # the forms were printed before
            found.append(f"{used} blank pages were used, and {out} came out printed, {self.others} of them no sheets")
        return found

    def check_excused(self) -> None:
        """Refuse to go on from a count that does not agree.

        Raises:
            AttentionError: If fewer than two people have said why.
        """
        if not self.excused:
            raise AttentionError("the pages do not add up", "count again, or let two people say why: an 'exception'")

    def check_over(self) -> None:
        """Refuse what comes only after the job that goes on.

        Raises:
            AttentionError: If nobody has said what came of it.
        """
        if self.job:
            raise AttentionError("nobody has said what came of the page before", "record its 'outcome' first")

    def check_printer(self, plan: Plan) -> None:
        """Refuse to let a printer come to know a quorum of real sheets.

        Raises:
            AttentionError: If one would, and two people have not overruled it.
        """
        policy = plan.policy
        quorum = any(policy.opens(map(policy.sheet, numbers)) for numbers in self.known_to.values())
        if quorum and not (plan.practice or self.one_printer):
            raise AttentionError(
                f"{PRINTER_1.upper()}: this printer would know a quorum of the sheets",
                "print it at another one; or two people overrule it",
            )

    def finds(self, data: Event) -> bool:
        """Whether an entry says that a sheet was found and shredded which had not come out, of whatever set."""
        return isinstance(data, events.SheetShredded) and (data.set, data.sheet, data.copy) in self.missing

    def after_void(self) -> Pages:
        """Return what became of the pages when a set is made void: whatever of it had come out was shredded."""
        shredded = self.sent + self.written - len(self.missing) - self.found
        none: Mapping[str, Any] = MappingProxyType({})
        return replace(self, shredded=shredded, copies=none, known_to=none, by_hand=frozenset())


def _begun(pages: Pages, data: events.Intent) -> Pages:
    if data.act not in ("print", "write"):
        return pages
    pages.check_over()
    if pages.blank is None:
        raise AttentionError("the blank pages were not counted", "record a 'tally' of nothing but 'blank_before'")
    pages = replace(pages, job=data.intent, leaves=data.leaves or 1, sheet=data.sheet or "", told=False)
    if not data.sheet:
        return pages
    copies = {**pages.copies, data.sheet: pages.copies.get(data.sheet, 0) + 1}
    pages = replace(pages, copies=MappingProxyType(copies))
    if data.act == "write":
        return replace(pages, written=pages.written + 1, by_hand=pages.by_hand | {data.sheet})
    printer = data.printer or ""
    known = pages.known_to.get(printer, frozenset()) | {data.sheet}
    return replace(
        pages, sent=pages.sent + 1, by_hand=pages.by_hand - {data.sheet},
        known_to=MappingProxyType({**pages.known_to, printer: known}),
    )  # fmt: skip


def _over(pages: Pages, data: events.IntentEnded) -> Pages:
    if not pages.job or data.intent != pages.job:
        return pages
    if pages.sheet and not pages.told:
        wanted = "'sheet.written'" if pages.sheet in pages.by_hand else "'sheet.printed' or 'sheet.missing'"
        raise AttentionError("nobody has said whether the sheet came out", f"record {wanted}")
    others = pages.others + (pages.leaves if not pages.sheet and data.result == "done" else 0)
    return replace(pages, job="", leaves=1, sheet="", told=False, others=others)


def _said(pages: Pages, data: events.SheetPrinted | events.SheetWritten | events.SheetMissing) -> Pages:
    copy = pages.copies.get(data.sheet, 0)
    if pages.again and copy == 1:
        copy = data.copy
    if not pages.job or data.sheet != pages.sheet or pages.told:
        raise AttentionError("this sheet is not being printed", "record the 'intent' to print it before the job")
    if isinstance(data, events.SheetWritten) != (data.sheet in pages.by_hand):
        raise AttentionError("this sheet is not made like that", "it is printed, or it is written by hand")
    if data.copy != copy:
        raise AttentionError("this copy of the sheet is out of turn", f"the one that was sent is copy {copy}")
    missing = pages.missing | ({(data.set, data.sheet, data.copy)} if isinstance(data, events.SheetMissing) else set())
    return replace(pages, told=True, missing=missing, copies=MappingProxyType({**pages.copies, data.sheet: copy}))


def _shredded(pages: Pages, data: events.SheetShredded) -> Pages:
    if pages.finds(data):
        return replace(pages, missing=pages.missing - {(data.set, data.sheet, data.copy)}, found=pages.found + 1)
    return replace(pages, shredded=pages.shredded + 1)


def _excused(pages: Pages, data: events.ScriptException) -> Pages:
    """Two people say why a count does not agree."""
    return replace(pages, excused=pages.excused or (pages.agree is False and are_two(data.approved or ())))


def _overruled(pages: Pages, data: events.CheckOverruled) -> Pages:
    return replace(pages, one_printer=pages.one_printer or (data.check == PRINTER_1 and are_two(data.approved)))


_CHANGES: Mapping[type[Event], Callable[[Pages, Any], Pages]] = {
    events.Intent: _begun,
    events.IntentEnded: _over,
    events.SheetPrinted: _said,
    events.SheetWritten: _said,
    events.SheetMissing: _said,
    events.SheetShredded: _shredded,
    events.ScriptException: _excused,
    events.CheckOverruled: _overruled,
}
