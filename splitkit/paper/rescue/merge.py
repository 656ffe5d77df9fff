"""Several pictures of one sheet, none of which is enough, put together bit by bit.

The soft bits of one symbol add up over pictures, and what is stained by glare in one may be seen in the next.  Which
pictures show the same symbol they tell themselves: two readings of one symbol agree in most of what they are sure of, two
different symbols in half of it.  The envelope is the same on every sheet of a set, so all pictures of a set help each
other with it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from splitkit.paper.qr import Leftover
from splitkit.paper.rescue.model import kinds
from splitkit.paper.rescue.search import Found, envelope_restored, read_envelope, read_share
from splitkit.paper.rescue.share_decoding import share_of
from splitkit.paper.rescue.symbol import SoftSymbol, restored

LEAST_AGREEMENT = 0.3
"""Weighted agreement, -1.0 to 1.0, from which two readings are of one symbol; measured, chance gives 0.0 +- 0.02, and two
sheets of one set, whose texts begin alike, less than 0.2."""

_SCALE = 8.0
_MOST = 20.0


@dataclass
class _Together:
    """Readings of one symbol."""

    reading: SoftSymbol = field(repr=False)
    pictures: set[int]


def packed(reading: SoftSymbol) -> bytes:
    """The soft bits of a reading as signed bytes, an eighth each."""
    return np.clip(np.rint(reading.soft * _SCALE), -127, 127).astype(np.int8).tobytes()


def _unpacked(leftover: Leftover) -> SoftSymbol:
    kind = next(kind for kind in kinds() if (kind.name, kind.version) == (leftover.name, leftover.version))
    soft = np.frombuffer(leftover.soft, dtype=np.int8).astype(np.float64).reshape(-1, 8) / _SCALE
    return SoftSymbol(kind, soft, (False,) * kind.codewords.blocks, 1.0)


def merged(leftovers: Sequence[Leftover], in_time: Callable[[], bool]) -> Iterator[Found]:
    """Yield what *leftovers* of several pictures give together; a symbol that only one picture shows gives nothing new."""
    groups: list[_Together] = []
    for leftover in leftovers:
        _join(groups, _unpacked(leftover), leftover.picture)
    groups = [group for group in groups if len(group.pictures) > 1]
    for group in groups:
        if group.reading.kind.name == "envelope" and in_time():
            found = read_envelope(envelope_restored(group.reading))
            if found:
                yield found
    yield from _shares(groups, in_time)


def _join(groups: list[_Together], reading: SoftSymbol, picture: int) -> None:
    """Add a reading to the group it agrees with most, or begin a new one."""
    alike = [(_agreement(group.reading, reading), group) for group in groups if group.reading.kind is reading.kind]
    best, group = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    if group is None or best < LEAST_AGREEMENT:
        groups.append(_Together(reading, {picture}))
        return
    # Logarithms of likelihoods add up where the noise of the pictures is independent; dirt on the paper is not, hence a cap.
    soft = np.clip(group.reading.soft + reading.soft, -_MOST, _MOST)
    group.reading = SoftSymbol(reading.kind, soft, reading.solved, 1.0)
    group.pictures.add(picture)


def _agreement(one: SoftSymbol, other: SoftSymbol) -> float:
    sure, also = np.tanh(one.soft / 2), np.tanh(other.soft / 2)
    most = np.abs(sure * also).sum()
    return float((sure * also).sum() / most) if most > 0 else 0.0


def _shares(groups: Sequence[_Together], in_time: Callable[[], bool]) -> Iterator[Found]:
    """The shares of *groups*: from one symbol, or from the two symbols of one sheet."""
    words, digits = ([group for group in groups if group.reading.kind.name == name] for name in ("words", "digits"))
    for one, other in _pairs(words, digits):
        if in_time():
            found = _share(one, other)
            if found:
                yield found


def _pairs(
    words: Sequence[_Together], digits: Sequence[_Together]
) -> Iterator[tuple[_Together | None, _Together | None]]:
    """Words and digits that some picture shows beside each other; and alone what has nothing beside it."""
    for one in words:
        beside: list[_Together | None] = [group for group in digits if group.pictures & one.pictures]
        yield from ((one, other) for other in beside or [None])
    for other in digits:
        if not any(group.pictures & other.pictures for group in words):
            yield None, other


def _share(words: _Together | None, digits: _Together | None) -> Found | None:
    readings = [restored(group.reading) if group else None for group in (words, digits)]
    for reading in readings:
        found = read_share(reading) if reading else None
        if found:
            return found
    share = share_of(*readings) if any(readings) else None
    return Found(share.mnemonic.upper(), 0.0) if share else None
