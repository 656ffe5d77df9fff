"""One entry of the ledger as one line of bytes, and the hash that chains it to the next.

A line is a JSON object in one spelling: sorted keys, no spaces, ASCII, whole numbers only.  What is read is written again
and compared, so that one entry has one spelling.  The hash of a line is SHA-256 of `DOMAIN` and the line without its LF.
"""

import contextlib
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from splitkit.errors import UsageError
from splitkit.ledger.events import told
from splitkit.ledger.schema import Event, Unlisted
from splitkit.quorum.mnemonic import public_words

DOMAIN = b"splitkit/1 ledger\n"
GENESIS = "0" * 64
"""What stands for the hash of the entry before the first one of all."""

MAX_LINE = 4_096
"""Bytes of a line with its LF."""

MAX_DEPTH = 8
"""How deep objects and lists may lie in each other, the entry itself counted."""

PROGRAM = "SPLITKIT"
"""The seat of the program itself, for entries that no person caused."""

_DECODER = json.JSONDecoder(parse_float=str, parse_constant=str)
"""Of JSON as it may stand on a line: a number that is not whole is read as a text, which is spelt otherwise."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
_KINDS = {"by": str, "d": dict, "ev": str, "prev": str, "saw": bool, "seq": int, "t": str, "wit": str}
"""The keys of a line, and of what type each is."""

_KINDS_BEFORE = {key: kind for key, kind in _KINDS.items() if key != "saw"}
"""The same as they were before an entry said whether the program saw what it tells."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z", re.ASCII)
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class NotAnEntryError(Exception):
    """A line that is not written as an entry is written."""


@dataclass(frozen=True)
class Happening:
    """What happened (*data*), *by* whom, seen by which *witness*, and the *time* in UTC by the machine."""

    data: Event | Unlisted
    by: str
    witness: str
    time: str
    by_hand: bool = field(default=False, kw_only=True)
    """Whether people entered it from paper: the program saw nothing of it, even of what it usually sees."""

    @property
    def saw(self) -> bool:
        """Whether the program saw it; else people say it."""
        return self.data.saw and not self.by_hand

    @property
    def event(self) -> str:
        """The name of the event."""
        return self.data.event

    @cached_property
    def day(self) -> dt.date:
        """The day on which it happened, in UTC."""
        return dt.date.fromisoformat(self.time[:10])

    def listed(self) -> Event:
        """Return what happened, as the list of events has it.

        Raises:
            UsageError: If the list does not allow it.
        """
        if isinstance(self.data, Unlisted):
            raise self.data.why
        self.data.check_saw(self.saw)
        if self.witness == PROGRAM or (self.by == PROGRAM and not self._told_by_program):
            raise UsageError("the program itself neither says anything nor vouches for it", "name whoever does")
        return self.data

    @property
    def _told_by_program(self) -> bool:
        """Whether the program may have said so: what it saw, and that it was started again."""
        return self.saw or (self.event == "note" and not self.by_hand)


@dataclass(frozen=True)
class Entry(Happening):
    """One entry of a ledger: what happened, and its place there."""

    seq: int
    previous: str
    """The hash of the entry before, 64 hexadecimal digits."""
    line: bytes = field(repr=False)
    """The bytes on disk, without the LF."""

    @cached_property
    def hash(self) -> str:
        """The hash of this entry, 64 hexadecimal digits: the head of the ledger that ends with it."""
        return hash_of(self.line)

    @property
    def dated(self) -> dt.date:
        """The day that the clock gave it, as its line has it: it may have been said since that it happened earlier."""
        return dt.date.fromisoformat(json.loads(self.line)["t"][:10])

    def plain(self) -> dict[str, Any]:
        """Return the entry as plain data, as other programs get it."""
        told = {"time": self.time, "event": self.event, "data": self.data.fields(), "by": self.by, "wit": self.witness}
        return {"seq": self.seq, **told, "saw": self.saw, "hash": self.hash}


