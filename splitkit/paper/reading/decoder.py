"""The picture reader's child process: bytes of one file in, texts out, and nothing else within its reach.

The parent (`splitkit.paper.reading.worker`) starts it, gives it one file at a time and believes none of its words: problems
are codes that the parent translates.  Before a library that parses pictures is loaded, the process gives up the
network, core dumps and the right to write files; once they are loaded, also the right to open any file at all.

Request: one letter (`KINDS`), the length in four bytes, the file.  Answer: length in four bytes, JSON; a PDF is answered
page by page, `more` says that another page follows.

There are two such children.  The quick one opens the file and looks once.  Where a thorough look may find more, `again` is
what `CLOSE` has of the grey picture that follows the JSON, and which the parent hands on with the letter `G`.  The
thorough child, which only starts when it is needed because numpy takes longer to load than most sheets take to read, tries
everything within its budget.

What it saw of a symbol that could not be read goes back as `left`; sent again with the letter `M`, the leftovers of
several pictures are put together.
"""

from __future__ import annotations

import base64
import codecs
import io
import json
import signal
import struct
import sys
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

from splitkit.host import clock as host_clock
from splitkit.paper.reading.confine import close_files, limit, more_cpu_time
from splitkit.paper.reading.drawn import is_drawn
from splitkit.paper.reading.leftover import Leftover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from splitkit.quorum.scan import Scan

REQUEST = struct.Struct(">cI")
ANSWER = struct.Struct(">I")
CLOSE = struct.Struct(">III")
"""Before the pixels of a grey picture: its width, its height, and the milliseconds that the quick child spent on it."""

KINDS = {b"P": "PNG", b"J": "JPEG", b"D": "PDF", b"G": "grey", b"M": "leftovers"}

MAX_PIXELS = 64_000_000
MAX_CLOSE_PIXELS = 16_000_000
"""Pixels of a picture that is looked at closely; a larger one is reduced first."""

MAX_SIDE = 20_000
"""Longest side of a picture: no page is a hair wide, and one that is makes a library fail."""

MAX_PAGES = 64
MAX_CODES = 64
"""Most codes taken from one picture; a sheet has three."""

MAX_LEFT = 6
"""Most leftovers of one picture."""

MAX_TEXT = 4296
"""Longest text taken from one code: the largest QR symbol holds 4,296 letters."""

MAX_PAGE_POINTS = 14_400
"""Longest side of a PDF page: 200 inches, beyond which no honest program goes."""

RENDER_DPI = 300
RENDER_PIXELS = 18_000_000
"""A PDF page is drawn at 300 dpi up to A3; a larger page at whatever resolution gives this many pixels."""

BUDGET_S = 4.0
"""Processor time for one picture on a machine that is not slow: opening, retries and rescue together."""

STRIP_ROWS = 256

QUICK_STEP_S, CLOSE_STEP_S = 1.5, 3.0
"""Processor time for one step of the quick child and of the thorough one, on a machine that is not slow: opening a file,
drawing a page, or what is done between two looks at the clock."""

START_S = 0.2
"""Processor time that the quick child's libraries take to start on a machine that is not slow; on a slower one every bound
of time is larger by as much."""

MOST_SLOW = 8.0

Answer = dict[str, Any]


class _RefusedError(Exception):
    """The file is not read; the argument is the code of the reason."""


def main(*, thorough: bool) -> None:
    """Give everything up, say hello, then answer until the parent closes the pipe."""
    hello = limit()
    warm_up()
    slow = slowness(host_clock.busy_seconds())
    if thorough:
        warm_up_rescue()
    hello["missing"] += close_files()
    _send(sys.stdout.buffer, hello)
    clock = watched(host_clock.busy_seconds, (CLOSE_STEP_S if thorough else QUICK_STEP_S) * slow)
    serve(sys.stdin.buffer, sys.stdout.buffer, lambda: clock() / slow, thorough=thorough)


def slowness(start_s: float) -> float:
    """Return how many times slower than others this machine is, from what the start of a child took; at least 1."""
    return min(max(start_s / START_S, 1.0), MOST_SLOW)


def serve(requests: BinaryIO, answers: BinaryIO, clock: Callable[[], float], *, thorough: bool) -> None:
    """Answer each request in turn; returns at the end of *requests*."""
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        kind, size = REQUEST.unpack(head)
        data = requests.read(size)
        if len(data) < size:
            return
        more_cpu_time()
        pages = list_ahead(answer(KINDS[kind], data, clock, thorough=thorough))
        del data
        for page, more in pages:
            _send(answers, page | {"more": more})


def watched(clock: Callable[[], float], step_s: float) -> Callable[[], float]:
    """Return *clock* as one that must be looked at: when a step uses *step_s* of the processor, the system ends this process.

    Nothing else stops a library that a picture keeps busy.  The parent knows that end, and gives the next file a new
    child.
    """

    def look() -> float:
        signal.setitimer(signal.ITIMER_PROF, step_s)
        return clock()

    return look


def list_ahead(pages: Iterator[Answer]) -> Iterator[tuple[Answer, bool]]:
    """Pair each answer with whether another one follows, without holding them all."""
    held = next(pages)
    for page in pages:
        yield held, True
        held = page
    yield held, False


def _send(answers: BinaryIO, answer: Answer) -> None:
    picture = answer.pop("picture", None)
    line = json.dumps(answer).encode("ascii")
    answers.write(ANSWER.pack(len(line)) + line)
    if picture:
        answers.write(picture.tobytes())
    answers.flush()


