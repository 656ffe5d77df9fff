"""Criteria of others: each that entries can meet is met by one folder, and by none that lacks one of the entries it rests on."""

from __future__ import annotations

import functools

import pytest

from splitkit.custody.overview.audit import Audit
from splitkit.custody.overview.audit_report import audit_report
from splitkit.custody.overview.criteria import CRITERIA, find_criteria, parse_criteria
from splitkit.custody.overview.evidence import Answered, Evidence, Met
from splitkit.custody.overview.first_page import FirstPage
from splitkit.errors import UsageError
from splitkit.host import clock
from splitkit.ledger.chain import GENESIS, Happening, new_entry
from splitkit.ledger.verification import judge_ledger
from tests.support.custody.house import ADA, BEN, CLEO, DEVICES, DORA, FAY, IVO, LOU, SET, TWO, ago, entry, sound


def exemplary() -> list[Happening]:
    """A folder that meets whatever entries can meet: everything was made, tried, seen and said in front of two people."""
    ceremony = [
        entry("preflight.done", 10, passed=20, warned=0, failed=0, unknown=0),
        entry("plan", 10, sha256="0" * 64, policy="2of3", agreed=TWO),
        entry("roll", 10, person=BEN, role="witness"),
    ]
    told = []
    for one in sound():
        data = one.data.fields()
        if one.event == "open":
            told.append(entry("open", 10, **data | {"kind": "split", "ceremony": "C-0001"}))
        elif one.event == "asset.added":
            told.append(
                entry(
                    one.event,
                    10,
                    **data,
                    place=f"at-{data['asset']}",
                    **({"battery": False} if data["kind"] == "mfa" else {}),
                )
            )
        else:
            told.append(one)
        if one.event == "place.added" and data["place"] == "safe-4":
            told += [
                entry("place.added", 10, place=f"at-{tag}", name=f"Box of {tag}", kind="safe", site=f"Site of {tag}")
                for tag in DEVICES
            ]
            told += ceremony
    return [
        *told,
        entry("alert", 10, receiver=ADA, minutes=2, validated=True),
        entry("deputy", 9, person=FAY, deputy=LOU),
        entry("role", 9, person=LOU, role="bill-payer", reason="pays the line"),
        *(entry("asset.checked", 3, asset=tag, result="pass") for tag in DEVICES),
        entry("asset.used", 3, asset="key-1", people=[FAY, BEN], purpose="a drill"),
        entry("safe.opened", 3, safe="safe-1", people=[CLEO, BEN], purpose="a drill"),
        entry("signin", 3, password="unchanged", accepted=True),
        entry("alert", 3, receiver=ADA, minutes=2, validated=True),
        entry("reveal", 3, set=SET, purpose="a drill", released_by=TWO, seen_by=[ADA], seconds=9, way="screen"),
        entry("use.reviewed", 2, set=SET, told=[CLEO], approved=TWO, kept="nobody but Ada has seen it"),
        entry("drill", 3, set=SET, sheets=["1", "2", "3"], way="live", result="pass"),
        entry("debrief", 3, went_wrong="nothing", surprising="nothing"),
        entry("review", 2, reviewers=TWO, confirmed=9, removed=0),
        entry("close", 1, exceptions=0, people_out=[], items_out=[]),
    ]  # fmt: skip


def audit_of(told: list[Happening]) -> Audit:
    entries, head = [], GENESIS
    for number, what in enumerate(told, 1):
        one = new_entry(what, number, head)
        entries.append(one)
        head = one.hash
    content = b"".join(one.line + b"\n" for one in entries)
    return Audit(judge_ledger([content], None), entries, {"01-desk.ledger": content}, clock.day(), clock.day())


SUBJECTS = {
    "open",
    "person.joined",
    "place.added",
    "account.added",
    "line.bound",
    "set.made",
    "asset.added",
    "sheet.read",
    "bag.sealed",
    "signin",
}
"""What other entries are about: without one of these they speak of nothing."""


Row = tuple[str, str]
"""The criteria, and the code of one of them."""


def verdicts(told: list[Happening]) -> dict[Row, Met]:
    audit = audit_of(told)
    return {
        (name, one.criterion.code): one.met for name in CRITERIA for one in Evidence(audit, find_criteria(name)).answers
    }


@functools.cache
def met() -> dict[Row, Answered]:
    audit = audit_of(exemplary())
    return {
        (name, one.criterion.code): one for name in CRITERIA for one in Evidence(audit, find_criteria(name)).answers
    }


