"""What the program has read decides how a set stands; what people say of it makes it no better."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms, standing
from splitkit.custody.records.lives import Life
from splitkit.errors import AttentionError
from tests.support.custody.custodies import (
    NOW,
    OTHER_SET,
    SET,
    destroyed,
    drilled,
    event,
    held,
    made,
    proven,
    register_of,
    sheet,
    stored,
    then,
    to_come,
)
from tests.support.sampling import examples

FORGED = f"FORGED-{SET[:8].upper()}-2-1"


def read(number, result="sound", day="2026-02-01", set_id=SET):
    return sheet("sheet.read", number, day, set_id=set_id, use="drill", source="scan", result=result)


def stands(*entries, day=NOW):
    return standing(register_of(*entries).sets[SET], day)


def refused(register, what, words):
    with pytest.raises(AttentionError, match=words) as caught:
        then(register, what)
    assert caught.value.hint


# --- readings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readings", "case", "usable"),
    [
        ([], SetCase.SOUND, "12345"),
        ([read("2", "damaged")], SetCase.DESTROYED, "1345"),
        ([read("2", "forged")], SetCase.UNPROVEN, "1345"),
        ([read("2", "foreign")], SetCase.UNPROVEN, "1345"),
        ([read("2", "damaged"), read("2")], SetCase.SOUND, "12345"),
        ([read("2"), read("2", "damaged")], SetCase.DESTROYED, "1345"),
        ([read(number, "forged") for number in "123"], SetCase.DOUBTFUL, "45"),
        ([read(number, "damaged") for number in "123"], SetCase.DEAD, "45"),
    ],
)
def test_the_last_reading_decides(readings, case, usable):
    found = stands(*held(), *readings)
    assert (found.case, "".join(found.usable), found.opens) == (case, usable, len(usable) >= 3)


def test_what_was_never_read_is_not_sound_and_what_was_read_more_than_a_year_ago_is_doubtful():
    assert stands(made(), *(stored(number) for number in "12345")).case is SetCase.DOUBTFUL
    last = dt.date(2026, 1, 15) + dt.timedelta(days=366)
    assert stands(*held(), day=last).case is SetCase.SOUND
    assert stands(*held(), day=last + dt.timedelta(days=1)).case is SetCase.DOUBTFUL
    assert stands(*held(), *map(read, "123"), day=last + dt.timedelta(days=1)).case is SetCase.UNPROVEN
    assert stands(*held(), day=dt.date(2026, 1, 14)).case is SetCase.DOUBTFUL  # a clock that was ahead proves nothing
    assert stands(*held(), sheet("sheet.reissued", "2", reason="a stain")).case is SetCase.UNPROVEN


def test_a_forged_sheet_opens_an_incident_that_two_people_close_and_no_reading():
    register = register_of(*held(), read("2", "forged"))
    assert (list(register.incidents), register.urgent) == ([FORGED], {FORGED: "compromise"})
    register = then(register, read("2", "forged"), read("2"))
    assert (list(register.incidents), standing(register.sets[SET], NOW).case) == ([FORGED], SetCase.SOUND)
    for approved in ([], ["ADM"], ["ADM", "ADM"], ["ADM", "SPLITKIT"]):
        close = event("incident.close", incident=FORGED, cause="a copy", outcome="burnt", approved=approved)
        refused(register, close, "fewer than two people")
    register = then(
        register,
        event("incident.close", "2026-06-01", incident=FORGED, cause="x", outcome="y", approved=["ADM", "WIT"]),
    )
    assert (dict(register.incidents), register.urgent) == ({}, {})
    assert list(then(register, read("2", "forged")).incidents) == [FORGED.removesuffix("1") + "2"]


SAID = [
    stored,
    lambda n: sheet("sheet.seen", n, person=f"C{n}", bag=f"BAG-{n}", intact=True),
    lambda n: sheet("sheet.handed", n, from_=f"C{n}", to=f"D{n}", bag=f"BAG-{n}"),
    lambda n: sheet("bag.opened", n, bag=f"BAG-{n}", intact=True, expected=True, purpose="a look"),
    lambda n: sheet("sheet.lost", n, circumstances="gone"),
    destroyed,
]


@settings(max_examples=examples(150), deadline=None)
@given(
    readings=st.lists(
        st.tuples(st.sampled_from("12345"), st.sampled_from(["sound", "damaged", "forged", "foreign"])), max_size=8
    ),
    said=st.lists(st.tuples(st.sampled_from(SAID), st.sampled_from("12345")), max_size=6),
)
def test_nothing_that_people_say_makes_a_set_better_than_its_readings(readings, said):
    register = register_of(made(), *(stored(number) for number in "12345"), *(read(*one) for one in readings))
    before = standing(register.sets[SET], NOW)
    for say, number in said:
        try:
            register = then(register, say(number))
        except AttentionError:
            continue
    after = standing(register.sets[SET], NOW)
    assert set(after.usable) <= set(before.usable)
    last = dict(readings)
    assert set(before.usable) == {number for number in last if last[number] == "sound"}
    assert list(SetCase).index(after.case) >= list(SetCase).index(before.case)
    if after.case is SetCase.SOUND:
        assert set(last) == set("12345") == set(after.usable)


# --- drills -----------------------------------------------------------------------------------------------------------


def day_of(register, what):
    return {item.what: str(item.day) for item in due(register)}[what]


DRILL = f"drill of set {SET[:8]}"


@pytest.mark.parametrize("numbers", ["1", "12", ""])
def test_a_drill_of_fewer_than_a_quorum_is_none(numbers):
    register = register_of(*held())
    pass_ = event("drill", "2026-04-01", set=SET, sheets=list(numbers or "1"), way="verify", result="pass")
    refused(register, pass_, "no quorum of the set")
    refused(register, event("set.proven", "2026-04-01", set=SET, sheets=["1"], use="drill"), "no quorum of the set")


def test_only_sheets_that_were_read_sound_are_a_quorum():
    unread = register_of(made(), *(stored(number) for number in "12345"))
    refused(unread, drilled(*"123")[-1], "not read and found sound")
    for wrong in ("forged", "damaged"):
        refused(register_of(*held(), read("3", wrong)), drilled(*"123")[-1], "not read and found sound")
        assert then(register_of(*held(), read("3", wrong)), *drilled(*"1234")).sets[SET].proven


def test_a_drill_of_one_set_is_none_of_another():
    register = register_of(*held(), made("3of5", OTHER_SET), *proven(*"12345", set_id=OTHER_SET), *drilled(*"123"))
    assert day_of(register, DRILL) == "2026-07-02"
    assert day_of(register, f"drill of set {OTHER_SET[:8]}") == "2026-04-17"


def test_a_set_that_did_not_open_is_in_doubt_until_it_does():
    failed = event("drill", "2026-04-01", set=SET, sheets=["1", "2", "3"], way="verify", result="fail")
    register = register_of(*held(), failed)
    assert (standing(register.sets[SET], NOW).case, day_of(register, DRILL)) == (SetCase.DOUBTFUL, "2026-04-01")
    assert standing(then(register, *drilled(*"345", day="2026-04-02")).sets[SET], NOW).case is SetCase.SOUND


ACCOUNT = [
    event("account.added", account="root", name="Example root", pack="aws-root"),
    *(event("receiver.added", person=person, account="root") for person in ("B1", "B2")),
]
BOUND = event("line.bound", line=SET, account="root")
LIVE = "live drill of Example root"


def signed_in(*alerted, accepted=True, day="2026-04-01", validated=True):
    came = [event("alert", day, receiver=one, minutes=2, validated=validated) for one in alerted]
    return [event("signin", day, password="unchanged", accepted=accepted), *came]


def live_drill(day="2026-04-01"):
    return drilled(*"123", way="live", day=day)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([*signed_in("B1", "B2"), *live_drill()], True),
        ([*signed_in("B1"), *live_drill()], False),
        ([*signed_in("B1", "B2", validated=False), *live_drill()], False),
        ([*signed_in("B1", "B2", accepted=False), *live_drill()], False),
        ([*signed_in("B1", "B2", day="2026-03-31"), *live_drill()], False),
        (live_drill(), False),
        ([*signed_in("B1", "B2"), *drilled(*"123")], False),
    ],
)
def test_a_live_drill_counts_only_with_everybody_alerted_and_the_sign_in_accepted(said, counts):
    register = register_of(*held(), *ACCOUNT, BOUND, event("signin", password="new", accepted=True))
    assert day_of(register, LIVE) == "2026-04-17"
    assert day_of(then(register, *said), LIVE) == ("2026-07-02" if counts else "2026-04-17")


def test_one_sign_in_is_one_live_drill():
    new = event("signin", password="new", accepted=True)
    register = register_of(*held(), *ACCOUNT, BOUND, new, *signed_in("B1", "B2"), *live_drill())
    assert then(register, *live_drill()) == register


def test_a_live_drill_of_the_secret_of_before_is_none_of_the_new_one():
    new = event("signin", password="new", accepted=True)
    drilled_live = register_of(*held(), *ACCOUNT, BOUND, new, *signed_in("B1", "B2"), *live_drill())
    rotated = [to_come(kind="rotated"), *proven(*"12345", set_id=OTHER_SET, day="2026-05-01"),
               event("set.rotated", "2026-05-01", set=OTHER_SET, replaces=SET, reason="a theft")]  # fmt: skip
    register = then(drilled_live, *rotated)
    assert day_of(register, LIVE) == str(register.sets[OTHER_SET].made)


def test_nobody_to_be_alerted_is_nobody_alerted():
    register = register_of(*held(), ACCOUNT[0], BOUND, *signed_in(), *live_drill())
    assert day_of(register, LIVE) == "2026-01-15"


def test_without_an_accepted_sign_in_a_live_drill_is_due_at_once():
    register = register_of(*held(), *ACCOUNT, BOUND)
    assert day_of(register, LIVE) == "2026-01-15"
    for other in (
        event("signin", password="new", accepted=False),
        event("signin", password="unchanged", accepted=True),
    ):
        assert day_of(then(register, other), LIVE) == "2026-01-15"


def test_a_sign_in_that_may_be_of_two_sets_is_of_none():
    register = register_of(*held(), made("3of5", OTHER_SET), event("signin", password="new", accepted=True))
    assert not any(one.signed_in for one in register.sets.values())
    register = then(register, event("signin", password="new", accepted=True, set=OTHER_SET))
    assert [one.signed_in for one in register.sets.values()] == [False, True]


# --- what a set is ----------------------------------------------------------------------------------------------------

VOID = event("set.void", set=SET, reason="a power cut")


def test_nothing_is_void_after_a_sheet_of_it_was_sealed_until_each_was_destroyed_before_two():
    assert register_of(made(), VOID).sets[SET].life is Life.VOID
    for sealed in (stored("4"), sheet("bag.sealed", "4", bag="BAG-4", person="C4")):
        refused(register_of(made(), sealed), VOID, "sheet 1 was not destroyed in front of two people")
    register = register_of(made(), stored("4"), *(destroyed(number) for number in "1235"))
    refused(register, VOID, "sheet 4 was not destroyed in front of two people")
    alone = sheet("sheet.destroyed", "4", way="shredded", seen_by=["ADM"])
    refused(then(register, alone), VOID, "sheet 4 was not destroyed in front of two people")
    assert then(register, alone, destroyed("4"), VOID).sets[SET].life is Life.VOID
    again = sheet("bag.sealed", "4", bag="BAG-4", person="C4")
    refused(register_of(made(), VOID), again, "this set is void")


@pytest.mark.parametrize(
    "had",
    [
        sheet("receipt", "4", bag="BAG-4", person="C4"),
        sheet("sheet.handed", "4", from_="C4", to="C5"),
        *(event("signin", password=one, accepted=True) for one in ("new", "unchanged")),
    ],
)
def test_nothing_is_void_that_somebody_has_or_has_signed_in_with(had):
    refused(register_of(made(), had), VOID, "destroy each of them|destroyed in front of two people|was in use")


@pytest.mark.parametrize(
    "paper", [sheet("sheet.printed", "1", copy=1), sheet("sheet.written", "1", copy=1), *proven("1")[:1]]
)
def test_one_person_alone_makes_no_set_void_of_which_there_is_paper(paper):
    alone = dataclasses.replace(VOID, by="ADM", witness="")
    refused(register_of(made(), paper), alone, "takes two people")
    assert then(register_of(made(), paper), VOID).sets[SET].life is Life.VOID
    assert then(register_of(made()), alone).sets[SET].life is Life.VOID


def test_of_a_set_that_people_tell_of_nobody_knows_whether_it_was_ever_sealed_or_used():
    told = dataclasses.replace(made(), by_hand=True)
    refused(register_of(told), VOID, "sheet 1 was not destroyed in front of two people")
    shown = event(
        "reveal", set=SET, purpose="a fire", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=60, way="screen"
    )
    owed = {item.what for item in due(register_of(told, shown))}
    assert not any("first sign-in" in one for one in owed) and any("password" in one for one in owed)


@pytest.mark.parametrize("life", ["pending", "void"])
def test_a_set_that_came_to_nothing_opens_the_same_secret(life):
    """Its sheets were printed: whoever has seen a quorum of them knows what is in use."""
    photo = [sheet("sheet.exposed", n, set_id=OTHER_SET, level="confirmed", reason="a photo") for n in "123"]
    gone = [event("set.void", set=OTHER_SET, reason="the printer failed")] if life == "void" else []
    cases = {one.record.set_id: one.case for one in alarms(register_of(*held(), to_come(), *gone, *photo), NOW)}
    assert cases == {OTHER_SET: SetCase.COMPROMISED}
    rotated = register_of(*held(), to_come(kind="rotated"), *gone, *photo)
    assert len(alarms(rotated, NOW)) == (life == "pending")  # its secret was never in use


def test_sheets_of_two_sets_never_add_up():
    photos = [sheet("sheet.exposed", n, set_id=of, level="confirmed", reason="a photo")
              for of, n in ((SET, "1"), (SET, "2"), (OTHER_SET, "3"), (OTHER_SET, "4"))]  # fmt: skip
    register = register_of(*held(), to_come(), *proven(*"12345", set_id=OTHER_SET), *photos,
                           event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver"))  # fmt: skip
    assert {one.case for one in alarms(register, NOW)} == {SetCase.ONE_SHORT}


@pytest.mark.parametrize(("kind", "other"), [("refreshed", "rotated"), ("rotated", "refreshed")])
def test_what_a_set_is_was_written_when_it_was_made(kind, other):
    register = register_of(*held(), to_come(kind=kind), *proven(*"12345", set_id=OTHER_SET))
    renamed = event(f"set.{other}", set=OTHER_SET, replaces=SET, reason="a slip")
    refused(register, renamed, f"was made as {kind}, and stays so")
    said = event(f"set.{kind}", set=OTHER_SET, replaces=SET, reason="a leaver")
    assert then(register, said).sets[OTHER_SET].secret == (SET if kind == "refreshed" else OTHER_SET)


def test_a_sheet_burns_for_nobody_who_did_not_see_it():
    """Nobody can bring it any more, and it may have been carried away."""
    for seen_by, may in (([], True), (["ADM"], True), (["ADM", "ADM"], True), (["ADM", "WIT"], False)):
        burnt = sheet("sheet.destroyed", "1", way="fire", seen_by=seen_by)
        one = register_of(*held(), burnt).sets[SET].sheets["1"]
        assert (one.there, one.may_be_used) == (False, may)


def test_a_set_whose_secret_was_shown_is_not_void_of_what_that_leaves():
    shown = event("reveal", "2026-01-20", set=SET, purpose="x", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen")  # fmt: skip
    void = event("set.void", "2026-01-21", set=SET, reason="it came to nothing")
    register = register_of(made("2of3"), shown, shown, void)
    owed = [one.what for one in due(register) if one.what.startswith("change the password")]
    assert (register.sets[SET].life, len(owed)) == (Life.VOID, 1)
