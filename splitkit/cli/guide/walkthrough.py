"""A guided ceremony of any kind, from the roll call to the closed ledger."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from splitkit import __version__
from splitkit.ceremony.course import Course
from splitkit.ceremony.paperwork import form, from_ledger
from splitkit.ceremony.recorder import Recorder
from splitkit.ceremony.steps import ADMINISTRATOR, CUSTODIAN, EVERYBODY, SCRIBE, WITNESS, Script
from splitkit.cli.guide import (
    drilling,
    menu,
    preparation,
    proof,
    public_record,
    recovery,
    renewing,
    reviewing,
    sheets,
)
from splitkit.cli.guide.destination import Destination, Nowhere, Queues, open_folder
from splitkit.cli.guide.page_jobs import shred, tell_stopped
from splitkit.cli.guide.public_record import folder_here
from splitkit.cli.guide.session import Choices, MeantSet, Session
from splitkit.cli.ui.dialogue import MENU_KEY, Dialogue, MovedError
from splitkit.cli.ui.ledger_reading import last_ledger
from splitkit.cli.ui.overrides import check_in_memory
from splitkit.cli.ui.print_jobs import check_printing
from splitkit.cli.ui.secret_input import check_guard
from splitkit.cli.ui.talk import safe, say, sheet_list, warn
from splitkit.errors import (
    AttentionError,
    DeviceError,
    OperatorStopError,
    SplitkitError,
    StoppedError,
    UnsafeMachineError,
    UsageError,
)
from splitkit.host import clock, files
from splitkit.host.append import conversation
from splitkit.host.offline import Guard
from splitkit.host.terminal import Terminal, interactive
from splitkit.ledger.events import Intent, Note
from splitkit.ledger.fields import CODE, number, taken
from splitkit.ledger.ledger_file import Ledger, new_ledger, open_ledger
from splitkit.ledger.verification import MAX_FILE_BYTES, read_ledger
from splitkit.paper.typeset import Typesetter
from splitkit.plan.document import Plan
from splitkit.plan.printers import printers_needed
from splitkit.secret.entropy import Entropy

PARTS = (preparation, sheets, public_record, proof, recovery, renewing, drilling, reviewing)
HANDLERS = {task: handler for part in PARTS for task, handler in part.HANDLERS.items()}
"""What is done at each step."""


def hold(course: Course, choices: Choices, guard: Guard, meant: MeantSet | None = None) -> None:
    """Hold the ceremony whose course begins like this, or go on with one that was interrupted; *meant* is the set that it is about.

    Raises:
        UnsafeMachineError: If nobody is at a terminal, or the machine is not fit.
        UsageError: If options contradict each other.
        StoppedError: If people stop; the ledger is kept.
    """
    if not interactive():
        raise UnsafeMachineError("a ceremony talks with people, and nobody is at a terminal", "run it in a terminal")
    plan = course.plan
    choices = replace(choices, by_hand=_by_hand(plan, choices.by_hand))
    if any(step.step.secret for step in course.steps):
        check_guard(plan, guard)
    destination = _destination(plan, choices) if course.script.prints else Nowhere(())
    if choices.by_hand:
        sheets_by_hand = sheet_list(choices.by_hand)
        say(
            f"written by hand: {sheets_by_hand}; their blank forms are printed before: splitkit papers ceremony PLAN --only by-hand"
        )
    ledger = _ledger(course.script, plan, choices)
    with conversation(ledger.path), Terminal.open() as terminal:
        recorder = Recorder.resumed(course, ledger, clock.stamp)
        renewal = recorder.course.renewal
        if meant and renewal and renewal.set != meant.set_id:
            raise UsageError("this ceremony renews another set", f"name it with --set {renewal.set[:8]}")
        session = Session(recorder, Dialogue(terminal), destination, guard, Entropy(), choices)
        session.meant = meant or session.meant
        _begin(session)
        session.dialogue.menu, session.dialogue.back = menu.Menu(session), session.take_back
        session.dialogue.wrong = session.note_wrong
        try:
            _take_steps(session)
        finally:
            _leave(session)
        if course.script.prints:
            _close_out(session)
    _say_over(plan, choices, destination)


def _say_over(plan: Plan, choices: Choices, destination: Destination) -> None:
    """Say that it is over, and what follows."""
    ledger_file = safe(choices.ledger)
    if destination.drawn:
        say(
            f"the files in {safe(choices.to_files or '')} stood for the paper: keep them to rehearse with, or delete them"
        )
    say(f"the ceremony is complete: copy {ledger_file} onto two sticks, one of them for the archive")
    first = (
        "" if folder_here(practice=plan.practice) else f"splitkit init DIR{' --practice' * plan.practice}, and in it "
    )
    take_up = f"{first}splitkit record --take {ledger_file}; then splitkit status says what is still to be done"
    if plan.practice:
        say(
            "THE REHEARSAL IS OVER: nothing that was made in it protects anything.  What comes next may be rehearsed too"
        )
    say(f"next, at the desk: {take_up}")


_ALL = "all"
"""What is named instead of every sheet."""


def _by_hand(plan: Plan, named: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers of the sheets that are written by hand.

    Raises:
        UsageError: If the plan has no such sheet.
    """
    numbers = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]
    wanted = {name.upper() for name in named}
    if _ALL.upper() in wanted:
        return tuple(numbers)
    if not wanted <= set(numbers):
        raise UsageError(
            "the plan has no such sheet to be written by hand", f"its sheets: {', '.join(numbers)}; or {_ALL}"
        )
    return tuple(number for number in numbers if number in wanted)


