"""From paths to untrusted texts: what is opened, what is refused and how it is called."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitkit.errors import UnreadableError, UsageError
from splitkit.host.filename import SHOWN, shown
from splitkit.paper.reading import child as child_module
from splitkit.paper.reading import intake as scan_module
from splitkit.paper.reading import worker as worker_module
from splitkit.paper.reading.intake import MAX_FILE_BYTES, read_lines, read_paths
from tests.support.builders import as_nobody
from tests.support.paper.hostile_files import finder_png
from tests.support.paper.pictures import blank_pdf, blank_png, encoded, sheet, symbol, texts
from tests.support.places import ROOT
from tests.support.processes import HANGS, busy, patience, used

if TYPE_CHECKING:
    from collections.abc import Callable

    from splitkit.quorum.scan import Page

pytestmark = pytest.mark.usefixtures("forked_readers")


def found(page: Page) -> set[str]:
    return {scan.text for scan in page.scans}


def write(path: Path, data: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


# --- pictures and PDFs ------------------------------------------------------------------------------------------------


def test_many_files_are_read_in_their_order(tmp_path: Path) -> None:
    """
    Slow and quick files, several workers: the pages come as the paths did.
    """
    slow = write(tmp_path / "slow.png", blank_png(4_000, 4_000))
    quick = [write(tmp_path / f"{number}.png", encoded(symbol(f"NUMBER {number}", mm=30))) for number in range(6)]
    paths = [quick[5], slow, *quick[:5], quick[5]]
    told: list[str] = []
    pages, lines = read_paths(paths, progress=told.append)

    assert lines == []
    assert [shown(path) for path in paths] == [page.source for page in pages]
    assert [found(page) for page in pages] == [{"NUMBER 5"}, set(), *({f"NUMBER {n}"} for n in range(5)), {"NUMBER 5"}]
    assert [text.partition(":")[0] for text in told if " of " in text] == [f"{n} of 8" for n in range(1, 9)]


def test_a_sheet_as_picture_and_as_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "sheet.png", encoded(sheet(1)))
    write(tmp_path / "two.pdf", encoded(sheet(1), "PDF", resolution=200, save_all=True, append_images=[sheet(2)]))
    pages, _ = read_paths(["sheet.png", "two.pdf"])

    assert [page.source for page in pages] == ["sheet.png", "two.pdf page 1", "two.pdf page 2"]
    assert [found(page) for page in pages] == [set(texts(1)), set(texts(1)), set(texts(2))]
    assert not any(page.problem for page in pages)


def test_the_name_of_a_file_says_nothing_of_its_kind(tmp_path: Path) -> None:
    pages, _ = read_paths([write(tmp_path / "really.pdf", encoded(symbol("A PNG", mm=30)))])

    assert [{"A PNG"}] == [found(page) for page in pages]


NOT_OURS = {
    "text.png": b"SK1:AAAA",
    "archive.png": b"PK\x03\x04" + bytes(100),
    "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "page.pdf": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "jpeg2000.jpg": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(50),
    "sky.png": b"SIMPLE  =                    T" + bytes(2880),
    "layers.jpg": b"8BPS\0\1" + bytes(100),
    "zeros.pdf": bytes(5_000),
}
PICTURES_OF_OTHERS = {"still.gif": "GIF", "web.jpg": "WEBP", "fax.png": "TIFF", "map.png": "BMP", "grey.png": "PPM"}


def test_other_files_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    others = {name: encoded(symbol(kind, mm=20), kind) for name, kind in PICTURES_OF_OTHERS.items()}
    paths = [write(tmp_path / name, data) for name, data in (NOT_OURS | others).items()]
    good = write(tmp_path / "good.png", encoded(symbol("GOOD", mm=30)))
    pages, _ = read_paths([*paths[:6], good, *paths[6:]])

    assert {"GOOD"} == found(pages.pop(6))
    assert {"not a PNG, JPEG or PDF"} == {page.problem for page in pages}
    assert not any(page.scans for page in pages)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (bytes, "the file is empty"),
        (lambda: b"\0\0\0\x18ftypheic" + bytes(99), "a HEIC or AVIF photo: save it as JPEG or PNG first"),
        (lambda: encoded(sheet())[:4_000], "truncated: the end of the file is missing"),
        (lambda: encoded(sheet(), "JPEG")[:9_000], "truncated: the end of the file is missing"),
        (lambda: blank_pdf()[:120], "damaged: it cannot be opened"),
        (lambda: b"\x89PNG\r\n\x1a\nrubbish", "damaged: it cannot be opened"),
        (lambda: blank_png(13_000, 13_000), "larger than 64 megapixels"),
        (lambda: blank_pdf(pages=65), "more than 64 pages"),
        (lambda: blank_pdf(size=(200_000, 200_000)), "the page is too large"),
    ],
)
def test_problems_in_plain_words(tmp_path: Path, make: Callable[[], bytes], problem: str) -> None:
    (page,), _ = read_paths([write(tmp_path / "file", make())])

    assert (problem, ()) == (page.problem, page.scans)
    assert "page 1" not in page.source


def test_an_encrypted_pdf_is_named(tmp_path: Path) -> None:
    """
    One that asks for a password is refused; one that is only forbidden to be changed is read.
    """
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not here")
    plain = write(tmp_path / "plain.pdf", encoded(symbol("SECURED", mm=30), "PDF"))
    for user, name in (("word", "asks.pdf"), ("", "open.pdf")):
        subprocess.run([qpdf, "--encrypt", user, "owner", "256", "--", plain, tmp_path / name], check=True)
    (asks, opened), _ = read_paths([str(tmp_path / "asks.pdf"), str(tmp_path / "open.pdf")])

    assert asks.problem == "encrypted PDF: it asks for a password"
    assert ("", {"SECURED"}) == (opened.problem, found(opened))


def test_a_file_over_the_size_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.write(encoded(symbol("HUGE", mm=20)))
        file.truncate(MAX_FILE_BYTES + 1)
    before = used()
    (page,), _ = read_paths([str(path)])

    assert page.problem == "larger than 64 MiB"
    assert used() - before < 0.3


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices_are_not_opened(device: str) -> None:
    if not Path(device).exists():
        pytest.skip("no such device here")
    (page,), _ = read_paths([device])

    assert page.problem == "not a regular file"


def test_a_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with patience():
        (page,), _ = read_paths([str(tmp_path / "pipe.png")])

    assert page.problem == "not a regular file"


def test_an_unreadable_file_is_named() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = write(Path(folder) / "locked.png", encoded(symbol("LOCKED", mm=20)))
        Path(path).chmod(0)
        with as_nobody(), pytest.raises(scan_module._NotReadError, match=r"^no permission to read it$"):
            scan_module._content(path)


def test_a_folder_of_sheets_is_read_without_the_public_record_beside_them(tmp_path: Path) -> None:
    write(tmp_path / "share-1-of-2.png", encoded(symbol("SHEET", mm=30)))
    for name in ("record.pdf", "envelope.sk1", "recipient.txt"):
        write(tmp_path / name, b"not looked at")
    (page,), _ = read_paths([str(tmp_path)])

    assert {"SHEET"} == found(page)


def test_links_to_files_are_followed(tmp_path: Path) -> None:
    write(tmp_path / "real.png", encoded(symbol("LINKED", mm=30)))
    (tmp_path / "link.png").symlink_to("real.png")
    (page,), _ = read_paths([str(tmp_path / "link.png")])

    assert {"LINKED"} == found(page)


# --- folders ----------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_by_name_and_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.png", "a.png", "deep/c.png", ".hidden.png", ".git/d.png"):
        write(tmp_path / "box" / name, encoded(symbol(name.upper(), mm=30)))
    pages, _ = read_paths([str(tmp_path / "box")])

    assert [{"A.PNG"}, {"B.PNG"}, {"DEEP/C.PNG"}] == [found(page) for page in pages]


def test_links_inside_a_folder_never_lead_in_circles(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "again").symlink_to(tmp_path / "box")
    (tmp_path / "box" / "gone").symlink_to("nowhere")
    pages, _ = read_paths([str(tmp_path / "box")])

    assert [page.problem for page in pages] == ["not a regular file", "it cannot be opened"]


def test_empty_and_too_deep_folders_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "1/2/3/4/5/6").mkdir(parents=True)
    pages, _ = read_paths([str(tmp_path / "empty"), str(tmp_path / "1")])

    assert [page.problem for page in pages] == ["the folder is empty", "a folder inside 4 others: not opened"]


def test_too_many_files_are_refused_before_any_is_read(tmp_path: Path) -> None:
    for number in range(1_001):
        (tmp_path / str(number)).touch()
    before = used()

    with pytest.raises(UsageError, match="1,000 files"):
        read_paths([str(tmp_path)])
    assert used() - before < 0.5


# --- paths ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["nowhere.png", "", "a\0b", "/etc/passwd/x", "x" * 5_000])
def test_a_path_that_leads_nowhere(path: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_paths([path])
    assert caught.value.hint
    assert len(caught.value.fact) < 150
    assert caught.value.fact.isprintable()


def test_nothing_is_nothing() -> None:
    assert read_paths([]) == ([], [])


def test_a_hostile_name_is_shown_escaped(tmp_path: Path) -> None:
    name = "a\x1b[2Jb\u202egnp.\nx"
    path = tmp_path / os.fsdecode(name.encode() + b"\xff")
    path.write_bytes(b"")
    (page,), _ = read_paths([str(path)])

    assert page.source.isprintable()
    assert page.source.endswith("a\\x1b[2Jb\\u202egnp.\\x0ax\\xff")


@given(st.text(st.characters(exclude_categories=())))
def test_every_name_is_safe_to_print_and_short(name: str) -> None:
    safe = shown(name)

    assert len(safe) <= SHOWN
    assert safe.isprintable()
    assert safe == name or len(name) > SHOWN or not name.isprintable()


# --- lines ------------------------------------------------------------------------------------------------------------


def typed(data: bytes) -> list[tuple[str, str]]:
    return [(line.source, line.scan.text) for line in read_lines(io.BytesIO(data))]


def test_lines_are_numbered_as_typed() -> None:
    data = b"\xef\xbb\xbf  one two \r\n\r\nthree\rfour\n\n \t\nlast"

    assert typed(data) == list(
        zip((f"line {n}" for n in range(1, 8)), ["  one two ", "", "three", "four", "", " \t", "last"], strict=True)
    )


def test_lines_have_no_margin_and_nothing_hidden_is_dropped() -> None:
    (line,) = read_lines(io.BytesIO(b"\x1b[31mred\0\xc2\xa0"))

    assert line.scan.text == "\x1b[31mred\0\xa0"
    assert line.scan.margin is None


def test_a_line_that_is_no_text_stays_for_the_judge() -> None:
    assert typed(b"\xff\xfeA\0B\0") == [("line 1", "\ufffd\ufffdA\0B\0")]


def test_minus_reads_the_given_stream_beside_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", encoded(symbol("FILE", mm=30)))
    pages, lines = read_paths(["-", path], stdin=io.BytesIO(b"TYPED\n"))

    assert [{"FILE"}] == [found(page) for page in pages]
    assert [line.scan.text for line in lines] == ["TYPED"]


def test_minus_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        read_paths(["-", "-"], stdin=io.BytesIO(b""))


@pytest.mark.parametrize("data", [b"x" * 1_000_001, b"a\n" * 5_001])
def test_too_much_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="5,000 lines"):
        read_lines(io.BytesIO(data))


def test_the_largest_text_is_read() -> None:
    assert len(typed(b"a\n" * 5_000)) == len(typed(b"a\n" * 4_999 + b"a")) == 5_000
    assert typed(b"x" * 1_000_000) == [("line 1", "x" * 1_000_000)]


@given(st.binary(max_size=300))
def test_any_bytes_are_lines(data: bytes) -> None:
    for source, text in typed(data):
        assert source.startswith("line ")
        assert "\n" not in text
        assert "\r" not in text


# --- manners ----------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_slow_file_is_named_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    One worker; a page of finder patterns keeps it busy for seconds, the small symbol a fraction of one.
    """
    monkeypatch.setattr(scan_module, "MAX_WORKERS", 1)
    slow = write(tmp_path / "slow.png", finder_png(7_900))
    quick = write(tmp_path / "quick.png", encoded(symbol("QUICK", mm=20)))
    pages, _ = read_paths([slow, quick], seconds=60)

    assert [page.problem for page in pages] == ["the reader took too long", ""]
    assert {"QUICK"} == found(pages[1])


