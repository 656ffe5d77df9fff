"""Who is who in a folder: the program is nobody, a seat is one person for good, and two people are two for certain."""

from __future__ import annotations

import json

import pytest

from splitkit.ledger.chain import Happening, new_entry
from splitkit.ledger.events import event_of
from splitkit.ledger.verification import read_ledger
from tests.support.ceremonies import happening, plan_of, whole
from tests.support.custody.company import opened, written
from tests.support.custody.custodies import SET, changed
from tests.support.kit import COMMAND, run
from tests.support.ledgers import going_on, joined
from tests.support.places import copied
from tests.support.terminals import Session

ADA, BEN = ("--by", "Ada Example"), ("--by", "Ben Example")
CAST = {"ADM": "Ada", "WIT": "Ben", "SCR": "Cleo", "C1": "Dora", "C2": "Emil", "C3": "Fay"}


def ceremony(path, names, code="C-0001"):
    """The ledger of a ceremony in which each of *names* has given it."""
    told = []
    for entry in whole(plan_of("2of3", practice=False)):
        seat = getattr(entry.data, "person", "")
        named = entry.event == "roll" and seat in names
        told.append(changed(entry, name=f"{CAST[seat]} Example") if named else entry)
    written(path, [changed(told[0], ceremony=code), *told[1:]])


def said(home, *words, by=ADA, code=0):
    done = run("record", *words, *by, cwd=home)
    assert done.returncode == code, done.stdout + done.stderr
    return " ".join(done.stderr.split())


def with_names(at, names=CAST):
    run("init", "custody", "--name", "Example AG", *ADA, cwd=at)
    ceremony(at / "c1", names)
    said(at / "custody", "--take", "../c1")


def without_names(at):
    with_names(at, ())


@pytest.fixture
def named(tmp_path):
    return copied(with_names, tmp_path) / "custody"


@pytest.fixture
def anonymous(tmp_path):
    return copied(without_names, tmp_path) / "custody"


def holders(home):
    told = json.loads(run("status", "--json", cwd=home).stdout)
    return [one["holder"] for one in told["sets"][0]["sheets"]]


def contradictions(home):
    return json.loads(run("status", "--json", cwd=home).stdout)["findings"]


def desk(home):
    return home / "ledgers" / "desk.ledger"


def by_hand(home, event, by, witness="", **data):
    """Write an entry that no command would."""
    last = read_ledger(desk(home).read_bytes()).entries[-1]
    what = Happening(event_of(event, data), by, witness, "2026-11-27T00:00:00Z")
    desk(home).write_bytes(desk(home).read_bytes() + new_entry(what, last.seq + 1, last.hash).line + b"\n")


def by_hand_said(home, event, **data):
    """Write an entry of people that no command would, and that the list of events may not allow."""
    lines = desk(home).read_bytes().splitlines()
    desk(home).write_bytes(joined(going_on(lines, event, data, by="ada-example", wit="", t="2026-11-27T00:00:00Z")))


# --- the program is nobody --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("lint.override", "PATH-1", "because", "approved=Ada Example,SPLITKIT"),
        ("destroyed", "1", "burnt", "seen_by=Ada Example,SPLITKIT"),
        ("handed", "1", "SPLITKIT"),
        ("note", "x", "--wit", "SPLITKIT"),
        ("stored", "1", "person=SPLITKIT", "safe=x"),
    ],
    ids=lambda words: words[0],
)
def test_the_program_is_nobody_of_whom_people_say_anything(named, words):
    before = desk(named).read_bytes()
    assert run("record", *words, *ADA, cwd=named).returncode in (2, 9)
    assert desk(named).read_bytes() == before


