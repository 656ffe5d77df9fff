"""A set that is made in a guided ceremony, played in a real terminal."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import zxingcpp

from splitkit.paper.damage import office_scan, render
from splitkit.plan.document import parse_plan
from splitkit.plan.plan_hash import plan_hash
from splitkit.quorum.textform import decode_base32, printed_lines
from tests.support.kit import run
from tests.support.participants import InTheRoom
from tests.support.places import ROOT

BLANK = 50
"""Blank pages before the first."""


@dataclass
class Paper:
    """A printed page as people have it: what a scanner makes of it, and what can be read on it."""

    page: bytes
    words: list[str] = field(init=False)
    lines: tuple[str, ...] = field(init=False)
    secrets: list[str] = field(init=False)

    def __post_init__(self) -> None:
        picture = pypdfium2.PdfDocument(self.page)[0].render(scale=150 / 72, grayscale=True).to_pil()
        texts = [code.text for code in zxingcpp.read_barcodes(picture)]
        self.words = next(text.split() for text in texts if text.count(" ") == 32)
        self.lines = printed_lines(decode_base32(next(text[4:] for text in texts if text.startswith("SK1:"))))
        self.secrets = [text for text in texts if not text.startswith("SK1:")]

    def scan(self, turn: int = 0) -> bytes:
        return scanned(self.page, turn)


@functools.cache
def scanned(page: bytes, turn: int) -> bytes:
    """A scan of a page, made once."""
    return office_scan(render(page, 0, 150), turn)


class Making(InTheRoom):
    """Everybody where a set is made, of the plan in a file.  *printed* gives the last page that came out."""

    def __init__(self, command: list[str], folder: Path, printed: Callable[[], bytes], plan: Path) -> None:
        super().__init__(command, folder)
        self.folder, self.printed = folder, printed
        self.plan = parse_plan(plan.read_bytes())
        self.papers: dict[str, Paper] = {}
        self.blank = self.receipts = 0
        """Blank pages that were counted, and receipts that were printed."""
        self.written = folder / command[command.index("--ledger") + 1]
        self.words = ""
        """The F words of the set that was made."""
        self.bags = "BAG"
        """How the numbers of the bags begin."""

    @property
    def numbers(self) -> list[str]:
        """The numbers of the sheets of the plan."""
        return [self.plan.policy.number(sheet) for sheet in self.plan.policy.sheet_ids()]

    def machine(self) -> None:
        """Hash, preflight with whatever this machine is like, self-test."""
        self.answer("Is it the one on paper?", "yes")
        self.preflight("A moment:")

    def agree(self) -> None:
        words = plan_hash(self.plan).words
        self.answers(("SIGNED plan,", " ".join(words)), ("says yes to this plan.", ""))

    def count_blank(self) -> None:
        """Before the first page."""
        if not self.blank:
            self.blank = BLANK
            self.answer("How many blank pages are there", str(BLANK))

    def make(self, what: str = "", *, custody: str | None = None, record: Path | None = None) -> None:
        """The set, and its public record; *what* is made, and *custody* what is typed for the first copy, where one is known.

        *record* is a picture of the printed record, where its envelope is read from the paper.
        """
        self.answer("Are dice mixed in?", "no")
        if what:
            self.answer(f"makes {what} now.", "")
        rows = re.findall(r"F (\w+) (\w+) (\w+) (\w+)", self.wait("Print and sign the public record"))[-3:]
        self.words = " ".join(word for row in rows for word in row)
        self.count_blank()
        self.answers(("whole public record come out?", "yes"), ("PRINTED record:", self.words))
        if record:
            self.answer("How is the public record read?", str(record))
        self.answer("Who has signed it?", "ADM WIT")
        self.copy_record(custody=custody)

    def copy_record(self, *, custody: str | None = None) -> None:
        """The public record, in three folders; *custody* is what is typed for the first, where one is known."""
        places = [self.folder / name for name in ("custody-copy", "stick-1", "stick-2")]
        for place in places:
            place.mkdir(exist_ok=True)
        self.answers(("The custody folder", str(places[0]) if custody is None else custody), ("The folder of the first stick; or none:", str(places[1])),
                     ("which is kept elsewhere; or none:", str(places[2])))  # fmt: skip

    def print_sheet(self, number: str, copy: int = 1) -> Paper:
        self.answers((f"This prints copy {copy} of sheet {number}.", ""), ("Has the page come out?", "yes"))
        self.wait("its F words are right.")
        self.papers[number] = Paper(self.printed())
        return self.papers[number]

    def show(self, number: str, picture: bytes, name: str = "") -> None:
        """Have the machine read a picture."""
        path = self.folder / (name or f"scan-{number}.jpg")
        path.write_bytes(picture)
        self.answer(f"How is sheet {number} read?", str(path))

    def places(self, prompt: str = r"words ([\d, ]+), with spaces between:") -> list[int]:
        """The places of the words that are asked for."""
        return [int(place) for place in self.match(prompt)[1].split(",")]

    def type_back(self, paper: Paper, *, size: str = "75", lines: int = 1) -> None:
        self.type(" ".join(paper.words[place - 1][:4].lower() for place in self.places()))
        for _ in range(lines):
            line = int(self.match(r"envelope line (\d+), as printed:")[1])
            self.type(paper.lines[line - 1].partition(" ")[2].lower())
        self.answer("in mm (made 75):", size)

    def write(self, number: str, copy: int = 1, words: int = 33) -> list[str]:
        """Write so many words of a sheet from the screen, a few at a time; return what is on the paper then."""
        self.answer(f"This shows copy {copy} of sheet {number}.", "")
        paper: dict[int, str] = {}
        while len(paper) < words:
            title = f"words {len(paper) + 1} to"
            assert self.session.until(lambda screen, title=title: title in "\n".join(screen.alternate))
            rows = [re.match(r"\s+(\d+)     ([A-Z ]+)$", row) for row in self.session.screen.alternate]
            paper |= {int(row[1]): row[2].replace(" ", "") for row in rows if row}
            self.session.type(" ")
        if words == 33:
            assert self.session.until(lambda screen: "ALL 33 WORDS" in "\n".join(screen.alternate))
            self.session.type("\n")
        return [paper[place] for place in sorted(paper)]

    def type_from(self, number: str, paper: list[str]) -> None:
        """Type every word of a sheet that is written by hand back from the paper."""
        self.answer(f"types every word of sheet {number} from the paper.", "")
        assert self.session.until(lambda screen: "TYPE EVERY WORD BACK" in "\n".join(screen.alternate))
        for word in paper:
            self.session.type(word + " ")

    def by_hand(self, number: str, copy: int = 1) -> list[str]:
        """One sheet from the first word on the screen to the receipt."""
        paper = self.write(number, copy)
        self.answer("each letter can be read.", "")
        self.type_from(number, paper)
        self.wait(f"Sheet {number} is what was made")
        self.seal(number)
        return paper

    def seal(self, number: str) -> None:
        self.answers(
            ("Number of the empty bag", f"{self.bags.lower()}-{number}"),
            ("again, from the sealed bag:", f"{self.bags}-{number}"),
        )
        self.receipt(number)

    def receipt(self, number: str) -> None:
        if not self.receipts:
            self.answer("The receipt of", "")
        self.receipts += 1
        self.answer("signed both copies", "")

    def sheet(self, number: str, copy: int = 1) -> None:
        """One sheet from the printer to the receipt."""
        paper = self.print_sheet(number, copy)
        self.answer("(Enter: yes):", "")
        self.show(number, paper.scan(int(number)))
        self.type_back(paper)
        self.seal(number)

    def leaves(self) -> int:
        """How many leaves came out that are no sheets: the public record, and both copies of each receipt."""
        entries = [json.loads(line) for line in self.written.read_text().splitlines()]
        done = {one["d"]["intent"] for one in entries if one["ev"] == "outcome" and one["d"]["result"] == "done"}
        jobs = [one["d"] for one in entries if one["ev"] == "intent" and one["d"]["act"] == "print"]
        assert all(job["leaves"] == 2 for job in jobs if "receipt" in job["purpose"])
        return sum(job["leaves"] for job in jobs if "sheet" not in job and job["intent"] in done)

    def count(self, printed: int, sealed: int, shredded: int) -> None:
        left = BLANK - printed - self.leaves()
        self.answers(
            ("Sheets in sealed bags", str(sealed)), ("Sheets that were shredded", str(shredded)), ("Blank pages now", str(left)),
        )  # fmt: skip

    def forget(self) -> None:
        self.answers(("Remove them now?", "yes"), ("The print queue is empty", ""))

    def quorum_sheet(self, number: str) -> None:
        self.answers(("shows the bag. Its number:", f"{self.bags}-{number}"), ("Is the seal whole?", "yes"))
        self.show(number, self.papers[number].scan(1))

    def release(self, purpose: str) -> None:
        """Release it by two; the screen shows it."""
        self.answers(
            ("Is the password to be set", "yes"), ("What is it set for", purpose),
            ("Who releases it?", "ADM WIT"), ("Who sees the screen?", "ADM, WIT"), ("The password is shown now", ""),
        )  # fmt: skip
        assert self.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate))

    def reveal(self) -> str:
        """Release, look, and return what the screen showed."""
        self.release("the practice account")
        shown = "\n".join(self.session.screen.alternate)
        self.session.type("x")
        self.answers(("Was the sign-in accepted?", "yes"), ("received the alert", "c1"),
                     ("many minutes?", "2"), ("Did they check whether it was announced", "yes"), ("received the alert", "hana"),
                     ("received the alert", "Hana Example"), ("many minutes?", "3"), ("Did they check whether it was announced", "yes"),
                     ("received the alert", ""))  # fmt: skip
        return shown


def verified(ledger: Path, words: str) -> None:
    """Both verifiers say that it is whole, and the one that was signed."""
    first = run("ledger", "verify", str(ledger), "--head", words, cwd=ROOT)
    assert (first.returncode, "SOUND: " in first.stdout) == (0, True), first
    second = subprocess.run(
        [sys.executable, ROOT / "splitkit" / "verify_ledger.py", ledger, "--head", words], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert second.returncode == 0, second
