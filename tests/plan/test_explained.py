"""A plan in words, its size, and what is warned of."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.ledger.lookalike import mixed_scripts, plain_person
from splitkit.paper.geometry import Paper
from splitkit.plan.document import Custodian, Plan, parse_plan
from splitkit.plan.explained import described, warnings_of
from splitkit.plan.size import advice, longest_password, plan_size
from splitkit.quorum.dealing import SetFacts, check_facts, deal
from splitkit.quorum.envelope import MAX_BYTES
from splitkit.quorum.policy import Group, Policy, parse_policy
from splitkit.secret.entropy import Entropy
from splitkit.secret.profiles import find_profile
from splitkit.secret.record import SecretRecord
from tests.support.plans import PLANS, any_plan, law, seated


def lying(policy, *sites, **more):
    """A plan whose sheets lie at these sites."""
    of = parse_policy(policy)
    return Plan(of, label="Root", custodians=seated(of, *(Custodian(f"Person {at}", site=site) for at, site in enumerate(sites))), **more)  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "warnings"),
    [
        (lying("2of3", "Bern", "Basel", "Chur"), []),
        (lying("2of3", "", "", ""), []),
        (lying("2of3", "Bern", "Bern", "Bern"), ["all sheets lie at one site (Bern)"]),
        (lying("2of3", "Bern", "BERN", "B\u0435rn"), ["all sheets lie at one site (Bern)"]),
        (lying("2of3", "Bern", "Bern", "Chur"), ["the sheets at Bern are a quorum", "without the sheets at Bern"]),
        (lying("2of4", "Bern", "Bern", "Chur", "Basel"), ["the sheets at Bern are a quorum"]),
        (lying("3of4", "Bern", "Bern", "Chur", "Basel"), ["without the sheets at Bern"]),
        (lying("3of5", "Bern", "Bern", "Chur", "Chur", "Basel"), []),
        (lying("2of3", "Bern", "", "Chur"), ["the site of 1 of 3 sheets is not named"]),
        (lying("3of3", "Bern", "Basel", "Chur"), ["no sheet may be missing", *[f"without the sheets at {site}" for site in ("Bern", "Basel", "Chur")]]),
        (lying("1 of: Board 2of2, IT 2of3", *"abcde"), ["Board needs all of its 2 sheets"]),
        (lying("2 of: Board 2of2, IT 2of3", *"abcde"), ["no sheet may be missing", "Board needs all of its 2 sheets", "without the sheets at a", "without the sheets at b"]),
        (dataclasses.replace(PLANS["bare"], label=""), ["the plan has no label"]),
        (dataclasses.replace(PLANS["bare"], label="R\u043e\u043et"), ["the label mixes Latin and Cyrillic letters"]),
        (parse_plan('label="x"\npolicy="2 of: B\u03bfard 2of3, IT 2of3"'.encode()), ["the name of group B\u03bfard mixes Latin and Greek"]),
    ],
)  # fmt: skip
def test_what_is_warned_of(plan, warnings):
    found = warnings_of(plan)
    assert len(found) == len(warnings), found
    for warning, beginning in zip(found, warnings, strict=True):
        assert warning.startswith(beginning)


def test_a_set_that_leaves_no_room_for_its_successor_is_warned_of():
    roomy = lying("2of3", *"abc", note="x" * 240)
    labels = (dataclasses.replace(roomy, label="L" * n) for n in range(1, 65))
    tight = next(plan for plan in labels if 0 <= plan_size(plan).left < 18)
    (warning,) = warnings_of(tight)
    assert warning.startswith(
        f"a later set that replaces this one will be {plan_size(tight).refreshed - MAX_BYTES} bytes"
    )
    assert not warnings_of(dataclasses.replace(tight, note="x" * 100))


def test_the_plan_in_words():
    text = "\n".join(described(dataclasses.replace(PLANS["groups"], practice=True, anonymous=True, paper=Paper.LETTER)))
    for said in ("for        Root", "protect nothing", "no names", "2 of these 2 groups", "4 people together", "No sheet may",
                 "24 characters, profile aws-root", "beside it: user, account", "Letter",
                 "Board, sheet 1 of 2: Ada Example, Chair [Zurich]", "IT, sheet 1 of 3: Cl\u00e9o Example [Bern]"):  # fmt: skip
        assert said in text
    assert "root@example.com" not in text
    assert "not named" in "\n".join(described(PLANS["bare"]))


@law
@given(any_plan(), st.data())
def test_a_quorum_by_the_words_of_the_policy(plan, data):
    policy = plan.policy
    sheets = data.draw(st.sets(st.sampled_from(policy.sheet_ids())))
    complete = [sum(s.group == g for s in sheets) >= group.threshold for g, group in enumerate(policy.groups)]
    assert policy.opens(sheets) is (sum(complete) >= policy.group_threshold)


@law
@given(any_plan())
def test_the_size_is_never_less_than_that_of_the_set(plan):
    """The envelope that is really dealt from it, with a password of the profile, is as long or shorter; day 20,000."""
    size = plan_size(plan)
    record = SecretRecord(longest_password(plan), plan.user, plan.account, plan.note)
    facts = SetFacts(plan.policy, plan.public_label, plan.practice, 20_000)
    if size.left >= 0:
        check_facts(facts, len(record.encode()))
    else:
        with pytest.raises(UsageError, match=f" {-size.left} bytes too long"):
            check_facts(facts, len(record.encode()))
    assert size.refreshed - size.size in (18, 19)


@pytest.mark.parametrize(("name", "profile"), list(itertools.product(PLANS, ("aws-root", "generic", "words"))))
def test_the_size_is_that_of_a_dealt_set(name, profile):
    plan = dataclasses.replace(PLANS[name], profile=profile)
    entropy = Entropy()
    password = find_profile(profile).generate(entropy)
    assert len(password) <= len(longest_password(plan))
    dealt = deal(
        SetFacts(plan.policy, plan.public_label, plan.practice, 20_000),
        SecretRecord(password, plan.user, plan.account, plan.note),
        entropy,
    )
    assert plan_size(plan, password).size == len(dealt.envelope.raw)
    assert plan_size(plan).size >= len(dealt.envelope.raw)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(parse_policy("3of5"), label="Root", note="n" * 300),
        Plan(parse_policy("3of5"), label="L" * 64, note="\u00e9" * 120, user="u" * 60),
        Plan(parse_policy("8of16"), label="L" * 64, user="u" * 90, account="a" * 90),
        Plan(parse_policy("3of5"), label="L" * 64, note='"' * 150),
    ],
)
def test_what_is_to_be_shortened_is_just_enough(plan):
    size = plan_size(plan)
    assert size.left < 0
    assert size.cuts
    for cut in size.cuts:
        text = getattr(plan, cut.what)
        assert len(text) == cut.length
        fits = dataclasses.replace(plan, **{cut.what: text[: len(text) - cut.characters]})
        short = dataclasses.replace(plan, **{cut.what: text[: len(text) - cut.characters + 1]})
        assert plan_size(fits).size <= MAX_BYTES < plan_size(short).size
        assert f"the {cut.what} by {cut.characters} of its {cut.length} characters" in advice(size)


def test_what_is_left_of_a_cut_text_is_measured_and_not_judged():
    """Cut short, an ordinary label may look like something that no ledger would take; the plan has the whole of it."""
    plan = Plan(Policy(1, (Group(2, 4),)), label="00000;0;0\u00c0\u00c0", profile="words", length=31)
    with pytest.raises(UsageError):
        dataclasses.replace(plan, label=plan.label[:10])
    assert plan_size(plan).left < 0


def test_where_no_text_alone_is_enough_it_says_so():
    plan = Plan(parse_policy("2 of: A 8of16, B 8of16"), label="L" * 64, user="u" * 40, note="n" * 40)
    size = plan_size(plan)
    assert size.left < 0
    assert not size.cuts
    assert "fewer sheets" in advice(size)


def test_an_anonymous_plan_does_not_count_its_label():
    plan = Plan(parse_policy("3of5"), label="L" * 64, note="n" * 300)
    assert plan_size(dataclasses.replace(plan, anonymous=True)).size < plan_size(plan).size - 60
    cuts = plan_size(dataclasses.replace(plan, anonymous=True)).cuts
    assert [cut.what for cut in cuts] == ["note"]


@pytest.mark.parametrize(
    ("one", "two"),
    [("Ada", "ada"), ("Ada", "\u0410da"), ("Ada", "Ad\u0430"), ("Bob", "B\u03bfb"), (" A  B", "a b"), ("\uff21da", "Ada"),
     ("Peter", "\u0420\u0435\u0442\u0435r"), ("Joan", "Jo\u0430n"), ("HELENA", "\u041d\u0415L\u0415N\u0410"), ("Cos", "\u0421\u043e\u0455"),
     ("Zo\u00eb", "Zoe"), ("Adam-Example", "Adam Example"), ("Example, Adam", "Adam Example"), ("Adam Examp1e", "Adam Example"),
     ("Arne Rost", "Ame R0st"), ("Liam O'Hara", "Liam O\u2019Hara"), ("Vvilma", "Wilma"),
     ("S\u00f8ren", "Soren"), ("\u00d8RSTED", "Orsted"), ("\u0141ukasz", "Lukasz"), ("\u0110or\u0111e", "Dorde"), ("I\u015f\u0131l", "Isil"),
     ("Wei\u00df", "WEISS"), ("\u00c6gir", "Aegir"), ("\u0153uvre", "Oeuvre"), ("\u00deor", "Thor"), ("\u0126al", "Hal"), ("Kwa\u0253i", "Kwabi")],
)  # fmt: skip
def test_names_that_look_the_same(one, two):
    assert plain_person(one) == plain_person(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Ada", "Adam"),
        ("J\u00fcrgen", "Juergen"),
        ("Dr. Ada", "Ada"),
        ("Jo Ann", "Joann"),
        ("Site 10", "Site 1"),
        ("Site 1", "Site 2"),
        ("\u6797", "\u6728"),
    ],
)
def test_names_that_differ(one, two):
    assert plain_person(one) != plain_person(two)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Root 1",
        "\u0418\u0432\u0430\u043d",
        "\u4e2d\u6587 AWS",
        "\u6771\u4eacTower\u30d3\u30eb",
        "Zo\u00eb",
        "\u00b5",
    ],
)
def test_one_script_is_no_mixture(text):
    assert mixed_scripts(text) == ()


@pytest.mark.parametrize(("text", "scripts"), [("r\u043eot", ("Latin", "Cyrillic")), ("\u0430\u03b1", ("Greek", "Cyrillic")), ("a \u0561", ("Latin", "Armenian"))])  # fmt: skip
def test_mixed_scripts_are_named(text, scripts):
    assert mixed_scripts(text) == scripts
