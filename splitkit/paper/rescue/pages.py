"""The pages in a picture, and the place of every symbol on each.

A page is fitted around a symbol that a library found, or from a guess by landmarks where it found none: features near the
first guess are looked for first, then those further away, each as far around as the guess may be wrong there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.geometry import Paper
from splitkit.paper.rescue import grid, homography
from splitkit.paper.rescue.match import Sighting, fitted, sight
from splitkit.paper.rescue.model import Feature, SymbolModel, features, kinds
from splitkit.paper.rescue.warp import Warp, warp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from splitkit.paper.rescue.grid import Nodes
    from splitkit.paper.rescue.homography import Homography, Points
    from splitkit.paper.rescue.pyramid import Pyramid

START_LIKENESS = 0.35
"""Likeness of known modules from which a symbol that a library found is taken for one of ours."""

LEAST_WEIGHT = 6.0
"""Weight of a page below which it is not looked at."""

GUESSED_WEIGHT = 10.0
"""The same for a page of which no symbol was found: chance may give more."""

MOST_GUESSED = 3
LEAST_SCORE = 5.0
"""Score of a guess by marks and finder patterns below which it is chance."""

MOST_QUADS = 12
NEAR = 0.02
"""Corners nearer to each other than this part of a side are the same."""

GUESS_REACH_MM = 5.0
SAME_MM = 20.0
"""Pages whose symbols are nearer to each other than this are one page."""

_REACH_MM = 1.2
_REACH_A_MM = 0.045
"""How far off a feature may be: near the first guess, and for each millimetre away from it."""

_FINE_REACH_MM = 2.0
_CLOSER_REACH_MM = 4.0
_AGREE_MM = 0.6
_ENOUGH = 8
"""Features of one symbol that make a projection of its own."""


@dataclass(frozen=True)
class Quad:
    """A symbol that a library found, whether it could read it or not.

    Attributes:
        corners: Four corners in pixels, clockwise from its own top left.
        text: What it says; empty when it could not be read.
    """

    corners: Points = field(repr=False)
    text: str = field(default="", repr=False)

    @classmethod
    def of(cls, corners: Sequence[tuple[float, float]], text: str) -> Quad:
        """A symbol at four pairs of pixels."""
        return cls(np.array(corners, dtype=np.float64), text)


@dataclass(frozen=True)
class PageFit:
    """Where a page lies."""

    paper: Paper
    projection: Homography = field(repr=False)
    """Millimetres of the page -> pixels."""
    sightings: tuple[Sighting, ...] = field(default=(), repr=False)
    origin: tuple[SymbolModel, Homography] | None = field(default=None, repr=False)
    """The symbol it was found by, and the projection that is right there, whatever the paper does further away."""

    @property
    def weight(self) -> float:
        """How much speaks for it."""
        return sum(sighting.likeness for sighting in self.sightings)

    def projection_at(self, kind: SymbolModel) -> Homography:
        """The projection that is best around a symbol of *kind*."""
        return self.origin[1] if self.origin and self.origin[0] is kind else self.projection

    def scale(self) -> float:
        """Pixels a millimetre in the middle of the page."""
        middle = np.array([self.paper.width_mm / 2, self.paper.height_mm / 2])
        return float(homography.scale_at(self.projection, middle))


def all_pages(
    picture: Pyramid, quads: Sequence[Quad], guesses: Iterable[tuple[float, PageFit]], in_time: Callable[[], bool]
) -> Iterator[PageFit]:
    """Every page that can be found, the surest first: around symbols of *quads*, then from *guesses* with their scores."""
    seen = []
    for page in pages_of(picture, quads, in_time):
        seen.append(page)
        yield page
    guessed = 0
    for score, guess in guesses:
        if score < LEAST_SCORE or not in_time():
            return
        if any(_same(page, guess) for page in seen):
            continue
        fit = fit_guess(picture, guess, GUESS_REACH_MM)
        if fit and fit.weight >= GUESSED_WEIGHT and not any(_same(page, fit) for page in seen):
            seen.append(refined(picture, fit))
            yield seen[-1]
            guessed += 1
        if guessed == MOST_GUESSED:
            return


def _same(one: PageFit, other: PageFit) -> bool:
    """Whether two pages have the middle of their words at the same place, whatever the size of the paper."""
    middles = [
        np.array([place.x, place.y]) + place.size / 2 for place in (page.paper.layout.words for page in (one, other))
    ]
    off = homography.apply(one.projection, middles[0]) - homography.apply(other.projection, middles[1])
    return bool(np.linalg.norm(off) < SAME_MM * one.scale())


def pages_of(picture: Pyramid, quads: Sequence[Quad], in_time: Callable[[], bool]) -> Iterator[PageFit]:
    """The pages that *quads* lie on, the surest first; a quad on a page that was already found is passed over."""
    seen: list[PageFit] = []
    for quad, kind in _starts(picture, quads):
        if not in_time():
            return
        middle = quad.corners.mean(axis=0)
        if any(_lies_on(page, kind, middle) for page in seen):
            continue
        page = fit_around(picture, kind, quad.corners)
        if page and page.weight >= LEAST_WEIGHT:
            page = refined(picture, page)
            seen.append(page)
            yield page


def any_of_ours(picture: Pyramid, quads: Sequence[Quad]) -> bool:
    """Whether one of *quads*, which no library could read, looks like a symbol of a sheet."""
    return bool(_starts(picture, quads))


def _starts(picture: Pyramid, quads: Sequence[Quad]) -> list[tuple[Quad, SymbolModel]]:
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


def _start_likeness(picture: Pyramid, quad: Quad, kind: SymbolModel) -> float:
    nodes = grid.nodes_of(homography.square(kind.size, quad.corners), kind.size)
    return grid.likeness(grid.grey_of(picture, nodes), kind)


def _lies_on(page: PageFit, kind: SymbolModel, middle: Points) -> bool:
    place = kind.place(page.paper)
    expected = homography.apply(page.projection, np.array([place.x + place.size / 2, place.y + place.size / 2]))
    return bool(np.linalg.norm(expected - middle) < 0.25 * place.size * page.scale())


def fit_around(picture: Pyramid, kind: SymbolModel, corners: Points) -> PageFit | None:
    """Fit the page around one symbol of *kind* whose four *corners* (pixels) are known, as either size of paper.

    Returns the size that more of the page agrees with; None when nothing does.
    """
    start = PageFit(Paper.A4, homography.square(kind.place(Paper.A4).size, corners))
    own = features(kind, Paper.A4)
    place = kind.place(Paper.A4)
    start = replace(start, projection=homography.moved(start.projection, -place.x, -place.y))
    near = _once(picture, start, own, [_REACH_MM] * len(own)) or start
    fits = [_fit_far(picture, _on(paper, near, kind), kind) for paper in Paper]
    return max((fit for fit in fits if fit), key=lambda fit: fit.weight, default=None)


def _on(paper: Paper, fit: PageFit, kind: SymbolModel) -> PageFit:
    """The same place of a symbol of *kind*, on another size of paper."""
    here, there = kind.place(fit.paper), kind.place(paper)
    projection = homography.moved(fit.projection, here.x - there.x, here.y - there.y)
    return PageFit(paper, projection, fit.sightings, (kind, projection))


def _fit_far(picture: Pyramid, near: PageFit, kind: SymbolModel) -> PageFit | None:
    """Fit all of a page whose projection is right around one symbol: the further away, the wider the search."""
    every = [feature for one in _one_of_each(picture, near) for feature in features(one, near.paper)]
    spots = _spots(kind, near.paper)
    reaches = [_REACH_MM + _REACH_A_MM * _distance(feature, spots) for feature in every]
    return _once(picture, near, every, reaches)


def refined(picture: Pyramid, fit: PageFit) -> PageFit:
    """The same page, looked at once more from close by."""
    every = [feature for kind in _one_of_each(picture, fit) for feature in features(kind, fit.paper)]
    return _once(picture, fit, every, [_FINE_REACH_MM] * len(every)) or fit


def fit_guess(picture: Pyramid, guess: PageFit, reach: float) -> PageFit | None:
    """Fit a page of which every feature lies within *reach* millimetres of where the guess has it; None if not."""
    every = [feature for kind in _one_of_each(picture, guess) for feature in features(kind, guess.paper)]
    coarse = [feature for feature in every if feature.shape != "alignment"]
    fit = _once(picture, guess, coarse, [reach] * len(coarse))
    return _once(picture, fit, every, [reach / 2] * len(every)) if fit else None


def _spots(kind: SymbolModel, paper: Paper) -> Points:
    """Nine points of a symbol, in millimetres of the page."""
    place = kind.place(paper)
    steps = (0.0, 0.5, 1.0)
    return np.array([(place.x + x * place.size, place.y + y * place.size) for x in steps for y in steps])


def _distance(feature: Feature, spots: Points) -> float:
    return float(np.min(np.hypot(*(spots - (feature.x, feature.y)).T)))


def _once(picture: Pyramid, fit: PageFit, wanted: Sequence[Feature], reaches: Sequence[float]) -> PageFit | None:
    found: list[Sighting] = []
    for feature, reach in zip(wanted, reaches, strict=True):
        found += sight(picture, fit.projection, [feature], reach)
    result = fitted(found, _AGREE_MM * fit.scale())
    return replace(fit, projection=result[0], sightings=tuple(result[1])) if result else None


def _one_of_each(picture: Pyramid, guess: PageFit) -> list[SymbolModel]:
    """The kinds of symbols on this page: of the envelope's versions the one whose finder patterns look right."""
    words, digits, *envelopes = kinds()
    return [words, digits, max(envelopes, key=lambda kind: _finder_likeness(picture, guess, kind))]


