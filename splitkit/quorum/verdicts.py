"""The verdicts on sheets: what each means and what people should do, and in what state the paper is.

A QR symbol restores modules that are stained, faded or gone, and its reader tells how much of that was not needed.  A
sheet is as good as the weaker of its share, which stands on it twice, and its envelope.  Wear is no verdict on what the
sheet says: it tells when to print it again, while everything on it can still be read.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from splitkit.errors import Remedy
from splitkit.quorum.scan import SheetSymbol

WORN_BELOW = 0.7
"""A clean print keeps more than 0.9, scanned or photographed.  On pages stained at random, the first symbols were lost
when others had 0.5 to 0.7 left."""

FAILING_BELOW = 0.4
"""Of such pages with less than this, most had lost a symbol already."""


class Status(enum.Enum):
    """What is known about one sheet, or about one share that was read."""

    SOUND = "sound"
    CLAIMED = "claimed"
    DAMAGED = "damaged"
    DUPLICATE = "duplicate"
    UNMATCHED = "unmatched"
    FORGED = "forged"
    OTHER_SET = "other-set"
    NO_ENVELOPE = "no-envelope"
    OTHER_CODE = "other-code"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verdict:
    """Words for people, and the exit code that `check` owes this status (0: none)."""

    meaning: str
    advice: str | Remedy
    exit_code: int
    typed: str | Remedy = ""
    """What to do where it was typed, or scanned line by line, if that is something else."""


_AGAIN = "compare that line with the paper, and type it again; ? stands for what is illegible"

VERDICTS: dict[Status, Verdict] = {
    Status.SOUND: Verdict("belongs to this set", "", 0),
    Status.CLAIMED: Verdict("fits its envelope; no record vouches for that, and other sheets lie here too", "", 0),
    Status.DAMAGED: Verdict(
        "was read, but its check fails", "scan it again, or type the words from the paper", 3, _AGAIN
    ),
    Status.DUPLICATE: Verdict("was read before; it counts once", "", 0),
    Status.UNMATCHED: Verdict(
        "this share and this envelope do not belong together",
        Remedy.FIND_RECORD,
        5,
    ),
    Status.FORGED: Verdict(
        "is not what was printed for this set",
        "keep this sheet apart, note who brought it, and go on with the others",
        5,
    ),
    Status.OTHER_SET: Verdict("belongs to another set", "keep the sets apart; bring the sheets of one set", 5),
    Status.NO_ENVELOPE: Verdict(
        "is a share, but no envelope was read to judge it by", Remedy.WHOLE_PAGE, 0, Remedy.TYPE_ENVELOPE
    ),
    Status.OTHER_CODE: Verdict(
        "not a splitkit code; it was not opened", "leave it out, or scan the whole sheet again", 3
    ),
    Status.UNREADABLE: Verdict("could not be read", Remedy.MORE_PICTURES, 3, _AGAIN),
}


@dataclass(frozen=True)
class SheetVerdict:
    """The verdict on one sheet."""

    source: str
    status: Status
    number: int | None = None
    """Sheet number within its group, from 1, as the share itself says."""
    group: str | None = None
    """Group letter where the share says there are several groups."""
    note: str = ""
    margin: float | None = None
    """The best unused error correction among the codes of this share, 0.0 to 1.0."""
    symbols: tuple[SymbolRead, ...] = ()
    """The symbols of this sheet, at the best of all its scans."""
    typed: bool = False
    """Whether it is a line of text, and no picture."""

    @property
    def advice(self) -> str | Remedy:
        """What to do about it."""
        verdict = VERDICTS[self.status]
        return (self.typed and verdict.typed) or verdict.advice

    @property
    def margin_percent(self) -> int | None:
        """The margin in whole percent, rounded down; None where nothing was scanned."""
        return None if self.margin is None else int(100 * self.margin)

    @property
    def wear(self) -> Wear | None:
        """The state of the paper; None when nobody can tell."""
        return wear_of(self.symbols)

    @property
    def code(self) -> str:
        """'2', 'B2', or '' when nobody can tell."""
        return f"{self.group or ''}{self.number}" if self.number else ""

    @property
    def name(self) -> str:
        """'sheet 2', 'sheet B2', or '' when nobody can tell."""
        return f"sheet {self.code}" if self.number else ""


# --- the state of the paper -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SymbolRead:
    """One symbol that was read; *margin* is its unused error correction, 0.0 to 1.0, None when the reader cannot tell."""

    kind: SheetSymbol
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


def best_read(symbols: Iterable[SymbolRead]) -> tuple[SymbolRead, ...]:
    """Return each kind of symbol once, with the best margin, in the order of `SheetSymbol`."""
    found: dict[SheetSymbol, float | None] = {}
    for symbol in symbols:
        known = [margin for margin in (found.get(symbol.kind), symbol.margin) if margin is not None]
        found[symbol.kind] = max(known, default=None)
    return tuple(SymbolRead(kind, found[kind]) for kind in SheetSymbol if kind in found)


def sheet_margin(symbols: Iterable[SymbolRead]) -> float | None:
    """Return the margin of a sheet: the weaker of its share, by the better of words and digits, and its envelope."""
    margins = {symbol.kind: symbol.margin for symbol in best_read(symbols) if symbol.margin is not None}
    shares = [margins[kind] for kind in (SheetSymbol.WORDS, SheetSymbol.DIGITS) if kind in margins]
    envelopes = [margins[SheetSymbol.ENVELOPE]] if SheetSymbol.ENVELOPE in margins else []
    return min([max(shares), *envelopes] if shares else envelopes, default=None)


def unread(symbols: Iterable[SymbolRead]) -> tuple[SheetSymbol, ...]:
    """Return the symbols of a sheet that were not read, when at least one was."""
    read = {symbol.kind for symbol in symbols}
    return tuple(kind for kind in SheetSymbol if read and kind not in read)


def wear_of(symbols: Iterable[SymbolRead]) -> Wear | None:
    """Return the state of a sheet; None when nothing was read from a symbol, as from typed lines."""
    known = best_read(symbols)
    if not known:
        return None
    margin = sheet_margin(known)
    if margin is not None and margin < FAILING_BELOW:
        return Wear.FAILING
    return Wear.WORN if _faded(known) or unread(known) else Wear.GOOD


def _faded(symbols: Iterable[SymbolRead]) -> bool:
    return any(symbol.margin is not None and symbol.margin < WORN_BELOW for symbol in symbols)


def wear_advice(symbols: Iterable[SymbolRead]) -> str:
    """Say for people what to do about the paper, and what is left of it; nothing when it is good.

    'worn: reprint within the year (SHARE, big: 61% to spare; SHARE, small: 88% to spare; ENVELOPE: 40% to spare)'.
    """
    known = best_read(symbols)
    wear = wear_of(known)
    if wear in (None, Wear.GOOD):
        return ""
    advice = _PARTLY_READ if wear is Wear.WORN and not _faded(known) else _ADVICE[wear]
    return f"{advice} ({_spelt(known)})"


def _spelt(symbols: Iterable[SymbolRead]) -> str:
    margins = {symbol.kind: symbol.margin for symbol in symbols}
    return "; ".join(
        f"{kind.label}: {_percent(margins[kind]) if kind in margins else 'not read'}" for kind in SheetSymbol
    )


def _percent(margin: float | None) -> str:
    return "read" if margin is None else f"{margin:.0%} to spare"
