"""A custody at a glance, as lines of a terminal and as plain data: NOW, what is coming, who holds what, by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, zip_longest
from typing import Any

from splitkit.custody.due import QUARTER, Due, due
from splitkit.custody.exposure import PROCEDURES, countdown, standing
from splitkit.custody.overview.now import Danger, Matter, matters
from splitkit.custody.records.accounts import PersonRecord
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.register import Built
from splitkit.custody.register_views import as_object, last_live_drill
from splitkit.custody.ways.enough import enough_of
from splitkit.custody.ways.rules import Rules
from splitkit.errors import About, Remedy
from splitkit.host.columns import command_rows, padded, width, wrapped
from splitkit.ledger.branches import Doubt
from splitkit.ledger.comparison import RecordStanding

COLUMNS = 79
_SHEET = {"sheet": 5, "kept by": 18, "where": 16, "bag": 12, "last read": 10, "state": 9}
"""The columns of the table of sheets, each with its width."""

Worded = Callable[[Remedy, About], str]
"""Says a remedy in words: several commands between semicolons, as the command line does."""


@dataclass(frozen=True)
class Overview:
    """What follows from all ledgers on a day."""

    built: Built
    record: RecordStanding
    day: dt.date
    away: Sequence[str] = ()
    """People who are thought away, for the rules."""
    gone: Sequence[str] = ()
    """Places that are thought gone."""
    doubts: Sequence[Doubt] = ()
    """What is in doubt about the ledgers themselves."""
    to_come: bool = False
    """Whether the day has not come, and it is thought that nothing happens until then."""

    @cached_property
    def rules(self) -> Rules:
        """The ways in, and every rule that is broken."""
        return Rules(self.built.register, self.away, self.gone)

    @cached_property
    def pressing(self) -> list[Matter]:
        """What must be done, the worst first."""
        return matters(self.built, self.rules, self.day, self.doubts)

    @property
    def coming(self) -> list[Due]:
        """What will be due, the earliest first."""
        return [one for one in due(self.built.register) if not one.pressing(self.day)]

    @cached_property
    def dated(self) -> list[Due]:
        """What a calendar has: all of that, and before it what is due already, on this day."""
        return [replace(one, day=max(one.day, self.day)) for one in due(self.built.register)]

    def told(self, worded: Worded) -> Iterator[tuple[Sequence[Matter], str]]:
        """Yield the matters, those together that one command settles, with that."""
        for command, those in groupby(self.pressing, lambda one: one.told(worded)):
            yield list(those), command

    def will_be_due(self, worded: Worded, until: dt.date) -> Iterator[tuple[Sequence[Due], str, str]]:
        """Yield what will be due until a day: what is settled in one way together, below the first; with the command, and for which of them it stands.

        Where each has a command of its own, it is that of the first.
        """
        alike = dict[tuple[Remedy, str], list[Due]]()
        for one in self.coming:
            if one.day <= until:
                alike.setdefault((one.remedy, one.kind), []).append(one)
        for those in alike.values():
            commands = dict.fromkeys(worded(one.remedy, one.about) for one in those)
            which = (
                f"for these {len(those)}"
                if len(commands) == 1
                else f"for each of these {len(those)}, as here for the first"
            )
            yield those, next(iter(commands)), which if those[1:] else ""

    def as_object(self, worded: Worded) -> dict[str, Any]:
        """Return all of it as plain data; *worded* says a remedy in words."""
        now = [{"danger": one.danger.name.lower(), "since": str(one.day), "what": one.what, "do": one.told(worded)}
               for one in self.pressing]  # fmt: skip
        coming = [{"day": str(one.day), "what": one.what, "why": one.why, "do": worded(one.remedy, one.about)}
                  for one in self.coming]  # fmt: skip
        return {
            "today": str(self.day),
            "now": now,
            "coming": coming,
            **as_object(self.built.register, self.day),
            **self.rules.as_object(self.day),
            "findings": list(self.built.findings),
            "withdrawn": self.built.unconfirmed,
            "left_out": self.built.left_out,
            "record": self.record.as_object(),
        }

    @property
    def supposed(self) -> str:
        """What it is supposed, in words; nothing where all is as it was recorded."""
        register = self.built.register
        names = [*map(register.called, self.away), *map(register.place_named, self.gone)]
        found = [f"nothing happened until {self.day}"] if self.to_come else []
        return " and ".join(found + ([f"{', '.join(names)} were not there"] if names else []))

    @property
    def sound(self) -> str:
        """The verdict where nothing must be done, in a few words: what is supposed for it, and what comes next."""
        supposed = f", as if {self.supposed}" if self.supposed else ""
        coming = self.coming[:1]
        return f"sound{supposed}: nothing must be done now" + "".join(
            f"; next on {one.day}: {one.what}" for one in coming
        )

    def lines(self, worded: Worded, until: dt.date) -> Iterator[str]:
        """Yield it as lines of at most 79 columns, with what is coming *until* a day; *worded* says a remedy in words."""
        register = self.built.register
        if supposed := self.supposed:
            yield from _wrapped("", f"AS IF {supposed}")
        yield from self.must_be_done(worded)
        nothing = not any(self.will_be_due(worded, until))
        yield from _heading(f"COMING until {until}" + (": nothing" if nothing else ""))
        for those, command, which in self.will_be_due(worded, until):
            for one in those:
                yield from _wrapped(f"  {one.day}  ", one.what + (f" ({one.why})" if one.why else ""))
            yield from _advised(command, which)
        yield from _heading("WHO HOLDS WHAT" if register.sets else "WHO HOLDS WHAT: no set was recorded")
        for known in sorted(register.sets.values(), key=lambda known: (known.life is not Life.LIVE, known.made)):
            yield from _set_lines(register, known, self.day)
            if known.life is Life.LIVE:
                yield from _wrapped("    ", self.drills(known))
        for asset in register.assets_in_use:
            yield from _wrapped("  ", _asset(register, asset))
        yield from _heading("PEOPLE" if register.people else "PEOPLE: nobody was recorded")
        for person in register.people.values():
            yield from _wrapped("  ", _person(register, person))
        yield from self._rule_lines()
        yield from _heading("RECORD")
        yield from _wrapped("  ", self.record.told(register.called))
        if self.to_compare:
            yield from _wrapped("  ", self.to_compare)
            yield from _advised(worded(Remedy.COMPARE_HEAD, ""))

    @property
    def to_compare(self) -> str:
        """What is to be done where the record was never compared with paper, or not for long; else nothing."""
        compared, begun = self.record.compared, self.record.begun
        since = compared.entry.day if compared else begun
        if since is None or (self.day - since).days > QUARTER:
            return f"NOT COMPARED WITH PAPER FOR LONG: {_COMPARE}"
        return "" if compared else f"to be compared by {since + dt.timedelta(QUARTER)}: {_COMPARE}"

    def drills(self, known: SetRecord) -> str:
        """Return when a quorum of a set in use, and a live drill of its secret, last passed, and when the next are due."""
        register = self.built.register
        live = last_live_drill(register, known)
        following = {
            one.kind: one.day
            for one in due(register)
            if (one.kind, one.about) == ("drill", known.short_id)
            or (one.kind == "live drill" and one.about[1:] == (register.lines.get(known.line),))
        }
        opened = f"a quorum last opened it on {known.proven}" if known.proven else "no quorum has opened it yet"
        passed = f"a live drill last passed on {live}" if live else "no live drill has passed yet"
        told = {"drill": opened, "live drill": passed}
        when = {kind: f", {kind} due {'since' if day <= self.day else 'by'} {day}" for kind, day in following.items()}
        return "; ".join(words + when.get(kind, "") for kind, words in told.items())

    def must_be_done(self, worded: Worded) -> Iterator[str]:
        """Yield what must be done now, the worst first, each with its command."""
        now = self.pressing
        yield f"NOW ({len(now)})" if now else "NOW: nothing"
        number = 0
        for those, command in self.told(worded):
            for one in those:
                number += 1
                yield from _wrapped(f"{number:>3}  ", one.what)
            yield from _advised(command, f"for {number + 1 - len(those)} to {number}" if len(those) > 1 else "")

    def in_short(self, rows: int) -> Iterator[str]:
        """Yield what must be done now in so many *rows*, the worst first: what one command settles of one kind of thing is one row, and no kind is left out."""
        now = self.pressing
        yield f"NOW ({len(now)})" if now else "NOW: nothing"
        kinds = dict[tuple[Danger, Remedy, str], list[Matter]]()
        for one in now:
            kinds.setdefault((one.danger, one.remedy, one.kind), []).append(one)
        told = [(f"{len(those)} like this: " if those[1:] else "") + those[0].what for those in kinds.values()]
        shown = told if len(told) <= rows else told[: rows - 2]
        room = rows - len(told)  # the worst are told in full, as far as there is room for it
        for row in shown:
            whole = wrapped(row, COLUMNS, "  ", "    ")
            fits = len(whole) - 1 <= room
            room -= len(whole) - 1 if fits else 0
            yield from whole if fits else [_cut(f"  {row}", COLUMNS)]
        if rest := told[len(shown) :]:  # all the others share the last two rows
            half = -(-len(rest) // 2)
            for those in (rest[:half], rest[half:]):
                room = (COLUMNS - 2) // len(those) - 2 if those else 0
                yield "  " + "; ".join(_cut(one, room) for one in those)

    def _rule_lines(self) -> Iterator[str]:
        """Yield who is enough for each way into each account, what was overruled, and what is to be known of it."""
        for target in self.rules.targets:
            yield from _heading(f"WAYS INTO {target.name or 'THE ACCOUNT'} ({target.code})")
            for way in target.ways:
                yield from _wrapped("  ", f"{way.name}: " + (enough_of(target, way) if way.open else "nobody can"))
        overruled = [one for one in self.rules.broken if self.rules.overruled(one, self.day)]
        yield from _heading("RULES: " + self._verdict(len(overruled)))
        for one in overruled:
            yield from _wrapped("  ", f"{one.rule} overruled: {one.what}")
        for note in self.rules.notes:
            what, found, command = note.partition(f": {_PROGRAM}")
            yield from _wrapped("  ", f"note: {what}")
            yield from _advised(_PROGRAM + command) if found else ()

    def _verdict(self, overruled: int) -> str:
        if not self.built.register.sets:  # the first thing to be done says so already
            return "judged once a set is recorded"
        broken = len(self.rules.broken) - overruled
        return (
            f"{broken} broken, see NOW"
            if broken
            else "none is broken" + (" that nobody overruled" if overruled else "")
        )


_COMPARE = "somebody fetches the signed close-out sheet, and types its words headed L"


def _heading(text: str) -> list[str]:
    return ["", text]


def _wrapped(indent: str, text: str) -> list[str]:
    """Break a text between words, below its beginning; the first line begins with *indent*."""
    return wrapped(text, COLUMNS, indent)


_PROGRAM = "splitkit "
"""How a command begins."""


def _advised(advice: str, those: str = "") -> Iterator[str]:
    """Yield what is to be done about what stands above, of which several are *those*: each command begins a line, and can be copied."""
    for part in advice.split("; "):
        before, found, command = part.partition(_PROGRAM)
        said = before.strip()
        mark = "" if said not in ("then", "or") else said
        if those or (said and not mark):
            yield from _wrapped(
                "     ", ", ".join(filter(None, (those, said.removesuffix(":")))) + (":" if found else "")
            )
        if found:
            yield from command_rows(found + command, COLUMNS, f"{mark:>4} > ", " " * len(f"{mark:>4} > "))
        those = ""


def _set_lines(register: Register, known: SetRecord, day: dt.date) -> Iterator[str]:
    stands = standing(known, day)
    name = f'"{known.label}", ' if known.label else ""
    practice = "PRACTICE, " if known.practice else ""
    account = f", protects {account}" if (account := register.account_of(known)) else ""
    facts = (
        f"{name}{known.policy}, {practice}{known.life.told}, {known.name}, epoch {known.epoch}, {known.begun}{account}"
    )
    yield from _wrapped("  ", facts)
    if known.life is Life.LIVE:
        yield from _wrapped("    ", f"{stands.case.value}: {PROCEDURES[stands.case]}")
    if left := countdown(known):
        yield from _wrapped("    ", left)
    if stands.exposed and known.life in (Life.LIVE, Life.PENDING, Life.SUPERSEDED) and not known.spent:
        exposed = "1 of its sheets is" if len(stands.exposed) == 1 else f"{len(stands.exposed)} of its sheets are"
        yield from _wrapped("    ", f"{exposed} exposed; {stands.more_to_lose} more and others can open it")
    if known.life is not Life.VOID:
        yield from _row(_SHEET)
        for sheet in known.sheets.values():
            yield from _row((sheet.number, register.called(sheet.holder), register.place_named(sheet.safe), sheet.bag or "-",
                             sheet.last_read, sheet.condition_now))  # fmt: skip


def _cut(text: str, columns: int) -> str:
    """Return a text in one row, and that it goes on where it does."""
    while width(text) > columns:
        text = text.removesuffix("...").rstrip()[:-1] + "..."
    return text


def _row(cells: Iterable[str]) -> Iterator[str]:
    """Yield the row of a sheet; what is wider than its column goes on below it."""
    broken = [wrapped(cell, columns) for cell, columns in zip(cells, _SHEET.values(), strict=True)]
    for line in zip_longest(*broken, fillvalue=""):
        found = (padded(cell, columns) for cell, columns in zip(line, _SHEET.values(), strict=True))
        yield f"    {' '.join(found)}".rstrip()


def _asset(register: Register, asset: AssetRecord) -> str:
    facts = [asset.name, f"kept by {register.called(asset.holder)}"]
    facts += [f"in {register.place_named(asset.place)}"] if asset.place else []
    facts += [f"serial {asset.serial}"] if asset.serial else []
    facts += ["battery"] if asset.battery else []
    facts += [f"ends {asset.expires}"] if asset.expires else []
    facts.append(f"checked {asset.checked} ({asset.result})" if asset.checked else "never checked")
    return ", ".join(facts)


def _person(register: Register, person: PersonRecord) -> str:
    name = f"{person.name} ({person.seat})" if person.name else person.seat
    facts = [name, *([person.title] if person.title else []), *person.roles_told]
    facts += [f"since {person.since}"] if person.since else []
    facts += [f"LEFT on {person.until}"] if person.until else []
    facts += [f"deputy {register.deputy_of(person.seat)}"] if person.deputy else []
    return ", ".join(facts)


def first(now: Sequence[Matter]) -> str:
    """Return in a few words what must be done, the worst first."""
    more = f"; and {len(now) - 1} more" if len(now) > 1 else ""
    return f"{now[0].what}{more}"
