"""Printing for people: agreeing to a printer, and one sheet after the other, each with its custodian at the printer."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.hints import LOOPBACK, SPOOL, worded
from splitkit.cli.ui.talk import safe, say, warn, working
from splitkit.errors import UnsafeMachineError
from splitkit.host.terminal import interactive
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue
from splitkit.paper.printing.queues import Queue, Route
from splitkit.plan.document import Plan
from splitkit.preflight.checks import this_machine
from splitkit.preflight.machine import Machine
from splitkit.preflight.spool import Printed, check_spool, print_and_look, told

if TYPE_CHECKING:
    from splitkit.issue.make import IssuedSet


@dataclass(frozen=True)
class PrintChoice:
    """What was asked for on the command line."""

    queue: str
    loopback: bool
    """The printer may be a service on this machine."""

    spool: bool
    """Real sheets may go through a spool that keeps them."""


def agree(queue: Queue, *, accepted: bool) -> None:
    """Let people agree to a printer that is reached over this machine's own network, or refuse it.

    Raises:
        UnsafeMachineError: If nobody agrees.
    """
    if queue.device.route is not Route.LOOPBACK:
        return
    fact = f"the printer is a service on this machine ({queue.device.scheme} to {queue.device.host})"
    if accepted:
        warn(f"{fact}; you said that it is on USB")
        return
    if interactive():
        say(f"{fact}: right for a printer on USB that speaks IPP (ipp-usb), and wrong for anything else")
        with Dialogue.open("nothing was printed") as dialogue:
            if dialogue.certain("Is it on USB?", "sheets go to it"):
                return
    raise UnsafeMachineError(fact, f"make sure that it is on USB, then add {LOOPBACK}")


def print_one(page: bytes, queue: Queue, paper: Paper, machine: Machine) -> Printed:
    """Print one page and look what is left of it; people are told on the way what the printer wants."""
    working(f"printing on {queue.name}")
    return print_and_look(page, queue, paper, machine, lambda text: say(safe(text)))


def check_printing(choice: PrintChoice, plan: Plan) -> Machine:
    """Refuse, before anything is made, to print where sheets could not be printed one by one or would be kept.

    Raises:
        UnsafeMachineError: If nobody is at a terminal, the printer is not near, or a spool would keep real sheets.
        UsageError, DeviceError: If the queue is not there or not ready.
    """
    if not interactive():
        raise UnsafeMachineError(
            "sheets are printed one by one, and nobody is at a terminal", "run the command in a terminal"
        )
    agree(find_queue(choice.queue), accepted=choice.loopback)
    machine = this_machine(click.get_current_context().obj, sys.platform)
    try:
        problems = check_spool(machine, practice=plan.practice, accept=choice.spool)
    except UnsafeMachineError as error:
        raise UnsafeMachineError(
            error.fact, f"{worded(error.hint)}; or {SPOOL}, if what is kept will be destroyed"
        ) from None
    for problem in problems:
        warn(f"{problem.fact}; {problem.advice}")
    return machine


def print_sheets(choice: PrintChoice, issued: IssuedSet, machine: Machine) -> None:
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
        queue = find_queue(choice.queue)
        printed = print_one(issued.pages[number], queue, plan.paper, machine)
        say(f"sheet {number}: job {printed.job} has left the queue; {safe(told(printed, queue.name))}")
        if not plan.practice and not choice.spool and (printed.left or printed.unseen):
            raise UnsafeMachineError(
                f"the spool of CUPS is not known to be empty after sheet {number}",
                f"remove what it holds: cancel -a -x {queue.name}; the sheets that follow were not printed",
            )
