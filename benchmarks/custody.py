"""A large custody folder: what reading it and judging it take, beside the work that no reader can do without.

    python benchmarks/custody.py [ROUNDS]

Thirty-two people, sixteen places, and three accounts, each with a set of two groups of 5of10 that overlap; ledgers of drills
until the folder holds as many entries as it is to.  `status` and `audit` are whole processes; beside them a process that only
reads every line as JSON and hashes it.  The medians of ROUNDS runs, taken in turn.
"""

from __future__ import annotations

import datetime as dt
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aims import Ratio, judged
from bench import SPLITKIT, Job

from splitkit.custody.folder import FOLDERS, Settings, settings_toml
from splitkit.host.home import LEDGERS, SETTINGS
from splitkit.ledger.chain import GENESIS, PROGRAM, Happening, new_entry
from splitkit.ledger.events import event_of

if TYPE_CHECKING:
    from collections.abc import Iterable

PEOPLE, PLACES, ACCOUNTS = 32, 16, 3
POLICY = "2 of: Board 5of10, Works 5of10"
SHEETS = [f"{group}{number}" for group in "AB" for number in range(1, 11)]
STARTS = dt.date(2020, 1, 6)
FLOOR = (
    "import glob, hashlib, json, sys\n"
    "for path in glob.glob(sys.argv[1] + '/ledgers/*'):\n"
    "    for line in open(path, 'rb'):\n"
    "        json.loads(line), hashlib.sha256(line).digest()\n"
)


class Writer:
    """One ledger in the making."""

    def __init__(self, code: str, kind: str, day: dt.date) -> None:
        self.lines: list[bytes] = []
        self.head, self.day = GENESIS, day
        self.tell("open", format=1, ceremony=code, kind=kind, practice=False, version="0.1.0", by="p-1", wit="p-2")

    def tell(self, event: str, /, by: str = "p-1", wit: str = "p-2", **data: Any) -> None:
        moment = dt.datetime.combine(self.day, dt.time(8)) + dt.timedelta(seconds=len(self.lines))
        told = event_of(event, {name.rstrip("_"): value for name, value in data.items()})
        who = (PROGRAM, "") if event == "sheet.read" else (by, wit)
        entry = new_entry(Happening(told, *who, f"{moment.isoformat()}Z"), len(self.lines) + 1, self.head)
        self.lines.append(entry.line + b"\n")
        self.head = entry.hash


def keeper(account: int, number: str) -> str:
    """Who keeps a sheet: the groups of the accounts have people in common."""
    return f"p-{(SHEETS.index(number) * 3 + account * 7) % PEOPLE + 1}"


def place(account: int, number: str) -> str:
    return f"s-{(SHEETS.index(number) + account * 5) % PLACES + 1}"


def desk(begins: dt.date) -> Writer:
    """Who and what is there, before the first drill; another day is another desk, and not a copy of it from before."""
    made = Writer("DESK", "desk", begins)
    made.day = STARTS
    for number in range(1, PEOPLE + 1):
        made.tell("person.joined", person=f"p-{number}", name=f"Person {number:02d} Example", since=str(STARTS))
    for number in range(1, PLACES + 1):
        made.tell("place.added", place=f"s-{number}", name=f"Safe {number}", kind="safe", site=f"Site {number % 8}")
    for account in range(ACCOUNTS):
        set_id = f"{account + 1:x}" * 32
        made.tell("account.added", account=f"a-{account}", name=f"Root {account}", pack="aws-root")
        made.tell("set.made", set=set_id, fingerprint=" ".join(["academic"] * 12), policy=POLICY, epoch=1, recipient="0" * 32,
                  practice=False, sheets=20, kind="first")  # fmt: skip
        made.tell("line.bound", line=set_id, account=f"a-{account}")
        for person in (account + 1, account + 11):
            made.tell("receiver.added", person=f"p-{person}", account=f"a-{account}")
        for at, kind in enumerate(("mfa", "phone", "mailbox"), account * 3 + 20):
            tag = f"{kind}-{account}"
            made.tell(
                "asset.added",
                asset=tag,
                kind=kind,
                person=f"p-{at}",
                place=f"s-{at % PLACES + 1}",
                account=f"a-{account}",
            )
        for number in SHEETS:
            sheet = {"set": set_id, "sheet": number}
            made.tell("sheet.read", **sheet, use="read-back", source="scan", result="sound")
            bag = {"bag": f"B{account}{number}-0", "person": keeper(account, number)}
            made.tell("bag.sealed", **sheet, **bag)
            made.tell("sheet.stored", **sheet, **bag, safe=place(account, number))
        made.tell("set.proven", set=set_id, sheets=SHEETS, use="read-back")
    return made


