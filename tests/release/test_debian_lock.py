"""The lock of Debian's packages: read strictly, resolved by what packages say of themselves."""

from __future__ import annotations

import itertools
import tomllib

import pytest

from bundle.origin import Origin
from release.image.control import Version, paragraphs, wanted
from release.image.index import Needs
from release.image.inventory import bill, package_list
from release.image.lock import Package, read_lock, write_lock
from splitkit.errors import UnreadableError
from tests.support.places import ROOT

IMAGE = ROOT / "release" / "image"
LOCK = (IMAGE / "lock").read_text(encoding="ascii")
LINE = f"apt 3.0.3 {'a' * 64} debian/pool/main/a/apt/apt_3.0.3_amd64.deb"


def test_the_lock_is_as_it_is_written():
    locked = read_lock(LOCK)
    assert write_lock(list(reversed(locked))) == LOCK
    assert {one.place.rpartition("_")[2] for one in locked} == {"amd64.deb", "all.deb"}


def test_the_lock_has_what_is_asked_for():
    asked = tomllib.loads((IMAGE / "packages.toml").read_text(encoding="utf-8"))
    names = {one.name for one in read_lock(LOCK)}
    assert {*asked["system"], *asked["tools"]} <= names
    for name in asked["unpacked"]:
        assert name in names or any(one.startswith("linux-image-") for one in names)


@pytest.mark.parametrize(
    "text",
    [
        "",
        LINE + "\n" + LINE + "\n",
        LINE.replace("apt 3", "Apt 3"),
        LINE.replace("a" * 64, "a" * 63),
        LINE.replace("debian/pool", "../pool"),
        LINE.replace("debian/pool", "/pool"),
        LINE.replace(".deb", ".tar"),
        LINE + " x",
        LINE.replace("apt 3", "b 3") + "\n" + LINE,
    ],
)
def test_any_other_line_is_refused(text):
    assert read_lock(LINE + "\n")
    with pytest.raises(UnreadableError, match="make image-lock"):
        read_lock(text)


def test_versions_are_in_the_order_of_debian():
    order = [
        "0.9~rc1",
        "0.9",
        "0.9+b1",
        "0.10",
        "1.0~~a",
        "1.0~a",
        "1.0",
        "1.0-1~deb13u1",
        "1.0-1",
        "1.0-1+deb13u2",
        "1.0a",
        "1.0+x",
        "1:0.1",
        "2:0",
    ]
    for one, other in itertools.combinations(order, 2):
        assert Version(one) < Version(other), (one, other)
        assert not Version(other) < Version(one)
    assert Version("1.0-0") == Version("1.0-00")


INDEX = """Package: base
Version: 1
Essential: yes
Depends: libc (>= 2)

Package: libc
Version: 2

Package: printer
Version: 1
Pre-Depends: debconf | debconf-2.0
Depends: driver-a | driver-b, mail-agent,
 libc:any

Package: driver-a
Version: 1

Package: driver-b
Version: 1

Package: cdebconf
Version: 1
Provides: debconf-2.0 (= 1)

Package: exim
Version: 1
Provides: mail-agent

Package: kernel-amd64
Version: 9
Depends: kernel-9
"""


def needs():
    return Needs({fields["Package"]: fields for fields in paragraphs(INDEX)})


def test_what_is_needed_is_taken_and_the_favourite_of_a_choice():
    assert needs().essential() == ["base"]
    assert needs().closed(["printer"]) == {"printer", "libc", "driver-a", "cdebconf", "exim"}
    assert needs().closed(["printer", "driver-b"]) == {"printer", "libc", "driver-b", "cdebconf", "exim"}
    assert needs().stood_for("kernel-amd64") == "kernel-9"
    assert needs().stood_for("libc") == "libc"
    assert wanted({"Depends": "a (>= 1) | b:any, c"}) == [["a", "b"], ["c"]]


def test_what_nobody_has_is_said():
    with pytest.raises(UnreadableError, match=r"packages\.toml|no package"):
        needs().closed(["nothing"])


def test_the_inventory_has_what_is_inside_and_no_tool():
    locked = [
        Package("apt", "1", "a" * 64, "p.deb"),
        Package("cups", "2.4+x", "b" * 64, "p.deb"),
        Package("linux-image-6.12-amd64", "6", "c" * 64, "p.deb"),
    ]
    installed = {"cups": "2.4+x"}
    assert package_list(installed, locked) == b"cups 2.4+x\nlinux-image-6.12-amd64 6\n"
    origin = Origin("1.0", 0, "f" * 40)
    assert bill(installed, locked, origin) == bill(installed, locked, origin)
    assert b"pkg:deb/debian/cups@2.4%2Bx?distro=trixie" in bill(installed, locked, origin)
    assert b'"apt"' not in bill(installed, locked, origin)
