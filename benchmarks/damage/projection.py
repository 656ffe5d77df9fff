"""From a point of the paper to a pixel of the picture and back, and the drawing of a page through that map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.damage.page import to_bytes
from benchmarks.damage.sheets import MM_PER_INCH
from benchmarks.damage.texture import resized

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.damage.page import Page, Points

MESH_PX = 24
"""The picture is drawn in squares of this many pixels, straight inside each."""

_ROUNDS = 10
"""Rounds of the search for the point of the paper that a pixel shows."""

_SHADE_MM = 1.5


@dataclass(frozen=True)
class Projection:
    """The map from millimetres of the paper to pixels of the picture, and what it was made from."""

    forward: Callable[[Points], Points]
    """Points of the paper, (n, 2), in millimetres -> pixels, with (0, 0) the top left corner of the first pixel."""
    size: tuple[int, int]
    """Width and height of the picture in pixels."""

    def __call__(self, points: Points) -> Points:
        """The pixels of *points* of the paper."""
        return self.forward(points)

    def then(self, change: Callable[[Points], Points], size: tuple[int, int]) -> Projection:
        """The map after a change of the picture, such as a quarter turn."""
        return Projection(lambda points: change(self.forward(points)), size)

    def scale(self, page: Page) -> float:
        """The largest number of pixels a millimetre in the middle part of the page."""
        width, height = page.size_mm
        at = np.array([(x * width, y * height) for x in (0.25, 0.5, 0.75) for y in (0.25, 0.5, 0.75)])
        step_right, step_down = np.array([1.0, 0.0]), np.array([0.0, 1.0])
        right = self(at + step_right) - self(at)
        down = self(at + step_down) - self(at)
        return float(max(np.hypot(*right.T).max(), np.hypot(*down.T).max()))

    def inverse(self, pixels: Points, page: Page) -> Points:
        """The points of the paper that *pixels* show; also for pixels beside the paper, as if it went on."""
        flat = _grid(page, 7)
        plane = _homography(flat, self(flat))
        wanted = _apply(plane, pixels)
        found = wanted.copy()
        for _ in range(_ROUNDS):
            found += wanted - _apply(plane, self(found))
        return found


def scanner(page: Page, dpi: float, skew_degrees: float, shift_mm: tuple[float, float] = (0, 0)) -> Projection:
    """The map of a flatbed scan as large as the paper; the lid presses the sheet flat, so that bends only shift."""
    width, height = page.size_mm
    middle, px = np.array([width, height]) / 2, dpi / MM_PER_INCH
    turn = np.radians(skew_degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * px

    def forward(points: Points) -> Points:
        shifted = points + surface(page, points)[:, :2]
        return (shifted - middle + np.array(shift_mm)) @ matrix + middle * px

    return Projection(forward, (round(width * px), round(height * px)))


@dataclass(frozen=True)
class Pose:
    """How a camera is held over a sheet; angles in degrees, distance in millimetres."""

    pitch: float = 0.0
    """Leaning back: the far edge of the page looks shorter."""
    yaw: float = 0.0
    """Standing beside it: the far side looks shorter."""
    roll: float = 0.0
    """Turned in its own plane."""
    distance: float = 420.0
    fill: float = 0.94
    """How much of the frame the page takes in the tighter direction; above 1.0 its edges are cut off."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Where the page lies off the middle of the frame, as parts of the frame."""
    barrel: float = 0.0
    """Radial distortion of the lens: the relative change at the corner of the frame."""


def camera(page: Page, size: tuple[int, int], pose: Pose) -> Projection:
    """The map of a photograph of *size* pixels: the bent sheet in space through a pinhole and a simple lens."""
    turned = _rotation(pose)
    middle = np.array(page.size_mm) / 2

    def pinhole(points: Points) -> Points:
        bent = surface(page, points)
        space = np.column_stack([points + bent[:, :2] - middle, bent[:, 2]]) @ turned.T
        return space[:, :2] / (1 - space[:, 2:] / pose.distance)

    edge = pinhole(_grid(page, 9))
    low, high = edge.min(axis=0), edge.max(axis=0)
    frame = np.array(size, dtype=float)
    zoom = pose.fill * float((frame / (high - low)).min())
    centre = frame * (0.5 + np.array(pose.shift))

    def forward(points: Points) -> Points:
        flat = (pinhole(points) - (low + high) / 2) * zoom
        radius = (flat**2).sum(axis=1, keepdims=True) / (frame**2).sum() * 4
        return centre + flat * (1 + pose.barrel * radius)

    return Projection(forward, size)


