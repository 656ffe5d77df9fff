"""The paperwork of a ceremony: plan, script, receipts, labels, register, exception and close-out sheets.  Made in memory.

What is filled in are the particulars of the ceremony: what people say of it beforehand, or what its ledger says afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from splitkit.ceremony.course import begun_by, script_of
from splitkit.ceremony.script import MAKE
from splitkit.ceremony.steps import (
    ADMINISTRATOR,
    CUSTODIAN,
    EVERYBODY,
    SCRIBE,
    WITNESS,
    Each,
    Listing,
    NumberedStep,
    Script,
    Seat,
    expand,
    seats,
)
from splitkit.errors import AttentionError, LedgerError, Remedy, UsageError
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.events import BagSealed, LedgerClosed, PlanAgreed, SetMade, SetProven
from splitkit.ledger.verification import Chain
from splitkit.paper.forms import FORMS, Form, Holder, Row, StepGroup
from splitkit.paper.typeset import Typesetter
from splitkit.plan.policy_words import needed, position, rule
from splitkit.quorum.mnemonic import public_words
from splitkit.quorum.policy import parse_policy

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

COUNTED = (
    "Entries",
    "Opened, UTC",
    "Closed, UTC",
    "Exceptions",
    "Pages printed",
    "Pages written by hand",
    "Pages sealed",
    "Pages shredded",
    "Sheets that proved the set",
    "Left for good",
    "Things still outside",
    "Order of the script",
    "Next ceremony",
)
"""What a close-out sheet counts, in its order."""


@dataclass(frozen=True)
class Particulars:
    """What the forms say of one ceremony; what is empty is written by hand."""

    made: str
    """The date of the documents, YYYY-MM-DD."""
    plan_hash: str
    ceremony: str = ""
    date: str = ""
    set_id: str = ""
    fingerprint: tuple[str, ...] = ()
    bags: Mapping[str, str] = field(default_factory=dict)
    """The last bag of each sheet, by the sheet's number."""
    head: tuple[str, ...] = ()
    counted: Mapping[str, str] = field(default_factory=dict)
    """The values of `COUNTED`."""
    script: Script = MAKE
    """Its kind."""


def from_ledger(reading: Chain, plan: Plan, made: str, plan_hash: str) -> Particulars:
    """Return the ceremony that a ledger records; its head and its counts only once it is closed.

    Raises:
        LedgerError: If the ledger fails verification.
        UsageError: If it is the ledger of no ceremony, or of another plan.
    """
    if reading.broken or reading.torn:
        raise LedgerError("the ledger fails verification, or ends with a torn line", Remedy.LEDGER_VERIFY)
    script = script_of(reading.entries)
    _check_plan(reading.entries, plan)
    entries = _of_last_set(reading.entries)
    dealt = _made(entries)
    return Particulars(
        made,
        plan_hash,
        ceremony=reading.entries[0].data.fields()["ceremony"],
        date=reading.entries[0].time[:10],
        set_id=dealt.set if dealt else "",
        fingerprint=tuple(dealt.fingerprint.split()) if dealt else (),
        bags=_bags(entries),
        head=head_words(reading.head) if reading.closed else (),
        counted=_counted(reading, entries, plan, plan_hash) if reading.closed else {},
        script=script,
    )


def _made(entries: Sequence[Entry]) -> SetMade | None:
    return next((entry.data for entry in entries if isinstance(entry.data, SetMade)), None)


