"""`splitkit record withdraw` in a real pseudo-terminal: two people, what rests on it, and where it stays visible."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.custodies import SET
from tests.support.custody.practice_set import run
from tests.support.kit import COMMAND
from tests.support.places import copied
from tests.support.terminals import Session

BY = ("--by", "ada-example")
TWO = (*BY, "--wit", "ben-example")
WITHDRAW = ("record", "withdraw")


@pytest.fixture
def home(tmp_path):
    """A folder in which two sheets were stored, the first under the number of another bag's safe."""
    return copied(stored, tmp_path) / "custody"


def stored(at):
    written(at / "c1", whole(plan_of("2of3", practice=False)))
    assert run("init", "custody", "--name", "Example AG", *BY, cwd=at).returncode == 0
    folder = at / "custody"
    said(folder, "record", "--take", at / "c1", *BY)
    said(folder, "record", "person.joined", "person=ben-example", "name=Ben Example", "since=2026-01-10", *BY)
    sheets = json.loads(said(folder, "status", "--json", code=9).stdout)["sets"][0]["sheets"]
    for one in sheets[:2]:
        about = (f"set={SET}", f"sheet={one['number']}", f"person={one['holder']}", f"bag={one['bag']}")
        place = (f"place=safe-{one['number']}", f"name=Safe {one['number']}", "kind=safe", "site=Berlin")
        said(folder, "record", "place.added", *place, *BY)
        said(folder, "record", "sheet.stored", *about, f"safe=safe-{one['number']}", *BY)


