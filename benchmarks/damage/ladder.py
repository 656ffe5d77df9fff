"""Six treatments of a picture for a second try, frozen as they were when the bench was made.

They give every library the same help.  splitkit's own reader may change; these may not, or the tables could not be compared.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter, ImageOps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RETRY_PIXELS = 16_000_000
"""A picture larger than this is reduced for the retries."""

ENLARGED_PIXELS = 36_000_000
"""The enlarging retry is left out when its result would be larger than this."""

TREATMENTS = ("global histogram", "levelled", "sharpened", "thresholded", "despeckled", "enlarged")

_WORDS = re.compile(r"[A-Z]+(?: [A-Z]+){32}")
_DIGITS = re.compile(r"[0-9]{132}")


def treated(image: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each treatment of a grey *image*, each made only when it is asked for.

    The first is the picture itself: with it goes another way to tell dark from light, where a library has one.
    """
    image = _at_most(image, RETRY_PIXELS)
    yield TREATMENTS[0], image
    yield TREATMENTS[1], _levelled(image)
    yield TREATMENTS[2], image.filter(ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0))
    yield TREATMENTS[3], _thresholded(image)
    yield TREATMENTS[4], image.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(3))
    if image.width * image.height * 4 <= ENLARGED_PIXELS:
        yield TREATMENTS[5], image.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC)


def settled(texts: Iterable[str]) -> bool:
    """Whether there is what a sheet has, so that no further try is needed: an envelope and its share."""
    found = set(texts)
    words = sum(bool(_WORDS.fullmatch(text)) for text in found)
    digits = sum(bool(_DIGITS.fullmatch(text)) for text in found)
    envelope = any(text.startswith("SK1:") for text in found)
    return envelope and (max(words, digits) == 1 or words == digits > 0)


def _at_most(image: Image.Image, pixels: int) -> Image.Image:
    factor = 1
    while image.width * image.height > pixels * factor * factor:
        factor += 1
    return image if factor == 1 else image.reduce(factor)


def _levelled(image: Image.Image) -> Image.Image:
    small = image.reduce(8).filter(ImageFilter.BoxBlur(12))
    background = small.resize(image.size, Image.Resampling.BILINEAR)
    return ImageOps.autocontrast(ImageChops.subtract(image, background, offset=192), cutoff=1)


def _thresholded(image: Image.Image) -> Image.Image:
    mean = image.filter(ImageFilter.BoxBlur(max(image.size) / 60))
    return ImageChops.subtract(image, mean, offset=128).point([0] * 122 + [255] * 134)
