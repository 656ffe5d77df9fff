"""Words of a share in a text, also where somebody has spelt them in a way that hides them.

A share is read from a picture or typed; nobody has a reason to write its words into a sentence.  So the text is read in every
way in which a person could read words out of it, and the most words that any of them finds are counted.
"""

import functools
import re
from collections.abc import Iterator

from splitkit.ledger.lookalike import latin_letters
from splitkit.quorum.mnemonic import PREFIX_LETTERS, words_of

MOST_WORDS = 7
"""Words of the list that a text may hold; eight are a piece of a share."""

_SHARE = 0.6
"""What part of a text that hides words is words, at the least; an ordinary sentence that was read askew has fewer."""

_LEET = str.maketrans("0134578@$9+6!|", "oieastbasgtgii")
_OTHER_LEET = str.maketrans("0134578@$9+6!|", "oleastbasgtgll")
_LETTERS = re.compile(r"[a-z]+")


@functools.cache
def _words() -> frozenset[str]:
    return frozenset(words_of(range(1024)))


@functools.cache
def _beginnings() -> frozenset[str]:
    return frozenset(word[:PREFIX_LETTERS] for word in _words())


@functools.cache
def _shortened() -> frozenset[str]:
    """Every word of five letters or more, and each with one letter left out: what a slip of the pen leaves of it."""
    long = [word for word in _words() if len(word) > PREFIX_LETTERS]
    return frozenset(long) | {word[:at] + word[at + 1 :] for word in long for at in range(len(word))}


def holds_share_words(text: str) -> bool:
    """Whether a text holds eight words of a share or more, in the open or in a disguise that a person can read."""
    if len(text) < PREFIX_LETTERS * (MOST_WORDS + 1):
        return False
    plain = latin_letters(text)
    tokens = _LETTERS.findall(plain)
    if sum(token in _words() for token in tokens) > MOST_WORDS:
        return True
    return any(_mostly_words(reading) for reading in _readings(plain, tokens)) or _run_together("".join(tokens))


def _readings(plain: str, tokens: list[str]) -> Iterator[list[str]]:
    """Yield the words of a text as people could mean them."""
    yield tokens
    yield [token[::-1] for token in tokens]
    pieces = plain.split()
    yield ["".join(_LETTERS.findall(piece)) for piece in pieces]
    for leet in (_LEET, _OTHER_LEET):
        yield ["".join(_LETTERS.findall(piece.translate(leet))) for piece in pieces]
        yield _LETTERS.findall(plain.translate(leet))


def _mostly_words(tokens: list[str]) -> bool:
    """Whether eight tokens or more can be read as words of the list, and those are most of them."""
    tokens = [token for token in tokens if len(token) > 2]
    found = sum(map(_is_near, tokens))
    return found > MOST_WORDS and found >= _SHARE * len(tokens)


def _is_near(token: str) -> bool:
    """Whether a token is a word of the list, its first four letters, or one letter away from one."""
    if token in _words() or token in _beginnings():
        return True
    if len(token) < PREFIX_LETTERS:
        return False
    return token in _shortened() or any(token[:at] + token[at + 1 :] in _shortened() for at in range(len(token)))


def _run_together(letters: str) -> bool:
    """Whether the letters of a text are nearly nothing but words of the list, one after the other."""
    if len(letters) < PREFIX_LETTERS * (MOST_WORDS + 1):
        return False
    best = [(0, 0)]  # of the letters so far: how many lie in words, and in how many words (fewest last)
    for end in range(1, len(letters) + 1):
        covered, count = best[end - 1]
        for length in range(PREFIX_LETTERS, 9):
            if length <= end and letters[end - length : end] in _words():
                before, words = best[end - length]
                covered, count = max((covered, count), (before + length, words + 1))
        best.append((covered, count))
    covered, count = best[-1]
    return count > MOST_WORDS and covered >= 0.8 * len(letters)
