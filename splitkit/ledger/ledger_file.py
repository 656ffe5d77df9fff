"""The ledger: what happened, in order, in a file that only grows.  One file a ceremony; the next continues its head.

Every entry is on the disk before `append` returns.  The file is verified when it is opened, and nothing is added to one that
fails.  It is locked for one append, never while people act: whoever holds a conversation lets go of it, and reads what others have
written before the next entry.  Times are given by the caller; a clock that goes backwards is noted by whoever reads, and stops nobody.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from splitkit.errors import AttentionError, LedgerError, Remedy, UsageError
from splitkit.host.append import AppendFile, open_to_append
from splitkit.ledger import events
from splitkit.ledger.chain import GENESIS, PROGRAM, Entry, Happening, continued, head_words
from splitkit.ledger.schema import Event, Unlisted
from splitkit.ledger.verification import MAX_FILE_BYTES, Chain, check_seats, holds_entry, read_ledger, torn_data


@dataclass
class Ledger:
    """A ledger, as it was when it was last held."""

    path: Path
    entries: list[Entry] = field(default_factory=list)
    previous: str = GENESIS
    """The head that it continues, 64 hexadecimal digits."""
    torn: bytes = b""
    """What an earlier run left unfinished at the end of the file."""
    closed: bool = False
    _content: bytes = field(default=b"", repr=False)
    """What *entries* and *torn* account for."""
    _file: AppendFile | None = None
    """The file, while it is held."""

    @property
    def head(self) -> str:
        """The hash of the last entry, 64 hexadecimal digits."""
        return self.entries[-1].hash if self.entries else self.previous

    @property
    def words(self) -> tuple[str, ...]:
        """The head as 12 words for the paper."""
        return head_words(self.head)

    @contextmanager
    def held(self, *, new: bool = False) -> Iterator[None]:
        """Keep everybody else from it for one append; what others have written meanwhile is read first.

        Args:
            new: Whether it is one that has not begun yet.

        Raises:
            UsageError: If it is not there, or stays in use; a new one, if there is such a file already.
            LedgerError: If it fails verification, or is not the one any more that it was.
            UnreadableError: If it is no ledger.
        """
        with open_to_append(self.path, new=new) as file:
            self._file = file
            try:
                if not new:
                    self._read(file)
                yield
            finally:
                self._file = None

    def append(self, data: Event, *, by: str, witness: str = "", at: str, by_hand: bool = False) -> Entry:
        """Add one entry, on the disk when this returns; *at* is the time in UTC, as 2026-11-23T13:04:05Z.

        With *by_hand* people enter it, and the program saw nothing of it.

        Raises:
            UsageError: If it may not stand at this place.
            AttentionError: If the ledger is closed.
            DeviceError: If the disk is full or fails; the ledger is as it was before.
        """
        return self.append_all([data], by=by, witness=witness, at=at, by_hand=by_hand)[0]

    def append_all(
        self, events: Sequence[Event], *, by: str, witness: str = "", at: str, by_hand: bool = False
    ) -> list[Entry]:
        """Add entries that belong together in one write, while it is held: all of them are there afterwards, or none.

        Raises:
            UsageError, AttentionError, DeviceError: See `append`.
        """
        check_seats(by, witness)
        file = self._held()
        if len(self._content) != file.size:  # a signal came after an entry was written and before it was noted here
            self._read(file)
        self._check_torn()
        for event in events:
            self._check_place(event)
            Happening(event, by, witness, at, by_hand=by_hand).listed()
        self._mend(at)
        return self._write([Happening(event, by, witness, at, by_hand=by_hand) for event in events])

    def check_open(self) -> None:
        """Refuse a ledger that takes no entry any more, before people answer questions in vain.

        Raises:
            AttentionError: If it is closed.
        """
        if self.closed:
            raise AttentionError(
                "this ledger is closed", "begin a new one that continues it, or add a 'reopen' that says why"
            )

    def _check_place(self, event: Event) -> None:
        """Refuse what may not stand at this place."""
        if isinstance(event, events.LedgerOpened) == bool(self.entries):
            raise UsageError("a ledger begins with 'open', once", "use a ledger that has begun, or a new file")
        if isinstance(event, events.TornLine):
            raise UsageError("a torn line is recorded by the program itself", "add the entry that you want to add")
        if not isinstance(event, events.LedgerReopened):
            self.check_open()
        elif not self.closed:
            raise UsageError("this ledger is not closed", "simply go on with it")
        if isinstance(event, events.Correction) and event.ledger is None and event.seq > len(self.entries):
            raise UsageError("there is no entry of that number to correct", Remedy.SEE_NUMBERS)

    def _check_torn(self) -> None:
        """Refuse to bury whole entries that something was added to, as if they were a line that a crash had torn.

        Raises:
            LedgerError: If such entries stand there.
        """
        if holds_entry(self.torn.split(b"\n")):
            raise LedgerError(
                "whole entries at the end of this ledger were altered: it is not a line that a crash has torn",
                "keep the file as it is, and fetch another copy",
            )

    def _mend(self, at: str) -> None:
        """Record an unfinished line: end it, and say in an entry of its own how long it is and what its hash is."""
        if not self.torn:
            return
        ended = self.torn.endswith(b"\n")
        data = torn_data(self.torn[:-1] if ended else self.torn)
        self._write([Happening(data, PROGRAM, "", at)], b"" if ended else b"\n")

    def _write(self, what: Sequence[Happening], before: bytes = b"") -> list[Entry]:
        new = continued(what, len(self.entries), self.head)
        written = before + b"".join(entry.line + b"\n" for entry in new)
        self._held().append(written)
        self.entries += new
        for entry in new:
            self.closed = entry.event == "close" or (self.closed and entry.event == "torn")
        self.torn = b""
        self._content += written
        return new

    def _held(self) -> AppendFile:
        if self._file is None:
            raise ValueError("a ledger is held while something is appended")
        return self._file

    def _read(self, file: AppendFile) -> None:
        """Take what stands in the file, unless it is what was last read or written."""
        content = file.read(MAX_FILE_BYTES)
        if content == self._content and content:
            return
        chain = read_ledger(content)
        if chain.torn and (whole := read_ledger(content + b"\n")).sound:  # an entry lacks its LF, and nothing else
            file.append(b"\n")
            content, chain = content + b"\n", whole
        if chain.broken:
            raise LedgerError(
                f"this ledger fails verification: {chain.broken}",
                "nothing was added; keep it as it is, and put a whole copy in its place",
            )
        if [entry.hash for entry in chain.entries[: len(self.entries)]] != [entry.hash for entry in self.entries]:
            raise LedgerError("this is no longer the ledger that it was", "keep both copies, and verify each")
        self.entries, self.previous = list(chain.entries), chain.entries[0].previous
        self.torn, self.closed, self._content = chain.torn, chain.closed, content


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open a ledger for one append; nobody else can write meanwhile.

    Raises:
        UsageError, LedgerError, UnreadableError: See `Ledger.held`; nothing is added to one that fails.
    """
    ledger = Ledger(path)
    with ledger.held():
        yield ledger


