"""Reading one picture: splitkit's child processes against the library called directly, as ratios within one run.

    python benchmarks/reading.py [ROUNDS]

A clean scan at 300 dpi is judged by the child that splitkit keeps for the purpose, its start aside, and beside it by
`Image.open`, `convert` and zxing-cpp in this process; the two take turns.  Then a picture in which there is nothing to find
but much to look at: how long until splitkit gives up.  Then a folder of 200 scans: `splitkit check`, which keeps both cores busy, against one
process that only decodes them.
"""

from __future__ import annotations

import io
import platform
import random
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import zxingcpp
from aims import Ratio, judged
from bench import SPLITKIT, Job, split_job
from PIL import Image

from splitkit.paper.reading.worker import TwoLooks

if TYPE_CHECKING:
    from collections.abc import Callable

SCANS = 200
PLAIN = (
    "import sys, pathlib, zxingcpp\n"
    "from PIL import Image\n"
    "kind = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)\n"
    "for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n"
    "    zxingcpp.read_barcodes(Image.open(path).convert('L'), formats=kind)\n"
)
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def scan_of_a_sheet(folder: Path) -> Image.Image:
    """The first sheet of a practice set, as a perfect scanner gives it at 300 dpi."""
    split_job(folder, "scan", "3of5").run()
    page = pypdfium2.PdfDocument(next((folder / "scan").glob("share-1*.pdf")))[0]
    return page.render(scale=300 / 72, grayscale=True).to_pil()


def encoded(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, quality=85)
    return file.getvalue()


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("L", size, random.Random(1).randbytes(size[0] * size[1]))


def directly(data: bytes) -> None:
    zxingcpp.read_barcodes(Image.open(io.BytesIO(data)).convert("L"), formats=_QR)


def timed(task: Callable[[], object]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def folder_of_scans(rounds: int) -> Ratio:
    """`splitkit check` of many scans, as a whole process, against one process that only decodes them."""
    command = [SPLITKIT, "check", "--json"]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        data = encoded(scan_of_a_sheet(folder), "PNG")
        scans = folder / "scans"
        scans.mkdir()
        for number in range(SCANS):
            (scans / f"{number:03d}.png").write_bytes(data)
        ours, theirs = Job("check", [*command, str(scans)]), Job("library", [sys.executable, "-c", PLAIN, str(scans)])
        for _ in range(rounds):
            ours.run()
            theirs.run()
    each = (1000 * ours.median / SCANS, 1000 * theirs.median / SCANS)
    print(f"\n{SCANS} scans: splitkit {each[0]:.0f} ms a scan, one process of the library {each[1]:.0f} ms; "
          f"{ours.peak_kib / 1024:.0f} MiB at the most in one process")  # fmt: skip
    return Ratio(f"check of {SCANS} scans / one process of the library", ours.median / theirs.median, 1 / 1.8)


def measured(rounds: int) -> list[Ratio]:
    """One picture, hopeless ones, and a folder of many."""
    memory = Path("/dev/shm")
    looks, ratios = TwoLooks(60), list[Ratio]()
    print(f"Python {platform.python_version()}, zxing-cpp {version('zxing-cpp')}, median of {rounds} runs in turn\n")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        scan = scan_of_a_sheet(Path(name))
    for kind in ("PNG", "JPEG"):
        data = encoded(scan, kind)
        found = {scan.text[:4] for scan in looks.read(kind, data)[0][0]}
        if len(found) < 3:
            raise SystemExit(f"a clean {kind} was not read")
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(timed(lambda data=data, kind=kind: looks.read(kind, data)))
            theirs.append(timed(lambda data=data: directly(data)))
        one, other = statistics.median(ours), statistics.median(theirs)
        print(f"clean scan, 300 dpi, {kind}: splitkit {one * 1000:.0f} ms, library {other * 1000:.0f} ms")
        ratios.append(Ratio(f"clean scan, 300 dpi, {kind}", one / other, 1.5))
    looks.read("PNG", encoded(noise((64, 64)), "PNG"))  # starts the thorough child
    for size in ((2480, 3508), (4000, 3000), (8000, 6000)):
        data = encoded(noise(size), "PNG")
        seconds = timed(lambda data=data: looks.read("PNG", data))
        ratios.append(Ratio(f"noise, {size[0]} x {size[1]}, given up / 5 s", seconds / 5, 1.0))
    looks.close()
    return [*ratios, folder_of_scans(3)]


if __name__ == "__main__":
    judged(lambda: measured(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
