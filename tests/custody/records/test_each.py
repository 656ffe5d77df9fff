"""What a step of a procedure still has to have recorded, thing by thing, and what the register knows of its condition."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from splitkit.custody.procedure_pages import acting
from splitkit.custody.saying.command_words import words_of
from splitkit.custody.saying.each import Missing, WalkStanding, WantedThing, known_condition, offered_in
from splitkit.custody.saying.filled import Concern
from splitkit.errors import AttentionError
from splitkit.ledger.fields import taken
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import DUTIES, all_packs, find_procedure
from tests.support.custody.custodies import OTHER_SET, SET, changed, event, held, read_back, register_of, then, to_come
from tests.support.custody.desk import DAY, ENTRIES, desk

RECORDS = [key for key, line in COMMANDS.items() if line.startswith("splitkit record ") and key != "take"]
IDS = ["7cd306db1ab54c0b8f2d91c3e4a5b6f7", "0123456789abcdef0123456789abcdef", "aa11bb22cc33dd44ee55ff6677889900"]


def step_with(key: str, code: str):
    return next(step for _, step in find_procedure(code)[1].numbered if COMMANDS[key] in step.commands)


@pytest.mark.parametrize("key", RECORDS)
def test_every_word_in_capitals_has_the_kind_by_which_its_answer_is_checked(key):
    """So that no answer of a closed kind is ever judged as free text, where an id or a hash looks like a secret."""
    words = list(words_of(COMMANDS[key]))
    assert words[0].kind is None and all(one.kind for one in words[1:])
    for one in words:
        if one.text in ("SET", "OLD-SET", "NEW-SET"):
            assert one.kind.thing == "set"
            assert [taken(one.kind, typed) for typed in IDS] == IDS


def test_each_sheet_is_wanted_until_it_is_where_it_should_be():
    register = desk()
    (record,) = register.live[:1]
    person = next(iter(record.sheets.values())).holder
    standing = WalkStanding(Concern(person).of(register), register)
    kept = [one.number for one in record.sheets.values() if one.holder == person]
    missing = standing.missing(step_with("handed", "R12"), COMMANDS["handed"])
    assert [one.words["SHEET"] for one in missing.things] == kept and not missing.enough
    assert all(register.called(person) in one.name for one in missing.things)
    assert standing.missing(step_with("handed", "R12"), COMMANDS["stored"]).enough, "nothing was handed over yet"


def test_what_the_register_knows_of_a_condition_is_not_asked():
    register = desk()
    record = register.live[0]
    keeper = next(iter(record.sheets.values())).holder
    others = [one for one in register.here if one not in {sheet.holder for sheet in record.sheets.values()}]
    for person, so in ((keeper, True), (others[0], False)):
        known = known_condition(WalkStanding(Concern(person), register), "they keep a sheet")
        assert (known.so, register.called(person) in known.why) == (so, True)
    assert known_condition(WalkStanding(Concern(), register), "they keep a sheet") is None, "nobody said who"
    assert known_condition(WalkStanding(Concern(keeper), register), "they have seen the password") is None
    assert not known_condition(WalkStanding(Concern(), register), "an incident was opened for the loss")


BEN, CLEO = "ben-example", "cleo-example"


def with_roles(*more):
    given = [event("role", DAY, person=BEN, role=role, reason="it was agreed") for role in (*DUTIES, "scribe")]
    return register_of(*ENTRIES, *given, event("deputy", DAY, person=CLEO, deputy=BEN), *more)


@pytest.mark.parametrize("pack", all_packs(), ids=lambda one: one.code)
def test_every_role_of_a_leaver_is_named_until_somebody_else_has_it(pack):
    """In every pack, with the command that gives it to somebody else; and so is everybody for whom they stand in."""
    step = step_with("role-ended", pack.procedure_for("leaver").code)
    taken_over = [event("role", DAY, person=CLEO, role=one, reason="took it over") for one in DUTIES[:-1]]
    for more, left in (((), DUTIES), (taken_over, DUTIES[-1:])):
        standing = WalkStanding(Concern(BEN), with_roles(*more))
        typed = [one.split()[2:5] for one in standing.one_by_one(step, COMMANDS["role"])]
        assert typed == [["role", "PERSON", one] for one in left]
        assert [one.words["ROLE"] for one in standing.missing(step, COMMANDS["role"]).things] == list(left)
        assert all(one in standing.roles_told() for one in DUTIES), "what others have too is told"
        assert "record deputy 'Cleo Example' DEPUTY" in standing.one_by_one(step, COMMANDS["deputy"])[0]
        assert standing.missing(step, COMMANDS["deputy"]).things
    nobody = WalkStanding(Concern("max-example"), with_roles())
    assert not nobody.one_by_one(step, COMMANDS["role"]) and not nobody.roles_told()


ONLY_PEOPLE_KNOW = (
    "the register does not know the successor|can sign in|stands in the contacts|have seen|(they )?own the mailbox|they run the DNS|are holder or contact"
    "|could open a safe|they leave the company|may have made a copy|another key to the data|were a super administrator|speak for the company"
)
"""The conditions of which a folder never knows that they are not met."""


@pytest.mark.parametrize("pack", all_packs(), ids=lambda one: one.code)
def test_of_whoever_keeps_nothing_nobody_asks_what_the_folder_knows(pack):
    """Neither whether they keep a thing, nor what became of it."""
    standing = WalkStanding(Concern("max-example"), with_roles())
    steps = [step for _, step in pack.procedure_for("leaver").numbered if step.only_if]
    asked = [step.only_if for step in steps if known_condition(standing, step.only_if) is None]
    assert not [one for one in asked if not re.search(ONLY_PEOPLE_KNOW, one)]
    assert not [step.only_if for step in steps if (known := known_condition(standing, step.only_if)) and known.so]


def test_whoever_hands_over_and_stays_gives_up_every_role_and_two_say_so():
    """A leaver need not: the roles end when they leave."""
    step = step_with("role-ended", "R12")
    agreed = {"action": "D-77", "text": "Ben Example hands over", "due": "2027-06-01"}
    stays, leaves = (event("action", **agreed, **{of: BEN}) for of in ("hands_over", "leaver"))
    assert not WalkStanding(Concern(BEN), then(with_roles(), leaves)).missing(step, COMMANDS["role-ended"]).things
    register = then(with_roles(), stays)
    wanted = WalkStanding(Concern(BEN), register).missing(step, COMMANDS["role-ended"]).things
    assert [one.words["ROLE"] for one in wanted] == list(DUTIES)
    for role in DUTIES:
        ended = event("role.ended", "2027-06-01", person=BEN, role=role, reason="handed over")
        with pytest.raises(AttentionError, match="takes two people"):
            then(register, replace(ended, witness=""))
        register = then(register, ended)
    assert not WalkStanding(Concern(BEN), register).missing(step, COMMANDS["role-ended"]).things
    assert register.people[BEN].roles == ("scribe",) and not register.people[BEN].until
    again = event("role", "2027-05-01", person=BEN, role="administrator", reason="it was agreed")
    assert "administrator" not in then(register, again).people[BEN].roles, "it was of before"
    assert "administrator" in then(register, replace(again, time="2027-06-02T10:00:00Z")).people[BEN].roles
    late = event("role.ended", "2025-01-01", person=BEN, role="scribe", reason="a slip")
    assert then(register, late).people[BEN].roles == ("scribe",), "it was taken over later"
    with pytest.raises(AttentionError, match="has no role administrator"):
        then(register, event("role.ended", "2027-06-02", person=BEN, role="administrator", reason="again"))


def test_the_end_of_the_procedure_is_the_end_of_the_hand_over():
    steps = len(find_procedure("R12")[1].numbered)
    stays = event(
        "action", action="D-77", text="Ben Example hands over", due="2027-06-01", hands_over=BEN, owner="Ben Example"
    )
    last = event(
        "procedure", "2027-06-01", pack="aws-root", procedure="R12", step=steps, steps=steps, state="done", person=BEN
    )
    before = then(with_roles(), stays)
    assert not before.actions["D-77"].over and then(before, last).actions["D-77"].over
    assert not then(before, replace(last, witness="")).actions["D-77"].over, "somebody else alone says so"


def test_that_somebody_leaves_is_asked_only_where_nobody_has_said_so():
    """Whoever hands over may stay."""
    agreed = event("action", action="D-77", text="record that Ben Example has left", due="2027-06-01", leaver=BEN)
    gone = event("person.left", "2027-06-01", person=BEN, reason="another post", until="2027-06-01")
    for entries, known in (([], False), ([agreed], True), ([agreed, gone], True)):
        standing = WalkStanding(Concern(BEN), then(with_roles(), *entries))
        told = known_condition(standing, "they leave the company")
        assert bool(told and told.so) == known


def test_a_quorum_is_brought_of_the_set_that_others_are_made_from_and_never_of_those():
    new = [
        to_come(),
        *read_back(*"12345"),
        event("set.refreshed", "2026-02-03", set=OTHER_SET, replaces=SET, reason="x"),
    ]
    begun, after = register_of(*held()), register_of(*held(), *new)
    twice = register_of(
        *held(), to_come(), changed(to_come("7" * 32), epoch=3)
    )  # the first came to nothing, and is not void yet
    about = Concern(sheets=("2",), set_id=SET)
    step = step_with("bag-opened", "R13")
    for register, case in ((begun, Concern()), (begun, about), (after, about), (twice, Concern())):
        wanted = WalkStanding(case, register).missing(step, COMMANDS["bag-opened"])
        assert {one.words["SET"] for one in wanted.things} == {SET[:8]}, case
        assert all("bag BAG-" in one.name for one in wanted.things)
    assert {
        one.words["SET"] for one in WalkStanding(Concern(), after).missing(step, COMMANDS["bag-opened"]).things
    } == set()


def test_what_somebody_does_by_a_role_is_not_asked():
    standing = WalkStanding(Concern(BEN), with_roles())
    known = known_condition(standing, "they own the mailbox, run the mail or the domain, or pay the phone bill")
    assert known.so and "Ben Example is mail-admin, is domain-admin, is bill-payer" in known.why
    assert known_condition(standing, "they were a super administrator").so


def test_of_a_quorum_it_is_said_how_many_are_enough():
    """So that nobody goes for the third sheet."""
    things = tuple(WantedThing(f"sheet {one}, Ada Example", {"SHEET": one}) for one in "123")
    assert (
        Missing(things, 1).told
        == "sheet 1, Ada Example; sheet 2, Ada Example; sheet 3, Ada Example; 2 of these 3 are enough"
    )
    assert Missing(things[:2]).told == "sheet 1, Ada Example; sheet 2, Ada Example"


def test_everybody_who_is_to_get_the_alert_is_asked_about_until_they_have_it():
    register = register_of(*ENTRIES, event("receiver.added", DAY, person=CLEO, account="root"))
    step = step_with("alert", "R1")
    one = event("alert", DAY, receiver=BEN, minutes=2, validated=True)
    for since, left in (((), [BEN, CLEO]), ((one,), [CLEO])):
        missing = WalkStanding(Concern(account="root"), register, since).missing(step, COMMANDS["alert"])
        assert [one.words["PERSON"] for one in missing.things] == left
    whoever = step_with("alert", "R15")
    assert WalkStanding(Concern(account="root"), register).missing(whoever, COMMANDS["alert"]) is None


def test_a_step_for_the_keepers_of_a_device_offers_no_other_kind():
    register = with_roles(event("asset.added", DAY, asset="box-1", kind="mailbox", person=CLEO))
    things = find_procedure("R1")[0].things
    assert [*offered_in(step_with("used", "R1"), register, things).assets] == ["key-1"]
    assert [*offered_in(step_with("used", "R11"), register, things).assets] == ["key-1"], "of which its words speak"
    assert offered_in(step_with("note", "R1"), register, things) is register


def test_whoever_leaves_acts_in_no_step_of_it():
    pack = find_procedure("R12")[0]
    register, step = (
        with_roles(event("role", DAY, person=CLEO, role="administrator", reason="too")),
        step_with("left", "R12"),
    )
    assert acting(pack, step, register) == (("Administrator", "Ben Example, Cleo Example"),)
    assert acting(pack, step, register, BEN) == (("Administrator", "Cleo Example"),)


def test_an_entry_settles_only_a_command_that_records_the_same_kind_of_thing_and_outcome():
    """A mailbox that was entered is no MFA device, and a device that works none that fails."""
    added = [
        event("asset.added", DAY, asset=f"{kind}-9", kind=kind, person=CLEO) for kind in ("mailbox", "mfa", "phone")
    ]
    tried = [event("asset.checked", DAY, asset="key-1", result=result) for result in ("pass", "fail")]
    for keys, told in ((("mailbox", "mfa-device", "phone"), added), (("checked", "failed"), tried)):
        for at, key in enumerate(keys):
            settles = [Concern().is_told_by(COMMANDS[key], one, "") for one in told]
            assert settles == [other == at for other in range(len(told))], key
