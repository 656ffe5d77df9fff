"""How a set stands: against brute force over all its sheets."""

from __future__ import annotations

import pytest

from splitkit.custody.exposure import OLD_ONE_SHORT, PROCEDURES, SetCase, alarms, standing
from tests.support.custody.custodies import (
    NOW,
    OTHER_SET,
    SET,
    changed,
    destroyed,
    event,
    held,
    made,
    proven,
    register_of,
    sheet,
    to_come,
)


def lost(number):
    return sheet("sheet.lost", number, circumstances="a burglary")


@pytest.mark.parametrize(
    ("happened", "case"),
    [
        ([], SetCase.SOUND),
        ([destroyed("1")], SetCase.DESTROYED),
        ([destroyed("1"), destroyed("2")], SetCase.DESTROYED),
        ([destroyed("1"), destroyed("2"), destroyed("3")], SetCase.DEAD),
        ([lost("1")], SetCase.LOST),
        ([lost("1"), lost("2")], SetCase.ONE_SHORT),
        ([lost("1"), destroyed("2"), destroyed("3")], SetCase.DEAD),
        ([lost("1"), lost("2"), lost("3")], SetCase.COMPROMISED),
        ([sheet("sheet.exposed", n, level="possible", reason="a photo") for n in "12345"], SetCase.COMPROMISED),
        ([sheet("sheet.exposed", n, level="confirmed", reason="a photo") for n in "12"], SetCase.ONE_SHORT),
        ([sheet("sheet.exposed", "1", level="possible", reason="a photo"), destroyed("1")], SetCase.LOST),
    ],
)
def test_the_cases(happened, case):
    stands = standing(register_of(*held(), *happened).sets[SET], NOW)
    assert stands.case is case
    assert PROCEDURES[case]


def test_a_sheet_that_is_lost_may_still_be_used_by_whoever_has_it():
    record = register_of(*held(), lost("1"), destroyed("2")).sets[SET]
    stands = standing(record, NOW)
    assert (stands.usable, stands.exposed) == (("3", "4", "5"), ("1",))
    assert (stands.opens, record.more_to_destroy, stands.more_to_lose) == (True, 2, 2)


def replaced(how):
    """A set that another has replaced."""
    new = changed(made("3of5", OTHER_SET), line=SET, replaces=SET, epoch=2, kind=how)
    return [
        *held(),
        new,
        *proven(*"12345", set_id=OTHER_SET),
        event(f"set.{how}", set=OTHER_SET, replaces=SET, reason="a leaver"),
    ]


def alarmed(*entries):
    return [(alarm.record.set_id, alarm.case) for alarm in alarms(register_of(*entries), NOW)]


def test_who_knows_a_quorum_of_an_old_set_knows_the_secret_in_use():
    seen = [lost("1"), lost("2"), sheet("sheet.exposed", "3", level="possible", reason="a photo")]
    assert alarmed(*replaced("refreshed"), *seen[:1]) == []
    assert alarmed(*replaced("refreshed"), *seen[:2]) == [(SET, SetCase.ONE_SHORT)]
    assert alarmed(*replaced("refreshed"), *seen) == [(SET, SetCase.COMPROMISED)]
    compromised = [(SET, SetCase.COMPROMISED)]  # until two people say that the old password opens nothing
    signed_in = event("signin", password="new", accepted=True)
    assert alarmed(*replaced("rotated"), *seen) == alarmed(*replaced("rotated"), *seen, signed_in) == compromised
    retired = event("set.retired", set=SET, reason="a new password", approved=["ADM", "WIT"])
    assert alarmed(*replaced("rotated"), *seen, signed_in, retired) == []
    gone = [destroyed(number) for number in "345"]
    assert alarmed(*replaced("refreshed"), *seen[:2], *gone) == []
    assert alarms(register_of(*replaced("refreshed"), *seen[:2]), NOW)[0].advice == OLD_ONE_SHORT
    assert alarms(register_of(*replaced("refreshed"), *seen), NOW)[0].advice == PROCEDURES[SetCase.COMPROMISED]


def test_the_set_in_use_is_named_first_and_one_to_come_too():
    entries = [*held(), to_come()]
    assert alarmed(*held(), *(lost(number) for number in "12")) == [(SET, SetCase.ONE_SHORT)]
    stolen = [sheet("sheet.lost", number, set_id=OTHER_SET, circumstances="stolen") for number in "123"]
    assert alarmed(*entries, *stolen, *(lost(number) for number in "12")) == [
        (SET, SetCase.ONE_SHORT),
        (OTHER_SET, SetCase.COMPROMISED),
    ]
    assert alarmed(*held(), destroyed("1")) == [(SET, SetCase.DESTROYED)]
