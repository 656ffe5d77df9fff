"""A policy says who is needed, and no policy lets one sheet open a set."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.quorum.policy import Group, Policy, SheetId, group_letter, parse_policy
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(150))


@st.composite
def policies(draw):
    if draw(st.booleans()):
        members = draw(st.integers(2, 16))
        return Policy(1, (Group(draw(st.integers(2, members)), members),))
    groups = []
    for at in range(draw(st.integers(2, 6))):
        members = draw(st.sampled_from([1, 2, 3, 5]))
        threshold = 1 if members == 1 else draw(st.integers(2, members))
        groups.append(Group(threshold, members, f"G{at}"))
    return Policy(draw(st.integers(2, len(groups))), tuple(groups))


@law
@given(policies())
def test_what_a_policy_says_of_itself_is_understood(policy):
    assert parse_policy(str(policy)) == policy


@law
@given(policies())
def test_needed_is_the_size_of_the_smallest_quorum_and_at_least_two(policy):
    assert policy.needed >= 2
    assert len(policy.sheet_ids()) == len(set(policy.sheet_ids())) == policy.sheets <= 32


@law
@given(policies())
def test_every_sheet_has_a_number_of_its_own(policy):
    numbers = {policy.number(sheet) for sheet in policy.sheet_ids()}
    assert len(numbers) == policy.sheets


def test_every_flat_policy_of_slip39_is_taken():
    for members in range(2, 17):
        for threshold in range(2, members + 1):
            policy = parse_policy(f"{threshold}of{members}")
            assert (policy.needed, policy.sheets, policy.flat) == (threshold, members, True)


@pytest.mark.parametrize("text", ["3of5", " 3of5 ", "3 of 5", "3of 5", "3 of5"])
def test_a_flat_policy_is_written_with_or_without_spaces(text):
    assert parse_policy(text) == Policy(1, (Group(3, 5),))


def test_groups_have_names_letters_and_numbers():
    policy = parse_policy("2 of: Board 2of3, IT ops 3 of 5,Audit 1of1")
    assert policy == Policy(2, (Group(2, 3, "Board"), Group(3, 5, "IT ops"), Group(1, 1, "Audit")))
    assert not policy.flat
    assert policy.number(SheetId(1, 4)) == "B5"
    assert [policy.group_name(g) for g in range(3)] == ["Board", "IT ops", "Audit"]
    assert str(policy) == "2 of: Board 2of3, IT ops 3of5, Audit 1of1"


def test_a_group_without_a_name_is_called_by_its_letter():
    policy = Policy(2, (Group(2, 2), Group(2, 3)))
    assert policy.group_name(1) == "B"
    assert str(policy) == "2 of: A 2of2, B 2of3"
    assert "".join(map(group_letter, range(16))) == "ABCDEFGHIJKLMNOP"


def test_a_flat_sheet_has_a_plain_number():
    assert parse_policy("2of3").number(SheetId(0, 0)) == "1"


@pytest.mark.parametrize(
    "text",
    ["", "3", "of", "3of", "of5", "0of5", "3of0", "-1of5", "+3of5", "3.0of5", "2.0 of 5", "Trueof5", "３of５", "1_0of16",
     "03of5", "3of5x", "3OF5", "3of5\n4of5", "3/5", "3  of  5", "three of five", "99999of99999", "1 of:", "2 of: ,",
     "2 of: Board, IT", "2 of: 2of3, 2of3", "2 of: A 2of3,", "0 of: A 2of3, B 2of3", "2 of: A 2of3\nB 2of3"],
)  # fmt: skip
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(UsageError) as caught:
        parse_policy(text)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("2of17", "at most 16"),
        ("17of17", "at most 16"),
        ("6of5", "more sheets than there are"),
        ("1of2", "one sheet open"),
        ("1of1", "one sheet open"),
        ("1 of: A 1of1, B 2of3", "one sheet alone"),
        ("1 of: A 2of3, B 1of1", "one sheet alone"),
        ("2 of: A 1of2, B 2of3", "one sheet open its group"),
        ("2 of: A 2of3, B 3of2", "more sheets than there are"),
        ("3 of: A 2of3, B 2of3", "3 of 2 groups"),
        ("2 of: A 2of11, B 2of11, C 2of11", "33 sheets are more than 32"),
        ("2 of: A 2of3, a 2of3", "same name"),
        ("2 of: A\u200b 2of3, B 2of3", "not printable"),
        ("2 of: " + "x" * 25 + " 2of3, B 2of3", "longer than 24"),
        ("2 of: " + ", ".join(f"G{n} 1of1" for n in range(17)), "1 to 16 groups"),
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused_with_the_reason(text, fact):
    with pytest.raises(UsageError, match=fact):
        parse_policy(text)


def test_the_largest_policies_are_taken():
    assert parse_policy("16of16").sheets == 16
    assert parse_policy("2 of: A 2of16, B 16of16").sheets == 32
    assert parse_policy("16 of: " + ", ".join(f"{n}x 1of1" for n in range(16))).needed == 16
    assert parse_policy("1 of: A 2of2, B 2of2").needed == 2


def test_no_groups_and_zero_groups_asked_for_are_refused():
    for threshold, groups in ((1, ()), (0, (Group(2, 3),)), (2, (Group(2, 3),)), (-1, (Group(2, 3),))):
        with pytest.raises(UsageError):
            Policy(threshold, groups)


def test_no_choice_of_small_numbers_makes_a_policy_that_one_sheet_opens():
    made = 0
    for gt, t1, n1, t2, n2 in product(range(-1, 4), range(-1, 4), range(4), range(-1, 4), range(4)):
        try:
            policy = Policy(gt, (Group(t1, n1), Group(t2, n2)))
        except UsageError:
            continue
        made += 1
        assert sum(sorted((t1, t2))[:gt]) >= 2
        assert all(2 <= g.threshold <= g.members or (g.threshold, g.members) == (1, 1) for g in policy.groups)
    assert made == 9 + 16


def test_a_refusal_does_not_quote_what_was_typed():
    with pytest.raises(UsageError) as caught:
        parse_policy("2 of: \x1b[31mevil\x1b 2of3, B 2of3")
    assert "evil" not in caught.value.fact + caught.value.hint


def fewest(sheets, right):
    """The fewest of *sheets* for which something is *right*."""
    return next(size for size in range(len(sheets) + 1) for chosen in combinations(sheets, size) if right(set(chosen)))


POLICIES = [
    "2of2",
    "2of3",
    "3of5",
    "1 of: A 2of2, B 2of3",
    "2 of: A 1of1, B 2of3, C 2of4",
    "3 of: A 1of1, B 2of2, C 2of3",
]


@settings(max_examples=examples(150), deadline=None, database=None)
@given(st.sampled_from(POLICIES).map(parse_policy), st.data())
def test_how_many_may_go_and_how_many_more_open(policy, data):
    sheets = policy.sheet_ids()
    some = data.draw(st.sets(st.sampled_from(sheets)))
    others = [one for one in sheets if one not in some]
    assert policy.spare(some) == fewest(sorted(some), lambda gone: not policy.opens(some - gone)) - 1
    assert policy.missing(some) == fewest(others, lambda more: policy.opens(some | more))


@settings(max_examples=examples(150), deadline=None, database=None)
@given(st.sampled_from(POLICIES).map(parse_policy), st.data())
def test_what_is_to_be_destroyed_is_the_smallest_choice_that_leaves_no_quorum(policy, data):
    """What is known stays known: where that is a quorum, no choice of the others helps."""
    some, known = (data.draw(st.sets(st.sampled_from(policy.sheet_ids()))) for _ in range(2))
    found = policy.to_break(some, known)
    assert set(found) <= some - known
    if policy.opens(known):
        assert found == ()
    else:
        assert not policy.opens(known | some - set(found))
        assert len(found) == fewest(sorted(some), lambda gone: not policy.opens(known | some - gone))


@pytest.mark.parametrize(
    ("text", "some", "spare"),
    [
        ("3of5", "1 2 3 4 5", 2),
        ("3of5", "1 2 3", 0),
        ("3of5", "1 2", -1),
        ("2 of: A 1of1, B 2of3, C 2of4", "A1 B1 B2 C1 C2 C3", 1),
        ("2 of: A 1of1, B 2of3, C 2of4", "A1 B1 C1 C2 C3", 0),
    ],
)
def test_how_many_may_go_reckoned_by_hand(text, some, spare):
    policy = parse_policy(text)
    assert policy.spare(map(policy.sheet, some.split())) == spare


@pytest.mark.parametrize("text", POLICIES)
def test_a_number_names_one_sheet(text):
    policy = parse_policy(text)
    for sheet in policy.sheet_ids():
        assert policy.sheet(policy.number(sheet)) == sheet
    for none in ("", "0", "99", "Z1"):
        with pytest.raises(ValueError, match="no sheet of this number"):
            policy.sheet(none)


def test_the_largest_quorum_without_a_sheet_too_many():
    assert [parse_policy(text).needed_at_most for text in POLICIES] == [2, 2, 3, 2, 4, 5]
