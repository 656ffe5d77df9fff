"""Many files at once: the sheets stand out, everything else is counted by what it was."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pytest

from splitkit.cli.ui import table
from splitkit.cli.ui.table import FEW, NAMED, count_lines, parted
from splitkit.quorum.verdicts import SheetVerdict, Status
from tests.support.kit import COMMAND, kit, page_pdf, run
from tests.support.paper import hostile_files
from tests.support.paper.pictures import blank_png, encoded
from tests.support.terminals import COLUMNS, Session


def verdicts(count: int, status: Status = Status.UNREADABLE, note: str = "why") -> list[SheetVerdict]:
    return [SheetVerdict(f"file-{number}", status, note=note) for number in range(count)]


def test_few_are_named_and_many_are_counted():
    sound = [SheetVerdict("sheet", Status.SOUND, 1)]
    assert parted(sound + verdicts(FEW)) == (sound + verdicts(FEW), ())
    assert parted(sound + verdicts(FEW + 1)) == (sound, verdicts(FEW + 1))


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.UNREADABLE, Status.OTHER_CODE, Status.DUPLICATE)])  # fmt: skip
def test_a_verdict_on_a_share_is_never_only_counted(status):
    rows, counted = parted(verdicts(50) + verdicts(1, status))
    assert rows == verdicts(1, status)
    assert len(counted) == 50


def test_counts_begin_with_the_most_frequent_and_name_a_few():
    lines = count_lines(
        verdicts(2, note="rare") + verdicts(NAMED + 5, note="often") + verdicts(1, Status.OTHER_CODE, "")
    )
    assert [line.split()[0] for line in lines[::2]] == [str(NAMED + 5), "2", "1"]
    assert lines[1].split() == ["file-0,", "file-1,", "file-2", "and", "5", "more"]
    assert lines[3].split() == ["file-0,", "file-1"]
    assert "not a splitkit code" in lines[4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 files as they lie in a folder of scans: some sheets, one of them twice, and much that is none."""
    at = tmp_path_factory.mktemp("many") / "scans"
    shutil.copytree(kit() / "sheets", at)
    (at / "again.pdf").write_bytes(page_pdf(hostile_files.SET, "2"))
    (at / "forged.pdf").write_bytes((kit() / "forged" / "sheet-3.pdf").read_bytes())
    code, blank = hostile_files.code("https://example.org/"), blank_png(80, 110)
    cat = encoded(hostile_files.noise(48), "JPEG", quality=80)
    for number in range(20):
        (at / f"web-{number}.png").write_bytes(code)
        (at / f"blank-{number}.png").write_bytes(blank)
        (at / f"cat-{number}.jpg").write_bytes(cat)
    for number in range(10):
        (at / f"IMG_{number}.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(99))
    (at / "bomb.png").write_bytes(blank_png(13_000, 13_000))
    (at.parent / "loop.pdf").write_bytes(hostile_files.form_in_itself())
    (at / "x\x1b[2J.txt").write_bytes(b"")
    return at


COUNTS = (
    "no new sheets: 74 pages or files; check --all names each of them",
    "40  no code was found on it",
    "20  not a splitkit code; it was not opened",
    "10  a HEIC or AVIF photo: save it as JPEG or PNG first",
    "1  was read before; it counts once",
    "1  larger than 64 megapixels",
    "1  the reader (stopped while reading it|took too long)",  # whichever a busy machine comes to first
    "1  the file is empty",
)


def test_many_files_fit_on_a_terminal(folder):
    command = [*COMMAND, "check", "scans", "loop.pdf", "--record", "scans/envelope.sk1"]
    with Session(command, folder.parent) as session:
        assert session.finish() == 5
        shown = session.screen.main
    assert len(shown) < 50
    assert max(map(len, shown)) <= COLUMNS
    rows = [line.split()[:2] for line in shown if line[:1].isdigit()]
    assert sorted(rows) == sorted([["3", "forged"], *([number, "sound"] for number in "12345")])
    text = "\n".join(line.strip() for line in shown)
    for line in COUNTS:
        assert re.search(f"^{line}$", text, re.MULTILINE), line
    assert "QUORUM: 5 sheets" in text
    told = [int(part.split()[0]) for part in session.raw.decode().split("read ") if part.split()[1:2] == ["of"]]
    assert told == list(range(1, 81)), "the progress line counts every file, in whatever order they are done"


def test_every_name_on_request_and_in_json(folder):
    every = run("check", "scans", "--all", cwd=folder.parent)
    listed = json.loads(run("check", "scans", "--json", cwd=folder.parent).stdout)["sheets"]
    assert every.returncode == 5
    assert len(listed) == 79
    assert sum(line[:1] in "?12345" for line in every.stdout.splitlines() if line) >= 79
    for number in range(20):
        assert f"scans/cat-{number}.jpg" in every.stdout
        assert f"scans/cat-{number}.jpg" in {sheet["source"] for sheet in listed}


def test_recover_counts_too(folder):
    arguments = ("--practice", "--record", "scans/envelope.sk1", "--reveal", "stdout")
    done = run("recover", "scans", *arguments, cwd=folder.parent)
    assert done.returncode == 0
    assert "no new sheets: 73 pages or files" in done.stderr
    assert re.search("^3 +forged ", done.stderr, re.MULTILINE)
    assert len(done.stderr.splitlines()) < 50


def test_outside_of_a_terminal_rows_stand_as_rich_sets_them():
    chance, compared = random.Random(3), 0
    for _ in range(300):
        rows = [
            tuple(
                "".join(chance.choices("ab c[d]/:!", k=chance.randrange(chance.choice((1, 5, 20, 70)))))
                for _ in range(4)
            )
            for _ in range(chance.randrange(1, 6))
        ]
        alone = table._aligned([table._HEADINGS, *rows])
        assert alone in ([], table._set_by_rich(rows, on_terminal=False)), rows
        compared += bool(alone)
    assert compared > 100
    assert table._aligned([table._HEADINGS, ("1", "sound", "", "ä")]) == []
    assert table._aligned([table._HEADINGS, ("1", "sound", "", "x" * 200)]) == []
