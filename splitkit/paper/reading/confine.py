"""The child's side: give up network, files and memory without bounds, then answer requests until the pipe is closed.

The order is everything.  First goes what the libraries can do without, before any of them is loaded: network, privileges,
writing.  Then the libraries are loaded and made to work once, since they open files for it.  Last goes the right to open
any file at all, and only then the first byte of a picture comes in.  Nothing in the process can take any of it back.

The filter of system calls that the parent is under (`splitkit.host.layers`) is inherited, and stays.

Source: unshare(2), prctl(2), setrlimit(2).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING

from splitkit.host import linux
from splitkit.paper.reading.messages import HEAD, Message, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    Answers = Callable[[Message, bytes], Iterator[Message]]
    """Takes a request with its bytes; gives one message or more, the bytes of each under 'data'."""

MEMORY_BYTES = 1536 * 1024 * 1024
"""Address space of the process."""

DATA_BYTES = 400 * 1024 * 1024
"""Memory of its own that the process can write to; 64 megapixels of transparent colour need 340 MiB of it."""

CPU_S = 330
"""Processor time for one request; the parent's patience ends earlier."""


class RefusedError(Exception):
    """What was asked for is not read; the argument is the code of the reason."""


def run(prepare: Callable[[], Answers]) -> None:
    """Live as a child: give up the most, *prepare*, give up the rest, say hello, and answer.

    *prepare* loads what reads pictures, and opens what is read from; it raises `RefusedError` where that is not there.
    """
    hello = limit() | {"problem": ""}
    try:
        answers = prepare()
    except RefusedError as reason:
        _send(sys.stdout.buffer, hello | {"problem": str(reason)})
        return
    hello["missing"] += close_files()
    _send(sys.stdout.buffer, hello)
    serve(answers, sys.stdin.buffer, sys.stdout.buffer)


def serve(answers: Answers, requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer each request in turn; returns at the end of *requests*, which comes with the end of the parent."""
    # The parent is trusted, so lengths and JSON are taken as they come.
    while len(head := requests.read(HEAD.size)) == HEAD.size:
        _, size, extra = HEAD.unpack(head)
        request, data = requests.read(size), requests.read(extra)
        if len(request) + len(data) < size + extra:
            return
        _more_cpu_time()
        pages = list_ahead(answers(json.loads(request), data))
        del data  # the answers hold it as long as they need it
        for message, more in pages:
            _send(replies, message, more=more)


def list_ahead(messages: Iterator[Message]) -> Iterator[tuple[Message, bool]]:
    """Pair each message with whether another one follows, without holding them all."""
    held = next(messages)
    for message in messages:
        yield held, True
        held = message
    yield held, False


def _send(replies: BinaryIO, message: Message, *, more: bool = False) -> None:
    data = message.pop("data", b"")
    replies.write(packed(message, data, more=more))
    replies.write(data)
    replies.flush()


# --- what is given up -------------------------------------------------------------------------------------------------


def limit() -> Message:
    """Drop network, core dumps, privileges and the right to write; return what could not be dropped.

    Called before any other thread can exist: a user namespace is refused to a process with several.
    """
    # Ctrl-C goes to the whole group of processes: the parent alone decides when to stop, and kills its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent may have ignored it, which a child inherits; here it ends a library that a picture keeps busy.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    # Popen has closed all but the three pipes already.  This is for what the start of Python itself has left open.
    os.closerange(3, 4096)
    missing = [] if _privileges_are_dropped() else ["privileges"]
    # No core: a dump would hold the pictures.  No file grows by a byte: pipes are not files, so answers still go out.
    limits = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_AS": MEMORY_BYTES, "RLIMIT_DATA": DATA_BYTES}
    missing += _not_lowered(limits)
    return {"network": "none" if _network_is_dropped() else "not dropped", "missing": missing}


def _network_is_dropped() -> bool:
    """Enter a network of our own, in which there is nothing.

    The uid is nobody's from then on, for no map is written: nothing that the user may read is needed any more.
    """
    try:
        linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWNET)
    except OSError:
        # Refused, as in many containers.  The filter of the parent may keep us from making sockets anyway.
        try:
            os.close(linux.call("socket", linux.AF_INET, linux.SOCK_STREAM, 0))
        except OSError:
            return True
        return False
    return True


def _privileges_are_dropped() -> bool:
    try:
        # Nobody of the same user may attach to us, or read our memory; also, the kernel dumps no core to a collector.
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        # Nothing that we might ever start gains rights by a set-uid bit.
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    except OSError:
        return False
    return True


def close_files() -> list[str]:
    """Forbid new files, processes and threads; return what could not be forbidden.

    Three open files are the three pipes.  A camera is open by then under a higher number, which the limit does not touch.
    """
    return _not_lowered({"RLIMIT_NPROC": 0, "RLIMIT_NOFILE": 3})


def _not_lowered(limits: dict[str, int]) -> list[str]:
    missing = []
    for name, most in limits.items():
        try:
            linux.lower_limit(name, most)
        except OSError:
            missing.append(name)
    return missing


def _more_cpu_time() -> None:
    """Allow this process another `CPU_S` seconds: a child that read a thousand files is not at fault.

    Only the soft limit is set, which ends a process as well: the hard one could not be raised for the next request.
    """
    try:
        import resource  # noqa: PLC0415  (not on every system)
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_S
    if hard == resource.RLIM_INFINITY or until <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
