"""The age identity of a set: so that further secrets can be encrypted to the quorum with nobody present.

The quorum key makes the 32-byte seed of an age v1.3 hybrid identity (ML-KEM-768 and X25519).  The recipient is public; its
hash in the header commits to the quorum key, because AES-GCM alone does not.

Source: C2SP age, "The mlkem768x25519 recipient type"; FIPS 203; RFC 7748; BIP-173 (Bech32, without its length limit).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from splitkit.quorum.header import RECIPIENT_HASH_BYTES
from splitkit.secret.entropy import hkdf

if TYPE_CHECKING:
    from collections.abc import Iterable

RECIPIENT_PREFIX = "age1pq"
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@lru_cache(maxsize=4)
def recipient_of(key: bytes, set_id: bytes) -> bytes:
    """Return the raw recipient (1216 bytes: ML-KEM-768 encapsulation key, X25519 public key) of a quorum key."""
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415

    seed = hkdf(key, salt=set_id, info=b"splitkit/1 age identity", length=32)
    expanded = hashlib.shake_256(seed).digest(96)
    kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key()
    curve = X25519PrivateKey.from_private_bytes(expanded[64:]).public_key()
    return kem.public_bytes_raw() + curve.public_bytes_raw()


def recipient_hash(recipient: bytes) -> bytes:
    """Return the 16 bytes that stand for a raw *recipient* in a header."""
    return hashlib.sha256(b"splitkit/1 recipient" + recipient).digest()[:RECIPIENT_HASH_BYTES]


def recipient_text(recipient: bytes) -> str:
    """Return a raw recipient as age writes it: 'age1pq1...'."""
    return bech32(RECIPIENT_PREFIX, recipient)


def bech32(prefix: str, data: bytes) -> str:
    """Return *data* in Bech32 with the human-readable *prefix* (lower case)."""
    bits = int.from_bytes(data, "big") << (-len(data) * 8) % 5
    count = -(-len(data) * 8 // 5)
    values = [(bits >> 5 * at) & 31 for at in reversed(range(count))]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = _polymod([*expanded, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(check >> 5 * at) & 31 for at in reversed(range(6))]
    return prefix + "1" + "".join(_ALPHABET[value] for value in values)


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check
