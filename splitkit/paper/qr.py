"""The QR symbols, as plain matrices of modules.

Version, level and mask of every symbol are part of the paper format.  The versions were chosen by how they survive
damage (some interleave their blocks badly and die of one small blob).  The mask is always 2: over random shares and
envelopes it has the lowest average penalty of ISO/IEC 18004 for the words and for the envelope, and shares the lowest
with mask 1 for the digits.  A fixed mask also means that a reader which has lost the format bits knows them.
"""

from __future__ import annotations

import base64
import functools
import re
from dataclasses import dataclass, field

from splitkit.paper.encoder import MASK, encoded
from splitkit.quorum.scan import SHARE_DIGITS, SHARE_WORDS, SYMBOL_PREFIX

TRIAL_SENTENCE = "SPLITKIT PRINT TEST - THIS IS NO SHARE AND NO ENVELOPE - "

ENVELOPE_VERSIONS = {11: 366, 13: 483, 15: 600, 17: 734}
"""Version of the envelope's symbol -> characters it holds at level M, prefix included."""

RECIPIENT_VERSION = 30
"""Version of the recipient's symbol: the smallest at level M that holds the 1,959 characters that every recipient has."""

_WORDS = re.compile(rf"[A-Z]{{1,8}}(?: [A-Z]{{1,8}}){{{SHARE_WORDS - 1}}}")
_DARK = re.compile(b"\1+")


@dataclass(frozen=True)
class Symbol:
    """A QR symbol without its quiet zone."""

    rows: tuple[bytes, ...] = field(repr=False)
    """A byte 1 for each dark module, and 0 for each light one."""
    version: int
    level: str
    mask: int = MASK

    @property
    def modules(self) -> tuple[tuple[bool, ...], ...]:
        """The same row by row; True is a dark module."""
        return tuple(tuple(map(bool, row)) for row in self.rows)

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.rows)

    def path(self) -> str:
        """The dark modules as one SVG path in units of a module: the form in which Typst draws fast and sharp."""
        return self._path

    @functools.cached_property  # That of the envelope is asked for by every page of a set.
    def _path(self) -> str:
        runs = (
            (run.start(), y, run.end() - run.start()) for y, row in enumerate(self.rows) for run in _DARK.finditer(row)
        )
        return "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs)


def words_symbol(text: str) -> Symbol:
    """The share as its 33 words in upper case with single spaces: version 12, level Q.

    Raises:
        ValueError: these are not 33 words of one to eight letters A to Z.
    """
    if not _WORDS.fullmatch(text):
        raise ValueError("the symbol of the words needs 33 words of one to eight letters in upper case")
    return _symbol(text, 12, "Q")


def digits_symbol(digits: str) -> Symbol:
    """The share as 132 digits: version 6, level H.

    Raises:
        ValueError: these are not 132 digits.
    """
    if not re.fullmatch(rf"[0-9]{{{SHARE_DIGITS}}}", digits):
        raise ValueError("the symbol of the digits needs 132 digits")
    return _symbol(digits, 6, "H")


@functools.lru_cache(maxsize=1)  # Every page of a set has the same, and it is public.
def envelope_symbol(text: str) -> Symbol:
    """An envelope, 'SK1:' and base32: level M, the smallest of versions 11, 13, 15 and 17 that holds it.

    Raises:
        ValueError: the text is no envelope text, or is too long.
    """
    if not re.fullmatch(rf"{SYMBOL_PREFIX}[A-Z2-7]+", text):
        raise ValueError("the symbol of the envelope needs 'SK1:' and base32")
    for version, room in ENVELOPE_VERSIONS.items():
        if len(text) <= room:
            return _symbol(text, version, "M")
    raise ValueError("the envelope is too long for its symbol")


def recipient_symbol(text: str) -> Symbol:
    """The age recipient of a quorum, in upper case (Bech32 allows it): level M, the smallest version that holds all of them.

    Raises:
        ValueError: the text is no recipient, or is too long.
    """
    if not re.fullmatch(r"AGE1[0-9A-Z]+", text.upper()):
        raise ValueError("the symbol of the recipient needs an age recipient")
    return _symbol(text.upper(), RECIPIENT_VERSION, "M")


def trial_text() -> str:
    """The text of a test page's symbol, as long as an envelope can be; no reader takes it for anything else."""
    room = ENVELOPE_VERSIONS[17]
    return (TRIAL_SENTENCE * room)[:room].strip()


def trial_symbol() -> Symbol:
    """The finest symbol that a sheet can have, version 17 at level M, for a test page.

    The `qrcode` package makes it, and nothing else: so whatever a printer and a reader make of that page is no proof of our own code
    by our own code, and what we encode ourselves is compared with what the package does.
    """
    return witnessed(trial_text(), 17, "M")


def witnessed(text: str, version: int, level: str) -> Symbol:
    """A symbol as the `qrcode` package makes it, of one segment; its own search for version, mode and mask is not used."""
    import qrcode.main  # noqa: PLC0415  (it brings Pillow, is slow to import, and most runs do without)
    from qrcode import constants, util  # noqa: PLC0415

    mode = util.MODE_NUMBER if text.isdecimal() else util.MODE_ALPHA_NUM
    code = qrcode.main.QRCode(
        version=version, error_correction=getattr(constants, f"ERROR_CORRECT_{level}"), mask_pattern=MASK
    )
    code.add_data(util.QRData(text, mode=mode), optimize=0)
    code.make(fit=False)
    return Symbol(tuple(bytes(map(bool, row)) for row in code.modules), code.version, level)


def _symbol(text: str, version: int, level: str) -> Symbol:
    return Symbol(tuple(encoded(text, version, level)), version, level)


# --- what a reader saw of one -------------------------------------------------------------------------------------------

CODEWORDS = {
    ("words", 12): 466, ("digits", 6): 172,
    ("envelope", 11): 404, ("envelope", 13): 532, ("envelope", 15): 655, ("envelope", 17): 815,
}  # fmt: skip
"""Name and version of each symbol of the format -> its codewords (ISO/IEC 18004), eight soft bits each."""


@dataclass(frozen=True)
class Leftover:
    """What one picture showed of a symbol that could not be read: useless alone, but several together may be enough.

    It is kept in memory only, and is as secret as the share it is a part of.
    """

    picture: int
    """Which picture: leftovers of one picture may be the two symbols of one share."""
    name: str
    version: int
    soft: bytes = field(repr=False)
    """One signed byte a bit: positive for 1, the larger the surer."""

    def sound(self) -> bool:
        """Whether it is of a symbol of the format and has its length."""
        return len(self.soft) == 8 * CODEWORDS.get((self.name, self.version), -1)

    def packed(self) -> list[str | int]:
        """It as JSON has it, without its picture: name, version, base64 of its soft bits."""
        return [self.name, self.version, base64.b64encode(self.soft).decode("ascii")]

    @classmethod
    def unpacked(cls, entry: object, picture: int) -> Leftover:
        """The leftover that *entry* describes.

        Raises:
            ValueError: If it is not of a symbol of the format, or has not its length.
        """
        match entry:
            case [str(name), int(version), str(soft)]:
                leftover = cls(picture, name, version, base64.b64decode(soft, validate=True))
                if leftover.sound():
                    return leftover
        raise ValueError("this is not a leftover")