def _destination(plan: Plan, choices: Choices) -> Destination:
    by_hand = tuple(map(plan.policy.sheet, choices.by_hand))
    if bool(choices.print_to) == (choices.to_files is not None):
        raise UsageError("say where the pages go", "give --print-to QUEUE, or --to-files DIR where there is no printer")
    if choices.print_to:
        machine = check_printing(choices.print_to, plan, choices.overruled, by_hand)
        return Queues(tuple(choices.print_to), plan.paper, machine)
    place = Path(choices.to_files or "")
    holds = place if place.exists() else place.parent
    check_in_memory(holds, "the pages", "pages", choices.overruled, practice=plan.practice)
    printers = 1 if plan.practice else printers_needed(plan.policy, by_hand)
    destination = open_folder(str(place), printers, drawn=plan.practice, goes_on=_begun(choices.ledger))
    if printers > 1:
        names = f"{', '.join(destination.printers[:-1])} and {destination.printers[-1]}"
        say(
            f"the files are printed: no printer may see enough sheets to open the set, so {printers} print them, called {names} here"
        )
    return destination


def _begun(ledger: str) -> bool:
    """Whether a ceremony goes on that was interrupted."""
    path = Path(ledger)
    return path.exists() and bool(path.stat().st_size)


def _ledger(script: Script, plan: Plan, choices: Choices) -> Ledger:
    """Return the ledger of this ceremony: a new one, or that of a ceremony that was interrupted."""
    path = Path(choices.ledger)
    if _begun(choices.ledger):
        with open_ledger(path) as ledger:
            _check_same(script, plan, ledger, choices)
        return ledger
    if not choices.ceremony:
        begun = "this ledger is empty: nothing goes on with it, and a" if path.exists() else "a"
        raise UsageError(f"{begun} new ledger needs --ceremony", "give the code that the paper has, such as C-0001")
    taken(CODE, choices.ceremony)
    with new_ledger(path, last_ledger(choices.continues, practice=plan.practice)) as ledger:
        return ledger


def _check_same(script: Script, plan: Plan, ledger: Ledger, choices: Choices) -> None:
    begun = ledger.entries[0].data.fields()
    if begun.get("kind") != script.kind or begun.get("practice") != plan.practice:
        raise UsageError("this is the ledger of another ceremony", "name a new file, or the plan that it began with")
    if choices.ceremony and choices.ceremony != begun.get("ceremony"):
        raise UsageError("this ledger has another ceremony's code", "leave out --ceremony to go on with it")
    if ledger.closed:
        raise UsageError("this ceremony is complete: its ledger is closed", "name a new file for another ceremony")


def _begin(session: Session) -> None:
    """Take the first step, or record that an interrupted ceremony goes on; what the machine held then is lost."""
    recorder, dialogue = session.recorder, session.dialogue
    dialogue.say(
        f"splitkit {__version__}: a guided ceremony{', PRACTICE' if recorder.plan.practice else ''}.  At any question ? explains, < goes back, ! opens the menu of the room."
    )
    if not recorder.ledger.entries:
        HANDLERS[session.step.step.task](session)
        return
    dialogue.say(
        f"This ceremony was interrupted after {len(recorder.ledger.entries)} entries, at step {session.step.code}, {session.step.step.title}."
    )
    if isinstance(recorder.ledger.entries[-1].data, Intent):
        dialogue.say(
            "It stopped while the secret was shown, or was about to be: whoever looked may know it, and it counts as used.  Nothing "
            "is lost: the sheets are read again, and two people release it once more."
        )
    recorder.record_as_program(Note(text="the program was started again after an interruption"))
    _say_printed_now(session)
    tell_stopped(session)
    recorder.forget("stopped")


def _say_printed_now(session: Session) -> None:
    """Say which sheets were to come to no printer before the interruption, and would be printed now."""
    begun = {
        one.data.sheet
        for one in session.recorder.ledger.entries
        if isinstance(one.data, Intent) and one.data.act == "write"
    }
    if now := sorted(str(number) for number in begun if number and number not in session.choices.by_hand):
        session.dialogue.say(
            f"NOTE: {sheet_list(now)} was to be written by hand, and would be printed now: --by-hand was left out."
        )


