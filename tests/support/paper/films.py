"""Films of real sheets for the tests of the camera: pages that move, turn, tilt and blur in front of a lens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from splitkit.paper.damage import render

WIDTH, HEIGHT = 1280, 720
FPS = 15
FOCAL = 1000.0
"""Pixels: a webcam that sees about 65 degrees."""

MM = {"a4": (210.0, 297.0)}


def sheet_page(pdf: bytes) -> np.ndarray:
    """The first page of a PDF, as grey pixels."""
    return np.array(render(pdf, 0, 200))


def shot(page: np.ndarray, where: tuple[float, float], away: float, turns: tuple[float, float, float]) -> np.ndarray:
    """One sharp picture of a page of paper.

    *where*: the point of the page in the middle of the picture, in parts of its width and height; *away*: distance of
    the lens in mm; *turns*: roll, pitch and yaw in degrees.
    """
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    mm = (corners / width - np.array([where[0], where[1] * height / width])) * 210.0
    roll, pitch, yaw = np.radians(turns)
    space = np.c_[mm, np.zeros(4)] @ (_turn(0, pitch) @ _turn(1, yaw) @ _turn(2, roll)).T + [0, 0, away]
    seen = space[:, :2] / space[:, 2:] * FOCAL + [WIDTH / 2, HEIGHT / 2]
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    return cv2.warpPerspective(page, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=90)


def _turn(axis: int, angle: float) -> np.ndarray:
    one, two = ((1, 2), (0, 2), (0, 1))[axis]
    matrix = np.eye(3)
    matrix[one, one] = matrix[two, two] = np.cos(angle)
    matrix[one, two], matrix[two, one] = -np.sin(angle), np.sin(angle)
    return matrix


def handled(page: np.ndarray, frames: int, seed: int) -> Iterator[np.ndarray]:
    """A sheet as hands show it to a camera: carried in, turned, held almost still now and then, carried out."""
    dice = np.random.default_rng(seed)
    light = np.linspace(0.75, 1.0, WIDTH)[None, :] * np.linspace(1.0, 0.85, HEIGHT)[:, None]
    for at in range(frames):
        part = at / frames
        where = (0.32 + 0.3 * part + dice.normal(0, 0.005), 0.2 + 0.62 * part)
        turns = (-12 + 30 * part, 14 * np.sin(6 * part), -10 + 18 * part)
        sharp = shot(page, where, 230 + 60 * np.sin(9 * part), turns)
        blur = 0.4 + 2.6 * abs(np.sin(10 * part))
        soft = cv2.GaussianBlur(sharp, (0, 0), blur)
        moved = int(9 * abs(np.sin(10 * part))) + 1
        soft = cv2.blur(soft, (moved, 1))
        yield np.clip(soft * light + dice.normal(0, 5, soft.shape), 0, 255).astype(np.uint8)


def still(page: np.ndarray, frames: int, where: tuple[float, float] = (0.5, 0.5)) -> Iterator[np.ndarray]:
    """The whole sheet, held sideways and still."""
    picture = cv2.GaussianBlur(shot(page, where, 320, (90, 0, 0)), (0, 0), 0.6)
    return iter([picture] * frames)


def write(path: Path, frames: Iterable[np.ndarray], fps: int = FPS) -> Path:
    """Write grey or colour frames as Motion JPEG in an AVI, what most webcams send."""
    film = None
    for frame in frames:
        colour = frame if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
        if film is None:
            size = (frame.shape[1], frame.shape[0])
            film = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), fps, size)
            assert film.isOpened()
        film.write(colour)
    assert film is not None
    film.release()
    return path
