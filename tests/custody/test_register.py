"""The custody register follows from the entries, and an entry that contradicts is refused or named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.custody.exposure import SetCase, countdown, standing
from splitkit.custody.records.begun import unfinished
from splitkit.custody.records.holdings import Exposure, State
from splitkit.custody.records.lives import Life
from splitkit.custody.register import build
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.chain import GENESIS, Entry, Happening, decode_line, new_entry
from splitkit.ledger.events import EVENTS
from splitkit.quorum.policy import parse_policy
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.custodies import (
    EVER,
    NOW,
    OTHER_SET,
    SET,
    asset,
    chained,
    changed,
    destroyed,
    drilled,
    event,
    held,
    introduced,
    made,
    read_back,
    register_of,
    sheet,
    stored,
    then,
    to_come,
)
from tests.support.custody.every_event import data_for
from tests.support.ledgers import chained as ledger_lines
from tests.support.sampling import examples


def sheet_of(register, number="1", set_id=SET):
    return register.sets[set_id].sheets[number]


def refused(register, what, words):
    with pytest.raises(AttentionError, match=words) as caught:
        then(register, what)
    assert caught.value.hint


def test_a_whole_ceremony_is_in_the_register():
    built = build(chained(whole(plan_of("2of3"))), EVER)
    of = built.register.sets[SET]
    assert built.findings == ()
    assert (of.life, str(of.proven), str(of.policy), of.practice) == (Life.LIVE, "2026-11-23", "2of3", True)
    assert {number: (one.holder, one.bag, one.copies, one.state) for number, one in of.sheets.items()} == {
        "1": ("C1", "NEW-1", 1, State.HELD), "2": ("C2", "NEW-2", 1, State.HELD), "3": ("C3", "BAG-3", 1, State.HELD),
    }  # fmt: skip
    assert built.register.people["ADM"].roles == ("administrator",)
    assert standing(of, dt.date(2026, 11, 24)).case is SetCase.SOUND


def test_it_is_as_it_was_on_any_day():
    entries = chained(introduced(*held(), sheet("sheet.lost", "2", "2026-03-01", circumstances="moved house")))
    assert sheet_of(build(entries, dt.date.fromisoformat("2026-02-28")).register, "2").state is State.HELD
    assert sheet_of(build(entries, dt.date.fromisoformat("2026-03-01")).register, "2").state is State.LOST
    assert build(entries, dt.date.fromisoformat("2026-01-14")).register.sets == {}


def test_a_sheet_is_not_handed_to_two_people():
    register = register_of(*held())
    register = then(register, sheet("sheet.handed", "2", from_="C2", to="D2", bag="BAG-2"))
    assert (sheet_of(register, "2").holder, sheet_of(register, "2").exposure) == ("D2", Exposure.NONE)
    refused(register, sheet("sheet.handed", "2", from_="C2", to="E2"), "D2 keeps this sheet, not C2")
    refused(register, stored("2", "C2"), "D2 keeps this sheet")
    refused(register, sheet("bag.sealed", "2", bag="BAG-9", person="C3"), "D2 keeps this sheet")


@pytest.mark.parametrize(
    "said",
    [
        sheet("sheet.handed", "2", from_="C2", to="D2", bag="BAG-7"),
        sheet("sheet.seen", "2", person="C2", bag="BAG-7", intact=True),
        sheet("sheet.taken", "2", person="C2", bag="BAG-7", safe="safe-2", purpose="drill"),
        sheet("sheet.stored", "2", person="C2", bag="BAG-7", safe="safe-2"),
    ],
)
def test_another_bag_is_an_incident_and_never_a_remark(said):
    register = then(register_of(*held()), said)
    assert dict(register.incidents) == {
        f"BAG-{SET[:8].upper()}-2-1": f"sheet 2 of set {SET[:8]} was sealed into bag BAG-2, and was in BAG-7 on {said.day}"
    }
    assert sheet_of(register, "2").exposure is Exposure.POSSIBLE


@pytest.mark.parametrize(
    ("what", "exposure"),
    [
        (sheet("bag.opened", "1", bag="BAG-1", intact=True, expected=True, purpose="drill"), Exposure.NONE),
        (sheet("bag.opened", "1", bag="BAG-1", intact=False, expected=True, purpose="drill"), Exposure.POSSIBLE),
        (sheet("bag.opened", "1", bag="BAG-1", intact=True, expected=False, purpose="drill"), Exposure.POSSIBLE),
        (sheet("bag.opened", "1", bag="BAG-2", intact=True, expected=True, purpose="drill"), Exposure.POSSIBLE),
        (sheet("sheet.seen", "1", person="C1", bag="BAG-1", intact=True), Exposure.NONE),
        (sheet("sheet.seen", "1", person="C1", bag="BAG-1", intact=False), Exposure.POSSIBLE),
        (sheet("sheet.exposed", "1", level="possible", reason="photographed"), Exposure.POSSIBLE),
        (sheet("sheet.exposed", "1", level="confirmed", reason="photographed"), Exposure.CONFIRMED),
        (sheet("sheet.lost", "1", circumstances="a burglary"), Exposure.POSSIBLE),
        (event("person.left", "2026-02-01", person="C1", until="2026-02-01", reason="retired"), Exposure.POSSIBLE),
    ],
)  # fmt: skip
def test_what_exposes_a_sheet(what, exposure):
    register = register_of(event("person.joined", person="C1", name="Ada Example", since="2026-01-01"), *held())
    assert sheet_of(then(register, what)).exposure is exposure


def test_what_is_confirmed_stays_so():
    register = register_of(*held(), sheet("sheet.exposed", "1", level="confirmed", reason="photographed"))
    for what in (
        sheet("sheet.exposed", "1", level="possible", reason="again"),
        sheet("sheet.lost", "1", circumstances="a burglary"),
        sheet("sheet.reissued", "1", reason="a stain"),
    ):
        assert sheet_of(then(register, what)).exposure is Exposure.CONFIRMED


def test_an_old_set_is_dead_exactly_when_no_quorum_of_its_sheets_is_left():
    register = register_of(
        *held(),
        to_come(),
        *read_back(*"12345"),
        event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver"),
    )
    assert register.sets[SET].life is Life.SUPERSEDED
    told = []
    for number in "123":
        told.append(countdown(register.sets[SET]))
        register = then(register, destroyed(number))
    assert told == [
        "OLD SHEETS STILL OPEN THE SAME SECRET until sheets 1, 2 and 3 are destroyed",
        "OLD SHEETS STILL OPEN THE SAME SECRET until sheets 2 and 3 are destroyed",
        "OLD SHEETS STILL OPEN THE SAME SECRET until sheet 3 is destroyed",
    ]
    assert countdown(register.sets[SET]) == "the old set is dead: no quorum of its sheets is left"
    assert countdown(register.sets[OTHER_SET]) == ""


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (made(), "a set of this id was made before"),
        (sheet("sheet.lost", "9", circumstances="gone"), "no sheet of this number"),
        (sheet("sheet.lost", "1", set_id=OTHER_SET, circumstances="gone"), "no set of this id"),
        (event("set.void", set=OTHER_SET, reason="gone"), "no set of this id"),
        (event("set.refreshed", set=OTHER_SET, replaces=SET, reason="gone"), "no set of this id"),
        (destroyed("5"), "was destroyed before"),
        (sheet("sheet.lost", "5", circumstances="gone"), "was destroyed, and cannot be lost"),
        (sheet("sheet.seen", "5", person="C5", bag="BAG-5", intact=True), "this sheet was destroyed"),
        (sheet("sheet.taken", "1", person="C2", bag="BAG-1", safe="safe-1", purpose="drill"), "C1 keeps this sheet"),
        (event("person.left", "2026-02-01", person="C9", until="2026-02-01", reason="retired"), "nobody of this seat"),
        (event("asset.checked", asset="key-9", result="pass"), "no asset of this tag"),
        (event("asset.moved", asset="key-9", reason="a move"), "no asset of this tag"),
        (event("asset.retired", asset="key-9", reason="broken"), "no asset of this tag"),
        (asset("key-1", "mfa", "M2"), "kept already"),
        (event("action.done", action="A-9"), "no action of this code"),
        (event("incident.close", incident="I-9", cause="x", outcome="y", approved=["ADM", "WIT"]), "no incident of this code"),
        (event("review", reviewers=["ADM", "ADM"], confirmed=3, removed=0), "fewer than two people"),
        (event("lint.override", rule="SEP-1", reason="two people only", approved=["ADM"]), "fewer than two people"),
        (event("lint.override", rule="SEP-1", reason="x", approved=["ADM", "WIT"], until="9999-12-31"), "for a year at most, until 2027-01-16"),
        (event("person.joined", person="C1", name="Eve Example", since="2026-01-10"), "somebody else has this seat"),
    ],
)  # fmt: skip
def test_what_contradicts_is_refused(what, words):
    register = register_of(event("person.joined", person="C1", name="Ada Example", since="2026-01-01"), *held(),
                           asset("key-1", "mfa", "M1"), destroyed("5"))  # fmt: skip
    refused(register, what, words)
    burnt = sheet("sheet.destroyed", "5", way="burnt", seen_by=["ADM", "WIT"])
    told = introduced(*held(), destroyed("5"), burnt, sheet("sheet.lost", "1", circumstances="gone"))
    built = build(chained(told), EVER)
    assert built.findings == (
        f"entry {len(told) - 1} of 2026-02-01 (sheet.destroyed): this sheet was destroyed before",
    )
    assert sheet_of(built.register, "1").state is State.LOST


def test_a_clock_that_was_wrong_hides_no_later_entry():
    wrong = event("note", "2031-05-01", text="the clock of the laptop said so")
    entries = chained(introduced(*held(), wrong, sheet("sheet.lost", "1", "2026-03-01", circumstances="gone")))
    for until in (EVER, dt.date(2026, 12, 31)):
        assert sheet_of(build(entries, until).register, "1").state is State.LOST
    assert sheet_of(build(entries, dt.date(2026, 2, 28)).register, "1").state is State.HELD


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ([event("action", action="A-1", text="x", due="2026-05-01")], event("action", action="A-1", text="y", due="2026-06-01")),
        (
            [event("incident.open", incident="I-1", cause="x")],
            event("incident.open", incident="I-1", cause="z"),
        ),
        ([event("intent", intent="N-1", act="open", purpose="x"), event("outcome", intent="N-1", result="done")],
         event("intent", intent="N-1", act="open", purpose="y")),
    ],
)  # fmt: skip
def test_a_code_never_comes_twice(first, again):
    refused(register_of(*first), again, "of this code")


def test_people_assets_actions_and_incidents():
    register = register_of(
        *held(), event("roll", person="M1", role="mfa", name="Mia Example"), asset("key-1", "mfa", "M1", serial="SN-1", battery=True, expires="2030-01-01"),
        event("asset.checked", "2026-04-01", asset="key-1", result="pass", expires="2031-01-01"),
        event("asset.moved", asset="key-1", person="M2", place="site-2", reason="a leaver"),
        event("action", action="A-1", text="buy a bag", owner="Sven Example", due="2026-05-01"),
        event("incident.open", incident="I-1", cause="a laptop was stolen"),
        event("person.joined", "2026-03-01", person="M2", name="Max Example", since="2026-03-01", title="Operations"),
        event("role", person="M2", role="mfa", reason="a leaver"),
        event("lint.override", rule="SEP-1", reason="two people only", approved=["ADM", "WIT"], until="2026-12-31"),
        event("review", "2026-04-02", reviewers=["ADM", "WIT"], confirmed=7, removed=0, next="2026-07-01"),
        *drilled(*"123", day="2026-04-03"),
        event("close", exceptions=0, people_out=[], items_out=[], next="2026-07-04"),
    )  # fmt: skip
    key = register.assets["key-1"]
    assert (key.holder, key.place, str(key.checked), str(key.expires), key.serial, key.battery) == (
        "M2",
        "site-2",
        "2026-04-01",
        "2031-01-01",
        "SN-1",
        True,
    )
    assert register.people["M2"].roles == ("mfa",)
    assert tuple(map(str, (register.reviewed, register.next_review, register.sets[SET].proven, register.next_due))) == (
        "2026-04-02",
        "2026-07-01",
        "2026-04-03",
        "2026-07-04",
    )
    assert [str(sheet_of(register, number).proven) for number in "124"] == ["2026-04-03", "2026-04-03", "2026-01-15"]
    assert register.incidents == {"I-1": "a laptop was stolen"}
    over = then(
        register,
        event(
            "incident.close", "2026-06-01", incident="I-1", cause="stolen", outcome="rotated", approved=["ADM", "WIT"]
        ),
    )
    assert over.incidents == {}
    assert then(register, event("action.done", action="A-1")).actions["A-1"].done
    retired = then(register, event("asset.retired", asset="key-1", reason="broken"))
    assert then(retired, asset("key-1", "mfa", "M3")).assets["key-1"].holder == "M3"


ABOUT_DEVICES = [
    (name, field)
    for name, one in EVENTS.items()
    for field, kind, _ in one.kinds()
    if kind.thing == "asset" and one.adds != "asset" and name != "procedure"  # which says nothing of the device
]


@pytest.mark.parametrize(("name", "field"), ABOUT_DEVICES)
def test_a_device_that_was_retired_is_spoken_of_no_more(name, field):
    """What is said of it later is refused; what a ceremony said of it before then, and is taken up later, changes nothing."""
    said = {**data_for(name, optional=False), field: "key-1"}
    people = [
        asset("key-1", "mfa", "M1"),
        event("person.joined", person="ada-example", name="Ada Example", since="2026-01-01"),
    ]
    retired = register_of(*people, event("asset.retired", "2026-02-03", asset="key-1", reason="broken"))
    for day in ("2026-02-03", "2026-02-04"):
        refused(retired, event(name, day, **said), "mfa key-1 was retired")
    assert then(retired, event(name, "2026-02-02", **said)).assets == retired.assets


KINDS = {
    "set": st.sampled_from([SET, OTHER_SET]), "sheet": st.sampled_from("1269"), "person": st.sampled_from(["C1", "C2", "M1"]),
    "from": st.sampled_from(["C1", "C2"]), "to": st.sampled_from(["C1", "D1"]), "bag": st.sampled_from(["BAG-1", "BAG-2"]),
    "replaces": st.just(SET), "asset": st.sampled_from(["key-1", "key-2"]), "sheets": st.just(["1", "2"]),
}  # fmt: skip


@st.composite
def any_events(draw):
    """Any event of the list with values that fit its fields, whether they make sense or not."""
    name = draw(st.sampled_from([name for name in EVENTS if name not in ("open", "set.made")]))
    values = {
        "yes/no": True, "date": "2026-02-02", "date gone by": "2026-01-02", "12 words": None, "policy": "3of5", "room time": "14:05", "seat": "C1", "sheet": "1",
        "set id": SET, "SHA-256": "0" * 64, "recipient hash": "0" * 32, "bag": "BAG-1", "serial": "SN-1", "version": "0.1.0", "country": "DE",
        "seat of a ceremony": "C1", **dict.fromkeys(("code", "ledger", "intent", "action", "incident"), "A-1"),
        **dict.fromkeys(("tag", "place", "asset", "account"), "key-1"),
    }  # fmt: skip
    data = {}
    for field, kind, _ in (one for one in EVENTS[name].kinds() if not one[2]):
        if field in KINDS:
            data[field] = draw(KINDS[field])
        elif kind.name.startswith("number"):
            data[field] = 1
        elif kind.name.startswith("up to"):
            data[field] = []
        elif kind.name == "one of":
            data[field] = draw(st.sampled_from(kind.takes.removeprefix("one of ").split(", ")))
        else:
            data[field] = values.get(kind.name, "a text")
    return event(name, **{("from_" if key == "from" else key): value for key, value in data.items()})


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(any_events(), max_size=12))
def test_any_event_changes_the_register_or_is_refused_in_words(entries):
    register = register_of(*held(), asset("key-1", "mfa", "M1"))
    for what in entries:
        try:
            register = then(register, what)
        except (AttentionError, UsageError) as error:
            assert error.fact
            assert error.hint
    for of in register.sets.values():
        assert standing(of, NOW).case in SetCase
        assert set(of.sheets) == {"1", "2", "3", "4", "5"}


def test_a_set_that_replaces_another_counts_only_when_every_sheet_of_it_was_read_back():
    new = to_come()
    register = register_of(*held(), new)
    assert (register.sets[SET].life, register.sets[OTHER_SET].life) == (Life.LIVE, Life.PENDING)
    replaced = event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver")
    refused(then(register, read_back("1")[0]), replaced, "sheet 2 of the new set was not read back")
    register = register_of(*held(), new, *read_back(*"12345"), replaced)
    assert (register.sets[SET].life, register.sets[OTHER_SET].life) == (Life.SUPERSEDED, Life.LIVE)
    assert (register.sets[SET].replaced_by, register.sets[SET].rotated) == (OTHER_SET, False)
    refused(register, replaced, "void, retired or superseded already")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"epoch": 1}, "do not fit together"),
        ({"replaces": None}, "do not fit together"),
        ({"line": None}, "do not fit together"),
        ({"epoch": 1, "line": None}, "do not fit together"),
        ({"kind": "first"}, "do not fit together"),
        ({"line": None, "replaces": None}, "do not fit together"),
        ({"line": "9" * 32}, "not of the line"),
        ({"practice": True}, "not of the line"),
        ({"line": "7" * 32, "replaces": "7" * 32}, "no set of this id"),
        ({"replaces": OTHER_SET}, "not later than that of the old one"),
    ],
)
def test_a_later_set_is_of_the_line_of_the_one_it_replaces(what, why):
    says = {"line": SET, "replaces": SET, "epoch": 2, "kind": "refreshed"} | what
    later = changed(made("3of5", "8" * 32), **{name: value for name, value in says.items() if value is not None})
    refused(register_of(*held(), to_come()), later, why)


def test_a_line_counts_every_set_that_was_made():
    """Also one that came to nothing: its sheets may be somewhere."""
    void = event("set.void", set="8" * 32, reason="a power cut")
    register = register_of(*held(), made("3of5", "9" * 32), to_come(), to_come("8" * 32, OTHER_SET, 3), void)
    assert [register.sets[of].line for of in (SET, OTHER_SET, "8" * 32, "9" * 32)] == [SET, SET, SET, "9" * 32]
    assert (register.next_epoch(SET), register.next_epoch("9" * 32)) == (4, 2)


@pytest.mark.parametrize("outcome", [(), ("stopped",), ("nothing",)])
def test_a_line_counts_every_set_that_was_begun(outcome):
    """Killed after its sheets were written: no set was recorded, and one may be on paper."""
    begun = event("intent", intent="N-1", act="refresh", purpose="a leaver", set=SET, makes="7" * 32, line=SET, epoch=2)
    register = register_of(*held(), begun, *(event("outcome", intent="N-1", result=result) for result in outcome))
    assert register.next_epoch(SET) == 3
    assert register.begun["N-1"].about == f" of set {SET[:8]}, makes set {'7' * 8}"
    reissue = event("intent", intent="N-9", act="reissue", purpose="a stain", set=SET, sheet="2")
    assert then(register, reissue).begun["N-9"].about == f" of set {SET[:8]}, sheet 2"
    refused(register, changed(begun, intent="N-2", makes="8" * 32), "another set of this epoch was begun")
    assert then(register, changed(begun, intent="N-2", makes="8" * 32, epoch=3)).next_epoch(SET) == 4
    told = replace(changed(begun, intent="N-2", makes="8" * 32, epoch=3), by_hand=True)
    assert then(register, told).next_epoch(SET) == 4
    refused(
        register, replace(told, data=told.data.saying({"epoch": 9999})), "has the epoch 3"
    )  # no later one could be made


def test_a_rotated_set_is_retired_only_after_a_sign_in_with_the_new_secret():
    register = register_of(
        *held(),
        to_come(kind="rotated"),
        *read_back(*"12345"),
        event("set.rotated", set=OTHER_SET, replaces=SET, reason="theft"),
    )
    refused(register, retired(), "nobody has signed in with the new secret")
    for said in ({"password": "old", "accepted": True}, {"password": "new", "accepted": False},
                 {"password": "new", "accepted": True, "set": SET}):  # fmt: skip
        refused(then(register, event("signin", **said)), retired(), "nobody has signed in")
    register = then(register, signin())
    assert not register.sets[SET].outdated
    assert then(register, retired()).sets[SET].outdated
    assert then(register, retired()).sets[SET].life is Life.RETIRED


@pytest.mark.parametrize("event_", [one for one in EVENTS.values() if one.two], ids=lambda one: one.event)
@pytest.mark.parametrize("named", [[], ["ADM"], ["ADM", "ADM"], ["ADM", "SPLITKIT"]])
def test_what_two_people_settle_counts_for_nothing_by_one(event_, named):
    said = event(event_.event, **{**data_for(event_.event), event_.two: named})
    refused(register_of(*held()), said, "fewer than two people stand behind")


LOST = sheet("sheet.lost", "1", circumstances="moved house")


FOUND = sheet("sheet.read", "1", use="inventory", source="scan", result="sound")


def test_a_lost_sheet_that_is_read_is_there_and_may_have_been_read_by_others():
    """Three of five are needed, and two are gone for good: with the one that was lost the set opens again."""
    register = register_of(*held(), destroyed("4"), destroyed("5"), LOST)
    assert standing(register.sets[SET], NOW).case is SetCase.DEAD
    register = then(register, FOUND)
    assert (sheet_of(register).state, sheet_of(register).exposure) == (State.TAKEN, Exposure.POSSIBLE)
    assert standing(register.sets[SET], NOW).case is SetCase.LOST


@pytest.mark.parametrize(
    "said",
    [
        sheet("sheet.seen", "1", person="C1", bag="BAG-1", intact=True),
        sheet("sheet.handed", "1", from_="C1", to="D1", bag="BAG-1"),
        sheet("sheet.taken", "1", person="C1", bag="BAG-1", safe="safe-1", purpose="a look"),
        sheet("bag.opened", "1", bag="BAG-1", intact=True, expected=True, purpose="a look"),
        sheet("bag.sealed", "1", bag="BAG-1", person="C1"),
        stored("1"),
    ],
)
def test_nobody_says_that_a_lost_sheet_is_there_but_the_program_that_reads_it(said):
    """One said that it is lost; another's word does not settle that."""
    register = then(register_of(*held(), destroyed("4"), destroyed("5"), LOST), said)
    assert (sheet_of(register).state, standing(register.sets[SET], NOW).case) == (State.LOST, SetCase.DEAD)
    assert standing(then(register, FOUND).sets[SET], NOW).case is SetCase.LOST


