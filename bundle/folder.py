"""The bundle: what lies in it, the list of hashes, and the same as one archive.

Everything is written with fixed modes and, in the archive, fixed times and owners: the same parts give the same bytes.

Source: the format of `sha256sum`; POSIX.1-1988 ustar.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shamir_mnemonic.wordlist import WORDLIST

from bundle.sbom import bill
from splitkit.issue.artefacts import BROWSER_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bundle.lock import Target
    from bundle.origin import Origin
    from bundle.wheelhouse import Wheel

SUMS = "SHA256SUMS"
HERE = Path(__file__).parent
DOCUMENTS = (
    *("README.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"),
    *(
        f"docs/{name}.md"
        for name in ("guide", "stick", "ceremony", "custody", "packs", "format", "threat-model", "glossary")
    ),
    *(f"docs/pictures/{name}.svg" for name in ("door", "status", "check")),
)
FORMS = ("plan", "script", "receipts", "labels", "register", "exception", "closeout", "by-hand")
REPORTS = ("register", "call-out", "review", "drill", "audit", "status", "statement", "ceremony")
SPECIMENS = (
    *(f"{kind}-{family}.pdf" for kind in ("record", "sheet") for family in ("a4", "anonymous", "groups", "letter")),
    *(f"print-test-{paper}.pdf" for paper in ("a4", "letter")),
    *(f"form-{form}-{paper}.pdf" for form in FORMS for paper in ("a4", "letter")),
    *(f"form-{form}-groups.pdf" for form in FORMS if form != "exception"),
    *(f"form-{form}-anonymous.pdf" for form in ("plan", "receipts", "labels", "by-hand")),
    *(f"before-{name}-{paper}.pdf" for name in ("board", "custodian", "week") for paper in ("a4", "letter")),
    *(f"procedure-{code}-{paper}.pdf" for code in ("r11", "r13") for paper in ("a4", "letter")),
    *(f"report-{name}-{paper}.pdf" for name in REPORTS for paper in ("a4", "letter")),
    *(f"{name}-a4.png" for name in ("sheet", "before-custodian", "report-status")),
)
"""Named one by one, so that a real sheet left beside them is never taken along."""

ALONE = ("recover.py", "verify_ledger.py")


@dataclass(frozen=True)
class Parts:
    """What a bundle is made of: splitkit's wheel, the wheels that each Python gets, pip, and where it all comes from."""

    own: Wheel
    by_target: Mapping[Target, tuple[Wheel, ...]]
    pip: Wheel
    origin: Origin

    @property
    def platform(self) -> str:
        """Return what Python calls such a machine: 'linux-x86_64'."""
        (machine,) = {target.machine for target in self.by_target}
        return f"linux-{machine}"

    @property
    def name(self) -> str:
        """Return the name of the folder."""
        return f"splitkit-{self.origin.version}-{self.platform}"


def contents(root: Path, parts: Parts) -> dict[str, bytes]:
    """Return every file of the bundle but the list of hashes, by its name in the folder."""
    found = {f"wheels/{wheel.path.name}": wheel.path.read_bytes() for wheel in _wheels(parts)}
    for name in ("install.py", "START-HERE.txt"):
        found[name] = (HERE / name).read_bytes()
    for name in ALONE:
        found[name] = (root / "splitkit" / name).read_bytes()
    if (page := root / "splitkit" / BROWSER_FILE).exists():
        found[BROWSER_FILE] = page.read_bytes()
    for name in DOCUMENTS:
        found[f"documents/{name}"] = (root / name).read_bytes()
    for name in SPECIMENS:
        found[f"documents/printouts/specimens/{name}"] = (root / "printouts" / "specimens" / name).read_bytes()
    for target, wheels in parts.by_target.items():
        found[f"requirements-{target.python}.txt"] = _requirements((parts.own, *wheels))
    found["words.txt"] = ("\n".join(WORDLIST) + "\n").encode("ascii")
    found["bundle.json"] = _about(parts)
    found["sbom.cdx.json"] = bill(parts.own, parts.by_target, parts.pip, parts.origin)
    return found


def _wheels(parts: Parts) -> list[Wheel]:
    return [parts.own, parts.pip, *(wheel for wheels in parts.by_target.values() for wheel in wheels)]


def _requirements(wheels: tuple[Wheel, ...]) -> bytes:
    """Return one line for each wheel with the one hash that it has: stricter than the lock."""
    lines = [f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n" for wheel in wheels]
    return "".join(sorted(lines)).encode("ascii")


def _about(parts: Parts) -> bytes:
    about = {
        "commit": parts.origin.commit,
        "pip": f"wheels/{parts.pip.path.name}",
        "platform": parts.platform,
        "pythons": " ".join(target.python for target in parts.by_target),
        "version": parts.origin.version,
    }
    return json.dumps(about, indent=2, sort_keys=True).encode("ascii") + b"\n"


def sums(files: Mapping[str, bytes]) -> bytes:
    """Return SHA256SUMS, in order of name, as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode("ascii")


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files and their list of hashes into *folder*, which must not exist."""
    folder.mkdir(parents=True)
    for name, data in {**files, SUMS: sums(files)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o644)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def write_archive(files: Mapping[str, bytes], name: str, epoch: int, path: Path) -> None:
    """Write the same as one tar archive whose only top folder is *name*: sorted, of nobody, all dated *epoch*."""
    everything = {**files, SUMS: sums(files)}
    folders = {parent.as_posix() for file in everything for parent in Path(name, file).parents} - {"."}
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for folder in sorted(folders):
            archive.addfile(_entry(folder, epoch, 0o755, tarfile.DIRTYPE))
        for file in sorted(everything):
            entry = _entry(f"{name}/{file}", epoch, 0o644, tarfile.REGTYPE)
            entry.size = len(everything[file])
            archive.addfile(entry, io.BytesIO(everything[file]))


def _entry(name: str, epoch: int, mode: int, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mtime, entry.mode, entry.type = epoch, mode, kind
    return entry
