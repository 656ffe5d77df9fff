"""The camera's child process, held before films of real sheets, and the parent that believes none of its words."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode
from PIL import Image

from splitkit.cli.ui.hints import worded
from splitkit.errors import DeviceError
from splitkit.host.clock import seconds
from splitkit.paper.reading import camera, camera_child, child
from splitkit.paper.reading.camera import Frame, FrameCollector, VideoSource, checked
from splitkit.paper.reading.child import BrokenError, Reply
from splitkit.paper.reading.messages import HEAD, packed
from splitkit.paper.reading.reader import read_quickly
from splitkit.quorum.gathering import gather
from tests.support.builders import made
from tests.support.kit import ESCAPES, page_pdf
from tests.support.paper import films
from tests.support.paper.pictures import read_image, symbol
from tests.support.places import ROOT
from tests.support.processes import HANGS, gone, patience, without_opencv

SET = made("2of3")
pytestmark = pytest.mark.usefixtures("forked_readers")

ROOM = (79, 36)
BICUBIC = Image.Resampling.BICUBIC


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    return films.sheet_page(page_pdf(SET, "1"))


@pytest.fixture(scope="module")
def film(tmp_path_factory, page) -> Path:
    frames = [*films.handled(page, 30, 1), *films.still(page, 5)]
    return films.write(tmp_path_factory.mktemp("film") / "sheet.avi", frames)


@pytest.fixture(scope="module")
def frames(film) -> list[Frame]:
    return watched(VideoSource("film", str(film)))


def film_of(path: Path, *frames: np.ndarray, fps: int = 100) -> Path:
    return films.write(path / "film.avi", frames, fps)


def wait(running: camera.Camera) -> Frame:
    """The next picture, with the patience of the product."""
    while (frame := running.frame()) is None:
        time.sleep(0.002)
    return frame


def watched(source: VideoSource, most: int = 10_000) -> list[Frame]:
    """Every picture until the camera is gone."""
    frames: list[Frame] = []
    with camera.started(source, seconds) as running:
        while not running.ready():
            time.sleep(0.002)
        with suppress(camera.CameraLostError):
            while len(frames) < most:
                running.ask(*ROOM)
                frames.append(wait(running))
    return frames


def texts(frames: list[Frame]) -> set[str]:
    return {code.scan.text for frame in frames for code in frame.codes}


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("readers_afresh")
def test_a_sheet_in_moving_hands_is_read_whole(frames):
    collector = FrameCollector()
    for frame in frames:
        collector.add(frame)
    gathering = gather(collector.pages(), [])
    assert {found.share for found in gathering.found_shares()} == {SET.share("1")}
    assert list(gathering.envelopes) == [SET.envelope.raw]
    assert len(frames) == 34, "the first picture opens the camera, each other one is given once"
    assert sum(not frame.codes for frame in frames) > 5, "the film is too easy"
    assert all((frame.width, frame.height, len(frame.grey)) == (64, 36, 64 * 36) for frame in frames)


def test_corners_lie_around_the_code(tmp_path):
    canvas = np.full((720, 1280), 255, np.uint8)
    code = np.array(symbol("HELLO", mm=40))
    canvas[200 : 200 + code.shape[0], 700 : 700 + code.shape[1]] = code
    (frame,) = watched(VideoSource("film", str(film_of(tmp_path, *[canvas] * 2))))
    ((x1, y1), _, (x2, y2), _) = frame.codes[0].corners
    dark = np.argwhere(code < 128)
    (top, left), (bottom, right) = dark.min(0), dark.max(0)
    seen = (x1 * 1280 - 700, y1 * 720 - 200, x2 * 1280 - 700, y2 * 720 - 200)
    assert np.abs(np.subtract(seen, (left, top, right, bottom))).max() < 4


def test_the_small_picture_is_that_of_the_camera(tmp_path):
    canvas = np.tile(np.linspace(0, 255, 1280), (720, 1)).astype(np.uint8)
    canvas[360:] = 255 - canvas[360:]
    (frame,) = watched(VideoSource("film", str(film_of(tmp_path, *[canvas] * 2))))
    shown = np.frombuffer(frame.grey, np.uint8).reshape(frame.height, frame.width)
    expected = cv2.resize(canvas, (64, 36), interpolation=cv2.INTER_AREA)
    assert np.abs(shown.astype(int) - expected).max() <= 6


@pytest.mark.parametrize("which", [pytest.param(0, id="words"), pytest.param(1, id="digits", marks=pytest.mark.long)])
def test_no_share_can_be_read_from_the_small_picture(which):
    from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_Q

    from tests.support.builders import share_codes

    text = share_codes(SET.share("1"))[which].text
    code = symbol(text, *((12, ERROR_CORRECT_Q), (6, ERROR_CORRECT_H))[which])
    filling = np.full((720, 1280), 255, np.uint8)
    filling[:, 280:1000] = np.array(code.resize((720, 720)))
    assert [scan.text for scan in read_quickly(Image.fromarray(filling))[0]] == [text]
    width, height, points = camera_child.small(filling, ROOM)
    for factor in (1, 10):
        enlarged = Image.frombytes("L", (width, height), points).resize((width * factor, height * factor), BICUBIC)
        assert read_image(enlarged, 5, time.process_time) == []


def test_a_larger_small_picture_shows_the_same_enlarged():
    noise = np.random.default_rng(5).integers(0, 256, (720, 1280), np.uint8)
    width, height, points = camera_child.small(noise, camera_child.COARSE)
    coarse = np.frombuffer(points, np.uint8).reshape(height, width)
    width, height, points = camera_child.small(noise, (160, 96))
    assert (width, height, points) == (160, 90, cv2.resize(coarse, (160, 90), interpolation=cv2.INTER_LINEAR).tobytes())


def test_many_codes_in_one_picture(tmp_path):
    canvas = np.full((1200, 1600), 255, np.uint8)
    for at in range(80):
        code = np.array(symbol(f"CODE {at}", 1, mm=8).resize((116, 116)))
        top, left = at // 10 * 145, at % 10 * 155
        canvas[top : top + 116, left : left + 116] = code
    frames = watched(VideoSource("film", str(film_of(tmp_path, *[canvas] * 2))))
    assert 40 <= len(frames[0].codes) <= 64


def test_a_second_try_reads_what_the_first_does_not(page):
    blank = (grey for grey in films.handled(page, 45, 1) if not camera_child.look(grey, ROOM, 1)["codes"])
    assert any(camera_child.look(grey, ROOM, count)["codes"] for grey in blank for count in (0, 2))


# --- hostile pictures -------------------------------------------------------------------------------------------------


def test_hostile_pictures_do_no_harm(tmp_path):
    dice = np.random.default_rng(3)
    noise = dice.integers(0, 256, (720, 1280), np.uint8)
    stripes = np.tile(np.array([0, 255], np.uint8), (720, 640))
    checks = np.kron(np.indices((90, 160)).sum(0) % 2, np.ones((8, 8))).astype(np.uint8) * 255
    frames = watched(VideoSource("film", str(film_of(tmp_path, *[noise, stripes, checks] * 4))))
    assert len(frames) == 11
    assert texts(frames) == set()


def test_texts_of_every_kind_come_as_they_are(tmp_path):
    hostile = [ESCAPES, "x" * 2953, "9" * 7089, "\u202e{}\"'\\", "A" * 4296]
    canvases = []
    for text in hostile:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, box_size=6, border=4, mask_pattern=0)
        code.add_data(text)
        canvas = np.full((1200, 1200), 255, np.uint8)
        drawn = np.array(code.make_image().get_image().convert("L"))
        canvas[: len(drawn), : len(drawn)] = drawn
        canvases.append(canvas)
    found = texts(watched(VideoSource("film", str(film_of(tmp_path, canvases[0], *canvases)))))
    assert found == {text for text in hostile if len(text) <= 4296}


@pytest.mark.parametrize("size", [(16, 16), (2, 400), (4096, 16)])
def test_pictures_of_odd_sizes(tmp_path, size):
    width, height = size
    frames = watched(VideoSource("film", str(film_of(tmp_path, *[np.full((height, width), 200, np.uint8)] * 3))))
    assert len(frames) in (0, 2)
    assert all(0 < frame.width <= ROOM[0] and 0 < frame.height <= ROOM[1] for frame in frames)


def test_a_giant_picture_is_passed_over():
    assert camera_child.look(np.zeros((4, 9000), np.uint8), ROOM, 0) == {"problem": "size"}
    assert camera_child.look(np.zeros((0, 0), np.uint8), ROOM, 0) == {"problem": "size"}


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_torn_film_ends_like_an_unplugged_camera(tmp_path, film, part):
    data = film.read_bytes()
    torn = tmp_path / "torn.avi"
    torn.write_bytes(data[: int(len(data) * part)])
    with suppress(DeviceError):
        assert len(watched(VideoSource("film", str(torn)))) < 34


def test_spoiled_films_never_stop_the_parent(tmp_path, film):
    """Bytes turned over anywhere: pictures or a clear end, never another error, never a hang."""
    data = bytearray(film.read_bytes()[:400_000])
    for seed in range(6):
        dice = np.random.default_rng(seed)
        spoiled = bytearray(data)
        for at in dice.integers(0, len(data), 300):
            spoiled[at] = dice.integers(0, 256)
        path = tmp_path / f"{seed}.avi"
        path.write_bytes(bytes(spoiled))
        with patience(), suppress(DeviceError):
            watched(VideoSource("film", str(path)), most=20)


# --- no camera --------------------------------------------------------------------------------------------------------


def fails(source: VideoSource) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        watched(source)
    assert "--type" in worded(caught.value.hint)
    return caught.value


def test_a_camera_that_is_not_there():
    error = fails(camera.device(98))
    assert error.fact == "there is no camera of this number"
    assert error.exit_code == 7


@pytest.fixture
def node():
    """A device of this machine under a camera's name: /dev/null, which is no camera."""
    path = Path("/dev/video97")
    if os.geteuid() != 0 or path.exists():
        pytest.skip("only root can make a device")
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError:
        pytest.skip("devices cannot be made here")
    yield path
    path.unlink()


