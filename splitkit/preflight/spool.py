"""Printing in a ceremony: is CUPS fit to hold a page for a moment, and does it hold nothing of it afterwards?"""

import dataclasses
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from splitkit.host.clock import iso_date
from splitkit.paper.documents import PrintTest
from splitkit.paper.geometry import Paper
from splitkit.paper.printing import printer
from splitkit.paper.printing.queues import Queue
from splitkit.paper.typeset import Typesetter
from splitkit.preflight import cups
from splitkit.preflight.machine import CannotTellError, Finding, Machine, Severity, listed, unknown


@dataclass(frozen=True)
class Printed:
    """What is known of a page after its job."""

    job: int
    left: tuple[str, ...]
    """Files that CUPS holds since, and held not before."""

    unseen: str
    """Why nobody could look, in words; empty where the spool was looked at."""


def print_and_look(page: bytes, queue: Queue, paper: Paper, machine: Machine, tell: Callable[[str], None]) -> Printed:
    """Print one page as `splitkit.paper.printing.printer.print_page` does, then look for what CUPS still holds of it.

    This is what a ceremony calls for each sheet, after `spool_problems` was looked at once and `find_queue` before every page.  A job that
    was printed and one that CUPS dropped look alike: only reading the printed sheet back tells.

    Args:
        page: A PDF of one page.
        queue: What `splitkit.paper.printing.printer.find_queue` returned just before.
        paper: Its size.
        machine: Where the spool is looked at.
        tell: Is told what people must do, at the printer and about what CUPS holds of a job that failed.

    Raises:
        DeviceError: If the printer or CUPS failed; the job is cancelled.
        UnsafeMachineError: If the job could not be cancelled.
    """
    before, _ = look(machine)
    try:
        job = printer.print_page(page, queue, paper, tell)
    except BaseException:
        if left := look(machine)[0] - before:
            tell(_holds(left, queue.name))
        raise
    after, unseen = look(machine)
    return Printed(job, tuple(sorted(after - before)), unseen)


def look(machine: Machine) -> tuple[frozenset[str], str]:
    """Return what CUPS holds of any job: documents, control files, and anything in its temporary folder.

    The text says why nobody could look; it is empty where somebody could.
    """
    try:
        folder, scratch = cups.folders(machine)
        names = machine.names(folder.lstrip("/")) or []
        aside = cups.aside_of_jobs(machine, scratch)
    except CannotTellError as error:
        return frozenset(), str(error)
    jobs = {name for name in names if re.fullmatch(r"c[0-9]+|d[0-9]+-[0-9]+", name)}
    return frozenset(jobs | set(aside)), ""


def spool_problems(machine: Machine) -> list[Finding]:
    """Return what stands against a real sheet in the spool of this machine; nothing when it is fit."""
    try:
        findings = cups.spool(machine)
    except CannotTellError as error:
        findings = [unknown(str(error), "print as root")]
    return [
        dataclasses.replace(finding, check="print spool")
        for finding in findings
        if finding.severity is not Severity.INFO
    ]


def told(printed: Printed, queue: str) -> str:
    """Return in words what CUPS still holds after a job in that queue."""
    if printed.unseen:
        return f"nobody could look into the spool of CUPS: {printed.unseen}"
    if printed.left:
        return _holds(printed.left, queue)
    return "CUPS holds nothing of it any more"


def _holds(names: Collection[str], queue: str) -> str:
    return f"CUPS still holds {listed(sorted(names))}: remove it with 'cancel -a -x {queue}'"


def print_test_page(queue: str, paper: Paper, day: int) -> bytes:
    """Return the test page as a PDF; *day* counts from 1970-01-01."""
    return Typesetter(paper).pdf(PrintTest(queue, made=iso_date(day)))
