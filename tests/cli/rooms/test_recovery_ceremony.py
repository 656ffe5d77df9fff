"""A guided recovery played in a real terminal: kills, slips, somebody leaving, and the days on which something is wrong."""

from __future__ import annotations

import json
import re

import pytest

from splitkit.cli.ui.sheet_release import SENTENCE
from splitkit.quorum.textform import symbol_text
from tests.support.builders import made
from tests.support.custody.making import scanned
from tests.support.custody.practice_set import run
from tests.support.custody.rooms import Recovery, both_verified, founded
from tests.support.kit import code_picture, forged_pdf, page_pdf
from tests.support.paper.pdfs import prose_of
from tests.support.places import copied


@pytest.fixture
def home(tmp_path):
    return copied(founded, tmp_path)


def test_a_recovery_with_two_kills_a_slip_an_exception_and_somebody_who_leaves(home):
    with Recovery(home) as people:
        people.up_to_the_set()
        slip = [*people.words[:-1], "academic"]
        people.answers(
            ("words or none:", "words"), ("of these ledgers:", " ".join(slip)), ("Word 12 once more", people.words[-1])
        )
        people.wait("Who brings which sheet")
        people.kill()
    said = people.text()
    with Recovery(home) as people:
        people.wait("This ceremony was interrupted")
        people.call("", "no", "")
        people.vouch()
        people.menu("or the number:", "exit", ("Who leaves?", "C3"), ("HH:MM:", "15:20"), ("Taken out", "phone"), ("words, or Enter:", "back"),
                    ("Who comes back?", "C3"), ("HH:MM:", "15:25"), ("Brought in", "phone"), ("words, or Enter:", ""))  # fmt: skip
        people.read("1")
        people.kill()
    said += people.text()
    with Recovery(home) as people:
        people.wait("The machine has forgotten what vouches for the set")
        people.vouch()
        people.answers(("or the number:", "1"))
        people.show("1")
        people.menu("or the number:", "exception", ("What should have happened?", "nobody speaks"), ("What happened?", "a bell rang"),
                    ("What was decided?", "to go on"), ("HH:MM:", "15:10"), ("Who left the room?", ""), ("Who came back?", ""),
                    ("Who agreed?", "ADM WIT"), ("words, or Enter:", ""))  # fmt: skip
        people.answers(
            ("or the number:", "3"),
            ("shows the bag.", "BAG-9"),
            ("Read the number from the bag once more.", "BAG-3"),
            ("Is the seal whole?", "yes"),
        )
        people.show("3")
        shown = people.release()
        people.session.type("x")
        people.answers(("Was the sign-in accepted?", "yes"), ("received the alert", ""))
        people.debts()
        assert people.end("1", "3") == 0
    said += people.text()
    password = "".join(re.findall(r"^ {4}(\S.*)$", shown, re.MULTILINE)[0].split())
    assert password not in said + (home / "r.ledger").read_text()
    happened = [one["ev"] for one in people.ledger]
    assert [happened.count(one) for one in ("request", "intent", "reveal", "outcome", "set.proven", "signin")] == [
        1
    ] * 6
    assert (
        happened.index("set.proven") < happened.index("intent") < happened.index("reveal") < happened.index("outcome")
    )
    status = both_verified(home)
    told = json.dumps(status)
    assert all(
        one in told for one in ("change the password: set", "review the use: set", "tell who must know of the use: set")
    )
    (ours,) = status["sets"]
    assert (ours["case"], ours["usable"], ours["proven"]) == ("sound", ["1", "2", "3"], people.ledger[-1]["t"][:10])
    assert {one["bag"] for one in ours["sheets"]} == {"AGAIN-1", "NEW-2", "AGAIN-3"}
    assert "begun and never finished" not in told and not status["doubts"]
    line = ("ceremony", "recover", "--practice", "--ledger", "r.ledger", "--home", "custody", "--out", "sheet.pdf")
    assert run(*line, cwd=home).returncode == 0
    assert "bag AGAIN-3, is in its safe" in prose_of((home / "sheet.pdf").read_bytes())


OURS, THEIRS = made("2of3", "a recovery"), made("2of3", "somebody else's")


@pytest.fixture
def alone(tmp_path):
    """No folder: a copy of the public record, and scans of sheets, good and bad."""
    (tmp_path / "envelope.sk1").write_text(symbol_text(OURS.envelope.raw) + "\n")
    for name, page in (("scan-1", page_pdf(OURS, "1")), ("scan-2", forged_pdf(OURS, "2")), ("scan-3", page_pdf(OURS, "3")),
                       ("foreign", page_pdf(THEIRS, "3"))):  # fmt: skip
        (tmp_path / f"{name}.png").write_bytes(scanned(page, 0))
    (tmp_path / "blank.png").write_bytes(code_picture("https://example.org"))
    return tmp_path


