"""Which shares are tried together first, where more match than are needed: one order in all three implementations.

The order is N4 of docs/format.md, written once more here: whatever comes first on the table, a few shares that were made
to match keep no quorum of good ones out.
"""

from __future__ import annotations

import functools
import random
from itertools import combinations, islice, product
from math import comb
from types import SimpleNamespace

import pytest

from splitkit import recover
from splitkit.quorum.opening import MAX_SUBSETS, choices
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.quorum.textform import symbol_text
from tests.support.builders import altered, committed, made, seeded_bytes
from tests.support.differential.two_readers import Given, by_library, by_recover
from tests.support.page.judging import ask, judged
from tests.support.sampling import sampled

SMALL = (
    "2of2",
    "2of4",
    "3of6",
    "1 of: A 2of3, B 2of2",
    "2 of: A 2of4, B 1of1, C 2of3",
    "2 of: A 1of1, B 1of1, C 1of1, D 1of1",
    "3 of: A 2of2, B 2of3, C 1of1, D 2of3",
)
LARGE = ("8of16", "16of16", "2 of: A 8of16, B 8of16", "4 of: A 4of8, B 2of8, C 7of8, D 1of1, E 2of3")


def on_table(policy, seed):
    """Some sheets of a policy in the order in which they were read; now and then all."""
    lot = random.Random(f"{policy} {seed}")
    sheets = list(parse_policy(policy).sheet_ids())
    return lot.sample(sheets, lot.choice([len(sheets), lot.randrange(len(sheets) + 1)]))


# Four writings of one order


def by_the_format(policy, sheets):
    """All choices, sorted by what N4 says of each."""
    policy = parse_policy(policy)
    groups = [[sheet for sheet in sheets if sheet.group == g] for g in range(len(policy.groups))]
    needed = [group.threshold for group in policy.groups]
    complete = [g for g, here in enumerate(groups) if len(here) >= needed[g]]

    def rank(choice):
        passed, ways = 0, []
        for g in complete[: complete.index(max(sheet.group for sheet in choice)) + 1]:
            places = tuple(at for at, sheet in enumerate(groups[g]) if sheet in choice)
            over = places[-1] + 1 - needed[g] if places else len(groups[g]) - needed[g] + 1
            passed += over
            ways.append((not places, over, places))
        return passed, ways

    every = (
        tuple(sheet for members in some for sheet in members)
        for chosen in combinations(complete, policy.group_threshold)
        for some in product(*(combinations(groups[g], needed[g]) for g in chosen))
    )
    return sorted(every, key=rank)


def by_splitkit(policy, sheets):
    return [tuple(choice) for choice in islice(choices(parse_policy(policy), {one: (one,) for one in sheets}), 5_000)]


def by_recover_py(policy, sheets):
    policy = parse_policy(policy)
    groups = [(group.threshold, bytes(8 * group.members)) for group in policy.groups]
    envelope = SimpleNamespace(groups=groups, group_threshold=policy.group_threshold)
    shares = [SimpleNamespace(group_index=one.group, member_index=one.member) for one in sheets]
    tried = islice(recover.choices(envelope, shares), 5_000)
    return [tuple(SheetId(share.group_index, share.member_index) for share in choice) for choice in tried]


def by_page(policy, sheets):
    policy = parse_policy(policy)
    tried = ask(
        ask="order",
        needed=policy.group_threshold,
        thresholds=[group.threshold for group in policy.groups],
        shares=[[sheet.group, sheet.member] for sheet in sheets],
    )
    return [tuple(SheetId(*sheet) for sheet in choice) for choice in tried]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("policy", SMALL)
def test_the_order_is_that_of_the_format(policy, seed):
    sheets = on_table(policy, seed)
    expected = by_the_format(policy, sheets)
    assert len(set(expected)) == len(expected)
    assert by_splitkit(policy, sheets) == expected
    assert by_recover_py(policy, sheets) == expected
    assert by_page(policy, sheets) == expected


@pytest.mark.parametrize("policy", LARGE)
def test_all_three_try_the_same_5000(policy):
    sheets = on_table(policy, 0)
    tried = by_splitkit(policy, sheets)
    assert tried == by_recover_py(policy, sheets) == by_page(policy, sheets)


def test_five_shares_and_three_needed():
    letters = {SheetId(0, at): letter for at, letter in enumerate("abcde")}
    tried = by_splitkit("3of5", list(letters))
    assert " ".join("".join(letters[sheet] for sheet in choice) for choice in tried) == (
        "abc abd acd bcd abe ace ade bce bde cde"
    )


# How many are tried before a quorum of good ones


def tried_until_good(policy, sheets, bad):
    tried = choices(policy, {sheet: (sheet,) for sheet in sheets})
    return next(count for count, choice in enumerate(tried, 1) if bad.isdisjoint(choice))


