"""Typing from the paper: every key does what a tired person expects, and nothing that is typed is lost or taken unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.cli.ui.keystrokes import EnvelopeEntry, ShareEntry
from splitkit.quorum.gathering import gather
from splitkit.quorum.textform import printed_lines
from tests.support.builders import lines, made
from tests.support.sampling import examples

SET = made()
SHARE = SET.share("2")
BACK, ENTER = "\x7f", "\r"


def typed(entry, text):
    for key in text:
        entry.press(key)
    return entry


def whole(words=SHARE.words, end=" "):
    return "".join(word + end for word in words)


@pytest.mark.parametrize("cut", [4, 5, 99])
@pytest.mark.parametrize("end", [" ", ENTER])
def test_four_letters_of_each_word_are_enough(cut, end):
    entry = typed(ShareEntry(), "".join(word[:cut] + end for word in SHARE.words))
    assert entry.line() == SHARE.mnemonic
    assert "the check is right" in entry.message
    assert not entry.done
    entry.press(ENTER)
    assert entry.done


def test_either_case_is_taken():
    assert typed(ShareEntry(), whole().upper()).line() == SHARE.mnemonic


def test_a_letter_with_which_no_word_goes_on_is_refused_at_once():
    entry = typed(ShareEntry(), "academ")
    entry.press("x")
    assert entry.refused
    assert entry.typed == "academ"


def test_too_few_letters_are_not_guessed():
    entry = typed(ShareEntry(), "ac ")
    assert entry.refused
    assert entry.words[0] == ""
    assert typed(entry, "ad ").words[0] == "academic"


def test_backspace_goes_back_letter_by_letter_and_then_word_by_word():
    entry = typed(ShareEntry(), "acid agency agr")
    typed(entry, BACK * 3)
    assert (entry.typed, entry.at) == ("", 2)
    typed(entry, BACK)
    assert entry.words[:3] == ["acid", "", ""]
    assert typed(entry, "alto ").words[:2] == ["acid", "alto"]
    assert typed(ShareEntry(), BACK).at == 0


def test_a_wrong_word_is_corrected_by_its_number_without_starting_over():
    wrong = [*SHARE.words]
    wrong[6] = "acid" if wrong[6] != "acid" else "acne"
    entry = typed(ShareEntry(), whole(wrong))
    assert "THE CHECK FAILS" in entry.message
    assert max(len(row) for row in entry.screen().splitlines()) <= 80
    assert entry.refused
    typed(entry, "7" + ENTER + SHARE.words[6] + ENTER)
    assert entry.line() == SHARE.mnemonic
    assert "the check is right" in entry.message


def test_there_is_no_word_34():
    entry = typed(ShareEntry(), "34" + ENTER)
    assert entry.refused
    assert entry.at == 0


def test_a_number_is_taken_back_by_backspace():
    entry = typed(ShareEntry(), "7" + BACK + "acid ")
    assert entry.words[0] == "acid"


def test_up_to_three_words_may_be_illegible():
    entry = typed(ShareEntry(), "???")
    entry.press("?")
    assert entry.refused
    assert entry.at == 3
    rest = typed(entry, whole(SHARE.words[3:]))
    assert rest.line().startswith("? ? ? ")
    assert "solved when an envelope proves them" in rest.message


def test_an_illegible_share_is_solved_when_it_is_judged():
    entry = typed(ShareEntry(), "?" + whole(SHARE.words[1:]))
    (guess,) = gather([], lines(entry.line())).guesses()
    assert guess.share == SHARE


def test_more_words_than_33_are_refused():
    entry = typed(ShareEntry(), whole())
    entry.press("a")
    assert entry.refused
    entry.press("?")
    assert entry.refused
    assert entry.line() == SHARE.mnemonic


def test_nothing_is_taken_before_it_is_complete():
    entry = typed(ShareEntry(), "acid " + ENTER)
    assert not entry.done


@given(st.lists(st.sampled_from([*"abcdefghijklmnopqrstuvwxyz0123456789? -~", BACK, ENTER, ""]), max_size=200))
@settings(deadline=None, max_examples=examples(60))
def test_no_keys_upset_the_typing_of_a_share(keys):
    entry = ShareEntry()
    for key in keys:
        entry.press(key)
        rows = entry.screen().splitlines()
        assert max(len(row) for row in rows) <= 80
        assert len(rows) <= 24


def test_the_screen_shows_the_words_in_the_columns_of_the_paper():
    rows = typed(ShareEntry(), "acid agency ac").screen().splitlines()
    assert rows[2].split()[:2] == ["1", "ACID"]
    assert rows[4].split()[:3] == ["3>", "ACademic", "14"]
    assert [rows[2].split()[-1], rows[12].split()[-1]] == ["23", "33"]


def typed_envelope(texts, total=None):
    entry = typed(EnvelopeEntry(), f"{total or len(texts)}" + ENTER)
    for text in texts:
        typed(entry, text.partition(" ")[2].lower().replace("o", "0"))
        if entry.typed:
            entry.press(ENTER)
    return entry


def test_an_envelope_is_typed_line_by_line_each_checked_at_once():
    printed = printed_lines(SET.envelope.raw)
    entry = typed_envelope(printed)
    assert "all lines are there" in entry.message
    entry.press(ENTER)
    assert entry.done
    assert list(gather([], lines(*entry.texts())).envelopes) == [SET.envelope.raw]


def test_a_wrong_character_is_refused_with_its_line_and_can_be_corrected():
    first, *others = printed_lines(SET.envelope.raw)
    body = first.partition(" ")[2].replace(" ", "")
    wrong = body[:-1] + ("A" if body[-1] != "A" else "B")
    entry = typed(EnvelopeEntry(), f"{len(others) + 1}" + ENTER + wrong)
    assert entry.refused
    assert "line 1" in entry.message
    typed(entry, BACK + body[-1])
    assert entry.number == 2
    typed(entry, BACK)
    assert (entry.number, entry.typed) == (1, body[:-1])


def test_illegible_characters_are_solved_by_the_check_of_the_line():
    printed = list(printed_lines(SET.envelope.raw))
    body = printed[0].partition(" ")[2]
    printed[0] = printed[0][:6] + "?" + body[1:10] + "?" + body[11:]
    entry = typed_envelope(printed)
    assert list(gather([], lines(*entry.texts())).envelopes) == [SET.envelope.raw]


def test_too_many_illegible_characters_are_refused():
    body = printed_lines(SET.envelope.raw)[0].partition(" ")[2].replace(" ", "")
    entry = typed(EnvelopeEntry(), "13" + ENTER + "????" + body[4:])
    assert entry.refused


@pytest.mark.parametrize("number", ["", "0", "24", "99"])
def test_an_envelope_has_one_to_23_lines(number):
    entry = typed(EnvelopeEntry(), number + ENTER)
    assert entry.refused
    assert entry.total == 0


@given(st.lists(st.sampled_from([*"ABC23?018 -/z", BACK, ENTER, ""]), max_size=150))
@settings(deadline=None, max_examples=examples(40))
def test_no_keys_upset_the_typing_of_an_envelope(keys):
    entry = typed(EnvelopeEntry(), "3" + ENTER)
    for key in keys:
        entry.press(key)
        assert max(len(row) for row in entry.screen().splitlines()) <= 80
