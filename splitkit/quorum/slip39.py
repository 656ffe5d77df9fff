"""Splitting the quorum key and putting it together again, by the `shamir-mnemonic` package.

Parameters are fixed by the paper format: no passphrase, not extendable, iteration exponent 0 (the key is uniform, so
stretching it buys nothing), identifier = first 15 bits of the set id.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from shamir_mnemonic import EncryptedMasterSecret, MnemonicError, recover_ems, shamir, split_ems
from shamir_mnemonic.shamir import ShareGroup

from splitkit.errors import UnsafeMachineError
from splitkit.quorum.field import DIGEST_X, SECRET_X, interpolate
from splitkit.quorum.policy import Policy, SheetId
from splitkit.quorum.share import KEY_BYTES, Share, share_from_slip, to_slip
from splitkit.secret.entropy import Entropy

PASSPHRASE = b""
_DIGEST_BYTES = 4


class CombineError(Exception):
    """The shares do not lie on one polynomial: the SLIP-39 digest does not match."""


def identifier_of(set_id: bytes) -> int:
    """Return the SLIP-39 identifier of a set: the first 15 bits of its id."""
    return int.from_bytes(set_id[:2], "big") >> 1


def split_key(key: bytes, set_id: bytes, policy: Policy, entropy: Entropy) -> dict[SheetId, Share]:
    """Split *key* (32 bytes) into one share a sheet.

    Raises:
        ValueError: If the key has another length.
        UnsafeMachineError: If somebody has replaced the random source of the `shamir-mnemonic` package.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the quorum key is 32 bytes")
    ems = EncryptedMasterSecret.from_master_secret(key, PASSPHRASE, identifier_of(set_id), False, 0)  # noqa: FBT003
    groups = [(group.threshold, group.members) for group in policy.groups]
    with _randomness_from(entropy):
        dealt = split_ems(policy.group_threshold, groups, ems)
    return {SheetId(slip.group_index, slip.index): share_from_slip(slip) for group in dealt for slip in group}


@contextmanager
def _randomness_from(entropy: Entropy) -> Iterator[None]:
    """Let SLIP-39 draw from *entropy* for the length of one call, through the package's documented global."""
    if shamir.RANDOM_BYTES is not secrets.token_bytes:
        raise UnsafeMachineError(
            "the random source of the share splitting has been replaced", "do not use this installation for a ceremony"
        )
    shamir.RANDOM_BYTES = entropy.draw
    try:
        yield
    finally:
        shamir.RANDOM_BYTES = secrets.token_bytes


def combine_ems(shares: Iterable[Share]) -> EncryptedMasterSecret:
    """Return the encrypted master secret of *shares*: exactly T of each of exactly GT groups.

    Raises:
        CombineError: If they do not fit together.
    """
    groups: dict[int, ShareGroup] = {}
    try:
        for share in shares:
            groups.setdefault(share.group, ShareGroup()).add(to_slip(share))
        return recover_ems(groups)
    except MnemonicError:
        raise CombineError from None


def decrypt_ems(ems: EncryptedMasterSecret) -> bytes:
    """Return the quorum key (32 bytes); one PBKDF2 of 10,000 rounds."""
    return bytes(ems.decrypt(PASSPHRASE))


def rederive(
    policy: Policy, quorum: Mapping[SheetId, Share], others: Mapping[SheetId, Share], ems: EncryptedMasterSecret
) -> dict[SheetId, Share | None]:
    """Return every share that is determined, from the polynomials alone.

    That is every member of each group with its threshold present, and of every 1-of-1 group.  Members of other groups
    hang on polynomials that are not here: they cannot be derived.

    Args:
        policy: Who is needed.
        quorum: The shares that gave *ems*: T of each of GT groups.
        others: More shares.  They prove their group when it is not in the quorum; nothing else relies on them.
        ems: What the quorum combines to.

    Returns:
        The share of each sheet; None for all sheets of a group that does not combine to the secret of that group.
    """
    group_secrets = _group_secrets(policy, quorum, ems)
    derived: dict[SheetId, Share | None] = {}
    template = next(iter(quorum.values()))
    for g, group in enumerate(policy.groups):
        points = _points(quorum, g) or dict(islice(_points(others, g).items(), group.threshold))
        if group.threshold == 1:
            points = {0: group_secrets[g]}
        if len(points) < group.threshold:
            continue
        sound = group.threshold == 1 or _combine_to(points, group_secrets[g])
        for m in range(group.members):
            sheet = SheetId(g, m)
            derived[sheet] = _share_at(template, policy, sheet, interpolate(points, m)) if sound else None
    return derived


def _points(shares: Mapping[SheetId, Share], group: int) -> dict[int, bytes]:
    return {sheet.member: share.value for sheet, share in shares.items() if sheet.group == group}


def _combine_to(points: Mapping[int, bytes], secret: bytes) -> bool:
    """Tell whether T member values give *secret*, and the digest that SLIP-39 keeps of it."""
    digest = interpolate(points, DIGEST_X)
    expected = hmac.digest(digest[_DIGEST_BYTES:], secret, "sha256")[:_DIGEST_BYTES]
    return interpolate(points, SECRET_X) == secret and digest[:_DIGEST_BYTES] == expected


def _group_secrets(policy: Policy, quorum: Mapping[SheetId, Share], ems: EncryptedMasterSecret) -> tuple[bytes, ...]:
    """Return the secret of every group, present or not: the group-level polynomial is known once a quorum is."""
    if policy.group_threshold == 1:
        return (ems.ciphertext,) * len(policy.groups)
    known = {}
    for g in sorted({sheet.group for sheet in quorum}):
        points = _points(quorum, g)
        known[g] = points[0] if policy.groups[g].threshold == 1 else interpolate(points, SECRET_X)
    return tuple(interpolate(known, g) for g in range(len(policy.groups)))


def _share_at(template: Share, policy: Policy, sheet: SheetId, value: bytes) -> Share:
    slip = to_slip(template)
    return share_from_slip(
        type(slip)(
            slip.identifier,
            slip.extendable,
            slip.iteration_exponent,
            sheet.group,
            policy.group_threshold,
            len(policy.groups),
            sheet.member,
            policy.groups[sheet.group].threshold,
            value,
        )
    )
