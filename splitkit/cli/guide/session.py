"""A guided ceremony that is being held: what was asked for, what it remembers, and how a step records what happened."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from splitkit.ceremony.course import Course
from splitkit.ceremony.recorder import Recorder, seats_of
from splitkit.ceremony.steps import NumberedStep
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host.offline import Guard
from splitkit.ledger import events
from splitkit.ledger.schema import Event
from splitkit.plan.document import Plan
from splitkit.preflight.checks import inspect_live, this_machine
from splitkit.quorum.release import Released
from splitkit.quorum.scan import Line, Page
from splitkit.secret.entropy import Entropy

if TYPE_CHECKING:
    from splitkit.cli.guide.destination import Destination
    from splitkit.issue.make import IssuedSet


@dataclass(frozen=True)
class Choices:
    """What was asked for on the command line."""

    ledger: str
    ceremony: str
    """What the paper calls it, such as C-0001."""
    continues: str | None
    print_to: str | None
    to_files: str | None
    secret: str
    """Where it comes from: 'generate' or 'prompt'."""
    loopback: bool
    spool: bool


@dataclass
class Memory:
    """All that is secret in this process; `clear` lets go of it.  Python cannot promise more."""

    live: IssuedSet | None = field(default=None, repr=False)
    pages: dict[str, list[Page]] = field(default_factory=dict, repr=False)
    """What was read of each sheet of the quorum."""
    lines: dict[str, list[Line]] = field(default_factory=dict, repr=False)
    released: Released | None = field(default=None, repr=False)

    def clear(self) -> None:
        """Let go of everything."""
        self.live, self.released = None, None
        self.pages.clear()
        self.lines.clear()


@dataclass
class Session:
    """A guided ceremony."""

    recorder: Recorder
    dialogue: Dialogue
    destination: Destination
    guard: Guard
    entropy: Entropy
    choices: Choices
    memory: Memory = field(default_factory=Memory)
    pictures: list[str] = field(default_factory=list)
    """Files of scans that were read, and that must be gone at the end."""

    @property
    def plan(self) -> Plan:
        """The plan that was agreed."""
        return self.recorder.plan

    @property
    def course(self) -> Course:
        """Where the ceremony stands."""
        return self.recorder.course

    @property
    def step(self) -> NumberedStep:
        """The step being taken."""
        step = self.course.next_step
        if step is None:
            raise ValueError("the ceremony is at its end")
        return step

    @property
    def seat(self) -> str:
        """The seat whose turn it is; empty where there is none."""
        return self.step.seat.code if self.step.seat else ""

    @property
    def set_id(self) -> str:
        """The set that was made; empty as long as there is none."""
        return self.course.things.set_id

    @property
    def number(self) -> str:
        """The number of the sheet whose turn it is; empty where there is none."""
        return self.step.seat.number if self.step.seat else ""

    def record(self, data: Event) -> None:
        """Write an entry, see `Recorder.record`."""
        self.recorder.record(data)

    def end_step(self, state: Literal["done", "skipped"]) -> None:
        """Write that a step without an entry of its own is done, or that one is skipped."""
        self.record(events.StepTaken(step=self.step.code, state=state))

    def two(self, question: str) -> tuple[str, ...]:
        """Return the seats of two people or more who are here and agree to something."""

        def take(typed: str) -> tuple[str, ...]:
            seats = seats_of(typed, self.course.room.present)
            if len(seats) < 2:
                raise UsageError("this needs two people", "type two seats, such as ADM WIT")
            return seats

        return self.dialogue.read(f"{question}\n  two seats, such as ADM WIT:", take)

    def check_machine(self) -> None:
        """Look at the machine again while something secret is live; what was overruled is not asked for twice.

        Raises:
            UnsafeMachineError: If something is unfit that was fit before, or that nobody overruled.
        """
        findings = inspect_live(this_machine(self.guard, sys.platform))
        fresh = [finding for finding in findings if finding.check.replace(" ", "-") not in self.recorder.accepted]
        if fresh:
            raise UnsafeMachineError(f"{fresh[0].check}: {fresh[0].fact}", fresh[0].advice)

    def overrule(self, check: str) -> None:
        """Record that two people go on with a machine that is not fit in one respect."""
        reason = self.dialogue.text("why it does no harm:")
        self.record(events.CheckOverruled(check=check, reason=reason, approved=self.two("Who overrules it?")))

    def let_go(self) -> None:
        """Let go of everything secret."""
        self.memory.clear()
        self.destination.withdraw()

    def forget(self, reason: events.WipeReason) -> None:
        """Let go of everything secret, and record it."""
        self.let_go()
        self.recorder.forget(reason)
