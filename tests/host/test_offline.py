"""The offline guard: every way to the network that is known here, tried by root and by an ordinary user, in processes of
their own; each layer alone, both together, and what happens where none holds."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from splitkit.host import layers, linux, offline
from tests.support.kit import COMMAND, environment, overrule, run
from tests.support.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guard is one of Linux")
ORDINARY = 1234
"""Not 65534: that is also the number of whoever has none inside a user namespace."""

LAYERS = {"both": "offline.LAYERS", **{name: f"{{{name!r}: offline.LAYERS[{name!r}]}}" for name in offline.LAYERS}}

START = """
import ctypes, errno, json, os, queue, socket, subprocess, sys, threading
sys.path.insert(0, {root!r})
from splitkit.host import layers, linux, offline
"example.com".encode("idna")
if {user} != os.geteuid():
    os.setgroups([]); os.setgid({user}); os.setuid({user})
    ctypes.CDLL(None).prctl(4, {dumpable}, 0, 0, 0)
"""
"""Becomes somebody only once all is imported: the Python of the tests may lie where others cannot look."""

PROGRAM = """
port = int(sys.argv[1])
def python():
    socket.create_connection(("127.0.0.1", port), 3)
def libc():
    c = ctypes.CDLL(None, use_errno=True)
    s = c.socket(2, 1, 0)
    at = b"\\x02\\x00" + port.to_bytes(2, "big") + b"\\x7f\\x00\\x00\\x01" + bytes(8)
    if s < 0 or c.connect(s, at, 16) != 0:
        raise OSError(ctypes.get_errno(), "libc")
def udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"out", ("127.0.0.1", port))
def dns():
    socket.getaddrinfo("example.com", 443)
def child():
    call = ["/bin/bash", "-c", 'exec 3<>"/dev/tcp/127.0.0.1/$1"', "bash", str(port)]
    if subprocess.run(call, stderr=subprocess.DEVNULL).returncode:
        raise OSError(errno.ENETUNREACH, "child")
def tried(way):
    try:
        way()
    except OSError as error:
        return type(error).__name__ if way is dns else errno.errorcode.get(error.errno, "?")
    return "REACHED"
{before}
print(json.dumps({{way.__name__: tried(way) for way in (python, libc, udp, dns, child)}}))
"""
SHUT = """
guard = offline.shut(accept=False, layers={layers})
assert guard.held and guard.layers == tuple({layers}), guard
"""
BLOCKED = {"ENETUNREACH", "EACCES", "EADDRNOTAVAIL"}


def as_user(user: int, code: str, *arguments: str, dumpable: int = 1, **more) -> subprocess.CompletedProcess:
    """Run Python code as somebody."""
    start = START.format(root=str(ROOT), user=user, dumpable=dumpable)
    command = [sys.executable, "-B", "-c", start + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **({"cwd": "/"} | more))


@pytest.fixture(scope="module")
def listener():
    """A door that is open: what reaches it would have reached anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(params=["root", "ordinary"])
def user(request):
    """Root, and somebody who is not; a run of the tests by the latter can be nobody else."""
    if os.geteuid() == 0:
        return 0 if request.param == "root" else ORDINARY
    if request.param == "root":
        pytest.skip("needs root")
    return os.geteuid()


def test_without_a_guard_the_ways_are_open(listener, user):
    done = as_user(user, PROGRAM.format(before=""), str(listener))
    ways = json.loads(done.stdout)
    del ways["dns"]  # the machine of the tests may itself be offline
    assert set(ways.values()) == {"REACHED"}, done.stderr


@pytest.mark.parametrize("layers", LAYERS)
def test_all_ways_are_blocked(listener, user, layers):
    before = SHUT.format(layers=LAYERS[layers])
    done = as_user(user, PROGRAM.format(before=before), str(listener))
    ways = json.loads(done.stdout or "{}")
    assert len(ways) == 5, done.stderr
    assert ways.pop("dns") == "gaierror"
    assert set(ways.values()) <= BLOCKED, ways


