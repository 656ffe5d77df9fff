"""The command line in a process of its own, forked from one that has imported it: hundreds of commands need not each import it anew.

What runs is the product's own `main`, with its own standard streams, folder, environment and session, and the offline guard is
shut in the new process as ever.  A child that reads pictures is forked from its command in turn, whose libraries are loaded by
then, and gives up all that it gives up; how one really starts is for `tests/paper/reading`.  What a test asks of the start itself, or measures of a process, is started afresh: `support.kit`.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import gc
import importlib
import json
import os
import pkgutil
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from splitkit.host import linux
from tests.support import calendar_day
from tests.support.places import ROOT, TESTS, scratch

LATE = (
    "splitkit.__main__",
    "splitkit.paper.reading.intake",
    "rich.table",
    "rich.console",
    "rich._emoji_codes",
    "resource",
    "typst",
    "cryptography.hazmat.backends.openssl",
)


COMMAND = "splitkit.__main__"
READING = "tests.support.commands.reading_child"
AFRESH = "CHILDREN_AFRESH"
"""In the environment of a command: its children are started as the product starts them."""
ENTER = ("nsenter", "--mount", "--net", "--target")


def known(command: Sequence[str]) -> dict[str, Any] | None:
    """What a command line is to `Forked`; None for what is not the command line or a program of these tests."""
    if tuple(command[:4]) == ENTER:
        inner = known(command[6:])
        return inner and inner | {"within": command[4]}
    python, program, *arguments = command
    if python != sys.executable:
        return None
    if [program, *arguments[:1]] == ["-m", "splitkit"]:
        return {"arguments": arguments[1:]}
    if program.startswith(f"{TESTS}/"):
        module = ".".join(Path(program).relative_to(ROOT).with_suffix("").parts)
        return {"module": module, "arguments": arguments}
    return None


class Forked:
    """A command that runs, as `subprocess.Popen` has it."""

    def __init__(
        self,
        arguments: Sequence[object],
        cwd: Path,
        env: dict[str, str],
        streams: Sequence[int],
        *,
        terminal: bool = False,
        module: str = COMMAND,
        within: str = "",
    ) -> None:
        """Run `main` of *module* on *arguments*.

        Args:
            arguments: The words of the command line after the name of the program.
            cwd: The folder it runs in.
            env: All of its environment.
            streams: The descriptors of its three standard streams; with *terminal*, then that of its terminal.
            terminal: Whether it has one.
            module: What is imported, and whose `main` is called.
            within: The process whose mounts and network it has, by its number.
        """
        self.args, self.returncode = arguments, None
        self._server = socket.socket(socket.AF_UNIX)
        self._server.connect(_address()[0])
        asked = {
            "arguments": [*map(str, arguments)],
            "cwd": str(cwd),
            "env": env,
            "module": module,
            "terminal": terminal,
            "within": within,
        }
        request = json.dumps(asked).encode()
        socket.send_fds(self._server, [len(request).to_bytes(4, "big") + request], streams)
        self.pid = int.from_bytes(_exactly(self._server, 4), "big")

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code, below zero the signal.

        Raises:
            subprocess.TimeoutExpired: If it does not end in so many seconds.
        """
        if self.returncode is None:
            self._server.settimeout(timeout)
            try:
                self.returncode = int.from_bytes(_exactly(self._server, 4), "big", signed=True)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired([*map(str, self.args)], timeout or 0) from None
            self._server.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def kill(self) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it ended just now
                os.kill(self.pid, signal.SIGKILL)


