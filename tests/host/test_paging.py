"""A screen that is full waits for Enter: nothing scrolls away unread, and nobody waits where nobody reads."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from splitkit.host.paging import MORE, MORE_OF_RESULT, Pager
from tests.support.kit import COMMAND, run
from tests.support.terminals import LINES, Session

HELP = ["split", "--help"]


class Reader(Session):
    """A session that answers a full screen with keys of its own."""

    keys = "\r"

    def type(self, text: str) -> None:
        super().type(self.keys if text == "\r" else text)


def read_with(keys: str, tmp_path, *words: str, **more) -> tuple[int, list[str], list[int]]:
    with Reader([*COMMAND, *(words or HELP)], tmp_path, **more) as session:
        session.keys = keys
        code = session.finish()
        assert not re.search(f"{re.escape(MORE)}|{re.escape(MORE_OF_RESULT)}", "\n".join(session.screen.main))
        return code, session.screen.finished, session.turned


def whole(tmp_path) -> list[str]:
    return run(*HELP, cwd=tmp_path).stdout.splitlines()


@pytest.mark.parametrize("keys", ["\r", " \r", "x\r", "q\b\r", "qq\r", "\x1b[A\r", "\u00fc\r"])
def test_whoever_goes_on_sees_every_row_and_no_more_than_a_screen_at_once(keys, tmp_path):
    code, rows, turned = read_with(keys, tmp_path)
    assert (code, [row.split() for row in rows]) == (0, [row.split() for row in whole(tmp_path)] or rows)
    assert turned == [at * (LINES - 1) for at in range(1, len(turned) + 1)] and len(rows) - turned[-1] < LINES


def test_whoever_has_had_enough_sees_no_more_of_it(tmp_path):
    code, rows, turned = read_with("q\r", tmp_path)
    assert (code, len(rows), len(turned)) == (0, LINES - 1, 1)


def test_a_key_alone_does_nothing_so_that_no_enter_is_left_over_for_the_next_question(tmp_path):
    with Reader([*COMMAND, *HELP], tmp_path) as session:
        session.keys = ""
        session.until_text(MORE_OF_RESULT)
        session.type("q")
        session.until_text(f"{MORE_OF_RESULT} q")
        assert not session.until(lambda screen: len(screen.finished) >= LINES, patience=1)
        session.keys = "\r"
        session.type("\r")
        assert session.finish() == 0
        assert (len(session.screen.finished), "".join(session.screen.last).strip()) == (LINES - 1, "")


def test_of_what_is_no_result_nothing_is_left_out(tmp_path):
    """What stands above a question is read whole: that is what the row says, and q leaves out nothing of it, nor of a result to come."""
    with Reader([*COMMAND], tmp_path, size=(10, 80)) as session:
        session.keys = "q\r"
        session.until_text("numbers, or Enter:")
        shown = "\n".join(session.screen.main)
        assert session.turned and "What brings you here?" in shown and "8: see whether this machine is fit" in shown


def test_what_was_left_out_of_one_command_is_not_left_out_of_the_next():
    pager = Pager(rows=3, left_out=True)
    pager.begin()
    assert (pager.rows, pager.left_out) == (3, False)


def test_what_went_wrong_is_told_to_whoever_left_out_the_rest(tmp_path):
    (tmp_path / "c1").write_text("".join("x\n" for _ in range(40)))
    code, rows, _ = read_with("q\r", tmp_path, "ledger", "verify", *["c1"] * 30)
    assert (
        code != 0 and any(row.startswith("error: ") for row in rows) and any(row.startswith("hint: ") for row in rows)
    )


@pytest.mark.parametrize("size", [(50, 80), (100, 80)])
def test_a_higher_terminal_shows_more(size, tmp_path):
    _, rows, turned = read_with("\r", tmp_path, size=size)
    assert len(turned) == (len(rows) - 1) // (size[0] - 1)


def test_where_nobody_reads_nobody_waits(tmp_path):
    with (tmp_path / "out").open("wb") as file:
        assert read_with("\r", tmp_path, stdout=file)[2] == []
    with Path(os.devnull).open("rb") as nothing:
        assert read_with("\r", tmp_path, stdin=nothing)[2] == []


def test_ctrl_c_at_a_full_screen_stops(tmp_path):
    assert read_with("\x03", tmp_path)[0] == 130


def test_whoever_types_ahead_waits_for_nothing(tmp_path):
    with Session([sys.executable, "-m", "splitkit", *HELP], tmp_path, fresh=True) as session:
        session.type("status\n")
        assert (session.finish(), session.turned) == (0, [])
