"""Printing through a real CUPS, to printers that misbehave: what reaches the paper, what CUPS keeps, what people are told."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from splitkit.paper.printing import printer
from tests.support.kit import environment, overrule, run
from tests.support.paper.printshop import PrintShop, measured, printing, size_mm
from tests.support.processes import HANGS
from tests.support.sampling import sampled
from tests.support.terminals import Session

pytestmark = printing
TEST = ("preflight", "--printer", "Office")


@pytest.fixture
def shop(tmp_path):
    with PrintShop(tmp_path / "shop") as open_shop:
        yield open_shop


def right(length: float) -> bool:
    """Within half a percent of 100 mm."""
    return abs(length - 100) <= 0.5


def options(ticket: list[str]) -> set[str]:
    return set(ticket[4].split())


@pytest.mark.parametrize(
    ("paper", "default", "size"),
    [
        ("a4", "Letter", (210, 297)),
        pytest.param("letter", "A4", (216, 279), marks=pytest.mark.long),
        pytest.param("a4", "A4", (210, 297), marks=pytest.mark.long),
    ],
)
def test_a_page_keeps_its_size_whatever_the_queue_would_do(shop, paper, default, size):
    bad = ("fit-to-page-default=true", "print-scaling-default=fit", "number-up-default=2", "copies-default=3",
           "job-sheets-default=standard,classified", "sides-default=two-sided-long-edge", "page-border-default=double")  # fmt: skip
    shop.queue("Office", "usb://Test/Printer?serial=1", default, *bad)
    done = shop.splitkit(*TEST, "--paper", paper)
    assert (done.returncode, done.stderr.count("warning")) == (0, 0), done.stderr
    assert "CUPS holds nothing of it any more" in done.stdout
    (page,), (ticket,) = shop.pages(), shop.tickets()
    assert size_mm(page) == size
    assert all(right(length) for length in measured(page)), measured(page)
    assert ticket[:4] == ["usb://Test/Printer?serial=1", "root", "splitkit", "1"]
    media = {"a4": "A4", "letter": "Letter"}[paper]
    assert options(ticket) >= {
        f"media={media}",
        f"PageSize={media}",
        "print-scaling=none",
        "sides=one-sided",
        "Duplex=None",
    }
    assert shop.spool() == []
    assert shop.jobs() == ""


def test_the_same_page_sent_without_care_is_shrunk(shop, tmp_path):
    """The test above can fail: this is what it guards against."""
    shop.queue(paper="Letter")
    assert shop.splitkit(*TEST).returncode == 0
    (tmp_path / "page.pdf").write_bytes(shop.pages()[0])
    shop.inside("lp", "-d", "Office", "-o", "fit-to-page", tmp_path / "page.pdf")
    assert shop.until(lambda: len(shop.tickets()) == 2)
    lengths = measured(shop.pages()[1])
    assert max(lengths) < 96, lengths


def test_settings_of_the_person_and_of_the_machine_take_no_part(shop, tmp_path):
    shop.queue()
    shop.queue("Other", "usb://Other/Printer")
    shop.inside("lpadmin", "-d", "Other")
    home = tmp_path / "home"
    (home / ".cups").mkdir(parents=True)
    (home / ".cups/lpoptions").write_text(
        "Default Other\nDest Office number-up=4 sides=two-sided-long-edge mirror=true\n"
    )
    (home / ".cups/client.conf").write_text("ServerName 192.0.2.1\n")
    (tmp_path / "lpoptions").write_text("Dest Office page-ranges=9 scaling=50 job-sheets=secret\n")
    shop.inside("cp", tmp_path / "lpoptions", "/etc/cups/lpoptions")
    more = {"HOME": str(home), "LPDEST": "Other", "PRINTER": "Other", "CUPS_SERVER": "192.0.2.1", "LANG": "de_DE.UTF-8"}
    done = shop.splitkit(*TEST, env=more)
    assert done.returncode == 0, done.stderr
    (page,), (ticket,) = shop.pages(), shop.tickets()
    assert ticket[0] == "usb://Test/Printer?serial=1"
    assert all(right(length) for length in measured(page))
    assert not options(ticket) & {"number-up=4", "mirror", "page-ranges=9", "scaling=50"}


def test_no_page_stands_in_an_argument_a_variable_or_a_file(shop, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    shop.queue()
    log = tmp_path / "trace"
    trace = ["strace", "-f", "-v", "-s", "4096", "-e", "trace=execve,openat,open,creat,mkdir", "-o", log]
    command = shop.wrapped([*trace, sys.executable, "-m", "splitkit", *TEST])
    done = subprocess.run(command, env=environment(), cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = log.read_text().splitlines()
    started = [
        line for line in lines if re.search(r'execve\("/usr/bin/(lp|lpstat|cancel)"', line) and line.endswith("= 0")
    ]
    assert {re.search(r'/usr/bin/(\w+)"', line)[1] for line in started} == {"lp", "lpstat"}
    assert all(len(line) < 900 and "PDF-" not in line for line in started)
    written = [line for line in lines if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(|mkdir\(", line)]
    kernel = ('"/dev/null"', '"/dev/tty"', '"/proc/self/')
    assert [line for line in written if not any(name in line for name in kernel) and " = -1 " not in line] == []


@pytest.mark.parametrize("layer", [pytest.param("namespace", marks=pytest.mark.long), "filter"])
def test_each_layer_of_the_guard_lets_the_way_to_cups_open(shop, layer):
    shop.queue()
    code = f"""if True:
        from splitkit.host import offline
        guard = offline.shut(accept=False, layers={{"{layer}": offline.LAYERS["{layer}"]}})
        from splitkit.preflight.spool import print_test_page
        from splitkit.paper.geometry import Paper
        from splitkit.paper.printing import printer
        queue = printer.find_queue("Office")
        print(guard.layers, printer.print_page(print_test_page("Office", Paper.A4, 20000), queue, Paper.A4, print), offline.reachable())
    """
    done = subprocess.run(
        shop.wrapped([sys.executable, "-c", code]), env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout == f"('{layer}',) 1 \n", done.stderr
    assert all(right(length) for length in measured(shop.pages()[0]))


def test_kept_documents_are_warned_of_before_and_named_after(tmp_path):
    keep = "PreserveJobFiles Yes\nPreserveJobHistory Yes\n"
    with PrintShop(tmp_path / "shop", keep=keep, memory=False) as shop:
        shop.queue()
        done = shop.splitkit(*TEST)
        assert done.returncode == 0, done.stderr
        warnings = [
            line for line in done.stderr.splitlines() if line.startswith("warning: a real sheet would not be printed")
        ]
        assert [
            bool(re.search(what, line))
            for what, line in zip(("on a disk", "documents after", "list of jobs"), warnings, strict=True)
        ] == [True] * 3
        assert re.search(r"CUPS still holds (c00001, )?d00001-001: remove it with 'cancel -a -x Office'", done.stdout)
        again = shop.splitkit(*TEST)
        assert "documents of earlier jobs are still there: d00001-001" in again.stderr
        assert re.search(r"CUPS still holds .*d00002-001", again.stdout)
        shop.inside("cancel", "-a", "-x", "Office")
        assert shop.until(lambda: shop.spool() == [])


def test_what_cups_keeps_of_an_interrupted_job_is_named(tmp_path):
    with PrintShop(tmp_path / "shop", keep="PreserveJobFiles Yes\nPreserveJobHistory Yes\n") as shop:
        shop.queue()
        shop.printer("hang")
        running = shop.start(*TEST)
        assert shop.until(lambda: "Office-1" in shop.jobs())
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=HANGS)
        assert shop.jobs() == ""
        assert re.search("CUPS still holds (c00001, )?d00001-001: remove it with 'cancel -a -x Office'", err)
        shop.inside("cancel", "-a", "-x", "Office")
        assert shop.spool() == []


def test_files_that_are_left_are_told(shop):
    shop.queue()
    shop.inside("sh", "-c", "echo page > /var/spool/cups/tmp/before")
    shop.printer("messy")
    done = shop.splitkit(*TEST)
    assert "CUPS still holds tmp/gs_left:" in done.stdout
    assert "what earlier jobs have put aside is still there: tmp/before" in done.stderr


def test_an_ordinary_user_prints_and_hears_that_nobody_looked(shop):
    shop.queue()
    shop.inside("chmod", "0600", "/etc/cups/cups-files.conf")
    done = shop.splitkit(*TEST, user=54_321)
    assert done.returncode == 0, done.stderr
    assert "nobody could look into the spool of CUPS: /etc/cups/cups-files.conf cannot be read" in done.stdout
    assert "a real sheet would not be printed here: /etc/cups/cups-files.conf cannot be read" in done.stderr
    shop.inside("chmod", "0644", "/etc/cups/cups-files.conf")
    assert "/var/spool/cups cannot be listed" in shop.splitkit(*TEST, user=54_321).stdout
    assert len(shop.pages()) == 2
    assert shop.spool() == []


REFUSED = {
    "no such queue": ("true", 2, "there is no print queue of this name"),
    "rejecting": ("cupsreject -r 'being repaired' Office", 7, "the queue takes no jobs (being repaired)"),
    "disabled": ("cupsdisable -r 'no toner' Office", 7, "the queue is stopped (no toner)"),
    "socket": ("lpadmin -p Office -v socket://192.0.2.9", 6, "not on a cable of this machine (socket)"),
    "ipp elsewhere": ("lpadmin -p Office -v ipp://192.0.2.9/ipp/print", 6, "not on a cable of this machine (ipp)"),
    "a tricky host": ("lpadmin -p Office -v ipp://localhost@192.0.2.9/ipp/print", 6, "not on a cable"),
    "lpd": ("lpadmin -p Office -v lpd://localhost/x", 6, "not on a cable of this machine (lpd)"),
    "ipp here": ("lpadmin -p Office -v ipp://localhost:8631/ipp/print", 6, "a service on this machine (ipp to localhost)"),
    "a file": ("lpadmin -p Office -v file:///dev/null", 6, "is a class of printers, or writes into a file"),
    "busy": ("cupsdisable Office; lp -d Office /etc/hostname; echo hang > /run/fake/mode; cupsenable Office", 7, "jobs in the queue already (1)"),
    "a class": ("lpadmin -p Office -c Group; cupsenable Group; cupsaccept Group", 6, "a class of printers"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_queue_that_is_not_fit_is_refused_and_gets_nothing(tmp_path, name):
    setting, code, fact = REFUSED[name]
    with PrintShop(tmp_path / "shop", files="FileDevice Yes\n") as shop:
        if name != "no such queue":
            shop.queue()
        shop.inside("sh", "-c", setting)
        done = shop.splitkit("preflight", "--printer", "Group" if name == "a class" else "Office")
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert f"error: {done.stderr.partition('error: ')[2]}" in done.stderr
        assert fact in done.stderr
        assert "hint: " in done.stderr
        assert shop.pages() == []


@pytest.mark.parametrize("name", ["", "-h", "a b", "Office/instance", "Office,Other", "../x", "\u00e9", "x" * 128])
def test_what_cannot_be_a_queue_is_refused(name):
    """Before CUPS is asked: this answer comes also where there is none."""
    done = run("preflight", f"--printer={name}", cwd=Path("/"))
    assert done.returncode == 2
    assert "error: this cannot be the name of a print queue" in done.stderr


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("empty", "out of paper: put the right paper in (no paper in tray 1)"),
        pytest.param("jam", "paper is jammed: open the printer", marks=pytest.mark.long),
    ],
)
def test_people_are_told_what_the_printer_needs_and_the_page_comes_then(shop, mode, words):
    shop.queue()
    shop.printer(mode)
    with Session(shop.command(*TEST), Path("/")) as session:
        session.until_text(words[:24])
        shop.printer("ok")
        assert session.finish() == 0
        text = " ".join(" ".join(session.screen.main).split())
    assert words in text
    assert "printing goes on by itself, Ctrl-C cancels the job" in text
    assert all(right(length) for length in measured(shop.pages()[0]))
    assert shop.spool() == []


def test_what_a_printer_says_moves_no_cursor(shop):
    shop.queue()
    shop.printer("rude")
    with Session(shop.command(*TEST), Path("/")) as session:
        session.until_text("paper is jammed: open th")
        shop.printer("ok")
        assert session.finish() == 0
    assert b"\x1b[2J" not in session.raw
    assert b"\x1b]" not in session.raw


@pytest.mark.parametrize("mode", ["stop", pytest.param("hold", marks=pytest.mark.long)])
def test_a_printer_that_stops_ends_the_job_and_nothing_of_it_stays(shop, mode):
    shop.queue()
    shop.printer(mode)
    done = shop.splitkit(*TEST)
    assert (done.returncode, done.stdout) == (7, ""), done.stderr
    assert "error: the printer stopped in the middle of the job" in done.stderr
    assert "destroy what came out" in done.stderr
    assert (shop.jobs(), shop.spool(), shop.pages()) == ("", [], [])


def test_patience_ends_and_nothing_of_the_job_stays(shop):
    shop.queue()
    shop.printer("gone")
    code = """if True:
        from splitkit.errors import DeviceError
        from splitkit.preflight.spool import print_test_page
        from splitkit.paper.geometry import Paper
        from splitkit.paper.printing import printer
        try:
            printer.print_page(print_test_page("Office", Paper.A4, 1), printer.find_queue("Office"), Paper.A4, print, 3.0)
        except DeviceError as error:
            print(error.fact)
    """
    done = subprocess.run(
        shop.wrapped([sys.executable, "-c", code]), env=environment(), capture_output=True, text=True, check=False
    )
    told, fact = done.stdout.splitlines()
    assert (
        told
        == "the printer cannot be reached: check that it is on, and the cable (no printer on the cable); printing goes on by itself, Ctrl-C cancels the job"
    )
    assert fact == "the printer cannot be reached"
    assert (shop.jobs(), shop.spool(), shop.pages()) == ("", [], [])


@pytest.mark.parametrize(
    "number",
    sampled([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], 0, always=[signal.SIGTERM], ids=lambda one: one.name),
)
def test_an_interruption_cancels_the_job_with_its_data(shop, number):
    shop.queue()
    shop.printer("hang")
    running = shop.start(*TEST)
    assert shop.until(lambda: "Office-1" in shop.jobs())
    assert shop.spool() == ["./d00001-001"]
    running.send_signal(number)
    out, err = running.communicate(timeout=HANGS)
    assert (running.returncode, out) == (130, ""), err
    assert "stopped by" in err
    assert (shop.jobs(), shop.spool()) == ("", [])


@pytest.mark.long
@pytest.mark.parametrize("pauses", [(0, 3), (1, 2)])
def test_an_impatient_operator_does_not_stop_the_tidying_up(shop, pauses):
    """Ctrl-C again and again, as the typesetter's threads look on."""
    shop.queue()
    shop.printer("hang")
    for again in pauses:
        running = shop.start(*TEST)
        assert shop.until(shop.jobs)
        while running.poll() is None:
            running.send_signal(signal.SIGINT)
            time.sleep(0.01 + 0.02 * again)
        _, err = running.communicate(timeout=HANGS)
        assert running.returncode in (130, -signal.SIGINT), err
        assert "Traceback" not in err
        assert (shop.jobs(), shop.spool()) == ("", [])


