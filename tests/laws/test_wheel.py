"""The wheel holds exactly the files of a list in the repository: never a sheet that somebody left in a folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.places import ROOT, TESTS

LIST = TESTS / "wheel-files.txt"
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
STRAYS = ("printouts/share-1-of-5.pdf", "printouts/stray.typ", "splitkit/cli/notes.txt", "splitkit/share-2-of-5.pdf",
          "tests/x.pdf", "splitkit/paper/scan.png", "envelope.sk1")  # fmt: skip

needs_new_setuptools = pytest.mark.skipif(
    int(version("setuptools").split(".")[0]) < 77, reason="the setuptools here is older than the one this is built with"
)


def built(source: Path, out: Path) -> list[str]:
    """Build a wheel of *source*, without any network, and return the names in it."""
    out.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(out)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = out.iterdir()
    with zipfile.ZipFile(wheel) as packed:
        return sorted(packed.namelist())


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """What git would give to somebody who builds it, and strays such as a ceremony leaves behind."""
    to = tmp_path_factory.mktemp("build") / "copy"
    quiet = shutil.ignore_patterns("__pycache__", "*.egg-info", "specimens", "recover.html")
    for folder in ("splitkit", "printouts"):
        shutil.copytree(ROOT / folder, to / folder, ignore=quiet)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, to / name)
    return to


@needs_new_setuptools
def test_the_wheel_holds_what_the_list_names_and_no_stray(copy, tmp_path):
    assert built(copy, tmp_path / "clean") == LIST.read_text().split()
    shutil.rmtree(copy / "build", ignore_errors=True)
    for stray in STRAYS:
        (copy / stray).parent.mkdir(exist_ok=True)
        (copy / stray).write_bytes(b"%PDF-1.7 a real sheet")
    assert built(copy, tmp_path / "strays") == LIST.read_text().split()


def test_the_list_names_every_module():
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "splitkit").rglob("*.py")}
    assert {name for name in LIST.read_text().split() if name.endswith(".py")} == modules | {
        "splitkit/printouts/__init__.py"
    }


def test_the_list_names_no_paper():
    assert not [name for name in LIST.read_text().split() if name.endswith((".pdf", ".png", ".jpg", ".sk1"))]
