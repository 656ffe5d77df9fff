"""Who together can finish what: access structures, and exact answers about one person, place or bond at a time.

A need is one item, or some of several needs; having more never makes it worse.  So whether something alone is enough, and whether
anything is left without it, is told by one evaluation each, however many groups of people there are; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple


class Tie(NamedTuple):
    """What people or places have in common, and what may thereby be had or be lost at once."""

    kind: str
    """One of `TIES`."""
    value: str


TIES = ("person", "place", "site", "employer", "superior", "country")
"""What is asked about, one at a time.  Whoever is told what to do by a superior, near or far, has that tie, and so has the superior."""


@dataclass(frozen=True)
class Bringer:
    """Somebody who can bring an item: its keeper, or who stands in."""

    person: str
    ties: frozenset[Tie]
    """That to themselves among them."""


@dataclass(frozen=True)
class Item:
    """One sheet, device or mailbox.

    Attributes:
        name: What people call it.
        bringers: Who can bring it, the keeper first.
        where: The ties of the place where it lies.
        place: That place; empty if it lies in none that is known.
        others: The same as it may be still, where one person alone says that it is not: it is had in every way, and left in none alone.
    """

    name: str
    bringers: tuple[Bringer, ...]
    where: frozenset[Tie] = frozenset()
    place: str = ""
    others: tuple[Item, ...] = ()

    @property
    def anybody(self) -> list[Bringer]:
        """Everybody who may bring it, each once."""
        return list(dict.fromkeys(one for item in (self, *self.others) for one in item.bringers))

    @property
    def places(self) -> list[str]:
        """Every place where it may lie."""
        return list(dict.fromkeys(one.place for one in (self, *self.others) if one.place))

    @cached_property
    def ties(self) -> frozenset[Tie]:
        """Every tie of those who may bring it, and of where it may lie."""
        there = (self, *self.others)
        return frozenset().union(
            *(item.where for item in there), *(one.ties for item in there for one in item.bringers)
        )

    def had_by(self, tie: Tie) -> bool:
        """Whether a tie alone is enough to have it: by one who can bring it, or by where it lies."""
        return tie in self.ties

    def left_without(self, tie: Tie) -> bool:
        """Whether it can still be brought when all of a tie is gone."""
        return all(
            tie not in item.where and any(tie not in one.ties for one in item.bringers) for item in (self, *self.others)
        )

    def brought_by(self, people: Iterable[str]) -> bool:
        """Whether some of *people* can bring it."""
        return any(one.person in people for one in self.anybody)


@dataclass(frozen=True)
class Some:
    """*least* of several needs."""

    least: int
    needs: tuple[Item | Some, ...]


Need = Item | Some


def every(*needs: Need) -> Some:
    """Return the need for all of *needs*."""
    return Some(len(needs), needs)


def any_of(*needs: Need) -> Some:
    """Return the need for one of *needs*; of nothing, it can never be met."""
    return Some(1, needs)


def met(need: Need, here: Callable[[Item], bool]) -> bool:
    """Tell whether the items that are *here* meet a need."""
    if isinstance(need, Item):
        return here(need)
    enough = islice((one for one in need.needs if met(one, here)), need.least)  # and no more is asked
    return sum(1 for _ in enough) == need.least


def reachable(need: Need) -> bool:
    """Tell whether all people together meet a need."""
    return met(need, lambda item: all(one.bringers for one in (item, *item.others)))


def items(need: Need) -> Iterator[Item]:
    """Yield every item that a need names."""
    if isinstance(need, Item):
        yield need
    else:
        for one in need.needs:
            yield from items(one)


def ties(need: Need) -> list[Tie]:
    """Return every tie of a need, each kind in the order of `TIES`."""
    found = frozenset[Tie]().union(*(item.ties for item in items(need)))
    return sorted(found, key=lambda tie: (TIES.index(tie.kind), tie.value))


@dataclass(frozen=True)
class Way:
    """One way in, and what it needs.

    Attributes:
        name: What somebody does who goes it: 'sign in'.
        kinds: What it needs, by the kinds of its pack.
        able: The need, of what is there and works, and of who is here to bring it.
        might: The same of whatever anybody may have, old sheets and those of people who left among them.
    """

    name: str
    kinds: tuple[str, ...]
    able: Some
    might: Some

    @property
    def open(self) -> bool:
        """Whether all together can go it."""
        return reachable(self.able)

    def lacks(self, known: Collection[str]) -> frozenset[str]:
        """Return the kinds of which nobody can bring enough, but those of which that is *known*, with every item of theirs that nobody brings."""
        found = set[str]()
        for kind, able, might in zip(self.kinds, self.able.needs, self.might.needs, strict=True):
            if kind not in known and not reachable(able):
                there = {item.name for item in items(able) if reachable(item)}
                found |= {kind, *(item.name for item in items(might) if item.name not in there)}
        return frozenset(found)

    def enough(self) -> list[Tie]:
        """Return what alone is enough to go it: a person, a place ..."""
        return [tie for tie in ties(self.might) if met(self.might, partial(Item.had_by, tie=tie))]

    def indispensable(self) -> list[Tie]:
        """Return what nobody can go it without; nothing if nobody can anyway."""
        if not self.open:
            return []
        return [tie for tie in ties(self.able) if not met(self.able, partial(Item.left_without, tie=tie))]
