"""A person is the same over all ceremonies; a seat is what somebody is in one."""

from __future__ import annotations

import dataclasses

import pytest

from splitkit.custody.persons import People, bound, check_seats_bound, order_of, people_of
from splitkit.custody.register import build
from splitkit.errors import NotIntroducedError
from splitkit.ledger.branches import Placed
from splitkit.ledger.chain import GENESIS, Happening, new_entry
from splitkit.ledger.events import event_of
from tests.support.custody.custodies import EVER, SET, chained, changed, drilled, event, held, introduced

STAMP = "2026-11-27T08:00:00Z"


def ledger(code, *said, kind="split"):
    first = event_of("open", {"ceremony": code, "kind": kind, "practice": False, "format": 1, "version": "0.1.0"})
    entries, head = [], GENESIS
    for number, one in enumerate((first, *said), 1):
        entries.append(new_entry(Happening(one, "ADM", "WIT", STAMP), number, head))
        head = entries[-1].hash
    return [Placed(entry, entries[0].hash) for entry in entries]


def roll(seat, name="", role="custodian"):
    return event_of("roll", {"person": seat, "role": role} | ({"name": name} if name else {}))


def who(placed, event="roll"):
    return [one.entry.data.person for one in bound(placed) if one.entry.event == event]


def test_one_seat_of_two_ceremonies_is_two_people():
    placed = ledger("C-1", roll("C1", "Ada Example")) + ledger("C-2", roll("C1", "Zoe Example"))
    assert who(placed) == ["ada-example", "zoe-example"]
    register = build([one.entry for one in bound(placed)], EVER).register
    assert {seat: one.name for seat, one in register.people.items()} == {
        "ada-example": "Ada Example", "zoe-example": "Zoe Example",
    }  # fmt: skip


def test_a_seat_is_whose_it_is_also_before_the_roll_is_called():
    given = event_of("bag.given", {"bag": "B-1", "person": "C1"})
    assert who(ledger("C-1", given, roll("C1", "Ada Example")), "bag.given") == ["ada-example"]
    again = ledger("C-1", given, roll("C1", "Ada Example"), roll("C1", "Zoe Example"), given)
    assert who(again, "bag.given") == ["ada-example", "zoe-example"]


def test_one_name_is_one_person_under_any_seat_and_spelling():
    placed = ledger("C-1", roll("C1", "José Example")) + ledger("C-2", roll("C4", "jose  example"))
    assert who(placed) == ["jose-example"] * 2
    assert who(ledger("C-1", roll("C1", "José Example"), roll("WIT", "Example, Jose"))) == ["jose-example"] * 2


def test_the_desk_says_who_had_a_seat_also_of_what_came_before():
    one = ledger("C-1", roll("C1", "Ada Example"))
    two = ledger("C-2", roll("C1", "Ada Example"))
    other = event_of("seat.bound", {"ledger": "C-2", "seat": "C1", "person": "ada-example-2"})
    joined = event_of("person.joined", {"person": "ada-example-2", "name": "Ada Example", "since": "2026-11-27"})
    assert who(one + two + ledger("DESK", joined, other, kind="desk")) == ["ada-example", "ada-example-2"]
    assert who(one + two + ledger("DESK", other, joined, kind="desk")) == ["ada-example", "ada-example"]


def test_who_had_a_seat_may_be_introduced_in_the_same_breath():
    placed = ledger("C-1", roll("C1")) + ledger("DESK", kind="desk")
    joined = event_of("person.joined", {"person": "zoe", "name": "Zoe Example", "since": "2026-11-27"})
    seat = event_of("seat.bound", {"ledger": "C-1", "seat": "C1", "person": "zoe"})
    check_seats_bound(placed, [joined, seat])
    with pytest.raises(NotIntroducedError):
        check_seats_bound(placed, [seat, joined])


def test_a_seat_without_a_name_is_that_seat_of_that_ceremony():
    assert who(ledger("C-0001", roll("C1")) + ledger("C-0002", roll("C1"))) == ["c-0001-c1", "c-0002-c1"]


def test_a_seat_without_a_name_is_nobody_who_has_its_id_already():
    zoe = event_of("person.joined", {"person": "c-2-c1", "name": "Zoe Example", "since": "2026-11-27"})
    assert who(ledger("DESK", zoe, kind="desk") + ledger("C-2", roll("C1"))) == ["c-2-c1-2"]
    assert who(ledger("C-2", roll("C1")) + ledger("DESK", zoe, kind="desk")) == ["c-2-c1"]


