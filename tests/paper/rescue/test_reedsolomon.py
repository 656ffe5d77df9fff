"""Blocks of the paper format, spoiled and restored: within the bound always, beyond it never to something else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.paper.rescue import codewords
from splitkit.paper.rescue.reedsolomon import INVERSES, POWERS, PRODUCTS, correct, parity_bits
from tests.support.paper.rescues import codewords_of, dice, envelope_text, modules_of, share, words_of
from tests.support.sampling import examples

TEXTS = [words_of(share()), share().digits, *(envelope_text(length) for length in (300, 450, 590, 734))]


def _blocks(text: str) -> list[tuple[bytes, int]]:
    """The blocks of a symbol that the qrcode package drew, each with its number of check codewords."""
    modules = modules_of(text)
    version = (len(modules) - 17) // 4
    level = next(level for known, level in codewords.BLOCKS if known == version)
    places = codewords.codeword_map(version, level)
    return [(block, places.check) for block in codewords_of(modules, places)]


BLOCKS = [block for text in TEXTS for block in (_blocks(text)[0], _blocks(text)[-1])]


def _parity(block: list[int]) -> np.ndarray:
    return np.unpackbits(np.array(block, dtype=np.uint8))


# --- the field --------------------------------------------------------------------------------------------------------


def _slowly(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one * (other & 1)
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        other >>= 1
    return product


def test_products_are_those_of_the_definition() -> None:
    assert all(PRODUCTS[one, other] == _slowly(one, other) for one in range(256) for other in range(256))


def test_an_element_times_its_inverse_is_one() -> None:
    assert INVERSES[0] == 0
    assert (PRODUCTS[np.arange(1, 256), INVERSES[1:]] == 1).all()


def test_powers_are_products_of_twos() -> None:
    assert (POWERS[:, 0] == 1).all()
    assert (POWERS[:, 1:] == PRODUCTS[POWERS[:, :-1], POWERS[:, 1:2]]).all()
    assert (POWERS[1, 1], sorted(POWERS[1])) == (2, list(range(1, 256)))


# --- blocks as the package draws them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS, ids=len)
def test_the_parity_matrix_annihilates_every_block(text: str) -> None:
    for block, check in _blocks(text):
        matrix = parity_bits(len(block), check).astype(int)
        assert matrix.shape == (8 * check, 8 * len(block))
        assert not (matrix @ _parity(list(block)) % 2).any()
        for place in (0, len(block) - 1):
            changed = [value ^ (place == at) for at, value in enumerate(block)]
            assert (matrix @ _parity(changed) % 2).any()


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[bytes, list[int], int, list[int]]:
    """A block, the same with e errors and f erasures, 2 e + f <= check, its checks, and the erasures."""
    block, check = draw(st.sampled_from(BLOCKS))
    lost = draw(st.integers(0, check))
    errors = draw(st.integers(0, (check - lost) // 2))
    places = draw(st.permutations(range(len(block))))[: lost + errors]
    received = list(block)
    for at, place in enumerate(places):
        wrong = draw(st.integers(1, 255)) if at >= lost else draw(st.integers(0, 255))
        received[place] ^= wrong
    return block, received, check, places[:lost]


@settings(max_examples=examples(60))
@given(spoiled())
def test_errors_and_erasures_within_the_bound_are_restored(case: tuple[bytes, list[int], int, list[int]]) -> None:
    block, received, check, lost = case
    before = list(received)

    assert correct(received, check, lost) == list(block)
    assert received == before


@pytest.mark.parametrize("at", range(len(BLOCKS)))
def test_the_bound_itself_is_reached(at: int) -> None:
    block, check = BLOCKS[at]
    rng = dice(at)
    for lost in (0, 1, check // 2, check - 1, check):
        places = rng.permutation(len(block))[: lost + (check - lost) // 2]
        received = [value ^ (int(rng.integers(1, 256)) if place in places else 0) for place, value in enumerate(block)]
        assert correct(received, check, places[:lost].tolist()) == list(block)


@pytest.mark.parametrize("beyond", [1, 3, 8])
def test_beyond_the_bound_nothing_but_words_of_the_code_comes_back(beyond: int) -> None:
    rng = dice(beyond)
    for block, check in BLOCKS:
        matrix = parity_bits(len(block), check).astype(int)
        for lost in (0, check // 2, check):
            places = rng.permutation(len(block))[: lost + (check - lost) // 2 + beyond]
            received = list(block)
            for place in places:
                received[place] ^= int(rng.integers(1, 256))
            found = correct(received, check, places[:lost].tolist())
            assert found is None or not (matrix @ _parity(found) % 2).any()


def test_more_erasures_than_checks_are_refused() -> None:
    block, check = BLOCKS[0]

    assert correct(list(block), check, range(check + 1)) is None


def test_an_erasure_named_twice_counts_once() -> None:
    block, check = BLOCKS[0]
    received = [0] * check + list(block[check:])

    assert correct(received, check, [*range(check), *range(check)]) == list(block)


def test_noise_is_no_block_or_a_word_of_the_code() -> None:
    rng = dice(5)
    for block, check in BLOCKS:
        matrix = parity_bits(len(block), check).astype(int)
        for lost in (0, check // 2, check - 4):
            found = correct(rng.integers(0, 256, len(block)).tolist(), check, range(lost))
            assert found is None or not (matrix @ _parity(found) % 2).any()
