"""The reveal: the only code that turns an opened secret into something a person can see."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from splitkit.cli.ui.talk import safe, spoken
from splitkit.errors import DeviceError
from splitkit.host.clock import seconds
from splitkit.host.terminal import Terminal
from splitkit.secret.record import SecretRecord

SHOWN_SECONDS = 180
_GROUP = 4
_COLUMN = 26
_LAST_LINES = 2
"""Lines of a screen that stay free: an empty one, and the countdown."""

_FEWEST_LINES = 4
_SPACE, _UNPRINTABLE = "\u2423", "\ufffd"


def reveal_on_screen(terminal: Terminal, record: SecretRecord) -> None:
    """Show the secret on the alternate screen until a key or the countdown clears it."""
    terminal.show(screens(record, *_size(terminal)), SHOWN_SECONDS, seconds)


def _size(terminal: Terminal) -> tuple[int, int]:
    columns, lines = os.get_terminal_size(terminal.stream.fileno())
    return max(columns, 40), max(lines, 12)


def reveal_on_stdout(record: SecretRecord, field: str) -> None:
    """Write one field of the record in UTF-8, and a line break, to standard output.

    Raises:
        DeviceError: If standard output cannot take it, as when the disk behind it is full.
    """
    try:
        sys.stdout.buffer.write(getattr(record, field).encode("utf-8") + b"\n")
        sys.stdout.buffer.flush()
    except OSError as error:
        raise DeviceError(
            f"the secret could not be written out: {error.strerror}", "nothing is lost: run the command again"
        ) from None


def screens(record: SecretRecord, columns: int, lines: int) -> list[str]:
    """Return the pages to show: the secret in groups of four, then every character by name."""
    room = max(lines - _LAST_LINES, _FEWEST_LINES)
    top = _top(record, columns)
    pages = [top[at : at + room] for at in range(0, len(top), room)]
    cells = [f"{at:>3} {_visible(letter)} {spoken(letter)}" for at, letter in enumerate(record.password, start=1)]
    if len(pages[-1]) > room - _FEWEST_LINES:
        pages.append([])
    while cells:
        rows, cells = _columns(cells, columns, room - len(pages[-1]))
        pages[-1] += rows
        if cells:
            pages.append([])
    return ["\n".join([*page, "", ""]) for page in pages]


def _top(record: SecretRecord, columns: int) -> list[str]:
    head = [f"{name:<9}{safe(value)}" for name in ("account", "user", "note") if (value := getattr(record, name))]
    space = f"; {_SPACE} is a space" if " " in record.password else ""
    title = f"SECRET, in groups of four (the gaps are not part of it{space})"
    return [*_wrapped([*head, "", title, ""], columns), *_in_groups(record.password, columns - 4), ""]


def _visible(letter: str) -> str:
    """A character as it is shown: a space can be seen, and nothing moves the cursor."""
    return _SPACE if letter == " " else letter if letter.isprintable() else _UNPRINTABLE


def _wrapped(texts: Sequence[str], columns: int) -> list[str]:
    return [text[at : at + columns] for text in texts for at in range(0, max(len(text), 1), columns)]


def _in_groups(password: str, columns: int) -> list[str]:
    shown = "".join(map(_visible, password))
    groups = [shown[at : at + _GROUP] for at in range(0, len(shown), _GROUP)]
    in_row = max(columns // (_GROUP + 2), 1)
    return ["    " + "  ".join(groups[at : at + in_row]) for at in range(0, len(groups), in_row)]


def _columns(cells: list[str], columns: int, lines: int) -> tuple[list[str], list[str]]:
    """Set *cells* in as many columns as fit, read downwards; return the rows and what is left for the next page."""
    width = max(_COLUMN, *(len(cell) + 2 for cell in cells))
    across = max(columns // width, 1)
    here, rest = cells[: across * lines], cells[across * lines :]
    height = -(-len(here) // across)
    return ["".join(cell.ljust(width) for cell in here[row::height]).rstrip() for row in range(height)], rest
