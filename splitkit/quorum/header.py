"""The header of an envelope: the public, authenticated facts of a set.

Deterministic CBOR (RFC 8949, section 4.2.1).  Reading is strict: what does not re-encode to the same bytes is refused, so
one header has one spelling and a fingerprint means one set.
"""

from dataclasses import dataclass
from typing import Any

import cbor2

from splitkit.errors import TooNewError, UnreadableError, UsageError
from splitkit.quorum.policy import Group, Policy, SheetId
from splitkit.quorum.share import COMMITMENT_BYTES

VERSION = 1
SET_ID_BYTES = 16
RECIPIENT_HASH_BYTES = 16
MAX_LABEL_BYTES = 64
_MAX_INTEGER = 1 << 32
_MAX_DEPTH = 8
_FIRST_RESERVED_KEY, _FIRST_IGNORED_KEY = 11, 24


@dataclass(frozen=True)
class Header:
    """All that a sheet says about its set, apart from the secret."""

    set_id: bytes
    practice: bool
    created_day: int
    """Days since 1970-01-01 UTC."""
    epoch: int
    label: str
    recipient_hash: bytes
    policy: Policy
    commitments: dict[SheetId, bytes]
    first_set: bytes | None = None
    """The id of the first set of its line; None in that set itself."""
    ignored_keys: tuple[int, ...] = ()
    """Keys from 24 that a later version may add without breaking readers; shown, not understood."""

    @property
    def line(self) -> bytes:
        """The name of its line: the id of the first set in it."""
        return self.first_set or self.set_id

    def encode(self) -> bytes:
        """Return the header bytes.

        Raises:
            UsageError: If the label is too long for the format.
        """
        if len(self.label.encode("utf-8")) > MAX_LABEL_BYTES:
            raise UsageError(f"the label is longer than {MAX_LABEL_BYTES} bytes", "shorten the label")
        groups = [
            [group.threshold, b"".join(self.commitments[SheetId(g, m)] for m in range(group.members))]
            for g, group in enumerate(self.policy.groups)
        ]
        fields: dict[int, Any] = {
            1: VERSION,
            2: self.set_id,
            3: self.practice,
            4: self.created_day,
            5: self.epoch,
            6: self.label,
            7: self.recipient_hash,
            8: self.policy.group_threshold,
            9: groups,
        }
        if self.first_set is not None:
            fields[10] = self.first_set
        return cbor2.dumps(fields, canonical=True)


def decode_strictly(data: bytes) -> Any:
    """Decode deterministic CBOR of the types a header may hold.

    Raises:
        UnreadableError: On trailing bytes, another spelling, another type, or an integer of 2^32 or more.
    """
    try:
        value = cbor2.loads(data, max_depth=_MAX_DEPTH + 1, allow_indefinite=False, allow_duplicate_keys=False)
        if not _plain(value, 0) or cbor2.dumps(value, canonical=True) != data:
            raise bad_envelope()
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError):
        raise bad_envelope() from None
    return value


def _plain(value: Any, depth: int) -> bool:
    """Tell whether *value* is made only of what the format allows; a list or map may lie at depth 0 to 7."""
    if type(value) is int:
        return 0 <= value < _MAX_INTEGER
    if type(value) in (bool, bytes, str):
        return True
    if depth >= _MAX_DEPTH:
        return False
    if type(value) is list:
        return all(_plain(item, depth + 1) for item in value)
    return type(value) is dict and all(
        type(key) is int and _plain(key, depth) and _plain(item, depth + 1) for key, item in value.items()
    )


def decode_header(data: bytes) -> Header:
    """Return the header that *data* encodes.

    Raises:
        TooNewError: If a later version of splitkit made it.
        UnreadableError: If it breaks any rule of the format.
    """
    fields = decode_strictly(data)
    if type(fields) is not dict or type(fields.get(1)) is not int:
        raise bad_envelope()
    if fields[1] > VERSION or any(_FIRST_RESERVED_KEY <= key < _FIRST_IGNORED_KEY for key in fields):
        raise TooNewError(
            "this sheet was made by a newer splitkit", "use the program version that is printed on the sheet"
        )
    if fields[1] != VERSION or not set(range(1, 10)) <= set(fields) or 0 in fields:
        raise bad_envelope()
    _check_types(fields)
    policy, commitments = _decode_groups(fields[8], fields[9])
    return Header(
        set_id=fields[2],
        practice=fields[3],
        created_day=fields[4],
        epoch=fields[5],
        label=fields[6],
        recipient_hash=fields[7],
        policy=policy,
        commitments=commitments,
        first_set=fields.get(10),
        ignored_keys=tuple(key for key in fields if key >= _FIRST_IGNORED_KEY),
    )


def _check_types(fields: dict[int, Any]) -> None:
    kinds = {2: bytes, 3: bool, 4: int, 5: int, 6: str, 7: bytes, 8: int, 9: list, 10: bytes}
    sound = all(type(fields[key]) is kind for key, kind in kinds.items() if key in fields)
    if not (
        sound
        and len(fields[2]) == SET_ID_BYTES
        and fields[5] >= 1
        and len(fields[6].encode("utf-8")) <= MAX_LABEL_BYTES
        and len(fields[7]) == RECIPIENT_HASH_BYTES
        and _names_its_line(fields)
    ):
        raise bad_envelope()


def _names_its_line(fields: dict[int, Any]) -> bool:
    """The first set of a line has epoch 1 and gives its name to it; every later one names the first."""
    if 10 not in fields:
        return bool(fields[5] == 1)
    return bool(fields[5] > 1 and len(fields[10]) == SET_ID_BYTES and fields[10] != fields[2])


def _decode_groups(group_threshold: int, groups: list[Any]) -> tuple[Policy, dict[SheetId, bytes]]:
    commitments: dict[SheetId, bytes] = {}
    sizes: list[Group] = []
    for g, entry in enumerate(groups):
        if type(entry) is not list or [type(item) for item in entry] != [int, bytes]:
            raise bad_envelope()
        threshold, joined = entry
        if len(joined) % COMMITMENT_BYTES:
            raise bad_envelope()
        sizes.append(Group(threshold, len(joined) // COMMITMENT_BYTES))
        for m in range(sizes[-1].members):
            commitments[SheetId(g, m)] = joined[m * COMMITMENT_BYTES : (m + 1) * COMMITMENT_BYTES]
    try:
        return Policy(group_threshold, tuple(sizes)), commitments
    except UsageError:
        raise bad_envelope() from None


def bad_envelope() -> UnreadableError:
    """Return the one refusal of an envelope that breaks a rule, whichever part of it does."""
    return UnreadableError(
        "an envelope breaks the rules of the format",
        "scan the sheet again; if it stays so, the envelope was altered or is not splitkit's",
    )
