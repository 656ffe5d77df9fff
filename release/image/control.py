"""Debian's own texts: paragraphs of fields, versions and their order, and what a package depends on.

Source: Debian Policy 5.1 (paragraphs), 5.6.12 (order of versions), 7.1 (relations).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

Fields = Mapping[str, str]

_PIECE = re.compile(r"(\D*)(\d*)")


def paragraphs(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each paragraph; the lines that continue a field are joined to it."""
    for block in re.split(r"\n\n+", text.strip("\n")):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", block).splitlines():
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        if fields:
            yield fields


def wanted(fields: Fields) -> list[list[str]]:
    """Return what a package depends on: for each need the names that would meet it, the favourite first."""
    needs = ", ".join(filter(None, (fields.get("Pre-Depends"), fields.get("Depends"))))
    return [[_name(one) for one in need.split("|")] for need in needs.split(",") if need.strip()]


def provided(fields: Fields) -> list[str]:
    """Return the other names under which a package is found."""
    return [_name(one) for one in fields.get("Provides", "").split(",") if one.strip()]


def _name(relation: str) -> str:
    return re.split(r"[\s(:]", relation.strip(), maxsplit=1)[0]


@functools.total_ordering
class Version:
    """A version of a Debian package, in Debian's order."""

    def __init__(self, text: str) -> None:
        epoch, colon, rest = text.rpartition(":")
        upstream, dash, revision = rest.rpartition("-")
        self._key = (int(epoch) if colon else 0, _key(upstream if dash else rest), _key(revision if dash else ""))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: Version) -> bool:
        return self._key < other._key


def _key(text: str) -> list[tuple[list[int], int]]:
    """Return what sorts like *text*: letters before other signs, a tilde before the end, numbers as numbers."""
    pieces = [(letters, digits) for letters, digits in _PIECE.findall(text) if letters or digits]
    return [([*map(_weight, letters), 0], int(digits or 0)) for letters, digits in pieces] + [([0], 0)]


def _weight(letter: str) -> int:
    if letter == "~":
        return -1
    return ord(letter) if letter.isalpha() else ord(letter) + 256