@pytest.mark.parametrize("first", [0, *(pytest.param(first, marks=pytest.mark.long) for first in range(1, 12))])
def test_an_interruption_at_any_moment_leaves_no_job(shop, first):
    """From before `lp` has started until after it has ended."""
    shop.queue()
    shop.printer("hang")
    outcomes = set()
    for step in range(first, 24, 12):
        running = shop.start(*TEST)
        assert shop.until(lambda running=running: _child(running.pid) or running.poll() is not None)
        try:
            running.wait(0.012 * step)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=HANGS)
        outcomes.add(running.returncode)
        assert shop.until(lambda: not shop.jobs()), f"{step}: {err}"
        assert shop.spool() == [], step
    assert outcomes == {130}


def test_an_interruption_in_the_midst_of_starting_lp_waits_for_it(tmp_path, monkeypatch):
    """The moment between the start of a program and our knowing of it, at which nobody could wait for it."""
    start = subprocess.Popen._execute_child

    def interrupted(self, *arguments, **more):
        start(self, *arguments, **more)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(subprocess.Popen, "_execute_child", interrupted)
    with pytest.raises(KeyboardInterrupt):
        printer._run("sh", "-c", 'sleep 0.5 && echo done > "$0"', str(tmp_path / "end"))
    assert (tmp_path / "end").read_text() == "done\n"


