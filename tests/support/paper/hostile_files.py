"""Hostile files, each made by code: pictures, PDFs and codes built to harm, stall or mislead whoever opens them.

Nothing here is a binary kept in the repository, and every file is the same at every run.  What must come of each is
said in `test_hostile_files.py`.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import os
import random
import struct
import zipfile
import zlib
from hashlib import md5
from pathlib import Path

import cbor2
import qrcode
import zxingcpp
from PIL import Image, ImageOps
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_L

from splitkit.quorum.share import to_slip
from splitkit.quorum.textform import encode_base32, symbol_text
from tests.support.builders import altered, made
from tests.support.paper.pictures import blank_pdf, blank_png, chunk, encoded, symbol

SIGNATURE = b"\x89PNG\r\n\x1a\n"


# --- PNG --------------------------------------------------------------------------------------------------------------


def ihdr(width: int, height: int, depth: int = 8, colour: int = 0, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


@functools.cache
def zeros(size: int) -> bytes:
    """A zlib stream of *size* zero bytes, 1 to 1,000, made without holding them."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(size >> 20)]
    return b"".join(parts) + packer.compress(bytes(size & 0xFFFFF)) + packer.flush()


def filled_png(width: int, height: int, depth: int = 8, colour: int = 0, interlace: int = 0) -> bytes:
    """A PNG of zero bytes, with more of them than any picture of that size needs."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    size = height * (1 + (width * depth * channels + 7) // 8) + height * (8 if interlace else 0) + width
    palette = [chunk(b"PLTE", bytes(6))] if colour == 3 else []
    return png(ihdr(width, height, depth, colour, interlace), *palette, chunk(b"IDAT", zeros(size)))


@functools.cache
def noise(side: int, seed: int = 0) -> Image.Image:
    return Image.frombytes("L", (side, side), random.Random(seed).randbytes(side * side))


def finders(side: int, module: int = 3) -> Image.Image:
    """A page full of finder patterns: each three of them may be a code."""
    tile = Image.new("L", (9 * module, 9 * module), 255)
    tile.paste(0, (module, module, 8 * module, 8 * module))
    tile.paste(255, (2 * module, 2 * module, 7 * module, 7 * module))
    tile.paste(0, (3 * module, 3 * module, 6 * module, 6 * module))
    page = Image.new("L", (side, side), 255)
    for x in range(0, side - tile.width + 1, tile.width):
        for y in range(0, side - tile.height + 1, tile.height):
            page.paste(tile, (x, y))
    return page


def stripes(side: int) -> Image.Image:
    """Lines in the proportions of a finder pattern, the whole page long."""
    row = bytes(255 * (0b0101110101 >> (9 - column % 10) & 1) ^ 255 for column in range(side))
    return Image.frombytes("L", (side, side), row * side)


@functools.cache
def finder_png(side: int) -> bytes:
    return encoded(finders(side))


def frames(count: int) -> bytes:
    """An animation of *count* frames of one pixel each."""
    pixel = zlib.compress(b"\0\xff")
    control = lambda at: chunk(b"fcTL", struct.pack(">IIIIIHHBB", at, 1, 1, 0, 0, 1, 10, 0, 0))
    body = [control(0), chunk(b"IDAT", pixel)]
    for at in range(1, count):
        body += [control(2 * at - 1), chunk(b"fdAT", struct.pack(">I", 2 * at) + pixel)]
    return png(ihdr(1, 1), chunk(b"acTL", struct.pack(">II", count, 0)), *body)


def png_with_bad_crc() -> bytes:
    data = bytearray(blank_png(64, 64))
    data[29] ^= 1
    return bytes(data)


def png_in_wrong_order() -> bytes:
    return png(chunk(b"IDAT", zlib.compress(b"\0\xff")), ihdr(1, 1))


def png_without_palette() -> bytes:
    return png(ihdr(64, 64, 8, 3), chunk(b"IDAT", zlib.compress((b"\0" + bytes(64)) * 64)))


def png_out_of_its_palette() -> bytes:
    rows = zlib.compress((b"\0" + bytes(range(64))) * 64)
    return png(ihdr(64, 64, 8, 3), chunk(b"PLTE", bytes(3)), chunk(b"IDAT", rows))


def png_with_lying_length() -> bytes:
    return SIGNATURE + ihdr(64, 64) + struct.pack(">I", 0x7FFFFFFF) + b"IDAT" + zlib.compress(bytes(99))


def png_with_negative_length() -> bytes:
    return SIGNATURE + ihdr(64, 64) + struct.pack(">I", 0xFFFFFFF0) + b"tEXt" + bytes(99)


def png_of_empty_chunks() -> bytes:
    """A million chunks of nothing."""
    return png(ihdr(64, 64), chunk(b"IDAT", b"") * 1_000_000, chunk(b"IDAT", zlib.compress((b"\0" * 65) * 64)))


def png_of_texts() -> bytes:
    """Many small text bombs instead of one large one."""
    bomb = chunk(b"zTXt", b"k\0\0" + zeros(1 << 20))
    return png(ihdr(64, 64), bomb * 500, chunk(b"IDAT", zlib.compress((b"\0" * 65) * 64)))


def png_with_exif(exif: bytes) -> bytes:
    return blank_png(64, 64, extra=chunk(b"eXIf", exif))


def deep_png(mode: str) -> bytes:
    """A code in a rare kind of pixels."""
    page = symbol("DEEP", mm=25)
    if mode == "I;16":
        return encoded(page.convert("I").point(lambda value: value * 257).convert("I;16"))
    if mode == "P":
        return encoded(page.convert("RGB").quantize(2), transparency=0)
    return encoded(page.convert(mode))


# --- JPEG -------------------------------------------------------------------------------------------------------------


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


@functools.cache
def small_jpeg(mode: str = "L", **options: object) -> bytes:
    return encoded(symbol("A JPEG", mm=25).convert(mode), "JPEG", **options)


def frame_at(data: bytes) -> int:
    """Where the frame header (SOF) of a JPEG stands."""
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return at


def resized_jpeg(width: int, height: int, mode: str = "L", **options: object) -> bytes:
    """A small JPEG that claims another size."""
    data = bytearray(small_jpeg(mode, **options))
    at = frame_at(bytes(data))
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def altered_jpeg(offset: int, value: int) -> bytes:
    """A JPEG with one byte of its frame header changed: 1 the process, 4 the bits a sample, 9 the components."""
    data = bytearray(small_jpeg())
    data[frame_at(bytes(data)) + offset] = value
    return bytes(data)


@functools.cache
def many_scans(count: int, side: int) -> bytes:
    """A progressive JPEG whose picture is refined again and again: each scan goes over all its blocks."""
    tables = segment(0xDB, b"\0" + b"\1" * 64)
    frame = segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + b"\1\x11\0")
    huffman = segment(0xC4, b"\x10" + bytes([0, 1, *[0] * 14]) + b"\0") + segment(
        0xC4, b"\0" + bytes([0, 1, *[0] * 14]) + b"\0"
    )
    first = segment(0xDA, b"\1\1\0\0\0\0") + bytes(side * side // 64 // 4 + 8)
    later = segment(0xDA, b"\1\1\0\1\x3f\0") + bytes(side * side // 64 // 4 + 8)
    return b"\xff\xd8" + tables + frame + huffman + first + later * count + b"\xff\xd9"


def exif(*entries: tuple[int, int, int, bytes]) -> bytes:
    """A TIFF directory: tag, kind, count, four bytes of value or place; the next directory is this one again."""
    body = struct.pack("<H", len(entries))
    body += b"".join(struct.pack("<HHI", tag, kind, count) + value for tag, kind, count, value in entries)
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", 8)


def jpeg_with_exif(data: bytes) -> bytes:
    plain = small_jpeg()
    return plain[:2] + segment(0xE1, b"Exif\0\0" + data) + plain[2:]


ORIENTATION_0 = exif((0x0112, 3, 1, b"\0\0\0\0"))
ORIENTATION_9 = exif((0x0112, 3, 1, b"\x09\0\0\0"))
ORIENTATION_TEXT = exif((0x0112, 2, 4, b"six\0"))
RECURSIVE = exif((0x8769, 4, 1, struct.pack("<I", 8)), (0xA005, 4, 1, struct.pack("<I", 8)))
HUGE_COUNT = exif((0x010E, 2, 0xFFFFFFFF, struct.pack("<I", 8)), (0x0112, 3, 0x7FFFFFFF, b"\1\0\0\0"))


def mpo_that_loops() -> bytes:
    """A multi-picture JPEG whose second picture is its first, sixty thousand times."""
    entry = struct.pack("<IIIHH", 0x030000, 0, 0, 0, 0)
    count = 3_500
    index = b"II*\0" + struct.pack("<IH", 8, 3)
    index += struct.pack("<HHI", 0xB000, 7, 4) + b"0100"
    index += struct.pack("<HHII", 0xB001, 4, 1, count)
    index += struct.pack("<HHII", 0xB002, 7, 16 * count, 50) + struct.pack("<I", 0)
    plain = small_jpeg()
    return plain[:2] + segment(0xE2, b"MPF\0" + index + entry * count) + plain[2:]


def jpeg_of_comments() -> bytes:
    plain = small_jpeg()
    return plain[:2] + segment(0xFE, bytes(65_000)) * 900 + plain[2:]


def jpeg_of_profiles() -> bytes:
    """A colour profile in 255 pieces, each of which says that it is another one's place."""
    plain = small_jpeg("RGB")
    pieces = b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([at % 256, 255]) + bytes(60_000)) for at in range(600))
    return plain[:2] + pieces + plain[2:]


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf(*objects: bytes | str, trailer: str = "") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body.encode() if isinstance(body, str) else body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\n"
    return bytes(out) + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
