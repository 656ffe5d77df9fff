"""Files in the format age, sealed to a set: anybody can, with nobody present; only a quorum opens them.

The recipient is the set's age identity (ML-KEM-768 and X25519 together), so that age 1.3 and later can do both as well.

The header is parsed as strictly as the specification demands.  The payload is chunks of 64 KiB, each authenticated, the last
one marked: a chunk is released only after it was authenticated; that the file is whole is known only after its last chunk.
The armour is base64 between two lines, for files that travel as text.

Source: C2SP age, "Header", "Payload", "ASCII armor", "The mlkem768x25519 recipient type"; RFC 9180 (HPKE); RFC 8439
(ChaCha20-Poly1305); RFC 7468 in its strict form; RFC 4648 (canonical base64 without padding); RFC 5869; RFC 2104.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from splitkit.errors import Remedy, UnreadableError, UsageError
from splitkit.quorum.recipient import RECIPIENT_PREFIX, debech32, is_low_order, private_key_of
from splitkit.secret.entropy import Entropy, hkdf

INTRO = b"age-encryption.org/v1\n"
FILE_KEY_BYTES = 16
MAX_HEADER = 256 * 1024
"""Bytes of a header; a stanza to one of our recipients has 1.6 kB."""

_LINE = 64
_MAC_CHARACTERS = 43

CHUNK = 64 * 1024
TAG = 16
NONCE = 16

KIND = "mlkem768x25519"
INFO = b"age-encryption.org/mlkem768x25519"
ENCAPSULATED = 1_120
"""Bytes that HPKE puts before the sealed key: an ML-KEM-768 ciphertext and an X25519 public key."""

KEM_BYTES = 1_088
RECIPIENT_BYTES, MLKEM_BYTES = 1_216, 1_184
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

BEGIN, END = b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"


# --- sealing and opening ----------------------------------------------------------------------------------------------


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
        raise UsageError("this is not the recipient of a set", Remedy.RECIPIENT_FILE)
    return data


def _public_key(recipient: bytes) -> MLKEM768X25519PublicKey:
    kem, curve = recipient[:MLKEM_BYTES], recipient[MLKEM_BYTES:]
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(kem), X25519PublicKey.from_public_bytes(curve)
        )
    except ValueError:
        raise UsageError("this recipient is damaged", "take it from the public record again") from None


# --- the header -------------------------------------------------------------------------------------------------------


class AgeHeaderError(UnreadableError):
    """The header breaks a rule of the format, or is of another version."""


class AgeMacError(UnreadableError):
    """The header was changed after the file was sealed."""


@dataclass(frozen=True)
class Stanza:
    """One recipient's part of a header."""

    arguments: tuple[str, ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class AgeHeader:
    """A header that keeps every rule of the format; what is in it is not yet authenticated."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    signed: bytes = field(repr=False)
    """What the MAC covers: from the first line up to and with '---'."""

    def check(self, file_key: bytes) -> None:
        """Authenticate the header by the file key.

        Raises:
            AgeMacError: If it was changed.
        """
        if not hmac.compare_digest(_mac(file_key, self.signed), self.mac):
            raise AgeMacError("the header of this file was changed after it was sealed", "use another copy of the file")


def parse_header(stream: BinaryIO) -> AgeHeader:
    """Read a header; the stream stands behind it afterwards.

    Raises:
        AgeHeaderError: If it breaks a rule of the format.
    """
    reader = _Reader(stream)
    if reader.line() != INTRO:
        raise _bad_header("this is not an age file, or one of a later version")
    stanzas: list[Stanza] = []
    while (line := reader.line()).startswith(b"-> "):
        stanzas.append(_stanza(line, reader))
    if not line.startswith(b"--- ") or not stanzas:
        raise _bad_header("the header of this file is damaged")
    mac = decode_base64(line[4:-1])
    if len(line) != 4 + _MAC_CHARACTERS + 1:
        raise _bad_header("the header of this file is damaged")
    return AgeHeader(tuple(stanzas), mac, bytes(reader.seen[: -len(line)]) + b"---")


def write_header(stanzas: tuple[Stanza, ...], file_key: bytes) -> bytes:
    """Return the header of a file with these stanzas."""
    signed = INTRO + b"".join(map(_written, stanzas)) + b"---"
    return signed + b" " + encode_base64(_mac(file_key, signed)) + b"\n"


class _Reader:
    """Lines of a bounded header, and all that was read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seen = bytearray()

    def line(self) -> bytes:
        """Return the next line with its line feed."""
        line = self._stream.readline(MAX_HEADER + 1 - len(self.seen))
        self.seen += line
        if not line.endswith(b"\n") or len(self.seen) > MAX_HEADER:
            raise _bad_header("the header of this file is cut off, or too long")
        return line


def _stanza(line: bytes, reader: _Reader) -> Stanza:
    arguments = line[3:-1].split(b" ")
    if any(not argument or not all(0x21 <= byte <= 0x7E for byte in argument) for argument in arguments):
        raise _bad_header("the header of this file is damaged")
    body = b""
    while True:
        text = reader.line()[:-1]
        if len(text) > _LINE:
            raise _bad_header("the header of this file is damaged")
        body += decode_base64(text)
        if len(text) < _LINE:
            return Stanza(tuple(argument.decode("ascii") for argument in arguments), body)


def _written(stanza: Stanza) -> bytes:
    text = encode_base64(stanza.body)
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    if not lines or len(lines[-1]) == _LINE:
        lines.append(b"")
    return b"-> " + " ".join(stanza.arguments).encode("ascii") + b"\n" + b"".join(line + b"\n" for line in lines)


def encode_base64(data: bytes) -> bytes:
    """Return base64 without padding."""
    return base64.b64encode(data).rstrip(b"=")


def decode_base64(text: bytes) -> bytes:
    """Return the bytes of canonical base64 without padding.

    Raises:
        AgeHeaderError: If it is anything else, also another spelling of the same bytes.
    """
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _bad_header("the header of this file is damaged") from None
    if encode_base64(data) != text:
        raise _bad_header("the header of this file is damaged")
    return data


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, salt=b"", info=b"header", length=32), signed, hashlib.sha256)


