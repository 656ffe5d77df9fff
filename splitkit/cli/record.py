"""`splitkit record`: what happened, as an entry of the desk's ledger; and what a ceremony recorded, taken up by the desk."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.options import Parsed, ledgers_option
from splitkit.cli.ui.custody_ledgers import LedgerWriter, built_from
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue
from splitkit.cli.ui.entry_lines import event_lines
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import Reading
from splitkit.cli.ui.sheet_input import read_record, set_rows
from splitkit.cli.ui.talk import result, safe, say
from splitkit.cli.ui.vouching import agree, ask_words, check_asked, confirm_set, judged, with_what
from splitkit.custody.persons import People, bound, people_of
from splitkit.custody.records.holdings import Register
from splitkit.custody.register import build, check_may_go, check_people, resting_on
from splitkit.custody.repeats import recorded_already
from splitkit.custody.saying.meaning import EXAMPLES, event_meant, is_event
from splitkit.custody.saying.naming import person_meant
from splitkit.custody.saying.question import FIELD, LEFT_OUT, Sentence, UnclearError, shown
from splitkit.custody.saying.sentence import understood
from splitkit.custody.saying.telling import in_plain_words
from splitkit.custody.withdrawal import check_withdrawable, find_entry, withdrawals
from splitkit.errors import (
    AttentionError,
    ForgedError,
    LedgerError,
    Remedy,
    SplitkitError,
    StoppedError,
    UsageError,
)
from splitkit.host import clock, files, hardening
from splitkit.host.append import open_to_append
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.branches import Contents, Order, order
from splitkit.ledger.chain import Entry, Happening, new_entry
from splitkit.ledger.events import (
    DESK,
    EVENTS,
    LedgerOpened,
    LedgerTaken,
    PersonJoined,
    RollCalled,
    SeatBound,
    Withdrawn,
)
from splitkit.ledger.fields import PERSON_NAME, TEXT, taken
from splitkit.ledger.schema import Event
from splitkit.ledger.verification import MAX_FILE_BYTES, Chain, read_ledger
from splitkit.ledger.wording import in_words
from splitkit.quorum.anchor import Anchor, parse_fingerprint


@click.command(cls=StrictCommand, name="record")
@click.argument("words", nargs=-1, metavar="[EVENT [WORD...]]")
@click.option("--list", "listed", is_flag=True, help="List every event that people record; with EVENT, its fields.")
@ledgers_option()
@click.option(
    "--take", metavar="FILE",
    help="Take up a ceremony: copy its ledger into the folder, and count it.  If that is lost, the public record of its set.",
)  # fmt: skip
@click.option("--reason", type=Parsed(partial(taken, TEXT)), metavar="TEXT", help="Why 'withdraw ENTRY...' withdraws.")
@click.option("--by", default="", metavar="PERSON", help="Who says so, by name or id; asked for if not given.")
@click.option("--wit", default="", metavar="PERSON", help="Who has seen it.")
def command(
    words: Sequence[str], listed: bool, ledgers: Ledgers, take: str | None, reason: str | None, by: str, wit: str
) -> None:
    """Record what happened, in one sentence.

    What the register knows need not be said: who keeps a sheet, its bag, its set, the day.  FIELD=VALUE says anything else.
    People and places go by their names, sheets by their numbers: 1,3 or 1-3.  What does not fit is asked at a terminal, and
    refused elsewhere.

    'record withdraw ENTRY...' takes back what was said by a slip: two people do, at a terminal.  ENTRY is the number of the entry; in
    the ledger of a ceremony C-0001/12.

    Example: splitkit record stored 1 "Berlin safe" --by "Ada Example"

    Example: splitkit record seen 1-3 intact=yes --by ada-example
    """
    hardening.harden()  # a text may be refused because it is a secret
    if listed:
        result(*_listed(words))
        return
    if (take is None) == (not words):
        raise UsageError("say what happened, or which ledger is taken up", _SEE_LIST)
    sentence = Sentence(tuple(words), by, wit)
    if take is not None:
        _take(LedgerWriter(ledgers, by, wit).checked(), take)
    elif words[0] == _WITHDRAW:
        _withdraw(LedgerWriter(ledgers, by, wit).checked(), words[1:], reason)
    elif _WITHDRAW in words and not is_event(words[0]):
        rest = [word for word in words if word != _WITHDRAW]
        raise UsageError("the event comes first", f"splitkit record {' '.join(map(_quoted, (_WITHDRAW, *rest)))}")
    elif reason is not None:
        raise UsageError("--reason is for 'withdraw' alone", "write the reason of an event as reason=TEXT")
    else:
        _record(ledgers, sentence)


_WITHDRAW = "withdraw"
_SEE_LIST = "see 'splitkit record --list' for all events"


def _listed(words: Sequence[str]) -> Iterator[str]:
    """Yield every event that people record, with an example; or what an event is, and its fields."""
    for word in words:
        yield from event_lines(event_meant(word), full=True)
    for name, example in EXAMPLES.items() if not words else ():
        line = f"{example:<40} {EVENTS[name].means}"
        yield from [line] if len(line) <= COLUMNS else [example, f"    {EVENTS[name].means}"]


def _record(ledgers: Ledgers, sentence: Sentence) -> None:
    """Write what a sentence says: all of it, or nothing."""
    _check_said(sentence.words[0])
    try:
        lines = _written(ledgers, sentence)
    except UnclearError as unclear:
        if not interactive():
            raise _refusal(unclear, ledgers) from None
        try:
            lines = _written(ledgers, _settled(sentence, built_from(ledgers, strict=False).register))
        except UnclearError as meanwhile:
            raise _refusal(meanwhile, ledgers) from None
    say(*lines)


def _check_said(word: str) -> None:
    """Refuse an event that only the program can see; what no event is called like is refused later, with what is near to it."""
    if is_event(word) and (own := event_meant(word).event) in _OWN:
        how = "is what the program sees: nobody can say it" if EVENTS[own].saw else "has a way of its own"
        raise UsageError(f"'{own}' {how}", _OWN[own])


def _written(ledgers: Ledgers, sentence: Sentence) -> list[str]:
    """Write what a sentence says, and return that in plain words; what the same people recorded today is not written again."""
    with LedgerWriter(ledgers, "", "", by_hand=True).held() as held:
        before = partial(recorded_already, held.entries, day=clock.day())
        spoken = understood(sentence, held.register, clock.stamp(), before)
        check_people(held.register, spoken.by, spoken.witness)
        told = [(event, before(event)) for event in spoken.events]
        again = [one for _, one in told if one and one.adds_nothing(spoken.by, spoken.witness)]
        lines = [f"recorded already, entry {one.entry.seq}: nothing was written" for one in again]
        now = replace(held, writer=replace(held.writer, by=spoken.by, witness=spoken.witness))
        register = now.after([event for event, one in told if not one])
        new = [event for event, one in told if one not in again]
        return [*lines, *(_told(entry, register) for entry in (now.writer.append(held.ledger, new) if new else ()))]


def _told(entry: Entry, register: Register) -> str:
    data = entry.listed()
    said = "; as what people said: the program saw nothing of it" if data.saw else ""
    return f"entry {entry.seq} recorded: {safe(in_plain_words(data, register))}{said}"


def _settled(sentence: Sentence, register: Register) -> Sentence:
    """Ask until a sentence fits."""
    with Dialogue.open("nothing was recorded") as dialogue:
        return dialogue.interview(lambda: _mended(dialogue, sentence, register))


def _mended(dialogue: Dialogue, sentence: Sentence, register: Register) -> Sentence:
    while True:
        try:
            understood(sentence, register, clock.stamp())
        except UnclearError as unclear:
            sentence = _answered(dialogue, unclear)
        else:
            return sentence


def _answered(dialogue: Dialogue, unclear: UnclearError) -> Sentence:
    """Return the sentence that an answer makes; one that changes nothing leaves it refused."""
    question = unclear.question
    if question.mended:
        dialogue.refuse(unclear.error)
        return dialogue.read(question.asked, question.mended, "Type it as it is called.")
    answer = dialogue.choose(question.asked, {one.answer: one.means for one in question.choices})
    then = next(one.sentence for one in question.choices if one.answer == answer)
    if then is None:
        raise unclear.error
    return then


def _refusal(unclear: UnclearError, ledgers: Ledgers) -> SplitkitError:
    """Return what is told where nobody can be asked, with each answer as a command in full."""
    question, hint = unclear.question, worded(unclear.error.hint)
    ways = [
        f"{one.means}: {_in_full(one.sentence, ledgers)}"
        for one in question.choices
        if one.sentence and not one.sentence.sure
    ]
    if question.mended:
        ways = [_in_full(question.mended(LEFT_OUT), ledgers)]
    return type(unclear.error)(unclear.error.fact, "; ".join([*ways, *([hint] if hint else [])]))


def _in_full(sentence: Sentence, ledgers: Ledgers) -> str:
    where = [word for name in ledgers.named for word in ("--ledger", name)] + (
        ["--home", ledgers.home] if ledgers.home else []
    )
    who = [word for name, who in (("--by", sentence.by), ("--wit", sentence.witness)) if who for word in (name, who)]
    return " ".join(["splitkit record", *map(_quoted, (*sentence.words, *where, *who))])


def _quoted(word: str) -> str:
    """Return a word as it is typed; what may be a secret is left out."""
    found = FIELD.fullmatch(word)
    if found:
        return f"{found[1]}={_quoted(found[2])}"
    text = shown(word) if word else ""
    if re.fullmatch(r"[\w.,:/@%+=-]+", text):
        return text
    return f'"{text}"' if not set(text) & set('"$`\\!') else shlex.quote(text)


_GUIDED = "it is recorded where it is done: 'splitkit ceremony run'"
_REVIEW = "two people hold it: splitkit custody review --reviewer PERSON --reviewer PERSON --out FILE"
_OWN = {
    "open": "a folder is made with 'splitkit init', and the ledger of a ceremony with 'splitkit ledger new'",
    "close": "the ledger of the desk is never closed; that of a ceremony is with 'splitkit ledger close'",
    "torn": "the next entry records a torn line by itself",
    "withdrawn": "two people withdraw: splitkit record withdraw ENTRY --by PERSON --wit PERSON",
    "ledger.taken": "take a ceremony up: splitkit record --take LEDGER",
    "fork.settled": "choose a branch: splitkit ledger verify --settle HASH",
    "head.compared": "the program compares the words: splitkit ledger verify --head WORDS --by PERSON",
    "preflight": _GUIDED,
    "preflight.done": _GUIDED,
    "selftest": _GUIDED,
    "dice": _GUIDED,
    "wipe": _GUIDED,
    "set.made": "make it: splitkit split, refresh or rotate; if its ledger is lost: record --take record.pdf",
    "sheet.printed": _GUIDED,
    "sheet.read": "let the program read the sheet: splitkit drill SCAN...",
    "set.proven": "let the program put a quorum together: splitkit drill SCAN...",
    "sheet.reissued": "print it again: splitkit reissue",
    "file.sealed": "seal it: splitkit seal, with the ledger named",
    "file.opened": "open it: splitkit open",
    "drill": "hold it: splitkit drill SCAN...",
    "review": _REVIEW,
    "review.line": _REVIEW,
}
"""Events that follow from what the program sees, and from no one's word: which command sees it."""


