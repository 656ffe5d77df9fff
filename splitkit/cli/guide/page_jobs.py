"""The pages of a guided ceremony, printed or written by hand: each is recorded before it begins and when it is over, and at the end all are counted."""

from __future__ import annotations

from functools import partial
from typing import Literal

from splitkit.ceremony.hand_copy import Showing
from splitkit.ceremony.steps import seats
from splitkit.cli.guide.session import Session
from splitkit.cli.ui.custody_ledgers import intent_code
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.reveal import SHOWN_SECONDS
from splitkit.errors import DeviceError, OperatorStopError, UsageError
from splitkit.host.terminal import Terminal
from splitkit.ledger import events
from splitkit.paper.typeset import pages_of
from splitkit.plan.printers import printer_of

FORGOTTEN = "the machine has forgotten what it says"
"""Why a page is spoilt that was printed before an interruption."""
_STOPPED = "the writing was stopped"
_HIDDEN = "The words are hidden, because nobody pressed a key.\n\nAny key shows them again."


def print_sheet(session: Session) -> None:
    """One page, printed or written by hand; first whatever an interruption has left of one."""
    number = session.number
    if number in session.course.things.open:
        spoil(session, FORGOTTEN)
        return
    _count_blank(session)
    if session.course.things.pages.writing:  # what was to be recorded of it could not be
        _tell_writing(session, "stopped")
        spoil(session, _STOPPED)
        return
    if session.course.things.pages.job:  # it was stopped in the midst
        ask_job(session, session.dialogue)
        return
    copy = session.course.things.pages.copies.get(number, session.papers_before) + 1
    if session.by_hand:
        _write_sheet(session, copy)
    else:
        _print_sheet(session, copy)


def _print_sheet(session: Session, copy: int) -> None:
    """One page, one job, one copy."""
    dialogue, live, number = session.dialogue, session.live, session.number
    policy, known_to = session.plan.policy, session.course.things.pages.known_to
    printers, by_hand = session.destination.printers, tuple(map(policy.sheet, session.choices.by_hand))
    printer = printer_of(policy, printers, known_to, number, by_hand)
    at = f"printer {printer}" if len(printers) > 1 else "the printer"
    dialogue.confirm(f"Only {session.holder} stands at {at}.  This prints copy {copy} of sheet {number}.")
    session.destination.check_ready(printer)
    _begin(session, printer, f"copy {copy} of sheet {number}", number)
    unseen, failed = "", False
    try:
        session.irrevocable = "the page was sent to be printed"
        unseen = session.destination.put(dialogue, printer, f"sheet-{number}.pdf", live.pages[number])
    except DeviceError as error:
        dialogue.refuse(error)
        failed = True
    question = "Did a page come out, or a part of one?" if failed else "Has the page come out?"
    came_out = dialogue.yes(question, "", "look inside the printer first; then it is a page to be found")
    tell_job(session, came_out=came_out)
    if failed and came_out:
        spoil(session, "the printer failed")
    if failed or not came_out:
        return
    if unseen:
        session.record(events.Note(text=f"after sheet {number}: {unseen}"[:400]))
    if left := session.destination.settle(dialogue, printer):
        session.record(events.ScriptException(
            expected="CUPS holds nothing of a page after its job", happened=left, decision="the ceremony goes on",
            approved=session.two("Who decides that it stays?"),
        ))  # fmt: skip


def _write_sheet(session: Session, copy: int) -> None:
    """Show the words once to whoever writes them; a page of which not all were shown is shredded, and no word is shown again."""
    dialogue, number = session.dialogue, session.number
    dialogue.confirm(
        f"Only {session.holder} sees the screen, and has the blank form of sheet {number} and a pen on a hard table."
        f"  This shows copy {copy} of sheet {number}."
    )
    session.memory.typing.pop(number, None)
    _begin(session, "", f"copy {copy} of sheet {number}, by hand", number, act="write")
    session.irrevocable = "the words were shown"
    result: Literal["done", "stopped"] = "stopped"
    try:
        _show_words(dialogue.terminal, Showing(number, session.live.sheets[number].words))
        result = "done"
    except OperatorStopError:
        dialogue.say("It was stopped: what is written of it is a page, and is shredded.")
    finally:
        _tell_writing(session, result)
    if result != "done":
        spoil(session, _STOPPED)


