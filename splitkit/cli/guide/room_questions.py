"""What preflight asks of people: what no program can see, and every warning that they go on with."""

import dataclasses

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.preflight.machine import Finding, Machine, Severity
from splitkit.preflight.people import QUESTIONS, compare_clocks, room_moment, said

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
    return [dataclasses.replace(one, accepted=True) if one.severity is Severity.WARN else one for one in findings]


def _accepted(dialogue: Dialogue, finding: Finding) -> Finding:
    goes_on = dialogue.certain(
        f"WARN {finding.check}: {finding.fact}\n  Do you go on with it?", "the warning is accepted"
    )
    return dataclasses.replace(finding, accepted=goes_on)
