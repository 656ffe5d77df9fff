"""What happened, as somebody reports it, and what is recorded of it; `advice` says what follows."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord, State, new_codes
from splitkit.custody.records.lives import Life
from splitkit.errors import AttentionError, Remedy, UsageError
from splitkit.ledger import events
from splitkit.ledger.schema import Event


@dataclass(frozen=True)
class Cause:
    """Something that can happen: what people say of it, and what it is *about*."""

    words: str
    about: str
    """'sheets', 'asset', 'place', 'person', or nothing."""

    opens: bool = True
    """Whether an incident is opened by it."""


CAUSES: Mapping[str, Cause] = MappingProxyType(
    {
        "alert": Cause("an alert says that the root user signed in, and nobody announced it", ""),
        "lost": Cause("a sheet cannot be found", "sheets"),
        "destroyed": Cause("a sheet was burnt, drowned or torn, and nobody else has read it", "sheets"),
        "seal": Cause("a bag is open, or has another number than the register", "sheets"),
        "seen": Cause("somebody has read, copied or photographed a sheet", "sheets"),
        "fire": Cause("a safe or a site is gone with all that was in it", "place"),
        "theft": Cause("a safe or a site was emptied by somebody", "place"),
        "device": Cause("an MFA device, a phone or the mailbox is lost, or does not work", "asset"),
        "taken": Cause("somebody else has an MFA device or the phone, or can open the mailbox", "asset"),
        "leaver": Cause("somebody leaves the company", "person", opens=False),
        "handover": Cause("somebody hands over to a successor, and stays in the company", "person", opens=False),
        "absent": Cause("somebody cannot be reached any more", "person"),
        "password": Cause("somebody else may know the password", ""),
        "machine": Cause("the machine or the printer of a ceremony was not clean", ""),
    }
)
"""What can happen, by the word that people choose."""


@dataclass(frozen=True)
class IncidentReport:
    """What somebody reports."""

    what: str
    """One of `CAUSES`."""
    text: str
    """What happened, in a sentence or two."""
    set_id: str = ""
    sheets: tuple[str, ...] = ()
    thing: str = ""
    """The tag of an asset or a place, or a seat."""
    way: events.Destruction = "other"
    """How a sheet was destroyed, as the event 'sheet.destroyed' has it."""
    seen_by: tuple[str, ...] = ()
    """Who has seen a sheet destroyed; nobody, in a fire."""
    day: dt.date | None = None
    """On which day somebody leaves, or has handed over."""


def written(register: Register, report: IncidentReport, code: str, today: dt.date) -> list[Event]:
    """Return what the report writes into the ledger *today*: that somebody has left, or that it is recorded on the day on which they do.

    Raises:
        AttentionError: If the register knows nothing of what it is about.
    """
    cause = CAUSES[report.what]
    opening: list[Event] = []
    if cause.opens and not _is_wanted(register, report):
        person = report.thing if cause.about == "person" else None
        opening.append(events.IncidentOpened(incident=code, cause=report.text, kind=report.what, person=person))
    if cause.about == "sheets":
        return [*opening, *(_of_sheet(report, report.set_id, number) for number in report.sheets)]
    if cause.about == "asset":
        return [*opening, _of_asset(_asset(register, report.thing), report)]
    if cause.about == "place":
        return [*opening, *_of_place(register, report)]
    if cause.about == "person":
        _check_person(register, report.thing)
    if report.what in ("leaver", "handover"):
        return [_of_hand_over(register, report, today)]
    return opening


def _of_hand_over(register: Register, report: IncidentReport, today: dt.date) -> Event:
    """Nobody is recorded as gone before that day is over: until then they can hand over what they keep, in sealed bags."""
    day, name = report.day or today, register.called(report.thing)
    code = next(new_codes(register.actions, f"D-{today:%Y%m%d}-"))
    if report.what == "handover":
        said: dict[str, Any] = {"owner": name, "hands_over": report.thing}
        return events.ActionAgreed(action=code, text=f"{name} hands over to a successor", due=day, **said)
    if day < today:
        return events.PersonLeft(person=report.thing, until=day, reason=report.text[:_MOST_REASON])
    return events.ActionAgreed(action=code, text=f"record that {name} has left", due=day, leaver=report.thing)


_MOST_REASON = 120
"""Characters of the reason for which somebody leaves."""


def _is_wanted(register: Register, report: IncidentReport) -> bool:
    """Whether it is no incident at all: sheets of a set that was replaced are to be destroyed."""
    old = (Life.SUPERSEDED, Life.RETIRED)
    return report.what == "destroyed" and register.sets[report.set_id].life in old


def _of_sheet(report: IncidentReport, set_id: str, number: str) -> Event:
    if report.what in ("lost", "theft"):
        return events.SheetLost(set=set_id, sheet=number, circumstances=report.text)
    if report.what in ("destroyed", "fire"):
        way = "fire" if report.what == "fire" else report.way
        return events.SheetDestroyed(set=set_id, sheet=number, way=way, seen_by=report.seen_by)
    level: Literal["confirmed", "possible"] = "confirmed" if report.what == "seen" else "possible"
    return events.SheetExposed(set=set_id, sheet=number, level=level, reason=report.text)


def _asset(register: Register, tag: str) -> AssetRecord:
    asset = register.assets.get(tag)
    if asset is None or asset.retired:
        raise AttentionError("no asset of this tag is in use", Remedy.SEE_TAGS)
    return asset


def _of_asset(asset: AssetRecord, report: IncidentReport) -> Event:
    """What is lost, stolen or broken opens nothing for its keeper, but is on the account until somebody takes it off, which the procedure says."""
    if report.what == "fire":
        return events.AssetRetired(asset=asset.tag, reason=CAUSES[report.what].words)
    return events.AssetChecked(asset=asset.tag, result="fail")


def _of_place(register: Register, report: IncidentReport) -> Iterator[Event]:
    gone = [(record, sheet) for record, sheet in sheets_at(register, report.thing) if sheet.state is State.HELD]
    places = register.places_in([report.thing])
    assets = [asset for asset in register.assets_in_use if asset.place in places]
    if not gone and not assets:
        raise AttentionError("nothing is known to lie in this place", Remedy.SEE_PLACES)
    for record, sheet in gone:
        yield _of_sheet(report, record.set_id, sheet.number)
    for asset in assets:
        yield _of_asset(asset, report)
    for place in sorted(places) if report.what == "fire" else ():  # a safe that was emptied is still there
        yield events.PlaceLeft(place=place, reason=CAUSES[report.what].words)


def elsewhere(register: Register, place: str) -> list[str]:
    """Return the sheets that the register has in a place, but which were out of it or lost before; in words."""
    there = sheets_at(register, place)
    return [
        f"{record.sheet_name(one.number)} ({one.state.value})" for record, one in there if one.state is not State.HELD
    ]


def sheets_at(register: Register, place: str) -> list[tuple[SetRecord, SheetRecord]]:
    """Return the sheets that belong in a place, or into any place of a site."""
    safes = register.places_in([place])
    return [(record, sheet) for record, sheet in register.sheets_of() if sheet.safe in safes]


def _check_person(register: Register, seat: str) -> None:
    if seat not in register.here:
        raise AttentionError("nobody who is here has this seat", Remedy.SEE_PEOPLE)


def check_report(report: IncidentReport) -> None:
    """Refuse a report that does not say what it is about.

    Raises:
        UsageError: If something is missing.
    """
    about = CAUSES[report.what].about
    if about == "sheets" and not report.sheets:
        raise UsageError("it was not said which sheet", Remedy.NAME_SHEET)
    if about in ("asset", "place", "person") and not report.thing:
        raise UsageError(f"it was not said which {about}", Remedy[f"NAME_{about.upper()}"])
    if not report.text:
        raise UsageError("it was not said what happened", Remedy.DESCRIBE)
