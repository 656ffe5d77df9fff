"""`splitkit plan`: write a plan, and check it before people sign it, with the risks of its policy."""

import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from splitkit.ceremony.script import KINDS
from splitkit.ceremony.steps import Script, events_of, expand
from splitkit.cli.ceremony_options import plan_of, refuse
from splitkit.cli.main import PlainGroup
from splitkit.cli.options import POLICY, Named, Parsed, json_option, option, packed, read_plan, shared
from splitkit.cli.ui.dialogue import BACK_KEY, BackError, Dialogue, listed
from splitkit.cli.ui.ledger_reading import find
from splitkit.cli.ui.talk import json_result, result, safe, say, spelt_rows, warn
from splitkit.errors import SplitkitError, UnsafeMachineError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.paper.geometry import Paper
from splitkit.plan import interview
from splitkit.plan.document import Plan, parse_plan, plan_toml
from splitkit.plan.explained import described, strength, warnings_of
from splitkit.plan.interview import NONE, Question, asked, pending
from splitkit.plan.plan_hash import MARK, check_signed, plan_hash
from splitkit.plan.policy_words import rule
from splitkit.plan.risk import (
    MAX_REACH,
    MAX_YEARS,
    Neighbour,
    Odds,
    Risk,
    neighbours,
    parse_odds,
    risk_of,
    sites_needed,
)
from splitkit.plan.risk_report import HEADING, assumptions, picture_pdf, picture_svg, row, verdict
from splitkit.plan.size import Size, advice, plan_size
from splitkit.quorum.envelope import MAX_BYTES
from splitkit.quorum.policy import Policy


@click.group(name="plan", cls=PlainGroup)
def command() -> None:
    """Write a plan, and check it before people sign it.

    A plan says who keeps a sheet and how many are needed.  Nothing in it is secret.  Its hash, 12 words marked P, is what
    the witnesses sign before a set is made.
    """
    hardening.harden()


# --- plan new -----------------------------------------------------------------------------------------------------------


@command.command("new")
@click.argument("path", metavar="FILE")
@click.option("--practice", is_flag=True, help="For rehearsals alone.")
def new(path: str, *, practice: bool) -> None:
    """Write a plan by answering questions.

    Every answer is checked at once; < goes back, and at the end any answer can be changed.  FILE must be new.

    Example: splitkit plan new plan.toml
    """
    target = Path(path)
    files.check_new_file(target)
    if not interactive():
        raise UnsafeMachineError(
            "there is no terminal to ask the questions",
            "run it in a terminal, or write the file as docs/guide.md shows",
        )
    with Dialogue.open("nothing was written") as dialogue:
        known = {"practice": "yes"} if practice else _known()
        plan = _Interview(dialogue, dict(known), known=frozenset(known)).run()
    content = plan_toml(plan)
    if parse_plan(content) != plan:
        raise RuntimeError("a plan that was written is read back as another one")
    files.write_new_file(target, content)
    result(f"plan written to {safe(path)}; its hash (it may be read aloud):")
    result(*spelt_rows(plan_hash(plan).words, MARK))
    say(
        f"next: 'splitkit plan check {safe(path)}' shows it for signing, and with --risk compares its policy with others"
    )


def _known() -> dict[str, str]:
    """Return what follows from the custody folder, which is for rehearsals or for none; one that cannot be read prevents no plan."""
    ledgers = Ledgers()
    try:
        return {"practice": "yes" if find(ledgers).built.register.practice else "no"} if ledgers else {}
    except SplitkitError:
        return {}


@dataclass
class _Interview:
    """One conversation: the answers so far, and those that were taken back and stand as the usual answer."""

    dialogue: Dialogue
    answers: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    """What is known without asking: it is asked for only where people change it at the end."""

    def run(self) -> Plan:
        """Ask until all is answered and the people say yes."""
        say(
            f"Enter alone takes the answer that is shown for it; {NONE} means none.  {BACK_KEY} goes back, ? explains, Ctrl-C stops."
        )
        self.dialogue.back = self._go_back
        while True:
            try:
                while question := pending(self.answers):
                    self._ask(question)
                plan = self._summary()
                if self._accepted(plan) and plan:
                    return plan
            except BackError:
                continue

    def _ask(self, question: Question) -> None:
        usual = self.drafts.get(question.key, question.default)
        several = {word: f"{word}: {means}" for word, means in question.choices.items() if means}
        means = f"{question.means}  Enter alone takes the answer that is shown for it; {NONE} means none."

        def take(typed: str) -> str:
            return question.taken(typed or usual)

        if several:
            answer = self.dialogue.pick(question.prompt, several, take, means, empty=usual)
        else:
            answer = self.dialogue.read(_prompt(question, usual), take, means, either=bool(question.choices))
        self.answers[question.key] = answer
        self.drafts.pop(question.key, None)

    def _go_back(self) -> str:
        """Take back the last answer; it stands as the usual one then."""
        if not (before := [one for one in asked(self.answers) if one.key not in self.known]):
            return "This is the first question; Ctrl-C stops."
        key = before[-1].key
        self.drafts[key] = self.answers.pop(key)
        raise BackError

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
            "Type yes to write it, or the number of an answer to change:" if plan else "Number of an answer to change:"
        )
        means = f"{'y or yes: the plan is written.  ' if plan else ''}A number: that answer is asked for again."

        def take(typed: str) -> int:
            if plan and typed.lower() in ("y", "yes"):
                return 0
            if typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= len(rows):
                return int(typed[:4])
            fact = "that is not one of the answers"
            raise UsageError(fact, f"type {'yes, or ' if plan else ''}a number from 1 to {len(rows)}")

        number = self.dialogue.read(what, take, means, either=True)
        for question in rows[number - 1] if number else ():
            self.drafts[question.key] = self.answers.pop(question.key)
        return not number

    def _summary(self) -> Plan | None:
        """Show all answers with their numbers, and what they mean together; no plan when they cannot stand together."""
        self._say("")
        for number, (what, group) in enumerate(self._rows().items(), start=1):
            values = [self.answers[question.key] for question in group]
            self._say(f"{number:>3}  {what:<13} {', '.join(value for value in values if value) or NONE}")
        plan = interview.plan_of(self.answers)
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
        self.dialogue.rows(textwrap.wrap(text, 79, subsequent_indent="  ", break_on_hyphens=False) or [""])