@pytest.mark.parametrize("by", [("--by", "SPLITKIT"), (*ADA, "--wit", "SPLITKIT")], ids=len)
def test_the_program_says_nothing_and_vouches_for_nothing(named, by):
    files = {path: path.read_bytes() for path in named.rglob("*.ledger")}
    one = ("note", "x")
    for words in (("record", *one), ("record", *one, "--ledger", "../c1"), ("record", "--take", "../c1")):
        assert run(*words, *by, cwd=named).returncode in (2, 9)
    new = ("record", "open", "ceremony=C-2", "kind=split", "first=yes", "--ledger", "../c2")
    assert run(*new, *by, cwd=named).returncode in (2, 9)
    assert files == {path: path.read_bytes() for path in named.rglob("*.ledger")}
    assert not (named.parent / "c2").exists() or not (named.parent / "c2").read_bytes()


def test_what_the_program_is_made_to_say_counts_for_nothing(named):
    by_hand(named, "person.left", "SPLITKIT", person="dora-example", until="2026-11-27", reason="x")
    assert "the program itself neither says anything" in contradictions(named)[0]
    assert run("ledger", "verify", cwd=named).returncode == 9


@pytest.mark.parametrize("name", ["SPLITKIT", "splitkit", "ADM", "c1", "c-0002-c1", "administrator"])
def test_nobody_is_called_by_a_word_that_means_something_else(named, name):
    before = desk(named).read_bytes()
    told = said(named, "joined", name, code=2)
    assert "a word that means something else here" in told and "write the name of the person in full" in told
    assert desk(named).read_bytes() == before
    assert run("init", "../other", "--name", "x", "--by", name, cwd=named).returncode == 2
    by_hand_said(named, "person.joined", person="zoe", name=name, since="2026-11-27")
    assert "a word that means something else here" in contradictions(named)[0]


@pytest.mark.parametrize("name", ["Wit", "Otto", "OTTO", "Witness Lee"])
def test_a_name_is_a_name_whatever_it_resembles(named, name):
    said(named, "joined", name)
    said(named, "note", "x", by=("--by", name))


# --- a seat is one person for good ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seat", "person", "why"),
    [
        ("C2", "Ada Example", "Emil Example was called on C2 of C-0001, and not Ada Example"),
        ("WIT", "Ada Example", "Ben Example was called on WIT"),
        ("XYZ", "Ada Example", "nobody was called on XYZ of C-0001"),
    ],
)
def test_nobody_gets_a_seat_against_the_roll_call(named, seat, person, why):
    before = holders(named), desk(named).read_bytes()
    assert why in said(named, "seat.bound", "C-0001", seat, person, by=BEN, code=9)
    assert (holders(named), desk(named).read_bytes()) == before
    identity = person.lower().replace(" ", "-")
    by_hand(named, "seat.bound", "ben-example", ledger="C-0001", seat=seat, person=identity)
    assert why in " ".join(contradictions(named))
    assert holders(named) == before[0]


def test_nobody_gets_a_seat_who_was_not_introduced(named):
    before = desk(named).read_bytes()
    told = said(named, "seat.bound", "C-0001", "ADM", "zoe-example", code=9)
    assert 'nobody is called "zoe-example"' in told and "joined" in told
    assert desk(named).read_bytes() == before
    by_hand(named, "seat.bound", "ben-example", ledger="C-0001", seat="ADM", person="zoe-example")
    assert 'nobody is called "zoe-example"' in " ".join(contradictions(named))
    told = json.loads(run("status", "--json", cwd=named).stdout)
    assert sum(one["name"] == "Ada Example" for one in told["people"]) == 1


def test_a_seat_is_one_of_several_of_a_name_or_somebody_else(named):
    said(named, "joined", "Ada Example", "person=ada-2", "title=CFO", by=("--by", "ada-example"))
    for code, answer, who in (("C-0002", "2", "ada-2"), ("C-0003", "none", "ada-example-2")):
        told = [opened("split", code), happening("roll", person="C1", role="custodian", name="Ada Example")]
        written(named.parent / code, told)
        with Session([*COMMAND, "record", "--take", f"../{code}", "--by", "ada-example"], named) as session:
            session.until_text("1: ada-example")
            session.until_text("2: ada-2")
            session.type(f"{answer}\r")
            assert session.finish() == 0
        entry = read_ledger(desk(named).read_bytes()).entries[-1]
        assert (entry.event, entry.data.person) == ("seat.bound", who)
    assert not contradictions(named)


