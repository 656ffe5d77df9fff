"""Free text in the ledger: short, printable, and refused when it looks like something that must never stand there.

A filter, not a proof: it stops slips of the hand (a phone number, words of a share, a password pasted in), and nobody who
means to get round it.  Numbers of bags, serials and hashes belong into fields of their own, which have their own patterns.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby, pairwise

from splitkit.errors import UsageError
from splitkit.quorum.mnemonic import word_index
from splitkit.quorum.scan import SYMBOL_MARK

MAX_RUN = 4
"""Words of the SLIP-39 list in a row that ordinary sentences may hold; five in a row are a piece of a share."""

_MAX_DIGITS = 6
_MAX_GLUED = 8
"""Digits that hang on a letter, as in a serial number, and are not counted."""

_MIN_RUN = 16
_ALTERNATION = ((10, 0.55), (16, 0.35))
"""From how many characters on how many changes between kinds of characters, for each pair of neighbours, are too many.  A
random password has about 0.7; a product name is short, or has fewer."""

_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_YEAR}(?P<big>[-/.]){_MONTH}(?P=big){_DAY}|{_DAY}(?P<small>[./-]){_DAY}(?P=small){_YEAR}"
    rf"|{_YEAR} ?[-/] ?{_YEAR}|(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    r"|(?<=\b[A-Z]{2} )[0-9]{5}-[0-9]{4})(?![0-9])"
)
"""Dates, spans of years, times, and the nine digits of a post code in the USA: more digits than a phone number may have."""

_DIGITS = re.compile(r"(?P<before>[^\W\d_]?)(?P<run>[0-9](?:[\s().\-/_*]*[0-9])*)(?P<after>[^\W\d_]?)")
_SPOKEN_DIGITS = frozenset(
    ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple"]
)
_NAMED_SECRET = re.compile(
    rf"{SYMBOL_MARK}(?:H|-[0-9/]+)?:|AGE-SECRET-KEY|-----\s*BEGIN|OTPAUTH:|\b(?:AKIA|ASIA)[A-Z0-9]{{12}}", re.IGNORECASE
)
_ENVELOPE_LINE = re.compile(r"\b[0-9]{1,2}\s*/\s*[0-9]{2}\s+(?:[A-Z2-7]{4}[\s-]+){2}", re.IGNORECASE)
_FOURS = re.compile(r"(?<![^\s-])(?:[^\s-]{4}[\s-]+){2,}[^\s-]{4}(?![^\s-])")
_RUN = re.compile(rf"[A-Za-z0-9+=]{{{_MIN_RUN},}}")
_JOINTS = re.compile(r"[-./_:,'@()&]")


def check_free_text(text: str, most: int) -> None:
    """Refuse *text* that is empty, longer than *most* characters, not printable, or looks like a secret.

    Raises:
        UsageError: Without quoting the text.
    """
    if not text.strip() or text != text.strip() or len(text) > most:
        raise UsageError(f"is not a text of 1 to {most} characters without spaces around it", "shorten it")
    if not text.isprintable():
        raise UsageError(
            "holds a character that cannot be printed", "use plain letters, digits and signs, all on one line"
        )
    plain = unicodedata.normalize("NFKC", text)
    _check_named(plain)
    _check_words(plain)
    _check_digits(plain)
    _check_tokens(plain)


def _check_named(text: str) -> None:
    if _NAMED_SECRET.search(text):
        raise UsageError("holds a key or an envelope", "leave it out: the ledger names things, it never holds them")
    if _ENVELOPE_LINE.search(text):
        raise UsageError("holds a line of an envelope", "leave it out: the ledger never holds what is on a sheet")


def _check_words(text: str) -> None:
    """Refuse five words of the share list in a row, or eight that are most of the text."""
    tokens = re.findall(r"[^\W\d_]+", text.lower())
    known = [word_index(token) is not None for token in tokens]
    if _runs_longer(known, MAX_RUN) or (sum(known) >= 2 * MAX_RUN and 5 * sum(known) >= 3 * len(known)):
        raise UsageError("looks like words of a share", "never write words of a sheet anywhere; say it in other words")
    if _runs_longer((token in _SPOKEN_DIGITS for token in tokens), _MAX_DIGITS):
        raise _number()


def _runs_longer(marks: Iterable[bool], most: int) -> bool:
    """Whether more than *most* of the marks in a row are true."""
    return any(mark and len(list(run)) > most for mark, run in groupby(marks))


def _check_digits(text: str) -> None:
    for match in _DIGITS.finditer(_DATE.sub("|", _western(text))):
        groups = re.findall("[0-9]+", match["run"])
        if match["before"] and len(groups[0]) <= _MAX_GLUED:
            del groups[0]
        if match["after"] and groups and len(groups[-1]) <= _MAX_GLUED:
            del groups[-1]
        if sum(map(len, groups)) > _MAX_DIGITS:
            raise _number()


def _western(text: str) -> str:
    """Write the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text)


def _number() -> UsageError:
    return UsageError(
        "looks like a phone number or digits of a share",
        "leave phone numbers out; the number of a bag, a serial or a support case goes into the field for it",
    )


def _check_tokens(text: str) -> None:
    if any(_looks_random(token) for token in text.split()) or any(
        _has_all(run, ("letter", "digit")) for run in _RUN.findall(text)
    ):
        raise _secret()
    for fours in _FOURS.findall(text):
        groups = re.split(r"[\s-]+", fours)
        if sum(len(_kinds(group)) > 1 for group in groups) >= 3:
            raise _secret()


def _secret() -> UsageError:
    return UsageError(
        "looks like a password, a key or a hash", "never write a secret; a hash goes into the field for it"
    )


def _looks_random(token: str) -> bool:
    """Tell whether a word without spaces has three kinds of characters, and changes between them all the time."""
    bare = _JOINTS.sub("", token)
    kinds = [_kind(character) for character in bare]
    changes = sum(one != other for one, other in pairwise(kinds))
    often = any(len(bare) >= least and changes > share * (len(bare) - 1) for least, share in _ALTERNATION)
    return often and len(set(kinds)) >= 3


def _kinds(text: str) -> set[str]:
    return {_kind(character) for character in text}


def _has_all(text: str, wanted: tuple[str, ...]) -> bool:
    kinds = {"letter" if kind in ("lower", "upper") else kind for kind in _kinds(text)}
    return kinds >= set(wanted)


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "sign"
