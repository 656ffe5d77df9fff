"""The course of a review: every line once, and no review that counts others than were gone through."""

from __future__ import annotations

import pytest

from splitkit.ceremony.course import begin, followed
from splitkit.ceremony.script import REVIEW
from splitkit.errors import AttentionError
from tests.support.courses.reviews import CLOSE, OPENING, OTHER, PLAN, WHOLE, held, line


def after(*entries):
    return followed(begin(PLAN, script=REVIEW), entries)


def refused(course, entry, words):
    with pytest.raises(AttentionError, match=words) as caught:
        course.advance(entry)
    assert caught.value.hint


def test_a_whole_review_ends_and_nothing_secret_was_open():
    course = after(*WHOLE)
    assert course.done and not course.secret
    assert not any(step.step.secret for step in course.steps)


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_a_step_that_is_left_out_is_seen(at):
    try:
        assert not after(*WHOLE[:at], *WHOLE[at + 1 :]).done
    except AttentionError as error:
        assert error.hint


def test_a_review_counts_the_lines_that_were_gone_through_as_they_were_said_last():
    course = after(*OPENING, line(1), line(2), line(1, "remove"))
    for other in (held(2), held(1), held(3), held(1, 1, 1), held(0, 2)):
        refused(course, other, "counts other lines")
    assert course.advance(held(1, 1)).next_step.step.code == "94"
    refused(after(*OPENING, line(1), line(3)), held(2), "counts other lines")
    refused(after(*OPENING), CLOSE, "does not come here")


def test_what_was_said_of_a_register_that_has_changed_counts_no_more():
    course = after(*OPENING, line(1), line(2), line(1, register=OTHER))
    refused(course, held(2), "counts other lines")
    assert course.advance(held(1)).next_step.step.code == "94"
