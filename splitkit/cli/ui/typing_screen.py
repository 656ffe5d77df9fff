"""`--type`: sheets typed from the paper at the terminal, for a quorum without any camera."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from splitkit.cli.ui.dialogue import BACK_KEY
from splitkit.cli.ui.keystrokes import EnvelopeEntry, ShareEntry
from splitkit.host.terminal import Terminal
from splitkit.quorum.scan import Line, Scan

Entry: TypeAlias = ShareEntry | EnvelopeEntry
_KINDS: dict[str, type[Entry]] = {"s": ShareEntry, "e": EnvelopeEntry}
_MENU = (
    "s: type a share",
    "e: type the envelope (once; it is the same on all sheets)",
    "d: done",
    f"{BACK_KEY}: back to what was typed last",
)
_LEFT = "what was begun is not whole: s or e goes on with it; d again leaves it out"


def type_sheets(terminal: Terminal) -> list[Line]:
    """Let people type shares and an envelope, and return the lines as if a hand-held scanner had typed them.

    Raises:
        StoppedError: On Ctrl-C; the screen is clear by then.
    """
    table = _TypedTable()
    with terminal.full_screen():
        while not table.done:
            terminal.draw(table.screen(), bell=bool(table.message))
            entry = table.chosen(terminal.key().lower())
            if entry:
                table.put(_typed(terminal, entry))
    return table.lines()


@dataclass
class _TypedTable:
    """What was typed so far."""

    whole: list[Entry] = field(default_factory=list)
    begun: list[Entry] = field(default_factory=list)
    """What people went back from before it was whole."""
    message: str = ""
    done: bool = False

    def chosen(self, key: str) -> Entry | None:
        """Return what is typed next; None where that key says nothing of it."""
        before, self.message = self.message, ""
        if key == "d" and self.begun and before != _LEFT:
            self.message = _LEFT
        elif key == "d":
            self.done = True
        elif key == BACK_KEY and self.whole:
            return self.whole.pop()
        elif key in _KINDS:
            kind = _KINDS[key]
            at = next((at for at, entry in enumerate(self.begun) if isinstance(entry, kind)), None)
            return kind() if at is None else self.begun.pop(at)
        else:
            self.message = "nothing was typed before this" if key == BACK_KEY else "press one of these keys"
        return None

    def put(self, entry: Entry) -> None:
        """Take what was typed, as far as it is."""
        if entry.done:
            self.whole.append(entry)
        elif entry.begun:
            self.begun.append(entry)

    def lines(self) -> list[Line]:
        """Return all that is whole."""
        numbers = itertools.count(1)
        return [
            Line(f"typed share {next(numbers)}" if isinstance(one, ShareEntry) else "typed envelope", Scan(text))
            for one in self.whole
            for text in one.texts()
        ]

    def screen(self) -> str:
        """Return the menu, under what there is so far."""
        shares, lines = _count(self.whole)
        done = f"typed so far: shares {shares}, envelope lines {lines}"
        begun = [f"begun, and not whole yet: {len(self.begun)}"] if self.begun else []
        return "\n".join(
            ["TYPE THE SHEETS FROM THE PAPER", "", done, *begun, "", *_MENU, "", self.message, "", "Ctrl-C stops."]
        )


def _count(whole: Sequence[Entry]) -> tuple[int, int]:
    shares = sum(isinstance(one, ShareEntry) for one in whole)
    return shares, sum(len(one.texts()) for one in whole) - shares


def _typed(terminal: Terminal, entry: Entry) -> Entry:
    entry.done = entry.left = False
    while not (entry.done or entry.left):
        terminal.draw(entry.screen(), bell=entry.refused)
        entry.press(terminal.key())
    return entry
