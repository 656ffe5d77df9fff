"""The rules of custody: what must never be in one hand, and who must never be indispensable."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from splitkit.custody.exposure import standing
from splitkit.custody.paths import Need, Some, any_of, blockers, coalitions, every
from splitkit.custody.records.holdings import Life, SetRecord, State
from splitkit.errors import UsageError
from splitkit.host.toml import parse_toml

if TYPE_CHECKING:
    from splitkit.custody.records.holdings import Register

PATHS: Mapping[str, tuple[str, ...]] = {"sign in": ("password", "mfa"), "reset the password": ("mailbox", "phone")}
"""What each way to the account needs, unless it is declared otherwise."""

_SHOWN = 12
"""Most groups of people that are written out; the data has all."""

_EXAMPLE = '"sign in" = ["password", "mfa"]'

KINDS = ("password", "mfa", "phone", "mailbox")

RULES = {
    "SHEET-1": "one person keeps one sheet of a set: whoever has two is nearer to a quorum than the policy says",
    "SAFE-1": "one safe holds one sheet of a set: whoever opens it must not find two",
    "SEP-1": "whoever keeps the MFA device keeps no sheet: password and second factor stay apart",
    "SEP-2": "whoever owns the mailbox does not keep the phone: together they reset the password",
    "ALONE-1": "nobody can finish a way to the account alone",
    "NEEDED-1": "nobody is indispensable on a way to the account",
    "PATH-1": "every way to the account can be finished by somebody",
    "LEFT-1": "whoever has left keeps nothing",
    "SET-1": "a set that was replaced opens nothing any more",
}


@dataclass(frozen=True, order=True)
class Violation:
    """A rule that is broken, and by what."""

    rule: str
    what: str


@dataclass(frozen=True)
class Path:
    """One way to the account, and what it needs of people."""

    name: str
    need: Need

    def smallest(self) -> list[tuple[str, ...]]:
        """Return the smallest coalitions that can finish it, the fewest people first."""
        return _listed(coalitions(self.need))

    def absences(self) -> list[tuple[str, ...]]:
        """Return the smallest groups whose absence blocks it."""
        return _listed(blockers(self.need))


def _listed(found: frozenset[frozenset[str]]) -> list[tuple[str, ...]]:
    return sorted((tuple(sorted(people)) for people in found), key=lambda people: (len(people), people))


def in_words(groups: Sequence[tuple[str, ...]]) -> str:
    """Return groups of people in words, the first dozen of them."""
    shown = "; ".join(" + ".join(people) or "nobody" for people in groups[:_SHOWN]) or "nobody"
    return shown + (f"; and {len(groups) - _SHOWN} more" if len(groups) > _SHOWN else "")


def rules_object(register: Register, ways: Sequence[Path], broken: Sequence[Violation], day: dt.date) -> dict[str, Any]:
    """Return the ways to the account and the broken rules as plain data; *day* says which rules are overruled."""
    return {
        "paths": [{"name": way.name, "smallest": way.smallest(), "absences": way.absences()} for way in ways],
        "broken": [{"rule": one.rule, "what": one.what, "why": RULES[one.rule], "overridden": register.overrides_rule(one.rule, day)}
                   for one in broken],
    }  # fmt: skip


def paths(register: Register, declared: Mapping[str, tuple[str, ...]] = PATHS) -> list[Path]:
    """Return every way to the account with the people it needs, as the register has them."""
    needed = needs(register)
    return [Path(name, every(*(needed[kind] for kind in kinds))) for name, kinds in declared.items()]


def needs(register: Register) -> dict[str, Some]:
    """Return for each of `KINDS` which people together can bring it."""
    return {kind: any_of(*holders(register, kind)) for kind in KINDS[1:]} | {"password": _password(register)}


def _password(register: Register) -> Some:
    """A quorum of any live set."""
    rehearsed = register.practice and all(record.practice for record in register.live)
    return any_of(*(_quorum(record) for record in register.live if record.practice is rehearsed))


def _quorum(record: SetRecord) -> Some:
    groups = []
    for index, group in enumerate(record.policy.groups):
        there = [sheet for sheet in record.sheets.values() if sheet.holder and sheet.there]
        holders = [sheet.holder for sheet in there if record.policy.sheet(sheet.number).group == index]
        groups.append(Some(group.threshold, tuple(holders)))
    return Some(record.policy.group_threshold, tuple(groups))


def holders(register: Register, kind: str) -> list[str]:
    """Return who has an asset of a kind, or the role of keeping one, and is still here."""
    keepers = [asset.holder for asset in register.assets_in_use if asset.kind == kind]
    return list(dict.fromkeys([*keepers, *(seat for seat, one in register.here.items() if kind in one.roles)]))


def lint(register: Register, ways: list[Path]) -> list[Violation]:
    """Return every rule that is broken, sorted; overrides are not looked at."""
    broken = [*_of_sets(register.live), *_separation(register), *_leavers(register), *_old_sets(register)]
    for way in ways:
        broken += _of_path(way)
    return sorted(set(broken))


def _of_sets(live: list[SetRecord]) -> Iterator[Violation]:
    for record in live:
        here = [sheet for sheet in record.sheets.values() if sheet.may_be_used]
        for holder, count in Counter(sheet.holder for sheet in here if sheet.holder).items():
            if count > 1:
                yield Violation("SHEET-1", f"{holder} keeps {count} sheets of {record.name}")
        for safe, count in Counter(sheet.safe for sheet in here if sheet.safe).items():
            if count > 1:
                yield Violation("SAFE-1", f"safe {safe} holds {count} sheets of {record.name}")


def _separation(register: Register) -> Iterator[Violation]:
    share_holders = {sheet.holder for _, sheet in register.sheets_of(Life.LIVE)}
    for seat in set(holders(register, "mfa")) & share_holders:
        yield Violation("SEP-1", f"{seat} keeps an MFA device and a sheet")
    for seat in set(holders(register, "mailbox")) & set(holders(register, "phone")):
        yield Violation("SEP-2", f"{seat} owns the mailbox and keeps the phone")


def _leavers(register: Register) -> Iterator[Violation]:
    for person in register.people.values():
        for what in register.kept_by(person.seat, Life.LIVE, Life.SUPERSEDED) if person.until else ():
            yield Violation("LEFT-1", f"{person.seat} left on {person.until} and keeps {what}")


def _old_sets(register: Register) -> Iterator[Violation]:
    for record in register.sets.values():
        if record.life is Life.SUPERSEDED and standing(record).opens:
            more = standing(record).more_to_destroy
            yield Violation("SET-1", f"old sheets of {record.name} still open it until {more} more are destroyed")


def _of_path(way: Path) -> Iterator[Violation]:
    smallest, absences = way.smallest(), way.absences()
    if not smallest:
        yield Violation("PATH-1", f"nobody can {way.name}")
        return
    for people in smallest:
        if len(people) == 1:
            yield Violation("ALONE-1", f"{people[0]} alone can {way.name}")
    for people in absences:
        if len(people) == 1:
            yield Violation("NEEDED-1", f"without {people[0]} nobody can {way.name}")


def after_loss(register: Register, people: Collection[str] = (), places: Collection[str] = ()) -> Register:
    """Return the register as it would be without some people and without what lies in some places.

    A place is one by its tag, or a site with all its places.
    """
    gone_places = register.places_in(places)
    assets = {
        tag: replace(asset, retired=asset.retired or asset.holder in people or asset.place in gone_places)
        for tag, asset in register.assets.items()
    }
    sets = {set_id: _without(record, people, gone_places) for set_id, record in register.sets.items()}
    gone = {seat: replace(person, roles=()) if seat in people else person for seat, person in register.people.items()}
    return replace(register, assets=assets, sets=sets, people=gone)


def _without(record: SetRecord, people: Collection[str], places: Collection[str]) -> SetRecord:
    gone = [sheet for sheet in record.sheets.values() if sheet.holder in people or sheet.safe in places]
    return replace(
        record, sheets={**record.sheets, **{one.number: replace(one, state=State.DESTROYED) for one in gone}}
    )


def parse_paths(data: bytes) -> dict[str, tuple[str, ...]]:
    """Return the ways to the account that a TOML file declares: under [paths], each name with a list of kinds.

    Raises:
        UsageError: If it declares something else.
    """
    values = parse_toml(data, "the file of paths")
    declared = values.pop("paths", None)
    if type(declared) is not dict or not declared or values:
        raise UsageError("the file declares no path, or something else besides", f"write: [paths] and then {_EXAMPLE}")
    for name, kinds in declared.items():
        if type(kinds) is not list or not kinds or any(type(kind) is not str for kind in kinds):
            raise UsageError("a path is not given as a list of what it needs", f"write: {_EXAMPLE}")
        if not set(kinds) <= set(KINDS) or not name.isprintable():
            raise UsageError("a path needs something that splitkit does not know", "it knows " + ", ".join(KINDS))
    return {name: tuple(kinds) for name, kinds in declared.items()}
