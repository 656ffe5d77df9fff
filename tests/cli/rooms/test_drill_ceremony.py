"""A guided drill played in a real terminal, at the safes and live: kills, slips, somebody leaving, bad input at every question."""

from __future__ import annotations

import json

import pytest

from tests.support.custody.practice_set import run
from tests.support.custody.rooms import BAGS, BY, WithSheets, both_verified, founded, kept
from tests.support.paper.pdfs import prose_of
from tests.support.places import copied


@pytest.fixture
def home(tmp_path):
    return copied(kept, tmp_path)


class Drill(WithSheets):
    """Everybody at a guided drill."""

    kind, code = "drill", "D-0001"

    def up_to_the_set(self) -> None:
        self.begin()
        self.answer("Is it the one on paper?", "yes")
        self.preflight("of these ledgers:")

    def vouch(self) -> None:
        self.answer("of these ledgers:", " ".join(self.words))

    def sign(self) -> None:
        """Type the words of a question that was asked already."""
        self.session.type(" ".join(self.words) + "\n")

    def visit(self, number: str, *, here: bool = False) -> None:
        self.answer("or the number:", number)
        if not here:
            self.answer(f"(sheet {number}, bag {BAGS[number]}, in Safe {number}):", "")
        self.show(number, BAGS[number])
        self.wait(f"Sheet {number} is sound.")

    def put_away(self, number: str) -> None:
        self.answers(("shows a new bag. Its number:", f"AGAIN-{number}"), ("from the sealed bag:", f"AGAIN-{number}"),
                     ("again, and it is locked.", ""))  # fmt: skip

    def tail(self, *opened: str) -> int:
        self.answers(("Is a bag looked at today?", "no"), ("Is any of them tried today?", "yes"), ("mfa key-1", "pass"))
        return self.end(*opened)


def certificate(home) -> str:
    done = run("ceremony", "drill", "--certificate", "../drill.pdf", cwd=home / "custody")
    assert done.returncode in (0, 9), done.stderr
    return prose_of((home / "drill.pdf").read_bytes())


def test_at_the_safes_with_two_kills_a_slip_an_exception_and_somebody_who_leaves(home):
    with Drill(home) as people:
        people.up_to_the_set()
        people.session.type(" ".join([*people.words[:-1], "academic"]) + "\n")
        people.answers(("Word 12 once more", people.words[-1]), ("Which drill is it?", "safes"))
        people.visit("2")
        people.kill()
    said = people.text()
    with Drill(home) as people:
        people.wait("The machine has forgotten what vouches for the set")
        people.vouch()
        people.answers(("shows a new bag. Its number:", "AGAIN-2"), ("from the sealed bag:", "AGAIN-3"))
        people.wait("The numbers differ")
        people.answers(("shows a new bag. Its number:", "AGAIN-2"), ("from the sealed bag:", "AGAIN-2"))
        people.wait("again, and it is locked.")
        people.kill()
    said += people.text()
    with Drill(home) as people:
        people.vouch()
        people.answer("again, and it is locked.", "")
        people.menu("or the number:", "exit", ("Who leaves?", "C2"), ("HH:MM:", "15:20"), ("Taken out", ""), ("words, or Enter:", "exception"),
                    ("What should have happened?", "the safe opens"), ("What happened?", "it sticks"), ("What was decided?", "to wait"),
                    ("HH:MM:", "15:22"), ("Who left the room?", ""), ("Who came back?", ""), ("Who agreed?", "ADM WIT"),
                    ("words, or Enter:", ""))  # fmt: skip
        people.visit("1")
        people.put_away("1")
        people.answer("or the number:", "done")
        people.wait("THE DRILL HAS PASSED: sheets 1, 2 are what was printed, and are a quorum.")
        people.answers(
            ("sheet 3 not taken out. Is a bag looked at today?", "yes"),
            ("number of the bag", "BAG-7"),
            ("A slip?", "bag-3"),
            ("Is the seal whole?", "yes"),
        )
        people.answers(("Is any of them tried today?", "yes"), ("mfa key-1", "pass"))
        people.answer("Remove them now?", "yes")
        people.answers(("What went wrong", "the safe sticks"), ("What was surprising?", "nothing"), ("What should change", ""),
                       ("Day of the next drill", "2027-02-20"), ("left for good?", "yes"))  # fmt: skip
        assert people.finish() == 0
    said += people.text()
    gone = [home / name for name in ("scan-1.png", "scan-2.png", "r.ledger.pictures")]
    assert not any(one.exists() for one in gone), "what was read before a kill is offered too"
    happened = [one["ev"] for one in people.ledger]
    assert not {"reveal", "intent", "set.proven", "request"} & {*happened}
    (drill,) = [one["d"] for one in people.ledger if one["ev"] == "drill"]
    assert (drill["way"], drill["sheets"], drill["not_proven"], drill["result"]) == ("safes", ["1", "2"], ["3"], "pass")
    assert [one["d"]["use"] for one in people.ledger if one["ev"] == "sheet.read"] == ["drill", "drill"]
    status = both_verified(home)
    (ours,) = status["sets"]
    assert (ours["case"], ours["proven"]) == ("sound", people.ledger[-1]["t"][:10])
    assert [one["bag"] for one in ours["sheets"]] == ["AGAIN-1", "AGAIN-2", "BAG-3"]
    page = certificate(home)
    for words in (
        "Each sheet was read at its safe",
        "each was read alone",
        "read: sound",
        "bag NEW-2 opened, seal whole; then bag AGAIN-2",
        "not read",
        "bag BAG-3 seen, seal whole",
    ):
        assert words in page, words
    told = json.dumps(status)
    assert "put back" not in told and not status["doubts"]


