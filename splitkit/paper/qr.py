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
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from splitkit.quorum.scan import SHARE_DIGITS, SHARE_WORDS, SYMBOL_PREFIX

MASK = 2
"""The mask of every symbol, numbered as in ISO/IEC 18004:2015, 7.8: it turns the modules whose column modulo 3 is 0."""

TRIAL_SENTENCE = "SPLITKIT PRINT TEST - THIS IS NO SHARE AND NO ENVELOPE - "

ENVELOPE_VERSIONS = {11: 366, 13: 483, 15: 600, 17: 734}
"""Version of the envelope's symbol -> characters it holds at level M, prefix included."""

RECIPIENT_VERSION = 30
"""Version of the recipient's symbol: the smallest at level M that holds the 1,959 characters that every recipient has."""

_WORDS = re.compile(rf"[A-Z]{{1,8}}(?: [A-Z]{{1,8}}){{{SHARE_WORDS - 1}}}")
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")


@dataclass(frozen=True)
class Symbol:
    """A QR symbol without its quiet zone; True is a dark module."""

    modules: tuple[tuple[bool, ...], ...] = field(repr=False)
    version: int
    level: str
    mask: int = MASK

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.modules)

    def path(self) -> str:
        """The dark modules as one SVG path in units of a module: the form in which Typst draws fast and sharp."""
        return "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in self._runs())

    def _runs(self) -> Iterator[tuple[int, int, int]]:
        """Every row's runs of dark modules: column, row, length."""
        for y, row in enumerate(self.modules):
            x = 0
            for dark, run in groupby(row):
                length = len(tuple(run))
                if dark:
                    yield x, y, length
                x += length


def words_symbol(text: str) -> Symbol:
    """The share as its 33 words in upper case with single spaces: version 12, level Q.

    Raises:
        ValueError: these are not 33 words of one to eight letters A to Z.
    """
    if not _WORDS.fullmatch(text):
        raise ValueError("the symbol of the words needs 33 words of one to eight letters in upper case")
    return _alphanumeric(text, 12, "Q")


def digits_symbol(digits: str) -> Symbol:
    """The share as 132 digits: version 6, level H.

    Raises:
        ValueError: these are not 132 digits.
    """
    if not re.fullmatch(rf"[0-9]{{{SHARE_DIGITS}}}", digits):
        raise ValueError("the symbol of the digits needs 132 digits")
    from qrcode.util import MODE_NUMBER  # noqa: PLC0415  the package brings Pillow and is slow to import

    return _matrix(digits, MODE_NUMBER, 6, "H")


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
            return _alphanumeric(text, version, "M")
    raise ValueError("the envelope is too long for its symbol")


def recipient_symbol(text: str) -> Symbol:
    """The age recipient of a quorum, in upper case (Bech32 allows it): level M, the smallest version that holds all of them.

    Raises:
        ValueError: the text is no recipient, or is too long.
    """
    if not re.fullmatch(r"AGE1[0-9A-Z]+", text.upper()):
        raise ValueError("the symbol of the recipient needs an age recipient")
    return _alphanumeric(text.upper(), RECIPIENT_VERSION, "M")


def trial_text() -> str:
    """The text of a test page's symbol, as long as an envelope can be; no reader takes it for anything else."""
    room = ENVELOPE_VERSIONS[17]
    return (TRIAL_SENTENCE * room)[:room].strip()


def trial_symbol() -> Symbol:
    """The finest symbol that a sheet can have, version 17 at level M, for a test page."""
    return _alphanumeric(trial_text(), 17, "M")


def _alphanumeric(text: str, version: int, level: str) -> Symbol:
    from qrcode.util import MODE_ALPHA_NUM  # noqa: PLC0415  see digits_symbol

    if not _ALPHANUMERIC.fullmatch(text):
        raise ValueError("the text has characters that this kind of symbol cannot hold")
    return _matrix(text, MODE_ALPHA_NUM, version, level)


def _matrix(text: str, mode: int, version: int, level: str) -> Symbol:
    """One symbol of one segment; the package's own search for version, mode and mask is not used."""
    import qrcode.main  # noqa: PLC0415  see digits_symbol
    from qrcode import constants, exceptions, util  # noqa: PLC0415

    code = qrcode.main.QRCode(
        version=version, error_correction=getattr(constants, f"ERROR_CORRECT_{level}"), mask_pattern=MASK
    )
    code.add_data(util.QRData(text, mode=mode), optimize=0)
    try:
        code.make(fit=False)
    except exceptions.DataOverflowError:
        raise ValueError("the text is too long for its symbol") from None
    return Symbol(tuple(tuple(bool(dark) for dark in row) for row in code.modules), code.version, level)


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
