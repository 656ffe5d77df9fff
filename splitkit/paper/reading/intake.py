"""From files and typed lines to untrusted texts: the side that opens files and never parses a picture.

Files are sniffed, measured and handed to a child process (`splitkit.paper.reading.worker`); what comes back is text of codes.
One bad file never stops the others: it becomes a `Page` with a `problem`.
"""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import islice
from queue import SimpleQueue
from typing import BinaryIO

from splitkit.errors import UnreadableError, UsageError
from splitkit.host.filename import named, shown
from splitkit.host.files import NotRegularError, TooLargeError, read_regular
from splitkit.paper.reading.messages import JPEG, PDF, PNG
from splitkit.paper.reading.worker import GIVEN_UP, PageTexts, TwoLooks
from splitkit.quorum.scan import Line, Page, Scan, SheetSymbol, symbol_of

MAX_FILES = 1_000
MAX_DEPTH = 4
"""Folders inside folders, counted from the one that was named."""

MAX_ENTRIES = 10_000
"""Most names looked at in one folder."""

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_TEXT_BYTES = 1_000_000
MAX_LINES = 5_000
MAX_WORKERS = 4
PUBLIC_RECORD = ("record.pdf", "envelope.sk1", "recipient.txt", "recover.html")
"""Files that `split` writes beside the sheets: no sheets themselves, so they are passed over in a folder."""

