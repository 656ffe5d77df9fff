"""What the ledgers of a command say, and what is in doubt about them: said in the first line, and in the exit code.

What this computer saw last of the ledger of a desk is compared here too: yesterday's copy of a folder is whole, and looks like today's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from splitkit.cli.ui.talk import DOUBTS, safe, say, warn
from splitkit.custody.folder import MAX_SETTINGS, Settings, parse_settings
from splitkit.custody.own_packs import parse_own
from splitkit.custody.persons import bound, order_of
from splitkit.custody.records.roll import in_ledgers
from splitkit.custody.register import Built, build
from splitkit.custody.withdrawal import Names
from splitkit.errors import AttentionError, LedgerError, Remedy, SplitkitError, UsageError
from splitkit.host import clock, files, state
from splitkit.host.home import SETTINGS, Ledgers
from splitkit.ledger.branches import Branch, Doubt, Order, Placed, judge_folder, torn_doubt
from splitkit.ledger.chain import GENESIS, Entry, Happening, continued
from splitkit.ledger.comparison import RecordStanding, record_standing
from splitkit.ledger.events import LedgerOpened
from splitkit.ledger.last_heads import MAX_HEADS_BYTES, gone, lost_head, parse_heads
from splitkit.ledger.verification import MAX_FILE_BYTES, Chain, Verification, is_desk, judge_chains, read_ledger
from splitkit.packs.pack import Pack
from splitkit.packs.packfile import MOST_BYTES

_HEADS = "heads.json"
"""The file in which this computer keeps the last head of each desk that it saw."""

_READ = "splitkit.read"
"""Where the context of a run keeps what it read last: the same bytes are not judged twice."""


@dataclass(frozen=True)
class Reading:
    """The entries of all ledgers in their order, and what is in doubt about them."""

    ledgers: Ledgers
    entries: Sequence[Entry]
    doubts: Sequence[Doubt]
    contents: Mapping[str, bytes] = field(default_factory=dict)
    """The bytes of each file, by its name."""
    chains: Sequence[Chain] = ()
    """What was read of them, where they were named."""
    ordered: Order | None = None
    """What they say together, where they are those of a folder."""
    called: str = ""
    """The name of the folder, where it is one."""
    lost: str = ""
    """The head of the desk that this computer saw, and that is not here."""

    @cached_property
    def built(self) -> Built:
        """The register that follows from them, and what contradicts; what is dated later than today counts for nothing yet."""
        return self.built_at(clock.day())

    def built_at(self, day: dt.date) -> Built:
        """Return the register at the end of a day."""
        return build(self.entries, day, self.packs)

    @cached_property
    def packs(self) -> Mapping[str, Pack]:
        """The packs of people's own that lie in the folder, by the SHA-256 of their files."""
        return own_packs(self.pack_files)

    @cached_property
    def pack_files(self) -> Mapping[str, bytes | SplitkitError]:
        """The bytes of those files by their names, or why one cannot be read; read once."""
        return self.ledgers.packs(MOST_BYTES)

    @property
    def head(self) -> str:
        """The hash with which they end: that of the desk, or the last that was named."""
        if self.ordered:
            return self.ordered.desk.head if self.ordered.desk else GENESIS
        return self.chains[-1].head if self.chains else GENESIS

    def supposing(self, what: Iterable[Happening]) -> Built:
        """Return the register that would follow if some more were written at their end, and what would contradict."""
        last = self.ordered.desk.entries[-1] if self.ordered and self.ordered.desk else self.chains[-1].entries[-1]
        more = continued(what, last.seq, last.hash)
        if not (self.ordered and self.ordered.desk):
            return build([*self.entries, *more], clock.day(), self.packs)
        root = self.ordered.desk.root
        placed = bound([*self.ordered.placed, *(Placed(entry, root) for entry in more)])
        return build((one.entry for one in placed), clock.day(), self.packs)

    @property
    def standing(self) -> RecordStanding:
        """How much of them was compared with paper."""
        gone = {one.entry.hash for one in self.built.withdrawn}
        return record_standing(self.entries, self.head, gone)

    @property
    def all_doubts(self) -> tuple[Doubt, ...]:
        """What is in doubt, and that this computer saw more of them."""
        desk = self.ordered.desk if self.ordered and self.lost else None
        return (*self.doubts, gone(desk)) if desk else tuple(self.doubts)

    @property
    def not_here(self) -> list[str]:
        """The heads of the desk that this computer or a ceremony has seen, and that are not here: whoever chooses this copy gives them up."""
        found = [self.lost or "", *(self.ordered.missing if self.ordered else ())]
        return list(dict.fromkeys(filter(None, found)))

    def told(self) -> Reading:
        """Return this, after every doubt was said: it comes before all that follows from the ledgers."""
        tell(self.all_doubts, lambda: find(self.ledgers).all_doubts)
        if self.ledgers.upwards:
            say_once(f"custody folder: {safe(str(self.ledgers.folder))} ({safe(self.called)})")
        return self

    def sound(self, *, here: bool = True) -> Reading:
        """Return this, if nothing fails, forks or is missing: else nothing may be built upon it.

        Args:
            here: Whether what this computer saw before must be here; a recovery does not depend on it.

        Raises:
            LedgerError: If it does.
        """
        for doubt in self.all_doubts if here else self.doubts:
            if doubt.exit_code == LedgerError.exit_code:
                raise failing(doubt)
        return self

    def judged(self, head: Sequence[str] | None = None) -> Verification:
        """Return the verdict on all of them, with words from paper that vouch for the entries up to them."""
        if self.ordered is None:
            return judge_chains(self.chains, head)
        return judge_folder(replace(self.ordered, doubts=self.all_doubts), head)


