"""The envelope: the secret record encrypted under a key made of the quorum key, with the public header in front.

`[header bytes, nonce, ciphertext]` in deterministic CBOR; AES-256-GCM (NIST SP 800-38D); key by HKDF-SHA256 (RFC 5869).
It is identical on every sheet of a set and at most 456 bytes, which is what the symbol holds.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import cbor2

from splitkit.errors import UsageError
from splitkit.quorum.header import Header, bad_envelope, decode_header, decode_strictly
from splitkit.quorum.mnemonic import public_words
from splitkit.secret.entropy import hkdf
from splitkit.secret.record import MIN_BYTES, PADDING_BLOCK_BYTES

MAX_BYTES = 456
NONCE_BYTES = 12
TAG_BYTES = 16
FINGERPRINT_WORDS = 12
_INFO = b"splitkit/1 envelope"


class WrongKeyError(Exception):
    """The envelope does not open under this key."""


@dataclass(frozen=True)
class Envelope:
    """A decoded envelope.  What its header says is a claim until the people's record or a quorum vouches for it."""

    raw: bytes
    header: Header = field(repr=False)
    header_bytes: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)

    @cached_property
    def fingerprint(self) -> tuple[str, ...]:
        """The 12 words that identify this envelope: 120 bits of its hash."""
        return fingerprint_of(self.raw)

    def decrypt(self, key: bytes) -> bytes:
        """Return the padded secret record.  Only a `Quorum` has a reason to call this.

        Raises:
            WrongKeyError: If *key* is not the quorum key of this envelope, or the envelope was altered.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (costs start-up; only a quorum needs it)
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        try:
            return AESGCM(envelope_key(key, self.header)).decrypt(
                self.nonce, self.ciphertext, _INFO + self.header_bytes
            )
        except InvalidTag:
            raise WrongKeyError from None


def envelope_key(key: bytes, header: Header) -> bytes:
    """Return the AES-256 key of an envelope (32 bytes)."""
    return hkdf(key, salt=header.set_id, info=_INFO, length=32)


def fingerprint_of(raw: bytes) -> tuple[str, ...]:
    """Return the fingerprint of an envelope: the first 120 bits of its hash, ten bits a word."""
    return public_words(hashlib.sha256(b"splitkit/1 fingerprint" + raw).digest())


def seal(key: bytes, header: Header, record: bytes, nonce: bytes) -> Envelope:
    """Encrypt the padded *record* under *key* (32 bytes) with a fresh 12-byte *nonce*.

    Raises:
        UsageError: If the envelope would not fit its symbol; says how many bytes too many.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    header_bytes = header.encode()
    check_size(header_bytes, len(record))
    ciphertext = AESGCM(envelope_key(key, header)).encrypt(nonce, record, _INFO + header_bytes)
    return decode_envelope(cbor2.dumps([header_bytes, nonce, ciphertext], canonical=True))


def check_size(header_bytes: bytes, record_bytes: int) -> None:
    """Refuse an envelope that would not fit its symbol; *record_bytes* is the length of the padded record.

    Raises:
        UsageError: With the number of bytes too many, and what to shorten.
    """
    size = envelope_size(header_bytes, record_bytes)
    if size > MAX_BYTES:
        raise UsageError(
            f"the envelope is {size - MAX_BYTES} bytes too long for a sheet ({size} of {MAX_BYTES})",
            "shorten the note, the label, the user or account name or the password, or have fewer sheets",
        )


def envelope_size(header_bytes: bytes, record_bytes: int) -> int:
    """Return how many bytes an envelope has; *record_bytes* is the length of the padded record."""
    return len(cbor2.dumps([header_bytes, bytes(NONCE_BYTES), bytes(record_bytes + TAG_BYTES)], canonical=True))


def decode_envelope(raw: bytes) -> Envelope:
    """Return the envelope that *raw* encodes, strictly.

    Raises:
        TooNewError: If a later version of splitkit made it.
        UnreadableError: If it breaks any rule of the format.
    """
    fields = decode_strictly(raw) if len(raw) <= MAX_BYTES else None
    if type(fields) is not list or [type(item) for item in fields] != [bytes, bytes, bytes]:
        raise bad_envelope()
    header_bytes, nonce, ciphertext = fields
    header = decode_header(header_bytes)
    body = len(ciphertext) - TAG_BYTES
    if len(nonce) != NONCE_BYTES or body < MIN_BYTES or body % PADDING_BLOCK_BYTES:
        raise bad_envelope()
    return Envelope(raw, header, header_bytes, nonce, ciphertext)
