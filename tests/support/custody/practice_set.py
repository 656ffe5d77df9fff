"""A practice set with its ledger, made once in a run by the command line itself; every test works on a copy."""

from __future__ import annotations

import functools
import json
import re
import shutil
from pathlib import Path

import pypdfium2
import zxingcpp

from splitkit.host import clock
from splitkit.ledger.events import event_of
from splitkit.ledger.ledger_file import open_ledger
from splitkit.quorum.age import parse_recipient
from splitkit.quorum.recipient import recipient_hash
from tests.support import kit
from tests.support.ledgers import head_of
from tests.support.places import scratch

PLAN = """policy = "2of3"
label = "Root"
practice = true
[[custodian]]
name = "Ada Example"
[[custodian]]
name = "Ben Example"
[[custodian]]
name = "Cleo Example"
"""


def run(*arguments, cwd, **more):
    return kit.run(*map(str, arguments), cwd=cwd, **more)


def add(folder, event, *fields, code=0):
    done = run("record", "--ledger", "l", event, *fields, "--by", "SCR", "--wit", "WIT", cwd=folder)
    assert done.returncode == code, done.stderr
    return done


def seen(path, event, by="SCR", wit="WIT", /, **data):
    """Write an entry as the program does, whatever the register says of it."""
    with open_ledger(Path(path)) as ledger:
        ledger.append(event_of(event, data), by=by, witness=wit, at=clock.stamp())


def fresh(at: Path) -> Path:
    """Copy the set into *at*: `plan.toml`, the sheets in `old`, and the ledger `l`, in which each of C1 to C3 has a bag."""
    return Path(shutil.copytree(founded(), at, dirs_exist_ok=True))


@functools.cache
def founded(whose: str = "ours") -> Path:
    """Such a set, made once for each name; to be read only."""
    folder = scratch(f"founded-{whose}")
    (folder / "plan.toml").write_text(PLAN)
    split = run("split", "plan.toml", "--out", "old", cwd=folder)
    assert split.returncode == 0, split.stderr
    set_id = re.search(r"set ([0-9a-f]{32})", split.stdout)[1]
    words = " ".join(re.findall(r"\w+", " ".join(re.findall(r"^F +(\w.+)$", split.stdout, re.MULTILINE))))
    recipient = recipient_hash(parse_recipient((folder / "old" / "recipient.txt").read_text())).hex()
    new = run("record", "open", "ceremony=C-0001", "kind=split", "practice=yes", "first=yes", "--ledger", "l", "--by", "SCR",
              "--wit", "WIT", cwd=folder)  # fmt: skip
    assert new.returncode == 0, new.stderr
    seen(folder / "l", "set.made", set=set_id, fingerprint=words, policy="2of3", epoch=1, recipient=recipient, practice=True,
         sheets=3, kind="first", origin="generated", label="Root")  # fmt: skip
    add(folder, "person.joined", "person=ADM", "name=Adam Example", "since=2026-01-10")
    for number in "123":
        seen(folder / "l", "sheet.read", set=set_id, sheet=number, use="read-back", source="scan", result="sound")
    seen(folder / "l", "set.proven", set=set_id, sheets=["1", "2", "3"], use="read-back")
    for number, name in zip("123", ("Ada", "Ben", "Cleo"), strict=True):
        add(folder, "person.joined", f"person=C{number}", f"name={name} Example", "since=2026-01-10")
        add(folder, "bag.sealed", f"bag=BAG-{number}", f"set={set_id}", f"sheet={number}", f"person=C{number}")
    return folder


@functools.cache
def _codes(pdf: bytes) -> str:
    """What a hand-held scanner types of the first page."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72, grayscale=True).to_pil()
    return "".join(f"{code.text}\n" for code in zxingcpp.read_barcodes(page))


def fingerprints(folder, ledger="l"):
    """The fingerprints and the ids of all sets of the ledger."""
    made = [json.loads(line)["d"] for line in (folder / ledger).read_text().splitlines() if '"ev":"set.made"' in line]
    return [data["fingerprint"] for data in made], [data["set"] for data in made]


class PracticeCustody:
    """The set in its folder, and what is done with it by commands."""

    def __init__(self, folder, set_id):
        self.folder, self.set_id = folder, set_id

    def add(self, event, *fields, code=0):
        done = add(self.folder, event, *fields, code=code)
        return done.stderr

    @property
    def signed(self):
        """The words of the record that was signed, as an option."""
        return ("--fingerprint", fingerprints(self.folder)[0][0])

    @property
    def closed_out(self):
        """The words of the ledger as it stands now, as a close-out sheet has them, as an option."""
        return ("--head", " ".join(head_of((self.folder / "l").read_bytes().splitlines())))

    def renew(self, way, *arguments, vouched=None, **more):
        signed = self.signed if vouched is None else vouched
        return run(
            *("ceremony", "renew", "plan.toml", f"--{way}", *arguments, *signed),
            *("--ledger", "l", "--purpose", "a test"),
            cwd=self.folder,
            **more,
        )

    def status(self):
        done = run("status", "l", "--json", cwd=self.folder)
        return {of["set"]: of for of in json.loads(done.stdout)["sets"]}

    def sheet(self, number, of="old"):
        return f"{of}/share-{number}-of-3.pdf"

    def lines(self, *numbers, of="old"):
        """The codes of these sheets, one a line, as '-' reads them: no picture is to be looked at."""
        return "".join(_codes((self.folder / self.sheet(number, of)).read_bytes()) for number in numbers)

    def password(self, of, fingerprint, *numbers):
        done = run(
            "recover",
            "-",
            "--practice",
            "--reveal",
            "stdout",
            "--fingerprint",
            fingerprint,
            cwd=self.folder,
            stdin=self.lines(*numbers, of=of),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
