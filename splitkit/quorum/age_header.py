"""The header of an age file, parsed as strictly as its specification demands, and written.

Source: C2SP age, "Header"; RFC 4648 (canonical base64 without padding); RFC 5869; RFC 2104.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from splitkit.errors import UnreadableError
from splitkit.secret.entropy import hkdf

if TYPE_CHECKING:
    from typing import BinaryIO

INTRO = b"age-encryption.org/v1\n"
FILE_KEY_BYTES = 16
MAX_HEADER = 256 * 1024
"""Bytes of a header; a stanza to one of our recipients has 1.6 kB."""

_LINE = 64
_MAC_CHARACTERS = 43


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
        raise _bad("this is not an age file, or one of a later version")
    stanzas: list[Stanza] = []
    while (line := reader.line()).startswith(b"-> "):
        stanzas.append(_stanza(line, reader))
    if not line.startswith(b"--- ") or not stanzas:
        raise _bad("the header of this file is damaged")
    mac = decode_base64(line[4:-1])
    if len(line) != 4 + _MAC_CHARACTERS + 1:
        raise _bad("the header of this file is damaged")
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
            raise _bad("the header of this file is cut off, or too long")
        return line


def _stanza(line: bytes, reader: _Reader) -> Stanza:
    arguments = line[3:-1].split(b" ")
    if any(not argument or not all(0x21 <= byte <= 0x7E for byte in argument) for argument in arguments):
        raise _bad("the header of this file is damaged")
    body = b""
    while True:
        text = reader.line()[:-1]
        if len(text) > _LINE:
            raise _bad("the header of this file is damaged")
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
        raise _bad("the header of this file is damaged") from None
    if encode_base64(data) != text:
        raise _bad("the header of this file is damaged")
    return data


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, salt=b"", info=b"header", length=32), signed, hashlib.sha256)


def _bad(fact: str) -> AgeHeaderError:
    return AgeHeaderError(fact, "check that it is the right file, or use another copy")
