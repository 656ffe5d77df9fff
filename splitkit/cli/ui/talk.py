"""Talk: what the commands say on standard error while they work.  Results go to standard output."""

import os
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from splitkit.host.columns import joins, width, wrapped
from splitkit.host.paging import PAGER

DOUBTS = "splitkit.doubts"
"""Where the context of a run keeps what was in doubt about the ledgers it read, see `splitkit.cli.ui.ledger_reading`."""


def say(*lines: str) -> None:
    """Write lines of talk."""
    put(sys.stderr, *lines)


def warn(text: str) -> None:
    """Write a warning that people should stop and read."""
    say(f"warning: {text}")


def result(*lines: str) -> None:
    """Write lines of the result."""
    put(sys.stdout, *lines)


def put(stream: TextIO, *lines: str) -> None:
    """Write lines to a stream, as wide as it is; a terminal waits for Enter before any of them scrolls away unread."""
    for line in lines:
        working("")
        put_rows(stream, *fitted(line, stream).split("\n"))


def json_result(value: Mapping[str, Any]) -> None:
    """Write the result as one JSON object, as people and programs read it: two spaces deep, and ASCII."""
    import json  # noqa: PLC0415  (the help does without)

    put_rows(sys.stdout, *json.dumps(value, indent=2, ensure_ascii=True).split("\n"))


def put_rows(stream: TextIO, *rows: str) -> None:
    """Write rows as they are; those of a result are left out where people have had enough of it."""
    if not stream.isatty():
        stream.writelines(row + "\n" for row in rows)
        return
    for row in rows:
        if stream is sys.stdout and PAGER.left_out:
            return
        PAGER.wait_for(1, result=stream is sys.stdout)
        if stream is not sys.stdout or not PAGER.left_out:
            stream.write(row + "\n")


def fitted(text: str, stream: TextIO) -> str:
    """Break a line between words where *stream* is a terminal too narrow for it; elsewhere a line stays one line."""
    if not stream.isatty():
        return text
    columns = os.get_terminal_size(stream.fileno()).columns or 80
    return "\n".join(_broken(line, columns) for line in text.split("\n"))


def _broken(line: str, columns: int) -> str:
    if width(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return "\n".join(wrapped(line, columns, rest=indent, whole=True))


def safe(text: str) -> str:
    """Return text from paper or from a file name so that it cannot move the cursor or hide anything.

    A joiner stays behind a letter of a script that is written with it, as free text may have it.
    """
    return "".join(one if one.isprintable() or joins(text, at) else f"\\u{ord(one):04x}" for at, one in enumerate(text))


def spelt_rows(words: Sequence[str], mark: str = "F") -> list[str]:
    """Return 12 words that may be read aloud as three rows of four: marked F, L or P.

    F heads a fingerprint, L the head of a ledger, P the hash of a plan.
    """
    return [
        f"{mark}  " + "  ".join(f"{word:<9}" for word in words[at : at + 4]).rstrip() for at in range(0, len(words), 4)
    ]


def sheet_list(numbers: Sequence[str]) -> str:
    """Return 'sheet 3', or 'sheets 1, 3'."""
    return ("sheet " if len(numbers) == 1 else "sheets ") + ", ".join(numbers)


@dataclass
class _LastLine:
    busy: bool = False


_LAST_LINE = _LastLine()


def working(text: str) -> None:
    """Say on a terminal, and nowhere else, how far the work is: on one line, which the next line of talk takes."""
    _LAST_LINE.busy |= bool(text)  # before it is written: an interrupt may come in between
    if _LAST_LINE.busy and sys.stderr.isatty():
        columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        room = columns - 1  # a line that wraps could not be taken back
        sys.stderr.write(f"\r{' ' * room}\r{text[:room]}")  # spaces clear a line on every terminal
        sys.stderr.flush()
    _LAST_LINE.busy = bool(text)


def progress(total: int, doing: str) -> Callable[[], None]:
    """Return a function to call after each of *total* steps; it draws a counter."""
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        working(f"{doing}: {done} of {total}")

    return tick


_SPOKEN = {
    "\\": "backslash",
    "$": "dollar sign",
    "-": "hyphen",
    "_": "underscore",
    "|": "vertical bar",
    "&": "ampersand",
}


def spoken(character: str) -> str:
    """Return how a character is said: 'capital K', 'digit seven', 'dollar sign'."""
    if character in _SPOKEN:
        return _SPOKEN[character]
    name = unicodedata.name(character, f"character {ord(character):04x}").lower()
    for long, short in (
        ("latin capital letter ", "capital "),
        ("latin small letter ", "small "),
        ("commercial at", "at sign"),
        ("number sign", "number sign (hash)"),
        ("solidus", "slash"),
    ):
        if name.startswith(long):
            spelt = name.replace(long, short, 1)
            return spelt[:-1] + spelt[-1].upper() if short == "capital " and len(spelt) == 9 else spelt
    return name
