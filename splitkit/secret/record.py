"""The secret record: what is encrypted inside an envelope.

One JSON object, UTF-8, no white space, sorted keys, string values only, padded with spaces to a multiple of 32 bytes and
at least 64, so that whoever decrypts it by hand still finds JSON, and its length tells little about the password.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from splitkit.errors import UnreadableError, UsageError

FIELDS = ("account", "note", "password", "user")
PADDING_BLOCK_BYTES = 32
MIN_BYTES = 64


@dataclass(frozen=True)
class SecretRecord:
    """A password with what people need beside it.  Its repr shows nothing."""

    password: str = field(repr=False)
    user: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    note: str = field(default="", repr=False)

    def encode(self) -> bytes:
        """Return the padded record.

        Raises:
            UsageError: If the password is empty or a text is not valid Unicode (a lone surrogate).
        """
        if not self.password:
            raise UsageError("the secret is empty", "type or pipe in the password that is to be protected")
        filled = {name: getattr(self, name) for name in FIELDS if getattr(self, name)}
        try:
            body = _compact(filled).encode("utf-8")
        except UnicodeEncodeError:
            raise UsageError(
                "the secret record holds text that is not valid Unicode", "type it again on this machine"
            ) from None
        padded = max(MIN_BYTES, -(-len(body) // PADDING_BLOCK_BYTES) * PADDING_BLOCK_BYTES)
        return body.ljust(padded)

    @classmethod
    def decode(cls, data: bytes) -> SecretRecord:
        """Return the record that *data* encodes, and accept no other spelling of it.

        Raises:
            UnreadableError: If *data* is not exactly what `encode` makes.  Never quotes it.
        """
        try:
            values = json.loads(data.decode("utf-8"))
            record = cls(**values) if isinstance(values, dict) else None
            if record is None or any(type(value) is not str for value in values.values()) or record.encode() != data:
                raise _not_a_record()
        except (ValueError, TypeError, UsageError, RecursionError):
            raise _not_a_record() from None
        return record


def _not_a_record() -> UnreadableError:
    return UnreadableError(
        "the envelope opens, but what is inside is not a secret record of this format",
        "a newer splitkit may have made it: use the program version printed on the sheets",
    )


def _compact(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
