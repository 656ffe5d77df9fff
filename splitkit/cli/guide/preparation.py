"""The first steps of a guided ceremony: ledger, room, people, machine, plan."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Literal

from splitkit import __version__
from splitkit.ceremony.steps import NumberedStep, Seat, Task, seats
from splitkit.cli.guide.session import Session
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.vouching import ask_words, judged, with_what
from splitkit.errors import UsageError
from splitkit.host import clock
from splitkit.issue.rehearsal import practice_set
from splitkit.ledger import events
from splitkit.ledger.chain import head_words
from splitkit.ledger.fields import PERSON_NAME, ROOM_TIME, TEXT, taken
from splitkit.ledger.ledger_file import opening
from splitkit.ledger.lookalike import plain_person
from splitkit.plan.plan_hash import MARK
from splitkit.preflight.checks import LIMITS, inspect, this_machine
from splitkit.preflight.installation import program_hash
from splitkit.preflight.machine import Finding, Machine, Severity, info
from splitkit.preflight.people import QUESTIONS, compare_clocks, room_moment, said
from splitkit.preflight.summary import rows
from splitkit.quorum.anchor import parse_public_words
from splitkit.quorum.mnemonic import public_words

_ROLES = {"ADM": "administrator", "WIT": "witness", "SCR": "scribe"}
_TWO = "{} is {} already, and nobody watches what they do themselves: somebody else is needed."
_WORST = (Severity.FAIL, Severity.WARN, Severity.UNKNOWN, Severity.INFO)
_RECORDED: Mapping[Severity, Literal["pass", "warn", "fail", "unknown"]] = {
    Severity.FAIL: "fail",
    Severity.WARN: "warn",
    Severity.UNKNOWN: "unknown",
    Severity.INFO: "pass",
}


def open_ledger(session: Session) -> None:
    """Begin the ledger; where it continues another one, the last words of that one are shown."""
    recorder, dialogue = session.recorder, session.dialogue
    practice = recorder.plan.practice
    recorder.record(
        opening(session.choices.ceremony, session.course.script.kind, practice=practice, version=__version__)
    )
    if session.choices.continues:
        dialogue.say("It continues the ledger with these words; compare them with the last signed paper:")
        dialogue.public_words(head_words(recorder.ledger.previous), "L")


def prepare_room(session: Session) -> None:
    """The room and its clock."""
    session.dialogue.confirm("The room is prepared as the script says.")
    time = room_time(session.dialogue)
    agrees = session.dialogue.yes(
        f"This machine says {clock.stamp()[:10]}, {clock.stamp()[11:16]} UTC.  Do day and clock in the room agree with it?"
    )
    session.record(events.RoomClock(time=time, agrees=agrees))
    if not agrees:
        session.dialogue.say(
            "Set one of the two clocks (that of the machine, as root: date -s 'YYYY-MM-DD HH:MM'); the step is taken again."
        )


def room_time(dialogue: Dialogue) -> str:
    """Return what the clock in the room says, as 14:05."""
    return str(dialogue.value("What does the clock in the room say?  HH:MM:", ROOM_TIME))


def call_people(session: Session) -> None:
    """Administrator, witness, scribe and whoever else is here; whom the signed plan names is taken by Enter."""
    dialogue = session.dialogue
    for roll in dialogue.interview(partial(_leaders, session)):
        session.recorder.record(roll, by="ADM", witness="WIT")
    while dialogue.yes("Is anybody else in the room, besides the custodians?"):
        session.record(introduced(session, dialogue))


def _leaders(session: Session) -> list[events.RollCalled]:
    """Ask who leads, who watches and who writes; nothing is recorded before all of them are named."""
    named = dict[str, str]()
    for seat, role in _ROLES.items():
        if seat in session.course.room.present:
            continue
        optional, planned = seat == "SCR", session.plan.shown_leaders[role]
        while True:
            name = _other_name(session, session.dialogue, f"The {role}, by name", planned, optional=optional)
            if not (has := next((one for one, other in named.items() if _same_person(name, other)), "")):
                break
            session.dialogue.say(_TWO.format(name, f"the {_ROLES[has]}"))
        if name or not optional:
            named[seat] = name
    return [session.roll(seat, _ROLES[seat], name) for seat, name in named.items()]


def _same_person(name: str, other: str) -> bool:
    return bool(name) and plain_person(name) == plain_person(other)


def introduced(session: Session, dialogue: Dialogue) -> events.RollCalled:
    """Ask who somebody is who has no seat yet; the program gives them one."""
    known = session.course.room.known
    scribe = "SCR" not in known and dialogue.yes("Are they the scribe?", "they write the times", "they only look on")
    seat = "SCR" if scribe else next(code for at in count(1) if (code := f"OBS{at}") not in known)
    if not session.plan.anonymous:
        return session.roll(
            seat, "scribe" if scribe else "observer", _other_name(session, dialogue, "Who is it, by name")
        )
    dialogue.say(f"No names are recorded by this plan: in the record they are {seat}.")
    return session.roll(seat, "scribe" if scribe else "observer", "")


def _name(session: Session, dialogue: Dialogue, prompt: str, planned: str, *, optional: bool) -> str:
    """Return a name: Enter alone is the one that is *planned*, or none where there need be none; where nobody is, the people of the folder are offered."""
    known = [one.name for one in session.meant.custody.register.here.values() if one.name]
    if known and not planned and not session.plan.anonymous:
        empty = "there is none" if optional else ""

        def take(typed: str) -> str:
            if not typed and not optional:
                raise UsageError("nothing was typed", "type a number, or the name in full")
            return str(taken(PERSON_NAME, typed)) if typed else ""

        return dialogue.pick(
            f"{prompt}:", {one: one for one in dict.fromkeys(known)}, take, "The name in full.", empty=empty
        )
    if planned and optional:
        prompt += ", or none"
    enter = planned or ("there is none" if optional else "")
    default = planned or ("" if optional or session.plan.anonymous else None)
    name = str(dialogue.value(f"{prompt}{f' (Enter: {enter})' if enter else ''}:", PERSON_NAME, default))
    return "" if optional and name.casefold() == "none" else name


def _other_name(session: Session, dialogue: Dialogue, prompt: str, planned: str = "", *, optional: bool = False) -> str:
    """Return a typed name that nobody has who has a seat already: whoever acts and whoever watches are two people."""
    while has := session.course.room.seat_of(name := _name(session, dialogue, prompt, planned, optional=optional)):
        again = "  Enter: there is none." if optional and not planned else ""
        dialogue.say(_TWO.format(name, session.is_what(has)) + again)
    return name


def call_custodian(session: Session) -> None:
    """Every custodian at once, each by name; or one after the other, if people want to."""
    waiting = [step.seat for step in session.course.steps[session.course.at :] if _is_roll(step) and step.seat]
    together = len(waiting) > 1 and not session.one_by_one
    called = waiting if together else waiting[:1]
    if together:
        session.dialogue.rows(_keepers(called))
        answers = {
            "": "each has said their name, and everybody whom the plan names is here",
            "one": "one after the other",
        }
        session.one_by_one = bool(session.dialogue.choose("The custodians:", answers))
        called = [] if session.one_by_one else called
    else:
        (seat,) = called
        session.dialogue.confirm(
            f"{seat.name or f'Whoever keeps sheet {seat.number} (no name on this plan)'} is here, and is the person whom the plan names."
        )
    for seat in called:
        session.record(session.roll(seat.code, "custodian", seat.name, seat.number))


def _keepers(named: Iterable[Seat]) -> list[str]:
    return [f"    sheet {seat.number:<4} {seat.name or '(no name on this plan)'}" for seat in named]


def _is_roll(step: NumberedStep) -> bool:
    return step.step.task is Task.CALL_CUSTODIAN


def compare_hash(session: Session) -> None:
    """The hash of the program, compared with the paper."""
    digest = program_hash()
    session.dialogue.say("The hash of this program ('splitkit preflight --hash' shows it on another machine):")
    session.dialogue.rows([f"    {digest[at : at + 32]}" for at in (0, 32)])
    same = equal = session.dialogue.yes("Is it the one on paper?")
    if not same and session.plan.practice:
        equal = session.dialogue.certain("This is practice.  Do you rehearse without the paper?")
    if not same and equal:
        session.record(events.Note(text="rehearsed without comparing the hash of the program"))
    session.record(events.HashCompared(what="the program", sha256=digest, equal=equal))
    if not equal and session.step.step.may_skip and _uncompared(session):
        return
    if not equal:
        session.dialogue.say(
            "Stop here: use the program whose hash is on paper, and find out where this one comes from."
        )


def _uncompared(session: Session) -> bool:
    """Let two people go on with a program whose hash is on no paper here."""
    goes_on = "two people go on, and it is an exception"
    if not session.dialogue.certain("Do two people go on with this program anyway?", goes_on):
        return False
    session.record(events.ScriptException(
        expected="the hash of the program is the one on paper", happened="it was not, or no paper was at hand",
        decision="the ceremony goes on", step=session.step.code, approved=session.two("Who decides it?"),
    ))  # fmt: skip
    session.end_step("skipped")
    return True


def preflight(session: Session) -> None:
    """Every check of the machine, the questions to people, and what two people overrule."""
    dialogue = session.dialogue
    dialogue.say(LIMITS)
    machine = this_machine(session.guard, sys.platform)
    findings = inspect(machine)
    dialogue.rows(rows(findings))
    found = [*findings, *ask_people(dialogue, machine, _clocks(session), prints=session.course.script.prints)]
    at_once = session.plan.practice and goes_on_with_all(dialogue, found)
    findings = accepted(found) if at_once else accept_warnings(dialogue, found)
    worst = {
        name: _worst([finding for finding in findings if finding.check == name])
        for name in dict.fromkeys(finding.check for finding in findings)
    }
    for name, finding in worst.items():
        session.record(events.PreflightCheck(check=tag(name), verdict=_RECORDED[finding.severity]))
    _acknowledge(session, findings)
    unfit = [name for name, finding in worst.items() if any(f.unfit for f in findings if f.check == name)]
    if unfit and not _overruled(session, unfit, at_once=at_once):
        return
    verdicts = Counter(_RECORDED[finding.severity] for finding in worst.values())
    failed = len(unfit)
    session.record(
        events.PreflightDone(
            passed=verdicts["pass"], warned=verdicts["warn"], failed=failed, unknown=verdicts["unknown"]
        )
    )


def _clocks(session: Session) -> Finding | None:
    """Return what people said of the clock in the room when they compared it, if they did."""
    clocks = [one.data for one in session.recorder.ledger.entries if isinstance(one.data, events.RoomClock)]
    return (
        info(f"people say: the clock in the room agreed at {clocks[-1].time}", check="room clock") if clocks else None
    )


def tag(name: str) -> str:
    """Return the name of a check as the ledger spells it."""
    return name.replace(" ", "-")


def _worst(findings: list[Finding]) -> Finding:
    return min(findings, key=lambda finding: _WORST.index(finding.severity))


def _acknowledge(session: Session, findings: list[Finding]) -> None:
    for name in dict.fromkeys(finding.check for finding in findings if finding.accepted):
        session.record(events.WarningAccepted(check=tag(name), reason="read aloud and accepted"))


def _overruled(session: Session, unfit: list[str], *, at_once: bool) -> bool:
    """Let two people overrule what makes the machine unfit, or put it right and look again."""
    dialogue = session.dialogue
    dialogue.say("This machine is not fit: " + ", ".join(unfit) + ".")
    if at_once:
        reason, approved = session.dialogue.text("Why is it safe to go on?", TEXT), session.two("Who overrules it?")
        for name in unfit:
            session.record(events.CheckOverruled(check=tag(name), reason=reason, approved=approved))
        return True
    if not dialogue.certain(
        "Do two people overrule each of these, with a reason?  no: put it right, and all is looked at again."
    ):
        return False
    for name in unfit:
        dialogue.say(f"{name}:")
        session.overrule(tag(name))
    return True


def self_test(session: Session) -> None:
    """Both implementations on throw-away data."""
    session.dialogue.say("A moment: a practice set is dealt, and both implementations recover it.")
    rehearsed, _ = practice_set(clock.today(), session.entropy)
    session.dialogue.say(f"The second implementation recovered it from all {rehearsed.quorums} quorums.")
    session.record(events.SelfTest(result="pass", tests=rehearsed.quorums))


def agree_on_plan(session: Session) -> None:
    """The plan, agreed by everybody."""
    dialogue, agreed = session.dialogue, session.plan
    words = public_words(bytes.fromhex(session.course.plan_hash))
    dialogue.say(f"Policy {agreed.policy}: read it aloud, and who keeps which sheet.")
    dialogue.rows(_keepers(seats(agreed)))
    dialogue.say("The words of this plan; compare them with those of the signed plan:")
    dialogue.public_words(words, "P")
    if not _compare_plan(session, words):
        session.record(events.Note(text="rehearsed without comparing the plan with the signed one"))
    dialogue.confirm("Everybody in the room says yes to this plan.")
    here = tuple(sorted(session.course.room.present))
    session.record(events.PlanAgreed(sha256=session.course.plan_hash, policy=str(agreed.policy), agreed=here))


def _compare_plan(session: Session, words: tuple[str, ...]) -> bool:
    """Let people type all the words of the signed plan, and return whether they did; a word that is wrong is named, and asked for alone."""
    dialogue = session.dialogue

    def take(typed: str) -> bool:
        if not typed and session.plan.practice:
            if dialogue.certain("This is practice.  Do you rehearse without the signed plan?"):
                return False
            raise UsageError("no word was typed", "type the 12 words headed P of the signed plan")
        given = parse_public_words(typed, MARK, "plan hash")
        if given != words:
            fact = with_what("these are not the words of this plan", judged(given, [words], {}))
            raise UsageError(fact, "if the signed plan says so, it is another plan: stop and find out which is right")
        return True

    without = "; Enter: there is none yet" if session.plan.practice else ""
    return ask_words(
        f"Type the 12 words headed P of the SIGNED plan, not of the screen{without}:",
        take,
        "hold the ceremony at a terminal",
        [words],
        dialogue,
        sys.maxsize,
    )


HANDLERS = {
    Task.OPEN_LEDGER: open_ledger, Task.PREPARE_ROOM: prepare_room, Task.CALL_PEOPLE: call_people,
    Task.CALL_CUSTODIAN: call_custodian, Task.COMPARE_HASH: compare_hash, Task.PREFLIGHT: preflight,
    Task.SELF_TEST: self_test, Task.AGREE_ON_PLAN: agree_on_plan,
}  # fmt: skip
"""What is done at each step of this part, by its task."""


# --- what preflight asks of people ----------------------------------------------------------------------------------------

OF_THE_ROOM = ("room", "phones", "shredder", "table")
"""What people have said who have prepared the room as the script says."""
OF_PRINTING = ("printer", "shredder")
"""What nobody is asked where nothing is printed."""
_ANSWERS = {"yes": "", "no": "", "unknown": ""}


def ask_people(
    dialogue: Dialogue, machine: Machine, clocks: Finding | None = None, *, prints: bool = True
) -> list[Finding]:
    """Ask every question, one after the other; where the clocks were compared before, none that was answered with them; none of what is not used."""
    known = OF_THE_ROOM if clocks else ()
    answers = [
        said(name, "yes" if name in known else dialogue.choose(question, _ANSWERS))
        for name, (question, _, _) in QUESTIONS.items()
        if prints or name not in OF_PRINTING
    ]
    if clocks:
        return [*answers, clocks]
    room = dialogue.read("What does the clock in the room say?\n  YYYY-MM-DD HH:MM, or unknown:", room_moment)
    return [*answers, compare_clocks(machine, room)]


def goes_on_with_all(dialogue: Dialogue, findings: list[Finding]) -> bool:
    """Whether people go on with whatever speaks against this machine, all at once, because it is only practice."""
    against = dict.fromkeys(one.check for one in findings if one.unfit or one.severity is Severity.WARN)
    return bool(against) and dialogue.certain(
        f"This is practice.  Do you go on with all of this: {', '.join(against)}?  no: one after the other.",
        "warnings are accepted, and what makes the machine unfit is overruled",
    )


def accept_warnings(dialogue: Dialogue, findings: list[Finding]) -> list[Finding]:
    """Let people go on with every warning, or not, one after the other."""
    return [_accepted(dialogue, one) if one.severity is Severity.WARN else one for one in findings]


def accepted(findings: list[Finding]) -> list[Finding]:
    """Return the findings with every warning accepted."""
    return [replace(one, accepted=True) if one.severity is Severity.WARN else one for one in findings]


def _accepted(dialogue: Dialogue, finding: Finding) -> Finding:
    goes_on = dialogue.certain(
        f"WARN {finding.check}: {finding.fact}\n  Do you go on with it?", "the warning is accepted"
    )
    return replace(finding, accepted=goes_on)
