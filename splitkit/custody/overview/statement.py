"""The statement of a custody: how it is kept, by whom, under which rules and how often, for those who rely on it or approve it.

It says what is asked and whether it holds; it is no promise of the program, and holds no secret.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from splitkit.custody.due import AWAY, BEFORE_EXPIRY, PENDING, QUARTER
from splitkit.custody.overview.glance import Overview
from splitkit.custody.overview.page import MOST_NOW, verdict_of
from splitkit.custody.records.holdings import READ_WITHIN, Register
from splitkit.custody.records.lives import Life
from splitkit.custody.records.thing_changes import OVERRULED
from splitkit.custody.register_views import last_drills
from splitkit.custody.ways.enough import enough_of
from splitkit.custody.ways.rules import RULES, Rules
from splitkit.custody.ways.targets import Target
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import DrillHeld
from splitkit.paper.report import Column, Report, Table


def custody_statement(overview: Overview, entries: Sequence[Entry], name: str, made: dt.date) -> Report:
    """Return the statement for the paper.

    Args:
        overview: What follows from the ledgers at the end of a day.
        entries: The entries up to that day.
        name: Whose custody it is, in a few words; may be empty.
        made: The day of the document.
    """
    register, rules, at = overview.built.register, overview.rules, overview.day
    return Report(
        heading="Custody statement",
        mark="CUSTODY STATEMENT \N{EN DASH} NOTHING HERE IS SECRET",
        practice=register.practice,
        intro="How this custody is kept, by the ledgers of that day: what it protects, who has which part, what must hold, and what does not.",
        facts=(
            *((("Custody of", name),) if name else ()),
            ("As of", str(at)),
            *_now(overview),
            ("Last drill", last_drills(register)),
            ("Last review", str(register.reviewed or "none")),
        ),
        tables=(_protected(rules.targets), _ways(rules.targets), _roles(register), _rules(rules, at), _how_often(entries), *_procedures(rules.targets)),
        made=str(made),
        statement="This is how the custody is kept, and we answer for it. We know what does not hold; beside it stands why we accept that.",
        signatures=("Approved by, name", "Approved by, name"),
        wide=True,
    )  # fmt: skip


def _now(overview: Overview) -> Iterator[tuple[str, str]]:
    """Yield the verdict and what must be done now, the worst first, as facts."""
    yield "Verdict", verdict_of(overview)
    yield from ((f"To be done, {at}", one.what) for at, one in enumerate(overview.pressing[:MOST_NOW], 1))


def _protected(targets: Sequence[Target]) -> Table:
    columns = (
        Column("Account"),
        Column("Kind of target", 2),
        Column("Sets in use", 2),
        Column("Sheets needed", 1.5),
    )
    rows = []
    for one in targets:
        pack = one.pack
        sets = [record.title for record in one.sets]
        enough = dict.fromkeys(str(record.policy) for record in one.sets)
        rows.append(
            (
                one.name or "not recorded",
                pack.title if pack else one.code,
                "; ".join(sets) or "none",
                ", ".join(enough) or "-",
            )
        )
    return Table("What is protected", "" if rows else "No set and no account is recorded.", columns, tuple(rows))


def _ways(targets: Sequence[Target]) -> Table:
    columns = (Column("Account"), Column("Way in", 1.5), Column("What it takes together", 4))
    rows = tuple(
        (one.name or "-", way.name, enough_of(one, way) if way.open else "NOBODY CAN AT PRESENT")
        for one in targets
        for way in one.ways
    )
    return Table("Ways in, and who is enough", "" if rows else "No way in is known.", columns, rows)


def _roles(register: Register) -> Table:
    columns = (Column("Person", 1.5), Column("Title"), Column("Roles", 2), Column("Keeps", 3), Column("Stands in"))
    rows = tuple(
        (one.name or one.seat, one.title or "-", ", ".join(one.roles) or "-", ", ".join(register.kept_by(one.seat, Life.LIVE)) or "nothing",
         register.deputy_of(one.seat))
        for one in register.people.values() if not one.until
    )  # fmt: skip
    return Table("People", "" if rows else "Nobody is recorded.", columns, rows)


def _rules(rules: Rules, at: dt.date) -> Table:
    columns = (
        Column("Rule", 0.7),
        Column("What must be so", 5),
        Column("On that day", 2.4, bold=True),
        Column("Why it is accepted", 1.6),
    )
    return Table(
        "Rules of custody",
        "",
        columns,
        tuple((code, text, _stands(rules, code, at), "") for code, text in RULES.items()),
    )


def _stands(rules: Rules, code: str, at: dt.date) -> str:
    broken = sorted((one for one in rules.broken if one.rule == code), key=lambda one: rules.overruled(one, at))
    if not rules.targets:
        return "not judged: nothing is recorded"
    if not broken:
        return "holds"
    more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
    overruled = "overruled by two: " if rules.overruled(broken[0], at) else "BROKEN: "
    return f"{overruled}{broken[0].what}{more}"


_DAYS = {
    "A drill; a sign-in with alerts among them": (QUARTER, "drill"),
    "A review of who has access, by two": (QUARTER, "review"),
    "A look at each device, telephone and mailbox": (QUARTER, "asset.checked"),
    "A reading of each sheet by the program": (READ_WITHIN.days, "sheet.read"),
    "Renewal of what overrules a rule": (OVERRULED.days, "lint.override"),
}
"""What is done again after so many days at most, and the event that tells of it."""

_WITHIN = {
    "A sheet that was taken out lies in a safe again": f"within {AWAY} days",
    "A set that replaces another takes over, or is void": f"within {PENDING} days",
    "What runs out (a battery, a device) is replaced": f"{BEFORE_EXPIRY} days before",
    "What a leaver kept is handed over": "within a day",
}
"""What is done once something has happened, and when."""


def _how_often(entries: Sequence[Entry]) -> Table:
    columns = (
        Column("What", 2),
        Column("How often"),
        Column("Last recorded"),
        Column("What follows", 2),
        Column("When"),
    )
    rows = zip_longest(_often(entries), _WITHIN.items(), fillvalue=("-", "-"))
    return Table("How often things are done", "", columns, tuple((*often, *within) for often, within in rows))


def _often(entries: Sequence[Entry]) -> Iterator[tuple[str, str, str]]:
    for what, (days, event) in _DAYS.items():
        done = [one for one in entries if one.event == event]
        held = (one.day for one in done if not (isinstance(one.data, DrillHeld) and one.data.result == "fail"))
        last = max(held, default=None)
        yield what, f"every {days} days", str(last or "never")


def _procedures(targets: Sequence[Target]) -> Iterator[Table]:
    """Yield the procedures of each pack, three in a row."""
    title, columns = "What is done in each case", (Column("Code", 0.4), Column("Procedure", 3)) * 3
    packs = {one.code: one.pack for one in targets if one.pack}
    for pack in packs.values():
        told = [(one.code, one.title) for one in pack.procedures]
        third = -(-len(told) // 3)
        parts = (told[at : at + third] for at in (0, third, 2 * third))
        rows = tuple(tuple(chain(*row)) for row in zip_longest(*parts, fillvalue=("-", "-")))
        yield Table(title, f"By the pack {pack.code}, whose sources were read on {pack.looked_up}.", columns, rows)
    if not packs:
        yield Table(title, "No pack is known.")
