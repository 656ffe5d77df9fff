"""The close-out sheet of a recovery: what was shown, what is owed, which bags; and only of a ledger that is closed."""

from __future__ import annotations

import pytest

from splitkit.ceremony.recovery_sheet import recovery_sheet
from splitkit.errors import AttentionError
from splitkit.ledger.chain import GENESIS, head_words, new_entry
from splitkit.ledger.verification import read_ledger
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from tests.support.ceremonies import happening
from tests.support.ledgers import SET
from tests.support.paper.pdfs import prose_of

SHOWN = happening(
    "reveal", set=SET, purpose="a fire", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"
)
SIGNED_IN = happening("signin", password="unchanged", accepted=True)
CLOSE = happening("close", exceptions=0, people_out=[], items_out=[])


def ledger(*more, closed=True):
    entries = [
        happening("open", format=1, ceremony="R-0001", kind="recover", practice=False, version="0.1.0"),
        happening("roll", person="ADM", role="administrator", name="Ada Example"),
        happening("roll", person="WIT", role="witness", name="Ben Example"),
        happening("roll", person="C1", role="custodian", sheet="1", name="Cleo Example"),
        happening("request", task="a fire", requested_by=["ADM", "WIT"]),
        happening("sheet.read", set=SET, sheet="1", use="quorum", source="scan", result="sound", person="C1"),
        happening("sheet.read", set=SET, sheet="2", use="quorum", source="scan", result="damaged", person="C2"),
        *more,
        *([CLOSE] if closed else []),
    ]
    lines, head = [], GENESIS
    for number, happened in enumerate(entries, 1):
        entry = new_entry(happened, number, head)
        lines, head = [*lines, entry.line], entry.hash
    return read_ledger(b"".join(line + b"\n" for line in lines))


def action(code, text, due):
    return happening("action", action=code, text=text, owner="ADM", due=due)


def tables(chain):
    return {table.title: table for table in recovery_sheet(chain, "2026-11-24").tables}


def test_what_was_shown_what_is_owed_and_every_bag():
    day = str(ledger().entries[-1].day)
    sealed = happening("bag.sealed", set=SET, sheet="1", bag="NEW-1", person="C1", replaces="BAG-1")
    chain = ledger(SHOWN, SIGNED_IN, action("A-1", "change it", day), action("A-2", "review it", "2099-01-01"), sealed)
    found = tables(chain)
    shown = [row[1:] for row in found["What was shown"].rows]
    both = "Ada Example, Ben Example"
    assert shown == [("shown for 9 seconds: a fire", both, "Ada Example"), ("sign-in accepted", "-", "-")]
    soon = [row[0] for row in found["Owed within 24 hours"].rows]
    assert soon[0] == "sheet 1, bag NEW-1, is in its safe, and the scribe was told"
    assert soon[-1] == "change it" and len(soon) == 3
    assert [row[0] for row in found["Owed later"].rows] == ["review it"]
    assert found["Sheets and bags"].rows == (
        ("1", "Cleo Example", "sound", "NEW-1", "BAG-1"),
        ("2", "-", "damaged", "NOT SEALED", "-"),
    )
    sheet = recovery_sheet(chain, "2026-11-24")
    assert sheet.signatures == ("Ada Example, administrator", "Ben Example, witness")
    for paper in Paper:
        page = prose_of(Typesetter(paper).report(sheet, lambda *_: None))
        assert all(word in page for word in (*head_words(chain.head), "Owed within 24 hours", "NOTHING HERE IS SECRET"))


def test_where_nothing_was_shown_it_says_so():
    found = tables(ledger())
    assert (found["What was shown"].remark, found["Owed later"].remark) == ("Nothing was shown.", "Nothing.")


def test_the_sheet_of_a_ledger_that_is_not_closed_is_refused():
    with pytest.raises(AttentionError, match="not closed"):
        recovery_sheet(ledger(SHOWN, closed=False), "2026-11-24")
