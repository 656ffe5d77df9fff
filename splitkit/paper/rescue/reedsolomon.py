"""Reed-Solomon blocks of QR codes, with errors and with erasures: codewords of which it is known that they are lost.

A block with c check codewords is restored when twice the errors and once the erasures are no more than c.

Source: ISO/IEC 18004, "Error correction"; the key equation is solved by the Berlekamp-Massey algorithm begun with the
erasure locator (Massey 1969), values are found by Forney's formula (Forney 1965); both as in Blahut, "Algebraic Codes for
Data Transmission", chapter 7.  The generator polynomials of QR codes have the roots 2^0, 2^1, ... 2^(c - 1).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_MODULUS = 0x11D
"""The field of QR codes: x^8 + x^4 + x^3 + x^2 + 1."""


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


Polynomial = list[int]
"""Coefficients, the constant first."""


def correct(received: Sequence[int], check: int, erased: Iterable[int] = ()) -> list[int] | None:
    """Return the block of the code nearest to *received*, data first, or None when there is none within the bound.

    *erased* are places of codewords that are lost; what stands there in *received* does not matter.
    """
    length, lost = len(received), sorted(set(erased))
    if len(lost) > check:
        return None
    block = [0 if place in set(lost) else value for place, value in enumerate(received)]
    syndromes = [_value_at(block, root) for root in range(check)]
    if not any(syndromes):
        return block
    locator = _locator(syndromes, [length - 1 - place for place in lost])
    found = [place for place in range(length) if _evaluate(locator, -(length - 1 - place)) == 0]
    if len(found) != len(locator) - 1:
        return None
    _repair(block, syndromes, locator, found)
    # Beyond the bound the equations may still have a solution that is no word of the code.
    if any(_value_at(block, root) for root in range(check)):
        return None
    return block


def _value_at(block: Sequence[int], root: int) -> int:
    """The block as a polynomial, its first codeword the highest power, at the *root*-th power of 2."""
    value = 0
    for codeword in block:
        value = (EXP[LOG[value] + root] if value else 0) ^ codeword
    return value


def _evaluate(polynomial: Polynomial, power: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = (EXP[(LOG[value] + power) % 255] if value else 0) ^ coefficient
    return value


def _locator(syndromes: Sequence[int], erased: Sequence[int]) -> Polynomial:
    """The polynomial whose roots are the inverse places of all errors and erasures (Berlekamp-Massey)."""
    current: Polynomial = [1]
    for place in erased:
        current = _add(current, _scaled([0, *current], EXP[place]))
    previous, size = list(current), len(erased)
    for step in range(len(erased), len(syndromes)):
        previous = [0, *previous]
        gap = 0
        for at, coefficient in enumerate(current[: step + 1]):
            gap ^= multiply(coefficient, syndromes[step - at])
        if not gap:
            continue
        changed = _add(current, _scaled(previous, gap))
        if 2 * size <= step + len(erased):
            previous, size = _scaled(current, divide(1, gap)), step + 1 + len(erased) - size
        current = changed
    while len(current) > 1 and not current[-1]:
        current.pop()
    return current


def _repair(block: list[int], syndromes: Sequence[int], locator: Polynomial, places: Sequence[int]) -> None:
    """Put the right values into *block* at *places* (Forney)."""
    check = len(syndromes)
    evaluator = [0] * check
    for at, one in enumerate(syndromes):
        for by, other in enumerate(locator[: check - at]):
            evaluator[at + by] ^= multiply(one, other)
    # The derivative of the locator: in characteristic 2 only odd powers leave anything.
    slope = [coefficient if power % 2 else 0 for power, coefficient in enumerate(locator)][1:]
    for place in places:
        power = len(block) - 1 - place
        bottom = _evaluate(slope, -power)
        if bottom:
            block[place] ^= multiply(EXP[power], divide(_evaluate(evaluator, -power), bottom))


def _scaled(polynomial: Polynomial, factor: int) -> Polynomial:
    return [multiply(coefficient, factor) for coefficient in polynomial]


def _add(one: Polynomial, other: Polynomial) -> Polynomial:
    longest = max(len(one), len(other))
    padded = [[*polynomial, *[0] * (longest - len(polynomial))] for polynomial in (one, other)]
    return [a ^ b for a, b in zip(*padded, strict=True)]


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
