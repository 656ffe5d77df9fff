"""Sheets of the worked example, as people photograph them."""

from __future__ import annotations

from pathlib import Path

import qrcode
from PIL import Image

from splitkit.quorum.textform import symbol_text
from tests.support.builders import Made
from tests.support.differential.examples import SHARES, WORKED

WORDS = WORKED["fingerprint"].split()
QUORUM = "\n".join([*(SHARES[sheet]["digits"] for sheet in "13"), WORKED["symbol"]])
"""The digits of two sheets and the envelope, as they are typed."""

SECRET = [WORKED["record"][name] for name in ("account", "password", "user")]


def sheet_image(sheet: str) -> Image.Image:
    """Three symbols, a little turned."""
    made = Image.new("L", (1600, 2200), 255)
    share = SHARES[sheet]
    for text, place, size in (
        (share["words"].upper(), (60, 60), 8),
        (share["digits"], (900, 1500), 9),
        (WORKED["symbol"], (800, 700), 8),
    ):
        code = qrcode.QRCode(box_size=size, border=4)
        code.add_data(text)
        made.paste(code.make_image().get_image().convert("L"), place)
    return made.rotate(3, fillcolor=255).convert("RGB")


def picture(path: Path, sheet: str) -> str:
    """A photograph, as a JPEG."""
    sheet_image(sheet).save(path, quality=70)
    return str(path)


def large_picture(path: Path, sheet: str, megapixels: int) -> str:
    """The same from a telephone with so many megapixels: 3 to 4, as they have them."""
    high = round((megapixels * 1_000_000 * 4 / 3) ** 0.5)
    sheet_image(sheet).convert("L").resize((high * 3 // 4, high), Image.Resampling.NEAREST).save(path, quality=85)
    return str(path)


def recovery(folder: Path) -> list[tuple[str, object]]:
    """What a person does, from photographs to the secret, and then clears it."""
    return [
        ("start", None),
        ("record", WORDS),
        ("pictures", [picture(folder / f"{sheet}.jpg", sheet) for sheet in "13"]),
        ("judge", None),
        ("press", "It is for practice: open it"),
        ("hold", None),
        ("open", "Clear it now"),
    ]


def lines_of(of: Made) -> str:
    """All digits of a set and its envelope, as they are typed."""
    return "\n".join([*(share.digits for share in of.dealt.shares.values()), symbol_text(of.envelope.raw)])
