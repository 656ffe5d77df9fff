"""What of a symbol can still be seen in a picture: the generator's own answer, from how it damaged the page.

A module counts as *hidden* when most of its middle is torn away, out of the picture, or so covered, faded or glared over
that white and toner would look alike there: less than LEAST_CONTRAST apart, or less than LEAST_SHARE of what they are
apart in the modules around it.  It counts as *lost* when it is hidden, or
when blur, small size or noise leave less than that of the difference between neighbouring modules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue.codewords import codeword_map

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.damage.camera import Shot
    from benchmarks.damage.page import Points
    from benchmarks.damage.sheets import PlacedSymbol
    from benchmarks.damage.texture import Field
    from splitkit.paper.rescue.codewords import CodewordMap

LEAST_CONTRAST = 12 / 255
"""Of 0.0 to 1.0: the least difference between white and toner that counts as something to see."""

LEAST_SHARE = 0.2
"""The same as a part of the mean of the NEIGHBOURS by NEIGHBOURS modules around a module."""

NEIGHBOURS = 9

_MIDDLE = (0.2, 0.5, 0.8)
"""Where a module is looked at, in each direction, in parts of a module."""

_MARGIN = 0.03
"""How far white and toner must be from the level at which a fax decides."""


@dataclass(frozen=True)
class Visibility:
    """One symbol in one picture."""

    hidden: NDArray[np.bool_] = field(repr=False)
    """For each module, whether it is covered, torn or folded away, out of the picture, or washed out."""
    lost: NDArray[np.bool_] = field(repr=False)
    """The same, or too blurred, small or noisy to be told from its neighbours."""
    version: int
    level: str

    @property
    def within_bound(self) -> bool:
        """Whether the hidden codewords are no more than the check codewords, in every block."""
        return within_bound(codeword_map(self.version, self.level), self.hidden)

    @property
    def resolved_within_bound(self) -> bool:
        """Whether the lost codewords are no more than the check codewords, in every block."""
        return within_bound(codeword_map(self.version, self.level), self.lost)


def lost_by_block(places: CodewordMap, lost: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each block, how many of its codewords have a lost module."""
    counts = np.bincount(places.codeword[lost & (places.codeword >= 0)], minlength=len(places.block))
    return np.bincount(places.block[counts > 0], minlength=places.blocks)


def within_bound(places: CodewordMap, lost: NDArray[np.bool_]) -> bool:
    """Whether a decoder that knows which modules are lost can restore every block."""
    return bool((lost_by_block(places, lost) <= places.check).all())


def visibility(shot: Shot, symbol: PlacedSymbol) -> Visibility:
    """Return which modules of *symbol* the picture still shows."""
    paper = shot.page.on_paper(_points(symbol))
    pixels = shot.projection(paper)
    white, ink, there = shot.page.values(paper)
    white, ink = shot.seen(pixels, white), shot.seen(pixels, ink)
    gone = (there < 0.5) | _outside(shot, pixels)
    for covers in shot.hidden:
        gone |= covers(pixels)
    gone |= _flat(shot, white, ink) | _weak(np.where(gone, 0, white - ink), symbol.size)
    pitch = _pitch(shot, symbol)
    sharp = (white - ink) * np.repeat(_transfer(pitch, shot.blur_px), len(_MIDDLE) ** 2)
    needed = np.maximum(LEAST_CONTRAST, 2 * shot.noise / np.repeat(pitch, len(_MIDDLE) ** 2))
    return Visibility(
        _most(gone, symbol.size), _most(gone | (sharp < needed), symbol.size), symbol.version, symbol.level
    )


def _points(symbol: PlacedSymbol) -> Points:
    """The points at which each module is looked at, module after module, in millimetres of the page as designed."""
    place, step = symbol.place, symbol.module_mm
    row, column, y, x = np.meshgrid(np.arange(symbol.size), np.arange(symbol.size), _MIDDLE, _MIDDLE, indexing="ij")
    return np.column_stack([place.x + (column + x).ravel() * step, place.y + (row + y).ravel() * step])


def _outside(shot: Shot, pixels: Points) -> NDArray[np.bool_]:
    return ((pixels < 0) | (pixels >= np.array(shot.projection.size))).any(axis=1)


def _flat(shot: Shot, white: Field, ink: Field) -> NDArray[np.bool_]:
    """Where white and toner look alike."""
    alike = white - ink < LEAST_CONTRAST
    if shot.cut is not None:
        alike |= (ink > shot.cut - _MARGIN) | (white < shot.cut + _MARGIN)
    return alike


def _weak(contrast: Field, size: int) -> NDArray[np.bool_]:
    """Where there is far less contrast than around: toner that is all but gone between toner that is not."""
    points = len(_MIDDLE) ** 2
    modules = contrast.reshape(size, size, points).mean(axis=2)
    half = NEIGHBOURS // 2
    sums = np.pad(np.pad(modules, half, mode="edge").cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    n = NEIGHBOURS
    around = (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / n**2
    return contrast < np.repeat(around.ravel() * LEAST_SHARE, points)


def _pitch(shot: Shot, symbol: PlacedSymbol) -> Field:
    """The least width of each module in the picture, in pixels."""
    place, step = symbol.place, symbol.module_mm
    row, column = np.meshgrid(np.arange(symbol.size) + 0.5, np.arange(symbol.size) + 0.5, indexing="ij")
    middle = np.column_stack([place.x + column.ravel() * step, place.y + row.ravel() * step])
    origin, right, down = (
        shot.projection(shot.page.on_paper(middle + offset)) for offset in ([0, 0], [step, 0], [0, step])
    )
    right, down = right - origin, down - origin
    area = np.abs(right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0])
    longest = np.maximum(np.hypot(*right.T), np.hypot(*down.T))
    return np.maximum(area / np.maximum(longest, 1e-9), 1e-3).astype(np.float32)


def _transfer(pitch: Field, blur_px: float) -> Field:
    """How much of the contrast of single modules of *pitch* pixels survives pixels and blur, 0.0 to 1.0."""
    pixel = np.sinc(1 / (2 * np.maximum(pitch, 0.5)))
    return pixel * np.exp(-2 * (np.pi * blur_px / (2 * pitch)) ** 2) * (pitch > 1)


def _most(points: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """For each module, whether most of its points are true."""
    count = len(_MIDDLE) ** 2
    return points.reshape(size, size, count).sum(axis=2) * 2 > count
