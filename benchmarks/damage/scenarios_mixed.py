"""What really happens: several kinds of damage at once.  And the three cases that a reader is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.damage import printing
from benchmarks.damage import wear_folds as folds
from benchmarks.damage import wear_marks as marks
from benchmarks.damage.projection import Pose
from benchmarks.damage.registry import (
    fax,
    photo_shot,
    photographed,
    scan_shot,
    scanned,
    scenario,
    taken,
)
from benchmarks.damage.scenarios_wear import finder_box, fold_across, fold_down, hide_share_of, tear_away
from benchmarks.damage.sheets import SHARE_SYMBOLS

if TYPE_CHECKING:
    from benchmarks.damage.page import Page
    from benchmarks.damage.registry import Job, Picture

SCAN_DPI = 300


@scenario("mixed", "fold, stain, phone")
def _fold_stain_phone(job: Job) -> Picture:
    page = job.page()
    strength = job.at(0.1, 0.25, 0.45, 0.65, 0.9)
    fold_across(job, page, page.size_mm[1] / 3, strength)
    fold_across(job, page, page.size_mm[1] * 2 / 3, strength)
    for _ in range(job.at(1, 1, 2, 2, 3)):
        x, y = job.spot(page)
        marks.spill(page, job.rng, x, y, job.at(8, 14, 20, 28, 36), job.at(0.4, 0.55, 0.7, 0.85, 1.0))
    shot = photo_shot(job, page, Pose(*(job.rng.uniform(-1, 1, 3) * job.at(5, 9, 13, 17, 21))))
    shot.soft(job.at(0.3, 0.6, 0.9, 1.2, 1.6))
    return photographed(job, shot, job.at(85, 75, 65, 55, 45))


@scenario("mixed", "fade, fax")
def _fade_fax(job: Job) -> Picture:
    page = job.page()
    marks.sun(page, job.rng, job.at(0.15, 0.3, 0.42, 0.55, 0.68), job.at(0.1, 0.2, 0.25, 0.3, 0.35))
    return fax(job, page, job.at(200, 150, 120, 100, 80), job.at(0.55, 0.6, 0.6, 0.62, 0.62), job.at(0, 5, 15, 30, 60))


@scenario("mixed", "crumple, shadow, phone")
def _crumple_shadow(job: Job) -> Picture:
    page = job.page()
    folds.crumple(page, job.rng, job.at(0.1, 0.25, 0.4, 0.6, 0.85))
    shot = photo_shot(job, page, Pose(*(job.rng.uniform(-1, 1, 3) * job.at(5, 10, 15, 20, 25))))
    shot.shadow(job.at(0.2, 0.35, 0.5, 0.65, 0.75), 0.06)
    return photographed(job, shot, 75)


@scenario("mixed", "low toner, webcam")
def _toner_webcam(job: Job) -> Picture:
    page = job.page()
    printing.low_toner(page, job.rng, job.at(0.15, 0.3, 0.45, 0.55, 0.65))
    pose = Pose(*job.rng.uniform(-6, 6, 2), 90 + job.rng.uniform(-5, 5), distance=380, fill=0.97)
    size = job.at((1920, 1440), (1280, 960), (1024, 768), (800, 600), (640, 480))
    shot = photo_shot(job, page, pose, size)
    shot.grain(job.at(0.01, 0.02, 0.03, 0.035, 0.04))
    return photographed(job, shot, 75)


@scenario("mixed", "torn, coffee, scan")
def _torn_coffee(job: Job) -> Picture:
    page = job.page()
    folds.torn_corner(page, job.rng, int(job.rng.integers(4)), job.at(15, 30, 45, 62, 80))
    for _ in range(job.at(1, 2, 3, 4, 5)):
        marks.coffee_ring(page, job.rng, *job.spot(page), job.rng.uniform(32, 45), job.at(0.3, 0.5, 0.7, 0.85, 1))
    folds.crumple(page, job.rng, job.at(0.05, 0.15, 0.3, 0.45, 0.6))
    return scanned(scan_shot(job, page))


@scenario("mixed", "water, glare, phone")
def _water_glare(job: Job) -> Picture:
    page = job.page()
    marks.water(page, job.rng, job.at(0.15, 0.3, 0.45, 0.6, 0.8), job.at(0.2, 0.4, 0.6, 0.75, 0.9))
    folds.wavy(page, job.rng, job.at(0.5, 1.0, 1.6, 2.2, 3.0), 45)
    shot = photo_shot(job, page, Pose(*(job.rng.uniform(-1, 1, 3) * job.at(5, 9, 13, 17, 21))))
    shot.glare(job.at(1, 1, 2, 2, 3), job.at(0.4, 0.6, 0.8, 1.0, 1.2), job.at(0.03, 0.045, 0.06, 0.07, 0.08))
    return photographed(job, shot)


@scenario("mixed", "copy of a copy")
def _copy(job: Job) -> Picture:
    page = job.page()
    for generation in range(job.at(1, 2, 3, 5, 7)):
        printing.bleed(page, job.rng, 0.05 + 0.03 * generation, 0.5 + 0.1 * generation)
        printing.specks(page, job.rng, job.at(40, 80, 120, 160, 200), 0.7)
    if job.severity > 2:
        printing.low_toner(page, job.rng, job.at(0, 0, 0.2, 0.35, 0.5))
    return scanned(scan_shot(job, page, skew=job.rng.uniform(-2, 2)))


@scenario("mixed", "pocket for a year")
def _pocket(job: Job) -> Picture:
    page = job.page()
    strength = job.at(0.15, 0.3, 0.5, 0.7, 0.95)
    for part in (1, 2, 3):
        fold_across(job, page, page.size_mm[1] * part / 4, strength)
    fold_down(job, page, page.size_mm[0] / 2, strength)
    marks.abrasion(page, job.rng, job.at(0.1, 0.2, 0.32, 0.45, 0.6))
    marks.sun(page, job.rng, job.at(0.1, 0.2, 0.3, 0.4, 0.5), job.at(0.1, 0.2, 0.3, 0.4, 0.5))
    return taken(job, page)


@scenario("mixed", "held at arm's length in a dark room")
def _dark_room(job: Job) -> Picture:
    page = job.page()
    page.bends.append(
        folds.curl((page.size_mm[0] / 2, 0), 90 + job.rng.uniform(-15, 15), job.at(500, 350, 250, 180, 140))
    )
    pose = Pose(*(job.rng.uniform(-1, 1, 3) * job.at(6, 10, 15, 20, 25)), fill=job.at(0.9, 0.8, 0.7, 0.6, 0.5))
    shot = photo_shot(job, page, pose)
    shot.motion(job.at(1.5, 2.5, 3.5, 4.5, 5.5), job.rng.uniform(0, np.pi))
    shot.exposure(job.at(0.7, 0.5, 0.38, 0.28, 0.2))
    shot.grain(job.at(0.015, 0.025, 0.035, 0.045, 0.055))
    return photographed(job, shot, 70)


@scenario("promise", "300 dpi: one finder of each share symbol cut off")
def _promise_finders(job: Job) -> Picture:
    page = job.page(SCAN_DPI)
    for name in SHARE_SYMBOLS:
        corner, modules = int(job.rng.integers(3)), job.at(7.5, 8, 8, 8.5, 9)
        if job.rng.random() < 0.5:
            folds.tear_out(page, job.rng, finder_box(page, name, corner, modules))
        else:
            marks.label(page, finder_box(page, name, corner, modules), 0.0, marks.LABEL)
    return _clean_scan(job, page)


@scenario("promise", "300 dpi: stain over 30 % of one share symbol, other torn away")
def _promise_stain(job: Job) -> Picture:
    page = job.page(SCAN_DPI)
    one, other = job.share_order()
    tear_away(job, page, other)
    hide_share_of(job, page, one, 0.30)
    return _clean_scan(job, page)


@scenario("promise", "300 dpi: fold through both share symbols")
def _promise_fold(job: Job) -> Picture:
    page = job.page(SCAN_DPI)
    strength = job.at(0.2, 0.35, 0.5, 0.65, 0.8)
    for name in SHARE_SYMBOLS:
        _, top, _, height = page.box(page.sheet.symbols[name])
        fold_across(job, page, top + height * job.rng.uniform(0.2, 0.8), strength)
    return _clean_scan(job, page)


def _clean_scan(job: Job, page: Page) -> Picture:
    return scanned(scan_shot(job, page, SCAN_DPI), 90)
