"""All ledgers of a custody, as the commands that need them build upon them, and write what they undertake.

The intent of an undertaking stands in the ledger before the first byte is shown, printed or opened, and its outcome after.
Whatever could be refused is checked before: the entries that will be written are made, and tried on the register, first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Literal

from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import Reading, note_head, read, say_once
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.talk import say, warn
from splitkit.cli.ui.vouching import Vouched, judged, with_what
from splitkit.custody.persons import check_seats_bound
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.records.thing_changes import check_here
from splitkit.custody.register import after, build, check_people
from splitkit.custody.saying.naming import are_named_apart, person_called, person_meant
from splitkit.custody.withdrawal import find_entry, nobody
from splitkit.errors import AttentionError, LedgerError, SplitkitError, UsageError
from splitkit.host import clock
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.branches import Branch, Placed, up_to
from splitkit.ledger.chain import PROGRAM, Entry, Happening, head_words
from splitkit.ledger.events import (
    Correction,
    FileSealed,
    Intent,
    IntentEnded,
    PlanAgreed,
    ReadingResult,
    ReadingSource,
    ReadingUse,
    SecretShown,
    SetMade,
    SheetRead,
)
from splitkit.ledger.ledger_file import Ledger, open_ledger
from splitkit.ledger.schema import Event
from splitkit.quorum.anchor import Anchor, parse_fingerprint
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.judge import Judgement
from splitkit.quorum.mnemonic import public_words
from splitkit.quorum.verdicts import Status

_WRITTEN_ANEW = "read the words again; if they are right, trust the paper: somebody may have rewritten these ledgers"


@dataclass(frozen=True)
class Custody:
    """The register of all ledgers, with their entries."""

    register: Register
    entries: Sequence[Entry]
    decides: bool = False
    """Whether paper vouches for every entry that the register follows from: then no claim counts against it."""
    signed: Sequence[Entry] = ()
    """The entries for which the words on paper vouch; those of a set vouch for that set, and for no entry."""

    def next_epoch(self, line: str) -> int:
        """Return the epoch of the next set of a line: above every set that any entry says was made, also one that contradicts and is left out."""
        made = [one.data for one in self.entries if isinstance(one.data, SetMade)]
        told = [one.epoch for one in made if (one.line or one.set) == line]
        return max(self.register.next_epoch(line), 1 + max(told, default=0))

    def vouched(self, set_id: str, given: Vouched, dialogue: Dialogue | None = None) -> tuple[Anchor, Custody]:
        """Return the fingerprint of a set, once what people signed agrees with these ledgers; asked for if not given.

        And return this with the entries for which they vouch.

        Raises:
            LedgerError: If it does not: somebody may have written them anew.
            UsageError, UnsafeMachineError, StoppedError: If nothing was given that could be compared.
        """
        made = self._made(set_id)
        wanted, signed_entries = parse_fingerprint(made.fingerprint), list[Entry]()

        def by_fingerprint(signed: Anchor) -> Anchor:
            if signed != wanted:
                raise self._of_another(signed, wanted)
            return wanted

        def by_head(words: Sequence[str]) -> Anchor:
            signed_entries[:] = _vouched(self.entries, words)
            if made not in [one.data for one in signed_entries]:
                raise LedgerError(
                    "this head is older than the set, and vouches only for what came before it",
                    "give the words of the signed record of the set: --fingerprint",
                )
            return wanted

        heads = [head_words(entry.hash) for entry in self.entries]
        anchor = given.compared(by_fingerprint, by_head, [wanted.fingerprint, *heads], dialogue)
        return anchor, replace(self, signed=signed_entries)

    def _made(self, set_id: str) -> SetMade:
        """Return what says that a set was made: what the program saw, where people have said so too."""
        told = [(one.saw, one.data) for one in self.entries if isinstance(one.data, SetMade) and one.data.set == set_id]
        return max(told, key=itemgetter(0))[1]

    def claims(self, newer: Sequence[Envelope]) -> Sequence[Envelope]:
        """Return which envelopes of *newer* sets are to be asked about: all but those that signed entries say are void or to come."""
        if self.decides:
            return []
        known = build(self.signed, vouched_day(self.signed)).register.sets
        void = {set_id for set_id, one in known.items() if one.life in (Life.VOID, Life.PENDING)}
        return [one for one in newer if one.header.set_id.hex() not in void]

    def _of_another(self, signed: Anchor, wanted: Anchor) -> SplitkitError:
        """Return why the words that were signed are not those of the set."""
        others = known_words(self.entries)
        what = judged(signed.fingerprint, [wanted.fingerprint], others)
        if signed.fingerprint in others:
            return UsageError(
                what, "say which set is meant with --set; type L before the words of a close-out sheet, or give --head"
            )
        return LedgerError(
            with_what("the words are not those that these ledgers hold for the set", what), _WRITTEN_ANEW
        )

    def check_agrees(self, known: SetRecord, envelope: Envelope) -> None:
        """Refuse ledgers that say something else of a set than its envelope, which was vouched for.

        Raises:
            LedgerError: If they do.
        """
        header, groups = envelope.header, [(group.threshold, group.members) for group in known.policy.groups]
        policy = (header.policy.group_threshold, [(group.threshold, group.members) for group in header.policy.groups])
        told = {
            "fingerprint": parse_fingerprint(self._made(known.set_id).fingerprint).fingerprint == envelope.fingerprint,
            "line": known.line == header.line.hex(),
            "epoch": known.epoch == header.epoch,
            "label": known.label == header.label or not known.label,
            "policy": (known.policy.group_threshold, groups) == policy,
            "practice mark": known.practice == header.practice,
        }
        if wrong := [what for what, agrees in told.items() if not agrees]:
            raise LedgerError(
                f"the ledger gives this set another {' and '.join(wrong)} than its envelope", "trust the signed record"
            )

    def words(self) -> dict[tuple[str, ...], str]:
        """Return all public words that follow from the ledgers, see `known_words`."""
        return known_words(self.entries)

    def keepers(self, envelope: Envelope) -> dict[str, str]:
        """Return who keeps each sheet of a set, and where, as far as the ledgers say it."""
        keepers, register = dict[str, str](), self.register
        ours = register.sets.get(envelope.header.set_id.hex())
        for number, sheet in ours.sheets.items() if ours else ():
            person = register.people.get(sheet.holder)
            where = (
                f"{what} {of}"
                for what, of in (("bag", sheet.bag), ("in", sheet.safe and register.place_named(sheet.safe)))
                if of and sheet.there
            )
            gone = [] if sheet.there else [sheet.condition]
            keepers[number] = ", ".join(
                [person.name if person else sheet.holder or "no keeper recorded", *where, *gone]
            )
        return keepers

    def warn_of_older(self, set_id: str) -> None:
        """Say what ledgers that no paper vouches for tell of a set, where it is in use no more: they prevent nothing."""
        known = self.register.sets.get(set_id)
        if known and known.life not in (Life.LIVE, Life.PENDING):
            warn(
                f"the ledgers here, which no paper vouches for, say that {known.name} is {known.life.told}: its secret may open nothing"
            )

    def record_as_read(
        self, writer: LedgerWriter | None, judgement: Judgement, without: Callable[[SplitkitError], None]
    ) -> None:
        """Record what the sheets were read as, of a set that the ledgers know by what vouches for it: its id alone is a claim."""
        envelope = judgement.chosen.envelope if judgement.chosen else None
        known = self.register.sets.get(envelope.header.set_id.hex()) if envelope else None
        try:
            if envelope and known:
                self.check_agrees(known, envelope)
        except LedgerError as error:
            warn(f"it is not recorded what these sheets were read as: {error.fact}")
            return
        try:
            if writer:
                record_read(writer, known, judgement)
        except SplitkitError as error:
            without(error)


def _vouched(entries: Sequence[Entry], head: Sequence[str]) -> list[Entry]:
    """Return the entries for which the words of a signed *head* vouch: up to it in its ledger, and what that had taken up.

    Raises:
        LedgerError: If it is the head of none.
    """
    heads = [head_words(entry.hash) for entry in entries]
    if tuple(head) not in heads:
        what = misread_head(head, entries)
        raise LedgerError(with_what("these ledgers do not hold the head that was signed", what), _WRITTEN_ANEW)
    return up_to(entries, entries[heads.index(tuple(head))])


def misread_head(head: Sequence[str], entries: Sequence[Entry]) -> str:
    """Return in words what a *head* is that these entries do not hold; nothing where they do, or where that is not known."""
    heads = [head_words(entry.hash) for entry in entries]
    return "" if tuple(head) in heads else judged(head, heads, known_words(entries))


def known_words(entries: Sequence[Entry]) -> dict[tuple[str, ...], str]:
    """Return all public words that follow from ledgers, each with what they are: of sets, of plans, and of the ledgers themselves."""
    known = {head_words(entry.hash): "a close-out sheet of these ledgers, which L heads" for entry in entries}
    for data in (entry.data for entry in entries):
        if isinstance(data, SetMade):
            known[parse_fingerprint(data.fingerprint).fingerprint] = f"set {data.set[:8]} of these ledgers"
        elif isinstance(data, PlanAgreed):
            known[public_words(bytes.fromhex(data.sha256))] = "a plan, which P heads"
    return known


def vouched_day(signed: Sequence[Entry]) -> dt.date:
    """Return the day up to which signed entries are judged: what paper vouches for has happened, whatever the clock of this machine says."""
    return max([clock.day(), *(one.day for one in signed)])


def signed_custody(ledgers: Ledgers, head: Sequence[str]) -> Custody:
    """Return the register of all ledgers up to the *head* that was signed, and of nothing that stands behind it.

    Raises:
        LedgerError: If they fail verification, or do not hold that head.
    """
    entries = read(ledgers).told().sound().entries
    signed = _vouched(entries, head)
    return Custody(build(signed, vouched_day(signed)).register, signed, decides=True, signed=signed)


def told_by(ledgers: Ledgers) -> Custody:
    """Return what ledgers say, for what people are told; nothing is prevented where they cannot be read."""
    with suppress(SplitkitError):
        reading = read(ledgers)
        return Custody(reading.built.register, reading.entries)
    return Custody(Register(), [])


def named_apart(ledgers: Ledgers, one: str, other: str) -> bool:
    """Whether two words name two people; the ledgers know nobody where nothing may be built upon what they say."""
    register = Register()
    with suppress(SplitkitError):
        register = read(ledgers).sound(here=False).built.register
    return are_named_apart(register, one, other)


def built_from(ledgers: Ledgers) -> Custody:
    """Return the register of all ledgers; entries that contradict are told, and left out: none of them keeps people from what cannot wait.

    Raises:
        LedgerError: If they fail verification.
    """
    reading = read(ledgers).told().sound()
    built = reading.built
    _tell_findings(built.findings)
    return Custody(built.register, reading.entries)


def _tell_findings(findings: Sequence[str]) -> None:
    say_once(*(f"contradiction: {finding}" for finding in findings))


def live_set(register: Register, beginning: str | None, *, pending: bool = False, old: bool = False) -> SetRecord:
    """Return the one live set, or the one whose id begins like that.

    Args:
        register: Where it is looked for.
        beginning: Of its id; nothing where only one is live.
        pending: Whether the id may be that of a set that is not yet relied upon.
        old: Whether it may be that of a set that was replaced, or came to nothing.

    Raises:
        AttentionError: If there is none.
        UsageError: If there are several.
    """
    more = (*[Life.PENDING] * pending, *[Life.SUPERSEDED, Life.RETIRED, Life.VOID] * old)
    lives = (Life.LIVE, *more) if beginning else (Life.LIVE,)
    meant = [one for one in register.sets.values() if one.set_id.startswith((beginning or "").lower())]
    found = [one for one in (meant if beginning else register.in_earnest) if one.life in lives]
    if not found and meant:
        fact = f"{meant[0].name} is {meant[0].life.told}" if beginning else "no set is in use"
        raise AttentionError(
            fact, "known are: " + ", ".join(f"{one.name}, {one.life.told}" for one in register.sets.values())
        )
    if not found:
        raise AttentionError("no set that is in use is in these ledgers", "give every ledger, the one of the split too")
    if len(found) > 1:
        raise UsageError(
            "several sets are in use", "say which with --set: " + ", ".join(known.set_id[:8] for known in found)
        )
    return found[0]


def appended(ledger: Ledger, events: Sequence[Event], by: str, witness: str, *, by_hand: bool = False) -> list[Entry]:
    """Write entries into a ledger that is held, and say what was seen on the way: an unfinished line, a clock that went back.

    Raises:
        UsageError, AttentionError, DeviceError: See `splitkit.ledger.ledger_file.Ledger.append`.
    """
    if PROGRAM in (by, witness):
        raise nobody(PROGRAM)
    torn, before = bool(ledger.torn), ledger.entries[-1:]
    entries = ledger.append_all(events, by=by, witness=witness, at=clock.stamp(), by_hand=by_hand)
    if torn and entries:
        say(f"note: entry {entries[0].seq - 1} records a line that an earlier run left unfinished")
    if before and entries and entries[0].time < before[0].time:
        warn("clock unverified: it shows an earlier time than the entry before")
    return entries


_ADMINISTRATOR = "ADM"
"""Who does what a ceremony does, where nobody else was named."""


def _asked_who(register: Register) -> str:
    """Return who does what is about to be done.

    Raises:
        UsageError: If nobody is at a terminal to say so.
    """
    if not interactive():
        raise UsageError("it was not said who does this", "give --by PERSON, by name or id")
    with Dialogue.open("nothing was done") as dialogue:
        return ask_who(dialogue, register)


def ask_who(dialogue: Dialogue, register: Register) -> str:
    """Return the id of whoever says that they do what is about to be done."""
    return ask_person(dialogue, "Who does this?", register, "Who answers for it.")


def ask_person(dialogue: Dialogue, question: str, register: Register, means: str = "") -> str:
    """Return the id of somebody: of those who are here, who are offered by number, or whoever else is named."""
    offered = {one: person_called(register, one) for one in register.here}

    def take(typed: str) -> str:
        if not typed:
            raise UsageError("nobody was named", "type a number, or the name of somebody in full")
        return person_meant(register, typed)

    return dialogue.pick(question, offered, take, means or "A number, or the name in full.")


@dataclass(frozen=True)
class LedgerWriter:
    """Who writes into the last of all ledgers, if any was named; the file is held for one entry only, never while people act."""

    ledgers: Ledgers
    by: str
    witness: str
    overruled: Overruled = field(default_factory=Overruled)
    by_hand: bool = False
    """Whether people enter what is written: then the program saw nothing of it."""
    recovers: bool = False
    """Whether what is recorded is a recovery, which does not depend on what this computer saw before."""

    def read(self) -> Reading:
        """Return what all ledgers say, after every doubt was said.

        Raises:
            LedgerError: If nothing may be built upon them.
        """
        return read(self.ledgers).told().sound(here=not self.recovers)

    def checked(self) -> LedgerWriter:
        """Return this with the ids of the people who were named, after all that could refuse an entry was read.

        Raises:
            UsageError, AttentionError, LedgerError: If ledgers fail, the last takes no entry, or somebody is unknown to them.
        """
        if not self.ledgers:
            return self
        built = self.read().built
        _tell_findings(built.findings)
        by = self.by or (_ADMINISTRATOR if self.ledgers.named else _asked_who(built.register))
        witness = self.witness and person_meant(built.register, self.witness)
        with open_ledger(self.ledgers.last) as ledger:
            ledger.check_open()
        found = replace(self, by=person_meant(built.register, by), witness=witness)
        check_people(built.register, found.by, found.witness)
        check_here(built.register, [found.witness], clock.day())
        return found

    def record(self, *events: Event) -> None:
        """Write what has happened, whatever the register says of it: all entries are on the disk afterwards, or none.

        Raises:
            UsageError, AttentionError, DeviceError: See `splitkit.ledger.ledger_file.Ledger.append`.
        """
        with open_ledger(self.ledgers.last) as ledger:
            self.append(ledger, events)

    def shown(self, set_id: str, purpose: str, way: Literal["screen", "stdout"], seconds: int) -> SecretShown:
        """Return what is written of a secret that these people saw."""
        seats = tuple(filter(None, (self.by, self.witness)))
        return SecretShown(set=set_id, purpose=purpose, released_by=seats, seen_by=seats, way=way, seconds=seconds)

    def sealed(self, set_id: str, digest: str, size: int) -> FileSealed:
        """Return what is written of a file that was sealed."""
        return FileSealed(set=set_id, sha256=digest, bytes=size)

    def happening(self, event: Event) -> Happening:
        """Return an event as it happens now."""
        return Happening(event, self.by, self.witness, clock.stamp(), by_hand=self.by_hand)

    def append(self, ledger: Ledger, events: Sequence[Event]) -> list[Entry]:
        """Write entries into the ledger that is held, after what was overruled for them.

        Raises:
            UsageError, AttentionError, DeviceError: See `splitkit.ledger.ledger_file.Ledger.append`.
        """
        before = self.overruled.entries(self.by, self.witness)
        entries = appended(ledger, [*before, *events], self.by, self.witness, by_hand=self.by_hand)
        if not self.ledgers.named:
            note_head(Branch(tuple(ledger.entries)))
        self.overruled.recorded()
        return entries[len(before) :]

    @contextmanager
    def held(self) -> Iterator[Held]:
        """Keep everybody else from the ledger for one append, which follows from all ledgers as they stand now.

        Raises:
            SplitkitError: See `splitkit.ledger.ledger_file.open_ledger`, `Reading.sound`.
        """
        self.read()  # a ledger that is not here at all is in doubt, and no slip of the pen
        with open_ledger(self.ledgers.last) as ledger:
            reading = self.read()
            placed = reading.ordered.placed if reading.ordered else ()
            yield Held(self, ledger, reading.entries, reading.built.register, placed)


@dataclass(frozen=True)
class Held:
    """The last of all ledgers, held for one append, and the register of all of them."""

    writer: LedgerWriter
    ledger: Ledger
    entries: Sequence[Entry]
    register: Register
    placed: Sequence[Placed] = ()
    """The entries of a folder as they stand there, with the seats of the ceremonies."""

    def after(self, events: Sequence[Event]) -> Register:
        """Return the register after entries that are only tried.

        Raises:
            UsageError, AttentionError: If one is not allowed, or contradicts the register.
        """
        check_seats_bound(self.placed, events)
        register = self.register
        for event in events:
            if isinstance(event, Correction) and event.ledger:
                find_entry(self.entries, f"{event.ledger}/{event.seq}", "")
            register = after(register, self.writer.happening(event))
        return register

    def write(self, events: Sequence[Event]) -> list[Entry]:
        """Try entries that belong together, and write them.

        Raises:
            UsageError, AttentionError, DeviceError: See `after`, `splitkit.ledger.ledger_file.Ledger.append`.
        """
        self.after(events)
        return self.writer.append(self.ledger, events)


# --- undertakings: an intent before the first byte, an outcome after, see `splitkit.cli.ui.undertaking` -------------------


def intent_code(head: str) -> str:
    """Return the code of an intent, from the head of the ledger before it: no other intent has that."""
    return f"N-{head[:8].upper()}"


def announced(
    writer: LedgerWriter, planned: Sequence[Event], without: Callable[[SplitkitError], None] | None, **what: Any
) -> str:
    """Write an intent, after it and what is planned were tried on the register; return its code, or nothing where people go on without."""
    try:
        with writer.held() as held:
            intent = Intent(intent=intent_code(held.ledger.head), **what)
            held.after([intent, *planned])
            held.write([intent])
    except SplitkitError as error:
        if without is None:
            raise
        without(error)
        return ""
    return intent.intent


def end(writer: LedgerWriter, code: str, result: str, came: Sequence[Event], *, lenient: bool) -> None:
    """Write the outcome of an intent together with what came of it; where that fails say so, and raise unless it is *lenient*."""
    entries = [*came, IntentEnded(intent=code, result=result)]  # type: ignore[arg-type]
    try:
        writer.record(*entries)
    except SplitkitError as error:
        warn(f"the outcome of {code} could not be recorded: {error.fact}")
        say(f"hint: {worded(error.hint)}; then enter it: splitkit record outcome intent={code} result=...")
        if not lenient:
            raise


# --- what was read ----------------------------------------------------------------------------------------------------

_RESULTS: Mapping[Status, ReadingResult] = {
    Status.SOUND: "sound",
    Status.DUPLICATE: "sound",
    Status.FORGED: "forged",
    Status.DAMAGED: "damaged",
}


def readings_of(known: SetRecord, judgement: Judgement, use: ReadingUse) -> list[SheetRead]:
    """Return the reading of every sheet of a set, as an entry: what the program read decides, whatever it was read for.

    What was wrong comes first: a sheet that was read sound as well is sound, and what was forged stays recorded.
    """
    readings = dict[tuple[str, ReadingResult], SheetRead]()
    for sheet in judgement.sheets:
        number, outcome = sheet.code, _RESULTS.get(sheet.status)
        if number in known.sheets and outcome:
            source: ReadingSource = "typed" if sheet.margin is None else "scan"
            data = SheetRead(
                set=known.set_id, sheet=number, use=use, source=source, result=outcome, margin=sheet.margin_percent
            )
            readings.setdefault((number, outcome), data)
    return sorted(readings.values(), key=lambda one: one.result == "sound")


def record_read(writer: LedgerWriter, known: SetRecord | None, judgement: Judgement) -> None:
    """Record what the sheets that were to open a set were read as; nothing of what nobody vouches for.

    Raises:
        SplitkitError: If the ledger takes nothing.
    """
    if not (known and writer.ledgers and judgement.anchored):
        return
    use: ReadingUse = "quorum" if judgement.chosen and judgement.chosen.has_quorum else "inventory"
    if readings := readings_of(known, judgement, use):
        writer.record(*readings)
