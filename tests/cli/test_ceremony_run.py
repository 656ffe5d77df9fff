"""A guided ceremony played from beginning to end in a real terminal, with a real CUPS, misprints, breaks and power cuts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from splitkit.ceremony.course import replay
from splitkit.ceremony.recorder import Recorder
from splitkit.cli.guide import session as guided
from splitkit.errors import UnsafeMachineError
from splitkit.ledger.verification import read_ledger
from splitkit.plan.document import parse_plan
from splitkit.plan.plan_hash import plan_hash
from splitkit.preflight.machine import Finding, Severity
from tests.support.builders import made as dealt
from tests.support.ceremonies import plan_of
from tests.support.custody.by_model import cases_of
from tests.support.custody.making import BLANK, Making, verified
from tests.support.kit import PUBLIC, code_picture, page_pdf, quick, run
from tests.support.kit import picture as kit_picture
from tests.support.ledgers import going_on, joined
from tests.support.paper.pdfs import text_of
from tests.support.paper.pictures import encoded
from tests.support.paper.printshop import PrintShop, no_printer_has_two, printing, to_three
from tests.support.places import ROOT

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve")


def plan_text(policy: str, *, practice: bool = True) -> str:
    people = "".join(f'[[custodian]]\nname = "{name} Example"\n' for name in NAMES[: int(policy[-1])])
    return f'policy = "{policy}"\nlabel = "Root"\npractice = {str(practice).lower()}\n{people}'


class Ceremony(Making):
    """Everybody at a ceremony that makes the first set of a plan."""

    def custodians(self) -> None:
        self.answer("The custodians:", "")

    def start(self) -> None:
        """Everything up to the set."""
        self.begin()
        self.custodians()
        self.machine()
        self.agree()
        self.make()

    def made_and_forgotten(self) -> None:
        """Everything up to the lot: every sheet in its bag, and the machine has forgotten the set."""
        self.start()
        for number in self.numbers:
            self.sheet(number)
        self.count(len(self.numbers), len(self.numbers), 0)
        self.forget()

    def end(self, drawn: list[str], *, scanned: bool = True) -> int:
        if scanned:
            self.answer("Remove them now?", "yes")
        for number in drawn:
            self.answers(
                ("shows a new bag. Its number:", f"NEW-{number}"), ("again, from the sealed bag:", f"NEW-{number}")
            )
        self.answers(("What went wrong", "the power failed"), ("What was surprising?", "how long it takes"),
                     ("What should change", "a second printer"), ("something to change, with a name", "yes"), ("What is done?", "buy one"),
                     ("By whom", "Sven Example"), ("By which day", "2027-02-20"), ("something to change, with a name", "no"),
                     ("Day of the next drill", "2027-02-20"), ("The close-out sheet:", "1"))  # fmt: skip
        return self.finish()


def command(plan: Path, ledger: Path, *more: str) -> list[str]:
    return ["ceremony", "make", str(plan), "--ledger", str(ledger), "--ceremony", "C-0001", *more]


def splitkit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(*arguments, cwd=ROOT)


def events_of(ledger: Path) -> list[str]:
    return [json.loads(line)["ev"] for line in ledger.read_text().splitlines()]


def drawn_of(ledger: Path) -> list[str]:
    """The numbers of the sheets that were drawn."""
    lots = [
        json.loads(line)["d"]["drawn"] for line in ledger.read_text().splitlines() if json.loads(line)["ev"] == "lot"
    ]
    return [seat.removeprefix("C") for seat in lots[-1]]


def codes_on(text: str) -> list[str]:
    """The codes of the steps that a text shows, each once, in order."""
    return list(dict.fromkeys(re.findall(r"--- (\d\d(?:-[A-P]?\d+)?) [A-Z]", text)))


def taken_into_a_folder(at: Path, ledger: Path) -> None:
    """What status says of the sets is what the independent model says."""
    ada = ("--by", "Ada Example")
    assert run("init", "custody", "--practice", "--name", "Example AG", *ada, cwd=at).returncode == 0
    taken = run("record", "--take", str(ledger), *ada, cwd=at / "custody")
    assert taken.returncode == 0, taken.stderr
    told = json.loads(run("status", "--json", cwd=at / "custody").stdout)
    said = {one["set"]: (one["life"], one["case"]) for one in told["sets"]}
    assert ("live", "sound") in said.values() and said == cases_of(at / "custody")
    assert "Hana Example" in json.dumps(told["people"])  # who got the alert, and was not in the room


@printing
def test_two_of_three_with_all_that_can_happen(tmp_path):
    plan, ledger = tmp_path / "plan.toml", tmp_path / "ledger.jsonl"
    plan.write_text(plan_text("2of3"))
    said = ""
    with PrintShop(tmp_path / "shop") as shop:
        shop.three()
        line = shop.wrapped([*quick(), *command(plan, ledger, *to_three())])
        with Ceremony(line, tmp_path, shop.last_page, plan) as people:
            people.begin()
            people.custodians()
            people.machine()
            people.agree()
            people.make()
            paper = people.print_sheet("1")
            people.answer("(Enter: yes):", "")
            people.show("1", paper.page, "the-file-itself.pdf")
            assert "NOT PROVEN: a program drew this picture" in people.answer("Is it spoilt?", "no") + people.text()
            people.show("1", paper.scan())
            people.type_back(paper)
            people.kill()
            said += people.text()
        first_set = list(people.papers["1"].secrets)

        with Ceremony(line, tmp_path, shop.last_page, plan) as people:
            people.wait("This ceremony was interrupted")
            assert "THE SET CANNOT BE FINISHED" in people.answer("has the witness seen it?", "yes")
            people.answer("Why is the set void?", "the power failed")
            people.blank = BLANK
            people.make()
            people.sheet("1")
            people.print_sheet("2")
            people.answers(
                ("(Enter: yes):", "no"),
                ("What is wrong with it?", "a line is smeared"),
                ("has the witness seen it?", "yes"),
            )
            people.sheet("2", copy=2)
            paper = people.print_sheet("3")
            people.answer("(Enter: yes):", "")
            people.show("3", paper.scan())
            people.type_back(paper)
            people.answers(("Number of the empty bag", "BAG-3"), ("again, from the sealed bag:", "BAG-8"),
                           ("first or other, or Enter:", ""), ("again, from the sealed bag:", "BAG-3"))  # fmt: skip
            people.receipt("3")
            people.count(5, 3, 2)
            people.menu("Remove them now?", "exception", ("What should have happened?", "nobody speaks"), ("What happened?", "a bell rang"),
                        ("What was decided?", "to go on"), ("HH:MM:", "15:10"), ("Who left the room?", ""), ("Who came back?", ""),
                        ("Who agreed?", "ADM WIT"), ("words, or Enter:", ""))  # fmt: skip
            people.forget()
            people.menu("the machine draws:", "exit", ("Who leaves?", "C3"), ("HH:MM:", "15:20"), ("Taken out", "phone pouch, coat"),
                        ("words, or Enter:", "back"), ("Who comes back?", "C3"), ("HH:MM:", "15:25"), ("Brought in", "phone pouch, coat"), ("words, or Enter:", ""))  # fmt: skip
            people.answer("the machine draws:", "")
            people.wait("Drawn:")
            people.wait("---")
            drawn = drawn_of(ledger)
            people.quorum_sheet(drawn[0])
            people.wait("shows the bag.")
            people.kill()
            said += people.text()
            kept = people.papers

        with Ceremony(line, tmp_path, shop.last_page, plan) as people:
            people.papers = kept
            people.wait("This ceremony was interrupted")
            people.show(drawn[0], kept[drawn[0]].scan(1))
            for number in drawn[1:]:
                people.quorum_sheet(number)
            shown = people.reveal()
            assert people.end(drawn) == 0
            said += people.text()
            words = re.search(
                r"L (\w+) +(\w+) +(\w+) +(\w+) L (\w+) +(\w+) +(\w+) +(\w+) L (\w+) +(\w+) +(\w+) +(\w+)", people.text()
            )

        assert shop.spool() == []
    verified(ledger, " ".join(words.groups()))
    status = splitkit("ledger", "show", str(ledger), "--where", "--plan", str(plan), "--json")
    assert (status.returncode, json.loads(status.stdout)["complete"]) == (0, True)
    no_printer_has_two([json.loads(line) for line in ledger.read_text().splitlines()])
    taken_into_a_folder(tmp_path, ledger)
    happened = events_of(ledger)
    assert {
        "set.void",
        "sheet.void",
        "sheet.shredded",
        "exception",
        "room.exit",
        "room.return",
        "reveal",
        "signin",
        "close",
    } <= set(happened)
    assert happened.count("sheet.printed") == 1 + 4
    assert happened[happened.index("set.void") - 1] == "sheet.destroyed" and happened.count("sheet.destroyed") == 1
    # what the screen, the script and the ledger call the steps
    assert (
        splitkit("papers", "ceremony", str(plan), "--out", str(tmp_path / "forms"), "--only", "script").returncode == 0
    )
    script = text_of((tmp_path / "forms" / "script.pdf").read_bytes())
    course = replay(
        parse_plan(plan.read_bytes()),
        read_ledger(ledger.read_bytes()).entries,
        plan_hash(parse_plan(plan.read_bytes())).hex,
    )
    called_together = {"14-2", "14-3"}
    steps = [step.code for step in course.steps if step.code not in {"11", *called_together}]
    assert codes_on(said) == steps
    assert all(
        re.search(rf"\b{step.code}\b", script) and step.step.title in " ".join(script.split()) for step in course.steps
    )
    # nothing secret in the record, nor on the screen that stays
    password = "".join(re.findall(r"^ {4}(\S.*)$", shown, re.MULTILINE)[0].split())
    for secret in [*first_set, *(secret for paper in kept.values() for secret in paper.secrets), password]:
        assert secret not in ledger.read_text()
        assert secret not in said


@dataclass
class Box:
    """A folder that pages are written to where there is no printer."""

    folder: Path

    def last_page(self) -> bytes:
        return max(self.folder.glob("sheet-*.pdf"), key=lambda page: page.stat().st_mtime_ns).read_bytes()


def rehearsal(folder: Path, policy: str = "2of3") -> Ceremony:
    """A rehearsal without a printer."""
    plan = folder / "plan.toml"
    plan.write_text(plan_text(policy))
    line = [*quick(), *command(plan, folder / "ledger.jsonl", "--to-files", str(folder / "pages"))]
    return Ceremony(line, folder, Box(folder / "pages").last_page, plan)


def test_the_gate_cannot_be_passed_by_another_page(tmp_path):
    """A blank page, a sheet of another set, a swapped sheet, wrong words, a wrong line, a wrong size: nothing is sealed."""
    with rehearsal(tmp_path) as people:
        people.start()
        people.sheet("1")
        paper = people.print_sheet("2")
        people.answer("(Enter: yes):", "")
        for name, picture, why in (
            ("blank.png", encoded(Image.new("L", (1654, 2339), 255)), "nothing of a sheet was read"),
            ("foreign.png", kit_picture(page_pdf(dealt("2of3", seed="foreign"), "2")), "not of this set"),
            ("swapped.jpg", people.papers["1"].scan(), "this is sheet 1, and sheet 2 was printed"),
            ("web.png", code_picture("https://example.org"), "nothing of a sheet was read"),
        ):
            people.show("2", picture, name)
            assert why in people.answer("Is it spoilt?", "no"), name
        people.show("2", paper.scan())
        other = next(word for word in ("academic", "zero", "yield") if word.upper() not in paper.words)
        places = people.places()
        people.type(" ".join([other, *(paper.words[place - 1] for place in places[1:])]))
        people.answers((f"word {places[0]}:", other), ("Is the paper misprinted?", "no"), (f"word {places[0]}:", "acadmic"),
                       (f"word {places[0]}:", paper.words[places[0] - 1]))  # fmt: skip
        line = int(people.match(r"envelope line (\d+), as printed:")[1])
        people.type("<")  # what was just said is taken back, and the scan is kept
        people.answer(f"word {places[0]}:", paper.words[places[0] - 1])
        people.answer(f"envelope line {line:02d}, as printed:", paper.lines[line - 1])
        people.answers(("in mm (made 75):", "7.5"), ("in mm (made 75):", "72.7"))
        assert "should measure 75 mm" in people.answer("in mm (made 75):", "72.7")
        people.answers(("Is the paper misprinted?", "yes"), ("has the witness seen it?", "yes"))
        people.menu(r"This prints copy 2 of sheet 2.", "stop", ("Does the program stop?", "yes"))
        assert people.finish() == 130
    happened = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    read = [entry["d"]["result"] for entry in happened if entry["ev"] == "sheet.read" and entry["d"]["sheet"] == "2"]
    assert read == ["foreign", "foreign", "damaged"]  # a bad picture and a slip say nothing of the paper
    assert (
        len(
            [entry for entry in happened if entry["ev"] == "note" and "sheet 2 is read once more" in entry["d"]["text"]]
        )
        == 2
    )
    assert [entry["d"]["sheet"] for entry in happened if entry["ev"] == "bag.sealed"] == ["1"]
    assert happened[-1]["ev"] == "wipe"


def test_in_a_rehearsal_without_a_printer_the_files_stand_for_the_paper_to_its_end(tmp_path):
    """They are read back and make the quorum, after a kill too, and nobody is asked to remove them."""
    pages = tmp_path / "pages"
    with rehearsal(tmp_path, "2of2") as people:
        people.start()
        for number in people.numbers:
            paper = people.print_sheet(number)
            people.answers(("(Enter: yes):", ""), (f"How is sheet {number} read?", str(pages / f"sheet-{number}.pdf")))
            people.type_back(paper)
            people.seal(number)
        people.count(2, 2, 0)
        people.answer("The print queue is empty", "")
        people.wait("the machine draws:")
        people.kill()
    with rehearsal(tmp_path, "2of2") as people:
        people.answer("the machine draws:", "c1 c2")
        for number in "12":
            people.answers(("shows the bag. Its number:", f"BAG-{number}"), ("Is the seal whole?", "yes"),
                           (f"How is sheet {number} read?", str(pages / f"sheet-{number}.pdf")))  # fmt: skip
        people.wait("The set opens.")
        people.answers(("Is the password to be set", "no"))
        assert "no printer may see" not in people.text()
        assert people.end(["1", "2"], scanned=False) == 0
        assert "the files in" in people.text()
    assert {one.name for one in pages.iterdir()} >= {"sheet-1.pdf", "sheet-2.pdf"}


@pytest.mark.long
def test_a_rehearsal_of_three_of_five_takes_few_inputs(tmp_path):
    """Of people, with every read-back and every step of two; counted where they type."""
    with rehearsal(tmp_path, "3of5") as people:
        people.made_and_forgotten()
        people.answer("the machine draws:", "")
        people.wait("Drawn:")
        people.wait("---")
        drawn = drawn_of(tmp_path / "ledger.jsonl")
        for number in drawn:
            people.quorum_sheet(number)
        people.release("the practice account")
        people.type("x")
        people.answers(("Was the sign-in accepted?", "yes"), ("received the alert", ""), ("Remove them now?", "yes"))
        for number in drawn:
            people.answers(
                ("shows a new bag. Its number:", f"NEW-{number}"), ("again, from the sealed bag:", f"NEW-{number}")
            )
        people.answers(("What went wrong", "nothing"), ("What was surprising?", "nothing"), ("What should change", ""),
                       ("Day of the next drill", ""), ("The close-out sheet:", "1"))  # fmt: skip
        assert people.finish() == 0
    assert people.inputs <= 110, people.inputs


def test_a_page_that_did_not_come_out_is_found_or_two_people_say_why(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    with rehearsal(tmp_path, "2of2") as people:
        people.start()
        for copy in (1, 2):
            people.answers((f"This prints copy {copy} of sheet 1.", ""), ("Has the page come out?", "no"))
            people.wait("is a page to be found")
        people.menu("This prints copy 3 of sheet 1.", "found", ("Has copy 1 of sheet 1 been found?", "yes"),
                    ("has the witness seen it?", "yes"), ("Has copy 2 of sheet 1 been found?", "no"), ("words, or Enter:", ""))  # fmt: skip
        people.sheet("1", copy=3)
        people.sheet("2")
        for goes_on in ("no", "yes"):
            people.answer("Has copy 2 of sheet 1 been found?", "no")
            people.answers(
                ("Sheets in sealed bags", "2"), ("Sheets that were shredded", "1"), ("Blank pages now", str(BLANK - 6))
            )
            assert "of 1 nobody knows where they are" in people.wait("Do two people go on anyway?")
            people.type(goes_on)
        people.answers(("Why is it safe to go on?", "the jammed page was in shreds"), ("Who decides it?", "ADM WIT"))
        people.forget()
        people.menu("the machine draws:", "stop", ("Does the program stop?", "yes"))
        assert people.finish() == 130
    happened = events_of(ledger)
    assert [happened.count(one) for one in ("sheet.missing", "sheet.printed", "exception", "tally")] == [2, 2, 1, 3]
    status = splitkit("status", str(ledger))
    assert "the pages did not add up" in " ".join(status.stdout.split())


def test_a_page_in_the_printer_when_the_set_is_made_void_and_a_power_cut_at_the_last_receipt(tmp_path):
    """What came of the page is asked before; and the receipt of a sealed sheet needs no set in memory."""
    with rehearsal(tmp_path, "2of2") as people:
        people.start()
        people.answer("This prints copy 1 of sheet 1.", "")
        people.menu("Has the page come out?", "void", ("Is the set void?", "yes"), ("Did a page come out", "no"),
                    ("has the witness seen it?", "yes"), ("Why is the set void?", "a slip"))  # fmt: skip
        people.make()
        people.sheet("1")
        paper = people.print_sheet("2")
        people.answer("(Enter: yes):", "")
        people.show("2", paper.scan(2))
        people.type_back(paper)
        people.answers(("Number of the empty bag", "BAG-2"), ("again, from the sealed bag:", "BAG-2"))
        people.wait("signed both copies")
        people.kill()
    for page in (tmp_path / "pages").iterdir():
        page.unlink()
    with rehearsal(tmp_path, "2of2") as people:
        people.answers(("The receipt of Ben Example:", ""), ("signed both copies", ""))
        people.answers(("Has copy 1 of sheet 1 of the set that is void been found?", "no"))
        people.wait("Sheets in sealed bags")
        text = (tmp_path / "pages" / "receipt-2.pdf").read_bytes()
        fingerprint = [json.loads(line)["d"]["fingerprint"] for line in ledger_lines(tmp_path) if '"set.made"' in line][
            -1
        ]
        assert set(fingerprint.split()) <= set(text_of(text).split())
    happened = events_of(tmp_path / "ledger.jsonl")
    assert happened.index("sheet.missing") < happened.index("set.void")
    assert "sheet.destroyed" not in happened  # nobody has seen a page that did not come out


def ledger_lines(folder: Path) -> list[str]:
    return (folder / "ledger.jsonl").read_text().splitlines()


def test_a_break_forgets_and_goes_on(tmp_path):
    """In a break before the set is complete it becomes void; in one after, the quorum is sealed and read again."""
    with rehearsal(tmp_path, "2of2") as people:
        people.begin()
        people.menu("The custodians:", "break", ("Why:", "lunch"))
        people.answers(("Everybody is back.", ""), ("Who is here?", "ADM WIT SCR"), ("with whole seals", "yes"))
        people.custodians()
        people.machine()
        people.agree()
        people.make()
        people.sheet("1")
        people.menu("This prints copy 1 of sheet 2.", "exit", ("Who leaves?", "C2"))
        assert "something secret is open, and nobody leaves now" in people.answer("words, or Enter:", "break")
        people.answers(("Does the machine forget it", "yes"), ("has the witness seen it?", "no"), ("has the witness seen it?", "yes"),
                       ("Why is the set void?", "a fire drill"), ("Why:", "a fire drill"), ("Everybody is back.", ""),
                       ("Who is here?", ""), ("with whole seals", "yes"))  # fmt: skip
        people.bags = "NEXT"
        people.make()
        people.sheet("1")
        people.sheet("2")
        people.count(3, 2, 1)  # the sheet of the set that is void counts
        people.forget()
        people.answer("the machine draws:", "c2 c1")
        people.quorum_sheet("2")
        people.menu(
            "shows the bag.",
            "break",
            ("Does the machine forget it", "yes"),
            ("sealed in a new bag.", "MID-2"),
            ("Why:", "coffee"),
        )
        people.answers(("Everybody is back.", ""), ("Who is here?", ""), ("with whole seals", "yes"))
        people.answer("shows the bag. Its number:", "NEXT-2")
        assert "was sealed into MID-2" in people.answer("shows the bag. Its number:", "MID-2")
        people.answer("Is the seal whole?", "yes")
        people.show("2", people.papers["2"].scan(1))
        people.quorum_sheet("1")
        people.answer("Is the password to be set", "no")
        assert people.end(["2", "1"]) == 0
    happened = events_of(tmp_path / "ledger.jsonl")
    assert happened.count("break") == happened.count("resume") == 3
    assert happened.count("set.made") == 2
    assert "reveal" not in happened
    status = splitkit(
        "ledger", "show", str(tmp_path / "ledger.jsonl"), "--where", "--plan", str(tmp_path / "plan.toml")
    )
    assert (status.returncode, "the ceremony is complete" in status.stdout) == (0, True)


def test_a_refused_sign_in_is_an_exception_and_one_more_look(tmp_path):
    with rehearsal(tmp_path, "2of2") as people:
        people.made_and_forgotten()
        people.answer("the machine draws:", "")
        people.wait("Drawn:")
        people.wait("---")
        drawn = drawn_of(tmp_path / "ledger.jsonl")
        for number in drawn:
            people.quorum_sheet(number)
        people.answers(("Is the password to be set", "yes"), ("What is it set for", "the console"), ("Who releases it?", "ADM"),
                       ("Who releases it?", "ADM WIT"), ("Who sees the screen?", "ADM WIT"), ("The password is shown now", ""))  # fmt: skip
        assert people.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate))
        people.session.type("x")
        people.answers(
            ("Was the sign-in accepted?", "no"), ("Is it shown once more?", "yes"), ("show it once more?", "ADM C1")
        )
        people.answers(("What is it set for", "the console"), ("Who releases it?", "ADM WIT"), ("Who sees the screen?", "ADM WIT"),
                       ("The password is shown now", ""))  # fmt: skip
        assert people.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate))
        people.session.type("x")
        people.answers(("Was the sign-in accepted?", "yes"), ("received the alert", ""))
        assert people.end(drawn) == 0
    happened = events_of(tmp_path / "ledger.jsonl")
    assert [event for event in happened if event in ("reveal", "signin", "exception")] == [
        "reveal",
        "signin",
        "exception",
        "reveal",
        "signin",
    ]


def test_killed_while_the_password_is_on_the_screen(tmp_path):
    """The intent stands, with no outcome; every status names it; the ceremony goes on and reads the quorum again."""
    ledger = tmp_path / "ledger.jsonl"
    with rehearsal(tmp_path, "2of2") as people:
        people.made_and_forgotten()
        people.answer("the machine draws:", "c1 c2")
        for number in "12":
            people.quorum_sheet(number)
        people.release("the console")
        people.kill()
        kept = people.papers
    assert events_of(ledger)[-1] == "intent"
    status = splitkit("status", str(ledger))
    assert status.returncode == 9
    assert "begun, never finished: reveal" in " ".join(status.stdout.split())

    with rehearsal(tmp_path, "2of2") as people:
        people.papers = kept
        people.wait("This ceremony was interrupted")
        for number in "12":
            people.show(number, kept[number].scan(1))
        people.reveal()
        assert people.end(["1", "2"]) == 0
    happened = events_of(ledger)
    happened = [event for event in happened[happened.index("lot") :] if event in ("intent", "outcome", "reveal")]
    assert happened == ["intent", "intent", "reveal", "outcome"]


def test_a_production_page_never_lies_on_a_disk(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(plan_text("2of2", practice=False))
    line = [*quick(), *command(plan, tmp_path / "ledger.jsonl", "--to-files", str(tmp_path / "pages"))]
    with Ceremony(line, tmp_path, lambda: b"", plan) as people:
        assert people.finish() == 6
    assert "the pages may not lie on a disk, which keeps what was written to it" in people.text()
    assert not (tmp_path / "ledger.jsonl").exists()


def test_others_write_into_the_ledger_while_people_act_and_nobody_holds_the_ceremony_twice(tmp_path):
    ledger, plan = tmp_path / "ledger.jsonl", tmp_path / "plan.toml"
    with rehearsal(tmp_path, "2of2") as people:
        people.wait("room is prepared")
        noted = splitkit("record", "note", "text=one blind does not close", "--ledger", str(ledger), "--by", "SCR")
        assert noted.returncode == 0, noted.stderr
        line = [*quick(), *command(plan, ledger, "--to-files", str(tmp_path / "pages"))]
        with Ceremony(line, tmp_path, lambda: b"", plan) as others:
            assert others.finish() == 2
            assert "being held in another window" in others.text()
        people.session.type("\n")
        people.answers(("What does the clock in the room say?", "14:05"), ("agree with it?", "yes"))
        people.wait("The administrator, by name")
        assert events_of(ledger) == ["open", "note", "room.clock"]
        lines = ledger.read_bytes().splitlines()
        ledger.write_bytes(joined(going_on(lines, "set.void", {"set": "7" * 32, "reason": "nothing"})))
        people.session.type("Adam Example\n")
        people.answers(("The witness, by name", "Wilma Example"), ("The scribe, by name", "Sven Example"))
        assert people.finish() == 8
        assert "entry 4 was written elsewhere and does not come here" in people.text()
    assert events_of(ledger)[3:] == ["set.void"]
    assert splitkit("ledger", "verify", str(ledger)).returncode == 0


def test_without_a_terminal_nothing_begins(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(plan_text("2of2"))
    done = splitkit(*command(plan, tmp_path / "ledger.jsonl", "--to-files", str(tmp_path / "pages")))
    assert (done.returncode, done.stdout) == (6, "")
    assert list(tmp_path.iterdir()) == [plan]


@pytest.mark.parametrize(
    ("more", "code", "fact"),
    [
        ([], 2, "say where the pages go"),
        (["--to-files", "pages", "--print-to", "Office"], 2, "say where the pages go"),
        (["--to-files", "full"], 7, "the folder for pages is not empty"),
        (["--to-files", "plan.toml"], 7, "the folder for pages cannot be made"),
        (["--to-files", "pages", "--continues", "nothing"], 2, "the file that was named does not exist"),
    ],
)
def test_what_is_wrong_is_said_before_anything_begins(tmp_path, more, code, fact):
    plan = tmp_path / "plan.toml"
    plan.write_text(plan_text("2of2"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "sheet-1.pdf").write_bytes(b"%PDF")
    with Ceremony([*quick(), *command(plan, tmp_path / "ledger.jsonl", *more)], tmp_path, lambda: b"", plan) as people:
        assert people.finish() == code
    assert fact in people.text()
    assert not (tmp_path / "ledger.jsonl").exists()


def test_a_ledger_of_another_ceremony_is_not_gone_on_with(tmp_path):
    plan, ledger = tmp_path / "plan.toml", tmp_path / "ledger.jsonl"
    plan.write_text(plan_text("2of2"))
    begun = ("record", "open", "ceremony=C-0009", "kind=split", "practice=yes", "first=yes", "--ledger", str(ledger))
    splitkit(*begun, "--by", "SCR", "--wit", "WIT")
    before = ledger.read_bytes()
    line = [*quick(), *command(plan, ledger, "--to-files", str(tmp_path / "pages"))]
    with Ceremony(line, tmp_path, lambda: b"", plan) as people:
        assert people.finish() == 2
    assert "this ledger has another ceremony's code" in people.text()
    assert ledger.read_bytes() == before


def test_the_hash_of_the_program_is_the_same_however_it_is_asked_for():
    first, second = splitkit("preflight", "--hash"), splitkit("preflight", "--hash")
    assert first.stdout == second.stdout
    assert re.fullmatch(r"[0-9a-f]{64}\n", first.stdout)


@pytest.fixture
def memory():
    """A folder in memory."""
    folder = Path(tempfile.mkdtemp(prefix="splitkit-", dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


def test_a_real_ceremony_and_a_recovery_from_its_sheets(tmp_path, memory):
    """Not a rehearsal: a page that a program drew and a picture on a disk are refused, and recover gives what was shown."""
    plan, ledger = tmp_path / "plan.toml", tmp_path / "ledger.jsonl"
    plan.write_text(plan_text("2of2", practice=False))
    line = [*quick(), *command(plan, ledger, "--to-files", str(memory / "pages"))]
    with Ceremony(line, memory, Box(memory / "pages").last_page, plan) as people:
        people.start()
        paper = people.print_sheet("1")
        people.answer("(Enter: yes):", "")
        (tmp_path / "on-a-disk.jpg").write_bytes(paper.scan())
        people.answers(("How is sheet 1 read?", "file"), ("Name of the file", str(tmp_path / "on-a-disk.jpg")))
        assert "a picture that holds a share may not lie on a disk" in people.answer(
            "Name of the file", str(memory / "pages" / "sheet-1.pdf")
        )
        assert "a program drew this picture" in people.answer("Is it spoilt?", "no")
        people.show("1", paper.scan())
        people.type_back(paper)
        people.seal("1")
        people.sheet("2")
        people.count(2, 2, 0)
        people.forget()
        kept = {path.name for path in memory.rglob("*") if path.is_file()}
        assert kept == PUBLIC  # the public record, and no page of a sheet
        people.answer("the machine draws:", "C1 C2")
        people.quorum_sheet("1")
        people.quorum_sheet("2")
        shown = people.reveal()
        assert people.end(["1", "2"]) == 0
    password = "".join(re.findall(r"^ {4}(\S.*)$", shown, re.MULTILINE)[0].split())
    (made,) = [json.loads(entry)["d"] for entry in ledger.read_text().splitlines() if '"set.made"' in entry]
    for number in "12":
        (memory / f"later-{number}.jpg").write_bytes(people.papers[number].scan(3))
    scans = [str(memory / f"later-{number}.jpg") for number in "12"]
    done = splitkit("recover", *scans, "--fingerprint", made["fingerprint"], "--reveal", "stdout")
    assert (done.returncode, done.stdout == password + "\n") == (0, True), done.stderr
    assert password not in people.text() + ledger.read_text()


def test_what_has_changed_on_the_machine_is_put_right_or_overruled(monkeypatch):
    """Before a step at which something is open the machine is looked at again; what was overruled is not asked for twice."""
    found = [Finding(Severity.FAIL, "eth1 is up and connected", "pull its cable", "network links")]
    monkeypatch.setattr(guided, "inspect_live", lambda machine: found)
    recorder = Recorder(plan_of(), None, None, str)
    session = guided.Session(recorder, None, None, None, None, None)
    with pytest.raises(UnsafeMachineError, match="network links: eth1 is up"):
        session.check_machine()
    recorder.accepted.add("network-links")
    session.check_machine()
    found.append(Finding(Severity.UNKNOWN, "cannot be read", "look yourself", "swap"))
    with pytest.raises(UnsafeMachineError, match="swap: cannot be read"):
        session.check_machine()
