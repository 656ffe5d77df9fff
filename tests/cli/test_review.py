"""`splitkit custody review` in a real pseudo-terminal."""

from __future__ import annotations

import json

import pytest

from tests.support.custody.company import event, office, sheet
from tests.support.custody.practice_set import run
from tests.support.kit import COMMAND
from tests.support.paper.pdfs import prose_of
from tests.support.terminals import Session

REVIEW = ("custody", "review", "c1", "c2", "--reviewer", "ADM", "--reviewer", "WIT", "--out", "review.pdf")


DAY = "2026-11-23"
ADMINS = [
    event("role", DAY, person="ADM", role=role, reason="it is so")
    for role in ("mail-admin", "domain-admin", "bill-payer")
]
TRIED = [event("asset.checked", DAY, asset=tag, result="pass") for tag in ("key-1", "phone-1", "mail", "mail-2")]


@pytest.fixture
def folder(tmp_path):
    return office(tmp_path, *ADMINS, *TRIED)


def entries(folder):
    return [json.loads(line) for line in (folder / "c2").read_text().splitlines()]


def walk(session, answers):
    """Answer every line; *answers* are the typed lines by what is asked."""
    for asked, typed in answers:
        session.until_text(asked)
        session.type(f"{typed}\n")


def test_a_review_from_the_first_line_to_the_signatures(folder):
    before = len(entries(folder))
    with Session([*COMMAND, *REVIEW], folder) as session:
        session.until_text("20 lines.")
        walk(session, [
            ("1 of 20: Cleo Example: sheet 1 of set 5f3a0c11, live in safe-1, bag NEW-1", "keep"),
            ("2 of 20: Dora", "perhaps"), ("2 of 20: Dora", "remove"), ("What is done about it?", ""),
            ("What is done about it?", "a sealed hand-over to the successor"), ("By whom", "WIT"),
            ("Until which day", "soon"), ("Until which day", "2027-02-01"),
            ("3 of 20: Emil", "<"), ("Until which day", "<"), ("By whom", "<"), ("What is done about it?", "<"), ("2 of 20: Dora", "change"), ("What is done about it?", "another safe"), ("By whom", "Ada Example"),
            ("Until which day", "2027-02-01"),
        ])  # fmt: skip
        walk(session, [(f"{number} of 20: ", "keep") for number in range(3, 21)])
        walk(session, [("19 of 20 lines are kept as they are.", "adm"), ("Ben Example: do you agree", "wit")])
        assert session.finish() == 0
    written = entries(folder)[before:]
    assert [entry["ev"] for entry in written] == ["review.line"] * 20 + ["action", "review"]
    assert written[1]["d"] == {
        "person": "C2",
        "remark": "another safe",
        "subject": "sheet-2.5f3a0c11",
        "verdict": "change",
    }
    assert written[-2]["d"]["text"] == "change, Dora Example: another safe"
    assert {key: written[-1]["d"][key] for key in ("reviewers", "confirmed", "changed", "removed")} == {
        "reviewers": ["ADM", "WIT"], "confirmed": 19, "changed": 1, "removed": 0,
    }  # fmt: skip
    assert all((entry["by"], entry["wit"]) == ("ADM", "WIT") for entry in written)
    head = run("ledger", "verify", "c1", "c2", "--json", cwd=folder)
    words = json.loads(head.stdout)["head"].split()
    page = prose_of((folder / "review.pdf").read_bytes())
    assert all(word in page for word in words)
    assert "another safe" in page
    assert "Until" not in page
    due = run("status", "c1", "c2", "--until", "2027-03-01", cwd=folder).stdout
    assert "action RV-" in due


def test_what_nobody_has_is_not_kept_and_stays_due_and_who_cannot_be_reached_is_an_incident(tmp_path):
    lost = sheet("sheet.lost", "2", DAY, circumstances="it is gone")
    folder = office(tmp_path, *ADMINS[1:], *TRIED, lost)
    action = [
        ("What is done about it?", "it is replaced"),
        ("By whom", "Ben Example"),
        ("Until which day", "2027-02-01"),
    ]
    with Session([*COMMAND, *REVIEW], folder) as session:
        session.until_text("20 lines.")
        walk(
            session,
            [("1 of 20: ", "keep"), ("WRONG: it is LOST", "keep"), ("that is none of the answers", "remove"), *action],
        )
        walk(session, [(f"{number} of 20: ", "keep") for number in range(3, 8)])
        walk(session, [("8 of 20: -: who runs the mail (mailbox)", "change"), *action])
        walk(session, [(f"{number} of 20: ", "keep") for number in range(9, 20)])
        walk(session, [("20 of 20: Ivo Example: role holder", "absent"), *action])
        walk(session, [("17 of 20 lines are kept", "adm"), ("Ben Example: do you agree", "wit")])
        assert session.finish() == 0
    assert [entry["ev"] for entry in entries(folder)][-5:] == ["incident.open", "action", "action", "action", "review"]
    assert entries(folder)[-5]["d"]["person"] == "B2"
    done = json.loads(run("status", "c1", "c2", "--json", cwd=folder).stdout)
    assert sum(one["why"] == "remove, Dora Example: it is replaced" for one in done["coming"]) == 1
    assert sum("it is replaced" in one["why"] for one in done["coming"]) == 3
    assert any("Ivo Example cannot be reached" in one["what"] for one in done["now"])
    page = prose_of((folder / "review.pdf").read_bytes())
    assert "it is LOST" in page
    assert "nobody is recorded who does" in page


