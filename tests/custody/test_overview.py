"""A custody at a glance: what must be done now in the order of danger, each with what settles it, in 79 columns."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest

from splitkit.cli.ui.hints import worded
from splitkit.custody.due import due
from splitkit.custody.overview.glance import COLUMNS, Overview, first
from splitkit.custody.overview.now import Danger
from splitkit.custody.overview.page import status_page
from splitkit.custody.register import Built
from splitkit.custody.register_views import register_report
from splitkit.errors import AttentionError, Remedy
from splitkit.host.columns import wrapped
from splitkit.ledger.branches import Doubt
from splitkit.ledger.comparison import Comparison, RecordStanding
from splitkit.packs.pack import find_procedure
from tests.support.custody.custodies import SET, asset, chained, drilled, event, held, read_back, register_of, sheet

DAY = dt.date(2026, 3, 1)
NEVER_COMPARED = RecordStanding(1, "0" * 64, None, DAY)
KEEPERS = {"mfa": "M", "mailbox": "O", "phone": "P"}
DEVICES = tuple(asset(f"{kind}-{at}", kind, f"{who}{at}") for kind, who in KEEPERS.items() for at in (1, 2))

KEPT = (
    *held("2of3", 3),
    event("account.added", account="root", name="Production", pack="aws-root"),
    event("line.bound", line=SET, account="root"),
    event("receiver.added", person="ADM", account="root"),
    event("signin", password="new", accepted=True),
)


def overview(*entries, day=DAY, findings=(), away=()):
    return Overview(Built(register_of(*entries), findings), NEVER_COMPARED, day, away)


def dangers(*entries, **more):
    return [one.danger for one in overview(*entries, **more).pressing]


def shown(*entries, **more):
    return list(overview(*entries, **more).lines(worded, DAY + dt.timedelta(days=92)))


def lost(*numbers):
    return [sheet("sheet.lost", number, circumstances="gone") for number in numbers]


STEPS = len(find_procedure("R8")[1].numbered)


def walked(step, pack="aws-root", state="done", **more):
    return event("procedure", **{"pack": pack, "procedure": "R8", "step": step, "steps": STEPS, "state": state} | more)


def test_what_is_done_is_that_of_the_pack_of_the_account():
    alarm = event("incident.open", incident="I-1", cause="a sign-in at night", kind="alert")
    dead = [sheet("sheet.destroyed", number, way="burnt", seen_by=["ADM", "WIT"]) for number in "12"]
    known = [sheet("sheet.exposed", number, level="confirmed", reason="a photo") for number in "12"]
    account = event("account.added", account="root", name="Production", pack="entra-emergency")
    entra = [account if one.event == "account.added" else one for one in KEPT]
    other = event("account.added", account="other", name="Other", pack="aws-root")

    def first(*entries):
        return overview(*entries).pressing[0].told(worded)

    assert first(*KEPT, alarm).startswith("splitkit packs show R15; then splitkit record incident.close I-1")
    assert first(*entra, alarm).startswith("splitkit packs show E10; then splitkit record incident.close I-1")
    both = overview(*entra, other, alarm).pressing[:2]
    assert [one.told(worded).split(";")[0] for one in both] == ["splitkit packs show E10", "splitkit packs show R15"]
    assert first(*entra, *dead) == "splitkit packs show E2"
    assert first(*KEPT, *known).startswith("splitkit ceremony renew PLAN SCAN... --rotate")
    assert first(*KEPT, *known, *dead) == "splitkit packs show R2"  # nobody can make a new set from it


def test_who_is_in_the_middle_of_a_procedure_is_sent_on_with_it_and_not_back_to_the_page():
    alarm = event("incident.open", incident="I-1", cause="a sign-in at night", kind="alert")
    of = {code: len(find_procedure(code)[1].numbered) for code in ("R13", "R14")}

    def told(*walks):
        return overview(*KEPT, *DEVICES, alarm, *walks).pressing[0].told(worded)

    def at(code, step, **more):
        return walked(step, **{"procedure": code, "steps": of[code], **(more or {"incident": "I-1"})})

    assert told(at("R14", 3)) == "splitkit incident --from 4 R14"
    assert told(at("R13", 3)).startswith("splitkit packs show R15")  # it is no answer to an alert
    assert told(at("R14", of["R14"])).startswith("splitkit packs show R15")  # it is over, and the incident is open
    assert told(at("R14", 3, account="root")).startswith("splitkit packs show R15")  # of another one


def test_where_there_is_room_the_worst_is_told_in_full():
    """No word of it is cut off while a row of the screen is empty."""
    long = event("incident.open", incident="I-1", cause="so it went on " * 12 + "!")
    late = overview(*KEPT, *DEVICES, long)
    for rows in range(2, 9):
        told = [*late.in_short(rows)][1:]
        assert len(told) <= rows
        words = " ".join(" ".join(told).split())
        assert (late.pressing[0].what in words) == (rows >= 1 + len(wrapped(late.pressing[0].what, COLUMNS, "  ")) - 1)


def test_where_all_is_proven_nothing_is_to_be_done():
    entries = [*KEPT, *DEVICES]
    assert dangers(*entries) == []
    assert shown(*entries)[0] == "NOW: nothing"


@pytest.mark.parametrize("count", range(4))
def test_line_and_page_say_how_much_there_is_to_be_done(count):
    """Of each number of things: the line that ends a run says the first and how many more, the page how many."""
    late = [event("action", action=f"A-{at}", text="x", owner="ADM", due="2026-02-01") for at in range(count)]
    judged = overview(*KEPT, *DEVICES, *late)
    assert len(judged.pressing) == count
    verdict = status_page(judged, "Example AG", worded, DAY).verdict
    how = {0: "Sound: nothing is to be done now.", 1: "One thing must be done now."}
    assert verdict == how.get(count, f"{count} things must be done now.")
    if count:
        more = f"; and {count - 1} more" if count > 1 else ""
        assert first(judged.pressing) == f"{judged.pressing[0].what}{more}"


@pytest.mark.parametrize(
    ("entries", "danger", "command"),
    [
        (lost("1", "2"), Danger.KNOWN, "packs show R2"),
        (lost("1"), Danger.ONE_SHORT, "refresh"),
        ([sheet("sheet.destroyed", number, way="burnt", seen_by=["ADM", "WIT"]) for number in "12"], Danger.DEAD, "packs show R2"),
        ([event("intent", intent="N-1", act="reveal", purpose="a test")], Danger.UNFINISHED, "record outcome N-1"),
        ([event("incident.open", incident="I-1", cause="a bag is torn")], Danger.INCIDENT, "record incident.close I-1"),
        ([sheet("sheet.read", "1", "2026-02-01", use="drill", source="scan", result="damaged")], Danger.UNPROVEN, "reissue"),
        ([event("asset.retired", asset="mfa-1", reason="old")], Danger.RULE, "lint.override NEEDED-1 "),
        ([event("action", action="A-1", text="call the bank", owner="ADM", due="2026-02-01")], Danger.DUE, "record done A-1"),
        ([walked(2)], Danger.DUE, "incident --from 3 R8"),
    ],
)  # fmt: skip
def test_each_danger_is_now_with_what_settles_it(entries, danger, command):
    now = overview(*KEPT, *DEVICES, *entries).pressing
    assert now[0].danger is danger
    assert command in now[0].told(worded)


@pytest.mark.parametrize(("days", "now"), [(-1, []), (0, ["due today: "]), (1, [""])])
def test_what_is_due_is_now_on_its_day_and_no_sooner(days, now):
    action = event("action", action="A-1", text="call the bank", owner="ADM", due=str(DAY))
    judged = overview(*KEPT, *DEVICES, action, day=DAY + dt.timedelta(days))
    assert [one.what for one in judged.pressing] == [f"action A-1, ADM ({when}call the bank)" for when in now]
    assert ("A-1" in [one.about for one in judged.coming]) is not bool(now)


def test_a_procedure_is_over_with_its_last_step_and_begins_again_with_any():
    last = STEPS
    whole = range(1, last + 1)
    for steps, left in ((whole, 0), ((last,), 0), ((1, 2), 1), ((*whole, 1), 1), ((*whole, *whole), 0)):
        assert dangers(*KEPT, *DEVICES, *map(walked, steps)) == [Danger.DUE] * left
    assert dangers(*KEPT, *DEVICES, walked(last, pack="database"), walked(1)) == [Danger.DUE]
    with pytest.raises(AttentionError, match="no such step"):
        register_of(walked(last + 1))


def test_what_waits_for_a_day_is_coming_until_then():
    r10 = {"procedure": "R10", "steps": len(find_procedure("R10")[1].numbered)}
    last = r10["steps"]  # it is done three months after the one before
    waits = walked(last - 1, next=str(DAY), **r10)
    before = overview(*KEPT, *DEVICES, waits, day=DAY - dt.timedelta(1))
    assert (before.pressing, [one.what for one in before.coming if "R10" in one.what]) == (
        [],
        ["procedure R10 goes on"],
    )
    on = overview(*KEPT, *DEVICES, waits)
    assert [one.told(worded) for one in on.pressing] == [f"splitkit incident --from {last} R10"]
    assert dangers(*KEPT, *DEVICES, waits, walked(3, **r10)) == [Danger.DUE]
    assert dangers(*KEPT, *DEVICES, waits, walked(last, **r10)) == []


def test_a_procedure_that_has_other_steps_now_is_gone_through_anew():
    def told(**more):
        return [one.told(worded) for one in overview(*KEPT, *DEVICES, walked(2, **more)).pressing]

    assert told() == ["splitkit incident --from 3 R8"]
    assert told(steps=STEPS + 3) == ['splitkit incident R8 --wit "PERSON"']
    assert told(next=str(DAY), steps=STEPS + 3) == ['splitkit incident R8 --wit "PERSON"']
    assert told(procedure="R99") == [f'splitkit record procedure aws-root R99 3 {STEPS} done --wit "PERSON"']
    assert told(pack="database") == [f'splitkit record procedure database R8 3 {STEPS} done --wit "PERSON"']


def test_the_calendar_has_what_is_due_already_on_the_day_on_which_it_is_made():
    judged = overview(*KEPT, *DEVICES, day=DAY + dt.timedelta(400))
    late = [one for one in judged.dated if one.day == judged.day]
    assert {one.what for one in late} == {one.what for one in due(judged.built.register)} - {
        one.what for one in judged.coming
    }
    assert late and [*late, *judged.coming] == judged.dated


def test_what_people_go_past_in_a_procedure_is_left_until_somebody_goes_through_it():
    past = [*KEPT, *DEVICES, walked(1), walked(STEPS)]
    left = ", ".join(f"step {at}" for at in range(2, STEPS))
    assert [one.what for one in overview(*past).pressing] == [f"procedure R8 is not ended: left is {left}"]
    assert [one.told(worded) for one in overview(*past).pressing] == ["splitkit incident --from 2 R8"]
    assert dangers(*past, *map(walked, range(2, STEPS - 1))) == [Danger.DUE]
    assert dangers(*past, *map(walked, range(2, STEPS))) == []
    assert dangers(*past, *(walked(at, state="not needed") for at in range(2, STEPS))) == []


def test_no_rule_is_called_broken_before_there_is_a_set():
    lines = shown(event("account.added", account="root", name="Production", pack="aws-root"))
    assert "RULES: judged once a set is recorded" in lines
    assert not any("broken" in line for line in lines)


def test_the_gravest_is_first_and_of_two_alike_the_one_that_waits_longer():
    late = [
        event("action", action=code, text="x", owner="ADM", due=day)
        for code, day in (("A-1", "2026-02-02"), ("A-2", "2026-02-01"))
    ]
    now = overview(*KEPT, *DEVICES, *late, *lost("1", "2"), findings=("entry 9 contradicts",)).pressing
    assert [one.danger for one in now] == sorted(one.danger for one in now)
    assert now[0].danger is Danger.KNOWN
    assert [one.about for one in now if one.danger is Danger.DUE] == ["A-2", "A-1"]


def test_all_that_comes_is_told_and_has_the_command_that_settles_the_first_of_its_kind():
    out = sheet("sheet.taken", "1", "2026-02-27", person="C1", bag="BAG-1", safe="safe-1", purpose="a look")
    given = sheet("sheet.handed", "2", "2026-02-27", **{"from": "C2", "to": "C1"})
    action = event("action", action="A-1", text="call the bank", owner="ADM", due="2026-04-01")
    judged = overview(*KEPT, *DEVICES, action, out, given, walked(2, next="2026-03-05"))
    told = shown(*KEPT, *DEVICES, action, out, given, walked(2, next="2026-03-05"))
    coming = " ".join(" ".join(told[told.index("COMING until 2026-06-01") : told.index("WHO HOLDS WHAT")]).split())
    soon = [one for one in judged.coming if str(one.day) <= "2026-06-01"]
    assert all(one.what in coming for one in soon)
    for one in {(one.remedy, one.kind): one for one in reversed(soon)}.values():
        command = worded(one.remedy, one.about).partition("splitkit ")[2].partition(";")[0]
        assert one.what in coming and f"splitkit {command}" in coming.replace(" \\ ", " "), one
        assert coming.index(one.what) < coming.replace(" \\ ", " ").index(command)
    assert {"put back", "say where"} <= {" ".join(one.what.split()[:2]) for one in judged.coming}


def test_things_that_are_settled_in_one_way_stand_together_with_one_command():
    """A row for each device, and not three."""
    told = shown(*KEPT, *DEVICES)
    at = told.index("COMING until 2026-06-01")
    coming = told[at + 1 : told.index("WHO HOLDS WHAT") - 1]
    (first,) = [at for at, row in enumerate(coming) if "check mailbox mailbox-1" in row]
    assert [" ".join(row.split()[1:4]) for row in coming[first : first + 6]] == [
        f"check {kind} {kind}-{number}" for kind in ("mailbox", "mfa", "phone") for number in (1, 2)
    ]
    advised = " ".join(" ".join(coming[first:]).split())
    assert "for each of these 6, as here for the first, try it" in advised
    assert sum("splitkit record checked" in row for row in coming) == 1


def test_the_last_drill_that_passed_and_the_next_are_told_live_or_not():
    def drills(*entries, day=DAY):
        told = shown(*KEPT, *DEVICES, *entries, day=day)
        return " ".join(" ".join(told[told.index("WHO HOLDS WHAT") :]).split())

    never = drills()
    assert (
        "a quorum last opened it on 2026-01-15, drill due by 2026-04-17; no live drill has passed yet, live drill due by 2026-04-17"
        in never
    )
    signed = event("signin", "2026-02-10", password="unchanged", accepted=True)
    alert = event("alert", "2026-02-10", receiver="ADM", minutes=2, validated=True)
    passed = drills(signed, alert, *drilled("1", "2", day="2026-02-10", way="live"))
    assert (
        "a quorum last opened it on 2026-02-10, drill due by 2026-05-13; a live drill last passed on 2026-02-10, live drill due by 2026-05-13"
        in passed
    )
    late = drills(day=DAY + dt.timedelta(60))
    assert "no live drill has passed yet, live drill due since 2026-04-17" in late


@pytest.mark.parametrize(
    ("days", "told"), [(0, "to be compared by 2026-06-01: "), (92, "to be compared by"), (93, "FOR LONG: ")]
)
def test_a_record_that_has_just_begun_was_not_left_without_comparison_for_long(days, told):
    judged = overview(*KEPT, day=DAY + dt.timedelta(days))
    assert told in judged.to_compare and ("FOR LONG" in judged.to_compare) == (days > 92)
    compared = Comparison(chained([event("note", str(DAY), text="x")])[0], 1)
    then = replace(judged, record=replace(judged.record, compared=compared))
    assert then.to_compare == ("" if days <= 92 else judged.to_compare)


def test_only_what_one_command_settles_of_one_kind_of_thing_is_one_row():
    """What is told as 'like this' begins alike, all of it; a withdrawal is no review, a branch no withdrawal, and a sheet to be read no drill."""
    judged = overview(*KEPT, *DEVICES, day=DAY + dt.timedelta(400))
    back = [SimpleNamespace(confirmed=False, told=lambda _, at=at: f"entry {at}") for at in (7, 9)]
    late = replace(judged, built=replace(judged.built, withdrawn=back, left=back[:1]))
    kinds = Counter((one.remedy, one.danger, one.what.split()[0]) for one in late.pressing)
    rows = [row.strip() for row in [*late.in_short(40)][1:] if re.match(r"  \S", row)]
    folded = [re.fullmatch(r"(?:(\d+) like this: )?(\S+).*", row).groups(default="1") for row in rows]
    assert sorted(folded) == sorted((f"{count}", word) for (_, _, word), count in kinds.items())
    assert "2 like this: withdrawn: entry 7" in rows and "left out: entry 7" in rows
    assert {"access", "drill", "read"} <= {word for _, word in folded}


def test_one_command_that_settles_several_is_said_once_below_them():
    told = shown(*KEPT, *DEVICES[:2], *DEVICES[2:3], *DEVICES[4:5])
    assert told[0] == "NOW (3)"
    assert "     for 1 to 3, change who keeps what, or let two people overrule the rule:" in told
    assert sum("lint.override" in line for line in told) == 1


def test_without_a_set_there_is_one_thing_to_do():
    (only,) = overview().pressing
    assert only.what == "no set was recorded: nothing is looked after yet"


def test_as_if_somebody_were_away():
    assert dangers(*KEPT, *DEVICES, away=["M1"]) == [Danger.RULE] * 2
    assert shown(*KEPT, *DEVICES, away=["M1"])[0] == "AS IF M1 were not there"


def test_no_line_is_wider_than_a_terminal_whatever_is_called_how():
    long = [event("person.joined", "2026-01-10", person="long", name="Wolfeschlegelsteinhausenbergerdorff the Younger", since="2026-01-10"),
            event("place.added", "2026-01-10", place="far", name="The lower vault below the old mill", kind="safe", site="S"),
            event("incident.open", incident="I-1", cause="so it went on " * 28 + "!")]  # fmt: skip
    kept = [
        *held("2of3", 3),
        sheet("sheet.handed", "1", **{"from": "C1", "to": "long"}),
        *read_back("1", set_id=held()[0].data.set),
    ]
    told = shown(*long, *kept, *DEVICES, event("asset.moved", asset="mfa-1", place="far", reason="the room is damp"))
    assert max(map(len, told)) <= COLUMNS


def test_what_is_in_doubt_about_the_ledgers_is_now_too():
    entries = [*held("2of3", 3), *DEVICES]
    doubts = [Doubt("", "the ledger forks", 8), Doubt("x.ledger", "it cannot be read", 8, "move it away")]
    judged = Overview(Built(register_of(*entries)), NEVER_COMPARED, DAY, doubts=doubts)
    assert [(one.what, one.told(worded)) for one in judged.pressing][:2] == [
        ("in doubt: the ledger forks", worded(Remedy.LEDGER_VERIFY)),
        ("in doubt: x.ledger: it cannot be read", "move it away"),
    ]


@pytest.mark.parametrize(
    ("happened", "where"),
    [
        (("sheet.taken", {"person": "C1", "bag": "BAG-1", "safe": "safe-1", "purpose": "a drill"}), "out of its safe"),
        (("sheet.handed", {"from": "C1", "to": "C2"}), "in no safe"),
        (("sheet.read", {"use": "quorum", "source": "scan", "result": "sound"}), "out of its bag"),
    ],
)
def test_where_a_sheet_is_not_is_said_by_the_status_and_by_the_register_on_paper(happened, where):
    """Both show one judgement of it."""
    name, more = happened
    entries = (*KEPT, sheet(name, "1", **more))
    register = register_of(*entries)
    (row,) = [row for row in register_report(register, DAY, DAY).tables[0].rows if row[0] == "1"]
    assert where in row[-2] and row[-2] == register.sets[SET].sheets["1"].condition_now
    table = " ".join(" ".join(shown(*entries)).split())
    assert all(word in table for word in where.split())


@pytest.mark.parametrize("rows", [4, 8])
def test_a_drill_that_is_due_is_seen_however_many_devices_are_missing(rows):
    """What is of one kind is one row; no kind is left out, and nothing is wider than the screen."""
    accounts = [event("account.added", account=f"a{at}", name=f"Account {at}", pack="aws-root") for at in range(6)]
    late = overview(*KEPT, *accounts, day=DAY + dt.timedelta(days=400))
    told = list(late.in_short(rows))
    assert len(told) <= rows + 1 and all(len(one) <= COLUMNS for one in told)
    assert told[0] == f"NOW ({len(late.pressing)})" and " like this: " in "\n".join(told)
    kinds = {one.remedy for one in late.pressing}
    assert (
        sum(len(row.split("; ")) if at > rows - 2 else 1 for at, row in enumerate(told[1:], 1)) == len(kinds)
        or len(kinds) <= rows
    )
    assert any("drill" in row for row in told)


@pytest.mark.parametrize(("count", "said"), [(1, "A0"), (2, "A0, A1"), (5, "A0, A1, A2 and 2 more accounts")])
def test_what_is_so_of_many_accounts_is_one_line(count, said):
    accounts = [event("account.added", account=f"a{at}", name=f"A{at}", pack="aws-root") for at in range(count)]
    one_hand = [asset(f"{kind}-1", kind, "M1") for kind in ("mfa", "mailbox", "phone")]
    told = [one.what for one in overview(*held("2of3", 3), *accounts, *one_hand).pressing]
    assert [one for one in told if "M1 alone can get in without an MFA device" in one and one.startswith("A")] == [
        f"{said}: M1 alone can get in without an MFA device (rule ALONE-1)"
    ]
