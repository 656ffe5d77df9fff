"""How wide text is on a terminal: letters of China, Japan and Korea take two columns, and marks above a letter none.  And what joins letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_DRAWN_INTO = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")
"""Korean vowels and endings, which stand in the square of the letter before them."""

_SHELL_WORD = re.compile(r"""(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*'|["'])+""")
"""A word of a command; a quotation mark that nothing closes is a sign like any other."""

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""What the spelling of Persian and Indian names needs between two letters."""

_WIDE = 2


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or _DRAWN_INTO.match(character):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """Return a text with spaces behind it, as wide as a column of a table."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int, first: str = "", rest: str | None = None, *, whole: bool = False) -> list[str]:
    """Break a text between words, and between letters that are words in themselves.

    Args:
        text: What is broken; spaces before it, and within a line, stay as they are.
        columns: How wide a line may be.
        first: How the first line begins.
        rest: How every other line does; below the beginning of the text if not given.
        whole: Whether a word that is too long for any line stays whole; else it is cut.
    """
    rest = " " * width(first) if rest is None else rest
    most = 0 if whole else columns - max(width(first), width(rest))
    lines, begins, line = list[str](), first, ""
    for space, piece in _pieces(text, most):
        if line and width(begins + line + space + piece) > columns:
            lines.append(begins + line)
            begins, line = rest, ""
        line += space + piece if line or not lines else piece
    return [*lines, begins + line]


def _pieces(text: str, most: int) -> Iterator[tuple[str, str]]:
    """Yield what a line may end behind, each with the spaces before it; nothing wider than *most*, if that is not 0."""
    for space, word in re.findall(r"(\s*)(\S+)", text):
        piece, before = "", 0
        for character in word:
            cells = _cells(character)
            full = most and width(piece) + cells > most
            if piece and cells and (full or _WIDE in (cells, before)):
                yield space, piece
                space, piece = "", ""  # noqa: PLW2901
            piece, before = piece + character, cells or before
        yield space, piece


def command_rows(command: str, columns: int, first: str, rest: str) -> Iterator[str]:
    """Break a command between its words, as a shell takes it back: what stands in quotes is one word, and no word is ever cut.

    Args:
        command: As it is typed.
        columns: How wide a row may be, unless one word alone is wider.
        first: How the first row begins.
        rest: How every other row does.
    """
    row, begun = first, False
    for word in _SHELL_WORD.findall(command):
        if begun and width(f"{row} {word} \\") > columns:
            yield f"{row} \\"
            row, begun = rest, False
        row += f" {word}" if begun else word
        begun = True
    yield row


def capital(text: str) -> str:
    """Return a text that begins with a capital, as a sentence does; nothing else of it changes."""
    return text[:1].upper() + text[1:]


def joins(text: str, at: int) -> bool:
    """Whether a joiner stands there, behind a letter of a script that is written with it."""
    before = text[at - 1 : at]
    return (
        text[at] in _JOINERS
        and before > "\N{LATIN SMALL LETTER Z}"
        and unicodedata.category(before)[0] in "LM"
        and not before.isascii()
    )
