"""The custody register: who holds what.  It is what follows from the entries of the ledgers, and never a second source.

Pure: a register is rebuilt from the entries alone, up to any day.  An entry that contradicts those before it is refused when
it is made, and named when it is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.set_changes import SET_CHANGES
from splitkit.custody.records.thing_changes import THING_CHANGES
from splitkit.custody.withdrawal import Withdrawal, in_ledgers, withdrawals
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, Happening
from splitkit.ledger.schema import Event, Unlisted

_CHANGES = {**SET_CHANGES, **THING_CHANGES}


def after(register: Register, what: Happening) -> Register:
    """Return the register after one entry.

    Raises:
        UsageError: If the list of events does not allow the entry.
        AttentionError: If it contradicts what was recorded before.
    """
    data = what.listed()
    change = _CHANGES.get(type(data))
    return change(register, data, what.day) if change else register


@dataclass(frozen=True)
class Built:
    """A register, and the entries that contradict those before them, in words."""

    register: Register
    findings: tuple[str, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    """What two people took back, which is in neither; in the order in which they did."""

    @property
    def unconfirmed(self) -> list[str]:
        """What was withdrawn, in words, since the last review."""
        return [one.told for one in self.withdrawn if not one.confirmed]


def build(entries: Iterable[Entry], until: dt.date | None = None, *, leave_out: Collection[str] = ()) -> Built:
    """Return the register after all *entries*, up to and with a day if there is one.

    An entry that contradicts those before it is left out, and named unless a correction in its ledger names it, or it only says
    again what was said of the same day: one deed that two people told counts once.  What was withdrawn is as if it had never
    been, and so is what is to be left out by its hash.
    """
    everything = list(entries)
    back, wrong = withdrawals(everything, until)
    gone = {one.entry.hash for one in back} | {*leave_out}
    register, told = Register(), [(ledger, entry) for ledger, entry in in_ledgers(everything) if entry.hash not in gone]
    findings, deeds = list[str](), set[tuple[dt.date, Event]]()
    corrected = {(ledger, entry.data.seq) for ledger, entry in told if isinstance(entry.data, events.Correction)}
    for ledger, entry in told:
        if until and entry.day > until:  # a clock that was wrong hides no later entry
            continue
        fact = wrong.get(entry.hash, "")
        try:
            register = after(register, entry)
        except (AttentionError, UsageError) as error:
            fact = error.fact
        if not isinstance(entry.data, Unlisted) and not entry.data.saw:
            if fact and (entry.day, entry.data) in deeds:
                continue
            if not fact:
                deeds.add((entry.day, entry.data))
        if fact and (ledger, entry.seq) not in corrected:
            findings.append(f"entry {entry.seq} of {entry.day} ({entry.event}): {fact}")
    return Built(register, tuple(findings), tuple(back))


def resting_on(entries: Sequence[Entry], gone: Sequence[Entry]) -> list[str]:
    """Return what contradicts the rest once some entries are withdrawn, and did not before."""
    before = build(entries).findings
    hashes = {entry.hash for entry in gone}
    without = build(entries, leave_out=hashes).findings
    return [finding for finding in without if finding not in before]
