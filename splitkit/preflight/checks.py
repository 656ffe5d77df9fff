"""Preflight: is this machine fit for a ceremony?  A list of checks, each of which looks and none of which sends anything."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from splitkit.errors import UnsafeMachineError
from splitkit.host import clock
from splitkit.host.offline import Guard
from splitkit.host.process import look
from splitkit.paper.printing.printer import known_queues
from splitkit.preflight import cups, disks, installation, kernel, network, own_image, surroundings
from splitkit.preflight.machine import CannotTellError, Finding, Machine, Severity, info, unknown
from splitkit.secret.entropy import check_system_source

LIMITS = (
    "No program can see a changed firmware, a kernel that lies, hidden cameras and microphones, what a printer keeps, or what "
    "radiates from screen and cable.  A verified boot medium, a bare room and a plain printer answer these."
)

_BY_HAND = "look yourself, and write down what you saw"


@dataclass(frozen=True)
class Check:
    """One thing to look at."""

    name: str
    look: Callable[[Machine], Iterable[Finding]]
    sound: str = ""
    """What is told where it finds nothing."""

    live: bool = False
    """It is repeated while a secret is live, and not knowing counts as a FAIL."""

    blocks: bool = False
    anywhere: bool = False
    """It works on every system, not on Linux only."""


CHECKS = (
    Check("network cards", network.interfaces, "there is no network card", live=True),
    Check("network links", network.links, "no interface is up", live=True),
    Check("network routes", network.routes, "there is no route out of this machine", live=True),
    Check("other networks", network.namespaces, "no program has a network of its own", live=True),
    Check("radios", network.radios, "there is no radio", live=True),
    Check("swap", disks.swap, "there is no swap", live=True),
    Check("open doors", network.listeners, "no program waits for connections from outside"),
    Check("offline guard", surroundings.guard, anywhere=True),
    Check("hibernation", disks.hibernation, "this machine cannot hibernate"),
    Check("boot medium", disks.boot_medium),
    Check("own image", own_image.judge_image, "this machine was not started from splitkit's own image"),
    Check("temporary files", disks.temporary),
    Check("leftovers", disks.left_behind, "no run that was stopped has left sheets behind"),
    Check("core dumps", kernel.core_dumps, "splitkit leaves no memory behind if it crashes"),
    Check("debugger", kernel.debugger),
    Check("virtual machine", kernel.virtual_machine),
    Check("random source", kernel.randomness, anywhere=True),
    Check("clock", kernel.clock, anywhere=True),
    Check("cameras", kernel.cameras, "there is no camera; sheets can be typed, or read by a hand-held scanner"),
    Check("printers", cups.printers, "CUPS knows no printer", blocks=True),
    Check("print spool", cups.spool, blocks=True),
    Check("usb printers", cups.usb_printers, "no printer is plugged in by USB"),
    Check("remote sessions", surroundings.remote, "nobody is at this machine from elsewhere"),
    Check(
        "environment",
        surroundings.environment,
        "Python is isolated, and nothing round it changes what it runs",
        anywhere=True,
    ),
    Check("installed files", installation.installed, anywhere=True),
)


def this_machine(guard: Guard | None, platform: str, last_record: dt.date | None = None) -> Machine:
    """Gather what has to be asked of this process, and return the machine at hand."""
    problem = ""
    try:
        check_system_source()
    except UnsafeMachineError as error:
        problem = error.fact
    return Machine(
        process=look(),
        guard=guard,
        moment=clock.moment(),
        random_problem=problem,
        last_record=last_record,
        platform=platform,
        queues=known_queues(),
    )


def inspect(machine: Machine, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Run *checks* in order; every one gives at least one finding, whatever the machine is like."""
    return [dataclasses.replace(finding, check=check.name, live=check.live, blocks=check.live or check.blocks)
            for check in checks for finding in _look(machine, check)]  # fmt: skip


def inspect_live(machine: Machine) -> list[Finding]:
    """Run the few checks that are repeated while a secret is live, and return what makes the machine unfit.

    It takes a few milliseconds and reads the kernel's own files only.
    """
    return [finding for finding in inspect(machine, [check for check in CHECKS if check.live]) if finding.unfit]


def _look(machine: Machine, check: Check) -> list[Finding]:
    if machine.platform != "linux" and not check.anywhere:
        return [unknown("splitkit cannot check this on this system", "use a Linux live system")]
    try:
        return list(check.look(machine)) or [info(check.sound)]
    except CannotTellError as error:
        return [unknown(str(error), _BY_HAND)]
    except (OSError, ValueError, OverflowError):  # a file that is not as the kernel writes it
        return [unknown("what the system says cannot be understood", _BY_HAND)]


def is_fit(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing that was found makes the machine unfit."""
    return not any(finding.unfit for finding in findings)


def count(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity."""
    return {grave.value: sum(finding.severity is grave for finding in findings) for grave in Severity}
