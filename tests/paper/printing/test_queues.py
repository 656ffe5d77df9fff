"""What CUPS says of a queue, read: near or far, ready or not, what people must do."""

from __future__ import annotations

import pytest

from splitkit.errors import UsageError
from splitkit.paper.printing.queues import (
    TROUBLES,
    Device,
    Route,
    check_name,
    is_stopped,
    parse_alerts,
    parse_device,
    parse_devices,
    parse_jobs,
    parse_number,
    parse_queue,
    trouble,
)

ROUTES = {
    "usb://Brother/HL-L2350DW?serial=E78": Route.CABLE,
    "USB://Brother/HL": Route.CABLE,
    "parallel:/dev/lp0": Route.CABLE,
    "serial:/dev/ttyS0?baud=9600": Route.CABLE,
    "hp:/usb/LaserJet?serial=1": Route.CABLE,
    "ipp://localhost:60000/ipp/print": Route.LOOPBACK,
    "ipps://127.0.0.1/ipp": Route.LOOPBACK,
    "http://[::1]:631/ipp": Route.LOOPBACK,
    "ipp://LOCALHOST/ipp": Route.LOOPBACK,
    "file:///dev/usb/lp0": Route.FILE,
    "ipp://printer.local/ipp": Route.ELSEWHERE,
    "ipp://localhost.example.com/ipp": Route.ELSEWHERE,
    "ipp://localhost@192.0.2.7/ipp": Route.ELSEWHERE,
    "ipp://localhost:631@192.0.2.7/ipp": Route.ELSEWHERE,
    "ipp://a@b@localhost/ipp": Route.ELSEWHERE,
    "ipp://192.0.2.7#@localhost/": Route.ELSEWHERE,
    "ipp://localhost%2e.example.com/": Route.ELSEWHERE,
    "ipp:/localhost/": Route.ELSEWHERE,
    "hp:/net/LaserJet?ip=192.0.2.7": Route.ELSEWHERE,
    "hp://usb/x": Route.ELSEWHERE,
    "socket://localhost:9100": Route.ELSEWHERE,
    "lpd://localhost/usb": Route.ELSEWHERE,
    "dnssd://usb._ipp._tcp.local/": Route.ELSEWHERE,
    "smb://192.0.2.7/usb": Route.ELSEWHERE,
    "implicitclass://Office/": Route.ELSEWHERE,
    "cups-pdf:/": Route.ELSEWHERE,
    "usbx://x": Route.ELSEWHERE,
    "": Route.ELSEWHERE,
    "/dev/usb/lp0": Route.ELSEWHERE,
}


@pytest.mark.parametrize("uri", ROUTES)
def test_what_is_not_known_to_be_near_is_far(uri):
    assert parse_device(uri).route is ROUTES[uri]


LISTING = """device for Office: usb://Test/Printer
Office accepting requests since Tue Nov 24 10:15:38 2026
printer Office is idle.  enabled since Tue Nov 24 10:15:38 2026
\tsomething of yesterday
"""


def test_a_queue_that_is_ready():
    queue = parse_queue("Office", LISTING)
    assert (queue.device, queue.accepting, queue.enabled, queue.reason) == (
        Device("usb", "Test".lower(), Route.CABLE),
        True,
        True,
        "",
    )


def test_a_queue_that_is_not():
    rejecting = LISTING.replace("Office accepting", "Office not accepting").replace(
        "38 2026\nprinter", "38 2026 -\n\tbeing repaired\nprinter"
    )
    assert parse_queue("Office", rejecting).accepting is False
    assert parse_queue("Office", rejecting).reason == "being repaired"
    disabled = LISTING.replace("is idle.  enabled since", "disabled since").replace(
        "something of yesterday", "no toner"
    )
    assert (parse_queue("Office", disabled).enabled, parse_queue("Office", disabled).reason) == (False, "no toner")


@pytest.mark.parametrize(
    "listing",
    [
        "",
        *(
            "".join(line for line in LISTING.splitlines(True) if not line.startswith(start))
            for start in ("device", "Office", "printer")
        ),
    ],
)
def test_a_queue_of_which_too_little_is_said(listing):
    assert parse_queue("Office", listing) is None


def test_another_queue_with_a_name_that_begins_alike_is_another():
    assert parse_queue("Off", LISTING) is None
    assert parse_queue("O.fice", LISTING) is None
    assert parse_number("Off", "request id is Office-12 (0 file(s))\n") is None
    assert parse_number("Office", "request id is Office-12 (0 file(s))\n") == 12
    assert parse_number("Office", "lp: Error - no default destination available.\n") is None


JOBS = """Office-2                root             63488   Tue Nov 24 10:15:41 2026
\tStatus: out of paper
\tAlerts: job-printing media-empty
\tqueued for Office
Office-13               somebody-1       1024   Tue Nov 24 10:15:41 2026
\tAlerts: job-stopped
\tqueued for Office
"""


def test_jobs():
    second, thirteenth = parse_jobs("Office", JOBS)
    assert (second.number, second.status, second.alerts) == (2, "out of paper", ("job-printing", "media-empty"))
    assert (thirteenth.number, thirteenth.status) == (13, "")
    assert (is_stopped(second), is_stopped(thirteenth)) == (False, True)
    assert parse_jobs("Other", JOBS) == parse_jobs("Office", "") == []


def test_alerts_become_what_people_can_do():
    assert parse_alerts("printer Office now printing Office-2.\n\tAlerts: media-jam-error cover-open\n") == (
        "media-jam-error",
        "cover-open",
    )
    assert trouble(("none",)) == trouble(()) == trouble(("toner-low-warning", "media-low-report", "job-printing")) == ""
    assert trouble(("media-empty-warning",)) == ""
    for keyword, words in TROUBLES.items():
        assert trouble(("toner-low", keyword)) == trouble((f"{keyword}-error",)) == words
        assert ": " in words


@pytest.mark.parametrize("name", ["Office", "HL-L2350DW", "a", "_x", "9", "x" * 127])
def test_names_of_queues(name):
    check_name(name)


@pytest.mark.parametrize(
    "name", ["", "-a", "a b", "a/b", "a,b", "a#b", "a'b", "a\nb", "x" * 128, "\u00e9", "../a", "a\x00"]
)
def test_what_is_no_name(name):
    with pytest.raises(UsageError):
        check_name(name)


def test_every_queue_that_is_listed_is_known_with_its_device():
    listing = "device for Office: usb://Brother/HL?serial=1\ndevice for Raw: /dev/usb/lp0\nlpstat: something else\n"
    assert parse_devices(listing) == {"Office": "usb://Brother/HL?serial=1", "Raw": "file:/dev/usb/lp0"}
    assert parse_devices("lpstat: No destinations added.\n") == {}
