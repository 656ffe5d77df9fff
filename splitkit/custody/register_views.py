"""The register as plain data, and as the report that is printed for signatures."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from splitkit.custody.exposure import PROCEDURES, countdown, standing
from splitkit.custody.records.accounts import PersonRecord
from splitkit.custody.records.days import as_plain
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.ways.access import Way
from splitkit.custody.ways.enough import enough_of, tie_named
from splitkit.custody.ways.mending import fewest_to_destroy
from splitkit.custody.ways.targets import Target, targets
from splitkit.host.columns import capital
from splitkit.packs.pack import SHEETS
from splitkit.paper.report import Column, Report, Table


def as_object(register: Register, day: dt.date) -> dict[str, Any]:
    """Return everything that a register knows as plain data, judged on a *day*."""
    return {
        "sets": [set_object(record, day) for record in register.sets.values()],
        "assets": [_thing_object(asset) for asset in register.assets.values()],
        "people": [{**as_plain(person), "roles": list(person.roles)} for person in register.people.values()],
        "incidents": dict(register.incidents),
        "begun": [as_plain(one) for one in register.begun.values()],
        "reviewed": str(register.reviewed) if register.reviewed else None,
    }


def _thing_object(thing: SheetRecord | AssetRecord) -> dict[str, Any]:
    still = {"still_with": sorted(thing.still_with.still), "still_in": sorted(thing.still_in.still)}
    return {**as_plain(thing), **still}


def set_object(record: SetRecord, day: dt.date) -> dict[str, Any]:
    """Return one set, and how it stands on a *day*."""
    stands = standing(record, day)
    return {
        "set": record.set_id,
        "label": record.label,
        "policy": str(record.policy),
        "epoch": record.epoch,
        "practice": record.practice,
        "made": str(record.made),
        "said": record.said,
        "life": record.life.value,
        "replaced_by": record.replaced_by or None,
        "kind": record.kind,
        "proven": str(record.proven) if record.proven else None,
        "failed": str(record.failed) if record.failed else None,
        "live_drill": str(record.live_drill) if record.live_drill else None,
        "case": stands.case.value,
        "procedure": PROCEDURES[stands.case],
        "usable": list(stands.usable),
        "opens": stands.opens,
        "to_destroy": [] if record.life in (Life.LIVE, Life.PENDING) else fewest_to_destroy(record),
        "more_to_lose": stands.more_to_lose,
        "sheets": [
            {
                **_thing_object(sheet),
                "old_papers": {str(one.copy): str(one.since) for one in sheet.old_papers},
                "proven": str(sheet.proven or ""),
                "state": sheet.state.value,
                "exposure": sheet.exposure.value,
                "held_before": sorted(sheet.held_before),
            }
            for sheet in record.sheets.values()
        ],
    }


def last_drills(register: Register) -> str:
    """Return in words when a quorum of each set in use last opened it, when one has failed to since, and when a live drill passed."""
    failed = {record.set_id: f", and one FAILED on {record.failed}" for record in register.live if record.failed}
    told = (
        f"{record.proven or 'none'} ({record.name}){failed.get(record.set_id, '')}, live {last_live_drill(register, record) or 'never'}"
        for record in register.live
    )
    return "; ".join(told) or "none"


def last_live_drill(register: Register, record: SetRecord) -> dt.date | None:
    """Return when a live drill with the secret of a set last passed, whichever of its sets that was held with."""
    same = (one.live_drill for one in register.in_earnest if one.secret == record.secret and one.live_drill)
    return max(same, default=None)


def register_report(register: Register, at: dt.date, made: dt.date) -> Report:
    """Return the register for the paper, with room for a signature in every line.

    Args:
        register: As it was at the end of *at*.
        at: That day.
        made: The day of the document.
    """
    sets = [record for record in register.sets.values() if record.life is not Life.VOID]
    return Report(
        heading="Custody register",
        mark="CUSTODY REGISTER \N{EN DASH} NOTHING HERE IS SECRET",
        practice=register.practice,
        intro="Who keeps what, as the ledgers tell it. Whoever signs a line keeps what it says, and has looked.",
        facts=(
            ("As of", str(at)),
            ("Last drill", last_drills(register)),
            ("Last review", str(register.reviewed or "none")),
        ),
        tables=register_tables(register, sets, at, sign=True),
        made=str(made),
        signatures=("Administrator, name", "Witness, name"),
        wide=True,
    )


def call_out_report(register: Register, made: dt.date) -> Report:
    """Return the card that says, at any hour, who can bring what, and who stands in; *made* is its day."""
    columns = (Column("What", 1.4), Column("Who", 1.4), Column("Stands in", 1.4), Column("Where", 1.2),
               Column("How to reach them", 2))  # fmt: skip
    protected = targets(register)
    ways = [Table(_heading(target, way), _enough(target, way), (), ()) for target in protected for way in target.ways]
    kinds = {kind for target in protected for kind in target.things if kind != SHEETS}
    return Report(
        heading="Call-out card",
        mark="CALL-OUT CARD \N{EN DASH} NO SECRET, AND NO NUMBER OF THE ACCOUNT'S PHONE",
        practice=register.practice,
        intro="Who brings what when the password is needed, or when an alert came that nobody announced. How to reach each of them is "
        "written by hand, and never the number that the account itself calls.",
        facts=(("As of", str(made)),),
        tables=(Table("Who brings what, and who else is called", "", columns,
                      (*_bringers(register, kinds), *_called(register, protected)), tall=True), *ways),
        made=str(made),
    )  # fmt: skip


def _heading(target: Target, way: Way) -> str:
    return f"To {way.name}" + (f": {target.name}" if target.name else "")


def _enough(target: Target, way: Way) -> str:
    """Return in words which people are enough, and who is indispensable; what is missing, if it is that."""
    if not way.open:
        gaps = [target.gaps[kind].fact for kind in way.kinds if kind in target.gaps]
        return f"Nobody can {way.name} at present" + (f": {', '.join(gaps)}." if gaps else ".")
    needed = [tie_named(target.hands.register, tie) for tie in way.indispensable() if tie.kind in ("person", "place")]
    without = f" It cannot be done without {', '.join(needed)}." if needed else ""
    return f"It takes: {enough_of(target, way)}.{without}"


def _bringers(register: Register, kinds: Collection[str]) -> Iterator[tuple[str, ...]]:
    for record in register.in_earnest:
        for sheet in record.sheets.values() if record.life is Life.LIVE else ():
            if sheet.holder and sheet.there:
                yield _bringer(register, record.sheet_name(sheet.number), sheet.holder, sheet.safe)
    for asset in register.assets_in_use:
        if asset.kind in kinds and asset.works:
            yield _bringer(register, asset.name, asset.holder, asset.place)


def _called(register: Register, protected: Sequence[Target]) -> Iterator[tuple[str, ...]]:
    """Yield whoever is called besides: those who act, those who have a thing whoever keeps it, and the provider's people, to be written in."""
    also = {role: does for target in protected for thing in target.things.values() for role, does in thing.also.items()}
    for role, words in {"administrator": "Administrator", "witness": "Witness", **also}.items():
        what = capital(words)
        seats = [seat for seat, one in register.here.items() if role in one.roles]
        found = dict.fromkeys((register.named(seat), register.deputy_of(seat)) for seat in seats)
        yield from ((what, *who, "", "") for who in found or [("", "")])
    if protected:
        yield "Account team or reseller", "", "", "", ""


