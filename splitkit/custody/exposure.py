"""What has to happen to a set, given where its sheets are and who may have read them.

A quorum that is put together is always enough, whatever was made since: replacing a sheet revokes nothing.  So what counts
is which sheets somebody may have, and which are gone.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit.custody.records.heirs import is_dead
from splitkit.custody.records.holdings import SetRecord
from splitkit.custody.records.lines import has_no_set
from splitkit.custody.records.lives import Life
from splitkit.custody.ways.mending import before_destroying, fewest_to_destroy, how_long, in_its_place, still_needed

if TYPE_CHECKING:
    from splitkit.custody.records.holdings import Register


class SetCase(enum.Enum):
    """What a set comes to; the worst last."""

    SOUND = "sound"
    """Every sheet is there, and the program read it within its time and found it sound."""
    UNPROVEN = "unproven"
    """A quorum is, but of some sheet nobody knows."""
    DESTROYED = "destroyed"
    LOST = "lost"
    DOUBTFUL = "doubtful"
    """Nobody knows whether a quorum is left."""
    ONE_SHORT = "one short"
    DEAD = "dead"
    """So many sheets are gone that no quorum is left."""
    COMPROMISED = "compromised"
    """Others may know a quorum, whatever is left."""


GRAVE = (SetCase.ONE_SHORT, SetCase.COMPROMISED, SetCase.DEAD)
"""What cannot wait: one more mishap, and others know the secret or nobody does; or that has happened."""


class RenewalWay(enum.Enum):
    """How a set is renewed; the strongest last."""

    REISSUE = "reissue"
    """The same share is printed again."""
    REFRESH = "refresh"
    """The same secret has a new set."""
    ROTATE = "rotate"
    """A new secret has a new set."""

    @property
    def strength(self) -> int:
        """How strong it is, beside the others."""
        return list(RenewalWay).index(self)


RENEWALS = {
    SetCase.DESTROYED: RenewalWay.REISSUE,
    SetCase.LOST: RenewalWay.REFRESH,
    SetCase.ONE_SHORT: RenewalWay.REFRESH,
    SetCase.COMPROMISED: RenewalWay.ROTATE,
}
"""By which way a set is renewed that has come to a case; in any other case nothing asks for it."""

PROCEDURES = {
    SetCase.SOUND: "nothing to do",
    SetCase.UNPROVEN: "read the sheets that were not read for a year, or that were not what was printed",
    SetCase.DESTROYED: f"{RENEWALS[SetCase.DESTROYED].value}: print the same share again, read it back, seal it",
    SetCase.LOST: f"{RENEWALS[SetCase.LOST].value}: a new set for the same secret, then destroy every old sheet",
    SetCase.DOUBTFUL: "read the sheets now, until a quorum of them is proven: drill",
    SetCase.ONE_SHORT: f"{RENEWALS[SetCase.ONE_SHORT].value} at once, and let two people decide in writing whether to rotate",
    SetCase.COMPROMISED: f"{RENEWALS[SetCase.COMPROMISED].value}: a new secret and a new set, now; retire this one",
    SetCase.DEAD: "reset the password where it is used, then make a new set",
}
"""What follows from each case."""

SPOILT = (
    "read its sheets until all are there and sound; else destroy them, give it up, and make another from the set in use"
)
"""What follows where a set that is to replace another is not fit for that."""

OLD_ONE_SHORT = "destroy its sheets now, and let two people decide in writing whether to rotate"
"""What follows where a set that is one short is not the one in use."""


@dataclass(frozen=True)
class Standing:
    """How a set stands on a day."""

    case: SetCase
    usable: tuple[str, ...]
    """Sheets on which a quorum can count: they are there, and were read within their time and found sound."""
    exposed: tuple[str, ...]
    """Sheets that somebody else may know."""
    opens: bool
    """Whether a quorum of usable sheets is there."""
    more_to_lose: int
    """The fewest further sheets whose exposure would let others open it; 0 when they can."""


def standing(record: SetRecord, day: dt.date) -> Standing:
    """Return how a set stands on a *day*, from what the register knows of its sheets."""
    usable = [number for number, sheet in record.sheets.items() if sheet.usable(day)]
    exposed = [number for number, sheet in record.sheets.items() if sheet.exposed]
    opens = record.policy.opens(map(record.policy.sheet, usable))
    more_to_lose = record.policy.missing(map(record.policy.sheet, exposed))
    case = _case(record, usable, opens=opens, exposed=bool(exposed), more_to_lose=more_to_lose)
    return Standing(case, tuple(usable), tuple(exposed), opens, more_to_lose)


def _case(record: SetRecord, usable: Collection[str], *, opens: bool, exposed: bool, more_to_lose: int) -> SetCase:
    gone = any(sheet.worthless for sheet in record.sheets.values())
    found = {
        SetCase.COMPROMISED: more_to_lose == 0,
        SetCase.DEAD: is_dead(record),
        SetCase.ONE_SHORT: more_to_lose == 1,
        SetCase.DOUBTFUL: not opens or record.failed,
        SetCase.LOST: exposed,
        SetCase.DESTROYED: gone,
        SetCase.UNPROVEN: len(usable) < len(record.sheets),
    }
    return next((case for case, so in found.items() if so), SetCase.SOUND)


@dataclass(frozen=True)
class Alarm:
    """A set about which something must be done now, and what."""

    record: SetRecord
    case: SetCase
    needed: tuple[str, ...] = ()
    """The sets before it whose sheets may be all that opens its secret, itself among them where it is one."""

    no_set: bool = False
    """Whether its secret is the password though it is void or retired, see `has_no_set`."""

    first: str = ""
    """What is done before any sheet of it is destroyed."""

    @property
    def advice(self) -> str:
        """What is to be done."""
        if self.needed and self.case is not SetCase.COMPROMISED:
            keep = f"until then keep the old sheets of {', '.join(self.needed)}: they may be all that opens the secret"
            return f"{PROCEDURES[self.case]}; {keep}"
        record = self.record
        if record.life is Life.LIVE or record.must_take_over or self.no_set or self.case is SetCase.COMPROMISED:
            return PROCEDURES[self.case]
        return self.first + (OLD_ONE_SHORT if self.case is SetCase.ONE_SHORT else SPOILT)

    @property
    def fact(self) -> str:
        """What is wrong, in a few words."""
        old = "" if self.record.life is Life.LIVE else f" ({self.record.life.told})"
        if self.no_set and self.case is SetCase.DEAD:
            return f"{self.record.name}{old}: the password in use has no set"
        return f"{self.record.name}{old}: {self.case.value}"


def alarms(register: Register, day: dt.date) -> list[Alarm]:
    """Return what must be done now, the sets in use first.

    An old set opens the same secret as the one that was refreshed from it, and so does one that came to nothing: who knows a
    quorum of it needs no newer sheet.
    """
    ordered = sorted(register.in_earnest, key=lambda record: record.life is not Life.LIVE)
    needed = [one for one in ordered if not one.spent and still_needed(register, one)]
    return [
        Alarm(
            record,
            case,
            tuple(one.name for one in needed if in_its_place(register, one) is record or one is record),
            has_no_set(register, record),
            before_destroying(register, record),
        )
        for record in ordered
        if (case := _alarm(register, record, day))
    ]


def _alarm(register: Register, record: SetRecord, day: dt.date) -> SetCase | None:
    stands = standing(record, day)
    if record.life is Life.LIVE:
        return stands.case if stands.case is not SetCase.SOUND else None
    if has_no_set(register, record):
        return stands.case if stands.case is SetCase.COMPROMISED else SetCase.DEAD
    if record.outdated:
        return None
    if stands.case is SetCase.COMPROMISED or (record.life is Life.PENDING and is_spoilt(record)):
        return stands.case
    return SetCase.ONE_SHORT if stands.more_to_lose == 1 and record.may_be_known else None


def is_spoilt(record: SetRecord) -> bool:
    """Whether anything went wrong with a set that is to replace another; that a sheet was not read yet is nothing wrong."""
    bad = (not one.there or one.exposed or one.reading not in ("", "sound") for one in record.sheets.values())
    return bool(record.failed) or any(bad)


def countdown(record: SetRecord) -> str:
    """Return what people must know of a set that was replaced: whether its old sheets still open it."""
    if record.life not in (Life.SUPERSEDED, Life.RETIRED):
        return ""
    if record.spent:
        return "the old set is dead: no quorum of its sheets is left"
    secret = "the old secret" if record.rotated or record.outdated else "the same secret"
    return f"OLD SHEETS STILL OPEN {secret.upper()}{how_long(fewest_to_destroy(record))}"
