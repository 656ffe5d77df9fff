"""What happened, and what follows: from one answer to the entries of the ledger and to the procedure, with the reason for it.

The register decides which case it is, never the person who reports: the same lost sheet is a nuisance in one set and a
compromise in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.ceremony.chain import Happening
from splitkit.ceremony.exposure import PROCEDURES, Case, countdown, standing
from splitkit.ceremony.holdings import Life
from splitkit.ceremony.lint import after_loss, paths
from splitkit.errors import AttentionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from splitkit.ceremony.holdings import AssetRecord, SetRecord, SheetRecord
    from splitkit.ceremony.register import Register

Written = tuple[str, dict[str, Any]]
"""An event with its fields."""


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
        "lost": Cause("a sheet cannot be found", "sheets"),
        "destroyed": Cause("a sheet was burnt, drowned or torn, and nobody else has read it", "sheets"),
        "seal": Cause("a bag is open, or has another number than the register", "sheets"),
        "seen": Cause("somebody has read, copied or photographed a sheet", "sheets"),
        "fire": Cause("a safe or a site is gone with all that was in it", "place"),
        "theft": Cause("a safe or a site was emptied by somebody", "place"),
        "device": Cause("an MFA device, a phone or the mailbox is lost, or does not work", "asset"),
        "leaver": Cause("somebody leaves", "person", opens=False),
        "absent": Cause("somebody cannot be reached any more", "person", opens=False),
        "password": Cause("somebody else may know the password", ""),
        "machine": Cause("the machine or the printer of a ceremony was not clean", ""),
        "alert": Cause("an alert says that the root user signed in, and nobody announced it", ""),
    }
)
"""What can happen, by the word that people choose."""


@dataclass(frozen=True)
class Report:
    """What somebody reports."""

    what: str
    """One of `CAUSES`."""
    text: str
    """What happened, in a sentence or two."""
    set_id: str = ""
    sheets: tuple[str, ...] = ()
    thing: str = ""
    """The tag of an asset or a place, or a seat."""
    way: str = "other"
    """How a sheet was destroyed, as the event 'sheet.destroyed' has it."""
    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Advice:
    """A procedure, and why it follows."""

    code: str
    why: str


def written(register: Register, report: Report, code: str) -> list[Written]:
    """Return what the report writes into the ledger.

    Raises:
        AttentionError: If the register knows nothing of what it is about.
    """
    cause = CAUSES[report.what]
    opening: list[Written] = [("incident.open", {"incident": code, "cause": report.text})] if cause.opens else []
    if cause.about == "sheets":
        return [*opening, *(_of_sheet(report, report.set_id, number) for number in report.sheets)]
    if cause.about == "asset":
        return [*opening, _of_asset(_asset(register, report.thing), report)]
    if cause.about == "place":
        return [*opening, *_of_place(register, report)]
    if cause.about == "person":
        _check_person(register, report.thing)
    return opening


def _of_sheet(report: Report, set_id: str, number: str) -> Written:
    about = {"set": set_id, "sheet": number}
    if report.what in ("lost", "theft"):
        return "sheet.lost", {**about, "circumstances": report.text}
    if report.what in ("destroyed", "fire"):
        way = "fire" if report.what == "fire" else report.way
        return "sheet.destroyed", {**about, "way": way, "seen_by": list(report.seen_by)}
    level = "confirmed" if report.what == "seen" else "possible"
    return "sheet.exposed", {**about, "level": level, "reason": report.text}


def _asset(register: Register, tag: str) -> AssetRecord:
    asset = register.assets.get(tag)
    if asset is None or asset.retired:
        raise AttentionError("no asset of this tag is in use", "see 'splitkit custody status' for their tags")
    return asset


def _of_asset(asset: AssetRecord, report: Report) -> Written:
    """A mailbox that is lost is still the account's; a device that is lost is none any more."""
    if asset.kind == "mailbox":
        return "asset.checked", {"asset": asset.tag, "result": "fail"}
    return "asset.retired", {"asset": asset.tag, "reason": CAUSES[report.what].words}


def _of_place(register: Register, report: Report) -> Iterator[Written]:
    gone = sheets_at(register, report.thing)
    assets = [one for one in register.assets.values() if report.thing in (one.place, one.tag) and not one.retired]
    if not gone and not assets:
        raise AttentionError("nothing is known to lie in this place", "see 'splitkit custody status' for the places")
    for of, sheet in gone:
        yield _of_sheet(report, of.set_id, sheet.number)
    for asset in assets:
        yield "asset.retired", {"asset": asset.tag, "reason": CAUSES[report.what].words}


def sheets_at(register: Register, place: str) -> list[tuple[SetRecord, SheetRecord]]:
    """Return the sheets that lie in a safe, or in any safe of a site."""
    safes = {one.tag for one in register.assets.values() if one.kind == "safe" and one.place == place} | {place}
    sets = [of for of in register.sets.values() if of.life is not Life.VOID]
    return [(of, sheet) for of in sets for sheet in of.sheets.values() if sheet.safe in safes and sheet.may_be_used]


def _check_person(register: Register, seat: str) -> None:
    if seat not in register.people or register.people[seat].until:
        raise AttentionError("nobody who is here has this seat", "see 'splitkit custody status' for the people")


