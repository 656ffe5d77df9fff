"""How full a printed page is, as a reader sees it: the part of its body that does not lie in a wide empty band."""

from __future__ import annotations

from itertools import groupby

MM = 72 / 25.4
HEAD_MM, FOOT_MM = 29, 18
"""What lies above and below the body of a page that is not a sheet, see printouts/style.typ."""
WIDE_MM = 20
"""An empty band that is wider than this is room that was not used; a narrower one is a space between lines."""
DARK = 140
"""The pale word of a practice page is lighter."""


def filled(page) -> float:
    """Return the part of the body of a page of pdfium that is used, 0.0 to 1.0."""
    image = page.render(scale=1, grayscale=True).to_pil()
    rows = range(round(HEAD_MM * MM), image.height - round(FOOT_MM * MM))
    used = [image.crop((0, row, image.width, row + 1)).getextrema()[0] < DARK for row in rows]
    bands = (len(list(band)) for dark, band in groupby(used) if not dark)
    return 1 - sum(band for band in bands if band > WIDE_MM * MM) / len(rows)