def _finder_likeness(picture: Pyramid, guess: PageFit, kind: SymbolModel) -> float:
    finders = [feature for feature in features(kind, guess.paper) if feature.shape == "finder"]
    return sum(sighting.likeness for sighting in sight(picture, guess.projection, finders, 4.0))


def nodes_on(picture: Pyramid, fit: PageFit, kind: SymbolModel) -> Nodes:
    """The grid of a symbol of *kind* on a page, evenly bent as the features in and around it say."""
    projection, found = _seen_around(picture, fit, kind)
    return _bent(projection, warp_of(kind.place(fit.paper), projection, found, fit.scale(), close=False), kind)


def closer_nodes_on(picture: Pyramid, fit: PageFit, kind: SymbolModel) -> Nodes:
    """The same, following each feature: for paper that was crumpled, folded or curled."""
    place, scale = kind.place(fit.paper), fit.scale()
    projection, found = _seen_around(picture, fit, kind, reach=_CLOSER_REACH_MM)
    for reach in (_CLOSER_REACH_MM / 2, _CLOSER_REACH_MM / 3):
        warp = warp_of(place, projection, found, scale, close=True)
        found = []
        for feature in features(kind, fit.paper):
            shift = warp.at(np.array([[feature.x, feature.y]]))[0]
            found += sight(picture, homography.shifted(projection, *shift), [feature], reach)
    return _bent(projection, warp_of(place, projection, found, scale, close=True), kind)


def _seen_around(
    picture: Pyramid, fit: PageFit, kind: SymbolModel, reach: float = _FINE_REACH_MM
) -> tuple[Homography, Sequence[Sighting]]:
    """The projection of the page at one symbol, and the features found by it."""
    own = features(kind, fit.paper)
    projection = fit.projection_at(kind)
    found = sight(picture, projection, own, reach)
    local = fitted(found, _AGREE_MM * fit.scale())
    if local and len(local[1]) >= _ENOUGH:
        return local[0], sight(picture, local[0], own, 0.75 * reach)
    return projection, found


def _bent(projection: Homography, warp: Warp, kind: SymbolModel) -> Nodes:
    unit = warp.place.size / kind.size
    steps = np.arange(-1, kind.size + 2) * unit
    x, y = np.meshgrid(warp.place.x + steps, warp.place.y + steps)
    points = np.column_stack([x.ravel(), y.ravel()])
    return (homography.apply(projection, points) + warp.at(points)).reshape(*x.shape, 2)
