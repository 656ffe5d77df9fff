"""Sheets that are written by hand, in a real terminal: shown once, typed back to the letter, opened with the printed public record."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from splitkit.issue.artefacts import record_page
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from tests.support.builders import PASSWORD, made
from tests.support.custody.making import BLANK, Making
from tests.support.kit import picture, quick, run
from tests.support.kit import plan_of as kit_plan
from tests.support.paper.pdfs import text_of
from tests.support.places import ROOT

PLAN = 'policy = "2of3"\nlabel = "Root"\npractice = true\n' + "".join(
    f'[[custodian]]\nname = "{name} Example"\n' for name in ("Ada", "Ben", "Cleo")
)


def room(folder, by_hand: str = "all", policy: str = "2of3") -> Making:
    plan = folder / "plan.toml"
    plan.write_text(PLAN.replace("2of3", policy))
    line = [*quick(), "ceremony", "make", str(plan), "--ledger", str(folder / "ledger.jsonl"), "--ceremony", "C-0001",
            "--to-files", str(folder / "pages"), "--by-hand", by_hand]  # fmt: skip
    return Making(line, folder, lambda: b"", plan)


def entries(folder) -> list[dict]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]


def start(people: Making) -> None:
    """Everything up to the first sheet."""
    people.begin()
    people.answer("The custodians:", "")
    people.machine()
    people.agree()
    people.make(record=people.folder / "pages" / "record.pdf")


def said_of(folder, event: str, *fields: str) -> list[tuple]:
    return [tuple(one["d"].get(field) for field in fields) for one in entries(folder) if one["ev"] == event]


def wrong(word: str) -> str:
    return next(other.upper() for other in WORDLIST if other.upper() != word)


@pytest.mark.long
def test_two_of_three_by_hand_with_a_slip_and_a_power_cut(tmp_path):
    folder = tmp_path
    with room(folder) as people:
        start(people)
        people.write("1", words=6)
        people.kill()
    assert [one["ev"] for one in entries(folder)][-1] == "intent"  # nothing else was said of it
    shown = people.text()
    for page in (folder / "pages").iterdir():  # the public record, which is printed and signed
        page.unlink()

    with room(folder) as people:
        people.wait("This ceremony was interrupted")
        people.answer("has the witness seen it?", "yes")
        people.answer("Why is the set void?", "the power failed")
        people.blank = BLANK
        people.make(record=folder / "pages" / "record.pdf")
        papers = {"1": people.by_hand("1")}
        paper = people.write("2")
        people.answer("each letter can be read.", "")
        slip = [*paper[:11], wrong(paper[11])]
        people.type_from("2", [*slip, slip[11], slip[11]])  # what the paper says, however often one looks
        assert "NOT PROVEN: word 12 is not what was shown" in people.answer("has the witness seen it?", "yes")
        papers["2"] = people.by_hand("2", copy=2)
        assert papers["2"] == paper
        papers["3"] = people.by_hand("3")
        people.count(0, 3, 2)
        people.answer("The print queue is empty", "")
        record = folder / "custody-copy" / f"set-{said_of(folder, 'set.made', 'set')[-1][0][:8]}" / "record.pdf"
        people.answer("the machine draws:", "C1 C3")
        for number in ("1", "3"):
            people.answers(("shows the bag. Its number:", f"BAG-{number}"), ("Is the seal whole?", "yes"))
            if number == "1":
                people.answer("How is the public record read?", str(record))
            people.answer("types its words, unseen", "")
            people.session.until(lambda screen: "d: done" in "\n".join(screen.alternate))
            people.session.type("1\n" + "".join(f"{word[:4]} " for word in papers[number]).lower() + "\n" + "3\n")
        people.reveal()
        for number in ("1", "3"):
            people.answers(
                ("shows a new bag. Its number:", f"NEW-{number}"), ("again, from the sealed bag:", f"NEW-{number}")
            )
        people.answers(("What went wrong", "nothing"), ("What was surprising?", "nothing"), ("What should change", ""),
                       ("Day of the next drill", ""), ("The close-out sheet:", "1"))  # fmt: skip
        assert people.finish() == 0
        shown += people.text()
    spoilt = [("2", 1, "word 12 is not what was shown")]
    assert said_of(folder, "sheet.void", "sheet", "copy", "reason") == spoilt
    assert said_of(folder, "sheet.written", "sheet", "copy") == [("1", 1), ("1", 1), ("2", 1), ("2", 2), ("3", 1)]
    assert said_of(folder, "sheet.printed") == []
    assert [(one["sheet"], one["source"], one["result"]) for one in (entry["d"] for entry in entries(folder) if entry["ev"] == "sheet.read")] == [
        ("1", "written", "sound"), ("2", "written", "damaged"), ("2", "written", "sound"), ("3", "written", "sound"),
        ("1", "typed", "sound"), ("3", "typed", "sound")]  # fmt: skip
    assert said_of(folder, "tally", "printed", "written", "sealed", "shredded")[-1] == (0, 5, 3, 2)
    for words in papers.values():
        assert not any(word in shown for word in (" ".join(words), " ".join(words).lower()))
        assert not any(" ".join(word) in shown for word in words)


def written(of, number: str) -> str:
    """What stands on a sheet that was written by hand, as it is typed from it: capitals, and nothing but the words."""
    return " ".join(of.share(number).words).upper()


def record_of(of, folder):
    """The printed public record: a scan of its first page, and the lines of the envelope as they are read on it."""
    page = Typesetter(Paper.A4).pdf(record_page(kit_plan(of), of.dealt))
    (scan := folder / "record.png").write_bytes(picture(page))
    return scan, re.findall(r"^[0-9]{2}/[0-9]{2} [A-Z2-7 ]+", text_of(page), re.MULTILINE)


def test_sheets_by_hand_open_with_the_printed_public_record(tmp_path):
    """In `recover` and in `recover.py`, with words alone; and without the record in neither."""
    of = made("2of3", "by hand")
    scan, lines = record_of(of, tmp_path)
    words = [written(of, "1"), written(of, "3")]
    typed = "\n".join(words).encode()
    recover = ("recover", "-", "--practice", "--reveal", "stdout")
    assert run(*recover, "--record", str(scan), cwd=tmp_path, stdin=typed).stdout == PASSWORD + "\n"
    fingerprint = " ".join(of.envelope.fingerprint)
    assert run(*recover, "--fingerprint", fingerprint, cwd=tmp_path, stdin=typed).returncode == 3
    assert len(lines) > 5
    alone = [sys.executable, "-I", ROOT / "splitkit" / "recover.py", "--practice", "--fingerprint", fingerprint]
    done = subprocess.run(alone, input="\n".join([*words, *lines]), capture_output=True, text=True, check=False)
    assert (done.returncode, PASSWORD in done.stdout) == (0, True), done.stderr
    assert subprocess.run(alone, input="\n".join(words), capture_output=True, text=True, check=False).returncode == 3


def test_a_sheet_that_the_plan_does_not_have_is_refused(tmp_path):
    with room(tmp_path, "4") as people:
        people.wait("error: the plan has no such sheet to be written by hand")
        people.wait("its sheets: 1, 2, 3; or all")
        assert people.finish() == 2
    assert not (tmp_path / "ledger.jsonl").exists()
