"""How worn a sheet is, in numbers and in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument

from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.scan import Line, Page, Scan, SheetSymbol
from splitkit.quorum.textform import symbol_text
from splitkit.quorum.verdicts import (
    SheetVerdict,
    SymbolRead,
    Wear,
    best_read,
    sheet_margin,
    unread,
    wear_advice,
    wear_of,
)
from tests.support.builders import made, pages, share_codes
from tests.support.kit import kit, page_pdf, run

SET = made()
WORDS, DIGITS, ENVELOPE = SheetSymbol


def symbols(words=None, digits=None, envelope=None) -> tuple[SymbolRead, ...]:
    given_ = zip(SheetSymbol, (words, digits, envelope), strict=True)
    return tuple(SymbolRead(kind, margin) for kind, margin in given_ if margin is not None)


@pytest.mark.parametrize(
    ("margins", "margin", "wear"),
    [
        ((1.0, 1.0, 1.0), 1.0, Wear.GOOD),
        ((0.7, 0.9, 0.8), 0.8, Wear.GOOD),
        ((0.69, 0.9, 0.8), 0.8, Wear.WORN),
        ((0.9, 0.9, 0.5), 0.5, Wear.WORN),
        ((1.0, None, 1.0), 1.0, Wear.WORN),
        ((1.0, 1.0, None), 1.0, Wear.WORN),
        ((0.1, 0.9, 0.9), 0.9, Wear.WORN),
        ((0.1, 0.39, 0.9), 0.39, Wear.FAILING),
        ((0.9, 0.9, 0.1), 0.1, Wear.FAILING),
        ((None, None, 0.1), 0.1, Wear.FAILING),
        ((None, None, None), None, None),
    ],
)
def test_a_sheet_is_as_good_as_the_weaker_of_its_share_and_its_envelope(margins, margin, wear):
    assert sheet_margin(symbols(*margins)) == margin
    assert wear_of(symbols(*margins)) is wear


def test_a_reader_that_cannot_tell_calls_nothing_worn():
    unknown = tuple(SymbolRead(kind, None) for kind in SheetSymbol)
    assert (sheet_margin(unknown), wear_of(unknown), wear_advice(unknown)) == (None, Wear.GOOD, "")
    assert wear_advice(unknown[:2]).endswith("(SHARE, big: read; SHARE, small: read; ENVELOPE: not read)")


def test_what_people_are_told():
    assert wear_advice(symbols(1, 1, 1)) == wear_advice(()) == ""
    assert wear_advice(symbols(0.61, 0.88, 0.5)) == (
        "worn: reprint within the year (SHARE, big: 61% to spare; SHARE, small: 88% to spare; ENVELOPE: 50% to spare)"
    )
    assert wear_advice(symbols(1, None, 1)) == (
        "scan the whole sheet again; if it stays so, reprint within the year "
        "(SHARE, big: 100% to spare; SHARE, small: not read; ENVELOPE: 100% to spare)"
    )
    assert wear_advice(symbols(0.1, 0.2, 1)).startswith("barely readable: reprint now")


margins = st.none() | st.floats(0, 1)


@given(st.lists(st.builds(SymbolRead, st.sampled_from(SheetSymbol), margins)))
def test_more_scans_never_make_a_sheet_look_worse(scans):
    order = [None, Wear.FAILING, Wear.WORN, Wear.GOOD]
    for symbol in scans:
        if {known.kind for known in scans} == {SheetSymbol.WORDS, SheetSymbol.DIGITS, SheetSymbol.ENVELOPE}:
            again = SymbolRead(symbol.kind, 1.0)
            assert order.index(wear_of([*scans, again])) >= order.index(wear_of(scans))
    assert best_read(best_read(scans)) == best_read(scans)
    assert unread(scans) == (() if not scans else tuple(kind for kind in SheetSymbol if kind not in {s.kind for s in scans}))  # fmt: skip


def verdicts(*places: Page, typed: tuple[str, ...] = ()) -> tuple[SheetVerdict, ...]:
    return judge(gather(places, [Line("line", Scan(text)) for text in typed])).sheets


def test_the_verdict_has_the_margin_of_each_symbol():
    (sheet,) = verdicts(*pages(SET, "2"))
    assert sheet.symbols == symbols(0.5, 0.75, 0.5)
    assert (sheet.margin, sheet.wear) == (0.75, Wear.WORN)


def test_a_typed_sheet_is_not_worn():
    typed = verdicts(typed=(SET.share("1").mnemonic, symbol_text(SET.envelope.raw)))
    assert [(sheet.symbols, sheet.wear) for sheet in typed] == [((), None)]


def test_a_sheet_is_as_good_as_its_best_scan():
    good = Page("good.png", tuple(Scan(code.text, 1.0) for code in (*pages(SET, "2")[0].scans,)))
    for sheet in verdicts(pages(SET, "2")[0], good):
        assert sheet.symbols == symbols(1.0, 1.0, 1.0)


def test_on_a_page_with_two_envelopes_the_one_of_the_set_counts():
    other = symbol_text(made(seed=1).envelope.raw)
    page = Page("p", (*share_codes(SET.share("1")), Scan(symbol_text(SET.envelope.raw), 0.9), Scan(other, 0.1)))
    assert [sheet.symbols for sheet in verdicts(page)] == [symbols(0.5, 0.75)], "nobody can tell which is the set's"
    gathering = gather([page], [])
    assert [sheet.symbols for sheet in judge(gathering, SET.anchor).sheets] == [symbols(0.5, 0.75, 0.9)]


def stained(blobs: int, folder) -> str:
    """Sheet 3 with light and dark spots all over it, 200 dpi."""
    import random

    dice, image = random.Random(0), PdfDocument(page_pdf(SET, "3"))[0].render(scale=200 / 72).to_pil().convert("L")
    draw = ImageDraw.Draw(image)
    for _ in range(blobs):
        x, y, size = dice.randrange(image.width), dice.randrange(image.height), dice.choice([10, 20, 30])
        draw.ellipse((x, y, x + size, y + size), fill=dice.choice([0, 255]))
    assert isinstance(image, Image.Image)
    image.save(folder / f"stained-{blobs}.png")
    return f"stained-{blobs}.png"


def test_stains_on_a_real_sheet_are_told_before_it_is_lost(tmp_path):
    said = json.loads(run("check", "--json", stained(0, tmp_path), stained(150, tmp_path), cwd=tmp_path).stdout)
    assert {sheet["wear"] for sheet in said["sheets"]} == {"good"}, "one clean scan is enough"
    done = run("check", "--json", "stained-150.png", cwd=tmp_path)
    (sheet,) = json.loads(done.stdout)["sheets"]
    assert (done.returncode, sheet["status"], sheet["wear"]) == (0, "sound", "worn")
    assert set(sheet["symbols"]) == {"words", "digits", "envelope"}
    assert sheet["sheet_margin"] == min(max(sheet["symbols"]["words"], sheet["symbols"]["digits"]), sheet["symbols"]["envelope"])  # fmt: skip
    shown = run("check", "stained-150.png", cwd=tmp_path).stdout
    assert "worn: reprint within the year (SHARE, big: " in shown
    assert "worn" not in run("check", "sheets/share-3-of-5.pdf", cwd=kit()).stdout
