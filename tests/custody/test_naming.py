"""What people call things: an id before a name, a name before another spelling of it, and that before the beginning of one."""

from __future__ import annotations

import pytest

from splitkit.custody.records.accounts import PersonRecord
from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.naming import Thing, meant, person_called, person_meant, things
from splitkit.errors import NotIntroducedError, UsageError
from splitkit.ledger.events import EVENTS
from tests.support.custody.custodies import SET, event, made, register_of
from tests.support.custody.every_event import data_for

ADA, JUNIOR, ZOE, GONE = (
    Thing("ada", "Ada Example"),
    Thing("p-2", "Ada Example Junior"),
    Thing("zoe", "ada"),
    Thing("ada-2", "Ada Example", here=False),
)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ada", [ADA]),  # somebody else is called what is her id
        ("Ada Example", [ADA]),
        ("ADA  EXAMPLE", [ADA]),
        ("Ada Ex", [ADA, JUNIOR]),
        ("Ada Example J", [JUNIOR]),
        ("ada-2", [GONE]),
        ("A", []),
        ("Nobody", []),
    ],
)
def test_who_is_meant(typed, wanted):
    assert meant([ADA, JUNIOR, ZOE, GONE], typed) == wanted


def test_another_spelling_is_meant_only_where_nobody_is_spelt_so():
    accented, plain = Thing("a", "Zoë Example"), Thing("b", "Zoe Example")
    assert meant([accented, plain], "Zoe Example") == [plain]
    assert meant([accented], "Zoe Example") == [accented]


def test_somebody_is_called_so_that_nobody_else_is_meant():
    people = {
        seat: PersonRecord(seat, name) for seat, name in (("a", "Ada Example"), ("b", "ada example"), ("c", "Zoe"))
    }
    called = [person_called(Register(people=people), who) for who in ("c", "a", "d", "")]
    assert (called[0], called[2:]) == ("Zoe", ["d", "-"])
    assert called[1] != "Ada Example"


@pytest.mark.parametrize("name", [name for name, one in EVENTS.items() if one.introduces])
def test_whatever_an_entry_adds_is_found_under_its_id(name):
    """A line is named by its first set; of sheets people say the number."""
    data = data_for(name, optional=False)
    register = register_of(made(), event(name, "2026-11-24", **data)) if name != "set.made" else register_of(made())
    for kind in {EVENTS[name].introduces, "line"}:
        added = register.sets[SET].line if kind == "line" else data[EVENTS[name].adds] if name != "set.made" else SET
        assert added in [one.id for one in meant(things(register, kind), added)]


def test_one_person_is_meant_or_what_is_wrong_is_said():
    people = {seat: PersonRecord(seat, name) for seat, name in (("a", "Ada Example"), ("b", "Ada Other"))}
    register = Register(people=people, openers=frozenset({"SCR"}))
    assert [person_meant(register, typed) for typed in ("Ada Example", "b", "SCR")] == ["a", "b", "SCR"]
    with pytest.raises(UsageError, match="several people are called like that: Ada") as several:
        person_meant(register, "Ada")
    assert several.value.hint == "give the id: a, b"
    with pytest.raises(NotIntroducedError, match='nobody is called "Ada Exampel"') as unknown:
        person_meant(register, "Ada Exampel")
    assert unknown.value.hint == "is Ada Example meant?"
    words = "academic acid acne acquire acrobat activity actress adapt"
    with pytest.raises(NotIntroducedError) as hidden:
        person_meant(register, words)
    assert "acquire" not in hidden.value.fact
