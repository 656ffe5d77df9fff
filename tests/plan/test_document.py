"""A plan says only what a plan can say, and a mistake in it is told without quoting it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.paper.geometry import Paper
from splitkit.plan.document import MAX_PLAN_BYTES, Custodian, Plan, check_text, parse_plan
from splitkit.quorum.policy import SheetId, parse_policy
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(150))

FULL = """
label = "AWS root"
policy = "2of3"
practice = true
anonymous = false
paper = "letter"
profile = "generic"
length = 30
user = "root@example.org"
account = "123456789012"
note = "the blue safe"
[[custodian]]
name = " Ada Lovelace "
title = "CFO"
[[custodian]]
name = "Grace Hopper"
[[custodian]]
name = "Joan Clarke"
"""

GROUPS = """
policy = "2 of: Board 2of2, IT 2of3, Audit 1of1"
""" + "".join(
    f'[[custodian]]\nname = "{name} Example"\ngroup = "{group}"\n'
    for name, group in [("B1", "it"), ("A1", "Board"), ("C1", " AUDIT "), ("B2", "IT"), ("A2", "board"), ("B3", "IT")]
)


def parse(text):
    return parse_plan(text.encode())


def error_of(text):
    with pytest.raises(UsageError) as caught:
        parse_plan(text if isinstance(text, bytes) else text.encode())
    assert caught.value.exit_code == 2
    assert caught.value.hint
    return caught.value


def seated(*names, policy="2of3", more=""):
    return f'policy = "{policy}"\n' + "".join(f'[[custodian]]\nname = "{name}"\n{more}' for name in names)


def test_a_whole_plan_is_read():
    plan = parse(FULL)
    assert plan == Plan(
        policy=parse_policy("2of3"),
        label="AWS root",
        practice=True,
        paper=Paper.LETTER,
        profile="generic",
        length=30,
        user="root@example.org",
        account="123456789012",
        note="the blue safe",
        custodians=(
            (SheetId(0, 0), Custodian("Ada Lovelace", "CFO")),
            (SheetId(0, 1), Custodian("Grace Hopper")),
            (SheetId(0, 2), Custodian("Joan Clarke")),
        ),
    )
    assert plan.custodian(SheetId(0, 2)).name == "Joan Clarke"


def test_a_policy_is_enough():
    plan = parse('policy = "3of5"')
    assert plan == Plan(parse_policy("3of5"))
    assert plan.custodian(SheetId(0, 0)) == Custodian("")


def test_a_custodian_may_have_a_site():
    plan = parse(seated("Ada", "Grace", "Joan", more='site = " Zurich "\n'))
    assert {custodian.site for _, custodian in plan.custodians} == {"Zurich"}


def test_custodians_sit_in_their_groups_in_the_order_they_are_named():
    plan = parse(GROUPS)
    assert {plan.policy.number(sheet): custodian.name for sheet, custodian in plan.custodians} == {
        number: f"{number} Example" for number in ("A1", "A2", "B1", "B2", "B3", "C1")
    }


def test_an_anonymous_plan_has_no_public_label():
    assert parse('policy = "2of3"\nlabel = "AWS"\nanonymous = true').public_label == ""
    assert parse('policy = "2of3"\nlabel = "AWS"').public_label == "AWS"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "names no policy"),
        ('label = "x"', "names no policy"),
        ('policy = "1of5"', "one sheet"),
        ('policy = "2of17"', "at most 16"),
        ("policy = 3", "'policy' in the plan is of the wrong kind"),
        ('policy = ["2of3"]', "'policy'"),
        ('policy = "2of3"\npolicy = "1of3"\n', "not valid TOML: at line 2"),
        ('policy = "2of3"\nthreshold = 2', "a key that splitkit does not know"),
        ('policy = "2of3"\nPractice = true', "a key that splitkit does not know"),
        ('policy = "2of3"\npractice = "yes"', "'practice'"),
        ('policy = "2of3"\npractice = 1', "'practice'"),
        ('policy = "2of3"\nlength = true', "'length'"),
        ('policy = "2of3"\nlength = 24.0', "'length'"),
        ('policy = "2of3"\nlabel = 1970-01-01', "'label'"),
        ('policy = "2of3"\npaper = "a5"', "neither a4 nor letter"),
        ('policy = "2of3"\npaper = "/dev/sda"', "neither a4 nor letter"),
        ('policy = "2of3"\nlabel = "' + "x" * 65 + '"', "longer than 64 bytes"),
        ('policy = "2of3"\nlabel = "' + "é" * 33 + '"', "longer than 64 bytes"),
        ("policy = '2of3'\nlabel = \"a\\u001b[31m\"", "cannot be printed"),
        ("policy = '2of3'\nnote = \"a\\nb\"", "cannot be printed"),
        ("policy = '2of3'\nuser = \"a\\u202eb\"", "cannot be printed"),
        ("policy = '2of3'\naccount = \"a\\u200bb\"", "cannot be printed"),
        ("{", "not valid TOML: at line 1"),
        ("policy = 2of3", "not valid TOML"),
        ('policy = "2of3', "not valid TOML"),
        ("!!python/object:os.system", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * (MAX_PLAN_BYTES + 1), "larger than 64 KiB"),
        ("x = " + "[" * 30_000, "nested too deeply"),
    ],
)
def test_a_plan_that_says_something_else_is_refused(text, fact):
    assert fact in error_of(text).fact


def test_a_plan_of_exactly_64_kib_is_read():
    text = b'policy = "2of3"\n#'
    assert parse_plan(text.ljust(MAX_PLAN_BYTES, b"x")).policy.needed == 2


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (seated("Ada", "Grace"), "2 custodians for 3 sheets"),
        (seated("Ada", "Grace", "Joan", "Mary"), "4 custodians for 3 sheets"),
        (seated("Ada", "Grace", ""), "no name"),
        (seated("Ada", "Grace", "   "), "no name"),
        (seated("Ada", "Grace", "C1"), "the name of a custodian is a word that means something else here"),
        (seated("Ada", "Grace", "x" * 49), "more than 48"),
        (seated("Ada", "Grace", "Joan", more='title = "' + "x" * 49 + '"\n'), "more than 48"),
        (seated("Ada", "Grace", "Joan", more='site = "' + "x" * 49 + '"\n'), "more than 48"),
        (seated("Ada", "Grace", "Joan", more='site = "\\u202e"\n'), "cannot be printed"),
        (seated("Ada", "Grace", "\u0430d\u0430"), "named twice"),
        (seated("Ada", "Grace", "Jo\\u0007an"), "cannot be printed"),
        (seated("Ada", "Grace", "Joan", more='title = "\\u202e"\n'), "cannot be printed"),
        (seated("Ada", "Grace", "ada"), "named twice"),
        (seated("Ada Lovelace", "Grace", "ADA  LOVELACE"), "named twice"),
        (seated("Ada", "Grace", "Ａｄａ"), "named twice"),
        (seated("Ada", "Grace", "Joan", more="phone = 1\n"), "a custodian has a key"),
        (seated("Ada", "Grace", "Joan", more="title = 1\n"), "'title' in the plan"),
        (seated("Ada", "Grace", "Joan", more="site = 1\n"), "'site' in the plan"),
        (seated("Ada", "Grace", "Joan", more='group = "A"\n'), "names a group, and the policy has none"),
        ('policy = "2of3"\ncustodian = "Ada"', "not given as tables"),
        ('policy = "2of3"\ncustodian = ["Ada", "Grace", "Joan"]', "not given as tables"),
        ('policy = "2of3"\n[custodian]\nname = "Ada"', "not given as tables"),
        (GROUPS.replace('"Board"', '"Bored"'), "names no group of the policy"),
        (GROUPS.replace('group = "Board"\n', ""), "names no group of the policy"),
        (GROUPS.replace('"board"', '"IT"'), "group Board has 2 sheets and 1 custodians"),
        (GROUPS.replace('" AUDIT "', '"IT"'), "group IT has 3 sheets and 4 custodians"),
        (GROUPS.replace('"B3 ', '"A1 '), "named twice"),
    ],
)
def test_custodians_that_do_not_fit_are_refused(text, fact):
    assert fact in error_of(text).fact


def test_no_refusal_quotes_the_plan():
    for text in (seated("Zebedee", "Zebedee", "Zebedee"), 'policy = "Zebedee"', "Zebedee = 1", "Zebedee Zebedee", 'paper="Zebedee"\npolicy="2of3"'):  # fmt: skip
        error = error_of(text)
        assert "Zebedee" not in error.fact + error.hint


@pytest.mark.parametrize("text", ["", "plain", "Zoë 中文 😀", "a b"])
def test_printable_text_is_taken(text):
    check_text(text)


@pytest.mark.parametrize("text", ["\x00", "a\tb", "\u009b", "\u2028", "\u202e", "\ufeff", "\ud800", "\u00a0", "\u2066"])
def test_text_that_could_mislead_is_refused(text):
    with pytest.raises(UsageError):
        check_text(text)


@law
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: ("policy = '2of3'\n" + text).encode(errors="replace"))
)
def test_noise_is_a_plan_or_a_usage_error(data):
    try:
        assert parse_plan(data).policy
    except UsageError as error:
        assert error.hint
