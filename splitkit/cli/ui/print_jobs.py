"""Printing for people: agreeing to a printer, and one sheet after the other, each with its custodian at the printer."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled, way
from splitkit.cli.ui.talk import safe, say, warn, working
from splitkit.errors import AttentionError, UnsafeMachineError, UsageError
from splitkit.host.terminal import interactive
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue, known_queues
from splitkit.paper.printing.queues import Queue, Route, one_printer
from splitkit.plan.document import Plan
from splitkit.plan.printers import PRINTER_1, printer_of, printers_needed
from splitkit.preflight.checks import this_machine
from splitkit.preflight.machine import Machine
from splitkit.preflight.spool import Printed, print_and_look, spool_problems, told
from splitkit.quorum.policy import SheetId

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


def check_printing(
    names: Sequence[str], plan: Plan, overruled: Overruled, by_hand: Collection[SheetId] = ()
) -> Machine:
    """Refuse, before anything is made, to print where sheets could not be printed one by one, or would be kept or known.

    What is written *by_hand* comes to no printer.

    Raises:
        UnsafeMachineError: If nobody is at a terminal, a printer is not near, or a spool would keep real sheets.
        UsageError, DeviceError: If a queue is not there or not ready, or two are of one printer.
        AttentionError: If one printer would come to know a quorum.
    """
    if not interactive():
        raise UnsafeMachineError(
            "sheets are printed one by one, and nobody is at a terminal", "run the command in a terminal"
        )
    for name in names:
        agree(find_queue(name), overruled)
    _check_printers(names, plan, overruled, by_hand)
    machine = this_machine(click.get_current_context().obj, sys.platform)
    for problem in (problems := spool_problems(machine)):
        warn(f"{problem.fact}; {problem.advice}")
    if problems and not plan.practice and not overruled.allows("spool", "the spool of CUPS would keep real sheets"):
        raise UnsafeMachineError(
            f"{problems[0].fact}, so no real sheet is printed here",
            f"{problems[0].advice}; or {way('spool')}, if what is kept will be destroyed",
        )
    return machine


def _check_printers(names: Sequence[str], plan: Plan, overruled: Overruled, by_hand: Collection[SheetId]) -> None:
    """Refuse printers of which one would come to know a quorum of real sheets."""
    devices = known_queues()
    if len({one_printer(devices.get(name, name)) for name in names}) < len(names):
        raise UsageError("two of these queues lead to the same printer", "name one queue for each printer: lpstat -v")
    needed = printers_needed(plan.policy, by_hand)
    if len(names) >= needed:
        return
    fact = f"PRINTER-1: of {len(names)} printer{'s' if len(names) > 1 else ''} one sees a quorum, and may keep it"
    if plan.practice:
        say(f"{fact}; a real set takes {needed}")
    elif not overruled.allows(PRINTER_1, fact):
        raise AttentionError(
            fact,
            f"name {needed} at least, each a printer of its own: --print-to QUEUE --print-to QUEUE; in a ceremony some sheets may be written by hand: --by-hand SHEET; or two people overrule it: {way(PRINTER_1)}",
        )


def print_sheets(queues: Sequence[str], issued: IssuedSet, machine: Machine, overruled: Overruled) -> None:
    """Print every sheet of a set; before each, its custodian comes to the printer and says so.

    Raises:
        UnsafeMachineError: If CUPS holds something of a real sheet after its job, and nobody accepted that.
        DeviceError: If the printer fails; the sheets before have been printed.
    """
    plan, known_to = issued.plan, dict[str, set[str]]()
    for sheet in plan.policy.sheet_ids():
        number, name = plan.policy.number(sheet), plan.custodian(sheet).name
        whose = "" if plan.anonymous or not name else f" for {safe(name)}"
        printer = printer_of(plan.policy, queues, known_to, number)
        known_to.setdefault(printer, set()).add(number)
        at = f"printer {printer}" if len(queues) > 1 else "the printer"
        with Dialogue.open("the sheets before were printed; this one was not") as dialogue:
            dialogue.confirm(f"Sheet {number}{whose}: only its custodian stands at {at}.  It is printed now.")
        queue = find_queue(printer)
        printed = print_one(issued.pages[number], queue, plan.paper, machine)
        say(f"sheet {number}: job {printed.job} has left the queue; {safe(told(printed, queue.name))}")
        fact = f"the spool of CUPS is not known to be empty after sheet {number}"
        if (printed.left or printed.unseen) and not plan.practice and not overruled.allows("spool", fact):
            raise UnsafeMachineError(
                fact,
                f"remove what it holds: cancel -a -x {queue.name}; the sheets that follow were not printed",
            )
