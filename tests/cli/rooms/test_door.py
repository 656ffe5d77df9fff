"""`splitkit` alone, in a real pseudo-terminal of 80 by 24: what must be done, one question, and the command that it leads to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from splitkit.cli.guide import door
from splitkit.cli.guide.public_record import folder_here
from splitkit.cli.ui.custody_ledgers import built_from
from splitkit.custody.saying.meaning import EXAMPLES, short_name
from splitkit.custody.saying.question import Sentence, UnclearError
from splitkit.custody.saying.sentence import understood
from splitkit.errors import AttentionError
from splitkit.host import clock
from splitkit.host.home import Ledgers
from splitkit.ledger.events import EVENTS
from splitkit.packs.pack import find_procedure
from tests.support.custody.rooms import founded, made_in
from tests.support.kit import COMMAND, environment, run
from tests.support.places import copied
from tests.support.terminals import Session


@pytest.fixture
def home(tmp_path):
    return copied(founded, tmp_path) / "custody"


def gone_through(folder, *answers: tuple[str, str]) -> tuple[int, list[str]]:
    """The exit code, and what stood on the screen."""
    with Session([*COMMAND], folder) as session:
        for asked, typed in answers:
            session.until_text(asked)
            session.type(f"{typed}\n")
        done, shown = session.finish(), session.screen.main
    for room in re.findall(r"--to-files (/dev/shm/\S+)", " ".join(" ".join(shown).split())):
        shutil.rmtree(room, ignore_errors=True)
    return done, [row.removesuffix(" \\") for row in shown]


def test_the_door_of_a_folder_says_what_is_due_and_leads_to_it(home):
    code, shown = gone_through(home, ("What brings you here?", "1"))
    text = " ".join(" ".join(shown).split())
    asked = next(at for at, row in enumerate(shown) if row.startswith("  one of these numbers"))
    assert shown[0].startswith("custody folder:") and "NOW (" in text
    assert asked < 24
    rows = shown[next(at for at, row in enumerate(shown) if row.startswith("NOW (")) : asked]
    assert all(len(row) <= 80 for row in rows if "> splitkit" not in row)
    assert "$ splitkit status" in text and "WHO HOLDS WHAT" in text
    assert code == run("status", cwd=home).returncode == 9


def test_a_ceremony_in_a_rehearsal_begins_at_once(home):
    code, shown = gone_through(home, ("What brings you here?", "3"), ("What is to be done?", "1"), ("this ceremony called?", ""), ("room is prepared", "!"), ("words, or Enter", "stop"), ("Does the program stop?", "yes"))  # fmt: skip
    assert "$ splitkit ceremony recover --ledger ledgers/r-0001.ledger --ceremony R-0001 --practice" in " ".join(
        " ".join(shown).split()
    )
    assert code == 130
    done = run("status", cwd=home)
    assert "R-0001: " in done.stdout and "that is not in the record of the folder yet" in done.stdout


@pytest.mark.parametrize(
    ("how", "who", "command"), [("2", ["1"], "recover --type --practice"), ("3", [], "check --type")]
)
def test_sheets_in_the_hand_are_read_from_the_door_of_a_folder_too(home, how, who, command):
    answers = (
        ("What brings you here?", "3"),
        ("What is to be done?", how),
        ("How are the sheets read?", "2"),
        *(("Who does this?", one) for one in who),
        ("TYPE THE SHEETS", "3"),
        *(("What next?", "end") for _ in who),
    )
    code, shown = gone_through(home, *answers)
    assert f"$ splitkit {command}" in " ".join(" ".join(shown).split())
    assert code in (0, 2, 3, 4)


def test_a_file_is_sealed_and_opened_through_the_door(home):
    """From the answers alone, with the words of the signed record and the scans of two sheets."""
    (home.parent / "codes.txt").write_text("a recovery code")
    scans = home.parent / "scans"
    scans.mkdir()
    for number in "12":
        shutil.copy(home.parent / f"scan-{number}.png", scans)
    begin = ("What brings you here?", "3")
    signed = ("Who does this?", "1"), ("headed F of the SIGNED RECORD", made_in(home.parent)["fingerprint"])
    sealed = (
        ("The file to seal", "../codes.txt"),
        ("The recipient.txt", "../old/recipient.txt"),
        ("The sealed file", ""),
    )
    code, shown = gone_through(home, begin, ("What is to be done?", "5"), *sealed, *signed, ("Is this the set", "yes"))
    assert code == 0 and "$ splitkit seal ../codes.txt" in "\n".join(shown)
    about = (
        ("The sealed file", "sealed/codes.txt.age"),
        ("What was sealed goes to", str(home.parent / "opened")),
        ("What is it opened for?", "a new phone"),
    )
    way = ("How are the sheets read?", "3"), ("The folder", "../scans")
    code, shown = gone_through(
        home,
        begin,
        ("What is to be done?", "4"),
        *about,
        *way,
        *signed,
        ("the file that they sealed", "yes"),
        ("the set that opens the file", "yes"),
    )
    assert code == 0, shown
    assert (home.parent / "opened").read_text() == "a recovery code"


def test_people_go_on_from_the_door_with_what_they_have_begun(home):
    steps = len(find_procedure("R8")[1].numbered)
    by = ("--by", "Ada Example", "--wit", "Ben Example")
    assert run("record", "procedure", "aws-root", "R8", "1", str(steps), "done", *by, cwd=home).returncode == 0
    answers = (
        ("What brings you here?", "2"),
        ("What is it about?", "2"),
        ("Who does this?", "1"),
        ("Now: step 2 of", "\x03"),
    )
    code, shown = gone_through(home, *answers)
    assert code == 130 and "$ splitkit incident --from 2 R8" in "\n".join(shown)


def test_a_second_plan_is_written_through_the_door_and_plans_are_chosen_by_number(home):
    (home / "plans" / "other.toml").write_text('policy = "2of3"\nlabel = "Root password"\n')
    (home / "plans" / "plan.toml").write_text('policy = "2of3"\nlabel = "Root password"\n')
    begin = ("What brings you here?", "9"), ("Which document?", "6")
    code, shown = gone_through(home, *begin, ("Which plan?", "1"), ("Save it as", ""))
    assert code == 0 and "$ splitkit papers board plans/other.toml" in "\n".join(shown)
    new = ("Which plan?", "3"), ("The new plan goes to", ""), ("Save it as", ""), ("What is the password for?", "\x03")
    code, shown = gone_through(home, *begin, *new)
    assert code == 130 and "$ splitkit plan new plans/plan-2.toml" in "\n".join(shown)


def test_the_pack_for_an_auditor_is_written_from_the_door(home):
    answers = ("What brings you here?", "9"), ("Which document?", "5"), ("Its new folder", "")
    code, shown = gone_through(home, *answers)
    assert code in (0, 9) and "$ splitkit audit --out papers/audit" in "\n".join(shown)
    assert any((home / "papers" / "audit").glob("*.pdf"))


def test_every_set_of_a_folder_is_recovered_from_its_door(home):
    """Beside the set of a ceremony one that was made without: both are named, and the one that is meant is said in the command."""
    made = run("split", "--policy", "2of2", "--label", "Second", "--practice", "--out", "second", cwd=home.parent)
    assert made.returncode == 0, made.stderr
    line = ("record", "--take", "../second/record.pdf", "--by", "Ada Example", "--wit", "Ben Example")
    words = " ".join(re.findall(r"\w+", " ".join(re.findall(r"^F +(\w.+)$", made.stdout, re.MULTILINE))))
    with Session([*COMMAND, *line], home) as session:
        session.until_text("headed F of the SIGNED RECORD")
        session.type(f"{words}\r")
        session.until_text("is only its record brought in?")
        session.type("yes\r")
        assert session.finish() == 0
    answers = (("What brings you here?", "3"), ("What is to be done?", "1"), ("this ceremony called?", ""), ("Which set?", "2"), ("room is prepared", "!"),
               ("words, or Enter", "stop"), ("Does the program stop?", "yes"))  # fmt: skip
    _, shown = gone_through(home, *answers)
    text = " ".join(" ".join(shown).split())
    assert "Second: set" in text and "--practice --set " in text


def test_a_ceremony_is_in_no_doubt_about_itself(home):
    line = ["ceremony", "recover", "--ledger", "ledgers/r-0001.ledger", "--ceremony", "R-0001", "--practice"]
    stop = ("room is prepared", "!"), ("words, or Enter", "stop"), ("Does the program stop?", "yes")
    for _ in range(2):
        with Session([*COMMAND, *line], home) as session:
            for asked, typed in stop:
                session.until_text(asked)
                session.type(f"{typed}\n")
            assert session.finish() == 130
            assert "DOUBT" not in "\n".join(session.screen.main)


def test_the_desk_opens_nothing_and_asks_nothing_more(tmp_path):
    code, shown = gone_through(
        tmp_path, ("What brings you here?", "7"), ("Is it for real?", "1"), ("machine of the ceremony", "2")
    )
    text = " ".join(" ".join(shown).split())
    assert "Nothing secret is opened here." in text and "type splitkit, and answer 7." in text
    assert code == 0


def test_whoever_gets_a_practice_secret_back_says_so_before_anything_is_typed(tmp_path):
    way = ("What brings you here?", "7"), ("Is it for real?", "2"), ("How are the sheets read?", "2")
    with Session([*COMMAND], tmp_path) as session:
        for asked, typed in way:
            session.until_text(asked)
            session.type(f"{typed}\n")
        session.until_text("TYPE THE SHEETS")
        assert "$ splitkit recover --type --practice" in " ".join(session.screen.main)
        session.type("\x03")
        session.finish()


def test_who_rehearses_without_a_plan_writes_it_first(tmp_path):
    answers = (
        ("What brings you here?", "4"), ("Which plan?", ""), ("this ceremony called?", ""), ("Which printers?", ""),
        ("What is the password for?", "Root password"), ("One circle of people", ""), ("How many people keep a sheet?", "3"),
        ("How many of the 3", "2"), ("Leave label and names", ""), ("Which paper?", ""),
        ("What kind of password?", ""), ("How many characters?", ""), ("User name", ""), ("Account", ""), ("Note", ""),
        ("Name the people now?", "no"), ("Type yes to write it", "yes"), ("room is prepared", "!"), ("words, or Enter", "stop"),
        ("Does the program stop?", "yes"),
    )  # fmt: skip
    code, shown = gone_through(tmp_path, *answers)
    text = " ".join(" ".join(shown).split())
    assert (
        "$ splitkit plan new plan.toml --practice" in text
        and "make --ledger c-0001.ledger --ceremony C-0001 --practice" in text
    )
    assert (code, (tmp_path / "plan.toml").exists(), (tmp_path / "c-0001.ledger").exists()) == (130, True, True)


def test_a_real_set_needs_a_signed_plan_so_that_is_written_and_printed_first(tmp_path):
    assert run("init", "custody", "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path).returncode == 0
    home = tmp_path / "custody"
    answers = (
        ("What brings you here?", "6"), ("Is it for real?", "1"), ("machine of the ceremony", "1"), ("Which plan?", ""),
        ("The papers go to", ""), ("What is the password for?", "Root password"), ("One circle of people", ""),
        ("How many people keep a sheet?", "3"), ("How many of the 3", "2"), ("Leave label and names", ""), ("Which paper?", ""),
        ("What kind of password?", ""), ("How many characters?", ""), ("User name", ""), ("Account", ""), ("Note", ""),
        ("Name the people now?", "no"), ("Type yes to write it", "yes"),
    )  # fmt: skip
    code, shown = gone_through(home, *answers)
    text = " ".join(" ".join(shown).split())
    assert code == 0 and "a plan that two people have signed" in text and "ceremony make" not in text
    assert [one.name for one in (home / "ledgers").iterdir()] == ["desk.ledger"]
    assert any((home / "papers" / "forms").iterdir())


def test_people_may_go_again(tmp_path):
    assert gone_through(tmp_path, ("What brings you here?", ""))[0] == 0
    assert not list(tmp_path.iterdir())
    mistyped = ("What brings you here?", "0"), ("not one of the answers", "x"), ("not one of the answers", "")
    assert gone_through(tmp_path, *mistyped)[0] == 0


def test_a_new_folder_through_the_door(tmp_path):
    answers = (
        ("What brings you here?", "5"),
        ("Is it for real?", "1"),
        ("this custody called", "Example AG"),
        ("by name?", "Ada Example"),
        ("The new folder", ""),
    )
    code, shown = gone_through(tmp_path, *answers)
    assert (code, (tmp_path / "custody" / "splitkit.toml").exists()) == (0, True)
    assert "$ splitkit init custody --name 'Example AG' --by 'Ada Example'" in " ".join(" ".join(shown).split())


@pytest.mark.parametrize(("number", "what"), [("1", "board"), ("2", "custodian"), ("3", "week"), ("4", "ceremony")])
def test_what_is_printed_before_the_day_through_the_door(tmp_path, number, what):
    (tmp_path / "plan.toml").write_text('policy = "2of3"')
    answers = (("What brings you here?", "3"), ("Which document?", number), ("Which plan?", ""), ("Save it as", ""))
    code, shown = gone_through(tmp_path, *answers)
    out = what if what == "ceremony" else f"{what}.pdf"
    assert (code, (tmp_path / out).exists()) == (0, True)
    assert f"$ splitkit papers {what} plan.toml --out {out}" in " ".join(" ".join(shown).split())


def test_the_help_says_of_each_paper_what_it_is(tmp_path):
    told = " ".join(run("papers", "--help", cwd=tmp_path).stdout.split())
    for what, says in {**door.OF_FOLDER, **door.OF_PLAN}.items():
        assert f"{what} {says}" in told


def said_by_the_door(folder) -> tuple[Session, dict[str, str]]:
    """A door on a terminal that knows no colour and no place but the end of the line, and the answers that it has said, in words."""
    session = Session([*COMMAND], folder, environment() | {"TERM": "dumb", "NO_COLOR": "1"})
    session.until_text("or Enter:")
    lines = session.raw.decode().replace("\r", "").split("What brings you here?")[1].split("\n")
    return session, {words: number for number, _, words in (line.strip().partition(": ") for line in lines) if words}


@pytest.mark.parametrize("errands", [door.WITH_FOLDER, door.WITHOUT_FOLDER], ids=["folder", "no folder"])
def test_every_answer_can_be_chosen_from_what_was_said_alone(home, tmp_path, errands):
    """As a screen reader has it: the text in its order, without colour and without places on the screen."""
    folder = home if errands is door.WITH_FOLDER else tmp_path
    for errand in errands:
        session, answers = said_by_the_door(folder)
        with session:
            rows = len(session.screen.main)
            session.type(f"{answers[errand.says]}\n")
            assert session.until(lambda screen, rows=rows: (len(screen.main) > rows and screen.asks)
                                 or "$ splitkit" in "\n".join(screen.main))  # fmt: skip
            assert b"\x1b" not in session.raw
            session.type("\x03")
            session.finish()


def test_all_that_is_recorded_can_be_reached_from_the_door_and_each_asks_for_what_it_needs(home):
    """Every event that people record is told in one place; whoever chose one is asked for the rest, and nothing is refused."""
    told = [name for about in door.ABOUT for name in door.events_about(about)]
    assert sorted(told) == sorted(EXAMPLES) and all(map(door.events_about, door.ABOUT))
    assert len(door.ABOUT) + 2 <= 9 and all(len(door.events_about(about)) < 20 for about in door.ABOUT)
    register = built_from(Ledgers(home=str(home))).register
    for name in told:
        sentence = Sentence((short_name(EVENTS[name]),), "Ada Example")
        try:
            understood(sentence, register, clock.stamp())
        except UnclearError as unclear:
            assert unclear.question.missing or unclear.question.choices, name
        except AttentionError as error:
            assert error.hint, name


def test_a_place_is_recorded_through_the_door(home):
    answers = (
        ("What brings you here?", "8"), ("What is it about?", "2"), ("What happened?", "1"), ("Name (", "Munich safe"), ("Kind (one of", "safe"), ("Site (words", "Munich"),
        ("Who says so", "Ada Example"),
    )  # fmt: skip
    code, shown = gone_through(home, *answers)
    assert "$ splitkit record place" in " ".join(" ".join(shown).split())
    assert (code, "error:" in "\n".join(shown)) == (0, False), shown
    assert '"name":"Munich safe"' in (home / "ledgers" / "desk.ledger").read_text()


def test_the_example_at_the_question_is_accepted_as_it_is_typed(home):
    with Session([*COMMAND], home) as session:
        for asked, typed in (("What brings you here?", "8"), ("What is it about?", "?")):
            session.until_text(asked)
            session.type(f"{typed}\n")
        session.until_text("Ctrl-C stops.")
        (example,) = re.findall(r"such as: (.+?) ?<: back", " ".join(" ".join(session.screen.main).split()))
        session.type(f"{example}\n")
        session.until_text("Who says so")
        session.type("Ada Example\n")
        assert session.finish() == 0, session.screen.main
        assert "error:" not in "\n".join(session.screen.main)


@pytest.mark.parametrize(
    "answers", [["8"], ["8", "2"], ["8", "8"], ["9"], ["3"], ["3", "2"], ["3", "2", "3"], ["3", "4"], ["3", "5"]]
)
def test_enter_alone_goes_back_from_each_question_of_the_door_and_is_no_error(home, answers):
    with Session([*COMMAND], home) as session:
        for typed in [*answers, *[""] * len(answers)]:
            assert session.until(lambda screen: screen.asks, patience=20)
            rows = len(session.screen.main)
            session.type(f"{typed}\n")
            assert session.until(lambda screen, rows=rows: len(screen.main) > rows, patience=20)
        assert session.until(lambda screen: "\n".join(screen.main).count("What brings you here?") == 2, patience=20)
        session.type("\n")
        assert session.finish() == 0
        assert "error:" not in "\n".join(session.screen.main) and "splitkit " not in "\n".join(session.screen.main[2:])


def test_elsewhere_than_at_a_terminal_there_is_the_help(tmp_path):
    done = run(cwd=tmp_path)
    assert done.returncode == 2 and "Usage: splitkit" in done.stderr and "no command was given" in done.stderr


def test_a_rehearsal_out_of_a_folder_for_real_sets_leaves_nothing_in_doubt(tmp_path):
    assert run("init", "custody", "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path).returncode == 0
    home = tmp_path / "custody"
    (home / "plans" / "plan.toml").write_text('policy = "2of3"\nlabel = "Root password"\n')
    answers = (
        ("What brings you here?", "6"), ("Is it for real?", "2"), ("Which plan?", ""), ("this ceremony called?", ""),
        ("Which printers?", ""), ("room is prepared", "!"), ("words, or Enter", "stop"), ("Does the program stop?", "yes"),
    )  # fmt: skip
    code, shown = gone_through(home, *answers)
    assert code == 130 and "--ledger plans/rehearsal-c-0001.ledger" in " ".join(" ".join(shown).split())
    assert "DOUBT" not in run("status", cwd=home).stderr
    assert sorted(one.name for one in home.iterdir() if one.is_file()) == ["splitkit.toml"]
    answers = ("What brings you here?", "9"), ("Which document?", "6"), ("Which plan?", ""), ("Save it as", "")
    assert gone_through(home, *answers)[0] == 0 and (home / "papers" / "board.pdf").exists()
    assert gone_through(home, *answers)[0] == 0 and (home / "papers" / "board-2.pdf").exists()


def test_the_folder_that_is_here_is_offered_for_the_public_record_and_no_other(home, tmp_path, monkeypatch):
    """A set of a rehearsal is copied into a folder for rehearsals alone, a real one into a real one; else nothing is offered."""
    monkeypatch.delenv("SPLITKIT_HOME", raising=False)
    monkeypatch.chdir(home / "plans")
    assert (folder_here(practice=True), folder_here(practice=False)) == (home, None)
    monkeypatch.chdir(tmp_path)
    assert folder_here(practice=True) is None
    monkeypatch.setenv("SPLITKIT_HOME", str(home))
    assert folder_here(practice=True) == home
    monkeypatch.setenv("SPLITKIT_HOME", str(tmp_path))
    assert folder_here(practice=True) is None


def test_the_stick_leads_on_where_the_desk_opens_nothing(tmp_path):
    """The same folder, copied onto the stick: there the same answer begins the ceremony, and its ledger comes back to the desk."""
    assert run("init", "custody", "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path).returncode == 0
    desk, stick = tmp_path / "custody", tmp_path / "stick"
    (desk / "plans" / "plan.toml").write_text('policy = "2of3"\nlabel = "Root password"\n')
    shutil.copytree(desk, stick)
    real = ("What brings you here?", "6"), ("Is it for real?", "1")
    code, shown = gone_through(desk, *real, ("machine of the ceremony", "2"))
    assert code == 0 and "type splitkit, and answer 6." in " ".join(" ".join(shown).split())
    begun = ("Which plan?", ""), ("this ceremony called?", ""), ("Which printers?", "")
    stop = ("room is prepared", "!"), ("words, or Enter", "stop"), ("Does the program stop?", "yes")
    assert gone_through(stick, *real, ("machine of the ceremony", "1"), *begun, *stop)[0] == 130
    ledger = Path("ledgers", "c-0001.ledger")
    shutil.copy(stick / ledger, desk / ledger)
    assert "C-0001: " in run("status", cwd=desk).stdout


@pytest.mark.parametrize("typed", ["x" * 300, "x" * 10_000, "a\x01b"])
def test_a_name_that_no_file_can_have_is_asked_for_again(tmp_path, typed):
    """At every question of the door that asks for a file: none ends it."""
    with Session([*COMMAND], tmp_path) as session:
        session.until_text("What brings you here?")
        session.type("2\r")
        session.until_text("Save it as")
        session.type(f"{typed}\r")
        session.until_text("no file can be called that")
        session.type("\x03")
        assert session.finish() == 130
