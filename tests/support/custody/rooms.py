"""A folder for rehearsals with a set whose sheets can be read, and everybody who comes with one of them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.support.ceremonies import plan_of, whole
from tests.support.custody.by_model import cases_of
from tests.support.custody.company import CAST, written
from tests.support.custody.custodies import changed
from tests.support.custody.making import scanned
from tests.support.custody.practice_set import fresh, run
from tests.support.kit import quick
from tests.support.participants import InTheRoom
from tests.support.places import ROOT, copied

BY = ("--by", "Ada Example", "--wit", "Ben Example")
WANTED = "sign in as the root user"

BAGS = {"1": "NEW-1", "2": "NEW-2", "3": "BAG-3"}
"""In which bag each sheet was sealed last."""


def founded(at: Path) -> None:
    """A folder for rehearsals that has taken up the ceremony of the practice set, and a scan of each of its sheets."""
    fresh(at)
    assert run("init", "custody", "--practice", "--name", "Example AG", "--by", "Ada Example", cwd=at).returncode == 0
    written(at / "c1", [of_ours(one, made_in(at)) for one in whole(plan_of("2of3"))])
    taken = run("record", "--take", "../c1", "--by", "Ada Example", cwd=at / "custody")
    assert taken.returncode == 0, taken.stderr
    for number in "123":
        (at / f"scan-{number}.png").write_bytes(scanned((at / "old" / f"share-{number}-of-3.pdf").read_bytes(), 0))


def made_in(at: Path) -> dict:
    (made,) = [json.loads(one)["d"] for one in (at / "l").read_text().splitlines() if '"set.made"' in one]
    return made


def of_ours(one, made: dict):
    """An entry of a ceremony, of the set whose sheets there are, with everybody called by name."""
    if one.event == "roll":
        return changed(one, name=f"{CAST[one.data.person]} Example")
    if one.event == "set.made":
        return changed(one, **{key: made[key] for key in ("set", "fingerprint", "recipient", "label")})
    return changed(one, set=made["set"]) if hasattr(one.data, "set") else one


class WithSheets(InTheRoom):
    """Everybody at a guided ceremony with the sheets of a set."""

    prints = False

    kind = ""
    code = ""

    def __init__(self, home: Path, *options: str) -> None:
        options = options or ("--home", "custody")
        line = ["ceremony", self.kind, "--practice", "--ledger", "r.ledger", "--ceremony", self.code, *options]
        super().__init__([*quick(), *line], home)
        self.home = home

    @property
    def ledger(self) -> list[dict]:
        return [json.loads(line) for line in (self.home / "r.ledger").read_text().splitlines()]

    @property
    def words(self) -> list[str]:
        """The F words of the set, as people signed them."""
        return made_in(self.home)["fingerprint"].split()

    def vouch(self) -> None:
        self.answers(("words or none:", "words"), ("of these ledgers:", " ".join(self.words)))

    def call(self, *answers: str) -> None:
        for number, answer in zip("123", answers, strict=True):
            self.answer(f"(sheet {number}, bag {BAGS[number]}):", answer)

    def show(self, number: str, bag: str | None = None, file: str = "") -> None:
        if bag is not None:
            self.answers(("shows the bag.", bag), ("Is the seal whole?", "yes"))
        self.answers(
            (f"How is sheet {number} read?", "file"), (f"file with sheet {number}:", file or f"scan-{number}.png")
        )

    def read(self, number: str) -> None:
        self.answer("or the number:", number)
        self.show(number, BAGS[number])
        self.wait(f"Sheet {number} is sound.")

    def release(self) -> str:
        self.answers(("Is the secret shown?", "yes"), ("Who releases it?", "ADM WIT"), ("Who sees the screen?", "ADM WIT"),
                     ("The password is shown now", ""))  # fmt: skip
        assert self.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate))
        return "\n".join(self.session.screen.alternate)

    def debts(self) -> None:
        for _ in range(3):
            self.answers(("By whom", "Adam Example"), ("By which day", ""))

    def end(self, *opened: str) -> int:
        self.answer("Remove them now?", "yes")
        for number in opened:
            self.answers(
                ("shows a new bag. Its number:", f"AGAIN-{number}"), ("from the sealed bag:", f"AGAIN-{number}")
            )
        return self.close()

    def close(self, *answers: tuple[str, str]) -> int:
        self.answers(("What went wrong", "nothing"), ("What was surprising?", "nothing"), ("What should change", ""),
                     ("Day of the next drill", "2027-02-20"), *answers)  # fmt: skip
        return self.finish()


class Recovery(WithSheets):
    """Everybody at a guided recovery."""

    kind, code = "recover", "R-0001"

    def up_to_the_set(self) -> None:
        self.begin()
        self.answers(
            ("What is the secret needed for", WANTED),
            ("Who asks for it?", "ADM WIT"),
            ("Is it the one on paper?", "yes"),
        )
        self.preflight("What vouches for this set?")

    def shown_again(self, *numbers: str) -> int:
        """Everything after the power failed while the secret was shown: the open sheets are read once more, to the end."""
        for number in numbers:
            self.answer("or the number:", number)
            self.show(number)
        self.release()
        self.session.type("x")
        self.answers(("Was the sign-in accepted?", "yes"), ("received the alert", ""))
        self.debts()
        return self.end(*numbers)


def taken_up(home: Path, ledger: str = "r.ledger") -> dict:
    """What the folder says once it has taken up the ledger of a ceremony: of each set what the independent model says."""
    done = run("record", "--take", f"../{ledger}", *BY, cwd=home / "custody")
    assert done.returncode == 0, done.stderr
    status = run("status", "--json", cwd=home / "custody")
    assert status.returncode == 9, status.stderr
    told = json.loads(status.stdout)
    assert {one["set"]: (one["life"], one["case"]) for one in told["sets"]} == cases_of(home / "custody")
    return told


def both_verified(home: Path, ledger: str = "r.ledger") -> dict:
    """What the folder says once it has taken up a ledger with which both verifiers agree."""
    assert run("ledger", "verify", ledger, cwd=home).returncode == 0
    line = [sys.executable, ROOT / "splitkit" / "verify_ledger.py", ledger]
    assert subprocess.run(line, cwd=home, capture_output=True, check=False).returncode == 0
    return taken_up(home, ledger)


def kept(at: Path) -> None:
    """The same folder; each sheet lies in a safe, and two people are to get the alerts of the account."""
    copied(founded, at)
    names = {seat: f"{CAST[seat]} Example" for seat in ("C1", "C2", "C3")}
    told = [
        *(("place", f"Safe {number}", f"site=Site {number}", "kind=safe") for number in "123"),
        *(("stored", number, f"Safe {number}") for number in "123"),
        ("account", "Production", "pack=aws-root"),
        ("joined", "Hana Example"),
        ("bound", "account=Production"),
        ("receiver", "Hana Example"),
        ("receiver", names["C3"]),
        ("asset", "key-1", "mfa", "Hana Example", "place=Safe 3", "serial=AX-1"),
    ]
    for words in told:
        done = run("record", *words, *BY, cwd=at / "custody")
        assert done.returncode == 0, (words, done.stderr)
    time.sleep(1)  # the model has the order of several ledgers from their times, which are in seconds
