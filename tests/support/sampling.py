"""What `make test` tries of what could be tried without end; the long run tries all of it.

Of a list of cases some are drawn by lot with a seed, and a law is given an eighth of its examples.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


short = False
"""Set when the run leaves out what is marked long, before any test is collected."""


def examples(whole: int, part: int = 8) -> int:
    """Return how many examples a law is tried with in this run, if *whole* in the long one; a short one has a *part*, 8: an eighth."""
    return max(10, whole // part) if short else whole


def sampled(
    cases: Sequence[Any],
    keep: int,
    *,
    seed: str = "1",
    always: Collection[Any] = (),
    ids: Callable[[Any], str] | None = None,
) -> list[Any]:
    """Return all *cases* as parameters: *keep* of them and those in *always* for every run, the rest marked long.

    A short run is not even given the rest, where names do not hang on how many there are: thousands take long to be left out.
    """
    chosen = set(random.Random(seed).sample(range(len(cases)), min(keep, len(cases))))
    chosen |= {at for at, case in enumerate(cases) if case in always}
    return [
        pytest.param(case, id=ids(case) if ids else None, marks=() if at in chosen else pytest.mark.long)
        for at, case in enumerate(cases)
        if at in chosen or not short or not (ids or isinstance(case, str))
    ]


def lived(machine: type, policy: str, **options: Any) -> type:
    """Return the test case of a state *machine* for one policy, with such settings of hypothesis."""
    case = type(machine.__name__, (machine,), {"policy": policy}).TestCase
    case.settings = settings(deadline=None, database=None, **options)
    return case
