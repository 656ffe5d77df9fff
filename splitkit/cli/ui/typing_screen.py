"""`--type`: sheets typed from the paper at the terminal, for a quorum without any camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitkit.cli.ui.keystrokes import EnvelopeEntry, ShareEntry
from splitkit.quorum.scan import Line, Scan

if TYPE_CHECKING:
    from splitkit.host.terminal import Terminal

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
                lines.append(Line(f"typed share {shares}", Scan(_typed_share(terminal))))
            elif choice == "e":
                lines += [Line("typed envelope", Scan(text)) for text in _typed_envelope(terminal)]


def _overview(shares: int, envelope_lines: int) -> str:
    done = f"typed so far: shares {shares}, envelope lines {envelope_lines}"
    return "\n".join(["TYPE THE SHEETS FROM THE PAPER", "", done, "", *_MENU.split("    "), "", "Ctrl-C stops."])


def _typed_share(terminal: Terminal) -> str:
    entry = ShareEntry()
    while not entry.done:
        terminal.draw(entry.screen(), bell=entry.refused)
        entry.press(terminal.key())
    return entry.line()


def _typed_envelope(terminal: Terminal) -> list[str]:
    entry = EnvelopeEntry()
    while not entry.done:
        terminal.draw(entry.screen(), bell=entry.refused)
        entry.press(terminal.key())
    return entry.texts()
