"""`splitkit plan new`: the questions of a plan at the terminal, each answer checked at once, and none of them final."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.ui.talk import result, safe, say, spelt_rows
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host import files
from splitkit.host.terminal import Terminal, interactive
from splitkit.plan.document import Plan, parse_plan
from splitkit.plan.explained import strength, warnings_of
from splitkit.plan.interview import NONE, Question, asked, pending, plan_of
from splitkit.plan.plan_hash import MARK, plan_hash
from splitkit.plan.policy_words import rule
from splitkit.plan.size import advice, plan_size
from splitkit.plan.writing import plan_toml
from splitkit.quorum.envelope import MAX_BYTES

BACK = "<"


@click.command(name="new", cls=StrictCommand)
@click.argument("path", metavar="FILE")
def new(path: str) -> None:
    """Write a plan by answering questions.

    Every answer is checked at once; < goes back, and at the end any answer can be changed.  FILE must be new.
    """
    target = Path(path)
    files.check_new_file(target)
    if not interactive():
        raise UnsafeMachineError(
            "there is no terminal to ask the questions",
            "run it in a terminal, or write the file as docs/guide.md shows",
        )
    with Terminal.open() as terminal:
        plan = _Interview(terminal).run()
    content = plan_toml(plan)
    if parse_plan(content) != plan:
        raise RuntimeError("a plan that was written is read back as another one")
    files.write_new_file(target, content)
    result(f"plan written to {safe(path)}; its hash (it may be read aloud):")
    for row in spelt_rows(plan_hash(plan).words, MARK):
        result(row)
    say("next: 'splitkit plan check' shows it for signing, 'splitkit plan risk' compares its policy with others")


@dataclass
class _Interview:
    """One conversation: the answers so far, and those that were taken back and stand as the usual answer."""

    terminal: Terminal
    answers: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)

    def run(self) -> Plan:
        """Ask until all is answered and the people say yes."""
        say(f"Enter takes the answer in brackets, {NONE} means none, {BACK} goes back, Ctrl-C stops.")
        while True:
            while question := pending(self.answers):
                self._ask(question)
            plan = self._summary()
            if self._accepted(plan) and plan:
                return plan

    def _ask(self, question: Question) -> None:
        usual = self.drafts.get(question.key, question.default)
        typed = self.terminal.ask(_prompt(question.prompt, usual)).strip()
        if typed == BACK:
            self._back()
            return
        try:
            self.answers[question.key] = question.taken(typed or usual)
        except UsageError as error:
            self._say(f"  no: {error.fact}; {error.hint}")
        else:
            self.drafts.pop(question.key, None)

    def _back(self) -> None:
        before = asked(self.answers)
        if before:
            key = before[-1].key
            self.drafts[key] = self.answers.pop(key)
        else:
            self._say("  this is the first question")

    def _rows(self) -> dict[str, list[Question]]:
        """The answered questions by their short names; those about one custodian are one row."""
        rows: dict[str, list[Question]] = {}
        for question in asked(self.answers):
            rows.setdefault(question.what, []).append(question)
        return rows

    def _accepted(self, plan: Plan | None) -> bool:
        """Tell whether the people want the plan written; if not, what they want to change is taken back."""
        rows = list(self._rows().values())
        what = (
            "Type yes to write it, or the number of an answer to change: "
            if plan
            else "Number of an answer to change: "
        )
        while True:
            typed = self.terminal.ask(what).strip().lower()
            if plan and typed in ("y", "yes"):
                return True
            if typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= len(rows):
                break
            self._say(f"  type {'yes, or ' if plan else ''}a number from 1 to {len(rows)}")
        for question in rows[int(typed[:4]) - 1]:
            self.drafts[question.key] = self.answers.pop(question.key)
        return False

    def _summary(self) -> Plan | None:
        """Show all answers with their numbers, and what they mean together; no plan when they cannot stand together."""
        self._say("")
        for number, (what, group) in enumerate(self._rows().items(), start=1):
            values = [self.answers[question.key] for question in group]
            self._say(f"{number:>3}  {what:<13} {', '.join(value for value in values if value) or NONE}")
        plan = plan_of(self.answers)
        self._say(f"{rule(plan.policy)} {strength(plan.policy)}")
        for warning in warnings_of(plan):
            self._say(f"warning: {warning}")
        size = plan_size(plan)
        if size.left < 0:
            self._say(f"The envelope is {-size.left} bytes too long for a sheet: {advice(size)}.")
            return None
        self._say(f"The envelope takes {size.size} of {MAX_BYTES} bytes.")
        return plan

    def _say(self, text: str) -> None:
        self.terminal.say(textwrap.fill(text, 79, subsequent_indent="  ", break_on_hyphens=False) if text else "")


def _prompt(prompt: str, usual: str) -> str:
    """Return what is shown: the question, and what Enter alone means."""
    if usual:
        return f"{prompt.partition(' (Enter: ')[0]} [{usual}]: "
    return f"{prompt} " if prompt.endswith("?") else f"{prompt}: "
