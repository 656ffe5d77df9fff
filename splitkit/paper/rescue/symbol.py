"""From the soft bits of a symbol's modules to the soft bits of its data, block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.encoder import MASK
from splitkit.paper.rescue.blocks import restore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from splitkit.paper.rescue.model import SymbolModel

    Soft = NDArray[np.float64]

SURE = 30.0
"""Soft bit of a codeword in a block that was restored."""


@dataclass(frozen=True)
class SoftSymbol:
    """What is known of the codewords of one symbol."""

    kind: SymbolModel
    soft: Soft = field(repr=False)
    """Soft bits, (codewords, 8), block after block, data before check codewords."""
    solved: tuple[bool, ...]
    """For each block, whether it was restored."""
    margin: float
    """Error correction left in the worst block of those that were restored, 0.0 to 1.0; 1.0 before any was."""

    @property
    def whole(self) -> bool:
        """Whether every block was restored."""
        return all(self.solved)

    def data(self) -> Soft:
        """Soft bits of the data codewords, in the order of the text: one dimension."""
        return np.concatenate([self.soft[start : start + length] for start, length, _ in blocks(self.kind)]).ravel()

    def with_data(self, data: Soft) -> SoftSymbol:
        """The same with other soft bits for the data codewords of the blocks that are not solved."""
        soft, at = self.soft.copy(), 0
        for (start, length, _), done in zip(blocks(self.kind), self.solved, strict=True):
            if not done:
                soft[start : start + length] = data[8 * at : 8 * (at + length)].reshape(length, 8)
            at += length
        return SoftSymbol(self.kind, soft, self.solved, self.margin)


def read(kind: SymbolModel, modules: Soft) -> SoftSymbol:
    """Return what soft bits of *modules* (n, n), positive for dark, say of a symbol of *kind*, without restoring any."""
    # A mask turns bits round (exclusive or), which is a change of sign for a soft bit.
    dark = np.where(_masked(kind.size), -modules, modules)
    places, order = kind.codewords, _order(kind)
    carrying = places.codeword >= 0
    soft = np.zeros((len(places.block), 8))
    soft[places.codeword[carrying], 7 - places.bit[carrying]] = dark[carrying]
    return SoftSymbol(kind, soft[order], (False,) * places.blocks, 1.0)


def restored(reading: SoftSymbol, *, thorough: bool = True) -> SoftSymbol:
    """Restore every block that is not solved yet, as far as it goes."""
    soft, solved, spare = reading.soft.copy(), [], reading.margin
    for (start, length, check), done in zip(blocks(reading.kind), reading.solved, strict=True):
        part = slice(start, start + length + check)
        block = None if done else restore(reading.soft[part], check, thorough=thorough)
        if block:
            bits = np.unpackbits(np.array(block.codewords, dtype=np.uint8)).reshape(-1, 8)
            soft[part] = np.where(bits == 1, SURE, -SURE)
            spare = min(spare, max(0.0, 1 - 2 * block.errors / check))
        solved.append(done or block is not None)
    return SoftSymbol(reading.kind, soft, tuple(solved), spare)


@lru_cache(maxsize=8)
def blocks(kind: SymbolModel) -> tuple[tuple[int, int, int], ...]:
    """For each block of a symbol, where it begins in the order of blocks, its data codewords and its check codewords."""
    places = kind.codewords
    sizes = np.bincount(places.block)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return tuple(
        (int(start), int(size) - places.check, places.check) for start, size in zip(starts, sizes, strict=True)
    )


@lru_cache(maxsize=8)
def _order(kind: SymbolModel) -> NDArray[np.intp]:
    """The codewords in placing order -> block after block."""
    places = kind.codewords
    return np.lexsort((places.position, places.block))


@lru_cache(maxsize=8)
def _masked(size: int) -> NDArray[np.bool_]:
    """The modules that the fixed mask turns round."""
    if MASK != 2:  # ISO/IEC 18004:2015, table 10: mask 010, column modulo 3 = 0
        raise ValueError("only mask 2 is known here")
    return np.broadcast_to(np.arange(size) % 3 == 0, (size, size))
