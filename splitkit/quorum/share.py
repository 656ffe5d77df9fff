"""One share: a SLIP-39 mnemonic that has passed its checksum and has the shape splitkit prints.

A `Share` is not yet trusted: only a commitment in an envelope says that it belongs to a set.

What the three checksum words still tell of illegible words: RS1024 is a Reed-Solomon code over GF(1024) with three check
symbols, so up to three unknown words always have exactly one solution, and so has one wrong word whose place is unknown,
if there is one at all.  A solution is only a guess that fits the checksum.  It becomes a share when a commitment of a
trusted envelope proves it; nothing else is ever corrected.  The equations are solved over the bits: the checksum is
linear in them, so no arithmetic in GF(1024) is needed.

Source: SLIP-0039, "Format of the share mnemonic" and "Checksum".
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from shamir_mnemonic import MnemonicError, rs1024
from shamir_mnemonic import Share as SlipShare
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from splitkit.errors import UnreadableError
from splitkit.quorum.mnemonic import digits_of, words_of
from splitkit.quorum.policy import group_letter
from splitkit.quorum.scan import SHARE_WORDS

KEY_BYTES = 32
COMMITMENT_BYTES = 8
MAX_UNKNOWN = 3
"""Illegible words that are solved: as many as there are check words, for more would have many solutions."""

_MOST_DOUBTFUL = 2
"""Wrong words that are looked for: three would take seconds."""

_WORD_BITS = 10
_CUSTOMIZATION = b"shamir"
"""RS1024 customization string of shares that are not extendable (SLIP-0039, "Checksum")."""


class DamagedShareError(UnreadableError):
    """The checksum of a share fails: an accident, not a forgery."""


class NotAShareError(UnreadableError):
    """A sound SLIP-39 mnemonic that splitkit never makes."""


@dataclass(frozen=True)
class Share:
    """A checked share.  Its repr and its messages show no word of it.

    Indices count from 0; thresholds and counts from 1.
    """

    identifier: int
    """15 bits; the first bits of the set id.  Nothing relies on it."""
    group: int
    group_threshold: int
    group_count: int
    member: int
    threshold: int
    value: bytes = field(repr=False)
    indices: tuple[int, ...] = field(repr=False)

    @property
    def letter(self) -> str:
        """The letter of its group, A to P, where the share says that there are several; else ''."""
        return group_letter(self.group) if self.group_count > 1 else ""

    @property
    def number(self) -> str:
        """What people call its sheet, as the share itself says: '2', or 'B2' where there are groups."""
        return f"{self.letter}{self.member + 1}"

    @property
    def words(self) -> tuple[str, ...]:
        """The 33 words, lower case."""
        return words_of(self.indices)

    @property
    def mnemonic(self) -> str:
        """The words with single spaces, lower case: what the commitment is made of."""
        return " ".join(self.words)

    @property
    def digits(self) -> str:
        """The share as 132 digits."""
        return digits_of(self.indices)

    def commitment(self, set_id: bytes) -> bytes:
        """Return the 8 bytes that stand for this share in the header of the set *set_id*."""
        return hashlib.sha256(b"splitkit/1 share" + set_id + self.mnemonic.encode("ascii")).digest()[:COMMITMENT_BYTES]


def share_from_indices(indices: Sequence[int]) -> Share:
    """Return the share that these word *indices* spell.

    Cheap refusals come first: nothing here is slower for a hostile share than for an honest one.

    Raises:
        DamagedShareError: If the checksum fails.
        NotAShareError: If the length, the extendable flag or the iteration exponent is not splitkit's.
    """
    if len(indices) != SHARE_WORDS:
        raise NotAShareError(
            f"a share has {SHARE_WORDS} words, this has {len(indices)}", "scan the code again, or count the words"
        )
    if (indices[1] >> 4) & 1 or indices[1] & 15:
        raise _foreign_or_damaged(indices)
    if not rs1024.verify_checksum(list(indices), _CUSTOMIZATION):
        raise _damaged()
    slip = _decoded(" ".join(words_of(indices)))
    if slip is None:  # the checksum holds, yet padding or thresholds are impossible: not made by splitkit
        raise _not_ours()
    return _share(slip, tuple(indices))


def share_from_slip(slip: SlipShare) -> Share:
    """Return *slip* as a `Share`; its fields must be in range (the caller has just decoded or made it).

    Raises:
        ValueError: If encoding the share and decoding it again does not give the same share.
    """
    mnemonic = slip.mnemonic()
    if _decoded(mnemonic) != slip:
        raise ValueError("share fields are out of range")
    return _share(slip, tuple(WORD_INDEX_MAP[word] for word in mnemonic.split()))


def _share(slip: SlipShare, indices: tuple[int, ...]) -> Share:
    return Share(
        identifier=slip.identifier,
        group=slip.group_index,
        group_threshold=slip.group_threshold,
        group_count=slip.group_count,
        member=slip.index,
        threshold=slip.member_threshold,
        value=slip.value,
        indices=indices,
    )


def _decoded(mnemonic: str) -> SlipShare | None:
    try:
        return SlipShare.from_mnemonic(mnemonic)
    except MnemonicError:
        return None


def to_slip(share: Share) -> SlipShare:
    """Return *share* as the `shamir-mnemonic` package knows it."""
    return SlipShare(
        share.identifier,
        extendable=False,
        iteration_exponent=0,
        group_index=share.group,
        group_threshold=share.group_threshold,
        group_count=share.group_count,
        index=share.member,
        member_threshold=share.threshold,
        value=share.value,
    )


def _damaged() -> DamagedShareError:
    return DamagedShareError("the check of a share fails", "scan it again, or compare every word with the paper")


def _not_ours() -> NotAShareError:
    return NotAShareError("this is not a splitkit share", "check that the sheet is a splitkit sheet")


def _foreign_or_damaged(indices: Sequence[int]) -> UnreadableError:
    """Tell a sound share of another tool (extendable, or with stretching) from one misread word."""
    customization = b"shamir_extendable" if (indices[1] >> 4) & 1 else _CUSTOMIZATION
    return _not_ours() if rs1024.verify_checksum(list(indices), customization) else _damaged()


# --- illegible words --------------------------------------------------------------------------------------------------


def solve_unknown(indices: Sequence[int | None]) -> Share | None:
    """Return the only share that has these word *indices*, where None stands for an illegible word.

    None when there is no such share of splitkit's shape.

    Raises:
        ValueError: If there are not 33 words, or none or more than three of them are unknown.
    """
    unknown = [place for place, index in enumerate(indices) if index is None]
    if len(indices) != SHARE_WORDS or not 1 <= len(unknown) <= MAX_UNKNOWN:
        raise ValueError("a share has 33 words, of which one to three may be unknown")
    known = [index or 0 for index in indices]
    words = _solve(known, unknown)
    return _filled_in(known, unknown, words) if words else None


def solve_one_wrong(indices: Sequence[int]) -> list[tuple[int, Share]]:
    """Return every share that differs from *indices* in exactly one word, with the place of that word (from 0).

    The code tells one wrong word apart from all others, so there is at most one; a second would be a flaw of the code.
    """
    found = []
    for place in range(len(indices)):
        known = [*indices[:place], 0, *indices[place + 1 :]]
        words = _solve(known, [place])
        share = _filled_in(known, [place], words) if words else None
        if share:
            found.append((place, share))
    return found


def doubtful_words(indices: Sequence[int | None], fits: Callable[[Share], bool] | None = None) -> tuple[int, ...]:
    """Return the places (from 0) of the fewest words, two at most, that are wrong if all others are right.

    None stands for an illegible word.  Nothing is returned where nobody can tell: the check alone names one word and no more,
    beside one that is illegible or none; with *fits*, which knows the share that belongs there, it takes all three check words.
    """
    unknown = [place for place, index in enumerate(indices) if index is None]
    others = [place for place in range(len(indices)) if place not in unknown]
    most = min(MAX_UNKNOWN - len(unknown), _MOST_DOUBTFUL) if fits else min(MAX_UNKNOWN - 1 - len(unknown), 1)
    for count in range(1, most + 1):
        for places in combinations(others, count):
            share = solve_unknown([None if place in places else index for place, index in enumerate(indices)])
            if share and (fits is None or fits(share)):
                return places
    return ()


def _filled_in(known: list[int], unknown: list[int], words: list[int]) -> Share | None:
    for place, word in zip(unknown, words, strict=True):
        known[place] = word
    try:
        return share_from_indices(known)
    except UnreadableError:
        return None


def _solve(known: Sequence[int], unknown: Sequence[int]) -> list[int] | None:
    """Return the words at *unknown* that make the checksum right; *known* holds 0 there.  None if nothing does."""
    target = _remainder(known) ^ 1
    columns = [_contribution(len(known), place, bit) for place in unknown for bit in range(_WORD_BITS)]
    bits = _gauss(columns, target)
    if bits is None:
        return None
    return [bits >> at * _WORD_BITS & (1 << _WORD_BITS) - 1 for at in range(len(unknown))]


def _gauss(columns: Sequence[int], target: int) -> int | None:
    """Return the set of *columns* (as a bit mask) whose XOR is *target*, by elimination over GF(2); None if there is none.

    The columns are independent: that is what lets RS1024 find three erasures.
    """
    basis: dict[int, tuple[int, int]] = {}
    for number, column in enumerate(columns):
        value, mask = _reduce(basis, column, 1 << number)
        basis[value.bit_length()] = (value, mask)
    rest, mask = _reduce(basis, target, 0)
    return None if rest else mask


def _reduce(basis: dict[int, tuple[int, int]], value: int, mask: int) -> tuple[int, int]:
    while value.bit_length() in basis:
        other, other_mask = basis[value.bit_length()]
        value, mask = value ^ other, mask ^ other_mask
    return value, mask


def _remainder(indices: Sequence[int]) -> int:
    """The 30-bit remainder of the checksum polynomial; 1 for a sound mnemonic."""
    check: int = rs1024._polymod([*_CUSTOMIZATION, *indices])  # noqa: SLF001  (the package offers only yes or no)
    return check


@lru_cache(maxsize=SHARE_WORDS * _WORD_BITS)
def _contribution(length: int, place: int, bit: int) -> int:
    """What one bit of the word at *place* adds to the remainder."""
    single = [0] * length
    zero = _remainder(single)
    single[place] = 1 << bit
    return zero ^ _remainder(single)
