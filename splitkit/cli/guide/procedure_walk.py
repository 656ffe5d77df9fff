"""A procedure of a pack, walked step by step with people at a terminal; each answer is recorded at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue
from splitkit.custody.procedure_pages import keepers
from splitkit.custody.records.holdings import Register
from splitkit.errors import SplitkitError, UsageError
from splitkit.host.columns import wrapped
from splitkit.ledger.events import ProcedureWalked
from splitkit.ledger.fields import LINE
from splitkit.packs.pack import Pack, find_procedure
from splitkit.packs.procedures import Procedure, ProcedureStep

_State = Literal["done", "otherwise", "not needed"]
_FELL_AWAY = "the rest of the part fell away"


@dataclass(frozen=True)
class ProcedureWalk:
    """Where people go through the procedures of a pack.

    Attributes:
        dialogue: At which terminal.
        writer: Who leads through it, and who writes it down; where there is no ledger, nothing is written.
        pack: Whose procedures they are.
        register: Who keeps what, if that is known.
    """

    dialogue: Dialogue
    writer: LedgerWriter
    pack: Pack
    register: Register | None

    def through(self, one: Procedure, first: int = 1) -> None:
        """Go through a procedure from its *first* step on, and through those with which people go on from it.

        Raises:
            UsageError: If it has no such step.
            StoppedError: If people stop.
        """
        steps = [(title, step) for title, steps in one.parts for step in steps]
        if first > len(steps):
            raise UsageError(f"this procedure has {len(steps)} steps", f"name a step from 1 to {len(steps)}")
        self._begin(one)
        fallen = ""
        for number, (title, step) in list(enumerate(steps, 1))[first - 1 :]:
            if title == fallen:
                self._record(one, number, len(steps), "not needed", _FELL_AWAY)
                continue
            self._if_stopped(one, number)
            self.dialogue.say(f"\n{title}: step {number} of {len(steps)}")
            state, remark, fallen = self.dialogue.interview(lambda step=step, title=title: self._answered(step, title))  # type: ignore[misc]
            self._record(one, number, len(steps), state, remark)
            if step.go_on and state != "not needed":
                self._if_stopped(one, min(number + 1, len(steps)))
                self._go_on(one, step.go_on)
        self.dialogue.say(f"\n{one.code} is at its end.")

    def _if_stopped(self, one: Procedure, number: int) -> None:
        self.dialogue.if_stopped = f"go on with: splitkit packs walk --from {number} {one.code}"

    def _begin(self, one: Procedure) -> None:
        self.dialogue.say(one.heading)
        self.dialogue.say(f"when: {one.when}")
        for role, who in keepers(self.pack, one, self.register):
            self.dialogue.say(f"{role}: {who or 'not recorded'}")
        if not self.writer.ledgers:
            self.dialogue.say(
                "No custody folder is here: nothing of it is recorded.  Note the times, and who does what."
            )

    def _go_on(self, one: Procedure, code: str) -> None:
        then = f"{one.code} is walked to its end, without {code}"
        if self.dialogue.yes(f"Go on with {code} now?", f"{one.code} goes on after it", then):
            self.through(find_procedure(code, (self.pack,))[1])
            self.dialogue.say(f"\n{one.code} goes on.")

    def _answered(self, step: ProcedureStep, title: str) -> tuple[_State, str, str]:
        """Return what came of a step, what was otherwise, and which part falls away from here on."""
        if step.only_if and not self.dialogue.yes(f"Is it so: {step.only_if}?", "the step is needed", "it is left out"):
            return "not needed", "", ""
        self.dialogue.rows(list(told(step)))
        answers = {
            "yes": "as it stands here",
            "no": "not at all, or otherwise: you are asked how",
            "rest": f"yes, and nothing more of '{title}' is needed",
        }
        answer = self.dialogue.choose("Is it done?", answers)
        if answer == "no":
            return (
                "otherwise",
                self.dialogue.text("What was otherwise?", LINE, "say it in one line; it is recorded"),
                "",
            )
        return "done", "", title if answer == "rest" else ""

    def _record(self, one: Procedure, number: int, of: int, state: _State, remark: str) -> None:
        """Write what came of a step; a ledger that takes nothing stops nobody."""
        if not self.writer.ledgers:
            return
        event = ProcedureWalked(
            pack=self.pack.code, procedure=one.code, step=number, steps=of, state=state, remark=remark or None
        )
        try:
            self.writer.record(event)
        except SplitkitError as error:
            self.dialogue.refuse(error)
            self.dialogue.say(f"Step {number} of {one.code} is not recorded: write it down.  The procedure goes on.")


def told(step: ProcedureStep, number: str = "") -> Iterator[str]:
    """Yield a step in rows of a screen, under its *number*."""
    indent = " " * len(number)
    yield from wrapped(f"{step.who}: {step.words}", COLUMNS, number)
    yield from wrapped(f"proof: {step.proof}", COLUMNS, indent)
    if step.command:
        yield f"{indent}$ {step.command}"
    if step.go_on:
        yield f"{indent}then: splitkit packs walk {step.go_on}"
