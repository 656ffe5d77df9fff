"""QR symbols of the paper format, encoded: text to codewords to modules, by the rules of ISO/IEC 18004:2015.

Only what the format needs is here: one segment of digits, or of capital letters, digits and a few signs; the few versions of the
format; one mask.  That is why it takes a tenth of the time of the `qrcode` package, which asks every bit where it goes; for whatever
symbol the format has, both make the same modules, which a test proves.

Rows and columns count from 0 at the top left, without the quiet zone.
"""

from __future__ import annotations

import functools
import re

MASK = 2
"""The mask of every symbol, numbered as in ISO/IEC 18004:2015, 7.8: it turns the modules whose column modulo 3 is 0."""

BLOCKS: dict[tuple[int, str], tuple[int, tuple[tuple[int, int], ...]]] = {
    (6, "H"): (28, ((4, 15),)),
    (11, "M"): (30, ((1, 50), (4, 51))),
    (12, "Q"): (26, ((4, 20), (6, 21))),
    (13, "M"): (22, ((8, 37), (1, 38))),
    (15, "M"): (24, ((5, 41), (5, 42))),
    (17, "M"): (28, ((10, 46), (1, 47))),
    (30, "M"): (28, ((19, 47), (10, 48))),
}
"""Version and level -> check codewords of each block, and (number of blocks, data codewords of each), in order (table 9)."""

ALIGNMENT = {
    6: (6, 34),
    11: (6, 30, 54),
    12: (6, 32, 58),
    13: (6, 34, 62),
    15: (6, 26, 48, 70),
    17: (6, 30, 54, 78),
    30: (6, 26, 52, 78, 104, 130),
}
"""Version -> the rows, and columns, of the centres of its alignment patterns (table E.1)."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_NUMERIC, _ALPHANUMERIC = 1, 2
_COUNT_BITS = {_NUMERIC: (10, 12, 14), _ALPHANUMERIC: (9, 11, 13)}
"""Bits that tell how many characters there are, in versions to 9, to 26 and above (table 3)."""

_LEVELS = {"M": 0, "Q": 3, "H": 2}
"""How format information writes a level (table 12)."""

_FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
_FREE, _LIGHT, _DARK = 2, 0, 1


def side(version: int) -> int:
    """Modules along one side."""
    return 17 + 4 * version


def alignment_centres(version: int) -> list[tuple[int, int]]:
    """Row and column of the centre of each alignment pattern: every crossing but the three under the finders."""
    lines = ALIGNMENT[version]
    first, last = lines[0], lines[-1]
    finders = {(first, first), (first, last), (last, first)}
    return [(row, column) for row in lines for column in lines if (row, column) not in finders]


def encoded(text: str, version: int, level: str) -> list[bytes]:
    """Return the rows of the symbol of *text*, a byte 1 for each dark module and 0 for each light one.

    Raises:
        ValueError: If it has other characters than a symbol of one segment can hold, or too many of them.
    """
    blank, path = layout(version, level)
    codewords = _checked(_data(text, version, level), version, level)
    bits = bin(int.from_bytes(b"\1" + codewords, "big"))[3:].encode("ascii")
    modules = bytearray(blank)
    for at, bit in zip(path, bits, strict=False):  # a few modules at the end carry nothing
        modules[at] ^= bit & 1
    size = side(version)
    return [bytes(modules[at : at + size]) for at in range(0, size * size, size)]


# --- text to codewords --------------------------------------------------------------------------------------------------


def _data(text: str, version: int, level: str) -> bytes:
    """The data codewords: what follows is told, the text, its end, and what fills the rest (7.4)."""
    mode = _NUMERIC if re.fullmatch("[0-9]+", text) else _ALPHANUMERIC
    digits = _number(text) if mode == _NUMERIC else _letters(text)
    count = _COUNT_BITS[mode][(version > 9) + (version > 26)]
    bits = f"{mode:04b}{len(text):0{count}b}{digits}"
    room = sum(blocks * data for blocks, data in BLOCKS[version, level][1])
    if len(bits) > 8 * room:
        raise ValueError("the text is too long for its symbol")
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return data + (b"\xec\x11" * room)[: room - len(data)]


def _number(text: str) -> str:
    """Three digits in ten bits; two that are left in seven, and one in four."""
    return "".join(f"{int(part):0{(4, 7, 10)[len(part) - 1]}b}" for part in re.findall("..?.?", text))


def _letters(text: str) -> str:
    """Two characters in eleven bits; one that is left in six."""
    try:
        values = [_VALUES[sign] for sign in text]
    except KeyError:
        raise ValueError("the text has characters that this kind of symbol cannot hold") from None
    pairs = [f"{45 * one + other:011b}" for one, other in zip(values[::2], values[1::2], strict=False)]
    return "".join(pairs) + (f"{values[-1]:06b}" if len(values) % 2 else "")


def _checked(data: bytes, version: int, level: str) -> bytes:
    """All codewords as they are placed: of each block in turn one, data first, then what is checked by (7.5, 7.6)."""
    check, groups = BLOCKS[version, level]
    blocks, at = list[bytes](), 0
    for size in (size for count, size in groups for _ in range(count)):
        blocks.append(data[at : at + size])
        at += size
    checks = [_remainder(block, check) for block in blocks]
    longest = max(map(len, blocks))
    found = [block[place] for place in range(longest) for block in blocks if place < len(block)]
    return bytes(found + [one[place] for place in range(check) for one in checks])


def _remainder(block: bytes, check: int) -> bytes:
    """The check codewords of a block: what is left of it after division by the generator (7.5.2)."""
    steps, shift, mask, left = _division(check), 8 * (check - 1), (1 << 8 * check) - 1, 0
    for byte in block:
        left = ((left << 8) & mask) ^ steps[byte ^ (left >> shift)]
    return left.to_bytes(check, "big")


@functools.cache
def _division(check: int) -> tuple[int, ...]:
    """For each leading byte what is to be taken away: its multiple of the generator of degree *check*, as one number."""
    generator = [1]
    root = 1
    for _ in range(check):
        generator = [one ^ _times(root, other) for one, other in zip([*generator, 0], [0, *generator], strict=True)]
        root = _times(root, 2)
    steps = [0] * 256
    for bit in range(8):
        one = int.from_bytes(bytes(_times(1 << bit, value) for value in generator[1:]), "big")
        for byte in range(1 << bit):
            steps[1 << bit | byte] = one ^ steps[byte]
    return tuple(steps)


def _times(one: int, other: int) -> int:
    """The product in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        other >>= 1
    return product


