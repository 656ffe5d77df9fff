"""The verdicts of `check` as a table: every sheet has a row; what is no sheet is counted, when there is much of it."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from splitkit.cli.ui.talk import result, safe
from splitkit.quorum.verdicts import VERDICTS, SheetVerdict, Status, wear_advice

if TYPE_CHECKING:
    from rich.table import Table

FEW = 8
"""So many rows that name no sheet are shown one by one; more of them are counted by what was found."""

NAMED = 3
"""So many names stand below a count."""

_WIDE = 200
"""Columns of a table that no terminal shows."""

_GENUINE = (Status.SOUND, Status.DUPLICATE, Status.NO_ENVELOPE)
"""Sheets whose paper is worth a word: 'good' beside a forged one would be misread."""

_NO_SHEET = (Status.UNREADABLE, Status.OTHER_CODE, Status.DUPLICATE)


def print_sheets(sheets: Sequence[SheetVerdict], *, every: bool) -> None:
    """Print the verdicts; with *every* also each page that is no sheet, however many there are."""
    rows, counted = (sheets, ()) if every else parted(sheets)
    _print_rows(rows)
    if counted:
        result(f"no new sheets: {len(counted)} pages or files; --all names each of them")
    result(*count_lines(counted))


def parted(sheets: Sequence[SheetVerdict]) -> tuple[Sequence[SheetVerdict], Sequence[SheetVerdict]]:
    """Return the verdicts that deserve a row each, and those that are only counted."""
    counted = [sheet for sheet in sheets if sheet.status in _NO_SHEET]
    if len(counted) <= FEW:
        return sheets, ()
    return [sheet for sheet in sheets if sheet.status not in _NO_SHEET], counted


def count_lines(sheets: Sequence[SheetVerdict]) -> list[str]:
    """Return how many pages were no sheets, by what was found, the most frequent first."""
    groups: dict[str, list[str]] = {}
    for sheet in sheets:
        groups.setdefault(_finding(sheet), []).append(sheet.source)
    lines = []
    for finding, sources in sorted(groups.items(), key=lambda group: -len(group[1])):
        more = f" and {len(sources) - NAMED} more" if len(sources) > NAMED else ""
        lines += [f"  {len(sources):>4}  {safe(finding)}", f"        {safe(', '.join(sources[:NAMED]))}{more}"]
    return lines


def _print_rows(sheets: Sequence[SheetVerdict]) -> None:
    from rich.console import Console  # noqa: PLC0415  (costs start-up; --json does without)
    from rich.table import Table  # noqa: PLC0415

    if not sheets:
        return
    table = Table("sheet", "verdict", "paper", "read from", box=None, pad_edge=False)
    for sheet in sheets:
        _add_rows(table, sheet)
    on_terminal = sys.stdout.isatty()
    drawn = io.StringIO()  # not standard output itself: rich ends the program, silently, when a pipe breaks
    console = Console(file=drawn, force_terminal=on_terminal, width=None if on_terminal else _WIDE)
    console.print(table)
    sys.stdout.writelines(line.rstrip() + "\n" for line in drawn.getvalue().splitlines())


def _add_rows(table: Table, sheet: SheetVerdict) -> None:
    from rich.text import Text  # noqa: PLC0415

    paper = sheet.wear.value if sheet.wear and sheet.status in _GENUINE else ""
    row = (sheet.name.removeprefix("sheet ") or "?", sheet.status.value, paper, sheet.source)
    table.add_row(*(Text(safe(cell)) for cell in row))
    for remark in _remarks(sheet):
        table.add_row("", "", "", Text("  " + safe(remark)))


def _remarks(sheet: SheetVerdict) -> list[str]:
    """What else a person should know of a sheet: why it is not in order, and that its paper is going."""
    meaning = _finding(sheet) if sheet.note or sheet.status is not Status.SOUND else ""
    worn = wear_advice(sheet.symbols) if sheet.status in _GENUINE else ""
    return [remark for remark in (meaning, worn) if remark]


def _finding(sheet: SheetVerdict) -> str:
    return sheet.note or VERDICTS[sheet.status].meaning
