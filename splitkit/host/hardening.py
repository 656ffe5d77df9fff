"""Hardening of this process: private files, no core dump, not readable by other processes of the same user.

Nothing here promises that memory is wiped: Python cannot.  What counts is a short-lived process and no swap.
"""

import os
import sys
from pathlib import Path

from splitkit.errors import UnsafeMachineError
from splitkit.host import linux

CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")


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
    try:
        linux.lower_limit("RLIMIT_CORE", core_limit(CORE_PATTERN))
    except OSError:
        raise _failed("core dumps cannot be switched off") from None


def core_limit(pattern: Path) -> int:
    """Return the limit under which nothing is dumped: 0, or 1 where a program collects the dumps, by a pipe or a socket.

    Such a program gets a dump whatever the limit, but for the limit of one byte, which the kernel takes as a no (core(5)).
    It also covers children until they have hardened themselves.
    """
    try:
        return int(pattern.read_bytes()[:1] in (b"|", b"@"))
    except OSError:
        return 0


def _forbid_inspection() -> None:
    """Not dumpable: also stops core dumps that are piped to a program, which a limit of 0 does not."""
    try:
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        held = linux.prctl(linux.PR_GET_DUMPABLE) == 0
    except OSError:
        held = False
    if not held:
        raise _failed("this process cannot be protected from inspection")


def _failed(fact: str) -> UnsafeMachineError:
    return UnsafeMachineError(fact, "use a machine whose system allows it; see docs/threat-model.md")
