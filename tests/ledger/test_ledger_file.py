"""The file of a ledger under everything that happens to files: kills, full disks, two processes, links, rights."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import select
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import pytest

from splitkit import verify_ledger
from splitkit.errors import DeviceError, LedgerError, StoppedError, UnreadableError, UsageError
from splitkit.host import append
from splitkit.ledger.events import event_of
from splitkit.ledger.ledger_file import new_ledger, open_ledger
from splitkit.ledger.verification import ChainVerdict, judge_ledger, read_ledger
from tests.support import sampling
from tests.support.kit import environment, run
from tests.support.ledgers import EVENTS, OPEN, hashed, joined, stamp
from tests.support.processes import HANGS
from tests.support.sampling import sampled
from tests.support.tampered import BASE

TEXT = "somebody says something that is long enough to be torn"


def begin(path: Path) -> None:
    with new_ledger(path) as ledger:
        ledger.append(event_of("open", OPEN), by="ADM", at=stamp(1))


def add(path: Path, text: str = TEXT) -> None:
    with open_ledger(path) as ledger:
        ledger.append(event_of("note", {"text": text}), by="ADM", witness="WIT", at=stamp(2))


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1]


# Killed at any moment


def append_until_killed(path: Path, pipe: int) -> None:
    """What the child does: every hash goes into the pipe after `append` has returned."""
    with open_ledger(path) as ledger:
        while True:
            entry = ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(len(ledger.entries)))
            os.write(pipe, entry.hash.encode() + b"\n")


def killed_child(path: Path, seconds: float, *, begun: bool = False) -> list[str]:
    """Let a child append, kill it after some time, and return the hashes that it had acknowledged; *begun*: one at least."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            append_until_killed(path, writing)
        finally:
            os._exit(1)
    os.close(writing)
    first = os.read(reading, 65) if begun else b""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return (first + pipe.read()).decode().split()


def kill_many_times(times: int, folder: Path) -> None:
    moments = random.Random(times)
    acknowledged: list[str] = []
    path, files, unacknowledged, torn = folder / "none", 0, 0, 0
    for turn in range(times):
        if turn % 25 == 0:
            path, acknowledged, files = folder / f"{turn}.ledger", [], files + 1
            begin(path)
            acknowledged.append(hashed(lines_of(path)[0]))
        acknowledged += killed_child(path, moments.uniform(0, 0.012), begun=turn % 25 == 0)
        judgement = judge_ledger([path.read_bytes()])
        assert judgement.verdict in (ChainVerdict.UNVOUCHED, ChainVerdict.TORN)
        there = [entry.hash for entry in judgement.files[0].entries]
        assert [known for known in there if known in set(acknowledged)] == acknowledged, "lost, or out of order"
        torn += judgement.verdict is ChainVerdict.TORN
        unacknowledged += len(there) - len(acknowledged)
        acknowledged = there
    assert len(acknowledged) > 1
    add(path)
    assert judge_ledger([path.read_bytes()]).verdict is ChainVerdict.UNVOUCHED
    print(f"{times} kills, {files} files: {unacknowledged} entries written and not acknowledged, {torn} torn")


def test_killed_at_20_moments_it_has_lost_nothing(tmp_path):
    kill_many_times(20, tmp_path)


@pytest.mark.long
def test_killed_at_1000_moments_it_has_lost_nothing(tmp_path):
    kill_many_times(1000, tmp_path)


def test_the_kill_test_notices_a_lost_entry(tmp_path, monkeypatch):
    """The judge of the test itself: an append that only seems to write must be found out."""
    monkeypatch.setattr(append.AppendFile, "append", lambda self, data: setattr(self, "size", self.size))
    path = tmp_path / "ledger"
    path.write_bytes(joined(BASE[:1]))
    acknowledged = killed_child(path, 0.05, begun=True)
    assert acknowledged
    assert hashed(lines_of(path)[-1]) != acknowledged[-1]


STEP = 4 if sampling.short else 1
"""Of the bytes at which a line may be torn."""


