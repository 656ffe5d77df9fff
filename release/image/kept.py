"""The packages of the lock, kept in a folder: fetched once, and accepted only with the hash of the lock."""

from __future__ import annotations

import concurrent.futures
import hashlib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from release.image.lock import Package
from splitkit.cli.ui.talk import say
from splitkit.errors import DeviceError

MIRROR = "http://deb.debian.org"
_AT_ONCE = 4
_SECONDS = 120


def is_kept(package: Package, folder: Path) -> bool:
    """Tell whether the folder has the very file of the lock."""
    path = folder / package.file
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == package.sha256


def keep(packages: Sequence[Package], folder: Path, mirror: str) -> None:
    """Fetch what the folder does not have yet.

    Raises:
        DeviceError: If a package cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [one for one in packages if not is_kept(one, folder)]
    say(f"{len(packages)} packages of Debian are in the lock, and {len(packages) - len(missing)} of them are here")
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [pool.submit(_fetch, one, folder, mirror) for one in missing]
        try:
            for number, one in enumerate(concurrent.futures.as_completed(waiting), 1):
                one.result()
                if number % 50 == 0 or number == len(waiting):
                    say(f"fetched {number} of {len(waiting)}")
        finally:
            pool.shutdown(cancel_futures=True)


def _fetch(package: Package, folder: Path, mirror: str) -> None:
    address = f"{mirror}/{urllib.parse.quote(package.place)}"
    part = folder / f".{package.file}.part"
    digest = hashlib.sha256()
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer, part.open("wb") as to:  # noqa: S310
            while piece := answer.read(1 << 20):
                digest.update(piece)
                to.write(piece)
    except urllib.error.HTTPError as error:
        raise DeviceError(*_gone(package, error.code, folder)) from None
    except (urllib.error.URLError, TimeoutError) as error:
        hint = f"is there a network? without one, put {package.file} into {folder}"
        raise DeviceError(f"{address} cannot be fetched ({error})", hint) from None
    if digest.hexdigest() != package.sha256:
        part.unlink()
        raise DeviceError(
            f"{package.file} came, and is not the file of the lock", "try another mirror: --mirror ADDRESS"
        )
    part.replace(folder / package.file)


def _gone(package: Package, code: int, folder: Path) -> tuple[str, str]:
    if code != 404:
        return (
            f"the mirror refuses {package.file} (HTTP {code})",
            "try again in a while, or another mirror: --mirror ADDRESS",
        )
    fact = f"Debian no longer has {package.name} {package.version}, which the lock names"
    return fact, f"put {package.file} into {folder}; or renew the lock, which makes another image: make image-lock"
