"""A whole review as a list of entries, written here by hand and not by the code under test."""

from __future__ import annotations

from tests.support.ceremonies import happening, plan_of

PLAN = plan_of("2of2")


OURS, OTHER = "ab" * 32, "cd" * 32


def line(at, verdict="keep", register=OURS):
    return happening("review.line", "ADM", subject=f"asset.key-{at}", verdict=verdict, line=at, register=register)


def held(confirmed, removed=0, changed=0):
    counted = {"confirmed": confirmed, "removed": removed, "changed": changed}
    return happening("review", "ADM", reviewers=["ADM", "WIT"], next="2027-01-31", **counted)


OPENING = [
    happening("open", format=1, ceremony="V-0001", kind="review", practice=True, version="0.1.0"),
    happening("roll", person="ADM", role="administrator"),
    happening("roll", person="WIT", role="witness"),
]
CLOSE = happening("close", exceptions=0, people_out=[], items_out=[])
WHOLE = [*OPENING, line(1), line(2, "change"), line(3, "remove"), line(4, "absent"), held(1, 1, 2), CLOSE]


OTHERWISE = [
    *(line(at, verdict) for at in (1, 2, 3) for verdict in ("keep", "remove")),
    held(1),
    held(2),
    held(2, 1),
    held(3),
]
"""Answers that do not belong to a review that goes well."""
