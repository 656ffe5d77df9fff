"""What is asked of the root user of a management account: every row of the table in docs/packs.md, with its command run.

The rows are those of the document, so that a row without a scene, or a scene that runs another command, fails.
"""

from __future__ import annotations

import json
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

from splitkit.ceremony.script import MAKE
from splitkit.ceremony.steps import Each
from splitkit.host import clock
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import event_of
from splitkit.packs.pack import all_packs, find_pack
from tests.support.builders import made
from tests.support.custody.company import joined, kept_in, written
from tests.support.custody.custodies import asset, place
from tests.support.custody.practice_set import fingerprints, fresh
from tests.support.kit import COMMAND, environment, kit, run
from tests.support.paper.pdfs import prose_of
from tests.support.places import ROOT
from tests.support.processes import HANGS
from tests.support.terminals import Session

PACKS = (ROOT / "docs" / "packs.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([SR]\d+) \| .+ \| `(.+)` \| .+ \|$", PACKS, re.MULTILINE))
PROCEDURES = {one.code: one for pack in all_packs() for one in pack.procedures}
HOW = ("--by", "ADM", "--wit", "WIT")
TEXT = ("--text", "noticed on Monday")


class Office:
    """A company that keeps a practice set, on disk; it remembers the commands that were run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run_so_far: list[list[str]] = []
        (words,), (self.set_id,) = fingerprints(folder)
        self.fingerprint = words

    def run(self, *arguments: str, code: int = 0, stdin: str = "") -> str:
        """Run splitkit, expect an exit code, and return what it said."""
        self.run_so_far.append(["splitkit", *arguments])
        done = run(*arguments, cwd=self.folder, stdin=stdin)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def second_implementation(self, *arguments: str, stdin: str) -> str:
        """Run recover.py with nothing but Python."""
        self.run_so_far.append(["python3", "-I", "-S", "recover.py", *arguments])
        command = [sys.executable, "-I", "-S", str(ROOT / "splitkit" / "recover.py"), *arguments]
        done = subprocess.run(command, cwd=self.folder, input=stdin, capture_output=True, text=True, check=False, timeout=HANGS,
                              env=environment())  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def add(self, *fields: str, code: int = 0) -> str:
        return self.run("record", "--ledger", "l", *fields, *HOW, code=code)

    def lint(self, *options: str) -> set[str]:
        self.run_so_far.append(["splitkit", "status", "l", *options])
        said = run("status", "l", "--json", *options, cwd=self.folder).stdout
        return {one["rule"] for one in json.loads(said)["broken"]}

    def status(self) -> dict:
        return json.loads(run("status", "l", "--json", cwd=self.folder).stdout)

    def sheets(self, *numbers: int) -> list[str]:
        return [f"old/share-{number}-of-3.pdf" for number in numbers]

    def asked(self, code: str, *of: str) -> str:
        """What an audit says of one thing that AWS asks for."""
        pack = f"pack-{len(self.run_so_far)}"
        self.run("audit", *(of or "l"), "--out", pack, "--against", "aws-page")
        rows = json.loads((self.folder / pack / "audit.json").read_text())["against"][0]["criteria"]
        return next(one["verdict"] for one in rows if one["code"] == code)

    def events(self) -> list[str]:
        return [json.loads(line)["ev"] for line in (self.folder / "l").read_text().splitlines()]


SAFES = ("safe-1", "safe-2", "safe-3")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The company is founded once: a set, its ledger, people, safes and devices."""
    folder = fresh(tmp_path_factory.mktemp("company"))
    (words,), (set_id,) = fingerprints(folder)
    today = clock.iso_date(clock.today())
    made = {
        "set": set_id,
        "fingerprint": words,
        "policy": "2of3",
        "epoch": 1,
        "recipient": "0" * 32,
        "practice": True,
        "sheets": 3,
        "kind": "first",
        "origin": "generated",
    }
    opening = {"format": 1, "ceremony": "C-0001", "kind": "custody", "practice": True, "version": "0.1.0"}
    entries = [
        Happening(event_of("open", opening), "SCR", "WIT", f"{today}T00:00:01Z"),
        *joined(day=today), *(place(tag, "", "safe", today) for tag in SAFES), Happening(event_of("set.made", made), "SCR", "WIT", f"{today}T00:00:02Z"), *kept_in(set_id, today),
        asset("key-1", "mfa", "M1", today, battery=True, expires="2030-01-01"), asset("phone-1", "phone", "P1", today),
        asset("mail", "mailbox", "B1", today), asset("mail-2", "mailbox", "B2", today),
    ]  # fmt: skip
    written(
        folder / "l",
        [Happening(one.data, one.by, one.witness, f"{today}T00:00:03Z") for one in entries],
    )
    return folder


