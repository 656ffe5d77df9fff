"""What one person alone says of a thing takes no broken rule away, until another says so too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from splitkit.custody.due import due
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, Remedy
from tests.support.custody.custodies import SET, asset, event, held, place, register_of, sheet, stored, then

PEOPLE = [
    event("person.joined", person=one, name=f"{one} Example", since="2026-01-10")
    for one in ("ADM", "WIT", "C1", "C2", "C9")
]
BEGUN = [
    *PEOPLE, place("safe-8"), place("safe-9"), *held(), asset("key-1", "mfa", "C5", place="safe-8"),
    event("account.added", account="root", name="Root", pack="aws-root"),
]  # fmt: skip
HANDED = sheet("sheet.handed", "2", from_="C2", to="C1")
IN_ONE_HAND = [HANDED, stored("2", "C1", "safe-9", day="2026-02-01")]
TO_NINE = sheet("sheet.handed", "2", "2026-02-02", from_="C1", to="C9")
WITH_NINE = stored("2", "C9", "safe-9", day="2026-02-03")
IN_ONE_SAFE = [stored("2", "C2", "safe-1", day="2026-02-01")]
APART = stored("2", "C2", "safe-9", day="2026-02-02")
LEFT = [event("person.left", "2026-02-01", person="C2", until="2026-02-01", reason="another post")]
FROM_LEAVER = sheet("sheet.handed", "2", "2026-02-02", from_="C2", to="C9")
KEY = [event("asset.moved", "2026-02-01", asset="key-1", reason="x", person="C1", place="safe-1")]
KEY_AWAY = event("asset.moved", "2026-02-02", asset="key-1", reason="x", person="C9", place="safe-9")


def alone(what, by="ADM"):
    return replace(what, by=by, witness="")


def broken(register):
    return {(one.rule, one.what) for one in Rules(register).broken if one.rule not in ("PATH-1", "KNOWN-1")}


CASES = {
    "SHEET-1": (IN_ONE_HAND, TO_NINE, WITH_NINE),
    "SAFE-1": (IN_ONE_SAFE, APART, APART),
    "LEFT-1": (LEFT, FROM_LEAVER, replace(WITH_NINE, time="2026-02-04T10:00:00Z")),
    "SEP-1": (KEY, KEY_AWAY, KEY_AWAY),
    "SEP-2": (KEY, KEY_AWAY, KEY_AWAY),
}


@pytest.mark.parametrize("rule", CASES)
def test_one_person_takes_no_broken_rule_away_and_two_do(rule):
    begun, mended, again = CASES[rule]
    register = register_of(*BEGUN, *begun)
    before = {one for one in broken(register) if one[0] == rule}
    assert before
    assert not {one for one in broken(then(register, mended)) if one[0] == rule}
    once = then(register, alone(mended))
    assert before <= broken(once)
    assert before <= broken(then(once, alone(again))), "the same person says it again"
    assert not {one for one in broken(then(once, alone(again, "WIT"))) if one[0] == rule}
    assert not {one for one in broken(then(once, again)) if one[0] == rule}


def test_one_person_makes_it_worse_at_once_and_goes_not_back_alone():
    register = register_of(*BEGUN)
    there = then(register, alone(HANDED))
    back = then(there, alone(sheet("sheet.handed", "2", from_="C1", to="C2")))
    for one in (there, back):
        assert ("SHEET-1", "C1 Example keeps 2 sheets of set 5f3a0c11") in broken(one) - broken(register)


def test_two_moves_by_one_person_clear_nothing_between_them():
    """One sheet comes into a hand, and the other leaves it: neither as it was nor as it is said there are two."""
    register = then(register_of(*BEGUN), alone(HANDED), alone(sheet("sheet.handed", "1", from_="C1", to="C9")))
    assert any(rule == "SHEET-1" and what.startswith("C1 Example ") for rule, what in broken(register))


def test_whoever_may_have_a_sheet_still_and_leaves_may_have_read_it():
    register = then(register_of(*BEGUN), alone(sheet("sheet.handed", "2", from_="C2", to="C9")), *LEFT)
    assert next(iter(register.sets.values())).sheets["2"].exposed


def test_nobody_is_indispensable_no_more_by_one_persons_word():
    """Two devices with one person: without them nobody signs in, whoever alone says that one of them is elsewhere."""
    needed = [
        *BEGUN,
        event("line.bound", line=next(iter(register_of(*BEGUN).sets)), account="root"),
        asset("key-2", "mfa", "C5", place="safe-8"),
    ]
    moved = event("asset.moved", "2026-02-02", asset="key-2", reason="x", person="C9", place="safe-9")
    indispensable = {
        ("NEEDED-1", "Root: without C5 nobody can sign in"),
        ("PLACE-1", "Root: without safe-8 nobody can sign in"),
    }
    assert indispensable <= broken(register_of(*needed))
    assert indispensable <= broken(register_of(*needed, alone(moved)))
    assert not indispensable & broken(register_of(*needed, moved))


def test_it_is_told_that_it_counts_in_both():
    (note,) = [one for one in Rules(then(register_of(*BEGUN, *IN_ONE_HAND), alone(TO_NINE))).notes if "alone" in one]
    assert (
        note
        == "one person alone says that sheet 2 of set 5f3a0c11 is with C9 Example and no more with C1 Example: it counts in both until another says so too"
    )


def test_one_person_takes_it_back_that_another_said_somebody_left_with_a_witness():
    """Else whoever left, and keeps a device, would be here again by the word of one against another's."""
    register = then(register_of(*BEGUN), alone(LEFT[0]))
    back = event("person.joined", "2026-02-02", person="C2", name="C2 Example", since="2026-02-02")
    assert not then(register, alone(back)).people["C2"].until
    assert not then(register, back).people["C2"].until
    with pytest.raises(AttentionError, match="takes no other's word back"):
        then(register, alone(back, "WIT"))


