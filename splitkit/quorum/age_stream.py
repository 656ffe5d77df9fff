"""The payload of an age file: 64 KiB chunks, each authenticated, the last one marked.

A chunk is released only after it was authenticated; that the file is whole is known only after its last chunk.

Source: C2SP age, "Payload"; RFC 8439 (ChaCha20-Poly1305).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from splitkit.errors import UnreadableError
from splitkit.secret.entropy import hkdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

CHUNK = 64 * 1024
TAG = 16
NONCE = 16


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
