"""The lock: every Debian package that is in the image or that builds it, one a line: name, version, SHA-256, place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from splitkit.errors import UnreadableError

_LINE = re.compile(r"([a-z0-9][a-z0-9.+-]+) ([A-Za-z0-9.+~:-]+) ([0-9a-f]{64}) ([A-Za-z0-9][A-Za-z0-9./+~_%:-]*\.deb)")


@dataclass(frozen=True, order=True)
class Package:
    """One package: *place* is where a mirror of Debian has it."""

    name: str
    version: str
    sha256: str
    place: str

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return self.place.rpartition("/")[2]


def read_lock(text: str) -> tuple[Package, ...]:
    """Return the packages of a lock.

    Raises:
        UnreadableError: If a line is anything else, or a name stands there twice.
    """
    found = [_LINE.fullmatch(line) for line in text.splitlines()]
    packages = [Package(*line.groups()) for line in found if line and ".." not in line[4]]
    names = [one.name for one in packages]
    if len(packages) != len(found) or names != sorted(set(names)) or not names:
        raise UnreadableError("release/image/lock is not as make image-lock wrote it", "run: make image-lock")
    return tuple(packages)


def write_lock(packages: list[Package]) -> str:
    """Return the text of a lock, in order of name."""
    return "".join(f"{one.name} {one.version} {one.sha256} {one.place}\n" for one in sorted(packages))
