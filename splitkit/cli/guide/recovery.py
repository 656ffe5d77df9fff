"""A guided recovery: which set, who brings which sheet, one sheet after the other until they are a quorum, what the use leaves to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from splitkit.ceremony.steps import Seat, Task
from splitkit.cli.guide.page_jobs import FORGOTTEN, spoil
from splitkit.cli.guide.proof import action_codes, asked_for, result_of, told_of
from splitkit.cli.guide.questions import ask_day, ask_owner
from splitkit.cli.guide.session import MeantSet, Session
from splitkit.cli.guide.sheet_reading import SheetReading, read_paper
from splitkit.cli.ui.custody_ledgers import Custody, live_set
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import read
from splitkit.cli.ui.sheet_input import read_record
from splitkit.cli.ui.sheet_release import confirm_no_record, release_in_line
from splitkit.cli.ui.talk import sheet_list
from splitkit.cli.ui.vouching import Vouched
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.errors import (
    AttentionError,
    ForgedError,
    LedgerError,
    NoQuorumError,
    Remedy,
    StoppedError,
    UsageError,
)
from splitkit.host import clock
from splitkit.host.home import Ledgers
from splitkit.ledger import events
from splitkit.ledger.fields import BAG, LINE
from splitkit.ledger.lookalike import plain_person
from splitkit.plan.document import Custodian, Plan
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import Gathering, gather
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.release import check_alone
from splitkit.quorum.scan import Line, Page
from splitkit.quorum.verdicts import SheetVerdict, Status

# --- which set it is about, before anything begins ------------------------------------------------------------------


def meant_set(
    ledgers: Ledgers, set_id: str | None, record: str | None, *, practice: bool, old: bool = True, otherwise: str = ""
) -> tuple[MeantSet, Plan]:
    """Return the set that people mean, and its policy with the names of its custodians as a plan; *old* is whether it may be out of use.

    What the ledgers get wrong ends with the hint *otherwise*, if there is another way.

    Raises:
        UsageError: If nothing says which set it is.
        AttentionError: If it is of a rehearsal and that was not said, or the other way round.
        SplitkitError: If what was named cannot be read.
    """
    anchor, envelope = read_record(record) if record else (None, None)
    if ledgers:
        wanted = set_id or (envelope.header.set_id.hex() if envelope else None)
        try:
            reading = read(ledgers).told().sound(here=False)
            custody = Custody(reading.built.register, reading.entries)
            known = live_set(custody.register, wanted, pending=old, old=old)
        except (LedgerError, AttentionError) as error:
            raise type(error)(error.fact, worded(error.hint) + otherwise) from None
        plan = _plan_of(custody.register, known)
        meant = MeantSet(known.set_id, custody, anchor, envelope, folder=ledgers.folder)
    elif envelope:
        header = envelope.header
        plan = Plan(header.policy, header.label, practice=header.practice)
        meant = MeantSet(header.set_id.hex(), Custody(Register(), []), anchor, envelope)
    else:
        raise UsageError(
            "nothing says which set it is",
            "name the folder with --home, or --record FILE; without both: splitkit recover SCAN",
        )
    if plan.practice and not practice:
        raise AttentionError("this is a practice set: it protects nothing", Remedy.PRACTICE)
    if practice and not plan.practice:
        raise AttentionError("this is not a practice set", Remedy.NO_PRACTICE)
    return meant, plan


def _plan_of(register: Register, known: SetRecord) -> Plan:
    people = register.people
    named = {number: people[one.holder].name for number, one in known.sheets.items() if one.holder in people}
    custodians = tuple((known.policy.sheet(number), Custodian(name)) for number, name in named.items() if name)
    return Plan(known.policy, known.label, practice=known.practice, custodians=custodians)


# --- who asks, which set, who is here ---------------------------------------------------------------------------------


def ask_for_secret(session: Session) -> None:
    """What the secret is needed for, and which two ask for it."""
    task = session.dialogue.value("What is the secret needed for (no account numbers)?", LINE)
    session.record(events.SecretRequested(task=task, requested_by=session.two("Who asks for it?")[:2]))


def name_set(session: Session) -> None:
    """What people signed, compared with what is known of the set."""
    session.end_step("done", _vouched(session))


def _vouched(session: Session) -> str:
    """Let people say what vouches for the set; return it in words.

    Raises:
        AttentionError: If what they have does not agree, or two people do not go on without it.
    """
    meant, dialogue, memory = session.meant, session.dialogue, session.memory
    dialogue.say(
        f"Set {meant.set_id[:8]}, {session.meant_plan.label or 'without a label'}: {session.meant_plan.policy}."
    )
    words = "12 words are typed: F of the signed record, or L of a signed close-out sheet"
    if not meant.known:
        words = "the copy of the public record that was named, and it is the signed one"
    answers = {"words": words, "none": "no signed paper is at hand"}
    if session.course.script.unvouched and dialogue.choose("What vouches for this set?", answers) == "none":
        return _without_record(session)
    if not session.course.script.unvouched and not meant.known:
        dialogue.confirm("The copy of the public record that was named is the signed one.")
    if meant.known:
        given = Vouched(None, None, None)
        try:
            memory.anchor, custody = meant.custody.vouched(meant.set_id, given, dialogue)
        except (LedgerError, ForgedError, StoppedError) as error:
            otherwise = ", or choose 'none'" if session.course.script.unvouched else ""
            raise AttentionError(error.fact, f"look at the signed paper again{otherwise}") from None
        session.meant = replace(meant, custody=custody)
    else:
        memory.anchor = meant.record
    memory.named = True
    dialogue.say("The signed paper vouches for this set.")
    return "signed words" if meant.known else "a copy of the public record"


def _without_record(session: Session) -> str:
    """Let two people go on without anything that was signed."""
    dialogue = session.dialogue
    dialogue.say("Without a signed paper nothing but the sheets vouches for what they hold: whoever can print sheets could "
                 "show you a false secret.  Nothing else may lie among them, and each is read as a whole page.")  # fmt: skip
    if not confirm_no_record(dialogue):
        raise AttentionError("nothing vouches for this set", "find the signed record, and take this step again")
    reason = dialogue.text("Why is there no record?")
    approved = session.two("Who goes on without it?")
    session.record(events.CheckOverruled(check="no-record", reason=reason, approved=approved))
    session.memory.named, session.memory.anchor = True, None
    return "nothing but the sheets"


def call_bearers(session: Session) -> None:
    """Who has brought which sheet, who stands in, who cannot come."""
    dialogue, missing = session.dialogue, list[str]()
    for seat in session.bearers if session.course.old else _absent(session):
        answers = {"": "is here with it", "other": "somebody else has brought it", "no": "nobody has brought it"}
        match dialogue.choose(f"{named(session, seat)}:", answers):
            case "" if _here(session, seat):
                pass  # called already, for a sheet of the new set
            case "":
                call(session, seat, seat.name or _asked_name(session, seat))
            case "other":
                _call_other(session, seat)
            case _:
                missing.append(seat.code)
    if not (lacks := shortage(session, [seat.number for seat in session.bearers if _here(session, seat)])):
        dialogue.say("Those who are here are a quorum.")
    else:
        dialogue.say(
            f"{lacks.capitalize()}.  Call those who are missing, or whoever stands in for them; they may come later."
        )
    if missing:
        session.record(events.Note(text=f"did not come, and nobody with their sheet: {', '.join(missing)}"))
    session.end_step("done")


def _absent(session: Session) -> list[Seat]:
    return [seat for seat in session.bearers if not _here(session, seat)]


def _here(session: Session, seat: Seat) -> bool:
    return seat.code in session.course.room.present


def _asked_name(session: Session, seat: Seat) -> str:
    return session.asked_name(f"Who has brought sheet {seat.number}, by name?")


def call(session: Session, seat: Seat, name: str) -> None:
    """Record that whoever has a sheet is here."""
    if other := session.course.room.seat_of(name, seat.code):
        session.dialogue.say(
            f"{session.named(other)} is here already: they count as one person wherever two are needed."
        )
    number = None if session.course.old else seat.number  # it is the number of an old sheet
    session.record(session.roll(seat.code, "custodian", name, number))


def _call_other(session: Session, seat: Seat) -> None:
    """Somebody brings the sheet of somebody else, which was handed to them."""
    seat, known, name = session.stand_in(seat), session.meant.known, _asked_name(session, seat)
    if known and not _goes_on_with(session, seat, name):
        return
    call(session, seat, name)
    sheet = known.sheets[seat.number] if known else None
    if sheet and sheet.holder:
        why = "stands in for who keeps it, and brings it"
        session.record(events.SheetHanded(set=session.meant.set_id, sheet=seat.number, from_=sheet.holder, to=seat.code, reason=why))  # fmt: skip
        session.dialogue.say(
            "The register says from now on that they keep it, until it is handed back: splitkit record handed."
        )


def _goes_on_with(session: Session, seat: Seat, name: str) -> bool:
    """Whether a sheet is taken from somebody; whom the register does not know, or knows to have left, only against a warning."""
    named_people = [one for one in session.meant.custody.register.people.values() if one.name]
    called_so = [one for one in named_people if plain_person(one.name) == plain_person(name)]
    if not named_people or any(not one.until for one in called_so):
        return True
    wrong = "has left, says the register" if called_so else "is nobody whom the register knows"
    session.dialogue.say(f"{name} {wrong}.  Call whoever keeps it, or who stands in: {named(session, seat)}.")
    return session.dialogue.certain(
        f"Is sheet {seat.number} taken from {name} anyway?", "it is read, and the ledger says who brought it"
    )


def named(session: Session, seat: Seat) -> str:
    """Return a sheet with who keeps it, where, and in which bag: 'Ada Example (sheet 1, bag B-1, in Safe 1)'."""
    known = session.meant.known
    sheet = known.sheets.get(seat.number) if known else None
    register = session.meant.custody.register
    told = [f"sheet {seat.number}"]
    if sheet:
        told += [f"bag {sheet.bag}"] * bool(sheet.bag) + [f"in {register.place_named(sheet.safe)}"] * bool(sheet.safe)
    deputy = register.deputy_of(sheet.holder) if sheet and sheet.holder in register.people else ""
    told += [f"deputy {deputy}"] if deputy not in ("", "-") else []
    return f"{session.called(seat.code)} ({', '.join(told)})"


def shortage(session: Session, numbers: list[str]) -> str:
    """Return in words what is missing for a quorum; nothing where nothing is."""
    policy = session.meant_plan.policy
    sheets = [policy.sheet(number) for number in numbers]
    return "" if policy.opens(sheets) else policy.shortage(sheets).rpartition("; ")[2]


# --- the sheets ---------------------------------------------------------------------------------------------------------


def read_sheets(session: Session) -> None:
    """Read the next sheet; with a quorum, prove the set."""
    vouch_again(session)
    if not shortage(session, list(session.memory.pages)):
        return _prove(session)
    _say_missing(session)
    bearers = [seat for seat in session.bearers if _here(session, seat) and seat.number not in session.memory.pages]
    chosen = session.dialogue.read(
        _whose(session, bearers),
        partial(chosen_seat, bearers, ("more", "none")),
        "Whose sheet is read next; or what else happens.",
    )
    if chosen == "more":
        return _call_one_more(session)
    if chosen == "none":
        return _give_up(session)
    return _read_one(session, next(seat for seat in bearers if seat.code == chosen))


def vouch_again(session: Session) -> None:
    """Let people say what vouches for the set once more, if the machine has forgotten it since."""
    if not session.memory.named:
        session.dialogue.say("The machine has forgotten what vouches for the set: it is asked for once more.")
        session.record(events.Note(text=f"asked once more what vouches for the set: {_vouched(session)}"))


def _say_missing(session: Session) -> None:
    dialogue, done = session.dialogue, sorted(session.memory.pages)
    dialogue.say()
    dialogue.say(
        f"Read so far: {', '.join(_bearer(session, number) for number in done) or 'nothing'}; {shortage(session, done)}."
    )
    if absent := _absent(session):
        dialogue.say("Not here: " + "; ".join(named(session, seat) for seat in absent) + ".", "  ")


def _bearer(session: Session, number: str) -> str:
    """Return a sheet that was read with who brought it: 'Ada Example (sheet 1)'."""
    seat = next(one for one in session.bearers if one.number == number)
    return f"{session.called(seat.code)} (sheet {number})"


def _whose(session: Session, bearers: list[Seat]) -> str:
    rows = [f"  {seat.number}: {named(session, seat)}" for seat in bearers]
    usual = f"Enter: sheet {bearers[0].number}; " if bearers else ""
    rows += ["  more: somebody else has brought a sheet", "  none: no more sheets can be brought"]
    return "\n".join(["Whose sheet is read next?", *rows, f"  {usual}or the number:"])


def chosen_seat(bearers: list[Seat], words: Sequence[str], typed: str) -> str:
    """Return one of a few *words* as it was typed, or the seat whose number, code or name was; Enter alone is the first.

    Raises:
        UsageError: If it is none of them.
    """
    wanted = typed.casefold()
    if wanted in words:
        return wanted
    found = [seat for seat in bearers if wanted in (seat.number.casefold(), seat.code.casefold(), seat.name.casefold())]
    if not typed and bearers:
        found = bearers[:1]
    if not found:
        raise UsageError(
            "no such sheet is here and still to be read",
            "type its number, or " + " or ".join(f"'{one}'" for one in words),
        )
    return found[0].code


def _call_one_more(session: Session) -> None:
    absent = {seat.number: seat for seat in _absent(session)}
    if not absent:
        raise UsageError("everybody is here", "read a sheet again another way, or choose 'none'")
    told = {number: named(session, seat) for number, seat in absent.items()}
    seat = absent[session.dialogue.choose("Which is the sheet that was brought?", told)]
    if seat.name and session.dialogue.yes(f"Is it {seat.name} who has brought it?"):
        call(session, seat, seat.name)
    elif seat.name:
        _call_other(session, seat)
    else:
        call(session, seat, _asked_name(session, seat))


def _give_up(session: Session) -> None:
    """No quorum comes together: what is open is put away, and the record says so."""
    dialogue = session.dialogue
    dialogue.say("Without a quorum nothing can be shown, by this program or any other.  What is open is sealed again, and the "
                 "ledger is closed.  Another day begins with who can come: the call-out card has everybody.")  # fmt: skip
    if not dialogue.certain("Does it end here, without the secret?", "the sheets are put away, and nothing was shown"):
        return
    made_here = session.course.things.open if session.course.old else frozenset[str]()
    for number in sorted(made_here):
        spoil(session, FORGOTTEN, number)
    wrong = f"no quorum: {shortage(session, list(session.memory.pages))}"
    session.record(events.ScriptException(
        expected="a quorum of sheets", happened=wrong, decision="it ends without the secret",
        step=session.step.code, approved=session.two("Who decides it?"),
    ))  # fmt: skip
    session.end_step("skipped")


def _read_one(session: Session, seat: Seat) -> None:
    if seat.number not in session.course.meant.open:
        open_bag_of(session, seat)
    reading = read_paper(session, f"sheet {seat.number}", typed=True)
    memory = session.memory
    kept = dict(memory.pages), dict(memory.lines)
    memory.pages[seat.number], memory.lines[seat.number] = list(reading.pages), list(reading.lines)
    gathering, judgement = _judged(session)
    new = [one for one in judgement.sheets if one.code not in kept[0]]
    found = [one for one in new if one.number]
    wrong = not found or any(one.code != seat.number or one.status not in _TAKEN for one in found)
    if wrong:
        memory.pages, memory.lines = kept
        if other := mixed_up(found):
            session.dialogue.say(other)
            return session.record(events.Note(text=f"where sheet {seat.number} was to be read, this was shown: {sheet_list([one.code for one in found])}"))  # fmt: skip
        return _not_taken(session, seat, reading, new)
    memory.typed.forget_shares(but=seat.number)
    memory.sources[seat.number] = reading.source
    _record_sound(session, judgement)
    if not any(one.code == seat.number and one.status in IS_SOUND for one in found):
        what = "no envelope was read yet: read a whole page, or type its lines too; of sheets written by hand: go on with --record FILE"
        session.dialogue.say(f"Sheet {seat.number} is whole; " + (what if not gathering.envelopes else "it is judged with the others."))  # fmt: skip
    else:
        session.dialogue.say(
            f"Sheet {seat.number} is sound.  {session.called(seat.code)} lays it face down on the table."
        )
    return None


IS_SOUND = (Status.SOUND, Status.DUPLICATE)
_TAKEN = (*IS_SOUND, Status.CLAIMED, Status.NO_ENVELOPE)
"""What is kept of a sheet; what is only claimed is recorded once the set is proven."""


def mixed_up(found: Sequence[SheetVerdict]) -> str:
    """Return what is said of whole sheets of this set that are not the one to be read, or not it alone; nothing of any other."""
    if not found or any(one.status not in _TAKEN for one in found):
        return ""
    return (
        f"NOT TAKEN: this is {sheet_list([one.code for one in found])} of this set, and one sheet is read at a time.  Nothing is "
        "wrong with it: see whether pictures or papers were mixed up, and read it when it is its turn.  If it lay in the bag of "
        "another sheet, say so: '!', exception."
    )


WHAT_NEXT: Mapping[str, str] = {
    "damaged": "Read it another way: a picture in other light, the camera, or typed from the paper with ? for what is illegible.  "
    "Or another sheet is brought.",
    "forged": "It is not what was printed.  Put it away apart, and use it for nothing; the register opens an incident.  Another "
    "sheet is read: the others are not in doubt by it.",
    "foreign": "It is not of this set.  Look whether it is the right sheet; if it came out of that bag, the register opens an "
    "incident.  Another sheet is read.",
}
"""What comes after a sheet that is not taken, by what is recorded of it."""


def _not_taken(session: Session, seat: Seat, reading: SheetReading, new: list[SheetVerdict]) -> None:
    result = result_of([(one.code, one.status) for one in new if one.number])
    session.record(
        events.SheetRead(set=session.meant.set_id, sheet=seat.number, use="quorum", source=reading.source, result=result, person=seat.code)
    )  # fmt: skip
    said = "; ".join(told_of(new)) or "nothing of a sheet was read"
    session.dialogue.say(f"NOT TAKEN: {said}.")
    session.dialogue.say(WHAT_NEXT[result])


def _record_sound(session: Session, judgement: Judgement) -> None:
    """Record every sheet that is known to be sound by now, and was not recorded."""
    by_number = {seat.number: seat for seat in session.bearers}
    for one in judgement.sheets:
        if one.status is Status.SOUND and one.code in by_number and one.code not in session.course.meant.read:
            session.record(events.SheetRead(
                set=session.meant.set_id, sheet=one.code, use="quorum", source=session.memory.sources[one.code], result="sound", margin=one.margin_percent,
                person=by_number[one.code].code,
            ))  # fmt: skip


def open_bag_of(session: Session, seat: Seat) -> None:
    """The number of the bag and its seal; whatever is wrong with them, the sheet is read anyway."""
    dialogue, known = session.dialogue, session.meant.known
    was = session.course.meant.bags.get(seat.number) or (known.sheets[seat.number].bag if known else "")
    bag = told_bag(dialogue, f"{session.called(seat.code)} shows the bag.  Its number (Enter: it is in no bag):", was)
    if not bag:
        return _in_no_bag(session, seat, was) if was else None
    expected = was in ("", bag)
    intact = dialogue.yes("Is the seal whole?")
    if not expected or not intact:
        dialogue.say("Somebody may have read this sheet.  It is read anyway; the register has the incident.")
    session.record(events.BagOpened(
        set=session.meant.set_id, sheet=seat.number, bag=bag, intact=intact, expected=expected, purpose=_purpose(session),
    ))  # fmt: skip
    return None


def told_bag(dialogue: Dialogue, question: str, was: str) -> str:
    """Return the number of a bag, asked for again where it is not the one that it *was*; nothing where there is none."""
    bag = dialogue.value(question, BAG, "", upper=True)
    if bag and was and bag != was:
        dialogue.say(f"It was sealed into bag {was}.  A slip?  Read the number from the bag once more.")
        bag = dialogue.value(question, BAG, "", upper=True)
    return str(bag)


def _purpose(session: Session) -> str:
    """Return what a bag is opened for."""
    return "to renew the set" if session.course.old else asked_for(session) or "a drill"


def _in_no_bag(session: Session, seat: Seat, was: str) -> None:
    """A sheet that was sealed comes in no bag: whoever had it may have read it."""
    session.dialogue.say("Somebody may have read this sheet.  It is read anyway; the register counts it as exposed.")
    why = f"it was in no bag; it had been sealed into {was}"
    session.record(events.SheetExposed(set=session.meant.set_id, sheet=seat.number, level="possible", reason=why))


def _judged(session: Session) -> tuple[Gathering, Judgement]:
    memory = session.memory
    pages = [page for several in memory.pages.values() for page in several]
    lines = [line for several in memory.lines.values() for line in several]
    return judged_of(session, pages, lines)


def judged_of(session: Session, pages: Sequence[Page], lines: Sequence[Line]) -> tuple[Gathering, Judgement]:
    """Return what was read of paper, and what it is, with what vouches for the set."""
    gathering, anchor = gather(pages, lines), session.memory.anchor
    if anchor and session.meant.envelope:
        gathering.add_envelope(session.meant.envelope)
    return gathering, judge(gathering, anchor)


def _prove(session: Session) -> None:
    """Put the quorum together; nothing is shown."""
    gathering, judgement = _judged(session)
    try:
        if session.memory.anchor is None:
            check_alone(gathering, judgement)
        released = release_in_line(gathering, judgement, _custody(session), session.choices.overruled, practice=session.plan.practice)  # fmt: skip
        _check_meant(session, released.envelope)
    except (NoQuorumError, ForgedError, LedgerError, AttentionError) as error:
        numbers = sorted(session.memory.pages)
        session.memory.pages.clear()
        session.memory.lines.clear()
        raise AttentionError(
            f"{sheet_list(numbers)} do not open the set: {error.fact}", f"{worded(error.hint)}; they are read again"
        ) from None
    _record_sound(session, judgement)
    session.memory.released = released
    read = tuple(sorted(session.course.meant.read))
    use = next(mark.fields["use"] for mark in session.step.marks if mark.event == "set.proven")
    session.record(events.SetProven(set=session.meant.set_id, sheets=read, use=use))
    session.dialogue.say("The set opens.  Nothing has been shown yet.")
    if unsound := judgement.unsound():
        session.dialogue.say(
            f"THIS SET IS UNSOUND ({sheet_list(unsound)}): rotate the secret as soon as it has been used."
        )


def _custody(session: Session) -> Custody | None:
    return session.meant.custody if session.meant.known else None


def _check_meant(session: Session, envelope: Envelope) -> None:
    """Refuse what opens and is another set than the one that is meant, or another than the ledgers say.

    Raises:
        ForgedError, LedgerError: If it is.
    """
    if envelope.header.set_id.hex() != session.meant.set_id:
        raise ForgedError("this is another set than the one that is meant", "name it with --set, and begin again")
    if session.meant.known:
        session.meant.custody.check_agrees(session.meant.known, envelope)


# --- what it leaves -----------------------------------------------------------------------------------------------------

_DEBT: Mapping[Literal["password", "review", "told"], str] = {
    "password": "change the password ('splitkit ceremony renew'), or let two people say why it stays ('splitkit record use.reviewed')",
    "review": "review with somebody else what it was used for: 'splitkit record use.reviewed'",
    "told": "tell everybody who must know that it was used",
}
"""What each debt of a use asks for."""


def agree_on_debt(session: Session) -> None:
    """Give everything that the use leaves to do a name and a day."""
    session.dialogue.say("Whoever saw the password knows it.  Until this is done, 'splitkit status' says so every day.")
    known = {one.data.debt for one in session.recorder.ledger.entries if isinstance(one.data, events.ActionAgreed)}
    codes = action_codes(session.recorder.ledger.entries)
    for action in _debts(session, codes, known):
        session.record(action)
    session.end_step("done")


def _debts(session: Session, codes: Iterator[str], known: Collection[str | None]) -> Iterator[events.ActionAgreed]:
    set_id = session.meant.set_id
    for debt, text in _DEBT.items():
        if debt not in known:
            owner = ask_owner(session.dialogue, f"To do: {text}.\n  By whom?", session.people)
            due = ask_day(
                session.dialogue, "By which day?", clock.day()
            )  # from today on it is due, says 'splitkit status'
            yield events.ActionAgreed(action=next(codes), text=text, owner=owner, due=due, set=set_id, debt=debt)


HANDLERS = {
    Task.ASK_FOR_SECRET: ask_for_secret, Task.NAME_SET: name_set, Task.CALL_BEARERS: call_bearers,
    Task.READ_SHEETS: read_sheets, Task.AGREE_ON_DEBT: agree_on_debt,
}  # fmt: skip
"""What is done at each step of a recovery that no other ceremony has, by its task."""