PAGES = "<< /Type /Pages /Count 1 /Kids [3 0 R] >>"


def stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def drawn(
    content: str | bytes, resources: str = "", *more: bytes | str, size: str = "0 0 595 842", entries: str = ""
) -> bytes:
    """A PDF of one page that *content* draws; *more* are objects from number 5 on."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 4 0 R /Resources << {resources} >> {entries} >>"
    data = content.encode() if isinstance(content, str) else content
    return pdf(CATALOG, PAGES, page, stream("", data), *more)


def packed(content: bytes, resources: str = "", *more: bytes | str) -> bytes:
    """Like `drawn`, the content compressed."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << {resources} >> >>"
    return pdf(CATALOG, PAGES, page, stream("/Filter /FlateDecode", content), *more)


def sized(box: str) -> bytes:
    return drawn("", size=box)


def pages_that_loop() -> bytes:
    return pdf(
        CATALOG,
        "<< /Type /Pages /Count 9 /Kids [2 0 R 3 0 R 2 0 R] >>",
        "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] >>",
    )


def kids_that_lie(count: int) -> bytes:
    return pdf(
        CATALOG,
        f"<< /Type /Pages /Count {count} /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )


def deep_page_tree(depth: int) -> bytes:
    nodes = [
        f"<< /Type /Pages /Count 1 /Kids [{at + 1} 0 R] /Parent {max(at - 1, 2)} 0 R >>" for at in range(2, depth + 2)
    ]
    return pdf(CATALOG, *nodes, f"<< /Type /Page /Parent {depth + 1} 0 R /MediaBox [0 0 595 842] >>")


def deep_objects(depth: int) -> bytes:
    return pdf(
        f"<< /Type /Catalog /Pages 2 0 R /X {'[' * depth}{']' * depth} >>",
        PAGES,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
    )


def bomb_content() -> bytes:
    """A page whose 200 kB unpack to 200 MB of spaces."""
    packer = zlib.compressobj(9)
    return packed(b"".join(packer.compress(b" " * (1 << 20)) for _ in range(200)) + packer.flush())


def bomb_of_bombs() -> bytes:
    """Zeros packed three times over: 600 MB from less than a kilobyte."""
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    inner = zlib.compress(zlib.compress(zeros(600_000_000), 9), 9)
    return pdf(CATALOG, PAGES, page, stream("/Filter [/FlateDecode /FlateDecode /FlateDecode]", inner))


def picture_bomb(
    side: int, colours: str = "/DeviceGray", bits: int = 8, use: str = "q 500 0 0 500 0 0 cm /I Do Q"
) -> bytes:
    """A page with a picture of *side* by *side* points in a few kilobytes."""
    size = side * ((side * bits * (3 if "RGB" in colours else 1) + 7) // 8)
    entries = f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace {colours} /BitsPerComponent {bits} /Filter /FlateDecode"
    return drawn(use, "/XObject << /I 5 0 R >>", stream(entries, zeros(min(size, 200_000_000))))


def picture_of(filter_name: str, data: bytes, side: int = 5_000) -> bytes:
    entries = f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /{filter_name}"
    return drawn("q 500 0 0 500 0 0 cm /I Do Q", "/XObject << /I 5 0 R >>", stream(entries, data))


def jbig2(width: int, height: int) -> bytes:
    """JBIG2 data of one page of that size and nothing on it."""
    information = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    return struct.pack(">IBBBI", 0, 48, 0, 1, len(information)) + information


def jpx(width: int, height: int) -> bytes:
    """The beginning of a JPEG 2000 codestream of that size, in tiles of one point."""
    size = struct.pack(">HIIIIIIIIHBBB", 0, width, height, 0, 0, 1, 1, 0, 0, 1, 7, 1, 1)
    return b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size + b"\xff\x52\0\x0c\0\0\0\1\0\5\4\4\0\0\xff\xd9"


def groups(count: int) -> bytes:
    """*count* transparent groups, one over the other, each the size of the page."""
    form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency /I true >>",
        b"0.5 g 0 0 595 842 re f",
    )
    state = "<< /Type /ExtGState /ca 0.5 /BM /Luminosity >>"
    return drawn("/G gs " + "/F Do " * count, "/XObject << /F 5 0 R >> /ExtGState << /G 6 0 R >>", form, state)


def nested_groups(depth: int) -> bytes:
    """Transparent groups inside each other, each of which draws the next one twice: 2 to the *depth* of them."""
    forms = [
        stream(
            f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F {number + 1} 0 R >> >>",
            b"q 0.999 0 0 0.999 0 0 cm /F Do Q /F Do",
        )
        for number in range(5, 5 + depth)
    ]
    return drawn(
        "/F Do",
        "/XObject << /F 5 0 R >>",
        *forms,
        stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", b"0 g 9 9 1 1 re f"),
    )


def form_in_itself() -> bytes:
    form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F 5 0 R >> >>", b"/F Do /F Do"
    )
    return drawn("/F Do", "/XObject << /F 5 0 R >>", form)


