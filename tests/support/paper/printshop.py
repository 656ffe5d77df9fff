"""A real CUPS of the tests' own, in namespaces of its own: the real paths and the real programs, and nothing of this machine.

Its configuration, spool, sockets and network are those of one process tree; the machine's own CUPS is neither seen nor
touched.  The printer is a backend that keeps what it was given, and that can be out of paper, jammed, stopped or dead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pypdfium2
import pytest

from tests.support import fork_server
from tests.support.kit import COMMAND, environment
from tests.support.processes import HANGS

PROGRAMS = ("cupsd", "lp", "lpadmin", "gs", "unshare", "nsenter", "ip")
MISSING = [name for name in PROGRAMS if not shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")]
FILTER = Path("/usr/lib/cups/filter/pdftopdf")
WHY_NOT = (
    "printing is tested on Linux"
    if sys.platform != "linux"
    else f"needs {', '.join(MISSING)} (apt: cups cups-client ghostscript iproute2)"
    if MISSING
    else "needs pdftopdf (apt: cups-filters)"
    if not FILTER.exists()
    else "needs root, for a cupsd of its own"
    if os.geteuid() != 0
    else ""
)

printing = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")
"""For a test that prints."""

TMPFS = "-t tmpfs -o mode=0755 tmpfs"
SETUP = f"""
set -e
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
ip link set lo up
mount {TMPFS} /run
mkdir -p /run/cups/certs /run/fake
cp -a /usr/lib/cups /run/programs
cp "$1/backend" /run/programs/backend/usb
chown root:root /run/programs/backend/usb
chmod 0755 /run/programs/backend/usb
chmod 0777 /run/fake
mount {TMPFS} /etc/cups
mount {TMPFS} /var/cache/cups
mount {TMPFS} /var/log/cups
mount -t tmpfs -o mode=0710,gid=lp tmpfs /var/spool/cups
[ "$2" = memory ] || mount --bind "$1/spool" /var/spool/cups
mkdir -p /etc/cups/ppd
cp "$1/cupsd.conf" "$1/cups-files.conf" /etc/cups
chmod 0644 /etc/cups/cups-files.conf
if [ -n "$6" ]; then  # an ordinary user must reach the interpreter, in a home that is closed to others
  mkdir /run/python
  mount --bind "$5" /run/python
  mount {TMPFS} "$6"
  mkdir -p "$5"
  mount --bind /run/python "$5"
fi
if [ "$3" = everywhere ]; then
  mkdir -p /run/dbus /run/eve
  dbus-daemon --system --fork
  avahi-daemon -D --no-drop-root --no-chroot --no-rlimits
  (cd /run/eve && exec ippeveprinter -r off -p 8631 -d /run/eve -k -f "$4" -c /bin/true -m Test -s 10 Eve >/run/eve.log 2>&1) &
fi
exec cupsd -f
"""

BACKEND = r"""#!/bin/sh
# What a cable and a printer do: called without arguments by lpinfo, with six by cupsd.
[ $# = 0 ] && { echo 'direct usb "Test" "Test"'; exit 0; }
fake=/run/fake
mode() { cat $fake/mode 2>/dev/null; }
wait_while() { while [ "$(mode)" = "$1" ]; do sleep 0.1; done; }
case "$(mode)" in
  empty) echo "ERROR: no paper in tray 1" >&2; sleep 0.3; echo "STATE: +media-empty-error" >&2; wait_while empty
         echo "STATE: -media-empty-error" >&2 ;;
  jam) echo "STATE: +media-jam-error" >&2; wait_while jam; echo "STATE: -media-jam-error" >&2 ;;
  rude) printf 'ERROR: \033[2J\033]0;owned\007 jam\n' >&2; sleep 0.3; echo "STATE: +media-jam" >&2; wait_while rude ;;
  messy) echo page > "$TMPDIR/gs_left" ;;
  hang) wait_while hang ;;
  gone) echo "ERROR: no printer on the cable" >&2; exit 1 ;;
  stop) exit 4 ;;
  hold) exit 3 ;;
esac
cat > $fake/out.$1
printf '%s\n' "$DEVICE_URI" "$2" "$3" "$4" "$5" > $fake/job.$1
"""

CUPSD = """
LogLevel warn
Listen /run/cups/cups.sock
Browsing No
WebInterface No
DefaultAuthType Basic
<Location />
  Order allow,deny
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit Create-Job Print-Job Send-Document>
    Order deny,allow
  </Limit>
  <Limit Cancel-Job Purge-Jobs Hold-Job Release-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
