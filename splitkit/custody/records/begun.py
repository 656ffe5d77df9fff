"""What was about to be made, shown or opened, and whether anybody knows what came of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from splitkit.errors import AttentionError, Remedy
from splitkit.ledger.events import Intent, IntentEnded


@dataclass(frozen=True)
class Begun:
    """Something that was about to be made, shown or opened."""

    code: str
    act: str
    purpose: str
    day: dt.date
    about: str = ""
    """The set, in words."""
    line: str = ""
    """The line of the set that is to be made."""
    epoch: int = 0
    """Its epoch, which no other set of the line may have: it may be on paper."""
    ended: bool = False

    @property
    def told(self) -> str:
        """What was begun, in words: 'refresh of set 0123abcd (N-20261127-1)'."""
        return f"{self.act}{self.about} ({self.code})"


def with_intent(known: Mapping[str, Begun], data: Intent, day: dt.date) -> Begun:
    """Return what an intent begins.

    Raises:
        AttentionError: If one of this code was recorded before.
    """
    if data.intent in known:
        raise AttentionError("an intent of this code was recorded before", Remedy.NEXT_CODE)
    about = f" of set {data.set[:8]}" if data.set else ""
    about += f", sheet {data.sheet}" if data.sheet else ""
    about += f", makes set {data.makes[:8]}" if data.makes else ""
    return Begun(data.intent, data.act, data.purpose, day, about, data.line or "", data.epoch or 0)


def with_outcome(known: Mapping[str, Begun], data: IntentEnded) -> Begun:
    """Return what was begun, now that people know what came of it.

    Raises:
        AttentionError: If no such intent is open.
    """
    if data.intent not in known or known[data.intent].ended:
        raise AttentionError("no intent of this code is open", "compare the code with the ledger")
    return replace(known[data.intent], ended=True)


def unfinished(known: Mapping[str, Begun]) -> list[Begun]:
    """Return what was begun, and of which nobody knows what came of it."""
    return [one for one in known.values() if not one.ended]
