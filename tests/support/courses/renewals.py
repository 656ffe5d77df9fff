"""Whole renewals as lists of entries, written here by hand and not by the code under test."""

from __future__ import annotations

from splitkit.ledger.chain import Happening
from splitkit.plan.document import Plan
from tests.support.ceremonies import (
    SHA256,
    blank,
    gathered,
    happening,
    proof,
    record_kept,
    sheet_made,
    smallest_quorum,
    step,
    tally,
    wiped,
)
from tests.support.ledgers import FINGERPRINT, SET

NEW = "a1" * 16
"""The set that is made."""

OLD_POLICY = "2of3"
STRENGTH = ("reissue", "refresh", "rotate")


def agreed(way: str = "refresh", follows: str = "", **changes) -> Happening:
    cause = {"reissue": "worn", "refresh": "lost", "rotate": "password"}[follows or way]
    data = {
        "set": SET,
        "policy": OLD_POLICY,
        "cause": cause,
        "follows": follows or way,
        "way": way,
        "approved": ["ADM", "WIT"],
    }
    said = data | ({"sheets": ["2"]} if way == "reissue" else {}) | changes
    return happening("renewal", **{name: value for name, value in said.items() if value is not None})


def old_opened(number: str, bag: str = "") -> Happening:
    return happening(
        "bag.opened",
        bag=bag or f"OLD-BAG-{number}",
        set=SET,
        sheet=number,
        intact=True,
        expected=True,
        purpose="to renew",
    )


def old_read(number: str) -> Happening:
    return happening(
        "sheet.read", set=SET, sheet=number, use="quorum", source="scan", result="sound", person=f"OLD{number}"
    )


def old_proven(*numbers: str) -> Happening:
    return happening("set.proven", set=SET, sheets=list(numbers), use="renew")


def called(number: str) -> Happening:
    return happening("roll", person=f"OLD{number}", role="custodian")


def destroyed(number: str, *seen_by: str) -> Happening:
    return happening("sheet.destroyed", set=SET, sheet=number, way="shredded", seen_by=list(seen_by or ("ADM", "WIT")))


def old_sealed(number: str) -> Happening:
    return happening(
        "bag.sealed",
        f"OLD{number}",
        set=SET,
        sheet=number,
        bag=f"OLD-AGAIN-{number}",
        person=f"OLD{number}",
        replaces=f"OLD-BAG-{number}",
    )


def set_renewed(plan: Plan, way: str, set_id: str = NEW) -> Happening:
    kind = {"refresh": "refreshed", "rotate": "rotated"}[way]
    new = {"origin": "generated"} if way == "rotate" else {}
    return happening("set.made", set=set_id, fingerprint=FINGERPRINT, policy=str(plan.policy), epoch=2, recipient="0" * 32, line=SET,
                     practice=plan.practice, sheets=plan.policy.sheets, kind=kind, replaces=SET, **new)  # fmt: skip


def numbers_of(plan: Plan) -> list[str]:
    return [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]


def begun(plan: Plan, way: str, *before: Happening) -> list[Happening]:
    """Everything up to the quorum of the old set."""
    new = [number for number in numbers_of(plan) if way != "reissue" or number == "2"]
    plan_agreed = happening(
        "plan", sha256=SHA256, policy=str(plan.policy), agreed=["ADM", *(f"C{number}" for number in new)]
    )
    return [
        *gathered("N-0001", "renew", plan),
        *before,
        agreed(way),
        *(happening("roll", person=f"C{number}", role="custodian", sheet=number) for number in new),
        happening("hash", what="the program", sha256=SHA256, equal=True),
        happening("preflight.done", passed=20, warned=0, failed=0, unknown=0),
        happening("selftest", result="pass", tests=45),
        *([] if way == "reissue" else [plan_agreed]),
        step("32"),
        called("1"),
        called("3"),
        step("33"),
        *(entry for number in ("1", "3") for entry in (old_opened(number), old_read(number))),
        old_proven("1", "3"),
    ]


def reissued(plan: Plan) -> list[Happening]:
    """The rest where one sheet is printed again."""
    return [
        happening("intent", intent="N-1", act="reissue", purpose="it is worn", set=SET),
        happening("sheet.reissued", set=SET, sheet="2", reason="it is worn"),
        happening("outcome", intent="N-1", result="done"),
        step("42"),
        blank(),
        *sheet_made("2", copy=2),
        tally(1, 1, 0),
        wiped(),
        old_sealed("1"),
        old_sealed("3"),
        step("88"),
        *closed(plan),
    ]


def renewed(plan: Plan, way: str) -> list[Happening]:
    """The rest where a new set is made."""
    drawn = smallest_quorum(plan.policy)
    shown = [
        happening(
            "reveal", set=NEW, purpose="set", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=60, way="screen"
        ),
        happening("set.rotated", set=NEW, replaces=SET, reason="somebody knows it"),
        happening("signin", password="new", accepted=True, set=NEW),
    ]
    return [
        set_renewed(plan, way),
        blank(),
        *record_kept(NEW),
        *(entry for number in numbers_of(plan) for entry in sheet_made(number, set_id=NEW)),
        *proof(plan, NEW),
        *(shown if way == "rotate" else [happening("set.refreshed", set=NEW, replaces=SET, reason="one was lost")]),
        destroyed("1"),
        destroyed("3"),
        step("88"),
        wiped(),
        *(
            happening(
                "bag.sealed", set=NEW, sheet=number, bag=f"NEW-{number}", person=f"C{number}", replaces=f"BAG-{number}"
            )
            for number in drawn
        ),
        *closed(plan)[1:],
    ]


def closed(_plan: Plan) -> list[Happening]:
    return [
        wiped(),
        happening("debrief", went_wrong="nothing", surprising="nothing"),
        happening("close", exceptions=0, people_out=[], items_out=[]),
    ]


def whole(plan: Plan, way: str) -> list[Happening]:
    return [*begun(plan, way), *(reissued(plan) if way == "reissue" else renewed(plan, way))]