def test_a_sheet_that_is_read_was_not_destroyed():
    """The old set was called dead; paper that is read opens it anyway, and nobody knows who had it."""
    register = register_of(*held(), destroyed("3"), destroyed("4"), destroyed("5"))
    assert not standing(register.sets[SET], NOW).opens
    register = then(register, sheet("sheet.read", "4", use="inventory", source="scan", result="sound"))
    assert standing(register.sets[SET], NOW).opens
    assert (sheet_of(register, "4").state, sheet_of(register, "4").exposure) == (State.TAKEN, Exposure.POSSIBLE)


@pytest.mark.parametrize(
    "what",
    [
        sheet("bag.sealed", "1", bag="BAG-9", person="C1"),
        sheet("bag.opened", "1", bag="BAG-1", intact=True, expected=True, purpose="drill"),
    ],
)
def test_a_bag_with_a_destroyed_sheet_is_neither_sealed_nor_opened(what):
    refused(register_of(*held(), destroyed("1")), what, "this sheet was destroyed")


def replacing(how="set.refreshed", new=OTHER_SET, old=SET):
    return event(how, set=new, replaces=old, reason="a leaver")


def test_a_sheet_that_is_printed_again_was_not_read_yet():
    again = sheet("sheet.reissued", "2", set_id=OTHER_SET, reason="a stain")
    register = register_of(*held(), to_come(), *read_back(*"12345"), again)
    assert sheet_of(register, "2", OTHER_SET).proven is None
    refused(register, replacing(), "sheet 2 of the new set was not read back")
    assert then(register, read_back("2")[0], replacing()).sets[OTHER_SET].life is Life.LIVE


