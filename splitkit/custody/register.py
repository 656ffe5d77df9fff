"""The custody register: who holds what.  It is what follows from the entries of the ledgers, and never a second source.

Pure: a register is rebuilt from the entries alone, up to any day.  An entry that contradicts those before it is refused when
it is made, and named when it is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.set_changes import SET_CHANGES
from splitkit.custody.records.thing_changes import THING_CHANGES
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, Happening

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


def build(entries: Iterable[Entry], until: dt.date | None = None) -> Built:
    """Return the register after all *entries*, up to and with a day if there is one.

    An entry that contradicts those before it is left out, and named unless a correction in its ledger names it.
    """
    register, findings, told = Register(), [], list(_in_ledgers(entries))
    corrected = {(ledger, entry.data.seq) for ledger, entry in told if isinstance(entry.data, events.Correction)}
    for ledger, entry in told:
        if until and entry.day > until:  # a clock that was wrong hides no later entry
            continue
        try:
            register = after(register, entry)
        except (AttentionError, UsageError) as error:
            if (ledger, entry.seq) not in corrected:
                findings.append(f"entry {entry.seq} of {entry.day} ({entry.event}): {error.fact}")
    return Built(register, tuple(findings))


def _in_ledgers(entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """Return each entry with the ledger that it stands in, named by the hash of its first entry: numbers begin anew in each."""
    ledger: dict[str, str] = {}
    for entry in entries:
        ledger[entry.hash] = ledger.get(entry.previous, entry.hash) if entry.seq > 1 else entry.hash
        yield ledger[entry.hash], entry