def _prompt(question: Question, usual: str) -> str:
    """Return what is shown: the question, its answers where there are few, and which of them Enter alone is."""
    asked_for = question.prompt.partition(" (Enter: ")[0] if usual else question.prompt
    if question.choices:
        return listed(asked_for, [*question.choices], usual)
    if not usual:
        return asked_for if asked_for.endswith("?") else f"{asked_for}:"
    within = asked_for.endswith(")")
    return f"{asked_for[:-1]}; Enter: {usual}):" if within else f"{asked_for} (Enter: {usual}):"


# --- plan check ---------------------------------------------------------------------------------------------------------

_PICTURES = (".svg", ".pdf")
_OF_RISK = ("policy", "lost", "seen", "absent", "years", "around", "picture")


def _odds_option(name: str, default: str, what: str) -> Any:
    return option(name, type=Parsed(parse_odds), default=default, show_default=True, metavar="CHANCE", help=what)


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """What is checked, and what the risks are worked out from."""

    path: str | None = shared(click.argument("path", required=False, metavar="[PLAN]"))
    signed: str | None = option("--signed", metavar="WORDS", help="The 12 words marked P that the witnesses signed.")
    risk: bool = option("--risk", is_flag=True, help="Compare the risks of its policy with those around it.")
    policy: Policy | None = option("--policy", type=POLICY, metavar="TEXT",
                                   help="With --risk instead of a plan: 3of5, or '2 of: Board 2of3, IT 3of5, Audit 1of1'.")  # fmt: skip
    lost: float = _odds_option("--lost", "2%", "A sheet is lost or can no longer be read, within a year.")
    seen: float = _odds_option("--seen", "1%", "A sheet is seen or taken by a thief, within a year.")
    absent: float = _odds_option("--absent", "10%", "A custodian cannot come when the password is needed.")
    years: int = option("--years", default=5, show_default=True, type=click.IntRange(1, MAX_YEARS),
                        help="Years without a review.")  # fmt: skip
    around: int = option("--around", default=1, show_default=True, type=click.IntRange(0, MAX_REACH),
                         help="How far T and N may be away.")  # fmt: skip
    picture: str | None = option("--picture", metavar="FILE", help="Draw the chances into a new file, .svg or .pdf.")
    steps: Script | None = option(
        "--steps",
        type=Named({one.name: one for one in KINDS}),
        help="List the steps of a kind of ceremony by this plan.",
    )
    as_json: bool = shared(json_option)


@command.command("check")
@packed(CheckOptions)
def check(given: CheckOptions) -> None:
    """Check a plan and show it in words, with its hash; or compare the risks of its policy.

    Exits 0 when a set can be made from it, also with warnings; 2 when not; 9 when it is not the plan that was signed.

    With --risk the chances are worked out exactly, from guesses: put in your own.  CHANCE is 2% or 0.02.  docs/guide.md says what is
    assumed.

    Example: splitkit plan check plan.toml

    Example: splitkit plan check --risk --policy 3of5 --lost 5%

    Example: splitkit plan check plan.toml --steps recover --json
    """
    if given.risk:
        if given.signed is not None:
            raise UsageError("--signed is about a plan, and --risk about its policy", "check one after the other")
        return _compare_risks(given)
    refuse(_OF_RISK, "where no risks are asked for", "add --risk")
    if given.steps is not None:
        if given.signed is not None:
            _check_signed(given.path, given.signed)
        return _list_steps(given.path, given.steps, as_json=given.as_json)
    if given.path is None:
        raise UsageError("no plan was named", "splitkit plan check PLAN")
    return _check(given.path, given.signed, as_json=given.as_json)


