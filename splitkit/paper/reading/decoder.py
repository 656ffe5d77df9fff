"""The picture reader's child process: bytes of one file in, texts out, and nothing else within its reach.

The parent (`splitkit.paper.reading.worker`) gives it one file at a time.  A PDF is answered page by page.

A child loads what its kinds of files need, and nothing else: the library for PDFs only where a PDF is.

There are two such children.  The quick one opens the file and looks once.  Where a thorough look may find more, `again`
says so, with the size of the grey picture that follows and the milliseconds that were spent on it; the parent hands it
on.  The thorough child, which only starts when it is needed because numpy takes longer to load than most sheets take to
read, tries everything within its budget.

What it saw of a symbol that could not be read goes back as `left`; sent again, the leftovers of several pictures are put
together.
"""

from __future__ import annotations

import codecs
import io
import signal
import struct
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from splitkit.host import clock as host_clock
from splitkit.paper.reading import confine
from splitkit.paper.reading.confine import RefusedError
from splitkit.paper.reading.messages import GREY, JPEG, LEFTOVERS, MAX_LEFT, MAX_PAGES, PDF, PNG, Message
from splitkit.quorum.scan import Scan

MAX_PIXELS = 64_000_000
MAX_SIDE = 20_000
"""Longest side of a picture: no page is a hair wide, and one that is makes a library fail."""

MAX_PAGE_POINTS = 14_400
"""Longest side of a PDF page: 200 inches, beyond which no honest program goes."""

RENDER_DPI = 300
RENDER_PIXELS = 18_000_000
"""A PDF page is drawn at 300 dpi up to A3; a larger page at whatever resolution gives this many pixels."""

MAX_OBJECTS = 10_000
"""Objects of a PDF page beyond which nobody counts them; one that splitkit sets has less than 200."""

BUDGET_S = 4.0
"""Processor time for one picture on a machine that is not slow: opening, retries and rescue together."""

STRIP_ROWS = 256

QUICK_STEP_S, CLOSE_STEP_S = 1.5, 3.0
"""Processor time for one step of the quick child and of the thorough one, on a machine that is not slow: opening a file,
drawing a page, or what is done between two looks at the clock."""

START_S = 0.11
"""Processor time that what every child loads takes to start on a machine that is not slow; on a slower one every bound of
time is larger by as much."""

MOST_SLOW = 8.0


def main(looks: str, *openers: str) -> None:
    """Live as a child that looks in this way, 'quick' or 'thorough', and opens files with 'pictures', 'pdf' or both."""
    confine.run(lambda: _prepared(openers, thorough=looks == "thorough"))


def _prepared(openers: Sequence[str], *, thorough: bool) -> confine.Answers:
    warm_up()
    slow = slowness(host_clock.busy_seconds())  # of what all children load, before what only some do
    for opener in openers:
        {"pictures": warm_up_pictures, "pdf": warm_up_pdf}[opener]()
    if thorough:
        warm_up_rescue()
    look = watched(host_clock.busy_seconds, (CLOSE_STEP_S if thorough else QUICK_STEP_S) * slow)
    return lambda request, data: answer(request, data, lambda: look() / slow, thorough=thorough)


def slowness(start_s: float) -> float:
    """Return how many times slower than others this machine is, from what the start of a child took; at least 1."""
    return min(max(start_s / START_S, 1.0), MOST_SLOW)


def watched(clock: Callable[[], float], step_s: float) -> Callable[[], float]:
    """Return *clock* as one that must be looked at: when a step uses *step_s* of the processor, the system ends this process.

    Nothing else stops a library that a picture keeps busy.  The parent knows that end, and gives the next file a new
    child.
    """

    def look() -> float:
        signal.setitimer(signal.ITIMER_PROF, step_s)
        return clock()

    return look


# --- what is loaded ----------------------------------------------------------------------------------------------------


def warm_up() -> None:
    """Load the libraries of every child and make each of them work once, while files can still be opened."""
    from PIL import Image  # noqa: PLC0415  after `limit`, and never in the parent

    from splitkit.paper.reading.reader import read_quickly  # noqa: PLC0415

    for codec in ("latin-1", "utf-16-le", "utf-16-be"):
        codecs.lookup(codec)
    read_quickly(Image.new("L", (16, 16), 255))


def warm_up_pictures() -> None:
    """Load what opens PNG and JPEG.

    Pillow loads some of its modules only when a picture asks for them: Exif data needs TIFF, some phones' JPEGs MPO.
    """
    from PIL import Image, ImageColor, ImagePalette, MpoImagePlugin, TiffImagePlugin  # noqa: F401, PLC0415

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    for kind in (PNG, JPEG):
        tiny = io.BytesIO()
        Image.new("L", (16, 16), 255).save(tiny, kind)
        _picture(kind, tiny.getvalue())


def warm_up_pdf() -> None:
    """Load what draws PDFs."""
    import pypdfium2  # noqa: PLC0415

    document = pypdfium2.PdfDocument.new()
    document.new_page(16, 16).close()
    _drawn(document, 0)
    document.close()


def warm_up_rescue() -> None:
    """Load what only the thorough child needs."""
    from splitkit.paper.reading.reader import load_rescue  # noqa: PLC0415

    load_rescue()


# --- what is done -----------------------------------------------------------------------------------------------------