@pytest.mark.usefixtures("readers_afresh")
def test_nothing_is_written_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No file appears in the working, home or temporary folder, and no child outlives the call.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    files = [write(tmp_path / "a.png", encoded(sheet())), write(tmp_path / "b.pdf", encoded(sheet(), "PDF"))]
    before, others = sorted(tmp_path.rglob("*")), children(os.getpid())
    read_paths(files)

    assert sorted(tmp_path.rglob("*")) == before
    assert children(os.getpid()) == others


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_an_interrupt_kills_the_children_at_once(tmp_path: Path) -> None:
    """
    Ctrl-C in the midst of files that would keep every child busy for seconds: the program ends, and leaves nobody behind.
    """
    slow = [write(tmp_path / f"{number}.png", finder_png(7_900)) for number in range(4)]
    code = (
        f"import sys; sys.path.append({str(ROOT)!r})\nfrom splitkit.paper.reading.intake import read_paths\n"
        "try: read_paths(sys.argv[1:])\nexcept KeyboardInterrupt: print('interrupted')"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, *slow], stdout=subprocess.PIPE, text=True)
    with patience():
        while not (working := children(parent.pid)) or max(map(busy, working)) < 0.3:  # past their start
            time.sleep(0.02)
    parent.send_signal(signal.SIGINT)

    assert parent.communicate(timeout=HANGS)[0] == "interrupted\n"
    assert not any(Path(f"/proc/{child}").exists() for child in working)


@pytest.mark.usefixtures("readers_afresh")
def test_a_kept_network_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = child_module._BOOT.replace("; main(", "; import splitkit.host.linux as k; k.CLONE_NEWUSER = 1; main(")
    monkeypatch.setattr(child_module, "_BOOT", changed)
    told: list[str] = []
    warned: list[str] = []
    path = write(tmp_path / "a.png", encoded(symbol("A", mm=20)))
    pages, _ = read_paths([path] * 3, progress=told.append, warn=warned.append)

    assert warned == ["the picture reader could not lock itself in: network"]
    assert len(told) == 3
    assert [found(page) for page in pages] == [{"A"}] * 3


def test_pages_after_a_crash_are_said_to_be_unread() -> None:
    answers = [((), ""), ((), "damaged: it cannot be opened"), ((), worker_module.SLOW)]

    assert [page.source for page in scan_module._pages("a.pdf", "PDF", answers)] == [
        "a.pdf page 1",
        "a.pdf page 2",
        "a.pdf from page 3 on",
    ]
