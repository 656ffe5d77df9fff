"""`splitkit incident` and `papers`, with options and as a conversation in a real pseudo-terminal."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from tests.support.custody.company import event, office, sheet
from tests.support.custody.practice_set import run
from tests.support.kit import COMMAND
from tests.support.paper.pdfs import prose_of
from tests.support.terminals import Session

HOW = ("--text", "noticed on Monday")


@pytest.fixture
def folder(tmp_path):
    return office(tmp_path)


def incident(folder, *arguments):
    return run("incident", "--ledger", "c1", "--ledger", "c2", *arguments, cwd=folder)


def last(folder):
    return json.loads((folder / "c2").read_text().splitlines()[-1])


def events(folder):
    return [json.loads(line)["ev"] for line in (folder / "c2").read_text().splitlines()]


def test_a_fire_in_a_safe_is_recorded_and_followed_by_a_procedure(folder):
    done = incident(folder, "--what", "fire", "--place", "safe-3", *HOW)
    assert done.returncode == 0, done.stderr
    assert events(folder)[-3:] == ["incident.open", "sheet.destroyed", "place.left"]
    assert (
        "R13  A sheet is lost, destroyed, or may have been seen\n  because set 5f3a0c11: a sheet is gone" in done.stdout
    )
    status = run("status", "c1", "c2", cwd=folder)
    assert "incident I-" in status.stdout.partition("COMING")[0]


def test_one_short_of_a_compromise_ends_with_9(folder):
    done = incident(folder, "--what", "lost", "--sheet", "2", *HOW)
    assert (done.returncode, done.stderr.splitlines()[-2]) == (9, "NOW: set 5f3a0c11: one short")
    assert events(folder)[-1] == "sheet.lost"


def test_only_say_records_nothing(folder):
    before = (folder / "c2").read_bytes()
    done = incident(folder, "--what", "seen", "--sheet", "1", "--sheet", "3", "--only-say", *HOW)
    assert (done.returncode, "R14" in done.stdout, "nothing was recorded" in done.stderr) == (9, True, True)
    assert (folder / "c2").read_bytes() == before


def test_a_conversation(folder):
    with Session([*COMMAND, "incident", "--ledger", "c1", "--ledger", "c2"], folder) as session:
        for asked, typed in [
            ("  1: an alert says that the root user signed in", "sheets"), ("What happened?", "destroyed"),
            ("one or more of these, with commas:", "Z9"), ("error: this is not the number of a sheet", "2"),
            ("How was it destroyed?", "water"), ("Who has seen it destroyed", "adm, c2"), ("What happened, in a sentence or two?", ""),
            ("nothing was typed", "call +44 20 7946 0018"), ("looks like a phone number", "a pipe burst above the safe"),
            ("Is this what happened?", "yes"), ("Go through R13 now", "no"),
        ]:  # fmt: skip
            session.until_text(asked)
            session.type(f"{typed}\n")
        assert session.finish() == 0
    last = json.loads((folder / "c2").read_text().splitlines()[-1])
    assert (last["ev"], last["d"]["way"], last["d"]["seen_by"]) == ("sheet.destroyed", "water", ["ADM", "C2"])


@pytest.mark.parametrize("end", ["no\n", "\x03"])
def test_a_conversation_that_is_stopped_records_nothing(folder, end):
    before = (folder / "c2").read_bytes()
    with Session([*COMMAND, "incident", "--ledger", "c1", "--ledger", "c2", "--what", "password"], folder) as session:
        session.until_text("What happened, in a sentence or two?")
        session.type("it was read aloud in a train\n")
        session.until_text("Is this what happened?")
        session.type(end)
        assert session.finish() == 130
        session.until_text("nothing was recorded")
    assert (folder / "c2").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "it was not said what happened"),
        (("--what", "lost", *HOW), 2, "it was not said which sheet"),
        (("--what", "lost", "--sheet", "2"), 2, "it was not said what happened"),
        (("--what", "lost", "--sheet", "x2", *HOW), 2, "is not the number of a sheet"),
        (("--what", "lost", "--sheet", "7", *HOW), 9, "the set has no sheet of this number"),
        (("--what", "lost", "--sheet", "2", "--set", "ffff", *HOW), 9, "no set that is in use"),
        (("--what", "device", *HOW), 2, "it was not said which asset"),
        (("--what", "device", "--asset", "key-9", *HOW), 9, "no asset of this tag is in use"),
        (("--what", "fire", "--place", "nowhere", *HOW), 9, "nothing is known to lie in this place"),
        (("--what", "leaver", "--person", "C9", "--day", "2026-11-23", *HOW), 9, "nobody who is here has this seat"),
        (("--what", "password", "--text", "call +44 20 7946 0018"), 2, "phone number"),
        (("--what", "password", "--text", "x" * 401), 2, "400 characters"),
        (("--what", "flood", *HOW), 2, "--what"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_recorded(folder, arguments, code, says):
    before = (folder / "c2").read_bytes()
    done = incident(folder, *arguments)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert (folder / "c2").read_bytes() == before


def test_the_printed_register(folder):
    made = office(folder, event("deputy", "2026-11-23", person="C2", deputy="WIT"))
    done = run(
        "papers", "register", "--ledger", "c1", "--ledger", "c2", "--out", "register.pdf", "--paper", "letter", cwd=made
    )
    assert done.returncode == 0, done.stderr
    data = (made / "register.pdf").read_bytes()
    text = prose_of(data)
    for words in ("Dora Example", "Ben Example", "safe-2", "NEW-2", "AX-1", "2030-01-01", "Signature", "As of"):
        assert words in text, words
    page = pypdfium2.PdfDocument(data)[0]
    assert page.get_width() > page.get_height()
    again = run("papers", "register", "--ledger", "c1", "--ledger", "c2", "--out", "register.pdf", cwd=made)
    assert (again.returncode, (made / "register.pdf").read_bytes()) == (2, data)
    early = run(
        "papers", "register", "--ledger", "c1", "--ledger", "c2", "--out", "early.pdf", "--at", "2020-01-01", cwd=made
    )
    assert early.returncode == 0
    assert "Dora" not in prose_of((made / "early.pdf").read_bytes())


def test_the_call_out_card(folder):
    made = office(
        folder,
        event("deputy", "2026-11-23", person="M1", deputy="P1"),
        event("deputy", "2026-11-23", person="C2", deputy="WIT"),
    )
    assert "deputy Ben Example" in run("status", "c1", "c2", cwd=made).stdout
    done = run("papers", "call-out", "--ledger", "c1", "--ledger", "c2", "--out", "card.pdf", cwd=made)
    assert done.returncode == 0, done.stderr
    text = prose_of((made / "card.pdf").read_bytes())
    for words in (
        "Fay Example Gus Example",
        "How to reach them",
        "any 2 of Cleo Example, Dora Example (or Ben Example), Emil Example; and Fay Example (or Gus Example) with the MFA device",
        "Hana Example with mailbox mail or Ivo Example with mailbox mail-2; and Gus Example with the phone",
    ):
        assert words in text, words


def test_the_call_out_card_sends_for_nobody_who_left_and_for_nothing_that_is_lost(folder):
    made = office(folder, event("person.left", "2026-11-23", person="C2", until="2026-11-23", reason="moved on"),
                  sheet("sheet.lost", "1", "2026-11-23", circumstances="gone"))  # fmt: skip
    assert run("papers", "call-out", "--ledger", "c1", "--ledger", "c2", "--out", "card.pdf", cwd=made).returncode == 0
    text = prose_of((made / "card.pdf").read_bytes())
    assert "sheet 1 of" not in text
    assert "Dora Example, LEFT on 2026-11-23" in text
    assert "Nobody can sign in at present." in text


def test_the_secret_in_other_hands_ends_with_9_until_it_is_over(folder):
    assert incident(folder, "--what", "password", *HOW).returncode == 9
    status = run("status", "c1", "c2", cwd=folder)
    assert (status.returncode, "the secret may be known" in status.stderr) == (9, True)
    code = json.loads((folder / "c2").read_text().splitlines()[-1])["d"]["incident"]
    done = run("record", "--ledger", "c1", "--ledger", "c2", "incident.close", f"incident={code}", "cause=read aloud", "outcome=rotated",
               "approved=ADM,WIT", "--by", "ADM", cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "incident" not in run("status", "c1", "c2", cwd=folder).stdout


def test_a_contradiction_elsewhere_stops_nobody_who_reports_an_incident(folder):
    made = office(folder, event("action.done", "2026-11-23", action="NONE"))
    done = incident(made, "--what", "lost", "--sheet", "2", *HOW)
    assert (done.returncode, "contradiction: " in done.stderr, "R13" in done.stdout) == (9, True, True)


def test_a_leaver_is_recorded_as_gone_on_the_day_and_never_before(folder):
    before = (folder / "c2").read_bytes()
    done = incident(folder, "--what", "leaver", "--person", "C2", *HOW)
    assert (done.returncode, "it was not said on which day" in done.stderr) == (2, True)
    assert (folder / "c2").read_bytes() == before
    done = incident(folder, "--what", "leaver", "--person", "C2", "--day", "2099-01-31", *HOW)
    assert (done.returncode, "1 entry recorded" in done.stderr) == (0, True)
    assert last(folder)["ev"] == "action" and "Dora Example has left" in last(folder)["d"]["text"]
    assert "LEFT" not in run("status", "c1", "c2", cwd=folder).stdout
    done = incident(folder, "--what", "leaver", "--person", "C2", "--day", "2026-11-23", *HOW)
    assert (done.returncode, "R12" in done.stdout, "Dora Example leaves, and keeps sheet 2" in done.stdout) == (
        9,
        True,
        True,
    )
    assert "error" not in done.stderr
    assert (last(folder)["ev"], last(folder)["d"]["until"]) == ("person.left", "2026-11-23")
    assert "Dora Example (C2)" in run("status", "c1", "c2", cwd=folder).stdout


def test_who_hands_over_and_stays_is_recorded_as_that_and_never_as_gone(folder):
    done = incident(folder, "--what", "handover", "--person", "C2", *HOW)
    assert (done.returncode, "it was not said on which day" in done.stderr) == (2, True)
    done = incident(folder, "--what", "handover", "--person", "C2", "--day", "2026-11-23", *HOW)
    assert "Dora Example hands over, and keeps sheet 2" in done.stdout and "R12" in done.stdout
    said = last(folder)
    assert (said["ev"], said["d"]["hands_over"], said["d"]["owner"]) == ("action", "C2", "Dora Example")
    assert f"action {said['d']['action']}: Dora Example hands over to a successor" in done.stdout
    assert "LEFT" not in run("status", "c1", "c2", cwd=folder).stdout


@pytest.mark.parametrize("field", ["asset=491701234567", "place=030-123-4567", "serial=491701234567"])
def test_a_phone_number_is_no_tag_and_no_serial_of_a_phone(folder, field):
    given = {"asset": "asset=phone-9", "place": "place=safe-1", "serial": "serial=AX-9"} | {
        field.partition("=")[0]: field
    }
    done = run("record", "--ledger", "c1", "--ledger", "c2", "asset.added", "kind=phone", "person=P1", *given.values(),
               "--by", "SCR", cwd=folder)  # fmt: skip
    assert done.returncode in (2, 9)
    assert "number" in done.stderr


def test_a_closed_ledger_is_refused_before_the_first_question(tmp_path):
    folder = office(tmp_path)
    assert run("record", "close", "--ledger", "c2", "--by", "SCR", cwd=folder).returncode == 0
    with Session([*COMMAND, "incident", "--ledger", "c1", "--ledger", "c2"], folder) as session:
        assert session.finish() == 9
        assert "this ledger is closed" in "\n".join(session.screen.main)
