"""Pictures and files for the tests of reading: pages with symbols, PDFs and PNGs written by hand."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import struct
import zlib
from collections.abc import Callable

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.paper.reading.reader import look_closely
from splitkit.quorum.scan import Scan

DPI = 200
LONGEST = tuple(index for index, word in enumerate(WORDLIST) if len(word) == 8)


def pixels(mm: float) -> int:
    return round(mm / 25.4 * DPI)


def symbol(text: str | bytes, version: int | None = None, level: int = ERROR_CORRECT_M, mm: float = 75) -> Image.Image:
    """One QR symbol of about *mm* without its quiet zone, whole pixels a module; the best of eight masks is not looked for."""
    code = qrcode.QRCode(version=version, error_correction=level, box_size=1, border=4, mask_pattern=2)
    code.add_data(text, optimize=0 if isinstance(text, bytes) else 20)
    code.make(fit=version is None)
    side = code.modules_count + 8
    image = code.make_image().get_image().convert("L")
    return image.resize((side * max(2, pixels(mm) // (side - 8)),) * 2, Image.Resampling.NEAREST)


def texts(seed: int) -> tuple[str, str, str]:
    """The three texts of a sheet: words, digits, envelope.  They look right; they are no real share."""
    drawn = hashlib.shake_128(f"sheet {seed}".encode()).digest(400)
    indices = [int.from_bytes(drawn[2 * i : 2 * i + 2]) % 1024 for i in range(33)]
    words = " ".join(WORDLIST[index] for index in indices).upper()
    digits = "".join(f"{(index + 1) % 1024:04d}" for index in indices)
    return words, digits, "SK1:" + base64.b32encode(drawn[100:345]).decode().rstrip("=")


@functools.cache
def sheet(seed: int = 0) -> Image.Image:
    """An A4 page with the three symbols of a sheet in about their places."""
    words, digits, envelope = texts(seed)
    page = Image.new("L", (pixels(210), pixels(297)), 255)
    page.paste(symbol(words, 12, ERROR_CORRECT_Q, 75), (pixels(15), pixels(12)))
    page.paste(symbol(envelope, 15, ERROR_CORRECT_M, 80), (pixels(60), pixels(105)))
    page.paste(symbol(digits, 6, ERROR_CORRECT_H, 50), (pixels(135), pixels(215)))
    return page


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@functools.cache
def blank_png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A white 1-bit PNG of any size, made without ever holding its pixels."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def blank_pdf(pages: int = 1, size: tuple[int, int] = (595, 842), catalog: str = "") -> bytes:
    """A PDF of empty pages, written by hand."""
    numbers = range(3, 3 + pages)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{number} 0 R' for number in numbers)}] >>",
        *(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] >>" for _ in numbers),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return bytes(out) + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def read_image(image: Image.Image, budget_s: float, clock: Callable[[], float]) -> list[Scan]:
    """What a close look at one picture gives, in so much time from now."""
    return look_closely(image, budget_s, clock, clock()).scans()
