"""A quorum, and what it opens.

Only a `Quorum` decrypts an envelope, and `form_quorum` is the only way to one: enough shares, each equal to its
commitment.  The opened record counts only after the recipient hash has tied the key to the header.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from splitkit.errors import ForgedError, NoQuorumError
from splitkit.quorum.envelope import WrongKeyError
from splitkit.quorum.recipient import identity_seed, identity_text, recipient_hash, recipient_of
from splitkit.quorum.slip39 import CombineError, combine_ems, decrypt_ems, rederive
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from splitkit.quorum.age_header import AgeHeader
    from splitkit.quorum.envelope import Envelope
    from splitkit.quorum.policy import Policy, SheetId
    from splitkit.quorum.share import Share
    from splitkit.secret.entropy import Entropy

MAX_SUBSETS = 5_000
"""Subsets tried in one run when more than T shares match and some of them do not combine."""

Matches = Mapping["SheetId", "tuple[Share, ...]"]
"""The shares that equal a commitment, by sheet.  More than one a sheet means that somebody broke a 64-bit hash."""


@dataclass(frozen=True)
class Proof:
    """What the opening of a set has proven about its sheets.  Reveals nothing."""

    fingerprint: tuple[str, ...]
    proven: frozenset[SheetId]
    """Sheets whose shares are known to be right, present or not."""
    unproven: frozenset[SheetId]
    """Members of absent groups: they could not be re-derived."""
    unsound: frozenset[SheetId]
    """Sheets whose commitment is not that of the share that belongs there."""
    impostors: frozenset[Share]
    """Presented shares that equal their commitment and yet are not the share that belongs there."""


@dataclass(frozen=True)
class Opened:
    """The secret record of a set, with the proof."""

    record: SecretRecord = field(repr=False)
    proof: Proof


@dataclass
class Budget:
    """How many subsets may still be tried in this run."""

    subsets: int = MAX_SUBSETS


@dataclass(frozen=True)
class Quorum:
    """Enough matching shares of one envelope.  Made by `form_quorum` alone."""

    envelope: Envelope
    matches: Matches = field(repr=False)

    def open(self, budget: Budget | None = None) -> Opened:
        """Combine the shares, check everything that can be checked, and decrypt.

        Raises:
            ForgedError: If no subset of the shares opens the envelope.
        """
        record, derived, _ = self._first(budget or Budget())
        return Opened(record, self._compare(derived))

    def reissue(self, sheet: SheetId) -> Share:
        """Return the share of one *sheet* of this set, the very one that was dealt: for paper that was destroyed or is worn.

        It is never another share: whoever says that a sheet was lost, and has it, would hold two.

        Raises:
            NoQuorumError: If the sheet's own group has no quorum here, from which alone its share follows.
            ForgedError: If the set does not open, or what follows is not what the envelope commits to.
        """
        header = self.envelope.header
        _, derived, _ = self._first(Budget())
        if sheet not in derived:
            raise NoQuorumError(
                "the share of this sheet follows only from a quorum of its own group", "bring more sheets of that group"
            )
        share = derived[sheet]
        if share is None or share.commitment(header.set_id) != header.commitments[sheet]:
            raise ForgedError(
                "the share that follows is not the one that was dealt: this set is unsound",
                "rotate the secret; print nothing of this set",
            )
        return share

    def file_key(self, header: AgeHeader) -> bytes:
        """Return the key of a file that was sealed to this set.

        Raises:
            ForgedError: If the set does not open.
            AgeNoMatchError: If the file is not sealed to this set; see also `splitkit.quorum.sealing.file_key_of`.
        """
        from splitkit.quorum.sealing import file_key_of  # noqa: PLC0415  most runs open no file

        return file_key_of(header, self._seed())

    def sealed_identity(self, recipient: bytes, entropy: Entropy) -> bytes:
        """Return the identity of this set as an age file for the *recipient* of another: so sealed files are not orphaned.

        Raises:
            ForgedError: If the set does not open.
        """
        from splitkit.quorum.sealing import seal  # noqa: PLC0415

        return b"".join(seal(recipient, io.BytesIO(identity_text(self._seed()).encode("ascii") + b"\n"), entropy))

    def _seed(self) -> bytes:
        _, _, key = self._first(Budget())
        return identity_seed(key, self.envelope.header.set_id)

    def _first(self, budget: Budget) -> tuple[SecretRecord, Mapping[SheetId, Share | None], bytes]:
        """Return the record, every share that follows, and the quorum key, from the first subset that opens the envelope."""
        dead: set[bytes] = set()
        for subset in islice(_subsets(self.envelope.header.policy, self.matches), budget.subsets):
            budget.subsets -= 1
            found = self._try(subset, dead)
            if found:
                return found
        raise ForgedError(
            "the shares match this envelope but do not open it: one of these was made to match",
            "bring more sheets of this set, and compare the fingerprint with the signed record",
        )

    def prove(self) -> Proof:
        """Decrypt, drop the secret, and return what is proven.

        Raises:
            ForgedError: If the set does not open.
        """
        return self.open().proof

    def _try(
        self, subset: dict[SheetId, Share], dead: set[bytes]
    ) -> tuple[SecretRecord, Mapping[SheetId, Share | None], bytes] | None:
        """Open with *subset*, unless what it combines to is *dead*: the stretching is slow, and forgers could repeat it."""
        header = self.envelope.header
        try:
            ems = combine_ems(subset.values())
            if ems.ciphertext in dead:
                return None
            dead.add(ems.ciphertext)
            key = decrypt_ems(ems)
            if recipient_hash(recipient_of(key, header.set_id)) != header.recipient_hash:
                return None
            record = SecretRecord.decode(self.envelope.decrypt(key))
        except (CombineError, WrongKeyError):
            return None
        others = {sheet: shares[0] for sheet, shares in self.matches.items()}
        return record, rederive(header.policy, subset, others, ems), key

    def _compare(self, derived: Mapping[SheetId, Share | None]) -> Proof:
        header = self.envelope.header
        wrong = {
            sheet
            for sheet, share in derived.items()
            if share is None or share.commitment(header.set_id) != header.commitments[sheet]
        }
        presented = [(sheet, share) for sheet, shares in self.matches.items() for share in shares]
        proven = frozenset(set(derived) - wrong)
        return Proof(
            fingerprint=self.envelope.fingerprint,
            proven=proven,
            unproven=frozenset(set(header.policy.sheet_ids()) - proven - wrong),
            unsound=frozenset(wrong),
            impostors=frozenset(share for sheet, share in presented if derived.get(sheet, share) != share),
        )


def form_quorum(envelope: Envelope, matches: Matches) -> Quorum:
    """Return the quorum that *matches* makes.

    Raises:
        NoQuorumError: If too few sheets are there; says how many more are needed.
    """
    policy = envelope.header.policy
    if policy.opens(matches):
        return Quorum(envelope, matches)
    raise NoQuorumError(policy.shortage(matches), "bring more sheets of the same set; the order does not matter")


def _subsets(policy: Policy, matches: Matches) -> Iterator[dict[SheetId, Share]]:
    """Every choice of GT complete groups and T sheets of each, and of one share a sheet."""
    by_group = {g: [s for s in matches if s.group == g] for g in policy.complete_groups(matches)}
    for chosen in combinations(sorted(by_group), policy.group_threshold):
        members = (combinations(by_group[g], policy.groups[g].threshold) for g in chosen)
        for picked in product(*members):
            sheets = [sheet for group in picked for sheet in group]
            for shares in product(*(matches[sheet] for sheet in sheets)):
                yield dict(zip(sheets, shares, strict=True))
