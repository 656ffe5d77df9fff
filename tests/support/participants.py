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
        self.inputs = 0
        """How often people typed something."""
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
        self.type(answer)
        return said

    def type(self, answer: str) -> None:
        """One input of people."""
        self.session.type(answer + "\n")
        self.inputs += 1

    def answers(self, *pairs: tuple[str, str]) -> None:
        for prompt, answer in pairs:
            self.answer(prompt, answer)

    def kill(self) -> None:
        """The power fails."""
        self.session.process.kill()
        self.session.process.wait()

    def finish(self) -> int:
        return self.session.finish()


YES = ("boot medium compared", "Wi-Fi card been", "Is the printer on")


class InTheRoom(Players):
    """The same, for what every kind of ceremony asks."""

    prints = True
    """Whether sheets are printed in it."""

    def menu(self, prompt: str, choice: str, *pairs: tuple[str, str]) -> None:
        """At a question, do something of the menu; the question comes again."""
        self.answer(prompt, "!")
        self.answer("words, or Enter:", choice)
        self.answers(*pairs)

    def begin(self) -> None:
        self.answers(
            ("room is prepared", ""), ("What does the clock in the room say?", "14:05"), ("agree with it?", "yes"),
            ("The administrator, by name", "Adam Example"), ("The witness, by name", "Wilma Example"),
            ("The scribe, by name", "Sven Example"), ("Is anybody else in the room", "no"),
        )  # fmt: skip

    def preflight(self, after: str) -> None:
        """Preflight with whatever this machine is like, up to what is said *after* it."""
        for question in YES[: len(YES) - (not self.prints)]:
            self.answer(question, "yes")
        again = r"Do you go on with all of this|Do you go on with it\?|Who overrules it\?|Do two people overrule|Why is it safe to go on\?|"
        while (asked := self.match(again + re.escape(after))[0]) != after:
            if not asked.startswith("Wh"):
                self.type("yes")
                continue
            if asked.startswith("Why"):
                self.type("nobody else uses this machine")
            self.answer("numbers or names, with commas:", "WIT ADM")


def _continued(text: str, row: str) -> str:
    """One line of text with *row* behind it; white space is one space, also between them."""
    more = re.sub(r"\s+", " ", row)
    return text + (more[1:] if text.endswith(" ") and more.startswith(" ") else more)
