"""Worn sheets, taken well: by an office scanner for even seeds, by a telephone for odd ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.damage import wear_folds as folds
from benchmarks.damage import wear_marks as marks
from benchmarks.damage.registry import scenario, taken

if TYPE_CHECKING:
    from benchmarks.damage.page import Page
    from benchmarks.damage.registry import Job, Picture, Point


def fold_across(job: Job, page: Page, y: float, strength: float) -> None:
    """A fold from the left edge to the right one, *y* millimetres from the top."""
    start, end = (-2.0, y + job.rng.normal(0, 0.8)), (page.size_mm[0] + 2, y + job.rng.normal(0, 0.8))
    _fold(job, page, start, end, strength)


def fold_down(job: Job, page: Page, x: float, strength: float) -> None:
    """A fold from the top edge to the bottom one, *x* millimetres from the left."""
    start, end = (x + job.rng.normal(0, 0.8), -2.0), (x + job.rng.normal(0, 0.8), page.size_mm[1] + 2)
    _fold(job, page, start, end, strength)


def _fold(job: Job, page: Page, start: Point, end: Point, strength: float) -> None:
    folds.crease(page, job.rng, start, end, strength)
    page.bends.append(folds.roof(start, end, (2 + 9 * strength) * (1 if job.rng.random() < 0.7 else -1)))
    if strength > 0.85:
        folds.split(page, job.rng, start, end, 2.5 * strength)


def _strength(job: Job) -> float:
    return job.at(0.1, 0.3, 0.55, 0.8, 1.0)


@scenario("wear", "single fold")
def _single_fold(job: Job) -> Picture:
    page = job.page()
    name = job.share_order()[0]
    left, top, width, height = page.box(page.sheet.symbols[name])
    fold_across(job, page, page.size_mm[1] / 2, _strength(job))
    if job.severity > 2:
        fold_across(job, page, top + height * job.rng.uniform(0.2, 0.8), _strength(job))
    if job.severity > 4:
        fold_down(job, page, left + width * job.rng.uniform(0.2, 0.8), _strength(job))
    return taken(job, page)


@scenario("wear", "letter fold in thirds")
def _letter_fold(job: Job) -> Picture:
    page = job.page()
    off = job.at(0, 4, 20, 35, 45) * (1 if job.rng.random() < 0.5 else -1)
    for part in (1, 2):
        fold_across(job, page, page.size_mm[1] * part / 3 + off, _strength(job))
    return taken(job, page)


@scenario("wear", "cross fold")
def _cross_fold(job: Job) -> Picture:
    page = job.page()
    width, height = page.size_mm
    fold_across(job, page, height / 2, _strength(job))
    fold_down(job, page, width / 2, _strength(job))
    if job.severity > 2:
        for part in (1, 3):
            fold_across(job, page, height * part / 4, _strength(job) * 0.8)
    if job.severity > 3:
        for part in (1, 3):
            fold_down(job, page, width * part / 4, _strength(job) * 0.8)
    return taken(job, page)


@scenario("wear", "crumple")
def _crumple(job: Job) -> Picture:
    page = job.page()
    folds.crumple(page, job.rng, job.at(0.06, 0.14, 0.26, 0.45, 0.75))
    return taken(job, page)


@scenario("wear", "coffee rings")
def _coffee(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(1, 2, 3, 6, 10)):
        x, y = job.spot(page)
        marks.coffee_ring(page, job.rng, x, y, job.rng.uniform(32, 45), job.at(0.2, 0.45, 0.7, 0.9, 1.0))
    return taken(job, page)


@scenario("wear", "coffee spill")
def _spill(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(1, 1, 2, 3, 4)):
        x, y = job.spot(page)
        marks.spill(page, job.rng, x, y, job.at(18, 28, 38, 45, 55), job.at(0.4, 0.6, 0.8, 0.95, 1.0))
    return taken(job, page)


@scenario("wear", "ink blots")
def _blots(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(2, 4, 6, 8, 12)):
        x, y = job.spot(page, 0.85)
        radius = job.rng.uniform(0.4, 1) * job.at(5, 9, 13, 17, 21)
        marks.blot(page, job.rng, x, y, radius, (0.05, 0.06, 0.16), job.rng.uniform(0.88, 1))
    return taken(job, page)


@scenario("wear", "marker strokes")
def _marker(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(1, 2, 4, 7, 12)):
        x, y = job.spot(page, 0.9)
        angle, reach = job.rng.uniform(0, 2 * np.pi), job.rng.uniform(25, 70)
        dx, dy = reach * np.cos(angle), reach * np.sin(angle)
        marks.stroke(page, job.rng, (x - dx, y - dy), (x + dx, y + dy), job.at(1.5, 3, 5, 6, 8))
    return taken(job, page)


@scenario("wear", "highlighter")
def _highlighter(job: Job) -> Picture:
    page = job.page()
    colours = marks.HIGHLIGHTERS
    for number in range(job.at(2, 5, 10, 18, 30)):
        x, y = job.spot(page, 0.8)
        colour = np.array(colours[(number + job.seed) % len(colours)]) ** job.at(1, 1.3, 1.8, 2.6, 4)
        marks.highlight(
            page, job.rng, (x - 40, y), (x + 40, y + job.rng.uniform(-8, 8)), job.rng.uniform(5, 13), tuple(colour)
        )
    return taken(job, page)


@scenario("wear", "signed across")
def _signed(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(1, 3, 6, 12, 22)):
        x, y = job.spot(page, 0.9)
        marks.pen(page, job.rng, (x - 30, y), (x + 30, y + job.rng.uniform(-15, 15)), job.at(0.5, 0.6, 0.8, 1.1, 1.6))
    return taken(job, page)


@scenario("wear", "torn corner")
def _torn_corner(job: Job) -> Picture:
    page = job.page()
    corner = (0, 2)[job.seed // 2 % 2]
    folds.torn_corner(page, job.rng, corner, job.at(20, 40, 62, 85, 115))
    if job.severity > 2:
        folds.torn_corner(page, job.rng, corner + int(job.rng.integers(1, 4)), job.at(0, 0, 40, 65, 90))
    return taken(job, page)


@scenario("wear", "torn edge")
def _torn_edge(job: Job) -> Picture:
    page = job.page()
    side = int(job.rng.integers(4))
    folds.torn_edge(page, job.rng, side, job.at(6, 15, 26, 38, 52))
    if job.severity > 3:
        folds.torn_edge(page, job.rng, side + 1, job.at(0, 0, 0, 24, 40))
    return taken(job, page)


@scenario("wear", "corner folded over")
def _dog_ear(job: Job) -> Picture:
    page = job.page()
    folds.dog_ear(page, job.rng, (0, 2)[job.seed // 2 % 2], job.at(22, 42, 62, 82, 105))
    return taken(job, page)


@scenario("wear", "punch holes")
def _holes(job: Job) -> Picture:
    page = job.page()
    x, middle = job.at(12, 12, 24, 30, 30), page.size_mm[1] / 2
    for offset in job.at(
        (-40, 40), (-120, -40, 40, 120), (-120, -40, 40, 120), (-100, -20, 60, 110), (-110, -30, 30, 105)
    ):
        folds.hole(page, x, middle + offset)
    for _ in range(job.at(0, 0, 4, 14, 30)):
        folds.hole(page, *job.spot(page, 0.9))
    return taken(job, page)


@scenario("wear", "staple rust")
def _rust(job: Job) -> Picture:
    page = job.page()
    for number in range(job.at(1, 2, 4, 7, 12)):
        x, y = (14.0, 12.0) if number == 0 else job.spot(page, 0.85)
        marks.rust(page, job.rng, x, y, job.at(4, 8, 13, 17, 22), job.at(0.5, 0.7, 0.85, 0.95, 1.0))
        folds.staple(page, x, y, job.rng.uniform(0, np.pi))
    return taken(job, page)


def finder_box(page: Page, name: str, corner: int, modules: float = 8) -> tuple[float, float, float, float]:
    """The square of a finder pattern: 0 top left, 1 top right, 2 bottom left; from half a millimetre outside."""
    symbol = page.sheet.symbols[name]
    left, top, width, height = page.box(symbol)
    edge = modules * width / symbol.size
    x = left + width - edge if corner == 1 else left - 0.5
    y = top + height - edge if corner == 2 else top - 0.5
    return x, y, edge + 0.5, edge + 0.5


def lose_finder(job: Job, page: Page, name: str, corner: int, modules: float = 8) -> None:
    """Cut a finder pattern out, or hide it under a label or a marker."""
    box = finder_box(page, name, corner, modules)
    kind = int(job.rng.integers(3))
    if kind == 0:
        folds.tear_out(page, job.rng, box)
    else:
        marks.label(page, box, job.rng.uniform(-0.08, 0.08), marks.LABEL if kind == 1 else marks.MARKER)


@scenario("wear", "finder patterns gone")
def _finders(job: Job) -> Picture:
    page = job.page()
    one, other = job.share_order()
    gone = {name: [int(corner) for corner in job.rng.permutation(3)] for name in (one, other, "envelope")}
    counts = job.at((1, 0, 0), (1, 1, 0), (1, 1, 1), (2, 1, 1), (3, 2, 2))
    for name, count in zip((one, other, "envelope"), counts, strict=True):
        for corner in gone[name][:count]:
            lose_finder(job, page, name, corner)
    return taken(job, page)


STAINS = ((0.10, 0.08, 0.07), (0.30, 0.16, 0.08), (0.93, 0.92, 0.90), (0.25, 0.30, 0.45))
"""Colours of opaque stains: tar, chocolate, paint or a label, wax."""


def hide_share_of(job: Job, page: Page, name: str, share: float) -> None:
    """Hide *share* (0.0 to 1.0) of the area of a symbol under opaque stains."""
    colour = STAINS[int(job.rng.integers(len(STAINS)))]
    marks.opaque_stain(page, job.rng, page.box(page.sheet.symbols[name]), share, colour)


@scenario("wear", "opaque stain on a share symbol")
def _opaque(job: Job) -> Picture:
    page = job.page()
    one, other = job.share_order()
    hide_share_of(job, page, one, job.at(0.1, 0.2, 0.3, 0.4, 0.5))
    if job.severity > 2:
        hide_share_of(job, page, other, job.at(0, 0, 0.1, 0.2, 0.35))
    return taken(job, page)


def tear_away(job: Job, page: Page, name: str) -> None:
    """Tear a symbol and its marks out of the page, or tear off the corner that it lies in."""
    left, top, width, height = page.box(page.sheet.symbols[name])
    folds.tear_out(page, job.rng, (left - 3, top - 3, width + 6, height + 6))


@scenario("wear", "stain, other share symbol torn away")
def _stain_and_torn(job: Job) -> Picture:
    page = job.page()
    one, other = job.share_order()
    tear_away(job, page, other)
    hide_share_of(job, page, one, job.at(0.05, 0.12, 0.2, 0.3, 0.4))
    return taken(job, page)


@scenario("wear", "one share symbol torn away")
def _torn_away(job: Job) -> Picture:
    page = job.page()
    one, other = job.share_order()
    left, top, width, height = page.box(page.sheet.symbols[one])
    part = job.at(0.2, 0.5, 1, 1, 1)
    folds.tear_out(page, job.rng, (left - 3, top - 3, (width + 6) * part, height + 6))
    if job.severity > 3:
        left, top, width, height = page.box(page.sheet.symbols[other])
        gone = job.at(0, 0, 0, 0.12, 0.25)
        folds.tear_out(page, job.rng, (left + width * (1 - gone), top - 3, width * gone + 4, height + 6))
    return taken(job, page)


@scenario("wear", "envelope stained")
def _envelope(job: Job) -> Picture:
    page = job.page()
    hide_share_of(job, page, "envelope", job.at(0.03, 0.07, 0.12, 0.18, 0.26))
    return taken(job, page)


@scenario("wear", "sun fade")
def _sun(job: Job) -> Picture:
    page = job.page()
    marks.sun(page, job.rng, job.at(0.35, 0.6, 0.8, 0.9, 0.95), job.at(0.2, 0.4, 0.6, 0.8, 1.0))
    return taken(job, page)


@scenario("wear", "water")
def _water(job: Job) -> Picture:
    page = job.page()
    marks.water(page, job.rng, job.at(0.2, 0.35, 0.5, 0.75, 1.0), job.at(0.3, 0.5, 0.7, 0.85, 0.98))
    folds.wavy(page, job.rng, job.at(0.3, 0.6, 1.0, 1.5, 2.0), 40)
    return taken(job, page)


@scenario("wear", "mould")
def _mould(job: Job) -> Picture:
    page = job.page()
    marks.mould(page, job.rng, job.at(0.005, 0.02, 0.05, 0.10, 0.18))
    return taken(job, page)


@scenario("wear", "old tape")
def _tape(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(1, 2, 3, 5, 7)):
        x, y = job.spot(page, 0.9)
        angle, reach = job.rng.uniform(0, np.pi), job.rng.uniform(40, 80)
        start = (x - reach * np.cos(angle), y - reach * np.sin(angle))
        end = (x + reach * np.cos(angle), y + reach * np.sin(angle))
        marks.tape(page, job.rng, start, end, job.rng.uniform(15, 25), job.at(0.1, 0.3, 0.5, 0.75, 1.0))
        marks.shine(page, job.rng, start, end, 14, job.at(0.0, 0.2, 0.4, 0.6, 0.8))
    return taken(job, page)


@scenario("wear", "abrasion")
def _abrasion(job: Job) -> Picture:
    page = job.page()
    marks.abrasion(page, job.rng, job.at(0.1, 0.3, 0.5, 0.7, 0.9))
    return taken(job, page)


@scenario("wear", "scorched")
def _scorched(job: Job) -> Picture:
    page = job.page()
    for _ in range(job.at(1, 1, 2, 3, 4)):
        marks.scorch(page, job.rng, *job.spot(page, 0.85), job.at(4, 9, 14, 18, 24))
    return taken(job, page)
