"""Where a page lies: planes, bends, grids and the search for a page, against projections that are known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from PIL import Image, ImageFilter

from splitkit.paper.geometry import Paper
from splitkit.paper.rescue import grid, homography
from splitkit.paper.rescue.landmarks import Landmarks
from splitkit.paper.rescue.match import Sighting, fitted, sight
from splitkit.paper.rescue.model import Feature, features, kinds
from splitkit.paper.rescue.pages import LEAST_SCORE, LEAST_WEIGHT, PageFit, Quad, all_pages, nodes_on, pages_of, refined
from splitkit.paper.rescue.pyramid import Pyramid
from splitkit.paper.rescue.softbits import soft_bits
from splitkit.paper.rescue.warp import flat, warp_of
from tests.support.paper.rescues import (
    MM,
    dice,
    drawn,
    finder_boxes,
    flat_projection,
    kind,
    page,
    painted,
    projected,
    projection_of,
    symbol_points,
)
from tests.support.sampling import sampled

SHEET = page()
IMAGE = drawn(SHEET)
SIZE = IMAGE.size
FLAT = flat_projection(Paper.A4, SIZE)
NAMES = ("words", "digits", "envelope")


def _kind(name: str):
    return kind(name, SHEET.symbols[name].version)


def _off(nodes: np.ndarray, name: str, truth: np.ndarray) -> np.ndarray:
    """For each module, how far the middle of its four nodes lies from where it is, in modules."""
    symbol = SHEET.symbols[name]
    middles = grid.between(nodes[1:-1, 1:-1], np.array([0.5])).reshape(-1, 2)
    exact = homography.apply(truth, symbol_points(SHEET, name))
    unit = homography.scale_at(truth, symbol_points(SHEET, name)) * symbol.module_mm
    return np.linalg.norm(middles - exact, axis=1) / unit


# --- homographies -----------------------------------------------------------------------------------------------------

CORNERS = [(140.0, 90.0), (1150.0, 160.0), (1080.0, 1660.0), (60.0, 1590.0)]


def test_a_homography_through_exact_points_is_found_but_for_its_damping() -> None:
    truth = projection_of(SIZE, CORNERS)
    source = dice(1).uniform(0, 1200, (30, 2))
    target = homography.apply(truth, source)
    found = homography.fit(source, target, np.ones(30))

    assert np.linalg.norm(homography.apply(found, source) - target, axis=1).max() < 3


def test_wrong_pairs_lose_their_weight() -> None:
    truth = np.array([[1.1, 0.2, 30], [-0.15, 0.95, 50], [0, 0, 1.0]])
    source = dice(2).uniform(0, 200, (30, 2))
    target = homography.apply(truth, source)
    target[:8] += dice(3).uniform(20, 90, (8, 2))
    found, weights = homography.fit_robustly(source, target, np.ones(30), 1.0)

    assert (weights[:8] == 0).all()
    assert np.linalg.norm(homography.apply(found, source[8:]) - target[8:], axis=1).max() < 0.5


def test_four_corners_make_a_square_exactly() -> None:
    found = homography.square(65, np.array(CORNERS))

    assert homography.apply(found, np.array([(0, 0), (65, 0), (65, 65), (0, 65.0)])) == pytest.approx(np.array(CORNERS))
    assert homography.apply(homography.moved(found, 5, 7), np.zeros(2)) == pytest.approx(
        homography.apply(found, np.array([5.0, 7]))
    )
    shift = homography.apply(homography.shifted(found, 3, -2), np.array([9.0, 4])) - homography.apply(
        found, np.array([9.0, 4])
    )
    assert shift == pytest.approx([3, -2])
    assert homography.scale_at(FLAT, np.array([9.0, 9])) == pytest.approx(MM, rel=0.001)


def test_what_lies_behind_the_viewer_is_nowhere() -> None:
    projection = np.array([[1, 0, 0], [0, 1, 0], [0, -0.01, 1.0]])

    assert np.isnan(homography.apply(projection, np.array([5.0, 150]))).all()
    assert np.isfinite(homography.apply(projection, np.array([5.0, 50]))).all()


def test_too_few_sightings_are_no_page() -> None:
    seen = [Sighting(Feature("mark", x, x, 1.0), (x, x), 0.9) for x in (1.0, 2.0, 3.0)]

    assert fitted([], 1.0) is None
    assert fitted(seen, 1.0) is None


# --- features ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_of_a_symbol_is_seen_where_it_is(name: str) -> None:
    every = features(_kind(name), Paper.A4)
    seen = sight(Pyramid(IMAGE), homography.shifted(FLAT, 3.0, -2.0), every, 2.0)

    assert {one.feature for one in seen} == set(every)
    for one in seen:
        exact = homography.apply(FLAT, np.array([one.feature.x, one.feature.y]))
        assert np.abs(np.array(one.at) - exact).max() < 0.7
        assert one.likeness > 0.7


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_is_seen_on_empty_paper(level: int) -> None:
    picture = Pyramid(Image.new("L", SIZE, level))

    assert sight(picture, FLAT, features(_kind("words"), Paper.A4), 2.0) == []
    far = homography.shifted(FLAT, 1e5, 0)
    assert sight(Pyramid(IMAGE), far, features(_kind("words"), Paper.A4), 2.0) == []


def test_kinds_know_what_never_changes() -> None:
    for name in NAMES:
        known, modules = _kind(name).known, SHEET.symbols[name].modules
        assert (modules[known >= 0] == known[known >= 0]).all()
        assert 0.05 < (known >= 0).mean() < 0.4
    assert len(kinds()) == 6


# --- bends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("close", [False, True])
def test_a_smooth_bend_is_followed(close: bool) -> None:
    """
    A surface of the second order is found from the features, one of which is wrong.
    """
    one = _kind("words")
    place = one.place(Paper.A4)

    def bent(points: np.ndarray) -> np.ndarray:
        local = (points - (place.x, place.y)) / place.size * 2 - 1
        return np.column_stack([4 * local[:, 1] ** 2, -3 * local[:, 0] * local[:, 1]])

    every = features(one, Paper.A4)
    spots = np.array([(feature.x, feature.y) for feature in every])
    at = homography.apply(FLAT, spots) + bent(spots)
    at[4] += 40
    likeness = [0.9] * len(every)
    likeness[4] = 0.6
    seen = [Sighting(f, (float(x), float(y)), sure) for f, (x, y), sure in zip(every, at, likeness, strict=True)]
    warp = warp_of(place, FLAT, seen, MM, close=close)
    inside = symbol_points(SHEET, "words")

    assert np.linalg.norm(bent(inside), axis=1).max() > 4
    assert np.linalg.norm(warp.at(inside) - bent(inside), axis=1).max() < 2.0
    assert (flat(place).at(inside) == 0).all()
    assert (warp_of(place, FLAT, seen[:5], MM, close=close).at(inside) == 0).all()


# --- grids ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("across", "down"),
    [
        pytest.param(0.35, 0.0, marks=pytest.mark.long),
        pytest.param(0.0, -0.35, marks=pytest.mark.long),
        (-0.3, 0.3),
    ],
)
def test_a_grid_that_is_a_third_of_a_module_off_is_drawn_to_the_edges(name: str, across: float, down: float) -> None:
    one, picture = _kind(name), Pyramid(IMAGE.filter(ImageFilter.GaussianBlur(1)))
    unit = SHEET.symbols[name].module_mm * MM
    nodes = nodes_on(picture, PageFit(Paper.A4, FLAT), one)
    off = nodes + np.array([across, down]) * unit
    assert np.median(_off(off, name, FLAT)) > 0.25

    found = _off(grid.drawn_to_edges(picture, off), name, FLAT)
    assert np.percentile(found, 95) < 0.1


@pytest.mark.parametrize("name", NAMES)
def test_a_grid_that_is_a_module_off_is_settled(name: str) -> None:
    one, picture = _kind(name), Pyramid(IMAGE)
    nodes = nodes_on(picture, PageFit(Paper.A4, FLAT), one)
    unit = SHEET.symbols[name].module_mm * MM
    for shift in ((1, 0), (0, -1), (-1, 1)):
        found, likeness = grid.settled(picture, nodes + np.array(shift) * unit, one)
        assert np.median(_off(found, name, FLAT)) < 0.15
        assert likeness > 0.8
    same, _ = grid.settled(picture, nodes, one)
    assert same is nodes


def test_a_grid_outside_the_picture_does_no_harm() -> None:
    one, picture = _kind("digits"), Pyramid(IMAGE)
    nodes = grid.nodes_of(homography.shifted(FLAT, 1e6, 1e6), one.size)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grey = grid.grey_of(picture, grid.drawn_to_edges(picture, nodes))
    assert np.isnan(grey).all()
    assert grid.likeness(grey, one) == 0.0
    assert (soft_bits(grey, one.known) == 0).all()


# --- pages ------------------------------------------------------------------------------------------------------------

VIEWS = {
    "flat": [(0.0, 0.0), (SIZE[0], 0.0), (SIZE[0], SIZE[1]), (0.0, SIZE[1])],
    "skewed": [(90.0, 40.0), (1200.0, 100.0), (1150.0, 1700.0), (40.0, 1640.0)],
    "perspective": CORNERS,
    "upside down": [(1180.0, 1700.0), (60.0, 1650.0), (40.0, 80.0), (1200.0, 60.0)],
}


@pytest.mark.parametrize("view", sampled(list(VIEWS), 0, always=["perspective"]))
def test_a_page_is_found_by_one_of_its_symbols(view: str) -> None:
    """
    From the corners of the envelope, two pixels off, to every module of all three symbols.
    """
    corners = VIEWS[view]
    picture = Pyramid(projected(IMAGE, corners, SIZE))
    truth = projection_of(SIZE, corners) @ FLAT
    place = SHEET.symbols["envelope"].place
    box = np.array([(0, 0), (1, 0), (1, 1), (0, 1.0)]) * place.size + (place.x, place.y)
    seen = homography.apply(truth, box) + dice(1).uniform(-2, 2, (4, 2))
    (found,) = pages_of(picture, [Quad(seen)], lambda: True)

    assert found.paper is Paper.A4
    assert found.weight > 3 * LEAST_WEIGHT
    assert "projection" not in repr(found)
    for name in NAMES:
        nodes = grid.drawn_to_edges(picture, nodes_on(picture, found, _kind(name)))
        assert np.percentile(_off(nodes, name, truth), 90) < 0.1


TURNS = [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180]


@pytest.mark.parametrize("turn", sampled(TURNS, 0, always=TURNS[1:]))
def test_a_page_without_finder_patterns_is_guessed_whichever_way_up(turn) -> None:
    bare = painted(IMAGE, finder_boxes(SHEET, NAMES))
    image = projected(bare, VIEWS["skewed"], SIZE)
    truth = projection_of(SIZE, VIEWS["skewed"]) @ FLAT
    width, height = SIZE
    turned = {
        Image.Transpose.ROTATE_90: np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1.0]]),
        Image.Transpose.ROTATE_180: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1.0]]),
    }[turn]
    picture = Pyramid(image.transpose(turn))

    found = refined(picture, next(all_pages(picture, [], Landmarks(picture.image).guesses(lambda: True), lambda: True)))
    off = homography.apply(found.projection, symbol_points(SHEET, "words")) - homography.apply(
        turned @ truth, symbol_points(SHEET, "words")
    )
    assert np.linalg.norm(off, axis=1).max() < SHEET.symbols["words"].module_mm * MM


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(Image.new("L", SIZE, 255), id="blank", marks=pytest.mark.long),
        pytest.param(Image.new("L", (50, 40), 0), id="tiny"),
        pytest.param(Image.linear_gradient("L"), id="gradient"),
    ],
)
def test_no_page_is_found_where_none_is(image: Image.Image) -> None:
    assert list(all_pages(Pyramid(image), [], Landmarks(image).guesses(lambda: True), lambda: True)) == []


def test_no_scale_is_searched_without_time() -> None:
    looks = iter([True, False])
    found = list(Landmarks(IMAGE.reduce(2)).guesses(lambda: next(looks)))

    assert found[0][0] > LEAST_SCORE
    assert len(found) <= 6
    assert list(Landmarks(IMAGE).guesses(lambda: False)) == []


def test_one_page_is_found_once() -> None:
    """
    By three symbols, one of them twice: it is the same page.
    """
    quads = []
    for name in (*NAMES, "words"):
        place = SHEET.symbols[name].place
        quads.append(Quad((np.array([(0, 0), (1, 0), (1, 1), (0, 1.0)]) * place.size + (place.x, place.y)) * MM))

    assert len(list(pages_of(Pyramid(IMAGE), quads, lambda: True))) == 1
    times = iter([True] * len(quads))
    guesses = Landmarks(IMAGE).guesses(lambda: next(times, False))
    assert len(list(all_pages(Pyramid(IMAGE), quads, guesses, lambda: next(times, False)))) == 1


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_grey_between_pixels_and_from_afar() -> None:
    pixels = np.tile(np.arange(0, 256, dtype=np.uint8), (256, 1))
    picture = Pyramid(Image.fromarray(pixels))
    points = np.array([(0.5, 9.0), (100.0, 9.0), (100.5, 9.0), (-3.0, 9.0), (300.0, 9.0), (np.nan, 9.0)])

    assert picture.look(points, 1.0) == pytest.approx([0, 99.5, 100, np.nan, np.nan, np.nan], nan_ok=True)
    assert picture.look(points[1:2], 4.0) == pytest.approx([99.5], abs=1.0)
    stripes = Image.fromarray(np.tile(np.array([0, 200], dtype=np.uint8), (64, 32)))
    assert np.abs(Pyramid(stripes).look(np.array([(20.0, 20), (33.3, 30)]), 8.0) - 100).max() < 2
