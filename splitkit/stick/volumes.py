"""The sticks that are plugged in, as the kernel and udev tell of them; nothing is opened.

Source: the kernel's ABI documents for /sys/block; udev's database in /run/udev/data (ID_FS_LABEL, ID_FS_TYPE).
"""

import re
from dataclasses import dataclass
from typing import Final

from splitkit.preflight.disks import Disks
from splitkit.preflight.machine import Machine, shown

LABEL: Final = "SPLITKIT"
"""What a custody stick is called."""

_KINDS: Final = ("vfat", "exfat")
_BYTES = 512


@dataclass(frozen=True)
class Volume:
    """A place on a stick that has a file system."""

    device: str
    """Its file under /dev."""
    kind: str
    label: str
    megabytes: int
    read_only: bool

    @property
    def is_custody(self) -> bool:
        """Whether it is called what a custody stick is called."""
        return self.label.upper() == LABEL

    @property
    def known(self) -> bool:
        """Whether it is of a kind that this machine can read."""
        return self.kind in _KINDS

    @property
    def told(self) -> str:
        """Return what people see of it."""
        locked = ", write-protected" if self.read_only else ""
        return f"{shown(self.label) or 'no label'} ({self.megabytes} MB, {self.kind or 'empty'}{locked})"


def volumes(machine: Machine) -> list[Volume]:
    """Return every volume on what can be pulled out, in the order of their names; that of the system itself is none of them."""
    disks = Disks(machine)
    found = []
    for disk in machine.names("sys/block") or []:
        if disks.removable(disk) and not re.fullmatch(r"(loop|ram|zram|sr|dm-)\d+", disk):
            found += [_volume(machine, f"sys/block/{disk}/{name}", name, disk) for name in disks.parts(disk)] or [
                _volume(machine, f"sys/block/{disk}", disk, disk)
            ]
    return [one for one in found if one.megabytes]


def _volume(machine: Machine, folder: str, name: str, disk: str) -> Volume:
    number = machine.line(f"{folder}/dev") or "0:0"
    lines = (machine.text(f"run/udev/data/b{number}") or "").splitlines()
    said = dict(line[2:].split("=", 1) for line in lines if line.startswith("E:") and "=" in line)
    size = machine.line(f"{folder}/size") or "0"
    return Volume(
        f"/dev/{name}",
        said.get("ID_FS_TYPE", ""),
        said.get("ID_FS_LABEL", ""),
        int(size) * _BYTES // 1_000_000 if size.isdecimal() else 0,
        machine.line(f"sys/block/{disk}/ro") == "1",
    )
