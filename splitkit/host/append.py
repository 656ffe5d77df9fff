"""A file that only grows: one process at a time, one write for each append, on the disk before anybody is told.

A write that fails is taken back, so that the file is what it was.  A process that is killed can leave the beginning of what
it wrote; whoever opens the file next sees that, and decides.
"""

import errno
import fcntl
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from splitkit.errors import LedgerError, UsageError
from splitkit.host import clock
from splitkit.host.filename import named
from splitkit.host.files import FILE_MODE, check_length, device_error, sync_folder

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_TURNS, _PAUSE = 500, 0.02
"""How often, and every so many seconds, a file that is in use is tried again while nothing is added to it."""
_UNWRITTEN = "the file could not be written", "do it again; nothing was recorded"
_UNKNOWN = (
    "the file could not be written, and what was begun could not be taken back",
    "look at what is in it before you do it again",
)


@dataclass
class AppendFile:
    """An open file of *size* bytes that this process alone appends to."""

    descriptor: int
    size: int

    def read(self, most: int) -> bytes:
        """Return all of it.

        Raises:
            UsageError: If it is larger than *most* bytes.
        """
        if self.size > most:
            raise UsageError(f"the file is larger than {most} bytes", "check that it is the right file")
        return os.pread(self.descriptor, self.size, 0)

    def append(self, data: bytes) -> None:
        """Write *data* at the end, at once, and wait until the disk has it.

        Raises:
            LedgerError: If another program has written into the file.
            DeviceError: If the disk is full or fails; the file is as it was before, as it is when a signal comes in between.
        """
        if os.fstat(self.descriptor).st_size != self.size:
            raise LedgerError(
                "another program has written into this file while it was open",
                "stop, keep the file as it is, and verify it",
            )
        try:
            written = os.write(self.descriptor, data)
            os.fsync(self.descriptor)
        except OSError as error:
            raise device_error(error, *(_UNWRITTEN if self._take_back() else _UNKNOWN)) from None
        except BaseException:  # a signal: nobody has been told that it is there
            self._take_back()
            raise
        if written != len(data):
            raise device_error(
                OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), *(_UNWRITTEN if self._take_back() else _UNKNOWN)
            )
        self.size += written

    def _take_back(self) -> bool:
        """Cut off what a failed write has left; whether that went well: else the next reader finds a torn line, or a whole one."""
        try:
            os.ftruncate(self.descriptor, self.size)
            os.fsync(self.descriptor)
        except OSError:
            return False
        return True


@contextmanager
def open_to_append(path: Path, *, new: bool) -> Iterator[AppendFile]:
    """Open a regular file for this process alone; a *new* one is made, readable by its owner only.

    An empty file counts as new: a run that was stopped at the very beginning leaves one.

    Raises:
        UsageError: If it is not there, is there already, is no regular file, or is in use.
        DeviceError: If it cannot be opened.
    """
    descriptor = _opened_alone(path, new=new)
    try:
        status = os.fstat(descriptor)
        if new and status.st_size:
            raise UsageError(f"{named(path)} is there already, and splitkit never overwrites", "name a new file")
        if stat.S_IMODE(status.st_mode) != FILE_MODE:
            with suppress(OSError):  # a memory stick knows no owners
                os.fchmod(descriptor, FILE_MODE)
        yield AppendFile(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _opened(path: Path, *, new: bool) -> int:
    try:
        descriptor = os.open(path, _FLAGS | (os.O_CREAT if new else 0), FILE_MODE)
        if new:
            sync_folder(path.parent)
    except IsADirectoryError:
        raise UsageError(f"{named(path)} is a folder", "name a file") from None
    except FileNotFoundError:
        fact = f"the folder of {named(path)} does not exist" if new else f"{named(path)} does not exist"
        raise UsageError(fact, "check the name and the folder") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UsageError(f"{named(path)} is a symbolic link", "name the file itself") from None
        check_length(error)
        raise device_error(error, *_UNWRITTEN) from None
    return descriptor


def _opened_alone(path: Path, *, new: bool) -> int:
    """Open a regular file and lock it; again where it lost its name meanwhile: whoever had it before put another in its place."""
    while True:
        descriptor = _opened(path, new=new)
        try:
            _lock(descriptor, path)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False)):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    """Lock a regular file; waits for whoever appends just now, which takes no longer than a moment."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise UsageError(f"{named(path)} is not a regular file", "name a file")
    turn, size = 0, -1
    while turn < _TURNS:
        with suppress(BlockingIOError):
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        clock.pause(_PAUSE)
        before, size = size, os.fstat(descriptor).st_size
        turn = turn + 1 if size == before else 0  # where others get on, it will be our turn
    raise UsageError(
        "this ledger is in use: another splitkit keeps it open", "wait until it has finished, and do it again"
    )


@contextmanager
def conversation(path: Path) -> Iterator[None]:
    """Be the only process that holds a conversation about a file; whoever appends to it is not in its way.

    Raises:
        UsageError: If another one does.
        OSError: If it is not there.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        with suppress(AttributeError):  # a system that has no such lock keeps nobody away
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    except BlockingIOError:
        os.close(descriptor)
        raise UsageError("this ceremony is being held in another window", "go on with it there") from None
    try:
        yield
    finally:
        os.close(descriptor)