def patterns(step: str) -> bytes:
    """A tile of that step, over the whole page."""
    tile = stream(
        f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep {step} /YStep {step} /Resources << >>",
        b"0 g 0 0 .5 .5 re f",
    )
    return drawn("/Pattern cs /P scn 0 0 595 842 re f " * 20, "/Pattern << /P 5 0 R >>", tile)


def shading(kind: int) -> bytes:
    """A page painted four thousand times with a shading whose colours a small program computes."""
    function = stream("/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]", b"{ mul " + b"sin cos abs sqrt " * 500 + b"}")
    one = stream("/FunctionType 4 /Domain [0 1] /Range [0 1]", b"{ " + b"sin cos abs sqrt " * 500 + b"}")
    if kind == 1:
        body = "<< /ShadingType 1 /ColorSpace /DeviceGray /Function 6 0 R /Matrix [595 0 0 842 0 0] >>"
        return drawn("/S sh " * 4_000, "/Shading << /S 5 0 R >>", body, function)
    body = f"<< /ShadingType {kind} /ColorSpace /DeviceGray /Function 6 0 R /Coords [{'0 0 1 300 300 400' if kind == 3 else '0 0 595 842'}] /Extend [true true] >>"
    return drawn("/S sh " * 4_000, "/Shading << /S 5 0 R >>", body, one)


