"""Where things are on a page: part of the paper format, in millimetres from the top left corner.

These numbers can never change for paper that is printed: a reader may look for a symbol at its place, and may find one
whose finder patterns are gone by the small marks around it.  The templates get them as data, so page and geometry
cannot disagree.

A page is never printed to its edge, and people fold it in half or in thirds.  So the two symbols of the share lie
diagonally opposite each other, no fold runs through either of them, and neither touches a corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from splitkit.errors import UsageError

MARK_RADIUS_MM = 1.0
"""Radius of the eight solid discs around a symbol, in millimetres."""

MARK_DISTANCE_MM = 6.4
"""From the edge of a symbol out to the centres of its marks, in millimetres."""


@dataclass(frozen=True)
class Square:
    """A square symbol without its quiet zone, in millimetres."""

    x: float
    y: float
    size: float

    def marks(self) -> tuple[tuple[float, float], ...]:
        """The centres of the eight marks, row by row from the top left, in millimetres."""
        near, far = -MARK_DISTANCE_MM, self.size + MARK_DISTANCE_MM
        steps = (near, self.size / 2, far)
        return tuple(
            (round(self.x + dx, 3), round(self.y + dy, 3))
            for dy in steps
            for dx in steps
            if (dx, dy) != (self.size / 2, self.size / 2)
        )


@dataclass(frozen=True)
class Rectangle:
    """A rectangle, in millimetres."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """The symbols of one size of paper, and the frames of text between them."""

    words: Square
    """The share as 33 words."""
    digits: Square
    """The same share as 132 digits."""
    envelope: Square
    """The envelope; on the first page of a public record it lies at the same place."""
    recipient: Square
    """The age recipient, on a page of its own in the public record."""
    head: Rectangle
    """Title, custodian and the 33 words."""
    lines: Rectangle
    """Envelope lines and fingerprint."""
    advice: Rectangle
    """What to do and what never to do."""
    strip: Rectangle
    """Bag number and signatures."""


class Paper(Enum):
    """A size of paper, always upright."""

    A4 = "a4"
    LETTER = "letter"

    @classmethod
    def parse(cls, text: str) -> Paper:
        """The paper of this name, in any case.

        Raises:
            UsageError: the name is neither 'a4' nor 'letter'.
        """
        try:
            return cls(text.strip().lower())
        except ValueError:
            raise UsageError("this size of paper is not known", "use a4 or letter") from None

    @property
    def width_mm(self) -> float:
        """Width in millimetres."""
        return 210.0 if self is Paper.A4 else 215.9

    @property
    def height_mm(self) -> float:
        """Height in millimetres."""
        return 297.0 if self is Paper.A4 else 279.4

    @property
    def layout(self) -> Layout:
        """The places of this paper."""
        return _A4 if self is Paper.A4 else _LETTER


_SIDES_MM = {"words": 75, "envelope": 80, "digits": 50, "recipient": 150}
"""Symbols are as large on every paper: only their places differ."""


def _layout(corners: dict[str, tuple[float, float]], frames: dict[str, tuple[float, float, float, float]]) -> Layout:
    parts: dict[str, Any] = {name: Square(x, y, _SIDES_MM[name]) for name, (x, y) in corners.items()}
    parts |= {name: Rectangle(*sides) for name, sides in frames.items()}
    return Layout(**parts)


_A4 = _layout(
    {"words": (22, 16), "envelope": (114, 108), "digits": (136, 212), "recipient": (30, 108)},
    {"head": (107, 10, 89, 88), "lines": (14, 101, 90, 96), "advice": (14, 201, 112, 69), "strip": (14, 273, 182, 14)},
)
_LETTER = _layout(
    {"words": (22, 13), "envelope": (119, 100), "digits": (141, 199), "recipient": (32.95, 104)},
    {
        "head": (107, 7, 95, 84),
        "lines": (14, 96.5, 94, 92),
        "advice": (14, 192, 117, 66.5),
        "strip": (14, 259.5, 188, 12.5),
    },
)

RULER_MM = 100.0
"""Length of a ruler of the test page."""

EDGE_MM = 7.0
"""From each edge to the angles in the corners of the test page: no sheet prints nearer to the edge."""


@dataclass(frozen=True)
class Ruler:
    """A line of the test page to lay a ruler to, from one end to the other, in millimetres."""

    x: float
    y: float
    dx: float
    dy: float


def rulers(paper: Paper) -> tuple[Ruler, Ruler]:
    """The two lines to measure, across and down: on the test page, which is not part of the paper format."""
    down = 150.0 if paper is Paper.A4 else 140.0
    return (Ruler(40, down + RULER_MM + 10, RULER_MM, 0), Ruler(22, down, 0, RULER_MM))
