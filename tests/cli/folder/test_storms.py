"""The custody folder in bad weather: many writers at once, killed at any call, a disk that fails at any write.

Whatever happens, what was acknowledged is there, what is torn is said, and the same command does it when the weather is fine again.
"""

from __future__ import annotations

import errno
import functools
import os
import random
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from splitkit.custody.persons import order_of
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import written
from tests.support.custody.practice_set import run
from tests.support.custody.settling import settled
from tests.support.fork_server import Forked
from tests.support.kit import environment
from tests.support.ledgers import hashed, line
from tests.support.places import scratch
from tests.support.processes import HANGS
from tests.support.sampling import sampled

BY = ("--by", "max-example")
INIT = ("init", "custody", "--name", "Example AG", *BY)
JOIN = ("record", "person.joined", "person=ada-example", "name=Ada Example", "since=2026-01-10", *BY)
TWO = ("--approved", "ada-example", "--approved", "max-example")


@functools.cache
def calm() -> Path:
    """Folders to begin with: `new`, `begun` with a custody folder and a ceremony, `forked` with two desks; to be read only."""
    top = scratch("calm")
    for name in ("new", "begun", "forked"):
        (top / name).mkdir()
        written(top / name / "c1", whole(plan_of("2of3", practice=False)))
    for name in ("begun", "forked"):
        assert run("init", "custody", "--name", f"Example {name}", *BY, cwd=top / name).returncode == 0
        assert run(*JOIN, cwd=top / name / "custody").returncode == 0
    desk = desk_of(top / "forked")
    entries = desk.read_bytes().splitlines()
    for path, text in ((desk, "at the desk"), (desk.with_name("stick.ledger"), "on the stick")):
        more = line(len(entries) + 1, hashed(entries[-1]), "note", {"text": text}, by="max-example", wit="")
        path.write_bytes(b"".join(one + b"\n" for one in [*entries, more]))
    return top


def desk_of(folder: Path) -> Path:
    return folder / "custody" / "ledgers" / "desk.ledger"


@dataclass(frozen=True)
class Act:
    """Something that writes into a folder: from which of the folders it begins, and how one sees that it was done."""

    begins: str
    words: tuple[str, ...]
    sign: str
    """What stands in the ledger of the desk then, and not before."""

    def command(self, folder: Path) -> tuple[str, ...]:
        if self.words[-1] != "--settle":
            return self.words
        (head,) = [branch.head for fork in read(folder).forks for branch in fork if "on the stick" in text_of(branch)]
        return (*self.words, head, *TWO)

    def done(self, folder: Path) -> bool:
        return desk_of(folder).exists() and self.sign in desk_of(folder).read_text(errors="replace")


HOME = ("--home", "custody")
ACTS = {
    "init": Act("new", INIT, '"ev":"open"'),
    "record": Act("begun", ("record", *HOME, "note", "text=a storm came", *BY), "a storm came"),
    "take": Act("begun", ("record", *HOME, "--take", "c1", *BY), '"ev":"ledger.taken"'),
    "settle": Act("forked", ("ledger", "verify", *HOME, "--settle"), '"ev":"fork.settled"'),
}


def text_of(branch) -> str:
    return "".join(entry.line.decode() for entry in branch.entries)


def ledgers_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "custody" / "ledgers").glob("*.ledger")}


def read(folder: Path):
    return order_of(ledgers_of(folder))


def entries_of(folder: Path) -> set[bytes]:
    """Every whole line in any file below the folder, also in what is only kept."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "counted"]
    return {one for path in files for one in path.read_bytes().split(b"\n")[:-1]}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "folder"


def begin(act: Act, folder: Path) -> set[bytes]:
    """Lay the folder anew, and return all entries that were acknowledged before."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(calm() / act.begins, folder)
    return entries_of(folder)


def play(act: Act, folder: Path, module: str, **env: int) -> tuple[int, str]:
    """Run the act under a program of the tests; return its exit code, and what it said."""
    surroundings = environment(COUNTED=str(folder.parent / "counted"), XDG_STATE_HOME=str(folder / "state"),
                               **{name: str(value) for name, value in env.items()})  # fmt: skip
    with tempfile.TemporaryFile() as said, Path(os.devnull).open("rb") as nothing:
        streams = [nothing.fileno(), said.fileno(), said.fileno()]
        module = f"tests.support.commands.{module}"
        code = Forked(act.command(folder), folder, surroundings, streams, module=module).wait(HANGS)
        said.seek(0)
        return code, said.read().decode()


def counted(folder: Path) -> list[int]:
    return list(map(int, (folder.parent / "counted").read_text().split()))


def check_nothing_is_lost(act: Act, folder: Path, before: set[bytes], *, acknowledged: bool) -> None:
    """Look at what is there after the storm, and do it again in fine weather."""
    assert before <= entries_of(folder), "an entry that was there is lost"
    assert act.done(folder) or not acknowledged, "it was said to be done, and is not"
    if desk_of(folder).exists():
        status = said("status", *HOME, cwd=folder)
        torn = any(not data.endswith(b"\n") for data in ledgers_of(folder).values())
        doubts = [one for one in status.stderr.splitlines() if one.startswith("DOUBT: ")]
        assert status.returncode in ((8, 9) if doubts else (9,)), status.stderr  # what is missing is NOW
        assert bool(doubts) or not (torn or read(folder).doubts), "something is in doubt, and nobody says so"
    if not act.done(folder):
        code, shown = in_fine_weather(act, folder)
        assert code == 0, shown
    assert act.done(folder)
    assert before <= entries_of(folder)
    assert not [path for path in folder.rglob("*") if "splitkit-part" in path.name], "what a stopped run left is gone"
    assert said(*ACTS["record"].words, cwd=folder).returncode == 0  # ends a torn line
    assert not read(folder).doubts


