"""The pages in a picture: around symbols that a library found, and by marks and finder patterns where it found none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue import grid, homography
from splitkit.paper.rescue.model import Kind, kinds
from splitkit.paper.rescue.page import PageFit, fit_around, fit_guess, refined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from splitkit.paper.rescue.homography import Points
    from splitkit.paper.rescue.landmarks import Landmarks
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


def all_pages(
    picture: Pyramid, quads: Sequence[Quad], landmarks: Landmarks, in_time: Callable[[], bool]
) -> Iterator[PageFit]:
    """Every page that can be found, the surest first: around symbols of *quads*, then by marks and finder patterns."""
    seen = []
    for page in pages_of(picture, quads, in_time):
        seen.append(page)
        yield page
    guessed = 0
    for score, guess in landmarks.guesses(in_time):
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


def _starts(picture: Pyramid, quads: Sequence[Quad]) -> list[tuple[Quad, Kind]]:
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


def _start_likeness(picture: Pyramid, quad: Quad, kind: Kind) -> float:
    nodes = grid.nodes_of(homography.square(kind.size, quad.corners), kind.size)
    return grid.likeness(grid.grey_of(picture, nodes), kind)


def _lies_on(page: PageFit, kind: Kind, middle: Points) -> bool:
    place = kind.place(page.paper)
    expected = homography.apply(page.projection, np.array([place.x + place.size / 2, place.y + place.size / 2]))
    return bool(np.linalg.norm(expected - middle) < 0.25 * place.size * page.scale())