def answer(request: Message, data: bytes, clock: Callable[[], float], *, thorough: bool = True) -> Iterator[Message]:
    """Read one file; one answer for each page, at least one."""
    clock()
    try:
        if request["kind"] == PDF:
            yield from _pdf(data, clock, thorough=thorough)
        elif request["kind"] == LEFTOVERS:
            yield _together(request["leftovers"], clock)
        elif request["kind"] == GREY:
            size = request["width"], request["height"]
            yield _texts(lambda: _pixels(size, data), clock, request["spent_ms"] / 1000, thorough=True)
        else:
            yield _texts(lambda: _picture(request["kind"], data), clock, thorough=thorough)
    except RefusedError as refused:
        yield _answered(problem=str(refused))
    except MemoryError:
        yield _answered(problem="memory")


def _texts(
    opened: Callable[[], Any],
    clock: Callable[[], float],
    before: float = 0.0,
    *,
    thorough: bool,
    lines_only: Callable[[], bool] = lambda: False,
) -> Message:
    """Open one picture and read it, whatever happens; *before* is the time that was spent on it already.

    *lines_only* tells whether it was drawn from lines and letters, without any picture.
    """
    begin = clock()
    try:
        if thorough:
            return _looked_closely(opened(), clock, begin - before)
        return _looked_once(opened(), clock, begin, lines_only)
    except RefusedError as refused:
        return _answered(problem=str(refused))
    except MemoryError:
        return _answered(problem="memory")


def _looked_once(image: Any, clock: Callable[[], float], begin: float, lines_only: Callable[[], bool]) -> Message:
    from splitkit.paper.reading.reader import is_drawn, read_quickly  # noqa: PLC0415  after `limit`

    scans, picture = read_quickly(image, lines_only)
    answered = _answered(scans) | {"drawn": bool(scans) and is_drawn(image)}
    if picture:
        answered |= {"again": [*picture.size, int(1000 * (clock() - begin))], "data": picture.tobytes()}
    return answered


def _looked_closely(image: Any, clock: Callable[[], float], begin: float) -> Message:
    from splitkit.paper.reading.reader import look_closely  # noqa: PLC0415

    looks = look_closely(image, BUDGET_S, clock, begin)
    return _answered(looks.scans()) | {"left": [left.packed() for left in looks.leftovers[:MAX_LEFT]]}


def _together(entries: list[tuple[int, object]], clock: Callable[[], float]) -> Message:
    """Put leftovers together; each comes with the number of its picture."""
    from splitkit.paper.qr import Leftover  # noqa: PLC0415
    from splitkit.paper.reading.reader import put_together  # noqa: PLC0415

    leftovers = [Leftover.unpacked(entry, picture) for picture, entry in entries]
    return _answered(put_together(leftovers, BUDGET_S, clock))


def _answered(scans: Sequence[Scan] = (), problem: str = "") -> Message:
    return {"texts": [[scan.text, scan.margin] for scan in scans], "problem": problem}


def _pixels(size: tuple[int, int], data: bytes) -> Any:
    """Return the grey picture that the quick child has decoded."""
    from PIL import Image  # noqa: PLC0415

    return Image.frombytes("L", size, data)


def _picture(kind: str, data: bytes) -> Any:
    """Decode a PNG or a JPEG to one picture: of an animation, its first."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    too_large = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        image = Image.open(io.BytesIO(data), formats=(kind,))
        if max(image.size) > MAX_SIDE:
            raise RefusedError("giant")
        if kind == JPEG and image.mode == "RGB":
            image.draft("L", None)  # the grey channel is stored apart
        image.load()
    except too_large:
        raise RefusedError("pixels") from None
    except UnidentifiedImageError:
        raise RefusedError("damaged") from None
    except (OSError, SyntaxError, ValueError, struct.error, IndexError, KeyError, EOFError) as error:
        raise RefusedError("truncated" if "truncated" in str(error).lower() else "damaged") from None
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


def _pdf(data: bytes, clock: Callable[[], float], *, thorough: bool) -> Iterator[Message]:
    """Draw and read each page.  Forms are never set up, so no script of the file ever runs."""
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise RefusedError("encrypted" if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD else "damaged") from None
    try:
        if len(document) > MAX_PAGES:
            raise RefusedError("pages")
        if not len(document):
            raise RefusedError("damaged")
        for number in range(len(document)):
            yield _texts(
                partial(_drawn, document, number),
                clock,
                thorough=thorough,
                lines_only=partial(_lines_only, document, number),
            )
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
        raise RefusedError("damaged") from None


def _lines_only(document: Any, number: int) -> bool:
    """Tell whether a page holds lines and letters and no picture: nothing on it was ever photographed or scanned."""
    import pypdfium2  # noqa: PLC0415

    try:
        page = document[number]
        try:
            kinds = [found.type for found in islice(page.get_objects(), MAX_OBJECTS + 1)]
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError):
        return False
    return len(kinds) <= MAX_OBJECTS and pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


def _scale(width: float, height: float) -> float:
    """Return pixels a point for a page of that many points."""
    if not (0 < width <= MAX_PAGE_POINTS and 0 < height <= MAX_PAGE_POINTS):
        raise RefusedError("giant")
    fitting = (RENDER_PIXELS / (width * height)) ** 0.5
    return float(min(RENDER_DPI / 72, fitting, RENDER_PIXELS / max(width, height)))
