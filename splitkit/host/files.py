"""Files: read with a cap, written whole or not at all, never over anything.

A set is written into a hidden folder beside its destination and appears under its name in one rename, so that a failure
at any moment leaves either the whole set or nothing under that name.
"""

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from splitkit.errors import DeviceError, Remedy, UsageError
from splitkit.host.filename import named
from splitkit.host.mounts import TABLE, parse_mounts

FILE_MODE, FOLDER_MODE = 0o600, 0o700

PARTIAL = ".splitkit-part"
"""How the name of a hidden folder ends in which a set is being written."""


def read_file(path: str, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most *max_bytes*.

    Raises:
        UsageError: If it is not there, not a regular file, or larger.
        DeviceError: If it cannot be read.
    """
    try:
        return read_regular(path, max_bytes)
    except FileNotFoundError:
        raise UsageError(f"{named(path)} does not exist", "check the name and the folder") from None
    except NotRegularError:
        raise UsageError(f"{named(path)} is not a regular file", "name a file") from None
    except TooLargeError:
        raise UsageError(f"{named(path)} is larger than {max_bytes} bytes", "check that it is the right file") from None
    except OSError as error:
        check_length(error)
        raise device_error(error, f"{named(path)} could not be opened") from None


class NotRegularError(OSError):
    """What was to be read is a folder, a device, a pipe or a socket."""


class TooLargeError(OSError):
    """A file is larger than what was to be read."""


def read_regular(path: str | Path, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most *max_bytes*; devices and pipes are never opened.

    Raises:
        NotRegularError: If it is something else.
        TooLargeError: If it is larger.
        OSError: If it is not there, or cannot be read.
    """
    if stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  to Path, an empty name is this folder
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):  # it may have been put in place of the other since
                if len(data := file.read(max_bytes + 1)) > max_bytes:
                    raise TooLargeError(errno.EFBIG, "larger than it may be")
                return data
    raise NotRegularError(errno.EINVAL, "not a regular file")


def standing_at(path: Path) -> os.stat_result | None:
    """Return what stands at a path that people typed; None if nothing does, or it can be the name of nothing, as one that is too long."""
    try:
        return path.stat()
    except (OSError, ValueError):
        return None


