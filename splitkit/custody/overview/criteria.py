"""What others ask of a custody, as data: each criterion says which rules and entries show that it is met, or that none can.

A file of criteria is read as strictly as a pack, and decides nothing: it names events and rules, and the ledgers answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from splitkit import packs
from splitkit.custody.ways.rules import RULES
from splitkit.errors import UsageError
from splitkit.ledger.events import EVENTS
from splitkit.packs.pack import KINDS, SHEETS
from splitkit.packs.packfile import LINE, TEXT, PackTable, read_file

CRITERIA = {
    "aws-page": "criteria_aws_page.toml",
    "cab-keys": "criteria_cab_keys.toml",
    "ccss": "criteria_ccss.toml",
    "ncssr": "criteria_ncssr.toml",
}
"""The criteria that come with splitkit, each by its code."""

MAKING = "making"
EACH = ("set", "sheet", MAKING, "account", *(kind for kind in KINDS if kind != SHEETS))
"""Of what there must be such an entry: of each set in use, of each of its sheets, in the ledger that made each, of each account, of
each asset of a kind that works."""


@dataclass(frozen=True)
class EntryAsked:
    """An entry that must be there.

    Attributes:
        event: What it tells.
        fields: What its fields say: a text or a flag as it stands there, a number at least.
        two: The fields that name two people at least, taken together; 'by' and 'wit' are those of the entry.
        each: Of what, one of `EACH`; empty where one is enough for all.
        after: The event that calls for one each time; empty where nothing does.
        days: How old it may be, or how long after that it may come; 0 for any time.
        every: Whether every entry of that event must be so.
        count: How many there must be.
        saw: Whether the program must have seen it.
    """

    event: str
    fields: Mapping[str, Any]
    two: tuple[str, ...] = ()
    each: str = ""
    after: str = ""
    days: int = 0
    every: bool = False
    count: int = 1
    saw: bool = False


@dataclass(frozen=True)
class Criterion:
    """One thing that is asked for.

    Attributes:
        code: How it is called where it is from: 'S8'.
        asks: What is asked for, in words.
        rules: Rules of custody that must hold.
        entries: What must be in the ledgers.
        unseen: Why no ledger can show it; then there is nothing else.
    """

    code: str
    asks: str
    rules: tuple[str, ...]
    entries: tuple[EntryAsked, ...]
    unseen: str


@dataclass(frozen=True)
class Criteria:
    """What somebody asks for.

    Attributes:
        code: Its short name: 'aws-page'.
        title: What it is.
        source: Where it stands.
        looked_up: The day on which somebody read it.
        criteria: All of it, in its order.
    """

    code: str
    title: str
    source: str
    looked_up: dt.date
    criteria: tuple[Criterion, ...]


def find_criteria(code: str) -> Criteria | None:
    """Return criteria that come with splitkit; None if there are no such."""
    if code not in CRITERIA:
        return None
    return parse_criteria((Path(packs.__file__).parent / CRITERIA[code]).read_bytes())


def parse_criteria(data: bytes) -> Criteria:
    """Return the criteria of a TOML file.

    Raises:
        UsageError: If a key is missing, unknown or of another kind; if one names an event, a field or a rule that there is not, or
            a text is none that may stand on paper.
    """
    file = read_file(data, "the criteria")
    file.only("code", "title", "source", "looked_up", "criterion")
    tables = file.tables("criterion", "criterion", "code")
    if not tables:
        raise file.refused("it asks for nothing", "write [[criterion]] above each")
    found = tuple(_criterion(one) for one in tables)
    for at, (one, table) in enumerate(zip(found, tables, strict=True)):
        if one.code in [other.code for other in found[:at]]:
            raise table.refused("another criterion has this code", "give each a code of its own", "code")
    return Criteria(file.tag("code"), file.text("title", LINE), file.source("source"), file.day("looked_up"), found)


def _criterion(table: PackTable) -> Criterion:
    table.only("code", "asks", "rules", "entry", "unseen")
    entries = tuple(_wanted(one) for one in table.tables("entry", "entry"))
    one = Criterion(
        table.number("code"),
        table.text("asks", TEXT, told=True),
        table.texts("rules", optional=True, of=RULES),
        entries,
        table.text("unseen", TEXT, optional=True, told=True),
    )
    if bool(one.unseen) == bool(one.rules or one.entries):
        fact = "it says both what shows it and why nothing can" if one.unseen else "nothing says what would show it"
        raise table.refused(fact, "name rules or [[criterion.entry]]; or only say in 'unseen' why none can")
    return one


def _wanted(table: PackTable) -> EntryAsked:
    table.only("event", "with", "two", "each", "after", "days", "every", "count", "saw")
    event = EVENTS[table.one("event", EVENTS)]
    kinds = {name: kind for name, kind, _ in event.kinds()}
    fields = table.table("with")
    fields.only(*kinds)
    for name, value in fields.values.items():
        try:
            kinds[name].check(kinds[name].load(value))
        except UsageError as error:
            raise fields.refused(f"'{name}' is refused: it {error.fact}", f"it is {kinds[name].takes}", name) from None
    one = EntryAsked(
        event.event,
        fields.values,
        table.texts("two", optional=True, of=("by", "wit", *kinds)),
        table.one("each", EACH) if "each" in table.values else "",
        table.one("after", EVENTS) if "after" in table.values else "",
        table.count("days") if "days" in table.values else 0,
        table.flag("every"),
        table.count("count") if "count" in table.values else 1,
        table.flag("saw"),
    )
    if (needed := _FIELDS_OF.get(one.each, ("asset",))) and not {*needed} <= kinds.keys():
        raise table.refused(f"'{one.event}' has no field '{needed[-1]}'", "leave 'each' out", "each")
    if one.every and (one.after or one.days or one.count > 1):
        raise table.refused("'every' stands beside 'after', 'days' or 'count'", "say one of them", "every")
    return one


_FIELDS_OF = {"": (), "set": ("set",), "sheet": ("set", "sheet"), MAKING: (), "account": ("account",)}
"""The fields that say of what an entry tells; of any other it is 'asset'."""