def many_paths(count: int) -> bytes:
    """One path of *count* long lines in all directions, filled and dashed."""
    dice = random.Random(5)
    points = " ".join(f"{dice.randrange(595)} {dice.randrange(842)} l" for _ in range(count))
    return packed(zlib.compress(f"0 0 m {points} f*".encode()))


def dashes() -> bytes:
    """Lines with a dash of a ten-thousandth of a point."""
    return drawn("[0.0001 0.0001] 0 d 0.0001 w " + "0 0 m 595 842 l S 0 842 m 595 0 l S " * 2_000)


def clips(count: int) -> bytes:
    """Clipping paths by the thousand, each the shape of the one before and a little less."""
    body = "".join(f"q 0 0 m 595 {at % 842} l {at % 595} 842 l h W n " for at in range(count))
    return packed(zlib.compress((body + "0 g 0 0 595 842 re f " + "Q " * count).encode()))


def saves(count: int) -> bytes:
    return packed(zlib.compress(b"q " * count))


def soft_masks(count: int) -> bytes:
    """Masks that are pages themselves."""
    form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency /CS /DeviceGray >>",
        b"0.5 g 0 0 595 842 re f",
    )
    state = "<< /Type /ExtGState /SMask << /S /Luminosity /G 5 0 R >> >>"
    return drawn("/G gs 0 0 595 842 re f " * count, "/ExtGState << /G 6 0 R >>", form, state)


def text_of_absent_fonts(count: int) -> bytes:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Nowhere-Bold >>"
    cid = "<< /Type /Font /Subtype /Type0 /BaseFont /Nowhere /Encoding /UniJIS-UCS2-H /DescendantFonts [5 0 R] >>"
    lines = "".join(
        f"/F 11 Tf 40 {at % 800} Td (SK1: not a code) Tj /C 11 Tf (abc) Tj -40 -{at % 800} Td " for at in range(count)
    )
    return drawn(f"BT {lines} ET", "/Font << /F 5 0 R /C 6 0 R >>", font, cid)


