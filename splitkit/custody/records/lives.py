"""What a set is good for, and which case an incident is by which its secret may be known."""

import enum
from collections.abc import Mapping
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
