"""Bad prints, taken well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.damage import printing
from benchmarks.damage.registry import scenario, taken

if TYPE_CHECKING:
    from benchmarks.damage.registry import Job, Picture


@scenario("printing", "banding")
def _banding(job: Job) -> Picture:
    page = job.page()
    printing.banding(
        page, job.rng, job.at(0.25, 0.5, 0.7, 0.85, 0.95), job.at(38, 30, 25, 19, 12), job.at(1, 3, 6, 12, 30)
    )
    return taken(job, page)


@scenario("printing", "low toner")
def _low_toner(job: Job) -> Picture:
    page = job.page()
    printing.low_toner(page, job.rng, job.at(0.12, 0.25, 0.4, 0.55, 0.72))
    return taken(job, page)


@scenario("printing", "toner smear")
def _smear(job: Job) -> Picture:
    page = job.page()
    printing.smear(page, job.rng, job.at(0.25, 0.45, 0.65, 0.85, 1.0), job.at(3, 5, 8, 11, 15))
    return taken(job, page)


@scenario("printing", "ink bleed")
def _bleed(job: Job) -> Picture:
    page = job.page()
    printing.bleed(page, job.rng, job.at(0.10, 0.2, 0.27, 0.31, 0.34), job.at(0.5, 0.7, 0.9, 1.1, 1.3))
    return taken(job, page)


@scenario("printing", "toner specks")
def _specks(job: Job) -> Picture:
    page = job.page()
    printing.specks(page, job.rng, job.at(60, 250, 700, 1300, 2200), job.at(0.6, 1.0, 1.6, 2.4, 3.2))
    return taken(job, page)


@scenario("printing", "scaled down")
def _scaled(job: Job) -> Picture:
    page = job.page()
    printing.place(page, job.at(0.97, 0.90, 0.60, 0.35, 0.25), 0, (0, 0))
    return taken(job, page)


@scenario("printing", "misfeed")
def _misfeed(job: Job) -> Picture:
    page = job.page()
    side = -1 if job.rng.random() < 0.5 else 1
    shift = job.at(4, 12, 30, 55, 80)
    away = (side * shift * job.rng.uniform(0.3, 1), shift * job.rng.uniform(-1, 1))
    printing.place(page, 1.0, side * job.at(1.5, 4, 7, 10, 14), away)
    return taken(job, page)
