"""Every word that the views of a custody show, for a few custodies, as it was read and found right: tests/documents/custodies.

A word that changes on purpose is written anew, and read, with `python -m tests.documents.test_custody_words`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pytest

from splitkit.cli.ui.hints import worded
from splitkit.custody.overview.audit import Audit
from splitkit.custody.overview.audit_report import annexes, audit_report
from splitkit.custody.overview.criteria import find_criteria
from splitkit.custody.overview.evidence import Evidence
from splitkit.custody.overview.first_page import FirstPage
from splitkit.custody.overview.glance import Overview, first
from splitkit.custody.overview.page import status_page
from splitkit.custody.overview.statement import custody_statement
from splitkit.custody.register import build
from splitkit.custody.register_views import call_out_report, register_report
from splitkit.custody.review import accesses
from splitkit.ledger.chain import Entry, Happening
from splitkit.ledger.comparison import record_standing
from splitkit.ledger.verification import judge_ledger
from tests.support.custody.custodies import EVER, SET, asset, chained, event, held, place, sheet, stored
from tests.support.places import TESTS

WORDS = TESTS / "documents" / "custodies"
DAY, LATER = dt.date(2026, 3, 1), dt.date(2027, 1, 5)
NAMES = {"ADM": "Ada", "WIT": "Ben", "C1": "Cleo", "C2": "Dan", "C3": "Eve", "M1": "Hana", "M2": "Ivo", "O1": "Jo", "O2": "Kim",
         "P1": "Lea", "P2": "Max"}  # fmt: skip
PEOPLE = [
    event("person.joined", person=seat, name=f"{name} Example", since="2026-01-10") for seat, name in NAMES.items()
]
SAFES = [place(f"safe-{at}", city) for at, city in enumerate(("Berlin", "Oslo", "Paris"), 1)]
DEVICES = [
    asset(f"{kind}-{at}", kind, f"{who}{at}")
    for kind, who in {"mfa": "M", "mailbox": "O", "phone": "P"}.items()
    for at in (1, 2)
]
KEPT = [
    *PEOPLE,
    *SAFES,
    *held("2of3", 3),
    event("account.added", account="root", name="Production", pack="aws-root"),
    event("line.bound", line=SET, account="root"),
    event("receiver.added", person="ADM", account="root"),
    event("signin", password="new", accepted=True),
]
WRONG = [
    *(sheet("sheet.lost", number, circumstances="gone") for number in "12"),
    event("incident.open", incident="I-1", cause="a sign-in at night", kind="alert"),
    event("asset.checked", asset="mfa-1", result="fail"),
    event("asset.retired", asset="phone-2", reason="old"),
    *(event("action", action=f"A-{at}", text="call the bank", owner="ADM", due="2026-02-01") for at in (1, 2)),
    event("intent", intent="N-1", act="reveal", purpose="a test"),
    event(
        "lint.override",
        rule="SAFE-1",
        reason="until there is a second safe",
        approved=["ADM", "WIT"],
        until="2026-09-01",
    ),
    event("note", text="the shredder was out of order"),
]
CUSTODIES: dict[str, tuple[Sequence[Happening], dt.date]] = {
    "nothing": ([*PEOPLE], DAY),
    "sound": ([*KEPT, *DEVICES], DAY),
    "alone": ([*KEPT, *(asset(f"{kind}-1", kind, "C1", place="safe-1") for kind in ("mfa", "mailbox", "phone")),
               *(stored(number, safe="safe-1") for number in "123")], DAY),
    "wrong": ([*KEPT, *DEVICES, *WRONG], DAY),
    "forgotten": ([*KEPT, *DEVICES], LATER),
}  # fmt: skip


def spelt(what: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield the way to each word of a view, and the word."""
    if dataclasses.is_dataclass(what):
        for one in dataclasses.fields(what):
            yield from spelt(getattr(what, one.name), f"{at}.{one.name}".lstrip("."))
    elif isinstance(what, dict):
        for key, value in what.items():
            yield from spelt(value, f"{at}.{key}".lstrip("."))
    elif isinstance(what, list | tuple):
        for value in what:
            yield from spelt(value, f"{at}[]")
    elif isinstance(what, enum.Enum):
        yield at, what.name
    elif what not in ("", None) and not callable(what):
        yield at, str(what)


def entries_of(happenings: Sequence[Happening]) -> list[Entry]:
    opened = event("open", format=1, ceremony="C-0001", kind="custody", practice=False, version="0.1.0")
    return chained([Happening(one.data, "ADM", "WIT", one.time) for one in (opened, *happenings)])


def views(name: str) -> dict[str, Any]:
    """Return everything that tells of a custody."""
    happenings, day = CUSTODIES[name]
    entries = entries_of(happenings)
    content = b"".join(entry.line + b"\n" for entry in entries)
    built, standing = build(entries, EVER), record_standing(entries, entries[-1].hash, ())
    overview = Overview(built, standing, day, [], [], [])
    page = FirstPage.of(Audit(judge_ledger([content]), entries, {"c-0001.ledger": content}, day, day))
    criteria = find_criteria("aws-page")
    assert criteria
    return {
        "status": list(overview.lines(worded, day + dt.timedelta(92))),
        "first": first(overview.pressing) if overview.pressing else overview.sound,
        "json": overview.as_object(worded),
        "page": status_page(overview, "Example AG", worded, day),
        "statement": custody_statement(overview, entries, "Example AG", day),
        "register": register_report(built.register, day, day),
        "call-out": call_out_report(built.register, day),
        "review": accesses(built.register, day),
        "audit": audit_report(page, [Evidence(page.audit, criteria)] if name == "wrong" else []),
        "annexes": annexes(page) if name == "wrong" else {},
    }


def told(name: str) -> str:
    lines = [line for view, what in views(name).items() for line in spelt(what, view)]
    found: list[str] = []
    for way, those in groupby(lines, lambda line: line[0]):
        found += [f"= {way}", *(text for _, text in those)]
    return "\n".join(found) + "\n"


@pytest.mark.parametrize("name", CUSTODIES)
def test_every_word_is_the_one_that_was_found_right(name):
    assert told(name) == (WORDS / f"{name}.txt").read_text("utf-8")


if __name__ == "__main__":
    for custody in CUSTODIES:
        (WORDS / f"{custody}.txt").write_text(told(custody), "utf-8")
