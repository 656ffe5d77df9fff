"""How long a ceremony took, by its ledger: in all, in each phase, and in its breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from splitkit.ceremony.course import EARLY, script_of
from splitkit.ceremony.paperwork import check_sound
from splitkit.ceremony.script import SCRIPTS
from splitkit.errors import UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import Entry
from splitkit.ledger.verification import Chain

SILENCE = dt.timedelta(hours=1)
"""Where nothing was recorded for so long, nobody was at work: it counts as a break."""


@dataclass(frozen=True)
class Hours:
    """How long one ceremony took.

    Attributes:
        kind: Its kind, as its ledger calls it.
        day: The day on which it began.
        practice: Whether it was a rehearsal.
        people: How many were called.
        phases: The time at work in each phase, in their order.
        breaks: The time of all breaks, which are in no phase.
    """

    kind: str
    day: dt.date
    practice: bool
    people: int
    phases: tuple[tuple[str, dt.timedelta], ...]
    breaks: dt.timedelta

    @property
    def at_work(self) -> dt.timedelta:
        """The time of all phases together."""
        return sum((passed for _, passed in self.phases), dt.timedelta())


def hours_of(reading: Chain) -> Hours:
    """Return how long the ceremony took of which a ledger tells; the time before an entry counts to the phase of that entry.

    Raises:
        LedgerError: If the ledger fails verification.
        UsageError: If it is the ledger of no ceremony, or of one that was not closed.
    """
    entries = reading.entries
    check_sound(reading)
    script = script_of(entries)
    if not reading.closed:
        raise UsageError("this ceremony has not come to its end", "finish the rehearsal, and name its ledger then")
    told = list(in_phases(entries))
    spent = {phase: dt.timedelta() for phase, _ in told}
    breaks = dt.timedelta()
    for (_, before), (phase, entry) in pairwise(told):
        passed = max(_when(entry) - _when(before), dt.timedelta())
        if isinstance(entry.data, events.BreakEnded) or passed >= SILENCE:
            breaks += passed
        else:
            spent[phase] += passed
    called = {entry.data.person for entry in entries if isinstance(entry.data, events.RollCalled)}
    phases = tuple((phase, passed) for phase, passed in spent.items() if passed)
    day = _when(entries[0]).date()
    practice = bool(entries[0].data.fields().get("practice"))
    return Hours(script.kind, day, practice, len(called), phases, breaks)


def as_said(passed: dt.timedelta) -> str:
    """Return a length of time as people say it, in whole minutes rounded up: '45 minutes', '2 hours 1 minute'."""
    hours, minutes = divmod(-(-passed // dt.timedelta(minutes=1)), 60)
    parts = [(hours, "hour"), (minutes, "minute")]
    return " ".join(f"{count} {one}{'' if count == 1 else 's'}" for count, one in parts if count) or "no time"


def _when(entry: Entry) -> dt.datetime:
    return dt.datetime.fromisoformat(entry.time)


def in_phases(entries: Sequence[Entry]) -> Iterator[tuple[str, Entry]]:
    """Yield each entry with its phase by the script of its kind.

    Some entries may come early: of those only one that belongs to the next phase begins it.
    """
    script = SCRIPTS.get(str(entries[0].data.fields().get("kind")))
    steps = script.steps if script else ()
    phases = ["-", *dict.fromkeys(step.phase.title for step in steps)]
    begins = {step.code: phases.index(step.phase.title) for step in steps}
    marked = {(name, begins[step.code]) for step in steps for mark in step.marks for name in mark.names}
    at = 0
    for one in entries:
        code = one.data.step.partition("-")[0] if isinstance(one.data, events.StepTaken) else ""
        later = range(at, at + 2 if one.event in EARLY else len(phases))
        at = max(at, begins.get(code, next((phase for phase in later if (one.event, phase) in marked), at)))
        yield phases[at], one
