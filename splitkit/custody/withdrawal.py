"""Withdrawal: what people said by a slip, and two of them take back.  It stays in its ledger, and nothing follows from it.

Only what was said can be withdrawn: never what the program sees, nor a withdrawal.
"""

import datetime as dt
import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.roll import in_ledgers, people_in
from splitkit.errors import AttentionError, NotIntroducedError, Remedy, UsageError
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import (
    DESK,
    Correction,
    ForkSettled,
    LedgerOpened,
    LineReviewed,
    ReviewHeld,
    RollCalled,
    Withdrawn,
)
from splitkit.ledger.schema import Event, Unlisted
from splitkit.ledger.wording import Called, in_words

_HASH_BEGINNING = re.compile("[0-9a-f]{8,64}")


@dataclass(frozen=True)
class Withdrawal:
    """An *entry* that was taken *back*, by an entry that names it."""

    entry: Entry
    back: Entry
    data: Withdrawn
    confirmed: bool
    """Whether two people have held a review since, which says that it stays withdrawn."""

    @property
    def line(self) -> str:
        """The tag of the line of a review that is about it."""
        return review_line(self.entry.hash)

    def told(self, called: Called) -> str:
        """Return what was withdrawn, by whom and why, in words."""
        what = f"entry {self.entry.seq} of {self.entry.day} ({self.entry.event}: {in_words(self.entry, called)})"
        people = " and ".join(called("person", one) for one in self.data.approved)
        return f"{what}, by {people} on {self.back.day}: {self.data.reason}"


@dataclass(frozen=True)
class LeftBranch:
    """A branch of a ledger that forked, which two people left: nothing follows from what it said until that is entered anew."""

    choice: Entry
    data: ForkSettled
    confirmed: bool
    """Whether two people have held a review since, which says that all of it that is so was entered anew."""

    @property
    def line(self) -> str:
        """The tag of the line of a review that is about it."""
        return f"left.{self.choice.hash[:12]}"

    def told(self, called: Called) -> str:
        """Return what was left, and by whom, in words."""
        people = " and ".join(called("person", one) for one in self.data.approved)
        said = f"said {', '.join(self.data.said)}" if self.data.said else "nobody has seen"
        return f"a branch {self.data.left[:12]} that {said}, by {people} on {self.choice.day}: whatever is true is entered again"


def left_branches(stand: Sequence[tuple[str, Entry]]) -> list[LeftBranch]:
    """Return every branch that two people left, by the entries that *stand*, each with its ledger."""
    confirmed = _confirmed(stand)
    left = [LeftBranch(one, one.data, confirmed=False) for _, one in stand if isinstance(one.data, ForkSettled)]
    return [replace(one, confirmed=one.choice.hash in confirmed.get(one.line, ())) for one in left]


def reviewed(back: Iterable[Withdrawal], stand: Sequence[tuple[str, Entry]]) -> list[Withdrawal]:
    """Return the withdrawals with whether a review confirms them, by the entries that *stand*, each with its ledger."""
    confirmed = _confirmed(stand)
    return [replace(one, confirmed=one.back.hash in confirmed.get(one.line, ())) for one in back]


def _corrected(told: Iterable[tuple[str, Entry]], by: Container[str]) -> Iterator[tuple[Entry, str]]:
    """Yield the entries that are corrected, each given with its ledger: in that one, or at the desk by its code; each with the hash of what corrects it.

    Of the corrections those alone count whose hashes are in *by*.  One settles what stands before it, and nothing that is still to be said.
    """
    codes, stood = dict[str, str](), dict[tuple[str, int], Entry]()
    for root, entry in told:
        stood[root, entry.seq] = entry
        if isinstance(entry.data, LedgerOpened):
            codes[entry.data.ceremony] = root
        elif isinstance(entry.data, Correction) and entry.hash in by:
            ledger = codes.get(entry.data.ledger, "") if entry.data.ledger else root
            if one := stood.get((ledger, entry.data.seq)):
                yield one, entry.hash


def corrected_for_good(
    told: Sequence[tuple[str, Entry]], stand: Iterable[tuple[str, Entry]], register: Register
) -> dict[str, list[Entry]]:
    """Return the entries that correct others for good, by the hashes of those: two people, or the one who said what was wrong, alone.

    What the program saw takes two, and so does what two people said.

    Args:
        told: All entries, each with its ledger.
        stand: Those of them that contradict nothing, each with its ledger: no other correction counts.
        register: Who is who.
    """
    said = {one.hash: one for _, one in stand if isinstance(one.data, Correction)}
    found = dict[str, list[Entry]]()
    for one, by in _corrected(told, said) if said else ():
        own = register.who(one.by) == register.who(said[by].by) and not _of_more(one, register)
        if own or register.vouched(said[by]):
            found.setdefault(one.hash, []).append(said[by])
    return found


def _of_more(entry: Entry, register: Register) -> bool:
    """Whether more than one person's word stands behind an entry: as its witness, or among the two who settled something by it."""
    two = getattr(entry.data, entry.data.two) if isinstance(entry.data, Event) and entry.data.two else ()
    behind = (
        [one for one in people if _stood(register, one, entry.day)] for people in ((entry.by, entry.witness), two)
    )
    return entry.saw or any(register.roll.are_two(people, register.who) for people in behind)


