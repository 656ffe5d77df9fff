"""The search among more shares than are needed, where one that matches was made to: bounded, in slices, and to be stopped."""

from __future__ import annotations

from itertools import pairwise

import pytest

from splitkit.quorum.textform import symbol_text
from tests.support import make_testkit
from tests.support.builders import altered, seeded_bytes
from tests.support.differential.cases import NEITHER, Case
from tests.support.differential.pieces import Piece
from tests.support.differential.programs import by_recover
from tests.support.differential.scenarios import KIT
from tests.support.page.differing import by_page
from tests.support.page.judging import ask, question_of, typed

BEYOND = "made-to-match-beyond"
SUBSETS = 5_000


def of_kit(name):
    """The question of a file of the kit."""
    [scenario] = [one for one in KIT if one.name == name]
    return question_of(scenario.given())


def test_where_one_was_made_to_match_the_rest_opens():
    answer = ask(**of_kit("success-made-to-match-first"))
    assert (answer["judgement"]["verdict"], answer["judgement"]["wrong"]) == ("opened", ["1"])
    assert answer["judgement"]["unsound"] is True


def test_the_search_ends_after_as_many_as_the_format_says():
    answer = ask(**of_kit(BEYOND) | {"ask": "slices"})
    assert answer["judgement"]["verdict"] == "made-to-match"
    done = [step["done"] for step in answer["steps"]]
    assert done[-1] <= SUBSETS
    assert SUBSETS - done[-1] < 16
    assert all(later - earlier <= 16 for earlier, later in pairwise(done))


def test_the_search_can_be_stopped():
    stopped = ask(**of_kit(BEYOND) | {"ask": "slices", "stopAt": 100})
    assert stopped["judgement"] is None
    assert len(stopped["steps"]) == 100


@pytest.mark.parametrize(("before", "code"), [(63, 6), (64, 3)])
def test_without_a_record_the_first_64_solutions_are_tried_whatever_they_belong_to(before, code):
    """What has three illegible words always has a solution; the last one here completes the quorum."""
    of = make_testkit.FLAT
    others = [altered(of.share("5"), seeded_bytes(f"solved {number}")(32)) for number in range(before)]
    rows = [share.mnemonic.split() for share in (*others, of.share("3"))]
    unclear = [" ".join([*row[:20], "?", "?", "?", *row[23:]]) for row in rows]
    lines = [*make_testkit.TWO, *unclear, make_testkit.SYMBOL]
    case = Case(pieces=(Piece("a crowd", tuple(line.encode() for line in lines)),), vouched=NEITHER)
    assert (by_page(case)["judgement"]["exit"], by_recover(case).code) == (code, code)


def test_thousands_of_damaged_shares_are_solved_in_slices():
    """Each once, however many envelopes are there, with a sign of life after at most 64."""
    digits = [f"{number:04d}" * 2 + "0" * 124 for number in range(1000)]
    envelopes = [symbol_text(of.envelope.raw) for of in (make_testkit.FLAT, make_testkit.OTHER)]
    answer = ask(ask="slices", typed=typed([make_testkit.THREE[0], *digits, *envelopes]))
    solving = [step["done"] for step in answer["steps"] if step["doing"] == "solving"]
    assert solving == list(range(1, 1 + len(digits), 64))
