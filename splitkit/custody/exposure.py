"""What has to happen to a set, given where its sheets are and who may have read them.

A quorum that is put together is always enough, whatever was made since: replacing a sheet revokes nothing.  So what counts
is which sheets somebody may have, and which are gone.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit.custody.records.holdings import Life, SetRecord, State

if TYPE_CHECKING:
    from splitkit.custody.records.holdings import Register


class SetCase(enum.Enum):
    """What a set comes to; the gravest last."""

    SOUND = "sound"
    DESTROYED = "destroyed"
    LOST = "lost"
    ONE_SHORT = "one short"
    COMPROMISED = "compromised"
    DEAD = "dead"
    """So many sheets are gone that no quorum is left."""


PROCEDURES = {
    SetCase.SOUND: "nothing to do",
    SetCase.DESTROYED: "reissue: print the same share again, read it back, seal it",
    SetCase.LOST: "refresh: a new set for the same secret, then destroy every old sheet",
    SetCase.ONE_SHORT: "refresh at once, and let two people decide in writing whether to rotate",
    SetCase.COMPROMISED: "rotate: a new secret and a new set, now; retire this one",
    SetCase.DEAD: "reset the password where it is used, then make a new set",
}
"""What follows from each case."""

OLD_ONE_SHORT = "destroy its sheets now, and let two people decide in writing whether to rotate"
"""What follows where a set that is one short is not the one in use."""


@dataclass(frozen=True)
class Standing:
    """How a set stands."""

    case: SetCase
    usable: tuple[str, ...]
    """Sheets that somebody, whoever it is, may still have."""
    exposed: tuple[str, ...]
    """Sheets that somebody else may know."""
    opens: bool
    """Whether a quorum can still be put together."""
    more_to_destroy: int
    """The fewest further sheets whose destruction leaves no quorum; 0 when there is none any more."""
    more_to_lose: int
    """The fewest further sheets whose exposure would let others open it; 0 when they can."""


def standing(record: SetRecord) -> Standing:
    """Return how a set stands, from what the register knows of its sheets."""
    usable = [number for number, sheet in record.sheets.items() if sheet.may_be_used]
    exposed = [number for number, sheet in record.sheets.items() if sheet.exposed]
    opens = record.spare >= 0
    more_to_lose = record.policy.missing(map(record.policy.sheet, exposed))
    case = _case(record, opens=opens, exposed=bool(exposed), more_to_lose=more_to_lose)
    return Standing(case, tuple(usable), tuple(exposed), opens, record.spare + 1, more_to_lose)


def _case(record: SetRecord, *, opens: bool, exposed: bool, more_to_lose: int) -> SetCase:
    if more_to_lose == 0:
        return SetCase.COMPROMISED
    reachable = [sheet for sheet in record.sheets.values() if sheet.may_be_used and sheet.state is not State.LOST]
    if not opens or not record.policy.opens(record.policy.sheet(sheet.number) for sheet in reachable):
        return SetCase.DEAD
    if more_to_lose == 1:
        return SetCase.ONE_SHORT
    if exposed:
        return SetCase.LOST
    return SetCase.DESTROYED if any(not sheet.may_be_used for sheet in record.sheets.values()) else SetCase.SOUND


@dataclass(frozen=True)
class Alarm:
    """A set about which something must be done now, and what."""

    record: SetRecord
    case: SetCase

    @property
    def advice(self) -> str:
        """What is to be done."""
        old = self.case is SetCase.ONE_SHORT and self.record.life is not Life.LIVE
        return OLD_ONE_SHORT if old else PROCEDURES[self.case]

    @property
    def fact(self) -> str:
        """What is wrong, in a few words."""
        old = "" if self.record.life is Life.LIVE else f" ({self.record.life.value})"
        return f"{self.record.name}{old}: {self.case.value}"


def alarms(register: Register) -> list[Alarm]:
    """Return what must be done now, the sets in use first.

    An old set opens the same secret as the one that was refreshed from it: who knows a quorum of it needs no newer sheet.
    """
    ordered = sorted(register.in_earnest, key=lambda record: record.life is not Life.LIVE)
    return [Alarm(record, case) for record in ordered if (case := _alarm(record))]


def _alarm(record: SetRecord) -> SetCase | None:
    stands = standing(record)
    if record.life is Life.LIVE:
        return stands.case if stands.case in (SetCase.ONE_SHORT, SetCase.COMPROMISED, SetCase.DEAD) else None
    if record.outdated or record.life not in (Life.PENDING, Life.SUPERSEDED):
        return None
    if stands.case is SetCase.COMPROMISED:
        return stands.case
    return SetCase.ONE_SHORT if stands.more_to_lose == 1 and stands.opens else None


def countdown(record: SetRecord) -> str:
    """Return what people must know of a set that was replaced: whether its old sheets still open it."""
    if record.life not in (Life.SUPERSEDED, Life.RETIRED):
        return ""
    stands = standing(record)
    if not stands.opens:
        return "the old set is dead: no quorum of its sheets is left"
    secret = "the old secret" if record.outdated else "the same secret"
    more = stands.more_to_destroy
    return f"OLD SHEETS STILL OPEN {secret.upper()} until {more} more {'is' if more == 1 else 'are'} destroyed"
