"""The child that parses pictures, and the parent's distrust of it."""

from __future__ import annotations

import io
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from splitkit.paper.reading import child as child_module
from splitkit.paper.reading import worker as worker_module
from splitkit.paper.reading.child import BrokenError, Reply
from splitkit.paper.reading.confine import RefusedError, list_ahead
from splitkit.paper.reading.decoder import RENDER_PIXELS, STRIP_ROWS, _grey_in_strips, _scale
from splitkit.paper.reading.messages import HEAD, MAX_CODES, packed
from splitkit.paper.reading.reader import grey
from splitkit.paper.reading.worker import CRASHED, PROBLEMS, SLOW, STOPPED, Worker, checked
from splitkit.quorum.scan import Scan
from tests.support.paper import hostile_files
from tests.support.paper.pictures import blank_pdf, blank_png, chunk, encoded, sheet, symbol, texts
from tests.support.places import ROOT
from tests.support.processes import HANGS, busy, gone, used
from tests.support.sampling import sampled

HELLO = encoded(symbol("HELLO", mm=20))


@pytest.fixture
def worker():
    made = Worker(120)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared():
    """One child for the files that must not harm it."""
    made = Worker(120)
    yield made
    made.close()


def in_child(code: str) -> subprocess.CompletedProcess[str]:
    """Run *code* in a fresh Python where `confine` and `decoder` are at hand."""
    boot = f"import sys; sys.path.append({str(ROOT)!r}); from splitkit.paper.reading import confine, decoder\n"
    return subprocess.run(
        [sys.executable, "-I", "-c", boot + code], capture_output=True, text=True, timeout=HANGS, check=False
    )


# --- what the child gives up ------------------------------------------------------------------------------------------