def test_a_seat_that_was_bound_is_not_bound_again(anonymous):
    said(anonymous, "joined", "Dora Example")
    said(anonymous, "joined", "Emil Example")
    said(anonymous, "seat.bound", "C-0001", "C1", "Dora Example")
    told = said(anonymous, "seat.bound", "C-0001", "C1", "Emil Example", code=9)
    assert "it was said before who was C1 of C-0001: Dora Example" in told
    assert "recorded already" in said(anonymous, "seat.bound", "C-0001", "C1", "Dora Example")
    assert "is that seat itself" in said(anonymous, "seat.bound", "C-0001", "C2", "c-0001-c2", code=9)
    assert holders(anonymous) == ["dora-example", "c-0001-c2", "c-0001-c3"]


def test_one_person_is_not_two_of_whom_one_vouched_for_the_other(anonymous):
    said(anonymous, "seat.bound", "C-0001", "ADM", "Ada Example")
    assert not contradictions(anonymous)
    told = said(anonymous, "seat.bound", "C-0001", "SCR", "Ada Example")  # who wrote for herself
    said(anonymous, "joined", "Ben Example")
    told = said(anonymous, "seat.bound", "C-0001", "WIT", "Ada Example", code=9)
    assert "Ada Example cannot have been WIT of C-0001 too" in told
    said(anonymous, "seat.bound", "C-0001", "WIT", "Ben Example")
    assert not contradictions(anonymous)


def test_what_was_said_of_a_seat_is_of_whoever_had_it(anonymous):
    said(anonymous, "place", "Berlin safe", "site=Berlin", "kind=safe")
    said(anonymous, "stored", "1", "Berlin safe")
    said(anonymous, "asset", "key-1", "mfa", "c-0001-c1")
    said(anonymous, "handed", "2", "c-0001-c1")
    said(anonymous, "joined", "Dora Example")
    said(anonymous, "seat.bound", "C-0001", "C1", "Dora Example")
    assert not contradictions(anonymous)
    assert holders(anonymous) == ["dora-example", "dora-example", "c-0001-c3"]
    told = json.loads(run("status", "--json", cwd=anonymous).stdout)
    assert [one["seat"] for one in told["people"] if "c1" in one["seat"]] == []
    said(anonymous, "seen", "1", "intact=yes", "person=Dora Example")


def test_a_seat_is_another_seat_and_then_a_person(anonymous):
    ceremony(anonymous.parent / "c2", (), "C-0002")
    told = [changed(opened("split", "C-0002")), happening("roll", person="C1", role="custodian")]
    written(anonymous.parent / "c2", told)
    said(anonymous, "--take", "../c2")
    said(anonymous, "joined", "Dora Example")
    said(anonymous, "seat.bound", "C-0002", "C1", "c-0001-c1")
    assert not contradictions(anonymous)
    said(anonymous, "seat.bound", "C-0001", "C1", "Dora Example")
    assert not contradictions(anonymous)
    told = json.loads(run("status", "--json", cwd=anonymous).stdout)
    assert [one["seat"] for one in told["people"] if "c1" in one["seat"]] == []


# --- a roll call that is taken back -----------------------------------------------------------------------------------


def withdraw(home, entry, *, code=0, wit="Ben Example"):
    with Session([*COMMAND, "record", "withdraw", entry, "--reason", "x", *ADA, "--wit", wit], home) as session:
        for person in ("Ada Example", wit) if code == 0 else ():
            session.until_text(f"{person}: is this withdrawn?")
            session.type("yes\r")
        ended = session.finish()
        assert ended == code
        return " ".join("\n".join(session.screen.main).split())


