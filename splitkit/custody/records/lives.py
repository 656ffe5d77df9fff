"""What a set is good for, and what an incident is that follows from something that went wrong."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class Life(enum.Enum):
    """What a set is good for."""

    PENDING = "not yet relied upon"
    """Made to replace another set, and not every sheet of it was read back yet."""
    LIVE = "live"
    VOID = "void"
    SUPERSEDED = "superseded"
    RETIRED = "retired"

    @property
    def told(self) -> str:
        """The same in words of a screen, where 'live' is a kind of drill."""
        return "in use" if self is Life.LIVE else self.value


URGENT_CASES: Mapping[str, str] = MappingProxyType(
    {"password": "compromise", "machine": "compromise", "alert": "alert"}
)
"""Of each kind of incident by which the secret itself may be known which case it is, and so which procedure follows."""


@dataclass(frozen=True)
class WentWrong:
    """Something that was not as it should be: the incident that follows from it, everybody who said so, if people did, and when last."""

    incident: str
    by: frozenset[str]
    day: dt.date = dt.date.min


@dataclass(frozen=True)
class Word:
    """What one person alone said of a thing: who keeps it *still*, or where it lies, where that is not so, and who says it is not."""

    still: frozenset[str] = frozenset()
    by: str = ""


UNDOUBTED = Word()
