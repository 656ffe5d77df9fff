"""Two people who choose a branch of a ledger, at a terminal."""

from __future__ import annotations

from pathlib import Path

from tests.support.kit import COMMAND
from tests.support.terminals import Session

_ASKED = "is this branch chosen?"


def settled(folder: Path, *words: object, answers=("yes", "yes"), env: dict[str, str] | None = None) -> tuple[int, str]:
    """Let each of the two who choose answer; return the exit code, and what stood on the screen."""
    with Session([*COMMAND, *map(str, words)], folder, env) as session:
        for number, answer in enumerate(answers, 1):
            asked = session.until(lambda screen, times=number: "\n".join(screen.main).count(_ASKED) >= times)
            assert asked, "\n".join(session.screen.main)
            session.type(f"{answer}\r")
        return session.finish(), "\n".join(session.screen.main)
