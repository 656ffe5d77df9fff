"""Where the ledgers of a command are: files that were named, or the custody folder of whoever calls it.

The folder is the one that was named, or that the environment names, or that the current folder lies in.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from splitkit.errors import Remedy, SplitkitError, UnreadableError, UnsafeMachineError, UsageError
from splitkit.host.files import device_error, read_file
from splitkit.host.process import current_folder

SETTINGS = "splitkit.toml"
"""The file that makes a folder a custody folder."""

VARIABLE = "SPLITKIT_HOME"
LEDGERS = "ledgers"
DESK_LEDGER = f"{LEDGERS}/desk.ledger"
PACKS = "packs"
_SUFFIX = ".ledger"


@dataclass(frozen=True)
class Ledgers:
    """The ledgers that a command works with."""

    named: Sequence[str] = ()
    """Files, from the oldest to the newest."""
    home: str | None = None
    """The custody folder that was named."""
    held: str = ""
    """The ledger of the ceremony that is being held, which nobody takes up before it is over; or of the one that is being taken up."""

    @cached_property
    def folder(self) -> Path | None:
        """The custody folder, unless files were named; None where there is none.

        Raises:
            UsageError: If what was named is none.
            UnsafeMachineError: If others can write into it.
        """
        return None if self.named else find_home(self.home, os.environ, current_folder())

    @property
    def upwards(self) -> bool:
        """Whether nobody named the folder."""
        return self.folder is not None and self.home is None and VARIABLE not in os.environ

    def __bool__(self) -> bool:
        """Whether there are any, or should be: a folder that cannot be used is refused only where it is used."""
        try:
            return bool(self.named) or self.folder is not None
        except SplitkitError:
            return True

    @property
    def last(self) -> Path:
        """The ledger that grows: the last that was named, or that of the desk.

        Raises:
            UsageError: If there is none.
        """
        if self.named:
            return Path(self.named[-1])
        if self.folder is None:
            raise UsageError("no custody folder is here", Remedy.NAME_HOME)
        return self.folder / DESK_LEDGER

    def files(self, max_bytes: int) -> dict[str, bytes]:
        """Return the bytes of each file that was named.

        Raises:
            UsageError: If one is not there, too large or no regular file.
            DeviceError: If one cannot be read.
        """
        return {name: read_file(name, max_bytes) for name in self.named}

    def contents(self, max_bytes: int) -> dict[str, bytes | SplitkitError]:
        """Return the bytes of each file of the folder, in the order of their names, the desk's last, or why one cannot be read.

        Raises:
            UsageError: If there is no folder.
            DeviceError: If it cannot be read.
            UnsafeMachineError: If others can write one of its files.
        """
        folder = self.last.parent
        try:
            found = [one for one in folder.iterdir() if one.suffix == _SUFFIX and not one.name.startswith(".")]
        except OSError as error:
            raise device_error(error, f"the folder '{LEDGERS}' of the custody could not be read") from None
        ordered = sorted(found, key=lambda one: (one == self.last, one.name))
        return {_shown(one.name): _content(one, max_bytes) for one in ordered}

    def packs(self, max_bytes: int) -> dict[str, bytes | SplitkitError]:
        """Return the bytes of each pack in the folder, in the order of their names, or why one cannot be read; none where there is no folder."""
        try:
            found = sorted((self.folder / PACKS).glob("[!.]*.toml")) if self.folder else []
        except OSError as error:
            raise device_error(error, f"the folder '{PACKS}' of the custody could not be read") from None
        return {_shown(one.name): _content(one, max_bytes) for one in found}


def _shown(name: str) -> str:
    """Return a name as it may be shown; one that is none for every system has a backslash in it then, and no other has."""
    return name if _plain(name) else f"\\{ascii(name)[1:-1]}"


def _content(path: Path, max_bytes: int) -> bytes | SplitkitError:
    try:
        if not _plain(path.name):
            return UnreadableError("it has a name that no other system takes", "give it another name")
        _check_own(path)
        return read_file(str(path), max_bytes)
    except UnsafeMachineError:
        raise
    except SplitkitError as error:
        return error


def _plain(name: str) -> bool:
    return name.isprintable() and "\\" not in name


def find_home(named: str | None, environ: Mapping[str, str], start: Path | None) -> Path | None:
    """Return the custody folder that was *named*, or that the environment names, or that *start* lies in, if any.

    Raises:
        UsageError: If what was named is none.
        UnsafeMachineError: If others can write into it.
    """
    given = environ.get(VARIABLE) if named is None else named
    if given == "":
        empty = f": {VARIABLE} is empty" if named is None else ""
        raise UsageError(f"the custody folder is named with nothing{empty}", Remedy.NAME_HOME)
    if given:
        if not _is_home(Path(given)):
            raise UsageError("this is not a custody folder", Remedy.NAME_HOME)
        return _own(Path(given))
    around = (start, *start.parents) if start else ()
    return next((_own(path) for path in around if _is_home(path)), None)


def _is_home(path: Path) -> bool:
    """Whether a folder is one, or was: whatever lies there by that name, no folder above it is meant."""
    return os.path.lexists(path / SETTINGS)


def _own(path: Path) -> Path:
    packs = [path / PACKS] if os.path.lexists(path / PACKS) else []
    for one in (path, path / SETTINGS, path / LEDGERS, *packs):
        _check_own(one, link=one == path)
    return path


def _check_own(path: Path, *, link: bool = False) -> None:
    """Refuse what belongs to somebody else, what others can write into, and, unless it may be one, a link."""
    try:
        status = path.stat(follow_symlinks=link)
    except OSError as error:
        raise device_error(
            error, f"'{path.name}' of the custody folder could not be read", "name a whole one"
        ) from None
    if stat.S_ISLNK(status.st_mode):
        raise UnsafeMachineError(
            f"'{path.name}' of this custody folder is a link, which leads elsewhere", "put the file itself in its place"
        )
    if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeMachineError(
            f"others than you can write '{path.name}' of this custody folder",
            "copy it into a folder of your own, and compare its ledgers with the words on paper",
        )
