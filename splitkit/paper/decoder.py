"""The picture reader's child process: bytes of one file in, texts out, and nothing else within its reach.

The parent (`splitkit.paper.worker`) starts it, gives it one file at a time and believes none of its words: problems
are codes that the parent translates.  Before a library that parses pictures is loaded, the process gives up the
network, core dumps and the right to write files; once they are loaded, also the right to open any file at all.

Request: one letter (`KINDS`), the length in four bytes, the file.  Answer: length in four bytes, JSON; a PDF is
answered page by page, `more` says that another page follows.
"""

from __future__ import annotations

import codecs
import ctypes
import io
import json
import os
import signal
import struct
import sys
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

from splitkit.host import clock as host_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUEST = struct.Struct(">cI")
ANSWER = struct.Struct(">I")

KINDS = {b"P": "PNG", b"J": "JPEG", b"D": "PDF"}

MAX_PIXELS = 64_000_000
MAX_PAGES = 64
MAX_CODES = 64
"""Most codes taken from one picture; a sheet has three."""

MAX_TEXT = 4296
"""Longest text taken from one code: the largest QR symbol holds 4,296 letters."""

MAX_PAGE_POINTS = 14_400
"""Longest side of a PDF page: 200 inches, beyond which no honest program goes."""

RENDER_DPI = 300
RENDER_PIXELS = 18_000_000
"""A PDF page is drawn at 300 dpi up to A3; a larger page at whatever resolution gives this many pixels."""

BUDGET_S = 6.0
"""Time for the retries on one picture."""

MEMORY_BYTES = 1536 * 1024 * 1024
"""Address space of the process; 64 megapixels of transparent colour need about half of it."""

CPU_S = 330
"""Processor time for one file; the parent's patience ends earlier."""

_CLONE_NEWUSER_NEWNET = 0x10000000 | 0x40000000
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38

Answer = dict[str, Any]


class _RefusedError(Exception):
    """The file is not read; the argument is the code of the reason."""


def main() -> None:
    """Give everything up, say hello, then answer until the parent closes the pipe."""
    hello = limit()
    warm_up()
    hello["missing"] += close_files()
    _send(sys.stdout.buffer, hello)
    serve(sys.stdin.buffer, sys.stdout.buffer, host_clock.seconds)


def serve(requests: BinaryIO, answers: BinaryIO, clock: Callable[[], float]) -> None:
    """Answer each request in turn; returns at the end of *requests*."""
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        kind, size = REQUEST.unpack(head)
        data = requests.read(size)
        if len(data) < size:
            return
        _more_cpu_time()
        pages = list_ahead(answer(KINDS[kind], data, clock))
        del data
        for page, more in pages:
            _send(answers, page | {"more": more})


def list_ahead(pages: Iterator[Answer]) -> Iterator[tuple[Answer, bool]]:
    """Pair each answer with whether another one follows, without holding them all."""
    held = next(pages)
    for page in pages:
        yield held, True
        held = page
    yield held, False


def _send(answers: BinaryIO, answer: Answer) -> None:
    line = json.dumps(answer).encode("ascii")
    answers.write(ANSWER.pack(len(line)) + line)
    answers.flush()


# --- what is given up -------------------------------------------------------------------------------------------------


