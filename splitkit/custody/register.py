"""The custody register: who holds what.  It is what follows from the entries of the ledgers, and never a second source.

Pure: a register is rebuilt from the entries alone, up to any day.  An entry that contradicts those before it is refused when
it is made, and named when it is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from splitkit.custody.records.alone import check_word
from splitkit.custody.records.days import Moment
from splitkit.custody.records.decisions import decided, is_over
from splitkit.custody.records.elsewhere import elsewhere
from splitkit.custody.records.heirs import with_orphans
from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lines import LINE_VOUCHED
from splitkit.custody.records.roll import in_ledgers, introduced_by, roll_of
from splitkit.custody.records.set_changes import SET_CHANGES, SET_VOUCHED, from_record, with_void
from splitkit.custody.records.sheet_changes import SHEET_CHANGES, SHEET_VOUCHED
from splitkit.custody.records.thing_changes import (
    OVERRULED,
    THING_CHANGES,
    THING_VOUCHED,
    check_here,
    check_in_use,
)
from splitkit.custody.records.wrongs import looked_at
from splitkit.custody.turns import Codes, in_turn
from splitkit.custody.withdrawal import (
    LeftBranch,
    Names,
    Withdrawal,
    corrected_for_good,
    left_branches,
    left_standing,
    nobody,
    reviewed,
    why_not,
)
from splitkit.errors import AttentionError, NotIntroducedError, Remedy, UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import PROGRAM, Entry, Happening
from splitkit.ledger.events import find_event
from splitkit.ledger.fields import DAY_GONE
from splitkit.ledger.schema import Event, Unlisted
from splitkit.ledger.verification import check_seats, misplaced
from splitkit.packs.pack import Pack

_CHANGES = {**SET_CHANGES, **SHEET_CHANGES, **THING_CHANGES}
_VOUCHED = {**LINE_VOUCHED, **SET_VOUCHED, **SHEET_VOUCHED, **THING_VOUCHED}


def after(register: Register, what: Happening, *, whoever: bool = False) -> Register:
    """Return the register after one entry; *whoever* is whether it does not matter who is behind it.

    Raises:
        UsageError: If the list of events does not allow the entry.
        AttentionError: If it contradicts what was recorded before.
    """
    data, before, moment = what.listed(), register, Moment.of(what.time)
    if isinstance(data, events.LedgerOpened):
        register = replace(register, openers=register.openers | introduced_by(what))
    if not whoever:
        _check_behind(register, what, data)
    _check_known(register, what, data)
    if is_over(register, data, moment):
        return register
    check_word(register, what, data)
    return _changed(before, register.at(moment), what, data)


def _changed(before: Register, register: Register, what: Happening, data: Event) -> Register:
    """Return the register after an entry that somebody may say, whoever says it."""
    moment, change = Moment.of(what.time), _CHANGES.get(type(data))
    register = change(register, data, moment) if change else register
    vouched = _VOUCHED.get(type(data))
    register = vouched(register, data, what) if vouched else register
    register = with_orphans(before, with_void(before, register))
    register = decided(elsewhere(before, looked_at(register, what, data), what, data), what, data)
    return from_record(register, data) if isinstance(data, events.SetMade) and not what.saw else register


_ADDED: Mapping[str, tuple[str, str | Remedy]] = {
    "place": ("no place of this name was recorded", Remedy.ADD_PLACE),
    "account": ("no account of this name was recorded", Remedy.ADD_ACCOUNT),
    "asset": ("no asset of this tag was recorded", Remedy.ADD_ASSET),
    "set": ("no set of this id was recorded", "compare the set id with the public record"),
    "line": ("no set of this line was recorded", "a line is named by the id of its first set"),
    "sheet": ("the set has no sheet of this number", "the numbers are those on the paper"),
    "ledger": ("no ledger of this code was taken up", Remedy.TAKE_LEDGER),
    "action": ("no action of this code was recorded", Remedy.SEE_ACTIONS),
    "intent": ("no intent of this code was recorded", "compare the code with the ledger"),
    "incident": ("no incident of this code was recorded", "compare the code with the ledger"),
}
"""Of each thing what is said of one that no entry added, and what would help."""


def _check_behind(register: Register, what: Happening, data: Event) -> None:
    """Refuse an entry where nobody knows of somebody who is behind it, or who it speaks of, or where somebody has left.

    Raises:
        AttentionError: If somebody has left, or two people settle it and fewer are named.
        UsageError, NotIntroducedError: If nobody is called so, or it is no seat.
    """
    check_here(register, getattr(data, data.two) if data.two else (), what.day)
    register.roll.check_two(data, register.who)
    check_people(register, what.by, what.witness)
    if not what.saw:
        check_here(register, [what.witness], what.day)
    for thing, name in data.names():
        if thing == "person" and not register.knows(thing, name):
            raise nobody(name)


def _check_known(register: Register, what: Happening, data: Event) -> None:
    """Refuse an entry about a thing that does not exist, whatever it is, or of a day that has not come.

    Raises:
        AttentionError: If it is so.
        NotIntroducedError: If no entry added the thing.
    """
    set_id = getattr(data, "set", "")
    for attribute, after_it in _days_bound(data.event).items():
        if not after_it and (day := getattr(data, attribute)) and day > what.day:
            fact = f"'{attribute}' is {day}, and on {what.day} that day had not come"
            raise AttentionError(fact, "record it on that day; a day is that of UTC")
    for thing, name in data.names():
        if thing != "person" and not register.knows(thing, name, set_id):
            raise NotIntroducedError(*_ADDED[thing])
    check_in_use(register, what, data)


@cache
def _days_bound(event: str) -> Mapping[str, dt.timedelta]:
    """Return how long after an entry its days may lie at the latest, where that is bound."""
    gone = {name: dt.timedelta() for name, kind, _ in find_event(event).kinds() if kind is DAY_GONE}
    return gone | ({"until": OVERRULED} if find_event(event) is events.RuleOverruled else {})


def _happened(entry: Entry, said: Iterable[Entry], least: str) -> Entry:
    """Return an entry as it happened: no later than it was *said* what is right of it, nor before a time, and with no day that is too far after that."""
    time = max(min((one.time for one in said), default=entry.time), least)
    if time >= entry.time:
        return entry
    moved = replace(entry, time=time)
    if isinstance(moved.data, Unlisted):
        return moved
    days = {}
    for name, after_it in _days_bound(moved.event).items():
        if day := getattr(moved.data, name):
            days[name] = min(day, min(moved.day, dt.date.max - after_it) + after_it)
    return replace(moved, data=moved.data.saying(days))


def check_people(register: Register, by: str, witness: str) -> None:
    """Refuse who speaks, or has seen it, where no entry introduced them; an empty witness is nobody.

    Raises:
        UsageError: If it is no seat and no person, which is not quoted, or the witness may be the one who did it.
        NotIntroducedError: If nobody is called so.
    """
    check_seats(by, witness)
    if by == witness:
        raise UsageError("the witness is the one who did it", "name somebody else as witness, or nobody")
    for seat in filter(None, (by, witness)):
        if seat != PROGRAM and not register.knows("person", seat) and seat not in register.roll.introduced:
            raise nobody(seat)
    if witness and by != PROGRAM and not register.roll.are_two((by, witness), register.who):
        fact = "who has seen it may be whoever did it: "
        if register.roll.apart(by, witness):
            raise UsageError(f"{fact}they have one name", "name somebody else as witness, or nobody")
        raise UsageError(f"{fact}one of them has a seat and no name", Remedy.NAME_TWO)


@dataclass(frozen=True)
class Built:
    """A register, and the entries that contradict those before them, in words."""

    register: Register
    findings: tuple[str, ...] = ()
    contradicting: Mapping[str, Entry] = field(default_factory=dict)
    """The entries that are left out, or of which nobody knows who is behind them, by what they are called, also where a correction names them."""
    waiting: frozenset[str] = frozenset()
    """Those of the findings that no correction settles: what the program saw of something that was not recorded counts once that is."""
    withdrawn: tuple[Withdrawal, ...] = ()
    """What two people took back, which is in neither; in the order in which they did."""
    left: tuple[LeftBranch, ...] = ()
    """The branches of ledgers that two people left, in that order too."""
    corrected: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    """By the hashes of the entries of which it was said for good what is right, the entries that say it."""

    @property
    def unconfirmed(self) -> list[str]:
        """What was withdrawn, in words, since the last review."""
        return [one.told(self.register.name_of) for one in self.withdrawn if not one.confirmed]

    @property
    def left_out(self) -> list[str]:
        """Which branches were left, in words, since the last review."""
        return [one.told(self.register.name_of) for one in self.left if not one.confirmed]


_STANDS: Mapping[str, Callable[[Register, str], object]] = {
    "set": lambda register, name: register.sets[name].life,
    "person": lambda register, name: register.left_on(name),
    "account": lambda register, name: register.accounts[name].ended,
    "place": lambda register, name: register.places[name].left,
    "asset": lambda register, name: register.assets[name].retired,
    "action": lambda register, name: register.actions[name].over,
    "intent": lambda register, name: register.begun[name].ended,
    "incident": lambda register, name: name in register.incidents,
}
"""Of each thing that entries name what tells whether it is in use, or open, still."""


def _standing(register: Register, data: Event) -> tuple[object, ...]:
    """Return how the things stand of which an entry is: told again of its day it is the same deed only as long as they stand so."""
    found: list[object] = []
    set_id, number = (getattr(data, name, None) or "" for name in ("set", "sheet"))
    if number and set_id in register.sets and number in register.sets[set_id].sheets:
        one = register.sets[set_id].sheets[number]
        found += [one.holder, one.bag, one.opened, one.there or one.state]
    for attribute, kind, value in data.things():
        stands, names = _STANDS.get(kind.thing), (value,) if type(value) is str else value
        if stands and attribute != data.two:
            found += [stands(register, name) for name in names if register.knows(kind.thing, name)]
    return tuple(found)


def _is_so(register: Register, what: Happening, data: Event) -> bool:
    """Whether it would change nothing to say once more what is refused: nobody did it again, or else it was undone meanwhile."""
    try:
        then = _changed(register, register, what, data)
    except (AttentionError, UsageError):
        return True
    return replace(then, planned=register.planned) == register


class _Following:
    """What follows from entries, one after the other."""

    def __init__(self, everything: Sequence[Entry], first: Register, wrong: Mapping[str, str]) -> None:
        """Begin with a register; *wrong* is why some entries count for nothing, by their hashes, where that is known already."""
        self.register, self.names, self._codes, self._wrong = first, Names(everything), Codes(), wrong
        self.contradicting: dict[str, Entry] = {}
        self.found: list[tuple[Entry, str, str]] = []
        """What is wrong with which entries, and what those are called."""
        self.stand: list[tuple[str, Entry]] = []
        """The entries that contradict nothing, each with its ledger."""
        self.waiting = set[str]()
        """The hashes of entries that the program saw, and that speak of something that is not there."""
        self._deeds = dict[tuple[dt.date, Event], tuple[object, ...]]()
        """What people said, of which day, and how the things stood after it of which that is."""
        self._behind = dict[str, dt.date]()
        """Of each when they last witnessed something, or settled it with somebody else."""

    def hear(self, ledger: str, spoken: Entry) -> None:
        """Go on with the next entry."""
        if spoken.hash not in self._wrong:
            self.register = _within(self.register, self.names.begins(ledger))
        entry, alone = self._here(self._codes.told_apart(ledger, spoken))
        fact = self._wrong.get(spoken.hash) or misplaced(entry, desk=self.names.at_desk(ledger))
        fact = fact or self._refused(entry)
        deed = (entry.day, entry.data) if not isinstance(entry.data, Unlisted) and not entry.data.saw else None
        stands = _standing(self.register, deed[1]) if deed else ()
        if fact and deed and self._deeds.get(deed) == stands and _is_so(self.register, entry, deed[1]):
            return
        if fact or (alone and entry.saw):
            self.contradicting[self.names.of(ledger, entry)] = entry
        if not fact:
            self.stand.append((ledger, entry))
            self._deeds |= {deed: stands} if deed else {}
            fact = self._left_before(entry) or alone
        self.found += [(entry, self.names.of(ledger, entry), fact)] if fact else []

    def _refused(self, entry: Entry) -> str:
        """Go on with an entry that may stand where it does, and return why the register refuses it; nothing where it does not."""
        try:
            self.register = after(self.register, entry, whoever=_whoever(entry))  # see `_unknown`
        except (AttentionError, UsageError) as error:
            if entry.saw and isinstance(error, NotIntroducedError) and not entry.listed().two:
                self.waiting.add(entry.hash)
            return error.fact
        return ""

    def heard(self, told: Iterable[tuple[str, Entry]]) -> _Following:
        """Go on with all that was *told*, and return this."""
        for ledger, entry in told:
            self.hear(ledger, entry)
        return self

    def refusal(self, ledger: str, entry: Entry) -> str:
        """Go on with an entry, and return why the register refuses it; nothing where it does not."""
        self.hear(ledger, entry)
        stands = bool(self.stand) and self.stand[-1][1].hash == entry.hash
        return "" if stands else self.found[-1][2]

    def parted(self) -> _Following:
        """Return the same as it is now, to go on apart; what is wrong with entries is not asked of it."""
        other = _Following((), self.register, self._wrong)
        other.names, other._codes = self.names, self._codes.parted()
        other._deeds, other._behind = dict(self._deeds), dict(self._behind)
        return other

    def _here(self, entry: Entry) -> tuple[Entry, str]:
        """Return an entry as it counts by who is behind it, and what is wrong with that.

        It stays without a witness who had left by then, as the word of one, or somebody who is said to have left would take it back.  What
        the program saw stands where nobody can be behind it, unless it is what two people settle.
        """
        if entry.saw:
            unknown = self._unknown(entry)
            return replace(entry, by=PROGRAM, witness="") if unknown else entry, unknown
        left = self.register.left_on(entry.witness, entry.day) if entry.witness else None
        if not left:
            return entry, ""
        fact = f"{self.register.called(entry.witness)} left on {left}: it counts as what one person says"
        return replace(entry, witness=""), fact

    def _unknown(self, entry: Entry) -> str:
        """Return why nobody knows who is behind what the program saw; nothing where that is known, or it does not count without."""
        if not _whoever(entry):
            return ""
        try:
            _check_behind(self.register, entry, entry.listed())
        except (AttentionError, UsageError) as error:
            return error.fact
        return ""

    def _left_before(self, entry: Entry) -> str:
        """Return what is wrong where it is said that somebody left, and they stood behind something later; else nothing."""
        data = entry.data
        if isinstance(data, events.PersonLeft):
            days = [self._behind[seat] for seat in self.register.seats_of(data.person) if seat in self._behind]
            if days and max(days) > data.until:
                return f"they left on {data.until}, and stood behind an entry of {max(days)}"
        two = getattr(data, data.two) if isinstance(data, Event) and data.two else ()
        self._behind |= dict.fromkeys((*two, entry.witness), entry.day)
        return ""


def _whoever(entry: Entry) -> bool:
    """Whether an entry counts whoever is behind it: the program saw it, and it is nothing that two settle, or that says who somebody is."""
    return entry.saw and isinstance(entry.data, Event) and not (entry.data.two or introduced_by(entry))


def _made_so(said: events.SetMade, seen: events.SetMade) -> bool:
    """Whether what people say of a set is what the program saw when it was made; they need not say all of it."""
    told, known = said.fields(), seen.fields()
    return all(told[name] == known.get(name) for name in told.keys() - {"label"})


def build(
    entries: Iterable[Entry],
    until: dt.date,
    packs: Mapping[str, Pack] | None = None,
    follow: Callable[[Register, dt.date], None] = lambda _register, _day: None,
    *,
    without: Container[str] = (),
) -> Built:
    """Return the register after all *entries*, up to and with a day: what is dated later has not happened; *follow* is told of it after each, and of its day.

    An entry of which it was said for good what is right happened when that was said, at the latest, whatever day a clock gave it.
    Where it does not fit with what came before then, it is named until it is corrected once more.

    What the accounts are may stand in *packs* of people's own, by the SHA-256 of their files; nothing that is recorded hangs on them.
    Withdrawals whose hashes are in *without* are left out, as if what they took back still stood.

    An entry that contradicts those before it is left out, and named unless a correction names it, or it only says
    again what was said of the same day, and is so still: one deed that two people told counts once.  What was withdrawn is as if it had never
    been.
    """
    everything = as_happened(entries, until)
    return _build(everything, until, packs or {}, follow, without)


def as_happened(entries: Iterable[Entry], until: dt.date) -> list[Entry]:
    """Return all entries as they happened, by what was said up to a day of those that a clock had dated ahead."""
    everything = list(entries)
    while _are_behind(everything, until):
        said = _build(everything, until, {}, lambda _register, _day: None, ()).corrected
        told, everything = everything, list(_moved(everything, said, until))
        if all(one is now for one, now in zip(told, everything, strict=True)):
            break
    return everything


def _moved(entries: Sequence[Entry], said: Mapping[str, Sequence[Entry]], until: dt.date) -> Iterator[Entry]:
    """Yield entries as they happened: none before the last one before it in its ledger that is not *said* to be wrong itself."""
    latest = dict[str, str]()
    for ledger, entry in in_ledgers(entries):
        yield _happened(entry, said.get(entry.hash, ()), latest.get(ledger, ""))
        if entry.hash not in said and entry.day <= until:
            latest[ledger] = entry.time


def _are_behind(entries: Iterable[Entry], until: dt.date) -> bool:
    """Whether a correction up to a day is dated before an entry that it may be of."""
    latest = ""
    for one in entries:
        if isinstance(one.data, events.Correction) and one.day <= until and one.time < latest:
            return True
        latest = max(latest, one.time)
    return False


def _build(
    everything: list[Entry],
    until: dt.date,
    packs: Mapping[str, Pack],
    follow: Callable[[Register, dt.date], None],
    without: Container[str],
) -> Built:
    found, wrong = withdrawals(everything, until)
    back = [one for one in found if one.back.hash not in without]
    stands = left_standing(everything, {one.entry.hash for one in back})
    told = _told(everything, stands, wrong, until)
    first = Register(roll=roll_of(in_ledgers(stands)), packs=packs)
    following, latest, late = _Following(everything, first, wrong), dt.date.min, dict[str, _Told]()
    for at, (ledger, entry) in enumerate(told, 1):
        before = following.register.overrides
        following.hear(ledger, entry)
        if following.register.overrides is not before and isinstance(entry.data, events.RuleOverruled):
            late |= {entry.data.rule: _Told(entry.day, at if entry.day < latest else 0)}
        latest = max(latest, entry.day)
        follow(following.register, entry.day)
    late = {rule: one for rule, one in late.items() if one.place}
    known = _known_then(late.values(), told, wrong, first)
    for rule, one in late.items():  # what broke a rule after the day on which two overruled it they have not borne
        overruled = replace(following.register.overrides[rule], known=known[one])
        following.register = following.register.having("overrides", rule, overruled)
    return _built(everything, following, back)


def _built(everything: Sequence[Entry], following: _Following, back: Sequence[Withdrawal]) -> Built:
    """Return what follows from entries once all of them are heard, but those that two people took *back*."""
    corrected = corrected_for_good([*in_ledgers(everything)], following.stand, following.register)
    findings = {
        entry.hash: f"entry {name} of {entry.day} ({entry.event}): {fact}"
        for entry, name, fact in following.found
        if entry.hash in following.waiting or not _is_settled(entry, corrected.get(entry.hash, ()))
    }
    return Built(
        following.register,
        tuple(findings.values()),
        following.contradicting,
        frozenset(told for name, told in findings.items() if name in following.waiting),
        tuple(reviewed(back, following.stand)),
        tuple(left_branches(following.stand)),
        corrected,
    )


def _is_settled(entry: Entry, said: Sequence[Entry]) -> bool:
    """Whether people have *said* what is right of an entry that contradicts: that a clock was ahead they say before they know what comes of it."""
    return len(said) > (entry.dated > entry.day) if said else False


def _told(
    everything: Sequence[Entry], stands: Sequence[Entry], wrong: dict[str, str], until: dt.date
) -> list[tuple[str, Entry]]:
    """Return what is heard up to a day, each entry with its ledger; why some of it counts for nothing is added to what is *wrong*."""
    where = {entry.hash: ledger for ledger, entry in in_ledgers(everything)}
    happened = [entry for entry in stands if entry.day <= until]  # a clock that was wrong hides no later entry
    made = {entry.data.set: entry.data for entry in happened if isinstance(entry.data, events.SetMade) and entry.saw}
    rehearsals = {where[one.hash]: one.data.practice for one in everything if isinstance(one.data, events.LedgerOpened)}
    practice, told = next(iter(rehearsals.values()), False), []
    for entry in happened:
        if rehearsals.get(where[entry.hash], practice) is not practice:
            if not isinstance(entry.data, events.LedgerOpened):
                continue
            one, other = ("real", "a rehearsal") if practice else ("a rehearsal", "real")
            wrong[entry.hash] = f"it is {one}, and what came before it is {other}: nothing of its ledger counts"
        if isinstance(entry.data, events.SetMade) and not entry.saw and entry.data.set in made:
            if _made_so(entry.data, made[entry.data.set]):
                continue  # the ledger that people called lost was found
            wrong[entry.hash] = "the program saw this set made, and not so"
        told.append((where[entry.hash], entry))
    return in_turn(told, wrong)


class _Told(NamedTuple):
    """An entry of a *day* that was told late, as the one at a *place* of all that was told; 0 where it was not late."""

    day: dt.date
    place: int


def _known_then(
    late: Collection[_Told], told: Sequence[tuple[str, Entry]], wrong: Mapping[str, str], first: Register
) -> dict[_Told, Register]:
    """Return what was known on the day of each entry that was told *late*, of what was told until then.

    All of it is heard once more: from that parts what is known on a day where the first entry of a later day comes.
    """
    days, apart, known = {one.day for one in late}, dict[dt.date, _Following](), dict[_Told, Register]()
    following = _Following([entry for _, entry in told], first, wrong)
    for place, (ledger, entry) in enumerate(told[: max((one.place for one in late), default=0)], 1):
        apart |= {day: following.parted() for day in days - apart.keys() if day < entry.day}
        for one in [one for day, one in apart.items() if entry.day <= day]:
            one.hear(ledger, entry)
        known |= {one: apart[one.day].register for one in late if one.place == place}
        if len(apart) < len(days):
            following.hear(ledger, entry)
    return known


_OF_PEOPLE = (events.LedgerOpened, events.PersonJoined, events.PersonLeft, events.RollCalled, events.RoleTaken)
"""What says who is there, and who of them are two."""


def withdrawals(entries: Sequence[Entry], until: dt.date) -> tuple[list[Withdrawal], dict[str, str]]:
    """Return what was withdrawn up to a day, be it dated later itself, and why some withdrawals count for nothing, by their hashes.

    Whether two stand behind one the register says, as of all that two people settle: by what was said before it of who is there.
    """
    if not any(isinstance(entry.data, events.Withdrawn) for entry in entries):
        return [], {}
    known, found, wrong = dict[str, Entry](), dict[str, Withdrawal](), dict[str, str]()
    told, heard = [*in_ledgers(entries)], list[tuple[str, Entry]]()
    first = Register(roll=roll_of(one for one in told if one[1].day <= until))
    people = _Following(entries, first, {})
    for ledger, entry in told:
        happened = entry.day <= until
        if happened and isinstance(entry.data, events.Withdrawn):
            fact = why_not(entry.data, known, found) or people.refusal(ledger, entry)
            if fact:
                wrong[entry.hash] = fact
            else:
                gone = known[entry.data.entry]
                found[gone.hash] = Withdrawal(gone, entry, entry.data, confirmed=False)
                if isinstance(gone.data, _OF_PEOPLE):  # then others may have been there
                    heard = [one for one in heard if one[1] is not gone]
                    people = _Following(entries, first, {}).heard(heard)
        elif happened and isinstance(entry.data, _OF_PEOPLE):
            heard.append((ledger, entry))
            people.hear(ledger, entry)
        known[entry.hash] = entry
    return list(found.values()), wrong


def standing_entries(entries: Iterable[Entry], until: dt.date) -> list[Entry]:
    """Return the entries from which something follows, as they happened: all but those that were withdrawn up to a day."""
    everything = as_happened(entries, until)
    return left_standing(everything, {one.entry.hash for one in withdrawals(everything, until)[0]})


def taken_back(entries: Iterable[Entry], until: dt.date) -> frozenset[str]:
    """Return the hashes of the entries that were withdrawn up to a day."""
    return frozenset(one.entry.hash for one in withdrawals(as_happened(entries, until), until)[0])


def _within(register: Register, begins: events.LedgerOpened | None) -> Register:
    """Return the register for the next entry of the ledger that begins so, whatever ledger stood before it."""
    if begins is None or (register.ledger, register.practice) == (begins.ceremony, begins.practice):
        return register
    return replace(register, ledger=begins.ceremony, practice=begins.practice)


def resting_on(before: Built, then: Built) -> list[str]:
    """Return what contradicts the rest *then*, when more is withdrawn than *before*."""
    return [finding for finding in then.findings if finding not in before.findings]


def check_may_go(before: Built, then: Built) -> None:
    """Refuse to withdraw on what something rests that stays for ever.

    Raises:
        AttentionError: If anything would not count *then* that the program saw, or somebody who withdraws it would have no name.
    """
    for name, entry in then.contradicting.items():
        if name not in before.contradicting and (entry.saw or isinstance(entry.data, events.Withdrawn)):
            raise AttentionError(
                f"entry {name} of {entry.day} ({entry.event}) rests on it, and nobody can withdraw that",
                Remedy.CORRECT,
            )
    backs = {one.back.hash for one in before.withdrawn}
    who = {person for one in then.withdrawn if one.back.hash not in backs for person in one.data.approved}
    if who & then.register.roll.nameless - before.register.roll.nameless:
        raise AttentionError("it says who one of the two is who withdraw it", "let two others withdraw it")