def test_the_child_has_no_network() -> None:
    """
    After `limit`, a listener of this machine cannot be reached; or the child has said that it could.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = in_child(
            "hello = confine.limit()\nimport socket\n"
            f"try: socket.create_connection(('127.0.0.1', {port}), 2); reached = True\n"
            "except OSError: reached = False\n"
            "print(hello['network'], reached)"
        )

    assert done.stdout.strip() in {"none False", "not dropped True"}, done.stderr


def test_a_warm_child_opens_no_file() -> None:
    """
    Once the libraries are loaded nothing can be opened, not even for reading; decoding still works.
    """
    done = in_child(
        "import os, io, time\nhello = confine.limit(); decoder.warm_up(); decoder.warm_up_pictures(); decoder.warm_up_pdf(); decoder.warm_up_rescue(); confine.close_files()\n"
        "for path in ('/etc/passwd', '/dev/null', '/tmp'):\n"
        "  try: os.open(path, os.O_RDONLY); print('opened')\n"
        "  except OSError as error: print(error.errno)\n"
        f"print(next(decoder.answer({{'kind': 'PNG'}}, {encoded(symbol('HI'))!r}, time.monotonic))['texts'][0][0])"
    )

    assert done.stdout.split() == ["24", "24", "24", "HI"], done.stderr


def test_the_child_cannot_write(tmp_path: Path) -> None:
    done = in_child(
        f"confine.limit()\ntry:\n  with open({str(tmp_path / 'out')!r}, 'wb') as out: out.write(b'x' * 9)\n"
        "except OSError: print('refused')"
    )

    assert "refused" in done.stdout or done.returncode == -signal.SIGXFSZ
    assert not (tmp_path / "out").exists() or (tmp_path / "out").stat().st_size == 0


def test_the_child_s_limits_are_those_it_claims(worker: Worker) -> None:
    """
    Read from the kernel, not from the child.
    """
    worker.read("PNG", HELLO)
    table = Path(f"/proc/{worker._child.pid}/limits").read_text()
    soft = {line[:26].strip(): line[26:].split()[0] for line in table.splitlines()[1:]}

    assert worker.kept == ()
    assert tuple(soft[name] for name in ("Max core file size", "Max file size", "Max open files", "Max processes")) == (
        "0",
        "0",
        "3",
        "0",
    )
    assert int(soft["Max address space"]) <= 2 * 1024**3
    assert int(soft["Max cpu time"]) < 1000


def test_the_child_s_environment_is_bare(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPLITKIT_TEST_MARK", "must not pass on")
    worker.read("PNG", HELLO)

    if os.geteuid() == 0:  # the child is not dumpable: only root may look
        assert b"SPLITKIT_TEST_MARK" not in Path(f"/proc/{worker._child.pid}/environ").read_bytes()


def test_the_parent_loads_no_parser() -> None:
    done = in_child(
        "import splitkit.paper.reading.intake, sys\n"
        "print([name for name in ('PIL', 'zxingcpp', 'pypdfium2', 'numpy', 'socket') if name in sys.modules])"
    )

    assert done.stdout.strip() == "[]", done.stderr


# --- files of every kind ----------------------------------------------------------------------------------------------


def test_pictures_and_pages_are_read(shared: Worker) -> None:
    page = sheet(7)
    for kind, data in (
        ("PNG", encoded(page)),
        ("JPEG", encoded(page, "JPEG")),
        ("PDF", encoded(page, "PDF", resolution=200)),
    ):
        ((scans, problem),) = shared.read(kind, data)
        assert problem == ""
        assert set(texts(7)) == {scan.text for scan in scans}


def test_pdf_pages_are_answered_one_by_one(shared: Worker) -> None:
    pages = [symbol(f"PAGE {number}", mm=15) for number in range(3)]
    answers = shared.read("PDF", encoded(pages[0], "PDF", save_all=True, append_images=pages[1:]))

    assert [[scan.text for scan in scans] for scans, _ in answers] == [["PAGE 0"], ["PAGE 1"], ["PAGE 2"]]


def test_only_the_first_picture_of_an_animation_is_read(shared: Worker) -> None:
    data = encoded(symbol("FIRST"), "PNG", save_all=True, append_images=[symbol("SECOND")], duration=10)
    ((scans, _),) = shared.read("PNG", data)

    assert b"acTL" in data
    assert [scan.text for scan in scans] == ["FIRST"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_does_not_matter(shared: Worker, orientation: int) -> None:
    exif = symbol("EXIF", mm=30).getexif()
    exif[0x0112] = orientation
    ((scans, _),) = shared.read("JPEG", encoded(symbol("EXIF", mm=30), "JPEG", exif=exif))

    assert [scan.text for scan in scans] == ["EXIF"]


def test_a_warm_child_loads_nothing_more(tmp_path: Path) -> None:
    """
    Whatever a picture carries, its decoding asks for no further module: it could not be loaded.
    """
    page = symbol("HELLO", mm=30)
    exif = page.getexif()
    exif[0x0112], exif[0x010E] = 6, "name"
    text = chunk(b"tEXt", b"Comment\0caf\xe9") + chunk(b"iTXt", b"XML\0\0\0\0\0x") + chunk(b"eXIf", exif.tobytes()[6:])
    palette = page.convert("RGB").quantize(4)
    files = [
        ("JPEG", encoded(page, "JPEG", exif=exif, comment=b"c\xe9", dpi=(72, 72))),
        ("JPEG", encoded(page.convert("RGB"), "MPO", save_all=True, append_images=[page.convert("RGB")], exif=exif)),
        ("JPEG", encoded(page.convert("CMYK"), "JPEG", icc_profile=b"profile" * 9)),
        ("PNG", blank_png(64, 64, extra=text)),
        ("PNG", encoded(palette, transparency=0, dpi=(300, 300))),
        ("PNG", encoded(page.convert("LA"), exif=exif)),
        ("PDF", encoded(page.convert("RGB"), "PDF", title="caf\xe9")),
        ("PDF", blank_pdf()[:99]),
    ]
    (tmp_path / "files").write_text(repr(files))
    done = in_child(
        f"files = eval(open({str(tmp_path / 'files')!r}).read())\n"
        "import time; hello = confine.limit(); decoder.warm_up(); decoder.warm_up_pictures(); decoder.warm_up_pdf(); decoder.warm_up_rescue(); confine.close_files()\n"
        "sys.addaudithook(lambda event, args: event in ('import', 'open') and print(event, args[0]))\n"
        "for kind, data in files:\n"
        "    for page in decoder.answer({'kind': kind}, data, time.monotonic): print(len(page['texts']), page['problem'])"
    )

    assert done.stdout.splitlines() == ["1 "] * 3 + ["0 "] + ["1 "] * 3 + ["0 damaged"], done.stderr


@pytest.mark.parametrize("options", [{"progressive": True}, {"quality": 20}, {"subsampling": 0}])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpegs_of_every_kind(shared: Worker, mode: str, options: dict[str, object]) -> None:
    ((scans, problem),) = shared.read("JPEG", encoded(symbol("HELLO 1", mm=30).convert(mode), "JPEG", **options))

    assert (problem, [scan.text for scan in scans]) == ("", ["HELLO 1"])


def test_a_jpeg_stored_as_rgb_and_a_16_bit_png(shared: Worker) -> None:
    red = encoded(symbol("HELLO 2", mm=30).convert("RGB"), "JPEG", keep_rgb=True)
    deep = encoded(symbol("HELLO 2", mm=30).convert("I").point(lambda value: value * 257).convert("I;16"))
    for kind, data in (("JPEG", red), ("PNG", deep)):
        ((scans, _),) = shared.read(kind, data)
        assert [scan.text for scan in scans] == ["HELLO 2"]


@pytest.mark.parametrize(("width", "height"), [(14_000, 14_000), (13_000, 13_000), (64_001, 1_000), (8_001, 8_000)])
def test_too_many_pixels_are_refused_at_once(shared: Worker, width: int, height: int) -> None:
    data = blank_png(width, height)
    shared.read("PNG", HELLO)
    before = busy(shared._child.pid)

    assert shared.read("PNG", data) == [((), "larger than 64 megapixels")]
    assert busy(shared._child.pid) - before < 0.3


def test_a_blank_page_of_60_megapixels_is_answered_in_time(shared: Worker) -> None:
    shared.read("PNG", HELLO)
    before = busy(shared._child.pid)

    assert shared.read("PNG", blank_png(8_000, 7_500)) == [((), "")]
    assert busy(shared._child.pid) - before < 5


@pytest.mark.parametrize("name", sampled([b"iCCP", b"zTXt", b"iTXt"], 0, always=[b"iCCP"], ids=bytes.decode))
def test_a_zip_bomb_in_a_png_is_bounded(shared: Worker, name: bytes) -> None:
    """
    200 MB of zeros in a side chunk neither grow the child nor take time; other files are still read.
    """
    lead = b"x\0\0" if name != b"iTXt" else b"x\0\1\0\0\0"
    shared.read("PNG", HELLO)
    before, used_before = peak(shared), busy(shared._child.pid)
    ((_, _),) = shared.read("PNG", blank_png(100, 100, extra=chunk(name, lead + hostile_files.zeros(200_000_000))))

    assert busy(shared._child.pid) - used_before < 2
    assert peak(shared) - before < 100_000
    assert shared.read("PNG", HELLO)[0][0][0].text == "HELLO"


def peak(worker: Worker) -> int:
    """Largest address space of the child so far, in KiB."""
    status = Path(f"/proc/{worker._child.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmPeak")).split()[1])


def test_a_script_in_a_pdf_does_nothing(shared: Worker) -> None:
    catalog = "/OpenAction << /S /JavaScript /JS (while(true){};app.alert(1);) >> /AcroForm << /Fields [] >>"
    shared.read("PNG", HELLO)
    before = busy(shared._child.pid)

    assert shared.read("PDF", blank_pdf(catalog=catalog)) == [((), "")]
    assert busy(shared._child.pid) - before < 2


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: blank_pdf(size=(200_000, 200_000)), "the page is too large"),
        (lambda: blank_pdf(size=(14_401, 10)), "the page is too large"),
        (lambda: blank_pdf(pages=65), "more than 64 pages"),
        (lambda: blank_pdf(pages=20_000), "more than 64 pages"),
        (lambda: blank_pdf()[:150], "damaged: it cannot be opened"),
        (lambda: b"%PDF-1.7\n", "damaged: it cannot be opened"),
        (lambda: b"%PDF-" + bytes(5000), "damaged: it cannot be opened"),
    ],
    ids=["200000 pt", "14401 pt", "65 pages", "20000 pages", "truncated", "header only", "zeros"],
)
def test_pdfs_that_are_refused(shared: Worker, make: Callable[[], bytes], problem: str) -> None:
    data = make()
    shared.read("PNG", HELLO)
    before = busy(shared._child.pid)

    assert [((), problem)] == shared.read("PDF", data)
    assert busy(shared._child.pid) - before < 2


def test_a_page_of_the_largest_size_is_drawn_within_bounds(shared: Worker) -> None:
    shared.read("PNG", HELLO)
    before = peak(shared)

    assert shared.read("PDF", blank_pdf(size=(14_400, 14_400))) == [((), "")]
    assert peak(shared) - before < 300_000


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("part", [0.01, 0.3, 0.9])
def test_a_truncated_picture_is_named(shared: Worker, kind: str, part: float) -> None:
    data = encoded(sheet(), kind)
    ((scans, problem),) = shared.read(kind, data[: int(len(data) * part)])

    assert scans == ()
    assert problem.startswith(("truncated", "damaged"))


@given(st.integers(1, 14_400), st.integers(1, 14_400))
def test_no_page_is_drawn_larger_than_allowed(width: int, height: int) -> None:
    scale = _scale(width, height)

    assert width * scale * height * scale <= RENDER_PIXELS * 1.001
    assert max(width, height) * scale <= RENDER_PIXELS


@pytest.mark.parametrize("size", [(0, 100), (100, -1), (float("nan"), 100), (float("inf"), 100), (200_000, 1)])
def test_sizes_that_are_no_page(size: tuple[float, float]) -> None:
    with pytest.raises(RefusedError):
        _scale(*size)


def test_spoiled_files_never_stop_the_reader(shared: Worker) -> None:
    """
    Bytes changed, cut and doubled at places a seed chooses: each file gets an answer, and never a false sheet text.
    """
    dice = random.Random(1)
    picture = symbol("SPOIL ME", mm=20)
    files = {"PNG": encoded(picture), "JPEG": encoded(picture, "JPEG"), "PDF": encoded(picture, "PDF")}
    for kind, data in files.items():
        for _ in range(20):
            spoiled = bytearray(data)
            for _ in range(dice.choice([1, 3, 20])):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            cut = dice.choice([len(spoiled), dice.randrange(len(spoiled))])
            answers = shared.read(kind, bytes(spoiled[:cut]))
            assert answers
            assert {"SPOIL ME"} >= {scan.text for scans, _ in answers for scan in scans}
            assert all(problem in {*PROBLEMS.values(), CRASHED} for _, problem in answers)


# --- when the child fails ---------------------------------------------------------------------------------------------


def test_a_killed_child_is_said_and_replaced(worker: Worker) -> None:
    worker.read("PNG", HELLO)
    first = worker._child.pid
    killer = threading.Timer(0.2, os.kill, (first, signal.SIGKILL))
    killer.start()

    assert worker.read("PNG", blank_png(8_000, 7_500)) == [((), CRASHED)]
    assert worker.read("PNG", HELLO)[0][0][0].text == "HELLO"
    assert first != worker._child.pid
    assert not Path(f"/proc/{first}").exists(), "no zombie"


def test_a_child_that_died_between_files_is_replaced(worker: Worker) -> None:
    worker.read("PNG", HELLO)
    os.kill(worker._child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker._child.pid, os.WEXITED | os.WNOWAIT)

    assert worker.read("PNG", HELLO)[0][0][0].text == "HELLO"


def test_time_runs_out() -> None:
    worker = Worker(0.01)

    assert worker.read("PNG", blank_png(8_000, 7_500)) == [((), SLOW)]
    assert worker._child is None


def test_time_runs_out_on_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Pages that were read before the end stay.
    """
    monkeypatch.setattr(worker_module, "FILE_S", 0.3)
    worker = Worker(30)
    answers = worker.read("PDF", blank_pdf(pages=64, size=(842, 1191)))

    assert answers[-1] == ((), SLOW)
    assert 1 <= len(answers) < 64


