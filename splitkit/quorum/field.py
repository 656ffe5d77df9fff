"""Interpolation over GF(256), byte by byte.

Hazardous: this module checks arithmetic, not intent.  It is used to re-derive shares whose quorum is already proven;
splitting and combining is the work of the `shamir-mnemonic` package.

The field is GF(2)[x] modulo x^8 + x^4 + x^3 + x + 1 (0x11B), generator 3.  Nothing here is constant time: on a machine in
a locked room, whoever could time it could also read the screen (docs/threat-model.md, assumption A3).

Source: SLIP-0039, "Shamir's secret-sharing".
"""

from collections.abc import Mapping

MODULUS = 0x11B
SECRET_X, DIGEST_X = 255, 254
"""SLIP-39 keeps the shared secret and its digest at these x; member indices are 0 to 15, so no sheet can carry them."""


def _tables() -> tuple[tuple[int, ...], tuple[int, ...]]:
    exp, log, power = [0] * 255, [0] * 256, 1
    for exponent in range(255):
        exp[exponent], log[power] = power, exponent
        power ^= power << 1
        if power & 0x100:
            power ^= MODULUS
    return tuple(exp), tuple(log)


EXP, LOG = _tables()


def multiply(a: int, b: int) -> int:
    """Return the product of two field elements, 0 to 255."""
    return EXP[(LOG[a] + LOG[b]) % 255] if a and b else 0


def interpolate(points: Mapping[int, bytes], x: int) -> bytes:
    """Evaluate at *x* the polynomials that pass through *points*.

    Args:
        points: Index (0 to 255) to value; all values of one length in bytes.  Each byte position is its own polynomial.
        x: Where to evaluate, 0 to 255.

    Returns:
        As many bytes as one value.

    Raises:
        ValueError: If there are no points, or their lengths differ.
    """
    lengths = {len(value) for value in points.values()}
    if len(lengths) != 1:
        raise ValueError("values must exist and be of one length")
    if x in points:
        return points[x]
    result = bytearray(lengths.pop())
    for index, value in points.items():
        log_basis = sum(LOG[x ^ other] - LOG[index ^ other] for other in points if other != index) % 255
        for position, byte in enumerate(value):
            if byte:
                result[position] ^= EXP[(LOG[byte] + log_basis) % 255]
    return bytes(result)
