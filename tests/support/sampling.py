"""Which cases of a long list `make test` tries: drawn by lot with a seed; all others are left to the long run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


def sampled(
    cases: Sequence[Any],
    keep: int,
    *,
    seed: str = "1",
    always: Collection[Any] = (),
    ids: Callable[[Any], str] | None = None,
) -> list[Any]:
    """Return all *cases* as parameters: *keep* of them and those in *always* for every run, the rest marked long."""
    chosen = set(random.Random(seed).sample(range(len(cases)), min(keep, len(cases))))
    chosen |= {at for at, case in enumerate(cases) if case in always}
    return [
        pytest.param(case, id=ids(case) if ids else None, marks=() if at in chosen else pytest.mark.long)
        for at, case in enumerate(cases)
    ]
