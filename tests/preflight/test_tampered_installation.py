"""Installations that were tampered with, of every kind that Python would run: each is seen, and a sound one is not blamed."""

from __future__ import annotations

import base64
import hashlib
import marshal
import os
import py_compile
import shutil
import struct
import sys
import zipfile
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

from splitkit.host.process import Process
from splitkit.preflight import installation
from splitkit.preflight.installation import installed, program_hash
from splitkit.preflight.machine import CannotTellError, Finding, Machine, Severity
from tests.support.places import ROOT

GOOD, EVIL = b"def fit():\n    return 1\n", b"def fit():\n    return 2\n"
MODULES = (
    "splitkit/__init__.py",
    "splitkit/readback.py",
    "splitkit/sub/__init__.py",
    "splitkit/sub/deep.py",
    "helper.py",
)
DATA = {"splitkit/printouts/sheet.typ": b"#page", "fast.abi3.so": b"\x7fELF", "pillow.libs/libz-1.so": b"\x7fELF",
        "known.pth": b"import helper"}  # fmt: skip
SITE, INFO = "lib/site-packages", "splitkit-0.1.0.dist-info"
TAG = sys.implementation.cache_tag


def digest(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """An installation as pip leaves it: modules, compiled copies, libraries, a script, and a record of them."""
    base = tmp_path_factory.mktemp("pristine")
    site = base / SITE
    files = (
        dict.fromkeys(MODULES, GOOD)
        | DATA
        | {"../../bin/splitkit": b"#!/usr/bin/python3\n", f"{INFO}/INSTALLER": b"pip\n"}
    )
    rows = [f"{name},{digest(data)},{len(data)}" for name, data in files.items()]
    for name, data in files.items():
        path = Path(os.path.normpath(site / name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in MODULES:
        for level in (0, 2):
            copy = py_compile.compile(str(site / name), optimize=level)
            rows.append(f"{Path(copy).relative_to(site)},,")
    (site / INFO / "RECORD").write_text("\n".join([*rows, f"{INFO}/RECORD,,"]) + "\n")
    (base / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return base


@pytest.fixture
def base(pristine, tmp_path):
    return Path(shutil.copytree(pristine, tmp_path / "base", symlinks=True))


def look(base: Path, **facts) -> list[Finding]:
    site = base / SITE
    process = Process(**{"sites": (site,), "base": base, "package": site / "splitkit"} | facts)
    return installed(Machine(process=process))


def write(name: str, data: bytes = EVIL):
    def do(base: Path) -> None:
        (base / SITE / name).parent.mkdir(parents=True, exist_ok=True)
        (base / SITE / name).write_bytes(data)

    return do


def remove(name: str):
    return lambda base: (base / SITE / name).unlink()


def link(name: str, to: str):
    def do(base: Path) -> None:
        (base / SITE / name).unlink(missing_ok=True)
        (base / SITE / name).symlink_to(to)

    return do


def recorded(row: str):
    def do(base: Path) -> None:
        with (base / SITE / INFO / "RECORD").open("a") as file:
            file.write(row + "\n")

    return do


def mode(name: str, bits: int):
    return lambda base: (base / name).chmod(bits)


def both(*steps):
    return lambda base: [step(base) for step in steps]


def compiled(source: bytes, level: int = 0) -> bytes:
    return marshal.dumps(compile(source, "x.py", "exec", dont_inherit=True, optimize=level))


def copy(name: str, change, optimization: str = ""):
    """Put another compiled copy of a module in the place of its own; *change* gets the head of the right one."""

    def do(base: Path) -> None:
        path = Path(cache_from_source(str(base / SITE / name), optimization=optimization))
        path.write_bytes(change(path.read_bytes()[:16]))

    return do


def unsafe_stack() -> bytes:
    return marshal.dumps(compile(GOOD, "x.py", "exec", dont_inherit=True).replace(co_stacksize=1000))


FORGED = f"splitkit/evil.py,{digest(EVIL)},{len(EVIL)}"
UNCHECKED = struct.pack("<4sIQ", MAGIC_NUMBER, 1, 0)

TAMPERED = {
    "changed: a module": (write("splitkit/readback.py"), "were changed: splitkit/readback.py"),
    "changed: a module, in its length alone": (write("helper.py", GOOD + b"\n"), "were changed: helper.py"),
    "changed: a library": (write("fast.abi3.so", b"\x7fELG"), "were changed: fast.abi3.so"),
    "changed: a library of a library": (write("pillow.libs/libz-1.so"), "were changed: pillow.libs/libz-1.so"),
    "changed: a template": (write("splitkit/printouts/sheet.typ"), "were changed: splitkit/printouts/sheet.typ"),
    "changed: the command": (write("../../bin/splitkit"), "were changed: ../../bin/splitkit"),
    "changed: a file that runs at every start": (write("known.pth"), "were changed: known.pth"),
    "missing: a module": (remove("splitkit/readback.py"), "are missing: splitkit/readback.py"),
    "missing: a library": (remove("pillow.libs/libz-1.so"), "are missing: pillow.libs/libz-1.so"),
    "compiled, outside its folder: a new module": (write("secrets.pyc"), "in no record: secrets.pyc"),
    "compiled, outside its folder: beside a module": (write("splitkit/readback.pyc"), "no record: splitkit/readback.pyc"),
    "compiled, outside its folder: in place of one": (both(remove("helper.py"), write("helper.pyc")), "no record: helper.pyc"),
    "shadowing: a package, compiled": (write("splitkit/readback/__init__.pyc"), "record: splitkit/readback/__init__.pyc"),
    "shadowing: a package": (write("helper/__init__.py"), "in no record: helper/__init__.py"),
    "shadowing: a package that is a library": (write("splitkit/sub/deep/__init__.abi3.so"), "sub/deep/__init__.abi3.so"),
    "shadowing: a library": (write("splitkit/readback.so"), "in no record: splitkit/readback.so"),
    "shadowing: a library of the stable kind": (write("helper.abi3.so"), "in no record: helper.abi3.so"),
    "shadowing: a library of this Python": (write(f"splitkit/sub/deep.{TAG}-x86_64-linux-gnu.so"), f"/deep.{TAG}-x86_64-linux-gnu.so"),
    "shadowing: a library of the system": (write("pillow.libs/libz.so.1"), "in no record: pillow.libs/libz.so.1"),
    "at every start: a .pth file": (write("evil.pth", b"import os"), "run code at every start of Python, and nobody recorded them"),
    "at every start: a .pth file that is a link": (link("evil.pth", "known.pth"), "recorded them: evil.pth"),
    "at every start: sitecustomize": (write("sitecustomize.py"), "in no record: sitecustomize.py"),
    "at every start: sitecustomize, compiled": (write("sitecustomize.pyc"), "in no record: sitecustomize.pyc"),
    "at every start: sitecustomize, a package": (write("sitecustomize/__init__.py"), "sitecustomize/__init__.py"),
    "at every start: usercustomize": (write("usercustomize.py"), "in no record: usercustomize.py"),
    "foreign copy: without a source": (write(f"splitkit/__pycache__/gone.{TAG}.pyc"), f"__/gone.{TAG}.pyc"),
    "foreign copy: of another Python": (write("splitkit/__pycache__/readback.cpython-39.pyc"), "readback.cpython-39.pyc"),
    "foreign copy: recorded as if pip had made it": (
        both(write("__pycache__/evil.cpython-39.pyc"), recorded("__pycache__/evil.cpython-39.pyc,,")), "evil.cpython-39.pyc"),
    "foreign copy: a link": (link(f"__pycache__/helper.{TAG}.pyc", f"../splitkit/__pycache__/readback.{TAG}.pyc"), "in no record"),
    "foreign copy: no copy at all": (write("splitkit/__pycache__/evil.so"), "in no record: splitkit/__pycache__/evil.so"),
    "altered copy: other code, the head is right": (copy("splitkit/readback.py", lambda head: head + compiled(EVIL)), "not of their source: readback"),
    "altered copy: nobody would look at the source": (copy("helper.py", lambda _: UNCHECKED + compiled(EVIL)), "not of their source: helper"),
    "altered copy: of the optimised kind": (copy("splitkit/sub/deep.py", lambda head: head + compiled(EVIL), "2"), "deep." + TAG + ".opt-2"),
    "altered copy: what Python calls equal": (copy("helper.py", lambda head: head + unsafe_stack()), "not of their source: helper"),
    "altered copy: torn": (copy("helper.py", lambda head: head + compiled(GOOD)[:-9]), "not of their source: helper"),
    "altered copy: no code": (copy("helper.py", lambda head: head + marshal.dumps((1, 2))), "not of their source: helper"),
    "stale copy: of the source as it was": (
        copy("helper.py", lambda _: MAGIC_NUMBER + bytes(12) + compiled(b"def fit():\n    return 0\n")), "not of their source: helper"),
    "stale copy: of an earlier Python": (copy("helper.py", lambda head: b"\x01\x02\r\n" + head[4:] + compiled(GOOD)), "source: helper"),
    "link: a folder": (link("evil", "/tmp"), "in no record: evil"),
    "link: a package in place of a module": (link("splitkit/readback", "sub"), "in no record: splitkit/readback"),
    "record: a file without a hash": (both(write("splitkit/evil.py"), recorded("splitkit/evil.py,,")), "were changed: splitkit/evil.py"),
    "record: a hash of a kind that is broken": (recorded("helper.py,md5=abc,4"), "were changed: helper.py"),
    "record: outside": (recorded("../../../etc/passwd,sha256=x,1"), "outside the installation"),
    "record: no text": (write(f"{INFO}/RECORD", b"\xff\xfe\x00"), "packages have no record: splitkit"),
    "record: a pipe": (both(lambda base: os.mkfifo(base / SITE / "pipe"), recorded("pipe,sha256=x,1")), "are missing: pipe"),
    "record: gone": (remove(f"{INFO}/RECORD"), "packages have no record: splitkit"),
    "record: a package without one": (write("other-1.0.dist-info/METADATA"), "packages have no record: other"),
    "record: forged": (both(write("splitkit/evil.py"), recorded(FORGED)), None),
    "record: forged, of a package of its own": (
        both(write("evil.py"), write("evil-1.dist-info/RECORD", f"evil.py,{digest(EVIL)},9\nevil-1.dist-info/RECORD,,".encode())), None),
    "open: a module": (mode(f"{SITE}/helper.py", 0o666), "everybody may write into the installation: helper.py"),
    "open: the folder of packages": (mode(SITE, 0o777), "everybody may write into the installation: site-packages"),
    "open: a folder of compiled copies": (mode(f"{SITE}/splitkit/__pycache__", 0o777), "everybody may write"),
    "open: the folder of commands": (mode("bin", 0o777), "everybody may write into the installation: bin"),
    "open: the settings": (mode("pyvenv.cfg", 0o666), "everybody may write into the installation: pyvenv.cfg"),
}  # fmt: skip


def unfit(findings: list[Finding]) -> list[str]:
    return [finding.fact for finding in findings if finding.severity is Severity.FAIL]


def whole(findings: list[Finding]) -> list[str]:
    return [finding.fact for finding in findings if "same packages" in finding.fact]


def test_there_are_enough_of_them():
    assert len(TAMPERED) >= 40
    assert len({name.partition(":")[0] for name in TAMPERED}) >= 10


def test_a_sound_installation_is_not_blamed_wherever_it_lies(base, pristine):
    (finding,) = look(base)
    assert finding.severity is Severity.INFO
    assert "standard library are not covered" in finding.fact
    assert whole(look(pristine)) == [finding.fact], "the hash of what is installed does not depend on the place"


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_installation_is_seen(base, pristine, name):
    tamper, fact = TAMPERED[name]
    tamper(base)
    findings = look(base)
    if fact is None:  # the record agrees, but not with another machine
        assert whole(findings) != whole(look(pristine))
    else:
        assert any(fact in said for said in unfit(findings)), findings


def test_what_else_python_would_import_from_is_seen(base, tmp_path):
    """The folder of the script, a folder that was added, an archive: without a record nothing vouches for them."""
    folder, archive = tmp_path / "added", tmp_path / "python311.zip"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes.txt").write_text("no code")
    assert unfit(look(base, others=(folder, base / "bin"))) == []
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("struct.py", EVIL)
    assert "python311.zip" in unfit(look(base, others=(archive,)))[0]
    (folder / "struct.py").write_bytes(EVIL)
    assert "added/struct.py" in unfit(look(base, others=(folder,)))[0]
    (folder / "struct.py").rename(folder / "notes/__init__.py")
    assert "added/notes" in unfit(look(base, others=(folder,)))[0]


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize.abi3.so", "sitecustomize"])
def test_what_runs_at_every_start_from_the_standard_library_is_shown_to_people(base, tmp_path, name):
    (tmp_path / "lib").mkdir()
    assert len(look(base, standard=(tmp_path / "lib", tmp_path / "none"))) == 1
    (tmp_path / "lib" / name).touch()
    warned, _ = look(base, standard=(tmp_path / "lib",))
    assert (warned.severity, name in warned.fact) == (Severity.WARN, True)


def test_a_folder_that_cannot_be_listed_is_not_passed_over(base, monkeypatch):
    def refuse(path, onerror):
        onerror(PermissionError(13, "Permission denied", str(path)))
        return iter(())

    monkeypatch.setattr(installation.os, "walk", refuse)
    with pytest.raises(CannotTellError, match="cannot be listed"):
        look(base)


# --- the hash of the program --------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package, of which the hash is taken."""
    to = tmp_path / "splitkit"
    shutil.copytree(ROOT / "splitkit", to, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(installation, "__file__", str(to / "preflight/installation.py"))
    return to


@pytest.mark.parametrize("name", ["sub.py", "readback.pyc", "ceremony/readback/__init__.pyc", "ceremony/readback.so",
                                  "ceremony/readback.abi3.so", "sitecustomize.py", "host/evil"])  # fmt: skip
def test_the_hash_covers_whatever_python_would_import(package, name):
    before = program_hash()
    (package / name).parent.mkdir(exist_ok=True)
    if name == "host/evil":
        (package / name).symlink_to("/tmp")
    else:
        (package / name).write_bytes(EVIL)
    assert program_hash() != before


def test_the_hash_is_that_of_the_files_wherever_they_lie(package, monkeypatch):
    (package / "cli/__pycache__").mkdir()
    (package / f"cli/__pycache__/main.{TAG}.pyc").write_bytes(b"made by any start")
    copied = program_hash()
    monkeypatch.undo()
    assert program_hash() == copied
