"""Accounts, the packs by which they are judged, places and people.

A pack is one of those that come with splitkit, or the very file of people's own that was recorded.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from splitkit.packs.pack import Pack, find_pack
from splitkit.packs.procedures import Procedure


@dataclass(frozen=True)
class AccountRecord:
    """One target that is protected."""

    tag: str
    name: str
    pack: str
    """Which kind of target it is."""
    file: str = ""
    """The SHA-256 of the file of that pack, where it is one of people's own."""
    receivers: tuple[str, ...] = ()
    """Who is to get its alerts."""
    added: dt.date | None = None
    chosen_by: str = ""
    """Who alone says of which kind it is: that decides by what its ways in are judged."""
    ended: dt.date | None = None
    """When two people said that it is no more."""

    def known(self, own: Mapping[str, Pack]) -> Pack | None:
        """Return what is known of such a target; None where its pack is none of splitkit's, nor of people's *own*, by their SHA-256."""
        if ours := find_pack(self.pack):
            return ours
        found = own.get(self.file)
        return found if found and found.code == self.pack else None


def not_ended(accounts: Mapping[str, AccountRecord]) -> list[AccountRecord]:
    """Return the accounts that there still are."""
    return [one for one in accounts.values() if not one.ended]


def may_be_for(accounts: Mapping[str, AccountRecord], came: dt.date) -> list[AccountRecord]:
    """Return the accounts for which a device may be that names none: all that there were at any time since it *came*."""
    return [one for one in accounts.values() if not one.ended or one.ended >= came]


@dataclass(frozen=True)
class PlaceRecord:
    """A safe, an office, a home: where something lies."""

    tag: str
    name: str
    kind: str
    site: str
    """Where it stands: what is at one site is lost in one fire."""
    fire: str = ""  # how well it stands a fire, as its maker says
    water: str = ""
    country: str = ""
    left: bool = False  # whether nothing is kept there any more


def file_of(code: str, own: Mapping[str, Pack]) -> str:
    """Return the SHA-256 of the pack of people's *own* that has a code; nothing if there is none."""
    return next((file for file, pack in own.items() if pack.code == code), "")


def procedure_of(pack: str, code: str, own: Mapping[str, Pack]) -> Procedure | None:
    """Return a procedure as its pack has it now, of splitkit's packs or people's *own*; None of a pack that nobody knows."""
    known = find_pack(pack) or own.get(file_of(pack, own))
    return next((one for one in known.procedures if one.code == code), None) if known else None


@dataclass(frozen=True)
class PersonRecord:
    """Somebody with a seat; *until* is None while they are a holder."""

    seat: str
    name: str = ""
    title: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    left_by: str = ""  # who said first that they left
    left_before_two: bool = False
    """Whether more than one person's word stands behind it that they left."""
    roles: tuple[str, ...] = ()
    deputy: str = ""
    """The seat of whoever stands in for them."""
    deputy_by: str = ""  # who alone says so
    employer: str = ""
    superior: str = ""
    """Who could tell them what to do."""
    country: str = ""

    @property
    def roles_told(self) -> list[str]:
        """What they do here, in words; of somebody who left, what they did."""
        return [f"was {role}" if self.until else role for role in self.roles]

    @property
    def called(self) -> str:
        """The name, and the day on which they left; the seat only where there is no name."""
        return (self.name or self.seat) + (f", LEFT on {self.until}" if self.until else "")
