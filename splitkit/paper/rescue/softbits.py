"""From the grey of each module to soft bits: what is dark here, how sure is it, and what shows nothing at all.

Paper is rarely evenly lit or evenly printed, so dark and light are judged against the modules around; the modules of
finder, timing and alignment patterns, whose colour is known, anchor the judgement.

The model is two levels, m - s for dark and m + s for light, with Gaussian noise of one deviation d around each.  Then the
logarithm of how much likelier dark is than light for a grey g is 2 s (m - g) / d^2.  Levels and noise are not known: they
are estimated around each module from what was believed in the round before (expectation and maximisation in turns:
Dempster, Laird and Rubin 1977).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue.neighbourhood import largest, weighted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[np.float64]

MOST = 6.0
"""Largest soft bit: whatever a module looks like, one in 400 (e^6) may be a fleck of dirt."""

_NEAR = 4
"""Modules in each direction that count as around."""

_ROUNDS = 4
_LEAST_CONTRAST = 3.0
"""Grey levels, of 255, between dark and light below which nothing is told apart."""

_UNIFORM = 4
"""Side of a square of modules of one colour that is taken for a stain, a tear or glare.

Masked data makes one at about one place in 2^15; the 16 bits then given up are few, those of a believed stain are many.
"""


def soft_bits(grey: Grid, known: NDArray[np.int8]) -> Grid:
    """Return soft bits of shape (n, n), positive for dark, from the *grey* of each module, NaN where it is not seen.

    Args:
        grey: Mean grey level of each module, 0 (black) to 255.
        known: 1 for a module that is dark in every such symbol, 0 for a light one, -1 for the others.
    """
    seen = np.isfinite(grey)
    level = np.where(seen, grey, 0.0)
    given = known >= 0
    middle, swing, noise = _first_guess(level, seen)
    soft = _judged(level, middle, swing, noise, seen)
    for _ in range(_ROUNDS):
        # tanh(soft / 2) is P(dark) - P(light): +1 and -1 where the colour is known, 0 where nothing is.
        belief = np.where(given, known * 2.0 - 1, np.tanh(soft / 2))
        middle, swing, noise = _local_levels(level, belief, seen)
        clear = _without_neighbours(level, middle, swing, belief, seen)
        soft = _judged(clear, middle, swing, _noise(clear, middle, swing, belief, seen), seen)
    soft[_uniform(soft, given) & ~given] = 0.0
    return soft


def _first_guess(level: Grid, seen: NDArray[np.bool_]) -> tuple[Grid, Grid, Grid]:
    """Middle and half the distance between light and dark from the extremes around each module."""
    low = -largest(np.where(seen, -level, -np.inf), _NEAR)
    high = largest(np.where(seen, level, -np.inf), _NEAR)
    low, high = np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0)
    middle, swing = (low + high) / 2, (high - low) / 2
    return middle, swing, np.maximum(swing / 3, _LEAST_CONTRAST)


def _summed(values: Grid) -> Grid:
    """The weighted sum over the modules around: a triangle in each direction."""
    return weighted(values, 1.0 + _NEAR - np.abs(np.arange(-_NEAR, _NEAR + 1.0)))


def _local_levels(level: Grid, belief: Grid, seen: NDArray[np.bool_]) -> tuple[Grid, Grid, Grid]:
    """Middle, half distance and noise around each module, each colour weighted by how surely it is that colour."""
    dark, light = np.clip(belief, 0, 1) ** 2 * seen, np.clip(-belief, 0, 1) ** 2 * seen
    tiny = 1e-6
    dark_sum, light_sum = _summed(dark), _summed(light)
    all_dark = (level * dark).sum() / max(dark.sum(), tiny)
    all_light = (level * light).sum() / max(light.sum(), tiny)
    dark_level = (_summed(level * dark) + all_dark * tiny) / (dark_sum + tiny)
    light_level = (_summed(level * light) + all_light * tiny) / (light_sum + tiny)
    middle = (dark_level + light_level) / 2
    swing = np.maximum((light_level - dark_level) / 2, 0)
    return middle, swing, np.ones_like(level)


def _noise(level: Grid, middle: Grid, swing: Grid, belief: Grid, seen: NDArray[np.bool_]) -> Grid:
    """Deviation of the modules around from the level of their colour, never quite nothing."""
    residual = (level - (middle - swing * np.sign(belief))) ** 2 * seen
    local = _summed(residual) / np.maximum(_summed(seen.astype(np.float64)), 1e-6)
    overall = residual.sum() / max(seen.sum(), 1)
    noise: Grid = np.sqrt(0.7 * local + 0.3 * overall) + 0.04 * swing + _LEAST_CONTRAST / 3
    return noise


def _judged(level: Grid, middle: Grid, swing: Grid, noise: Grid, seen: NDArray[np.bool_]) -> Grid:
    """Soft bits for two levels with Gaussian noise; what is beyond either level is no surer than the level itself."""
    # Darker than dark is a shadow or a blot, and no better evidence than dark.
    offset = np.clip(middle - level, -swing, swing)
    soft = 2 * offset * swing / np.maximum(noise, 1e-6) ** 2
    return np.where(seen & (swing > _LEAST_CONTRAST), np.clip(soft, -MOST, MOST), 0.0)


def _without_neighbours(level: Grid, middle: Grid, swing: Grid, belief: Grid, seen: NDArray[np.bool_]) -> Grid:
    """Take away what blur, ink or coarse pixels brought over from the eight neighbours.

    How much that is, is fitted over the whole symbol: relative grey = own colour + a share of each neighbour's.  (A linear
    channel with interference between symbols, undone with the decisions of the round before: decision feedback.)
    """
    padded = np.pad(belief, 1, constant_values=-1.0)  # the quiet zone is light
    size = len(level)
    shifts = [(row, column) for row in range(3) for column in range(3)]
    neighbours = np.stack([padded[row : row + size, column : column + size] for row, column in shifts], axis=-1)
    usable = seen & (np.abs(belief) > 0.9) & (swing > _LEAST_CONTRAST)
    if usable.sum() < 200:
        return level
    relative = np.where(usable, (middle - level) / np.maximum(swing, _LEAST_CONTRAST), 0.0)
    shares, *_ = np.linalg.lstsq(neighbours[usable], relative[usable], rcond=None)
    own = shares[4]
    shares[4] = 0.0
    # A fit in which a module hardly depends on itself is wrong; one in which neighbours hardly count changes nothing.
    if own < 0.3 or np.abs(shares).max() < 0.03:
        return level
    return level + swing * (neighbours @ shares)


def _uniform(soft: Grid, given: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Modules inside a square of one colour that has no known module in it."""
    found = np.zeros(soft.shape, dtype=np.bool_)
    for colour in (soft > 0, soft < 0):
        free = colour & ~given
        windows = np.lib.stride_tricks.sliding_window_view(free, (_UNIFORM, _UNIFORM)).all(axis=(2, 3))
        for row in range(_UNIFORM):
            for column in range(_UNIFORM):
                found[row : row + windows.shape[0], column : column + windows.shape[1]] |= windows
    return found