def test_a_lost_sheet_is_not_printed_again():
    refused(register_of(*held(), LOST), sheet("sheet.reissued", "1", reason="gone"), "never printed again")


def test_a_drill_of_a_set_to_come_is_none_of_the_set_in_use():
    register = register_of(*held(), to_come(), *drilled(*"123", set_id=OTHER_SET, day="2026-03-01"))
    for what in ((), (*read_back(*"45", day="2026-03-01"), replacing())):
        register = then(register, *what)
        assert [str(register.sets[of].proven) for of in (SET, OTHER_SET)] == ["2026-01-15", "2026-03-01"]


@pytest.mark.parametrize("how", ["set.refreshed", "set.rotated"])
@pytest.mark.parametrize(
    ("new", "old"),
    [
        (SET, SET),
        ("9" * 32, SET),  # the first of a line of its own
        ("8" * 32, SET),  # made from the quorum of the one to come
        (OTHER_SET, "9" * 32),
    ],
)
def test_a_set_replaces_only_the_one_whose_quorum_it_was_made_from(how, new, old):
    others = [made("3of5", "9" * 32), to_come("8" * 32, OTHER_SET, 3)]
    back = [what for of in (SET, OTHER_SET, "8" * 32, "9" * 32) for what in read_back(*"12345", set_id=of)]
    refused(register_of(*held(), to_come(), *others, *back), replacing(how, new, old), "not made to replace this one")


