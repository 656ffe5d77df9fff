"""The list of modules: what a module needs comes along, and nothing that must never be there."""

from __future__ import annotations

import lzma

import pytest

from release.image.modules import Kernel, needed, patterns, take
from splitkit.errors import UnreadableError
from tests.support.places import ROOT

LIST = (ROOT / "release" / "image" / "modules.txt").read_text(encoding="ascii")


def module(depends="", softdep=""):
    soft = f"softdep={softdep}\0" if softdep else ""
    return lzma.compress(f"\x7fELF\0license=GPL\0depends={depends}\0{soft}name=x\0".encode())


@pytest.fixture
def kernel(tmp_path):
    files = {
        "drivers/usb/usb-storage.ko.xz": module("scsi_mod,usbcore"),
        "drivers/scsi/scsi_mod.ko.xz": module(softdep="pre: crc32"),
        "lib/crc32.ko.xz": module(),
        "drivers/platform/wmi.ko.xz": module("rfkill"),
        "net/rfkill.ko.xz": module(),
        "drivers/platform/fan.ko.xz": module(),
    }
    for name, data in files.items():
        path = tmp_path / "6.12" / "kernel" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        (tmp_path / "6.12" / name).write_text("")
    return Kernel(tmp_path / "6.12" / "kernel")


def test_a_module_brings_what_it_needs(kernel, tmp_path):
    chosen = kernel.chosen("drivers/usb/  # sticks\n\n# nothing\n")
    assert chosen == ["drivers/scsi/scsi_mod.ko.xz", "drivers/usb/usb-storage.ko.xz", "lib/crc32.ko.xz"]
    take(kernel, chosen, tmp_path / "to")
    assert sorted(path.name for path in (tmp_path / "to").rglob("*.ko.xz")) == [
        "crc32.ko.xz",
        "scsi_mod.ko.xz",
        "usb-storage.ko.xz",
    ]


def test_what_would_need_what_is_never_there_is_left_out(kernel):
    assert kernel.chosen("drivers/platform/\n!net/\n") == ["drivers/platform/fan.ko.xz"]


@pytest.mark.parametrize("text", ["drivers/wifi/", "lib/\n!sound/"])
def test_a_line_that_means_nothing_is_refused(kernel, text):
    with pytest.raises(UnreadableError, match=r"modules\.txt|no module"):
        kernel.chosen(text)


def test_needs_are_read_from_the_module_itself():
    assert needed(b"\0depends=a,b-c\0softdep=pre: d-e f\0softdep=post: g\0") == ["a", "b_c", "d_e", "f"]
    assert needed(b"\0depends=\0") == []


@pytest.mark.parametrize(
    "path",
    [
        "drivers/net/ethernet/intel/e1000e/e1000e.ko.xz",
        "net/wireless/cfg80211.ko.xz",
        "net/bluetooth/bluetooth.ko.xz",
        "drivers/bluetooth/btusb.ko.xz",
        "drivers/net/wwan/wwan.ko.xz",
        "sound/pci/hda/snd-hda-intel.ko.xz",
        "drivers/nvme/host/nvme.ko.xz",
        "drivers/ata/ahci.ko.xz",
        "drivers/mmc/host/sdhci.ko.xz",
        "drivers/firewire/firewire-ohci.ko.xz",
        "drivers/thunderbolt/thunderbolt.ko.xz",
        "drivers/gpu/drm/i915/i915.ko.xz",
        "drivers/infiniband/core/ib_core.ko.xz",
    ],
)
def test_what_reaches_out_of_the_machine_is_never_taken(path):
    _, never = patterns(LIST)
    assert any(one.match(path) for one in never)
