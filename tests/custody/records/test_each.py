"""What a step of a procedure still has to have recorded, thing by thing, and what the register knows of its condition."""

from __future__ import annotations

import pytest

from splitkit.custody.saying.command_words import words_of
from splitkit.custody.saying.each import WalkStanding, known_condition
from splitkit.custody.saying.filled import Concern
from splitkit.ledger.fields import taken
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import find_procedure
from tests.support.custody.desk import desk

RECORDS = [key for key, line in COMMANDS.items() if line.startswith("splitkit record ") and key != "take"]
IDS = ["7cd306db1ab54c0b8f2d91c3e4a5b6f7", "0123456789abcdef0123456789abcdef", "aa11bb22cc33dd44ee55ff6677889900"]


def step_with(key: str, code: str):
    return next(step for _, step in find_procedure(code)[1].numbered if COMMANDS[key] in step.commands)


@pytest.mark.parametrize("key", RECORDS)
def test_every_word_in_capitals_has_the_kind_by_which_its_answer_is_checked(key):
    """So that no answer of a closed kind is ever judged as free text, where an id or a hash looks like a secret."""
    words = list(words_of(COMMANDS[key]))
    assert words[0].kind is None and all(one.kind for one in words[1:])
    for one in words:
        if one.text in ("SET", "OLD-SET", "NEW-SET"):
            assert one.kind.thing == "set"
            assert [taken(one.kind, typed) for typed in IDS] == IDS


def test_each_sheet_is_wanted_until_it_is_where_it_should_be():
    register = desk()
    (record,) = register.live[:1]
    person = next(iter(record.sheets.values())).holder
    standing = WalkStanding(Concern(person).of(register), register)
    kept = [one.number for one in record.sheets.values() if one.holder == person]
    missing = standing.missing(step_with("handed", "R12"), COMMANDS["handed"])
    assert [one.words["SHEET"] for one in missing.things] == kept and not missing.enough
    assert all(register.called(person) in one.name for one in missing.things)
    assert standing.missing(step_with("handed", "R12"), COMMANDS["stored"]).enough, "nothing was handed over yet"


def test_what_the_register_knows_of_a_condition_is_not_asked():
    register = desk()
    record = register.live[0]
    keeper = next(iter(record.sheets.values())).holder
    others = [one for one in register.here if one not in {sheet.holder for sheet in record.sheets.values()}]
    for person, so in ((keeper, True), (others[0], False)):
        known = known_condition(WalkStanding(Concern(person), register), "they keep a sheet")
        assert (known.so, register.called(person) in known.why) == (so, True)
    assert known_condition(WalkStanding(Concern(), register), "they keep a sheet") is None, "nobody said who"
    assert known_condition(WalkStanding(Concern(keeper), register), "they have seen the password") is None
    assert not known_condition(WalkStanding(Concern(), register), "an incident was opened for the loss")
