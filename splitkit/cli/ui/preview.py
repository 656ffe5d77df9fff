"""The camera's picture in a terminal: two points a character, in greys where the terminal has them, else in shades."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from splitkit.paper.reading.camera import Frame, Point

TAKEN, OTHER = -1, -2
"""Points of a frame around a code: one of splitkit's, and any other."""

_UPPER, _LOWER, _FULL = "\u2580", "\u2584", "\u2588"
_SHADES = " \u2591\u2592\u2593" + _FULL
_APART = 96
"""Levels between the two points of a character from which they are drawn apart when there are no greys."""

_COLOURS = {TAKEN: (0, 215, 0), OTHER: (255, 95, 0)}
_CUBE = {TAKEN: 40, OTHER: 202}
"""The same two in the palette of 256."""

_SIGNS = {TAKEN: "#", OTHER: "x"}
_STEP = 8
"""Greys are drawn in steps, so that a still picture needs few changes of colour."""

_RESET = "\x1b[0m"


class Ink(enum.Enum):
    """What a terminal can draw with."""

    GREYS = "24-bit colour"
    PALETTE = "256 colours"
    SHADES = "characters alone"


def ink_of(environ: Mapping[str, str]) -> Ink:
    """Tell what the terminal can draw with, from TERM, COLORTERM and NO_COLOR."""
    if environ.get("NO_COLOR") or environ.get("TERM", "dumb") in ("dumb", "linux"):
        return Ink.SHADES
    if environ.get("COLORTERM") in ("truecolor", "24bit"):
        return Ink.GREYS
    return Ink.PALETTE if "256" in environ["TERM"] else Ink.SHADES


def rows_of(frame: Frame, boxes: Iterable[tuple[int, Sequence[Point]]], ink: Ink, *, mirrored: bool) -> list[str]:
    """Return the picture as rows of characters, `frame.width` columns wide, two of its points to a character.

    *boxes* are the frames to draw: the kind (`TAKEN`, `OTHER`) and the corners in parts of the picture.
    """
    points = [list(frame.grey[row * frame.width : (row + 1) * frame.width]) for row in range(frame.height)]
    for kind, corners in boxes:
        _outline(points, kind, corners)
    if mirrored:
        points = [row[::-1] for row in points]
    if len(points) % 2:
        points.append([0] * frame.width)
    pairs = zip(points[::2], points[1::2], strict=True)
    return [_row(list(zip(upper, lower, strict=True)), ink) for upper, lower in pairs]


def _outline(points: list[list[int]], kind: int, corners: Sequence[Point]) -> None:
    """Draw the closed line through *corners*; what lies outside the picture is left out."""
    height, width = len(points), len(points[0]) if points else 0
    at = [(x * (width - 1), y * (height - 1)) for x, y in corners]
    for (x1, y1), (x2, y2) in pairwise([*at, at[0]]):
        steps = int(max(abs(x2 - x1), abs(y2 - y1))) + 1
        for step in range(steps + 1):
            x, y = round(x1 + (x2 - x1) * step / steps), round(y1 + (y2 - y1) * step / steps)
            if 0 <= x < width and 0 <= y < height:
                points[y][x] = kind


def _row(cells: list[tuple[int, int]], ink: Ink) -> str:
    if ink is Ink.SHADES:
        return "".join(_shade(upper, lower) for upper, lower in cells)
    drawn, before = [], ""
    for upper, lower in cells:
        colour = f"\x1b[{_colour(38, upper, ink)};{_colour(48, lower, ink)}m"
        drawn.append((colour if colour != before else "") + _UPPER)
        before = colour
    return "".join(drawn) + _RESET


def _colour(plane: int, level: int, ink: Ink) -> str:
    """Return the code of a grey, or of a frame, for the ink (38) or the paper (48) of a character."""
    if ink is Ink.PALETTE:
        grey = 232 + min(23, level * 24 // 256)
        return f"{plane};5;{_CUBE.get(level, grey)}"
    grey = level // _STEP * _STEP
    red, green, blue = _COLOURS.get(level, (grey, grey, grey))
    return f"{plane};2;{red};{green};{blue}"


def _shade(upper: int, lower: int) -> str:
    if min(upper, lower) < 0:
        return _SIGNS[min(upper, lower)]
    if abs(upper - lower) >= _APART:
        return _UPPER if upper > lower else _LOWER
    return _SHADES[min(4, (upper + lower) * 5 // 512)]
