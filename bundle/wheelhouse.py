"""The wheels of all packages: fetched by pip, accepted only with a hash of the lock.

Wheels for glibc 2.28 and newer (Debian 10, RHEL 8, Ubuntu 18.10): the oldest for which all locked packages have some.

Source: PEP 600 (manylinux tags), PEP 427 (names of wheels), the core metadata specification.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename

from bundle.lock import Locked, Target, requirement_lines
from splitkit.errors import DeviceError, SelfCheckError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

GLIBC_MINOR = 28


@dataclass(frozen=True)
class Wheel:
    """One wheel: its file, what it is, and its SHA-256 in hexadecimal."""

    path: Path
    name: NormalizedName
    version: str
    sha256: str
    metadata: Message = field(compare=False)


def read_wheel(path: Path) -> Wheel:
    """Return what *path* is, by its name and by the METADATA inside, which must agree."""
    name, version, _, _ = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as packed:
        (inside,) = (
            entry for entry in packed.namelist() if entry.count("/") == 1 and entry.endswith(".dist-info/METADATA")
        )
        metadata = HeaderParser().parsestr(packed.read(inside).decode("utf-8"))
    if (canonicalize_name(metadata["Name"]), metadata["Version"]) != (name, str(version)):
        raise SelfCheckError(f"{path.name} is another package inside", "fetch it again")
    return Wheel(path, name, str(version), hashlib.sha256(path.read_bytes()).hexdigest(), metadata)


def fetch(pins: tuple[Locked, ...], target: Target, into: Path) -> tuple[Wheel, ...]:
    """Fetch the wheels of *pins* for *target* into the folder *into*, in order of name.

    Raises:
        DeviceError: If pip could not fetch them.
        SelfCheckError: If what came is not exactly what the lock allows.
    """
    with tempfile.TemporaryDirectory(prefix="splitkit-wheels-") as name:
        here = Path(name)
        (here / "requirements.txt").write_text(requirement_lines(pins), encoding="ascii")
        _download(here / "requirements.txt", target, here / "wheels")
        wheels = [read_wheel(path) for path in sorted((here / "wheels").iterdir())]
        _compare_with_lock(wheels, pins)
        return tuple(read_wheel(_kept(wheel.path, into)) for wheel in sorted(wheels, key=lambda wheel: wheel.name))


def _kept(path: Path, into: Path) -> Path:
    """Keep a wheel; two Pythons may share one."""
    into.mkdir(parents=True, exist_ok=True)
    kept = into / path.name
    kept.write_bytes(path.read_bytes())
    return kept


def _download(requirements: Path, target: Target, into: Path) -> None:
    tags = [f"manylinux_2_{minor}_{target.machine}" for minor in range(GLIBC_MINOR, 4, -1)]
    tags += [f"manylinux{year}_{target.machine}" for year in ("2014", "2010", "1")]
    platforms = [f"--platform={tag}" for tag in tags]
    command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary=:all:", "--no-deps", "--implementation=cp"]
    command += [f"--python-version={target.python}", f"--abi={target.abi}", "--abi=abi3", *platforms]
    command += [f"--dest={into}", f"--requirement={requirements}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise DeviceError(
            f"pip could not fetch the wheels for Python {target.python}",
            "what it said stands above; this step needs the package index",
        )


def _compare_with_lock(wheels: Iterable[Wheel], pins: tuple[Locked, ...]) -> None:
    """Check again, without pip, that there is one wheel for each pin, with a hash of that pin."""
    allowed = {(one.name, one.version): one.hashes for one in pins}
    came = [(wheel.name, wheel.version) for wheel in wheels]
    if sorted(came) != sorted(allowed):
        raise SelfCheckError("pip fetched other packages than the lock names", "do not use them; run it again")
    for wheel in wheels:
        if wheel.sha256 not in allowed[wheel.name, wheel.version]:
            raise SelfCheckError(f"{wheel.path.name} has no hash of the lock", "do not use it; run it again")