THIRD = "8" * 32


def chain(*ways):
    """The set, and others that replaced it one after the other, each in one of these *ways*."""
    entries, old = held(), SET
    for epoch, (how, new) in enumerate(zip(ways, (OTHER_SET, THIRD), strict=False), start=2):
        entries += [
            to_come(new, old, epoch, kind=how),
            *read_back(*"12345", set_id=new),
            replacing(f"set.{how}", new, old),
        ]
        old = new
    return register_of(*entries)


def retired(set_id=SET):
    return event("set.retired", set=set_id, reason="nothing uses it", approved=["ADM", "WIT"])


def signin():
    return event("signin", password="new", accepted=True)


@pytest.mark.parametrize(
    ("ways", "secret"),
    [
        (("refreshed",), "SAME"),
        (("rotated",), "OLD"),
        (("refreshed", "refreshed"), "SAME"),
        (("refreshed", "rotated"), "OLD"),
        (("rotated", "refreshed"), "OLD"),
    ],
)
def test_which_secret_the_oldest_sheets_open(ways, secret):
    register = chain(*ways)
    assert (
        countdown(register.sets[SET])
        == f"OLD SHEETS STILL OPEN THE {secret} SECRET until sheets 1, 2 and 3 are destroyed"
    )
    if secret == "SAME":
        refused(then(register, signin()), retired(), "still opens the secret that is in use")
    else:
        refused(register, retired(), "nobody has signed in with the new secret")
        assert then(register, signin(), retired()).sets[SET].life is Life.RETIRED


