"""`splitkit custody review`: two reviewers go through every way in, line by line, and sign what they decided."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from splitkit.cli.guide.questions import ask_action, in_a_quarter
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import DAY, ledgers_argument, paper_option
from splitkit.cli.ui.custody_ledgers import built_from, going_on
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.report_pdf import set_report
from splitkit.cli.ui.talk import result, safe, say, spelt_rows
from splitkit.custody.register import Register
from splitkit.custody.review import Access, Answer, Decision, Review, accesses, check_reviewers
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host import clock, files
from splitkit.host.terminal import Terminal, interactive
from splitkit.ledger.chain import Happening
from splitkit.ledger.fields import LINE
from splitkit.ledger.ledger_file import Ledger
from splitkit.paper.geometry import Paper

BACK = "<"


@click.command(name="review", cls=StrictCommand)
@ledgers_argument
@click.option("--reviewer", "reviewers", multiple=True, required=True, metavar="SEAT", help="Who reviews; name two.")
@click.option("--out", required=True, metavar="FILE", help="New PDF of the sheet that both sign.")
@click.option(
    "--next", "following", type=DAY, metavar="DATE", help="Day of the next review; in a quarter if not given."
)
@paper_option
def review(ledgers: Sequence[str], reviewers: Sequence[str], out: str, following: dt.date | None, paper: Paper) -> None:
    """Go through everybody who has a way in, line by line.

    Each line is kept, changed or removed.  A change is an action with a name and a day, and stays due until it is done.
    Written into the last ledger, with a sheet that two reviewers sign.
    """
    files.check_new_file(Path(out))
    today = clock.day()
    with going_on(ledgers) as ledger:
        register = built_from(ledgers, strict=False).register
        check_reviewers(register, reviewers)
        if not interactive():
            raise UnsafeMachineError("a review is a conversation, and nobody is at a terminal", "run it in a terminal")
        due = following or in_a_quarter()
        held = Review(register, _walked(register, reviewers), reviewers, today, due)
        _write(ledger, held)
        head = ledger.words
    files.write_new_file(Path(out), set_report(held.report(head), paper))
    say(f"written to {safe(out)}: print it, and let every reviewer sign")
    result("head of the ledger after the review (it may be read aloud):")
    result(*spelt_rows(head, "L"))


def _walked(register: Register, reviewers: Sequence[str]) -> list[Decision]:
    with Terminal.open() as terminal:
        dialogue = Dialogue(terminal, if_stopped="nothing was written: begin again")
        return _Walk(dialogue, register, accesses(register)).run(reviewers)


def _write(ledger: Ledger, held: Review) -> None:
    """Write all of a review, after all of it was tried."""
    first, second = held.reviewers[:2]
    register, entries = held.register, list(held.entries())
    for event in entries:
        register = register.after(Happening(event, first, second, clock.stamp()))
    ledger.append_all(entries, by=first, witness=second, at=clock.stamp())


@dataclass
class _Walk:
    """The walk through all lines; nothing is written before every reviewer has agreed."""

    dialogue: Dialogue
    register: Register
    todo: list[Access]
    lines: list[Decision] = field(default_factory=list)

    def run(self, reviewers: Sequence[str]) -> list[Decision]:
        if not self.todo:
            raise UsageError("nobody has a way in that these ledgers know of", "give every ledger, the oldest first")
        self.dialogue.say(
            f"{len(self.todo)} lines.  keep: as it is; change or remove: say what is done; {BACK} goes one line back.  "
            "Nothing is written before the end."
        )
        while True:
            while len(self.lines) < len(self.todo):
                self._step(self.todo[len(self.lines)])
            if self._agreed(reviewers):
                return self.lines

    def _step(self, access: Access) -> None:
        number = len(self.lines) + 1
        who = self.register.named(access.seat)
        self.dialogue.say()
        typed = self.dialogue.choose(
            f"{number} of {len(self.todo)}: {who}: {access.what}",
            {answer.value: "" for answer in Answer} | ({BACK: ""} if self.lines else {}),
        )
        if typed == BACK:
            self.lines.pop()
            return
        self.lines.append(self._line(access, Answer(typed)))

    def _line(self, access: Access, answer: Answer) -> Decision:
        if answer is Answer.KEEP:
            return Decision(access, answer)
        return Decision(access, answer, *ask_action(self.dialogue, "What is done about it?", LINE))

    def _agreed(self, reviewers: Sequence[str]) -> bool:
        """Let every reviewer type the own seat; whoever does not begins again at the last line."""
        self.dialogue.say()
        for line in self.lines:
            if line.answer is not Answer.KEEP:
                self.dialogue.say(f"{line.answer.value}: {self.register.named(line.access.seat)}, {line.access.what}: "
                              f"{line.remark} ({line.owner}, until {line.due})")  # fmt: skip
        kept = sum(line.answer is Answer.KEEP for line in self.lines)
        self.dialogue.say(f"{kept} of {len(self.lines)} lines are kept as they are.")
        for seat in reviewers:
            typed = self.dialogue.choose(
                f"{self.register.named(seat)}: do you agree with every line?",
                {seat.lower(): "I agree", BACK: "back to the last line"},
            )
            if typed == BACK:
                self.lines.pop()
                return False
        return True