def _withdraw(writer: LedgerWriter, names: Sequence[str], reason: str | None) -> None:
    """Take back what was said, once two people agree to all that follows."""
    reading = writer.read()
    entries = reading.entries
    ledger = read_ledger(files.read_file(str(writer.ledgers.last), MAX_FILE_BYTES)).entries[0].hash
    gone = list(dict.fromkeys(find_entry(entries, name, ledger) for name in names))
    if not gone:
        raise UsageError("no entry is named", "name its number: 'splitkit ledger show' has it")
    _check_stand(entries, gone)
    check_asked()
    with Dialogue.open("nothing was withdrawn") as dialogue:
        who = partial(person_meant, reading.built.register)
        second = writer.witness or dialogue.read(f"Who withdraws it together with {writer.by}?", who)
        if not reading.built.register.are_two((writer.by, second)):
            raise UsageError("fewer than two people withdraw this", Remedy.NAME_TWO)
        reason = reason or dialogue.text("Why is it withdrawn?", TEXT)
        back = [Withdrawn(entry=one.hash, reason=reason, approved=(writer.by, second)) for one in gone]
        rests = _rests(reading, replace(writer, witness=second), back)
        dialogue.rows([line for one in gone for line in _shown(one)])
        dialogue.rows(rests)
        dialogue.say("It stays in the ledger, and on the first lines of status and audit until a review confirms it.")
        agree(dialogue, (writer.by, second), "is this withdrawn?", "nothing follows from it any more")
    with replace(writer, witness=second).held() as held:
        _check_stand(held.entries, gone)
        held.write(back)
    say(f"withdrawn: {', '.join(f'entry {one.seq} ({one.event})' for one in gone)}")


