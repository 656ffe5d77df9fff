"""Where things are: in the tree, in the one place that counts folders upwards, and what one process of tests makes for all of them."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"


def scratch(name: str) -> Path:
    """Make a folder that ends with this process.

    All of them lie in one, which is all that a command sees of them: each looks into the folders for a while, at its start.
    """
    folder = _all_scratch() / name
    folder.mkdir(mode=0o700)
    return folder


def copied(make: Callable[[Path], None], at: Path) -> Path:
    """Copy into *at* what *make* puts into a folder; it is made once."""
    return Path(shutil.copytree(_made(make), at, dirs_exist_ok=True))


@functools.cache
def _made(make: Callable[[Path], None]) -> Path:
    folder = scratch(f"made-{make.__module__}-{make.__qualname__}")
    make(folder)
    return folder


@functools.cache
def _all_scratch() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="splitkit-tests-"))
    folder.chmod(0o711)  # some commands are run as somebody else
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
