"""The middle of a guided ceremony: the set, and every sheet from the printer into its bag."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

from splitkit.ceremony import readback
from splitkit.ceremony.paperwork import Particulars, form
from splitkit.ceremony.readback import Challenge
from splitkit.ceremony.recorder import seats_of
from splitkit.ceremony.steps import Task
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheet_reading import read_paper
from splitkit.cli.ui.secret_input import make_record
from splitkit.cli.ui.talk import progress, working
from splitkit.errors import DeviceError, UsageError
from splitkit.host import clock
from splitkit.issue.make import IssuedSet, make, set_made
from splitkit.ledger import events
from splitkit.ledger.events import ReadingResult, ReadingSource
from splitkit.ledger.fields import BAG, taken
from splitkit.paper.typeset import Typesetter
from splitkit.quorum.dealing import SetFacts
from splitkit.secret.entropy import Entropy, parse_digits, parse_rolls
from splitkit.secret.record import SecretRecord

_TRIES = 2
"""Tries at a word, a line or the width that could stand on a sheet: one wrong is not yet a misprint."""

_SLIPS = 3
"""Slips besides, which are no word, no line and no width at all."""


def make_set(session: Session) -> None:
    """Dice, if people want them; then the set."""
    session.entropy = with_dice(session)
    session.dialogue.confirm("The machine makes the password and the set now.  It shows no secret.")
    plan = session.plan
    live = dealt(session, plan.facts(clock.today()), make_record(plan, session.choices.secret, session.entropy))
    session.memory.live = live
    session.recorder.record(set_made(live.envelope, live.plan.policy, "first"))
    show_fingerprint(session, live)


def dealt(session: Session, facts: SetFacts, record: SecretRecord) -> IssuedSet:
    """Make a set of the plan, and say that the second implementation recovered it."""
    plan = session.plan
    live = make(plan, facts, record, session.entropy, progress(plan.policy.sheets + 1, "pages"))
    working("")
    session.dialogue.say(
        f"The second implementation recovered the secret from {live.quorums} quorum{'' if live.quorums == 1 else 's'}."
    )
    return live


def show_fingerprint(session: Session, live: IssuedSet) -> None:
    """Show the F words of a set that was made; they are compared with the printed record next."""
    session.dialogue.say(
        f"Set {live.set_id}.  The F words are read aloud, and the witness writes them onto the script:"
    )
    session.dialogue.public_words(live.envelope.fingerprint, "F")


def with_dice(session: Session) -> Entropy:
    """Return the randomness, with dice in it if people want them: each custodian rolls unseen, and together they are at least 50 rolls."""
    dialogue = session.dialogue
    if not dialogue.yes("Are dice mixed in?", "rolls are typed, unseen", "the machine's own randomness"):
        return session.entropy
    rolls, counted = "", dict[str, int]()
    while True:
        seat = dialogue.read(
            f"{len(rolls)} rolls so far.  Whose rolls come next?  A seat, or Enter when that is all:",
            lambda typed: typed and seats_of(typed, session.course.room.present)[0],
            "The seat of somebody who is here; Enter alone: no more rolls.",
        )
        if not seat:
            break
        typed = dialogue.hidden(f"{seat}: dice rolls, digits 1 to 6, not shown:", parse_digits)
        rolls, counted[seat] = rolls + typed, counted.get(seat, 0) + len(typed)
    entropy = Entropy(rolls=parse_rolls(rolls))
    for seat, count in counted.items():
        if count:
            session.record(events.DiceMixed(rolls=count, person=seat))
    return entropy


def print_sheet(session: Session) -> None:
    """One page, one job, one copy."""
    dialogue, live, number = session.dialogue, session.live, session.number
    if number in session.course.things.open:
        return spoil(session, "the machine has forgotten what it says")
    copy = session.course.things.copies.get(number, session.papers_before) + 1
    printed = events.SheetPrinted(set=session.set_id, sheet=number, copy=copy)
    dialogue.confirm(f"Only {session.seat} stands at the printer.  This prints copy {copy} of sheet {number}.")
    try:
        session.irrevocable = "the page was sent to be printed"
        unseen = session.destination.put(dialogue, f"sheet-{number}.pdf", live.pages[number])
    except DeviceError as error:
        dialogue.refuse(error)
        if dialogue.yes("Did a page come out, or a part of one?"):
            session.record(printed)
            spoil(session, "the printer failed")
        return None
    if not dialogue.yes("Has the page come out?"):
        dialogue.say("It is printed again.  If a page comes out later after all, say so here: '!' and an exception.")
        return None
    session.record(printed)
    if unseen:
        session.record(events.Note(text=f"after sheet {number}: {unseen}"[:400]))
    if left := session.destination.settle(dialogue):
        session.record(events.ScriptException(
            expected="CUPS holds nothing of a page after its job", happened=left, decision="the ceremony goes on",
            approved=session.two("Who decides that it stays?"),
        ))  # fmt: skip
    return None


def take_sheet(session: Session) -> None:
    """The custodian looks at the page, alone."""
    if wrong := session.dialogue.fault(
        f"{session.seat} looks at the page: it is whole, it is mine, and its F words are right."
    ):
        spoil(session, wrong)
    else:
        session.end_step("done")


def spoil(session: Session, reason: str) -> None:
    """Record a spoilt page, and that it is shredded; its custodian begins again at the printer."""
    copy = session.course.things.copies[session.number]
    session.record(events.SheetSpoilt(set=session.set_id, sheet=session.number, copy=copy, reason=reason[:120]))
    shred(session)


def shred(session: Session) -> None:
    """See a spoilt page shredded; also after an interruption."""
    if (spoilt := session.course.things.shred) is None:
        return
    number, copy = spoilt
    session.dialogue.insist(
        f"Is copy {copy} of sheet {number} shredded here, and has the witness seen it?",
        "the page is not shredded yet",
        "shred it now: it is worth as much as a sound one",
    )
    session.record(events.SheetShredded(set=session.set_id, sheet=number, copy=copy))


def read_back(session: Session) -> None:
    """The gate.  Symbols, four words, one line and the size; nothing is forgiven."""
    live, number = session.live, session.number
    reading = read_paper(session, number, typed=False)
    verdict = readback.judge_page(live, number, reading.pages, drawn=session.destination.drawn)
    if session.destination.drawn and any(page.drawn for page in reading.pages):
        session.dialogue.say("A program drew this picture: outside a rehearsal without a printer it is refused.")
    if verdict.result != "sound":
        return _not_sound(session, verdict.result, verdict.fact, reading.source)
    session.dialogue.say(f"Right: {verdict.fact}.")
    asked = readback.challenge(live.sheets[number], session.entropy)
    if wrong := _wrong_words(session, asked) or _wrong_size(session):
        return _not_sound(session, "damaged", wrong, reading.source)
    _record_reading(session, reading.source, verdict.result, verdict.margin)
    session.destination.withdraw()
    session.dialogue.say(f"Sheet {number} is what was made.")
    return None


def _record_reading(session: Session, source: ReadingSource, result: ReadingResult, margin: int | None = None) -> None:
    read = events.SheetRead(
        set=session.set_id, sheet=session.number, use="read-back", source=source, result=result, margin=margin
    )
    session.record(read)


def _not_sound(session: Session, result: ReadingResult, fact: str, source: ReadingSource) -> None:
    """Record that the page is not proven; people try again, or the page is spoilt."""
    _record_reading(session, source, result)
    session.dialogue.say(f"NOT PROVEN: {fact}.")
    shreds = "the page is shredded and printed again"
    if session.dialogue.certain("This page may not be sealed.  Is it spoilt?  no: it is read once more.", shreds):
        spoil(session, fact)


def _wrong_words(session: Session, asked: Challenge) -> str:
    """Let the custodian type four words and one line from the paper; return what is wrong, or nothing."""
    dialogue = session.dialogue
    dialogue.say(f"{session.seat} types from the paper, unseen.  The first four letters of a word are enough.")
    for place in asked.words:
        if wrong := _wrong(session, f"word {place}:", partial(asked.word_fault, place), hidden=True):
            return wrong
    return _wrong(session, f"envelope line {asked.line:02d}, as printed:", asked.line_fault)


def _wrong(session: Session, prompt: str, fault: Callable[[str], str], *, hidden: bool = False) -> str:
    """Ask for one thing of the paper, again and alone when it is not right; return what stays wrong, or nothing."""
    dialogue, misses, slips = session.dialogue, 0, 0
    while True:
        typed = dialogue.hidden(prompt, str) if hidden else dialogue.read(prompt, str)
        try:
            if not (wrong := fault(typed)):
                return ""
            misses += 1
        except UsageError as error:
            dialogue.refuse(error)
            slips, wrong = slips + 1, error.fact
        if misses == _TRIES or slips > _SLIPS:
            return wrong
        dialogue.say("Nothing is lost: look at the paper, and type this once more.")


def _wrong_size(session: Session) -> str:
    """Let the custodian measure the symbol at the top; return what is wrong, or nothing."""
    paper = session.plan.paper
    prompt = f"Width of the symbol at the top, black to black, in mm (made {readback.nominal_mm(paper):g}):"

    def fault(typed: str) -> str:
        if wrong := readback.size_fault(typed, paper):
            session.dialogue.say(f"{wrong}.  If it stays so the printer scales: set the paper size of the queue.")
        return wrong

    return _wrong(session, prompt, fault)


def show_bag(session: Session) -> None:
    """The number of the empty bag."""
    _give(session, "Number of the empty bag, read aloud:")


def _give(session: Session, prompt: str) -> None:
    session.record(events.BagGiven(bag=read_bag(session, prompt, fresh=True), person=session.seat))


def read_bag(session: Session, prompt: str, *, fresh: bool = False) -> str:
    """Return a typed bag number; with *fresh*, none of a bag that the register knows: a bag is used once."""
    register, used = session.meant.custody.register, set[str]()
    if fresh:
        kept = [sheet.bag for record in register.sets.values() for sheet in record.sheets.values()]
        used = {*register.opened_bags, *kept}

    def take(typed: str) -> str:
        number = str(taken(BAG, typed.upper()))
        if number in used:
            raise UsageError("a bag of that number was used already", "take another bag, and look at both numbers")
        return number

    return session.dialogue.read(prompt, take, f"Type {BAG.takes}.")


def seal_bag(session: Session) -> None:
    """The number again, from the sealed bag."""
    number = read_bag(session, "The sheet is sealed in.  The number again, from the sealed bag:")
    given = session.course.things.given
    if number != given:
        session.dialogue.say(f"The numbers differ: {given} was typed for the empty bag, {number} now.")
        answers = {"": "type the second one again", "first": "the first one was mistyped", "other": "it is another bag"}
        choice = session.dialogue.choose("Look at the bag.", answers)
        if choice == "first":
            _give(session, "The number of this bag:")
        elif choice == "other":
            session.dialogue.say(
                "Open it, take out the sheet, and put it into the bag that was shown; or make an exception: '!'."
            )
        return
    session.record(events.BagSealed(set=session.set_id, sheet=session.number, bag=number, person=session.seat))


def sign_receipt(session: Session) -> None:
    """The receipt, printed and signed."""
    dialogue, number = session.dialogue, session.number
    bag_number, page = session.course.things.bags[number], receipt_page(session)
    answers = {"": "print it", "form": "a printed form is filled in by hand"}
    if not dialogue.choose(f"The receipt of {session.seat}:", answers):
        try:
            session.destination.put(dialogue, f"receipt-{number}.pdf", page)
        except DeviceError as error:
            dialogue.refuse(error)
            dialogue.say("Fill in a printed form by hand instead.")
    dialogue.confirm(f"{session.seat} has read the duties aloud and signed both copies for bag {bag_number}.")
    session.record(events.ReceiptSigned(set=session.set_id, sheet=number, person=session.seat, bag=bag_number))


def receipt_page(session: Session) -> bytes:
    """Return the receipt of the custodian whose turn it is."""
    plan, course = session.plan, session.course
    first = session.recorder.ledger.entries[0]
    made = session.live
    particulars = Particulars(
        clock.stamp()[:10], course.plan_hash, ceremony=first.data.fields()["ceremony"], date=first.time[:10], set_id=made.set_id,
        fingerprint=made.envelope.fingerprint, bags=course.things.bags,
    )  # fmt: skip
    whole = form("receipts", plan, particulars)
    own = tuple(holder for holder in whole.holders if holder.number == session.number)
    return Typesetter(plan.paper).pdf(dataclasses.replace(whole, holders=own))


def count_pages(session: Session) -> None:
    """The pages are counted by people, and compared with what was recorded."""
    dialogue = session.dialogue
    printed = dialogue.read("Sheets that came out of the printer, spoilt ones too (no receipts):", _count)
    sealed, shredded = (dialogue.read(f"Sheets {which}:", _count) for which in ("in sealed bags", "that were shredded"))
    before, after = (
        dialogue.read(f"Blank pages {when} (Enter: not counted):", lambda typed: _count(typed) if typed else None)
        for when in ("before the first sheet", "now")
    )
    agrees = printed == sealed + shredded
    if before is not None and after is not None and before - after < printed:
        dialogue.say("More pages were printed than blank ones are missing: count again.")
        agrees = False
    session.record(
        events.PagesCounted(
            printed=printed, sealed=sealed, shredded=shredded, blank_before=before, blank_after=after, agrees=agrees
        )
    )
    if not agrees:
        dialogue.say("The pages do not add up.  Nobody leaves; count again.")


def _count(typed: str) -> int:
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 4:
        raise UsageError("this is not a number", "count the pages, and type how many")
    return int(typed)


def forget_set(session: Session) -> None:
    """The machine lets go of the set; from here the paper is all that opens anything.  The public record stays where it is."""
    remove_pictures(session)
    session.let_go()
    session.dialogue.confirm("The print queue is empty, and the printer was switched off and on.")
    session.record(events.MachineWiped(reason="done", empty=not session.pictures))


def remove_pictures(session: Session) -> None:
    """Remove the pictures of sheets that scanners left, once people say so; what stays is said."""
    present = [name for name in dict.fromkeys(session.pictures) if Path(name).exists()]
    if present:
        session.dialogue.say(f"{len(present)} picture(s) of sheets lie where they were scanned to:")
        session.dialogue.rows([f"    {name}" for name in present])
        if session.dialogue.certain(
            "They hold shares.  Are they removed now?  no: they were removed by hand.", "they are deleted"
        ):
            for name in present:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
    session.pictures = [name for name in present if Path(name).exists()]
    if session.pictures:
        session.dialogue.say("Some are still there: remove them, and take this step again.")


HANDLERS = {
    Task.MAKE_SET: make_set, Task.PRINT_SHEET: print_sheet, Task.TAKE_SHEET: take_sheet, Task.READ_BACK: read_back,
    Task.SHOW_BAG: show_bag, Task.SEAL_BAG: seal_bag, Task.SIGN_RECEIPT: sign_receipt, Task.COUNT_PAGES: count_pages,
    Task.FORGET_SET: forget_set,
}  # fmt: skip
"""What is done at each step of this part, by its task."""
