"""The laws of every kind of ceremony, over the one definition: whatever people answer, in whatever order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import begin
from splitkit.ceremony.script import MAKE, RENEW
from splitkit.errors import AttentionError, UsageError
from tests.support.ceremonies import SHA256, happening, plan_of, whole
from tests.support.custody.renewals import NEW, STRENGTH
from tests.support.custody.renewals import whole as renewed
from tests.support.ledgers import SET
from tests.support.sampling import examples

PLAN = plan_of("2of3")
PLAYED = {"make": (MAKE, whole(PLAN)), **{way: (RENEW, renewed(PLAN, way)) for way in STRENGTH}}
"""Each kind of ceremony that prints sheets, and one that goes well; a recovery and a drill print none, and have laws of their own."""

AWAY = happening(
    "exception",
    expected="all stay",
    happened="a bell",
    decision="all go",
    people_out=["WIT", "SCR", "C1", "C2", "C3", "OLD1", "OLD3"],
)
POOL = [
    *(entry for _, entries in PLAYED.values() for entry in entries), AWAY, happening("room.return", person="WIT", items_in=[]),
    *(happening("step", step=code, state="skipped") for code in ("37", "44", "45", "61", "81", "82", "88")),
    *(happening("wipe", "SPLITKIT", "WIT", reason=reason, empty=True) for reason in ("stopped", "break", "done")),
    *(happening("set.void", set=set_id, reason="wrong") for set_id in (SET, NEW)),
]  # fmt: skip


def opens(happened: list, set_id: str) -> bool:
    """Whether the set was proven in this ceremony since it was made or last forgotten."""
    return any(one.event == "set.proven" and one.data.set == set_id for one in happened)


@settings(max_examples=examples(400), deadline=None)
@given(st.sampled_from(sorted(PLAYED)), st.data())
def test_no_reveal_before_the_proof_no_secret_with_one_no_sheet_before_the_record_and_no_end_without_it(name, data):
    script, entries = PLAYED[name]
    begun = entries[: data.draw(st.integers(0, len(entries)))]
    course, happened = begin(PLAN, SHA256, script), []
    for entry in [*begun, *data.draw(st.lists(st.sampled_from(POOL), max_size=25))]:
        try:
            then = course.advance(entry)
        except (AttentionError, UsageError):
            continue
        if entry.event == "reveal":
            assert opens(happened, entry.data.set) and entry.data.set == course.things.set_id
        if entry.event == "sheet.printed" and course.makes:
            kept = [one.event for one in happened if getattr(one.data, "set", "") == entry.data.set]
            assert kept.count("public.copied") == 3 and kept.count("public.signed") == 1
        if course.next_step and course.next_step.step.secret and then.at > course.at:
            assert len(course.room.present) >= 2
        happened.append(entry)
        course = then
    if course.done:
        assert not course.secret
        made = [one.data.set for one in happened if one.event == "set.made"]
        void = [one.data.set for one in happened if one.event == "set.void"]
        for set_id in {*made} - {*void}:
            assert [one.event for one in happened if getattr(one.data, "set", "") == set_id].count("public.copied") == 3
        assert happened[-1].event == "close" or "close" in [one.event for one in happened]