MORE = (
    SHUT
    + """
def refused(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EPERM, errno.EAFNOSUPPORT, errno.ENODEV)
    return False
for family in ("AF_INET", "AF_INET6", "AF_PACKET", "AF_NETLINK", "AF_VSOCK", "AF_ALG", "AF_BLUETOOTH"):
    if hasattr(socket, family):
        assert refused(socket.socket, getattr(socket, family), socket.SOCK_RAW if family == "AF_PACKET" else 1), family
a, b = socket.socketpair()  # of this machine itself: allowed
a.sendall(b"in"); assert b.recv(2) == b"in"
c = ctypes.CDLL(None, use_errno=True)
for number in layers.refused_calls(linux.MACHINES[os.uname().machine]):
    assert c.syscall(number, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == errno.EACCES, number
print("well")
"""
)


@pytest.mark.parametrize("layers", ["both", "filter"])
def test_no_family_and_no_way_round(user, layers):
    code = MORE.format(layers=LAYERS[layers])
    done = as_user(user, code)
    assert done.stdout == "well\n", done.stderr


def test_calls_of_another_instruction_set_do_not_pass():
    """x32 is refused; the program's own check is that its number would reach socket()."""
    if os.uname().machine != "x86_64":
        pytest.skip("x32 is one of x86-64")
    code = SHUT.format(layers=LAYERS["filter"]) + (
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
        "print(c.syscall(0x40000000 + 41, 2, 1, 0), ctypes.get_errno())"
    )  # fmt: skip
    done = as_user(os.geteuid(), code)
    assert done.stdout == f"-1 {errno.EACCES}\n", done.stderr


def test_a_32_bit_program_is_ended(tmp_path):
    """The same call by the old gate of i386 ends the process at once: there its number means something else."""
    if os.uname().machine != "x86_64":
        pytest.skip("i386 is run on x86-64")
    machine_code = bytes.fromhex("b869010000" "bb02000000" "b901000000" "31d2" "cd80" "c3")  # fmt: skip
    run = (
        "import ctypes, mmap\n"
        f"m = mmap.mmap(-1, 4096, prot=7); m.write({machine_code!r})\n"
        "print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))())\n"
    )
    before = as_user(os.geteuid(), run)
    if before.returncode or before.stdout.startswith("-38"):
        pytest.skip("this kernel runs no i386 calls")
    after = as_user(os.geteuid(), SHUT.format(layers=LAYERS["filter"]) + run)
    assert after.returncode == -31, after  # SIGSYS


@pytest.mark.parametrize("layers", LAYERS)
def test_files_keep_their_owner(user, layers):
    folder = Path(tempfile.mkdtemp(prefix="owner-", dir="/tmp"))
    try:
        private = folder / "private"
        private.write_text("mine")
        private.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(folder, user, user)
            os.chown(private, user, user)
        code = SHUT.format(layers=LAYERS[layers]) + (
            f"open('{folder}/new', 'w').write(open({str(private)!r}).read()); print(os.geteuid(), os.getegid())"
        )
        done = as_user(user, code)
        assert done.returncode == 0, done.stderr
        made = (folder / "new").stat()
        assert done.stdout == f"{made.st_uid} {made.st_gid}\n"
        assert (made.st_uid, made.st_size) == (user, 4)
    finally:
        shutil.rmtree(folder)


