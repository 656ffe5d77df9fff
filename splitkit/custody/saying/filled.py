"""A command of a procedure with what is known put into it: what was said when it began, never what nobody has said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from splitkit.custody.records.begun import Occasion, ProcedureBegun
from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.custody.saying.command_words import words_of
from splitkit.custody.saying.meaning import event_meant
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import ProcedureWalked
from splitkit.packs.commands import CAPITALS, COMMANDS, rehearsed
from splitkit.packs.pack import Pack
from splitkit.packs.procedures import ProcedureStep

_ABOUT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "status-without": ("PERSON",),
        "left": ("PERSON",),
        "role-ended": ("PERSON",),
        "receiver-left": ("PERSON",),
        "handed": ("SHEET",),
        "stored": ("SHEET",),
        "reissue": ("SHEET",),
        "moved": ("TAG",),
        "failed": ("TAG",),
        "retired": ("TAG",),
        "incident-closed": ("INCIDENT",),
    }
)
"""Of each command which of its words mean what the procedure is gone through for; PERSON is elsewhere somebody who helps."""

_FIELDS = MappingProxyType({"PERSON": "person", "SHEET": "sheet", "TAG": "asset", "INCIDENT": "incident", "SET": "set"})

_LEAVES: Mapping[str, str] = MappingProxyType(
    {
        "incident": "incident.open",
        "taken": "incident.open",
        "take": "ledger.taken",
        "read-back": "sheet.read",
        "drill": "drill",
        "recover": "reveal",
        "rotate": "set.made",
        "refresh": "set.made",
        "reissue": "sheet.reissued",
        "verify": "head.compared",
    }
)
"""What is in the folder's record once a command was typed that records by itself; any other leaves nothing there.

