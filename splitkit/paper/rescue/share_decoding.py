"""A share from what is left of both its symbols: the likeliest words, and the proof that they are the ones shown.

Both symbols carry the same 33 words of a list of 1,024: as text, with one space between words, and as four digits a
word.  So for each place and each word of the list there is a likelihood from either symbol.  The text is a chain (where
a word begins depends on the lengths of those before it) and so are the digits (three fit into ten bits, four make a
word); the likeliest chain is found exactly (Viterbi 1967).  Likelihoods are natural logarithms, up to a constant.

The likeliest chain is no proof.  A share is returned when its RS1024 checksum holds and both symbols, drawn anew from
it, agree with the picture by more than chance could: the 33 words are 330 bits, the symbols thousands.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from splitkit.errors import UnreadableError
from splitkit.paper import qr
from splitkit.paper.encoder import ALPHABET
from splitkit.paper.rescue.bitstream import (
    COUNT_BITS,
    HEAD,
    PAIR_BITS,
    SINGLE_BITS,
    TRIPLE_BITS,
    bits_of,
    filling,
    signs,
    text_bits,
)
from splitkit.paper.rescue.symbol import blocks, read
from splitkit.quorum.mnemonic import words_of
from splitkit.quorum.scan import SHARE_WORDS
from splitkit.quorum.share import MAX_UNKNOWN, Share, share_from_indices, solve_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from splitkit.paper.rescue.symbol import SoftSymbol

    Likelihoods = NDArray[np.float64]
    """Shape (33, 1024): of each word of the list at each place."""
    Soft = NDArray[np.float64]

SHARE_BITS = 330
"""What 33 words of a list of 1,024 can say."""

TRUSTED = 60.0
"""Bits by which the symbols must agree with a share beyond `SHARE_BITS`."""

LEAST_AGREEMENT = 0.15
"""Part of the possible agreement that every block of a symbol must reach for the symbol to count."""

_DOUBTED = 6
"""Words that are doubted when the checksum fails: those with the least certainty."""

_TRIED = 4
"""Most shares with solved words that are drawn and compared, the likeliest first: drawing takes time."""

WORDS = 1024
_ALPHANUMERIC = 2
_SHORTEST, _LONGEST = 4, 8
_PAIRS = 5
"""Most pairs of letters that a word touches."""

_SPACE = ALPHABET.index(" ")
_SMALL_VALUE = 64
"""The first word of a 256-bit value begins with four bits of padding."""

_EXPONENT_PLACE, _VALUE_PLACE = 1, 4
"""Words, from 0: the second ends with the flag and four bits of the exponent; the fifth begins the value (SLIP-0039)."""


def share_of(words: SoftSymbol | None, digits: SoftSymbol | None) -> Share | None:
    """Return the share that both symbols of a page, or the one that is there, show; None when nothing is proven."""
    choices = [(words, digits), (words, None), (None, digits)] if words and digits else [(words, digits)]
    for choice in choices:
        for share in _candidates(*_likeliest(*choice)):
            if proven(share, [reading for reading in (words, digits) if reading]):
                return share
    return None


def _likeliest(words: SoftSymbol | None, digits: SoftSymbol | None) -> tuple[list[int], Likelihoods]:
    given = prior()
    if digits:
        given = words_in_digits(digits.data(), given)
    if words:
        return words_in_text(words.data(), given)
    return [int(word) for word in given.argmax(axis=1)], given


def _candidates(best: Sequence[int], likelihoods: Likelihoods) -> Iterator[Share]:
    """The likeliest words if their checksum holds; else those that it allows when a few of them are doubted."""
    try:
        yield share_from_indices(best)
    except UnreadableError:
        pass
    else:
        return
    # The likeliest word of each place has 0, so the runner-up tells how sure the place is.  RS1024 has three check words:
    # up to three places of which nothing is known have exactly one solution each.
    runners_up = np.partition(likelihoods, -2, axis=1)[:, -2]
    doubted = np.argsort(-runners_up)[:_DOUBTED].tolist()
    places = [some for count in range(1, MAX_UNKNOWN + 1) for some in combinations(doubted, count)]
    shares = [solve_unknown([None if at in some else word for at, word in enumerate(best)]) for some in places]
    solved = [share for share in shares if share]
    yield from sorted(solved, key=lambda share: -_likelihood(share, likelihoods))[:_TRIED]


def _likelihood(share: Share, likelihoods: Likelihoods) -> float:
    return float(likelihoods[np.arange(len(share.indices)), list(share.indices)].sum())


def proven(share: Share, readings: Sequence[SoftSymbol]) -> bool:
    """Whether the symbols of *share* agree with *readings* beyond what its words could explain.

    A symbol speaks only if every one of its blocks agrees: one wrong word turns about half of the check codewords of the
    blocks it touches, while a symbol that was torn away agrees nowhere.
    """
    # Bits of evidence, as in `blocks`.  There are 2^330 shares to choose from, so the best of them may agree by 330 bits by
    # chance; one of them agrees by 60 more in one of 2^60 pictures, if the soft bits are honest.
    total = -float(SHARE_BITS)
    for reading in readings:
        words = reading.kind.name == "words"
        symbol = qr.words_symbol(share.mnemonic.upper()) if words else qr.digits_symbol(share.digits)
        gained, most = agreement(reading, np.array(symbol.modules))
        if (gained >= LEAST_AGREEMENT * most).all():
            total += float(gained.sum())
    return total > TRUSTED


def agreement(reading: SoftSymbol, modules: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each block, the bits by which the soft codewords agree with *modules*, and by which they could at most."""
    wanted = read(reading.kind, np.where(modules, 1.0, -1.0)).soft
    gained, most = (
        (1 - np.logaddexp(0, -soft) / np.log(2)).sum(axis=1) for soft in (reading.soft * wanted, np.abs(reading.soft))
    )
    starts = [start for start, _, _ in blocks(reading.kind)]
    return np.add.reduceat(gained, starts), np.add.reduceat(most, starts)


