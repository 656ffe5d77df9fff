"""What a PDF says, as another program reads it."""

from __future__ import annotations

import re

import pypdfium2


def pages_of(pdf: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(pdf))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages_of(pdf))


def prose_of(pdf: bytes) -> str:
    """The text of all pages as one line with single spaces."""
    return " ".join(text_of(pdf).split())


def flattened(text: str) -> str:
    """Without spaces, line ends, hyphens at line ends (U+FFFE or U+0002 in pdfium) and the isolates around names."""
    return re.sub("[\\s\ufffe\x02\u2068\u2069-]", "", text)
