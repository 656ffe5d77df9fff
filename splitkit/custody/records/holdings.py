"""What the custody register knows: sets and their sheets, other assets, people.  Plain facts, changed by `register`."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from splitkit.custody.records.accounts import AccountRecord, PersonRecord, PlaceRecord
from splitkit.custody.records.begun import Action, Begun, ProcedureBegun
from splitkit.custody.records.days import Moment, newest
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.lives import UNDOUBTED, Life, WentWrong, Word
from splitkit.custody.records.roll import Roll
from splitkit.custody.records.uses import LastSignIn, Use
from splitkit.ledger.chain import Happening
from splitkit.ledger.lookalike import plain_person
from splitkit.ledger.set_events import SetKind
from splitkit.packs.pack import Pack
from splitkit.quorum.policy import Policy


class OneSheet(Protocol):
    """What is about one sheet of one set, as most events are."""

    @property
    def set(self) -> str:
        """The id of the set."""

    @property
    def sheet(self) -> str:
        """The number of the sheet."""


class Which(NamedTuple):
    """One sheet of one set."""

    set: str
    sheet: str


class OldPaper(NamedTuple):
    """A paper of a sheet that counts no more, and that two people have not seen destroyed."""

    copy: int
    since: dt.date  # since when it is one too many
    lay: str  # where it lay then; empty where nobody had laid it anywhere


class State(enum.Enum):
    """Where a sheet is."""

    HELD = "held"
    TAKEN = "out of its safe"
    LOST = "lost"
    DESTROYED = "destroyed"


class Exposure(enum.Enum):
    """Whether somebody else may have read a sheet."""

    NONE = "none"
    POSSIBLE = "possible"
    CONFIRMED = "confirmed"


READ_WITHIN = dt.timedelta(days=366)
"""For how long a reading of a sheet says that it is sound."""


@dataclass(frozen=True)
class SheetRecord:
    """One sheet; of a day on which nothing is known to have happened, None."""

    number: str
    holder: str = ""  # the seat of its custodian
    safe: str = ""
    lay: str = ""
    """The last place where somebody laid it: whoever comes there may find it still, until it is laid somewhere else."""
    still_with: Word = UNDOUBTED  # who may keep it still, but for one person's word
    still_in: Word = UNDOUBTED  # the same of where it lay
    bag: str = ""
    state: State = State.HELD
    exposure: Exposure = Exposure.NONE
    seen: dt.date | None = None  # when somebody last saw it, or its sealed bag
    read: dt.date | None = None  # when the program last read this paper; what people say of it is no reading
    reading: str = ""
    """What came of that: 'sound', 'damaged', 'forged' or 'foreign'; empty where it was never read."""
    missed: dt.date | None = None  # when it was last said to be lost or destroyed
    lost_by: str = ""  # who alone says that it is lost
    paper: dt.date | None = None  # when the paper that counts took the place of another, which was read before
    copies: int = 1
    """The number of the paper that counts: the last that was printed, or is about to be."""
    announced: bool = True  # whether that one has still to be made, as far as anything was recorded
    by_hand: bool = False  # that one was written by hand: no symbol is on it, and no envelope
    held_before: frozenset[str] = frozenset()  # the seats of those who kept it once, and then somebody else did
    sealed: bool = False  # whether it was ever sealed, handed over or laid into a safe: somebody else has had it since
    before_two: bool = False  # whether two people saw it destroyed
    opened: bool = False  # whether it was taken out of the bag into which it was sealed last
    out: dt.date | None = None
    """Since when it is out of its safe or its sealed bag, or in none that anybody named."""
    moved: dt.date | None = None  # when it was last laid down, taken out or destroyed: where it lay before says nothing
    found: dt.date | None = None  # when the program last read any paper of it, and it was sound
    left_with: dt.date | None = None  # when whoever keeps it left, as two say, and kept it
    old_papers: tuple[OldPaper, ...] = ()

    @property
    def may_be_used(self) -> bool:
        """Whether somebody, whoever it is, may still have it: all but what was destroyed in front of two people."""
        return self.state is not State.DESTROYED or not self.before_two or bool(self.old_papers)

    @property
    def keepers(self) -> list[str]:
        """Whoever keeps it, and who may still."""
        return [self.holder, *sorted(self.still_with.still)]

    @property
    def may_lie(self) -> list[str]:
        """Every place where paper of it may be: the last where it was laid, those where it may be still, and those of its old papers."""
        old = {one.lay for one in self.old_papers if one.lay}
        return list(dict.fromkeys([self.lay, *sorted(self.still_in.still), *sorted(old)]))

    @property
    def lies(self) -> str:
        """The place where it lies for certain, as it is said."""
        return self.safe if self.state is State.HELD else ""

    @property
    def proven(self) -> dt.date | None:
        """When it was last read, if it was sound then."""
        return self.read if self.reading == "sound" else None

    def usable(self, day: dt.date) -> bool:
        """Whether a quorum can count on it on a day: it is there, and its last reading was sound and is not too old."""
        return self.there and self.proven is not None and dt.timedelta() <= day - self.proven <= READ_WITHIN

    @property
    def on_paper(self) -> bool:
        """Whether any paper of it was printed, written or read, or a file of it."""
        return bool(self.read or self.old_papers) or not self.announced

    @property
    def worthless(self) -> bool:
        """Whether no quorum can be put together with it, as far as anybody knows."""
        return not self.there or self.reading == "damaged"

    @property
    def there(self) -> bool:
        """Whether whoever keeps it can bring it."""
        return self.state in (State.HELD, State.TAKEN)

    @property
    def last_read(self) -> str:
        """The day on which it was last read, in words."""
        return f"{self.read} ({self.reading})" if self.read and self.reading != "sound" else str(self.read or "never")

    @property
    def read_when(self) -> str:
        """The same in a sentence: 'last read 2026-01-15', 'never read'."""
        return f"last read {self.last_read}" if self.read else "never read"

    @property
    def away(self) -> str:
        """Where it is not, in words: out of its safe, out of its bag, in no safe; nothing where it lies as it should."""
        if not self.out or not self.safe:
            return "in no safe" if self.out else ""
        return "out of its bag" if self.opened and self.state is not State.TAKEN else "out of its safe"

    @property
    def condition(self) -> str:
        """What became of it, in words: 'held', 'held, written by hand, exposed: seen'."""
        told = self.state.value + ", written by hand" * self.by_hand
        return told + ("" if self.exposure is Exposure.NONE else f", exposed: {self.exposure.value}")

    @property
    def condition_now(self) -> str:
        """The same with where it is not, for whoever looks for it: 'held, out of its safe'."""
        return f"{self.condition}, {self.away}" if self.away and self.state is State.HELD else self.condition

    @property
    def exposed(self) -> bool:
        """Whether somebody else may know what is on it."""
        return self.exposure is not Exposure.NONE or self.state is State.LOST


@dataclass(frozen=True)
class SetRecord:
    """One set with its sheets by their numbers."""

    set_id: str
    policy: Policy
    label: str = ""
    epoch: int = 1
    line: str = ""  # the id of the first set of its line, as its name
    practice: bool = False
    made: dt.date = field(kw_only=True)
    life: Life = Life.LIVE
    replaces: str = ""  # the set whose quorum it was made from; none for the first of a line
    kind: SetKind = "first"
    """What it was made as: that is written when it is made, and nobody renames it."""
    secret: str = ""  # the id of the first set that has its secret, as the name of that secret
    generated: bool = False
    """Whether the program thought its secret up when it made this set: it is new, and that of nothing."""
    said: bool = False  # whether people said that it was made, from its public record, on that day
    replaced_by: str = ""
    rotated: bool = False  # whether another secret took the place of its own
    outdated: bool = False
    """Whether its secret is in use no more: somebody signed in with the one that took its place, or it was retired."""
    given_up: bool = False  # whether two people say that it is void
    signed_in: bool = False  # whether a sign-in with its secret was ever accepted: it is that of something
    proven: dt.date | None = None  # when a quorum of sheets that were read sound last opened it
    failed: dt.date | None = None  # when it last failed to open, if it has not opened since
    live_drill: dt.date | None = None
    """When a drill of it last counted for its account: signed in, and everybody alerted who is to be."""
    live_failed: dt.date | None = None
    """When one last failed, if none of its secret has passed since: no other drill makes up for it."""
    files: tuple[str, ...] = ()  # what is sealed to it, as people call it
    orphaned: str = ""  # what is to be done about that where no set opens it that is in use, or to come
    sheets: Mapping[str, SheetRecord] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def short_id(self) -> str:
        """The beginning of its id, by which people name it."""
        return self.set_id[:8]

    @property
    def name(self) -> str:
        """What people call it: 'set 0123abcd'."""
        return f"set {self.short_id}"

    @property
    def begun(self) -> str:
        """Since when it is known, in words: 'made 2026-11-23'."""
        return f"taken up from its record on {self.made}" if self.said else f"made {self.made}"

    @property
    def title(self) -> str:
        """The same at the beginning of a line, with its label: 'Set 0123abcd, root user'."""
        return self.name.capitalize() + (f", {self.label}" if self.label else "")

    @property
    def must_take_over(self) -> bool:
        """Whether it is to replace another, and its new password is set already: whatever became of its sheets, that is in use."""
        return self.life is Life.PENDING and self.kind == "rotated" and self.signed_in

    @property
    def takes_over(self) -> bool:
        """Whether it may take the place of another: every sheet is there and was read back, and it opened when it was last tried."""
        return not self.failed and all(one.there and one.proven for one in self.sheets.values())

    @property
    def left(self) -> list[SheetRecord]:
        """The sheets that somebody may still have; of a set that came to nothing only what was ever on paper."""
        return [one for one in self.sheets.values() if one.may_be_used and (one.on_paper or self.life is not Life.VOID)]

    @property
    def may_be_known(self) -> bool:
        """Whether the sheets that somebody may know, or may still have, are a quorum."""
        return self._opens_with(one for one in self.sheets.values() if one.may_be_used)

    @property
    def spent(self) -> bool:
        """Whether it was replaced or came to nothing, and nothing that is left of it or known opens anything any more."""
        return self.life not in (Life.LIVE, Life.PENDING) and not self._opens_with(self.left)

    def _opens_with(self, sheets: Iterable[SheetRecord]) -> bool:
        known = (one for one in self.sheets.values() if one.exposed)  # and stays so, whatever becomes of its paper
        return self.policy.opens(self.policy.sheet(one.number) for one in (*known, *sheets))

    def sheet_name(self, number: str) -> str:
        """Return what people call one of its sheets: 'sheet 2 of set 0123abcd'."""
        return f"sheet {number} of {self.name}"


_TABLES = {
    "person": "people", "place": "places", "account": "accounts", "asset": "assets", "set": "sets", "ledger": "ledgers",
    "action": "actions", "intent": "begun", "incident": "incident_codes",
}  # fmt: skip
"""Where the register has each thing that entries name, see `Kind.thing`."""


@dataclass(frozen=True)
class Overruling:
    """What two people overruled when they did not keep a rule."""

    until: dt.date
    known: Register = field(compare=False, repr=False)
    """What was known then: what breaks the rule only later they have not looked at."""


@dataclass(frozen=True)
class Register:
    """All holdings at one moment."""

    sets: Mapping[str, SetRecord] = field(default_factory=lambda: MappingProxyType({}))
    assets: Mapping[str, AssetRecord] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, PersonRecord] = field(default_factory=lambda: MappingProxyType({}))
    openers: frozenset[str] = frozenset()  # who opened or saw a ledger, and vouches before entries say who they are
    roll: Roll = field(default=Roll(), compare=False, repr=False)
    """Whoever is introduced by any entry, and who of them are two."""
    places: Mapping[str, PlaceRecord] = field(default_factory=lambda: MappingProxyType({}))
    accounts: Mapping[str, AccountRecord] = field(default_factory=lambda: MappingProxyType({}))
    opened_bags: frozenset[str] = frozenset()  # a bag shows that it was opened, and is used once
    lines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of each line, by the id of its first set, the account that it protects."""
    bound_by: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of each of them who alone says so; nobody where another says so too."""
    ledgers: Mapping[str, dt.date] = field(default_factory=lambda: MappingProxyType({}))
    """The ledgers that the desk has taken up, by their codes, and when last."""
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))
    begun: Mapping[str, Begun] = field(default_factory=lambda: MappingProxyType({}))
    procedures: Mapping[str, ProcedureBegun] = field(default_factory=lambda: MappingProxyType({}))
    """How far people went through each procedure when they last did, by pack, code, account and incident."""
    uses: Mapping[str, Use] = field(default_factory=lambda: MappingProxyType({}))
    """When secrets were shown, and what that still asks for."""
    incidents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Open incidents: what may be compromised, by their codes."""
    incident_codes: frozenset[str] = frozenset()
    """The codes of all incidents that there ever were."""
    urgent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Those of them by which the secret itself may be known, each with what it calls for, see `URGENT_CASES`."""
    rehearsed: frozenset[str] = frozenset()
    """Those of all incidents that belong to a rehearsal."""
    wrong: Mapping[str, WentWrong] = field(default_factory=lambda: MappingProxyType({}))
    """What was found to be wrong last, by what was looked at."""
    absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Who cannot be reached, by the codes of the open incidents that say so."""
    packs: Mapping[str, Pack] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)
    """The packs of people's own that are at hand, by the SHA-256 of their files."""
    overrides: Mapping[str, Overruling] = field(default_factory=lambda: MappingProxyType({}))
    """Rules that are knowingly broken."""
    last_sign_in: LastSignIn | None = None
    reviewed: dt.date | None = None
    planned: Mapping[str, dt.date] = field(default_factory=lambda: MappingProxyType({}))
    """Of what people decide when they last did, by the time of the entries: of the days that are named beforehand by the names of their fields here."""
    vacated: Mapping[str, tuple[str, dt.date]] = field(default_factory=lambda: MappingProxyType({}))
    """Of each role that somebody gave up, or that ended because they had left, who did last, and when."""
    moment: Moment | None = field(default=None, compare=False)
    """When that happened which is heard last."""
    next_due: dt.date | None = None
    """The day that the last closed ledger named for the next ceremony."""
    standby: dt.date | None = None
    """The day that it named in case that one fails."""
    next_review: dt.date | None = None
    ledger: str = ""  # what the ledger that is read last calls its ceremony
    practice: bool = False  # whether it is that of a rehearsal

    @property
    def in_earnest(self) -> list[SetRecord]:
        """The sets that count: those of rehearsals only where there is no other."""
        return [record for record in self.sets.values() if not record.practice] or list(self.sets.values())

    @property
    def live(self) -> list[SetRecord]:
        """The sets in use; of rehearsals only where there is nothing else."""
        return [record for record in self.in_earnest if record.life is Life.LIVE]

    def of_secret(self, secret: str) -> list[SetRecord]:
        """Return every set that opens one secret, which is called by the first set that has it."""
        return [record for record in self.sets.values() if record.secret == secret]

    def meant(self, set_id: str | None) -> str:
        """Return the id of the set in use that is meant, by its id or as the only one; nothing where that is none, or several."""
        found = [record.set_id for record in self.live if set_id in (None, record.set_id)]
        return found[0] if len(found) == 1 else ""

    @property
    def open_incidents(self) -> Mapping[str, str]:
        """What may be compromised, by the codes of the incidents that count: those of rehearsals only where no set is real."""
        real = any(not record.practice for record in self.sets.values())
        return {code: cause for code, cause in self.incidents.items() if not (real and code in self.rehearsed)}

    @property
    def assets_in_use(self) -> list[AssetRecord]:
        """All other assets that are not retired."""
        return [asset for asset in self.assets.values() if not asset.retired]

    @property
    def here(self) -> Mapping[str, PersonRecord]:
        """The people who have not left, by their seats."""
        return {seat: person for seat, person in self.people.items() if not person.until}

    def sheets_of(self, *lives: Life) -> Iterator[tuple[SetRecord, SheetRecord]]:
        """Yield every sheet that may be used, with its set, of sets in such *lives*; else of all."""
        for record in self.sets.values():
            if not lives or record.life in lives:
                yield from ((record, sheet) for sheet in record.sheets.values() if sheet.may_be_used)

    @property
    def at_stake(self) -> list[SetRecord]:
        """The sets that count of which what is left may open what is in use, whatever became of the set."""
        return [one for one in self.in_earnest if not (one.outdated or one.spent or one.life is Life.RETIRED)]

    def in_question(self) -> Iterator[tuple[SetRecord, SheetRecord]]:
        """Yield every sheet that somebody may have of such a set, with its set."""
        yield from ((record, sheet) for record in self.at_stake for sheet in record.left)

    def kept_by(self, seat: str, *lives: Life) -> list[str]:
        """Return in words what somebody keeps: sheets of such sets as `sheets_of` says, and assets."""
        sheets = [record.sheet_name(one.number) for record, one in self.sheets_of(*lives) if one.holder == seat]
        return sheets + [asset.name for asset in self.assets_in_use if asset.holder == seat]

    def places_in(self, where: Collection[str]) -> set[str]:
        """Return the places in *where*, of which each is the tag of a place, or a site with all its places."""
        return {one.tag for one in self.places.values() if {one.tag, one.site} & set(where)}

    def place_named(self, tag: str) -> str:
        """Return what people call a place; a dash for none."""
        return self.places[tag].name if tag in self.places else tag or "-"

    def account_of(self, record: SetRecord) -> str:
        """Return the name of the account that a set protects, if its line is bound to one."""
        tag = self.lines.get(record.line, "")
        return self.accounts[tag].name if tag else ""

    def named(self, seat: str) -> str:
        """Return who has a seat, by name, and when they left if they have; a dash for nobody."""
        return self.people[seat].called if seat in self.people else seat or "-"

    def who(self, seat: str) -> str:
        """Return somebody under all their seats, by the name that they have, however it is spelt; the seat where there is none."""
        return (plain_person(self.people[seat].name) if seat in self.people else "") or seat

    def seats_of(self, person: str, name: str = "") -> list[str]:
        """Return all seats of somebody, and of everybody of a *name*: nobody leaves, or comes back, under one of them alone."""
        who = plain_person(name) or self.who(person)
        return [seat for seat in self.people if seat == person or self.who(seat) == who]

    def left_on(self, person: str, day: dt.date = dt.date.max) -> dt.date | None:
        """Return when somebody left who was here no more on a *day*; else None."""
        seats = [person] if person in self.people else self.roll.others_of(person, self.people)
        until = max((self.people[seat].until or dt.date.max for seat in seats), default=dt.date.max)
        return until if until < day else None

    def owner_left(self, owner: str, day: dt.date = dt.date.max) -> dt.date | None:
        """Return the same of everybody who is called like that, by name or by seat; None where one of them is here."""
        name = plain_person(owner)
        found = [
            one.seat for one in self.people.values() if owner == one.seat or (name and plain_person(one.name) == name)
        ]
        days = [self.left_on(one, day) for one in found]
        return max((one for one in days if one), default=None) if all(days) else None

    def are_two(self, people: Iterable[str], day: dt.date = dt.date.max) -> bool:
        """Whether two different people are among these, for certain, who had not left before a *day*."""
        return self.roll.are_two([one for one in people if not self.left_on(one, day)], self.who)

    def vouched(self, what: Happening) -> bool:
        """Whether more than one person's word stands behind an entry: the program saw it, or somebody else has seen it too."""
        return what.saw or self.are_two((what.by, what.witness), what.day)

    def alerted_by(self, account: str) -> tuple[str, ...]:
        """Return who is to get the alerts of an account, but for those of whom more than one person's word says that they left."""
        found = self.accounts[account].receivers if account else ()
        return tuple(one for one in found if one not in self.people or not self.people[one].left_before_two)

    def called(self, person: str) -> str:
        """Return what people call somebody: by name, where there is one."""
        return (self.people[person].name if person in self.people else "") or person or "-"

    def name_of(self, thing: str, name: str) -> str:
        """Return what people call something that entries name by an id, see `Kind.thing`: a person, a place, an account."""
        match thing:
            case "person":
                return self.called(name)
            case "place":
                return self.place_named(name)
            case "account":
                return self.accounts[name].name if name in self.accounts else name
            case _:
                return name

    def deputy_of(self, seat: str) -> str:
        """Return who stands in for somebody, in the same words; where one person alone says so, with that."""
        one = self.people.get(seat)
        return self.named(one.deputy if one else "") + " (one person alone says so)" * bool(one and one.deputy_by)

    def next_epoch(self, line: str) -> int:
        """Return the epoch of the next set of a line: above every set that was made or begun, be it void or not yet relied upon."""
        known: list[SetRecord | Begun] = [*self.sets.values(), *self.begun.values()]
        return 1 + max((one.epoch for one in known if one.line == line), default=0)

    def newer_in_use(self, line: str, epoch: int) -> SetRecord | None:
        """Return the newest set of a line that is in use and later than an *epoch*; one that is void or to come is not."""
        later = [one for one in self.sets.values() if one.line == line and one.epoch > epoch and one.life is Life.LIVE]
        return max(later, key=lambda one: one.epoch, default=None)

    def older_in_use(self, line: str, epoch: int) -> SetRecord | None:
        """Return the newest set of a line that is in use and earlier than an *epoch*."""
        older = [one for one in self.sets.values() if one.line == line and one.epoch < epoch and one.life is Life.LIVE]
        return max(older, key=lambda one: one.epoch, default=None)

    def sheet_of(self, about: OneSheet) -> SheetRecord:
        """Return the sheet that an entry is about."""
        return self.sets[about.set].sheets[about.sheet]

    def knows(self, thing: str, name: str, set_id: str = "") -> bool:
        """Whether something of that kind was recorded, see `Kind.thing`; a sheet is one of a set."""
        if thing == "sheet":
            return set_id not in self.sets or name in self.sets[set_id].sheets
        if thing == "line":
            return any(one.line == name for one in self.sets.values())
        return name in getattr(self, _TABLES[thing]) or (thing == "person" and name in self.openers)

    def with_sheet(self, about: OneSheet, **changes: Any) -> Register:
        """Return the register with one sheet changed."""
        record, sheet = self.sets[about.set], self.sheet_of(about)
        if sheet.holder and changes.get("holder", sheet.holder) != sheet.holder:
            changes["held_before"] = sheet.held_before | {sheet.holder}
        sheets = MappingProxyType({**record.sheets, sheet.number: _changed(sheet, **changes)})
        return self.with_set(_changed(record, sheets=sheets))

    def incident_about(self, kind: str, about: OneSheet) -> bool:
        """Whether an incident of a *kind* that follows from entries, such as 'BAG', is open about a sheet, or about a set where none is named."""
        return self._open_of(f"{kind} {about.set} {about.sheet}")

    def _open_of(self, thing: str) -> bool:
        found = self.wrong.get(thing)  # not by its code: people may have taken that for another
        return found is not None and found.incident in self.incidents

    def with_incident_about(self, kind: str, about: OneSheet, what: str, *, urgent: str = "") -> Register:
        """Return the register with an incident of a *kind* which follows from an entry, about a sheet, or about a set where none is named; while one is open with no other, but with what is so now."""
        record, thing = self.sets[about.set], f"{kind} {about.set} {about.sheet}"
        cause = f"{record.sheet_name(about.sheet) if about.sheet else record.name} {what}"
        if self._open_of(thing):
            code = self.wrong[thing].incident
            return self.with_news_of(code).having("incidents", code, cause)
        parts = (kind, record.short_id.upper(), about.sheet)
        code = next(new_codes(self.incident_codes, "".join(f"{part}-" for part in parts if part)))
        register = self.with_incident(code, cause, urgent=urgent, practice=record.practice)
        return register.having("wrong", thing, WentWrong(code, frozenset()))

    def with_incident(self, code: str, cause: str, *, urgent: str, practice: bool) -> Register:
        """Return the register with an incident of a new *code*; *practice* is whether it belongs to a rehearsal, *urgent* what it calls for at once."""
        register = replace(self, incident_codes=self.incident_codes | {code})
        register = register.having("urgent", code, urgent) if urgent else register
        register = replace(register, rehearsed=register.rehearsed | {code}) if practice else register
        return register.with_news_of(code).having("incidents", code, cause)

    def with_news_of(self, code: str) -> Register:
        """Return the register where an incident happened just now, or once more: nobody has closed it before."""
        return self.noted(self.moment, news_of(code)) if self.moment else self

    def noted(self, day: dt.date, *about: str) -> Register:
        """Return the register where something was decided, or became known, on a *day*; what was later stays."""
        days = {one: newest(self.planned.get(one), day) for one in about}
        return _changed(self, planned=MappingProxyType({**self.planned, **days}))

    def at(self, moment: Moment) -> Register:
        """Return the register that hears what happened at a *moment*."""
        return _changed(self, moment=moment)

    def without_incident(self, code: str) -> Register:
        """Return the register after an incident is over."""
        tables = (self.incidents, self.absent, self.urgent)
        rest, absent, urgent = ({one: said for one, said in of.items() if one != code} for of in tables)
        wrong = {thing: one for thing, one in self.wrong.items() if one.incident != code}  # its code may come again
        return replace(self, incidents=rest, absent=absent, urgent=urgent, wrong=wrong)

    def with_set(self, record: SetRecord) -> Register:
        """Return the register with one set changed."""
        return self.having("sets", record.set_id, record)

    def with_secret(self, secret: str, /, **changes: Any) -> Register:
        """Return the register with every set changed that opens one secret."""
        changed = {one.set_id: _changed(one, **changes) for one in self.of_secret(secret)}
        return _changed(self, sets=MappingProxyType({**self.sets, **changed}))

    def having(self, table: str, key: str, value: Any) -> Register:
        """Return the register with one row of a table changed or added."""
        rows: Any = getattr(self, table)  # joined by '|', which copies many times faster than one by one
        return _changed(self, **{table: MappingProxyType(rows | {key: value})})


_T = TypeVar("_T", "SheetRecord", "SetRecord", "Register")


def _changed(record: _T, **changes: Any) -> _T:
    """As `dataclasses.replace`, which costs half of all that is done to build a register: it sets each field anew, one by one."""
    fields = vars(record)
    if not changes.keys() <= fields.keys():
        raise TypeError(f"no field of {type(record).__name__}: {sorted(changes.keys() - fields.keys())}")
    new = object.__new__(type(record))
    vars(new).update(fields, **changes)
    return new


def news_of(code: str) -> str:
    """Return by what a register knows when something was last heard of an incident."""
    return f"incident {code}"


def new_codes(taken: Collection[str], beginning: str) -> Iterator[str]:
    """Yield codes such as RV-20261123-1, from their *beginning* on, that are not *taken*."""
    return (code for at in itertools.count(1) if (code := f"{beginning}{at}") not in taken)
