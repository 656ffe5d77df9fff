"""What follows from entries and is wrong: incidents that nobody had to report, and what is owed until somebody sees to it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from splitkit.custody.due import due
from splitkit.custody.exposure import standing
from splitkit.custody.records.holdings import Exposure
from splitkit.custody.register import build
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, Remedy
from tests.support.custody.custodies import (
    EVER,
    NOW,
    OTHER_SET,
    SET,
    asset,
    chained,
    changed,
    destroyed,
    event,
    held,
    introduced,
    made,
    read_back,
    register_of,
    sheet,
    stored,
    then,
    to_come,
)

NAME = f"sheet 2 of set {SET[:8]}"
TWO = ["ADM", "WIT"]


def incidents(*entries):
    return {code.split("-")[0] for code in register_of(*entries).incidents}


def owed(register, beginning):
    return {item.what: str(item.day) for item in due(register) if item.what.startswith(beginning)}


def read(number, result="sound", day="2026-02-02", set_id=SET):
    return sheet("sheet.read", number, day, set_id=set_id, use="drill", source="scan", result=result)


TAKEN = sheet("sheet.taken", "2", person="C2", bag="BAG-2", safe="safe-2", purpose="a drill")
REISSUED = sheet("sheet.reissued", "2", reason="a stain")
OPENED = sheet("bag.opened", "2", bag="BAG-2", intact=True, expected=True, purpose="a drill")
SEEN_IN_7 = sheet("sheet.seen", "2", "2026-02-03", person="C2", bag="BAG-7", intact=True)


@pytest.mark.parametrize("opened", [OPENED, read("2"), read("2", "damaged"), read("2", "foreign"), REISSUED])
@pytest.mark.parametrize(
    "again",
    [
        stored("2", day="2026-02-03"),
        sheet("bag.sealed", "2", "2026-02-03", bag="BAG-2", person="C2"),
        sheet("sheet.seen", "2", "2026-02-03", person="C2", bag="BAG-2", intact=True),
    ],
)
def test_a_bag_that_was_opened_is_never_sealed_again(opened, again):
    register = register_of(*held(), opened)
    with pytest.raises(AttentionError, match="BAG-2 was opened, and a bag is used once"):
        then(register, again)
    assert owed(then(register, stored("2", day="2026-02-03", bag="BAG-9")), "put back") == {}


@pytest.mark.parametrize("gone", [TAKEN, sheet("sheet.lost", "2", circumstances="gone"), destroyed("2")])
def test_the_bag_of_a_sheet_that_is_not_there_is_no_bag_of_another(gone):
    with pytest.raises(AttentionError, match=r"bag BAG-2 is that of sheet 2 of set .*: a bag holds one sheet"):
        register_of(*held(), gone, stored("1", bag="BAG-2"))


# --- incidents that follow --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([SEEN_IN_7], {"BAG"}),
        ([OPENED, SEEN_IN_7], set()),
        ([read("2"), SEEN_IN_7], set()),
        ([OPENED, stored("2", bag="BAG-9", day="2026-02-01"), SEEN_IN_7], {"BAG"}),
        ([OPENED, stored("2", bag="BAG-9")], {"BAG"}),
        ([TAKEN, SEEN_IN_7], {"BAG"}),
        ([TAKEN, sheet("bag.sealed", "2", bag="BAG-7", person="C2")], {"BAG"}),
        ([sheet("bag.sealed", "2", bag="BAG-7", person="C2", replaces="BAG-2")], {"BAG"}),
        ([OPENED, sheet("bag.sealed", "2", bag="BAG-7", person="C2", replaces="BAG-2")], set()),
        ([read("2", "damaged"), sheet("bag.sealed", "2", bag="BAG-7", person="C2")], set()),
        ([read("2", "foreign"), sheet("bag.sealed", "2", bag="BAG-7", person="C2", replaces="BAG-2")], {"PAPER"}),
        ([sheet("bag.opened", "2", bag="BAG-7", intact=True, expected=True, purpose="x")], {"BAG"}),
        ([stored("2", safe="safe-9")], {"SAFE"}),
        ([TAKEN, stored("2", safe="safe-9", day="2026-02-01")], set()),
        ([OPENED, stored("2", safe="safe-9", bag="BAG-9", day="2026-02-01")], set()),
        ([sheet("sheet.taken", "2", person="C2", bag="BAG-2", safe="safe-9", purpose="x")], {"SAFE"}),
        ([sheet("sheet.handed", "2", from_="C2", to="D2"), stored("2", "D2", "safe-9", day="2026-02-01")], set()),
        ([read("2", "foreign")], {"PAPER"}),
        ([read("2", "damaged")], set()),
        ([destroyed("2"), read("2")], {"PAPER"}),
        ([sheet("sheet.lost", "2", circumstances="gone"), read("2")], set()),
    ],
)
def test_other_paper_another_bag_or_another_safe_is_an_incident_unless_it_was_opened_or_taken(entries, found):
    assert incidents(*held(), *entries) == found


def test_it_is_told_by_names_and_two_people_close_it():
    register = register_of(*held(), SEEN_IN_7, stored("2", safe="safe-9"))
    assert (
        sorted(register.incidents.values())
        == [
            f"{NAME} lay in safe-2, and was in safe-9 on 2026-01-16",
            f"{NAME} was sealed into bag BAG-2, and was in BAG-7 on 2026-02-01",
            f"{NAME} was sealed into bag BAG-7, and was in BAG-2 on 2026-01-16",
        ][::2]
        or len(register.incidents) == 2
    )
    assert register.sets[SET].sheets["2"].exposure is Exposure.POSSIBLE
    code = next(iter(register.incidents))
    close = {"incident": code, "cause": "a slip", "outcome": "seen by both"}
    with pytest.raises(AttentionError, match="fewer than two people"):
        then(register, event("incident.close", "2026-06-01", **close, approved=["ADM"]))
    assert code not in then(register, event("incident.close", "2026-06-01", **close, approved=TWO)).incidents


# --- sheets and sets ---------------------------------------------------------------------------------------------------


def test_a_sheet_is_a_week_out_of_its_safe_at_most():
    for away in (TAKEN, OPENED):
        register = register_of(*held(), away)
        assert owed(register, "put back") == {f"put back {NAME}": "2026-02-08"}
        assert owed(then(register, sheet("bag.sealed", "2", bag="BAG-9", person="C2", replaces="BAG-2")), "put back")
        assert (
            owed(then(register, stored("2", day="2026-02-05", bag="BAG-9" if away is OPENED else "BAG-2")), "put back")
            == {}
        )
    assert owed(register_of(*held()), "put back") == {}


LOST = sheet("sheet.lost", "2", "2026-02-02", circumstances="moved house")


def test_a_lost_sheet_belongs_in_no_safe_once_two_say_that_it_is_lost():
    """One person's word ends no duty; and a sheet that turns up is to be put back."""
    alone = dataclasses.replace(LOST, witness="")
    for away in (TAKEN, OPENED, read("2")):
        register = register_of(*held(), away)
        before = owed(register, "put back")
        for said in ([alone], [alone, alone]):
            once = then(register, *said)
            assert owed(once, "put back") == before
            (item,) = [one for one in due(once) if one.what in before]
            assert "one person alone says that it is lost" in item.why
            assert item.remedy is Remedy.SAY_LOST
        for said in ([LOST], [alone, dataclasses.replace(alone, by="WIT")]):
            twice = then(register, *said)
            assert owed(twice, "put back") == {}
            assert owed(then(twice, read("2", day="2026-02-03")), "put back")


