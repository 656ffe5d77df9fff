"""A sheet that is written by hand: no slip of the pen passes the read-back, and nothing there helps anybody to a word."""

from __future__ import annotations

import contextlib
import itertools
import random
import re
import string

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.ceremony.course import replay
from splitkit.ceremony.hand_copy import AT_ONCE, MISSES_OF_A_SHEET, MISSES_OF_A_WORD, Showing, TypingBack
from splitkit.cli.guide.page_jobs import _show_words
from splitkit.errors import AttentionError
from tests.support.builders import made
from tests.support.ceremonies import (
    SHA256,
    happening,
    made_by_hand,
    opening,
    plan_of,
    printed,
    sheet_made,
    tally,
    written,
)
from tests.support.custody.custodies import changed
from tests.support.ledgers import SET

SHARES = [
    [word.upper() for word in made("3of5", f"by hand {seed}").share(number).words]
    for seed in range(4)
    for number in "12345"
]
ROWS = AT_ONCE
LISTED = {word.upper() for word in WORDLIST}
ALIKE = {
    "M": "N",
    "N": "M",
    "U": "V",
    "V": "U",
    "O": "Q",
    "I": "L",
    "L": "I",
    "E": "F",
    "C": "G",
    "D": "O",
    "B": "R",
    "P": "R",
}


def other_word(word: str, dice: random.Random) -> str:
    """Another word of the list, which is a letter off where there is one."""
    near = [
        one
        for one in sorted(LISTED - {word})
        if len(one) == len(word) and sum(a != b for a, b in zip(one, word, strict=True)) == 1
    ]
    return dice.choice(near or sorted(LISTED - {word}))


def swapped(words, at, other):
    paper = list(words)
    paper[at], paper[other] = paper[other], paper[at]
    return paper


def with_word(words, at, word):
    return [*words[:at], word, *words[at + 1 :]]


def letter(words, at, dice, change):
    place = dice.randrange(len(words[at]))
    return with_word(words, at, change(words[at], place))


