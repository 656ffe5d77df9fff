"""A share from its two symbols, and the proof that it is the one they show.

A share is returned when its RS1024 checksum holds and both symbols, drawn anew from it, agree with the picture by more
than chance could: the 33 words are 330 bits, the symbols thousands.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from splitkit.errors import UnreadableError
from splitkit.paper import qr
from splitkit.paper.rescue import mnemonic
from splitkit.paper.rescue.symbol import blocks, read
from splitkit.quorum.erasure import MAX_UNKNOWN, solve_unknown
from splitkit.quorum.share import Share, share_from_indices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from splitkit.paper.rescue.mnemonic import Likelihoods
    from splitkit.paper.rescue.symbol import Reading

SHARE_BITS = 330
"""What 33 words of a list of 1,024 can say."""

TRUSTED = 60.0
"""Bits by which the symbols must agree with a share beyond `SHARE_BITS`."""

LEAST_AGREEMENT = 0.15
"""Part of the possible agreement that every block of a symbol must reach for the symbol to count."""

_DOUBTED = 6
"""Words that are doubted when the checksum fails: those with the least certainty."""

_TRIED = 4
"""Most shares with solved words that are drawn and compared, the likeliest first: drawing takes time."""


def share_of(words: Reading | None, digits: Reading | None) -> Share | None:
    """Return the share that both symbols of a page, or the one that is there, show; None when nothing is proven."""
    choices = [(words, digits), (words, None), (None, digits)] if words and digits else [(words, digits)]
    for choice in choices:
        for share in _candidates(*_likeliest(*choice)):
            if proven(share, [reading for reading in (words, digits) if reading]):
                return share
    return None


def _likeliest(words: Reading | None, digits: Reading | None) -> tuple[list[int], Likelihoods]:
    given = mnemonic.shape()
    if digits:
        given = mnemonic.of_digits(digits.data(), given)
    if words:
        return mnemonic.of_text(words.data(), given)
    return [int(word) for word in given.argmax(axis=1)], given


def _candidates(best: Sequence[int], likelihoods: Likelihoods) -> Iterator[Share]:
    """The likeliest words if their checksum holds; else those that it allows when a few of them are doubted."""
    try:
        yield share_from_indices(best)
    except UnreadableError:
        pass
    else:
        return
    runners_up = np.partition(likelihoods, -2, axis=1)[:, -2]
    doubted = np.argsort(-runners_up)[:_DOUBTED].tolist()
    places = [some for count in range(1, MAX_UNKNOWN + 1) for some in combinations(doubted, count)]
    shares = [solve_unknown([None if at in some else word for at, word in enumerate(best)]) for some in places]
    solved = [share for share in shares if share]
    yield from sorted(solved, key=lambda share: -_likelihood(share, likelihoods))[:_TRIED]


def _likelihood(share: Share, likelihoods: Likelihoods) -> float:
    return float(likelihoods[np.arange(len(share.indices)), list(share.indices)].sum())


def proven(share: Share, readings: Sequence[Reading]) -> bool:
    """Whether the symbols of *share* agree with *readings* beyond what its words could explain.

    A symbol speaks only if every one of its blocks agrees: one wrong word turns about half of the check codewords of the
    blocks it touches, while a symbol that was torn away agrees nowhere.
    """
    total = -float(SHARE_BITS)
    for reading in readings:
        try:
            symbol = qr.words_symbol(share.words) if reading.kind.name == "words" else qr.digits_symbol(share.digits)
        except ValueError:  # the package cannot draw a block of zeros, which no share that was printed has
            return False
        gained, most = agreement(reading, np.array(symbol.modules))
        if (gained >= LEAST_AGREEMENT * most).all():
            total += float(gained.sum())
    return total > TRUSTED


def agreement(reading: Reading, modules: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each block, the bits by which the soft codewords agree with *modules*, and by which they could at most."""
    wanted = read(reading.kind, np.where(modules, 1.0, -1.0)).soft
    gained, most = (
        (1 - np.logaddexp(0, -soft) / np.log(2)).sum(axis=1) for soft in (reading.soft * wanted, np.abs(reading.soft))
    )
    starts = [start for start, _, _ in blocks(reading.kind)]
    return np.add.reduceat(gained, starts), np.add.reduceat(most, starts)
