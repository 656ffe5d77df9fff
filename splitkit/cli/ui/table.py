"""A judgement as people see it: every sheet has a row of a table; what is no sheet is counted, when there is much of it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from splitkit.cli.ui.sheet_input import claims, say_advice, set_rows
from splitkit.cli.ui.talk import put, put_rows, safe, say, sheet_list, working
from splitkit.quorum.judge import Case, Judgement
from splitkit.quorum.verdicts import VERDICTS, SheetVerdict, Status, wear_advice

FEW = 8
"""So many rows that name no sheet are shown one by one; more of them are counted by what was found."""

NAMED = 3
"""So many names stand below a count."""

_WIDE = 200
"""Columns of a table that no terminal shows."""

_IN_ORDER = (Status.SOUND, Status.CLAIMED)
_GENUINE = (*_IN_ORDER, Status.DUPLICATE, Status.NO_ENVELOPE)
"""Sheets whose paper is worth a word: 'good' beside a forged one would be misread."""

_CLAIMS = "what follows are claims: compare them with the signed record"

_NO_SHEET = (Status.UNREADABLE, Status.OTHER_CODE, Status.DUPLICATE)


@dataclass(frozen=True)
class Judged:
    """A judgement, as people see it: what was read, what is foreign, what is missing, and who keeps it where that is known."""

    judgement: Judgement
    stream: TextIO
    """Where it goes: it is the result of a command, or only talk beside one."""
    every: bool = False
    """Whether each page that is no sheet is named, however many there are."""
    keepers: Mapping[str, str] = field(default_factory=dict)
    """Who keeps each sheet of the chosen set, by its number, as the ledgers say."""

    def show(self, vouched: str = _CLAIMS, shown: str = "", *, words: bool = True) -> None:
        """Print the set, every sheet, the notes, what to do, and what follows.

        Args:
            vouched: What vouches for the set where no record does.
            shown: What is said behind a quorum that opens.
            words: Whether the fingerprint is shown: not where people are still to type it from the record.
        """
        self._set(vouched, words=words)
        self.show_sheets()
        for note in (*self.judgement.warnings, *self.judgement.notes):
            say(f"note: {note}")
        say_advice(self.judgement)
        self._conclusion(shown)

    def _put(self, *lines: str) -> None:
        put(self.stream, *lines)

    def _set(self, vouched: str, *, words: bool) -> None:
        judgement = self.judgement
        if judgement.chosen:
            envelope = judgement.chosen.envelope
            vouched = "equal to your record" if judgement.anchored else vouched
            self._put(f"set {envelope.header.set_id.hex()}", f"  ({vouched})")
            self._put(*(set_rows(envelope) if words else ("  " + row for row in claims(envelope))))
        elif len(judgement.cases) > 1:
            self._put(
                f"{len(judgement.cases)} different envelopes are here; give --record or --fingerprint to say which is yours"
            )
            self._put(*map(_counted, judgement.cases))

    def show_sheets(self) -> None:
        """Print every sheet."""
        sheets = self.judgement.sheets
        rows, counted = (sheets, ()) if self.every else parted(sheets)
        working("")
        put_rows(self.stream, *_drawn(rows, self.stream))
        if counted:
            self._put(f"no new sheets: {len(counted)} pages or files; check --all names each of them")
        self._put(*count_lines(counted))

    def _conclusion(self, shown: str) -> None:
        judgement, chosen = self.judgement, self.judgement.chosen
        if judgement.anchor_missing and judgement.cases:
            self._put("NOT YOUR SET: none of these sheets belongs to the set of your record")
        if judgement.newer:
            self._put("SUPERSEDED: an envelope here says that it is of a newer set of this line")
        if not chosen:
            return
        if chosen.proof and judgement.contested:
            set_id = chosen.envelope.header.set_id.hex()[:8]
            self._put(
                f"NOTHING VOUCHES FOR IT: {len(chosen.matches)} sheets open set {set_id}, and others lie here too.{shown}"
            )
        elif chosen.proof:
            self._put(f"QUORUM: {len(chosen.matches)} sheets, and the set opens.{shown}")
        elif chosen.has_quorum and chosen.failure:
            self._put(f"DOES NOT OPEN: {chosen.failure.fact}")
        else:
            self._put(f"no quorum: {chosen.envelope.header.policy.shortage(chosen.matches)}")
        if judgement.unsound():
            self._put(f"UNSOUND: the record does not fit {sheet_list(judgement.unsound())}; rotate the secret")
        if missing := judgement.missing():
            self._put("not here: " + sheet_list(missing))
            self._put(
                *(f"  sheet {number}: {safe(self.keepers[number])}" for number in missing if number in self.keepers)
            )
        if chosen.proof and judgement.unproven():
            self._put("not proven: " + sheet_list(judgement.unproven()))


def _counted(case: Case) -> str:
    """Return what is here and what is missing of one of several sets."""
    header, policy = case.envelope.header, case.envelope.header.policy
    here = [policy.number(sheet) for sheet in policy.sheet_ids() if sheet in case.matches]
    missing = [policy.number(sheet) for sheet in policy.sheet_ids() if sheet not in case.matches]
    told = [
        f"{sheet_list(here)} here" if here else "no sheet here",
        *([f"not here: {', '.join(missing)}"] if missing else []),
    ]
    return f"  set {header.set_id.hex()[:8]} ({safe(header.label) or 'no label'}, {policy}): {'; '.join(told)}"


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


_GAP = "  "
_HEADINGS = ("sheet", "verdict", "paper", "read from")


def _drawn(sheets: Sequence[SheetVerdict], stream: TextIO) -> list[str]:
    """Return the rows of the table, as wide as the stream is."""
    rows = [row for sheet in sheets for row in _rows(sheet)]
    if not rows:
        return []
    on_terminal = stream.isatty()
    return (None if on_terminal else _aligned([_HEADINGS, *rows])) or _set_by_rich(rows, on_terminal=on_terminal)


def _rows(sheet: SheetVerdict) -> list[tuple[str, ...]]:
    """The cells of a sheet, and of whatever else a person should know of it."""
    paper = sheet.wear.value if sheet.wear and sheet.status in _GENUINE else ""
    row = (sheet.name.removeprefix("sheet ") or "?", sheet.status.value, paper, sheet.source)
    return [tuple(map(safe, row)), *(("", "", "", "  " + safe(remark)) for remark in _remarks(sheet))]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows whose columns stand below each other, as rich sets them; nothing where a cell would have to be broken, or has other letters."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > _WIDE or not all(cell.isascii() for row in rows for cell in row):
        return []
    return [_GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _set_by_rich(rows: Sequence[Sequence[str]], *, on_terminal: bool) -> list[str]:
    from rich.console import Console  # noqa: PLC0415  (costs start-up; a file or a pipe mostly does without)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*_HEADINGS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    drawn = io.StringIO()  # not the stream itself: rich ends the program, silently, when a pipe breaks
    console = Console(file=drawn, force_terminal=on_terminal, width=None if on_terminal else _WIDE)
    console.print(table)
    return [line.rstrip() for line in drawn.getvalue().splitlines()]


def _remarks(sheet: SheetVerdict) -> list[str]:
    """What else a person should know of a sheet: why it is not in order, and that its paper is going."""
    meaning = _finding(sheet) if sheet.note or sheet.status not in _IN_ORDER else ""
    worn = wear_advice(sheet.symbols) if sheet.status in _GENUINE else ""
    return [remark for remark in (meaning, worn) if remark]


def _finding(sheet: SheetVerdict) -> str:
    return sheet.note or VERDICTS[sheet.status].meaning
