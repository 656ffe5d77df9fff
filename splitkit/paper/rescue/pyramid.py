"""A picture that can be looked at between its pixels and from afar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    Points = NDArray[np.float64]
    """Shape (..., 2): x and y in pixels; (0, 0) is the top left corner of the first pixel."""

_LEVELS = 6


class Pyramid:
    """A grey picture and the same ever smaller, each pixel the mean of four."""

    def __init__(self, image: Image.Image) -> None:
        """Take an 8-bit grey *image*."""
        self.image = image
        self._levels = [np.asarray(image)]
        for _ in range(_LEVELS):
            image = image.reduce(2)
            if min(image.size) < 16:
                break
            self._levels.append(np.asarray(image))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self._levels[0].shape
        return width, height

    def look(self, points: Points, step: float) -> NDArray[np.float64]:
        """Grey levels at *points*, between pixels; NaN outside the picture.

        Args:
            points: Where to look.
            step: Distance in pixels between what is to be told apart: finer detail is averaged.
        """
        # Halving before sampling keeps detail finer than the step from coming back as false patterns (Nyquist).
        level = min(max(0, int(np.log2(max(step, 1)))), len(self._levels) - 1)
        pixels = self._levels[level]
        height, width = pixels.shape
        x, y = points[..., 0] / 2**level - 0.5, points[..., 1] / 2**level - 0.5
        with np.errstate(invalid="ignore"):
            inside = (x >= -0.5) & (y >= -0.5) & (x <= width - 0.5) & (y <= height - 0.5)
        x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
        left, top = np.clip(x.astype(np.intp), 0, width - 2), np.clip(y.astype(np.intp), 0, height - 2)
        right, down = x - left, y - top
        flat, at = pixels.ravel(), top * width + left
        upper = flat[at] * (1 - right) + flat[at + 1] * right
        lower = flat[at + width] * (1 - right) + flat[at + width + 1] * right
        grey: NDArray[np.float64] = np.where(inside, upper * (1 - down) + lower * down, np.nan)
        return grey
