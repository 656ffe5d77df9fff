"""How a set is renewed: what follows from why, and in what a new plan is weaker than the set that it is for.

The register decides, as it does of an incident: `splitkit.custody.exposure` says how a set stands once what has happened is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from splitkit.custody.exposure import RENEWALS, RenewalWay, SetCase, standing
from splitkit.custody.incident import CAUSES, IncidentReport, written
from splitkit.custody.register import after
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import URGENT
from splitkit.ledger.lookalike import plain_person
from splitkit.ledger.schema import Event
from splitkit.ledger.set_events import RenewalCause

if TYPE_CHECKING:
    from splitkit.custody.records.accounts import PersonRecord
    from splitkit.custody.records.holdings import Register, SetRecord
    from splitkit.quorum.policy import Policy

_OTHER = {
    "worn": ("a sheet is worn, and can hardly be read", RenewalWay.REISSUE, True),
    "policy": ("other people, or another number of sheets, are to open it", RenewalWay.REFRESH, False),
    "yearly": ("the password is changed by a rule, such as once a year", RenewalWay.ROTATE, False),
}
"""Why a set is renewed though nothing has happened: in words, the way, and whether it is about sheets."""

_LEAST = {
    **dict.fromkeys(("destroyed", "fire"), RenewalWay.REISSUE),
    **dict.fromkeys(("lost", "theft", "seal", "seen", "leaver"), RenewalWay.REFRESH),
    **dict.fromkeys(URGENT, RenewalWay.ROTATE),
    **{cause: way for cause, (_, way, _) in _OTHER.items()},
}

_AS_SHEETS = {"fire": "destroyed", "theft": "lost"}
"""What happens to places, and to the sheets that were in them; here those are named."""

WHY: Mapping[str, str] = MappingProxyType(
    {cause: _OTHER[cause][0] if cause in _OTHER else CAUSES[cause].words for cause in get_args(RenewalCause)}
)
"""Why a set is renewed, by the word that people choose."""


def about_sheets(cause: str) -> bool:
    """Whether it must be said to which sheets it has happened."""
    return _OTHER[cause][2] if cause in _OTHER else cause in _AS_SHEETS or CAUSES[cause].about == "sheets"


@dataclass(frozen=True)
class RenewalCase:
    """Why a set is renewed, and how it stands then."""

    case: SetCase
    way: RenewalWay | None
    """What follows; None where no quorum is left that could renew it."""
    events: Sequence[Event] = field(default_factory=list)
    """What has happened and no ledger says yet."""
    never_again: frozenset[str] = frozenset()
    """The sheets that are never printed again: lost, or somebody may have read them."""


def renewal_case(
    register: Register, known: SetRecord | None, report: IncidentReport, code: str, what: Happening
) -> RenewalCase:
    """Return what follows for a set from why it is renewed.

    Args:
        register: What the ledgers say before.
        known: What it says of the set; None where no ledger tells of it.
        report: Why, about which sheets.
        code: That of the incident, if one is opened.
        what: Any entry of now, for its people and its time.
    """
    cause = report.what
    if known is None:
        exposed = frozenset(report.sheets) if _LEAST[cause] is RenewalWay.REFRESH else frozenset[str]()
        return RenewalCase(SetCase.COMPROMISED if cause in URGENT else SetCase.UNPROVEN, _LEAST[cause], [], exposed)
    news = _news(register, known, report, code, what.day)
    for event in news:
        register = after(register, replace(what, data=event))
    now = register.sets[known.set_id]
    return _case(now, cause, what.day, news)


def _news(register: Register, known: SetRecord, report: IncidentReport, code: str, day: dt.date) -> list[Event]:
    """Return what has happened and the register does not say yet."""
    cause = _AS_SHEETS.get(report.what, report.what)
    if cause not in CAUSES or not CAUSES[cause].opens:
        return []
    said = replace(report, what=cause, way="fire" if report.what == "fire" else report.way)
    told = written(register, said, code, day)
    news = [event for event in told if not _is_told(known, event)]
    old = about_sheets(report.what) and not any(hasattr(event, "sheet") for event in news)
    return [] if old or (cause in URGENT and _secret_is_known(register)) else news


def _secret_is_known(register: Register) -> bool:
    """Whether an incident is open by which the secret may be known: then it needs no second one."""
    return bool(register.urgent.keys() & register.open_incidents.keys())


def _case(record: SetRecord, cause: str, day: dt.date, news: Sequence[Event]) -> RenewalCase:
    case = SetCase.COMPROMISED if cause in URGENT else standing(record, day).case
    exposed = frozenset(number for number, sheet in record.sheets.items() if sheet.exposed)
    ways = [_LEAST[cause], *([RENEWALS[case]] if case in RENEWALS else [])]
    way = None if case is SetCase.DEAD else max(ways, key=lambda one: one.strength)
    return RenewalCase(case, way, news, exposed)


def _is_told(known: SetRecord, event: Event) -> bool:
    """Whether the register has it already that something has happened to a sheet."""
    sheet = known.sheets.get(getattr(event, "sheet", "") or "")
    if sheet is None:
        return False
    return sheet.worthless if event.event == "sheet.destroyed" else sheet.exposed


def weaker_by(old: Policy, label: str, new: Policy, new_label: str) -> list[str]:
    """Return in words what gets weaker, or another, with a new set."""
    spare, spared = new.spare(new.sheet_ids()), old.spare(old.sheet_ids())
    changes = {
        f"weaker: {new.needed} sheets open it, and no longer {old.needed}": new.needed < old.needed,
        f"weaker: only {spare} may be lost, and no longer {spared}": spare < spared,
        "the label is another one": new_label != label,
    }
    return [text for text, so in changes.items() if so]


def compared(old: Policy, label: str, new: Policy, new_label: str) -> list[str]:
    """Return the rows of a table in which an old set and a new one stand side by side."""
    rows = [("", "old set", "new set"), ("label", label or "(none)", new_label or "(none)"),
            ("policy", str(old), str(new)), ("opens with", *(f"{of.needed} sheets" for of in (old, new))),
            ("may be lost", *(f"any {of.spare(of.sheet_ids())} of {of.sheets}" for of in (old, new)))]  # fmt: skip
    wide = max(len(row[1]) for row in rows)
    return [f"  {name:<11}  {one:<{wide}}  {other}" for name, one, other in rows]


def custodians_changed(register: Register, known: SetRecord | None, planned: Sequence[str]) -> list[str]:
    """Return the rows that say who keeps a sheet today and is not *planned*, and who keeps one only then; none where no keeper is known."""
    now = dict.fromkeys(one.holder for one in known.sheets.values() if one.holder) if known else {}
    ids = {name: {one.seat for one in _called(register, name)} for name in planned}
    gone = [register.called(one) for one in now if not any(one in found for found in ids.values())]
    new = [name for name, found in ids.items() if not found & {*now}]
    told = {"no more": gone, "new": new} if now and planned else {}
    rows = [f"{what}: {', '.join(who)}" for what, who in told.items() if who]
    return [f"  {'' if at else 'custodians':<11}  {row}" for at, row in enumerate(rows)]


def left_by(register: Register, planned: Sequence[str]) -> list[str]:
    """Return in words which of the custodians that are *planned* have left by what the register says."""
    found = {name: _called(register, name) for name in planned}
    gone = [name for name, people in found.items() if people and all(one.until for one in people)]
    return [f"{name} is a custodian in the plan, and has left" for name in gone]


def _called(register: Register, name: str) -> list[PersonRecord]:
    """Return everybody who has a name, however it is spelt."""
    return [one for one in register.people.values() if name and plain_person(one.name) == plain_person(name)]
