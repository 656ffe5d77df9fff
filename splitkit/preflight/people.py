"""People: what no program can see, asked of those in the room, and the acceptance of every warning."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import textwrap
from typing import TYPE_CHECKING

from splitkit.preflight.kernel import SKEW
from splitkit.preflight.machine import Finding, Machine, Severity, fail, info, unknown, warn

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str], str]

ACCEPT_WORD = "accept"
"""What has to be typed to accept a warning."""

_ZONES = dt.timedelta(minutes=15)
_FARTHEST = dt.timedelta(hours=14)

QUESTIONS = {
    "boot hash": (
        "Was the hash of the boot medium compared on another machine?",
        "the boot medium was compared",
        "compare it now, on another machine",
    ),
    "room": (
        "Are all cameras gone or covered, and can nobody look in through a window?",
        "no camera and no window looks in",
        "cover the cameras and close the blinds",
    ),
    "phones": (
        "Are all phones, watches and other recorders outside the room?",
        "no phone is in the room",
        "put them outside, listed by name",
    ),
    "radio card": (
        "Has the Wi-Fi card been taken out, or switched off in the firmware?",
        "the Wi-Fi card is out or off",
        "take it out, or switch it off in the firmware",
    ),
    "printer": (
        "Is the printer on its cable only, without a disk of its own, and used for nothing else?",
        "the printer is on its cable only, without a disk",
        "use a plain printer without a disk and without a network",
    ),
    "shredder": (
        "Is a shredder ready for spoilt pages?",
        "a shredder is ready",
        "get one before the first page is printed",
    ),
    "table": (
        "Are only the listed things on the table?",
        "only listed things are on the table",
        "put everything else out of the room",
    ),
}
"""By check: the question, what a yes means, what to do after a no."""


def unasked() -> list[Finding]:
    """Return the findings where nobody can be asked."""
    asked = [(name, question) for name, (question, _, _) in QUESTIONS.items()]
    asked.append(("room clock", "What does the clock in the room say?"))
    return [unknown(f"not asked: {question}", check=name) for name, question in asked]


def folded(findings: list[Finding]) -> Finding:
    """Return many unasked questions as one finding, for a screen."""
    fact = f"{len(findings)} questions were not asked: {', '.join(finding.check for finding in findings)}"
    return unknown(fact, "answer them at a terminal", check="people")


def ask_people(machine: Machine, ask: Ask) -> list[Finding]:
    """Ask every question, one after the other; *ask* shows a prompt and returns what was typed."""
    return [
        *(_asked(name, ask) for name in QUESTIONS),
        dataclasses.replace(_room_clock(machine, ask), check="room clock"),
    ]


def _asked(name: str, ask: Ask) -> Finding:
    question, yes, remedy = QUESTIONS[name]
    while (answer := ask(f"{_folded(question)}\n  yes, no or ? : ").strip().lower()) not in ("yes", "no", "?"):
        pass
    if answer == "yes":
        return info(f"people say: {yes}", check=name)
    if answer == "no":
        return fail(f"people say no to: {question}", remedy, check=name)
    return unknown(f"nobody knows: {question}", remedy, check=name)


def _folded(text: str) -> str:
    """Break a question between words: a terminal would break it anywhere."""
    return textwrap.fill(text, 78, subsequent_indent="  ", break_on_hyphens=False)


def _room_clock(machine: Machine, ask: Ask) -> Finding:
    prompt = "What does the clock in the room say?\n  YYYY-MM-DD HH:MM, or ? : "
    while (answer := ask(prompt).strip()) != "?":
        if (room := _moment(answer)) is not None:
            return compare_clocks(machine, room)
    return unknown("nobody knows what time it is", "bring a clock that everybody can see")


def _moment(text: str) -> dt.datetime | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", text, re.ASCII):
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def compare_clocks(machine: Machine, room: dt.datetime) -> Finding:
    """Compare the machine's clock with the room's, which may show another time zone (they differ by quarters of an hour)."""
    if machine.moment is None:
        return unknown("the clock of this machine was not read")
    offset = room - machine.moment.replace(second=0, microsecond=0)
    zone = round(offset / _ZONES) * _ZONES
    if abs(zone) <= _FARTHEST and abs(offset - zone) <= SKEW:
        hours = zone.total_seconds() / 3600
        where = "UTC" if not zone else f"if the room has UTC{hours:+g} h"
        return info(f"the clock agrees with the room's ({room:%Y-%m-%d %H:%M}, {where})")
    return warn(f"the clock differs from the room's ({room:%Y-%m-%d %H:%M}) by more than 5 minutes", "set the clock")


def accept_warnings(findings: list[Finding], ask: Ask) -> list[Finding]:
    """Let people accept every warning by a typed word; whatever else they type is a refusal."""
    return [_accepted(finding, ask) if finding.severity is Severity.WARN else finding for finding in findings]


def _accepted(finding: Finding, ask: Ask) -> Finding:
    prompt = _folded(f"WARN {finding.check}: {finding.fact}") + f"\n  type '{ACCEPT_WORD}' to go on with it, or Enter: "
    return dataclasses.replace(finding, accepted=ask(prompt).strip().lower() == ACCEPT_WORD)
