"""`splitkit preflight` and `print-test`: are this machine and its printer fit for a ceremony?  Nothing secret is printed."""

import datetime as dt
import sys
from pathlib import Path

import click

from splitkit.cli.guide.room_questions import accept_warnings, ask_people
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import override_options, paper_option
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
from splitkit.preflight.machine import Finding, Machine
from splitkit.preflight.people import folded, unasked
from splitkit.preflight.spool import print_test_page, spool_problems, told
from splitkit.preflight.summary import as_object, conclusion, page, rows


@click.command(cls=StrictCommand, name="preflight")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and ask nothing.")
@click.option("--report", metavar="FILE", help="Write a report to sign into this new file.")
@click.option("--no-questions", is_flag=True, help="Ask nothing: what only people know stays UNKNOWN.")
@click.option(
    "--last-record", metavar="DATE", help="Day of the last signed record, YYYY-MM-DD: the clock must be past it."
)
@click.pass_obj
def command(guard: Guard, as_json: bool, report: str | None, no_questions: bool, last_record: str | None) -> None:
    """Judge whether this machine is fit for a ceremony.

    Looks at network, radios, swap, disks, printing, sessions, Python and the installed files, and asks what only people
    can see.  Verdicts: FAIL and WARN say what to do, a WARN is accepted by a typed yes, INFO is as it should be, UNKNOWN
    could not be seen.  Never sends a packet.  Exits 0 when the machine is fit, 6 when it is not.
    """
    hardening.harden()
    day = _day(last_record)
    if report is not None:
        files.check_new_file(Path(report))
    working("looking at this machine")
    machine = this_machine(guard, sys.platform, day)
    findings = inspect(machine)
    if as_json:
        findings += unasked()
        json_result(as_object(machine, findings))
    else:
        findings = _show_and_ask(machine, findings, ask=not no_questions and interactive())
    if report is not None:
        files.write_new_file(Path(report), page(machine, findings).encode("utf-8"))
        say(f"report written to {safe(report)}: print it, and let everybody sign it")
    if not is_fit(findings):
        where = "what 'do' says of each finding" if as_json else "what follows each '->' above"
        raise UnsafeMachineError("this machine is not fit for a ceremony", f"do {where}, then run preflight again")


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise UsageError("the day of the last record is no date", "write it as YYYY-MM-DD") from None


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


# --- print-test ---------------------------------------------------------------------------------------------------------


@click.command(cls=StrictCommand, name="print-test")
@click.option("--queue", required=True, metavar="NAME", help="The print queue of CUPS; there is no default.")
@paper_option
@override_options("loopback")
@click.pass_obj
def print_test(guard: Guard, queue: str, paper: Paper, overruled: Overruled) -> None:
    """Print one test page, to be measured before a real sheet is printed.

    Goes to one named queue of CUPS on a cable of this machine, from memory, in its own size, on one side.  Then says what CUPS
    still holds of it, and what would stand against a real sheet.  Exits 6 for a printer that is elsewhere, 7 when it fails.
    """
    hardening.harden()
    found = find_queue(queue)
    agree(found, overruled)
    machine = this_machine(guard, sys.platform)
    for problem in spool_problems(machine):
        warn(f"a real sheet would not be printed here: {problem.fact}; {problem.advice}")
    printed = print_one(print_test_page(queue, paper, clock.today()), found, paper, machine)
    result(f"job {queue}-{printed.job} has left the queue; {safe(told(printed, queue))}")
    _say_how_to_measure(paper)


def _say_how_to_measure(paper: Paper) -> None:
    result(f"now look at the page ({paper.value}): nobody but the paper knows whether it was printed, and how")
    result("  1. lay a steel ruler to the two lines marked 100 mm: each must be 99.5 to 100.5 mm long")
    result("  2. the four angles must be whole; the other side must be empty; one page only came out")
    result("  3. the symbol must be black and sharp: no streaks, no grey")
    say(
        "if a line is too short or too long the queue scales: set its paper size to the paper in the tray, and switch "
        "'fit to page' off; then print the test again"
    )
