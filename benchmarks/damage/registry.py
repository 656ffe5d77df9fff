"""The list of scenarios, and what they have in common: severities, sheets and the everyday ways to take a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benchmarks.damage import camera
from benchmarks.damage.camera import Shot
from benchmarks.damage.page import Page
from benchmarks.damage.projection import Pose, draw, scanner, shade
from benchmarks.damage.projection import camera as pinhole
from benchmarks.damage.sheets import SHARE_SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from benchmarks.damage.sheets import BenchSheet

    Point = tuple[float, float]

SEVERITIES = (1, 2, 3, 4, 5)
"""From what an office does every day to what is barely a page any more."""

FAMILIES = ("printing", "wear", "capture", "mixed", "promise")
"""Kinds of scenario; 'promise' are the three that the reader is held to, where severity is only a variant."""

OFFICE_DPI = 200
PHONE_PX = (1944, 2592)

_Any = TypeVar("_Any")


@dataclass(frozen=True)
class Picture:
    """A finished picture and the shot it came from."""

    data: bytes = field(repr=False)
    suffix: str
    shot: Shot = field(repr=False)
    """With the projection to the pixels as they are stored."""


@dataclass(frozen=True)
class Job:
    """One picture to be made."""

    severity: int
    seed: int
    sheet: BenchSheet
    companion: BenchSheet
    rng: Generator = field(repr=False)

    def at(self, *values: _Any) -> _Any:
        """Return the one of five values that belongs to the severity."""
        return values[self.severity - 1]

    def page(self, dpi: int = OFFICE_DPI) -> Page:
        """A fresh print of the sheet."""
        return Page(self.sheet, dpi)

    def share_order(self) -> tuple[str, ...]:
        """The two symbols of the share, in an order that changes with the picture."""
        return SHARE_SYMBOLS if self.rng.random() < 0.5 else SHARE_SYMBOLS[::-1]

    def spot(self, page: Page, on_symbol: float = 0.7) -> Point:
        """A point of the page; in *on_symbol* of all cases somewhere on one of the symbols."""
        if self.rng.random() < on_symbol:
            names = sorted(page.sheet.symbols)
            left, top, width, height = page.box(page.sheet.symbols[names[self.rng.integers(len(names))]])
            return left + self.rng.uniform(0, width), top + self.rng.uniform(0, height)
        return self.rng.uniform(0, page.size_mm[0]), self.rng.uniform(0, page.size_mm[1])


@dataclass(frozen=True)
class Scenario:
    """A kind of damage."""

    name: str
    family: str
    make: Callable[[Job], Picture] = field(repr=False)


SCENARIOS: dict[str, Scenario] = {}


def scenario(family: str, name: str) -> Callable[[Callable[[Job], Picture]], Callable[[Job], Picture]]:
    """Add a function to the list of scenarios."""

    def register(make: Callable[[Job], Picture]) -> Callable[[Job], Picture]:
        SCENARIOS[name] = Scenario(name, family, make)
        return make

    return register


def scan_shot(job: Job, page: Page, dpi: float = OFFICE_DPI, skew: float | None = None) -> Shot:
    """A sheet on an office scanner, a little askew, with the lid closed."""
    turn = job.rng.uniform(-1.2, 1.2) if skew is None else skew
    projection = scanner(page, dpi, turn, tuple(job.rng.uniform(-1.5, 1.5, 2)))
    shade(page, 0.5)
    shot = Shot(draw(page, projection, camera.lid(projection.size, job.rng.uniform(0.9, 1))), page, projection, job.rng)
    shot.soft(0.35 * dpi / OFFICE_DPI)
    shot.exposure(job.rng.uniform(0.94, 1.03))
    shot.grain(0.008)
    return shot


def scanned(shot: Shot, quality: int = 75) -> Picture:
    """The file that a scanner writes: a grey JPEG."""
    return Picture(camera.jpeg(shot.developed().convert("L"), quality), ".jpg", shot)


def everyday_pose(job: Job) -> Pose:
    """Held by hand over the page, with some care."""
    pitch, yaw, roll = job.rng.uniform(-7, 7, 3)
    return Pose(pitch, yaw, roll, fill=job.rng.uniform(0.9, 0.97), barrel=job.rng.uniform(-0.02, 0.02))


def photo_shot(job: Job, page: Page, pose: Pose | None = None, size: tuple[int, int] = PHONE_PX) -> Shot:
    """A sheet on a table, photographed with a telephone: light from one side, a good lens, some noise."""
    projection = pinhole(page, size, pose or everyday_pose(job))
    shade(page, 0.9)
    table = camera.desk(job.rng, size, job.rng.uniform(0.15, 0.6))
    ground = camera.with_edge_shadow(table, page, projection)
    shot = Shot(draw(page, projection, ground), page, projection, job.rng)
    shot.soft(0.6 * size[1] / PHONE_PX[1])
    shot.uneven(job.rng.uniform(0.1, 0.3))
    shot.exposure(job.rng.uniform(0.85, 1.0))
    shot.grain(0.012)
    return shot


def photographed(job: Job, shot: Shot, quality: int = 85, orientation: int = 1) -> Picture:
    """The file that a telephone writes: a JPEG in colour."""
    warm = job.rng.uniform(-0.06, 0.06)
    image = shot.developed((1 + warm / 2, 1.0, 1 - warm))
    width, height = image.size
    stored = (height, width) if orientation in {6, 8} else (width, height)
    data = camera.jpeg(image, quality, orientation)
    shot.projection = shot.projection.then(camera.stored(orientation, (width, height)), stored)
    return Picture(data, ".jpg", shot)


def taken(job: Job, page: Page) -> Picture:
    """A worn page as people take it: from the scanner for even seeds, with a telephone for odd ones."""
    if job.seed % 2 == 0:
        return scanned(scan_shot(job, page))
    return photographed(job, photo_shot(job, page))


def fax(job: Job, page: Page, dpi: float, cut: float, dropped_lines: int = 0) -> Picture:
    """A fax: black and white, coarse, with lines that the line dropped."""
    shot = scan_shot(job, page, dpi)
    shot.cut = cut
    shot.grain(0.03)
    levels = np.asarray(shot.developed().convert("L"), dtype=np.float32) / 255
    black = (levels < cut).astype(np.uint8)
    for _ in range(dropped_lines):
        row = int(job.rng.integers(1, black.shape[0]))
        black[row] = black[row - 1] if job.rng.random() < 0.6 else 0
    image = camera.Image.fromarray((1 - black) * 255).convert("1")
    return Picture(camera.png(image), ".png", shot)
