"""A whole drill in a real pseudo-terminal: sheets, bags, devices, the sign-in and its alert, the debrief, the certificate."""

from __future__ import annotations

import functools
import json

import pytest

from splitkit.packs.pack import all_packs
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


@pytest.fixture(params=["aws-root"])
def folder(request, tmp_path):
    account = event("account.added", DAY, account="root", name="Production", pack=request.param)
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
    running = Session([*COMMAND, "drill", *arguments, "--ledger", "c1", *SIGNED], folder)
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
           ("What should change", ""), ("Is there a change", "no"), ("Are they deleted?", "no"))  # fmt: skip


def test_a_live_drill_from_the_sheets_to_the_certificate(folder):
    before = len(entries(folder))
    with session(folder, *SCANS, "--live", "--certificate", "drill.pdf") as running:
        answer(
            running,
            ("Sheet 4, C4 C4 Example in safe-4: number of the bag", "bag-4"), ("Is the seal whole?", "yes"),
            ("Sheet 5, C5 C5 Example in safe-5: number of the bag", ""),
            ("mfa key-1, M1 Fay Example, serial AX-1", "pass"), ("When does it end (Enter: 2028-01-01)?", "2029-06-30"),
            ("phone phone-1", "fail"), ("What was wrong with it", "its battery is flat"), ("mailbox mail", "pass"),
            ("Was the sign-in accepted?", "yes"), ("Who has received the alert", "wit"), ("After how many minutes?", "soon"),
            ("is not a whole number", "4"), ("Did they look whether it was announced", "yes"), ("Who has received the alert", "hana example"),
            ("After how many minutes?", "5"), ("Did they look", "yes"), ("Who has received the alert", ""), ("What went wrong", ""), ("'nothing' is an answer too", "the phone was flat"), ("What was surprising?", "nothing"),
            ("What should change", "more care"), ("Is there a change", "yes"),
            ("What is done?", "a charger goes into the safe"), ("By whom", "P1"),
            ("Until which day", "2027-01-31"), ("Is there a change", "no"),
            ("Are they deleted?", "yes"),
        )  # fmt: skip
        assert running.finish() == 0, "\n".join(running.screen.main)
        shown = "\n".join(running.screen.main)
    assert not [scan for scan in SCANS if (folder / scan).exists()], "each of them is worth a sheet"
    new = entries(folder)[before:]
    assert [one["ev"] for one in new] == [
        "sheet.read", "sheet.read", "sheet.read", "drill", "sheet.seen", "asset.checked", "asset.checked", "asset.checked",
        "signin", "alert", "alert", "drill", "debrief", "action",
    ]  # fmt: skip
    assert new[5]["d"] == {"asset": "key-1", "result": "pass", "expires": "2029-06-30"}
    assert new[6]["d"] == {"asset": "phone-1", "result": "fail", "remark": "its battery is flat"}
    assert new[9]["d"] == {"receiver": "WIT", "minutes": 4, "validated": True}
    assert new[8]["d"] == {"password": "unchanged", "accepted": True, "set": SET_ID}
    assert (new[11]["d"]["way"], new[11]["d"]["result"]) == ("live", "pass")
    page = prose_of((folder / "drill.pdf").read_bytes())
    for words in ("the program saw the set open", "1, 2, 3", "bag BAG-4 seen, seal whole", "read: sound", "not read", "2029-06-30", "its battery is flat",
                  "WIT Ben Example", "a charger goes into the safe", "accepted", "Live drill passed"):  # fmt: skip
        assert words in page, words
    words = json.loads(run("ledger", "verify", "c1", "--json", cwd=folder).stdout)["head"].split()
    assert all(word in page for word in words)
    assert OURS.record.password not in shown + page + (folder / "c1").read_text()
    for slip in (4, 6):  # the bag that was seen, and the phone
        entry = hashed((folder / "c1").read_bytes().splitlines()[before + slip])
        seen(folder / "c1", "withdrawn", entry=entry, reason="a slip", approved=["ADM", "WIT"])
    assert run("ledger", "close", "c1", "--by", "SCR", "--wit", "WIT", cwd=folder).returncode == 0
    again = run("drill", "--ledger", "c1", "--certificate", "again.pdf", cwd=folder)
    assert again.returncode == 0, again.stderr
    page = prose_of((folder / "again.pdf").read_bytes())
    assert "a charger goes into the safe" in page
    assert "its battery is flat" not in page and "BAG-4 seen" not in page  # they were withdrawn


