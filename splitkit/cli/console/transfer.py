"""From the custody stick into memory and back: a folder is looked at first, copied whole, and compared after the stick was read anew.

What is on a stick was written by others: links, devices, odd names and what is too large are refused, by name.  What goes onto
it was looked at by the reader of sheets: a share never leaves this machine on a stick.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from splitkit.custody.folder import FOLDERS
from splitkit.errors import AttentionError, DeviceError, UnreadableError, UsageError
from splitkit.host.filename import named
from splitkit.host.files import FILE_MODE, device_error, read_regular, sync_folder
from splitkit.host.home import SETTINGS
from splitkit.paper.reading.intake import read_lines, read_paths
from splitkit.quorum.gathering import gather

MAX_FILES: Final = 2_000
MAX_FILE: Final = 32 * 1024 * 1024
MAX_ALL: Final = 128 * 1024 * 1024
_DEPTH = 4
_NAME = re.compile(r"[^\x00-\x1f\x7f\"*/:<>?\\|]{1,120}(?<![. ])")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_TEXTS = (".txt", ".toml", ".json", ".sk1", ".csv", "")
_OLD, _NEW = "custody.old", "custody.new"

Files = dict[str, bytes]


def read_folder(folder: Path) -> Files:
    """Return every file of a custody folder by its name in it.

    Raises:
        UnreadableError: If there is no custody folder, or something in it belongs into none.
        DeviceError: If the stick fails.
    """
    if not (folder / SETTINGS).is_file():
        raise UnreadableError(
            "there is no custody folder on the stick", "it lies in the folder 'custody'; is this the right stick?"
        )
    found: Files = {}
    try:
        _collect(folder, "", found, 0)
    except OSError as error:
        raise device_error(error, "the stick cannot be read to its end", "put it in again") from None
    return found


def _collect(folder: Path, below: str, found: Files, depth: int) -> None:
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        name = f"{below}{entry.name}"
        if not _NAME.fullmatch(entry.name) or not entry.name.isprintable():
            raise _foreign("a name that not every system takes", name)
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode) and depth < _DEPTH:
            _collect(Path(entry.path), name + "/", found, depth + 1)
        elif stat.S_ISREG(mode):
            if entry.stat().st_size > MAX_FILE:
                raise _foreign("a file that is larger than any of a custody folder", name)
            found[name] = read_regular(entry.path, MAX_FILE)
        else:
            raise _foreign("a link, a device or a folder too deep", name)
        if len(found) > MAX_FILES or sum(map(len, found.values())) > MAX_ALL:
            raise UnreadableError("the stick holds more than a custody folder can", "is this the right stick?")


def _foreign(what: str, name: str) -> UnreadableError:
    return UnreadableError(
        f"there is {what} in the custody folder: {named(name)}", "look at the stick at the desk; nothing was copied"
    )


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files as a new folder, each to the disk before the next.

    Raises:
        DeviceError: If there is no room, or the stick fails; the folder is then taken away again, as far as it goes.
    """
    try:
        folder.mkdir()
        for name in (*FOLDERS, *sorted(files)):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name in files:
                _write(path, files[name])
            else:
                path.mkdir(exist_ok=True)
        sync_folder(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise device_error(error, "the folder could not be written", "take another stick") from None


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def put_in_place(files: Mapping[str, bytes], place: Path) -> None:
    """Write a folder beside the one at *place*, and let it take its place; the one before stays as 'custody.old' until it has.

    Raises:
        DeviceError: If the stick fails; what was there is still there, under one of both names.
    """
    new, old = place.with_name(_NEW), place.with_name(_OLD)
    shutil.rmtree(new, ignore_errors=True)
    write_folder(files, new)
    try:
        shutil.rmtree(old, ignore_errors=True)
        if place.exists():
            place.rename(old)
        new.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        raise device_error(
            error, f"the folder is on the stick, under the name {_NEW} or {_OLD}", "copy it once more"
        ) from None


def compare(written: Mapping[str, bytes], read: Mapping[str, bytes]) -> None:
    """Compare what was to be written with what the stick gives back.

    Raises:
        DeviceError: If they differ.
    """
    if written != read:
        wrong = sorted(name for name in {*written, *read} if written.get(name) != read.get(name))
        raise DeviceError(
            f"the stick gives back something else than was written: {named(wrong[0])}",
            "throw this stick away, and take another",
        )


def check_continues(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Refuse to put a folder over one that is not an earlier state of it: every ledger there must be the beginning of one here.

    Raises:
        AttentionError: If the stick has what this machine has not.
    """
    for name, content in old.items():
        if name.endswith(".ledger") and not new.get(name, b"").startswith(content):
            raise AttentionError(
                f"the stick has a record that this machine has not: {named(name)}",
                "it may be another company's, or newer: nothing was written; take an empty stick, and compare both at the desk",
            )


def check_no_share(folder: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to copy what holds a share, and every picture, which may be a scan.

    Raises:
        UsageError: If there is one.
    """
    for name, content in files.items():
        if content.startswith(_PICTURES):
            raise UsageError(f"a picture never goes onto the stick: {named(name)}", "take it out of the custody folder")
    pages, _ = read_paths(
        [str(folder / name) for name, content in sorted(files.items()) if content.startswith(b"%PDF")]
    )
    texts = [content for name, content in files.items() if Path(name).suffix in _TEXTS]
    lines = [line for content in texts for line in read_lines(io.BytesIO(content))]
    for page in pages:
        if page.problem:  # what was not looked at may be a sheet
            raise UsageError(
                f"{page.source} could not be looked at: {page.problem}", "take it out of the folder, or try again"
            )
    for found in (gather(pages, ()), gather((), lines)):
        if found.found_shares():
            raise UsageError(
                "a file of the custody folder holds a share, and none ever goes onto a stick or to the printer as a paper",
                "it is a sheet that was saved: take it out of the folder",
            )
