"""A small bundle, made by the code that makes the real one: with the real pip, and a splitkit of ten lines that needs nothing."""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bundle.folder import Parts, contents, write_folder
from bundle.lock import Target
from bundle.origin import Origin
from bundle.wheelhouse import Wheel, read_wheel
from tests.support.places import ROOT

HERE = "{}.{}".format(*sys.version_info)
ORIGIN = Origin("0.1.0", 1_800_000_000, "ab" * 20)
SPEAKS = "def main():\n    print('the small splitkit speaks')\n"


def tiny_wheel(
    folder: Path, name: str = "splitkit", version: str = "0.1.0", needs: str = "", code: str = SPEAKS
) -> Path:
    """A wheel as small as can be, with a command."""
    about = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: Example licence\n{needs}"
    files = {
        f"{name}/__init__.py": code,
        f"{about}/METADATA": metadata,
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{about}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in {**files, f"{about}/RECORD": record}.items():
            packed.writestr(zipfile.ZipInfo(file), text)
    return path


def pip_wheel() -> Wheel:
    """The pip that came with this Python."""
    places = [Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels")]
    found = [path for place in places for path in place.glob("pip-*.whl")]
    if not found:
        pytest.skip("no wheel of pip came with this Python")
    return read_wheel(found[0])


def small_parts(folder: Path, pythons: tuple[str, ...] = (HERE,)) -> Parts:
    targets = {Target(python, os.uname().machine): () for python in pythons}
    return Parts(read_wheel(tiny_wheel(folder)), targets, pip_wheel(), ORIGIN)


def small_bundle(folder: Path, pythons: tuple[str, ...] = (HERE,)) -> Path:
    """Write a small bundle below *folder*, and return where it lies."""
    to = folder / "stick" / "bundle"
    write_folder(contents(ROOT, small_parts(folder / "parts", pythons)), to)
    return to


def install(
    bundle: Path, *arguments: str | Path, python: str = sys.executable, **how
) -> subprocess.CompletedProcess[str]:
    """Run the installer of a bundle as a person would."""
    how = {"env": {"PATH": os.defpath, "HOME": "/nonexistent"}, **how}
    command = [python, "-I", str(bundle / "install.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **how)
