"""The steps of a ceremony for one plan: each with its number, its seat and its sheet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from splitkit.ceremony.steps import SEAT, SHEET, STEP, STEPS, Each, Mark, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from splitkit.plan.document import Plan
    from splitkit.quorum.policy import SheetId


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


def expand(plan: Plan) -> tuple[NumberedStep, ...]:
    """Return all steps of the split ceremony of *plan*, in order."""
    at_table = seats(plan)
    steps: list[NumberedStep] = []
    for step, code, seat, turn in _in_order(at_table, plan.policy.needed_at_most):
        names = {STEP: code} | ({SEAT: seat.code, SHEET: seat.number} if seat else {})
        marks = tuple(mark.bound(names) for mark in step.marks)
        steps.append(NumberedStep(len(steps) + 1, code, step, marks, seat, turn))
    return tuple(steps)


def _in_order(at_table: Sequence[Seat], drawn: int) -> Iterator[tuple[Step, str, Seat | None, int]]:
    """Yield every step in its order; what is taken for each custodian is taken whole for one, then for the next."""
    for (_, each), group in groupby(STEPS, key=lambda step: (step.phase, step.each)):
        steps = tuple(group)
        if each is Each.ONCE:
            yield from ((step, step.code, None, 0) for step in steps)
        elif each is Each.CUSTODIAN:
            yield from ((step, f"{step.code}-{seat.number}", seat, 0) for seat in at_table for step in steps)
        else:
            yield from ((step, f"{step.code}-{turn}", None, turn) for turn in range(1, drawn + 1) for step in steps)


def with_drawn(steps: Sequence[NumberedStep], drawn: Sequence[Seat]) -> tuple[NumberedStep, ...]:
    """Return *steps* after the lot: each turn has its custodian; turns that nobody was drawn for are left out."""
    found = []
    for step in steps:
        if not step.turn:
            found.append(step)
        elif step.turn <= len(drawn):
            seat = drawn[step.turn - 1]
            marks = tuple(mark.bound({SEAT: seat.code, SHEET: seat.number}) for mark in step.marks)
            found.append(NumberedStep(step.number, step.code, step.step, marks, seat, step.turn))
    return tuple(found)