def test_where_numbers_are_refused_files_keep_their_owner_all_the_same():
    """A process that may not write its own maps is called nobody inside; the kernel still knows who it is."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    folder = Path(tempfile.mkdtemp(prefix="owner-", dir="/tmp"))
    try:
        os.chown(folder, 1234, 1234)
        code = SHUT.format(layers=LAYERS["namespace"]) + f"open('{folder}/new', 'w'); print(os.geteuid())"
        done = as_user(1234, code, dumpable=0)
        assert done.stdout == "65534\n", done.stderr
        assert (folder / "new").stat().st_uid == 1234
    finally:
        shutil.rmtree(folder)


def test_root_still_opens_what_belongs_to_others(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    os.chown(theirs, 1234, 1234)
    theirs.chmod(0o600)
    code = SHUT.format(layers=LAYERS["both"]) + f"print(open({str(theirs)!r}).read())"
    assert as_user(0, code).stdout == "theirs\n"


def test_a_path_socket_such_as_that_of_cups_stays_in_reach(user):
    folder = Path(tempfile.mkdtemp(prefix="cups-", dir="/tmp"))
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(folder / "cups.sock"))
            server.listen()
            folder.chmod(0o755)
            (folder / "cups.sock").chmod(0o666)
            code = (
                SHUT.format(layers=LAYERS["both"])
                + f"s = socket.socket(socket.AF_UNIX); s.connect({str(folder / 'cups.sock')!r}); print('printed')"
            )
            done = as_user(user, code)
            assert done.stdout == "printed\n", done.stderr
    finally:
        shutil.rmtree(folder)


# --- where a layer does not hold --------------------------------------------------------------------------------------


def trial(body: str, **more) -> subprocess.CompletedProcess:
    return as_user(os.geteuid(), body, **more)


def test_a_layer_that_only_says_that_it_holds_is_not_believed():
    done = trial("offline.shut(accept=False, layers={'words': lambda: None})")
    assert "UnsafeMachineError: the network cannot be shut off (words: TCP is still there)" in done.stderr


def test_a_layer_that_is_refused_leaves_the_next_one():
    body = (
        "def no(): raise PermissionError(1, 'refused by a test')\n"
        "print(offline.shut(accept=False, layers={'namespace': no, 'filter': offline.LAYERS['filter']}).layers)"
    )
    assert trial(body).stdout == "('filter',)\n"


@pytest.mark.parametrize("accept", [True, False])
def test_no_layer_is_an_error_unless_people_accept_it(accept):
    body = (
        "def no(): raise PermissionError(1, 'refused by a test')\n"
        f"guard = offline.shut(accept={accept}, layers={{'namespace': no}})\n"
        "print(guard.held, guard.accepted, guard.problem)"
    )
    done = trial(body)
    if accept:
        assert done.stdout == "False True the network cannot be shut off (namespace: refused by a test)\n"
    else:
        assert not done.stdout
        assert "UnsafeMachineError" in done.stderr


def test_an_open_connection_that_came_along_is_refused(listener):
    with socket.create_connection(("127.0.0.1", listener)) as connection:
        os.set_inheritable(connection.fileno(), True)
        done = trial("offline.shut(accept=False)", pass_fds=[connection.fileno()])
        assert f"an open network connection (descriptor {connection.fileno()})" in done.stderr
        done = trial("print(offline.shut(accept=True).held)", pass_fds=[connection.fileno()])
        assert done.stdout == "False\n"


def test_a_socket_pair_that_came_along_is_none():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        os.set_inheritable(theirs.fileno(), True)
        assert trial("print(offline.shut(accept=False).held)", pass_fds=[theirs.fileno()]).stdout == "True\n"


def test_a_thread_that_runs_already_is_under_the_filter_too():
    """A namespace would hold for one thread only, so it is not taken; the filter is put over all."""
    body = (
        "asked, told = queue.Queue(), queue.Queue()\n"
        "def work():\n"
        "    asked.get()\n"
        "    try: socket.socket(socket.AF_INET)\n"
        "    except OSError as error: told.put(error.errno)\n"
        "    else: told.put(0)\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "guard = offline.shut(accept=False)\n"
        "asked.put(1); print(guard.layers, told.get())"
    )
    assert trial(body).stdout == f"('filter',) {errno.EACCES}\n"


def test_where_no_user_namespace_is_left_there_is_the_filter():
    """The same as max_user_namespaces=0 on the machine, set for a user namespace of the test's own."""
    body = (
        "c = ctypes.CDLL(None, use_errno=True)\n"
        "own = os.geteuid()\n"
        "assert c.unshare(0x10000000) == 0\n"
        "for name, text in (('setgroups', 'deny'), ('uid_map', f'1000 {own} 1')):\n"
        "    with open('/proc/self/' + name, 'w') as file: file.write(text)\n"
        "with open('/proc/sys/user/max_user_namespaces', 'w') as file: file.write('0')\n"
        "assert os.geteuid() == 1000\n"
        "print(offline.shut(accept=False).layers)\n"
    )
    done = trial(body)
    if "PermissionError" in done.stderr or "AssertionError" in done.stderr:
        pytest.skip("no user namespace can be made here")
    assert done.stdout == "('filter',)\n", done.stderr


