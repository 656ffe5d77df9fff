"""What is on a page, as plain data."""

import dataclasses

import pytest

from splitkit.paper.documents import Record
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
