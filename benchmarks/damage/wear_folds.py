"""Folds, crumples, tears and holes: damage that changes the shape of the sheet.  Lengths are in millimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.damage.texture import clouds, noise, polyline_distance, ramp, resized, scribble, segment_distance

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.damage.page import Bend, Page, Points, Window
    from benchmarks.damage.texture import Field, Point

HOLE_MM = 6.0
"""Diameter of the holes of an office punch (ISO 838)."""

BACK = (0.93, 0.925, 0.915)
"""The back of the paper, where a corner is folded over."""


def crease(page: Page, rng: Generator, start: Point, end: Point, strength: float) -> None:
    """A fold from *start* to *end*: toner cracks off along it, one side is lit and the other in shade."""
    line = scribble(rng, start, end, 0.15 + 0.3 * strength, 10)
    where = _around(page, line, 8)
    distance = polyline_distance(where.x, where.y, line)
    width = 0.12 + 1.5 * strength
    gate = 0.5 + 0.8 * strength + 0.5 * clouds(rng, where.shape, 2.2 * page.px_mm)
    page.fade(where, np.clip(ramp(distance, width, width * 0.35) * gate, 0, 1))
    side = np.sign((end[0] - start[0]) * (where.y - start[1]) - (end[1] - start[1]) * (where.x - start[0]))
    page.light_by(where, 1 + 0.22 * (0.3 + strength) * side * np.exp(-distance / (0.6 + 1.6 * strength)))
    if strength > 0.6:
        page.stain(where, ramp(distance, 0.7 * width, 0) * 0.5 * strength, (0.45, 0.4, 0.35))


def split(page: Page, rng: Generator, start: Point, end: Point, width: float) -> None:
    """A fold that has torn through: a gap about *width* wide, ragged."""
    line = scribble(rng, start, end, width, 14)
    where = _around(page, line, width + 4)
    distance = polyline_distance(where.x, where.y, line)
    ragged = width / 2 * (1 + 0.9 * clouds(rng, where.shape, 5 * page.px_mm))
    page.tear(where, ramp(distance - ragged, 0.15, -0.15))


def roof(start: Point, end: Point, degrees: float) -> Bend:
    """The shape of a sheet folded along a line and opened again: both sides fall away from it by *degrees*."""
    slope = np.radians(degrees)
    normal = np.array([-(end[1] - start[1]), end[0] - start[0]])
    normal = normal / np.hypot(*normal)

    def bend(flat: Points) -> Points:
        distance = (flat - np.array(start)) @ normal
        moved = distance[:, None] * (np.cos(slope) - 1) * normal
        return np.column_stack([moved, -np.abs(distance) * np.sin(slope)])

    return bend


def curl(through: Point, degrees: float, radius: float) -> Bend:
    """The shape of a sheet that was rolled: a cylinder of *radius* that touches the table along a line."""
    angle = np.radians(degrees)
    normal = np.array([-np.sin(angle), np.cos(angle)])

    def bend(flat: Points) -> Points:
        distance = (flat - np.array(through)) @ normal
        moved = (radius * np.sin(distance / radius) - distance)[:, None] * normal
        return np.column_stack([moved, radius * (1 - np.cos(distance / radius))])

    return bend


def crumple(page: Page, rng: Generator, strength: float) -> None:
    """A sheet that was balled up and smoothed out again: facets between many short creases."""
    width, height = page.size_mm
    creases = []
    for _ in range(int(14 + 46 * strength)):
        at, angle = rng.uniform((0, 0), (width, height)), rng.uniform(0, np.pi)
        half = rng.uniform(12, 55) * np.array([np.cos(angle), np.sin(angle)])
        start, end = tuple(at - half), tuple(at + half)
        creases.append((at, angle, float(np.hypot(*half)), rng.normal(0, 0.30)))
        crease(page, rng, start, end, 0.10 + 0.45 * strength * rng.uniform(0.3, 1))
    page.bends.append(_facets(creases, strength))


def _facets(creases: list[tuple[Points, float, float, float]], strength: float) -> Bend:
    """Height and shift of a crumpled sheet: every crease is a little roof, as long as the crease and as wide."""

    def bend(flat: Points) -> Points:
        height, moved = np.zeros(len(flat)), np.zeros_like(flat)
        for at, angle, half, slope in creases:
            along = np.array([np.cos(angle), np.sin(angle)])
            normal = np.array([-along[1], along[0]])
            offset = flat - at
            across = offset @ normal
            weight = np.exp(-((offset @ along / half) ** 2) * 1.5 - (across / (half * 0.9)) ** 2)
            height += strength * slope * np.abs(across) * weight
            moved -= 0.18 * strength * slope**2 / 0.09 * (across * weight)[:, None] * normal * 0.35
        return np.column_stack([moved, height])

    return bend


def wavy(page: Page, rng: Generator, height: float, cell: float) -> None:
    """A sheet that was wet and dried: smooth waves of about *height* and *cell* width."""
    width, tall = page.size_mm
    shape = (int(tall / cell) + 4, int(width / cell) + 4)
    fine = 8
    field = resized(noise(rng, shape, 1), (shape[0] * fine, shape[1] * fine)) * height

    def bend(flat: Points) -> Points:
        at = np.clip((flat / cell + 1.5) * fine, 0, np.array([shape[1] * fine - 2, shape[0] * fine - 2]))
        x, y = at.astype(int).T
        fx, fy = (at - at.astype(int)).T
        top = field[y, x] * (1 - fx) + field[y, x + 1] * fx
        bottom = field[y + 1, x] * (1 - fx) + field[y + 1, x + 1] * fx
        return np.column_stack([np.zeros((len(flat), 2)), top * (1 - fy) + bottom * fy])

    page.bends.append(bend)


def torn_corner(page: Page, rng: Generator, corner: int, reach: float) -> None:
    """A corner torn off: 0 top left, 1 top right, 2 bottom right, 3 bottom left; *reach* along the edges."""
    width, height = page.size_mm
    x, y = ((0, 0), (width, 0), (width, height), (0, height))[corner % 4]
    along = reach * rng.uniform(0.8, 1.25, 2)
    start, end = (x + (along[0] if x == 0 else -along[0]), y), (x, y + (along[1] if y == 0 else -along[1]))
    _tear_beyond(page, rng, start, end, (x, y))


def torn_edge(page: Page, rng: Generator, side: int, depth: float) -> None:
    """A strip torn off along an edge: 0 top, 1 right, 2 bottom, 3 left; about *depth* wide."""
    width, height = page.size_mm
    one, other = depth * rng.uniform(0.6, 1.4, 2)
    lines = (
        ((-5, one), (width + 5, other), (width / 2, -99)),
        ((width - one, -5), (width - other, height + 5), (width + 99, height / 2)),
        ((-5, height - one), (width + 5, height - other), (width / 2, height + 99)),
        ((one, -5), (other, height + 5), (-99, height / 2)),
    )
    _tear_beyond(page, rng, *lines[side % 4])


def _tear_beyond(page: Page, rng: Generator, start: Point, end: Point, gone: Point) -> None:
    """Tear along a line; the side of *gone* is lost, and a fringe of bare fibres stays."""
    where = page.all()
    signed = _signed(where, start, end)
    sign = np.sign((end[0] - start[0]) * (gone[1] - start[1]) - (end[1] - start[1]) * (gone[0] - start[0]))
    ragged = signed * sign + 2.4 * noise(rng, where.shape, 18 * page.px_mm) + 0.5 * clouds(rng, where.shape, 20)
    page.tear(where, ramp(ragged, -0.1, 0.1))
    page.cover(where, ramp(ragged, -1.6, -1.0) * 0.9, (0.985, 0.985, 0.98))


def _signed(where: Window, start: Point, end: Point) -> Field:
    """Signed distance of each point from the straight line through two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (dx * (where.y - start[1]) - dy * (where.x - start[0])) / np.float32(np.hypot(dx, dy))


