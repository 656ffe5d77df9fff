"""What offices and phones do to a printed page, for the demonstration: a drawn page goes in, a bad picture comes out.

The same page and seed give the same picture.  Noise and bends come from a hash of the seed: nothing here is a secret,
and nothing here draws randomness.
"""

import hashlib
import io
import math

import pypdfium2
from PIL import Image, ImageChops, ImageFilter, ImageOps

OFFICE_DPI = 200
"""What office scanners are usually left at; pages are best drawn at this."""

_Coefficients = tuple[float, float, float, float, float, float, float, float]


def render(pdf: bytes, page: int, dpi: int = OFFICE_DPI) -> Image.Image:
    """Draw one page of our own PDF, counted from 0, in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn: Image.Image = document[page].render(scale=dpi / 72, grayscale=True).to_pil().copy()
    finally:
        document.close()
    return drawn


def office_scan(image: Image.Image, seed: int) -> bytes:
    """Return a JPEG of *image* as a worn office scanner makes it: a little askew, grey, soft and speckled."""
    dice = _Dice("office", seed)
    page = image.convert("L")
    page = page.rotate(dice.between(-2, 2), Image.Resampling.BILINEAR, fillcolor=245)
    page = page.filter(ImageFilter.GaussianBlur(dice.between(0.3, 1.0)))
    page = _contrast(page, black=dice.between(20, 60), white=dice.between(215, 245))
    page = _noisy(page, dice, dice.between(8, 24))
    return _jpeg(page, 60)


def phone_photo(image: Image.Image, seed: int) -> bytes:
    """Return a JPEG of *image* lying on a desk, photographed by hand: in perspective, unevenly lit, soft and grainy."""
    dice = _Dice("phone", seed)
    page = image.convert("L")
    page = page.transform(
        page.size, Image.Transform.PERSPECTIVE, _viewpoint(page.size, dice), Image.Resampling.BILINEAR, fillcolor=96
    )
    page = ImageChops.multiply(page, _light(page.size, dice))
    page = page.filter(ImageFilter.GaussianBlur(dice.between(0.4, 1.1)))
    page = _noisy(page, dice, dice.between(8, 24))
    return _jpeg(ImageOps.colorize(page, (24, 18, 12), (255, 250, 236)), 70)


class _Dice:
    """Numbers and noise that depend on a name and a seed only."""

    def __init__(self, name: str, seed: int) -> None:
        self._name = f"{name} {seed}"
        self._drawn = 0

    def bytes(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_128(f"{self._name} {self._drawn}".encode()).digest(count)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * int.from_bytes(self.bytes(4)) / 0xFFFFFFFF


def _viewpoint(size: tuple[int, int], dice: _Dice) -> _Coefficients:
    """Return the projection of a page turned by up to 8 degrees, seen from a little aside, with desk around it."""
    width, height = size
    angle = math.radians(dice.between(-8, 8))
    zoom = dice.between(1.22, 1.32)
    tilt_x, tilt_y = dice.between(-0.12, 0.12) / width, dice.between(-0.12, 0.12) / height
    cos, sin = zoom * math.cos(angle), zoom * math.sin(angle)
    middle_x, middle_y = width / 2, height / 2
    scale = 1 + tilt_x * middle_x + tilt_y * middle_y  # the middle of the page stays in the middle
    a, b = cos + middle_x * tilt_x, -sin + middle_x * tilt_y
    d, e = sin + middle_y * tilt_x, cos + middle_y * tilt_y
    c = middle_x * scale - a * middle_x - b * middle_y
    f = middle_y * scale - d * middle_x - e * middle_y
    return a, b, c, d, e, f, tilt_x, tilt_y


def _light(size: tuple[int, int], dice: _Dice) -> Image.Image:
    """Return the light on the desk: bright on one side, dim on the other."""
    ramp = Image.linear_gradient("L").rotate(dice.between(0, 360), Image.Resampling.BILINEAR, fillcolor=128)
    lit = _contrast(ramp.crop((38, 38, 218, 218)), black=dice.between(110, 170), white=250)
    return lit.filter(ImageFilter.GaussianBlur(8)).resize(size, Image.Resampling.BICUBIC)


def _contrast(image: Image.Image, black: float, white: float) -> Image.Image:
    return image.point([round(black + (white - black) * value / 255) for value in range(256)])


def _noisy(image: Image.Image, dice: _Dice, strength: float) -> Image.Image:
    """Add noise of up to *strength* grey levels either way to each pixel."""
    noise = Image.frombytes("L", image.size, dice.bytes(image.width * image.height))
    levels = [round(strength * value / 127.5) for value in range(256)]
    return ImageChops.add(image, noise.point(levels), offset=-round(strength))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, dpi=(OFFICE_DPI, OFFICE_DPI))
    return file.getvalue()
