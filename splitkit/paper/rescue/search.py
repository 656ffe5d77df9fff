"""The rescue of symbols that no library reads: fit the page, find the grid of each symbol, weigh every module.

Nothing is guessed: a share must pass its checksum and agree with the whole of its symbols, an envelope must have every
block restored with evidence to spare and keep every rule of its format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from splitkit.paper.rescue import grid
from splitkit.paper.rescue.bitstream import text_of, with_envelope_rules
from splitkit.paper.rescue.landmarks import Landmarks
from splitkit.paper.rescue.model import SymbolModel, kinds
from splitkit.paper.rescue.pages import PageFit, Quad, all_pages, any_of_ours, closer_nodes_on, nodes_on
from splitkit.paper.rescue.pyramid import Pyramid
from splitkit.paper.rescue.share_decoding import share_of
from splitkit.paper.rescue.softbits import MOST, soft_bits
from splitkit.paper.rescue.symbol import SoftSymbol, read, restored
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.parsing import read_code
from splitkit.quorum.share import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL import Image

    from splitkit.paper.rescue.grid import Nodes

LEAST_LIKENESS = 0.2
"""Likeness of the known modules of a symbol below which there is no symbol."""

_Best = dict[str, tuple[int, SoftSymbol, SoftSymbol]]
"""For each symbol: how many blocks were restored, the reading before that, and after it."""

HOPELESS = 0.1
"""Likeness on the first two grids below which no closer look helps: there is no symbol, or it is gone."""

_RULES_FROM = 0.25
"""Part of an envelope's blocks that must be restored before the rules of its text are brought to bear."""


@dataclass(frozen=True)
class Found:
    """A text that was rescued."""

    text: str = field(repr=False)
    margin: float


@dataclass
class Wanted:
    """What a picture still lacks, and what was seen of it in vain.

    Attributes:
        share: Whether it lacks a share.
        envelope: Whether it lacks an envelope.
        left: The best reading of each symbol that was not enough: several pictures together may be.
    """

    share: bool
    envelope: bool
    left: list[SoftSymbol] = field(default_factory=list, repr=False)

    def __bool__(self) -> bool:
        return self.share or self.envelope

    def note(self, found: Found) -> None:
        """Take *found* off the list."""
        if isinstance(read_code(found.text), Envelope):
            self.envelope = False
        else:
            self.share = False


class Search:
    """The search of one 8-bit grey picture."""

    def __init__(self, image: Image.Image) -> None:
        self._picture = Pyramid(image)
        self._landmarks = Landmarks(image)

    def likely(self, quads: Sequence[Quad]) -> bool:
        """Whether something in the picture looks like a part of a sheet; takes less than half a second."""
        return any_of_ours(self._picture, quads) or self._landmarks.likely()

    def found(self, quads: Sequence[Quad], wanted: Wanted, in_time: Callable[[], bool]) -> Iterator[Found]:
        """Yield what is *wanted* as far as it can be rescued while *in_time*.

        Args:
            quads: Symbols that a library found there.
            wanted: What is missing; what was found is noted there.
            in_time: Whether there is time for another step of about a tenth of a second.
        """
        if not wanted or not in_time():
            return
        for page in all_pages(self._picture, quads, self._landmarks.guesses(in_time), in_time):
            for found in _rescue(self._picture, page, wanted, in_time):
                wanted.note(found)
                yield found
            if not wanted or not in_time():
                return


def _rescue(picture: Pyramid, page: PageFit, wanted: Wanted, in_time: Callable[[], bool]) -> Iterator[Found]:
    """What is wanted of one page.  Share and envelope take turns, so that neither uses up the time of the other."""
    words, digits, *envelopes = kinds()
    best: _Best = {}
    tries = []
    if wanted.share:
        tries.append(_share_tries(picture, page, (digits, words), best))
    if wanted.envelope:
        likely = max(envelopes, key=lambda kind: _page_likeness(picture, page, kind))
        tries.append(_envelope_tries(picture, page, likely, best))
    for found in chain.from_iterable(zip_longest(*tries)):
        if found:
            yield found
        if not in_time():
            break
    wanted.left += [raw for _, raw, _ in best.values()]


