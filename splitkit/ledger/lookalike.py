"""Letters that look the same: so that one person is not named twice, and one label does not pass for another.

Only the letters of the Cyrillic, Greek and Armenian scripts that most fonts draw like Latin ones are known here, what Unicode itself
calls compatible, and the Latin letters that it does not take apart: those with a stroke or a hook, and a few more.  It stops the plain
trick, not every one.
"""

import re
import unicodedata
from functools import lru_cache

_ALIKE_LETTERS = (
    "a\u0430\u03b1 b\u0432\u03b2 c\u0441\u03f2 d\u0501 e\u0435\u03b5 h\u04bb\u043d\u03b7 "
    "g\u0261\u0581 i\u0456\u03b9\u0131 j\u0458\u03f3 k\u043a\u03ba l\u04cf m\u043c\u03bc n\u043f\u057c\u0578 "
    "o\u043e\u03bf\u03c3\u0585 p\u0440\u03c1 q\u051b\u0566 s\u0455\u057d t\u0442\u03c4 u\u057d\u03c5 "
    "v\u0475\u03bd w\u051d\u03c9 x\u0445\u03c7 y\u0443\u03b3\u04af z\u03b6"
)
"""Each Latin letter with those of other scripts that look like it, in small or in capital form."""

_WHOLE = {"\u00e6": "ae", "\u0153": "oe", "\u00f0": "d", "\u00fe": "th", "\u014b": "n", "\u0138": "q", "\u0237": "j"}
"""Latin letters that Unicode neither takes apart nor names after a plain one, as the transliteration Latin-ASCII of Unicode CLDR has them."""
_WITH_MARK = re.compile("LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH ")
"""How Unicode names the others that it does not take apart, such as 'LATIN SMALL LETTER O WITH STROKE'."""
_FOLDED = {ord(other): letters[0] for letters in _ALIKE_LETTERS.split() for other in letters[1:]}
_DIGITS = str.maketrans("01", "ol")
_PAIRS = (("rn", "m"), ("vv", "w"))
_WITHIN = "'\u2019\u02bc"
"""Apostrophes, which stand within a word."""
_ALIKE = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET")
"""Scripts with letters that can be taken for those of another."""


def latin_letters(text: str) -> str:
    """Return *text* in small letters, without accents, and with every letter that looks like a Latin one as that one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).translate(_FOLDED)
    plain = "".join(_plain_letter(one) for one in apart if not unicodedata.combining(one))
    return plain.casefold().translate(_FOLDED)


def _plain_letter(letter: str) -> str:
    """Return the Latin letters that one with a mark, a ligature or a small capital stands for; anything else as it is."""
    if letter.isascii():
        return letter
    name = unicodedata.name(letter, "")
    if name.startswith("LATIN LETTER SMALL CAPITAL ") and name[-2] == " ":
        return name[-1]
    marked = _WITH_MARK.match(name)
    return marked[1] if marked else _WHOLE.get(letter.lower(), letter)


def plain_name(name: str) -> str:
    """Return a name as that of whatever is called so, however it is spelt.

    Case, accents, hyphens and dots are folded, and letters and digits that look alike are one.
    """
    letters = (one if one.isalnum() else " " for one in latin_letters(name) if one not in _WITHIN)
    return " ".join(map(_as_letters, "".join(letters).split()))


@lru_cache(maxsize=4096)  # the same few names stand below thousands of entries
def plain_person(name: str) -> str:
    """Return the name of a person as that of whoever is called so, first or last name first: nobody tells two of one name apart.

    'Søren' is 'Soren'.  Another spelling of a sound is another name, and so is one with a title: 'Jürgen' is not 'Juergen'.
    """
    return " ".join(sorted(plain_name(name).split()))


def _as_letters(word: str) -> str:
    """Return a word with its digits as the letters that they look like, if it has letters at all."""
    if word.isdecimal():
        return word
    for pair, one in _PAIRS:
        word = word.replace(pair, one)
    return word.translate(_DIGITS)


def mixed_scripts(text: str) -> tuple[str, ...]:
    """Return the scripts of *text* whose letters can be taken for each other, when there are several; else nothing."""
    letters = (letter for letter in unicodedata.normalize("NFKC", text) if letter.isalpha())
    found = {unicodedata.name(letter, "").split(" ")[0] for letter in letters}
    alike = tuple(script.capitalize() for script in _ALIKE if script in found)
    return alike if len(alike) > 1 else ()
