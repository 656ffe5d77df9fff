"""The room in which the image is built: a mount namespace of its own, memory for a disk, and Debian's tools in it.

All of it vanishes with the process; nothing on the computer changes but the files that are asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from release.image.unpacking import unpack
from splitkit.errors import DeviceError

ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
}
_FIRST = ("base-files", "base-passwd")
"""They make the links such as /bin, through which the files of others go."""


def entering() -> list[str]:
    """Return the command that runs another as root of a world of its own.

    Raises:
        DeviceError: If this computer cannot do that.
    """
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
    if os.geteuid():
        command += ["--user", "--map-root-user", "--map-auto"]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        sys.stderr.write(tried.stderr)
        hint = "let this user have namespaces and a range of numbers (package uidmap, /etc/subuid), or run it as root"
        raise DeviceError("the image needs a world of its own to be built in, and this computer gives none", hint)
    return command


class Room:
    """A folder in memory with Debian's tools unpacked in it."""

    def __init__(self, root: Path, epoch: int) -> None:
        self.root = root
        self._environment = {**ENVIRONMENT, "SOURCE_DATE_EPOCH": str(epoch)}
        _mount("-t", "tmpfs", "-o", "mode=0755,size=6g", "room", str(root))

    def furnish(self, debs: Sequence[Path]) -> None:
        """Unpack the tools, and give them what every Linux has."""
        for deb in sorted(debs, key=lambda deb: (deb.name.partition("_")[0] not in _FIRST, deb.name)):
            unpack(deb, self.root)
        shutil.copyfile(self.root / "usr/share/base-passwd/passwd.master", self.root / "etc/passwd")
        shutil.copyfile(self.root / "usr/share/base-passwd/group.master", self.root / "etc/group")
        for name in ("dev", "proc", "sys", "tmp", "var/tmp", "run"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        _mount("-t", "proc", "proc", str(self.root / "proc"))
        _mount("--rbind", "/dev", str(self.root / "dev"))

    def lend(self, folder: Path, name: str) -> None:
        """Show a folder of the computer under *name* in the room."""
        place = self.root / name.lstrip("/")
        place.mkdir(parents=True)
        _mount("--bind", str(folder), str(place))

    def take_back(self, name: str) -> None:
        """Undo `lend`."""
        place = self.root / name.lstrip("/")
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()

    def run(self, *command: str, within: str = "/") -> None:
        """Run a tool, or in the folder *within* a program of the system that is being made.

        Raises:
            DeviceError: If it fails.
        """
        place = self.root / within.lstrip("/")
        done = subprocess.run(["chroot", str(place), *command], env=self._environment, input=b"", stdout=2, check=False)
        if done.returncode:
            raise DeviceError(
                f"{Path(command[0]).name} could not do its part (code {done.returncode})", "what it said stands above"
            )


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DeviceError(
            f"nothing could be mounted at {arguments[-1]}", done.stderr.strip() or "is there memory for it?"
        )
