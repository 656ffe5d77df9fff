"""A sheet of paper that can be damaged.

Beside the colours of the page two fields are kept: what a white spot and what a spot of solid toner would look like at
each point.  Every damage does to them what it does to the page, so that afterwards they tell where there is still
something to see.  Points are in millimetres from the top left corner of the paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.damage import sheets
from benchmarks.damage.texture import luminance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from benchmarks.damage.sheets import BenchSheet, PlacedSymbol
    from benchmarks.damage.texture import Field

    Colour = tuple[float, float, float]
    Points = NDArray[np.float64]
    Bend = Callable[[Points], Points]
    """Flat points in millimetres -> where the surface of the bent sheet has them: x, y, and height to the camera."""

TRUTH_STEP = 2
"""The fields of truth have one value for so many pixels of the page in each direction."""

TONER: Colour = (0.07, 0.07, 0.075)
PAPER: Colour = (0.965, 0.96, 0.95)


class Window:
    """A rectangle of a page: its pixels, and the coordinates of their centres in millimetres."""

    def __init__(self, rows: slice, columns: slice, px_mm: float) -> None:
        self.rows, self.columns = rows, columns
        self.y: Field = ((np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) / px_mm)[:, None]
        self.x: Field = ((np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) / px_mm)[None, :]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.y.shape[0], self.x.shape[1]

    @property
    def truth(self) -> tuple[slice, slice]:
        """The same rectangle in the fields of truth."""
        rows, columns = (slice(s.start // TRUTH_STEP, s.stop // TRUTH_STEP) for s in (self.rows, self.columns))
        return rows, columns


class Page:
    """One sheet of paper; damage is done by its methods."""

    def __init__(self, sheet: BenchSheet, dpi: int) -> None:
        self.sheet, self.dpi = sheet, dpi
        self.px_mm = dpi / sheets.MM_PER_INCH
        drawn = sheets.draw(sheet, dpi)
        rows, columns = (edge - edge % TRUTH_STEP for edge in drawn.shape)
        self.toner: Field = 1 - drawn[:rows, :columns].astype(np.float32) / 255
        """How much toner lies on each pixel, 0.0 to 1.0; what printing changes, until the page is fixed."""
        self._light: Field | None = None
        small = (rows // TRUTH_STEP, columns // TRUTH_STEP)
        self.white: Field = np.full(small, luminance(PAPER), dtype=np.float32)
        self.ink: Field = np.full(small, luminance(TONER), dtype=np.float32)
        self.there: Field = np.ones((rows, columns), dtype=np.float32)
        """1.0 where there is paper, 0.0 where it is torn away."""
        self.print_scale, self.print_turn, self.print_shift = 1.0, 0.0, (0.0, 0.0)
        self.bends: list[Bend] = []
        """What the shape of the sheet does to its points when it is photographed or scanned, in this order."""

    @property
    def light(self) -> Field:
        """The colours of the page, 0.0 to 1.0: rows, columns, red green blue.  From now on the toner is fixed."""
        if self._light is None:
            paper, toner = np.array(PAPER, np.float32), np.array(TONER, np.float32)
            self._light = paper + self.toner[..., None] * (toner - paper)
        return self._light

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the paper in millimetres."""
        return self.sheet.size_mm

    def window(self, x: float, y: float, width: float, height: float) -> Window:
        """The pixels of a rectangle in millimetres, as far as it lies on the page; perhaps none."""
        limits = self.there.shape
        spans = []
        for start, length, limit in ((y, height, limits[0]), (x, width, limits[1])):
            first = int(np.clip(np.floor(start * self.px_mm), 0, limit)) // TRUTH_STEP * TRUTH_STEP
            last = int(np.clip(np.ceil((start + length) * self.px_mm), 0, limit)) // TRUTH_STEP * TRUTH_STEP
            spans.append(slice(first, max(first, last)))
        return Window(spans[0], spans[1], self.px_mm)

    def all(self) -> Window:
        """The whole page."""
        return self.window(0, 0, self.size_mm[0] + 1, self.size_mm[1] + 1)

    def cover(self, where: Window, mask: Field, colour: Colour) -> None:
        """Lay something of *colour* over the page; *mask* says how much of it is opaque, 0.0 to 1.0."""
        for layer, part, value, amount in self._layers(where, mask, colour):
            layer[part] += amount * (value - layer[part])

    def stain(self, where: Window, mask: Field, colour: Colour) -> None:
        """Soak the page with something transparent of *colour*: it darkens what is below."""
        for layer, part, value, amount in self._layers(where, mask, colour):
            layer[part] *= 1 - amount * (1 - value)

    def fade(self, where: Window, mask: Field) -> None:
        """Take toner away: *mask* says how much of it, 0.0 to 1.0; the white of the paper stays."""
        for layer, part, value, amount in self._layers(where, mask, PAPER):
            layer[part] += amount * np.maximum(value - layer[part], 0)

    def light_by(self, where: Window, factor: Field) -> None:
        """Multiply all light of a part of the page, for the shading of creases and bends."""
        self.light[where.rows, where.columns] *= factor[..., None]
        small = factor[::TRUTH_STEP, ::TRUTH_STEP]
        self.white[where.truth] *= small
        self.ink[where.truth] *= small

    def tear(self, where: Window, mask: Field) -> None:
        """Take the paper away where *mask* is 1.0."""
        self.there[where.rows, where.columns] *= 1 - mask

    def blur(self, where: Window, radius_mm: float) -> None:
        """Blur a part of the page, as water does; the fields of truth are not changed."""
        part = self.light[where.rows, where.columns]
        if min(where.shape) < 2:
            return
        image = Image.fromarray(to_bytes(part)).filter(ImageFilter.GaussianBlur(radius_mm * self.px_mm))
        part[:] = np.asarray(image, dtype=np.float32) / 255

    def _layers(
        self, where: Window, mask: Field, colour: Colour
    ) -> Iterator[tuple[Field, tuple[slice, slice], Field | float, Field]]:
        """Each field that a damage works on, the part of it, and the value and the amount for it."""
        amount = np.broadcast_to(mask, where.shape).astype(np.float32)
        yield self.light, (where.rows, where.columns), np.array(colour, np.float32), amount[..., None]
        grey, small = luminance(colour), amount[::TRUTH_STEP, ::TRUTH_STEP]
        yield self.white, where.truth, grey, small
        yield self.ink, where.truth, grey, small

    def on_paper(self, points: Points) -> Points:
        """Points of the page as designed -> where the printer put them on the paper, both in millimetres."""
        middle = np.array(self.size_mm) / 2
        cos, sin = np.cos(self.print_turn), np.sin(self.print_turn)
        turned = (points - middle) @ np.array([[cos, sin], [-sin, cos]])
        return middle + self.print_scale * turned + np.array(self.print_shift)

    def box(self, symbol: PlacedSymbol) -> tuple[float, float, float, float]:
        """Left, top, width and height of a symbol as printed, in millimetres, its turn aside."""
        place = symbol.place
        left, top = self.on_paper(np.array([[place.x, place.y]]))[0]
        return float(left), float(top), place.size * self.print_scale, place.size * self.print_scale

    def values(self, points: Points) -> tuple[Field, Field, Field]:
        """White, ink and presence of paper at *points* of the paper; nothing is there beyond its edges."""
        pixels = np.floor(points * self.px_mm / TRUTH_STEP).astype(int)
        rows, columns = self.white.shape
        inside = (pixels >= 0).all(axis=1) & (pixels[:, 0] < columns) & (pixels[:, 1] < rows)
        x, y = np.clip(pixels[:, 0], 0, columns - 1), np.clip(pixels[:, 1], 0, rows - 1)
        there = self.there[y * TRUTH_STEP, x * TRUTH_STEP] * inside
        return self.white[y, x], self.ink[y, x], there


def to_bytes(light: Field) -> NDArray[np.uint8]:
    """0.0 to 1.0 as 0 to 255."""
    return (np.clip(light, 0, 1) * 255 + 0.5).astype(np.uint8)
