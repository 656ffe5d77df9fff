"""`splitkit custody review`: two reviewers go through every way in, line by line, and sign what they decided."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from splitkit.cli.guide.questions import ask_action
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import DAY, folder_paper_option, ledgers_argument
from splitkit.cli.ui.custody_ledgers import LedgerWriter, built_from
from splitkit.cli.ui.dialogue import BACK_KEY, Dialogue
from splitkit.cli.ui.ledger_reading import settings_of
from splitkit.cli.ui.talk import result, safe, say, spelt_rows
from splitkit.custody.records.holdings import Register
from splitkit.custody.review import Access, Answer, Decision, Review, check_reviewers, day_of_next, lines_of
from splitkit.custody.saying.naming import person_called, person_meant
from splitkit.errors import AttentionError, UnsafeMachineError, UsageError
from splitkit.host import clock, files
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.fields import LINE
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter

_ANEW = "nothing was written: begin the review anew"
_MEANS = {Answer.ABSENT: "nobody could reach them; that is an incident"}
"""What the answers mean that do not say it."""


@click.command(name="review", cls=StrictCommand)
@ledgers_argument
@click.option("--reviewer", "reviewers", multiple=True, required=True, metavar="SEAT", help="Who reviews; name two.")
@click.option("--out", required=True, metavar="FILE", help="New PDF of the sheet that both sign.")
@click.option(
    "--next",
    "following",
    type=DAY,
    metavar="DATE",
    help="Day of the next review; in a quarter if not given, and at the latest.",
)
@folder_paper_option
def review(
    ledgers: Ledgers, reviewers: Sequence[str], out: str, following: dt.date | None, paper: Paper | None
) -> None:
    """Go through what was withdrawn, and everybody who has a way in, line by line.

    Each line is kept, changed or removed; what nobody has cannot be kept.  A change is an action with a name and a day, and
    stays due until it is done.  Written into the last ledger, with a sheet that two reviewers sign.
    """
    files.check_new_file(Path(out))
    today = clock.day()
    following = day_of_next(today, following)
    custody = built_from(ledgers, strict=False)
    register, todo = custody.register, lines_of(custody.register, custody.entries, today)
    reviewers = [person_meant(register, one) for one in reviewers]
    check_reviewers(register, reviewers)
    writer = LedgerWriter(ledgers, reviewers[0], reviewers[1]).checked()
    if not interactive():
        raise UnsafeMachineError("a review is a conversation, and nobody is at a terminal", "run it in a terminal")
    lines = _walked(register, todo, reviewers)
    with writer.held() as held:
        if lines_of(held.register, held.entries, today) != todo:
            raise AttentionError(
                "meanwhile the ledgers say something else of who has a way in, or of what was withdrawn", _ANEW
            )
        reviewed = Review(held.register, lines, reviewers, today, following)
        held.write(list(reviewed.entries()))
        head = held.ledger.words
    files.write_new_file(Path(out), Typesetter(paper or settings_of(ledgers).paper).report(reviewed.report(head), say))
    say(f"written to {safe(out)}: print it, and let every reviewer sign")
    result("head of the ledger after the review (it may be read aloud):")
    result(*spelt_rows(head, "L"))


def _walked(register: Register, todo: list[Access], reviewers: Sequence[str]) -> list[Decision]:
    if not todo:
        raise UsageError("nobody has a way in that these ledgers know of", "give every ledger, the oldest first")
    with Dialogue.open("nothing was written: begin again") as dialogue:
        walk = _Walk(dialogue, register, todo)
        return dialogue.interview(lambda: walk.run(reviewers))


@dataclass
class _Walk:
    """The walk through all lines; nothing is written before every reviewer has agreed."""

    dialogue: Dialogue
    register: Register
    todo: list[Access]

    def run(self, reviewers: Sequence[str]) -> list[Decision]:
        """Ask about every line, then whether every reviewer agrees."""
        self.dialogue.say(
            f"{len(self.todo)} lines.  keep: as it is; change or remove: say what is done; {BACK_KEY} goes one question back.  "
            "Nothing is written before the end."
        )
        lines = [self._decided(number, access) for number, access in enumerate(self.todo, start=1)]
        self._agree(lines, reviewers)
        return lines

    def _decided(self, number: int, access: Access) -> Decision:
        self.dialogue.say()
        question = f"{number} of {len(self.todo)}: {person_called(self.register, access.seat)}: {access.what}"
        question += "".join(f"\n  {'WRONG' if one.grave else 'note'}: {one.words}" for one in access.wrong)
        if Answer.KEEP not in access.answers:
            question += "\n  It cannot be kept as it is: say what is done about it."
        means = {answer.value: _MEANS.get(answer, "") for answer in access.answers}
        return self._line(access, Answer(self.dialogue.choose(question, means)))

    def _line(self, access: Access, answer: Answer) -> Decision:
        if answer is Answer.KEEP:
            return Decision(access, answer)
        return Decision(access, answer, *ask_action(self.dialogue, "What is done about it?", LINE))

    def _agree(self, lines: list[Decision], reviewers: Sequence[str]) -> None:
        """Let every reviewer type the own seat; whoever does not agree goes back to the line."""
        self.dialogue.say()
        for line in lines:
            if line.answer is not Answer.KEEP:
                self.dialogue.say(f"{line.answer.value}: {person_called(self.register, line.access.seat)}, {line.access.what}: "
                              f"{line.remark} ({line.owner}, until {line.due})")  # fmt: skip
        kept = sum(line.answer is Answer.KEEP for line in lines)
        self.dialogue.say(f"{kept} of {len(lines)} lines are kept as they are.")
        for seat in reviewers:
            question = f"{person_called(self.register, seat)}: do you agree with every line?  {BACK_KEY} goes back to the last one."
            self.dialogue.choose(question, {seat.lower(): "I agree"})
