"""A page in a picture: from a first guess of where it lies to the place of every symbol on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.geometry import Paper
from splitkit.paper.rescue import plane as planes
from splitkit.paper.rescue.grid import nodes_of
from splitkit.paper.rescue.match import Sighting, fitted, sight
from splitkit.paper.rescue.model import Feature, Kind, features, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.paper.rescue.grid import Nodes
    from splitkit.paper.rescue.picture import Picture
    from splitkit.paper.rescue.plane import Plane, Points

_REACH_MM = 1.2
_REACH_A_MM = 0.045
"""How far off a feature may be: near the first guess, and for each millimetre away from it."""

_FINE_REACH_MM = 2.0
_AGREE_MM = 0.6


@dataclass(frozen=True)
class PageFit:
    """Where a page lies."""

    paper: Paper
    plane: Plane = field(repr=False)
    """Millimetres of the page -> pixels."""
    sightings: tuple[Sighting, ...] = field(default=(), repr=False)

    @property
    def weight(self) -> float:
        """How much speaks for it."""
        return sum(sighting.likeness for sighting in self.sightings)

    def scale(self) -> float:
        """Pixels a millimetre in the middle of the page."""
        middle = np.array([self.paper.width_mm / 2, self.paper.height_mm / 2])
        return float(planes.scale_at(self.plane, middle))


def fit_around(picture: Picture, kind: Kind, corners: Points) -> PageFit | None:
    """Fit the page around one symbol of *kind* whose four *corners* (pixels) are known, as either size of paper.

    Returns the size that more of the page agrees with; None when nothing does.
    """
    start = PageFit(Paper.A4, planes.square(kind.place(Paper.A4).size, corners))
    own = features(kind, Paper.A4)
    place = kind.place(Paper.A4)
    start = replace(start, plane=planes.moved(start.plane, -place.x, -place.y))
    near = _once(picture, start, own, [_REACH_MM] * len(own)) or start
    fits = [_fit_far(picture, _on(paper, near, kind), kind) for paper in Paper]
    return max((fit for fit in fits if fit), key=lambda fit: fit.weight, default=None)


def _on(paper: Paper, fit: PageFit, kind: Kind) -> PageFit:
    """The same place of a symbol of *kind*, on another size of paper."""
    here, there = kind.place(fit.paper), kind.place(paper)
    return PageFit(paper, planes.moved(fit.plane, here.x - there.x, here.y - there.y), fit.sightings)


def _fit_far(picture: Picture, near: PageFit, kind: Kind) -> PageFit | None:
    """Fit all of a page whose plane is right around one symbol: the further away, the wider the search."""
    every = [feature for one in _one_of_each(picture, near) for feature in features(one, near.paper)]
    spots = _spots(kind, near.paper)
    reaches = [_REACH_MM + _REACH_A_MM * _distance(feature, spots) for feature in every]
    return _once(picture, near, every, reaches)


def refined(picture: Picture, fit: PageFit) -> PageFit:
    """The same page, looked at once more from close by."""
    every = [feature for kind in _one_of_each(picture, fit) for feature in features(kind, fit.paper)]
    return _once(picture, fit, every, [_FINE_REACH_MM] * len(every)) or fit


def fit_guess(picture: Picture, guess: PageFit, reach: float) -> PageFit | None:
    """Fit a page of which every feature lies within *reach* millimetres of where the guess has it; None if not."""
    every = [feature for kind in _one_of_each(picture, guess) for feature in features(kind, guess.paper)]
    coarse = [feature for feature in every if feature.shape != "alignment"]
    fit = _once(picture, guess, coarse, [reach] * len(coarse))
    return _once(picture, fit, every, [reach / 2] * len(every)) if fit else None


def _spots(kind: Kind, paper: Paper) -> Points:
    """Nine points of a symbol, in millimetres of the page."""
    place = kind.place(paper)
    steps = (0.0, 0.5, 1.0)
    return np.array([(place.x + x * place.size, place.y + y * place.size) for x in steps for y in steps])


def _distance(feature: Feature, spots: Points) -> float:
    return float(np.min(np.hypot(*(spots - (feature.x, feature.y)).T)))


def _once(picture: Picture, fit: PageFit, wanted: Sequence[Feature], reaches: Sequence[float]) -> PageFit | None:
    found: list[Sighting] = []
    for feature, reach in zip(wanted, reaches, strict=True):
        found += sight(picture, fit.plane, [feature], reach)
    result = fitted(found, _AGREE_MM * fit.scale())
    return replace(fit, plane=result[0], sightings=tuple(result[1])) if result else None


def _one_of_each(picture: Picture, guess: PageFit) -> list[Kind]:
    """The kinds of symbols on this page: of the envelope's versions the one whose finder patterns look right."""
    words, digits, *envelopes = kinds()
    return [words, digits, max(envelopes, key=lambda kind: _finder_likeness(picture, guess, kind))]


def _finder_likeness(picture: Picture, guess: PageFit, kind: Kind) -> float:
    finders = [feature for feature in features(kind, guess.paper) if feature.shape == "finder"]
    return sum(sighting.likeness for sighting in sight(picture, guess.plane, finders, 4.0))


def nodes_on(picture: Picture, fit: PageFit, kind: Kind) -> Nodes:
    """The grid of a symbol of *kind* on a page, bent as the features in and around it say."""
    place = kind.place(fit.paper)
    unit = place.size / kind.size
    own = features(kind, fit.paper)
    plane = fit.plane
    found = sight(picture, plane, own, 2.2)
    local = fitted(found, _AGREE_MM * fit.scale())
    if local and len(local[1]) >= 8:
        plane, found = local[0], sight(picture, local[0], own, 1.5)
    flat = nodes_of(planes.moved(plane, place.x, place.y) @ np.diag([unit, unit, 1.0]), kind.size)
    return flat + _bend(plane, found, fit, flat, kind)


def _bend(plane: Plane, found: Sequence[Sighting], fit: PageFit, flat: Nodes, kind: Kind) -> Nodes:
    """How far the features found lie off the plane, as a smooth field over the nodes: second order, damped."""
    if len(found) < 6:
        return np.zeros_like(flat)
    place = kind.place(fit.paper)
    at = np.array([((s.feature.x - place.x) / place.size, (s.feature.y - place.y) / place.size) for s in found]) * 2 - 1
    spots = np.array([(s.feature.x, s.feature.y) for s in found])
    off = np.array([s.at for s in found]) - planes.apply(plane, spots)
    weights = np.array([s.likeness**2 for s in found])
    solved = np.zeros((6, 2))
    for _ in range(4):
        terms = _terms(at) * np.sqrt(weights)[:, None]
        damping = np.diag([0.05, 0.1, 0.1, 0.3, 0.3, 0.3])
        system = np.concatenate([terms, damping])
        values = np.concatenate([off * np.sqrt(weights)[:, None], np.zeros((6, 2))])
        solved, *_ = np.linalg.lstsq(system, values, rcond=None)
        left = np.linalg.norm(off - _terms(at) @ solved, axis=1)
        reach = max(0.4 * fit.scale(), 2 * float(np.median(left)))
        weights = np.array([s.likeness**2 for s in found]) * np.clip(1 - (left / (2 * reach)) ** 2, 0, None) ** 2
    steps = (np.arange(-1, kind.size + 2) / kind.size) * 2 - 1
    x, y = np.meshgrid(steps, steps)
    return (_terms(np.column_stack([x.ravel(), y.ravel()])) @ solved).reshape(*x.shape, 2)


def _terms(at: Points) -> Points:
    x, y = at.T
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])
