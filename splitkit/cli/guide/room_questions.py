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


def accept_warnings(dialogue: Dialogue, findings: list[Finding], *, practice: bool = False) -> list[Finding]:
    """Let people go on with every warning, or not; with all of them at once where it is only practice."""
    warnings = [one for one in findings if one.severity is Severity.WARN]
    if (
        practice
        and len(warnings) > 1
        and dialogue.certain(
            f"This is practice.  Are all {len(warnings)} warnings accepted?  no: one after the other.",
            "they are accepted",
        )
    ):
        return [dataclasses.replace(one, accepted=True) if one in warnings else one for one in findings]
    return [_accepted(dialogue, one) if one.severity is Severity.WARN else one for one in findings]


def _accepted(dialogue: Dialogue, finding: Finding) -> Finding:
    goes_on = dialogue.certain(
        f"WARN {finding.check}: {finding.fact}\n  Do you go on with it?", "the warning is accepted"
    )
    return dataclasses.replace(finding, accepted=goes_on)
