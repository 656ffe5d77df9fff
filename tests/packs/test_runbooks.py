"""The procedures: every command in them exists, and takes what is written there."""

from __future__ import annotations

import json
import re
import shlex

import click
import pytest

from splitkit.cli.main import splitkit
from splitkit.errors import UsageError
from splitkit.ledger.events import EVENTS
from splitkit.packs.runbooks import AFTER, BEFORE, RUNBOOKS, find_runbook
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.practice_set import run
from tests.support.paper.pdfs import flattened, text_of

TASKS = [(book.code, task) for book in RUNBOOKS.values() for task in book.tasks] + [
    ("all", task) for task in (*BEFORE, *AFTER)
]
COMMANDS = sorted({task.command for _, task in TASKS if task.command})


def test_the_codes_are_in_order_and_every_case_of_the_account_has_one():
    assert list(RUNBOOKS) == [f"R{number}" for number in range(1, len(RUNBOOKS) + 1)]
    titles = " ".join(book.title.lower() for book in RUNBOOKS.values())
    for case in ("only the root user", "password is lost", "password is changed", "mfa device is lost", "mfa device is replaced",
                 "mailbox is lost", "mailbox is changed", "phone is lost", "phone is changed", "account is deleted", "quarterly test",
                 "somebody leaves", "sheet is lost", "compromised", "alert"):  # fmt: skip
        assert case in titles, case


@pytest.mark.parametrize("code", RUNBOOKS)
def test_every_task_says_who_what_and_what_proves_it(code):
    book = RUNBOOKS[code]
    assert 3 <= len(book.tasks) <= 12
    assert set(book.needs) <= {"password", "mfa", "phone", "mailbox"}
    roles = {"PASSWORD", "MFA", "PHONE", "MAILBOX"}
    assert {task.actor for task in book.tasks} & roles <= {need.upper() for need in book.needs}
    for task in book.tasks:
        assert task.words[0].isupper()
        assert task.words.endswith(".")
        assert task.evidence
        assert not re.search(r"\+?\d[\d ()-]{6,}", task.words + task.evidence), "no number of a phone"


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_exists_and_takes_these_options(line):
    words = shlex.split(line)
    assert words.pop(0) == "splitkit"
    context, found = click.Context(splitkit), splitkit
    while isinstance(found, click.Group) and words:
        if words[0] not in found.list_commands(context) and found.name == "ceremony":
            found = found.get_command(context, "run")
            break
        found = found.get_command(context, words.pop(0))
        assert found is not None, line
    options = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options, line
    events = [word for word in words if word in EVENTS]
    if found.name == "add":
        assert len(events) == 1, line
        event = EVENTS[events[0]]
        named = {word.partition("=")[0] for word in words if "=" in word}
        assert named <= {field for field, _, _ in event.kinds()}, line
        assert {field for field, _, optional in event.kinds() if not optional} <= named or line.endswith("..."), line


def test_what_the_evidence_calls_an_entry_is_one():
    for code, task in TASKS:
        if task.evidence.startswith(("the entry", "the entries", "an entry")):
            names = re.findall(r"'([a-z.]+)'", task.evidence)
            assert names, (code, task.evidence)
            assert set(names) <= set(EVENTS), (code, task.evidence)


def test_an_unknown_code_is_refused():
    assert find_runbook("r7") is RUNBOOKS["R7"]
    for code in ("R0", "R99", "", "7", "R7 "):
        with pytest.raises(UsageError):
            find_runbook(code)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def ledgers(tmp_path):
    written(tmp_path / "c1", whole(plan_of("2of3", practice=False)))
    return tmp_path


def test_list_and_show(ledgers):
    listed = run("runbook", "list", cwd=ledgers)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(RUNBOOKS)
    assert len(json.loads(run("runbook", "list", "--json", cwd=ledgers).stdout)["runbooks"]) == len(RUNBOOKS)
    shown = run("runbook", "show", "R1", cwd=ledgers)
    assert "PASSWORD: not recorded" in shown.stdout
    filled = run("runbook", "show", "r1", "--ledger", "c1", cwd=ledgers)
    assert "PASSWORD: C1, C2, C3" in filled.stdout
    assert "MFA: not recorded" in filled.stdout
    assert all(len(line) <= 80 for line in filled.stdout.splitlines() if not line.startswith("    $"))


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_procedure_is_printed_with_its_words_and_its_people(ledgers, paper):
    done = run("runbook", "print", "--out", "papers", "--paper", paper, "--ledger", "c1", cwd=ledgers)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (ledgers / "papers").iterdir()) == sorted(
        f"{code.lower()}.pdf" for code in RUNBOOKS
    )
    for code, book in RUNBOOKS.items():
        printed = flattened(text_of((ledgers / "papers" / f"{code.lower()}.pdf").read_bytes()))
        for task in (*BEFORE, *book.tasks, *AFTER):
            assert flattened(task.words) in printed, (code, task.words)
        if "password" in book.needs:
            assert flattened("C1, C2, C3") in printed


def test_one_procedure_in_a_folder_of_its_own(ledgers):
    assert run("runbook", "print", "R12", "--out", "one", cwd=ledgers).returncode == 0
    assert [path.name for path in (ledgers / "one").iterdir()] == ["r12.pdf"]
    assert run("runbook", "print", "R12", "r12", "--out", "two", cwd=ledgers).returncode == 2
    assert run("runbook", "print", "R99", "--out", "three", cwd=ledgers).returncode == 2
    assert run("runbook", "print", "--out", "one", cwd=ledgers).returncode == 2
    assert not (ledgers / "two").exists()
