"""Typing a sheet from the paper: what each key does, and what the screen shows.  No terminal here.

A word is known by four letters, and a letter with which no word goes on is refused at once.  Any earlier word can be
corrected by its number, and '<' goes back from every question to the one before.  What is typed is a share: it is shown only
on the alternate screen.
"""

from dataclasses import dataclass, field

from shamir_mnemonic.wordlist import WORDLIST

from splitkit.cli.ui.dialogue import BACK_KEY
from splitkit.quorum.parsing import Rejection, read_line
from splitkit.quorum.scan import SHARE_WORDS
from splitkit.quorum.share import MAX_UNKNOWN, Share, doubtful_words
from splitkit.quorum.textform import ILLEGIBLE, LINE_BYTES, MAX_LINES, SEPARATORS, BadLineError, parse_line

BACKSPACE = ("\x7f", "\x08")
ENTER = ("\r", "\n")
_ROWS = 11
_LEAVE = f"{BACK_KEY}: back to the menu; what is typed here is kept."
_LINE_CHARACTERS = LINE_BYTES * 8 // 5 + 4
_LINE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567018" + ILLEGIBLE


@dataclass
class ShareEntry:
    """The 33 words of a share, as they are typed."""

    words: list[str] = field(default_factory=lambda: [""] * SHARE_WORDS, repr=False)
    """Whole words, '?' for an illegible one, nothing for one that is still to come."""
    at: int = 0
    typed: str = field(default="", repr=False)
    jump: str = ""
    message: str = "a word is known by its first four letters; ? stands for an illegible one"
    refused: bool = False
    done: bool = False
    left: bool = False
    """Whether people went back to the question before it; what they have typed stays."""

    @property
    def begun(self) -> bool:
        """Whether anything was typed."""
        return any(self.words) or bool(self.typed)

    @property
    def complete(self) -> bool:
        """Whether every place is filled."""
        return all(self.words)

    @property
    def riddle(self) -> tuple[int | None, ...]:
        """The words as the check leaves them open, where it fails or words are illegible; nothing where it is right."""
        finding = read_line(self.line())
        return finding.riddle if isinstance(finding, Rejection) else ()

    @property
    def number(self) -> str:
        """The number of the sheet, as the share says it; nothing where its check is not right."""
        finding = read_line(self.line())
        return finding.number if isinstance(finding, Share) else ""

    def doubt(self, places: tuple[int, ...]) -> None:
        """Take up again what is to be mended; *places* (from 0) are those of words that may be wrong, as far as anybody can tell."""
        self.done, self.refused = False, True
        self.message = f"it does not fit: {_which(places)}; type its number to correct it"

    def line(self) -> str:
        """Return the share as a typed line."""
        return " ".join(self.words)

    def texts(self) -> list[str]:
        """Return what was typed, line by line."""
        return [self.line()]

    def press(self, key: str) -> None:
        """Take one key."""
        self.refused = False
        if key == BACK_KEY:
            self.left = True
        elif key.isdigit() and not self.typed:
            self.jump = (self.jump + key)[-2:]
            self.message = f"Enter: go to word {self.jump}"
        elif key.isalpha() and key.isascii():
            if self.jump:
                self._accept()
            self._letter(key.lower())
        elif key in BACKSPACE:
            self._back()
        elif key == ILLEGIBLE and not self.typed:
            self._illegible()
        elif key == " " or key in ENTER or (key in SEPARATORS and (self.typed or self.jump)):
            self._accept()

    def _letter(self, letter: str) -> None:
        if self.at >= SHARE_WORDS:
            self._refuse("all words are there; type the number of a word to correct it")
        elif not _beginning(self.typed + letter):
            self._refuse(f"no word goes on with {letter.upper()} here: compare it with the paper")
        else:
            self.typed += letter
            self.message = ""

    def _back(self) -> None:
        if self.jump or self.typed:
            self.jump, self.typed = "", self.typed[:-1]
        elif self.at:
            self.at -= 1
            self.words[self.at] = ""
        self.message = ""

    def _illegible(self) -> None:
        others = sum(word == ILLEGIBLE for place, word in enumerate(self.words) if place != self.at)
        if self.at >= SHARE_WORDS or others >= MAX_UNKNOWN:
            self._refuse(f"no more than {MAX_UNKNOWN} words of a sheet can be solved")
        else:
            self._fill(ILLEGIBLE)

    def _accept(self) -> None:
        if self.jump:
            self._go_to(int(self.jump))
        elif self.typed:
            found = _beginning(self.typed)
            if self.typed in found or len(found) == 1:
                self._fill(self.typed if self.typed in found else found[0])
            else:
                self._refuse("more than one word begins like this: type one more letter")
        elif self.complete:
            self.done = True

    def _go_to(self, number: int) -> None:
        self.jump = ""
        if 1 <= number <= SHARE_WORDS:
            self.at = number - 1
            self.words[self.at], self.message = "", f"type word {number} again"
        else:
            self._refuse(f"there are words 1 to {SHARE_WORDS}")

    def _fill(self, word: str) -> None:
        self.words[self.at], self.typed, self.message = word, "", ""
        self.at = next((place for place, filled in enumerate(self.words) if not filled), SHARE_WORDS)
        if self.complete:
            self.message = self._verdict()

    def _verdict(self) -> str:
        finding = read_line(self.line())
        if isinstance(finding, Share):
            return "the check is right.  Enter: take this share"
        if ILLEGIBLE in self.words:
            return "illegible words are solved when an envelope proves them.  Enter: take it"
        self.refused = True
        return f"THE CHECK FAILS: {_which(doubtful_words(self.riddle))}; type its number.  Enter: take it"

    def _refuse(self, message: str) -> None:
        self.refused, self.message = True, message

    def screen(self) -> str:
        """Return what the screen shows: the words in columns, as they stand on the paper."""
        rows = ["SHARE: type the secret words in the order of their numbers", ""]
        columns = [range(row, SHARE_WORDS, _ROWS) for row in range(_ROWS)]
        rows += ["".join(self._cell(place) for place in places).rstrip() for places in columns]
        keys = "SPACE or Enter: next word.  Backspace: back.  Number, Enter: correct that word."
        return "\n".join([*rows, "", self.message, "", keys, _LEAVE])

    def _cell(self, place: int) -> str:
        if place == self.at:
            rest = _beginning(self.typed)[0][len(self.typed) :] if len(self.typed) >= 2 else ""
            text = f"> {self.typed.upper()}{rest or '_'}"
        else:
            text = f"  {self.words[place].upper()}"
        return f"{place + 1:>4}{text:<20}"


