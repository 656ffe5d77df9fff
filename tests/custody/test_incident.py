"""What happened, and what follows: the register decides which case it is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.custody.advice import advice
from splitkit.custody.exposure import SetCase, standing
from splitkit.custody.incident import CAUSES, IncidentReport, check_report, elsewhere, written
from splitkit.custody.overview.now import matters
from splitkit.custody.records.holdings import Exposure, State, new_codes
from splitkit.custody.register import Built
from splitkit.custody.ways.rules import Rules
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import INCIDENTS, URGENT
from splitkit.packs.pack import USUAL, all_packs, find_pack
from tests.support.custody.custodies import (
    NOW,
    OTHER_SET,
    SET,
    asset,
    destroyed,
    event,
    held,
    made,
    place,
    read_back,
    register_of,
    sheet,
    then,
)

PEOPLE = tuple(event("person.joined", person=seat, name=f"{seat} Example", since="2026-01-01")
               for seat in ("ADM", "WIT", "C1", "C2", "C3", "C4", "C5", "M1", "P1", "B1"))  # fmt: skip
ASSETS = (asset("key-1", "mfa", "M1", place="desk"), asset("phone-1", "phone", "P1"), asset("mail", "mailbox", "B1"),
          asset("box-1", "other", "C1", place="safe-1"), asset("box-2", "laptop", "C2", place="safe-2"))  # fmt: skip
PLACES = (place("safe-1", "north"), place("safe-2", "north"), place("desk", "north", "office"))
STAMP = "2026-03-01T10:00:00Z"


def office(*more):
    return register_of(*PLACES, *held(), *PEOPLE, *ASSETS, *more)


def happened(register, what, of=SET, **details):
    report = IncidentReport(what, "it was noticed on Monday", of if CAUSES[what].about == "sheets" else "", **details)
    check_report(report)
    entries = written(register, report, next(new_codes(register.incidents, "I-20260301-")), dt.date(2026, 3, 1))
    now = register
    for entry in entries:
        now = then(now, Happening(entry, "ADM", "WIT", STAMP))
    found = advice(register, now, report, entries, NOW)
    return now, [one.case for one in found], found


@pytest.mark.parametrize(
    ("what", "sheets", "case", "cases"),
    [
        ("lost", ("2",), SetCase.LOST, ["sheet"]),
        ("lost", ("2", "4"), SetCase.ONE_SHORT, ["sheet"]),
        ("lost", ("2", "4", "5"), SetCase.COMPROMISED, ["compromise", "secret-lost"]),
        ("destroyed", ("2",), SetCase.DESTROYED, ["sheet"]),
        ("destroyed", ("1", "2", "3"), SetCase.DEAD, ["secret-lost"]),
        ("seal", ("1",), SetCase.LOST, ["sheet"]),
        ("seen", ("1", "2"), SetCase.ONE_SHORT, ["sheet"]),
        ("seen", ("1", "2", "3"), SetCase.COMPROMISED, ["compromise"]),
    ],
)
def test_the_same_loss_is_another_case_when_more_is_gone(what, sheets, case, cases):
    now, found, _ = happened(office(), what, sheets=sheets)
    assert (standing(now.sets[SET], NOW).case, list(dict.fromkeys(found))) == (case, cases)
    assert len(now.incidents) == 1


def test_what_is_recorded_of_a_sheet():
    now, _, _ = happened(office(), "seen", sheets=("1",))
    assert now.sets[SET].sheets["1"].exposure is Exposure.CONFIRMED
    now, _, _ = happened(now, "seal", sheets=("1",))
    assert now.sets[SET].sheets["1"].exposure is Exposure.CONFIRMED
    assert list(now.incidents) == ["I-20260301-1", "I-20260301-2"]
    now, _, _ = happened(now, "lost", sheets=("1",))
    assert now.sets[SET].sheets["1"].state is State.LOST


@pytest.mark.parametrize(
    ("tag", "cases"), [("key-1", ["lost-mfa"]), ("phone-1", ["lost-phone"]), ("mail", ["lost-mailbox"])]
)
def test_a_device_that_is_gone(tag, cases):
    now, found, why = happened(office(), "device", thing=tag)
    assert list(dict.fromkeys(found)) == cases
    assert (now.assets[tag].retired, now.assets[tag].works) == ("", False), "it is on the account until it is taken off"
    blocked = [one.why for one in why if "nobody can" in one.why]
    assert len(blocked) == 1


def test_a_spare_device_keeps_the_way_open():
    _, _, why = happened(office(asset("key-2", "mfa", "M1")), "device", thing="key-1")
    assert [one.case for one in why] == ["lost-mfa"]


def test_a_fire_takes_all_that_lies_in_a_site_and_a_theft_exposes_it():
    now, found, _ = happened(office(), "fire", thing="north")
    assert [now.sets[SET].sheets[number].state for number in "12"] == [State.DESTROYED] * 2
    assert now.assets["key-1"].retired
    assert now.sets[SET].sheets["3"].state is State.HELD
    assert list(dict.fromkeys(found)) == ["sheet", "lost-mfa"]
    now, found, _ = happened(office(), "theft", thing="north")
    assert standing(now.sets[SET], NOW).case is SetCase.ONE_SHORT
    assert (now.assets["key-1"].retired, now.assets["key-1"].works) == ("", False)


def test_somebody_who_leaves_or_is_away():
    now, found, why = happened(office(event("deputy", person="C2", deputy="C3")), "leaver", thing="C2")
    assert (found, now.incidents) == (["leaver"], {})
    assert why[0].why == f"C2 Example leaves, and keeps sheet 2 of set {SET[:8]}, laptop box-2"
    _, found, why = happened(office(event("deputy", person="C2", deputy="C3")), "absent", thing="C2")
    assert why[0].why.endswith("laptop box-2; C3 Example stands in") and "cannot be reached" in why[0].why
    _, found, why = happened(office(), "absent", thing="M1")
    assert found == ["leaver", "lost-mfa"]
    assert why[1].why == "without M1 Example nobody can bring an MFA device any more"
    _, found, why = happened(office(destroyed("1"), destroyed("3")), "absent", thing="C2")
    assert (found, why[1].why) == (
        ["leaver", "secret-lost"],
        "without C2 Example nobody can bring a quorum of sheets together any more",
    )


@pytest.mark.parametrize("thing", ["key-1", "mail-1"])
def test_what_somebody_else_has_is_a_compromise_and_lost_besides(thing):
    register = office(asset("mail-1", "mailbox", "B1"))
    now, found, _ = happened(register, "taken", thing=thing)
    assert found[:2] == ["compromise", f"lost-{register.assets[thing].kind}"]
    assert len(now.incidents) == 1
    assert happened(register, "device", thing=thing)[1][0] != "compromise"


@pytest.mark.parametrize(("what", "case"), [("password", "compromise"), ("machine", "compromise"), ("alert", "alert")])
def test_what_needs_no_sheet(what, case):
    now, found, _ = happened(office(), what)
    assert (found, len(now.incidents)) == ([case], 1)


def replaced(*, rotated=False):
    kind = "rotated" if rotated else "refreshed"
    return register_of(
        *held(), *PEOPLE,
        event("set.made", "2026-02-01", set=OTHER_SET, fingerprint=made().data.fingerprint, policy="3of5", epoch=2,
              recipient="0" * 32, practice=False, sheets=5, line=SET, replaces=SET, kind=kind),
        *read_back(*"12345"), event(f"set.{kind}", "2026-02-02", set=OTHER_SET, replaces=SET, reason="a test"),
    )  # fmt: skip


def test_old_sheets_of_the_same_secret_still_count():
    _, found, why = happened(replaced(), "lost", sheets=("1",))
    assert found == ["sheet"]
    assert "OLD SHEETS STILL OPEN THE SAME SECRET" in why[0].why
    gone = {"sheets": ("1", "2", "3"), "way": "shredded"}
    now, found, _ = happened(replaced(), "destroyed", **gone, seen_by=("ADM", "WIT"))
    assert (found, now.incidents) == ([], {})  # that is what was wanted
    assert happened(replaced(), "destroyed", **gone, seen_by=("ADM",))[1] == ["sheet"]  # one person's word
    _, found, _ = happened(replaced(), "seen", sheets=("1", "2", "3"))
    assert found == ["compromise"]


def test_old_sheets_of_an_old_secret_do_not():
    register = replaced(rotated=True)
    register = then(register, event("signin", password="new", accepted=True))
    assert happened(register, "seen", sheets=("1", "2", "3"))[1] == ["compromise"]  # two people have not retired it yet
    retired = event("set.retired", set=SET, reason="a new password", approved=["ADM", "WIT"])
    assert happened(then(register, retired), "seen", sheets=("1", "2", "3"))[1] == []


@pytest.mark.parametrize(
    ("what", "details"),
    [("device", {"thing": "key-9"}), ("fire", {"thing": "south"}), ("leaver", {"thing": "C9"}), ("lost", {"sheets": ("7",)})],
)  # fmt: skip
def test_what_the_register_does_not_know_is_refused(what, details):
    with pytest.raises(AttentionError):
        happened(office(), what, **details)


@pytest.mark.parametrize("what", [what for what, cause in CAUSES.items() if cause.about])
def test_a_report_says_what_it_is_about(what):
    with pytest.raises(UsageError, match="it was not said"):
        check_report(IncidentReport(what, "it was noticed on Monday"))
    with pytest.raises(UsageError, match="it was not said what happened"):
        check_report(IncidentReport(what, "", sheets=("1",), thing="x"))


@given(
    st.permutations("12345"), st.lists(st.sampled_from(["lost", "destroyed", "seal", "seen"]), min_size=1, max_size=5)
)
def test_a_compromise_is_never_played_down(order, kinds):
    """Whatever is reported one after the other: three sheets that others may know are a compromise, and two are one short."""
    register, known, gone = office(), set(), set()
    for number, what in zip(order, kinds, strict=False):
        register, found, _ = happened(register, what, sheets=(number,))
        (gone if what in ("lost", "destroyed") else set()).add(number)
        if what != "destroyed":
            known.add(number)
        if len(known) >= 3:
            assert found[0] == "compromise"
        elif len(gone) >= 3:
            assert found[0] == "secret-lost"
        else:
            assert found[0] == "sheet"
        assert all(find_pack("aws-root").procedure_for(one) for one in found)


def test_every_cause_is_something_that_a_person_would_say():
    assert all(cause.words[0].islower() and not cause.words.endswith(".") for cause in CAUSES.values())


def test_what_is_known_already_is_answered_again():
    """A drill that finds a broken seal records it; whoever reports it then is told what follows anyway."""
    seen = sheet("sheet.seen", "2", person="C2", bag="BAG-2", intact=False)
    now, found, _ = happened(office(seen), "seal", sheets=("2",))
    assert (found, standing(now.sets[SET], NOW).case) == (["sheet"], SetCase.LOST)
    _, again, _ = happened(now, "lost", sheets=("2",))
    assert happened(now, "lost", sheets=("2",))[1] == again == ["sheet"]


def test_a_fire_takes_only_what_was_there():
    away = (sheet("sheet.taken", "1", person="C1", bag="BAG-1", safe="safe-1", purpose="a drill"),
            sheet("sheet.lost", "2", circumstances="gone"))  # fmt: skip
    register = office(*away)
    now, _, _ = happened(register, "fire", thing="north")
    assert [now.sets[SET].sheets[number].state for number in "12"] == [State.TAKEN, State.LOST]
    assert elsewhere(register, "north") == [
        f"sheet 1 of set {SET[:8]} (out of its safe)",
        f"sheet 2 of set {SET[:8]} (lost)",
    ]


def test_an_emptied_safe_is_still_a_safe_and_a_mailbox_still_the_account_s():
    register = office(asset("mail-2", "mailbox", "B1", place="safe-1"))
    now, _, _ = happened(register, "theft", thing="north")
    assert not any(now.places[tag].left for tag in ("safe-1", "safe-2", "desk"))
    assert (now.assets["mail-2"].retired, now.assets["mail-2"].result) == ("", "fail")
    burnt = happened(register, "fire", thing="north")[0].places
    assert [tag for tag, one in burnt.items() if one.left] == ["safe-1", "safe-2", "desk"]


def test_whoever_takes_phone_and_mailbox_has_a_way_in():
    register = office(asset("phone-2", "phone", "P1", place="vault"), asset("mail-2", "mailbox", "B1", place="vault"))
    _, found, why = happened(register, "theft", thing="vault")
    assert found[0] == "compromise"
    assert why[0].why == "whoever took these can get in without an MFA device: mailbox and phone"


def pending(policy="3of5"):
    return [event("set.made", "2026-02-01", set=OTHER_SET, fingerprint=made().data.fingerprint, policy=policy, epoch=2,
                  recipient="0" * 32, practice=False, sheets=5, line=SET, replaces=SET, kind="refreshed")]  # fmt: skip


def test_a_set_that_is_not_in_use_yet_is_made_again():
    _, found, why = happened(office(*pending()), "destroyed", of=OTHER_SET, sheets=("1", "2", "3"), way="shredded")
    assert found == ["sheet"]
    assert "the set in use is not touched" in why[0].why
    _, found, _ = happened(office(*pending()), "seen", of=OTHER_SET, sheets=("1", "2", "3"))
    assert found == ["compromise"]


def test_sheets_of_a_rehearsal_frighten_nobody():
    practice = made(set_id=OTHER_SET, practice=True)
    _, found, _ = happened(office(practice), "seen", of=OTHER_SET, sheets=("1", "2", "3"))
    assert found == []
    alone = register_of(practice, *PEOPLE)
    assert happened(alone, "seen", of=OTHER_SET, sheets=("1", "2", "3"))[1] == ["compromise"]


def test_an_incident_is_urgent_until_it_is_closed():
    assert {what for what, cause in CAUSES.items() if cause.opens} <= {*INCIDENTS} <= {*CAUSES}
    assert {what for what, cause in CAUSES.items() if not cause.about} == set(URGENT)
    now, _, _ = happened(office(), "password")
    assert now.urgent == {"I-20260301-1": "compromise"}
    over = event(
        "incident.close",
        "2026-03-02",
        incident="I-20260301-1",
        cause="read aloud",
        outcome="rotated",
        approved=["ADM", "WIT"],
    )
    assert then(now, over).urgent == {}
    assert happened(office(), "lost", sheets=("2",))[0].urgent == {}


def test_policies_with_millions_of_coalitions_are_answered_too():
    numbers = [f"{group}{number}" for group in "AB" for number in range(1, 17)]
    sheets = [event("sheet.stored", "2026-01-16", set=SET, sheet=number, person=f"C{at}", bag=f"BAG-{number}", safe=f"s-{number.lower()}")
              for at, number in enumerate(numbers)]  # fmt: skip
    register = register_of(made("2 of: North 8of16, South 8of16"), *PEOPLE, *ASSETS, *sheets)
    assert happened(register, "lost", sheets=("A1",))[1] == ["sheet"]


@pytest.mark.parametrize("what", sorted(URGENT))
def test_the_same_procedure_is_named_when_it_happens_and_for_as_long_as_it_is_open(what):
    """Whoever reports it, and whoever looks at what must be done, is sent to one and the same."""
    now, (case,), _ = happened(office(), what)
    told = matters(Built(now), Rules(now), NOW)
    (found,) = [one for one in told if "incident I-20260301-1" in one.what]
    named = found_procedures(case)
    assert found.about == ("I-20260301-1", named[0])


def found_procedures(case: str) -> list[str]:
    return [one.code for pack in all_packs() if pack.code == USUAL for one in pack.procedures if one.case == case]


def test_an_old_sheet_is_to_be_kept_while_the_set_in_its_place_may_not_open():
    dead = then(replaced(), *(destroyed(number, OTHER_SET) for number in "123"))
    for register, words in ((replaced(), "still to be destroyed"), (dead, "keep its sheets until")):
        assert any(words in one.why for one in happened(register, "lost", sheets=("1",))[2])
