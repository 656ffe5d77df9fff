"""Where a bundle comes from: the version, the commit, and the one moment that stands in all its files.

Nothing is dated by the clock: the same sources give the same bytes on any day.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from splitkit.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

UNRELEASED = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment of sources without git whose CHANGELOG gives their version no date yet."""

_NO_GIT = "unknown (no git)"


@dataclass(frozen=True)
class Origin:
    """What was built: *epoch* is seconds since 1970, *commit* 40 hexadecimal digits or words that say why not."""

    version: str
    epoch: int
    commit: str

    @property
    def day(self) -> str:
        """Return the date, UTC."""
        return datetime.fromtimestamp(self.epoch, UTC).date().isoformat()

    @property
    def has_commit(self) -> bool:
        """Tell whether the sources are exactly those of a commit."""
        return bool(re.fullmatch("[0-9a-f]{40,64}", self.commit))


def find_origin(root: Path, *, uncommitted: bool = False) -> Origin:
    """Return the origin of the sources in *root*: the last commit, or without git the date of the version in CHANGELOG.md.

    Raises:
        UsageError: If files differ from the commit, or were never committed, and *uncommitted* does not allow it.
        UnreadableError: If the version is not found.
    """
    version = _version(root)
    last = _git(root, "log", "-1", "--format=%H %ct") if (root / ".git").exists() else None
    if last is None:
        return Origin(version, changelog_epoch((root / "CHANGELOG.md").read_text(encoding="utf-8"), version), _NO_GIT)
    commit, seconds = last.split()
    if not _git(root, "status", "--porcelain"):
        return Origin(version, int(seconds), commit)
    if not uncommitted:
        raise UsageError(
            "some files here are not as they were committed, so that nobody could build the same bundle again",
            "commit or stash them; to try something out: python -m bundle --uncommitted",
        )
    return Origin(version, int(seconds), f"{commit} and changes that were not committed")


def _version(root: Path) -> str:
    found = re.search(
        r'^__version__ = "([0-9A-Za-z.]+)"$', (root / "splitkit" / "__init__.py").read_text(), re.MULTILINE
    )
    if not found:
        raise UnreadableError("splitkit/__init__.py does not say its version", "get the sources again")
    return found[1]


def changelog_epoch(changelog: str, version: str) -> int:
    """Return midnight UTC of the day that the heading of *version* gives, or `UNRELEASED` where it gives none."""
    dated = re.search(rf"^## {re.escape(version)} - (\d{{4}}-\d\d-\d\d)$", changelog, re.MULTILINE)
    moment = datetime.fromisoformat(dated[1]).replace(tzinfo=UTC) if dated else UNRELEASED
    return int(moment.timestamp())


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git says, or None where there is no git or it refuses."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
