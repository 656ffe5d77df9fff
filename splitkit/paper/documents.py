"""What is on a page: plain data, made elsewhere, set by `splitkit.paper.typeset`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sheet:
    """The page of one custodian: one share and the envelope of its set."""

    set_id_hex: str
    """The 16-byte set id as 32 hexadecimal digits."""
    number: str
    """Short and unique within the set: '2', or 'B2' when there are several groups."""
    position: str
    """The same in words: 'sheet 2 of 5', or 'Board, sheet 1 of 3'."""
    rule: str
    """One plain sentence that says which sheets together give the password back."""
    needed: str
    """How many are needed, in words: 'any 3 of 5'."""
    words: tuple[str, ...] = field(repr=False)
    """The share: 33 words."""
    digits: str = field(repr=False)
    """The share again: 132 digits, four for each word."""
    envelope_text: str
    """The envelope in base32, without 'SK1:'."""
    envelope_lines: tuple[str, ...]
    """The envelope as printed lines, each with its own check."""
    fingerprint: tuple[str, ...]
    """The 12 words that name the envelope, in lower case."""
    label: str
    created: str
    """Date of the set: YYYY-MM-DD, UTC."""
    epoch: int
    custodian: str
    title: str
    practice: bool
    anonymous: bool
    """Print no label and no names."""
    recover_sha256: str
    """SHA-256 of recover.py in hexadecimal."""
    program: str
    """What made the page: 'splitkit 0.1.0'."""


@dataclass(frozen=True)
class SheetLine:
    """One line of the list of sheets in a public record."""

    number: str
    position: str
    custodian: str
    title: str


@dataclass(frozen=True)
class Record:
    """The public record of a set: everything that vouches for it, and nothing that opens it."""

    set_id_hex: str
    label: str
    created: str
    """Date of the set: YYYY-MM-DD, UTC."""
    epoch: int
    policy: str
    """The policy in its short form: '3 of 5'."""
    rule: str
    """One plain sentence that says which sheets together give the password back."""
    envelope_text: str
    envelope_lines: tuple[str, ...]
    fingerprint: tuple[str, ...]
    recipient: str
    """The age recipient of the quorum: 'age1pq1...'."""
    recipient_hash: str
    """The 16-byte hash of the recipient, in hexadecimal."""
    sheets: tuple[SheetLine, ...]
    practice: bool
    anonymous: bool
    recover_sha256: str
    program: str
    supersedes: str = ""
    """Set id of the set that this one replaces, in hexadecimal; empty for none."""


@dataclass(frozen=True)
class Picture:
    """A drawing for people who decide about a policy; nothing on it is secret."""

    heading: str
    svg: str
    lines: tuple[str, ...]
    """Sentences below the drawing."""
    created: str
    """Date: YYYY-MM-DD, UTC."""
    program: str


@dataclass(frozen=True)
class PrintTest:
    """The page that shows what a printer does to a page; it belongs to no set."""

    queue: str
    created: str
    """Date of the page: YYYY-MM-DD, UTC."""
    program: str
