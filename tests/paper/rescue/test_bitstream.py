"""What data bits spell, of every kind and length; and what an envelope's own rules add to them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.paper import qr
from splitkit.paper.rescue.bitstream import (
    ALPHABET,
    HEAD,
    _fewest,
    bits_of,
    filling,
    text_bits,
    text_of,
    with_envelope_rules,
)
from splitkit.paper.rescue.search import envelope_restored
from splitkit.paper.rescue.softbits import MOST
from splitkit.paper.rescue.symbol import read, restored
from tests.support.paper.rescues import dice, envelope_text, kind_of, modules_of, noisy, reading_of, share, words_of
from tests.support.sampling import examples, sampled

START = HEAD + 11


def _data(text: str) -> np.ndarray:
    return reading_of(text).data()


@pytest.mark.parametrize("number", ["1", "2", "3", "4", "5"])
def test_words_and_digits_are_spelt(number: str) -> None:
    for text in (words_of(share(number)), share(number).digits):
        assert text == text_of(_data(text))


def test_the_shortest_and_the_longest_words_are_spelt() -> None:
    """
    The longest text fits the symbol to within its last bits: there is hardly any filling.
    """
    for word in ("ACID", "ACADEMIC"):
        text = " ".join([word] * 33)
        assert text == text_of(_data(text))


@settings(max_examples=examples(40))
@given(st.integers(12, 734), st.integers(0, 9))
def test_envelopes_of_every_length_are_spelt(length: int, seed: int) -> None:
    text = envelope_text(length, seed)

    assert text == text_of(_data(text))


@pytest.mark.parametrize("room", qr.ENVELOPE_VERSIONS.values())
@pytest.mark.parametrize("less", [0, 1, 2, 3, 4])
def test_a_full_symbol_is_spelt(room: int, less: int) -> None:
    text = envelope_text(room - less)

    assert text == text_of(_data(text))


# --- what breaks the rules --------------------------------------------------------------------------------------------


def _with(data: np.ndarray, at: int, bits: list[int]) -> np.ndarray:
    data = data.copy()
    data[at : at + len(bits)] = np.array(bits) * 2.0 - 1
    return data


@pytest.mark.parametrize("mode", [mode for mode in range(16) if mode not in {1, 2}])
def test_another_mode_is_refused(mode: int) -> None:
    assert text_of(_with(_data(words_of(share())), 0, bits_of(mode, 4))) is None


def test_nothing_known_is_no_text() -> None:
    assert text_of(np.zeros(960)) is None
    assert text_of(np.full(960, MOST)) is None
    assert text_of(np.full(960, -MOST)) is None


@pytest.mark.parametrize("change", [-2, -1, 2, 500])
def test_another_count_is_refused(change: int) -> None:
    text = words_of(share())

    assert text_of(_with(_data(text), HEAD, bits_of(len(text) + change, 11))) is None


@pytest.mark.parametrize("count", [0, 131, 133, 1023])
def test_another_count_of_digits_is_refused(count: int) -> None:
    assert text_of(_with(_data(share().digits), HEAD, bits_of(count, 10))) is None


@pytest.mark.parametrize("text", [words_of(share()), share().digits, envelope_text(300)], ids=len)
def test_a_bit_of_the_filling_that_is_wrong_is_refused(text: str) -> None:
    data = _data(text)
    end = HEAD + 10 + text_bits(1, 132) if text.isdigit() else START + text_bits(2, len(text))
    assert end < len(data)
    for at in (end, (end + len(data)) // 2, len(data) - 1):
        assert text_of(_with(data, at, [int(data[at] < 0)])) is None


@pytest.mark.parametrize("pair", [45 * 45, 2047])
def test_a_pair_of_letters_out_of_range_is_refused(pair: int) -> None:
    data = _data(words_of(share()))

    assert text_of(_with(data, START + 11, bits_of(pair, 11))) is None
    assert text_of(_with(data, START + 11, bits_of(45 * 45 - 1, 11))) is not None


def test_a_last_letter_out_of_range_is_refused() -> None:
    text = envelope_text(301)
    at = START + text_bits(2, 300)

    assert text_of(_with(_data(text), at, bits_of(44, 6))) == text[:-1] + ALPHABET[44]
    assert text_of(_with(_data(text), at, bits_of(45, 6))) is None


def test_three_digits_out_of_range_are_refused() -> None:
    data = _data(share().digits)

    assert text_of(_with(data, HEAD + 10, bits_of(1000, 10))) is None
    assert text_of(_with(data, HEAD + 10, bits_of(999, 10)))[:3] == "999"


def test_a_text_that_would_not_end_in_its_symbol_is_refused() -> None:
    data = _data(envelope_text(734))

    assert text_of(data[: 254 * 8]) is None
    assert text_of(data[:10]) is None


@settings(max_examples=examples(200))
@given(st.binary(min_size=60, max_size=60), st.sampled_from([1, 2]))
def test_any_bits_spell_a_text_that_fits_or_none(drawn: bytes, mode: int) -> None:
    data = _with(np.unpackbits(np.frombuffer(drawn, np.uint8)) * 2.0 - 1, 0, bits_of(mode, 4))
    text = text_of(data)

    assert text is None or set(text) <= set(ALPHABET)


@pytest.mark.parametrize("short", range(12))
def test_the_filling_is_a_terminator_zeros_and_pads(short: int) -> None:
    """
    Written out by the rules of the standard: at most four zeros, then to the next codeword, then EC 11 EC...
    """
    total = 256
    end = total - short - 37
    fill = "".join(map(str, filling(end, total)))

    assert len(fill) == total - end
    zeros = -(end + 4) % 8 + 4
    pads = "".join(f"{(0xEC, 0x11)[at % 2]:08b}" for at in range((total - end - zeros) // 8))
    assert fill == "0" * zeros + pads
    assert filling(total - min(short, 4), total) == [0] * min(short, 4)


# --- the rules of an envelope -----------------------------------------------------------------------------------------


def test_the_shortest_text_of_each_symbol_is_known() -> None:
    rooms = [11, *qr.ENVELOPE_VERSIONS.values()]
    for shortest, room in pairwise(rooms):
        known = _fewest(len(_data(envelope_text(room))))
        assert known <= shortest + 1
        assert known == shortest + 1 or room == min(qr.ENVELOPE_VERSIONS.values())


@pytest.mark.parametrize("length", [300, 366, 421, 483, 555, 734])
def test_the_rules_agree_with_what_is_sure(length: int) -> None:
    data = _data(envelope_text(length))
    sharper = with_envelope_rules(data, MOST)

    assert ((sharper > 0) == (data > 0)).all()
    assert (np.abs(data) == MOST).all(), "what was given is not changed"


@pytest.mark.parametrize("seed", sampled([0, 2, 6], 1, ids=str))
def test_the_rules_restore_a_symbol_that_correction_alone_does_not(seed: int) -> None:
    """
    One or two blocks are lost in noise, and what base32 cannot be gives them back.
    """
    text = envelope_text(560, 4)
    rng, modules = dice(seed), modules_of(text)
    reading = read(kind_of(text), noisy(modules, rng, 0.64))

    assert not restored(reading).whole
    assert text == text_of(envelope_restored(reading).data())
