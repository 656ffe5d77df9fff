"""Printing for people: agreeing to a printer, and one sheet after the other, each with its custodian at the printer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled, way
from splitkit.cli.ui.talk import safe, say, warn, working
from splitkit.errors import UnsafeMachineError
from splitkit.host.terminal import interactive
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue
from splitkit.paper.printing.queues import Queue, Route
from splitkit.plan.document import Plan
from splitkit.preflight.checks import this_machine
from splitkit.preflight.machine import Machine
from splitkit.preflight.spool import Printed, print_and_look, spool_problems, told

if TYPE_CHECKING:
    from splitkit.issue.make import IssuedSet


def agree(queue: Queue, overruled: Overruled) -> None:
    """Let people agree to a printer that is reached over this machine's own network, or refuse it.

    Raises:
        UnsafeMachineError: If nobody agrees.
    """
    if queue.device.route is not Route.LOOPBACK:
        return
    fact = f"the printer is a service on this machine ({queue.device.scheme} to {queue.device.host})"
    if overruled.allows("loopback", fact):
        return
    if interactive():
        say(f"{fact}: right for a printer on USB that speaks IPP (ipp-usb), and wrong for anything else")
        with Dialogue.open("nothing was printed") as dialogue:
            if dialogue.certain("Is it on USB?", "sheets go to it"):
                return
    raise UnsafeMachineError(fact, f"make sure that it is on USB, then add {way('loopback')}")


def print_one(page: bytes, queue: Queue, paper: Paper, machine: Machine) -> Printed:
    """Print one page and look what is left of it; people are told on the way what the printer wants."""
    working(f"printing on {queue.name}")
    return print_and_look(page, queue, paper, machine, lambda text: say(safe(text)))


def check_printing(name: str, plan: Plan, overruled: Overruled) -> Machine:
    """Refuse, before anything is made, to print where sheets could not be printed one by one or would be kept.

    Raises:
        UnsafeMachineError: If nobody is at a terminal, the printer is not near, or a spool would keep real sheets.
        UsageError, DeviceError: If the queue is not there or not ready.
    """
    if not interactive():
        raise UnsafeMachineError(
            "sheets are printed one by one, and nobody is at a terminal", "run the command in a terminal"
        )
    agree(find_queue(name), overruled)
    machine = this_machine(click.get_current_context().obj, sys.platform)
    for problem in (problems := spool_problems(machine)):
        warn(f"{problem.fact}; {problem.advice}")
    if problems and not plan.practice and not overruled.allows("spool", "the spool of CUPS would keep real sheets"):
        raise UnsafeMachineError(
            f"{problems[0].fact}, so no real sheet is printed here",
            f"{problems[0].advice}; or {way('spool')}, if what is kept will be destroyed",
        )
    return machine


def print_sheets(queue_name: str, issued: IssuedSet, machine: Machine, overruled: Overruled) -> None:
    """Print every sheet of a set; before each, its custodian comes to the printer and says so.

    Raises:
        UnsafeMachineError: If CUPS holds something of a real sheet after its job, and nobody accepted that.
        DeviceError: If the printer fails; the sheets before have been printed.
    """
    plan = issued.plan
    for sheet in plan.policy.sheet_ids():
        number, name = plan.policy.number(sheet), plan.custodian(sheet).name
        whose = "" if plan.anonymous or not name else f" for {safe(name)}"
        with Dialogue.open("the sheets before were printed; this one was not") as dialogue:
            dialogue.confirm(f"Sheet {number}{whose}: only its custodian stands at the printer.  It is printed now.")
        queue = find_queue(queue_name)
        printed = print_one(issued.pages[number], queue, plan.paper, machine)
        say(f"sheet {number}: job {printed.job} has left the queue; {safe(told(printed, queue.name))}")
        fact = f"the spool of CUPS is not known to be empty after sheet {number}"
        if (printed.left or printed.unseen) and not plan.practice and not overruled.allows("spool", fact):
            raise UnsafeMachineError(
                fact,
                f"remove what it holds: cancel -a -x {queue.name}; the sheets that follow were not printed",
            )