def drill(code: str, day: dt.date, account: int, turn: int, entries: int) -> Writer:
    """A drill of one set, with as many entries."""
    held = Writer(code, "drill", day)
    for seat in (1, 2):
        held.tell("person.joined", person=f"p-{seat}", name=f"Person {seat:02d} Example", since=str(STARTS))
    set_id = f"{account + 1:x}" * 32
    for number in SHEETS:
        sheet, bag = {"set": set_id, "sheet": number}, f"B{account}{number}-"
        held.tell("bag.opened", **sheet, bag=f"{bag}{turn}", intact=True, expected=True, purpose="a drill")
        held.tell("sheet.read", **sheet, use="drill", source="scan", result="sound")
        held.tell("bag.sealed", **sheet, bag=f"{bag}{turn + 1}", person=keeper(account, number))
    held.tell("drill", set=set_id, sheets=SHEETS, way="verify", result="pass")
    for number in (SHEETS * entries)[: max(0, entries - len(held.lines))]:
        held.tell("sheet.read", set=set_id, sheet=number, use="inventory", source="scan", result="sound")
    return held


def make_folder(folder: Path, ledgers: int, entries: int) -> Path:
    """A custody folder of as many ledgers, with as many entries in all."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, mode=0o700)
    (folder / SETTINGS).write_bytes(settings_toml(Settings("Bench")))
    office, each = desk(STARTS - dt.timedelta(days=ledgers)), (entries - 400) // (ledgers - 1)
    for at in range(ledgers - 1):
        day = STARTS + dt.timedelta(days=7 * (at + 1))
        held = drill(f"C-{at + 1:04d}", day, at % ACCOUNTS, at // ACCOUNTS, each)
        write(folder / LEDGERS / f"c-{at + 1:04d}.ledger", held.lines)
        office.day = day
        office.tell("ledger.taken", ledger=f"C-{at + 1:04d}", head=held.head)
    write(folder / LEDGERS / "desk.ledger", office.lines)
    return folder


def write(path: Path, lines: Iterable[bytes]) -> None:
    path.write_bytes(b"".join(lines))
    path.chmod(0o600)


def measured(rounds: int) -> list[Ratio]:
    """Run everything, print what it took, and return how it grows."""
    with tempfile.TemporaryDirectory(prefix="splitkit-bench-") as name:
        top = Path(name)
        few, half, whole = (make_folder(top / f"{ledgers}", ledgers, entries)
                            for ledgers, entries in ((3, 1_000), (50, 10_000), (100, 20_000)))  # fmt: skip
        jobs = [
            *(Job(f"status, {what}", [SPLITKIT, "status", "--home", str(home)], accepts=frozenset({9}))
              for what, home in (("1,000 entries", few), ("10,000", half), ("20,000", whole))),
            Job("audit, 20,000", [SPLITKIT, "audit", "--home", str(whole), "--out", str(top / "pack")], fresh=top / "pack"),
            Job("json and SHA-256 of each line", [sys.executable, "-c", FLOOR, str(whole)]),
        ]  # fmt: skip
        for _ in range(rounds):
            for job in jobs:
                job.run()
        print(f"{platform.platform()}, Python {platform.python_version()}, {rounds} rounds")
        for job in jobs:
            print(f"{job.name:<32} {job.median:7.2f} s  {job.median / jobs[-1].median:6.1f} times the last")
        told = subprocess.run(jobs[2].command, check=False, capture_output=True, text=True)
        print(told.stdout[:1500])
    return [Ratio("status of 20,000 entries / of 10,000", jobs[2].median / jobs[1].median, 2.2)]


if __name__ == "__main__":
    judged(lambda: measured(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
