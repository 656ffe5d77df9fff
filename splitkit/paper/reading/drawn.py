"""Telling a page that a program drew from one that a scanner saw.

A program draws the rows of a module all alike, to the last bit.  A scanner sees paper: no two rows across a symbol are the
same, also where it makes white of everything light.  A scan in pure black and white can look like a drawing; what a program drew
askew, and a photo of a screen, cannot be told so.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FEWEST_ROWS = 60
"""Rows with something on them below which nothing is said."""

ALIKE_PART = 0.1
"""Part of those rows that equal the row before from which a program drew them.  Pages drawn at 100 to 600 dpi have 0.13 to
0.25, scans in grey 0, scans squeezed hard or sent by fax up to 0.07; a scan in pure black and white can have 0.13."""


def is_drawn(image: Image.Image) -> bool:
    """Tell whether a program drew this 8-bit grey picture, upright or lying."""
    middle = image.crop((image.width // 4, 0, image.width * 3 // 4, image.height))
    across = image.crop((0, image.height // 4, image.width, image.height * 3 // 4))
    return _rows_alike(middle) or _rows_alike(across.rotate(90, expand=True))


def _rows_alike(image: Image.Image) -> bool:
    data, width = image.tobytes(), max(image.width, 1)
    rows = [data[at : at + width] for at in range(0, len(data), width)]
    inked = [(row, after) for row, after in pairwise(rows) if row != row[:1] * width]
    return len(inked) >= FEWEST_ROWS and sum(row == after for row, after in inked) > ALIKE_PART * len(inked)
