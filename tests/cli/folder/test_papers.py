"""Papers for those who were not there: how a custody is kept, and what one ceremony was."""

from __future__ import annotations

import re

import pytest

from splitkit.custody.ways.rules import RULES
from tests.support.ceremonies import happening, plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.custodies import changed
from tests.support.custody.house import CLEO, TWO, ago, entry, house, of_sheet, sound
from tests.support.kit import run
from tests.support.paper.pdfs import prose_of


def statement_of(at, *more):
    """The statement, which is written whatever must be done; what the command says of that, and how it exits, is as of `status`."""
    home = house(at, [*sound(), *more])
    done = run("papers", "statement", "--out", "statement.pdf", cwd=home)
    status = run("status", cwd=home)
    assert done.returncode == status.returncode
    said, of_status = (re.findall("^(?:error|hint): .*", one.stderr, re.MULTILINE) for one in (done, status))
    assert said == of_status
    return prose_of((home / "statement.pdf").read_bytes())


def test_the_statement_says_who_keeps_what_under_which_rules(tmp_path):
    told = statement_of(tmp_path)
    assert "Custody of Example AG" in told
    assert "Verdict Sound: nothing is to be done now." in told
    assert "To be done" not in told
    assert "Production root user of an AWS management account" in told
    assert "any 2 of Cleo Example, Dora Example, Emil Example; and Fay Example with MFA device key-1" in told
    assert "Fay Example - - mfa key-1" in told
    assert told.count(" holds") >= len(RULES)
    assert "BROKEN" not in told
    assert "A review of who has access, by two every 92 days never" in told
    assert "By the pack aws-root, whose sources were read on" in told
    assert "R14 Something may be compromised" in told
    assert told.count("Approved by") == 2


@pytest.mark.parametrize("overruled", [False, True])
def test_the_statement_hides_no_rule_that_is_broken(tmp_path, overruled):
    moved = entry("asset.moved", asset="key-1", reason="nearer", person=CLEO)
    ruled = entry("lint.override", 4, rule="SEP-1", reason="until Monday", approved=TWO, until=ago(-9))
    told = statement_of(tmp_path, moved, *([ruled] if overruled else []))
    said = "overruled by two" if overruled else "BROKEN"
    assert f"{said}: Production: Cleo Example can bring an MFA device and a sheet" in told


def test_the_statement_says_first_what_must_be_done(tmp_path):
    forged = of_sheet("sheet.read", "2", 3, use="drill", source="scan", result="forged")
    told = statement_of(tmp_path, of_sheet("sheet.lost", "1", 4, circumstances="x"), forged)
    assert re.search(
        r"Verdict \d+ things must be done now\. To be done, 1 incident FORGED-.* To be done, 2 .* What is protected",
        told,
    )


def test_two_papers_are_not_printed_at_once(tmp_path):
    home = house(tmp_path, sound())
    for words in (
        ("statement", "call-out"),
        ("register", "--practice"),
        ("procedures", "--at", "2026-01-01"),
        ("ceremony", "a", "b"),
    ):
        done = run("papers", *words, "--out", "x.pdf", cwd=home)
        assert done.returncode == 2 and not (home / "x.pdf").exists(), (words, done.stderr)
        assert "hint: " in done.stderr


def reported(folder, told):
    written(folder / "c1", told)
    return run("ledger", "show", "c1", "--report", "report.pdf", cwd=folder)


