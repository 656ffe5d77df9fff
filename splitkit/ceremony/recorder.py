"""The recorder of a ceremony: every entry is tried on the course first, and only then written into the ledger.

So the ledger of a guided ceremony cannot say anything that its script does not allow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.ceremony.course import Course, followed
from splitkit.ceremony.steps import ADMINISTRATOR, CUSTODIAN, EVERYBODY, SCRIBE, WITNESS, NumberedStep
from splitkit.errors import AttentionError, LedgerError, UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import PROGRAM, Happening
from splitkit.ledger.schema import Event

if TYPE_CHECKING:
    from splitkit.ledger.ledger_file import Ledger
    from splitkit.plan.document import Plan


_KEPT = "keep the ledger as it is, and hold the ceremony again with a new one"


@dataclass
class Recorder:
    """Who writes the ledger of a ceremony that goes on, and knows where it stands."""

    plan: Plan
    ledger: Ledger
    course: Course
    stamp: Callable[[], str]
    """The time in UTC, as the ledger writes it."""

    accepted: set[str] = field(default_factory=set)
    """Checks of the machine that failed and were overruled."""

    followed: int = 0
    """How many entries of the ledger the course has followed."""

    @classmethod
    def resumed(cls, begun: Course, ledger: Ledger, stamp: Callable[[], str]) -> Recorder:
        """Return the ceremony that *ledger* tells so far, from the course on which nothing has happened.

        Raises:
            AttentionError: If an entry does not follow the script.
        """
        course = followed(begun, ledger.entries)
        overruled = {entry.data.check for entry in ledger.entries if isinstance(entry.data, events.CheckOverruled)}
        return cls(begun.plan, ledger, course, stamp, overruled, len(ledger.entries))

    def record(self, data: Event, *, by: str = "", witness: str = "") -> None:
        """Write one entry; who vouches for it follows from the step, unless it is given.

        Raises:
            AttentionError, DeviceError, LedgerError: See `record_together`.
        """
        self.record_together([data], by=by, witness=witness)

    def record_together(self, events_now: Sequence[Event], *, by: str = "", witness: str = "") -> None:
        """Write entries that belong together: all of them are in the ledger afterwards, or none.

        Raises:
            AttentionError: If one does not come here.
            DeviceError: If the disk fails.
            LedgerError: If the ledger was changed from outside, and the ceremony cannot go on from there.
        """
        with self.ledger.held(new=not self.ledger.entries):
            self._follow()
            actor, observer = self.vouching()
            seen_by = witness if witness in self.course.room.present else observer
            at = self.stamp()
            after = followed(self.course, (Happening(data, by or actor, seen_by, at) for data in events_now))
            self.ledger.append_all(events_now, by=by or actor, witness=seen_by, at=at)
        self.course, self.followed = after, len(self.ledger.entries)
        self.accepted |= {data.check for data in events_now if isinstance(data, events.CheckOverruled)}

    def _follow(self) -> None:
        """Follow what others have written meanwhile, such as a note of the scribe at another machine."""
        for entry in self.ledger.entries[self.followed :]:
            try:
                self.course = self.course.advance(entry)
            except (AttentionError, UsageError) as error:
                raise LedgerError(
                    f"entry {entry.seq} was written elsewhere and does not come here: {error.fact}", _KEPT
                ) from None
            self.followed = entry.seq

    def record_as_program(self, data: Event) -> None:
        """Write an entry that no person caused."""
        self.record(data, by=PROGRAM, witness=self.vouching()[1])

    def vouching(self) -> tuple[str, str]:
        """Return the seats that act in the step being taken, and that see it: never the same one twice, and nobody who is not here."""
        step = self.course.next_step
        acts = self._seats(step.step.acts, step) if step else ["SCR", "ADM"]
        sees = self._seats(step.step.sees, step) if step else ["WIT"]
        actor = self._first([*acts, "ADM"])
        present = self.course.room.present
        return actor, next((seat for seat in (*sees, "WIT", "ADM") if seat != actor and seat in present), "")

    def check_two(self) -> None:
        """Refuse to begin a step that is secret without two people who are here.

        Raises:
            AttentionError: If too few are.
        """
        step = self.course.next_step
        if step and step.step.secret:
            self.course.room.check_two(*self.vouching())

    def _seats(self, roles: tuple[str, ...], step: NumberedStep) -> list[str]:
        seats = {
            ADMINISTRATOR: ["ADM"],
            WITNESS: ["WIT"],
            SCRIBE: ["SCR", "ADM"],
            EVERYBODY: ["WIT"],
            CUSTODIAN: [step.seat.code] if step.seat else [],
        }
        return [seat for role in roles for seat in seats[role]]

    def _first(self, seats: list[str]) -> str:
        """Return the first of *seats* who is here; before the roll call, simply the first."""
        present = self.course.room.present
        return next((seat for seat in seats if seat in present), seats[0])

    def forget(self, reason: events.WipeReason) -> None:
        """Record that the machine holds nothing any more, if it held something."""
        if self.course.things.machine:
            self.record_as_program(events.MachineWiped(reason=reason, empty=True))

    def void(self, reason: str) -> None:
        """Make the set void, if there is one: the witness has seen every page of it shredded.

        Raises:
            AttentionError: If there is none, or nobody has said what came of a page.
        """
        self.course.check_made()
        set_id, pages = self.course.things.set_id, self.course.things.pages
        pages.check_over()
        for sheet, copy in pages.copies.items():
            if (set_id, sheet, copy) not in pages.missing:
                self.record(
                    events.SheetDestroyed(set=set_id, sheet=sheet, way="shredded", seen_by=("ADM", "WIT"), copy=copy)
                )
        self.record(events.SetVoided(set=set_id, reason=reason))


def seats_of(text: str, among: frozenset[str]) -> tuple[str, ...]:
    """Return typed seats, separated by spaces or commas; each must be one of *among*.

    Raises:
        UsageError: If one is not.
    """
    typed = text.upper().replace(",", " ").split()
    if not typed or not set(typed) <= among:
        raise UsageError(
            "this is not a seat of this ceremony", "seats here: " + (", ".join(sorted(among)) or "none yet")
        )
    return tuple(dict.fromkeys(typed))
