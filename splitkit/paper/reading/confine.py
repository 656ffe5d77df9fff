"""What the picture reader's child process gives up before it sees a picture: network, files, memory without bounds.

Limits are for good: nothing in the process can raise them again.
"""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any

MEMORY_BYTES = 1536 * 1024 * 1024
"""Address space of the process."""

DATA_BYTES = 400 * 1024 * 1024
"""Memory of its own that the process can write to; 64 megapixels of transparent colour need 340 MiB of it."""

CPU_S = 330
"""Processor time for one file; the parent's patience ends earlier."""

_CLONE_NEWUSER_NEWNET = 0x10000000 | 0x40000000
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38


def limit() -> dict[str, Any]:
    """Drop network, core dumps, privileges and the right to write; return what could not be dropped.

    Called before any other thread can exist: a user namespace is refused to a process with several.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # the end of `watched`
    os.closerange(3, 4096)
    missing = []
    network = "none"
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWUSER_NEWNET) != 0 and libc.socket(2, 1, 0) >= 0:  # nor did the parent's guard
            network = "not dropped"
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            missing.append("privileges")
    except (OSError, AttributeError):
        network = "not dropped"
        missing.append("privileges")
    limits = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_AS": MEMORY_BYTES, "RLIMIT_DATA": DATA_BYTES}
    missing += [name for name, most in limits.items() if not _set_limit(name, most)]
    return {"network": network, "missing": missing}


def close_files() -> list[str]:
    """Forbid new files, processes and threads; return what could not be forbidden."""
    limits = {"RLIMIT_NPROC": 0, "RLIMIT_NOFILE": 3}
    return [name for name, most in limits.items() if not _set_limit(name, most)]


def _set_limit(name: str, most: int) -> bool:
    """Set a limit for good, or keep a stricter one that is already there."""
    try:
        import resource  # noqa: PLC0415  not on every system

        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (value, value))
    except (ImportError, AttributeError, ValueError, OSError):
        return False
    return True


def more_cpu_time() -> None:
    """Allow this process another `CPU_S` seconds: a worker that read a thousand files is not at fault."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_S
    if hard == resource.RLIM_INFINITY or until <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
