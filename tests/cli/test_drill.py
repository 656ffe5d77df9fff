"""A drill from pictures of sheets, also in a real pseudo-terminal: what is recorded, the debrief, the certificate."""

from __future__ import annotations

import functools
import json

import pytest

from tests.support.builders import made as dealt
from tests.support.builders import with_set_id
from tests.support.custody.company import begun, written
from tests.support.custody.custodies import asset, changed, event, made, stored
from tests.support.custody.drilled import OURS, SET_ID
from tests.support.custody.practice_set import run, seen
from tests.support.kit import COMMAND, forged_pdf, page_pdf, picture
from tests.support.ledgers import hashed
from tests.support.paper.pdfs import prose_of
from tests.support.terminals import Session

DAY = "2026-11-23"
SCANS = ("scan-1.png", "scan-2.png", "scan-3.png")
SIGNED = ("--fingerprint", " ".join(OURS.envelope.fingerprint))
ADDED = [
    asset("key-1", "mfa", "M1", DAY, battery=True, expires="2028-01-01", serial="AX-1"),
    asset("phone-1", "phone", "P1", DAY),
    asset("mail", "mailbox", "B1", DAY),
    asset("safe-9", "other", "C3", DAY),
]
BOUND = [
    event("line.bound", DAY, line=SET_ID, account="root"),
    *(event("receiver.added", DAY, account="root", person=person) for person in ("WIT", "B1")),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    account = event("account.added", DAY, account="root", name="Production", pack="aws-root")
    split = changed(made("3of5", SET_ID, day=DAY), fingerprint=" ".join(OURS.envelope.fingerprint))
    stores = [stored(str(number), set_id=SET_ID, day=DAY) for number in range(1, 6)]
    written(tmp_path / "c1", begun(split, *stores, *ADDED, account, *BOUND, kind="drill", day=DAY))
    for number in "1234":
        (tmp_path / f"scan-{number}.png").write_bytes(scan(number))
    return tmp_path


@functools.cache
def scan(number):
    return picture(page_pdf(OURS, number))


def session(folder, *arguments):
    running = Session([*COMMAND, "ceremony", "drill", *arguments, "--ledger", "c1", *SIGNED], folder)
    if any(argument.startswith("scan-") for argument in arguments):
        answer(running, ("Is this the set of the drill?", "yes"))
    return running


def answer(running, *pairs):
    for asked, typed in pairs:
        running.until_text(asked)
        running.type(f"{typed}\n")


def entries(folder):
    return [json.loads(line) for line in (folder / "c1").read_text().splitlines()]


DEBRIEF = (("What went wrong", "the printer was out of toner"), ("What was surprising?", "nothing"),
           ("What should change", ""), ("Are they deleted?", "no"))  # fmt: skip


def test_a_drill_from_the_sheets_to_the_certificate(folder):
    seen(folder / "c1", "asset.checked", asset="phone-1", result="fail", remark="its battery is flat")
    seen(folder / "c1", "asset.checked", asset="key-1", result="pass", expires="2029-06-30")
    seen(folder / "c1", "sheet.seen", set=SET_ID, sheet="4", person="C4", bag="BAG-4", intact=True)
    seen(folder / "c1", "sheet.seen", set=SET_ID, sheet="5", person="C5", bag="OTHER-7", intact=False)
    before = len(entries(folder))
    with session(folder, *SCANS, "--certificate", "drill.pdf") as running:
        answer(
            running,
            ("What went wrong", ""), ("'nothing' is an answer too", "the phone was flat"), ("What was surprising?", "nothing"),
            ("What should change", "more care"), ("Is there something to change", "yes"),
            ("What is done?", "a charger goes into the safe"), ("By whom", "P1"),
            ("By which day", "2027-01-31"), ("Is there something to change", "no"),
            ("Are they deleted?", "yes"),
        )  # fmt: skip
        assert running.finish() == 0, "\n".join(running.screen.main)
        shown = "\n".join(running.screen.main)
    assert not [scan for scan in SCANS if (folder / scan).exists()], "each of them is worth a sheet"
    new = entries(folder)[before:]
    assert [one["ev"] for one in new] == ["sheet.read", "sheet.read", "sheet.read", "drill", "debrief", "action"]
    page = prose_of((folder / "drill.pdf").read_bytes())
    for words in ("the program saw the set open", "1, 2, 3", "bag BAG-4 seen, seal whole", "read: sound", "not read", "2029-06-30",
                  "its battery is flat", "ANOTHER BAG", "SEAL BROKEN", "a charger goes into the safe", "Nothing was shown"):  # fmt: skip
        assert words in page, words
    words = json.loads(run("ledger", "verify", "c1", "--json", cwd=folder).stdout)["head"].split()
    assert all(word in page for word in words)
    assert OURS.record.password not in shown + page + (folder / "c1").read_text()
    for slip in (-4, -2):  # the phone, and the bag that was seen
        entry = hashed((folder / "c1").read_bytes().splitlines()[before + slip])
        seen(folder / "c1", "withdrawn", entry=entry, reason="a slip", approved=["ADM", "WIT"])
    assert run("record", "close", "--ledger", "c1", "--by", "SCR", "--wit", "WIT", cwd=folder).returncode == 0
    again = run("ceremony", "drill", "--ledger", "c1", "--certificate", "again.pdf", cwd=folder)
    assert again.returncode == 0, again.stderr
    page = prose_of((folder / "again.pdf").read_bytes())
    assert "a charger goes into the safe" in page
    assert "its battery is flat" not in page and "BAG-4 seen" not in page  # they were withdrawn


def test_no_debrief_no_certificate_and_no_close(folder):
    done = run("ceremony", "drill", *SCANS, "--ledger", "c1", *SIGNED, "--certificate", "drill.pdf", cwd=folder)
    assert (done.returncode, "nobody has said what the drill taught" in done.stderr) == (9, True), done.stderr
    assert not (folder / "drill.pdf").exists()
    closed = run("record", "close", "--ledger", "c1", "--by", "SCR", cwd=folder)
    assert (closed.returncode, "nobody has said what it taught" in closed.stderr) == (9, True)
    run("record", "--ledger", "c1", "debrief", "went_wrong=nothing", "surprising=nothing", "--by", "WIT", cwd=folder)
    assert run("ceremony", "drill", "--ledger", "c1", "--certificate", "drill.pdf", cwd=folder).returncode == 0
    assert run("record", "close", "--ledger", "c1", "--by", "SCR", cwd=folder).returncode == 0


def test_a_drill_that_is_interrupted_keeps_what_was_said(folder):
    with session(folder, *SCANS) as running:
        running.until_text("What went wrong")
        running.type("\x03")
        assert running.finish() == 130
        running.until_text("the debrief is still to be recorded")
    assert [one["ev"] for one in entries(folder)][-1] == "drill"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--certificate", "scan-1.png"), 2, "the file 'scan-1.png' is there already"),
        (("--certificate", "drill.pdf"), 9, "no drill of this set is in the last ledger"),
        ((), 2, "--fingerprint: it says nothing where people are guided"),
    ],
)
def test_refusals_come_before_anything_is_read(folder, arguments, code, says):
    before = (folder / "c1").read_bytes()
    done = run("ceremony", "drill", *arguments, "--ledger", "c1", *SIGNED, cwd=folder)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert (folder / "c1").read_bytes() == before
    assert not (folder / "drill.pdf").exists()


