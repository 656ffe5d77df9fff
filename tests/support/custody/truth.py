"""What a custody comes to by the words of the design, and by none of the product's code: plain sets, counted by hand.

It hears the entries of a ledger one by one, as text, and knows no more than what they say.  Whatever it cannot make fit with what
came before is a contradiction, and then nothing as a whole is sound.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations, product
from typing import Any

from tests.support.ledgers import FROM_PAPER, SEEN, hashed

POLICIES = {
    "4of7": (1, {"": (4, 7)}),
    "2 of: Board 2of3, IT 2of3, Legal 1of1": (2, {"A": (2, 3), "B": (2, 3), "C": (1, 1)}),
    "2of3": (1, {"": (2, 3)}),
}
"""How many groups, and of each group how many of how many: said here once more, and not by `parse_policy`."""

QUARTER, YEAR = 92, 366
PROGRAM = "SPLITKIT"


_SHEET = {"set", "sheet"}
NEEDED = {
    "person.joined": {"person", "name", "since"}, "person.left": {"person", "until", "reason"},
    "place.added": {"place", "name", "kind", "site"}, "account.added": {"account", "name", "pack"}, "line.bound": {"line", "account"},
    "receiver.added": {"person", "account"}, "receiver.left": {"person", "account"},
    "sheet.printed": _SHEET | {"copy"}, "sheet.written": _SHEET | {"copy"}, "sheet.read": _SHEET | {"use", "source", "result"}, "sheet.reissued": _SHEET | {"reason"},
    "bag.sealed": _SHEET | {"bag", "person"}, "bag.opened": _SHEET | {"bag", "intact", "expected", "purpose"},
    "sheet.stored": _SHEET | {"person", "bag", "safe"}, "sheet.taken": _SHEET | {"person", "bag", "safe", "purpose"},
    "sheet.seen": _SHEET | {"person", "bag", "intact"}, "sheet.handed": _SHEET | {"from", "to"},
    "sheet.lost": _SHEET | {"circumstances"}, "sheet.exposed": _SHEET | {"level", "reason"}, "sheet.destroyed": _SHEET | {"way", "seen_by"},
    "set.made": {"set", "fingerprint", "policy", "epoch", "recipient", "practice", "sheets"}, "set.proven": {"set", "sheets", "use"},
    "drill": {"set", "sheets", "way", "result"}, "set.void": {"set", "reason"}, "set.refreshed": {"set", "replaces", "reason"},
    "reveal": {"set", "purpose", "released_by", "seen_by", "seconds", "way"}, "set.rotated": {"set", "replaces", "reason"}, "set.retired": {"set", "reason", "approved"}, "signin": {"password", "accepted"},
    "alert": {"receiver", "minutes", "validated"}, "incident.open": {"incident", "cause"},
    "incident.close": {"incident", "cause", "outcome", "approved"}, "wipe": {"reason", "empty"},
    "tally": {"printed", "sealed", "shredded", "agrees"}, "intent": {"intent", "act", "purpose"}, "outcome": {"intent", "result"},
    "procedure": {"pack", "procedure", "step", "steps", "state"}, "withdrawn": {"entry", "reason", "approved"}, "correction": {"seq", "text"}, "review": {"reviewers", "confirmed", "removed"},
}  # fmt: skip
"""What each entry must say; one that leaves it out says nothing."""


class Needs:
    """Who is needed, by counting and by brute force over all sheets."""

    def __init__(self, policy):
        self.groups_needed, self.groups = POLICIES[policy]
        self.numbers = [f"{group}{at}" for group, (_, size) in self.groups.items() for at in range(1, size + 1)]
        self.short, self.spare = cache(self._short), cache(self._spare)

    def enough(self, numbers):
        full = [
            sum(one[:-1] == group for one in set(numbers)) >= least for group, (least, _) in self.groups.items()
        ]  # fmt: skip
        return sum(full) >= self.groups_needed

    def quorums(self):
        """Every smallest quorum."""
        for chosen in combinations(self.groups, self.groups_needed):
            members = ([one for one in self.numbers if one[:-1] == group] for group in chosen)
            picked = (combinations(some, self.groups[group][0]) for group, some in zip(chosen, members, strict=True))
            yield from ([one for part in parts for one in part] for parts in product(*picked))

    def _short(self, known):
        """How many more sheets somebody who knows these must come to know."""
        return fewest(set(self.numbers) - known, lambda more: self.enough(known | more))

    def _spare(self, here):
        """How many of these must be destroyed until no quorum is left."""
        return fewest(here, lambda gone: not self.enough(here - gone))


def fewest(numbers, right):
    return len(next(smallest(numbers, right)))


def smallest(numbers, right):
    """Every choice of these for which something is right, the smallest first."""
    sizes = range(len(numbers) + 1)
    return (found for size in sizes for some in combinations(sorted(numbers), size) if right(found := frozenset(some)))


@dataclass(frozen=True)
class Said:
    """One entry as it stands in a ledger; the number is that of its own ledger."""

    seq: int
    name: str
    """Its hash."""
    event: str
    data: Mapping[str, Any]
    by: str
    wit: str
    day: dt.date
    saw: bool
    dated: dt.date
    """The day that a clock gave it."""

    @classmethod
    def of(cls, entry):
        """What an entry of the product says, as its line has it."""
        told = json.loads(entry.line)
        return cls(
            told["seq"],
            hashed(entry.line),
            told["ev"],
            told["d"],
            told["by"],
            told["wit"],
            dt.date.fromisoformat(told["t"][:10]),
            told["saw"],
            dt.date.fromisoformat(told["t"][:10]),
        )


class Contradicts(Exception):  # noqa: N818  (what an entry does)
    """An entry does not fit with what came before."""


def fits(right, why=""):
    if not right:
        raise Contradicts(why)


@dataclass
class Pile:
    """One set, with plain sets of the numbers of its sheets."""

    name: str
    needs: Needs
    kind: str
    line: str
    epoch: int
    practice: bool
    made: dt.date
    replaces: str
    secret: str
    life: str
    read: dict[str, tuple[dt.date, str]] = field(default_factory=dict)
    """Of each sheet the last reading by the program."""
    keeper: dict[str, str] = field(default_factory=dict)
    bag: dict[str, str] = field(default_factory=dict)
    safe: dict[str, str] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    """Which are out of their bags since they were sealed."""
    away: set[str] = field(default_factory=set)
    """Which are not where they were laid."""
    lost: set[str] = field(default_factory=set)
    burnt: set[str] = field(default_factory=set)
    """Said to be destroyed, by whomever."""
    gone: set[str] = field(default_factory=set)
    """Destroyed in front of two people."""
    copies: dict[str, int] = field(default_factory=dict)
    """Of each sheet the paper that counts, where it is not the first."""
    printed: set[str] = field(default_factory=set)
    """Of which that one came out of a printer, as far as was recorded."""
    old: set[tuple[str, int]] = field(default_factory=set)
    """Every other paper that is still there."""
    known: set[str] = field(default_factory=set)
    """What somebody else may have read."""
    sealed: bool = False
    proven: dt.date | None = None
    failed: dt.date | None = None
    live_drill: dt.date | None = None
    live_failed: dt.date | None = None
    missed: dict[str, dt.date] = field(default_factory=dict)
    """Of each sheet when it was last said to be lost or destroyed."""
    renewed: dict[str, dt.date] = field(default_factory=dict)
    """Of each when it came onto other paper."""
    found: dict[str, dt.date] = field(default_factory=dict)
    """Of each when the program last found some paper of it."""
    moved: dict[str, dt.date] = field(default_factory=dict)
    """Of each when somebody last laid it down or took it out."""
    lay: dict[str, str] = field(default_factory=dict)
    """Of each where somebody laid it last."""
    left_in: dict[tuple[str, int], str] = field(default_factory=dict)
    """Of each paper that counts no more where it lay when another took its place."""
    doubted: dict[tuple[str, str], tuple[set[str], str]] = field(default_factory=dict)
    """Of the keeper and of the place of each who or what else it may be, where one person alone says that it is not, and who says so."""

    def moves(self, number, day):
        """Take note that a sheet was moved, and say whether that is the last that is known of where it is."""
        self.moved[number] = max(day, self.moved.get(number, day))
        return self.moved[number] == day

    then: str = ""
    """The set that took its place."""
    signed_in: bool = False
    """Whether its secret was ever accepted where people sign in."""

    shown: bool = False
    """Whether its secret was, or may have been."""

    def opens_already(self):
        """Whether its new password is set though it is still to come."""
        return self.life == "pending" and self.kind == "rotated" and self.signed_in

    def maybe(self, what, number):
        """Who may keep a sheet, or where it may lie: as it is said, and as it was if one alone says otherwise."""
        said = (self.keeper if what == "keeper" else self.lay).get(number)
        old = {self.left_in.get(one) for one in self.old if one[0] == number and what == "place"} - {None}
        return old | self.doubted.get((what, number), (set(), ""))[0] | ({said} - {None})

    def about(self):
        """The numbers of the sheets of which there may be paper."""
        return [number for number in self.needs.numbers if number not in self.gone - self.left_over()]

    def left_over(self):
        """Sheets of which some paper is still there that does not count."""
        return {number for number, _ in self.old}

    def good(self, today):
        """Sheets whose last reading was sound, and not longer ago than a year, and which are there."""
        fresh = {n for n, (day, said) in self.read.items() if said == "sound" and 0 <= (today - day).days <= YEAR}
        return fresh - self.lost - self.burnt

    def damaged(self):
        return {number for number, (_, said) in self.read.items() if said == "damaged"}

    def case(self, today):
        """What the set comes to, the worst first."""
        there, everything = set(self.needs.numbers) - self.lost - self.burnt - self.damaged(), set(self.needs.numbers)
        found = {
            "compromised": self.needs.enough(self.known),
            "dead": not self.needs.enough(there),
            "one short": self.needs.short(frozenset(self.known)) == 1,
            "doubtful": not self.needs.enough(self.good(today)) or self.failed,
            "lost": self.known,
            "destroyed": there != everything,
            "unproven": self.good(today) != everything,
            "sound": True,
        }
        return next(name for name, so in found.items() if so)


class Strange(dict[tuple[str, str, str], str]):
    """What happened to sheets that nobody explained, and is told of whenever it happens."""

    def __init__(self, happens, known):
        super().__init__(known)
        self.happens = happens

    def __setitem__(self, key, why):
        self.happens(key)
        super().__setitem__(key, why)


class Truth:
    """What follows from some entries, on a day."""

    def __init__(self, entries: Iterable[Said], today: dt.date) -> None:
        told = list(entries)
        self._listen(told, today)
        while (now := self._as_they_happened(told)) != told:
            told = now
            self._listen(told, today)

    def _listen(self, entries: list[Said], today: dt.date) -> None:
        """Hear everything from the beginning."""
        self.today = self.day = today
        self.piles: dict[str, Pile] = {}
        self.names: dict[str, str] = {}
        """Of everybody who was introduced the name, spelt plainly: who has one name is one person."""
        self.came: dict[str, str] = {}
        """Since when each is there, as was said."""
        self.leavers: dict[str, dt.date] = {}
        """Who has left, and when."""
        self.gone_by: dict[str, str] = {}
        """Of each leaver who said so first."""
        self.gone_for_two: set[str] = set()
        """Those of them of whom two people said so, or the program."""
        self.torn: set[str | None] = set()
        """Bags that were opened."""
        self.behind: dict[str, dt.date] = {}
        """When each last witnessed something, or settled it with somebody else."""
        self.places, self.accounts = set[str](), dict[str, set[str]]()
        self.bound: dict[str, str] = {}
        self.accepted: list[tuple[dt.date, str, bool]] = []
        """Every time that a secret was accepted, by the days: the day, which it was, and whether somebody said that it is new."""
        self.given_up: dict[str, str] = {}
        """Of each secret the one of another line that is the password of its account instead."""
        self.incidents, self.had = set[str](), set[str]()
        self.strange: dict[tuple[str, str, str], str] = {}
        """What happened to a sheet that nobody explained: its kind, the set and the number, and what."""
        self.begun: dict[str, bool] = {}
        self.shows: dict[str, str] = {}
        """Of what is to show a secret the set, where it was named."""
        self.filed, self.anew = set[str](), dict[str, tuple[str, str]]()
        """The sets of which every sheet was written into a file, and of what is begun for that the sheet that is."""
        self.thought_up = set[str]()
        """The secrets that the machine thought up: any other one may be in use, whatever is recorded."""
        self.bad: dict[tuple[str, str], tuple[str, set[str], dt.date]] = {}
        """Of each thing that was not as it should be the incident, who said so, and when last."""
        self.walks: dict[tuple[str | None, ...], tuple[int, int, dt.date, dict[int, str | None]]] = {}
        """How far people are with each procedure, for one account and after one incident, and to whom which steps are left."""
        self.decided: dict[tuple[str, ...], dt.date] = {}
        """Of what people decide anew on which day they last did: an older entry changes nothing of it."""
        self.ended = set[str]()
        """Secrets that two people said nothing uses any more."""
        self.sign_in: tuple[str, dt.date, bool, set[str]] | None = None
        self.wrong: list[tuple[int, str, str]] = []
        self.everybody = {one for entry in entries for one in introduced(entry)}
        back = self._taken_back(entries)
        self.corrections = [one for one in entries if one.event == "correction" and one.name not in back]
        told: dict[str, tuple[Any, ...]] = {}
        seen = {one.data.get("set"): one.data for one in entries if one.event == "set.made" and one.saw}
        for entry in _sets_first(one for one in entries if one.name not in back):
            if entry.event == "set.made" and not entry.saw and entry.data.get("set") in seen:
                if (entry.data.items() - {("label", entry.data.get("label"))}) - seen[entry.data["set"]].items():
                    self.wrong.append((entry.seq, entry.event, "the program saw it made, and not so"))
                continue
            same = repr((entry.day, entry.event, sorted(entry.data.items())))
            alone = "the witness had left" if not entry.saw and self.left(entry.wit, entry.day) else ""
            entry = replace(entry, wit="") if alone else entry  # noqa: PLW2901  it is the word of one
            if entry.saw and entry.event not in ("review", "fork.settled", "open") and not self._known_people(entry):
                alone, entry = "nobody knows who did it", replace(entry, by=PROGRAM, wit="")  # noqa: PLW2901  the program saw it all the same
            try:
                self._hear(entry)
                self.wrong += [(entry.seq, entry.event, alone)] if alone else []
                self._stands_behind(entry)
                told[same] = self._standing(entry.data)
            except (Contradicts, KeyError) as error:
                if entry.event in SEEN or told.get(same) != self._standing(entry.data):
                    self.wrong.append((entry.seq, entry.event, str(error)))
        self.contradicts = {seq for seq, *_ in self.wrong}
        self.wrong = [one for one in self.wrong if not self._settled(one, entries)]
        self.ahead = any(entry.day > today for entry in entries)

    def _standing(self, data):
        """How that stands of which something is said: the same deed told twice is one only while it is so."""
        pile, number = self.piles.get(data.get("set")), data.get("sheet")
        of_sheet = ()
        if pile and number in pile.needs.numbers:
            there = number not in pile.lost | pile.burnt or (number in pile.lost, number in pile.burnt)
            of_sheet = pile.keeper.get(number), pile.bag.get(number), number in pile.out, there
        return (
            *of_sheet,
            pile and pile.life,
            *(self.leavers.get(data.get(one)) for one in ("person", "from", "to", "receiver")),
            self.begun.get(data.get("intent")),
            data.get("incident") in self.incidents,
            data.get("person") in self.accounts.get(data.get("account"), ()),
        )

    # --- who ---------------------------------------------------------------------------------------------------------

    def human(self, seat):
        return self.names.get(seat) or seat

    def seats(self, seat, name):
        """All seats of one person."""
        return {seat} | {one for one, known in self.names.items() if name and known == name}

    def left(self, seat, day):
        return self.leavers.get(seat, day) < day

    def two(self, seats, day):
        """Whether two people are among them who had not left before that day."""
        return len({self.human(one) for one in seats if one and not self.left(one, day)}) > 1

    def vouched(self, entry):
        return entry.saw or self.two((entry.by, entry.wit), entry.day)

    def _stands_behind(self, entry):
        two = entry.data.get("reviewers", entry.data.get("approved", ()))
        self.behind.update(dict.fromkeys((*two, entry.wit), entry.day))

    def _corrected(self, entry):
        """The days on which two people said what is right of an entry, or whoever said it; a correction that is wrong itself says nothing."""
        behind = ((entry.by, entry.wit), entry.data.get("reviewers", entry.data.get("approved", ())))
        two = entry.saw or any(self.two(set(some) & self.everybody, entry.day) for some in behind)
        return [
            one.day
            for one in self.corrections
            if NEEDED["correction"] <= one.data.keys() and one.data["seq"] == entry.seq < one.seq
            if one.seq not in self.contradicts
            if self.vouched(one) or (not two and self.human(one.by) == self.human(entry.by))
        ]

    def _settled(self, wrong, entries):
        """Whether people have looked at what is wrong: the one who says that the clock was ahead has not yet seen what comes of that.

        What the program saw of a set or a sheet that nobody knows is not looked at by anybody who says so: its set is to come.
        """
        seq, _, why = wrong
        (entry,) = [one for one in entries if one.seq == seq]
        waits = entry.saw and why.startswith("no such")
        return not waits and len(self._corrected(entry)) > (entry.dated > entry.day)

    def _as_they_happened(self, entries):
        """All entries on their days: none before the last one before it of which nobody says that it is wrong."""
        now, last = [], dt.date.min
        for one in entries:
            now.append(self._as_it_happened(one, last))
            last = one.day if one.day <= self.today and not self._corrected(one) else last
        return now

    def _as_it_happened(self, entry, last):
        """An entry on the first day on which somebody said what is right of it, if a clock was ahead: what it tells had happened by then."""
        days = [max(one, last) for one in self._corrected(entry)] if self.corrections else []
        if min(days, default=entry.day) >= entry.day:
            return entry
        latest = {"since": min(days), "until": min(days), "last_seen": min(days)}
        if entry.event == "lint.override":
            latest = {"until": min(days) + dt.timedelta(YEAR)}
        data = {name: min(value, str(latest[name])) if name in latest else value for name, value in entry.data.items()}
        return replace(entry, day=min(days), data=data)

    def _taken_back(self, entries):
        """What two people have withdrawn: only what people said."""
        back, before = set[str](), dict[str, Said]()
        names: dict[str, str] = {}
        moves: list[Said] = []
        """Who came and went."""
        for entry in entries:
            if entry.event == "withdrawn" and not entry.saw and NEEDED["withdrawn"] <= entry.data.keys():
                which = before.get(entry.data["entry"])
                approved = entry.data["approved"]
                gone = _gone([one for one in moves if one.name not in back], names, entry.day)
                here = not any((names.get(one) or one) in gone for one in approved)
                named = here and all(one in names for one in (*approved, entry.by, *filter(None, [entry.wit])))
                if (named and which and which.name not in back and which.event not in {*SEEN, "withdrawn"} and not which.saw
                        and len({names[one] or one for one in approved}) > 1):  # fmt: skip
                    back.add(which.name)
                else:
                    self.wrong.append((entry.seq, entry.event, "it takes nothing back"))
            before[entry.name] = entry
            if entry.event in ("person.joined", "person.left") and NEEDED[entry.event] <= entry.data.keys():
                moves.append(entry)
            for one in introduced(entry):
                names[one] = plain(entry.data.get("name", "")) or names.get(one, "")
        return back

    def _hear(self, entry: Said) -> None:
        fits(NEEDED.get(entry.event, set()) <= entry.data.keys(), "something is left out")
        fits(entry.saw == (entry.event in SEEN) or (not entry.saw and entry.event in FROM_PAPER), "seen or said")
        if entry.event == "open":
            self.names.update({one: self.names.get(one, "") for one in (entry.by, entry.wit) if one})
        fits(entry.by in self.everybody | {PROGRAM} and entry.wit in self.everybody | {""}, "who speaks")
        fits(entry.by != PROGRAM or entry.saw or entry.event == "note", "the program says nothing that people say")
        fits(entry.by != entry.wit, "own witness")
        self.day = entry.day
        hear: Callable[[Said, Any], None] | None = getattr(self, "_" + re.sub(r"\W", "_", entry.event), None)
        pile, number = self.piles.get(entry.data.get("set")), entry.data.get("sheet")
        before = (pile.keeper.get(number), pile.lay.get(number)) if pile else (None, None)
        if hear:
            strange = self.strange.copy()
            self.strange = Strange(lambda key: self._decide(entry, key), strange)
            hear(entry, dict(entry.data))
        if pile and number:
            for what, was, now in zip(
                ("keeper", "place"), before, (pile.keeper.get(number), pile.lay.get(number)), strict=True
            ):
                self._doubt(entry, pile, (what, number), was, now)

    def _doubt(self, entry, pile, about, was, now):
        """One who says that a thing is elsewhere may be wrong, until somebody else says so too."""
        maybe, who = pile.doubted.get(about, (set(), ""))
        names_it = now in [entry.data.get(one) for one in ("person", "to", "safe")]
        if self.vouched(entry) and (was != now or names_it or (about[0] == "place" and entry.event == "sheet.read")):
            maybe = set()
        elif was != now and was:
            maybe, who = maybe | {was}, entry.by
        elif names_it and self.two((who, entry.by), entry.day):
            maybe = set()
        pile.doubted[about] = maybe - {now}, who

    def _known_people(self, entry):
        """Whether everybody is known who did something and who looked on, and they are two."""
        same = entry.wit and self.human(entry.by) == self.human(entry.wit)
        return entry.by in self.everybody | {PROGRAM} and entry.wit in self.everybody | {""} and not same

    def _person(self, *seats):
        fits(all(seat in self.names for seat in seats), "nobody of this name")

    def _pile(self, data) -> Pile:
        fits(data["set"] in self.piles, "no such set")
        return self.piles[data["set"]]

    def _sheet(self, data) -> tuple[Pile, str]:
        pile = self._pile(data)
        fits(data["sheet"] in pile.needs.numbers, "no such sheet")
        return pile, data["sheet"]

    def _held(self, data, seat, bag=None, safe=None):
        """A sheet that is there, as whoever keeps it says; that it is in another bag or safe is strange, and may be so."""
        pile, number = self._sheet(data)
        self._person(seat)
        fits(number not in pile.burnt or self.day < pile.missed[number], "destroyed")
        fits(pile.life != "void", "void")
        fits(pile.keeper.get(number, seat) == seat, "somebody else keeps it")
        self._alone(pile, number, bag)
        self._elsewhere(pile, number, bag, safe)
        return pile, number

    def _alone(self, pile, number, bag):
        """A bag holds one sheet: whoever opens it would have two."""
        closed = pile.bag.keys() - {number}
        fits(not bag or bag not in {pile.bag[one] for one in closed}, "a bag holds one sheet")

    def _elsewhere(self, pile, number, bag, safe=None):
        before = pile.bag.get(number, bag)
        late = self.day < pile.moved.get(number, self.day)
        if bag and before != bag and (late or number not in pile.out):
            pile.known.add(number)
            self.strange["BAG", pile.name, number] = "was in another bag"
        if safe and pile.safe.get(number, safe) != safe and number not in pile.away | pile.lost | pile.burnt:
            self.strange["SAFE", pile.name, number] = "lay in another safe"
        if bag and not late:
            pile.bag[number] = bag

    # --- people and places -------------------------------------------------------------------------------------------

    def _over(self, entry, *about):
        """Whether the same was decided on a later day."""
        return entry.day < self.decided.get(about, entry.day)

    def _decide(self, entry, *decisions):
        for about in decisions:
            self.decided[about] = max(entry.day, self.decided.get(about, entry.day))

    def _person_joined(self, entry, data):
        if data.get("superior"):
            self._person(data["superior"])
            fits(data["superior"] != data["person"])
        before = self.names.get(data["person"], "")
        fits(not before or before == plain(data["name"]), "somebody else has this seat")
        seats = self.seats(data["person"], plain(data["name"]))
        if any(self._over(entry, "here", seat) for seat in seats):
            self.names[data["person"]] = plain(data["name"])
            self.came.setdefault(data["person"], data["since"])
            for seat in sorted(seats & self.leavers.keys())[:1]:
                self.leavers[data["person"]], self.gone_by[data["person"]] = self.leavers[seat], self.gone_by[seat]
                self.gone_for_two |= {data["person"]} if seat in self.gone_for_two else set()
            return
        fits(not seats & self.gone_for_two or self.vouched(entry), "two said that they left")
        other = any(self.gone_by.get(seat, entry.by) != entry.by for seat in seats)
        fits(not other or self.vouched(entry), "another one said that they left")
        self._decide(entry, *(("here", seat) for seat in seats if self.vouched(entry)))
        self.names[data["person"]] = plain(data["name"])
        self.came.update(dict.fromkeys((data["person"], *(seats & self.leavers.keys())), data["since"]))
        for seat in seats:
            self.gone_by.pop(seat, None)
            self.leavers.pop(seat, None)
        self.gone_for_two -= seats

    def _person_left(self, entry, data):
        self._person(data["person"])
        fits(data["person"] not in self.gone_for_two, "two said that they left")
        fits(data["until"] >= self.came.get(data["person"], ""), "before they came")
        before, seats = dict(self.leavers), self.seats(data["person"], self.names[data["person"]])
        until = dt.date.fromisoformat(data["until"])
        self.leavers.update(dict.fromkeys(seats, until))
        if data["person"] in before and not self.vouched(entry):
            self.leavers = before
            fits(False, "it was said before")
        self._decide(entry, *(("here", seat) for seat in seats))
        for seat in seats:
            self.gone_by.setdefault(seat, entry.by)
        self.gone_for_two |= seats if self.vouched(entry) else set()
        for pile in self.piles.values():
            pile.known |= {n for n in pile.about() if seats & pile.maybe("keeper", n)}
        fits(all(self.behind.get(seat, until) <= until for seat in seats), "stood behind something later")

    def _place_added(self, entry, data):
        fits(data["place"] not in self.places)
        self.places.add(data["place"])

    def _account_added(self, entry, data):
        fits(data["account"] not in self.accounts)
        self.accounts[data["account"]] = set()

    def _line_bound(self, entry, data):
        fits(data["account"] in self.accounts and any(one.line == data["line"] for one in self.piles.values()))
        known = self.bound.get(data["line"])
        fits(self.bound.setdefault(data["line"], data["account"]) == data["account"])
        if known != data["account"] and (password := self._unsaid(data["line"])):
            self.strange["OLD", password, ""] = "opens its account, and nobody said so"
        self._one_password(data["line"])

    def _of_account(self, line):
        owner = self.bound.get(line, line)
        return [one for one in self.counted if self.bound.get(one.line, one.line) == owner]

    def _accepted_of(self, theirs):
        """What was accepted of some sets, the last at the end."""
        secrets = {pile.secret for pile in theirs}
        return [one for one in self.accepted if one[1] in secrets]

    def _unsaid(self, line):
        """The password of an account, where another was accepted since anybody said that it is new; unless that one was said to be replaced."""
        history = self._accepted_of(self._of_account(line))
        password = history[-1][1] if history else ""
        for _, secret, new in reversed(history):
            if secret == password and new:
                return ""
            if secret != password and not self._replaced(secret):
                return password
        return ""

    def _replaced(self, secret):
        """Whether another secret is said to have taken its place, or has."""
        same = [one for one in self.piles.values() if one.secret == secret]
        return secret in self.given_up or any(one.then and self.piles[one.then].secret != secret for one in same)

    def _one_password(self, line):
        """An account, or a line of none, has one: the last that was accepted; what was thought up later waits for its own."""
        theirs = self._of_account(line)
        history = self._accepted_of(theirs)
        if not history:
            return
        day, secret, _ = history[-1]
        known = {one for _, one, _ in history}
        opens = self._opened_by([one for one in theirs if one.secret == secret])
        if opens is None:
            return
        self.given_up.pop(opens.secret, None)
        opens.then = ""
        for one in theirs:
            live = one.life == "live" and (one.secret in known or self.piles[one.secret].made < day)
            if one.secret != opens.secret and (live or self._given_back(one)):
                one.life = "superseded" if live else one.life
                one.then, self.given_up[one.secret] = opens.name, opens.secret

    def _opened_by(self, same):
        """What the password of some sets is that of: one in use, or what followed it, or one that should open nothing; None where one is to take over."""
        live = [one for one in same if one.life == "live"]
        if live or any(one.opens_already() for one in same):
            return live[0] if live else None
        used = [one for one in same if one.life in ("superseded", "retired")]
        last = ([one for one in used or same if one.signed_in] or used or same)[-1]
        while used and last.then:
            last = self.piles[last.then]
        return last

    def without_set(self, pile):
        """Whether somebody signed in last with a secret whose set is void or retired, and nothing has followed."""
        others = any(
            one.life in ("live", "superseded") or one.opens_already()
            for one in self.piles.values()
            if one.secret == pile.secret
        )
        return self._given_back(pile) and not others

    def _given_back(self, pile):
        """Whether that is so of this set, whatever else has its secret."""
        known = pile.secret in {one for _, one, _ in self.accepted}
        return pile.signed_in and known and pile.life in ("void", "retired") and not pile.then

    def _receiver_added(self, entry, data):
        self._person(data["person"])
        about = "receiver", data["account"], data["person"]
        if self._over(entry, *about):
            return
        self._decide(entry, about)
        self.accounts[data["account"]].add(data["person"])

    def _receiver_left(self, entry, data):
        self._person(data["person"])
        about = "receiver", data["account"], data["person"]
        if self._over(entry, *about):
            return
        fits(self.vouched(entry) or data["person"] in self.gone_for_two, "one takes the word of another back")
        self._decide(entry, *([about] if self.vouched(entry) else []))
        fits(data["person"] in self.accounts[data["account"]])
        self.accounts[data["account"]].discard(data["person"])

    # --- sheets ------------------------------------------------------------------------------------------------------

    def _sheet_read(self, entry, data):
        pile, number = self._sheet(data)
        bad = data["result"] != "sound"
        latest = bad or not self._worse_since(pile, number, entry.day)
        last, said = pile.read.get(number, (entry.day, "sound"))
        if latest and not (bad and said != "sound" and entry.day < last):
            pile.read[number] = (entry.day, data["result"])
        if data["result"] == "sound":
            pile.found[number] = max(entry.day, pile.found.get(number, entry.day))
            since = entry.day >= pile.missed.get(number, dt.date.min)
            if since and (number in pile.burnt or pile.life == "void"):
                self.strange["PAPER", pile.name, number] = "should be destroyed"
            if since and number in pile.lost | pile.burnt:
                pile.moves(number, entry.day)
                self._turns_up(pile, number)
        if latest:
            pile.out.add(number)
            pile.moves(number, entry.day)
            self.torn.add(pile.bag.get(number))
        if data["result"] == "forged":
            self.strange["FORGED", pile.name, number] = "is not what was printed"
        if data["result"] == "foreign":
            self.strange["PAPER", pile.name, number] = "is other paper"

    def _turns_up(self, pile, number):
        pile.known.add(number)
        pile.away.add(number)
        for some in (pile.lost, pile.burnt, pile.gone):
            some.discard(number)

    def _sheet_reissued(self, entry, data):
        pile, number = self._sheet(data)
        fits(number not in pile.lost, "lost")
        counts = pile.copies.get(number, 1)
        gone = number in pile.burnt and entry.day < pile.missed[number]
        self._in_the_way(pile, number, [] if number in pile.gone and not gone else [counts])
        pile.lay.pop(number, None)
        pile.copies[number] = counts + 1
        pile.renewed[number] = max(entry.day, pile.renewed.get(number, entry.day))
        pile.moves(number, entry.day)
        self.torn.add(pile.bag.get(number))
        pile.printed.discard(number)
        pile.printed |= {number} if (pile.name, number) in self.anew.values() else set()
        last, said = pile.read.get(number, (entry.day, ""))
        for some in (pile.bag, pile.safe, *([] if said != "sound" and entry.day < last else [pile.read])):
            some.pop(number, None)
        for some in (*([] if gone else [pile.burnt]), pile.gone, pile.out, pile.away):
            some.discard(number)

    def _in_the_way(self, pile, number, papers):
        """Other paper takes the place of these: the one that counted stays where somebody laid it."""
        for one in {(number, paper) for paper in papers} - pile.old:
            if one[1] == pile.copies.get(number, 1) and number in pile.lay:
                pile.left_in[one] = pile.lay[number]
            pile.old.add(one)

    def _sheet_printed(self, entry, data):
        pile, number = self._sheet(data)
        counts, gone = pile.copies.get(number, 1), number in pile.gone
        came = max(data["copy"], counts + 1 if gone or number in pile.printed else counts)
        self._in_the_way(
            pile, number, [one for one in range(counts, came + 1) if (one > counts if gone else one < came)]
        )
        pile.copies[number] = came
        pile.printed.add(number)

    _sheet_written = _sheet_printed

    def _came_to(self, pile, number, seat):
        """Whoever has left may have read what comes to them."""
        if seat in self.leavers:
            pile.known.add(number)

    def _put(self, pile, number, data):
        pile.keeper[number], pile.sealed = data["person"], True
        self._came_to(pile, number, data["person"])
        if pile.moves(number, self.day):
            pile.out.discard(number)
            pile.away.discard(number)
            pile.bag[number] = data["bag"]
            pile.safe.update({number: data["safe"]} if "safe" in data else {})
            pile.lay.update({number: data["safe"]} if "safe" in data else {})

    def _bag_sealed(self, entry, data):
        pile, number = self._sheet(data)
        before = pile.bag.get(number)
        fits(data.get("replaces") in (None, before), "replaces another bag")
        closed = before and number not in pile.away | pile.lost | pile.out and data["bag"] != before
        fits(not closed or data.get("replaces"), "another bag, and nobody opened the one before")
        fits(data["bag"] not in self.torn, "the bag was opened once")
        self._held(data, data["person"], data["bag"])
        self._put(pile, number, data)

    def _bag_opened(self, entry, data):
        pile, number = self._sheet(data)
        fits((number not in pile.burnt or self.day < pile.missed[number]) and pile.life != "void")
        self._elsewhere(pile, number, data["bag"])
        self.torn.add(data["bag"])
        if not data["intact"] or not data["expected"]:
            pile.known.add(number)
        pile.out.add(number)
        pile.away.add(number)
        pile.moves(number, self.day)

    def _sheet_stored(self, entry, data):
        fits(data["safe"] in self.places, "no such place")
        fits(data["bag"] not in self.torn, "the bag was opened once")
        pile, number = self._held(data, data["person"], data["bag"], data["safe"])
        self._put(pile, number, data)

    def _sheet_taken(self, entry, data):
        fits(data["safe"] in self.places, "no such place")
        pile, number = self._held(data, data["person"], data["bag"], data["safe"])
        pile.away.add(number)
        pile.moves(number, self.day)

    def _receipt(self, entry, data):
        pile, number = self._sheet(data)
        fits(number not in pile.burnt and pile.life != "void")
        pile.sealed = True

    def _sheet_seen(self, entry, data):
        fits(not data["intact"] or data["bag"] not in self.torn, "the bag was opened once")
        pile, number = self._held(data, data["person"], data["bag"])
        pile.known |= set() if data["intact"] else {number}

    def _sheet_handed(self, entry, data):
        self._person(data["to"])
        pile, number = self._held(data, data["from"], data.get("bag"))
        if data["to"] == data["from"]:
            return
        pile.keeper[number], pile.sealed = data["to"], True
        self._came_to(pile, number, data["to"])
        pile.moves(number, self.day)
        pile.safe.pop(number, None)

    def _sheet_lost(self, entry, data):
        pile, number = self._sheet(data)
        fits(number not in pile.gone)
        pile.burnt.discard(number)
        pile.lost.add(number)
        pile.known.add(number)
        self._missed(pile, number, entry.day)

    def _worse_since(self, pile, number, day):
        """Whether it was read after a day and was not sound, or came onto other paper."""
        last, said = pile.read.get(number, (dt.date.min, "sound"))
        return (said != "sound" and last > day) or pile.renewed.get(number, day) > day

    def _missed(self, pile, number, day):
        pile.missed[number] = max(day, pile.missed.get(number, day))

    def _sheet_exposed(self, entry, data):
        pile, number = self._sheet(data)
        fits(data["level"] in ("possible", "confirmed"))
        pile.known.add(number)

    def _sheet_destroyed(self, entry, data):
        pile, number = self._sheet(data)
        self._person(*data["seen_by"])
        two = self.two(data["seen_by"], entry.day)
        if data.get("copy", pile.copies.get(number, 1)) != pile.copies.get(number, 1):
            fits((number, data["copy"]) in pile.old, "no such paper")
            pile.old -= {(number, data["copy"])} if two else set()
            return
        fits(number not in pile.gone and (two or number not in pile.burnt), "destroyed before")
        self._missed(pile, number, entry.day)
        if pile.found.get(number, entry.day) > entry.day:
            self.strange["PAPER", pile.name, number] = "was found afterwards"
            pile.known.add(number)
            return
        pile.moves(number, entry.day)
        pile.burnt.add(number)
        pile.lost.discard(number)
        pile.safe.pop(number, None)
        pile.gone |= {number} if two else set()

    # --- sets --------------------------------------------------------------------------------------------------------

    def _set_made(self, entry, data):
        fits(data["set"] not in self.piles and data["policy"] in POLICIES)
        line, replaces = data.get("line"), data.get("replaces")
        fits((line is None) == (data["epoch"] == 1))
        fits((replaces is None) if line is None else replaces or all(one.line != line for one in self.piles.values()))
        kind = data.get("kind") or ("refreshed" if line else "first")
        fits((kind == "first") == (line is None))
        secret = data["set"]
        if replaces:
            old = self.piles[replaces]
            fits((old.line, old.practice) == (line, data["practice"]) and old.epoch < data["epoch"])
            secret = old.secret if kind == "refreshed" else secret
        self.piles[data["set"]] = Pile(data["set"], Needs(data["policy"]), kind, line or data["set"], data["epoch"], data["practice"],
                                       entry.day, replaces or "", secret, "pending" if replaces else "live")  # fmt: skip
        self.thought_up |= {secret} if data.get("origin") == "generated" and secret == data["set"] else set()
        made = self.piles[data["set"]]
        made.printed |= (
            set(made.needs.numbers) if made.name in self.filed else set()
        )  # whoever prints a file tells nobody

    def _set_proven(self, entry, data):
        pile = self._pile(data)
        fits(set(data["sheets"]) <= set(pile.needs.numbers))
        if self._seen_since(pile, data["sheets"], entry.day):
            return
        good = {number for number in pile.good(entry.day) if number in data["sheets"]}
        fits(pile.needs.enough(good), "no quorum")
        if not pile.failed or pile.failed <= entry.day:
            pile.proven, pile.failed = entry.day, None

    def _seen_since(self, pile, numbers, day):
        """Whether one of these sheets went wrong after a day: then nothing follows from what it proved."""
        return any(pile.missed.get(one, day) > day or self._worse_since(pile, one, day) for one in numbers)

    def _drill(self, entry, data):
        pile = self._pile(data)
        fits(set(data["sheets"]) <= set(pile.needs.numbers))
        if data["result"] == "fail":
            pile.failed = max(entry.day, pile.failed or entry.day)
            if data["way"] == "live":
                pile.live_failed = max(entry.day, pile.live_failed or entry.day)
            return
        if data["way"] == "safes" and (pile.proven is None or pile.failed):
            return
        self._set_proven(entry, data)
        if self._seen_since(pile, data["sheets"], entry.day):
            return
        expected = self.accounts.get(self.bound.get(pile.line, ""), set()) - self.gone_for_two
        if data["way"] == "live" and expected and self.sign_in:
            which, day, accepted, alerted = self.sign_in
            if (which, day, accepted) == (pile.name, entry.day, True) and expected <= alerted:
                pile.live_drill, self.sign_in = entry.day, None
                for one in self.piles.values():
                    if one.secret == pile.secret and one.live_failed and one.live_failed <= entry.day:
                        one.live_failed = None

    def _set_void(self, entry, data):
        pile = self._pile(data)
        same = pile.life == "pending" and pile.kind == "refreshed"
        fits(pile.life in ("pending", "live", "void") and (same or not pile.signed_in), "was in use")
        paper = pile.read or pile.old or pile.printed or set(pile.copies.values()) - {1}
        fits(not paper or self.vouched(entry), "paper of it may be somewhere")
        left = set(pile.about())
        alone = all(one is pile or one.life == "void" for one in self.piles.values() if one.secret == pile.secret)
        harmless = not pile.needs.enough(left | pile.known) or (alone and not self._of_use(pile))
        left -= pile.lost if harmless and self.vouched(entry) else set()
        fits(not (pile.sealed or pile.signed_in) or not left, "was sealed")
        pile.life = "void"
        for number in (one for one, day in pile.found.items() if day > entry.day):
            self.strange["PAPER", pile.name, number] = "was found afterwards"

    def _set_refreshed(self, entry, data):
        pile = self._pile(data)
        old = self.piles[data["replaces"]]
        fits(pile.replaces == old.name and "set." + pile.kind == entry.event, "was not made so")
        used = pile.opens_already() and self.vouched(entry)
        fits(pile.life in ("pending", "live") and (used or old.life == "live"))
        fits(used or not pile.lost | pile.burnt, "not all of it is there")
        read = all(pile.read.get(number, ("", ""))[1] == "sound" for number in pile.needs.numbers)
        fits(used or read, "was not read back")
        fits(used or not pile.failed, "did not open")
        pile.life, old.life = "live", "superseded" if old.life == "live" else old.life
        pile.signed_in = pile.signed_in or (pile.secret == old.secret and old.signed_in)
        pile.then, old.then = "", old.then or pile.name
        self._one_password(pile.line)

    _set_rotated = _set_refreshed

    def _set_retired(self, entry, data):
        pile = self._pile(data)
        self._person(*data.get("approved", ()))
        self._two_here(entry, data.get("approved", ()))
        came_to_nothing = self._all_void(pile) and self._of_use(pile)
        of_it = [one for one in self.piles.values() if one.secret == pile.secret]
        nowhere = all(one.life in ("pending", "void") and not one.signed_in for one in of_it) and self._of_use(pile)
        fits((pile.life != "pending" or nowhere) and (pile.life != "void" or came_to_nothing))
        fits(pile.life != "superseded" or self._followed(pile.secret), "opens what is in use")
        pile.life = "retired"
        while pile:  # and every secret that this one took the place of
            self.ended.add(pile.secret)
            self.accepted = [one for one in self.accepted if one[1] != pile.secret or one[0] > entry.day]
            took = any(one.signed_in for one in self.piles.values() if one.secret == pile.secret)
            pile = self.piles.get(self.piles[pile.secret].replaces) if took else None

    def _of_use(self, pile):
        """Whether its secret was shown to anybody, or opened something; one that people gave may have."""
        return pile.secret not in self.thought_up or any(
            one.signed_in or one.shown for one in self.piles.values() if one.secret == pile.secret
        )

    def _all_void(self, pile):
        return all(one.life == "void" for one in self.piles.values() if one.secret == pile.secret)

    def _followed(self, secret):
        """Whether somebody has signed in with a later secret, or that one is in use no more either."""
        return bool(self._later(secret) & ({of.secret for of in self.piles.values() if of.signed_in} | self.ended))

    def _later(self, secret):
        """Every secret that was made or said to take the place of one, or of one of those."""
        found, todo = set[str](), [secret]
        while todo:
            one = todo.pop()
            after = {of.secret for of in self.piles.values()
                     if of.kind == "rotated" and of.replaces and self.piles[of.replaces].secret == one}  # fmt: skip
            after |= {self.given_up[one]} if one in self.given_up else set()
            todo += after - found
            found |= after
        return found - {secret}

    def _signin(self, entry, data):
        if data.get("set"):
            pile = self._pile(data)
            fits(
                pile.life != "void"
                or pile.secret not in self.thought_up
                or any(one.shown for one in self.piles.values() if one.secret == pile.secret),
                "void",
            )
        old = data["password"] == "old"
        live = [one for one in self.counted if one.life == "live" and data.get("set") in (None, one.name)]
        which = live[0].name if len(live) == 1 and not old else ""
        self.sign_in = (which, entry.day, data["accepted"], set())
        if not old:
            self._looked_at(entry, data.get("set") or which, data["accepted"])
        named = self.piles.get(data.get("set") or which)
        if data["accepted"] and named:
            self._opened(entry.day, named, new=data["password"] == "new")
        elif data["accepted"] and old:
            self._older_opened()

    def _opened(self, day, named, *, new):
        """A secret that is accepted is the password from then on, and there is one: any other is told of, unless it was to be expected."""
        secret = named.secret
        named.signed_in = True
        for one in self.piles.values():
            one.signed_in |= one.secret == secret and (one.life, one.kind) == ("pending", "rotated")
        # in the order in which it is told, where one day has several
        self.accepted = sorted([*self.accepted, (day, secret, new)], key=lambda one: one[0])
        later = any(one.secret in self._later(secret) and one.signed_in for one in self.piles.values())
        if secret in self.ended or later or self._unsaid(named.line):
            self.strange["OLD", named.name, ""] = "opens its account, and should not"
        self._one_password(named.line)

    def _older_opened(self):
        """One that nobody named: no account has it whose every set was signed in with, that is in use or is to be."""
        tried = {one for _, one, _ in self.accepted}
        for pile in [one for one in self.counted if one.signed_in]:
            hoped = [one for one in self._of_account(pile.line) if one.life in ("live", "pending")]
            if all(one.secret in tried | self.ended for one in hoped):
                self.strange["OLD", pile.name, ""] = "is not alone in its account"
                return

    def _looked_at(self, entry, what, right):
        """What is wrong is an incident until it is right, as the program saw it or two people say, or whoever said that it was not."""
        code, who, last = self.bad.get((entry.event, what), ("", set[str](), entry.day))
        behind = {entry.by, entry.wit} - {""}
        if right:
            self.incidents -= {code} if last <= entry.day and (self.vouched(entry) or who == {entry.by}) else set()
        elif code in self.incidents:
            self.bad[entry.event, what] = code, {*who, *behind}, max(last, entry.day)
        else:
            beginning = f"{entry.event.upper()}-{entry.day:%Y%m%d}-"
            code = next(one for one in (f"{beginning}{at}" for at in range(1, 9999)) if one not in self.had)
            self.had.add(code)
            self.incidents.add(code)
            self.bad[entry.event, what] = code, behind, entry.day

    def _wipe(self, entry, data):
        self._looked_at(entry, "", data["empty"])

    def _tally(self, entry, data):
        self._looked_at(entry, "", data["agrees"])

    def _alert(self, entry, data):
        self._person(data["receiver"])
        told = self.vouched(entry) or self.human(entry.by) == self.human(data["receiver"])
        if self.sign_in and told and data["validated"] and not self.left(data["receiver"], entry.day):
            self.sign_in[3].add(data["receiver"])

    def _two_here(self, entry, seats):
        fits(not any(self.left(one, entry.day) for one in seats), "one of them had left")
        fits(self.two(seats, entry.day), "two people say so")

    # --- what is open ------------------------------------------------------------------------------------------------

    def _incident_open(self, entry, data):
        fits(data["incident"] not in self.incidents)
        self._decide(entry, ("incident", data["incident"]))
        self.incidents.add(data["incident"])
        self.had.add(data["incident"])

    def _incident_close(self, entry, data):
        self._person(*data["approved"])
        self._two_here(entry, data["approved"])
        if self._over(entry, "incident", data["incident"]) or self._bad_since(entry, data["incident"]):
            return
        if data["incident"] in self.incidents:
            self.incidents.discard(data["incident"])
            self._decide(entry, ("incident", data["incident"]))
            return
        about = [
            (kind, name, number)
            for kind, name, number in self.strange
            if re.fullmatch(f"{kind}-{name[:8].upper()}{f'-{number}' if number else ''}-[0-9]+", data["incident"])
        ]
        fits(about, "no such incident is open")
        if any(self._over(entry, *key) for key in about):
            return
        for key in about:
            del self.strange[key]

    def _bad_since(self, entry, code):
        return any(code == found and last > entry.day for found, _, last in self.bad.values())

    def _procedure(self, entry, data):
        account, incident = data.get("account"), data.get("incident")
        fits(account in {None, *self.accounts} and incident in {None, *self.had}, "what it is for")
        fits(data["step"] <= data["steps"], "no such step")
        what = data["pack"], data["procedure"], account, incident
        step, steps, day, left = self.walks.get(what, (0, 0, entry.day, {}))
        skips = (step < steps or left) and (data["step"] > step + 1 or data["steps"] != steps)
        fits(not skips or self.vouched(entry), "one alone leaves steps out")
        same = left if data["steps"] == steps else {}
        if (step < steps or left) and data["step"] <= step and data["step"] not in left and not self.vouched(entry):
            theirs = {at for at, who in left.items() if at >= data["step"] and who not in (None, entry.by)}
            fits(not theirs, "a step is left to somebody else")
            if entry.day >= day:
                more = {data["step"]: data.get("owner")} if data["state"] == "left" else {}
                self.walks[what] = step, steps, entry.day, left | more
            return  # one alone goes back nowhere
        now = {
            at: who for at, who in same.items() if at != data["step"] and (data["step"] in same or at < data["step"])
        }
        under_way = step and (step < steps or left)
        now |= dict.fromkeys(range(step + 1, data["step"])) if under_way else {}
        now |= {data["step"]: data.get("owner")} if data["state"] == "left" else {}
        theirs = {at for at, who in left.items() if who not in (None, entry.by) and now.get(at) != who}
        fits(not theirs or self.vouched(entry), "a step is left to somebody else")
        if entry.day >= day:
            self.walks[what] = step if data["step"] in same else data["step"], data["steps"], entry.day, now

    def _intent(self, entry, data):
        fits(data["intent"] not in self.begun)
        self.begun[data["intent"]] = True
        self.filed |= {data["makes"]} if "makes" in data else set()
        if data["act"] == "reissue" and "sheet" in data:
            self.anew[data["intent"]] = data.get("set", ""), data["sheet"]
        if data["act"] in ("recover", "reveal"):
            self.shows[data["intent"]] = data.get("set", "")

    def _reveal(self, entry, data):
        self._person(*data["released_by"], *data["seen_by"])
        self._pile(data).shown = True

    def _outcome(self, entry, data):
        fits(self.begun.get(data["intent"]))
        fits(self.vouched(entry) or data["intent"] in self.shows, "nobody but one person says what came of it")
        live = [one for one in self.counted if one.life == "live"]
        if data["intent"] in self.shows and (data["result"] == "done" or not self.vouched(entry)):
            fits(self.shows[data["intent"]] or len(live) == 1, "nobody knows which secret was shown")
            self.piles[self.shows[data["intent"]] or live[0].name].shown = True
        self.begun[data["intent"]] = False
        self.anew.pop(data["intent"], None)

    # --- what may be said --------------------------------------------------------------------------------------------

    @property
    def counted(self) -> list[Pile]:
        """A rehearsal never counts beside a real set."""
        return [one for one in self.piles.values() if not one.practice] or list(self.piles.values())

    def in_use(self, pile: Pile) -> bool:
        """Whether its secret is: that of a set which people once relied upon, or one that they gave, until two of them say that nothing uses it."""
        relied = [
            one for one in self.piles.values() if one.secret == pile.secret and one.life not in ("pending", "void")
        ]
        given = pile.secret not in self.thought_up
        return (bool(relied) or given) and pile.secret not in self.ended

    def not_ended(self) -> set[tuple[str | None, ...]]:
        """What people are in the midst of: the procedure, the account and the incident."""
        return {what[1:] for what, (step, steps, *_) in self.walks.items() if step < steps}

    def in_one_hand(self) -> set[tuple[str, ...]]:
        """What two sheets of a set in use have in common, a person or a place, and which sheets leavers have."""
        found = set[tuple[str, ...]]()
        for pile in [one for one in self.counted if one.life == "live"]:
            for rule, what in (("SHEET-1", "keeper"), ("SAFE-1", "place")):
                there = [{self.human(one) if what == "keeper" else one for one in pile.maybe(what, number)}
                         for number in pile.about() if what == "place" or number in pile.keeper]  # fmt: skip
                found |= {
                    (rule, one, pile.name[:8])
                    for some in there
                    for one in some
                    if sum(one in other for other in there) > 1
                }
            found |= {("LEFT-1", self.human(one), number, pile.name[:8]) for number in pile.about()
                      for one in pile.maybe("keeper", number) if one in self.leavers}  # fmt: skip
        return found

    def still_open(self) -> set[str]:
        """The sets that are in use no more, and of which a quorum is known or left; of one that is void only what was on paper is left."""
        found = set()
        for pile in self.counted:
            left = set(pile.about())
            if pile.life == "void":
                left &= {*pile.read, *pile.printed, *pile.left_over()}
            over = pile.life == "superseded" or (pile.life == "void" and self.in_use(pile))
            found |= {pile.name} if over and pile.needs.enough(pile.known | left) else set()
        return found

    def cases(self) -> dict[str, str]:
        """What each set comes to."""
        return {one.name: one.case(self.today) for one in self.piles.values()}

    def stolen(self) -> set[str]:
        """The sets by which others can have a secret that is in use: a quorum of one set is known to them."""
        return {one.name for one in self.counted if self.in_use(one) and one.case(self.today) == "compromised"}

    def dead(self) -> set[str]:
        """The sets in use of which no quorum is left, and those that are not and whose secret is the password."""
        used = [one for one in self.counted if one.life == "live" or one.opens_already()]
        lost = {one.name for one in used if one.case(self.today) == "dead"}
        return lost | {one.name for one in self.counted if self.without_set(one)}

    def spoilt(self) -> set[str]:
        """The sets to come with which something went wrong."""
        return {
            one.name
            for one in self.counted
            if one.life == "pending" and one.secret not in self.ended
            if one.known | one.lost | one.burnt or one.failed or any(said != "sound" for _, said in one.read.values())
        }

    def doubts(self) -> list[str]:
        """Why not everything is sound; nothing if it is."""
        found = [f"set {one.name[:4]} is not sound" for one in self.counted
                 if one.life == "live" and one.case(self.today) != "sound"]  # fmt: skip
        found += [f"entry {seq}, {event}: {why}" for seq, event, why in self.wrong]
        found += [f"incident {code}" for code in self.incidents]
        found += [f"sheet {number} of {name[:4]} {why}" for (_, name, number), why in self.strange.items()]
        found += [f"{code} never ended" for code, is_open in self.begun.items() if is_open]
        found += [f"set {name[:4]} is spoilt" for name in self.spoilt()]
        found += [f"the password of {one.name[:4]} has no set" for one in self.counted if self.without_set(one)]
        return found + [f"set {name[:4]} is stolen" for name in self.stolen()]


def _sets_first(entries: Iterable[Said]) -> list[Said]:
    """The same with what speaks of a set that is made only later at the end: it waits for that, and what speaks of what waits does so too."""
    heard, waits = list[Said](), list(entries)
    coming = {one for entry in waits for one in _begins(entry)}
    while waits:
        early = []
        for entry in waits:
            if _speaks_of(entry) & coming:
                early.append(entry)
            else:
                heard.append(entry)
                coming -= _begins(entry)
        if early == waits:
            return heard + early
        waits = early
    return heard


def _begins(entry: Said) -> set[tuple[str, str]]:
    data = entry.data
    if entry.event == "set.made" and NEEDED["set.made"] <= data.keys():
        return {("set", data["set"]), ("line", data.get("line") or data["set"])}
    return {("intent", data["intent"])} if entry.event == "intent" and "intent" in data else set()


def _speaks_of(entry: Said) -> set[tuple[str, str]]:
    own = _begins(entry)
    named = {
        ("set" if of == "replaces" else of, entry.data[of])
        for of in ("set", "line", "replaces", "intent")
        if entry.data.get(of)
    }
    return {one for one in named if one not in own and (one[0] != "line" or entry.event != "set.made")}


def _gone(moves: Iterable[Said], names: Mapping[str, str], day: dt.date) -> set[str]:
    """Who has left before a day, by name where there is one: whoever leaves has left under every seat, and no one person brings back whom another sent away."""
    gone: dict[str, tuple[str, str, bool]] = {}
    last: dict[str, dt.date] = {}
    for one in moves:
        seat = one.data["person"]
        who = (plain(one.data["name"]) if one.event == "person.joined" else names.get(seat)) or seat
        two = len({names.get(seat) or seat for seat in (one.by, one.wit) if seat} - gone.keys()) > 1
        _, by, by_two = gone.get(who, ("", "", False))
        if one.event == "person.left":
            last[who] = max(one.day, last.get(who, one.day))
            if who not in gone or (two and not by_two):
                gone[who] = one.data["until"], by or one.by, two
        elif who in gone and one.day >= last[who] and (two or (not by_two and by == one.by)):
            del gone[who]
    return {who for who, (until, *_) in gone.items() if until < str(day)}


def plain(name: str) -> str:
    """A name without what the eye passes over."""
    letters = (one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join("".join(letters).casefold().split())


def introduced(entry: Said) -> set[str]:
    if entry.event == "open":
        return {entry.by, entry.wit} - {""}
    return (
        {entry.data["person"]} if entry.event == "person.joined" and NEEDED[entry.event] <= entry.data.keys() else set()
    )