def test_a_sign_in_before_the_last_rotation_is_none_with_its_secret():
    """Both were made and recorded on one day: the day alone does not tell."""
    entries = [to_come(THIRD, OTHER_SET, 3, kind="rotated"), *read_back(*"12345", set_id=THIRD)]
    register = chain("rotated")
    for what in (*entries, signin(), replacing("set.rotated", THIRD, OTHER_SET)):
        register = then(register, what)
    assert then(register, retired()).sets[SET].life is Life.RETIRED
    refused(register, retired(OTHER_SET), "nobody has signed in with the new secret")


def test_a_reset_leaves_nothing_that_opens_what_is_in_use():
    """The password was reset and the last set retired: those that it replaced open nothing that counts."""
    register = then(chain("refreshed"), retired(OTHER_SET))
    assert countdown(register.sets[SET]).startswith("OLD SHEETS STILL OPEN THE OLD SECRET")
    assert then(register, retired()).sets[SET].life is Life.RETIRED


def test_what_was_in_use_is_not_void_and_what_was_not_is_not_retired():
    void = event("set.void", set=SET, reason="a power cut")
    refused(chain("refreshed"), void, "this set was in use")
    refused(chain("refreshed"), changed(void, set=OTHER_SET), "this set was in use")
    refused(register_of(*held(), to_come()), retired(OTHER_SET), "this set was never in use")
    refused(register_of(made(), void), retired(), "this set was never in use")
    refused(register_of(made(), signin()), void, "this set was in use")