A ceremony has a ledger of its own: what it records is there once that is taken up.
"""

_REPORTED = frozenset(
    {"incident.open", "sheet.lost", "sheet.destroyed", "sheet.exposed", "asset.checked", "asset.retired"}
)
"""Any of these says that it was reported what happened."""

_OF_EVERY_CEREMONY = frozenset({"debrief", "action"})
"""What a drill in the middle of a procedure, and a report, record of themselves: none of it is of a step."""

_ONCE = frozenset({"person.left", "receiver.left", "sheet.lost", "sheet.destroyed", "asset.retired"})
"""Events that nobody says again of the same thing."""

IF_ANY = frozenset(
    {"exception", "action", "role", "role.ended", "deputy", "joined", "receiver", "set.retired", "safe.opened"}
)
"""Events of which a step may well leave none: nothing was otherwise, nobody is new."""


@dataclass(frozen=True)
class Concern:
    """What a procedure is gone through for, as far as people have said it."""

    person: str = ""
    """The id of whoever leaves, or cannot be reached."""
    sheets: tuple[str, ...] = ()
    set_id: str = ""
    assets: tuple[str, ...] = ()
    incident: str = ""
    account: str = ""
    """The tag of the account, where it is said or follows."""

    def of(self, register: Register) -> Concern:
        """Return it with what follows from it: which sheets a leaver keeps, and the incident if only one is open."""
        sheets = tuple(one.number for _, one in register.sheets_of(Life.LIVE) if one.holder == self.person)
        assets = tuple(one.tag for one in register.assets_in_use if one.holder == self.person)
        open_ones = tuple(register.open_incidents)
        return replace(
            self,
            sheets=self.sheets or (sheets if self.person else ()),
            assets=self.assets or (assets if self.person else ()),
            incident=self.incident or (open_ones[0] if len(open_ones) == 1 else ""),
            account=self.account or self._account(register),
        )

    def _account(self, register: Register) -> str:
        """Return the account to which the set or the devices belong, where that is one."""
        line = register.sets[self.set_id].line if self.set_id in register.sets else ""
        known = [register.assets[one].account for one in self.assets if one in register.assets]
        found = {one for one in (register.lines.get(line, ""), *known) if one}
        return found.pop() if len(found) == 1 else ""

    @property
    def _values(self) -> dict[str, tuple[str, ...]]:
        found = {
            "PERSON": (self.person,),
            "SHEET": self.sheets,
            "SET": (self.set_id,),
            "TAG": self.assets,
            "INCIDENT": (self.incident,),
        }
        return {word: values for word, values in found.items() if any(values)}

    @property
    def about(self) -> Occasion:
        """What of it the record says."""
        return Occasion(self.account, self.incident, self.person, self.set_id, self.sheets, "".join(self.assets[:1]))

    def may_be(self, about: Occasion) -> bool:
        """Whether what was begun may be gone on with for this, as far as people have said it."""
        return (self.account == about.account or not (self.account and about.account)) and self.about.thing in (
            {},
            about.thing,
        )

    @classmethod
    def begun(cls, before: ProcedureBegun) -> Concern:
        """Return what a procedure is gone through for that was begun before."""
        of = before.about
        return cls(of.person, of.sheets, of.set_id, (of.asset,) if of.asset else (), of.incident, of.account)

    def known(self, command: str) -> dict[str, tuple[str, ...]]:
        """Return which words in capitals of a command of a pack are known, and what they are."""
        about = _ABOUT.get(key_of(command), ())
        return {word: values for word, values in self._values.items() if word in about}

    def reported(self, register: Register) -> str:
        """Return how it was reported already what happened, in words; nothing where it was not."""
        if self.incident in register.open_incidents:
            return f"incident {self.incident} is open ({register.open_incidents[self.incident]})"
        sheets = register.sets[self.set_id].sheets if self.set_id in register.sets else {}
        gone = [sheets[one] for one in self.sheets if one in sheets and (sheets[one].exposed or not sheets[one].there)]
        return ", ".join(f"sheet {one.number}: {one.condition}" for one in gone)

    def put_into(self, command: str) -> str:
        """Return a command with what is known in the place of its words in capitals."""
        known = self.known(command)

        def put(found: re.Match[str]) -> str:
            values = known.get(found[0], (found[0],))
            return ",".join(one[:8] if found[0] == "SET" else one for one in values)

        return CAPITALS.sub(put, command)

    def is_told_by(self, command: str, entry: Entry, since: str) -> bool:
        """Whether an entry says what a command records, of what this is about: since it began, or ever where it happens only once."""
        known = {_FIELDS[word]: values for word, values in self.known(command).items()}
        said = entry.data.fields()
        told_by = _REPORTED if key_of(command) == "incident" else {leaves(command)}
        if entry.data.event in _OF_EVERY_CEREMONY:
            return False
        if entry.data.event not in told_by or any(said.get(name) not in values for name, values in known.items()):
            return False
        if any(said.get(name) != value for name, value in _said_by(command).items()):
            return False
        return entry.time >= since or (bool(known) and entry.data.event in _ONCE)


def of_steps_before(case: Concern, entries: Sequence[Entry], since: str, pack: Pack, here: str) -> set[str]:
    """Return the entries that say what steps recorded that people have gone through: none of them says it of a later step.

    Whatever was there by then is of such a step, even where it is said twice.  What people are at is told as they are told it: 'R8, step 3'.
    """
    settled, numbered = set[str](), {one.code: one.numbered for one in pack.procedures}
    for at, entry in enumerate(entries):
        data = entry.data
        if not isinstance(data, ProcedureWalked) or data.state not in ("done", "otherwise") or entry.time < since:
            continue
        steps = numbered.get(data.procedure, ()) if data.pack == pack.code else ()
        if len(steps) != data.steps or f"{data.procedure}, step {data.step}" == here:
            continue
        for command in filter(leaves, steps[data.step - 1][1].commands):
            settled |= {one.hash for one in entries[:at] if case.is_told_by(command, one, since)}
    return settled


def _said_by(command: str) -> dict[str, str]:
    """Return which kind of thing a command records, and what came of it, where it says that itself: a mailbox is no MFA device."""
    words = words_of(command) if records(command) else ()
    return {one.name: one.text for one in words if one.name in ("kind", "result") and not CAPITALS.fullmatch(one.text)}


def key_of(command: str) -> str:
    """Return by which key a pack names a command; nothing where it is none of the list."""
    return next((key for key, line in COMMANDS.items() if command in (line, rehearsed(line))), "")


def records(command: str) -> bool:
    """Whether a command records what people say, and nothing else."""
    return command.startswith("splitkit record ") and not command.startswith("splitkit record --")


def only_if_any(step: ProcedureStep) -> bool:
    """Whether whatever a step is to record is recorded only if there is anything: then nobody is asked whether it is done."""
    return bool(step.commands) and all(records(one) and leaves(one) in IF_ANY for one in step.commands)


def leaves(command: str) -> str:
    """Return the event that is in the record once a command of a pack was typed; nothing where it leaves none."""
    if records(command):
        return event_meant(command.split()[2]).event
    return _LEAVES.get(key_of(command), "")