def are_two(people: Iterable[str]) -> bool:
    """Whether these are two people or more, and not one who is named twice; the program is nobody."""
    return len({*people} - {PROGRAM}) > 1


def hash_of(line: bytes) -> str:
    """Return the hash of a line (without its LF) as 64 hexadecimal digits."""
    return hashlib.sha256(DOMAIN + line).hexdigest()


def head_words(head: str) -> tuple[str, ...]:
    """Return the head as 12 words: the first 120 bits of the hash, coded as a fingerprint is."""
    return public_words(bytes.fromhex(head))


def new_entry(what: Happening, seq: int, previous: str) -> Entry:
    """Return an entry as it will stand on disk: number *seq*, after the entry whose hash is *previous*.

    Raises:
        UsageError: If its line would be too long.
        ValueError: If its time is no time.
    """
    place = {"prev": previous, "saw": what.saw, "seq": seq, "t": what.time}
    line = _spelt({"by": what.by, "d": what.data.fields(), "ev": what.event, "wit": what.witness} | place)
    if len(line) >= MAX_LINE:
        raise UsageError(f"this entry is longer than {MAX_LINE} bytes", "say it in fewer words, or in several notes")
    if not _is_time(what.time):
        raise ValueError("this is not the time of an entry")
    return Entry(what.data, what.by, what.witness, what.time, seq, previous, line, by_hand=what.by_hand)


def continued(what: Iterable[Happening], seq: int, head: str) -> list[Entry]:
    """Return what happened as entries, one after the other, after entry number *seq* whose hash is the *head*.

    Raises:
        UsageError, ValueError: See `new_entry`.
    """
    entries: list[Entry] = []
    for one in what:
        entries.append(new_entry(one, seq + len(entries) + 1, entries[-1].hash if entries else head))
    return entries


def decode_line(line: bytes) -> Entry:
    """Return the entry that *line* (without its LF) is.

    Raises:
        NotAnEntryError: If it is not one, or is spelt in another way.
    """
    fields = _parsed(line)
    if type(fields) is not dict or {key: type(value) for key, value in fields.items()} != _KINDS:
        raise NotAnEntryError
    if not _is_time(fields["t"]) or not _HASH.fullmatch(fields["prev"]):
        raise NotAnEntryError
    data = told(fields["ev"], fields["d"], saw=fields["saw"])
    place = (fields["seq"], fields["prev"], line)
    return Entry(data, fields["by"], fields["wit"], fields["t"], *place, by_hand=data.saw and not fields["saw"])


def from_before(line: bytes) -> bool:
    """Whether a line is an entry as it was written before it said whether the program saw what it tells."""
    with contextlib.suppress(NotAnEntryError):
        fields = _parsed(line)
        return type(fields) is dict and {key: type(value) for key, value in fields.items()} == _KINDS_BEFORE
    return False


def _is_time(text: str) -> bool:
    """Whether a text is a time of the calendar, to the second."""
    try:
        return bool(_TIME.fullmatch(text) and dt.date.fromisoformat(text[:10]))
    except ValueError:
        return False


def _parsed(line: bytes) -> Any:
    """Return what the JSON of a line says, if it says it in the one spelling."""
    if len(line) >= MAX_LINE or _depth(line) > MAX_DEPTH:
        raise NotAnEntryError
    try:
        fields = _DECODER.decode(line.decode("ascii"))
        right = _spelt(fields) == line
    except (ValueError, RecursionError):
        raise NotAnEntryError from None
    if not right:
        raise NotAnEntryError
    return fields


def _depth(line: bytes) -> int:
    """Return how deep a line is nested; counted before it is read, so that every reader gives up at the same depth."""
    depth = deepest = 0
    if line.count(b"[") + line.count(b"{") <= MAX_DEPTH:  # as in every entry that people write
        return 0
    for mark in _STRING.sub(b"", line):
        depth += (mark in b"[{") - (mark in b"]}")
        deepest = max(deepest, depth)
    return deepest


def _spelt(fields: Any) -> bytes:
    return _ENCODER.encode(fields).encode("ascii")
