"""What the ledgers show of each criterion: met, with the entries that show it; not met, with what is missing; or not to be seen."""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from splitkit.custody.overview.audit import Audit
from splitkit.custody.overview.criteria import MAKING, Criteria, Criterion, EntryAsked
from splitkit.custody.records.holdings import State
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import BagSealed, SetMade, SheetStored

_FEW = 3
"""So many entries are named on paper; the data has all."""


_KEPT = frozenset({
    "person.joined", "person.left", "seat.bound", "role", "role.ended", "deputy", "place.added", "account.added", "line.bound", "set.made", "bag.sealed",
    "receipt", "sheet.stored", "sheet.taken", "sheet.handed", "asset.added", "asset.moved", "asset.checked", "asset.retired",
})  # fmt: skip
"""What says who keeps what and where: on that every rule of custody rests."""


class Met(enum.Enum):
    """Whether a criterion is met; the worst first."""

    NO = "not met"
    UNSEEN = "not seen by splitkit"
    YES = "met"


Part = tuple[Met, str, tuple[Entry, ...]]
"""What one thing that is asked for comes to, why, and the entries that show it."""


@dataclass(frozen=True)
class Answered:
    """What is to be said of a criterion: whether it is met, why, and which entries show it."""

    criterion: Criterion
    met: Met
    why: str
    entries: tuple[Entry, ...] = ()

    @property
    def shown(self) -> str:
        """Why, and the last of the entries, in words."""
        last = [f"{one.event} {one.day} ({one.hash[:8]})" for one in self.entries[-_FEW:]]
        more = f" and {len(self.entries) - _FEW} more" if len(self.entries) > _FEW else ""
        return "; ".join(filter(None, (self.why, ", ".join(last) + more)))


