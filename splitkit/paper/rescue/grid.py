"""The grid of a symbol: where each of its modules lies in the picture, bends of the paper included.

A grid begins as a projection that is right to about half a module.  Then it is drawn to the edges between modules: wherever
the edges are, they must be on the lines of the grid, so the phase of the edges, module by module and smoothed over the
modules around, says how far the grid is off.  No pattern of the symbol is needed for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from splitkit.paper.rescue import homography
from splitkit.paper.rescue.neighbourhood import blurred

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from splitkit.paper.rescue.homography import Homography, Points
    from splitkit.paper.rescue.model import SymbolModel
    from splitkit.paper.rescue.pyramid import Pyramid

    Nodes = NDArray[np.float64]
    """Shape (n + 3, n + 3, 2): the pixels of the corners of the modules, one module of the white border included."""

_STEPS = 5
"""Samples a module in each direction."""

_SMOOTHINGS = (7.0, 4.0, 3.0)
"""Deviation, in modules, of the window over which the phase of the edges is averaged, round after round."""

_AROUND = 3.0
_LEAST_SPREAD = 4.0
_MOST_SHIFT = 0.4
"""Modules that one round may move a node."""


def nodes_of(projection: Homography, size: int) -> Nodes:
    """The nodes of a symbol of *size* modules; *projection* takes modules, counted from its corner, to pixels."""
    steps = np.arange(-1, size + 2, dtype=np.float64)
    x, y = np.meshgrid(steps, steps)
    return homography.apply(projection, np.stack([x, y], axis=-1))


def drawn_to_edges(picture: Pyramid, nodes: Nodes, smoothings: tuple[float, ...] = _SMOOTHINGS) -> Nodes:
    """Move *nodes* onto the edges between the modules."""
    for smoothing in smoothings:
        across, down = _offsets(picture, nodes, smoothing)
        right = np.gradient(nodes, axis=1)
        below = np.gradient(nodes, axis=0)
        nodes = nodes + across[..., None] * right + down[..., None] * below
    return nodes


def _offsets(picture: Pyramid, nodes: Nodes, smoothing: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far each node should move, across and down, in modules."""
    seen = rectified(picture, nodes)
    low, high = np.nanpercentile(seen, [5, 95]) if np.isfinite(seen).any() else (0.0, 1.0)
    bounded = np.clip(np.where(np.isfinite(seen), seen, (low + high) / 2), low, high)
    across = _shift(bounded, smoothing)
    down = _shift(bounded.T, smoothing).T
    return _at_nodes(across), _at_nodes(down)


def _shift(seen: NDArray[np.float64], smoothing: float) -> NDArray[np.float64]:
    """For each module, how far right of its line the edges are, in modules; 0 where there are none."""
    edges = np.abs(np.diff(seen, axis=1, append=seen[:, -1:]))
    edges = np.minimum(edges, np.percentile(edges, 97))
    # The place of an edge within its module is an angle; the mean of angles, weighted by strength, is that of the sum of
    # the edges as complex numbers (the phase of the first Fourier coefficient at the pitch of the modules).
    turn = 2 * np.pi * (np.arange(seen.shape[1]) + 1) / _STEPS
    across, along = (blurred(_by_module(edges * part), smoothing) for part in (np.cos(turn), np.sin(turn)))
    strength = np.maximum(blurred(_by_module(edges), smoothing), 1e-9)
    shift = np.arctan2(along, across) / (2 * np.pi)
    # Where the edges have no common phase, what the modules around say counts more than what is seen here.
    weight = np.minimum(np.hypot(across, along) / strength, 1) ** 2 * strength + 1e-9
    even = blurred(shift * weight, smoothing / 2) / blurred(weight, smoothing / 2)
    return np.clip(even, -_MOST_SHIFT, _MOST_SHIFT)


def _by_module(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums over the samples of each module."""
    rows, columns = (side // _STEPS for side in samples.shape)
    sums: NDArray[np.float64] = samples.reshape(rows, _STEPS, columns, _STEPS).sum(axis=(1, 3))
    return sums


def _at_nodes(modules: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of modules as means at their corners."""
    padded = np.pad(modules, 1, mode="edge")
    return (padded[:-1, :-1] + padded[1:, :-1] + padded[:-1, 1:] + padded[1:, 1:]) / 4


def rectified(picture: Pyramid, nodes: Nodes, steps: int = _STEPS) -> NDArray[np.float64]:
    """The symbol as if it were flat: *steps* by *steps* samples a module, the white border of one module included."""
    points = between(nodes, (np.arange(steps) + 0.5) / steps)
    return picture.look(points, _pitch(nodes) / steps)


def between(nodes: Nodes, at: NDArray[np.float64]) -> Points:
    """Points inside each module, at the parts *at* of its width and height: (n len(at), n len(at), 2)."""
    left, right = nodes[:, :-1], nodes[:, 1:]
    rows = left[:, :, None] + (right - left)[:, :, None] * at[:, None]
    rows = rows.reshape(len(nodes), -1, 2)
    top, bottom = rows[:-1], rows[1:]
    points = top[:, None] + (bottom - top)[:, None] * at[:, None, None]
    return points.reshape(-1, rows.shape[1], 2)


def _pitch(nodes: Nodes) -> float:
    """Width of a module in pixels: the middle one of all."""
    widths = np.linalg.norm(np.diff(nodes, axis=1), axis=-1)
    return float(np.nanmedian(widths)) if np.isfinite(widths).any() else 1.0


def grey_of(picture: Pyramid, nodes: Nodes) -> NDArray[np.float64]:
    """The grey of the middle of each module, (n, n), without the border."""
    at = np.array([0.3, 0.5, 0.7])
    points = between(nodes[1:-1, 1:-1], at)
    size = len(nodes) - 3
    samples = picture.look(points, _pitch(nodes) * 0.3)
    grey: NDArray[np.float64] = samples.reshape(size, 3, size, 3).mean(axis=(1, 3))
    return grey


def likeness(grey: NDArray[np.float64], kind: SymbolModel) -> float:
    """How well the modules that are known look as they should, -1.0 to 1.0, each against those around."""
    known = kind.known
    given = (known >= 0) & np.isfinite(grey)
    if given.sum() < 60:
        return 0.0
    level = np.where(np.isfinite(grey), grey, np.nanmean(grey))
    around = blurred(level, _AROUND)
    spread = np.sqrt(blurred((level - around) ** 2, _AROUND)) + _LEAST_SPREAD
    relative = np.clip((around - level) / spread, -1.5, 1.5)[given]
    wanted = known[given] * 2.0 - 1
    return float((relative * wanted).sum() / max(np.linalg.norm(relative) * np.linalg.norm(wanted), 1e-9))


def settled(picture: Pyramid, nodes: Nodes, kind: SymbolModel) -> tuple[Nodes, float]:
    """Of the grids that are up to a module off in each direction, the one whose known modules look most as they should."""
    right, below = np.gradient(nodes, axis=1), np.gradient(nodes, axis=0)
    best, best_likeness = nodes, likeness(grey_of(picture, nodes), kind)
    for across in (-1, 0, 1):
        for down in (-1, 0, 1):
            if across or down:
                other = nodes + across * right + down * below
                value = likeness(grey_of(picture, other), kind)
                if value > best_likeness + 0.02:
                    best, best_likeness = other, value
    return best, best_likeness
