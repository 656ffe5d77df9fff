"""One ceremony as its forms tell it: what people say of it beforehand, and what its ledger says afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.ceremony.course import begin
from splitkit.errors import AttentionError, LedgerError, UsageError
from splitkit.ledger.chain import head_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from splitkit.ledger.chain import Entry
    from splitkit.ledger.verification import Reading
    from splitkit.plan.document import Plan

COUNTED = (
    "Entries",
    "Opened, UTC",
    "Closed, UTC",
    "Exceptions",
    "Pages printed",
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
class Occasion:
    """One ceremony; what is empty is written by hand."""

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


def from_ledger(reading: Reading, plan: Plan, made: str, plan_hash: str) -> Occasion:
    """Return the ceremony that a ledger records; its head and its counts only once it is closed.

    Raises:
        LedgerError: If the ledger fails verification.
        UsageError: If it is the ledger of another kind of ceremony, or of another plan.
    """
    if reading.broken or reading.torn:
        raise LedgerError("the ledger fails verification, or ends with a torn line", "see 'splitkit ledger verify'")
    _check_kind(reading.entries, plan)
    entries = _of_last_set(reading.entries)
    made_set = next((entry.data for entry in entries if entry.event == "set.made"), {})
    return Occasion(
        made,
        plan_hash,
        ceremony=reading.entries[0].data["ceremony"],
        date=reading.entries[0].time[:10],
        set_id=made_set.get("set", ""),
        fingerprint=tuple(made_set.get("fingerprint", "").split()),
        bags={entry.data["sheet"]: entry.data["bag"] for entry in entries if entry.event == "bag.sealed"},
        head=head_words(reading.head) if reading.closed else (),
        counted=_counted(reading, entries, plan, plan_hash) if reading.closed else {},
    )


def check_closed(reading: Reading) -> None:
    """Refuse a ledger whose head is not the last one.

    Raises:
        AttentionError: If the ledger is not closed.
    """
    if not reading.closed:
        raise AttentionError(
            "this ledger is not closed, and its head would not be the last one",
            "close it first: 'splitkit ledger close'; without --ledger the sheet has lines to write on",
        )


def _check_kind(entries: Sequence[Entry], plan: Plan) -> None:
    start = entries[0].data
    if start.get("kind") != "split":
        raise UsageError("this is the ledger of another kind of ceremony", "these forms are those of a split")
    if start.get("practice") != plan.practice:
        raise UsageError("practice and production are mixed up", "give the ledger and the plan of one ceremony")
    policies = {entry.data.get("policy") for entry in entries if entry.event in ("plan", "set.made")}
    if policies - {str(plan.policy)}:
        raise UsageError("the ledger has another policy than the plan", "give the plan that was agreed")


def _of_last_set(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries after the last set that was made void."""
    voids = [at for at, entry in enumerate(entries) if entry.event == "set.void"]
    return entries[voids[-1] + 1 :] if voids else entries


def _counted(reading: Reading, entries: Sequence[Entry], plan: Plan, plan_hash: str) -> dict[str, str]:
    """Return what a closed ledger counts."""
    whole, close = reading.entries, reading.entries[-1]
    proven: list[str] = next((entry.data["sheets"] for entry in entries if entry.event == "set.proven"), [])
    values = (
        str(len(whole)),
        _moment(whole[0]),
        _moment(close),
        str(sum(entry.event == "exception" for entry in whole)),
        str(_count(whole, "sheet.printed")),
        str(len({entry.data["sheet"] for entry in entries if entry.event == "bag.sealed"})),
        str(_count(whole, "sheet.shredded")),
        ", ".join(proven) or "none",
        ", ".join(close.data.get("people_out", [])) or "nobody",
        ", ".join(close.data.get("items_out", [])) or "nothing",
        first_out_of_order(whole, plan, plan_hash) or "kept",
        close.data.get("next", ""),
    )
    return dict(zip(COUNTED, values, strict=True))


def _count(entries: Sequence[Entry], event: str) -> int:
    return sum(entry.event == event for entry in entries)


def _moment(entry: Entry) -> str:
    return f"{entry.time[:10]} {entry.time[11:16]}"


def first_out_of_order(entries: Sequence[Entry], plan: Plan, plan_hash: str) -> str:
    """Return which entry does not follow the script, in a few words; an empty text if all do and the script is done."""
    course = begin(plan, plan_hash)
    for entry in entries:
        try:
            course = course.advance(entry)
        except (AttentionError, UsageError):
            return f"not kept at entry {entry.seq}"
    return "" if course.done else f"ends before step {course.steps[course.at].code}"
