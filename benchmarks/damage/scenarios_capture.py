"""Sound sheets, taken badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.damage import wear_folds as folds
from benchmarks.damage.page import Page
from benchmarks.damage.projection import Pose, camera
from benchmarks.damage.registry import (
    PHONE_PX,
    everyday_pose,
    fax,
    photo_shot,
    photographed,
    scan_shot,
    scanned,
    scenario,
)

if TYPE_CHECKING:
    from benchmarks.damage.registry import Job, Picture


def _sign(job: Job) -> int:
    return -1 if job.rng.random() < 0.5 else 1


@scenario("capture", "perspective")
def _perspective(job: Job) -> Picture:
    tilt, other = job.at(10, 20, 30, 38, 45) * _sign(job), job.at(3, 6, 10, 14, 18) * _sign(job)
    pose = Pose(tilt, other, job.rng.uniform(-10, 10), distance=job.at(450, 420, 390, 370, 350), fill=0.95)
    if job.rng.random() < 0.5:
        pose = Pose(other, tilt, pose.roll, pose.distance, pose.fill)
    return photographed(job, photo_shot(job, job.page(), pose))


@scenario("capture", "rotation")
def _rotation(job: Job) -> Picture:
    page, angle = job.page(), job.at(3, 8, 20, 45, 70) * _sign(job)
    if job.seed % 2:
        return photographed(job, photo_shot(job, page, Pose(4, -3, angle + 90 * int(job.rng.integers(4)), fill=0.98)))
    return scanned(scan_shot(job, page, skew=angle + 180 * int(job.rng.integers(2))))


@scenario("capture", "curl")
def _curl(job: Job) -> Picture:
    page = job.page()
    radius = job.at(600, 300, 180, 120, 85)
    middle = (page.size_mm[0] * job.rng.uniform(0.3, 0.7), page.size_mm[1] * job.rng.uniform(0.3, 0.7))
    page.bends.append(folds.curl(middle, job.rng.uniform(0, 180), radius))
    return photographed(job, photo_shot(job, page, Pose(*job.rng.uniform(-8, 8, 3), distance=450)))


@scenario("capture", "waves")
def _waves(job: Job) -> Picture:
    page = job.page()
    folds.wavy(page, job.rng, job.at(0.8, 1.8, 3.0, 4.5, 6.5), job.at(80, 70, 60, 52, 45))
    return photographed(job, photo_shot(job, page, Pose(*job.rng.uniform(-16, 16, 3), distance=380)))


@scenario("capture", "out of focus")
def _defocus(job: Job) -> Picture:
    shot = photo_shot(job, job.page())
    shot.defocus(job.at(1.5, 3, 5, 7, 9))
    return photographed(job, shot)


@scenario("capture", "motion blur")
def _motion(job: Job) -> Picture:
    shot = photo_shot(job, job.page())
    shot.motion(job.at(3, 6, 9, 13, 18), job.rng.uniform(0, np.pi))
    return photographed(job, shot)


@scenario("capture", "glare")
def _glare(job: Job) -> Picture:
    shot = photo_shot(job, job.page())
    shot.glare(job.at(1, 2, 3, 4, 5), job.at(0.5, 0.8, 1.0, 1.2, 1.4), job.at(0.035, 0.05, 0.06, 0.07, 0.09))
    return photographed(job, shot)


@scenario("capture", "hard shadow")
def _shadow(job: Job) -> Picture:
    shot = photo_shot(job, job.page())
    for _ in range(job.at(1, 1, 2, 2, 3)):
        shot.shadow(job.at(0.3, 0.5, 0.65, 0.75, 0.85), job.at(0.12, 0.08, 0.05, 0.03, 0.02))
    return photographed(job, shot)


@scenario("capture", "low light")
def _low_light(job: Job) -> Picture:
    shot = photo_shot(job, job.page())
    shot.exposure(job.at(0.6, 0.45, 0.32, 0.22, 0.15))
    shot.grain(job.at(0.02, 0.04, 0.07, 0.09, 0.11))
    shot.soft(job.at(0.5, 0.8, 1.1, 1.4, 1.8))
    return photographed(job, shot, job.at(85, 80, 70, 60, 50))


@scenario("capture", "webcam 640x480")
def _webcam(job: Job) -> Picture:
    roll = 90 + job.rng.uniform(-6, 6)
    pose = Pose(
        job.rng.uniform(-8, 8), job.rng.uniform(-8, 8), roll, distance=380, fill=job.at(1.0, 0.97, 0.92, 0.85, 0.75)
    )
    size = job.at((1280, 960), (1024, 768), (800, 600), (640, 480), (640, 480))
    shot = photo_shot(job, job.page(), pose, size)
    shot.soft(job.at(0.4, 0.4, 0.45, 0.5, 0.6))
    shot.grain(job.at(0.01, 0.015, 0.02, 0.03, 0.04))
    return photographed(job, shot, job.at(85, 80, 75, 70, 60))


@scenario("capture", "JPEG quality")
def _jpeg(job: Job) -> Picture:
    size = job.at((1944, 2592), (1536, 2048), (1200, 1600), (900, 1200), (700, 933))
    shot = photo_shot(job, job.page(), size=size)
    return photographed(job, shot, job.at(60, 40, 25, 20, 10))


@scenario("capture", "fax")
def _fax(job: Job) -> Picture:
    dpi = job.at(200, 150, 120, 100, 72)
    return fax(job, job.page(), dpi, job.at(0.5, 0.55, 0.45, 0.6, 0.35), job.at(0, 10, 30, 60, 90))


@scenario("capture", "coarse scan")
def _coarse(job: Job) -> Picture:
    shot = scan_shot(job, job.page(), job.at(150, 100, 75, 60, 48))
    shot.grain(0.01)
    return scanned(shot, job.at(70, 60, 50, 45, 40))


@scenario("capture", "photo of a screen")
def _screen(job: Job) -> Picture:
    shot = photo_shot(job, job.page(), Pose(*job.rng.uniform(-10, 10, 3), fill=0.95))
    shot.screen(job.at(0.25, 0.5, 0.75, 1.0, 1.3))
    shot.soft(job.at(0.4, 0.5, 0.6, 0.7, 0.8))
    return photographed(job, shot, 75)


def _beside(job: Job, overlap: float) -> tuple[Pose, Pose]:
    """Two sheets side by side; *overlap* of the width of a page lies over its neighbour."""
    half = (1 - overlap) / 4
    side = _sign(job)
    one = Pose(roll=job.rng.uniform(-6, 6), fill=0.9, shift=(side * half * 0.93, job.rng.uniform(-0.02, 0.02)))
    other = Pose(roll=job.rng.uniform(-8, 8), fill=0.9, shift=(-side * half * 0.93, job.rng.uniform(-0.02, 0.02)))
    return one, other


@scenario("capture", "two sheets")
def _two(job: Job) -> Picture:
    size = (3264, 2448) if job.severity < 3 else (2592, 1944)
    one, other = _beside(job, job.at(0.0, 0.1, 0.25, 0.4, 0.55))
    half = (size[0] // 2, size[1])
    page, second = job.page(), Page(job.companion, page_dpi(job))
    shot = photo_shot(job, page, _squeezed(one, half, size), size)
    shot.lay_over(second, camera(second, size, _squeezed(other, half, size)))
    return photographed(job, shot)


def page_dpi(job: Job) -> int:
    """The resolution at which the second sheet is drawn."""
    return 200 if job.severity < 3 else 150


def _squeezed(pose: Pose, half: tuple[int, int], size: tuple[int, int]) -> Pose:
    """The pose for a frame of which the page may take only one half."""
    tall = size[1] / 297
    wide = half[0] / 216
    return Pose(pose.pitch, pose.yaw, pose.roll, pose.distance, pose.fill * min(1.0, wide / tall), pose.shift)


@scenario("capture", "EXIF rotation")
def _exif(job: Job) -> Picture:
    size = job.at(PHONE_PX, PHONE_PX, (1536, 2048), (1200, 1600), (900, 1200))
    shot = photo_shot(job, job.page(), size=size)
    return photographed(job, shot, job.at(90, 80, 70, 50, 35), (6, 8, 3)[job.seed % 3])


@scenario("capture", "12 Mpx from afar")
def _afar(job: Job) -> Picture:
    pose = everyday_pose(job)
    fill = job.at(0.9, 0.5, 0.3, 0.2, 0.15)
    place = tuple(job.rng.uniform(-0.5, 0.5, 2) * (1 - fill))
    shot = photo_shot(job, job.page(), Pose(pose.pitch, pose.yaw, pose.roll, fill=fill, shift=place), (3000, 4000))
    return photographed(job, shot, job.at(90, 85, 80, 75, 70))


@scenario("capture", "cut by the frame")
def _cut(job: Job) -> Picture:
    pose = everyday_pose(job)
    over = job.at(1.02, 1.1, 1.25, 1.45, 1.7)
    slack = (over - 0.9) / 2
    place = tuple(job.rng.uniform(-slack, slack, 2))
    return photographed(job, photo_shot(job, job.page(), Pose(pose.pitch, pose.yaw, pose.roll, fill=over, shift=place)))


@scenario("capture", "shown from behind")
def _show_through(job: Job) -> Picture:
    page = job.page()
    back = Page(job.companion, page.dpi).toner[:, ::-1]
    rows, columns = min(back.shape[0], page.toner.shape[0]), min(back.shape[1], page.toner.shape[1])
    where = page.window(0, 0, columns / page.px_mm, rows / page.px_mm)
    rows, columns = where.shape
    page.stain(where, back[:rows, :columns] * job.at(0.1, 0.2, 0.35, 0.5, 0.62), (0.2, 0.2, 0.2))
    return scanned(scan_shot(job, page))


@scenario("capture", "in a clear bag")
def _bag(job: Job) -> Picture:
    page = job.page()
    folds.wavy(page, job.rng, job.at(0.5, 1.0, 1.5, 2.0, 2.5), 70)
    shot = photo_shot(job, page)
    haze = job.at(0.08, 0.16, 0.26, 0.36, 0.46)
    shot.gain *= 1 - haze
    shot.glow += haze * 0.85
    for _ in range(job.at(2, 4, 7, 11, 16)):
        shot.streak(job.at(0.6, 0.8, 1.0, 1.1, 1.2), job.rng.uniform(0.002, job.at(0.004, 0.005, 0.006, 0.008, 0.010)))
    return photographed(job, shot)
