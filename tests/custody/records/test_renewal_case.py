"""How a set is renewed follows from the register, as it does for an incident; never from who says why."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from splitkit.custody.exposure import PROCEDURES, RENEWALS, RenewalWay, SetCase, standing
from splitkit.custody.incident import CAUSES, IncidentReport, written
from splitkit.custody.renewal import WHY, about_sheets, custodians_changed, left_by, renewal_case, weaker_by
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import Note
from splitkit.quorum.policy import parse_policy
from tests.support.custody.custodies import NOW, SET, event, held, register_of, then

PEOPLE = tuple(
    event("person.joined", person=seat, name=f"{seat} Example", since="2026-01-01") for seat in ("ADM", "WIT")
)
WHAT = Happening(Note(text="now"), "ADM", "", f"{NOW}T10:00:00Z")
REISSUE, REFRESH, ROTATE = RenewalWay


def office(*more):
    return register_of(*held(), *PEOPLE, *more)


def case_of(register, cause, *sheets):
    report = IncidentReport(cause, "it was noticed on Monday", SET, sheets)
    return renewal_case(register, register.sets[SET], report, "I-1", WHAT)


@pytest.mark.parametrize(
    ("cause", "sheets", "case", "way"),
    [
        ("worn", "2", SetCase.SOUND, REISSUE),
        ("destroyed", "2", SetCase.DESTROYED, REISSUE),
        ("fire", "2", SetCase.DESTROYED, REISSUE),
        ("lost", "2", SetCase.LOST, REFRESH),
        ("theft", "2", SetCase.LOST, REFRESH),
        ("seen", "2", SetCase.LOST, REFRESH),
        ("seal", "2", SetCase.LOST, REFRESH),
        ("lost", "24", SetCase.ONE_SHORT, REFRESH),
        ("seen", "124", SetCase.COMPROMISED, ROTATE),
        ("fire", "1234", SetCase.DEAD, None),
        ("leaver", "", SetCase.SOUND, REFRESH),
        ("policy", "", SetCase.SOUND, REFRESH),
        ("yearly", "", SetCase.SOUND, ROTATE),
        ("password", "", SetCase.COMPROMISED, ROTATE),
        ("machine", "", SetCase.COMPROMISED, ROTATE),
        ("alert", "", SetCase.COMPROMISED, ROTATE),
    ],
)
def test_what_follows(cause, sheets, case, way):
    found = case_of(office(), cause, *sheets)
    assert (found.case, found.way) == (case, way)
    assert about_sheets(cause) == bool(sheets)


def test_every_cause_has_words_and_what_incidents_know_has_theirs():
    assert all(WHY.values())
    assert {cause: words for cause, words in WHY.items() if cause in CAUSES} == {
        cause: CAUSES[cause].words for cause in WHY if cause in CAUSES
    }


def test_the_text_of_a_procedure_names_the_way():
    assert {case: PROCEDURES[case].split(":")[0].split()[0] for case in RENEWALS} == {
        case: way.value for case, way in RENEWALS.items()
    }


@pytest.mark.parametrize(("cause", "sheets"), [("lost", "2"), ("seen", "24"), ("destroyed", "2"), ("seal", "1")])
def test_it_is_the_case_to_which_the_incident_comes(cause, sheets):
    register = office()
    found = case_of(register, cause, *sheets)
    now = register
    for entry in written(
        register, IncidentReport(cause, "it was noticed on Monday", SET, tuple(sheets)), "I-1", dt.date(2026, 3, 1)
    ):
        now = then(now, Happening(entry, "ADM", "WIT", WHAT.time))
    assert found.case is standing(now.sets[SET], NOW).case
    assert [event.event for event in found.events if event.event != "incident.open"] and "incident.open" in [
        one.event for one in found.events
    ]


def test_what_the_register_knows_already_is_not_told_twice():
    lost = event("sheet.lost", set=SET, sheet="2", circumstances="it is not in its safe")
    found = case_of(office(lost), "lost", "2")
    assert not found.events and found.way is REFRESH and found.never_again == {"2"}
    more = case_of(office(lost), "lost", "2", "4")
    assert [getattr(one, "sheet", "") for one in more.events if one.event == "sheet.lost"] == ["4"]
    known = event("incident.open", incident="I-9", cause="somebody saw it", kind="password")
    assert not case_of(office(known), "password").events


def test_an_exposed_sheet_makes_a_worn_one_a_case_for_a_new_set():
    seen = event("sheet.exposed", set=SET, sheet="4", level="confirmed", reason="read in the train")
    found = case_of(office(seen), "worn", "2")
    assert found.way is REFRESH and found.never_again == {"4"}


def test_without_a_register_the_cause_alone_decides():
    for cause, way in (("worn", REISSUE), ("lost", REFRESH), ("password", ROTATE)):
        found = renewal_case(
            office(), None, IncidentReport(cause, "so", SET, ("2",) if about_sheets(cause) else ()), "I-1", WHAT
        )
        assert found.way is way
    assert found.case is SetCase.COMPROMISED


def test_what_gets_weaker_is_named():
    old = parse_policy("3of5")
    assert not weaker_by(old, "Root", old, "Root")
    assert [text.split(":")[0] for text in weaker_by(old, "Root", parse_policy("2of3"), "Root 2")] == [
        "weaker",
        "weaker",
        "the label is another one",
    ]
    assert len(weaker_by(old, "Root", parse_policy("5of5"), "Root")) == 1


def test_who_of_a_plan_has_left_is_named_and_who_keeps_a_sheet_without_it():
    """A plan is a file, and people change: nobody deals a set to somebody who is gone without a word."""
    names = ("Ada Example", "Ben Example", "Cleo Example")
    here = [event("person.joined", person=f"C{at}", name=name, since="2026-01-01") for at, name in enumerate(names, 1)]
    register = register_of(*held(), *PEOPLE, *here)
    keepers = {one.holder for one in register.sets[SET].sheets.values()}
    assert {"C1", "C2", "C3"} <= keepers
    told = "\n".join(custodians_changed(register, register.sets[SET], ("Ada Example", "Ben Example", "Dan Example")))
    assert re.search("no more: Cleo Example", told)
    assert "new: Dan Example" in told
    assert "Ada" not in told
    assert left_by(register, names) == []
    gone = register_of(
        *held(),
        *PEOPLE,
        *here,
        event("person.left", "2026-02-01", person="C3", reason="a new post", until="2026-02-01"),
    )
    assert left_by(gone, ("ada  example", "Ben Example", "Cleo Example")) == [
        "Cleo Example is a custodian in the plan, and has left"
    ]
    assert custodians_changed(register, None, names) == []
    assert custodians_changed(register, register.sets[SET], ()) == []
