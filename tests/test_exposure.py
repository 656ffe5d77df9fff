"""How a set stands: against brute force over all its sheets."""

from __future__ import annotations

from itertools import combinations

import pytest
from custodies import SET, destroyed, held, register_of, sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from test_steps import policies

from splitkit.ceremony.exposure import PROCEDURES, Case, standing, to_destroy, to_open
from splitkit.ceremony.script import is_quorum


def fewest(sheets, right):
    """The fewest of *sheets* for which something is *right*."""
    return next(size for size in range(len(sheets) + 1) for chosen in combinations(sheets, size) if right(set(chosen)))


@settings(max_examples=150, deadline=None)
@given(policies().filter(lambda policy: policy.sheets <= 9), st.data())
def test_how_many_more_must_go_and_how_many_more_open(policy, data):
    sheets = policy.sheet_ids()
    some = data.draw(st.sets(st.sampled_from(sheets)))
    others = [one for one in sheets if one not in some]
    assert to_destroy(policy, some) == fewest(sorted(some), lambda gone: not is_quorum(policy, sorted(some - gone)))
    assert to_open(policy, some) == fewest(others, lambda more: is_quorum(policy, sorted(some | more)))


def lost(number):
    return sheet("sheet.lost", number, circumstances="a burglary")


@pytest.mark.parametrize(
    ("happened", "case"),
    [
        ([], Case.SOUND),
        ([destroyed("1")], Case.DESTROYED),
        ([destroyed("1"), destroyed("2")], Case.DESTROYED),
        ([destroyed("1"), destroyed("2"), destroyed("3")], Case.DEAD),
        ([lost("1")], Case.LOST),
        ([lost("1"), lost("2")], Case.ONE_SHORT),
        ([lost("1"), destroyed("2"), destroyed("3")], Case.DEAD),
        ([lost("1"), lost("2"), lost("3")], Case.COMPROMISED),
        ([sheet("sheet.exposed", n, level="possible", reason="a photo") for n in "12345"], Case.COMPROMISED),
        ([sheet("sheet.exposed", n, level="confirmed", reason="a photo") for n in "12"], Case.ONE_SHORT),
        ([sheet("sheet.exposed", "1", level="possible", reason="a photo"), destroyed("1")], Case.LOST),
    ],
)
def test_the_cases(happened, case):
    stands = standing(register_of(*held(), *happened).sets[SET])
    assert stands.case is case
    assert PROCEDURES[case]


def test_a_sheet_that_is_lost_may_still_be_used_by_whoever_has_it():
    stands = standing(register_of(*held(), lost("1"), destroyed("2")).sets[SET])
    assert (stands.usable, stands.exposed) == (("1", "3", "4", "5"), ("1",))
    assert (stands.opens, stands.more_to_destroy, stands.more_to_lose) == (True, 2, 2)
