"""How entries of the ledger look on a screen of 80 columns."""

from collections.abc import Iterator, Sequence

from splitkit.cli.ui.talk import safe
from splitkit.host.columns import wrapped
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import Correction, Withdrawn
from splitkit.ledger.schema import Event
from splitkit.ledger.wording import in_words, seen_or_said, value_in_words

_COLUMNS = 80
_LEFT = "{:>3} {:<5} {:<15} {:<4} {:<7} "


def heading(entries: Sequence[Entry]) -> str:
    """Return which ledger this is, in one line."""
    first = entries[0]
    about = first.data.fields()
    parts = [f"ceremony {value_in_words(about.get('ceremony', '?'))}", value_in_words(about.get("kind", "?"))]
    parts += ["PRACTICE"] if about.get("practice") is True else []
    parts += [f'"{value_in_words(about["title"])}"'] if "title" in about else []
    return safe(", ".join(parts) + f", opened {first.time[:10]}")


def table(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines of a table: number, time (UTC), event, whether the program saw it or people said it, who, what."""
    marks = {
        entry.data.seq: f"corrected by entry {entry.seq}" for entry in entries if isinstance(entry.data, Correction)
    }
    back = {entry.data.entry: entry.seq for entry in entries if isinstance(entry.data, Withdrawn)}
    marks |= {entry.seq: f"WITHDRAWN by entry {back[entry.hash]}" for entry in entries if entry.hash in back}
    yield _LEFT.format("#", "UTC", "event", "how", "by/wit") + "what"
    day = ""
    for entry in entries:
        if entry.time[:10] != day:
            day = entry.time[:10]
            yield f"    {day}"
        yield from _rows(entry, marks.get(entry.seq, ""))


def _rows(entry: Entry, mark: str) -> Iterator[str]:
    who = safe(entry.by + ("/" + entry.witness if entry.witness else ""))
    left = _LEFT.format(entry.seq, entry.time[11:16], safe(entry.event), seen_or_said(entry), who)
    what = safe(in_words(entry)) + (f"  [{mark}]" if mark else "")
    blank = " " * len(_LEFT.format("", "", "", "", ""))
    lines = wrapped(what, _COLUMNS - len(blank))
    if len(left) > len(blank):  # long seats: what follows stands in a line of its own
        yield left.rstrip()
    else:
        yield (left + lines.pop(0)).rstrip()
    yield from (blank + line for line in lines)


_HOW = {
    (True, False): "the program sees it: nobody can say it",
    (True, True): "the program sees it; people may enter it later, from paper",
    (False, False): "people say it",
}
"""Who tells of an event."""


def event_lines(event: type[Event], *, full: bool) -> Iterator[str]:
    """Yield what an event is; with *full* also what each of its fields takes."""
    yield f"{event.event:<17}{event.means}"
    if full:
        yield "  " + _HOW[event.saw, event.by_hand]
        for name, kind, optional in event.kinds():
            yield f"  {name:<15}{kind.takes}" + (" (may be left out)" if optional else "")
