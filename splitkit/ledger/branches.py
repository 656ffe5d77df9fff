"""The ledgers of a folder as one order: which entries count, where a ledger forks, what is missing.

Entries are gathered from all files by their hashes, and each hangs on the one whose hash it names.  So copies count once,
a shorter copy takes nothing away, and a fork is what it is: two entries after the same one.  The desk has a ledger of its own;
a ceremony's ledger counts as far as the desk has taken it up, at the place where it did.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from splitkit.errors import AttentionError, LedgerError, Remedy, SplitkitError, UnreadableError, UsageError
from splitkit.ledger.chain import GENESIS, Entry, NotAnEntryError, decode_line, head_words
from splitkit.ledger.events import (
    DESK,
    DrillHeld,
    ForkSettled,
    LedgerOpened,
    LedgerTaken,
    SetMade,
    SheetRead,
)
from splitkit.ledger.fields import MOST_WRONG
from splitkit.ledger.schema import Unlisted
from splitkit.ledger.verification import Chain, ChainVerdict, Verification, is_desk, judge_chains, read_ledger

MAX_ENDS = 16
"""Ends of one ledger that are told apart; what forks more often was not written by people."""

_MOVE_AWAY = "move it away if it is not a ledger; else put a whole copy in its place"
_WHOLE_COPY = "put a whole copy of it in its place"
_TORN_CEREMONY = f"if its ceremony goes on, the next entry there ends the line; else {_WHOLE_COPY}"
_FETCH = "fetch the whole ledger of that ceremony from whoever has a copy, and put it in its place"


@dataclass(frozen=True)
class Doubt:
    """What is wrong with a file or a ledger, in words, and how wrong that is."""

    where: str
    """The file, or what a ledger calls itself; empty where the fact says it."""
    fact: str
    exit_code: int
    """8 where something fails, forks or is missing; 9 where a line is torn or nobody has taken it up."""
    hint: str | Remedy = Remedy.LEDGER_VERIFY

    def __str__(self) -> str:
        return f"{self.where}: {self.fact}" if self.where else self.fact


def torn_doubt(where: str, chain: Chain) -> Doubt:
    """Return the doubt about a ledger whose last line is torn."""
    return Doubt(where, chain.torn_fact, AttentionError.exit_code, Remedy.END_LINE)


@dataclass(frozen=True)
class Placed:
    """An entry in the order of the folder, and the *ledger* that it stands in, named by the hash of its first entry."""

    entry: Entry
    ledger: str


ByTwo = Callable[[Sequence[Placed], Sequence[Placed]], Collection[str]]
"""Tells, of entries in their order, the hashes of those by which two people have chosen a branch: who is who follows from all of them.

