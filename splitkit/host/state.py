"""What this computer keeps for its user between two runs: small files that are lost without harm, and nothing secret."""

import fcntl
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from splitkit.errors import DeviceError, UsageError
from splitkit.host import files

VARIABLE = "XDG_STATE_HOME"


def state_folder(environ: Mapping[str, str]) -> Path | None:
    """Return the folder, as the XDG base directories have it; None for a user who has no home.

    Source: XDG Base Directory Specification 0.8: a path that is not absolute is ignored.
    """
    if (named := Path(environ.get(VARIABLE, ""))).is_absolute():
        return named / "splitkit"
    with suppress(RuntimeError):
        return Path.home() / ".local" / "state" / "splitkit"
    return None


def read_state(name: str, max_bytes: int) -> bytes:
    """Return the content of a file of the state; nothing where there is none yet.

    Raises:
        DeviceError: If it cannot be read.
    """
    folder = _folder()
    try:
        return files.read_regular(folder / name, max_bytes)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise files.device_error(error, "its state could not be read") from None


def write_state(name: str, max_bytes: int, change: Callable[[bytes], bytes]) -> None:
    """Let a file of the state become what *change* makes of its content; where another run is doing that, nothing is done.

    Raises:
        DeviceError: If it cannot be written.
    """
    folder = _folder()
    try:
        folder.mkdir(mode=files.FOLDER_MODE, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise files.device_error(error, "its state could not be written") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        content = read_state(name, max_bytes)
        files.replace_file(folder / name, change(content))
    except (BlockingIOError, UsageError):
        return
    finally:
        os.close(descriptor)


def _folder() -> Path:
    folder = state_folder(os.environ)
    if folder is None:
        raise DeviceError("this user has no home folder", "set HOME")
    return folder
