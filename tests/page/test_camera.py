"""A camera: what it reads, where a browser takes something as the device, and what is told of one that is not allowed, not there or gone."""

from __future__ import annotations

import base64
import io
import json

import pytest

from tests.support.page.browsers import BROWSERS, built, drive, how
from tests.support.page.sheets import SECRET, WORDS, sheet_image

TABLE = (("start", None), ("record", WORDS))
OPEN = (("judge", None), ("press", "It is for practice: open it"), ("hold", None))
FAKE = {
    "chromium": {"args": ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]},
    "firefox": {"prefs": {"media.navigator.streams.fake": True, "media.navigator.permission.disabled": True}},
    "webkit": {"args": ["--enable-mock-capture-devices=true"]},
}
"""A camera that shows a test picture, and is allowed."""

REFUSING = {
    "chromium": {"args": FAKE["chromium"]["args"][:1]},
    "firefox": {"prefs": {"media.navigator.streams.fake": True, "permissions.default.camera": 2}},
}
"""A camera that is not allowed: by a browser whose window nobody sees, and by the settings.  WebKit's driver allows what it has."""

ASKING = {"firefox": {"prefs": {"media.navigator.streams.fake": True}}}
"""A question that nobody answers; the others are not asked under a driver."""

in_each = pytest.mark.parametrize("browser", [one if one == "chromium" else pytest.param(one, marks=pytest.mark.long) for one in BROWSERS])  # fmt: skip


def frames():
    for sheet in "13":
        frame = io.BytesIO()
        sheet_image(sheet).resize((1088, 1496)).save(frame, "JPEG", quality=85)
        yield frame.getvalue()


def filmed(path):
    """Two sheets, each held still for a while before a camera: JPEGs one after another."""
    path.write_bytes(b"".join(frame * 30 for frame in frames()))
    return path


def answered(by):
    """In place of the camera: how the browser answers."""
    return ("run", f"void (MediaDevices.prototype.getUserMedia = {by})")


def failing(name):
    return answered(f"async () => {{ throw new DOMException('', '{name}'); }}")


def stood_in():
    """A canvas, on which sheets are drawn in turn."""
    pictures = json.dumps([base64.b64encode(frame).decode() for frame in frames()])
    return (
        "run",
        f"""(async () => {{
          const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
          const pictures = await Promise.all({pictures}.map((text) => createImageBitmap(new Blob([bytes(text)], {{ type: "image/jpeg" }}))));
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [1088, 1496];
          const draw = () => canvas.getContext("2d").drawImage(pictures[Math.floor(performance.now() / 1500) % 2], 0, 0);
          draw();
          setInterval(draw, 100);
          MediaDevices.prototype.getUserMedia = async () => canvas.captureStream(10);
        }})()""",
    )


@in_each
def test_a_recovery_by_camera(browser, tmp_path):
    """Chromium takes a film as the device; in the others a canvas stands in for it."""
    how(browser)
    launch = FAKE[browser]
    if browser == "chromium":
        film = filmed(tmp_path / "sheets.mjpeg")
        launch = {"args": [*launch["args"], f"--use-file-for-fake-video-capture={film}"]}
    begin = TABLE if browser == "chromium" else (*TABLE, stood_in())
    steps = (("open", "Camera"), ("told", "5 codes read."), ("open", "No more codes"), *OPEN)
    answer = drive(browser, built(), *begin, *steps, launch=launch, ends=True)
    assert answer["screens"][-1]["values"] == SECRET
    assert answer["errors"] == []


UNPLUG = ("run", "document.querySelector('video').srcObject.getTracks().forEach((track) => track.stop())")


@in_each
def test_a_camera_that_goes_away_is_told(browser):
    """What it shows is the test picture of the browser; then it comes back."""
    how(browser)
    again = (("open", "Try the camera again"), ("told", "0 codes read."), ("open", "Back"))
    steps = (("open", "Camera"), ("told", "0 codes read."), UNPLUG, ("told", "The camera has gone away."), *again)
    answer = drive(browser, built(), *TABLE, *steps, launch=FAKE[browser])
    assert "Try the camera again" in answer["screens"][5]["text"]
    assert answer["screens"][-1]["heading"] == "Read one sheet, then the next"


@in_each
def test_what_was_read_before_it_went_is_kept(browser):
    how(browser)
    steps = (("open", "Camera"), ("told", "5 codes read."), UNPLUG, ("told", "5 codes read. The camera has gone away."))
    again = (("open", "Try the camera again"), ("told", "5 codes read."), ("open", "No more codes"), *OPEN)
    answer = drive(browser, built(), *TABLE, stood_in(), *steps, *again, launch=FAKE[browser])
    assert answer["screens"][-1]["values"] == SECRET


@in_each
def test_that_the_browser_asks_is_told(browser):
    """And people may go on without an answer."""
    how(browser)
    asked = () if browser in ASKING else (answered("() => new Promise(() => {})"),)
    told = ("told", "The browser asks whether this page may use the camera.")
    launch = ASKING.get(browser, FAKE[browser])
    answer = drive(browser, built(), *TABLE, *asked, ("open", "Camera"), told, ("open", "Back"), launch=launch)
    assert answer["screens"][-1]["heading"] == "Read one sheet, then the next"


@in_each
def test_a_camera_that_is_refused_is_told(browser):
    how(browser)
    refused = () if browser in REFUSING else (failing("NotAllowedError"),)
    steps = (("open", "Camera"), ("told", "The camera may not be used: it was refused"), ("open", "Back"))
    drive(browser, built(), *TABLE, *refused, *steps, launch=REFUSING.get(browser, FAKE[browser]))


@in_each
def test_that_there_is_no_camera_is_told(browser):
    how(browser)
    drive(browser, built(), *TABLE, ("open", "Camera"), ("told", "No camera has been found."), ("open", "Back"))


@in_each
@pytest.mark.parametrize(
    ("error", "told"),
    [("NotReadableError", "The camera does not start."), ("TypeError", "The camera cannot be used here.")],
)
def test_a_camera_that_does_not_start_is_told(browser, error, told):
    """One that another program has, and a browser that knows no camera."""
    how(browser)
    drive(browser, built(), *TABLE, failing(error), ("open", "Camera"), ("told", told), launch=FAKE[browser])
