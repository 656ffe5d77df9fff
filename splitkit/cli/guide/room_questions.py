"""What preflight asks of people: what no program can see, and every warning that they go on with."""

import dataclasses

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.preflight.machine import Finding, Machine, Severity
from splitkit.preflight.people import QUESTIONS, compare_clocks, room_moment, said

_ANSWERS = {"yes": "", "no": "", "unknown": ""}


def ask_people(dialogue: Dialogue, machine: Machine) -> list[Finding]:
    """Ask every question, one after the other."""
    answers = [said(name, dialogue.choose(question, _ANSWERS)) for name, (question, _, _) in QUESTIONS.items()]
    room = dialogue.read("What does the clock in the room say?\n  YYYY-MM-DD HH:MM, or unknown:", room_moment)
    return [*answers, compare_clocks(machine, room)]


def accept_warnings(dialogue: Dialogue, findings: list[Finding]) -> list[Finding]:
    """Let people go on with every warning, or not."""
    return [_accepted(dialogue, one) if one.severity is Severity.WARN else one for one in findings]


def _accepted(dialogue: Dialogue, finding: Finding) -> Finding:
    goes_on = dialogue.certain(
        f"WARN {finding.check}: {finding.fact}\n  Do you go on with it?", "the warning is accepted"
    )
    return dataclasses.replace(finding, accepted=goes_on)
