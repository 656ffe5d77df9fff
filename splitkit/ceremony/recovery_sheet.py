"""The close-out sheet of a recovery: what was shown when and by whom, what is owed, and in which bags the sheets are now.

It follows from the closed ledger of the recovery alone, and holds no secret.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from splitkit.ceremony.paperwork import check_closed, moment, names_of
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.verification import Chain
from splitkit.paper.report import Column, Report, Table, Words

_SOON = dt.timedelta(days=1)
_OWED = (Column("What", 4), Column("By whom", 1.3), Column("Until", 0.8), Column("Done, and when", 1.2))


def recovery_sheet(chain: Chain, made: str) -> Report:
    """Return the sheet that two people sign when a recovery is over.

    Args:
        chain: The ledger of the recovery.
        made: The day of the document, YYYY-MM-DD.

    Raises:
        AttentionError: If the ledger is not closed.
    """
    check_closed(chain)
    entries = chain.entries
    about, names = entries[0].data.fields(), names_of(entries)
    asked = [one.data for one in entries if isinstance(one.data, events.SecretRequested)]
    soon, later = _owed(entries, names)
    return Report(
        heading="Close-out sheet of a recovery",
        mark="CLOSE-OUT SHEET \N{EN DASH} NOTHING HERE IS SECRET",
        practice=bool(about.get("practice")),
        intro="What the ledger of this recovery says. Whoever signs was there, and has compared the L words (they name the ledger) with those on the screen.",
        facts=(
            ("Ceremony", f"{about.get('ceremony')}, {about.get('kind')}"),
            ("From, to, UTC", f"{moment(entries[0])}, {moment(entries[-1])}"),
            ("Asked for by", "; ".join(f"{_listed(one.requested_by, names)}: {one.task}" for one in asked) or "nobody"),
            ("Exceptions", str(sum(one.event == "exception" for one in entries))),
        ),
        tables=(_shown(entries, names), soon, later, _bags(entries, names)),
        words=(Words("L", "head of the ledger", head_words(chain.head)),),
        made=made,
        statement="We were present, and it was as this page says. Whoever does not agree writes 'no' and the reason on the back.",
        signatures=tuple(f"{names[seat]}, {role}" if seat in names else f"{role.capitalize()}, name" for seat, role in (("ADM", "administrator"), ("WIT", "witness"))),
    )  # fmt: skip


def _called(seat: str, names: dict[str, str]) -> str:
    return names.get(seat, seat)


def _listed(seats: Sequence[str], names: dict[str, str]) -> str:
    return ", ".join(_called(seat, names) for seat in seats)


def _shown(entries: Sequence[Entry], names: dict[str, str]) -> Table:
    """Each time that the secret was shown, and whether it was accepted where it was used."""
    columns = (Column("UTC", 0.9), Column("What", 3), Column("Released by", 1.6), Column("Seen by", 1.6))
    rows = []
    for one in entries:
        if isinstance(one.data, events.SecretShown):
            what = f"shown for {one.data.seconds} seconds: {one.data.purpose}"
            rows.append((moment(one), what, _listed(one.data.released_by, names), _listed(one.data.seen_by, names)))
        elif isinstance(one.data, events.SignIn):
            rows.append((moment(one), "sign-in " + ("accepted" if one.data.accepted else "REFUSED"), "-", "-"))
    return Table("What was shown", "" if rows else "Nothing was shown.", columns, tuple(rows))


def _owed(entries: Sequence[Entry], names: dict[str, str]) -> tuple[Table, Table]:
    """What is owed within a day, and what later."""
    until = entries[-1].day + _SOON
    done = {one.data.action for one in entries if isinstance(one.data, events.ActionDone)}
    agreed = [one.data for one in entries if isinstance(one.data, events.ActionAgreed) and one.data.action not in done]
    agreed.sort(key=lambda one: one.due)
    soon = [*_always(entries, names, until), *(_row(one, names) for one in agreed if one.due <= until)]
    later = tuple(_row(one, names) for one in agreed if one.due > until)
    return (
        Table("Owed within 24 hours", "", _OWED, tuple(soon), tall=True),
        Table("Owed later", "" if later else "Nothing.", _OWED, later, tall=True),
    )


def _always(entries: Sequence[Entry], names: dict[str, str], until: dt.date) -> Iterator[tuple[str, str, str, str]]:
    for sheet, data in _sealed(entries).items():
        yield (
            f"sheet {sheet}, bag {data.bag}, is in its safe, and the scribe was told",
            _called(data.person, names),
            str(until),
            "",
        )
    yield "the desk has taken this ledger up, and two sticks have a copy", _called("ADM", names), str(until), ""


def _row(one: events.ActionAgreed, names: dict[str, str]) -> tuple[str, str, str, str]:
    return one.text, _called(one.owner or "-", names), str(one.due), ""


def _sealed(entries: Sequence[Entry]) -> dict[str, events.BagSealed]:
    return {one.data.sheet: one.data for one in entries if isinstance(one.data, events.BagSealed)}


def _bags(entries: Sequence[Entry], names: dict[str, str]) -> Table:
    """Every sheet that was read, and its new bag."""
    columns = (
        Column("Sheet", 0.4),
        Column("Sealed by", 1.6),
        Column("Read", 1.2),
        Column("New bag", 1),
        Column("Old bag", 1),
    )
    read = {one.data.sheet: one.data.result for one in entries if isinstance(one.data, events.SheetRead)}
    sealed = _sealed(entries)
    rows = []
    for sheet in sorted({*read, *sealed}):
        bag = sealed.get(sheet)
        who, new, old = (_called(bag.person, names), bag.bag, bag.replaces or "-") if bag else ("-", "NOT SEALED", "-")
        rows.append((sheet, who, read.get(sheet, "not read"), new, old))
    return Table("Sheets and bags", "" if rows else "No sheet was read.", columns, tuple(rows))