def failing(doubt: Doubt) -> LedgerError:
    """Return the error of ledgers that fail, fork or lack something."""
    return LedgerError(f"the ledgers fail verification: {doubt}", doubt.hint)


# --- doubts: in the first line, and in the exit code ------------------------------------------------------------------


def tell(doubts: Sequence[Doubt], again: Callable[[], Sequence[Doubt]]) -> None:
    """Say each doubt once, and let the exit code of the run say what is still in doubt at its end.

    Args:
        doubts: What was found.
        again: Looks again: an entry that is written ends a torn line, and takes up what nobody had.
    """
    say_once(*(f"DOUBT: {safe(str(doubt))}" for doubt in doubts))
    if doubts and (context := click.get_current_context(silent=True)):
        context.meta.setdefault(DOUBTS, []).append(again)


def check_doubts(meta: dict[str, Any], *, done: bool) -> None:
    """End a run that has done what it could, and read ledgers that are in doubt.

    Args:
        meta: Of the context of the run.
        done: Whether it would end with 0; else only what fails counts.

    Raises:
        LedgerError: If something fails, forks or is missing.
        AttentionError: If anything else is in doubt.
    """
    doubts = [doubt for again in meta.get(DOUBTS, ()) for doubt in again()]
    for doubt in doubts:
        if doubt.exit_code == LedgerError.exit_code:
            raise failing(doubt)
    if doubts and done:
        raise AttentionError(f"the ledgers are in doubt: {doubts[0]}", doubts[0].hint)


def say_once(*lines: str) -> None:
    """Write lines of talk, each at most once in a run."""
    context = click.get_current_context(silent=True)
    told = context.meta.setdefault("splitkit.told", set()) if context else set()
    for line in lines:
        if line not in told:
            say(line)
        told.add(line)


def tell_first(ledgers: Ledgers) -> None:
    """Say what is in doubt before a command says anything else; why they cannot be read at all is for whoever reads them."""
    with suppress(SplitkitError):
        if ledgers:
            find(ledgers).told()


# --- reading ----------------------------------------------------------------------------------------------------------


def read(ledgers: Ledgers) -> Reading:
    """Return what all ledgers say.

    Raises:
        UsageError: If there are none.
        UnreadableError, LedgerError: If a ledger that was named fails.
    """
    reading = find(ledgers)
    return reading.sound() if ledgers.named else reading


