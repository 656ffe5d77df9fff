"""No printer can open the set: by trying every policy of up to three groups, and every way to deal out its sheets."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.plan.printers import dealt_out, printers_needed
from splitkit.quorum.policy import Group, Policy
from tests.support.policies import policies

SMALL = [(1, 1), *((needed, members) for members in range(2, 7) for needed in range(2, members + 1))]


def small():
    """Every policy of at most three groups and six sheets."""
    for count in (1, 2, 3):
        for groups in itertools.combinations_with_replacement(SMALL, count):
            for needed in range(1, count + 1):
                with contextlib.suppress(UsageError):
                    policy = Policy(needed, tuple(itertools.starmap(Group, groups)))
                    if policy.sheets <= 6:
                        yield policy


def by_trying(policy):
    """The fewest printers, by every way to deal out the sheets."""
    sheets = policy.sheet_ids()
    for count in range(1, len(sheets) + 1):
        for way in itertools.product(range(count), repeat=len(sheets) - 1):
            piles = [
                {sheet for sheet, pile in zip(sheets, (0, *way), strict=True) if pile == one} for one in range(count)
            ]
            if not any(map(policy.opens, piles)):
                return count
    raise AssertionError(policy)


def test_the_fewest_printers_are_those_that_are_found_by_trying():
    found = list(small())
    assert len(found) > 50
    assert {str(policy): printers_needed(policy) for policy in found} == {
        str(policy): by_trying(policy) for policy in found
    }


@given(policies(), st.integers(0, 3))
def test_what_one_printer_has_never_opens_the_set(policy, more):
    """Of any policy that there can be, with as many printers as are needed and with a few more."""
    printers = min(printers_needed(policy) + more, policy.sheets)
    piles = dealt_out(policy, printers)
    assert sorted(sheet for pile in piles for sheet in pile) == sorted(policy.sheet_ids())
    assert not any(map(policy.opens, piles))


@given(policies())
def test_fewer_printers_are_refused_and_would_open_it(policy):
    with pytest.raises(UsageError, match="one could open the set alone"):
        dealt_out(policy, printers_needed(policy) - 1)