def _bags(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the last bag of each sheet; where a set was made, of its sheets and of no older ones."""
    sealed, dealt = [entry.data for entry in entries if isinstance(entry.data, BagSealed)], _made(entries)
    return {one.sheet: one.bag for one in sealed if dealt is None or one.set == dealt.set}


def check_closed(reading: Chain) -> None:
    """Refuse a ledger whose head is not the last one.

    Raises:
        AttentionError: If the ledger is not closed.
    """
    if not reading.closed:
        raise AttentionError(
            "this ledger is not closed, and its head would not be the last one",
            Remedy.LEDGER_CLOSE,
        )


def _check_plan(entries: Sequence[Entry], plan: Plan) -> None:
    start = entries[0].data.fields()
    if start.get("practice") != plan.practice:
        raise UsageError("practice and production are mixed up", "give the ledger and the plan of one ceremony")
    policies = {entry.data.policy for entry in entries if isinstance(entry.data, PlanAgreed | SetMade)}
    if policies - {str(plan.policy)}:
        raise UsageError("the ledger has another policy than the plan", "give the plan that was agreed")


def _of_last_set(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries after the last set that was made void."""
    voids = [at for at, entry in enumerate(entries) if entry.event == "set.void"]
    return entries[voids[-1] + 1 :] if voids else entries


def _counted(reading: Chain, entries: Sequence[Entry], plan: Plan, plan_hash: str) -> dict[str, str]:
    """Return what a closed ledger counts."""
    whole, close = reading.entries, reading.entries[-1]
    dealt, proofs = _made(entries), [entry.data for entry in entries if isinstance(entry.data, SetProven)]
    proven = next((one.sheets for one in proofs if dealt is None or one.set == dealt.set), ())
    closed = close.data if isinstance(close.data, LedgerClosed) else None
    values = (
        str(len(whole)),
        moment(whole[0]),
        moment(close),
        str(sum(entry.event == "exception" for entry in whole)),
        str(_count(whole, "sheet.printed")),
        str(_count(whole, "sheet.written")),
        str(len(_bags(entries))),
        str(_count(whole, "sheet.shredded")),
        ", ".join(proven) or "none",
        ", ".join(closed.people_out if closed else ()) or "nobody",
        ", ".join(closed.items_out if closed else ()) or "nothing",
        first_out_of_order(whole, plan, plan_hash) or "kept",
        str((closed and closed.next) or ""),
    )
    return dict(zip(COUNTED, values, strict=True))


def _count(entries: Sequence[Entry], event: str) -> int:
    return sum(entry.event == event for entry in entries)


def moment(entry: Entry) -> str:
    """Return when an entry was made, to the minute, in UTC."""
    return f"{entry.time[:10]} {entry.time[11:16]}"


def first_out_of_order(entries: Sequence[Entry], plan: Plan, plan_hash: str) -> str:
    """Return which entry does not follow the script, in a few words; an empty text if all do and the script is done."""
    course = begun_by(entries, plan, plan_hash)
    for entry in entries:
        try:
            course = course.advance(entry)
        except (AttentionError, UsageError):
            return f"not kept at entry {entry.seq}"
    return "" if course.done else f"ends before step {course.steps[course.at].code}"


_ACTORS = {ADMINISTRATOR: "ADM", WITNESS: "WIT", SCRIBE: "SCR", EVERYBODY: "all"}


def paperwork(
    plan: Plan, particulars: Particulars, names: Sequence[str] = tuple(FORMS), tick: Callable[[], None] = lambda: None
) -> dict[str, bytes]:
    """Return the forms of these *names* as PDF files by their names; *tick* is called after each.

    Raises:
        UsageError: If a name or the label holds a character that no installed font can print, or does not fit.
    """
    setter = Typesetter(plan.paper)
    files = {}
    for name in names:
        files[f"{name}.pdf"] = setter.pdf(form(name, plan, particulars))
        tick()
    return files


def forms_of(script: Script) -> tuple[str, ...]:
    """Return the names of the forms that a kind of ceremony has."""
    bags = ("labels",) if script.with_sheets else ()
    return tuple(FORMS) if script.prints else ("script", *bags, "exception")


def no_plan(*, practice: bool) -> Plan:
    """Return the plan of a ceremony that has none: it says no more than that two people hold it."""
    from splitkit.plan.document import Plan  # noqa: PLC0415

    return Plan(parse_policy("2of2"), practice=practice)


def form(name: str, plan: Plan, particulars: Particulars) -> Form:
    """Return what one form says."""
    closing, script = name == "closeout", particulars.script
    return Form(
        name=name,
        kind=script.name,
        prints=script.prints,
        ceremony=particulars.ceremony,
        label=plan.public_label,
        date=particulars.date,
        policy=needed(plan.policy) if script.with_sheets else "",
        rule=rule(plan.policy),
        plan_hash=particulars.plan_hash,
        plan_words=public_words(bytes.fromhex(particulars.plan_hash)) if particulars.plan_hash else (),
        practice=plan.practice,
        anonymous=plan.anonymous,
        set_id=particulars.set_id,
        fingerprint=particulars.fingerprint,
        holders=_holders(plan, particulars) if script.with_sheets else (),
        blocks=tuple(blocks(plan, script)) if name == "script" else (),
        head=particulars.head if closing else (),
        facts=tuple((key, particulars.counted.get(key, "")) for key in COUNTED) if closing else (),
        made=particulars.made,
    )


def _holders(plan: Plan, particulars: Particulars) -> tuple[Holder, ...]:
    return tuple(
        Holder(
            seat.code,
            seat.number,
            position(plan.policy, seat.sheet),
            seat.name,
            seat.title,
            particulars.bags.get(seat.number, ""),
        )
        for seat in seats(plan)
    )


def blocks(plan: Plan, script: Script = MAKE) -> Iterator[StepGroup]:
    """Yield the script of a kind of ceremony for a plan in the pieces in which it is printed."""
    phase = ""
    for (new, _, _), run in groupby(expand(plan, script), key=_piece):
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
    words = what.words
    if what.by_hand:
        words += f" Where the sheet is written by hand: {what.by_hand[0]}, as its form says."
    return Row(
        step.code, what.title, words, acts, sees, what.blanks, what.command, what.may_skip,
        leads_to=what.leads_to, then=what.then, only=", ".join(what.only),
    )  # fmt: skip


def _actor(actor: str, step: NumberedStep) -> str:
    if actor == CUSTODIAN:
        return step.seat.code if step.seat else "custodian"
    return _ACTORS[actor]