Then come those of all branches of the ledgers that fork: whoever has left by any of them chooses none.
"""


PutRight = Callable[[Sequence[Placed], Sequence["SeenWrong"]], Collection["SeenWrong"]]
"""Tells, of what branches that were left saw go wrong, what is right since, by the entries that count, in their order."""


def without_effect(entry: Entry, error: SplitkitError) -> Entry:
    """Return an entry that counts for nothing, and says why."""
    return replace(
        entry, data=Unlisted(entry.event, entry.data.fields(), UsageError(error.fact, error.hint), entry.saw)
    )


@dataclass(frozen=True)
class Branch:
    """A ledger from its first entry to one end."""

    entries: tuple[Entry, ...]

    @property
    def head(self) -> str:
        """The hash of its last entry."""
        return self.entries[-1].hash

    @property
    def root(self) -> str:
        """The hash of its first entry, which names the ledger."""
        return self.entries[0].hash

    @property
    def name(self) -> str:
        """What the ledger calls itself."""
        data = self.entries[0].data
        return data.ceremony if isinstance(data, LedgerOpened) else "?"

    @property
    def desk(self) -> bool:
        """Whether it is a ledger of the desk."""
        data = self.entries[0].data
        return isinstance(data, LedgerOpened) and data.kind == DESK

    @property
    def practice(self) -> bool:
        """Whether it is a rehearsal."""
        data = self.entries[0].data
        return isinstance(data, LedgerOpened) and data.practice

    def chosen_over(self, other: "Branch", choices: Sequence[ForkSettled]) -> bool:
        """Whether this branch is the one of the *choices*, and the *other* was left at the end that it has."""
        mine = {entry.hash for entry in self.entries}
        return any(choice.kept in mine and choice.left == other.head for choice in choices)


@dataclass(frozen=True)
class Order:
    """What the files of a folder say together."""

    placed: tuple[Placed, ...] = ()
    """Every entry that counts, once, in the order in which the desk learned of it."""
    desk: Branch | None = None
    ceremonies: tuple[Branch, ...] = ()
    """The ledgers of ceremonies, whole, also where the desk has not yet taken them up."""
    forks: tuple[tuple[Branch, ...], ...] = ()
    """The branches of each ledger of which nobody has chosen one."""
    left: tuple[Branch, ...] = ()
    """The branches that two people left out: what they said is entered anew."""
    choices: tuple[ForkSettled, ...] = ()
    """What two people have chosen, wherever a ledger forked: it stands in the ledger of the desk."""
    doubts: tuple[Doubt, ...] = ()
    chains: Mapping[str, Chain] = field(default_factory=dict)
    """What was read of each file that is a ledger, by its name."""
    missing: tuple[str, ...] = ()
    """The heads of the desk after which ceremonies began that are here, where it has no such entry and nobody has given it up."""

    @property
    def exit_code(self) -> int:
        """8 where something fails, forks or is missing, else 9 where anything is in doubt, else 0."""
        return min((doubt.exit_code for doubt in self.doubts), default=0)


@dataclass
class _Gathered:
    """Entries by their hashes, those that follow each, and what is wrong with the files."""

    entries: dict[str, Entry] = field(default_factory=dict)
    following: dict[str, list[Entry]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    chains: dict[str, Chain] = field(default_factory=dict)

    def add(self, entries: Sequence[Entry]) -> None:
        """Add the entries of a file; what is known already counts once."""
        for entry in entries:
            if entry.hash not in self.entries:
                self.entries[entry.hash] = entry
                self.following.setdefault("" if entry.seq == 1 else entry.previous, []).append(entry)

    def follows(self, entry: Entry) -> bool:
        """Whether what an entry follows is here."""
        before = self.entries.get(entry.previous)
        return entry.seq == 1 or (before is not None and before.seq == entry.seq - 1)

    def root(self, name: str) -> Entry | None:
        """Return the first entry of the ledger that holds the entry with this hash; nothing where not all before it is here."""
        entry = self.entries.get(name)
        while entry and entry.seq > 1 and self.follows(entry):
            entry = self.entries[entry.previous]
        return entry if entry and entry.seq == 1 else None

    def branches(self, root: Entry) -> list[Branch]:
        """Return the ledger that begins with an entry, once for each of its ends."""
        found: list[Branch] = []
        begun = [[root]]
        while begun and len(found) < MAX_ENDS:
            path = begun.pop()
            while after := [one for one in self.following.get(path[-1].hash, ()) if one.seq == path[-1].seq + 1]:
                begun += [[*path, other] for other in after[1 : MAX_ENDS + 1]]
                path.append(after[0])
            found.append(Branch(tuple(path)))
        if begun:
            fact = f"it forks into more than {MAX_ENDS} branches, which no hand has written"
            self.doubts.append(Doubt(found[0].name, fact, LedgerError.exit_code))
        return found


def up_to(entries: Sequence[Entry], last: Entry) -> list[Entry]:
    """Return of *entries* those that the hash of the *last* stands for: all before it in its ledger, and what those took up."""
    known = {entry.hash: entry for entry in entries}
    found, names = set[str](), [last.hash]
    while names:
        entry = known.get(names.pop())
        if entry is not None and entry.hash not in found:
            found.add(entry.hash)
            names.append(entry.previous)
            if isinstance(entry.data, LedgerTaken):
                names.append(entry.data.head)
    return [entry for entry in entries if entry.hash in found]


Contents = Mapping[str, bytes | SplitkitError]
"""What stands in the files of a folder, by their names, or why one cannot be read."""


def order(files: Contents, by_two: ByTwo, put_right: PutRight) -> Order:
    """Return what the ledgers of a folder say together; *by_two* tells which choices of a branch two people made, *put_right* what is right since.

    Nothing is raised: what is wrong stands in the doubts, and whatever can be read is read.
    """
    gathered = _gathered(files)
    all_ends = [gathered.branches(root) for root in gathered.following.get("", ())]
    unsettled = [_Ledger.of(ends, lambda _: ()) for ends in all_ends if not ends[0].desk]
    forked = [Placed(one, end.root) for ends in all_ends if ends[1:] for end in ends for one in end.entries]

    def chosen(desk: Branch) -> tuple[ForkSettled, ...]:
        found = {one.hash: one.data for one in desk.entries if isinstance(one.data, ForkSettled)}
        told = _taken_up(desk, unsettled, gathered)[0] if found else []
        counts = {one.entry.hash for one in told}
        agreed = by_two(told, [one for one in forked if one.entry.hash not in counts]) if found else ()
        return tuple(choice for name, choice in found.items() if name in agreed)

    desks = [_Ledger.of(ends, chosen) for ends in all_ends if ends[0].desk]
    choices = chosen(desks[0].counts) if desks else ()
    taken = {one.data.head for one in desks[0].counts.entries if isinstance(one.data, LedgerTaken)} if desks else set()
    ceremonies = [_Ledger.of(ends, lambda _: choices, taken) for ends in all_ends if not ends[0].desk]
    ledgers = [*desks, *ceremonies]
    doubts = [*gathered.doubts, *_forked(ledgers), *_desks(desks)]
    placed: list[Placed] = []
    for desk in desks[:1]:
        mixed = [one for one in ceremonies if one.counts.practice != desk.counts.practice]
        ceremonies = [one for one in ceremonies if one not in mixed]
        placed, missing = _taken_up(desk.counts, ceremonies, gathered)
        doubts += missing + list(map(_mixed_up, mixed))
    doubts += _left_seen(ledgers, placed, choices, put_right)
    given_up = {GENESIS, *(choice.left for choice in choices)}
    headless = {one.counts.name: one.counts.entries[0].previous for one in ceremonies}
    headless = {name: head for name, head in headless.items() if head not in given_up | gathered.entries.keys()}
    doubts += _untaken(ceremonies, placed) + list(map(_older, headless)) + _alike(ceremonies)
    return Order(
        tuple(placed),
        desks[0].counts if desks else None,
        tuple(one.counts for one in ceremonies),
        tuple(one.ends for one in ledgers if one.forked),
        tuple(end for one in ledgers for end in one.left),
        choices,
        tuple(doubts),
        gathered.chains,
        tuple(dict.fromkeys(headless.values())),
    )


def judge_folder(ordered: Order, head: Sequence[str] | None = None) -> Verification:
    """Judge all ledgers of a folder together; *head* is 12 words from paper, which vouch for the entries up to them."""
    alone = {name: judge_chains([chain]) for name, chain in ordered.chains.items()}
    findings = [f"{name}: {one}" for name, said in alone.items() for one in said.findings]
    notes = [f"{name}: {one}" for name, said in alone.items() for one in said.notes]
    entries = [one.entry for one in ordered.placed]
    findings += [
        f"{ordered.desk.name}: entry {one.seq}: {one.data.why.fact}"
        for one in entries
        if ordered.desk and isinstance(one.data, Unlisted) and not isinstance(decode_line(one.line).data, Unlisted)
    ]
    last = next((one for one in entries if head is not None and head_words(one.hash) == tuple(head)), None)
    vouched = len(up_to(entries, last)) if last else 0
    verdict, fact, hint = _judged(ordered, vouched, len(entries), given=head is not None)
    doubts = list(map(str, ordered.doubts))
    return Verification(
        verdict, fact, hint, tuple(ordered.chains.values()), None, vouched, tuple(findings), tuple(doubts + notes)
    )


def _judged(ordered: Order, vouched: int, entries: int, *, given: bool) -> tuple[ChainVerdict, str, str | Remedy]:
    if ordered.exit_code == LedgerError.exit_code:
        worst = next(doubt for doubt in ordered.doubts if doubt.exit_code == LedgerError.exit_code)
        keep = "keep every copy as it is, and compare each with the words on paper"
        return ChainVerdict.ALTERED, str(worst), keep if worst.hint is Remedy.LEDGER_VERIFY else worst.hint
    if given and not vouched:
        hint = "fetch another copy of the folder; if the words are right, somebody may have rewritten this one"
        return ChainVerdict.OTHER, "the words on paper are in none of these ledgers", hint
    if ordered.exit_code:
        verdict = ChainVerdict.TORN if any(one.torn for one in ordered.chains.values()) else ChainVerdict.DOUBTFUL
        return verdict, str(ordered.doubts[0]), ordered.doubts[0].hint
    if not given:
        return (
            ChainVerdict.UNVOUCHED,
            "every entry follows the one before; nothing vouches for the end",
            Remedy.GIVE_HEAD,
        )
    rest = "all of them" if vouched == entries else f"{vouched}, and not for the other {entries - vouched}"
    return ChainVerdict.SOUND, f"of {entries} entries the words on paper vouch for {rest}", ""


def _gathered(files: Contents) -> _Gathered:
    gathered, broken = _Gathered(), {}
    for name, data in files.items():
        if isinstance(data, SplitkitError):
            gathered.doubts.append(Doubt(name, f"it cannot be read: {data.fact}", LedgerError.exit_code, _MOVE_AWAY))
            continue
        try:
            chain = read_ledger(data)
        except UnreadableError as error:
            gathered.doubts.append(Doubt(name, error.fact, LedgerError.exit_code, _MOVE_AWAY))
            continue
        gathered.chains[name] = chain
        if chain.broken:
            broken[name] = (chain, _every_entry(data))
        gathered.add(broken[name][1][0] if chain.broken else chain.entries)
        if chain.torn:
            doubt = torn_doubt(name, chain)
            gathered.doubts.append(doubt if is_desk(chain.entries[0]) else replace(doubt, hint=_TORN_CEREMONY))
    for name, (chain, (entries, strange)) in broken.items():
        if strange or not all(map(gathered.follows, entries)):
            gathered.doubts.append(Doubt(name, chain.broken, LedgerError.exit_code))
        else:
            fact = (
                f"lines of several copies stand in it, and count once, but nothing can be added to it: {chain.broken}"
            )
            gathered.doubts.append(Doubt(name, fact, AttentionError.exit_code, _WHOLE_COPY))
    return gathered


def _every_entry(data: bytes) -> tuple[list[Entry], int]:
    """Return every line of a file that is an entry, in whatever order, and how many lines are none."""
    found, strange = [], 0
    for line in data.split(b"\n")[:-1]:
        try:
            found.append(decode_line(line))
        except NotAnEntryError:
            strange += 1
    return found, strange


@dataclass(frozen=True)
class _Ledger:
    """One ledger: what of it counts, and its other ends."""

    counts: Branch
    """The branch that two people chose, or all there is, or what is before the fork."""
    ends: tuple[Branch, ...]
    left: tuple[Branch, ...] = ()
    forked: bool = False

    @classmethod
    def of(
        cls,
        ends: Sequence[Branch],
        choices: Callable[[Branch], Sequence[ForkSettled]],
        taken: Collection[str] = (),
    ) -> "_Ledger":
        """Return the ledger of which these are all ends; *choices* tells what was chosen if one of them is the end that counts.

        While nothing is chosen, what was taken up of one end still counts, up to the last entry whose hash is in *taken*.
        """
        chosen = []
        for end in ends:
            others = tuple(other for other in ends if other is not end)
            made = choices(end) if others else ()
            if all(end.chosen_over(other, made) for other in others):
                chosen.append(cls(end, tuple(ends), others))
        if len(chosen) == 1:
            return chosen[0]
        counts = max(map(tuple, (_shared(ends), *(_up_to_last(end, taken) for end in ends))), key=len)
        mine, every = {one.hash for one in counts}, {one.hash for end in ends for one in end.entries}
        if not every.intersection(taken) <= mine:  # both were taken up
            counts = tuple(_shared(ends))
        return cls(Branch(counts), tuple(ends), forked=True)


def _up_to_last(end: Branch, taken: Collection[str]) -> Sequence[Entry]:
    upto = max((at for at, one in enumerate(end.entries, 1) if one.hash in taken), default=0)
    return end.entries[:upto]


def _shared(ends: Sequence[Branch]) -> Iterator[Entry]:
    for same in zip(*(end.entries for end in ends), strict=False):
        if any(one.hash != same[0].hash for one in same):
            return
        yield same[0]


def _forked(ledgers: Sequence[_Ledger]) -> list[Doubt]:
    return [
        Doubt(one.ends[0].name, f"it forks after entry {len(tuple(_shared(one.ends)))} into {len(one.ends)} branches, "
              "of which two people must choose one", LedgerError.exit_code)
        for one in ledgers if one.forked
    ]  # fmt: skip


class SeenWrong(NamedTuple):
    """What the program saw go wrong on a branch."""

    of: str
    """The beginning of the id of the set."""
    sheet: str
    """The number of the sheet; empty where it was a drill."""
    result: str
    time: str

    def __str__(self) -> str:
        return " ".join(
            ["sheet", self.of, self.sheet, self.result, self.time]
            if self.sheet
            else ["drill", self.of, self.result, self.time]
        )

    @property
    def fact(self) -> str:
        """The same as a sentence."""
        what = (
            f"sheet {self.sheet} of set {self.of} was {self.result}"
            if self.sheet
            else f"a drill of set {self.of} failed"
        )
        return f"saw on {self.time[:10]} that {what}"


_SEEN_WRONG = re.compile(r"(?:sheet ([0-9a-f]{8}) (\S{1,4})|drill ([0-9a-f]{8})) ([a-z]+) (\S{20})")


def seen_wrong(entries: Iterable[Entry]) -> list[SeenWrong]:
    """Return what the program saw go wrong, as some entries tell it."""
    return [
        SeenWrong(
            one.data.set[:8], one.data.sheet if isinstance(one.data, SheetRead) else "", one.data.result, one.time
        )
        for one in entries
        if isinstance(one.data, SheetRead | DrillHeld) and one.data.result not in ("sound", "pass")
    ]


def wrong_of(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return what the program saw go wrong on a branch that is left, of each thing the last, as it stands in the choice."""
    found = {(one.of, one.sheet): str(one) for one in sorted(seen_wrong(entries), key=lambda one: one.time)}
    return tuple(found.values())[:MOST_WRONG]