RETIRED = event("asset.retired", "2026-02-05", asset="key-1", reason="it is old")
FAILS = event("asset.checked", "2026-02-05", asset="key-1", result="fail")
PASSES = event("asset.checked", "2026-02-06", asset="key-1", result="pass")
WITH_LEAVER = [
    event("asset.moved", "2026-01-31", asset="key-1", reason="x", person="C9", place="safe-9"),
    event("person.left", "2026-02-01", person="C9", until="2026-02-01", reason="another post"),
]
GONE_BY = {"asset.retired": Remedy.SAY_RETIRED, "asset.checked": Remedy.SAY_FAILS}
GONE = {
    "SEP-1": (KEY, RETIRED), "SEP-2": (KEY, RETIRED), "LEFT-1": (WITH_LEAVER, RETIRED),
    "SEP-1 of what fails": (KEY, FAILS), "SEP-2 of what fails": (KEY, FAILS),
}  # fmt: skip


@pytest.mark.parametrize("case", GONE)
def test_one_person_alone_does_not_take_a_device_out_of_a_broken_rule(case):
    begun, gone = GONE[case]
    rule = case.partition(" ")[0]
    register = register_of(*BEGUN, *begun)

    def of(register):
        return {one for one in broken(register) if one[0] == rule}

    before = of(register)
    assert before
    assert not of(then(register, gone))
    once = then(register, alone(gone))
    assert of(once) == before
    assert of(then(once, alone(gone))) == before, "the same person says it again"
    assert of(then(once, alone(gone, "WIT"))) == of(then(once, gone)) == set()
    assert [one for one in Rules(once).notes if "one person alone says that mfa key-1 " in one]
    assert {one.step[0] for one in Rules(once).broken if one.rule == rule} == {GONE_BY[gone.event]}


TAKEN = sheet("sheet.taken", "2", "2026-02-02", person="C2", bag="BAG-2", safe="safe-2", purpose="a look")
LATER = [
    TAKEN,
    sheet("sheet.exposed", "2", "2026-02-03", level="possible", reason="a photo"),
    sheet("sheet.handed", "2", "2026-02-03", from_="C2", to="C2"),
    sheet("sheet.seen", "2", "2026-02-03", person="C2", bag="BAG-2", intact=True),
    sheet("bag.opened", "2", "2026-02-03", bag="BAG-2", intact=True, expected=True, purpose="a look"),
    sheet("sheet.lost", "2", "2026-02-03", circumstances="moved house"),
]


@pytest.mark.parametrize("later", LATER, ids=[one.event for one in LATER])
def test_it_may_be_where_it_lay_whatever_else_the_same_person_says_of_it(later):
    register = then(register_of(*BEGUN), alone(TAKEN))
    assert register.sets[SET].sheets["2"].still_in.still == {"safe-2"}
    assert then(register, alone(later)).sets[SET].sheets["2"].still_in.still == {"safe-2"}
    assert not then(register, alone(TAKEN, "WIT")).sets[SET].sheets["2"].still_in.still


def test_two_who_say_that_it_is_gone_do_not_say_where_it_was():
    """One moved it; where it was before counts as long as nobody else has said where it is."""
    moved = then(register_of(*BEGUN), alone(APART))
    assert moved.sets[SET].sheets["2"].still_in.still == {"safe-2"}
    for gone in LATER[-2:]:
        assert then(moved, gone).sets[SET].sheets["2"].still_in.still == {"safe-2"}, gone.event
    assert not then(moved, alone(APART, "WIT")).sets[SET].sheets["2"].still_in.still


REISSUED = sheet("sheet.reissued", "2", "2026-02-02", reason="a stain")
OLD_GONE = sheet("sheet.destroyed", "2", "2026-02-03", way="shredded", seen_by=["ADM", "WIT"], copy=1)


KEY_BESIDE = [event("asset.moved", "2026-02-01", asset="key-1", reason="x", person="C9", place="safe-2")]