def _check_stand(entries: Sequence[Entry], gone: Sequence[Entry]) -> None:
    """Refuse to withdraw what the program saw, or what was withdrawn before."""
    before = {one.entry.hash for one in withdrawals(entries)[0]}
    for one in gone:
        check_withdrawable(one)
        if one.hash in before:
            raise AttentionError(f"entry {one.seq} was withdrawn before", "it stands for nothing already")


def _shown(one: Entry) -> list[str]:
    who = f"{one.by}, seen by {one.witness}" if one.witness else one.by
    return [f"Entry {one.seq} of {one.time[:16].replace('T', ' ')}, said by {who}:", f"  {one.event}: {in_words(one)}"]


def _rests(reading: Reading, writer: LedgerWriter, back: Sequence[Withdrawn]) -> list[str]:
    """Return what would contradict the rest if something were withdrawn, and who would have no name any more."""
    before, then = reading.built, reading.supposing([writer.happening(one) for one in back])
    check_may_go(before, then)
    names = {one.name for one in then.register.people.values()}
    unnamed = [one.name for one in before.register.people.values() if one.name not in names]
    nameless = [f"No entry says any more who {safe(name)} is: say who it was with seat.bound." for name in unnamed]
    if not (found := resting_on(before, then)):
        return ["Nothing that was recorded rests on it.", *nameless]
    told = [f"  {one}" for one in found]
    return ["What rests on it, and contradicts the rest until it is settled:", *told, *nameless]