def _show_words(terminal: Terminal, showing: Showing) -> None:
    """Show the words on a screen of their own, which leaves nothing behind; when nobody presses a key they are hidden."""
    with terminal.full_screen():
        while not showing.done:
            terminal.draw(showing.screen())
            key = terminal.key_within(SHOWN_SECONDS)
            if key is None:
                terminal.draw(_HIDDEN)
                terminal.key()
            else:
                showing.press(key)


def _tell_writing(session: Session, result: Literal["done", "stopped"]) -> None:
    """Record that there is a page with words of the sheet, be it not all, and what came of the writing."""
    pages = session.course.things.pages
    written = events.SheetWritten(set=session.set_id, sheet=pages.sheet, copy=_copy(session, pages.sheet))
    over = events.IntentEnded(intent=pages.job, result=result)
    session.recorder.record_together([over] if pages.told else [written, over])


def _copy(session: Session, number: str) -> int:
    """Return which copy of a sheet is being made."""
    pages = session.course.things.pages
    copy = pages.copies.get(number, 0)
    return copy + session.papers_before if pages.again and copy == 1 else copy  # the first one that is made here


def tell_stopped(session: Session) -> None:
    """Record what came of a page at which the program was stopped: one that was being written is there, and one that was being printed is to be found."""
    pages = session.course.things.pages
    if pages.writing:
        _tell_writing(session, "stopped")
    elif pages.job:
        tell_job(session, came_out=False)


def ask_job(session: Session, dialogue: Dialogue) -> None:
    """Record what came of the page that is being made, if one is: people say whether it came out; one that was being written is there."""
    pages = session.course.things.pages
    if pages.writing:
        _tell_writing(session, "stopped")
    elif pages.job:
        tell_job(session, came_out=dialogue.yes("Did a page come out, or a part of one?"))


def _begin(
    session: Session, printer: str, purpose: str, sheet: str = "", *,
    act: Literal["print", "write"] = "print", leaves: int | None = None,
) -> None:  # fmt: skip
    """Record that a page is about to be printed, or written; what is no sheet may have several *leaves*."""
    code = intent_code(session.recorder.ledger.head)
    session.record(events.Intent(
        intent=code, act=act, purpose=purpose, set=session.set_id, sheet=sheet or None, printer=printer or None,
        leaves=leaves,
    ))  # fmt: skip


def tell_job(session: Session, *, came_out: bool) -> None:
    """Record what came of the job that goes on; a sheet that did not come out is a page to be found."""
    pages = session.course.things.pages
    job, number, told = pages.job, pages.sheet, pages.told
    if not job:  # it was said in the menu of the room
        return
    copy = _copy(session, number)
    if number and not told and came_out:
        session.record(events.SheetPrinted(set=session.set_id, sheet=number, copy=copy))
    elif number and not told:
        session.record(events.SheetMissing(set=session.set_id, sheet=number, copy=copy))
        session.dialogue.say(
            f"Copy {copy} of sheet {number} is a page to be found.  When it comes out after all, say so: '!' and found."
        )
    session.record(events.IntentEnded(intent=job, result="done" if came_out else "nothing"))


def print_other(session: Session, name: str, page: bytes, purpose: str, question: str = "") -> bool:
    """Print what is no sheet; return whether it came out, as people say where they are asked a *question*."""
    _count_blank(session)
    printer, came_out = session.destination.printers[0], False
    try:
        session.destination.check_ready(printer)
        _begin(session, printer, purpose, leaves=pages_of(page))  # printed on one side
        try:
            session.destination.put(session.dialogue, printer, name, page)
            came_out = not question or session.dialogue.yes(question)
        finally:
            tell_job(session, came_out=came_out)
    except DeviceError as error:
        session.dialogue.refuse(error)
    return came_out


def spoil(session: Session, reason: str, sheet: str = "") -> None:
    """Record a spoilt page, of the custodian whose turn it is or of a *sheet*, and that it is shredded."""
    number = sheet or session.number
    copy = session.course.things.pages.copies[number]
    session.record(events.SheetSpoilt(set=session.set_id, sheet=number, copy=copy, reason=reason[:120]))
    shred(session)


