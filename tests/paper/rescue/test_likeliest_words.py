"""Words from soft bits: the likeliest chain, from a whole symbol or from what is left of one."""

from __future__ import annotations

import numpy as np
import pytest

from splitkit.paper.rescue.bitstream import bits_of
from splitkit.paper.rescue.share_decoding import prior, words_in_digits, words_in_text
from splitkit.quorum.mnemonic import words_of as list_of
from splitkit.quorum.scan import SHARE_WORDS
from tests.support.paper.rescues import dice, erased, modules_of, noisy, reading_of, share, words_of

NUMBERS = ["1", "2", "3", "4", "5"]


def _from_text(reading, given=None) -> list[int]:
    return words_in_text(reading.data(), prior() if given is None else given)[0]


def _from_digits(reading) -> list[int]:
    return words_in_digits(reading.data(), prior()).argmax(axis=1).tolist()


@pytest.mark.parametrize("number", NUMBERS)
def test_clean_symbols_give_the_exact_words(number: str) -> None:
    one = share(number)

    assert _from_text(reading_of(words_of(one))) == list(one.indices)
    assert _from_digits(reading_of(one.digits)) == list(one.indices)


@pytest.mark.parametrize("seed", range(6))
def test_every_length_of_word_at_every_place_is_found(seed: int) -> None:
    """
    Any words of the list, the shape of a share aside; texts of odd and of even length.
    """
    rng = dice(seed)
    chosen = rng.integers(0, 1024, SHARE_WORDS).tolist()
    text = " ".join(list_of(chosen)).upper()
    nothing = np.zeros((SHARE_WORDS, 1024))

    assert _from_text(reading_of(text), nothing) == chosen
    digits = "".join(f"{word:04d}" for word in chosen)
    assert words_in_digits(reading_of(digits).data(), nothing).argmax(axis=1).tolist() == chosen


@pytest.mark.parametrize("word", ["acid", "academic", "zero", "yield", "breathe"])
def test_a_share_of_one_word_only_is_found(word: str) -> None:
    """
    The shortest and the longest text: the chain may begin and end anywhere.
    """
    text = " ".join([word] * SHARE_WORDS).upper()
    found = _from_text(reading_of(text), np.zeros((SHARE_WORDS, 1024)))

    assert list_of(found) == (word,) * SHARE_WORDS


def test_the_shape_of_a_share_is_that_of_every_share() -> None:
    known = prior()
    for seed in range(3):
        for number in NUMBERS:
            assert all(known[place, word] == 0 for place, word in enumerate(share(number, seed).indices))
    assert np.isinf(known[1]).sum() == 1024 - 32
    assert np.isinf(known[4]).sum() == 1024 - 64


@pytest.mark.parametrize("number", NUMBERS)
def test_almost_half_of_all_bits_lost_leaves_most_words(number: str) -> None:
    """
    Without any error correction: the list of words alone.
    """
    one, rng = share(number), dice(int(number))
    found = _from_text(erased(words_of(one), 0.45, rng))

    assert sum(a == b for a, b in zip(found, one.indices, strict=True)) >= 26


def test_noise_is_borne() -> None:
    for number in NUMBERS:
        one = share(number)
        text = reading_of(words_of(one), noisy(modules_of(words_of(one)), dice(int(number)), 0.7))
        right = sum(a == b for a, b in zip(_from_text(text), one.indices, strict=True))
        assert ((text.soft > 0) != (reading_of(words_of(one)).soft > 0)).mean() > 0.05
        assert right >= 30


@pytest.mark.parametrize("number", NUMBERS)
def test_digits_and_text_help_each_other(number: str) -> None:
    """
    More than half of either is lost, at random; together they give what neither does.
    """
    one, rng = share(number), dice(10 + int(number))
    text, digits = erased(words_of(one), 0.6, rng), erased(one.digits, 0.6, rng)
    alone = _from_text(text)
    given = words_in_digits(digits.data(), prior())
    both = _from_text(text, given)
    right, right_alone, right_digits = (
        sum(a == b for a, b in zip(found, one.indices, strict=True)) for found in (both, alone, given.argmax(axis=1))
    )

    assert right > max(right_alone, right_digits)
    assert right >= 26


def test_likelihoods_are_relative_to_the_best() -> None:
    one = share("3")
    _, likely = words_in_text(erased(words_of(one), 0.5, dice(1)).data(), prior())
    digits = words_in_digits(erased(one.digits, 0.5, dice(1)).data(), prior())
    for table in (likely, digits):
        assert table.shape == (SHARE_WORDS, 1024)
        assert (table.max(axis=1) == 0).all()
        assert not np.isnan(table).any()


def test_the_likelihood_of_digits_is_that_of_the_best_digits_with_each_word() -> None:
    """
    Compared with all words written out, for one group of three of which two are known.
    """
    one, rng = share("1"), dice(6)
    data = erased(one.digits, 0.4, rng).data()
    given = np.full((SHARE_WORDS, 1024), -np.inf)
    given[np.arange(SHARE_WORDS), one.indices] = 0.0
    given[7] = 0.0
    likely = words_in_digits(data, given)[7]
    first = 14 + 2 * 40
    scores = []
    for word in range(1024):
        digits = "".join(f"{index:04d}" for index in (one.indices[6], word, one.indices[8]))
        bits = [bit for at in range(0, 12, 3) for bit in bits_of(int(digits[at : at + 3]), 10)]
        scores.append(float((np.array(bits) - 0.5) @ data[first : first + 40]))

    assert likely == pytest.approx(np.array(scores) - max(scores), abs=1e-6)


def test_nothing_known_gives_some_words_and_no_warning() -> None:
    found, likely = words_in_text(np.zeros(118 * 8), prior())

    assert len(found) == SHARE_WORDS
    assert not np.isnan(likely).any()