def said(folder, *arguments, code=0):
    done = run(*arguments, cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def desk(folder):
    return [json.loads(line) for line in (folder / "ledgers" / "desk.ledger").read_text().splitlines()]


def number_of(folder, event):
    return next(entry["seq"] for entry in desk(folder) if entry["ev"] == event)


def talk(folder, arguments, *answers, code=0):
    with Session([*COMMAND, *map(str, arguments)], folder) as session:
        for asked, typed in answers:
            session.until_text(asked)
            session.type(f"{typed}\n")
        assert session.finish() == code


REVIEWED = (("line", "withdrawn.0123456789ab", "keep"), ("review", "ada-example,ben-example", "1", "0"))
"""A review as one person would say that two held it."""

AGREED = (("ada-example: is this withdrawn?", "yes"), ("Ben Example: is this withdrawn?", "yes"))


def test_two_people_withdraw_a_slip_and_it_stays_visible_until_a_review(home):
    slip = number_of(home, "sheet.stored")
    before = json.loads(said(home, "status", "--json", code=9).stdout)["sets"][0]["sheets"][0]
    assert before["safe"] == "safe-1"
    talk(home, (*WITHDRAW, slip, "--reason", "it was safe 3", *TWO), ("Nothing that was recorded rests on it", "yes"),
         ("Ben Example: is this withdrawn?", "yes"))  # fmt: skip
    last = desk(home)[-1]
    assert (last["ev"], last["saw"], last["wit"]) == ("withdrawn", False, "ben-example")
    assert last["d"]["approved"] == ["ada-example", "ben-example"]
    told = said(home, "status", code=9)
    first = " ".join(told.stdout.partition("\n\n")[0].split())
    assert (
        first.startswith("NOW (") and ") 1 withdrawn: entry " in first and "by ada-example and Ben Example on " in first
    )
    assert json.loads(said(home, "status", "--json", code=9).stdout)["sets"][0]["sheets"][0]["safe"] == ""
    assert "WITHDRAWN by" in said(home, "ledger", "show", "ledgers/desk.ledger").stdout
    said(home, "audit", "--out", "pack", code=0)
    assert len(json.loads((home / "pack" / "audit.json").read_text())["withdrawn"]) == 1
    again = said(home, *WITHDRAW, slip, "--reason", "x", *TWO, code=9).stderr
    assert "was withdrawn before" in again
    for words in REVIEWED:
        assert "splitkit ceremony review" in said(home, "record", *words, *BY, code=2).stderr
    reviewed(home, "change")
    assert "withdrawn: entry" in said(home, "status", code=9).stdout
    reviewed(home, "keep")
    assert "withdrawn: entry" not in said(home, "status", code=9).stdout
    pack = json.loads((home / "pack" / "audit.json").read_text())
    assert [one["confirmed"] for one in pack["withdrawn"]] == [False]
    said(home, "audit", "--out", "pack-2")
    assert [one["confirmed"] for one in json.loads((home / "pack-2" / "audit.json").read_text())["withdrawn"]] == [True]


def reviewed(home, verdict):
    """Two people go through every line: the first is what was withdrawn."""
    found = json.loads(said(home, "status", "--json", code=9).stdout)["people"]
    names = [one["name"] or one["seat"] for one in found if one["seat"] in TWO]
    ledger, code = home.parent / verdict, f"V-{len(verdict)}"
    arguments = ("ceremony", "review", "--ledger", ledger, "--ceremony", code, "--out", home.parent / f"{verdict}.pdf")
    with Session([*COMMAND, *map(str, arguments)], home) as session:
        session.until_text("The administrator, by name")
        session.type("\n".join([*names, "", "no", ""]))
        session.until_text("Which lines are kept as they are")
        session.type("\n")
        session.until_text("WITHDRAWN: entry")
        session.until(lambda screen: bool(re.search(r"(?m)^1 of \d+:", "\n".join(screen.main))))
        count = int(re.search(r"1 of (\d+):", "\n".join(session.screen.main))[1])
        for number in range(1, count + 1):
            session.until_text(f"{number} of {count}:")
            said_of_it = verdict if number == 1 else "change"  # nobody has what an account needs, in this folder
            session.type(f"{said_of_it}\n")
            if said_of_it != "keep":
                session.until_text("What is done")
                session.type("ask both\nBen Example\n2099-01-01\n")
        session.until_text("Who has reviewed all of it?")
        session.type("ADM WIT\nagree\nagree\n\n")
        assert session.finish() == 0
    said(home, "record", "--take", ledger, "--by", "ada-example", code=0)


def test_what_rested_on_it_is_named_and_is_a_finding_until_it_is_settled(home):
    said(home, "record", "incident.open", "incident=I-1", "cause=a bag was torn", *BY)
    said(home, "record", "incident.close", "incident=I-1", "cause=it was not", "outcome=none",
         "approved=ada-example,ben-example", *BY)  # fmt: skip
    slip, rests = number_of(home, "incident.open"), number_of(home, "incident.close")
    talk(home, (*WITHDRAW, slip, *BY), ("Who withdraws it together with ada-example?", "ben-example"),
         ("Why is it withdrawn?", "another account"), (f"entry {rests} of", "yes"), ("Ben Example: is", "yes"))  # fmt: skip
    assert "no incident of this code was recorded" in " ".join(said(home, "status", code=9).stdout.split())
    said(home, "record", "correction", f"seq={rests}", "text=there was no such incident", *BY, "--wit", "ben-example")
    assert json.loads(said(home, "status", "--json", code=9).stdout)["findings"] == []


def talk_of(folder, arguments, *answers, code=0):
    """The same, where a question comes again: each is met as often as it is asked."""
    with Session([*COMMAND, *map(str, arguments)], folder) as session:
        met = dict.fromkeys((asked for asked, _ in answers), 0)
        for asked, typed in answers:
            met[asked] += 1
            assert session.until(
                lambda screen, asked=asked: " ".join("\n".join(screen.main).split()).count(asked) >= met[asked], 30
            ), asked
            session.type(f"{typed}\n")
        assert session.finish() == code


def test_every_answer_is_taken_back_until_both_have_agreed(home):
    slip = number_of(home, "sheet.stored")
    who, other, why = "Who does this?", "Who withdraws it together with", "Why is it withdrawn?"
    talk_of(home, (*WITHDRAW, slip), (who, "Ben Example"), (other, "<"), (who, "ada-example"), (other, "ada-example"),
            (other, "Ben Example"), (why, "<"), (other, "Ben Example"), (why, "x"), ("ada-example: is", "<"), (why, "it was safe 3"),
            ("ada-example: is", "yes"), ("Ben Example: is", "yes"))  # fmt: skip
    last = desk(home)[-1]
    assert (last["ev"], last["by"], last["wit"], last["d"]["reason"]) == (
        "withdrawn",
        "ada-example",
        "ben-example",
        "it was safe 3",
    )


@pytest.mark.parametrize("answers", [(("ada-example: is", "no"),), (("ada-example: is", "yes"), ("Ben Example: is", "no")),
                                     (("ada-example: is", "y"), ("yes in full", "no"))])  # fmt: skip
def test_who_does_not_say_yes_withdraws_nothing(home, answers):
    before = desk(home)
    talk(home, (*WITHDRAW, number_of(home, "sheet.stored"), "--reason", "x", *TWO), *answers, code=130)
    assert desk(home) == before


def test_nobody_withdraws_alone_in_a_script_or_what_the_program_saw(home):
    slip, before = number_of(home, "sheet.stored"), desk(home)
    alone = said(home, *WITHDRAW, slip, "--reason", "x", *TWO, code=6).stderr
    assert "two people are asked" in alone
    for wit, code in (("ada-example", 2), ("SPLITKIT", 9), ("c-0001-wit", 2)):
        talk(home, (*WITHDRAW, slip, "--reason", "x", *BY, "--wit", wit), code=code)
    for name, code in (("1", 9), ("C-0001/12", 9), ("999", 2), ("0", 2), ("deadbeef", 2)):
        said(home, *WITHDRAW, name, "--reason", "x", *TWO, code=code)
    assert "no entry is named" in said(home, *WITHDRAW, "--reason", "x", *TWO, code=2).stderr
    assert (
        "record withdraw"
        in said(home, "record", "withdrawn", f"entry={'0' * 64}", "reason=x", "approved=a1,b1", *BY, code=2).stderr
    )
    assert "withdraw" in said(home, "record", "note", "text=x", "--reason", "x", *BY, code=2).stderr
    assert desk(home) == before


def test_one_deed_is_recorded_once_and_a_code_never_comes_twice(home):
    action = ("record", "action", "action=A-1", "text=see to it", "due=2027-01-01", *BY)
    said(home, *action)
    before = desk(home)
    again = said(home, *action).stderr
    assert f"recorded already, entry {before[-1]['seq']}: nothing was written" in again
    refused = said(home, "record", "action", "action=A-1", "text=something else", "due=2027-01-01", *BY, code=9)
    assert "of this code was agreed before" in refused.stderr
    assert desk(home) == before
    shredded = (
        "record",
        "sheet.destroyed",
        f"set={SET}",
        "sheet=3",
        "way=shredded",
        "seen_by=ada-example,ben-example",
        *BY,
    )
    said(home, *shredded)
    assert "recorded already" in said(home, *shredded).stderr
    assert sum(entry["ev"] == "sheet.destroyed" for entry in desk(home)) == 1
    said(home, "record", "incident.open", "incident=I-1", "cause=a bag was torn", *BY)
    assert (
        "of this code was opened before"
        in said(home, "record", "incident.open", "incident=I-1", "cause=x", *BY, code=9).stderr
    )
