"""What a custody folder takes up: no ledger and no record that would leave it with a contradiction that nobody has agreed to."""

from __future__ import annotations

import json
import os
import re

import pytest

from tests.support.custody.company import CAST, ceremony_of
from tests.support.custody.practice_set import PLAN, PracticeCustody
from tests.support.kit import COMMAND, overrule, run
from tests.support.terminals import Session

BY = ("--by", "Ada Example")
TWO = (*BY, "--wit", "Ben Example")


def files_of(home):
    return {path.name: path.read_bytes() for path in (home / "ledgers").glob("*.ledger")}


def status(home):
    return json.loads(run("status", "--json", cwd=home).stdout)


@pytest.fixture
def lost(home):
    """A folder that has taken up a set from its record, with where its sheets are; beside it the ledger that was lost."""
    top = home.parent
    (top / "plan.toml").write_text(PLAN.replace("practice = true\n", ""))
    begun = run(
        "record", "open", "ceremony=C-0001", "kind=split", "first=yes", "--ledger", "c1", "--by", "ADM", cwd=top
    )
    assert begun.returncode == 0, begun.stderr
    made = run("split", "plan.toml", "--out", "old", "--ledger", "c1", "--by", "ADM", *overrule("disk"), cwd=top)
    assert made.returncode == 0, made.stderr
    words = " ".join(re.findall(r"\w+", " ".join(re.findall(r"^F +(\w.+)$", made.stdout, re.MULTILINE))))
    assert run("record", "joined", "Ben Example", *BY, cwd=home).returncode == 0
    with Session([*COMMAND, "record", "--take", "../old/record.pdf", *TWO], home) as session:
        session.until_text("headed F of the SIGNED RECORD")
        session.type(f"{words}\r")
        session.until_text("is only its record brought in?")
        session.type("yes\r")
        assert session.finish() == 0
    for line in (
        ("place", "Berlin safe", "site=Berlin", "kind=safe"),
        ("sealed", "A10001", "1", "person=Ada Example"),
        ("stored", "1", "Berlin safe"),
    ):
        done = run("record", *line, *BY, cwd=home)
        assert done.returncode == 0, done.stderr
    return home, words


def test_the_ledger_of_a_set_that_is_found_replaces_what_was_said_of_it(lost):
    home, words = lost
    before = status(home)["sets"][0]
    assert before["said"]
    assert "taken up from its record on" in run("status", cwd=home).stdout
    done = run("record", "--take", "../c1", *BY, cwd=home)
    assert done.returncode == 0, done.stderr
    told = status(home)
    (one,) = told["sets"]
    assert (one["said"], told["findings"], told["doubts"]) == (False, [], [])
    assert [sheet["safe"] for sheet in one["sheets"]] == [sheet["safe"] for sheet in before["sheets"]]
    lines = PracticeCustody(home.parent, "").lines(1, 2)
    drill = run("ceremony", "drill", "-", *BY, "--fingerprint", words, cwd=home, stdin=lines)
    assert drill.returncode == 0, drill.stderr


def test_what_a_record_alone_tells_of_has_no_term_that_begins_anew(lost):
    home, _ = lost
    told = status(home)
    days = [one["since"] for one in told["now"] if one["what"].startswith("access review (due today: ")]
    assert days == [told["today"]]


def again(home):
    ceremony_of(home.parent / "c2", code="C-0002")
    return ("record", "--take", "../c2", *BY)


def test_a_ceremony_that_contradicts_is_not_taken_up_unasked(named):
    words, before = again(named), files_of(named)
    done = run(*words, cwd=named)
    assert (done.returncode, "the folder contradicts itself: entry C-0002/" in done.stderr) == (9, True), done.stderr
    assert files_of(named) == before
    with Session([*COMMAND, *words], named) as session:
        answered(session, "no")
        assert session.finish() == 130
    assert files_of(named) == before


def answered(session, answer):
    session.until_text("Is it brought into the folder anyway?")
    assert "the same person" not in "\n".join(session.screen.main), (
        "whoever has the very name is told, and not asked about"
    )
    assert "\n".join(session.screen.main).count("who has the same name") == len(CAST)
    session.type(f"{answer}\r")


