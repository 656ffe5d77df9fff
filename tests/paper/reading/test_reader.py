"""Reading one picture: whatever the way up, whatever the kind, and never a text that is not there."""

from __future__ import annotations

import io
import time

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps
from qrcode.constants import ERROR_CORRECT_Q

from splitkit.paper import damage
from splitkit.paper.reading.reader import HOPELESS_PART, RETRY_PART, Looks, grey, read_quickly
from tests.support import sampling
from tests.support.paper.pictures import pixels, read_image, sheet, symbol, texts
from tests.support.sampling import sampled


def read(image: Image.Image, budget: float = 6) -> set[str]:
    return {scan.text for scan in read_image(image, budget, time.process_time)}


def test_a_clean_page_gives_its_three_texts_with_full_margin() -> None:
    scans = read_image(sheet(), 6, time.monotonic)

    assert set(texts(0)) == {scan.text for scan in scans}
    assert [scan.margin for scan in scans] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "turned",
    [
        lambda page: page.transpose(Image.Transpose.ROTATE_90),
        lambda page: page.transpose(Image.Transpose.ROTATE_180),
        lambda page: page.transpose(Image.Transpose.ROTATE_270),
        lambda page: page.rotate(33, Image.Resampling.BILINEAR, expand=True, fillcolor=200),
        ImageOps.mirror,
        ImageOps.flip,
        ImageOps.invert,
        lambda page: ImageOps.invert(ImageOps.mirror(page)).transpose(Image.Transpose.ROTATE_90),
    ],
    ids=["90", "180", "270", "33 degrees", "mirrored", "flipped", "inverted", "all of it"],
)
def test_orientation_does_not_matter(turned) -> None:
    assert set(texts(0)) == read(turned(sheet()))


def test_two_sheets_in_one_picture_give_six_texts() -> None:
    both = Image.new("L", (pixels(430), pixels(297)), 255)
    both.paste(sheet(1), (0, 0))
    both.paste(sheet(2).transpose(Image.Transpose.ROTATE_180), (pixels(215), 0))

    assert {*texts(1), *texts(2)} == read(both)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "PA", "CMYK", "I", "I;16"])
def test_every_mode_of_picture_is_read(mode: str) -> None:
    page = symbol("HELLO 123", mm=25)
    wide = page.convert("I").point(lambda value: value * 257)
    image = wide if mode == "I" else wide.convert(mode) if mode == "I;16" else page.convert(mode)

    assert {"HELLO 123"} == read(image, budget=0)


def test_transparent_paper_counts_as_white() -> None:
    page = symbol("BLACK ON NOTHING", mm=25)
    image = Image.new("RGBA", page.size, (0, 0, 0, 0))
    image.putalpha(ImageOps.invert(page))

    assert grey(image).getpixel((0, 0)) == 255
    assert {"BLACK ON NOTHING"} == read(image)


@pytest.mark.parametrize(
    "payload",
    [
        b"https://example.com/?q=1",
        b"WIFI:T:WPA;S:net;P:word;;",
        b"\x1b[31mred\x07\x00end",
        "\u202eabc".encode(),
        b"\xff\xfe\x80",
    ],
)
def test_other_codes_come_back_unharmed(payload: bytes) -> None:
    """
    The reader neither hides nor mends what is in a code: that it is refused is the judge's part.
    """
    (text,) = read(symbol(payload, mm=30), budget=0)

    assert payload in {text.encode(), text.encode("latin-1", errors="ignore")}


@pytest.mark.parametrize("kind", ["MicroQRCode", "RMQRCode", "Aztec", "DataMatrix", "PDF417", "Code128"])
def test_codes_of_other_kinds_are_ignored(kind: str) -> None:
    made = zxingcpp.create_barcode("12345", getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=6)
    height, width = made.shape
    image = ImageOps.expand(Image.frombytes("L", (width, height), bytes(made)), 60, 255)
    everything = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.AllReadable)

    assert zxingcpp.read_barcodes(image, formats=everything), "the picture itself is sound"
    assert set() == read(image)


def _salted(page: Image.Image) -> Image.Image:
    noise = Image.frombytes("L", page.size, damage._Dice("salt", 1).bytes(page.width * page.height))
    return ImageChops.lighter(page, noise.point([255 if level < 70 else 0 for level in range(256)]))


def _peppered(page: Image.Image) -> Image.Image:
    noise = Image.frombytes("L", page.size, damage._Dice("pepper", 1).bytes(page.width * page.height))
    return ImageChops.darker(page, noise.point([0 if level < 60 else 255 for level in range(256)]))


