"""The medium: what a machine finds on the stick, whether it starts by BIOS or by UEFI, with Secure Boot or without.

One file of the kernel and one for its memory.  The second holds the whole system, so that the stick can be pulled out.

Source: the GNU GRUB manual; xorriso's emulation of mkisofs; the UEFI specification 2.10, 3.5.1.1 (removable media).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from release.image.modules import Kernel, module_name, plain
from release.image.room import Room
from release.image.system import HERE, SYSTEM
from release.image.unpacking import Entry, write_cpio

LABEL = "SPLITKIT_BOOT"
DISK_GUID = "53504c49-544b-4954-8001-000000000001"
_PARTITION_OF_EFI = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
_FIRST_MODULES = ("loop", "squashfs", "overlay")
_BIOS = [
    "biosdisk",
    "iso9660",
    "part_msdos",
    "part_gpt",
    "search",
    "search_label",
    "configfile",
    "normal",
    "linux",
    "cpuid",
    "echo",
    "sleep",
    "halt",
    "test",
    "all_video",
    "gfxterm",
]
_EFI_FILES = {
    "BOOTX64.EFI": "usr/lib/shim/shimx64.efi.signed",
    "grubx64.efi": "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed",
}


def squash(room: Room) -> Path:
    """Pack the system into one file that a kernel mounts, and return it."""
    room.run(
        *(
            "mksquashfs",
            SYSTEM,
            "/root.squashfs",
            "-quiet",
            "-no-progress",
            "-comp",
            "zstd",
            "-Xcompression-level",
            "9",
        ),
        *("-b", "256K", "-no-exports", "-no-xattrs"),
    )
    return room.root / "root.squashfs"


def memory_file(room: Room, version: str, squashed: Path, epoch: int) -> Path:
    """Write what the kernel unpacks first: a few tools, the modules for the system, and the system; return it."""
    kernel = Kernel(room.root / "usr/lib/modules" / version / "kernel")
    first = kernel.closed(kernel.path(name) for name in _FIRST_MODULES)
    others = sorted(module_name(path) for path in first if module_name(path) not in _FIRST_MODULES)
    entries = [
        *(Entry(name, None, 0o755) for name in ("bin", "m")),
        Entry("bin/busybox", room.root / "usr/bin/busybox", 0o755),
        Entry("init", HERE / "boot/init", 0o755),
        Entry("m/order", "\n".join([*others, *_FIRST_MODULES, ""]).encode("ascii")),
        *(Entry(f"m/{name}.ko", plain(kernel.folder / kernel.path(name))) for name in (*others, *_FIRST_MODULES)),
        Entry("root.squashfs", squashed),
    ]
    to = room.root / "medium/boot/memory"
    with to.open("wb") as file:
        write_cpio(entries, epoch, file)
    squashed.unlink()
    return to


def loaders(room: Room) -> None:
    """Make what a BIOS starts, and the small disk that UEFI looks into."""
    grub = room.root / "medium/boot/grub"
    grub.mkdir(parents=True)
    shutil.copyfile(HERE / "boot/grub.cfg", grub / "grub.cfg")
    room.run("grub-mkimage", "-O", "i386-pc-eltorito", "-p", "/boot/grub", "-o", "/medium/boot/grub/bios.img", *_BIOS)
    files = room.root / "efi"
    (files / "EFI/BOOT").mkdir(parents=True)
    (files / "EFI/debian").mkdir()
    for name, source in _EFI_FILES.items():
        shutil.copyfile(room.root / source, files / "EFI/BOOT" / name)
    shutil.copyfile(HERE / "boot/efi.cfg", files / "EFI/debian/grub.cfg")
    with (room.root / "efi.img").open("wb") as disk:
        disk.truncate(8 << 20)
    room.run(
        "mformat",
        "-i",
        "/efi.img",
        "-T",
        str((8 << 20) // 512),
        "-h",
        "16",
        "-s",
        "32",
        "-N",
        "53504b31",
        "-v",
        "SPLITKITEFI",
        "::",
    )
    room.run("mcopy", "-i", "/efi.img", "-s", "/efi/EFI", "::/")


def write(room: Room, files: Mapping[str, bytes], epoch: int) -> Path:
    """Write the image, with *files* to be seen by whoever looks at the stick on another computer; return it."""
    medium = room.root / "medium"
    for name, data in files.items():
        path = medium / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    _of_one_moment(medium, epoch)
    moment = datetime.fromtimestamp(epoch, UTC).strftime("%Y%m%d%H%M%S00")
    room.run(
        *(
            "xorriso",
            "-as",
            "mkisofs",
            "-quiet",
            "-r",
            "-J",
            "-V",
            LABEL,
            "-o",
            "/image",
            f"--modification-date={moment}",
        ),
        *("--grub2-mbr", "/usr/lib/grub/i386-pc/boot_hybrid.img", "-b", "boot/grub/bios.img", "-no-emul-boot"),
        *("-boot-load-size", "4", "-boot-info-table", "--grub2-boot-info", "-append_partition", "2", _PARTITION_OF_EFI),
        *("/efi.img", "-appended_part_as_gpt", "--gpt_disk_guid", DISK_GUID, "-iso_mbr_part_type", "0x83"),
        *(
            "-partition_offset",
            "16",
            "-eltorito-alt-boot",
            "-e",
            "--interval:appended_partition_2:all::",
            "-no-emul-boot",
        ),
        "/medium",
    )
    return room.root / "image"


def _of_one_moment(folder: Path, epoch: int) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (epoch, epoch))
