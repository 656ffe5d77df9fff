"""What one entry would hide: that an old secret opens still, that paper is gone, that somebody leaves, that it was forged again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from splitkit.custody.exposure import alarms, standing
from splitkit.custody.overview.now import matters
from splitkit.custody.register import build
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError
from splitkit.host import clock
from tests.support.custody.custodies import chained, then
from tests.support.custody.house import (
    ADA,
    CLEO,
    KEEPERS,
    LOU,
    NEXT,
    SET,
    TWO,
    ago,
    entry,
    of_sheet,
    replaced,
    sound,
    to_come,
)


def alone(what, who=LOU):
    return replace(what, by=who, witness="")


def built(*entries):
    return build(chained(sorted([*sound(), *entries], key=lambda one: one.day)), clock.day())


def pressing(*entries):
    """What must be done now."""
    found = built(*entries)
    assert not found.findings
    return [one.what for one in matters(found, Rules(found.register), clock.day())]


def destroyed(number, days=3):
    return of_sheet("sheet.destroyed", number, days, way="shredded", seen_by=TWO)


def settled():
    """The set is rotated, somebody has signed in with the new one, and the old one is gone."""
    return [*replaced("rotated", 6), entry("signin", 5, password="new", accepted=True, set=NEXT),
            entry("set.retired", 4, set=SET, reason="rotated", approved=TWO), *map(destroyed, KEEPERS)]  # fmt: skip


@pytest.mark.parametrize(
    "still",
    [
        {"password": "old"},
        {"password": "old", "set": SET},
        {"password": "unchanged", "set": SET},
    ],
)
@pytest.mark.parametrize("speaks", [lambda one: one, alone])
def test_an_old_secret_that_opens_still_is_an_incident(still, speaks):
    register = built(*settled()).register
    assert not register.incidents
    now = then(register, speaks(entry("signin", 1, accepted=True, **still)))
    assert [cause[:12] for cause in now.incidents.values()] == [f"set {SET[:8]}"]
    assert set(now.urgent) == set(now.incidents)
    again = then(now, entry("signin", 1, accepted=True, **still))
    assert again.incidents == now.incidents


def test_the_old_password_opens_until_the_new_one_is_accepted():
    before = built(*replaced("rotated", 6)).register
    assert not then(before, entry("signin", 5, password="old", accepted=True)).incidents
    assert not then(before, entry("signin", 5, password="old", accepted=False)).incidents


@pytest.mark.parametrize("numbers", [["1"], ["1", "2", "3"]])
def test_to_shred_the_paper_that_counts_is_to_destroy_it(numbers):
    shredded = [of_sheet("sheet.shredded", number, 1, copy=1) for number in numbers]
    destroyed_so = [destroyed(number, 1) for number in numbers]
    for gone in (shredded, [alone(one) for one in shredded]):
        assert pressing(*gone)
    cases = [standing(built(*gone).register.sets[SET], clock.day()).case for gone in (shredded, destroyed_so)]
    assert cases[0] is cases[1]


def test_paper_that_was_read_after_it_was_shredded_is_no_shreds():
    late = of_sheet("sheet.read", "1", 1, use="inventory", source="scan", result="sound")
    register = build(chained([*sound(), late]), clock.day()).register
    now = then(register, of_sheet("sheet.shredded", "1", 2, copy=1))
    assert [one for one in now.incidents.values() if "should be destroyed" in one]
    assert now.sets[SET].sheets["1"].there


def test_to_retire_a_secret_that_nobody_used_takes_no_alarm_from_the_one_before_it():
    known = [of_sheet("sheet.exposed", number, 3, level="confirmed", reason="a photograph") for number in KEEPERS]
    before = built(*replaced("rotated", 6), *known).register
    assert [one.case for one in alarms(before, clock.day())]
    after = then(before, entry("set.retired", 1, set=NEXT, reason="a slip", approved=TWO))
    assert [one.case for one in alarms(after, clock.day())] == [one.case for one in alarms(before, clock.day())]


def test_the_code_of_an_incident_that_was_closed_hides_no_other():
    forged = of_sheet("sheet.read", "1", 4, use="inventory", source="scan", result="forged")
    first = built(forged).register
    (code,) = first.incidents
    closed = then(first, entry("incident.close", 3, incident=code, cause="a test", outcome="none", approved=TWO))
    lamp = then(closed, alone(entry("incident.open", 2, incident=code, cause="a lamp is broken")))
    now = then(lamp, replace(forged, time=entry("wipe", 1, reason="done", empty=True).time))
    assert len(now.incidents) == 2
    assert [one for one in now.urgent if one != code]


def test_that_somebody_is_to_leave_is_not_done_by_one_person_before_they_have_left():
    told = entry("action", 3, action="D-1", text="she leaves", due=ago(1), leaver=CLEO)
    before = built(told).register
    done = entry("action.done", 1, action="D-1")
    with pytest.raises(AttentionError, match="has not left yet"):
        then(before, alone(done))
    assert then(before, done).actions["D-1"].done
    left = then(before, entry("person.left", 2, person=CLEO, until=ago(2), reason="moved on"))
    assert then(left, alone(done)).actions["D-1"].over


def test_one_person_gives_no_line_a_number_far_beyond_the_next():
    far = replace(to_come("refreshed"), by_hand=True)
    far = replace(far, data=far.data.saying({"epoch": 9999}))
    before = built().register
    with pytest.raises(AttentionError, match="has the epoch 2"):
        then(before, alone(far))
    assert then(before, far).next_epoch(SET) == 10_000
    assert then(before, alone(replace(far, data=far.data.saying({"epoch": 2})))).next_epoch(SET) == 3


@pytest.mark.parametrize(
    "said",
    [
        of_sheet("sheet.read", "1", -300, use="inventory", source="scan", result="forged"),
        of_sheet("sheet.lost", "1", -300, circumstances="moved house"),
        alone(of_sheet("sheet.lost", "1", -300, circumstances="moved house"), ADA),
    ],
)
def test_what_a_clock_that_was_ahead_says_counts_once_it_is_corrected(said):
    entries = chained([*sound(), said])
    slip = entry("correction", 0, seq=entries[-1].seq, text="the clock was ahead: it is of today")
    entries = chained([*sound(), said, slip])
    assert pressing_of(entries)
    right = chained([*sound(), replace(said, time=slip.time)])
    assert pressing_of(entries) == pressing_of(right)
    assert not pressing_of([one for one in entries if one.day < clock.day()], ago(1)), "before it was corrected"


def pressing_of(entries, day=None):
    found = build(entries, day or clock.day())
    return [one.what for one in matters(found, Rules(found.register), day or clock.day())]


def test_a_live_drill_that_failed_later_in_the_day_is_not_made_good_by_one_before_it():
    lived = sound()
    signed = entry("signin", 1, password="unchanged", accepted=True)
    alert = entry("alert", 1, receiver=ADA, minutes=2, validated=True)
    readings = [of_sheet("sheet.read", one, 1, use="drill", source="scan", result="sound") for one in KEEPERS]
    passed = entry("drill", 1, set=SET, sheets=[*KEEPERS], way="live", result="pass")
    failed = replace(
        entry("drill", 1, set=SET, sheets=[*KEEPERS], way="live", result="fail"), time=f"{ago(1)}T16:00:00Z"
    )
    assert build(chained([*lived, *readings, signed, alert, passed]), clock.day()).register.sets[SET].live_drill
    for told in ([failed, *readings, signed, alert, passed], [*readings, signed, alert, passed, failed]):
        record = build(chained([*lived, *told]), clock.day()).register.sets[SET]
        assert record.live_failed == ago(1)
        assert record.failed == ago(1)


def test_a_sign_in_before_one_that_was_refused_is_not_the_last():
    refused = replace(entry("signin", 1, password="unchanged", accepted=False), time=f"{ago(1)}T16:00:00Z")
    accepted = entry("signin", 1, password="unchanged", accepted=True)
    for told in ([refused, accepted], [accepted, refused]):
        last = build(chained([*sound(), *told]), clock.day()).register.last_sign_in
        assert (last.accepted, last.day.second) == (False, refused.time)
