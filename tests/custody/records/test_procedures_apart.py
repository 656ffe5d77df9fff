"""A procedure that was gone through for one account, or after one incident, was not for another."""

from __future__ import annotations

import datetime as dt

import pytest

from splitkit.custody.due import due
from splitkit.custody.overview.now import matters
from splitkit.custody.records.begun import begun_at, key_of
from splitkit.custody.register import Built, build
from splitkit.custody.ways.mending import to_walk_on
from splitkit.custody.ways.rules import Rules
from splitkit.errors import Remedy
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import all_packs
from tests.support.custody.custodies import EVER, asset, chained, event, introduced, register_of, then

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


@pytest.mark.parametrize("states", ["d", "l", "dldd", "dldl", "dddl", "ldl", "dl"])
def test_a_procedure_that_is_no_more_is_ended_by_what_is_printed(states):
    """Each command that is printed comes nearer to its end, and none of them says what was said already."""
    of, told = {"pack": "my-pack", "procedure": "X1", "steps": 4, "account": "one"}, []
    for at, state in enumerate(states, 1):
        told.append(event("procedure", step=at, state="left" if state == "l" else "done", **of))
    register, said = then(BEGUN, *told), set()
    while not (walk := next(iter(register.procedures.values()))).ended:
        remedy, (code, pack, words) = to_walk_on(register, walk)
        step, steps, state, account = words.split()
        assert (remedy, code, pack, steps, state, account) == (
            Remedy.END_WALK,
            "X1",
            "my-pack",
            "4",
            "done",
            "account=one",
        )
        assert step not in said and states[int(step) - 1 : int(step)] != "d"
        said.add(step)
        register = then(register, event("procedure", "2026-01-16", step=int(step), state="done", **of))
    assert not open_ones(register)


RETIRING = [
    pytest.param(pack.code, one, id=f"{pack.code}-{one.code}")
    for pack in all_packs()
    for one in pack.procedures
    if any(COMMANDS["retired"] in step.commands for _, step in one.numbered)
]


@pytest.mark.parametrize(("pack", "one"), RETIRING)
def test_a_procedure_about_a_device_is_gone_through_to_its_end_though_a_step_retires_that(pack, one):
    told = [asset("key-1", "mfa", "ADM")]
    for at, (_, step) in enumerate(one.numbered, 1):
        if COMMANDS["retired"] in step.commands and len(told) == at:  # once
            told.append(event("asset.retired", asset="key-1", reason="off the account"))
        of = {"pack": pack, "procedure": one.code, "steps": len(one.numbered), "state": "done", "asset": "key-1"}
        told.append(event("procedure", step=at, **of))
    built = build(chained(introduced(*told)), EVER)
    (walk,) = built.register.procedures.values()
    assert (built.findings, walk.ended, open_ones(built.register)) == ((), True, [])
