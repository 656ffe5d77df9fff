"""A stick as a shop sells it: one partition, formatted with FAT16.  (Microsoft's FAT specification, 1.03)"""

from __future__ import annotations

import struct
from pathlib import Path

SECTOR, BEGIN, SECTORS = 512, 2048, 32_768
_CLUSTER, _TABLE, _ROOT = 4, 32, 512


def blank_stick(path: Path, label: str = "SPLITKIT") -> Path:
    """Make an empty one of 17 MB."""
    name = label.upper().ljust(11)[:11].encode("ascii")
    boot = b"\xeb\x3c\x90MSDOS5.0"
    boot += struct.pack("<HBHBHHBHHHII", SECTOR, _CLUSTER, 1, 2, _ROOT, SECTORS, 0xF8, _TABLE, 32, 64, BEGIN, 0)
    boot += struct.pack("<BBBI", 0x80, 0, 0x29, 0x53504C31) + name + b"FAT16   "
    table = struct.pack("<HH", 0xFFF8, 0xFFFF).ljust(_TABLE * SECTOR, b"\0")
    root = (name + b"\x08").ljust(_ROOT * 32, b"\0")
    entry = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", 0x0E, b"\xfe\xff\xff", BEGIN, SECTORS)
    with path.open("wb") as disc:
        disc.write(bytes(446) + entry + bytes(48) + b"\x55\xaa")
        disc.seek(BEGIN * SECTOR)
        disc.write(boot.ljust(510, b"\0") + b"\x55\xaa" + table + table + root)
        disc.truncate((BEGIN + SECTORS) * SECTOR)
    return path