def prior() -> Likelihoods:
    """What is known of every splitkit share: not extendable, iteration exponent 0, padding of the value 0 (SLIP-0039)."""
    known = np.zeros((SHARE_WORDS, WORDS))
    known[_EXPONENT_PLACE, np.arange(WORDS) & 31 != 0] = -np.inf
    known[_VALUE_PLACE, _SMALL_VALUE:] = -np.inf
    return known


def words_in_digits(data: Soft, given: Likelihoods) -> Likelihoods:
    """Likelihoods of the words from the data bits of the digits symbol; *given* is what is known of them without it.

    For each word: that of the likeliest digits that contain it, within its group of three words in forty bits.
    """
    start = HEAD + COUNT_BITS[1]
    triples = data[start : start + 44 * TRIPLE_BITS].reshape(44, TRIPLE_BITS) @ signs(1000, TRIPLE_BITS).T
    result = np.empty_like(given)
    for group in range(SHARE_WORDS // 3):
        part = slice(3 * group, 3 * group + 3)
        result[part] = _three_words(triples[4 * group : 4 * group + 4], given[part])
    relative: Likelihoods = result - result.max(axis=1, keepdims=True)
    return relative


def _three_words(triples: Likelihoods, given: Likelihoods) -> Likelihoods:
    """The same for words a, b, c as the digits aaa abb bbc ccc."""
    word = np.arange(WORDS)
    first = triples[0][word // 10] + given[0]
    last = triples[3][word % 1000] + given[2]
    from_first = _best(word % 10, first, 10)
    from_last = _best(word // 1000, last, 2)
    left = triples[1].reshape(10, 100)[:, word // 100]
    right = triples[2].reshape(100, 10)[word % 100, :2]
    middle_left = (left + from_first[:, None]).max(axis=0)
    middle_right = (right + from_last).max(axis=1)
    to_first = _best_row(left + (given[1] + middle_right))
    to_last = (right + (given[1] + middle_left)[:, None]).max(axis=0)
    return np.stack([first + to_first[word % 10], given[1] + middle_left + middle_right, last + to_last[word // 1000]])


def _best(key: NDArray[np.intp], values: Soft, count: int) -> Soft:
    """The largest of *values* for each key."""
    best = np.full(count, -np.inf)
    np.maximum.at(best, key, values)
    return best


def _best_row(values: Likelihoods) -> Soft:
    largest: Soft = values.max(axis=1)
    return largest


def words_in_text(data: Soft, given: Likelihoods) -> tuple[list[int], Likelihoods]:
    """The likeliest 33 words of the words symbol, and for each place and word the likelihood of the best text with it.

    Args:
        data: Soft bits of the data codewords.
        given: Likelihoods of the words from elsewhere.
    """
    # Forward: the best beginning up to each character; backward: the best end from there; their sum over one word is the
    # best text through that word (the two passes of Bahl, Cocke, Jelinek and Raviv 1974, with maxima instead of sums).
    order, _ = _by_length()
    known = given[:, order]
    inner, final = _word_scores(data)
    end = _end_scores(data, len(inner))
    *places, last = [_starts(place, len(inner)) for place in range(SHARE_WORDS)]
    forward = [np.full(len(end), -np.inf)]
    forward[0][0] = 0.0
    for place, part in enumerate(places):
        forward.append(_step(forward[-1], inner[part] + known[place], part))
    backward = [_last_step(final + known[-1], end, last)]
    for place, part in reversed(list(enumerate(places))):
        backward.append(_step_back(backward[-1], inner[part] + known[place], part))
    backward.reverse()
    best = np.empty_like(given)
    for place, part in enumerate(places):
        best[place, order] = _through(forward[place], inner[part], backward[place + 1], part)
    best[-1, order] = (_ended(final, end, last) + forward[-1][last, None]).max(axis=0)
    best += given
    return [int(word) for word in best.argmax(axis=1)], best - best.max(axis=1, keepdims=True)


def _starts(place: int, characters: int) -> slice:
    """The characters at which a word at *place* can begin."""
    return slice(place * (_SHORTEST + 1), min(place * (_LONGEST + 1) + 1, characters))


def _later(part: slice, count: int) -> slice:
    return slice(part.start + count, part.stop + count)


def _step(forward: Soft, scores: Likelihoods, part: slice) -> Soft:
    """From the likelihood that a word begins at each character to that of the next word; *scores* are those of *part*."""
    following = np.full_like(forward, -np.inf)
    for length, words in _by_length()[1]:
        after = following[_later(part, length + 1)]
        np.maximum(after, forward[part] + scores[:, words].max(axis=1), out=after)
    return following


def _step_back(backward: Soft, scores: Likelihoods, part: slice) -> Soft:
    before = np.full_like(backward, -np.inf)
    for length, words in _by_length()[1]:
        after = backward[_later(part, length + 1)]
        np.maximum(before[part], scores[:, words].max(axis=1) + after, out=before[part])
    return before


def _last_step(scores: Likelihoods, end: Soft, part: slice) -> Soft:
    best = np.full_like(end, -np.inf)
    best[part] = _ended(scores, end, part).max(axis=1)
    return best


def _ended(scores: Likelihoods, end: Soft, part: slice) -> Likelihoods:
    """Scores of the last word with what follows the text: its length field and its filling."""
    total = scores.copy()
    for length, words in _by_length()[1]:
        total[:, words] += end[_later(part, length), None]
    return total


def _through(forward: Soft, inner: Likelihoods, backward: Soft, part: slice) -> Soft:
    """For each word, the likelihood of the best text through it at one place."""
    ends = [(words, forward[part] + backward[_later(part, length + 1)]) for length, words in _by_length()[1]]
    return np.concatenate([(inner[:, words] + after[:, None]).max(axis=0) for words, after in ends])


def _word_scores(data: Soft) -> tuple[Likelihoods, Likelihoods]:
    """Likelihood of each word, in the order of lengths, at each character: followed by a space; and where the last begins."""
    start = HEAD + COUNT_BITS[_ALPHANUMERIC]
    count = (len(data) - start) // PAIR_BITS
    bits = data[start : start + count * PAIR_BITS].reshape(count, PAIR_BITS)
    pairs = np.zeros((count + _PAIRS, len(ALPHABET) ** 2 + 1))
    pairs[:count, :-1] = bits @ signs(len(ALPHABET) ** 2, PAIR_BITS).T
    pairs[count:, :-1] = -np.inf
    # Two characters share eleven bits, so what a word looks like depends on whether it begins a pair or ends one.
    even, odd, last = _pair_codes()
    inner = np.empty((2 * count, WORDS))
    inner[0::2] = sum(pairs[at : at + count].take(even[:, at], axis=1) for at in range(_PAIRS))
    inner[1::2] = sum(pairs[at : at + count].take(odd[:, at], axis=1) for at in range(_PAIRS))
    singles = np.full((count + _PAIRS, len(ALPHABET)), -np.inf)
    singles[:count] = bits[:, :SINGLE_BITS] @ signs(len(ALPHABET), SINGLE_BITS).T
    return inner, _as_last(inner, pairs, singles, last)


def _as_last(inner: Likelihoods, pairs: Likelihoods, singles: Likelihoods, last: NDArray[np.intp]) -> Likelihoods:
    """For the last word, a letter that would share its pair with a space stands alone."""
    part = _starts(SHARE_WORDS - 1, len(inner))  # begins at an even character
    final = inner[part].copy()
    for length, words in _by_length()[1]:
        letters = last[words]
        first = 0 if length % 2 else 1  # the parity of the start at which the last letter begins a pair
        pair = np.arange(part.start + first, part.stop, 2) // 2 + (first + length - 1) // 2
        with np.errstate(invalid="ignore"):  # behind the last pair nothing is likely
            change = singles[pair][:, letters] - pairs[pair][:, letters * len(ALPHABET) + _SPACE]
            final[first::2, words] = np.nan_to_num(final[first::2, words] + change, nan=-np.inf)
    return final


def _end_scores(data: Soft, characters: int) -> Soft:
    """Likelihood of what lies outside a text of each length: the length field and the filling."""
    start = HEAD + COUNT_BITS[_ALPHANUMERIC]
    scores = np.full(characters + _LONGEST + 1, -np.inf)  # room for words that begin in the symbol and end behind it
    for count in range(SHARE_WORDS * (_SHORTEST + 1) - 1, characters + 1):
        end = start + text_bits(_ALPHANUMERIC, count)
        wanted = np.array(bits_of(count, PAIR_BITS) + filling(end, len(data))) - 0.5
        scores[count] = wanted @ np.concatenate([data[HEAD:start], data[end:]])
    return scores


@lru_cache(maxsize=1)
def _by_length() -> tuple[NDArray[np.intp], list[tuple[int, slice]]]:
    """The numbers of all words, the shortest first; and for each length where its words are in that order."""
    lengths = np.array([len(word) for word in words_of(range(WORDS))])
    order = np.argsort(lengths, kind="stable")
    ends = np.bincount(lengths).cumsum()
    return order, [(length, slice(ends[length - 1], ends[length])) for length in range(_SHORTEST, _LONGEST + 1)]


@lru_cache(maxsize=1)
def _letters() -> list[list[int]]:
    """The letters of each word, in the order of lengths."""
    return [[ALPHABET.index(letter) for letter in word.upper()] for word in words_of(_by_length()[0].tolist())]


@lru_cache(maxsize=1)
def _pair_codes() -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of letters of each word that begins a pair, or ends one after a space, and its last letter.

    A place that is not used points behind the last pair, where the likelihood is 0.
    """
    nothing = len(ALPHABET) ** 2
    even, odd = np.full((2, WORDS, _PAIRS), nothing)
    for number, word in enumerate(_letters()):
        for table, letters in ((even, word), (odd, [_SPACE, *word])):
            padded = [*letters, _SPACE] if len(letters) % 2 else letters
            codes = [padded[at] * len(ALPHABET) + padded[at + 1] for at in range(0, len(padded), 2)]
            table[number, : len(codes)] = codes
    return even, odd, np.array([word[-1] for word in _letters()])
