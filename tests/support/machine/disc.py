"""Where the files of an image lie, read from its ISO 9660 tree (ECMA-119)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

SECTOR = 2048


@dataclass(frozen=True)
class Extent:
    """The place of one file in the image."""

    at: int
    size: int


def find(image: Path, name: str) -> Extent:
    """The place of a file, such as 'BOOT/KERNEL'; names are those of ISO 9660: upper case, without what Rock Ridge adds."""
    with image.open("rb") as disc:
        disc.seek(16 * SECTOR)
        place = _record(disc.read(SECTOR)[156:])
        for part in name.split("/"):
            disc.seek(place.at)
            place = dict(_entries(disc.read(place.size)))[part]
    return place


def _record(data: bytes) -> Extent:
    return Extent(struct.unpack_from("<I", data, 2)[0] * SECTOR, struct.unpack_from("<I", data, 10)[0])


def _entries(data: bytes):
    for sector in range(0, len(data), SECTOR):
        at = sector
        while at < len(data) and data[at]:
            length = data[at + 32]
            yield data[at + 33 : at + 33 + length].decode("ascii").split(";")[0].rstrip("."), _record(data[at:])
            at += data[at]


def extract(image: Path, name: str, to: Path) -> Path:
    """Copy a file out of the image."""
    place = find(image, name)
    with image.open("rb") as disc, to.open("wb") as file:
        disc.seek(place.at)
        left = place.size
        while left:
            piece = disc.read(min(left, 1 << 20))
            file.write(piece)
            left -= len(piece)
    return to
