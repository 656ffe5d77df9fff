"""Hardening: read back from the kernel, in a process of its own, and refused where it does not hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from splitkit.errors import UnsafeMachineError
from splitkit.host import hardening, linux

LOOK = """
import os, resource, ctypes
from splitkit.host.hardening import harden
{before}
harden()
print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0o022)), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def looked(before: str = "") -> subprocess.CompletedProcess:
    code = LOOK.format(before=before)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says of a process")
@pytest.mark.parametrize(
    "before", ["", "os.umask(0)", "resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)) if os.geteuid() == 0 else None"]
)
def test_no_core_no_inspection_private_files(before):
    done = looked(before)
    assert done.stdout == "(0, 0) 0o77 0\n", done.stderr


@pytest.mark.skipif(
    not Path("/usr/bin/setpriv").exists() or os.geteuid() != 0, reason="needs root, to be somebody else"
)
def test_a_hardened_process_cannot_be_looked_into():
    """What /proc shows of a process belongs to root once it is not dumpable, whoever it runs as."""
    python = shutil.which("python3", path="/usr/bin")
    if not python:
        pytest.skip("no Python here that another user may run")
    owners = []
    for call in ("pass", "libc.prctl(4, 0, 0, 0, 0)"):  # without and with the call that `harden` makes
        code = (
            f"import ctypes; libc = ctypes.CDLL(None); libc.prctl(4, 1, 0, 0, 0); {call}; print(1, flush=True); input()"
        )
        command = ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", python, "-c", code]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/") as process:
            process.stdout.readline()
            owners.append(Path(f"/proc/{process.pid}/environ").stat().st_uid)
            process.communicate(b"\n")
    assert owners == [65534, 0]


@pytest.mark.parametrize(
    ("pattern", "limit"), [(b"core\n", 0), (b"|/usr/bin/collect %p\n", 1), (b"@/run/collect\n", 1), (b"", 0), (None, 0)]
)
def test_a_collector_of_core_dumps_takes_the_limit_of_one_byte_as_a_no(tmp_path, pattern, limit):
    path = tmp_path / "core_pattern"
    if pattern is not None:
        path.write_bytes(pattern)
    assert hardening.core_limit(path) == limit


def test_the_limit_of_one_byte_is_set_and_read_back(tmp_path):
    (tmp_path / "pattern").write_bytes(b"|collect")
    before = f"from pathlib import Path; from splitkit.host import hardening; hardening.CORE_PATTERN = Path('{tmp_path}/pattern')"
    assert looked(before).stdout == "(1, 1) 0o77 0\n"
    assert looked(before + "; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))").stdout == "(0, 0) 0o77 0\n"


def test_a_limit_that_does_not_hold_is_refused(monkeypatch):
    import resource

    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(resource, "getrlimit", lambda *_: (0, -1))
    with pytest.raises(UnsafeMachineError, match="core dumps"):
        hardening._forbid_core_dumps()


def test_a_process_that_stays_open_is_refused(monkeypatch):
    class Deaf:
        @staticmethod
        def prctl(*_: int) -> int:
            return 1

    monkeypatch.setattr(linux, "_library", Deaf)
    with pytest.raises(UnsafeMachineError, match="inspection"):
        hardening._forbid_inspection()


def test_every_command_hardens_before_it_reads_or_draws_anything():
    """In the source of each command, the first call of its body that does something is `harden`."""
    import ast

    from splitkit.cli.main import COMMANDS

    for place, _ in COMMANDS.values():
        module, _, name = place.partition(":")
        path = Path(hardening.__file__).parents[1] / "cli" / f"{module.rpartition('.')[2]}.py"
        command = next(
            node
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef) and node.name == (name or "command")
        )
        calls = [ast.unparse(node) for node in ast.walk(command) if isinstance(node, ast.Call)]
        assert "hardening.harden()" in calls
        first = next(at for at, node in enumerate(command.body) if "hardening.harden()" in ast.unparse(node))
        for node in command.body[:first]:
            called = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
            assert not {"open", "read", "read_file", "agreed", "Entropy"} & {
                name.id if isinstance(name, ast.Name) else name.attr
                for name in called
                if isinstance(name, ast.Name | ast.Attribute)
            }
