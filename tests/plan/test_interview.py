"""The questions of a plan: every answer is checked, every one can be taken back, and what comes out is a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.paper.geometry import Paper
from splitkit.plan.interview import NONE, asked, pending, plan_of
from tests.support.plans import PLANS, any_plan, law


def answers_of(plan):
    """What a person answers to get *plan*, by the keys of the questions."""
    policy = plan.policy
    yes = {True: "yes", False: "no"}
    given = {
        "label": plan.label, "kind": "one" if policy.flat else "groups", "practice": yes[plan.practice],
        "anonymous": yes[plan.anonymous], "paper": plan.paper.value, "profile": plan.profile, "user": plan.user,
        "account": plan.account, "note": plan.note, "named": yes[bool(plan.custodians)],
        "groups": str(len(policy.groups)), "needed": str(policy.group_threshold),
        "members": str(policy.groups[0].members), "threshold": str(policy.groups[0].threshold),
        "length": str(plan.length or ""),
    }  # fmt: skip
    for at, group in enumerate(policy.groups):
        given |= {f"group.{at}.name": group.name, f"group.{at}.members": str(group.members), f"group.{at}.threshold": str(group.threshold)}  # fmt: skip
    given |= plan.leaders
    for sheet, person in plan.custodians:
        number = policy.number(sheet)
        given |= {f"name.{number}": person.name, f"title.{number}": person.title, f"site.{number}": person.site}
    return given


def answered(given, answers=None, stop=""):
    """Answer all questions in their order, up to the one called *stop*."""
    answers = {} if answers is None else answers
    while (question := pending(answers)) and question.key != stop:
        answers[question.key] = question.taken(given[question.key])
    return answers


def at(key, **given):
    """The question called *key* after usual answers."""
    usual = answers_of(PLANS["groups"] if key.startswith(("group.", "needed")) else PLANS["three"])
    answers = answered(usual | given, stop=key)
    question = pending(answers)
    assert question.key == key
    return question


@law
@given(any_plan().filter(lambda plan: plan.length is None or plan.profile != "words" or plan.length != 13))
def test_the_answers_give_the_plan(plan):
    dashes = {key for key, text in answers_of(plan).items() if text == NONE}
    answers = answered(answers_of(plan))
    made = plan_of(answers)
    if not dashes and plan.length != 24:
        assert made == plan


@pytest.mark.parametrize("name", PLANS)
def test_known_answers_give_the_known_plan(name):
    assert plan_of(answered(answers_of(PLANS[name]))) == PLANS[name]


def test_enter_alone_takes_what_is_usual():
    usual = answers_of(PLANS["three"])
    for key in ("kind", "members", "threshold", "practice", "anonymous", "paper", "profile", "length"):
        usual[key] = ""
    plan = plan_of(answered(usual | {"named": "no"}))
    assert (str(plan.policy), plan.practice, plan.anonymous, plan.paper, plan.profile, plan.length) == (
        "3of5", False, False, Paper.A4, "aws-root", None)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "typed", "fact"),
    [
        ("label", "x" * 65, "longer than 64 bytes"), ("label", "a\u202eb", "cannot be printed"),
        ("kind", "two", "not one of the answers"), ("members", "1", "is not a number"), ("members", "17", "is not a number"),
        ("members", "3.5", "is not a number"), ("members", "\u0663", "is not a number"), ("members", "99999", "is not a number"),
        ("threshold", "1", "is not a number"), ("threshold", "4", "is not a number"), ("threshold", "-1", "is not a number"),
        ("practice", "perhaps", "not one of the answers"), ("paper", "a5", "not one of the answers"),
        ("profile", "pin", "not one of the answers"), ("length", "8", "weaker than 128 bits"), ("length", "129", "is not a number"),
        ("name.1", "", "needs a name"), ("name.1", "x" * 49, "longer than 48"), ("name.2", "ADA  example", "keeps a sheet already"),
        ("witness", "ADA  example", "named already"), ("scribe", "x" * 49, "longer than 48"), ("name.2", "\u0410da Example", "keeps a sheet already"), ("title.1", "x" * 49, "longer than 48"),
        ("site.3", "a\x07b", "cannot be printed"), ("group.1.name", "board", "same name"), ("group.0.name", "a, b", "cannot be called"),
        ("group.0.name", "", "cannot be called"), ("group.0.name", "x" * 25, "cannot be called"),
        ("group.1.threshold", "4", "is not a number"), ("needed", "3", "is not a number"), ("groups", "17", "is not a number"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_at_once(key, typed, fact):
    question = at("groups", kind="groups") if key == "groups" else at(key)
    with pytest.raises(UsageError) as caught:
        question.taken(typed)
    assert fact in caught.value.fact
    assert caught.value.hint
    assert not typed or typed not in caught.value.fact + caught.value.hint or typed.isdigit()


def test_one_sheet_alone_is_refused_at_the_last_number():
    given = {"groups": "2"} | {f"group.{g}.{k}": v for g in (0, 1) for k, v in (("name", f"G{g}"), ("members", "1"))}
    question = at("needed", **given)
    with pytest.raises(UsageError, match="one sheet alone"):
        question.taken("1")
    assert question.taken("2") == "2"


def test_a_share_is_refused_by_name():
    from tests.support.builders import made

    words = " ".join(made().share("1").words)
    for text in (words, words.upper(), words.replace("a", "e", 3)):
        with pytest.raises(UsageError) as caught:
            at("note").taken(text)
        assert words.split()[5] not in caught.value.fact + caught.value.hint


def test_a_changed_answer_drops_only_what_no_longer_fits():
    answers = answered(answers_of(PLANS["three"]))
    answers["members"] = "2"
    assert pending(answers) is None
    assert "name.3" not in {question.key for question in asked(answers)}
    assert plan_of(answers).policy.sheets == 2
    answers["members"], answers["threshold"] = "4", "4"
    assert pending(answers).key == "name.4"
    answers["members"] = "3"
    assert pending(answers).key == "threshold"
    answers["threshold"] = "2"
    assert pending(answers) is None
    answers["name.1"] = "Ben Example"
    assert pending(answers).key == "name.2"


@law
@given(any_plan(), st.data())
def test_any_answer_can_be_taken_back_and_given_again(plan, data):
    given = answers_of(plan)
    answers = answered(given)
    key = data.draw(st.sampled_from([question.key for question in asked(answers)]))
    before = dict(answers)
    del answers[key]
    assert pending(answers).key == key
    assert answered(given, answers) == before