def dog_ear(page: Page, rng: Generator, corner: int, reach: float) -> None:
    """A corner folded over the page: the page below it cannot be seen, and its own part is turned away."""
    width, height = page.size_mm
    x, y = ((0, 0), (width, 0), (width, height), (0, height))[corner % 4]
    along = reach * rng.uniform(0.85, 1.2, 2)
    start, end = (x + (along[0] if x == 0 else -along[0]), y), (x, y + (along[1] if y == 0 else -along[1]))
    where = page.all()
    signed = _signed(where, start, end)
    sign = np.sign((end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0]))
    beyond = signed * sign
    page.tear(where, ramp(beyond, -0.05, 0.05))
    flap = _mirrored_corner(where, start, end, (x, y))
    page.light_by(where, 1 - 0.35 * ramp(flap, 4, 0))
    page.cover(where, ramp(flap, 0.1, -0.1), BACK)


def _mirrored_corner(where: Window, start: Point, end: Point, corner: Point) -> Field:
    """Distance outside the triangle that a folded corner covers; negative inside."""
    direction = np.array([end[0] - start[0], end[1] - start[1]])
    direction = direction / np.hypot(*direction)
    offset = np.array(corner) - np.array(start)
    tip = np.array(start) + 2 * (offset @ direction) * direction - offset
    middle = (np.array(start) + np.array(end) + tip) / 3
    outside = np.full(where.shape, -np.inf, dtype=np.float32)
    for one, other in ((start, end), (end, tip), (tip, start)):
        signed = _signed(where, tuple(one), tuple(other))
        inner = (other[0] - one[0]) * (middle[1] - one[1]) - (other[1] - one[1]) * (middle[0] - one[0])
        np.maximum(outside, -np.sign(inner) * signed, out=outside)
    return outside


