"""Sealing files to a set: anybody can, with nobody present; only a quorum opens them.

A file is sealed to the set's age identity (ML-KEM-768 and X25519 together), so that age 1.3 and later can do both as well.

Source: C2SP age, "The mlkem768x25519 recipient type"; RFC 9180 (HPKE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from splitkit.errors import UnreadableError, UsageError
from splitkit.quorum.age_header import (
    FILE_KEY_BYTES,
    AgeHeader,
    AgeHeaderError,
    Stanza,
    decode_base64,
    encode_base64,
    write_header,
)
from splitkit.quorum.age_stream import NONCE, sealed
from splitkit.quorum.recipient import RECIPIENT_PREFIX, debech32, is_low_order, private_key_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from splitkit.secret.entropy import Entropy

KIND = "mlkem768x25519"
INFO = b"age-encryption.org/mlkem768x25519"
ENCAPSULATED = 1_120
"""Bytes that HPKE puts before the sealed key: an ML-KEM-768 ciphertext and an X25519 public key."""

KEM_BYTES = 1_088
RECIPIENT_BYTES, MLKEM_BYTES = 1_216, 1_184
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class AgeNoMatchError(UnreadableError):
    """The file is not sealed to this identity."""


def seal(recipient: bytes, stream: BinaryIO, entropy: Entropy) -> Iterator[bytes]:
    """Yield an age file that holds all of *stream*, for one raw recipient of 1216 bytes.

    The file key and the nonce come from *entropy*; what HPKE draws comes from the library.
    """
    file_key = entropy.draw(FILE_KEY_BYTES)
    wrapped = _SUITE.encrypt(file_key, _public_key(recipient), INFO)
    stanza = Stanza((KIND, encode_base64(wrapped[:ENCAPSULATED]).decode("ascii")), wrapped[ENCAPSULATED:])
    yield write_header((stanza,), file_key)
    yield from sealed(stream, file_key, entropy.draw(NONCE))


def file_key_of(header: AgeHeader, seed: bytes) -> bytes:
    """Return the key of a file, by the 32-byte seed of an age identity; the header is authenticated.

    Raises:
        AgeNoMatchError: If no stanza is for this identity.
        AgeHeaderError: If a stanza of our kind breaks a rule.
        AgeMacError: If the header was changed.
    """
    stanzas = [_checked(stanza) for stanza in header.stanzas if stanza.arguments[0] == KIND]
    if any(stanza.arguments[0] == "scrypt" for stanza in header.stanzas) and len(header.stanzas) > 1:
        raise AgeHeaderError("a file for a passphrase is for nobody else", "check that it is the right file")
    private = private_key_of(seed)
    if any(is_low_order(wrapped[KEM_BYTES:ENCAPSULATED], seed) for wrapped in stanzas):
        raise AgeHeaderError("the header of this file holds a key that keeps no secret", "use another copy of the file")
    for wrapped in stanzas:
        try:
            file_key = _SUITE.decrypt(wrapped, private, INFO)
        except (InvalidTag, ValueError):
            continue
        header.check(file_key)
        return file_key
    raise AgeNoMatchError("this file is not sealed to this set", "bring the sheets of the set that it was sealed to")


def _checked(stanza: Stanza) -> bytes:
    """Return the wrapped key of a stanza of our kind, which has exactly one length and one spelling."""
    if len(stanza.arguments) != 2 or len(stanza.body) != FILE_KEY_BYTES + 16:
        raise AgeHeaderError("the header of this file is damaged", "use another copy of the file")
    encapsulated = decode_base64(stanza.arguments[1].encode("ascii"))
    if len(encapsulated) != ENCAPSULATED:
        raise AgeHeaderError("the header of this file is damaged", "use another copy of the file")
    return encapsulated + stanza.body


def parse_recipient(text: str) -> bytes:
    """Return the raw recipient of a recipients file that names exactly one: comments begin with '#'.

    Raises:
        UsageError: If it names another kind of recipient, or more than one.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) != 1:
        raise UsageError("the file names no recipient, or more than one", "give the recipient.txt of one set")
    prefix, data = debech32(lines[0])
    if prefix != RECIPIENT_PREFIX or len(data) != RECIPIENT_BYTES:
        raise UsageError("this is not the recipient of a set", "give the recipient.txt that 'split' wrote")
    return data


def _public_key(recipient: bytes) -> MLKEM768X25519PublicKey:
    kem, curve = recipient[:MLKEM_BYTES], recipient[MLKEM_BYTES:]
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(kem), X25519PublicKey.from_public_bytes(curve)
        )
    except ValueError:
        raise UsageError("this recipient is damaged", "take it from the public record again") from None
