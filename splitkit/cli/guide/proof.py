"""The end of a guided ceremony: a quorum drawn by lot proves the set, one reveal, the sign-in, the close."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Literal

from splitkit.ceremony import lot
from splitkit.ceremony.recorder import seats_of
from splitkit.ceremony.steps import Task, seats
from splitkit.cli.guide.public_record import read_envelope
from splitkit.cli.guide.questions import ask_alerts, ask_day, ask_lessons, in_a_quarter
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheet_reading import read_paper, type_sheet
from splitkit.cli.guide.sheets import read_bag, remove_pictures
from splitkit.cli.ui.custody_ledgers import intent_code
from splitkit.cli.ui.reveal import reveal_on_screen
from splitkit.custody.persons import People
from splitkit.custody.records.holdings import new_codes
from splitkit.custody.renewal import WHY
from splitkit.errors import AttentionError, ForgedError, NoQuorumError, UsageError
from splitkit.host import clock
from splitkit.ledger import events
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import ReadingResult
from splitkit.ledger.fields import LINE, PERSON_NAME, taken
from splitkit.ledger.ledger_file import closing, outside
from splitkit.quorum.anchor import Anchor, parse_fingerprint
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.release import release
from splitkit.quorum.verdicts import SheetVerdict, Status


def draw_lot(session: Session) -> None:
    """Who takes part, by lot."""
    plan, dialogue = session.plan, session.dialogue
    present = session.course.room.present
    among = tuple(seat.code for seat in seats(plan) if seat.code in present)
    typed = session.who(
        "Whose sheets prove the set?  The machine draws, or you draw cards and type who was drawn, in their order.",
        among,
        empty="the machine draws",
    )
    drawn = typed or lot.draw_lot(plan, among, session.entropy)
    method = "cards or slips of paper" if typed else "drawn by the machine"
    session.record(events.LotDrawn(among=among, drawn=drawn, method=method))
    dialogue.say(f"Drawn: {', '.join(map(session.named, drawn))}.")


def open_bag(session: Session) -> None:
    """The seal, and the number of the bag."""
    dialogue, sheet = session.dialogue, session.number
    known = session.course.things.bags[sheet]
    number = read_bag(session, f"{session.holder} shows the bag.  Its number:")
    if number != known:
        dialogue.say(f"Sheet {sheet} was sealed into {known}.  Bring that bag; if there is none, the set is void: '!'.")
        return
    intact = dialogue.yes("Is the seal whole?")
    if not intact:
        dialogue.say("Somebody may have read this sheet.  Make the set void: '!'.")
    why = "to prove the set"
    session.record(
        events.BagOpened(set=session.set_id, sheet=sheet, bag=number, intact=intact, expected=True, purpose=why)
    )


def read_sheet(session: Session) -> None:
    """One sheet of the quorum, from the paper alone."""
    number, memory = session.number, session.memory
    if session.by_hand and not _has_envelope(session):
        return
    reading = type_sheet(session, number) if session.by_hand else read_paper(session, f"sheet {number}", typed=True)
    pages, lines = memory.beside
    judgement = judge(gather((*pages, *reading.pages), (*lines, *reading.lines)), _anchor(session))
    found = [(sheet.code, sheet.status) for sheet in judgement.sheets if sheet.number]
    sound = bool(found) and all(name == number and status in (Status.SOUND, Status.DUPLICATE) for name, status in found)
    if not sound and {status for _, status in found} == {Status.NO_ENVELOPE} and judgement.cases == ():
        session.dialogue.say("A share was read, but no envelope: read the whole page.")
    if sound:
        memory.pages[number], memory.lines[number] = list(reading.pages), list(reading.lines)
        memory.typed.forget_shares(but=number)
    read = events.SheetRead(
        set=session.set_id,
        sheet=number,
        use="quorum",
        source=reading.source,
        result="sound" if sound else result_of(found),
        person=session.seat,
    )
    session.record(read)
    if not sound:
        session.dialogue.say(
            "NOT TAKEN: " + "; ".join(told_of(judgement.sheets) or ["nothing of a sheet was read"]) + "."
        )


def _has_envelope(session: Session) -> bool:
    """Whether the printed public record was read, from which a sheet that is written by hand has its envelope."""
    if any(session.memory.beside):
        return True
    session.dialogue.say("A sheet written by hand has no envelope: it is read from the printed public record.")
    record = read_envelope(session, _anchor(session))
    if record is None:
        session.dialogue.say("Bring another copy of the signed public record.")
        return False
    session.memory.beside = record.pages, record.lines
    return True


def result_of(found: list[tuple[str, Status]]) -> ReadingResult:
    """Return what the ledger calls what came of reading a sheet that is not sound."""
    statuses = {status for _, status in found}
    if Status.FORGED in statuses:
        return "forged"
    return "foreign" if statuses - {Status.DAMAGED, Status.NO_ENVELOPE} else "damaged"


def told_of(sheets: Iterable[SheetVerdict]) -> list[str]:
    """Return the verdicts on sheets, each in words."""
    return [
        f"{sheet.name or sheet.source}: {sheet.status.value}" + (f" ({sheet.note})" if sheet.note else "")
        for sheet in sheets
    ]


def _anchor(session: Session) -> Anchor:
    """The fingerprint that the ledger of this room holds."""
    made = [entry.data for entry in session.recorder.ledger.entries if isinstance(entry.data, events.SetMade)]
    return parse_fingerprint(made[-1].fingerprint)


def prove_set(session: Session) -> None:
    """Put the quorum together; nothing is shown."""
    memory = session.memory
    beside_pages, beside_lines = memory.beside
    pages = [page for several in (beside_pages, *memory.pages.values()) for page in several]
    lines = [line for several in (beside_lines, *memory.lines.values()) for line in several]
    gathering = gather(pages, lines)
    judgement = judge(gathering, _anchor(session))
    try:
        released = release(gathering, judgement, practice=session.plan.practice, superseded=False)
    except (NoQuorumError, ForgedError) as error:
        raise AttentionError(f"the quorum does not open the set: {error.fact}", "make the set void: '!'") from None
    if judgement.unsound():
        raise AttentionError("the set contradicts its own envelope", "make the set void: '!'")
    session.memory.released = released
    unproven = judgement.unproven()
    session.record(events.SetProven(set=session.set_id, sheets=tuple(sorted(session.memory.pages)), use="read-back"))
    rest = f"Not proven by this quorum, only read back: sheets {', '.join(unproven)}." if unproven else ""
    session.dialogue.say(f"The set opens.  {rest or 'Every share is proven.'}")


def reveal(session: Session) -> None:
    """The one moment in which the password is seen."""
    question = "Is the password to be set where it is needed?" if session.course.makes else "Is the secret shown?"
    if not session.dialogue.yes(question, "now", "not now: it stays on the sheets"):
        session.end_step("skipped")
        return
    _show(session)


def asked_for(session: Session) -> str:
    """Return what people said that they need the secret for; nothing where nobody was asked."""
    asked = [one.data.task for one in session.recorder.ledger.entries if isinstance(one.data, events.SecretRequested)]
    return asked[-1] if asked else ""


def _show(session: Session) -> None:
    """Release by two people, then the screen."""
    purpose = asked_for(session) or session.dialogue.value("What is it set for (no account numbers):", LINE)
    released, seen = session.two("Who releases it?"), session.two("Who sees the screen?")
    session.released_quorum()  # before anybody looks away
    session.dialogue.confirm("The others look away.  The password is shown now; any key clears the screen.")
    code = intent_code(session.recorder.ledger.head)
    act: Literal["reveal", "recover"] = "reveal" if session.course.makes else "recover"
    session.record(events.Intent(intent=code, act=act, purpose=purpose, set=session.set_id))
    begun, result = clock.seconds(), "stopped"
    try:
        reveal_on_screen(session.dialogue.terminal, session.released_quorum().open())
        result = "done"
    finally:
        took = int(clock.seconds() - begun)
        shown = events.SecretShown(
            set=session.set_id, purpose=purpose, released_by=released, seen_by=seen, seconds=took, way="screen"
        )
        session.record(shown)
        session.record(events.IntentEnded(intent=code, result=result))  # type: ignore[arg-type]


def confirm_sign_in(session: Session) -> None:
    """Signed in with the password, and the alerts that came."""
    which = next(mark.fields["password"] for mark in session.step.marks if mark.event == "signin")
    how = "signed out everywhere, and in again with the new password" if session.course.makes else "signed in"
    alerts = any(mark.event == "alert" for mark in session.step.marks)
    skip = (
        "not now: status asks for the first sign-in until it is recorded"
        if alerts
        else "nobody signs in: a live drill without it has failed"
    )
    tried = [one.data for one in session.recorder.ledger.entries if isinstance(one.data, events.SignIn)]
    if tried and not tried[-1].accepted:
        skip = "it stays refused: it ends here without a sign-in, and the incident stays open"
    answers = {"yes": how, "no": "the target refuses it", "skip": skip}
    choice = session.dialogue.choose("Was the sign-in accepted?", answers)
    if choice == "skip":
        if _takes_over(session) and session.dialogue.certain(
            "Is the new password set where it is needed, though nobody signs in?",
            "its set takes the place of the old one",
        ):
            _take_over(session)
        session.end_step("skipped")
    elif choice == "no":
        session.record(events.SignIn(password_=which, accepted=False, set=session.set_id))
        if session.memory.released is None:
            session.dialogue.say(
                "The machine has forgotten the quorum: the sheets are read again, and it is shown once more."
            )
            return
        if not session.course.makes:
            session.dialogue.say(_REFUSED)
        if session.dialogue.certain("Is it shown once more?", "it is shown again, as an exception"):
            _show_again(session)
    else:
        _take_over(session)
        session.record(events.SignIn(password_=which, accepted=True, set=session.set_id))
        if alerts:
            _note_alerts(session)


def _note_alerts(session: Session) -> None:
    """Record who got the alert; somebody who is not here is introduced first."""
    elsewhere = dict[str, str]()
    for alert in ask_alerts(session.dialogue, partial(_alerted, session, elsewhere), _may_be_alerted(session)):
        if name := elsewhere.pop(alert.receiver, ""):
            session.dialogue.say(f"{name} is not in the room, and is recorded as somebody elsewhere.")
            session.record(events.PersonJoined(person=alert.receiver, name=name, since=clock.day()))
        session.record(alert)


def _may_be_alerted(session: Session) -> dict[str, str]:
    """Return who is offered as alerted: whoever was called, by seat, then everybody else whom the folder knows, by name."""
    called = {seat: session.called(seat) for seat in session.in_order(session.course.room.known)}
    others = (one for one in session.people.values() if one not in called.values() and one not in called)
    return called | {one: one for one in others}


def _alerted(session: Session, elsewhere: dict[str, str], typed: str) -> str:
    """Return the seat of somebody who is here, or the id of somebody *elsewhere*, whose name is noted there.

    Raises:
        UsageError: If it is neither a seat nor a name.
    """
    room = session.course.room
    seat = room.seat_of(typed)
    if typed.upper() in room.known or (" " not in typed and not seat):
        return seats_of(typed, room.known)[0]
    if seat:
        return seat
    name = str(taken(PERSON_NAME, typed))
    person = People().new_id(name)
    said = {one.data.person for one in session.recorder.ledger.entries if isinstance(one.data, events.PersonJoined)}
    elsewhere |= {} if person in said else {person: name}
    return person


_REFUSED = (
    "Look at the keyboard first: its layout, capital letters, and the gaps, which are not part of the password; then at the user and "
    "the account.  If all is right, the password was changed after this set was made: ask who did it, and whether there is a newer "
    "set.  If it stays refused, choose 'skip'; the other ways into the account are in: splitkit packs list."
)
"""What people do whose password is refused."""


def _takes_over(session: Session) -> bool:
    """Whether the set that was made is to take the place of another with this step, and has not yet."""
    return not session.course.replaced and any(mark.event == "set.rotated" for mark in session.step.marks)


def _take_over(session: Session) -> None:
    """The new set is the one in use, once its password is set where it is needed."""
    if _takes_over(session) and session.course.renewal:
        why = WHY[session.course.renewal.cause]
        session.record(events.SetRotated(set=session.set_id, replaces=session.meant.set_id, reason=why))


def _show_again(session: Session) -> None:
    approved = session.two("Who decides to show it once more?")
    session.record(events.ScriptException(
        expected="one reveal, and a sign-in that is accepted", happened="the sign-in was refused",
        decision="the password is shown once more", step=session.step.code, approved=approved,
    ))  # fmt: skip
    _show(session)


def forget_quorum(session: Session) -> None:
    """Nothing is left in the machine."""
    remove_pictures(session)
    session.let_go()
    session.record(events.MachineWiped(reason="done", empty=not session.pictures))


def seal_again(session: Session) -> None:
    """A new bag for each sheet that was opened."""
    if (number := new_bag(session, session.holder)) is None:
        return
    old, sheet = session.course.things.bags.get(session.number), session.number
    session.record(events.BagSealed(set=session.set_id, sheet=sheet, bag=number, person=session.seat, replaces=old))
    session.dialogue.say("Write the new number on both copies of the receipt; cut the old bag through and keep it.")


def new_bag(session: Session, who: str) -> str | None:
    """Return the number of the bag into which somebody has sealed a sheet, typed twice; None where the two differ."""
    number = read_bag(session, f"{who} shows a new bag.  Its number:", fresh=True)
    if read_bag(session, "Sealed.  The number again, from the sealed bag:") != number:
        session.dialogue.say("The numbers differ: look at the bag, and type both again.")
        return None
    return number


def debrief(session: Session) -> None:
    """What the ceremony taught."""
    for lesson in ask_lessons(session.dialogue, action_codes(session.recorder.ledger.entries), session.people):
        session.record(lesson)


def action_codes(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield codes that no action of this ceremony has, nor one of any other: they begin with its own."""
    known = {entry.data.action for entry in entries if isinstance(entry.data, events.ActionAgreed)}
    return new_codes(known, f"{entries[0].data.fields()['ceremony'][:18]}-A")


