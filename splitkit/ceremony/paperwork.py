"""The paperwork of a ceremony: plan, script, receipts, labels, register, exception and close-out sheets.  Made in memory."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.ceremony.occasion import COUNTED
from splitkit.ceremony.script import expand, seats
from splitkit.ceremony.steps import ADMINISTRATOR, CUSTODIAN, EVERYBODY, SCRIBE, WITNESS, Each, Listing
from splitkit.paper.forms import (
    Block,
    CloseOutForm,
    ExceptionForm,
    Face,
    Form,
    Holder,
    LabelForm,
    PlanForm,
    ReceiptForm,
    RegisterForm,
    Row,
    ScriptForm,
)
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.policy_words import needed, position, rule
from splitkit.quorum.mnemonic import public_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from splitkit.ceremony.occasion import Occasion
    from splitkit.ceremony.script import NumberedStep, Seat
    from splitkit.plan.document import Plan

FORMS: dict[str, type[Form]] = {
    "plan": PlanForm,
    "script": ScriptForm,
    "receipts": ReceiptForm,
    "labels": LabelForm,
    "register": RegisterForm,
    "exception": ExceptionForm,
    "closeout": CloseOutForm,
}
"""Every form by the name of its file, without '.pdf'."""

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
        files[f"{name}.pdf"] = setter.form(form(name, plan, occasion))
        tick()
    return files


def form(name: str, plan: Plan, occasion: Occasion) -> Form:
    """Return what one form says."""
    about, holders = face(plan, occasion), _holders(plan, occasion)
    if name == "script":
        return ScriptForm(about, holders, tuple(blocks(plan)))
    if name == "closeout":
        facts = tuple((key, occasion.counted.get(key, "")) for key in COUNTED)
        return CloseOutForm(about, holders, occasion.head, facts)
    return FORMS[name](about, holders)


def face(plan: Plan, occasion: Occasion) -> Face:
    """Return what every form of the ceremony says."""
    return Face(
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


def blocks(plan: Plan) -> Iterator[Block]:
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


def _block(plan: Plan, steps: tuple[NumberedStep, ...], phase: str) -> Block:
    first = steps[0]
    rows = tuple(_row(step) for step in steps)
    if first.step.listing is Listing.TABLE:
        return Block(
            phase, "", "", rows, list=True, names=tuple(_called(plan, step.seat) for step in steps if step.seat)
        )
    if first.seat:
        title = f", {first.seat.title}" if first.seat.title else ""
        return Block(phase, f"Sheet {first.seat.number}", _called(plan, first.seat) + title, rows, list=False)
    if first.turn and first.step.listing is Listing.BLOCKS:
        return Block(phase, f"Drawn by lot, number {first.turn}", _if_drawn(plan, first.turn), rows, list=False)
    return Block(phase, "", "", rows, list=False)


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
