"""The middle of a guided ceremony: the set, and every sheet from the printer into its bag."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

from splitkit.ceremony import readback
from splitkit.ceremony.hand_copy import TypingBack
from splitkit.ceremony.paperwork import Particulars, form
from splitkit.ceremony.readback import Challenge, ReadBack
from splitkit.ceremony.steps import Task
from splitkit.cli.guide.page_jobs import count_pages, print_other, print_sheet, spoil
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheet_reading import read_paper
from splitkit.cli.ui.secret_input import make_record, origin_of
from splitkit.cli.ui.talk import progress, working
from splitkit.errors import UsageError
from splitkit.host import clock
from splitkit.host.terminal import Terminal
from splitkit.issue.make import IssuedSet, make
from splitkit.issue.recorded import set_made
from splitkit.ledger import events
from splitkit.ledger.events import TYPED, WRITTEN, ReadingSource
from splitkit.ledger.fields import BAG, taken
from splitkit.paper.typeset import Typesetter
from splitkit.quorum.dealing import SetFacts
from splitkit.secret.entropy import MIN_DICE_ROLLS, Entropy, parse_digits, parse_rolls
from splitkit.secret.record import SecretRecord

_TRIES = 2
"""Tries at a word, a line or the width that could stand on a sheet, before people are asked whether the paper says so."""


def make_set(session: Session) -> None:
    """Dice, if people want them; then the set."""
    session.dialogue.say("The machine makes the password and the set now.  It shows no secret.")
    session.entropy = with_dice(session)
    plan = session.plan
    live = dealt(session, plan.facts(clock.today()), make_record(plan, session.choices.secret, session.entropy))
    session.memory.live = live
    origin = origin_of(session.choices.secret)
    session.recorder.record(set_made(live.envelope, live.plan.policy, "first", origin=origin))
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
    if not session.dialogue.yes("Are dice mixed in?", "rolls are typed, unseen", "the machine's own randomness"):
        return session.entropy
    rolled = session.dialogue.interview(partial(_rolls, session))
    entropy = Entropy(rolls=parse_rolls("".join(typed for _, typed in rolled)))
    for seat in dict.fromkeys(seat for seat, _ in rolled):
        if count := sum(len(typed) for one, typed in rolled if one == seat):
            session.record(events.DiceMixed(rolls=count, person=seat))
    return entropy


def _rolls(session: Session) -> list[tuple[str, str]]:
    """Return the rolls of each seat, one after the other; '<' takes back the last ones."""
    rolled: list[tuple[str, str]] = []
    while True:
        count = sum(len(typed) for _, typed in rolled)
        seat = session.who(
            f"{count} rolls so far, of {MIN_DICE_ROLLS} at least.  Who rolls next?",
            session.course.room.present,
            one=True,
            empty="that is all" if count >= MIN_DICE_ROLLS else "",
        )
        if not seat:
            return rolled
        prompt = f"{session.called(seat[0])}: dice rolls, digits 1 to 6, not shown:"
        rolled.append((seat[0], session.dialogue.hidden(prompt, parse_digits)))


def take_sheet(session: Session) -> None:
    """The custodian looks at the page, alone."""
    whole = "it is mine, every box is filled in, and each letter can be read"
    if not session.by_hand:
        whole = "it is whole, it is mine, and its F words are right"
    if wrong := session.dialogue.fault(f"{session.holder} looks at the page: {whole}."):
        spoil(session, wrong)
    else:
        session.end_step("done")


def read_back(session: Session) -> None:
    """The gate.  Symbols, words, a line and the size; nothing is forgiven, and nothing is lost by a slip."""
    if session.by_hand:
        return type_back(session)
    live, number = session.live, session.number
    reading = read_paper(session, f"sheet {number}", typed=False)
    verdict = readback.judge_page(live, number, reading.pages, drawn=session.destination.drawn)
    if session.destination.drawn and any(page.drawn for page in reading.pages):
        session.dialogue.say("A program drew this picture: outside a rehearsal without a printer it is refused.")
    if verdict.result != "sound":
        return _not_proven(session, verdict, reading.source)
    session.dialogue.say(f"Right: {verdict.fact}.")
    before = session.memory.asked.setdefault(number, [])
    before.append(readback.challenge(live.sheets[number], session.entropy, before, typed=reading.source in TYPED))
    if wrong := session.dialogue.interview(lambda: _typed_back(session, before[-1])):
        return _give_up(session, ReadBack("damaged", wrong), reading.source)
    _record_reading(session, reading.source, verdict)
    session.destination.withdraw()
    session.dialogue.say(f"Sheet {number} is what was made.")
    return None


def type_back(session: Session) -> None:
    """The gate of a sheet that is written by hand: every word of it is typed from the paper, and is the one that was shown."""
    dialogue, number = session.dialogue, session.number
    typing = session.memory.typing.setdefault(number, TypingBack(number, session.live.sheets[number].words))
    dialogue.confirm(f"Only {session.holder} sees the screen, and types every word of sheet {number} from the paper.")
    typing.left = False
    _type_words(dialogue.terminal, typing)
    if typing.done:
        _record_reading(session, WRITTEN, ReadBack("sound", "every word is the one that was shown"))
        dialogue.say(
            f"Sheet {number} is what was made: each of its {len(typing.words)} words was typed from the paper."
        )
    elif typing.fault:
        dialogue.say(
            "What was typed is taken to stand on the paper.  It is not mended: the page is shredded, and begun again."
        )
        _give_up(session, ReadBack("damaged", typing.fault), WRITTEN)
    elif dialogue.certain(
        "Is the page spoilt?  no: it is typed on, where it was left.", "it is shredded, and begun again"
    ):
        _give_up(session, ReadBack("damaged", "it was found wrong while it was typed back"), WRITTEN)


def _type_words(terminal: Terminal, typing: TypingBack) -> None:
    with terminal.full_screen():
        while not (typing.done or typing.fault or typing.left):
            terminal.draw(typing.screen(), bell=typing.refused)
            typing.press(terminal.key())


def _record_reading(session: Session, source: ReadingSource, verdict: ReadBack) -> None:
    session.record(events.SheetRead(
        set=session.set_id, sheet=session.number, use="read-back", source=source, result=verdict.result, margin=verdict.margin,
    ))  # fmt: skip


def _not_proven(session: Session, verdict: ReadBack, source: ReadingSource) -> None:
    """Let people read the page once more, or give it up; a picture of which nothing came says nothing of the paper."""
    number, fact = session.number, verdict.fact
    session.dialogue.say(f"NOT PROVEN: {fact}.")
    if strange := verdict.result != "damaged":
        _record_reading(session, source, verdict)
    shreds = "the page is shredded and printed again"
    if session.dialogue.certain("This page may not be sealed.  Is it spoilt?  no: it is read once more.", shreds):
        spoil(session, fact) if strange else _give_up(session, verdict, source)
    elif not strange:
        session.record(events.Note(text=f"sheet {number} is read once more: {fact}"[:400]))


def _give_up(session: Session, verdict: ReadBack, source: ReadingSource) -> None:
    """Record a page that people have found to be wrong; it is spoilt."""
    _record_reading(session, source, verdict)
    session.dialogue.say(f"NOT PROVEN: {verdict.fact}.")
    spoil(session, verdict.fact)


def _typed_back(session: Session, asked: Challenge) -> str:
    """Let the custodian type words and lines from the paper, and measure; return what is wrong, or nothing."""
    dialogue = session.dialogue
    dialogue.say(f"{session.holder} types from the paper, unseen.  The first four letters of a word are enough.")
    places = ", ".join(map(str, asked.words))
    typed = dialogue.hidden(f"words {places}, with spaces between:", asked.words_of)
    for place, word in typed.items():
        if wrong := _wrong(session, f"word {place}:", partial(asked.word_fault, place), word, hidden=True):
            return wrong
    for line in asked.lines:
        if wrong := _wrong(session, f"envelope line {line:02d}, as printed:", partial(asked.line_fault, line)):
            return wrong
    return _wrong_size(session)


def _wrong(
    session: Session, prompt: str, fault: Callable[[str], str], typed: str | None = None, *, hidden: bool = False
) -> str:
    """Ask for one thing of the paper, again and alone until it is right, or until people say that the paper is wrong.

    Return what is wrong then, or nothing.  What is *typed* already is looked at first.
    """
    dialogue, misses = session.dialogue, 0
    while True:
        if typed is None:
            typed = dialogue.hidden(prompt, str) if hidden else dialogue.read(prompt, str)
        try:
            if not (wrong := fault(typed)):
                return ""
            misses += 1
            if misses % _TRIES == 0 and dialogue.certain(
                f"{wrong[0].upper()}{wrong[1:]}.  Is the paper misprinted?  no: type it once more.",
                "the page is spoilt",
            ):
                return wrong
        except UsageError as error:
            dialogue.refuse(error)
        dialogue.say("Nothing is lost: look at the paper, and type this once more.")
        typed = None


def _wrong_size(session: Session) -> str:
    """Let the custodian measure the code SHARE, big; return what is wrong, or nothing."""
    paper = session.plan.paper
    prompt = f"Width of the code SHARE, big, black to black, in mm (made {readback.nominal_mm(paper):g}):"

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
    answers = {"": "print it, and all that follow", "form": "printed forms are filled in by hand"}
    if session.receipts is None:
        session.receipts = not dialogue.choose(f"The receipt of {session.holder}:", answers)
    if session.receipts and not print_other(session, f"receipt-{number}.pdf", page, f"the receipt of sheet {number}"):
        dialogue.say("Fill in a printed form by hand instead.")
    dialogue.confirm(f"{session.holder} has read the duties aloud and signed both copies for bag {bag_number}.")
    session.record(events.ReceiptSigned(set=session.set_id, sheet=number, person=session.seat, bag=bag_number))


def receipt_page(session: Session) -> bytes:
    """Return the receipt of the custodian whose turn it is."""
    plan, course = session.plan, session.course
    first = session.recorder.ledger.entries[0]
    particulars = Particulars(
        clock.stamp()[:10], course.plan_hash, ceremony=first.data.fields()["ceremony"], date=first.time[:10], set_id=session.set_id,
        fingerprint=_recorded_fingerprint(session), bags=course.things.bags,
    )  # fmt: skip
    whole = form("receipts", plan, particulars)
    own = tuple(holder for holder in whole.holders if holder.number == session.number)
    return Typesetter(plan.paper).pdf(dataclasses.replace(whole, holders=own))


def _recorded_fingerprint(session: Session) -> tuple[str, ...]:
    """Return the F words of the set as a ledger has them, whatever the machine has forgotten; none where no ledger tells of it."""
    entries = (*session.meant.custody.entries, *session.recorder.ledger.entries)
    made = [one.data for one in entries if isinstance(one.data, events.SetMade) and one.data.set == session.set_id]
    return tuple(made[-1].fingerprint.split()) if made else ()


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
            "They hold shares.  Remove them now?  no: they have been removed by hand.", "they are deleted"
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
