"""Of every event one that the list allows."""

from __future__ import annotations

from splitkit.ledger.events import EVENTS
from splitkit.ledger.fields import Kind
from tests.support.builders import made
from tests.support.ledgers import FINGERPRINT, HASH, SET

GOOD = {
    "yes/no": [True, False],
    **{key: ["2026-11-23", "2024-02-29"] for key in ("date", "date gone by")},
    "12 words": [FINGERPRINT, " ".join(made().envelope.fingerprint)],
    "policy": ["3of5", "2 of: Board 2of3, IT 3of5, Audit 1of1"],
    "room time": ["00:00", "23:59"],
    "seat": ["ADM", "C16", "MFA1", "SPLITKIT", "ada-example"],
    "seat of a ceremony": ["ADM", "C16"],
    "sheet": ["1", "16", "B2", "P16"],
    "set id": [SET, made().envelope.header.set_id.hex()],
    "SHA-256": [HASH],
    "recipient hash": [made().envelope.header.recipient_hash.hex()],
    "bag": ["004711", "GCS1013-0041", "A-1"],
    "printer": ["Office", "HL-L2350DW.usb", "A"],
    "serial": ["VNB3R01234", "C02XK1ZJGH5", "00471123", "SN/4711_b"],
    **{key: ["C-0001", "A7", "R10", "I-2026-1"] for key in ("code", "ledger", "intent", "action", "incident")},
    **{key: ["swap", "net.routes", "safe-2", "mfa_1"] for key in ("tag", "place", "asset", "account")},
    "name of a person": [
        "Ada Example",
        "Wit",
        "WIT Example",
        "Otto",
        "OTTO",
        "otto",
        "Suharto",
        "Witness Lee",
        "Ann C1 Example",
        "Jennifer 8. Lee",
        "X \u00c6 A-12",
        "Anna-Maria",
        "Jean-Luc O'Neill",
        "\u674e\u660e",
        "Bj\u00f6rk",
        "C. Wit",
        "Nobody Example",
    ],
    "country": ["DE", "GB"],
    "what was seen wrong": [
        "sheet 0123abcd A2 damaged 2026-11-27T09:00:00Z",
        "drill 0123abcd fail 2026-11-27T09:00:00Z",
    ],
    "version": ["0.1.0", "1.0.0rc1", "2026.11+local"],
}


def good(kind: Kind):
    """A value that a kind takes, the first of those above, or made from its name."""
    if kind.name in GOOD:
        return GOOD[kind.name][0]
    if kind.name.startswith("text"):
        return "as the script says"
    if kind.name.startswith("number"):
        return int(kind.name.split()[1].split("..")[0])
    if kind.name.startswith("up to"):
        inner = kind.name.split(" of ", 1)[1]
        return [GOOD[inner][0]] if inner in GOOD else ["a phone"]
    return kind.takes.removeprefix("one of ").split(", ")[0]


def data_for(name: str, *, optional: bool = True) -> dict:
    return {field: good(kind) for field, kind, may in EVENTS[name].kinds() if optional or not may}
