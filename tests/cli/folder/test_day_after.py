"""The day after a ceremony: from its closed ledger to a folder that knows where everything is, in twelve short commands."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from splitkit.custody.overview.criteria import CRITERIA
from tests.support.ceremonies import happening, plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.custodies import changed
from tests.support.kit import COMMAND, run
from tests.support.places import ROOT
from tests.support.terminals import Session


def typed(section):
    """What a section of docs/custody.md types, after `splitkit`."""
    page = (ROOT / "docs" / "custody.md").read_text("utf-8")
    return re.findall(r"^splitkit (.+)$", page.partition(f"\n## {section}\n")[2].partition("\n## ")[0], re.MULTILINE)


DAY_AFTER = typed("The day after a ceremony")
"""The custody folder is entered after the first."""
HANDING_OVER = typed("Handing over an office")
CAST = {
    "ADM": "Ada",
    "WIT": "Ben",
    "SCR": "Cleo",
    "C1": "Dora",
    "C2": "Emil",
    "C3": "Fay",
    "M1": "Hana",
    "P1": "Ivo",
    "B1": "Jo",
}
BY_BEN = ("--by", "Ben Example")
DEVICES = {"M1": "mfa", "P1": "phone", "B1": "mailbox"}


@pytest.fixture
def ceremony(tmp_path):
    """The ledger of a closed ceremony in which everybody was called by name, the keepers of the devices too."""
    told = []
    for entry in whole(plan_of("2of3", practice=False)):
        named = entry.event == "roll"
        told.append(changed(entry, name=f"{CAST[entry.data.person]} Example") if named else entry)
        if named and entry.data.person == "SCR":
            told += [
                happening("roll", person=seat, role=role, name=f"{CAST[seat]} Example")
                for seat, role in DEVICES.items()
            ]
    written(tmp_path / "c1.ledger", told)
    return tmp_path


@pytest.fixture
def anonymous(tmp_path):
    """A custody folder, and beside it the ledger of a ceremony that names nobody."""
    run("init", "custody", "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path)
    written(tmp_path / "c1", whole(plan_of("2of3", practice=False)))
    return tmp_path / "custody"


SEATS = ("ADM", "WIT", "SCR", "C1", "C2", "C3")
TAKE = ("record", "--take", "../c1", "--by", "Ada Example")


def test_who_does_it_is_asked_and_a_name_that_nobody_has_is_asked_again(anonymous):
    with Session([*COMMAND, *TAKE[:-2]], anonymous) as session:
        session.until_text("Who does this?")
        session.type("Ada Exampel\r")
        session.until_text("is Ada Example meant?")
        session.type("Ada Example\r")
        session.until_text("that is?")
        session.type("no\r")
        assert session.finish() == 0
    assert '"by":"ada-example"' in (anonymous / "ledgers" / "desk.ledger").read_text().splitlines()[-1]


def keepers(home):
    told = json.loads(run("status", "--json", cwd=home).stdout)
    return [one["holder"] for one in told["sets"][0]["sheets"]]


def test_whether_the_folder_names_the_people_of_an_anonymous_ceremony_is_asked(anonymous):
    with Session([*COMMAND, *TAKE], anonymous) as session:
        session.until_text("C-0001 names nobody on ADM")
        session.type("yes\r")
        for seat in SEATS:
            session.until_text(f"Who had the seat {seat}, by name?")
            session.type(f"{CAST[seat]} Example\r")
            if seat == "ADM":  # she has made the folder
                session.until_text("Ada Example of C-0001 is ada-example, who has the same name.")
        assert session.finish() == 0
    assert keepers(anonymous) == ["dora-example", "emil-example", "fay-example"]
    status = run("status", cwd=anonymous)
    assert status.returncode == 9 and "Dora Example" in status.stdout  # no device is recorded yet
    again = run(*TAKE, cwd=anonymous)
    assert (again.returncode, "nothing was recorded" in again.stderr) == (0, True)


@pytest.mark.parametrize("answers", [["no"], None], ids=["no", "nobody is asked"])
def test_an_anonymous_ceremony_may_stay_without_names(anonymous, answers):
    if answers:
        with Session([*COMMAND, *TAKE], anonymous) as session:
            session.until_text("that is?")
            session.type("no\r")
            assert session.finish() == 0
    else:
        assert "does not say by name who had every seat" in run(*TAKE, cwd=anonymous).stderr
    assert keepers(anonymous) == ["c-0001-c1", "c-0001-c2", "c-0001-c3"]


def test_an_office_is_handed_over_by_what_the_page_types(ceremony):
    """Ada keeps, gets and owes what the page says, and nothing of it is left with her."""
    home = ceremony / "custody"
    before = [
        ["record", "handed", "1", "Ada Example"],
        ["record", "stored", "1", "Berlin safe"],
        ["record", "moved", "phone-1", "she runs custody", "person=Ada Example"],
        ["record", "action", "buy a second key", "action=A-1", "due=2030-01-31", "owner=Ada Example"],
    ]
    for number, words in enumerate([shlex.split(line) for line in DAY_AFTER] + [[*one, *BY_BEN] for one in before]):
        done = run(*words, cwd=home if number else ceremony)
        assert done.returncode == 0, (words, done.stderr)
    assert len(HANDING_OVER) > 12
    for line in HANDING_OVER:
        done = run(*shlex.split(line), cwd=home)
        assert done.returncode == (9 if line.startswith("status") else 0), (line, done.stderr)
        assert "contradict" not in done.stderr
    status = done.stdout
    assert "LEFT on" in status and "LEFT-1" not in status.partition("COMING")[0]
    assert "who left" not in status  # no action is hers
    told = json.loads(run("status", "--json", cwd=home).stdout)
    assert "ada-example" not in {one["holder"] for one in [*told["sets"][0]["sheets"], *told["assets"]]}
    assert "zoe-example" in {one["holder"] for one in told["sets"][0]["sheets"]}


def test_the_day_after_takes_twelve_short_commands(ceremony):
    assert 10 < len(DAY_AFTER) <= 12
    home = ceremony / "custody"
    for number, line in enumerate(DAY_AFTER):
        assert len(f"splitkit {line}") <= 90
        done = run(*shlex.split(line), cwd=home if number else ceremony)
        assert done.returncode == 0, done.stderr
        assert "contradict" not in done.stderr
    status = run("status", cwd=home)
    now = [line for line in status.stdout.partition("COMING")[0].splitlines() if line[:3].strip().isdigit()]
    assert now and all("without " in line for line in now)  # one key, one phone, one mailbox
    told = json.loads(run("status", "--json", cwd=home).stdout)
    assert [(one["holder"], one["safe"], one["seen"] != "") for one in told["sets"][0]["sheets"]] == [
        ("dora-example", "berlin-safe", True), ("emil-example", "bonn-safe", True), ("fay-example", "rome-safe", True),
    ]  # fmt: skip
    assert {(one["kind"], one["holder"]) for one in told["assets"]} == {
        ("mfa", "hana-example"), ("phone", "ivo-example"), ("mailbox", "jo-example"),
    }  # fmt: skip
    day = told["sets"][0]["sheets"][0]["seen"]
    assert day in status.stdout  # a day is shown as a day
    asked = [word for code in CRITERIA for word in ("--against", code)]
    said = re.findall(r"^against (\S+): (.+)$", run("audit", "--out", "pack", *asked, cwd=home).stdout, re.MULTILINE)
    assert [code for code, _ in said] == [*CRITERIA]
    documented = (ROOT / "docs" / "packs.md").read_text("utf-8")
    assert {one for one in said if f"| `{one[0]}` | {one[1]} |" not in documented} == set()
