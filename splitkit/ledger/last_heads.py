"""The last head that a computer saw of the ledger of each desk: a folder that does not hold it any more is an older copy.

A desk is named by the hash of its first entry, so that it is known wherever its folder lies, and whatever that is called.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from splitkit.errors import LedgerError, Remedy
from splitkit.ledger.branches import Branch, Doubt, Order

MAX_HEADS_BYTES = 64 * 1024
_MOST = 256
"""Desks that are kept; the one that was seen longest ago goes first."""

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LastHeads:
    """The last head of each desk, by the hash of its first entry; the one that changed last stands last."""

    heads: Mapping[str, str] = field(default_factory=dict)

    def of(self, root: str) -> str | None:
        """Return the last head that was seen of a desk, if any was."""
        return self.heads.get(root)

    def after(self, root: str, head: str) -> "LastHeads":
        """Return the same after the head of a desk was seen."""
        others = [(known, seen) for known, seen in self.heads.items() if known != root]
        return LastHeads(dict([*others, (root, head)][-_MOST:]))

    def content(self) -> bytes:
        """Return the content of the file in which they are kept."""
        return (json.dumps(dict(self.heads), indent=0) + "\n").encode("ascii")


def parse_heads(content: bytes) -> LastHeads:
    """Return what such a file says; what is none says nothing, for a computer that forgot is no reason to doubt a folder."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return LastHeads()
    pairs = said.items() if isinstance(said, dict) else ()
    return LastHeads({root: head for root, head in pairs if _is_hash(root) and _is_hash(head)})


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def lost_head(seen: LastHeads, desk: Branch, ordered: Order | None = None) -> str:
    """Return the head of its desk which this computer saw and a folder lacks, unless two people left it; empty where it is here."""
    last = seen.of(desk.root)
    others = (*ordered.left, *(end for ends in ordered.forks for end in ends)) if ordered else ()
    here = {entry.hash for branch in (desk, *others) for entry in branch.entries}
    left = {choice.left for choice in ordered.choices} if ordered else set()
    return "" if last is None or last in here | left else last


def gone(desk: Branch) -> Doubt:
    """Return the doubt about the folder of a desk that lacks entries which this computer saw."""
    fact = "this computer saw entries of this folder that are gone"
    return Doubt(desk.name, fact, LedgerError.exit_code, Remedy.NEWER_COPY)
