"""What scanners and cameras do to the light of a page: optics, lamps, sensor and file."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.damage.page import to_bytes
from benchmarks.damage.projection import draw
from benchmarks.damage.texture import clouds, noise, polyline_distance, ramp, resized, scribble, segment_distance

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from benchmarks.damage.page import Page, Points
    from benchmarks.damage.projection import Projection
    from benchmarks.damage.texture import Field

LAMP_PX = 8
"""Light that falls on the picture is kept as one value for so many pixels in each direction."""

_TURNS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""EXIF orientation -> how the pixels are stored, so that a program that heeds it shows them upright."""


@dataclass
class Shot:
    """A picture being taken."""

    image: Image.Image = field(repr=False)
    page: Page = field(repr=False)
    projection: Projection = field(repr=False)
    rng: Generator = field(repr=False)
    gain: Field = field(init=False, repr=False)
    glow: Field = field(init=False, repr=False)
    """A pixel of light v becomes v * gain + glow."""
    blur_px: float = 0.0
    """Deviation of all blur together, in pixels."""
    noise: float = 0.0
    """Deviation of the noise, 0.0 to 1.0."""
    cut: float | None = None
    """The level at which a fax makes black and white of it."""
    hidden: list[Callable[[Points], np.ndarray]] = field(default_factory=list, repr=False)
    """Tell which pixels of the picture show something that lies over the page."""

    def __post_init__(self) -> None:
        shape = (self.image.height // LAMP_PX + 2, self.image.width // LAMP_PX + 2)
        self.gain, self.glow = np.ones(shape, np.float32), np.zeros(shape, np.float32)

    def lamp_grid(self) -> tuple[Field, Field]:
        """Coordinates of the fields of light: x across, y down, both 0.0 to 1.0 in the longer direction."""
        rows, columns = self.gain.shape
        longest = np.float32(max(rows, columns))
        return np.arange(columns, dtype=np.float32)[None, :] / longest, np.arange(rows, dtype=np.float32)[
            :, None
        ] / longest

    def uneven(self, dim: float) -> None:
        """Light from one side: *dim* of it is missing on the far side, 0.0 to 1.0."""
        x, y = self.lamp_grid()
        angle = self.rng.uniform(0, 2 * np.pi)
        across = x * np.cos(angle) + y * np.sin(angle)
        across = (across - across.min()) / (across.max() - across.min())
        self.gain *= (1 - dim * across).astype(np.float32)

    def exposure(self, factor: float) -> None:
        """More or less light altogether."""
        self.gain *= np.float32(factor)

    def shadow(self, depth: float, softness: float) -> None:
        """The shadow of a hand or of the phone: *depth* of the light is missing; softness in parts of the picture."""
        x, y = self.lamp_grid()
        start = self.rng.uniform((0.1, 0.1), (x.max() * 0.9, y.max() * 0.9))
        angle = self.rng.uniform(0, 2 * np.pi)
        end = (start[0] + np.cos(angle), start[1] + np.sin(angle))
        width = self.rng.uniform(0.12, 0.3)
        wavy = noise(self.rng, self.gain.shape, 22) * 0.015
        distance = segment_distance(x, y, tuple(start), end) + wavy
        self.gain *= 1 - depth * ramp(distance, width + softness, width - softness / 2)

    def glare(self, count: int, strength: float, radius: float) -> None:
        """Lamps mirrored in glossy toner, film or bag: *count* patches of about *radius* of the picture burn out."""
        x, y = self.lamp_grid()
        for _ in range(count):
            at = self.rng.uniform((0.1, 0.1), (x.max() * 0.9, y.max() * 0.9))
            stretch, angle = self.rng.uniform(1, 2.2), self.rng.uniform(0, np.pi)
            dx, dy = x - at[0], y - at[1]
            along, across = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
            far = np.hypot(along / stretch, across) + noise(self.rng, self.gain.shape, 18) * radius * 0.12
            patch = ramp(far, radius * 1.5, radius * 0.4) * strength + 0.25 * strength * np.exp(
                -((far / radius / 2) ** 2)
            )
            self.glow += patch
            self.gain *= 1 - np.clip(patch, 0, 1) * 0.55

    def streak(self, strength: float, width: float) -> None:
        """A bright line, as a wrinkle in clear film makes it: *width* in parts of the picture."""
        x, y = self.lamp_grid()
        start, angle = self.rng.uniform((0, 0), (x.max(), y.max())), self.rng.uniform(0, np.pi)
        reach = self.rng.uniform(0.05, 0.3)
        line = scribble(
            self.rng, tuple(start), (start[0] + reach * np.cos(angle), start[1] + reach * np.sin(angle)), 0.012
        )
        patch = ramp(polyline_distance(x, y, line), width * 1.5, width * 0.5) * strength
        self.glow += patch
        self.gain *= 1 - np.clip(patch, 0, 1) * 0.55

    def soft(self, deviation_px: float) -> None:
        """A soft lens: Gaussian blur."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(deviation_px))
        self._add_blur(deviation_px)

    def defocus(self, radius_px: float) -> None:
        """Out of focus: a disc, as three boxes of different direction make it."""
        self.image = self.image.filter(ImageFilter.BoxBlur(radius_px * 0.62)).filter(
            ImageFilter.BoxBlur(radius_px * 0.45)
        )
        self._add_blur(radius_px / 2)

    def motion(self, length_px: float, angle: float) -> None:
        """The hand moved while the shutter was open: a straight trail."""
        pixels = np.asarray(self.image)
        steps = max(2, min(14, int(length_px)))
        total = np.zeros(pixels.shape, dtype=np.float32)
        for along in np.linspace(-0.5, 0.5, steps):
            offset = (round(along * length_px * np.sin(angle)), round(along * length_px * np.cos(angle)))
            total += np.roll(pixels, offset, axis=(0, 1))
        self.image = Image.fromarray((total / steps + 0.5).astype(np.uint8))
        self._add_blur(length_px / np.sqrt(12))

    def _add_blur(self, deviation_px: float) -> None:
        self.blur_px = float(np.hypot(self.blur_px, deviation_px))

    def screen(self, strength: float) -> None:
        """The page is shown on a screen: its grid of pixels beats with that of the camera (moire)."""
        height, width = self.image.height, self.image.width
        y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
        turn, pitch = self.rng.uniform(0.02, 0.12), self.rng.uniform(2.15, 3.1)
        across = 2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / pitch
        down = 2 * np.pi * (y * np.cos(turn) - x * np.sin(turn)) / pitch
        beat = 0.5 * np.sin(2 * np.pi * (x + 0.4 * y) / self.rng.uniform(40, 110))
        grid = (np.sin(across) + np.sin(down)) * 0.30 + beat * np.sin(across * 0.13)
        pixels = np.asarray(self.image, dtype=np.float32)
        colour = np.stack([np.roll(grid, shift, axis=1) for shift in (0, 1, 2)], axis=-1)
        self.image = Image.fromarray(
            np.clip(pixels * (1 - 0.35 * strength + strength * colour * 0.5), 0, 255).astype(np.uint8)
        )
        self.noise = float(np.hypot(self.noise, strength * 0.08))

    def grain(self, deviation: float) -> None:
        """Noise of the sensor, 0.0 to 1.0."""
        self.noise = float(np.hypot(self.noise, deviation))

    def lay_over(self, page: Page, projection: Projection) -> None:
        """Put another sheet over the picture."""
        self.image = draw(page, projection, self.image)
        self.hidden.append(lambda pixels: _on_paper(page, projection, pixels))

    def developed(self, tint: tuple[float, float, float] = (1.0, 1.0, 1.0), grain_cell: float = 1.0) -> Image.Image:
        """Return the picture with light and noise applied."""
        shape = (self.image.height, self.image.width)
        gain, glow = (_spread(lamp, shape) for lamp in (self.gain, self.glow))
        pixels = np.asarray(self.image, dtype=np.float32) / 255
        pixels = pixels * gain[..., None] * np.array(tint, np.float32) + glow[..., None]
        if self.noise:
            pixels += (noise(self.rng, shape, grain_cell) * np.float32(self.noise))[..., None]
        return Image.fromarray(to_bytes(pixels))

    def seen(self, pixels: Points, level: Field) -> Field:
        """The light in the picture of a spot of the page of light *level* at *pixels*."""
        at = np.clip(pixels / LAMP_PX, 0, None).astype(int)
        rows, columns = np.clip(at[:, 1], 0, self.gain.shape[0] - 1), np.clip(at[:, 0], 0, self.gain.shape[1] - 1)
        return np.clip(level * self.gain[rows, columns] + self.glow[rows, columns], 0, 1)


def _spread(lamp: Field, shape: tuple[int, int]) -> Field:
    """A field of light with a value for each pixel."""
    tall, wide = lamp.shape[0] * LAMP_PX, lamp.shape[1] * LAMP_PX
    return resized(lamp, (tall, wide))[: shape[0], : shape[1]]


def _on_paper(page: Page, projection: Projection, pixels: Points) -> np.ndarray:
    points = projection.inverse(pixels, page)
    return page.values(points)[2] > 0.5


def desk(rng: Generator, size: tuple[int, int], level: float = 0.35) -> Image.Image:
    """A table: wood or cloth of about this level of light."""
    rows, columns = size[1] // 4 + 1, size[0] // 4 + 1
    streaks = resized(noise(rng, (rows, max(2, columns // 30)), 2), (rows, columns)) * 0.05
    blotches = clouds(rng, (rows, columns), 60) * 0.04
    green = rng.uniform(0.82, 1.0)
    colour = np.array([1.0, green, green - rng.uniform(0.02, 0.3)], np.float32)
    pixels = np.clip(level + streaks + blotches, 0.02, 1)[..., None] * colour
    return Image.fromarray(to_bytes(pixels)).resize(size, Image.Resampling.BILINEAR)


def lid(size: tuple[int, int], level: float = 0.97) -> Image.Image:
    """The lid of a scanner."""
    return Image.new("RGB", size, (round(level * 255),) * 3)


def with_edge_shadow(ground: Image.Image, page: Page, projection: Projection) -> Image.Image:
    """Return *ground* with the soft shadow that a sheet casts around its edges."""
    corners = projection(
        np.array([(x * page.size_mm[0], y * page.size_mm[1]) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))])
    )
    small = np.zeros((ground.height // LAMP_PX + 1, ground.width // LAMP_PX + 1), np.float32)
    x = np.arange(small.shape[1], dtype=np.float32)[None, :] * LAMP_PX
    y = np.arange(small.shape[0], dtype=np.float32)[:, None] * LAMP_PX
    reach = ground.width * 0.012
    inside = np.full(small.shape, np.inf, np.float32)
    for one, other in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        dx, dy = other - one
        np.minimum(inside, (dx * (y - one[1] - reach) - dy * (x - one[0] - reach)) / np.hypot(dx, dy), out=inside)
    dark = (1 - 0.5 * ramp(inside, -reach * 1.5, reach))[..., None]
    spread = resized(dark[..., 0].astype(np.float32), (small.shape[0] * LAMP_PX, small.shape[1] * LAMP_PX))
    pixels = np.asarray(ground, np.float32) * spread[: ground.height, : ground.width, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int, orientation: int = 1) -> bytes:
    """The picture as a JPEG; with an EXIF *orientation* its pixels are stored turned."""
    file = io.BytesIO()
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
        image = image.transpose(_TURNS[orientation])
    image.save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()


def stored(orientation: int, size: tuple[int, int]) -> Callable[[Points], Points]:
    """The change of pixels that comes with an EXIF orientation; *size* is that of the upright picture."""
    width, height = size
    if orientation == 3:
        return lambda pixels: np.array([width, height]) - pixels
    if orientation == 6:
        return lambda pixels: np.column_stack([pixels[:, 1], width - pixels[:, 0]])
    if orientation == 8:
        return lambda pixels: np.column_stack([height - pixels[:, 1], pixels[:, 0]])
    return lambda pixels: pixels


def png(image: Image.Image) -> bytes:
    """The picture as a PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
