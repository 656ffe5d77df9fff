"""How wide text is, and where it is broken: beside what the standard library does for letters of one column."""

from __future__ import annotations

import shlex
import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from splitkit.host.columns import command_rows, padded, width, wrapped

WORDS = st.lists(st.text("ab-", min_size=1, max_size=12), min_size=1, max_size=40).map(" ".join)
SCRIPTS = st.text("aé \u0301王山ア가\u1161漢。", max_size=80)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("Ada", 3), ("Zoë", 3), (unicodedata.normalize("NFD", "Zoë"), 3), ("王小明", 6), ("김", 2),
     (unicodedata.normalize("NFD", "김"), 2), ("ｱ", 1), ("Ａ", 2), ("a\u200cb", 2)],
)  # fmt: skip
def test_what_a_terminal_draws(text, columns):
    assert width(text) == columns
    assert padded(text, 8) == text + " " * (8 - columns)


@given(WORDS, st.integers(0, 6))
def test_letters_of_one_column_are_broken_as_ever(text, indent):
    begins = " " * indent
    usual = textwrap.wrap(text, 30, initial_indent=begins, subsequent_indent=begins, break_on_hyphens=False)
    assert wrapped(text, 30, begins) == usual


@given(SCRIPTS, st.booleans())
def test_no_line_is_too_wide_and_nothing_is_lost(text, whole):
    lines = wrapped(text, 20, "  1  ", whole=whole)
    assert whole or max(map(cell_len, lines)) <= 20
    assert "".join("".join(lines).split()) == "1" + "".join(text.split())
    assert all(line[:5].strip() in ("", "1") for line in lines)


def test_a_word_that_is_too_long_is_cut_or_stays_whole():
    assert wrapped("abcdef gh", 4) == ["abcd", "ef", "gh"]
    assert wrapped("abcdef gh", 4, whole=True) == ["abcdef", "gh"]
    assert wrapped("", 4, "> ") == ["> "]
    assert wrapped("  a bc", 4, rest="-") == ["  a", "-bc"]


@given(st.lists(st.text("ab '\"\\$é山", max_size=12), min_size=1, max_size=12), st.integers(20, 80))
def test_a_command_in_rows_is_the_same_command_to_a_shell(words, columns):
    command = shlex.join(words)
    rows = list(command_rows(command, columns, "$ ", "   "))
    assert all(row.endswith(" \\") for row in rows[:-1])
    assert shlex.split("".join(row.removesuffix("\\") for row in rows).removeprefix("$ ")) == words
    assert all(width(row) <= columns or len(shlex.split(row.removeprefix("$ ").removesuffix("\\"))) < 2 for row in rows)
