"""Finding features where they should be, and fitting the page to those that are found.

A feature is drawn as it should look and compared with every place nearby by normalised correlation, which no even change of
light or contrast alters; the top is then found between pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue import homography
from splitkit.paper.rescue.model import Feature, drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from splitkit.paper.rescue.homography import Homography
    from splitkit.paper.rescue.pyramid import Pyramid

LEAST_LIKENESS = 0.55
"""Correlation, -1.0 to 1.0, from which a feature counts as found."""

FINE_PX_MM, COARSE_PX_MM = 4.0, 2.5
"""Pixels a millimetre at which features are compared, and when they are looked for far around."""

FAR_MM = 1.6


@dataclass(frozen=True)
class Sighting:
    """A feature that was found."""

    feature: Feature
    at: tuple[float, float]
    """Pixels of the picture."""
    likeness: float


def sight(picture: Pyramid, projection: Homography, features: Sequence[Feature], reach: float) -> list[Sighting]:
    """Look for each of *features* within *reach* millimetres of where *projection* (millimetres to pixels) has it."""
    found = []
    for feature in features:
        sighting = _sight_one(picture, projection, feature, reach)
        if sighting and sighting.likeness >= LEAST_LIKENESS:
            found.append(sighting)
    return found


def _sight_one(picture: Pyramid, projection: Homography, feature: Feature, reach: float) -> Sighting | None:
    middle = np.array([feature.x, feature.y])
    scale = float(homography.scale_at(projection, middle))
    if not np.isfinite(scale) or scale <= 0:
        return None
    px_mm = min(COARSE_PX_MM if reach > FAR_MM else FINE_PX_MM, max(1.2, scale))
    drawn = drawing(feature.shape, feature.unit, px_mm)
    around = round(reach * px_mm)
    half = len(drawn) // 2 + around
    steps = np.arange(-half, half + 1) / px_mm
    x, y = np.meshgrid(steps + feature.x, steps + feature.y)
    patch = picture.look(homography.apply(projection, np.stack([x, y], axis=-1)), scale / px_mm)
    likeness = correlate(patch, drawn)
    best = np.unravel_index(int(likeness.argmax()), likeness.shape)
    row, column = _between(likeness, int(best[0]), int(best[1]))
    where = middle + (np.array([column, row]) - around) / px_mm
    at = homography.apply(projection, where)
    if not np.isfinite(at).all():
        return None
    return Sighting(feature, (float(at[0]), float(at[1])), float(likeness[best]))


def correlate(patch: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normalised correlation of *drawn* with every part of *patch* of its size; what is not seen counts as flat."""
    size = len(drawn)
    seen = np.isfinite(patch)
    if not seen.any():
        return np.full((patch.shape[0] - size + 1, patch.shape[1] - size + 1), -1.0)
    filled = np.where(seen, patch, patch[seen].mean()).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(filled, (size, size)).reshape(-1, size * size)
    pattern = (drawn - drawn.mean()).ravel()
    pattern = (pattern / np.linalg.norm(pattern)).astype(np.float32)
    mean = windows.mean(axis=1)
    spread = np.sqrt(np.maximum((windows**2).mean(axis=1) - mean**2, 0) * size * size)
    least = 2.0 * size  # two grey levels of deviation: less is noise
    rows = patch.shape[0] - size + 1
    likeness: NDArray[np.float64] = (windows @ pattern / np.maximum(spread, least)).astype(np.float64).reshape(rows, -1)
    return likeness


def _between(values: NDArray[np.float64], row: int, column: int) -> tuple[float, float]:
    """The top of the parabolas through a maximum and its neighbours."""

    def top(before: float, here: float, after: float) -> float:
        bend = before - 2 * here + after
        return float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0

    rows, columns = values.shape
    down = top(values[row - 1, column], values[row, column], values[row + 1, column]) if 0 < row < rows - 1 else 0.0
    right = (
        top(values[row, column - 1], values[row, column], values[row, column + 1]) if 0 < column < columns - 1 else 0.0
    )
    return row + down, column + right


def fitted(sightings: Sequence[Sighting], tolerance: float) -> tuple[Homography, list[Sighting]] | None:
    """The projection through *sightings*, and those that agree with it; None when fewer than four do.

    Args:
        sightings: What was found.
        tolerance: Pixels.
    """
    if len(sightings) < 4:
        return None
    source = np.array([(sighting.feature.x, sighting.feature.y) for sighting in sightings])
    target = np.array([sighting.at for sighting in sightings])
    weights = np.array(
        [sighting.likeness**2 * (2.0 if sighting.feature.shape == "finder" else 1.0) for sighting in sightings]
    )
    projection, kept = homography.fit_robustly(source, target, weights, tolerance)
    agreeing = [sighting for sighting, weight in zip(sightings, kept, strict=True) if weight > 0]
    if len(agreeing) < 4 or not np.isfinite(projection).all():
        return None
    return projection, agreeing