@contextmanager
def new_ledger(path: Path, previous: Chain | None = None) -> Iterator[Ledger]:
    """Make the file of a new ledger, which continues the *previous* one; its first entry must be 'open'.

    Raises:
        UsageError: If there is such a file already.
        LedgerError: If the previous ledger fails verification.
    """
    if previous and (previous.broken or previous.torn):
        raise LedgerError(
            "the ledger to be continued " + ("fails verification" if previous.broken else "ends with a torn line"),
            "verify it first; a note added to it records a torn line",
        )
    ledger = Ledger(path, previous=previous.head if previous else GENESIS)
    with ledger.held(new=True):
        yield ledger


def opening(ceremony: str, kind: str, *, practice: bool, version: str, title: str = "") -> events.LedgerOpened:
    """Return how a ledger begins."""
    return events.LedgerOpened(
        format=events.FORMAT, ceremony=ceremony, kind=kind, practice=practice, version=version, title=title or None
    )


@dataclass(frozen=True)
class Outside:
    """Who has left the room and not come back, and what was taken out and not brought back."""

    people: tuple[str, ...]
    items: tuple[str, ...]


def outside(entries: Sequence[Entry]) -> Outside:
    """Return who and what is out of the room; what an exception records counts too."""
    people: dict[str, None] = {}
    items: Counter[str] = Counter()
    for entry in entries:
        gone, back, taken, brought = _movement(entry.data)
        people.update(dict.fromkeys(gone))
        for person in back:
            people.pop(person, None)
        items.update(map(str.casefold, taken))
        items.subtract(map(str.casefold, brought))
    return Outside(tuple(people), tuple(sorted(item for item, count in items.items() if count > 0)))


_Names = tuple[str, ...]


def _movement(event: Event | Unlisted) -> tuple[_Names, _Names, _Names, _Names]:
    """Return who leaves and who comes, and which items go out and come in."""
    match event:
        case events.ScriptException():
            return event.people_out or (), event.people_back or (), event.items_out or (), event.items_in or ()
        case events.RoomLeft():
            return (event.person,), (), event.items_out, ()
        case events.RoomEntered() | events.RoomReturned():
            return (), (event.person,), (), event.items_in
    return (), (), (), ()


def closing(
    entries: Sequence[Entry], *, next_due: dt.date | None = None, left: Sequence[str] = ()
) -> events.LedgerClosed:
    """Return how a ledger ends: how many exceptions there were, who has *left* for good, what stays outside.

    Raises:
        AttentionError: If somebody is out who was not said to have left, or nobody said what a drill has taught.
    """
    _check_debriefed(entries)
    out = outside(entries)
    missing = [person for person in out.people if person not in left]
    if missing:
        raise AttentionError("somebody has left the room and is not back: " + ", ".join(missing), Remedy.WHO_LEFT)
    exceptions = sum(entry.event == "exception" for entry in entries)
    return events.LedgerClosed(exceptions=exceptions, people_out=out.people, items_out=out.items, next=next_due)


def _check_debriefed(entries: Sequence[Entry]) -> None:
    last = max((entry.seq for entry in entries if entry.event == "drill"), default=0)
    if last and not any(entry.event == "debrief" and entry.seq > last for entry in entries):
        raise AttentionError("a drill was held, and nobody has said what it taught", Remedy.ASK_AND_DEBRIEF)
