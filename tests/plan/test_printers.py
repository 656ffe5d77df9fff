"""No printer can open the set: by trying every policy of up to three groups, and every way to deal out its sheets."""

from __future__ import annotations

import contextlib
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.plan.explained import described
from splitkit.plan.printers import dealt_out, printers_needed
from splitkit.quorum.policy import Group, Policy
from tests.support.ceremonies import plan_of
from tests.support.plans import all_policies

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


def _parts(members: int, printers: int, most: int):
    """Every way to deal out so many sheets of a group: how many each printer gets, those that get the most first."""
    if not printers:
        if not members:
            yield ()
        return
    for first in range(min(members, most), -1, -1):
        for rest in _parts(members - first, printers - 1, first):
            yield (first, *rest)


def some_way_is_safe(policy, printers: int) -> bool:
    """Whether there is a way to deal out the sheets among so many printers so that none can open the set: by going through all.

    Of a group only matters which printers have a quorum of it; any of them may be those that do.
    """
    held = {(0,) * printers}
    for group in policy.groups:
        parts = _parts(group.members, printers, group.members)
        quorums = {sum(count >= group.threshold for count in part) for part in parts}
        held = {
            tuple(count + (at in who) for at, count in enumerate(before))
            for before in held
            for quorum in quorums
            for who in itertools.combinations(
                [at for at, count in enumerate(before) if count + 1 < policy.group_threshold], quorum
            )
        }
    return bool(held)


def enumerated():
    """Every flat policy there is, and those of two and three groups of at most five."""
    for members in range(2, 17):
        for needed in range(2, members + 1):
            yield Policy(1, (Group(needed, members),))
    for count in (2, 3):
        for groups in itertools.combinations_with_replacement([one for one in SMALL if one[1] <= 5], count):
            for needed in range(1, count + 1):
                with contextlib.suppress(UsageError):
                    yield Policy(needed, tuple(itertools.starmap(Group, groups)))


def test_what_plan_check_states_is_enough_and_one_printer_less_is_not():
    found = list(enumerated())
    assert len(found) > 800
    for policy in found:
        told = next(line for line in described(plan_of(policy)) if line.startswith("printers"))
        count, dealt = re.search(r"([0-9]+) do not: (.*)\. A sheet written by hand", told).groups()
        queues = [list(map(policy.sheet, pile.split())) for pile in dealt.split(";")]
        assert (len(queues), sorted(itertools.chain(*queues))) == (int(count), sorted(policy.sheet_ids())), policy
        assert not any(map(policy.opens, queues)), policy
        assert not some_way_is_safe(policy, int(count) - 1), policy


def test_what_is_written_by_hand_is_known_to_no_printer():
    """The fewest printers for the others are those that are found by trying, whichever sheets are written by hand."""
    for policy in (one for one in small() if one.sheets <= 4):
        for number in range(policy.sheets + 1):
            for by_hand in itertools.combinations(policy.sheet_ids(), number):
                printed = [sheet for sheet in policy.sheet_ids() if sheet not in by_hand]
                needed = printers_needed(policy, by_hand)
                piles = dealt_out(policy, needed, by_hand)
                assert sorted(itertools.chain(*piles)) == printed
                assert not any(map(policy.opens, piles))
                assert needed == 1 or policy.opens(printed)
                assert needed <= printers_needed(policy)
                if needed > 1:
                    ways = itertools.product(range(needed - 1), repeat=len(printed))
                    assert all(
                        any(
                            policy.opens(sheet for sheet, pile in zip(printed, way, strict=True) if pile == one)
                            for one in range(needed - 1)
                        )
                        for way in ways
                    )


@given(all_policies(), st.integers(0, 3))
def test_what_one_printer_has_never_opens_the_set(policy, more):
    """Of any policy that there can be, with as many printers as are needed and with a few more."""
    printers = min(printers_needed(policy) + more, policy.sheets)
    piles = dealt_out(policy, printers)
    assert sorted(sheet for pile in piles for sheet in pile) == sorted(policy.sheet_ids())
    assert not any(map(policy.opens, piles))


@given(all_policies())
def test_fewer_printers_are_refused_and_would_open_it(policy):
    with pytest.raises(UsageError, match="one could open the set alone"):
        dealt_out(policy, printers_needed(policy) - 1)
