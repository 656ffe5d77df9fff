"""A guided renewal played in a real terminal: kills, a slip, an exception, somebody who leaves, and each way to renew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.custody.making import BLANK, Making, verified
from tests.support.custody.practice_set import run
from tests.support.custody.rooms import founded, made_in, taken_up
from tests.support.kit import PUBLIC, quick
from tests.support.paper.pdfs import text_of
from tests.support.paper.printshop import PrintShop, no_printer_has_two, printing, to_three
from tests.support.places import copied

NEW_PLAN = """policy = "2of3"
label = "Root"
practice = true
[[custodian]]
name = "Dora Example"
[[custodian]]
name = "Dan Example"
[[custodian]]
name = "Eve Example"
"""
"""Emil and Fay have left; Dora stays."""


@pytest.fixture
def home(tmp_path):
    at = copied(founded, tmp_path)
    (at / "new.toml").write_text(NEW_PLAN)
    return at


@pytest.fixture
def printers(tmp_path):
    with PrintShop(tmp_path / "shop") as shop:
        yield shop.three()


class Renewal(Making):
    """Everybody at a guided renewal."""

    def __init__(self, home: Path, plan: str = "new.toml", *options: str, shop: PrintShop | None = None) -> None:
        line = [
            "ceremony",
            "renew",
            plan,
            "--practice",
            "--ledger",
            "n.ledger",
            "--ceremony",
            "N-0001",
            "--home",
            "custody",
            *options,
        ]
        line = [*quick(), *line, *(to_three() if shop else ("--to-files", str(home / "pages")))]
        super().__init__(
            shop.wrapped(line) if shop else line, home, shop.last_page if shop else self.last_page, home / plan
        )
        self.home, self.bags = home, "RENEW"

    def last_page(self) -> bytes:
        """The last sheet that came out."""
        (page,) = (self.home / "pages").glob("sheet-*.pdf")
        return page.read_bytes()

    @property
    def ledger(self) -> list[dict]:
        return [json.loads(line) for line in (self.home / "n.ledger").read_text().splitlines()]

    def why(self, cause: str, *answers: tuple[str, str]) -> None:
        self.answer("one of these words:", cause)
        self.answers(*answers)

    def vouch(self) -> None:
        self.answer("of these ledgers:", made_in(self.home)["fingerprint"])

    def old_sheet(self, number: str, bag: str | None = None) -> None:
        """An old sheet is read; a *bag* is opened first."""
        self.answer("or the number:", number)
        if bag:
            self.answers(("shows the bag.", bag), ("Is the seal whole?", "yes"))
        self.answers((f"How is sheet {number} read?", "file"), (f"file with sheet {number}:", f"scan-{number}.png"))

    def proven(self) -> list[str]:
        """Everything from the count to the proof of the new set; who was drawn."""
        self.count(len(self.numbers), len(self.numbers), 0)
        self.forget()
        self.answer("the machine draws:", "")
        self.wait("Drawn:")
        lots = [one["d"]["drawn"] for one in self.ledger if one["ev"] == "lot"]
        drawn = [seat.removeprefix("C") for seat in lots[-1]]
        for number in drawn:
            self.quorum_sheet(number)
        return drawn

    def made_again(self) -> int:
        """Everything after sheet 2 was made again: the quorum is sealed, and the old paper of it goes."""
        self.answers(("(sheet 1) shows a new bag. Its number:", "AGAIN-1"), ("again, from the sealed bag:", "AGAIN-1"), ("(sheet 2):", "yes"),
                     ("shredded?", "ADM WIT"),
                     ("(sheet 3) shows a new bag. Its number:", "AGAIN-3"), ("again, from the sealed bag:", "AGAIN-3"))  # fmt: skip
        return self.finish_up([])

    def finish_up(self, drawn: list[str]) -> int:
        if drawn:
            self.answer("Remove them now?", "yes")
        for number in drawn:
            self.answers(
                ("shows a new bag. Its number:", f"AGAIN-{number}"), ("again, from the sealed bag:", f"AGAIN-{number}")
            )
        self.answers(("What went wrong", "nothing"), ("What was surprising?", "nothing"), ("What should change", ""), ("Day of the next drill", "2027-02-20"), ("The close-out sheet:", "form"))  # fmt: skip
        return self.finish()


def signed(people: Renewal) -> None:
    """Both verifiers say that the ledger is whole, and the one that was signed."""
    words = re.search(r"L (\w+) +(\w+) +(\w+) +(\w+) " * 3, people.text() + " ")
    verified(people.home / "n.ledger", " ".join(words.groups()))


def public_files(home: Path, set_id: str) -> list[dict[str, bytes]]:
    folders = [home / "custody" / "records", home / "stick-1", home / "stick-2"]
    return [{path.name: path.read_bytes() for path in (folder / f"set-{set_id[:8]}").iterdir()} for folder in folders]


@printing
def test_a_leaver_new_sheets_from_three_printers_with_two_kills_a_slip_an_exception_and_somebody_who_leaves(
    home, printers
):
    with Renewal(home, shop=printers) as people:
        people.begin()
        for junk in ("", "no", "?", "<", "x" * 100_000, "\x1b[2J\x07", " ".join(["academic"] * 33)):
            people.answer("one of these words:", junk)
        people.why(
            "leaver",
            ("What has happened", "Emil and Fay have left"),
            ("How is it renewed?", ""),
            ("Who agrees to refresh?", "ADM WIT"),
        )
        people.answer("The custodians:", "")
        people.machine()
        people.agree()
        people.vouch()
        people.answers(("Dora Example (sheet 1, bag NEW-1)", ""), ("Emil Example (sheet 2, bag NEW-2)", "other"), ("by name?", "Gil Example"), ("anyway?", "yes"),
                       ("Fay Example (sheet 3, bag BAG-3)", "no"))  # fmt: skip
        people.old_sheet("1", "NEW-1")
        people.wait("or the number:")
        people.kill()
    said = people.text()
    with Renewal(home, shop=printers) as people:
        people.wait("The machine has forgotten what vouches for the set")
        people.vouch()
        people.old_sheet("1")
        people.menu("or the number:", "exception", ("What should have happened?", "nobody speaks"), ("What happened?", "a bell rang"),
                    ("What was decided?", "to go on"), ("HH:MM:", "15:10"), ("Who left the room?", ""), ("Who came back?", ""),
                    ("Who agreed?", "ADM WIT"), ("words, or Enter:", ""))  # fmt: skip
        people.old_sheet("2", "NEW-2")
        assert "opens with" in people.wait("Are dice mixed in?") + people.text()
        people.session.type("no\n")
        people.answer("a new set for the same secret now.", "")
        slip = re.findall(r"F (\w+) (\w+) (\w+) (\w+)", people.wait("Print and sign the public record"))[-3:]
        words = [word for row in slip for word in row]
        people.count_blank()
        people.answers(("whole public record come out?", "yes"), ("PRINTED record:", " ".join([*words[:-1], "academic"])), ("Word 12 once more", words[-1]),
                       ("Who has signed it?", "ADM WIT"))  # fmt: skip
        for name in ("stick-1", "stick-2"):
            (home / name).mkdir()
        people.answers(("The custody folder", ""), ("The folder of the first stick; or none:", "nowhere"), ("The folder of the first stick; or none:", "x" * 300), ("The folder of the first stick; or none:", "stick-1"),
                       ("which is kept elsewhere; or none:", "stick-1"), ("which is kept elsewhere; or none:", "stick-2"))  # fmt: skip
        for number in "123":
            people.sheet(number)
        people.count(3, 3, 0)
        people.forget()
        people.menu("the machine draws:", "exit", ("Who leaves?", "C3"))
        assert "something secret is open" in people.wait("words, or Enter:") + people.text(), (
            "the old sheets lie on the table"
        )
        people.session.type("\n")
        people.answer("the machine draws:", "C1 C2")
        for number in "12":
            people.quorum_sheet(number)
        people.wait("(sheet 1 of the old set):")
        people.kill()
        papers = people.papers
    said += people.text()
    with Renewal(home, shop=printers) as people:
        people.papers = papers
        people.answers(
            ("(sheet 1 of the old set):", "yes"),
            ("seen the old sheet 1 shredded?", "ADM WIT"),
            ("(sheet 2 of the old set):", "no"),
        )
        people.answers(
            ("shows a new bag. Its number:", "NEW-1"),
            ("shows a new bag. Its number:", "OLD-2"),
            ("again, from the sealed bag:", "OLD-2"),
            ("(sheet 3 of the old set):", "no"),
        )
        assert (
            "STILL OPEN THE SAME SECRET until sheet 2 is destroyed"
            in people.wait("Make the machine forget") + people.text()
        )
        people.answer("Remove them now?", "yes")
        for number in "12":
            people.answers(
                ("shows a new bag. Its number:", f"AGAIN-{number}"), ("again, from the sealed bag:", f"AGAIN-{number}")
            )
        people.menu(
            "What went wrong",
            "exit",
            ("Who leaves?", "C3"),
            ("HH:MM:", "15:20"),
            ("Taken out", "bag"),
            ("words, or Enter:", ""),
        )
        people.answers(("What went wrong", "nothing"), ("What was surprising?", "nothing"), ("What should change", ""), ("Day of the next drill", "2027-02-20"), ("Have they left for good?", "yes"), ("The close-out sheet:", "form"))  # fmt: skip
        assert people.finish() == 0
    said += people.text()
    ledger = (home / "n.ledger").read_text()
    for paper in papers.values():
        assert not any(secret in said + ledger for secret in paper.secrets)
    assert "academic academic" not in ledger and "x" * 200 not in ledger
    signed(people)
    happened = [one["ev"] for one in people.ledger]
    assert "reveal" not in happened and "set.void" not in happened
    assert [
        happened.count(one) for one in ("renewal", "public.signed", "public.copied", "set.refreshed", "sheet.destroyed")
    ] == [1, 1, 3, 1, 1]
    new = next(one["d"]["set"] for one in people.ledger if one["ev"] == "set.made")
    no_printer_has_two(people.ledger)
    assert printers.spool() == []
    copies = public_files(home, new)
    assert copies[0] == copies[1] == copies[2]
    assert {*copies[0]} == PUBLIC | {"former-identity.age"}
    told = run("ledger", "show", "n.ledger", "--where", "--plan", "new.toml", "--json", cwd=home)
    assert (told.returncode, json.loads(told.stdout)["complete"]) == (0, True), told.stderr
    forms = run(
        "papers",
        "ceremony",
        "new.toml",
        "--practice",
        "--ledger",
        "n.ledger",
        "--out",
        "forms",
        "--only",
        "closeout",
        cwd=home,
    )
    assert forms.returncode == 0, forms.stderr
    closeout = " ".join(text_of((home / "forms" / "closeout.pdf").read_bytes()).split())
    assert "Order of the script kept" in closeout and "Sheets that proved the set 1, 2" in closeout
    status = taken_up(home, "n.ledger")
    sets = {one["set"]: one for one in status["sets"]}
    old = sets.pop(made_in(home)["set"])
    assert (sets[new]["life"], old["life"]) == ("live", "superseded")
    assert sets[new]["usable"] == ["1", "2", "3"] and sets[new]["case"] == "sound"
    assert len(old["to_destroy"]) == 1
    assert "begun and never finished" not in json.dumps(status) and not status["doubts"]


@pytest.mark.long
def test_a_known_password_is_rotated_and_the_old_set_counts_until_somebody_has_signed_in(home):
    with Renewal(home) as people:
        people.begin()
        people.why(
            "password",
            ("What has happened", "somebody saw it"),
            ("How is it renewed?", "refresh"),
            ("Why is it safe to go on?", "a slip"),
        )
        people.answer("Who agrees to refresh?", "<")
        people.why(
            "password",
            ("What has happened", "somebody saw it"),
            ("How is it renewed?", ""),
            ("Who agrees to rotate?", "ADM WIT"),
        )
        people.answer("The custodians:", "")
        people.machine()
        people.agree()
        people.vouch()
        people.answers(("(sheet 1, bag NEW-1)", ""), ("(sheet 2, bag NEW-2)", ""), ("(sheet 3, bag BAG-3)", ""))
        people.old_sheet("1", "NEW-1")
        people.old_sheet("3", "BAG-3")
        people.make("a new password and its set", custody="")
        for number in "123":
            people.sheet(number)
        drawn = people.proven()
        shown = people.reveal()
        for number in "123":
            if number == "2":
                people.answers(
                    ("(sheet 2 of the old set):", "yes"), ("shows the bag.", "NEW-2"), ("Is the seal whole?", "yes")
                )
            else:
                people.answer(f"(sheet {number} of the old set):", "yes")
            people.answer(f"the old sheet {number} shredded?", "ADM WIT")
        assert people.finish_up(drawn) == 0
    assert "SECRET" in shown
    signed(people)
    happened = [one["ev"] for one in people.ledger]
    assert (
        happened.index("reveal")
        < happened.index("set.rotated")
        < happened.index("signin")
        < happened.index("sheet.destroyed")
    )
    status = taken_up(home, "n.ledger")
    sets = {one["set"]: one for one in status["sets"]}
    old = sets.pop(made_in(home)["set"])
    assert (old["life"], old["to_destroy"]) == ("superseded", [])
    assert [one["life"] for one in sets.values()] == ["live"]


@pytest.mark.long
def test_a_worn_sheet_is_printed_again_and_the_power_fails_with_it_in_hand(home):
    (home / "old.toml").write_text(NEW_PLAN.replace("Dan", "Emil").replace("Eve", "Fay"))

    def quorum(people, *bags):
        people.old_sheet("1", *bags[:1])
        people.old_sheet("3", *bags[1:])

    with Renewal(home, "old.toml") as people:
        people.begin()
        people.why("worn", ("Which sheets?", "9"), ("Which sheets?", "2"), ("What has happened", "coffee"), ("How is it renewed?", ""),
                   ("Who agrees to reissue?", "ADM WIT"), ("Emil Example is here", ""))  # fmt: skip
        people.machine()
        people.vouch()
        people.answers(("(sheet 1, bag NEW-1)", ""), ("(sheet 2, bag NEW-2)", ""), ("(sheet 3, bag BAG-3)", ""))
        quorum(people, "NEW-1", "BAG-3")
        people.count_blank()
        copy = int(people.match(r"This prints copy (\d+) of sheet 2")[1])
        people.session.type("\n")
        people.answers(("Has the page come out?", "yes"))
        people.wait("its F words are right.")
        people.kill()
    (page,) = (home / "pages").iterdir()
    page.unlink()
    with Renewal(home, "old.toml") as people:
        people.wait("The machine has forgotten what vouches for the set")
        people.vouch()
        quorum(people)
        people.answer(f"Is copy {copy} of sheet 2 shredded here", "yes")
        people.blank = BLANK
        people.sheet("2", copy + 1)
        people.count(2, 1, 1)
        people.forget()
        assert people.made_again() == 0
    signed(people)
    status = taken_up(home, "n.ledger")
    (ours,) = status["sets"]
    assert ours["usable"] == ["1", "2", "3"]
    assert {one["bag"] for one in ours["sheets"]} == {"AGAIN-1", "RENEW-2", "AGAIN-3"}


@pytest.mark.long
def test_a_worn_sheet_is_written_by_hand_and_the_power_fails_with_it_on_the_screen(home):
    (home / "old.toml").write_text(NEW_PLAN.replace("Dan", "Emil").replace("Eve", "Fay"))
    with Renewal(home, "old.toml", "--by-hand", "2") as people:
        people.begin()
        people.why("worn", ("Which sheets?", "2"), ("What has happened", "coffee"), ("How is it renewed?", ""),
                   ("Who agrees to reissue?", "ADM WIT"), ("Emil Example is here", ""))  # fmt: skip
        people.machine()
        people.vouch()
        people.answers(("(sheet 1, bag NEW-1)", ""), ("(sheet 2, bag NEW-2)", ""), ("(sheet 3, bag BAG-3)", ""))
        people.old_sheet("1", "NEW-1")
        people.old_sheet("3", "BAG-3")
        people.count_blank()
        copy = int(people.match(r"This shows copy (\d+) of sheet 2")[1])
        people.type("")
        assert people.session.until(lambda screen: "words 1 to 3" in "\n".join(screen.alternate))
        people.kill()
    with Renewal(home, "old.toml", "--by-hand", "2") as people:
        people.wait("The machine has forgotten what vouches for the set")
        people.vouch()
        people.old_sheet("1")
        people.old_sheet("3")
        people.answer(f"Is copy {copy} of sheet 2 shredded here", "yes")
        people.blank = BLANK
        people.by_hand("2", copy + 1)
        people.count(0, 1, 1)
        people.forget()
        assert people.made_again() == 0
    signed(people)
    (ours,) = taken_up(home, "n.ledger")["sets"]
    assert ours["usable"] == ["1", "2", "3"]
    assert {one["number"]: one["by_hand"] for one in ours["sheets"]} == {"1": False, "2": True, "3": False}


def test_what_cannot_be_renewed_is_said_before_anything_begins(home):
    for options, code, fact in (
        (["new.toml", "--to-files", "pages"], 9, "this is a practice set"),
        (["new.toml", "--practice", "--to-files", "pages", "--set", "ffff"], 9, "no set that is in use"),
    ):
        done = run(
            "ceremony", "renew", *options, "--ledger", "n.ledger", "--ceremony", "N-0001", "--home", "custody", cwd=home
        )
        assert (done.returncode, fact in done.stderr, "hint: " in done.stderr) == (code, True, True), done.stderr
        assert not (home / "n.ledger").exists()