@pytest.mark.parametrize("platform", ["darwin", "win32", "freebsd14"])
def test_elsewhere_there_is_no_guard_and_that_is_said(platform):
    guard = offline.shut(accept=False, layers={}, platform=platform)
    assert not guard.held
    assert not guard.accepted
    assert "no offline guard for this system" in guard.problem


def test_user_namespaces_that_ubuntu_restricts_are_not_taken(tmp_path, monkeypatch):
    (tmp_path / "self/task/1").mkdir(parents=True)
    setting = tmp_path / "sys/kernel/apparmor_restrict_unprivileged_userns"
    setting.parent.mkdir(parents=True)
    setting.write_text("1\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(linux, "unshare", lambda _: pytest.fail("it was taken"))
    with pytest.raises(OSError, match="restricted"):
        layers.enter_namespace(tmp_path)


@pytest.mark.parametrize("machine", ["riscv64", "i686", "s390x"])
def test_no_filter_for_a_machine_that_nobody_knows(machine, monkeypatch):
    monkeypatch.setattr(os, "uname", lambda: type("Name", (), {"machine": machine}))
    with pytest.raises(OSError, match="no filter is known"):
        layers.install_filter()


def interpreted(program: bytes, architecture: int, number: int, argument: int) -> int:
    """Run a filter the way the kernel does, on one call."""
    memory = {0: number, 4: architecture, 16: argument & 0xFFFFFFFF, 20: argument >> 32}
    steps = [layers.INSTRUCTION.unpack_from(program, at) for at in range(0, len(program), 8)]
    at = value = 0
    while True:
        code, yes, no, constant = steps[at]
        at += 1
        if code == 0x20:
            value = memory[constant]
        elif code == 0x15:
            at += yes if value == constant else no
        elif code == 0x35:
            at += yes if value >= constant else no
        else:
            assert code == 0x06
            return constant


@pytest.mark.parametrize("machine", linux.MACHINES)
def test_the_filter_of_every_machine_says_what_it_should(machine):
    """Also of the machine that is not at hand: the program is run on every call it could meet."""
    numbers = linux.MACHINES[machine]
    program = layers.filter_program(numbers)
    refuse = linux.SECCOMP_RET_ERRNO | errno.EACCES
    for number in (*range(600), 0x40000000, 0x40000000 + 41, 0xFFFFFFFF):
        for family in (0, 1, 2, 10, 16, 17, 40, (1 << 32) | 2, (1 << 32) | 1):
            given = interpreted(program, numbers.architecture, number, family)
            foreign = numbers.foreign_from is not None and number >= numbers.foreign_from
            if number in layers.refused_calls(numbers) or foreign:
                assert given == refuse
            elif number in (numbers.socket, numbers.socketpair):
                assert given == (linux.SECCOMP_RET_ALLOW if family & 0xFFFFFFFF == 1 else refuse)
            else:
                assert given == linux.SECCOMP_RET_ALLOW
    for other in (0x40000003, 0x40000028, 0):
        assert interpreted(program, other, 0, 0) == linux.SECCOMP_RET_KILL_PROCESS


# --- the commands -----------------------------------------------------------------------------------------------------

RUN = "from splitkit.cli.main import run\nsys.exit(run({arguments!r}, shut=lambda accept: offline.shut(accept=accept, {how})))"
REFUSED = "layers={'namespace': refuse}"
SPLIT = ("split", "--policy", "2of3", "--label", "Test", *overrule("disk"))


def commanded(arguments: tuple[str, ...], how: str, cwd: Path) -> subprocess.CompletedProcess:
    body = "def refuse(): raise PermissionError(1, 'refused by a test')\n" + RUN.format(arguments=arguments, how=how)
    return trial(body, cwd=cwd)


@pytest.mark.parametrize(
    "command",
    [
        SPLIT,
        pytest.param((*SPLIT, "--practice"), marks=pytest.mark.long),
        pytest.param(("check", "x.png"), marks=pytest.mark.long),
        pytest.param(("recover", "x.png"), marks=pytest.mark.long),
        ("demo",),
    ],
)
def test_no_command_runs_where_linux_cannot_shut_the_network_off(command, tmp_path):
    out = ("--out", "sheets") if command[0] == "split" else ()
    done = commanded((*command, *out), REFUSED, tmp_path)
    assert done.returncode == 6
    assert "error: the network cannot be shut off (namespace: refused by a test)" in done.stderr
    assert offline.ACCEPT in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("how", "options", "practice", "code"),
    [
        ("platform='darwin'", (), False, 6),
        pytest.param("platform='darwin'", (), True, 0, marks=pytest.mark.long),
        pytest.param("platform='darwin'", overrule("no-guard"), False, 0, marks=pytest.mark.long),
        (REFUSED, overrule("no-guard"), False, 0),
        pytest.param(REFUSED, overrule("no-guard"), True, 0, marks=pytest.mark.long),
    ],
)
def test_a_real_set_needs_a_guard_or_people_who_go_without(how, options, practice, code, tmp_path):
    arguments = (*options, *SPLIT, "--out", "sheets", *(("--practice",) if practice else ()))
    done = commanded(arguments, how, tmp_path)
    assert done.returncode == code, done.stderr
    assert "NOTHING KEEPS THIS PROGRAM OFFLINE" in done.stderr
    assert (tmp_path / "sheets").exists() is (code == 0)
    assert ("no ledger holds why 'no-guard' was overruled" in done.stderr) is bool(options)
    if code:
        assert "error: nothing keeps this program offline: splitkit has no offline guard" in done.stderr


