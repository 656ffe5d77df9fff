"""The 45 official SLIP-39 vectors, through the package as installed and through splitkit's own parts.

`shamir-mnemonic` must agree with all of them: it splits and combines for splitkit.  splitkit's field, its re-derivation
and its decoding of shares are checked on those that they are made for.
"""

from __future__ import annotations

import json
from itertools import combinations

import pytest
import shamir_mnemonic
from shamir_mnemonic import MnemonicError, rs1024
from shamir_mnemonic import Share as SlipShare
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from splitkit.errors import UnreadableError
from splitkit.quorum.field import DIGEST_X, SECRET_X, interpolate
from splitkit.quorum.mnemonic import digits_of
from splitkit.quorum.parsing import Rejection, read_code, read_line
from splitkit.quorum.policy import SheetId
from splitkit.quorum.scan import SHARE_WORDS
from splitkit.quorum.share import DamagedShareError, NotAShareError, Share, share_from_indices
from splitkit.quorum.slip39 import combine_ems, rederive
from tests.support.builders import made
from tests.support.places import TESTS

VECTORS = json.loads((TESTS / "vectors" / "slip39.json").read_text(encoding="utf-8"))
VALID = [vector for vector in VECTORS if vector[2]]
PASSPHRASE = b"TREZOR"
each = pytest.mark.parametrize(
    ("mnemonics", "secret"), [vector[1:3] for vector in VECTORS], ids=[vector[0].split(".")[0] for vector in VECTORS]
)
each_valid = pytest.mark.parametrize(
    ("mnemonics", "secret"), [vector[1:3] for vector in VALID], ids=[vector[0].split(".")[0] for vector in VALID]
)
MNEMONICS = sorted({mnemonic for _, mnemonics, *_ in VECTORS for mnemonic in mnemonics})


def indices_of(mnemonic: str) -> list[int]:
    return [WORD_INDEX_MAP[word] for word in mnemonic.split()]


def by_group(mnemonics: list[str]) -> dict[int, list[SlipShare]]:
    groups: dict[int, list[SlipShare]] = {}
    for share in map(SlipShare.from_mnemonic, mnemonics):
        groups.setdefault(share.group_index, []).append(share)
    return groups


def test_the_vectors_are_all_here():
    assert len(VECTORS) == 45
    assert len(VALID) == 15


@each
def test_the_package_as_installed(mnemonics, secret):
    if secret:
        assert shamir_mnemonic.combine_mnemonics(mnemonics, PASSPHRASE).hex() == secret
    else:
        with pytest.raises(MnemonicError):
            shamir_mnemonic.combine_mnemonics(mnemonics, PASSPHRASE)


def combined(points: dict[int, bytes], threshold: int) -> bytes:
    """The shared secret, by splitkit's field and nothing else; its digest is compared too."""
    if threshold == 1:
        return points[next(iter(points))]
    secret, digest = interpolate(points, SECRET_X), interpolate(points, DIGEST_X)
    assert digest[:4] == shamir_mnemonic.shamir._create_digest(digest[4:], secret)
    return secret


@each_valid
def test_the_field_of_splitkit(mnemonics, secret):
    groups = by_group(mnemonics)
    first = groups[next(iter(groups))][0]
    points = {
        g: combined({share.index: share.value for share in shares}, shares[0].member_threshold)
        for g, shares in groups.items()
    }
    encrypted = combined(points, first.group_threshold)
    ems = shamir_mnemonic.EncryptedMasterSecret(first.identifier, first.extendable, first.iteration_exponent, encrypted)
    assert ems.decrypt(PASSPHRASE).hex() == secret


@each_valid
def test_every_share_is_rederived_from_the_others(mnemonics, secret):
    """T points give the polynomial: each share is where the others, the secret and the digest put it."""
    for shares in by_group(mnemonics).values():
        points = {share.index: share.value for share in shares}
        if shares[0].member_threshold == 1:
            continue
        points |= {SECRET_X: interpolate(points, SECRET_X), DIGEST_X: interpolate(points, DIGEST_X)}
        for share in shares:
            others = {x: y for x, y in points.items() if x != share.index}
            for known in combinations(others.items(), share.member_threshold):
                assert interpolate(dict(known), share.index) == share.value


@pytest.mark.parametrize("mnemonic", MNEMONICS, ids=range(len(MNEMONICS)))
def test_no_vector_is_taken_for_a_share_of_ours(mnemonic):
    """splitkit's own shares have 33 words, no extension and exponent 0; of the vectors these alone are read."""
    indices = indices_of(mnemonic)
    try:
        theirs = SlipShare.from_mnemonic(mnemonic)
    except MnemonicError:
        theirs = None
    ours = theirs and not theirs.extendable and not theirs.iteration_exponent and len(indices) == SHARE_WORDS
    for found in (read_line(mnemonic), read_code(mnemonic.upper()), read_line(digits_of(indices))):
        assert isinstance(found, Share if ours else Rejection)
    if not ours:
        with pytest.raises(UnreadableError) as caught:
            share_from_indices(indices)
        customization = b"shamir_extendable" if indices[1] >> 4 & 1 else b"shamir"
        sound = len(indices) != SHARE_WORDS or rs1024.verify_checksum(indices, customization)
        assert isinstance(caught.value, NotAShareError if sound else DamagedShareError)


def test_rederivation_agrees_with_the_dealer():
    """The vectors have no more shares than needed; sets that are dealt have."""
    for policy in ("3of5", "2 of: Board 2of3, IT 3of5, Audit 1of1"):
        of = made(policy)
        chosen = of.sheets[:3] if of.policy.flat else (SheetId(0, 2), SheetId(0, 0), SheetId(2, 0))
        quorum = {sheet: of.dealt.shares[sheet] for sheet in chosen}
        derived = rederive(of.policy, quorum, {}, combine_ems(quorum.values()))
        assert derived == {sheet: of.dealt.shares[sheet] for sheet in of.sheets if sheet.group != 1}
