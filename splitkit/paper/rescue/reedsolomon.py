"""Reed-Solomon blocks of QR codes, with errors and with erasures: codewords of which it is known that they are lost.

A block with c check codewords is restored when twice the errors and once the erasures are no more than c.

Source: ISO/IEC 18004, "Error correction"; the key equation is solved by the Berlekamp-Massey algorithm begun with the
erasure locator (Massey 1969), values are found by Forney's formula (Forney 1965); both as in Blahut, "Algebraic Codes for
Data Transmission", chapter 7.  The generator polynomials of QR codes have the roots 2^0, 2^1, ... 2^(c - 1).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Elements = NDArray[np.uint8]
    Powers = NDArray[np.intp]

_MODULUS = 0x11D
"""The field of QR codes: x^8 + x^4 + x^3 + x^2 + 1."""


def _tables() -> tuple[Elements, Elements]:
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value = value << 1 ^ (_MODULUS if value & 0x80 else 0)
    exp, exponents = np.array(powers, np.uint8), np.arange(255)
    log = np.empty(256, np.intp)
    log[exp] = exponents
    products = np.zeros((256, 256), np.uint8)
    products[1:, 1:] = exp[(log[1:, None] + log[1:]) % 255]
    return exp[np.multiply.outer(exponents, exponents) % 255], products


POWERS, PRODUCTS = _tables()
"""2^(i j) for i and j from 0 to 254; and the product of any two elements."""

INVERSES: Elements = (PRODUCTS == 1).argmax(axis=1).astype(np.uint8)
"""The element whose product with each is 1; 0 for 0."""

_TIMES = [row.tobytes() for row in PRODUCTS]

Polynomial = int
"""Its bytes from the lowest are the coefficients, the constant first: a sum is `^`, a product with x is `<< 8`."""


def correct(received: Sequence[int], check: int, erased: Iterable[int] = ()) -> list[int] | None:
    """Return the block of the code nearest to *received*, data first, or None when there is none within the bound.

    *erased* are places of codewords that are lost; what stands there in *received* does not matter.
    """
    lost = sorted(set(erased))
    if len(lost) > check:
        return None
    block = np.array(received, np.uint8)
    block[lost] = 0
    roots, powers = np.arange(check), np.arange(len(block))[::-1]
    syndromes = _values(block[::-1], roots)
    if not syndromes.any():
        return _listed(block)
    locator = _locator(syndromes.tobytes(), POWERS[1, powers[lost]].tolist())
    found = np.flatnonzero(_values(_coefficients(locator), -powers) == 0)
    if len(found) != len(_coefficients(locator)) - 1:
        return None
    block[found] ^= _corrections(syndromes, locator, powers[found])
    # Beyond the bound the equations may still have a solution that is no word of the code.
    return None if _values(block[::-1], roots).any() else _listed(block)


def _listed(block: Elements) -> list[int]:
    values: list[int] = block.tolist()
    return values


def _coefficients(polynomial: Polynomial) -> Elements:
    return np.frombuffer(_bytes(polynomial), np.uint8)


def _bytes(polynomial: Polynomial) -> bytes:
    return polynomial.to_bytes((polynomial.bit_length() + 7) // 8, "little")


def _values(coefficients: Elements, powers: Powers) -> Elements:
    """The values of a polynomial at these powers of 2."""
    terms = PRODUCTS[coefficients, POWERS[powers % 255, : len(coefficients)]]
    values: Elements = np.bitwise_xor.reduce(terms, axis=1)
    return values


def _scaled(polynomial: Polynomial, factor: int) -> Polynomial:
    return int.from_bytes(_bytes(polynomial).translate(_TIMES[factor]), "little")


def _locator(syndromes: bytes, erased: Sequence[int]) -> Polynomial:
    """The polynomial whose roots are the inverse places of all errors and erasures (Berlekamp-Massey)."""
    current = 1
    for place in erased:
        current ^= _scaled(current, place) << 8
    previous, size = current, len(erased)
    for step in range(len(erased), len(syndromes)):
        previous <<= 8
        gap = 0
        for coefficient, syndrome in zip(_bytes(current), syndromes[step::-1], strict=False):
            gap ^= _TIMES[coefficient][syndrome]
        if not gap:
            continue
        changed = current ^ _scaled(previous, gap)
        if 2 * size <= step + len(erased):
            previous, size = _scaled(current, int(INVERSES[gap])), step + 1 + len(erased) - size
        current = changed
    return current


def _corrections(syndromes: Elements, locator: Polynomial, powers: Powers) -> Elements:
    """What turns the codewords at these *powers* into the right ones (Forney)."""
    every, evaluator = int.from_bytes(syndromes.tobytes(), "little"), 0
    for at, coefficient in enumerate(_bytes(locator)):
        evaluator ^= _scaled(every, coefficient) << 8 * at
    top = _coefficients(evaluator & (1 << 8 * len(syndromes)) - 1)
    # The derivative of the locator: in characteristic 2 only odd powers leave anything.
    slope = _coefficients(locator)[1:] * (np.arange(len(_bytes(locator)) - 1) % 2 == 0)
    quotients = PRODUCTS[_values(top, -powers), INVERSES[_values(slope, -powers)]]
    corrections: Elements = PRODUCTS[POWERS[1, powers], quotients]
    return corrections


@lru_cache(maxsize=16)
def parity_bits(length: int, check: int) -> NDArray[np.uint8]:
    """The parity check matrix, over bits, of the code with *length* codewords of which *check* are check codewords.

    Shape (8 check, 8 length), bits of a codeword from the most significant; its product with a word of the code is 0.
    """
    roots = POWERS[:check, :length][:, ::-1]
    products = PRODUCTS[roots[..., None], 1 << np.arange(8)[::-1]]
    rows = np.unpackbits(products[..., None], axis=3)  # by root, place, bit of the place, and bit of the sum
    matrix: NDArray[np.uint8] = rows.transpose(0, 3, 1, 2).reshape(8 * check, 8 * length)
    return matrix
