"""Ledgers made by hand: their bytes are written here, not by the code under test."""

from __future__ import annotations

import hashlib
import json

from shamir_mnemonic.wordlist import WORDLIST

SET = "5f3a0c1188aa22bb33cc44dd55ee66ff"
HASH = hashlib.sha256(b"plan").hexdigest()
FINGERPRINT = " ".join(WORDLIST[:12])
ZEROS = "0" * 64

OPEN = {"format": 1, "ceremony": "C-0001", "kind": "split", "practice": True, "version": "0.1.0"}
EVENTS = (
    ("open", OPEN),
    ("roll", {"person": "ADM", "role": "administrator", "name": "Ada Example"}),
    ("roll", {"person": "C1", "role": "custodian", "name": "Ben Example", "sheet": "1"}),
    ("preflight", {"check": "swap", "verdict": "warn", "detail": "zram without a disk behind it"}),
    ("plan", {"sha256": HASH, "policy": "2of3", "agreed": ["C1", "C2", "C3"]}),
    ("sheet.printed", {"set": SET, "sheet": "1", "copy": 1}),
    ("bag.sealed", {"bag": "GCS1013-0041", "set": SET, "sheet": "1", "person": "C1"}),
    ("note", {"text": "the window was closed by the witness"}),
    ("room.exit", {"person": "C2", "items_out": ["phone pouch"], "time": "14:05"}),
    ("room.return", {"person": "C2", "items_in": ["phone pouch"], "time": "14:12"}),
    ("correction", {"seq": 8, "text": "it was closed by the administrator"}),
    ("close", {"exceptions": 0, "people_out": [], "items_out": []}),
)


SEEN = frozenset(
    [
        "open",
        "close",
        "torn",
        "ledger.taken",
        "fork.settled",
        "step",
        "preflight",
        "preflight.done",
        "selftest",
        "dice",
        "wipe",
        "set.made",
        "public.copied",
        "sheet.printed",
        "sheet.written",
        "sheet.read",
        "set.proven",
        "sheet.reissued",
        "file.sealed",
        "file.opened",
        "drill",
        "review",
        "review.line",
        "intent",
        "outcome",
        "reveal",
        "override",
    ]
)
"""What the program sees, named here once more and not by the list of events."""

FROM_PAPER = frozenset(("step", "intent", "outcome", "reveal", "override", "set.made"))
"""Those of them that people may enter later."""


def stamp(number: int) -> str:
    return f"2026-11-23T13:{number // 60 % 60:02d}:{number % 60:02d}Z"


def spelt(fields: dict) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def hashed(line: bytes) -> str:
    return hashlib.sha256(b"splitkit/1 ledger\n" + line).hexdigest()


def line(seq: int, previous: str, event: str, data: dict, **other) -> bytes:
    fields = {"by": "ADM", "d": data, "ev": event, "prev": previous, "seq": seq, "t": stamp(seq), "wit": "WIT"}
    fields["saw"] = event in SEEN
    return spelt({**fields, **other})


def chained(events=EVENTS, previous: str = ZEROS, **other) -> list[bytes]:
    """The lines of a ledger with these events, without their LF."""
    lines: list[bytes] = []
    for seq, (event, data) in enumerate(events, start=1):
        lines.append(line(seq, hashed(lines[-1]) if lines else previous, event, data, **other))
    return lines


def joined(lines) -> bytes:
    return b"".join(entry + b"\n" for entry in lines)


def going_on(lines: list[bytes], event: str, data: dict, **other) -> list[bytes]:
    return [*lines, line(len(lines) + 1, hashed(lines[-1]), event, data, **other)]


def torn_line(lines: list[bytes], fragment: bytes) -> bytes:
    """The `torn` entry that follows *lines* and the *fragment* after them."""
    data = {"bytes": len(fragment), "sha256": hashlib.sha256(fragment).hexdigest()}
    return line(len(lines) + 1, hashed(lines[-1]), "torn", data, by="SPLITKIT", wit="")


def words(head: str) -> tuple[str, ...]:
    bits = f"{int(head, 16):0256b}"
    return tuple(WORDLIST[int(bits[at : at + 10], 2)] for at in range(0, 120, 10))


def head_of(lines: list[bytes]) -> tuple[str, ...]:
    return words(hashed(lines[-1]))
