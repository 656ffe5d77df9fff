"""Splitting the quorum key and putting it together again, by the `shamir-mnemonic` package.

Parameters are fixed by the paper format: no passphrase, not extendable, iteration exponent 0 (the key is uniform, so
stretching it buys nothing), identifier = first 15 bits of the set id.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shamir_mnemonic import EncryptedMasterSecret, MnemonicError, recover_ems, shamir, split_ems
from shamir_mnemonic.shamir import ShareGroup

from splitkit.errors import UnsafeMachineError
from splitkit.quorum.field import SECRET_X, interpolate
from splitkit.quorum.policy import SheetId
from splitkit.quorum.share import KEY_BYTES, Share, share_from_slip, to_slip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from splitkit.quorum.policy import Policy
    from splitkit.secret.entropy import Entropy

PASSPHRASE = b""


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


def rederive(policy: Policy, shares: Mapping[SheetId, Share], ems: EncryptedMasterSecret) -> dict[SheetId, Share]:
    """Return every share that the quorum *shares* determines, from the polynomials alone.

    That is every member of each group with its threshold present, and of every 1-of-1 group.  Members of other groups
    hang on polynomials that are not here: they cannot be derived.
    """
    group_secrets = _group_secrets(policy, shares, ems)
    derived: dict[SheetId, Share] = {}
    template = next(iter(shares.values()))
    for g, group in enumerate(policy.groups):
        points = _points(shares, g)
        if group.members == 1:
            points = {0: group_secrets[g]}
        elif len(points) < group.threshold:
            continue
        first = dict(list(points.items())[: group.threshold])
        for m in range(group.members):
            derived[SheetId(g, m)] = _share_at(template, policy, SheetId(g, m), interpolate(first, m))
    return derived


def _points(shares: Mapping[SheetId, Share], group: int) -> dict[int, bytes]:
    return {sheet.member: share.value for sheet, share in shares.items() if sheet.group == group}


def _group_secrets(policy: Policy, shares: Mapping[SheetId, Share], ems: EncryptedMasterSecret) -> tuple[bytes, ...]:
    """Return the secret of every group, present or not: the group-level polynomial is known once a quorum is."""
    if policy.group_threshold == 1:
        return (ems.ciphertext,) * len(policy.groups)
    known: dict[int, bytes] = {SECRET_X: ems.ciphertext}
    for g, group in enumerate(policy.groups):
        points = _points(shares, g)
        if len(points) >= group.threshold and len(known) < policy.group_threshold:
            first = dict(list(points.items())[: group.threshold])
            known[g] = first[0] if group.threshold == 1 else interpolate(first, SECRET_X)
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
