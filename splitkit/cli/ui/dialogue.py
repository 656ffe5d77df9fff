"""A dialogue: every question of the program is asked here, one line at a time, and by one convention.

- What is answered by yes or no says so in these words, and has a default only where they say which: 'yes or no (Enter: yes)'.
- What deletes, overrules or goes on against a warning takes 'yes' alone, typed whole: `certain`, `insist`.
- Any other confirmation of a fact takes Enter, y or yes; n or no asks what is wrong, and then the same again: `confirm`.
- A question with two answers takes y, yes, n or no: `yes`.  One with several takes the words that it names: `choose`.
- What people write in their own words is never yes or no: `read`, `value`, `text`, `expect`, `hidden`.

At each of them '?' explains, '<' goes back, '!' opens the menu of the room, and anything else that is no answer is asked again.
Ctrl-C and Ctrl-D stop, or open the menu; neither ever counts as yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.talk import safe, spelt_rows, working
from splitkit.errors import (
    NotIntroducedError,
    OperatorStopError,
    SplitkitError,
    StoppedError,
    UsageError,
)
from splitkit.host.columns import command_rows, width, wrapped
from splitkit.host.paging import PAGER
from splitkit.host.terminal import Terminal
from splitkit.ledger.fields import Kind, taken

T = TypeVar("T")
MENU_KEY, HELP_KEY, BACK_KEY = "!", "?", "<"
COLUMNS = 78
_FEW = 6
"""So many answers are named again where the answer is typed."""

_FEW_ROWS = 9
"""So much that is offered stands in a row each."""

_GAP = "  "
_MOST_SIGNS = 4
"""A number that is longer is none of what is offered."""

_YES, _NO = ("y", "yes"), ("n", "no")
_CONFIRMED = dict.fromkeys(("", *_YES), True) | dict.fromkeys(_NO, False)
_CERTAIN = {"yes": True} | dict.fromkeys(_NO, False)
_EITHER = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


class MovedError(Exception):
    """Where the ceremony stands has changed, or people went back: the step that asked is begun anew, or is not the next one."""


class BackError(Exception):
    """People want the question before."""


def _no_menu() -> bool:
    return False


def _nothing_before() -> str:
    return "There is no question before this one; Ctrl-C stops."


@dataclass
class _Interview:
    """The answers to the questions that are asked as one, and how many of them were given again since people went back."""

    given: list[str] = field(default_factory=list)
    again: int = 0


@dataclass
class Dialogue:
    """A terminal at which people answer."""

    terminal: Terminal
    menu: Callable[[], bool] = field(default=_no_menu)
    """Opened by '!'; tells whether the ceremony stands elsewhere since."""
    if_stopped: str = "run the same command again: the ceremony goes on"
    """What is said to people who stop the program."""
    back: Callable[[], str] = field(default=_nothing_before)
    """What '<' does: it raises what takes people back, or returns why nothing can be taken back."""
    wrong: Callable[[str], None] | None = None
    """Records what people say is wrong."""
    about: str = ""
    """What goes on, as '?' tells it before it explains the question."""
    _interview: _Interview | None = None

    @classmethod
    @contextmanager
    def open(cls, if_stopped: str) -> Iterator[Dialogue]:
        """Open the controlling terminal for a dialogue.

        Raises:
            UnsafeMachineError: If there is none.
        """
        with Terminal.open() as terminal:
            yield cls(terminal, if_stopped=if_stopped)

    # --- what is said

    def say(self, text: str = "", indent: str = "") -> None:
        """Write a paragraph, broken between words."""
        self.rows(row for line in text.split("\n") for row in wrapped(safe(line), COLUMNS, indent, whole=True))

    def rows(self, rows: Iterator[str] | Sequence[str]) -> None:
        """Write rows as they are; nothing where people have read them before they went back."""
        if self._interview and self._interview.again < len(self._interview.given):
            return
        working("")
        for row in rows:
            PAGER.wait_for(1)
            self.terminal.say(safe(row))

    def public_words(self, words: Sequence[str], letter: str) -> None:
        """Write words that may be read aloud, under their letter: F, L or P."""
        self.rows(["    " + row for row in spelt_rows(words, letter)])

    def refuse(self, error: SplitkitError) -> None:
        """Say what went wrong, and what to do."""
        self.say(f"error: {error.fact}")
        if error.hint:
            self.say(f"hint: {worded(error.hint)}")

    # --- what is asked

    def certain(self, question: str, yes: str = "", word: str = "yes") -> bool:
        """Return whether people go on with what deletes, overrules or is warned of: only *word*, typed whole, says so."""
        means = f"{word}, in full: {yes or 'it is done'}.  n or no: it is not."
        answers = {word if one == "yes" else one: so for one, so in _CERTAIN.items()}
        prompt = listed(question, ("yes", "no")) if word == "yes" else question
        return self._ask(prompt, _one_of(answers, f"{word} in full, or no"), means)

    def insist(self, question: str, fact: str, hint: str) -> None:
        """Ask until people say 'yes', typed whole, to what must be; without it *fact* and *hint* are said."""
        while not self.certain(question, "it is so"):
            self.refuse(UsageError(fact, hint))

    def confirm(self, fact: str) -> None:
        """Ask until people confirm a fact; what is wrong with it is recorded, where there is a record."""
        while not self._confirmed(fact, "you are asked what is wrong" if self.wrong else "put it right first"):
            if self.wrong is None:
                self.say("Nothing goes on until it is: put it right first.  Ctrl-C stops.")
            else:
                self.read("What is wrong?", self.wrong, "A few words; they are recorded.")

    def fault(self, fact: str) -> str:
        """Return nothing where people confirm a fact, else what they say is wrong."""
        return "" if self._confirmed(fact, "you are asked what is wrong") else self.text("What is wrong with it?")

    def _confirmed(self, fact: str, otherwise: str) -> bool:
        means = f"Enter, y or yes: it is.  n or no: it is not, and {otherwise}."
        return self._ask(listed(fact, ("yes", "no"), "yes"), _one_of(_CONFIRMED, "yes or no; Enter is yes"), means)

    def yes(self, question: str, yes: str = "", no: str = "") -> bool:
        """Return which of two answers people give; each may say what it means."""
        means = f"y or yes: {yes or 'it is so'}.  n or no: {no or 'it is not'}."
        return self._ask(_told(question, {"yes": yes, "no": no}), _one_of(_EITHER, "yes or no"), means)

    def choose(
        self, question: str, answers: Mapping[str, str], otherwise: Callable[[str], str] | None = None, *, back: bool = False
    ) -> str:  # fmt: skip
        """Return one of *answers*, typed in full; an empty one is Enter alone.  Each may say what it means.

        What is none of them, nor yes or no, is what *otherwise* makes of it, where it is given.  Enter alone goes back as '<' does, if *back*.
        """
        answers = {**answers, "": "go back"} if back else answers
        words = {word.lower(): word for word in answers} | (
            {"y": "yes", "n": "no"} if {"yes", "no"} <= {*answers} else {}
        )
        means = "  ".join(f"{word or 'Enter'}: {means}." if means else f"{word}." for word, means in answers.items())
        one_of = _one_of(words, f"one of these: {', '.join(word or 'Enter' for word in answers)}")

        def take(typed: str) -> str:
            if back and not typed:
                raise BackError
            own = otherwise is None or typed.lower() in words or typed.lower() in _EITHER
            return one_of(typed) if own or otherwise is None else otherwise(typed)

        return self._ask(_told(question, answers), take, means)

    def read(self, prompt: str, take: Callable[[str], T], means: str = "", *, either: bool = False) -> T:
        """Return what *take* makes of a typed line; what it refuses is asked again, and yes and no unless *either* may come."""

        def own(typed: str) -> T:
            if typed.lower() in _EITHER and not either:
                raise UsageError("yes or no does not answer this", f"type what is asked for; {HELP_KEY} explains")
            return take(typed)

        return self._ask(prompt, own, means or "Type your answer, and press Enter.")

    def pick(self, question: str, offered: Mapping[str, str], take: Callable[[str], T], means: str = "", *, empty: str = "", several: bool = False) -> T:  # fmt: skip
        """Return what *take* makes of what people choose: one of what is *offered*, by its number, or a line of their own.

        Of each thing that is offered *take* gets the key; people see the other.

        Where Enter alone is an answer, *empty* says what it means.
        """

        def chosen(typed: str) -> T:
            at = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _MOST_SIGNS else 0
            return take([*offered][at - 1] if 0 < at <= len(offered) else typed)

        rows = "".join(f"\n{row}" for row in _in_rows([*offered.values()]))
        one = "a number, or the name" if offered else "the name"
        kinds = ["numbers or names, with commas" if several else one, *([f"Enter: {empty}"] if empty else [])]
        return self.read(f"{question}{rows}\n  {'; '.join(kinds)}:", chosen, means)

    def value(self, prompt: str, kind: Kind, default: Any = None, *, upper: bool = False) -> Any:
        """Return a typed value of a *kind*; Enter alone is the *default*, where there is one."""

        def take(typed: str) -> Any:
            if not typed and default is not None:
                return default
            try:
                return taken(kind, typed.upper() if upper else typed)
            except UsageError:
                if typed:
                    raise
                raise UsageError("nothing was typed", f"type {kind.takes}") from None

        usual = "" if default is None else f"; Enter alone: {default or 'nothing'}"
        return self.read(prompt, take, f"Type {kind.takes}{usual}.")

    def text(self, prompt: str, kind: Kind | None = None, hint: str = "type it in a few words") -> str:
        """Return what is typed, of a *kind* if one is given; nothing at all is refused with a *hint*."""

        def take(typed: str) -> str:
            if not typed:
                raise UsageError("nothing was typed", hint)
            return str(taken(kind, typed)) if kind else typed

        means = f"Type {kind.takes}: {hint}." if kind else "A few words; Enter alone does not answer this."
        return self.read(prompt, take, means)

    def expect(self, prompt: str, wanted: str, fact: str, hint: str) -> None:
        """Ask until people type the *wanted* words, in any case; whatever else they type is refused with a fact and a hint."""

        def take(typed: str) -> None:
            if typed.lower().split() != wanted.split():
                raise UsageError(fact, hint)

        self.read(
            prompt,
            take,
            "The words as they stand on the paper; case does not matter.  The program compares them itself.",
        )

    def hidden(self, prompt: str, take: Callable[[str], T], means: str = "") -> T:
        """Return what *take* makes of a line that is not shown while it is typed."""
        return self._ask(prompt, take, means or "What is typed is not shown.", self.terminal.ask_hidden)

    def interview(self, ask: Callable[[], T]) -> T:
        """Return what *ask* makes of the answers to its questions, at which '<' goes to the question before.

        It is begun anew then with the answers so far, so it must do nothing but ask.
        """
        self._interview = _Interview()
        try:
            while True:
                self._interview.again = 0
                try:
                    return ask()
                except BackError:
                    self._interview.given.pop()
        finally:
            self._interview = None

    def _ask(
        self, prompt: str, take: Callable[[str], T], means: str, ask: Callable[[str], str] | None = None
    ) -> T:  # fmt: skip
        """Ask until *take* makes something of what is typed: the one loop of all questions.

        Raises:
            MovedError, BackError: If people go elsewhere.
            StoppedError: If people stop the program.
        """
        held = self._interview
        if held and held.again < len(held.given):
            held.again += 1
            return take(held.given[held.again - 1])
        while True:
            typed = self._line(prompt, ask or self.terminal.ask)
            if typed.strip() in self._KEYS:
                self._KEYS[typed.strip()](self, means)
                continue
            try:
                answer = take(typed if ask else typed.strip())
            except (UsageError, NotIntroducedError) as error:  # mistyped, or called like nobody
                self.refuse(error)
                continue
            if held:
                held.given.append(typed.strip())
                held.again += 1
            return answer

    def _line(self, prompt: str, ask: Callable[[str], str]) -> str:
        """Ask once; Ctrl-C and Ctrl-D open the menu, where there is one."""
        working("")
        asked = _folded(prompt) + " "
        PAGER.wait_for(asked.count("\n") + 1)
        try:
            return ask(asked)
        except (KeyboardInterrupt, OperatorStopError):
            if self.menu is _no_menu:
                raise StoppedError("stopped by the operator", self.if_stopped) from None
            return MENU_KEY
        finally:
            PAGER.answered()

    def _open_menu(self, _means: str) -> None:
        if self.menu():
            raise MovedError

    def _go_back(self, _means: str) -> None:
        if self._interview and self._interview.given:
            raise BackError
        self.say(self.back())

    def _explain(self, means: str) -> None:
        if self.about:
            self.say(self.about)
        self.say(means)
        stops = "Ctrl-C stops." if self.menu is _no_menu else f"{MENU_KEY}: the menu of the room."
        self.say(f"{BACK_KEY}: back.  {stops}")

    _KEYS = {MENU_KEY: _open_menu, HELP_KEY: _explain, BACK_KEY: _go_back}  # noqa: RUF012  (nobody changes it)


def _one_of(answers: Mapping[str, T], told: str) -> Callable[[str], T]:
    """Return what takes one of a few *answers*, in any case, and refuses anything else."""

    def take(typed: str) -> T:
        if typed.lower() not in answers:
            raise UsageError("that is not one of the answers", f"type {told}; {HELP_KEY} explains")
        return answers[typed.lower()]

    return take


def _told(question: str, answers: Mapping[str, str]) -> str:
    """Return a question as it stands on the screen: what those answers mean that say it, then all of them."""
    rows = [f"\n  {word or 'Enter'}: {means}" for word, means in answers.items() if means]
    return listed(f"{question}{''.join(rows)}", [*answers])


def listed(question: str, answers: Sequence[str], usual: str = "") -> str:
    """Return a question with the words that answer it, and which of them Enter alone is, if it is one."""
    *words, last = filter(None, answers)
    words_told = f"{', '.join(words)} or {last}" if words else last
    if len(answers) > _FEW:
        words_told = f"one of these {'numbers' if all(map(str.isdigit, [*words, last])) else 'words'}"
    enter = ", or Enter" if "" in answers else ""
    return f"{question}\n  {words_told}{enter}{f' (Enter: {usual})' if usual else ''}:"


def _in_rows(offered: Sequence[str]) -> list[str]:
    """Return what is offered with its numbers, one in a row; several where there are many, so that a screen holds them."""
    told = [f"{number}: {one}" for number, one in enumerate(offered, 1)]
    if len(told) <= _FEW_ROWS:
        return [f"  {one}" for one in told]
    rows = [""]
    for one in told:
        if rows[-1] and width(rows[-1]) + width(one) + len(_GAP) > COLUMNS:
            rows.append("")
        rows[-1] += _GAP + one
    return rows


def as_typed(command: str) -> Iterator[str]:
    """Yield a command in rows as a shell takes them."""
    return command_rows(command, COLUMNS, "  $ ", "      ")


def _folded(prompt: str) -> str:
    return "\n".join("\n".join(wrapped(safe(line), COLUMNS, rest="  ", whole=True)) for line in prompt.split("\n"))