def after(register: Register, entries: list[Written], by: str, witness: str, stamp: str) -> Register:
    """Return the register after all of them.

    Raises:
        AttentionError, UsageError: If one is not allowed, or contradicts the register.
    """
    for event, data in entries:
        register = register.after(Happening(event, data, by, witness, stamp))
    return register


def advice(before: Register, now: Register, report: Report) -> list[Advice]:
    """Return which procedures follow, the most urgent first.

    Args:
        before: The register before what happened.
        now: The register with it.
        report: What happened.
    """
    about = CAUSES[report.what].about
    if not about:
        return [_ANYWHERE[report.what]]
    if about == "person":
        without = after_loss(before, [report.thing])
        return [_of_person(before, report), *_blocked(before, without, f"without {report.thing} ")]
    touched = [of for of in now.sets.values() if of != before.sets.get(of.set_id)]
    found = [one for of in touched for one in _of_set(of)]
    found += [
        _LOST[asset.kind]
        for asset in now.assets.values()
        if asset != before.assets.get(asset.tag) and asset.kind in _LOST
    ]
    found += _blocked(before, now)
    return sorted(dict.fromkeys(found), key=lambda one: _URGENT.index(one.code))


_URGENT = ("R14", "R15", "R2", "R13", "R4", "R8", "R6", "R12")

_ANYWHERE = {
    "password": Advice("R14", "whoever knows the password needs no sheet: only a new password ends that"),
    "machine": Advice("R14", "whatever that machine has shown or printed may be known: only a new password ends that"),
    "alert": Advice("R15", "first it is seen whether anybody announced it; if not, R14 begins"),
}

_LOST = {
    "mfa": Advice("R4", "the account must not depend on a device that is gone, nor trust it"),
    "phone": Advice("R8", "whoever has the phone takes part in resetting the password"),
    "mailbox": Advice("R6", "whoever has the mailbox takes part in resetting the password"),
}


def _of_set(of: SetRecord) -> Iterator[Advice]:
    case = standing(of).case
    if of.outdated or of.life in (Life.RETIRED, Life.VOID):
        return
    if of.life is Life.SUPERSEDED and case is not Case.COMPROMISED:
        yield Advice("R13", f"set {of.set_id[:8]} was replaced: {countdown(of)}")
    elif case is not Case.SOUND:
        yield Advice(_CASES[case], _why(of, case))


_CASES = {
    Case.DESTROYED: "R13",
    Case.LOST: "R13",
    Case.ONE_SHORT: "R13",
    Case.COMPROMISED: "R14",
    Case.DEAD: "R2",
}


def _why(of: SetRecord, case: Case) -> str:
    stands = standing(of)
    known = f"{len(stands.exposed)} of {len(of.sheets)} sheets may be known to others"
    counted = {
        Case.DESTROYED: "a sheet is gone and nobody else has it",
        Case.LOST: f"{known}, and {stands.more_to_lose} more would open the set",
        Case.ONE_SHORT: f"{known}, and one more would open the set",
        Case.COMPROMISED: f"{known}, which is enough to open the set",
        Case.DEAD: "so few sheets are left that nobody can open the set",
    }
    return f"set {of.set_id[:8]}: {counted[case]}; {PROCEDURES[case]}"


def _of_person(register: Register, report: Report) -> Advice:
    seat = report.thing
    kept = [f"sheet {sheet.number} of set {of.set_id[:8]}" for of in register.sets.values() if of.life is not Life.VOID
            for sheet in of.sheets.values() if sheet.holder == seat and sheet.may_be_used]  # fmt: skip
    kept += [f"{one.kind} {one.tag}" for one in register.assets.values() if one.holder == seat and not one.retired]
    deputy = register.people[seat].deputy
    stands_in = f"; {deputy} stands in" if deputy else "; nobody was named to stand in"
    return Advice("R12", f"{seat} keeps {', '.join(kept) or 'nothing'}{stands_in}")


_KEYS = {
    "password": ("R2", "bring a quorum of sheets together"),
    "mfa": ("R4", "bring an MFA device"),
    "mailbox": ("R6", "open the mailbox"),
    "phone": ("R8", "bring the phone"),
}
"""What the ways to the account need, with the procedure for its loss."""


def _blocked(before: Register, now: Register, when: str = "") -> Iterator[Advice]:
    """Yield what nobody can bring any more."""
    singly = {kind: (kind,) for kind in _KEYS}
    there = {way.name for way in paths(before, singly) if way.smallest()}
    for way in paths(now, singly):
        if way.name in there and not way.smallest():
            code, deed = _KEYS[way.name]
            yield Advice(code, f"{when}nobody can {deed} any more")


def check_report(report: Report) -> None:
    """Refuse a report that does not say what it is about.

    Raises:
        UsageError: If something is missing.
    """
    about = CAUSES[report.what].about
    if about == "sheets" and not report.sheets:
        raise UsageError("it was not said which sheet", "name it with --sheet")
    if about in ("asset", "place", "person") and not report.thing:
        raise UsageError(f"it was not said which {about}", f"name it with --{about}")
    if not report.text:
        raise UsageError("it was not said what happened", "describe it with --text")
