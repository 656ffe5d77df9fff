"""`--type`: sheets typed from the paper at the terminal, for a quorum without any camera.

Nothing that was typed is lost while the program runs: what does not fit is named and asked for again, alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from splitkit.cli.ui.dialogue import BACK_KEY
from splitkit.cli.ui.keystrokes import BACKSPACE, ENTER, EnvelopeEntry, ShareEntry
from splitkit.host.terminal import Terminal
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import belongs
from splitkit.quorum.scan import Line, Scan
from splitkit.quorum.share import Share, doubtful_words

Entry: TypeAlias = ShareEntry | EnvelopeEntry
_KINDS: dict[str, type[Entry]] = {"1": ShareEntry, "2": EnvelopeEntry}
_DONE, _MEND, _AGREED = "3", "4", "yes"
_MENU = (
    "1: type a share",
    "2: type the envelope (once; it is the same on all sheets)",
    f"{_DONE}: done",
    f"{BACK_KEY}: back to what was typed last",
)
_LEFT = "a share is begun and not whole: 1 goes on with it; yes leaves it out"
_DOUBTFUL = "a share does not fit yet: 4 mends it; yes leaves it as it is"
_NO_ENVELOPE = "an envelope settles what is illegible or wrong: 2 types it; yes goes on without"
_LONGEST = 8
"""Characters of an answer that are shown."""


def type_sheets(terminal: Terminal, typed: TypedSheets, beside: Iterable[Envelope] = ()) -> list[Line]:
    """Let people type shares and an envelope, beyond what was *typed* before; return all lines as if a hand-held scanner had typed them.

    What was typed is compared with the envelopes *beside* it that were read before.

    Raises:
        StoppedError: On Ctrl-C; the screen is clear by then.
    """
    typed.begin(beside)
    with terminal.full_screen():
        while not typed.done:
            terminal.draw(typed.screen(), bell=bool(typed.message))
            entry = typed.press(terminal.key().lower())
            if entry:
                typed.put(_typed(terminal, entry))
    return typed.lines()


@dataclass
class TypedSheets:
    """What was typed so far.  Its repr shows nothing of it."""

    whole: list[Entry] = field(default_factory=list, repr=False)
    begun: list[Entry] = field(default_factory=list, repr=False)
    """What people went back from before it was whole, and what is to be mended."""
    beside: list[Envelope] = field(default_factory=list, repr=False)
    """The envelopes that were read otherwise."""
    answer: str = ""
    """What stands behind the question, until Enter ends it."""
    message: str = ""
    done: bool = False

    def begin(self, beside: Iterable[Envelope]) -> None:
        """Open the menu, with all that was typed before."""
        self.beside, self.done, self.message = list(beside), False, ""
        self._look()

    def forget_shares(self, but: str = "") -> None:
        """Let go of every share, but of sound ones of other sheets than *but*, if one is named; the envelope stays, which is the same on all."""
        self.whole = [
            one for one in self.whole if isinstance(one, EnvelopeEntry) or (but and one.number not in ("", but))
        ]
        self.begun = [one for one in self.begun if isinstance(one, EnvelopeEntry)]

    def press(self, key: str) -> Entry | None:
        """Take one key, and return what is typed next; None while it is not known.  Only Enter, and the way back, do anything."""
        if key == BACK_KEY:
            return self._back()
        if key in ENTER:
            answer, self.answer = self.answer.strip(), ""
            return self._chosen(answer)
        if key in BACKSPACE:
            self.answer = self.answer[:-1]
        elif key.isprintable():
            self.answer = (self.answer + key)[-_LONGEST:]
        return None

    def _back(self) -> Entry | None:
        self.answer, self.message = "", "" if self.whole else "nothing was typed before this"
        return self.whole.pop() if self.whole else None

    def _chosen(self, answer: str) -> Entry | None:
        asked, self.message = self.message in (_LEFT, _DOUBTFUL, _NO_ENVELOPE), ""
        if answer == _MEND and (doubtful := self._doubtful()):
            self.begun.remove(doubtful[0])
            return doubtful[0]
        if answer in _KINDS:
            kind = _KINDS[answer]
            left = [one for one in self.begun if isinstance(one, kind) and one not in self._doubtful()]
            if not left:
                return kind()
            self.begun.remove(left[0])
            return left[0]
        if answer == _DONE and (unsettled := self._unsettled()):
            self.message = unsettled
        elif answer == _DONE or (asked and answer == _AGREED):
            self.done = True
        else:
            self.message = "type one of these numbers, then Enter"
        return None

    def put(self, entry: Entry) -> None:
        """Take what was typed, as far as it is."""
        if entry.done:
            self.whole.append(entry)
        elif entry.begun:
            self.begun.append(entry)
        self._look()

    def _unsettled(self) -> str:
        """Return what stands against it that this is all; nothing where nothing does."""
        begun = [one for one in self.begun if isinstance(one, ShareEntry)]
        if begun:
            return _LEFT if len(begun) > len(self._doubtful()) else _DOUBTFUL
        riddles = any(isinstance(one, ShareEntry) and one.riddle for one in self.whole)
        return _NO_ENVELOPE if riddles and not self._envelopes() else ""

    def _doubtful(self) -> list[ShareEntry]:
        return [one for one in self.begun if isinstance(one, ShareEntry) and one.complete]

    def _envelopes(self) -> list[Envelope]:
        lines = [Line("", Scan(text)) for one in self._of_envelope() for text in one.texts()]
        return [*self.beside, *gather([], lines).envelopes.values()]

    def _of_envelope(self) -> list[EnvelopeEntry]:
        return [one for one in (*self.whole, *self.begun) if isinstance(one, EnvelopeEntry)]

    def _look(self) -> None:
        """Take up again every share that no envelope settles, and name the words that may be wrong."""
        if not (envelopes := self._envelopes()):
            return
        for number, entry in enumerate([one for one in self.whole if isinstance(one, ShareEntry)], 1):
            if entry.riddle and not _settled(entry, envelopes):
                self.whole.remove(entry)
                self.begun.append(entry)
                entry.doubt(doubtful_words(entry.riddle, partial(_fits, envelopes)))
                self.message = f"share {number}: {entry.message}"

    def lines(self) -> list[Line]:
        """Return all that is whole, of an envelope every line that is: other sheets may have the rest."""
        numbers = itertools.count(1)
        begun = [one for one in self.begun if isinstance(one, EnvelopeEntry) or one.complete]
        return [
            Line(f"typed share {next(numbers)}" if isinstance(one, ShareEntry) else "typed envelope", Scan(text))
            for one in (*self.whole, *begun)
            for text in one.texts()
        ]

    def screen(self) -> str:
        """Return the menu, under what there is so far."""
        shares, lines = _count(self.whole)
        done = f"typed so far: shares {shares}, envelope lines {lines}"
        doubtful = len(self._doubtful())
        begun = [f"begun, and not whole yet: {len(self.begun) - doubtful}"] if len(self.begun) > doubtful else []
        begun += [f"whole, and does not fit: {doubtful}"] if doubtful else []
        mends = [f"{_MEND}: mend the share that does not fit; nothing else of it is typed again"] if doubtful else []
        return "\n".join(
            [
                "TYPE THE SHEETS FROM THE PAPER",
                "",
                done,
                *begun,
                "",
                *_MENU,
                *mends,
                "",
                self.message,
                "",
                "A number, then Enter.  Ctrl-C stops.",
                f"> {self.answer}",
            ]
        )


def _settled(entry: ShareEntry, envelopes: Sequence[Envelope]) -> bool:
    """Whether one of the *envelopes* proves what a share must be, whose check fails or of which words are illegible."""
    guesses = gather([], [Line("", Scan(entry.line()))]).guesses()
    return any(_fits(envelopes, guess.share) for guess in guesses)


def _fits(envelopes: Sequence[Envelope], share: Share) -> bool:
    return any(belongs(share, envelope) for envelope in envelopes)


def _count(whole: Sequence[Entry]) -> tuple[int, int]:
    shares = sum(isinstance(one, ShareEntry) for one in whole)
    return shares, sum(len(one.texts()) for one in whole) - shares


def _typed(terminal: Terminal, entry: Entry) -> Entry:
    entry.done = entry.left = False
    while not (entry.done or entry.left):
        terminal.draw(entry.screen(), bell=entry.refused)
        entry.press(terminal.key())
    return entry
