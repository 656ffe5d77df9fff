"""The judge of a ledger: does every entry follow the one before, and does its end equal the words on paper?

Without a head from paper nothing vouches for the end of a ledger: whoever can write the file can cut entries off, or write
all of it anew.  `splitkit/verify_ledger.py` is a second implementation of this module; both give the same verdicts.
"""

import enum
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from splitkit.errors import Remedy, TooNewError, UnreadableError, UsageError
from splitkit.ledger.chain import GENESIS, Entry, NotAnEntryError, decode_line, from_before, head_words
from splitkit.ledger.events import DESK, FORMAT, Correction, LedgerOpened, TornLine
from splitkit.ledger.fields import SEAT

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_LINES = 100_000
"""No ceremony has a thousandth of it; what has more is not read to its end."""


class ChainVerdict(enum.Enum):
    """What becomes of a ledger that was verified; the text is what programs read."""

    SOUND = "sound"
    UNVOUCHED = "unvouched"
    TORN = "torn"
    DOUBTFUL = "doubtful"
    """Of a folder: its chains hold, and something in it is in doubt, such as a ceremony that nobody has taken up."""
    EXTENDED = "extended"
    TRUNCATED = "truncated"
    OTHER = "other"
    ALTERED = "altered"

    @property
    def exit_code(self) -> int:
        """0, 8 (fails verification), or 9 for a torn line, which a crash leaves and the next entry repairs, and for a doubt."""
        return {"SOUND": 0, "UNVOUCHED": 0, "TORN": 9, "DOUBTFUL": 9}.get(self.name, 8)


@dataclass(frozen=True)
class Chain:
    """One file: the *entries* that follow each other, and what stands after them."""

    entries: tuple[Entry, ...]
    broken: str = ""
    """What is wrong with the first line that does not follow; empty when all do."""
    torn: bytes = field(default=b"", repr=False)
    """What an append that was cut off has left at the end, as it is."""
    repaired: tuple[int, ...] = ()
    """The `torn` entries: before each of them stand the bytes that it names."""

    @property
    def head(self) -> str:
        """The hash of the last entry, 64 hexadecimal digits."""
        return self.entries[-1].hash if self.entries else GENESIS

    @property
    def sound(self) -> bool:
        """Whether all of it follows, to its end."""
        return not (self.broken or self.torn)

    @property
    def torn_fact(self) -> str:
        """What there is to say of the torn line; empty where there is none."""
        count = len(self.torn)
        return f"the last line is torn: {count} bytes of an entry that was never finished" if count else ""

    @property
    def closed(self) -> bool:
        """Whether the ledger says that it is complete: a torn line does not open it again."""
        said = [entry.event for entry in self.entries if entry.event != "torn"]
        return bool(said) and said[-1] == "close"


