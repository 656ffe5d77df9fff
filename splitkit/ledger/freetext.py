"""Free text in the ledger: short, printable, and refused when it looks like something that must never stand there.

A filter, not a proof: it stops slips of the hand (a phone number, words of a share, a password pasted in) and the disguises
that people think of, and nobody who means to get round it.  An ordinary name, title or label is never refused.  Numbers of
bags, serials and hashes belong in fields of their own, which have their own patterns.
"""

import functools
import re
import unicodedata
from itertools import groupby, pairwise

from splitkit.errors import UsageError
from splitkit.host.columns import joins
from splitkit.ledger.share_words import holds_share_words
from splitkit.quorum.scan import SYMBOL_MARK

MOST_DIGITS = 6
"""Digits in a row, whatever stands between them, that are no phone number."""

MOST_SHARE_DIGITS = 19
"""Digits that a text may hold; twenty are a piece of a share."""

_MAX_GLUED = 8
"""Digits that hang on a letter, as in a serial number, and are not counted."""

_MIN_RUN = 16
_ALTERNATION = ((10, 0.55), (16, 0.35))
"""From how many characters on how many changes between kinds of characters, for each pair of neighbours, are too many.  A
random password has about 0.7; a product name is short, or has fewer."""

_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_YEAR}(?P<big>[-/.]){_MONTH}(?P=big){_DAY}|{_DAY}(?P<small>[./-]){_DAY}(?P=small){_YEAR}"
    rf"|{_YEAR} ?[-/] ?{_YEAR}|{_YEAR}[-/][0-9]{{1,5}}|(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    r"|(?<=\b[A-Z]{2} )[0-9]{5}-[0-9]{4})(?![0-9])"
)
"""Dates, spans of years, numbers within a year, times, and the nine digits of a post code in the USA."""

_ACCOUNT = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4})(?![0-9])")
"""The number of an AWS account, bare or as its console writes it."""

_INVENTORY = re.compile(r"(?<![A-Za-z])(?!TEL|FAX|MOB|PH|CALL)[A-Z]{2,5}-(?:[0-9]{4}-)?[0-9]{1,8}(?![0-9]|[-./ ][0-9])")
"""A number of an inventory, a ticket or an invoice, such as INV-2027-0879."""

_CASE = re.compile(
    r"(?<!\bin )(?<!\bin any )\bcase(?: (?:id|number|no\.?))?[ :#]{1,2}[1-9][0-9]{6,19}(?![0-9]|[-./ ][0-9])",
    re.IGNORECASE,
)
"""The number of a support case, as its provider gives it, behind the word: of those a text tells one."""

_OWN_CODE = re.compile(
    rf"(?<![A-Za-z0-9-])(?:[A-Z]{{1,2}}-{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[0-9]{{1,3}}|N-[0-9A-F]{{8}})(?![A-Za-z0-9-])"
)
"""A code that the program itself gives: of an action, an incident or a review of a day, and of an intent."""

_SERIAL = re.compile(r"[A-Za-z]{2,6}[0-9]{1,8}(?:-[0-9]{1,8})?(?![0-9])")
_GONE = " # "
"""What stands for a number that is none of a phone: nothing that could join its neighbours."""

_SET_ID = re.compile(r"(?<=\bset )(?=[0-9]*[a-f])[0-9a-f]{8}(?![^\W_]|[-._][^\W_])", re.IGNORECASE)
"""The beginning of a set id behind the word, as the program shows it everywhere: of those a text may have two."""

_DIGITS = re.compile(r"(?P<before>[^\W\d_]?)(?P<run>[0-9](?:[^\w,;#]{0,3}[0-9]|_[0-9])*)(?P<after>[^\W\d_]?)")
_FOUR = re.compile(r"(?<![0-9])[01][0-9]{3}(?![0-9])")
"""A number of four digits as it stands for a word of a share: 0000 to 1023."""

_LIKE_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")
_NEARLY_DIGITS = re.compile(r"(?<![^\W_])[0-9OoQDIl|SBZ]*[0-9][0-9OoQDIl|SBZ]*(?![^\W_])|(?<![^\W_])[Oo]+(?![^\W_])")