# --- codes that two ceremonies have both counted from one -------------------------------------------------------------


def ceremony(code: str, *said: Happening) -> list[Entry]:
    """The entries of a ledger of its own."""
    entries: list[Entry] = []
    for one in (event("open", format=1, ceremony=code, kind="drill", practice=False, version="0.1.0"), *said):
        entries.append(new_entry(one, len(entries) + 1, entries[-1].hash if entries else GENESIS))
    return entries


def agreed(text: str, code: str = "A-1") -> Happening:
    return event("action", action=code, text=text, due="2026-06-01")


def done(code: str = "A-1") -> Happening:
    return event("action.done", action=code)


def actions(*entries: Entry) -> dict[str, tuple[str, bool]]:
    built = build(entries, EVER)
    assert built.findings == ()
    return {code: (one.text, one.done) for code, one in built.register.actions.items()}


def test_what_two_ceremonies_call_alike_are_two_things_and_none_is_lost():
    first, second = ceremony("C-0001", agreed("buy a printer")), ceremony("C-0002", agreed("buy bags"), done())
    third = ceremony("C-0003", agreed("buy a ruler"), agreed("look", "A-2"))
    assert actions(*first, *second, *third) == {
        "A-1": ("buy a printer", False), "A-1-2": ("buy bags", True), "A-1-3": ("buy a ruler", False), "A-2": ("look", False),
    }  # fmt: skip
    desk = ceremony("DESK", done(), done("A-1-3"))
    assert [is_done for _, is_done in actions(*first, *second, *third, *desk).values()] == [True, True, True, False]
    incidents = [ceremony(code, event("incident.open", incident="I-1", cause=code)) for code in ("C-0001", "C-0002")]
    assert set(build([*incidents[0], *incidents[1]], EVER).register.incidents) == {"I-1", "I-1-2"}


