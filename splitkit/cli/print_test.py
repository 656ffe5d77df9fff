"""`splitkit print-test`: one page with nothing secret on it, so that a printer that shrinks or cuts is found in time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.ui.print_jobs import LOOPBACK, agree, print_one
from splitkit.cli.ui.talk import result, safe, say, warn
from splitkit.host import clock, hardening
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue
from splitkit.preflight.checks import this_machine
from splitkit.preflight.spool import check_spool, print_test_page, told

if TYPE_CHECKING:
    from splitkit.host.offline import Guard


@click.command(cls=StrictCommand, name="print-test")
@click.option("--queue", required=True, metavar="NAME", help="The print queue of CUPS; there is no default.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", help="Paper size; a4 if not given.")
@click.option(LOOPBACK, "loopback", is_flag=True, help="Take a printer that is a service on this machine (ipp-usb).")
@click.pass_obj
def command(guard: Guard, queue: str, paper: str, loopback: bool) -> None:  # noqa: FBT001
    """Print one test page, to be measured before a real sheet is printed.

    Goes to one named queue of CUPS on a cable of this machine, from memory, in its own size, on one side.  Then says what CUPS
    still holds of it, and what would stand against a real sheet.  Exits 6 for a printer that is elsewhere, 7 when it fails.
    """
    hardening.harden()
    size = Paper.parse(paper)
    found = find_queue(queue)
    agree(found, accepted=loopback)
    machine = this_machine(guard, sys.platform)
    for problem in check_spool(machine, practice=True, accept=False):
        warn(f"a real sheet would not be printed here: {problem.fact}; {problem.advice}")
    printed = print_one(print_test_page(queue, size, clock.today()), found, size, machine)
    result(f"job {queue}-{printed.job} has left the queue; {safe(told(printed, queue))}")
    _say_how_to_measure(size)


def _say_how_to_measure(size: Paper) -> None:
    result(f"now look at the page ({size.value}): nobody but the paper knows whether it was printed, and how")
    result("  1. lay a steel ruler to the two lines marked 100 mm: each must be 99.5 to 100.5 mm long")
    result("  2. the four angles must be whole; the other side must be empty; one page only came out")
    result("  3. the symbol must be black and sharp: no streaks, no grey")
    say(
        "if a line is too short or too long the queue scales: set its paper size to the paper in the tray, and switch "
        "'fit to page' off; then print the test again"
    )
