"""Sheets and records of a set that nobody made, with words that are no share."""

from __future__ import annotations

import base64
import hashlib

from splitkit.paper.documents import Leaders, Record, Sheet, SheetLine

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru")
WORDS = tuple((a + b).upper() for a in SYLLABLES[:6] for b in SYLLABLES[:6])[:33]
LONG_WORDS = tuple(word + "STUV" for word in WORDS)
FINGERPRINT = tuple(b + "x" + a for a in SYLLABLES[6:] for b in SYLLABLES[6:9])
DIGITS = "".join(f"{index * 31 % 1024:04d}" for index in range(1, 34))
RECIPIENT = "age1pq1" + "qpzry9x8" * 244
SHA256 = hashlib.sha256(b"recover.py").hexdigest()


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


def envelope(size):
    """Base32 and printed lines of an envelope of so many bytes; the checks are of the right form only."""
    data = b"".join(hashlib.sha256(bytes([block])).digest() for block in range(size // 32 + 1))[:size]
    pieces = [base32(data[start : start + 20]) for start in range(0, size, 20)]
    groups = [" ".join(text[start : start + 4] for start in range(0, len(text), 4)) for text in pieces]
    lines = (f"{n:02d}/{len(pieces):02d} {group} Z{n + 10:02d}Q" for n, group in enumerate(groups, 1))
    return {"envelope_text": "SK1:" + base32(data), "envelope_lines": tuple(lines)}


COMMON = {
    "set_id": "00112233445566778899aabbccddeeff",
    "label": "AWS management account",
    "made": "2026-11-24",
    "epoch": 1,
    "rule": "Any 3 of the 5 sheets together give the password back.",
    "fingerprint": FINGERPRINT,
    "practice": False,
    "anonymous": False,
    "recover_sha256": SHA256,
    "program": "splitkit 0.1.0",
}


def a_sheet(size=250, **changes):
    """A sheet whose envelope has so many bytes."""
    own = {
        "number": "2",
        "position": "sheet 2 of 5",
        "needed": "any 3 of 5",
        "words": WORDS,
        "digits": DIGITS,
        "custodian": "Ada Example",
        "title": "Chief Financial Officer",
    }
    return Sheet(**{**COMMON, **own, **envelope(size), **changes})


def the_largest_sheet(**changes):
    """The most text of everything that a plan may have."""
    largest = {
        "number": "P16",
        "position": "International Supervisory Board, sheet 16 of 16",
        "rule": (
            "The sheets of 2 of these 3 groups together give the password back: Finance and Treasury (any 2 of 3 sheets), "
            "Information Technology (any 3 of 5 sheets), Supervisory Board (any 9 of 16 sheets). Fewer give nothing."
        ),
        "needed": "2 of the 3 groups",
        "words": LONG_WORDS,
        "label": "Management account of the whole Example group, Mmmmmmm and Wwwww",
        "custodian": "Ada Maximiliana Example-Konstantinopoulou the Third",
        "title": "Senior Executive Vice President, Global Security",
        "epoch": 12,
        "leaders": Leaders("W" * 48),
    }
    return a_sheet(456, **(largest | changes))


GROUPS_RULE = (
    "The sheets of 9 of these 16 groups together give the password back: "
    + ", ".join(["Wholly Owned Subsidiary A (any 2 of 2 sheets)"] * 16)
    + ". Fewer give nothing."
)


def a_record(size=250, sheets=5, **changes):
    """A record of so many sheets, with an envelope of so many bytes."""
    own = {
        "policy": "3 of 5",
        "recipient": RECIPIENT,
        "recipient_hash": SHA256[:32],
        "browser_sha256": SHA256,
        "sheets": tuple(
            SheetLine(str(n), f"sheet {n} of {sheets}", f"Ada Example {n:02d}", "Director")
            for n in range(1, sheets + 1)
        ),
    }
    return Record(**{**COMMON, **own, **envelope(size), **changes})
