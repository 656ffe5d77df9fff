"""The paperwork of a ceremony: plan, script, receipts, labels, register, exception and close-out sheets.  Made in memory.

What is filled in are the particulars of the ceremony: what people say of it beforehand, or what its ledger says afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from splitkit.ledger.events import BagSealed, LedgerClosed, PersonJoined, PlanAgreed, RollCalled, SetMade, SetProven
from splitkit.ledger.verification import Chain
from splitkit.paper.documents import Leaders
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
    called: Mapping[str, str] = field(default_factory=dict)
    """The names under which people answered when they were called, by their roles and, for custodians, by their seats."""
    script: Script = MAKE
    """Its kind."""


def from_ledger(reading: Chain, plan: Plan, made: str, plan_hash: str) -> Particulars:
    """Return the ceremony that a ledger records; its head and its counts only once it is closed.

    Raises:
        LedgerError: If the ledger fails verification.
        UsageError: If it is the ledger of no ceremony, or of another plan.
    """
    check_sound(reading)
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
        called=_called_names(reading.entries),
        script=script,
    )


def _called_names(entries: Sequence[Entry]) -> dict[str, str]:
    """Return who was there by name; the last who had a role counts."""
    calls = [entry.data for entry in entries if isinstance(entry.data, RollCalled)]
    return {key: call.name for call in calls if call.name for key in (call.person, call.role) if key != "custodian"}


def _made(entries: Sequence[Entry]) -> SetMade | None:
    return next((entry.data for entry in entries if isinstance(entry.data, SetMade)), None)


def _bags(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the last bag of each sheet; where a set was made, of its sheets and of no older ones."""
    sealed, dealt = [entry.data for entry in entries if isinstance(entry.data, BagSealed)], _made(entries)
    return {one.sheet: one.bag for one in sealed if dealt is None or one.set == dealt.set}


def check_sound(reading: Chain) -> None:
    """Refuse a ledger that cannot be relied on.

    Raises:
        LedgerError: If it fails verification, or ends with a torn line.
    """
    if reading.broken or reading.torn:
        raise LedgerError("the ledger fails verification, or ends with a torn line", Remedy.LEDGER_VERIFY)


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


def names_of(entries: Sequence[Entry]) -> dict[str, str]:
    """Return who people are by their seats, as a ledger names them."""
    told = [one.data for one in entries if isinstance(one.data, RollCalled | PersonJoined)]
    return {one.person: one.name for one in told if one.name}


def first_out_of_order(entries: Sequence[Entry], plan: Plan, plan_hash: str) -> str:
    """Return which entry does not follow the script, in a few words; an empty text if all do and the script is done."""
    course = begun_by(entries, plan, plan_hash)
    for entry in entries:
        try:
            course = course.advance(entry)
        except (AttentionError, UsageError):
            return f"not kept at entry {entry.seq}"
    return "" if course.done else f"ends before step {course.steps[course.at].code}"


_ROLES = {ADMINISTRATOR: "administrator", WITNESS: "witness", SCRIBE: "scribe"}


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
        leaders=leaders_of(plan, particulars),
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
            seat.name or ("" if plan.anonymous else particulars.called.get(seat.code, "")),
            seat.title,
            particulars.bags.get(seat.number, ""),
        )
        for seat in seats(plan)
    )


def leaders_of(plan: Plan, particulars: Particulars) -> Leaders:
    """Return who leads the ceremony: by the names that they answered to, else by the plan; nobody where it is anonymous."""
    planned = plan.shown_leaders
    return Leaders(
        **{role: ("" if plan.anonymous else particulars.called.get(role, "")) or name for role, name in planned.items()}
    )


def blocks(plan: Plan, script: Script = MAKE) -> Iterator[StepGroup]:
    """Yield the script of a kind of ceremony for a plan in the pieces in which it is printed."""
    phase, told = "", ("", Each.ONCE)
    for (new, each, _), run in groupby(expand(plan, script), key=_piece):
        steps = tuple(run)
        block = _block(plan, steps, new if new != phase else "")
        if block.turns and (new, each) != told:
            first = {step.step.code: step for step in reversed(steps)}  # of each step the first turn
            block = replace(block, told=tuple(_row(plan, first[code], words=True) for code in reversed(first)))
            told = new, each
        yield block
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
    rows = tuple(_row(plan, step) for step in steps)
    if first.step.listing is Listing.TABLE:
        names = tuple(_called(plan, step.seat) for step in steps if step.seat)
        return StepGroup(phase, "", "", rows, list=True, names=names)
    if first.step.listing is Listing.ROWS:
        return StepGroup(phase, "", "", rows, list=False, turns=True)
    if first.seat:
        title = f", {first.seat.title}" if first.seat.title else ""
        return StepGroup(
            phase, f"Sheet {first.seat.number}", _called(plan, first.seat) + title, rows, list=False, turns=True
        )
    if first.turn:
        return StepGroup(
            phase, f"Drawn by lot, number {first.turn}", _if_drawn(plan, first.turn), rows, list=False, turns=True
        )
    return StepGroup(phase, "", "", rows, list=False)


def _called(plan: Plan, seat: Seat) -> str:
    return seat.name or position(plan.policy, seat.sheet)


def _if_drawn(plan: Plan, turn: int) -> str:
    return "cross out if fewer were drawn" if turn > plan.policy.needed else ""


def _row(plan: Plan, step: NumberedStep, *, words: bool = False) -> Row:
    """Return a step as it is printed; in *words* for all whose turn it is."""
    what = step.step
    acts, sees = (
        " and ".join(_actor(plan, actor, step, words=words) for actor in actors) for actors in (what.acts, what.sees)
    )
    told = what.words
    if what.by_hand:
        told += f" If the sheet is written by hand: {what.by_hand[0]}, as its form says."
    return Row(
        what.code if words else step.code, what.title, told, acts, sees, what.blanks, what.command, what.may_skip,
        leads_to=what.leads_to, then=what.then, only=", ".join(what.only),
    )  # fmt: skip


def _actor(plan: Plan, actor: str, step: NumberedStep, *, words: bool) -> str:
    """Return who acts, by name where the plan has one."""
    if actor == EVERYBODY:
        return "everybody"
    if actor == CUSTODIAN:
        return _called(plan, step.seat) if step.seat and not words else "the custodian"
    role = _ROLES[actor]
    return plan.shown_leaders[role] or f"the {role}"
