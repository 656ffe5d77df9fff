"""The paperwork of a ceremony: plan, script, receipts, labels, register, exception and close-out sheets.  Made in memory."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.ceremony.occasion import COUNTED
from splitkit.ceremony.script import expand, seats
from splitkit.ceremony.steps import ADMINISTRATOR, CUSTODIAN, EVERYBODY, SCRIBE, WITNESS, Each, Listing
from splitkit.paper.forms import FORMS, Form, Holder, Row, StepGroup
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.policy_words import needed, position, rule
from splitkit.quorum.mnemonic import public_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from splitkit.ceremony.occasion import Occasion
    from splitkit.ceremony.script import NumberedStep, Seat
    from splitkit.plan.document import Plan

_ACTORS = {ADMINISTRATOR: "ADM", WITNESS: "WIT", SCRIBE: "SCR", EVERYBODY: "all"}


def paperwork(
    plan: Plan, occasion: Occasion, names: Sequence[str] = tuple(FORMS), tick: Callable[[], None] = lambda: None
) -> dict[str, bytes]:
    """Return the forms of these *names* as PDF files by their names; *tick* is called after each.

    Raises:
        UsageError: If a name or the label holds a character that no installed font can print, or does not fit.
    """
    setter = Typesetter(Paper.parse(plan.paper))
    files = {}
    for name in names:
        files[f"{name}.pdf"] = setter.pdf(form(name, plan, occasion))
        tick()
    return files


def form(name: str, plan: Plan, occasion: Occasion) -> Form:
    """Return what one form says."""
    closing = name == "closeout"
    return Form(
        name=name,
        ceremony=occasion.ceremony,
        label=plan.public_label,
        date=occasion.date,
        policy=needed(plan.policy),
        rule=rule(plan.policy),
        plan_hash=occasion.plan_hash,
        plan_words=public_words(bytes.fromhex(occasion.plan_hash)),
        practice=plan.practice,
        anonymous=plan.anonymous,
        set_id=occasion.set_id,
        fingerprint=occasion.fingerprint,
        holders=_holders(plan, occasion),
        blocks=tuple(blocks(plan)) if name == "script" else (),
        head=occasion.head if closing else (),
        facts=tuple((key, occasion.counted.get(key, "")) for key in COUNTED) if closing else (),
        made=occasion.made,
        program=f"splitkit {__version__}",
    )


def _holders(plan: Plan, occasion: Occasion) -> tuple[Holder, ...]:
    return tuple(
        Holder(
            seat.code,
            seat.number,
            position(plan.policy, seat.sheet),
            seat.name,
            seat.title,
            occasion.bags.get(seat.number, ""),
        )
        for seat in seats(plan)
    )


def blocks(plan: Plan) -> Iterator[StepGroup]:
    """Yield the script of a plan in the pieces in which it is printed."""
    phase = ""
    for (new, _, _), run in groupby(expand(plan), key=_piece):
        steps = tuple(run)
        yield _block(plan, steps, new if new != phase else "")
        phase = new


def _piece(step: NumberedStep) -> tuple[str, Each, str]:
    """What stands together: steps of one phase that are taken once, those of one custodian, or all turns of one step."""
    each, listing = step.step.each, step.step.listing
    if each is Each.ONCE or listing is Listing.ROWS:
        return step.step.phase.title, each, ""
    if listing is Listing.TABLE:
        return step.step.phase.title, each, step.step.code
    return step.step.phase.title, each, step.seat.code if step.seat else str(step.turn)


def _block(plan: Plan, steps: tuple[NumberedStep, ...], phase: str) -> StepGroup:
    first = steps[0]
    rows = tuple(_row(step) for step in steps)
    if first.step.listing is Listing.TABLE:
        return StepGroup(
            phase, "", "", rows, list=True, names=tuple(_called(plan, step.seat) for step in steps if step.seat)
        )
    if first.seat:
        title = f", {first.seat.title}" if first.seat.title else ""
        return StepGroup(phase, f"Sheet {first.seat.number}", _called(plan, first.seat) + title, rows, list=False)
    if first.turn and first.step.listing is Listing.BLOCKS:
        return StepGroup(phase, f"Drawn by lot, number {first.turn}", _if_drawn(plan, first.turn), rows, list=False)
    return StepGroup(phase, "", "", rows, list=False)


def _called(plan: Plan, seat: Seat) -> str:
    return f"{seat.code} {seat.name or position(plan.policy, seat.sheet)}"


def _if_drawn(plan: Plan, turn: int) -> str:
    return "cross out if fewer were drawn" if turn > plan.policy.needed else ""


def _row(step: NumberedStep) -> Row:
    what = step.step
    acts = ", ".join(_actor(actor, step) for actor in what.acts)
    sees = ", ".join(_actor(actor, step) for actor in what.sees)
    return Row(step.code, what.title, what.words, acts, sees, what.blanks, what.command, what.may_skip)


def _actor(actor: str, step: NumberedStep) -> str:
    if actor == CUSTODIAN:
        return step.seat.code if step.seat else "custodian"
    return _ACTORS[actor]
