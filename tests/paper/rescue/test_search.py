"""The rescue from a whole picture: pages of real sheets with finders cut off, stains, bends, and others beside them."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from benchmarks.damage.generate import sample
from splitkit.paper.reading.reader import look_closely, put_together
from splitkit.paper.rescue.pages import Quad
from splitkit.paper.rescue.pyramid import Pyramid
from splitkit.paper.rescue.search import Search, Wanted
from splitkit.quorum.parsing import read_code
from splitkit.quorum.share import Share
from tests.support.builders import made
from tests.support.paper.pictures import read_image, symbol
from tests.support.paper.rescues import MM, dice, drawn, finder_boxes, page, painted, part_of, projected
from tests.support.sampling import sampled

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET_S = 4.0


def _looks(most: int) -> Callable[[], bool]:
    """Time that is counted in looks at the clock: one for each step."""
    clock = count(1)
    return lambda: next(clock) <= most


def _texts(image: Image.Image, budget: float = BUDGET_S) -> set[str]:
    return {scan.text for scan in read_image(image, budget, time.process_time)}


def _plainly(image: Image.Image) -> set[str]:
    """What the library reads."""
    return {code.text for code in zxingcpp.read_barcodes(image)}


def _share_texts(sheet) -> set[str]:
    return {sheet.texts["words"], sheet.texts["digits"]}


def test_finder_patterns_of_both_share_symbols_cut_off() -> None:
    sheet = page()
    image = painted(drawn(sheet), finder_boxes(sheet, ["words", "digits"]))
    assert _plainly(image) == {sheet.texts["envelope"]}

    found = _texts(image)
    assert sheet.texts["envelope"] in found
    assert found & _share_texts(sheet)
    assert found <= set(sheet.texts.values())


@pytest.mark.parametrize("turn", sampled([None, Image.Transpose.ROTATE_90], 0, always=[Image.Transpose.ROTATE_90]))
def test_all_finder_patterns_painted_over(turn) -> None:
    """
    No library finds anything; the marks and the rest of the symbols are enough, whichever way up.
    """
    sheet = page()
    image = painted(drawn(sheet), finder_boxes(sheet, ["words", "digits", "envelope"]))
    image = image.transpose(turn) if turn else image
    assert _plainly(image) == set()

    found = _texts(image)
    assert sheet.texts["envelope"] in found
    assert found & _share_texts(sheet)
    assert found <= set(sheet.texts.values())


def test_half_of_one_share_symbol_stained_and_the_other_torn_away() -> None:
    """
    A third of the words under ink, not a trace of the digits.
    """
    sheet = page(5)
    image = painted(drawn(sheet), [part_of(sheet, "words", 0.33, 0.3)], 20)
    image = painted(image, [part_of(sheet, "digits", 1.3, -0.15)])
    assert not _plainly(image) & _share_texts(sheet)

    found = _texts(image)
    assert found & _share_texts(sheet)
    assert found <= set(sheet.texts.values())


@pytest.mark.long
def test_half_of_either_share_symbol_torn_away() -> None:
    sheet = page()
    image = painted(drawn(sheet), [part_of(sheet, "words", 0.6, 0.56), part_of(sheet, "digits", 0.6, 0.56)])
    assert not _plainly(image) & _share_texts(sheet)

    found = _texts(image)
    assert found & _share_texts(sheet)
    assert found <= set(sheet.texts.values())


def test_a_curled_page() -> None:
    """
    The page as a wave of 3 mm, with a finder of each share symbol gone.
    """
    sheet = page()
    flat = np.asarray(painted(drawn(sheet), finder_boxes(sheet, ["words", "digits"])))
    row, column = np.indices(flat.shape)
    shift = 3 * MM * np.sin(row / flat.shape[0] * 2 * np.pi)
    image = Image.fromarray(flat[row, np.clip(column + shift.astype(int), 0, flat.shape[1] - 1)])

    found = _texts(image)
    assert found & _share_texts(sheet)
    assert found <= set(sheet.texts.values())


def test_two_sheets_in_one_picture_do_not_mix() -> None:
    """
    Of one the words are gone, of the other the digits; halves of what is left are torn away.
    """
    one, other = page(0, 0), page(0, 1)
    first = painted(drawn(one), [part_of(one, "words", 1.2, -0.1), part_of(one, "digits", 0.45, 0.6)])
    second = painted(drawn(other), [part_of(other, "digits", 1.2, -0.1), part_of(other, "words", 0.45, 0.6)])
    image = Image.new("L", (2 * first.width, first.height), 255)
    image.paste(first, (0, 0))
    image.paste(second, (first.width, 0))

    found = _texts(image)
    assert found <= {*one.texts.values(), *other.texts.values()}
    assert found & {*_share_texts(one), *_share_texts(other)}


def test_a_sheet_of_another_set_beside_it() -> None:
    one, other = page(0), page(2)
    first = painted(drawn(one), finder_boxes(one, ["words", "digits"]))
    second = drawn(other)
    image = Image.new("L", (first.width + second.width, first.height), 255)
    image.paste(first, (0, 0))
    image.paste(second, (first.width, 0))

    assert set(other.texts.values()) <= _texts(image, 2.0) <= {*one.texts.values(), *other.texts.values()}


@pytest.mark.parametrize("budget", [0.0, 1e-6])
def test_no_time_is_no_rescue(budget: float) -> None:
    """
    Nothing is begun when the time is up, and what was read before stays.
    """
    sheet = page()
    image = painted(drawn(sheet), finder_boxes(sheet, ["words", "digits"]))
    started = time.process_time()
    found = _texts(image, budget)

    assert found == {sheet.texts["envelope"]}
    assert time.process_time() - started < 1.0


def test_no_more_steps_begin_when_the_clock_says_so() -> None:
    """
    With a clock of one second a look, the rescue ends at the first look after its budget.
    """
    sheet = page()
    image = painted(drawn(sheet), finder_boxes(sheet, ["words", "digits", "envelope"]))
    clock = count(1.0)

    look_closely(image, 5.0, lambda: next(clock), next(clock))
    assert next(clock) <= 10


def _blank() -> Image.Image:
    return Image.new("L", (620, 877), 255)


def _noise() -> Image.Image:
    return Image.fromarray(dice(1).integers(0, 256, (877, 620), dtype=np.uint8))


def _typed() -> Image.Image:
    """A sheet of which only its text is left."""
    sheet = page()
    boxes = [
        (place.x - 9, place.y - 9, place.size + 18, place.size + 18)
        for place in (one.place for one in sheet.symbols.values())
    ]
    return painted(drawn(sheet), boxes)


def _others() -> Image.Image:
    """A page of other codes, one of them as large as the words."""
    image = Image.new("L", (1240, 1754), 255)
    image.paste(symbol(b"https://example.com/" * 9, 12).resize((500, 500)), (100, 90))
    image.paste(symbol("MORE 123", 6).resize((330, 330)), (800, 1250))
    return image


@pytest.mark.parametrize(
    "make", sampled([_blank, _noise, _typed, _others], 0, always=[_typed], ids=lambda make: make.__name__)
)
def test_nothing_is_rescued_where_nothing_is(make: Callable[[], Image.Image]) -> None:
    """
    Time is enough for all landmarks, and for the page that they speak for most.
    """
    wanted = Wanted(share=True, envelope=True)

    assert list(Search(make()).found([], wanted, _looks(7))) == []
    assert (wanted.share, wanted.envelope) == (True, True)


def test_nothing_wanted_is_nothing_done() -> None:
    assert list(Search(_blank()).found([], Wanted(share=False, envelope=False), lambda: 1 / 0)) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 300), (300, 1), (17, 17), (4000, 5)])
def test_tiny_and_narrow_pictures_do_no_harm(size: tuple[int, int]) -> None:
    pixels = dice(2).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
    image = Image.fromarray(pixels)

    assert list(Search(image).found([], Wanted(share=True, envelope=True), lambda: True)) == []
    assert Pyramid(image).size == size


def test_symbols_that_a_library_thinks_it_saw_do_no_harm() -> None:
    """
    Corners anywhere, also all at one point, on a line, or far outside.
    """
    rng, sheet = dice(0), page()
    image = drawn(sheet).reduce(2)
    quads = [Quad.of([tuple(point) for point in rng.uniform(-500, 1500, (4, 2))], "") for _ in range(6)]
    quads += [Quad.of([(50.0, 50.0)] * 4, ""), Quad.of([(0.0, 0.0), (100, 100), (200, 200), (300, 300)], "")]
    wanted = Wanted(share=True, envelope=False)

    found = {one.text for one in Search(image).found(quads, wanted, _looks(6))}
    assert found <= _share_texts(sheet)


def test_what_is_not_enough_is_left_for_other_pictures() -> None:
    """
    Two pictures of one sheet with complementary damage: neither gives the share, both together do.  Time is counted in looks
    at the clock: six of them are enough for both of the first grids.
    """
    sheet = page()
    looks = []
    for columns in ([(0.6, 0.44)], [(0.24, -0.02), (0.6, 0.68)]):
        boxes = [part_of(sheet, "words", *part) for part in columns] + [part_of(sheet, "digits", 1.2, -0.1)]
        clock = count(1.0)
        looks.append(look_closely(painted(drawn(sheet), boxes), 6.0, lambda at=clock: next(at), next(clock)))
    left = [replace(one, picture=at) for at, look in enumerate(looks) for one in look.leftovers]

    for look in looks:
        assert not set(look.texts) & _share_texts(sheet)
        assert "words" in {one.name for one in look.leftovers}
        assert all(one.sound() for one in look.leftovers)
    texts = {scan.text for scan in put_together(left, BUDGET_S, lambda: 1.0)}
    assert texts
    assert texts <= _share_texts(sheet)


def test_leftovers_are_kept_when_time_runs_out() -> None:
    """
    The time ends after the first grids; what they showed is not thrown away.
    """
    sheet = page()
    boxes = [part_of(sheet, "words", 0.7, 0.35), part_of(sheet, "digits", 1.2, -0.1)]
    image = painted(drawn(sheet), boxes)
    in_time = _looks(2)  # once before the page, once before its symbols
    wanted = Wanted(share=True, envelope=False)
    quads = look_closely(image, 0.0, time.process_time, time.process_time()).symbols
    assert list(Search(image).found([Quad.of(corners, text) for corners, text in quads], wanted, in_time)) == []
    assert "words" in {one.kind.name for one in wanted.left}


@pytest.mark.long
@pytest.mark.parametrize("spoiled", [("coffee rings", 5, 2), ("two sheets", 4, 3)], ids=lambda case: case[0])
def test_never_a_text_that_is_not_on_the_sheet(spoiled: tuple[str, int, int]) -> None:
    one = sample(*spoiled)
    image = Image.open(io.BytesIO(one.data)).convert("L")

    assert _texts(image, 1.0) <= {*one.texts.values(), *one.others}


@pytest.mark.parametrize("seed", sampled(range(3), 0, always=[1], ids=str))
def test_small_spoiled_pages_never_give_another_text(seed: int) -> None:
    """
    A page turned, blurred, blotted and noisy, worse from seed to seed.
    """
    rng, sheet = dice(seed), page(seed % 2)
    image = drawn(sheet)
    boxes = [(*rng.uniform(0, 200, 2), *rng.uniform(5, 30, 2)) for _ in range(6 + 3 * seed)]
    image = painted(image, boxes, int(rng.integers(0, 256))).filter(ImageFilter.GaussianBlur(0.6 + 0.3 * seed))
    image = projected(image, _askew(image.size, rng), image.size)
    pixels = np.asarray(image) + rng.normal(0, 6 + 4 * seed, (image.height, image.width))
    found = _texts(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), 1.0)

    assert found <= set(sheet.texts.values())


def _askew(size: tuple[int, int], rng) -> list[tuple[float, float]]:
    width, height = size
    return [
        (
            x * width + rng.uniform(0, 0.12) * (1 - 2 * x) * width,
            y * height + rng.uniform(0, 0.12) * (1 - 2 * y) * height,
        )
        for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]


def test_a_share_of_practice_is_a_share() -> None:
    """
    The sheets of these tests are real ones: what is read from them is what the judge takes.
    """
    assert isinstance(read_code(page().texts["words"]), Share)
    assert made("3of5").share("1").words