def _bringer(register: Register, what: str, seat: str, where: str) -> tuple[str, ...]:
    return what, register.named(seat), register.deputy_of(seat), register.place_named(where), ""


def register_tables(register: Register, sets: list[SetRecord], at: dt.date, *, sign: bool) -> tuple[Table, ...]:
    """Return tables of *sets* as they stand on a day, of all other assets that are in use, and of all people who ever held something."""
    assets, people = register.assets_in_use, list(register.people.values())
    return (
        *(_set_table(register, record, at, sign=sign) for record in sets),
        *([_asset_table(register, assets, sign=sign)] if assets else []),
        *([_people_table(register, people)] if people else []),
    )


_SIGN = Column("Signature", 1.6)


def _signed(
    columns: tuple[Column, ...], rows: Iterator[tuple[str, ...]], title: str, remark: str, *, sign: bool
) -> Table:
    if sign:
        return Table(title, remark, (*columns, _SIGN), tuple((*row, "") for row in rows), tall=True)
    return Table(title, remark, columns, tuple(rows))


def _set_table(register: Register, record: SetRecord, at: dt.date, *, sign: bool) -> Table:
    columns = (Column("Sheet", 0.5), Column("Custodian", 1.5), Column("Deputy", 1.3), Column("Safe"), Column("Bag", 1.2),
               Column("Last seen"), Column("Last read"), Column("State", 1.3))  # fmt: skip
    rows = (_sheet_row(register, sheet) for sheet in record.sheets.values())
    return _signed(columns, rows, record.title, set_sentence(record, at), sign=sign)