@dataclass(frozen=True)
class Verification:
    """The verdict on a ledger, in one file or in several that continue each other."""

    verdict: ChainVerdict
    fact: str
    hint: str | Remedy
    files: tuple[Chain, ...]
    at: int | None = None
    """The entry at which it fails, counted in its file; None where it does not fail at one."""
    vouched: int = 0
    """How many entries of the last file the head on paper vouches for."""
    findings: tuple[str, ...] = ()
    """Entries that the list of events does not allow; the chain holds nevertheless."""
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict; 9 for a chain that holds and entries that break a rule."""
        return self.verdict.exit_code or (9 if self.findings else 0)


def read_ledger(data: bytes) -> Chain:
    """Return the entries of one file, as far as they follow each other.

    Raises:
        UnreadableError: If it holds no entry at all.
        TooNewError: If a newer splitkit has made it.
    """
    if data.count(b"\n") > MAX_LINES:
        raise UnreadableError("this is not a ledger: it has too many lines", "check that it is the right file")
    lines = data.split(b"\n")
    unfinished = lines.pop()
    entries, repaired, at = _follow(lines)
    rest = lines[at:]
    if not entries and not any(is_entry(line) for line in rest):
        raise _no_ledger(rest, unfinished)
    if entries and type(form := entries[0].data.fields().get("format")) is int and form > FORMAT:
        raise TooNewError("this ledger was made by a newer splitkit", "verify it with the version that wrote it")
    torn = b"\n".join([*rest, unfinished])
    spaced = is_entry(unfinished.strip()) and not is_entry(unfinished)  # no crash leaves white space around an entry
    if entries and not spaced and not any(line.rstrip().endswith(b"}") for line in rest):
        return Chain(tuple(entries), torn=torn, repaired=tuple(repaired))
    return Chain(tuple(entries), _blame(entries, [*rest, unfinished]), b"", tuple(repaired))


def _no_ledger(lines: Sequence[bytes], unfinished: bytes) -> UnreadableError:
    """Return why a file that holds no entry is none, or none any more, or not yet."""
    if not b"".join([*lines, unfinished]).strip():
        return UnreadableError("this file is empty: it holds no entry", _BEGIN_ANEW)
    if not lines and unfinished.startswith(b'{"by":'):
        return UnreadableError("the first entry of this ledger was never finished: it holds no entry", _BEGIN_ANEW)
    if any(map(from_before, lines[:1])):
        return UnreadableError(
            "this ledger is of an older splitkit, whose entries do not say what the program saw and what people said",
            "begin a new one; read this one with the version that wrote it",
        )
    return UnreadableError("this is not a ledger: it holds no entry", "check that it is the right file")


_BEGIN_ANEW = "nothing was recorded in it: move it away and begin a new ledger, or fetch the whole one"


def _follow(lines: Sequence[bytes]) -> tuple[list[Entry], list[int], int]:
    """Return the entries that follow each other, those that repair a torn line, and the line that does not follow."""
    repairs = _repairs(lines)
    entries: list[Entry] = []
    repaired = []
    at = 0
    while at < len(lines):
        repair = repairs.get(entries[-1].hash, -1) if entries else -1
        mended = at < repair
        if mended and not _covers(lines[repair], lines[at:repair]):
            break  # and no further: what is hashed here is hashed once, however many lines claim to repair something
        entry = _next_entry(entries, lines[repair if mended else at])
        if entry is None:
            break
        if mended:
            repaired.append(entry.seq)
        entries.append(entry)
        at = (repair if mended else at) + 1
    return entries, repaired, at


def _repairs(lines: Sequence[bytes]) -> dict[str, int]:
    """Return where the last `torn` entry after each head stands."""
    found = {}
    for at, line in enumerate(lines):
        if b'"ev":"torn"' in line and is_entry(line):
            found[decode_line(line).previous] = at
    return found


def _covers(line: bytes, lines: Sequence[bytes]) -> bool:
    said = decode_line(line).data.fields() == torn_data(b"\n".join(lines)).fields()
    return said and not holds_entry(lines)  # whole entries in its place are the other branch of a fork


def holds_entry(lines: Iterable[bytes]) -> bool:
    """Whether any of these lines is an entry, be it with white space around it: no crash leaves one behind."""
    return any(is_entry(line.strip()) for line in lines)


def torn_data(torn: bytes) -> TornLine:
    """Return what the `torn` entry says of the bytes before it, the LF between them not counted."""
    return TornLine(bytes=len(torn), sha256=hashlib.sha256(torn).hexdigest())


def _next_entry(entries: Sequence[Entry], line: bytes) -> Entry | None:
    """Return the entry that *line* is, or None if it does not follow *entries*."""
    try:
        entry = decode_line(line)
    except NotAnEntryError:
        return None
    follows = entry.previous == entries[-1].hash if entries else entry.event == "open"
    return entry if follows and entry.seq == len(entries) + 1 else None


def is_entry(line: bytes) -> bool:
    """Whether a line is an entry, whatever it follows."""
    try:
        decode_line(line)
    except NotAnEntryError:
        return False
    return True


def _blame(entries: Sequence[Entry], rest: Sequence[bytes]) -> str:
    """Say what is wrong with the first line of *rest*, which does not follow *entries*."""
    number = len(entries) + 1
    if not is_entry(rest[0]):
        return f"entry {number} is not written as splitkit writes it"
    entry = decode_line(rest[0])
    later = [decode_line(line) for line in rest[1:] if is_entry(line)]
    if entry.line in (known.line for known in entries):
        return f"entry {entry.seq} stands there twice"
    if entry.seq > number:
        if any(other.seq == number for other in later):
            return f"entry {number} is not in its place: entry {entry.seq} stands before it"
        return _missing(number, entry.seq - 1)
    if entry.seq < number:
        return f"after entry {number - 1} stands one that says it is entry {entry.seq}: it was inserted or moved"
    return _blame_link(entry, later)


def _missing(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"


def _blame_link(entry: Entry, later: Sequence[Entry]) -> str:
    """Tell which of two neighbours was altered: the next entry says what this one was."""
    if entry.seq == 1:
        return "entry 1 does not begin a ledger: what stood before it is missing"
    if not later:
        return f"entry {entry.seq - 1} or entry {entry.seq} was altered: they do not fit together"
    known = entry.hash == later[0].previous
    return f"entry {entry.seq - 1 if known else entry.seq} was altered after it was written"


def judge_ledger(files: Sequence[bytes], head: Sequence[str] | None = None) -> Verification:
    """Judge a ledger: one file, or several in the order in which they continue each other; *head* is 12 words from paper.

    Raises:
        UnreadableError: If a file holds no entry at all.
        TooNewError: If a newer splitkit has made it.
    """
    return judge_chains([read_ledger(data) for data in files], head)


def judge_chains(read: Sequence[Chain], head: Sequence[str] | None = None) -> Verification:
    """Judge what was read of a ledger already, see `judge_ledger`."""
    chains = tuple(read)
    judged = _broken(chains) or _unlinked(chains) or _compared(chains, head)
    verdict, fact, hint, at = judged
    last = chains[-1]
    vouched = _vouched(last, head) if verdict not in (ChainVerdict.ALTERED, ChainVerdict.OTHER) else 0
    return Verification(verdict, fact, hint, chains, at, vouched, tuple(_findings(chains)), tuple(_notes(chains)))


_Judged = tuple[ChainVerdict, str, str | Remedy, int | None]


def _broken(chains: Sequence[Chain]) -> _Judged | None:
    for number, chain in enumerate(chains, start=1):
        if chain.broken:
            fact = _in_file(number, chains) + chain.broken
            hint = "keep this file as it is, fetch another copy, and compare each with the words on paper"
            return ChainVerdict.ALTERED, fact, hint, len(chain.entries) + 1
    return None


def _unlinked(chains: Sequence[Chain]) -> _Judged | None:
    for number, (one, other) in enumerate(pairwise(chains), start=2):
        if other.entries[0].previous != one.head:
            hint = "give the files from the oldest to the newest, with none between left out"
            return ChainVerdict.OTHER, f"file {number} does not continue file {number - 1}", hint, None
    return None


def _in_file(number: int, chains: Sequence[Chain]) -> str:
    return f"file {number}: " if len(chains) > 1 else ""


def _compared(chains: Sequence[Chain], head: Sequence[str] | None) -> _Judged:
    """Compare the end with the words on paper."""
    last = chains[-1]
    torn = [number for number, chain in enumerate(chains, start=1) if chain.torn]
    wanted = tuple(head) if head is not None else head_words(last.head)
    if wanted != head_words(last.head):
        return _other_head(chains, wanted)
    if torn:
        fact = _in_file(torn[0], chains) + chains[torn[0] - 1].torn_fact
        hint = "a crash or a power cut leaves this behind; the next entry goes on after it and records it"
        return ChainVerdict.TORN, fact, hint, None
    if head is None:
        fact = "every entry follows the one before; no head from paper was given, so nothing vouches for the end"
        return ChainVerdict.UNVOUCHED, fact, Remedy.GIVE_HEAD, None
    return ChainVerdict.SOUND, "every entry follows the one before, and the end equals the words on paper", "", None


def _other_head(chains: Sequence[Chain], wanted: tuple[str, ...]) -> _Judged:
    """Say what it means that the end of the ledger is not the one on paper."""
    older = [(chain, entry) for chain in chains for entry in chain.entries if head_words(entry.hash) == wanted]
    if older:
        entry = older[-1][1]
        where = "" if older[-1][0] is chains[-1] else " of an earlier file"
        known = f"the words on paper are those of entry {entry.seq}{where}"
        hint = "ask for the paper that was signed later; without it nothing vouches for the rest"
        return ChainVerdict.EXTENDED, f"{known}; what follows was added after they were written", hint, entry.seq + 1
    first = chains[0].entries[0]
    if first.previous != GENESIS and head_words(first.previous) == wanted:
        fact = "this is a later ledger: it continues the one whose words are on the paper"
        hint = "the paper belongs to the ledger before; verify that file, or find the later paper"
        return ChainVerdict.OTHER, fact, hint, None
    if chains[-1].closed:
        fact = "this is not the ledger of the paper: it is closed, and the words on paper are not in it"
        hint = "it is that of another or an older ceremony, or was rewritten; compare its name and date with the paper"
        return ChainVerdict.OTHER, fact, hint, None
    fact = "the words on paper are not in this ledger, and it does not end with a close: entries at its end are missing"
    hint = "fetch another copy; if its ceremony is not the one on the paper, it is the wrong file"
    return ChainVerdict.TRUNCATED, fact, hint, len(chains[-1].entries) + 1


def _vouched(last: Chain, head: Sequence[str] | None) -> int:
    """Return how many entries of the last file the paper vouches for."""
    wanted = tuple(head or ())
    return max((entry.seq for entry in last.entries if head_words(entry.hash) == wanted), default=0)


def _findings(chains: Sequence[Chain]) -> list[str]:
    """Return every entry that the list of events does not allow."""
    found = []
    for number, chain in enumerate(chains, start=1):
        closed = False
        desk = bool(chain.entries) and is_desk(chain.entries[0])
        for entry in chain.entries:
            where = f"{_in_file(number, chains)}entry {entry.seq}: "
            found += [
                where + fact for fact in (misplaced(entry, desk=desk), *_entry_findings(entry, closed=closed)) if fact
            ]
            closed = entry.event == "close" or (closed and entry.event == "torn")
    return found


def is_desk(first: Entry) -> bool:
    """Whether a ledger that begins with an entry is that of a desk."""
    return isinstance(first.data, LedgerOpened) and first.data.kind == DESK


def misplaced(entry: Entry, *, desk: bool) -> str:
    """Return why an entry may not stand where it does, in the ledger of a *desk* or in another; nothing where it may."""
    if entry.event == "open" and entry.seq > 1:
        return "a ledger begins once"
    return "the ledger of a desk is never closed" if desk and entry.event == "close" else ""


def _entry_findings(entry: Entry, *, closed: bool) -> list[str]:
    facts = []
    try:
        entry.listed()
        check_seats(entry.by, entry.witness)
    except UsageError as error:
        facts.append(error.fact)
    if closed and entry.event not in ("reopen", "torn"):
        facts.append("it stands after the close")
    if isinstance(entry.data, Correction) and not facts and not entry.data.ledger and entry.data.seq >= entry.seq:
        facts.append("it corrects an entry that does not stand before it")
    return facts


def check_seats(by: str, witness: str) -> None:
    """Refuse seats that are none; an empty witness says that nobody watched.

    Raises:
        UsageError: Without quoting them.
    """
    for name, seat in (("by", by), ("wit", witness or "NOBODY")):
        try:
            SEAT.check(seat)
        except UsageError as error:
            raise UsageError(f"'{name}' {error.fact}", "write the seat of the roll call, such as ADM or WIT") from None


def _notes(chains: Sequence[Chain]) -> list[str]:
    notes = []
    before = ""
    for number, chain in enumerate(chains, start=1):
        file = _in_file(number, chains)
        notes += [f"{file}entry {at} records a torn line before it" for at in chain.repaired]
        for entry in chain.entries:
            if entry.time < before:
                notes.append(f"{file}entry {entry.seq}: clock unverified: its time is before that of the entry before")
            before = entry.time
    first = chains[-1].entries[:1]
    if not chains[-1].closed and not any(entry.data.fields().get("kind") == DESK for entry in first):
        notes.append("the ledger is not closed")
    return notes
