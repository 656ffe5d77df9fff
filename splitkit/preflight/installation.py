"""Installation: every file that Python would import, against the hash that was recorded for it.

A `.pth` file runs code whenever Python starts, also an isolated one; so does a module called sitecustomize.  A package, a
library or a compiled file takes the place of the module of the same name beside it.  So whatever lies in a folder of
installed packages must be in a record.  The compiled copies (`__pycache__`) are in none that says what they hold: each is
compared with what Python makes of its source.  What is not covered, and is said to be so: Python itself and its standard
library.  Records can be forged as well; the one hash over all that they name is compared between two machines.

One hash of the program alone, beside that, is compared with the paper.

Source: the specification of recording installed projects (RECORD), the documentation of the modules `site` and `importlib`.
"""

import base64
import csv
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.machinery import all_suffixes
from pathlib import Path

from splitkit.host.files import read_regular
from splitkit.paper.typeset import templates
from splitkit.preflight.compiled import COPIES, is_foreign, is_of_its_source
from splitkit.preflight.machine import (
    CannotTellError,
    Finding,
    Findings,
    Machine,
    fail,
    info,
    listed,
    shown,
    unknown,
    warn,
)

DOMAIN = b"splitkit/1 program\n"
MAX_FILES = 50_000
MAX_RECORD = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_AGAIN = "install splitkit again, from the wheel and its locked requirements"
_EACH_START = ("sitecustomize", "usercustomize")
"""Modules that Python imports at every start, wherever it finds them."""


@dataclass
class _Tally:
    """What was seen of all records and folders together."""

    recorded: set[str] = field(default_factory=set)
    """Real paths of recorded files."""

    sound: dict[str, str] = field(default_factory=dict)
    """Files that are as recorded, and their hashes."""

    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    """What everybody may write to."""

    copies: list[Path] = field(default_factory=list)
    """Compiled copies."""


def installed(machine: Machine) -> list[Finding]:
    """Compare every installed file with its recorded hash; name what was changed, is missing or was never recorded."""
    tally, process = _Tally(), machine.process
    sites, base = [site.resolve() for site in process.sites], process.base.resolve()
    if not sites:
        raise CannotTellError("splitkit does not know where it is installed")
    for site in sites:
        for name in _names(site):
            if name.endswith(".dist-info"):
                _read_record(tally, site, name, base)
    for path in (*sites, base, base / "pyvenv.cfg", base / "bin", *base.glob("bin/*")):
        _note_open(tally, path)
    for site in sites:
        _walk(tally, site)
    for folder in process.others:
        tally.strays += [str(folder / name) for name in _importable(folder) if str(folder / name) not in tally.recorded]
    found = [*_findings(tally, process.package.resolve()), *_at_each_start(process.standard)]
    return [*found, *_sound(tally, found)]


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
    if not expected and (path.parent.name == COPIES or path.name == "RECORD"):
        return
    try:
        digest = _hashed(path, expected)
    except OSError:
        tally.missing.append(name)
        return
    if digest != expected or not expected:
        tally.changed.append(name)
    elif path.is_relative_to(site) and not path.parent.name.endswith(".dist-info"):
        tally.sound[name] = digest


def _hashed(path: Path, expected: str) -> str:
    """Return the hash of a file as it is recorded, such as 'sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'."""
    kind = expected.partition("=")[0]
    if kind not in ("sha256", "sha384", "sha512"):
        return ""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("not a regular file")
    digest = hashlib.new(kind)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return f"{kind}={base64.urlsafe_b64encode(digest.digest()).decode('ascii').rstrip('=')}"


def _walk(tally: _Tally, site: Path) -> None:
    """Note what lies in a folder of packages: what no record names, compiled copies, what everybody may write to."""
    seen = 0
    for folder, below, files in os.walk(site, onerror=_unlisted):
        seen += len(files) + len(below)
        if seen > MAX_FILES:
            raise CannotTellError(f"{site} holds more files than can be looked at")
        for path in (Path(folder) / name for name in (*below, *files)):
            _note_open(tally, path)
            if path.parent.name == COPIES and not is_foreign(path, tally.recorded):
                tally.copies.append(path)
            elif (path.is_symlink() or not path.is_dir()) and (
                str(path) not in tally.recorded or path.parent.name == COPIES
            ):
                tally.strays.append(str(path.relative_to(site)))


def _unlisted(error: OSError) -> None:
    raise CannotTellError(f"{shown(str(error.filename), 60)} cannot be listed") from None


