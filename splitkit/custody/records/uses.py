"""The debts that the use of a secret leaves: its password is changed, the use is reviewed, and whoever must know is told."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress

from splitkit.custody.records.days import Moment
from splitkit.ledger.chain import PROGRAM
from splitkit.ledger.events import SignIn, UseReviewed


@dataclass(frozen=True)
class LastSignIn:
    """The last sign-in that was recorded, and who was alerted by it since."""

    set_id: str
    """The set whose secret it was; empty where nobody can tell."""
    day: Moment
    accepted: bool
    alerted: frozenset[str] = frozenset()
    """Who was alerted, and knew what to do."""
    ledger: str = ""
    """In which ledger it stands, by its code."""


@dataclass(frozen=True)
class Use:
    """A secret that was shown."""

    set_id: str
    day: dt.date
    purpose: str
    certain: bool
    """Whether it was recorded that it was shown; else nobody but one person says that it was not."""
    sets_password: bool
    """Whether it was shown for the first time, so that it becomes the password: then nothing is asked for but the sign-in."""
    signed_in: bool = False
    kept: bool = False
    """Whether two people said why the password was not changed."""
    reviewed: bool = False
    told: bool = False

    def open(self, *, outdated: bool) -> Iterator[tuple[str, str]]:
        """Yield what it still asks for, as actions name it, and in words; *outdated* is whether two people have retired the secret since, or it came to nothing."""
        if self.sets_password:
            yield from () if self.signed_in or outdated else [("", "record the first sign-in")]
            return
        if not self.kept and not outdated:
            yield "password", "change the password"
        if not self.reviewed:
            yield "review", "review the use"
        if not self.told:
            yield "told", "tell who must know of the use"

    @property
    def happened(self) -> str:
        """What happened, in words."""
        return f"{'was' if self.certain else 'may have been'} shown on {self.day}"


def with_sign_in(uses: Mapping[str, Use], data: SignIn, sets: Collection[str], day: dt.date) -> dict[str, Use]:
    """Return what an accepted sign-in makes of the uses before it of a secret, of which these are all the sets, that waited for it: a new password settles them.

    With one that is unchanged nobody has set it: it was shown to be used.
    """
    waited = {key: one for key, one in uses.items()
              if one.set_id in sets and one.sets_password and not one.signed_in and one.day <= day}  # fmt: skip
    if not data.accepted:
        return {}
    new = data.password_ == "new"  # noqa: S105
    return {key: replace(one, signed_in=new, sets_password=new) for key, one in waited.items()}


def settled_by(data: UseReviewed) -> frozenset[str]:
    """Return which debts two people settle by a review of a use, see `Use.open`."""
    kept, told = data.kept is not None, bool({*data.told} - {PROGRAM})
    return frozenset(compress(("review", "password", "told"), (True, kept, told)))


def with_review(uses: Mapping[str, Use], data: UseReviewed, day: dt.date) -> dict[str, Use]:
    """Return the uses of a set up to a day as two people have left them."""
    debts = settled_by(data)
    return {
        key: replace(one, reviewed=True, kept=one.kept or "password" in debts, told=one.told or "told" in debts)
        for key, one in uses.items()
        if one.set_id == data.set and not one.sets_password and one.day <= day
    }