def _told_wrong(choice: ForkSettled) -> Iterator[SeenWrong]:
    """Yield what a choice tells of the branch that was left, whose file may be gone since."""
    for found in map(_SEEN_WRONG.fullmatch, choice.amiss or ()):
        if found:
            of_sheet, sheet, of_drill, result, time = found.groups()
            yield SeenWrong(of_sheet or of_drill, sheet or "", result, time)


def _left_seen(
    ledgers: Sequence[_Ledger], placed: Sequence[Placed], choices: Sequence[ForkSettled], put_right: PutRight
) -> list[Doubt]:
    """Return what the program saw go wrong on branches that were left, and is not right since: no choice makes that undone.

    What such a branch says of it later counts for as little as all else there.
    """
    counts = {one.entry.hash for one in placed} | {entry.hash for one in ledgers for entry in one.counts.entries}
    left = {one.hash: one for ledger in ledgers for end in ledger.left for one in end.entries if one.hash not in counts}
    told = [*(one.entry for one in placed), *left.values()]
    sets = {one.data.set[:8] for one in told if isinstance(one.data, SetMade)}
    found = dict.fromkeys([*seen_wrong(left.values()), *(one for choice in choices for one in _told_wrong(choice))])
    wrong = [one for one in found if one.of in sets]
    right = put_right(placed, wrong) if wrong else ()
    hint = "what the program saw stands until it sees that it is right: hold a drill with every such sheet"
    return [
        Doubt("a branch that was left", one.fact, AttentionError.exit_code, hint) for one in wrong if one not in right
    ]


