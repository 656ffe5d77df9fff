"""The risks of a policy: against chance itself, against counting every case, and by laws that must hold."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.plan.risk import MAX_YEARS, Odds, neighbours, parse_odds, quorum_chance, risk_of, shortfall, sites_needed
from splitkit.quorum.policy import MAX_SHEETS, Group, Policy, parse_policy
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(150))

PLAYED = [
    "2of2", "2of3", "3of3", "2of5", "3of5", "4of5", "5of5", "3of7", "5of8", "8of16", "2of16", "16of16",
    "2 of: A 2of3, B 3of5, C 1of1", "1 of: A 2of3, B 2of2", "2 of: A 1of1, B 1of1", "3 of: A 2of3, B 2of3, C 2of3",
    "2 of: A 2of4, B 3of4, C 4of4, D 1of1", "1 of: A 3of5, B 5of9", "2 of: A 8of16, B 8of16",
    "3 of: A 1of1, B 1of1, C 1of1, D 2of3, E 3of5", "2 of: A 1of1, B 2of2, C 3of3, D 4of4", "1 of: A 2of2, B 3of3, C 4of4",
]  # fmt: skip
ODDS = [Odds(), Odds(lost=0.2, seen=0.15, absent=0.3, years=3)]
TRIES = 20_000


def is_quorum(policy, there):
    """By the words of the policy alone: *there* is a set of (group, member)."""
    have = [sum(group == g for group, _ in there) for g in range(len(policy.groups))]
    return sum(n >= group.threshold for n, group in zip(have, policy.groups, strict=True)) >= policy.group_threshold


def everything(policy):
    return [(g, m) for g, group in enumerate(policy.groups) for m in range(group.members)]


def quorums(policy, there):
    """In which tries the sheets that are *there*, a column each, are a quorum; by the words of the policy alone."""
    last = np.cumsum([group.members for group in policy.groups])
    have = [part.sum(axis=1) for part in np.split(there, last[:-1], axis=1)]
    return sum(n >= group.threshold for n, group in zip(have, policy.groups, strict=True)) >= policy.group_threshold


def played(policy, odds, dice):
    """How often, in so many tries, the password was lost, could not be had, was stolen; year by year, sheet by sheet."""

    def happens(chance, *more):
        return dice.random((TRIES, policy.sheets, *more)) < chance

    kept = ~happens(odds.lost, odds.years).any(axis=2)
    brought = kept & ~happens(odds.absent)
    seen = happens(odds.seen, odds.years).any(axis=2)
    return [
        int(outcome.sum()) for outcome in (~quorums(policy, kept), ~quorums(policy, brought), quorums(policy, seen))
    ]


@pytest.mark.parametrize("odds", ODDS, ids=["default", "bad"])
@pytest.mark.parametrize("text", PLAYED)
def test_a_played_life_agrees(text, odds):
    policy = parse_policy(text)
    risk = risk_of(policy, odds)
    for count, chance in zip(played(policy, odds, np.random.default_rng(list(f"{text} {odds}".encode()))), (risk.lost, risk.unavailable, risk.stolen), strict=True):  # fmt: skip
        error = math.sqrt(chance * (1 - chance) / TRIES)
        assert abs(count / TRIES - chance) <= 4.5 * error + 3 / TRIES


def counted(policy, p, wanted):
    """The exact probability, by adding up every single case of who is there."""
    sheets = everything(policy)
    return math.fsum(
        p ** len(there) * (1 - p) ** (len(sheets) - len(there))
        for size in range(len(sheets) + 1)
        for there in itertools.combinations(sheets, size)
        if is_quorum(policy, there) is wanted
    )


@pytest.mark.parametrize("text", [text for text in PLAYED if parse_policy(text).sheets <= 13])
@pytest.mark.parametrize("p", [0.01, 0.3, 0.98])
def test_every_case_counted_gives_the_same(text, p):
    policy = parse_policy(text)
    assert quorum_chance(policy, p) == pytest.approx(counted(policy, p, wanted=True), rel=1e-9)
    assert shortfall(policy, 1 - p) == pytest.approx(counted(policy, p, wanted=False), rel=1e-9)


def test_what_can_be_reckoned_by_hand():
    assert quorum_chance(parse_policy("2of3"), 0.1) == pytest.approx(3 * 0.01 * 0.9 + 0.001)
    assert shortfall(parse_policy("2of2"), 0.1) == pytest.approx(1 - 0.81)
    assert quorum_chance(parse_policy("16of16"), 0.01) == pytest.approx(1e-32, rel=1e-12)
    assert shortfall(parse_policy("2of16"), 1e-3) == pytest.approx(1e-48 + 16 * 0.999 * 1e-45, rel=1e-12)
    assert Odds(lost=0.1, years=3).sheet_lost == pytest.approx(1 - 0.9**3)
    assert Odds(lost=1e-12, years=5).sheet_lost == pytest.approx(5e-12, rel=1e-9)
    assert Odds(lost=0.5, absent=0.5, years=1).sheet_missing == 0.75


chances = st.floats(0.001, 0.999)


@law
@given(chances, st.integers(2, 16))
def test_groups_of_one_sheet_are_a_flat_policy(p, n):
    for t in range(2, n + 1):
        flat, single = Policy(1, (Group(t, n),)), Policy(t, (Group(1, 1),) * n)
        assert quorum_chance(single, p) == pytest.approx(quorum_chance(flat, p), rel=1e-9)
        assert shortfall(single, p) == pytest.approx(shortfall(flat, p), rel=1e-9)
        assert (single.spare(single.sheet_ids()), sites_needed(single)) == (
            flat.spare(flat.sheet_ids()),
            sites_needed(flat),
        )


@law
@given(chances, st.integers(2, 16))
def test_when_all_are_needed_all_must_be_there(p, n):
    policy = Policy(1, (Group(n, n),))
    assert quorum_chance(policy, p) == pytest.approx(p**n, rel=1e-9)
    assert risk_of(policy, Odds()).absences == 0
    assert sites_needed(policy) is None


@st.composite
def policies(draw):
    if draw(st.booleans()):
        n = draw(st.integers(2, 16))
        return Policy(1, (Group(draw(st.integers(2, n)), n),))
    sizes = draw(st.lists(st.integers(1, 8), min_size=2, max_size=5).filter(lambda sizes: sum(sizes) <= MAX_SHEETS))
    groups = [Group(1, 1) if n == 1 else Group(draw(st.integers(2, n)), n) for n in sizes]
    least = 1 if min(group.threshold for group in groups) > 1 else 2
    return Policy(draw(st.integers(least, len(groups))), tuple(groups))


@law
@given(policies(), chances)
def test_a_quorum_is_there_or_it_is_not(policy, p):
    assert quorum_chance(policy, p) + shortfall(policy, 1 - p) == pytest.approx(1)


@law
@given(policies(), chances, chances)
def test_worse_odds_never_help(policy, p, q):
    low, high = sorted((p, q))
    assert quorum_chance(policy, low) <= quorum_chance(policy, high) * (1 + 1e-12)
    assert shortfall(policy, low) <= shortfall(policy, high) * (1 + 1e-12)


@law
@given(policies(), st.integers(1, 99))
def test_more_years_never_help_and_absence_never_helps(policy, years):
    now, later = (risk_of(policy, Odds(years=y)) for y in (years, years + 1))
    assert now.lost <= later.lost * (1 + 1e-12)
    assert now.stolen <= later.stolen * (1 + 1e-12)
    assert now.unavailable >= now.lost * (1 - 1e-12)
    assert risk_of(policy, Odds(absent=0, years=years)).unavailable == pytest.approx(now.lost)


@law
@given(policies(), chances)
def test_a_higher_threshold_trades_theft_for_loss(policy, p):
    for near in neighbours(policy, 1):
        higher = all(a.threshold >= b.threshold and a.members == b.members for a, b in zip(near.policy.groups, policy.groups, strict=True))  # fmt: skip
        if higher and near.policy.group_threshold >= policy.group_threshold:
            assert quorum_chance(near.policy, p) <= quorum_chance(policy, p) * (1 + 1e-12)
            assert shortfall(near.policy, p) >= shortfall(policy, p) * (1 - 1e-12)


@law
@given(st.integers(2, 15), chances, st.data())
def test_a_sheet_more_trades_loss_for_theft(n, p, data):
    t = data.draw(st.integers(2, n))
    few, many = (Policy(1, (Group(t, size),)) for size in (n, n + 1))
    assert shortfall(many, p) <= shortfall(few, p) * (1 + 1e-12)
    assert quorum_chance(many, p) >= quorum_chance(few, p) * (1 - 1e-12)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_never_and_always_are_exact(chance):
    risk = risk_of(parse_policy("3of5"), Odds(lost=chance, seen=chance, absent=chance))
    assert (risk.lost, risk.unavailable, risk.stolen) == (chance, chance, chance)


@pytest.mark.parametrize("text", [text for text in PLAYED if parse_policy(text).sheets <= 12])
def test_coalition_and_absences_by_trying_all(text):
    policy, sheets = parse_policy(text), set(everything(parse_policy(text)))
    sizes = range(len(sheets) + 1)
    smallest = next(n for n in sizes if any(is_quorum(policy, some) for some in itertools.combinations(sheets, n)))
    worst = next(n for n in sizes if any(not is_quorum(policy, sheets - set(gone)) for gone in itertools.combinations(sheets, n)))  # fmt: skip
    risk = risk_of(policy, Odds())
    assert (risk.coalition, risk.absences) == (smallest, worst - 1)


def fewest_sites(policy):
    """By trying how many sheets of each group lie at each site, one site after the other, until none are left."""
    sizes = tuple(group.members for group in policy.groups)
    harmless = []
    for held in itertools.product(*(range(n + 1) for n in sizes)):
        here = [(g, m) for g, n in enumerate(held) for m in range(n)]
        rest = [(g, m) for g, n in enumerate(held) for m in range(n, sizes[g])]
        if any(held) and not is_quorum(policy, here) and is_quorum(policy, rest):
            harmless.append(held)
    reached, sites = {sizes}, 0
    while reached and (0,) * len(sizes) not in reached:
        sites += 1
        reached = {
            tuple(a - b for a, b in zip(left, held, strict=True))
            for left in reached
            for held in harmless
            if all(a >= b for a, b in zip(left, held, strict=True))
        }
    return sites if reached else None


@pytest.mark.parametrize("text", [text for text in PLAYED if parse_policy(text).sheets <= 16])
def test_the_fewest_sites_by_trying_all(text):
    policy = parse_policy(text)
    assert sites_needed(policy) == fewest_sites(policy)


@settings(deadline=None, database=None, max_examples=examples(120))
@given(policies().filter(lambda policy: math.prod(group.members + 1 for group in policy.groups) <= 150))
def test_the_fewest_sites_of_any_small_policy(policy):
    assert sites_needed(policy) == fewest_sites(policy)


def test_sites_of_common_policies():
    answers = {"2of3": 3, "3of5": 3, "2of5": 5, "4of5": 5, "3of3": None, "8of16": 3, "2 of: A 1of1, B 1of1": None}
    assert {text: sites_needed(parse_policy(text)) for text in answers} == answers


def test_what_lies_around_a_flat_policy():
    names = [near.name for near in neighbours(parse_policy("3of5"), 1)]
    assert names == ["2of4", "3of4", "4of4", "2of5", "3of5", "4of5", "2of6", "3of6", "4of6"]
    assert [near.name for near in neighbours(parse_policy("3of5"), 1) if near.chosen] == ["3of5"]
    assert [near.name for near in neighbours(parse_policy("2of2"), 1)] == ["2of2", "2of3", "3of3"]
    assert [near.name for near in neighbours(parse_policy("16of16"), 1)] == ["15of15", "15of16", "16of16"]
    assert len(neighbours(parse_policy("3of5"), 15)) == 15 * 16 // 2


def test_what_lies_around_groups():
    around = neighbours(parse_policy("2 of: Board 2of3, IT 3of5, Audit 1of1"), 1)
    assert [near.name for near in around] == ["as chosen", "3 of 3 groups", "Board 3of3", "IT 2of5", "IT 4of5"]
    assert str(around[3].policy) == "2 of: Board 2of3, IT 2of5, Audit 1of1"
    assert [near.chosen for near in around] == [True, False, False, False, False]


@pytest.mark.parametrize(("text", "chance"), [("2%", 0.02), ("0.5 %", 0.005), ("0.02", 0.02), (".02", 0.02), ("0", 0), ("100%", 1), (" 7% ", 0.07)])  # fmt: skip
def test_odds_as_people_write_them(text, chance):
    assert parse_odds(text) == pytest.approx(chance)


@pytest.mark.parametrize(
    "text", ["", "2", "1", "-1%", "nan", "inf", "1e-3", "2%%", "%", "1/50", "1.5", "٢%", "0,02", "1 in 50"]
)
def test_other_odds_are_refused(text):
    with pytest.raises(UsageError) as caught:
        parse_odds(text)
    assert "2% or 0.02" in caught.value.hint


@pytest.mark.parametrize(
    "wrong", [{"lost": 1.1}, {"seen": -0.1}, {"absent": math.nan}, {"years": 0}, {"years": MAX_YEARS + 1}]
)
def test_odds_that_cannot_be_are_refused(wrong):
    with pytest.raises(UsageError):
        Odds(**wrong)
