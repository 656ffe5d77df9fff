"""What was begun or agreed: what was about to be made, shown or opened, procedures, and what people will do; and whether anybody knows what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from splitkit.errors import AttentionError, Remedy
from splitkit.ledger.chain import Entry
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
    makes: str = ""
    """The set of which it writes every sheet into a file."""
    sheet: str = ""
    """The sheet that it is about, of a set that there is."""
    ended: bool = False
    shown: bool = False
    """Whether it was recorded that the secret was shown by it."""

    def writes(self, set_id: str, sheet: str) -> bool:
        """Whether it is writing a sheet into a file, which is paper from then on, whoever prints it where."""
        again = self.act == "reissue" and (self.set_id, self.sheet) == (set_id, sheet)
        return self.makes == set_id or (again and not self.ended)

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
    leaver: str = ""
    """Who leaves, where it is to record that they have left."""
    left: bool = False
    """Whether whoever is to record that did, or two people, and nobody said since that the leaver is here."""
    hands_over: str = ""
    """Who hands over to a successor, and stays."""
    agreed: dt.date | None = None
    """When people agreed on it."""
    set_id: str = ""
    debt: str = ""
    """Which debt of a use of that set it settles, see `Use.open`."""

    @property
    def over(self) -> bool:
        """Whether nothing of it is to be done any more."""
        return self.done or self.left


@dataclass(frozen=True)
class Occasion:
    """What a procedure is gone through for; what nobody has said is empty."""

    account: str = ""
    """For which account, by its tag."""
    incident: str = ""
    """After which incident, by its code."""
    person: str = ""
    """Whom it is about, by id; what they keep follows from it."""
    set_id: str = ""
    sheets: tuple[str, ...] = ()
    asset: str = ""

    @classmethod
    def of(cls, data: ProcedureWalked) -> Occasion:
        """Return what an entry says."""
        thing = data.person or "", data.set or "", data.sheets or (), data.asset or ""
        return cls(data.account or "", data.incident or "", *thing)

    @property
    def thing(self) -> dict[str, Any]:
        """The person, the sheets or the device that it is about, as the fields of an entry."""
        if self.person:
            return {"person": self.person}
        sheets = {"set": self.set_id, "sheets": self.sheets} if self.set_id and self.sheets else {}
        return sheets or ({"asset": self.asset} if self.asset else {})

    @property
    def fields(self) -> dict[str, Any]:
        """All of it as the fields of an entry."""
        of = {"account": self.account, "incident": self.incident}
        return {**{name: value for name, value in of.items() if value}, **self.thing}

    @property
    def key(self) -> tuple[str, ...]:
        """All of it as words, by which one is told from others."""
        thing = (self.person,) if self.person else (self.set_id[:8], *self.sheets, self.asset)
        return (self.account or "-", self.incident or "-", *filter(None, thing))

    def told(self, called: Callable[[str, str], str]) -> str:
        """Return it in words that follow a name: ' for Ben Example (Production), after I-1'; *called* tells the name of a person or an account."""
        thing = called("person", self.person) if self.person else self.asset
        if self.sheets and not self.person:
            thing = f"sheet{'s' if self.sheets[1:] else ''} {', '.join(self.sheets)} of set {self.set_id[:8]}"
        account = called("account", self.account) if self.account else ""
        what = f"{thing} ({account})" if thing and account else thing or account
        return (f" for {what}" if what else "") + (f", after {self.incident}" if self.incident else "")


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
    """When people came to that step: what waits after it waits since then."""
    heard: dt.date
    """When any step of it was last told of."""
    since: dt.date | None = None
    """When people began with it, or with its first step once more."""
    next: dt.date | None = None
    """The day from which the next one can be done, where that is later."""
    left: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """The steps up to that one which are still to be done, and who does each."""
    about: Occasion = Occasion()
    """What it is gone through for."""

    def named(self, called: Callable[[str, str], str]) -> str:
        """Return what people call it: 'procedure R8 for Production, after I-1'; *called* tells the name of a person or an account."""
        return f"procedure {self.code}{self.about.told(called)}"

    @property
    def ended(self) -> bool:
        """Whether nothing of it is left."""
        return self.step == self.of and not self.left

    @property
    def open_steps(self) -> list[int]:
        """Every step that is still to be done: those that were left, then those that nobody has come to."""
        return [*sorted(self.left), *range(self.step + 1, self.of + 1)]

    def leaves_out(self, data: ProcedureWalked) -> bool:
        """Whether somebody who goes on leaves out steps: goes past the next one, or says that there are fewer."""
        return not self.ended and (data.step > self.step + 1 or data.steps != self.of)

    def goes_back(self, data: ProcedureWalked) -> bool:
        """Whether somebody goes again through a step that was gone through, and was left to nobody."""
        return not self.ended and data.step <= self.step and data.step not in self.left

    def takes_from(self, data: ProcedureWalked) -> dict[int, str]:
        """Return the steps that were left to somebody, each with whom, and that are left to them no more once somebody goes through one."""
        left = self.with_step(data, self.heard, two=True).left
        return {at: who for at, who in self.left.items() if who and left.get(at) != who}

    def with_step(self, data: ProcedureWalked, day: dt.date, *, two: bool) -> ProcedureBegun:
        """Return it after one more step: one that was left, or that from which people go on; what they go past is left, and to nobody.

        Only *two* go back: one alone would let it wait anew, or what is left of it be forgotten.
        """
        owned = {data.step: data.owner or ""} if data.state == "left" else {}
        if not two and self.goes_back(data):
            return replace(self, heard=day, left=MappingProxyType({**self.left, **owned}))
        rest = {at: who for at, who in self.left.items() if at != data.step and self.of == data.steps}
        if data.step in self.left and self.of == data.steps:
            return replace(self, heard=day, left=MappingProxyType(rest | owned))
        past = dict.fromkeys(range(self.step + 1, data.step) if self.step and not self.ended else (), "")
        left = MappingProxyType(past | {at: who for at, who in rest.items() if at < data.step} | owned)
        since = day if self.ended or data.step == 1 or self.since is None else self.since
        return replace(self, step=data.step, of=data.steps, day=day, heard=day, since=since, next=data.next, left=left)


def procedure_key(pack: str, code: str, about: Occasion) -> str:
    """Return by what a register knows how far people have gone through a procedure, for whatever it is about."""
    return " ".join((pack, code, *about.key))


def key_of(data: ProcedureWalked) -> str:
    """Return the same of a step that was gone through."""
    return procedure_key(data.pack, data.procedure, Occasion.of(data))


def begun_at(entries: Iterable[Entry], key: str) -> str:
    """Return when people began to go through a procedure, by its key, that is not ended; nothing where they have not."""
    begun, known = "", None
    for entry in entries:
        data = entry.data
        if isinstance(data, ProcedureWalked) and data.step <= data.steps and key_of(data) == key:
            known = with_step(known, data, entry.day, two=entry.saw or bool(entry.witness))
            begun = "" if known.ended else begun or entry.time
    return begun


def ended_as(before: ProcedureBegun, remark: str) -> list[ProcedureWalked]:
    """Return what ends a procedure that people go on with no more: every step that is still to be done."""
    of = {"pack": before.pack, "procedure": before.code, "steps": before.of, "remark": remark, **before.about.fields}
    return [ProcedureWalked(step=at, state="otherwise", **of) for at in before.open_steps]


def with_step(known: ProcedureBegun | None, data: ProcedureWalked, day: dt.date, *, two: bool) -> ProcedureBegun:
    """Return how far people have gone through a procedure, as *two* of them say or one; what was before they were last at it says nothing more.

    Raises:
        AttentionError: If it has no such step.
    """
    if data.step > data.steps:
        raise AttentionError("the procedure has no such step", "the last step is number 'steps'")
    if known and day < known.heard:
        return known
    new = ProcedureBegun(data.pack, data.procedure, 0, data.steps, day, day, about=Occasion.of(data))
    return (known or new).with_step(data, day, two=two)


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
    new = data.line or "", data.epoch or 0, data.makes or ""
    return Begun(data.intent, data.act, data.purpose, day, about, data.set or "", *new, data.sheet or "")


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