def test_two_take_back_who_had_a_seat_and_say_who_it_was(named):
    said(named, "place", "Berlin safe", "site=Berlin", "kind=safe")
    said(named, "stored", "1", "Berlin safe")
    withdraw(named, "C-0001/6")
    assert not contradictions(named)
    assert holders(named)[0] == "c-0001-c1"
    said(named, "joined", "Zoe Example")
    said(named, "seat.bound", "C-0001", "C1", "Zoe Example")
    assert not contradictions(named)
    assert holders(named) == ["zoe-example", "emil-example", "fay-example"]


def test_nobody_withdraws_who_they_are(named):
    before = desk(named).read_bytes()
    withdraw(named, "C-0001/4", code=9)
    assert desk(named).read_bytes() == before
    withdraw(named, "C-0001/4", wit="Dora Example")
    assert not contradictions(named)


def test_what_the_program_saw_stays_whatever_is_withdrawn(named):
    said(named, "joined", "Zoe Example")
    number = str(read_ledger(desk(named).read_bytes()).entries[-1].seq)
    by_hand(named, "file.opened", "zoe-example", set=SET, sha256="0" * 64, purpose="a drill")
    assert not contradictions(named)
    before = desk(named).read_bytes()
    withdraw(named, number, code=9)
    assert desk(named).read_bytes() == before


# --- two are two ------------------------------------------------------------------------------------------------------


def test_who_has_only_a_seat_is_no_second_person(anonymous):
    said(anonymous, "joined", "Ben Example")
    before = desk(anonymous).read_bytes()
    for seat in ("c-0001-adm", "c-0001-wit"):
        assert "one of them has a seat and no name" in said(anonymous, "note", "x", "--wit", seat, code=2)
        withdraw(anonymous, "2", code=2, wit=seat)
        two = f"Ada Example,{seat}"
        for words in (("lint.override", "PATH-1", "x", two), ("set.retired", SET, "x", two)):
            assert "fewer than two people" in said(anonymous, *words, code=9)
    assert desk(anonymous).read_bytes() == before
    said(anonymous, "destroyed", "1", "burnt", "Ada Example,c-0001-wit")
    told = json.loads(run("status", "--json", cwd=anonymous).stdout)
    assert told["sets"][0]["sheets"][0]["before_two"] is False
    said(anonymous, "note", "x", "--wit", "Ben Example")
    said(anonymous, "seat.bound", "C-0001", "ADM", "Ada Example")
    said(anonymous, "note", "y", "--wit", "c-0001-wit")  # they were in one room
    said(anonymous, "note", "z", "--wit", "c-0001-scr", by=("--by", "c-0001-wit"))


def test_another_who_says_or_has_seen_the_same_is_written_too(named):
    for words in (("seen", "1", "intact=yes"), ("lost", "2", "x")):
        said(named, *words)
        assert "recorded already" in said(named, *words)
        assert "recorded already" not in said(named, *words, "--wit", "Ben Example")
        assert "recorded already" in said(named, *words, by=BEN)
        assert "recorded already" not in said(named, *words, by=("--by", "Dora Example"))
    assert not contradictions(named)
    assert sum(one.witness == "ben-example" for one in read_ledger(desk(named).read_bytes()).entries) == 2


def head(home):
    return read_ledger(desk(home).read_bytes()).entries[-1].hash


