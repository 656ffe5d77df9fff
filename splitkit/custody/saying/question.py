"""What does not fit in what people say, and the question that would settle it; each answer is a sentence that was mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from splitkit.errors import SplitkitError, UsageError
from splitkit.ledger.freetext import check_free_text

LEFT_OUT = "..."
"""What stands for a word that is still to be said, or that is shown nowhere again."""

FIELD = re.compile(r"([a-z][a-z0-9_]*)=(.*)", re.DOTALL)
"""A word that names its field."""

_MOST_SHOWN = 120


@dataclass(frozen=True)
class Sentence:
    """What people say: the event and its words, who says so, and who has seen it."""

    words: tuple[str, ...]
    by: str = ""
    witness: str = ""
    sure: bool = False
    """Whether people were asked if it is so, though it opens an incident."""

    def with_word(self, at: int, value: str) -> Sentence:
        """Return it with another value in the place of a word; the name of a field stays."""
        found = FIELD.fullmatch(self.words[at])
        word = f"{found[1]}={value}" if found else value
        return replace(self, words=(*self.words[:at], word, *self.words[at + 1 :]))

    def witnessed(self, who: str) -> Sentence:
        """Return it with somebody who has seen it."""
        return replace(self, witness=who)

    def without(self, ats: Sequence[int]) -> Sentence:
        """Return it without some words."""
        return replace(self, words=tuple(word for at, word in enumerate(self.words) if at not in ats))

    def with_field(self, name: str, value: str) -> Sentence:
        """Return it with one more field."""
        return replace(self, words=(*self.words, f"{name}={value}"))


@dataclass(frozen=True)
class Choice:
    """One answer to a question: what it *means*, and the sentence that follows; none where it stays refused."""

    answer: str
    means: str
    sentence: Sentence | None = None


@dataclass(frozen=True)
class OpenQuestion:
    """What would settle it: one of some *choices*, or a word of which *mended* makes a sentence."""

    asked: str
    choices: tuple[Choice, ...] = ()
    mended: Callable[[str], Sentence] | None = None
    missing: bool = False
    """Whether nothing was said of it yet: at a terminal it is asked for, and nothing is refused."""
    offered: Mapping[str, str] = field(default_factory=dict)
    """What the answer may be, by the word that is typed, as people see it; it may be another one."""
    several: bool = False
    """Whether the answer may be several of those, with commas."""


class UnclearError(UsageError):
    """What was said does not fit; *error* is what is told where nobody can be asked the *question*."""

    def __init__(self, error: SplitkitError, question: OpenQuestion) -> None:
        super().__init__(error.fact, error.hint)
        self.error = error
        self.question = question


def shown(text: str) -> str:
    """Return a text as it may be shown again; what looks like a secret, is too long or cannot be printed is left out."""
    try:
        check_free_text(text, _MOST_SHOWN)
    except UsageError:
        return LEFT_OUT
    return text
