"""What a step of a ceremony is, and how the steps of a kind of ceremony are expanded for one plan.

A step says who acts, who sees it, what is done, what is written down, and which entries of the ledger it leaves.  Which steps there
are, and which of them a kind of ceremony takes, stands in `splitkit.ceremony.script`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event
from splitkit.quorum.policy import SheetId

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

KIND, SHEET, SEAT, STEP = "{kind}", "{sheet}", "{seat}", "{step}"
"""What stands in a mark for the kind of a ceremony, the number of a sheet, a seat and the code of a step, until the steps are expanded."""

ADMINISTRATOR, WITNESS, SCRIBE, CUSTODIAN, EVERYBODY = "ADM", "WIT", "SCR", "CUSTODIAN", "ALL"


class Each(enum.Enum):
    """How often a step is taken."""

    ONCE = "once"
    CUSTODIAN = "for each custodian"
    DRAWN = "for each custodian that was drawn by lot"
    OPENED = "for each sheet that lies open"


class Restart(enum.Enum):
    """What is begun anew when something went wrong; each is begun at one step."""

    SET = "a set that was made void"
    PAGE = "a page that was spoilt"
    QUORUM = "a quorum that was sealed again, or that the machine forgot"


class Listing(enum.Enum):
    """How the script lists a step that is taken more than once."""

    BLOCKS = "in the block of each custodian"
    TABLE = "in one table, with a row for each custodian"
    ROWS = "in rows without a heading: who it is stands in a blank"


Task = enum.Enum(
    "Task",
    "OPEN_LEDGER PREPARE_ROOM CALL_PEOPLE CALL_CUSTODIAN COMPARE_HASH PREFLIGHT SELF_TEST AGREE_ON_PLAN MAKE_SET "
    "PRINT_SHEET TAKE_SHEET READ_BACK SHOW_BAG SEAL_BAG SIGN_RECEIPT COUNT_PAGES FORGET_SET DRAW_LOT OPEN_BAG READ_SHEET "
    "PROVE_SET REVEAL CONFIRM_SIGN_IN FORGET_QUORUM SEAL_AGAIN DEBRIEF CLOSE_LEDGER "
    "ASK_FOR_SECRET NAME_SET CALL_BEARERS READ_SHEETS AGREE_ON_DEBT "
    "CHOOSE_DRILL COUNT_ALERTS VISIT_SAFES TRY_DEVICES REVIEW_LINES "
    "AGREE_ON_RENEWAL DERIVE_AGAIN RENEW_SET PRINT_RECORD COPY_RECORD REPLACE_SET PUT_OLD_AWAY",
)
"""What the machine does at a step: the guided ceremony has one handler for each."""


@dataclass(frozen=True)
class Phase:
    """Steps that follow each other and stand under one heading."""

    title: str
    restart: Restart | None = None
    """What is begun anew when something goes wrong in it; None where nothing has to be."""


@dataclass(frozen=True)
class Mark:
    """One entry that a step leaves in the ledger."""

    event: str
    fields: Mapping[str, Any]
    """What the entry must say to belong to the step."""
    passes: Mapping[str, Any]
    """What it must say besides, for the step to go on; an entry that says otherwise is a try that failed."""
    many: bool = False
    """Whether there may be none of it, or several."""
    instead: str = ""
    """The event of another entry that may come in its place."""

    @property
    def names(self) -> tuple[str, ...]:
        """The events of which one is that entry."""
        return (self.event, self.instead) if self.instead else (self.event,)

    def bound(self, names: Mapping[str, str]) -> Mark:
        """Return the mark of one sheet, seat and step."""
        fields = {key: names.get(value, value) for key, value in self.fields.items()}
        return replace(self, fields=MappingProxyType(fields))


def events_of(marks: Iterable[Mark]) -> list[str]:
    """Return the events that some marks are, each once."""
    return list(dict.fromkeys(name for mark in marks for name in mark.names))


@dataclass(frozen=True)
class Step:
    """One step of the script."""

    code: str
    phase: Phase
    task: Task
    title: str
    acts: tuple[str, ...]
    sees: tuple[str, ...]
    words: str
    """What is done, as it stands on the script."""
    marks: tuple[Mark, ...]
    by_hand: tuple[str, str] | None = None
    """The title and the words where the sheet is written by hand, if they are others."""
    blanks: tuple[tuple[str, ...], ...] = ()
    """What is written on the script by hand, line by line."""
    command: str = ""
    """What the administrator types, when the ceremony is run by hand."""
    each: Each = Each.ONCE
    listing: Listing = Listing.BLOCKS
    secret: bool = False
    """Whether something secret is open in the room, or in the machine, while it is taken: then it needs two people."""
    may_skip: bool = False
    leads_to: str = ""
    """Where the ceremony goes on when it is left out; empty: at the next one."""
    then: str = ""
    """Where it goes on when it is done; empty: at the next one."""
    any_order: bool = False
    """Whether its entries come in any order, but for the one that ends it."""
    ends_sealed: bool = False
    """Whether it ends only when no sheet of the set that people brought lies open."""
    only: tuple[str, ...] = ()
    """The ways to renew a set in which it is taken; empty: always."""
    begins: Restart | None = None
    """What is begun here, and begun anew when it went wrong."""
    corrects: str = ""
    """The event of the step before that may come once more while this one is next."""


@dataclass(frozen=True)
class Script:
    """One kind of ceremony: its steps, in order."""

    name: str
    """What people ask for: 'make'."""
    kind: str
    """What its ledger calls it."""
    steps: tuple[Step, ...]
    unvouched: bool = False
    """Whether two people may go on though nothing that was signed vouches for the set."""

    @property
    def prints(self) -> bool:
        """Whether sheets come out of a printer in it."""
        return any(step.begins is Restart.PAGE for step in self.steps)

    @property
    def with_sheets(self) -> bool:
        """Whether it is about the sheets of a set."""
        return any(step.secret for step in self.steps)


@dataclass(frozen=True)
class Seat:
    """A custodian of the plan at the table."""

    code: str
    """'C2', or 'CB2' where there are groups: what the ledger calls the person."""
    number: str
    """The sheet: '2', or 'B2'."""
    sheet: SheetId
    name: str
    title: str


@dataclass(frozen=True)
class NumberedStep:
    """A step as it stands on the script of one plan."""

    number: int
    """From 1, in the order of the script."""
    code: str
    """'31', or '53-B2' for step 53 of sheet B2, or '72-1' for the first custodian that was drawn."""
    step: Step
    marks: tuple[Mark, ...]
    seat: Seat | None = None
    """Whose turn it is, where the step is taken for each custodian."""
    turn: int = 0
    """From 1: whose turn among those that were drawn; 0 elsewhere."""

    def as_object(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "number": self.number,
            "code": self.code,
            "phase": self.step.phase.title,
            "title": self.step.title,
            "seat": self.seat.code if self.seat else None,
            "sheet": self.seat.number if self.seat else None,
            "events": events_of(self.marks),
            "secret": self.step.secret,
            "may_skip": self.step.may_skip,
        }


def seats(plan: Plan) -> tuple[Seat, ...]:
    """Return the custodians of a plan, one for each sheet; a plan without names has seats without names."""
    named = dict(plan.custodians)
    found = []
    for sheet in plan.policy.sheet_ids():
        number, custodian = plan.policy.number(sheet), named.get(sheet)
        hidden = plan.anonymous or custodian is None
        name, title = ("", "") if hidden or custodian is None else (custodian.name, custodian.title)
        found.append(Seat(f"C{number}", number, sheet, name, title))
    return tuple(found)


def expand(plan: Plan, script: Script) -> tuple[NumberedStep, ...]:
    """Return all steps of a kind of ceremony for *plan*, in order."""
    steps: list[NumberedStep] = []
    for step, code, seat, turn in _in_order(script.steps, seats(plan), plan.policy.needed_at_most):
        names = {KIND: script.kind, STEP: code} | ({SEAT: seat.code, SHEET: seat.number} if seat else {})
        marks = tuple(mark.bound(names) for mark in step.marks)
        steps.append(NumberedStep(len(steps) + 1, code, step, marks, seat, turn))
    return tuple(steps)


def _in_order(
    script: Sequence[Step], at_table: Sequence[Seat], drawn: int
) -> Iterator[tuple[Step, str, Seat | None, int]]:
    """Yield every step in its order; what is taken for each custodian is taken whole for one, then for the next."""
    for (_, each), group in groupby(script, key=lambda step: (step.phase, step.each)):
        steps = tuple(group)
        if each is Each.ONCE:
            yield from ((step, step.code, None, 0) for step in steps)
        elif each is Each.CUSTODIAN:
            yield from ((step, f"{step.code}-{seat.number}", seat, 0) for seat in at_table for step in steps)
        else:
            turns = drawn if each is Each.DRAWN else len(at_table)
            yield from ((step, f"{step.code}-{turn}", None, turn) for turn in range(1, turns + 1) for step in steps)


def agreed(steps: Sequence[NumberedStep], way: str, sheets: Sequence[str]) -> tuple[NumberedStep, ...]:
    """Return *steps* once it is known how a set is renewed: where only some *sheets* are printed again, the turns of the others are left out."""
    taken = [step for step in steps if not step.step.only or way in step.step.only]
    return tuple(step for step in taken if not (sheets and step.seat and step.seat.number not in sheets))


def with_drawn(steps: Sequence[NumberedStep], drawn: Sequence[Seat]) -> tuple[NumberedStep, ...]:
    """Return *steps* once it is known whose turns they are; turns that are nobody's are left out."""
    found = []
    for step in steps:
        if not step.turn:
            found.append(step)
        elif step.turn <= len(drawn):
            seat = drawn[step.turn - 1]
            marks = tuple(mark.bound({SEAT: seat.code, SHEET: seat.number}) for mark in step.marks)
            found.append(NumberedStep(step.number, step.code, step.step, marks, seat, step.turn))
    return tuple(found)


def fits(mark: Mark, what: Happening) -> bool:
    """Whether an entry is the one that a mark asks for."""
    return what.event in mark.names and says(what.listed(), mark.fields)


def says(data: Event, fields: Mapping[str, Any]) -> bool:
    """Whether an entry says all of some fields."""
    said = data.fields()
    return all(said.get(key) == value for key, value in fields.items())


def skips(step: NumberedStep, what: Happening) -> bool:
    """Whether an entry says that a step is left out which may be."""
    data = what.data
    skips = isinstance(data, events.StepTaken) and (data.step, data.state) == (step.code, "skipped")
    return step.step.may_skip and skips


def last_needed(marks: tuple[Mark, ...]) -> int:
    """Return the place of the last mark that must come."""
    return max(place for place, mark in enumerate(marks) if not mark.many)
