"""Every answer about the ways in against a model that tries all groups of people, over random small registers."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.custody.records.lives import Life
from splitkit.custody.ways.access import Item, Some, every, items, met
from splitkit.custody.ways.rules import Rules
from splitkit.packs.pack import all_packs
from tests.support.custody.custodies import register_of
from tests.support.custody.ways_model import ROLES, SAFES, WAYS, apart, entries, side_by_side, verdicts, world
from tests.support.sampling import examples


def as_model(ties):
    return {(tie.kind, tie.value) for tie in ties}


def test_the_model_knows_every_way_and_every_role_of_every_pack():
    packs = all_packs()
    assert {pack.code: {way.name: way.needs for way in pack.ways} for pack in packs} == WAYS
    roles = {pack.code: {role: tuple(kind for kind, thing in pack.things.items() if role in thing.also)
                         for thing in pack.things.values() for role in thing.also} for pack in packs}  # fmt: skip
    assert {code: of for code, of in roles.items() if of} == ROLES


@settings(max_examples=examples(1000), deadline=None)
@given(st.integers(0, 10**9))
def test_every_answer_is_that_of_all_groups_of_people(seed):
    dice = random.Random(seed)
    small = world(dice)
    if dice.random() < 0.4:
        away, gone = dice.sample([*small.humans], dice.randint(0, 2)), dice.sample(SAFES, dice.randint(0, 2))
        small = replace(small, away=frozenset(away), gone=frozenset(gone))
    judged = Rules(register_of(*entries(small)), small.away, small.gone)
    assert {target.account for target in judged.targets} >= set(small.accounts)
    live = {pile.set_id: pile for pile in small.piles}
    for target in judged.targets:
        pile = next((live[one.set_id] for one in target.sets if one.life is Life.LIVE), None)
        for way in target.ways:
            assert (way.open, as_model(way.enough()), as_model(way.indispensable())) == verdicts(
                small, way.name, target.account, pile
            )
        assert [way.name for way in target.ways] == list(WAYS[target.code])


AT_THE_BEGINNING = {
    "LEFT-1": r"(.+) left on \S+ and keeps",
    "SHEET-2": r"(.+) can bring sheets? [0-9AB, ]+ of",
    "SHEET-1": r"(.+) keeps \d+ sheets",
    "SAFE-1": r"(.+) holds \d+ sheets",
    "SEP-1": "(?:.+: )?(.+) can bring an MFA",
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


def test_no_item_is_asked_about_twice_however_many_combinations_there_are():
    def some(least, *names):
        return Some(least, tuple(Item(name, ()) for name in names))

    overlapping = Some(2, tuple(some(5, *(f"{group}{at}" for at in range(10))) for group in "ABC"))
    need = every(some(8, *map(str, range(16))), overlapping, some(1, "key"))
    for here in (True, False):
        asked = []
        met(need, lambda item, here=here, asked=asked: asked.append(item.name) or here)
        assert len(set(asked)) == len(asked) and {*asked} <= {item.name for item in items(need)}