@pytest.mark.parametrize("count", [1, 2])
def test_among_n_of_one_group_a_few_bad_ones_stop_nobody(count):
    """Each k of n up to 16, and every place at which the bad ones can have been read."""
    for n in range(2, 17):
        sheets = [SheetId(0, at) for at in range(n)]
        for k in range(2, n - count + 1):
            policy = parse_policy(f"{k}of{n}")
            most = max(tried_until_good(policy, sheets, set(bad)) for bad in combinations(sheets, count))
            assert most == comb(k + count, count) <= comb(16, count)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_up_to_five_bad_ones_of_one_group_stop_nobody(count):
    """The worst place is the beginning: then all that were read before the last good one needed are gone through."""
    for k in range(2, 16 - count + 1):
        sheets = [SheetId(0, at) for at in range(k + count)]
        most = tried_until_good(parse_policy(f"{k}of{k + count}"), sheets, set(sheets[:count]))
        assert most == comb(k + count, count) <= comb(16, count) <= MAX_SUBSETS


GROUPS = (
    "2 of: A 8of16, B 8of16",
    "2 of: A 2of3, B 3of5, C 8of16, D 2of8",
    "3 of: A 4of8, B 4of8, C 4of8, D 4of8",
    "1 of: A 15of16, B 2of16",
    "10 of: A 1of1, B 1of1, C 1of1, D 1of1, E 2of2, F 2of3, G 2of2, H 2of2, I 2of3, J 2of3, K 2of2, L 2of3, M 2of2, N 2of2, O 2of2, P 2of2",
)


@pytest.mark.parametrize("order", ["by group", "in turns"])
@pytest.mark.parametrize("policy", GROUPS)
def test_among_groups_any_two_bad_ones_stop_nobody(policy, order):
    policy = parse_policy(policy)
    sheets = sorted(policy.sheet_ids(), key=lambda sheet: (sheet.member, sheet.group) if order == "in turns" else sheet)
    assert len(sheets) <= 32
    for bad in map(set, combinations(sheets, 2)):
        if policy.opens([sheet for sheet in sheets if sheet not in bad]):
            assert tried_until_good(policy, sheets, bad) <= 1 + 32 + comb(32, 2)


# The three programs, on sheets


def table(policy, bad, unclear=(), order=None):
    """All sheets of a policy, those of *bad* made to match and read first; *unclear* ones have a '?'.  What is typed, and the set."""
    of = dealt(policy)
    numbers = [of.policy.number(sheet) for sheet in of.sheets]
    wrong = {number: altered(of.share(number), seeded_bytes(f"bad {number}")(32)) for number in bad}
    envelope = committed(of, *wrong.values())
    lines = []
    for number in order or [*bad, *(number for number in numbers if number not in bad)]:
        words = (wrong.get(number) or of.share(number)).mnemonic.split()
        lines.append(" ".join("?" if number in unclear and at in (3, 20) else word for at, word in enumerate(words)))
    return Given("\n".join([*lines, symbol_text(envelope.raw)]).encode(), " ".join(envelope.fingerprint)), of


@functools.cache
def dealt(policy):
    return made(policy, "order", practice=False)


def came(given, of):
    """What all three end with; what opens gives the one secret."""
    ours, second = by_library(given), by_recover(given)
    each = [(ours.exit, ours.password), (second.exit, second.password), judged(given)]
    assert each == [(ours.exit, None if ours.exit else of.record.password)] * 3
    return ours.exit


def opens(given, of):
    return came(given, of) == 0


@pytest.mark.parametrize("bad", [["1"], ["1", "2"], ["16"], ["3", "1", "12"]])
def test_bad_ones_that_are_read_first_keep_the_good_ones_of_8_of_16_no_longer_out(bad):
    assert opens(*table("8of16", bad))


def test_a_bad_one_in_each_of_two_large_groups_stops_nobody():
    assert opens(*table("2 of: A 8of16, B 8of16", ["A1", "B1"]))


@pytest.mark.parametrize("at", [0, 5, 15])
def test_a_bad_one_with_an_illegible_word_stops_nobody_wherever_it_was_read(at):
    numbers = [str(number) for number in range(2, 17)]
    assert opens(*table("8of16", ["1"], {"1"}, [*numbers[:at], "1", *numbers[at:]]))


CROWDS = (
    "8of16",
    "3of16",
    "14of16",
    "5of8",
    "2 of: A 8of16, B 8of16",
    "2 of: A 3of5, B 2of4, C 1of1",
    "1 of: A 4of8, B 6of8",
)


@pytest.mark.parametrize("start", sampled(range(0, 400, 20), 2, seed="crowds"))
def test_all_three_agree_on_crowds_of_sheets(start):
    """Many sheets in any order, some made to match, some with illegible words, some twice."""
    for seed in range(start, start + 20):
        lot = random.Random(f"crowd {seed}")
        policy = lot.choice(CROWDS)
        numbers = [dealt(policy).policy.number(sheet) for sheet in dealt(policy).sheets]
        bad = lot.sample(numbers, lot.choice([0, 1, 1, 2, 2, 3, 5]))
        unclear = lot.sample(numbers, lot.choice([0, 1, 2, len(numbers) // 2]))
        here = lot.sample(numbers, lot.choice([len(numbers), len(numbers) - 1, lot.randrange(1, len(numbers))]))
        order = [*here, *lot.sample(here, lot.choice([0, 0, 1]))]
        lot.shuffle(order)
        code = came(*table(policy, bad, unclear, order))
        if len(bad) <= 2 and dealt(policy).policy.opens(good(policy, set(here) - set(bad))):
            assert code == 0, seed


def good(policy, numbers):
    of = dealt(policy)
    return [sheet for sheet in of.sheets if of.policy.number(sheet) in numbers]