def test_a_file_that_keeps_a_library_at_work_is_ended_by_its_own_processor_time() -> None:
    """
    The parent has patience for much longer; pages before the one that stalls stay, and the next file is read.
    """
    worker, before = Worker(600), used()
    stalled = hostile_files.patterns("0.001")

    assert worker.read("PDF", stalled) == [((), SLOW)]
    assert used() - before < 25
    assert worker._child is None
    assert worker.read("PNG", HELLO)[0][0][0].text == "HELLO"
    worker.close()


def test_every_look_at_the_watched_clock_gives_a_step_more_time() -> None:
    """
    Work that looks at the clock goes on, however long it takes in all; work that does not is ended.
    """
    code = (
        "import time\nclock = decoder.watched(time.monotonic, 0.1); end = time.process_time() + 0.3\n"
        "while time.process_time() < end: clock()\nprint('went on', flush=True)\nwhile True: pass"
    )
    done = in_child(code)

    assert (done.stdout, done.returncode) == ("went on\n", -signal.SIGPROF)


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA", "CMYK", "I", "I;16"])
def test_a_picture_is_the_same_in_grey_in_strips_and_as_a_whole(mode: str) -> None:
    size = (97, 2 * STRIP_ROWS + 13)
    colour = Image.merge("RGBA", [Image.linear_gradient("L").resize(size).rotate(90 * turn) for turn in range(4)])
    image = colour.convert("RGB").quantize(9) if mode == "P" else colour.convert("L" if mode[0] == "I" else mode)
    image = image.convert("I").point(lambda value: value * 257).convert(mode) if mode[0] == "I" else image
    if mode == "P":
        image.info["transparency"] = 3

    assert _grey_in_strips(image).tobytes() == grey(image).tobytes()