def is_folder(path: Path) -> bool:
    """Whether a folder stands at a path that people typed, see `standing_at`."""
    found = standing_at(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def in_memory(path: Path) -> bool:
    """Tell whether *path* lies on a file system that lives in memory (tmpfs, ramfs).

    Where the kernel's mount table cannot be read the answer is no.
    """
    try:
        device = path.stat().st_dev
        table = parse_mounts(Path("/", TABLE).read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return False
    wanted = f"{os.major(device)}:{os.minor(device)}"
    return any(mount.in_memory for mount in table if mount.device == wanted)


def _check_name(path: Path) -> None:
    """Refuse what other programs take for standard output: nothing that is written here goes there."""
    if path.name == "-":
        raise UsageError(
            "'-' is not the name of a file: this goes to a file, and not to standard output", "name a new file"
        )


def check_destination(folder: Path) -> None:
    """Refuse a destination that exists with something in it, or whose parent is not there.

    Raises:
        UsageError: With what to do instead.
    """
    _check_name(folder)
    if folder.name in ("", ".."):
        raise UsageError("the destination has no name of its own", Remedy.NEW_FOLDER)
    if not folder.name.isprintable():
        raise UsageError("the name of the destination has a character that no other system takes", Remedy.NEW_FOLDER)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{named(folder)} is not a folder", Remedy.NEW_FOLDER)
    if not folder.parent.is_dir():
        raise UsageError(
            f"the folder above {named(folder, 'the destination')} does not exist", "make it first, or name another"
        )
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(
            f"{named(folder, 'the folder')} is not empty, and splitkit never overwrites", Remedy.NEW_FOLDER
        )


def check_new_file(path: Path) -> None:
    """Refuse a file that exists, or whose folder does not.

    Raises:
        UsageError: With what to do instead.
    """
    _check_name(path)
    if path.is_symlink() or path.exists():
        raise _taken(path)
    if path.name in ("", "..") or not path.parent.is_dir():
        raise UsageError(f"the folder of {named(path)} does not exist", "make it first, or name another")


def write_new_file(path: Path, content: bytes) -> None:
    """Write one new file, whole or not at all, with mode 0600.

    Raises:
        UsageError: If it is there already.
        DeviceError: If the disk is full or fails; nothing is left under that name then.
    """
    check_new_file(path)
    with _in_words(path), _synced(path.parent) as folder:
        _write_or_remove(folder, path.name, content)


@contextmanager
def replacing(path: Path, content: bytes) -> Iterator[Path]:
    """Yield a new file of this *content*, which has the name *path* afterwards: whatever stops it, the one or the other is there, whole.

    Whoever calls keeps others from doing the same meanwhile.

    Raises:
        DeviceError: If the disk is full or fails.
    """
    fresh = path.with_name(f".{path.name}{PARTIAL}")
    try:
        with _in_words(path):
            fresh.unlink(missing_ok=True)
        write_new_file(fresh, content)
        yield fresh
        with _in_words(path):
            fresh.replace(path)
            sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes) -> None:
    """Let a file have this content, at one stroke, whatever it had before.

    Raises:
        DeviceError: If the disk is full or fails; it is as it was then.
    """
    with replacing(path, content):
        pass


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise device_error(error, f"{named(path)} could not be written") from None


def _taken(path: Path) -> UsageError:
    return UsageError(f"{named(path)} is there already, and splitkit never overwrites", "name a new file")


def _write_or_remove(folder: int, name: str, content: bytes) -> None:
    try:
        _write_new(folder, name, content)
    except FileExistsError:
        raise
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise


def write_set(folder: Path, files: Mapping[str, bytes], folders: Sequence[str] = ()) -> None:
    """Write *files* (plain names to contents) as *folder*, whole or not at all; files 0600, folders 0700.

    A name may begin with that of one of the *folders* that are made in it, and a slash.

    Raises:
        UsageError: If the destination is taken.
        DeviceError: If the disk is full or fails; nothing is left under that name then.
    """
    plain = [name.split("/", 1)[1] if name.split("/", 1)[0] in folders else name for name in files]
    if any(not name or Path(name).name != name or name.startswith(".") for name in (*plain, *folders)):
        raise ValueError("files of a set have plain names")
    check_destination(folder)
    with _partial(folder) as (partial, descriptor):
        for name in folders:
            os.mkdir(name, FOLDER_MODE, dir_fd=descriptor)
        for name, content in files.items():
            _write_new(descriptor, name, content)
        for name in folders:
            sync_folder(partial / name)
        os.fsync(descriptor)
        partial.rename(folder)
        sync_folder(folder.parent)


@contextmanager
def _partial(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield a fresh hidden folder beside *folder*, locked; what an interrupted run left there goes first."""
    partial = folder.parent / f".{folder.name}{PARTIAL}"
    try:
        if partial.is_dir() and not partial.is_symlink():
            with _locked(partial):
                shutil.rmtree(partial)
        partial.mkdir(mode=FOLDER_MODE)
        try:
            with _locked(partial) as descriptor:
                yield partial, descriptor
        except UsageError:  # the folder is that of another run by now
            raise
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise device_error(error, "the set could not be written") from None


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Yield *folder* as a descriptor that one process alone holds, so that two runs never fill one folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError:
        raise UsageError("another splitkit writes to this destination", "wait for it, or name another folder") from None
    finally:
        os.close(descriptor)


def _write_new(folder: int, name: str, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, FILE_MODE, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in *folder*: a file that is new to it is lost without."""
    with _synced(folder):
        pass


@contextmanager
def _synced(folder: Path) -> Iterator[int]:
    """Yield *folder* as a descriptor, then wait until the disk has the names in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_length(error: OSError) -> None:
    """Refuse a name that is too long for any file, where that is the *error*.

    Raises:
        UsageError: If it is.
    """
    if error.errno == errno.ENAMETOOLONG:
        raise UsageError("no file has so long a name", "check the name") from None


def device_error(error: OSError, fact: str, then: str = "try again") -> DeviceError:
    """Say an operating system error in words, and what to do *then*; its own text names no content."""
    reason = error.strerror or "the system refused"
    return DeviceError(f"{fact}: {reason}", f"check free space, permissions and the disk, then {then}")


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write one new file from *chunks*, mode 0600; it has no name before the last chunk has come.

    When *chunks* raises, or the disk is full, nothing was ever to be seen under that name or any other.

    Raises:
        UsageError: If the file is there already.
        DeviceError: If the disk fails, or cannot hold a file without a name.
    """
    check_new_file(path)
    try:
        descriptor = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, FILE_MODE)
    except OSError as error:
        raise device_error(error, "this disk cannot hold a file without a name") from None
    with os.fdopen(descriptor, "wb") as file, _in_words(path):
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(descriptor)
        with _synced(path.parent) as folder:  # the descriptor of a folder makes the system follow the link in /proc
            os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder, follow_symlinks=True)
