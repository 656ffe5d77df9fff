"""Which parts of the kernel are taken: those on the list, and what they need.  No network, radio, sound or disk inside.

Source: kmod's modinfo; the names in /lib/modules/*/kernel.
"""

from __future__ import annotations

import lzma
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from splitkit.errors import UnreadableError

_INSIDE = re.compile(rb"\0(depends|softdep)=([^\0]*)")


def patterns(text: str) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Return the lines of the list, each the beginning of a path under kernel/: what is taken, and after '!' what never is."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    taken = [re.compile(line) for line in lines if line and not line.startswith("!")]
    return taken, [re.compile(line[1:]) for line in lines if line.startswith("!")]


def module_name(path: str) -> str:
    """Return the name by which a module is known: 'snd_hda_intel' of 'sound/hda/snd-hda-intel.ko.xz'."""
    return path.rpartition("/")[2].partition(".ko")[0].replace("-", "_")


def plain(path: Path) -> bytes:
    """Return a module as the kernel loads it."""
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def needed(data: bytes) -> list[str]:
    """Return the modules that one names: those that it cannot do without, and those that should come first."""
    found: list[str] = []
    for kind, text in _INSIDE.findall(data):
        names = text.decode("ascii").replace(",", " ").split()
        if kind == b"softdep":
            names = names[1:] if names[:1] == ["pre:"] and "post:" not in names else []
        found += [name.replace("-", "_") for name in names]
    return found


class Kernel:
    """The modules of one kernel, in its folder: paths by name, and what each of them needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.ko*"))
        self._by_name = {module_name(path): path for path in self.paths}
        self._needs: dict[str, list[str]] = {}

    def path(self, name: str) -> str:
        """Return the path of a module."""
        return self._by_name[name]

    def closed(self, names: Iterable[str]) -> set[str]:
        """Return these paths and those of all that they need; what is built into the kernel has no file."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self._needed(path)
        return found

    def _needed(self, path: str) -> list[str]:
        if path not in self._needs:
            names = needed(plain(self.folder / path))
            self._needs[path] = [self._by_name[name] for name in names if name in self._by_name]
        return self._needs[path]

    def chosen(self, listed: str) -> list[str]:
        """Return the modules of a list and what they need; one that would need what is never taken is left out.

        Raises:
            UnreadableError: If a line of the list means nothing in this kernel.
        """
        taken, never = patterns(listed)
        for pattern in (*taken, *never):
            if not any(pattern.match(path) for path in self.paths):
                fact = f"no module of this kernel is meant by {pattern.pattern}"
                raise UnreadableError(fact, "correct release/image/modules.txt")
        found = set[str]()
        for path in self.paths:
            if any(pattern.match(path) for pattern in taken):
                whole = self.closed([path])
                found |= set() if any(pattern.match(one) for one in whole for pattern in never) else whole
        return sorted(found)


def take(kernel: Kernel, chosen: Iterable[str], to: Path) -> None:
    """Copy modules of a kernel, and what its tools want to know of it, into another /lib/modules/VERSION."""
    for path in chosen:
        copy = to / "kernel" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kernel.folder / path, copy)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copyfile(kernel.folder.parent / name, to / name)