def test_a_slip_in_the_number_of_a_bag_is_asked_about_and_harms_nothing(folder):
    with session(folder, *SCANS, "--bags") as running:
        answer(running, ("Sheet 4, C4", "BAG-7"), ("A slip?", "BAG-4"), ("Is the seal whole?", "yes"), ("Sheet 5, C5", ""),
               *DEBRIEF)  # fmt: skip
        assert running.finish() == 0
    assert not [one for one in entries(folder) if one["ev"] == "sheet.exposed"]


def test_a_bag_that_is_another_exposes_the_sheet(folder):
    with session(folder, *SCANS, "--bags", "--certificate", "drill.pdf") as running:
        answer(running, ("Sheet 4, C4", "OTHER-7"), ("A slip?", "OTHER-7"), ("Is the seal whole?", "yes"),
               ("Sheet 5, C5", "BAG-5"), ("Is the seal whole?", "no"), *DEBRIEF)  # fmt: skip
        running.until_text("Somebody may have read this sheet")
        assert running.finish() == 0
    status = json.loads(run("status", "c1", "--json", cwd=folder).stdout)
    assert [sheet["exposure"] for sheet in status["sets"][0]["sheets"]] == ["none"] * 3 + ["possible"] * 2
    assert "ANOTHER BAG" in prose_of((folder / "drill.pdf").read_bytes())


@pytest.mark.parametrize(
    "alerted",
    [[], [("Who has received the alert", "WIT"), ("After how many minutes?", "4"), ("Did they look", "yes")]],
    ids=["nobody", "one of two"],
)
def test_a_sign_in_without_every_alert_is_a_failed_drill(folder, alerted):
    with session(folder, *SCANS, "--live") as running:
        answer(running, ("Sheet 4", ""), ("Sheet 5", ""), ("mfa key-1", "skip"), ("phone phone-1", "skip"), ("mailbox mail", "skip"),
               ("Was the sign-in accepted?", "yes"), *alerted, ("Who has received the alert", ""), *DEBRIEF)  # fmt: skip
        assert running.finish() == 9
        running.until_text("somebody who is to be alerted was not")
        running.until_text("splitkit packs show R15")
    drills = [one["d"] for one in entries(folder) if one["ev"] == "drill"]
    assert [(one["way"], one["result"]) for one in drills] == [("verify", "pass"), ("live", "fail")]
    done = run("drill", "--ledger", "c1", "--certificate", "drill.pdf", cwd=folder)
    assert done.returncode == 0
    page = prose_of((folder / "drill.pdf").read_bytes())
    assert "Quorum the program saw the set open" in page
    assert "Live drill FAILED" in page
    assert page.count("NO ALERT") == (1 if alerted else 2)
    assert "Nothing was shown" not in page


@pytest.mark.parametrize(
    ("folder", "code"),
    [(code, (pack.procedure_for("alert") or pack.procedure_for("drill")).code)
     for pack in all_packs() for code in [pack.code] if code in ("entra-emergency", "offline-ca")],
    indirect=["folder"],
)  # fmt: skip
def test_what_is_done_then_is_named_by_the_pack_of_the_account(folder, code):
    with session(folder, *SCANS, "--live") as running:
        answer(running, ("Sheet 4", ""), ("Sheet 5", ""), ("mfa key-1", "skip"), ("phone phone-1", "skip"), ("mailbox mail", "skip"), ("Was the sign-in accepted?", "yes"), ("Who has received the alert", ""), *DEBRIEF)  # fmt: skip
        assert running.finish() == 9
        running.until_text(f"hint: see to it before the next sign-in: splitkit packs show {code}")
        assert "root user" not in " ".join(running.screen.main)