def test_damaged_foreign_and_forged_sheets_are_named_and_lead_on_and_none_needs_a_camera(alone):
    with Recovery(alone, "--record", "envelope.sk1") as people:
        people.up_to_the_set()
        people.answer("words or none:", "words")
        for number, name in (("1", "Ada Example"), ("2", "Ben Example"), ("3", "")):
            people.answer(f"(sheet {number}):", "" if name else "no")
            if name:
                people.answer("by name?", name)
        people.answers(("or the number:", ""), ("it is in no bag):", ""))
        people.show("1", file="blank.png")
        assert "Read it another way" in people.answer("or the number:", "1")
        people.show("1", file="foreign.png")
        assert "not of this set" in people.answer("or the number:", "1") + people.text()
        people.answer("How is sheet 1 read?", "hand")
        people.answers(("symbol 1 of 3:", OURS.share("1").mnemonic.upper()), ("symbol 2 of 3:", ""))
        assert "Sheet 1 is sound" in people.wait("Whose sheet is read next")
        people.answers(("or the number:", "2"), ("it is in no bag):", "B-22"), ("Is the seal whole?", "no"))
        assert "It is read anyway" in people.wait("How is sheet 2 read?") + people.text()
        people.session.type("file\n")
        people.answer("file with sheet 2:", "scan-2.png")
        assert "use it for nothing" in people.answer("or the number:", "more") + people.text()
        people.answers(("that was brought?", "2"), ("that was brought?", "3"), ("by name?", "Cleo Example"), ("or the number:", "3"),
                       ("it is in no bag):", ""))  # fmt: skip
        people.show("3")
        assert "SECRET" in people.release()
        people.session.type("x")
        people.answers(("Was the sign-in accepted?", "skip"))
        people.debts()
        assert people.end("1", "2", "3") == 0
    read = [(one["d"]["sheet"], one["d"]["result"]) for one in people.ledger if one["ev"] == "sheet.read"]
    assert read == [("1", "damaged"), ("1", "foreign"), ("1", "sound"), ("2", "forged"), ("3", "sound")]


def test_where_nobody_else_can_be_reached_it_ends_with_the_record_and_shows_nothing(home):
    with Recovery(home) as people:
        people.up_to_the_set()
        people.vouch()
        people.call("", "no", "no")
        assert "1 more sheet is needed" in people.wait("Read so far") + people.text()
        people.read("1")
        people.answers(
            ("or the number:", "none"), ("Does it end here, without the secret?", "yes"), ("Who decides it?", "ADM WIT")
        )
        assert people.end("1") == 0
    happened = [one["ev"] for one in people.ledger]
    assert not {"reveal", "intent", "set.proven"} & {*happened}
    assert {"exception", "bag.sealed", "debrief", "close"} <= {*happened}
    status = json.dumps(both_verified(home))
    assert "change the password" not in status


def test_without_any_signed_paper_two_people_say_so_and_a_deputy_brings_a_sheet(home):
    with Recovery(home) as people:
        people.up_to_the_set()
        people.answers(("words or none:", "none"), ("to go on, or no:", "no"))
        assert "find the signed record" in people.answer("The step is taken again", "") + people.text()
        people.answers(("words or none:", "none"), ("to go on, or no:", SENTENCE), ("Why is there no record?", "it burnt"),
                       ("Who goes on without it?", "ADM WIT"))  # fmt: skip
        people.answer("(sheet 1, bag NEW-1):", "other")
        people.answers(
            ("by name?", "Gil Example"),
            ("anyway?", "yes"),
            ("(sheet 2, bag NEW-2):", ""),
            ("(sheet 3, bag BAG-3):", "no"),
        )
        for number in "12":
            people.answer("or the number:", number)
            people.show(number, f"NEW-{number}")
        people.release()
        people.kill()
    with Recovery(home) as people:
        people.answers(("words or none:", "none"), ("to go on, or no:", SENTENCE), ("Why is there no record?", "it burnt"),
                       ("Who goes on without it?", "ADM WIT"))  # fmt: skip
        assert people.shown_again(*"12") == 0
    happened = [one["ev"] for one in people.ledger]
    assert [happened.count(one) for one in ("override", "intent", "reveal", "outcome", "sheet.handed")][1:] == [
        2,
        1,
        1,
        1,
    ]
    status = both_verified(home)
    assert "never" in json.dumps(status["now"])  # what was begun and not finished is told
    (ours,) = status["sets"]
    assert {one["bag"] for one in ours["sheets"]} == {"AGAIN-1", "AGAIN-2", "BAG-3"}
    assert "gil-example" in json.dumps(ours)


@pytest.mark.parametrize(
    ("options", "code", "fact"),
    [
        ([], 2, "nothing says which set it is"),
        (["--record", "envelope.sk1"], 9, "this is a practice set"),
        (["--record", "scan-1.png", "--practice"], 2, "a sheet cannot vouch for itself"),
        (["--home", "elsewhere", "--practice"], 2, "this is not a custody folder"),
    ],
)
def test_what_is_wrong_is_said_before_anything_begins(alone, options, code, fact):
    done = run("ceremony", "recover", "--ledger", "r.ledger", "--ceremony", "R-0001", *options, cwd=alone)
    assert done.returncode == code, done.stderr
    assert fact in done.stderr and "hint: " in done.stderr
    assert not (alone / "r.ledger").exists()
