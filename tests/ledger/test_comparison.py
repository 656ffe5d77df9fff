"""Which comparison with paper vouched for most, against its definition; and without looking again at what is behind another."""

from __future__ import annotations

import random

import pytest

from splitkit.ledger import comparison
from splitkit.ledger.branches import up_to
from splitkit.ledger.chain import GENESIS, Happening, new_entry
from splitkit.ledger.comparison import best_comparison
from splitkit.ledger.events import HeadCompared, told

OTHER = "1" * 64


def happened(event, **data):
    return Happening(told(event, data), "ADM", "WIT", "2026-11-27T08:00:00Z")


def written(dice, steps):
    """A desk, and ceremonies that it takes up, late or never; heads of each are compared, and of nothing."""
    heads, order = {"DESK": (0, GENESIS)}, []

    def write(to, event, /, **data):
        seq, previous = heads[to]
        entry = new_entry(happened(event, **data), seq + 1, previous)
        heads[to] = entry.seq, entry.hash
        order.append(entry)

    write("DESK", "open", format=1, ceremony="DESK", kind="desk", practice=False, version="0.1.0")
    for at in range(steps):
        what = dice.choice(["begin", "note", "note", "take", "compare", "compare"])
        ledger = dice.choice([*heads])
        if what == "begin":
            heads[f"C-{at}"] = 0, GENESIS
            write(f"C-{at}", "open", format=1, ceremony=f"C-{at}", kind="drill", practice=False, version="0.1.0")
        elif what == "take" and ledger != "DESK":
            write("DESK", "ledger.taken", ledger=ledger, head=heads[ledger][1])
        elif what == "compare":
            write("DESK", "head.compared", head=dice.choice([OTHER, *(one.hash for one in order)]))
        else:
            write(ledger, "note", text=f"note {at}")
    return order


def by_definition(entries, gone):
    best = None
    for at, entry in enumerate(entries):
        known = {one.hash: one for one in entries[:at]}
        if isinstance(entry.data, HeadCompared) and entry.hash not in gone and entry.data.head in known:
            vouched = len(up_to(entries, known[entry.data.head]))
            best = (vouched, entry) if best is None or vouched >= best[0] else best
    return best


@pytest.mark.parametrize("seed", range(60))
def test_the_comparison_that_vouched_for_most_and_the_last_such_one(seed):
    dice = random.Random(seed)
    entries = written(dice, 40)
    gone = {one.hash for one in entries if dice.random() < 0.2}
    found, wanted = best_comparison(entries, gone), by_definition(entries, gone)
    assert (found and (found.vouched, found.entry)) == wanted


def test_what_is_behind_a_head_that_was_compared_too_is_looked_at_once(monkeypatch):
    walked = []
    monkeypatch.setattr(comparison, "up_to", lambda entries, last: walked.append(last) or up_to(entries, last))
    entries, head = [], GENESIS
    for seq in range(1, 101):
        what = happened("head.compared", head=head) if seq % 3 == 0 else happened("note", text=f"note {seq}")
        entries.append(new_entry(what, seq, head))
        head = entries[-1].hash
    assert best_comparison(entries).vouched == 98
    assert len(walked) == 1
