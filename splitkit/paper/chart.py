"""A picture of chances: one point a policy, both axes in powers of ten, black on white.  SVG, made of plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

WIDTH: Final = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 110.0, 690.0, 70.0, 470.0
_MARGIN = 30.0
_SIZE = 13
"""Text height; a letter is taken to be 0.6 of it wide, which is more than it is on average."""

FLOOR: Final = 1e-12
"""Smaller chances are drawn here: nobody can tell them apart, and the guesses behind them do not carry so far."""

_DASHES = ("", "7 4", "2 3", "9 3 2 3", "14 5")
_PLACES = ((10, -7), (10, 4), (10, 17), (-10, 4), (-10, -9), (-10, 17), (0, -13), (0, 22), (10, 30), (-10, 30),
           (10, -22))  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A policy in the picture.

    Attributes:
        name: What stands beside it.
        x: The chance along the picture, 0.0 to 1.0.
        y: The chance up the picture, 0.0 to 1.0.
        line: Points of one line are joined in the order they come.
        chosen: Whether it is the policy that the picture is about.
    """

    name: str
    x: float
    y: float
    line: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Chart:
    """What the picture says.

    Attributes:
        title: Above the picture.
        x_title: Along the bottom.
        y_title: Along the side.
        points: What is drawn.
        notes: Sentences below the picture.
    """

    title: str
    x_title: str
    y_title: str
    points: tuple[Point, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Axis:
    """Powers of ten from *low* to *high* along a stretch of the picture."""

    low: int
    high: int
    start: float
    end: float

    def at(self, chance: float) -> float:
        part = (math.log10(max(chance, FLOOR)) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: _Box) -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0) * max(high, 0)


def draw(chart: Chart) -> str:
    """Return the picture as SVG text, 720 units wide, the same for the same chart."""
    x = _axis([point.x for point in chart.points], _LEFT, _RIGHT)
    y = _axis([point.y for point in chart.points], _BOTTOM, _TOP)
    body = [*_grid(x, y), *_titles(chart), *_lines(chart.points, x, y), *_marks(chart.points, x, y)]
    height = round(_BOTTOM) + 54 + 16 * len(chart.notes)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    font = f"font-family=\"'Libertinus Serif', 'DejaVu Serif', serif\" font-size=\"{_SIZE}\""
    return "\n".join(
        [f"{head} {font}>", f'<rect width="{WIDTH}" height="{height}" fill="white"/>', *body, "</svg>", ""]
    )


def _axis(chances: list[float], start: float, end: float) -> _Axis:
    logs = [math.log10(max(chance, FLOOR)) for chance in chances]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    return _Axis(low, max(high, low + 1), start, end)


def odds_text(power: int) -> str:
    """Return ten to the *power* (0 or less) as people read it: 'certain', '1 in 1,000', '1 in 10^9'."""
    if power <= math.log10(FLOOR):
        return "10^-12 or less"
    if power == 0:
        return "certain"
    return f"1 in {10**-power:,}" if power > -7 else f"1 in 10^{-power}"


