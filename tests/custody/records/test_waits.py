"""What speaks of a set that no ledger has made yet waits for it, in whatever order ledgers are taken up; what the program saw is never lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from splitkit.custody.exposure import standing
from splitkit.custody.overview.now import matters
from splitkit.custody.register import build
from splitkit.custody.ways.rules import Rules
from splitkit.errors import Remedy
from tests.support.custody.custodies import (
    EVER,
    NOW,
    OTHER_SET,
    SET,
    chained,
    changed,
    event,
    held,
    introduced,
    made,
    proven,
    sheet,
    to_come,
)
from tests.support.custody.truth import Said, Truth

THIRD = "6" * 32
PEOPLE = ("SCR", "WIT")


def ceremony(code, *said):
    opens = event("open", format=1, ceremony=code, kind="split", practice=False, version="0.1.0")
    return chained([opens, *said])


def took_over(new, old, epoch, day):
    numbers = "123"
    return [
        to_come(new, old, epoch, "2of3", day),
        *proven(*numbers, set_id=new, day=day),
        event("set.refreshed", day, set=new, replaces=old, reason="x"),
    ]


def forged(number, set_id=SET, day="2026-04-02"):
    return sheet("sheet.read", number, day, set_id=set_id, use="drill", source="scan", result="forged")


DESK = chained(
    [
        changed(introduced(people=PEOPLE)[0], kind="desk"),
        *introduced(*held("2of3", 3), people=PEOPLE)[1 : -len(held("2of3", 3))],
    ]
)
"""Where everybody and every place is known."""
FIRST = ceremony("C-1", made("2of3"), *proven("1", "2", "3"))
SECOND = ceremony("C-2", *took_over(OTHER_SET, SET, 2, "2026-02-01"))
NEXT = ceremony("C-3", *took_over(THIRD, OTHER_SET, 3, "2026-03-01"))
BAD = ceremony(
    "D-4",
    *(forged(number, THIRD) for number in "12"),
    *(sheet("sheet.exposed", number, "2026-04-02", set_id=THIRD, level="confirmed", reason="a photo") for number in "23"),
    event("drill", "2026-04-02", set=THIRD, sheets=["1", "2"], way="verify", result="fail"),
    event("intent", "2026-04-02", intent="I-1", act="recover", set=THIRD, purpose="x"),
    event("reveal", "2026-04-02", set=THIRD, purpose="x", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=3, way="screen"),
    event("outcome", "2026-04-02", intent="I-1", result="done"),
)  # fmt: skip


def told(*ledgers):
    return [*DESK, *(one for some in ledgers for one in some)]


def known(built):
    """What the sets come to, what is open, and what was used."""
    register = built.register
    cases = {name: (one.life, standing(one, NOW).case) for name, one in register.sets.items()}
    uses = {(one.set_id, one.day, one.sets_password) for one in register.uses.values()}
    begun = {code: (one.ended, one.shown) for code, one in register.begun.items()}
    return cases, set(register.incidents), uses, begun, built.findings


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_in_whatever_order_ledgers_are_taken_up_all_that_they_say_counts(order):
    ledgers = FIRST, SECOND, NEXT, BAD
    right = build(told(*ledgers), EVER)
    assert known(build(told(*(ledgers[at] for at in order)), EVER)) == known(right)
    assert not right.findings
    assert {code.split("-")[0] for code in right.register.incidents} == {"FORGED"}
    assert standing(right.register.sets[THIRD], NOW).case.value == "compromised"


@pytest.mark.parametrize("corrected", [False, True])
def test_until_its_set_is_there_it_is_told_and_no_correction_settles_it(corrected):
    waits = told(BAD)
    if corrected:
        slips = [event("correction", "2026-04-03", seq=one.seq, ledger="D-4", text="too early") for one in BAD]
        taken = event("ledger.taken", "2026-04-03", ledger="D-4", head=BAD[-1].hash)
        desk = chained([*DESK, taken, *slips])
        waits = [*desk[: len(DESK) + 1], *BAD, *desk[len(DESK) + 1 :]]
    built = build(waits, EVER)
    seen = [one for one in BAD[1:] if one.saw]
    assert len(built.waiting) == len(seen) == 6
    assert len(built.findings) == 6 + 2 * (not corrected)  # what people said of it, two may call a slip
    asked = {one.remedy for one in matters(built, Rules(built.register), NOW) if one.what in built.waiting}
    assert asked == {Remedy.TAKE_LEDGER}
    late = build([*waits, *FIRST, *SECOND, *NEXT], EVER)
    assert known(late) == known(build(told(FIRST, SECOND, NEXT, BAD), EVER))


def test_in_one_ledger_the_model_hears_it_too():
    said = introduced(forged("1"), *held("2of3", 3), people=PEOPLE)
    built, truth = build(chained(said), NOW), Truth(map(Said.of, chained(said)), NOW)
    assert not built.findings and not truth.wrong
    assert built.register.sets[SET].sheets["1"].reading == truth.piles[SET].read["1"][1] == "forged"
    assert truth.strange.keys() == {("FORGED", SET, "1")}


def test_two_sets_of_which_each_replaces_the_other_are_named():
    loop = [to_come(OTHER_SET, THIRD, 2, "2of3"), to_come(THIRD, OTHER_SET, 3, "2of3")]
    built = build(told(FIRST, ceremony("C-5", *loop)), EVER)
    assert len(built.waiting) == 2 and built.register.sets.keys() == {SET}


ALIAS = event("person.joined", "2026-01-15", person="W2", name="WIT Example", since="2026-01-15")
BEHIND = {
    "nobody introduced": ("Z9", "WIT"),
    "nobody looked on": ("ADM", "Z9"),
    "one under two seats": ("WIT", "W2"),
    "one and the same": ("WIT", "WIT"),
    "no seat": ("a b", ""),
    "the program itself": ("ADM", "SPLITKIT"),
}


@pytest.mark.parametrize("case", BEHIND)
def test_what_the_program_saw_counts_whoever_was_there_and_that_is_named(case):
    by, witness = BEHIND[case]
    said = [*introduced(*held("2of3", 3), people=PEOPLE), ALIAS, replace(forged("1"), by=by, witness=witness)]
    for more, findings in (([], 1), ([event("correction", "2026-04-03", seq=len(said), text="x")], 0)):
        built, truth = build(chained([*said, *more]), EVER), Truth(map(Said.of, chained([*said, *more])), NOW)
        assert built.register.sets[SET].sheets["1"].reading == truth.piles[SET].read["1"][1] == "forged"
        assert any(code.startswith("FORGED") for code in built.register.incidents)
        assert len(built.findings) == findings == len(truth.wrong)


def test_whoever_nobody_introduced_is_no_second_person_who_overrules():
    failed = event("preflight", "2026-04-01", check="swap", verdict="fail")
    over = event("override", "2026-04-01", check="swap", reason="x", approved=["ADM", "Z9"])
    said = introduced(*held("2of3", 3), people=PEOPLE)
    assert build(chained([*said, failed, over]), EVER).register.incidents
    assert not build(chained([*said, failed, changed(over, approved=["ADM", "WIT"])]), EVER).register.incidents
