"""A ceremony that is over is taken up by the desk: its ledger is copied into the folder; where that is lost, its set follows from the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

from splitkit.cli.guide.questions import ask_writer
from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.ledger_reading import check_same_practice
from splitkit.cli.ui.sheet_input import read_record, set_rows
from splitkit.cli.ui.talk import safe, say
from splitkit.cli.ui.vouching import ask_words, confirm_set, judged, with_what
from splitkit.custody.persons import People, bound, order_of, people_of
from splitkit.custody.register import build
from splitkit.errors import (
    AttentionError,
    ForgedError,
    LedgerError,
    Remedy,
    SplitkitError,
    StoppedError,
    UsageError,
)
from splitkit.host import clock, files
from splitkit.host.append import open_to_append
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.issue.recorded import set_made
from splitkit.ledger.branches import Contents, Order
from splitkit.ledger.chain import continued
from splitkit.ledger.events import DESK, LedgerOpened, LedgerTaken, PersonJoined, RollCalled, SeatBound
from splitkit.ledger.fields import PERSON_NAME
from splitkit.ledger.schema import Event
from splitkit.ledger.verification import MAX_FILE_BYTES, Chain, read_ledger
from splitkit.quorum.anchor import Anchor, parse_fingerprint


def take(writer: LedgerWriter, path: str) -> None:
    """Copy what a ceremony's ledger says into the folder, and let the desk take it up; or take up a set from its public record."""
    if writer.ledgers.named:
        raise UsageError("a ceremony is taken up into a custody folder", Remedy.NAME_HOME)
    data = files.read_file(path, MAX_FILE_BYTES)
    if data.strip() and not data.startswith(b"{"):
        _take_record(writer, path)
        return
    chain = read_ledger(data)
    if chain.broken or chain.torn:
        raise LedgerError(
            "the ledger " + (f"fails verification: {chain.broken}" if chain.broken else "ends with a torn line"),
            "take another copy of it; a note added to it records a torn line",
        )
    first = chain.entries[0].data
    if not isinstance(first, LedgerOpened) or first.kind == DESK:
        raise UsageError("this is not the ledger of a ceremony", "name the ledger that a ceremony wrote")
    target = writer.ledgers.last.with_name(_file_name(first.ceremony))
    before = _takeable(writer.ledgers, target, data, first)
    taken_before = f"{first.ceremony} is in the folder already, to its last entry: nothing was recorded"
    if any(one.entry.hash == chain.head for one in before.placed):
        say(taken_before)
        return
    if _is_older(writer.ledgers, target, data):
        say(f"this copy of {first.ceremony} is older than the one in the folder: nothing was recorded")
        return
    people = people_of(before.placed)
    new = _New(writer, target, data, chain, first.ceremony)
    if interactive():
        with Dialogue.open("nothing was recorded") as dialogue:
            writer, events = dialogue.interview(lambda: new.agreed(dialogue, people))
    else:
        events = new.unasked(people)
    with writer.held() as held:
        now = _takeable(writer.ledgers, target, data, first)
        if any(one.entry.hash == chain.head for one in now.placed):
            say(taken_before)
            return
        if people_of(now.placed).ids != people.ids:
            raise AttentionError("meanwhile somebody was introduced to the folder", "bring the ledger in again")
        _copy(target, data)
        held.write(events)
    say(f"{first.ceremony} is taken up, with {len(chain.entries)} entries")


def taken_from(ledgers: Ledgers, path: str) -> Ledgers:
    """Return the ledgers of a command that takes one of them up: that nobody has done so yet is what it is for, and no doubt."""
    with suppress(SplitkitError):
        first = read_ledger(files.read_file(path, MAX_FILE_BYTES)).entries[0].data
        if ledgers.folder and isinstance(first, LedgerOpened):
            inside = Path(path).resolve().parent == ledgers.last.parent.resolve()
            return replace(ledgers, held=path if inside else str(ledgers.last.with_name(_file_name(first.ceremony))))
    return ledgers


def _take_record(writer: LedgerWriter, path: str) -> None:
    """Take up a set whose ledger is lost, from its public record: people say that it was made, and its sheets are still to be read."""
    _, envelope = read_record(path)
    if not writer.witness:
        raise UsageError(
            "a set comes into the folder from its record only in front of two people",
            "name the other one: --wit PERSON",
        )
    writer = writer.checked()
    header = envelope.header
    set_id = header.set_id.hex()
    check_same_practice(header.practice, order_of(writer.ledgers.contents(MAX_FILE_BYTES)))

    def take(typed: str) -> Anchor:
        anchor, words = parse_fingerprint(typed), envelope.fingerprint
        if anchor.fingerprint != words:
            fact = with_what("these are not the words of this record", judged(anchor.fingerprint, [words], {}))
            raise ForgedError(fact, "compare the record with the paper that was signed")
        return anchor

    otherwise = "at a terminal people are asked for the words that they signed"
    ask_words("Type the 12 words headed F of the SIGNED RECORD:", take, otherwise, [envelope.fingerprint])
    confirm_set(
        set_id,
        set_rows(envelope),
        "Is the ledger of this set lost, and is only its record brought in?",
    )
    with replace(writer, by_hand=True).held() as held:
        older = held.register.older_in_use(header.line.hex(), header.epoch)
        held.write([set_made(envelope, header.policy, None, older.set_id if older else None)])
    say(f"set {set_id[:8]} is in the folder from its record, as people say it; its sheets are still to be read")
    say("next: record who has which sheet, and let the program read a quorum: splitkit ceremony drill SCAN...")


