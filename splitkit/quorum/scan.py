"""Untrusted text, as it comes from paper or from a keyboard.

A *page* is one picture, PDF page or camera frame and can carry several codes; a *line* was typed or came from a
hand-held scanner.  Nothing here has been checked: see `splitkit.quorum.gathering` for the judge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_TEXT = 4_296
"""Characters: what the largest QR symbol holds in alphanumeric mode."""


@dataclass(frozen=True)
class Scan:
    """One text from one code or one typed line; untrusted, and perhaps a share, so its repr shows nothing."""

    text: str = field(repr=False)
    margin: float | None = None
    """Unused error correction of the symbol, 0.0 to 1.0; None for typed text."""


@dataclass(frozen=True)
class Page:
    """All that was read from one picture, PDF page or camera frame."""

    source: str
    """What people call the place, already safe to print: 'scan.pdf page 2'."""
    scans: tuple[Scan, ...] = ()
    problem: str = ""
    """Why nothing could be read, in words; empty when the page was opened."""
    drawn: bool = False
    """Whether the picture was drawn by a program: it is no scan of paper."""


@dataclass(frozen=True)
class Line:
    """One typed line, or one line of a hand-held scanner."""

    source: str
    scan: Scan
