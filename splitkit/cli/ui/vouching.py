"""What people signed: given with a command or asked for at a terminal, and compared by the program before it acts on a set.

A ledger is a file, and files can be written anew.  Nothing is made, opened or proven of a set because a file alone names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.sheet_input import read_record
from splitkit.cli.ui.talk import say
from splitkit.errors import ForgedError, LedgerError, StoppedError, UnsafeMachineError, UsageError
from splitkit.host.terminal import interactive
from splitkit.quorum.anchor import STANDS_ON, Anchor, parse_fingerprint, parse_head, typed_words
from splitkit.quorum.envelope import FINGERPRINT_WORDS
from splitkit.quorum.mnemonic import word_index

T = TypeVar("T")
PublicWords = Sequence[str]
_ATTEMPTS = 3
WHICH_WORDS = "Twelve words as people signed them.  " + "; ".join(
    f"{letter} heads those of {paper}" for letter, paper in STANDS_ON.items()
)
_NEAR = 8
"""So many of twelve words that agree are a slip of the pen, and no other set."""


@dataclass(frozen=True)
class Vouched:
    """What people say that they signed: one of these, or nothing yet."""

    fingerprint: Anchor | None
    record: str | None
    head: tuple[str, ...] | None

    def compared(
        self,
        by_fingerprint: Callable[[Anchor], Anchor],
        by_head: Callable[[Sequence[str]], Anchor],
        wanted: Sequence[PublicWords],
        dialogue: Dialogue | None = None,
    ) -> Anchor:
        """Return the fingerprint of the set, once what people signed agrees with what the ledgers hold.

        Args:
            by_fingerprint: Compares the words of the signed record with the set of the ledgers.
            by_head: Compares the words of a close-out sheet with the ledgers.
            wanted: All words that would do: what nearly equals them is a slip.
            dialogue: Where people are asked, if they are being asked already.

        Raises:
            UsageError: If several were given.
            LedgerError: If they do not agree.
            UnsafeMachineError, StoppedError: See `ask_words`.
        """
        if sum(given is not None for given in (self.fingerprint, self.record, self.head)) > 1:
            raise UsageError("--fingerprint, --record and --head say the same in three ways", "give one of them")
        if self.fingerprint is not None:
            return by_fingerprint(self.fingerprint)
        if self.record is not None:
            return by_fingerprint(read_record(self.record)[0])
        if self.head is not None:
            return by_head(self.head)

        def either(typed: str) -> Anchor:
            return by_head(parse_head(typed)) if typed[:2].upper() == "L " else by_fingerprint(parse_fingerprint(typed))

        question = (
            "Which set is it?  Type the 12 words headed F of the SIGNED RECORD, not of a sheet; "
            "or 'L' and the 12 words of a signed close-out sheet of these ledgers:"
        )
        return ask_words(
            question,
            either,
            "give --fingerprint, --record FILE, or --head with the words of the close-out sheet",
            wanted,
            dialogue,
        )


def ask_words(
    question: str,
    take: Callable[[str], T],
    otherwise: str,
    wanted: Sequence[PublicWords],
    asking: Dialogue | None = None,
    attempts: int = _ATTEMPTS,
) -> T:
    """Return what *take* makes of words that people type from paper; what it refuses is asked for again.

    They may come in rows, as they are printed; *asking* is the dialogue that goes on, if one does.  Where all but a few are words that are *wanted*, those few are asked for alone.

    Raises:
        UnsafeMachineError: If nobody is at a terminal; *otherwise* is what to do instead.
        LedgerError, ForgedError: If the words are others to the end.
        StoppedError: If no such words came.
    """
    if not interactive():
        raise UnsafeMachineError("nobody can be asked for the fingerprint here", otherwise)
    asked, before, doubtful = question, list[str](), list[int]()
    opened = Dialogue.open("nothing was done; have the signed record at hand and start again")
    with nullcontext(asking) if asking else opened as dialogue:
        for attempt in range(attempts):
            before = _mended(before, doubtful, _rows(dialogue, asked, len(doubtful)))
            try:
                return take(" ".join(before))
            except (UsageError, LedgerError, ForgedError) as error:
                if attempt == attempts - 1 and not isinstance(error, UsageError):
                    raise
                dialogue.refuse(error)
            doubtful = next(filter(None, (differing(_unmarked(before), row) for row in wanted)), [])
            asked = f"Word {_listed(doubtful)} once more, alone; or all twelve again:" if doubtful else question
    raise StoppedError("no fingerprint was given", "have the signed record at hand and start again")


def _rows(dialogue: Dialogue, question: str, few: int) -> list[str]:
    """Return twelve words, or as *few* as are asked for, from one row or several; fewer where Enter alone ends them."""
    words = row = typed_words(dialogue.read(question, str, WHICH_WORDS))
    while row and (count := len(_unmarked(words))) < FINGERPRINT_WORDS and count != few:
        wanted = few if count < few else FINGERPRINT_WORDS
        row = typed_words(dialogue.read(f"{count} of {wanted} words.  The next row, or Enter alone:", str, WHICH_WORDS))
        words = [*words, *row]
    return words


def _unmarked(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.upper() not in STANDS_ON]


def _mended(before: Sequence[str], doubtful: Sequence[int], typed: list[str]) -> list[str]:
    """Return the words that were typed before with those that were typed again in their places, or all that was typed."""
    if not doubtful or len(typed) != len(doubtful):
        return typed
    words = _unmarked(before)
    for place, word in zip(doubtful, typed, strict=True):
        words[place - 1] = word
    return [*(mark for mark in before[:1] if mark.upper() in STANDS_ON), *words]


def differing(typed: Sequence[str], wanted: PublicWords) -> list[int]:
    """Return at which places typed words are others than those that are *wanted*; nothing where they are simply others."""
    if len(typed) != len(wanted):
        return []
    places = [
        at for at, (one, row) in enumerate(zip(typed, wanted, strict=True), 1) if word_index(one) != word_index(row)
    ]
    return places if len(wanted) - len(places) >= _NEAR else []


def judged(typed: PublicWords, wanted: Iterable[PublicWords], others: Mapping[tuple[str, ...], str]) -> str:
    """Return in words what typed public words are that are not those that are wanted; nothing where that is not known.

    Args:
        typed: Twelve words, none of the rows that are wanted.
        wanted: The rows that were asked for: words that differ from one in a few places are a slip.
        others: Rows of another kind, or of another set, each with what it is.
    """
    if tuple(typed) in others:
        return f"these are the words of {others[tuple(typed)]}"
    for row in wanted:
        if places := differing(typed, row):
            return f"{len(row) - len(places)} of {len(row)} agree; look at word {_listed(places)}"
    return next((f"these are nearly the words of {what}" for row, what in others.items() if differing(typed, row)), "")


def with_what(fact: str, what: str) -> str:
    """Return what is wrong with words, and what they are where that is known, see `judged`."""
    return f"{fact}: {what}" if what else fact


def _listed(places: Sequence[int]) -> str:
    return ", ".join(map(str, places))


def confirm_set(set_id: str, rows: Sequence[str], question: str) -> None:
    """Show the set for which people's signatures vouch, with *rows* that say what it is; at a terminal ask whether it is the one.

    Raises:
        StoppedError: If people say no.
    """
    say(f"set {set_id}, as it was signed:", *rows)
    if not interactive():
        return
    with Dialogue.open("nothing was done") as dialogue:
        if not dialogue.yes(question, "this set", "nothing is done"):
            raise StoppedError(
                "this is not the set that is meant", "nothing was done; find the right record and sheets"
            )


def check_asked() -> None:
    """Refuse what two people must each agree to where nobody can be asked.

    Raises:
        UnsafeMachineError: If nobody is at a terminal.
    """
    if not interactive():
        raise UnsafeMachineError("two people are asked, and nobody is at a terminal", "run it in a terminal")


def agree(dialogue: Dialogue, people: Iterable[str], question: str, yes: str) -> None:
    """Ask each of some people whether they agree to what cannot be taken back.

    Raises:
        StoppedError: If one of them does not.
    """
    for person in people:
        if not dialogue.certain(f"{person}: {question}", yes):
            raise StoppedError(f"{person} did not agree: {dialogue.if_stopped}")
