"""Debian's index: which packages there are, vouched for by Debian's signature; and the packages that are needed.

Source: the format of Debian's repositories (InRelease, Packages); gpgv(1).
"""

from __future__ import annotations

import hashlib
import lzma
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Collection, Iterable
from pathlib import Path

from release.image.control import Fields, Version, paragraphs, provided, wanted
from release.image.lock import Package
from splitkit.errors import DeviceError, SelfCheckError, UnreadableError

SUITES = (("debian", "trixie"), ("debian", "trixie-updates"), ("debian-security", "trixie-security"))
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_PACKAGES = "main/binary-amd64/Packages.xz"
_SECONDS = 60


def fetched(address: str) -> bytes:
    """Return what lies at *address*.

    Raises:
        DeviceError: If nothing comes.
    """
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310  (the mirror is ours to name)
            data: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError) as error:
        raise DeviceError(
            f"{address} cannot be fetched ({error})", "is there a network? or name another mirror"
        ) from None
    return data


def read_index(mirror: str) -> dict[str, Fields]:
    """Return the newest version of each package of all suites, with its place on the mirror as 'Filename'."""
    newest: dict[str, Fields] = {}
    for archive, suite in SUITES:
        for fields in paragraphs(_suite(f"{mirror}/{archive}/dists/{suite}")):
            known = newest.get(fields["Package"])
            if known is None or Version(known["Version"]) < Version(fields["Version"]):
                newest[fields["Package"]] = {**fields, "Filename": f"{archive}/{fields['Filename']}"}
    return newest


def _suite(address: str) -> str:
    release = _vouched(fetched(f"{address}/InRelease"), address)
    line = re.search(rf"^ ([0-9a-f]{{64}}) +\d+ {re.escape(_PACKAGES)}$", release, re.MULTILINE)
    if not line:
        raise UnreadableError(f"{address} names no {_PACKAGES}", "name a mirror that has all of Debian")
    packed = fetched(f"{address}/{_PACKAGES}")
    if hashlib.sha256(packed).hexdigest() != line[1]:
        raise SelfCheckError(
            f"the index of {address} is not what Debian signed", "try again in a while, or another mirror"
        )
    return lzma.decompress(packed).decode("utf-8")


def _vouched(signed: bytes, address: str) -> str:
    """Return the text that Debian's keys have signed."""
    try:
        done = subprocess.run(
            ["gpgv", "--keyring", str(KEYRING), "--output", "-"], input=signed, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise DeviceError("gpgv is not here", "install gpgv and debian-archive-keyring") from None
    if done.returncode:
        raise SelfCheckError(f"{address} has no signature of Debian", f"is {KEYRING} there? if so, name another mirror")
    return done.stdout.decode("utf-8")


class Needs:
    """What is to be installed so that every need is met: the favourites, unless another that meets it is there already."""

    def __init__(self, index: dict[str, Fields]) -> None:
        self._index = index
        self._providers: dict[str, list[str]] = {}
        for name in sorted(index):
            for other in provided(index[name]):
                self._providers.setdefault(other, []).append(name)

    def closed(self, names: Iterable[str]) -> set[str]:
        """Return *names* with all that they depend on; where there is a choice, it is made last."""
        chosen: set[str] = set()
        certain, choices = list(names), list[list[str]]()
        while certain or choices:
            if not certain:
                need = choices.pop(0)
                certain += [] if self._met(need, chosen) else [self._favourite(need)]
                continue
            name = certain.pop()
            if name in chosen:
                continue
            chosen.add(self._known(name))
            for need in wanted(self._index[name]):
                if len(need) == 1 and need[0] in self._index:
                    certain += need
                else:
                    choices.append(need)
        return chosen

    def _met(self, need: list[str], chosen: Collection[str]) -> bool:
        return any(name in chosen or set(self._providers.get(name, ())) & set(chosen) for name in need)

    def _favourite(self, need: list[str]) -> str:
        for name in need:
            if name in self._index:
                return name
            if name in self._providers:
                return self._providers[name][0]
        raise UnreadableError(f"Debian has nothing that meets the need for {need[0]}", "is the index whole? try again")

    def _known(self, name: str) -> str:
        if name not in self._index:
            raise UnreadableError(f"Debian has no package {name}", "correct release/image/packages.toml")
        return name

    def essential(self) -> list[str]:
        """Return what every Debian system has."""
        return [name for name, fields in self._index.items() if fields.get("Essential") == "yes"]

    def stood_for(self, name: str) -> str:
        """Return the package of a version that an empty one stands for: of 'linux-image-amd64' the newest kernel."""
        first = next(iter(wanted(self._index[self._known(name)])), [""])[0]
        return first if first.startswith(name.removesuffix("-amd64")) else name


def resolved(asked: dict[str, list[str]], index: dict[str, Fields]) -> list[Package]:
    """Return all packages that `packages.toml` asks for and what they need."""
    needs = Needs(index)
    names = needs.closed([*needs.essential(), *asked["system"]]) | needs.closed([*needs.essential(), *asked["tools"]])
    names |= {needs.stood_for(name) for name in asked["unpacked"]}
    return [
        Package(name, index[name]["Version"], index[name]["SHA256"], index[name]["Filename"]) for name in sorted(names)
    ]
