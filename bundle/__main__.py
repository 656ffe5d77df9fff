"""python -m bundle [--out DIR] [--uncommitted]: build the bundle of the sources here, a folder and an archive of it."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bundle.ending import exit_code
from bundle.folder import SUMS, Parts, contents, sums, write_archive, write_folder
from bundle.lock import Target, chosen, read_lock
from bundle.origin import find_origin
from bundle.ownwheel import build_wheel
from bundle.wheelhouse import Wheel, fetch, read_wheel
from splitkit.cli.ui.talk import say, spelt_rows
from splitkit.errors import UsageError
from splitkit.issue.artefacts import BROWSER_FILE
from splitkit.quorum.mnemonic import public_words

if TYPE_CHECKING:
    from bundle.origin import Origin

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")


def parts_of(root: Path, origin: Origin, machine: str, work: Path) -> Parts:
    """Build splitkit's wheel, and fetch the others for every Python, into the folder *work*."""
    say("building splitkit's wheel")
    own = read_wheel(build_wheel(root, origin.epoch, work / "own"))
    locked = read_lock((root / "requirements" / "run.txt").read_text(encoding="ascii"))
    by_target: dict[Target, tuple[Wheel, ...]] = {}
    for target in (Target(python, machine) for python in PYTHONS):
        say(f"fetching the wheels for Python {target.python}")
        by_target[target] = fetch(chosen(locked, target), target, work / "wheels")
    pins = read_lock((root / "requirements" / "pip.txt").read_text(encoding="ascii"))
    (pip,) = fetch(pins, next(iter(by_target)), work / "wheels")
    return Parts(own, by_target, pip, origin)


def make_bundle(root: Path, origin: Origin, machine: str, out: Path) -> Path:
    """Build the bundle into the folder *out* in place of an older one of the same name, and return its path."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=out) as name:
        work = Path(name)
        parts = parts_of(root, origin, machine, work)
        files = contents(root, parts)
        write_folder(files, work / parts.name)
        write_archive(files, parts.name, origin.epoch, work / "archive")
        folder = out / parts.name
        shutil.rmtree(folder, ignore_errors=True)
        (work / parts.name).replace(folder)
        (work / "archive").replace(out / f"{parts.name}.tar")
    _tell(folder, sums(files), origin)
    return folder


def _tell(folder: Path, listed: bytes, origin: Origin) -> None:
    archive = folder.with_name(folder.name + ".tar")
    digest = hashlib.sha256(listed)
    size = archive.stat().st_size // 1_000_000
    say(f"splitkit {origin.version}, commit {origin.commit}, dated {origin.day}")
    if not origin.has_commit:
        say("warning: nobody can tell which sources these are; a commit gives another bundle, which can be compared")
    if not (folder / BROWSER_FILE).exists():
        say(f"warning: {BROWSER_FILE} is not in this bundle; make page, and then the bundle again")
    say(f"{folder}: copy this folder onto the stick; or {archive.name}, the same as one file ({size} MB)")
    say(f"SHA-256 of the archive:\n   {hashlib.sha256(archive.read_bytes()).hexdigest()}")
    say(f"SHA-256 of {SUMS}.  Write it down, or its 12 words, on paper that does not travel with the stick:")
    say(f"   {digest.hexdigest()}")
    say("\n".join(spelt_rows(public_words(digest.digest()), "B")))
    sys.stdout.write(f"{folder}\n")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--out", type=click.Path(path_type=Path), default=Path("dist"), help="Where to put it (dist).")
@click.option("--uncommitted", is_flag=True, help="Also with changes that were not committed, to try something out.")
def bundle(out: Path, *, uncommitted: bool) -> None:
    """Build the bundle for a USB stick: a folder, and an archive of it."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in MACHINES:
        raise UsageError(
            f"there is no bundle for {sys.platform} on {machine}", "make it on Linux, on x86-64 or 64-bit ARM"
        )
    make_bundle(ROOT, find_origin(ROOT, uncommitted=uncommitted), machine, out)


def main() -> int:
    """Run the command, and return its exit code."""
    return exit_code(bundle, "python -m bundle")


if __name__ == "__main__":
    sys.exit(main())
