"""Installation: every installed file against the hash that was recorded for it, and files that nobody recorded.

A `.pth` file runs code whenever Python starts, also an isolated one; a stray module can take the place of a real one.
What is not covered, and is said to be so: Python itself, its standard library, and compiled copies (`__pycache__`).

One hash of the whole program, beside that, is compared between machines and with the paper.

Source: the specification of recording installed projects (RECORD), the documentation of the module `site`.
"""

import base64
import csv
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from splitkit.host.files import read_regular
from splitkit.paper.typeset import templates
from splitkit.preflight.machine import CannotTellError, Finding, Machine, fail, info, listed, unknown, warn

DOMAIN = b"splitkit/1 program\n"
MAX_FILES = 50_000
MAX_RECORD = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_AGAIN = "install splitkit again, from the wheel and its locked requirements"
_CODE = (".py", ".so", ".pyd", ".pth")


@dataclass
class _Tally:
    """What was seen of all records together."""

    recorded: set[str] = field(default_factory=set)
    """Real paths of recorded files."""

    sound: int = 0
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)


def installed(machine: Machine) -> list[Finding]:
    """Compare every installed file with its recorded hash; name what was changed, is missing or was never recorded."""
    tally = _Tally()
    sites = [site.resolve() for site in machine.process.sites]
    if not sites:
        raise CannotTellError("splitkit does not know where it is installed")
    for site in sites:
        for name in _names(site):
            if name.endswith(".dist-info"):
                _read_record(tally, site, name, machine.process.base.resolve())
    strays = sorted(name for site in sites for name in _strays(site, tally.recorded))
    return _findings(tally, strays, machine.process.package.resolve())


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())[:MAX_FILES]
    except OSError:
        raise CannotTellError(f"{folder} cannot be listed") from None


def _read_record(tally: _Tally, site: Path, name: str, base: Path) -> None:
    package = name.partition("-")[0]
    try:
        rows = list(csv.reader(read_regular(site / name / "RECORD", MAX_RECORD).decode("utf-8").splitlines()))
    except (OSError, csv.Error, UnicodeDecodeError):
        tally.unrecorded.append(package)
        return
    for row in rows[:MAX_FILES]:
        if len(row) == 3 and row[0]:
            _compare(tally, site, row, base)


def _compare(tally: _Tally, site: Path, row: list[str], base: Path) -> None:
    name, expected, _ = row
    path = Path(os.path.normpath(site / name))
    if not (path.is_relative_to(base) or path.is_relative_to(site)):
        tally.outside.append(name)
        return
    tally.recorded.add(str(path))
    if not expected:  # RECORD itself, and compiled copies
        return
    try:
        right = _hashed(path, expected)
    except OSError:
        tally.missing.append(name)
        return
    tally.sound += right
    if not right:
        tally.changed.append(name)


def _hashed(path: Path, expected: str) -> bool:
    """Tell whether a file has the recorded hash, such as 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'."""
    kind, _, wanted = expected.partition("=")
    if kind not in ("sha256", "sha384", "sha512"):
        return False
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("not a regular file")
    digest = hashlib.new(kind)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return base64.urlsafe_b64encode(digest.digest()).decode("ascii").rstrip("=") == wanted.rstrip("=")


def _strays(site: Path, recorded: set[str]) -> list[str]:
    """Return code on the top of a site folder, and inside its packages, that no record names."""
    found, seen = [], 0
    for folder, below, files in os.walk(site):
        below[:] = [name for name in below if name != "__pycache__"]
        seen += len(files)
        if seen > MAX_FILES:
            raise CannotTellError(f"{site} holds more files than can be looked at")
        found += [
            str((Path(folder) / name).relative_to(site))
            for name in files
            if name.endswith(_CODE) and str(Path(folder) / name) not in recorded
        ]
    return found


def _findings(tally: _Tally, strays: list[str], package: Path) -> list[Finding]:
    found = []
    pth = [name for name in strays if name.endswith(".pth")]
    modules = [name for name in strays if not name.endswith(".pth")]
    for names, what in (
        (tally.changed, "installed files were changed"),
        (tally.missing, "installed files are missing"),
        (tally.outside, "records name files outside the installation"),
        (pth, "files run code at every start of Python, and nobody recorded them"),
    ):
        if names:
            found.append(fail(f"{what}: {listed(names)}", _AGAIN))
    if str(package / "__init__.py") not in tally.recorded:
        found.append(
            fail(
                "splitkit runs from a folder whose files nobody recorded",
                "install the wheel of splitkit, not its work folder",
            )
        )
    if modules:
        found.append(warn(f"{len(modules)} modules are in no record: {listed(modules)}", _AGAIN))
    if tally.unrecorded:
        found.append(unknown(f"{len(tally.unrecorded)} packages have no record: {listed(tally.unrecorded)}", _AGAIN))
    sound = f"{tally.sound} installed files are as recorded (Python itself is not covered)"
    return [*found, info(sound)] if tally.sound else found or [unknown("no installed file has a record", _AGAIN)]


def program_hash() -> str:
    """Return a SHA-256 over every module and template of splitkit, 64 hexadecimal digits.

    The hash covers, for each file in the order of names: its path from the package with '/', a line break, and the SHA-256
    of its bytes in hexadecimal with a line break.  It is the same however splitkit was installed.  Python itself and the
    libraries are not in it: preflight compares those with their own records.
    """
    package = Path(__file__).resolve().parents[1]
    found = {str(path.relative_to(package).as_posix()): path for path in package.rglob("*.py")}
    found |= {f"printouts/{path.name}": path for path in templates().glob("*") if path.suffix in (".typ", ".py")}
    whole = hashlib.sha256(DOMAIN)
    for name in sorted(found):
        whole.update(f"{name}\n{hashlib.sha256(found[name].read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
