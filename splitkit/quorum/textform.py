"""The envelope as text: what the symbol holds and what is printed in lines to be typed.

RFC 4648 base32 without padding, one codec for both.  Printed lines carry 20 bytes each and a check of their own:
``07/20 AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA CCCC``.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from splitkit.errors import TooNewError, UnreadableError
from splitkit.quorum.envelope import MAX_BYTES
from splitkit.quorum.scan import SYMBOL_MARK, SYMBOL_PREFIX

LINE_BYTES = 20
MAX_LINES = -(-MAX_BYTES // LINE_BYTES)
_CHECK_CHARACTERS = 4
_BODY_CHARACTERS = LINE_BYTES * 8 // 5
"""Most characters of a line without its check: a longer one is refused before anything illegible in it is tried."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ILLEGIBLE = "?"
MAX_ILLEGIBLE = 3
"""Characters of a line, its check included: 32,768 readings, of which the check leaves the right one and rarely another."""

SEPARATORS = " ,;.:()-"
"""What may stand between and around all that is typed, beside the white space that `plain` makes spaces."""

_WHITE_SPACE = "\t\n\v\f\r\x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_SPACES = str.maketrans(dict.fromkeys(_WHITE_SPACE, " "))
_RESERVED = re.compile(rf"{SYMBOL_MARK}-[0-9]+/[0-9]+:|{SYMBOL_MARK}H:", re.ASCII | re.IGNORECASE)
_LINE = re.compile(
    rf"([0-9]{{1,2}}) */ *([0-9]{{2}}|[0-9](?=[{SEPARATORS}]))[{SEPARATORS}]*([^{SEPARATORS}].*)", re.ASCII
)
_NO_COLON = str.maketrans(dict.fromkeys(SEPARATORS.replace(":", "")))
_BASE32 = str.maketrans({"0": "O", "1": "I", "8": "B"} | dict.fromkeys(SEPARATORS))


class BadLineError(UnreadableError):
    """A printed line whose check fails."""


@dataclass(frozen=True)
class EnvelopeLine:
    """One sound printed line: *number* of *total*, counted from 1."""

    number: int
    total: int
    data: bytes = field(repr=False)