def test_a_stopped_worker_reads_nothing(worker: Worker) -> None:
    worker.read("PNG", HELLO)
    worker.stop()

    assert worker.read("PNG", HELLO) == [((), STOPPED)]


def test_out_of_memory_is_said(worker: Worker) -> None:
    """
    The same child with far less room: the file is named, and the child lives.
    """
    worker.read("PNG", HELLO)
    pid = worker._child.pid
    resource = pytest.importorskip("resource")
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (150_000_000, 150_000_000))
    except PermissionError:
        pytest.skip("this system does not let a parent lower the limits of its child")

    assert worker.read("PNG", blank_png(8_000, 7_500)) == [((), "the reader ran out of memory")]
    assert worker.read("PNG", HELLO)[0][0][0].text == "HELLO"
    assert pid == worker._child.pid


# --- distrust ---------------------------------------------------------------------------------------------------------

GOOD = {"texts": [["HELLO", 0.5], ["x", None]], "problem": ""}


def said(message: dict[str, object], data: bytes = b"") -> Reply:
    return Reply(message, data, more=False)


def test_a_good_answer_is_taken() -> None:
    assert (((Scan("HELLO", 0.5), Scan("x")), ""), None) == checked(said(GOOD))
    assert checked(said(GOOD | {"again": [64, 48, 7]}, bytes(64 * 48)))[1] == (64, 48, 7)


