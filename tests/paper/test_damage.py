"""Damage for the demonstration: quick, the same for the same seed, and always a grey or brownish JPEG."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image, ImageChops, ImageStat

from splitkit.paper.damage import office_scan, phone_photo, render
from tests.support import sampling
from tests.support.paper.pictures import blank_pdf, encoded, sheet


@pytest.mark.parametrize("spoil", [office_scan, pytest.param(phone_photo, marks=pytest.mark.long)])
def test_the_same_seed_gives_the_same_picture(spoil) -> None:
    page = sheet()

    assert spoil(page, 5) == spoil(page, 5)
    assert spoil(page, 5) != spoil(page, 6)


@pytest.mark.parametrize(("spoil", "mode"), [(office_scan, "L"), (phone_photo, "RGB")])
def test_damage_is_a_jpeg_of_the_page_s_size_and_quick(spoil, mode: str) -> None:
    page = sheet()
    started = time.process_time()
    made = Image.open(io.BytesIO(spoil(page, 1)))

    assert ("JPEG", mode, page.size) == (made.format, made.mode, page.size)
    assert time.process_time() - started < 2


def test_a_scan_really_is_damaged() -> None:
    page = sheet()
    for spoil in (office_scan, phone_photo):
        changed = ImageChops.difference(page, Image.open(io.BytesIO(spoil(page, 1))).convert("L"))
        assert ImageStat.Stat(changed).mean[0] > 10


def test_a_photo_shows_the_desk_at_every_corner() -> None:
    for seed in range(2 if sampling.short else 6):
        made = Image.open(io.BytesIO(phone_photo(Image.new("L", (1654, 2339), 255), seed))).convert("L")
        for x in (5, 1648):
            for y in (5, 2333):
                assert made.getpixel((x, y)) < 140


def test_render_draws_one_page_at_the_resolution() -> None:
    assert render(blank_pdf(2), 1).size == (1653, 2339)
    assert render(blank_pdf(), 0, 72).mode == "L"
    assert render(blank_pdf(), 0, 72).size == (595, 842)


def test_render_is_faithful() -> None:
    page = sheet()
    drawn = render(encoded(page, "PDF", resolution=200), 0, 200).crop((0, 0, *page.size))

    assert ImageStat.Stat(ImageChops.difference(page, drawn)).mean[0] < 8
