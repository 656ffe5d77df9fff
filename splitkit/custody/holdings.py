"""What the custody register knows: sets and their sheets, other assets, people.  Plain facts, changed by `register`."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from splitkit.quorum.policy import Policy


class State(enum.Enum):
    """Where a sheet is."""

    HELD = "held"
    TAKEN = "out of its safe"
    LOST = "lost"
    DESTROYED = "destroyed"


class Exposure(enum.Enum):
    """Whether somebody else may have read a sheet."""

    NONE = "none"
    POSSIBLE = "possible"
    CONFIRMED = "confirmed"


class Life(enum.Enum):
    """What a set is good for."""

    PENDING = "not yet relied upon"
    """Made to replace another set, and not every sheet of it was read back yet."""
    LIVE = "live"
    VOID = "void"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


@dataclass(frozen=True)
class SheetRecord:
    """One sheet; dates are YYYY-MM-DD, and empty where nothing is known."""

    number: str
    holder: str = ""
    """The seat of its custodian."""
    safe: str = ""
    bag: str = ""
    state: State = State.HELD
    exposure: Exposure = Exposure.NONE
    seen: str = ""
    """When somebody last saw it, or its sealed bag."""
    proven: str = ""
    """When it was last read and found sound."""
    copies: int = 0
    """How often it was printed."""

    @property
    def may_be_used(self) -> bool:
        """Whether somebody, whoever it is, may still have it."""
        return self.state is not State.DESTROYED

    @property
    def condition(self) -> str:
        """What became of it, in words: 'held', 'held, exposed: seen'."""
        return self.state.value + ("" if self.exposure is Exposure.NONE else f", exposed: {self.exposure.value}")

    @property
    def exposed(self) -> bool:
        """Whether somebody else may know what is on it."""
        return self.exposure is not Exposure.NONE or self.state is State.LOST


@dataclass(frozen=True)
class SetRecord:
    """One set with its sheets by their numbers."""

    set_id: str
    policy: Policy
    label: str = ""
    epoch: int = 1
    practice: bool = False
    made: str = ""
    life: Life = Life.LIVE
    replaced_by: str = ""
    rotated: bool = False
    """Whether the set that replaced it has another secret."""
    outdated: bool = False
    """Whether its secret is in use no more: this set, or one that was refreshed from it, was rotated or retired."""
    signed_in: bool = False
    """Whether somebody has signed in with its secret since it was new."""
    proven: str = ""
    """When a quorum last opened it."""
    sheets: Mapping[str, SheetRecord] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class AssetRecord:
    """A device, a mailbox, a safe: whatever a sign-in or a reset needs besides the password."""

    tag: str
    kind: str
    holder: str
    serial: str = ""
    battery: bool | None = None
    expires: str = ""
    place: str = ""
    added: str = ""
    checked: str = ""
    result: str = ""
    """'pass' or 'fail' at the last check."""
    retired: bool = False


@dataclass(frozen=True)
class PersonRecord:
    """Somebody with a seat; *until* is empty while they are a holder."""

    seat: str
    name: str = ""
    title: str = ""
    since: str = ""
    until: str = ""
    roles: tuple[str, ...] = ()
    deputy: str = ""
    """The seat of whoever stands in for them."""


@dataclass(frozen=True)
class Action:
    """Something that somebody will do."""

    code: str
    text: str
    owner: str
    due: str
    done: bool = False