def _take_steps(session: Session) -> None:
    """Take every step until the ceremony is done.

    Raises:
        StoppedError: If people stop; the same command goes on later.
        LedgerError: If the ledger was changed from outside.
    """
    shown = ""
    while not session.course.done:
        course = session.course
        session.begin_step()
        if course.stopped:
            _go_on(session)
            shown = ""
            continue
        if shown != session.step.code:
            _announce(session)
            shown = session.step.code
        try:
            _take(session)
        except MovedError:
            shown = ""
        except OperatorStopError:
            session.dialogue.menu()
            shown = ""
        except (AttentionError, UsageError, DeviceError, UnsafeMachineError) as error:
            session.dialogue.refuse(error)
            _wait(session)


def _take(session: Session) -> None:
    """Take one step; what is secret needs two people and a machine that is still fit."""
    session.record_overruled()
    if session.step.step.secret:
        session.recorder.check_two()
        _look_again(session)
    HANDLERS[session.step.step.task](session)


def _look_again(session: Session) -> None:
    """Let people put right what has changed on the machine, or overrule it."""
    while True:
        try:
            return session.check_machine()
        except UnsafeMachineError as error:
            session.dialogue.refuse(error)
            goes_on = "two people go on with it, and say why"
            if session.dialogue.certain(
                "The machine is not as it was.  Is that overruled?  no: it was put right.", goes_on
            ):
                session.overrule(error.fact.partition(":")[0].replace(" ", "-"))


def _wait(session: Session) -> None:
    try:
        session.dialogue.confirm(f"The step is taken again ({MENU_KEY}: who leaves, break, exception, void).")
    except MovedError:
        return


def _go_on(session: Session) -> None:
    """Go on after a break, or with a set that cannot be finished."""
    course = session.course
    go_on = menu.paused if course.room.paused else menu.must_void if course.must_void else shred
    try:
        go_on(session)
    except MovedError:
        return
    except (AttentionError, UsageError, DeviceError) as error:
        session.dialogue.refuse(error)


def _announce(session: Session) -> None:
    """Show the step that comes next: its number, who acts, who sees it, and what is done."""
    step, course = session.step, session.course
    dialogue = session.dialogue
    dialogue.say()
    place = f"{step.number}/{course.steps[-1].number}"
    title, words = step.step.title, step.step.words
    if session.by_hand and step.step.by_hand:
        title, words = step.step.by_hand
    dialogue.rows([f"--- {step.code}  {title} ".ljust(72 - len(place), "-") + f" {place}"])
    acts = [_called(role, session) for role in step.step.acts]
    sees = [called for role in step.step.sees if (called := _called(role, session)) not in acts]
    dialogue.say(f"{step.step.phase.title}.  Who acts: {', '.join(acts)}; who sees it: {', '.join(sees)}.", "  ")
    dialogue.say(words, "  ")
    dialogue.about = f"{title}: {words}"


_ROLES = {ADMINISTRATOR: "the administrator", WITNESS: "the witness", SCRIBE: "the scribe", EVERYBODY: "everybody"}


def _called(role: str, session: Session) -> str:
    """Return who a role is in a step, as people call them; whoever is not here is not spoken to."""
    seat, present = session.step.seat, session.course.room.present
    if role == CUSTODIAN and seat:
        return session.called(seat.code)
    if role == SCRIBE and present and SCRIBE not in present:
        role = ADMINISTRATOR
    return _ROLES.get(role, "the custodian")


def _close_out(session: Session) -> None:
    """Print the close-out sheet, if people want it: the head of the ledger, the counts, and lines for signatures."""
    dialogue, recorder = session.dialogue, session.recorder
    dialogue = Dialogue(dialogue.terminal)
    usual = recorder.plan.policy.sheets + 2  # of the witness and the archive

    def take(typed: str) -> int:
        if typed == "form" or not typed:
            return 0 if typed else usual
        return int(taken(number(1, 40), typed))

    means = f"How many copies; Enter: {usual}, for each custodian, the witness and the archive; form: a printed form is filled in by hand."
    copies = dialogue.read(
        f"The close-out sheet: how many copies?\n  Enter for {usual}, or a number, or form:", take, means
    )
    if not copies:
        return
    reading = read_ledger(files.read_file(session.choices.ledger, MAX_FILE_BYTES))
    particulars = from_ledger(reading, recorder.plan, reading.entries[-1].time[:10], recorder.course.plan_hash)
    printer = session.destination.printers[0]
    page = Typesetter(recorder.plan.paper).pdf(form("closeout", recorder.plan, particulars))
    try:
        for _ in range(copies):
            session.destination.put(dialogue, printer, "closeout.pdf", page)
    except DeviceError as error:
        dialogue.refuse(error)
        dialogue.say("Print it later: splitkit papers ceremony, with --ledger and --only closeout.")


def _leave(session: Session) -> None:
    """On the way out, let go of everything; an end that is no normal one must not be hidden by another."""
    unfinished = not session.course.done
    session.let_go()
    if unfinished and session.course.things.machine:
        try:
            session.recorder.forget("stopped")
        except (SplitkitError, StoppedError):
            warn("that the machine forgot could not be recorded; it is recorded at the next start")
