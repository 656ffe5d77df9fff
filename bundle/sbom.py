"""The bill of materials: every wheel of a bundle with version, hash, licence and what it needs, as CycloneDX 1.6.

Made from the wheels themselves and dated by the sources, so that the same wheels give the same bytes.

Source: the JSON schema of CycloneDX 1.6 (ECMA-424), the package URL specification (type pypi).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import Message

    from bundle.lock import Target
    from bundle.origin import Origin
    from bundle.wheelhouse import Wheel

_LONGEST_NAME = 80
"""Some packages put the whole text of their licence where its name belongs."""


def bill(own: Wheel, by_target: Mapping[Target, Sequence[Wheel]], installer: Wheel, origin: Origin) -> bytes:
    """Return the bill of materials as JSON.

    Args:
        own: splitkit's wheel, the subject.
        by_target: The wheels that each Python gets, *own* left out.
        installer: pip, which installs them and is not installed.
        origin: Version and time of the sources.
    """
    wheels = {wheel.path.name: wheel for here in by_target.values() for wheel in here}
    components = [_component(wheels[name]) for name in sorted(wheels)]
    components.append({**_component(installer), "scope": "excluded"})
    needs = {own.path.name: own, **wheels}
    subject = {**_component(own), "type": "application"}
    dependencies = [
        {"ref": _ref(needs[name]), "dependsOn": _needed(needs[name], own, by_target)} for name in sorted(needs)
    ]
    return written(subject, components, origin, dependencies=dependencies)


def written(subject: Mapping[str, Any], components: Sequence[Mapping[str, Any]], origin: Origin, **more: Any) -> bytes:
    """Return the bill of materials of a *subject* as JSON; its number depends on the content alone."""
    found: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(origin.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": subject,
            "properties": [{"name": "splitkit:commit", "value": origin.commit}],
        },
        "components": components,
        **more,
    }
    digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).digest()
    found["serialNumber"] = uuid.UUID(bytes=digest[:16], version=4).urn
    return json.dumps(found, indent=2, sort_keys=True).encode("ascii") + b"\n"


def _ref(wheel: Wheel) -> str:
    return f"pkg:pypi/{wheel.name}@{quote(wheel.version, safe='')}?file_name={quote(wheel.path.name, safe='')}"


def _component(wheel: Wheel) -> dict[str, Any]:
    component = {
        "type": "library",
        "bom-ref": _ref(wheel),
        "name": wheel.name,
        "version": wheel.version,
        "purl": _ref(wheel),
        "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
    }
    licences = licences_of(wheel.metadata)
    return {**component, "licenses": licences} if licences else component


def licences_of(metadata: Message) -> list[dict[str, Any]]:
    """Return the licence as the package states it: an SPDX expression, or else a name, or else the classifiers."""
    if expression := metadata["License-Expression"]:
        return [{"expression": expression}]
    name = metadata["License"] or ""
    if name and "\n" not in name and len(name) <= _LONGEST_NAME:
        return [{"license": {"name": name}}]
    classifiers = [
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier", []) if line.startswith("License ::")
    ]
    return [{"license": {"name": classifier}} for classifier in sorted(set(classifiers))]


def _needed(wheel: Wheel, own: Wheel, by_target: Mapping[Target, Sequence[Wheel]]) -> list[str]:
    """Return the refs of what *wheel* needs, on each Python that gets it."""
    refs = set()
    for target, here in by_target.items():
        if wheel is own or wheel in here:
            wanted = [Requirement(line) for line in wheel.metadata.get_all("Requires-Dist", [])]
            seen = target.environment()
            names = {canonicalize_name(one.name) for one in wanted if not one.marker or one.marker.evaluate(seen)}
            refs |= {_ref(other) for other in here if other.name in names}
    return sorted(refs)