PAIR = [event("person.joined", person=one, name=f"{one} Example", since="2026-01-01") for one in ("ADM", "WIT")]


def test_an_incident_or_intent_of_two_ceremonies_is_two_though_they_tell_it_alike():
    broken = event("incident.open", incident="I-1", cause="a seal was broken", kind="machine")
    over = event("incident.close", incident="I-1", cause="x", outcome="the wrong bag", approved=["ADM", "WIT"])
    begun = event("intent", intent="N-1", act="open", purpose="a drill")
    ended = event("outcome", intent="N-1", result="nothing")
    first, second = ceremony("C-0001", *PAIR, broken, begun, over, ended), ceremony("C-0002", *PAIR, broken, begun)
    assert set(build([*first, *second], EVER).register.incidents) == {"I-1-2"}
    assert set(build([*second, *first], EVER).register.incidents) == {"I-1"}
    assert [one.code for one in unfinished(build([*first, *second], EVER).register.begun)] == ["N-1-2"]


def test_an_incident_that_is_opened_again_on_the_day_on_which_it_was_closed_is_open():
    broken = event("incident.open", incident="I-1", cause="a seal was broken")
    over = event("incident.close", incident="I-1", cause="x", outcome="the wrong bag", approved=["ADM", "WIT"])
    assert set(build(ceremony("C-0001", *PAIR, broken, over, broken), EVER).register.incidents) == {"I-1"}
    assert set(build(ceremony("C-0001", *PAIR, broken, broken, over), EVER).register.incidents) == set()


def test_what_two_ceremonies_agree_in_the_same_words_is_two_and_a_code_comes_once_in_a_ledger():
    told, done = ceremony("C-0001", agreed("buy a printer")), event("action.done", action="A-1")
    both = {"A-1": ("buy a printer", False), "A-1-2": ("buy a printer", False)}
    assert actions(*told, *ceremony("C-0002", agreed("buy a printer"))) == both
    for first, second in ((True, False), (False, True)):
        ledgers = [
            ceremony(f"C-000{at}", agreed("buy a printer"), *([done] if over else []))
            for at, over in ((1, first), (2, second))
        ]
        assert actions(*ledgers[0], *ledgers[1]) == {
            "A-1": ("buy a printer", first),
            "A-1-2": ("buy a printer", second),
        }
    for before in ([], told):
        twice = build([*before, *ceremony("C-0002", agreed("buy bags"), agreed("buy pens"))], EVER)
        assert [one.rpartition(": ")[2] for one in twice.findings] == ["an action of this code was agreed before"]


