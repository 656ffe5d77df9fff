"""Packs of people's own: files of the custody folder, each named by its SHA-256 in the ledger; nothing else is judged by them."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.kit import run
from tests.support.places import ROOT

BY = ("--by", "Ada Example")
TEXT, _ = re.findall(r"^```toml\n(.*?)^```$", (ROOT / "docs" / "packs.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
WAYS = ["sign in", "set a new password"]
GONE = "no file in 'packs' is the pack customer-database that was recorded"


def written(home, text=TEXT, name="customer-database"):
    (home / "packs" / f"{name}.toml").write_text(text)


def record(home, *words):
    return run("record", *words, *BY, cwd=home)


def judged(home):
    """The ways into the account, and what breaks PACK-1."""
    status = json.loads(run("status", "--json", cwd=home).stdout)
    (target,) = [one for one in status["targets"] if one["account"] == "customers"]
    return [way["name"] for way in target["ways"]], [one["what"] for one in status["broken"] if one["rule"] == "PACK-1"]


@pytest.fixture
def kept(named):
    """A folder with a set, and an account that is judged by a pack of its own."""
    written(named)
    done = record(named, "account", "Customers", "pack=customer-database")
    assert done.returncode == 0, done.stderr
    return named


def test_an_account_is_judged_by_a_pack_of_ones_own(kept):
    assert judged(kept) == (WAYS, [])
    assert "no token is recorded: nobody can" in run("status", cwd=kept).stdout


def test_a_file_that_is_another_than_was_recorded_counts_for_nothing(kept):
    other = TEXT.replace('needs = ["password", "mfa"]\nsource', 'needs = ["password"]\nsource', 1)
    written(kept, other)
    assert "splitkit record account.pack account=customers" in run("status", cwd=kept).stdout
    other = run("packs", "show", "X1", cwd=kept)
    assert (other.returncode, "is another than was recorded, and counts for nothing" in other.stderr) == (2, True)
    ways, broken = judged(kept)
    assert (ways, [GONE in one for one in broken]) == ([], [True])
    (kept / "packs" / "customer-database.toml").unlink()
    assert judged(kept)[0] == []


def test_the_pack_for_an_auditor_has_it(kept):
    assert run("audit", "--out", "given", cwd=kept).returncode in (0, 9)
    assert (kept / "given" / "customer-database.toml").read_text() == TEXT


def test_two_people_record_a_later_version(kept):
    written(kept, TEXT.replace("set a new password", "begin anew"))
    alone = record(kept, "account.pack", "customer-database", "Ada Example")
    assert (alone.returncode, "fewer than two" in alone.stderr) == (9, True), alone.stderr
    assert judged(kept)[1]
    done = record(kept, "account.pack", "customer-database", "Ada Example,Ben Example")
    assert done.returncode == 0, done.stderr
    assert judged(kept) == (["sign in", "begin anew"], [])


@pytest.mark.parametrize(("later", "before"), [("customers", "Billing"), ("billing", "Customers")])
def test_an_account_that_has_another_version_than_lies_there_is_named(kept, later, before):
    assert record(kept, "account", "Billing", "pack=customer-database").returncode == 0
    assert "note: the pack" not in run("packs", "show", "X1", cwd=kept).stderr
    written(kept, TEXT.replace("set a new password", "begin anew"))
    approved = "approved=Ada Example,Ben Example"
    done = record(kept, "account.pack", f"account={later}", "pack=customer-database", approved)
    assert done.returncode == 0, done.stderr
    shown = run("packs", "show", "X1", cwd=kept)
    assert (shown.returncode, f"is another than was recorded, and does not count for {before}" in shown.stderr) == (
        0,
        True,
    )


CHANGED_MEANWHILE = """
from splitkit.host.home import Ledgers
packs, seen = Ledgers.packs, []
Ledgers.packs = lambda self, most: {} if seen else seen.append(1) or packs(self, most)
"""
"""The files are there when they are first read, and never again."""


def test_the_pack_for_an_auditor_has_the_bytes_by_which_it_judged(kept):
    done = run("audit", "--out", "given", cwd=kept, altered=CHANGED_MEANWHILE)
    assert done.returncode in (0, 9), done.stderr
    assert (kept / "given" / "customer-database.toml").read_text() == TEXT


def test_a_pack_that_is_not_there_is_not_recorded(home):
    done = record(home, "account", "Customers", "pack=customer-database")
    assert (done.returncode, "there is no pack customer-database" in done.stderr) == (2, True), done.stderr
    assert "packs/CODE.toml" in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("customer-database", TEXT.replace('use = "settle"', 'use = "sing"'), "line 68"),
        ("customer-database", TEXT.replace('"X1"', '"R1"'), "procedure R1: its code may be that of a pack"),
        ("customer-database", TEXT.replace("on call", "with 7kQx-9Rtz-Wm4p-Hs8d"), "a text looks like a password"),
        ("database", TEXT, "its name is not that of its code customer-database"),
        ("aws-root", TEXT.replace("customer-database", "aws-root"), "has the code of this one"),
        ("customer-database", TEXT.replace("2026-11-27", "2999-01-01"), "a day that has not come"),
    ],
)
def test_a_pack_that_cannot_be_used_is_told_of_and_counts_for_nothing(home, name, text, why):
    written(home, text, name)
    done = record(home, "account", "Customers", "pack=customer-database")
    assert (done.returncode, why in done.stderr) == (2, True), done.stderr
    told = run("packs", "list", cwd=home)
    assert (told.returncode, why in told.stderr, "customer-database" in told.stdout) == (0, True, False)


def test_a_pack_of_ones_own_is_listed_shown_and_printed(home):
    written(home)
    assert "customer-database: break-glass account" in run("packs", "list", cwd=home).stdout
    assert "wiki.example.org" in run("packs", "show", "customer-database", cwd=home).stdout
    assert "X2  Somebody else" in run("packs", "show", "x2", cwd=home).stdout
    assert run("packs", "show", "x2", cwd=home.parent).returncode == 2
    assert run("papers", "procedures", "customer-database", "--out", "pages", cwd=home).returncode == 0
    assert {path.name for path in (home / "pages").iterdir()} == {"x1.pdf", "x2.pdf"}


def test_two_packs_with_a_procedure_of_one_code_are_told(home):
    written(home)
    written(home, TEXT.replace("customer-database", "other-database"), "other-database")
    done = run("packs", "show", "X1", cwd=home)
    assert (done.returncode, "several packs have a procedure X1: customer-database, other-database" in done.stderr) == (
        2,
        True,
    )


def test_facts_alone_have_nothing_to_print(home):
    written(home, TEXT.partition("[step.")[0])
    told = run("papers", "procedures", "customer-database", "--out", "none", cwd=home)
    assert (told.returncode, "the pack has no procedure" in told.stderr) == (2, True)
    checked = run("packs", "check", "packs/customer-database.toml", cwd=home).stdout
    assert "facts only: no procedure for enrol, use" in checked