def _bad_header(fact: str) -> AgeHeaderError:
    return AgeHeaderError(fact, "check that it is the right file, or use another copy")


# --- the payload ------------------------------------------------------------------------------------------------------


class AgePayloadError(UnreadableError):
    """The payload was changed, cut off or extended."""


def opened(stream: BinaryIO, file_key: bytes) -> Iterator[bytes]:
    """Yield the chunks of a payload in the clear, each after it was authenticated.

    Raises:
        AgePayloadError: At the first chunk that is not what was sealed; nothing of it is yielded.
    """
    nonce = stream.read(NONCE)
    if len(nonce) != NONCE:
        raise _changed()
    cipher, counter = ChaCha20Poly1305(hkdf(file_key, salt=nonce, info=b"payload", length=32)), 0
    sealed = stream.read(CHUNK + TAG)
    while True:
        following = stream.read(CHUNK + TAG)
        last = not following
        try:
            chunk = cipher.decrypt(_counted(counter, last=last), sealed, None)
        except InvalidTag:
            raise _changed() from None
        if not chunk and counter:
            raise _changed()
        yield chunk
        if last:
            return
        sealed, counter = following, counter + 1


def sealed(stream: BinaryIO, file_key: bytes, nonce: bytes) -> Iterator[bytes]:
    """Yield the payload of all that *stream* holds, *nonce* first; the nonce is 16 bytes that were never used before."""
    cipher, counter = ChaCha20Poly1305(hkdf(file_key, salt=nonce, info=b"payload", length=32)), 0
    yield nonce
    chunk = stream.read(CHUNK)
    while True:
        following = stream.read(CHUNK)
        yield cipher.encrypt(_counted(counter, last=not following), chunk, None)
        if not following:
            return
        chunk, counter = following, counter + 1


def _counted(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _changed() -> AgePayloadError:
    return AgePayloadError(
        "this file was changed, cut off or extended since it was sealed", "use another copy of the file"
    )


# --- the armour -------------------------------------------------------------------------------------------------------


class AgeArmorError(UnreadableError):
    """The armour breaks a rule of the format."""


def is_armored(start: bytes) -> bool:
    """Tell by its first bytes whether a file is armoured; space before the armour is allowed."""
    return start.lstrip(b" \t\r\n").startswith(b"-----")


def without_armor(data: bytes) -> bytes:
    """Return what an armoured file holds.

    Raises:
        AgeArmorError: If it is not the one spelling of what it holds.
    """
    lines = [line.removesuffix(b"\r") for line in data.strip(b" \t\r\n").split(b"\n")]
    body = lines[1:-1]
    if len(lines) < 2 or lines[0] != BEGIN or lines[-1] != END:
        raise _bad_armor()
    try:
        held = base64.b64decode(b"".join(body), validate=True)
    except (binascii.Error, ValueError):
        raise _bad_armor() from None
    text = base64.b64encode(held)
    if body != [text[at : at + _LINE] for at in range(0, len(text), _LINE)]:
        raise _bad_armor()
    return held


def _bad_armor() -> AgeArmorError:
    return AgeArmorError("the armour of this file is damaged", "check that it is the right file, or use another copy")