def test_live_with_two_kills_a_slip_an_exception_somebody_who_leaves_and_an_alert_that_one_of_two_did_not_get(home):
    with Drill(home) as people:
        people.up_to_the_set()
        people.session.type(" ".join([*people.words[:-1], "academic"]) + "\n")
        people.answers(
            ("Word 12 once more", people.words[-1]),
            ("Which drill is it?", "live"),
            ("Who asks for the secret", "ADM WIT"),
        )
        people.wait("Who brings which sheet")
        people.kill()
    with Drill(home) as people:
        for number in "123":
            people.answer(f"(sheet {number}, bag {BAGS[number]}, in Safe {number}):", "no" if number == "3" else "")
        people.vouch()
        people.menu("or the number:", "exception", ("What should have happened?", "nobody speaks"), ("What happened?", "a bell rang"),
                    ("What was decided?", "to go on"), ("HH:MM:", "15:10"), ("Who left the room?", ""), ("Who came back?", ""),
                    ("Who agreed?", "ADM WIT"), ("words, or Enter:", "exit"), ("Who leaves?", "SCR"), ("HH:MM:", "15:20"),
                    ("Taken out", ""), ("words, or Enter:", ""))  # fmt: skip
        for number in "12":
            people.read(number)
        shown = people.release()
        people.session.type("x")
        people.answer("Was the sign-in accepted?", "yes")
        people.debts()
        people.answers(
            ("Hana Example: after how many minutes", "soon"), ("is not a whole number", "3"), ("Did they check", "yes")
        )
        people.wait("Fay Example: after how many minutes")
        people.kill()
    with Drill(home) as people:
        people.answer("Fay Example: after how many minutes", "")
        people.wait("see to what was missing first: splitkit packs show R15.")
        people.answers(
            ("Is a bag looked at today?", "yes"),
            ("number of the bag", "OTHER-7"),
            ("A slip?", "OTHER-7"),
            ("Is the seal whole?", "no"),
        )
        people.wait("Somebody may have read this sheet")
        people.answers(("Is any of them tried today?", "yes"), ("mfa key-1", "pass"), ("Remove them now?", "yes"))
        for number in "12":
            people.answers(
                ("shows a new bag. Its number:", f"AGAIN-{number}"), ("from the sealed bag:", f"AGAIN-{number}")
            )
        assert people.close(("left for good?", "yes")) == 0
    assert "SECRET" in shown
    held = [one["d"] for one in people.ledger if one["ev"] in ("request", "drill", "alert")]
    assert held[0] == {"task": "a drill", "requested_by": ["ADM", "WIT"]}
    assert held[1] == {"receiver": "hana-example", "minutes": 3, "validated": True}
    assert (held[2]["way"], held[2]["result"]) == ("live", "fail")
    told = json.dumps(verified_once := both_verified(home))
    assert "live drill of Production" in told and "it failed on" in told
    assert "change the password" in told
    (ours,) = verified_once["sets"]
    assert [one["exposure"] for one in ours["sheets"]] == ["none", "none", "possible"]
    page = certificate(home)
    for words in (
        "the program saw the set open",
        "FAILED: see below",
        "Hana Example 3 yes",
        "Fay Example - NO NO ALERT",
        "ANOTHER BAG; SEAL BROKEN",
    ):
        assert words in page, words


