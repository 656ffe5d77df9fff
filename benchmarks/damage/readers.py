"""The readers that are compared: each gets the same picture and returns the texts it found and the seconds it took.

The time of a reader begins with the decoded grey picture, for all alike.  Programs of other languages get it as a file
in memory; the writing of that file is not counted, its reading and, for zbarimg, the start of the program are.
"""

from __future__ import annotations

import base64
import io
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import zxingcpp

from benchmarks.damage.ladder import settled, treated
from splitkit.paper.reading.decoder import BUDGET_S
from splitkit.paper.reading.reader import look_closely
from tests.support.page.browsers import built, drive
from tests.support.page.judging import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

IN_MEMORY = Path("/dev/shm")
WECHAT_PYTHON = "DAMAGE_BENCH_OPENCV"
"""The environment variable that names the Python with opencv-contrib-python-headless."""

PATIENCE_S = 20.0
"""After so long on one picture a program is stopped, and has read nothing."""

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_MODEL_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)

Outcome = tuple[set[str], float]


class Reader(Protocol):
    """Reads one picture."""

    name: str

    def read(self, image: Image.Image) -> Outcome:
        """Return the texts found in a grey *image*, and the seconds it took."""


class Zxing:
    """zxing-cpp as its documentation shows it."""

    name = "zxing-cpp"

    def read(self, image: Image.Image) -> Outcome:
        start = time.perf_counter()
        codes = zxingcpp.read_barcodes(image, formats=_QR)
        return {code.text for code in codes}, time.perf_counter() - start


class ZxingRetries:
    """zxing-cpp, and again after each of the six treatments until share and envelope are read."""

    name = "zxing-cpp, six retries"

    def read(self, image: Image.Image) -> Outcome:
        start = time.perf_counter()
        found = {code.text for code in zxingcpp.read_barcodes(image, formats=_MODEL_2)}
        if not settled(found):
            for name, other in treated(image):
                codes = zxingcpp.read_barcodes(other, formats=_MODEL_2, binarizer=_binarizer(name))
                found |= {code.text for code in codes}
                if settled(found):
                    break
        return found, time.perf_counter() - start


def _binarizer(treatment: str) -> zxingcpp.Binarizer:
    special = {
        "global histogram": zxingcpp.Binarizer.GlobalHistogram,
        "thresholded": zxingcpp.Binarizer.FixedThreshold,
    }
    return special.get(treatment, zxingcpp.Binarizer.LocalAverage)


class Zbar:
    """Debian's zbarimg."""

    name = "zbar"

    def read(self, image: Image.Image) -> Outcome:
        return _zbarimg(image)


class ZbarRetries:
    """zbarimg, and again after each of the six treatments; the treatments are counted in the time."""

    name = "zbar, six retries"

    def read(self, image: Image.Image) -> Outcome:
        found, seconds = _zbarimg(image)
        pictures = treated(image)
        while not settled(found):
            start = time.perf_counter()
            following = next(pictures, None)
            seconds += time.perf_counter() - start
            if following is None:
                break
            if following[0] == "global histogram":  # the same picture: zbar has no other way to tell dark from light
                continue
            more, spent = _zbarimg(following[1])
            found, seconds = found | more, seconds + spent
        return found, seconds


def _zbarimg(image: Image.Image) -> Outcome:
    path = IN_MEMORY / f"damage-bench-{os.getpid()}.pgm"
    image.save(path)
    start = time.perf_counter()
    command = ["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    try:
        output = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE_S).stdout
    except subprocess.TimeoutExpired:
        output = b""
    seconds = time.perf_counter() - start
    path.unlink()
    return {line for line in output.decode("utf-8", "replace").split("\n") if line}, seconds


class Wechat:
    """OpenCV's WeChat detector without its models, in a process of its own."""

    name = "OpenCV WeChat"

    def __init__(self, python: str) -> None:
        self._python = python
        self._start()

    def _start(self) -> None:
        command = [self._python, str(Path(__file__).with_name("opencv_server.py"))]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = self._answer(60)[0]

    def read(self, image: Image.Image) -> Outcome:
        path = IN_MEMORY / f"damage-bench-{os.getpid()}.pgm"
        image.save(path)
        start = time.perf_counter()
        self._server.stdin.write(f"{path}\n")
        self._server.stdin.flush()
        texts = self._answer(PATIENCE_S)
        seconds = time.perf_counter() - start
        path.unlink()
        return set(texts), seconds

    def _answer(self, patience_s: float) -> list[str]:
        """The next answer; nothing, and a fresh process, when it takes too long."""
        if select.select([self._server.stdout], [], [], patience_s)[0]:
            return json.loads(self._server.stdout.readline())
        self._server.kill()
        self._server.wait()
        self._start()
        return []


class Splitkit:
    """splitkit's own reader, in this process and with its usual budget of time."""

    name = "splitkit"

    def read(self, image: Image.Image) -> Outcome:
        start = time.perf_counter()
        found = look_closely(image, BUDGET_S, time.process_time, time.process_time()).scans()
        return {scan.text for scan in found}, time.perf_counter() - start


class RecoverPage:
    """The reader of recover.html, in Chromium; what it reads of a grey picture is what it takes as sheets."""

    name = "recover.html"

    READ = """(async (data) => {{
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const read = {{ texts: new Set() }};
      const start = performance.now();
      for await (const _ of modules["app/pictures.js"].reading(new File([bytes], "x.png"), read));
      return {{ texts: [...read.texts], seconds: (performance.now() - start) / 1000 }};
    }})("{}")"""

    def read(self, image: Image.Image) -> Outcome:
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        script = self.READ.format(base64.b64encode(file.getvalue()).decode())
        (found,) = drive("chromium", built(), ("run", script))["ran"]
        return set(found["texts"]), found["seconds"]


READERS: dict[str, Callable[[], Reader]] = {
    "zxing": Zxing,
    "zxing-retries": ZxingRetries,
    "zbar": Zbar,
    "zbar-retries": ZbarRetries,
    "wechat": lambda: Wechat(os.environ[WECHAT_PYTHON]),
    "splitkit": Splitkit,
    "page": RecoverPage,
}
"""Short name -> how to make the reader."""


def available() -> list[str]:
    """Short names of the readers that this machine has."""
    missing = set()
    if not shutil.which("zbarimg"):
        missing |= {"zbar", "zbar-retries"}
    if not os.environ.get(WECHAT_PYTHON):
        missing |= {"wechat"}
    if not (PAGE / "node_modules" / "zxing-wasm").is_dir() or not shutil.which("chromium"):
        missing |= {"page"}
    return [name for name in READERS if name not in missing]
