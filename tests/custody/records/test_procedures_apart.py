"""A procedure that was gone through for one account, or after one incident, was not for another."""

from __future__ import annotations

import datetime as dt

import pytest

from splitkit.custody.due import due
from splitkit.custody.overview.now import matters
from splitkit.custody.records.begun import begun_at, key_of
from splitkit.custody.register import Built
from splitkit.custody.ways.rules import Rules
from tests.support.custody.custodies import event, register_of, then

DAY = dt.date(2026, 3, 1)
BEGUN = register_of(
    event("account.added", account="one", name="Production", pack="aws-root"),
    event("account.added", account="two", name="Backup", pack="aws-root"),
    event("incident.open", incident="I-1", cause="a leaver"),
    event("incident.open", incident="I-2", cause="another"),
)
ABOUT = [
    {},
    {"account": "one"},
    {"account": "two"},
    {"account": "one", "incident": "I-1"},
    {"account": "one", "incident": "I-2"},
]


def walked(step, about, **more):
    of = {"pack": "aws-root", "procedure": "R8", "steps": 3, "state": "done"}
    return event("procedure", **of | about | more, step=step)


def open_ones(register):
    found = [one.what for one in matters(Built(register), Rules(register), DAY)]
    return [one.partition(" was begun and not ended")[0] for one in found if "was begun and not ended" in one]


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("other", ABOUT)
def test_what_was_done_for_one_was_not_done_for_another(about, other):
    register = then(BEGUN, walked(1, about), walked(3, other))
    assert len(open_ones(register)) == (about != other)
    r10 = {"procedure": "R10", "steps": 16}  # its last step waits
    later = then(BEGUN, walked(15, about, next="2026-04-01", **r10), walked(16, other, **r10))
    assert len([one for one in due(later) if one.what.endswith("goes on")]) == (about != other)


def test_it_is_told_for_which_account_and_after_which_incident():
    register = then(BEGUN, *(walked(1, about) for about in ABOUT))
    named = [
        "procedure R8",
        *(
            f"procedure R8 for {of}"
            for of in ("Production", "Backup", "Production, after I-1", "Production, after I-2")
        ),
    ]
    assert open_ones(register) == named


def test_it_has_begun_as_long_as_a_step_of_it_is_left():
    left = event("procedure", pack="aws-root", procedure="R8", step=1, steps=3, state="left", owner="Ada Example")
    told, key = [left, walked(2, {}), walked(3, {})], key_of(left.data)
    assert begun_at(told, key) == left.time
    assert begun_at([*told, walked(1, {})], key) == ""
    again = walked(1, {})
    assert begun_at([*told, walked(1, {}), again], key) == again.time
