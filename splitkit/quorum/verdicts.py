"""The verdicts on sheets, in one table: what each means and what people should do."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from splitkit.quorum.wear import Symbol, Wear, wear_of


class Status(enum.Enum):
    """What is known about one sheet, or about one share that was read."""

    SOUND = "sound"
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
    advice: str
    exit_code: int


VERDICTS: dict[Status, Verdict] = {
    Status.SOUND: Verdict("belongs to this set", "", 0),
    Status.DAMAGED: Verdict("was read, but its check fails", "scan it again, or type the words from the paper", 3),
    Status.DUPLICATE: Verdict("was read before; it counts once", "", 0),
    Status.UNMATCHED: Verdict(
        "this share and this envelope do not belong together",
        "give the signed record (--record or --fingerprint): it tells which of the two is genuine",
        5,
    ),
    Status.FORGED: Verdict(
        "is not what was printed for this set",
        "keep this sheet apart, note who brought it, and go on with the others",
        5,
    ),
    Status.OTHER_SET: Verdict("belongs to another set", "keep the sets apart; bring the sheets of one set", 5),
    Status.NO_ENVELOPE: Verdict(
        "is a share, but no envelope was read to judge it by", "scan the whole page, or give --record", 0
    ),
    Status.OTHER_CODE: Verdict(
        "not a splitkit code; it was not opened", "leave it out, or scan the whole sheet again", 3
    ),
    Status.UNREADABLE: Verdict(
        "could not be read", "take several pictures, flat and in different light, and give them all; or --type", 3
    ),
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
    symbols: tuple[Symbol, ...] = ()
    """The symbols of this sheet, at the best of all its scans."""

    @property
    def wear(self) -> Wear | None:
        """The state of the paper; None when nobody can tell."""
        return wear_of(self.symbols)

    @property
    def name(self) -> str:
        """'sheet 2', 'sheet B2', or '' when nobody can tell."""
        return f"sheet {self.group or ''}{self.number}" if self.number else ""
