"""A whole recovery as a list of entries, written here by hand and not by the code under test."""

from __future__ import annotations

from splitkit.ceremony.course import begin
from splitkit.ceremony.script import RECOVER
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
    return begin(plan, script=RECOVER, set_id=SET)


def opened(number, bag=""):
    return happening(
        "bag.opened",
        bag=bag or f"BAG-{number}",
        set=SET,
        sheet=number,
        intact=True,
        expected=True,
        purpose="to recover",
    )


def proven(*numbers):
    return happening("set.proven", set=SET, sheets=list(numbers), use="recover")


def sealed(number, bag, replaces):
    return happening("bag.sealed", f"C{number}", set=SET, sheet=number, bag=bag, person=f"C{number}", replaces=replaces)


REVEAL = happening(
    "reveal", set=SET, purpose="sign in", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"
)
SIGNED_IN, REFUSED = (happening("signin", password="unchanged", accepted=accepted) for accepted in (True, False))
DEBRIEF = happening("debrief", went_wrong="nothing", surprising="nothing")
CLOSE = happening("close", exceptions=0, people_out=[], items_out=[])


def opening(plan=PLAN, numbers=("1", "2", "3")):
    return [
        *gathered("R-0001", "recover", plan),
        happening("request", task="sign in", requested_by=["ADM", "WIT"]),
        happening("hash", what="the program", sha256=SHA256, equal=True),
        happening("preflight.done", passed=20, warned=0, failed=0, unknown=0),
        step("32"),
        *map(rolled, numbers),
        step("33"),
    ]


def whole(plan=PLAN):
    numbers = smallest_quorum(plan.policy)
    return [
        *opening(plan, numbers),
        *(entry for number in numbers for entry in (opened(number), read_of_quorum(number))),
        proven(*numbers),
        REVEAL,
        SIGNED_IN,
        step("83"),
        wiped(),
        *(sealed(number, f"NEW-{number}", f"BAG-{number}") for number in numbers),
        DEBRIEF,
        CLOSE,
    ]


OTHERWISE = [
    *(entry for number in "123" for entry in (rolled(number), opened(number), read_of_quorum(number), sealed(number, f"NEW-{number}", f"BAG-{number}"))),
    proven("1", "3"), proven("2", "3"), proven("1", "2", "3"), proven("1"), REFUSED,
]  # fmt: skip
"""Answers that do not belong to a recovery that goes well."""
