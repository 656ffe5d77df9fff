"""People and places whose names are wider, or narrower, than they have letters: nothing is broken by the terminal, and columns stand below each other."""

from __future__ import annotations

import shutil
import unicodedata

import pytest
from rich.cells import cell_len

from tests.support.custody.custodies import changed
from tests.support.custody.house import CLEO, DORA, EMIL, FAY, LOU, TWO, ago, entry, house, of_sheet, sound
from tests.support.kit import COMMAND, run
from tests.support.terminals import COLUMNS, Tmux

NAMES = {
    CLEO: "王小明与董事会办公室主任",
    DORA: "山田太郎左衛門之助取締役会長",
    EMIL: unicodedata.normalize("NFD", "김철수 대표이사"),
    FAY: unicodedata.normalize("NFD", "Zoë Ångström-Đặng Thị Hồng"),
    LOU: "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
}
"""Two columns a letter; Korean that is written letter by letter; marks that take none; a joiner."""


def company():
    for one in sound():
        match one.event:
            case "person.joined":
                yield changed(one, name=NAMES.get(one.data.person, one.data.name))
            case "place.added":
                yield changed(one, name=f"上海浦东新区保险箱 {one.data.place[-1]}", site="上海")
            case _:
                yield one
    yield of_sheet("sheet.destroyed", "1", way="fire", seen_by=TWO)
    yield entry("action", action="D-1", text="买一个新的保险箱，" * 20 + "x" * 170, due=ago(1))


@pytest.fixture
def home(tmp_path_factory):
    """In a folder whose name is no longer than a line."""
    return house(tmp_path_factory.mktemp("wide"), list(company()))


@pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux")
def test_a_terminal_breaks_no_line_and_columns_stand_below_each_other(home, tmp_path):
    with Tmux([*COMMAND, "status"], home, tmp_path / "raw") as tmux:
        rows = [row.rstrip() for row in tmux.until("ended with 9").splitlines()]
        assert [row.rstrip() for row in tmux.shown(joined=True).splitlines()] == rows, "the terminal has broken a line"
    assert max(map(cell_len, rows)) <= COLUMNS
    at = next(at for at, row in enumerate(rows) if row.startswith("    sheet kept by"))
    bag, state = (rows[at].index(name) for name in ("bag", "state"))
    sheets = [row for row in rows[at + 1 : at + 8] if row[4:5].isdigit()]
    assert [[row[len(within(row, where)) :].split()[0] for where in (bag, state)] for row in sheets] == [
        ["BAG-1", "destroyed"],
        ["BAG-2", "held"],
        ["BAG-3", "held"],
    ]
    for name in NAMES.values():
        assert any(name in row for row in rows), name


def within(row: str, columns: int) -> str:
    """Return what of a row stands in so many columns."""
    return next(row[:at] for at in range(len(row) + 1) if cell_len(row[:at]) >= columns)


@pytest.mark.parametrize("words", [("status",), ("packs", "show", "R1")], ids=" ".join)
def test_every_line_of_a_file_is_as_narrow(home, words):
    shown = run(*words, cwd=home).stdout
    assert NAMES[DORA] in shown.replace("\n", "").replace("  ", "")
    assert max(map(cell_len, (line for line in shown.splitlines() if "docs.aws" not in line))) < COLUMNS
