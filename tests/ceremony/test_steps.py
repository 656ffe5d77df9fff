"""The definition of the ceremony: whole, consistent, and safe for every policy."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ceremony.script import DRILL, MAKE, RECOVER, RENEW, REVIEW, SCRIPTS, STEPS
from splitkit.ceremony.steps import KIND, SHEET, STEP, Each, Restart, expand, seats, with_drawn
from splitkit.ceremony.steps import SEAT as SEAT_MARK
from splitkit.ledger.events import EVENTS
from splitkit.ledger.fields import CODE, SEAT
from splitkit.paper.geometry import Paper
from tests.support.ceremonies import plan_of
from tests.support.plans import all_policies
from tests.support.sampling import examples

EACH_STEP = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.code)
CODES = [
    "11",
    "12",
    "13",
    "14",
    "21",
    "22",
    "23",
    "31",
    "41",
    "44",
    "45",
    "51",
    "52",
    "53",
    "54",
    "55",
    "56",
    "61",
    "62",
    "71",
    "72",
    "73",
    "74",
    "81",
    "82",
    "91",
    "92",
    "93",
    "94",
]
"""The codes of the ceremony that makes a set: they are printed on paper and stand in ledgers, and never change."""

RECOVERY = ["11", "12", "13", "15", "21", "22", "32", "33", "75", "81", "82", "83", "91", "92", "93", "94"]
"""Those of a recovery."""
DRILLED = [
    "11",
    "12",
    "13",
    "21",
    "22",
    "32",
    "34",
    "35",
    "75",
    "81",
    "82",
    "83",
    "84",
    "85",
    "86",
    "91",
    "92",
    "93",
    "94",
]
"""Those of a drill, at the safes or live."""
RENEWAL = [
    "11",
    "12",
    "13",
    "16",
    "17",
    "21",
    "22",
    "23",
    "31",
    "32",
    "33",
    "37",
    "42",
    "43",
    "44",
    "45",
    "51",
    "52",
    "53",
    "54",
    "55",
    "56",
    "61",
    "62",
    "71",
    "72",
    "73",
    "74",
    "76",
    "81",
    "82",
    "88",
    "91",
    "92",
    "93",
    "94",
]
"""Those of a renewal, of which each way takes some."""
EACH_SCRIPT = pytest.mark.parametrize("script", SCRIPTS.values(), ids=lambda script: script.name)


def test_the_codes_are_those_that_are_printed():
    assert [step.code for step in MAKE.steps] == CODES
    assert [step.code for step in RECOVER.steps] == RECOVERY
    assert [step.code for step in DRILL.steps] == DRILLED
    assert [step.code for step in REVIEW.steps] == ["11", "13", "36", "94"]
    assert [step.code for step in RENEW.steps] == RENEWAL
    assert [step.code for step in STEPS] == sorted({*CODES, *RECOVERY, *DRILLED, *RENEWAL, "36"})
    assert {step.code for script in SCRIPTS.values() for step in script.steps} == {step.code for step in STEPS}


@EACH_SCRIPT
def test_phases_come_in_their_order_and_stay_together(script):
    phases, codes = [step.phase for step in script.steps], [step.code for step in script.steps]
    assert [one for one, other in pairwise([*phases, ""]) if one != other] == list(dict.fromkeys(phases))
    assert codes == sorted(codes)
    assert len(set(phases)) == len({code[0] for code in codes})


@EACH_SCRIPT
def test_what_is_left_out_leads_to_a_step_that_comes_later(script):
    codes = [step.code for step in script.steps]
    for step in script.steps:
        assert not step.leads_to or (step.may_skip and codes.index(step.leads_to) > codes.index(step.code))
        assert not step.then or codes.index(step.then) > codes.index(step.code)


@pytest.mark.parametrize(("script", "way"), [(MAKE, ""), (RENEW, "refresh"), (RENEW, "rotate")])
def test_a_set_is_made_with_its_public_record_before_any_sheet_is_printed(script, way):
    codes = [step.code for step in script.steps if not step.only or way in step.only]
    by_code = {step.code: step for step in script.steps}
    assert codes.index("44") < codes.index("45") < codes.index("51")
    assert not any(
        by_code[code].may_skip or by_code[code].leads_to for code in codes if code < "51" and code not in ("37", "45")
    )
    assert [mark.fields["to"] for mark in by_code["45"].marks] == ["custody", "stick-1", "stick-2"]
    assert not any("elete" in step.words for step in script.steps if step.code not in ("45", "91"))
    assert not any("record" in step.command for step in script.steps if step.command.startswith("rm"))


def test_each_way_to_renew_takes_the_steps_that_it_needs():
    taken = {
        way: [step.code for step in RENEW.steps if not step.only or way in step.only]
        for way in ("reissue", "refresh", "rotate")
    }
    assert {*taken["refresh"]} - {*taken["reissue"]} == {"31", "43", "44", "45", "71", "72", "73", "74", "76", "92"}
    assert {*taken["reissue"]} - {*taken["refresh"]} == {"42"}
    assert {*taken["rotate"]} ^ {*taken["refresh"]} == {"76", "81", "82"}
    assert all({"16", "32", "33", "37", "53", "55", "61", "62", "88", "94"} <= {*codes} for codes in taken.values())


def test_a_recovery_shows_nothing_that_was_not_proven_and_ends_with_the_record():
    by_code = {step.code: step for step in RECOVER.steps}
    assert [mark.event for mark in by_code["75"].marks if not mark.many] == ["set.proven"]
    assert RECOVERY.index("75") < RECOVERY.index("81") < RECOVERY.index("83") < RECOVERY.index("94")
    assert by_code["75"].leads_to == by_code["81"].leads_to == "91"
    assert [code for code, step in by_code.items() if step.secret] == ["75", "81", "82", "91", "92"]
    assert [code for code, step in by_code.items() if step.may_skip] == ["21", "75", "81", "82"]


def test_a_drill_is_one_of_two_and_what_both_end_with():
    by_code = {step.code: step for step in DRILL.steps}
    live = ["34", "35", "75", "81", "82", "83", "84", by_code["84"].then]
    assert live == [*DRILLED[DRILLED.index("34") : DRILLED.index("85")], "86"]
    assert (by_code["34"].leads_to, by_code["85"].then, by_code["85"].leads_to) == ("85", "", "")
    assert by_code["75"].leads_to == by_code["81"].leads_to == "91"
    assert [code for code, step in by_code.items() if step.may_skip] == ["21", "34", "75", "81", "82"]
    assert [code for code, step in by_code.items() if not step.secret] == [
        "11",
        "12",
        "13",
        "21",
        "22",
        "32",
        "34",
        "35",
        "83",
        "93",
        "94",
    ]
    assert not DRILL.unvouched


@EACH_STEP
def test_every_event_of_a_step_exists_and_allows_what_the_step_says(step):
    names = {KIND: MAKE.kind, SHEET: "2", SEAT_MARK: "C2", STEP: f"{step.code}-2"}
    assert step.marks
    for mark in (mark.bound(names) for mark in step.marks):
        event = EVENTS[mark.event]
        kinds = {name: kind for name, kind, _ in event.kinds()}
        for name, value in {**mark.fields, **mark.passes}.items():
            kinds[name].check(kinds[name].load(value))


@EACH_STEP
def test_a_step_leaves_each_entry_once_and_one_at_least_is_needed(step):
    said = [(mark.event, tuple(sorted(mark.fields.items()))) for mark in step.marks]
    assert len(set(said)) == len(said)
    assert any(not mark.many for mark in step.marks)


@EACH_STEP
def test_a_step_says_who_and_what(step):
    assert step.acts and step.sees
    assert not set(step.acts) & set(step.sees)
    assert step.words.endswith(".") and len(step.words) <= 300
    assert all(line and len(line) <= 5 for line in step.blanks)
    assert re.fullmatch("[1-9][1-9]", step.code)


def test_the_reveal_comes_after_every_read_back_and_after_the_proof():
    assert set(CODES[: CODES.index("81")]) >= {"53", "55", "56", "61", "62", "73", "74"}
    assert set(CODES[: CODES.index("41")]) >= {"21", "22", "23", "31"}
    assert set(CODES[: CODES.index("94")]) >= {"91", "92"}


def test_what_goes_wrong_begins_anew_at_a_step_before():
    begins = {step.begins: step.code for step in MAKE.steps if step.begins}
    assert begins == {Restart.SET: "41", Restart.PAGE: "51", Restart.QUORUM: "72"}
    assert {step.code: begins[step.phase.restart] for step in MAKE.steps if step.phase.restart} == {
        **dict.fromkeys(("41", "44", "45"), "41"),
        **dict.fromkeys(("51", "52", "53", "54", "55", "56"), "51"),
        **dict.fromkeys(("71", "72", "73", "74", "81", "82"), "72"),
    }
    assert {step.code: step.corrects for step in MAKE.steps if step.corrects} == {"55": "bag.given", "82": "reveal"}


def test_nothing_is_secret_before_the_split_and_after_the_last_bag():
    secret = [step.code for step in MAKE.steps if step.secret]
    assert secret[0] == "41"
    assert secret[-1] == "92"
    assert set(CODES[CODES.index("41") : CODES.index("92") + 1]) - set(secret) == {"71"}


def test_only_a_count_that_two_excuse_and_the_password_at_its_target_may_be_left_out():
    assert [step.code for step in MAKE.steps if step.may_skip] == ["45", "61", "81", "82"]


def test_the_size_that_is_measured_is_the_size_that_is_printed():
    assert {paper.layout.words.size for paper in Paper} == {75}
    assert "75 mm" in MAKE.steps[CODES.index("53")].words


def test_a_script_of_three():
    codes = [step.code for step in expand(plan_of("2of3"), MAKE)]
    assert codes[:6] == ["11", "12", "13", "14-1", "14-2", "14-3"]
    assert codes[10:19] == ["41", "44", "45", "51-1", "52-1", "53-1", "54-1", "55-1", "56-1"]
    assert codes[31:] == [
        "61",
        "62",
        "71",
        "72-1",
        "73-1",
        "72-2",
        "73-2",
        "74",
        "81",
        "82",
        "91",
        "92-1",
        "92-2",
        "93",
        "94",
    ]


def test_a_script_of_groups_names_sheets_as_the_sheets_do():
    plan = plan_of("2 of: Board 2of3, IT 3of5, Audit 1of1")
    codes = [step.code for step in expand(plan, MAKE)]
    assert "53-B2" in codes and "55-C1" in codes
    assert [seat.code for seat in seats(plan)] == ["CA1", "CA2", "CA3", "CB1", "CB2", "CB3", "CB4", "CB5", "CC1"]
    assert plan.policy.needed_at_most == 5


@settings(max_examples=examples(60), deadline=None)
@given(all_policies())
def test_the_laws_of_every_script(policy):
    plan = plan_of(policy)
    steps = expand(plan, MAKE)
    codes = [step.code for step in steps]
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert len(set(codes)) == len(codes)
    for step in steps:
        CODE.check(step.code)
    for seat in seats(plan):
        SEAT.check(seat.code)
        mine = [codes.index(f"{code}-{seat.number}") for code in ("51", "52", "53", "54", "55", "56")]
        assert mine == list(range(mine[0], mine[0] + 6)), "one custodian at a time"
        assert codes.index(f"14-{seat.number}") < codes.index("41") < mine[0]
        assert mine[-1] < codes.index("61") < codes.index("74") < codes.index("81")
    assert all(len(step.step.acts) + len(step.step.sees) >= 2 for step in steps)
    assert codes.count("81") == 1
    marks = [(mark.event, tuple(sorted(mark.fields.items()))) for step in steps for mark in step.marks if not step.turn]
    once = [mark for mark in marks if mark[0] != "wipe"]
    assert len(set(once)) == len(once), "no entry could belong to two steps"


@settings(max_examples=examples(60), deadline=None)
@given(all_policies(), st.randoms(use_true_random=False))
def test_the_lot_changes_no_number_and_no_code(policy, random):
    plan = plan_of(policy)
    steps, drawn = expand(plan, MAKE), list(seats(plan))
    random.shuffle(drawn)
    drawn = drawn[: random.randint(1, policy.needed_at_most)]
    after = with_drawn(steps, drawn)
    numbers = {step.code: step.number for step in steps}
    assert all(numbers[step.code] == step.number for step in after)
    left_out = set(numbers) - {step.code for step in after}
    assert len(left_out) == 3 * (policy.needed_at_most - len(drawn))
    for step in after:
        if step.turn:
            assert step.seat == drawn[step.turn - 1]
            assert all("{" not in str(value) for mark in step.marks for value in mark.fields.values())


@settings(max_examples=examples(100), deadline=None)
@given(all_policies(), st.data())
def test_a_quorum_is_what_the_policy_says(policy, data):
    sheets = data.draw(st.lists(st.sampled_from(policy.sheet_ids()), unique=True))
    full = sum(
        len([sheet for sheet in sheets if sheet.group == index]) >= group.threshold
        for index, group in enumerate(policy.groups)
    )
    assert policy.opens(sheets) == (full >= policy.group_threshold)
    assert not policy.opens(sheets[:1])
    assert policy.opens(policy.sheet_ids())
    assert each_turn_is_enough(policy)


def each_turn_is_enough(policy) -> bool:
    """There are turns enough for any quorum that has no sheet to spare."""
    return policy.needed_at_most >= policy.needed


def test_steps_repeat_as_they_say():
    assert {step.code for step in MAKE.steps if step.each is Each.CUSTODIAN} == {
        "14",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
    }
    assert {step.code for step in MAKE.steps if step.each is Each.DRAWN} == {"72", "73", "92"}


def test_the_events_of_a_whole_ceremony_are_allowed():
    from tests.support.ceremonies import whole

    for entry in whole(plan_of("2 of: Board 2of3, IT 3of5, Audit 1of1")):
        entry.listed()
