"""The rescue in its child process: locked in, started only when needed, and believed no more than any other."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from splitkit.paper.qr import CODEWORDS, Leftover
from splitkit.paper.reading import child as child_module
from splitkit.paper.reading import intake as scan_module
from splitkit.paper.reading.child import BrokenError
from splitkit.paper.reading.intake import TOGETHER, read_paths
from splitkit.paper.reading.messages import HEAD, MAX_LEFT, MAX_LEFT_TOGETHER
from splitkit.paper.reading.messages import packed as framed
from splitkit.paper.reading.worker import CRASHED, SLOW, TwoLooks, Worker, checked_leftovers
from splitkit.paper.rescue.merge import packed
from splitkit.paper.rescue.softbits import MOST as SUREST
from splitkit.quorum.scan import Page, Scan
from tests.support.kit import kit
from tests.support.paper.pictures import encoded, sheet, symbol
from tests.support.paper.rescues import (
    drawn,
    finder_boxes,
    modules_of,
    page,
    painted,
    part_of,
    reading_of,
    share,
    words_of,
)
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120
"""Seconds with one picture: enough on the busiest machine, and never waited for."""


def _small(boxes: list[tuple[float, float, float, float]]) -> bytes:
    """A sheet with boxes painted over, at 75 dpi: as much as the rescue needs, and soon done."""
    return encoded(painted(drawn(page()), boxes).reduce(2))


@functools.cache
def _hurt(*names: str) -> bytes:
    """A sheet without the finder patterns of its share symbols: only the rescue reads the share."""
    return _small(finder_boxes(page(), ["words", "digits", *names]))


def _half(columns: slice, picture: int = 0) -> Leftover:
    """What a picture shows of the words of a sheet: some columns of them."""
    text = words_of(share())
    soft = np.zeros(modules_of(text).shape)
    soft[:, columns] = np.where(modules_of(text), SUREST, -SUREST)[:, columns]
    return Leftover(picture, "words", 12, packed(reading_of(text, soft)))


def _counted(look_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """In children that start from now on time is counted in looks at the clock, so long each."""
    clock = f"import splitkit.host.clock as c, itertools; t = itertools.count(0.0, {look_s}); c.busy_seconds = lambda: next(t)"
    monkeypatch.setattr(child_module, "_BOOT", child_module._BOOT.replace("from splitkit", f"{clock}; from splitkit"))


@pytest.fixture
def fresh() -> Iterator[TwoLooks]:
    made = TwoLooks(PATIENCE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def _running() -> Iterator[TwoLooks]:
    made = TwoLooks(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def looks(_running: TwoLooks) -> TwoLooks:
    """Looks whose children may run already."""
    _running.left = []
    return _running


@pytest.fixture(scope="module")
def thorough() -> Iterator[Worker]:
    made = Worker(PATIENCE, thorough=True)
    yield made
    made.close()


def _texts(answers) -> set[str]:
    return {scan.text for scans, _ in answers for scan in scans}


# --- what the child may do --------------------------------------------------------------------------------------------


def test_a_whole_rescue_loads_and_opens_nothing(tmp_path: Path) -> None:
    """
    In the real child, after it has closed its files: share, envelope, a share in vain, and leftovers put together.
    """
    torn = _small([part_of(page(), "words", 0.75, 0.3), part_of(page(), "digits", 1.2, -0.1)])
    halves = [_half(slice(0, 29)), _half(slice(8, 37), 1)]
    merge = [[left.picture, left.packed()] for left in halves]
    files = [
        ({"kind": "PNG"}, _hurt("envelope")),
        ({"kind": "PNG"}, torn),
        ({"kind": "leftovers", "leftovers": merge}, b""),
    ]
    (tmp_path / "files").write_text(repr(files))
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); from splitkit.paper.reading import confine, decoder\n"
        f"files = eval(open({str(tmp_path / 'files')!r}).read())\n"
        "from itertools import count; time = count(0, 0.4)\n"  # each look at the clock is two fifths of a second
        "hello = confine.limit(); decoder.warm_up(); decoder.warm_up_pictures(); decoder.warm_up_pdf(); decoder.warm_up_rescue(); confine.close_files()\n"
        "sys.addaudithook(lambda event, args: event in ('import', 'open') and print(event, args[0]))\n"
        "for request, data in files:\n"
        "    for page in decoder.answer(request, data, lambda: next(time)):\n"
        "        print(len(page['texts']) > 0, len(page.get('left', [])) > 0, page['problem'])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert done.stdout.splitlines() == ["True False ", "True True ", "True False "], done.stderr[-2000:]


def test_the_thorough_child_has_the_limits_of_the_quick_one(thorough: Worker) -> None:
    thorough.read("PNG", encoded(symbol("HELLO", mm=20)))
    table = Path(f"/proc/{thorough._child.pid}/limits").read_text()
    soft = {line[:26].strip(): line[26:].split()[0] for line in table.splitlines()[1:]}

    assert thorough.kept == ()
    assert [soft[name] for name in ("Max file size", "Max open files", "Max processes")] == ["0", "3", "0"]
    assert len(list(Path(f"/proc/{thorough._child.pid}/task").iterdir())) == 1


# --- two children -----------------------------------------------------------------------------------------------------


def test_a_clean_sheet_never_starts_the_thorough_child(fresh: TwoLooks) -> None:
    assert len(_texts(fresh.read("PNG", encoded(sheet(1))))) == 3
    assert fresh._thorough._child is None
    assert fresh.left == []


def test_a_sheet_that_needs_it_starts_the_thorough_child_once(looks: TwoLooks) -> None:
    one = page()
    found = _texts(looks.read("PNG", _hurt()))
    first = looks._thorough._child.pid
    looks.read("PNG", _hurt())

    assert one.texts["envelope"] in found
    assert found & {one.texts["words"], one.texts["digits"]}
    assert found <= set(one.texts.values())
    assert first == looks._thorough._child.pid


def test_only_the_pages_that_need_it_are_looked_at_again(fresh: TwoLooks) -> None:
    """
    Of a PDF with a clean page on either side the damaged one gets its share; pages stay in their order.  They are half as large.
    """
    one, clean = page(), drawn(page(0, 1)).reduce(2)
    hurt = painted(drawn(one), finder_boxes(one, ["words", "digits"])).reduce(2)
    data = encoded(clean, "PDF", resolution=150, save_all=True, append_images=[hurt, clean])
    answers = fresh.read("PDF", data)

    assert fresh._pictures == 1
    assert [len(scans) >= 2 for scans, _ in answers] == [True] * 3
    assert _texts(answers[1:2]) & {one.texts["words"], one.texts["digits"]}
    assert _texts(answers[::2]) == set(page(0, 1).texts.values())


@pytest.mark.parametrize(
    ("as_picture", "closely"),
    [pytest.param(False, 0, id="lines"), pytest.param(True, 2, id="pictures", marks=pytest.mark.long)],
)
def test_a_record_that_a_program_drew_is_not_looked_at_closely(
    fresh: TwoLooks, monkeypatch: pytest.MonkeyPatch, as_picture: bool, closely: int
) -> None:
    """
    Its envelope stands alone on a page, the signatures have no symbol, and nothing of a share is hidden under dirt there.  The same
    pages as pictures may be scans.  A few looks at the clock are enough to tell.
    """
    _counted(1.0, monkeypatch)
    data = (kit() / "sheets" / "record.pdf").read_bytes()
    if as_picture:
        first, *others = (at.render(scale=1.5, grayscale=True).to_pil() for at in PdfDocument(data))
        data = encoded(first, "PDF", save_all=True, append_images=others)
    answers = fresh.read("PDF", data)
    assert fresh._pictures == closely
    assert [len(scans) for scans, _ in answers] == [1, 0, 1]


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        pytest.param("os.kill(os.getpid(), 9)", CRASHED, id="killed"),
        pytest.param("raise SystemExit(3)", CRASHED, id="crashed", marks=pytest.mark.long),
        pytest.param("time.sleep(99)", SLOW, id="hangs"),
    ],
)
def test_a_thorough_child_that_fails_takes_nothing_away(
    monkeypatch: pytest.MonkeyPatch, end: str, problem: str
) -> None:
    """
    A real thorough child that ends while it reads: what the quick one read stays, and nothing else is wrong.
    """
    broken = child_module._BOOT.replace(
        "; main(",
        f"; import splitkit.paper.reading.reader as r, os, time\ndef no(*a): {end}\nr.look_closely = no\nmain(",
    )
    monkeypatch.setattr(child_module, "_BOOT", broken)
    looks = TwoLooks(PATIENCE)
    if problem == SLOW:
        looks._thorough._seconds = 1
    try:
        assert looks.read("PNG", _hurt()) == [(looks._quick.read("PNG", _hurt())[0][0], "")]
        assert looks.read("PNG", encoded(symbol("x", mm=20).resize((40, 40))))[0][1] in {problem, ""}
        assert looks.left == []
    finally:
        looks.close()


def test_leftovers_that_crash_the_child_give_nothing(looks: TwoLooks) -> None:
    """
    A killed child is replaced, and put to the same work again.
    """
    halves = [_half(slice(0, 29)), _half(slice(8, 37), 1)]
    assert {scan.text for scan in looks.put_together(halves)} == {words_of(share())}
    os.kill(looks._thorough._child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, looks._thorough._child.pid, os.WEXITED | os.WNOWAIT)

    assert {scan.text for scan in looks.put_together(halves)} == {words_of(share())}


def test_no_more_leftovers_are_put_together_than_the_bound(looks: TwoLooks) -> None:
    """
    The half that would be needed comes last: within the bound it counts, beyond it is not even sent.
    """
    nothing = Leftover(9, "words", 12, bytes(8 * CODEWORDS["words", 12]))
    first, second = _half(slice(0, 29)), _half(slice(8, 37), 1)

    assert len(looks.put_together([first, *[nothing] * (MAX_LEFT_TOGETHER - 2), second])) == 1
    assert looks.put_together([first, *[nothing] * (MAX_LEFT_TOGETHER - 1), second]) == ()


def test_stopped_looks_put_nothing_together(fresh: TwoLooks) -> None:
    fresh.stop()

    assert fresh.put_together([_half(slice(0, 29)), _half(slice(8, 37), 1)]) == ()


# --- distrust ---------------------------------------------------------------------------------------------------------

GOOD = Leftover(0, "digits", 6, bytes(8 * 172)).packed()


def test_a_leftover_survives_its_way() -> None:
    left = _half(slice(0, 40), 7)

    assert Leftover.unpacked(json.loads(json.dumps(left.packed())), 7) == left


def test_leftovers_show_nothing() -> None:
    left = _half(slice(0, 65))
    worker = Worker(1)
    worker.left = [left]

    assert "soft" not in repr(left)
    assert len(repr(worker.left)) < 100


@pytest.mark.parametrize(
    "left",
    [
        None,
        {},
        "words",
        [GOOD] * (MAX_LEFT + 1),
        [[]],
        [None],
        [GOOD[:2]],
        [[*GOOD, 0]],
        [["words", *GOOD[1:]]],
        [["digits", 7, GOOD[2]]],
        [["digits", "6", GOOD[2]]],
        [["digits", 6.5, GOOD[2]]],
        [["digits", 6, None]],
        [["digits", 6, ""]],
        [["digits", 6, GOOD[2][:-4]]],
        [["digits", 6, GOOD[2] + "AAAA"]],
        [["digits", 6, "\u00e9" + GOOD[2][1:]]],
        [["digits", 6, "*" + GOOD[2][1:]]],
        [["../../etc", 6, GOOD[2]]],
        [[["digits"], 6, GOOD[2]]],
    ],
)
def test_malformed_leftovers_are_refused(left: object) -> None:
    with pytest.raises(BrokenError):
        checked_leftovers({"left": left}, 0)


def test_sound_leftovers_are_taken_and_none_is_none() -> None:
    assert checked_leftovers({}, 3) == []
    assert checked_leftovers({"left": [GOOD] * MAX_LEFT}, 3) == [Leftover(3, "digits", 6, bytes(8 * 172))] * MAX_LEFT


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5), st.lists, max_leaves=8
)


@given(st.fixed_dictionaries({}, optional={"left": values}))
def test_no_leftovers_upset_the_parent(message: dict[str, object]) -> None:
    try:
        assert checked_leftovers(message, 0) == []
    except BrokenError:
        return


ANSWERED = {"texts": [], "problem": ""}
HELLO = framed({"network": "none", "missing": [], "problem": ""})


def _saying(said: object, then: str = "") -> str:
    """The program of a child that greets, and says these words once it is asked."""
    line = json.dumps(said).encode()
    words = HEAD.pack(0, len(line), 0) + line
    return (
        f"import os, sys; o = sys.stdout.buffer; o.write({HELLO!r}); o.flush(); sys.stdin.buffer.read(9)\n"
        f"o.write({words!r}); o.flush()\n{then}\nsys.stdin.read()"
    )


@pytest.mark.parametrize(
    "said",
    [
        ANSWERED | {"left": [["digits", 6, "x"]]},
        ANSWERED | {"left": [GOOD] * (MAX_LEFT + 1)},
        ANSWERED | {"again": 2},
        ANSWERED | {"again": [640, 480, 1]},
        {"left": [GOOD]},
        [],
        ANSWERED | {"texts": [["x" * 5_000, None]]},
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "leftovers"])
def test_a_child_that_misbehaves_is_a_crash(monkeypatch: pytest.MonkeyPatch, said: object, kind: str) -> None:
    """
    A real process that greets well and then lies, as a picture that took it over might make it.
    """
    monkeypatch.setattr(child_module, "_BOOT", _saying(said, "os.close(1)"))
    worker = Worker(PATIENCE, thorough=True)

    assert worker.read(kind, leftovers=[]) == [((), CRASHED)]
    assert worker.left == []
    assert worker._child is None


def test_a_quick_child_cannot_leave_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Leftovers come from the thorough child only: what another one claims to have seen is not put together.
    """
    monkeypatch.setattr(child_module, "_BOOT", _saying(ANSWERED | {"left": [GOOD]}))
    looks = TwoLooks(PATIENCE)
    try:
        looks.read("PNG", b"")
        assert looks.left == []
        assert looks._thorough._child is None
    finally:
        looks.close()