# --- codewords to modules -----------------------------------------------------------------------------------------------


@functools.cache
def layout(version: int, level: str) -> tuple[bytes, tuple[int, ...]]:
    """A symbol in which every bit is 0, masked; and where its bits go, in their order."""
    size = side(version)
    modules = [bytearray([_FREE]) * size for _ in range(size)]
    _draw_patterns(modules, version)
    _draw_format(modules, version, level)
    path = tuple(_path(modules))
    for row in modules:
        row[:] = bytes((at % 3 == 0) if one == _FREE else one for at, one in enumerate(row))
    return b"".join(modules), path


def _draw_patterns(modules: list[bytearray], version: int) -> None:
    """Finder, timing and alignment patterns, and the light rows around the finders."""
    size = len(modules)
    for at in range(8, size - 8):
        modules[6][at] = modules[at][6] = _LIGHT if at % 2 else _DARK
    for row, column in alignment_centres(version):
        for y in range(-2, 3):
            for x in range(-2, 3):
                modules[row + y][column + x] = _LIGHT if max(abs(x), abs(y)) == 1 else _DARK
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for y in range(max(0, top - 1), min(size, top + 8)):
            for x in range(max(0, left - 1), min(size, left + 8)):
                inside = 0 <= y - top < 7 and 0 <= x - left < 7
                modules[y][x] = int(_FINDER[y - top][x - left]) if inside else _LIGHT


def _draw_format(modules: list[bytearray], version: int, level: str) -> None:
    """What tells level and mask, twice (7.9), and what tells the version, twice (7.10)."""
    size = len(modules)
    told = _with_check(_LEVELS[level] << 3 | MASK, 10, 0x537) ^ 0x5412
    for bit in range(15):
        dark = told >> bit & 1
        modules[bit if bit < 6 else bit + 1 if bit < 8 else size - 15 + bit][8] = dark
        modules[8][size - 1 - bit if bit < 8 else 7 if bit == 8 else 14 - bit] = dark
    modules[size - 8][8] = _DARK
    if version < 7:
        return
    told = _with_check(version, 12, 0x1F25)
    for bit in range(18):
        modules[bit // 3][size - 11 + bit % 3] = modules[size - 11 + bit % 3][bit // 3] = told >> bit & 1


def _with_check(told: int, degree: int, generator: int) -> int:
    """A number with the check bits of a BCH code behind it (annexes C and D)."""
    left = told << degree
    while left.bit_length() > degree:
        left ^= generator << left.bit_length() - degree - 1
    return told << degree | left


def _path(modules: list[bytearray]) -> list[int]:
    """The free modules in the order in which bits are placed: in columns two wide, upwards and downwards, from the bottom right (7.7.3)."""
    size = len(modules)
    rights = [right - (right <= 6) for right in range(size - 1, 0, -2)]  # the vertical timing pattern is left out
    return [
        row * size + column
        for turn, right in enumerate(rights)
        for row in (range(size) if turn % 2 else range(size - 1, -1, -1))
        for column in (right, right - 1)
        if modules[row][column] == _FREE
    ]
