"""Bad days of a recovery, each as people meet it: it ends with the secret, or with the right next step, and says which."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest
from PIL import Image, ImageFilter

from tests.support.builders import PASSWORD, made
from tests.support.custody.practice_set import run
from tests.support.custody.rooms import Recovery, founded
from tests.support.kit import FINGERPRINT, environment, fresh_kit, page_pdf, picture
from tests.support.places import ROOT, copied
from tests.support.processes import HANGS

WORDS = " ".join(FINGERPRINT)
SIGNED = ("--fingerprint", WORDS)
SHEETS = {number: f"sheets/share-{number}-of-5.pdf" for number in "12345"}
"""A practice set 3 of 5, in the kit that every test copies."""


# --- without a folder: the plain tool --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The kit, and what people take for pictures of sheets."""
    folder = fresh_kit(tmp_path_factory.mktemp("bad-days"))
    pictures = folder / "pictures"
    (pictures / "holiday").mkdir(parents=True)
    for name in ("beach", "hills"):
        Image.effect_noise((400, 300), 90).convert("RGB").save(pictures / "holiday" / f"{name}.jpg")
    (pictures / "2.png").write_bytes(picture(page_pdf(made(), "2")))
    sheet = Image.open(pictures / "2.png").convert("L")
    sheet.rotate(180).save(pictures / "upside-down.png")
    sheet.filter(ImageFilter.GaussianBlur(9)).save(pictures / "blurred.png")
    torn = sheet.copy()
    torn.paste(255, (0, 0, sheet.width, sheet.height * 55 // 100))
    torn.save(pictures / "torn.png")
    both = Image.new("L", (2 * sheet.width, sheet.height))
    for at, number in enumerate("13"):
        (pictures / "one.png").write_bytes(picture(page_pdf(made(), number)))
        both.paste(Image.open(pictures / "one.png"), (at * sheet.width, 0))
    both.save(pictures / "both.png")
    return folder


def scans(numbers: str, *more: str) -> list[str]:
    return [*(SHEETS[number] for number in numbers), *more]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param([], 2, "name pictures, PDFs or folders", id="nobody-knows-how-to-begin"),
        pytest.param([*scans("12"), *SIGNED], 4, "1 more sheet is needed", id="nobody-reaches-a-quorum"),
        pytest.param([*scans("121"), *SIGNED], 4, "was read before; it counts once", id="one-sheet-brought-twice"),
        pytest.param([*scans("12", "forged/sheet-3.pdf"), *SIGNED], 5, "keep this sheet apart, note who brought it", id="a-forged-sheet"),
        pytest.param([*scans("124", "forged/sheet-3.pdf"), *SIGNED], 0, PASSWORD, id="a-forged-sheet-too-many"),
        pytest.param([*scans("12", "other/sheet-3.pdf"), *SIGNED], 4, "belongs to another set", id="a-sheet-of-another-set"),
        pytest.param([*scans("123"), "--record", "other/envelope.sk1"], 5, "check that record and sheets are of the same set", id="the-wrong-record"),
        pytest.param([*scans("123"), "--fingerprint", " ".join(reversed(FINGERPRINT))], 5, "do not trust these sheets until they agree", id="words-in-the-wrong-order"),
        pytest.param(scans("123"), 6, "--fingerprint or --record FILE; or --override no-record", id="the-record-is-lost"),
        pytest.param([*scans("123"), "--override", "no-record", "--reason", "it burnt"], 0, PASSWORD, id="the-record-is-lost-and-two-say-so"),
        pytest.param([*scans("13", "pictures/upside-down.png"), *SIGNED], 0, PASSWORD, id="a-picture-upside-down"),
        pytest.param([*scans("13", "pictures/torn.png"), *SIGNED], 0, PASSWORD, id="a-sheet-torn-through", marks=pytest.mark.long),
        pytest.param([*scans("13", "pictures/blurred.png"), *SIGNED], 3, "take several pictures, flat and in different light", id="a-blurred-picture", marks=pytest.mark.long),
        pytest.param(["pictures/holiday", *SIGNED], 3, "no code was found on it", id="holiday-pictures"),
        pytest.param(["/mnt/stick/scans", *SIGNED], 2, "hint: ", id="the-stick-was-pulled"),
        pytest.param(["--camera", *SIGNED], 6, "terminal", id="no-camera"),
        pytest.param([*scans("123"), *SIGNED, "--home", "custody"], 2, "a recovery needs none: splitkit recover SCAN", id="the-folder-is-gone"),
        pytest.param([*scans("123"), *SIGNED, "--ledger", "/dev/full"], 2, "hint: ", id="the-ledger-is-no-file"),
    ],
)  # fmt: skip
def test_a_day_with_the_plain_tool(desk, arguments, code, said):
    done = run("recover", *arguments, "--practice", "--reveal", "stdout", cwd=desk)
    assert done.returncode == code, done.stderr
    assert said in re.sub(r"\s+", " ", done.stdout + done.stderr)
    assert (PASSWORD in done.stdout) == (code == 0)
    assert PASSWORD not in done.stderr