def test_a_line_torn_at_any_byte_is_kept_and_the_ledger_goes_on(tmp_path):
    path = tmp_path / "ledger"
    whole = joined(BASE[:4])
    for length in range(1, len(BASE[4]), STEP):
        path.write_bytes(whole + BASE[4][:length])
        add(path)
        written = path.read_bytes()
        assert written.startswith(whole + BASE[4][:length] + b"\n"), "what was torn is still there"
        judgement = judge_ledger([written])
        assert judgement.verdict is ChainVerdict.UNVOUCHED
        assert [entry.event for entry in judgement.files[0].entries[4:]] == ["torn", "note"]
        assert judgement.files[0].entries[4].data.bytes == length
        assert verify_ledger.judge(written, [])[0] == "unvouched"


def test_the_mending_may_be_torn_too(tmp_path):
    path = tmp_path / "ledger"
    whole = joined(BASE[:4]) + BASE[4][:40]
    path.write_bytes(whole)
    add(path)
    mended = path.read_bytes()
    end_of_mending = mended.index(b"\n", len(whole) + 1) + 1
    for length in range(len(whole) + 1, end_of_mending, STEP):
        path.write_bytes(mended[:length])
        add(path)
        reading = read_ledger(path.read_bytes())
        assert not reading.broken
        assert [entry.event for entry in reading.entries[4:]] in (["torn", "note"], ["torn", "torn", "note"])
        assert verify_ledger.judge(path.read_bytes(), [])[0] == "unvouched"


def test_a_line_that_lacks_only_its_lf_is_an_entry_from_the_next_append_on(tmp_path):
    path = tmp_path / "ledger"
    path.write_bytes(joined(BASE[:5])[:-1])
    assert judge_ledger([path.read_bytes()]).verdict is ChainVerdict.TORN
    add(path)
    assert path.read_bytes().startswith(joined(BASE[:5]))
    told = [entry.event for entry in read_ledger(path.read_bytes()).entries]
    assert told == [*(event for event, _ in EVENTS[:5]), "note"]


class InterruptError(Exception):
    pass


STOP = """
import random, signal, sys
from pathlib import Path
from splitkit.ledger.events import event_of
from splitkit.ledger.ledger_file import new_ledger
class InterruptError(Exception): pass
def interrupt(number, frame): raise InterruptError
signal.signal(signal.SIGALRM, interrupt)
moments, interrupted = random.Random(1), 0
with new_ledger(Path("ledger")) as ledger:
    print(ledger.append(event_of("open", {fields!r}), by="ADM", at={at!r}).hash)
    for turn in range(600):
        try:
            signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-6, 4e-4))
            done = ledger.append(event_of("note", {{"text": f"turn {{turn}}"}}), by="ADM", at={at!r})
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(done.hash)
        except InterruptError:
            interrupted += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(ledger.append(event_of("note", {{"text": "the end"}}), by="ADM", at={at!r}).hash)
print(interrupted, file=sys.stderr)
"""


def test_signals_at_any_moment_of_an_append_leave_a_ledger_that_goes_on(tmp_path):
    """A ceremony that is stopped still has something to write.  In a process of its own: nothing else is interrupted."""
    script = STOP.format(fields=OPEN, at=stamp(1))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    acknowledged = done.stdout.split()
    reading = read_ledger((tmp_path / "ledger").read_bytes())
    assert not reading.broken
    assert not reading.torn
    assert [entry.hash for entry in reading.entries if entry.hash in set(acknowledged)] == acknowledged
    assert int(done.stderr) > 20


def test_a_signal_between_the_write_and_the_disk_takes_the_entry_back(tmp_path, monkeypatch):
    path = tmp_path / "ledger"
    begin(path)
    before, real, stops = path.read_bytes(), os.fsync, [StoppedError("stopped by signal SIGTERM")]

    def stopped(descriptor: int) -> None:
        if stops:
            raise stops.pop()
        real(descriptor)

    with open_ledger(path) as ledger:
        monkeypatch.setattr(os, "fsync", stopped)
        with pytest.raises(StoppedError):
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
        assert path.read_bytes() == before
        assert ledger.append(event_of("wipe", {"reason": "stopped", "empty": True}), by="ADM", at=stamp(3)).seq == 2
    assert not read_ledger(path.read_bytes()).broken