def test_lists_and_those_who_vouch_are_people_too():
    shown = event_of("reveal", {"set": "0" * 32, "purpose": "sign in", "released_by": ["ADM", "C1"], "seen_by": ["C1"],
                                "seconds": 5, "way": "screen"})  # fmt: skip
    placed = ledger("C-1", roll("ADM", "Max Example", "administrator"), roll("C1", "Ada Example"), shown)
    last = list(bound(placed))[-1].entry
    assert (last.data.released_by, last.data.seen_by, last.by) == (
        ("max-example", "ada-example"), ("ada-example",), "max-example",
    )  # fmt: skip
    assert last.witness == "WIT"  # nobody was called by that seat
    assert last.hash == placed[-1].entry.hash


def test_what_the_desk_writes_of_people_stays():
    joined = event_of("person.joined", {"person": "ada", "name": "Ada Example", "since": "2026-11-27"})
    placed = ledger("DESK", joined, kind="desk") + ledger("C-1", roll("C2", "Ada Example"))
    assert who(placed) == ["ada"]
    assert people_of(placed).known("ADA EXAMPLE") == "ada"


@pytest.mark.parametrize("name", ["李雷", "3rd Example", "Ada", "Ada-Maria von und zu Example-Beispielhausen"])
def test_every_name_has_an_id_that_a_ledger_takes(name):
    people = People()
    ids = []
    for _ in range(3):
        ids.append(people.new_id(name))
        people.names[ids[-1]] = name
    assert len(set(ids)) == 3
    for one in ids:
        event_of("person.joined", {"person": one, "name": name, "since": "2026-11-27"})


def test_nobody_of_another_name_takes_the_id_of_somebody_the_desk_knows():
    joined = event_of("person.joined", {"person": "lou", "name": "Lou Example", "since": "2026-11-27"})
    as_zoe = event_of("person.joined", {"person": "lou", "name": "Zoe Example", "since": "2026-11-27"})
    desk = ledger("DESK", joined, as_zoe, roll("lou", "Zoe Example"), roll("lou", "Lou Example"), kind="desk")
    assert who(desk) == ["lou", "lou"]
    assert who(desk + ledger("C-1", roll("C1", "Zoe Example"), roll("lou", "Ada Example"))) == [
        "lou", "lou", "zoe-example", "ada-example",
    ]  # fmt: skip


NOTE = event("note", "2026-04-02", text="here")
WRONG = {
    "a sheet": event("sheet.read", "2026-04-02", set=SET, sheet="1", use="drill", source="scan", result="forged"),
    "a drill": event("drill", "2026-04-02", set=SET, sheets=["1", "2", "3"], way="verify", result="fail"),
}
SOUND = event("sheet.read", "2026-04-03", set=SET, sheet="1", use="drill", source="scan", result="sound")


def gone(*seen_by, day="2026-04-03", **more):
    return event("sheet.destroyed", day, set=SET, sheet="1", way="fire", seen_by=list(seen_by), **more)


def retired(*approved):
    return event("set.retired", "2026-04-03", set=SET, reason="x", approved=list(approved))


RIGHT = [
    ("a sheet", [SOUND], True),
    ("a sheet", [changed(SOUND, sheet="2")], False),
    ("a sheet", [gone("ADM", "WIT")], True),
    ("a sheet", [gone("ADM", "WIT", copy=1)], True),
    ("a sheet", [gone("ADM")], False),
    ("a sheet", [gone("ADM", "nobody-known")], False),
    ("a sheet", [gone("ADM", "WIT", copy=9)], False),
    ("a sheet", [gone("ADM", "WIT", day="2026-04-01")], False),
    ("a sheet", [gone("ADM", "WIT", day="2026-04-01"), gone("ADM", "WIT")], False),
    ("a sheet", [retired("ADM", "WIT")], False),
    ("a drill", drilled(*"123", day="2026-04-03"), True),
    ("a drill", [event("drill", "2026-04-03", set=SET, sheets=["9"], way="verify", result="pass")], False),
    ("a drill", [retired("ADM", "WIT")], True),
    ("a drill", [retired("ADM")], False),
    ("a drill", [retired("ADM", "nobody-known")], False),
]


