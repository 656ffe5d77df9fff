"""What is on a report: tables of the register, a review, a drill, an audit.  Nothing of it is secret."""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from splitkit.paper.documents import Printout


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
        signatures: Who signs; each has a line.
        wide: Whether the page lies on its side.
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

    def texts(self) -> dict[str, str]:
        """Return the texts that may be those of people, by where they stand."""
        texts = {f"the line '{key}'": value for key, value in self.facts}
        for table in self.tables:
            texts["the title of a table"] = f"{table.title} {table.remark}"
            texts |= {f"row {number} of a table": " ".join(row) for number, row in enumerate(table.rows, 1)}
        return texts


Page = TypeVar("Page", bound=Printout)


def plain(page: Page) -> Page:
    """Return a page with every character beyond the Latin alphabets written as its number, such as <U+4E2D>."""
    return cast("Page", _plain(page))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(
            letter if letter.isprintable() and ord(letter) < 0x250 else f"<U+{ord(letter):04X}>" for letter in value
        )
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)})
    return value