def _take(writer: LedgerWriter, path: str) -> None:
    """Copy what a ceremony's ledger says into the folder, and let the desk take it up; or take up a set from its public record."""
    if writer.ledgers.named:
        raise UsageError("a ceremony is taken up into a custody folder", Remedy.NAME_HOME)
    data = files.read_file(path, MAX_FILE_BYTES)
    if not data.startswith(b"{"):
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
        raise UsageError("this is no ledger of a ceremony", "name the ledger that a ceremony wrote")
    target = writer.ledgers.last.with_name(_file_name(first.ceremony))
    before = _takeable(writer.ledgers, target, data, first)
    if any(one.entry.hash == chain.head for one in before.placed):
        say(f"{first.ceremony} was taken up before, to its last entry: nothing was recorded")
        return
    if _is_older(writer.ledgers, target, data):
        say(f"this copy of {first.ceremony} is older than the one in the folder: nothing was recorded")
        return
    people = people_of(before.placed)
    events = [LedgerTaken(ledger=first.ceremony, head=chain.head), *_bound(people, chain, first.ceremony)]
    _check_fits(writer, target, data, events)
    with writer.held() as held:
        if people_of(_takeable(writer.ledgers, target, data, first).placed).ids != people.ids:
            raise AttentionError("somebody was introduced to the folder meanwhile", "take the ledger up again")
        _copy(target, data)
        held.write(events)
    say(f"{first.ceremony} is taken up, with {len(chain.entries)} entries")


def _take_record(writer: LedgerWriter, path: str) -> None:
    """Take up a set whose ledger is lost, from its public record: people say that it was made, and its sheets are still to be read."""
    from splitkit.issue.make import set_made  # noqa: PLC0415  (what makes sets and pages loads slowly)

    if not writer.witness:
        raise UsageError("a set is taken up from its record before two people", "name the other one: --wit PERSON")
    _, envelope = read_record(path)
    header = envelope.header
    set_id = header.set_id.hex()
    _check_same_practice(header.practice, order(writer.ledgers.contents(MAX_FILE_BYTES)))

    def take(typed: str) -> Anchor:
        anchor, words = parse_fingerprint(typed), envelope.fingerprint
        if anchor.fingerprint != words:
            fact = with_what("these are not the words of this record", judged(anchor.fingerprint, [words], {}))
            raise ForgedError(fact, "compare the record with the paper that was signed")
        return anchor

    otherwise = "at a terminal people are asked for the words that they signed"
    ask_words("Type the 12 words headed F of the SIGNED RECORD:", take, otherwise, [envelope.fingerprint])
    confirm_set(set_id, set_rows(envelope), "Is the ledger of this set lost, and is it taken up from its record alone?")
    with replace(writer, by_hand=True).held() as held:
        older = held.register.older_in_use(header.line.hex(), header.epoch)
        held.write([set_made(envelope, header.policy, None, older.set_id if older else None)])
    say(f"set {set_id[:8]} is taken up from its record, as people say it; its sheets are still to be read")
    say("next: record who has which sheet, and let the program read a quorum: splitkit drill SCAN...")


_NO_FILE = re.compile(r"desk|con|prn|aux|nul|(?:com|lpt)[0-9]")
"""What is the ledger of the desk, or no name of a file on Windows."""


