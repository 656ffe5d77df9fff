"""What is due, and the calendar of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.cli.ui.hints import worded
from splitkit.custody.due import Due, calendar, due
from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.custody.register import build
from splitkit.errors import AttentionError, Remedy
from tests.support.custody.custodies import (
    EVER,
    OTHER_SET,
    SET,
    asset,
    chained,
    changed,
    destroyed,
    drilled,
    event,
    held,
    introduced,
    made,
    proven,
    read_back,
    register_of,
    sheet,
    then,
    to_come,
)

DRILL = f"drill of set {SET[:8]}"


def days(*entries):
    return {item.what: str(item.day) for item in due(register_of(*entries))}


def test_nothing_is_due_where_nothing_is_kept():
    assert due(Register()) == []


def test_a_quarter_and_a_year_after_the_set_was_made():
    found = days(*held())
    assert found[DRILL] == found["access review"] == "2026-04-17"
    assert [found[f"read sheet {number}"] for number in range(1, 6)] == ["2027-01-16"] * 5


def test_a_device_that_nobody_has_tried_is_tried_at_once():
    found = days(*held(), asset("key-1", "mfa", "M1", working=None), asset("key-2", "mfa", "M2"))
    assert (found["check mfa key-1"], found["check mfa key-2"]) == ("2026-01-16", "2026-04-18")
    tried = event("asset.checked", "2026-02-01", asset="key-1", result="pass")
    assert days(*held(), asset("key-1", "mfa", "M1", working=None), tried)["check mfa key-1"] == "2026-05-04"


def test_what_nobody_has_proven_is_due_at_once():
    found = days(made(), *read_back("1", set_id=SET, day="2026-01-20"))
    assert found[DRILL] == "2026-01-15"
    assert (found["read sheet 1"], found["read sheet 2"]) == ("2027-01-21", "2026-01-15")


def test_what_is_done_is_due_again_later():
    found = days(
        *held(),
        *drilled(*"123"),
        event("review", "2026-04-02", reviewers=["ADM", "WIT"], confirmed=7, removed=0),
        event("close", "2026-04-02", exceptions=0, people_out=[], items_out=[], next="2026-06-30"),
    )
    assert (found[DRILL], found["access review"], found["planned drill"]) == (
        "2026-07-02",
        "2026-07-03",
        "2026-06-30",
    )
    assert (found["read sheet 1"], found["read sheet 4"]) == ("2027-04-02", "2027-01-16")


def test_a_review_names_the_day_of_the_next():
    assert (
        days(
            *held(), event("review", "2026-04-02", reviewers=["ADM", "WIT"], confirmed=7, removed=0, next="2026-05-01")
        )["access review"]
        == "2026-05-01"
    )


def test_a_review_that_names_a_day_far_away_is_due_in_a_quarter():
    late = event("review", "2026-04-02", reviewers=["ADM", "WIT"], confirmed=7, removed=0, next="2099-01-01")
    assert days(*held(), late)["access review"] == "2026-07-03"


def test_a_drill_that_failed_counts_for_nothing_and_is_due_again_at_once():
    failed = event("drill", "2026-04-01", set=SET, sheets=["1", "2", "3"], way="verify", result="fail")
    found = days(*held(), failed)
    assert (found[DRILL], found["read sheet 1"]) == ("2026-04-01", "2027-01-16")
    assert days(*held(), failed, *drilled(*"123", day="2026-04-02"))[DRILL] == "2026-07-03"
    assert days(*held(), *drilled(*"123"), changed(failed, result="fail"))[DRILL] == "2026-04-01"


def test_devices_with_batteries_and_ends():
    found = days(
        *held(),
        asset("key-1", "mfa", "M1", battery=True, expires="2027-01-01"),
        asset("cert-1", "other", "M1", expires="2026-12-01"),
    )
    assert (found["check mfa key-1"], found["battery of mfa key-1"], found["expiry of other cert-1"]) == (
        "2026-04-18",
        "2026-11-02",
        "2026-10-02",
    )
    failed = days(
        *held(), asset("key-1", "mfa", "M1"), event("asset.checked", "2026-03-01", asset="key-1", result="fail")
    )
    assert (failed["replace mfa key-1"], failed["check mfa key-1"]) == ("2026-03-01", "2026-06-01")
    assert "check mfa key-1" not in days(
        *held(), asset("key-1", "mfa", "M1"), event("asset.retired", asset="key-1", reason="broken")
    )


def test_actions_and_overrides():
    act = event("action", action="A-1", text="buy a bag", owner="Sven Example", due="2026-05-01")
    assert days(act) == {"action A-1, Sven Example": "2026-05-01"}
    assert days(act, event("action.done", action="A-1")) == {}
    until = {"rule": "SEP-1", "reason": "two people", "approved": ["ADM", "WIT"]}
    assert days(event("lint.override", **until, until="2026-06-01")) == {"override of rule SEP-1 ends": "2026-06-01"}
    assert days(event("lint.override", **until)) == {"override of rule SEP-1 ends": "2027-01-16"}


def test_what_two_people_overrule_comes_up_again_within_a_year_and_is_a_rule():
    for rule, until, ends in (
        ("SEP-1", {}, "2028-01-02"),
        ("SEP-1", {"until": "2028-01-02"}, "2028-01-02"),
        ("NONE-1", {}, ""),
    ):
        said = event("lint.override", "2027-01-01", rule=rule, reason="two people", approved=["ADM", "WIT"], **until)
        built = build(chained(introduced(*held(), said, people=("SCR", "WIT"))), EVER)
        assert {str(one.until) for one in built.register.overrides.values()} == ({ends} if ends else set())
        assert [bool(re.search(r"\(lint.override\).*'rule'", one)) for one in built.findings] == [True] * (not ends)


def test_an_alert_that_nobody_gets_is_told_at_once():
    bound = [event("account.added", account="root", name="Root", pack="aws-root"), event("line.bound", line=SET, account="root"),
             event("signin", "2026-02-01", password="new", accepted=True)]  # fmt: skip
    got = event("receiver.added", "2026-02-01", person="ADM", account="root")
    gone = event("receiver.left", "2026-02-02", person="ADM", account="root")
    found = [days(*held(), *bound, *more)["live drill of Root"] for more in ([], [got], [got, gone])]
    assert found == ["2026-01-15", "2026-04-17", "2026-01-15"]


def test_a_set_that_can_take_over_no_more_is_given_up():
    third = "7" * 32
    late = [changed(to_come(third, day="2026-02-01"), epoch=3), *read_back(*"12345", set_id=third),
            event("set.refreshed", set=third, replaces=SET, reason="a leaver")]  # fmt: skip
    found = {one.what: one.remedy for one in due(register_of(*held(), to_come(), *read_back(*"12345"), *late))}
    assert found[f"give up set {OTHER_SET[:8]}"] is Remedy.DESTROY_AND_VOID
    assert f"take over with set {OTHER_SET[:8]}" not in found


def test_a_live_drill_of_one_line_says_nothing_of_another_that_nobody_has_signed_in_with():
    bound = [event("account.added", account="root", name="Root", pack="aws-root"), event("line.bound", line=SET, account="root"),
             event("receiver.added", person="ADM", account="root"), event("signin", "2026-02-02", password="unchanged", accepted=True),
             event("alert", "2026-02-02", receiver="ADM", minutes=2, validated=True), *drilled(*"123", day="2026-02-02", way="live")]  # fmt: skip
    other = [made(set_id=OTHER_SET, day="2026-02-03"), *proven(*"12345", set_id=OTHER_SET, day="2026-02-03"),
             event("line.bound", line=OTHER_SET, account="root")]  # fmt: skip
    signed_in = event("signin", "2026-02-03", password="unchanged", accepted=True, set=OTHER_SET)
    found = [
        days(*held(), *bound, *more)["live drill of Root"] for more in ([], other, [*other, signed_in], [*other[:2]])
    ]
    assert found == ["2026-05-05", "2026-02-03", "2026-02-03", "2026-05-05"]


def test_a_live_drill_that_failed_is_due_until_one_of_its_secret_has_passed():
    bound = [event("account.added", account="root", name="Root", pack="aws-root"), event("line.bound", line=SET, account="root"),
             event("receiver.added", person="ADM", account="root"), event("signin", password="new", accepted=True)]  # fmt: skip
    failed = event("drill", "2026-02-01", set=SET, sheets=["1", "2", "3"], way="live", result="fail")

    def passed(day, password="unchanged", set_id=SET):
        return [event("signin", day, password=password, accepted=True, set=set_id), event("alert", day, receiver="ADM", minutes=2, validated=True),
                *drilled(*"123", day=day, way="live", set_id=set_id)]  # fmt: skip

    what, begun = "live drill of Root", [*held(), *bound, failed]
    assert days(*begun)[what] == days(*begun, *drilled(*"123", day="2026-02-02"))[what] == "2026-02-01"
    assert days(*begun, *passed("2026-02-02"))[what] == "2026-05-05"
    assert days(*begun, *passed("2026-02-02", "old"))[what] == "2026-02-01"
    renewed = [
        to_come(),
        *read_back(*"12345"),
        event("set.refreshed", "2026-02-03", set=OTHER_SET, replaces=SET, reason="x"),
    ]
    assert days(*begun, *renewed)[what] <= "2026-02-01"
    assert days(*begun, *renewed, *passed("2026-02-04", set_id=OTHER_SET))[what] == "2026-05-07"


def test_a_sheet_that_was_read_is_out_of_its_bag_until_it_is_sealed_and_put_back():
    read = [*held(), *drilled("1", "2", "3")]
    assert days(*read)[f"put back sheet 1 of set {SET[:8]}"] == "2026-04-08"
    (step,) = {one.remedy for one in due(register_of(*read)) if one.what.startswith("put back")}
    assert step is Remedy.SEAL_SHEET
    sealed = event("bag.sealed", "2026-04-02", set=SET, sheet="1", bag="BAG-9", person="C1")
    back = event("sheet.stored", "2026-04-03", set=SET, sheet="1", bag="BAG-9", person="C1", safe="safe-1")
    assert f"put back sheet 1 of set {SET[:8]}" in days(*read, sealed)
    assert not [what for what in days(*read, sealed, back) if "sheet 1 of" in what]


def test_what_belongs_in_a_place_that_was_left_is_to_be_kept_in_another():
    out = sheet("sheet.taken", "1", "2026-04-01", bag="BAG-1", person="C1", safe="safe-1", purpose="a move")
    gone = event("place.left", "2026-04-02", place="safe-1", reason="a move")

    def asked(*entries):
        found = [one for one in due(register_of(*held(), *entries)) if one.about[:2] == (SET[:8], "1") and one.kind]
        return [(one.what.partition(" sheet")[0], one.about[2]) for one in found if "drill" not in one.what]

    assert asked(out) == [("put back", "safe-1")]
    assert asked(out, gone) == [("say where", '"PLACE"')]


def test_what_is_gone_is_not_due():
    assert "read sheet 5" not in days(*held(), destroyed("5"))
    assert "read sheet 5" in days(*held(), sheet("sheet.lost", "5", circumstances="gone"))
    assert days(made(), event("set.void", set=SET, reason="a power cut")) == {}
    replaced = days(
        *held(),
        to_come(day="2026-03-01"),
        *read_back(*"12345", day="2026-03-01"),
        event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver"),
    )
    assert replaced["read sheet 1"] == "2027-03-02"


def test_the_earliest_comes_first():
    found = due(register_of(*held(), asset("key-1", "mfa", "M1")))
    assert found == sorted(found)
    assert [found[0].pressing(found[0].day + dt.timedelta(days)) for days in (-1, 0, 1)] == [False, True, True]


# --- calendar ---------------------------------------------------------------------------------------------------------


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def test_the_calendar_has_a_day_for_each():
    items = due(register_of(*held(), asset("key-1", "mfa", "M1", battery=True, expires="2027-01-01")))
    lines = unfolded(calendar(items, "2026-02-01T10:00:00Z"))
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(items)
    assert [line.removeprefix("DTSTART;VALUE=DATE:") for line in lines if line.startswith("DTSTART")] == [
        str(item.day).replace("-", "") for item in items
    ]
    assert {line for line in lines if line.startswith("DTSTAMP")} == {"DTSTAMP:20260201T100000Z"}
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)
    assert calendar(items, "2026-02-01T10:00:00Z") == calendar(items, "2026-02-01T10:00:00Z")


@given(st.text(max_size=200))
def test_any_text_is_kept_in_a_calendar(text):
    text = re.sub(r"[\r\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", text)
    (line,) = [
        line
        for line in unfolded(calendar([Due(dt.date(2026, 1, 1), "x", text, Remedy.HOLD_DRILL)], "2026-02-01T10:00:00Z"))
        if line.startswith("DESCRIPTION:")
    ]
    kept = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], line.removeprefix("DESCRIPTION:"))
    assert kept == text


@pytest.mark.parametrize("day", ["2026-02-28", "2024-02-29", "2026-12-31"])
def test_days_are_those_of_the_calendar(day):
    found = days(made(day=day), *proven(*"123", day=day))
    assert dt.date.fromisoformat(found[DRILL]) - dt.date.fromisoformat(day) == dt.timedelta(days=92)


def test_a_later_set_moves_no_review():
    """Not where the set before was proven and is void since, nor where it was only said, and was replaced."""
    void = [
        *held(), *drilled(*"123"),
        *(sheet("sheet.destroyed", one, "2026-05-01", way="shredded", seen_by=["ADM", "WIT"]) for one in "12345"),
        event("set.void", "2026-05-01", set=SET, reason="a slip"),
    ]  # fmt: skip
    again = [changed(made("3of5", OTHER_SET, "2026-06-01")), *read_back(*"12345", set_id=OTHER_SET, day="2026-06-01")]
    assert days(*void, *again)["access review"] == "2026-04-17"
    before = register_of(*held())
    said = replace(before, sets={SET: replace(before.sets[SET], said=True)})
    review = {one.what: str(one.day) for one in due(said)}["access review"]
    old = replace(said.sets[SET], life=Life.SUPERSEDED)
    after = replace(said, sets={SET: old, OTHER_SET: register_of(*again).sets[OTHER_SET]})
    assert {one.what: str(one.day) for one in due(after)}["access review"] == review == "2026-01-15"


def test_a_review_stays_due_when_a_set_is_refreshed():
    renewed = [changed(made("3of5", OTHER_SET, "2026-06-01"), line=SET, replaces=SET, epoch=2, kind="refreshed")]
    read = read_back(*"12345", set_id=OTHER_SET, day="2026-06-01")
    replaced = event("set.refreshed", "2026-06-01", set=OTHER_SET, replaces=SET, reason="a leaver")
    assert days(*held())["access review"] == "2026-04-17"
    assert days(*held(), *renewed, *read, replaced)["access review"] == "2026-04-17"


def test_a_rehearsal_is_never_due_beside_a_real_set():
    rehearsal = made("3of5", OTHER_SET, practice=True)
    assert due(register_of(*held(), rehearsal)) == due(register_of(*held()))
    assert any(item.what == f"drill of set {OTHER_SET[:8]}" for item in due(register_of(rehearsal)))


def test_the_ledger_that_was_closed_last_names_the_day_of_a_drill_and_that_is_where_it_leads():
    closed = [
        event("close", exceptions=0, people_out=[], items_out=[], next=day, standby=day)
        for day in ("2026-03-01", "2026-09-01")
    ]
    found = [item for item in due(register_of(*held(), *closed)) if item.kind in ("planned", "standby")]
    assert [(item.what, str(item.day)) for item in found] == [
        ("planned drill", "2026-09-01"),
        ("standby day", "2026-09-01"),
    ]
    commands = {worded(item.remedy, item.about) for item in found}
    assert commands == {f"splitkit ceremony drill --ledger FILE --ceremony CODE --set {SET[:8]}"}
    of_two = due(register_of(*held(), made("3of5", OTHER_SET), *closed))
    assert {item.about for item in of_two if item.kind == "planned"} == {"SET"}


def closing(day, by="SCR", witness="WIT", **named):
    what = event("close", day, exceptions=0, people_out=[], items_out=[], **named)
    return replace(what, by=by, witness=witness)


ALONE = {"by": "ADM", "witness": ""}
PLANNED = [*held(), closing("2026-03-01", next="2026-04-10", standby="2026-04-12")]


def planned(*entries):
    found = {
        item.kind: str(item.day) for item in due(register_of(*PLANNED, *entries)) if item.kind in ("planned", "standby")
    }
    return found.get("planned"), found.get("standby")


@pytest.mark.parametrize(
    ("entries", "days"),
    [
        ([closing("2026-04-11", **ALONE)], ("2026-04-10", "2026-04-12")),
        ([closing("2026-04-11", **ALONE, next="2026-07-01", standby="2026-07-03")], ("2026-04-10", "2026-04-12")),
        ([closing("2026-04-09", **ALONE, next="2026-04-09", standby="2026-04-11")], ("2026-04-09", "2026-04-11")),
        ([closing("2026-04-11", next="2026-07-01")], ("2026-07-01", None)),
        ([*drilled(*"123", day="2026-04-11"), closing("2026-04-11", **ALONE, next="2026-07-01")], ("2026-07-01", None)),
        ([event("drill", "2026-04-11", set=SET, sheets=["1", "2", "3"], way="verify", result="fail"),
          closing("2026-04-11", **ALONE, next="2026-07-01")], ("2026-04-10", "2026-04-12")),
        ([event("open", "2026-04-11", format=1, ceremony="C-9", kind="custody", practice=False, version="0.1.0"),
          closing("2026-04-11", **ALONE, next="2026-07-01")], ("2026-04-10", "2026-04-12")),
        ([*drilled(*"123", day="2026-04-11"), closing("2026-04-11", **ALONE, next="2026-07-01"), closing("2026-07-02", **ALONE, next="2026-10-01")],
         ("2026-07-01", None)),
        ([closing("2026-04-11", next="2099-07-01", standby="2099-07-02")], ("2027-04-12", "2027-04-12")),
    ],
)  # fmt: skip
def test_a_planned_day_is_ended_by_a_drill_or_by_two_and_never_by_the_empty_ledger_of_one(entries, days):
    assert planned(*entries) == days


def test_the_first_sign_in_says_what_is_recorded_where_nobody_signs_in():
    shown = event("reveal", "2026-02-01", set=SET, purpose="a key", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen")  # fmt: skip
    (first,) = [one for one in due(register_of(*held(), shown)) if one.what.startswith("record the first sign-in")]
    assert first.why == "a key; where nobody signs in: that it works where it was set"


@pytest.mark.parametrize("kind", ["rotated", "refreshed"])
def test_a_password_that_is_changed_is_not_asked_for_again_and_a_refresh_changes_none(kind):
    """Whoever has signed in with the new one is asked for what is left: two people say that the old one opens nothing."""
    used = event(
        "reveal", "2026-02-01", set=SET, purpose="a task", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"
    )  # fmt: skip
    known = [*held(), event("signin", password="new", accepted=True), used]
    renewed = changed(made("3of5", OTHER_SET, "2026-02-02"), line=SET, replaces=SET, epoch=2, kind=kind)
    read = read_back(*"12345", set_id=OTHER_SET, day="2026-02-02")
    replaced = event(f"set.{kind}", "2026-02-02", set=OTHER_SET, replaces=SET, reason="a use")
    signed_in = event("signin", "2026-02-03", password="new", accepted=True, set=OTHER_SET)

    def asked(*entries):
        return {one.what.split(":")[0] for one in due(register_of(*known, *entries)) if one.kind == "password"}

    assert asked() == asked(renewed, *read, replaced) == {"change the password"}
    after = (
        "have two people say that the old password opens nothing any more"
        if kind == "rotated"
        else "change the password"
    )
    assert asked(renewed, *read, replaced, signed_in) == {after}
    retired = event("set.retired", "2026-02-04", set=SET, reason="it is changed", approved=["ADM", "WIT"])
    assert kind == "refreshed" or asked(renewed, *read, replaced, signed_in, retired) == set()


def test_what_a_use_leaves_is_due_once_with_whoever_is_to_do_it():
    """One thing, one line: an action by which somebody is to settle a debt is no second one, and settles nothing itself."""
    used = event(
        "reveal", set=SET, purpose="a drill", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"
    )
    signed_in = event("signin", "2026-02-01", password="unchanged", accepted=True)
    agreed = [event("action", action=f"A-{at}", text="as agreed", owner="Ada Example", due="2026-02-20", set=SET, debt=debt)
              for at, debt in enumerate(("password", "review", "told"))]  # fmt: skip
    known = [*held(), used, signed_in]
    owed, alone = days(*known, *agreed), days(*known)
    assert owed == alone
    why = {one.what: one.why for one in due(register_of(*known, *agreed)) if "shown on" in one.what}
    assert set(why.values()) == {"a drill; Ada Example, until 2026-02-20"}
    assert days(*known, *agreed, event("action.done", action="A-1")) == alone
    actions = lambda *entries: [one for one in days(*entries) if one.startswith("action")]
    first = event(
        "reveal",
        "2026-02-01",
        set=SET,
        purpose="x",
        released_by=["ADM", "WIT"],
        seen_by=["ADM"],
        seconds=9,
        way="screen",
    )
    no_debt = event("action", action="A-9", text="x", owner="Ada Example", due="2026-02-20", set=SET)
    assert len(actions(*held(), first, no_debt)) == 1, "of what nobody owes too"
    assert len(actions(*held(), *agreed)) == 3, "of what nobody used it is an action like any other"
    settled = event("use.reviewed", set=SET, told=["C1"], approved=["ADM", "WIT"], kept="it is a drill")
    assert days(*known, *agreed, settled) == days(*known, settled), "what two settle is done"
    assert len(actions(*known, settled, *agreed)) == 3, "and what is agreed afterwards is still to be done"


ROTATED = [
    *held(),
    event("signin", password="new", accepted=True),
    to_come(kind="rotated"),
    *proven(*"12345", set_id=OTHER_SET),
]
NEW_PASSWORD = event("signin", "2026-02-01", password="new", accepted=True, set=OTHER_SET)
TAKES_OVER = event("set.rotated", "2026-02-02", set=OTHER_SET, replaces=SET, reason="theft")
RETIRED = event("set.retired", "2026-02-02", set=SET, reason="a new password", approved=["ADM", "WIT"])
TAKE_OVER = f"take over with set {OTHER_SET[:8]}"


def test_a_set_to_come_whose_password_is_set_takes_over_at_once():
    assert [days(*ROTATED, *more).get(TAKE_OVER) for more in ([], [NEW_PASSWORD], [NEW_PASSWORD, TAKES_OVER])] == [
        "2026-02-15", "2026-01-15", None]  # fmt: skip
    for word in ("unchanged", "old"):
        said = event("signin", "2026-02-01", password=word, accepted=True, set=OTHER_SET)
        assert days(*ROTATED, said)[TAKE_OVER] == "2026-01-15"


def test_a_sign_in_before_a_set_takes_over_is_not_forgotten_when_it_does():
    register = register_of(*ROTATED, NEW_PASSWORD, TAKES_OVER)
    assert register.sets[OTHER_SET].signed_in
    assert then(register, RETIRED).sets[SET].outdated


@pytest.mark.parametrize(
    "said", [{"password": "unchanged", "set": SET}, {"password": "unchanged"}, {"password": "old"}]
)
@pytest.mark.parametrize("more", [[], [TAKES_OVER]])
def test_a_password_that_is_accepted_after_the_one_that_took_its_place_is_an_incident(said, more):
    of_old = event("signin", "2026-02-03", accepted=True, **said)
    found = [bool(register_of(*ROTATED, *some, of_old).urgent) for some in ([], [NEW_PASSWORD, *more])]
    assert found == [
        False,
        said != {"password": "unchanged"} or not more,
    ]  # the one in use is meant where none is named


@pytest.mark.parametrize("what", [
    [sheet("sheet.lost", "1", set_id=OTHER_SET, circumstances="moved house")], [destroyed(number, OTHER_SET) for number in "12345"],
    [RETIRED], [changed(to_come("7" * 32), epoch=3), *read_back(*"12345", set_id="7" * 32), event("set.refreshed", set="7" * 32, replaces=SET, reason="x")],
])  # fmt: skip
def test_whatever_became_of_the_sheets_and_of_the_old_set_what_is_in_use_takes_over(what):
    register = register_of(*ROTATED, NEW_PASSWORD, *what)
    owed = {one.what: one.remedy for one in due(register)}
    assert owed[TAKE_OVER] is Remedy.TAKE_OVER
    with pytest.raises(AttentionError):
        then(register, event("set.void", set=OTHER_SET, reason="it is not needed"))
    with pytest.raises(AttentionError, match="takes two people"):
        then(register, replace(TAKES_OVER, witness=""))
    before, register = register, then(register, TAKES_OVER)
    assert register.sets[OTHER_SET].life is Life.LIVE
    assert register.sets[SET].life is (
        before.sets[SET].life if before.sets[SET].life is not Life.LIVE else Life.SUPERSEDED
    )


def test_a_sign_in_with_the_same_password_keeps_no_set_from_being_given_up():
    register = register_of(*held(), event("signin", password="new", accepted=True), to_come(), NEW_PASSWORD)
    assert then(register, *(destroyed(number, OTHER_SET) for number in "12345"),
                event("set.void", set=OTHER_SET, reason="it is not needed")).sets[OTHER_SET].life is Life.VOID  # fmt: skip
