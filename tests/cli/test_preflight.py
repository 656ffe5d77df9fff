"""`splitkit preflight` as people and programs meet it: on the machine at hand, behind its guard, as root and not, at a terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from splitkit.preflight.checks import CHECKS
from splitkit.preflight.people import QUESTIONS
from tests.support.kit import ALTERED, environment, few_installed, quick, run
from tests.support.places import ROOT
from tests.support.terminals import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="judges Linux")
NAMES = {check.name for check in CHECKS} | set(QUESTIONS) | {"room clock"}

AS_SOMEBODY = """
import os, sys, ctypes
sys.path.insert(0, {root!r})
import click, json, resource, csv, textwrap, difflib, tempfile
from splitkit.host import offline, process
from splitkit.cli import main, preflight
from tests.support.commands.few_installed import install
install({site!r})
os.setgroups([]); os.setgid(65534); os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
{before}
sys.exit(main.run(["preflight", "--json"]))
"""


def interfaces_up() -> list[str]:
    """Those that are up, by another way than the program's: the kernel's own list for programs."""
    import fcntl
    import socket
    import struct

    up = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            answer = fcntl.ioctl(probe, 0x8913, struct.pack("16sH14x", name.encode(), 0))
            flags = struct.unpack("16sH14x", answer)[1]
            if flags & 1 and not flags & 8:
                up.append(name)
    return up


def judged(done: subprocess.CompletedProcess) -> dict:
    assert done.returncode in (0, 6), done.stderr
    report = json.loads(done.stdout)
    assert {finding["check"] for finding in report["findings"]} == NAMES
    assert report["fit"] is (done.returncode == 0)
    return report


@pytest.fixture(scope="module")
def ours(tmp_path_factory) -> dict:
    """What it says of the machine at hand."""
    return judged(run("preflight", "--json", cwd=tmp_path_factory.mktemp("ours"), altered=few_installed()))


def links(report: dict) -> list[str]:
    return [finding["fact"] for finding in report["findings"]
            if finding["check"] == "network links" and finding["verdict"] == "FAIL"]  # fmt: skip


def test_the_object_on_the_machine_at_hand(ours):
    assert len(links(ours)) == len(interfaces_up())
    for name in interfaces_up():
        assert any(fact.startswith(f"{name} is up") for fact in links(ours)), "behind the guard it must still be seen"
    assert ours["guard"] == ["namespace", "filter"]


def test_a_default_route_is_seen_from_behind_the_guard(ours):
    """The world inside the guard has no routes at all: what is judged is the machine's."""
    routes = Path("/proc/net/route").read_text().splitlines()[1:]
    default = any(row.split()[1] == row.split()[7] == "00000000" for row in routes)
    verdicts = {finding["check"]: finding["verdict"] for finding in ours["findings"]}
    assert (verdicts["network routes"] == "FAIL") is default


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")
@pytest.mark.parametrize("hidden", [False, True], ids=["proc", "hidepid"])
def test_an_ordinary_user_sees_the_same(ours, hidden):
    """Also where /proc hides the processes of others: the tables were opened before the guard was shut."""
    before = (
        "assert not os.path.exists('/proc/1/net/route')" if hidden else "assert os.path.exists('/proc/1/net/route')"
    )
    command = [sys.executable, "-B", "-c", AS_SOMEBODY.format(root=str(ROOT), site=quick()[-1], before=before)]
    if hidden:
        mount = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", mount, "sh", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=environment())
    report = judged(done)
    assert len(links(report)) == len(interfaces_up())
    for name in ("network links", "network routes", "swap", "radios"):
        facts = [
            [finding["fact"] for finding in given["findings"] if finding["check"] == name] for given in (report, ours)
        ]
        assert facts[0] == facts[1]


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
def test_somebody_elses_empty_network_does_not_hide_the_machine(tmp_path, ours):
    wrap = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "-Urn"]
    done = subprocess.run([*wrap, *quick(), "preflight", "--json"], capture_output=True, text=True, check=False,
                          cwd=tmp_path, env=environment())  # fmt: skip
    report = judged(done)
    assert len(links(report)) == len(interfaces_up())
    facts = [
        [finding["fact"] for finding in given["findings"] if finding["check"] == "network routes"]
        for given in (report, ours)
    ]
    assert facts[0] == facts[1]


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_it_never_sends_and_opens_nothing_for_writing(tmp_path):
    log = tmp_path / "calls"
    subprocess.run(["strace", "-f", "-qq", "-e", "trace=network,openat", "-o", str(log), *quick(), "preflight", "--json"],
                   capture_output=True, check=False, cwd=tmp_path, env=environment())  # fmt: skip
    calls = log.read_text().splitlines()
    assert not [line for line in calls if " send" in line]
    assert not [line for line in calls if "socket(AF_" in line and "AF_INET" not in line and "AF_UNIX" not in line]
    written = [line for line in calls if "openat(" in line and ("O_WRONLY" in line or "O_RDWR" in line)]
    own = ("/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map", "/dev/null")
    assert not [line for line in written if not any(name in line for name in own)]


