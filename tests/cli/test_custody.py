"""`splitkit custody` as a program runs it, on real ledgers."""

from __future__ import annotations

import json
import operator
import re
import shlex
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from splitkit.ledger.verification import read_ledger
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.custodies import OTHER_SET, SET, changed, event, held, introduced, made, read_back, sheet
from tests.support.custody.practice_set import run, seen

NEWCOMERS = ("D2", "E2", "M1", "O1", "O2", "F1", "F2")
"""Who joins after the ceremony."""


@pytest.fixture
def ledgers(tmp_path):
    """The ledger of a ceremony, and one of custody that continues it."""
    written(tmp_path / "c1", whole(plan_of("2of3", practice=False)))
    begun = ("record", "open", "ceremony=C-0002", "kind=custody", "continues=c1", "--ledger", "c2")
    done = run(*begun, "--by", "SCR", "--wit", "WIT", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for seat in NEWCOMERS:
        seen(tmp_path / "c2", "person.joined", person=seat, name=f"{seat} Example", since="2026-01-10")
    for number in "123":
        seen(
            tmp_path / "c2",
            "place.added",
            place=f"safe-{number}",
            name=f"Safe {number}",
            kind="safe",
            site=f"Site {number}",
        )
    return tmp_path


def add(folder, *fields, by="SCR"):
    return run("record", "--ledger", "c1", "--ledger", "c2", *fields, "--by", by, "--wit", "WIT", cwd=folder)


def destroyed_at_once(folder, rounds, hands=6):
    """Several people record the same destruction, and each a note, at once; nothing is lost, and nothing recorded twice."""
    shredded = ("way=shredded", "seen_by=ADM,WIT")
    before, came_of = len((folder / "c2").read_bytes().splitlines()), Counter()
    for turn in range(rounds):
        new = made("2of3", f"{turn:032x}", practice=False).data.fields()
        seen(folder / "c2", "set.made", **new)
        deed = ("sheet.destroyed", f"set={turn:032x}", "sheet=1", *shredded)
        said = [what for hand in range(hands) for what in (deed, ("note", f"text=turn {turn} of {hand}"))]
        with ThreadPoolExecutor(2 * hands) as pool:
            done = list(pool.map(lambda what: add(folder, *what), said))
        came_of += Counter(zip((event for event, *_ in said), map(told, done), strict=True))
    assert came_of["note", "already"] == 0
    assert came_of["sheet.destroyed", "recorded"] == rounds
    assert set(map(operator.itemgetter(1), came_of)) <= {"recorded", "already", "in use"}
    written = len((folder / "c2").read_bytes().splitlines()) - before
    assert written == 2 * rounds + came_of["note", "recorded"]
    assert run("ledger", "verify", "c1", "c2", cwd=folder).returncode == 0


def told(done):
    """What somebody is told: on a machine that is busy for long also that the ledger is in use."""
    says = {(0, "recorded:"): "recorded", (0, "recorded already"): "already", (2, "in use"): "in use"}
    return next(
        (short for (code, words), short in says.items() if code == done.returncode and words in done.stderr),
        done.stderr,
    )


def test_what_is_said_at_once_is_recorded_once(ledgers):
    destroyed_at_once(ledgers, 2)


@pytest.mark.long
def test_what_is_said_at_once_is_recorded_once_many_times(ledgers):
    destroyed_at_once(ledgers, 20)


def test_a_register_of_two_ledgers(ledgers):
    for number in "123":
        bag = f"BAG-{number}" if number == "3" else f"NEW-{number}"
        done = add(
            ledgers,
            "sheet.stored",
            f"set={SET}",
            f"sheet={number}",
            f"person=C{number}",
            f"bag={bag}",
            f"safe=safe-{number}",
        )
        assert done.returncode == 0, done.stderr
        seen(ledgers / "c2", "sheet.read", set=SET, sheet=number, use="inventory", source="scan", result="sound")
    done = run("status", "c1", "c2", cwd=ledgers)
    assert f"  2of3, in use, set {SET[:8]}, epoch 1, made 2026-11-23\n" in done.stdout
    assert re.search(r"^    2 +C2 +Safe 2 +NEW-2 ", done.stdout, re.MULTILINE)
    assert max(map(len, done.stdout.splitlines())) < 80
    told = json.loads(run("status", "c1", "c2", "--json", cwd=ledgers).stdout)
    assert [sheet["safe"] for sheet in told["sets"][0]["sheets"]] == ["safe-1", "safe-2", "safe-3"]
    assert told["sets"][0]["case"] == "sound"
    assert json.loads(run("status", "c1", "c2", "--at", "2026-11-01", "--json", cwd=ledgers).stdout)["sets"] == []


def test_what_contradicts_is_not_recorded(ledgers):
    assert add(ledgers, "sheet.handed", f"set={SET}", "sheet=2", "from=C2", "to=D2").returncode == 0
    before = (ledgers / "c2").read_bytes()
    done = add(ledgers, "sheet.handed", f"set={SET}", "sheet=2", "from=C2", "to=E2")
    assert done.returncode == 9
    assert "error: D2 keeps this sheet, not C2\nhint: " in done.stderr
    assert (ledgers / "c2").read_bytes() == before


def test_a_contradiction_that_was_recorded_by_hand_is_named(ledgers):
    for person in ("D2", "E2"):
        seen(ledgers / "c2", "sheet.handed", **{"set": SET, "sheet": "2", "from": "C2", "to": person})
    done = run("status", "c1", "c2", cwd=ledgers)
    assert done.returncode == 9
    shown = " ".join(done.stdout.split())
    assert f"entry {len(NEWCOMERS) + 6} of" in shown and "D2 keeps this sheet, not C2" in shown
    assert "> splitkit record correction" in shown


def test_sheets_that_are_lost_one_after_the_other(ledgers):
    for number, code, case in (("1", 9, "one short"), ("2", 9, "compromised")):
        assert add(ledgers, "sheet.lost", f"set={SET}", f"sheet={number}", "circumstances=moved house").returncode == 0
        done = run("status", "c1", "c2", cwd=ledgers)
        assert (done.returncode, case in done.stderr) == (code, True)
    assert "hint: splitkit packs show R2" in done.stderr  # one sheet of three is left: nobody can rotate


def test_an_old_set_that_others_know_is_not_passed_over(ledgers):
    """The set that replaced it is sound, and opens the same secret."""
    new = changed(made("2of3", OTHER_SET), line=SET, replaces=SET, epoch=2, kind="refreshed")
    read = read_back(*"123")
    gone = [sheet("sheet.lost", number, set_id=SET, circumstances="moved house") for number in "12"]
    replaced = event("set.refreshed", set=OTHER_SET, replaces=SET, reason="a leaver")
    written(ledgers / "old", [*whole(plan_of("2of3", practice=False)), new, *read, replaced, *gone])
    done = run("status", "old", cwd=ledgers)
    assert (done.returncode, f"set {SET[:8]} (superseded): compromised" in done.stderr) == (9, True)
    assert "hint: splitkit ceremony renew PLAN" in done.stderr
    assert "  2 of its sheets are exposed; 0 more and others can open it" in done.stdout


def test_what_is_coming_and_its_calendar(ledgers):
    done = run("status", "c1", "c2", "--until", "2030-01-01", "--ics", "due.ics", cwd=ledgers)
    assert "access review" in done.stdout.partition("COMING until 2030-01-01")[2]
    assert (ledgers / "due.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    again = run("status", "c1", "c2", "--ics", "due.ics", cwd=ledgers)
    assert again.returncode == 2
    written(ledgers / "old", introduced(*held()))
    late = run("status", "old", "--json", cwd=ledgers)
    assert late.returncode == 9
    overdue = [(one["since"], one["what"]) for one in json.loads(late.stdout)["now"] if one["danger"] == "due"]
    assert [(since, what.partition(" (")[0]) for since, what in overdue[:2]] == [
        ("2026-01-15", f"no account is recorded for set {SET[:8]}"),
        ("2026-04-17", "access review"),
    ]


def test_what_was_seen_to_fail_is_now_with_its_day_its_ceremony_and_what_ends_it(ledgers):
    day = "2026-11-24"
    told = [
        event("open", day, format=1, ceremony="C-0003", kind="drill", practice=False, version="0.1.0"),
        event("wipe", day, reason="done", empty=False),
        event("tally", day, printed=6, sealed=5, shredded=0, agrees=False),
        event("signin", day, password="unchanged", accepted=False),
    ]
    written(ledgers / "c3", told, read_ledger((ledgers / "c2").read_bytes()).head)
    done = run("status", "c1", "c2", "c3", "--json", cwd=ledgers)
    assert done.returncode == 9
    now = {
        re.search(r"incident.close (\S+)", one["do"])[1]: one["what"]
        for one in json.loads(done.stdout)["now"]
        if one["danger"] == "incident"
    }
    assert sorted(now) == ["SIGNIN-20261124-1", "TALLY-20261124-1", "WIPE-20261124-1"]
    assert all("on 2026-11-24, in C-0003" in what for what in now.values())


def test_each_paper_too_many_is_now_with_the_command_that_ends_it(ledgers):
    set_id = next(one.data.set for one in whole(plan_of("2of3", practice=False)) if one.event == "set.made")
    told = [
        event("open", "2026-11-24", format=1, ceremony="C-0003", kind="reissue", practice=False, version="0.1.0"),
        *(sheet("sheet.reissued", "1", "2026-11-24", set_id=set_id, reason=why) for why in ("a stain", "another")),
        sheet("sheet.printed", "2", "2026-11-24", set_id=set_id, copy=2),
    ]
    written(ledgers / "c3", told, read_ledger((ledgers / "c2").read_bytes()).head)
    for left in (3, 2, 1, 0):
        now = json.loads(run("status", "c1", "c2", "c3", "--json", cwd=ledgers).stdout)["now"]
        papers = [one["do"] for one in now if one["what"].startswith("destroy the old paper")]
        assert len(papers) == left
        for does in papers[:1]:
            words = shlex.split(does.replace("PERSON,PERSON", "ADM,WIT").replace("WAY", "shredded"))[2:]
            more = [word for name in ("c1", "c2", "c3") for word in ("--ledger", name)]
            done = run("record", *words, *more, "--by", "SCR", cwd=ledgers)
            assert done.returncode == 0, done.stderr


def test_the_rules_are_now_until_they_are_kept_or_overruled(ledgers):
    done = run("status", "c1", "c2", cwd=ledgers)
    assert done.returncode == 9
    first = "1 no MFA device is recorded: nobody can sign in or reset the password (rule PATH-1)"
    assert f'{first} > splitkit record asset mfa-1 mfa "PERSON"' in " ".join(done.stdout.split())
    assert "  sign in: nobody can\n" in done.stdout
    assert "\nRULES: 3 broken, see NOW\n" in done.stdout
    for tag, kind, person in (("key-1", "mfa", "C1"), ("key-2", "mfa", "M1"), ("box-1", "mailbox", "O1"), ("box-2", "mailbox", "O2"),
                              ("phone-1", "phone", "F1"), ("phone-2", "phone", "F2")):  # fmt: skip
        assert (
            add(ledgers, "asset.added", f"asset={tag}", f"kind={kind}", f"person={person}", "working=yes").returncode
            == 0
        )
    told = run("status", "c1", "c2", "--json", cwd=ledgers)
    assert told.returncode == 9
    assert [one["rule"] for one in json.loads(told.stdout)["broken"]] == ["SEP-1"]
    (target,) = json.loads(told.stdout)["targets"]
    assert target["ways"][0]["enough"].startswith("any 2 of ")
    assert not any(way["alone"] or way["indispensable"] for way in target["ways"])
    missing = run("status", "c1", "c2", cwd=ledgers)
    assert (missing.returncode, f"no account is recorded for set {SET[:8]}" in missing.stdout) == (9, True)
    assert add(ledgers, "account.added", "name=Production", "pack=aws-root").returncode == 0
    assert add(ledgers, "line.bound", "account=production", f"line={SET}").returncode == 0
    assert (
        add(ledgers, "lint.override", "rule=SEP-1", "reason=until the new key comes", "approved=ADM,WIT").returncode
        == 0
    )
    alerted = run("status", "c1", "c2", cwd=ledgers)
    assert (alerted.returncode, "nobody is recorded who gets its alerts" in alerted.stderr) == (9, True)
    assert add(ledgers, "receiver.added", "person=WIT", "account=production").returncode == 0
    sound = run("status", "c1", "c2", cwd=ledgers)
    assert sound.returncode == 0 and sound.stdout.startswith("NOW: nothing\n")
    assert re.fullmatch(
        r"sound: nothing must be done now; next on [-0-9]{10}: .*\n", sound.stderr
    )  # where a screen ends
    assert run("status", "c1", "c2", "--json", cwd=ledgers).stderr == ""
    assert "\nRULES: none is broken that nobody overruled\n  SEP-1 overruled: " in sound.stdout
    without = run("status", "c1", "c2", "--without", "F2 Example", cwd=ledgers)
    assert without.returncode == 9
    assert without.stdout.startswith("AS IF F2 Example were not there\n")
    needed = "without F1 Example nobody can get in without an MFA device (rule NEEDED-1)"
    assert needed in " ".join(without.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "code", "fact"),
    [
        (("status",), 2, "no custody folder is here"),
        (("status", "nothing"), 2, "the file that was named does not exist"),
        (("status", "c2", "c1"), 8, "the ledgers fail verification"),
        (("status", "c1", "--at", "2026-13-01"), 2, "the value of --at"),
        (("status", "c1", "--until", "soon"), 2, "the value of --until"),
        (("status", "c1", "--without", "C77"), 9, "nobody is called"),
        (("status", "c1", "--without-place", "the moon"), 2, "no single place or site is called like that"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(ledgers, arguments, code, fact):
    check_refused(ledgers, arguments, code, fact)


def named(*names):
    return [word for name in names for word in ("--ledger", name)]


@pytest.mark.parametrize(
    ("arguments", "code", "fact"),
    [
        (named("c1"), 2, "say what happened"),
        ((*named("c1", "c2"), "no.such"), 2, "there is no such event"),
        ((*named("c1", "c2"), "note"), 2, "'text' of 'note' is missing"),
        ((*named("c1", "c2"), "note", "text=a", "text=b"), 2, "a field was given twice"),
        ((*named("c1"), "note", "text=a"), 9, "this ledger is closed"),
        ((*named("c2", "c1"), "note", "text=a"), 8, "the ledgers fail verification"),
        ((*named("c1", "c2"), "--take", "c1"), 2, "taken up into a custody folder"),
        ((*named("c1", "c2"), "--take", "c1", "note", "text=a"), 2, "say what happened"),
        (("note", "text=a"), 2, "no custody folder is here"),
    ],
)
def test_what_cannot_be_recorded_is_said(ledgers, arguments, code, fact):
    check_refused(ledgers, ("record", *arguments, "--by", "SCR"), code, fact)


def check_refused(ledgers, arguments, code, fact):
    before = [(ledgers / name).read_bytes() for name in ("c1", "c2")]
    done = run(*arguments, cwd=ledgers)
    assert done.returncode == code, done.stderr
    assert fact in " ".join(done.stderr.split())
    assert [(ledgers / name).read_bytes() for name in ("c1", "c2")] == before


def test_a_changed_ledger_tells_nothing(ledgers):
    data = (ledgers / "c1").read_bytes()
    (ledgers / "c1").write_bytes(data.replace(b"BAG-3", b"BAG-4", 1))
    done = run("status", "c1", "c2", cwd=ledgers)
    assert (done.returncode, done.stdout) == (8, "")
