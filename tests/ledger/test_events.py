"""The closed list of events: every one can be recorded, and every field takes what it takes and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import UsageError
from splitkit.ledger import fields as kinds
from splitkit.ledger.chain import MAX_LINE, Happening, new_entry
from splitkit.ledger.events import EVENTS, event_of, find_event, told
from splitkit.ledger.fields import Kind, number, several
from splitkit.ledger.schema import Unlisted
from tests.support.builders import made
from tests.support.custody.every_event import GOOD, data_for
from tests.support.ledgers import FINGERPRINT, FROM_PAPER, HASH, OPEN, SEEN, SET
from tests.support.places import ROOT

BAD = {
    "yes/no": [0, 1, "yes", None],
    **{key: ["2026-02-30", "2026-13-01", "23.11.2026", "2026-11-23T13:00", "20261123", "２０２６-11-23", 20261123, "0000-01-01"]
       for key in ("date", "date gone by")},
    "12 words": [FINGERPRINT.upper(), FINGERPRINT[:-2], FINGERPRINT + " zero", "acad " * 11 + "acad", " ".join(made().share("1").words), 12, ""],
    "policy": ["3 of 5", "1of5", "5of3", "3of5 ", 35, "2 of: +49 170 1234567 2of3, IT 3of5"],
    "room time": ["24:00", "9:00", "09:60", "09:00:00", 900],
    "seat of a ceremony": ["ada-example", "adm", "", "1A", "ADM\n", "ABCDEFGHI"],
    "seat": ["Adm", "", "A D", "ADMINISTRATOR", "1A", "ADM\n", ["ADM"]],
    "sheet": ["0", "17", "01", "Q1", "b2", "B", 1, "１"],
    "set id": [SET.upper(), SET[:-1], SET + "0", "", 0],
    "SHA-256": [HASH[:-1], HASH.upper(), "", None],
    "recipient hash": [HASH, ""],
    "bag": ["+49170", "ab1", "A1", "A" * 25, "A B", "-A1", 4711],
    "printer": ["+4917012", "", "a b", "-ab", "x" * 128, "ä1", "a/b"],
    "serial": ["+4917012", "a", "a b", "-ab", "x" * 33, "ä1"],
    **{key: ["c-1", "", "-A", "A" * 25, "A_1"] for key in ("code", "ledger", "intent", "action", "incident")},
    **{key: ["Swap", "", ".x", "a" * 33, "a b", "0170-123-4567"] for key in ("tag", "place", "asset", "account")},
    "name of a person": ["SPLITKIT", "Splitkit", "\uff33plitkit", "nobody", "ADM", "adm", "\u0410DM", "WIT", "c1", "C1", "B2", "OBS1", "12",
                         "c-0001-adm", "D-20261123-1", "administrator", "Custodian", "x" * 49, "", 12],
    "country": ["de", "DEU", "D", "", "D1"],
    "version": ["", "v1", "1 0", "1" * 30],
    "what was seen wrong": ["", "sheet 2 is damaged", "sheet 0123abcd 2 damaged 2026-11-27", "drill 0123abcd fail"],
}  # fmt: skip

SIMPLE = {kind.name: kind for kind in vars(kinds).values() if isinstance(kind, Kind) and kind.name in GOOD}


def test_all_that_a_ceremony_and_custody_need_is_there():
    needed = """open close reopen torn note correction roll role room.enter room.exit room.return break resume exception
        debrief preflight acknowledge override plan selftest set.made sheet.printed sheet.read sheet.void sheet.shredded
        bag.sealed bag.opened receipt tally lot set.proven reveal signin wipe review drill incident.open incident.close
        sheet.destroyed sheet.lost sheet.handed sheet.reissued set.refreshed set.rotated file.sealed asset.added
        asset.checked asset.moved asset.retired lint.override"""
    assert set(needed.split()) <= set(EVENTS)


def test_an_event_is_named_and_worded_as_the_others_are():
    for name, event in EVENTS.items():
        assert re.fullmatch(r"[a-z]+(\.[a-z]+)?", name), name
        assert len(name) <= 15, name
        assert not event.means.endswith("."), name
        assert len(event.means) <= 62, name
        for field, _, _ in event.kinds():
            assert re.fullmatch("[a-z]+[0-9]*(_[a-z]+)?", field), (name, field)


@pytest.mark.parametrize("optional", [False, True])
def test_an_event_is_taken_whole_and_fits_a_line(optional):
    for name in EVENTS:
        what = event_of(name, data_for(name, optional=optional))
        line = new_entry(Happening(what, "ADM", "WIT", "2026-11-23T13:00:00Z"), 9999, "0" * 64).line
        assert len(line) < MAX_LINE, name


@pytest.mark.parametrize("name", EVENTS)
def test_no_field_may_be_missing_and_none_added(name):
    data = data_for(name, optional=False)
    for field in data:
        with pytest.raises(UsageError, match=f"'{field}' of '{name}' is missing"):
            event_of(name, {key: value for key, value in data.items() if key != field})
    with pytest.raises(UsageError, match="a field that splitkit does not know"):
        event_of(name, {**data, "mood": "good"})


@pytest.mark.parametrize("name", EVENTS)
def test_no_field_takes_another_type(name):
    data = data_for(name, optional=True)
    for field, _, _ in EVENTS[name].kinds():
        for wrong in (None, 1.5, {}, [[]], "\x1b[2J", "+49 170 1234567", -1):
            with pytest.raises(UsageError, match=f"^'{field}' of '{name}' (is|holds|looks)"):
                event_of(name, {**data, field: wrong})


def test_every_kind_of_field_is_tried_here():
    names = [kind.name for event in EVENTS.values() for _, kind, _ in event.kinds()]
    used = {re.sub("^up to [0-9]+ of ", "", name) for name in names}
    plain = {name for name in used if not name.startswith(("text", "number", "one of"))}
    assert plain == set(GOOD) == set(BAD) == set(SIMPLE)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in GOOD for value in GOOD[name]])
def test_a_kind_takes(name, value):
    SIMPLE[name].check(SIMPLE[name].load(value))


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_a_kind_refuses(name, value):
    with pytest.raises(UsageError) as raised:
        SIMPLE[name].check(SIMPLE[name].load(value))
    assert raised.value.hint


def test_a_share_in_the_place_of_a_fingerprint_is_refused_by_name():
    with pytest.raises(UsageError, match="words of a share"):
        event_of("set.made", {**data_for("set.made", optional=False), "fingerprint": " ".join(made().share("1").words)})


def test_lists_are_bounded():
    with pytest.raises(UsageError):
        event_of("plan", {"sha256": HASH, "policy": "3of5", "agreed": ["C1"] * 41})
    event_of("plan", {"sha256": HASH, "policy": "3of5", "agreed": ["C1"] * 40})
    with pytest.raises(UsageError):
        event_of("plan", {"sha256": HASH, "policy": "3of5", "agreed": ["C1", 1]})
    with pytest.raises(UsageError):
        event_of("plan", {"sha256": HASH, "policy": "3of5", "agreed": "C1"})
    event_of("plan", {"sha256": HASH, "policy": "3of5", "agreed": []})


def test_a_whole_number_is_one_that_every_reader_keeps_exactly():
    kind = number(1)
    kind.check(2**53 - 1)
    with pytest.raises(UsageError):
        kind.check(2**53)


def test_an_unknown_event_is_refused_without_a_quote():
    with pytest.raises(UsageError) as raised:
        find_event("correct horse")
    assert "horse" not in raised.value.fact + str(raised.value.hint)


def typed(kind: Kind, value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list) else str(value)


def test_an_event_can_be_typed():
    for name, event in EVENTS.items():
        data = data_for(name, optional=True)
        read = {field: kind.read(typed(kind, data[field])) for field, kind, _ in event.kinds()}
        assert event_of(name, read) == event_of(name, data)


@pytest.mark.parametrize("text", ["", "x", "-1", "+1", "01", "1_0", "１", "1.0", "99999999999999999", " 1"])
def test_a_typed_number_is_strict(text):
    with pytest.raises(UsageError, match="is not a whole number from 1 to 9999"):
        number(1, 9999).read(text)


@pytest.mark.parametrize("text", ["", "Yes", "true", "1", "y"])
def test_a_typed_flag_is_yes_or_no(text):
    with pytest.raises(UsageError, match="is not yes or no"):
        kinds.FLAG.read(text)


def test_typed_lists():
    assert kinds.SEATS.read("C1, C2,C3") == ["C1", "C2", "C3"]
    assert kinds.SEATS.read("  ") == []
    assert several(kinds.number(0, 9), 3).read("1,2") == [1, 2]


@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(st.text(max_size=8), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3)), max_size=4))  # fmt: skip
def test_whatever_stands_there_is_taken_or_refused(name, data):
    try:
        event_of(name, data)
    except UsageError as error:
        assert error.fact
    else:
        assert set(data) >= {field for field, _, optional in EVENTS[name].kinds() if not optional}


def test_the_document_lists_every_event_with_its_fields():
    text = (ROOT / "docs" / "format.md").read_text("utf-8")
    table = re.findall(r"^\| `([a-z.]+)` \| (seen(?:, or said)?|said) \| (.+) \| (.*) \|$", text, re.MULTILINE)
    assert table == [(event.event, how(event), event.means, fields_of(event)) for event in EVENTS.values()]


def how(event) -> str:
    return ("seen, or said" if event.by_hand else "seen") if event.saw else "said"


def test_the_tests_know_by_themselves_what_the_program_sees():
    assert {event.event for event in EVENTS.values() if event.saw} == SEEN
    assert {event.event for event in EVENTS.values() if event.by_hand} == FROM_PAPER


@pytest.mark.parametrize("saw", [True, False])
def test_an_entry_that_the_program_cannot_see_or_people_cannot_say_counts_as_none_of_the_list(saw):
    for name in EVENTS:
        happened = told(name, data_for(name, optional=True), saw=saw)
        allowed = (name in SEEN) == saw or name in FROM_PAPER
        assert isinstance(happened, Unlisted) != allowed, name
        assert allowed or happened.why.exit_code == 2, name


def fields_of(event) -> str:
    return ", ".join(f"{'? ' if may else ''}{name}: {shown(kind)}" for name, kind, may in event.kinds())


def shown(kind: Kind) -> str:
    return kind.takes.removeprefix("one of ").replace(", ", " / ") if kind.name == "one of" else kind.name


def test_the_first_entry_is_what_the_tests_say():
    event_of("open", OPEN)