NOTHING_KEPT = "PreserveJobFiles No\nPreserveJobHistory No\n"

PPD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "TEST.PPD"
*Product: "(Test)"
*Manufacturer: "Test"
*ModelName: "Test printer"
*ShortNickName: "Test printer"
*NickName: "Test printer"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: False
*DefaultColorSpace: Gray
*FileSystem: False
*TTRasterizer: Type42
*cupsVersion: 2.4
*cupsFilter2: "application/vnd.cups-pdf application/pdf 0 -"
*OpenUI *PageSize/Size: PickOne
*DefaultPageSize: {default}
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageSize Letter/Letter: "<</PageSize[612 792]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: {default}
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageRegion Letter/Letter: "<</PageSize[612 792]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: {default}
*ImageableArea A4/A4: "12 12 583 830"
*ImageableArea Letter/Letter: "12 12 600 780"
*DefaultPaperDimension: {default}
*PaperDimension A4/A4: "595 842"
*PaperDimension Letter/Letter: "612 792"
*OpenUI *Duplex/Two sides: PickOne
*DefaultDuplex: DuplexNoTumble
*Duplex DuplexNoTumble/Long edge: "<</Duplex true>>setpagedevice"
*Duplex DuplexTumble/Short edge: "<</Duplex true/Tumble true>>setpagedevice"
*Duplex None/Off: "<</Duplex false>>setpagedevice"
*CloseUI: *Duplex
"""


def closed() -> str:
    """The folder above the interpreter, and not above the repository, that only its owner may enter; or nothing."""
    above = [folder for folder in Path(sys.base_prefix).parents if not folder.stat().st_mode & 0o001]
    return str(above[-1]) if above and above[-1] not in Path(__file__).resolve().parents else ""


class PrintShop:
    """CUPS with its queues and printers; everything ends with it."""

    def __init__(
        self, folder: Path, *, keep: str = NOTHING_KEPT, memory: bool = True, files: str = "", everywhere: str = ""
    ) -> None:
        """*keep* and *files* go into cupsd.conf and cups-files.conf; with *everywhere*, formats of documents, an IPP printer listens at port 8631."""
        self.folder = folder
        (folder / "spool").mkdir(parents=True)
        (folder / "spool").chmod(0o711)
        (folder / "backend").write_text(BACKEND)
        (folder / "cupsd.conf").write_text(CUPSD + keep)
        (folder / "cups-files.conf").write_text(f"ServerBin /run/programs\nSystemGroup root lpadmin\n{files}")
        for paper in ("A4", "Letter"):
            (folder / f"{paper}.ppd").write_text(PPD.format(default=paper))
        self.cupsd = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", SETUP, "sh", folder,
             "memory" if memory else "disk", "everywhere" if everywhere else "", everywhere, sys.base_prefix, closed()],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            stdout=subprocess.DEVNULL,
            stderr=(folder / "cupsd.err").open("wb"),
        )  # fmt: skip
        assert self.until(self._first), "unshare did not start anything"
        assert self.until(lambda: self.inside("lpstat", "-r").stdout == "scheduler is running\n"), self._complaints()

    def _first(self) -> str:
        """The process that is all this tree's first."""
        return Path(f"/proc/{self.cupsd.pid}/task/{self.cupsd.pid}/children").read_text().strip()

    def _complaints(self) -> str:
        return (self.folder / "cupsd.err").read_text() + self.inside("cat", "/var/log/cups/error_log").stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cupsd.kill()
        self.cupsd.wait(HANGS)

    def wrapped(self, command: Iterable[object]) -> list[str]:
        """A command line that runs inside."""
        return ["nsenter", "--mount", "--net", "--target", self._first(), "--", *map(str, command)]

    def inside(self, *command: object, **more) -> subprocess.CompletedProcess[str]:
        """Run a program of the system inside."""
        return subprocess.run(
            self.wrapped(command), capture_output=True, text=True, check=False, timeout=HANGS,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}, **more,
        )  # fmt: skip

    def queue(
        self, name: str = "Office", uri: str = "usb://Test/Printer?serial=1", paper: str = "A4", *options: str
    ) -> str:
        """Make a queue; *options* are its defaults."""
        model = ["-m", "everywhere"] if paper == "everywhere" else ["-P", self.folder / f"{paper}.ppd"]
        defaults = [word for option in options for word in ("-o", option)]
        done = self.inside("lpadmin", "-p", name, "-v", uri, *model, *defaults, "-E")
        assert done.returncode == 0, done.stderr
        return name

    def three(self) -> Self:
        """Make three queues, each of a printer of its own."""
        for serial, name in enumerate(QUEUES, 1):
            self.queue(name, f"usb://Test/Printer?serial={serial}", "Letter")
        return self

    def printer(self, mode: str) -> None:
        """Say what the printer is like from now on: ok, empty, jam, hang, gone, stop, hold, rude."""
        self.inside("sh", "-c", f"echo {mode} > /run/fake/mode")

    def splitkit(
        self, *arguments: str, user: int = 0, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line inside, without a terminal."""
        environ = environment() | (env or {})
        if user:
            return subprocess.run(
                self.command(*arguments, user=user), capture_output=True, text=True, check=False, timeout=HANGS, cwd="/",
                env=environ, start_new_session=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        with Path(os.devnull).open() as nothing:
            done = fork_server.call([*arguments], Path("/"), environ, nothing.fileno(), 120, within=self._first())
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def command(self, *arguments: str, user: int = 0) -> list[str]:
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        return self.wrapped([*become, *COMMAND, *arguments])

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The same, without waiting for it; what is started is the process itself."""
        return subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
            env=environment(), start_new_session=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def jobs(self, queue: str = "Office") -> str:
        return self.inside("lpstat", "-o", queue).stdout

    def spool(self) -> list[str]:
        """Every file that CUPS holds of any job."""
        done = self.inside("sh", "-c", "cd /var/spool/cups && find . -type f | sort")
        return done.stdout.split()

    def pages(self) -> list[bytes]:
        """What the printer got, in order of the jobs."""
        names = sorted(self.inside("sh", "-c", "ls /run/fake").stdout.split())
        raw = [name for name in names if name.startswith("out.")]
        return [
            subprocess.run(self.wrapped(["cat", f"/run/fake/{name}"]), capture_output=True, check=True).stdout
            for name in raw
        ]

    def last_page(self) -> bytes:
        """What the printer got last."""
        jobs = [
            int(name[4:]) for name in self.inside("sh", "-c", "ls /run/fake").stdout.split() if name.startswith("out.")
        ]
        return subprocess.run(
            self.wrapped(["cat", f"/run/fake/out.{max(jobs)}"]), capture_output=True, check=True
        ).stdout

    def tickets(self) -> list[list[str]]:
        """For each page its device, user, title, copies and options."""
        names = sorted(self.inside("sh", "-c", "ls /run/fake").stdout.split())
        return [
            self.inside("cat", f"/run/fake/{name}").stdout.splitlines() for name in names if name.startswith("job.")
        ]

    @staticmethod
    def until(right, patience: float = HANGS) -> bool:
        end = time.monotonic() + patience
        while not right():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


QUEUES = ("Office", "Archive", "Board")


def to_three() -> list[str]:
    """Options by which sheets go to three printers."""
    return [word for name in QUEUES for word in ("--print-to", name)]


def no_printer_has_two(ledger: Sequence[Mapping[str, Any]]) -> None:
    """Of no set did two sheets come out of one printer, and all three printers were used."""
    jobs = [one["d"] for one in ledger if one["ev"] == "intent" and one["d"]["act"] == "print" and "sheet" in one["d"]]
    seen = {(job["set"], job["printer"], job["sheet"]) for job in jobs}
    assert {printer for _, printer, _ in seen} == set(QUEUES)
    assert len({(name, printer) for name, printer, _ in seen}) == len(seen), seen


DOTS_PER_MM = 10


def measured(page: bytes) -> tuple[float, float]:
    """The lengths of the two rulers of a printed test page, in millimetres: across and down."""
    dark = raster(page)
    across = max(map(longest, dark[int(len(dark) * 0.7) :]))
    down = max(map(longest, dark.T[: dark.shape[1] // 4]))
    return across / DOTS_PER_MM, down / DOTS_PER_MM


def raster(page: bytes) -> np.ndarray:
    """A page as dots: True is dark."""
    document = pypdfium2.PdfDocument(page)
    assert len(document) == 1
    return np.asarray(document[0].render(scale=DOTS_PER_MM * 25.4 / 72).to_pil().convert("L")) < 128


def size_mm(page: bytes) -> tuple[int, int]:
    """Width and height of a page, to the millimetre."""
    width, height = pypdfium2.PdfDocument(page)[0].get_size()
    return round(width * 25.4 / 72), round(height * 25.4 / 72)


def longest(dots: Sequence[bool]) -> int:
    """The longest run of dark dots."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.asarray(dots, dtype=np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))
