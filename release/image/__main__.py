"""python -m release.image [--out DIR]: build the image of the stick; python -m release.image lock: renew the lock."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import click

from bundle.ending import exit_code
from bundle.folder import Parts, contents, write_folder
from bundle.lock import Target, chosen, read_lock
from bundle.origin import Origin, find_origin
from bundle.ownwheel import build_wheel
from bundle.wheelhouse import fetch, read_wheel
from release.image import lock as debian_lock
from release.image.index import read_index, resolved
from release.image.kept import MIRROR, keep
from release.image.lock import Package, write_lock
from release.image.room import entering
from splitkit.cli.ui.talk import say, spelt_rows
from splitkit.errors import DeviceError, UsageError
from splitkit.quorum.mnemonic import public_words

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PYTHON = Target("3.13")
"""The Python of the Debian that is in the image."""

_MIRROR = click.option("--mirror", default=MIRROR, show_default=True, help="Where Debian's packages are fetched.")


def bundled(root: Path, origin: Origin, into: Path, work: Path) -> None:
    """Write the bundle for the one Python of the image, cameras included, into the folder *into*."""
    own = read_wheel(build_wheel(root, origin.epoch, work / "own"))
    locked = read_lock((root / "requirements" / "camera.txt").read_text(encoding="ascii"))
    wheels = fetch(chosen(locked, PYTHON), PYTHON, work / "wheels")
    (pip,) = fetch(read_lock((root / "requirements" / "pip.txt").read_text(encoding="ascii")), PYTHON, work / "wheels")
    write_folder(contents(root, Parts(own, {PYTHON: wheels}, pip, origin)), into)


def packages() -> tuple[Package, ...]:
    """Return what the lock names."""
    return debian_lock.read_lock((HERE / "lock").read_text(encoding="ascii"))


def build(origin: Origin, kept: Path, mirror: str, out: Path) -> Path:
    """Build the image into the folder *out*, and return its path."""
    inside = entering()
    keep(packages(), kept, mirror)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".image-", dir=out) as name:
        work = Path(name)
        say("making the bundle of splitkit that goes into the image")
        bundled(ROOT, origin, work / "bundle", work)
        (work / "room").mkdir()
        (work / "made").mkdir()
        (work / "origin.json").write_text(json.dumps(dataclasses.asdict(origin)), encoding="ascii")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [*inside, sys.executable, "-m", "release.image.making", str(work), str(kept.resolve())],
            cwd=ROOT,
            env=environment,
            check=False,
        )
        if done.returncode:
            raise DeviceError("the image was not made", "what was said last stands above")
        made = out / f"splitkit-{origin.version}.img"
        for path in sorted((work / "made").iterdir()):
            path.replace(out / path.name)
    _tell(made, origin)
    return made


def _tell(made: Path, origin: Origin) -> None:
    parts = [path for path in sorted(made.parent.glob(f"{made.name}*")) if not path.name.endswith(".SHA256SUMS")]
    digests = {path.name: _digest(path) for path in parts}
    sums = "".join(f"{digest.hex()}  {name}\n" for name, digest in digests.items())
    (made.parent / f"{made.name}.SHA256SUMS").write_text(sums, encoding="ascii")
    say(f"splitkit {origin.version}, commit {origin.commit}, dated {origin.day}")
    if not origin.has_commit:
        say("warning: nobody can tell which sources these are; a commit gives another image, which can be compared")
    say(f"{made}: write this file onto a stick, as docs/stick.md says ({made.stat().st_size // 1_000_000} MB)")
    say("SHA-256 of the image.  Write it down, or its 12 words, on paper that does not travel with the stick:")
    say(f"   {digests[made.name].hex()}")
    say("\n".join(spelt_rows(public_words(digests[made.name]), "B")))
    sys.stdout.write(f"{made}\n")


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--out", type=click.Path(path_type=Path), default=Path("dist"), help="Where to put it (dist).")
@click.option(
    "--kept",
    type=click.Path(path_type=Path),
    default=Path("build/packages"),
    help="Where Debian's packages are kept (build/packages).",
)
@click.option("--uncommitted", is_flag=True, help="Also with changes that were not committed, to try something out.")
@_MIRROR
@click.pass_context
def image(context: click.Context, out: Path, kept: Path, mirror: str, *, uncommitted: bool) -> None:
    """Build the image of the stick."""
    if context.invoked_subcommand:
        return
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise UsageError(
            f"the image cannot be made on {sys.platform} on {platform.machine()}", "make it on Linux, on x86-64"
        )
    build(find_origin(ROOT, uncommitted=uncommitted), kept, mirror, out)


@image.command()
@_MIRROR
def lock(mirror: str) -> None:
    """Renew the lock: today's versions of all packages."""
    say("reading Debian's index")
    found = resolved(tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8")), read_index(mirror))
    before = {(one.name, one.version) for one in packages()} if (HERE / "lock").exists() else set()
    (HERE / "lock").write_text(write_lock(found), encoding="ascii")
    changed = [one for one in found if (one.name, one.version) not in before]
    say(f"the lock names {len(found)} packages, {len(changed)} of them others than before")


def main() -> int:
    """Run the command, and return its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is ended with it
    return exit_code(image, "python -m release.image")


if __name__ == "__main__":
    sys.exit(main())
