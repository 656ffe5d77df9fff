"""What the custody register knows: sets and their sheets, other assets, people.  Plain facts, changed by `register`."""

import datetime as dt
import enum
import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

from splitkit.quorum.policy import Policy


def as_plain(record: object) -> dict[str, object]:
    """Return a record as plain data: a day as its text, and one that never came as an empty one."""
    days = {"seen", "proven", "made", "expires", "added", "checked", "since", "until", "due", "day"}
    return {name: str(value or "") if name in days else value for name, value in vars(record).items()}


class OneSheet(Protocol):
    """What is about one sheet of one set, as most events are."""

    @property
    def set(self) -> str:
        """The id of the set."""

    @property
    def sheet(self) -> str:
        """The number of the sheet."""


class Which(NamedTuple):
    """One sheet of one set."""

    set: str
    sheet: str


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
    """One sheet; of a day on which nothing is known to have happened, None."""

    number: str
    holder: str = ""
    """The seat of its custodian."""
    safe: str = ""
    bag: str = ""
    state: State = State.HELD
    exposure: Exposure = Exposure.NONE
    seen: dt.date | None = None
    """When somebody last saw it, or its sealed bag."""
    proven: dt.date | None = None
    """When it was last read and found sound."""
    copies: int = 0
    """How often it was printed."""

    @property
    def may_be_used(self) -> bool:
        """Whether somebody, whoever it is, may still have it."""
        return self.state is not State.DESTROYED

    @property
    def there(self) -> bool:
        """Whether whoever keeps it can bring it."""
        return self.state in (State.HELD, State.TAKEN)

    @property
    def last_read(self) -> str:
        """The day on which it was last read, in words."""
        return str(self.proven or "never")

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
    line: str = ""
    """The id of the first set of its line, as its name."""
    practice: bool = False
    made: dt.date = field(kw_only=True)
    life: Life = Life.LIVE
    replaces: str = ""
    """The set whose quorum it was made from; none for the first of a line."""
    replaced_by: str = ""
    rotated: bool = False
    """Whether the set that replaced it has another secret."""
    outdated: bool = False
    """Whether its secret is in use no more: this set, or one that was refreshed from it, was rotated or retired."""
    signed_in: bool = False
    """Whether somebody has signed in with its secret since it was new."""
    proven: dt.date | None = None
    """When a quorum last opened it."""
    sheets: Mapping[str, SheetRecord] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """What people call it: 'set 0123abcd'."""
        return f"set {self.set_id[:8]}"

    @property
    def title(self) -> str:
        """The same at the beginning of a line, with its label: 'Set 0123abcd, root user'."""
        return self.name.capitalize() + (f", {self.label}" if self.label else "")

    def sheet_name(self, number: str) -> str:
        """Return what people call one of its sheets: 'sheet 2 of set 0123abcd'."""
        return f"sheet {number} of {self.name}"


@dataclass(frozen=True)
class AssetRecord:
    """A device, a mailbox, a safe: whatever a sign-in or a reset needs besides the password."""

    tag: str
    kind: str
    holder: str
    serial: str = ""
    battery: bool | None = None
    expires: dt.date | None = None
    place: str = ""
    added: dt.date = field(kw_only=True)
    checked: dt.date | None = None
    result: str = ""
    """'pass' or 'fail' at the last check."""
    retired: bool = False

    @property
    def name(self) -> str:
        """What people call it: 'mfa key-1'."""
        return f"{self.kind} {self.tag}"


@dataclass(frozen=True)
class PersonRecord:
    """Somebody with a seat; *until* is None while they are a holder."""

    seat: str
    name: str = ""
    title: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    roles: tuple[str, ...] = ()
    deputy: str = ""
    """The seat of whoever stands in for them."""

    @property
    def called(self) -> str:
        """The seat with the name of whoever has it, and the day on which they left."""
        return f"{self.seat} {self.name}".strip() + (f", LEFT on {self.until}" if self.until else "")


@dataclass(frozen=True)
class Action:
    """Something that somebody will do."""

    code: str
    text: str
    owner: str
    due: dt.date
    done: bool = False


def new_codes(taken: Collection[str], beginning: str) -> Iterator[str]:
    """Yield codes such as RV-20261123-1, from their *beginning* on, that are not *taken*."""
    return (code for at in itertools.count(1) if (code := f"{beginning}{at}") not in taken)