def test_a_day_on_which_a_real_set_is_taken_for_practice_and_the_other_way_round(desk):
    refused = run("recover", *scans("123"), *SIGNED, "--reveal", "stdout", cwd=desk)
    assert (refused.returncode, refused.stdout) == (9, "") and "add --practice" in refused.stderr
    real = run("recover", "-", "--practice", "--override", "no-record", "--reason", "it burnt", "--reveal", "stdout", cwd=desk,
               stdin=(desk / "real.txt").read_text())  # fmt: skip
    assert (real.returncode, real.stdout) == (9, "") and "leave --practice out" in real.stderr


# --- without splitkit --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "options", "code", "said"),
    [
        pytest.param("three", SIGNED, 0, PASSWORD, id="splitkit-is-gone"),
        pytest.param("two", SIGNED, 4, "bring more sheets of this set", id="no-quorum"),
        pytest.param("forged", SIGNED, 5, "ask the other custodians for more sheets", id="a-forged-sheet"),
        pytest.param("forged-too", SIGNED, 0, "sheet 3 is forged; it is not used", id="a-forged-sheet-too-many"),
        pytest.param("damaged", SIGNED, 3, "compare it with the sheet and enter it again", id="a-damaged-sheet"),
        pytest.param("no-envelope", SIGNED, 3, "add the envelope from any sheet", id="no-envelope"),
        pytest.param("three", (), 6, "--no-record", id="the-record-is-lost"),
        pytest.param("three", ("--no-record",), 0, "nothing but these sheets vouches", id="nobody-has-a-record"),
    ],
)
def test_a_day_without_splitkit(desk, lines, options, code, said):
    done = subprocess.run([sys.executable, "-I", "-S", str(ROOT / "splitkit" / "recover.py"), "--practice", *options], check=False, text=True,
                          input=(desk / f"{lines}.txt").read_text(), capture_output=True, timeout=HANGS, start_new_session=True)  # fmt: skip
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert (PASSWORD in done.stdout) == (code == 0)


# --- with everybody in one room ------------------------------------------------------------------------------------------

ON_RECORD = ("--record", "sheets/envelope.sk1")


class Day(Recovery):
    """A guided recovery of the kit's set by a copy of its record: nobody knows who keeps what."""

    def brought(self, *names: str) -> None:
        """The set is vouched for; each of these people has brought the sheet of that place in the order, and nobody the others."""
        self.up_to_the_set()
        self.answer("words or none:", "words")
        for number, name in zip("12345", (*names, *[""] * 5)[:5], strict=True):
            self.answer(f"(sheet {number}):", "" if name else "no")
            if name:
                self.answer("by name?", name)

    def no_bag(self, number: str) -> None:
        self.answers(("or the number:", number), ("it is in no bag):", ""))

    @property
    def events(self) -> list[str]:
        return [one["ev"] for one in self.ledger]

    def given_up(self, *opened: str) -> int:
        self.answers(
            ("or the number:", "none"), ("Does it end here, without the secret?", "yes"), ("Who decides it?", "ADM WIT")
        )
        return self.end(*opened)


@pytest.fixture
def kit(desk, tmp_path):
    return shutil.copytree(desk, tmp_path / "kit")