def shred(session: Session) -> None:
    """See a spoilt page shredded; also after an interruption."""
    if (spoilt := session.course.things.shred) is None:
        return
    number, copy = spoilt
    _see_shredded(session.dialogue, number, copy)
    session.record(events.SheetShredded(set=session.set_id, sheet=number, copy=copy))


def _see_shredded(dialogue: Dialogue, number: str, copy: int) -> None:
    dialogue.insist(
        f"Is copy {copy} of sheet {number} shredded here, and has the witness seen it?",
        "the page is not shredded yet",
        "shred it now: it is worth as much as a sound one",
    )


def find_pages(session: Session, dialogue: Dialogue) -> None:
    """Record each page that had not come out, and was found: it is shredded."""
    for set_id, number, copy in sorted(session.course.things.pages.missing):
        whose = "" if set_id == session.set_id else " of the set that is void"
        if dialogue.yes(f"Has copy {copy} of sheet {number}{whose} been found?", "it is shredded", "not yet"):
            _see_shredded(dialogue, number, copy)
            session.record(events.SheetShredded(set=set_id, sheet=number, copy=copy))


def _count_blank(session: Session) -> None:
    """Count the blank pages before the first page, once: everything that follows is printed on them."""
    if session.course.things.pages.blank is not None:
        return
    need = _pages_needed(session)
    typed = session.dialogue.read(
        "How many blank pages are there, in all printers and beside them?", partial(_enough, need),
        f"At least {need}.  At the end they are counted again, and must agree with what was printed.",
    )  # fmt: skip
    session.record(events.PagesCounted(printed=0, sealed=0, shredded=0, blank_before=typed, agrees=True))


def _pages_needed(session: Session) -> int:
    """Return how many blank pages this ceremony cannot do without: one for each sheet that is printed."""
    numbers = {seat.number for seat in seats(session.plan)} if session.course.makes else {session.number}
    return max(1, len(numbers.difference(session.choices.by_hand)))


def _enough(need: int, typed: str) -> int:
    """Return a count of blank pages; too few are refused before the first page, and not once they have run out."""
    count = _count(typed)
    if count < need:
        raise UsageError(f"{need} are needed at least, one for each sheet", "put in more paper, and count again")
    return count


def count_pages(session: Session) -> None:
    """The pages are counted by people, and compared with what was recorded; two people say why they do not agree."""
    dialogue = session.dialogue
    if session.course.things.pages.missing:
        find_pages(session, dialogue)
    pages = session.course.things.pages
    sealed, shredded = (dialogue.read(f"Sheets {which}:", _count) for which in ("in sealed bags", "that were shredded"))
    after = dialogue.read("Blank pages now, in all printers and beside them:", _count)
    found, before = pages.found, pages.blank
    shredded -= min(found, shredded)  # people have shredded those too
    counted = events.PagesCounted(
        printed=pages.sent,
        sealed=sealed,
        shredded=shredded,
        blank_before=before,
        blank_after=after,
        found=found,
        agrees=True,
        written=pages.written or None,
    )
    faults = pages.faults(counted, len(session.course.things.bags))
    session.record(counted if not faults else counted.saying({"agrees": False}))
    if faults:
        _say_why(session, faults)


def _say_why(session: Session, faults: list[str]) -> None:
    """Let people count again, or two of them say why the pages do not agree."""
    dialogue = session.dialogue
    dialogue.say("The pages do not add up: " + "; ".join(faults) + ".  Nobody leaves.")
    if not dialogue.certain("Do two people go on anyway?  no: count again.", "it is an exception, with a reason"):
        return
    session.record(events.ScriptException(
        expected="every page that was printed or written is there, or was shredded", happened="; ".join(faults)[:400],
        decision=dialogue.text("Why is it safe to go on?"), step=session.step.code, approved=session.two("Who decides it?"),
    ))  # fmt: skip
    session.end_step("skipped")


def _count(typed: str) -> int:
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 4:
        raise UsageError("this is not a number", "count the pages, and type how many")
    return int(typed)