def test_an_entry_that_was_written_and_not_noted_is_found_again(tmp_path, monkeypatch):
    path = tmp_path / "ledger"
    begin(path)
    with open_ledger(path) as ledger:
        real = append.AppendFile.append

        def stopped(self, data):
            real(self, data)
            raise InterruptError

        with monkeypatch.context() as patched, pytest.raises(InterruptError):
            patched.setattr(append.AppendFile, "append", stopped)
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
        assert ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(3)).seq == 3
    assert not read_ledger(path.read_bytes()).broken


# A full disk at every write


@contextmanager
def file_limit(size: int):
    """No file may grow beyond *size* bytes: a write that goes over it is cut short or refused, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_at_any_byte_leaves_what_was_there(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    before = path.read_bytes()
    add(path)
    line = len(path.read_bytes()) - len(before)
    for room in range(line):
        path.write_bytes(before)
        with file_limit(len(before) + room), pytest.raises(DeviceError) as raised:
            add(path)
        assert path.read_bytes() == before
        assert "nothing was recorded" in raised.value.fact + raised.value.hint
    add(path)
    assert len(path.read_bytes()) == len(before) + line


def test_an_open_ledger_goes_on_when_there_is_room_again(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    with open_ledger(path) as ledger:
        with file_limit(path.stat().st_size + 10), pytest.raises(DeviceError):
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
        assert ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(3)).seq == 2
    assert not read_ledger(path.read_bytes()).broken


def test_a_full_disk_while_a_torn_line_is_mended(tmp_path):
    path = tmp_path / "ledger"
    torn = joined(BASE[:4]) + BASE[4][:40]
    path.write_bytes(torn)
    add(path)
    whole = len(path.read_bytes())
    for room in range(1, whole - len(torn), 7):
        path.write_bytes(torn)
        with file_limit(len(torn) + room), pytest.raises(DeviceError):
            add(path)
        assert path.read_bytes().startswith(torn)
        assert judge_ledger([path.read_bytes()]).verdict in (ChainVerdict.TORN, ChainVerdict.UNVOUCHED)
        add(path)
        assert judge_ledger([path.read_bytes()]).verdict is ChainVerdict.UNVOUCHED


def test_a_new_ledger_on_a_full_disk_can_be_begun_again(tmp_path):
    path = tmp_path / "ledger"
    with file_limit(20), pytest.raises(DeviceError):
        begin(path)
    assert path.read_bytes() == b""
    begin(path)
    add(path)


FILL = """
import sys
from pathlib import Path
from splitkit.ledger.ledger_file import new_ledger, open_ledger
from splitkit.ledger.verification import judge_ledger
from splitkit.errors import DeviceError
from splitkit.ledger.events import event_of
path, fields = Path(sys.argv[1]) / "ledger", {fields!r}
with new_ledger(path) as ledger:
    ledger.append(event_of("open", fields), by="ADM", at={at!r})
    refused = ""
    while not refused:
        before = path.read_bytes()
        try:
            ledger.append(event_of("note", {{"text": "x" * (len(ledger.entries) % 300 + 1)}}), by="ADM", at={at!r})
        except DeviceError as error:
            refused = f"{{error.exit_code}} {{error.fact}}"