@pytest.mark.long
def test_what_is_no_sheet_or_another_one_is_told_apart_and_leads_on(kit):
    """A blurred picture, a holiday, a folder, no camera, a stick that was pulled, pictures mixed up, two sheets in one, a foreign one."""
    with Day(kit, *ON_RECORD) as people:
        people.brought("Ada Example", "Ben Example", "Cleo Example")
        people.no_bag("1")
        for file in ("pictures/blurred.png", "pictures/holiday/beach.jpg"):
            people.answer("How is sheet 1 read?", file)
            said = people.answer("or the number:", "1")
            assert "no code was found on it" in said and "Read it another way" in said
        how = "How is sheet 1 read?"
        people.answer(how, "pictures/holiday")
        assert "name the one picture of it" in people.answer(how, "/mnt/stick/scan.png")
        assert "check the name" in people.answer(how, "camera")
        said = people.answer(how, SHEETS["2"])
        assert "choose 'camera' again; or read the sheet another way" in said and "--" not in said
        for what, file in (("sheet 2", "pictures/both.png"), ("sheets 1, 3", "other/sheet-3.pdf")):
            said = people.answer("or the number:", "1")
            assert f"this is {what} of this set" in said and "not of this set" not in said
            people.answer(how, file)
        assert "It is not of this set" in people.answer("or the number:", "1")
        people.answer("How is sheet 1 read?", SHEETS["1"])
        assert "Sheet 1 is sound" in people.wait("Read so far")
        assert people.given_up("1") == 0
    read = [(one["d"]["sheet"], one["d"]["result"]) for one in people.ledger if one["ev"] == "sheet.read"]
    assert read == [("1", "damaged"), ("1", "damaged"), ("1", "foreign"), ("1", "sound")]
    assert not {"reveal", "intent"} & {*people.events}


@pytest.mark.long
def test_one_person_with_two_sheets_is_one_of_the_two_who_release_and_a_refused_password_leads_on(kit):
    with Day(kit, *ON_RECORD) as people:
        people.brought("Ada Example", "ADA  Example", "Wilma Example")
        assert "is here already: they count as one person" in people.text()
        assert "Wilma Example is WIT already" in people.text()
        for number in "123":
            people.no_bag(number)
            people.answer(f"How is sheet {number} read?", SHEETS[number])
        people.answers(("Is the secret shown?", "yes"), ("Who releases it?", "C1 C2"))
        assert "both are one person" in people.answer("Who releases it?", "WIT C3")
        assert "both are one person" in people.wait("Who releases it?")
        people.answers(
            ("such as ADM WIT:", "C2 WIT"), ("Who sees the screen?", "ADM WIT"), ("The password is shown now", "")
        )
        assert people.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate))
        people.session.type("x")
        people.answer("Was the sign-in accepted?", "no")
        assert "Look at the keyboard first" in people.answer("Is it shown once more?", "no")
        people.answer("it stays refused", "skip")
        people.debts()
        assert people.end("1", "2", "3") == 0
    assert PASSWORD not in people.text() + json.dumps(people.ledger)
    assert [one["d"]["accepted"] for one in people.ledger if one["ev"] == "signin"] == [False]


# --- with a folder: who comes, and what happens to the machine -------------------------------------------------------------


@pytest.fixture
def home(tmp_path):
    return copied(founded, tmp_path)


@pytest.mark.long
def test_somebody_whom_nobody_knows_and_a_power_cut_while_the_secret_is_shown(home):
    with Recovery(home) as people:
        people.up_to_the_set()
        people.answers(("words or none:", "words"), ("of these ledgers:", WORDS))
        assert "the words are not those that these ledgers hold" in people.answer(
            "of these ledgers:", " ".join(people.words)
        )
        people.answers(("(sheet 1, bag NEW-1):", "other"), ("by name?", "Mallory Example"))
        said = people.answer("anyway?", "no")
        assert "is nobody whom the register knows" in said and "Dora Example (sheet 1, bag NEW-1)" in said
        people.answers(("(sheet 2, bag NEW-2):", ""), ("(sheet 3, bag BAG-3):", ""))
        people.read("2")
        people.read("3")
        shown = people.release()
        people.kill()
    password = "".join(re.findall(r"^ {4}(\S.*)$", shown, re.MULTILINE)[0].split())
    assert [one["ev"] for one in people.ledger][-1] == "intent"
    said = people.text()
    with Recovery(home) as people:
        assert "whoever looked may know it, and it counts as used" in people.answer("words or none:", "words")
        people.answer("of these ledgers:", " ".join(people.words))
        assert people.shown_again(*"23") == 0
    assert password not in said + people.text() + (home / "r.ledger").read_text()
    happened = [one["ev"] for one in people.ledger]
    assert [happened.count(one) for one in ("intent", "reveal", "outcome", "sheet.handed")] == [2, 1, 1, 0]