WHERE = f"say where {NAME} is kept"


def test_a_sheet_is_a_week_in_nobody_knows_what_safe_at_most():
    made_ = [made(), *map(stored, "1345")]
    sealed = sheet("bag.sealed", "2", "2026-01-20", bag="BAG-2", person="C2")
    seen = sheet("sheet.seen", "2", "2026-01-21", person="C2", bag="BAG-2", intact=True)
    for said in ([], [sealed], [sealed, seen]):
        assert owed(register_of(*made_, *said), "say where") == {WHERE: "2026-01-22"}
    assert owed(register_of(*made_, stored("2")), "say where") == {}
    handed = sheet("sheet.handed", "2", "2026-02-03", from_="C2", to="D2")
    assert owed(register_of(*held(), handed), "say where") == {WHERE: "2026-02-10"}
    assert owed(register_of(*held(), REISSUED), "say where") == {WHERE: "2026-02-08"}
    assert owed(register_of(*held(), changed(made("3of5", OTHER_SET), practice=True)), "say where") == {}


def test_a_set_that_was_made_to_replace_another_has_done_so_within_a_month():
    register = register_of(*held(), to_come(), *read_back(*"12345"))
    what = f"take over with set {OTHER_SET[:8]}"
    assert owed(register, "take over") == {what: "2026-02-15"}
    register = then(register, event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver"))
    assert owed(register, "take over") == {}


def test_a_hand_over_to_nobody_is_due_until_somebody_is_named():
    register = register_of(*held(), sheet("sheet.handed", "2", from_="C2", to="SPLITKIT"))
    assert owed(register, "say who") == {f"say who took {NAME}": "2026-02-01"}
    assert owed(then(register, sheet("sheet.handed", "2", from_="SPLITKIT", to="D2")), "say who") == {}


def left(seat, day="2026-03-01"):
    return event("person.left", day, person=seat, until=day, reason="another post")


def joined(seat, name, day="2026-01-10"):
    return event("person.joined", day, person=seat, name=name, since=day)


def test_whoever_leaves_keeps_nothing_for_longer_than_a_day_though_they_come_back():
    key = asset("key-1", "mfa", "C2")
    register = register_of(joined("C2", "Ada Example"), joined("C3", "Ben Example"), *held(), key, left("C2"))
    wanted = {f"hand over {NAME}": "2026-03-02", "hand over mfa key-1": "2026-03-02"}
    assert owed(register, "hand over") == wanted
    assert owed(then(register, joined("C2", "Ada Example", "2026-03-02")), "hand over") == wanted
    again = sheet("sheet.handed", "2", "2026-03-03", from_="C2", to="C2")
    key_again = event("asset.moved", "2026-03-03", asset="key-1", person="C2", reason="back")
    back = then(register, joined("C2", "Ada Example", "2026-03-02"))
    (why,) = {one.why for one in due(back) if one.what.startswith("hand over sheet")}
    assert "is handed it again, before two" in why
    assert owed(then(back, again, key_again), "hand over") == {}
    assert then(back, again).sets[SET].sheets["2"].exposed, "it may have been read meanwhile"
    for more in ([back, dataclasses.replace(again, witness="")], [register, again]):
        assert f"hand over {NAME}" in owed(then(*more), "hand over")
    there = sheet("sheet.handed", "2", "2026-03-02", from_="C2", to="D2")
    moved = event("asset.moved", "2026-03-02", asset="key-1", person="D2", reason="a leaver")
    assert owed(then(register, there, moved), "hand over") == {}
    gone = then(register, left("C3"), sheet("sheet.handed", "2", "2026-03-02", from_="C2", to="C3"))
    assert f"hand over {NAME}" in owed(gone, "hand over")


def test_the_paper_from_before_is_due_until_two_people_saw_it_destroyed():
    register = register_of(*held(), REISSUED, read("2"))
    assert owed(register, "destroy") == {f"{OLD} 1": "2026-02-01"}
    assert owed(then(register, shredded(1, ["ADM"])), "destroy") == {f"{OLD} 1": "2026-02-01"}
    register = then(register, shredded(1))
    assert owed(register, "destroy") == {}
    assert "2" in standing(register.sets[SET], NOW).usable
    assert owed(register_of(*held(), destroyed("2"), REISSUED), "destroy") == {}
    with pytest.raises(AttentionError, match="no paper 1 of this sheet is left"):
        then(register, shredded(1))


LOST = sheet("sheet.lost", "2", circumstances="it cannot be found")


@pytest.mark.parametrize(
    "became",
    {
        "lost": [LOST],
        "lost by one alone": [TAKEN, dataclasses.replace(LOST, witness="")],
        "with a leaver": [joined("C2", "Cleo Example"), LOST, left("C2")],
        "with a leaver, never lost": [joined("C2", "Cleo Example"), left("C2")],
        "with nobody": [sheet("sheet.handed", "2", from_="C2", to="SPLITKIT")],
        "on other paper": [REISSUED, read("2"), destroyed("2")],
        "out of its safe": [TAKEN],
    }.values(),
)
def test_of_a_set_that_was_replaced_nothing_is_asked_once_nothing_that_is_left_opens_it(became):
    """Whatever became of one sheet, the others are destroyed, as the status advises: then no command is told that nobody can follow."""
    new = [
        to_come(),
        *read_back(*"12345"),
        event("set.refreshed", "2026-02-03", set=OTHER_SET, replaces=SET, reason="x"),
    ]
    register = register_of(*held(), *became, *new)
    for gone in "1345":
        old = [one.what for one in due(register) if SET[:8] in one.what]
        old += [one.what for one in Rules(register).broken if SET[:8] in one.what]
        still = sum(one.may_be_used for one in register.sets[SET].sheets.values()) > 2
        assert bool(old) == still, old
        register = then(register, destroyed(gone))


OLD = f"destroy the old paper of {NAME}, copy"


def shredded(copy, seen_by=TWO, day="2026-02-02"):
    return sheet("sheet.destroyed", "2", day, way="shredded", seen_by=seen_by, copy=copy)


def printed(copy, day="2026-02-01"):
    return sheet("sheet.printed", "2", day, copy=copy)


def test_each_paper_from_before_is_destroyed_for_itself():
    twice = register_of(*held(), REISSUED, sheet("sheet.reissued", "2", "2026-02-03", reason="another"))
    assert owed(twice, "destroy") == {f"{OLD} 1": "2026-02-01", f"{OLD} 2": "2026-02-03"}
    assert owed(then(twice, shredded(1)), "destroy") == {f"{OLD} 2": "2026-02-03"}
    told = chained(introduced(*held(), REISSUED, REISSUED, shredded(1), shredded(1), people=("SCR", "WIT")))
    built = build(told, EVER)  # one deed that was told twice
    assert (list(owed(built.register, "destroy")), built.findings) == ([f"{OLD} 2"], ())
    gone = then(twice, destroyed("2"))
    assert gone.sets[SET].sheets["2"].may_be_used
    assert not then(gone, shredded(1), shredded(2)).sets[SET].sheets["2"].may_be_used


@pytest.mark.parametrize(
    ("came", "left"),
    [
        ([printed(1)], ""),
        ([printed(1), printed(2)], "1"),
        ([printed(1), printed(1)], "1"),
        ([printed(3)], "12"),
        ([printed(1), printed(4)], "123"),
        ([printed(1), REISSUED, printed(2)], "1"),
        ([REISSUED, printed(2), printed(3)], "12"),
        ([printed(1), destroyed("2"), printed(2)], "2"),
        ([printed(1), destroyed("2"), REISSUED, printed(2)], ""),
    ],
)
def test_more_paper_than_was_announced_is_to_be_destroyed(came, left):
    assert list(owed(register_of(*held(), *came), "destroy")) == [f"{OLD} {copy}" for copy in left]


def test_a_spoilt_paper_is_too_many_until_it_was_shredded_before_two():
    spoilt = sheet("sheet.void", "2", copy=1, reason="it is smudged")
    register = register_of(made(), printed(1), spoilt, printed(2))
    assert list(owed(register, "destroy")) == [f"{OLD} 1"]
    gone = sheet("sheet.shredded", "2", copy=1)
    assert list(owed(then(register, dataclasses.replace(gone, witness="")), "destroy")) == [f"{OLD} 1"]
    assert owed(then(register, gone), "destroy") == {}
    assert owed(register_of(made(), printed(1), spoilt, gone, printed(2), printed(3)), "destroy") == {
        f"{OLD} 2": "2026-02-01"
    }


def test_a_set_is_not_dead_while_paper_from_before_may_be_there():
    register = register_of(*held(), REISSUED, *map(destroyed, "2345"))
    assert [one.number for one in register.sets[SET].sheets.values() if one.may_be_used] == ["1", "2"]


# --- what the use of a secret leaves ----------------------------------------------------------------------------------


def shown(day="2026-03-01", set_id=SET):
    return event(
        "reveal", day, set=set_id, purpose="a sign-in", released_by=TWO, seen_by=["ADM"], seconds=30, way="screen"
    )


def reviewed(approved=TWO, **more):
    return event("use.reviewed", "2026-03-02", set=SET, approved=approved, **{"told": ["B1"], **more})


SIGNED_IN = event("signin", "2026-01-20", password="new", accepted=True)


def debts(register):
    return {item.what.split(":")[0] for item in due(register) if item.what.endswith("shown on 2026-03-01")}


def test_a_use_leaves_three_debts_that_two_people_settle():
    register = register_of(*held(), SIGNED_IN, shown())
    password, review, tell = "change the password", "review the use", "tell who must know of the use"
    assert debts(register) == {password, review, tell}
    assert {item.day for item in due(register) if item.what.startswith(password)} == {dt.date(2026, 3, 1)}
    with pytest.raises(AttentionError, match="fewer than two people"):
        then(register, reviewed(approved=["ADM"]))
    assert debts(then(register, SIGNED_IN)) == {password, review, tell}
    assert debts(then(register, reviewed(told=[]))) == {password, tell}
    assert debts(then(register, reviewed())) == {password}
    assert debts(then(register, reviewed(kept="a live drill"))) == set()
    retired = event("set.retired", set=SET, reason="the account is closed", approved=TWO)
    assert debts(then(register, reviewed(), retired)) == set()


def test_a_password_that_is_shown_to_be_set_leaves_the_sign_in_alone():
    register = register_of(*held(), shown())
    assert debts(register) == {"record the first sign-in"}
    with pytest.raises(AttentionError, match="only shown to become the password"):
        then(register, reviewed())
    with pytest.raises(AttentionError, match="nobody was shown"):
        then(register_of(*held()), reviewed())
    assert debts(then(register, event("signin", password="new", accepted=False))) == {"record the first sign-in"}
    assert debts(then(register, SIGNED_IN)) == {"record the first sign-in"}  # that was before it was shown
    old = event("signin", "2026-03-01", password="old", accepted=True)
    assert debts(then(register, old)) == {"record the first sign-in"}
    signed_in = changed(old, password="new")
    assert debts(then(register, signed_in)) == set()
    assert len(debts(then(register, signed_in, shown()))) == len(debts(then(register, shown()))) - 1 == 3


@pytest.mark.parametrize("before", [True, False])
def test_a_password_that_was_there_before_is_used_when_it_is_shown(before):
    """Whether somebody signed in with it before it was shown, or only then: nobody has set it."""
    kept = event("signin", "2026-01-20" if before else "2026-03-01", password="unchanged", accepted=True)
    told = [kept, shown()] if before else [shown(), kept]
    three = {"change the password", "review the use", "tell who must know of the use"}
    assert debts(register_of(*held(), *told)) == three
    assert debts(register_of(*held(), *told, event("signin", "2026-03-01", password="new", accepted=True))) == three
    assert debts(register_of(*held(), *told, reviewed(kept="a live drill"))) == set()


def test_the_secret_of_a_set_that_was_refreshed_is_shown_to_be_set_once():
    """Whichever of its sets it was shown from, the second time is a use."""
    kept = event("signin", "2026-03-01", password="new", accepted=True)
    renewed = [to_come(day="2026-03-01"), *read_back(*"12345", day="2026-03-01"),
               event("set.refreshed", "2026-03-01", set=OTHER_SET, replaces=SET, reason="a leaver")]  # fmt: skip
    register = register_of(*held(), shown(), kept, *renewed)
    assert debts(register) == set()
    assert len(debts(then(register, shown(set_id=OTHER_SET)))) == 3


def begun(code="N-1", act="recover", of=SET):
    about = {"set": of} if of else {}
    return event("intent", "2026-03-01", intent=code, act=act, purpose="a sign-in", **about)


def over(result, code="N-1", witness="", by_hand=True):
    told = event("outcome", "2026-03-02", intent=code, result=result)
    return dataclasses.replace(told, witness=witness, by_hand=by_hand)


@pytest.mark.parametrize("act", ["recover", "reveal", "open"])
@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("witness", ["", "WIT"])
@pytest.mark.parametrize("result", ["done", "stopped", "nothing"])
def test_what_was_begun_to_be_shown_leaves_the_debts_of_a_use(act, result, witness, by_hand):
    """Unless the program saw, or two people say, that it came to nothing."""
    register = register_of(*held(), SIGNED_IN, begun(act=act))
    if act == "open" and by_hand and not witness:
        with pytest.raises(AttentionError, match="what came of it takes two people"):
            then(register, over(result))
        return
    owes = act != "open" and (result == "done" or (by_hand and not witness))
    assert len(debts(then(register, over(result, witness=witness, by_hand=by_hand)))) == 3 * owes
    recorded = then(register, shown(), over(result, witness=witness, by_hand=by_hand))
    assert (len(debts(recorded)), len(recorded.uses)) == (3, 1)


def test_a_reveal_answers_one_intent_and_no_other():
    register = register_of(*held(), SIGNED_IN, begun(), begun("N-2"), shown(), over("done", "N-2"))
    assert len(register.uses) == 1
    assert len(then(register, over("done")).uses) == 2
    assert len(register_of(*held(), to_come(), SIGNED_IN, begun(), shown(set_id=OTHER_SET), over("done")).uses) == 2


def test_a_secret_of_nobody_knows_which_set_is_not_over():
    other = [made("3of5", OTHER_SET), begun(of="")]
    with pytest.raises(AttentionError, match="which set was shown"):
        register_of(*held(), *other, over("done"))
    assert register_of(*held(), *other, over("nothing", witness="WIT")).uses == {}
    assert [one.set_id for one in register_of(*held(), begun(of=""), over("stopped")).uses.values()] == [SET]
    assert len(register_of(*held(), *other, shown(), over("done")).uses) == 1


def test_what_nobody_used_cannot_be_reviewed():
    with pytest.raises(AttentionError, match="nobody was shown"):
        then(register_of(*held()), reviewed())


def test_a_rehearsal_owes_nothing_beside_a_real_set():
    practice = made("3of5", OTHER_SET, practice=True)
    assert debts(register_of(*held(), practice, shown(set_id=OTHER_SET))) == set()


# --- the account ------------------------------------------------------------------------------------------------------


def test_a_line_that_is_bound_to_no_account_is_missing_one():
    what = f"no account is recorded for set {SET[:8]}"
    register = register_of(*held(), SIGNED_IN)
    assert owed(register, "no account") == {what: "2026-01-15"}
    account = event("account.added", account="root", name="Production", pack="aws-root")
    assert owed(then(register, account, event("line.bound", line=SET, account="root")), "no account") == {}


def test_what_was_sealed_is_no_page_that_was_spoilt_and_what_is_new_nobody_has_read():
    """Else one says that three sealed sheets are smudged, status asks for their destruction, and all is sound without any paper."""
    for gone in ("sheet.void", "sheet.missing"):
        spoilt = sheet(gone, "2", copy=1, **({"reason": "it is smudged"} if gone == "sheet.void" else {}))
        with pytest.raises(AttentionError, match="was sealed, or laid into a safe"):
            then(register_of(*held()), spoilt)
        open_ = register_of(made(), read("2"), spoilt)
        assert open_.sets[SET].sheets["2"].proven is None
        assert owed(open_, "read sheet 2")
        again = then(
            register_of(*held(), REISSUED, printed(2)),
            dataclasses.replace(spoilt, data=spoilt.data.saying({"copy": 2})),
        )
        assert again.sets[SET].sheets["2"].copies == 3


def told_of(events, day="2026-03-01"):
    """What counts for nothing, and is told, of entries of one day."""
    whole = [*held(), *(dataclasses.replace(one, time=f"{day}T{at + 8:02}:00:00Z") for at, one in enumerate(events))]
    return build(chained(introduced(*whole)), EVER).findings


TAKEN_OUT = [
    sheet("sheet.taken", "1", person="C1", bag="BAG-1", safe="safe-1", purpose="x"),
    sheet("bag.opened", "1", bag="BAG-1", intact=True, expected=True, purpose="x"),
]
INTO_TORN = [sheet("bag.sealed", "1", person="C1", bag="BAG-9"), stored("1", bag="BAG-9"), *(sheet("sheet.taken", "1", person="C1", bag="BAG-9", safe="safe-1", purpose="x"),
             sheet("bag.opened", "1", bag="BAG-9", intact=True, expected=True, purpose="x"))]  # fmt: skip
AGREED = event("action", action="D-1", text="x", due="2026-04-01")
DONE = event("action.done", action="D-1")
KEY = asset("key-1", "mfa", "M1")
TO_C9 = sheet("sheet.handed", "1", from_="C1", to="C9")
TO_C8 = sheet("sheet.handed", "1", from_="C9", to="C8")


@pytest.mark.parametrize(
    ("first", "between", "told"),
    [
        ([*TAKEN_OUT, INTO_TORN[0]], INTO_TORN[1:], True),
        ([AGREED], [DONE], True),
        ([AGREED], [], False),
        ([TO_C9], [TO_C8], True),
        ([TO_C9], [], False),
        ([TO_C9], [sheet("sheet.stored", "1", person="C9", bag="BAG-1", safe="safe-1")], False),
        ([KEY], [], False),
        ([KEY], [event("asset.moved", asset="key-1", person="C2", reason="x")], False),
        ([destroyed("1")], [], False),
        ([destroyed("1")], [destroyed("2")], False),
    ],
)
def test_the_same_words_of_the_same_day_are_one_deed_only_while_it_is_so(first, between, told):
    """Else they say that it was done again, and that it cannot have been is told."""
    assert not told_of([*first, *between])
    assert bool(told_of([*first, *between, first[-1]])) is told
