"""Who together can finish what: access structures, computed exactly.

A need is somebody, or some of several needs.  Everything that is asked of it (who together can meet it, whose absence blocks
it) follows from that; nothing is estimated and nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations, groupby

from splitkit.errors import UsageError

Coalition = frozenset[str]

MOST_COALITIONS = 100_000
"""More smallest coalitions than this are not listed: 8 of 16 have 12,870."""


@dataclass(frozen=True)
class Some:
    """*least* of several needs; each is the seat of a person, or again some of several."""

    least: int
    needs: tuple[str | Some, ...]


Need = str | Some


def every(*needs: Need) -> Some:
    """Return the need for all of *needs*."""
    return Some(len(needs), needs)


def any_of(*needs: Need) -> Some:
    """Return the need for one of *needs*; of nothing, it can never be met."""
    return Some(1, needs)


def met(need: Need, people: Collection[str]) -> bool:
    """Tell whether *people* together meet a need."""
    if isinstance(need, str):
        return need in people
    return sum(met(one, people) for one in need.needs) >= need.least


def everybody(need: Need) -> Coalition:
    """Return all whom a need names."""
    if isinstance(need, str):
        return frozenset({need})
    return frozenset[str]().union(*map(everybody, need.needs))


def without(need: Need, gone: Collection[str]) -> Need:
    """Return what a need becomes when some people are not there."""
    if isinstance(need, str):
        return any_of() if need in gone else need
    return Some(need.least, tuple(without(one, gone) for one in need.needs))


def coalitions(need: Need) -> frozenset[Coalition]:
    """Return the smallest coalitions that meet a need: those from which nobody can be left out.

    Raises:
        UsageError: If there are too many to be listed.
    """
    if isinstance(need, str):
        return frozenset({frozenset({need})})
    if need.least <= 0:
        return frozenset({frozenset()})
    parts = [coalitions(one) for one in need.needs]
    found: frozenset[Coalition] = frozenset()
    for chosen in combinations(parts, need.least):
        together: frozenset[Coalition] = frozenset({frozenset()})
        for part in chosen:
            _check_many(len(together) * len(part))
            together = _smallest(one | other for one in together for other in part)
        found |= together
        _check_many(len(found))
    return _smallest(found)


def blockers(need: Need) -> frozenset[Coalition]:
    """Return the smallest groups of people without whom a need cannot be met; none of nobody if it never can.

    Raises:
        UsageError: If there are too many to be listed.
    """
    return coalitions(dual(need))


def dual(need: Need) -> Need:
    """Return the need that is met by exactly those whose absence blocks *need*."""
    if isinstance(need, str):
        return need
    return Some(len(need.needs) - need.least + 1, tuple(map(dual, need.needs)))


def _smallest(found: Iterable[Coalition]) -> frozenset[Coalition]:
    """Leave out every coalition that holds another one."""
    smallest: list[Coalition] = []
    for _, same in groupby(sorted(set(found), key=len), key=len):  # of two of one size, neither holds the other
        smallest += [one for one in same if not any(smaller <= one for smaller in tuple(smallest))]
    return frozenset(smallest)


def _check_many(found: int) -> None:
    if found > MOST_COALITIONS:
        raise UsageError(
            "too many coalitions can finish this path to list them", "look at smaller groups, one at a time"
        )
