"""The rules of custody: what must never be in one hand, and who must never be indispensable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from splitkit.custody.records.accounts import file_of, not_ended
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.ways.access import Item, Tie, Way, items
from splitkit.custody.ways.enough import enough_of, tie_named
from splitkit.custody.ways.hands import Hands
from splitkit.custody.ways.mending import (
    Step,
    before_destroying,
    fewest_to_destroy,
    how_long,
    to_end,
    to_hand_over,
    to_take_away,
)
from splitkit.custody.ways.targets import Target, targets
from splitkit.errors import Remedy

RULES = {
    "PATH-1": "every way in must be open to somebody",
    "PACK-1": "the ways into every account must be known",
    "ALONE-1": "nobody may be able to go a way in alone",
    "NEEDED-1": "nobody may be indispensable on a way in",
    "PLACE-1": "no single place may be enough for a way in, nor be indispensable",
    "SITE-1": "no single site may be enough for a way in, nor be indispensable",
    "EMPLOYER-1": "the people of no single employer may be enough for a way in, nor be indispensable",
    "SUPERIOR-1": "those whom one person can tell what to do may not be enough for a way in, nor be indispensable",
    "COUNTRY-1": "no single country may be enough for a way in, nor be indispensable",
    "SHEET-1": "one person keeps one sheet of a set: whoever has two is nearer to a quorum than the policy says",
    "SHEET-2": "nobody may be able to bring a quorum of a set, as the keeper of one sheet and the deputy for others",
    "KNOWN-1": "whoever once kept a sheet of a set must get no other sheet of it, nor stand in for who has one: they may know what the first one says",
    "SAFE-1": "one safe holds one sheet of a set: whoever opens it must not find two",
    "SEP-1": "whoever can bring the MFA device can bring no sheet: password and second factor stay apart",
    "SEP-2": "MFA device and phone lie in no place of a sheet, nor of each other",
    "LEFT-1": "whoever has left must keep nothing, and get no alert",
    "SET-1": "a set that was replaced, or came to nothing, must open nothing any more",
}
"""Every rule, the worst first: by its code, with what must be so."""

_ALONE = {"person": ("ALONE-1", "NEEDED-1"), "place": ("PLACE-1",) * 2, "site": ("SITE-1",) * 2, "employer": ("EMPLOYER-1",) * 2,
          "superior": ("SUPERIOR-1",) * 2, "country": ("COUNTRY-1",) * 2}  # fmt: skip
"""Of each kind of tie the rule that is broken where one is enough, and where one is indispensable."""


@dataclass(frozen=True)
class Violation:
    """A rule that is broken, by what, and what would mend it."""

    rule: str
    said: str
    """What breaks it, as it may be told of another account too."""
    command: str = ""
    """The command that mends it, where the pack has one."""
    about: frozenset[str] = frozenset()
    """The sheets and devices by which: with another one it is broken anew, whatever two people have borne; with fewer it is not."""
    key: str = ""
    """What is the same of it as long as it is of the same things, where its words count or name those."""
    account: str = ""
    """The name of the account of whose ways in it is told, where it has one."""
    mends: Step | None = None
    """Else what does; None where nothing is known but to keep who keeps what apart, or to overrule the rule."""

    @property
    def what(self) -> str:
        """What breaks it, with the account of which that is told."""
        return _of(self.account, self.said)

    def covers(self, other: Violation) -> bool:
        """Whether another is the same, or less of it."""
        same = (self.account, self.key or self.said) == (other.account, other.key or other.said)
        return same and other.about <= self.about

    @property
    def step(self) -> Step:
        """What is to be done where the pack has no command."""
        return self.mends or (Remedy.OVERRULE, self.rule)


class Rules:
    """All ways in, and every rule that is broken; overrides are not looked at.

    Attributes:
        register: What is known.
        targets: What is protected, each with its ways in.
    """

    def __init__(self, register: Register, away: Collection[str] = (), gone: Collection[str] = ()) -> None:
        """Judge a register; as if some people were away, and some places gone."""
        self.register, self._then = register, dict[str, list[Violation]]()
        self.targets = targets(register, away, gone)
        self._hands = self.targets[0].hands if self.targets else Hands(register, away, gone)

    @cached_property
    def broken(self) -> list[Violation]:
        """Every rule that is broken, the worst first; what is missing before all else."""
        found = [one for target in self.targets for one in self._of_target(target)]
        found += [one for record in self.register.at_stake for one in self._of_set(record)]
        found += [*self._leavers(), *self._old_sets()]
        order = list(RULES)
        return sorted(dict.fromkeys(found), key=lambda one: (order.index(one.rule), not one.command))

    def overruled(self, one: Violation, day: dt.date) -> bool:
        """Whether two people have overruled just this, and still do on a day: what broke the rule when they did."""
        found = self.register.overrides.get(one.rule)
        if found is None or found.until < day:
            return False
        return any(other.covers(one) for other in self._borne(one.rule))

    def _borne(self, rule: str) -> list[Violation]:
        """Return what broke a rule when two people overruled it; asked for once."""
        if rule not in self._then:
            known = Rules(self.register.overrides[rule].known)
            self._then[rule] = [one for one in known.broken if one.rule == rule]
        return self._then[rule]

    def breaks(self, rule: str) -> list[str]:
        """Return what breaks a rule, by its code."""
        return [one.what for one in self.broken if one.rule == rule]

    @property
    def notes(self) -> list[str]:
        """What is to be known of how it was judged, and what nobody has recorded."""
        notes = [_of(target.name, note) for target in self.targets for note in target.notes]
        for thing in [thing for target in self.targets for thing in target.things.values() if thing.also]:
            if not self._hands.in_roles(thing.also):
                role, does = next(iter(thing.also.items()))
                record = f'splitkit record role "PERSON" {role} "{does}"'
                notes.append(
                    f"nobody is recorded who {' or '.join(thing.also.values())}, and so has the {thing.called}: {record}"
                )
        printers = [asset.tag for asset in self.register.assets_in_use if asset.kind == "printer"]
        if len(printers) == 1:
            notes.append(f"there is one printer, {printers[0]}: without it no new sheet can be printed")
        notes += self._doubted()
        return list(dict.fromkeys(notes))

    def _doubted(self) -> Iterator[str]:
        """Yield what one person alone says of a thing: what was so before breaks rules still."""
        register = self.register
        for person in [one for one in register.people.values() if one.deputy_by]:
            stands_in = f"{register.called(person.deputy)} stands in for {register.called(person.seat)}"
            yield f"one person alone says that {stands_in}: nobody counts on it until another says so too"
        for asset in register.assets.values():
            said = "was retired" if asset.retired_by else "fails" if asset.failed_by and not asset.retired else ""
            if said:
                yield f"one person alone says that {asset.name} {said}: it counts still until another says so too"
        things: list[tuple[str, SheetRecord | AssetRecord, str]] = [
            (record.sheet_name(one.number), one, one.lay) for record, one in register.in_question()
        ]
        for name, thing, place in [*things, *((one.name, one, one.place) for one in register.assets_in_use)]:
            with_ = ", ".join(map(register.called, sorted(thing.still_with.still)))
            in_ = ", ".join(map(register.place_named, sorted(thing.still_in.still - {place})))
            told = [f"with {register.called(thing.holder)} and no more with {with_}"] if with_ else []
            told += (
                [f"in {register.place_named(place)} and no more in {in_}" if place else f"no more in {in_}"]
                if in_
                else []
            )
            if told:
                yield f"one person alone says that {name} is {', and '.join(told)}: it counts in both until another says so too"

    def as_object(self, day: dt.date) -> dict[str, Any]:
        """Return the ways in and the broken rules as plain data; *day* says which rules are overruled."""
        return {
            "targets": [{"account": target.account, "name": target.name, "pack": target.code,
                         "ways": [self._way_object(target, way) for way in target.ways]} for target in self.targets],
            "broken": [{"rule": one.rule, "what": one.what, "why": RULES[one.rule], "command": one.command,
                        "overridden": self.overruled(one, day)} for one in self.broken],
            "notes": self.notes,
        }  # fmt: skip

    def _way_object(self, target: Target, way: Way) -> dict[str, Any]:
        return {
            "name": way.name,
            "open": way.open,
            "enough": enough_of(target, way) if way.open else None,
            "alone": [tie._asdict() for tie in way.enough()],
            "indispensable": [tie._asdict() for tie in way.indispensable()],
        }

    def _of_target(self, target: Target) -> Iterator[Violation]:
        for kind, gap in target.gaps.items():
            tasks = target.tasks(kind)
            what, about = f"{gap.fact}: nobody can {' or '.join(tasks)}", frozenset(gap.things)
            yield Violation("PATH-1", what, gap.record, about, f"no {kind} of these" if about else "", target.name)
        if not target.pack:
            file = self.register.accounts[target.account].file
            gone = f"no file in 'packs' is the pack {target.code} that was recorded (SHA-256 {file[:8]}..)"
            what = gone if file else f"splitkit knows no pack {target.code}"
            later = f"splitkit record account.pack account={target.account} pack={target.code} approved=PERSON,PERSON"
            command = later if file_of(target.code, self.register.packs) else ""
            yield Violation("PACK-1", f"{what}, and so no way in", command, account=target.name)
        for way in target.ways:
            yield from self._of_way(target, way)
        yield from self._apart(target)

    def _of_way(self, target: Target, way: Way) -> Iterator[Violation]:
        if lacks := way.lacks(target.gaps.keys()):
            mends = self._second_word(way, lacks)
            yield Violation("PATH-1", f"nobody can {way.name}", about=lacks, account=target.name, mends=mends)
        might = list(items(way.might))
        for tie in way.enough():
            having = frozenset(item.name for item in might if item.had_by(tie))
            what = f"{self._enough(tie)} {way.name}"
            yield Violation(_ALONE[tie.kind][0], what, about=having, account=target.name)
        for tie in way.indispensable():
            what = f"without {self._named(tie)} nobody can {way.name}"
            lost = frozenset(item.name for item in items(way.able) if not item.left_without(tie))
            mends = self._second_word(way, lost, tie)
            yield Violation(_ALONE[tie.kind][1], what, about=lost, account=target.name, mends=mends)

    def _second_word(self, way: Way, lost: Collection[str], tie: Tie | None = None) -> Step | None:
        """Return how a second person names too whom one alone has named to stand in, where that makes up for a *tie*."""
        there = {one.name for one in items(way.able) if tie in one.where}
        for one in [one for one in self.register.people.values() if one.deputy_by]:
            deputy = next(iter(self._hands.bringers(one.deputy, left=False)), None)
            here = deputy and deputy.person == self._hands.person(one.deputy) and tie not in deputy.ties
            if here and self._kept_by(one.seat) & {*lost} - there:
                return Remedy.SAY_DEPUTY, (one.seat, one.deputy)
        return None

    def _kept_by(self, seat: str) -> set[str]:
        """Return what whoever has a seat keeps, as items are called."""
        things: list[tuple[str, SheetRecord | AssetRecord]] = [
            (record.sheet_name(one.number), one) for record, one in self.register.in_question()
        ]
        person, things = self._hands.person(seat), [*things, *self.register.assets.items()]
        return {name for name, one in things if person in map(self._hands.person, one.keepers)}

    def _named(self, tie: Tie) -> str:
        return tie_named(self.register, tie)

    def _enough(self, tie: Tie) -> str:
        name = self._named(tie)
        return name + {"person": " alone can", "superior": " can", "employer": " are enough to"}.get(
            tie.kind, " is enough to"
        )

    def _apart(self, target: Target) -> Iterator[Violation]:
        sheets = [item for record in target.sets for item in self._items(record)]
        mfa, phones = self._devices(target, "mfa"), self._devices(target, "phone")
        with_sheet = {one.person for item in sheets for one in item.anybody}
        both = {one.person: item for item in reversed(mfa) for one in item.anybody if one.person in with_sheet}
        for person, item in both.items():
            what = f"{self._person(person)} can bring an MFA device and a sheet"
            both_of = frozenset(one.name for one in (*mfa, *sheets) if one.brought_by({person}))
            mends = self._taken_from(person, self.register.assets[item.name])
            yield Violation("SEP-1", what, about=both_of, account=target.name, mends=mends)
        for one, others in ((mfa, sheets), (phones, sheets), (mfa, phones)):
            for item in one:
                for place in item.places:
                    beside = [other.name for other in others if place in other.places]
                    if beside:
                        more = f" and {len(beside) - 1} more" if beside[1:] else ""
                        what = f"{item.name} lies with {beside[0]}{more} in {self.register.place_named(place)}"
                        mends = to_take_away(self.register.assets[item.name], Remedy.MOVE_DEVICE)
                        yield Violation("SEP-2", what, "", frozenset(beside), f"{item.name} in {place}", mends=mends)

    def _taken_from(self, person: str, asset: AssetRecord) -> Step:
        """Return how somebody can bring a device no more: as its keeper, or as the deputy of its keeper."""
        if person in map(self._hands.person, asset.keepers):
            return to_take_away(asset, Remedy.HAND_OVER_DEVICE)
        return Remedy.NAME_DEPUTY, asset.holder

    def _items(self, record: SetRecord) -> list[Item]:
        kept = [sheet for sheet in record.sheets.values() if sheet.may_be_used]
        return [item for sheet in kept for item in self._hands.sheet(record, sheet, left=True)]

    def _devices(self, target: Target, kind: str) -> list[Item]:
        return [item for one in target.may_open(kind) for item in self._hands.asset(one, left=True)]

    def _person(self, person: str) -> str:
        return self._named(Tie("person", person))

    def _of_set(self, record: SetRecord) -> Iterator[Violation]:
        for person, sheets in _grouped((person, one) for one in self._kept(record) for person in self._keepers(one)):
            what = f"{self._person(person)} keeps {len(sheets)} sheets of {record.name}"
            mends = to_hand_over(record, sheets[-1])
            yield Violation("SHEET-1", what, "", _numbers(sheets), f"{person} {record.set_id}", mends=mends)
        lying = ((place, sheet) for sheet in record.sheets.values() if sheet.may_be_used
                 for item in self._hands.sheet(record, sheet, left=True) for place in item.places)  # fmt: skip
        for place, sheets in _grouped(lying):
            what = f"{self.register.place_named(place)} holds {len(sheets)} sheets of {record.name}"
            mends = (Remedy.MOVE_SHEET, (record.short_id, sheets[-1].number))
            yield Violation("SAFE-1", what, "", _numbers(sheets), f"{place} {record.set_id}", mends=mends)
        for sheet in self._kept(record):
            yield from self._known_before(record, sheet)
        yield from self._quorums_in_one_hand(record)
        yield from self._quorums_kept_before(record)

    def _quorums_in_one_hand(self, record: SetRecord) -> Iterator[Violation]:
        """Yield who can bring a quorum, being the keeper of one sheet and the deputy for the others."""
        able: dict[str, list[SheetRecord]] = {}
        for sheet in self._kept(record):
            for person in self._bringers(sheet):
                able.setdefault(person, []).append(sheet)
        for person, sheets in able.items():
            if record.policy.opens(record.policy.sheet(one.number) for one in sheets):
                numbers = ", ".join(one.number for one in sheets)
                what = f"{self._person(person)} can bring sheets {numbers} of {record.name}: a quorum"
                stood_in = [one.holder for one in sheets if person not in self._keepers(one)]
                mends = (Remedy.NAME_DEPUTY, stood_in[0]) if stood_in else to_hand_over(record, sheets[-1])
                yield Violation("SHEET-2", what, "", _numbers(sheets), f"{person} {record.set_id}", mends=mends)

    def _kept(self, record: SetRecord) -> list[SheetRecord]:
        gone = {tie.value for tie in self._hands.gone if tie.kind == "person"}
        return [one for one in record.sheets.values()
                if one.may_be_used and one.holder and self._hands.person(one.holder) not in gone]  # fmt: skip

    def _keepers(self, sheet: SheetRecord) -> list[str]:
        """Return who keeps a sheet, and who may still."""
        return list(dict.fromkeys(map(self._hands.person, sheet.keepers)))

    def _bringers(self, sheet: SheetRecord) -> list[str]:
        """Return who can bring a sheet, and who may still."""
        found = (one.person for keeper in sheet.keepers for one in self._hands.bringers(keeper, left=True))
        return list(dict.fromkeys(found))

    def _known_before(self, record: SetRecord, sheet: SheetRecord) -> Iterator[Violation]:
        """Yield who keeps a sheet, or can bring it for its keeper, and kept another one before."""
        keepers = self._keepers(sheet)
        for person in self._bringers(sheet):
            does, mends = ("keeps", None) if person in keepers else ("can bring", (Remedy.NAME_DEPUTY, sheet.holder))
            for other in record.sheets.values():
                if other.number != sheet.number and person in map(self._hands.person, other.held_before):
                    what = f"{self._person(person)} {does} {record.sheet_name(sheet.number)}, and kept sheet {other.number} before"
                    yield Violation("KNOWN-1", what, mends=mends)

    def _quorums_kept_before(self, record: SetRecord) -> Iterator[Violation]:
        """Yield who has had a quorum, one sheet after the other: they may know it, whoever keeps it now."""
        refreshed = (
            record.life is Life.SUPERSEDED
        )  # its command would be refused: what is left of it is to be destroyed
        mends = to_end(self.register, record) if refreshed else (Remedy.REFRESH, record.short_id)
        had: dict[str, set[str]] = {}
        for sheet in record.sheets.values():
            for seat in sheet.held_before:
                had.setdefault(self._hands.person(seat), set()).add(sheet.number)
        for person, numbers in sorted(had.items()):
            if record.policy.opens(map(record.policy.sheet, numbers)):
                what = (
                    f"{self._person(person)} kept sheets {', '.join(sorted(numbers))} of {record.name} before: a quorum"
                )
                yield Violation("KNOWN-1", what, about=frozenset(numbers), mends=mends)

    def _leavers(self) -> Iterator[Violation]:
        sheets = [(keeper, record.sheet_name(sheet.number), to_hand_over(record, sheet))
                  for record, sheet in self.register.in_question() for keeper in sheet.keepers
                  if record.life in (Life.LIVE, Life.SUPERSEDED)]  # fmt: skip
        assets = [(keeper, one.name, to_take_away(one, Remedy.HAND_OVER_DEVICE))
                  for one in self.register.assets.values() if one.may_be_kept for keeper in one.keepers]  # fmt: skip
        for holder, thing, mends in (*sheets, *assets):
            one = self.register.people.get(holder)
            if one and one.until:
                yield Violation("LEFT-1", f"{one.name or one.seat} left on {one.until} and keeps {thing}", mends=mends)
        for account in not_ended(self.register.accounts):
            for one in [one for seat, one in self.register.people.items() if one.until and seat in account.receivers]:
                what = f"{one.name or one.seat} left on {one.until} and gets the alerts of {account.name}"
                yield Violation("LEFT-1", what, mends=(Remedy.RECEIVER_LEFT, (one.seat, account.tag)))

    def _old_sets(self) -> Iterator[Violation]:
        for record in self.register.in_earnest:
            void = record.life is Life.VOID and not record.outdated
            if (void or record.life is Life.SUPERSEDED) and not record.spent:
                which = (
                    f"sheets of {record.name}, which is void, still open the secret"
                    if void
                    else f"old sheets of {record.name} still open it"
                )
                what = f"{before_destroying(self.register, record)}{which}{how_long(fewest_to_destroy(record))}"
                mends = to_end(self.register, record)
                yield Violation("SET-1", what, "", _numbers(record.left), record.set_id, mends=mends)


def _grouped(pairs: Iterable[tuple[str, SheetRecord]]) -> Iterator[tuple[str, list[SheetRecord]]]:
    """Yield each person, or each place, that has several sheets, with those."""
    found: dict[str, list[SheetRecord]] = {}
    for name, sheet in pairs:
        found.setdefault(name, []).append(sheet)
    yield from ((name, sheets) for name, sheets in found.items() if len(sheets) > 1)


def _numbers(sheets: Iterable[SheetRecord]) -> frozenset[str]:
    return frozenset(one.number for one in sheets)


def _of(account: str, said: str) -> str:
    return f"{account}: {said}" if account else said


def open_ones(rules: Rules, day: dt.date) -> list[Violation]:
    """Return the broken rules that nobody has overruled on a day."""
    return [one for one in rules.broken if not rules.overruled(one, day)]
