"""The texts of the page: there is one for all that the judge can say, and what comes from a sheet is never markup."""

from __future__ import annotations

import re

import pytest

from tests.support.differential.examples import WORKED, filled
from tests.support.differential.scenarios import KIT
from tests.support.page.judging import PAGE, ask, question_of, typed


def test_everything_that_can_be_said_has_a_text():
    named = ask(ask="named")
    assert sorted(named["exits"]) == sorted(named["verdicts"])
    kinds = re.search(
        r"@typedef \{object\} Finding\n(.*?)@property \{Where", (PAGE / "judge/judge.js").read_text(), re.DOTALL
    )[1]
    problems = re.search(
        r"@typedef \{\"damaged-envelope\"(.*?)\} Problem", (PAGE / "judge/pile.js").read_text(), re.DOTALL
    )[0]
    assert set(re.findall(r'"([a-z-]+)"', kinds + problems)) == set(named["findings"])
    assert set(named["exits"].values()) == {0, 2, 3, 4, 5, 6, 9}


@pytest.mark.parametrize("scenario", KIT[::7], ids=[scenario.name for scenario in KIT[::7]])
def test_a_verdict_is_a_sentence_and_a_next_step(scenario):
    told = ask(**question_of(scenario.given()))["told"]
    for text in (told["sentence"], told["next"], told["needed"] or "None."):
        assert re.fullmatch(r"[A-Z0-9].*\.", text)
        assert "undefined" not in text
    for thing in told["things"]:
        assert thing["text"]
        assert "undefined" not in thing["text"] + "".join(thing["places"])


@pytest.mark.parametrize(
    ("lines", "sentence", "step"),
    [
        (["{1}", "{symbol}"], "There are not enough sheets yet.", "Read another sheet."),
        (["{1}", "{3}"], "The envelope has not been read yet.", "Read the envelope next, from any one sheet or from"),
        (
            ["{1}", "{3}", "{symbol}"],
            "These are the sheets of the signed record. The secret can be shown.",
            "Before you look, compare what it is for, the date",
        ),
    ],
)
def test_what_is_missing_is_said(lines, sentence, step):
    told = ask(ask="judge", typed=typed(map(filled, lines)), words=WORKED["fingerprint"], practice=True)["told"]
    assert told["sentence"] == sentence
    assert told["next"].startswith(step)


def test_groups_that_are_missing_are_named():
    [groups] = [one for one in KIT if one.name == "no-quorum-groups-one-short"]
    told = ask(**question_of(groups.given()))["told"]
    assert re.fullmatch(r"The sheets of 1 more group are needed: .*of group [A-Z].*\.", told["needed"])


def test_one_word_off_is_said():
    words = " ".join([*WORKED["fingerprint"].split()[:11], "zero"])
    told = ask(ask="judge", typed=typed(map(filled, ["{1}", "{symbol}"])), words=words)["told"]
    assert (
        told["sentence"] == "Word 12 of the F words may be mistyped: the other 11 match an envelope that has been read."
    )
    [text] = [thing["text"] for thing in told["things"] if "this envelope" in thing["text"]]
    assert text.startswith("the F words may be mistyped: look at word 12.")
    assert "envelope agrees" not in told["next"]


def test_a_label_shows_what_hides():
    """A set of the kit has control characters in its label: none reaches the screen as itself."""
    [hiding] = [one for one in KIT if one.name == "success-label-control"]
    answer = ask(**question_of(hiding.given()))
    label, shown = answer["judgement"]["set"]["label"], dict(answer["told"]["set"])["For"]
    assert any(not character.isprintable() for character in label)
    assert shown.isprintable()
    assert "\\u{" in shown


def test_things_are_called_as_on_the_paper():
    """By the labels of the printouts, and without the words of a program."""
    source = re.sub(r"/\*.*?\*/|// [^\n]*", "", (PAGE / "texts.js").read_text(), flags=re.DOTALL)
    said = " ".join("".join(found) for found in re.findall(r'"([^"\n]*)"|`([^`]*)`', source))
    assert not re.findall(r"\b(?:Label|[Ff]ingerprint|[Ss]ymbols?|Judg\w+|QNMF|proven)\b|hash\b|was read yet", said)
    for label in ("ENVELOPE", "SHARE, big", "SHARE, small", "SECRET WORDS"):
        assert label in said
        assert label in (PAGE.parent / "printouts" / "sheet.typ").read_text()


def test_what_cannot_be_typed_is_said():
    told = ask(ask="judge", typed=typed(map(filled, ["{1 1-3} " + "? " * 30])), words=WORKED["fingerprint"])["told"]
    assert told["things"][0]["text"] == "words 4 to 33 are missing, more than can be restored. Type them, or photograph one of its codes, SHARE"  # fmt: skip
