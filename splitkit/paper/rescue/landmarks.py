"""Finding a page by its small marks and finder patterns together, when no symbol was found by any library.

A page has nine finder patterns and 24 marks.  At each of a few scales the picture is searched for things that look like
either; two of them, taken for two of the page's, say where all the others should be, and the pair with which most of the
others agree wins.  A page that fills a scan needs no pair: its place is tried as well.

A guess turns, scales and moves the page but has no perspective: over complex numbers it is z -> a z + b, and two pairs of
points give it exactly.  The tolerance has to cover the perspective; `pages` then fits it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.fft import irfft2, rfft2
from PIL import Image

from splitkit.paper.geometry import MARK_RADIUS_MM, Paper
from splitkit.paper.rescue.model import drawing, features, kinds
from splitkit.paper.rescue.neighbourhood import largest
from splitkit.paper.rescue.pages import PageFit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from splitkit.paper.rescue.homography import Points

    Map = NDArray[np.float64]

PX_MM = 2.0
"""Resolution of the search."""

LEAST_PX = 280
"""Width of a picture in which a whole page can be told apart: 1.3 pixels for each module of its finest symbol."""

_SCALES = (1.0, 0.8, 0.64, 0.5)
"""How much of the frame a page may fill, compared with the most it can."""

_FIRST = 2
"""Scales that are searched to see whether there is a page at all."""

LIKELY = 4.5
"""Score on one of those from which a page is likely.  Damaged pages, before anything on them was read, had 5.3 to 19.7, but
for those curled or dark beyond reading; noise, pages of other codes and of finder patterns 0 to 3.8."""

_UNIT_MM = 1.15
"""Width of a module of the finder patterns searched for: about that of all symbols."""

_FINDERS, _MARKS = 24, 32
"""Most peaks of either shape that are looked at."""

_LEAST = 0.45
_TOLERANCE_MM = 3.0
_STRETCH = (0.8, 1.25)
"""How far two peaks may be apart, compared with the scale that is searched."""

_MOST_GUESSES = 60_000
_ROUGH = 3
"""One mark of so many is looked at first."""

_MOST_RATED = 3_000
_TRIED = 3
"""Guesses returned at each scale."""


@dataclass(frozen=True)
class _Maps:
    """What was found at one scale.

    Attributes:
        factor: Pixels of the search for each pixel of the picture.
        finders: Peaks that look like finder patterns, (n, 2).
        marks: The same for marks.
        finder_map: The best likeness within the tolerance of each pixel, less what is found everywhere.
        mark_map: The same for marks.
    """

    factor: float
    finders: Points = field(repr=False)
    marks: Points = field(repr=False)
    finder_map: Map = field(repr=False)
    mark_map: Map = field(repr=False)


class Landmarks:
    """What is found in one grey picture; each scale is searched once, when it is first asked for."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self._found: dict[float, list[tuple[float, PageFit]]] = {}
        large = min(image.size) >= LEAST_PX and max(image.size) >= LEAST_PX * 1.3
        self._scales = _SCALES if large else ()

    def likely(self) -> bool:
        """Whether a page that fills much of the picture can be made out, well enough to be worth all the time there is."""
        return any(score >= LIKELY for scale in self._scales[:_FIRST] for score, _ in self._at(scale))

    def guesses(self, in_time: Callable[[], bool]) -> Iterator[tuple[float, PageFit]]:
        """Yield guesses of where a page lies, the best first, with their scores.

        No scale is searched when it is no longer *in_time*.
        """
        found = []
        for scale in self._scales:
            if not in_time():
                break
            found += self._at(scale)
        found.sort(key=lambda guess: -guess[0])
        yield from found

    def _at(self, scale: float) -> list[tuple[float, PageFit]]:
        if scale not in self._found:
            image = self._image
            maps = _maps(image, PX_MM / (_fill(image) * scale))
            self._found[scale] = (
                [guess for paper in Paper for guess in _best_guesses(maps, paper, image.size)] if maps else []
            )
        return self._found[scale]


