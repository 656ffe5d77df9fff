"""Symbols, soft bits and pages for the tests of the rescue: drawn and set by the project itself, damaged by a seed."""

from __future__ import annotations

import base64
import functools
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.damage import sheets
from splitkit.paper import qr
from splitkit.paper.rescue.model import SymbolModel, kinds
from splitkit.paper.rescue.softbits import MOST
from splitkit.paper.rescue.symbol import SoftSymbol, read
from splitkit.quorum.scan import SYMBOL_PREFIX
from tests.support.builders import made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from splitkit.paper.geometry import Paper
    from splitkit.paper.rescue.codewords import CodewordMap
    from splitkit.quorum.share import Share

DPI = 150
MM = DPI / 25.4
"""Pixels of a millimetre."""


def dice(seed: int) -> Generator:
    return np.random.default_rng(seed)


@functools.cache
def share(number: str = "1", seed: int = 0) -> Share:
    return made("3of5", seed).share(number)


def envelope_text(length: int, seed: int = 0) -> str:
    """'SK1:' and base32 of so many characters in all; it looks right, and is no envelope."""
    drawn = base64.b32encode(dice(seed).bytes(length)).decode()
    return SYMBOL_PREFIX + drawn[: length - len(SYMBOL_PREFIX)]


def kind(name: str, version: int | None = None) -> SymbolModel:
    return next(one for one in kinds() if one.name == name and version in {None, one.version})


@functools.cache
def symbol_of(text: str) -> qr.Symbol:
    """The symbol that a sheet shows this text in."""
    if text.startswith(SYMBOL_PREFIX):
        return qr.envelope_symbol(text)
    return qr.digits_symbol(text) if text.isdigit() else qr.words_symbol(text)


@functools.cache
def kind_of(text: str) -> SymbolModel:
    return next(one for one in kinds() if one.version == symbol_of(text).version)


@functools.cache
def modules_of(text: str) -> np.ndarray:
    modules = np.array(symbol_of(text).modules)
    modules.flags.writeable = False
    return modules


def reading_of(text: str, soft: np.ndarray | None = None) -> SoftSymbol:
    """The reading of the symbol of *text*: a sure one, or from the *soft* bits of its modules."""
    return read(kind_of(text), np.where(modules_of(text), MOST, -MOST) if soft is None else soft)


def words_of(of: Share) -> str:
    return of.mnemonic.upper()


def noisy(bits: np.ndarray, rng: Generator, deviation: float) -> np.ndarray:
    """Honest soft bits of *bits* (True is 1) seen with Gaussian noise: 1 lies at 1.0, 0 at -1.0."""
    seen = np.where(bits, 1.0, -1.0) + rng.normal(0, deviation, bits.shape)
    return np.clip(2 * seen / deviation**2, -MOST, MOST)


def erased(text: str, part: float, rng: Generator) -> SoftSymbol:
    """A reading of which *part* of all modules, anywhere, shows nothing."""
    soft = np.where(modules_of(text), MOST, -MOST)
    return reading_of(text, np.where(rng.random(soft.shape) < part, 0.0, soft))


# --- pages ------------------------------------------------------------------------------------------------------------


def page(plan: int = 0, turn: int = 0) -> sheets.BenchSheet:
    """A sheet of one of the practice sets of the bench; *turn* takes another sheet of the same set."""
    return sheets._sheet(plan, 0, turn)


def drawn(sheet: sheets.BenchSheet, dpi: int = DPI) -> Image.Image:
    return Image.fromarray(sheets.draw(sheet, dpi))


def painted(image: Image.Image, boxes: Sequence[tuple[float, float, float, float]], colour: int = 255) -> Image.Image:
    """*image* with boxes of left, top, width and height in millimetres painted over."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    for x, y, width, height in boxes:
        draw.rectangle((x * MM, y * MM, (x + width) * MM, (y + height) * MM), fill=colour)
    return image


def finder_boxes(sheet: sheets.BenchSheet, names: Sequence[str]) -> list[tuple[float, float, float, float]]:
    """Where the finder patterns of these symbols lie, a little more than they cover."""
    boxes = []
    for name in names:
        symbol = sheet.symbols[name]
        side = 8 * symbol.module_mm
        far = symbol.place.size - side
        for x, y in ((0.0, 0.0), (far, 0.0), (0.0, far)):
            boxes.append((symbol.place.x + x - 0.5, symbol.place.y + y - 0.5, side + 1, side + 1))
    return boxes


def part_of(sheet: sheets.BenchSheet, name: str, part: float, start: float = 0.0) -> tuple[float, float, float, float]:
    """The box of so much of the width of a symbol, beginning at *start* of it."""
    place = sheet.symbols[name].place
    return place.x + start * place.size, place.y - 1, part * place.size, place.size + 2


def projected(image: Image.Image, corners: Sequence[tuple[float, float]], size: tuple[int, int]) -> Image.Image:
    """*image* with its corners, clockwise from the top left, at *corners* of a grey picture of *size*."""
    projection = projection_of(image.size, corners)
    back = np.linalg.inv(projection)
    back = back / back[2, 2]
    return image.transform(
        size, Image.Transform.PERSPECTIVE, tuple(back.ravel()[:8]), Image.Resampling.BICUBIC, fillcolor=120
    )


def projection_of(size: tuple[int, int], corners: Sequence[tuple[float, float]]) -> np.ndarray:
    """The exact projection of a picture of *size* that puts its corners at *corners*: solved here, not by the rescue."""
    width, height = size
    rows, values = [], []
    for (x, y), (u, v) in zip([(0, 0), (width, 0), (width, height), (0, height)], corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows, float), np.array(values, float)), 1.0).reshape(3, 3)


def flat_projection(paper: Paper, size: tuple[int, int]) -> np.ndarray:
    """Millimetres of a page -> pixels of its drawing, which is stretched to whole pixels."""
    return np.diag([size[0] / paper.width_mm, size[1] / paper.height_mm, 1.0])


def symbol_points(sheet: sheets.BenchSheet, name: str) -> np.ndarray:
    """The middles of all modules of a symbol, (n, 2) in millimetres."""
    symbol = sheet.symbols[name]
    row, column = np.indices((symbol.size, symbol.size)) + 0.5
    return np.column_stack([column.ravel(), row.ravel()]) * symbol.module_mm + (symbol.place.x, symbol.place.y)


def codewords_of(modules: np.ndarray, places: CodewordMap) -> list[bytes]:
    """The blocks of a symbol with mask 2, data before checks: what an error corrector gets."""
    size = len(modules)
    mask = np.broadcast_to(np.arange(size) % 3 == 0, (size, size))
    values = np.zeros(len(places.block), dtype=np.int32)
    carrying = places.codeword >= 0
    bits = (modules ^ mask)[carrying].astype(np.int32) << places.bit[carrying]
    np.add.at(values, places.codeword[carrying], bits)
    blocks = [bytearray(int((places.block == block).sum())) for block in range(places.blocks)]
    for block, position, value in zip(places.block, places.position, values, strict=True):
        blocks[block][position] = int(value)
    return [bytes(block) for block in blocks]
