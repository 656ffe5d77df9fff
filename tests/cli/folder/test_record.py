"""`splitkit record` on a real folder: every example, several sheets at once, what does not fit, and what people are told."""

from __future__ import annotations

import shlex

import pytest

from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.meaning import EXAMPLES
from splitkit.ledger.events import EVENTS
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.practice_set import run
from tests.support.kit import COMMAND
from tests.support.sampling import sampled
from tests.support.terminals import Session

EARLY = (
    []
    if hasattr(Register(), "places")
    else ["sheet.stored", "place.left", "safe.opened", "safe.closed", "receiver.added", "receiver.left"]
)
BY = ("--by", "Ada Example")


def said(folder, line, *more, code=0, by=BY):
    done = run("record", *shlex.split(line), *more, *by, cwd=folder)
    assert done.returncode == code, done.stderr
    return done.stderr


def desk(folder):
    return (folder / "ledgers" / "desk.ledger").read_text()


USUAL = ("person.joined", "place.added", "sheet.stored", "sheet.seen", "asset.added", "receiver.added", "incident.open")


@pytest.mark.parametrize(
    "name",
    sampled([name for name in EXAMPLES if name not in ("reopen", "seat.bound", *EARLY)], 12, always=USUAL, ids=str),
)
def test_every_example_is_recorded(folder, name):
    witnessed = ("--wit", "Max Example") if name == "receiver.left" else ()  # two say so
    assert f'"ev":"{name}"' in desk(folder) + said(folder, EXAMPLES[name], *witnessed) + desk(folder)
    assert desk(folder).splitlines()[-1].count(f'"ev":"{name}"') == 1


def test_a_closed_ledger_goes_on_by_a_sentence(tmp_path):
    written(tmp_path / "c1", whole(plan_of("2of3", practice=False)))
    done = run("record", *shlex.split(EXAMPLES["reopen"]), "--ledger", "c1", "--by", "SCR", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_all_of_them_are_listed_with_what_they_mean(folder):
    done = run("record", "--list", cwd=folder)
    rows = done.stdout.splitlines()
    assert done.returncode == 0
    for name, example in EXAMPLES.items():
        (at,) = [at for at, row in enumerate(rows) if row == example or row.startswith(f"{example} ")]
        assert EVENTS[name].means in rows[at] + rows[at + 1]
    assert all(len(row) <= 80 for row in rows if row not in EXAMPLES.values())
    assert 'stored 1 "Berlin safe"' in done.stdout
    done = run("record", "--list", "stored", cwd=folder)
    assert "sheet.stored" in done.stdout and "may be left out" not in done.stdout


def test_several_sheets_are_recorded_together_or_not_at_all(folder):
    before = desk(folder)
    refused = said(folder, "seen 1-4 intact=yes", code=9)
    assert "its sheets are 1, 2, 3" in refused
    assert desk(folder) == before
    told = said(folder, "seen 1-3 intact=yes")
    assert told.count(" recorded: ") == 3
    assert "Ada Example (sheet 1): a custodian looked at the sealed bag; bag A10001; intact yes" in told
    assert desk(folder).count('"ev":"sheet.seen"') == 3


def test_elsewhere_than_at_a_terminal_the_hint_has_the_command_in_full(folder):
    before = desk(folder)
    told = said(folder, "seen 2 bag=A10004 intact=yes", code=9)
    assert 'a slip: it is bag A10002: splitkit record seen 2 intact=yes --by "Ada Example"' in " ".join(told.split())
    told = said(folder, "handed 2 'Mx Example'", code=9)
    assert 'Max Example: splitkit record handed 2 "Max Example" --by "Ada Example"' in " ".join(told.split())
    told = said(folder, "seen 1", code=2)
    assert "splitkit record seen 1 intact=yes" in " ".join(told.split())
    told = said(folder, "note x", by=(), code=2)
    assert "it was not said who says so" in told and "splitkit record note x --by ..." in " ".join(told.split())
    assert desk(folder) == before


def test_a_ceremony_is_taken_up_by_somebody_who_is_named(home):
    written(home.parent / "c1", whole(plan_of("2of3", practice=False)))
    done = run("record", "--take", "../c1", *BY, cwd=home)
    assert done.returncode == 0, done.stderr
    assert '"by":"ada-example"' in desk(home).splitlines()[-1]
    refused = run("record", "--take", "../c1", "--by", "Nobody Here", cwd=home)
    assert (refused.returncode, 'nobody is called "Nobody Here"' in refused.stderr) == (9, True)


def test_at_a_terminal_what_is_missing_is_asked_for_and_nothing_is_refused(folder):
    for words, question in ((("note", "x"), "Who says so?"), (("note", *BY), "Text (")):
        with Session([*COMMAND, "record", *words], folder) as session:
            session.until_text(question)
            assert "error:" not in "\n".join(session.screen.main)
            session.type("\x03")
            assert session.finish() == 130


def test_what_nothing_answers_can_be_left(folder):
    before = desk(folder)
    with Session([*COMMAND, "record", "bound"], folder) as session:
        session.until_text("Enter: leave it, and nothing is recorded:")
        session.type("\n")
        assert session.finish() == 130
    assert desk(folder) == before


def test_an_incident_takes_people_and_places_by_their_names(folder):
    said(folder, "stored 1 'Berlin safe'")
    told = run("incident", "--what", "fire", "--place", "Berlin safe", "--text", "it burnt", *BY, cwd=folder)
    assert "place.left berlin-safe: " in told.stdout, told.stderr
    told = run(
        "incident",
        "--what",
        "leaver",
        "--day",
        "2026-11-23",
        "--person",
        "ben example",
        "--text",
        "goes",
        *BY,
        cwd=folder,
    )
    assert told.returncode == 9 and "R12" in told.stdout, told.stderr


def test_what_has_happened_twice_on_a_day_is_told_apart_by_its_words(folder):
    first = said(folder, "used key-1 'Ada Example,Ben Example' sign-in")
    assert "recorded already" not in first
    again = said(folder, "used key-1 'Ada Example,Ben Example' sign-in")
    assert "if it has happened again, say so in its words" in again
    assert "recorded already" not in said(folder, "used key-1 'Ada Example,Ben Example' 'second sign-in'")


def test_what_was_recorded_today_is_not_written_again(folder):
    said(folder, "seen 1-2 intact=yes")
    before = desk(folder)
    assert said(folder, "seen 1,2 yes").count("recorded already, entry ") == 2
    assert desk(folder) == before
    told = said(folder, "seen 1-3 yes")
    assert (told.count("recorded already, entry "), told.count(" recorded: Cleo Example (sheet 3)")) == (2, 1)