@pytest.mark.long
def test_live_it_passes_with_every_receiver_and_counts_for_the_account(home):
    with Drill(home) as people:
        people.up_to_the_set()
        people.sign()
        people.answers(("Which drill is it?", "live"), ("Who asks for the secret", "ADM WIT"))
        for number in "123":
            people.answer(f"(sheet {number}, bag {BAGS[number]}, in Safe {number}):", "no" if number == "3" else "")
        for number in "12":
            people.read(number)
        people.release()
        people.session.type("x")
        people.answers(("Was the sign-in accepted?", "no"), ("Is it shown once more?", "yes"), ("Who decides", "ADM WIT"),
                       ("Who releases it?", "ADM WIT"), ("Who sees the screen?", "ADM WIT"), ("The password is shown now", ""))  # fmt: skip
        people.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate))
        people.session.type("x")
        people.answer("Was the sign-in accepted?", "yes")
        people.debts()
        for name in ("Hana", "Fay"):
            people.answers((f"{name} Example: after how many minutes", "2"), ("Did they check", "yes"))
        people.wait("THE LIVE DRILL HAS PASSED")
        assert people.tail("1", "2") == 0
    status = both_verified(home)
    (ours,) = status["sets"]
    assert ours["live_drill"] == people.ledger[-1]["t"][:10]


@pytest.mark.long
def test_a_set_that_nobody_is_alerted_about_is_drilled_at_its_safes_and_who_has_no_safe_keeps_none(tmp_path):
    home = copied(founded, tmp_path)
    with Drill(home) as people:
        people.up_to_the_set()
        people.sign()
        assert "nobody is recorded who gets the alerts" in people.wait("Each sheet at its safe") + people.text()
        people.answer("or the number:", "")
        people.answer(f"(sheet 1, bag {BAGS['1']}):", "")
        people.show("1", BAGS["1"], file="scan-2.png")
        people.wait("NOT SOUND")
        people.answers(
            ("Is it read again", "yes"), ("How is sheet 1 read?", "file"), ("file with sheet 1:", "scan-1.png")
        )
        people.wait("Sheet 1 is sound.")
        people.answers(
            ("shows a new bag. Its number:", "AGAIN-1"), ("from the sealed bag:", "AGAIN-1"), ("or the number:", "done")
        )
        people.wait("it is no drill of the set: 1 more sheet is needed")
        people.answer("Is a bag looked at today?", "no")
        assert people.end() == 0
    assert "drill" not in [one["ev"] for one in people.ledger]
    assert run("record", "--take", "../r.ledger", *BY, cwd=home / "custody").returncode == 0


SHARE = "academic acid acne acquire acrobat activity actress adapt adequate adjust admit adorn adult advance advocate afraid again agency agree aide"
JUNK = ["?", "\x07\x1b[31m", "x" * 3_000, SHARE]
"""What is typed at every question before its answer."""


@pytest.mark.long
def test_bad_input_at_every_question_is_asked_again_and_never_recorded(home):
    def clumsy(*pairs: tuple[str, str]) -> None:
        for prompt, answer in pairs:
            for junk in JUNK:
                people.answer(prompt, junk)
            people.answer(prompt, answer)

    with Drill(home) as people:
        people.up_to_the_set()
        people.sign()
        people.wait("Which drill is it?")
        people.session.type("x" * 100_000 + "\n")
        people.wait("that is not one of the answers")
        clumsy(
            ("safes or live:", "safes"),
            ("or the number:", "2"),
            ("in Safe 2):", "other"),
            ("Who opens it, by name?", "Gil Example"),
        )
        clumsy(("shows the bag.", BAGS["2"]), ("Is the seal whole?", "yes"), ("How is sheet 2 read?", "file"))
        clumsy(("file with sheet 2:", "scan-2.png"))
        people.wait("Sheet 2 is sound.")
        clumsy(("shows a new bag. Its number:", "AGAIN-2"), ("from the sealed bag:", "AGAIN-2"))
        people.answer("again, and it is locked.", "")
        clumsy(
            ("or the number:", "done"),
            ("Is a bag looked at today?", "no"),
            ("Is any of them tried today?", "yes"),
            ("mfa key-1", "fail"),
        )
        people.answers(("What was wrong with it", "it is mute"), ("Remove them now?", "yes"))
        people.wait("What went wrong")
        people.session.type("\x03")
        people.answers(("words, or Enter:", ""), ("What went wrong", "nothing"), ("What was surprising?", "nothing"),
                       ("What should change", ""), ("Day of the next drill", "2027-02-20"))  # fmt: skip
        assert people.finish() == 0
    told = (home / "r.ledger").read_text()
    assert not any(junk in told for junk in ("xxxx", "acrobat", "31m"))
    assert "gil-example" in json.dumps(both_verified(home)["people"])
    (ours,) = json.loads(run("status", "--json", cwd=home / "custody").stdout)["sets"]
    assert [one["holder"] for one in ours["sheets"]] == ["dora-example", "emil-example", "fay-example"]
