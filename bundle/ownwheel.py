"""splitkit's own wheel, the same bytes wherever and whenever it is built.

A wheel is a ZIP file that keeps the mode and the time of every file.  So the sources are copied with fixed modes into an
empty folder, and built there with a fixed time, file mask, language and the locked setuptools.

Source: reproducible-builds.org, SOURCE_DATE_EPOCH; PEP 517 (the build is a call of the backend).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

from bundle.lock import read_lock
from splitkit.errors import DeviceError, SelfCheckError, UsageError
from splitkit.issue.artefacts import BROWSER_FILE

FILES = ("pyproject.toml", "README.md", "LICENSE")
FOLDERS = {"splitkit": (".py", ".toml", ".typed", ".yaml", ".html"), "printouts": (".py", ".typ")}
_BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def build_wheel(root: Path, epoch: int, out: Path) -> Path:
    """Build the wheel of the sources in *root* into the folder *out*, dated *epoch*, and return its path.

    Raises:
        UsageError: If the setuptools here is not the locked one.
        DeviceError: If the build fails.
        SelfCheckError: If the wheel holds other files than the list in the repository.
    """
    _require_locked_setuptools(root)
    with tempfile.TemporaryDirectory(prefix="splitkit-build-") as name:
        clean = Path(name) / "source"
        _copy_sources(root, clean)
        _run_backend(clean, epoch, out.resolve())
    (wheel,) = out.glob("splitkit-*.whl")
    _compare_with_list(wheel, (root / "tests" / "wheel-files.txt").read_text().split())
    return wheel


def _require_locked_setuptools(root: Path) -> None:
    (locked,) = (one for one in read_lock((root / "requirements" / "dev.txt").read_text()) if one.name == "setuptools")
    if version("setuptools") != locked.version:
        raise UsageError(
            f"setuptools {version('setuptools')} is here, and the wheel is built with {locked.version}",
            "run: make bundle",
        )


def _copy_sources(root: Path, to: Path) -> None:
    """Copy what goes into a wheel, with fixed modes: those of git depend on the file mask of whoever cloned."""
    wanted = [root / name for name in FILES]
    for folder, kinds in FOLDERS.items():
        wanted += [path for path in sorted((root / folder).rglob("*")) if path.suffix in kinds]
    for path in wanted:
        copy = to / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o644)


def _run_backend(source: Path, epoch: int, out: Path) -> None:
    surroundings = {
        "SOURCE_DATE_EPOCH": str(epoch),
        "PATH": os.defpath,
        "HOME": str(source.parent),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
    }
    done = subprocess.run(
        [sys.executable, "-I", "-c", _BUILD, str(out)],
        cwd=source,
        env=surroundings,
        umask=0o022,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise DeviceError("setuptools could not build the wheel", "what it said stands above")


def _compare_with_list(wheel: Path, listed: list[str]) -> None:
    with zipfile.ZipFile(wheel) as packed:
        if sorted(set(packed.namelist()) - {f"splitkit/{BROWSER_FILE}"}) != listed:
            raise SelfCheckError(
                "the wheel holds other files than tests/wheel-files.txt names", "do not use it; compare"
            )
