"""The register as plain data, and as the report that is printed for signatures."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from splitkit import __version__
from splitkit.custody.exposure import PROCEDURES, countdown, standing
from splitkit.custody.holdings import AssetRecord, Life, PersonRecord, SetRecord, SheetRecord, State, as_plain
from splitkit.custody.lint import KINDS, Path, after_loss, paths
from splitkit.custody.register import Register
from splitkit.custody.review import named
from splitkit.errors import UsageError
from splitkit.paper.report import Column, Report, Table


def as_object(register: Register) -> dict[str, Any]:
    """Return everything that a register knows as plain data."""
    return {
        "sets": [set_object(of) for of in register.sets.values()],
        "assets": [as_plain(asset) for asset in register.assets.values()],
        "people": [{**as_plain(person), "roles": list(person.roles)} for person in register.people.values()],
        "incidents": dict(register.incidents),
        "drilled": str(register.drilled) if register.drilled else None,
        "reviewed": str(register.reviewed) if register.reviewed else None,
    }


def set_object(of: SetRecord) -> dict[str, Any]:
    """Return one set, and how it stands."""
    stands = standing(of)
    return {
        "set": of.set_id,
        "label": of.label,
        "policy": str(of.policy),
        "epoch": of.epoch,
        "practice": of.practice,
        "made": str(of.made),
        "life": of.life.value,
        "replaced_by": of.replaced_by or None,
        "proven": str(of.proven) if of.proven else None,
        "case": stands.case.value,
        "procedure": PROCEDURES[stands.case],
        "opens": stands.opens,
        "more_to_destroy": stands.more_to_destroy,
        "more_to_lose": stands.more_to_lose,
        "sheets": [
            {**as_plain(sheet), "state": sheet.state.value, "exposure": sheet.exposure.value}
            for sheet in of.sheets.values()
        ],
    }


def register_report(register: Register, at: dt.date, made: dt.date) -> Report:
    """Return the register for the paper, with room for a signature in every line.

    Args:
        register: As it was at the end of *at*.
        at: That day.
        made: The day of the document.
    """
    sets = [of for of in register.sets.values() if of.life is not Life.VOID]
    return Report(
        title="Custody register",
        mark="CUSTODY REGISTER \N{EN DASH} NOTHING HERE IS SECRET",
        practice=register.practice,
        intro="Who keeps what, as it follows from the ledgers. Whoever signs a line keeps what it says, and has looked.",
        facts=(
            ("As of", str(at)),
            ("Last drill", str(register.drilled or "none")),
            ("Last review", str(register.reviewed or "none")),
        ),
        tables=register_tables(register, sets, sign=True),
        made=str(made),
        program=f"splitkit {__version__}",
        signatures=("Administrator", "Witness"),
        wide=True,
    )


def call_out_report(register: Register, made: dt.date) -> Report:
    """Return the card that says, at any hour, who can bring what, and who stands in; *made* is its day."""
    columns = (
        Column("What", 1.3),
        Column("Who", 1.4),
        Column("Stands in", 1.4),
        Column("Where"),
        Column("How to reach them", 2),
    )
    here = after_loss(register, [one.seat for one in register.people.values() if one.until])
    ways = [Table(f"To {way.name}", _enough(way), (), ()) for way in paths(here)]
    return Report(
        title="Call-out card",
        mark="CALL-OUT CARD \N{EN DASH} NO SECRET, AND NO NUMBER OF THE ACCOUNT'S PHONE",
        practice=register.practice,
        intro="Who brings what when the root user is needed, or an alert came that nobody announced. How each is reached is written "
        "by hand, and never the number that the account itself calls.",
        facts=(("As of", str(made)),),
        tables=(Table("Who brings what", "", columns, tuple(_bringers(register)), tall=True), *ways),
        made=str(made),
        program=f"splitkit {__version__}",
        wide=True,
    )  # fmt: skip


def _enough(way: Path) -> str:
    """Return in words which people are enough, and whose absence blocks it."""
    try:
        enough, away = way.smallest(), way.absences()
    except UsageError:
        return "So many groups of people can do it that they are not listed: the policy says how many are needed."
    if not enough:
        return f"Nobody can {way.name} at present."
    return f"Enough are: {_some(enough)}. It is blocked while these are away: {_some(away)}."


def _some(groups: list[tuple[str, ...]]) -> str:
    more = f"; and {len(groups) - _SHOWN} others" if len(groups) > _SHOWN else ""
    return "; ".join(" + ".join(people) for people in groups[:_SHOWN]) + more


def _bringers(register: Register) -> Iterator[tuple[str, ...]]:
    for of in register.in_earnest:
        if of.life is Life.LIVE:
            for sheet in of.sheets.values():
                if sheet.holder and sheet.state in (State.HELD, State.TAKEN):
                    yield _bringer(register, f"sheet {sheet.number} of {of.set_id[:8]}", sheet.holder, sheet.safe)
    for asset in register.assets.values():
        if asset.kind in KINDS and not asset.retired:
            yield _bringer(register, f"{asset.kind} {asset.tag}", asset.holder, asset.place)


def _bringer(register: Register, what: str, seat: str, where: str) -> tuple[str, ...]:
    person = register.people.get(seat)
    deputy = named(register, person.deputy) if person and person.deputy else "-"
    return what, named(register, seat), deputy, where or "-", ""


def register_tables(register: Register, sets: list[SetRecord], *, sign: bool) -> tuple[Table, ...]:
    """Return tables of *sets*, of all other assets that are in use, and of all people who ever held something."""
    assets = [asset for asset in register.assets.values() if not asset.retired]
    people = list(register.people.values())
    return (
        *(_set_table(register, of, sign=sign) for of in sets),
        *([_asset_table(register, assets, sign=sign)] if assets else []),
        *([_people_table(register, people)] if people else []),
    )


_SHOWN = 12
"""Most groups of people of a way that are printed."""

_SIGN = Column("Signature", 1.6)


def _signed(
    columns: tuple[Column, ...], rows: Iterator[tuple[str, ...]], title: str, remark: str, *, sign: bool
) -> Table:
    if sign:
        return Table(title, remark, (*columns, _SIGN), tuple((*row, "") for row in rows), tall=True)
    return Table(title, remark, columns, tuple(rows))


def _set_table(register: Register, of: SetRecord, *, sign: bool) -> Table:
    columns = (Column("Sheet", 0.5), Column("Custodian", 1.5), Column("Deputy", 1.3), Column("Safe"), Column("Bag", 1.2),
               Column("Last seen"), Column("Last read"), Column("State", 1.3))  # fmt: skip
    label = f", {of.label}" if of.label else ""
    title = f"Set {of.set_id[:8]}{label}"
    rows = (_sheet_row(register, sheet) for sheet in of.sheets.values())
    return _signed(columns, rows, title, set_sentence(of), sign=sign)


def set_sentence(of: SetRecord) -> str:
    """Return in words what a set is, and how it stands."""
    stands = standing(of)
    practice = "practice, " if of.practice else ""
    sentence = f"Policy {of.policy}, epoch {of.epoch}, {practice}{of.life.value}, made {of.made}, proven {of.proven or 'never'}"
    if of.life is Life.LIVE:
        sentence += f"; {stands.case.value}: {PROCEDURES[stands.case]}"
    left = countdown(of)
    return f"{sentence}. {left[:1].upper()}{left[1:]}." if left else f"{sentence}."


def _sheet_row(register: Register, sheet: SheetRecord) -> tuple[str, ...]:
    holder = register.people.get(sheet.holder)
    deputy = named(register, holder.deputy) if holder and holder.deputy else "-"
    who = named(register, sheet.holder) if sheet.holder else "-"
    return (sheet.number, who, deputy, sheet.safe or "-", sheet.bag or "-", str(sheet.seen or "never"), str(sheet.proven or "never"),
            sheet.condition)  # fmt: skip


def _asset_table(register: Register, assets: list[AssetRecord], *, sign: bool) -> Table:
    columns = (Column("Kind", 0.7), Column("Tag"), Column("Kept by", 1.5), Column("Place"), Column("Serial"),
               Column("Battery", 0.6), Column("Ends"), Column("Last checked", 1.2))  # fmt: skip
    rows = (_asset_row(register, asset) for asset in assets)
    remark = "No telephone number is written here, or anywhere."
    return _signed(columns, rows, "Devices, phones, mailboxes", remark, sign=sign)


def _asset_row(register: Register, asset: AssetRecord) -> tuple[str, ...]:
    battery = "" if asset.battery is None else "yes" if asset.battery else "no"
    checked = f"{asset.checked} ({asset.result})" if asset.checked else "never"
    return (asset.kind, asset.tag, named(register, asset.holder), asset.place or "-", asset.serial or "-", battery or "-",
            str(asset.expires or "-"), checked)  # fmt: skip


def _people_table(register: Register, people: list[PersonRecord]) -> Table:
    columns = (Column("Seat", 0.5), Column("Name", 1.5), Column("Title", 1.3), Column("Roles", 1.5), Column("Deputy", 1.3),
               Column("From"), Column("To"))  # fmt: skip
    rows = tuple(
        (one.seat, one.name or "-", one.title or "-", ", ".join(one.roles) or "-",
         named(register, one.deputy) if one.deputy else "-", str(one.since or "-"), str(one.until or "-"))
        for one in people
    )  # fmt: skip
    return Table("People", "", columns, rows)