def test_a_guard_that_holds_is_not_talked_about(tmp_path):
    done = run(*SPLIT, "--practice", "--out", "sheets", cwd=tmp_path)
    assert done.returncode == 0
    assert "OFFLINE" not in done.stderr
    assert "lock itself in" not in done.stderr


def test_the_filter_alone_raises_no_false_alarm_of_the_picture_reader(tmp_path):
    """Where namespaces are refused to the parent and to the child, the parent's filter keeps the child offline too."""
    body = RUN.format(arguments=("check", str(ROOT / "printouts/specimens/sheet-a4.png")), how="")
    first = (  # unshare() is refused by a filter of the test's own, the way containers refuse it
        "import struct\nn = {'x86_64': 272, 'aarch64': 97}[os.uname().machine]\n"
        "rows = (32, 0, 0, 0), (21, 0, 1, n), (6, 0, 0, 0x50000 | 1), (6, 0, 0, 0x7fff0000)\n"
        "steps = b''.join(struct.pack('=HBBI', *row) for row in rows)\n"
        "c = ctypes.CDLL(None); c.prctl(38, 1, 0, 0, 0); p = layers._Program(4, steps)\n"
        "assert c.prctl(22, 2, ctypes.byref(p), 0, 0) == 0\n"
        "try: offline.LAYERS['namespace']()\n"
        "except PermissionError: pass\n"
        "else: raise SystemExit('a namespace was taken')\n"
    )
    done = trial(first + body)
    assert done.returncode in (0, 5), done.stderr
    assert "sheet" in done.stdout
    assert "lock itself in" not in done.stderr


def test_the_environment_cannot_weaken_the_guard(tmp_path):
    """No variable is read: the modules of the guard do not name the environment at all."""
    for module in (offline, layers, linux):
        source = Path(module.__file__).read_text()
        assert "environ" not in source
        assert "getenv" not in source


def test_the_help_says_how_to_go_without():
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=False, env=environment())
    assert all(word in done.stdout for word in offline.ACCEPT.split())
