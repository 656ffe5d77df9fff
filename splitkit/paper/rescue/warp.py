"""The bend of a page around one symbol: how far its features lie from where a flat page would have them.

First a smooth surface of the second order, as a curl or a lens makes it; then, for paper that was folded or crumpled, what
each feature is still off, fading with the distance from it (simple kriging with a Gaussian covariance: Cressie, "Statistics
for Spatial Data", section 3.2).  Coordinates are half sides of the symbol from its middle, so the numbers below do not
depend on its size; displacements are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue import homography

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from splitkit.paper.geometry import Square
    from splitkit.paper.rescue.homography import Homography, Points
    from splitkit.paper.rescue.match import Sighting

_DAMPING = (0.05, 0.1, 0.1, 0.3, 0.3, 0.3)
"""How much each term of the surface costs (1, x, y, x^2, xy, y^2): the higher, the rarer in real paper.

The first three only mend what the homography left; three curvatures from a dozen features need the most holding back.
"""

_ROUNDS = 4
_FEWEST = 6
_LEAST_OFF_MM = 0.4
_REACH = 0.3
"""Deviation of the covariance, in half sides of the symbol."""

_NUGGET = 0.05
"""Variance of finding a feature, as a part of that of the paper; it also keeps the system solvable."""

_SURE = 0.7
"""Likeness from which a single feature may bend the page around it."""


@dataclass(frozen=True)
class Warp:
    """A field of displacements in pixels over a symbol."""

    place: Square
    surface: NDArray[np.float64] = field(repr=False)
    spots: Points = field(repr=False)
    """Where single features were found, in half sides from the middle of the symbol."""
    pulls: NDArray[np.float64] = field(repr=False)

    def at(self, points: Points) -> Points:
        """The displacements at *points* (n, 2), in millimetres of the page."""
        local = _local(self.place, points)
        return _terms(local) @ self.surface + _covariance(local, self.spots) @ self.pulls


def flat(place: Square) -> Warp:
    """No bend at all."""
    return Warp(place, np.zeros((6, 2)), np.zeros((0, 2)), np.zeros((0, 2)))


def warp_of(place: Square, projection: Homography, found: Sequence[Sighting], scale: float, *, close: bool) -> Warp:
    """The bend that the features *found* in and around the symbol at *place* speak for.

    Args:
        place: Where the symbol lies on the page.
        projection: Millimetres of the flat page -> pixels.
        found: What was seen.
        scale: Pixels a millimetre.
        close: Whether to follow single features as well.
    """
    if len(found) < _FEWEST:
        return flat(place)
    spots = np.array([(sighting.feature.x, sighting.feature.y) for sighting in found])
    off = np.array([sighting.at for sighting in found]) - homography.apply(projection, spots)
    likeness = np.array([sighting.likeness for sighting in found])
    local = _local(place, spots)
    surface, agreeing = _surface(local, off, likeness**2, _LEAST_OFF_MM * scale)
    if not close:
        return Warp(place, surface, np.zeros((0, 2)), np.zeros((0, 2)))
    sure = (likeness > _SURE) | (agreeing > 0)
    local, left = local[sure], off[sure] - _terms(local[sure]) @ surface
    pulls = np.linalg.inv(_covariance(local, local) + _NUGGET * np.eye(len(local))) @ left
    return Warp(place, surface, local, pulls)


def _surface(
    local: Points, off: Points, weights: NDArray[np.float64], least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The damped surface through displacements of which some are wrong, and the weights left to each."""
    current, solved = weights, np.zeros((6, 2))
    for _ in range(_ROUNDS):
        root = np.sqrt(current)[:, None]
        system = np.concatenate([_terms(local) * root, np.diag(_DAMPING)])
        values = np.concatenate([off * root, np.zeros((6, 2))])
        solved, *_ = np.linalg.lstsq(system, values, rcond=None)
        left = np.linalg.norm(off - _terms(local) @ solved, axis=1)
        reach = max(least, 2 * float(np.median(left)))  # Tukey's biweight again, see `homography.fit_robustly`
        current = weights * np.clip(1 - (left / (2 * reach)) ** 2, 0, None) ** 2
    return solved, current


def _local(place: Square, points: Points) -> Points:
    return (points - (place.x, place.y)) / place.size * 2 - 1


def _terms(local: Points) -> NDArray[np.float64]:
    x, y = local.T
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])


def _covariance(one: Points, other: Points) -> NDArray[np.float64]:
    distance = ((one[:, None] - other[None]) ** 2).sum(axis=2)
    covariance: NDArray[np.float64] = np.exp(-distance / (2 * _REACH**2))
    return covariance
