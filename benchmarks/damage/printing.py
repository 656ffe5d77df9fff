"""What printers do wrong.  These work on the toner, before the page is fixed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.damage.page import TONER, TRUTH_STEP
from benchmarks.damage.texture import clouds, luminance, noise, ramp

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.damage.page import Page
    from benchmarks.damage.texture import Field


_MODULE_MM = 1.1
"""About the width of a module of the share."""


def place(page: Page, scale: float, turn_degrees: float, shift_mm: tuple[float, float]) -> None:
    """Print the page smaller, askew or beside its place; what leaves the paper is lost."""
    page.print_scale, page.print_turn, page.print_shift = scale, np.radians(turn_degrees), shift_mm
    rows, columns = page.toner.shape
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    origin, right, down = _inverse(page, corners)
    px = page.px_mm
    matrix = (*_pair(right, down, origin, 0, px), *_pair(right, down, origin, 1, px))
    image = Image.fromarray((page.toner * 255).astype(np.uint8))
    moved = image.transform((columns, rows), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    page.toner = np.asarray(moved, dtype=np.float32) / 255


def _inverse(page: Page, points: np.ndarray) -> np.ndarray:
    """Points of the paper -> of the page as designed, in millimetres."""
    middle = np.array(page.size_mm) / 2
    cos, sin = np.cos(page.print_turn), np.sin(page.print_turn)
    back = (points - middle - np.array(page.print_shift)) / page.print_scale
    return middle + back @ np.array([[cos, -sin], [sin, cos]])


def _pair(right: np.ndarray, down: np.ndarray, origin: np.ndarray, axis: int, px: float) -> tuple[float, float, float]:
    return right[axis] - origin[axis], down[axis] - origin[axis], origin[axis] * px


def _thin(page: Page, amount: Field | float) -> None:
    """Take a share of the toner away everywhere, 0.0 to 1.0."""
    page.toner *= 1 - amount
    small = amount[::TRUTH_STEP, ::TRUTH_STEP] if isinstance(amount, np.ndarray) else amount
    page.ink += small * (page.white - luminance(TONER))


def banding(page: Page, rng: Generator, depth: float, pitch_mm: float, lines: int) -> None:
    """Bands of less toner across the page at an even pitch, and *lines* thin white lines that the printer left out."""
    rows, columns = page.toner.shape
    y = np.arange(rows, dtype=np.float32) / page.px_mm
    wave = np.sin(2 * np.pi * y / pitch_mm + rng.uniform(0, 6)) ** 5
    amount = depth * np.clip(wave + 0.15 * noise(rng, (rows, 1), 20)[:, 0], 0, 1)
    for _ in range(lines):
        at, width = rng.uniform(0, rows), rng.uniform(0.15, 0.6) * page.px_mm
        amount = np.maximum(amount, ramp(np.abs(np.arange(rows, dtype=np.float32) - at), width, width * 0.6))
    _thin(page, np.repeat(np.clip(amount, 0, 1)[:, None], columns, axis=1).astype(np.float32))


def low_toner(page: Page, rng: Generator, strength: float) -> None:
    """A cartridge near its end: pale stripes down the page and patches with grainy, missing toner."""
    rows, columns = page.toner.shape
    stripes = np.abs(noise(rng, (1, columns), 30 * page.px_mm)) * 0.8
    patches = clouds(rng, (rows, columns), 40 * page.px_mm) * 0.35
    level = strength * (1.25 - stripes) + patches * strength
    grain = noise(rng, (rows, columns), 2.2) * 0.5 + noise(rng, (rows, columns), 6) * 0.3
    _thin(page, np.clip(level + grain * np.clip(level, 0, 0.6), 0, 1).astype(np.float32))


def smear(page: Page, rng: Generator, strength: float, length_mm: float) -> None:
    """Toner that was not fused and was dragged down the page by a roller or a thumb."""
    rows, columns = page.toner.shape
    steps = max(2, int(length_mm * page.px_mm / 3))
    dragged = np.zeros_like(page.toner)
    for step in range(1, steps + 1):
        shift = 3 * step
        dragged[shift:] += page.toner[:-shift] * (1 - step / (steps + 1))
    dragged *= strength / (steps / 2)
    where = np.clip(0.7 + 0.6 * clouds(rng, (rows, columns), 35 * page.px_mm), 0, 1)
    streaks = np.clip(0.75 + 0.35 * noise(rng, (1, columns), 8), 0, 1.2)
    dirt = np.clip(dragged * where * streaks, 0, 0.92)
    page.toner = np.maximum(page.toner * (1 - 0.45 * strength * where), np.maximum(page.toner * 0.55, dirt))
    _reference(page, dirt)


def _reference(page: Page, dirt: Field) -> None:
    """Dirt darkens what is white: the field of white follows it, blurred, as a single module would see it."""
    soft = Image.fromarray((dirt * 255).astype(np.uint8)).filter(ImageFilter.BoxBlur(page.px_mm / 2))
    small = np.asarray(soft, dtype=np.float32)[::TRUTH_STEP, ::TRUTH_STEP] / 255
    page.white *= 1 - small * 0.9


def bleed(page: Page, rng: Generator, radius_mm: float, feather: float) -> None:
    """Ink that runs along the fibres of cheap paper: dark grows by about *radius_mm*, with ragged edges."""
    rows, columns = page.toner.shape
    radius = radius_mm * page.px_mm
    soft = Image.fromarray((page.toner * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(max(0.6, radius)))
    ragged = noise(rng, (rows, columns), 3) * 0.10 * feather + noise(rng, (rows, columns), 9) * 0.06 * feather
    level = np.asarray(soft, dtype=np.float32) / 255
    threshold = 0.5 - min(0.43, radius_mm * 1.05)
    reached = ramp(level, 0.02, 0.02 + threshold)
    page.toner = ramp(level + ragged * reached, threshold - 0.12, threshold + 0.12) * 0.94
    if _closed(_MODULE_MM, max(radius_mm, 0.6 / page.px_mm)) > threshold:
        page.white *= 0.1


def _closed(module_mm: float, radius_mm: float) -> float:
    """How dark ink of the modules around it makes the middle of a single white module, 0.0 to 1.0."""
    return 1 - math.erf(module_mm / (2 * math.sqrt(2) * radius_mm)) ** 2


def specks(page: Page, rng: Generator, count: int, largest_mm: float) -> None:
    """Drops and clumps of toner where there should be none."""
    rows, columns = page.toner.shape
    for _ in range(count):
        radius = largest_mm * rng.uniform(0.15, 1) ** 2 * page.px_mm
        x, y, reach = rng.uniform(0, columns), rng.uniform(0, rows), int(radius * 1.6) + 2
        top, left = max(0, int(y) - reach), max(0, int(x) - reach)
        part = page.toner[top : int(y) + reach, left : int(x) + reach]
        if not part.size:
            continue
        ys = np.arange(top, top + part.shape[0])[:, None] - y
        xs = np.arange(left, left + part.shape[1])[None, :] - x
        angle = np.arctan2(ys, xs)
        waves = rng.uniform(0.02, 0.2, 3)
        edge = radius * (1 + sum(wave * np.sin(turn * angle + x + y * turn) for turn, wave in enumerate(waves, 2)))
        blot = ramp(np.hypot(xs, ys) - edge, 1, -1) * rng.uniform(0.6, 1)
        np.maximum(part, blot, out=part)
        small = blot[::TRUTH_STEP, ::TRUTH_STEP]
        held = page.white[top // TRUTH_STEP :, left // TRUTH_STEP :][: small.shape[0], : small.shape[1]]
        held *= 1 - 0.9 * small[: held.shape[0], : held.shape[1]]
