"""The armour of an age file: base64 between two lines, for files that travel as text.

Source: C2SP age, "ASCII armor"; RFC 7468 in its strict form.
"""

from __future__ import annotations

import base64
import binascii

from splitkit.errors import UnreadableError

BEGIN, END = b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"
_LINE = 64


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
        raise _bad()
    if any(len(line) != _LINE for line in body[:-1]) or (body and not 0 < len(body[-1]) <= _LINE):
        raise _bad()
    text = b"".join(body)
    try:
        held = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _bad() from None
    if base64.b64encode(held) != text:
        raise _bad()
    return held


def _bad() -> AgeArmorError:
    return AgeArmorError("the armour of this file is damaged", "check that it is the right file, or use another copy")
