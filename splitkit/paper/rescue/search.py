"""The rescue of symbols that no library reads: fit the page, find the grid of each symbol, weigh every module.

Nothing is guessed: a share must pass its checksum and agree with the whole of its symbols, an envelope must have every
block restored with evidence to spare and keep every rule of its format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue import grid
from splitkit.paper.rescue import plane as planes
from splitkit.paper.rescue.constellation import guesses
from splitkit.paper.rescue.model import Kind, kinds
from splitkit.paper.rescue.page import PageFit, fit_around, fit_guess, nodes_on, refined
from splitkit.paper.rescue.picture import Picture
from splitkit.paper.rescue.share import share_of
from splitkit.paper.rescue.soften import MOST, soften
from splitkit.paper.rescue.symbol import Reading, read, restored
from splitkit.paper.rescue.texts import text_of, with_envelope_rules
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.reading import read_code
from splitkit.quorum.share import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL import Image

    from splitkit.paper.rescue.grid import Nodes
    from splitkit.paper.rescue.plane import Points

LEAST_LIKENESS = 0.2
"""Likeness of the known modules of a symbol below which there is no symbol."""

START_LIKENESS = 0.35
LEAST_WEIGHT = 6.0
"""Weight of a page below which it is not looked at."""

LEAST_SCORE = 5.0
"""Score of a guess by marks and finder patterns below which it is chance."""

MOST_QUADS = 12
NEAR = 0.02
"""Corners nearer to each other than this part of a side are the same."""

GUESS_REACH_MM = 5.0
SAME_MM = 20.0
"""Pages whose symbols are nearer to each other than this are one page."""


@dataclass(frozen=True)
class Quad:
    """A symbol that a library found, whether it could read it or not."""

    corners: Points = field(repr=False)
    """Four corners in pixels, clockwise from its own top left."""
    text: str = field(default="", repr=False)
    """What it says; empty when it could not be read."""

    @classmethod
    def of(cls, corners: Sequence[tuple[float, float]], text: str) -> Quad:
        """A symbol at four pairs of pixels."""
        return cls(np.array(corners, dtype=np.float64), text)


@dataclass(frozen=True)
class Found:
    """A text that was rescued."""

    text: str = field(repr=False)
    margin: float


@dataclass
class Wanted:
    """What a page still lacks."""

    share: bool
    envelope: bool

    def __bool__(self) -> bool:
        return self.share or self.envelope


def search(image: Image.Image, quads: Sequence[Quad], wanted: Wanted, in_time: Callable[[], bool]) -> Iterator[Found]:
    """Yield what is *wanted* of a grey *image* as far as it can be rescued while *in_time*.

    Args:
        image: 8-bit grey.
        quads: Symbols that a library found there.
        wanted: What is missing; what was found is noted there.
        in_time: Whether there is time for another step of about a tenth of a second.
    """
    if not wanted:
        return
    picture = Picture(image)
    for page in all_pages(picture, quads, in_time):
        yield from rescue(picture, page, wanted, in_time)
        if not wanted or not in_time():
            return


def warm_up() -> None:
    """Load everything a rescue needs, so that it needs no file afterwards."""
    kinds()


def all_pages(picture: Picture, quads: Sequence[Quad], in_time: Callable[[], bool]) -> Iterator[PageFit]:
    """Every page that can be found, the surest first: around symbols of *quads*, then by marks and finder patterns."""
    seen = []
    for page in pages_of(picture, quads):
        seen.append(page)
        yield page
    if not in_time():
        return
    for score, guess in guesses(picture.image):
        if score < LEAST_SCORE or not in_time():
            return
        if any(_same(page, guess) for page in seen):
            continue
        fit = fit_guess(picture, guess, GUESS_REACH_MM)
        if fit and fit.weight >= LEAST_WEIGHT and not any(_same(page, fit) for page in seen):
            seen.append(refined(picture, fit))
            yield seen[-1]


def _same(one: PageFit, other: PageFit) -> bool:
    """Whether two pages have the middle of their words at the same place, whatever the size of the paper."""
    middles = [
        np.array([place.x, place.y]) + place.size / 2 for place in (page.paper.layout.words for page in (one, other))
    ]
    off = planes.apply(one.plane, middles[0]) - planes.apply(other.plane, middles[1])
    return bool(np.linalg.norm(off) < SAME_MM * one.scale())


def pages_of(picture: Picture, quads: Sequence[Quad]) -> Iterator[PageFit]:
    """The pages that *quads* lie on, the surest first; a quad on a page that was already found is passed over."""
    seen: list[PageFit] = []
    for quad, kind in _starts(picture, quads):
        middle = quad.corners.mean(axis=0)
        if any(_lies_on(page, kind, middle) for page in seen):
            continue
        page = fit_around(picture, kind, quad.corners)
        if page and page.weight >= LEAST_WEIGHT:
            page = refined(picture, page)
            seen.append(page)
            yield page


def _starts(picture: Picture, quads: Sequence[Quad]) -> list[tuple[Quad, Kind]]:
    """Each quad with the kind of symbol it looks like; those that look like none are left out."""
    rated = []
    for quad in _distinct(quads)[:MOST_QUADS]:
        likely = max(kinds(), key=lambda kind, quad=quad: _start_likeness(picture, quad, kind))  # type: ignore[misc]
        rated.append((_start_likeness(picture, quad, likely), quad, likely))
    rated = [entry for entry in rated if entry[0] >= START_LIKENESS]
    return [(quad, kind) for _, quad, kind in sorted(rated, key=lambda entry: -entry[0])]


def _distinct(quads: Sequence[Quad]) -> list[Quad]:
    """Quads that are not where an earlier one is; those that were read come first."""
    kept: list[Quad] = []
    for quad in sorted(quads, key=lambda quad: not quad.text):
        side = np.linalg.norm(quad.corners[1] - quad.corners[0])
        if all(np.abs(quad.corners - other.corners).max() > NEAR * side for other in kept):
            kept.append(quad)
    return kept


def _start_likeness(picture: Picture, quad: Quad, kind: Kind) -> float:
    nodes = grid.nodes_of(planes.square(kind.size, quad.corners), kind.size)
    return grid.likeness(grid.grey_of(picture, nodes), kind)


def _lies_on(page: PageFit, kind: Kind, middle: Points) -> bool:
    place = kind.place(page.paper)
    expected = planes.apply(page.plane, np.array([place.x + place.size / 2, place.y + place.size / 2]))
    return bool(np.linalg.norm(expected - middle) < 0.25 * place.size * page.scale())


def rescue(picture: Picture, page: PageFit, wanted: Wanted, in_time: Callable[[], bool]) -> Iterator[Found]:
    """Yield what is *wanted* of one page, and note in *wanted* what was found."""
    words, digits, *envelopes = kinds()
    if wanted.share:
        share = _share(picture, page, (digits, words), in_time)
        if share:
            wanted.share = False
            yield share
    if wanted.envelope and in_time():
        for kind in sorted(envelopes, key=lambda kind: -_page_likeness(picture, page, kind))[:1]:
            text = _envelope(picture, page, kind, in_time)
            if text:
                wanted.envelope = False
                yield text


def _page_likeness(picture: Picture, page: PageFit, kind: Kind) -> float:
    return grid.likeness(grid.grey_of(picture, nodes_on(picture, page, kind)), kind)


def _share(picture: Picture, page: PageFit, pair: Sequence[Kind], in_time: Callable[[], bool]) -> Found | None:
    readings: dict[str, Reading] = {}
    for kind in pair:
        for reading in _readings(picture, page, kind, in_time):
            text = text_of(reading.data()) if reading.whole else None
            if text and isinstance(read_code(text), Share):
                return Found(text, reading.margin)
            if kind.name not in readings or sum(reading.solved) > sum(readings[kind.name].solved):
                readings[kind.name] = reading
    share = share_of(readings.get("words"), readings.get("digits")) if readings else None
    return Found(share.mnemonic.upper(), 0.0) if share else None


def _envelope(picture: Picture, page: PageFit, kind: Kind, in_time: Callable[[], bool]) -> Found | None:
    for reading in _readings(picture, page, kind, in_time):
        current = reading
        if not current.whole and sum(current.solved) * 4 >= len(current.solved):
            current = restored(current.with_data(with_envelope_rules(current.data(), MOST)))
        text = text_of(current.data()) if current.whole else None
        if text and isinstance(read_code(text), Envelope):
            return Found(text, current.margin)
    return None


def _readings(picture: Picture, page: PageFit, kind: Kind, in_time: Callable[[], bool]) -> Iterator[Reading]:
    """What the modules say on each grid worth trying."""
    for nodes in _grids(picture, page, kind):
        grey = grid.grey_of(picture, nodes)
        if grid.likeness(grey, kind) >= LEAST_LIKENESS:
            yield restored(read(kind, soften(grey, kind.known)))
        if not in_time():
            return


def _grids(picture: Picture, page: PageFit, kind: Kind) -> Iterator[Nodes]:
    plain = nodes_on(picture, page, kind)
    yield plain
    drawn, _ = grid.settled(picture, grid.drawn_to_edges(picture, plain), kind)
    yield drawn
    yield grid.drawn_to_edges(picture, drawn, (3.0, 2.5))