@pytest.fixture
def office(company, tmp_path):
    return Office(Path(shutil.copytree(company, tmp_path / "office")))


# --- the scenes: each meets one row -----------------------------------------------------------------------------------


def s1(office):
    office.run("split", "plan.toml", "--out", "fresh")
    words = fingerprint_of(office, "fresh")
    password = office.run("recover", "fresh/share-1-of-3.pdf", "fresh/share-3-of-3.pdf", "--practice", "--reveal", "stdout",
                          "--fingerprint", words).splitlines()[0]  # fmt: skip
    classes = [any(letter in kind for letter in password) for kind in
               (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!@#$%^&*()<>[]{}|_+-=")]  # fmt: skip
    assert 20 <= len(password) <= 128
    assert sum(classes) >= 3


def fingerprint_of(office, folder):
    shown = office.run("check", *(f"{folder}/share-{number}-of-3.pdf" for number in (1, 2)), "--json")
    return json.loads(shown[: shown.rindex("}") + 1])["fingerprint"]


def s2(office):
    assert "rotat" not in office.run("status", "l", "--until", "2099-12-31", code=9)
    rotate = ("ceremony", "renew", "plan.toml", "--rotate", *office.sheets(1, 2), "--ledger", "l", "--out", "new")
    assert "--purpose" in office.run(*rotate, code=2)
    office.run(
        *rotate, "--fingerprint", office.fingerprint, "--purpose", "the password was read aloud", "--incident", "I-1"
    )


def s3(office):
    alone = json.loads(office.run("check", *office.sheets(2), "--json"))
    assert alone["opens"] is None
    both = json.loads(office.run("check", *office.sheets(2, 3), "--json"))
    assert both["opens"] is True


def s4(office):
    words = made().envelope.fingerprint
    said = office.second_implementation(
        "--practice", "--fingerprint", " ".join(words), stdin=(kit() / "three.txt").read_text()
    )
    assert (kit() / "secret.txt").read_text().strip() in said


def s5(office):
    shown = office.run("plan", "check", "--risk", "plan.toml")
    assert "any one sheet may be missing" in shown
    assert "It takes 3 sites" in shown


def s6(office):
    office.add("safe.opened", "safe=safe-2", "people=C2,WIT", "purpose=the quarterly drill")
    assert "the quarterly drill" in flat(office.run("ledger", "show", "l"))
    assert office.asked("S6b") == "met"
    office.add("safe.opened", "safe=safe-2", "people=C2", "purpose=nobody else was there")
    assert office.asked("S6b") == "not met"


def s7(office):
    assert office.asked("S7c") == "not met"
    office.add("asset.checked", "asset=key-1", "result=pass", "expires=2027-02-01")
    assert office.asked("S7c") == "met"
    assert "battery of mfa key-1" in office.run("status", "l", "--until", "2027-01-31", code=9)


def s8(office):
    assert "SEP-1" not in office.lint()
    office.add("asset.moved", "asset=key-1", "person=C1", "reason=somebody thought it handy")
    assert "SEP-1" in office.lint()


def s9(office):
    office.add("asset.used", "asset=key-1", "people=M1,WIT", "purpose=a sign-in for a task")
    office.run("audit", "l", "--out", "pack")
    accesses = json.loads((office.folder / "pack" / "audit.json").read_text())["accesses"]
    assert [one["data"]["purpose"] for one in accesses] == ["a sign-in for a task"]
    assert office.asked("S9a") == "met"
    office.add("asset.used", "asset=key-1", "people=M1", "purpose=alone")
    assert office.asked("S9a") == "not met"


def s10(office):
    phone = ("asset.added", "asset=phone-2", "kind=phone", "person=P1", "place=safe-3", "working=yes")
    assert "phone number" in office.add("note", "text=the phone is +44 20 7946 0018", code=2)
    office.add(*phone)
    assert "SEP-2" in office.lint()
    office.add("place", "place=desk", "name=desk", "kind=office", "site=North")
    office.add("asset.moved", "asset=phone-2", "place=desk", "reason=it lay with a sheet")
    assert not office.lint() & {"SEP-2", "ALONE-1"}
    assert office.asked("S10b") == "not met"
    office.add("role", "person=B2", "role=bill-payer", "reason=pays the line")
    assert office.asked("S10b") == "met"
    office.add("asset.moved", "asset=phone-2", "person=B1", "reason=an odd idea")
    assert "ALONE-1" in office.lint()


def s11(office):
    home, by = ("--home", "custody"), ("--by", "Ada Example")
    office.run("init", "custody", "--name", "Example AG", "--practice", *by)
    office.run("record", "joined", "Ben Example", *by, *home)
    office.run("record", "role", "Ben Example", "mail-admin", "runs the mail", *by, *home)
    assert office.asked("S11", *home) == "not met"
    arguments = [
        "ceremony",
        "review",
        "--practice",
        "--ledger",
        "v1",
        "--ceremony",
        "V-0001",
        *home,
        "--out",
        "review.pdf",
    ]
    office.run_so_far.append(["splitkit", *arguments])
    with Session([*COMMAND, *arguments], office.folder) as session:
        session.until_text("The administrator, by name")
        session.type("Ada Example\nBen Example\n\nno\nall\nADM WIT\nagree\nagree\n\n")
        assert session.finish() == 0, "\n".join(session.screen.main)
    office.run("record", "--take", "v1", *by, *home)
    assert office.asked("S11", *home) == "met"
    assert "Ada Example" in prose_of((office.folder / "review.pdf").read_bytes())


def s12(office):
    assert "PATH-1" not in office.lint("--without", "C2")
    assert "PATH-1" in office.lint("--without", "M1")


def s13(office):
    assert "ALONE-1" not in office.lint()
    office.add("asset.moved", "asset=mail", "person=M1", "reason=an odd idea")
    assert "ALONE-1" in office.lint()


def s14(office):
    office.run("papers", "ceremony", "plan.toml", "--out", "paper")
    script = prose_of((office.folder / "paper" / "script.pdf").read_bytes())
    places = [script.index(f"{step.code} {step.title}") for step in MAKE.steps if step.each is Each.ONCE]
    assert places == sorted(places)
    assert len(places) > 15


def s15(office):
    office.add("step", "step=31", "state=done", "values=printer HL-1, paper A4")
    shown = flat(office.run("ledger", "show", "l"))
    assert "printer HL-1, paper A4" in shown
    assert "ADM/WIT" in shown


def s16(office):
    office.add("exception", "expected=nobody leaves", "happened=C1 felt ill", "decision=a break", "time=14:05", "people_out=C1",
               "left=14:06", "items_out=a coat", "people_back=C1", "returned=14:20", "items_in=a coat")  # fmt: skip
    last = json.loads((office.folder / "l").read_text().splitlines()[-1])["d"]
    assert (last["people_out"], last["items_out"], last["people_back"], last["items_in"]) == (
        ["C1"],
        ["a coat"],
        ["C1"],
        ["a coat"],
    )


def s17(office):
    office.run("papers", "procedures", "aws-root", "--out", "papers", "--ledger", "l")
    pages = {path.stem: prose_of(path.read_bytes()) for path in (office.folder / "papers").iterdir()}
    assert set(pages) == {one.code.lower() for one in find_pack("aws-root").procedures}
    assert all(PROCEDURES[code.upper()].title in text for code, text in pages.items())
    assert "Cleo Example" in pages["r1"]


def s18(office):
    assert "nothing was shown" in office.run(
        "ceremony", "drill", *office.sheets(1, 2), "--ledger", "l", "--fingerprint", office.fingerprint
    )
    assert office.status()["sets"][0]["proven"] == clock.iso_date(clock.today())
    assert office.asked("S18a") == "not met"  # nobody has signed in


def s19(office):
    s18(office)
    assert "nobody has said what it taught" in office.run("record", "close", "--ledger", "l", *HOW, code=9)
    assert office.asked("S19") == "not met"
    office.add("debrief", "went_wrong=nothing", "surprising=how long it took")
    assert office.asked("S19") == "met"
    office.add("action", "action=A-1", "text=a second scanner", "owner=ADM", "due=2027-01-31")
    office.run("record", "close", "next=2027-02-20", "--ledger", "l", *HOW)
    assert "action A-1" in office.run("status", "l", "--until", "2027-03-01", code=9)


def s20(office):
    office.run("packs", "show", "aws-root", "--alert", "--out", "alert.yaml")
    template = (office.folder / "alert.yaml").read_text()
    assert "AWS::Events::Rule" in template
    assert "of its root user ${RootEmail}" in template
    assert "announced" in office.run("packs", "show", "R15")
    office.add("account.added", "account=root", "name=Production", "pack=aws-root")
    assert office.asked("S20b") == "not met"
    office.add("receiver.added", "person=WIT", "account=root")
    assert office.asked("S20b") == "met"


def s21(office):
    office.add("asset.retired", "asset=mail-2", "reason=an owner leaves")
    alone = office.run("status", "l", code=9)
    assert "without Hana Example nobody can reset the password" in alone
    office.add("asset.added", "asset=mail-3", "kind=mailbox", "person=B2", "working=yes")
    assert "without Hana Example nobody can reset the password" not in office.run("status", "l", code=9)


def s22(office):
    office.add("request", "task=ask the support which screen it is", "requested_by=ADM,C1", "case=CASE-77")
    assert "CASE-77" in office.run("ledger", "show", "l")


def s23(office):
    office.add("deputy", "person=M1", "deputy=WIT")
    office.run("papers", "call-out", "--ledger", "l", "--out", "card.pdf")
    assert "Fay Example Ben Example" in prose_of((office.folder / "card.pdf").read_bytes())


def r1(office):
    shown = office.run(
        "recover", *office.sheets(2, 3), "--practice", "--reveal", "stdout", "--fingerprint", office.fingerprint
    )
    assert len(shown.splitlines()[0]) >= 20


def r2(office):
    said = office.run("incident", "--ledger", "l", "--what", "destroyed", "--sheet", "1", "--sheet", "3", *TEXT, code=9)
    assert "R2  The password is lost" in said
    assert office.status()["sets"][0]["case"] == "dead"
    office.add("set.retired", f"set={office.set_id}", "reason=a new password was set", "approved=ADM,WIT")


def r3(office):
    office.add("incident.open", "incident=I-1", "cause=it was shown to many")
    office.run("ceremony", "renew", "plan.toml", "--rotate", *office.sheets(1, 2), "--ledger", "l", "--purpose", "it was shown to many", "--incident", "I-1",
               "--out", "new", "--fingerprint", office.fingerprint)  # fmt: skip
    new = next(of["set"] for of in office.status()["sets"] if of["set"] != office.set_id)
    for number in (1, 2, 3):
        office.run("ceremony", "drill", f"new/share-{number}-of-3.pdf", "--ledger", "l", "--set", new,
                   "--record", "new/envelope.sk1")  # fmt: skip
    office.add("set.rotated", f"set={new}", f"replaces={office.set_id}", "reason=it was shown to many", "incident=I-1")
    office.add("signin", "password=new", "accepted=yes")
    lives = {of["set"]: of["life"] for of in office.status()["sets"]}
    assert lives == {office.set_id: "superseded", new: "live"}


def lost(office, tag, code):
    said = office.run("incident", "--ledger", "l", "--what", "device", "--asset", tag, *TEXT)
    assert f"{code}  {PROCEDURES[code].title}" in said


def r4(office):
    office.add("asset.added", "asset=key-2", "kind=mfa", "person=M1", "working=yes")
    lost(office, "key-1", "R4")
    assert "PATH-1" not in office.lint()


def r5(office):
    office.add("asset.added", "asset=key-2", "kind=mfa", "person=M1", "expires=2031-01-01")
    office.add("asset.retired", "asset=key-1", "reason=its battery ends")
    assert "key-1" not in office.run("status", "l", "--until", "2099-12-31", code=9)


def r6(office):
    lost(office, "mail", "R6")
    assert "replace mailbox mail" in office.run("status", "l", "--until", "2099-12-31", code=9)


def r7(office):
    office.add("asset.moved", "asset=mail", "person=WIT", "reason=other owners")
    assert next(one for one in office.status()["assets"] if one["tag"] == "mail")["holder"] == "WIT"


def r8(office):
    lost(office, "phone-1", "R8")
    assert "PATH-1" in office.lint()
    office.add("asset.added", "asset=phone-2", "kind=phone", "person=P1", "working=yes")
    assert "PATH-1" not in office.lint()


def r9(office):
    office.add("asset.moved", "asset=phone-1", "person=WIT", "reason=another keeper")
    assert next(one for one in office.status()["assets"] if one["tag"] == "phone-1")["holder"] == "WIT"


def r10(office):
    office.add("set.retired", f"set={office.set_id}", "reason=the account was closed", "approved=ADM,WIT")
    for number in "123":
        office.add("sheet.destroyed", f"set={office.set_id}", f"sheet={number}", "way=shredded", "seen_by=ADM,WIT")
    assert "the old set is dead" in office.run("status", "l", code=9)


def flat(text):
    return " ".join(text.split())


SCENES = {name.upper(): scene for name, scene in list(globals().items()) if re.fullmatch("[sr][0-9]+", name)}


def test_the_table_has_every_requirement_and_every_case():
    assert list(ROWS) == [f"S{number}" for number in range(1, 24)] + [f"R{number}" for number in range(1, 11)]
    assert set(SCENES) == set(ROWS)


@pytest.mark.parametrize("code", ROWS)
def test_the_command_of_the_row_meets_it(code, office):
    SCENES[code](office)
    assert any(is_of(ROWS[code], command) for command in office.run_so_far), ROWS[code]
    if code in PROCEDURES:
        shown = office.run("packs", "show", code, "--ledger", "l")
        assert PROCEDURES[code].title in shown


def is_of(row: str, command: list[str]) -> bool:
    """Whether a command that was run is the one of a row: its words, options and named fields in any order."""
    for word in row.split():
        if "=" in word:
            name, _, value = word.partition("=")
            right = any(one.startswith(f"{name}=") and value in ("...", one.partition("=")[2]) for one in command)
        else:
            right = word.isupper() or word.endswith("...") or word in command
        if not right:
            return False
    return True


def test_rows_are_told_apart():
    assert is_of("splitkit status SCAN... --ledger FILE", ["splitkit", "status", "x.png", "--ledger", "l"])
    assert not is_of("splitkit status SCAN... --ledger FILE", ["splitkit", "status", "x.png"])
    assert not is_of("splitkit record kind=phone", ["splitkit", "record", "kind=mfa"])