_NO_FILE = re.compile(r"desk|con|prn|aux|nul|(?:com|lpt)[0-9]")
"""What is the ledger of the desk, or no name of a file on Windows."""


def _file_name(code: str) -> str:
    """Return the name under which the ledger of a ceremony lies in the folder, whatever computer that is carried to."""
    name = code.lower()
    return f"{name}_.ledger" if _NO_FILE.fullmatch(name) else f"{name}.ledger"


def _is_older(ledgers: Ledgers, target: Path, data: bytes) -> bool:
    known = ledgers.contents(MAX_FILE_BYTES).get(target.name, b"")
    return isinstance(known, bytes) and len(known) > len(data) and known.startswith(data)


@dataclass(frozen=True)
class _New:
    """A ledger that the desk is about to take up."""

    writer: LedgerWriter
    target: Path
    data: bytes
    chain: Chain
    code: str

    def _seats(self, people: People) -> dict[str, str]:
        """Return the seats of which the desk has not said who had them, with the name that was called on each, or none."""
        settled = {seat for ledger, seat in people.settled if ledger == self.chain.entries[0].hash}
        called = (one.data for one in self.chain.entries if isinstance(one.data, RollCalled))
        return {one.person: one.name or "" for one in called if one.person not in settled}

    def _taken(self, *bound: Event) -> list[Event]:
        return [LedgerTaken(ledger=self.code, head=self.chain.head), *bound]

    def agreed(self, dialogue: Dialogue, people: People) -> tuple[LedgerWriter, list[Event]]:
        """Return who takes it up, and what is written: who had its seats is asked, and whether it is taken up although something contradicts.

        Raises:
            StoppedError: If it is not.
        """
        writer = ask_writer(dialogue, self.writer)
        asked = _Seats(dialogue, deepcopy(people), self.chain, self.code).asked(self._seats(people))
        events = self._taken(*asked)
        if found := self.contradictions(writer, events):
            _ask_all_the_same(dialogue, found)
        return writer, events

    def unasked(self, people: People) -> list[Event]:
        """Return what is written where nobody can be asked.

        Raises:
            AttentionError: If something contradicts.
        """
        _say_taken_for(people, self._seats(people), self.code)
        if found := self.contradictions(self.writer, self._taken()):
            more = f", and {len(found) - 1} more" if found[1:] else ""
            raise AttentionError(
                f"with this ledger the folder contradicts itself: {found[0]}{more}",
                "compare it with the paper; at a terminal you can bring it into the folder anyway",
            )
        return self._taken()

    def contradictions(self, writer: LedgerWriter, events: Sequence[Event]) -> list[str]:
        """Return what would contradict in the register of the folder once it is taken up, and does not now."""
        contents = writer.ledgers.contents(MAX_FILE_BYTES)
        before = _findings(contents)
        then = _findings(_with_events(writer, contents, events) | {self.target.name: self.data})
        return [one for one in then if one not in before]


def _ask_all_the_same(dialogue: Dialogue, new: Sequence[str]) -> None:
    """Ask whether a ledger is taken up although something contradicts then."""
    dialogue.say("With this ledger the folder contradicts itself:")
    dialogue.rows(f"  {one}" for one in new)
    yes = (
        "each is left out, and told until it is corrected: splitkit record correction ENTRY TEXT; what the program saw of a set "
        "counts as soon as the ledger is taken up that made the set"
    )
    if not dialogue.certain("Is it brought into the folder anyway?", yes):
        raise StoppedError("it was not brought in: nothing was recorded")


def _findings(contents: Contents) -> Sequence[str]:
    return build((one.entry for one in bound(order_of(contents).placed)), clock.day()).findings


def _with_events(writer: LedgerWriter, contents: Contents, events: Sequence[Event]) -> dict[str, bytes | SplitkitError]:
    """Return the files of the folder as they would be once its desk has recorded some events."""
    name = writer.ledgers.last.name
    desk = contents[name]
    if isinstance(desk, SplitkitError):
        raise desk
    entries = read_ledger(desk).entries
    new = continued(map(writer.happening, events), entries[-1].seq, entries[-1].hash)
    return {**contents, name: b"".join(entry.line + b"\n" for entry in (*entries, *new))}


