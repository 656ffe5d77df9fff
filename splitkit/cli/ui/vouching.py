"""What people signed: given with a command or asked for at a terminal, and compared by the program before it acts on a set.

A ledger is a file, and files can be written anew.  Nothing is made, opened or proven of a set because a file alone names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.sheet_input import read_record, set_rows
from splitkit.cli.ui.talk import say
from splitkit.errors import LedgerError, StoppedError, UnsafeMachineError, UsageError
from splitkit.host.terminal import interactive
from splitkit.quorum.anchor import Anchor, parse_fingerprint, parse_head
from splitkit.quorum.envelope import Envelope

T = TypeVar("T")
_ATTEMPTS = 3
_WHICH_WORDS = "Twelve words as people signed them: F heads those of a set, on its record; L those of a ledger, on its close-out sheet."
_NEAR = 8
"""So many of twelve words that agree are a slip of the pen, and no other set."""


@dataclass(frozen=True)
class Vouched:
    """What people say that they signed: one of these, or nothing yet."""

    fingerprint: Anchor | None
    record: str | None
    head: tuple[str, ...] | None

    def compared(
        self, by_fingerprint: Callable[[Anchor], Anchor], by_head: Callable[[Sequence[str]], Anchor]
    ) -> Anchor:
        """Return the fingerprint of the set, once what people signed agrees with what the ledgers hold.

        Args:
            by_fingerprint: Compares the words of the signed record with the set of the ledgers.
            by_head: Compares the words of a close-out sheet with the ledgers.

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
            question, either, "give --fingerprint, --record FILE, or --head with the words of the close-out sheet"
        )


def ask_words(question: str, take: Callable[[str], T], otherwise: str) -> T:
    """Return what *take* makes of words that people type from paper; what it refuses is asked for again.

    Raises:
        UnsafeMachineError: If nobody is at a terminal; *otherwise* is what to do instead.
        LedgerError: If the ledgers hold something else to the end.
        StoppedError: If no such words came.
    """
    if not interactive():
        raise UnsafeMachineError("nobody can be asked for the fingerprint here", otherwise)
    with Dialogue.open("nothing was done; have the signed record at hand and start again") as dialogue:
        for attempt in range(_ATTEMPTS):
            typed = dialogue.read(question, str, _WHICH_WORDS)
            try:
                return take(typed)
            except (UsageError, LedgerError) as error:
                if attempt == _ATTEMPTS - 1 and isinstance(error, LedgerError):
                    raise
                dialogue.refuse(error)
    raise StoppedError("no fingerprint was given", "have the signed record at hand and start again")


def nearly(typed: Sequence[str], wanted: Sequence[str]) -> str:
    """Return in words where two rows of public words differ that are the same but for a few; nothing for others."""
    differ = [str(at) for at, (one, other) in enumerate(zip(typed, wanted, strict=True), start=1) if one != other]
    if not differ or len(wanted) - len(differ) < _NEAR:
        return ""
    return f"{len(wanted) - len(differ)} of {len(wanted)} agree; look at word {', '.join(differ)}"


def confirm_set(envelope: Envelope, question: str) -> None:
    """Show the set that the signed record vouches for; at a terminal ask whether it is the one.

    Raises:
        StoppedError: If people say no.
    """
    say(f"set {envelope.header.set_id.hex()}, as it was signed:", *set_rows(envelope))
    if not interactive():
        return
    with Dialogue.open("nothing was done") as dialogue:
        if not dialogue.yes(question, "this set", "nothing is done"):
            raise StoppedError(
                "this is not the set that is meant", "nothing was done; find the right record and sheets"
            )