def test_a_set_that_does_not_open_is_not_certified(folder):
    (folder / "scan-3.png").write_bytes(picture(forged_pdf(OURS, "3")))
    with session(folder, *SCANS, "--certificate", "drill.pdf") as running:
        assert running.finish() == 5
        running.until_text("a sheet is not what was printed")
    assert not (folder / "drill.pdf").exists()


def test_the_certificate_is_that_of_the_last_drill_alone(folder):
    """Whatever else the ledger holds: an earlier drill with its refused sign-in, a change of the password, a review."""
    earlier = [
        event("drill", DAY, set=SET_ID, sheets=["1", "2", "4"], way="verify", result="fail"),
        event("signin", DAY, password="new", accepted=False), event("alert", DAY, receiver="B1", minutes=400, validated=False),
        event("asset.checked", DAY, asset="key-1", result="fail"), event("debrief", DAY, went_wrong="much of it", surprising="all"),
        event("action", DAY, action="A-1", text="an earlier action", owner="ADM", due="2027-01-01"),
    ]  # fmt: skip
    lines = [json.loads(line) for line in (folder / "c1").read_text().splitlines()]
    before = [
        event(one["ev"], DAY, **{("from_" if key == "from" else key): value for key, value in one["d"].items()})
        for one in lines
    ]
    written(folder / "c1", [*before, *earlier])
    with session(folder, *SCANS, "--certificate", "drill.pdf") as running:
        answer(running, *DEBRIEF)
        assert running.finish() == 0
    page = prose_of((folder / "drill.pdf").read_bytes())
    for words in (
        "Quorum the program saw the set open",
        "Sheets put together 1, 2, 3",
        "the printer was out of toner",
        "Nothing was shown",
    ):
        assert words in page, words
    for words in ("REFUSED", "400", "an earlier action", "much of it", "FAILED"):
        assert words not in page, words