def _desks(desks: Sequence[_Ledger]) -> list[Doubt]:
    if len(desks) > 1:
        return [Doubt(desks[1].counts.name, "a second ledger of a desk, of another folder", LedgerError.exit_code)]
    if not desks:
        return [Doubt("desk", "the ledger of the desk is not here", LedgerError.exit_code)]
    return []


def _taken_up(desk: Branch, ceremonies: Sequence[_Ledger], gathered: _Gathered) -> tuple[list[Placed], list[Doubt]]:
    """Return the entries of the desk, and those of each ceremony where the desk takes them up."""
    at = {entry.hash: (one.counts, entry.seq) for one in ceremonies for entry in one.counts.entries}
    ups: dict[str, tuple[Branch, int]] = {}
    placed, doubts = [], []
    wrong = _wrong(desk, ceremonies, gathered)
    for entry in desk.entries:
        if isinstance(entry.data, LedgerTaken) and entry.hash not in wrong:
            head = entry.data.head
            if head not in gathered.entries:
                fact = "entries that the desk took up are not here"
                doubts.append(Doubt(entry.data.ledger, fact, LedgerError.exit_code, _FETCH))
            while head in gathered.entries and head not in at:  # on a branch that does not count
                head = gathered.entries[head].previous
            if head in at:
                ups[entry.hash] = at[head]
    found, taken = _found(ups.values()), dict[str, int]()
    for entry in desk.entries:
        refused = wrong.get(entry.hash)
        placed.append(Placed(without_effect(entry, refused) if refused else entry, desk.root))
        said = entry.data.set if isinstance(entry.data, SetMade) and not entry.saw else ""
        if up := found.get(said) or ups.get(entry.hash):
            branch, upto = up
            placed += [Placed(one, branch.root) for one in branch.entries[taken.get(branch.root, 0) : upto]]
            taken[branch.root] = max(upto, taken.get(branch.root, 0))
    return placed, doubts


