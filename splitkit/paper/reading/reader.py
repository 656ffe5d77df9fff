"""Codes in one picture.  Runs only in the decoder's child processes: it is the part that faces hostile pictures.

The picture is read as it is.  When that does not give an envelope and a share, it is read six more times after six
different treatments, which were measured against longer ladders and are as good.  What is still missing then is looked
for by `splitkit.paper.rescue`, which knows the page.  Each step is bounded, and the budget of time ends them all; a
picture in which nothing looks like a part of a sheet gets a small part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from splitkit.paper.reading.messages import MAX_CLOSE_PIXELS, MAX_CODES
from splitkit.quorum.scan import MAX_TEXT, Scan, SheetSymbol, is_recipient, symbol_of

if TYPE_CHECKING:
    from splitkit.paper.qr import Leftover
    from splitkit.paper.rescue.pages import Quad
    from splitkit.paper.rescue.search import Search

HOPELESS_PART = 0.15
"""Part of the budget for a picture in which nothing looks like a part of a sheet."""

LEAST_CONTRAST = 8
"""Grey levels, of 255, between the darkest and the lightest point of a picture that is worth a second look."""

ENLARGED_PIXELS = 36_000_000
"""The enlarging retry is left out when its result would be larger than this: A4 at 300 dpi still fits."""

RETRY_PART = 0.4
"""Part of the budget after which no retry begins: the rest is for the rescue."""

FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)

_Treated = tuple[Image.Image, zxingcpp.Binarizer]
Corners = tuple[tuple[float, float], ...]
"""Four corners of a symbol in pixels, clockwise from its own top left."""


@dataclass
class Looks:
    """What a picture has given so far."""

    texts: dict[str, float | None] = field(default_factory=dict, repr=False)
    """Each text with the best margin it was read with."""
    symbols: list[tuple[Corners, str]] = field(default_factory=list, repr=False)
    """Where symbols were found, and what they say; nothing if they could not be read."""
    leftovers: list[Leftover] = field(default_factory=list, repr=False)
    """What was seen of symbols that could not be read, all of this one picture."""

    def scans(self) -> list[Scan]:
        """The texts as scans."""
        return [Scan(text, margin) for text, margin in self.texts.items()][:MAX_CODES]

    def add(self, text: str, margin: float | None) -> None:
        """Take a text, keeping the best margin of each."""
        known = [value for value in (self.texts.get(text), margin) if value is not None]
        self.texts[text] = max(known, default=None)

    def shares(self) -> tuple[int, int]:
        """How many shares were read as words, and how many as digits."""
        read = [symbol_of(text) for text in self.texts]
        return read.count(SheetSymbol.WORDS), read.count(SheetSymbol.DIGITS)

    def has_envelope(self) -> bool:
        """Whether an envelope was read."""
        return any(symbol_of(text) is SheetSymbol.ENVELOPE for text in self.texts)

    def settled(self) -> bool:
        """Whether a picture gave what a sheet has: an envelope and its share, in words, in digits or both.

        A picture with several shares is of several sheets, and settled when each was read in both forms.  One with the
        recipient alone is a page of a public record, and no sheet.
        """
        words, digits = self.shares()
        if self.texts and all(is_recipient(text) for text in self.texts):
            return True
        return self.has_envelope() and (max(words, digits) == 1 or words == digits > 0)


def read_quickly(
    image: Image.Image, lines_only: Callable[[], bool] = lambda: False
) -> tuple[list[Scan], Image.Image | None]:
    """Return the distinct QR texts that show at the first look, and the picture for a close one where that may give more.

    *lines_only* tells whether the picture was drawn from lines and letters: what is read of it then is all there is.
    """
    looks, plain = Looks(), grey(image)
    _look(plain, zxingcpp.Binarizer.LocalAverage, looks)
    again = not looks.settled() and _has_contrast(plain) and not (lines_only() and _all_read(plain))
    return looks.scans(), _at_most(plain, MAX_CLOSE_PIXELS) if again else None


def _all_read(plain: Image.Image) -> bool:
    """Whether a program drew this picture and every symbol that shows in it can be read."""
    if not is_drawn(plain):
        return False
    codes = zxingcpp.read_barcodes(plain, formats=FORMATS, return_errors=True)
    return all(code.valid for code in codes)


def look_closely(image: Image.Image, budget_s: float, clock: Callable[[], float], begin: float) -> Looks:
    """Look for every distinct QR text in *image*, in any order, orientation, mirrored or inverted, as long as it may take.

    No further step begins later than *budget_s* seconds after *begin*, by *clock*.
    """
    looks, plain = Looks(), _at_most(grey(image), MAX_CLOSE_PIXELS)
    _look(plain, zxingcpp.Binarizer.LocalAverage, looks, places=True)
    if not looks.settled() and _has_contrast(plain):
        _try_harder(plain, looks, lambda part: clock() - begin < part * budget_s)
    return looks


def _try_harder(plain: Image.Image, looks: Looks, in_time: Callable[[float], bool]) -> None:
    """Retry and rescue; *in_time* tells whether less than a part of the budget is used up."""
    from splitkit.paper.rescue.search import Search  # noqa: PLC0415  brings numpy, which is slow to load

    search = Search(plain)
    ours = any(symbol_of(text) for text in looks.texts)
    part = 1.0 if ours or search.likely(_quads(looks)) else HOPELESS_PART
    _retry(plain, looks, lambda: in_time(RETRY_PART if part == 1.0 else part))
    if not looks.settled():
        _rescue(search, looks, lambda: in_time(part))


def _quads(looks: Looks) -> list[Quad]:
    from splitkit.paper.rescue.pages import Quad  # noqa: PLC0415

    return [Quad.of(corners, text) for corners, text in looks.symbols]


def put_together(leftovers: Sequence[Leftover], budget_s: float, clock: Callable[[], float]) -> list[Scan]:
    """Return the texts that leftovers of several pictures give together."""
    from splitkit.paper.rescue.merge import merged  # noqa: PLC0415  brings numpy, which is slow to load

    begin = clock()
    return [Scan(found.text, found.margin) for found in merged(leftovers, lambda: clock() - begin < budget_s)]


def load_rescue() -> None:
    """Load all that the rescue needs, so that it opens no file afterwards; numpy loads some of itself only when used."""
    import numpy.ma  # noqa: F401, PLC0415  what its median imports when it is called

    from splitkit.paper.rescue import merge, model  # noqa: PLC0415

    model.kinds()
    next(merge.merged([], lambda: False), None)


def _retry(plain: Image.Image, looks: Looks, in_time: Callable[[], bool]) -> None:
    if not in_time():
        return
    for treated, binarizer in _retries(plain):
        _look(treated, binarizer, looks, places=True, scale=plain.width / treated.width)
        if looks.settled() or not in_time():
            break


def _rescue(search: Search, looks: Looks, in_time: Callable[[], bool]) -> None:
    from splitkit.paper.qr import Leftover  # noqa: PLC0415
    from splitkit.paper.rescue.merge import packed  # noqa: PLC0415
    from splitkit.paper.rescue.search import Wanted  # noqa: PLC0415

    wanted = Wanted(share=not any(looks.shares()), envelope=not looks.has_envelope())
    for found in search.found(_quads(looks), wanted, in_time):
        looks.add(found.text, found.margin)
    looks.leftovers += [Leftover(0, left.kind.name, left.kind.version, packed(left)) for left in wanted.left]


def grey(image: Image.Image) -> Image.Image:
    """Return *image* as 8-bit grey, transparent parts white."""
    if image.mode == "L":
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("LA" if image.mode in {"1", "L", "LA"} else "RGBA")
        white = Image.new("L", image.size, 255)
        opacity = layered.getchannel("A").getextrema()
        if opacity in ((0, 0), (255, 255)):  # as most pictures are, and much sooner done
            return white if opacity == (0, 0) else layered.convert("L")
        white.paste(layered.convert("L"), mask=layered.getchannel("A"))
        return white
    return image.convert("L")


def _look(
    image: Image.Image, binarizer: zxingcpp.Binarizer, looks: Looks, *, places: bool = False, scale: float = 1.0
) -> None:
    """Add what the library reads in *image* to *looks*; with *places* also where symbols are that it cannot read.

    *scale* is the size of a pixel of *image* in those of the picture.
    """
    codes = zxingcpp.read_barcodes(image, formats=FORMATS, binarizer=binarizer, return_errors=places)
    for code in codes[:MAX_CODES]:
        text = exact_text(code.bytes) if code.valid else ""
        if text and len(text) <= MAX_TEXT:
            looks.add(text, margin_of(code.extra))
        if places and (not text or symbol_of(text)):
            looks.symbols.append((_corners(code.position, scale), text))


def _corners(position: zxingcpp.Position, scale: float) -> Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x * scale, point.y * scale) for point in points)


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
    """Close small light gaps in dark modules, then small dark specks on light ones: the square of nine pixels."""
    for choose in (ImageChops.darker, ImageChops.lighter):
        for step in ((1, 0), (0, 1)):
            before, after = (ImageChops.offset(image, sign * step[0], sign * step[1]) for sign in (1, -1))
            image = choose(choose(before, image), after)
    return image


# --- drawn, or seen by a scanner --------------------------------------------------------------------------------------

FEWEST_ROWS = 60
"""Rows with something on them below which nothing is said."""

ALIKE_PART = 0.1
"""Part of those rows that equal the row before from which a program drew them.  Pages drawn at 100 to 600 dpi have 0.13 to
0.25, scans in grey 0, scans squeezed hard or sent by fax up to 0.07; a scan in pure black and white can have 0.13."""


def is_drawn(image: Image.Image) -> bool:
    """Tell whether a program drew this 8-bit grey picture, upright or lying.

    A program draws the rows of a module all alike, to the last bit.  A scanner sees paper: no two rows across a symbol are
    the same, also where it makes white of everything light.  A scan in pure black and white can look like a drawing; what a
    program drew askew, and a photo of a screen, cannot be told so.
    """
    middle = image.crop((image.width // 4, 0, image.width * 3 // 4, image.height))
    across = image.crop((0, image.height // 4, image.width, image.height * 3 // 4))
    return _rows_alike(middle) or _rows_alike(across.rotate(90, expand=True))


def _rows_alike(image: Image.Image) -> bool:
    data, width = image.tobytes(), max(image.width, 1)
    rows = [data[at : at + width] for at in range(0, len(data), width)]
    inked = [(row, after) for row, after in pairwise(rows) if row != row[:1] * width]
    return len(inked) >= FEWEST_ROWS and sum(row == after for row, after in inked) > ALIKE_PART * len(inked)