def _rotation(pose: Pose) -> NDArray[np.float64]:
    pitch, yaw, roll = np.radians([pose.pitch, pose.yaw, pose.roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def surface(page: Page, points: Points) -> Points:
    """How far the bends of the sheet move *points*: x, y and height, in millimetres."""
    moved = np.zeros((len(points), 3))
    for bend in page.bends:
        moved += bend(points)
    return moved


def shade(page: Page, strength: float, towards: tuple[float, float] = (0.6, -0.8)) -> None:
    """Light the bent sheet from one side: slopes that face *towards* get brighter."""
    if not page.bends:
        return
    width, height = page.size_mm
    columns, rows = int(width / _SHADE_MM) + 1, int(height / _SHADE_MM) + 1
    x, y = np.meshgrid(np.linspace(0, width, columns), np.linspace(0, height, rows))
    tall = surface(page, np.column_stack([x.ravel(), y.ravel()]))[:, 2].reshape(rows, columns)
    down, right = np.gradient(tall, _SHADE_MM)
    factor = np.clip(1 - strength * (right * towards[0] + down * towards[1]), 0.35, 1.25).astype(np.float32)
    where = page.all()
    page.light_by(where, resized(factor, where.shape))


def draw(page: Page, projection: Projection, ground: Image.Image) -> Image.Image:
    """Return *ground* with the page drawn on it."""
    layers = np.dstack([to_bytes(page.light), to_bytes(page.there)])
    image = Image.fromarray(layers, "RGBA")
    factor = min(1.0, 1.15 * projection.scale(page) / page.px_mm)
    if factor < 0.95:
        shape = (round(image.width * factor), round(image.height * factor))
        image = image.resize(shape, Image.Resampling.BOX)
    seen = image.transform(
        projection.size,
        Image.Transform.MESH,
        _mesh(page, projection, np.array(image.size) / np.array(page.size_mm)),
        Image.Resampling.BILINEAR,
        fillcolor=(0, 0, 0, 0),
    )
    ground = ground.copy()
    ground.paste(seen.convert("RGB"), mask=seen.getchannel("A"))
    return ground


def _mesh(page: Page, projection: Projection, px_mm: Points) -> list[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Squares of the picture, and the four corners of what each shows, in pixels of the page."""
    width, height = projection.size
    xs = [*range(0, width, MESH_PX), width]
    ys = [*range(0, height, MESH_PX), height]
    x, y = np.meshgrid(np.array(xs, float), np.array(ys, float))
    found = projection.inverse(np.column_stack([x.ravel(), y.ravel()]), page) * px_mm
    corners = found.reshape(len(ys), len(xs), 2)
    limit = np.array(page.size_mm) * px_mm
    low = np.minimum.reduce([corners[:-1, :-1], corners[1:, :-1], corners[:-1, 1:], corners[1:, 1:]])
    high = np.maximum.reduce([corners[:-1, :-1], corners[1:, :-1], corners[:-1, 1:], corners[1:, 1:]])
    shown = ((high > 0) & (low < limit)).all(axis=2)
    return [
        (
            (xs[column], ys[row], xs[column + 1], ys[row + 1]),
            (
                *corners[row, column].tolist(),
                *corners[row + 1, column].tolist(),
                *corners[row + 1, column + 1].tolist(),
                *corners[row, column + 1].tolist(),
            ),
        )
        for row, column in zip(*np.nonzero(shown), strict=True)
    ]


def _grid(page: Page, steps: int) -> Points:
    """Points spread evenly over the page, its edges included."""
    x, y = np.meshgrid(np.linspace(0, page.size_mm[0], steps), np.linspace(0, page.size_mm[1], steps))
    return np.column_stack([x.ravel(), y.ravel()])


def _homography(flat: Points, seen: Points) -> NDArray[np.float64]:
    """The plane projection that best takes *seen* back to *flat*."""
    unit = np.abs(seen).max()
    x, y = (seen / unit).T
    one, nil = np.ones(len(x)), np.zeros(len(x))
    rows_x = np.column_stack([x, y, one, nil, nil, nil, -flat[:, 0] * x, -flat[:, 0] * y])
    rows_y = np.column_stack([nil, nil, nil, x, y, one, -flat[:, 1] * x, -flat[:, 1] * y])
    values = np.linalg.lstsq(np.vstack([rows_x, rows_y]), np.concatenate([flat[:, 0], flat[:, 1]]), rcond=None)[0]
    return np.append(values, 1.0).reshape(3, 3) @ np.diag([1 / unit, 1 / unit, 1.0])


def _apply(plane: NDArray[np.float64], points: Points) -> Points:
    lifted = np.column_stack([points, np.ones(len(points))]) @ plane.T
    return lifted[:, :2] / lifted[:, 2:]