# --- what is loaded ----------------------------------------------------------------------------------------------------


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
        next(answer(kind, tiny.getvalue(), host_clock.seconds, thorough=False))
    document = pypdfium2.PdfDocument.new()
    document.new_page(16, 16).close()
    _drawn(document, 0)
    document.close()


def warm_up_rescue() -> None:
    """Load what only the thorough child needs."""
    from splitkit.paper.reading.reader import load_rescue  # noqa: PLC0415

    load_rescue()


# --- what is done -----------------------------------------------------------------------------------------------------


def answer(kind: str, data: bytes, clock: Callable[[], float], *, thorough: bool = True) -> Iterator[Answer]:
    """Read one file; one answer for each page, at least one."""
    clock()
    try:
        if kind == "PDF":
            yield from _pdf(data, clock, thorough=thorough)
        elif kind == "leftovers":
            yield _together(data, clock)
        elif kind == "grey":
            width, height, before_ms = CLOSE.unpack_from(data)
            yield _texts(lambda: _pixels(width, height, data), clock, before_ms / 1000, thorough=True)
        else:
            yield _texts(lambda: _picture(kind, data), clock, thorough=thorough)
    except _RefusedError as refused:
        yield {"texts": [], "problem": str(refused)}
    except MemoryError:
        yield {"texts": [], "problem": "memory"}


def _texts(opened: Callable[[], Any], clock: Callable[[], float], before: float = 0.0, *, thorough: bool) -> Answer:
    """Open one picture and read it, whatever happens; *before* is the time that was spent on it already."""
    from splitkit.paper.reading.reader import look_closely, read_quickly  # noqa: PLC0415

    begin = clock()
    left, picture, drawn = [], None, False
    try:
        if thorough:
            looks = look_closely(opened(), BUDGET_S, clock, begin - before)
            scans, left = looks.scans(), looks.leftovers[:MAX_LEFT]
        else:
            image = opened()
            scans, picture = read_quickly(image)
            drawn = bool(scans) and is_drawn(image)
    except _RefusedError as refused:
        return {"texts": [], "problem": str(refused)}
    except MemoryError:
        return {"texts": [], "problem": "memory"}
    again = [*picture.size, int(1000 * (clock() - begin))] if picture else None
    left_over = [pack_leftover(one) for one in left]
    return _answered(scans) | {"picture": picture, "again": again, "drawn": drawn, "left": left_over}


def _together(data: bytes, clock: Callable[[], float]) -> Answer:
    """Put leftovers together: a JSON list of them, each as `pack_leftover` makes it, with the number of its picture."""
    from splitkit.paper.reading.reader import put_together  # noqa: PLC0415

    leftovers = [unpack_leftover(entry, picture) for picture, entry in json.loads(data)]
    return _answered(put_together(leftovers, BUDGET_S, clock))


def _answered(scans: list[Scan]) -> Answer:
    return {"texts": [[scan.text, scan.margin] for scan in scans], "problem": ""}


def pack_leftover(leftover: Leftover) -> list[str | int]:
    """A leftover as JSON has it, without its picture: name, version, base64 of its soft bits."""
    return [leftover.name, leftover.version, base64.b64encode(leftover.soft).decode("ascii")]


def unpack_leftover(entry: object, picture: int) -> Leftover:
    """The leftover that *entry* describes.

    Raises:
        ValueError: If it describes none.
    """
    match entry:
        case [str(name), int(version), str(soft)]:
            leftover = Leftover(picture, name, version, base64.b64decode(soft, validate=True))
            if leftover.sound():
                return leftover
    raise ValueError("this is no leftover")


def _pixels(width: int, height: int, data: bytes) -> Any:
    """Return the grey picture that the quick child has decoded."""
    from PIL import Image  # noqa: PLC0415

    return Image.frombytes("L", (width, height), data[CLOSE.size :])


def _picture(kind: str, data: bytes) -> Any:
    """Decode a PNG or a JPEG to one picture: of an animation, its first."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    too_large = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        image = Image.open(io.BytesIO(data), formats=(kind,))
        if max(image.size) > MAX_SIDE:
            raise _RefusedError("giant")
        if kind == "JPEG" and image.mode == "RGB":
            image.draft("L", None)  # the grey channel is stored apart
        image.load()
    except too_large:
        raise _RefusedError("pixels") from None
    except UnidentifiedImageError:
        raise _RefusedError("damaged") from None
    except (OSError, SyntaxError, ValueError, struct.error, IndexError, KeyError, EOFError) as error:
        raise _RefusedError("truncated" if "truncated" in str(error).lower() else "damaged") from None
    return _grey_in_strips(image)


def _grey_in_strips(image: Any) -> Any:
    """Turn a picture grey a strip at a time: a whole second picture in colour would not fit beside the first."""
    from PIL import Image  # noqa: PLC0415

    from splitkit.paper.reading.reader import grey  # noqa: PLC0415

    if image.mode == "L":
        return image
    page = Image.new("L", image.size)
    for top in range(0, image.height, STRIP_ROWS):
        strip = image.crop((0, top, image.width, min(top + STRIP_ROWS, image.height)))
        page.paste(grey(strip), (0, top))
    return page


def _pdf(data: bytes, clock: Callable[[], float], *, thorough: bool) -> Iterator[Answer]:
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
            yield _texts(lambda number=number: _drawn(document, number), clock, thorough=thorough)  # type: ignore[misc]
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
