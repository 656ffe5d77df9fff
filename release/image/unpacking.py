"""Archives: a package of Debian is unpacked, and the first files of a kernel are packed; both without any other program.

Source: deb(5), ar(5); the kernel's Documentation/driver-api/early-userspace/buffer-format.rst (newc).
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from splitkit.errors import UnreadableError

_MAGIC = b"!<arch>\n"
_HEADER = 60


def member(deb: Path, begin: str) -> tarfile.TarFile:
    """Return the archive inside of a package whose name begins so: 'data.tar' or 'control.tar'.

    Raises:
        UnreadableError: If the file is no package.
    """
    data = deb.read_bytes()
    at = len(_MAGIC)
    while data.startswith(_MAGIC) and at + _HEADER <= len(data):
        name, size = data[at : at + 16].decode("ascii").rstrip(" /"), int(data[at + 48 : at + 58])
        at += _HEADER
        if name.startswith(begin):
            return tarfile.open(fileobj=io.BytesIO(data[at : at + size]))
        at += size + size % 2
    raise UnreadableError(f"{deb.name} is no package of Debian", "delete it, and run it again")


def control_of(deb: Path) -> str:
    """Return what a package says of itself."""
    with member(deb, "control.tar") as archive:
        file = archive.extractfile("./control")
        return file.read().decode("utf-8") if file else ""


def unpack(deb: Path, into: Path) -> None:
    """Put the files of a package into a folder; none of its scripts is run."""
    with member(deb, "data.tar") as archive:
        archive.extraction_filter = staticmethod(lambda one, _: one)  # it is Debian's, by its hash, and may have links
        archive.extractall(into)  # noqa: S202


@dataclass(frozen=True)
class Entry:
    """One file or folder for the kernel: *data* of a folder is None."""

    name: str
    data: bytes | Path | None
    mode: int = 0o644


def write_cpio(entries: Iterable[Entry], epoch: int, to: BinaryIO) -> None:
    """Write what a kernel unpacks into memory, all of root and of one moment."""
    for number, entry in enumerate([*entries, Entry("TRAILER!!!", b"", 0)], 1):
        size = _size(entry.data)
        kind = 0 if not entry.mode else 0o040000 if entry.data is None else 0o100000
        last = entry.mode == 0
        fields = (number, kind | entry.mode, 0, 0, 1, 0 if last else epoch, size, 0, 0, 0, 0, len(entry.name) + 1, 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + entry.name.encode("ascii") + b"\0"
        to.write(header + bytes(-len(header) % 4))
        to.writelines(_pieces(entry.data))
        to.write(bytes(-size % 4))


def _size(data: bytes | Path | None) -> int:
    return data.stat().st_size if isinstance(data, Path) else len(data or b"")


def _pieces(data: bytes | Path | None) -> Iterator[bytes]:
    if isinstance(data, Path):
        with data.open("rb") as file:
            while piece := file.read(1 << 20):
                yield piece
    else:
        yield data or b""