def test_without_a_guard_it_still_judges_and_says_so(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from splitkit.cli.main import run\nfrom splitkit.host import offline\n"
        f"from tests.support.commands.few_installed import install\ninstall({quick()[-1]!r})\n"
        "def refuse(): raise PermissionError(1, 'refused by a test')\n"
        "sys.exit(run(['preflight', '--json'], shut=lambda accept: offline.shut(accept=accept, layers={'filter': refuse})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
                          env=environment())  # fmt: skip
    report = judged(done)
    assert done.returncode == 6
    (finding,) = [finding for finding in report["findings"] if finding["check"] == "offline guard"]
    assert finding["verdict"] == "FAIL"
    assert "refused by a test" in finding["fact"]


FIT = """
from pathlib import Path
from tests.preflight import test_checks as prepared
from splitkit.cli import preflight
machine = prepared.prepare(Path({folder!r}), {changes})
preflight.this_machine = lambda *_: machine
"""


def on_a_prepared_machine(tmp_path, changes: str) -> str:
    (tmp_path / "tree").mkdir()
    return FIT.format(folder=str(tmp_path / "tree"), changes=changes)


@pytest.mark.parametrize(("changes", "code"), [("{}", 0), ("prepared.ETH", 0), ("prepared.swaps('/dev/sda1')", 6)])
def test_the_exit_code_is_6_with_a_fail_and_0_without(tmp_path, changes, code):
    done = run("preflight", cwd=tmp_path, altered=on_a_prepared_machine(tmp_path, changes))
    assert done.returncode == code, done.stderr
    assert ("error: this machine is not fit" in done.stderr) is (code == 6)
    assert done.stdout.splitlines()[-1].startswith("NOT FIT" if code else "FIT as far as a program can see")


def answer(session: Session, *answers: str) -> None:
    for question, _, _ in QUESTIONS.values():
        session.until_text(question[:40])
        session.type("yes\n")
    session.until_text("What does the clock in the room say?")
    session.type("2026-11-24 09:00\n")
    for typed in answers:
        session.until_text("Do you go on with it?")
        session.type(typed + "\n")


@pytest.mark.parametrize(("typed", "code"), [("yes", 0), ("no", 6)])
def test_a_warning_is_accepted_at_the_terminal_and_stands_in_the_report(tmp_path, typed, code):
    machine = on_a_prepared_machine(tmp_path, "prepared.ETH")
    with Session([*ALTERED, machine, "preflight", "--report", "report.txt"], tmp_path) as session:
        answer(session, typed)
        assert session.finish() == code
        screen = "\n".join(session.screen.main)
    assert ("\nFIT as far as a program can see (1 WARN)" in screen) is (code == 0)
    assert ("\nNOT FIT for a ceremony (1 WARN, 1 not accepted)" in screen) is (code == 6)
    report = (tmp_path / "report.txt").read_text()
    assert ("(accepted)" in report) is (code == 0)
    assert ("NOT ACCEPTED" in report) is (code == 6)
    assert "people say: a shredder is ready" in report
    assert (tmp_path / "report.txt").stat().st_mode & 0o777 == 0o600


def test_no_line_on_a_terminal_is_broken_by_the_terminal(tmp_path):
    with Session([*quick(), "preflight", "--no-questions"], tmp_path) as session:
        session.finish()
        assert max(len(row) for row in session.screen.main) <= 80
        assert any(row.startswith("UNKNOWN  people ") for row in session.screen.main)


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_stopping_the_questions(tmp_path, key):
    with Session([*quick(), "preflight"], tmp_path) as session:
        session.until_text("yes, no or unknown:")
        session.type(key)
        assert session.finish() == 130
        assert "Traceback" not in "\n".join(session.screen.main)
        assert any(row.startswith("error: ") for row in session.screen.main), "on a line of its own"


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (("--report", "there"), "the file 'there' is there already"),
        (("--report", "nowhere/report.txt"), "the folder of the file 'nowhere/report.txt' does not exist"),
        (("--last-record", "yesterday"), "not a date"),
        (("--last-record", "2026-13-01"), "not a date"),
        (("extra",), "not understood"),
    ],
)
def test_usage(tmp_path, arguments, fact):
    (tmp_path / "there").write_text("kept")
    done = run("preflight", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert fact in done.stderr
    assert (tmp_path / "there").read_text() == "kept"


def test_a_report_on_a_full_disk_is_an_error_and_leaves_nothing(tmp_path):
    import resource

    done = subprocess.run([*quick(), "preflight", "--report", "report.txt"], capture_output=True, text=True, check=False,
                          cwd=tmp_path, env=environment(),
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)))  # fmt: skip
    assert done.returncode == 7, done.stderr
    assert not (tmp_path / "report.txt").exists()


def test_a_variable_of_the_environment_is_named_and_its_value_is_not(tmp_path):
    env = environment(SSH_CONNECTION="198.51.100.7 22", PYTHONSTARTUP="/very/private")
    few = f"from tests.support.commands.few_installed import install; install({quick()[-1]!r})"
    done = run("preflight", cwd=tmp_path, env=env, altered=few)
    assert "SSH_CONNECTION" in done.stdout
    assert "PYTHONSTARTUP" in done.stdout
    assert "198.51.100.7" not in done.stdout + done.stderr
    assert "/very/private" not in done.stdout + done.stderr
