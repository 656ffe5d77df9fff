"""One deed told twice is one; the same deed done again is two."""

from __future__ import annotations

import datetime as dt

import pytest

from splitkit.custody.register import build
from splitkit.custody.repeats import recorded_already
from splitkit.ledger.chain import GENESIS, Entry, Happening, new_entry
from splitkit.ledger.events import EVENTS, told
from tests.support.custody.custodies import EVER, SET, destroyed, event, introduced, made, read_back, sheet
from tests.support.custody.every_event import data_for
from tests.support.ledgers import SEEN

DAY = "2026-02-01"
DATE = dt.date.fromisoformat(DAY)
SHEET = {"person": "C1", "bag": "BAG-1", "safe": "safe-1"}
STORED = sheet("sheet.stored", "1", DAY, **SHEET)
TAKEN = sheet("sheet.taken", "1", DAY, **SHEET, purpose="a drill")
GONE = destroyed("1")
OUT = event("room.exit", DAY, person="C2", items_out=["phone"])
BACK = event("room.return", DAY, person="C2", items_in=["phone"])
OPENED = event("safe.opened", DAY, safe="safe-1", people=["C1", "C2"], purpose="a drill")
CLOSED = event("safe.closed", DAY, safe="safe-1", people=["C1", "C2"])
NOTE = event("note", DAY, text="the window was closed")
PAUSE = event("break", DAY, reason="lunch", bags=[])
ACTION = event("action", DAY, action="A-1", text="see to it", due="2027-01-01")


def ledger(*happenings: Happening) -> list[Entry]:
    entries: list[Entry] = []
    for one in introduced(made("2of3"), *happenings, people=("ada-example", "ben-example")):
        entries.append(new_entry(one, len(entries) + 1, entries[-1].hash if entries else GENESIS))
    return entries


@pytest.mark.parametrize("before", [
    [STORED], [STORED, NOTE], [STORED, sheet("sheet.stored", "2", DAY, person="C2", bag="BAG-2", safe="safe-1")],
    [STORED, sheet("sheet.lost", "2", DAY, circumstances="x")], [STORED, STORED],
])  # fmt: skip
def test_what_still_stands_is_not_written_again(before):
    assert recorded_already(ledger(*before), STORED.data, DATE).entry.data == STORED.data


@pytest.mark.parametrize(("before", "again"), [
    ([GONE], GONE), ([ACTION], ACTION), ([NOTE, STORED], NOTE), ([OUT], OUT), ([OPENED, NOTE], OPENED), ([TAKEN], TAKEN),
])  # fmt: skip
def test_so_it_is_with_any_deed(before, again):
    assert recorded_already(ledger(*before), again.data, DATE)


@pytest.mark.parametrize(("before", "again"), [
    ([TAKEN, STORED], TAKEN), ([STORED, TAKEN], STORED), ([OUT, BACK], OUT), ([OPENED, CLOSED], OPENED),
    ([GONE, *read_back("1", set_id=SET, day=DAY)], GONE), ([PAUSE], PAUSE),
    ([NOTE, event("close", DAY, exceptions=0, people_out=[], items_out=[])], NOTE),
    ([event("sheet.stored", DAY, set=SET, sheet="1", person="C1", bag="BAG-1", safe="safe-2")], STORED),
    ([STORED, sheet("sheet.handed", "1", DAY, from_="C1", to="C2")], STORED), ([], STORED),
])  # fmt: skip
def test_what_was_done_again_is_written_again(before, again):
    assert recorded_already(ledger(*before), again.data, DATE) is None


def test_the_same_on_another_day_or_after_it_was_withdrawn_is_written():
    entries = ledger(STORED)
    assert recorded_already(entries, STORED.data, dt.date(2026, 2, 2)) is None
    slip = event("withdrawn", DAY, entry=entries[-1].hash, reason="a slip", approved=["ada-example", "ben-example"])
    assert recorded_already([*entries, new_entry(slip, len(entries) + 1, entries[-1].hash)], STORED.data, DATE) is None


@pytest.mark.parametrize("name", sorted(set(EVENTS) - SEEN - {"withdrawn"}))
def test_in_two_ledgers_it_counts_once(name):
    one = Happening(told(name, data_for(name)), "C1", "", f"{DAY}T10:00:00Z")
    once, twice = build(ledger(one), EVER), build(ledger(one, one), EVER)
    assert twice.register == once.register
    assert len(twice.findings) <= 2 * len(once.findings)  # what contradicts is named wherever it stands


def test_another_deed_of_the_same_code_is_named():
    other = event("action", DAY, action="A-1", text="another", due="2027-01-01")
    assert build(ledger(ACTION, ACTION), EVER).findings == ()
    assert "an action of this code was agreed before" in build(ledger(ACTION, other), EVER).findings[0]
