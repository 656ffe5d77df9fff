"""The guided ceremony: takes one step after the other, as the course of the ceremony demands, until it is done.

What a step asks is in `guide_room`, `guide_sheets` and `guide_proof`; what it says, who acts and which entries it leaves is
the definition that the printed script and the ledger follow too.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from splitkit.ceremony.steps import CUSTODIAN, EVERYBODY
from splitkit.cli.guide.desk import MENU_KEY, Desk, MovedError
from splitkit.errors import AttentionError, DeviceError, OperatorStopError, UnsafeMachineError, UsageError
from splitkit.preflight.checks import inspect_live, this_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from splitkit.ceremony.conduct import Conduct
    from splitkit.ceremony.script import NumberedStep
    from splitkit.cli.guide.outlet import Outlet
    from splitkit.host.offline import Guard
    from splitkit.issue.live_set import LiveSet
    from splitkit.quorum.opening import Opened
    from splitkit.quorum.scan import Line, Page
    from splitkit.secret.entropy import Entropy


@dataclass
class Memory:
    """All that is secret in this process; `clear` lets go of it.  Python cannot promise more."""

    live: LiveSet | None = field(default=None, repr=False)
    pages: dict[str, list[Page]] = field(default_factory=dict, repr=False)
    """What was read of each sheet of the quorum."""
    lines: dict[str, list[Line]] = field(default_factory=dict, repr=False)
    opened: Opened | None = field(default=None, repr=False)

    def clear(self) -> None:
        """Let go of everything."""
        self.live, self.opened = None, None
        self.pages.clear()
        self.lines.clear()


@dataclass
class Session:
    """A guided ceremony at a desk."""

    conduct: Conduct
    desk: Desk
    outlet: Outlet
    guard: Guard
    entropy: Entropy
    source: str
    """Where the secret comes from: 'generate' or 'prompt'."""
    memory: Memory = field(default_factory=Memory)
    pictures: list[str] = field(default_factory=list)
    """Files of scans that were read, and that must be gone at the end."""

    @property
    def step(self) -> NumberedStep:
        """The step being taken."""
        step = self.conduct.course.next_step
        if step is None:
            raise ValueError("the ceremony is at its end")
        return step

    @property
    def seat(self) -> str:
        """The seat whose turn it is; empty where there is none."""
        return self.step.seat.code if self.step.seat else ""

    @property
    def sheet(self) -> dict[str, str]:
        """The fields that say which sheet of which set a step is about."""
        return {"set": self.conduct.course.things.set_id, "sheet": self.step.seat.number if self.step.seat else ""}

    def record(self, event: str, **data: Any) -> None:
        """Write an entry, see `Conduct.record`."""
        self.conduct.record(event, data)

    def done(self) -> None:
        """Write that a step without an entry of its own is done."""
        self.record("step", step=self.step.code, state="done")

    def two(self, question: str) -> list[str]:
        """Return the seats of two people or more who are here and agree to something."""

        def take(typed: str) -> list[str]:
            from splitkit.ceremony.conduct import seats_of  # noqa: PLC0415

            seats = seats_of(typed, self.conduct.course.room.present)
            if len(seats) < 2:
                raise UsageError("this needs two people", "type two seats, such as ADM WIT")
            return seats

        return self.desk.read(f"{question}\n  two seats, such as ADM WIT:", take)

    def check_machine(self) -> None:
        """Look at the machine again while something secret is live; what was overruled is not asked for twice.

        Raises:
            UnsafeMachineError: If something is unfit that was fit before, or that nobody overruled.
        """
        findings = inspect_live(this_machine(self.guard, sys.platform))
        fresh = [finding for finding in findings if finding.check.replace(" ", "-") not in self.conduct.accepted]
        if fresh:
            raise UnsafeMachineError(f"{fresh[0].check}: {fresh[0].fact}", fresh[0].advice)

    def forget(self, reason: str) -> None:
        """Let go of everything secret, and record it."""
        self.memory.clear()
        self.outlet.withdraw()
        self.conduct.forget(reason)


def take_steps(session: Session, handlers: Mapping[str, Callable[[Session], None]], menu: Callable[[], bool]) -> None:
    """Take every step until the ceremony is done.

    Raises:
        StoppedError: If people stop; the same command goes on later.
        LedgerError: If the ledger was changed from outside.
    """
    shown = ""
    while not session.conduct.course.done:
        course = session.conduct.course
        if course.room.paused or course.must_void or course.things.shred:
            _go_on(session, handlers)
            shown = ""
            continue
        if shown != session.step.code:
            announce(session)
            shown = session.step.code
        try:
            _take(session, handlers)
        except MovedError:
            shown = ""
        except OperatorStopError:
            menu()
            shown = ""
        except (AttentionError, UsageError, DeviceError, UnsafeMachineError) as error:
            session.desk.refuse(error)
            _wait(session)


def _take(session: Session, handlers: Mapping[str, Callable[[Session], None]]) -> None:
    """Take one step; what is secret needs two people and a machine that is still fit."""
    if session.step.step.secret:
        session.conduct.check_two()
        _look_again(session)
    handlers[session.step.step.code](session)


def _look_again(session: Session) -> None:
    """Let people put right what has changed on the machine, or overrule it."""
    while True:
        try:
            return session.check_machine()
        except UnsafeMachineError as error:
            session.desk.refuse(error)
            check = error.fact.partition(":")[0].replace(" ", "-")
            if session.desk.choose(
                "the machine is not as it was", {"": "it was put right", "overrule": "two people go on with it"}
            ):
                overrule(session, check)


def overrule(session: Session, check: str) -> None:
    """Record that two people go on with a machine that is not fit in one respect."""
    reason = session.desk.texts({"reason": "why it does no harm:"})["reason"]
    approved = session.two("Who overrules it?")
    session.record("override", check=check, reason=reason, approved=approved)


def _wait(session: Session) -> None:
    try:
        session.desk.enter(f"the step is taken again ({MENU_KEY}: who leaves, break, exception, void)")
    except MovedError:
        return


def _go_on(session: Session, handlers: Mapping[str, Callable[[Session], None]]) -> None:
    """Go on after a break, or with a set that cannot be finished."""
    course = session.conduct.course
    key = "paused" if course.room.paused else "void" if course.must_void else "shred"
    try:
        handlers[key](session)
    except MovedError:
        return
    except (AttentionError, UsageError, DeviceError) as error:
        session.desk.refuse(error)


def announce(session: Session) -> None:
    """Show the step that comes next: its number, who acts, who sees it, and what is done."""
    step, course = session.step, session.conduct.course
    desk = session.desk
    desk.say()
    place = f"{step.number}/{course.steps[-1].number}"
    desk.rows([f"--- {step.code}  {step.step.title} ".ljust(72 - len(place), "-") + f" {place}"])
    acts, sees = (", ".join(_called(role, step) for role in roles) for roles in (step.step.acts, step.step.sees))
    desk.say(f"{step.step.phase}.  {acts} acts, seen by {sees}.", "  ")
    desk.say(step.step.words, "  ")


def _called(role: str, step: NumberedStep) -> str:
    """Return who a role is in a step, as people call them."""
    if role == CUSTODIAN and step.seat:
        return f"{step.seat.code} {step.seat.name}".strip()
    return "everybody" if role == EVERYBODY else role
