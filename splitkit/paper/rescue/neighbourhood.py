"""Sums and extremes over what lies around each place of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float64]


def weighted(values: Field, kernel: Field) -> Field:
    """The sum over the places around each one, weighted by *kernel* in both directions; beyond the edge there is 0."""
    reach = len(kernel) // 2
    for axis in (0, 1):
        windows = np.lib.stride_tricks.sliding_window_view(_padded(values, axis, reach, 0.0), len(kernel), axis=axis)
        values = windows @ kernel
    return values


def gaussian(deviation: float) -> Field:
    """The weights of a Gaussian mean, their sum 1; cut off at two deviations, beyond which 5 % lie."""
    reach = int(np.ceil(2 * deviation))
    kernel: Field = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * deviation**2))
    kernel /= kernel.sum()
    return kernel


def blurred(values: Field, deviation: float) -> Field:
    """The Gaussian mean around each place, of what lies inside the field."""
    kernel = gaussian(deviation)
    return weighted(values, kernel) / weighted(np.ones_like(values), kernel)


def largest(values: Field, reach: int) -> Field:
    """The largest value of the square of 2 *reach* + 1 places around each one."""
    for axis in (0, 1):
        values = _sliding_maximum(_padded(values, axis, reach, -np.inf), axis, 2 * reach + 1)
    return values


def _padded(values: Field, axis: int, reach: int, value: float) -> Field:
    return np.pad(values, [(reach, reach) if axis == at else (0, 0) for at in (0, 1)], constant_values=value)


def _sliding_maximum(values: Field, axis: int, width: int) -> Field:
    """Maxima of runs of *width*, by doubling: the time hardly depends on the width."""
    step = 1
    while step * 2 <= width:
        values = np.maximum(_cut(values, axis, 0, step), _cut(values, axis, step, 0))
        step *= 2
    rest = width - step
    return np.maximum(_cut(values, axis, 0, rest), _cut(values, axis, rest, 0)) if rest else values


def _cut(values: Field, axis: int, before: int, after: int) -> Field:
    part = slice(before, values.shape[axis] - after)
    return values[part, :] if axis == 0 else values[:, part]