def in_fine_weather(act: Act, folder: Path) -> tuple[int, str]:
    """Do it once more; two people are asked at a terminal, where they are."""
    if act is ACTS["settle"]:
        return settled(folder, *act.command(folder), env=environment(XDG_STATE_HOME=str(folder / "state")))
    again = said(*act.command(folder), cwd=folder)
    return again.returncode, again.stdout + again.stderr


def said(*words: str, cwd: Path):
    done = run(*words, cwd=cwd, env=environment(XDG_STATE_HOME=str(cwd / "state")))
    assert "Traceback" not in done.stderr and done.returncode not in (1, -9), done.stderr
    return done


# --- killed at any call -----------------------------------------------------------------------------------------------


def kill_many_times(name: str, times: int, folder: Path) -> None:
    """Half of the kills come at any call, half where the disk is being changed: there a write is torn."""
    act = ACTS[name]
    begin(act, folder)
    code, told = play(act, folder, "cut_off", CUT_OFF=0)
    assert code == 0, told
    last, lot, landed = counted(folder)[-1], random.Random(f"{name} {times}"), 0
    for turn in range(times):
        before = begin(act, folder)
        if turn % 2:
            code, told = play(act, folder, "cut_off", CUT_OFF=lot.randint(1, last))
        else:
            code, told = play(act, folder, "stormy_disk", FAIL_AT=lot.randint(1, changes(name)), FAIL_WITH=0)
        assert code == -signal.SIGKILL, told
        landed += act.done(folder)
        check_nothing_is_lost(act, folder, before, acknowledged=False)
    print(f"{name}: of {times} kills {landed} came when it was done")


@pytest.mark.parametrize("name", ACTS)
def test_killed_at_random_moments_nothing_is_lost(name, folder):
    kill_many_times(name, 2, folder)


@pytest.mark.long
@pytest.mark.parametrize("name", ACTS)
def test_killed_at_fifty_random_moments_nothing_is_lost(name, folder):
    kill_many_times(name, 50, folder)


# --- a disk that fails ------------------------------------------------------------------------------------------------


@functools.cache
def changes(name: str) -> int:
    """How often an act changes the disk."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "folder"
        begin(ACTS[name], folder)
        code, told = play(ACTS[name], folder, "stormy_disk", FAIL_AT=0, FAIL_WITH=errno.ENOSPC)
        assert code == 0, told
        return counted(folder)[0]


MOST = 60
"""Changes of the disk that one act makes at the most."""
FAILURES = [(name, number) for name in ACTS for number in (errno.ENOSPC, errno.EROFS, errno.EIO)]


@pytest.mark.parametrize("failure", sampled(FAILURES, 0, always=FAILURES[::4], ids=lambda one: "-".join(map(str, one))))
def test_a_disk_that_fails_at_any_write_loses_nothing(failure, folder, request):
    name, number = failure
    moments = range(1, changes(name) + 1)
    assert len(moments) < MOST
    if request.config.option.markexpr == "not long":
        moments = random.Random(f"{name} {number}").sample(moments, 2)
    for moment in moments:
        fail_at(moment, name, number, folder)


def fail_at(moment: int, name: str, number: int, folder: Path) -> None:
    act = ACTS[name]
    before = begin(act, folder)
    code, told = play(act, folder, "stormy_disk", FAIL_AT=moment, FAIL_WITH=number)
    assert code in (0, 7), told
    assert code == 0 or os.strerror(number) in told
    assert "nothing was recorded" not in told or not act.done(folder), told
    check_nothing_is_lost(act, folder, before, acknowledged=code == 0)


# --- many writers at once ---------------------------------------------------------------------------------------------


def write_at_once(writers: int, each: int, folder: Path) -> None:
    begin(ACTS["record"], folder)

    def write(writer: int) -> list[tuple[str, int]]:
        texts = [f"writer {writer} says {number}" for number in range(each)]
        return [(text, said("record", *HOME, "note", f"text={text}", *BY, cwd=folder).returncode) for text in texts]

    with ThreadPoolExecutor(writers) as pool:
        told = [one for found in pool.map(write, range(writers)) for one in found]
    acknowledged = [text for text, code in told if code == 0]
    there = [entry.data.fields()["text"] for entry in read(folder).desk.entries if entry.event == "note"]
    assert {code for _, code in told} == {0}, "somebody was refused"
    assert sorted(there) == sorted(acknowledged)
    assert not read(folder).doubts
    assert said("ledger", "verify", *HOME, cwd=folder).returncode == 0


def test_writers_at_once_lose_nothing(folder):
    write_at_once(5, 3, folder)


@pytest.mark.long
def test_twenty_writers_of_fifty_entries_each_lose_nothing(folder):
    write_at_once(20, 50, folder)