def _wrong(desk: Branch, ceremonies: Sequence[_Ledger], gathered: _Gathered) -> dict[str, UsageError]:
    """Return which entries of the desk name no ceremony that it could take up, or no fork that could be settled, with the reason."""
    counts = {entry.hash for one in (desk, *(one.counts for one in ceremonies)) for entry in one.entries}
    found = {}
    for entry in desk.entries:
        data, fact = entry.data, ""
        if isinstance(data, LedgerTaken) and (root := gathered.root(data.head)):
            begins = root.data
            if not isinstance(begins, LedgerOpened) or begins.kind == DESK:
                fact = "what it takes up is the ledger of a desk, and no ceremony"
            elif begins.ceremony != data.ledger:
                fact = f"what it takes up is {begins.ceremony}, and not {data.ledger}"
        elif isinstance(data, ForkSettled):
            kept, left = gathered.root(data.kept), gathered.root(data.left)
            if kept is None or data.left in counts or (left and left is not kept):
                fact = (
                    "it settles no fork: what it keeps and what it leaves are not two branches of a ledger that is here"
                )
        if fact:
            found[entry.hash] = UsageError(fact, Remedy.CORRECT)
    return found


def _found(taken: Iterable[tuple[Branch, int]]) -> dict[str, tuple[Branch, int]]:
    """Return for each set the ledger that saw it made, up to where the desk took that up last.

    Where people said before that it was made, because that ledger was lost, it counts from there on: it replaces what they said.
    """
    found: dict[str, tuple[Branch, int]] = {}
    for branch, upto in taken:
        for entry in branch.entries[:upto]:
            if isinstance(entry.data, SetMade) and entry.saw and found.get(entry.data.set, (branch, 0))[1] < upto:
                found[entry.data.set] = branch, upto
    return found