def _child(pid: int) -> bool:
    """Whether a process has started its first program."""
    try:
        return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text())
    except OSError:
        return False


def test_a_kill_leaves_a_job_that_the_next_run_refuses_to_pass_over(shop):
    shop.queue()
    shop.printer("hang")
    running = shop.start(*TEST)
    assert shop.until(lambda: "Office-1" in shop.jobs())
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    done = shop.splitkit(*TEST)
    assert done.returncode == 7
    assert "there are jobs in the queue already (1)" in done.stderr
    advice = done.stderr.strip().rpartition(": ")[2]
    assert advice == "cancel -a -x Office"
    assert shop.inside(*advice.split()).returncode == 0
    shop.printer("ok")
    assert (shop.jobs(), shop.spool()) == ("", [])
    assert shop.splitkit(*TEST).returncode == 0
    assert all(right(length) for length in measured(shop.pages()[-1]))


def test_cups_that_does_not_run_is_told_from_a_queue_that_is_not_there(shop):
    shop.queue()
    with_cups = shop.splitkit("preflight", "--printer", "Nope")
    shop.inside("mv", "/run/cups/cups.sock", "/run/cups/aside")
    without = shop.splitkit(*TEST)
    assert (with_cups.returncode, without.returncode) == (2, 7)
    assert "error: CUPS does not run on this machine" in without.stderr