def limit() -> Answer:
    """Drop network, core dumps, privileges and the right to write; return what could not be dropped.

    Called before any other thread can exist: a user namespace is refused to a process with several.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    os.closerange(3, 4096)
    missing = []
    network = "none"
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWUSER_NEWNET) != 0 and libc.socket(2, 1, 0) >= 0:  # nor did the parent's guard
            network = "not dropped"
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            missing.append("privileges")
    except (OSError, AttributeError):
        network = "not dropped"
        missing.append("privileges")
    limits = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_AS": MEMORY_BYTES}
    missing += [name for name, most in limits.items() if not _set_limit(name, most)]
    return {"network": network, "missing": missing}


def close_files() -> list[str]:
    """Forbid new files, processes and threads; return what could not be forbidden."""
    limits = {"RLIMIT_NPROC": 0, "RLIMIT_NOFILE": 3}
    return [name for name, most in limits.items() if not _set_limit(name, most)]


def _set_limit(name: str, most: int) -> bool:
    """Set a limit for good, or keep a stricter one that is already there."""
    try:
        import resource  # noqa: PLC0415  not on every system

        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (value, value))
    except (ImportError, AttributeError, ValueError, OSError):
        return False
    return True


def _more_cpu_time() -> None:
    """Allow this process another `CPU_S` seconds: a worker that read a thousand files is not at fault."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_S
    if hard == resource.RLIM_INFINITY or until <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def warm_up() -> None:
    """Load the libraries and make each of them work once, while files can still be opened.

    Pillow loads some of its modules only when a picture asks for them: Exif data needs TIFF, some phones' JPEGs MPO.
    """
    import pypdfium2  # noqa: PLC0415  after `limit`, and never in the parent
    from PIL import Image, ImageColor, ImagePalette, MpoImagePlugin, TiffImagePlugin  # noqa: F401, PLC0415

    for codec in ("latin-1", "utf-16-le", "utf-16-be"):
        codecs.lookup(codec)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    for kind in ("PNG", "JPEG"):
        tiny = io.BytesIO()
        Image.new("L", (16, 16), 255).save(tiny, kind)
        next(answer(kind, tiny.getvalue(), host_clock.seconds))
    document = pypdfium2.PdfDocument.new()
    document.new_page(16, 16).close()
    _drawn(document, 0)
    document.close()


# --- what is done -----------------------------------------------------------------------------------------------------


def answer(kind: str, data: bytes, clock: Callable[[], float]) -> Iterator[Answer]:
    """Read one file; one answer for each page, at least one."""
    try:
        if kind == "PDF":
            yield from _pdf(data, clock)
        else:
            yield _texts(lambda: _picture(kind, data), clock)
    except _RefusedError as refused:
        yield {"texts": [], "problem": str(refused)}
    except MemoryError:
        yield {"texts": [], "problem": "memory"}


def _texts(opened: Callable[[], Any], clock: Callable[[], float]) -> Answer:
    """Open one picture and read it, whatever happens."""
    from splitkit.paper.reader import read_image  # noqa: PLC0415

    try:
        scans = read_image(opened(), BUDGET_S, clock)
    except _RefusedError as refused:
        return {"texts": [], "problem": str(refused)}
    except MemoryError:
        return {"texts": [], "problem": "memory"}
    return {"texts": [[scan.text, scan.margin] for scan in scans], "problem": ""}


def _picture(kind: str, data: bytes) -> Any:
    """Decode a PNG or a JPEG to one picture: of an animation, its first."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    too_large = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        image = Image.open(io.BytesIO(data), formats=(kind,))
        if kind == "JPEG" and image.mode == "RGB":
            image.draft("L", None)  # the grey channel is stored apart
        image.load()
    except too_large:
        raise _RefusedError("pixels") from None
    except UnidentifiedImageError:
        raise _RefusedError("damaged") from None
    except (OSError, SyntaxError, ValueError, struct.error, IndexError, KeyError, EOFError) as error:
        raise _RefusedError("truncated" if "truncated" in str(error).lower() else "damaged") from None
    return image


def _pdf(data: bytes, clock: Callable[[], float]) -> Iterator[Answer]:
    """Draw and read each page.  Forms are never set up, so no script of the file ever runs."""
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _RefusedError("encrypted" if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD else "damaged") from None
    try:
        if len(document) > MAX_PAGES:
            raise _RefusedError("pages")
        if not len(document):
            raise _RefusedError("damaged")
        for number in range(len(document)):
            yield _texts(lambda number=number: _drawn(document, number), clock)  # type: ignore[misc]
    finally:
        document.close()


def _drawn(document: Any, number: int) -> Any:
    """Draw one page in grey on white, having computed its size first."""
    import pypdfium2  # noqa: PLC0415

    try:
        page = document[number]
        try:
            scale = _scale(*page.get_size())
            return page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False).to_pil()
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError):
        raise _RefusedError("damaged") from None


def _scale(width: float, height: float) -> float:
    """Return pixels a point for a page of that many points."""
    if not (0 < width <= MAX_PAGE_POINTS and 0 < height <= MAX_PAGE_POINTS):
        raise _RefusedError("giant")
    fitting = (RENDER_PIXELS / (width * height)) ** 0.5
    return float(min(RENDER_DPI / 72, fitting, RENDER_PIXELS / max(width, height)))
