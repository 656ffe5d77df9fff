"""The system on the stick: Debian's packages, splitkit from its bundle, our settings; and what is taken away again.

The same packages and the same sources give the same bytes: nothing is dated by the clock, named by lot, or left by a tool.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from release.image import modules
from release.image.room import Room

HERE = Path(__file__).parent
SYSTEM, BUNDLE, REPOSITORY = "/system", "/bundle", "/repository"
_LICENCES = "usr/share/doc/*/copyright"


def debian(room: Room, names: Sequence[str]) -> None:
    """Install Debian's packages from the folder of those that are in the lock, and from nowhere else."""
    room.run(
        *(
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            "--variant=essential",
            "--format=directory",
            f"--include={','.join(names)}",
        ),
        *("--skip=cleanup/apt/lists", '--aptopt=APT::Install-Recommends "false"', '--aptopt=APT::Sandbox::User "root"'),
        *('--aptopt=Acquire::Languages "none"', "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=force-unsafe-io"),
        *("trixie", SYSTEM, f"deb [trusted=yes] copy://{REPOSITORY} ./"),
    )


def kernel(room: Room, to: Path) -> tuple[str, list[str]]:
    """Put the modules of the list into the system and the kernel into *to*; return its version and the modules."""
    (folder,) = (room.root / "usr/lib/modules").iterdir()
    version = folder.name
    place = room.root / SYSTEM[1:] / "usr/lib/modules" / version
    place.mkdir(parents=True)
    here = modules.Kernel(folder / "kernel")
    taken = here.chosen((HERE / "modules.txt").read_text(encoding="ascii"))
    modules.take(here, taken, place)
    room.run("depmod", "--basedir", SYSTEM, version)
    shutil.copyfile(room.root / f"boot/vmlinuz-{version}", to)
    return version, taken


def splitkit(room: Room, bundle: Path) -> None:
    """Install splitkit by the installer of its bundle, and lay the public papers beside it."""
    system = room.root / SYSTEM[1:]
    room.lend(bundle, SYSTEM + BUNDLE)
    room.run("python3", "-I", f"{BUNDLE}/install.py", "/opt/splitkit", within=SYSTEM)
    room.take_back(SYSTEM + BUNDLE)
    shutil.rmtree(system / "opt/splitkit/from-bundle")
    compiling = ("python3", "-m", "compileall", "-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash")
    room.run(*compiling, "/opt/splitkit", "/usr/lib/python3", "/usr/lib/python3.13", within=SYSTEM)


def settings(room: Room, about: dict[str, str]) -> None:
    """Lay our own files over the system, and say in it what it is."""
    system = room.root / SYSTEM[1:]
    for path in sorted((HERE / "root").rglob("*")):
        to = system / path.relative_to(HERE / "root")
        if path.is_symlink():
            to.parent.mkdir(parents=True, exist_ok=True)
            to.unlink(missing_ok=True)
            to.symlink_to(path.readlink())
        elif path.is_file():
            to.parent.mkdir(parents=True, exist_ok=True)
            to.unlink(missing_ok=True)
            shutil.copyfile(path, to)
            to.chmod(0o755 if path.read_bytes().startswith(b"#!") else 0o644)
    keymaps = system / "usr/share/keymaps"
    shutil.copytree(room.root / "usr/share/keymaps/i386", keymaps / "i386", symlinks=True, dirs_exist_ok=True)
    shutil.copytree(room.root / "usr/share/keymaps/include", keymaps / "include", symlinks=True, dirs_exist_ok=True)
    said = system / "usr/share/splitkit"
    said.mkdir(parents=True)
    (said / "image.json").write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", encoding="ascii")


def tidy(room: Room) -> None:
    """Take away what stands in `away.txt`, but for the licences of the packages."""
    system = room.root / SYSTEM[1:]
    licences = {path: path.read_bytes() for path in system.glob(_LICENCES) if path.is_file()}
    for pattern in (HERE / "away.txt").read_text(encoding="ascii").splitlines():
        for path in sorted(system.glob(pattern)) if pattern and not pattern.startswith("#") else ():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path, data in licences.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (system / "etc/machine-id").touch()
    (system / "etc/hostname").write_text("splitkit\n", encoding="ascii")
