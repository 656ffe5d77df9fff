"""The course of a renewal: what two people agreed on is what is done, and the old set counts until another has taken its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.course import begin, followed
from splitkit.ceremony.script import RENEW
from splitkit.errors import AttentionError, UsageError
from tests.support.ceremonies import (
    SHA256,
    blank,
    happening,
    plan_of,
    printed,
    record_kept,
    set_made,
    sheet_made,
    smallest_quorum,
    tally,
)
from tests.support.ceremonies import taken as taken_in_any
from tests.support.courses.renewals import (
    NEW,
    STRENGTH,
    agreed,
    begun,
    called,
    closed,
    destroyed,
    old_opened,
    old_proven,
    old_read,
    old_sealed,
    reissued,
    set_renewed,
    step,
    whole,
    wiped,
)
from tests.support.ledgers import SET
from tests.support.plans import all_policies
from tests.support.sampling import examples

PLAN = plan_of("2of3")
EACH_WAY = pytest.mark.parametrize("way", STRENGTH)


def fresh(plan=PLAN):
    return begin(plan, SHA256, RENEW)


def after(*entries, plan=PLAN):
    return followed(fresh(plan), entries)


def refused(course, entry, words):
    with pytest.raises(AttentionError, match=words) as caught:
        course.advance(entry)
    assert caught.value.hint


def code(course):
    return course.next_step.code if course.next_step else ""


def up_to(way, event, plan=PLAN):
    """Everything before the first entry of an event."""
    entries = whole(plan, way)
    return entries[: [entry.event for entry in entries].index(event)]


@EACH_WAY
def test_a_whole_renewal(way):
    course = after(*whole(PLAN, way))
    assert course.done and not course.secret and course.replaced


@settings(max_examples=examples(30), deadline=None)
@given(all_policies(), st.sampled_from(STRENGTH[1:]))
def test_a_new_set_of_every_policy(policy, way):
    plan = plan_of(policy)
    course = after(*whole(plan, way), plan=plan)
    assert course.done and not course.secret


@EACH_WAY
def test_a_step_that_is_left_out_is_seen(way):
    entries = whole(PLAN, way)
    for at, entry in enumerate(entries):
        if entry.event in ("intent", "outcome", "sheet.reissued", "bag.opened", "alert", "set.rotated") or "OLD" in str(
            entry.data
        ):
            continue  # what may come in no bag, and who may be called later
        try:
            assert not followed(fresh(), entries[:at] + entries[at + 1 :]).done, entry
        except AttentionError as error:
            assert error.hint


def test_what_was_agreed_is_what_follows_or_stronger_or_overruled_by_two():
    course = after(*begun(PLAN, "refresh")[:5])
    assert code(course) == "16"
    refused(course, agreed("refresh", "rotate"), "weaker than what follows")
    refused(course, agreed("reissue", "refresh"), "weaker than what follows")
    assert course.advance(agreed("rotate", "refresh")).renewal.way == "rotate"
    overruled = happening("override", check="weaker-renewal", reason="the seal broke here", approved=["ADM", "WIT"])
    refused(
        course, happening("override", check="weaker-renewal", reason="x", approved=["ADM"]), "fewer than two people"
    )
    weaker = followed(course, [overruled, agreed("refresh", "rotate")])
    assert weaker.renewal.way == "refresh"
    assert weaker.things.overrides == 0, "it overrules no check of the machine"


def test_a_sheet_is_printed_again_by_the_plan_of_its_set_and_is_named():
    course = after(*begun(PLAN, "reissue")[:5])
    refused(course, agreed("reissue", sheets=None), "is named")
    refused(course, agreed("reissue", sheets=["9"]), "no sheet of this number")
    refused(course, agreed("refresh", sheets=["2"]), "is named")
    refused(course, agreed("reissue", policy="3of5"), "by the plan of its set")


def test_only_the_sheet_that_is_printed_again_has_a_turn():
    course = after(*begun(PLAN, "reissue"))
    codes = [one.code for one in course.steps]
    assert [one for one in codes if one.startswith(("17", "51", "56"))] == ["17-2", "51-2", "56-2"]
    assert not {"31", "43", "44", "71", "74", "76", "81", "82"} & {*codes}
    assert not course.makes
    refused(course, happening("set.void", set=SET, reason="a slip"), "no set was made here")


@EACH_WAY
def test_no_entry_is_about_a_third_set(way):
    course = after(*up_to(way, "set.proven"))
    for entry in (old_read("2"), old_opened("2"), old_proven("1", "3")):
        refused(course, happening(entry.event, **{**entry.data.fields(), "set": "00" * 16}), "another set")


def test_the_new_set_is_the_one_that_was_agreed_on():
    course = after(*up_to("refresh", "set.made"))
    assert code(course) == "43"
    refused(course, set_renewed(PLAN, "rotate"), "not how the set is renewed")
    made = set_renewed(PLAN, "refresh").data.fields()
    refused(course, happening("set.made", **{**made, "replaces": "00" * 16}), "not how the set is renewed")
    refused(course, set_made(PLAN, NEW), "not how the set is renewed")
    assert code(course.advance(set_renewed(PLAN, "refresh"))) == "44"


@EACH_WAY
def test_no_old_sheet_is_destroyed_before_something_has_taken_its_place(way):
    entries = whole(PLAN, way)
    course = fresh()
    for entry in entries:
        if course.old is not None and not course.replaced:
            refused(course, destroyed("1"), "still counts")
        course = course.advance(entry)


def test_the_old_sheets_that_lie_open_are_shredded_or_sealed_before_it_ends():
    course = after(*up_to("refresh", "sheet.destroyed"))
    assert code(course) == "88"
    refused(course, step("88"), "a sheet lies open")
    course = followed(course, [destroyed("1"), old_sealed("3")])
    assert not course.old.open
    assert code(course.advance(step("88"))) == "91"
    one_more = followed(
        after(*up_to("refresh", "sheet.destroyed")),
        [old_opened("2"), destroyed("1"), destroyed("3"), destroyed("2"), step("88")],
    )
    assert code(one_more) == "91"


def test_a_password_that_is_not_set_yet_leaves_the_old_set_in_use():
    course = after(*up_to("rotate", "reveal"))
    course = course.advance(step("81", "skipped"))
    assert code(course) == "88" and not course.replaced
    refused(course, destroyed("1"), "still counts")
    course = followed(course, [old_sealed("1"), old_sealed("3"), step("88"), *whole(PLAN, "rotate")[-5:]])
    assert course.done and not course.replaced


def test_without_a_quorum_nothing_is_made_and_what_is_open_is_sealed():
    course = after(*begun(PLAN, "refresh")[:-4], old_opened("1"), old_read("1"))
    refused(course, old_proven("1"), "no quorum")
    course = course.advance(step("37", "skipped"))
    assert code(course) == "88"
    refused(course, set_renewed(PLAN, "refresh"), "does not come here")
    course = followed(course, [old_sealed("1"), step("88"), *closed(PLAN)])
    assert course.done


def test_what_the_machine_forgot_of_the_old_set_is_read_again():
    course = after(*begun(PLAN, "refresh")).advance(wiped("stopped"))
    assert code(course) == "37"
    assert course.old.open == {"1", "3"}
    refused(course, old_proven("1", "3"), "not proven with the sheets that were read")
    assert code(followed(course, [old_read("1"), old_read("3"), old_proven("1", "3")])) == "43"


@pytest.mark.parametrize("size", [0, 1, 4, 5, 11, 20])
def test_a_new_set_that_is_lost_is_void_and_the_old_quorum_is_read_once_more(size):
    entries = whole(PLAN, "refresh")
    made = [entry.event for entry in entries].index("set.made") + 1
    course = after(*entries[: made + size]).advance(wiped("stopped"))
    assert course.must_void
    course = course.advance(happening("set.void", set=NEW, reason="the power failed"))
    assert code(course) == "37" and course.old.open == {"1", "3"} and not course.must_void
    again = "b2" * 16
    course = followed(
        course,
        [old_read("1"), old_read("3"), old_proven("1", "3"), set_renewed(PLAN, "refresh", again), *record_kept(again)],
    )
    assert code(course) == "51-1"


def test_a_page_that_is_printed_again_and_lost_its_machine_is_shredded_first():
    printed = after(*up_to("reissue", "sheet.printed"), *sheet_made("2", copy=2)[1:3])
    course = printed.advance(wiped("stopped"))
    assert code(course) == "37"
    course = followed(course, [old_read("1"), old_read("3"), old_proven("1", "3"), step("42")])
    assert code(course) == "51-2"
    refused(course.advance(sheet_made("2", copy=3)[0]), sheet_made("2", copy=3)[1], "lies open")
    course = followed(course, [happening("sheet.void", set=SET, sheet="2", copy=2, reason="the power failed"),
                               happening("sheet.shredded", set=SET, sheet="2", copy=2)])  # fmt: skip
    assert code(course) == "51-2"
    refused(course.advance(sheet_made("2", copy=3)[0]), sheet_made("2", copy=2)[1], "out of turn")
    assert code(followed(course, sheet_made("2", copy=3)[:3])) == "52-2"


def test_what_came_of_a_page_is_said_also_after_the_machine_has_forgotten_the_quorum():
    """The program was stopped while a sheet was printed again, or before a spoilt one was shredded."""
    upto = [*begun(PLAN, "reissue"), *reissued(PLAN)[:5]]
    job, came, over, *_ = sheet_made("2", copy=2)
    lost = happening("sheet.missing", set=SET, sheet="2", copy=2)
    course = after(*upto, job, wiped("stopped"), lost, over)
    assert code(course) == "37" and not course.things.pages.job
    spoilt = happening("sheet.void", set=SET, sheet="2", copy=2, reason="smeared")
    shredded = happening("sheet.shredded", set=SET, sheet="2", copy=2)
    course = after(*upto, job, came, over, spoilt, wiped("stopped"), shredded)
    assert code(course) == "37" and not course.things.open and not course.things.shred
    assert code(followed(course, [old_read("1"), old_read("3"), old_proven("1", "3")])) == "42"


def test_what_was_printed_before_the_quorum_was_lost_is_shredded_and_counted():
    """Else the ceremony ended with a live sheet on the table, and with pages that nobody had counted."""
    page = sheet_made("2", copy=2)[:3]
    course = after(*begun(PLAN, "reissue"), *reissued(PLAN)[:5], *page, wiped("stopped"))
    left_out = step("37", "skipped")
    refused(course, left_out, "lies open")
    refused(
        after(*begun(PLAN, "reissue"), *reissued(PLAN)[:5], page[0], wiped("stopped")),
        left_out,
        "what came of the page",
    )
    course = followed(course, [happening("sheet.void", set=SET, sheet="2", copy=2, reason="forgotten"),
                               happening("sheet.shredded", set=SET, sheet="2", copy=2), left_out])  # fmt: skip
    assert code(course) == "61"
    refused(course, tally(1, 0, 0), "not what was recorded")
    course = followed(course, [tally(1, 0, 1), wiped()])
    assert code(course) == "88"
    assert followed(course, [old_sealed("1"), old_sealed("3"), step("88"), *closed(PLAN)]).done


@pytest.mark.parametrize("way", STRENGTH[1:])
def test_pages_of_a_set_that_is_void_are_counted_where_no_other_is_made(way):
    entries = [*up_to(way, "receipt"), wiped("stopped"), happening("set.void", set=NEW, reason="lost")]
    course = after(*entries, step("37", "skipped"))
    assert code(course) == "61"
    course = followed(course, [tally(1, 0, 1), wiped()])
    assert code(course) == "88", "nothing is proven and nothing takes the place of the old set"
    assert followed(course, [old_sealed("1"), old_sealed("3"), step("88"), *closed(PLAN)]).done


@pytest.mark.parametrize("way", STRENGTH[1:])
def test_a_set_that_is_in_use_is_never_made_void(way):
    """The sheets of the old one may be destroyed by then: the secret would be lost."""
    void = happening("set.void", set=NEW, reason="a slip")
    before = after(*up_to(way, {"refresh": "set.refreshed", "rotate": "set.rotated"}[way]))
    assert code(before.advance(void)) == "37"
    entries = whole(PLAN, way)
    begins = [entry.event for entry in entries].index({"refresh": "set.refreshed", "rotate": "set.rotated"}[way])
    for at in range(begins + 1, len(entries) - 1):
        refused(after(*entries[:at]), void, "in use")


def test_of_two_sheets_that_are_printed_again_the_one_that_is_sealed_stays():
    two = agreed("reissue", sheets=["1", "2"])
    entries = [two if entry.event == "renewal" else entry for entry in begun(PLAN, "reissue")]
    at = next(at for at, entry in enumerate(entries) if entry.data.fields().get("person") == "C2")
    entries.insert(at, happening("roll", person="C1", role="custodian", sheet="1"))
    course = after(*entries, step("42"), blank(), *sheet_made("1", copy=2)[:-1])
    assert code(course) == "56-1"
    course = followed(
        course.advance(wiped("stopped")), [old_read("1"), old_read("3"), old_proven("1", "3"), step("42")]
    )
    assert code(course) == "56-1"
    assert code(course.advance(sheet_made("1", copy=2)[-1])) == "51-2"


def test_for_a_break_the_old_sheets_are_sealed_too():
    course = after(*begun(PLAN, "refresh")).advance(wiped("break"))
    refused(course, happening("break", reason="lunch", bags=[]), "something secret is open")
    course = followed(course, [old_sealed("1"), old_sealed("3")])
    assert course.advance(happening("break", reason="lunch", bags=["OLD-AGAIN-1"])).room.paused
    refused(course, old_opened("1"), "not the bag")
    assert course.advance(old_opened("1", "OLD-AGAIN-1")).old.open == {"1"}
    later = after(*up_to("refresh", "lot"))
    assert later.old.open == {"1", "3"}
    later = followed(later, [old_sealed("1"), old_sealed("3")])
    assert code(later) == "71", "the new set is made: the old quorum is not read again"


def test_a_bag_of_the_old_set_is_used_for_no_new_sheet():
    course = after(*up_to("refresh", "bag.given"))
    refused(course, happening("bag.given", bag="OLD-BAG-1", person="C1"), "used already")


def test_after_a_power_cut_a_replaced_set_is_read_no_more():
    course = after(*up_to("refresh", "sheet.destroyed")).advance(wiped("stopped"))
    assert code(course) == "88"
    assert followed(course, [destroyed("1"), destroyed("3"), *whole(PLAN, "refresh")[-6:]]).done


POOL = [
    *(entry for way in STRENGTH for entry in whole(PLAN, way)), agreed("refresh", "rotate"), agreed("rotate", "refresh"),
    happening("override", check="weaker-renewal", reason="why", approved=["ADM", "WIT"]),
    *(one(number) for one in (old_opened, old_read, old_sealed, destroyed, called) for number in "123"), wiped("stopped"), wiped("break"),
    old_proven("1"), old_proven("2", "3"), step("37", "skipped"), step("81", "skipped"), step("82", "skipped"),
    happening("signin", password="new", accepted=False, set=NEW), happening("set.void", set=NEW, reason="wrong"),
    happening("sheet.void", set=NEW, sheet="1", copy=1, reason="smeared"), happening("sheet.shredded", set=NEW, sheet="1", copy=1),
    *(happening("room.exit", person=person, items_out=[]) for person in ("ADM", "WIT", "C1")),
    happening("exception", expected="a", happened="b", decision="c", people_out=["WIT", "SCR", "C1", "C2", "C3", "OLD1", "OLD3"]),
    happening("room.return", person="WIT", items_in=[]),
]  # fmt: skip


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(STRENGTH), st.data())
def test_whatever_people_answer_in_whatever_order(way, data):
    """No set without the proof of the old one, no sheet without the record, no old sheet shredded that counts, no end while it lies open."""
    entries = whole(PLAN, way)
    begins = entries[: data.draw(st.integers(0, len(entries)))]
    course, happened = fresh(), []
    for entry in [*begins, *data.draw(st.lists(st.sampled_from(POOL), max_size=25))]:
        try:
            then = course.advance(entry)
        except (AttentionError, UsageError):
            continue
        of_old = getattr(entry.data, "set", "") == SET
        if entry.event in ("set.made", "sheet.reissued"):
            assert "set.proven" in happened and course.old.set_id == SET
        if entry.event == "sheet.printed" and course.makes:
            assert happened.count("public.copied") >= 3 and "public.signed" in happened
        if entry.event == "sheet.destroyed" and of_old and course.old:
            assert course.replaced
        if entry.event == "reveal":
            assert (happened.count("set.proven") >= 2 and way != "refresh") or course.renewal.way == "rotate"
        if course.next_step and course.next_step.step.secret and then.at > course.at:
            assert len(course.room.present) >= 2
        happened.append(entry.event)
        course = then
    if course.done:
        assert not course.secret and "renewal" in happened
        assert ("set.made" in happened) <= ("public.signed" in happened)


@settings(max_examples=examples(60), deadline=None)
@given(all_policies(), st.sampled_from(STRENGTH), st.lists(st.integers(0, 200), max_size=4))
def test_after_a_power_cut_at_any_entry_it_goes_on_to_the_end(policy, way, cuts):
    plan = PLAN if way == "reissue" else plan_of(policy)
    course, count, left = fresh(plan), 0, sorted(cuts)
    while not course.done:
        for entry in taken(course, way, f"B{count}"):
            course, count = course.advance(entry), count + 1
            if left and count >= left[0]:
                left.pop(0)
                course = resumed(course)
                break
        assert count < 3_000
    assert course.replaced and not course.secret


def resumed(course):
    pages = course.things.pages
    if pages.job and pages.sheet:
        copy = pages.copies[pages.sheet] + (pages.again and pages.copies[pages.sheet] == 1)
        lost = happening("sheet.missing", set=course.things.set_id, sheet=pages.sheet, copy=copy)
        course = course if pages.told else course.advance(lost)
        course = course.advance(happening("outcome", intent=pages.job, result="nothing"))
    course = course.advance(wiped("stopped")) if course.things.machine else course
    if course.must_void:
        course = course.advance(happening("set.void", set=course.things.set_id, reason="the power failed"))
    return course


def taken(course, way, tag):
    """The entries of the step that comes next, whatever was before."""
    at, things, old = course.next_step.step.code, course.things, course.old
    if at == "37":
        read = [
            ([] if number in old.open else [old_opened(number, old.bags.get(number, ""))]) + [old_read(number)]
            for number in ("1", "3")
        ]
        return [*(one for several in read for one in several), old_proven("1", "3")]
    if at == "51" and course.next_step.seat.number in things.open:
        number, copy = course.next_step.seat.number, things.pages.copies[course.next_step.seat.number]
        return [happening("sheet.void", set=things.set_id, sheet=number, copy=copy, reason="the power failed"),
                happening("sheet.shredded", set=things.set_id, sheet=number, copy=copy)]  # fmt: skip
    if at == "51" and way == "reissue":
        counted = [] if things.pages.blank is not None else [blank()]
        return [*counted, *printed("2", things.pages.copies.get("2", 1) + 1)]
    if at == "88":
        if not course.replaced:
            return [*map(old_sealed, sorted(old.open)), step("88")]
        mine = sorted(old.open)
        return [*(destroyed(number) if way != "reissue" else old_sealed(number) for number in mine), step("88")]
    late = [happening("roll", person="SCR", role="scribe")] if at > "13" and "SCR" not in course.room.present else []
    own = {
        "11": lambda: begun(course.plan, way)[:1],
        "16": lambda: [agreed(way)],
        "17": lambda: [happening("roll", person=course.next_step.seat.code, role="custodian", sheet=course.next_step.seat.number)],
        "32": lambda: [step("32")],
        "33": lambda: [called("1"), called("3"), step("33")],
        "42": lambda: [step("42")],
        "43": lambda: [set_renewed(course.plan, way, f"{len(tag)}{tag.encode().hex()}".ljust(32, "0")[:32])],
        "76": lambda: [happening("set.refreshed", set=things.set_id, replaces=SET, reason="lost")],
        "82": lambda: [*([] if course.replaced else [happening("set.rotated", set=things.set_id, replaces=SET, reason="known")]),
                       happening("signin", password="new", accepted=True)],
    }  # fmt: skip
    return late + (own[at]() if at in own else taken_in_any(course, tag))


def test_the_smallest_quorum_is_what_the_tests_take_it_for():
    assert smallest_quorum(PLAN.policy) == ["1", "2"]
