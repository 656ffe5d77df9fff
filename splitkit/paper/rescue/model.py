"""What is known of a page before it is looked at: its three symbols, the modules that never change, and the small marks.

Version, level and mask are fixed by the paper format, so the format and version bits are known as well as the patterns.

Lengths are in millimetres from the top left corner of the paper; rows and columns count modules from the top left.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from splitkit.paper import qr
from splitkit.paper.encoder import alignment_centres, side
from splitkit.paper.geometry import MARK_RADIUS_MM, Paper, Square
from splitkit.paper.rescue.codewords import CodewordMap, codeword_map, function_modules
from splitkit.quorum.scan import SHARE_DIGITS, SHARE_WORDS, SYMBOL_PREFIX

FINDER_MODULES = 9
"""Side of a finder pattern with the white around it."""

ALIGNMENT_MODULES = 5
MARK_WHITE_MM = 2.3
"""White around a mark reaches at least so far from its centre."""


@dataclass(frozen=True, eq=False)
class SymbolModel:
    """What is known of one of the symbols of the format."""

    name: str
    """'words', 'digits' or 'envelope'."""
    version: int
    level: str
    known: NDArray[np.int8] = field(repr=False)
    """For each module: 1 if it is dark in every symbol of this kind, 0 if it is light, -1 if it carries data."""

    @property
    def size(self) -> int:
        """Modules along one side."""
        return side(self.version)

    @property
    def codewords(self) -> CodewordMap:
        """Which module carries what."""
        return codeword_map(self.version, self.level)

    def place(self, paper: Paper) -> Square:
        """Where it lies on a page."""
        place: Square = getattr(paper.layout, self.name)
        return place


@dataclass(frozen=True)
class Feature:
    """Something of known shape at a known place: 'finder', 'alignment' or 'mark'."""

    shape: str
    x: float
    y: float
    unit: float
    """Width of a module; for a mark, its radius."""


@lru_cache(maxsize=1)
def kinds() -> tuple[SymbolModel, ...]:
    """Every kind of symbol a sheet can carry."""
    words, digits = qr.words_symbol(" ".join(["ZERO"] * SHARE_WORDS)), qr.digits_symbol("1" * SHARE_DIGITS)
    envelopes = (qr.envelope_symbol(SYMBOL_PREFIX + "A" * (room - 8)) for room in qr.ENVELOPE_VERSIONS.values())
    return (_kind("words", words), _kind("digits", digits), *(_kind("envelope", one) for one in envelopes))


def _kind(name: str, example: qr.Symbol) -> SymbolModel:
    """What all symbols of a kind have in common: its patterns, and with one level and one mask the format information."""
    known = np.where(function_modules(example.version), np.array(example.modules), -1)
    return SymbolModel(name, example.version, example.level, known.astype(np.int8))


@lru_cache(maxsize=32)
def features(kind: SymbolModel, paper: Paper) -> tuple[Feature, ...]:
    """The patterns of one symbol and the marks around it."""
    place = kind.place(paper)
    unit = place.size / kind.size
    far = kind.size - 3.5
    found = [
        Feature("finder", place.x + x * unit, place.y + y * unit, unit) for x, y in ((3.5, 3.5), (far, 3.5), (3.5, far))
    ]
    found += [
        Feature("alignment", place.x + (column + 0.5) * unit, place.y + (row + 0.5) * unit, unit)
        for row, column in alignment_centres(kind.version)
    ]
    return (*found, *(Feature("mark", x, y, MARK_RADIUS_MM) for x, y in place.marks()))


@lru_cache(maxsize=64)
def drawing(shape: str, unit: float, px_mm: float) -> NDArray[np.float64]:
    """A feature drawn at *px_mm* pixels a millimetre, 0.0 for dark to 1.0 for light."""
    if shape == "mark":
        half = max(2, round(MARK_WHITE_MM * px_mm))
        y, x = _fine(half) / px_mm
        dark = np.hypot(x, y) < unit
    else:
        modules = FINDER_MODULES if shape == "finder" else ALIGNMENT_MODULES
        half = max(2, round(modules / 2 * unit * px_mm))
        y, x = _fine(half) / (px_mm * unit)
        ring = np.maximum(np.abs(x), np.abs(y))
        inner, gap, outer = (1.5, 2.5, 3.5) if shape == "finder" else (0.5, 1.5, 2.5)
        dark = (ring < inner) | ((ring > gap) & (ring < outer))
    size = 2 * half + 1
    light: NDArray[np.float64] = 1 - dark.reshape(size, _FINE, size, _FINE).mean(axis=(1, 3))
    light.flags.writeable = False
    return light


_FINE = 4


def _fine(half: int) -> NDArray[np.float64]:
    """Rows and columns of fine steps around the middle of a square of 2 *half* + 1 pixels."""
    count = (2 * half + 1) * _FINE
    steps = (np.arange(count) + 0.5) / _FINE - count / _FINE / 2
    return np.array(np.meshgrid(steps, steps, indexing="ij"))