def font_in_itself() -> bytes:
    """A Type 3 font whose letters are written in the same font."""
    font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [9] /Resources << /Font << /F 5 0 R >> >> >>"
    letter = stream("", b"9 0 d0 BT /F 9 Tf (aaaaaaaa) Tj ET")
    return drawn("BT /F 99 Tf (aaaa) Tj ET", "/Font << /F 5 0 R >>", font, letter)


ACTIONS = (
    "/OpenAction << /S /JavaScript /JS (while\\(true\\){}) >> /AA << /WC << /S /Launch /F (/bin/sh) >> >> "
    "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1/'\\)) >>] >> "
    "/EmbeddedFiles << /Names [(b) << /Type /Filespec /F (b.exe) >>] >> >> "
    "/AcroForm << /Fields [] /NeedAppearances true /XFA [(template) (not a stream)] >> "
)


def actions() -> bytes:
    return blank_pdf(catalog=ACTIONS)


def annotations(count: int) -> bytes:
    """Notes over the whole page, with pictures of themselves: a code on one of them is not on the page."""
    note = "<< /Type /Annot /Subtype /Stamp /Rect [0 0 595 842] /F 4 /AP << /N 6 0 R >> >>"
    form = stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", b"0 g 0 0 595 842 re f")
    return drawn("", "", note, form, entries=f"/Annots [{'5 0 R ' * count}]")


def xref_that_claims(size: int) -> bytes:
    """A table that promises millions of entries and has three."""
    data = drawn("")
    return data.replace(b"xref\n0 5", b"xref\n0 %d" % size).replace(b"/Size 5", b"/Size %d" % size)


def xref_stream_that_claims(size: int) -> bytes:
    """A packed table of *size* objects, all of them in places that are not there."""
    body = zeros(min(size * 7, 200_000_000))
    head = b"%PDF-1.7\n"
    entries = f"/Type /XRef /Size {size} /W [1 4 2] /Root 2 0 R /Filter /FlateDecode"
    return head + b"1 0 obj\n" + stream(entries, body) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def xref_that_loops() -> bytes:
    data = drawn("")
    at = data.rindex(b"xref\n0")
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % at)


def objects_in_a_bomb() -> bytes:
    """An object stream of 1,000 to 1."""
    data = zeros(600_000_000)
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    return pdf(CATALOG, PAGES, page, stream("/Type /ObjStm /N 9 /First 99 /Filter /FlateDecode", data))


def encrypted_pdf(user: str) -> bytes:
    """A PDF under a password, or only under its owner's; by the old cipher, which takes no library to write."""
    pad = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")

    def arc4(key: bytes, data: bytes) -> bytes:
        from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
        from cryptography.hazmat.primitives.ciphers import Cipher

        return Cipher(ARC4(key), None).encryptor().update(data)

    secret = (user.encode() + pad)[:32]
    owner = arc4(md5((b"owner" + pad)[:32]).digest()[:5], secret)
    identity, rights = bytes(16), -4
    key = md5(secret + owner + struct.pack("<i", rights) + identity).digest()[:5]
    check = arc4(key, pad)
    trailer = f"/ID [<{identity.hex()}> <{identity.hex()}>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{check.hex()}> /P {rights} >>"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    return pdf(CATALOG, PAGES, page, trailer=trailer)


# --- one file of two kinds, and of none ------------------------------------------------------------------------------


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.sh", "rm -rf /")
    return out.getvalue()


def jpeg_with_a_tail(tail: bytes) -> bytes:
    return small_jpeg() + tail


def png_and_pdf() -> bytes:
    """A PNG with a code, and in a comment of it a whole PDF."""
    plain = encoded(symbol("A PNG", mm=25))
    inner = blank_pdf()
    return plain[:33] + chunk(b"tEXt", b"c\0" + inner) + plain[33:] + inner


def pdf_after(lead: bytes) -> bytes:
    """A PDF that begins late: a reader must look for it in the first kilobyte."""
    return lead + blank_pdf()


# --- codes ------------------------------------------------------------------------------------------------------------


def framed_code(payload: str | bytes, kind: str = "QRCode", scale: int = 3) -> Image.Image:
    """A code of any kind, made by the library that reads them, with a white margin."""
    points = zxingcpp.create_barcode(payload, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=scale)
    height, width = points.shape[:2]
    return ImageOps.expand(Image.frombytes("L", (width, height), bytes(points)), 12 * scale, 255)


