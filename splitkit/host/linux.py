"""What the kernel of Linux calls things, and those of its calls that Python has no words for.

Every number stands here once, under the header that gives it.  They are part of the kernel's contract with all programs:
none of them ever changes.  Where nothing else is said a number is the same on every machine.

Source: prctl(2), unshare(2), mount(2), setrlimit(2), and the header named above each line.
"""

import ctypes
import errno
import functools
import os
from dataclasses import dataclass

# <linux/prctl.h>
PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 3, 4, 38

# <linux/sched.h>
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000

# <linux/socket.h>, <linux/net.h>, <asm-generic/socket.h>, <asm-generic/fcntl.h>
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_CLOEXEC = 1, 2, 0o2000000
SOL_SOCKET, SO_DOMAIN = 1, 39

# <linux/mount.h>, <linux/fs.h>
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MNT_DETACH = 0x1, 0x2, 0x4, 0x8, 0x2

# <linux/if.h>, <linux/route.h>
IFF_UP, IFF_LOOPBACK, RTF_REJECT = 0x1, 0x8, 0x200

# <linux/seccomp.h>
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000

# <linux/bpf_common.h>: load a word from a fixed place; jump if equal, if at least; return
BPF_LD_W_ABS, BPF_JEQ, BPF_JGE, BPF_RET = 0x20, 0x15, 0x35, 0x06

# <linux/seccomp.h>, struct seccomp_data: where the number, the architecture and the first argument of a call lie
DATA_NUMBER, DATA_ARCHITECTURE, DATA_FIRST_ARGUMENT = 0, 4, 16

# <asm/unistd.h>: io_uring_setup, io_uring_enter, io_uring_register, pidfd_getfd, which are late enough to be alike everywhere
NR_IO_URING, NR_PIDFD_GETFD = (425, 426, 427), 438

X32_SYSCALL_BIT = 0x40000000
"""<asm/unistd.h> of x86-64: the calls of x32 have this bit, and go through the same gate."""


@dataclass(frozen=True)
class SystemCalls:
    """What one kind of machine calls its system calls."""

    architecture: int
    """AUDIT_ARCH_..., <linux/audit.h>."""

    seccomp: int
    socket: int
    socketpair: int
    setns: int
    ptrace: int
    process_vm_writev: int
    foreign_from: int | None = None
    """Numbers from this one on are those of a second set of calls."""


MACHINES = {
    "x86_64": SystemCalls(0xC000003E, 317, 41, 53, 308, 101, 311, X32_SYSCALL_BIT),  # <asm/unistd_64.h>
    "aarch64": SystemCalls(0xC00000B7, 277, 198, 199, 268, 117, 271),  # <asm-generic/unistd.h>
}
"""By the name that uname(2) gives."""


@functools.cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(function: str, *arguments: object) -> int:
    """Call a function of the C library and return what it returns.

    Raises:
        OSError: If that is less than zero, with the reason; or if there is no such function.
    """
    try:
        done = getattr(_library(), function)(*arguments)
    except AttributeError:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    if done < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(done)


def prctl(option: int, value: int = 0) -> int:
    """Read or change a property of this process.

    Raises:
        OSError: If the kernel refuses.
    """
    return call("prctl", option, value, 0, 0, 0)


def unshare(flags: int) -> None:
    """Leave the namespaces of these kinds for new ones of this process's own.

    Raises:
        OSError: If the kernel refuses.
    """
    call("unshare", flags)


def mount(device: str, point: str, kind: str, flags: int, options: str) -> None:
    """Mount the volume of a device, of a *kind* of file system, at a folder.

    Raises:
        OSError: If the kernel refuses.
    """
    call("mount", device.encode(), point.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def unmount(point: str, flags: int = 0) -> None:
    """Take away what is mounted at a folder.

    Raises:
        OSError: If the kernel refuses, as while a file there is open.
    """
    call("umount2", point.encode(), flags)


def lower_limit(name: str, most: int) -> None:
    """Set the limit *name* ('RLIMIT_CORE') to *most* for good, or keep a stricter one.

    Both limits are set: from then on nothing in this process can raise them again.

    Raises:
        OSError: If the system has no such limit, or it does not hold when it is read back.
    """
    try:
        import resource  # noqa: PLC0415  (not on every system)

        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (value, value))
        held = resource.getrlimit(which) == (value, value)
    except (ImportError, AttributeError, ValueError) as error:
        raise OSError(errno.ENOSYS, str(error)) from None
    if not held:
        raise OSError(errno.EPERM, f"{name} does not hold")
