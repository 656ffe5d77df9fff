"""Stains, strokes, light and water: damage that changes what is on the sheet.  Lengths are in millimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.damage.texture import clouds, noise, polyline_distance, ramp, scribble, segment_distance

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.damage.page import Colour, Page, Window
    from benchmarks.damage.texture import Field, Point

COFFEE: Colour = (0.50, 0.33, 0.18)
RUST: Colour = (0.46, 0.24, 0.10)
MARKER: Colour = (0.06, 0.06, 0.08)
LABEL: Colour = (0.98, 0.98, 0.97)
SCORCH: Colour = (0.20, 0.12, 0.07)
MOULDS: tuple[Colour, ...] = ((0.22, 0.25, 0.20), (0.30, 0.28, 0.22), (0.12, 0.13, 0.12))
HIGHLIGHTERS: tuple[Colour, ...] = ((1.0, 0.96, 0.25), (1.0, 0.55, 0.72), (0.55, 0.95, 0.45), (0.35, 0.62, 0.95))


def coffee_ring(page: Page, rng: Generator, x: float, y: float, radius: float, strength: float) -> None:
    """The ring that a cup leaves: darkest at its outer edge, broken in places, with a faint disc inside."""
    where = page.window(x - radius - 15, y - radius - 15, 2 * radius + 30, 2 * radius + 30)
    if min(where.shape) < 4:
        return
    wobble = noise(rng, where.shape, 28 * page.px_mm) * 0.9 + noise(rng, where.shape, 6 * page.px_mm) * 0.2
    distance = np.hypot(where.x - x, where.y - y) + wobble
    width = 1.0 + 2.6 * strength
    edge = ramp(distance, radius - width * 1.8, radius) * ramp(distance, radius + 0.5, radius)
    broken = np.clip(0.75 + 0.5 * noise(rng, where.shape, 25 * page.px_mm), 0.1, 1)
    inside = ramp(distance, radius + 0.5, radius) * (0.10 + 0.16 * strength)
    page.stain(where, np.clip(edge * broken * (0.35 + 0.6 * strength) + inside, 0, 1), COFFEE)


def spill(page: Page, rng: Generator, x: float, y: float, radius: float, strength: float) -> None:
    """A splash: an irregular area with a darker rim, and drops around it."""
    for _ in range(int(4 + 10 * strength)):
        angle, far = rng.uniform(0, 2 * np.pi), radius * rng.uniform(1.1, 1.7)
        blot(page, rng, x + far * np.cos(angle), y + far * np.sin(angle), rng.uniform(0.6, 4), COFFEE, strength * 0.7)
    where = page.window(x - radius * 2, y - radius * 2, radius * 4, radius * 4)
    inward = _blob(page, rng, where, (x, y), radius)
    rim = ramp(inward, 0, 0.8) * ramp(inward, 4, 0.8)
    page.stain(where, np.clip(ramp(inward, 0, 0.8) * 0.75 * strength + rim * 0.5 * strength, 0, 1), COFFEE)


def blot(page: Page, rng: Generator, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
    """An irregular stain of one colour that darkens what is below."""
    where = page.window(x - radius * 2, y - radius * 2, radius * 4, radius * 4)
    if min(where.shape) < 4:
        return
    inward = _blob(page, rng, where, (x, y), radius)
    page.stain(where, ramp(inward, 0, 0.5 + radius * 0.06) * strength, colour)


def opaque_stain(
    page: Page, rng: Generator, box: tuple[float, float, float, float], share: float, colour: Colour
) -> None:
    """One to three opaque stains that together hide exactly *share* (0.0 to 1.0) of a box (left, top, width, height)."""
    left, top, width, height = box
    pieces = int(rng.integers(1, 4))
    radius = float(np.sqrt(share * width * height / pieces / np.pi))
    where = page.window(left - radius, top - radius, width + 2 * radius, height + 2 * radius)
    inset = min(0.45, radius / width)
    inward = np.full(where.shape, -np.inf, dtype=np.float32)
    for _ in range(pieces):
        x, y = left + width * rng.uniform(inset, 1 - inset), top + height * rng.uniform(inset, 1 - inset)
        np.maximum(inward, _blob(page, rng, where, (x, y), radius), out=inward)
    inside = (np.abs(where.x - left - width / 2) < width / 2) & (np.abs(where.y - top - height / 2) < height / 2)
    level = float(np.quantile(inward[inside], 1 - share))
    page.cover(where, ramp(inward - level, -0.1, 0.1), colour)


def _blob(page: Page, rng: Generator, where: Window, middle: Point, radius: float) -> Field:
    """Distance inward from the irregular edge of a blob, in millimetres; negative outside."""
    shape = where.shape
    wobble = 0.22 * noise(rng, shape, radius * 0.9 * page.px_mm) + 0.07 * noise(rng, shape, radius * 0.25 * page.px_mm)
    return radius * (1 + wobble) - np.hypot(where.x - middle[0], where.y - middle[1])


def stroke(page: Page, rng: Generator, start: Point, end: Point, width: float, opacity: float = 0.96) -> None:
    """One stroke of a black marker: opaque, streaky at its edges."""
    line = scribble(rng, start, end, width * 0.5)
    where = _around(page, line, width)
    distance = polyline_distance(where.x, where.y, line) + 0.12 * noise(rng, where.shape, 3 * page.px_mm)
    page.cover(where, ramp(distance, width / 2 + 0.12, width / 2 - 0.12) * opacity, MARKER)


def highlight(page: Page, rng: Generator, start: Point, end: Point, width: float, colour: Colour) -> None:
    """One stroke of a highlighter: transparent, darker where the pen stopped."""
    line = scribble(rng, start, end, 1.2, 4)
    where = _around(page, line, width)
    distance = polyline_distance(where.x, where.y, line)
    ends = np.exp(-segment_distance(where.x, where.y, line[-1], line[-1]) / 4)
    streaks = 0.86 + 0.08 * noise(rng, where.shape, 1.5 * page.px_mm)
    page.stain(where, np.clip(ramp(distance, width / 2, width / 2 - 0.4) * (streaks + 0.2 * ends), 0, 1), colour)


def pen(page: Page, rng: Generator, start: Point, end: Point, width: float = 0.6) -> None:
    """Handwriting or a signature: a thin blue line in loops."""
    along = np.linspace(0, 1, 90)
    loops = rng.uniform(5, 9)
    sway = rng.uniform(3, 7)
    x = start[0] + (end[0] - start[0]) * along + sway * 0.5 * np.cos(along * loops * 6.3)
    y = start[1] + (end[1] - start[1]) * along + sway * np.sin(along * loops * 6.3 + 1) * (1.1 - along)
    line = list(zip(x.tolist(), y.tolist(), strict=True))
    where = _around(page, line, 2)
    distance = polyline_distance(where.x, where.y, line)
    page.cover(where, ramp(distance, width / 2 + 0.08, width / 2 - 0.08) * 0.9, (0.10, 0.14, 0.45))


def rust(page: Page, rng: Generator, x: float, y: float, radius: float, strength: float) -> None:
    """Rust around a staple or a clip: dark in the middle, brown and running out."""
    blot(page, rng, x, y, radius, (0.85, 0.62, 0.36), strength)
    blot(page, rng, x, y, radius * 0.7, RUST, strength)
    blot(page, rng, x, y, radius * 0.35, (0.25, 0.14, 0.08), strength)


def mould(page: Page, rng: Generator, share: float) -> None:
    """Specks of mould in colonies over about *share* of the page, 0.0 to 1.0."""
    where = page.all()
    colonies = clouds(rng, where.shape, 45 * page.px_mm, 2)
    spots = noise(rng, where.shape, 1.3 * page.px_mm) + 0.6 * noise(rng, where.shape, 0.6 * page.px_mm)
    field = spots + 0.9 * colonies
    level = float(np.quantile(field[::8, ::8], 1 - share))
    colour = MOULDS[int(rng.integers(len(MOULDS)))]
    page.stain(where, np.clip(ramp(colonies, -0.2, 1.6) * (0.1 + share), 0, 0.6), (0.62, 0.60, 0.45))
    page.cover(where, ramp(field, level - 0.12, level + 0.25) * 0.97, colour)


def sun(page: Page, rng: Generator, fade: float, yellow: float) -> None:
    """Years of daylight: toner fades to *fade* of its loss, most where the light fell, and paper turns yellow."""
    where = page.all()
    width, height = page.size_mm
    angle = rng.uniform(0, 2 * np.pi)
    across = ((where.x / width - 0.5) * np.cos(angle) + (where.y / height - 0.5) * np.sin(angle)).astype(np.float32)
    uneven = 1 - 0.45 * (1 - fade) * (0.5 - across) + 0.05 * noise(rng, where.shape, 50 * page.px_mm)
    page.fade(where, np.clip(fade * uneven, 0, 0.985))
    page.stain(where, np.clip(yellow * (0.7 + across * 0.5), 0, 1), (0.86, 0.74, 0.48))


def water(page: Page, rng: Generator, share: float, strength: float) -> None:
    """Water that came from one side: toner washed out and run, with a brown line where it stopped."""
    where = page.all()
    height = page.size_mm[1]
    front = height * share + 9 * noise(rng, where.shape, 40 * page.px_mm) + 2 * noise(rng, where.shape, 8 * page.px_mm)
    wet = front - where.y if rng.random() < 0.5 else front - (height - where.y)
    if strength > 0.3:
        _runs(page, wet, strength)
    patches = np.clip(0.55 + 0.45 * clouds(rng, where.shape, 18 * page.px_mm), 0, 1)
    page.fade(where, np.clip(ramp(wet, 0, 6) * patches * strength * 1.05, 0, 0.97))
    line = np.exp(-(((wet - 0.6) / 1.1) ** 2))
    page.stain(where, np.clip(ramp(wet, 0, 3) * 0.15 + line * (0.25 + 0.4 * strength), 0, 1), (0.62, 0.50, 0.34))


def _runs(page: Page, wet: Field, strength: float) -> None:
    """Ink that was carried downwards: each pixel takes some of what is above it."""
    light = page.light
    for shift_mm in (0.4, 0.9, 1.7, 3.0):
        shift = max(1, int(shift_mm * page.px_mm * (0.4 + strength)))
        mixed = light[shift:] * (1 - 0.28 * strength) + light[:-shift] * 0.28 * strength
        gate = ramp(wet[shift:], 0, 5)[..., None]
        light[shift:] += gate * (mixed - light[shift:])


def tape(page: Page, rng: Generator, start: Point, end: Point, width: float, age: float) -> None:
    """Sticky tape: clear and shiny when new, yellow and blotched when old; bubbles below it."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    where = _around(page, [start, end, middle], width)
    distance = segment_distance(where.x, where.y, start, end)
    inside = ramp(distance, width / 2 + 0.1, width / 2 - 0.1)
    page.stain(where, inside * (0.15 + 0.75 * age) * (0.9 + 0.15 * noise(rng, where.shape, 9)), (0.80, 0.60, 0.28))
    bubbles = ramp(clouds(rng, where.shape, 6 * page.px_mm), 0.9 - 0.5 * age, 1.3)
    page.cover(where, inside * bubbles * 0.25, (0.93, 0.90, 0.82))
    page.light_by(where, 1 - 0.35 * np.exp(-(((distance - width / 2) / 0.25) ** 2)))


