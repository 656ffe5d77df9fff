"""Hardening of this process: private files, no core dump, not readable by other processes of the same user.

Nothing here promises that memory is wiped: Python cannot.  What counts is a short-lived process and no swap.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from splitkit.errors import UnsafeMachineError

CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
_PR_SET_DUMPABLE, _PR_GET_DUMPABLE = 4, 3


def harden() -> None:
    """Apply everything and read it back.

    Raises:
        UnsafeMachineError: If a setting does not hold.
    """
    os.umask(0o077)
    if os.name == "posix":
        _forbid_core_dumps()
    if sys.platform == "linux":
        _forbid_inspection()


def _forbid_core_dumps() -> None:
    import resource  # noqa: PLC0415  (not on every system)

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    most = core_limit(CORE_PATTERN)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    if resource.getrlimit(resource.RLIMIT_CORE) != (most, most):
        raise _failed("core dumps cannot be switched off")


def core_limit(pattern: Path) -> int:
    """Return the limit under which nothing is dumped: 0, or 1 where a program collects the dumps.

    Such a program gets a dump whatever the limit, but for the limit of one byte, which the kernel takes as a no (core(5)).
    It also covers children until they have hardened themselves.
    """
    try:
        return int(pattern.read_bytes()[:1] == b"|")
    except OSError:
        return 0


def _forbid_inspection() -> None:
    """Not dumpable: also stops core dumps that are piped to a program, which a limit of 0 does not."""
    import ctypes  # noqa: PLC0415  (costs start-up)

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise _failed("this process cannot be protected from inspection")


def _failed(fact: str) -> UnsafeMachineError:
    return UnsafeMachineError(fact, "use a machine whose system allows it; see docs/threat-model.md")
