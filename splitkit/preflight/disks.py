"""Disks: what is mounted, on what, and what would outlive the ceremony: the boot medium, swap, hibernation, temporary files.

Source: proc(5) for swaps, the kernel's ABI documents for /sys/block and /sys/power.
"""

import re

from splitkit.host.leftovers import leftovers, usual_places
from splitkit.host.mounts import TABLE, Mount, decoded, mount_of, parse_mounts, stays_in_memory
from splitkit.preflight.machine import (
    CannotTellError,
    Finding,
    Findings,
    Machine,
    fail,
    info,
    listed,
    shown,
    unknown,
    warn,
)

_READ_ONLY = ("squashfs", "iso9660", "erofs", "cramfs", "udf")
_SHARED = ("nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "fuse.sshfs", "afs", "ceph", "vboxsf", "fuse.vmhgfs-fuse")
_POOLS = ("zfs", "btrfs", "bcachefs")
_LIVE = "start a live system from a stick or disc, and leave the disks of this machine alone"
_NO_SWAP = "switch it off: swapoff -a"
_DEPTH = 8


def mounts(machine: Machine) -> list[Mount]:
    """Return the mount table.

    Raises:
        CannotTellError: If it cannot be read, or is not as the kernel writes it.
    """
    try:
        return parse_mounts(machine.required(TABLE))
    except ValueError:
        raise CannotTellError(f"/{TABLE} is not as the kernel writes it") from None


class Disks:
    """The block devices of a machine, by number and by name."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._by_number: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for disk in machine.names("sys/block") or []:
            self._note(disk, disk, disk)
            for part in self.parts(disk):
                self._note(disk, part, f"{disk}/{part}")

    def _note(self, disk: str, name: str, folder: str) -> None:
        if number := self._machine.line(f"sys/block/{folder}/dev"):
            self._by_number[number] = disk
        self._by_name[name] = disk
        if alias := self._machine.line(f"sys/block/{folder}/dm/name"):
            self._by_name[alias] = disk

    def parts(self, disk: str) -> list[str]:
        """Return the names of the partitions of a disk."""
        names = self._machine.names(f"sys/block/{disk}") or []
        return [name for name in names if self._machine.exists(f"sys/block/{disk}/{name}/partition")]

    def find(self, number: str, source: str) -> str | None:
        """Return the disk of a mount or of a swap device, or None for what is none."""
        name = source.removeprefix("/dev/").removeprefix("mapper/")
        return self._by_number.get(number) or (self._by_name.get(name) if source.startswith("/dev/") else None)

    def under(self, disk: str, depth: int = 0) -> set[str]:
        """Return the real disks that a mapped one (encrypted, LVM, RAID) lies on."""
        below = self._machine.names(f"sys/block/{disk}/slaves") if depth < _DEPTH else None
        if not below:
            return {disk}
        return {real for name in below for real in self.under(self._by_name.get(name, name), depth + 1)}

    def encrypted(self, disk: str, depth: int = 0) -> bool:
        """Tell whether *disk*, or all that it lies on, is encrypted by dm-crypt."""
        if (self._machine.line(f"sys/block/{disk}/dm/uuid") or "").startswith("CRYPT-"):
            return True
        below = self._machine.names(f"sys/block/{disk}/slaves") if depth < _DEPTH else None
        return bool(below) and all(self.encrypted(self._by_name.get(name, name), depth + 1) for name in below or [])

    def removable(self, disk: str) -> bool:
        """Tell whether *disk* can be pulled out: a stick, a card, whatever hangs on USB."""
        if "/usb" in self._machine.target(f"sys/block/{disk}"):
            return True
        if self._machine.line(f"sys/block/{disk}/device/type") == "SD":
            return True
        return self._machine.line(f"sys/block/{disk}/removable") == "1"

    def in_memory(self, disk: str) -> bool:
        """Tell whether *disk* is a piece of memory."""
        return bool(re.fullmatch(r"(zram|ram)\d+", disk))


def boot_medium(machine: Machine) -> list[Finding]:
    """Fail for a disk of this machine, or a foreign folder, that can be written."""
    table, disks = mounts(machine), Disks(machine)
    inside: set[str] = set()
    sticks: set[str] = set()
    found: list[Finding] = []
    for mount in table:
        if mount.kind.split(":")[0] in _SHARED:
            found.append(fail(f"{shown(mount.point)} belongs to another machine ({shown(mount.kind)})", "unmount it"))
        elif mount.writable and mount.kind not in _READ_ONLY:
            disk = disks.find(mount.device, mount.source)
            if disk is None and mount.kind in _POOLS:
                found.append(unknown(f"nobody can tell on which disk {shown(mount.point)} lies", _LIVE))
            for real in disks.under(disk) if disk else ():
                if not disks.in_memory(real):
                    (sticks if disks.removable(real) else inside).add(real)
    if inside:
        found.append(fail(f"a disk of this machine can be written to: {listed(sorted(inside))}", _LIVE))
    if sticks:
        advice = "it must hold no sheets, and is then destroyed"
        found.append(warn(f"a stick can be written to: {listed(sorted(sticks))}", advice))
    if any(word.partition("=")[0] in ("persistence", "persistent") for word in machine.kernel_words()):
        advice = "start it without, so that it forgets everything"
        found.append(warn("the live system was started with persistence", advice))
    return found or [_root(table)]


def _root(table: list[Mount]) -> Finding:
    root = mount_of(table, "/")
    if root is None:
        raise CannotTellError("nothing is mounted on /")
    return info(f"the system runs from {shown(root.kind)}, and no disk can be written to")


def temporary(machine: Machine) -> Findings:
    """Fail where temporary files would lie on a disk."""
    table, folder = mounts(machine), shown(machine.process.temporary)
    advice = "set TMPDIR=/dev/shm before you start splitkit"
    match stays_in_memory(table, machine.process.temporary):
        case True:
            yield info(f"temporary files ({folder}) stay in memory")
        case False:
            yield fail(f"temporary files ({folder}) go to a disk that keeps them", advice)
        case None:
            yield unknown(f"nobody can tell where temporary files ({folder}) go", advice)


def left_behind(machine: Machine) -> Findings:
    """Fail for the hidden folders in which a run that was killed has left sheets."""
    here = [machine.process.here] if machine.process.here else []
    for path in leftovers([*here, *usual_places(machine.root)]):
        yield fail(
            f"a run that was stopped has left this behind: {shown(str(path), 120)}", "delete it, with all that is in it"
        )


def swap(machine: Machine) -> Findings:
    """Fail for memory that is written to a disk in plain."""
    lines = machine.required("proc/swaps").splitlines()
    return (_one_swap(machine, Disks(machine), line) for line in lines[1:] if line.strip())


def _one_swap(machine: Machine, disks: Disks, line: str) -> Finding:
    name = decoded(line.split(maxsplit=1)[0])
    disk = disks.find("", name)
    if disk and disk.startswith("zram"):
        backing = machine.line(f"sys/block/{disk}/backing_dev")
        if backing in (None, "none"):  # without the kernel's option for write-back there is no such file
            return warn(f"swap on {shown(disk)} stays in memory, compressed", _NO_SWAP)
        return fail(f"swap on {shown(disk)} is written back to {shown(backing or '')}", _NO_SWAP)
    if disk and disks.encrypted(disk):
        return warn(f"swap on {shown(name)} is encrypted; its key lies in memory", _NO_SWAP)
    return fail(f"swap on {shown(name)} can keep what memory held", _NO_SWAP)


def hibernation(machine: Machine) -> Findings:
    """Fail where the machine is set up to write all of its memory to a disk."""
    states = machine.text("sys/power/state")
    resume = machine.line("sys/power/resume")
    if states is None and not machine.exists("sys/kernel"):
        raise CannotTellError("/sys/power is not there")
    named = any(word.startswith("resume=") for word in machine.kernel_words())
    if named or resume not in (None, "", "0:0"):
        yield fail("this machine can write its memory to a disk (hibernation)", "start a live system without resume=")
    elif "disk" in (states or "").split():
        yield warn("the kernel offers hibernation", "keep the lid open, and do not let the machine sleep")
