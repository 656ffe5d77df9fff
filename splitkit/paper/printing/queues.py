"""What CUPS says of a print queue, read and judged; starts nothing and asks nobody.

Source: lpstat(1), printers.conf(5); the words of a printer's state are those of RFC 8011, 5.4.12, and PWG 5100.9.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from splitkit.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,126}")
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://(?:[^@/?#\\]*@)?(\[[^\]]*\]|[^/:?]*))?")
_CABLE = ("usb", "parallel", "serial")
_PRINTING = ("ipp", "ipps", "http", "https")
OWN = ("localhost", "127.0.0.1", "::1")
"""Names of this machine itself."""


class Route(Enum):
    """Which way a page takes to its printer."""

    CABLE = "a cable of this machine"
    LOOPBACK = "a service on this machine"
    """IPP to this machine itself: a printer on USB that speaks IPP (ipp-usb), or a tunnel to anywhere."""

    FILE = "a file or a device"
    ELSEWHERE = "another machine, or a way that nobody can judge"


@dataclass(frozen=True)
class Device:
    """Where a queue sends its pages."""

    scheme: str
    """'usb', 'ipp', ...; empty where there is none."""

    host: str
    route: Route


def parse_device(uri: str) -> Device:
    """Judge the device of a queue; what is not known to be near counts as far."""
    parts = _URI.match(uri)
    scheme, host = (parts[1].lower(), (parts[2] or "").strip("[]").lower()) if parts else ("", "")
    if scheme in _CABLE or uri.startswith("hp:/usb/"):
        return Device(scheme, host, Route.CABLE)
    if scheme == "file":
        return Device(scheme, host, Route.FILE)
    near = scheme in _PRINTING and host in OWN
    return Device(scheme, host, Route.LOOPBACK if near else Route.ELSEWHERE)


def one_printer(uri: str) -> str:
    """Return what the addresses of one printer have in common: it may have several interfaces on its cable."""
    return re.sub(r"[?&]interface=[0-9]+", "", uri).lower()


@dataclass(frozen=True)
class Queue:
    """A print queue as CUPS describes it."""

    name: str
    device: Device
    accepting: bool
    enabled: bool
    reason: str = ""
    """Why it takes no jobs, or prints none, as CUPS has it: text of others."""


def check_name(name: str) -> None:
    """Refuse what CUPS would not take for the name of one queue.

    Raises:
        UsageError: If it is none.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("this cannot be the name of a print queue", "see the names with: lpstat -e")


def parse_queue(name: str, listing: str) -> Queue | None:
    """Return the queue that `lpstat -v NAME -a NAME -p NAME` tells of in the C locale; None where it tells too little."""
    device = re.search(rf"^device for {re.escape(name)}: (\S+)$", listing, re.MULTILINE)
    accepts = re.search(
        rf"^{re.escape(name)} (not )?accepting requests since [^\n]*(?:\n\t([^\n]*))?", listing, re.MULTILINE
    )
    state = re.search(rf"^printer {re.escape(name)} (.*)(?:\n\t([^\n]*))?", listing, re.MULTILINE)
    if not (device and accepts and state):
        return None
    accepting, enabled = accepts[1] is None, not state[1].startswith("disabled")
    reason = (accepts[2] if not accepting else state[2] if not enabled else "") or ""
    return Queue(
        name, parse_device(_address(device[1])), accepting, enabled, "" if reason == "reason unknown" else reason
    )


def parse_devices(listing: str) -> dict[str, str]:
    """Return every queue that `lpstat -v` tells of in the C locale, and where it leads."""
    found = re.findall(r"^device for ([^\s:]+): (\S+)$", listing, re.MULTILINE)
    return {name: _address(uri) for name, uri in found}


def _address(uri: str) -> str:
    return f"file:{uri}" if uri.startswith("/") else uri  # lpstat leaves the scheme of files out


@dataclass(frozen=True)
class Waiting:
    """One job that has not left its queue."""

    number: int
    status: str
    """What the printer or a filter said last: text of others."""

    alerts: tuple[str, ...]


def parse_jobs(name: str, listing: str) -> list[Waiting]:
    """Return the jobs that `lpstat -l -o NAME` tells of in the C locale, in its order."""
    found = []
    for block in re.split(rf"^(?={re.escape(name)}-[0-9]+\s)", listing, flags=re.MULTILINE):
        if number := re.match(rf"{re.escape(name)}-([0-9]+)\s", block):
            status, alerts = _line(block, "Status"), _line(block, "Alerts")
            found.append(Waiting(int(number[1]), status, tuple(alerts.split())))
    return found


def parse_alerts(listing: str) -> tuple[str, ...]:
    """Return what `lpstat -l -p NAME` tells of the state of the printer."""
    return tuple(_line(listing, "Alerts").split())


def parse_number(name: str, answer: str) -> int | None:
    """Return the number of the job that `lp` made, or None where it made none."""
    number = re.search(rf"^request id is {re.escape(name)}-([0-9]+) ", answer, re.MULTILINE)
    return int(number[1]) if number else None


def _line(listing: str, key: str) -> str:
    found = re.search(rf"^\s+{key}:[ \t]*(.*)$", listing, re.MULTILINE)
    return found[1].strip() if found else ""


TROUBLES: Final = {
    "media-empty": "the printer is out of paper: put the right paper in",
    "media-needed": "the printer wants other paper: put in the size that was asked for",
    "media-jam": "paper is jammed: open the printer, take out every scrap, count it and keep it for the shredder",
    "input-tray-missing": "the paper tray is missing: push it in",
    "output-area-full": "the output tray is full: empty it",
    "door-open": "a door of the printer is open: close it",
    "cover-open": "a cover of the printer is open: close it",
    "interlock-open": "a cover of the printer is open: close it",
    "toner-empty": "the printer is out of toner: put a new cartridge in",
    "marker-supply-empty": "the printer is out of toner or ink: put a new cartridge in",
    "offline": "the printer is off or not connected: switch it on, and check the cable",
    "connecting-to-device": "the printer does not answer yet: check that it is on, and the cable",
    "timed-out": "the printer does not answer: check that it is on, and the cable",
    "resources-are-not-ready": "the printer cannot be reached: check that it is on, and the cable",
    "paused": "the printer is paused: press its start button",
}
"""What people can do about a printer, by the keyword of its state, without what follows the last word."""

_STOPPED = ("job-stopped", "printer-stopped", "job-held", "job-hold", "stopped-partly", "aborted-by-system")


def trouble(alerts: tuple[str, ...]) -> str:
    """Return what keeps a page from being printed, in words, or an empty text; warnings that stop nothing are none."""
    for alert in alerts:
        keyword = re.sub(r"-(error|report)$", "", alert)
        if keyword in TROUBLES:
            return TROUBLES[keyword]
    return ""


def is_stopped(job: Waiting) -> bool:
    """Tell whether CUPS has given the job up until somebody does something about the queue."""
    return any(alert.startswith(_STOPPED) for alert in job.alerts)
