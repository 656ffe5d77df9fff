"""The offline guard: this process and all that it starts lose the network before anything else is done.

Two layers of the kernel, each proven by trying it out; one that holds is enough, and usually both do.  Where none holds
the caller hears of it by an error: nothing here ever goes on in silence.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from splitkit.errors import UnsafeMachineError
from splitkit.host import linux
from splitkit.host.layers import enter_namespace, install_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Layer = Callable[[], None]

ACCEPT = "--override no-guard --reason TEXT"
"""How people go on without a guard."""

LAYERS: Mapping[str, Layer] = {"namespace": enter_namespace, "filter": install_filter}
TABLES = ("dev", "route", "ipv6_route", "tcp", "tcp6")
"""Tables of the machine's network that are kept open, so that they can still be read from inside."""

_DISCARD = 9
"""The port of a service that nobody runs any more."""

_REFUSED = {errno.EACCES, errno.EPERM, errno.EAFNOSUPPORT}
_UNREACHABLE = {errno.ENETUNREACH, errno.EADDRNOTAVAIL}


@dataclass(frozen=True)
class Guard:
    """What keeps this process offline."""

    layers: tuple[str, ...] = ()
    """Those that hold: 'namespace', 'filter'."""

    problem: str = ""
    """Why no layer holds, in words."""

    accepted: bool = False
    """People went on without a guard, and said so."""

    outside: Mapping[str, int] = field(default_factory=dict, repr=False)
    """Tables of the machine's network, opened before it was left: name to file descriptor."""

    @property
    def held(self) -> bool:
        """Whether the network is shut off."""
        return bool(self.layers) and not self.problem


def shut(*, accept: bool, layers: Mapping[str, Layer] = LAYERS, platform: str = sys.platform) -> Guard:
    """Shut the network off for this process and all that it starts, for good; called while there is one thread only.

    Args:
        accept: Return a guard that does not hold instead of raising.
        layers: What is tried, in this order; each raises `OSError` where it cannot.
        platform: The system, as `sys.platform` has it.  There is a guard for 'linux' only: elsewhere the guard that is
            returned never holds.

    Raises:
        UnsafeMachineError: On Linux, if no layer holds, or an open connection came with the process.
    """
    if platform != "linux":
        return Guard((), "splitkit has no offline guard for this system", accept)
    outside = _open_tables()
    held, reasons = [], []
    for name, layer in layers.items():
        try:
            layer()
        except OSError as error:
            reasons.append(f"{name}: {error.strerror or 'refused'}")
            continue
        if trace := reachable():
            reasons.append(f"{name}: {trace} is still there")
        else:
            held.append(name)
    problem = "" if held else f"the network cannot be shut off ({'; '.join(reasons)})"
    if inherited := _foreign_sockets():
        problem = f"this program was handed an open network connection (descriptor {inherited[0]})"
    if problem and not accept:
        raise UnsafeMachineError(
            problem, f"see docs/threat-model.md; 'splitkit {ACCEPT} COMMAND' goes on without a guard"
        )
    return Guard(tuple(held), problem, accept, outside)


def reachable() -> str:
    """Try out the network and return what still works, or an empty text.  No packet leaves the machine in any case.

    A stream asks the machine's own loopback; a datagram is only told where it would go, an address of the documentation.
    """
    tries = (
        ("TCP", linux.AF_INET, linux.SOCK_STREAM, _address4(b"\x7f\x00\x00\x01")),
        ("UDP", linux.AF_INET, linux.SOCK_DGRAM, _address4(b"\xc0\x00\x02\x01")),
        ("TCP over IPv6", linux.AF_INET6, linux.SOCK_STREAM, _address6(bytes(15) + b"\x01")),
        ("UDP over IPv6", linux.AF_INET6, linux.SOCK_DGRAM, _address6(b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01")),
    )
    return next((name for name, family, kind, at in tries if not _is_refused(family, kind, at)), "")


def _address4(address: bytes) -> bytes:
    """<linux/in.h>, struct sockaddr_in: the family as the machine writes it, the port as the network does."""
    return struct.pack("=H", linux.AF_INET) + struct.pack(">H", _DISCARD) + address + bytes(8)


def _address6(address: bytes) -> bytes:
    """<linux/in6.h>, struct sockaddr_in6."""
    return struct.pack("=H", linux.AF_INET6) + struct.pack(">HI", _DISCARD, 0) + address + bytes(4)


def _is_refused(family: int, kind: int, address: bytes) -> bool:
    """Tell whether a way out is shut: no such socket can be made (the filter), or it leads nowhere (the namespace).

    Any other error, such as nobody listening there, comes from a network that is still in reach.
    """
    try:
        descriptor = linux.call("socket", family, kind | linux.SOCK_CLOEXEC, 0)
    except OSError as error:
        return error.errno in _REFUSED
    try:
        linux.call("connect", descriptor, address, len(address))
    except OSError as error:
        return error.errno in _UNREACHABLE
    finally:
        os.close(descriptor)
    return False


def _foreign_sockets() -> list[int]:
    """Return the open sockets that are not of this machine itself: a guard does not reach what was opened before."""
    try:
        numbers = [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    except OSError:
        numbers = list(range(1024))
    return sorted(number for number in numbers if _is_foreign(number))


def _is_foreign(number: int) -> bool:
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return False
    except OSError:  # it was the list's own, and is closed
        return False
    family, size = ctypes.c_int(), ctypes.c_uint(4)
    try:
        linux.call("getsockopt", number, linux.SOL_SOCKET, linux.SO_DOMAIN, ctypes.byref(family), ctypes.byref(size))
    except OSError:
        return True
    return family.value != linux.AF_UNIX


def _open_tables() -> dict[str, int]:
    opened = {}
    for name in TABLES:
        with suppress(OSError):
            opened[name] = os.open(f"/proc/self/net/{name}", os.O_RDONLY | os.O_CLOEXEC)
    return opened