def test_the_report_of_a_ceremony_says_who_what_and_when(tmp_path):
    told = whole(plan_of("2of3", practice=False))
    away = happening("exception", expected="nobody leaves", happened="C1 felt ill", decision="a break")
    film = happening("hash", what="the film of camera 1", sha256="ab" * 32, equal=True)
    duty = happening("action", action="A-1", text="buy a second scanner", owner="ADM", due="2027-01-31")
    done = reported(tmp_path, [*told[:-1], away, film, duty, told[-1]])
    assert done.returncode == 0, done.stderr
    page = prose_of((tmp_path / "report.pdf").read_bytes())
    assert "Ceremony C-0001, split" in page
    assert "- administrator" in page
    assert page.index("People and room") < page.index("Machine") < page.index("Sheets, one custodian at a time")
    assert "expected: nobody leaves" in page.partition("What was not as planned")[2].partition("Evidence in")[0]
    assert "the film of camera 1" in page.partition("Evidence in the ledger")[2].partition("Evidence outside")[0]
    owed = page.partition("What is owed afterwards")[2]
    assert "2027-01-31 buy a second scanner ADM" in owed
    assert "sheet 1 goes into its safe C1" in owed
    assert "I had no part in this ceremony" in page and "Independent witness" in page


def test_a_ledger_that_is_not_closed_or_was_altered_gets_no_quiet_report(tmp_path):
    reported(tmp_path, whole(plan_of("2of3", practice=False))[:-1])
    assert "NOT CLOSED: it may lack its end" in prose_of((tmp_path / "report.pdf").read_bytes())
    content = (tmp_path / "c1").read_bytes()
    (tmp_path / "c1").write_bytes(content.replace(b'"agrees":true', b'"agrees":false', 1))
    (tmp_path / "report.pdf").unlink()
    done = run("ledger", "show", "c1", "--report", "report.pdf", cwd=tmp_path)
    assert (done.returncode, "gets no report" in done.stderr) == (8, True)
    assert not (tmp_path / "report.pdf").exists()


def a_plan(folder, *more):
    (folder / "plan.toml").write_text('label = "Root password"\npolicy = "2of3"\n' + "".join(more))
    return folder


def test_what_is_read_before_the_day_takes_its_hours_from_a_rehearsal(tmp_path):
    written(a_plan(tmp_path) / "rehearsal.ledger", whole(plan_of("2of3")))
    for what in ("board", "custodian", "week"):
        done = run("papers", what, "plan.toml", "--out", f"{what}.pdf", cwd=tmp_path)
        assert done.returncode == 0 and "guesses" in done.stderr, done.stderr
        words = ("--ledger", "rehearsal.ledger", "--out", f"{what}-2.pdf")
        done = run("papers", what, "plan.toml", *words, cwd=tmp_path)
        assert done.returncode == 0 and "guesses" not in done.stderr, done.stderr
        assert "rehearsal of 2026-11-23 with 6 people" in prose_of((tmp_path / f"{what}-2.pdf").read_bytes())


@pytest.mark.parametrize(
    ("words", "code", "fact"),
    [
        ((), 2, "is about one PLAN"),
        (("plan.toml", "plan.toml"), 2, "is about one PLAN"),
        (("none.toml",), 2, "the file 'none.toml' does not exist"),
        (("plan.toml", "--ledger", "desk"), 2, "the ledger of no ceremony"),
        (("plan.toml", "--ledger", "open"), 2, "has not come to its end"),
        (("plan.toml", "--ledger", "c1", "--ledger", "c2"), 2, "one kind of ceremony"),
        (("plan.toml", "--at", "2026-01-01"), 2, "--at"),
        (("plan.toml", "--kind", "drill"), 2, "--kind"),
    ],
)
def test_a_paper_of_before_the_day_needs_a_plan_and_rehearsals_of_several_kinds(tmp_path, words, code, fact):
    told = whole(plan_of("2of3"))
    written(a_plan(tmp_path) / "desk", [changed(told[0], kind="desk"), *told[1:]])
    written(tmp_path / "open", told[:-1])
    for name in ("c1", "c2"):
        written(tmp_path / name, told)
    done = run("papers", "board", *words, "--out", "board.pdf", cwd=tmp_path)
    assert done.returncode == code and fact in done.stderr and "hint: " in done.stderr, done.stderr
    assert not (tmp_path / "board.pdf").exists()
