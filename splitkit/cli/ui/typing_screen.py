"""`--type`: sheets typed from the paper at the terminal, for a quorum without any camera."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from splitkit.cli.ui.dialogue import BACK_KEY
from splitkit.cli.ui.keystrokes import BACKSPACE, ENTER, EnvelopeEntry, ShareEntry
from splitkit.host.terminal import Terminal
from splitkit.quorum.scan import Line, Scan

Entry: TypeAlias = ShareEntry | EnvelopeEntry
_KINDS: dict[str, type[Entry]] = {"1": ShareEntry, "2": EnvelopeEntry}
_DONE, _AGREED = "3", "yes"
_MENU = (
    "1: type a share",
    "2: type the envelope (once; it is the same on all sheets)",
    f"{_DONE}: done",
    f"{BACK_KEY}: back to what was typed last",
)
_LEFT = "a share is begun and not whole: 1 goes on with it; yes leaves it out"
_LONGEST = 8
"""Characters of an answer that are shown."""


def type_sheets(terminal: Terminal) -> list[Line]:
    """Let people type shares and an envelope, and return the lines as if a hand-held scanner had typed them.

    Raises:
        StoppedError: On Ctrl-C; the screen is clear by then.
    """
    table = _TypedTable()
    with terminal.full_screen():
        while not table.done:
            terminal.draw(table.screen(), bell=bool(table.message))
            entry = table.press(terminal.key().lower())
            if entry:
                table.put(_typed(terminal, entry))
    return table.lines()


@dataclass
class _TypedTable:
    """What was typed so far."""

    whole: list[Entry] = field(default_factory=list)
    begun: list[Entry] = field(default_factory=list)
    """What people went back from before it was whole."""
    answer: str = ""
    """What stands behind the question, until Enter ends it."""
    message: str = ""
    done: bool = False

    def press(self, key: str) -> Entry | None:
        """Take one key, and return what is typed next; None while it is not known.  Only Enter, and the way back, do anything."""
        if key == BACK_KEY:
            return self._back()
        if key in ENTER:
            answer, self.answer = self.answer.strip(), ""
            return self._chosen(answer)
        if key in BACKSPACE:
            self.answer = self.answer[:-1]
        elif key.isprintable():
            self.answer = (self.answer + key)[-_LONGEST:]
        return None

    def _back(self) -> Entry | None:
        self.answer, self.message = "", "" if self.whole else "nothing was typed before this"
        return self.whole.pop() if self.whole else None

    def _chosen(self, answer: str) -> Entry | None:
        asked, self.message = self.message == _LEFT, ""
        if answer in _KINDS:
            kind = _KINDS[answer]
            at = next((at for at, entry in enumerate(self.begun) if isinstance(entry, kind)), None)
            return kind() if at is None else self.begun.pop(at)
        if answer == _DONE and any(isinstance(one, ShareEntry) for one in self.begun):
            self.message = _LEFT
        elif answer == _DONE or (asked and answer == _AGREED):
            self.done = True
        else:
            self.message = "type one of these numbers, then Enter"
        return None

    def put(self, entry: Entry) -> None:
        """Take what was typed, as far as it is."""
        if entry.done:
            self.whole.append(entry)
        elif entry.begun:
            self.begun.append(entry)

    def lines(self) -> list[Line]:
        """Return all that is whole, of an envelope every line that is: other sheets may have the rest."""
        numbers = itertools.count(1)
        lines = [one for one in self.begun if isinstance(one, EnvelopeEntry)]
        return [
            Line(f"typed share {next(numbers)}" if isinstance(one, ShareEntry) else "typed envelope", Scan(text))
            for one in (*self.whole, *lines)
            for text in one.texts()
        ]

    def screen(self) -> str:
        """Return the menu, under what there is so far."""
        shares, lines = _count(self.whole)
        done = f"typed so far: shares {shares}, envelope lines {lines}"
        begun = [f"begun, and not whole yet: {len(self.begun)}"] if self.begun else []
        return "\n".join(
            [
                "TYPE THE SHEETS FROM THE PAPER",
                "",
                done,
                *begun,
                "",
                *_MENU,
                "",
                self.message,
                "",
                "A number, then Enter.  Ctrl-C stops.",
                f"> {self.answer}",
            ]
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
