"""A rehearsal is never due beside a real set, and the last closed ledger says when the next ceremony is."""

from __future__ import annotations

from splitkit.custody.due import due
from tests.support.custody.custodies import OTHER_SET, event, held, made, register_of


def test_a_rehearsal_is_never_due_beside_a_real_set():
    rehearsal = made("3of5", OTHER_SET, practice=True)
    assert due(register_of(*held(), rehearsal)) == due(register_of(*held()))
    assert any(item.what == f"drill of set {OTHER_SET[:8]}" for item in due(register_of(rehearsal)))


def test_the_ledger_that_was_closed_last_names_the_next_ceremony():
    closed = [
        event("close", exceptions=0, people_out=[], items_out=[], next=day) for day in ("2026-03-01", "2026-09-01")
    ]
    days = [str(item.day) for item in due(register_of(*held(), *closed)) if item.what == "next ceremony"]
    assert days == ["2026-09-01"]
