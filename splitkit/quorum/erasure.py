"""Illegible words: what the three checksum words of a share still tell.

RS1024 is a Reed-Solomon code over GF(1024) with three check symbols: up to three unknown words always have exactly one
solution, and so has one wrong word whose place is unknown, if there is one at all.  A solution is only a guess that fits the
checksum.  It becomes a share when a commitment of a trusted envelope proves it; nothing else is ever corrected.

The equations are solved over the bits: the checksum is linear in them, so no arithmetic in GF(1024) is needed.

Source: SLIP-0039, "Checksum".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shamir_mnemonic import rs1024

from splitkit.errors import UnreadableError
from splitkit.quorum.mnemonic import SHARE_WORDS
from splitkit.quorum.share import Share, share_from_indices

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_UNKNOWN = 3
"""As many words as there are check words: more would have many solutions."""

_WORD_BITS = 10
_CUSTOMIZATION = b"shamir"


def solve_unknown(indices: Sequence[int | None]) -> Share | None:
    """Return the only share that has these word *indices*, where None stands for an illegible word.

    None when there is no such share of splitkit's shape.

    Raises:
        ValueError: If there are not 33 words, or none or more than three of them are unknown.
    """
    unknown = [place for place, index in enumerate(indices) if index is None]
    if len(indices) != SHARE_WORDS or not 1 <= len(unknown) <= MAX_UNKNOWN:
        raise ValueError("a share has 33 words, of which one to three may be unknown")
    known = [index or 0 for index in indices]
    words = _solve(known, unknown)
    return _share(known, unknown, words) if words else None


def solve_one_wrong(indices: Sequence[int]) -> list[tuple[int, Share]]:
    """Return every share that differs from *indices* in exactly one word, with the place of that word (from 0).

    The code tells one wrong word apart from all others, so there is at most one; a second would be a flaw of the code.
    """
    found = []
    for place in range(len(indices)):
        known = [*indices[:place], 0, *indices[place + 1 :]]
        words = _solve(known, [place])
        share = _share(known, [place], words) if words else None
        if share:
            found.append((place, share))
    return found


def _share(known: list[int], unknown: list[int], words: list[int]) -> Share | None:
    for place, word in zip(unknown, words, strict=True):
        known[place] = word
    try:
        return share_from_indices(known)
    except UnreadableError:
        return None


def _solve(known: Sequence[int], unknown: Sequence[int]) -> list[int] | None:
    """Return the words at *unknown* that make the checksum right; *known* holds 0 there.  None if nothing does."""
    target = _remainder(known) ^ 1
    columns = [_contribution(len(known), place, bit) for place in unknown for bit in range(_WORD_BITS)]
    bits = _gauss(columns, target)
    if bits is None:
        return None
    return [bits >> at * _WORD_BITS & (1 << _WORD_BITS) - 1 for at in range(len(unknown))]


def _gauss(columns: Sequence[int], target: int) -> int | None:
    """Return the set of *columns* (as a bit mask) whose XOR is *target*, by elimination over GF(2); None if there is none.

    The columns are independent: that is what lets RS1024 find three erasures.
    """
    basis: dict[int, tuple[int, int]] = {}
    for number, column in enumerate(columns):
        value, mask = _reduce(basis, column, 1 << number)
        basis[value.bit_length()] = (value, mask)
    rest, mask = _reduce(basis, target, 0)
    return None if rest else mask


def _reduce(basis: dict[int, tuple[int, int]], value: int, mask: int) -> tuple[int, int]:
    while value.bit_length() in basis:
        other, other_mask = basis[value.bit_length()]
        value, mask = value ^ other, mask ^ other_mask
    return value, mask


def _remainder(indices: Sequence[int]) -> int:
    """The 30-bit remainder of the checksum polynomial; 1 for a sound mnemonic."""
    check: int = rs1024._polymod([*_CUSTOMIZATION, *indices])  # noqa: SLF001  (the package offers only yes or no)
    return check


@lru_cache(maxsize=SHARE_WORDS * _WORD_BITS)
def _contribution(length: int, place: int, bit: int) -> int:
    """What one bit of the word at *place* adds to the remainder."""
    single = [0] * length
    zero = _remainder(single)
    single[place] = 1 << bit
    return zero ^ _remainder(single)
