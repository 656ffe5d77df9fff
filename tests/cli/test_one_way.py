"""Each kind of ceremony is held by one command: guided where people are asked, or from sheets that are named, without anybody."""

from __future__ import annotations

import pytest

from tests.support.custody.practice_set import PracticeCustody, fingerprints, fresh, run

RENEW = ("ceremony", "renew", "plan.toml")


@pytest.fixture
def custody(tmp_path):
    fresh(tmp_path)
    return PracticeCustody(tmp_path, fingerprints(tmp_path)[1][0])


@pytest.mark.parametrize("gone", [("drill",), ("reissue",), ("refresh",), ("rotate",), ("custody", "review")])
def test_no_other_command_holds_one(gone, tmp_path):
    done = run(*gone, "--help", cwd=tmp_path)
    assert (done.returncode, "there is no such command" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ceremony", "drill", "-", "--ceremony", "D-1"), "--ceremony: it says nothing where sheets are named"),
        (("ceremony", "drill", "--who", "--continues", "l"), "--continues: it says nothing"),
        (("ceremony", "drill", "--by", "ADM"), "--by: it says nothing where people are guided"),
        (("ceremony", "drill", "--paper", "a4"), "--paper: it says nothing where people are guided"),
        (("ceremony", "drill"), "--ledger is missing"),
        ((*RENEW, "-", "--purpose", "a test"), "it was not said how the set is renewed"),
        ((*RENEW, "-", "--rotate", "--purpose", "a test"), "--out is missing"),
        ((*RENEW, "-", "--rotate", "--out", "new"), "--purpose is missing"),
        ((*RENEW, "-", "--rotate", "--print-to", "q"), "--print-to: it says nothing where sheets are named"),
        ((*RENEW, "-", "--reissue", "--out", "n", "--purpose", "a test"), "--sheet is missing"),
        ((*RENEW, "-", "--refresh", "--sheet", "2"), "--sheet: it says nothing for 'refresh'"),
        ((*RENEW, "-", "--refresh", "--secret", "prompt"), "--secret: it says nothing for 'refresh'"),
        ((*RENEW, "-", "--reissue", "--incident", "I-1"), "--incident: it says nothing for 'reissue'"),
        ((*RENEW, "--out", "new"), "--out: it says nothing where people are guided"),
        ((*RENEW, "--ledger", "r"), "nothing says which set it is"),
    ],
)
def test_what_says_nothing_in_one_way_is_refused_in_it(custody, arguments, says):
    before = (custody.folder / "l").read_bytes()
    done = run(
        *arguments,
        *(() if "--ledger" in arguments or len(arguments) == 2 else ("--ledger", "l")),
        cwd=custody.folder,
        stdin="",
    )
    assert (says in done.stderr, done.stdout) == (True, ""), done.stderr
    assert done.returncode in (2, 6)
    assert (custody.folder / "l").read_bytes() == before


def test_a_guided_ceremony_has_one_ledger(custody):
    done = run("ceremony", "drill", "--ledger", "l", "--ledger", "m", cwd=custody.folder)
    assert (done.returncode, "a guided ceremony has one ledger" in done.stderr) == (2, True), done.stderr


def test_with_practice_a_real_set_is_neither_drilled_nor_renewed_and_a_practice_set_is(custody):
    sheets = custody.lines(1, 3)
    done = run(
        "ceremony", "drill", "-", "--practice", "--ledger", "l", *custody.signed, cwd=custody.folder, stdin=sheets
    )
    assert done.returncode == 0, done.stderr
