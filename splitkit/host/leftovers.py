"""Leftovers: what a run that was killed has left of a set that it was writing.

Nothing can be done about a process that the system ends at once: the hidden folder stays, with sheets in it.  It is looked
for where sets are written, and only what is certainly ours is named: a folder of that name and of no other, of this user,
closed to all others, which holds nothing but plain files, and into which no run is writing.
"""

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from splitkit.host.files import PARTIAL, device_error

_MOST = 10_000


def usual_places(root: Path = Path("/")) -> list[Path]:
    """Return where sets are written, besides the folder that a command names: in memory, and in folders for a while."""
    return [root / "dev/shm", root / f"run/user/{os.geteuid()}", root / "tmp"]


def leftovers(folders: Iterable[Path]) -> list[Path]:
    """Return the leftovers in these folders, and in folders of this user that lie in them."""
    return sorted({path for folder in folders for path in _found(os.fspath(folder), deeper=True)})


def _found(folder: str, *, deeper: bool) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            seen = [entry for entry in islice(entries, _MOST) if (deeper or _is_named(entry)) and _is_own(entry)]
        for entry in seen:
            if not _is_named(entry):
                yield from _found(entry.path, deeper=False)
            elif _is_ours(path := Path(os.path.abspath(entry.path))):  # noqa: PTH100  (a link on the way stays one)
                yield path
    except OSError:  # what this user may not look into holds nothing of theirs
        return


def _is_named(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(".") and entry.name.endswith(PARTIAL)


def _is_own(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.geteuid()


def _is_ours(path: Path) -> bool:
    try:
        descriptor = _opened(path)
    except OSError:
        return False
    try:
        return _holds_plain_files(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    """Open a leftover, and hold it so that no run takes it meanwhile.

    Raises:
        OSError: If it is none, or a run is writing into it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
            raise PermissionError
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _holds_plain_files(descriptor: int) -> bool:
    with os.scandir(descriptor) as entries:
        states = [entry.stat(follow_symlinks=False) for entry in islice(entries, _MOST)]
    return all(stat.S_ISREG(state.st_mode) and state.st_uid == os.geteuid() for state in states)


def remove_leftover(path: Path) -> None:
    """Delete a leftover, file by file, if it still is one.

    Raises:
        DeviceError: If it cannot be deleted, or has become something else.
    """
    try:
        descriptor = _opened(path)
        try:
            if not _holds_plain_files(descriptor):
                raise PermissionError(0, "it holds something else by now")
            for name in os.listdir(descriptor):  # noqa: PTH208  (of the folder that is held, whatever its name is by now)
                os.unlink(name, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        path.rmdir()
    except OSError as error:
        raise device_error(error, "what was left behind could not be deleted", "delete it yourself") from None