@pytest.mark.parametrize(
    ("approved", "code"),
    [(["ada-example", "ben-example"], 9), (["ada-example", "c-0001-adm"], 8), (["ada-example", "ada-2"], 8), (["ada-example", "SPLITKIT"], 8)],
    ids=str,
)  # fmt: skip
def test_a_branch_is_chosen_by_two_who_are_two(anonymous, approved, code):
    for name, more in (("Ben Example", ()), ("Ada Example", ("person=ada-2",))):
        said(anonymous, "joined", name, *more, by=("--by", "ada-example"))
    said(anonymous, "seat.bound", "C-0001", "ADM", "ada-example", by=("--by", "ada-example"))
    before = desk(anonymous).read_bytes()
    by_hand(anonymous, "note", "ada-example", text="there")
    left = head(anonymous)
    (anonymous / "ledgers" / "stick.ledger").write_bytes(desk(anonymous).read_bytes())
    desk(anonymous).write_bytes(before)
    by_hand(anonymous, "note", "ada-example", text="here")
    assert run("status", cwd=anonymous).returncode == 8
    by_hand(anonymous, "fork.settled", "ada-example", kept=head(anonymous), left=left, approved=approved)
    done = run("status", cwd=anonymous)
    assert (done.returncode, "it forks after entry" in done.stderr) == (code, code == 8), done.stderr


def test_what_takes_up_no_ceremony_and_what_settles_no_fork_is_refused_and_named(named):
    before = desk(named).read_bytes()
    ceremony = read_ledger((named / "ledgers" / "c-0001.ledger").read_bytes()).entries[-1].hash
    assert "this is not the ledger of a ceremony" in said(named, "--take", "ledgers/desk.ledger", code=2)
    two = ("--approved", "Ada Example", "--approved", "Ben Example")
    done = run("ledger", "verify", "--settle", head(named)[:12], *two, cwd=named)
    assert (done.returncode, "no ledger of this folder forks" in done.stderr) == (2, True), done.stderr
    assert desk(named).read_bytes() == before
    for event, data, fact in (
        ("ledger.taken", {"ledger": "C-0009", "head": ceremony}, "what it takes up is C-0001, and not C-0009"),
        ("ledger.taken", {"ledger": "C-0001", "head": head(named)}, "the ledger of a desk, and no ceremony"),
        (
            "fork.settled",
            {"kept": head(named), "left": ceremony, "approved": ["ada-example", "ben-example"]},
            "it settles no fork",
        ),
    ):
        by_hand(named, event, "ada-example", **data)
        assert [fact in one for one in contradictions(named)] == [True]
        done = run("ledger", "verify", cwd=named)
        assert (done.returncode, "RULE BROKEN: " in done.stdout and fact in done.stdout) == (9, True), done.stdout
        last = str(len(desk(named).read_bytes().splitlines()))
        said(named, "correction", last, "nobody did this", "--wit", "Ben Example")
        assert contradictions(named) == []


@pytest.mark.parametrize("words", [("note", "x"), ("--take", "ledgers/desk.ledger"), ("withdraw", "2")], ids=" ".join)
def test_nobody_has_seen_what_they_did_themselves_whatever_they_are_called(named, words):
    said(named, "joined", "Ada Example", "person=ada-2", by=("--by", "ada-example"))
    before = desk(named).read_bytes()
    told = said(named, *words, "--wit", "ada-2", by=("--by", "ada-example"), code=2)
    assert "who has seen it may be whoever did it: they have one name" in told
    assert desk(named).read_bytes() == before


def employer(home, person="dora-example"):
    told = json.loads(run("status", "--json", cwd=home).stdout)
    return next(one["employer"] for one in told["people"] if one["seat"] == person)


def test_one_person_takes_back_nothing_that_another_said_of_whom_somebody_works_for(named):
    dora = ("joined", "Dora Example", "person=dora-example")
    said(named, *dora, "employer=Example AG", "country=DE")
    assert "another employer of Dora Example" in said(named, *dora, "employer=Other AG", by=BEN, code=9)
    said(named, *dora, "title=CFO", by=BEN)
    assert employer(named) == "Example AG", "what is not said stays"
    by_hand(named, "person.joined", "ben-example", person="dora-example", name="Dora Example", since="2026-01-10", employer="Other AG")  # fmt: skip
    assert (employer(named), len(contradictions(named))) == ("Example AG", 1)
    said(named, *dora, "employer=Other AG", by=(*BEN, "--wit", "Cleo Example"))
    assert employer(named) == "Other AG"