def _grid(x: _Axis, y: _Axis) -> list[str]:
    drawn = []
    every = max(1, -(-(x.high - x.low) // 6))
    for power in range(x.low, x.high + 1):
        at = x.at(10.0**power)
        drawn.append(_stroke((at, _TOP), (at, _BOTTOM)))
        if (x.high - power) % every == 0:
            drawn.append(_text(at, _BOTTOM + 20, odds_text(power), "middle"))
    for power in range(y.low, y.high + 1):
        at = y.at(10.0**power)
        drawn += [_stroke((_LEFT, at), (_RIGHT, at)), _text(_LEFT - 8, at + 4, odds_text(power), "end")]
    box = f'x="{_LEFT:g}" y="{_TOP:g}" width="{_RIGHT - _LEFT:g}" height="{_BOTTOM - _TOP:g}"'
    return [*drawn, f'<rect {box} fill="none" stroke="black"/>']


def _titles(chart: Chart) -> list[str]:
    middle = (_TOP + _BOTTOM) / 2
    turned = f'transform="rotate(-90 20 {middle:g})"'
    rows = [
        _text(_LEFT, 28, chart.title, "start", 'font-weight="bold" font-size="17"'),
        _text(_LEFT, 50, "Nearer to the lower left corner is better.", "start"),
        _text((_LEFT + _RIGHT) / 2, _BOTTOM + 42, chart.x_title, "middle", 'font-weight="bold"'),
        _text(20, middle, chart.y_title, "middle", f'font-weight="bold" {turned}'),
    ]
    return rows + [
        _text(_MARGIN, _BOTTOM + 64 + 16 * at, note, "start", 'font-size="11.5"') for at, note in enumerate(chart.notes)
    ]


def _lines(points: Sequence[Point], x: _Axis, y: _Axis) -> list[str]:
    names = list(dict.fromkeys(point.line for point in points if point.line))
    drawn = []
    for at, name in enumerate(names):
        along = " ".join(f"{x.at(p.x):.1f},{y.at(p.y):.1f}" for p in points if p.line == name)
        dash = _DASHES[at % len(_DASHES)]
        drawn.append(f'<polyline points="{along}" fill="none" stroke="black" stroke-dasharray="{dash or "none"}"/>')
    return drawn


def _marks(points: Sequence[Point], x: _Axis, y: _Axis) -> list[str]:
    """Draw the points, and their names where they cover least of what is drawn already."""
    centres = [(x.at(point.x), y.at(point.y)) for point in points]
    taken = [_Box(cx - 7, cy - 7, cx + 7, cy + 7) for cx, cy in centres] + _along_lines(points, centres)
    drawn, names = [], []
    for point, (cx, cy) in sorted(zip(points, centres, strict=True), key=lambda pair: not pair[0].chosen):
        drawn.append(_mark(cx, cy, chosen=point.chosen))
        name, box = _named(point, cx, cy, taken)
        taken.append(box)
        names.append(name)
    return drawn + names


def _along_lines(points: Sequence[Point], centres: Sequence[tuple[float, float]]) -> list[_Box]:
    """Small boxes along the lines, so that a name is not written across one where there is room beside it."""
    boxes = []
    for (one, (x1, y1)), (two, (x2, y2)) in pairwise(zip(points, centres, strict=True)):
        steps = int(math.dist((x1, y1), (x2, y2)) / 8) if one.line and one.line == two.line else 0
        for at in range(1, steps):
            x, y = x1 + (x2 - x1) * at / steps, y1 + (y2 - y1) * at / steps
            boxes.append(_Box(x - 3, y - 3, x + 3, y + 3))
    return boxes


def _mark(cx: float, cy: float, *, chosen: bool) -> str:
    if chosen:
        ring = f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="11" fill="none" stroke="black" stroke-width="2"/>'
        return f'{ring}<circle cx="{cx:.1f}" cy="{cy:.1f}" r="6" fill="black"/>'
    return f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="4.5" fill="white" stroke="black" stroke-width="1.5"/>'


def _named(point: Point, cx: float, cy: float, taken: Sequence[_Box]) -> tuple[str, _Box]:
    width, far = len(point.name) * _SIZE * 0.55, 6 if point.chosen else 0
    inside = _Box(_LEFT, _TOP, _RIGHT, _BOTTOM)

    def cost(place: tuple[int, int]) -> float:
        box = _box(cx, cy, place, width, far)
        return sum(box.overlap(other) for other in taken) + (width * _SIZE - box.overlap(inside)) * 2

    place = min(_PLACES, key=cost)
    box = _box(cx, cy, place, width, far)
    bold = ' font-weight="bold"' if point.chosen else ""
    anchor = "middle" if not place[0] else "start" if place[0] > 0 else "end"
    at = {"start": box.left, "middle": cx, "end": box.right}[anchor]
    return _text(at, box.bottom - 3, point.name, anchor, _HALO + bold), box


_HALO = 'stroke="white" stroke-width="3" paint-order="stroke"'
"""A white edge, so that a line behind a name does not cross it out."""


def _box(cx: float, cy: float, place: tuple[int, int], width: float, far: int) -> _Box:
    dx, dy = place
    dx += far * (dx > 0) - far * (dx < 0)
    dy += far * (dy > 10) - far * (dy < -5)
    left = cx + dx if dx > 0 else cx + dx - width if dx < 0 else cx - width / 2
    return _Box(left, cy + dy - _SIZE + 3, left + width, cy + dy + 3)


def _stroke(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#bbbbbb" stroke-width="0.7"/>'


_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""As `xml.sax.saxutils` has it, which loads all of urllib and http."""


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{text.translate(_MARKUP)}</text>'.replace(
        " >", ">"
    )
