"""The report of a ceremony, for somebody who vouches for it and had no part in it.

Who, what and when, what was not as planned, the evidence, and what is owed afterwards: it follows from one ledger, and holds no secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from splitkit.ceremony.hours import in_phases
from splitkit.ceremony.paperwork import moment, names_of
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.verification import Chain
from splitkit.ledger.wording import in_words, seen_or_said
from splitkit.paper.report import Column, Report, Table, Words

_OTHERWISE = frozenset({
    "exception", "override", "acknowledge", "break", "resume", "room.exit", "room.return", "sheet.void", "sheet.shredded", "set.void",
    "correction", "withdrawn", "torn", "reopen", "incident.open", "incident.close",
})  # fmt: skip
"""What was not as the script says, or interrupted it."""

_EVIDENCE = frozenset({
    "hash", "plan", "renewal", "public.signed", "public.copied", "preflight.done", "selftest", "dice", "tally", "set.proven", "wipe", "checkpoint", "export", "head.compared", "room.clock",
})  # fmt: skip
"""What was measured, counted or compared."""

_BY_HAND = ("Video recording", "Video recording, second camera", "Photographs", "Register of the room")
"""What no ledger holds: where it is, and the SHA-256 of its file, are written by hand or recorded as `hash`."""


def ceremony_report(chain: Chain, made: str) -> Report:
    """Return the report of the ceremony that a ledger records.

    Args:
        chain: The ledger; it must hold an entry.
        made: The day of the document, YYYY-MM-DD.
    """
    entries = chain.entries
    about = entries[0].data.fields()
    sets = [one.data for one in entries if isinstance(one.data, events.SetMade)]
    return Report(
        heading="Report of a ceremony",
        mark="REPORT OF A CEREMONY \N{EN DASH} NOTHING HERE IS SECRET",
        practice=bool(about.get("practice")),
        intro="What the ledger of one ceremony says, for somebody independent to vouch for. What the program SAW is kept apart from what people SAID.",
        facts=(
            ("Ceremony", f"{about.get('ceremony')}, {about.get('kind')}"),
            ("From", moment(entries[0])),
            ("To", moment(entries[-1]) + ("" if chain.closed else ", NOT CLOSED: it may lack its end")),
            ("Entries", str(len(entries))),
            *((f"Set {one.set[:8]}", f"{one.policy}, epoch {one.epoch}, fingerprint {one.fingerprint}") for one in sets),
        ),
        tables=(_people(entries), _phases(entries), _told("What was not as planned", "Nothing is recorded.", entries, _OTHERWISE),
                _told("Evidence in the ledger", "None.", entries, _EVIDENCE), _outside(), _duties(entries)),
        words=(Words("L", "the words with which the ledger ends", head_words(chain.head)),),
        made=made,
        statement="I had no part in this ceremony and keep nothing from it. I was present, or have seen the recordings named above. What this report "
        "says is what I saw, except where I have written otherwise beside it.",
        signatures=("Independent witness, name",),
        wide=True,
    )  # fmt: skip


def _people(entries: Sequence[Entry]) -> Table:
    roles: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for one in entries:
        if isinstance(one.data, events.RollCalled):
            roles.setdefault(one.data.person, []).append(one.data.role)
            names.setdefault(one.data.person, one.data.name or "")
        elif isinstance(one.data, events.RoleTaken):
            roles.setdefault(one.data.person, []).append(f"then {one.data.role}")
    columns = (
        Column("Name", 2),
        Column("Role", 2),
        Column("Entries made", 0.7),
        Column("Entries witnessed", 0.7),
        Column("Seat in the ledger", 0.8),
    )
    rows = tuple(
        (names.get(seat) or "-", ", ".join(dict.fromkeys(had)), str(sum(one.by == seat for one in entries)),
         str(sum(one.witness == seat for one in entries)), seat)
        for seat, had in roles.items()
    )  # fmt: skip
    return Table("Who took part", "" if rows else "Nobody was called.", columns, rows)


def _phases(entries: Sequence[Entry]) -> Table:
    columns = (Column("From"), Column("To"), Column("Phase", 3), Column("Entries", 0.6))
    rows = []
    for phase, run in groupby(in_phases(entries), key=lambda pair: pair[0]):
        part = [one for _, one in run]
        rows.append((moment(part[0]), moment(part[-1]), phase, str(len(part))))
    return Table("What was done, and when", "Times are those of the machine, in UTC.", columns, tuple(rows))


def _told(title: str, none: str, entries: Sequence[Entry], which: frozenset[str]) -> Table:
    columns = (
        Column("UTC"),
        Column("Event", 0.8),
        Column("Seen or said", 0.6),
        Column("By, seen by", 1),
        Column("What", 5),
    )
    names = names_of(entries)
    rows = tuple(
        (moment(one), one.event, seen_or_said(one), ", ".join(names.get(seat, seat) for seat in (one.by, one.witness) if seat),
         in_words(one, lambda thing, name: names.get(name, name) if thing == "person" else name))
        for one in entries
        if one.event in which
    )  # fmt: skip
    return Table(title, "" if rows else none, columns, rows)


def _outside() -> Table:
    columns = (
        Column("What", 1.2),
        Column("Where it is kept", 1.5),
        Column("SHA-256 of the file, its first and last 8 digits", 2),
        Column("Seen by"),
    )
    rows = tuple((what, "", "", "") for what in _BY_HAND)
    return Table(
        "Evidence outside the ledger",
        "Written by hand; a line that does not apply is crossed out.",
        columns,
        rows,
        tall=True,
    )


def _duties(entries: Sequence[Entry]) -> Table:
    names = names_of(entries)
    done = {one.data.action for one in entries if isinstance(one.data, events.ActionDone)}
    rows = [
        (
            str(one.data.due),
            one.data.text,
            names.get(one.data.owner or "", one.data.owner or "-"),
            "yes" if one.data.action in done else "no",
        )
        for one in entries
        if isinstance(one.data, events.ActionAgreed)
    ]
    for one in entries:
        if isinstance(one.data, events.LedgerClosed):
            rows += [(str(one.data.next), "the next drill", "-", "no")] if one.data.next else []
            rows += [("", f"bring back: {what}", "-", "no") for what in one.data.items_out]
        if isinstance(one.data, events.ReceiptSigned):
            rows.append(
                ("", f"sheet {one.data.sheet} goes into its safe", names.get(one.data.person, one.data.person), "no")
            )
    columns = (
        Column("Until", 0.7),
        Column("What", 4),
        Column("By whom"),
        Column("Done then", 0.6),
        Column("Done, and when"),
    )
    return Table(
        "What is owed afterwards",
        "" if rows else "Nothing was agreed.",
        columns,
        tuple((*one, "") for one in rows),
        tall=True,
    )
