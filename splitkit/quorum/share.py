"""One share: a SLIP-39 mnemonic that has passed its checksum and has the shape splitkit prints.

A `Share` is not yet trusted: only a commitment in an envelope says that it belongs to a set.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shamir_mnemonic import MnemonicError, rs1024
from shamir_mnemonic import Share as SlipShare
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from splitkit.errors import UnreadableError
from splitkit.quorum.mnemonic import SHARE_WORDS, digits_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_BYTES = 32
COMMITMENT_BYTES = 8
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
    return share_from_slip(slip)


def share_from_slip(slip: SlipShare) -> Share:
    """Return *slip* as a `Share`; its fields must be in range (the caller has just decoded or made it).

    Raises:
        ValueError: If encoding the share and decoding it again does not give the same share.
    """
    mnemonic = slip.mnemonic()
    if _decoded(mnemonic) != slip:
        raise ValueError("share fields are out of range")
    return Share(
        identifier=slip.identifier,
        group=slip.group_index,
        group_threshold=slip.group_threshold,
        group_count=slip.group_count,
        member=slip.index,
        threshold=slip.member_threshold,
        value=slip.value,
        indices=tuple(WORD_INDEX_MAP[word] for word in mnemonic.split()),
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
