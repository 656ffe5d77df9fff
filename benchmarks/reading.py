"""Reading one picture: splitkit's child processes against the library called directly, as ratios within one run.

    python benchmarks/reading.py [ROUNDS]

A clean scan at 300 dpi is judged by the child that splitkit keeps for the purpose, its start aside, and beside it by
`Image.open`, `convert` and zxing-cpp in this process; the two take turns.  Then a picture in which there is nothing to find
but much to look at: how long until splitkit gives up.
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
from bench import split_job
from PIL import Image

from splitkit.paper.reading.worker import TwoLooks

if TYPE_CHECKING:
    from collections.abc import Callable

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


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    memory = Path("/dev/shm")
    looks = TwoLooks(60)
    print(f"Python {platform.python_version()}, zxing-cpp {version('zxing-cpp')}, median of {rounds} runs in turn\n")
    print("| picture | splitkit ms | library ms | ratio | aim |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        scan = scan_of_a_sheet(Path(name))
    for kind, letter in (("PNG", "PNG"), ("JPEG", "JPEG")):
        data = encoded(scan, kind)
        found = {scan.text[:4] for scan in looks.read(letter, data)[0][0]}
        if len(found) < 3:
            raise SystemExit(f"a clean {kind} was not read")
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(timed(lambda data=data, letter=letter: looks.read(letter, data)))
            theirs.append(timed(lambda data=data: directly(data)))
        one, other = statistics.median(ours), statistics.median(theirs)
        print(f"| clean scan, 300 dpi, {kind} | {one * 1000:.0f} | {other * 1000:.0f} | {one / other:.2f} | 1.5 |")
    looks.read("PNG", encoded(noise((64, 64)), "PNG"))  # starts the thorough child
    print("\n| hopeless picture | seconds | aim |\n|---|--:|--:|")
    for size in ((2480, 3508), (4000, 3000), (8000, 6000)):
        data = encoded(noise(size), "PNG")
        print(f"| noise, {size[0]} x {size[1]} | {timed(lambda data=data: looks.read('PNG', data)):.1f} | 5 |")
    looks.close()


if __name__ == "__main__":
    main()
