"""A correction settles a contradiction: by two people, or by the one who said what was wrong.  It also says when that happened, at the latest."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from splitkit.custody.register import build, standing_entries, taken_back
from tests.support.custody.custodies import (
    EVER,
    SET,
    asset,
    chained,
    changed,
    drilled,
    event,
    held,
    introduced,
    sheet,
)
from tests.support.custody.truth import Said, Truth

PEOPLE = ("SCR", "WIT", "ADM", "ADM2", "BEN")
LEFT = event("person.left", "2026-02-02", person="WIT", until="2026-02-02", reason="another post")
NOBODY = "9" * 32
DAY = "2026-02-03"


def by(what, who, witness=""):
    return dataclasses.replace(what, by=who, witness=witness)


LOST = sheet("sheet.lost", "1", set_id=NOBODY, circumstances="gone")
WRONG = {
    "said": by(LOST, "ADM"),
    "two": by(LOST, "ADM", "WIT"),
    "seen": by(event("drill", set=SET, sheets=["1"], way="verify", result="pass"), "ADM", "WIT"),
    "waits": by(sheet("sheet.read", "1", set_id=NOBODY, use="drill", source="scan", result="sound"), "ADM", "WIT"),
}


def corrected(wrong, *corrections, before=()):
    """What is still wrong; each correction is that of the entry so many places before it."""
    told = [*introduced(*held(), people=PEOPLE), *before, wrong]
    told = [event("person.joined", person=one.data.person, name="ADM Example", since="2026-01-10")
            if one.event == "person.joined" and one.data.person == "ADM2" else one for one in told]  # fmt: skip
    for back, who, witness in corrections:
        told.append(by(event("correction", DAY, seq=len(told) + 1 - back, text="it was a slip"), who, witness))
    return build(chained(told), EVER).findings


@pytest.mark.parametrize(
    ("who", "witness", "said", "seen"),
    [
        ("ADM", "", True, False),
        ("ADM2", "", True, False),
        ("BEN", "", False, False),
        ("WIT", "", False, False),
        ("ADM", "ADM2", False, False),
        ("BEN", "ADM", True, True),
        ("BEN", "WIT", True, True),
    ],
)
def test_one_person_corrects_only_what_they_said_themselves(who, witness, said, seen):
    assert bool(corrected(WRONG["said"], (1, who, witness))) is not said
    assert bool(corrected(WRONG["two"], (1, who, witness))) is not seen  # what two said, two take back
    assert bool(corrected(WRONG["seen"], (1, who, witness))) is not seen


@pytest.mark.parametrize("witness", ["ADM", "WIT"])
def test_what_the_program_saw_of_a_set_that_is_not_there_nobody_corrects(witness):
    """It waits for the set: its ledger, or its public record, is still to be taken up."""
    assert corrected(WRONG["waits"], (1, "BEN", witness), (2, "BEN", witness))


def test_a_correction_that_counts_for_nothing_corrects_nothing():
    """Else the one who wrote it corrects that one, alone."""
    for witness, before in (("NONE", ()), ("WIT", (LEFT,))):
        assert len(corrected(WRONG["said"], (1, "BEN", witness), before=before)) == 2
        assert len(corrected(WRONG["said"], (1, "BEN", witness), (1, "BEN", ""), before=before)) == 1


def test_two_who_each_say_so_alone_are_two_words_and_not_one():
    assert corrected(WRONG["said"], (1, "BEN", ""), (2, "WIT", ""))


def test_what_two_stand_behind_is_not_corrected_by_the_one_who_says_that_the_other_had_left():
    left = by(event("person.left", DAY, person="WIT", until="2026-01-20", reason="another post"), "ADM")
    told = [*introduced(*held(), people=PEOPLE), WRONG["two"]]
    wrong = len(told)
    told += [left, by(event("correction", DAY, seq=wrong, text="it was a slip"), "ADM")]
    assert build(chained(told), EVER).findings
    told[-2] = by(left, "ADM", "BEN")  # two say so
    assert not build(chained(told), EVER).findings


# --- a clock that was ahead -------------------------------------------------------------------------------------------

AHEAD, PUT_RIGHT = "2027-03-01", "2026-03-01"
SLIPS = {
    "drill": drilled("1", "2", "3", day=AHEAD),
    "sign-in": [event("signin", AHEAD, password="new", accepted=True)],
    "leaver": [event("person.left", AHEAD, person="C1", until="2027-02-28", reason="another post")],
    "newcomer": [event("person.joined", AHEAD, person="NEW", name="Zoe Extra", since="2027-02-28")],
    "lost": [sheet("sheet.lost", "1", AHEAD, circumstances="moved house", last_seen="2027-02-01")],
    "device": [asset("key-9", "mfa", "ADM", AHEAD)],
    "override": [event("lint.override", AHEAD, rule="NEEDED-1", reason="x", approved=["ADM", "WIT"])],
    "override until": [event("lint.override", AHEAD, rule="NEEDED-1", reason="x", approved=["ADM", "WIT"], until="2027-12-31")],
}  # fmt: skip
"""What a clock a year ahead dated."""
IN_THEM = {
    "leaver": {"until": PUT_RIGHT},
    "newcomer": {"since": PUT_RIGHT},
    "lost": {"last_seen": PUT_RIGHT},
    "override until": {"until": "2027-03-02"},
}
"""The days in it that lay ahead when it was put right: by then that had happened, and nothing is overruled for more than a year."""
DAYS = [dt.date(2026, 3, 1), dt.date(2027, 2, 28), dt.date(2027, 3, 1), dt.date(2027, 3, 2), dt.date(2028, 2, 1), EVER]
"""The day on which it is put right, and those about the false one, and after."""


def put_right(*slips, before=(), times=1):
    """A life with slips of a clock, each of which two people put right so often."""
    told = [*introduced(*held("2of3", 3), people=PEOPLE), *before, *slips]
    first = len(told) - len(slips) + 1
    numbers = [*range(first, len(told) + 1)] * times
    return chained([*told, *(event("correction", PUT_RIGHT, seq=one, text="the clock was ahead") for one in numbers)])


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("slip", SLIPS)
def test_what_a_clock_dated_ahead_counts_from_when_it_is_put_right_and_never_of_the_false_day(slip, day):
    said = [dataclasses.replace(changed(one, **IN_THEM.get(slip, {})), time=f"{PUT_RIGHT}T10:00:00Z")
            for one in SLIPS[slip]]  # fmt: skip
    found, right = (build(put_right(*told), day) for told in (SLIPS[slip], said))
    assert found.register == right.register
    assert not found.findings
    assert (
        build(put_right(*SLIPS[slip]), DAYS[0] - dt.timedelta(1)).register
        == build(chained(introduced(*held("2of3", 3), people=PEOPLE)), EVER).register
    ), "nobody has put it right yet"


@pytest.mark.parametrize("slip", SLIPS)
def test_the_model_hears_it_on_that_day_too(slip):
    truth = Truth(map(Said.of, put_right(*SLIPS[slip])), DAYS[-2])
    assert not truth.wrong
    assert truth.piles[SET].proven == (dt.date(2026, 3, 1) if slip == "drill" else dt.date(2026, 1, 15))
    assert truth.leavers == ({"C1": dt.date(2026, 3, 1)} if slip == "leaver" else {})


def test_a_correction_of_a_clock_that_was_ahead_is_put_right_itself():
    (left,) = SLIPS["leaver"]
    told = [*introduced(*held("2of3", 3), people=PEOPLE), left]
    late = event("correction", "2027-03-02", seq=len(told), text="the clock was ahead")
    slip = event("correction", PUT_RIGHT, seq=len(told) + 1, text="so was that of the correction")
    for day in DAYS:
        assert build(chained([*told, late, slip]), day).register.left_on("C1") == dt.date(2026, 3, 1)


def test_the_first_who_put_it_right_say_when_it_happened():
    (left,) = SLIPS["leaver"]
    told = [*introduced(*held("2of3", 3), people=PEOPLE), left]
    more = [event("correction", day, seq=len(told), text="the clock was ahead") for day in (PUT_RIGHT, "2026-06-01")]
    for day in DAYS:
        assert build(chained([*told, *more]), day).register.left_on("C1") == dt.date(2026, 3, 1)


UNFIT = {
    "no such set": [sheet("sheet.lost", "1", AHEAD, set_id=NOBODY, circumstances="gone")],
    "left before": [event("person.left", AHEAD, person="C1", until="2027-02-28", reason="another post")],
}
BEFORE = [event("person.left", "2026-02-20", person="C1", until="2026-02-20", reason="another post")]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("slip", UNFIT)
def test_what_does_not_fit_once_a_clock_is_put_right_is_named_until_that_is_corrected_too(slip, day):
    """The one correction says when it was, and nobody has looked at what comes of that."""
    once, twice = (put_right(*UNFIT[slip], before=BEFORE, times=times) for times in (1, 2))
    (finding,) = build(once, day).findings
    assert f"of 2026-03-01 ({UNFIT[slip][0].event})" in finding
    assert not build(twice, day).findings
    for told, wrong in ((once, 1), (twice, 0)):
        assert len(Truth(map(Said.of, told), DAYS[-2]).wrong) == wrong


BEFORE_ALL = "2026-01-02"
"""What a clock says that is behind: before anything happened."""


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_correction_by_a_clock_that_is_behind_moves_nothing_before_what_came_before_it(slip, day):
    """It happened after the entry before it in its ledger, of whose day nobody has said anything."""
    last = event("note", PUT_RIGHT, text="the last before it")
    told = put_right(*SLIPS[slip], before=[last])
    behind = [
        dataclasses.replace(one, time=f"{BEFORE_ALL}T10:00:00Z") if one.event == "correction" else one for one in told
    ]
    assert build(chained(behind), day).register == build(told, day).register
    truths = [Truth(map(Said.of, chained(some)), DAYS[-2]) for some in (behind, told)]
    assert truths[0].leavers == truths[1].leavers
    assert truths[0].piles[SET].proven == truths[1].piles[SET].proven


def test_who_took_back_what_is_the_same_question_for_all_whatever_day_a_clock_gave_it():
    """A withdrawal that a clock dated ahead, and that was put right, counts from then on also for what was recorded already."""
    told = [*introduced(*held("2of3", 3), people=PEOPLE), event("note", "2026-02-20", text="x")]
    note = chained(told)[-1]
    told.append(event("withdrawn", AHEAD, entry=note.hash, reason="a slip", approved=["ADM", "WIT"]))
    ahead = chained(told)
    right = chained([*told, event("correction", PUT_RIGHT, seq=len(told), text="the clock was ahead")])
    day = dt.date.fromisoformat(PUT_RIGHT)
    for entries, back in ((ahead, False), (right, True)):
        assert bool(build(entries, day).withdrawn) is back
        assert (note.hash in taken_back(entries, day)) is back
        assert (note.hash not in {one.hash for one in standing_entries(entries, day)}) is back
