"""`splitkit ceremony PLAN`: the guided ceremony, from the roll call to the closed ledger."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.ceremony.conduct import Conduct
from splitkit.ceremony.occasion import from_ledger
from splitkit.ceremony.paperwork import form
from splitkit.cli.guide import arrival, proof, sheets
from splitkit.cli.guide import menu as guide_menu
from splitkit.cli.guide.desk import Desk
from splitkit.cli.guide.outlet import Printer, open_folder
from splitkit.cli.guide.stepper import Session, take_steps
from splitkit.cli.split import check_guard
from splitkit.cli.ui.print_jobs import PrintChoice, check_printing
from splitkit.cli.ui.talk import safe, say, spelt_rows, warn
from splitkit.errors import DeviceError, SplitkitError, UnsafeMachineError, UsageError
from splitkit.host import clock, files
from splitkit.host.terminal import Terminal, interactive
from splitkit.ledger.chain import head_words
from splitkit.ledger.fields import CODE, taken
from splitkit.ledger.ledger_file import new_ledger, open_ledger, opening
from splitkit.ledger.verification import MAX_FILE_BYTES, read_ledger
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.secret.entropy import Entropy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from splitkit.cli.guide.outlet import Outlet
    from splitkit.host.offline import Guard
    from splitkit.ledger.ledger_file import Ledger
    from splitkit.plan.document import Plan

HANDLERS = arrival.STEPS | sheets.STEPS | proof.STEPS | guide_menu.BETWEEN
"""What is done at each step, by its code, and between two steps."""


@dataclass(frozen=True)
class Choices:
    """What was asked for on the command line."""

    ledger: str
    ceremony: str
    continues: str | None
    print_to: str | None
    to_files: str | None
    secret: str
    loopback: bool
    spool: bool


def run(plan: Plan, plan_hash: str, choices: Choices, guard: Guard) -> None:
    """Hold the ceremony, or go on with one that was interrupted.

    Raises:
        UnsafeMachineError: If nobody is at a terminal, or the machine is not fit.
        UsageError: If options contradict each other.
        StoppedError: If people stop; the ledger is kept.
    """
    if not interactive():
        raise UnsafeMachineError("a ceremony talks with people, and nobody is at a terminal", "run it in a terminal")
    check_guard(plan, guard)
    outlet = _outlet(plan, choices)
    with _ledger(plan, choices) as ledger, Terminal.open() as terminal:
        conduct = Conduct.of(plan, plan_hash, ledger, clock.stamp)
        session = Session(conduct, Desk(terminal), outlet, guard, Entropy(), choices.secret)
        _begin(session, choices)
        session.desk.menu = menu = guide_menu.Menu(session)
        try:
            take_steps(session, HANDLERS, menu)
        finally:
            _leave(session)
        _close_out(session)
    say(f"the ceremony is complete: copy {safe(choices.ledger)} onto two sticks, one of them for the archive")


def _outlet(plan: Plan, choices: Choices) -> Outlet:
    if (choices.print_to is None) == (choices.to_files is None):
        raise UsageError("say where the pages go", "give --print-to QUEUE, or --to-files DIR where there is no printer")
    if choices.print_to is not None:
        machine = check_printing(PrintChoice(choices.print_to, choices.loopback, choices.spool), plan)
        return Printer(choices.print_to, Paper.parse(plan.paper), machine)
    place = Path(choices.to_files or "")
    if not plan.practice and not files.in_memory(place if place.exists() else place.parent):
        raise UnsafeMachineError(
            "the pages would lie on a disk that keeps them", "use a folder in memory such as /dev/shm/pages"
        )
    outlet = open_folder(str(place))
    outlet.drawn = plan.practice
    return outlet


@contextmanager
def _ledger(plan: Plan, choices: Choices) -> Iterator[Ledger]:
    """Open the ledger of this ceremony: a new one, or that of a ceremony that was interrupted."""
    path = Path(choices.ledger)
    if path.exists() and path.stat().st_size:
        with open_ledger(path) as ledger:
            _check_same(plan, ledger, choices)
            yield ledger
        return
    if not choices.ceremony:
        raise UsageError("a new ledger needs --ceremony", "give the code that the paper has, such as C-0001")
    taken(CODE, choices.ceremony)
    previous = read_ledger(files.read_file(choices.continues, MAX_FILE_BYTES)) if choices.continues else None
    if previous and not previous.closed:
        warn("the ledger that this one continues is not closed")
    with new_ledger(path, previous) as ledger:
        yield ledger


def _check_same(plan: Plan, ledger: Ledger, choices: Choices) -> None:
    begun = ledger.entries[0].data
    if begun.get("kind") != "split" or begun.get("practice") != plan.practice:
        raise UsageError("this is the ledger of another ceremony", "name a new file, or the plan that it began with")
    if choices.ceremony and choices.ceremony != begun.get("ceremony"):
        raise UsageError("this ledger has another ceremony's code", "leave out --ceremony to go on with it")
    if ledger.closed:
        raise UsageError("this ceremony is complete: its ledger is closed", "name a new file for another ceremony")


def _begin(session: Session, choices: Choices) -> None:
    """Record the beginning, or that an interrupted ceremony goes on; what the machine held then is lost."""
    conduct, desk = session.conduct, session.desk
    desk.say(
        f"splitkit {__version__}: a guided ceremony{', PRACTICE' if conduct.plan.practice else ''}.  '!' at any question opens the menu of the room."
    )
    if not conduct.ledger.entries:
        fields = opening(choices.ceremony, "split", practice=conduct.plan.practice, version=__version__)
        conduct.record("open", fields, by="SCR", witness="WIT")
        if choices.continues:
            desk.say("It continues the ledger with these words; compare them with the last signed paper:")
            desk.rows(["    " + row for row in spelt_rows(head_words(conduct.ledger.previous), "L")])
        return
    desk.say(
        f"This ceremony was interrupted after {len(conduct.ledger.entries)} entries, at step {session.step.code}, {session.step.step.title}."
    )
    conduct.by_itself("note", {"text": "the program was started again after an interruption"})
    conduct.forget("stopped")


def _close_out(session: Session) -> None:
    """Print the close-out sheet, if people want it: the head of the ledger, the counts, and lines for signatures."""
    desk, conduct = session.desk, session.conduct
    desk.menu = Desk(desk.terminal).menu
    if desk.choose("The close-out sheet:", {"": "print it", "form": "a printed form is filled in by hand"}):
        return
    reading = read_ledger(conduct.ledger.file.read(MAX_FILE_BYTES))
    occasion = from_ledger(reading, conduct.plan, reading.entries[-1].time[:10], conduct.course.plan_hash)
    page = Typesetter(Paper.parse(conduct.plan.paper)).form(form("closeout", conduct.plan, occasion))
    try:
        session.outlet.put(desk, "closeout.pdf", page)
        while (
            desk.choose("One copy for each custodian, the witness and the archive:", {"": "another one", "done": ""})
            == ""
        ):
            session.outlet.put(desk, "closeout.pdf", page)
    except DeviceError as error:
        desk.refuse(error)
        desk.say("Print it later: splitkit ceremony documents, with --ledger and --only closeout.")


def _leave(session: Session) -> None:
    """On the way out, let go of everything; an end that is no normal one must not be hidden by another."""
    unfinished = not session.conduct.course.done
    session.memory.clear()
    session.outlet.withdraw()
    if unfinished and session.conduct.course.things.machine:
        try:
            session.conduct.forget("stopped")
        except SplitkitError:
            warn("that the machine forgot could not be recorded; it is recorded at the next start")