def _file_name(code: str) -> str:
    """Return the name under which the ledger of a ceremony lies in the folder, whatever computer that is carried to."""
    name = code.lower()
    return f"{name}_.ledger" if _NO_FILE.fullmatch(name) else f"{name}.ledger"


def _is_older(ledgers: Ledgers, target: Path, data: bytes) -> bool:
    known = ledgers.contents(MAX_FILE_BYTES).get(target.name, b"")
    return isinstance(known, bytes) and len(known) > len(data) and known.startswith(data)


def _check_fits(writer: LedgerWriter, target: Path, data: bytes, events: Sequence[Event]) -> None:
    """Build the register of the folder with a ledger before it is taken up; what would contradict is asked, and refused where nobody is.

    Raises:
        AttentionError, StoppedError: If it is not taken up.
    """
    contents = writer.ledgers.contents(MAX_FILE_BYTES)
    before = _findings(contents)
    new = [one for one in _findings(_with_events(writer, contents, events) | {target.name: data}) if one not in before]
    if not new:
        return
    fact = f"with this ledger the folder contradicts itself: {new[0]}" + (
        f", and {len(new) - 1} more" if new[1:] else ""
    )
    if not interactive():
        raise AttentionError(
            fact, "compare it with the paper; at a terminal it is taken up all the same, if you say so"
        )
    _ask_all_the_same(new)


def _ask_all_the_same(new: Sequence[str]) -> None:
    """Ask whether a ledger is taken up although something contradicts then."""
    with Dialogue.open("nothing was recorded") as dialogue:
        dialogue.say("With this ledger the folder contradicts itself:")
        dialogue.rows(f"  {one}" for one in new)
        yes = "each is left out, and told until it is corrected: splitkit record correction ENTRY TEXT"
        if not dialogue.certain("Is it taken up all the same?", yes):
            raise StoppedError("it is not taken up: nothing was recorded")


def _findings(contents: Contents) -> Sequence[str]:
    return build(one.entry for one in bound(order(contents).placed)).findings


def _with_events(writer: LedgerWriter, contents: Contents, events: Sequence[Event]) -> dict[str, bytes | SplitkitError]:
    """Return the files of the folder as they would be once its desk has recorded some events."""
    name = writer.ledgers.last.name
    desk = contents[name]
    if isinstance(desk, SplitkitError):
        raise desk
    entries = list(read_ledger(desk).entries)
    for event in events:
        what = Happening(event, writer.by, writer.witness, clock.stamp())
        entries.append(new_entry(what, len(entries) + 1, entries[-1].hash))
    return {**contents, name: b"".join(entry.line + b"\n" for entry in entries)}


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
    before, after = order(contents), order({**contents, target.name: data})
    _check_same_practice(first.practice, before)
    same = [one.root for one in after.ceremonies if one.name == first.ceremony]
    if len({*same}) > 1 or not _same_beginning(known, data):
        raise AttentionError(
            "another ceremony of this code is in the folder", "a code never comes twice: compare both with the paper"
        )
    _check_beginning(known, data)
    _check_no_worse(before, after)
    return before


def _check_same_practice(practice: bool, folder: Order) -> None:
    """Refuse a rehearsal in a real folder, and what is real in one for rehearsals."""
    if practice != bool(folder.desk and folder.desk.practice):
        what = "of a rehearsal, and the folder is real" if practice else "real, and the folder is for rehearsals"
        raise AttentionError(f"this is {what}", "keep rehearsals elsewhere: splitkit init DIR --practice")


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
        raise LedgerError(f"with this ledger the folder fails: {min(worse)}", "compare it with the words on paper")


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


def _bound(people: People, chain: Chain, code: str) -> list[Event]:
    """Ask who had the seats of a ceremony, as far as its ledger does not say."""
    seats = {one.data.person: one.data.name or "" for one in chain.entries if isinstance(one.data, RollCalled)}
    seated = {seat for ledger, seat in people.settled if ledger == chain.entries[0].hash}
    open_seats = {seat: name for seat, name in seats.items() if seat not in seated}
    if not interactive():
        _say_taken_for(people, open_seats, code)
        return []
    with Dialogue.open("nothing was recorded") as dialogue:
        return dialogue.interview(lambda: list(_Seats(dialogue, deepcopy(people), chain, code).asked(open_seats)))


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
        asked = f"Is {safe(name)} of {self.code} the same person as {''.join(known)}?"
        return known[0] if known and self.dialogue.yes(asked, "one and the same person", "two people") else ""