def test_no_debrief_no_certificate_and_no_close(folder):
    done = run("drill", *SCANS, "--ledger", "c1", *SIGNED, "--certificate", "drill.pdf", cwd=folder)
    assert (done.returncode, "nobody has said what the drill taught" in done.stderr) == (9, True), done.stderr
    assert not (folder / "drill.pdf").exists()
    closed = run("ledger", "close", "c1", "--by", "SCR", cwd=folder)
    assert (closed.returncode, "nobody has said what it taught" in closed.stderr) == (9, True)
    run("record", "--ledger", "c1", "debrief", "went_wrong=nothing", "surprising=nothing", "--by", "WIT", cwd=folder)
    assert run("drill", "--ledger", "c1", "--certificate", "drill.pdf", cwd=folder).returncode == 0
    assert run("ledger", "close", "c1", "--by", "SCR", cwd=folder).returncode == 0


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
        ((*SCANS, "--live"), 6, "nobody is at a terminal"),
        ((*SCANS, "--bags"), 6, "nobody is at a terminal"),
        (("--certificate", "scan-1.png"), 2, "the file is there already"),
        (("--certificate", "drill.pdf"), 9, "no drill of this set is in the last ledger"),
        (("--certificate", "drill.pdf", "--assets"), 6, "nobody is at a terminal"),
        ((), 2, "no"),
    ],
)
def test_refusals_come_before_anything_is_read(folder, arguments, code, says):
    before = (folder / "c1").read_bytes()
    done = run("drill", *arguments, "--ledger", "c1", *SIGNED, cwd=folder)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert (folder / "c1").read_bytes() == before
    assert not (folder / "drill.pdf").exists()


def test_a_set_that_does_not_open_is_neither_signed_in_with_nor_certified(folder):
    (folder / "scan-3.png").write_bytes(picture(forged_pdf(OURS, "3")))
    with session(folder, *SCANS, "--live", "--certificate", "drill.pdf") as running:
        answer(running, ("Sheet 3", ""), ("Sheet 4", ""), ("Sheet 5", ""), ("mfa key-1", "skip"), ("phone phone-1", "skip"),
               ("mailbox mail", "skip"))  # fmt: skip
        running.until_text("No sign-in")
        assert running.finish() == 5
        running.until_text("a sheet is not what was printed")
    assert not (folder / "drill.pdf").exists()


def test_steps_are_not_left_out_in_silence_where_no_sheet_was_named(folder):
    with session(folder, "--live", "--certificate", "drill.pdf") as running:
        assert running.finish() == 2
    assert not (folder / "drill.pdf").exists()


def test_a_live_drill_with_too_few_sheets_is_none(folder):
    with session(folder, "scan-4.png", "--live") as running:
        answer(running, *((f"Sheet {number}, ", "") for number in "1235"), ("mfa key-1", "skip"), ("phone phone-1", "skip"),
               ("mailbox mail", "skip"), ("Are they deleted?", "no"))  # fmt: skip
        assert running.finish() == 9
        running.until_text("no sign-in was held")


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
    with session(folder, "scan-4.png", "--bags") as running:
        answer(running, *((f"Sheet {number}, ", "") for number in "1235"), ("Are they deleted?", ""))
        assert running.finish() == 0
    assert [one["ev"] for one in entries(folder)][-1] == "sheet.read"


def test_one_sheet_alone_is_not_certified_with_an_earlier_drill(folder):
    with session(folder, *SCANS) as running:
        answer(running, *DEBRIEF)
        assert running.finish() == 0
    done = run("drill", "scan-4.png", "--ledger", "c1", *SIGNED, "--certificate", "drill.pdf", cwd=folder)
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
