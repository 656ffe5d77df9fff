"""A ledger that is taken up late tells of days that have passed: it makes nothing better that was seen since."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms, standing
from splitkit.custody.register import build
from splitkit.errors import AttentionError
from tests.support.custody.custodies import (
    NOW,
    SET,
    asset,
    chained,
    destroyed,
    drilled,
    event,
    held,
    introduced,
    made,
    register_of,
    sheet,
    stored,
    then,
)
from tests.support.sampling import examples

EARLY, OLD, NEW = "2026-01-25", "2026-02-01", "2026-04-01"
LATE = dt.date(2026, 8, 1)


def read(result, day, number="2"):
    return sheet("sheet.read", number, day, use="drill", source="scan", result=result)


def checked(result, day, **more):
    return event("asset.checked", day, asset="key-1", result=result, **more)


def closed(day, **more):
    return event("close", day, exceptions=0, people_out=[], items_out=[], **more)


def walked(day, step):
    return event("procedure", day, pack="aws-root", procedure="R14", step=step, steps=3, state="done")


def reviewed(day, **more):
    return event("review", day, reviewers=["ADM", "WIT"], confirmed=7, removed=0, **more)


def failed(day, way="verify"):
    return event("drill", day, set=SET, sheets=["1", "2", "3"], way=way, result="fail")


def wiped(day, *, empty):
    return event("wipe", day, reason="done", empty=empty)


LOST = sheet("sheet.lost", "2", NEW, circumstances="moved house")
TAKEN = sheet("sheet.taken", "2", NEW, person="C2", bag="BAG-2", safe="safe-2", purpose="a drill")
OPENED = sheet("bag.opened", "2", NEW, bag="BAG-2", intact=True, expected=True, purpose="a drill")
BURNT = event("sheet.destroyed", NEW, set=SET, sheet="2", way="fire", seen_by=["ADM", "WIT"])
REISSUED = sheet("sheet.reissued", "2", NEW, reason="a stain")


def told(register):
    """What stands against a register."""
    record = register.sets[SET]
    return {
        "case": standing(record, NOW).case,
        "usable": standing(record, NOW).usable,
        "alarms": [one.case for one in alarms(register, NOW)],
        "sheets": [one.condition for one in record.sheets.values()],
        "incidents": set(register.incidents),
        "works": register.assets["key-1"].works,
        "keeper": register.assets["key-1"].holder,
        "begun": [one.step for one in register.procedures.values()],
    }


def days(register):
    """When all is due, but for the reading of sheets that were read."""
    return {one.what: one.day for one in due(register) if not one.what.startswith("read sheet")}


USED = event("reveal", NEW, set=SET, purpose="a test", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen")  # fmt: skip
TOLD_LATE = [
        ([failed(NEW)], drilled(*"123", day=OLD)),
        ([read("damaged", NEW)], [read("sound", OLD)]),
        ([read("forged", NEW)], [read("sound", OLD)]),
        ([LOST], [read("sound", OLD)]),
        ([BURNT], [read("sound", OLD)]),
        ([REISSUED], [read("sound", OLD)]),
        ([checked("fail", NEW)], [checked("pass", OLD)]),
        ([reviewed(NEW, next="2026-04-20")], [reviewed(OLD)]),
        ([event("signin", NEW, password="new", accepted=False)], [event("signin", OLD, password="unchanged", accepted=True)]),
        ([wiped(NEW, empty=False)], [wiped(OLD, empty=True)]),
        ([wiped(OLD, empty=False), wiped(NEW, empty=False)], [wiped("2026-03-01", empty=True)]),
        ([failed(NEW, "live")], drilled(*"123", day=OLD, way="live")),
        ([failed(NEW)], [failed(EARLY), *drilled(*"123", day=OLD)]),
        ([failed(NEW, "live")], [failed(EARLY, "live"), *drilled(*"123", day=OLD, way="live")]),
        ([read("damaged", NEW)], [read("damaged", EARLY), read("sound", OLD)]),
        ([read("damaged", NEW)], [sheet("sheet.reissued", "2", EARLY, reason="x"), read("sound", OLD)]),
        ([LOST], [sheet("sheet.lost", "2", EARLY, circumstances="x"), read("sound", OLD)]),
        ([REISSUED], [sheet("sheet.reissued", "2", EARLY, reason="x"), read("sound", OLD)]),
        ([BURNT], [sheet("sheet.reissued", "2", EARLY, reason="x"), read("sound", OLD)]),
        ([checked("fail", NEW)], [checked("fail", EARLY), checked("pass", OLD)]),
        ([checked("pass", NEW, expires="2026-05-01")], [checked("pass", OLD, expires="2028-01-01")]),
        ([reviewed(NEW, next="2026-04-20")], [reviewed(EARLY), reviewed(OLD, next="2026-07-01")]),
        ([TAKEN], [stored("2", day=OLD)]),
        ([closed(NEW, next="2026-04-20", standby="2026-04-22")], [closed(OLD, next="2026-07-01")]),
        ([walked(NEW, 2)], [walked(OLD, 3)]),
        ([event("asset.moved", NEW, asset="key-1", person="C2", reason="x")], [event("asset.moved", OLD, asset="key-1", person="D2", reason="x")]),
]  # fmt: skip
"""What happened, and what had happened before it and is told after it."""


def in_a_day(entries, hour):
    """The same as it happened in the hours of one day."""
    return [replace(one, time=f"{NEW}T{hour + at:02}:00:00Z") for at, one in enumerate(entries)]


@pytest.mark.parametrize(("since", "late"), TOLD_LATE)
def test_what_was_right_before_it_went_wrong_settles_nothing(since, late):
    register = register_of(*held(), asset("key-1", "mfa", "M1"), *since)
    now = then(register, *late)
    assert told(now) == told(register)
    assert all(days(now).get(what, LATE) <= day for what, day in days(register).items())


LAID = ("sheet.taken", "asset.moved")
"""What says where a thing lies."""


@pytest.mark.parametrize(("since", "late"), [case for case in TOLD_LATE if case[0][0].event not in LAID])
def test_of_one_day_the_last_that_happened_counts_and_not_the_last_that_is_told(since, late):
    """Where a sheet or a device lies is told apart by days alone, see below."""
    register = register_of(*held(), asset("key-1", "mfa", "M1"), *in_a_day(since, 16))
    now = then(register, *in_a_day(late, 8))
    assert told(now) == told(register)
    assert all(days(now).get(what, LATE) <= day for what, day in days(register).items())


TO_C2, TO_D2 = (event("asset.moved", NEW, asset="key-1", person=who, reason="x") for who in ("C2", "D2"))
INTO_1, INTO_2 = (event("asset.moved", NEW, asset="key-1", place=safe, reason="x") for safe in ("safe-1", "safe-2"))
KEEPS_1, KEEPS_2 = (sheet("sheet.handed", "2", NEW, from_=giver, to=who) for giver, who in (("C2", "C1"), ("C1", "C2")))


@pytest.mark.parametrize(
    "entries",
    [
        [TO_D2, TO_C2],
        [INTO_1, INTO_2],
        [KEEPS_1, KEEPS_2],
        [stored("2", day=NEW), TAKEN],
        [TAKEN, stored("2", day=NEW)],
    ],
)
def test_where_a_thing_lies_is_what_was_told_last_of_a_day_by_whatever_clock(entries):
    """Two machines that have it in their hands have two clocks."""
    first, last = entries
    behind = [*in_a_day([first], 16), *in_a_day([last], 8)]
    begun = register_of(*held(), asset("key-1", "mfa", "M1"))
    assert lying(then(begun, *behind)) == lying(then(begun, *in_a_day(entries, 8)))


def lying(register):
    where = [(one.holder, one.place) for one in register.assets.values()]
    return where + [(one.holder, one.safe, one.state) for one in register.sets[SET].sheets.values()]


def test_an_older_review_that_is_told_late_is_not_the_last():
    register = register_of(*held(), reviewed(NEW), reviewed(OLD))
    assert str(register.reviewed) == NEW
    assert days(register) == days(register_of(*held(), reviewed(OLD), reviewed(NEW)))
    by_the_hour = then(register_of(*held(), *in_a_day([reviewed(NEW)], 16)), *in_a_day([reviewed(NEW)], 8))
    assert by_the_hour.reviewed.second.endswith("T16:00:00Z")


def test_a_review_in_the_morning_settles_no_use_in_the_afternoon():
    (shown,) = in_a_day([USED], 16)
    (review,) = in_a_day(
        [event("use.reviewed", NEW, set=SET, told=["C1"], approved=["ADM", "WIT"], kept="nobody saw it")], 9
    )
    register = then(
        register_of(*held(), *drilled(*"123", day=OLD)), event("signin", OLD, password="new", accepted=True), shown
    )
    with pytest.raises(AttentionError, match="later that day"):
        then(register, review)


def one_sound(register, day):
    """Whether nothing of what these lives are about is to be done."""
    record = register.sets[SET]
    asked = [one for one in due(register) if one.day <= day and not one.what.startswith("no account")]
    return standing(record, day).case is SetCase.SOUND and not (asked or register.incidents or alarms(register, day))


def lived(number, chance):
    """What happened on a day, or two things of which one follows from the other."""
    day = str(dt.date(2026, 2, 1) + dt.timedelta(days=number * 3))
    return chance.choice([
        [failed(day)], drilled(*"123", day=day), [read("damaged", day)], [read("sound", day)], [checked("fail", day)],
        [checked("pass", day)], [reviewed(day)], [sheet("sheet.lost", "2", day, circumstances="x")],
        [sheet("sheet.taken", "2", day, person="C2", bag="BAG-2", safe="safe-2", purpose="x")], [stored("2", day=day, bag=f"BAG-2{number}")],
        [sheet("bag.sealed", "2", day, bag=f"BAG-3{number}", person="C2")], [walked(day, chance.choice([1, 3]))],
        [closed(day, **chance.choice([{}, {"next": "2026-03-20"}, {"next": "2027-01-01"}]))], [sheet("sheet.reissued", "2", day, reason="x")],
        [event("sheet.destroyed", day, set=SET, sheet="2", way="fire", seen_by=["ADM", "WIT"])],
    ])  # fmt: skip


def sound_after(life):
    known = register_of(*held(), asset("key-1", "mfa", "M1"))
    try:
        known = then(known, *(one for some in life for one in some))
    except AttentionError:
        return False
    return one_sound(known, dt.date(2026, 4, 1))


def test_told_in_whatever_order_a_life_is_no_better_than_in_that_of_its_days():
    found, lives = 0, examples(1500)
    for seed in range(lives):
        chance = random.Random(seed)
        life = [lived(number, chance) for number in range(chance.randint(2, 5))]
        ordered = list(life)
        chance.shuffle(life)
        found += sound_after(life)
        assert sound_after(ordered) or not sound_after(life), [(one[-1].data, one[-1].day) for one in life]
    assert found > lives // 100


def test_the_same_told_in_its_order_settles_it():
    """But for what no reading makes undone: a sheet that was lost may have been read."""
    register = register_of(*held(), failed(OLD), *drilled(*"123", day=NEW))
    assert standing(register.sets[SET], NOW).case is SetCase.SOUND
    found = register_of(*held(), sheet("sheet.lost", "2", OLD, circumstances="x"), read("sound", NEW))
    assert found.sets[SET].sheets["2"].condition == "out of its safe, exposed: possible"


def test_what_was_proven_before_is_no_contradiction_though_its_sheets_are_not_what_they_were():
    for since in ([read("damaged", NEW)], [LOST], [BURNT]):
        register = register_of(*held(), asset("key-1", "mfa", "M1"), *since)
        assert told(then(register, *drilled(*"123", day=OLD))) == told(register)


def test_a_clock_that_was_ahead_once_hides_nothing():
    """Of what is alike the last that is told counts, whatever its day."""
    ahead = "2029-01-01"
    register = register_of(*held(), *drilled(*"123", day=ahead), asset("key-1", "mfa", "M1"), checked("pass", ahead))
    assert standing(register.sets[SET], NOW).case is SetCase.DOUBTFUL
    register = then(register, *drilled(*"123", day=NEW), checked("pass", NEW))
    assert standing(register.sets[SET], NOW).case is SetCase.SOUND
    assert (str(register.assets["key-1"].checked), str(register.sets[SET].proven)) == (NEW, NEW)
    told = chained(introduced(*held(), reviewed(ahead), reviewed(NEW)))
    assert str(build(told, NOW).register.reviewed) == NEW, "the newest that has happened"


def test_a_review_of_a_use_settles_none_that_came_after_it():
    shown = event(
        "reveal", NEW, set=SET, purpose="x", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"
    )
    kept = event("signin", OLD, password="new", accepted=True)
    review = event("use.reviewed", OLD, set=SET, told=["ADM"], approved=["ADM", "WIT"], kept="a drill")
    register = register_of(*held(), kept, shown)
    with pytest.raises(AttentionError, match="nobody was shown"):
        then(register, review)


def test_a_sheet_that_was_read_after_two_saw_it_destroyed_is_there_in_whatever_order_that_is_told():
    burnt = event("sheet.destroyed", OLD, set=SET, sheet="2", way="fire", seen_by=["ADM", "WIT"])
    named = event("sheet.destroyed", OLD, set=SET, sheet="2", copy=1, way="fire", seen_by=["ADM", "WIT"])
    alone = event("sheet.destroyed", OLD, set=SET, sheet="2", way="fire", seen_by=["ADM"])
    for gone in (burnt, named, alone):
        for life in (
            [gone, read("sound", NEW)],
            [read("sound", NEW), gone],
            [read("sound", NEW), read("damaged", NEW), gone],
        ):
            register = register_of(*held(), *life)
            sheet_2 = register.sets[SET].sheets["2"]
            assert [one.split("-")[0] for one in register.incidents] == ["PAPER"]
            assert (sheet_2.may_be_used, sheet_2.exposed, sheet_2.there) == (True, True, True)
    register = register_of(*held(), read("sound", NEW), sheet("sheet.reissued", "2", "2026-04-03", reason="x"), named)
    assert register.incidents
    assert register.sets[SET].sheets["2"].old_papers
    void = event("set.void", OLD, set=SET, reason="x")
    assert register_of(made("3of5"), read("sound", NEW), void).incidents


@pytest.mark.parametrize(
    "torn",
    [
        sheet("sheet.seen", "2", OLD, person="C2", bag="OTHER-1", intact=False),
        sheet("bag.opened", "2", OLD, bag="OTHER-1", intact=False, expected=False, purpose="x"),
        sheet("sheet.taken", "2", OLD, person="C2", bag="OTHER-1", safe="safe-2", purpose="x"),
    ],
)
def test_what_was_wrong_with_a_sheet_before_it_was_destroyed_is_told_later_too(torn):
    register = register_of(*held(), BURNT, torn)
    assert [one.split("-")[0] for one in register.incidents] == ["BAG"]
    assert register.sets[SET].sheets["2"].condition == "destroyed, exposed: possible"
    with pytest.raises(AttentionError, match="was destroyed"):
        register_of(*held(), BURNT, sheet("sheet.seen", "2", NEW, person="C2", bag="OTHER-1", intact=False))


def test_a_sheet_that_one_person_says_was_destroyed_can_be_lost():
    burnt = sheet("sheet.destroyed", "2", OLD, way="fire", seen_by=[])
    register = register_of(*held(), burnt, LOST)
    assert standing(register.sets[SET], NOW).case is SetCase.LOST
    with pytest.raises(AttentionError, match="cannot be lost"):
        register_of(*held(), destroyed("2"), LOST)


def test_keeper_and_place_of_a_device_have_a_day_each():
    taken = event("asset.moved", OLD, asset="key-1", person="C2", reason="x")
    laid = event("asset.moved", NEW, asset="key-1", place="safe-2", reason="x")
    begun = [*held(), asset("key-1", "mfa", "M1")]
    in_time, late = register_of(*begun, taken, laid), register_of(*begun, laid, taken)
    assert lying(late) == lying(in_time)
    assert (late.assets["key-1"].holder, late.assets["key-1"].place) == ("C2", "safe-2")
