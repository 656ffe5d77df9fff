"""The reveal: the only code that turns an opened secret into something a person can see."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from splitkit.cli.talk import spoken
from splitkit.errors import DeviceError
from splitkit.host.clock import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from splitkit.host.terminal import Terminal
    from splitkit.secret.record import SecretRecord

SHOWN_SECONDS = 180
_GROUP = 4
_COLUMN = 26
_BEFORE_LIST = 3
_VISIBLE_SPACE = "\u2423"


def reveal_on_screen(terminal: Terminal, record: SecretRecord) -> None:
    """Show the secret on the alternate screen until a key or the countdown clears it."""
    size = shutil.get_terminal_size((80, 24)) if not hasattr(os, "get_terminal_size") else _size(terminal)
    terminal.show(screens(record, size[0], size[1]), SHOWN_SECONDS, seconds)


def _size(terminal: Terminal) -> tuple[int, int]:
    columns, lines = os.get_terminal_size(terminal.stream.fileno())
    return max(columns, 40), max(lines, 12)


def reveal_on_stdout(record: SecretRecord, field: str) -> None:
    """Write one field of the record, and a line break, to standard output.

    Raises:
        DeviceError: If standard output cannot take it, as when the disk behind it is full.
    """
    try:
        sys.stdout.write(getattr(record, field) + "\n")
        sys.stdout.flush()
    except OSError as error:
        raise DeviceError(
            f"the secret could not be written out: {error.strerror}", "nothing is lost: run the command again"
        ) from None


def screens(record: SecretRecord, columns: int, lines: int) -> list[str]:
    """Return the pages to show: the secret in groups of four, then every character by name."""
    head = [f"{name:<9}{value}" for name in ("account", "user", "note") if (value := getattr(record, name))]
    password = record.password.replace(" ", _VISIBLE_SPACE)
    space = f"; {_VISIBLE_SPACE} is a space" if password != record.password else ""
    top = [*_wrapped(head, columns), "", f"SECRET, in groups of four (the gaps are not part of it{space})", ""]
    top += ["    " + row for row in _in_groups(password, columns - 4)] + [""]
    rows = _spelt(record.password, columns)
    room = max(lines - len(top) - _BEFORE_LIST, 4)
    pages = ["\n".join([*top, *rows[:room], "", ""])]
    more = lines - _BEFORE_LIST
    pages += ["\n".join([*rows[at : at + more], "", ""]) for at in range(room, len(rows), more)]
    return pages


def _wrapped(texts: Sequence[str], columns: int) -> list[str]:
    return [text[at : at + columns] for text in texts for at in range(0, len(text), columns)]


def _in_groups(password: str, columns: int) -> list[str]:
    groups = [password[at : at + _GROUP] for at in range(0, len(password), _GROUP)]
    in_row = max(columns // (_GROUP + 2), 1)
    return ["  ".join(groups[at : at + in_row]) for at in range(0, len(groups), in_row)]


def _spelt(password: str, columns: int) -> list[str]:
    """Every character with its place and its name, in as many columns as fit, read downwards."""
    cells = [f"{at:>3} {character} {spoken(character)}" for at, character in enumerate(password, start=1)]
    across = max(columns // _COLUMN, 1)
    height = -(-len(cells) // across)
    return ["".join(cell.ljust(_COLUMN) for cell in cells[row::height]).rstrip() for row in range(height)]
