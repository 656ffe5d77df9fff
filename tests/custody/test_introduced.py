"""An entry speaks only of what an entry before it made known, whatever event it is and whatever it names."""

from __future__ import annotations

import pytest

from splitkit.custody.register import after, build
from splitkit.errors import AttentionError
from splitkit.ledger.chain import GENESIS, Happening, new_entry
from splitkit.ledger.events import EVENTS, told
from tests.support.custody.custodies import EVER, event, place
from tests.support.custody.every_event import data_for

SPEAKER = "zoe-example"
NAMING = [name for name in EVENTS if {thing for thing, _ in told(name, data_for(name)).names()} - {"sheet"}]
"""The events that speak of something; a sheet is one of a set."""


def by_zoe(what: Happening) -> Happening:
    return Happening(what.data, SPEAKER, "", "2026-02-01T10:00:00Z")


BEGUN = [
    by_zoe(event("open", format=1, ceremony="DESK", kind="desk", practice=False, version="0.1.0")),
    by_zoe(event("person.joined", person=SPEAKER, name="Zoe Example", since="2026-01-01")),
]


def built_from(*said: Happening):
    entries = []
    for one in said:
        entries.append(new_entry(one, len(entries) + 1, entries[-1].hash if entries else GENESIS))
    return build(entries, EVER)


def test_most_events_speak_of_something():
    assert len(NAMING) > 40


@pytest.mark.parametrize("name", NAMING)
def test_what_nobody_introduced_is_refused_when_written_and_named_when_found(name):
    stranger = by_zoe(event(name, **data_for(name)))
    with pytest.raises(AttentionError) as refused:
        after(built_from(*BEGUN).register, stranger)
    assert refused.value.hint
    built = built_from(*BEGUN, stranger, by_zoe(place("later")))
    assert [one.partition(": ")[0] for one in built.findings] == [f"entry 3 of 2026-02-01 ({name})"]
    assert "later" in built.register.places  # nothing that follows is lost
    assert built.register.people.keys() == {SPEAKER}


@pytest.mark.parametrize(("by", "witness"), [("nobody-here", ""), (SPEAKER, "nobody-here")])
def test_whoever_speaks_or_has_seen_it_is_somebody(by, witness):
    note = Happening(event("note", text="x").data, by, witness, "2026-02-01T10:00:00Z")
    with pytest.raises(AttentionError, match='nobody is called "nobody-here"'):
        after(built_from(*BEGUN).register, note)


def test_who_is_introduced_later_may_have_spoken_before_and_not_been_spoken_of():
    """A room is made ready before its roll is called."""
    early = Happening(event("room.clock", time="14:05", agrees=True).data, "ADM", "", "2026-02-01T10:00:00Z")
    named = by_zoe(event("deputy", person=SPEAKER, deputy="ADM"))
    roll = by_zoe(event("roll", person="ADM", role="administrator", name="Ada Example"))
    assert built_from(*BEGUN, early, roll).findings == ()
    assert len(built_from(*BEGUN, named, roll).findings) == 1


@pytest.mark.parametrize("name", ["Safe  1", "SAFE 1", "S\N{CYRILLIC SMALL LETTER A}fe 1", "Sáfe 1"])
def test_a_place_or_an_account_of_another_spelling_is_no_other_one(name):
    safe = event("place.added", place="safe-1", name="Safe 1", kind="safe", site="Bonn")
    account = event("account.added", account="one", name="Safe 1", pack="aws-root")
    twice = [
        event("place.added", place="safe-9", name=name, kind="safe", site="Bonn"),
        event("account.added", account="two", name=name, pack="aws-root"),
    ]
    built = built_from(*BEGUN, *map(by_zoe, (safe, account, *twice)))
    assert [one.split(": ")[1] for one in built.findings] == [
        "there is such a place already",
        "there is such an account already",
    ]