def _takeable(ledgers: Ledgers, target: Path, data: bytes, first: LedgerOpened) -> Order:
    """Return what the folder says now, if a ledger may come into it.

    Raises:
        SplitkitError: If it is of a rehearsal, of another ceremony of this code, or would put the folder in doubt.
    """
    contents = ledgers.contents(MAX_FILE_BYTES)
    known = contents.get(target.name, b"")
    if isinstance(known, SplitkitError):
        raise known
    if known.startswith(data):
        data = known  # an older copy takes nothing away
    before, after = order_of(contents), order_of({**contents, target.name: data})
    check_same_practice(first.practice, before)
    same = [one.root for one in after.ceremonies if one.name == first.ceremony]
    if len({*same}) > 1 or not _same_beginning(known, data):
        raise AttentionError(
            "another ceremony of this code is in the folder", "a code never comes twice: compare both with the paper"
        )
    _check_beginning(known, data)
    _check_no_worse(before, after)
    return before


def _same_beginning(known: bytes, data: bytes) -> bool:
    """Whether two copies are of one ledger, where one is known already, be it in part."""
    return data.startswith(known) or known.split(b"\n", 1)[0] == data.split(b"\n", 1)[0]


def _check_no_worse(before: Order, after: Order) -> None:
    """Refuse a ledger that would put the folder in doubt, before anything of it is there.

    Raises:
        LedgerError: If something would fail, fork or be missing that did not before.
    """
    worse = {str(doubt) for doubt in after.doubts if doubt.exit_code == LedgerError.exit_code}
    if worse - set(map(str, before.doubts)):
        raise LedgerError(
            f"with this ledger the folder fails verification: {min(worse)}", "compare it with the words on paper"
        )


def _check_beginning(known: bytes, data: bytes) -> None:
    """Refuse what does not go on with what is known."""
    if not data.startswith(known):
        raise LedgerError("the copy in the folder says something else, or more", "compare both with the words on paper")


def _copy(target: Path, data: bytes) -> None:
    """Let the copy in the folder grow to what *data* is; one that a stopped run has left unfinished too."""
    if not target.exists():
        files.replace_file(target, data)
        return
    with open_to_append(target, new=False) as file:
        known = file.read(MAX_FILE_BYTES)
        _check_beginning(known, data)
        if known != data:
            file.append(data[len(known) :])


def _say_taken_for(people: People, seats: Mapping[str, str], code: str) -> None:
    """Say who is taken for whom, where nobody can be asked."""
    for name in seats.values():
        if known := people.known(name):
            say(f"note: {safe(name)} of {code} is taken for {known}, who has the same name; if not: record seat.bound")
    if not all(seats.values()):
        say(f"note: {code} does not say by name who had every seat; if the folder may hold it: record seat.bound")


@dataclass
class _Seats:
    """The questions about the seats of a ceremony that the desk takes up."""

    dialogue: Dialogue
    people: People
    chain: Chain
    code: str

    def asked(self, seats: Mapping[str, str]) -> Iterator[Event]:
        """Yield whom the answers bind to each of *seats*, of which some have a name."""
        for seat, name in seats.items():
            if name and self.people.known(name):
                yield from self._called(seat, name)
        nameless = [seat for seat, name in seats.items() if not name]
        asked = f"{self.code} names nobody on {', '.join(nameless)}.  Does the folder hold who that is?"
        if nameless and self.dialogue.yes(
            asked, "each name is asked for, and stands in the folder alone", "it has no names"
        ):
            for seat in nameless:
                yield from self._named(seat)

    def _named(self, seat: str) -> Iterator[Event]:
        yield from self._called(seat, self.dialogue.text(f"Who had the seat {seat}, by name?", PERSON_NAME))

    def _called(self, seat: str, name: str) -> Iterator[Event]:
        """Yield that somebody of a name had a seat, and first who they are, if they are nobody who is known."""
        person = self._same(name)
        if not person:
            person = self.people.new_id(name)
            self.people.join(person, name)
            yield PersonJoined(person=person, name=name, since=self.chain.entries[0].day)
        yield SeatBound(ledger=self.code, seat=seat, person=person)

    def _same(self, name: str) -> str:
        """Return who of that name is known and is the same person; nothing where nobody is."""
        known = self.people.of_name(name)
        if len(known) > 1:
            asked = f"{len(known)} people are called {safe(name)}.  Which of them is the one of {self.code}?"
            numbered = {str(number): one for number, one in enumerate(known, 1)}
            return numbered.get(self.dialogue.choose(asked, {**numbered, "none": "somebody else"}), "")
        if (
            known and self.people.names[known[0]] == name
        ):  # spelt alike to the letter: that is told, and not asked of everybody
            self.dialogue.say(f"{name} of {self.code} is {known[0]}, who has the same name.")
            return known[0]
        asked = f"Is {safe(name)} of {self.code} the same person as {''.join(known)}?"
        return known[0] if known and self.dialogue.yes(asked, "one and the same person", "two people") else ""