def _list_steps(path: str | None, script: Script, *, as_json: bool) -> None:
    """For each step its code, what is done, and which events it leaves in the ledger; a review needs no plan."""
    agreed, _ = plan_of(path, script, practice=False)
    numbered = expand(agreed, script)
    if as_json:
        json_result({"steps": [step.as_object() for step in numbered]})
        return
    phase = ""
    for step in numbered:
        if step.step.phase.title != phase:
            phase = step.step.phase.title
            result(phase)
        events = ", ".join(events_of(step.marks))
        result(f"  {step.number:>3} {step.code:<7} {step.step.title:<32} {events}")


def _check(path: str, signed: str | None, *, as_json: bool) -> None:
    plan = read_plan(path)
    size = plan_size(plan)
    if as_json:
        json_result(_as_object(plan, size))
    else:
        _show(plan, size)
    if size.left < 0:
        raise UsageError(f"the envelope is {-size.left} bytes too long for a sheet", advice(size))
    if signed is not None:
        _check_signed(path, signed)


def _check_signed(path: str | None, signed: str) -> None:
    """Refuse a plan that is not the one which the witnesses signed."""
    if path is None:
        raise UsageError("--signed was given, and no plan", "splitkit plan check PLAN --signed WORDS")
    check_signed(read_plan(path), signed)
    say("these are the words that the witnesses signed")


def _show(plan: Plan, size: Size) -> None:
    for line in described(plan):
        result(textwrap.fill(line, 79, subsequent_indent=" " * 11, break_on_hyphens=False))
    room = f"{size.left} left" if size.left >= 0 else f"{-size.left} TOO MANY"
    result(f"envelope   {size.size} of {MAX_BYTES} bytes, {room}")
    for warning in warnings_of(plan):
        warn(warning)
    hashed = plan_hash(plan)
    result("plan hash (the witnesses sign it; it may be read aloud):")
    result(*spelt_rows(hashed.words, MARK))
    result(f"SHA-256  {hashed.hex}")


def _as_object(plan: Plan, size: Size) -> dict[str, Any]:
    hashed, policy = plan_hash(plan), plan.policy
    return {
        "label": plan.label,
        "practice": plan.practice,
        "anonymous": plan.anonymous,
        "paper": plan.paper.value,
        "profile": plan.profile,
        "policy": str(policy),
        "rule": rule(policy),
        "sheets": policy.sheets,
        "coalition": policy.needed,
        "absences": policy.spare(policy.sheet_ids()),
        "sites_needed": sites_needed(policy),
        "custodians": [
            {"sheet": policy.number(sheet), "name": person.name, "title": person.title, "site": person.site}
            for sheet, person in plan.custodians
        ],
        "envelope": {"bytes": size.size, "most": MAX_BYTES, "left": size.left},
        "shorten": {cut.what: cut.characters for cut in size.cuts},
        "warnings": warnings_of(plan),
        "words": " ".join(hashed.words),
        "hash": hashed.hex,
    }


# --- the risks of a policy ----------------------------------------------------------------------------------------------


def _compare_risks(given: CheckOptions) -> None:
    chosen, paper = _chosen(given.path, given.policy)
    odds = Odds(given.lost, given.seen, given.absent, given.years)
    target = Path(given.picture) if given.picture is not None else None
    if target:
        _check_picture(target)
    rows = [(near, risk_of(near.policy, odds)) for near in neighbours(chosen, given.around)]
    if target:
        svg, today = target.suffix.lower() == ".svg", clock.iso_date(clock.today())
        files.write_new_file(target, picture_svg(rows, odds) if svg else picture_pdf(rows, odds, paper, today))
        say(f"picture written to {safe(str(given.picture))}")
    if given.as_json:
        json_result(_risk_object(rows, odds))
    else:
        _show_risk(rows, odds)


def _chosen(path: str | None, policy: Policy | None) -> tuple[Policy, Paper]:
    """Return the policy to judge, and the paper for a picture."""
    if (path is None) == (policy is None):
        raise UsageError("neither a plan nor --policy was given, or both", "name a plan, or give --policy 3of5")
    plan = Plan(policy) if policy else read_plan(path or "")
    return plan.policy, plan.paper


def _check_picture(path: Path) -> None:
    if path.suffix.lower() not in _PICTURES:
        raise UsageError("the name of the picture says no format that can be drawn", "let it end in .svg or .pdf")
    files.check_new_file(path)


def _show_risk(rows: list[tuple[Neighbour, Risk]], odds: Odds) -> None:
    result(*assumptions(odds), "", *HEADING)
    for near, its_risk in rows:
        result(row(near, its_risk))
    result("", *verdict(*next(pair for pair in rows if pair[0].chosen)))


def _risk_object(rows: list[tuple[Neighbour, Risk]], odds: Odds) -> dict[str, Any]:
    return {
        "odds": vars(odds),
        "policies": [
            {"name": near.name, "policy": str(near.policy), "chosen": near.chosen, **vars(its_risk)}
            for near, its_risk in rows
        ],
    }
