"""What the image is made of, for people and for machines that look for known faults.

Source: the JSON schema of CycloneDX 1.6 (ECMA-424), the package URL specification (type deb).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from bundle.origin import Origin
from bundle.sbom import written
from release.image.lock import Package

BESIDE = ("busybox-static", "console-data", "grub-efi-amd64-signed", "grub-pc-bin", "linux-image", "shim-signed")
"""Of these the image has files, though dpkg has not installed them."""


def inside(installed: Mapping[str, str], locked: Iterable[Package]) -> list[Package]:
    """Return the packages of the lock of which something is in the image."""
    return [one for one in locked if one.name in installed or one.name.startswith(BESIDE)]


def package_list(installed: Mapping[str, str], locked: Iterable[Package]) -> bytes:
    """Return name and version of each package, one a line."""
    return "".join(f"{one.name} {one.version}\n" for one in inside(installed, locked)).encode("ascii")


def bill(installed: Mapping[str, str], locked: Iterable[Package], origin: Origin) -> bytes:
    """Return the bill of materials as JSON: Debian's packages; splitkit's own wheels stand in the bundle's bill, which is inside too."""
    subject = {"type": "operating-system", "name": "splitkit", "version": origin.version}
    return written(subject, [_component(one) for one in inside(installed, locked)], origin)


def _component(package: Package) -> dict[str, Any]:
    url = f"pkg:deb/debian/{package.name}@{quote(package.version, safe='')}?distro=trixie"
    return {
        "type": "library",
        "bom-ref": url,
        "purl": url,
        "name": package.name,
        "version": package.version,
        "hashes": [{"alg": "SHA-256", "content": package.sha256}],
    }