@pytest.mark.parametrize("name", CRITERIA)
def test_one_folder_meets_all_that_entries_can_meet(name):
    answers = [one for (file, _), one in met().items() if file == name]
    assert {one.met for one in answers if not one.criterion.unseen} == {Met.YES}
    assert all(one.entries for one in answers if not one.criterion.unseen)
    assert {one.met for one in answers if one.criterion.unseen} == {Met.UNSEEN}


REMOVED = [at for at, one in enumerate(exemplary()) if one.event not in SUBJECTS]


@functools.cache
def without(at: int) -> dict[Row, Met]:
    told = exemplary()
    return verdicts(told[:at] + told[at + 1 :])


@pytest.mark.parametrize("at", REMOVED)
def test_without_an_entry_no_row_changes_but_those_that_rest_on_it(at):
    number = at + 1
    changed = {row for row, now in without(at).items() if now is not Met.YES and now is not met()[row].met}
    assert changed <= {row for row, one in met().items() if number in {entry.seq for entry in one.entries}}


def dropped(event: str, **fields: object) -> list[Happening]:
    """The folder without the entries that say this."""
    return [
        one
        for one in exemplary()
        if one.event != event or any(one.data.fields().get(name) != value for name, value in fields.items())
    ]


def said(event: str, **fields: object) -> list[Happening]:
    """The folder in which entries say something else."""
    return [entry(event, 3, **one.data.fields() | fields) if one.event == event else one for one in exemplary()]


def more(event: str, **fields: object) -> list[Happening]:
    return [*exemplary()[:-1], entry(event, 2, **fields), exemplary()[-1]]


def made_elsewhere() -> list[Happening]:
    """The folder whose set was made, as people say."""
    return [
        one if one.event != "set.made" else Happening(one.data, one.by, one.witness, one.time, by_hand=True)
        for one in exemplary()
    ]


CHANGED = {
    ("aws-page", "S1"): made_elsewhere,
    ("aws-page", "S3"): lambda: more("sheet.stored", set=SET, sheet="1", person=CLEO, bag="BAG-1", safe="safe-2"),
    ("aws-page", "S5a"): lambda: dropped("asset.added", asset="key-2"),
    ("aws-page", "S5b"): lambda: more("asset.moved", asset="box-1", reason="nearer", person=FAY),
    ("aws-page", "S6a"): lambda: said("reveal", released_by=[ADA]),
    ("aws-page", "S6b"): lambda: said("safe.opened", people=[CLEO]),
    ("aws-page", "S7a"): lambda: dropped("asset.added", asset="key-2"),
    ("aws-page", "S7b"): lambda: said("asset.added", battery=True),
    ("aws-page", "S8"): lambda: more("asset.moved", asset="key-1", reason="nearer", person=CLEO),
    ("aws-page", "S9a"): lambda: said("asset.used", people=[FAY]),
    ("aws-page", "S10a"): lambda: dropped("asset.added", kind="phone"),
    ("aws-page", "S10d"): lambda: more("asset.moved", asset="phone-1", reason="nearer", place="safe-1"),
    ("aws-page", "S12"): lambda: more("asset.moved", asset="box-1", reason="nearer", person=IVO),
    ("aws-page", "S13"): lambda: more("asset.moved", asset="key-1", reason="nearer", person=CLEO),
    ("aws-page", "S17"): lambda: said("account.added", pack="offline-ca"),
    ("aws-page", "S21b"): lambda: dropped("asset.added", kind="mailbox"),
    ("ncssr", "2.1b"): lambda: more("asset.moved", asset="key-1", reason="nearer", person=CLEO),
    ("ncssr", "2.2.1"): lambda: more("sheet.handed", set=SET, sheet="1", **{"from": CLEO, "to": DORA}),
    ("ncssr", "2.2.1.3a"): lambda: more("person.left", person=CLEO, until=str(ago(2)), reason="another house"),
    ("ncssr", "2.2.1.3b"): lambda: more("person.left", person=CLEO, until=str(ago(2)), reason="another house"),
    ("ccss", "1.03.4.1"): lambda: more("sheet.stored", set=SET, sheet="1", person=CLEO, bag="BAG-1", safe="safe-2"),
    ("cab-keys", "5.4.1a"): lambda: more(
        "sheet.taken", set=SET, sheet="1", person=CLEO, bag="BAG-1", safe="safe-1", purpose="a move"
    ),
    ("ccss", "1.03.5.1"): lambda: dropped("bag.sealed", sheet="1"),
    ("ccss", "2.02.1.1"): made_elsewhere,
}
"""What is not met where something else is said, or where a thing is none any more."""


