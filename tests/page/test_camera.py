"""A recovery by camera, where a browser takes a video as the device."""

from __future__ import annotations

import io

from tests.support.page.browsers import built, drive, how
from tests.support.page.sheets import SECRET, WORDS, sheet_image


def filmed(path):
    """Two sheets, each held still for a while before a camera: JPEGs one after another."""
    with path.open("wb") as film:
        for sheet in "13":
            frame = io.BytesIO()
            sheet_image(sheet).resize((1088, 1496)).save(frame, "JPEG", quality=85)
            film.write(frame.getvalue() * 30)
    return path


def test_a_recovery_by_camera(tmp_path):
    """Chromium alone: Firefox and WebKit take no file for a camera."""
    how("chromium")
    args = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={filmed(tmp_path / 'sheets.mjpeg')}",
    ]
    steps = [
        ("start", None),
        ("record", WORDS),
        ("open", "Camera"),
        ("told", "5 codes read."),
        ("open", "No more codes"),
    ]
    steps += [("judge", None), ("press", "It is for practice: open it"), ("hold", None)]
    answer = drive("chromium", built(), *steps, launch={"args": args}, ends=True)
    assert answer["screens"][-1]["values"] == SECRET
    assert answer["errors"] == []
