"""GF(256) as QR codes use it (ISO/IEC 18004: x^8 + x^4 + x^3 + x^2 + 1), as tables and matrices for numpy."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MODULUS = 0x11D


def _tables() -> tuple[list[int], list[int]]:
    exp, log, value = [0] * 510, [0] * 256, 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        value = value << 1 ^ (_MODULUS if value & 0x80 else 0)
    return exp, log


EXP, LOG = _tables()
"""Powers of 2, twice over so that two logarithms can be added; and logarithms to base 2 (that of 0 is not defined)."""


def multiply(one: int, other: int) -> int:
    """The product of two elements."""
    return EXP[LOG[one] + LOG[other]] if one and other else 0


def divide(one: int, other: int) -> int:
    """The quotient of two elements, the second not 0."""
    return EXP[LOG[one] + 255 - LOG[other]] if one else 0


@lru_cache(maxsize=16)
def parity_bits(length: int, check: int) -> NDArray[np.uint8]:
    """The parity check matrix, over bits, of the code with *length* codewords of which *check* are check codewords.

    Shape (8 check, 8 length), bits of a codeword from the most significant; its product with a word of the code is 0.
    """
    rows = np.zeros((check, 8, length, 8), dtype=np.uint8)
    for root in range(check):
        for place in range(length):
            for bit in range(8):
                value = multiply(1 << (7 - bit), EXP[root * (length - 1 - place) % 255])
                rows[root, :, place, bit] = [value >> (7 - row) & 1 for row in range(8)]
    return rows.reshape(8 * check, 8 * length)