def _which(places: tuple[int, ...]) -> str:
    """Return which words people look at."""
    return f"look at word {' and '.join(str(place + 1) for place in places)}" if places else "compare every word"


def _beginning(typed: str) -> list[str]:
    return [word for word in WORDLIST if word.startswith(typed)]


_COUNT = "how many lines has the envelope on the paper?  It says so; Enter ends the number"


@dataclass
class EnvelopeEntry:
    """The printed lines of an envelope, as they are typed."""

    total: int = 0
    lines: dict[int, str] = field(default_factory=dict, repr=False)
    typed: str = ""
    message: str = _COUNT
    refused: bool = False
    done: bool = False
    left: bool = False
    """Whether people went back to the question before it; what they have typed stays."""
    _first: str = field(default="", repr=False)
    """What was typed of the first line before people went back from it to the number of lines."""

    @property
    def begun(self) -> bool:
        """Whether anything was typed."""
        return bool(self.lines or self.typed or self._first)

    @property
    def number(self) -> int:
        """The line that is being typed."""
        return next(number for number in range(1, self.total + 2) if number not in self.lines)

    def texts(self) -> list[str]:
        """Return the typed lines that are complete."""
        return list(self.lines.values())

    def press(self, key: str) -> None:
        """Take one key; spaces and hyphens are passed over."""
        self.refused = False
        if key == BACK_KEY:
            self._go_back()
        elif key in BACKSPACE:
            self._back()
        elif key in ENTER:
            self._accept()
        elif not self.total:
            self.typed = (self.typed + key)[-2:] if key.isdigit() else self.typed
        elif key and key.upper() in _LINE_LETTERS:
            self._letter(key.upper())

    def _letter(self, letter: str) -> None:
        if self.number > self.total or len(self.typed) >= _LINE_CHARACTERS:
            self._refuse("the line is full: compare it with the paper, or press Backspace")
            return
        self.typed, self.message = self.typed + letter, ""
        if len(self.typed) == _LINE_CHARACTERS:
            self._accept()

    def _go_back(self) -> None:
        """Go to the menu; what was typed is kept, and before the first line is right the number of lines is asked for again."""
        self.left = True
        if self.total and not self.lines:
            self._first, self.total, self.typed, self.message = self.typed, 0, "", _COUNT

    def _reopen(self) -> None:
        self.typed, self.message = "".join(self.lines.pop(max(self.lines)).split()[1:]), ""

    def _back(self) -> None:
        if not self.typed and self.lines:
            self._reopen()
        self.typed, self.message = self.typed[:-1], ""

    def _accept(self) -> None:
        if not self.total:
            self._count()
        elif self.number > self.total:
            self.done = True
        elif self.typed:
            self._check()

    def _count(self) -> None:
        total = int(self.typed or 0)
        if 1 <= total <= MAX_LINES:
            self.total, self.message = total, "? stands for an illegible character, at most three a line"
            self.typed, self._first = self._first, ""
            if len(self.typed) == _LINE_CHARACTERS:
                self._check()
        else:
            self._refuse(f"an envelope has 1 to {MAX_LINES} lines")
            self.typed = ""

    def _check(self) -> None:
        text = f"{self.number:02d}/{self.total:02d} {self.typed}"
        try:
            parse_line(text)
        except BadLineError as error:
            correct = "Backspace to correct" if self.lines else "or the number of lines (<, then 2)"
            self._refuse(f"{error.fact}: compare, {correct}")
        else:
            self.lines[self.number], self.typed, self.message = text, "", "the check of this line is right"
            if self.number > self.total:
                self.message = "all lines are there.  Enter: take this envelope"

    def _refuse(self, message: str) -> None:
        self.refused, self.message = True, message

    def screen(self) -> str:
        """Return what the screen shows: the last lines that are done, and the one being typed."""
        rows = ["ENVELOPE: type the printed lines, spaces do not matter", ""]
        if not self.total:
            rows.append(f"number of lines: {self.typed}_")
        else:
            rows += [f"{number:02d}/{self.total:02d} right" for number in sorted(self.lines)[-12:]]
            if self.number <= self.total:
                rows.append(f"{self.number:02d}/{self.total:02d} {_in_fours(self.typed)}_")
        keys = "Enter ends the last line.  Backspace corrects, also back to the line before."
        return "\n".join([*rows, "", self.message, "", keys, _LEAVE])


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
