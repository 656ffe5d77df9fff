"""Who held what, and when: intervals that follow each other, as the register tells them."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody.register import build
from splitkit.ledger.chain import Entry
from tests.support.custody.custodies import EVER, SET, asset, event, held, holdings, introduced, sheet


def entries(*happenings):
    return [Entry(one.data, one.by, one.witness, one.time, number, "0" * 64, b"")
            for number, one in enumerate(introduced(*happenings), 1)]  # fmt: skip


def told(*happenings):
    return [
        (one.what, one.holder, one.where, one.state, str(one.since), str(one.until or ""))
        for one in holdings(entries(*happenings))
    ]


ONE = f"sheet 1 of set {SET[:8]}"


def test_a_sheet_from_hand_to_hand():
    found = told(
        *held(), sheet("sheet.handed", "1", "2026-03-01", from_="C1", to="C9"),
        sheet("sheet.stored", "1", "2026-03-02", person="C9", bag="BAG-1", safe="safe-9"),
        sheet("sheet.lost", "1", "2026-04-01", circumstances="gone"),
    )  # fmt: skip
    assert [line for line in found if line[0] == ONE] == [
        (ONE, "C1", "safe-1 BAG-1", "held", "2026-01-16", "2026-03-01"),
        (ONE, "C9", "BAG-1", "held", "2026-03-01", "2026-03-02"),
        (ONE, "C9", "safe-9 BAG-1", "held", "2026-03-02", "2026-04-01"),
        (ONE, "C9", "safe-9 BAG-1", "lost, exposed: possible", "2026-04-01", ""),
    ]


def test_devices_and_roles_and_those_who_leave():
    found = told(
        event("person.joined", "2026-01-01", person="M1", name="Ada Example", since="2026-01-01"),
        event("roll", "2026-01-02", person="M1", role="mfa"),
        asset("key-1", "mfa", "M1", "2026-01-03"), event("asset.moved", "2026-02-01", asset="key-1", person="M2", reason="leaves"),
        event("person.left", "2026-02-02", person="M1", until="2026-02-02", reason="moved on"),
        event("asset.retired", "2026-03-01", asset="key-1", reason="broken"),
    )  # fmt: skip
    assert found == [
        ("mfa key-1", "M1", "", "in use", "2026-01-03", "2026-02-01"),
        ("mfa key-1", "M2", "", "in use", "2026-02-01", "2026-03-01"),
        ("mfa key-1", "M2", "", "retired", "2026-03-01", ""),
        ("roles of M1", "M1", "mfa", "in office", "2026-01-02", "2026-02-02"),
    ]


def test_an_entry_that_contradicts_changes_nothing():
    assert told(*held(), sheet("sheet.lost", "9", circumstances="x")) == told(*held())


@given(st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from(["C1", "C2", "C3"])), max_size=12))
def test_intervals_of_one_thing_follow_each_other_and_end_as_the_register_says(moves):
    """No gap, no overlap; the last one is what the register has."""
    happenings, holder = list(held()), {number: f"C{number}" for number in "12345"}
    for day, (number, to) in enumerate(moves, 1):
        happenings.append(sheet("sheet.handed", number, f"2026-02-{day:02d}", from_=holder[number], to=to))
        holder[number] = to
    by_thing = defaultdict(list)
    for one in holdings(entries(*happenings)):
        by_thing[one.what].append(one)
    register = build(entries(*happenings), EVER).register
    for what, intervals in by_thing.items():
        assert [one.until for one in intervals[:-1]] == [one.since for one in intervals[1:]]
        assert intervals[-1].until is None
        assert intervals[-1].holder == register.sets[SET].sheets[what.split()[1]].holder
