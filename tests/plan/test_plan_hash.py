"""The hash of a plan: the same for the same plan however it is written, another for any change."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import AttentionError, UsageError
from splitkit.paper.geometry import Paper
from splitkit.plan.document import Custodian, Plan, parse_plan, plan_toml
from splitkit.plan.plan_hash import canonical, check_signed, plan_hash
from splitkit.quorum.mnemonic import word_index
from splitkit.quorum.policy import Group, Policy, SheetId, parse_policy
from tests.support.places import ROOT
from tests.support.plans import PLANS, any_plan, law, texts

PLAN = PLANS["groups"]


def test_what_is_hashed_is_what_the_format_says():
    said = (
        b'{"account":"123456789012","administrator":"Fay Example","anonymous":false,"custodians":[["A1","Ada Example","Chair","Zurich"],'
        b'["A2","Ben Example","",""],["B1","Cl\\u00e9o Example","","Bern"],["B2","Dan Example","",""],'
        b'["B3","Eve Example","",""]],"groups":[["Board",2,2],["IT",2,3]],"label":"Root","length":24,"needed":2,'
        b'"note":"","paper":"a4","practice":false,"profile":"aws-root","scribe":"",'
        b'"user":"root@example.com","witness":"Gus Example"}'
    )
    assert canonical(PLAN) == said
    digest = hashlib.sha256(b"splitkit/1 plan\n" + said).digest()
    hashed = plan_hash(PLAN)
    assert hashed.hex == digest.hex()
    bits = "".join(f"{word_index(word):010b}" for word in hashed.words)
    assert bits == f"{int.from_bytes(digest, 'big'):0256b}"[:120]


def test_the_example_of_the_format_document():
    text = (ROOT / "docs" / "format.md").read_text("utf-8")
    shown = text.partition("## 15. The hash of a plan")[2].rpartition("## Appendix")[0].split("```text\n")[2]
    said, digest, words = shown.splitlines()[:3]
    fields = json.loads(said)
    plan = Plan(
        paper=Paper(fields["paper"]),
        policy=Policy(fields["needed"], tuple(Group(t, n, name) for name, t, n in fields["groups"])),
        custodians=tuple((SheetId(0, int(number) - 1), Custodian(*rest)) for number, *rest in fields["custodians"]),
        **{key: fields[key] for key in fields if key not in ("needed", "groups", "custodians", "paper")},
    )
    assert canonical(plan).decode() == said
    assert (plan_hash(plan).hex, " ".join(plan_hash(plan).words)) == (digest, words)
    rows = text.partition("## 15. The hash of a plan")[2].rpartition("## Appendix")[0].splitlines()
    keys = {key for row in rows if row.startswith("| `") for key in re.findall("`([a-z]+)`", row.split("|")[1])}
    assert keys == set(fields)


SAME = [
    'label="Root"\npolicy="2of3"\n',
    'policy = "2of3"   # a comment\r\nlabel = "Root"\r\npaper = "a4"\npractice = false\n',
    'anonymous = false\nprofile = "aws-root"\nlength = 24\nnote = ""\nuser = ""\nlabel = \'Root\'\npolicy = " 2 of 3"\n',
]


def test_the_way_it_is_written_does_not_matter():
    assert len({plan_hash(parse_plan(text.encode())).hex for text in SAME}) == 1


def changed():
    yield dataclasses.replace(PLAN, label="root")
    yield dataclasses.replace(PLAN, practice=True)
    yield dataclasses.replace(PLAN, anonymous=True)
    yield dataclasses.replace(PLAN, paper=Paper.LETTER)
    yield dataclasses.replace(PLAN, profile="generic")
    yield dataclasses.replace(PLAN, length=25)
    yield dataclasses.replace(PLAN, user="")
    yield dataclasses.replace(PLAN, administrator="")
    yield dataclasses.replace(PLAN, witness="", scribe="Gus Example")
    yield dataclasses.replace(PLAN, account="", note="123456789012")
    yield dataclasses.replace(PLAN, custodians=())
    seats = dict(PLAN.custodians)
    first, second = list(seats)[:2]
    yield dataclasses.replace(PLAN, custodians=tuple({**seats, first: seats[second], second: seats[first]}.items()))
    yield dataclasses.replace(PLAN, custodians=tuple({**seats, second: Custodian("Ben Example", site="Bern")}.items()))
    for groups in ((Group(2, 2, "Board"), Group(3, 3, "IT")), (Group(2, 2, "Bord"), Group(2, 3, "IT"))):
        yield dataclasses.replace(PLAN, policy=Policy(2, groups))
    yield dataclasses.replace(PLAN, policy=Policy(1, PLAN.policy.groups))


def test_any_change_gives_another_hash():
    hashes = [plan_hash(plan).hex for plan in (PLAN, *changed())]
    assert len(set(hashes)) == len(hashes)


@law
@given(any_plan())
def test_what_is_hashed_is_ascii_json_in_one_spelling(plan):
    said = canonical(plan)
    fields = json.loads(said)
    assert json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii") == said
    assert fields["label"] == plan.label
    assert len(plan_hash(plan).words) == 12


@law
@given(any_plan(), st.data())
def test_another_text_gives_another_hash(plan, data):
    key = data.draw(st.sampled_from(["label", "user", "account", "note"]))
    other = dataclasses.replace(plan, **{key: data.draw(texts)})
    assert (plan_hash(other) == plan_hash(plan)) is (other == plan)


@law
@given(any_plan())
def test_writing_and_reading_keep_plan_and_hash(plan):
    again = parse_plan(plan_toml(plan))
    assert again == plan
    assert plan_hash(again) == plan_hash(plan)


def test_the_signed_words_are_accepted_in_any_dress():
    words = plan_hash(PLAN).words
    check_signed(PLAN, " ".join(words))
    check_signed(PLAN, "P " + ", ".join(word[:4].upper() for word in words))


def test_another_plan_is_stopped():
    words = " ".join(plan_hash(PLAN).words)
    for plan in changed():
        with pytest.raises(AttentionError) as caught:
            check_signed(plan, words)
        assert caught.value.exit_code == 9
        assert "stop" in caught.value.hint


@pytest.mark.parametrize("text", ["", "academic", "academic " * 11, "academic " * 13, "zebra " * 12])
def test_what_is_no_twelve_words_is_refused(text):
    with pytest.raises(UsageError) as caught:
        check_signed(PLAN, text)
    assert "zebra" not in caught.value.fact + caught.value.hint


def test_a_plan_that_no_set_can_be_made_from_has_no_hash():
    for wrong in ({"profile": "pin"}, {"length": 3}, {"length": 129}):
        with pytest.raises(UsageError):
            plan_hash(dataclasses.replace(PLAN, policy=parse_policy("2of3"), custodians=(), **wrong))