def shine(page: Page, rng: Generator, start: Point, end: Point, width: float, strength: float) -> None:
    """The reflection of a lamp in tape or foil: streaks along it that hide what is below."""
    where = _around(page, [start, end], width)
    distance = segment_distance(where.x, where.y, start, end)
    streaks = clouds(rng, where.shape, 7 * page.px_mm) + noise(rng, (where.shape[0], 1), 2 * page.px_mm) * 0.5
    glow = ramp(distance, width / 2, width / 2 - 0.8) * ramp(streaks, 1.5 - 2.0 * strength, 2.9 - 1.9 * strength)
    page.cover(where, np.clip(glow, 0, 1), (1.0, 1.0, 1.0))


def abrasion(page: Page, rng: Generator, strength: float) -> None:
    """Years in a folder or a pocket: toner rubbed off in patches and along scratches."""
    where = page.all()
    patches = clouds(rng, where.shape, 50 * page.px_mm, 2)
    grain = clouds(rng, where.shape, 0.9 * page.px_mm, 2)
    level = 1.9 - 2.1 * strength
    page.fade(where, np.clip(ramp(grain + 0.8 * patches, level, level + 0.9) * (0.35 + 0.6 * strength), 0, 0.95))
    width, height = page.size_mm
    for _ in range(int(6 + 90 * strength)):
        start, angle = rng.uniform((0, 0), (width, height)), rng.normal(0.6, 0.5)
        reach = rng.uniform(8, 90)
        end = (start[0] + reach * np.cos(angle), start[1] + reach * np.sin(angle))
        scratch(page, rng, tuple(start), end, rng.uniform(0.12, 0.25 + 0.7 * strength))


