"""The auditor's pack on paper: the same facts as its data, in tables that people read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from splitkit.custody.history import Holding
from splitkit.custody.overview.audit import Audit
from splitkit.custody.overview.evidence import Evidence
from splitkit.custody.overview.first_page import FirstPage
from splitkit.custody.records.holdings import Register
from splitkit.custody.records.lives import Life
from splitkit.custody.register import Built
from splitkit.custody.register_views import register_tables
from splitkit.custody.withdrawal import LeftBranch, Withdrawal
from splitkit.ledger import events
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.wording import in_words
from splitkit.paper.report import Column, Report, Table, Words


def audit_report(page: FirstPage, evidence: Sequence[Evidence] = ()) -> Report:
    """Return the report of an audit: its first page, what others ask for with the *evidence*, and what stands behind it."""
    audit = page.audit
    return Report(
        heading="Auditor's pack",
        mark="AUDITOR'S PACK \N{EN DASH} NOTHING HERE IS SECRET",
        practice=audit.built.register.practice,
        intro="What the record proves, and nothing else; entry by entry in its annexes, accesses.pdf and holdings.pdf. With the ledgers and a signed close-out sheet, anybody can check all of it.",
        facts=(),
        verdict=page.verdict,
        chapters=page.chapters,
        words=(_last_words(audit),),
        tables=(*map(_criteria, evidence), *_tables(audit, audit.built)),
        made=str(audit.made),
        signatures=("Auditor, name",),
        wide=True,
    )


def annexes(page: FirstPage) -> dict[str, Report]:
    """Return what a reader of the report turns to for one thing alone, by the names of the files: who read and opened what, and who held it."""
    audit = page.audit
    entered = [_readings(audit), _entries(audit, "Every access", "accesses")]
    kept = [_holdings(audit), _entries(audit, "Changes of people, sheets, sets and devices", "changes")]
    return {
        "accesses.pdf": _annex(audit, "Every reading and every access", entered),
        "holdings.pdf": _annex(audit, "Every holding and every change", kept),
    }


def _annex(audit: Audit, heading: str, tables: Sequence[Table]) -> Report:
    return Report(
        heading=heading,
        mark="AUDITOR'S PACK, ANNEX \N{EN DASH} NOTHING HERE IS SECRET",
        practice=audit.built.register.practice,
        intro="One by one; what it comes to is in the report, audit.pdf.",
        facts=(),
        words=(_last_words(audit),),
        tables=tuple(tables),
        made=str(audit.made),
        wide=True,
    )


def _last_words(audit: Audit) -> Words:
    return Words("L", "the words with which the record ends", head_words(audit.verification.files[-1].head))


def _tables(audit: Audit, built: Built) -> Iterator[Table]:
    register = built.register
    said = audit.verification
    yield _ledgers(audit)
    yield _matters(audit)
    yield _lines("What does not agree", [*said.findings, *said.notes, *built.findings])
    gone = [
        *(_withdrawal(audit, one.back, one) for one in built.withdrawn),
        *(_withdrawal(audit, one.choice, one) for one in built.left),
    ]
    yield _lines("Withdrawn or left by two people, and no part of what follows", gone)
    yield _entries(audit, "Overrides", "overrides")
    yield _entries(audit, "Drills, and what they taught", "drills")
    yield _entries(audit, "Incidents", "incidents")
    yield _entries(audit, "Exceptions, and what was begun and not done", "exceptions")
    yield _entries(audit, "Corrections", "corrections")
    sets = [record for record in register.sets.values() if record.life is not Life.VOID]
    yield from register_tables(register, sets, audit.at, sign=False)
    yield _entries(audit, "Access reviews", "reviews")
    yield _actions(register)
    yield _rules(audit)


def _criteria(evidence: Evidence) -> Table:
    about = evidence.criteria
    columns = (
        Column("Number", 0.5),
        Column("Asked for", 3),
        Column("Verdict", 0.7, bold=True),
        Column("What shows it", 3),
    )
    rows = [(one.criterion.code, one.criterion.asks, one.met.value, one.shown) for one in evidence.answers]
    remark = f"{evidence.told}. As read on {about.looked_up} at {about.source}, in our own words; no program can say whether all of it is complied with."
    return Table(f"Asked for by: {about.title}", remark, columns, tuple(rows))


def _withdrawal(audit: Audit, said: Entry, one: Withdrawal | LeftBranch) -> str:
    return one.told(audit.called(said)) + (
        "; confirmed by a review" if one.confirmed else "; NO REVIEW HAS CONFIRMED IT"
    )


def _matters(audit: Audit) -> Table:
    columns = (Column("Since", 0.6), Column("What", 6))
    rows = [(str(one.day), one.what) for one in audit.matters]
    return _table(f"What stands against it on {audit.at}, the worst first", columns, rows, "Nothing.")


def _readings(audit: Audit) -> Table:
    """Every reading, sheet by sheet in their order; those that are alike stand once, with their number."""
    register = audit.built.register
    found: dict[tuple[str, str], list[tuple[Entry, events.SheetRead]]] = {}
    for one in audit.section("readings"):
        if isinstance(one.data, events.SheetRead):
            found.setdefault((one.data.set, one.data.sheet), []).append((one, one.data))
    rows = []
    places = [(record.set_id, number) for record in register.sets.values() for number in record.sheets]
    for set_id, number in [*(one for one in places if one in found), *(one for one in found if one not in {*places})]:
        readings, record = found[set_id, number], register.sets.get(set_id)
        sheet = record.sheets.get(number) if record else None
        sound, bad = ([one for one in readings if (one[1].result == "sound") is so] for so in (True, False))
        rows.append((f"sheet {number} of set {set_id[:8]}", register.called(sheet.holder) if sheet else "-", str(len(readings)),
                     _times(sound), _times(bad)))  # fmt: skip
    columns = (Column("Sheet", 0.9), Column("Kept by"), Column("Readings", 0.5), Column("\N{BLACK SQUARE} SEEN, and sound", 2.4),
               Column("\N{BLACK SQUARE} SEEN, and not sound", 1.4, bold=True))  # fmt: skip
    return _table("Every reading, sheet by sheet", columns, rows, "No sheet was ever read.")


def _times(readings: Sequence[tuple[Entry, events.SheetRead]]) -> str:
    """Return readings in words: '2026-11-27 drill, 2026-11-28 inventory (twice the same: x2)'."""
    told = [
        f"{'' if data.result == 'sound' else data.result.upper() + ' '}{one.day} ({data.use}, {data.source})"
        for one, data in readings
    ]
    return ", ".join(text + (f" x{count}" if count > 1 else "") for text, count in Counter(told).items()) or "-"


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
    rows = [
        (
            first.what,
            first.name or first.holder or "-",
            first.where or "-",
            state,
            str(first.since),
            str(last.until or "still"),
        )
        for first, last, state in _stays(audit.holdings)
    ]
    return _table("Who held what, and when", columns, rows)


def _stays(found: Sequence[Holding]) -> Iterator[tuple[Holding, Holding, str]]:
    """Yield each stay in one hand and one place, from its first to its last holding, and in which states it was how often."""
    for _, group in groupby(found, key=lambda one: (one.what, one.holder, one.name, one.where)):
        stay = list(group)
        count = Counter(one.state for one in stay)
        told = ", ".join(state + (f" x{number}" if number > 1 else "") for state, number in count.items())
        yield stay[0], stay[-1], told if len(count) == 1 else f"{told}; at the end {stay[-1].state}"


def _entries(audit: Audit, title: str, section: str) -> Table:
    columns = (
        Column("UTC", 0.8),
        Column("Event", 0.8),
        Column("Seen or said", 0.55),
        Column("By, seen by", 1),
        Column("What", 5),
    )
    rows = [
        (one.time[:16].replace("T", " "), one.event, _MARKS[one.saw], audit.who(one),
         in_words(one, audit.called(one)))
        for one in audit.section(section) if one.event != "review.line"
    ]  # fmt: skip
    return _table(title, columns, rows)


_MARKS = {True: "\N{BLACK SQUARE} SEEN", False: "\N{WHITE SQUARE} said"}
"""How what the program saw is told from what people said."""


def _actions(register: Register) -> Table:
    columns = (Column("Code", 0.8), Column("What", 3), Column("By whom"), Column("Until"), Column("Done", 0.5))
    actions = register.actions.values()
    return _table(
        "Actions",
        columns,
        [(one.code, one.text, register.called(one.owner), str(one.due), _yes(one.over)) for one in actions],
    )


def _rules(audit: Audit) -> Table:
    columns = (Column("Rule", 0.6), Column("What breaks it", 3), Column("Overruled by two", 0.8))
    rows = [(one.rule, one.what, _yes(audit.rules.overruled(one, audit.at))) for one in audit.rules.broken]
    return _table("Rules of custody that are broken", columns, rows, "None.")


def _lines(title: str, lines: Sequence[str]) -> Table:
    return _table(title, (Column("What"),), [(line,) for line in lines], "Nothing.")


def _table(title: str, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], none: str = "No entry.") -> Table:
    """Return a table that says *none* where there is no row."""
    return Table(title, "" if rows else none, columns, tuple(rows))


def _yes(said: object) -> str:
    return "yes" if said else "no"
