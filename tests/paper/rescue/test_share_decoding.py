"""A share from two symbols: whatever is left of them it is that share, or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from splitkit.paper.rescue.share_decoding import SHARE_BITS, TRUSTED, agreement, proven, share_of
from splitkit.paper.rescue.softbits import MOST
from splitkit.paper.rescue.symbol import read, restored
from splitkit.quorum.share import solve_unknown
from tests.support.paper.rescues import dice, erased, modules_of, noisy, reading_of, share, words_of
from tests.support.sampling import sampled

NUMBERS = ["1", "2"]


def _pair(number: str, part: float, seed: int):
    one, rng = share(number), dice(seed)
    return erased(words_of(one), part, rng), erased(one.digits, part, rng)


def _halved(text: str, keep: slice):
    """A reading of which only some columns are seen."""
    soft = np.zeros(modules_of(text).shape)
    soft[:, keep] = np.where(modules_of(text), MOST, -MOST)[:, keep]
    return reading_of(text, soft)


def _noise(text: str, seed: int):
    rng = dice(seed)
    return reading_of(text, rng.choice([-MOST, MOST], modules_of(text).shape))


@pytest.mark.parametrize("number", NUMBERS)
def test_clean_symbols_give_their_share(number: str) -> None:
    words, digits = reading_of(words_of(share(number))), reading_of(share(number).digits)

    assert share_of(words, digits) == share_of(words, None) == share_of(None, digits) == share(number)


@pytest.mark.parametrize("number", sampled(NUMBERS, 1))
def test_either_symbol_with_almost_half_of_its_bits_lost_is_enough(number: str) -> None:
    words, digits = _pair(number, 0.45, int(number))

    assert share_of(restored(words), None) == share(number)
    assert share_of(None, restored(digits)) == share(number)
    assert share_of(restored(words), restored(digits)) == share(number)


@pytest.mark.parametrize("number", sampled(NUMBERS, 1))
@pytest.mark.parametrize("side", ["left", "right"])
def test_half_of_each_symbol_is_enough(number: str, side: str) -> None:
    one = share(number)
    left = side == "left"
    words = restored(_halved(words_of(one), slice(0, 33) if left else slice(32, 65)))
    digits = restored(_halved(one.digits, slice(0, 21) if left else slice(20, 41)))

    assert share_of(words, digits) == one


@pytest.mark.parametrize("seed", range(1))
def test_symbols_of_two_shares_never_mix(seed: int) -> None:
    """
    Words of one share beside digits of another, from clean to hardly there: either share, or none.
    """
    one, other = share("1", 0), share("2", 0)
    for part in (0.0, 0.4, 0.6):
        rng = dice(100 * seed + round(10 * part))
        words, digits = erased(words_of(one), part, rng), erased(other.digits, part, rng)
        assert share_of(restored(words), restored(digits)) in {one, other, None}


def test_halves_of_two_shares_never_mix() -> None:
    """
    Half of the words of one, the other half of the digits of another: a mixture would fit both halves.
    """
    for seed in range(1):
        one, other = share("1", seed), share("3", seed)
        for keep, rest in ((slice(0, 33), slice(20, 41)), (slice(32, 65), slice(0, 21))):
            words, digits = restored(_halved(words_of(one), keep)), restored(_halved(other.digits, rest))
            assert share_of(words, digits) in {one, other, None}


@pytest.mark.parametrize("number", sampled(NUMBERS, 1))
def test_a_symbol_that_is_all_noise_is_passed_over(number: str) -> None:
    words, digits = _pair(number, 0.4, int(number))
    one = share(number)

    assert share_of(restored(words), restored(_noise(one.digits, 1))) == one
    assert share_of(restored(_noise(words_of(one), 2)), restored(digits)) == one


@pytest.mark.parametrize("deviation", sampled([0.7, 1.0], 1, ids=str))
def test_honest_noise_gives_the_share_or_nothing(deviation: float) -> None:
    right = 0
    for seed in range(2):
        one, rng = share(NUMBERS[seed % 2]), dice(seed)
        words, digits = (
            restored(reading_of(text, noisy(modules_of(text), rng, deviation))) for text in (words_of(one), one.digits)
        )
        found = share_of(words, digits)
        assert found in {one, None}
        right += found == one
    assert right == 2 or deviation > 0.8


@pytest.mark.parametrize("level", sampled([0.5, 2.0, MOST], 1, ids=str))
def test_garbage_is_no_share(level: float) -> None:
    """
    Some draws at each level of certainty, with both symbols or one.
    """
    rng = dice(round(10 * level))
    kinds = reading_of(words_of(share())).kind, reading_of(share().digits).kind
    for turn in range(3):
        words, digits = (
            read(kind, np.clip(rng.normal(0, level, (kind.size, kind.size)), -MOST, MOST)) for kind in kinds
        )
        pair = [(words, digits), (words, None), (None, digits)][turn % 3]
        assert share_of(*pair) is None


def test_nothing_is_no_share() -> None:
    words, digits = reading_of(words_of(share()), np.zeros((65, 65))), reading_of(share().digits, np.zeros((41, 41)))

    assert share_of(words, digits) is None
    assert share_of(None, None) is None


# --- the proof --------------------------------------------------------------------------------------------------------


def test_a_share_is_proven_by_its_symbols_and_not_by_others() -> None:
    one, other = share("1"), share("2")
    words, digits = reading_of(words_of(one)), reading_of(one.digits)

    assert proven(one, [words])
    assert proven(one, [digits])
    assert not proven(other, [words, digits])
    assert not proven(one, [])


def test_one_wrong_word_is_not_proven() -> None:
    """
    Three words changed so that the checksum holds: the blocks they touch disagree, in either symbol.
    """
    one = share("1")
    words, digits = reading_of(words_of(one)), reading_of(one.digits)
    for place in (6, 12, 25):
        indices: list[int | None] = list(one.indices)
        indices[place] = (one.indices[place] + 1) % 1024
        for at in (29, 30, 31):
            indices[at] = None
        forged = solve_unknown(indices)
        if forged:
            assert forged != one
            assert not proven(forged, [words])
            assert not proven(forged, [digits])
            assert not proven(forged, [words, digits])


def test_too_little_of_a_symbol_proves_nothing() -> None:
    """
    A share is 330 bits: as much must be seen, and some more.
    """
    one = share("1")
    for part in (0.98, 0.93, 0.3):
        reading = erased(one.digits, part, dice(2))
        gained, _ = agreement(reading, modules_of(one.digits))
        assert proven(one, [reading]) == (gained.sum() > SHARE_BITS + TRUSTED)
    assert not proven(one, [erased(one.digits, 0.8, dice(2))])


def test_the_agreement_is_full_or_far_below_nothing() -> None:
    one, other = share("1"), share("2")
    gained, most = agreement(reading_of(one.digits), modules_of(one.digits))
    wrong, _ = agreement(reading_of(one.digits), modules_of(other.digits))

    assert gained == pytest.approx(most)
    assert (wrong < 0).all()


def test_a_share_of_nothing_but_one_word_is_not_proven() -> None:
    """
    Its symbol has blocks of zeros.
    """
    unlike = replace(share("1"), indices=(0,) * 33)

    assert not proven(unlike, [reading_of(share("1").digits)])
    assert proven(share("1"), [reading_of(share("1").digits)])