def close_ledger(session: Session) -> None:
    """The ledger is closed, and its head goes onto paper."""
    dialogue, ledger = session.dialogue, session.recorder.ledger
    proposed = in_a_quarter()
    due = ask_day(dialogue, "Day of the next drill:", proposed) if session.set_id else None
    out = outside(ledger.entries)
    left = list(out.people)
    if left and not dialogue.yes(f"Out of the room: {session.all_named(left)}.  Have they left for good?"):
        raise UsageError("somebody is still expected back", "record who comes back: '!'")
    if out.items:
        dialogue.say("Still out of the room: " + ", ".join(out.items))
    session.recorder.record(closing(ledger.entries, next_due=due, left=left))
    dialogue.say("The L words are read aloud and written on the close-out sheet; everybody signs it:")
    dialogue.public_words(ledger.words, "L")


HANDLERS = {
    Task.DRAW_LOT: draw_lot, Task.OPEN_BAG: open_bag, Task.READ_SHEET: read_sheet, Task.PROVE_SET: prove_set,
    Task.REVEAL: reveal, Task.CONFIRM_SIGN_IN: confirm_sign_in, Task.FORGET_QUORUM: forget_quorum,
    Task.SEAL_AGAIN: seal_again, Task.DEBRIEF: debrief, Task.CLOSE_LEDGER: close_ledger,
}  # fmt: skip
"""What is done at each step of this part, by its task."""
