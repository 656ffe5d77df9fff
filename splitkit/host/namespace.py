"""The first layer of the offline guard: a network namespace of this process's own, in which there is nothing.

An ordinary user needs a user namespace for it, in which the same user and group have the same numbers: files that are
written keep their real owner, and the user's own files can still be opened.  Root needs none, and takes none: inside one
it could no longer open the files of others.

Source: unshare(2), user_namespaces(7), network_namespaces(7).
"""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def enter(proc: Path = Path("/proc")) -> None:
    """Leave the network of the machine for good, for this process and all that it starts.

    Args:
        proc: Where the kernel's own files are.

    Raises:
        OSError: If the kernel refuses, with its reason; nothing has changed then.
    """
    if len(list((proc / "self/task").iterdir())) != 1:  # the namespace would hold for one thread only
        raise OSError(errno.EINVAL, "other threads are running already")
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        return _unshare(_CLONE_NEWNET)
    if _maps_are_refused(proc):
        raise OSError(errno.EPERM, "user namespaces are restricted")
    _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    _map(proc / "self", user, group)
    return None


def _unshare(flags: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _maps_are_refused(proc: Path) -> bool:
    """Tell whether AppArmor lets a user namespace come into being, but without any number in it (Ubuntu 24.04 and later)."""
    with suppress(OSError):
        return (proc / "sys/kernel/apparmor_restrict_unprivileged_userns").read_text().strip() == "1"
    return False


def _map(folder: Path, user: int, group: int) -> None:
    """Give user and group their own numbers.

    Where that is refused the process is called nobody inside, and that is all: the kernel goes on to check and to write
    the real owner.
    """
    with suppress(OSError):
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.write(descriptor, text.encode("ascii"))
            finally:
                os.close(descriptor)
