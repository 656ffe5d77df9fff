"""What was not as it should be is an incident until the same is seen to be right, or two people close it."""

from __future__ import annotations

import dataclasses

import pytest

from splitkit.custody.register import build
from splitkit.errors import AttentionError
from splitkit.ledger.events import EVENTS
from tests.support.custody.custodies import (
    EVER,
    asset,
    chained,
    changed,
    event,
    held,
    introduced,
    made,
    place,
    register_of,
    stored,
    then,
)
from tests.support.ledgers import HASH

DAY = "2026-02-01"
PEOPLE = ("ADM", "WIT")
BAD = {
    "room.clock": {"time": "14:05", "agrees": False},
    "resume": {"bags_agree": False, "present": PEOPLE},
    "preflight": {"check": "swap", "verdict": "fail"},
    "hash": {"what": "the program", "sha256": HASH, "equal": False},
    "selftest": {"result": "fail", "tests": 3},
    "wipe": {"reason": "done", "empty": False},
    "tally": {"printed": 6, "sealed": 5, "shredded": 0, "agrees": False},
    "signin": {"password": "unchanged", "accepted": False},
    "alert": {"receiver": "C1", "minutes": 2, "validated": False},
}
GOOD = {
    **dict.fromkeys(("agrees", "bags_agree", "equal", "empty", "accepted", "validated"), True),
    "verdict": "pass",
    "result": "pass",
}
"""The same things when they are as they should be."""


def said(name, day=DAY, by="SCR", witness="WIT", **data):
    return dataclasses.replace(event(name, day, **{**BAD[name], **data}), by=by, witness=witness)


def good(name, **who):
    return said(name, **{field: value for field, value in GOOD.items() if field in BAD[name]}, **who)


def opened(register):
    return list(register.open_incidents)


def test_every_event_that_can_say_so_is_known_here():
    assert {name for name, one in EVENTS.items() if one.wrong} == set(BAD)
    verdicts = {name for name, one in EVENTS.items() for field, kind, _ in one.kinds()
                if kind.name in ("yes/no", "one of") and field in GOOD}  # fmt: skip
    assert verdicts - {"sheet.read", "asset.checked", "drill", "outcome", "review.line"} == set(
        BAD
    )  # those are judged as what they are about


@pytest.mark.parametrize("name", BAD)
def test_it_stays_until_it_is_seen_to_be_right(name):
    register = register_of(*held(), said(name))
    (code,) = opened(register)
    assert code == f"{name.rpartition('.')[2].upper()}-20260201-1"
    assert DAY in register.incidents[code]
    assert opened(then(register, said(name, "2026-02-02"))) == [code]
    assert opened(then(register, good(name, day="2026-02-03"))) == []
    assert opened(then(register, good(name), said(name))) == [f"{code[:-1]}2"]


@pytest.mark.parametrize("name", BAD)
def test_or_until_two_people_close_it(name):
    register = register_of(*held(), said(name))
    closed = event(
        "incident.close",
        "2026-02-01",
        incident=opened(register)[0],
        cause="a slip",
        outcome="looked into",
        approved=PEOPLE,
    )
    assert opened(then(register, closed)) == []


@pytest.mark.parametrize("name", [name for name in BAD if not EVENTS[name].saw])
def test_one_person_says_nothing_right_that_another_said_is_wrong(name):
    register = register_of(*held(), said(name))
    assert len(opened(then(register, good(name, by="ADM", witness="")))) == 1
    assert opened(then(register, good(name, by="ADM", witness="WIT"))) == []
    assert len(opened(then(register, good(name, witness="")))) == 1  # nor that a witness said
    alone = register_of(*held(), said(name, witness=""))
    assert opened(then(alone, good(name, witness=""))) == []  # who said the one says the other
    assert opened(then(alone, said(name, by="ADM"), good(name, witness="")))  # but not for whoever else said so


@pytest.mark.parametrize("name", BAD)
def test_a_machine_and_a_count_are_those_of_one_ceremony(name):
    """Who is alerted, and the password of a set, are the same in every ledger; a machine need not be."""
    begins = event("open", DAY, format=1, ceremony="C-0002", kind="custody", practice=False, version="0.1.0")
    register = register_of(*held(), said(name), begins, good(name))
    assert bool(opened(register)) is (name not in ("alert", "signin"))


def test_a_check_that_failed_is_overruled_by_two():
    register = register_of(*held(), said("preflight"))
    for approved, check, settled in ((["ADM"], "swap", False), (PEOPLE, "disk", False), (PEOPLE, "swap", True)):
        override = event("override", DAY, check=check, reason="it is no disk", approved=approved)
        assert bool(opened(then(register, override))) is not settled
    assert len(opened(then(register, said("preflight", check="disk")))) == 2


def test_an_old_password_that_is_refused_is_no_matter():
    register = register_of(*held(), said("signin", password="old"))
    assert opened(register) == []
    assert len(opened(then(register, said("signin"), said("signin", password="old", accepted=True)))) == 1


def test_it_is_told_by_name_with_its_day_and_its_ceremony():
    begins = event("open", DAY, format=1, ceremony="C-0002", kind="drill", practice=False, version="0.1.0")
    joined = event("person.joined", "2026-01-10", person="C1", name="Cleo Example", since="2026-01-10")
    register = register_of(*held(), joined, begins, said("alert"))
    assert list(register.incidents.values()) == [
        "Cleo Example was alerted, and did not know what to do (on 2026-02-01, in C-0002)"
    ]


@pytest.mark.parametrize("name", BAD)
def test_a_rehearsal_never_counts_beside_a_real_set(name):
    begins = event("open", "2026-01-10", format=1, ceremony="P-0001", kind="split", practice=True, version="0.1.0")
    rehearsed = [begins, changed(made("3of5", "6" * 32, "2026-01-11"), practice=True), said(name)]
    assert len(opened(register_of(*rehearsed))) == 1
    assert (
        opened(
            register_of(
                *rehearsed,
                event("open", format=1, ceremony="C-1", kind="split", practice=False, version="0.1.0"),
                *held(),
            )
        )
        == []
    )


def test_what_a_ceremony_says_is_of_that_ceremony_though_the_desk_goes_on():
    """The entries of the desk stand before and behind those of the ceremony that it took up."""
    desk = chained(introduced(*held(), said("tally"), good("tally"), people=("SCR", "WIT", "C1")))
    begins = event("open", DAY, format=1, ceremony="C-0009", kind="drill", practice=False, version="0.1.0")
    ceremony = chained([begins, said("wipe"), said("tally")], "1" * 64)
    register = build([*desk[:-1], *ceremony, desk[-1]], EVER).register
    assert [cause.partition(" (")[2] for cause in register.incidents.values()] == [f"on {DAY}, in C-0009)"] * 2


@pytest.mark.parametrize(
    ("there", "lies"),
    [
        ([], False),
        ([stored("1", safe="vault")], True),
        *[([asset(f"{kind}-1", kind, "C1", place="vault")], kind != "mailbox") for kind in ("mfa", "phone", "mailbox")],
        (
            [
                asset("mfa-1", "mfa", "C1", place="vault"),
                event("asset.retired", "2026-02-01", asset="mfa-1", reason="old"),
            ],
            False,
        ),
    ],
)
def test_no_place_is_left_while_anything_lies_in_it(there, lies):
    before = [*held("2of3", 3), place("vault"), *there]
    left = event("place.left", "2026-03-01", place="vault", reason="the site is given up")
    if lies:
        with pytest.raises(AttentionError, match="still lies there"):
            register_of(*before, left)
    else:
        assert register_of(*before, left).places["vault"].left
