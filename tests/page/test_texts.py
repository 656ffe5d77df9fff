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
    for text in (told["sentence"], told["next"]):
        assert re.fullmatch(r"[A-Z].*\.", text)
        assert "undefined" not in text
    for thing in told["things"]:
        assert thing["text"]
        assert "undefined" not in thing["text"] + "".join(thing["where"])


@pytest.mark.parametrize(
    ("lines", "sentence", "step"),
    [
        (["{1}", "{symbol}"], "The sheets here are sound, and not enough.", "Read 1 more sheet of this set."),
        (["{1}", "{3}"], "No envelope was read yet.", "Read the envelope from any sheet"),
        (
            ["{1}", "{3}", "{symbol}"],
            "The set opens, and agrees with the signed record.",
            "Compare label, date and epoch",
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
    assert re.fullmatch(r"Read the sheets of 1 more group: .*of group [A-Z].*\.", told["next"])


def test_one_word_off_is_said():
    words = " ".join([*WORKED["fingerprint"].split()[:11], "zero"])
    told = ask(ask="judge", typed=typed(map(filled, ["{1}", "{symbol}"])), words=words)["told"]
    assert told["sentence"] == "Eleven of twelve words agree with an envelope here; look at word 12."


def test_a_label_shows_what_hides():
    """A set of the kit has control characters in its label: none reaches the screen as itself."""
    [hiding] = [one for one in KIT if one.name == "success-label-control"]
    answer = ask(**question_of(hiding.given()))
    label, shown = answer["judgement"]["set"]["label"], dict(answer["told"]["set"])["Label"]
    assert any(not character.isprintable() for character in label)
    assert shown.isprintable()
    assert "\\u{" in shown
