"""People: what no program can see, and those in the room are asked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from splitkit.errors import UsageError
from splitkit.preflight.kernel import SKEW
from splitkit.preflight.machine import Finding, Machine, fail, info, unknown, warn

_ZONES = dt.timedelta(minutes=15)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", re.ASCII)
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


def said(name: str, answer: str) -> Finding:
    """Return what people say to the question of a check: 'yes', 'no' or 'unknown'."""
    question, yes, remedy = QUESTIONS[name]
    if answer == "yes":
        return info(f"people say: {yes}", check=name)
    if answer == "no":
        return fail(f"people say no to: {question}", remedy, check=name)
    return unknown(f"nobody knows: {question}", remedy, check=name)


def room_moment(typed: str) -> dt.datetime | None:
    """Return what the clock in the room says; None where people say that it is unknown.

    Raises:
        UsageError: If it is no time.
    """
    if typed.lower() == "unknown":
        return None
    try:
        if _MOMENT.fullmatch(typed):
            return dt.datetime.strptime(typed, "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)
    except ValueError:
        pass
    raise UsageError("this is not a day and a time", "type them as 2026-11-24 09:00, or unknown")


def compare_clocks(machine: Machine, room: dt.datetime | None) -> Finding:
    """Compare the machine's clock with the room's, which may show another time zone (they differ by quarters of an hour)."""
    return dataclasses.replace(_compared(machine, room), check="room clock")


def _compared(machine: Machine, room: dt.datetime | None) -> Finding:
    if room is None:
        return unknown("nobody knows what time it is", "bring a clock that everybody can see")
    if machine.moment is None:
        return unknown("the clock of this machine was not read")
    offset = room - machine.moment.replace(second=0, microsecond=0)
    zone = round(offset / _ZONES) * _ZONES
    if abs(zone) <= _FARTHEST and abs(offset - zone) <= SKEW:
        hours = zone.total_seconds() / 3600
        where = "UTC" if not zone else f"if the room has UTC{hours:+g} h"
        return info(f"the clock agrees with the room's ({room:%Y-%m-%d %H:%M}, {where})")
    return warn(f"the clock differs from the room's ({room:%Y-%m-%d %H:%M}) by more than 5 minutes", "set the clock")