@pytest.mark.parametrize(("rule", "begun"), [("SAFE-1", IN_ONE_SAFE), ("SEP-2", KEY_BESIDE)])
@pytest.mark.parametrize("said", [REISSUED, alone(REISSUED)], ids=["two", "one"])
def test_the_old_paper_lies_where_it_lay_until_two_saw_it_destroyed(rule, begun, said):
    """New paper is the same share once more: the rule that the old one breaks is broken still, wherever the new one lies."""
    register = register_of(*BEGUN, *begun)
    before = {one for one in broken(register) if one[0] == rule}
    assert before
    for put in ([], [stored("2", "C2", "safe-9", day="2026-02-02", bag="BAG-9")]):
        new = then(register, said, *put)
        assert before <= broken(new)
        assert before <= broken(then(new, replace(OLD_GONE, data=OLD_GONE.data.saying({"seen_by": ("ADM",)}))))
        assert not before & broken(then(new, OLD_GONE))


def test_one_person_alone_settles_what_waits_for_exactly_that():
    due_of = lambda register: {one.what for one in due(register)}
    register = register_of(*BEGUN, *KEY)
    assert "check mfa key-1" in due_of(register)
    assert "check mfa key-1" not in due_of(then(register, alone(RETIRED)))
    assert "replace mfa key-1" in due_of(then(register, alone(FAILS)))
    assert "replace mfa key-1" not in due_of(then(register, alone(FAILS), alone(RETIRED)))


def test_what_two_say_is_to_be_replaced_one_alone_does_not_retire():
    register = then(register_of(*BEGUN, *WITH_LEAVER), FAILS)
    for one in ("ADM", "WIT", "C1"):
        with pytest.raises(AttentionError, match="it was recorded that mfa key-1 fails"):
            then(register, alone(RETIRED, one))
    assert "replace mfa key-1" in {one.what for one in due(register)}
    assert "replace mfa key-1" not in {one.what for one in due(then(register, RETIRED))}
    assert not [one for one in broken(then(register, RETIRED)) if one[0] == "LEFT-1"]


def test_who_says_that_it_fails_and_who_says_that_it_was_retired_are_two():
    register = register_of(*BEGUN, *KEY)
    assert not [one for one in broken(then(register, alone(FAILS), alone(RETIRED, "WIT"))) if one[0] == "SEP-1"]
    assert [one for one in broken(then(register, alone(FAILS), alone(RETIRED))) if one[0] == "SEP-1"]


def test_a_tag_is_free_again_only_once_its_device_is_gone_for_certain():
    """Else the same device would come back with another keeper, in another place, or for another account, by one word."""
    register = then(register_of(*BEGUN, *KEY), alone(RETIRED))
    again = asset("key-1", "mfa", "C9", "2026-02-06", place="safe-9")
    with pytest.raises(AttentionError, match="kept already"):
        then(register, again)
    assert then(register, alone(RETIRED, "WIT"), again).assets["key-1"].holder == "C9"


def test_one_person_takes_it_back_that_another_said_a_device_fails_with_a_witness():
    register = then(register_of(*BEGUN, *KEY), alone(FAILS))
    assert then(register, alone(PASSES)).assets["key-1"].works
    assert then(register, replace(PASSES, by="C2", witness="WIT")).assets["key-1"].works
    with pytest.raises(AttentionError, match="takes no other's word back"):
        then(register, alone(PASSES, "WIT"))
    with pytest.raises(AttentionError, match="takes no other's word back"):
        then(register_of(*BEGUN, *KEY, FAILS), alone(PASSES))


def of_place(day="2026-02-03", **said):
    facts = {"place": "vault", "name": "Vault", "kind": "safe", "site": "Bern", "country": "CH"} | said
    return event("place.added", day, **{name: value for name, value in facts.items() if value})


@pytest.mark.parametrize("said", [{"site": "Chur"}, {"country": "DE"}, {"country": ""}, {"kind": "bank"}])
def test_one_person_alone_does_not_lay_a_place_elsewhere(said):
    """Else what lies at one site, or in one country, would lie at two as soon as one says that its safe was given up."""
    gone = event("place.left", "2026-02-02", place="vault", reason="it was given up")
    register = then(register_of(of_place("2026-01-10")), alone(gone))
    with pytest.raises(AttentionError, match=f"another {next(iter(said))} of Vault was recorded"):
        then(register, alone(of_place(**said)))
    with pytest.raises(AttentionError, match="takes no other's word back"):
        then(register, alone(of_place(**said), "WIT"))
    assert not then(register, of_place(**said)).places["vault"].left
    back = then(register, alone(of_place(site="BERN", name="Old vault"))).places["vault"]
    assert (back.left, back.country) == (False, "CH")
    unknown = then(register_of(of_place("2026-01-10", country="")), alone(gone))
    with pytest.raises(AttentionError, match="another country of Vault was recorded"):
        then(unknown, alone(of_place()))
