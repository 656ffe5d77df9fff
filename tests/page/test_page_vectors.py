"""The vectors, read by the judge of the page."""

from __future__ import annotations

import json

import pytest

from tests.support.differential.two_readers import Given
from tests.support.page.judging import ask, judged, outcome, typed
from tests.support.places import TESTS


def load(name):
    return json.loads((TESTS / "vectors" / name).read_text("utf-8"))


SETS, RECORDS, REFUSALS, ACCEPTED = (load(f"{name}.json") for name in ("sets", "records", "refusals", "accepted"))
SLIP39 = load("slip39.json")
each_set = pytest.mark.parametrize("vector", SETS, ids=[vector["name"] for vector in SETS])


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@pytest.mark.parametrize(
    ("mnemonics", "secret"), [one[1:3] for one in SLIP39], ids=[one[0].split(".")[0] for one in SLIP39]
)
def test_the_official_vectors_of_slip39(mnemonics, secret):
    assert (ask(ask="slip39", mnemonics=mnemonics, passphrase="TREZOR") or "") == secret


def quorum(vector, form):
    return [share[form] for share in vector["shares"] if share["sheet"] in vector["quorum"]]


def given(vector, lines):
    return Given("\n".join(lines).encode(), vector["fingerprint"], vector["practice"])


@each_set
@pytest.mark.parametrize(("form", "envelope"), [("words", "symbol"), ("digits", "lines")])
def test_a_set_opens(vector, form, envelope):
    lines = [*quorum(vector, form), *([vector["symbol"]] if envelope == "symbol" else vector["lines"])]
    answer = ask(ask="judge", typed=typed(lines), words=vector["fingerprint"], practice=vector["practice"])
    assert answer["secret"] == vector["record"]
    shown, judgement = answer["judgement"]["set"], answer["judgement"]
    assert (shown["label"], shown["created"], shown["epoch"]) == (
        vector["label"],
        vector["created_day"],
        vector["epoch"],
    )
    assert (shown["fingerprint"], shown["practice"]) == (vector["fingerprint"].split(), vector["practice"])
    assert [[one["needed"], one["of"]] for one in shown["groups"]] == vector["groups"]
    assert judgement["unsound"] is False
    used = {finding["sheet"] for finding in judgement["findings"] if finding["what"] == "used"}
    assert used == set(vector["quorum"])


@each_set
def test_the_same_from_symbols(vector):
    pages = [
        {"name": f"{at}.jpg", "symbols": [text.upper(), vector["symbol"]]}
        for at, text in enumerate(quorum(vector, "words"))
    ]
    answer = ask(ask="judge", pages=pages, words=vector["fingerprint"], practice=vector["practice"])
    assert outcome(answer) == (0, vector["record"]["password"])
    assert {"page": "0.jpg"} in answer["judgement"]["findings"][0]["where"]


@each_set
def test_without_a_record_or_with_one_share_less_nothing_opens(vector):
    lines = [*quorum(vector, "words"), vector["symbol"]]
    assert judged(given(vector, lines[1:])) == (4, None)
    assert judged(Given("\n".join(lines).encode(), None, vector["practice"])) == (6, None)
    assert judged(Given("\n".join(lines[1:]).encode(), None, vector["practice"])) == (4, None)


@each_set
def test_what_a_share_says(vector):
    for share in vector["shares"]:
        digits = share["digits"]
        found = ask(ask="share", indices=[int(digits[at : at + 4]) for at in range(0, 132, 4)])
        assert found["mnemonic"] == share["words"]
        assert (found["group"], found["member"]) == (share["group_index"], share["member_index"])
        assert (found["identifier"], found["value"]) == (vector["slip39_identifier"], share["value"])


@each_set
def test_the_contents_of_an_envelope(vector):
    """Under K the record comes out; under a key that is not that of the recipient hash nothing does."""
    envelope, key = vector["envelope"], vector["quorum_key"]
    assert ask(ask="envelope", envelope=envelope, key=key) == vector["record_padded"]
    assert ask(ask="envelope", envelope=envelope, key=vector["envelope_key"]) is None


@named(RECORDS["accepted"])
def test_a_record(case):
    assert ask(ask="record", padded=case["padded"]) == case["record"]


@named(RECORDS["refused"])
def test_a_record_that_is_refused(case):
    assert ask(ask="record", padded=case["padded"]) is None


@named([case | {"name": f"{case['layer']} - {case['name']}"} for case in REFUSALS])
def test_a_refusal(case):
    read = ask(ask="read", typed=typed(case["lines"]))
    assert (read["shares"], read["envelopes"]) == ([], [])
    assert read["damaged"] + read["foreign"] + len(read["problems"]) > 0
    assert (case["expect"] == "too new") == any(problem["what"] == "newer" for problem in read["problems"])


def nothing_wrong(read):
    return (read["damaged"], read["foreign"], read["problems"]) == (0, 0, [])


@named(ACCEPTED["envelope_lines"])
def test_a_spelling_of_an_envelope(case):
    read = ask(ask="read", typed=typed(case["lines"]))
    assert [envelope["id"] for envelope in read["envelopes"]] == [ACCEPTED["envelope"]]
    assert nothing_wrong(read)


@named(ACCEPTED["share_lines"])
def test_a_spelling_of_a_share(case):
    read = ask(ask="read", typed=typed(case["lines"]))
    assert read["shares"] == [ACCEPTED["words"]]
    assert nothing_wrong(read)


@named(ACCEPTED["headers"])
def test_a_header_at_the_limits(case):
    [envelope] = ask(ask="read", typed=typed(case["lines"]))["envelopes"]
    assert envelope["header"]["ignored"] == case["ignored_keys"]