def _fill(image: Image.Image) -> float:
    """Pixels a millimetre of an upright or sideways page that just fills the picture."""
    short, long = sorted(image.size)
    return min(short / Paper.A4.width_mm, long / Paper.LETTER.height_mm)


def _maps(image: Image.Image, factor: float) -> _Maps | None:
    size = round(image.width * factor), round(image.height * factor)
    if min(size) < 60 or max(size) > 2400:
        return None
    small = np.asarray(
        image.resize(size, Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BILINEAR, reducing_gap=2.0)
    )
    finder_map = _likeness(small, drawing("finder", _UNIT_MM, PX_MM))
    mark_map = _likeness(small, drawing("mark", MARK_RADIUS_MM, PX_MM))
    return _Maps(
        factor,
        _peaks(finder_map, _FINDERS, 4),
        _peaks(mark_map, _MARKS, 3),
        _spread(finder_map),
        _spread(mark_map),
    )


def _likeness(small: NDArray[np.uint8], drawn: Map) -> Map:
    """Normalised correlation of a drawing with the picture around each pixel."""
    size = len(drawn)
    pattern = drawn - drawn.mean()
    pattern /= np.linalg.norm(pattern)
    level = small.astype(np.float64)
    level = np.pad(level - level.mean(), size // 2, mode="edge")
    shape = [int(2 ** np.ceil(np.log2(side))) if side < 512 else -(-side // 256) * 256 for side in level.shape]
    # Correlation is a product of spectra, one of them conjugated; sums over squares come from running sums.
    spectrum = rfft2(level, shape) * np.conj(rfft2(pattern, shape))
    product = irfft2(spectrum, shape)[: small.shape[0], : small.shape[1]]
    count = size * size
    mean, square = (_boxes(values, size) / count for values in (level, level**2))
    spread = np.sqrt(np.maximum(square - mean**2, 0) * count)
    likeness: Map = product / np.maximum(spread, 3.0 * size)
    return likeness


def _boxes(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Sums over squares of *size*, by the corner of each."""
    sums = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    total: NDArray[np.float64] = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return total


def _spread(likeness: Map) -> Map:
    best = largest(likeness, round(_TOLERANCE_MM * PX_MM))
    above: Map = np.clip(best - max(0.3, float(np.median(best))), 0.0, 1.0)
    return above


def _peaks(likeness: Map, most: int, reach: int) -> Points:
    """The strongest maxima, (n, 2) as x and y."""
    rows, columns = np.nonzero((likeness == largest(likeness, reach)) & (likeness > _LEAST))
    order = np.argsort(-likeness[rows, columns])[:most]
    return np.column_stack([columns[order], rows[order]]).astype(np.float64) + 0.5


@lru_cache(maxsize=2)
def _landmarks_of(paper: Paper) -> tuple[Points, Points]:
    """The finder patterns and the marks of a page, in millimetres."""
    words, digits, *envelopes = kinds()
    every = [feature for kind in (words, digits, envelopes[1]) for feature in features(kind, paper)]
    finders, marks = ([(f.x, f.y) for f in every if f.shape == shape] for shape in ("finder", "mark"))
    return np.array(finders), np.array(marks)


def _best_guesses(maps: _Maps, paper: Paper, size: tuple[int, int]) -> list[tuple[float, PageFit]]:
    finders, marks = _landmarks_of(paper)
    turns = np.concatenate(
        [_by_pairs(maps.finders, finders), _by_pairs(maps.marks, marks), _filling(paper, size) * [maps.factor]]
    )
    scores = _scores(maps, turns, finders, marks)
    best: list[tuple[float, PageFit]] = []
    for at in np.argsort(-scores)[: 40 * _TRIED].tolist():
        if len(best) == _TRIED or (best and scores[at] < 0.6 * best[0][0]):
            break
        projection = _homography(turns[at], maps.factor)
        if all(_apart(projection, other.projection, paper) for _, other in best):
            best.append((float(scores[at]), PageFit(paper, projection)))
    return best


def _by_pairs(peaks: Points, landmarks: Points) -> NDArray[np.complex128]:
    """Turns (n, 2): each pair of *peaks* taken for each pair of *landmarks*, as z -> a z + b over complex numbers."""
    if len(peaks) < 2:
        return np.empty((0, 2), dtype=np.complex128)
    seen, known = peaks @ [1, 1j], landmarks @ [1, 1j]
    one, other = np.nonzero(~np.eye(len(known), dtype=bool))
    first, second = np.triu_indices(len(seen), 1)
    between = known[other] - known[one]
    turn = (seen[second] - seen[first])[:, None] / between
    stretch = np.abs(turn) / PX_MM
    pair, known_pair = np.nonzero((stretch > _STRETCH[0]) & (stretch < _STRETCH[1]) & (np.abs(between) > 40))
    if len(pair) > _MOST_GUESSES:
        chosen = np.linspace(0, len(pair) - 1, _MOST_GUESSES).astype(int)
        pair, known_pair = pair[chosen], known_pair[chosen]
    factor = turn[pair, known_pair]
    return np.column_stack([factor, seen[first[pair]] - factor * known[one[known_pair]]])


def _filling(paper: Paper, size: tuple[int, int]) -> NDArray[np.complex128]:
    """The turns of a page that fills the picture, four ways up; in pixels of the picture."""
    width, height = size
    upright = min(width / paper.width_mm, height / paper.height_mm)
    sideways = min(width / paper.height_mm, height / paper.width_mm)
    centre = complex(paper.width_mm, paper.height_mm) / 2
    factors = [upright, -upright, sideways * 1j, sideways * -1j]
    return np.array([(factor, complex(width, height) / 2 - factor * centre) for factor in factors])


def _scores(maps: _Maps, turns: NDArray[np.complex128], finders: Points, marks: Points) -> NDArray[np.float64]:
    """Rate every turn by half of what should be found, and the best of them by all of it; what is left out is 0."""
    rough = _found(turns, finders, maps.finder_map, 1.5) + _found(turns, marks[::_ROUGH], maps.mark_map, _ROUGH)
    best = np.argpartition(rough, -_MOST_RATED)[-_MOST_RATED:] if len(rough) > _MOST_RATED else np.arange(len(rough))
    total = np.zeros(len(turns))
    total[best] = _found(turns[best], finders, maps.finder_map, 1.5) + _found(turns[best], marks, maps.mark_map, 1.0)
    return total


def _found(turns: NDArray[np.complex128], places: Points, likeness: Map, weight: float) -> NDArray[np.float64]:
    """Sum the likeness where each turn puts *places*, times *weight*."""
    at = turns[:, :1].astype(np.complex64) * (places @ [1, 1j]).astype(np.complex64) + turns[:, 1:].astype(np.complex64)
    x, y = at.real.astype(np.int32), at.imag.astype(np.int32)
    inside = (x >= 0) & (y >= 0) & (x < likeness.shape[1]) & (y < likeness.shape[0])
    values = likeness.ravel().take(np.where(inside, y * likeness.shape[1] + x, 0))
    total: NDArray[np.float64] = weight * (values * inside).sum(axis=1)
    return total


def _homography(turn: NDArray[np.complex128], factor: float) -> NDArray[np.float64]:
    a, b = turn / factor
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], [0, 0, 1.0]])


def _apart(one: NDArray[np.float64], other: NDArray[np.float64], paper: Paper) -> bool:
    """Whether two guesses put the corners of a page more than a finder pattern apart."""
    corners = np.array([(x, y, 1) for x in (0, paper.width_mm) for y in (0, paper.height_mm)])
    off = (corners @ one.T - corners @ other.T)[:, :2]
    return bool(np.linalg.norm(off, axis=1).max() > 8 * np.hypot(one[0, 0], one[1, 0]))
