"""The access review: every way in is a line, and what two reviewers decide becomes entries, actions and a sheet."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody.review import Answer, Decision, Review, accesses, check_reviewers
from splitkit.errors import UsageError
from tests.support.custody.custodies import (
    OTHER_SET,
    SET,
    asset,
    destroyed,
    event,
    held,
    made,
    read_back,
    register_of,
    sheet,
    stored,
    then,
)

PEOPLE = (
    event("person.joined", person="ADM", name="Ada Example", since="2026-01-01"),
    event("person.joined", person="WIT", name="Ben Example", since="2026-01-01"),
)


def subjects(*entries):
    return [access.subject for access in accesses(register_of(*entries))]


def review_of(register, *answers, day="2026-04-01"):
    kinds = itertools.cycle(answers or [Answer.KEEP])
    lines = [
        Decision(access, answer)
        if (answer := next(kinds)) is Answer.KEEP
        else Decision(access, answer, "to be arranged", "ADM", dt.date(2026, 5, 1))
        for access in accesses(register)
    ]
    return Review(register, lines, ["ADM", "WIT"], dt.date.fromisoformat(day), dt.date(2026, 7, 1))


def after(review):
    register = review.register
    for data in review.entries():
        register = then(register, replace(event("note", str(review.day), text="x"), data=data))
    return register


def test_every_way_in_is_a_line():
    found = accesses(register_of(*held(), asset("key-1", "mfa", "M1"), *PEOPLE))
    assert [access.seat for access in found] == ["C1", "C2", "C3", "C4", "C5", "M1", "ADM", "WIT"]
    assert found[1].what == f"sheet 2 of set {SET[:8]}, live in safe-2, bag BAG-2"


def test_what_opens_nothing_is_no_line():
    gone = [destroyed(str(number)) for number in range(1, 4)]
    replaced = [
        *held(),
        event("set.made", "2026-02-01", set=OTHER_SET, fingerprint=made().data.fingerprint, policy="2of2", epoch=2,
              recipient="0" * 32, practice=False, sheets=2, line=SET, replaces=SET, kind="refreshed"),
        *read_back("1", "2"),
        event("set.refreshed", "2026-02-02", set=OTHER_SET, replaces=SET, reason="a test"),
    ]  # fmt: skip
    assert len([name for name in subjects(*replaced) if SET[:8] in name]) == 5
    assert len([name for name in subjects(*replaced, *gone) if SET[:8] in name]) == 0
    assert [name for name in subjects(*replaced, *gone) if OTHER_SET[:8] in name] == [
        f"sheet-1.{OTHER_SET[:8]}", f"sheet-2.{OTHER_SET[:8]}"
    ]  # fmt: skip


def test_those_who_left_and_what_is_retired_are_no_lines():
    entries = [*PEOPLE, asset("key-1", "mfa", "M1"), event("asset.retired", asset="key-1", reason="broken"),
               event("person.left", person="WIT", until="2026-02-01", reason="moved on")]  # fmt: skip
    assert [access.seat for access in accesses(register_of(*entries))] == ["ADM"]


def test_a_sheet_that_nobody_is_known_to_keep_is_a_line_too():
    assert [access.seat for access in accesses(register_of(made("2of3"), stored("1")))] == ["C1", "", ""]


def test_roles_and_deputies():
    entries = [*PEOPLE, event("roll", person="ADM", role="administrator"), event("roll", person="ADM", role="mfa"),
               event("deputy", person="ADM", deputy="WIT")]  # fmt: skip
    found = accesses(register_of(*entries))
    assert [(access.seat, access.subject) for access in found] == [
        ("ADM", "role.administrator"), ("ADM", "role.mfa"), ("WIT", "deputy"), ("WIT", "role.holder")
    ]  # fmt: skip


@given(st.lists(st.sampled_from(Answer), min_size=1, max_size=8))
def test_what_a_review_writes_is_allowed_and_counted(answers):
    review = review_of(register_of(*held(), asset("key-1", "mfa", "M1"), *PEOPLE), *answers)
    register = after(review)
    last = list(review.entries())[-1]
    assert last.event == "review"
    assert last.confirmed + last.changed + last.removed == len(review.lines)
    assert (str(register.reviewed), str(register.next_review)) == ("2026-04-01", "2026-07-01")
    assert len(register.actions) == sum(line.answer is not Answer.KEEP for line in review.lines)


def test_two_reviews_of_a_day_do_not_share_codes_of_actions():
    once = after(review_of(register_of(*held(), *PEOPLE), Answer.REMOVE))
    twice = after(review_of(once, Answer.CHANGE))
    assert len(twice.actions) == 2 * len(once.actions) == 14


@pytest.mark.parametrize("reviewers", [[], ["ADM"], ["ADM", "ADM"], ["ADM", "NEW"], ["ADM", "GONE"]])
def test_reviewers_are_two_people_who_are_here(reviewers):
    register = register_of(*PEOPLE, event("person.joined", person="GONE", name="Cleo Example", since="2026-01-01"),
                           event("person.left", person="GONE", until="2026-02-01", reason="moved on"))  # fmt: skip
    check_reviewers(register, ["ADM", "WIT"])
    with pytest.raises(UsageError):
        check_reviewers(register, reviewers)


def test_the_sheet_shows_every_line_and_what_was_decided():
    report = review_of(register_of(*held(), *PEOPLE), Answer.KEEP, Answer.REMOVE).report(("abandon",) * 12)
    rows = report.tables[0].rows
    assert len(rows) == 7
    assert rows[0][3] == "keep"
    assert rows[1][3] == "remove: to be arranged (ADM, until 2026-05-01)"
    assert report.signatures == ("ADM", "WIT")


def test_a_line_says_what_is_wrong_with_it():
    entries = [*held("2of3", 3), *PEOPLE, sheet("sheet.lost", "1", circumstances="gone"),
               event("person.joined", person="C2", name="Cleo Example", since="2026-01-01"),
               event("person.left", "2026-03-01", person="C2", until="2026-03-01", reason="moved on")]  # fmt: skip
    register = register_of(*entries, made("2of3", OTHER_SET, practice=True))
    lines = [f"{register.named(access.seat)}: {access.what}" for access in accesses(register)]
    assert lines[0].endswith(", bag BAG-1, LOST, EXPOSED: POSSIBLE")
    assert lines[1].startswith("C2 Cleo Example, LEFT on 2026-03-01: ")
    assert "practice, live" in lines[3]


@pytest.mark.parametrize("reviewers", [["ADM", "ADM", "WIT"], ["ADM", "WIT"] * 7])
def test_nobody_reviews_twice(reviewers):
    with pytest.raises(UsageError, match="twice"):
        check_reviewers(register_of(*PEOPLE), reviewers)
