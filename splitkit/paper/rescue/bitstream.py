"""What the data of a symbol can say at all: how texts lie in bits, and what fills the rest.

Source: ISO/IEC 18004:2015, 7.4.3 (numeric: three digits in ten bits), 7.4.4 (alphanumeric: two characters in eleven, as
45 a + b), 7.4.9 and 7.4.10 (terminator, padding).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper import qr
from splitkit.paper.encoder import ALPHABET
from splitkit.quorum.scan import SHARE_DIGITS, SYMBOL_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Soft = NDArray[np.float64]

_ALPHANUMERIC, _NUMERIC = 2, 1
COUNT_BITS = {_ALPHANUMERIC: 11, _NUMERIC: 10}
"""Bits of the number of characters: for alphanumeric text in versions 10 to 26, for digits in versions 1 to 9."""

PAIR_BITS, SINGLE_BITS, TRIPLE_BITS = 11, 6, 10
HEAD = 4
_ENVELOPE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def bits_of(value: int, width: int) -> list[int]:
    """The bits of *value*, the most significant first."""
    return [value >> (width - 1 - at) & 1 for at in range(width)]


@lru_cache(maxsize=8)
def signs(count: int, width: int) -> NDArray[np.float64]:
    """For each value below *count* the bits as -0.5 and 0.5: times soft bits, the logarithm of its likelihood."""
    table: NDArray[np.float64] = np.array([bits_of(value, width) for value in range(count)]) - 0.5
    return table


_PADS = bits_of(0xEC11, 16)
"""The two pad codewords, which take turns."""


def text_of(data: Soft) -> str | None:
    """Return the text that the data bits spell (positive is 1), or None if they break the rules of their mode."""
    bits = "".join("1" if bit > 0 else "0" for bit in data)
    mode = int(bits[:HEAD], 2)
    if mode not in COUNT_BITS:
        return None
    start = HEAD + COUNT_BITS[mode]
    count = int(bits[HEAD:start], 2)
    text = _letters(bits[start:], count) if mode == _ALPHANUMERIC else _digits(bits[start:], count)
    if text is None or not _filled(bits, start + text_bits(mode, count)):
        return None
    return text


def text_bits(mode: int, count: int) -> int:
    """How many bits *count* characters take."""
    if mode == _ALPHANUMERIC:
        return count // 2 * PAIR_BITS + count % 2 * SINGLE_BITS
    return count // 3 * TRIPLE_BITS + (0, 4, 7)[count % 3]


def _letters(bits: str, count: int) -> str | None:
    if len(bits) < text_bits(_ALPHANUMERIC, count):
        return None
    text = ""
    for at in range(count // 2):
        value = int(bits[at * PAIR_BITS : (at + 1) * PAIR_BITS], 2)
        if value >= len(ALPHABET) ** 2:
            return None
        text += ALPHABET[value // len(ALPHABET)] + ALPHABET[value % len(ALPHABET)]
    if count % 2:
        value = int(bits[count // 2 * PAIR_BITS :][:SINGLE_BITS], 2)
        if value >= len(ALPHABET):
            return None
        text += ALPHABET[value]
    return text


def _digits(bits: str, count: int) -> str | None:
    if count != SHARE_DIGITS or len(bits) < text_bits(_NUMERIC, count):
        return None
    values = [int(bits[at : at + TRIPLE_BITS], 2) for at in range(0, count // 3 * TRIPLE_BITS, TRIPLE_BITS)]
    return "".join(f"{value:03d}" for value in values) if max(values) < 1000 else None


def _filled(bits: str, end: int) -> bool:
    return [int(bit) for bit in bits[end:]] == filling(end, len(bits))


def filling(end: int, total: int) -> list[int]:
    """The bits after a text that ends at bit *end* of *total*: terminator, zeros to a whole codeword, pad codewords."""
    zeros = min(4, total - end)
    zeros += -(end + zeros) % 8
    pads = total - end - zeros
    return [0] * zeros + (_PADS * (pads // len(_PADS) + 1))[:pads]


def with_envelope_rules(data: Soft, most: float) -> Soft:
    """Sharpen the soft bits of an envelope's text by what such a text can hold: base32 letters, length, filling.

    Args:
        data: Soft bits of the data codewords.
        most: Soft bit for what is thought certain.
    """
    sharper = data.copy()
    _expect(sharper, 0, bits_of(_ALPHANUMERIC, HEAD), most)
    start = HEAD + COUNT_BITS[_ALPHANUMERIC]
    count = _likely_count(data)
    if count:
        _expect(sharper, HEAD, bits_of(count, PAIR_BITS), most)
        end = start + text_bits(_ALPHANUMERIC, count)
        _expect(sharper, end, filling(end, len(data)), most)
    prefix = [ALPHABET.index(letter) for letter in SYMBOL_PREFIX]
    for at in (0, 2):
        place = start + at // 2 * PAIR_BITS
        _expect(sharper, place, bits_of(prefix[at] * len(ALPHABET) + prefix[at + 1], PAIR_BITS), most)
    pairs = (count or _fewest(len(data))) // 2
    for pair in range(2, pairs):
        part = slice(start + pair * PAIR_BITS, start + (pair + 1) * PAIR_BITS)
        sharper[part] = _within(data[part], _envelope_pairs())
    return sharper


def _expect(data: Soft, start: int, bits: Sequence[int], most: float) -> None:
    data[start : start + len(bits)] = np.where(np.array(bits) == 1, most, -most)


def _likely_count(data: Soft) -> int:
    """The number of characters that length field and filling speak for, or 0 when they do not speak clearly."""
    start = HEAD + COUNT_BITS[_ALPHANUMERIC]
    most = (len(data) - start) // PAIR_BITS * 2
    scores = np.full(most + 1, -np.inf)
    for count in range(_fewest(len(data)), most + 1):
        end = start + text_bits(_ALPHANUMERIC, count)
        wanted = np.array(bits_of(count, PAIR_BITS) + filling(end, len(data)))
        seen = np.concatenate([data[HEAD:start], data[end:]])
        # Against bits drawn at random, so that long and short fillings can be compared.
        scores[count] = len(seen) - np.logaddexp(0, np.where(wanted == 1, -seen, seen)).sum() / np.log(2)
    best = int(scores.argmax())
    others = np.delete(scores, best)
    # Twelve bits ahead of every other length: one in 4,096 by chance, and restored blocks vouch for the rest.
    return best if scores[best] > others.max() + 12 and scores[best] > 12 else 0


def _fewest(bits: int) -> int:
    """The shortest text for which a symbol of so many data bits is chosen."""
    rooms = sorted(qr.ENVELOPE_VERSIONS.values())
    most = (bits - HEAD - COUNT_BITS[_ALPHANUMERIC]) * 2 // PAIR_BITS
    return max((room + 1 for room in rooms if room < most - 1), default=len(SYMBOL_PREFIX) + 2)


@lru_cache(maxsize=1)
def _envelope_pairs() -> NDArray[np.float64]:
    """Bits of each pair of base32 letters, as -0.5 and 0.5."""
    values = [ALPHABET.index(letter) for letter in _ENVELOPE_LETTERS]
    pairs = [one * len(ALPHABET) + other for one in values for other in values]
    return signs(len(ALPHABET) ** 2, PAIR_BITS)[pairs]


def _within(soft: Soft, choices: NDArray[np.float64]) -> Soft:
    """Soft bits when only some values are possible: for each bit, the sum of the values with 1 against those with 0."""
    scores = choices @ soft
    likely = np.exp(scores - scores.max())
    ones = (choices > 0).T @ likely
    zeros = likely.sum() - ones
    bounded: Soft = np.clip(np.log(np.maximum(ones, 1e-9)) - np.log(np.maximum(zeros, 1e-9)), -20.0, 20.0)
    return bounded