def find(ledgers: Ledgers) -> Reading:
    """Return what all ledgers say, also where they fail.

    Raises:
        UsageError: If there are none, or the settings of the folder cannot be read.
        UnreadableError: If one that was named is no ledger.
    """
    named = ledgers.files(MAX_FILE_BYTES) if ledgers.named else None
    contents: Mapping[str, bytes | SplitkitError] = ledgers.contents(MAX_FILE_BYTES) if named is None else named
    context = click.get_current_context(silent=True)
    before = context.meta.get(_READ) if context else None
    if before and before[:2] == (ledgers, contents):
        reading: Reading = before[2]
        return reading
    reading = _folder(ledgers, contents) if named is None else _named(ledgers, named)
    # What is missing may have been written meanwhile.
    while reading.lost and (now := ledgers.contents(MAX_FILE_BYTES)) != contents:
        contents, reading = now, _folder(ledgers, now)
    if context:
        context.meta[_READ] = ledgers, contents, reading
    return reading


def _folder(ledgers: Ledgers, contents: Mapping[str, bytes | SplitkitError]) -> Reading:
    called = settings_of(ledgers).name
    ordered = order_of(contents)
    entries = [one.entry for one in bound(ordered.placed)]
    ordered = replace(ordered, doubts=tuple(one for one in ordered.doubts if not _is_of(one, ledgers, ordered)))
    doubts = [*ordered.doubts, *_misnamed(ledgers.last.name, ordered), *_ahead(entries)]
    lost = note_head(ordered.desk, ordered) if ordered.desk else ""
    read = {name: data for name, data in contents.items() if isinstance(data, bytes)}
    return Reading(ledgers, entries, doubts, read, ordered=ordered, called=called, lost=lost)


def _is_of(doubt: Doubt, ledgers: Ledgers, ordered: Order) -> bool:
    """Whether a doubt says of the ceremony that is being held, or taken up, that nobody has taken it up."""
    held = Path(ledgers.held).resolve()
    chain = ordered.chains.get(held.name) if held.parent == ledgers.last.parent.resolve() else None
    opened = chain.entries[0].data if chain else None
    return doubt.hint is Remedy.TAKE_LEDGER and isinstance(opened, LedgerOpened) and doubt.where == opened.ceremony


def _misnamed(name: str, ordered: Order) -> Iterator[Doubt]:
    """Name the ledger of the desk where it lies in another file: what is recorded would come into the ledger of a ceremony, or into none."""
    there = ordered.chains.get(name)
    if ordered.desk and (there is None or not is_desk(there.entries[0])):
        fact = "the ledger of the desk lies in another file"
        yield Doubt(name, fact, LedgerError.exit_code, f"give each file its name back: that of the desk is {name}")


def _named(ledgers: Ledgers, contents: Mapping[str, bytes]) -> Reading:
    chains = [read_ledger(data) for data in contents.values()]
    said = judge_chains(chains)
    doubts = [torn_doubt(name, chain) for name, chain in zip(contents, chains, strict=True) if chain.torn]
    if said.exit_code == LedgerError.exit_code:
        doubts.insert(0, Doubt("", said.fact, said.exit_code, said.hint))
    entries = [entry for chain in chains for entry in chain.entries]
    return Reading(ledgers, entries, [*doubts, *_ahead(entries)], contents, chains)


def _ahead(entries: Sequence[Entry]) -> Iterator[Doubt]:
    """Name entries of a day that has not come: nothing that they say happened yet, whatever the clock of a machine said.

    What was withdrawn, or is corrected, is in doubt no more: people have said what is right.
    """
    late = [(ledger, one) for ledger, one in in_ledgers(entries) if one.day > clock.day()]
    built = build(entries if late else (), clock.day())
    settled = {one.entry.hash for one in built.withdrawn} | {*built.corrected}
    if ahead := [(ledger, one) for ledger, one in late if one.hash not in settled]:
        name = Names(entries).of(*ahead[0])
        fact = f"entry {name} of {ahead[0][1].day} is dated later than today, and so may be {len(ahead) - 1} more"
        yield Doubt(ahead[0][1].event, fact, AttentionError.exit_code, Remedy.CORRECT)