# fmt: off
_SPOKEN_DIGITS = frozenset({
    "zero", "oh", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double",
    "triple", "null", "eins", "zwei", "zwo", "drei", "vier", "funf", "fuenf", "sechs", "sieben", "acht", "neun",
    "un", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf", "cero", "uno", "dos", "tres", "cuatro",
    "cinco", "seis", "siete", "ocho", "nueve", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove",
    "um", "dois", "quatro", "sete", "oito", "nul", "een", "twee", "drie", "vijf", "zes", "zeven", "negen",
})
# fmt: on
"""Digits in seven languages."""

_NAMED_SECRET = re.compile(
    rf"{SYMBOL_MARK}(?:H|-[0-9/]+)?:|AGE-SECRET-KEY|-----\s*BEGIN|OTPAUTH:|\b(?:AKIA|ASIA)[A-Z0-9]{{12}}", re.IGNORECASE
)
_ENVELOPE_LINE = re.compile(r"\b[0-9]{1,2}\s*/\s*[0-9]{2}\s+(?:[A-Z2-7]{4}[\s-]+){2}", re.IGNORECASE)
_FOURS = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{4}[\s._:/\N{EN DASH}\N{EM DASH}-]{1,3}){2,}[A-Za-z0-9]{4}(?![A-Za-z0-9])"
)
_MIXED = re.compile(r"[a-z][A-Z]|[0-9][A-Za-z]|[A-Za-z][0-9]")
_ODD = re.compile(r"[a-z][A-Z]|[A-Za-z][0-9](?=[A-Za-z])")
"""What hardly a word of people has, and one of a key has several times."""

_LOOSE = re.compile(r"(?=[a-z][A-Z0-9]|[0-9][a-z]|[a-zA-Z][!#$%^&*+=<>{}|~]|[!#$%^&*+=<>{}|~][a-zA-Z0-9])")
_MOST_LOOSE = 4
"""Changes between kinds of characters within words that the words of a text may have together: a password in pieces has more."""

_RUN = re.compile(rf"[A-Za-z0-9+=]{{{_MIN_RUN},}}")
_PAIRS = re.compile(r"(?<![0-9A-Za-z])(?:(?:%|0x|\\x|\\u00|&#x)?[0-9A-Fa-f]{2}[;:,.\s_-]{0,2}){12,}(?![0-9A-Za-z])")
"""Bytes as two hexadecimal digits each, however they are parted."""

_JOINTS = re.compile(r"[-./_:,'@()&]")


def check_free_text(text: str, most: int, *, accounts: bool = False) -> None:
    """Refuse *text* that is empty, longer than *most* characters, not printable, or looks like a secret.

    Where *accounts* are named, the twelve digits of one are no phone number.

    Raises:
        UsageError: Without quoting the text.
    """
    if not text.strip() or text != text.strip() or len(text) > most:
        raise UsageError(f"is not a text of 1 to {most} characters without spaces around it", "shorten it")
    if not _printable(text):
        raise UsageError(
            "holds a character that cannot be printed", "use plain letters, digits and signs, all on one line"
        )
    if wrong := _looks_like(text, accounts):
        raise UsageError(*wrong)


def _printable(text: str) -> bool:
    if text.isprintable():  # no joiner is
        return True
    return all(one.isprintable() or joins(text, at) for at, one in enumerate(text))


_Wrong = tuple[str, str]
_WORDS = "looks like words of a share", "never write words of a sheet anywhere; say it in other words"
_NUMBER = (
    "looks like a phone number or digits of a share",
    "leave phone numbers out; the number of a support case is written behind the word 'case', that of a bag or a serial into the field for it",
)
_SECRET = "looks like a password, a key or a hash", "never write a secret; a hash goes into the field for it"
_KEY = "holds a key or an envelope", "leave it out: the ledger names things, it never holds them"
_LINE = "holds a line of an envelope", "leave it out: the ledger never holds what is on a sheet"


