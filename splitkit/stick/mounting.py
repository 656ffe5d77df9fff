"""Sticks: mounted so that nothing on them runs or counts as a device, and only while they are needed.

Source: mount(2), umount2(2).
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from splitkit.errors import DeviceError
from splitkit.host import linux
from splitkit.host.files import device_error

_OPTIONS = "umask=0077,uid={uid},gid={gid},utf8=1,errors=remount-ro"
_OPTIONS_EXFAT = "umask=0077,uid={uid},gid={gid},iocharset=utf8,errors=remount-ro"


@contextmanager
def mounted(device: str, kind: str, point: Path, *, writable: bool) -> Iterator[Path]:
    """Mount a volume at *point*, a folder that is made for it, and unmount it afterwards, once all is written.

    Raises:
        DeviceError: If it cannot be mounted, or not be left as it should.
    """
    point.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC | (0 if writable else linux.MS_RDONLY)
    options = (_OPTIONS_EXFAT if kind == "exfat" else _OPTIONS).format(uid=os.getuid(), gid=os.getgid())
    try:
        linux.mount(device, str(point), kind, flags, options)
    except OSError as error:
        raise _refused(error) from None
    try:
        yield point
    finally:
        _leave(point)


def _refused(error: OSError) -> DeviceError:
    if error.errno in (errno.EROFS, errno.EACCES):
        return DeviceError("the stick is write-protected", "move its switch, or take another stick")
    return device_error(
        error,
        "the stick cannot be read",
        "pull it out and put it in again; or take another one, formatted with FAT or exFAT",
    )


def _leave(point: Path) -> None:
    try:
        os.sync()
        linux.unmount(str(point))
    except OSError as error:
        linux.unmount(str(point), linux.MNT_DETACH)
        raise device_error(
            error, "the stick was not left in order", "look at what is on it before you rely on it"
        ) from None
