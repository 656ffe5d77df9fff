"""What is mounted where, read from the mount table of the kernel.

Source: proc(5) for /proc/PID/mountinfo, Documentation/filesystems/overlayfs.rst.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TABLE = "proc/self/mountinfo"
"""From the root."""

MEMORY_KINDS = ("tmpfs", "ramfs")


@dataclass(frozen=True)
class Mount:
    """One line of the mount table."""

    device: str
    """Major and minor number, such as '8:1'."""

    point: str
    kind: str
    source: str
    writable: bool
    upper: str
    """For an overlay: the folder that takes what is written."""

    @property
    def in_memory(self) -> bool:
        """Whether it is a file system that lives in memory alone."""
        return self.kind in MEMORY_KINDS


def parse_mounts(text: str) -> list[Mount]:
    """Return the mounts of a table, in its order.

    Raises:
        ValueError: If it is not as the kernel writes it.
    """
    return [_mount(line.split()) for line in text.splitlines()]


def _mount(fields: list[str]) -> Mount:
    # 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    # The part before the hyphen has optional fields at its end, so what follows is counted from the hyphen.
    if "-" not in fields[6:] or len(fields) < (bar := fields.index("-", 6)) + 4:
        raise ValueError("this is not a line of a mount table")
    options = fields[bar + 3].split(",")
    # Read-only where either the mount or its file system is.
    writable = "rw" in fields[5].split(",") and "rw" in options
    upper = next((option.partition("=")[2] for option in options if option.startswith("upperdir=")), "")
    return Mount(fields[2], decoded(fields[4]), fields[bar + 1], decoded(fields[bar + 2]), writable, decoded(upper))


def decoded(text: str) -> str:
    """Undo the kernel's octal escapes: a space is written as backslash 040."""
    return re.sub(r"\\([0-3][0-7]{2})", lambda match: chr(int(match[1], 8)), text)


def mount_of(table: Sequence[Mount], path: str) -> Mount | None:
    """Return the mount that holds *path*: the longest one, and of several there the last."""
    holding = [mount for mount in table if path == mount.point or path.startswith(mount.point.rstrip("/") + "/")]
    return max(reversed(holding), key=lambda mount: len(mount.point), default=None)


def stays_in_memory(table: Sequence[Mount], path: str) -> bool | None:
    """Tell whether what is written to *path* stays in memory; None where nobody can tell."""
    mount = mount_of(table, path)
    if mount is None:
        return None
    if mount.kind != "overlay":
        return mount.in_memory
    # What is written to an overlay lands in its upper folder.  The path of that is one of the time of mounting: where it
    # seems to lie on the root, or on another overlay, it may have been covered since.
    upper = mount_of(table, mount.upper) if mount.upper else None
    return None if upper is None or upper.kind == "overlay" or upper.point == "/" else upper.in_memory
