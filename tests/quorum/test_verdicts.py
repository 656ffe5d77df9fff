"""Every status has words for people and an exit code."""

from __future__ import annotations

import pytest

from splitkit.quorum.verdicts import VERDICTS, SheetVerdict, Status


def test_every_status_has_a_verdict():
    assert set(VERDICTS) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_whatever_owes_an_exit_code_says_what_to_do(status):
    verdict = VERDICTS[status]
    assert verdict.exit_code in {0, 3, 5}
    assert verdict.meaning
    assert verdict.advice or not verdict.exit_code


def test_only_contradictions_are_forgeries():
    fives = {status for status, verdict in VERDICTS.items() if verdict.exit_code == 5}
    assert fives == {Status.UNMATCHED, Status.FORGED, Status.OTHER_SET}


@pytest.mark.parametrize(("number", "group", "name"), [(2, None, "sheet 2"), (2, "B", "sheet B2"), (None, None, "")])
def test_a_sheet_has_the_name_that_people_use(number, group, name):
    assert SheetVerdict("scan", Status.SOUND, number, group).name == name
