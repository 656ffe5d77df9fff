"""The course of a drill: at the safes nothing is put together; live, nothing passes without the proof, the sign-in and two people."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import followed
from splitkit.errors import AttentionError
from tests.support.ceremonies import happening, plan_of, read_of_quorum, rolled, smallest_quorum, step, wiped
from tests.support.courses.drills import (
    CLOSE,
    DEBRIEF,
    PLAN,
    REFUSED,
    REQUEST,
    REVEAL,
    SIGNED_IN,
    at_the_safes,
    fresh,
    held,
    live,
    opened,
    opening,
    proven,
    read,
    sealed,
    visited,
)
from tests.support.plans import all_policies
from tests.support.sampling import examples

BOTH = pytest.mark.parametrize("whole", [at_the_safes, live], ids=["at the safes", "live"])


def after(*entries, plan=PLAN):
    return followed(fresh(plan), entries)


def refused(course, entry, words):
    with pytest.raises(AttentionError, match=words) as caught:
        course.advance(entry)
    assert caught.value.hint


@settings(max_examples=examples(40), deadline=None)
@given(all_policies(), st.booleans())
def test_a_whole_drill_of_every_policy(policy, at_safes):
    plan = plan_of(policy)
    course = followed(fresh(plan), (at_the_safes if at_safes else live)(plan))
    assert course.done and not course.secret


OPTIONAL = ("bag.opened", "alert", "drill")
"""A sheet that comes in no bag; who got no alert; and at the safes, that fewer were read than a quorum."""


@BOTH
def test_a_step_that_is_left_out_is_seen(whole):
    entries = whole()
    for at, entry in enumerate(entries):
        needed = entry.event not in OPTIONAL or (entry.event, whole) == ("drill", live)
        if not needed or (entry.event == "roll" and entry.data.role not in ("administrator", "witness")):
            continue
        try:
            assert not followed(fresh(), entries[:at] + entries[at + 1 :]).done, entry
        except AttentionError as error:
            assert error.hint


def test_at_the_safes_nothing_secret_is_shown_or_put_together():
    course = after(*opening(), step("34", "skipped"))
    for entry in (REVEAL, proven("1", "2"), SIGNED_IN, read_of_quorum("1"), held("live", "1", "2"), REQUEST):
        refused(course, entry, "does not come here")
    course = followed(course, [*visited("1"), *visited("2")])
    assert not course.things.machine and not course.secret
    refused(course, REVEAL, "does not come here")


def test_at_the_safes_a_sheet_is_sealed_before_it_ends_and_only_what_was_read_counts():
    course = after(*opening(), step("34", "skipped"), *visited("1"), rolled("2"), opened("2"))
    refused(course, held("safes", "1"), "no quorum")
    refused(course, held("safes", "1", "2"), "not held with these sheets")
    refused(course, step("85"), "lies open")
    course = course.advance(read("2"))
    refused(course, step("85"), "lies open")
    refused(course, sealed("2", replaces="OTHER"), "not the one the sheet was in")
    course = followed(course, [sealed("2"), held("safes", "1", "2"), step("85")])
    assert course.next_step.step.code == "86"


def test_at_the_safes_a_bad_sheet_is_none_of_those_that_count():
    course = after(
        *opening(), step("34", "skipped"), *visited("1"), rolled("2"), opened("2"), read("2", "forged"), sealed("2")
    )
    refused(course, held("safes", "1", "2"), "not held with these sheets")
    course = followed(course, [held("safes", "1", result="fail"), step("85"), step("86"), wiped(), DEBRIEF, CLOSE])
    assert course.done


def test_a_sheet_that_was_sound_and_is_read_once_more_counts_as_it_was_read_last():
    course = after(*opening(), step("34", "skipped"), rolled("1"), opened("1"), read("1"), read("1", "damaged"))
    assert course.things.read == frozenset()


def test_a_live_drill_passes_only_with_the_proof_and_an_accepted_sign_in():
    begun = live()[: live().index(SIGNED_IN)]
    without = after(*begun, step("82", "skipped"), step("83"))
    refused(without, held("live", "1", "2"), "no sign-in was accepted")
    assert without.advance(held("live", "1", "2", result="fail")).next_step.step.code == "86"
    course = after(*begun, SIGNED_IN, step("83"))
    refused(course, held("live", "1"), "no quorum|not held with these sheets")
    refused(course, held("live", "1", "3"), "not held with these sheets")
    assert after(*begun, REFUSED).next_step.step.code == "82"
    refused(
        after(*begun, REFUSED, step("82", "skipped"), step("83")), held("live", "1", "2"), "no sign-in was accepted"
    )
    refused(after(*opening(), REQUEST, step("35")), REVEAL, "does not come here")


def test_after_a_live_drill_nobody_goes_on_to_the_safes():
    course = after(*live()[: live().index(step("86"))])
    assert course.next_step.step.code == "86"
    refused(course, read("3"), "does not come here")


def test_where_no_quorum_comes_what_is_open_is_put_away():
    read_one = [*opening(), REQUEST, rolled("1"), step("35"), opened("1"), read_of_quorum("1"), step("75", "skipped")]
    course = followed(after(*read_one), [wiped(), sealed("1"), DEBRIEF, CLOSE])
    assert course.done and not course.secret


def test_at_a_safe_there_are_two_all_the_time():
    course = after(*opening(), step("34", "skipped"))
    out = happening("exception", expected="a", happened="b", decision="c", people_out=["WIT", "SCR"])
    refused(
        course.advance(out),
        happening("roll", "ADM", "", person="C1", role="custodian", sheet="1"),
        "fewer than 2 people",
    )
    course = followed(course, [rolled("1"), opened("1")])
    refused(course, happening("room.exit", person="WIT", items_out=[]), "something secret is open")


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from([at_the_safes, live]), all_policies(), st.lists(st.integers(0, 60), max_size=4))
def test_after_a_power_cut_at_any_entry_it_goes_on_to_the_end(whole, policy, cuts):
    plan = plan_of(policy)
    course, count, left = fresh(plan), 0, sorted(cuts)
    while not course.done:
        late = [opening(plan)[4]] if "SCR" not in course.room.present and course.next_step.code > "13" else []
        for entry in [*late, *taken(course, plan, whole)]:
            course, count = course.advance(entry), count + 1
            if left and count >= left[0]:
                left.pop(0)
                course = course.advance(wiped("stopped")) if course.things.machine else course
                break
        assert count < 1_000
    assert not course.secret


def taken(course, plan, whole):
    """The entries of the step that comes next, whatever was before."""
    code, things, numbers = course.next_step.step.code, course.things, smallest_quorum(plan.policy)
    of = {"11": 0, "12": 1, "21": 5, "22": 6, "32": 7}
    if code in of:
        return [opening(plan)[of[code]]]
    if code == "13":
        return [one for one in opening(plan)[2:5] if one.data.person not in course.room.present]
    if code == "35":
        return [*(rolled(number) for number in numbers), step("35")]
    if code == "75":
        came = [([] if number in things.open else [opened(number)]) + [read_of_quorum(number)] for number in numbers]
        return [*(one for several in came for one in several), proven(*numbers)]
    if code == "85":
        lying = [
            one
            for number in sorted(things.open)
            for one in (read(number), sealed(number, replaces=things.bags.get(number)))
        ]
        todo = [one for number in numbers if number not in things.read | things.open for one in visited(number)]
        return [*lying, *todo, held("safes", *numbers), step("85")]
    if code == "92":
        number = course.next_step.seat.number
        return [sealed(number, replaces=things.bags.get(number))]
    return {
        "34": [REQUEST if whole is live else step("34", "skipped")],
        "81": [REVEAL],
        "82": [SIGNED_IN],
        "83": [step("83")],
        "84": [held("live", *sorted(things.proven))],
        "86": [step("86")],
        "91": [wiped()],
        "93": [DEBRIEF],
        "94": [CLOSE],
    }[code]
