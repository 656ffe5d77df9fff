"""What is sealed to a set is opened by it and by those that were made from it, and nobody loses it without a word."""

from __future__ import annotations

import pytest

from splitkit.custody.exposure import OLD_ONE_SHORT, alarms
from splitkit.custody.overview.now import matters
from splitkit.custody.records.heirs import FILES
from splitkit.custody.register import Built
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError
from tests.support.custody.custodies import (
    NOW,
    OTHER_SET,
    SET,
    destroyed,
    event,
    held,
    made,
    proven,
    register_of,
    sheet,
    then,
    to_come,
)

ALONE = "8" * 32
"""A set of the same account that was made from no other."""


def sealed(name="codes", set_id=SET, day="2026-01-20", sha256="a" * 64):
    more = {"name": name} if name else {}
    return event("file.sealed", day, set=set_id, sha256=sha256, bytes=100, **more)


def took_over(kind):
    return [
        to_come(kind=kind, day="2026-02-01"),
        *proven(*"12345", set_id=OTHER_SET, day="2026-02-01"),
        event(f"set.{kind}", "2026-02-02", set=OTHER_SET, replaces=SET, reason="a leaver"),
        event("signin", "2026-02-03", set=OTHER_SET, password="new", accepted=True),
    ]


BEGUN = [
    *held(),
    event("account.added", account="root", name="Production", pack="aws-root"),
    event("line.bound", line=SET, account="root"),
    event("signin", password="new", accepted=True),
]
BESIDE = [
    made("3of5", ALONE, "2026-02-01"),
    *proven(*"12345", set_id=ALONE, day="2026-02-01"),
    event("line.bound", "2026-02-01", line=ALONE, account="root"),
    event("signin", "2026-02-03", set=ALONE, password="new", accepted=True),
]
RETIRED = event("set.retired", "2026-02-04", set=SET, reason="another password", approved=["ADM", "WIT"])
GONE = [destroyed(number) for number in "12345"]
CODE = f"{FILES}-{SET[:8].upper()}-1"
CLOSED = event("incident.close", "2026-02-05", incident=CODE, cause="x", outcome="sealed anew", approved=["ADM", "WIT"])


def told(register):
    return register.incidents.get(CODE, "")


@pytest.mark.parametrize("kind", ["refreshed", "rotated"])
def test_what_was_made_from_a_set_opens_its_files(kind):
    more = [RETIRED] if kind == "rotated" else []
    assert told(register_of(*BEGUN, sealed(), *took_over(kind), *more, *GONE)) == ""


@pytest.mark.parametrize(
    "end",
    [
        BESIDE,
        [RETIRED],
        [*took_over("rotated"), RETIRED, *(destroyed(number, OTHER_SET) for number in "123")],
        [
            *took_over("refreshed"),
            event("set.retired", "2026-02-04", set=OTHER_SET, reason="x", approved=["ADM", "WIT"]),
        ],
    ],
)
def test_files_that_nothing_in_use_opens_any_more_are_told_until_two_people_close_that(end):
    register = register_of(*BEGUN, sealed(), sealed("", sha256="b" * 64), *end)
    assert "has 2 files sealed to it that no set in use opens (codes, SHA-256 bbbbbbbb..)" in told(register)
    assert "before its sheets are destroyed" in told(register)
    lost = then(register, *GONE)
    assert "no quorum of its sheets is left" in told(lost)
    assert any(CODE in one.what for one in matters(Built(lost), Rules(lost), NOW))
    assert told(then(lost, CLOSED)) == ""
    settled = then(register, CLOSED, *GONE)
    assert FILES not in "".join(settled.incidents)


def test_files_of_a_set_that_dies_in_use_are_told_too():
    register = register_of(*BEGUN, sealed(), *(destroyed(number) for number in "123"))
    assert "no quorum of its sheets is left" in told(register)


def test_whoever_is_to_destroy_sheets_is_told_first_to_open_what_is_sealed_to_them():
    first = "first open and seal anew what is sealed to it; "
    seen = [sheet("sheet.exposed", number, "2026-02-04", level="possible", reason="a photo") for number in "12"]
    register = register_of(*BEGUN, sealed(), *BESIDE, *seen)
    (broken,) = [one.what for one in Rules(register).broken if one.rule == "SET-1"]
    (alarm,) = [one for one in alarms(register, NOW) if one.record.set_id == SET]
    assert broken.startswith(first) and alarm.advice == first + OLD_ONE_SHORT
    settled = then(register, CLOSED)
    assert not any(one.what.startswith(first) for one in Rules(settled).broken)
    assert [one.advice for one in alarms(settled, NOW) if one.record.set_id == SET] == [OLD_ONE_SHORT]


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ([RETIRED], "is retired"),
        ([*took_over("rotated"), RETIRED], "is retired"),
        (GONE[:3], "is dead"),
        ([*took_over("refreshed"), *GONE], "is dead"),
        (BESIDE, "is replaced, and no set in use was made from it"),
    ],
)
def test_nothing_is_sealed_to_a_set_that_is_not_to_be_opened_any_more(end, why):
    register = register_of(*BEGUN, *end)
    begun = event("intent", "2026-02-06", intent="N-1", act="seal", purpose="a file", set=SET)
    for what in (sealed(day="2026-02-06"), begun):
        with pytest.raises(AttentionError, match=why) as caught:
            then(register, what)
        assert "seal it to a set that is in use" in caught.value.hint


def test_nothing_is_sealed_to_a_set_that_is_void():
    void = event("set.void", "2026-02-03", set=OTHER_SET, reason="a power cut")
    with pytest.raises(AttentionError, match="is void"):
        then(register_of(*held(), to_come(), void), sealed(set_id=OTHER_SET))


@pytest.mark.parametrize("more", [[], took_over("refreshed"), took_over("rotated")])
def test_what_is_sealed_to_a_set_whose_heir_is_in_use_is_welcome(more):
    assert told(register_of(*BEGUN, *more, sealed(day="2026-02-06"))) == ""