def _note_open(tally: _Tally, path: Path) -> None:
    mode = path.lstat().st_mode if os.path.lexists(path) else 0
    if mode & stat.S_IWOTH and not stat.S_ISLNK(mode):
        tally.open.append(path.name)


def _importable(folder: Path) -> list[str]:
    """Return what Python would import from a folder that is no folder of packages; an archive is all one."""
    if not folder.is_dir():
        return [""]
    return [name for name in _names(folder)
            if name.endswith(tuple(all_suffixes())) or _is_package(folder / name)]  # fmt: skip


def _is_package(folder: Path) -> bool:
    return folder.is_dir() and any((folder / f"__init__{suffix}").exists() for suffix in all_suffixes())


def _findings(tally: _Tally, package: Path) -> Findings:
    for names, what in (
        (tally.changed, "installed files were changed"),
        (tally.missing, "installed files are missing"),
        (tally.outside, "records name files outside the installation"),
        ([name for name in tally.strays if name.endswith(".pth")], "files run code at every start of Python, and nobody recorded them"),
        ([name for name in tally.strays if not name.endswith(".pth")], "Python would take files that are in no record"),
        (tally.unrecorded, "packages have no record"),
        (tally.open, "everybody may write into the installation"),
    ):  # fmt: skip
        if names:
            yield fail(f"{what}: {_ends(names)}", _AGAIN)
    if str(package / "__init__.py") not in tally.recorded:
        yield fail(
            "splitkit runs from a folder whose files nobody recorded",
            "install the wheel of splitkit, not its work folder",
        )


def _ends(names: list[str]) -> str:
    """Return a list of files of which the ends are shown: that is where they differ."""
    return listed([name if len(name) <= 40 else f"...{name[-37:]}" for name in names])


def _sound(tally: _Tally, found: list[Finding]) -> Findings:
    """Judge the compiled copies, and say what is as recorded; no copy is better than a source that is not."""
    if not any(finding.unfit for finding in found):
        wrong = [path.name for path in tally.copies if not is_of_its_source(path)]
        if wrong:
            yield fail(
                f"compiled copies are not of their source: {_ends(wrong)}", f"delete every folder {COPIES} there"
            )
    if tally.sound:
        whole = hashlib.sha256("".join(f"{name}\n{tally.sound[name]}\n" for name in sorted(tally.sound)).encode())
        yield info(
            f"{len(tally.sound)} installed files are as recorded (Python itself and its standard library are not covered); "
            f"the same on another machine with the same packages: {whole.hexdigest()}"
        )
    elif not found:
        yield unknown("no installed file has a record", _AGAIN)


def _at_each_start(standard: tuple[Path, ...]) -> Iterator[Finding]:
    """Warn of a module that Python imports from its standard library at every start, and that belongs to no library."""
    names = [f"{folder}/{name}" for folder in standard if folder.is_dir() for name in _names(folder)
             if name.partition(".")[0] in _EACH_START]  # fmt: skip
    if names:
        fact = f"Python runs {_ends(names)} at every start, and no record covers it"
        yield warn(fact, "read it: a system may load its reporter of crashes there, and nothing else")


def program_hash() -> str:
    """Return a SHA-256 over every file of splitkit that Python would import, every template and every pack, 64 hexadecimal digits.

    The hash covers, for each file in the order of names: its path from the package with '/', a line break, and the SHA-256
    of its bytes in hexadecimal with a line break; of a link, those of where it leads.  It is the same however splitkit was
    installed.  Compiled copies, Python itself and the libraries are not in it: preflight judges those.
    """
    package = Path(__file__).resolve().parents[1]
    found = {path.relative_to(package).as_posix(): path for path in _members(package)}
    found |= {f"printouts/{path.name}": path for path in templates().glob("*") if path.suffix in (".typ", ".py")}
    found |= {f"packs/{path.name}": path for path in (package / "packs").glob("*.toml")}
    whole = hashlib.sha256(DOMAIN)
    for name in sorted(found):
        path = found[name]
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        whole.update(f"{name}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _members(package: Path) -> Iterator[Path]:
    """Return every file of the package but the compiled copies, and every link to a folder."""
    for folder, below, files in os.walk(package):
        paths = [Path(folder) / name for name in (*below, *files)]
        yield from (path for path in paths if path.is_symlink() or (path.is_file() and path.parent.name != COPIES))
