"""python -m release.image.making WORK KEPT: what is done in a world of its own; `python -m release.image` starts it there."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from bundle.origin import Origin
from release.image import medium, system
from release.image.control import paragraphs
from release.image.inventory import bill, package_list
from release.image.lock import Package, read_lock
from release.image.room import Room
from release.image.unpacking import control_of
from splitkit.cli.ui.talk import say
from splitkit.errors import SplitkitError

HERE = Path(__file__).parent
_PUBLIC = ("documents/**/*", "recover.html", "recover.py", "verify_ledger.py")


def repository(packages: Sequence[Package], kept: Path, into: Path) -> None:
    """Make of the kept packages a repository for apt, which then knows no other."""
    texts = []
    for one in packages:
        path = kept / one.file
        texts.append(
            f"{control_of(path).strip()}\nFilename: ./{one.file}\nSize: {path.stat().st_size}\nSHA256: {one.sha256}\n"
        )
        shutil.copyfile(path, into / one.file)
    listed = "\n".join(texts).encode("utf-8")
    (into / "Packages").write_bytes(listed)
    digest = hashlib.sha256(listed).hexdigest()
    (into / "Release").write_text(
        f"Suite: stable\nCodename: trixie\nSHA256:\n {digest} {len(listed)} Packages\n", encoding="ascii"
    )


def make(work: Path, kept: Path) -> None:
    """Make the image of what lies in the folders *work* and *kept*."""
    origin = Origin(**json.loads((work / "origin.json").read_text(encoding="ascii")))
    locked_text = (HERE / "lock").read_text(encoding="ascii")
    locked = read_lock(locked_text)
    asked = tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))
    started = time.monotonic()

    def step(text: str) -> None:
        say(f"[{time.monotonic() - started:4.0f} s] {text}")

    room = Room(work / "room", origin.epoch)
    step(f"unpacking the tools of {len(locked)} packages")
    room.furnish([kept / one.file for one in locked])
    shelf = room.root / system.REPOSITORY[1:]
    shelf.mkdir()
    repository(locked, kept, shelf)
    step("installing Debian from the packages of the lock")
    system.debian(room, asked["system"])
    (room.root / "medium/boot").mkdir(parents=True)
    step("choosing the modules of the kernel")
    version, modules = system.kernel(room, room.root / "medium/boot/kernel")
    step(f"installing splitkit ({len(modules)} modules were taken)")
    system.splitkit(room, work / "bundle")
    here = installed(room)
    system.settings(
        room,
        {"commit": origin.commit, "version": origin.version, "lock": hashlib.sha256(locked_text.encode()).hexdigest()},
    )
    listed = package_list(here, locked)
    (room.root / "system/usr/share/splitkit/packages.txt").write_bytes(listed)
    system.tidy(room)
    step("packing the system")
    squashed = medium.squash(room)
    step("writing the image")
    medium.memory_file(room, version, squashed, origin.epoch)
    medium.loaders(room)
    about = {"packages.txt": listed, "sbom.cdx.json": bill(here, locked, origin)}
    image = medium.write(room, {**public_files(work / "bundle"), **about}, origin.epoch)
    name = f"splitkit-{origin.version}.img"
    shutil.copyfile(image, work / "made" / name)
    for end, data in {**about, "modules.txt": "".join(f"{one}\n" for one in modules).encode("ascii")}.items():
        (work / "made" / f"{name}.{end}").write_bytes(data)
    step("done")


def public_files(bundle: Path) -> dict[str, bytes]:
    """Return what whoever looks at the stick on another computer finds on it: papers, and how to recover without splitkit."""
    found = [path for name in _PUBLIC for path in sorted(bundle.glob(name)) if path.is_file()]
    here = {path.relative_to(bundle).as_posix(): path.read_bytes() for path in found}
    return {**here, "START-HERE.txt": (HERE / "START-HERE.txt").read_bytes()}


def installed(room: Room) -> dict[str, str]:
    """Return the version of each package of Debian that was installed."""
    status = (room.root / "system/var/lib/dpkg/status").read_text(encoding="utf-8")
    return {fields["Package"]: fields["Version"] for fields in paragraphs(status)}


def main() -> int:
    """Make it, and return the exit code."""
    try:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
    except SplitkitError as error:
        say(f"error: {error.fact}", f"hint: {error.hint}")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
