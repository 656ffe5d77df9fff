"""The paper format is frozen: the symbols on the rendered specimens are where, and what, the tables of docs/format.md say.

Nothing of the code that draws is used: the page is drawn by pdfium, and the modules are looked at one by one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re

import pypdfium2
import pytest

from tests.support.places import ROOT

DPI = 400
LEVELS = {1: "L", 0: "M", 3: "Q", 2: "H"}
"""ISO/IEC 18004, format information: the two bits of the level."""

DOCUMENT = (ROOT / "docs/format.md").read_text("utf-8")
PAPER = DOCUMENT.partition("\n## 10. Paper\n")[2].partition("\n## 11.")[0]
SYMBOLS = re.findall(
    r"^\| (\w+) \| (.+?) \| \w+ \| (\d+) \| ([LMQH]) \| (\d) \| (\d+) \| (\d+) \|", PAPER, re.MULTILINE
)
PLACES = {
    name: dict(zip(("words", "digits", "envelope", "recipient"), places, strict=True))
    for name, *places in re.findall(r"^\| (A4|Letter) \| [\d.]+ x [\d.]+ \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAPER, re.MULTILINE)
}  # fmt: skip

ON_PAPER = [
    (f"{page}-{paper.lower()}", number, paper, symbol)
    for paper in ("A4", "Letter")
    for page, number, symbol in (
        *(("sheet", 0, symbol) for symbol in ("words", "digits", "envelope")),
        ("record", 0, "envelope"),
        ("record", -1, "recipient"),
    )
]


@functools.cache
def drawn(name, number):
    document = pypdfium2.PdfDocument(ROOT / "printouts/specimens" / f"{name}.pdf")
    return document[number % len(document)].render(scale=DPI / 72, grayscale=True).to_pil()


def modules(name, number, place, count):
    """The modules of a symbol, from one before each edge to one after: whether each is dark, at its middle."""
    x, y, side = (float(part) for part in re.split(", |; ", place))
    image, step = drawn(name, number), side / count

    def dark(row, column):
        at = ((x + (column + 0.5) * step) * DPI / 25.4, (y + (row + 0.5) * step) * DPI / 25.4)
        return image.getpixel((int(at[0]), int(at[1]))) < 128

    return {(row, column): dark(row, column) for row in range(-1, count + 1) for column in range(-1, count + 1)}


def finder(found, top, left):
    """Whether a finder pattern begins at this module, with light all around it."""
    inside = lambda row, column: max(abs(row - 3), abs(column - 3)) not in (2, 4)
    around = [(row, column) for row in range(-1, 8) for column in range(-1, 8)]
    return all(found[top + row, left + column] == inside(row, column) for row, column in around)


@pytest.mark.parametrize(("name", "number", "paper", "symbol"), ON_PAPER)
def test_a_symbol_is_where_and_what_the_tables_say(name, number, paper, symbol):
    fitting = []
    for kind, _, version, level, mask, count, side in SYMBOLS:
        place = PLACES[paper][symbol]
        if kind != symbol:
            continue
        assert place.endswith(f"; {side}")
        assert int(count) == 17 + 4 * int(version)
        found, last = modules(name, number, place, int(count)), int(count) - 7
        timing = all(found[6, column] == (column % 2 == 0) for column in range(8, last - 1))
        if timing and finder(found, 0, 0) and finder(found, 0, last) and finder(found, last, 0):
            fitting.append((found, level, mask))
    [(found, level, mask)] = fitting
    first = "".join(str(int(found[8, column])) for column in range(5))
    information = int(first, 2) ^ 0b10101
    assert (LEVELS[information >> 3], information & 7) == (level, int(mask))


def test_the_tables_are_read_whole():
    assert len(SYMBOLS) == 7
    assert set(PLACES) == {"A4", "Letter"}
    assert "Version 1 is frozen, for A4 and for Letter" in DOCUMENT


FROZEN = {
    "tables": "80fce6d0503a28283e9a194eeab78b23b74981ded93a969149cbe6b359890a9e",
    "example": "9191c389b6f47c812e5a2a191fb5adc4d7e8f33424c5cd3d0151b3a56c2d654f",
    "modules": "36739578684cec8f05a35f4ae67a74b50a58295d20267f47587969d6009738db",
}
"""SHA-256 of the numbers in the tables, of all that is made of the worked example, and of the modules of its three symbols."""


def frozen(what):
    if what == "modules":
        return (ROOT / "tests/vectors/symbols.json").read_bytes()
    example = json.loads((ROOT / "tests/vectors/sets.json").read_text("ascii"))[0]
    return json.dumps([SYMBOLS, PLACES] if what == "tables" else example, sort_keys=True).encode()


@pytest.mark.parametrize("what", FROZEN)
def test_what_is_frozen_has_not_changed(what):
    """Whoever changes one of these makes another format: sheets that were printed would no longer be what is written."""
    assert hashlib.sha256(frozen(what)).hexdigest() == FROZEN[what]
