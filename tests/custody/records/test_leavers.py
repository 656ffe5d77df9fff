"""Whoever has left approves nothing, witnesses nothing, is to do nothing, and is alerted by nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from splitkit.custody.due import due
from splitkit.custody.records.holdings import State
from splitkit.custody.register import build
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger.events import EVENTS
from splitkit.packs.pack import DUTIES, all_packs
from tests.support.custody.custodies import (
    EVER,
    SET,
    chained,
    drilled,
    event,
    held,
    introduced,
    register_of,
    sheet,
    then,
)

JOINED = [event("person.joined", "2026-01-10", person=one, name=f"{one} Example", since="2026-01-10")
          for one in ("ADM", "WIT", "BEN", "C1")]  # fmt: skip
LEFT = event("person.left", "2026-02-01", person="BEN", until="2026-02-01", reason="another post")
BACK = event("person.joined", "2026-03-01", person="BEN", name="BEN Example", since="2026-03-01")
APPROVED = ["ADM", "BEN"]
ROLES_OF_BEN = [
    event("role", "2026-01-10", person="BEN", role=role, reason="it was agreed")
    for role in ("administrator", "bill-payer", "scribe", "mfa")
]
HERE, LATER = "2026-02-01", "2026-02-02"


def said(name, day, by="SCR", witness="WIT", **data):
    return dataclasses.replace(event(name, day, **data), by=by, witness=witness)


def left(*more):
    return register_of(*JOINED, *held(), LEFT, *more)


SETTLED = {
    "use.reviewed": {"set": SET, "told": ["ADM"], "approved": APPROVED},
    "incident.close": {"incident": "I-1", "cause": "a slip", "outcome": "none", "approved": APPROVED},
    "set.retired": {"set": SET, "reason": "it is over", "approved": APPROVED},
    "account.pack": {"account": "root", "pack": "aws-root", "approved": APPROVED},
    "account.ended": {"account": "root", "reason": "it is over", "approved": APPROVED},
    "review": {"reviewers": APPROVED, "confirmed": 1, "removed": 0},
    "lint.override": {"rule": "SEP-1", "reason": "x", "approved": APPROVED},
    "request": {"task": "a sign-in", "requested_by": APPROVED},
    "renewal": {
        "set": SET,
        "policy": "3of5",
        "cause": "leaver",
        "follows": "refresh",
        "way": "refresh",
        "approved": APPROVED,
    },
    "public.signed": {"set": SET, "signed_by": APPROVED},
}


@pytest.mark.parametrize("name", SETTLED)
def test_nobody_who_left_is_one_of_the_two(name):
    shown = event("reveal", set=SET, purpose="x", released_by=["ADM", "WIT"], seen_by=["ADM"], seconds=9, way="screen")
    incident = event("incident.open", incident="I-1", cause="a theft")
    account = event("account.added", account="root", name="Production", pack="aws-root")
    register = left(event("signin", password="new", accepted=True), account, shown, shown, incident)
    then(register, event(name, HERE, **SETTLED[name]))
    with pytest.raises(AttentionError, match="BEN Example left on 2026-02-01") as caught:
        then(register, event(name, LATER, **SETTLED[name]))
    assert caught.value.hint
    then(register, BACK, event(name, "2026-03-01", **SETTLED[name]))


def test_every_event_that_two_settle_is_tried():
    elsewhere = {"withdrawn", "fork.settled"}
    assert {name for name, one in EVENTS.items() if one.two} - elsewhere == set(SETTLED)


def test_what_a_leaver_has_witnessed_stays_as_the_word_of_one():
    """Else whoever says late that somebody left would take back what both of them saw."""
    lost = said("sheet.lost", LATER, witness="BEN", set=SET, sheet="1", circumstances="it is not in its safe")
    built = build(chained(introduced(*JOINED, *held(), LEFT, lost)), EVER)
    assert built.register.sets[SET].sheets["1"].state is State.LOST
    assert ["BEN Example left on 2026-02-01" in one for one in built.findings] == [True]


def test_nobody_who_left_witnesses_what_people_say():
    then(left(), said("note", HERE, witness="BEN", text="all is well"))
    with pytest.raises(AttentionError, match="BEN Example left"):
        then(left(), said("note", LATER, witness="BEN", text="all is well"))
    forged = said("sheet.read", LATER, witness="BEN", set=SET, sheet="1", use="drill", source="scan", result="forged")
    assert then(left(), forged).incidents  # what the program saw stands, whoever looked on


def test_nobody_who_left_saw_a_sheet_destroyed():
    for day, two in ((HERE, True), (LATER, False)):
        gone = sheet("sheet.destroyed", "1", day, way="shredded", seen_by=APPROVED)
        assert then(left(), gone).sets[SET].sheets["1"].before_two is two


def test_nobody_who_left_overrules_a_check_or_vouches_for_what_somebody_says():
    failed = said("preflight", HERE, check="swap", verdict="fail")
    for day, over in ((HERE, True), (LATER, False)):
        overruled = event("override", day, check="swap", reason="x", approved=APPROVED)
        assert bool(then(left(), failed, overruled).incidents) is not over
    wrong = said("tally", HERE, printed=3, sealed=2, shredded=0, agrees=False)
    right = {"printed": 3, "sealed": 3, "shredded": 0, "agrees": True}
    assert then(left(), wrong, said("tally", LATER, by="BEN", witness="ADM", **right)).incidents
    assert not then(left(), wrong, said("tally", LATER, by="WIT", witness="ADM", **right)).incidents


def test_an_action_of_somebody_who_left_is_due_a_day_later_and_none_is_agreed():
    action = event("action", action="A-1", text="buy a lamp", due="2026-12-01", owner="ben  Éxample")
    found = {one.what: str(one.day) for one in due(register_of(*JOINED, action, LEFT))}
    assert found == {"action A-1, ben  Éxample, who left on 2026-02-01": "2026-02-02"}
    for owner in ("BEN", "Ben Example"):
        late = event("action", LATER, action="A-1", text="buy a lamp", due="2026-12-01", owner=owner)
        with pytest.raises(AttentionError, match="whoever is to do it left on 2026-02-01"):
            then(left(), late)
    twin = event("person.joined", LATER, person="BEN2", name="Ben Example", since="2026-01-10")
    assert then(
        left(), twin, event("action", LATER, action="A-1", text="x", due="2026-12-01", owner="Ben Example")
    ).actions


ACCOUNT = [
    event("account.added", account="root", name="Production", pack="aws-root"),
    event("line.bound", line=SET, account="root"),
    *(event("receiver.added", person=person, account="root") for person in ("BEN", "C1")),
    event("signin", password="new", accepted=True),
]


def live(*alerted, day="2026-04-01"):
    alerts = [event("alert", day, receiver=one, minutes=2, validated=True) for one in alerted]
    return [event("signin", day, password="unchanged", accepted=True), *alerts, *drilled(*"123", way="live", day=day)]


@pytest.mark.parametrize(
    ("receivers", "alerted", "counts"), [("both", ["C1"], True), ("both", ["BEN"], False), ("BEN", ["BEN"], False)]
)
def test_nobody_who_left_counts_as_alerted_or_has_to_be(receivers, alerted, counts):
    account = [one for one in ACCOUNT if receivers == "both" or getattr(one.data, "person", "") != "C1"]
    register = register_of(*JOINED, *held(), *account, LEFT, *live(*alerted))
    assert bool(register.sets[SET].live_drill) is counts


@pytest.mark.parametrize(
    ("signed_in", "alerted", "held_at", "ledger", "counts"),
    [
        ("2026-04-01T23:50:00Z", "2026-04-01T23:55:00Z", "2026-04-02T00:05:00Z", "", True),
        ("2026-04-01T23:50:00Z", "2026-04-02T00:01:00Z", "2026-04-02T00:05:00Z", "", True),
        ("2026-04-01T20:00:00Z", "2026-04-01T20:01:00Z", "2026-04-02T08:00:00Z", "", True),
        ("2026-04-01T20:00:00Z", "2026-04-01T20:01:00Z", "2026-04-02T08:00:01Z", "", False),
        ("2026-04-01T23:50:00Z", "2026-04-01T23:55:00Z", "2026-04-02T00:05:00Z", "C-9", False),
        ("2026-04-02T23:50:00Z", "2026-04-02T23:55:00Z", "2026-04-01T10:00:00Z", "", False),
    ],
)
def test_a_live_drill_may_go_on_over_midnight(signed_in, alerted, held_at, ledger, counts):
    account = [one for one in ACCOUNT if getattr(one.data, "person", "") != "BEN"]
    entry, alert, *drill = live("C1", day=held_at[:10])
    entry, alert = dataclasses.replace(entry, time=signed_in), dataclasses.replace(alert, time=alerted)
    drill = [dataclasses.replace(one, time=held_at) for one in drill]
    register = then(register_of(*JOINED, *held(), *account), entry, alert)
    assert bool(then(dataclasses.replace(register, ledger=ledger), *drill).sets[SET].live_drill) is counts


def test_whoever_is_said_to_have_left_by_one_person_has_to_be_alerted_still():
    """Else one person makes a live drill count whose alert somebody did not get."""
    left = dataclasses.replace(LEFT, by="C1", witness="")
    register = register_of(*JOINED, *held(), *ACCOUNT, left)
    assert not then(register, *live("C1")).sets[SET].live_drill
    alone = said("receiver.left", LATER, by="C1", witness="", person="BEN", account="root")
    with pytest.raises(AttentionError, match="BEN Example was to get the alerts"):
        then(register, alone)
    ended = then(register, dataclasses.replace(alone, witness="WIT"))
    assert then(ended, *live("C1")).sets[SET].live_drill
    assert then(register_of(*JOINED, *held(), *ACCOUNT, LEFT), alone).accounts["root"].receivers == ("C1",)


def test_whoever_left_and_gets_alerts_is_told_with_the_command_that_ends_it():
    register = register_of(*JOINED, *held(), *ACCOUNT, LEFT)
    (found,) = [one for one in Rules(register).broken if one.rule == "LEFT-1"]
    assert found.what == "BEN Example left on 2026-02-01 and gets the alerts of Production"
    assert found.mends == (Remedy.RECEIVER_LEFT, ("BEN", "root"))
    ended = event("receiver.left", LATER, person="BEN", account="root")
    assert not [one for one in Rules(then(register, ended)).broken if one.rule == "LEFT-1"]
    with pytest.raises(AttentionError, match="BEN Example left"):
        then(register, ended, event("receiver.added", LATER, person="BEN", account="root"))


def test_a_withdrawal_by_somebody_who_left_takes_nothing_back():
    lost = sheet("sheet.lost", "1", "2026-01-20", circumstances="gone")
    entries = chained(introduced(*JOINED, *held(), lost, LEFT, people=("SCR",)))
    name = next(one.hash for one in entries if one.event == "sheet.lost")
    went = next(one.hash for one in entries if one.event == "person.left")

    def withdrawn(day, what, approved):
        return event("withdrawn", day, entry=what, reason="a slip", approved=approved)

    def built(*more):
        return build(chained([*entries, *more]), EVER)

    assert len(built(withdrawn(HERE, name, APPROVED)).withdrawn) == 1
    late = built(withdrawn(LATER, name, APPROVED))
    assert (late.withdrawn, ["left on 2026-02-01" in one for one in late.findings]) == ((), [True])
    slip = withdrawn(LATER, went, ["ADM", "WIT"])  # nobody had left
    assert len(built(slip, withdrawn(LATER, name, APPROVED)).withdrawn) == 2


def test_that_somebody_left_before_they_stood_behind_something_is_told():
    early = event("person.left", "2026-03-01", person="BEN", until="2026-02-01", reason="another post")
    note = said("note", "2026-02-20", witness="BEN", text="all is well")
    review = event("review", "2026-02-20", reviewers=APPROVED, confirmed=1, removed=0)
    for between, told in ((note, True), (review, True), (said("note", HERE, witness="BEN", text="x"), False)):
        built = build(chained(introduced(*JOINED, *held(), between, early, people=("SCR",))), EVER)
        assert [f"stood behind an entry of {between.day}" in one for one in built.findings] == [True] * told
        assert built.register.people["BEN"].until == dt.date(2026, 2, 1)


def test_who_left_is_not_back_because_a_roll_calls_them():
    assert then(left(), event("roll", LATER, person="BEN", role="observer", name="BEN Example")).people["BEN"].until


@pytest.mark.parametrize(("person", "remedy"), [("BEN", Remedy.NAME_RECEIVER), ("C1", Remedy.HOLD_LIVE_DRILL)])
def test_where_all_who_are_alerted_have_left_somebody_is_named_before_the_drill(person, remedy):
    account = [*ACCOUNT[:2], event("receiver.added", person=person, account="root")]
    (found,) = [
        one for one in due(register_of(*JOINED, *held(), *account, LEFT)) if one.what == "live drill of Production"
    ]
    assert (found.remedy, "nobody is recorded who gets its alerts" in found.why) == (remedy, person == "BEN")


def test_a_sheet_that_comes_to_somebody_who_left_may_have_been_read():
    handed = said("sheet.handed", LATER, set=SET, sheet="1", from_="C1", to="BEN")
    sheet = then(left(), handed).sets[SET].sheets["1"]
    assert (sheet.holder, sheet.exposed, str(sheet.left_with)) == ("BEN", True, "2026-02-01")
    here = then(left(), said("sheet.handed", LATER, set=SET, sheet="1", from_="C1", to="ADM")).sets[SET].sheets["1"]
    assert (here.exposed, here.left_with) == (False, None)


def by_one(what):
    return dataclasses.replace(what, by="WIT", witness="")


TOO_MUCH = {
    "deputy": [event("deputy", person=one, deputy="BEN") for one in ("C1", "C2", "C3")],
    "deputy and keeper": [event("deputy", person=one, deputy="C1") for one in ("C2", "C3")],
    "roles": [event("role", person="BEN", role=one, reason="x") for one in ("mail-admin", "bill-payer")],
    "role and device": [event("asset.added", asset="phone-1", kind="phone", person="BEN"), event("role", person="BEN", role="mail-admin", reason="x")],
}  # fmt: skip
OTHERS = [
    event("person.joined", "2026-01-10", person=one, name=f"{one} Example", since="2026-01-10") for one in ("C2", "C3")
]


def too_much(register):
    return {(one.rule, one.what) for one in Rules(register).broken if one.rule in ("SHEET-2", "ALONE-1")}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_who_left_by_one_persons_word_can_still_do_what_they_could(name):
    register = register_of(*JOINED, *OTHERS, *held(), *TOO_MUCH[name])
    who = "C1" if name == "deputy and keeper" else "BEN"
    before = too_much(register)
    assert before
    gone = event("person.left", "2026-02-01", person=who, until="2026-02-01", reason="another post")
    back = event("person.joined", "2026-03-01", person=who, name=f"{who} Example", since="2026-03-01")
    assert too_much(then(register, by_one(gone))) >= before
    assert too_much(then(register, by_one(gone), by_one(back))) >= before
    assert not too_much(then(register, by_one(gone), gone)) & before
    with pytest.raises(AttentionError, match="it was recorded that they left on 2026-02-01"):
        then(register, by_one(gone), gone, by_one(gone))


def test_who_left_before_two_comes_back_before_two():
    register = left()
    with pytest.raises(AttentionError, match="two people said that BEN Example left on 2026-02-01"):
        then(register, by_one(BACK))
    assert not then(register, BACK).people["BEN"].until
    assert not then(register_of(*JOINED, *held()), by_one(LEFT), by_one(BACK)).people["BEN"].until


@pytest.mark.parametrize("two", [True, False])
def test_nobody_of_another_name_takes_the_seat_of_a_leaver(two):
    register = then(register_of(*JOINED, *held()), LEFT if two else by_one(LEFT))
    for what in (
        dataclasses.replace(BACK, data=BACK.data.saying({"name": "Zoe Example"})),
        event("roll", "2026-03-01", person="BEN", role="observer", name="Zoe Example"),
    ):
        with pytest.raises(AttentionError, match="somebody else had this seat"):
            then(register, what)


def vacant(*more):
    found = due(register_of(*JOINED, *held(), *ROLES_OF_BEN, *more))
    return {one.what: str(one.day) for one in found if one.remedy is Remedy.NAME_ROLE}


def test_what_somebody_did_who_has_left_is_due_until_somebody_does_it():
    """Each role without which nothing goes on; not what goes with a thing that they kept."""
    assert not vacant()
    names = ("say who is administrator now", "say who is bill-payer now")
    assert vacant(LEFT) == dict.fromkeys(names, LATER)
    again = event("role", "2026-02-03", person="ADM", role="administrator", reason="took it over")
    assert [*vacant(LEFT, again)] == [*names[1:]]
    assert [*vacant(again, LEFT)] == [*names[1:]], "somebody has had it too"
    assert vacant(LEFT, BACK) == vacant(LEFT), "whoever is back has no role before they take it anew"


GIVEN_UP = [event("role.ended", "2026-02-01", person="BEN", role=role, reason="another post")
            for role in ("administrator", "bill-payer", "scribe", "mfa")]  # fmt: skip


def test_a_duty_that_was_given_up_is_due_until_somebody_has_it():
    assert vacant(*GIVEN_UP) == vacant(LEFT)
    again = event("role", "2026-02-03", person="ADM", role="administrator", reason="took it over")
    assert [*vacant(*GIVEN_UP, again)] == [*vacant(again, *GIVEN_UP)] == ["say who is bill-payer now"]
    back = event("role", "2026-02-04", person="BEN", role="bill-payer", reason="took it up again")
    assert not vacant(*GIVEN_UP, again, back)


ENDED = {"reason": "it is over", "approved": ["ADM", "WIT"]}


@pytest.mark.parametrize("pack", all_packs(), ids=lambda pack: pack.code)
def test_a_duty_is_asked_for_while_there_is_an_account_whose_pack_asks_for_it(pack):
    """Of an account that was ended, or a custody that is over, nobody says for ever who is in charge."""
    asked = {role for thing in pack.things.values() for role in thing.also}
    asked |= {role for one in pack.procedures for _, step in one.numbered for role in step.actors}
    begun = [*JOINED, *held(), event("account.added", "2026-01-10", account="root", name="Root", pack=pack.code),
             event("line.bound", "2026-01-20", line=SET, account="root"),
             *(event("role", "2026-01-20", person="BEN", role=role, reason="it was agreed") for role in DUTIES)]  # fmt: skip

    def vacant_after(*more):
        found = due(register_of(*begun, *more))
        return {one.about for one in found if one.remedy is Remedy.NAME_ROLE}

    assert vacant_after(LEFT) == {"administrator", "witness"} | asked & {*DUTIES}
    over = [event("set.retired", set=SET, **ENDED), event("account.ended", account="root", **ENDED)]
    assert vacant_after(LEFT, *over) == vacant_after(*over, LEFT) == set()
    strange = event("account.added", "2026-01-10", account="strange", name="Strange", pack="no-such-pack")
    assert vacant_after(LEFT, *over, strange) == {*DUTIES}, "nobody knows what that asks for"
    plain = event("account.added", "2026-01-10", account="plain", name="Plain", pack="generic-password")
    assert vacant_after(LEFT, *over, plain) <= {"administrator", "witness"}


TWIN = event("person.joined", "2026-01-10", person="BEN2", name="Example, Ben", since="2026-01-10")
UNDER_BOTH = [
    TWIN, *held(), sheet("sheet.handed", "1", "2026-01-20", from_="C1", to="BEN"), sheet("sheet.handed", "2", "2026-01-20", from_="C2", to="BEN2"),
    event("asset.added", "2026-01-20", asset="key-1", kind="mfa", person="BEN2"),
    event("deputy", "2026-01-20", person="C1", deputy="BEN2"),
]  # fmt: skip


@pytest.mark.parametrize("seat", ["BEN", "BEN2"])
def test_who_leaves_under_one_seat_has_left_under_all(seat):
    gone = dataclasses.replace(LEFT, data=LEFT.data.saying({"person": seat}))
    register = then(register_of(*JOINED, *UNDER_BOTH), gone)
    assert {one: str(register.left_on(one)) for one in ("BEN", "BEN2")} == dict.fromkeys(("BEN", "BEN2"), "2026-02-01")
    assert [register.sets[SET].sheets[one].exposed for one in "123"] == [True, True, False]
    assert not register.people["C1"].deputy
    keeps = {one.what.partition(" keeps ")[2] for one in Rules(register).broken if one.rule == "LEFT-1"}
    assert keeps == {f"sheet 1 of set {SET[:8]}", f"sheet 2 of set {SET[:8]}", "mfa key-1"}
    owed = {one.what for one in due(register) if one.what.startswith("hand over")}
    assert owed == {f"hand over {one}" for one in keeps}
    for one in ("BEN", "BEN2"):
        closed = event("review", LATER, reviewers=["ADM", one], confirmed=1, removed=0)
        with pytest.raises(AttentionError, match="left on 2026-02-01"):
            then(register, closed)
        with pytest.raises(AttentionError, match="it was recorded that they left"):
            then(register, dataclasses.replace(LEFT, data=LEFT.data.saying({"person": one})))


def test_what_a_leaver_witnesses_under_another_seat_is_the_word_of_one():
    note = said("note", LATER, witness="BEN2", text="all is well")
    built = build(chained(introduced(*JOINED, TWIN, *held(), LEFT, note, people=("SCR",))), EVER)
    assert ["left on 2026-02-01" in one for one in built.findings] == [True]
    early = event("person.left", "2026-03-01", person="BEN", until="2026-02-01", reason="another post")
    built = build(chained(introduced(*JOINED, TWIN, *held(), note, early, people=("SCR",))), EVER)
    assert ["stood behind an entry of" in one for one in built.findings] == [True]


@pytest.mark.parametrize("name", ["BEN Example", "ben  \u00c9xample", "Example, Ben"])
@pytest.mark.parametrize("seat", ["BEN2", "ADM2"])
def test_a_new_seat_of_a_leavers_name_is_a_return(seat, name):
    again = event("person.joined", "2026-03-01", person=seat, name=name, since="2026-03-01")
    with pytest.raises(AttentionError, match="two people said that BEN Example left on 2026-02-01"):
        then(left(), by_one(again))
    back = then(left(*ROLES_OF_BEN[:1]), again)
    assert [back.left_on(one) for one in ("BEN", seat)] == [None, None]
    assert not back.people["BEN"].roles
    early = event("person.left", "2026-04-01", person="BEN", until="2026-02-15", reason="another post")
    with pytest.raises(AttentionError, match="they came on 2026-03-01"):
        then(back, early)
    once = then(register_of(*JOINED, *held()), by_one(LEFT))
    assert not then(once, by_one(again)).left_on("BEN"), "whoever said it takes it back"
    with pytest.raises(AttentionError, match="another person said that BEN Example left"):
        then(once, dataclasses.replace(by_one(again), by="ADM"))


def test_a_roll_brings_nobody_back_on_another_seat():
    called = event("roll", LATER, person="C9", role="observer", name="ben example")
    register = then(left(), called)
    assert register.people["C9"].until == dt.date(2026, 2, 1)
    with pytest.raises(AttentionError, match="two people said that"):
        then(register, by_one(BACK))
    assert not [one for one in ("BEN", "C9") if then(register, BACK).left_on(one)]


def test_who_never_left_keeps_what_they_keep():
    """One alone said so, and takes it back: nothing is to be handed over, and what may have been read may have been."""
    register = register_of(*JOINED, *UNDER_BOTH)
    once = then(register, by_one(LEFT))

    def owed(register):
        return {one.what for one in due(register) if one.what.startswith("hand over")}

    assert owed(once) == {
        f"hand over {one}" for one in ("mfa key-1", f"sheet 1 of set {SET[:8]}", f"sheet 2 of set {SET[:8]}")
    }
    back = then(once, by_one(BACK))
    assert owed(back) == owed(register) == set()
    assert back.sets[SET].sheets["1"].exposed
    again = event("person.left", "2026-03-05", person="BEN", until="2026-03-05", reason="another post")
    kept = then(register, LEFT, BACK)
    assert owed(kept) == owed(once), "two said it, and a return ends nothing of that"
    once_more = event("person.joined", "2026-03-06", person="BEN", name="BEN Example", since="2026-03-06")
    assert owed(then(kept, by_one(again), by_one(once_more))) == owed(once)


def settled(*told, owner="ADM"):
    """Whether what was agreed because Ben leaves is settled after this."""
    of = {"owner": owner} if owner else {}
    agreed = event("action", "2026-01-20", action="D-1", text="Ben leaves", due="2026-02-01", leaver="BEN", **of)
    register = register_of(*JOINED, *held(), agreed, *told)
    return not [one for one in due(register) if one.what.startswith("action D-1")]


ALONE = {"by": "C1", "witness": ""}
OF_OWNER = {"by": "ADM", "witness": ""}
GONE = {"person": "BEN", "until": "2026-02-01", "reason": "another post"}
HERE_AGAIN = {"person": "BEN", "name": "BEN Example", "since": "2026-03-01"}


def told_by(who, name, day, data):
    """An entry of two people, or of one alone."""
    return dataclasses.replace(event(name, day, **data), **who)


@pytest.mark.parametrize("seat", ["BEN", "BEN2"])
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize(
    ("owner", "who", "at_once", "once_back"),
    [
        ("ADM", ALONE, False, False),
        ("ADM", OF_OWNER, True, False),
        ("adm example", OF_OWNER, True, False),
        ("", ALONE, True, False),
        ("the works council", ALONE, False, False),
        ("the works council", {}, True, True),
        ("ADM", {}, True, True),
    ],
)
def test_one_person_settles_no_leaving_that_another_is_to_record_nor_one_that_they_take_back(
    owner, who, at_once, once_back, seat, done
):
    """By their word that somebody left, or that it is done since; an honest return after two people's word opens nothing anew."""
    twin = [TWIN] if seat == "BEN2" else []
    told = [*twin, told_by(who, "person.left", "2026-02-01", GONE | {"person": seat})]
    if done and at_once:
        told.append(told_by(who, "action.done", "2026-02-02", {"action": "D-1"}))
    assert settled(*told, owner=owner) is at_once
    back = told_by(who, "person.joined", "2026-03-01", HERE_AGAIN)
    assert settled(*told, back, owner=owner) is once_back
    second = told_by({}, "person.left", "2026-03-02", GONE | {"person": seat, "until": "2026-03-02"})
    assert settled(*told, back, second, owner=owner)
