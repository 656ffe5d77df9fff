"""The laws of every kind of ceremony, over the one definition: whatever people answer, in whatever order."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import begin
from splitkit.ceremony.script import DRILL, MAKE, RECOVER, RENEW, REVIEW
from splitkit.ceremony.steps import events_of
from splitkit.errors import AttentionError, UsageError
from tests.support.ceremonies import SHA256, happening, plan_of, step, whole, wiped
from tests.support.courses import drills, recoveries, reviews
from tests.support.courses.renewals import NEW, STRENGTH
from tests.support.courses.renewals import whole as renewed
from tests.support.ledgers import SET
from tests.support.sampling import examples

PLAN = plan_of("2of3")
PLAYED = {
    "make": (MAKE, whole(PLAN)), "make by hand": (MAKE, whole(PLAN, by_hand=True)), **{way: (RENEW, renewed(PLAN, way)) for way in STRENGTH}, "recover": (RECOVER, recoveries.whole()),
    "drill at the safes": (DRILL, drills.at_the_safes()), "live drill": (DRILL, drills.live()), "review": (REVIEW, reviews.WHOLE),
}  # fmt: skip
"""Each kind of ceremony, and one that goes well."""

SHOWS = ("reveal", "recover")
"""What is intended before a secret is on the screen."""
SHOWN = [happening("intent", by, set=set_id, intent="N-0F0F0F0F", act=act, purpose="to sign in")
         for by in ("ADM", "SCR") for set_id in (SET, NEW) for act in SHOWS]  # fmt: skip
AWAY = happening(
    "exception",
    expected="all stay",
    happened="a bell",
    decision="all go",
    people_out=["WIT", "SCR", "C1", "C2", "C3", "OLD1", "OLD3"],
)
POOL = [
    *(entry for _, entries in PLAYED.values() for entry in entries), *drills.OTHERWISE, *recoveries.OTHERWISE, *reviews.OTHERWISE, AWAY,
    happening("note", text="a bell"),
    *(happening("room.exit", person=person, items_out=[]) for person in ("ADM", "WIT", "C1", "C2")),
    happening("room.return", person="WIT", items_in=[]), happening("break", reason="night", bags=[]),
    happening("sheet.void", set=SET, sheet="1", copy=1, reason="smeared"), happening("sheet.shredded", set=SET, sheet="1", copy=1),
    *(step(code, "skipped") for code in ("34", "37", "44", "45", "61", "75", "81", "82", "85", "88")),
    *(wiped(reason) for reason in ("stopped", "break", "timeout", "done")),
    *(happening("set.void", set=set_id, reason="wrong") for set_id in (SET, NEW)),
    *SHOWN, happening("room.enter", person="OBS1", items_in=[]),
]  # fmt: skip


@settings(max_examples=examples(1_200, 16), deadline=None)
@given(st.sampled_from(sorted(PLAYED)), st.data())
def test_no_reveal_before_the_proof_no_secret_with_one_no_print_without_an_entry_and_no_end_without_the_record(
    name, data
):
    script, entries = PLAYED[name]
    begun = entries[: data.draw(st.integers(0, len(entries)))]
    course, happened = begin(PLAN, SHA256, script, SET if script in (RECOVER, DRILL) else ""), []
    for entry in [*begun, *data.draw(st.lists(st.sampled_from(POOL), max_size=25))]:
        try:
            then = course.advance(entry)
        except (AttentionError, UsageError):
            continue
        LAWS.get(entry.event, lambda *_: None)(entry.data, course, happened)
        if course.next_step and course.next_step.step.secret and then.at != course.at:
            assert len(course.room.present) >= 2
        happened.append(entry)
        course = then
    if course.done:
        told = [one.event for one in happened]
        assert not course.secret and "close" in told
        assert "review" in told if script is REVIEW else "debrief" in told
        for made in {one.data.set for one in happened if one.event == "set.made"} - {
            one.data.set for one in happened if one.event == "set.void"
        }:
            assert about(made, happened).count("public.copied") == 3


def seated(seat, name=None):
    return happening("roll", "ADM", "", person=seat, role="observer", name=name)


ALONE = {
    "nobody else": [],
    "under two seats": [seated("ADM", "Adam Example"), seated("OBS1", "\u00c1dam-Example"), seated("OBS2", "Example, Adam")],
    "beside somebody without a name": [seated("ADM", "Adam Example"), happening("room.enter", "ADM", "", person="OBS1", items_in=[])],
}  # fmt: skip
"""Ways to be one person in a room, once everybody else has left it."""


@pytest.mark.parametrize("way", ALONE)
@pytest.mark.parametrize("name", PLAYED)
def test_whoever_is_alone_begins_nothing_that_is_secret_at_any_place_of_any_ceremony(name, way):
    script, entries = PLAYED[name]
    course, tried = begin(PLAN, SHA256, script, SET if script in (RECOVER, DRILL) else ""), set()
    for entry in entries:
        if course.next_step.step.secret and not course.room.paused and "ADM" in course.room.present:
            gone = sorted(course.room.present - {"ADM"})
            away = happening("exception", expected="all stay", happened="a bell", decision="all go", people_out=gone)
            lonely = replace(
                course,
                room=reduce(lambda room, one: room.after(one.data, secret=False), [away, *ALONE[way]], course.room),
            )
            mine = [
                replace(one, by="ADM", witness=seen) for one in (entry, *SHOWN) for seen in ("", *lonely.room.present)
            ]
            for one in (entry, *SHOWN, *mine):
                if one.event in {*marks_of(course), "intent"}:
                    tried.add(one.event)
                    with pytest.raises(AttentionError):
                        lonely.advance(one)
        course = course.advance(entry)
    assert tried or script is REVIEW


@pytest.mark.parametrize("name", PLAYED)
def test_only_the_set_that_was_proven_is_shown(name):
    """Where the secret is about to be shown, an intent to show that of another set is refused."""
    script, entries = PLAYED[name]
    course, shown = begin(PLAN, SHA256, script, SET if script in (RECOVER, DRILL) else ""), 0
    for entry in entries:
        if course.next_step.step.title == "Reveal once":
            for one in SHOWN:
                if one.data.set == course.things.set_id:
                    shown += course.advance(one) is not None
                else:
                    with pytest.raises(AttentionError):
                        course.advance(one)
        course = course.advance(entry)
    assert shown or "reveal" not in [one.event for one in entries]


def marks_of(course):
    return events_of(course.next_step.marks[course.within :])


def about(set_id, happened):
    """What has happened to a set."""
    return [one.event for one in happened if getattr(one.data, "set", "") == set_id]


def revealed(data, course, happened):
    assert data.set == course.things.set_id and "set.proven" in about(data.set, happened)
    assert PLAN.policy.opens(map(PLAN.policy.sheet, course.things.read))
    assert len(course.room.present) >= 2


def intended(data, course, happened):
    """What is on the screen next: as a reveal, and nobody is there alone, nor under two seats."""
    if data.act in SHOWS:
        assert "set.proven" in about(data.set, happened) and course.things.machine
        assert len(course.room.present) >= 2


def printed(data, course, happened):
    jobs = {
        one.data.intent: one.data for one in happened if one.event == "intent" and one.data.act in ("print", "write")
    }
    over = {one.data.intent for one in happened if one.event == "outcome"}
    assert any((job.set, job.sheet) == (data.set, data.sheet) for code, job in jobs.items() if code not in over)
    if course.makes:
        kept = about(data.set, happened)
        assert kept.count("public.copied") == 3 and kept.count("public.signed") == 1


def drilled(data, _course, happened):
    if data.result == "pass":
        assert PLAN.policy.opens(map(PLAN.policy.sheet, data.sheets))
        shown = {"set.proven", "reveal", "signin"}
        told = {one.event for one in happened}
        assert shown <= told if data.way == "live" else not shown & told


def reviewed(data, _course, happened):
    said = {one.data.line: one.data.verdict for one in happened if one.event == "review.line"}
    assert data.confirmed == sum(one == "keep" for one in said.values())
    assert sorted(said) == list(range(1, len(said) + 1))
    assert "review" not in [one.event for one in happened]


def nothing_open(_data, course, _happened):
    assert course.room.paused or not course.secret


LAWS = {
    "intent": intended, "reveal": revealed, "sheet.printed": printed, "sheet.written": printed, "drill": drilled, "review": reviewed, "room.exit": nothing_open, "break": nothing_open,
}  # fmt: skip
"""What must be so when such an entry is taken."""