def test_a_device_that_gives_no_picture(node):
    assert fails(camera.device(97)).fact == "the camera gives no picture"


def test_a_device_that_is_not_for_this_user(node):
    node.chmod(0)  # in its own user namespace the child is root no more
    assert fails(camera.device(97)).fact in ("this user may not open the camera", "the camera gives no picture")


def test_what_is_no_film(tmp_path):
    for content in (b"", b"RIFF", b"my password is hunter2\n" * 100):
        (tmp_path / "x.avi").write_bytes(content)
        assert fails(VideoSource("film", str(tmp_path / "x.avi"))).fact == "the camera gives no picture"


def test_without_opencv_the_message_says_what_to_install(tmp_path):
    python = without_opencv(tmp_path)
    code = (
        "import time\nfrom splitkit.paper.reading import camera\nfrom splitkit.errors import DeviceError\nfrom splitkit.cli.ui.hints import worded\n"
        "try:\n  with camera.started(camera.device(0), time.monotonic) as c:\n"
        "    while not c.ready(): time.sleep(.01)\nexcept DeviceError as e: print(e.fact, '|', worded(e.hint))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("reading with a camera needs OpenCV, which is not installed | ")
    assert "splitkit[camera]" in done.stdout


# --- what the child gives up ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("readers_afresh")
def test_the_child_is_locked_in_once_the_camera_is_open(film):
    """Read from the kernel, not from the child."""
    with camera.started(VideoSource("film", str(film)), seconds) as running:
        while not running.ready():
            time.sleep(0.01)
        process = Path(f"/proc/{running._child.pid}")
        table = (process / "limits").read_text()
        soft = {line[:26].strip(): line[26:].split()[0] for line in table.splitlines()[1:]}
        assert running.kept == ()
        assert [soft[f"Max {name}"] for name in ("core file size", "file size", "open files", "processes")] == [
            "0", "0", "3", "0"
        ]  # fmt: skip
        assert int(soft["Max address space"]) <= 2 * 1024**3
        assert (process / "ns" / "net").readlink() != Path("/proc/self/ns/net").readlink()
        running.ask(*ROOM)
        assert wait(running).grey


@pytest.mark.usefixtures("readers_afresh")
def test_the_child_s_environment_is_bare(film, monkeypatch):
    monkeypatch.setenv("SPLITKIT_TEST_MARK", "must not pass on")
    with camera.started(VideoSource("film", str(film)), seconds) as running:
        while not running.ready():
            time.sleep(0.01)
        if os.geteuid() == 0:
            assert b"SPLITKIT_TEST_MARK" not in Path(f"/proc/{running._child.pid}/environ").read_bytes()


def test_the_parent_loads_no_parser():
    code = (
        "import splitkit.cli.ui.camera_session, sys\n"
        "print([name for name in ('PIL', 'zxingcpp', 'cv2', 'numpy', 'socket') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("readers_afresh")
def test_the_child_ends_with_the_scanning_and_with_its_parent(film):
    with camera.started(VideoSource("film", str(film)), seconds) as running:
        pid = running._child.pid
    assert gone(pid)
    code = (
        "import time\nfrom splitkit.paper.reading import camera\n"
        f"with camera.started(camera.VideoSource('film', {str(film)!r}), time.monotonic) as c:\n"
        "  while not c.ready(): time.sleep(.01)\n"
        "  print(c._child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)


@pytest.mark.usefixtures("readers_afresh")
def test_an_interrupt_is_left_to_the_parent(film):
    with camera.started(VideoSource("film", str(film)), seconds) as running:
        while not running.ready():
            time.sleep(0.01)
        os.kill(running._child.pid, signal.SIGINT)
        running.ask(*ROOM)
        assert wait(running).width == 64


# --- a child that is not believed -------------------------------------------------------------------------------------


GREY = bytes(4)


def good() -> dict:
    corners = [0.1, 0.1, 0.2, 0.1, 0.2, 0.2, 0.1, 0.2]
    return {"problem": "", "codes": [["HELLO", 0.5, corners], ["X", None, corners]], "picture": [2, 2]}


def believed(message: dict, grey: bytes = GREY) -> Frame:
    return checked(Reply(message, grey, more=False), ROOM)


def test_a_good_message_is_taken():
    frame = believed(good())
    assert [code.scan.text for code in frame.codes] == ["HELLO", "X"]
    assert (frame.width, frame.height, frame.grey) == (2, 2, GREY)


CORNERS = [0.1] * 8
LIES = [
    {"problem": None},
    {"problem": "gone"},
    {"problem": ["size"]},
    {"codes": None},
    {"codes": {"a": 1}},
    {"codes": [["HI", 0.5, CORNERS]] * 65},
    {"codes": [["", 0.5, CORNERS]]},
    {"codes": [["x" * 4297, 0.5, CORNERS]]},
    {"codes": [["\ud800", 0.5, CORNERS]]},
    {"codes": [[5, 0.5, CORNERS]]},
    {"codes": [["HI", 1.5, CORNERS]]},
    {"codes": [["HI", float("nan"), CORNERS]]},
    {"codes": [["HI", "0.5", CORNERS]]},
    {"codes": [["HI", 0.5]]},
    {"codes": [["HI", 0.5, CORNERS[:7]]]},
    {"codes": [["HI", 0.5, [*CORNERS[:7], 1e9]]]},
    {"codes": [["HI", 0.5, [*CORNERS[:7], float("nan")]]]},
    {"codes": [["HI", 0.5, [*CORNERS[:7], "0"]]]},
    {"codes": [["HI", 0.5, CORNERS, "more"]]},
    {"picture": None},
    {"picture": [2]},
    {"picture": [2, 2, 1]},
    {"picture": "22"},
    {"picture": [0, 2]},
    {"picture": [-2, -2]},
    {"picture": [80, 2]},
    {"picture": [2, 37]},
    {"picture": [2, 1]},
    {"picture": [2.0, 2]},
]


@pytest.mark.parametrize("change", LIES, ids=range(len(LIES)))
def test_a_lying_child_is_not_believed(change):
    with pytest.raises(BrokenError):
        believed(good() | change)


@pytest.mark.parametrize(("size", "points"), [([2, 2], 0), ([2, 2], 3), ([2, 2], 5), ([80, 2], 160), ([2, 37], 74)])
def test_a_picture_has_the_size_that_is_said(size, points):
    with pytest.raises(BrokenError):
        believed(good() | {"picture": size}, bytes(points))


HELLO = packed({"network": "none", "missing": [], "problem": ""})
NONSENSE = {
    "ends": b"",
    "half a length": b"\0\0",
    "half a message": HEAD.pack(0, 100, 0) + b"{}",
    "half a picture": packed(good(), GREY) + GREY[:3],
    "no json": HEAD.pack(0, 4, 0) + b"oops",
    "no object": packed([1, 2]),
    "too deep": HEAD.pack(0, 90_000, 0) + b"[" * 90_000,
    "too long": HEAD.pack(0, 2**31, 0),
    "a huge picture": HEAD.pack(0, 2, 2**31) + b"{}",
    "lies": packed(good() | {"codes": 5}, GREY) + GREY,
    "two answers": (packed(good(), GREY) + GREY) * 2,
}


def playing(monkeypatch, said: bytes, then: str = "") -> VideoSource:
    """A real child that says these bytes and no others."""
    monkeypatch.setattr(
        child, "_BOOT", f"import sys\nout = sys.stdout.buffer\nout.write({said!r})\nout.flush()\n{then}"
    )
    return VideoSource("film", "/nowhere")


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_from_the_child_is_the_end_of_the_camera(monkeypatch, said):
    source = playing(monkeypatch, HELLO, f"sys.stdin.buffer.read(9)\nout.write({said!r})\nout.flush()")
    with camera.started(source, seconds) as running:
        while not running.ready():
            time.sleep(0.005)
        running.ask(*ROOM)
        time.sleep(0.1)
        with pytest.raises(camera.CameraLostError):
            wait(running)


@pytest.mark.parametrize(
    "said", [b"", b"\0\0", packed([]), packed({}), packed({"problem": 5}), packed({"problem": "x"})]
)
def test_a_child_that_does_not_greet(monkeypatch, said):
    error = fails(playing(monkeypatch, said))
    assert error.fact == "the camera gives no picture"
    assert not isinstance(error, camera.CameraLostError)


def test_the_last_words_of_a_child_that_has_ended_are_heard(monkeypatch):
    """However late the parent looks: both the message and the end of the pipe are there at once."""
    source = playing(monkeypatch, packed({"network": "none", "missing": [], "problem": "library"}))
    with camera.started(source, seconds) as running:
        running._child._process.wait(HANGS)
        with pytest.raises(DeviceError, match="OpenCV, which is not installed"):
            running.ready()


def test_what_the_child_kept_is_known_and_is_never_free_text(monkeypatch):
    hello = {"network": "not dropped", "missing": ["RLIMIT_AS", "\x1b[2J", "a b"], "problem": ""}
    with camera.started(playing(monkeypatch, packed(hello), "sys.stdin.read()"), seconds) as running:
        while not running.ready():
            time.sleep(0.005)
        assert running.kept == ("network", "RLIMIT_AS")


def test_a_silent_child_is_given_up(monkeypatch):
    monkeypatch.setattr(camera, "FRAME_S", 0.3)
    with camera.started(playing(monkeypatch, HELLO, "import time; time.sleep(60)"), seconds) as running:
        while not running.ready():
            time.sleep(0.005)
        running.ask(*ROOM)
        with pytest.raises(camera.CameraLostError):
            wait(running)
    monkeypatch.setattr(camera, "START_S", 0.3)
    assert fails(playing(monkeypatch, b"", "import time; time.sleep(60)")).fact == "the camera gives no picture"


def test_a_child_killed_on_the_way(film):
    with camera.started(VideoSource("film", str(film)), seconds) as running:
        while not running.ready():
            time.sleep(0.01)
        running.ask(*ROOM)
        assert wait(running).grey
        running._child.kill()
        running._child._process.wait()
        with pytest.raises(camera.CameraLostError):
            running.ask(*ROOM)
            wait(running)


def test_nothing_shows_a_text(frames):
    shown = repr(frames)
    assert not any(text[:12] in shown for text in texts(frames))
    assert io.StringIO(shown).read().count("grey") == 0
