"""`split --print-to`: sheets through a real CUPS, one by one, read back from what the printer got."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.kit import overrule
from tests.support.paper.printshop import WHY_NOT, PrintShop
from tests.support.terminals import Session

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")
MADE = ("split", "--policy", "2of3", "--label", "Root", "--out", "/run/sheets")
TWO = ("--by", "Ada Example", "--wit", "Ben Example")
SPLIT = (*MADE, "--print-to", "Office", *overrule("printer-1"), *TWO)
"""All on one printer, which two people overrule."""
PROMPT = "yes or no (Enter: yes): "


def print_all(session: Session, sheets: int = 3) -> None:
    for number in range(1, sheets + 1):
        session.until_text(f"Sheet {number}: only its custodian stands at the printer.")
        session.type("\n")


def text_of(session: Session) -> str:
    return " ".join(" ".join(session.screen.main).split())


def read_back(shop: PrintShop, folder: Path, *options: str) -> dict:
    """What `check` says of the pages that the printer got."""
    for number, page in enumerate(shop.pages(), 1):
        (folder / f"printed-{number}.pdf").write_bytes(page)
    files = sorted(map(str, folder.glob("printed-*.pdf")))
    done = shop.splitkit("check", "--json", *options, *files)
    return json.loads(done.stdout) | {"code": done.returncode}


@pytest.mark.parametrize(
    ("mark", "keep"),
    [
        pytest.param(("--practice",), "", id="practice, kept", marks=pytest.mark.long),
        pytest.param((), None, id="production"),
    ],
)
def test_sheets_are_printed_one_by_one_and_read_back(tmp_path, mark, keep):
    """A practice set goes through a spool that keeps documents for a day, with a warning; a real one through one that does not."""
    with PrintShop(tmp_path / "shop", **({} if keep is None else {"keep": keep})) as shop:
        shop.queue(paper="Letter")
        with Session(shop.command(*SPLIT, *mark), Path("/")) as session:
            print_all(session)
            assert session.finish() == 0
        assert ("CUPS keeps documents after printing" in text_of(session)) is bool(mark)
        assert text_of(session).count("CUPS holds nothing of it any more") == (0 if mark else 3)
        assert [ticket[2:4] for ticket in shop.tickets()] == [["splitkit", "1"]] * 3
        told = read_back(shop, tmp_path)
        assert told["code"] == 0
        assert told["opens"] is True
        assert mark or shop.spool() == []


def test_a_spool_that_would_keep_real_sheets_is_refused_before_anything_is_made(tmp_path):
    with PrintShop(tmp_path / "shop", keep="", memory=False) as shop:
        shop.queue()
        with Session(shop.command(*SPLIT), Path("/")) as session:
            assert session.finish() == 6
        assert "error: CUPS keeps documents on a disk (/var/spool/cups), so no real sheet is printed here" in text_of(
            session
        )
        assert "or --override spool --reason TEXT, if what is kept will be destroyed" in text_of(session)
        assert shop.inside("ls", "/run/sheets").returncode != 0
        with Session(shop.command(*SPLIT, *overrule("spool")), Path("/")) as session:
            print_all(session)
            assert session.finish() == 0
        assert text_of(session).count("warning: CUPS keeps") == 3
        assert text_of(session).count("CUPS still holds") == 3
        assert len(shop.pages()) == 3


def test_no_printer_comes_to_know_a_quorum_of_real_sheets(tmp_path):
    """Too few printers, or two queues of one printer, are refused before anything is made; of three each prints one sheet."""
    with PrintShop(tmp_path / "shop") as shop:
        for number, name in enumerate(("A", "B", "C"), 1):
            shop.queue(name, f"usb://Test/Printer?serial={number}&interface=1")
        shop.queue("Again", "usb://Test/Printer?serial=1&interface=2")
        to = {name: ("--print-to", name) for name in ("A", "B", "C", "Again")}
        for options, code, fact in (
            ((*to["A"], *to["B"]), 9, "PRINTER-1: of 2 printers one sees a quorum"),
            ((*to["A"], *to["B"], *overrule("printer-1")), 2, "'printer-1' takes two people"),
            ((*to["A"], *to["B"], *to["Again"]), 2, "two of these queues lead to the same printer"),
        ):
            with Session(shop.command(*MADE, *options), Path("/")) as session:
                assert session.finish() == code
            assert fact in text_of(session)
            assert shop.inside("ls", "/run/sheets").returncode != 0
        with Session(shop.command(*MADE, *to["A"], *to["B"], *to["C"]), Path("/")) as session:
            for number, name in enumerate("ABC", 1):
                session.until_text(f"Sheet {number}: only its custodian stands at printer {name}.")
                session.type("\n")
            assert session.finish() == 0
        assert sorted(ticket[0].partition("serial=")[2][0] for ticket in shop.tickets()) == ["1", "2", "3"]


def test_nobody_at_a_terminal_prints_nothing(tmp_path):
    with PrintShop(tmp_path / "shop") as shop:
        shop.queue()
        done = shop.splitkit(*SPLIT, "--practice")
        assert (done.returncode, done.stdout) == (6, "")
        assert "nobody is at a terminal" in done.stderr
        assert shop.inside("ls", "/run/sheets").returncode != 0


def test_a_printer_that_fails_on_the_second_sheet_leaves_the_whole_set(tmp_path):
    with PrintShop(tmp_path / "shop") as shop:
        shop.queue()
        with Session(shop.command(*SPLIT), Path("/")) as session:
            print_all(session, 1)
            session.until_text("Sheet 2: only its custodian")
            shop.printer("stop")
            session.type("\n")
            assert session.finish() == 7
        assert "the printer stopped in the middle of the job" in text_of(session)
        assert len(shop.inside("sh", "-c", "ls /run/sheets/share-*").stdout.split()) == 3
        assert (len(shop.pages()), shop.spool(), shop.jobs()) == (1, [], "")


def test_a_real_sheet_that_leaves_something_behind_ends_the_printing(tmp_path):
    with PrintShop(tmp_path / "shop") as shop:
        shop.queue()
        shop.printer("messy")
        with Session(shop.command(*SPLIT), Path("/")) as session:
            print_all(session, 1)
            assert session.finish() == 6
        assert "the spool of CUPS is not known to be empty after sheet 1" in text_of(session)
        assert len(shop.pages()) == 1


def test_a_custodian_who_stops_at_the_prompt_prints_nothing(tmp_path):
    with PrintShop(tmp_path / "shop") as shop:
        shop.queue()
        with Session(shop.command(*SPLIT), Path("/")) as session:
            session.until_text(PROMPT)
            session.type("\x03")
            assert session.finish() == 130
        assert shop.pages() == []