def _stood(register: Register, person: str, day: dt.date) -> bool:
    """Whether somebody may have stood behind an entry of a day: who had left before it, as one alone says later, may have."""
    one = register.people.get(person)
    left = one is not None and one.left_before_two and one.until is not None and one.until < day
    return person in register.roll.introduced and not left


class Names:
    """What entries are called: by their number at the desk, or where no desk is; else with the code of their ledger, 'C-0001/12'."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._begins = {one.hash: one.data for one in entries if isinstance(one.data, LedgerOpened)}
        self._desk = any(one.kind == DESK for one in self._begins.values())

    def begins(self, ledger: str) -> LedgerOpened | None:
        """Return how a ledger begins, which is named by the hash of its first entry."""
        return self._begins.get(ledger)

    def at_desk(self, ledger: str) -> bool:
        """Whether a ledger is that of the desk."""
        begins = self._begins.get(ledger)
        return begins is not None and begins.kind == DESK

    def of(self, ledger: str, entry: Entry) -> str:
        """Return the name of an entry of a *ledger*, which is named by the hash of its first entry."""
        begins = self._begins.get(ledger)
        if not self._desk or begins is None or begins.kind == DESK:
            return str(entry.seq)
        return f"{begins.ceremony}/{entry.seq}"


def check_withdrawable(entry: Entry) -> None:
    """Refuse to take back what nobody said.

    Raises:
        AttentionError: If the program sees such things, or it is a withdrawal, or no entry of the list.
    """
    if isinstance(entry.data, Unlisted):
        raise AttentionError(
            "this entry counts for nothing, as the list of events does not allow it", Remedy.SEE_NUMBERS
        )
    if entry.data.saw:
        raise AttentionError(
            f"'{entry.event}' is what the program sees, and nobody can withdraw it", "only what was said is withdrawn"
        )
    if isinstance(entry.data, Withdrawn):
        raise AttentionError("a withdrawal stays for ever", "enter again what was withdrawn and is true")


def nobody(name: str) -> NotIntroducedError:
    """Return what is said of somebody whom no entry introduced."""
    return NotIntroducedError(f'nobody is called "{name}"', Remedy.RECORD_PERSON)


def why_not(data: Withdrawn, known: Mapping[str, Entry], found: Container[str]) -> str:
    """Return why nothing is taken back of the entries that are *known* by their hashes, whoever says so; *found* is what was before."""
    if data.entry not in known:
        return "no entry before it has this hash"
    if data.entry in found:
        return "this entry was withdrawn before"
    try:
        check_withdrawable(known[data.entry])
    except AttentionError as error:
        return error.fact
    return ""


def review_line(name: str) -> str:
    """Return the tag of the line of a review that is about the withdrawal of the entry with this hash."""
    return f"withdrawn.{name[:12]}"


def _confirmed(stand: Iterable[tuple[str, Entry]]) -> dict[str, set[str]]:
    """Return for each line of the reviews that were held which withdrawals and choices, by their hashes, came before it when it said 'keep'.

    A review says nothing but what its own ledger says, and of what came after it nothing, though it is taken up later.
    """
    confirmed, before = dict[str, set[str]](), dict[str, str]()
    lines = dict[str, dict[str, set[str]]]()
    for ledger, entry in stand:
        if isinstance(entry.data, LineReviewed):
            kept = {name for name, time in before.items() if time <= entry.time and entry.data.verdict == "keep"}
            lines.setdefault(ledger, {})[entry.data.subject] = kept
        elif isinstance(entry.data, ReviewHeld):
            confirmed |= lines.pop(ledger, {})
        elif isinstance(entry.data, Withdrawn | ForkSettled):
            before[entry.hash] = entry.time
    return confirmed


def left_standing(entries: Sequence[Entry], gone: Collection[str]) -> list[Entry]:
    """Return what stands without the entries of some hashes.

    Of a roll call it is taken back who was there: the seat stays, without a name, where any other entry speaks of it.
    """
    stands = [entry for entry in entries if entry.hash not in gone]
    if not any(isinstance(entry.data, RollCalled) for entry in entries if entry.hash in gone):
        return stands
    spoken = set[str]().union(*map(people_in, stands))
    return [one for entry in entries for one in ([entry] if entry.hash not in gone else _seat(entry, spoken))]


def _seat(entry: Entry, spoken: Container[str]) -> list[Entry]:
    if not isinstance(entry.data, RollCalled) or entry.data.person not in spoken:
        return []
    return [replace(entry, data=entry.data.saying({"name": None, "sheet": None}))]


def find_entry(entries: Sequence[Entry], name: str, ledger: str) -> Entry:
    """Return the entry that people name: '12' of the *ledger* whose first entry has this hash, 'C-0001/12', or a hash.

    Raises:
        UsageError: If none, or more than one, is named so.
    """
    code, _, number = name.rpartition("/")  # '/5' is of a ledger without a code, and there is none
    codes = {root: entry.data.ceremony for root, entry in in_ledgers(entries) if isinstance(entry.data, LedgerOpened)}
    found = {
        entry.hash: entry
        for root, entry in in_ledgers(entries)
        if (str(entry.seq) == number and (codes.get(root) == code.upper() if "/" in name else root == ledger))
        or (_HASH_BEGINNING.fullmatch(name) and entry.hash.startswith(name))
    }
    if len(found) != 1:
        raise UsageError(
            "no entry is named like that" if not found else "more than one entry is named like that",
            "name its number, as 12; in the ledger of a ceremony with its code, as C-0001/12; or its hash",
        )
    return next(iter(found.values()))
