"""The law of what people decide anew: told late, after what was decided since, it makes no status better than told in time.

Of every event that decides something, and of every pair of one kind, the older is told in its time and after the newer.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import replace
from itertools import product

import pytest

from splitkit.custody.due import due
from splitkit.custody.overview.now import matters
from splitkit.custody.records.decisions import AGREED, DECIDES
from splitkit.custody.register import build
from splitkit.custody.ways.rules import Rules, open_ones
from splitkit.packs.pack import find_pack
from tests.support.custody.custodies import SET, asset, chained, event, introduced, made, proven, stored
from tests.support.sampling import examples

BEGUN, OLD, NEW, NEWER = "2026-01-12", "2026-02-01", "2026-02-05", "2026-02-09"
JUDGED = (dt.date(2026, 3, 1), dt.date(2026, 6, 1), dt.date(2027, 6, 1))
TWO = ["ADM", "WIT"]


def person(tag, day=BEGUN, **more):
    return "person.joined", {"person": tag, "name": f"{tag} Example", "since": day, **more}


def gone(tag, day):
    return "person.left", {"person": tag, "until": day, "reason": "another post"}


def role(event_name, tag, name="bill-payer"):
    return event_name, {"person": tag, "role": name, "reason": "it was agreed"}


def deputy(tag, of="C1"):
    return "deputy", {"person": of, "deputy": tag}


def pack(code):
    return "account.pack", {"account": "root", "pack": code, "approved": TWO}


def overruled(**more):
    return "lint.override", {"rule": "SHEET-2", "reason": "for now", "approved": TWO, **more}


def safe(tag="spare", **more):
    return "place.added", {"place": tag, "name": "Spare", "kind": "safe", "site": "North", **more}


def device(**more):
    return "asset.added", {"asset": "key-9", "kind": "mfa", "person": "C1", **more}


OPEN = ("incident.open", {"incident": "I-1", "cause": "a rumour", "kind": "password"})
CLOSE = ("incident.close", {"incident": "I-1", "cause": "a rumour", "outcome": "nothing", "approved": TWO})
KINDS = {
    "deputy": [deputy("C2"), deputy("M1"), deputy("C3"), deputy("M1", of="C2"), gone("C2", OLD), gone("M1", OLD), person("M1")],
    "rule": [overruled(), overruled(until="2026-02-20"), overruled(until="2026-09-01"), deputy("C2")],
    "receiver": [("receiver.added", {"person": "M1", "account": "root"}), ("receiver.left", {"person": "M1", "account": "root"}),
                 gone("M1", OLD), person("M1")],
    "pack": [pack("aws-root"), pack("generic"), pack("entra-emergency")],
    "person": [person("C1"), gone("C1", OLD), person("C1", employer="Alpha"), person("C1", employer="Beta"),
               person("C1", superior="C2"), person("C1", superior="ADM"), person("C1", country="DE"), deputy("C2")],
    "device keeper": [person("M1"), gone("M1", OLD), ("asset.moved", {"asset": "key-1", "person": "C1", "reason": "x"}),
                      ("asset.moved", {"asset": "key-1", "place": "spare", "reason": "x"}), ("asset.moved", {"asset": "key-1", "place": "safe-1", "reason": "x"}),
                      ("asset.moved", {"asset": "key-1", "person": "M1", "place": "spare", "reason": "x"})],
    "role": [role("role", "C2"), role("role.ended", "C2"), role("role", "C3"), gone("C2", OLD), person("C2")],
    "place": [safe(), safe(site="South"), safe(site="site of safe-1"), ("place.left", {"place": "spare", "reason": "it was sold"}),
              ("asset.moved", {"asset": "key-1", "place": "spare", "reason": "x"})],
    "device": [device(), device(working=False), device(person="M1"), ("asset.retired", {"asset": "key-9", "reason": "worn"}),
               ("asset.checked", {"asset": "key-9", "result": "pass", "expires": "2028-01-01"}), ("asset.checked", {"asset": "key-9", "result": "fail"}),
               ("asset.moved", {"asset": "key-9", "person": "M1", "reason": "x"})],
    "incident": [OPEN, CLOSE, ("incident.open", {"incident": "I-1", "cause": "M1 is away", "kind": "absent", "person": "M1"})],
    "account": [("account.added", {"account": "second", "name": "Second", "pack": "aws-root"}),
                ("account.pack", {"account": "second", "pack": "generic", "approved": TWO})],
}  # fmt: skip
"""What is decided of one thing, and what ends it, by what it is."""

BEFORE = {
    "receiver": [("receiver.added", {"person": "M1", "account": "root"})],
    "role": [role("role", "C2")],
    "place": [safe()],
    "device keeper": [safe()],
    "device": [device()],
    "incident": [OPEN],
}

WORLD = [
    *(event(name, "2026-01-10", **data) for name, data in
      (person(tag, "2026-01-10") for tag in ("ADM", "WIT", "SCR", "C1", "C2", "C3", "M1", "M2"))),
    made("2of3"),
    *proven("1", "2", "3"),
    *(stored(number) for number in "123"),
    event("account.added", "2026-01-11", account="root", name="Production", pack="aws-root"),
    event("line.bound", "2026-01-17", line=SET, account="root"),
    event("receiver.added", "2026-01-17", person="ADM", account="root"),
    event("signin", "2026-01-17", password="new", accepted=True, set=SET),
    asset("key-1", "mfa", "M1"), asset("key-2", "mfa", "M2"), asset("box-1", "mailbox", "WIT"), asset("box-2", "mailbox", "SCR"),
    asset("phone-1", "phone", "ADM"), asset("phone-2", "phone", "WIT"),
]  # fmt: skip


def life(entries):
    return [event(name, day, **data) for day, (name, data) in entries]


def told(before, entries):
    return build(chained(introduced(*WORLD, *life((BEGUN, one) for one in before), *life(entries))), dt.date.max)


def status(built, day):
    """What must be done now, and what is due when; an entry that is left out says something, and not what it decides."""
    register = built.register
    rules = Rules(register)
    now = {one.what for one in matters(built, rules, day)} | {one.what for one in open_ones(rules, day)}
    now |= {one.what for one in due(register) if one.day <= day}
    return {re.sub(r"(say who is .* now).*", r"\1", re.sub(r"\d{4}-\d\d-\d\d", "DAY", one)) for one in now}


def worse(one, after):
    """Whether more is said: whoever is back is handed what they kept, and whoever has left keeps it still."""
    thing = re.match(r"hand over (.*) \((.*) left on", one)
    return bool(thing) and f"{thing[2]} left on DAY and keeps {thing[1]}" in after


def no_better(before, late, in_time):
    said = in_time
    late, in_time = told(before, late), told(before, in_time)
    if len(said) > 2 and in_time.findings:  # a life that contradicts itself
        return
    extra = [one for one in late.findings if one not in in_time.findings]
    for day in JUDGED:
        after = status(late, day)
        missing = {one for one in status(in_time, day) - after if not (one.startswith("entry ") or worse(one, after))}
        assert not missing or extra, (said, day, missing, in_time.findings)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_decided_before_and_is_told_late_makes_nothing_better(kind):
    for old, new in product(KINDS[kind], repeat=2):
        in_time = [(OLD, old), (NEW, new)]
        no_better(BEFORE.get(kind, []), in_time[::-1], in_time)


@pytest.mark.parametrize("kind", KINDS)
def test_nor_does_it_after_two_that_were_decided_since(kind):
    whole = [*product(KINDS[kind], repeat=3)]
    for old, new, newer in random.Random(kind).sample(whole, min(len(whole), examples(len(whole)))):
        in_time = [(OLD, old), (NEW, new), (NEWER, newer)]
        no_better(BEFORE.get(kind, []), [*in_time[1:], in_time[0]], in_time)


def test_every_event_that_decides_is_among_them():
    known = {name for events in KINDS.values() for name, _ in events}
    assert known >= {one.event for one in {**DECIDES, **AGREED}} - {"roll"}


def test_one_persons_word_outweighs_none_that_two_said_before_it_though_that_is_told_late():
    alone = replace(event("deputy", NEW, person="C1", deputy="C2"), witness="")
    (older,) = life([(OLD, deputy("M1"))])
    register = build(chained(introduced(*WORLD, alone, older)), dt.date.max).register
    assert register.people["C1"].deputy == "M1"
    assert build(chained(introduced(*WORLD, *life([(NEW, deputy("C2"))]), older)), dt.date.max).register.people[
        "C1"
    ].deputy == ("C2")


@pytest.mark.parametrize(("first", "then"), [
    (deputy("C2"), deputy("M1")),
    (person("C1", employer="Alpha"), person("C1", employer="Beta")),
    (("receiver.left", {"person": "M1", "account": "root"}), ("receiver.added", {"person": "M1", "account": "root"})),
    (("asset.checked", {"asset": "key-1", "result": "pass"}), ("asset.checked", {"asset": "key-1", "result": "fail"})),
])  # fmt: skip
def test_the_same_words_of_a_day_are_told_where_it_is_so_no_more(first, then):
    """One alone says again what two said, and two have said otherwise since: it is refused, and somebody must know."""
    receives = ("receiver.added", {"person": "M1", "account": "root"})
    told_by_two = life((OLD, one) for one in (receives, first, then))
    again = replace(told_by_two[1], by="C3", witness="")
    known = build(chained(introduced(*WORLD, *told_by_two)), dt.date.max)
    found = build(chained(introduced(*WORLD, *told_by_two, again)), dt.date.max)
    assert not known.findings
    assert len(found.findings) == 1
    same = build(chained(introduced(*WORLD, *told_by_two[:2], again)), dt.date.max)
    assert not same.findings


def hands_over(code, begins, agreed=NEW, pack="aws-root"):
    """Whether what was agreed to be handed over is settled by the end of a procedure."""
    steps = next(len(one.numbered) for one in find_pack(pack).procedures if one.code == code)
    walk = [event("procedure", begins, pack=pack, procedure=code, step=at, steps=steps, state="done", person="C1")
            for at in range(1, steps)]  # fmt: skip
    last = event("procedure", NEWER, pack=pack, procedure=code, step=steps, steps=steps, state="done", person="C1")
    action = event("action", agreed, action="D-1", text="hand over", due=NEWER, hands_over="C1")
    entries = sorted([*walk, action], key=lambda one: one.time)
    return build(chained(introduced(*WORLD, *entries, last)), dt.date.max).register.actions["D-1"].over


def test_only_a_procedure_for_a_leaver_begun_since_settles_a_hand_over():
    pack = find_pack("aws-root")
    leaver = pack.procedure_for("leaver").code
    assert hands_over(leaver, NEW)
    assert not hands_over(leaver, OLD)
    assert not any(hands_over(one.code, NEW) for one in pack.procedures if one.case != "leaver")