def test_programs_of_cups_that_are_missing_are_named(shop):
    shop.queue()
    shop.inside("mount", "--bind", "/dev/null", "/usr/bin/lpstat")
    done = shop.splitkit(*TEST)
    assert done.returncode == 7
    assert "error: the program 'lpstat' of CUPS cannot be started\nhint: install cups-client" in done.stderr


def test_a_printer_on_loopback_needs_a_yes_or_an_option(shop):
    shop.queue()
    shop.inside("lpadmin", "-p", "Office", "-v", "ipp://localhost:8631/ipp/print")
    with Session(shop.command(*TEST), Path("/")) as session:
        session.until_text("yes or no:")
        session.type("no\n")
        assert session.finish() == 6
    assert "make sure that it is on USB, then add --override loopback --reason TEXT" in " ".join(
        " ".join(session.screen.main).split()
    )
    assert shop.jobs() == ""


EVERYWHERE = [
    name
    for name in ("ippeveprinter", "avahi-daemon", "dbus-daemon")
    if not shutil.which(name, path="/usr/sbin:/usr/bin")
]


@pytest.mark.skipif(bool(EVERYWHERE), reason=f"needs {', '.join(EVERYWHERE)} (apt: cups-ipp-utils avahi-daemon dbus)")
@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (210, 297)), pytest.param("letter", (216, 279), marks=pytest.mark.long)]
)
def test_an_ipp_everywhere_printer(tmp_path, paper, size):
    """One that describes itself: the queue is made of what it says, and the page goes over IPP on loopback."""
    with PrintShop(tmp_path / "shop", everywhere="application/pdf,image/pwg-raster") as shop:
        ask = ("lpadmin", "-p", "Office", "-v", "ipp://localhost:8631/ipp/print", "-m", "everywhere", "-E")
        assert shop.until(lambda: shop.inside(*ask).returncode == 0)
        done = shop.splitkit(*TEST, "--paper", paper, *overrule("loopback", "it is on USB"))
        assert done.returncode == 0, done.stderr
        assert "overruled, because: it is on USB" in done.stderr
        assert "CUPS holds nothing of it any more" in done.stdout
        assert shop.until(lambda: shop.inside("sh", "-c", "ls /run/eve/*.pdf").returncode == 0)
        newest = shop.inside("sh", "-c", "ls -t /run/eve/*.pdf | head -1").stdout.strip()
        page = subprocess.run(shop.wrapped(["cat", newest]), capture_output=True, check=True).stdout
        assert size_mm(page) == size
        assert all(right(length) for length in measured(page)), measured(page)
        assert shop.jobs() == ""
