"""The lock: which version of each package each Python gets, and the hashes that its files must have.

`requirements/run.txt` holds the packages of all Pythons and systems at once, told apart by markers.  pip evaluates markers
for the Python that runs it, not for the one that is asked for; so they are evaluated here, and pip gets lines without any.

Source: PEP 508 (markers), the requirements file format of pip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.markers import InvalidMarker, Marker
from packaging.utils import NormalizedName, canonicalize_name

from splitkit.errors import UnreadableError

_PINNED = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==(?P<version>[A-Za-z0-9.!+_-]+)(?: *; *(?P<marker>.+))?"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Target:
    """A CPython on Linux: the Python of the laptop, such as 3.11 on x86_64."""

    python: str
    machine: str = "x86_64"

    @property
    def abi(self) -> str:
        """Return the tag of its binary interface: 'cp311'."""
        return "cp" + self.python.replace(".", "")

    def environment(self) -> dict[str, str]:
        """Return what markers see there; the last number of the version is taken as 0."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
            "extra": "",
        }


@dataclass(frozen=True)
class Locked:
    """One package at one version, for the Pythons that its marker admits."""

    name: NormalizedName
    version: str
    marker: str
    hashes: frozenset[str]

    def is_for(self, target: Target) -> bool:
        """Tell whether *target* gets this one."""
        return not self.marker or Marker(self.marker).evaluate(target.environment())


def read_lock(text: str) -> tuple[Locked, ...]:
    """Return the packages of a lock; every one has an exact version and at least one SHA-256.

    Raises:
        UnreadableError: If a line is anything else.
    """
    return tuple(_locked(line) for line in text.replace("\\\n", " ").splitlines() if line.strip())


def _locked(line: str) -> Locked:
    pinned, *options = re.split(r"\s+(?=--)", line.strip())
    found = _PINNED.fullmatch(pinned.strip())
    hashes = [_HASH.fullmatch(option) for option in options]
    if not found or not hashes or not all(hashes):
        raise UnreadableError(f"a line of the lock is no pinned package with hashes: {pinned[:60]}", "run: make lock")
    marker = found["marker"] or ""
    try:
        Marker(marker or "os_name == 'posix'")
    except InvalidMarker:
        raise UnreadableError(f"the marker of {found['name']} is not understood", "run: make lock") from None
    name = canonicalize_name(found["name"])
    return Locked(name, found["version"], marker, frozenset(one[1] for one in hashes if one))


def chosen(locked: tuple[Locked, ...], target: Target) -> tuple[Locked, ...]:
    """Return what *target* gets, in order of name.

    Raises:
        UnreadableError: If two versions of one package are meant for it.
    """
    here = sorted((one for one in locked if one.is_for(target)), key=lambda one: one.name)
    names = [one.name for one in here]
    for name in names:
        if names.count(name) > 1:
            raise UnreadableError(f"the lock has two versions of {name} for Python {target.python}", "run: make lock")
    return tuple(here)


def requirement_lines(pins: tuple[Locked, ...]) -> str:
    """Return a requirements file without markers, each package with all hashes that the lock allows."""
    return "".join(
        f"{one.name}=={one.version} \\\n"
        + " \\\n".join(f"    --hash=sha256:{digest}" for digest in sorted(one.hashes))
        + "\n"
        for one in pins
    )
