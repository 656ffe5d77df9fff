"""The geometry of a page: what the format promises about places, and nothing on top of anything else."""

from dataclasses import fields
from itertools import combinations

import pytest

from splitkit.errors import UsageError
from splitkit.paper import geometry
from splitkit.paper.geometry import Paper, Rectangle, Square
from tests.support.layout import QUIET_MODULES, cleared, folds, overlap

PAPERS = pytest.mark.parametrize("paper", list(Paper))
SHARE = ("words", "digits")
ENVELOPE_MODULES = (61, 69, 77, 85)


def places(paper):
    return {name: getattr(paper.layout, name) for name in ("words", "digits", "envelope")}


def frames(paper):
    return {name: getattr(paper.layout, name) for name in ("head", "lines", "advice", "strip")}


def test_paper_is_named_in_any_case():
    assert Paper.parse(" A4 ") is Paper.A4
    assert Paper.parse("Letter") is Paper.LETTER
    with pytest.raises(UsageError) as caught:
        Paper.parse("a5")
    assert "letter" in caught.value.hint


def test_the_numbers_of_the_format():
    """These can never change for paper that is printed; docs/format.md has the same numbers."""
    assert (geometry.MARK_RADIUS_MM, geometry.MARK_DISTANCE_MM) == (1.0, 6.4)
    assert places(Paper.A4) == {
        "words": Square(22, 16, 75),
        "envelope": Square(114, 108, 80),
        "digits": Square(136, 212, 50),
    }
    assert places(Paper.LETTER) == {
        "words": Square(22, 13, 75),
        "envelope": Square(119, 100, 80),
        "digits": Square(141, 199, 50),
    }


@PAPERS
def test_modules_are_large_enough(paper):
    layout = paper.layout
    assert layout.words.size / 65 >= 1.15
    assert layout.digits.size / 41 >= 1.2
    assert min(layout.envelope.size / modules for modules in ENVELOPE_MODULES) >= 0.93


@PAPERS
def test_no_fold_runs_through_a_symbol_of_the_share(paper):
    for name in SHARE:
        place = getattr(paper.layout, name)
        quiet = place.size / (65 if name == "words" else 41) * QUIET_MODULES
        for fold in folds(paper):
            assert not place.y - quiet < fold < place.y + place.size + quiet, (name, fold)


@PAPERS
def test_the_two_copies_of_the_share_lie_diagonally_opposite(paper):
    layout = paper.layout
    middle_x, middle_y = paper.width_mm / 2, paper.height_mm / 2
    assert layout.words.x + layout.words.size < middle_x < layout.digits.x
    assert layout.words.y + layout.words.size < middle_y < layout.digits.y


@PAPERS
def test_everything_is_away_from_the_edges(paper):
    for place in places(paper).values():
        assert place.x >= 14
        assert place.y >= 12
        assert place.x + place.size <= paper.width_mm - 14
        assert place.y + place.size <= paper.height_mm - 14
        for x, y in place.marks():
            assert 6 <= x <= paper.width_mm - 6
            assert 6 <= y <= paper.height_mm - 6


@PAPERS
def test_nothing_touches_anything_else(paper):
    parts = {name: cleared(place) for name, place in places(paper).items()} | frames(paper)
    for (one, left), (other, right) in combinations(parts.items(), 2):
        assert not overlap(left, right), (one, other)


@PAPERS
def test_text_stays_on_the_paper(paper):
    for frame in frames(paper).values():
        assert frame.x >= 12
        assert frame.y >= 6
        assert frame.x + frame.width <= paper.width_mm - 12
        assert frame.y + frame.height <= paper.height_mm - 7


@PAPERS
def test_marks_are_outside_the_quiet_zone_of_every_version(paper):
    layout = paper.layout
    for place, sizes in ((layout.words, (65,)), (layout.digits, (41,)), (layout.envelope, ENVELOPE_MODULES)):
        for modules in sizes:
            quiet = place.size / modules * QUIET_MODULES
            assert quiet < geometry.MARK_DISTANCE_MM - geometry.MARK_RADIUS_MM


def test_a_symbol_has_eight_marks_around_it():
    assert Square(20, 30, 60).marks() == (
        (13.6, 23.6),
        (50, 23.6),
        (86.4, 23.6),
        (13.6, 60),
        (86.4, 60),
        (13.6, 96.4),
        (50, 96.4),
        (86.4, 96.4),
    )


def test_frames_overlap_when_they_share_more_than_an_edge():
    frame = Rectangle(10, 10, 10, 10)
    assert overlap(frame, Rectangle(19, 19, 5, 5))
    assert overlap(frame, Rectangle(12, 12, 1, 1))
    assert not overlap(frame, Rectangle(20, 10, 5, 5))
    assert not overlap(frame, Rectangle(10, 20, 5, 5))


def test_every_part_of_a_layout_is_looked_at_here():
    assert {field.name for field in fields(geometry.Layout)} == {
        *places(Paper.A4),
        *frames(Paper.A4),
        "recipient",
    }
