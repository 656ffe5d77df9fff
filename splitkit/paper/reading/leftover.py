"""What a picture showed of a symbol that could not be read: useless alone, but several pictures together may be enough.

It is kept in memory only, and is as secret as the share it is a part of.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CODEWORDS = {
    ("words", 12): 466,
    ("digits", 6): 172,
    ("envelope", 11): 404,
    ("envelope", 13): 532,
    ("envelope", 15): 655,
    ("envelope", 17): 815,
}
"""Name and version of each symbol of the format -> its codewords (ISO/IEC 18004), eight soft bits each."""

MOST = 64
"""Most leftovers of one run that are put together."""


@dataclass(frozen=True)
class Leftover:
    """The soft bits of one symbol in one picture."""

    picture: int
    """Which picture: leftovers of one picture may be the two symbols of one share."""
    name: str
    version: int
    soft: bytes = field(repr=False)
    """One signed byte a bit: positive for 1, the larger the surer."""

    def sound(self) -> bool:
        """Whether it is of a symbol of the format and has its length."""
        return len(self.soft) == 8 * CODEWORDS.get((self.name, self.version), -1)