class _Said(NamedTuple):
    """An entry, and what its fields say, with who said it and who has seen it."""

    entry: Entry
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """All that some criteria ask for, and what the ledgers show of it."""

    audit: Audit
    criteria: Criteria

    @cached_property
    def answers(self) -> list[Answered]:
        """What is to be said of each criterion, in their order."""
        return [self._answer(one) for one in self.criteria.criteria]

    @property
    def told(self) -> str:
        """How many are met, in words; whether somebody is compliant no program can say."""
        return ", ".join(f"{self._count[one]} {one.value}" for one in reversed(Met))

    def as_object(self) -> dict[str, Any]:
        """Return everything as plain data."""
        one = self.criteria
        return {
            "code": one.code, "title": one.title, "source": one.source, "looked_up": str(one.looked_up),
            "count": {met.value: self._count[met] for met in Met},
            "criteria": [{"code": answer.criterion.code, "asks": answer.criterion.asks, "verdict": answer.met.value,
                          "why": answer.why, "entries": [entry.hash for entry in answer.entries]} for answer in self.answers],
        }  # fmt: skip

    @cached_property
    def _count(self) -> Counter[Met]:
        return Counter(one.met for one in self.answers)

    @cached_property
    def _entries(self) -> list[Entry]:
        """Every entry that counts: none that was withdrawn, corrected, or contradicts another."""
        built = self.audit.built
        gone = {*built.corrected, *(one.hash for one in built.contradicting.values())}
        gone |= {one.entry.hash for one in built.withdrawn}
        return [one for one in self.audit.entries if one.hash not in gone]

    @cached_property
    def _kept(self) -> tuple[Entry, ...]:
        """The entries that say who keeps what and where."""
        return tuple(one for one in self._entries if one.event in _KEPT)

    @cached_property
    def _said(self) -> Mapping[str, Sequence[_Said]]:
        """The entries that count, by their events."""
        found: dict[str, list[_Said]] = {}
        for one in self._entries:
            found.setdefault(one.event, []).append(_Said(one, one.data.fields() | {"by": one.by, "wit": one.witness}))
        return found

    def _answer(self, criterion: Criterion) -> Answered:
        if criterion.unseen:
            return Answered(criterion, Met.UNSEEN, criterion.unseen)
        parts = list(self._rules(criterion))
        for wanted in criterion.entries:
            parts += self._wanted(wanted)
        worst = next(met for met in Met if any(part[0] is met for part in parts))
        shown = sorted({one.hash: one for _, _, entries in parts for one in entries}.values(), key=lambda one: one.time)
        whys = dict.fromkeys(why for met, why, _ in parts if met is worst and why)
        return Answered(criterion, worst, "; ".join(whys), tuple(shown) if worst is Met.YES else ())

    def _rules(self, criterion: Criterion) -> Iterator[Part]:
        if criterion.rules and not self.audit.rules.targets:
            yield Met.NO, "nothing is recorded of which rules could speak", ()
        for rule in criterion.rules:
            broken = self.audit.rules.breaks(rule)
            yield (Met.NO, f"{rule}: {broken[0]}", ()) if broken else (Met.YES, f"rule {rule} holds", self._kept)

    def _wanted(self, wanted: EntryAsked) -> Iterator[Part]:
        about = list(self._about(wanted.each))
        if not about:
            yield Met.NO, f"no {wanted.each} is recorded", ()
        for name, tells in about:
            told, causes = (
                [one for one in self._said.get(event, ()) if tells(one)] for event in (wanted.event, wanted.after)
            )
            yield self._of_one(wanted, f" of {name}" if name else "", told, causes)

    def _about(self, each: str) -> Iterator[tuple[str, Callable[[_Said], bool]]]:
        """Yield of what there must be an entry, each with whether an entry tells of it."""
        register = self.audit.built.register
        if not each:
            yield "", lambda _one: True
        elif each == "account":
            yield from ((one.name, _of(account=one.tag)) for one in register.accounts.values())
        elif each in ("set", "sheet", MAKING):
            for record in register.live:
                if each == "set":
                    yield record.name, _of(set=record.set_id)
                elif each == MAKING:
                    yield f"the making of {record.name}", self._in_ledger_of(record.set_id)
                else:
                    yield from ((record.sheet_name(one), _of(set=record.set_id, sheet=one)) for one in record.sheets)
        else:
            of_kind = [one for one in register.assets_in_use if one.kind == each and one.works]
            yield from ((one.name, _of(asset=one.tag)) for one in of_kind)

    def _in_ledger_of(self, set_id: str) -> Callable[[_Said], bool]:
        """Return whether an entry is of a ledger in which a set was made."""
        own = {
            one.hash
            for chain in self.audit.verification.files
            if any(isinstance(made.data, SetMade) and made.data.set == set_id for made in chain.entries)
            for one in chain.entries
        }
        return lambda one: one.entry.hash in own

    def _of_one(self, wanted: EntryAsked, of: str, told: Sequence[_Said], causes: Sequence[_Said]) -> Part:
        so = [self._is_so(wanted, one) for one in told]
        good = [one.entry for one, right in zip(told, so, strict=True) if right]
        what = f"'{wanted.event}'{_qualified(wanted)}{of}"
        if wanted.after:
            return self._after(wanted, [one.entry for one in causes], good, what)
        if wanted.every:
            if wrong := [one.entry for one, right in zip(told, so, strict=True) if not right]:
                return Met.NO, f"{wrong[-1].day}: an entry that is not {what}", ()
            return (Met.YES, "", tuple(good)) if told else (Met.UNSEEN, f"there was no '{wanted.event}'{of} so far", ())
        within = [one for one in good if not wanted.days or one.day > self.audit.at - dt.timedelta(wanted.days)]
        if len(within) >= wanted.count:
            return Met.YES, "", tuple(within)
        number = f"{len(within)} of {wanted.count}" if wanted.count > 1 else "no"
        return Met.NO, f"{number} {what}" + (f" in {wanted.days} days" if wanted.days else ""), ()

    def _after(self, wanted: EntryAsked, causes: Sequence[Entry], good: Sequence[Entry], what: str) -> Part:
        found = []
        for cause in causes:
            until = cause.day + dt.timedelta(wanted.days) if wanted.days else self.audit.at
            answer = next((one for one in good if one.time >= cause.time and one.day <= until), None)
            if not answer:
                return Met.NO, f"no {what} after '{wanted.after}' of {cause.day}", ()
            found += [cause, answer]
        return (Met.YES, "", tuple(found)) if found else (Met.UNSEEN, f"there was no '{wanted.after}' so far", ())

    def _still(self, said: object) -> bool:
        """Whether a sheet that was put somewhere is still there; of anything else nobody can tell that it was so once and is no more."""
        if not isinstance(said, BagSealed | SheetStored):
            return True
        record = self.audit.built.register.sets.get(said.set)
        sheet = record.sheets.get(said.sheet) if record else None
        if not sheet or sheet.state is not State.HELD:
            return False
        return sheet.safe == said.safe if isinstance(said, SheetStored) else sheet.bag == said.bag and not sheet.opened

    def _is_so(self, wanted: EntryAsked, one: _Said) -> bool:
        if (wanted.saw and not one.entry.saw) or not self._still(one.entry.data):
            return False
        if wanted.two:
            named = [one.fields.get(name) or () for name in wanted.two]
            people = [who for value in named for who in ([value] if isinstance(value, str) else value)]
            if not self.audit.built.register.are_two(people, one.entry.day):
                return False
        return all(_says(one.fields.get(name), value) for name, value in wanted.fields.items())


def _of(**fields: str) -> Callable[[_Said], bool]:
    """Return whether an entry tells of something: whether its fields name it."""
    return lambda one: all(one.fields.get(name) == value for name, value in fields.items())


def _says(said: Any, value: Any) -> bool:
    """Whether a field says what is asked for: a number at least, anything else as it stands there."""
    number = type(value) is int and type(said) is int
    return bool(said >= value if number else said == value)


def _qualified(wanted: EntryAsked) -> str:
    told = [f"{name} {_in_words(value)}" for name, value in wanted.fields.items()]
    told += [f"two people in {' or '.join(wanted.two)}"] if wanted.two else []
    told += ["seen by the program"] if wanted.saw else []
    return f" ({', '.join(told)})" if told else ""


def _in_words(value: Any) -> str:
    if type(value) is bool:
        return "yes" if value else "no"
    return f"{value} or more" if type(value) is int else str(value)
