"""The age identity of a set: so that further secrets can be encrypted to the quorum with nobody present.

The quorum key makes the 32-byte seed of an age v1.3 hybrid identity (ML-KEM-768 and X25519).  The recipient is public; its
hash in the header commits to the quorum key, because AES-GCM alone does not.

Source: C2SP age, "The mlkem768x25519 recipient type"; FIPS 203; RFC 7748; BIP-173 (Bech32, without its length limit).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from splitkit.errors import UsageError
from splitkit.quorum.header import RECIPIENT_HASH_BYTES
from splitkit.secret.entropy import hkdf

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

RECIPIENT_PREFIX, IDENTITY_PREFIX = "age1pq", "age-secret-key-pq-"
SEED_BYTES = 32
MAX_BECH32 = 4_096
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def recipient_of(key: bytes, set_id: bytes) -> bytes:
    """Return the raw recipient (1216 bytes: ML-KEM-768 encapsulation key, X25519 public key) of a quorum key."""
    kem, curve = _keys(identity_seed(key, set_id))
    return kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def identity_seed(key: bytes, set_id: bytes) -> bytes:
    """Return the 32-byte seed of the age identity of a quorum key: whoever has it opens every file sealed to the set."""
    return hkdf(key, salt=set_id, info=b"splitkit/1 age identity", length=32)


def identity_text(seed: bytes) -> str:
    """Return the seed of an identity as age writes it: 'AGE-SECRET-KEY-PQ-1...'."""
    return bech32(IDENTITY_PREFIX, seed).upper()


def parse_identity(text: str) -> bytes:
    """Return the seed of an identity as age writes it.

    Raises:
        UsageError: If it is none.
    """
    prefix, seed = debech32(text.strip())
    if prefix != IDENTITY_PREFIX or len(seed) != SEED_BYTES:
        raise UsageError("this is not the identity of a set", "check that it is the right file")
    return seed


def private_key_of(seed: bytes) -> MLKEM768X25519PrivateKey:
    """Return the key pair of an identity for HPKE."""
    from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey  # noqa: PLC0415

    return MLKEM768X25519PrivateKey(*_keys(seed))


def is_low_order(point: bytes, seed: bytes) -> bool:
    """Tell whether an X25519 public key of 32 bytes gives everybody the same, all-zero secret (RFC 7748, section 6.1)."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey  # noqa: PLC0415

    try:
        _keys(seed)[1].exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError:
        return True
    return False


def _keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415

    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


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


def debech32(text: str) -> tuple[str, bytes]:
    """Return the prefix, in lower case, and the bytes of a Bech32 text; one case, one spelling.

    Raises:
        UsageError: If it is none.
    """
    refused = UsageError("this is not a key as age writes it", "copy it whole, from the file or the symbol")
    if text not in (text.lower(), text.upper()) or not 8 <= len(text) <= MAX_BECH32 or not text.isascii():
        raise refused
    prefix, mark, rest = text.lower().rpartition("1")
    if (
        not (mark and prefix and prefix.isprintable())
        or any(letter not in _ALPHABET for letter in rest)
        or len(rest) < 6
    ):
        raise refused
    values = [_ALPHABET.index(letter) for letter in rest[:-6]]
    number = 0
    for value in values:
        number = number << 5 | value
    data = (number >> len(values) * 5 % 8).to_bytes(len(values) * 5 // 8, "big")
    if bech32(prefix, data) != text.lower():
        raise refused
    return prefix, data


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check
