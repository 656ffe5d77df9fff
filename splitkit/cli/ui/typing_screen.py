"""`--type`: sheets typed from the paper at the terminal, for a quorum without any camera."""

from __future__ import annotations

from typing import TypeVar

from splitkit.cli.ui.keystrokes import EnvelopeEntry, ShareEntry
from splitkit.host.terminal import Terminal
from splitkit.quorum.scan import Line, Scan

Entry = TypeVar("Entry", ShareEntry, EnvelopeEntry)
_MENU = "s: type a share    e: type the envelope (once; it is the same on all sheets)    d: done"


def type_sheets(terminal: Terminal) -> list[Line]:
    """Let people type shares and an envelope, and return the lines as if a hand-held scanner had typed them.

    Raises:
        StoppedError: On Ctrl-C; the screen is clear by then.
    """
    lines: list[Line] = []
    shares = 0
    with terminal.full_screen():
        while True:
            terminal.draw(_overview(shares, len(lines) - shares))
            choice = terminal.key().lower()
            if choice == "d":
                return lines
            if choice == "s":
                shares += 1
                lines.append(Line(f"typed share {shares}", Scan(_typed(terminal, ShareEntry()).line())))
            elif choice == "e":
                lines += [Line("typed envelope", Scan(text)) for text in _typed(terminal, EnvelopeEntry()).texts()]


def _overview(shares: int, envelope_lines: int) -> str:
    done = f"typed so far: shares {shares}, envelope lines {envelope_lines}"
    return "\n".join(["TYPE THE SHEETS FROM THE PAPER", "", done, "", *_MENU.split("    "), "", "Ctrl-C stops."])


def _typed(terminal: Terminal, entry: Entry) -> Entry:
    while not entry.done:
        terminal.draw(entry.screen(), bell=entry.refused)
        entry.press(terminal.key())
    return entry
