"""Lines of words as hands type them, read by the page and by recover.py: the same shares, the same number of things that are wrong.

Exit codes alone are too coarse for this: what is one incomplete share or two, or a name above one, ends with the same code.
"""

from __future__ import annotations

import json
import random

import pytest

from splitkit import recover
from tests.support.page.judging import ask, ask_all, typed
from tests.support.places import TESTS

SETS = json.loads((TESTS / "vectors" / "sets.json").read_text("ascii"))
SHARES = [share["words"].split() for vector in SETS[:3] for share in vector["shares"]]
NAMES = ["Ada", "academic", "acid acne", "academic acid acne", "xyzzy", "1 acid", "? ?"]
BETWEEN = [*NAMES, "", "", "# a remark", "Ada Miller", "?", "hello world one", "2024", "a 1", "SK1:AAAA", "acid " * 4]


def rows(words, lot):
    """Words on lines: one, three, four or eleven each, or as it comes."""
    size, at = lot.choice([1, 3, 3, 4, 11, 0, 0]), 0
    while at < len(words):
        count = size or lot.randrange(1, 12)
        yield " ".join(words[at : at + count])
        at += count


def worn(words, lot):
    """A share with a word too few, too many, wrong or illegible, torn, numbered, or typed across; or as it is."""
    ways = {
        "short": lambda at: words[:at] + words[at + 1 :],
        "long": lambda at: [*words[:at], "acid", *words[at:]],
        "wrong": lambda at: [*words[:at], lot.choice(["?", "xyzzy", "zero", "??"]), *words[at + 1 :]],
        "torn": lambda at: words[: at + 1],
        "numbered": lambda _: [f"{number} {word}" for number, word in enumerate(words, 1)],
        "across": lambda _: [words[at % 3 * 11 + at // 3] for at in range(33)],
        "whole": lambda _: words,
    }
    way = lot.choices(list(ways), [24, 10, 24, 5, 10, 5, 22])[0]
    return ways[way](lot.randrange(33))


def drawn(seed):
    lot, lines = random.Random(seed), []
    for _ in range(lot.randrange(1, 5)):
        part = [*rows(worn(lot.choice(SHARES), lot), lot)]
        for _ in range(lot.choice([0, 0, 1, 2])):
            part.insert(lot.randrange(len(part) + 1), lot.choice(BETWEEN))
        lines += [lot.choice(NAMES)] * (lot.random() < 0.4) + part + [""] * (lot.random() < 0.4)
    return lines


PARTS = [500, pytest.param(20_000, marks=pytest.mark.long)]


@pytest.mark.parametrize("count", PARTS)
def test_the_same_shares_and_as_many_faults(count):
    for seed in range(count):
        lines = drawn(f"words {seed}")
        theirs, ours = (
            recover.gather(recover.read_lines("\n".join(lines).encode())),
            ask(ask="read", typed=typed(lines)),
        )
        assert sorted(ours["shares"]) == sorted(theirs.shares), seed
        wrong = len(ours["problems"]) + ours["damaged"] + ours["foreign"]
        assert wrong == len(theirs.problems), seed


def test_a_long_input_is_read_at_once():
    """A row of spaces, and thousands of lines that each begin a share anew: each is gone over once, not once from every place."""
    spaces = "a" + 999_000 * " " + "b"
    many = "\n".join(["acid", " ".join(["acid"] * 90)] * 2_000)
    came = ask_all([{"ask": "read", "typed": typed(spaces)}, {"ask": "read", "typed": typed(many)}])
    assert [len(read["problems"]) for read in came] == [1, 4_000]