assert path.read_bytes() == before, "the state before is intact"
verdict = judge_ledger([before]).verdict.value
print(len(before), verdict, refused)
"""


@pytest.mark.parametrize("kib", sampled([4, 8, 24, 64], 0, always=[4]))
def test_a_tiny_disk_that_runs_full(kib, tmp_path):
    script = tmp_path / "fill.py"
    script.write_text(textwrap.dedent(FILL).format(fields=OPEN, at=stamp(1)))
    disk = tmp_path / "disk"
    disk.mkdir()
    inside = f'mount -t tmpfs -o size={kib}k none "$1" || exit 77; exec "$2" "$3" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside, "-", disk, sys.executable, script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no disk can be mounted here, not even in a namespace of its own")
    assert done.returncode == 0, done.stderr
    size, verdict, refused = done.stdout.split(" ", 2)
    assert kib * 1024 - 500 < int(size) <= kib * 1024
    assert verdict == "unvouched"
    assert refused.startswith("7 the ")


def test_a_disk_that_fails_when_it_is_asked_to_keep_what_it_has(tmp_path, monkeypatch):
    """No disk here fails on demand: the error that the system would give is raised in its place."""
    path = tmp_path / "ledger"
    begin(path)
    before = path.read_bytes()

    def failing(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with open_ledger(path) as ledger, monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(DeviceError, match="Input/output error"):
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
    assert path.read_bytes() == before


def test_several_entries_at_once_follow_each_other(tmp_path):
    begin(path := tmp_path / "ledger")
    notes = [event_of("note", {"text": f"{TEXT} {number}"}) for number in range(3)]
    with open_ledger(path) as ledger:
        new = ledger.append_all(notes, by="ADM", at=stamp(2))
    entries = read_ledger(path.read_bytes()).entries
    assert entries[1:] == tuple(new)
    assert [entry.data for entry in new] == notes
    assert [entry.previous for entry in new] == [entry.hash for entry in entries[:3]]


def test_every_entry_is_one_write_and_one_fsync_and_a_new_name_is_kept_too(tmp_path, monkeypatch):
    done = []
    for name in ("write", "fsync"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *a, _n=name, _r=real: (done.append((_n, stat.S_ISDIR(os.fstat(a[0]).st_mode))), _r(*a))[1]
        )
    path = tmp_path / "ledger"
    begin(path)
    assert done == [("fsync", True), ("write", False), ("fsync", False)]
    done.clear()
    add(path)
    assert done == [("write", False), ("fsync", False)]


# Who else is at it


def test_two_processes_the_second_waits_for_a_moment(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    with ThreadPoolExecutor() as pool:
        with open_ledger(path) as ledger:
            second = pool.submit(
                run, "record", "note", "text=me too", "--ledger", "ledger", "--by", "ADM", cwd=tmp_path
            )
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
            assert wait([second], timeout=0.5).not_done
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(3))
        assert second.result().returncode == 0, second.result().stderr
    assert len(read_ledger(path.read_bytes()).entries) == 4


def test_who_keeps_a_ledger_for_long_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(append, "_PAUSE", 0)
    path = tmp_path / "ledger"
    begin(path)
    with open_ledger(path), pytest.raises(UsageError, match="another splitkit keeps it open"):
        add(path)
    add(path)


def test_who_waits_is_patient_while_others_get_on(tmp_path, monkeypatch):
    begin(path := tmp_path / "ledger")
    holder, turns = path.open("rb+"), []
    fcntl.flock(holder, fcntl.LOCK_EX)

    def pause(_seconds: float) -> None:
        turns.append(None)
        if len(turns) % 400 == 0:
            holder.seek(0, os.SEEK_END)
            holder.write(b"x" if len(turns) < 1200 else b"\n")
            holder.flush()
        if len(turns) == 1600:
            holder.close()

    monkeypatch.setattr(append.clock, "pause", pause)
    add(path)
    assert len(turns) == 1600


def test_who_waited_for_a_ledger_writes_into_the_one_that_has_its_name_by_then(tmp_path, monkeypatch):
    begin(path := tmp_path / "ledger")
    holder = path.open("rb+")
    fcntl.flock(holder, fcntl.LOCK_EX)
    add(fresh := Path(shutil.copy(path, tmp_path / "fresh")), "meanwhile")

    def pause(_seconds: float) -> None:
        fresh.replace(path)
        holder.close()

    monkeypatch.setattr(append.clock, "pause", pause)
    add(path)
    texts = [entry.data.fields()["text"] for entry in read_ledger(path.read_bytes()).entries[1:]]
    assert texts == ["meanwhile", TEXT]


def test_what_cannot_be_taken_back_is_not_called_unwritten(tmp_path, monkeypatch):
    begin(path := tmp_path / "ledger")

    def failing(*_given: int) -> None:
        raise OSError(5, "Input/output error")

    with open_ledger(path) as ledger, monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        patched.setattr(os, "ftruncate", failing)
        with pytest.raises(DeviceError, match="could not be taken back"):
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
    assert len(read_ledger(path.read_bytes()).entries) == 2


def test_who_lets_go_of_a_ledger_reads_what_others_have_written_before_the_next_entry(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    with open_ledger(path) as ledger:
        pass
    with pytest.raises(ValueError, match="held"):
        ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))
    add(path, "of somebody else")
    with ledger.held():
        assert ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(3)).seq == 3
    path.write_bytes(joined(BASE[:3]))
    with pytest.raises(LedgerError, match="no longer the ledger"), ledger.held():
        pass
    assert path.read_bytes() == joined(BASE[:3])


def test_many_processes_at_once_leave_a_sound_ledger(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    children = []
    for _ in range(6):
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            for _ in range(20):
                try:
                    add(path)
                    os.write(writing, b"+")
                except UsageError:
                    os.write(writing, b"-")
            os._exit(0)
        os.close(writing)
        children.append((child, reading))
    said = b""
    for child, reading in children:
        os.waitpid(child, 0)
        assert select.select([reading], [], [], HANGS)[0]
        said += os.read(reading, 100)
        os.close(reading)
    assert len(said) == 120
    reading_now = read_ledger(path.read_bytes())
    assert not reading_now.broken
    assert len(reading_now.entries) == 1 + said.count(b"+")


def test_what_another_program_writes_meanwhile_stops_it(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    with open_ledger(path) as ledger:
        with path.open("ab") as other:
            other.write(b"hello\n")
        with pytest.raises(LedgerError, match="another program has written"):
            ledger.append(event_of("note", {"text": TEXT}), by="ADM", at=stamp(2))


def test_a_ledger_that_fails_is_not_added_to(tmp_path):
    path = tmp_path / "ledger"
    path.write_bytes(joined([*BASE[:3], *BASE[4:]]))
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="fails verification: entry 4 is missing") as raised:
        add(path)
    assert raised.value.exit_code == 8
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b"notes of the day\n"])
def test_what_is_no_ledger_is_not_added_to(content, tmp_path):
    path = tmp_path / "ledger"
    path.write_bytes(content)
    with pytest.raises(UnreadableError):
        add(path)
    assert path.read_bytes() == content


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "ledger"
    with path.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    with pytest.raises(UsageError, match="larger than 16777216 bytes"):
        add(path)


# Names and rights


def test_it_is_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "ledger"
    before = os.umask(0)
    try:
        begin(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o664)
        add(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_link_is_refused(tmp_path):
    begin(tmp_path / "ledger")
    (tmp_path / "link").symlink_to("ledger")
    (tmp_path / "nowhere").symlink_to("target")
    for name, action in (("link", add), ("link", begin), ("nowhere", begin)):
        with pytest.raises(UsageError, match="symbolic link"):
            action(tmp_path / name)
    assert not (tmp_path / "target").exists()


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, action, fact in (
        ("pipe", add, "not a regular file"), ("pipe", begin, "not a regular file"), ("folder", add, "folder"),
        ("folder", begin, "folder"), ("absent", add, "does not exist"), ("absent/ledger", begin, "does not exist"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=fact):
            action(tmp_path / name)


def test_a_device_is_refused():
    with pytest.raises((UsageError, DeviceError)):
        add(Path("/dev/full"))


def test_a_name_that_is_too_long_is_no_name(tmp_path):
    with pytest.raises(UsageError, match="so long a name"):
        begin(tmp_path / ("x" * 300))


def test_nothing_is_written_over(tmp_path):
    path = tmp_path / "ledger"
    begin(path)
    with pytest.raises(UsageError, match="there already"):
        begin(path)
    (tmp_path / "empty").touch()
    begin(tmp_path / "empty")
