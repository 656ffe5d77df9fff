"""How a set stands: against brute force over all its sheets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from splitkit.custody.exposure import OLD_ONE_SHORT, PROCEDURES, SPOILT, SetCase, alarms, countdown, standing
from splitkit.custody.overview.now import Danger, matters
from splitkit.custody.register import Built
from splitkit.custody.review import accesses
from splitkit.custody.ways.mending import fewest_to_destroy
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, Remedy
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
    read_back,
    register_of,
    sheet,
    then,
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
    assert (stands.opens, fewest_to_destroy(record), stands.more_to_lose) == (True, ["3", "4"], 2)


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


KNOWN = {
    "seen": [sheet("sheet.exposed", "1", "2026-02-02", level="possible", reason="a photo")],
    "kept by who left": [event("person.left", "2026-02-02", person="C1", until="2026-02-01", reason="another post")],
    "found again": [
        sheet("sheet.lost", "1", "2026-02-02", circumstances="moved house"),
        *read_back("1", set_id=SET, day="2026-02-03"),
    ],
}
"""How it comes that somebody else may know a sheet."""
JOINED = [event("person.joined", person="C1", name="C1 Example", since="2026-01-10")]


@pytest.mark.parametrize("how", KNOWN)
@pytest.mark.parametrize("late", [False, True])
def test_a_share_that_is_known_outlives_its_paper(how, late):
    """Two more sheets than the one that is known are a quorum, whatever became of the paper of that one."""
    known, end = KNOWN[how], "the old set is dead: no quorum of its sheets is left"
    seen = [replaced("refreshed"), known] if late else [known, replaced("refreshed")[len(held()) :]]
    begun = [*JOINED, *([] if late else held()), *(one for some in seen for one in some)]
    register = register_of(*begun)
    for number, told in (("1", "sheets 2, 3 and 4 are"), ("2", "sheets 3 and 4 are"), ("3", "sheet 4 is")):
        register = then(register, destroyed(number))
        assert countdown(register.sets[SET]) == f"OLD SHEETS STILL OPEN THE SAME SECRET until {told} destroyed"
        assert [one.what for one in Rules(register).broken if one.rule == "SET-1"]
        assert any(SET[:8] in one.what for one in accesses(register, NOW))
    register = then(register, destroyed("4"))
    assert countdown(register.sets[SET]) == end
    assert not [one.what for one in Rules(register).broken if one.rule == "SET-1"]
    assert not any(SET[:8] in one.what for one in accesses(register, NOW))


def test_where_others_may_know_a_quorum_of_an_old_set_nothing_is_to_be_destroyed_for_that():
    seen = [sheet("sheet.exposed", number, level="possible", reason="a photo") for number in "123"]
    register = register_of(*replaced("refreshed"), *seen)
    for gone in ("1", "2", "3", "4", "5"):
        register = then(register, destroyed(gone))
        assert (
            countdown(register.sets[SET])
            == "OLD SHEETS STILL OPEN THE SAME SECRET, whatever is destroyed: others may know a quorum of them"
        )
        found = matters(Built(register), Rules(register), NOW)
        assert {one.remedy for one in found if SET[:8] in one.what and one.danger is not Danger.DUE} == {Remedy.ROTATE}


def test_whoever_knows_a_secret_that_is_in_use_no_more_makes_nobody_rotate():
    seen = [sheet("sheet.exposed", number, level="possible", reason="a photo") for number in "123"]
    retired = event("set.retired", "2026-02-02", set=OTHER_SET, reason="it was reset", approved=["ADM", "WIT"])
    register = register_of(*replaced("refreshed"), *seen, retired)
    assert [one.step for one in Rules(register).broken if one.rule == "SET-1"] == [(Remedy.RETIRE_SET, SET[:8])]
    settled = then(register, changed(retired, set=SET))
    assert not [one for one in Rules(settled).broken if one.rule == "SET-1"]


GROUPS = "2 of: A 2of3, B 1of1"


@pytest.mark.parametrize("first", ["", "A1", "A3"])
@pytest.mark.parametrize("known", ["", "B1", "A2"])
def test_whoever_destroys_the_sheets_that_are_named_has_done_it(first, known):
    numbers = ("A1", "A2", "A3", "B1")
    new = changed(to_come(policy=GROUPS), sheets=4)
    register = register_of(changed(made(GROUPS), sheets=4), *proven(*numbers), new, *proven(*numbers, set_id=OTHER_SET),
                           event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver"),
                           *(sheet("sheet.exposed", one, level="possible", reason="a photo") for one in [known] if one),
                           *(destroyed(one) for one in [first] if one))  # fmt: skip
    (broken,) = [one.what for one in Rules(register).broken if one.rule == "SET-1"]
    named = fewest_to_destroy(register.sets[SET])
    assert named and all(one in broken for one in named) and known not in named
    *rest, last = named
    register = then(register, *map(destroyed, rest))
    assert any(one.rule == "SET-1" for one in Rules(register).broken)
    assert not any(one.rule == "SET-1" for one in Rules(then(register, destroyed(last))).broken)


PRINTED = [sheet("sheet.printed", number, "2026-01-15", set_id=OTHER_SET, copy=1) for number in "12345"]
VOID = event("set.void", "2026-02-03", set=OTHER_SET, reason="we make another one")


@pytest.mark.parametrize(
    "paper", [PRINTED, PRINTED[:3], proven(*"12345", set_id=OTHER_SET), [*PRINTED, *read_back("1")]]
)
def test_paper_of_a_set_that_came_to_nothing_is_asked_for_while_its_secret_is_in_use(paper):
    """That two say that it is void makes no share of the secret in use worthless; status and review say the same of it."""
    register = register_of(*held(), to_come(), *paper, VOID)
    on_paper = sorted({one.data.sheet for one in paper if getattr(one.data, "sheet", None)})
    for number in on_paper[: len(on_paper) - 2]:
        (broken,) = [one for one in Rules(register).broken if one.rule == "SET-1"]
        assert broken.step == (Remedy.DESTROY_SHEETS, OTHER_SET[:8]) and "which is void" in broken.what
        lines = {one.what.split()[1] for one in accesses(register, NOW) if OTHER_SET[:8] in one.what}
        assert lines == {one for one in on_paper if register.sets[OTHER_SET].sheets[one].may_be_used}
        register = then(register, destroyed(number, OTHER_SET))
    assert not [one for one in Rules(register).broken if one.rule == "SET-1"]
    assert not [one for one in accesses(register, NOW) if OTHER_SET[:8] in one.what]


@pytest.mark.parametrize("paper", [[], PRINTED[:2]])
def test_of_a_set_that_came_to_nothing_nobody_has_what_was_never_on_paper(paper):
    register = register_of(*held(), to_come(), *paper, VOID)
    assert not [one for one in Rules(register).broken if one.rule == "SET-1"]
    assert not [one for one in accesses(register, NOW) if OTHER_SET[:8] in one.what]


def test_the_set_in_use_is_named_first_and_one_to_come_too():
    entries = [*held(), to_come()]
    assert alarmed(*held(), *(lost(number) for number in "12")) == [(SET, SetCase.ONE_SHORT)]
    stolen = [sheet("sheet.lost", number, set_id=OTHER_SET, circumstances="stolen") for number in "123"]
    assert alarmed(*entries, *stolen, *(lost(number) for number in "12")) == [
        (SET, SetCase.ONE_SHORT),
        (OTHER_SET, SetCase.COMPROMISED),
    ]
    assert alarmed(*held(), destroyed("1")) == [(SET, SetCase.DESTROYED)]


def theirs(name, number, **data):
    """What happens to a sheet of the set that is to come."""
    return sheet(name, number, set_id=OTHER_SET, **data)


def badly(number, result):
    return theirs("sheet.read", number, use="drill", source="scan", result=result)


FAILED = event("drill", "2026-02-01", set=OTHER_SET, sheets=["3", "4", "5"], way="verify", result="fail")
AGAIN = event("set.proven", "2026-02-02", set=OTHER_SET, sheets=list("12345"), use="read-back")
BROKEN = {
    "lost": [theirs("sheet.lost", "1", circumstances="moved house")],
    "burnt": [destroyed("1", OTHER_SET)],
    "damaged": [badly("1", "damaged")],
    "forged": [badly("1", "forged")],
    "foreign": [badly("1", "foreign")],
    "failed": [FAILED],
    "dead": [
        *(badly(number, "damaged") for number in "23"),
        theirs("sheet.lost", "1", circumstances="moved house"),
        FAILED,
    ],
}
"""What makes a set unfit to take the place of another."""
SEEN = {"seen": [theirs("sheet.exposed", "1", level="confirmed", reason="a photo")],
        "found": [*BROKEN["lost"], *read_back("1", day="2026-02-02")]}  # fmt: skip
"""What is a doubt about it, and makes it no worse than the set in use would be."""


def now(register):
    """What must be done now about the set that is to come."""
    rules = SimpleNamespace(register=register, broken=())
    return [one for one in matters(Built(register), rules, NOW) if one.what.startswith(f"set {OTHER_SET[:8]} ")]


@pytest.mark.parametrize("kind", ["refreshed", "rotated"])
@pytest.mark.parametrize("what", [*BROKEN, *SEEN])
def test_every_doubt_about_a_set_to_come_is_told_and_one_that_is_unfit_takes_over_from_none(what, kind):
    new = [*held(), to_come(kind=kind), *proven(*"12345", set_id=OTHER_SET)]
    register = register_of(*new, *BROKEN.get(what, []), *SEEN.get(what, []))
    (alarm,), (matter,) = alarms(register, NOW), now(register)
    assert (alarm.record.set_id, alarm.advice) == (OTHER_SET, SPOILT)
    assert matter.danger is Danger.UNPROVEN  # the set in use is sound
    assert matter.remedy is (Remedy.READ_NEW_SHEETS if what == "failed" else Remedy.DESTROY_AND_VOID)
    takes_over = event(f"set.{kind}", "2026-02-03", set=OTHER_SET, replaces=SET, reason="a leaver")
    if what in SEEN:
        then(register, takes_over)
    else:
        with pytest.raises(AttentionError):
            then(register, takes_over)
    settled = [destroyed(number, OTHER_SET) for number in "12345" if (what, number) != ("burnt", "1")]
    given_up = then(register, *settled, event("set.void", "2026-02-03", set=OTHER_SET, reason="it is spoilt"))
    assert alarms(given_up, NOW) == []


@pytest.mark.parametrize("what", ["damaged", "forged", "foreign", "failed"])
def test_what_only_a_reading_said_of_a_set_to_come_is_settled_by_another(what):
    new = [
        *held(),
        to_come(),
        *proven(*"12345", set_id=OTHER_SET),
        *BROKEN[what],
        *read_back("1", day="2026-02-02"),
        AGAIN,
    ]
    register = register_of(*new)
    assert alarms(register, NOW) == []
    then(register, event("set.refreshed", "2026-02-03", set=OTHER_SET, replaces=SET, reason="a leaver"))


@pytest.mark.parametrize("read", ["", "12", "12345"])
def test_a_set_to_come_that_is_being_read_back_is_no_alarm(read):
    assert alarmed(*held(), to_come(), *read_back(*read)) == []


def test_a_set_that_is_spoilt_is_never_what_mends_the_one_in_use():
    new = [*held(), lost("1"), to_come(), *proven(*"12345", set_id=OTHER_SET)]
    whole, spoilt = (register_of(*new, *more) for more in ([], BROKEN["damaged"]))
    found = [next(one.remedy for one in matters(Built(one), SimpleNamespace(register=one, broken=()), NOW)
                  if one.what.startswith(f"set {SET[:8]}:")) for one in (whole, spoilt)]  # fmt: skip
    assert found == [Remedy.TAKE_OVER, Remedy.REFRESH]


DOUBTS = {
    "dead": [destroyed(number, OTHER_SET) for number in "123"],
    "lost": [theirs("sheet.lost", number, circumstances="a fire") for number in "123"],
    "damaged": [badly(number, "damaged") for number in "123"],
    "forged": [badly(number, "forged") for number in "123"],
    "failed": [FAILED],
}
"""What makes it doubtful that a set opens."""


@pytest.mark.parametrize("what", DOUBTS)
@pytest.mark.parametrize("seen", ["", "12"])
def test_nobody_is_told_to_destroy_what_may_be_all_that_opens_a_secret(what, seen):
    exposed = [sheet("sheet.exposed", number, level="possible", reason="a photo") for number in seen]
    told = [event("signin", password="new", accepted=True), *replaced("refreshed"), *exposed]
    for more in ([], DOUBTS[what]):
        register = register_of(*told, *more)
        found = matters(Built(register), Rules(register), NOW)
        about = [one for one in found if SET[:8] in one.what and one.danger is not Danger.DUE]
        assert len([one for one in about if "rule SET-1" in one.what]) == 1
        assert any(one.remedy is Remedy.DESTROY_SHEETS for one in about) == (not more)
        assert any("keep the old sheets" in one.what for one in about) == (
            bool(more) and (what != "lost" or bool(seen))
        )
        assert len([one for one in about if one.what.startswith(f"set {SET[:8]} ")]) == bool(seen)


def test_the_old_sheets_of_another_password_are_no_help():
    register = register_of(*replaced("rotated"), *DOUBTS["dead"], event("signin", password="new", accepted=True))
    (found,) = [one for one in Rules(register).broken if one.rule == "SET-1"]
    assert found.step == (Remedy.RETIRE_SET, SET[:8])
    assert not any("keep the old sheets" in one.advice for one in alarms(register, NOW))


def test_a_set_to_come_that_has_the_secret_still_takes_over_from_one_that_is_dead():
    dead = [destroyed(number) for number in "123"]
    for kind, remedy in (("refreshed", Remedy.TAKE_OVER), ("rotated", Remedy.START_ANEW)):
        register = register_of(*held(), to_come(kind=kind), *proven(*"12345", set_id=OTHER_SET), *dead)
        (found,) = [one for one in matters(Built(register), Rules(register), NOW) if one.danger is Danger.DEAD]
        assert found.remedy is remedy