def encode_base32(data: bytes) -> str:
    """Return base32 without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=")


def decode_base32(text: str) -> bytes:
    """Return the bytes of canonical upper-case base32 without padding.

    Raises:
        UnreadableError: If it holds another character, or another spelling of the same bytes.
    """
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise _bad() from None
    if encode_base32(data) != text:
        raise _bad()
    return data


def symbol_text(raw: bytes) -> str:
    """Return what the envelope symbol holds."""
    return SYMBOL_PREFIX + encode_base32(raw)


def has_mark(text: str) -> bool:
    """Tell whether *text* begins as the envelope symbol of any version does, in either case."""
    return text[: len(SYMBOL_MARK)].upper() == SYMBOL_MARK


def parse_symbol(text: str) -> bytes | None:
    """Return the envelope that the text of a symbol holds, or None if it is of something else.

    Raises:
        TooNewError: If it is one of the forms reserved for later versions.
        UnreadableError: If it is misspelt.
    """
    if _RESERVED.match(text):
        raise TooNewError(
            "this code has a form that is reserved for a newer splitkit",
            "use the program version that is printed on the sheet",
        )
    prefix, body = text[: len(SYMBOL_PREFIX)], text[len(SYMBOL_PREFIX) :]
    return decode_base32(body) if prefix.upper() == SYMBOL_PREFIX else None


def plain(text: str) -> str:
    """Return typed *text* with each white space of Unicode as a space; no separators before it, no white space after it."""
    return text.translate(_SPACES).lstrip(SEPARATORS).rstrip(" ")


def without_separators(text: str) -> str:
    """Return typed base32, in upper case and with 0, 1 and 8 read as O, I and B."""
    return text.upper().translate(_BASE32)


def symbol_as_typed(text: str) -> str | None:
    """Return a typed symbol as it is printed; None where *text*, a plain one, is of something else."""
    tight = text.upper().replace(" ", "")
    if _RESERVED.match(tight):
        return tight
    mark, colon, body = tight.translate(_NO_COLON).partition(":")
    return SYMBOL_PREFIX + without_separators(body) if mark + colon == SYMBOL_PREFIX else None


def printed_lines(raw: bytes) -> tuple[str, ...]:
    """Return the envelope as numbered lines with their checks."""
    pieces = [raw[at : at + LINE_BYTES] for at in range(0, len(raw), LINE_BYTES)]
    return tuple(_printed_line(number, len(pieces), piece) for number, piece in enumerate(pieces, start=1))


def _printed_line(number: int, total: int, data: bytes) -> str:
    body = encode_base32(data)
    fours = [body[at : at + 4] for at in range(0, len(body), 4)]
    return " ".join([f"{number:02d}/{total:02d}", *fours, _check(number, total, data)])


def _check(number: int, total: int, data: bytes) -> str:
    digest = hashlib.sha256(b"splitkit/1 line" + bytes([number, total]) + data).digest()
    return encode_base32(digest)[:_CHECK_CHARACTERS]


def illegible_line(text: str) -> tuple[int, int, str] | None:
    """Return number, total and characters of a plain *text* that looks like a printed line with an illegible character.

    Such a line takes time to solve.  None if it is none.
    """
    match = _LINE.fullmatch(text) if ILLEGIBLE in text else None
    return (int(match[1]), int(match[2]), without_separators(match[3])) if match else None


def parse_line(text: str) -> EnvelopeLine | None:
    """Return the printed line that *text*, a plain one, is, or None if it does not look like one.

    Case and separators do not matter; 0, 1 and 8 are read as O, I and B; '?' is an illegible character.

    Raises:
        BadLineError: If it looks like one and its check fails, or leaves more than one reading.
    """
    match = _LINE.fullmatch(text)
    if not match:
        return None
    number, total = int(match[1]), int(match[2])
    body = without_separators(match[3])
    readings = _readings(number, total, body[:-_CHECK_CHARACTERS], body[-_CHECK_CHARACTERS:])
    if len(readings) != 1:
        raise BadLineError(
            f"the check of envelope line {number} fails"
            if not readings
            else f"too little of envelope line {number} is legible",
            "compare that line with the paper, character by character",
        )
    return EnvelopeLine(number, total, readings[0])


def _readings(number: int, total: int, body: str, check: str) -> list[bytes]:
    """Return every content that a typed line can have; '?' in it stands for an illegible character.

    The check has 20 bits, a character 5: up to three illegible ones, those of the check counted, leave 5 bits of it over.
    Only a single reading counts.
    """
    unknown = body.count(ILLEGIBLE)
    possible = 1 <= number <= total <= MAX_LINES and 0 < len(body) <= _BODY_CHARACTERS
    if not possible or unknown + check.count(ILLEGIBLE) > MAX_ILLEGIBLE:
        return []
    found = []
    for letters in product(_ALPHABET, repeat=unknown):
        data = _line_bytes(_filled(body, letters), last=number == total)
        if data and _same_check(_check(number, total, data), check):
            found.append(data)
    return found


def _filled(body: str, letters: Iterable[str]) -> str:
    filling = iter(letters)
    return "".join(next(filling) if letter == ILLEGIBLE else letter for letter in body)


def _line_bytes(body: str, *, last: bool) -> bytes:
    """Return the bytes of a line, or none when it is misspelt or has not the length of a line."""
    try:
        data = decode_base32(body)
    except UnreadableError:
        return b""
    return data if len(data) == LINE_BYTES or (last and len(data) < LINE_BYTES) else b""


def _same_check(check: str, typed: str) -> bool:
    """Compare the legible characters of a typed check."""
    return len(typed) == len(check) and all(b in (a, ILLEGIBLE) for a, b in zip(check, typed, strict=True))


def _bad() -> UnreadableError:
    return UnreadableError("an envelope is misspelt", "scan the code again, or type the printed lines again")
