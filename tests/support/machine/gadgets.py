"""What is plugged into the machine and cannot be emulated by QEMU: made inside by the kernel's own gadgets, from a second memory file.

The image keeps its bytes: its kernel and its memory file are started as they are, and a second one after them brings the modules (which
Debian has signed, and which are not in the image) and a unit that makes the gadget.
"""

from __future__ import annotations

import io
import lzma
import shutil
from collections.abc import Mapping
from pathlib import Path

from release.image.lock import read_lock
from release.image.unpacking import Entry, member, write_cpio
from tests.support.machine.disc import extract
from tests.support.places import ROOT

IMAGE = ROOT / "release" / "image"
_LAST = "exec $B switch_root"

PRINTER = "MFG:Splitkit;MDL:Test LaserJet;CMD:POSTSCRIPT;CLS:PRINTER;"
PRINTER_MODULES = ("configfs", "udc-core", "dummy_hcd", "libcomposite", "usb_f_printer")
PRINTER_SCRIPT = f"""#!/bin/bash
set -e
for m in {" ".join(PRINTER_MODULES)}; do insmod /test/$m.ko; done
mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
g=/sys/kernel/config/usb_gadget/printer
mkdir -p $g/strings/0x409 $g/configs/c.1/strings/0x409 $g/functions/printer.0
echo 0x1d6b > $g/idVendor; echo 0x0104 > $g/idProduct
echo Splitkit > $g/strings/0x409/manufacturer; echo 'Test LaserJet' > $g/strings/0x409/product; echo 1 > $g/strings/0x409/serialnumber
echo '{PRINTER}' > $g/functions/printer.0/pnp_string
ln -s $g/functions/printer.0 $g/configs/c.1/
ls /sys/class/udc | head -1 > $g/UDC
for n in $(seq 100); do [ -e /dev/g_printer0 ] && break; sleep 0.2; done
for n in $(seq 100); do ls /dev/disk/by-id/*PRINTED* >/dev/null 2>&1 && break; sleep 0.5; done
out=$(readlink -f "$(ls /dev/disk/by-id/*PRINTED* | head -1)")
exec /opt/splitkit/bin/python -I -c '
import os, sys
source, to = os.open("/dev/g_printer0", os.O_RDWR), os.open(sys.argv[1], os.O_RDWR)
at = 4096
while piece := os.read(source, 65536):
    os.pwrite(to, piece, at)
    at += len(piece)
    os.pwrite(to, str(at - 4096).encode() + b"\\n", 0)
    os.fsync(to)
' "$out"
"""
_UNIT = """[Unit]
Description=what is plugged in
After=systemd-udev-settle.service
[Service]
ExecStart=/test/start
"""


def modules(names, packages: Path) -> dict[str, bytes]:
    """Modules of the locked kernel, as it loads them."""
    (package,) = (one for one in read_lock((IMAGE / "lock").read_text()) if one.name.startswith("linux-image-"))
    found = {}
    with member(packages / package.file, "data.tar") as archive:
        for entry in archive:
            name = entry.name.rpartition("/")[2].partition(".ko")[0]
            if name in names and ".ko" in entry.name:
                found[name] = lzma.decompress(archive.extractfile(entry).read())
    assert set(found) == set(names)
    return found


def second_memory_file(files: Mapping[str, bytes]) -> bytes:
    """What lays *files* over the system, once it is there."""
    init = (IMAGE / "boot" / "init").read_text()
    assert _LAST in init
    folders = {parent.as_posix() for name in files for parent in Path("extra", name).parents} - {"."}
    entries = [Entry("init", init.replace(_LAST, f"$B cp -a /extra/. /new/\n{_LAST}").encode(), 0o755)]
    entries += [Entry(name, None, 0o755) for name in sorted(folders)]
    entries += [
        Entry(f"extra/{name}", data, 0o755 if data.startswith(b"#!") else 0o644) for name, data in sorted(files.items())
    ]
    packed = io.BytesIO()
    write_cpio(entries, 0, packed)
    return packed.getvalue()


def with_printer(packages: Path) -> dict[str, bytes]:
    """The files that plug a printer in; what it gets goes onto a disk of QEMU with the serial number PRINTED."""
    files = {f"test/{name}.ko": data for name, data in modules(PRINTER_MODULES, packages).items()}
    unit = "etc/systemd/system/plugged-in.service"
    wants = "etc/systemd/system/splitkit-console.service.d/plugged-in.conf"
    return {
        **files,
        "test/start": PRINTER_SCRIPT.encode(),
        unit: _UNIT.encode(),
        wants: b"[Unit]\nWants=plugged-in.service\n",
    }


def started(image: Path, folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The words of QEMU that start the image's own kernel and memory, with *files* laid over the system."""
    words = (ROOT / "release/image/boot/grub.cfg").read_text().partition("linux /boot/kernel ")[2].partition(";")[0]
    kernel, memory = extract(image, "BOOT/KERNEL", folder / "kernel"), extract(image, "BOOT/MEMORY", folder / "memory")
    with memory.open("ab") as file:
        file.write(second_memory_file(files))
    return ["-kernel", str(kernel), "-initrd", str(memory), "-append", f"{words} no_timer_check"]


def printed(disk: Path) -> bytes:
    """What the printer has got by now."""
    with disk.open("rb") as file:
        size = int(file.read(20).split(b"\n")[0].strip(b"\0") or 0)
        file.seek(4096)
        return file.read(size)


def rendered(postscript: bytes, folder: Path) -> list[Path]:
    """The pages of what was printed, as pictures."""
    import subprocess

    assert shutil.which("gs"), "ghostscript is not here"
    (folder / "printed.ps").write_bytes(postscript)
    subprocess.run(
        [
            "gs",
            "-q",
            "-dBATCH",
            "-dNOPAUSE",
            "-dSAFER",
            "-sDEVICE=pnggray",
            "-r200",
            f"-sOutputFile={folder}/page-%d.png",
            str(folder / "printed.ps"),
        ],
        check=True,
    )
    return sorted(folder.glob("page-*.png"))