@functools.lru_cache(maxsize=4096)
def _looks_like(text: str, accounts: bool) -> _Wrong | None:  # noqa: FBT001
    """Return what a text looks like that must not stand there; names and purposes come again and again."""
    plain = _SET_ID.sub(_GONE, unicodedata.normalize("NFKC", text), count=2)
    if _NAMED_SECRET.search(plain):
        return _KEY
    if _ENVELOPE_LINE.search(plain):
        return _LINE
    if holds_share_words(text):
        return _WORDS
    digits = _western(plain)
    if accounts:
        digits = _ACCOUNT.sub(_GONE, digits)
    if _holds_number(digits):
        return _NUMBER
    return _SECRET if _holds_secret(plain) else None


# --- numbers ------------------------------------------------------------------------------------------------------------


def _western(text: str) -> str:
    """Write the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text)


def _holds_number(text: str) -> bool:
    known = _CASE.sub(_GONE, text, count=1)
    bare = _INVENTORY.sub(_GONE, _DATE.sub(_GONE, _OWN_CODE.sub(_GONE, known)))
    read = _NEARLY_DIGITS.sub(lambda found: found[0].translate(_LIKE_DIGITS), bare)
    loose = sum(map(str.isdigit, _SERIAL.sub(_GONE, bare)))
    return (
        max(loose, 4 * len(_FOUR.findall(read))) > MOST_SHARE_DIGITS
        or any(map(_in_a_row, (bare, read)))
        or _spoken(text)
    )


def _in_a_row(text: str) -> bool:
    for match in _DIGITS.finditer(text):
        groups = re.findall("[0-9]+", match["run"])
        if match["before"] and len(groups[0]) <= _MAX_GLUED:
            del groups[0]
        if match["after"] and groups and len(groups[-1]) <= _MAX_GLUED:
            del groups[-1]
        if sum(map(len, groups)) > MOST_DIGITS:
            return True
    return False


def _spoken(text: str) -> bool:
    """Whether more digits are spelt out in a row than a sentence has."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    tokens = re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one)))
    digits = (token in _SPOKEN_DIGITS or (len(token) == 1 and token.isdigit()) for token in tokens)
    return any(spelt and len(list(run)) > MOST_DIGITS for spelt, run in groupby(digits))


# --- passwords, keys and hashes -----------------------------------------------------------------------------------------


def _holds_secret(text: str) -> bool:
    if any(_looks_random(token) for token in (*text.split(), _spelt_apart(text))):
        return True
    if sum(len(_ODD.findall(token)) > 1 for token in text.split()) > 3 or len(_LOOSE.findall(text)) > _MOST_LOOSE:
        return True
    if any(pairs.strip("0123456789;:,._- ") for pairs in _PAIRS.findall(text)) or any(
        _letters_and_digits(run) for run in _RUN.findall(text)
    ):
        return True
    return any(
        sum(bool(_MIXED.search(group)) for group in re.findall("[A-Za-z0-9]+", fours)) >= 3
        for fours in _FOURS.findall(text)
    )


def _spelt_apart(text: str) -> str:
    """Return a text without its spaces if most of it is single characters; else nothing."""
    pieces = text.split()
    return "".join(pieces) if sum(len(piece) == 1 for piece in pieces) > 0.8 * len(pieces) > 8 else ""


def _looks_random(token: str) -> bool:
    """Tell whether a word without spaces has three kinds of characters, and changes between them all the time."""
    bare = _JOINTS.sub("", token)
    kinds = [_kind(character) for character in bare]
    changes = sum(one != other for one, other in pairwise(kinds))
    often = any(len(bare) >= least and changes > share * (len(bare) - 1) for least, share in _ALTERNATION)
    return often and len(set(kinds)) >= 3


def _letters_and_digits(text: str) -> bool:
    kinds = {_kind(character) for character in text}
    return "digit" in kinds and not kinds.isdisjoint({"lower", "upper"})


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "lower" if unicodedata.combining(character) or unicodedata.category(character)[0] == "M" else "sign"
