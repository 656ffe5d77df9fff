"""Words and digits: the two ways a share stands on paper.

A splitkit share is the SLIP-39 mnemonic of a 256-bit value: 33 words of a list of 1,024.  The same share as digits is 33
times the four-digit index of its word, 0000 (academic) to 1023 (zero).

Source: SLIP-0039, "Format of the share mnemonic"; the word list is that of the `shamir-mnemonic` package.
"""

from collections.abc import Sequence

from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from splitkit.quorum.scan import SHARE_DIGITS

PREFIX_LETTERS = 4
"""The first four letters of a word tell it from all others."""

_PREFIXES = {word[:PREFIX_LETTERS]: index for index, word in enumerate(WORDLIST)}


def word_index(word: str) -> int | None:
    """Return the index of a typed *word* in either case, or None; four letters of a word are enough."""
    if not word.isascii():  # the Kelvin sign would become a k
        return None
    word = word.lower()
    index = WORD_INDEX_MAP.get(word)
    if index is None and len(word) >= PREFIX_LETTERS:
        index = _PREFIXES.get(word[:PREFIX_LETTERS])
        if index is not None and not WORDLIST[index].startswith(word):
            return None
    return None if index is None else int(index)


def words_of(indices: Sequence[int]) -> tuple[str, ...]:
    """Return the lower-case words with these *indices* (0 to 1023)."""
    return tuple(WORDLIST[index] for index in indices)


def public_words(digest: bytes) -> tuple[str, ...]:
    """Return the first 120 bits of a hash as 12 words, ten bits a word: a fingerprint, or the head of a ledger."""
    bits = int.from_bytes(digest[:15], "big")
    return words_of([(bits >> 10 * at) & 1023 for at in reversed(range(12))])


def digits_of(indices: Sequence[int]) -> str:
    """Return the digits form: four digits a word."""
    return "".join(f"{index:04d}" for index in indices)


def indices_of_digits(digits: str) -> tuple[int, ...] | None:
    """Return the word indices of a digits form, or None if it is not one (wrong length, or an index above 1023)."""
    if len(digits) != SHARE_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    indices = tuple(int(digits[at : at + 4]) for at in range(0, SHARE_DIGITS, 4))
    return indices if max(indices) < len(WORDLIST) else None
