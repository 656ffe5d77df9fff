"""The auditor's pack on paper: the same facts as its data, in tables that people read."""

from collections.abc import Iterator, Sequence

from splitkit.custody.audit import Audit
from splitkit.custody.due import due
from splitkit.custody.exposure import standing
from splitkit.custody.history import holdings
from splitkit.custody.records.holdings import Life, Register
from splitkit.custody.register import Built
from splitkit.custody.register_views import last_drills, register_tables
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.wording import in_words, seen_or_said
from splitkit.paper.report import Column, Report, Table


def audit_report(audit: Audit) -> Report:
    """Return the report of an audit."""
    built = audit.built
    return Report(
        heading="Auditor's pack",
        mark="AUDITOR'S PACK \N{EN DASH} NOTHING HERE IS SECRET",
        practice=built.register.practice,
        intro="What the ledgers prove, and nothing else. Whoever has the ledgers and a signed close-out sheet can check all of it.",
        facts=tuple(_facts(audit, built)),
        tables=tuple(_tables(audit, built)),
        made=str(audit.made),
        signatures=("Auditor",),
        wide=True,
    )


def _facts(audit: Audit, built: Built) -> Iterator[tuple[str, str]]:
    register = built.register
    open_actions = [one for one in register.actions.values() if not one.done]
    live = [record for record in register.in_earnest if record.life is Life.LIVE]
    if built.unconfirmed:
        yield "Withdrawn since the last review", "; ".join(built.unconfirmed)
    if built.left_out:
        yield "Left out since the last review", "; ".join(built.left_out)
    yield "As of", str(audit.at)
    yield "Record", audit.standing.told()
    yield "Verification", f"{audit.verification.verdict.value} on {audit.made}: {audit.verification.fact}"
    yield (
        "Live sets",
        "; ".join(f"{record.set_id[:8]} {record.policy}: {standing(record, audit.at).case.value}" for record in live)
        or "none",
    )
    yield "Last drill", last_drills(register)
    yield "Last review", str(register.reviewed or "none")
    yield "Open incidents", ", ".join(register.incidents) or "none"
    yield "Open actions", str(len(open_actions))
    yield "Contradictions", str(len(built.findings))
    seen = sum(one.saw for one in audit.entries)
    yield (
        "Seen or said",
        f"the program saw {seen} of {len(audit.entries)} entries; people said the other {len(audit.entries) - seen}",
    )


def _tables(audit: Audit, built: Built) -> Iterator[Table]:
    register = built.register
    said = audit.verification
    yield _ledgers(audit)
    yield _lines("What does not agree", [*said.findings, *said.notes, *built.findings])
    yield _lines(
        "Withdrawn by two people, and no part of what follows", [one.told(register.name_of) for one in built.withdrawn]
    )
    sets = [record for record in register.sets.values() if record.life is not Life.VOID]
    yield from register_tables(register, sets, audit.at, sign=False)
    yield _holdings(audit)
    yield _entries("Drills, and what they taught", audit.section("drills"))
    yield _entries("Access reviews", [one for one in audit.section("reviews") if one.event == "review"])
    yield _entries("Exceptions and overrides", audit.section("exceptions"))
    yield _entries("Corrections", audit.section("corrections"))
    yield _entries("Incidents", audit.section("incidents"))
    yield _entries("Every access", audit.section("accesses"))
    yield _entries("Changes of people, sheets, sets and devices", audit.section("changes"))
    yield _actions(register)
    yield _rules(audit)
    yield _lines("Overdue on that day", [f"{one.day}  {one.what}" for one in due(register) if one.overdue(audit.at)])


def _ledgers(audit: Audit) -> Table:
    columns = (Column("File", 1.2), Column("Ceremony"), Column("Kind", 0.8), Column("Opened"), Column("Last entry"),
               Column("Entries", 0.6), Column("Closed", 0.6), Column("Head: the L words", 4))  # fmt: skip
    rows = []
    for name, chain in zip(audit.copies, audit.verification.files, strict=True):
        about = chain.entries[0].data.fields()
        opened, last = chain.entries[0].time[:10], chain.entries[-1].time[:10]
        rows.append((name, str(about.get("ceremony")), str(about.get("kind")), opened, last, str(len(chain.entries)),
                     _yes(chain.closed), " ".join(head_words(chain.head))))  # fmt: skip
    return Table("Ledgers", f"As the files are on {audit.made}.", columns, tuple(rows))


def _holdings(audit: Audit) -> Table:
    columns = (Column("What", 1.4), Column("Held by", 1.4), Column("Where", 1.4), Column("State", 1.6), Column("From"),
               Column("To"))  # fmt: skip
    rows = tuple(
        (one.what, f"{one.holder} {one.name}".strip() or "-", one.where or "-", one.state, str(one.since),
         str(one.until or "still"))
        for one in holdings(audit.entries)
    )  # fmt: skip
    return Table("Who held what, and when", "", columns, rows)


def _entries(title: str, entries: Sequence[Entry]) -> Table:
    columns = (Column("UTC", 0.8), Column("Event", 0.8), Column("Seen or said", 0.4), Column("By, seen by", 0.6),
               Column("What", 5))  # fmt: skip
    rows = [
        (
            one.time[:16].replace("T", " "),
            one.event,
            seen_or_said(one),
            f"{one.by} {one.witness}".strip(),
            in_words(one),
        )
        for one in entries
    ]
    return _table(title, columns, rows)


def _actions(register: Register) -> Table:
    columns = (Column("Code", 0.8), Column("What", 3), Column("By whom"), Column("Until"), Column("Done", 0.5))
    actions = register.actions.values()
    return _table(
        "Actions", columns, [(one.code, one.text, one.owner, str(one.due), _yes(one.done)) for one in actions]
    )


def _rules(audit: Audit) -> Table:
    columns = (Column("Rule", 0.6), Column("What breaks it", 3), Column("Overruled by two", 0.8))
    rows = [(one.rule, one.what, _yes(audit.overridden(one.rule))) for one in audit.rules.broken]
    return _table("Rules of custody that are broken", columns, rows, "None.")


def _lines(title: str, lines: Sequence[str]) -> Table:
    return _table(title, (Column(""),), [(line,) for line in lines], "Nothing.")


def _table(title: str, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], none: str = "No entry.") -> Table:
    """Return a table that says *none* where there is no row."""
    return Table(title, "" if rows else none, columns, tuple(rows))


def _yes(said: object) -> str:
    return "yes" if said else "no"