@pytest.mark.parametrize("row", [row for row, one in met().items() if not one.criterion.unseen], ids=" ".join)
def test_each_row_is_not_met_by_a_folder_that_differs_in_what_it_rests_on(row):
    found = [verdicts(CHANGED[row]())] if row in CHANGED else [without(at) for at in REMOVED]
    assert any(one[row] is not Met.YES for one in found)


GOOD = b"""code = "own"
title = "What our bank asks for"
source = "bank.example.org/keys"
looked_up = 2026-11-27

[[criterion]]
code = "1.2"
asks = "Two people review who has access."

[[criterion.entry]]
event = "review"
two = ["reviewers"]
days = 92
"""

SPOILT = {
    "no event": (
        b'"review"',
        b'"revue"',
        "criterion 1.2, entry 1 (line 11): 'event' names 'revue', which is not there",
    ),
    "no field": (b"days = 92", b'with = { reviewer = "ADA" }', "'reviewer' is not one of its keys"),
    "no value": (b"days = 92", b'with = { confirmed = "many" }', "'confirmed' is refused"),
    "a day of none": (b"days = 92", b"days = 0", "'days' is not a number from 1 to 9999"),
    "each of what": (b"days = 92", b'each = "cat"', "'each' names 'cat', which is not there"),
    "each without its field": (b"days = 92", b'each = "set"', "'review' has no field 'set'"),
    "every and days": (b"days = 92", b"days = 92\nevery = true", "'every' stands beside"),
    "no people": (b'"reviewers"', b'"crowd"', "'two' names 'crowd', which is not there"),
    "a rule that is none": (
        b"[[criterion.entry]]",
        b'rules = ["SEP-9"]\n[[criterion.entry]]',
        "'rules' names something, which is not there",
    ),
    "both": (
        b"[[criterion.entry]]",
        b'unseen = "nobody sees it"\n[[criterion.entry]]',
        "both what shows it and why nothing can",
    ),
    "neither": (GOOD[GOOD.index(b"[[criterion.entry]]") :], b"", "nothing says what would show it"),
    "nothing": (GOOD[GOOD.index(b"[[criterion]]") :], b"", "it asks for nothing"),
    "twice": (b"", b"", "another criterion has this code"),
    "another key": (b"days = 92", b"weeks = 9", "'weeks' is not one of its keys"),
    "a letter that looks like another": (b"review who", "revi\u0435w who".encode(), "has the character U+0435"),
    "something hidden": (b"review who", "review\u202e who".encode(), "the invisible character U+202E"),
    "markup across lines": (b"review who", b"review\\n#pagebreak()", "'asks' has the character U+000A"),
    "a page that is none": (b"bank.example.org/keys", b"javascript:x", "'source' is not the address of a page"),
    "a command": (b"review who", b"run --reveal", "spells a command"),
    "no number of its own": (b'"1.2"', b'"#set"', "is not the number of a criterion"),
    "too long": (b"review who", b"x" * 600, "longer than 500 characters"),
    "too large": (b"review who", b"x" * 300_000, "longer than 256 KiB"),
    "too deep": (b"days = 92", b"days = " + b"[" * 5000, "is n"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_criteria_are_refused_each_for_its_reason(name):
    old, new, owed = SPOILT[name]
    spoilt = GOOD.replace(old, new, 1) if name != "twice" else GOOD + GOOD[GOOD.index(b"[[criterion]]") :]
    assert spoilt != GOOD
    with pytest.raises(UsageError) as refused:
        parse_criteria(spoilt)
    assert owed in refused.value.fact
    if old == b"days = 92" and name != "too deep":  # which of its lines it is
        at = spoilt[: spoilt.index(new.splitlines()[-1])].count(b"\n") + 1
        assert f"(line {at})" in refused.value.fact
    assert parse_criteria(GOOD).criteria[0].entries[0].days == 92


@pytest.mark.parametrize("code", CRITERIA)
def test_what_comes_with_splitkit_is_told_on_paper(code):
    evidence = Evidence(audit_of(exemplary()), find_criteria(code))
    table = audit_report(FirstPage.of(evidence.audit), [evidence]).tables[0]
    assert len(table.rows) == len(evidence.criteria.criteria)
    assert {row[2] for row in table.rows} <= {one.value for one in Met}
    assert evidence.told in table.remark
    assert "compliant" not in " ".join(" ".join(row) for row in table.rows)
