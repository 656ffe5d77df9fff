"""People at a guided ceremony: they wait for a question and type an answer, in a real pseudo-terminal."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.processes import HANGS
from tests.support.terminals import Session


class Players:
    """A guided ceremony that is being played."""

    def __init__(self, command: Sequence[str], cwd: Path) -> None:
        self.session = Session(command, cwd)
        self.seen = 0
        """How many characters of what was said have been answered."""
        self._said, self._rows = "", 0
        """The finished rows of the screen on one line, and how many they are."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.__exit__()

    def text(self) -> str:
        """All that was ever on the main screen, on one line."""
        screen = self.session.screen
        for row in screen.finished[self._rows :]:
            self._said = _continued(self._said, row + "\n")
        self._rows = len(screen.finished)
        return _continued(self._said, screen.main[-1])

    def wait(self, prompt: str) -> str:
        """Wait until *prompt* is said, after all that was answered; return what was said up to it."""
        end = time.monotonic() + HANGS
        wanted = re.sub(r"\s+", " ", prompt)
        while (at := self.text().find(wanted, self.seen)) < 0:
            assert time.monotonic() < end and self.session._read(end - time.monotonic()), (
                f"{prompt!r} never came:\n" + "\n".join(self.session.screen.main[-40:])
            )
        said = self.text()[self.seen : at]
        self.seen = at + len(wanted)
        return said

    def match(self, pattern: str) -> re.Match[str]:
        """Wait until something new matches, and return it."""
        end = time.monotonic() + HANGS
        while (found := re.compile(pattern).search(self.text(), self.seen)) is None:
            assert time.monotonic() < end and self.session._read(end - time.monotonic()), (
                f"{pattern!r} never came:\n" + "\n".join(self.session.screen.main[-40:])
            )
        self.seen = found.end()
        return found

    def answer(self, prompt: str, answer: str = "") -> str:
        """Wait for a question and answer it."""
        said = self.wait(prompt)
        self.session.type(answer + "\n")
        return said

    def answers(self, *pairs: tuple[str, str]) -> None:
        for prompt, answer in pairs:
            self.answer(prompt, answer)

    def kill(self) -> None:
        """The power fails."""
        self.session.process.kill()
        self.session.process.wait()

    def finish(self) -> int:
        return self.session.finish()


def _continued(text: str, row: str) -> str:
    """One line of text with *row* behind it; white space is one space, also between them."""
    more = re.sub(r"\s+", " ", row)
    return text + (more[1:] if text.endswith(" ") and more.startswith(" ") else more)
