"""The course of a recovery: no reveal before the proof, nothing secret with fewer than two, no end without the record."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import followed
from splitkit.errors import AttentionError
from tests.support.ceremonies import happening, plan_of, read_of_quorum, rolled, smallest_quorum, step, wiped
from tests.support.courses.recoveries import (
    CLOSE,
    DEBRIEF,
    PLAN,
    REFUSED,
    REVEAL,
    SIGNED_IN,
    fresh,
    opened,
    opening,
    proven,
    sealed,
    whole,
)
from tests.support.ledgers import SET
from tests.support.plans import all_policies
from tests.support.sampling import examples


def after(*entries, plan=PLAN):
    return followed(fresh(plan), entries)


def refused(course, entry, words):
    with pytest.raises(AttentionError, match=words) as caught:
        course.advance(entry)
    assert caught.value.hint


@settings(max_examples=examples(40), deadline=None)
@given(all_policies())
def test_a_whole_recovery_of_every_policy(policy):
    plan = plan_of(policy)
    course = followed(fresh(plan), whole(plan))
    assert course.done and not course.secret


NEEDED = [
    at
    for at, entry in enumerate(whole())
    if entry.event not in ("bag.opened", "roll") or entry.data.fields().get("role") in ("administrator", "witness")
]
"""All entries but those of a sheet that comes in no bag, and of whoever reads it, who may be called later."""


@pytest.mark.parametrize("at", NEEDED)
def test_a_step_that_is_left_out_is_seen(at):
    entries = whole()
    try:
        assert not followed(fresh(), entries[:at] + entries[at + 1 :]).done
    except AttentionError as error:
        assert error.hint


def test_sheets_are_read_in_any_order_and_a_bad_one_stops_nothing():
    bad = happening("sheet.read", set=SET, sheet="2", use="quorum", source="scan", result="forged", person="C2")
    course = after(*opening(numbers=("1", "2")), opened("2"), bad, opened("1"), read_of_quorum("1"))
    refused(course, proven("1"), "no quorum of the policy|not proven with the sheets that were read")
    course = followed(course, [rolled("3"), read_of_quorum("3"), proven("1", "3"), REVEAL])
    assert course.next_step.step.code == "82"
    assert course.things.open == {"1", "2", "3"}
    refused(course, rolled("4"), "does not come here")


def test_nobody_proves_with_fewer_or_with_sheets_that_were_not_read():
    course = after(*opening(), opened("1"), read_of_quorum("1"))
    refused(course, proven("1"), "no quorum of the policy")
    refused(course, proven("1", "2"), "not proven with the sheets that were read")
    refused(course, REVEAL, "does not come here")


def test_where_no_quorum_comes_what_is_open_is_put_away_and_nothing_is_shown():
    course = after(*opening(), opened("1"), read_of_quorum("1"), step("75", "skipped"))
    refused(course, REVEAL, "does not come here")
    refused(course, DEBRIEF, "does not come here")
    course = followed(course, [wiped(), sealed("1", "NEW-1", "BAG-1"), DEBRIEF, CLOSE])
    assert course.done
    assert not course.secret
    nobody = after(*opening(numbers=()), step("75", "skipped"), wiped(), DEBRIEF, CLOSE)
    assert nobody.done


def test_what_the_machine_forgot_is_read_again_unless_it_was_shown():
    read = [*opening(), opened("1"), read_of_quorum("1"), opened("2"), read_of_quorum("2"), proven("1", "2")]
    course = after(*read, wiped("stopped"))
    assert course.next_step.step.code == "75"
    refused(course, proven("1", "2"), "not proven with the sheets that were read")
    course = followed(course, [read_of_quorum("1"), read_of_quorum("2"), proven("1", "2"), REVEAL, wiped("stopped")])
    assert course.next_step.step.code == "82"
    assert course.advance(SIGNED_IN).next_step.step.code == "83"
    assert course.advance(REFUSED).next_step.step.code == "75"


def test_what_the_use_leaves_to_do_is_not_left_out_by_a_power_cut_after_a_refused_sign_in():
    """It was read again only to be left out, and then nobody was asked for the debt."""
    course = after(*whole()[: [one.event for one in whole()].index("signin")], REFUSED, step("82", "skipped"))
    assert course.next_step.step.code == "83"
    assert course.advance(wiped("stopped")).next_step.step.code == "83"


def test_a_sheet_that_was_sealed_for_a_break_and_comes_in_another_bag_is_read_all_the_same():
    course = after(*opening(), opened("1"), read_of_quorum("1"), wiped("break"), sealed("1", "MID-1", "BAG-1"))
    refused(course, opened("1", "MID-7"), "not the bag")
    strange = happening(
        "bag.opened", bag="MID-7", set=SET, sheet="1", intact=True, expected=False, purpose="to recover"
    )
    course = followed(
        course,
        [
            strange,
            read_of_quorum("1"),
            opened("2"),
            read_of_quorum("2"),
            proven("1", "2"),
            REVEAL,
            SIGNED_IN,
            step("83"),
            wiped(),
        ],
    )
    course = followed(course, [sealed("1", "NEW-1", "MID-7"), sealed("2", "NEW-2", "BAG-2"), DEBRIEF, CLOSE])
    assert course.done and not course.secret


def test_it_makes_no_set_void_and_knows_no_other_set():
    course = after(*opening())
    refused(course, happening("set.void", set=SET, reason="a slip"), "no set was made here")
    refused(
        course,
        happening("bag.opened", bag="BAG-1", set="00" * 16, sheet="1", intact=True, expected=True, purpose="x"),
        "another set",
    )
    refused(after(*opening()[:9]), happening("roll", person="C2", role="custodian", sheet="1"), "keeps no such sheet")


def test_a_sheet_that_is_sealed_for_a_break_is_opened_again():
    course = after(*opening(), opened("1"), read_of_quorum("1"), wiped("break"))
    course = followed(course, [sealed("1", "MID-1", "BAG-1"), happening("break", reason="lunch", bags=["MID-1"])])
    course = course.advance(happening("resume", bags_agree=True, present=["ADM", "WIT", "SCR", "C1", "C2", "C3"]))
    refused(course, opened("1"), "not the bag")
    assert course.advance(opened("1", "MID-1")).things.open == {"1"}


@settings(max_examples=examples(100), deadline=None)
@given(all_policies(), st.lists(st.integers(0, 60), max_size=4))
def test_after_a_power_cut_at_any_entry_it_goes_on_to_the_end(policy, cuts):
    plan = plan_of(policy)
    course, count, left = fresh(plan), 0, sorted(cuts)
    while not course.done:
        late = [opening(plan)[4]] if "SCR" not in course.room.present and course.next_step.code > "13" else []
        for entry in [*late, *taken(course, plan)]:
            course, count = course.advance(entry), count + 1
            if left and count >= left[0]:
                left.pop(0)
                course = course.advance(wiped("stopped")) if course.things.machine else course
                break
        assert count < 1_000
    assert not course.secret


def taken(course, plan):
    """The entries of the step that comes next, whatever was before."""
    code, things, numbers = course.next_step.step.code, course.things, smallest_quorum(plan.policy)
    of = {"11": 0, "12": 1, "15": 5, "21": 6, "22": 7}
    if code in of:
        return [opening(plan)[of[code]]]
    if code == "13":
        return [one for one in opening(plan)[2:5] if one.data.person not in course.room.present]
    if code == "33":
        return [*(rolled(number) for number in numbers), step("33")]
    if code == "75":
        read = [([] if number in things.open else [opened(number)]) + [read_of_quorum(number)] for number in numbers]
        return [*(one for several in read for one in several), proven(*numbers)]
    if code == "92":
        number = course.next_step.seat.number
        return [sealed(number, f"NEW-{number}", things.bags.get(number))]
    return {
        "32": [step("32")],
        "81": [REVEAL],
        "82": [SIGNED_IN],
        "83": [step("83")],
        "91": [wiped()],
        "93": [DEBRIEF],
        "94": [CLOSE],
    }[code]
