"""The pictures of screens in docs/pictures are what a person sees at a terminal of 80 by 24, drawn as SVG.

python -m tests.documents.test_pictures          draws them again
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from printouts.specimens import make
from tests.support.kit import COMMAND
from tests.support.places import ROOT
from tests.support.terminals import COLUMNS, LINES, Session

PICTURES = ROOT / "docs" / "pictures"
SPECIMENS = ROOT / "printouts" / "specimens"
_WIDE, _HIGH, _EDGE = 9, 19, 14
"""Units of one character, and of the space around all of them."""


def drawn(rows: Sequence[str]) -> str:
    """Return rows of a terminal as a picture."""
    width, height = COLUMNS * _WIDE + 2 * _EDGE, len(rows) * _HIGH + 2 * _EDGE
    lines = [
        f'<text x="{_EDGE}" y="{_EDGE + _HIGH * at + 15}" textLength="{len(row) * _WIDE}" xml:space="preserve">{escape(row)}</text>'
        for at, row in enumerate(rows)
        if row
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head += ' font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15" fill="#e8e8e8">'
    return (
        "\n".join([head, f'<rect width="{width}" height="{height}" rx="6" fill="#1b1f24"/>', *lines, "</svg>"]) + "\n"
    )


def screens() -> dict[str, str]:
    """Return each picture by its name."""
    with TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "custody.ledger").write_bytes(make.custody_ledger(troubled=True))
        for name in ("sheet-a4.pdf", "record-a4.pdf"):
            (at / name).write_bytes((SPECIMENS / name).read_bytes())
        shown = {
            "door": _rows(at, "", leaves=True),
            "status": _rows(at, f"status custody.ledger --at {make.QUARTER}"),
            "check": _rows(at, "check sheet-a4.pdf --record record-a4.pdf"),
        }
    return {f"{name}.svg": drawn(rows) for name, rows in shown.items()}


def _rows(folder: Path, line: str, *, leaves: bool = False) -> list[str]:
    """Return the first screen that a command shows, below the line that was typed; a question is left with Enter."""
    with Session([*COMMAND, *line.split()], folder) as session:
        if leaves:
            session.until_text("or Enter:")
            session.type("\n")
        session.finish()
        return [f"$ splitkit {line}".rstrip(), *session.screen.main][:LINES]


def main() -> None:
    """Draw them into their folder."""
    for name, picture in screens().items():
        (PICTURES / name).write_text(picture, "utf-8")


def test_each_picture_of_a_screen_is_what_the_program_shows():
    assert {path.name: path.read_text("utf-8") for path in sorted(PICTURES.glob("*.svg"))} == screens()


if __name__ == "__main__":
    sys.exit(main())