def _shadowed(page: Image.Image) -> Image.Image:
    shade = Image.new("L", page.size, 255)
    draw, dice = ImageDraw.Draw(shade), damage._Dice("shade", 3)
    for _ in range(14):
        x, y = dice.between(0, page.width), dice.between(0, page.height)
        draw.polygon([(x, y), (x + 200, y + dice.between(-100, 100)), (x, y + 200)], fill=int(dice.between(40, 120)))
    return ImageChops.multiply(page, shade.filter(ImageFilter.GaussianBlur(2)))


@pytest.mark.parametrize(
    "spoil", sampled([_salted, _peppered, _shadowed], 0, always=[_peppered], ids=lambda spoil: spoil.__name__)
)
def test_retries_read_what_the_first_look_does_not(spoil) -> None:
    """
    With no time for retries nothing is found; with time it is, and nothing else.
    """
    words = texts(3)[0]
    page = spoil(ImageOps.expand(symbol(words, 12, ERROR_CORRECT_Q, 75), 100, 255))

    assert set() == read(page, budget=0)
    assert {words} == read(page)


@pytest.mark.parametrize("spoil", [damage.office_scan, damage.phone_photo])
def test_damaged_pages_are_read(spoil) -> None:
    """
    Every seed gives an envelope and a share, and nothing that is not on the page.
    """
    whole, seeds = 0, 2 if sampling.short else 5
    for seed in range(seeds):
        words, digits, envelope = texts(seed)
        found = read(Image.open(io.BytesIO(spoil(sheet(seed), seed))))
        whole += found == {words, digits, envelope}
        assert envelope in found
        assert {words, digits} & found
        assert found <= {words, digits, envelope}
    assert whole >= seeds - 1


def test_retries_end_with_their_part_of_the_budget() -> None:
    """
    The clock alone decides: with a second a look, 2.5 seconds allow two retries.  The rescue has the rest where something
    of a sheet is there, and nothing where nothing looks like one.
    """
    asked = []

    def clock() -> float:
        asked.append(None)
        return float(len(asked))

    assert read_image(Image.linear_gradient("L").resize((400, 400)), 2.5 / HOPELESS_PART, clock) == []
    assert len(asked) == 1 + 3 + 1
    asked.clear()
    envelope = texts(1)[2]
    assert [scan.text for scan in read_image(symbol(envelope), 2.5 / RETRY_PART, clock)] == [envelope]
    assert len(asked) >= 1 + 3 + 2


@pytest.mark.parametrize("lines_only", [True, False])
def test_of_lines_and_letters_everything_is_read_at_once_unless_a_symbol_cannot_be(lines_only) -> None:
    """Two of three symbols, all that there are, or the third painted over; and the same with grain, as no program draws."""

    def again(page: Image.Image) -> bool:
        return read_quickly(page, lambda: lines_only)[1] is not None

    one = sheet().copy()
    one.paste(255, (0, pixels(100), one.width, pixels(190)))
    assert again(one) is not lines_only
    assert again(Image.open(io.BytesIO(damage.office_scan(one, 1))))
    words = one.crop((pixels(15), pixels(12), pixels(90), pixels(87)))
    words.paste(255, (words.width // 3, words.height // 3, words.width * 4 // 5, words.height * 4 // 5))
    one.paste(words, (pixels(15), pixels(12)))
    assert again(one)


def test_without_time_neither_retries_nor_rescue_begin() -> None:
    asked = []

    def clock() -> float:
        asked.append(None)
        return float(len(asked))

    assert read_image(Image.linear_gradient("L"), 0.5, clock) == []
    assert len(asked) == 1 + 2


def test_a_blank_page_is_looked_at_once() -> None:
    asked = []

    assert read_image(Image.new("L", (400, 400), 250), 6, lambda: asked.append(None) or 0.0) == []
    assert len(asked) == 1


def test_a_large_picture_is_reduced_for_the_retries() -> None:
    noise = Image.frombytes("L", (4200, 4200), damage._Dice("large", 0).bytes(4200 * 4200))
    started = time.process_time()

    assert set() == read(noise)
    assert time.process_time() - started < 8


def test_a_page_with_the_recipient_is_of_a_record_and_no_share_is_looked_for_on_it() -> None:
    """A recipient stands on no sheet; beside anything else it changes nothing."""
    for others, again in (((), False), (("https://example.com",), True), (("SK1:AAAA",), True)):
        looks = Looks()
        for text in ("AGE1PQ1" + "QPZRY9X8" * 244, *others):
            looks.add(text, 1.0)
        assert looks.settled() is not again
