"""The sticks that are plugged in, told from what the kernel and udev say."""

from __future__ import annotations

import pytest

from splitkit.preflight.machine import Machine
from splitkit.stick.volumes import volumes


def machine(root, *disks):
    """A machine whose disks are a name, a place on its buses, and for each part its label and kind."""
    for at, (disk, bus, locked, parts) in enumerate(disks):
        real = root / "sys/devices" / bus / disk
        real.mkdir(parents=True)
        (root / "sys/block").mkdir(parents=True, exist_ok=True)
        (root / "sys/block" / disk).symlink_to(real)
        (real / "ro").write_text(f"{locked}\n")
        (real / "removable").write_text("0\n")
        (real / "size").write_text("2000000\n")
        (real / "dev").write_text(f"8:{at * 16}\n")
        for number, (label, kind) in enumerate(parts, 1):
            part = real / f"{disk}{number}"
            part.mkdir()
            (part / "partition").write_text(f"{number}\n")
            (part / "size").write_text("1000000\n")
            (part / "dev").write_text(f"8:{at * 16 + number}\n")
            data = root / "run/udev/data"
            data.mkdir(parents=True, exist_ok=True)
            (data / f"b8:{at * 16 + number}").write_text(
                f"S:disk/by-label/x\nE:ID_FS_LABEL={label}\nE:ID_FS_TYPE={kind}\n"
            )
    return Machine(root)


def test_a_custody_stick_is_told_from_others(tmp_path):
    found = volumes(
        machine(
            tmp_path,
            ("sda", "pci0/ata1", 0, [("SPLITKIT", "vfat")]),
            ("sdb", "pci0/usb1", 0, [("SPLITKIT", "vfat"), ("OTHER", "ext4")]),
            ("sdc", "pci0/usb2", 1, [("splitkit", "exfat")]),
        )
    )
    assert [one.device for one in found] == ["/dev/sdb1", "/dev/sdb2", "/dev/sdc1"]  # a disk inside is never one
    assert [one.is_custody for one in found] == [True, False, True]
    assert [one.known for one in found] == [True, False, True]
    assert [one.read_only for one in found] == [False, False, True]
    assert found[0].told == "SPLITKIT (512 MB, vfat)"
    assert found[2].told == "splitkit (512 MB, exfat, write-protected)"


def test_a_stick_without_parts_is_one_volume(tmp_path):
    (one,) = volumes(machine(tmp_path, ("sdb", "pci0/usb1", 0, [])))
    assert (one.device, one.kind, one.label) == ("/dev/sdb", "", "")


@pytest.mark.parametrize("label", ["\x1b[2J", "a=b", "é" * 200, ""])
def test_an_odd_label_reaches_no_screen(tmp_path, label):
    (one,) = volumes(machine(tmp_path, ("sdb", "pci0/usb1", 0, [(label, "vfat")])))
    assert one.told.isprintable()
    assert not one.is_custody


def test_a_machine_without_sticks_has_none(tmp_path):
    assert volumes(Machine(tmp_path)) == []
