"""The wear of a sheet: how much of the error correction of its symbols was left when it was read.

A QR symbol restores modules that are stained, faded or gone, and its reader tells how much of that was not needed.  A
sheet is as good as the weaker of its share, which stands on it twice, and its envelope.  Wear is no verdict on what the
sheet says: it tells when to print it again, while everything on it can still be read.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WORN_BELOW = 0.7
"""A clean print keeps more than 0.9, scanned or photographed.  On pages stained at random, the first symbols were lost
when others had 0.5 to 0.7 left."""

FAILING_BELOW = 0.4
"""Of such pages with less than this, most had lost a symbol already."""


class SymbolKind(enum.Enum):
    """The three symbols of a sheet."""

    WORDS = "words"
    DIGITS = "digits"
    ENVELOPE = "envelope"


@dataclass(frozen=True)
class Symbol:
    """One symbol that was read; *margin* is its unused error correction, 0.0 to 1.0, None when the reader cannot tell."""

    kind: SymbolKind
    margin: float | None


class Wear(enum.Enum):
    """The state of the paper."""

    GOOD = "good"
    WORN = "worn"
    FAILING = "failing"


_ADVICE = {
    Wear.WORN: "worn: reprint within the year",
    Wear.FAILING: "barely readable: reprint now, while it still can be read",
}
_PARTLY_READ = "scan the whole sheet again; if it stays so, reprint within the year"


def best(symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
    """Return each kind of symbol once, with the best margin, in the order of `SymbolKind`."""
    found: dict[SymbolKind, float | None] = {}
    for symbol in symbols:
        known = [margin for margin in (found.get(symbol.kind), symbol.margin) if margin is not None]
        found[symbol.kind] = max(known, default=None)
    return tuple(Symbol(kind, found[kind]) for kind in SymbolKind if kind in found)


def sheet_margin(symbols: Iterable[Symbol]) -> float | None:
    """Return the margin of a sheet: the weaker of its share, by the better of words and digits, and its envelope."""
    margins = {symbol.kind: symbol.margin for symbol in best(symbols) if symbol.margin is not None}
    shares = [margins[kind] for kind in (SymbolKind.WORDS, SymbolKind.DIGITS) if kind in margins]
    envelopes = [margins[SymbolKind.ENVELOPE]] if SymbolKind.ENVELOPE in margins else []
    return min([max(shares), *envelopes] if shares else envelopes, default=None)


def unread(symbols: Iterable[Symbol]) -> tuple[SymbolKind, ...]:
    """Return the symbols of a sheet that were not read, when at least one was."""
    read = {symbol.kind for symbol in symbols}
    return tuple(kind for kind in SymbolKind if read and kind not in read)


def wear_of(symbols: Iterable[Symbol]) -> Wear | None:
    """Return the state of a sheet; None when nothing was read from a symbol, as from typed lines."""
    known = best(symbols)
    if not known:
        return None
    margin = sheet_margin(known)
    if margin is not None and margin < FAILING_BELOW:
        return Wear.FAILING
    return Wear.WORN if _faded(known) or unread(known) else Wear.GOOD


def _faded(symbols: Iterable[Symbol]) -> bool:
    return any(symbol.margin is not None and symbol.margin < WORN_BELOW for symbol in symbols)


def wear_advice(symbols: Iterable[Symbol]) -> str:
    """Say for people what to do about the paper, and what is left of it; nothing when it is good.

    'worn: reprint within the year (words 61% to spare, digits 88% to spare, envelope 40% to spare)'.
    """
    known = best(symbols)
    wear = wear_of(known)
    if wear in (None, Wear.GOOD):
        return ""
    advice = _PARTLY_READ if wear is Wear.WORN and not _faded(known) else _ADVICE[wear]
    return f"{advice} ({_spelt(known)})"


def _spelt(symbols: Iterable[Symbol]) -> str:
    margins = {symbol.kind: symbol.margin for symbol in symbols}
    return ", ".join(
        f"{kind.value} {_percent(margins[kind]) if kind in margins else 'not read'}" for kind in SymbolKind
    )


def _percent(margin: float | None) -> str:
    return "read" if margin is None else f"{margin:.0%} to spare"