def test_what_contradicts_and_was_taken_up_all_the_same_is_mended_from_the_desk(named):
    words = again(named)
    with Session([*COMMAND, *words], named) as session:
        answered(session, "yes")
        assert session.finish() in (0, 9)
    findings = status(named)["findings"]
    assert findings
    for one in findings:
        entry = re.match(r"entry (\S+) of", one)[1]
        done = run("record", "correction", entry, "it is C-0001 once more", *BY, "--wit", "Dora Example", cwd=named)
        assert done.returncode == 0, done.stderr
    assert status(named)["findings"] == []
    assert run("ledger", "verify", cwd=named).returncode == 0


def test_who_takes_a_ledger_up_is_asked_first_and_every_answer_is_taken_back(tmp_path):
    """Somebody whose name is spelt in another way may be somebody else: that is asked."""
    assert run("init", "custody", "--name", "Example AG", "--by", "ada example", cwd=tmp_path).returncode == 0
    home = tmp_path / "custody"
    ceremony_of(home.parent / "c1")
    who, same = "Who does this?", "the same person as"
    with Session([*COMMAND, "record", "--take", "../c1"], home) as session:
        for times, (asked, typed) in enumerate(
            ((who, "Ada Example"), (same, "<"), (who, "Ada Example"), (same, "yes"))
        ):
            wanted = times // 2 + 1
            seen = session.until(
                lambda screen, asked=asked, wanted=wanted: "\n".join(screen.main).count(asked) >= wanted, 30
            )
            assert seen, asked
            session.type(f"{typed}\r")
        assert session.finish() == 0


def test_two_who_take_one_ledger_up_at_once_are_one(home):
    begun = ("record", "open", "ceremony=C-0001", "kind=split", "first=yes", "--ledger", "c1", "--by", "ADM")
    assert run(*begun, cwd=home.parent).returncode == 0
    with Session([*COMMAND, "record", "--take", "../c1"], home) as session:
        session.until_text("Who does this?")
        assert run("record", "--take", "../c1", *BY, cwd=home).returncode == 0
        session.type("Ada Example\r")
        assert session.finish() == 0
    assert files_of(home)["desk.ledger"].count(b'"ev":"ledger.taken"') == 1


@pytest.mark.parametrize("path", ["ledgers/c-0001.ledger", "ledgers/brought.ledger", "../c1"])
def test_what_is_being_taken_up_is_in_no_doubt_because_nobody_has_taken_it_up(home, path):
    """Another that nobody has taken up still is."""
    ceremony_of(home.parent / "c1")
    inside = path if path.startswith("ledgers") else "ledgers/c-0001.ledger"
    (home / inside).write_bytes((home.parent / "c1").read_bytes())
    (home / inside).chmod(0o600)
    assert "DOUBT: C-0001" in run("status", cwd=home).stderr
    with Session([*COMMAND, "record", "--take", path], home) as session:
        session.until_text("Who does this?")
        session.type("\x03")
        assert (session.finish(), "DOUBT" in "\n".join(session.screen.main)) == (130, False)
    ceremony_of(home / "ledgers" / "c-0002.ledger", code="C-0002")
    (home / "ledgers" / "c-0002.ledger").chmod(0o600)
    done = run("record", "--take", path, *BY, cwd=home)
    assert (done.returncode, "C-0001: " in done.stderr, "DOUBT: C-0002: " in done.stderr) == (9, False, True), (
        done.stderr
    )


def test_an_older_copy_of_what_is_known_is_told_as_that(named):
    lines = (named.parent / "c1").read_bytes().splitlines(keepends=True)
    (named.parent / "older").write_bytes(b"".join(lines[:-3]))
    before = files_of(named)
    done = run("record", "--take", "../older", *BY, cwd=named)
    assert (done.returncode, "nothing was recorded" in done.stderr) == (0, True), done.stderr
    assert files_of(named) == before


