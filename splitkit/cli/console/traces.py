"""What has happened since the machine was started, as small files in memory: it outlives a console that was started anew."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from splitkit.host.home import SETTINGS
from splitkit.paper.printing.printer import known_queues
from splitkit.preflight.own_image import OPENED
from splitkit.stick.offers import Situation

PLACE: Final = Path("/run/splitkit")
DESK: Final = PLACE / "desk"
"""Where commands are run, and where the custody folder lies while the machine is on."""

FOLDER: Final = DESK / "custody"
POINT: Final = PLACE / "stick"
_BEGUN, _LAYOUT, _KEPT = PLACE / "begun", PLACE / "layout", PLACE / "kept"
_OPENED = Path("/", OPENED)


def prepare() -> None:
    """Make the place in memory for all of it."""
    os.umask(0o077)
    for folder in (PLACE, DESK, POINT):
        folder.mkdir(parents=True, exist_ok=True)
    os.chdir(DESK)


def folder_here() -> bool:
    """Whether a custody folder is in memory."""
    return (FOLDER / SETTINGS).is_file()


def layout() -> str:
    """Return the layout of the keyboard that was chosen, if any."""
    return _LAYOUT.read_text(encoding="ascii") if _LAYOUT.is_file() else ""


def situation() -> Situation:
    """Return how things stand; this hashes the whole folder, and asks CUPS."""
    here = folder_here()
    return Situation(
        begun=_BEGUN.exists(),
        opened=_OPENED.exists(),
        folder=here,
        kept=not here or (_KEPT.is_file() and _KEPT.read_text(encoding="ascii") == digest(FOLDER)),
        layout=layout(),
        queues=tuple(known_queues()),
    )


def secret_begun() -> None:
    """Remember that something secret may have been here; nothing but a restart takes that back."""
    _BEGUN.touch()


def line_opened() -> None:
    """Remember that a command line was open; preflight then fails until a restart."""
    _OPENED.touch()


def layout_chosen(name: str) -> None:
    """Remember the layout of the keyboard."""
    _LAYOUT.write_text(name, encoding="ascii")


def folder_kept() -> None:
    """Remember that the custody folder, as it is now, is on its stick."""
    _KEPT.write_text(digest(FOLDER), encoding="ascii")


def digest(folder: Path) -> str:
    """Return what changes with any file in a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            whole.update(os.fsencode(path.relative_to(folder)) + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
