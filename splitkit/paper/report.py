"""What is on a report: tables of the register, a review, a drill, an audit.  Nothing of it is secret."""

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from splitkit.paper.documents import Printout
from splitkit.paper.geometry import Paper


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, and whether what stands in it is to be seen first."""

    heading: str
    share: float = 1.0
    bold: bool = False


@dataclass(frozen=True)
class Table:
    """A part of a report: a title, a remark about it, and rows; *tall* rows have room for a signature.

    An empty cell is one to write in.
    """

    title: str
    remark: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    tall: bool = False


@dataclass(frozen=True)
class Words:
    """Twelve words that may be read aloud: the letter before them, and what they are."""

    letter: str
    what: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A sentence of the first page, and whether what it says is *sound*; None where it is neither."""

    text: str
    sound: bool | None = None


@dataclass(frozen=True)
class Chapter:
    """Sentences of the first page about one thing, in its left or in its *right* column."""

    title: str
    statements: tuple[Statement, ...]
    right: bool = False


@dataclass(frozen=True, kw_only=True)
class Report(Printout):
    """A report of the register or the ledgers.

    Attributes:
        heading: What it is called.
        mark: What stands above every page, in capitals.
        intro: A sentence about all of it.
        facts: What it says first, by what it is; an empty value is a line to write on.
        tables: The rest, table by table.
        words: Words to compare.
        statement: What those who sign say.
        signatures: Who signs, by name, or what stands below a line for the name; each has one.
        wide: Whether the page lies on its side.
        verdict: The whole in a word, and why; for a report that has a first page of its own.
        chapters: What that page says.
    """

    template = "report.typ"
    heading: str
    mark: str
    intro: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    words: tuple[Words, ...] = ()
    statement: str = ""
    signatures: tuple[str, ...] = ()
    wide: bool = False
    verdict: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template; of each cell whether it may have to be set smaller."""
        data = super().data(paper)
        rows = _with_narrow(self.tables, paper.height_mm if self.wide else paper.width_mm)
        data["tables"] = [
            table | {"rows": cells, "plain": _is_plain(known, cells)}
            for table, known, cells in zip(data["tables"], self.tables, rows, strict=True)
        ]
        return data

    def texts(self) -> dict[str, str]:
        """Return the texts that may be those of people, by where they stand."""
        texts = {f"the line '{key}'": value for key, value in self.facts} | {"the verdict": " ".join(self.verdict)}
        texts |= {f"the part '{one.title}'": " ".join(said.text for said in one.statements) for one in self.chapters}
        for table in self.tables:
            texts["the title of a table"] = f"{table.title} {table.remark}"
            texts |= {f"row {number} of a table": " ".join(row) for number, row in enumerate(table.rows, 1)}
        return texts


_MARGINS, _INSETS, _EM = 32.0, 2.8, 9 * 25.4 / 72
"""Both margins of a page, both insets of a cell, and the size of its text, in millimetres; see report.typ and style.typ."""

_OTHER_WAY = re.compile("[^\0-\u058f\u2010-\u2027\u2030-\u2bff]")
"""What may be a letter that is not written from left to right."""

_WIDTHS = dict.fromkeys("0123456789-.,:;/()' ", 0.55) | dict.fromkeys("abcdefghijklnopqrstuvxyz", 0.65)
"""How wide letters are at most, in sizes of the text; others count as one and a tenth."""


def _with_narrow(tables: tuple[Table, ...], width: float) -> list[list[list[Any]]]:
    """Return the rows of each table; a cell with a word that may not fit its column stands in a list, to be set smaller.

    To try that in the typesetter takes a minute where there are ten thousand rows.
    """
    found = []
    for table in tables:
        total = sum(column.share for column in table.columns)
        rooms = [(width - _MARGINS) * column.share / total - _INSETS for column in table.columns]
        found.append(
            [
                [cell if _fits(cell, room) else [cell] for cell, room in zip(row, rooms, strict=True)]
                for row in table.rows
            ]
        )
    return found


def _is_plain(table: Table, cells: list[list[Any]]) -> bool:
    """Whether every cell of a table is just its text, which runs from left to right."""
    special = table.tall or any(column.bold for column in table.columns)
    return not special and all(type(cell) is str and not _OTHER_WAY.search(cell) for row in cells for cell in row)


def _fits(cell: str, room: float) -> bool:
    most = room / _EM
    return len(cell) * 1.1 <= most or all(
        len(word) * 1.1 <= most or sum(_WIDTHS.get(letter, 1.1) for letter in word) <= most for word in cell.split(" ")
    )


Page = TypeVar("Page", bound=Printout)


def plain(page: Page) -> Page:
    """Return a page with every character beyond the Latin alphabets written as its number, such as <U+4E2D>."""
    return cast("Page", _plain(page))


_MARKS = "\N{BLACK SQUARE}\N{WHITE SQUARE}"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(
            letter if letter.isprintable() and (ord(letter) < 0x250 or letter in _MARKS) else f"<U+{ord(letter):04X}>"
            for letter in value
        )
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)})
    return value
