"""Files: a set appears whole or not at all, whatever fails and whenever the process is killed."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import signal
import stat
import tempfile
import threading
from pathlib import Path

import pytest

from splitkit.errors import DeviceError, UsageError
from splitkit.host import files
from tests.support.builders import as_nobody

SET = {"a.pdf": b"a" * 70_000, "b.pdf": b"", "c.txt": b"c"}


def content(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_set_is_written_whole_and_private(tmp_path):
    os.umask(0)
    try:
        files.write_set(tmp_path / "set", SET)
    finally:
        os.umask(0o022)
    assert content(tmp_path / "set") == SET
    assert stat.S_IMODE((tmp_path / "set").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "set").iterdir()} == {0o600}
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


@pytest.mark.parametrize("name", ["../x", "a/b", "/etc/x", ".hidden", "", ".", ".."])
def test_names_that_lead_elsewhere_are_a_mistake_of_the_caller(name, tmp_path):
    with pytest.raises(ValueError, match="plain names"):
        files.write_set(tmp_path / "set", {name: b""})
    assert not list(tmp_path.iterdir())


class Steps:
    """Counts the steps that change the disk, and does something at one of them."""

    def __init__(self, monkeypatch, at: int, action) -> None:
        self.count, self.at, self.action = 0, at, action
        for owner, name in ((os, "mkdir"), (os, "open"), (os, "fsync"), (os, "rename")):
            self._hook(monkeypatch, owner, name)

    def _hook(self, monkeypatch, owner, name) -> None:
        genuine = getattr(owner, name)

        def step(*arguments, **named):
            self.count += 1
            if self.count == self.at:
                self.action()
            return genuine(*arguments, **named)

        monkeypatch.setattr(owner, name, step)


def refuse() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_failure_at_every_step_leaves_nothing_or_the_whole_set(tmp_path, monkeypatch):
    at, failures = 0, 0
    while True:
        at += 1
        folder = tmp_path / f"set-{at}"
        with monkeypatch.context() as patch:
            steps = Steps(patch, at, refuse)
            try:
                files.write_set(folder, SET)
            except DeviceError as error:
                failures += 1
                assert "No space left" in error.fact
        assert not folder.exists() or content(folder) == SET
        assert not list(tmp_path.glob(".*")), f"step {at} left something behind"
        if steps.count < at:
            break
    assert failures > len(SET) * 2


def test_killed_at_every_step(tmp_path, monkeypatch):
    """In a child that kills itself before each step in turn; the next run cleans up and succeeds."""
    at = 0
    while True:
        at += 1
        folder = tmp_path / "set"
        child = os.fork()
        if not child:
            Steps(monkeypatch, at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            files.write_set(folder, SET)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert not folder.exists() or content(folder) == SET
        if not folder.exists():
            files.write_set(folder, SET)
        assert content(folder) == SET
        assert [path.name for path in tmp_path.iterdir()] == ["set"]
        if status == 0:
            break
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert at > len(SET) * 2


def test_nothing_is_ever_overwritten(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "precious").write_text("precious")
    with pytest.raises(UsageError, match="never overwrites"):
        files.write_set(tmp_path / "set", SET)
    assert content(tmp_path / "set") == {"precious": b"precious"}


def test_a_folder_filled_in_the_last_moment_is_not_overwritten(tmp_path, monkeypatch):
    folder = tmp_path / "set"

    def fill() -> None:
        folder.mkdir()
        (folder / "precious").write_text("precious")

    with monkeypatch.context() as patch:
        genuine = os.rename
        patch.setattr(os, "rename", lambda *arguments, **named: (fill(), genuine(*arguments, **named)))
        with pytest.raises(DeviceError):
            files.write_set(folder, SET)
    assert content(folder) == {"precious": b"precious"}


def test_two_runs_never_fill_one_folder(tmp_path):
    partial = tmp_path / ".set.splitkit-part"
    partial.mkdir()
    (partial / "a.pdf").write_bytes(b"of another run")
    descriptor = os.open(partial, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(UsageError, match="another splitkit"):
        files.write_set(tmp_path / "set", SET)
    assert content(partial) == {"a.pdf": b"of another run"}
    os.close(descriptor)
    files.write_set(tmp_path / "set", SET)
    assert content(tmp_path / "set") == SET


def test_many_runs_at_once_make_one_set(tmp_path):
    outcomes = []

    def one(mark: bytes) -> None:
        try:
            files.write_set(tmp_path / "set", dict.fromkeys(SET, mark * 50000))
            outcomes.append(mark)
        except (UsageError, DeviceError):
            pass

    threads = [threading.Thread(target=one, args=(bytes([65 + at]),)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    assert {data[:1] for data in content(tmp_path / "set").values()} == set(outcomes), "one set, not a mixture"
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_a_link_where_the_work_is_done_is_not_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".set.splitkit-part").symlink_to(elsewhere)
    with pytest.raises(DeviceError):
        files.write_set(tmp_path / "set", SET)
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_of_a_set_is_always_a_new_one(kind, tmp_path):
    (tmp_path / "precious").write_text("precious")
    if kind == "link":
        (tmp_path / "a.pdf").symlink_to(tmp_path / "precious")
    else:
        (tmp_path / "a.pdf").write_text("precious")
    folder = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(FileExistsError):
        files._write_new(folder, "a.pdf", b"other")
    os.close(folder)
    assert set(content(tmp_path).values()) == {b"precious"}


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_file_is_read_up_to_its_cap(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    assert files.read_file(str(tmp_path / "file"), 5) == b"12345"
    with pytest.raises(UsageError, match="larger than 4 bytes"):
        files.read_file(str(tmp_path / "file"), 4)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/", "/proc/self/fd"])
def test_what_is_no_file_is_not_read(path):
    with pytest.raises((UsageError, DeviceError)):
        files.read_file(path, 100)


def test_reading_leaks_no_descriptor(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(UsageError):
            files.read_file(str(tmp_path), 100)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    "name", ["plan.toml", "forms/plan", "/media/stick/c1.ledger", "Scan 3.JPG", "../old/record.pdf"]
)
def test_a_missing_file_is_called_by_its_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=re.escape(f"the file '{name}' does not exist")):
        files.read_file(name, 100)


@pytest.mark.parametrize(
    "name", ["hunter2", "Tr0ub4dor&3", "x.9!pdf", "a" * 3000, "ACADEMIC ACID ACADEMIC", "\0.pdf", "", "p/w?rd"]
)
def test_what_may_be_a_password_in_the_place_of_a_file_is_not_repeated(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UsageError, ValueError)) as error:
        files.read_file(name, 100)
    assert not name or name not in str(vars(error.value))


# --- memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no /dev/shm here")
def test_memory_is_told_from_disk(tmp_path):
    mounted = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    assert files.in_memory(Path("/dev/shm")) == (["/dev/shm", "tmpfs"] in mounted)
    assert not files.in_memory(Path("/proc"))
    assert not files.in_memory(Path("/nowhere"))


def test_without_a_mount_table_nothing_counts_as_memory(tmp_path, monkeypatch):
    def missing(*_: object, **__: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", missing)
    assert not files.in_memory(Path("/dev/shm"))


def test_a_folder_that_may_not_be_written():
    with tempfile.TemporaryDirectory() as name:
        shut = Path(name) / "shut"
        shut.mkdir()
        Path(name).chmod(0o755)
        shut.chmod(0o555)
        with as_nobody(), pytest.raises(DeviceError, match="Permission denied"):
            files.write_set(shut / "made", {"a": b"x"})
        assert not list(shut.iterdir())


def test_one_new_file_is_written_whole_private_and_over_nothing(tmp_path):
    files.write_new_file(tmp_path / "report.txt", b"x" * 70_000)
    assert (tmp_path / "report.txt").stat().st_size == 70_000
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="never overwrites"):
        files.write_new_file(tmp_path / "report.txt", b"y")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(UsageError, match="never overwrites"):
        files.write_new_file(tmp_path / "link", b"y")
    with pytest.raises(UsageError, match=r"the folder of the file .*report\.txt"):
        files.write_new_file(tmp_path / "no" / "report.txt", b"y")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "report.txt"]


@pytest.mark.parametrize("step", ["open", "fsync"])
def test_one_new_file_that_fails_leaves_nothing(tmp_path, monkeypatch, step):
    real = getattr(os, step)

    def full(target, *rest, **more):
        if step == "fsync" or target == "report.txt":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(target, *rest, **more)

    monkeypatch.setattr(os, step, full)
    with pytest.raises(DeviceError, match="No space left"):
        files.write_new_file(tmp_path / "report.txt", b"x")
    monkeypatch.undo()
    assert not list(tmp_path.iterdir())


def test_a_file_that_comes_into_being_meanwhile_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "check_new_file", lambda path: path.write_text("theirs"))
    with pytest.raises(UsageError, match="never overwrites"):
        files.write_new_file(tmp_path / "report.txt", b"ours")
    assert (tmp_path / "report.txt").read_text() == "theirs"
