"""A custody folder that is lost is made anew from public records and papers: all of it is what people say, until sheets are read."""

from __future__ import annotations

import functools
import json
import re
import shlex
import shutil

import pytest

from tests.support.custody.practice_set import PLAN, PracticeCustody, run
from tests.support.kit import COMMAND, overrule
from tests.support.places import ROOT, scratch
from tests.support.terminals import Session

TOLD = (ROOT / "docs" / "custody.md").read_text("utf-8").partition("## When the folder is lost")[2].partition("## ")[0]
ANEW = [shlex.split(line) for line in re.findall(r"^splitkit (.+)$", TOLD, re.MULTILINE)]
TWO = ("--by", "Ada Example", "--wit", "Ben Example")
TAKE = next(words for words in ANEW if "--take" in words)


@functools.cache
def made(practice):
    """A set of three sheets, and the words of its record."""
    folder = scratch(f"lost-{practice}")
    (folder / "plan.toml").write_text(PLAN if practice else PLAN.replace("practice = true\n", ""))
    done = run("split", "plan.toml", "--out", "old", *overrule("disk"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, " ".join(re.findall(r"\w+", " ".join(re.findall(r"^F +(\w.+)$", done.stdout, re.MULTILINE))))


def words_of(folder, practice=False):
    """Put a set of three sheets there; return the words of its record."""
    whole, words = made(practice)
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    return words


def answered(session, words, answer="yes"):
    session.until_text("headed F of the SIGNED RECORD")
    session.type(f"{words}\r")
    session.until_text("is only its record brought in?")
    session.type(f"{answer}\r")
    return session.finish()


def events(home):
    return [json.loads(line) for line in (home / "ledgers" / "desk.ledger").read_bytes().splitlines()]


def test_a_lost_folder_is_made_anew_from_the_paper(tmp_path):
    words, home = words_of(tmp_path), tmp_path / "custody"
    (tmp_path / "record.pdf").write_bytes((tmp_path / "old" / "record.pdf").read_bytes())
    for number, line in enumerate(ANEW):
        if line == TAKE:
            with Session([*COMMAND, *line], home) as session:
                assert answered(session, words) == 0
        elif line[:2] != ["ceremony", "drill"]:
            done = run(*line, cwd=home if number else tmp_path)
            assert done.returncode == 0, (line, done.stderr)
    (made,) = [entry for entry in events(home) if entry["ev"] == "set.made"]
    assert (made["saw"], made["by"]) == (False, "ada-example")
    told = json.loads(run("status", "--json", cwd=home).stdout)
    (one,) = told["sets"]
    assert [sheet["holder"] for sheet in one["sheets"]] == ["ada-example", "ben-example", "cleo-example"]
    assert not any(sheet["proven"] for sheet in one["sheets"])  # nobody has read one
    lines = PracticeCustody(tmp_path, "").lines(1, 2)
    drill = run("ceremony", "drill", "-", "--by", "Ada Example", "--fingerprint", words, cwd=home, stdin=lines)
    assert drill.returncode == 0, drill.stderr
    (one,) = json.loads(run("status", "--json", cwd=home).stdout)["sets"]
    assert [bool(sheet["proven"]) for sheet in one["sheets"]] == [True, True, False]


@pytest.fixture
def begun(tmp_path):
    """A new folder, and the record of a set of which it knows nothing."""
    words = words_of(tmp_path)
    assert run("init", "custody", "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path).returncode == 0
    assert run("record", "joined", "Ben Example", *TWO[:2], cwd=tmp_path / "custody").returncode == 0
    return tmp_path / "custody", words


@pytest.mark.parametrize("name", ["envelope.sk1", "record.pdf"])
def test_the_record_may_be_either_file_and_is_taken_up_once(begun, name):
    home, words = begun
    with Session([*COMMAND, "record", "--take", f"../old/{name}", *TWO], home) as session:
        assert answered(session, words) == 0
    before = events(home)
    with Session([*COMMAND, "record", "--take", "../old/envelope.sk1", *TWO], home) as session:  # it is the same set
        assert answered(session, words) == 9
        assert "a set of this id was made before" in "\n".join(session.screen.main)
    assert events(home) == before


@pytest.mark.parametrize(
    ("file", "fact", "code"),
    [
        ("../old/share-1-of-3.pdf", "a sheet cannot vouch for itself", 2),
        ("../old/recipient.txt", "not exactly one", 3),
        ("../old/envelope.sk1", "nobody can be asked", 6),
        ("../plan.toml", "not exactly one", 3),
    ],
)
def test_what_is_no_record_is_refused(begun, file, fact, code):
    home, _ = begun
    before = events(home)
    refused = run("record", "--take", file, *TWO, cwd=home)
    assert (refused.returncode, fact in refused.stderr) == (code, True), refused.stderr
    assert events(home) == before


def test_one_person_alone_takes_up_no_set(begun):
    home, _ = begun
    refused = run("record", "--take", "../old/envelope.sk1", *TWO[:2], cwd=home)
    assert (refused.returncode, "in front of two people" in refused.stderr) == (2, True)


def test_words_that_are_others_take_nothing_up(begun):
    home, words = begun
    other = " ".join(reversed(words.split()))
    before = events(home)
    with Session([*COMMAND, "record", "--take", "../old/envelope.sk1", *TWO], home) as session:
        for _ in range(3):
            session.until_text("headed F of the SIGNED RECORD")
            session.type(f"{other}\r")
        assert session.finish() == 5
    assert events(home) == before


def test_people_may_say_that_its_ledger_is_not_lost(begun):
    home, words = begun
    before = events(home)
    with Session([*COMMAND, "record", "--take", "../old/envelope.sk1", *TWO], home) as session:
        assert answered(session, words, "no") == 130
    assert events(home) == before


def test_the_record_of_a_rehearsal_stays_outside(tmp_path):
    words_of(tmp_path, practice=True)
    home = tmp_path / "custody"
    run("init", home, "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path)
    run("record", "joined", "Ben Example", *TWO[:2], cwd=home)
    refused = run("record", "--take", "../old/envelope.sk1", *TWO, cwd=home)
    assert (refused.returncode, "of a rehearsal" in refused.stderr) == (9, True)
