"""What is on a page, as plain data."""

import dataclasses

import pytest

from splitkit.paper.documents import Record
from splitkit.paper.geometry import Paper
from splitkit.paper.report import Column, Report, Table
from tests.support.paper.page_data import DIGITS, WORDS, a_record, a_sheet


def test_a_sheet_does_not_show_its_share():
    shown = repr(a_sheet())
    assert "sheet 2 of 5" in shown
    assert WORDS[0] not in shown.upper()
    assert DIGITS not in shown


@pytest.mark.parametrize("page", [a_sheet(), a_record(), a_record().sheets[0]])
def test_pages_cannot_be_changed(page):
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.label = "another"


def test_a_record_has_no_room_for_a_share():
    assert not {"words", "digits"} & {field.name for field in dataclasses.fields(Record)}


def test_a_record_replaces_nothing_unless_it_says_so():
    assert a_record().line == ""


def test_only_a_cell_that_may_not_fit_or_runs_the_other_way_needs_a_closer_look():
    """Ten thousand rows of ordinary text are set without measuring each of them."""
    columns = (Column("What"), Column("How", 0.1))
    rows = {
        "plain": ("so it was \u25a0", "ok"),
        "narrow": ("so it was", "a-very-very-long-word"),
        "hebrew": ("\u05d0\u05d1", "ok"),
    }
    tables = tuple(Table(name, "", columns, (row,)) for name, row in rows.items())
    report = Report(heading="x", mark="X", intro="", facts=(), tables=tables, made="2026-01-01")
    plain, narrow, hebrew = report.data(Paper.A4)["tables"]
    assert (plain["plain"], plain["rows"]) == (True, [list(rows["plain"])])
    assert (narrow["plain"], narrow["rows"]) == (False, [["so it was", ["a-very-very-long-word"]]])
    assert not hebrew["plain"]
    signed = Report(
        heading="x",
        mark="X",
        intro="",
        facts=(),
        tables=(Table("t", "", columns, (("a", "b"),), tall=True),),
        made="2026-01-01",
    )
    assert not signed.data(Paper.A4)["tables"][0]["plain"]
    with_weight = Table("t", "", (Column("What", bold=True),), (("a",),))
    assert not Report(heading="x", mark="X", intro="", facts=(), tables=(with_weight,), made="2026-01-01").data(
        Paper.A4
    )["tables"][0]["plain"]