def _page_likeness(picture: Pyramid, page: PageFit, kind: SymbolModel) -> float:
    return grid.likeness(grid.grey_of(picture, nodes_on(picture, page, kind)), kind)


def _share_tries(picture: Pyramid, page: PageFit, pair: Sequence[SymbolModel], best: _Best) -> Iterator[Found | None]:
    """One try for each grid; ends with the share.  Until then the best reading of each symbol is in *best*."""
    for readings in zip_longest(*(_readings(picture, page, kind) for kind in pair)):
        found = _share_in(readings, best)
        if found:
            for kind in pair:
                best.pop(kind.name, None)
        yield found
        if found:
            return


def _share_in(readings: Sequence[SoftSymbol | None], best: _Best) -> Found | None:
    """The share that one of *readings* spells, or the best of both symbols together if any of them is new."""
    news = False
    for raw in filter(None, readings):
        reading = restored(raw)
        found = read_share(reading)
        if found:
            return found
        news = _keep(best, raw, reading) or news
    share = share_of(*(best[name][2] if name in best else None for name in ("words", "digits"))) if news else None
    return Found(share.mnemonic.upper(), 0.0) if share else None


def _keep(best: _Best, raw: SoftSymbol, reading: SoftSymbol) -> bool:
    """Put a reading into *best* if more of its blocks were restored than of the one there; return whether they were."""
    count = sum(reading.solved)
    if count <= best.get(raw.kind.name, (-1,))[0]:
        return False
    best[raw.kind.name] = count, raw, reading
    return True


def read_share(reading: SoftSymbol) -> Found | None:
    """The share that a reading spells, or None."""
    text = text_of(reading.data()) if reading.whole else None
    return Found(text, reading.margin) if text and isinstance(read_code(text), Share) else None


def _envelope_tries(picture: Pyramid, page: PageFit, kind: SymbolModel, best: _Best) -> Iterator[Found | None]:
    """One try for each grid; ends with the envelope.  Until then its best reading is in *best*."""
    for raw in _readings(picture, page, kind):
        if raw:
            reading = envelope_restored(raw)
            found = read_envelope(reading)
            if found:
                best.pop(kind.name, None)
                yield found
                return
            _keep(best, raw, reading)
        yield None


def envelope_restored(raw: SoftSymbol) -> SoftSymbol:
    """Restore the blocks of an envelope, with what its text can hold where some are missing."""
    reading = restored(raw)
    if not reading.whole and sum(reading.solved) >= _RULES_FROM * len(reading.solved):
        reading = restored(reading.with_data(with_envelope_rules(reading.data(), MOST)))
    return reading


def read_envelope(reading: SoftSymbol) -> Found | None:
    """The envelope that a reading spells, or None."""
    text = text_of(reading.data()) if reading.whole else None
    return Found(text, reading.margin) if text and isinstance(read_code(text), Envelope) else None


def _readings(picture: Pyramid, page: PageFit, kind: SymbolModel) -> Iterator[SoftSymbol | None]:
    """What the modules say on each grid worth trying; None where they do not look like a symbol."""
    best = 0.0
    for number, nodes in enumerate(_grids(picture, page, kind)):
        grey = grid.grey_of(picture, nodes)
        likeness = grid.likeness(grey, kind)
        best = max(best, likeness)
        yield read(kind, soft_bits(grey, kind.known)) if likeness >= LEAST_LIKENESS else None
        if number and best < HOPELESS:
            return


def _grids(picture: Pyramid, page: PageFit, kind: SymbolModel) -> Iterator[Nodes]:
    """Grids of one symbol, the likeliest first: as the features say, closer to each of them, and drawn to the edges."""
    plain = nodes_on(picture, page, kind)
    yield plain
    drawn, _ = grid.settled(picture, grid.drawn_to_edges(picture, plain), kind)
    yield drawn
    closer = closer_nodes_on(picture, page, kind)
    drawn, _ = grid.settled(picture, grid.drawn_to_edges(picture, closer), kind)
    yield drawn
    yield closer
