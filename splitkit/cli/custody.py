"""`splitkit custody`: who holds what, and what is due, from the ledgers of all ceremonies."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from splitkit import __version__
from splitkit.cli.incident import incident
from splitkit.cli.main import PlainGroup, StrictCommand
from splitkit.cli.options import DAY, at_option, folder_paper_option, json_option, ledgers_argument, paper_option
from splitkit.cli.review import review
from splitkit.cli.ui.ledger_reading import read, settings_of
from splitkit.cli.ui.talk import json_result, result, safe, say
from splitkit.custody.due import Due, calendar
from splitkit.custody.due import due as due_of
from splitkit.custody.exposure import PROCEDURES, alarms, countdown, standing
from splitkit.custody.folder import FOLDERS, Settings, make_folder
from splitkit.custody.records.begun import unfinished
from splitkit.custody.records.holdings import AssetRecord, Life, PersonRecord, Register, SetRecord, SheetRecord
from splitkit.custody.register import Built, build
from splitkit.custody.register_views import as_object, call_out_report, register_report
from splitkit.custody.saying.naming import person_meant, place_meant
from splitkit.custody.ways.rules import Rules, lines, open_ones
from splitkit.errors import AttentionError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.ledger.events import DESK
from splitkit.ledger.fields import LABEL, NAME, taken
from splitkit.ledger.ledger_file import opening
from splitkit.paper.geometry import Paper

_SOON = dt.timedelta(days=31)
"""Days ahead that `due` shows unless it is told otherwise."""

_ROW = "  {:<5} {:<9} {:<12} {:<14} {:<10} {:<10} {}"


@click.group(name="custody", cls=PlainGroup)
def command() -> None:
    """Say who holds what, and what is due.

    The register is what follows from the ledgers, and nothing else: give all of them, from the oldest to the newest.
    """
    hardening.harden()


@click.command(cls=StrictCommand, name="init")
@click.argument("folder", metavar="DIR")
@click.option("--name", required=True, metavar="TEXT", help="What this custody is called, such as 'Example AG'.")
@click.option("--by", required=True, metavar="NAME", help="Who makes it, by name: the first person that it knows.")
@click.option("--practice", is_flag=True, help="Make a folder for rehearsals, and for nothing real.")
@paper_option
def init(folder: str, name: str, by: str, practice: bool, paper: Paper) -> None:
    """Make a new custody folder: ledgers, public records, plans, sealed files and papers; never a secret.

    It says who keeps what where: keep it on an encrypted disk, and let nobody else read it.

    Example: splitkit init custody --name "Example AG" --by "Ada Example"
    """
    hardening.harden()
    settings, at = Settings(taken(LABEL, name), paper), clock.stamp()
    begins = opening("DESK", DESK, practice=practice, version=__version__, title=settings.name)
    person = make_folder(Path(folder), settings, begins, name=taken(NAME, by), at=at)
    result(f"custody folder {safe(folder)}" + (", for rehearsals" if practice else ""))
    result(f"{safe(by)} is {person} in it: --by {person}")
    result(*(f"  {part + '/':<10} {what}" for part, what in FOLDERS.items()))
    say(f"hint: go there, and take up the ledger of each ceremony: cd {safe(folder)}; splitkit record --take LEDGER")


@command.command("status")
@ledgers_argument
@at_option(", such as 2026-11-23")
@json_option
def status(ledgers: Ledgers, at: dt.date | None, as_json: bool) -> int:
    """Show every set and sheet, every other asset, every person.

    Exits 9 when a set may be compromised or can no longer be opened, or an entry contradicts those before it.
    """
    reading = read(ledgers).told()
    built, day = build(reading.entries, at), at or clock.day()
    if as_json:
        json_result(
            {
                "at": at.isoformat() if at else None,
                **as_object(built.register, day),
                "findings": list(built.findings),
                "withdrawn": built.unconfirmed,
                "doubts": list(map(str, reading.doubts)),
                "record": reading.standing.as_object(),
            }
        )
    else:
        result(*_withdrawn_lines(built), reading.standing.told, *_register_lines(built.register, day))
    _say_findings(built)
    for alarm in alarms(built.register, day):
        raise AttentionError(alarm.fact, alarm.advice)
    for code in sorted(built.register.urgent):
        raise AttentionError(
            f"incident {code} is open: {built.register.incidents[code]}",
            "the secret may be known: follow R14, then two people close it: incident.close",
        )
    for one in unfinished(built.register.begun):
        raise AttentionError(
            f"begun on {one.day}, never finished: {one.told}",
            "find out what was made or shown, destroy it or keep it; then record it: outcome intent="
            f"{one.code} result=stopped",
        )
    _check_findings(built)
    return 0


def _withdrawn_lines(built: Built) -> list[str]:
    """What two people withdrew, until a review after it."""
    return [f"WITHDRAWN, until a review confirms it: {safe(one)}" for one in built.unconfirmed]


@command.command("print")
@ledgers_argument
@click.option("--out", required=True, metavar="FILE", help="New PDF.")
@at_option("; now if not given")
@folder_paper_option
@click.option("--call-out", is_flag=True, help="Instead a card that says who brings what, and who stands in.")
def print_out(ledgers: Ledgers, out: str, at: dt.date | None, paper: Paper | None, call_out: bool) -> None:
    """Write the register as a PDF, with room for signatures."""
    from splitkit.paper.typeset import Typesetter  # noqa: PLC0415  slow to import

    files.check_new_file(Path(out))
    reading = read(ledgers).told()
    built, today = build(reading.entries, at), clock.day()
    day = at or today
    report = call_out_report(built.register, day) if call_out else register_report(built.register, day, today)
    files.write_new_file(Path(out), Typesetter(paper or settings_of(ledgers).paper).report(report, say))
    _say_findings(built)
    say(f"written to {safe(out)}")
    _check_findings(built)


@command.command("due")
@ledgers_argument
@click.option("--by", type=DAY, metavar="DATE", help="Show what is due until that day; a month ahead if not given.")
@click.option("--ics", metavar="FILE", help="Write all that will be due into this new calendar file.")
@json_option
def due(ledgers: Ledgers, by: dt.date | None, ics: str | None, as_json: bool) -> int:
    """List what is overdue or coming: drills, reviews, batteries, unread sheets, open actions.

    Exits 9 when something is overdue.
    """
    if ics is not None:
        files.check_new_file(Path(ics))
    reading = read(ledgers).told()
    built = reading.built
    items, today = due_of(built.register), clock.day()
    shown = [item for item in items if item.day <= (by or today + _SOON)]
    if as_json:
        json_result({"today": str(today), "due": [_due_object(item, today) for item in shown]})
    else:
        for item in shown:
            result(
                f"{'OVERDUE' if item.overdue(today) else '':<8} {item.day}  {safe(item.what)}"
                + (f" ({safe(item.why)})" if item.why else "")
            )
        if not shown:
            result("nothing is due")
    if ics is not None:
        files.write_new_file(Path(ics), calendar(items, clock.stamp()))
        say(f"written to {safe(ics)}: {len(items)} days")
    _say_findings(built)
    _check_findings(built)
    late = [item for item in shown if item.overdue(today)]
    if late:
        raise AttentionError(
            f"{len(late)} overdue, the first since {late[0].day}: {safe(late[0].what)}",
            "do what is overdue, and record it in the ledger",
        )
    return 0


@command.command("lint")
@ledgers_argument
@click.option("--without", multiple=True, metavar="PERSON", help="As if somebody were not there; may be repeated.")
@click.option(
    "--without-place", multiple=True, metavar="PLACE", help="As if a safe or a site were gone; may be repeated."
)
@json_option
def lint(ledgers: Ledgers, without: Sequence[str], without_place: Sequence[str], as_json: bool) -> int:
    """Say which rules of custody are broken, and who together can do what.

    What is missing comes first, then who is enough for every way into every account, then whatever else is broken.
    Exits 9 when a rule is broken that nobody overrode.
    """
    reading = read(ledgers).told()
    built, today = reading.built, clock.day()
    away = [person_meant(built.register, word) for word in without]
    judged = Rules(built.register, away, [place_meant(built.register, word) for word in without_place])
    if as_json:
        json_result(judged.as_object(today))
    else:
        result(*map(safe, lines(judged, today)))
    _say_findings(built)
    _check_findings(built)
    if broken := open_ones(judged, today):
        raise AttentionError(f"{len(broken)} rule{'' if len(broken) == 1 else 's'} of custody broken: {', '.join(sorted({one.rule for one in broken}))}",
                             "change who keeps what; or two people override the rule: splitkit record lint.override")  # fmt: skip
    return 0


command.add_command(review)
command.add_command(incident)


def _say_findings(built: Built) -> None:
    say(*(f"contradiction: {finding}" for finding in built.findings))


def _check_findings(built: Built) -> None:
    if built.findings:
        raise AttentionError("the ledgers contradict themselves", "say what is right with a correction of that entry")


# --- how it looks -----------------------------------------------------------------------------------------------------


def _register_lines(register: Register, day: dt.date) -> Iterator[str]:
    yield "SETS" if register.sets else "no set was recorded"
    for known in sorted(register.sets.values(), key=lambda known: (known.life is not Life.LIVE, known.made)):
        yield from _set_lines(register, known, day)
    if register.assets_in_use:
        yield ""
        yield "OTHER ASSETS"
    yield from map(_asset_line, register.assets_in_use)
    if register.people:
        yield ""
        yield "PEOPLE"
    yield from (_person_line(person) for person in register.people.values())
    for one in unfinished(register.begun):
        yield f"BEGUN ON {one.day}, NEVER FINISHED: {one.told}: {safe(one.purpose)}"
    for code, cause in register.incidents.items():
        yield f"INCIDENT {code} IS OPEN: {safe(cause)}"


def _set_lines(register: Register, known: SetRecord, day: dt.date) -> Iterator[str]:
    stands = standing(known, day)
    name = f'"{safe(known.label)}" ' if known.label else ""
    practice = "PRACTICE, " if known.practice else ""
    yield f"{known.set_id[:8]}.. {name}{known.policy}, epoch {known.epoch}, {practice}{known.life.value}, made {known.made}"
    if known.life is Life.LIVE:
        yield f"  proven to open {known.proven or 'never'}; {stands.case.value}: {PROCEDURES[stands.case]}"
        yield f"  {len(stands.usable)} of {len(known.sheets)} sheets were read sound within a year, {len(stands.exposed)} exposed; {stands.more_to_lose} more and others can open it"
    if left := countdown(known):
        yield f"  {left}"
    if stands.exposed and known.life in (Life.PENDING, Life.SUPERSEDED):
        yield f"  {len(stands.exposed)} of its sheets are exposed; {stands.more_to_lose} more and others can open it"
    if known.life is not Life.VOID:
        yield _ROW.format("sheet", "kept by", "safe", "bag", "seen", "read", "state")
        yield from (_sheet_line(register, sheet) for sheet in known.sheets.values())


def _sheet_line(register: Register, sheet: SheetRecord) -> str:
    holder = register.people.get(sheet.holder)
    keeper = f"{sheet.holder}/{holder.deputy}" if holder and holder.deputy else sheet.holder
    blank = "-"
    return _ROW.format(sheet.number, keeper or blank, sheet.safe or blank, sheet.bag or blank, str(sheet.seen or blank),
                       str(sheet.proven or blank), sheet.condition)  # fmt: skip


def _asset_line(asset: AssetRecord) -> str:
    facts = [asset.name, f"kept by {asset.holder}"]
    facts += [f"in {asset.place}"] if asset.place else []
    facts += [f"serial {asset.serial}"] if asset.serial else []
    facts += ["battery"] if asset.battery else []
    facts += [f"ends {asset.expires}"] if asset.expires else []
    facts.append(f"checked {asset.checked} ({asset.result})" if asset.checked else "never checked")
    return "  " + ", ".join(facts)


def _person_line(person: PersonRecord) -> str:
    until = f" until {person.until}" if person.until else ""
    until += f", deputy {person.deputy}" if person.deputy else ""
    title = f", {safe(person.title)}" if person.title else ""
    roles = f" ({', '.join(person.roles)})" if person.roles else ""
    return f"  {person.seat:<7} {safe(person.name) or '-'}{title}{roles}, since {person.since}{until}"


def _due_object(item: Due, today: dt.date) -> dict[str, Any]:
    return {"day": str(item.day), "what": item.what, "why": item.why, "overdue": item.overdue(today)}