@pytest.mark.parametrize("code", ["AUX", "CON", "COM1", "DESK"])
def test_a_ledger_lies_in_a_file_that_every_computer_takes(home, code):
    ceremony_of(home.parent / "c1", code=code)
    done = run("record", "--take", "../c1", *BY, cwd=home)
    assert done.returncode == 0, done.stderr
    assert set(files_of(home)) == {"desk.ledger", f"{code.lower()}_.ledger"}
    assert run("ledger", "verify", cwd=home).returncode == 0


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_called_a_ledger_and_is_none_is_moved_away(home, make):
    make(home / "ledgers" / "x.ledger")
    done = run("record", "note", "x", *BY, cwd=home)
    assert (done.returncode, "move it away" in done.stderr) == (8, True), done.stderr


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"", "this file is empty"),
        (b"what is no record", "holds no envelopes"),
        (b"\xef\xbb\xbf{}\n", "holds no envelopes"),
    ],
)
def test_what_is_neither_a_ledger_nor_a_record_is_told_as_that(home, content, fact):
    (home.parent / "c1").write_bytes(content)
    done = run("record", "--take", "../c1", *BY, cwd=home)
    assert (done.returncode, fact in done.stderr) == (3, True), done.stderr


@pytest.mark.parametrize("other", ["c-0001", "elsewhere"])
def test_nothing_is_recorded_where_the_ledger_of_the_desk_lies_in_another_file(named, other):
    desk, ledgers = named / "ledgers" / "desk.ledger", named / "ledgers"
    if other == "c-0001":
        (ledgers / "c-0001.ledger").rename(ledgers / "x")
    desk.rename(ledgers / f"{other}.ledger")
    if other == "c-0001":
        (ledgers / "x").rename(desk)
    before = files_of(named)
    for words in (("record", "note", "x", *BY), ("ledger", "verify"), ("status",)):
        done = run(*words, cwd=named)
        assert (done.returncode, "the ledger of the desk lies in another file" in done.stderr) == (8, True), done.stderr
        assert "that of the desk is desk.ledger" in " ".join(done.stderr.split())
    assert files_of(named) == before


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        (lambda whole: whole + b'{"by":"AD', 9, "put a whole copy of it in its place"),
        (lambda whole: whole[:3000], 8, "fetch the whole ledger of that ceremony"),
    ],
)
def test_a_ceremony_that_was_copied_by_half_is_mended_by_a_whole_copy(named, content, code, hint):
    path = named / "ledgers" / "c-0001.ledger"
    whole = path.read_bytes()
    path.write_bytes(content(whole))
    done = run("ledger", "verify", cwd=named)
    assert (done.returncode, hint in " ".join(done.stderr.split())) == (code, True), done.stderr
    path.write_bytes(whole)
    assert run("ledger", "verify", cwd=named).returncode == 0


@pytest.mark.parametrize("practice", [False, True])
def test_a_folder_has_no_set_of_the_other_kind_and_is_told_whose_secret_it_is(tmp_path, practice):
    kind = ["--practice"] if practice else []
    assert run("init", "custody", "--name", "Example AG", *BY, *kind, cwd=tmp_path).returncode == 0
    home = tmp_path / "custody"
    make = ["split", "--policy", "2of3", "--label", "Root", *BY, *overrule("disk")]
    other = run(*make, *([] if practice else ["--practice"]), "--out", "../other", cwd=home)
    assert (other.returncode, (tmp_path / "other").exists()) == (9, False)
    assert "keep rehearsals elsewhere: splitkit init DIR --practice" in other.stderr
    for number, (source, typed) in enumerate({"generate": b"", "stdin": b"correctHorse4batteryStaple!\n"}.items()):
        done = run(*make, *kind, "--secret", source, "--out", f"../new-{number}", cwd=home, stdin=typed)
        assert done.returncode == 0, done.stderr
    (desk,) = files_of(home).values()
    told = [json.loads(line) for line in desk.splitlines()]
    assert [one["d"]["origin"] for one in told if one["ev"] == "set.made"] == ["generated", "given"]
    sets = [one["d"]["set"] for one in told if one["ev"] == "set.made"]
    assert [one["d"]["makes"] for one in told if one["ev"] == "intent"] == sets
    for one in sets:
        done = run("record", "set.void", one[:8], "a typo in the label", *BY, cwd=home)
        assert (done.returncode, "takes two people" in done.stderr) == (9, True)
