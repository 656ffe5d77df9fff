"""The symbols: versions, levels and mask of the format, and their contents, read by another implementation."""

import base64
import hashlib
import random
import subprocess
import sys

import pytest
import zxingcpp
from PIL import Image

from splitkit.paper import encoder, qr
from splitkit.quorum.scan import SYMBOL_PREFIX

WORDS = " ".join(["ACADEMIC"] * 32 + ["ZERO"])
LONGEST = " ".join(["ACTIVITY"] * 33)
DIGITS = "00000512" * 16 + "1023"


def decoded(symbol):
    """What zxing-cpp reads from the symbol drawn with 4 pixels a module."""
    side = symbol.size + 2 * 4
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(symbol.modules):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + 4, y + 4), 0)
    image = image.resize((side * 4, side * 4), Image.Resampling.NEAREST)
    (barcode,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return barcode


def check(symbol, text, version, level):
    barcode = decoded(symbol)
    assert barcode.text == text
    assert (symbol.version, symbol.level, symbol.mask) == (version, level, 2)
    assert barcode.extra["Version"] == str(version)
    assert barcode.extra["ECLevel"] == level
    assert barcode.extra["DataMask"] == 2
    assert symbol.size == 17 + 4 * version


@pytest.mark.parametrize("words", [WORDS, LONGEST])
def test_words_are_upper_case_in_version_12_level_q(words):
    check(qr.words_symbol(words), words, 12, "Q")


def test_the_longest_share_fills_its_symbol_to_the_last_character():
    assert len(LONGEST) == 296
    with pytest.raises(ValueError, match="too long"):
        qr._symbol(LONGEST + "X", 12, "Q")


def test_digits_are_version_6_level_h():
    check(qr.digits_symbol(DIGITS), DIGITS, 6, "H")


@pytest.mark.parametrize(
    ("size", "version"), [(1, 11), (226, 11), (227, 13), (299, 13), (300, 15), (372, 15), (373, 17), (456, 17)]
)
def test_an_envelope_takes_the_smallest_of_its_four_versions(size, version):
    text = SYMBOL_PREFIX + "A" * ((size * 8 + 4) // 5)
    check(qr.envelope_symbol(text), text, version, "M")


def test_the_room_of_the_versions_is_exact():
    for version, room in qr.ENVELOPE_VERSIONS.items():
        text = SYMBOL_PREFIX + "A" * (room - 4)
        assert qr.envelope_symbol(text).version == version
        with pytest.raises(ValueError, match="too long"):
            qr._symbol(text + "A", version, "M")


def test_an_envelope_of_more_than_456_bytes_is_refused():
    with pytest.raises(ValueError, match="too long"):
        qr.envelope_symbol("SK1:" + "A" * 731)


def test_a_recipient_is_upper_case_and_has_its_version():
    text = "age1pq1" + "qpzry9x8" * 244
    symbol = qr.recipient_symbol(text)
    check(symbol, text.upper(), 30, "M")


@pytest.mark.parametrize(
    "words",
    [
        WORDS.removesuffix(" ZERO"),
        WORDS + " ZERO",
        WORDS.replace("ZERO", "NINECHARS"),
        WORDS.replace("ZERO", ""),
        WORDS.replace("ZERO", "A B"),
        WORDS.replace("ZERO", "É"),
        WORDS.lower(),
        WORDS.replace(" ", "  "),
        WORDS + "\n",
    ],
)
def test_what_is_no_share_gets_no_symbol(words):
    with pytest.raises(ValueError, match="33 words"):
        qr.words_symbol(words)


@pytest.mark.parametrize("digits", ["", "1" * 131, "1" * 133, "١" * 132, "1" * 131 + "\n"])
def test_what_is_not_132_digits_gets_no_symbol(digits):
    with pytest.raises(ValueError, match="132 digits"):
        qr.digits_symbol(digits)


@pytest.mark.parametrize("text", ["", "SK1:", "SK2:AAAA", "SK1:aaaa", "SK1:A1", "SK1:AAAA\n"])
def test_what_is_no_envelope_text_gets_no_symbol(text):
    with pytest.raises(ValueError, match="base32"):
        qr.envelope_symbol(text)


def test_a_broken_recipient_gets_no_symbol():
    with pytest.raises(ValueError, match="recipient"):
        qr.recipient_symbol("age1 pq")


def test_a_block_of_zero_bytes_is_beyond_the_package_and_not_beyond_us():
    """Nine times 'academic' in a row, one share in 2**90."""
    with pytest.raises(ValueError, match="glog"):
        qr.witnessed("0000" * 33, 6, "H")
    check(qr.digits_symbol("0000" * 33), "0000" * 33, 6, "H")


@pytest.mark.parametrize(("version", "level"), sorted(encoder.BLOCKS))
def test_every_symbol_is_bit_for_bit_that_of_the_package(version, level):
    """Texts of every length up to the longest, of random letters and of random digits."""
    chance = random.Random(version)
    room = 8 * sum(count * data for count, data in encoder.BLOCKS[version, level][1])
    most = {"0123456789": int((room - 20) / 10 * 3), encoder.ALPHABET: int((room - 20) / 11 * 2)}
    for signs, longest in most.items():
        for length in {1, 2, 3, longest - 1, longest, *(chance.randrange(1, longest) for _ in range(40))}:
            text = "".join(chance.choices(signs, k=length))
            assert qr._symbol(text, version, level) == qr.witnessed(text, version, level), text


def test_what_a_symbol_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="characters"):
        qr._symbol("a", 6, "H")


def test_the_package_is_asked_for_the_test_page_alone():
    code = (
        "import sys; from splitkit.paper import qr; qr.digits_symbol('1' * 132); print('qrcode' in sys.modules);"
        "qr.trial_symbol(); print('qrcode' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.split() == [
        b"False",
        b"True",
    ]


def test_errors_and_reprs_show_no_share():
    symbol = qr.words_symbol(WORDS)
    assert repr(symbol) == "Symbol(version=12, level='Q', mask=2)"
    with pytest.raises(ValueError) as caught:
        qr.words_symbol(WORDS.replace("ZERO", "SUPERSECRET"))
    assert "SUPERSECRET" not in str(caught.value)


def test_the_path_covers_exactly_the_dark_modules():
    symbol = qr.digits_symbol(DIGITS)
    painted = set()
    for part in symbol.path().split("M")[1:]:
        corner, run = part.split("h", 1)
        x, y = map(int, corner.split())
        length = int(run.split("v")[0])
        assert run == f"{length}v1h-{length}z"
        painted |= {(x + step, y) for step in range(length)}
    assert painted == {(x, y) for y, row in enumerate(symbol.modules) for x, dark in enumerate(row) if dark}


def test_symbols_never_change():
    """Bit for bit: a page printed today and its reprint in ten years are the same."""
    base32 = base64.b32encode(bytes(range(250))).decode()
    made = {
        "words": qr.words_symbol(WORDS),
        "digits": qr.digits_symbol(DIGITS),
        "envelope": qr.envelope_symbol(SYMBOL_PREFIX + base32),
    }
    assert {name: hashlib.sha256(symbol.path().encode()).hexdigest()[:16] for name, symbol in made.items()} == {
        "words": "23553d7470504950",
        "digits": "b2633e2fa64db59e",
        "envelope": "d42285a286e6b1cd",
    }
