"""Blocks of codewords restored from soft bits: what is likely counts, not only what looks dark or light.

A soft bit is the natural logarithm of how much likelier 1 is than 0; 0.0 says that nothing is known.  Three ways are
tried, each good at another kind of damage: plain correction; erasing the least certain codewords, for stains and tears
(generalised minimum distance decoding, Forney 1966); and building the block from its most certain bits, for damage that
is scattered over all codewords (ordered statistics decoding of order 2, Fossorier and Lin 1995, over the bits).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue.reedsolomon import correct, parity_bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Soft = NDArray[np.float64]

TRUSTED = 20.0
"""Bits of evidence above which a block is taken for right.

A wrong block reaches this by chance about once in 2^20 blocks, if the soft bits are honest; what is made of the blocks is
checked again before anything is returned.
"""

_ERASING_STEPS = 10


@dataclass(frozen=True)
class Block:
    """A word of the code."""

    codewords: tuple[int, ...] = field(repr=False)
    """Data codewords, then check codewords."""
    evidence: float
    """Bits: by how much more the picture agrees with this block than with one drawn at random, beyond what its data
    codewords could explain."""
    errors: int
    """How many codewords were read otherwise, or not at all."""


def restore(soft: Soft, check: int, *, thorough: bool = True) -> Block | None:
    """Return the likeliest block for *soft* bits of shape (codewords, 8), or None when nothing is trusted.

    Args:
        soft: Soft bits, the most significant of a codeword first.
        check: How many of the codewords are check codewords.
        thorough: Whether to go beyond plain correction.
    """
    best: Block | None = None
    for codewords in _candidates(soft, check, thorough=thorough):
        block = _judged(soft, codewords, check)
        if best is None or block.evidence > best.evidence:
            best = block
        if 2 * block.errors <= check and block.evidence > 2 * TRUSTED:
            break
    return best if best and best.evidence > TRUSTED else None


def _candidates(soft: Soft, check: int, *, thorough: bool) -> Iterator[list[int]]:
    hard = np.packbits(soft > 0, axis=1).ravel().tolist()
    plain = correct(hard, check)
    if plain:
        yield plain
    if not thorough:
        return
    # The logarithm of the chance that all eight bits of a codeword are what they look like.
    certainty = -np.log1p(np.exp(-np.abs(soft))).sum(axis=1)
    order = np.argsort(certainty, kind="stable").tolist()
    for count in np.unique(np.linspace(1, check, _ERASING_STEPS).astype(int)).tolist():
        erased = correct(hard, check, order[:count])
        if erased:
            yield erased
    yield from _from_certain_bits(soft.ravel(), len(soft), check)


def _judged(soft: Soft, codewords: list[int], check: int) -> Block:
    bits = np.unpackbits(np.array(codewords, dtype=np.uint8)).reshape(soft.shape)
    agreement = np.where(bits == 1, soft, -soft)
    # Each bit is worth log2 of its likelihood against one half; the data codewords were free to be chosen, so their bits
    # are taken off: what is left is what the check codewords vouch for.
    gained = (1 - np.logaddexp(0, -agreement) / np.log(2)).sum() - 8 * (len(soft) - check)
    return Block(tuple(codewords), float(gained), int((agreement <= 0).any(axis=1).sum()))


def _from_certain_bits(soft: Soft, length: int, check: int) -> Iterator[list[int]]:
    """The block that the most certain bits spell, with up to two of them turned round.

    The parity check matrix is solved for the least certain bits that are independent (`pivots`): the others (`free`) may
    then be chosen at will and decide them.  Errors among the free bits are few, as these are the most certain ones; order 2
    finds them when they are no more than two.
    """
    order = np.argsort(np.abs(soft), kind="stable")
    pivots, rows = _solved(parity_bits(length, check), order)
    free = np.setdiff1d(np.arange(len(soft)), pivots)
    signs = 1 - 2 * rows[:, free].astype(np.float32)
    hard = (soft > 0).astype(np.uint8)
    bits = hard.copy()
    bits[pivots] = rows[:, free] @ hard[free] % 2
    agreement = np.where(bits[pivots] == 1, soft[pivots], -soft[pivots]).astype(np.float32)
    cost = np.abs(soft[free]).astype(np.float32)
    for turned in _best_turns(signs, agreement, cost):
        changed = bits.copy()
        changed[free[turned]] ^= 1
        changed[pivots] ^= (rows[:, free[turned]].sum(axis=1) % 2).astype(np.uint8)
        yield np.packbits(changed).tolist()


def _best_turns(
    signs: NDArray[np.float32], agreement: NDArray[np.float32], cost: NDArray[np.float32]
) -> list[list[int]]:
    """Which of the free bits to turn round: none, the best one, or the best two, whichever agrees best."""
    # Turning a free bit round costs twice its own agreement and changes the sign of the pivots that depend on it
    # (-1 in its column of *signs*); with two of them the signs multiply, so all pairs are one product of matrices.
    none = agreement.sum()
    one = signs.T @ agreement - 2 * cost
    two = signs.T @ (agreement[:, None] * signs) - 2 * (cost[:, None] + cost[None, :])
    np.fill_diagonal(two, -np.inf)
    first, second = np.unravel_index(int(two.argmax()), two.shape)
    choices = [(none, []), (one.max(), [int(one.argmax())]), (two.max(), [int(first), int(second)])]
    return [max(choices, key=lambda choice: choice[0])[1]]


def _solved(parity: NDArray[np.uint8], order: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Solve the parity check matrix for the first columns of *order* that are independent (Gauss-Jordan over GF(2)).

    Returns the columns solved for, one for each row, and the matrix in which each stands in its row alone.
    """
    packed = np.packbits(parity, axis=1, bitorder="little")
    packed = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view("<u8")
    one = np.uint64(1)
    free = np.ones(len(packed), np.uint64)  # 1 for the rows that no column is solved for yet
    pivots, rows = [], []
    for column in order.tolist():
        holders = packed[:, column >> 6] >> np.uint64(column & 63) & one
        row = int((holders & free).argmax())
        if not holders[row] & free[row]:
            continue
        holders[row] = free[row] = 0
        packed ^= holders[:, None] * packed[row]
        pivots.append(column)
        rows.append(row)
        if len(rows) == len(packed):
            break
    solved = np.unpackbits(packed.view(np.uint8), axis=1, bitorder="little", count=parity.shape[1])
    return np.array(pivots), solved[rows]
