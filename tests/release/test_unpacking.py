"""Packages are unpacked and memory files packed without any other program."""

from __future__ import annotations

import io
import tarfile

import pytest

from release.image.unpacking import Entry, control_of, unpack, write_cpio
from splitkit.errors import UnreadableError


def deb(tmp_path, files):
    def packed(entries):
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w:xz") as archive:
            for name, data in entries.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return raw.getvalue()

    parts = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": packed({"./control": b"Package: x\n"}),
        "data.tar.xz": packed(files),
    }
    whole = b"!<arch>\n"
    for name, data in parts.items():
        whole += (
            f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        )
    path = tmp_path / "x_1_all.deb"
    path.write_bytes(whole)
    return path


def test_a_package_is_unpacked(tmp_path):
    path = deb(tmp_path, {"./usr/bin/x": b"hello"})
    assert control_of(path) == "Package: x\n"
    unpack(path, tmp_path / "to")
    assert (tmp_path / "to/usr/bin/x").read_bytes() == b"hello"


@pytest.mark.parametrize("data", [b"", b"no", b"!<arch>\n"])
def test_anything_else_is_no_package(tmp_path, data):
    path = tmp_path / "x.deb"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match="no package of Debian"):
        control_of(path)


def test_a_memory_file_is_what_a_kernel_unpacks(tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 5000)
    packed = io.BytesIO()
    write_cpio([Entry("bin", None, 0o755), Entry("bin/a", b"abc", 0o755), Entry("b", tmp_path / "big")], 7, packed)
    assert packed.getvalue().count(b"070701") == 4
    again = io.BytesIO()
    write_cpio([Entry("bin", None, 0o755), Entry("bin/a", b"abc", 0o755), Entry("b", tmp_path / "big")], 7, again)
    assert packed.getvalue() == again.getvalue()
    assert read(packed.getvalue()) == {
        "bin": (0o040755, 7, b""),
        "bin/a": (0o100755, 7, b"abc"),
        "b": (0o100644, 7, b"x" * 5000),
    }


def read(data):
    """The entries of a newc archive, as the kernel's document has it."""
    found, at = {}, 0
    while True:
        fields = [int(data[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        assert data[at : at + 6] == b"070701"
        name = data[at + 110 : at + 110 + fields[11] - 1].decode()
        at += 110 + fields[11]
        at += -at % 4
        if name == "TRAILER!!!":
            assert at == len(data)
            return found
        found[name] = (fields[1], fields[5], data[at : at + fields[6]])
        at += fields[6]
        at += -at % 4
