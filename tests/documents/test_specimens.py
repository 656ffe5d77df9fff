"""Golden paper: every specimen is made again and compared, read by two different readers, and fit for an archive."""

from __future__ import annotations

import functools
import shutil
import subprocess

import pypdfium2
import pytest
import zxingcpp

from printouts.specimens import make
from splitkit.paper.qr import trial_text
from splitkit.quorum.textform import symbol_text
from tests.support.places import ROOT
from tests.support.sampling import sampled

FOLDER = ROOT / "printouts" / "specimens"

NAMES = sorted(path.name for path in FOLDER.glob("*.pdf"))
CODED = [name for name in NAMES if not name.startswith(("before", "form", "report", "procedure"))]
OF_SETS = [name for name in NAMES if not name.startswith(("before", "procedure"))]
SHEETS = [name for name in NAMES if name.startswith("sheet")]


def needs(program: str) -> str:
    path = shutil.which(program)
    if not path:
        pytest.skip(f"{program} is not installed")
    return path


@functools.cache
def dealt_of(family: str):
    plan = make.plans()[family]
    return plan, make.specimen_set(plan, family)


def expected_codes(name: str) -> set[str]:
    """What the codes of a specimen must say."""
    if name.startswith("print-test"):
        return {trial_text()}
    family = name.removesuffix(".pdf").partition("-")[2]
    plan, dealt = dealt_of(family)
    envelope = symbol_text(dealt.envelope.raw)
    if name.startswith("record"):
        return {envelope, make_recipient(dealt)}
    share = dealt.shares[make.shown_sheet(plan, family)]
    return {" ".join(share.words).upper(), share.digits, envelope}


def make_recipient(dealt) -> str:
    from splitkit.quorum.recipient import recipient_text

    return recipient_text(dealt.recipient).upper()


@functools.cache
def page_images(name: str, dpi: int = 200):
    document = pypdfium2.PdfDocument(FOLDER / name)
    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return make.specimens()


def test_the_folder_holds_every_specimen_and_nothing_else(made):
    assert NAMES == sorted(made)
    assert {path.name for path in FOLDER.iterdir() if path.suffix != ".pdf"} - {"__pycache__"} == {
        "make.py",
        *(f"{name}.png" for name in make.PICTURED),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_specimen_is_made_again_byte_for_byte(name, made):
    assert (FOLDER / name).read_bytes() == made[name], "renew it with 'make specimens' and look at it"


@pytest.mark.parametrize("name", CODED)
def test_zxing_reads_every_code(name):
    found = set()
    for image in page_images(name):
        found |= {code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)}
    assert found == expected_codes(name)


@pytest.mark.parametrize("name", sampled(CODED, 0, always=["sheet-a4.pdf", "record-letter.pdf"]))
def test_zbar_reads_every_code(name, tmp_path):
    zbarimg = needs("zbarimg")
    found = set()
    for number, image in enumerate(page_images(name)):
        picture = tmp_path / f"{number}.pgm"
        image.save(picture)
        command = [zbarimg, "-Sdisable", "-Sqrcode.enable", "--quiet", "--raw", str(picture)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        found |= set(run.stdout.splitlines())
    assert found == expected_codes(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_font_is_embedded(name):
    run = subprocess.run([needs("pdffonts"), str(FOLDER / name)], capture_output=True, text=True, check=True)
    rows = run.stdout.splitlines()[2:]
    assert rows
    for row in rows:
        embedded, subset, _unicode = row.split()[-5:-2]
        assert (embedded, subset) == ("yes", "yes"), row


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_sound_and_says_pdf_a_2b(name):
    subprocess.run([needs("qpdf"), "--check", str(FOLDER / name)], capture_output=True, check=True)
    plain = subprocess.run(
        [needs("qpdf"), "--stream-data=uncompress", str(FOLDER / name), "-"], capture_output=True, check=True
    ).stdout
    assert b"<pdfaid:part>2</pdfaid:part>" in plain
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in plain


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_one_page(name):
    assert len(page_images(name, dpi=20)) == 1


@pytest.mark.parametrize("name", OF_SETS)
def test_a_specimen_says_that_it_is_practice(name):
    document = pypdfium2.PdfDocument(FOLDER / name)
    for page in document:
        assert "protects nothing" in page.get_textpage().get_text_range()
