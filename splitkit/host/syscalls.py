"""The second layer of the offline guard: a filter in the kernel that refuses every socket but those of this machine itself.

It holds for this process and for all that it starts, and cannot be taken off.  It also refuses the ways round it: sockets
made by io_uring, a return into another namespace, and borrowing the network of another process.  Calls of a foreign
instruction set (i386, 32-bit ARM) end the process, those of x32 are refused.  Unlike a namespace it also covers the
families that know no namespaces (VM sockets, Bluetooth).

Source: seccomp(2), <linux/seccomp.h>, <linux/bpf_common.h>, <linux/audit.h>; numbers from <asm/unistd.h> of each machine.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER, _FLAG_TSYNC = 1, 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_AF_UNIX = 1
_X32 = 0x40000000
_INSTRUCTION = struct.Struct("=HBBI")
_IO_URING = (425, 426, 427)
_PIDFD_GETFD = 438


@dataclass(frozen=True)
class Numbers:
    """What one kind of machine calls its system calls."""

    architecture: int
    seccomp: int
    socket: int
    socketpair: int
    refused: tuple[int, ...]
    """setns, ptrace, process_vm_writev, and what is called the same everywhere."""

    foreign_from: int | None = None
    """System calls from this number on are those of a second set."""


MACHINES = {
    "x86_64": Numbers(0xC000003E, 317, 41, 53, (308, 101, 311, *_IO_URING, _PIDFD_GETFD), _X32),
    "aarch64": Numbers(0xC00000B7, 277, 198, 199, (268, 117, 271, *_IO_URING, _PIDFD_GETFD)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def program(numbers: Numbers) -> bytes:
    """Return the filter as instructions of classic BPF, eight bytes each."""
    checks = [(_EQUAL, number, "refuse") for number in numbers.refused]
    if numbers.foreign_from is not None:
        checks.insert(0, (_AT_LEAST, numbers.foreign_from, "refuse"))
    checks += [(_EQUAL, number, "family") for number in (numbers.socket, numbers.socketpair)]
    tail = [
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),  # its lower half: a family is an int
        (_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EACCES),
    ]
    places = {"family": 1, "refuse": 4}
    head = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, numbers.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    jumps = [(code, len(checks) - at - 1 + places[where], 0, value) for at, (code, value, where) in enumerate(checks)]
    return b"".join(_INSTRUCTION.pack(*step) for step in (*head, *jumps, *tail))


def install() -> None:
    """Put the filter over this process, all its threads and all that it starts, for good.

    Raises:
        OSError: If there is none for this kind of machine, or the kernel refuses.
    """
    numbers = MACHINES.get(os.uname().machine)
    if numbers is None or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        raise OSError(errno.ENOSYS, "no filter is known for this kind of machine")
    libc = ctypes.CDLL(None, use_errno=True)
    steps = program(numbers)
    whole = _Program(len(steps) // _INSTRUCTION.size, steps)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "new privileges cannot be given up")
    refused = libc.syscall(numbers.seccomp, _SECCOMP_SET_MODE_FILTER, _FLAG_TSYNC, ctypes.byref(whole))
    if refused != 0:
        raise OSError(ctypes.get_errno() or errno.ESRCH, "the kernel takes no filter")
