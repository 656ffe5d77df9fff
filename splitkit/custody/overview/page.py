"""A custody at a glance, as a page: the verdict, what must be done now, and a picture of who keeps what and who can get in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from splitkit.custody.due import QUARTER
from splitkit.custody.exposure import countdown, standing
from splitkit.custody.overview.glance import Overview, Worded
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Exposure, Register, SetRecord, SheetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.register_views import last_live_drill
from splitkit.custody.ways.enough import parts_of
from splitkit.custody.ways.targets import Target
from splitkit.paper.documents import Printout

MOST_NOW = 6
"""So many matters stand on the page in full; of more only the number."""

SOON = dt.timedelta(days=QUARTER)
"""What is due later does not stand on it."""


@dataclass(frozen=True)
class Drawn:
    """One line of a page: what it is, and the smaller text below it or beside it."""

    what: str
    beside: str = ""


@dataclass(frozen=True)
class Dated:
    """One thing that will be due on a day, and what settles it, where that is not said below the next."""

    day: str
    what: str
    command: str = ""


@dataclass(frozen=True)
class Keeping:
    """One thing in the picture: who keeps it, what it is, and where it lies; *wrong* says in a word what is red."""

    thing: str
    person: str
    deputy: str
    place: str
    site: str
    told: str
    wrong: str = ""


@dataclass(frozen=True)
class Cluster:
    """Things that belong together: the sheets of a set, or the devices of an account."""

    title: str
    told: str
    kept: tuple[Keeping, ...]
    wrong: str = ""


@dataclass(frozen=True)
class Entrance:
    """One way in, and who is enough for each of its parts; without parts nobody can go it."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """What is protected, and its ways in."""

    title: str
    ways: tuple[Entrance, ...]


@dataclass(frozen=True, kw_only=True)
class StatusPage(Printout):
    """The page of `status`.

    Attributes:
        heading: What it is called.
        mark: What stands above every page.
        day: As of when.
        verdict: All of it in a sentence.
        sound: Whether nothing is to be done now.
        pressing: What must be done now, the worst first, each with what settles it.
        more: How many matters there is no room for.
        groups: The picture of who keeps what.
        accounts: The picture of who can get in.
        coming: What will be due, with the day; and below the last of those that it settles, what does.
        record: How far the record was compared with paper.
    """

    template = "status.typ"
    heading: str
    mark: str
    day: str
    verdict: str
    sound: bool
    pressing: tuple[Drawn, ...]
    more: int
    groups: tuple[Cluster, ...]
    accounts: tuple[Account, ...]
    coming: tuple[Dated, ...]
    record: str

    def texts(self) -> dict[str, str]:
        """Return the texts that may be those of people, by where they stand."""
        texts = {"the name of the custody": self.heading, "the verdict": self.verdict}
        for group in self.groups:
            texts[f"the title '{group.told}'"] = group.title
            texts |= {
                f"the row of {one.thing}": f"{one.person} {one.deputy} {one.place} {one.site}" for one in group.kept
            }
        for account in self.accounts:
            texts["the name of an account"] = account.title
            texts |= {f"the way '{way.name}'": " ".join(way.parts) for way in account.ways}
        texts |= {f"line {number} under NOW": f"{one.what} {one.beside}" for number, one in enumerate(self.pressing, 1)}
        return texts | {f"line {number} of what is coming": one.what for number, one in enumerate(self.coming, 1)}


def status_page(overview: Overview, called: str, worded: Worded, made: dt.date) -> StatusPage:
    """Return the page of a custody; *called* is its name, and *worded* says a remedy in words."""
    register, now = overview.built.register, overview.pressing
    practice = register.practice or any(record.practice for record in register.live)
    return StatusPage(
        heading=f"Custody of {called}" if called else "Custody",
        mark="Confidential: it says who keeps what where",
        day=str(overview.day),
        verdict=verdict_of(overview),
        sound=not now,
        pressing=tuple(islice(_pressing(overview, worded), MOST_NOW)),
        more=max(0, len(now) - MOST_NOW),
        groups=(*_sets(register, overview.day), *_devices(register)),
        accounts=tuple(map(_account, overview.rules.targets)),
        coming=tuple(_coming(overview, worded)),
        record="; ".join(filter(None, (overview.record.told(register.called), overview.to_compare))),
        practice=practice,
        made=str(made),
    )


def _pressing(overview: Overview, worded: Worded) -> Iterator[Drawn]:
    """Yield what must be done, with what settles it: once, below the last of those that it settles."""
    for (*others, last), command in overview.told(worded):
        yield from (Drawn(one.what) for one in others)
        yield Drawn(last.what, command)


def _coming(overview: Overview, worded: Worded) -> Iterator[Dated]:
    for (*others, last), command, which in overview.will_be_due(worded, overview.day + SOON):
        yield from (Dated(str(one.day), one.what) for one in others)
        yield Dated(str(last.day), last.what, f"{which}: {command}" if which else command)


def verdict_of(overview: Overview) -> str:
    """Return all of a custody in a sentence: how much must be done now."""
    now = len(overview.pressing)
    before = f"As if {overview.supposed}. " if overview.supposed else ""
    if not now:
        return f"{before}Sound: nothing is to be done now."
    return before + ("One thing must be done now." if now == 1 else f"{now} things must be done now.")


def _sets(register: Register, day: dt.date) -> Iterator[Cluster]:
    """Yield the sets whose sheets are of use to anybody, those in use first."""
    shown = [
        one for one in register.in_earnest if one.life is Life.LIVE or (one.life is not Life.VOID and one.may_be_known)
    ]
    for record in sorted(shown, key=lambda one: one.life is not Life.LIVE):
        stands = standing(record, day)
        kept = tuple(_sheet(register, record, sheet, day) for sheet in record.sheets.values())
        account = register.account_of(record)
        told = [
            f"{record.policy}, {record.life.told}, made {record.made}",
            *([f"protects {account}"] if account else []),
        ]
        passed = f"; live drill {last_live_drill(register, record) or 'never'}" if record.life is Life.LIVE else ""
        told.append(countdown(record) or f"opened last {record.proven or 'never'}{passed}")
        wrong = "" if stands.case.value == "sound" or record.life is not Life.LIVE else stands.case.value.upper()
        yield Cluster(record.label or record.name, "; ".join(told), kept, wrong)


def _sheet(register: Register, record: SetRecord, sheet: SheetRecord, day: dt.date) -> Keeping:
    place = register.places.get(sheet.safe)
    return Keeping(
        thing=f"Sheet {sheet.number}",
        person=register.called(sheet.holder),
        deputy=_deputy(register, sheet.holder),
        place=register.place_named(sheet.safe) if sheet.safe else "",
        site=place.site if place else "",
        told=("written by hand, " if sheet.by_hand else "") + f"read {sheet.last_read}",
        wrong=_wrong(sheet, day) if record.life is Life.LIVE else "",
    )


def _wrong(sheet: SheetRecord, day: dt.date) -> str:
    if not sheet.there:
        return sheet.state.value
    if sheet.exposure is not Exposure.NONE:
        return f"exposed: {sheet.exposure.value}"
    if sheet.usable(day):
        return ""
    return (
        sheet.reading if sheet.reading not in ("", "sound") else "not read for a year" if sheet.read else "never read"
    )


def _devices(register: Register) -> Iterator[Cluster]:
    assets = register.assets_in_use
    if assets:
        yield Cluster("Devices, mailboxes and phones", "", tuple(_asset(register, one) for one in assets))


def _asset(register: Register, asset: AssetRecord) -> Keeping:
    place = register.places.get(asset.place)
    return Keeping(
        thing=asset.name,
        person=register.called(asset.holder),
        deputy=_deputy(register, asset.holder),
        place=register.place_named(asset.place) if asset.place else "",
        site=place.site if place else "",
        told=f"looked at {asset.checked}" if asset.checked else "never looked at",
        wrong={True: "", False: "does not work", None: "nobody has tried it yet"}[asset.works],
    )


def _deputy(register: Register, person: str) -> str:
    known = register.people.get(person)
    return register.deputy_of(person) if known and known.deputy else ""


def _account(target: Target) -> Account:
    ways = tuple(Entrance(way.name, tuple(parts_of(target, way)) if way.open else ()) for way in target.ways)
    return Account(f"{target.name or 'The account'} ({target.code})", ways)
