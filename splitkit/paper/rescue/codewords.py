"""Which module of a symbol carries which codeword of which block, by the rules of ISO/IEC 18004:2015.

The text is cut into blocks (7.5 and table 9), each with check codewords of its own.  Then one codeword of each block is
taken in turn (7.6), so that a blob on the paper hurts all blocks a little instead of one beyond repair; and the bits go
into the matrix two columns at a time, upwards and downwards (7.7.3).

Only the symbols of the paper format are known here.  Rows and columns count from 0 at the top left, without the quiet
zone.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from splitkit.paper.encoder import BLOCKS, alignment_centres, layout, side

FUNCTION, REMAINDER = -2, -1
"""In a map of codewords: a module of a pattern or of format or version bits; a module that carries nothing."""


@dataclass(frozen=True)
class CodewordMap:
    """The places of the codewords of one version and level."""

    version: int
    level: str
    codeword: NDArray[np.int32] = field(repr=False)
    """For each module: the number of its codeword in the order in which they are placed, FUNCTION or REMAINDER."""
    bit: NDArray[np.int32] = field(repr=False)
    """For each module: its bit in the codeword, 7 for the most significant; -1 where there is no codeword."""
    block: NDArray[np.int32] = field(repr=False)
    """For each codeword in placing order: its block."""
    position: NDArray[np.int32] = field(repr=False)
    """For each codeword in placing order: its position in the block, data first, then check codewords."""
    check: int
    """Check codewords of every block: as many codewords of a block can be restored when it is known which."""

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return int(self.block.max()) + 1


@lru_cache(maxsize=8)
def codeword_map(version: int, level: str) -> CodewordMap:
    """The map of one of the symbols of the format.

    Raises:
        KeyError: the format has no such symbol.
    """
    check, groups = BLOCKS[version, level]
    block, position = _interleaved([data for count, data in groups for _ in range(count)], check)
    codeword, bit = _placed(version, level, len(block))
    return CodewordMap(version, level, codeword, bit, block, position, check)


def _interleaved(data: list[int], check: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Block and position of each codeword: the first data codeword of every block, the second..., then the checks."""
    order = [(block, place) for place in range(max(data)) for block, size in enumerate(data) if place < size]
    order += [(block, size + place) for place in range(check) for block, size in enumerate(data)]
    block, position = np.array(order, dtype=np.int32).T
    return block, position


def _placed(version: int, level: str, codewords: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Codeword and bit of each module, along the way that the bits are placed."""
    codeword = np.where(function_modules(version), FUNCTION, REMAINDER).astype(np.int32)
    bit = np.full_like(codeword, -1)
    places, number = np.array(layout(version, level)[1][: codewords * 8]), np.arange(codewords * 8)
    codeword.flat[places], bit.flat[places] = number // 8, 7 - number % 8
    return codeword, bit


@lru_cache(maxsize=8)
def function_modules(version: int) -> NDArray[np.bool_]:
    """The modules of finder, timing and alignment patterns and of format and version information."""
    size = side(version)
    taken = np.zeros((size, size), dtype=np.bool_)
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = True  # finders, separators, format information, dark module
    taken[6, :] = taken[:, 6] = True
    for row, column in alignment_centres(version):
        taken[row - 2 : row + 3, column - 2 : column + 3] = True
    if version >= 7:
        taken[:6, -11:-8] = taken[-11:-8, :6] = True
    return taken