@pytest.mark.parametrize(("again", "size"), [(None, 1), ([64, 48, 7], 0), ([64, 48, 7], 64 * 48 - 1), ([2, 2, 7], 5)])
def test_a_picture_has_the_size_that_is_said(again: object, size: int) -> None:
    with pytest.raises(BrokenError):
        checked(said(GOOD | {"again": again}, bytes(size)))


@pytest.mark.parametrize(
    "change",
    [
        {"texts": None},
        {"texts": [["x", 0.5]] * (MAX_CODES + 1)},
        {"texts": [["x" * 5000, 0.5]]},
        {"texts": [["", 0.5]]},
        {"texts": [["x", 1.5]]},
        {"texts": [["x", float("nan")]]},
        {"texts": [["x", "0.5"]]},
        {"texts": [["x"]]},
        {"texts": [[7, 0.5]]},
        {"texts": ["xy"]},
        {"texts": [["\ud800", 0.5]]},
        {"problem": "words of its own"},
        {"problem": None},
        {"problem": []},
        {"again": 1},
        {"again": True},
        {"again": "true"},
        {"again": [640]},
        {"again": [640, 480]},
        {"again": [640, 480, 1, 1]},
        {"again": [640, 480, 0.5]},
        {"again": [0, 480, 1]},
        {"again": [-640, -480, 1]},
        {"again": [640.0, 480, 1]},
        {"again": [1, 16_000_001, 1]},
        {"again": [2**40, 2**40, 1]},
    ],
)
def test_a_lying_child_is_not_believed(change: dict[str, object]) -> None:
    with pytest.raises(BrokenError):
        checked(said(GOOD | change))


values = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=8)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("texts", "problem", "again"), values)))
def test_no_answer_upsets_the_parent(message: dict[str, object]) -> None:
    try:
        (scans, problem), again = checked(said(message))
    except BrokenError:
        return
    assert all(isinstance(scan, Scan) for scan in scans)
    assert problem in PROBLEMS.values()
    assert again is None


HELLO_PARENT = packed({"network": "none", "missing": [], "problem": ""})
NONSENSE = {
    "nothing": b"",
    "half a head": b"\0\0",
    "huge": HEAD.pack(0, 2**31, 0),
    "a huge picture": HEAD.pack(0, 2, 2**31) + b"{}",
    "half a body": HEAD.pack(0, 50, 0) + b"short",
    "half a picture": packed(GOOD | {"again": [64, 48, 1]}, bytes(64 * 48)) + bytes(99),
    "no JSON": HEAD.pack(0, 8, 0) + b"not json",
    "a list": HEAD.pack(0, 3, 0) + b"[1]",
    "deep": HEAD.pack(0, 100_000, 0) + b"[" * 100_000,
    "no UTF-8": HEAD.pack(0, 2, 0) + b"\xff\xfe",
    "65 pages": packed(GOOD, more=True) * 65,
    "two answers": packed(GOOD) * 2,
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_from_the_child_is_a_crash(worker: Worker, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """
    A real process that greets well and then misbehaves stands in for a child that a picture has taken over.
    """
    code = f"import sys; o = sys.stdout.buffer; o.write({HELLO_PARENT!r}); o.flush(); sys.stdin.buffer.read(9); o.write({said!r}); o.flush(); import os; os.close(1); sys.stdin.read()"
    monkeypatch.setattr(child_module, "_BOOT", code)

    assert worker.read("PNG", HELLO)[-1][1] == CRASHED
    assert worker._child is None


def test_a_child_that_does_not_start_is_an_error(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "_BOOT", "raise SystemExit(1)")

    with pytest.raises(worker_module.DeviceError, match="does not start"):
        worker.read("PNG", HELLO)


def test_a_kept_network_is_known(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    body = packed({"network": "not dropped", "missing": ["RLIMIT_AS", "no name"], "problem": ""})
    monkeypatch.setattr(child_module, "_BOOT", f"import sys; sys.stdout.buffer.write({body!r}); sys.stdout.flush()")
    worker.read("PNG", HELLO)

    assert worker.kept == ("network", "RLIMIT_AS")


def test_list_ahead() -> None:
    assert list(list_ahead(iter([1, 2, 3]))) == [(1, True), (2, True), (3, False)]


def test_nothing_shows_a_text(shared: Worker) -> None:
    """
    The repr of an answer, which a traceback may show, holds no text of a sheet.
    """
    answers = shared.read("PNG", encoded(sheet(2)))

    assert not any(text[:12] in repr(answers) for text in texts(2))


def test_an_interrupt_is_left_to_the_parent(worker: Worker) -> None:
    worker.read("PNG", HELLO)
    os.kill(worker._child.pid, signal.SIGINT)

    assert worker.read("PNG", HELLO)[0][0][0].text == "HELLO"


def test_the_child_ends_with_its_parent() -> None:
    """
    When the parent is killed outright the pipe closes, and the child goes too.
    """
    code = (
        f"import sys; sys.path.append({str(ROOT)!r})\nfrom splitkit.paper.reading.worker import Worker\n"
        "w = Worker(30); w.read('PNG', sys.stdin.buffer.read()); print(w._child.pid, flush=True)\n"
        "import time; time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    parent.stdin.write(HELLO)
    parent.stdin.close()
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(child)


def test_pictures_helpers_are_sound() -> None:
    assert Image.open(io.BytesIO(blank_png(100, 50))).size == (100, 50)
