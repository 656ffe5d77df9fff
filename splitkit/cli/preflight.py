"""`splitkit preflight`: are this machine and its printer fit for a ceremony?  Nothing secret is printed."""

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from splitkit.cli.guide.preparation import accept_warnings, ask_people
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import option, override_options, packed, paper_option, shared
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.print_jobs import agree, print_one
from splitkit.cli.ui.talk import json_result, result, safe, say, warn, working
from splitkit.errors import UnsafeMachineError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.offline import Guard
from splitkit.host.terminal import interactive
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue
from splitkit.preflight.checks import LIMITS, inspect, is_fit, this_machine
from splitkit.preflight.installation import program_hash
from splitkit.preflight.machine import Finding, Machine
from splitkit.preflight.people import folded, unasked
from splitkit.preflight.spool import print_test_page, spool_problems, told
from splitkit.preflight.summary import as_object, conclusion, page, rows


@dataclass(frozen=True, kw_only=True)
class PreflightOptions:
    """What is looked at, and how it is told."""

    as_json: bool = option("--json", "as_json", is_flag=True, help="Print one JSON object, and ask nothing.")
    report: str | None = option("--report", metavar="FILE", help="Write a report to sign into this new file.")
    no_questions: bool = option(
        "--no-questions", is_flag=True, help="Ask nothing: what only people know stays UNKNOWN."
    )
    last_record: str | None = option(
        "--last-record", metavar="DATE", help="Day of the last signed record, YYYY-MM-DD: the clock must be past it."
    )
    hash_alone: bool = option(
        "--hash", "hash_alone", is_flag=True, help="Show the hash of this program alone, to be compared on paper."
    )
    printer: str | None = option(
        "--printer",
        metavar="QUEUE",
        help="Print one test page on this queue of CUPS, to be measured before a real sheet.",
    )
    paper: Paper = shared(paper_option)


@click.command(cls=StrictCommand, name="preflight")
@packed(PreflightOptions)
@override_options("loopback")
@click.pass_obj
def command(guard: Guard, given: PreflightOptions, overruled: Overruled) -> None:
    """Judge whether this machine, and its printer, is fit for a ceremony.

    Looks at network, radios, swap, disks, printing, sessions, Python and the installed files, and asks what only people
    can see.  Verdicts: FAIL and WARN say what to do, a WARN is accepted by a typed yes, INFO is as it should be, UNKNOWN
    could not be seen.  Never sends a packet.  Exits 0 when the machine is fit, 6 when it is not.

    The test page goes to a printer on a cable of this machine, from memory, in its own size; then it is said what CUPS still holds of
    it.  The hash covers every file of splitkit but its compiled copies; nothing covers Python itself.

    Example: splitkit preflight --printer Office
    """
    hardening.harden()
    looks = given.as_json or given.no_questions or given.report is not None or given.last_record is not None
    if (given.printer is not None) + given.hash_alone + looks > 1:
        raise UsageError("--hash and --printer are each a task of their own", "give one of them, and nothing else")
    if given.hash_alone:
        return result(program_hash())
    if given.printer is not None:
        return _print_test(given.printer, given.paper, overruled, this_machine(guard, sys.platform))
    return _judge(guard, given)


def _judge(guard: Guard, given: PreflightOptions) -> None:
    day = _day(given.last_record)
    if given.report is not None:
        files.check_new_file(Path(given.report))
    working("looking at this machine")
    machine = this_machine(guard, sys.platform, day)
    findings = inspect(machine)
    if given.as_json:
        findings += unasked()
        json_result(as_object(machine, findings))
    else:
        findings = _show_and_ask(machine, findings, ask=not given.no_questions and interactive())
    if given.report is not None:
        files.write_new_file(Path(given.report), page(machine, findings).encode("utf-8"))
        say(f"report written to {safe(given.report)}: print it, and let everybody sign it")
    if not is_fit(findings):
        where = "what 'do' says of each finding" if given.as_json else "what follows each '->' above"
        raise UnsafeMachineError("this machine is not fit for a ceremony", f"do {where}, then run preflight again")


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise UsageError("the day of the last record is not a date", "write it as YYYY-MM-DD") from None


def _show_and_ask(machine: Machine, findings: list[Finding], *, ask: bool) -> list[Finding]:
    """Show what was found, then let people answer; what they said is shown after it."""
    say(LIMITS)
    if not ask:
        questions = unasked()
        _show([*findings, folded(questions)])
        result(conclusion([*findings, *questions]))
        return [*findings, *questions]
    _show(findings)
    say("now what only people can see; Ctrl-C stops")
    with Dialogue.open("nothing was judged: run the command again") as dialogue:
        answers = dialogue.interview(lambda: ask_people(dialogue, machine))
        findings = dialogue.interview(lambda: accept_warnings(dialogue, [*findings, *answers]))
    answered = {finding.check for finding in answers}
    _show([finding for finding in findings if finding.check in answered or finding.unfit])
    result(conclusion(findings))
    return findings


def _show(findings: list[Finding]) -> None:
    result(*rows(findings))


def _print_test(queue: str, paper: Paper, overruled: Overruled, machine: Machine) -> None:
    found = find_queue(queue)
    agree(found, overruled)
    for problem in spool_problems(machine):
        warn(f"a real sheet would not be printed here: {problem.fact}; {problem.advice}")
    printed = print_one(print_test_page(queue, paper, clock.today()), found, paper, machine)
    result(f"job {queue}-{printed.job} has left the queue; {safe(told(printed, queue))}")
    _say_how_to_measure(paper)


def _say_how_to_measure(paper: Paper) -> None:
    result(f"now look at the page ({paper.value}): nobody but the paper knows whether it was printed, and how")
    result("  1. lay a steel ruler along the two lines marked 100 mm: each must be 99.5 to 100.5 mm long")
    result("  2. the four angles must be whole; the other side must be empty; one page only came out")
    result("  3. the symbol must be black and sharp: no streaks, no grey")
    say(
        "if a line is too short or too long the queue scales: set its paper size to the paper in the tray, and switch "
        "'fit to page' off; then print the test again"
    )