def hole(page: Page, x: float, y: float, diameter: float = HOLE_MM) -> None:
    """A round hole."""
    where = page.window(x - diameter, y - diameter, 2 * diameter, 2 * diameter)
    page.tear(where, ramp(np.hypot(where.x - x, where.y - y) - diameter / 2, 0.06, -0.06))


def tear_out(page: Page, rng: Generator, box: tuple[float, float, float, float]) -> None:
    """Tear out all that lies in a box (left, top, width, height), with ragged edges."""
    left, top, width, height = box
    where = page.window(left - 8, top - 8, width + 16, height + 16)
    across = np.maximum(np.abs(where.x - left - width / 2) - width / 2, np.abs(where.y - top - height / 2) - height / 2)
    ragged = across + 1.2 * noise(rng, where.shape, 14 * page.px_mm) + 0.3 * clouds(rng, where.shape, 16)
    page.tear(where, ramp(ragged, 0.1, -0.1))
    page.cover(where, ramp(ragged, 1.4, 0.8) * 0.9, (0.985, 0.985, 0.98))


def staple(page: Page, x: float, y: float, angle: float) -> None:
    """A staple, 12 mm wide: a dark bright-edged wire."""
    half = 6 * np.array([np.cos(angle), np.sin(angle)])
    where = page.window(x - 8, y - 8, 16, 16)
    distance = segment_distance(where.x, where.y, (x - half[0], y - half[1]), (x + half[0], y + half[1]))
    page.cover(where, ramp(distance, 0.4, 0.25), (0.42, 0.42, 0.44))
    page.cover(where, ramp(distance, 0.15, 0.05) * 0.7, (0.9, 0.9, 0.92))


def _around(page: Page, line: list[Point], margin: float) -> Window:
    """The part of the page near a line."""
    points = np.array(line)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    return page.window(low[0], low[1], high[0] - low[0], high[1] - low[1])
