"""Opening: what enough matching shares prove, and what they open.

`prove` tries the shares, drops the key and the secret, and tells what it has seen.  Its `Quorum` can be opened again by
`unlock`, which only `splitkit.quorum.release` calls.  A key counts only after the recipient hash has tied it to the header.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from shamir_mnemonic import EncryptedMasterSecret

from splitkit.errors import ForgedError, NoQuorumError
from splitkit.quorum.envelope import Envelope, WrongKeyError
from splitkit.quorum.policy import Policy, SheetId
from splitkit.quorum.recipient import recipient_hash, recipient_of
from splitkit.quorum.share import Share
from splitkit.quorum.slip39 import CombineError, combine_ems, decrypt_ems, rederive
from splitkit.secret.record import SecretRecord

MAX_SUBSETS = 5_000
"""Subsets tried in one run when more than T shares match and some of them do not combine."""

Matches = Mapping["SheetId", "tuple[Share, ...]"]
"""The shares that equal a commitment, by sheet, in the order in which they are tried.

More than one a sheet means that somebody broke a 64-bit hash."""

_Group = tuple[int, list[tuple[SheetId, Share]]]
"""How many shares of a group are needed, and those that are here, in the order in which they are tried."""


@dataclass
class Budget:
    """How many subsets may still be tried in this run."""

    subsets: int = MAX_SUBSETS


@dataclass(frozen=True)
class Quorum:
    """Shares that were seen to open their envelope: exactly T of each of exactly GT groups.  Made by `prove` alone."""

    envelope: Envelope
    shares: Mapping[SheetId, Share] = field(repr=False)
    matches: Matches = field(repr=False)
    """All shares that match: cross-checks, and what proves a group that is not in the quorum."""

    def combine(self) -> EncryptedMasterSecret:
        """Return the encrypted master secret.

        Raises:
            CombineError: If the shares do not fit together.
        """
        return combine_ems(self.shares.values())

    def rederive(self, ems: EncryptedMasterSecret) -> Mapping[SheetId, Share | None]:
        """Return every share that follows from *ems*, what the quorum combines to; see `splitkit.quorum.slip39.rederive`."""
        others = {sheet: shares[0] for sheet, shares in self.matches.items()}
        return rederive(self.envelope.header.policy, self.shares, others, ems)


@dataclass(frozen=True)
class Proof:
    """What the opening of a set has proven about its sheets.  Reveals nothing."""

    quorum: Quorum
    proven: frozenset[SheetId]
    """Sheets whose shares are known to be right, present or not."""
    unproven: frozenset[SheetId]
    """Members of absent groups: they could not be re-derived."""
    unsound: frozenset[SheetId]
    """Sheets whose commitment is not that of the share that belongs there."""
    impostors: frozenset[Share]
    """Presented shares that equal their commitment and yet are not the share that belongs there."""


@dataclass(frozen=True)
class Unlocked:
    """The secret record and the quorum key.  Hazardous: whoever holds one holds the secret."""

    record: SecretRecord = field(repr=False)
    key: bytes = field(repr=False)


def unlock(quorum: Quorum, ems: EncryptedMasterSecret) -> Unlocked:
    """Decrypt *ems*, what the quorum combines to, and then the envelope.

    Raises:
        WrongKeyError: If the key is not the one that the header commits to, or does not open the envelope.
        UnreadableError: If the envelope opens, and holds no secret record.
    """
    header = quorum.envelope.header
    key = decrypt_ems(ems)
    if recipient_hash(recipient_of(key, header.set_id)) != header.recipient_hash:
        raise WrongKeyError
    return Unlocked(SecretRecord.decode(quorum.envelope.decrypt(key)), key)


def prove(envelope: Envelope, matches: Matches, budget: Budget | None = None) -> Proof:
    """Combine the shares, check everything that can be checked, and see the envelope open.

    Raises:
        NoQuorumError: If too few sheets are there; says how many more are needed.
        ForgedError: If no subset of the shares opens the envelope.
        UnreadableError: If the envelope opens, and holds no secret record.
    """
    policy, budget, dead = envelope.header.policy, budget or Budget(), set[tuple[int, bytes]]()
    if not policy.opens(matches):
        raise no_quorum(policy, matches)
    for subset in islice(choices(policy, matches), budget.subsets):
        budget.subsets -= 1
        proof = _proof(Quorum(envelope, subset, matches), dead)
        if proof:
            return proof
    raise ForgedError(
        "the shares match this envelope but do not open it: one of these was made to match",
        "bring more sheets of this set, and compare the fingerprint with the signed record",
    )


def no_quorum(policy: Policy, matches: Matches) -> NoQuorumError:
    """Return the error that says how many more sheets are needed."""
    return NoQuorumError(policy.shortage(matches), "bring more sheets of the same set; the order does not matter")


def _proof(quorum: Quorum, dead: set[tuple[int, bytes]]) -> Proof | None:
    """Try a quorum, unless what it combines to is *dead*: the stretching is slow, and forgers could repeat it."""
    try:
        ems = quorum.combine()
        if (ems.identifier, ems.ciphertext) in dead:
            return None
        dead.add((ems.identifier, ems.ciphertext))
        unlock(quorum, ems)
    except (CombineError, WrongKeyError):
        return None
    return _compared(quorum, quorum.rederive(ems))


def _compared(quorum: Quorum, derived: Mapping[SheetId, Share | None]) -> Proof:
    header = quorum.envelope.header
    wrong = {
        sheet
        for sheet, share in derived.items()
        if share is None or share.commitment(header.set_id) != header.commitments[sheet]
    }
    presented = [(sheet, share) for sheet, shares in quorum.matches.items() for share in shares]
    proven = frozenset(set(derived) - wrong)
    return Proof(
        quorum=quorum,
        proven=proven,
        unproven=frozenset(set(header.policy.sheet_ids()) - proven - wrong),
        unsound=frozenset(wrong),
        impostors=frozenset(share for sheet, share in presented if derived.get(sheet, share) != share),
    )


def choices(policy: Policy, matches: Matches) -> Iterator[dict[SheetId, Share]]:
    """Every choice of GT complete groups and T shares of each, those first that pass over the fewest shares.

    So a share that was made to match keeps no quorum of good ones out, whenever it was read (rule N4 of docs/format.md).
    """
    here = [(sheet, share) for sheet, shares in matches.items() for share in shares]
    groups = [
        (policy.groups[g].threshold, [one for one in here if one[0].group == g])
        for g in policy.complete_groups(matches)
    ]
    for passed in range(len(here) + 1):
        for choice in _passing_over(passed, groups, policy.group_threshold):
            yield dict(choice)


def _passing_over(passed: int, groups: Sequence[_Group], needed: int) -> Iterator[list[tuple[SheetId, Share]]]:
    """The choices of *needed* groups that pass over exactly so many shares."""
    if not needed:
        yield from [] if passed else [[]]
        return
    if len(groups) < needed:
        return
    (threshold, here), *rest = groups
    for over in range(min(passed, len(here) - threshold) + 1):
        *before, last = here[: threshold + over]
        for members in combinations(before, threshold - 1):
            for others in _passing_over(passed - over, rest, needed - 1):
                yield [*members, last, *others]
    without = len(here) - threshold + 1
    if without <= passed:
        yield from _passing_over(passed - without, rest, needed)
