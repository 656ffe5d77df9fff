"""The image starts: by BIOS and by UEFI with Secure Boot, into memory, and touches nothing but itself."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from pathlib import Path

import pytest

from tests.support.machine.disc import find
from tests.support.machine.emulator import Emulator
from tests.support.machine.walking import KEYBOARD, MENU, through, to_menu

PEOPLE = {r"unknown:$": "unknown", r"yes or no:$": "yes"}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inner_disk(path: Path) -> Path:
    """A disk as a laptop has it, with something on it."""
    path.write_bytes(b"\xeb\x58\x90MSDOS5.0" + bytes(499) + b"\x55\xaa" + b"letters to nobody " * 100_000)
    return path


def command_line(machine: Emulator, typed: str, until: str) -> str:
    """Open the command line, type one command, and return what stands there."""
    machine.answer("s", r"yes or no:$")
    machine.answer("yes", r"# ?$")
    return machine.answer(f"clear; {typed}", until)


def test_a_bios_starts_it_and_the_machine_is_as_it_should_be(image, tmp_path):
    nvme, sata = inner_disk(tmp_path / "nvme"), inner_disk(tmp_path / "sata")
    before = [digest(nvme), digest(sata)]
    extra = ["-drive", f"if=none,id=nvme,format=raw,file={nvme}", "-device", "nvme,drive=nvme,serial=1"]
    extra += ["-drive", f"if=none,id=sata,format=raw,file={sata}", "-device", "ide-hd,drive=sata,bus=ide.0"]
    extra += ["-netdev", "user,id=net", "-device", "e1000e,netdev=net"]
    extra += ["-object", f"filter-dump,id=dump,netdev=net,file={tmp_path / 'packets'}"]
    with Emulator(image, tmp_path, extra=extra) as machine:
        to_menu(machine)
        machine.tell("device_del stick")  # all of it is in memory by now
        seen = through(machine, "1", PEOPLE)
        print(seen)
        assert "splitkit's own image" in seen
        assert "kernel locked" in seen
        found = [line for line in seen.splitlines() if line.startswith(("FAIL", "WARN"))]
        assert {line.split(maxsplit=1)[1][:15] for line in found} == {"virtual machine"}, found
        assert "there is no network card" in seen
        machine.answer("off", r"")
        machine.wait_off()
    assert [digest(nvme), digest(sata)] == before
    assert (tmp_path / "packets").stat().st_size <= 24, "a packet left the machine"


def test_the_modules_are_those_of_the_list_and_no_other_is_taken(image, tmp_path):
    listed = Path(f"{image}.modules.txt").read_text(encoding="ascii")
    with Emulator(image, tmp_path) as machine:
        to_menu(machine)
        wanted = hashlib.sha256("".join(sorted(listed.splitlines(keepends=True))).encode()).hexdigest()
        typed = "cd /lib/modules/*/kernel; find * -name '*.ko*' | LC_ALL=C sort | sha256sum"
        assert wanted in command_line(machine, typed, r"[0-9a-f]{64}  -")
        seen = machine.answer(
            "clear; xz -dc lib/crc/*.ko.xz lib/*.ko.xz 2>/dev/null | head -c 9000 > /tmp/x.ko; insmod /tmp/x.ko; echo $? said",
            r"\d said",
        )
        assert "0 said" not in seen
        assert "rejected" in seen or "not permitted" in seen or "Invalid" in seen
        assert "not permitted" in machine.answer("clear; head -c 1 /dev/mem; echo said", r"\nsaid")
        seen = machine.answer("exit", MENU)
        assert "COMMAND LINE WAS OPEN" in seen.upper()
        seen = through(machine, "1", PEOPLE)
        assert "a command line was open" in seen
        assert "NOT FIT" in seen
        assert "cannot be done any more" in machine.answer("3", r"error:[\s\S]*" + MENU)


def test_secure_boot_starts_it(image, tmp_path):
    with Emulator(image, tmp_path, uefi=True) as machine:
        to_menu(machine)
        seen = command_line(machine, "dmesg | grep -i secure; cat /sys/kernel/security/lockdown; echo said", r"\nsaid")
        assert "[confidentiality]" in seen
        assert re.search(r"secure ?boot enabled", seen, re.IGNORECASE), seen


@pytest.mark.parametrize("name", ["BOOT/KERNEL"])
def test_a_flipped_byte_does_not_start(image, tmp_path, name):
    spoilt = tmp_path / "spoilt.img"
    shutil.copyfile(image, spoilt)
    place = find(image, name)
    with spoilt.open("r+b") as disc:
        disc.seek(place.at + place.size // 2)
        (byte,) = disc.read(1)
        disc.seek(place.at + place.size // 2)
        disc.write(bytes([byte ^ 1]))
    with Emulator(spoilt, tmp_path, uefi=True) as machine:
        # What the loader says is in the letters of the firmware: two lines while it loads, and more once it refuses.
        while not (machine.in_kernel() or machine.lines_lit() > 3):
            time.sleep(5)
        time.sleep(60)
        assert not machine.in_kernel()
        assert machine.lines_lit() > 3
        machine.picture(tmp_path / "refused.png")


@pytest.mark.parametrize("memory", ["700M"])
def test_too_little_memory_never_comes_to_a_ceremony(image, tmp_path, memory):
    with Emulator(image, tmp_path, memory=memory) as machine:
        seen = machine.until(r"too little memory|out of memory|panic|" + KEYBOARD)
        assert "which keyboard" not in seen.lower()