def read_one(path: str) -> Chain:
    """Return what one ledger says, of which a torn line is told.

    Raises:
        UsageError, UnreadableError: If it is none.
        LedgerError: If it fails verification.
    """
    ledgers = Ledgers((path,))
    (chain,) = read(ledgers).told().chains
    return chain


def last_ledger(path: str | None, *, practice: bool) -> Chain | None:
    """Return the ledger that a new one continues, if there is one; people are warned where it is not closed.

    Raises:
        AttentionError: If one of the two is of a rehearsal.
    """
    previous = read_one(path) if path else None
    begun = previous.entries[0].data if previous else None
    if isinstance(begun, LedgerOpened) and begun.practice is not practice:
        one, other = ("of a rehearsal", "real") if begun.practice else ("real", "of a rehearsal")
        raise AttentionError(
            f"the ledger to continue is {one}, and this one is {other}",
            "continue one of the same kind, or begin a first",
        )
    if previous and not previous.closed:
        warn("the ledger that this one continues is not closed")
    return previous


def check_same_practice(practice: bool, folder: Order) -> None:
    """Refuse a rehearsal in a real folder, and what is real in one for rehearsals.

    Raises:
        AttentionError: If it is so.
    """
    if practice != bool(folder.desk and folder.desk.practice):
        what = "of a rehearsal, and the folder is real" if practice else "real, and the folder is for rehearsals"
        raise AttentionError(f"this is {what}", "keep rehearsals elsewhere: splitkit init DIR --practice")


def own_packs(contents: Mapping[str, bytes | SplitkitError]) -> dict[str, Pack]:
    """Return the packs of people's own that files are, by their SHA-256; one that cannot be used is told of, once."""
    found = dict[str, Pack]()
    for name, data in contents.items():
        try:
            if not isinstance(data, bytes):
                raise data
            pack = parse_own(data, clock.day())
            if name != f"{pack.code}.toml":
                raise UsageError(f"its name is not that of its code {pack.code}", "name it CODE.toml")
        except SplitkitError as error:
            say_once(f"note: the pack {safe(name)} in the folder counts for nothing: {safe(error.fact)}")
        else:
            found[hashlib.sha256(data).hexdigest()] = pack
    return found


def settings_of(ledgers: Ledgers) -> Settings:
    """Return the settings of the custody folder; where there is none, the usual ones.

    Raises:
        UsageError: If they cannot be read.
    """
    if ledgers.folder is None:
        return Settings("")
    try:
        data = files.read_file(str(ledgers.folder / SETTINGS), MAX_SETTINGS)
    except UsageError as error:
        raise UsageError(f"'{SETTINGS}' of this custody folder: {error.fact}", error.hint) from None
    return parse_settings(data)


# --- the last head that this computer saw -----------------------------------------------------------------------------


def note_head(desk: Branch, ordered: Order | None = None, *, chosen: bool = False) -> str:
    """Keep the head of a desk as the last one that this computer saw, unless it saw later ones, which are not here.

    Args:
        desk: The ledger of the desk.
        ordered: All ledgers of its folder; one that fails or forks is not kept.
        chosen: Whether two people have chosen this one, whatever was seen before.

    Returns:
        The head that it saw and that is not here, if so.  A computer that cannot keep a head is only told of.
    """
    try:
        seen = parse_heads(state.read_state(_HEADS, MAX_HEADS_BYTES))
        if not chosen and (lost := lost_head(seen, desk, ordered)):
            return lost
        if (ordered is None or ordered.exit_code != LedgerError.exit_code) and seen.of(desk.root) != desk.head:
            state.write_state(_HEADS, MAX_HEADS_BYTES, lambda content: _with(content, desk))
    except SplitkitError as error:
        say_once(f"note: this computer does not keep the last head it saw: {error.fact}")
    return ""


def _with(content: bytes, desk: Branch) -> bytes:
    """Return what the state becomes: what others have written meanwhile is kept."""
    return parse_heads(content).after(desk.root, desk.head).content()
