"""What is plugged in: a printer prints what was made for it, and a custody stick gives back what was written."""

from __future__ import annotations

import os
import time
from pathlib import Path

import zxingcpp
from PIL import Image

from tests.support.machine import gadgets
from tests.support.machine.emulator import Emulator
from tests.support.machine.fat import blank_stick
from tests.support.machine.walking import MENU, through, to_menu

PACKAGES = Path(os.environ.get("SPLITKIT_PACKAGES", "build/packages"))
STICK = "usb-storage,bus=usb.0,drive={},id={}"


def disk(path: Path, name: str) -> list[str]:
    return ["-drive", f"if=none,id={name},format=raw,file={path}"]


def test_a_page_comes_out_of_the_printer_as_it_was_made(image, tmp_path):
    paper = tmp_path / "paper"
    with paper.open("wb") as file:
        file.truncate(64 << 20)
    kernel = gadgets.started(image, tmp_path, gadgets.with_printer(PACKAGES))
    extra = [*disk(paper, "paper"), "-device", STICK.format("paper", "paper") + ",serial=PRINTED"]
    with Emulator(image, tmp_path, kernel=kernel, extra=extra) as machine:
        to_menu(machine)
        answers = {r"\(Enter: yes\):$": "", r"Which driver": "1", r"numbers[^\n]*:$": "1", r"yes or no:$": "yes"}
        seen = through(machine, "2", answers)
        print(seen)
        assert "Found: Splitkit Test LaserJet" in seen
        assert "has left the queue" in seen
        assert "printer Splitkit-Test-LaserJet" in machine.text()
        before, end = -1, time.monotonic() + 120
        while before != (size := len(gadgets.printed(paper))) and time.monotonic() < end:
            before = size
            time.sleep(5)
    (page,) = gadgets.rendered(gadgets.printed(paper), tmp_path)
    with Image.open(page) as picture:
        codes = zxingcpp.read_barcodes(picture.convert("L"))
    assert codes, "the symbol of the test page cannot be read"


def test_a_custody_folder_goes_onto_its_stick_and_comes_back(image, tmp_path):
    stick = blank_stick(tmp_path / "stick")
    extra = [*disk(stick, "custody"), "-device", STICK.format("custody", "custody")]
    with Emulator(image, tmp_path, extra=extra) as machine:
        to_menu(machine)
        answers = {
            r"What brings you here|numbers, or Enter:$": "5",
            r"1 or 2:$": "2",
            r"What is this custody called": "Example",
            r"Who makes it": "Ada Example",
            r"new folder": "",
        }
        seen = through(machine, "4", answers)
        print(seen)
        assert "custody folder here, not yet copied" in " ".join(machine.text().split())
        machine.answer("8", r"\(Enter: yes\):$")
        machine.answer("", r"pull the stick out[\s\S]*\(Enter: yes\):$")
        machine.tell("device_del custody")
        time.sleep(5)
        assert "no stick labelled SPLITKIT" in machine.answer("", r"hint:[\s\S]*\(Enter: yes\):$")
        machine.tell("drive_add 0 if=none,id=again,format=raw,file=" + str(stick))
        machine.tell("device_add " + STICK.format("again", "again"))
        time.sleep(20)
        assert "gives back every file" in machine.answer("", MENU)
        assert "not yet copied" not in " ".join(machine.text().split())
        assert "things were deleted" in machine.answer("9", r"yes or no:$") + machine.answer("yes", MENU)
        assert "no custody folder" in " ".join(machine.text().split())
        machine.answer("7", r"\(Enter: yes\):$")
        assert "files were copied" in machine.answer("", MENU)
        machine.type("off\n")
        machine.wait_off()
    assert b"Example" in stick.read_bytes()