def test_fewer_sheets_than_a_quorum_end_without_a_debrief(folder):
    with session(folder, "scan-4.png") as running:
        answer(running, ("Are they deleted?", "no"))
        assert running.finish() == 0
    assert [one["ev"] for one in entries(folder)][-1] == "sheet.read"


def test_one_sheet_alone_is_not_certified_with_an_earlier_drill(folder):
    with session(folder, *SCANS) as running:
        answer(running, *DEBRIEF)
        assert running.finish() == 0
    done = run("ceremony", "drill", "scan-4.png", "--ledger", "c1", *SIGNED, "--certificate", "drill.pdf", cwd=folder)
    assert (done.returncode, "no drill to certify" in done.stderr) == (9, True), done.stderr
    assert not (folder / "drill.pdf").exists()


@pytest.mark.parametrize(
    ("third", "use", "status"),
    [
        ("sound", "quorum", "out of its bag since"),
        ("forged", "inventory", "the secret may be known (sheet 3 of"),
    ],
)
def test_what_is_read_to_recover_is_recorded_as_what_is_read_at_a_drill(folder, third, use, status):
    if third == "forged":
        (folder / "scan-3.png").write_bytes(picture(forged_pdf(OURS, "3")))
    before = len(entries(folder))
    done = run("recover", *SCANS, "--reveal", "stdout", "--ledger", "c1", *SIGNED, cwd=folder)
    assert done.returncode == (0 if third == "sound" else 5), done.stderr
    read = [one["d"] for one in entries(folder)[before:] if one["ev"] == "sheet.read"]
    assert {(one["sheet"], one["use"], one["result"]) for one in read} == {
        ("1", use, "sound"),
        ("2", use, "sound"),
        ("3", use, third),
    }
    assert status in " ".join(run("status", "c1", cwd=folder).stdout.split())


def test_what_has_the_id_of_a_set_and_other_words_is_no_reading_of_it(folder):
    theirs = dealt("3of5", entropy=with_set_id(OURS.envelope.header.set_id, "theirs"), practice=False, label="Root")
    for number in "12":
        (folder / f"scan-{number}.png").write_bytes(picture(page_pdf(theirs, number)))
    before, words = len(entries(folder)), ("--fingerprint", " ".join(theirs.envelope.fingerprint))
    done = run("recover", *SCANS[:2], "--reveal", "stdout", "--ledger", "c1", *words, cwd=folder)
    assert (done.returncode, "another fingerprint" in done.stderr) == (4, True), done.stderr
    assert len(entries(folder)) == before
