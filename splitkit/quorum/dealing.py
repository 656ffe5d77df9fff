"""Dealing: making a set.  One quorum key, one set id, one envelope, for ever."""

from dataclasses import dataclass, field

from splitkit.quorum.envelope import NONCE_BYTES, Envelope, check_size, envelope_size, seal
from splitkit.quorum.header import RECIPIENT_HASH_BYTES, SET_ID_BYTES, Header
from splitkit.quorum.policy import Policy, SheetId
from splitkit.quorum.recipient import recipient_hash, recipient_of
from splitkit.quorum.share import COMMITMENT_BYTES, KEY_BYTES, Share
from splitkit.quorum.slip39 import split_key
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord


@dataclass(frozen=True)
class SetFacts:
    """What people decide about a set before it is made."""

    policy: Policy
    label: str
    practice: bool
    created_day: int
    """Days since 1970-01-01 UTC."""
    epoch: int = 1
    first_set: bytes | None = None
    """The id of the first set of its line: of a later one only, whose epoch is above 1."""


@dataclass(frozen=True)
class DealtSet:
    """A new set.  Its repr shows no share."""

    envelope: Envelope
    recipient: bytes = field(repr=False)
    shares: dict[SheetId, Share] = field(repr=False)


def deal(facts: SetFacts, record: SecretRecord, entropy: Entropy) -> DealtSet:
    """Make a set for *record*: draw the key and the set id, split, commit, seal.

    Raises:
        UsageError: If the envelope would be too long for its symbol.
    """
    padded = record.encode()
    check_facts(facts, len(padded))
    key, set_id = entropy.draw(KEY_BYTES), entropy.draw(SET_ID_BYTES)
    shares = split_key(key, set_id, facts.policy, entropy)
    recipient = recipient_of(key, set_id)
    commitments = {sheet: share.commitment(set_id) for sheet, share in shares.items()}
    header = _header(facts, set_id, recipient_hash(recipient), commitments)
    return DealtSet(seal(key, header, padded, entropy.draw(NONCE_BYTES)), recipient, shares)


def check_facts(facts: SetFacts, record_bytes: int) -> None:
    """Refuse facts whose envelope would not fit, before anything is drawn; *record_bytes* is the padded length.

    Raises:
        UsageError: With the number of bytes too many.
    """
    check_size(_blank_header(facts).encode(), record_bytes)


def size_of(facts: SetFacts, record_bytes: int) -> int:
    """Return how many bytes the envelope of a set with these *facts* will have; *record_bytes* is the padded length."""
    return envelope_size(_blank_header(facts).encode(), record_bytes)


def _blank_header(facts: SetFacts) -> Header:
    """A header of the right length: what is drawn later always has the same number of bytes."""
    empty = {sheet: bytes(COMMITMENT_BYTES) for sheet in facts.policy.sheet_ids()}
    return _header(facts, bytes(SET_ID_BYTES), bytes(RECIPIENT_HASH_BYTES), empty)


def _header(facts: SetFacts, set_id: bytes, hashed: bytes, commitments: dict[SheetId, bytes]) -> Header:
    return Header(
        set_id=set_id,
        practice=facts.practice,
        created_day=facts.created_day,
        epoch=facts.epoch,
        label=facts.label,
        recipient_hash=hashed,
        policy=facts.policy,
        commitments=commitments,
        first_set=facts.first_set,
    )
