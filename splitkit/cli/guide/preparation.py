"""The first steps of a guided ceremony: ledger, room, people, machine, plan."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from splitkit import __version__
from splitkit.ceremony.recorder import seats_of
from splitkit.ceremony.steps import Task, seats
from splitkit.cli.ui.talk import spelt_rows
from splitkit.errors import UsageError
from splitkit.host import clock
from splitkit.issue.rehearsal import practice_set
from splitkit.ledger.chain import head_words
from splitkit.ledger.events import event_of
from splitkit.ledger.fields import ROOM_TIME
from splitkit.ledger.ledger_file import opening
from splitkit.preflight.checks import LIMITS, inspect, this_machine
from splitkit.preflight.installation import program_hash
from splitkit.preflight.machine import Severity
from splitkit.preflight.people import accept_warnings, ask_people
from splitkit.preflight.summary import rows
from splitkit.quorum.mnemonic import public_words

if TYPE_CHECKING:
    from splitkit.cli.guide.session import Session
    from splitkit.cli.ui.dialogue import Dialogue
    from splitkit.preflight.machine import Finding

_ROLES = {"ADM": "administrator", "WIT": "witness", "SCR": "scribe"}
_WORST = (Severity.FAIL, Severity.WARN, Severity.UNKNOWN, Severity.INFO)
_RECORDED = {Severity.FAIL: "fail", Severity.WARN: "warn", Severity.UNKNOWN: "unknown", Severity.INFO: "pass"}


def open_ledger(session: Session) -> None:
    """Begin the ledger; where it continues another one, the last words of that one are shown."""
    recorder, dialogue = session.recorder, session.dialogue
    practice = recorder.plan.practice
    recorder.record(opening(session.choices.ceremony, "split", practice=practice, version=__version__))
    if session.choices.continues:
        dialogue.say("It continues the ledger with these words; compare them with the last signed paper:")
        dialogue.rows(["    " + row for row in spelt_rows(head_words(recorder.ledger.previous), "L")])


def room(session: Session) -> None:
    """The room and its clock."""
    session.dialogue.enter("The room is prepared as the script says.")
    time = room_time(session.dialogue)
    agrees = session.dialogue.yes(
        f"This machine says {clock.stamp()[11:16]} UTC.  Does the clock in the room agree with it?"
    )
    session.record("room.clock", time=time, agrees=agrees)
    if not agrees:
        session.dialogue.say("Set one of the two clocks; the step is taken again.")


def room_time(dialogue: Dialogue) -> str:
    """Return what the clock in the room says, as 14:05."""
    return str(dialogue.value("What does the clock in the room say?  HH:MM:", ROOM_TIME))


def people(session: Session) -> None:
    """Administrator, witness, scribe and whoever else is here."""
    for seat, role in _ROLES.items():
        if seat in session.course.room.present:
            continue
        name = session.dialogue.ask(
            f"{seat}, the {role}: name" + (" (Enter: there is none):" if seat == "SCR" else ":")
        )
        if name or seat != "SCR":
            session.recorder.record(
                event_of("roll", _named({"person": seat, "role": role}, name, session)), by="ADM", witness="WIT"
            )
    while (
        session.dialogue.choose("Is anybody else in the room, besides the custodians?", {"no": "", "yes": ""}) == "yes"
    ):
        seat = session.dialogue.read("A seat for them, such as OBS1:", _new_seat)
        name = session.dialogue.ask(f"{seat}: name:")
        session.record("roll", **_named({"person": seat, "role": "observer"}, name, session))


def _new_seat(typed: str) -> str:
    seats_of(typed, frozenset({typed.upper()}))
    return typed.upper()


def _named(fields: dict[str, str], name: str, session: Session) -> dict[str, str]:
    """Add a name, unless the plan prints none."""
    return {**fields, "name": name} if name and not session.plan.anonymous else fields


def custodian(session: Session) -> None:
    """One custodian."""
    seat = session.step.seat
    if seat is None:
        raise ValueError("this step belongs to a seat")
    session.dialogue.enter(f"{seat.code} {seat.name or '(no name on this plan)'} is here and is who the plan says.")
    session.record(
        "roll", **_named({"person": seat.code, "role": "custodian", "sheet": seat.number}, seat.name, session)
    )


def program(session: Session) -> None:
    """The hash of the program, compared with the paper."""
    digest = program_hash()
    session.dialogue.say("The hash of this program ('splitkit ceremony hash' shows it on another machine):")
    session.dialogue.rows([f"    {digest[at : at + 32]}" for at in (0, 32)])
    equal = session.dialogue.yes("Is it the one on paper?")
    if not equal and session.plan.practice:
        equal = (
            session.dialogue.choose(
                "This is practice:", {"": "compare it again", "go on": "rehearse without the paper"}
            )
            != ""
        )
        session.record("note", text="rehearsed without comparing the hash of the program")
    session.record("hash", what="the program", sha256=digest, equal=equal)
    if not equal:
        session.dialogue.say(
            "Stop here: use the program whose hash is on paper, and find out where this one comes from."
        )


def preflight(session: Session) -> None:
    """Every check of the machine, the questions to people, and what two people overrule."""
    dialogue = session.dialogue
    dialogue.say(LIMITS)
    machine = this_machine(session.guard, sys.platform)
    findings = inspect(machine)
    dialogue.rows(rows(findings))
    answers = ask_people(machine, dialogue.ask)
    findings = accept_warnings([*findings, *answers], dialogue.ask)
    worst = {
        name: _worst([finding for finding in findings if finding.check == name])
        for name in dict.fromkeys(finding.check for finding in findings)
    }
    for name, finding in worst.items():
        session.record("preflight", check=tag(name), verdict=_RECORDED[finding.severity])
    _acknowledge(session, findings)
    unfit = [name for name, finding in worst.items() if any(f.unfit for f in findings if f.check == name)]
    if unfit and not _overruled(session, unfit):
        return
    count = Counter(_RECORDED[finding.severity] for finding in worst.values())
    failed = len(unfit)
    session.record(
        "preflight.done", passed=count["pass"], warned=count["warn"], failed=failed, unknown=count["unknown"]
    )


def tag(name: str) -> str:
    """Return the name of a check as the ledger spells it."""
    return name.replace(" ", "-")


def _worst(findings: list[Finding]) -> Finding:
    return min(findings, key=lambda finding: _WORST.index(finding.severity))


def _acknowledge(session: Session, findings: list[Finding]) -> None:
    for name in dict.fromkeys(finding.check for finding in findings if finding.accepted):
        session.record("acknowledge", check=tag(name), reason="read aloud and accepted")


def _overruled(session: Session, unfit: list[str]) -> bool:
    """Let two people overrule what makes the machine unfit, or put it right and look again."""
    dialogue = session.dialogue
    dialogue.say("This machine is not fit: " + ", ".join(unfit) + ".")
    answers = {
        "": "it is put right, and everything is looked at again",
        "overrule": "two people go on, for each check a reason",
    }
    if session.plan.practice:
        answers["rehearse"] = "this is practice: all are overruled with that reason"
    choice = dialogue.choose("What now?", answers)
    if choice == "rehearse":
        approved = session.two("Who says so?")
        for name in unfit:
            session.record(
                "override", check=tag(name), reason="practice: nothing real is made on this machine", approved=approved
            )
    elif choice == "overrule":
        for name in unfit:
            dialogue.say(f"{name}:")
            session.overrule(tag(name))
    return bool(choice)


def selftest(session: Session) -> None:
    """Both implementations on throw-away data."""
    session.dialogue.say("A moment: a practice set is dealt, and both implementations recover it.")
    rehearsed, _ = practice_set(clock.today(), session.entropy)
    session.dialogue.say(f"The second implementation recovered it from all {rehearsed.quorums} quorums.")
    session.record("selftest", result="pass", tests=rehearsed.quorums)


def plan(session: Session) -> None:
    """The plan, agreed by everybody."""
    dialogue, agreed = session.dialogue, session.plan
    words = public_words(bytes.fromhex(session.course.plan_hash))
    dialogue.say(f"Policy {agreed.policy}: read it aloud, and who keeps which sheet.")
    dialogue.rows([f"    {seat.code:<5} sheet {seat.number:<4} {seat.name}" for seat in seats(agreed)])
    dialogue.say("The words of this plan; compare them with those of the signed plan:")
    dialogue.rows(["    " + row for row in spelt_rows(words, "P")])
    dialogue.read(
        "Type the first and the last word marked P of the SIGNED plan:", lambda typed: _same_ends(typed, words)
    )
    dialogue.enter("Everybody in the room says yes to this plan.")
    session.record(
        "plan", sha256=session.course.plan_hash, policy=str(agreed.policy), agreed=sorted(session.course.room.present)
    )


def _same_ends(typed: str, words: tuple[str, ...]) -> None:
    if typed.lower().split() != [words[0], words[-1]]:
        raise UsageError(
            "these are not the words of this plan",
            "if the signed plan says so, it is another plan: stop and find out which is right",
        )


HANDLERS = {
    Task.OPEN_LEDGER: open_ledger,
    Task.PREPARE_ROOM: room,
    Task.CALL_PEOPLE: people,
    Task.CALL_CUSTODIAN: custodian,
    Task.COMPARE_HASH: program,
    Task.PREFLIGHT: preflight,
    Task.SELF_TEST: selftest,
    Task.AGREE_ON_PLAN: plan,
}
