"""A procedure of a pack, walked step by step with people at a terminal; each answer is recorded at once."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue
from splitkit.custody.procedure_pages import keepers, step_as_typed
from splitkit.custody.records.holdings import Register
from splitkit.errors import SplitkitError, UsageError
from splitkit.host import clock
from splitkit.host.columns import wrapped
from splitkit.ledger.events import ProcedureWalked
from splitkit.ledger.fields import LINE
from splitkit.packs.pack import Pack, find_procedure
from splitkit.packs.procedures import Procedure, ProcedureStep

_State = Literal["done", "otherwise", "not needed"]
_FELL_AWAY = "the rest of the part fell away"
_INSTEAD = "{0} was gone on with in its place"
_BACK = "it comes where people came from"


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

    def through(self, one: Procedure, first: int = 1, last: int = 0) -> None:
        """Go through a procedure from its *first* step on, and through those with which people go on from it.

        Whoever is sent back to another one after the *last* step has the rest there.  What can be done only days later is not asked for.

        Raises:
            UsageError: If it has no such step.
            StoppedError: If people stop.
        """
        steps = one.numbered
        if first > len(steps):
            raise UsageError(f"this procedure has {len(steps)} steps", f"name a step from 1 to {len(steps)}")
        self._begin(one)
        number, fallen = first, ""
        while number <= (last or len(steps)):
            title, step = steps[number - 1]
            if title == fallen:
                self._record(one, number, "not needed", _FELL_AWAY)
            else:
                state, fallen = self._gone_through(one, number)
                if step.go_on and state != "not needed" and self._goes_on(one, number):
                    return
            if one.wait_after(number):
                self.dialogue.say(f"\nThe rest of {one.code} is for {_day(one, number)}: status says so then.")
                return
            number += 1
        for left in range(number, len(steps) + 1):
            self._record(one, left, "not needed", _BACK)
        self.dialogue.say(f"\n{one.code} is at its end.")

    def _gone_through(self, one: Procedure, number: int) -> tuple[_State, str]:
        """Go through a step; return what came of it, and which part falls away from here on."""
        title, step = one.numbered[number - 1]
        self._if_stopped(one, number)
        self.dialogue.say(f"\n{title}: step {number} of {len(one.numbered)}")
        state, remark, fallen = self.dialogue.interview(lambda: self._answered(step, title))
        self._record(one, number, state, remark)
        return state, fallen

    def _goes_on(self, one: Procedure, number: int) -> bool:
        """Go on with another procedure, if people want to; return whether that took the place of the rest of this one."""
        _, step = one.numbered[number - 1]
        self._if_stopped(one, min(number + 1, len(one.numbered)))
        told = f"{one.code} ends here" if step.instead else f"{one.code} goes on after it"
        if not self.dialogue.yes(
            f"Go on with {step.go_on} now?", told, f"{one.code} is walked to its end, without {step.go_on}"
        ):
            return False
        for left in range(number + 1, len(one.numbered) + 1) if step.instead else ():
            self._record(one, left, "not needed", _INSTEAD.format(step.go_on))
        self.through(find_procedure(step.go_on, (self.pack,))[1], step.span[0], 0 if step.instead else step.span[1])
        if not step.instead:
            self.dialogue.say(f"\n{one.code} goes on.")
        return step.instead

    def _if_stopped(self, one: Procedure, number: int) -> None:
        self.dialogue.if_stopped = f"go on with: splitkit incident --from {number} {one.code}"

    def _begin(self, one: Procedure) -> None:
        self.dialogue.say(one.heading)
        self.dialogue.say(f"when: {one.when}")
        for role, who in keepers(self.pack, one, self.register):
            self.dialogue.say(f"{role}: {who or 'not recorded'}")
        if not self.writer.ledgers:
            self.dialogue.say(
                "No custody folder is here: nothing of it is recorded.  Note the times, and who does what."
            )

    def _answered(self, step: ProcedureStep, title: str) -> tuple[_State, str, str]:
        """Return what came of a step, what was otherwise, and which part falls away from here on."""
        if step.only_if and not self.dialogue.yes(f"Is it so: {step.only_if}?", "the step is needed", "it is left out"):
            return "not needed", "", ""
        practice = bool(self.register and self.register.practice)
        self.dialogue.rows(list(told(step_as_typed(step, practice=practice))))
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

    def _record(self, one: Procedure, number: int, state: _State, remark: str) -> None:
        """Write what came of a step; a ledger that takes nothing stops nobody."""
        if not self.writer.ledgers:
            return
        event = ProcedureWalked(
            pack=self.pack.code,
            procedure=one.code,
            step=number,
            steps=len(one.numbered),
            state=state,
            remark=remark or None,
            next=_day(one, number) if one.wait_after(number) else None,
        )
        try:
            self.writer.record(event)
        except SplitkitError as error:
            self.dialogue.refuse(error)
            self.dialogue.say(f"Step {number} of {one.code} is not recorded: write it down.  The procedure goes on.")


def _day(one: Procedure, number: int) -> dt.date:
    """Return the day from which the steps after this one can be done."""
    return clock.day() + dt.timedelta(days=one.wait_after(number))


def told(step: ProcedureStep, number: str = "") -> Iterator[str]:
    """Yield a step in rows of a screen, under its *number*."""
    indent = " " * len(number)
    yield from wrapped(f"{step.who}: {step.words}", COLUMNS, number)
    yield from wrapped(f"proof: {step.proof}", COLUMNS, indent)
    yield from (f"{indent}$ {command}" for command in step.commands)
    if step.go_on:
        yield from wrapped(step.onward, COLUMNS, indent)
        yield f"{indent}$ splitkit incident --from {step.span[0]} {step.go_on}"