def call(
    arguments: Sequence[object], cwd: Path, env: dict[str, str], stdin: int, seconds: float, **more: str
) -> subprocess.CompletedProcess:
    """Run the command line on *arguments* and return what came of it, as bytes; *more* is for `Forked`.

    Raises:
        subprocess.TimeoutExpired: If it does not end; it is killed then, and all it has started.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = Forked(arguments, cwd, env, [stdin, out.fileno(), err.fileno()], **more)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(process.args, status, out.read(), err.read())


@functools.cache
def _address() -> tuple[str, subprocess.Popen[bytes]]:
    """Start the server of this test process; it ends with it, as nothing holds its standard input then."""
    path = str(scratch("fork") / "server")
    process = subprocess.Popen([sys.executable, "-m", "tests.support.fork_server", path], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    atexit.register(process.communicate)  # Waited for, so that its processor time counts as that of the tests.
    return path, process


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ConnectionError("the fork server is gone")
        data += piece
    return data


def serve(path: str) -> None:
    """Import every command and what commands load late, then fork for each connection, until standard input ends."""
    import splitkit.cli

    if calendar_day.LATER in os.environ:  # not in a script beside the tests
        calendar_day.live()
    for module in pkgutil.walk_packages(splitkit.cli.__path__, "splitkit.cli."):
        importlib.import_module(module.name)
    for name in LATE:
        importlib.import_module(name)
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    from splitkit.packs.pack import all_packs
    from splitkit.paper.reading import decoder

    all_packs()  # which a command reads once
    for load in (decoder.warm_up, decoder.warm_up_pictures, decoder.warm_up_pdf, decoder.warm_up_rescue):
        load()
    with contextlib.suppress(ImportError):
        importlib.import_module("cv2")
    warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads, which share nothing with the child
    gc.collect()
    gc.freeze()  # What is never collected is never copied.
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    os.write(1, b"ready\n")
    running: dict[int, tuple[int, socket.socket]] = {}
    """By the descriptor that becomes readable when a command has ended: its process, and who waits for it."""
    while True:
        readable, _, _ = select.select([listener, 0, *running], [], [])
        for ended in set(readable) & running.keys():
            _report(ended, *running.pop(ended))
        if 0 in readable:
            return
        if listener in readable:
            with contextlib.suppress(ConnectionError):
                process, connection = _begin(listener)
                running[os.pidfd_open(process)] = process, connection


class ServedChild(subprocess.Popen):
    """A child that reads pictures for this test process, forked by its server; any other program is started as ever."""

    _forked: Forked | None = None

    def _execute_child(self, args, *more):  # type: ignore[no-untyped-def]
        module = _reading_module(args)
        if module is None:
            return super()._execute_child(args, *more)
        pipes = more[9:15]
        self._lock = threading.Lock()
        self._forked = Forked([module, *args[6:]], more[4], more[5], (pipes[0], pipes[3], pipes[5]), module=READING)
        self.pid = self._forked.pid
        self._child_created = True
        self._close_pipe_fds(*pipes)
        return None

    def _internal_poll(self, *found, **more):  # type: ignore[no-untyped-def]
        if self._forked is None:
            return super()._internal_poll(*found, **more)
        with self._lock:
            self.returncode = self._forked.poll()
        return self.returncode

    def _wait(self, timeout):  # type: ignore[no-untyped-def]
        if self._forked is None:
            return super()._wait(timeout)
        with self._lock:
            self.returncode = self._forked.wait(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self._forked is None:
            return super().send_signal(number)
        with contextlib.suppress(ProcessLookupError):
            return None if self.returncode is not None else os.kill(self.pid, number)


def _reading_module(args: Sequence[str]) -> str | None:
    """The module of the product that a child is started with to read pictures."""
    found = re.search(r"splitkit\.paper\.reading\.(\w+) import main", args[4]) if len(args) > 4 else None
    return found and found[1]


class ForkedChild(subprocess.Popen):
    """A child that reads pictures, forked where the product starts a Python; any other program is started as ever."""

    def _execute_child(self, args, *more):  # type: ignore[no-untyped-def]
        module = _reading_module(args)
        if module is None:
            return super()._execute_child(args, *more)
        cwd, env, pipes = more[4], more[5], more[9:15]
        self.pid = os.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                _be_child(module, args[6:], (pipes[0], pipes[3], pipes[5]), cwd, env)
            os._exit(1)
        self._child_created = True
        self._close_pipe_fds(*pipes)
        return None


def _be_child(module: str, arguments: list[str], streams: tuple[int, int, int], cwd: str, env: dict[str, str]) -> None:
    """Be the child: its streams, folder and environment are its own, and no signal is the command's any more."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    for place, descriptor in enumerate(streams):
        os.dup2(descriptor, place)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    importlib.import_module(f"splitkit.paper.reading.{module}").main(*arguments)
    os._exit(0)


def _begin(listener: socket.socket) -> tuple[int, socket.socket]:
    """Fork the command that is asked for; return its process, and who waits for it."""
    connection, _ = listener.accept()
    head, descriptors, _, _ = socket.recv_fds(connection, 4, 4)
    request = json.loads(_exactly(connection, int.from_bytes(head, "big")))
    child = os.fork()
    if child == 0:
        _become(request, descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    with contextlib.suppress(ConnectionError):
        connection.sendall(child.to_bytes(4, "big"))
    return child, connection


def _report(ended: int, process: int, connection: socket.socket) -> None:
    """Say how a command ended, to whom still waits."""
    os.close(ended)
    _, status = os.waitpid(process, 0)
    with connection, contextlib.suppress(ConnectionError):  # Nobody waits any more.
        connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))


def _become(request: dict, descriptors: list[int]) -> None:
    """Be the command: its streams, folder, environment, session and arguments are those of a new process."""
    os.setsid()
    gc.callbacks.clear()  # those of a library of tests would swallow a signal that comes while they run
    if request["terminal"]:
        fcntl.ioctl(descriptors.pop(), termios.TIOCSCTTY, 0)
    for place, descriptor in enumerate(descriptors):
        os.dup2(descriptor, place)
    os.closerange(3, 256)
    _enter(request["within"])
    if AFRESH not in request["env"]:
        subprocess.Popen = ForkedChild  # type: ignore[misc]
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["splitkit", *request["arguments"]]
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(at, "w" if at else "r", encoding="utf-8") for at in range(3))
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    code = 1
    try:
        importlib.import_module(request["module"]).main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _enter(process: str) -> None:
    """Enter the mounts and the network of a process, as nsenter(1) does."""
    for namespace in [os.open(f"/proc/{process}/ns/{kind}", os.O_RDONLY) for kind in ("mnt", "net") if process]:
        linux.call("setns", namespace, 0)
        os.close(namespace)


if __name__ == "__main__":
    serve(sys.argv[1])
