"""What two people settle, one person does not settle in two names: whoever has one name, however it is spelt, is one."""

from __future__ import annotations

import pytest

from splitkit.custody.register import build
from splitkit.errors import AttentionError
from splitkit.ledger.chain import Happening, decode_line
from splitkit.ledger.events import EVENTS, event_of
from tests.support.custody.custodies import EVER, event, held, register_of, sheet, then
from tests.support.custody.every_event import data_for
from tests.support.ledgers import chained, hashed

NAMES = {"A1": "Ada Example", "A2": "ADA  Exámple", "B1": "Ben Example"}
PEOPLE = [event("person.joined", person=seat, name=name, since="2026-01-01") for seat, name in NAMES.items()]
TWO = {name: one.two for name, one in EVENTS.items() if one.two}


@pytest.mark.parametrize("name", TWO)
def test_one_person_in_two_names_is_not_two(name):
    """Refused for that, whatever else is wrong with it; two who are two are not."""
    register = register_of(*PEOPLE)
    for people, is_one in (
        (["A1", "A2"], True),
        (["A1", "A1"], True),
        (["A1", "SPLITKIT"], True),
        (["A1", "B1"], False),
    ):
        said = event_of(name, {**data_for(name, optional=False), TWO[name]: people})
        with pytest.raises(AttentionError) as caught:
            then(register, Happening(said, "A1", "", "2026-02-01T10:00:00Z"))
            raise AttentionError("it is taken", "")
        assert caught.value.fact.startswith("fewer than two people") == is_one


def test_a_sheet_is_destroyed_before_two_who_are_two():
    for seen_by, before_two in ((["A1", "A2"], False), (["A1", "B1"], True)):
        burnt = sheet("sheet.destroyed", "1", way="fire", seen_by=seen_by)
        assert register_of(*PEOPLE, *held(), burnt).sets[burnt.data.set].sheets["1"].before_two == before_two


@pytest.mark.parametrize(("approved", "stands"), [(["A1", "A2"], False), (["A1", "B1"], True)])
def test_an_entry_is_withdrawn_by_two_who_are_two(approved, stands):
    told = [(one.event, one.data.fields()) for one in PEOPLE]
    opened = ("open", {"format": 1, "ceremony": "DESK", "kind": "custody", "practice": False, "version": "0.1.0"})
    lines = chained([opened, *told, ("note", {"text": "a slip"})])
    back = ("withdrawn", {"entry": hashed(lines[-1]), "reason": "it was one", "approved": approved})
    lines = chained([opened, *told, ("note", {"text": "a slip"}), back])
    assert bool(build(map(decode_line, lines), EVER).withdrawn) == stands
