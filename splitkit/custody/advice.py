"""Which procedure follows from an incident, and why.

The register decides which case it is, never the person who reports: the same lost sheet is a nuisance in one set and a
compromise in another.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from splitkit.custody.exposure import OLD_ONE_SHORT, PROCEDURES, SetCase, Standing, countdown, standing
from splitkit.custody.incident import CAUSES, IncidentReport
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.custody.records.lives import URGENT_CASES, Life
from splitkit.custody.ways.access import reachable
from splitkit.custody.ways.mending import in_its_place, still_needed
from splitkit.custody.ways.targets import Target, targets
from splitkit.ledger.events import AssetChecked, AssetRetired, SheetDestroyed, SheetExposed, SheetLost
from splitkit.ledger.schema import Event
from splitkit.packs.pack import SHEETS, USUAL, Pack
from splitkit.packs.procedures import Procedure


@dataclass(frozen=True)
class Advice:
    """What calls for a procedure, see `splitkit.packs.procedures.CASES`, and why it follows.

    Attributes:
        case: What calls for it.
        why: Why it follows, in words.
        pack: The code of the pack that has the procedure; empty where it may be that of any account.
    """

    case: str
    why: str
    pack: str = ""

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
    if report.what in URGENT_CASES:
        return [Advice(URGENT_CASES[report.what], _ANYWHERE[report.what])]
    if CAUSES[report.what].about == "person":
        blocked = _blocked(targets(before), targets(before, [report.thing]), f"without {before.called(report.thing)} ")
        return [_of_person(before, report), *blocked]
    named = {event.set for event in entries if isinstance(event, SheetLost | SheetExposed | SheetDestroyed)}
    sets = [record for record in now.in_earnest if record.set_id in named]
    found = [replace(one, pack=_pack_of(now, record)) for record in sets for one in _of_set(now, record, day)]
    assets = [now.assets[event.asset] for event in entries if isinstance(event, AssetChecked | AssetRetired)]
    found += [*_stolen(now, report, {one.kind for one in assets}), *_lost(now, assets)]
    found += _blocked(targets(before), targets(now))
    return sorted(dict.fromkeys(found), key=lambda one: _rank(one.case))


_ORDER = ("compromise", "alert", "secret-lost", "sheet")
"""What is told first; then what is lost, and the leaver last."""


_INSTEAD = {"alert": "compromise"}
"""What a case is where a pack has no procedure of its own for it."""


def procedure_in(pack: Pack, case: str) -> Procedure | None:
    """Return what a pack says is done in a case: whoever reports it and whoever looks at what is open is sent to the same."""
    return pack.procedure_for(case) or pack.procedure_for(_INSTEAD.get(case, case))


def _rank(case: str) -> int:
    return _ORDER.index(case) if case in _ORDER else len(_ORDER) + (case == "leaver")


_ANYWHERE = {
    "password": "whoever knows the password needs no sheet: only a new password ends that",
    "machine": "whatever that machine has shown or printed may be known: only a new password ends that",
    "alert": "first find out whether anybody announced it; if nobody did, somebody is in",
}


def _pack_of(register: Register, record: SetRecord) -> str:
    """Return the code of the pack of the account that a set opens."""
    account = register.lines.get(record.line, "")
    return register.accounts[account].pack if account else USUAL


def _lost(now: Register, assets: Iterable[AssetRecord]) -> Iterator[Advice]:
    """Tell of each account what to do about what it does not have any more."""
    for asset in assets:
        for target in targets(now):
            if asset.kind in target.things and asset.account in ("", target.account):
                called, tasks = target.things[asset.kind].called, " or ".join(target.tasks(asset.kind))
                why = f"whoever has the {called} has a part of what it takes to {tasks}"
                yield Advice(f"lost-{asset.kind}", why, target.code)


def _stolen(now: Register, report: IncidentReport, kinds: Collection[str]) -> Iterator[Advice]:
    """Whoever took all that a way in needs can go it; whoever has one thing knowingly is on the way to the next."""
    if report.what == "taken":
        for target in targets(now):
            for kind in [one for one in kinds if one in target.things]:
                why = f"whoever has the {target.things[kind].called} has a part of a way in, and means to use it"
                yield Advice("compromise", why, target.code)
    if report.what == "theft":
        for target, way in ((one, way) for one in targets(now) for way in one.ways):
            if set(way.kinds) <= set(kinds):
                yield Advice("compromise", f"whoever took these can {way.name}: {' and '.join(way.kinds)}", target.code)


def _of_set(now: Register, record: SetRecord, day: dt.date) -> Iterator[Advice]:
    stands, name = standing(record, day), record.name
    case = stands.case
    if record.outdated or record.life is Life.RETIRED or case in (SetCase.SOUND, SetCase.UNPROVEN):
        return
    if case is SetCase.COMPROMISED or record.life is Life.LIVE:
        yield Advice(_CASES[case], _why(record, stands))
    elif record.life is Life.PENDING:
        yield Advice(
            "sheet",
            f"{name} is not in use yet: make it void (set.void), then make it again; the set in use is not touched",
        )
    elif not record.spent and still_needed(now, record):
        new = in_its_place(now, record).name
        yield Advice(
            "sheet",
            f"{name} was replaced; keep its sheets until {new} is known to open: they may be all that opens the secret",
        )
    elif not record.spent:
        more = f"; {OLD_ONE_SHORT}" if stands.more_to_lose == 1 else ""
        what = "was replaced" if record.life is Life.SUPERSEDED else "is void"
        left = f": {told}" if (told := countdown(record)) else ""
        yield Advice("sheet", f"{name} {what}, and its sheets are still to be destroyed{left}{more}")


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
    deputy, kept = register.people[seat].deputy, register.kept_by(seat)
    why = f"{register.called(seat)} {_DOES[report.what]}" + (f", and keeps {', '.join(kept)}" if kept else "")
    if report.what == "absent":
        why += f"; {register.deputy_of(seat)} stands in" if deputy else "; nobody was named to stand in"
    return Advice("leaver", why)


_DOES = {"leaver": "leaves", "handover": "hands over", "absent": "cannot be reached"}


def _blocked(before: Sequence[Target], now: Sequence[Target], when: str = "") -> Iterator[Advice]:
    """Yield what nobody can bring any more."""
    for then, since in zip(before, now, strict=False):
        for kind, thing in then.things.items():
            if reachable(then.need(kind)) and not reachable(since.need(kind)):
                case = "secret-lost" if kind == SHEETS else f"lost-{kind}"
                yield Advice(case, f"{when}nobody can {thing.task} any more", since.code)
