"""Printers that are plugged in, and drivers for them, told from what CUPS says."""

from __future__ import annotations

import pytest

from splitkit.paper.printing.plugged import Model, Plugged, generic, languages, parse_models, parse_plugged, parse_state

LISTING = """\
Device: uri = usb://HP/LaserJet%20400?serial=X1
        class = direct
        info = HP LaserJet 400
        make-and-model = HP LaserJet 400 M401n
        device-id = MFG:Hewlett-Packard;CMD:PJL,PML,PCLXL,POSTSCRIPT,PDF,PCL;MDL:HP LaserJet 400 M401n;CLS:PRINTER;
        location =
Device: uri = socket://10.0.0.9
        class = network
        info = somewhere
        make-and-model = Unknown
        device-id =
        location =
Device: uri = hp:/usb/HP_LaserJet?serial=X1
        class = direct
        info = HP LaserJet
        make-and-model =
        device-id =
        location =
Device: uri = serial:/dev/ttyS0?baud=115200
        class = serial
        info = Serial Port #1
        make-and-model = Unknown
        device-id =
        location =
Device: uri = ipp
        class = network
        info = Internet Printing Protocol (ipp)
        make-and-model = Unknown
        device-id =
        location =
"""


def test_only_printers_on_a_usb_cable_are_found():
    first, second = parse_plugged(LISTING)
    assert first.uri == "usb://HP/LaserJet%20400?serial=X1"
    assert first.name == "HP LaserJet 400 M401n"
    assert first.queue == "HP-LaserJet-400-M401n"
    assert languages(first.identifier) == ["PJL", "PML", "PCLXL", "POSTSCRIPT", "PDF", "PCL"]
    assert not first.driverless
    assert (second.uri, second.name) == ("hp:/usb/HP_LaserJet?serial=X1", "HP LaserJet")
    assert parse_plugged("") == []


@pytest.mark.parametrize(
    ("name", "queue"), [("../../etc", "etc"), ("", "printer"), ("-- é \x1b[2J", "2J"), ("a" * 99, "a" * 40)]
)
def test_a_queue_never_has_an_odd_name(name, queue):
    assert Plugged("usb://x", name).queue == queue


def test_a_printer_that_speaks_ipp_over_its_cable_is_found_by_its_state():
    found = parse_state('[device]\n  http-port     = 60000\n  dns-sd-name   = "Example Laser"\n')
    assert found == Plugged("ipp://localhost:60000/ipp/print", "Example Laser")
    assert found.driverless
    assert parse_state("[device]\n") is None


def test_drivers_are_offered_in_the_order_of_cups_and_never_foomatic():
    listing = (
        "lsb/usr/hp.ppd HP LaserJet 400, hpcups\nfoomatic:x.ppd HP Foomatic/pxlmono\nfoomatic-db/x HP\nraw Raw Queue\n"
    )
    assert parse_models(listing) == [Model("lsb/usr/hp.ppd", "HP LaserJet 400, hpcups")]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("CMD:POSTSCRIPT;", ["generic.ppd"]),
        ("MFG:X;COMMAND SET:PCL,POSTSCRIPT LEVEL 3;", ["generic.ppd", "generpcl.ppd"]),
        ("CMD:PCLXL,PCL;", ["generpcl.ppd"]),
        ("CMD:GDI;", []),
        ("", []),
    ],
)
def test_a_language_has_a_driver_of_its_own(said, names):
    assert [one.name.rpartition("/")[2] for one in generic(said)] == names
