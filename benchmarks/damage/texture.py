"""Shapes and noise.  Everything is a function of its arguments and of the generator of random numbers it is given."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Point = tuple[float, float]


def generator(*names: object) -> Generator:
    """A generator of random numbers that depends on *names* only."""
    digest = hashlib.sha256("/".join(str(name) for name in names).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16]))


def resized(field: Field, shape: tuple[int, int]) -> Field:
    """Return *field* stretched to *shape* (rows, columns), smoothly."""
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BICUBIC))


def noise(rng: Generator, shape: tuple[int, int], cell: float) -> Field:
    """Smooth noise of mean 0 and deviation about 1, with blobs about *cell* pixels wide."""
    if cell <= 1.5:
        return rng.standard_normal(shape, dtype=np.float32)
    rows, columns = int(shape[0] / cell) + 3, int(shape[1] / cell) + 3
    coarse = rng.standard_normal((rows, columns), dtype=np.float32) * 1.3
    stretched = resized(coarse, (int(rows * cell) + 1, int(columns * cell) + 1))
    y, x = int(cell), int(cell)
    cut = stretched[y : y + shape[0], x : x + shape[1]]
    return cut if cut.shape == shape else resized(coarse, shape)


def clouds(rng: Generator, shape: tuple[int, int], cell: float, octaves: int = 3) -> Field:
    """Noise of several scales, from *cell* pixels down, each half as strong as the one before; deviation about 1."""
    total = np.zeros(shape, dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        total += weight * noise(rng, shape, cell / 2**octave)
        weight /= 2
    return total / 1.15


def ramp(field: Field, start: float, end: float) -> Field:
    """0 where *field* is at *start*, 1 at *end*, smooth between and constant beyond; either may be the larger."""
    steps = np.clip((field - start) / (end - start), 0, 1)
    return (steps * steps * (3 - 2 * steps)).astype(np.float32)


def segment_distance(x: Field, y: Field, start: Point, end: Point) -> Field:
    """Distance of each point from a straight stroke, in the units of the points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(dx * dx + dy * dy, 1e-9)
    along = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / length, 0, 1)
    return np.hypot(x - start[0] - along * dx, y - start[1] - along * dy).astype(np.float32)


def polyline_distance(x: Field, y: Field, points: Sequence[Point]) -> Field:
    """Distance of each point from a line through *points*."""
    nearest = np.full(np.broadcast(x, y).shape, np.inf, dtype=np.float32)
    for start, end in pairwise(points):
        np.minimum(nearest, segment_distance(x, y, start, end), out=nearest)
    return nearest


def scribble(rng: Generator, start: Point, end: Point, sway: float, pieces: int = 8) -> list[Point]:
    """A hand-drawn line from *start* to *end* that strays by about *sway*."""
    along = np.linspace(0, 1, pieces + 1)
    stray = np.cumsum(rng.normal(0, sway / 2, pieces + 1))
    stray -= stray[0] + along * (stray[-1] - stray[0])
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(float(np.hypot(dx, dy)), 1e-9)
    return [
        (start[0] + t * dx - s * dy / length, start[1] + t * dy + s * dx / length)
        for t, s in zip(along, stray, strict=True)
    ]


def luminance(colour: Iterable[float]) -> float:
    """Grey of a colour, both 0.0 to 1.0."""
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue
