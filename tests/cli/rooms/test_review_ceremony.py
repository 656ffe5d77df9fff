"""A guided review played in a real terminal: kills, a slip, an exception, somebody who leaves, and what is no answer."""

from __future__ import annotations

import json

import pytest

from splitkit.ledger.ledger_file import open_ledger
from tests.support.custody.practice_set import run
from tests.support.custody.rooms import BY, WithSheets, both_verified, kept
from tests.support.paper.pdfs import prose_of
from tests.support.places import copied


@pytest.fixture
def home(tmp_path):
    return copied(kept, tmp_path)


class Reviewed(WithSheets):
    """Everybody at a guided review."""

    kind, code = "review", "V-0001"

    def __init__(self, home, *options: str) -> None:
        super().__init__(home, *(options or ("--home", "custody", "--out", "review.pdf")))

    def begin(self) -> None:
        self.answers(
            ("The administrator, by name", "Ada Example"), ("The witness, by name", "Ben Example"),
            ("The scribe, by name", "Sven Example"), ("Is anybody else in the room", "no"),
        )  # fmt: skip

    def change(self, line: str, answer: str = "change") -> None:
        self.answers((line, answer), ("What is done about it?", "a mailbox is set up"), ("By whom", "Ben Example"),
                     ("By which day", "2027-02-01"))  # fmt: skip

    def through(self, first: int = 1, last: int = 0, *, asked: bool = False) -> int:
        """Answer the lines from one to another, all by default: keep what may be kept, change the rest."""
        if first == 1 and not asked:
            self.answer("Which lines are kept as they are", "")
        at = first
        while at <= (last or 999):
            found = self.match(r"(\d+) of (\d+): |lines are kept as they are\.")
            if not found[1]:
                break
            assert int(found[1]) == at
            may = self.match(r"(keep, change|change)(?: or remove|, remove or absent):")
            self.session.type("keep\n" if may[1].startswith("keep") else "change\n")
            if not may[1].startswith("keep"):
                self.answers(
                    ("What is done about it?", "it is bought"),
                    ("By whom", "Ben Example"),
                    ("By which day", "2027-02-01"),
                )
            at += 1
        return at - 1

    def agreed(self) -> int:
        self.answers(("Who has reviewed all of it?", "ADM WIT"), ("Ada Example: agree:", "agree"), ("Ben Example: agree:", "agree"),
                     ("Day of the next review", ""))  # fmt: skip
        return self.finish()


def test_a_review_with_two_kills_a_slip_an_exception_and_somebody_who_leaves(home):
    with Reviewed(home) as people:
        people.begin()
        people.through(last=3)
        people.wait("4 of ")
        people.kill()
    with Reviewed(home) as people:
        people.menu("4 of ", "exit", ("Who leaves?", "SCR"), ("HH:MM:", "15:20"), ("Taken out", "papers"), ("words, or Enter:", "exception"),
                    ("What should have happened?", "the register lies here"), ("What happened?", "it was fetched"), ("What was decided?", "to wait"),
                    ("HH:MM:", "15:22"), ("Who left the room?", ""), ("Who came back?", ""), ("Who agreed?", "ADM WIT"), ("words, or Enter:", "back"),
                    ("Who comes back?", "SCR"), ("HH:MM:", "15:25"), ("Brought in", "papers"), ("words, or Enter:", ""))  # fmt: skip
        last = people.through(first=4)
        people.kill()
    with Reviewed(home) as people:
        people.answers(("Who has reviewed all of it?", "ADM SCR"), ("Who has reviewed all of it?", "ADM WIT"), ("Ada Example: agree:", "agree"),
                       ("Ben Example: agree:", "again"), ("Which line", "0"), ("there is no such line", "1"))  # fmt: skip
        people.change(f"1 of {last}: ", "remove")
        assert people.agreed() == 0
    happened = [one["ev"] for one in people.ledger]
    lines = [one["d"] for one in people.ledger if one["ev"] == "review.line"]
    (held,) = [one["d"] for one in people.ledger if one["ev"] == "review"]
    assert [one["line"] for one in lines] == [*range(1, last + 1), 1]
    assert held["confirmed"] + held["removed"] + held["changed"] == last and held["removed"] == 1
    assert held["reviewers"] == ["ADM", "WIT"]
    assert happened.count("action") == held["removed"] + held["changed"]
    page = prose_of((home / "review.pdf").read_bytes())
    assert "a mailbox is set up" in page and "Ada Example" in page
    assert all(word in page for word in open_words(home))
    status = both_verified(home)
    assert status["reviewed"] == people.ledger[-1]["t"][:10]
    assert "a mailbox is set up" in json.dumps(status)


def test_lines_that_show_nothing_wrong_are_kept_in_one_answer_and_no_other_is(home):
    """They are shown first; what cannot be kept is refused by its number, and asked about by itself."""
    with Reviewed(home) as people:
        people.begin()
        shown = people.wait("Which lines are kept as they are")
        assert "the access review, which is held in every quarter: nobody has held one yet." in shown
        assert "5 nobody: mailbox of Production WRONG: none is recorded" in shown
        people.type("1-15")
        people.wait("line 5 cannot be kept as it is")
        people.answer("all: the 12 that show nothing wrong", "all")
        people.wait("4 of 15: ")
        people.kill()
    kept = [one["d"]["line"] for one in people.ledger if one["ev"] == "review.line"]
    assert kept == [1, 2, 3, *range(7, 16)]


def test_the_reviewers_are_named_as_people_call_them(home):
    with Reviewed(home) as people:
        people.begin()
        people.through()
        people.wait("1: Ada Example (administrator) 2: Ben Example (witness)")
        people.answer("with commas:", "Ada Example, 1")
        people.answers(("fewer than two", "Ada Example, 2"), ("Ada Example: agree", "agree"), ("Ben Example: agree", "agree"),
                       ("Day of the next review", ""))  # fmt: skip
        assert people.finish() == 0


def open_words(home) -> list[str]:
    with open_ledger(home / "r.ledger") as ledger:
        return list(ledger.words)


@pytest.mark.long
def test_a_register_that_changes_meanwhile_is_gone_through_anew_and_the_sheet_is_printed_once_more(home):
    with Reviewed(home) as people:
        people.begin()
        people.through(last=5)
        people.wait("6 of ")
        people.kill()
    assert run("record", "joined", "Zoe Example", *BY, cwd=home / "custody").returncode == 0
    with Reviewed(home) as people:
        people.through()
        assert people.agreed() == 0
    (home / "review.pdf").unlink()
    with Reviewed(home) as people:
        assert people.finish() == 0
    assert "Zoe Example" in prose_of((home / "review.pdf").read_bytes())
    assert run("record", "joined", "Yan Example", *BY, cwd=home / "custody").returncode == 0
    again = run(
        "ceremony", "review", "--practice", "--ledger", "r.ledger", "--home", "custody", "--out", "again.pdf", cwd=home
    )
    assert again.returncode == 9 and "the register has changed since this review" in again.stderr


def test_nobody_agrees_with_what_has_changed_while_the_lines_were_read(home):
    with Reviewed(home) as people:
        people.begin()
        people.through()
        assert run("record", "joined", "Zoe Example", *BY, cwd=home / "custody").returncode == 0
        assert (
            run(
                "record", "role", "Zoe Example", "administrator", "reason=Fay leaves", *BY, cwd=home / "custody"
            ).returncode
            == 0
        )
        people.answers(("Who has reviewed all of it?", "ADM WIT"), ("Ada Example: agree:", "agree"), ("Ben Example: agree:", "agree"))  # fmt: skip
        people.wait("Meanwhile somebody has recorded a change of who has a way in")
        assert not [one for one in people.ledger if one["ev"] == "review"]
        people.through()
        assert people.agreed() == 0
    assert "Zoe Example" in prose_of((home / "review.pdf").read_bytes())


@pytest.mark.long
def test_two_reviewers_are_people_whom_the_register_knows_and_junk_is_asked_again(home):
    with Reviewed(home) as people:
        people.answers(("The administrator, by name", "Nobody Known"), ("The witness, by name", "Ben Example"),
                       ("The scribe, by name", ""), ("Is anybody else in the room", "no"))  # fmt: skip
        people.wait("fewer than two people are here whom the register knows")
        people.kill()
    (home / "r.ledger").unlink()
    with Reviewed(home) as people:
        people.begin()
        for junk in ("?", "0", "99", "1-99", "-", "all of them", "yes", "\x07"):
            people.answer("Which lines are kept as they are", junk)
        people.answer("Which lines are kept as they are", "")
        for junk in ("", "?", "k", "yes", "\x07\x1b[31m", "x" * 100_000, "academic acid acne acquire acrobat activity"):
            people.answer("keep, change or remove:", junk)
        people.through(asked=True)
        for junk in ("", "?", "ADM", "ADM ADM", "ADM OBS9", "\x07"):
            people.answer("Who has reviewed all of it?", junk)
        people.answers(("Who has reviewed all of it?", "ADM WIT"), ("Ada Example: agree:", "yes"), ("Ada Example: agree:", "agree"),
                       ("Ben Example: agree:", "agree"), ("Day of the next review", "2099-01-01"), ("Day of the next review", "soon"),
                       ("Day of the next review", ""))  # fmt: skip
        assert people.finish() == 0
    told = (home / "r.ledger").read_text()
    assert not any(junk in told for junk in ("xxxx", "acrobat", "31m"))


@pytest.mark.parametrize(
    ("options", "code", "fact"),
    [
        (["--practice"], 2, "no custody folder is here"),
        (["--home", "custody"], 9, "this custody folder is for rehearsals"),
    ],
)
def test_what_is_wrong_is_said_before_anything_begins(home, options, code, fact):
    line = ["ceremony", "review", "--ledger", "r.ledger", "--ceremony", "V-0001", "--out", "review.pdf", *options]
    done = run(*line, cwd=home)
    assert (done.returncode, fact in done.stderr) == (code, True), done.stderr
    assert not (home / "review.pdf").exists()