def scratch(page: Page, rng: Generator, start: Point, end: Point, width: float) -> None:
    """A scratch: toner gone along a line."""
    line = scribble(rng, start, end, 0.8, 3)
    where = _around(page, line, 2)
    if min(where.shape) < 2:
        return
    page.fade(where, ramp(polyline_distance(where.x, where.y, line), width / 2 + 0.08, width / 2 - 0.08) * 0.92)


def scorch(page: Page, rng: Generator, x: float, y: float, radius: float) -> None:
    """A burn: charred in the middle, brown around; the middle is a hole when it is large."""
    where = page.window(x - radius * 2.5, y - radius * 2.5, radius * 5, radius * 5)
    inward = _blob(page, rng, where, (x, y), radius)
    page.stain(where, ramp(inward, -radius * 0.5, 0) * 0.8, (0.75, 0.55, 0.32))
    page.cover(where, ramp(inward, -1.5, 1.0) * 0.97, SCORCH)
    page.tear(where, ramp(inward, 2.0, 2.3))


def label(page: Page, box: tuple[float, float, float, float], turn: float, colour: Colour) -> None:
    """A rectangular piece of paper or paint over a box (left, top, width, height), turned by *turn* radians."""
    left, top, width, height = box
    reach = width + height
    where = page.window(left - reach, top - reach, width + 2 * reach, height + 2 * reach)
    dx, dy = where.x - left - width / 2, where.y - top - height / 2
    across = np.abs(dx * np.cos(turn) + dy * np.sin(turn)) - width / 2
    down = np.abs(dy * np.cos(turn) - dx * np.sin(turn)) - height / 2
    outside = np.maximum(across, down)
    page.light_by(where, 1 - 0.3 * ramp(outside, 0.8, 0))
    page.cover(where, ramp(outside, 0.1, -0.1), colour)


def _around(page: Page, line: list[Point], margin: float) -> Window:
    """The part of the page near a line."""
    points = np.array(line)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    return page.window(low[0], low[1], high[0] - low[0], high[1] - low[1])