def test_nobody_is_left_alone_with_the_secret(home):
    with Recovery(home) as people:
        people.up_to_the_set()
        people.vouch()
        people.call("", "", "no")
        people.read("1")
        people.read("2")
        people.answers(("Is the secret shown?", "yes"), ("Who releases it?", "ADM WIT"), ("Who sees the screen?", "ADM WIT"),
                       ("The password is shown now", "!"), ("ROOM:", "exception"), ("What should have happened?", "all stay"),
                       ("What happened?", "a bell"), ("What was decided?", "all go"), ("What does the clock", "15:00"),
                       ("Who left the room?", "WIT SCR C1 C2"), ("What does the clock", "15:01"), ("Taken out", ""),
                       ("Who came back?", ""), ("Who agreed?", ""), ("ROOM:", ""))  # fmt: skip
        assert "fewer than 2 people are in the room" in people.answer("The step is taken again", "!")
        people.answers(("ROOM:", "enter"), ("Who is it, by name", "Example, \u00c1dam"))
        assert "is the administrator already" in people.answer("Who is it, by name", "Olga Example")
        people.answers(("Brought in", ""), ("ROOM:", ""))
        assert "administrator and witness are both here for it" in people.answer("The step is taken again", "!")
        people.answers(("ROOM:", "back"), ("Who comes back?", "WIT"), ("What does the clock", "15:05"), ("Brought in", ""),
                       ("ROOM:", ""), ("Is the secret shown?", "yes"), ("Who releases it?", "ADM C1"))  # fmt: skip
        assert "nobody here is called like that" in people.wait("Who releases it?")
        people.kill()
    assert "intent" not in [one["ev"] for one in people.ledger]


@pytest.mark.parametrize(
    ("spoil", "code", "fact"),
    [
        pytest.param(lambda ledgers: (ledgers / "c-0001.ledger").unlink(), 8, "the ledgers fail verification", id="a-ledger-is-gone"),
        pytest.param(lambda ledgers: _torn(ledgers / "desk.ledger"), 9, "no set that is in use is in these ledgers", id="the-desk-is-torn"),
    ],
)  # fmt: skip
def test_a_folder_that_is_not_whole_says_how_to_go_on_without_it(home, spoil, code, fact):
    spoil(home / "custody" / "ledgers")
    line = ("ceremony", "recover", "--practice", "--ledger", "r.ledger", "--ceremony", "R-0001", "--home", "custody")
    done = run(
        *line, cwd=home, env=environment(XDG_STATE_HOME=str(home / "state"))
    )  # a computer that never saw the folder
    assert done.returncode == code, done.stderr
    said = re.sub(r"\s+", " ", done.stderr)
    assert fact in said and "from the paper alone, without any ledger: splitkit recover SCAN" in said
    words = json.loads(next(one for one in (home / "l").read_text().splitlines() if '"set.made"' in one))["d"][
        "fingerprint"
    ]
    alone = run(
        "recover", "scan-1.png", "scan-2.png", "--practice", "--fingerprint", words, "--reveal", "stdout", cwd=home
    )
    assert alone.returncode == 0 and len(alone.stdout.split()) == 1


def _torn(path):
    data = path.read_bytes()
    path.write_bytes(data[:-40])


def test_administrator_and_witness_are_two_people(home):
    with Recovery(home) as people:
        people.answers(
            ("room is prepared", ""), ("What does the clock in the room say?", "14:05"), ("agree with it?", "yes"),
            ("The administrator, by name", ""),
        )  # fmt: skip
        assert "nothing was typed" in people.answer("The administrator, by name", "Adam Example")
        people.answer("The witness, by name", "adam  example")
        assert "is the administrator already" in people.answer("The witness, by name", "Wilma Example")
        people.answer("The scribe, by name", "Wilma Example")
        assert "Enter: there is none" in people.answer("The scribe, by name", "")
        people.wait("Is anybody else in the room")
        people.kill()
    assert [one["d"]["person"] for one in people.ledger if one["ev"] == "roll"] == ["ADM", "WIT"]
