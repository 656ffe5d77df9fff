"""What was begun or agreed: what was about to be made, shown or opened, procedures, and what people will do; and whether anybody knows what came of it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from splitkit.errors import AttentionError, Remedy
from splitkit.ledger.events import Intent, IntentEnded, ProcedureWalked

SHOWS = ("recover", "reveal")
"""What shows a secret to people."""


@dataclass(frozen=True)
class Begun:
    """Something that was about to be made, shown or opened."""

    code: str
    act: str
    purpose: str
    day: dt.date
    about: str = ""
    """The set, in words."""
    set_id: str = ""
    """The set itself, where it was named."""
    line: str = ""
    """The line of the set that is to be made."""
    epoch: int = 0
    """Its epoch, which no other set of the line may have: it may be on paper."""
    ended: bool = False
    shown: bool = False
    """Whether it was recorded that the secret was shown by it."""

    @property
    def told(self) -> str:
        """What was begun, in words: 'refresh of set 0123abcd (N-20261127-1)'."""
        return f"{self.act}{self.about} ({self.code})"


@dataclass(frozen=True)
class Action:
    """Something that somebody will do."""

    code: str
    text: str
    owner: str
    due: dt.date
    done: bool = False


@dataclass(frozen=True)
class ProcedureBegun:
    """How far people have gone through a procedure of a pack."""

    pack: str
    code: str
    step: int
    """The last step that was gone through."""
    of: int
    """How many there are."""
    day: dt.date
    """When that was."""
    next: dt.date | None = None
    """The day from which the next one can be done, where that is later."""
    account: str = ""
    """For which account, by its tag."""
    incident: str = ""
    """After which incident, by its code."""

    def named(self, called: Callable[[str, str], str]) -> str:
        """Return what people call it: 'procedure R8 for Production, after I-1'; *called* tells the name of an account."""
        of = f" for {called('account', self.account)}" if self.account else ""
        return f"procedure {self.code}{of}" + (f", after {self.incident}" if self.incident else "")

    @property
    def ended(self) -> bool:
        """Whether that was the last one of all."""
        return self.step == self.of

    def leaves_out(self, data: ProcedureWalked) -> bool:
        """Whether somebody who goes on leaves out steps: goes past the next one, or says that there are fewer."""
        return not self.ended and (data.step > self.step + 1 or data.steps != self.of)


def procedure_key(pack: str, code: str, account: str | None, incident: str | None) -> str:
    """Return by what a register knows how far people have gone through a procedure: for one account, and after one incident."""
    return " ".join([pack, code, account or "-", incident or "-"])


def key_of(data: ProcedureWalked) -> str:
    """Return the same of a step that was gone through."""
    return procedure_key(data.pack, data.procedure, data.account, data.incident)


def with_step(known: ProcedureBegun | None, data: ProcedureWalked, day: dt.date) -> ProcedureBegun:
    """Return how far people have gone through a procedure; what they did before they were last at it says nothing more.

    Raises:
        AttentionError: If it has no such step.
    """
    if data.step > data.steps:
        raise AttentionError("the procedure has no such step", "the last step is number 'steps'")
    if known and day < known.day:
        return known
    about = data.account or "", data.incident or ""
    return ProcedureBegun(data.pack, data.procedure, data.step, data.steps, day, data.next, *about)


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
    return Begun(data.intent, data.act, data.purpose, day, about, data.set or "", data.line or "", data.epoch or 0)


def with_reveal(known: Mapping[str, Begun], set_id: str) -> dict[str, Begun]:
    """Return what was begun by which the secret of a set was shown: the last that is open and waits for it, if there is one."""
    waits = [
        one
        for one in known.values()
        if one.act in SHOWS and one.set_id in ("", set_id) and not (one.ended or one.shown)
    ]
    return {one.code: replace(one, shown=True) for one in waits[-1:]}


def with_outcome(known: Mapping[str, Begun], data: IntentEnded) -> Begun:
    """Return what was begun, now that people know what came of it.

    Raises:
        AttentionError: If no such intent is open.
    """
    if data.intent not in known or known[data.intent].ended:
        raise AttentionError("no intent of this code is open", "compare the code with the ledger")
    return replace(known[data.intent], ended=True)


def ends_alone(known: Mapping[str, Begun], data: IntentEnded) -> bool:
    """Whether one person can say what came of it: only of what shows a secret, because that leaves the debts of a use whatever they say."""
    return known[data.intent].act in SHOWS


def unfinished(known: Mapping[str, Begun]) -> list[Begun]:
    """Return what was begun, and of which nobody knows what came of it."""
    return [one for one in known.values() if not one.ended]
