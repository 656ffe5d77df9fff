"""Which procedure follows from an incident, and why.

The register decides which case it is, never the person who reports: the same lost sheet is a nuisance in one set and a
compromise in another.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from splitkit.custody.exposure import OLD_ONE_SHORT, PROCEDURES, SetCase, Standing, countdown, standing
from splitkit.custody.incident import CAUSES, IncidentReport
from splitkit.custody.records.holdings import Life, Register, SetRecord
from splitkit.custody.ways.access import reachable
from splitkit.custody.ways.targets import Target, targets
from splitkit.ledger.events import URGENT, AssetChecked, AssetRetired, SheetDestroyed, SheetExposed, SheetLost
from splitkit.ledger.schema import Event
from splitkit.packs.pack import SHEETS


@dataclass(frozen=True)
class Advice:
    """What calls for a procedure, see `splitkit.packs.procedures.CASES`, and why it follows; the pack has the procedure."""

    case: str
    why: str

    @property
    def urgent(self) -> bool:
        """Whether the secret, or a whole way to the account, may be in other hands."""
        return self.case in ("compromise", "alert")


def advice(
    before: Register, now: Register, report: IncidentReport, entries: Sequence[Event], day: dt.date
) -> list[Advice]:
    """Return which procedures follow, the most urgent first.

    Args:
        before: The register before what happened.
        now: The register with it.
        report: What happened.
        entries: What is recorded of it.
        day: The day on which it is judged.
    """
    if report.what in URGENT:
        return [_ANYWHERE[report.what]]
    if CAUSES[report.what].about == "person":
        blocked = _blocked(targets(before), targets(before, [report.thing]), f"without {report.thing} ")
        return [_of_person(before, report), *blocked]
    named = {event.set for event in entries if isinstance(event, SheetLost | SheetExposed | SheetDestroyed)}
    found = [one for record in now.in_earnest if record.set_id in named for one in _of_set(record, day)]
    kinds = [now.assets[event.asset].kind for event in entries if isinstance(event, AssetChecked | AssetRetired)]
    found += [*_stolen(now, report, kinds), *(_LOST[kind] for kind in kinds if kind in _LOST)]
    found += _blocked(targets(before), targets(now))
    return sorted(dict.fromkeys(found), key=lambda one: _rank(one.case))


_ORDER = ("compromise", "alert", "secret-lost", "sheet")
"""What is told first; then what is lost, and the leaver last."""


def _rank(case: str) -> int:
    return _ORDER.index(case) if case in _ORDER else len(_ORDER) + (case == "leaver")


_ANYWHERE = {
    "password": Advice("compromise", "whoever knows the password needs no sheet: only a new password ends that"),
    "machine": Advice(
        "compromise", "whatever that machine has shown or printed may be known: only a new password ends that"
    ),
    "alert": Advice("alert", "first it is seen whether anybody announced it; if not, somebody is in"),
}

_LOST = {
    "mfa": Advice("lost-mfa", "the account must not depend on a device that is gone, nor trust it"),
    "phone": Advice("lost-phone", "whoever has the phone takes part in resetting the password"),
    "mailbox": Advice("lost-mailbox", "whoever has the mailbox takes part in resetting the password"),
}


def _stolen(now: Register, report: IncidentReport, kinds: Collection[str]) -> Iterator[Advice]:
    """Whoever took all that a way in needs can go it."""
    if report.what == "theft":
        for way in (way for target in targets(now) for way in target.ways):
            if set(way.kinds) <= set(kinds):
                yield Advice("compromise", f"whoever took these can {way.name}: {' and '.join(way.kinds)}")


def _of_set(record: SetRecord, day: dt.date) -> Iterator[Advice]:
    stands, name = standing(record, day), record.name
    case = stands.case
    if record.outdated or record.life in (Life.RETIRED, Life.VOID) or case in (SetCase.SOUND, SetCase.UNPROVEN):
        return
    if case is SetCase.COMPROMISED or record.life is Life.LIVE:
        yield Advice(_CASES[case], _why(record, stands))
    elif record.life is Life.PENDING:
        yield Advice(
            "sheet",
            f"{name} is not in use yet: make it void (set.void), then make it again; the set in use is not touched",
        )
    elif record.more_to_destroy:
        more = f"; {OLD_ONE_SHORT}" if stands.more_to_lose == 1 else ""
        yield Advice(
            "sheet", f"{name} was replaced, and its sheets are still to be destroyed: {countdown(record)}{more}"
        )


_CASES = {
    SetCase.DESTROYED: "sheet",
    SetCase.LOST: "sheet",
    SetCase.DOUBTFUL: "sheet",
    SetCase.ONE_SHORT: "sheet",
    SetCase.COMPROMISED: "compromise",
    SetCase.DEAD: "secret-lost",
}


def _why(record: SetRecord, stands: Standing) -> str:
    known = f"{len(stands.exposed)} of {len(record.sheets)} sheets may be known to others"
    counted = {
        SetCase.DESTROYED: "a sheet is gone and nobody else has it",
        SetCase.LOST: f"{known}, and {stands.more_to_lose} more would open the set",
        SetCase.DOUBTFUL: "nobody knows whether a quorum of its sheets is left",
        SetCase.ONE_SHORT: f"{known}, and one more would open the set",
        SetCase.COMPROMISED: f"{known}, which is enough to open the set",
        SetCase.DEAD: "so few sheets are left that nobody can open the set",
    }
    return f"{record.name}: {counted[stands.case]}; {PROCEDURES[stands.case]}"


def _of_person(register: Register, report: IncidentReport) -> Advice:
    seat = report.thing
    deputy = register.people[seat].deputy
    stands_in = f"; {deputy} stands in" if deputy else "; nobody was named to stand in"
    return Advice("leaver", f"{seat} keeps {', '.join(register.kept_by(seat)) or 'nothing'}{stands_in}")


def _blocked(before: Sequence[Target], now: Sequence[Target], when: str = "") -> Iterator[Advice]:
    """Yield what nobody can bring any more."""
    for then, since in zip(before, now, strict=False):
        for kind, thing in then.things.items():
            if reachable(then.need(kind)) and not reachable(since.need(kind)):
                case = "secret-lost" if kind == SHEETS else f"lost-{kind}"
                yield Advice(case, f"{when}nobody can {thing.task} any more")
