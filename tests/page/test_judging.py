"""What the judge of the page tells, beyond a code: of words, of each thing that was read, and of its own work."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.support.differential.examples import SHARES, WORKED, filled
from tests.support.page.judging import ask, outcome, typed

WORDS = WORKED["fingerprint"]
LINES = ["{1}", "{3}", "{symbol}"]


def judgement(lines, **question):
    answer = ask(
        ask="judge", typed=typed(filled(line) for line in lines), **{"words": WORDS, "practice": True, **question}
    )
    return answer["judgement"]


def of_words(words):
    return judgement(LINES, words=words)


def verdict(words):
    found = of_words(words)
    return found["verdict"], found.get("place"), found.get("count")


# The words of the record


@pytest.mark.parametrize(("letter", "kind"), [("L", "ledger"), ("P", "plan"), ("B", "bundle")])
def test_words_of_another_kind_are_told_by_their_letter(letter, kind):
    rows = [" ".join(WORDS.split()[at : at + 4]) for at in (0, 4, 8)]
    assert verdict(f"{letter} {WORDS}") == (f"words-of-a-{kind}", None, None)
    assert verdict("\n".join(f"{letter.lower()}: {row}" for row in rows)) == (f"words-of-a-{kind}", None, None)


def test_a_share_in_the_place_of_the_words_is_told_and_not_repeated():
    for share in (SHARES["1"]["words"], "F " + SHARES["2"]["words"], WORDS + " " + SHARES["1"]["words"]):
        found = of_words(share)
        assert (found["verdict"], found["exit"], found["findings"]) == ("words-of-a-share", 2, [])
        assert "aluminum" not in json.dumps(found)


def test_a_word_of_no_list_is_told_by_its_place():
    words = WORDS.split()
    assert verdict(" ".join([*words[:4], "xyzzy", *words[5:]])) == ("word-not-listed", 5, None)
    assert verdict(WORDS.upper().replace("KERNEL", "\u212aERNEL")) == ("word-not-listed", 12, None)
    assert verdict(" ".join(words[:11])) == ("not-twelve-words", None, 11)
    assert verdict("") == ("not-twelve-words", None, 0)


def test_one_word_off_is_told_by_its_place_and_two_are_not():
    words = WORDS.split()
    assert verdict(" ".join([*words[:11], "zero"])) == ("wrong-record", 12, None)
    assert verdict(" ".join([*words[:10], "zero", "zero"])) == ("wrong-record", None, None)


def test_a_reason_says_something():
    assert judgement(LINES, superseded=" \t\n")["verdict"] == "no-reason"
    assert judgement(LINES, superseded="we mean the older one")["verdict"] == "opened"


# The trusted copy


@pytest.mark.parametrize(
    ("copy", "said"),
    [
        (["{symbol}"], "opened"),
        (["", "# of 2024", "{symbol}", ""], "opened"),
        ([f"{{line {at}}}" for at in range(1, 12)], "opened"),
        (["{symbol}", "{2}"], "copy-with-a-share"),
        (["{symbol}", "{2 1-32} ?"], "copy-with-a-share"),
        (["{symbol}", "{2 1-9}"], "copy-with-a-share"),
        (["{symbol}", "0193"], "copy-with-a-share"),
        ([], "copy-not-one"),
        (["{symbol}", "hello"], "copy-not-one"),
        (["{symbol}", "SK1H:AAAA"], "copy-not-one"),
        (["{symbol}{4999 line ends}", "#"], "copy-not-one"),
    ],
)
def test_a_trusted_copy(copy, said):
    lines = typed(filled(line) for line in ["{1}", "{3}"])
    answer = ask(ask="judge", typed=lines, copy=typed(filled(line) for line in copy), practice=True)
    assert answer["judgement"]["verdict"] == said
    assert (answer["secret"] is not None) == (said == "opened")


# What was read


def found(lines, what):
    return [one for one in judgement(lines)["findings"] if one["what"] == what]


def test_the_same_thing_again_is_one_thing_at_two_places():
    [one] = [one for one in found(["{1}", "{1 digits}", *LINES], "used") if one["sheet"] == "1"]
    assert [where["line"] for where in one["where"]] == [1, 2, 3]


def test_solved_words_are_told():
    [one] = [one for one in found(["{1 1-30} ? ? ?", "{3}", "{symbol}"], "used") if one.get("solved")]
    assert (one["sheet"], one["where"]) == ("1", [{"line": 1, "last": 1}])
    assert [one["sheet"] for one in found(["{1 1-32} zero", "{3}", "{2}", "{symbol}"], "belongs")] == ["1"]


def test_missing_lines_are_named():
    [one] = found(["{1}", "{3}", "{symbol}", "{line 1}", "{line 4}"], "missing-lines")
    assert one["missing"] == [2, 3, *range(5, 12)]


def test_each_thing_beside_a_quorum_has_a_name():
    lines = [*LINES, "{2 1-32}", "SK1:AAAA", "SK1:QM", "SK1H:A", "01/11 AAAA", "hello", "0193", "{1 1-29} ? ? ? ?"]
    told = [one["what"] for one in judgement(lines)["findings"]]
    assert Counter(told) == {
        "used": 2,
        "record": 1,
        "malformed-envelope": 2,
        **dict.fromkeys(("incomplete-share", "newer", "misread-line", "other", "digits", "damaged"), 1),
    }


def test_too_few_are_counted_by_group():
    one = judgement(["{1}", "{symbol}"])
    assert (one["verdict"], one["groups"]) == ("too-few", [{"here": 1, "needed": 2}])


@pytest.mark.parametrize(
    ("behind", "counts"),
    [(["{2 1-20}", "{2 21-32} ?"], [20]), (["{2 1-13}"], []), (["{2 1-23}"], [20, 23])],
)
def test_empty_lines_part_words_that_are_more_than_a_share(behind, counts):
    """Of rule W4: 20 words, an empty line, and then so many that both are no share together."""
    told = found(["{1 1-20}", "", *behind, "", "{3}", "{symbol}"], "incomplete-share")
    assert [one["count"] for one in told] == counts


@pytest.mark.parametrize(
    ("above", "others"),
    [
        (["academic", "{1 1-32} ?"], 1),
        (["{2 1-32} ?", "academic", "{1 1-32} ?"], 0),
        (["{2}", "academic", "{1 1-32} ?"], 1),
    ],
)
def test_a_name_stands_above_a_share_where_nothing_was_collected(above, others):
    """Of rule W3: the words of a share that is not known to be whole are collected until the next line begins anew."""
    assert len(found([*above, "", "{3}", "{symbol}"], "other")) == others


# The work, and the secret


def test_the_work_yields_and_can_be_stopped():
    """Each line with illegible characters is tens of thousands of hashes, and each try of a quorum a slow function."""
    question = {"ask": "slices", "words": WORDS, "practice": True}
    lines = [filled(line) for line in [*LINES, "01/11 ?NMF ?KIB AEBF AMCC K5MZ E5NB NQG6 Q6HA XDJX", "{2 1-32} ?"]]
    whole = ask(**question, typed=typed(lines))
    assert whole["judgement"]["verdict"] == "opened"
    assert {step["doing"] for step in whole["steps"]} == {"lines", "solving", "combining"}
    assert ask(**question, typed=typed(lines), stopAt=1)["judgement"] is None


def test_a_judgement_holds_neither_a_share_nor_the_secret():
    answer = ask(ask="judge", typed=typed(filled(line) for line in LINES), words=WORDS, practice=True)
    assert outcome(answer) == (0, WORKED["record"]["password"])
    text = json.dumps(answer["judgement"])
    for secret in (
        *WORKED["record"].values(),
        WORKED["quorum_key"],
        *SHARES["1"]["words"].split()[3:8],
        SHARES["1"]["value"],
    ):
        assert secret not in text


@pytest.mark.parametrize("options", [{"practice": False}, {"words": "zero " * 12}, {"words": None}])
def test_what_was_refused_reveals_nothing(options):
    given = {"words": WORDS, "practice": True, **options}
    given = {name: value for name, value in given.items() if value is not None}
    answer = ask(ask="judge", typed=typed(filled(line) for line in LINES), **given)
    assert answer["judgement"]["exit"] != 0
    assert answer["secret"] is None


# Pictures


def pages(*symbols):
    return [{"name": "1.jpg", "symbols": [filled(symbol) for symbol in symbols]}]


@pytest.mark.parametrize(
    ("symbol", "what"),
    [
        ("https://example.org", None),
        ("hello", None),
        ("0193", None),
        ("HELLO WORLD " * 16 + "AGAIN", None),
        ("sk1:qnmf", None),
        ("SK1:QM=", "damaged-envelope"),
        ("SK1H:A", "newer"),
        ("SK1-1/2:A", "newer"),
        ("{2}", "used"),
        ("{2 digits}", "used"),
        ("{2 1-32} ZERO", "belongs"),
        ("9" * 132, "digits"),
    ],
)
def test_a_symbol_is_read_as_it_is_printed(symbol, what):
    found = judgement(LINES, pages=pages("{symbol}", symbol.upper() if symbol.startswith("{2 1") else symbol))
    assert found["verdict"] == "opened"
    at_page = [
        one["what"] for one in found["findings"] if {"page": "1.jpg"} in one["where"] and one["what"] != "record"
    ]
    assert at_page == ([what] if what else [])
