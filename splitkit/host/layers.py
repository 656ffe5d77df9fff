"""The two layers of the offline guard: a network namespace of this process's own, and a filter on its system calls.

The *namespace* holds nothing: no interface, no route, no address.  An ordinary user needs a user namespace for it, in
which the same user and group have the same numbers: files that are written keep their real owner, and the user's own
files can still be opened.  Root needs none, and takes none: inside one it could no longer open the files of others.

The *filter* refuses every socket but those of this machine itself.  It holds for this process and for all that it
starts, and cannot be taken off.  It also refuses the ways round it: sockets made by io_uring, a return into another
namespace, and borrowing the network of another process.  Unlike a namespace it also covers the families that know no
namespaces (VM sockets, Bluetooth).

Source: unshare(2), user_namespaces(7), network_namespaces(7), seccomp(2), Documentation/networking/filter.rst.
"""

import ctypes
import errno
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

from splitkit.host import linux
from splitkit.host.linux import MACHINES, SystemCalls

# --- the namespace ----------------------------------------------------------------------------------------------------


def enter_namespace(proc: Path = Path("/proc")) -> None:
    """Leave the network of the machine for good, for this process and all that it starts.

    Args:
        proc: Where the kernel's own files are.

    Raises:
        OSError: If the kernel refuses, with its reason; nothing has changed then.
    """
    # A namespace belongs to a thread.  Others that run already would stay outside, and the kernel refuses a user
    # namespace to a process with several.
    if len(list((proc / "self/task").iterdir())) != 1:
        raise OSError(errno.EINVAL, "other threads are running already")
    # Asked before unshare: afterwards, and until the maps are written, everybody is called nobody.
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        return linux.unshare(linux.CLONE_NEWNET)
    if _maps_are_refused(proc):
        raise OSError(errno.EPERM, "user namespaces are restricted")
    # In one call: the kernel makes the user namespace first, and that one gives the right to make the other.
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWNET)
    _map(proc / "self", user, group)
    return None


def _maps_are_refused(proc: Path) -> bool:
    """Tell whether AppArmor lets a user namespace come into being, but without any number in it (Ubuntu 24.04 and later).

    It would be too late to find out by trying: there is no way back out of it, and no file of the user could be opened.
    """
    with suppress(OSError):
        return (proc / "sys/kernel/apparmor_restrict_unprivileged_userns").read_text().strip() == "1"
    return False


def _map(folder: Path, user: int, group: int) -> None:
    """Give user and group their own numbers.

    Where that is refused the process is called nobody inside, and that is all: the kernel goes on to check and to write
    the real owner.
    """
    # The order is the kernel's: it takes a map of groups from an ordinary user only once setgroups is denied, because
    # leaving a group can open a file that is shut to that group.
    with suppress(OSError):
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.write(descriptor, text.encode("ascii"))  # in one write: a second one is refused
            finally:
                os.close(descriptor)


# --- the filter -------------------------------------------------------------------------------------------------------

INSTRUCTION = struct.Struct("=HBBI")
"""<linux/filter.h>, struct sock_filter: what to do, how many to skip if true, how many if false, a constant."""


class _Program(ctypes.Structure):
    """<linux/filter.h>, struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refused_calls(machine: SystemCalls) -> tuple[int, ...]:
    """Return the calls that are ways round a filter of sockets.

    Back into another network namespace; a debugger's hold on a process that has the network, which would call for us; and
    sockets that io_uring makes without calling socket(), or that are taken from another process.
    """
    return machine.setns, machine.ptrace, machine.process_vm_writev, *linux.NR_IO_URING, linux.NR_PIDFD_GETFD


def filter_program(machine: SystemCalls) -> bytes:
    """Return the filter as instructions of classic BPF, eight bytes each.

    The kernel runs it at every call, from the top; a jump only ever leads down, so it always ends.
    """
    checks = [(linux.BPF_JEQ, number, "refuse") for number in refused_calls(machine)]
    if machine.foreign_from is not None:
        # Before the comparisons: the calls of x32 mean the same as those of x86-64, by other numbers.
        checks.insert(0, (linux.BPF_JGE, machine.foreign_from, "refuse"))
    checks += [(linux.BPF_JEQ, number, "family") for number in (machine.socket, machine.socketpair)]
    tail = [
        (linux.BPF_RET, 0, 0, linux.SECCOMP_RET_ALLOW),
        # "family" leads here.  The lower half of the argument is enough: the kernel itself takes a family as an int.
        (linux.BPF_LD_W_ABS, 0, 0, linux.DATA_FIRST_ARGUMENT),
        (linux.BPF_JEQ, 0, 1, linux.AF_UNIX),
        (linux.BPF_RET, 0, 0, linux.SECCOMP_RET_ALLOW),
        # "refuse" leads here: an error that programs know, rather than an end that nobody understands.
        (linux.BPF_RET, 0, 0, linux.SECCOMP_RET_ERRNO | errno.EACCES),
    ]
    places = {"family": 1, "refuse": 4}
    head = [
        # A number means something only together with its instruction set: to i386 or 32-bit ARM the same number is
        # another call.  Nothing of ours makes one, so whoever does is ended.
        (linux.BPF_LD_W_ABS, 0, 0, linux.DATA_ARCHITECTURE),
        (linux.BPF_JEQ, 1, 0, machine.architecture),
        (linux.BPF_RET, 0, 0, linux.SECCOMP_RET_KILL_PROCESS),
        (linux.BPF_LD_W_ABS, 0, 0, linux.DATA_NUMBER),
    ]
    # A jump counts from the instruction after it: over the checks that are left, then into the tail.
    jumps = [(code, len(checks) - at - 1 + places[where], 0, value) for at, (code, value, where) in enumerate(checks)]
    return b"".join(INSTRUCTION.pack(*step) for step in (*head, *jumps, *tail))


def install_filter() -> None:
    """Put the filter over this process, all its threads and all that it starts, for good.

    Raises:
        OSError: If there is none for this kind of machine, or the kernel refuses.
    """
    machine = MACHINES.get(os.uname().machine)
    # A 32-bit Python on a 64-bit kernel makes the calls of the other set; the first argument's lower half lies first
    # in little-endian machines only.
    if machine is None or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        raise OSError(errno.ENOSYS, "no filter is known for this kind of machine")
    steps = filter_program(machine)
    whole = _Program(len(steps) // INSTRUCTION.size, steps)
    # First this: without it the kernel takes filters from root only.  It stops programs with more rights than ours from
    # being started under a filter that they do not expect.
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    # TSYNC: over the threads that run already as well.  If one of them has a filter of its own that does not fit, the
    # call fails and returns the number of that thread.
    arguments = linux.SECCOMP_SET_MODE_FILTER, linux.SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(whole)
    try:
        late = linux.call("syscall", machine.seccomp, *arguments)
    except OSError as error:
        raise OSError(error.errno, "the kernel takes no filter") from None
    if late:
        raise OSError(errno.ESRCH, "the kernel takes no filter")
