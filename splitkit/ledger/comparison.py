"""Which entries people have compared with the words on paper, as they said: paper vouches for the entries up to its words, and for no more."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from splitkit.ledger.branches import up_to
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import HeadCompared


@dataclass(frozen=True)
class Comparison:
    """The best comparison with paper that people have told of."""

    entry: Entry
    """What they said."""
    vouched: int
    """How many entries the paper vouched for."""


@dataclass(frozen=True)
class RecordStanding:
    """How much of a record was compared with paper."""

    entries: int
    head: str
    """The hash with which the record ends."""
    compared: Comparison | None
    begun: dt.date | None
    """The day of its first entry, if it has one."""

    def told(self, called: Callable[[str], str] = str) -> str:
        """Return the same in words; *called* says what people are called."""
        record = f"{counted(self.entries)}, head {self.head[:12]}, "
        if self.compared is None:
            return record + "never compared with paper"
        said = self.compared.entry
        who = " and ".join(map(called, filter(None, (said.by, said.witness))))
        since = counted(self.entries - self.compared.vouched)
        return record + f"compared with paper on {said.day} by {who}, {since} since"

    def as_object(self) -> dict[str, Any]:
        """Return the same as plain data."""
        said = self.compared and self.compared.entry
        return {
            "entries": self.entries,
            "head": self.head,
            "vouched": self.compared.vouched if self.compared else 0,
            "compared": str(said.day) if said else None,
            "by": [name for name in (said.by, said.witness) if name] if said else [],
        }


def record_standing(entries: Sequence[Entry], head: str, gone: Collection[str]) -> RecordStanding:
    """Return how much of a record that ends with *head* was compared with paper; comparisons with hashes in *gone* were withdrawn."""
    return RecordStanding(len(entries), head, best_comparison(entries, gone), entries[0].day if entries else None)


def counted(entries: int) -> str:
    """Return a number of entries in words."""
    return "1 entry" if entries == 1 else f"{entries} entries"


def best_comparison(entries: Sequence[Entry], gone: Collection[str] = ()) -> Comparison | None:
    """Return which comparison vouched for most entries, the last such one; those with hashes in *gone* were withdrawn.

    A comparison with words that are not those of an entry before it counts for nothing.
    """
    stood: dict[str, int] = {}
    told: dict[str, tuple[int, Entry]] = {}
    for at, entry in enumerate(entries):
        if isinstance(entry.data, HeadCompared) and entry.hash not in gone and entry.data.head in stood:
            told[entry.data.head] = at, entry
        stood[entry.hash] = at
    found, behind = list[tuple[int, int, Entry]](), set[str]()
    for head in sorted(told, key=stood.__getitem__, reverse=True):
        if head not in behind:  # else what stands for more was compared too, and is looked at already
            vouched = up_to(entries, entries[stood[head]])
            behind |= {one.hash for one in vouched}
            found.append((len(vouched), *told[head]))
    best = max(found, key=lambda one: one[:2], default=None)
    return Comparison(best[2], best[0]) if best else None
