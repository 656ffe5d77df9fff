"""Printed pages, measured and read again by other programs."""

import functools
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from splitkit.errors import UsageError
from splitkit.paper import geometry
from splitkit.paper.documents import SheetLine
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from tests.support.layout import QUIET_MODULES
from tests.support.paper.page_data import (
    DIGITS,
    FINGERPRINT,
    GROUPS_RULE,
    LONG_WORDS,
    RECIPIENT,
    SHA256,
    WORDS,
    a_record,
    a_sheet,
    the_largest_sheet,
)
from tests.support.paper.pdfs import flattened, pages_of, text_of
from tests.support.processes import HANGS

PAPERS = pytest.mark.parametrize("paper", list(Paper))
DPI = 300
PIXELS_PER_MM = DPI / 25.4


class Once(Typesetter):
    """Sets a page once, however many tests look at it."""

    pdf = functools.cache(Typesetter.pdf)


@pytest.fixture(scope="module")
def typesetters():
    return {paper: Once(paper) for paper in Paper}


def picture(pdf, page=0):
    return pages_of(pdf)[page].render(scale=DPI / 72, grayscale=True).to_pil()


def symbols(image):
    """What zxing-cpp reads: version -> barcode."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return {int(barcode.extra["Version"]): barcode for barcode in found}


def run(*command, data):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} not installed")
    return subprocess.run(command, input=data, capture_output=True, timeout=HANGS, check=False)


def at(image, x, y):
    """The grey value at a place in millimetres."""
    return image.getpixel((round(x * PIXELS_PER_MM), round(y * PIXELS_PER_MM)))


def crop(image, left, top, right, bottom):
    return image.crop(tuple(round(value * PIXELS_PER_MM) for value in (left, top, right, bottom)))


def is_white(image):
    return image.getextrema() == (255, 255)


def assert_lies_at(barcode, place):
    """Within 0.3 mm at all four corners."""
    position = barcode.position
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    steps = ((0, 0), (1, 0), (1, 1), (0, 1))
    for corner, (right, down) in zip(corners, steps, strict=True):
        assert corner.x / PIXELS_PER_MM == pytest.approx(place.x + right * place.size, abs=0.3)
        assert corner.y / PIXELS_PER_MM == pytest.approx(place.y + down * place.size, abs=0.3)


def assert_surrounded(image, place, modules):
    """A white quiet zone, eight black marks, and white around each mark."""
    quiet = QUIET_MODULES * place.size / modules - 0.1
    low_x, low_y, high_x, high_y = place.x, place.y, place.x + place.size, place.y + place.size
    assert is_white(crop(image, low_x - quiet, low_y - quiet, high_x + quiet, low_y - 0.1))
    assert is_white(crop(image, low_x - quiet, high_y + 0.1, high_x + quiet, high_y + quiet))
    assert is_white(crop(image, low_x - quiet, low_y, low_x - 0.1, high_y))
    assert is_white(crop(image, high_x + 0.1, low_y, high_x + quiet, high_y))
    for x, y in place.marks():
        assert at(image, x, y) == 0
        ring = geometry.MARK_RADIUS_MM + 1.0
        area = crop(image, x - ring, y - ring, x + ring, y + ring)
        dark = sum(area.histogram()[:128]) / PIXELS_PER_MM**2
        assert dark == pytest.approx(3.1416 * geometry.MARK_RADIUS_MM**2, rel=0.08)


@PAPERS
@pytest.mark.parametrize(
    ("size", "version"),
    [
        (100, 11),
        pytest.param(250, 13, marks=pytest.mark.long),
        pytest.param(340, 15, marks=pytest.mark.long),
        (456, 17),
    ],
)
def test_symbols_are_where_the_geometry_says(typesetters, paper, size, version):
    sheet = a_sheet(size)
    image = picture(typesetters[paper].pdf(sheet))
    found = symbols(image)
    layout = paper.layout
    expected = {
        12: ("Q", " ".join(WORDS), layout.words),
        6: ("H", DIGITS, layout.digits),
        version: ("M", sheet.envelope_text, layout.envelope),
    }
    assert set(found) == set(expected)
    for number, (level, text, place) in expected.items():
        barcode = found[number]
        assert barcode.text == text
        assert (barcode.extra["ECLevel"], barcode.extra["DataMask"], barcode.extra["UEC"]) == (level, 2, 1.0)
        assert_lies_at(barcode, place)
        assert_surrounded(image, place, 17 + 4 * number)


@PAPERS
@pytest.mark.parametrize("practice", [False, True])
def test_the_fullest_pages_keep_symbols_and_marks_free(typesetters, paper, practice):
    image = picture(typesetters[paper].pdf(the_largest_sheet(practice=practice)))
    layout = paper.layout
    for place, modules in ((layout.words, 65), (layout.digits, 41), (layout.envelope, 85)):
        assert_surrounded(image, place, modules)
    assert {12, 6, 17} == set(symbols(image))


def test_another_reader_reads_all_three_symbols(typesetters, tmp_path):
    sheet = a_sheet()
    path = tmp_path / "page.png"
    picture(typesetters[Paper.A4].pdf(sheet)).save(path)
    done = run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path), data=None)
    lines = set(done.stdout.decode().split("\n")) - {""}
    assert lines == {" ".join(WORDS), DIGITS, sheet.envelope_text}


@PAPERS
@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("make", [a_sheet, the_largest_sheet])
def test_a_sheet_is_one_page_of_the_right_size(typesetters, paper, practice, anonymous, make):
    (page,) = pages_of(typesetters[paper].pdf(make(practice=practice, anonymous=anonymous)))
    width, height = page.get_size()
    assert width / 72 * 25.4 == pytest.approx(paper.width_mm, abs=0.01)
    assert height / 72 * 25.4 == pytest.approx(paper.height_mm, abs=0.01)


@PAPERS
@pytest.mark.parametrize("make", [a_sheet, the_largest_sheet])
def test_everything_can_be_typed_from_the_page(typesetters, paper, make):
    sheet = make()
    text = text_of(typesetters[paper].pdf(sheet))
    words = sheet.words
    numbered = dict(re.findall(r"(?<![/\w])(\d{1,2})\s+([A-Z]{3,8})\b", text))
    assert [numbered[str(n)] for n in range(1, 34)] == list(words)
    for line in sheet.envelope_lines:
        assert line in text
    for word in FINGERPRINT:
        assert word in text
    assert SHA256 in text
    assert sheet.set_id in text
    flat = flattened(text)
    for said in (sheet.rule, sheet.label, sheet.custodian, sheet.title, sheet.needed, "2026-11-24", "splitkit recover"):
        assert flattened(said) in flat


def test_the_longest_words_fit(typesetters):
    assert max(map(len, LONG_WORDS)) == 8
    assert LONG_WORDS[32] in text_of(typesetters[Paper.A4].pdf(the_largest_sheet()))


def test_secret_and_public_words_look_different(typesetters):
    text = text_of(typesetters[Paper.A4].pdf(a_sheet()))
    assert "never read aloud; no photograph, even in part" in text
    assert "may be read aloud" in text
    for word in WORDS:
        assert word.lower() not in text
    for word in FINGERPRINT:
        assert word.upper() not in text


@pytest.mark.parametrize("make", ["sheet", "record"])
def test_practice_is_said_on_every_page_and_nowhere_else(typesetters, make):
    page = {"sheet": a_sheet, "record": a_record}[make]
    for paper in Paper:
        setter = typesetters[paper].pdf
        for practice in (True, False):
            for sheet in pages_of(setter(page(practice=practice))):
                text = sheet.get_textpage().get_text_bounded()
                assert ("protects nothing" in text) is practice
                assert ("PRACTICE" in text) is practice


@pytest.mark.parametrize("make", ["sheet", "record"])
def test_anonymous_pages_have_no_label_and_no_names(typesetters, make):
    page = {"sheet": a_sheet, "record": a_record}[make](anonymous=True)
    pdf = typesetters[Paper.A4].pdf(page)
    text = text_of(pdf)
    for hidden in ("AWS", "Ada", "Chief", "Director"):
        assert hidden not in text
        assert hidden.encode() not in pdf


def test_an_anonymous_page_may_have_names_that_cannot_be_printed(typesetters):
    assert typesetters[Paper.A4].pdf(a_sheet(anonymous=True, custodian="Ada \U0001f600"))


@pytest.mark.parametrize("make", ["sheet", "record"])
def test_the_same_page_is_the_same_bytes(make):
    page = {"sheet": a_sheet, "record": a_record}[make]()
    one, other = (Typesetter(Paper.A4).pdf(page) for _ in range(2))
    assert one == other
    assert b"20261124" in one


def test_pages_made_by_one_typesetter_do_not_mix():
    setter = Typesetter(Paper.A4)
    first = setter.pdf(a_sheet())
    setter.pdf(the_largest_sheet())
    setter.pdf(a_record())
    assert setter.pdf(a_sheet()) == first


@PAPERS
@pytest.mark.parametrize("make", ["sheet", "record"])
def test_pages_are_made_for_archives(typesetters, paper, make, tmp_path):
    pdf = typesetters[paper].pdf({"sheet": a_sheet, "record": a_record}[make]())
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    done = run("qpdf", "--check", str(path), data=None)
    assert (done.returncode, b"WARNING" in done.stdout + done.stderr) == (0, False)


def test_all_fonts_are_embedded(typesetters, tmp_path):
    for name, pdf in (
        ("sheet", typesetters[Paper.A4].pdf(a_sheet())),
        ("record", typesetters[Paper.A4].pdf(a_record())),
    ):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        rows = run("pdffonts", str(path), data=None).stdout.decode().splitlines()[2:]
        assert rows
        assert all(re.search(r"\byes yes yes\b", row) for row in rows)


def test_symbols_are_drawn_and_not_pictures(typesetters):
    """Vectors stay sharp on every printer."""
    (page,) = pages_of(typesetters[Paper.A4].pdf(a_sheet()))
    kinds = {thing.type for thing in page.get_objects()}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds


@pytest.mark.parametrize(
    "name", ["Łucja Żółć-Ångström", "Άδα Παράδειγμα", "Ада Примерова-Ґіжій", "Ậda Ví Dụ", "O’Example"]
)
def test_names_of_europe_print_from_embedded_fonts(name, monkeypatch):
    setter = Typesetter(Paper.A4)
    page = a_sheet(custodian=name)
    asked = []
    attempt = setter._attempt
    monkeypatch.setattr(setter, "_attempt", lambda *a, **k: asked.append(k["system_fonts"]) or attempt(*a, **k))
    text = text_of(setter.pdf(page))
    assert name in text
    assert asked == [False]


def test_a_name_that_needs_a_system_font_prints_or_is_refused(typesetters):
    name = "山田太郎"
    try:
        pdf = typesetters[Paper.A4].pdf(a_sheet(custodian=name))
    except UsageError as error:
        assert "the custodian's name" in error.fact
        assert name not in error.fact + error.hint
    else:
        assert name in text_of(pdf)


def test_a_character_that_no_font_has_is_refused(typesetters):
    """Linear B is printable, and on hardly any machine."""
    with pytest.raises(UsageError) as caught:
        typesetters[Paper.A4].pdf(a_sheet(title="Wanax \U00012543 of Pylos"))
    assert "the custodian's title has a character" in caught.value.fact
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "text",
    ["Ada\x00", "Ada\nExample", "Ada\u202eelpmaxE", "Ada\u200b", "Ada\u2066", "Ada\u2028", "Ada\ue000", "Ada\x1b[2J"],
)
@pytest.mark.parametrize("field", ["custodian", "title", "label", "position"])
def test_invisible_characters_are_refused(typesetters, field, text):
    with pytest.raises(UsageError, match="invisible"):
        typesetters[Paper.A4].pdf(a_sheet(**{field: text}))


@pytest.mark.parametrize("text", ["Ada \U0001f600", "\U0001f469 Ada", "\U0001f512"])
@pytest.mark.parametrize("field", ["custodian", "title", "label"])
def test_emoji_are_refused(typesetters, field, text):
    with pytest.raises(UsageError, match="emoji"):
        typesetters[Paper.A4].pdf(a_sheet(**{field: text}))


def test_the_record_names_the_sheet_whose_name_cannot_be_printed(typesetters):
    lines = (SheetLine("1", "sheet 1 of 2", "Ada Example", ""), SheetLine("2", "sheet 2 of 2", "Ada\u202e", ""))
    with pytest.raises(UsageError, match="custodian of sheet 2"):
        typesetters[Paper.A4].pdf(replace(a_record(), sheets=lines))


@PAPERS
def test_a_policy_of_many_groups_is_short_on_the_sheet_and_whole_in_the_record(typesetters, paper):
    setter = typesetters[paper]
    sheet = the_largest_sheet(rule=GROUPS_RULE, needed="9 of 16 groups", practice=True)
    text = flattened(text_of(setter.pdf(sheet)))
    assert flattened("The sheets of 9 of 16 groups together give it back") in text
    assert flattened("Wholly Owned Subsidiary") not in text
    record = a_record(rule=GROUPS_RULE, policy="9 of 16 groups", label="W" * 64, line="ff" * 16)
    assert flattened(GROUPS_RULE) in flattened(text_of(setter.pdf(record)))


@pytest.mark.parametrize("field", ["custodian", "title", "position", "label"])
def test_text_that_does_not_fit_is_refused(typesetters, field):
    with pytest.raises(UsageError, match="do not fit"):
        typesetters[Paper.LETTER].pdf(a_sheet(**{field: "Example " * 150}))


def test_names_are_text_and_never_markup(typesetters):
    name = '#panic("x") *Ada* $x$ \\ @me <a> [b] // --'
    text = text_of(typesetters[Paper.A4].pdf(a_sheet(custodian=name)))
    assert name in text


def test_a_broken_template_says_nothing_of_the_page(tmp_path, monkeypatch):
    (tmp_path / "style.typ").write_text("")
    (tmp_path / "sheet.typ").write_text("#panic(json(bytes(sys.inputs.data)).words)")
    monkeypatch.setattr("splitkit.paper.typeset.templates", lambda: tmp_path)
    with pytest.raises(RuntimeError) as caught:
        Typesetter(Paper.A4).pdf(a_sheet())
    assert WORDS[0] not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_second_page_is_never_printed(tmp_path, monkeypatch):
    (tmp_path / "sheet.typ").write_text("one #pagebreak() two")
    monkeypatch.setattr("splitkit.paper.typeset.templates", lambda: tmp_path)
    with pytest.raises(RuntimeError, match="one page"):
        Typesetter(Paper.A4).pdf(a_sheet())


@PAPERS
@pytest.mark.parametrize(
    ("sheets", "size", "pages"), [(2, 100, 3), pytest.param(5, 250, 3, marks=pytest.mark.long), (32, 456, 4)]
)
def test_a_record_says_everything_that_vouches_for_the_set(typesetters, paper, sheets, size, pages):
    record = a_record(size, sheets, line="ff" * 16)
    pdf = typesetters[paper].pdf(record)
    assert len(pages_of(pdf)) == pages
    text = text_of(pdf)
    lines = re.findall(".{1,120}", RECIPIENT)
    for said in (
        *record.envelope_lines,
        *FINGERPRINT,
        *lines,
        SHA256,
        record.set_id,
        "ff" * 16,
        record.recipient_hash,
    ):
        assert said in text
    for line in record.sheets:
        assert line.custodian in text
    assert record.rule in " ".join(text.split())


@PAPERS
def test_the_codes_of_a_record_read(typesetters, paper):
    record = a_record(456)
    pdf = typesetters[paper].pdf(record)
    first, last = picture(pdf, 0), picture(pdf, -1)
    (envelope,) = symbols(first).values()
    assert envelope.text == record.envelope_text
    assert_lies_at(envelope, paper.layout.envelope)
    assert_surrounded(first, paper.layout.envelope, 85)
    ((version, recipient),) = symbols(last).items()
    assert recipient.text == RECIPIENT.upper()
    assert version == 30
    assert_lies_at(recipient, paper.layout.recipient)
    assert_surrounded(last, paper.layout.recipient, 137)


def test_the_record_is_public(typesetters):
    """Not one word that looks like a share: no line of secret words and no digits of one."""
    text = text_of(typesetters[Paper.A4].pdf(a_record()))
    assert "SECRET WORDS" not in text
    assert DIGITS not in text


def test_slow_packages_wait_until_a_page_is_made():
    code = "import sys, splitkit.paper.typeset; sys.exit(bool({'typst', 'qrcode', 'PIL'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
