"""One deed told twice: an entry that says what another of the same day has said, and that still stands, is not written again."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from splitkit.custody.records.holdings import Register
from splitkit.custody.records.roll import in_ledgers, roll_of
from splitkit.custody.register import after, standing_entries
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import LedgerClosed
from splitkit.ledger.fields import Kind
from splitkit.ledger.schema import Event, Unlisted

_NO_NAME = ("yes/no", "date", "one of", "number", "room time", "text")
"""How the names of kinds begin whose values name nothing that another entry could be about."""


@dataclass(frozen=True)
class Repeated:
    """A deed that was recorded before, of the same day, and still stands."""

    entry: Entry
    """The last that tells it."""
    told_by: frozenset[str]
    """Everybody who told it, or has seen it."""

    def adds_nothing(self, by: str, witness: str) -> bool:
        """Whether these have told it already: another's word for the same deed is written beside it."""
        return {by, witness} - {""} <= self.told_by


def recorded_already(entries: Sequence[Entry], event: Event, day: dt.date) -> Repeated | None:
    """Return what was said that is the same of the same day, if it still stands; else None.

    What would change the register is no repetition.  What has changed it stands while nothing has changed that again.  What has not
    stands until another event is about one of those whom it names, or the ledger was closed.
    """
    stands = standing_entries(entries, day)
    equal = [at for at, entry in enumerate(stands) if entry.day == day and entry.data == event]
    if not equal:
        return None
    at = equal[-1]
    before = _followed(Register(roll=roll_of(in_ledgers(stands))), stands[:at])
    told_by = frozenset(who for one in equal for who in (stands[one].by, stands[one].witness))
    last = Repeated(stands[at], told_by)
    try:
        then = after(before, stands[at])
    except (AttentionError, UsageError):  # it counted for nothing when it was written
        return None
    now = _followed(then, stands[at + 1 :])
    if _followed(now, stands[at : at + 1]) != now:
        return None
    changed = set(_facts(then)) - set(_facts(before))
    if changed:
        return last if changed <= set(_facts(now)) else None
    return last if _is_last_word(event, stands[at + 1 :]) else None


def _followed(register: Register, entries: Iterable[Entry]) -> Register:
    for entry in entries:
        try:
            register = after(register, entry)
        except (AttentionError, UsageError):
            continue
    return register


def _facts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield everything that a register says, each with its place there."""
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value) if field.compare}
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _facts(part, f"{path}/{name}")
    elif isinstance(value, frozenset):
        yield from ((f"{path}/{part}", "") for part in value)
    else:
        yield path, repr(value)


def _is_last_word(event: Event, later: Iterable[Entry]) -> bool:
    names = set(_names(event))
    others = [entry.data for entry in later if not isinstance(entry.data, Unlisted | type(event))]
    if any(isinstance(other, LedgerClosed) or names & set(_names(other)) for other in others):
        return False
    return bool(names) or all(kind.free for _, kind, _ in event.held())


def _names(event: Event) -> Iterator[tuple[str, str]]:
    """Yield whom and what an event names, by its kind."""
    for _, kind, value in event.held():
        if not _of_no_name(kind):
            yield from (
                (kind.name.rpartition(" of ")[2], one) for one in (value if isinstance(value, tuple) else [value])
            )


def _of_no_name(kind: Kind) -> bool:
    return kind.name.rpartition(" of ")[2].startswith(_NO_NAME) or kind.free
