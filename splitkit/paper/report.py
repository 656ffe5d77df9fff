"""What is on a report: tables of the register, a review, a drill, an audit.  Nothing of it is secret."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Column:
    """A column: its heading, and its share of the width."""

    heading: str
    share: float = 1.0


@dataclass(frozen=True)
class Table:
    """A part of a report: a title, a sentence about it, and rows; an empty cell is one to write in."""

    title: str
    remark: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    tall: bool = False
    """Whether its rows have room for a signature."""


@dataclass(frozen=True)
class Words:
    """Twelve words that may be read aloud: the letter before them, and what they are."""

    letter: str
    what: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A report of the register or the ledgers."""

    title: str
    mark: str
    """What stands above every page, in capitals."""

    practice: bool
    intro: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    made: str
    """The date of the document: YYYY-MM-DD."""

    program: str
    words: tuple[Words, ...] = ()
    statement: str = ""
    """What those who sign say."""

    signatures: tuple[str, ...] = ()
    """Who signs; each has a line."""

    wide: bool = False
    """Whether the page lies on its side."""

    def data(self) -> dict[str, Any]:
        """Return everything for the template."""
        return {
            "heading": self.title,
            "mark": self.mark,
            "practice": self.practice,
            "intro": self.intro,
            "facts": [list(fact) for fact in self.facts],
            "tables": [_table(table) for table in self.tables],
            "words": [{"letter": one.letter, "what": one.what, "words": list(one.words)} for one in self.words],
            "statement": self.statement,
            "signatures": list(self.signatures),
            "wide": self.wide,
            "made": self.made,
            "program": self.program,
        }

    def texts(self) -> dict[str, str]:
        """Return the texts that may be those of people, by where they stand."""
        return dict(self._texts())

    def _texts(self) -> Iterator[tuple[str, str]]:
        for key, value in self.facts:
            yield f"the line '{key}'", value
        for table in self.tables:
            yield "the title of a table", f"{table.title} {table.remark}"
            for number, row in enumerate(table.rows, 1):
                yield f"row {number} of a table", " ".join(row)


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "remark": table.remark,
        "shares": [column.share for column in table.columns],
        "headings": [column.heading for column in table.columns],
        "rows": [list(row) for row in table.rows],
        "tall": table.tall,
    }


def plain(report: Report) -> Report:
    """Return the report with every character beyond the Latin alphabets written as its number, such as <U+4E2D>."""
    tables = tuple(
        replace(
            table,
            title=_plain(table.title),
            remark=_plain(table.remark),
            rows=tuple(tuple(map(_plain, row)) for row in table.rows),
        )
        for table in report.tables
    )
    return replace(report, facts=tuple((key, _plain(value)) for key, value in report.facts), tables=tables)


def _plain(text: str) -> str:
    return "".join(
        letter if letter.isprintable() and ord(letter) < 0x250 else f"<U+{ord(letter):04X}>" for letter in text
    )
