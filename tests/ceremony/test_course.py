"""The course of a ceremony: what may come next, and what is refused."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import begin, replay
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.chain import GENESIS, new_entry
from splitkit.ledger.events import EVENTS
from tests.support.ceremonies import (
    SHA256,
    ending,
    happening,
    opening,
    plan_of,
    printed,
    proof,
    read_of_quorum,
    record_kept,
    resumed,
    set_made,
    sheet_made,
    taken,
    tally,
    whole,
)
from tests.support.custody.custodies import changed
from tests.support.ledgers import FINGERPRINT, SET
from tests.support.plans import all_policies
from tests.support.sampling import examples

PLAN = plan_of("2of3")
OTHER = "00" * 16
SHEET1 = {"set": SET, "sheet": "1"}


def after(*parts, plan=PLAN):
    return replay(plan, [entry for part in parts for entry in part], SHA256)


def all_sheets(plan=PLAN):
    return [entry for number in ("1", "2", "3") for entry in sheet_made(number)]


def refused(course, entry, words):
    with pytest.raises(AttentionError, match=words) as caught:
        course.advance(entry)
    assert caught.value.hint
    return course


def up_to_the_set():
    """Everything before the set is made."""
    return with_the_set()[:-1]


def with_the_set():
    """Everything up to the set, before its public record is made."""
    return opening(PLAN)[: -1 - len(record_kept())]


def code(course):
    return course.next_step.code if course.next_step else ""


def test_a_whole_ceremony():
    course = after(whole(PLAN))
    assert course.done
    assert not course.secret
    refused(course, happening("sheet.printed", **SHEET1, copy=2), "at its end")


@settings(max_examples=examples(40), deadline=None)
@given(all_policies())
def test_a_whole_ceremony_of_every_policy(policy):
    plan = plan_of(policy)
    course = begin(plan, SHA256)
    shown = False
    for entry in whole(plan):
        course = course.advance(entry)
        shown |= entry.event == "reveal"
        assert not shown or set(course.things.pages.copies) == {policy.number(sheet) for sheet in policy.sheet_ids()}
    assert course.done
    assert not course.secret


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_a_step_that_is_left_out_is_seen(data):
    entries = whole(PLAN)
    places = [at for at, entry in enumerate(entries) if not may_be_left_out(entry)]
    gone = data.draw(st.sampled_from(places))
    assert not ends_well(entries[:gone] + entries[gone + 1 :])


def may_be_left_out(entry):
    return entry.event in ("preflight", "alert") or getattr(entry.data, "role", "") == "scribe"


def ends_well(entries):
    """Whether a ceremony with these entries is followed to its end."""
    try:
        return replay(PLAN, entries, SHA256).done
    except AttentionError:
        return False


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_two_entries_in_the_wrong_order_are_refused(data):
    entries = [entry for entry in whole(PLAN) if not may_be_left_out(entry)]
    at = data.draw(st.integers(0, len(entries) - 2))
    entries[at], entries[at + 1] = entries[at + 1], entries[at]
    with pytest.raises(AttentionError):
        replay(PLAN, entries, SHA256)


def test_a_course_is_rebuilt_from_the_entries_of_a_ledger():
    entries, head = [], GENESIS
    for number, happened in enumerate(whole(PLAN), start=1):
        entry = new_entry(happened, number, head)
        entries.append(entry)
        head = entry.hash
    for size in range(len(entries) + 1):
        assert replay(PLAN, entries[:size], SHA256) == replay(PLAN, whole(PLAN)[:size], SHA256)


def test_a_ledger_that_is_reopened_is_closed_again():
    course = after(whole(PLAN)).advance(happening("note", text="C2 called: the bag is in its safe"))
    again = course.advance(happening("reopen", reason="an exception was forgotten"))
    assert code(again) == "94"
    assert again.advance(ending(PLAN)[-1]).done


def test_advance_changes_nothing_behind_your_back():
    course = after(opening(PLAN))
    again = course.advance(sheet_made("1")[0])
    assert course.things.pages.copies == {}
    assert dict(again.things.pages.copies) == {"1": 1}
    with pytest.raises(dataclasses.FrozenInstanceError):
        course.at = 0


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (happening("reveal", set=SET, purpose="set", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen"), "next is step 51-1"),
        (happening("sheet.printed", set=SET, sheet="2", copy=1), "next is step 51-1"),
        (happening("sheet.printed", set=OTHER, sheet="1", copy=1), "another set"),
        (happening("sheet.printed", set=SET, sheet="1", copy=1), "is not being printed"),
        (happening("intent", "SCR", "", intent="N-1", act="print", purpose="copy 1", set=SET, sheet="1"), "nobody else has seen it"),
        (happening("intent", "SCR", "SCR", intent="N-1", act="print", purpose="copy 1", set=SET, sheet="1"), "nobody else has seen it"),
        (happening("intent", "SCR", "ABC", intent="N-1", act="print", purpose="copy 1", set=SET, sheet="1"), "not in the room"),
        (happening("room.exit", person="C2", items_out=[]), "leaves while something secret"),
        (happening("break", reason="lunch", bags=[]), "cannot pause"),
        (happening("roll", person="C9", role="custodian", sheet="9"), "next is step 51-1"),
        (happening("close", exceptions=0, people_out=[], items_out=[]), "next is step 51-1"),
        (happening("step", step="52-1", state="done"), "next is step 51-1"),
    ],
)  # fmt: skip
def test_what_may_not_come_after_the_split(entry, words):
    refused(after(opening(PLAN)), entry, words)


def test_what_the_list_of_events_does_not_allow_is_no_entry():
    with pytest.raises(UsageError):
        begin(PLAN).advance(happening("sheet.printed", sheet="1"))


def test_the_machine_may_vouch_only_beside_a_person_in_the_room():
    course = after(opening(PLAN), printed("1")[:1])
    course = course.advance(happening("sheet.printed", "SPLITKIT", "WIT", **SHEET1, copy=1))
    assert code(course.advance(printed("1")[2])) == "52-1"


def test_plan_policy_and_practice_must_be_those_of_the_plan():
    entries = with_the_set()
    agreed = entries[-2]
    course = after(entries[:-2])
    refused(course, happening("plan", **{**agreed.data.fields(), "sha256": "0" * 64}), "its hash differs")
    refused(course, happening("plan", **{**agreed.data.fields(), "policy": "3of5"}), "not the policy")
    refused(course, happening("plan", **{**agreed.data.fields(), "agreed": ["ADM", "C1", "C3"]}), "not every custodian")
    production = plan_of("2of3", practice=False)
    refused(begin(production), entries[0], "mixed up")
    refused(course.advance(agreed), set_made(production), "mixed up")


def test_a_failed_try_is_recorded_and_goes_nowhere():
    entries = with_the_set()
    course = after(entries[:-3])
    assert code(course) == "23"
    failed = course.advance(happening("selftest", result="fail", tests=45))
    assert code(failed) == "23"
    assert code(failed.advance(entries[-3])) == "31"
    printed = after(opening(PLAN), sheet_made("1")[:4])
    damaged = happening("sheet.read", **SHEET1, use="read-back", source="scan", result="damaged")
    assert code(printed.advance(damaged)) == "53-1"


def test_failed_checks_of_the_machine_are_overruled_by_two_or_put_right():
    entries = with_the_set()
    course = after([entry for entry in entries[:-4] if entry.event != "preflight.done"])
    done = happening("preflight.done", passed=20, warned=0, failed=1, unknown=0)
    refused(course, done, "were not overruled")
    on_the_command_line = happening("override", check="spool", reason="it is shredded", approved=["ADM", "WIT"])
    refused(course.advance(on_the_command_line), done, "were not overruled")
    refused(course, happening("override", check="swap", reason="no other machine", approved=["ADM"]), "fewer than two")
    course = course.advance(happening("override", check="swap", reason="no other machine", approved=["ADM", "WIT"]))
    assert code(course.advance(done)) == "23"


def test_a_spoilt_page_is_shredded_and_printed_again():
    course = after(opening(PLAN), sheet_made("1")[:4])
    void = happening("sheet.void", **SHEET1, copy=1, reason="smeared")
    refused(course, happening("sheet.void", **SHEET1, copy=2, reason="smeared"), "no such copy")
    refused(course, happening("sheet.void", set=SET, sheet="2", copy=1, reason="smeared"), "in the hands")
    course = course.advance(void)
    refused(course, printed("1", 2)[0], "not shredded")
    refused(course, happening("sheet.shredded", **SHEET1, copy=2), "not said to be spoilt")
    course = course.advance(happening("sheet.shredded", **SHEET1, copy=1))
    assert code(course) == "51-1"
    refused(course.advance(printed("1", 2)[0]), happening("sheet.printed", **SHEET1, copy=1), "out of turn")
    course = after_all(course, sheet_made("1", copy=2), sheet_made("2"), sheet_made("3"))
    refused(course, tally(3, 3, 0), "not what was recorded")
    assert code(course.advance(tally(4, 3, 1))) == "62"
    assert code(course.advance(tally(3, 3, 0, agrees=False))) == "61"


def after_all(course, *parts):
    for part in parts:
        for entry in part:
            course = course.advance(entry)
    return course


def test_a_bag_number_is_the_same_twice_and_used_once():
    first, second = sheet_made("1"), sheet_made("2")
    course = after(opening(PLAN), first[:6])
    refused(
        course, happening("bag.sealed", **{**first[6].data.fields(), "bag": "OTHER"}), "two numbers of the bag differ"
    )
    refused(course, happening("bag.sealed", **first[6].data.fields(), replaces="OLD"), "replaces")
    course = course.advance(first[6])
    refused(course, happening("receipt", **{**first[7].data.fields(), "bag": "OTHER"}), "not the bag")
    course = after_all(course, first[7:], second[:5])
    refused(course, happening("bag.given", bag="BAG-1", person="C2"), "used already")


def test_the_lot_draws_a_quorum_of_custodians():
    entries = proof(PLAN)
    course = after(opening(PLAN), all_sheets(), entries[:2])
    among = ["C1", "C2", "C3"]
    for drawn in (["C1"], ["C1", "C1"], ["C1", "C9"], ["C1", "WIT"], []):
        refused(course, happening("lot", among=among, drawn=drawn, method="cards"), "drawn")
    refused(course, happening("lot", among=["C1", "C2"], drawn=["C1", "C3"], method="cards"), "drawn")
    drawn = course.advance(happening("lot", among=among, drawn=["C3", "C1"], method="cards"))
    assert code(drawn) == "72-1"
    assert drawn.next_step.seat.code == "C3"


def test_a_bag_that_was_opened_meanwhile_stops_the_proof():
    entries = proof(PLAN)
    course = after(opening(PLAN), all_sheets(), entries[:3])
    opened = entries[3].data.fields()
    refused(course, happening("bag.opened", **{**opened, "bag": "BAG-2"}), "not the bag")
    assert code(course.advance(happening("bag.opened", **{**opened, "intact": False}))) == "72-1"
    assert code(course.advance(happening("bag.opened", **opened))) == "73-1"


def test_the_set_is_proven_with_what_was_read():
    course = after(opening(PLAN), all_sheets(), proof(PLAN)[:-1])
    refused(
        course, happening("set.proven", set=SET, sheets=["1", "3"], use="read-back"), "with the sheets that were read"
    )
    assert code(course.advance(proof(PLAN)[-1])) == "81"


def test_two_people_release_the_secret_or_the_step_is_left_out():
    course = after(opening(PLAN), all_sheets(), proof(PLAN))
    alone = {**ending(PLAN)[0].data.fields(), "released_by": ["ADM"]}
    refused(course, happening("reveal", **alone), "fewer than two people released")
    skipped = course.advance(happening("step", step="81", state="skipped", values="practice"))
    assert code(skipped) == "91"  # nobody signs in with what nobody was shown
    refused(after(opening(PLAN)), happening("step", step="51-1", state="skipped"), "next is step 51-1")


def test_a_break_when_nothing_is_open():
    course = after(opening(PLAN), all_sheets(), proof(PLAN)[:2])
    paused = course.advance(happening("break", reason="night", bags=["BAG-1", "BAG-2", "BAG-3"]))
    refused(paused, happening("break", reason="night", bags=[]), "pauses already")
    refused(paused, proof(PLAN)[2], "while the ceremony pauses")
    away = paused.advance(happening("room.exit", person="C2", items_out=[]))
    assert "C2" not in away.room.present
    people = ["ADM", "WIT", "SCR", "C1", "C2", "C3"]
    refused(away, happening("resume", bags_agree=False, present=people), "bags are not those")
    back = away.advance(happening("resume", bags_agree=True, present=people))
    assert code(back) == "71"
    refused(back, happening("resume", bags_agree=True, present=people), "does not pause")
    assert after_all(back, proof(PLAN)[2:], ending(PLAN)).done


def test_people_leave_and_come_back():
    course = after(up_to_the_set())
    refused(course, happening("room.exit", person="C9", items_out=[]), "not in the room")
    refused(course, happening("room.return", person="C2", items_in=[]), "who has not left")
    out = course.advance(happening("room.exit", person="C2", items_out=["phone pouch"]))
    assert "C2" not in out.room.present
    assert "C2" in out.advance(happening("room.return", person="C2", items_in=["phone pouch"])).room.present
    assert "OB1" in out.advance(happening("room.enter", person="OB1", items_in=[])).room.present


def test_an_exception_is_never_refused_and_counts_who_is_out():
    course = after(opening(PLAN))
    fire = {"expected": "all stay", "happened": "fire alarm", "decision": "all leave"}
    everybody = ["ADM", "WIT", "SCR", "C1", "C2"]
    alone = course.advance(happening("exception", **fire, people_out=everybody))
    assert alone.room.present == {"C3"}
    refused(alone, sheet_made("1")[0], "fewer than 2 people")
    back = alone.advance(happening("exception", **fire, people_back=everybody))
    assert code(after_all(back, sheet_made("1")[:3])) == "52-1"


@pytest.mark.parametrize("size", [0, 4, 11, 19])
def test_a_set_that_the_machine_forgot_too_early_must_be_made_void(size):
    course = after(opening(PLAN), all_sheets()[:size])
    course = course.advance(happening("wipe", reason="timeout", empty=True))
    assert course.must_void
    refused(course, all_sheets()[size], "cannot be finished")
    course = course.advance(happening("set.void", set=SET, reason="the machine stopped"))
    assert code(course) == "41"
    plan_entries = [set_made(PLAN, OTHER), *record_kept(OTHER)]
    again = [entry for n in "123" for entry in renamed(sheet_made(n, set_id=OTHER))]
    assert code(after_all(course, plan_entries, again)) == "61"


def renamed(entries):
    """The same with other bags: a number that was used is never used again."""
    return [changed(entry, bag=entry.data.bag + "X") if hasattr(entry.data, "bag") else entry
            for entry in entries]  # fmt: skip


def test_a_machine_that_forgets_when_every_page_is_sealed_loses_nothing():
    course = after(opening(PLAN), all_sheets()[:-1]).advance(happening("wipe", reason="stopped", empty=True))
    assert not course.must_void
    assert after_all(course, all_sheets()[-1:], proof(PLAN), ending(PLAN)).done


def test_a_quorum_that_the_machine_forgot_is_read_again_and_no_bag_is_opened_twice():
    course = after(opening(PLAN), all_sheets(), proof(PLAN))
    course = course.advance(happening("wipe", reason="timeout", empty=True))
    assert code(course) == "73-1"
    course = course.advance(read_of_quorum("1"))
    assert code(course) == "73-2"
    assert after_all(course, [read_of_quorum("2"), proof(PLAN)[-1]], ending(PLAN)).done


def test_a_void_set_is_of_another_kind_than_no_set():
    refused(after(up_to_the_set()), happening("set.void", set=SET, reason="wrong"), "no set was made")
    refused(after(opening(PLAN)), happening("set.void", set=OTHER, reason="wrong"), "another set")


def test_a_set_whose_password_is_in_use_is_never_made_void():
    void = happening("set.void", set=SET, reason="a slip")
    entries = whole(PLAN)
    signed_in = [entry.event for entry in entries].index("signin")
    assert after(entries[:signed_in], [void]).next_step.code == "41"
    refused(after(entries[: signed_in + 1]), void, "in use")


def test_seals_again_in_a_new_bag():
    course = after(opening(PLAN), all_sheets(), proof(PLAN), ending(PLAN)[:4])
    assert code(course) == "92-1"
    assert course.secret
    sealed = ending(PLAN)[4].data.fields()
    refused(course, happening("bag.sealed", **{**sealed, "bag": "BAG-3"}), "used already")
    refused(course, happening("bag.sealed", **{**sealed, "replaces": "BAG-3"}), "replaces")
    refused(course, happening("room.exit", person="C3", items_out=[]), "something secret is open")


CANDIDATES = (
    "1",
    "C1",
    "2026-11-24",
    "14:05",
    SET,
    SHA256,
    FINGERPRINT,
    "2of3",
    True,
    1,
    2,
    [],
    "BAG-1",
    "text",
    "0.1.0",
    "DE",
)


def sample(kind):
    """A value that a field of this kind takes."""
    if kind.name == "one of":
        return kind.takes.removeprefix("one of ").split(", ")[0]
    for value in CANDIDATES:
        try:
            kind.check(kind.load(value))
        except UsageError:
            continue
        return value
    raise AssertionError(kind.name)


@pytest.mark.parametrize("size", range(0, 45, 2))
def test_any_event_at_any_time_is_taken_or_refused_in_words(size):
    course = after(whole(PLAN)[:size])
    for event in EVENTS.values():
        for optional in (False, True):
            data = {name: sample(kind) for name, kind, may in event.kinds() if optional or not may}
            try:
                taken = course.advance(happening(event.event, **data))
            except AttentionError as error:
                assert error.fact and error.hint
            else:
                assert taken.at <= course.at + 3


@settings(max_examples=examples(150), deadline=None)
@given(all_policies(), st.lists(st.integers(0, 400), max_size=4))
def test_after_a_power_cut_at_any_entry_it_goes_on_to_the_end(policy, cuts):
    """The program dies after any entry, several times; what it held is forgotten, and every set that ends is whole."""
    course, count, left = begin(plan := plan_of(policy), SHA256), 0, sorted(cuts)
    while not course.done:
        for entry in taken(course, f"B{count}"):
            course = course.advance(entry)
            count += 1
            if left and count >= left[0]:
                left.pop(0)
                course = resumed(course)
                break
        assert count < 3_000
    assert not course.secret
    assert set(course.things.bags) == {plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()}


def sealed_but_one():
    return after(opening(PLAN), sheet_made("1"), sheet_made("2"), sheet_made("3")[:6])


def test_the_number_of_an_empty_bag_is_noted_once_more_where_it_was_mistyped():
    course = sealed_but_one()
    again = course.advance(happening("bag.given", bag="BAG-33", person="C3"))
    assert again.things.given == "BAG-33"
    refused(
        again, happening("bag.sealed", **SHEET1 | {"sheet": "3"}, bag="BAG-3", person="C3"), "numbers of the bag differ"
    )
    assert (
        again.advance(happening("bag.sealed", **SHEET1 | {"sheet": "3"}, bag="BAG-33", person="C3")).things.bags["3"]
        == "BAG-33"
    )
    refused(course, happening("bag.given", bag="BAG-33", person="C2"), "does not come here")
    refused(course, happening("bag.given", bag="BAG-1", person="C3"), "was used already")
    refused(after(opening(PLAN)), happening("bag.given", bag="BAG-1", person="C1"), "does not come here")


def reading():
    course = after(opening(PLAN), all_sheets(), proof(PLAN)[:5])
    return course.advance(happening("wipe", reason="break", empty=True))


def test_a_sheet_of_the_quorum_is_sealed_for_a_break_and_opened_again():
    course = reading()
    (number,) = course.things.open
    sheet = {"set": SET, "sheet": number, "person": f"C{number}"}
    refused(course, happening("break", reason="lunch", bags=[]), "while something secret is open")
    sealed = course.advance(happening("bag.sealed", **sheet, bag="MID-1", replaces=f"BAG-{number}"))
    assert sealed.advance(happening("break", reason="lunch", bags=[])).room.paused
    assert sealed.next_step.code == "72-1"
    refused(course, happening("bag.sealed", **sheet, bag="MID-1", replaces="BAG-9"), "replaces is not the one")
    before = after(opening(PLAN), all_sheets(), proof(PLAN)[:5])
    refused(before, happening("bag.sealed", **sheet, bag="MID-1", replaces=f"BAG-{number}"), "does not come here")


def test_the_secret_is_shown_once_more_only_after_a_refused_sign_in():
    course = after(opening(PLAN), all_sheets(), proof(PLAN), ending(PLAN)[:1])
    again = ending(PLAN)[0]
    refused(course, again, "does not come here")
    course = course.advance(happening("signin", password="new", accepted=False))
    shown = course.advance(again)
    refused(shown, again, "does not come here")
    assert shown.advance(happening("signin", password="new", accepted=True)).next_step.code == "91"
    refused(course, dataclasses.replace(again, witness=""), "nobody else has seen it")


def test_a_check_that_fails_later_is_recorded_and_overruled_at_any_time():
    course = after(opening(PLAN))
    course = course.advance(happening("preflight", check="network-links", verdict="fail"))
    course = course.advance(
        happening("override", check="network-links", reason="the cable was pulled", approved=["ADM", "WIT"])
    )
    assert course.next_step.code == "51-1"
    refused(course, happening("override", check="swap", reason="it is late", approved=["ADM"]), "fewer than two people")
