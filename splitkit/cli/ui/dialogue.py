"""A dialogue: how people at a terminal are asked, one line at a time.

At every question '!' opens the menu of the room.  What the menu changes may end the step that asked.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.talk import safe, spelt_rows, working
from splitkit.errors import OperatorStopError, SplitkitError, StoppedError, UsageError
from splitkit.host.terminal import Terminal
from splitkit.ledger.fields import Kind, taken

T = TypeVar("T")
MENU_KEY = "!"
COLUMNS = 78
_FEW = 6
"""So many answers are named again where the answer is typed."""


class MovedError(Exception):
    """The menu has changed where the ceremony stands: the step that asked is begun anew, or is not the next one."""


def _no_menu() -> bool:
    return False


@dataclass
class Dialogue:
    """A terminal at which people answer."""

    terminal: Terminal
    menu: Callable[[], bool] = field(default=_no_menu)
    """Opened by '!'; tells whether the ceremony stands elsewhere since."""
    if_stopped: str = "run the same command again: the ceremony goes on"
    """What is said to people who stop the program."""

    def say(self, text: str = "", indent: str = "") -> None:
        """Write a paragraph, broken between words."""
        working("")
        for line in text.split("\n"):
            self.terminal.say(textwrap.fill(safe(line), COLUMNS, initial_indent=indent, subsequent_indent=indent,
                                            break_long_words=False, break_on_hyphens=False))  # fmt: skip

    def rows(self, rows: Sequence[str]) -> None:
        """Write rows as they are."""
        working("")
        for row in rows:
            self.terminal.say(safe(row))

    def public_words(self, words: Sequence[str], letter: str) -> None:
        """Write words that may be read aloud, under their letter: F, L or P."""
        self.rows(["    " + row for row in spelt_rows(words, letter)])

    def refuse(self, error: SplitkitError) -> None:
        """Say what went wrong, and what to do."""
        self.say(f"error: {error.fact}")
        if error.hint:
            self.say(f"hint: {worded(error.hint)}")

    def ask(self, prompt: str) -> str:
        """Return one typed line without the spaces around it.

        Raises:
            MovedError: If the menu has changed where the ceremony stands.
            StoppedError: If people stop the program.
        """
        return self._answer(prompt, self.terminal.ask)

    def ask_hidden(self, prompt: str) -> str:
        """The same without echo."""
        return self._answer(prompt, self.terminal.ask_hidden)

    def _answer(self, prompt: str, ask: Callable[[str], str]) -> str:
        while (typed := self._line(prompt, ask)) == MENU_KEY:
            if self.menu():
                raise MovedError
        return typed

    def _line(self, prompt: str, ask: Callable[[str], str]) -> str:
        """Ask once; Ctrl-C opens the menu, where it stops."""
        working("")
        try:
            return ask(_folded(prompt) + " ").strip()
        except (KeyboardInterrupt, OperatorStopError):
            if self.menu is _no_menu:
                raise StoppedError("stopped by the operator", self.if_stopped) from None
            return MENU_KEY

    def enter(self, prompt: str) -> None:
        """Wait for Enter."""
        self.ask(f"{prompt}\n  Enter:")

    def yes(self, question: str) -> bool:
        """Return whether people say yes; only 'yes' and 'no' are answers."""
        return self.choose(question, {"yes": "", "no": ""}) == "yes"

    def choose(self, question: str, answers: Mapping[str, str]) -> str:
        """Return one of *answers*, typed in full; an empty one is Enter alone.  Each may say what it means."""
        for word, means in answers.items():
            if means:
                question += f"\n  {word or 'Enter'}: {means}"
        words = " or ".join(word or "Enter" for word in answers)
        if len(answers) > _FEW:
            words = "one of these words" + (", or Enter" if "" in answers else "")
        while (typed := self.ask(f"{question}\n  {words}:").lower()) not in answers:
            pass
        return typed

    def read(self, prompt: str, take: Callable[[str], T]) -> T:
        """Return what *take* makes of a typed line; a line that it refuses is asked for again."""
        while True:
            typed = self.ask(prompt)
            try:
                return take(typed)
            except UsageError as error:
                self.refuse(error)

    def value(self, prompt: str, kind: Kind, default: Any = None, *, upper: bool = False) -> Any:
        """Return a typed value of a *kind*; Enter alone is the *default*, where there is one."""

        def take(typed: str) -> Any:
            if not typed and default is not None:
                return default
            return taken(kind, typed.upper() if upper else typed)

        return self.read(prompt, take)

    def text(self, prompt: str) -> str:
        """Return what is typed; nothing at all is asked for again."""
        while not (typed := self.ask(prompt)):
            pass
        return typed

    def expect(self, prompt: str, wanted: str, fact: str, hint: str) -> None:
        """Ask until people type the *wanted* words, in any case; whatever else they type is refused with a fact and a hint."""
        while self.ask(prompt).lower().split() != wanted.split():
            self.refuse(UsageError(fact, hint))


def _folded(prompt: str) -> str:
    return "\n".join(
        textwrap.fill(safe(line), COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in prompt.split("\n")
    )
