"""Untrusted text, as it comes from paper or from a keyboard.

A *page* is one picture, PDF page or camera frame and can carry several codes; a *line* was typed or came from a
hand-held scanner.  Nothing here has been checked: see `splitkit.quorum.parsing`.

The decoder's child processes import this module, so it imports nothing.
"""

import enum
import re
from dataclasses import dataclass, field

MAX_TEXT = 4_296
"""Characters: what the largest QR symbol holds in alphanumeric mode."""

SHARE_WORDS = 33
"""4 words of header, 26 of a 256-bit value, 3 of checksum."""

SHARE_DIGITS = 4 * SHARE_WORDS
SYMBOL_MARK = "SK1"
SYMBOL_PREFIX = SYMBOL_MARK + ":"
"""What the text of an envelope's symbol begins with."""

_WORDS = re.compile(rf"[A-Z]+(?: [A-Z]+){{{SHARE_WORDS - 1}}}")
_DIGITS = re.compile(rf"[0-9]{{{SHARE_DIGITS}}}")


class SheetSymbol(enum.Enum):
    """The three symbols of a sheet."""

    WORDS = "words"
    DIGITS = "digits"
    ENVELOPE = "envelope"

    @property
    def label(self) -> str:
        """What stands below it on the paper."""
        return {"words": "SHARE, big", "digits": "SHARE, small"}.get(self.value, "ENVELOPE")


def symbol_of(text: str) -> SheetSymbol | None:
    """Return the symbol of a sheet that *text* has the shape of; None when it comes from elsewhere, or is not whole."""
    if text.startswith(SYMBOL_PREFIX):
        return SheetSymbol.ENVELOPE
    if _DIGITS.fullmatch(text):
        return SheetSymbol.DIGITS
    return SheetSymbol.WORDS if _WORDS.fullmatch(text) else None


def is_recipient(text: str) -> bool:
    """Whether *text* looks like the age recipient of a quorum, which stands on a public record and on no sheet."""
    return text[:7].lower() == "age1pq1"


@dataclass(frozen=True)
class Scan:
    """One text from one code or one typed line; untrusted, and perhaps a share, so its repr shows nothing."""

    text: str = field(repr=False)
    margin: float | None = None
    """Unused error correction of the symbol, 0.0 to 1.0; None for typed text."""


@dataclass(frozen=True)
class Page:
    """All that was read from one picture, PDF page or camera frame."""

    source: str
    """What people call the place, already safe to print: 'scan.pdf page 2'."""
    scans: tuple[Scan, ...] = ()
    problem: str = ""
    """Why nothing could be read, in words; empty when the page was opened."""
    drawn: bool = False
    """Whether the picture was drawn by a program: it is no scan of paper."""
    file: str = ""
    """The name of the file it was read from; none of what a camera was shown."""


@dataclass(frozen=True)
class Line:
    """One typed line, or one line of a hand-held scanner."""

    source: str
    scan: Scan
