"""A sheet that is written by hand: its words are shown once, a few at a time, and every word is typed back from the paper.

No terminal here, and no help: at this read-back nothing is solved, completed or corrected.  A word that was begun is never told the
rest of, a letter is never refused because no word goes on with it, and a wrong word is told by its place alone: whoever wrote it
wrongly must not be led to what it should have been, or the paper stays wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

AT_ONCE = 3
"""Words that are on the screen together."""
MISSES_OF_A_WORD = 3
"""So often one word may be typed wrongly; then it is the paper that is wrong."""
MISSES_OF_A_SHEET = 6
"""So often all words together."""

_BACK, _BACKSPACE, _ENTER = "<", ("\x7f", "\x08"), ("\r", "\n")
_ENDS = (" ", *_ENTER)
_LONGEST = 20
"""Letters of which no word has so many; what is longer was typed by nobody who looked."""


@dataclass
class Showing:
    """The words of one share, as they are shown to whoever writes them."""

    number: str
    """The sheet."""
    words: Sequence[str] = field(repr=False)
    at: int = 0
    """The first word that is on the screen; beyond the last one, whether all are written is asked."""
    done: bool = False

    def press(self, key: str) -> None:
        """Take one key: onwards, or back."""
        if key == _BACK:
            self.at = max(self.at - AT_ONCE, 0)
        elif self.at >= len(self.words):
            self.done = key in _ENTER  # a space too many ends nothing
        elif key in _ENDS:
            self.at += AT_ONCE

    def screen(self) -> str:
        """Return what the screen shows: some numbered words in spaced capitals, and nothing else of the share."""
        last = len(self.words)
        if self.at >= last:
            return "\n".join((
                f"SHEET {self.number}: ALL {last} WORDS WERE SHOWN", "",
                "Is every box filled in?  They are not shown again.", "",
                "Enter: all are written.  <: the last ones once more.",
            ))  # fmt: skip
        shown = list(enumerate(self.words[self.at : self.at + AT_ONCE], self.at + 1))
        rows = [f"SHEET {self.number}, words {shown[0][0]} to {shown[-1][0]} of {last}", ""]
        for place, word in shown:
            rows += ["", f"{place:>8}     {' '.join(word.upper())}", "", ""]
        return "\n".join([*rows, "Write each into the box of its number, in capitals.",
                          "SPACE: the next ones.  <: the ones before.  Ctrl-C: stop; the page is shredded."])  # fmt: skip


@dataclass
class TypingBack:
    """The words as they are typed from the paper, each of which must be the one that was shown."""

    number: str
    """The sheet."""
    words: Sequence[str] = field(repr=False)
    at: int = 0
    """How many words are right."""
    typed: str = field(default="", repr=False)
    misses: int = 0
    misses_here: int = 0
    """How often the word that comes next was typed wrongly."""
    message: str = ""
    refused: bool = False
    left: bool = False
    """Whether people went away from it; what was right stays so."""

    @property
    def done(self) -> bool:
        """Whether every word was right."""
        return self.at == len(self.words)

    @property
    def fault(self) -> str:
        """What is wrong with the paper, once it was typed wrongly too often; else nothing."""
        too_often = self.misses_here >= MISSES_OF_A_WORD or self.misses >= MISSES_OF_A_SHEET
        return f"word {self.at + 1} is not what was shown" if too_often else ""

    def press(self, key: str) -> None:
        """Take one key; whatever is no letter is no part of a word."""
        self.refused = False
        if key == _BACK:
            self.left, self.typed = True, ""
        elif key in _BACKSPACE:
            self.typed = self.typed[:-1]
        elif key in _ENDS:
            self._accept()
        elif len(key) == 1 and key.isascii() and key.isalpha() and len(self.typed) < _LONGEST:
            self.typed += key.lower()
        elif key:
            self.refused, self.message = True, "a word has letters alone: type it as it stands in its box"

    def _accept(self) -> None:
        """Compare what was typed with what was shown; nothing that only comes near it is right."""
        if not self.typed or self.done or self.fault:
            return
        right, self.typed = self.typed == self.words[self.at].lower(), ""
        if right:
            self.at, self.misses_here, self.message = self.at + 1, 0, ""
            return
        self.misses, self.misses_here, self.refused = self.misses + 1, self.misses_here + 1, True
        last = self.misses_here == MISSES_OF_A_WORD - 1 or self.misses == MISSES_OF_A_SHEET - 1
        then = "\none more miss, and the page is shredded" if last else ""
        self.message = f"word {self.at + 1} is not what was shown: look at the paper, and type it once more{then}"

    def screen(self) -> str:
        """Return what the screen shows: the word that is being typed, and no other."""
        last = len(self.words)
        right = f"Words 1 to {self.at} are right." if self.at > 1 else "Word 1 is right." if self.at else ""
        return "\n".join((
            f"SHEET {self.number}: TYPE EVERY WORD BACK FROM THE PAPER", "", right, "",
            f"{min(self.at + 1, last):>8}     {' '.join(self.typed.upper())}_", "",
            self.message, "",
            "Type each word whole, as it stands in its box, even where that seems wrong.",
            "Never mend the paper, and type nothing from memory.", "",
            "SPACE or Enter: the word is whole.  Backspace: a letter back.",
            "<: away from here; nothing that was right is lost.",
        ))  # fmt: skip
