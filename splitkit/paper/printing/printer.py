"""Prints one page: through the programs of CUPS, to one named queue, from memory.

The page goes to `lp` as a file in memory that has no name; it stands in no argument, no variable and no file of ours.  The
programs get an environment of their own, so that no setting of the person at the keyboard (another server, a default
of two sides) takes part.  CUPS tells no printed job from one that it dropped: the paper decides.

Source: lp(1), lpstat(1), cancel(1), memfd_create(2).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from splitkit.errors import DeviceError, UnsafeMachineError, UsageError
from splitkit.host import clock
from splitkit.host.signals import held_back
from splitkit.paper.geometry import Paper
from splitkit.paper.printing import plugged, queues
from splitkit.paper.printing.plugged import Model, Plugged
from splitkit.paper.printing.queues import Queue, Route, Waiting

SOCKET: Final = "/run/cups/cups.sock"
"""Where CUPS listens on this machine; no other way is ever taken."""

TITLE: Final = "splitkit"
"""The title of every job: it says nothing of what is on the page."""

ANSWER_S: Final = 60.0
"""Patience with one program of CUPS."""

DRIVERS_S: Final = 600.0
"""Patience with CUPS while it looks through all of its drivers: the first time it reads thousands of them."""

PATIENCE_S: Final = 600.0
"""Patience with a printer that wants paper, or does not answer."""

_IPP_USB = Path("/var/ipp-usb/dev")
"""Where ipp-usb says which printers speak IPP over their cable, and at which port of this machine."""

_STEP_S = 0.5
_SLOW_S = 30.0
_SLOW = "the page is not printed yet: see whether the printer asks for something"
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_LAST_S = 10.0
_MEDIA = {"a4": "A4", "letter": "Letter"}
_ALWAYS = (
    "print-scaling=none",
    "fit-to-page=false",
    "sides=one-sided",
    "number-up=1",
    "job-sheets=none,none",
    "page-border=none",
    "mirror=false",
    "job-hold-until=no-hold",
    "document-format=application/pdf",
)
"""What is never left to the defaults of a queue."""

_NOWHERE = "/nonexistent"
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C",
    "HOME": _NOWHERE,
    "CUPS_SERVERROOT": _NOWHERE,
    "CUPS_SERVER": SOCKET,
}
"""Neither client.conf nor lpoptions, of the machine or of its user, is read."""


def find_queue(name: str) -> Queue:
    """Return the queue of that name, once it is known to be near and ready.

    A queue whose route is `Route.LOOPBACK` is returned too: people must agree to it first.

    Raises:
        UsageError: If the name is none, or there is no such queue.
        UnsafeMachineError: If it sends its pages to another machine, or into a file.
        DeviceError: If CUPS does not answer, or the queue takes no jobs, is stopped, or is not empty.
    """
    queues.check_name(name)
    found = queues.parse_queue(name, _listed(name))
    if found is None:
        raise UnsafeMachineError(
            "CUPS says too little of this queue to judge it", "name the queue of one printer: lpstat -v"
        )
    _check_route(found)
    _check_ready(found)
    if waiting := _jobs(name):
        raise DeviceError(
            f"there are jobs in the queue already ({len(waiting)})",
            f"let them end, or remove them with their documents: cancel -a -x {name}",
        )
    return found


def known_queues() -> dict[str, str]:
    """Return every queue that CUPS knows by now, and where it leads; none where CUPS does not run or does not answer."""
    if not Path(SOCKET).is_socket():
        return {}
    try:
        return queues.parse_devices(_run("lpstat", "-v").stdout)
    except DeviceError:
        return {}


def plugged_in() -> list[Plugged]:
    """Return the printers on a cable of this machine; one that speaks IPP over it comes first, for it needs no driver.

    Raises:
        DeviceError: If CUPS does not answer.
    """
    states = sorted(_IPP_USB.glob("*.state")) if _IPP_USB.is_dir() else []
    told = [plugged.parse_state(path.read_text(encoding="utf-8", errors="replace")) for path in states]
    done = _run("/usr/sbin/lpinfo", "--timeout", "20", "--include-schemes", "usb,hp", "-l", "-v", patience=DRIVERS_S)
    return [one for one in told if one] + plugged.parse_plugged(done.stdout)


def models_for(printer: Plugged) -> list[Model]:
    """Return the drivers that fit a printer, the best first.

    Raises:
        DeviceError: If CUPS does not answer.
    """
    if printer.driverless:
        return [Model(plugged.EVERYWHERE, "the printer's own language, without any driver")]
    own = plugged.generic(printer.identifier)
    if not printer.identifier:
        return own
    listed = _run("/usr/sbin/lpinfo", "--device-id", printer.identifier, "-m", patience=DRIVERS_S).stdout
    return list(dict.fromkeys([*plugged.parse_models(listed), *own]))


def make_queue(name: str, printer: Plugged, model: Model) -> None:
    """Make a queue for a printer, or make the one of that name anew.

    Raises:
        UsageError: If it cannot be called that.
        DeviceError: If CUPS does not make it.
    """
    queues.check_name(name)
    words = (
        "-p",
        name,
        "-E",
        "-v",
        printer.uri,
        "-m",
        model.name,
        "-o",
        "printer-is-shared=false",
        "-o",
        "printer-error-policy=stop-printer",
    )
    done = _run("/usr/sbin/lpadmin", *words, patience=DRIVERS_S)
    if done.returncode:
        raise DeviceError(
            f"CUPS does not make the queue{_because(done.stderr)}",
            "switch the printer off and on again, or choose another driver",
        )


def remove_queues() -> None:
    """Remove every queue, with all that waits in it."""
    for name in known_queues():
        _run("cancel", "-a", "-x", name)
        _run("/usr/sbin/lpadmin", "-x", name)


def _listed(name: str) -> str:
    done = _run("lpstat", "-v", name, "-a", name, "-p", name)
    if done.returncode == 0:
        return done.stdout
    if _run("lpstat", "-r").stdout.startswith("scheduler is running"):
        raise UsageError("there is no print queue of this name", "see the names with: lpstat -e")
    raise _no_answer()


def _check_route(queue: Queue) -> None:
    scheme = queue.device.scheme or "no scheme"
    if queue.device.route is Route.ELSEWHERE:
        raise UnsafeMachineError(
            f"the printer of this queue is not on a cable of this machine ({scheme})",
            "connect a printer by USB, and name its queue",
        )
    if queue.device.route is Route.FILE:
        raise UnsafeMachineError(
            "this queue is a class of printers, or writes into a file",
            "name the queue of one printer on USB: lpstat -v",
        )


def _check_ready(queue: Queue) -> None:
    if not queue.accepting:
        raise DeviceError(
            f"the queue takes no jobs{_because(queue.reason)}", f"let it take jobs: cupsaccept {queue.name}"
        )
    if not queue.enabled:
        raise DeviceError(
            f"the queue is stopped{_because(queue.reason)}",
            f"look at the printer, then start the queue: cupsenable {queue.name}",
        )


def print_page(
    page: bytes, queue: Queue, paper: Paper, tell: Callable[[str], None], patience: float = PATIENCE_S
) -> int:
    """Print one page once, on one side, in its own size, and wait until the job has left the queue.

    Whatever goes wrong, an interruption included, the job is cancelled and its data removed before this returns.  After a
    kill that nobody can catch the job stays with CUPS; `find_queue` then refuses the queue until it has been removed.
    CUPS removes the data of one job while it lasts; what it was told to keep after the end only goes with all of a queue.

    Args:
        page: A PDF of one page of the size of *paper*.
        queue: What `find_queue` returned just before.
        paper: The size of the paper in the printer.
        tell: Is told, once each, what people must do: put paper in, clear a jam.  The text may be that of others.
        patience: Seconds to wait for the printer in all.

    Returns:
        The number of the job.  CUPS says the same of a job that it printed and of one that it dropped.

    Raises:
        DeviceError: If the job was refused, stopped or not done in time.
        UnsafeMachineError: If it cannot be cancelled; the hint says what to do by hand.
    """
    number = None
    try:
        number = _hand_over(page, queue, paper)
        _wait(queue, number, tell, patience)
    except BaseException:
        with held_back(_STOPS):
            _withdraw(queue, number)
        raise
    return number


def _hand_over(page: bytes, queue: Queue, paper: Paper) -> int:
    """Give the page to CUPS and return the number of the job."""
    options = [word for option in (f"media={_MEDIA[paper.value]}", *_ALWAYS) for word in ("-o", option)]
    descriptor = _in_memory(page)
    try:
        done = _run("lp", "-d", queue.name, "-t", TITLE, "-n", "1", *options, stdin=descriptor)
    finally:
        os.close(descriptor)
    number = queues.parse_number(queue.name, done.stdout)
    if number is None:
        raise DeviceError("CUPS did not take the page", f"ask CUPS why: lpstat -p {queue.name}; then print again")
    return number


def _in_memory(page: bytes) -> int:
    """Return a file in memory that holds the page: unlike with a pipe, our end in its midst can never cut it short."""
    if sys.platform != "linux":
        raise UnsafeMachineError("splitkit prints on Linux only", "use a Linux live system")
    descriptor = os.memfd_create(TITLE, os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(page)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _wait(queue: Queue, number: int, tell: Callable[[str], None], patience: float) -> None:
    start, said = clock.seconds(), ""
    while (job := _job(queue, number)) is not None:
        state = _run("lpstat", "-l", "-p", queue.name).stdout
        if queues.is_stopped(job) or _is_disabled(queue, state):
            raise DeviceError(
                f"the printer stopped in the middle of the job{_because(job.status)}",
                f"destroy what came out; repair the printer; 'cupsenable {queue.name}'; print again",
            )
        waited = clock.seconds() - start
        words = queues.trouble((*queues.parse_alerts(state), *job.alerts)) or (_SLOW if waited > _SLOW_S else "")
        if words and words != said:
            tell(f"{words}{_because(job.status)}; printing goes on by itself, Ctrl-C cancels the job")
        said = words
        if waited > patience:
            raise DeviceError(
                words.partition(":")[0] or "the printer takes too long",
                "the job was cancelled: destroy what came out, see to the printer, and print again",
            )
        clock.pause(_STEP_S)


def _is_disabled(queue: Queue, state: str) -> bool:
    return state.startswith(f"printer {queue.name} disabled")


def _job(queue: Queue, number: int) -> Waiting | None:
    return next((job for job in _jobs(queue.name) if job.number == number), None)


def _jobs(name: str) -> list[Waiting]:
    done = _run("lpstat", "-l", "-o", name)
    if done.returncode != 0:
        raise _no_answer()
    return queues.parse_jobs(name, done.stdout)


def _withdraw(queue: Queue, number: int | None) -> None:
    """Cancel the job with its data; without its number all that is in the queue, which was empty before it.

    Raises:
        UnsafeMachineError: If something is left.
    """
    try:
        for job in _jobs(queue.name):
            if number in (None, job.number):
                _run("cancel", "-x", f"{queue.name}-{job.number}")
        left = any(number in (None, job.number) for job in _jobs(queue.name))
    except DeviceError:
        left = True
    if left:
        raise UnsafeMachineError(
            "the job could not be cancelled: CUPS may still hold the page, and print it",
            f"switch the printer off, then: cancel -a -x {queue.name}; make sure that the spool is empty",
        )


def _run(
    program: str, *arguments: str, stdin: int = subprocess.DEVNULL, patience: float = ANSWER_S
) -> subprocess.CompletedProcess[str]:
    """Run a program of CUPS to its end, out of reach of the keyboard; it is waited for even when we are interrupted."""
    child = None
    try:
        with held_back(_STOPS):  # interrupted in the midst of its start it would go on with nobody to wait for it
            child = _start(program, *arguments, stdin=stdin)
        out, err = child.communicate(timeout=patience)
    except OSError:
        raise DeviceError(f"the program '{program}' of CUPS cannot be started", "install cups-client") from None
    except subprocess.TimeoutExpired:
        raise _no_answer() from None
    finally:
        if child is not None:
            _end(child)
    return subprocess.CompletedProcess(program, child.returncode, out, err)


def _start(program: str, *arguments: str, stdin: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [program, *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )


def _end(child: subprocess.Popen[str]) -> None:
    """Let a program that is still at work come to its end; one that hangs is killed."""
    if child.returncode is not None:
        return
    with held_back(_STOPS):
        try:
            child.communicate(timeout=_LAST_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()


def _no_answer() -> DeviceError:
    if not Path(SOCKET).is_socket():
        return DeviceError(
            "CUPS does not run on this machine", f"start it: systemctl start cups; it listens at {SOCKET}"
        )
    return DeviceError("CUPS does not answer", "see whether it runs: lpstat -r")


def _because(reason: str) -> str:
    """What a printer says is text of others: it is shortened and made harmless."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in reason[:80]).rstrip(". ")
    return f" ({plain})" if plain else ""