# --- several files ----------------------------------------------------------------------------------------------------


def _two_pictures(folder: Path) -> list[str]:
    """Two pictures of one sheet with complementary damage."""
    one, paths = page(), []
    for number, columns in enumerate([[(0.6, 0.44)], [(0.24, -0.02), (0.6, 0.68)]]):
        path = folder / f"{number}.png"
        path.write_bytes(
            _small([*(part_of(one, "words", *part) for part in columns), part_of(one, "digits", 1.2, -0.1)])
        )
        paths.append(str(path))
    return paths


def test_what_several_pictures_give_is_a_page_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Time is counted in looks at the clock: six of them are enough for the first grids.
    """
    _counted(0.7, monkeypatch)
    one = page()
    pages, _ = read_paths(_two_pictures(tmp_path), seconds=PATIENCE)
    *own, together = pages

    assert [{scan.text for scan in page.scans} for page in own] == [{one.texts["envelope"]}] * 2
    assert together.source == TOGETHER == "several pictures together"
    (scan,) = together.scans
    assert scan.text in {one.texts["words"], one.texts["digits"]}
    assert scan.text[:12] not in repr(pages)


def test_an_envelope_that_was_read_is_not_put_together_again(looks: TwoLooks) -> None:
    """
    Its leftovers are not even sent, nor is a text told twice.
    """
    looks.left = [_half(slice(0, 29)), _half(slice(8, 37), 1)]
    known = Page("a.png", (Scan(words_of(share())),))
    assert scan_module._together([looks], [known]) == []
    (page_together,) = scan_module._together([looks], [])
    assert page_together.source == TOGETHER
    looks.left = [replace(one, picture=0) for one in looks.left]
    assert scan_module._together([looks], []) == []