@pytest.mark.parametrize("stop", ["ctrl-c", "hang up"])
def test_a_review_that_is_stopped_writes_nothing(folder, stop):
    before = (folder / "c2").read_bytes()
    with Session([*COMMAND, *REVIEW], folder) as session:
        walk(session, [("1 of 20:", "keep"), ("2 of 20:", "keep")])
        session.until_text("3 of 20:")
        if stop == "ctrl-c":
            session.type("\x03")
            assert session.finish() == 130
        else:
            session.hang_up()
    assert (folder / "c2").read_bytes() == before
    assert not (folder / "review.pdf").exists()


def test_a_reviewer_who_does_not_agree_goes_back(folder):
    with Session([*COMMAND, *REVIEW], folder) as session:
        walk(session, [(f"{number} of 20: ", "keep") for number in range(1, 21)])
        walk(session, [("Ada Example: do you agree", "wit"), ("Ada Example: do you agree", "<"), ("20 of 20", "keep"),
                       ("do you agree", "adm"), ("Ben Example: do you agree", "wit")])  # fmt: skip
        assert session.finish() == 0


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (("--reviewer", "ADM"), 2, "fewer than two people review"),
        (("--reviewer", "ADM", "--reviewer", "X9"), 9, "nobody is called"),
        (("--reviewer", "ADM", "--reviewer", "WIT"), 6, "nobody is at a terminal"),
        (("--reviewer", "ADM", "--reviewer", "WIT", "--next", "soon"), 2, "the value of --next is not one"),
        (
            ("--reviewer", "ADM", "--reviewer", "WIT", "--next", "2099-01-01"),
            2,
            "the next review is in a quarter at the latest",
        ),
    ],
)
def test_refusals_write_nothing(folder, change, code, says):
    before = (folder / "c2").read_bytes()
    done = run("custody", "review", "c1", "c2", "--out", "review.pdf", *change, cwd=folder)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert (folder / "c2").read_bytes() == before
    assert not (folder / "review.pdf").exists()


def test_a_sheet_that_is_there_already_is_not_written_over(folder):
    (folder / "review.pdf").write_text("signed")
    done = run(*REVIEW, cwd=folder)
    assert done.returncode == 2
    assert (folder / "review.pdf").read_text() == "signed"


def test_a_closed_ledger_is_refused_before_the_first_question(folder):
    assert run("ledger", "close", "c2", "--by", "SCR", cwd=folder).returncode == 0
    for arguments in (REVIEW, ("custody", "incident", "c1", "c2")):
        with Session([*COMMAND, *arguments], folder) as session:
            assert session.finish() == 9
            assert "this ledger is closed" in "\n".join(session.screen.main)
            assert "keep" not in "\n".join(session.screen.main)


MEANWHILE = {
    "a remark": ("note", "text='the coffee is cold'"),
    "somebody leaves": ("person.left", "person=C1", "until=2026-11-24", "reason=retired"),
}


@pytest.mark.parametrize("what", list(MEANWHILE))
def test_what_others_write_meanwhile_stays_and_a_review_of_what_is_no_more_does_not_count(folder, what):
    with Session([*COMMAND, *REVIEW], folder) as session:
        session.until_text("1 of 20:")
        done = run("record", "--ledger", "c1", "--ledger", "c2", *MEANWHILE[what], "--by", "SCR", cwd=folder)
        assert done.returncode == 0, done.stderr
        session.type("keep\n" * 20 + "adm\nwit\n")
        code = session.finish()
        seen = "\n".join(session.screen.main)
    assert run("ledger", "verify", "c1", "c2", cwd=folder).returncode == 0
    events = [entry["ev"] for entry in entries(folder)]
    same = what == "a remark"
    assert (code, "meanwhile the ledgers say something else" in seen) == ((0, False) if same else (9, True)), seen
    assert events.count(MEANWHILE[what][0]) >= 1
    assert ("review" in events, "review.line" in events, (folder / "review.pdf").exists()) == (same, same, same)


def test_a_kill_in_the_midst_leaves_a_sound_ledger(folder):
    """However far it came: lines of a review without the entry 'review' are no review."""
    with Session([*COMMAND, *REVIEW], folder) as session:
        session.until_text("1 of 20:")
        session.type("keep\n" * 20 + "adm\nwit\n")
        session.until(lambda _screen: b"review.line" in (folder / "c2").read_bytes())
        session.process.kill()
        session.process.wait()
    assert run("ledger", "verify", "c1", "c2", cwd=folder).returncode == 0
    status = json.loads(run("status", "c1", "c2", "--json", cwd=folder).stdout)
    complete = entries(folder)[-1]["ev"] == "review"
    assert bool(status["reviewed"]) == complete
