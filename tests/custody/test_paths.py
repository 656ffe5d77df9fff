"""Access structures against brute force over every coalition of up to ten people."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.custody.lint import PATHS, RULES, Path, after_loss, lint, parse_paths, paths
from splitkit.custody.paths import (
    MOST_COALITIONS,
    Some,
    any_of,
    blockers,
    coalitions,
    dual,
    every,
    everybody,
    met,
    without,
)
from splitkit.errors import UsageError
from tests.support.custody.custodies import (
    SET,
    asset,
    event,
    held,
    made,
    place,
    read_back,
    register_of,
    sheet,
    stored,
    to_come,
)
from tests.support.sampling import examples

PEOPLE = [f"P{number}" for number in range(10)]
SMALL = [f"P{number}" for number in range(5)]
needs = st.recursive(
    st.sampled_from(SMALL),
    lambda inner: st.lists(inner, max_size=4).flatmap(
        lambda some: st.builds(Some, st.integers(1, max(len(some), 1)), st.just(tuple(some)))
    ),
    max_leaves=10,
)


def subsets(people):
    return [frozenset(chosen) for size in range(len(people) + 1) for chosen in combinations(people, size)]


def minimal(found):
    return frozenset(one for one in found if not any(other < one for other in found))


@settings(max_examples=examples(400), deadline=None)
@given(needs)
def test_coalitions_and_blockers_are_those_of_brute_force(need):
    every_set = subsets(SMALL)
    assert coalitions(need) == minimal([people for people in every_set if met(need, people)])
    assert blockers(need) == minimal([gone for gone in every_set if not met(need, set(SMALL) - gone)])
    assert dual(dual(need)) == need
    assert everybody(need) <= set(SMALL)
    for gone in every_set[:8]:
        assert all(met(without(need, gone), people) == met(need, people - gone) for people in every_set)


def test_the_largest_policies_are_listed_and_more_is_refused():
    assert len(coalitions(Some(8, tuple(f"P{n}" for n in range(16))))) == 12_870
    with pytest.raises(UsageError, match="too many"):
        coalitions(every(*(Some(2, tuple(f"{letter}{n}" for n in range(9))) for letter in "ABCD")))
    assert 36**4 > MOST_COALITIONS


# --- role matrices ----------------------------------------------------------------------------------------------------


def matrix(dice: random.Random):
    """A random custody, and the same as plain lists: who has which sheet, and who has which device."""
    people = dice.sample(PEOPLE, dice.randint(1, 10))
    count = dice.randint(2, 8)
    threshold = dice.randint(2, count)
    sheets = [dice.choice(people) for _ in range(count)]
    devices = {kind: [dice.choice(people) for _ in range(dice.randint(0, 3))] for kind in ("mfa", "phone", "mailbox")}
    entries = [made(f"{threshold}of{count}")]
    entries += [stored(str(number), person) for number, person in enumerate(sheets, 1)]
    entries += [
        asset(f"{kind}-{at}", kind, person) for kind, holders in devices.items() for at, person in enumerate(holders)
    ]
    return people, threshold, sheets, devices, register_of(*entries)


def can(kind, coalition, threshold, sheets, devices) -> bool:
    if kind == "password":
        return sum(person in coalition for person in sheets) >= threshold
    return any(person in coalition for person in devices[kind])


@pytest.mark.parametrize("part", range(4))
def test_lint_is_brute_force_over_all_coalitions(part):
    """1,200 random role matrices of up to ten people."""
    for seed in range(300 * part, 300 * (part + 1)):
        people, threshold, sheets, devices, register = matrix(random.Random(seed))
        every_set = subsets(people)
        found = {way.name: way for way in paths(register)}
        owed = set()
        for name, kinds in PATHS.items():
            right = {one for one in every_set if all(can(kind, one, threshold, sheets, devices) for kind in kinds)}
            smallest = minimal(right)
            absences = minimal([gone for gone in every_set if frozenset(people) - gone not in right])
            assert {frozenset(one) for one in found[name].smallest()} == smallest, seed
            assert {frozenset(one) for one in found[name].absences()} == absences, seed
            owed |= {("ALONE-1", f"{next(iter(one))} alone can {name}") for one in smallest if len(one) == 1}
            owed |= {("NEEDED-1", f"without {next(iter(one))} nobody can {name}") for one in absences if len(one) == 1}
            owed |= set() if right else {("PATH-1", f"nobody can {name}")}
        broken = {(one.rule, one.what) for one in lint(register, list(found.values()))}
        assert {one for one in broken if one[0] in ("ALONE-1", "NEEDED-1", "PATH-1")} == owed, seed
        twice = {person for person in sheets if sheets.count(person) > 1}
        assert {what.split()[0] for rule, what in broken if rule == "SHEET-1"} == twice
        assert {what.split()[0] for rule, what in broken if rule == "SEP-1"} == set(devices["mfa"]) & set(sheets)
        assert {what.split()[0] for rule, what in broken if rule == "SEP-2"} == set(devices["phone"]) & set(
            devices["mailbox"]
        )


def sound():
    return [*held("2of3", 3), asset("key-1", "mfa", "M1"), asset("key-2", "mfa", "M2"), asset("box-1", "mailbox", "O1"), asset("box-2", "mailbox", "O2"),
            asset("phone-1", "phone", "F1"), asset("phone-2", "phone", "F2")]  # fmt: skip


def rules(*more, ways=PATHS):
    register = register_of(*sound(), *more)
    return [(one.rule, one.what) for one in lint(register, paths(register, ways))]


def test_a_custody_that_keeps_every_rule():
    assert rules() == []


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ([sheet("sheet.handed", "2", from_="C2", to="C1", bag="BAG-2")], "SHEET-1"),
        ([stored("2", "C2", "safe-1")], "SAFE-1"),
        ([event("asset.moved", asset="key-1", person="C1", reason="a leaver")], "SEP-1"),
        ([event("asset.moved", asset="box-1", person="F1", reason="a leaver")], "SEP-2"),
        ([event("asset.moved", asset="box-1", person="F1", reason="a leaver")], "ALONE-1"),
        ([event("asset.retired", asset="key-2", reason="broken")], "NEEDED-1"),
        ([event("asset.retired", asset="key-1", reason="broken"), event("asset.retired", asset="key-2", reason="broken")], "PATH-1"),
        ([event("person.joined", person="M1", name="Mia Example", since="2026-01-01"),
          event("person.left", person="M1", until="2026-02-01", reason="retired")], "LEFT-1"),
        ([to_come("7" * 32, policy="2of3"), *(stored(n, f"C{n}", set_id="7" * 32) for n in "123"), *read_back(*"123", set_id="7" * 32),
          event("set.refreshed", set="7" * 32, replaces=SET, reason="a leaver")], "SET-1"),
    ],
)  # fmt: skip
def test_every_rule_can_be_broken(more, rule):
    assert rule in {found for found, _ in rules(*more)}
    assert rule in RULES


def test_a_loss_is_simulated_without_being_recorded():
    register = register_of(
        place("safe-1", "site-1"),
        place("desk-1", "site-1", "office"),
        *sound(),
        event("asset.moved", asset="key-1", place="desk-1", reason="x"),
    )
    less = after_loss(register, ["C2"], ["site-1"])
    assert {(one.rule, one.what) for one in lint(less, paths(less))} == {("PATH-1", "nobody can sign in")}
    assert next(way.smallest() for way in paths(after_loss(register, ["M2"], [])))[0] == ("C1", "C2", "M1")
    assert lint(register, paths(register)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[paths]",
        "x",
        'paths = "x"',
        "[paths]\nx = []",
        '[paths]\nx = ["key"]',
        "[paths]\nx = 7",
        '[paths]\n"a\\u202eb" = ["mfa"]',
        "\xff",
        '[paths]\nx = [["mfa"]]',
        "[paths]\nx = {mfa = 1}",
        '[paths]\nx = "mfa"',
        "[paths]\nx = [" + "9" * 5_000 + "]",
        '[paths]\nx = ["mfa"]\n[other]',
        'y = 1\n[paths]\nx = ["mfa"]',
        "x = " + "[" * 5_000,
    ],
)
def test_paths_that_are_not_understood_are_refused(text):
    with pytest.raises(UsageError) as refused:
        parse_paths(text.encode("latin-1"))
    assert refused.value.hint


def test_paths_can_be_declared():
    ways = parse_paths(b'[paths]\n"call support" = ["phone"]\n')
    assert ways == {"call support": ("phone",)}
    assert paths(register_of(*sound()), ways) == [Path("call support", every(any_of("F1", "F2")))]
