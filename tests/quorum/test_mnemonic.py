"""A share as words and as digits is the same share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.quorum.mnemonic import digits_of, indices_of_digits, word_index, words_of
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(100))
shares = st.lists(st.integers(0, 1023), min_size=33, max_size=33).map(tuple)


@law
@given(shares)
def test_words_and_digits_lead_back_to_the_same_indices(indices):
    assert tuple(word_index(word) for word in words_of(indices)) == indices
    assert indices_of_digits(digits_of(indices)) == indices


def test_every_word_is_known_by_its_first_four_letters_in_either_case():
    for at, word in enumerate(WORDLIST):
        for length in range(4, len(word) + 1):
            assert word_index(word[:length]) == word_index(word[:length].upper()) == at


@pytest.mark.parametrize(
    "word", ["", "aca", "acad3mic", "academicx", "acadexic", "acid ", "аcademic", "zzzz", "?", "ACAD\u0130"]
)
def test_what_is_no_word_of_the_list_is_not_guessed(word):
    assert word_index(word) is None


def test_the_list_begins_and_ends_as_the_standard_says():
    assert words_of([0, 1023]) == ("academic", "zero")
    assert digits_of([0, 1023]) == "00001023"


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "0" * 131,
        "0" * 133,
        "0" * 128 + "1024",
        "9999" + "0" * 128,
        "-" + "0" * 131,
        " " + "0" * 131,
        "٠" * 132,
        "²" * 132,
    ],
)
def test_digits_of_another_length_or_beyond_the_list_are_no_share(digits):
    assert indices_of_digits(digits) is None
