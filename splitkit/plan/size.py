"""Whether the envelope of a plan will fit its symbol, and what to shorten when it will not.

The password is not there yet; its greatest length is known from its profile, so that what fits here always fits.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from splitkit.quorum.dealing import size_of
from splitkit.quorum.envelope import MAX_BYTES
from splitkit.secret.profiles import find_profile
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

_LATEST_DAY = 65_535
"""A date (2149-06-06) that takes as many bytes in the header as any of our time."""

_SET_ID = bytes(16)
_TEXTS = ("note", "label", "account", "user")
"""What people can shorten, the most dispensable first."""


@dataclass(frozen=True)
class Cut:
    """*characters* fewer in the text *what*, of *length* characters, make the envelope fit."""

    what: str
    characters: int
    length: int


@dataclass(frozen=True)
class Size:
    """How long the envelope will be, in bytes, and how to make it fit."""

    size: int
    refreshed: int
    """The same for a later set of its line: its header also names the first one."""
    cuts: tuple[Cut, ...] = ()

    @property
    def left(self) -> int:
        """Bytes that are left; less than 0: so many too many."""
        return MAX_BYTES - self.size


def plan_size(plan: Plan, password: str | None = None) -> Size:
    """Return the size of the envelope that *plan* makes, with the longest password of its profile or the one given.

    Raises:
        UsageError: If the profile does not exist, or cannot have that length.
    """
    size = partial(_size, password=longest_password(plan) if password is None else password)
    now = size(plan)
    return Size(now, size(plan, first_set=_SET_ID), _cuts(plan, size) if now > MAX_BYTES else ())


def longest_password(plan: Plan) -> str:
    """Return a text as long as the longest password of the plan's profile can be, in the same kind of letters."""
    profile = find_profile(plan.profile, plan.length)
    unit = max((len(unit) for members in profile.classes for unit in members), default=1)
    return profile.separator.join(["x" * unit] * profile.length)


def _size(plan: Plan, password: str, first_set: bytes | None = None, **shorter: str) -> int:
    """Measure the envelope of *plan* with some texts *shorter*: what is left of a cut text need not be one that a plan may hold."""
    texts = {what: getattr(plan, what) for what in _TEXTS} | shorter
    label = "" if plan.anonymous else texts["label"]
    facts = plan.facts(_LATEST_DAY, epoch=2 if first_set else 1, first_set=first_set)
    record = SecretRecord(password, texts["user"], texts["account"], texts["note"])
    return size_of(dataclasses.replace(facts, label=label), len(record.encode()))


def _cuts(plan: Plan, size: Callable[..., int]) -> tuple[Cut, ...]:
    """Return each text that alone can be shortened so far that the envelope fits, with the fewest characters to drop."""
    found = []
    for what in _TEXTS:
        text = getattr(plan, what)
        for kept in range(len(text) - 1, -1, -1):
            if size(plan, **{what: text[:kept]}) <= MAX_BYTES:
                found.append(Cut(what, len(text) - kept, len(text)))
                break
    return tuple(found)


def advice(size: Size) -> str:
    """Return what to do so that the envelope fits, in one line."""
    if size.cuts:
        ways = [f"the {cut.what} by {cut.characters} of its {cut.length} characters" for cut in size.cuts]
        return "shorten " + ", or ".join(ways)
    return "shorten the note, the label, the account and the user together, or have fewer sheets (8 bytes each)"
