"""Codes in one picture.  Runs only in the decoder's child process: it is the part that faces hostile pictures.

The picture is read as it is, and, when that does not give an envelope and a share, six more times after six
different treatments.  The treatments were measured against longer ladders and are as good; each is bounded, and the
budget of time ends them all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from splitkit.paper.decoder import MAX_CODES, MAX_TEXT
from splitkit.quorum.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEAST_CONTRAST = 8
"""Grey levels, of 255, between the darkest and the lightest point of a picture that is worth a second look."""

RETRY_PIXELS = 16_000_000
"""A picture larger than this is reduced for the retries; a symbol of a sheet stays far above one pixel a module."""

ENLARGED_PIXELS = 36_000_000
"""The enlarging retry is left out when its result would be larger than this: A4 at 300 dpi still fits."""

_SHARE_WORDS = re.compile(r"[A-Z]+(?: [A-Z]+){32}")
_SHARE_DIGITS = re.compile(r"[0-9]{132}")
_ENVELOPE = "SK1:"
FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)

_Treated = tuple[Image.Image, zxingcpp.Binarizer]
_Found = dict[str, float | None]


def read_image(image: Image.Image, budget_s: float, clock: Callable[[], float]) -> list[Scan]:
    """Return every distinct QR text in *image*, in any order, orientation, mirrored or inverted.

    No retry begins later than *budget_s* seconds after the call, by *clock*.
    """
    end = clock() + budget_s
    found: _Found = {}
    plain = grey(image)
    _collect(plain, zxingcpp.Binarizer.LocalAverage, found)
    if not _settled(found) and _has_contrast(plain) and clock() < end:
        for treated, binarizer in _retries(_at_most(plain, RETRY_PIXELS)):
            _collect(treated, binarizer, found)
            if _settled(found) or clock() >= end:
                break
    return [Scan(text, margin) for text, margin in found.items()][:MAX_CODES]


def grey(image: Image.Image) -> Image.Image:
    """Return *image* as 8-bit grey, transparent parts white."""
    if image.mode == "L":
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("LA" if image.mode in {"1", "L", "LA"} else "RGBA")
        white = Image.new("L", image.size, 255)
        white.paste(layered.convert("L"), mask=layered.getchannel("A"))
        return white
    return image.convert("L")


def _collect(image: Image.Image, binarizer: zxingcpp.Binarizer, found: _Found) -> None:
    """Add the texts in *image* to *found*, keeping the best margin of each."""
    codes = zxingcpp.read_barcodes(image, formats=FORMATS, binarizer=binarizer)
    for code in codes[:MAX_CODES]:
        text = exact_text(code.bytes)
        if text and len(text) <= MAX_TEXT:
            found[text] = _better(found.get(text), margin_of(code.extra))


def exact_text(payload: bytes) -> str:
    """Return the very bytes of a code as text: nothing is guessed, replaced or made readable."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("latin-1")


def margin_of(extra: object) -> float | None:
    """Return the unused error correction that zxing-cpp reports, 0.0 to 1.0."""
    unused = extra.get("UEC") if isinstance(extra, dict) else None
    return min(1.0, max(0.0, float(unused))) if isinstance(unused, int | float) else None


def _better(one: float | None, other: float | None) -> float | None:
    known = [margin for margin in (one, other) if margin is not None]
    return max(known, default=None)


def _settled(found: _Found) -> bool:
    """Whether a picture gave what a sheet has: an envelope and its share, in words, in digits or both.

    A picture with several shares is of several sheets, and settled when each was read in both forms.
    """
    words = sum(bool(_SHARE_WORDS.fullmatch(text)) for text in found)
    digits = sum(bool(_SHARE_DIGITS.fullmatch(text)) for text in found)
    envelope = any(text.startswith(_ENVELOPE) for text in found)
    return envelope and (max(words, digits) == 1 or words == digits > 0)


def _has_contrast(image: Image.Image) -> bool:
    """Whether there is anything at all on the page; the back of a sheet has nothing to try again for."""
    levels = [level for level, count in enumerate(image.histogram()) if count]
    return levels[-1] - levels[0] >= LEAST_CONTRAST


def _at_most(image: Image.Image, pixels: int) -> Image.Image:
    factor = 1
    while image.width * image.height > pixels * factor * factor:
        factor += 1
    return image if factor == 1 else image.reduce(factor)


def _retries(image: Image.Image) -> Iterator[_Treated]:
    """The six treatments, cheapest first, each made only when it is asked for."""
    yield image, zxingcpp.Binarizer.GlobalHistogram
    yield levelled(image), zxingcpp.Binarizer.LocalAverage
    yield image.filter(ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0)), zxingcpp.Binarizer.LocalAverage
    yield _thresholded(image), zxingcpp.Binarizer.FixedThreshold
    yield _despeckled(image), zxingcpp.Binarizer.LocalAverage
    if image.width * image.height * 4 <= ENLARGED_PIXELS:
        doubled = image.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC)
        yield doubled, zxingcpp.Binarizer.LocalAverage


def levelled(image: Image.Image) -> Image.Image:
    """Subtract a heavily blurred background: shadows and stains fade, edges stay."""
    small = image.reduce(8).filter(ImageFilter.BoxBlur(12))
    background = small.resize(image.size, Image.Resampling.BILINEAR)
    return ImageOps.autocontrast(ImageChops.subtract(image, background, offset=192), cutoff=1)


def _thresholded(image: Image.Image) -> Image.Image:
    """Black where a pixel is darker than its neighbourhood, white elsewhere."""
    mean = image.filter(ImageFilter.BoxBlur(max(image.size) / 60))
    return ImageChops.subtract(image, mean, offset=128).point([0] * 122 + [255] * 134)


def _despeckled(image: Image.Image) -> Image.Image:
    """Close small light gaps in dark modules, then small dark specks on light ones."""
    return image.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(3))