def code(payload: str | bytes, kind: str = "QRCode") -> bytes:
    return encoded(framed_code(payload, kind))


def many_codes(count: int) -> bytes:
    """*count* tiny codes on one page."""
    tiles = [framed_code(f"{at}", scale=2) for at in range(count)]
    side = max(tile.width for tile in tiles)
    across = int(count**0.5) + 1
    page = Image.new("L", (side * across, side * across), 255)
    for at, tile in enumerate(tiles):
        page.paste(tile, (at % across * side, at // across * side))
    return encoded(page)


def code_of_bits(bits: str, version: int = 2) -> bytes:
    """A symbol of exactly these bits: what no honest encoder writes."""
    made = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_L, box_size=3, border=8, mask_pattern=0)
    blocks = base.rs_blocks(version, ERROR_CORRECT_L)
    room = sum(block.data_count for block in blocks) * 8
    buffer = util.BitBuffer()
    for bit in (bits + "0000" + "1110110000010001" * room)[:room]:
        buffer.put_bit(bit == "1")
    made.data_cache = util.create_bytes(buffer, blocks)
    made.make(fit=False)
    return encoded(made.make_image().get_image().convert("L"))


def bytes_segment(data: bytes) -> str:
    return "0100" + f"{len(data):08b}" + "".join(f"{byte:08b}" for byte in data)


def half_of_two_symbols() -> bytes:
    """Structured append: the first of two symbols that only together mean something."""
    return code_of_bits("0011" + "0000" + "0001" + "10100101" + bytes_segment(b"HALF"))


def code_that_lies() -> bytes:
    """A segment that claims 255 bytes in a symbol of 34."""
    return code_of_bits("0100" + "11111111" + "01000001" * 20)


def code_of_unknown_eci() -> bytes:
    """Bytes in a character set whose number, 999,999, nobody has given out."""
    return code_of_bits("0111" + f"110{999_999:021b}" + bytes_segment(b"SK1:AAAA"))


# --- sheets that lie ---------------------------------------------------------------------------------------------------


SET = made()


def symbols(*payloads: str | bytes) -> bytes:
    """A page with these codes, one below the other."""
    tiles = [symbol(payload, mm=60) for payload in payloads]
    page = Image.new("L", (max(tile.width for tile in tiles), sum(tile.height for tile in tiles)), 255)
    top = 0
    for tile in tiles:
        page.paste(tile, (0, top))
        top += tile.height
    return encoded(page)


def spelt(**fields: object) -> str:
    """Sheet 1's share with other fields and a sound checksum, as no splitkit writes it."""
    return dataclasses.replace(to_slip(SET.share("1")), **fields).mnemonic().upper()


def one_of_one() -> str:
    """A share of the forger's own secret that says: I alone am enough."""
    return altered(SET.share("1"), value=b"forged" * 5 + b"!!", member_threshold=1).mnemonic.upper()


ENVELOPE = symbol_text(SET.envelope.raw)
WORDS = SET.share("1").mnemonic.upper()


def envelope_of(raw: bytes) -> bytes:
    return code("SK1:" + encode_base32(raw))


def misspelt() -> bytes:
    """The last letter carries bits that belong to no byte."""
    body = encode_base32(SET.envelope.raw[:-1] + b"\0")
    other = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return code("SK1:" + body[:-1] + other[other.index(body[-1]) + 1])


def header_with(**changes: object) -> bytes:
    """The set's envelope, its header changed in the encoded form."""
    fields = cbor2.loads(SET.envelope.header_bytes) | {int(key[1:]): value for key, value in changes.items()}
    return cbor2.dumps(
        [cbor2.dumps(fields, canonical=True), SET.envelope.nonce, SET.envelope.ciphertext], canonical=True
    )


# --- places that are no files ----------------------------------------------------------------------------------------


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    import socket

    before = Path.cwd()
    os.chdir(path.parent)  # the name of a socket has at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(before)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(blank_png(64, 64))
        file.truncate(1 << 40)


def loop_of_links(path: Path) -> None:
    path.symlink_to(path.name)


def link_to(target: str):
    return lambda path: path.symlink_to(target)


def folder(path: Path) -> None:
    path.mkdir()


def folder_in_itself(path: Path) -> None:
    path.mkdir()
    (path / "again").symlink_to(path)
    (path / "up").symlink_to("/")
