"""Whoever alone chooses by what an account is judged decides what is sound: it is due until another says so too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from splitkit.custody.due import due
from splitkit.errors import Remedy
from tests.support.custody.custodies import SET, event, held, register_of, then

ADDED = event("account.added", account="root", name="Root", pack="generic-password")
BOUND = event("line.bound", line=SET, account="root")
PEOPLE = [
    event("person.joined", person=one, name=f"{one} Example", since="2026-01-10") for one in ("ADM", "WIT", "SCR")
]
BEGUN = [*PEOPLE, *held()]
JUDGED = event("account.pack", account="root", pack="generic-password", approved=["ADM", "WIT"])


def alone(what, by="ADM"):
    return replace(what, by=by, witness="")


def asked(register):
    return [one.remedy for one in due(register) if one.remedy in (Remedy.CONFIRM_PACK, Remedy.CONFIRM_LINE)]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ([ADDED, BOUND], []),
        ([alone(ADDED), BOUND], [Remedy.CONFIRM_PACK]),
        ([alone(ADDED), JUDGED, BOUND], []),
        ([alone(ADDED), alone(JUDGED), BOUND], []),
        ([alone(ADDED), BOUND, event("set.retired", set=SET, reason="over", approved=["ADM", "WIT"]),
          event("account.ended", account="root", reason="closed", approved=["ADM", "WIT"])], []),
        ([ADDED, alone(BOUND)], [Remedy.CONFIRM_LINE]),
        ([ADDED, alone(BOUND), alone(BOUND)], [Remedy.CONFIRM_LINE]),
        ([ADDED, alone(BOUND), alone(BOUND, "WIT")], []),
        ([ADDED, alone(BOUND), alone(BOUND, "WIT"), alone(BOUND)], []),
        ([ADDED, alone(BOUND), BOUND], []),
        ([ADDED, BOUND, alone(BOUND)], []),
    ],
)  # fmt: skip
def test_who_alone_chose_what_judges_an_account_is_asked_for_another(said, asks):
    assert asked(register_of(*BEGUN, *said)) == asks


def test_it_is_asked_for_on_the_day_it_was_said_and_names_who_said_it():
    (one,) = [one for one in due(then(register_of(*BEGUN), alone(ADDED))) if one.remedy is Remedy.CONFIRM_PACK]
    assert (str(one.day), one.what) == ("2026-01-15", "confirm the pack of Root")
    assert one.why == "ADM Example alone chose the pack generic-password, by which its ways in are judged"
