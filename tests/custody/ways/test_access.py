"""Every answer about the ways in against a model that tries all groups of people, over random small registers."""

from __future__ import annotations

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.custody.records.holdings import Life
from splitkit.custody.ways.rules import Rules
from tests.support.custody.custodies import register_of
from tests.support.custody.ways_model import WAYS, apart, entries, side_by_side, verdicts, world
from tests.support.sampling import examples


def as_model(ties):
    return {(tie.kind, tie.value) for tie in ties}


@settings(max_examples=examples(1000), deadline=None)
@given(st.integers(0, 10**9))
def test_every_answer_is_that_of_all_groups_of_people(seed):
    small = world(random.Random(seed))
    judged = Rules(register_of(*entries(small)))
    assert {target.account for target in judged.targets} >= set(small.accounts)
    live = {pile.set_id: pile for pile in small.piles}
    for target in judged.targets:
        pile = next((live[one.set_id] for one in target.sets if one.life is Life.LIVE), None)
        for way in target.ways:
            assert (way.open, as_model(way.enough()), as_model(way.indispensable())) == verdicts(
                small, way.name, target.account, pile
            )
        assert [way.name for way in target.ways] == list(WAYS)


AT_THE_BEGINNING = {
    "SHEET-1": r"(.+) keeps \d+ sheets",
    "SAFE-1": r"(.+) holds \d+ sheets",
    "SEP-1": "(.+) can bring an MFA",
}
"""Where each rule says of whom or of what it is told; SEP-2 says it at the end."""


@settings(max_examples=examples(1000), deadline=None)
@given(st.integers(0, 10**9))
def test_what_must_be_apart_is_found_wherever_it_is_together(seed):
    small = world(random.Random(seed))
    rules = Rules(register_of(*entries(small)))
    live = {pile.set_id: pile for pile in small.piles}
    owed = side_by_side(small)
    for target in rules.targets:
        owed |= apart(
            small, target.account, next((live[one.set_id] for one in target.sets if one.life is Life.LIVE), None)
        )
    told = {
        (one.rule, re.match(pattern, one.what)[1])
        for one in rules.broken
        for rule, pattern in AT_THE_BEGINNING.items()
        if one.rule == rule
    }
    told |= {("SEP-2", one.what.rpartition(" in ")[2]) for one in rules.broken if one.rule == "SEP-2"}
    assert told == owed
