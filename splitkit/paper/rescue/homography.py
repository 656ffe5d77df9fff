"""Homographies: projective maps from one plane to another, such as from a flat page into a picture of it.

They are fitted by the direct linear method with normalised coordinates (Hartley and Zisserman, "Multiple View Geometry",
section 4.1 and 4.4), the last entry fixed at 1: a page never has the horizon through its middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Homography = NDArray[np.float64]
    """A projective map as a 3 by 3 matrix."""
    Points = NDArray[np.float64]
    """Shape (..., 2)."""

_ROUNDS = 6
_NOWHERE = 1e6
"""Pixels: further off than anything in a picture."""


def apply(projection: Homography, points: Points) -> Points:
    """Where *projection* takes *points*; NaN for what would lie behind the viewer."""
    x, y = points[..., 0], points[..., 1]
    depth = projection[2, 0] * x + projection[2, 1] * y + projection[2, 2]
    depth = np.where(depth > 1e-9, depth, np.nan)
    return np.stack(
        [
            (projection[0, 0] * x + projection[0, 1] * y + projection[0, 2]) / depth,
            (projection[1, 0] * x + projection[1, 1] * y + projection[1, 2]) / depth,
        ],
        axis=-1,
    )


def fit(source: Points, target: Points, weights: NDArray[np.float64]) -> Homography:
    """The projective map that takes *source* to *target* with the least weighted squares; at least four points.

    With few points the perspective is damped, so that noise is not taken for it.
    """
    from_unit, to_unit = _unit(source), _unit(target)  # without this the equations are badly conditioned (Hartley 1997)
    one, other = apply(from_unit, source), apply(to_unit, target)
    x, y = one.T
    u, v = other.T
    nil, unit = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, y, unit, nil, nil, nil, -u * x, -u * y]),
            np.column_stack([nil, nil, nil, x, y, unit, -v * x, -v * y]),
        ]
    )
    scale = np.sqrt(np.concatenate([weights, weights]))
    damping = np.zeros((2, 8))
    damping[0, 6] = damping[1, 7] = 0.02 * np.sqrt(weights.sum())
    system = np.concatenate([rows * scale[:, None], damping])
    values = np.concatenate([np.concatenate([u, v]) * scale, np.zeros(2)])
    solved, *_ = np.linalg.lstsq(system, values, rcond=None)
    middle = np.append(solved, 1.0).reshape(3, 3)
    projection: Homography = np.linalg.inv(to_unit) @ middle @ from_unit
    return projection / projection[2, 2] if abs(projection[2, 2]) > 1e-12 else projection


def fit_robustly(
    source: Points, target: Points, weights: NDArray[np.float64], tolerance: float
) -> tuple[Homography, Points]:
    """The same, when some of the pairs are wrong: those off by more than about *tolerance* lose their weight.

    Least squares with new weights round after round, by Tukey's biweight (Beaton and Tukey 1974), its reach taken from the
    median: it holds while fewer than half of the pairs are wrong, and narrows when the first rounds have settled.

    Returns the map and the weights at the end.
    """
    projection, current = fit(source, target, weights), weights
    for turn in range(_ROUNDS):
        off = np.linalg.norm(apply(projection, source) - target, axis=1)
        off = np.where(np.isfinite(off), off, _NOWHERE)
        reach = max(tolerance, float(np.median(off)) * (2.5 if turn < _ROUNDS // 2 else 2))
        current = weights * np.clip(1 - (off / (2 * reach)) ** 2, 0, None) ** 2
        if (current > 0).sum() < 4:
            break
        projection = fit(source, target, current)
    return projection, current


def square(size: float, corners: Points) -> Homography:
    """The map of a square with sides of *size*, from the origin, to four *corners*: clockwise from the top left."""
    source = np.array([(0, 0), (size, 0), (size, size), (0, size)], dtype=np.float64)
    rows = []
    for (x, y), (u, v) in zip(source, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solved, *_ = np.linalg.lstsq(np.array(rows), np.asarray(corners, dtype=np.float64).ravel(), rcond=None)
    return np.append(solved, 1.0).reshape(3, 3)


def moved(projection: Homography, x: float, y: float) -> Homography:
    """The map of points given from another origin, which lies at *x* and *y* in the old ones."""
    shift: Homography = projection @ np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])
    return shift


def shifted(projection: Homography, across: float, down: float) -> Homography:
    """The map whose targets lie *across* and *down* from those of *projection*."""
    shift: Homography = np.array([[1, 0, across], [0, 1, down], [0, 0, 1.0]]) @ projection
    return shift


def scale_at(projection: Homography, points: Points) -> NDArray[np.float64]:
    """How many units of the target one unit of the source is at *points*, in the tighter direction."""
    here = apply(projection, points)
    steps = [
        np.linalg.norm(apply(projection, points + step) - here, axis=-1)
        for step in (np.array([1.0, 0]), np.array([0, 1.0]))
    ]
    tighter: NDArray[np.float64] = np.minimum(*steps)
    return tighter


def _unit(points: Points) -> Homography:
    """The map that puts *points* around the origin at a distance of about 1."""
    middle = points.mean(axis=0)
    spread = max(float(np.abs(points - middle).mean()), 1e-9)
    return np.array([[1 / spread, 0, -middle[0] / spread], [0, 1 / spread, -middle[1] / spread], [0, 0, 1.0]])
