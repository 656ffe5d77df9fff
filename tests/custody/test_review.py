"""The access review: every way in is a line, and what two reviewers decide becomes entries, actions and a sheet."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody import review
from splitkit.custody.register import build as all_build
from splitkit.custody.review import Access, Answer, Decision, Fault, Review, accesses, check_reviewers, lines_of
from splitkit.custody.ways.rules import Rules
from splitkit.errors import UsageError
from splitkit.ledger.ceremony_events import ROLES
from splitkit.ledger.chain import GENESIS, new_entry
from splitkit.ledger.events import EVENTS
from splitkit.packs import pack as packs
from tests.support.custody.custodies import (
    EVER,
    NOW,
    OTHER_SET,
    SET,
    asset,
    build,
    destroyed,
    event,
    held,
    introduced,
    made,
    place,
    read_back,
    register_of,
    sheet,
    stored,
    then,
)

PEOPLE = (
    event("person.joined", person="ADM", name="Ada Example", since="2026-01-01"),
    event("person.joined", person="WIT", name="Ben Example", since="2026-01-01"),
)


DEVICES = (
    asset("key-1", "mfa", "M1", "2026-05-01"),
    asset("phone-1", "phone", "P1", "2026-05-01"),
    asset("box-1", "mailbox", "B1", "2026-05-01"),
)
ADMINS = tuple(
    event("role", person="ADM", role=role, reason="it is so") for role in ("mail-admin", "domain-admin", "bill-payer")
)


def had(*entries):
    """The lines of what somebody has."""
    return [access for access in accesses(register_of(*entries), NOW) if access.seat]


def subjects(*entries):
    return [access.subject for access in accesses(register_of(*entries), NOW)]


def review_of(register, *answers, day="2026-04-01"):
    kinds = itertools.cycle(answers or [Answer.KEEP])
    lines = []
    for access in accesses(register, dt.date.fromisoformat(day)):
        answer = next(kinds)
        answer = answer if answer in access.answers else Answer.CHANGE
        more = () if answer is Answer.KEEP else ("to be arranged", "ADM", dt.date(2026, 5, 1))
        lines.append(Decision(access, answer, *more))
    return Review(register, lines, ["ADM", "WIT"], dt.date.fromisoformat(day), dt.date(2026, 7, 1))


def after(review):
    register = review.register
    for data in review.entries():
        register = then(register, replace(event("note", str(review.day), text="x"), data=data))
    return register


def test_every_way_in_is_a_line():
    found = accesses(register_of(*held(), *DEVICES, *PEOPLE, *ADMINS), NOW)
    keepers = ["C1", "C2", "C3", "C4", "C5", "M1", "P1", "B1", "ADM", "ADM", "ADM", "WIT"]
    assert [access.seat for access in found] == keepers
    assert found[1].what == f"sheet 2 of set {SET[:8]}, in use, in safe-2, bag BAG-2, last read 2026-01-15"


def test_what_opens_nothing_is_no_line():
    gone = [destroyed(str(number)) for number in range(1, 4)]
    replaced = [
        *held(),
        event("set.made", "2026-02-01", set=OTHER_SET, fingerprint=made().data.fingerprint, policy="2of2", epoch=2,
              recipient="0" * 32, practice=False, sheets=2, line=SET, replaces=SET, kind="refreshed"),
        *read_back("1", "2"),
        event("set.refreshed", "2026-02-02", set=OTHER_SET, replaces=SET, reason="a test"),
    ]  # fmt: skip
    assert len([name for name in subjects(*replaced) if SET[:8] in name]) == 5
    assert len([name for name in subjects(*replaced, *gone) if SET[:8] in name]) == 0
    assert [name for name in subjects(*replaced, *gone) if OTHER_SET[:8] in name] == [
        f"sheet-1.{OTHER_SET[:8]}", f"sheet-2.{OTHER_SET[:8]}"
    ]  # fmt: skip


def test_those_who_left_and_what_is_retired_are_no_lines():
    entries = [*PEOPLE, asset("key-1", "mfa", "M1"), event("asset.retired", asset="key-1", reason="broken"),
               event("person.left", "2026-02-01", person="WIT", until="2026-02-01", reason="moved on")]  # fmt: skip
    assert [access.seat for access in had(*entries)] == ["ADM"]


def test_a_sheet_that_nobody_is_known_to_keep_is_a_line_too():
    found = [one for one in accesses(register_of(made("2of3"), stored("1")), NOW) if one.subject.startswith("sheet")]
    assert [access.seat for access in found] == ["C1", "", ""]
    assert [Answer.KEEP in access.answers for access in found] == [True, False, False]


def test_roles_and_deputies():
    entries = [*PEOPLE, event("roll", person="ADM", role="administrator"), event("roll", person="ADM", role="mfa"),
               event("deputy", person="ADM", deputy="WIT")]  # fmt: skip
    found = had(*entries)
    assert [(access.seat, access.subject) for access in found] == [
        ("ADM", "role.administrator"), ("ADM", "role.mfa"), ("WIT", "deputy"), ("WIT", "role.none")
    ]  # fmt: skip


def test_whoever_keeps_a_sheet_is_called_by_one_word():
    """With a role of the roll or without one, in a review as elsewhere: a custodian, and nobody is a holder."""
    lines = had(*PEOPLE, *held("2of3", 3)[:-3], stored("1", "ADM"))
    found = {one.seat: one.what for one in lines if one.person}
    assert found["ADM"].startswith("role custodian, since") and found["WIT"].startswith("no role, since")
    told = [*(one.what for one in lines), *(one.means for one in EVENTS.values())]
    assert not [one for one in told if "holder" in one.split()]


@given(st.lists(st.sampled_from(Answer), min_size=1, max_size=8))
def test_what_a_review_writes_is_allowed_and_counted(answers):
    review = review_of(register_of(*held(), asset("key-1", "mfa", "M1"), *PEOPLE), *answers)
    register = after(review)
    last = list(review.entries())[-1]
    assert last.event == "review"
    assert last.confirmed + last.changed + last.removed == len(review.lines)
    assert (str(register.reviewed), str(register.next_review)) == ("2026-04-01", "2026-07-01")
    assert len(register.actions) == sum(line.answer is not Answer.KEEP for line in review.lines)


def test_two_reviews_of_a_day_do_not_share_codes_of_actions():
    once = after(review_of(register_of(*held(), *PEOPLE), Answer.REMOVE))
    twice = after(review_of(once, Answer.CHANGE))
    assert len(twice.actions) == 2 * len(once.actions) == 2 * len(review_of(once).lines)


@pytest.mark.parametrize("reviewers", [[], ["ADM"], ["ADM", "ADM"], ["ADM", "NEW"], ["ADM", "GONE"]])
def test_reviewers_are_two_people_who_are_here(reviewers):
    register = register_of(*PEOPLE, event("person.joined", person="GONE", name="Cleo Example", since="2026-01-01"),
                           event("person.left", "2026-02-01", person="GONE", until="2026-02-01", reason="moved on"))  # fmt: skip
    check_reviewers(register, ["ADM", "WIT"])
    with pytest.raises(UsageError):
        check_reviewers(register, reviewers)


def test_the_sheet_shows_every_line_what_is_wrong_and_what_was_decided():
    register = register_of(*held(), *DEVICES, *PEOPLE, *ADMINS, sheet("sheet.lost", "2", circumstances="gone"))
    report = review_of(register, Answer.KEEP, Answer.REMOVE).report(("abandon",) * 12)
    rows = report.tables[0].rows
    assert len(rows) == 12
    assert rows[0][3:5] == ("-", "keep")
    assert rows[1][3:5] == (
        "it is LOST; somebody else may have read it: EXPOSED, possible",
        "remove: to be arranged (ADM, until 2026-05-01)",
    )
    assert [one.heading for one in report.tables[0].columns] == [
        "",
        "Who",
        "Way in",
        "What is wrong",
        "Decided",
        "Initials",
    ]
    assert report.signatures == ("Ada Example", "Ben Example")
    assert dict(report.facts)["Wrong"] == "1 lines have something wrong with them"


def wrong(*entries, day=NOW):
    """What is wrong on each line that has something, by its subject; and whether it could be kept."""
    found = accesses(register_of(*entries), day)
    return {
        one.subject: ("; ".join(fault.words for fault in one.wrong), Answer.KEEP in one.answers)
        for one in found
        if one.wrong
    }


SOUND = (*held(), *DEVICES, *PEOPLE, *ADMINS)
SHEET_1 = f"sheet-1.{SET[:8]}"
LEAVER = (event("person.joined", person="C1", name="Cleo Example", since="2026-01-01"),
          event("person.left", "2026-03-01", person="C1", until="2026-03-01", reason="moved on"))  # fmt: skip


def read(result):
    return sheet("sheet.read", "1", "2026-03-01", use="inventory", source="scan", result=result)


@pytest.mark.parametrize(
    ("entries", "subject", "says"),
    [
        ([sheet("sheet.lost", "1", circumstances="gone")], SHEET_1, "it is LOST"),
        ([sheet("sheet.destroyed", "1", way="fire", seen_by=[])], SHEET_1, "DESTROYED, as fewer than two people say"),
        ([sheet("sheet.exposed", "1", level="possible", reason="a photograph")], SHEET_1, "EXPOSED, possible"),
        ([read("forged")], SHEET_1, "what was read on 2026-03-01 was FORGED"),
        ([read("damaged")], SHEET_1, "what was read on 2026-03-01 was DAMAGED"),
        (LEAVER, SHEET_1, "Cleo Example left on 2026-03-01"),
        ([event("asset.checked", "2026-05-01", asset="key-1", result="fail")], "asset.key-1", "DOES NOT WORK, as it was tried on 2026-05-01"),
        ([event("account.added", account="root", name="Root", pack="aws-root")], "alerts.root", "nobody is recorded who does"),
        ([event("asset.retired", asset="phone-1", reason="broken")], "needed.phone", "none is recorded"),
        ([event("person.left", "2026-02-01", person="ADM", until="2026-02-01", reason="moved on")], "role.bill-payer", "nobody is recorded who does"),
    ],
)  # fmt: skip
def test_what_nobody_has_or_is_not_what_it_should_be_is_told_and_not_kept(entries, subject, says):
    assert subject not in wrong(*SOUND)
    told, kept = wrong(*SOUND, *entries)[subject]
    assert says in told
    assert not kept
    line = next(one for one in accesses(register_of(*SOUND, *entries), NOW) if one.subject == subject and one.wrong)
    with pytest.raises(UsageError, match="keep"):
        Decision(line, Answer.KEEP)


def test_what_is_late_is_told_and_may_be_kept():
    late = wrong(*SOUND, day=dt.date(2027, 6, 1))
    assert late[SHEET_1] == ("it has not been read for a year", True)
    assert late["asset.key-1"] == ("nobody has tried it for a quarter", True)
    taken = sheet("sheet.taken", "1", person="C1", bag="BAG-1", safe="safe-1", purpose="a drill")
    assert wrong(*SOUND, taken)[SHEET_1] == ("it is out of its safe", True)
    ends = asset("key-2", "mfa", "M1", "2026-05-01", expires="2026-07-01")
    assert wrong(*SOUND, ends)["asset.key-2"] == ("it ends on 2026-07-01", True)


def test_a_sheet_of_a_set_that_was_replaced_is_not_kept_and_one_of_a_rehearsal_is_no_line():
    practice = made("2of3", "7" * 32, practice=True)
    assert not any("77777777" in one.subject for one in accesses(register_of(*SOUND, practice), NOW))
    new = event("set.made", "2026-02-01", set=OTHER_SET, fingerprint=made().data.fingerprint, policy="2of2", epoch=2,
                recipient="0" * 32, practice=False, sheets=2, line=SET, replaces=SET, kind="refreshed")  # fmt: skip
    refreshed = event("set.refreshed", "2026-02-02", set=OTHER_SET, replaces=SET, reason="a test")
    told, kept = wrong(*SOUND, new, *read_back("1", "2"), refreshed)[SHEET_1]
    assert (told, kept) == ("its set is superseded: it is to be destroyed in front of two people", False)


def test_who_gets_the_alerts_and_who_has_mailbox_and_phone_besides_their_keepers_is_reviewed():
    account = event("account.added", account="root", name="Root of AWS", pack="aws-root")
    bound = event("line.bound", line=SET, account="root")
    receiver = event("receiver.added", person="WIT", account="root")
    found = accesses(register_of(*held(), *DEVICES, *PEOPLE, account, bound, receiver), NOW)
    assert ("WIT", "gets the alerts of Root of AWS") in [(one.seat, one.what) for one in found]
    assert [one.what for one in found if not one.seat] == [
        "who runs the mail (mailbox of Root of AWS)",
        "who runs the names of its domain (mailbox of Root of AWS)",
        "who pays the phone bill (phone of Root of AWS)",
    ]
    gone = event("person.left", "2026-02-01", person="WIT", until="2026-02-01", reason="moved on")
    left = accesses(register_of(*held(), *DEVICES, *PEOPLE, account, bound, receiver, gone), NOW)
    alerts = next(one for one in left if one.subject == "alerts.root")
    assert (alerts.answers, alerts.wrong[0].words[:28]) == (
        [Answer.CHANGE, Answer.REMOVE],
        "Ben Example left on 2026-02-",
    )


def test_every_role_that_a_pack_names_is_one_of_the_list():
    for code in packs._FILES:
        assert {role for thing in packs.find_pack(code).things.values() for role in thing.also} <= {*ROLES}


def test_somebody_whom_nobody_could_reach_is_an_incident_and_is_not_counted_on():
    register = register_of(
        *held("2of3", 3), *DEVICES, *PEOPLE, *ADMINS, event("role", person="M1", role="mfa", reason="it is so")
    )
    assert not any(one.rule == "PATH-1" for one in Rules(register).broken)
    lines = [
        Decision(one, Answer.ABSENT, "call the office", "ADM", dt.date(2026, 5, 1))
        if one.subject == "role.mfa"
        else Decision(one, Answer.KEEP)
        for one in accesses(register, NOW)
    ]
    now = after(Review(register, lines, ["ADM", "WIT"], NOW, dt.date(2026, 9, 1)))
    assert list(now.incidents.values()) == ["M1 cannot be reached: when access was reviewed nobody could"]
    assert [one.owner for one in now.actions.values()] == ["ADM"]
    assert "PATH-1" in {one.rule for one in Rules(now).broken}
    unreached = {
        one.subject for one in accesses(now, NOW) for fault in one.wrong if "nobody can reach M1" in fault.words
    }
    assert unreached == {"role.mfa", "asset.key-1"}
    once_more = Review(
        now,
        [Decision(one, Answer.ABSENT, "wait", "ADM") for one in accesses(now, NOW) if one.subject == "role.mfa"],
        [],
        NOW,
        NOW,
    )
    assert not any(one.event == "incident.open" for one in once_more.entries())
    closed = event(
        "incident.close",
        str(NOW),
        incident=next(iter(now.incidents)),
        cause="away",
        outcome="back",
        approved=["ADM", "WIT"],
    )
    assert not any(one.rule == "PATH-1" for one in Rules(then(now, closed)).broken)


def test_who_cannot_be_reached_under_one_seat_cannot_under_another_and_stands_on_every_line_of_theirs():
    again = event("person.joined", person="ada-example", name="Ada  Example", since="2026-01-01")
    absent = event("incident.open", incident="I-1", cause="no answer", kind="absent", person="ada-example")
    account = event("account.added", account="root", name="Root", pack="aws-root")
    theirs = (
        account,
        event("receiver.added", account="root", person="ADM"),
        event("deputy", person="WIT", deputy="ADM"),
        stored("1", "ADM"),
    )
    lines = had(*PEOPLE, again, *held("2of3", 3)[:-3], *theirs, absent)
    said = {one.subject for one in lines if any("nobody can reach Ada" in fault.words for fault in one.wrong)}
    assert said >= {"role.custodian", "alerts.root", "deputy", f"sheet-1.{SET[:8]}"}


def test_only_of_a_person_it_is_said_that_nobody_could_reach_them():
    found = had(*SOUND)
    assert {one.subject for one in found if Answer.ABSENT in one.answers} == {
        f"role.{role}" for role in ("mail-admin", "domain-admin", "bill-payer", "none")
    }


def test_a_withdrawal_stands_with_what_rested_on_it():
    entries = chained(introduced(made("2of3"), place("vault"), stored("1", safe="vault"), people=["C2"]))
    slip = next(entry for entry in entries if entry.event == "place.added" and entry.data.place == "vault")
    back = event("withdrawn", "2026-02-01", entry=slip.hash, reason="there is no vault", approved=["C1", "C2"])
    entries = chained([*introduced(made("2of3"), place("vault"), stored("1", safe="vault"), people=["C2"]), back])
    line = lines_of(build(entries, EVER).register, entries, NOW)[0]
    assert line.what.startswith(f"WITHDRAWN: entry {slip.seq} of 2026-01-10 (place.added: place vault; ")
    assert line.what.endswith("by C1 Example and C2 Example on 2026-02-01: there is no vault")
    rested = "rested on it: entry 7 of 2026-01-16 (sheet.stored): no place of this name was recorded"
    assert [one.words for one in line.wrong] == [rested]
    assert line.answers == [Answer.KEEP, Answer.CHANGE, Answer.REMOVE]


@pytest.mark.parametrize("resting", [[], [0], [3], [0, 5], [0, 1, 2, 3, 4, 5]])
def test_each_withdrawal_stands_with_what_rested_on_it_and_the_register_is_not_built_anew_for_each(
    resting, monkeypatch
):
    """Six places that are none: on some of them a sheet rests, and somebody left none of the rest."""
    places, numbers = [place(f"vault-{at}") for at in range(6)], range(6)
    said = introduced(
        made("4of7"), *places, *(stored(f"{at + 1}", safe=f"vault-{at}") for at in resting), people=["C1", "C2"]
    )
    wrong = event("sheet.stored", set=SET, sheet="7", person="C1", bag="B7", safe="nowhere")
    slips = [next(one for one in chained(said) if one.data == vault.data) for vault in places]
    back = [event("withdrawn", "2026-02-01", entry=one.hash, reason="a slip", approved=["C1", "C2"]) for one in slips]
    entries = chained([*said, wrong, *back])
    register, built = build(entries, EVER).register, []
    monkeypatch.setattr(review, "build", lambda *args, **kwargs: built.append(args) or all_build(*args, **kwargs))
    lines = lines_of(register, entries, NOW)[:6]
    rested = [[one.words for one in line.wrong] for line in lines]
    assert [at for at in numbers if rested[at]] == resting
    for at, sheet_at in enumerate(resting):
        name = next(one.seq for one in entries if one.data == said[-len(resting) + at].data)
        assert rested[sheet_at] == [
            f"rested on it: entry {name} of 2026-01-16 (sheet.stored): no place of this name was recorded"
        ]
    assert len(built) <= min(2 + 3 * len(resting), 2 + 6)


def chained(happenings):
    """The same as entries of one ledger."""
    entries, head = [], GENESIS
    for number, what in enumerate(happenings, 1):
        entries.append(new_entry(what, number, head))
        head = entries[-1].hash
    return entries


@given(st.booleans(), st.booleans())
def test_nothing_is_kept_that_is_gravely_wrong(grave, person):
    access = Access("x", "C1", "a thing", (Fault("it is gone", grave=grave),), person=person)
    assert (Answer.KEEP in access.answers) == (not grave)


@pytest.mark.parametrize("reviewers", [["ADM", "ADM", "WIT"], ["ADM", "WIT"] * 7])
def test_nobody_reviews_twice(reviewers):
    with pytest.raises(UsageError, match="twice"):
        check_reviewers(register_of(*PEOPLE), reviewers)
