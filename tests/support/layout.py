"""What a page promises beyond the places of its parts: white around symbols, folds, nothing on top of anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitkit.paper.geometry import MARK_DISTANCE_MM, MARK_RADIUS_MM, Rectangle

if TYPE_CHECKING:
    from splitkit.paper.geometry import Paper, Square

QUIET_MODULES = 4
"""Width of the white border of a symbol, in modules of that symbol (ISO/IEC 18004)."""

CLEAR_MM = MARK_DISTANCE_MM + MARK_RADIUS_MM + 1.0
"""From the edge of a symbol, its marks and the white around them end here; text may begin."""


def folds(paper: Paper) -> tuple[float, float, float]:
    """Where a page is folded in thirds and in half: distances from the top edge, in millimetres."""
    return (paper.height_mm / 3, paper.height_mm / 2, paper.height_mm * 2 / 3)


def cleared(square: Square) -> Rectangle:
    """All that belongs to a symbol and must stay free of anything else."""
    size = round(square.size + 2 * CLEAR_MM, 3)
    return Rectangle(round(square.x - CLEAR_MM, 3), round(square.y - CLEAR_MM, 3), size, size)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles share more than an edge."""
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    apart = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or apart)