def _untaken(ceremonies: Sequence[_Ledger], placed: Sequence[Placed]) -> list[Doubt]:
    counted = {one.entry.hash for one in placed}
    found = []
    for one in ceremonies:
        more = sum(entry.hash not in counted for entry in one.counts.entries)
        if more:
            fact = f"{more} entr{'y that is' if more == 1 else 'ies that are'} not in the record of the folder yet"
            found.append(Doubt(one.counts.name, fact, AttentionError.exit_code, Remedy.TAKE_LEDGER))
    return found


def _mixed_up(one: _Ledger) -> Doubt:
    """Name a rehearsal in a real folder, or the other way round: it counts for nothing there, and nobody takes one for the other."""
    what = "a rehearsal: it" if one.counts.practice else "a real ceremony, and this is a folder for rehearsals: it"
    fact = f"it is of {what} counts for nothing here, and does not belong in this folder"
    return Doubt(one.counts.name, fact, AttentionError.exit_code, "move its file out of the folder")


def _older(ceremony: str) -> Doubt:
    """Name a ceremony that began after an entry of the desk which is not here: then this desk is an older copy."""
    fact = "it began after entries that are not here: the ledger of this desk is an older copy"
    return Doubt(ceremony, fact, LedgerError.exit_code, Remedy.NEWER_COPY)


def _alike(ceremonies: Sequence[_Ledger]) -> list[Doubt]:
    """Name every code that two ceremonies have: nobody can tell which of them a correction or a seat is about."""
    codes = Counter(one.counts.name for one in ceremonies)
    fact, hint = "two ceremonies have this code, and a code never comes twice", "compare both with the words on paper"
    return [Doubt(code, fact, AttentionError.exit_code, hint) for code, times in codes.items() if times > 1]
