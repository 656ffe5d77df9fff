"""A guided review: every way in that the register knows, line by line, and what two reviewers agree to at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from splitkit.ceremony.paperwork import no_plan
from splitkit.ceremony.steps import Task
from splitkit.cli.guide.questions import ask_action
from splitkit.cli.guide.session import MeantSet, Session
from splitkit.cli.ui.custody_ledgers import Custody, built_from
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue
from splitkit.custody.records.holdings import Register
from splitkit.custody.review import Access, Answer, Decision, Review, check_reviewers, day_of_next, lines_of
from splitkit.custody.saying.naming import person_called, person_meant
from splitkit.custody.ways.rules import Rules, Violation, open_ones
from splitkit.errors import AttentionError, Remedy, UsageError
from splitkit.host import clock
from splitkit.host.columns import wrapped
from splitkit.host.home import Ledgers
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.fields import DATE, LINE, taken
from splitkit.ledger.lookalike import plain_person
from splitkit.paper.report import Report
from splitkit.plan.document import Plan

_ADD = "add"
"""What people change about what is not there."""
_MEANS = {Answer.ABSENT: "nobody could reach them; that is an incident"}
"""What the answers mean that do not say it."""


def meant_register(ledgers: Ledgers, *, practice: bool) -> tuple[MeantSet, Plan]:
    """Return the register that is reviewed, and a plan that says no more than that two people do it.

    Raises:
        UsageError: If there is no custody folder, or nobody has a way in.
        AttentionError: If it is one for rehearsals and that was not said, or the other way round.
    """
    if not ledgers:
        raise UsageError("no custody folder is here", Remedy.NAME_HOME)
    custody = built_from(ledgers)
    if custody.register.practice and not practice:
        raise AttentionError("this custody folder is for rehearsals", Remedy.PRACTICE)
    if practice and not custody.register.practice:
        raise AttentionError("this custody folder is not for rehearsals", Remedy.NO_PRACTICE)
    if not _lines(custody):
        raise UsageError("nobody has a way in that this folder knows of", "take up the ledger of each ceremony first")
    return MeantSet("", custody, read_again=partial(built_from, ledgers)), no_plan(practice=practice)


def _lines(custody: Custody) -> list[Access]:
    return lines_of(custody.register, custody.entries, clock.day())


def review_lines(session: Session) -> None:
    """Ask about the next line; after the last one, whether two reviewers agree with all of them."""
    custody = session.meant.custody
    register, todo = custody.register, _lines(custody)
    known = [seat for seat in session.course.room.present if _person(session, seat)]
    if len(known) < 2:
        raise AttentionError(
            "fewer than two people are here whom the register knows",
            "record who they are: splitkit record joined NAME; then begin again",
        )
    decided = _decided(session.recorder.ledger.entries, custody, todo)
    if not decided and (kept := _kept_together(session, todo)):
        return session.recorder.record_together(
            [_said(session, at, Decision(todo[at - 1], Answer.KEEP)) for at in kept]
        )
    left = [at for at in range(1, len(todo) + 1) if at not in decided]
    if left:
        return _ask_line(session, left[0], todo)
    return _agree(session, register, [decided[at] for at in sorted(decided)], known)


def _decided(entries: Iterable[Entry], custody: Custody, todo: Sequence[Access]) -> dict[int, Decision]:
    """Return what was said of each line by now, by its number; what was said of a register that has changed since says nothing."""
    found = {}
    for one in (entry.data for entry in entries):
        if isinstance(one, events.LineReviewed) and one.line and one.register == custody.entries[-1].hash:
            access, answer = todo[one.line - 1], Answer(one.verdict)
            found[one.line] = Decision(access, answer, one.remark or "", one.owner or "", one.due)
    return found


def _ask_line(session: Session, at: int, todo: Sequence[Access]) -> None:
    """Ask about one line, and record what is said of it."""
    custody, access = session.meant.custody, todo[at - 1]
    line = session.dialogue.interview(
        partial(_asked, session.dialogue, custody.register, access, f"{at} of {len(todo)}", session.people)
    )
    session.record(_said(session, at, line))


def _said(session: Session, at: int, line: Decision) -> events.LineReviewed:
    """Return the entry of what is said of a line."""
    return events.LineReviewed(
        subject=line.access.subject, person=line.access.seat or None, verdict=line.answer.value, remark=line.remark or None, line=at,
        owner=line.owner or None, due=line.due, register=session.meant.custody.entries[-1].hash,
    )  # fmt: skip


def _kept_together(session: Session, todo: Sequence[Access]) -> list[int]:
    """Show all lines and return those that people keep as they are in one answer: none that cannot be kept, and none they have not seen."""
    register, dialogue = session.meant.custody.register, session.dialogue
    last = f"the last was on {register.reviewed}" if register.reviewed else "nobody has held one yet"
    dialogue.say(
        f"This is the access review, which is held in every quarter: {last}.  There is no other one for the year; once a year each sheet is read, which a drill does."
    )
    faults = [_faults(register, access) for access in todo]
    for at, (access, wrong) in enumerate(zip(todo, faults, strict=True), 1):
        dialogue.rows(wrapped(_named(register, access), COLUMNS, f"{at:>3}  "))
        dialogue.rows(row for one in wrong for row in wrapped(one, COLUMNS, "     "))
    dialogue.say("change or remove: say what is done, by whom and until when.  A slip is put right at the end.")
    right = [at for at, wrong in enumerate(faults, 1) if not wrong]
    everything = f"all: the {len(right)} that show nothing wrong; " if right else ""
    return dialogue.read(
        f"Which lines are kept as they are, such as 1-5, 9?\n  {everything}Enter: each is asked about:",
        lambda typed: right if right and typed.lower() == "all" else _to_keep(todo, typed),
        "The numbers of the lines that stay as they are; about each of the others you are asked.",
    )


def _to_keep(todo: Sequence[Access], typed: str) -> list[int]:
    """Return the numbers of lines that people name, alone or as '1-5', where each of them may be kept."""
    found = list[int]()
    for word in typed.replace(",", " ").split():
        first, _, last = word.partition("-")
        at = _number(len(todo), first)
        found += range(at, _number(len(todo), last or first) + 1)
    for at in found:
        if Answer.KEEP not in todo[at - 1].answers:
            raise UsageError(f"line {at} cannot be kept as it is", "leave it out; you are asked about it afterwards")
    return sorted({*found})


def _asked(dialogue: Dialogue, register: Register, access: Access, number: str, people: Mapping[str, str]) -> Decision:
    dialogue.say()
    question = f"{number}: {_named(register, access)}"
    question += "".join(f"\n  {one}" for one in _faults(register, access))
    if Answer.KEEP not in access.answers:
        question += "\n  It cannot be kept as it is: say what is done about it."
    means = {answer.value: _MEANS.get(answer, "") for answer in access.answers}
    if not access.seat and Answer.KEEP not in access.answers:
        means = {_ADD: "it is got, or somebody is named for it", **means}
    answer = Answer.CHANGE if (chosen := dialogue.choose(question, means)) == _ADD else Answer(chosen)
    if answer is Answer.KEEP:
        return Decision(access, answer)
    pressing = bool(broken_by(register, access.subject)) or any(one.grave for one in access.wrong)
    return Decision(access, answer, *ask_action(dialogue, "What is done about it?", LINE, people, pressing=pressing))


def _named(register: Register, access: Access) -> str:
    """Return what a line is about: whose it is, and what."""
    return f"{person_called(register, access.seat) if access.seat else 'nobody'}: {access.what}"


def _faults(register: Register, access: Access) -> list[str]:
    """Return in words what is wrong with a line, and which rules it breaks."""
    wrong = [f"{'WRONG' if one.grave else 'note'}: {one.words}" for one in access.wrong]
    return [*wrong, *(f"RULE {one.rule} is broken: {one.what}" for one in broken_by(register, access.subject))]


def broken_by(register: Register, subject: str) -> list[Violation]:
    """Return the rules that a device, a phone or a mailbox breaks, and nobody has overruled: as status has them."""
    kind, _, tag = subject.partition(".")
    broken = open_ones(Rules(register), clock.day()) if kind == "asset" else []
    return [one for one in broken if tag in one.about or (one.mends and one.mends[1] == tag)]


def _agree(session: Session, register: Register, lines: list[Decision], known: Sequence[str]) -> None:
    """Let two reviewers agree with every line, and write what follows; who does not agree says which line is said anew."""
    dialogue = session.dialogue
    dialogue.say()
    for at, line in enumerate(lines, 1):
        if line.answer is not Answer.KEEP:
            dialogue.say(f"{at}, {line.answer.value}: {_named(register, line.access)}: "
                         f"{line.remark} ({line.owner}, until {line.due})")  # fmt: skip
    kept = sum(line.answer is Answer.KEEP for line in lines)
    dialogue.say(f"{kept} of {len(lines)} lines are kept as they are.")
    reviewers = session.who("Who has reviewed all of it?", known, partial(_check_reviewers, session))
    for seat in reviewers:
        answers = {"agree": "every line is as I want it", "again": "a line is to be changed"}
        if dialogue.choose(f"{session.called(seat)}:", answers) == "again":
            at = dialogue.read(
                f"Which line, 1 to {len(lines)}?", partial(_number, len(lines)), "The number of the line."
            )
            return _ask_line(session, at, [line.access for line in lines])
    if _changed(session, [line.access for line in lines]):
        return None
    today = clock.day()
    latest = day_of_next(today)
    following = dialogue.read(
        f"Day of the next review, in a quarter at the latest (Enter: {latest}):",
        partial(_day_of_next, today),
        "A day as 2030-01-31; Enter alone: in a quarter.",
    )
    if _changed(session, [line.access for line in lines]):
        return None
    review = Review(register, lines, reviewers, today, following)
    session.recorder.record_together([one for one in review.entries() if not isinstance(one, events.LineReviewed)])
    return None


def _changed(session: Session, lines: Sequence[Access]) -> bool:
    """Whether lines are not so any more, as meanwhile somebody has written into the folder: then the review begins anew, with what is so."""
    custody = session.meant.read_again() if session.meant.read_again else session.meant.custody
    if _lines(custody) == lines:
        return False
    session.meant = replace(session.meant, custody=custody)
    session.dialogue.say(
        "Meanwhile somebody has recorded a change of who has a way in, and these lines are out of date.  All of them are gone through as they are now."
    )
    return True


def _number(most: int, typed: str) -> int:
    if not typed.isdecimal() or not 1 <= int(typed) <= most:
        raise UsageError("there is no such line", f"type its number, from 1 to {most}")
    return int(typed)


def _day_of_next(today: dt.date, typed: str) -> dt.date:
    return day_of_next(today, taken(DATE, typed) if typed else None)


def _check_reviewers(session: Session, seats: tuple[str, ...]) -> None:
    """Refuse whoever reviews and is nobody whom the register knows, or not two for certain."""
    register = session.meant.custody.register
    check_reviewers(register, [person_meant(register, _name(session, seat) or seat) for seat in seats])


def _name(session: Session, seat: str) -> str:
    called = [one.data for one in session.recorder.ledger.entries if isinstance(one.data, events.RollCalled)]
    return next((one.name or "" for one in reversed(called) if one.person == seat), "")


def _person(session: Session, seat: str) -> bool:
    """Whether the register knows who is on a seat, and that they are here."""
    name = plain_person(_name(session, seat))
    return any(plain_person(one.name) == name for one in session.meant.custody.register.here.values())


def review_sheet(entries: Sequence[Entry], custody: Custody) -> Report:
    """Return the sheet that both reviewers sign, from the ledger of their review.

    Raises:
        AttentionError: If the register has changed since: then what stood on the lines is not known any more.
    """
    at, held, day = next(
        (at, one.data, one.day) for at, one in enumerate(entries) if isinstance(one.data, events.ReviewHeld)
    )
    decided = _decided(entries[:at], custody, lines_of(custody.register, custody.entries, day))
    if len(decided) != held.confirmed + held.removed + (held.changed or 0):
        raise AttentionError(
            "the register has changed since this review", "the review counts; who was who stands in its ledger"
        )
    names = {one.data.person: one.data.name or "" for one in entries[:at] if isinstance(one.data, events.RollCalled)}
    reviewers = [person_meant(custody.register, names[seat]) for seat in held.reviewers]
    lines = [decided[number] for number in sorted(decided)]
    review = Review(custody.register, lines, reviewers, day, held.next or day)
    return review.report(head_words(entries[-1].hash))


HANDLERS = {Task.REVIEW_LINES: review_lines}
"""What is done at each step of a review that no other ceremony has, by its task."""