@pytest.mark.parametrize(("what", "since", "settled"), RIGHT)
def test_what_a_branch_saw_go_wrong_is_right_since_only_by_what_the_register_takes(what, since, settled):
    """Of one person's hand an entry may name anybody, and any paper."""
    begins = introduced(*held(), people=("SCR", "WIT"))
    begins[0] = changed(begins[0], kind="desk")
    kept, left = (chained([*begins, *more])[-1].hash for more in ([NOTE], [WRONG[what]]))
    choice = event("fork.settled", "2026-04-02", kept=kept, left=left, approved=["ADM", "WIT"])
    stick = {"stick": chained([*begins, WRONG[what]])}

    def doubts(*more):
        files = {"desk": chained([*begins, NOTE, choice, *more]), **stick}
        return order_of({name: b"".join(one.line + b"\n" for one in of) for name, of in files.items()}).doubts

    assert [one.where for one in doubts()] == ["a branch that was left"]
    assert (doubts(*since) == ()) is settled
    if settled and not since[-1].saw:
        back = [*begins, NOTE, choice, *since]
        taken_back = event("withdrawn", "2026-04-04", entry=chained(back)[-1].hash, reason="x", approved=["ADM", "WIT"])
        assert doubts(*since, taken_back)


def test_what_a_branch_that_was_left_says_later_settles_nothing_either():
    begins = introduced(*held(), people=("SCR", "WIT"))
    begins[0] = changed(begins[0], kind="desk")
    kept, left = chained([*begins, NOTE]), chained([*begins, WRONG["a sheet"], SOUND])
    choice = event("fork.settled", "2026-04-03", kept=kept[-1].hash, left=left[-1].hash, approved=["ADM", "WIT"])
    files = {"desk": chained([*begins, NOTE, choice]), "stick": left}
    found = order_of({name: b"".join(one.line + b"\n" for one in of) for name, of in files.items()})
    assert [one.where for one in found.doubts] == ["a branch that was left"]


def leaves(seat="WIT", by="ADM", witness="SCR", day="2026-03-20"):
    said = event("person.left", day, person=seat, until=day, reason="dismissed")
    return dataclasses.replace(said, by=by, witness=witness)


ALIAS = event("person.joined", "2026-01-15", person="W2", name="WIT Example", since="2026-01-15")
RETURN = dataclasses.replace(
    event("person.joined", "2026-03-25", person="WIT", name="WIT Example", since="2026-03-25"), by="ADM", witness=""
)
CHOOSE = {
    "nobody left": ([], [], [], "WIT", True),
    "before the fork": ([leaves()], [], [], "WIT", False),
    "by the branch that is kept": ([], [leaves()], [], "WIT", False),
    "by the branch that is left": ([], [], [leaves()], "WIT", False),
    "by the branch that is left, as one says": ([], [], [leaves(witness="")], "WIT", False),
    "before the fork, under another seat": ([leaves()], [], [], "W2", False),
    "by the branch that is left, under another seat": ([], [], [leaves()], "W2", False),
    "before the fork, and brought back by one": ([leaves(), RETURN], [], [], "WIT", False),
    "left, and brought back by two on the branch that is kept": (
        [leaves()], [dataclasses.replace(RETURN, witness="SCR")], [], "WIT", True,
    ),
    "only after the choice": ([], [], [leaves(day="2026-04-09")], "WIT", True),
    "somebody else left": ([], [], [leaves("C3")], "WIT", True),
}  # fmt: skip
"""What was said before the fork, by the branch that is kept and by the one that is left, who chooses with ADM, and whether they can."""


@pytest.mark.parametrize("case", CHOOSE)
def test_whoever_left_by_any_branch_chooses_none(case):
    before, here, there, seat, can = CHOOSE[case]
    begins = introduced(*held(), ALIAS, *before, people=("SCR", "WIT"))
    begins[0] = changed(begins[0], kind="desk")
    kept, left = chained([*begins, *here, NOTE]), chained([*begins, *there, WRONG["a sheet"]])
    choice = event("fork.settled", "2026-04-02", kept=kept[-1].hash, left=left[-1].hash, approved=["ADM", seat])
    files = {"desk": chained([*begins, *here, NOTE, choice]), "stick": left}
    found = order_of({name: b"".join(one.line + b"\n" for one in of) for name, of in files.items()})
    assert bool(found.choices) is can
    assert bool(found.forks) is not can
