"""The page of a custody: one or two pages, by name, and what is wrong is a word on it."""

from __future__ import annotations

import datetime as dt

import pytest
from pypdfium2 import PdfDocument

from splitkit.cli.ui.hints import worded
from splitkit.custody.overview.glance import Overview
from splitkit.custody.overview.page import status_page
from splitkit.custody.register import Built
from splitkit.ledger.comparison import RecordStanding
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from tests.support.custody.custodies import (
    OTHER_SET,
    SET,
    asset,
    event,
    held,
    made,
    place,
    proven,
    register_of,
    sheet,
    stored,
    to_come,
)
from tests.support.paper.pdfs import prose_of

DAY = dt.date(2026, 3, 1)


def page(*entries, called="Example AG", **supposed):
    overview = Overview(
        Built(register_of(*entries)), RecordStanding(len(entries), "0" * 64, None, DAY), DAY, **supposed
    )
    return status_page(overview, called, worded, DAY)


def printed(*entries, paper=Paper.A4, **more):
    return Typesetter(paper).report(page(*entries, **more), pytest.fail)


def test_it_names_people_places_and_what_is_wrong():
    named = [event("person.joined", "2026-01-10", person=f"C{at}", name=f"{name} Example", since="2026-01-10")
             for at, name in enumerate(("Ada", "Ben", "Cleo"), 1)]  # fmt: skip
    kept = [place("vault", "Berlin"), stored("1", safe="vault")]
    wrong = [sheet("sheet.lost", "2", circumstances="gone"), asset("key-1", "mfa", "M1"),
             event("asset.checked", asset="key-1", result="fail")]  # fmt: skip
    text = prose_of(printed(*named, *held("2of3", 3), *kept, *wrong))
    for words in ("Custody of Example AG", "things must be done now", "Ada Example", "vault", "Berlin", "LOST", "ONE SHORT",
                  "DOES NOT WORK", "nobody can", "splitkit ceremony renew PLAN"):  # fmt: skip
        assert words.casefold() in text.casefold(), words


def test_it_says_what_is_only_supposed():
    named = event("person.joined", "2026-01-10", person="C1", name="Ada Example", since="2026-01-10")
    verdict = page(named, *held("2of3", 3), away=["C1"], to_come=True).verdict
    assert verdict.startswith(f"As if nothing happened until {DAY} and Ada Example were not there. ")
    assert not page(named, *held("2of3", 3)).verdict.startswith("As if")


@pytest.mark.parametrize("paper", Paper)
def test_the_largest_custody_takes_few_pages(paper):
    policy = "2 of: Board 5of10, Works 5of10, Law 5of10"
    numbers = [f"{group}{at}" for group in "ABC" for at in range(1, 11)]
    entries = [made(policy), *proven(*numbers), *(stored(number, safe=f"safe-{number.lower()}") for number in numbers),
               *(asset(f"{kind}-{at}", kind, f"M{at}") for kind in ("mfa", "phone", "mailbox") for at in range(1, 4))]  # fmt: skip
    assert len(PdfDocument(printed(*entries, paper=paper))) <= 3


def test_a_letter_that_no_font_has_is_a_number_and_people_are_told():
    told = []
    strange = event("person.joined", "2026-01-10", person="C1", name="Ada \U00010c00", since="2026-01-10")
    document = Typesetter(Paper.A4).report(page(strange, *held("2of3", 3)), told.append)
    assert "<U+10C00>" in prose_of(document)
    assert told and told[0].startswith("note: ")


def test_nothing_recorded_is_a_page_too():
    assert "no set was recorded" in prose_of(printed())


def test_the_set_in_use_stands_before_the_one_that_it_replaced():
    replaced = event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver")
    new = [*proven(*"12345", set_id=OTHER_SET), replaced]
    groups = page(*held(), to_come(), *new).groups
    assert [life for one in groups for life in ("in use", "superseded") if f", {life}, " in one.told] == [
        "in use",
        "superseded",
    ]