TOGETHER = "several pictures together"
"""The source of what no single picture gave."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class _File:
    """One file to read, or the reason why it is not read."""

    path: str
    problem: str = ""


def read_paths(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    progress: Callable[[str], None] | None = None,
    warn: Callable[[str], None] | None = None,
    seconds: float = 30.0,
) -> tuple[list[Page], list[Line]]:
    """Read every picture, PDF page and folder in *paths*, and the lines of *stdin* where a path is '-'.

    Pages come in the order of *paths*, those of a folder by name.  *progress* is told '3 of 7: scan.pdf' as files are
    done; *warn* (or else *progress*) gets a sentence, once, if the reader's child process could not lock itself in.
    *seconds* is the patience with one picture or page.

    Raises:
        UsageError: If a path does not exist, '-' comes twice or there are more than 1,000 files.
        UnreadableError: If the text is too long.
        DeviceError: If the picture reader does not start.
    """
    if sum(path == "-" for path in paths) > 1:
        raise UsageError("'-' is given twice", "give '-' once: all lines are read from it")
    files = _found(paths)
    lines = read_lines(stdin or sys.stdin.buffer) if "-" in paths else []
    quiet = lambda _: None  # noqa: E731
    return _read_files(files, progress or quiet, warn or progress or quiet, seconds), lines


# --- lines ------------------------------------------------------------------------------------------------------------


def read_lines(stream: BinaryIO) -> list[Line]:
    """Return the lines of *stream*; what is not UTF-8 becomes U+FFFD, for the judge to refuse that line."""
    data = stream.read(MAX_TEXT_BYTES + 1)
    text = data.removeprefix(_BOM).decode("utf-8", errors="replace")
    rows = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    if len(data) > MAX_TEXT_BYTES or len(rows) > MAX_LINES:
        raise UnreadableError(
            "the text is longer than 1 MB or 5,000 lines", "give only the lines of the sheets, or name files instead"
        )
    return [Line(f"line {number}", Scan(row)) for number, row in enumerate(rows, 1)]


# --- names and folders ------------------------------------------------------------------------------------------------


def _found(paths: Sequence[str]) -> list[_File]:
    """Return the files behind *paths*, folders opened, in order."""
    files = list(islice((file for path in paths if path != "-" for file in _expanded(path)), MAX_FILES + 1))
    if len(files) > MAX_FILES:
        raise UsageError(f"there are more than {MAX_FILES:,} files", "name the pictures themselves, or fewer folders")
    return files


def _expanded(path: str) -> Iterator[_File]:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  to Path, an empty name is this folder
    except (OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            yield _File(path, "no permission to read it")
            return
        hint = "check the name; for typed lines, give -"
        raise UsageError(f"{named(path, 'the file or folder')} does not exist", hint) from None
    if stat.S_ISDIR(mode):
        yield from _folder(path, 0)
    else:
        yield _File(path)


def _folder(path: str, depth: int) -> Iterator[_File]:
    """The files in a folder by name, then its folders; no hidden names, no public record, no links to folders."""
    try:
        with os.scandir(path) as entries:
            seen = sorted(islice(entries, MAX_ENTRIES + 1), key=lambda entry: entry.name)
    except OSError:
        yield _File(path, "the folder cannot be opened")
        return
    if len(seen) > MAX_ENTRIES:
        raise UsageError(f"there are more than {MAX_ENTRIES:,} names in '{shown(path)}'", "name the pictures instead")
    visible = [entry for entry in seen if not entry.name.startswith(".") and entry.name not in PUBLIC_RECORD]
    if not visible:
        yield _File(path, "the folder is empty")
    folders = [entry for entry in visible if entry.is_dir(follow_symlinks=False)]
    yield from (_File(entry.path) for entry in visible if entry not in folders)
    for entry in folders:
        if depth == MAX_DEPTH:
            yield _File(entry.path, f"a folder inside {MAX_DEPTH} others: not opened")
        else:
            yield from _folder(entry.path, depth + 1)


# --- files ------------------------------------------------------------------------------------------------------------


class _NotReadError(Exception):
    """The file is not handed on; the argument is the reason in words."""


def _content(path: str) -> bytes:
    try:
        return read_regular(path, MAX_FILE_BYTES)
    except NotRegularError:
        raise _NotReadError("not a regular file") from None
    except TooLargeError:
        raise _NotReadError("larger than 64 MiB") from None
    except PermissionError:
        raise _NotReadError("no permission to read it") from None
    except (OSError, ValueError):
        raise _NotReadError("it cannot be opened") from None


def _kind(data: bytes) -> str:
    """Tell the kind of a file by its first bytes, never by its name."""
    if not data:
        raise _NotReadError("the file is empty")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if b"%PDF-" in data[:1024]:
        return PDF
    if data[4:8] == b"ftyp":  # what phones make unless told otherwise
        raise _NotReadError("a HEIC or AVIF photo: save it as JPEG or PNG first")
    raise _NotReadError("not a PNG, JPEG or PDF")


def _read_file(file: _File, worker: TwoLooks) -> list[Page]:
    name = shown(file.path)
    if file.problem:
        return [Page(name, problem=file.problem)]
    try:
        data = _content(file.path)
        kind = _kind(data)
    except _NotReadError as reason:
        return [Page(name, problem=str(reason))]
    pages = _pages(name, kind, worker.read(kind, data))
    return [replace(page, drawn=number in worker.drawn, file=file.path) for number, page in enumerate(pages)]


def _pages(name: str, kind: str, answers: list[PageTexts]) -> list[Page]:
    """Give each answer its name; pages of a PDF are numbered, unless it was refused as a whole."""
    if kind != PDF or (len(answers) == 1 and answers[0][1]):
        return [Page(name, scans, problem) for scans, problem in answers]
    return [
        Page(f"{name} from page {number} on" if problem in GIVEN_UP else f"{name} page {number}", scans, problem)
        for number, (scans, problem) in enumerate(answers, 1)
    ]


def _read_files(
    files: list[_File], progress: Callable[[str], None], warn: Callable[[str], None], seconds: float
) -> list[Page]:
    """Read *files* with a few workers at once; the order of the result is theirs."""
    if not files:
        return []
    crew = [TwoLooks(seconds) for _ in range(min(os.cpu_count() or 1, len(files), MAX_WORKERS))]
    idle: SimpleQueue[TwoLooks] = SimpleQueue()
    for worker in crew:
        idle.put(worker)
    with ThreadPoolExecutor(len(crew)) as pool:
        try:
            pages = _collected(files, [pool.submit(_with_idle, idle, file) for file in files], progress)
            pages += _together(crew, pages)
        finally:
            for worker in crew:
                worker.stop()
            pool.shutdown(cancel_futures=True)
            for worker in crew:
                worker.close()
    kept = sorted({name for worker in crew for name in worker.kept})
    if kept:
        warn(f"the picture reader could not lock itself in: {', '.join(kept)}")
    return pages


def _together(crew: Sequence[TwoLooks], pages: Sequence[Page]) -> list[Page]:
    """What several pictures give together that none of them gave alone.

    Each text is a page of its own: no one picture carried it, so it never counts as beside another.
    """
    found = any(symbol_of(scan.text) is SheetSymbol.ENVELOPE for page in pages for scan in page.scans)
    # The numbers of pictures count from 0 in each worker; together they must differ.
    left = [
        replace(one, picture=one.picture * len(crew) + at)
        for at, worker in enumerate(crew)
        for one in worker.left
        if not (found and one.name == "envelope")
    ]
    if len({one.picture for one in left}) < 2:
        return []
    seen = {scan.text for page in pages for scan in page.scans}
    texts = crew[0].put_together(left)
    return [Page(TOGETHER, (scan,)) for scan in texts if scan.text not in seen]


def _with_idle(idle: SimpleQueue[TwoLooks], file: _File) -> list[Page]:
    worker = idle.get()
    try:
        return _read_file(file, worker)
    finally:
        idle.put(worker)


def _collected(files: list[_File], futures: list[Future[list[Page]]], progress: Callable[[str], None]) -> list[Page]:
    """Say how far it is as files are done, in whatever order; the result has theirs."""
    names = dict(zip(futures, files, strict=True))
    for number, future in enumerate(as_completed(futures), 1):
        future.result()
        progress(f"{number} of {len(files)}: {shown(names[future].path)}")
    return [page for future in futures for page in future.result()]
