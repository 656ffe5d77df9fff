"""Blocks from soft bits: noise, lost codewords and both; and never a block that was not there."""

from __future__ import annotations

import numpy as np
import pytest

from splitkit.paper.rescue.blocks import TRUSTED, restore
from splitkit.paper.rescue.reedsolomon import correct, parity_bits
from splitkit.paper.rescue.softbits import MOST
from splitkit.paper.rescue.symbol import blocks
from tests.support.paper.rescues import dice, noisy, reading_of, share, words_of
from tests.support.sampling import sampled


def _block(text: str, number: int) -> tuple[np.ndarray, int]:
    """The true bits, (codewords, 8), of one block, and its number of check codewords."""
    reading = reading_of(text)
    start, data, check = blocks(reading.kind)[number]
    return reading.soft[start : start + data + check] > 0, check


WORDS, DIGITS = _block(words_of(share()), 0), _block(share().digits, 1)
EITHER = pytest.mark.parametrize(("bits", "check"), [WORDS, DIGITS], ids=["words", "digits"])


def _bytes(bits: np.ndarray) -> tuple[int, ...]:
    return tuple(np.packbits(bits, axis=1).ravel().tolist())


@EITHER
def test_a_clean_block_is_restored_without_an_error(bits: np.ndarray, check: int) -> None:
    block = restore(np.where(bits, MOST, -MOST), check)

    assert (block.codewords, block.errors) == (_bytes(bits), 0)
    assert 7.5 * check < block.evidence <= 8 * check
    assert str(block.codewords[0]) not in repr(block).split("evidence")[0]


@EITHER
def test_as_many_lost_codewords_as_checks_are_restored(bits: np.ndarray, check: int) -> None:
    """
    All but the few that make up the evidence; plain correction restores half of it.
    """
    soft = np.where(bits, MOST, -MOST)
    soft[dice(1).permutation(len(bits))[: check - 3]] = 0.0

    assert restore(soft, check, thorough=False) is None
    assert restore(soft, check).codewords == _bytes(bits)


@EITHER
def test_noise_scattered_over_all_codewords_is_restored(bits: np.ndarray, check: int) -> None:
    """
    Far more codewords are wrong than any algebraic decoder restores.
    """
    restored = beyond = 0
    for seed in range(10):
        soft = noisy(bits, dice(seed), 0.67)
        wrong = ((soft > 0) != bits).any(axis=1).sum()
        beyond += correct(list(_bytes(soft > 0)), check) is None
        block = restore(soft, check)
        restored += block is not None and block.codewords == _bytes(bits)
        if block:
            assert block.errors == wrong
    assert beyond >= 8
    assert restored >= 8


@EITHER
def test_noise_and_lost_codewords_together_are_restored(bits: np.ndarray, check: int) -> None:
    restored = 0
    for seed in range(10):
        soft = noisy(bits, dice(seed), 0.6)
        soft[dice(seed).permutation(len(bits))[: check // 3]] = 0.0
        assert restore(soft, check, thorough=False) is None
        block = restore(soft, check)
        restored += block is not None and block.codewords == _bytes(bits)
    assert restored >= 8


@pytest.mark.parametrize("seed", sampled(range(4), 1, ids=str))
def test_pure_noise_is_no_block(seed: int) -> None:
    """
    Fifty draws each, sure and unsure ones, of a block of the words and of one of the digits.
    """
    rng = dice(seed)
    for turn in range(50):
        bits, check = (WORDS, DIGITS)[turn % 2]
        soft = rng.normal(0, (0.5, 3, 20)[turn % 3], bits.shape)
        assert restore(np.clip(soft, -MOST, MOST), check) is None


@pytest.mark.parametrize("deviation", sampled([0.5, 0.7, 0.85, 1.0, 1.3, 2.0], 2, ids=str))
def test_no_level_of_noise_gives_a_wrong_block(deviation: float) -> None:
    rng = dice(round(100 * deviation))
    for turn in range(50):
        bits, check = (WORDS, DIGITS)[turn % 2]
        block = restore(noisy(bits, rng, deviation), check)
        assert block is None or block.codewords == _bytes(bits)
        assert block is None or block.evidence > TRUSTED


def test_too_much_confidence_gives_words_of_the_code_at_worst() -> None:
    """
    Soft bits that lie: a fifth of them wrong and all of them sure.
    """
    rng, (bits, check) = dice(3), WORDS
    for _ in range(20):
        block = restore(np.where(bits ^ (rng.random(bits.shape) < 0.2), MOST, -MOST), check)
        assert block is None or block.codewords == _bytes(bits)


@EITHER
def test_nothing_known_and_all_alike_is_no_block(bits: np.ndarray, check: int) -> None:
    """
    All zeros is a word of every such code, so an all-light picture is one with full agreement: it is found, as it must be.
    """
    assert restore(np.zeros(bits.shape), check) is None
    assert (
        restore(np.full(bits.shape, MOST), check) is None
        or not (parity_bits(len(bits), check).astype(int).sum(axis=1) % 2).any()
    )


@EITHER
def test_the_bits_that_are_given_are_not_changed(bits: np.ndarray, check: int) -> None:
    soft = noisy(bits, dice(9), 0.6)
    before = soft.copy()
    restore(soft, check)

    assert (soft == before).all()