def test_a_public_record_does_not_say_what_a_set_replaces():
    """Where no set of its line is known, its record alone is."""
    later = changed(made("3of5", "8" * 32), line=SET, epoch=2, kind=None)
    assert register_of(later).sets["8" * 32].life is Life.LIVE
    refused(register_of(*held()), later, "do not fit together")


def test_a_line_is_known_by_any_of_its_sets():
    """Its first set need not be known: the public record of a later one names it."""
    later = changed(made("3of5", "8" * 32), line=SET, epoch=2, kind=None)
    account = event("account.added", account="root", name="Root", pack="aws-root")
    bound = event("line.bound", line=SET, account="root")
    assert register_of(later, account, bound).lines == {SET: "root"}
    refused(register_of(later, account), event("line.bound", line="8" * 32, account="root"), "no set of this line")


def test_a_line_that_came_to_nothing_protects_no_account():
    account = event("account.added", account="root", name="Root", pack="aws-root")
    bound = event("line.bound", line=SET, account="root")
    void = event("set.void", set=SET, reason="a power cut")
    refused(register_of(made("3of5"), void, account), bound, "this set is void")


@pytest.mark.parametrize("otherwise", [{}, {"policy": "2of3"}, {"epoch": 2, "line": OTHER_SET, "kind": None}])
def test_what_the_program_saw_of_a_set_decides_and_what_people_said_otherwise_is_named(otherwise):
    """The ledger that people called lost was found."""
    said, seen = replace(changed(made("3of5"), **otherwise), by_hand=True), made("3of5")
    for told in ([said, seen], [seen, said]):
        built = build(chained(introduced(*told)), EVER)
        assert built.register.sets[SET].policy == parse_policy("3of5") and built.register.sets[SET].epoch == 1
        assert any("the program saw this set made, and not so" in one for one in built.findings) == bool(otherwise)


def said_made(set_id, epoch, **more):
    """A set of which only its public record tells: people say that it was made."""
    what = changed(made(set_id=set_id), epoch=epoch, kind=None, **more)
    return replace(what, by_hand=True)


def test_sets_of_a_line_are_taken_up_from_their_records_in_any_order():
    late = said_made(OTHER_SET, 2, line=SET)
    register = register_of(late, said_made(SET, 1))
    old, new = register.sets[SET], register.sets[OTHER_SET]
    assert (old.life, old.replaced_by, new.life, new.replaces) == (Life.SUPERSEDED, OTHER_SET, Life.LIVE, SET)
    assert new.secret == old.secret == SET
    assert old.said and new.said


@pytest.mark.parametrize("settled", [True, False])
def test_nobody_corrects_what_is_still_to_be_said(settled):
    """A correction written in advance would silence whatever is found there later."""
    opened = ("open", {"format": 1, "ceremony": "DESK", "kind": "custody", "practice": False, "version": "0.1.0"})
    wrong = ("sheet.lost", {"set": SET, "sheet": "1", "circumstances": "no such set"})
    corrects = lambda number: ("correction", {"seq": number, "text": "it was a slip"})
    told = [opened, wrong, corrects(2)] if settled else [opened, corrects(3), wrong]
    built = build(map(decode_line, ledger_lines(told)), EVER)
    assert (bool(built.findings), list(built.contradicting)) == (not settled, ["2" if settled else "3"])


@pytest.mark.parametrize("practice", [False, True])
def test_a_rehearsal_that_follows_what_is_real_counts_for_nothing_there_and_the_other_way_round(practice):
    def opened(day, code, *, practice):
        return event("open", day, format=1, ceremony=code, kind="custody", practice=practice, version="0.1.0")

    people = [event("person.joined", person=one, name=f"{one} Example", since="2026-01-15") for one in ("SCR", "WIT")]
    first = chained(
        [opened("2026-01-15", "C-1", practice=practice), *people, made(practice=practice), asset("key-1", "mfa", "SCR")]
    )
    tried = event("asset.checked", "2026-02-01", asset="key-1", result="pass")
    for other in (False, True):
        then_ = chained([opened("2026-02-01", "C-2", practice=other), tried], first[-1].hash)
        found = build([*first, *then_], EVER)
        assert (found.register.assets["key-1"].checked is not None) == (other == practice)
        assert found.register.practice == practice
        assert len(found.findings) == (other != practice)
        assert not found.findings or "nothing of its ledger counts" in found.findings[0]
