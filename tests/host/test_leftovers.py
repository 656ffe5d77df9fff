"""What a killed run has left: found where sets are written, and nothing else is ever taken for it."""

from __future__ import annotations

import fcntl
import os

import pytest

from splitkit.errors import DeviceError
from splitkit.host.leftovers import leftovers, remove_leftover, usual_places

NAME = ".sheets.splitkit-part"


@pytest.fixture
def left(tmp_path):
    """A folder as a killed run leaves it."""
    folder = tmp_path / NAME
    folder.mkdir(mode=0o700)
    (folder / "share-1-of-3.pdf").write_bytes(b"%PDF")
    return folder


def test_it_is_found_and_deleted_with_all_that_is_in_it(left, tmp_path):
    place = tmp_path / "place"  # beside it lies nothing of another test
    place.mkdir()
    left = left.rename(place / NAME)
    assert leftovers([place]) == leftovers([tmp_path]) == leftovers([place, place]) == [left]
    remove_leftover(left)
    assert list(place.iterdir()) == []


def test_it_is_looked_for_in_memory_and_where_files_are_for_a_while(tmp_path):
    assert usual_places(tmp_path) == [tmp_path / "dev/shm", tmp_path / f"run/user/{os.geteuid()}", tmp_path / "tmp"]
    assert leftovers([*usual_places(tmp_path), tmp_path / "nowhere"]) == []


def other_name(left):
    left.rename(left.with_name("sheets.splitkit-part"))


def a_link(left):
    left.rename(left.with_name("elsewhere"))
    left.symlink_to("elsewhere")


def a_file(left):
    (left / "share-1-of-3.pdf").unlink()
    left.rmdir()
    left.touch()


@pytest.mark.parametrize(
    "spoil",
    [
        other_name,
        a_link,
        a_file,
        lambda left: left.chmod(0o750),
        lambda left: os.chown(left, 65_534, -1),
        lambda left: os.chown(left / "share-1-of-3.pdf", 65_534, -1),
        lambda left: (left / "folder").mkdir(),
        lambda left: (left / "link").symlink_to("/etc/passwd"),
        lambda left: os.mkfifo(left / "pipe"),
    ],
)
def test_what_is_not_certainly_ours_is_neither_named_nor_deleted(left, tmp_path, spoil):
    try:
        spoil(left)
    except PermissionError:
        pytest.skip("only root gives files away")
    assert leftovers([tmp_path]) == []
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(DeviceError):
        remove_leftover(left)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_run_that_is_writing_is_not_disturbed(left, tmp_path):
    descriptor = os.open(left, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert leftovers([tmp_path]) == []
    with pytest.raises(DeviceError):
        remove_leftover(left)
    os.close(descriptor)
    assert leftovers([tmp_path]) == [left]
