"""The picture in the terminal looks like the picture of the camera, in every ink."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from splitkit.cli.ui.preview import OTHER, TAKEN, Ink, ink_of, rows_of
from splitkit.paper.reading.camera import Frame
from tests.support.builders import made
from tests.support.kit import page_pdf
from tests.support.paper import films

RAMP = Frame(width=16, height=4, grey=bytes(range(0, 256, 4)))
BOX = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
SHADE = {" ": (20, 20), "\u2591": (77, 77), "\u2592": (128, 128), "\u2593": (179, 179), "\u2588": (235, 235),
         "\u2580": (200, 50), "\u2584": (50, 200)}  # fmt: skip


def points(rows: list[str]) -> np.ndarray:
    """What an eye sees of the rows: grey points, two for each character."""
    seen = []
    for row in rows:
        upper, lower, colour = [], [], (0, 0)
        for code, letter in re.findall(r"\x1b\[([0-9;]*)m|(.)", row):
            if letter:
                assert letter == "\u2580"
                upper.append(colour[0])
                lower.append(colour[1])
            elif code != "0":
                colour = tuple(grey(part) for part in re.findall(r"[34]8;(2;\d+;\d+;\d+|5;\d+)", code))
        seen += [upper, lower]
    return np.array(seen, float)


def grey(code: str) -> int:
    kind, *numbers = (int(number) for number in code.split(";"))
    return sum(numbers) // 3 if kind == 2 else 8 + 10 * (numbers[0] - 232)


def shade_points(rows: list[str]) -> np.ndarray:
    cells = np.array([[SHADE[letter] for letter in row] for row in rows], float)
    return cells.transpose(0, 2, 1).reshape(2 * len(rows), -1)


@pytest.mark.parametrize("ink", Ink)
def test_a_real_sheet_can_be_seen(ink):
    picture = films.shot(films.sheet_page(page_pdf(made("2of3"), "1")), (0.5, 0.5), 330, (80, 10, 5))
    small = cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA)
    rows = rows_of(Frame((), 64, 36, small.tobytes()), [], ink, mirrored=False)
    seen = shade_points(rows) if ink is Ink.SHADES else points(rows)
    assert seen.shape == (36, 64)
    assert np.corrcoef(seen.ravel(), small.ravel())[0, 1] > (0.9 if ink is Ink.SHADES else 0.99)
    if ink is not Ink.SHADES:
        assert np.abs(seen - small).max() <= 18


@pytest.mark.parametrize("ink", Ink)
def test_a_mirror_turns_left_and_right(ink):
    def seen(*, mirrored):
        rows = rows_of(RAMP, [], ink, mirrored=mirrored)
        return shade_points(rows) if ink is Ink.SHADES else points(rows)

    assert (seen(mirrored=True) == seen(mirrored=False)[:, ::-1]).all()
    assert not (seen(mirrored=True) == seen(mirrored=False)).all()


def test_frames_are_drawn_around_codes_in_every_ink():
    white = Frame(width=16, height=16, grey=bytes([255]) * 256)
    rows = rows_of(white, [(TAKEN, BOX)], Ink.SHADES, mirrored=False)
    assert rows[2][4:12] == rows[5][4:12] == "#" * 8
    assert rows[3][4] == rows[3][11] == "#"
    assert rows[3][5:11] == "\u2588" * 6
    assert "x" in "".join(rows_of(white, [(OTHER, BOX)], Ink.SHADES, mirrored=False))
    assert "38;2;0;215;0" in "".join(rows_of(white, [(TAKEN, BOX)], Ink.GREYS, mirrored=False))
    assert "48;5;202" in "".join(rows_of(white, [(OTHER, BOX)], Ink.PALETTE, mirrored=False))


def test_a_frame_of_lies_stays_in_the_picture():
    rows = rows_of(RAMP, [(TAKEN, ((-1.0, -1.0), (2.0, -1.0), (2.0, 2.0), (-1.0, 0.5)))], Ink.SHADES, mirrored=True)
    assert [len(row) for row in rows] == [16, 16]


def test_odd_heights_and_no_picture():
    assert len(rows_of(Frame(width=4, height=3, grey=bytes(12)), [], Ink.GREYS, mirrored=False)) == 2
    assert rows_of(Frame(), [(TAKEN, BOX)], Ink.GREYS, mirrored=False) == []


@pytest.mark.parametrize(
    ("environ", "ink"),
    [
        ({}, Ink.SHADES),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, Ink.SHADES),
        ({"TERM": "linux"}, Ink.SHADES),
        ({"TERM": "xterm"}, Ink.SHADES),
        ({"TERM": "xterm-256color"}, Ink.PALETTE),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Ink.GREYS),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Ink.SHADES),
    ],
)
def test_the_ink_is_what_the_terminal_has(environ, ink):
    assert ink_of(environ) is ink


def test_a_row_ends_without_a_colour():
    assert all(row.endswith("\x1b[0m") for row in rows_of(RAMP, [], Ink.PALETTE, mirrored=False))
