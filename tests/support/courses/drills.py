"""Whole drills as lists of entries, written here by hand and not by the code under test."""

from __future__ import annotations

from splitkit.ceremony.course import begin
from splitkit.ceremony.script import DRILL
from tests.support.ceremonies import (
    SHA256,
    gathered,
    happening,
    plan_of,
    read_of_quorum,
    rolled,
    smallest_quorum,
    step,
    wiped,
)
from tests.support.ledgers import SET

PLAN = plan_of("2of3")


def fresh(plan=PLAN):
    return begin(plan, script=DRILL, set_id=SET)


def opened(number, bag=""):
    sheet = {"set": SET, "sheet": number, "bag": bag or f"BAG-{number}"}
    return happening("bag.opened", f"C{number}", **sheet, intact=True, expected=True, purpose="a drill")


def read(number, result="sound"):
    about = {"set": SET, "sheet": number, "person": f"C{number}"}
    return happening("sheet.read", f"C{number}", **about, use="drill", source="scan", result=result)


def sealed(number, bag="", replaces=None):
    about = {"set": SET, "sheet": number, "person": f"C{number}"}
    return happening(
        "bag.sealed", f"C{number}", **about, bag=bag or f"NEW-{number}", replaces=replaces or f"BAG-{number}"
    )


def visited(number):
    return [rolled(number), opened(number), read(number), sealed(number)]


def held(way, *numbers, result="pass"):
    return happening("drill", set=SET, sheets=list(numbers), way=way, result=result)


def proven(*numbers):
    return happening("set.proven", set=SET, sheets=list(numbers), use="drill")


REQUEST = happening("request", task="a drill", requested_by=["ADM", "WIT"])
REVEAL = happening(
    "reveal", set=SET, purpose="a drill", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"
)
SIGNED_IN, REFUSED = (happening("signin", password="unchanged", accepted=accepted) for accepted in (True, False))
DEBRIEF = happening("debrief", went_wrong="nothing", surprising="nothing")
CLOSE = happening("close", exceptions=0, people_out=[], items_out=[])


def opening(plan=PLAN):
    return [
        *gathered("D-0001", "drill", plan),
        happening("hash", what="the program", sha256=SHA256, equal=True),
        happening("preflight.done", passed=20, warned=0, failed=0, unknown=0),
        step("32"),
    ]


def at_the_safes(plan=PLAN):
    numbers = smallest_quorum(plan.policy)
    return [
        *opening(plan),
        step("34", "skipped"),
        *(entry for number in numbers for entry in visited(number)),
        held("safes", *numbers),
        step("85"),
        step("86"),
        wiped(),
        DEBRIEF,
        CLOSE,
    ]


def live(plan=PLAN):
    numbers = smallest_quorum(plan.policy)
    return [
        *opening(plan),
        REQUEST,
        *map(rolled, numbers),
        step("35"),
        *(entry for number in numbers for entry in (opened(number), read_of_quorum(number))),
        proven(*numbers),
        REVEAL,
        SIGNED_IN,
        step("83"),
        happening("alert", receiver="hana-example", minutes=3, validated=True),
        held("live", *numbers),
        step("86"),
        wiped(),
        *(sealed(number) for number in numbers),
        DEBRIEF,
        CLOSE,
    ]


OTHERWISE = [
    *(entry for number in "123" for entry in (*visited(number), read(number, "forged"))), proven("1", "3"), proven("1"),
    held("safes", "1", result="fail"), held("live", "1", "2", result="fail"), held("live", "1", "2"),
]  # fmt: skip
"""Answers that do not belong to a drill that goes well."""
