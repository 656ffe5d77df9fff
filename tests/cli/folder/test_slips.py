"""A slip of the hand in a sentence of `splitkit record` is refused and told as what it is; nothing of it is written."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from tests.support import calendar_day
from tests.support.custody.custodies import OTHER_SET, SET
from tests.support.kit import run
from tests.support.ledgers import hashed, joined, line

BY = ("--by", "Ada Example")


def entries(home):
    return (home / "ledgers" / "desk.ledger").read_bytes().splitlines()


def refused(home, said, *more, code=2):
    """Record a sentence that does not fit; return what was said, once it is sure that nothing was written."""
    before = entries(home)
    done = run("record", *shlex.split(said), *more, *BY, cwd=home)
    assert done.returncode == code, done.stderr
    assert entries(home) == before
    return " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("1 seen intact=yes", "splitkit record seen 1 intact=yes"),
        ("'Zoe Example' joined", 'splitkit record joined "Zoe Example"'),
        ("C-0001/12 withdraw", "splitkit record withdraw C-0001/12"),
    ],
)
def test_the_event_comes_first(named, line, right):
    told = refused(named, line)
    assert "error: the event comes first" in told and right in told


@pytest.mark.parametrize("line", ["seen 3-1 intact=yes", "seen 1,3-2 yes", "destroyed 2-1 shredded 'Ada Example'"])
def test_a_sentence_that_means_no_entry_is_refused(named, line):
    assert "is not the numbers of sheets" in refused(named, line)


@pytest.mark.parametrize("line", ["stored 1 'Berlin safe' 1 'Bonn safe'", "stored 1-2 'Berlin safe' 2 'Bonn safe'"])
def test_of_one_sheet_one_thing_is_said_at_once(named, line):
    for place in ("Berlin", "Bonn"):
        assert run("record", "place", f"{place} safe", f"site={place}", "kind=safe", *BY, cwd=named).returncode == 0
    assert "is named twice" in refused(named, line)


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("action.done D-20261127-9", 'no action is called "D-20261127-9"'),
        ("incident.close I-20261127-3 x y 'Ada Example,Ben Example'", 'no incident is called "I-20261127-3"'),
        ("outcome intent=N-12345678 result=done", 'no intent is called "N-12345678"'),
        ("seen 1 intact=yes set=12345678", "no set is called"),
        ("action.done 123456789", "no action is called"),
    ],
)
def test_a_code_that_nothing_has_is_no_phone_number(named, line, fact):
    told = refused(named, line, code=9)
    assert fact in told and "phone number" not in told


def test_a_text_may_name_what_has_a_code(named):
    done = run("record", "note", "see D-20261127-9, and N-12345678", *BY, cwd=named)
    assert done.returncode == 0, done.stderr


def test_an_entry_of_no_ledger_is_none(named):
    assert "no entry is named like that" in refused(named, "withdraw /5")


def test_a_bag_holds_one_sheet(named):
    told = refused(named, "sealed NEW-2 1", code=9)
    assert "sheet 2 of set" in told and "a bag holds one sheet" in told


def test_an_incident_that_people_call_so_stands_for_none_that_follows(named):
    code = f"incident=BAG-{SET[:8].upper()}-2-1"
    assert run("record", "incident.open", code, "cause=an exercise", *BY, cwd=named).returncode == 0
    assert "was sealed into bag NEW-2, and was in BAG-9" in refused(named, "seen 2 bag=BAG-9 intact=yes", code=9)


def test_a_sheet_that_one_person_says_is_burnt_may_be_lost(named):
    assert run("record", "destroyed", "1", "burnt", "Ada Example", *BY, cwd=named).returncode == 0
    done = run("record", "lost", "1", "not in its safe", "--by", "Ben Example", cwd=named)
    assert done.returncode == 0, done.stderr
    assert "1 of its sheets is exposed" in run("status", cwd=named).stdout


def test_a_sheet_comes_into_another_bag_once_the_first_was_opened(named):
    assert "sealed into bag NEW-1, which nobody has opened" in refused(named, "sealed OTHER-1 1", code=9)
    assert "which nobody has opened" in refused(named, "sealed OTHER-1 1 replaces=NEW-9", code=9)
    assert "sealed into bag NEW-1, and was in OTHER-1" in refused(named, "sealed OTHER-1 1 replaces=NEW-1", code=9)
    for said in ("bag.opened 1 yes yes 'a look'", "sealed OTHER-1 1 replaces=NEW-1", "bag.opened 2 yes yes 'a look'"):
        done = run("record", *shlex.split(said), *BY, cwd=named)
        assert done.returncode == 0, done.stderr
    assert run("record", "place", "Berlin safe", "site=Berlin", "kind=safe", *BY, cwd=named).returncode == 0
    for said in ("sealed NEW-2 2", "stored 2 'Berlin safe'", "seen 2 intact=yes"):
        assert "bag NEW-2 was opened, and a bag is used once" in refused(named, said, code=9)
    assert run("record", "sealed", "OTHER-2", "2", *BY, cwd=named).returncode == 0


def test_no_line_comes_to_an_epoch_that_nothing_can_follow(named):
    line = f"intent N-2 refresh x line={SET} epoch=4294967295"
    assert "the next set of this line has the epoch 2" in refused(named, line, code=9)


@pytest.mark.parametrize(
    "line",
    [
        "left 'Fay Example' until=2999-12-31 reason=x",
        "joined 'Gus Example' since=2999-01-01",
        "lost 1 'it is not there' last_seen=2999-01-01",
    ],
)
def test_what_has_happened_has_a_day_that_has_come(named, line):
    assert "that day had not come" in refused(named, line, code=9)


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("left 'Fay Example' until=2016-11-20 reason=x", "they came on 2026-11-23, and nobody leaves before"),
        ("lint.override PATH-1 x approved='Ada Example,Ben Example' until=2016-11-20", "that day is over"),
        ("incident.open 'nobody answers' kind=absent", "it was not said who cannot be reached"),
    ],
)
def test_what_could_mean_nothing_is_refused(named, line, fact):
    assert fact in refused(named, line, code=9)


def test_nobody_leaves_twice(named):
    left = run("record", "left", "Fay Example", "x", "until=2026-11-24", *BY, cwd=named)
    assert left.returncode == 0, left.stderr
    told = refused(named, "left 'Fay Example' x until=2026-11-25", code=9)
    assert "they left on 2026-11-24" in told and "record withdraw" in told


@pytest.mark.parametrize("line", ["sheet.void 1 'it is smudged' copy=99", "shredded 1 copy=99"])
def test_of_a_paper_that_was_never_printed_nothing_is_said(named, line):
    assert "there is no paper 99 of this sheet" in refused(named, line, code=9)


@pytest.mark.parametrize(
    "line",
    [
        "sheet.void 1 'it is smudged' copy=1",
        "receipt 1 bag=A20001 person='Ada Example'",
        "stored 1 'Bonn safe' bag=A20001 person='Ada Example'",
        *(f"intent N-9 {act} 'a test'" for act in ("reissue", "refresh", "rotate", "seal")),
    ],
)
def test_nothing_more_is_done_with_a_set_that_came_to_nothing(folder, line):
    assert (
        run("record", "set.void", f"set={OTHER_SET}", "reason=x", *BY, "--wit", "Ben Example", cwd=folder).returncode
        == 0
    )
    assert "this set is void" in refused(folder, f"{line} set={OTHER_SET[:8]}", code=9)
    for more in (["--who"], ["scan.pdf"]):
        done = run("ceremony", "drill", *more, "--set", OTHER_SET, *BY, cwd=folder)
        assert (done.returncode, f"error: set {OTHER_SET[:8]} is void" in done.stderr) == (9, True), done.stderr


def test_what_happens_to_a_sheet_of_a_void_set_is_still_an_incident(folder):
    assert (
        run("record", "set.void", f"set={OTHER_SET}", "reason=x", *BY, "--wit", "Ben Example", cwd=folder).returncode
        == 0
    )
    said = ("--what", "lost", "--sheet", "1", "--text", "somebody has it", "--set", OTHER_SET)
    done = run("incident", *said, *BY, cwd=folder)
    assert done.returncode == 9 and "sheet.lost 1" in done.stdout, done.stderr
    assert "is void, and its sheets are still to be destroyed" in " ".join(done.stdout.split())


def ahead(home, event="note", data=(("text", "x"),), ledger="desk", wit="", day="9999-01-01"):
    """Add an entry as a clock that was wrong would date it; return its number."""
    path = home / "ledgers" / f"{ledger}.ledger"
    before = path.read_bytes().splitlines()
    late = line(len(before) + 1, hashed(before[-1]), event, dict(data), by="ada-example", wit=wit, t=f"{day}T00:00:00Z")
    path.write_bytes(joined([*before, late]))
    return len(before) + 1


def test_an_entry_that_a_wrong_clock_dated_is_told_as_that_and_settled_by_a_correction(named):
    number = ahead(named)
    said = run("ledger", "verify", cwd=named)
    assert said.returncode == 9 and "dated later than today" in said.stdout
    assert "TORN" not in said.stdout and "take up" not in said.stderr and "record correction" in said.stderr
    done = run("record", "correction", str(number), "the clock was wrong", *BY, cwd=named)
    assert "dated later" not in run("ledger", "verify", cwd=named).stdout + done.stderr.splitlines()[-1]
    assert run("ledger", "verify", cwd=named).returncode == 0


def test_what_two_said_is_corrected_by_two(named):
    number = ahead(named, wit="ben-example")
    for witness, code in (((), 9), (("--wit", "Ben Example"), 0)):
        done = run("record", "correction", str(number), "the clock was wrong", *BY, *witness, cwd=named)
        assert " recorded: " in done.stderr
        assert run("ledger", "verify", cwd=named).returncode == code


@pytest.mark.parametrize("entry", ["C-0001/999", "C-0009/1", "seq=C-0001/999"])
def test_what_is_no_entry_is_not_corrected(named, entry):
    before = entries(named)
    done = run("record", "correction", entry, "x", *BY, cwd=named)
    assert done.returncode in (2, 9) and entries(named) == before, done.stderr


def test_the_desk_corrects_an_entry_of_a_ceremony(named):
    ahead(named, "reopen", (("reason", "x"),), "c-0001")
    done = run("record", "--take", "ledgers/c-0001.ledger", *BY, cwd=named)
    said = run("ledger", "verify", cwd=named)
    (number,) = set(re.findall(r"entry C-0001/([0-9]+) of 9999-01-01", said.stdout))
    done = run("record", "correction", f"c-0001/{number}", "the clock was wrong", *BY, cwd=named)
    assert (done.returncode, run("ledger", "verify", cwd=named).returncode) == (0, 0), done.stderr


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("close", {"exceptions": 0, "people_out": [], "items_out": []}),
        ("open", {"format": 1, "ceremony": "X", "kind": "desk", "practice": False, "version": "1"}),
    ],
)
def test_every_reader_names_what_may_not_stand_in_the_ledger_of_a_desk(named, event, data):
    ahead(named, event, tuple(data.items()), day="2026-11-01")
    said = run("ledger", "verify", cwd=named)
    assert "RULE BROKEN: " in said.stdout and said.returncode == 9
    (fact,) = re.findall("(never closed|begins once)", said.stdout)
    assert any(fact in one for one in json.loads(run("status", "--json", cwd=named).stdout)["findings"])


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("sheet.lost", (("set", SET), ("sheet", "1"), ("circumstances", "x"))),
        ("review", (("confirmed", 1), ("removed", 0), ("reviewers", ["ada-example", "ben-example"]))),
    ],
)
def test_what_a_wrong_clock_dated_counts_for_nothing_yet_in_any_view(named, event, data):
    def views():
        told = [json.loads(run("status", *at, "--json", cwd=named).stdout) for at in ((), ("--at", today))]
        return [{name: one for name, one in some.items() if name in ("sets", "due", "incidents")} for some in told]

    today = str(calendar_day.today())
    before = views()
    ahead(named, event, data, wit="ben-example")
    now, then = views()
    assert now and now == then and [now, then] == before