def set_sentence(record: SetRecord, day: dt.date) -> str:
    """Return in words what a set is, and how it stands on a *day*."""
    stands = standing(record, day)
    practice = "practice, " if record.practice else ""
    sentence = f"Policy {record.policy}, epoch {record.epoch}, {practice}{record.life.told}, {record.begun}, {f'last opened on {record.proven}' if record.proven else 'never yet opened'}"
    if record.life is Life.LIVE:
        sentence += f"; {stands.case.value}: {PROCEDURES[stands.case]}"
    left = countdown(record)
    return f"{sentence}. {capital(left)}." if left else f"{sentence}."


def _sheet_row(register: Register, sheet: SheetRecord) -> tuple[str, ...]:
    return (sheet.number, register.named(sheet.holder), register.deputy_of(sheet.holder), register.place_named(sheet.safe), sheet.bag or "-", str(sheet.seen or "never"), sheet.last_read,
            sheet.condition_now)  # fmt: skip


def _asset_table(register: Register, assets: list[AssetRecord], *, sign: bool) -> Table:
    columns = (Column("Kind", 0.7), Column("Tag"), Column("Kept by", 1.5), Column("Place"), Column("Serial"),
               Column("Battery", 0.6), Column("Ends"), Column("Last checked", 1.2))  # fmt: skip
    rows = (_asset_row(register, asset) for asset in assets)
    remark = "No telephone number is written here, or anywhere."
    return _signed(columns, rows, "Devices, phones, mailboxes", remark, sign=sign)


def _asset_row(register: Register, asset: AssetRecord) -> tuple[str, ...]:
    battery = "" if asset.battery is None else "yes" if asset.battery else "no"
    checked = f"{asset.checked} ({asset.result})" if asset.checked else "never"
    return (asset.kind, asset.tag, register.named(asset.holder), register.place_named(asset.place), asset.serial or "-", battery or "-",
            str(asset.expires or "-"), checked)  # fmt: skip


def _people_table(register: Register, people: list[PersonRecord]) -> Table:
    columns = (Column("Name", 1.5), Column("Title", 1.3), Column("Roles", 1.5), Column("Deputy", 1.3), Column("From"), Column("To"),
               Column("Seat in the ledger", 0.8))  # fmt: skip
    rows = tuple(
        (one.name or "-", one.title or "-", ", ".join(one.roles_told) or "-", register.deputy_of(one.seat), str(one.since or "-"),
         str(one.until or "-"), one.seat)
        for one in people
    )  # fmt: skip
    return Table("People", "", columns, rows)