SLIPS = {
    "two neighbours in each other's place": lambda words, at, _: swapped(words, at, (at + 1) % 33),
    "another word, a letter off": lambda words, at, dice: with_word(words, at, other_word(words[at], dice)),
    "a letter wrong": lambda words, at, dice: letter(words, at, dice, lambda word, place: word[:place] + dice.choice(string.ascii_uppercase) + word[place + 1 :]),
    "a letter that looks like it": lambda words, at, _: with_word(words, at, "".join(ALIKE.get(one, one) for one in words[at])),
    "a letter left out": lambda words, at, dice: letter(words, at, dice, lambda word, place: word[:place] + word[place + 1 :]),
    "a letter too many": lambda words, at, dice: letter(words, at, dice, lambda word, place: word[:place] + word[place] + word[place:]),
    "two letters in each other's place": lambda words, at, dice: letter(
        words, at, dice, lambda word, place: word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    ),
    "the right four letters, and another ending": lambda words, at, _: with_word(words, at, words[at][:4] + "ING"),
    "four letters alone": lambda words, at, _: with_word(words, at, words[at][:4]),
    "a word twice, and the rest moved on": lambda words, at, _: [*words[: at + 1], *words[at:-1]],
    "a word left out, and the rest moved up": lambda words, at, _: [*words[:at], *words[at + 1 :], ""],
    "a box left empty": lambda words, at, _: with_word(words, at, ""),
    "the word above": lambda words, at, _: with_word(words, at, words[at - ROWS]),
    "a row left out": lambda words, at, _: [*words[: at // ROWS * ROWS], *words[at // ROWS * ROWS + ROWS :], *[""] * ROWS],
    "a row twice": lambda words, at, _: [*words[: at // ROWS * ROWS + ROWS], *words[at // ROWS * ROWS :]][:33],
    "two rows in each other's place": lambda words, at, _: [
        words[(place + (ROWS if place // ROWS == row else -ROWS if place // ROWS == row + 1 else 0)) % 33]
        for row in [min(at // ROWS, 33 // ROWS - 2)]
        for place in range(33)
    ],
    "down the columns": lambda words, _at, _dice: [words[row + 11 * column] for row in range(11) for column in range(ROWS)],
    "two words as one": lambda words, at, _: [*words[:at], words[at] + words[(at + 1) % 33], *words[at + 2 :], ""][:33],
    "the row of another sheet": lambda words, at, dice: [
        *words[: at // ROWS * ROWS], *dice.choice([one for one in SHARES if one != words])[at // ROWS * ROWS : at // ROWS * ROWS + ROWS],
        *words[at // ROWS * ROWS + ROWS :]],
}  # fmt: skip
"""What a pen does, by the place at which it does it."""


def slips(count: int):
    """So many sheets that are written wrongly, always the same."""
    dice = random.Random("slips of the pen")
    kinds = itertools.cycle(SLIPS.items())
    while count:
        kind, slip = next(kinds)
        words = dice.choice(SHARES)
        paper = slip(list(words), dice.randrange(33), dice)
        if list(paper) != list(words):
            count -= 1
            yield kind, words, paper


def typed(typing: TypingBack, text: str) -> None:
    for key in text:
        typing.press(key)


def read_back(typing: TypingBack, paper) -> None:
    """Whoever types is honest: what stands in a box is typed, and is typed again as often as it is asked for."""
    while not (typing.done or typing.fault or typing.left):
        before = typing.at
        typed(typing, paper[typing.at] + " ")
        if not paper[before]:
            typing.press("<")


def test_a_thousand_slips_of_the_pen_and_none_passes():
    passed, kinds = [], set()
    for kind, words, paper in slips(1000):
        typing = TypingBack("1", words)
        read_back(typing, paper)
        kinds.add(kind)
        if typing.done:
            passed.append((kind, paper))
    assert kinds == set(SLIPS)
    assert passed == []


def test_what_is_written_rightly_passes():
    for words in SHARES:
        typing = TypingBack("1", words)
        read_back(typing, [word.lower() for word in words])
        assert (typing.done, typing.misses) == (True, 0)


def test_a_slip_of_the_finger_costs_nothing():
    words = SHARES[0]
    typing = TypingBack("1", words)
    typed(typing, words[0] + " " + "ZZZ\x7f\x7f\x7f" + words[1] + "\n" + "zero ")
    assert typing.refused
    assert "word 3 is not what was shown" in typing.screen()
    typed(typing, "!")
    assert "a word has letters alone" in typing.screen()
    typed(typing, " ".join(words[2:]) + " ")
    assert typing.done


def test_a_word_is_asked_for_three_times_and_all_of_them_together_six():
    words = SHARES[1]
    typing = TypingBack("1", words)
    typed(typing, "wrong " * (MISSES_OF_A_WORD - 1))
    assert not typing.fault
    typed(typing, "wrong ")
    assert typing.fault == "word 1 is not what was shown"
    typed(typing, words[0] + " ")  # too late
    assert (typing.at, typing.done) == (0, False)
    typing = TypingBack("1", words)
    for word in words[: MISSES_OF_A_SHEET - 1]:
        typed(typing, f"wrong {word} ")
    assert (typing.at, typing.fault) == (MISSES_OF_A_SHEET - 1, "")
    typed(typing, "wrong ")
    assert typing.fault == f"word {MISSES_OF_A_SHEET} is not what was shown"


def test_the_screen_tells_nobody_a_word():
    """Neither what it should be, nor those that were right: all but what was typed this very moment is the same whatever the words are."""
    rest = set()
    for _, words, paper in slips(60):
        typing = TypingBack("1", words)
        for key in " ".join(paper):
            typing.press(key)
            rows = typing.screen().split("\n")
            assert rows.pop(4).strip().split("     ")[1].replace(" ", "") == typing.typed.upper() + "_"
            assert max(map(len, rows)) < 80
            rest.add(re.sub(r"[0-9]+", "", "\n".join(rows)))
        assert words[5] not in repr(typing)
    assert len(rest) <= 12, (
        rest
    )  # none right, one, several; each after nothing, a miss, the last but one, and no letter


@pytest.mark.parametrize("key", ["", "\x1b", "1", "?", "\t"])
def test_no_other_key_does_anything(key):
    typing = TypingBack("1", SHARES[0])
    typed(typing, "ab")
    typing.press(key)
    assert (typing.typed, typing.misses, typing.at) == ("ab", 0, 0)


def test_the_words_are_shown_a_few_at_a_time_and_once():
    words = SHARES[2]
    showing, seen = Showing("2", words), []
    while showing.at < 33:
        screen = showing.screen()
        here = [line.strip().split("     ") for line in screen.split("\n") if "     " in line.strip()]
        seen += [(int(place), word.replace(" ", "")) for place, word in here]
        assert len(here) <= AT_ONCE
        assert screen.count("\n") < 24
        assert max(map(len, screen.split("\n"))) < 80
        showing.press(" ")
    assert seen == list(enumerate(words, 1))
    assert not any(" ".join(word) in showing.screen() for word in words)
    showing.press("<")
    assert showing.at == 33 - AT_ONCE
    for key in ("x", "", "\x1b"):
        showing.press(key)
    assert showing.at == 33 - AT_ONCE
    for key in "\r x<  ":  # a space too many ends nothing
        showing.press(key)
        assert not showing.done
    showing.press("\r")
    assert showing.done
    assert words[0] not in repr(showing)


class Keys:
    """A terminal at which these keys are pressed; None is nobody who presses one in time."""

    def __init__(self, keys):
        self.keys, self.drawn = iter(keys), []

    @contextlib.contextmanager
    def full_screen(self):
        yield

    def draw(self, text, **_):
        self.drawn.append(text)

    def key(self):
        return next(self.keys)

    def key_within(self, _seconds):
        return next(self.keys)


def test_words_that_nobody_looks_at_are_hidden():
    terminal = Keys([" ", None, "\r", *" " * 10, "\r"])
    _show_words(terminal, Showing("1", SHARES[0]))
    hidden = terminal.drawn[2]
    assert terminal.drawn[1] == terminal.drawn[3]
    assert "words 4 to 6" in terminal.drawn[1]
    assert not any(word in hidden or " ".join(word) in hidden for word in SHARES[0])


# --- the record -------------------------------------------------------------------------------------------------------


def after(*entries, plan=None):
    course = replay(plan or plan_of("2of3"), opening(plan or plan_of("2of3")), SHA256)
    for entry in entries:
        course = course.advance(entry)
    return course


def refused(course, entry, words):
    with pytest.raises(AttentionError, match=words):
        course.advance(entry)


def test_a_sheet_by_hand_is_seen_by_no_printer():
    """With one printer: two sheets by hand, and the third one printed."""
    plan = plan_of("2of3", practice=False)
    course = after(*made_by_hand("1"), *made_by_hand("2"), *sheet_made("3"), plan=plan)
    assert course.next_step.code == "61"
    assert course.things.pages.known_to == {"Office": {"3"}}
    with pytest.raises(AttentionError, match="PRINTER-1"):
        after(*made_by_hand("1"), *sheet_made("2"), *sheet_made("3"), plan=plan)


def test_pages_by_hand_are_counted():
    course = after(*made_by_hand("1"), *made_by_hand("2"), *sheet_made("3"))
    counted = tally(1, 3, 0, written=2)
    refused(course, changed(counted, written=None), "recorded are 1 printed and 2 written by hand, 3 sealed")
    assert course.advance(counted).next_step.code == "62"
    refused(course, changed(counted, blank_after=497), "blank pages were used")


def after_count(course, **counted):
    return course.advance(happening("tally", **counted))


def test_the_way_of_the_read_back_is_that_in_which_the_sheet_was_made():
    for source in ("scan", "camera", "hand", "typed"):
        with pytest.raises(AttentionError, match="in one way and read back in another"):
            after(*written("1", source=source))
    with pytest.raises(AttentionError, match="in one way and read back in another"):
        after(*printed("1"), *written("1")[3:])


def test_nothing_takes_the_place_of_the_entry_of_a_writing():
    begun, paper, over, *_ = written("1")
    sheet = {"set": SET, "sheet": "1", "copy": 1}
    for other in ("sheet.printed", "sheet.missing"):
        refused(after(begun), happening(other, **sheet), "not made like that")
    refused(after(begun), over, "nobody has said whether the sheet came out")
    refused(after(printed("1")[0]), paper, "not made like that")
    refused(after(begun, paper, over), begun, "does not come here")


def test_a_writing_that_was_stopped_is_a_page_that_is_shredded():
    begun, paper, over, *_ = written("1")
    spoilt = happening("sheet.void", set=SET, sheet="1", copy=1, reason="word 12 is not what was shown")
    gone = happening("sheet.shredded", set=SET, sheet="1", copy=1)
    course = after(begun, paper, happening("outcome", intent=over.data.intent, result="stopped"), spoilt)
    refused(course, written("1", 2)[0], "not shredded")
    course = course.advance(gone)
    assert course.next_step.code == "51-1"
    for entry in (*made_by_hand("1", 2), *made_by_hand("2"), *made_by_hand("3")):
        course = course.advance(entry)
    counted = {
        "printed": 0,
        "written": 4,
        "sealed": 3,
        "shredded": 1,
        "agrees": True,
        "blank_before": 500,
        "blank_after": 500,
    }
    assert after_count(course, **counted).next_step.code == "62"
    with pytest.raises(AttentionError, match="4 written by hand"):
        after_count(course, **(counted | {"shredded": 0, "sealed": 3, "written": 3}))


def test_a_set_by_hand_that_is_void_is_all_shredded():
    course = after(*made_by_hand("1"), written("2")[0]).advance(written("2")[1]).advance(written("2")[2])
    course = course.advance(happening("wipe", "SPLITKIT", "WIT", reason="stopped", empty=True))
    course = course.advance(happening("set.void", set=SET, reason="the power failed"))
    assert (course.next_step.code, course.things.pages.shredded, course.things.pages.by_hand) == ("41", 2, frozenset())


def test_the_words_that_could_not_be_recorded_as_written_are_shredded():
    """Where the disk is full after the showing: the page is there, and no question about a printer is asked."""
    begun, paper, over, *_ = written("1")
    assert after(begun).things.pages.writing
    assert not after(begun, paper, over).things.pages.writing
    assert not after(printed("1")[0]).things.pages.writing
