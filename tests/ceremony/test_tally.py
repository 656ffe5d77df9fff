"""Every page is accounted for: no job without an entry, no count that does not add up, no printer that knows a quorum."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import replay
from splitkit.errors import AttentionError
from splitkit.plan.printers import printer_of, printers_needed
from tests.support.ceremonies import (
    SHA256,
    blank,
    happening,
    opening,
    plan_of,
    printed,
    sheet_made,
    tally,
    whole,
    wiped,
    written,
)
from tests.support.ledgers import SET
from tests.support.plans import all_policies
from tests.support.sampling import examples

PLAN = plan_of("2of3")


def after(course, *entries):
    for entry in entries:
        course = course.advance(entry)
    return course


def made(plan=PLAN):
    return replay(plan, opening(plan), SHA256)


def missing(number: str, copy: int, printer: str = "Office"):
    """One job of which nothing came out."""
    begun, _, over = printed(number, copy, printer=printer)
    lost = happening("sheet.missing", set=SET, sheet=number, copy=copy)
    return [begun, lost, happening("outcome", intent=over.data.intent, result="nothing")]


def refused(course, entry, words: str):
    with pytest.raises(AttentionError, match=words):
        course.advance(entry)


def test_ten_pages_that_did_not_come_out_are_ten_entries_and_ten_pages_to_account_for():
    course = after(made(), *(entry for copy in range(1, 11) for entry in missing("1", copy)), *sheet_made("1", 11),
                   *sheet_made("2"), *sheet_made("3"))  # fmt: skip
    assert course.next_step.code == "61"
    assert (course.things.pages.sent, len(course.things.pages.missing)) == (13, 10)
    refused(course, tally(13, 3, 0), "of 10 nobody knows where they are")
    refused(course, tally(3, 3, 0), "not what was recorded")
    found = [happening("sheet.shredded", set=SET, sheet="1", copy=copy) for copy in range(1, 10)]
    course = after(course, *found)
    refused(course, tally(13, 3, 0, found=9), "of 1 nobody")
    every = after(course, happening("sheet.shredded", set=SET, sheet="1", copy=10))
    assert after(every, tally(13, 3, 0, found=10)).next_step.code == "62"
    refused(every, happening("sheet.shredded", set=SET, sheet="1", copy=10), "not said to be spoilt")


def test_what_is_no_sheet_may_have_several_leaves():
    """Both copies of a receipt are used paper, and only where they came out."""
    course = after(made(), *sheet_made("1"), *sheet_made("2"), *sheet_made("3"))
    for code, result in (("N-1", "done"), ("N-2", "nothing")):
        begun = happening("intent", intent=code, act="print", purpose="a receipt", printer="Office", set=SET, leaves=2)
        course = after(course, begun, happening("outcome", intent=code, result=result))
    assert course.things.pages.others == 2
    counted = {"printed": 3, "sealed": 3, "shredded": 0, "found": 0, "agrees": True, "blank_before": 500}
    refused(course, happening("tally", **counted, blank_after=496), "4 blank pages were used, and 5 came out")
    assert after(course, happening("tally", **counted, blank_after=495)).next_step.code == "62"


def test_a_count_that_does_not_agree_goes_on_by_two_and_by_no_fewer():
    course = after(made(), *missing("1", 1), *sheet_made("1", 2), *sheet_made("2"), *sheet_made("3"))
    skipped = happening("step", step="61", state="skipped")
    says = {"expected": "every page", "happened": "one was never found", "decision": "it goes on", "step": "61"}
    by_two = happening("exception", **says, approved=["ADM", "WIT"])
    refused(after(course, by_two), skipped, "do not add up")  # nobody has counted yet
    course = after(course, tally(4, 3, 0, agrees=False))
    refused(course, skipped, "do not add up")
    refused(after(course, happening("exception", **says, approved=["ADM"])), skipped, "do not add up")
    assert after(course, by_two, skipped).next_step.code == "62"
    refused(after(course, by_two, tally(4, 3, 0, agrees=False)), skipped, "do not add up")  # it was counted again


@pytest.mark.parametrize(
    ("before", "after_it"),
    [(None, None), (None, 497), (500, None), (499, 497), (500, 498), (500, 496)],
)
def test_blank_pages_must_agree_and_cannot_be_left_out(before, after_it):
    course = after(made(), *sheet_made("1"), *sheet_made("2"), *sheet_made("3"))
    counts = {"printed": 3, "sealed": 3, "shredded": 0, "agrees": True}
    counts |= {"blank_before": before} if before is not None else {}
    counts |= {"blank_after": after_it} if after_it is not None else {}
    refused(course, happening("tally", **counts), "blank pages")


def test_nothing_is_printed_before_the_blank_pages_are_counted():
    course = replay(PLAN, opening(PLAN)[:-5], SHA256)
    receipt = happening("intent", intent="N-1", act="print", purpose="the public record")
    refused(course, receipt, "blank pages were not counted")
    assert course.advance(blank()).advance(receipt).things.pages.job
    refused(course, tally(3, 3, 0), "nothing was printed yet")


def test_a_receipt_takes_a_blank_page_and_is_no_sheet():
    receipt = [happening("intent", intent="N-1", act="print", purpose="a receipt"), happening("outcome", intent="N-1", result="done")]  # fmt: skip
    course = after(made(), *sheet_made("1"), *receipt, *sheet_made("2"), *sheet_made("3"))
    refused(course, tally(3, 3, 0), "3 blank pages were used, and 4 came out")
    assert after(course, happening("tally", printed=3, sealed=3, shredded=0, agrees=True, blank_before=500, blank_after=496)).next_step.code == "62"  # fmt: skip


def test_each_job_is_recorded_before_it_and_after_it():
    course, (begun, out, over) = made(), printed("1")
    refused(course, out, "is not being printed")
    refused(course, happening("sheet.missing", set=SET, sheet="1", copy=1), "is not being printed")
    refused(course, printed("2")[0], "next is step 51-1")
    course = after(course, begun)
    refused(course, begun, "what came of the page before")
    refused(course, over, "whether the sheet came out")
    course = after(course, out)
    refused(course, happening("step", step="52-1", state="done"), "what came of the job")
    refused(course, happening("sheet.missing", set=SET, sheet="1", copy=1), "is not being printed")
    assert after(course, over).next_step.code == "52-1"


def test_a_page_of_a_set_that_is_void_is_still_to_be_found():
    course = after(made(), *missing("1", 1), *printed("1", 2), happening("wipe", reason="stopped", empty=True),
                   happening("set.void", set=SET, reason="the power failed"))  # fmt: skip
    pages = course.things.pages
    assert (pages.sent, pages.shredded, pages.missing, dict(pages.copies)) == (2, 1, {(SET, "1", 1)}, {})
    assert after(course, happening("sheet.shredded", set=SET, sheet="1", copy=1)).things.pages.found == 1


# --- no printer knows a quorum ----------------------------------------------------------------------------------------


def test_one_printer_for_a_quorum_is_refused_unless_two_overrule_it():
    course = after(made(real := plan_of("2of3", practice=False)), *sheet_made("1"))
    refused(course, printed("2")[0], "PRINTER-1: this printer would know a quorum")
    assert after(course, *printed("2", printer="Other")).next_step.code == "52-2"
    by_one = happening("override", check="printer-1", reason="one printer", approved=["ADM"])
    refused(course, by_one, "fewer than two")
    by_two = happening("override", check="printer-1", reason="one printer", approved=["ADM", "WIT"])
    course = after(course, by_two, *printed("2"))
    assert course.next_step.code == "52-2"
    assert course.things.overrides == 0  # it is no check of the machine
    assert not real.practice


@settings(max_examples=examples(150), deadline=None)
@given(all_policies(), st.data())
def test_whatever_fails_no_printer_comes_to_know_a_quorum(policy, data):
    """Each sheet is printed once or several times; what a printer was sent it knows, whether it came out or not."""
    names = [f"P{number}" for number in range(printers_needed(policy) + data.draw(st.integers(0, 2)))]
    known = {name: set() for name in names}
    for sheet in policy.sheet_ids():
        number = policy.number(sheet)
        for _ in range(data.draw(st.integers(1, 3))):
            known[printer_of(policy, names, known, number)].add(number)
        assert not any(policy.opens(map(policy.sheet, seen)) for seen in known.values())


@settings(max_examples=examples(150), deadline=None)
@given(all_policies(), st.data())
def test_a_printer_that_takes_the_place_of_another_is_given_nothing_that_opens_the_set(policy, data):
    """After an interruption other printers may be there: a sheet goes where it opens nothing, as long as there is such a place."""
    names = [f"P{number}" for number in range(printers_needed(policy))]
    known: dict[str, set[str]] = {}
    for sheet in policy.sheet_ids():
        here = data.draw(st.permutations([*names, "Q"]))
        number = policy.number(sheet)
        chosen = printer_of(policy, here, known, number)
        if any(not policy.opens([*map(policy.sheet, known.get(one, ())), sheet]) for one in here):
            assert not policy.opens([*map(policy.sheet, known.get(chosen, ())), sheet])
        known.setdefault(chosen, set()).add(number)


def test_a_whole_ceremony_of_a_real_set_has_two_printers():
    plan = plan_of("2of3", practice=False)
    with pytest.raises(AttentionError, match="PRINTER-1"):
        replay(plan, whole(plan), SHA256)


def test_a_set_is_made_void_only_when_it_is_known_what_came_of_the_page_before():
    """Else nothing could ever be said of that job, and nothing more be printed."""
    begun, _, over = printed("1")
    void = happening("set.void", set=SET, reason="wrong")
    course = after(made(), begun)
    refused(course, void, "nobody has said what came of the page before")
    for said in (
        happening("sheet.missing", set=SET, sheet="1", copy=1),
        happening("sheet.printed", set=SET, sheet="1", copy=1),
    ):
        assert after(course, said, over, void).next_step.code == "41"


def test_what_came_of_a_page_is_said_also_when_the_set_can_only_be_void():
    job, came, over, *_ = written("1")
    course = after(made(), job, wiped("stopped"))
    assert course.must_void
    assert after(course, came, over, happening("set.void", set=SET, reason="lost")).next_step.code == "41"
