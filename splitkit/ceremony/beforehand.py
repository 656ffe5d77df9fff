"""What people read before the day of a ceremony: those who decide about it, whoever will keep a sheet, and whoever prepares it.

The words stand in the templates; here is what they are about: a plan, what may happen to its sheets, and how long a rehearsal took.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.ceremony.hours import Hours, as_said
from splitkit.ceremony.script import DRILL, KINDS, MAKE, REVIEW
from splitkit.ceremony.steps import Script, Task
from splitkit.custody.due import QUARTER
from splitkit.errors import UsageError
from splitkit.paper.documents import Leaders, Printout
from splitkit.plan.policy_words import may_be_missing, needed, position, rule
from splitkit.plan.printers import printers_needed
from splitkit.plan.risk import Odds, risk_of
from splitkit.plan.risk_report import chance

if TYPE_CHECKING:
    from splitkit.paper.geometry import Paper
    from splitkit.plan.document import Plan
    from splitkit.quorum.policy import Policy, SheetId

PAPERS = MappingProxyType(
    {
        "board": ("board.typ", "For those who decide"),
        "custodian": ("custodian.typ", "For whoever keeps a sheet"),
        "week": ("week.typ", "Your ceremony in seven days"),
    }
)
"""Each paper by its name: its template, and its title."""

ESTIMATED: Mapping[str, dt.timedelta] = MappingProxyType(
    {MAKE.kind: dt.timedelta(hours=4), DRILL.kind: dt.timedelta(hours=2), REVIEW.kind: dt.timedelta(hours=1)}
)
"""How long a kind of ceremony is taken to last as long as no rehearsal has measured it."""

QUARTERS = math.ceil(365 / QUARTER)
"""So many drills, and so many reviews, there are in a year."""

_PAUSES = (Task.MAKE_SET, Task.DRAW_LOT)
"""Before these nothing secret is open, and a ceremony that makes a set may pause."""

_KEPT_UP, _FORGOTTEN = Odds(years=1), Odds(years=5)
"""What may happen where every sheet is looked after within a year, and where nobody looks for long."""


@dataclass(frozen=True)
class Lasting:
    """How long one kind of ceremony lasts.

    Attributes:
        kind: What people call it: 'make'.
        long: How long, in words.
        told: Where that comes from: a rehearsal and its day, or a guess.
        measured: Whether it is no guess.
        breaks: How long its breaks took, in words; empty where there were none.
    """

    kind: str
    long: str
    told: str
    measured: bool
    breaks: str = ""


@dataclass(frozen=True)
class Part:
    """One phase of the day on which a set is made: how long it took in the rehearsal, in words, and whether a break may follow."""

    phase: str
    took: str
    pause: bool


@dataclass(frozen=True)
class Peril:
    """Something that may happen, and how likely it is within a year that is kept up, and within years in which nobody looks."""

    what: str
    kept_up: str
    forgotten: str


@dataclass(frozen=True)
class Keeper:
    """Whoever will keep a sheet: the sheet in words, the name, the title and the site; empty where the plan says nothing."""

    position: str
    name: str
    title: str
    site: str


@dataclass(frozen=True)
class Yearly:
    """How many hours a year one role takes, in words."""

    who: str
    first: str
    later: str


@dataclass(frozen=True, kw_only=True)
class Beforehand(Printout):
    """One of the papers; nothing on it is secret.

    Attributes:
        name: Which of `PAPERS` it is.
        label: What the set is for.
        anonymous: Whether the plan names nobody on paper.
        needed: How many sheets are needed: 'any 3 of 5'.
        rule: The same as a sentence.
        sheets: How many sheets there are.
        least: The fewest people who can open the set together.
        spare: How many sheets may be missing, in words.
        keepers: Who will keep a sheet.
        leaders: Who leads the ceremony, by name.
        printers: The fewest printers of which none comes to know a quorum.
        lasting: How long each kind of ceremony lasts, by its kind.
        parts: The phases of the day on which the set is made.
        yearly: Hours a year, by role.
        perils: What may happen to the sheets.
        years: For how many years nobody looks, in the worse case.
        assumed: What the chances rest on.
    """

    name: str
    label: str
    anonymous: bool
    needed: str
    rule: str
    sheets: int
    least: int
    spare: str
    keepers: tuple[Keeper, ...]
    leaders: Leaders
    printers: int
    lasting: tuple[Lasting, ...]
    parts: tuple[Part, ...]
    yearly: tuple[Yearly, ...]
    perils: tuple[Peril, ...]
    years: int
    assumed: str

    @property
    def template(self) -> str:
        """The name of its file in printouts/."""
        return PAPERS[self.name][0]

    def data(self, paper: Paper) -> dict[str, Any]:
        """Return everything for the template, with the title."""
        return super().data(paper) | {"heading": PAPERS[self.name][1]}

    def texts(self) -> dict[str, str]:
        """Return the texts that people chose, by what they are."""
        chosen = {"the label": self.label, "the sentence of the policy": self.rule, **self.leaders.texts()}
        for keeper in self.keepers:
            chosen[f"the name of {keeper.position}"] = keeper.position
            chosen[f"the name of the custodian of {keeper.position}"] = keeper.name
            chosen[f"the title of the custodian of {keeper.position}"] = keeper.title
            chosen[f"the site of {keeper.position}"] = keeper.site
        return chosen


def beforehand(name: str, plan: Plan, rehearsed: Sequence[Hours], made: str) -> Beforehand:
    """Return one of the papers.

    Args:
        name: Which of `PAPERS`.
        plan: What is planned.
        rehearsed: How long rehearsals took, one of a kind at most.
        made: The day of the document, YYYY-MM-DD.

    Raises:
        UsageError: If two rehearsals are of one kind.
    """
    by_kind = {one.kind: one for one in rehearsed}
    if len(by_kind) != len(rehearsed):
        raise UsageError("two ledgers tell of one kind of ceremony", "name the one by which people should plan")
    policy = plan.policy
    spent = {kind: by_kind[kind].at_work if kind in by_kind else guess for kind, guess in ESTIMATED.items()}
    return Beforehand(
        name=name,
        label=plan.public_label,
        anonymous=plan.anonymous,
        needed=needed(policy),
        rule=rule(policy),
        sheets=policy.sheets,
        least=policy.needed,
        spare=may_be_missing(policy.spare(policy.sheet_ids())),
        keepers=tuple(_keeper(plan, sheet) for sheet in policy.sheet_ids()),
        leaders=Leaders(**plan.shown_leaders),
        printers=printers_needed(policy),
        lasting=tuple(_lasting(script, by_kind.get(script.kind)) for script in KINDS if script.kind in ESTIMATED),
        parts=tuple(_parts(by_kind.get(MAKE.kind))),
        yearly=_yearly(spent),
        perils=_perils(policy),
        years=_FORGOTTEN.years,
        assumed=f"within a year one sheet in {round(1 / _KEPT_UP.lost)} is lost and one in {round(1 / _KEPT_UP.seen)} is seen by a thief; on any "
        f"day one custodian in {round(1 / _KEPT_UP.absent)} cannot come",
        made=made,
        practice=plan.practice,
    )  # fmt: skip


def _keeper(plan: Plan, sheet: SheetId) -> Keeper:
    custodian = plan.custodian(sheet)
    place = position(plan.policy, sheet)
    return (
        Keeper(place, "", "", "") if plan.anonymous else Keeper(place, custodian.name, custodian.title, custodian.site)
    )


def _lasting(script: Script, measured: Hours | None) -> Lasting:
    if measured is None:
        return Lasting(script.name, as_said(ESTIMATED[script.kind]), "a guess: not rehearsed yet", measured=False)
    what = "rehearsal" if measured.practice else "ceremony"
    breaks = as_said(measured.breaks) if measured.breaks else ""
    people = "1 person" if measured.people == 1 else f"{measured.people} people"
    return Lasting(
        script.name, as_said(measured.at_work), f"{what} of {measured.day} with {people}", measured=True, breaks=breaks
    )


def _parts(measured: Hours | None) -> Iterator[Part]:
    took = dict(measured.phases) if measured else {}
    for phase, run in groupby(MAKE.steps, key=lambda step: step.phase.title):
        end = MAKE.steps.index([*run][-1]) + 1
        pause = end < len(MAKE.steps) and MAKE.steps[end].task in _PAUSES
        yield Part(phase, as_said(took[phase]) if phase in took else "", pause)


def _perils(policy: Policy) -> tuple[Peril, ...]:
    kept_up, forgotten = risk_of(policy, _KEPT_UP), risk_of(policy, _FORGOTTEN)
    return (
        Peril("So many sheets are lost that the password is gone for good", chance(kept_up.lost), chance(forgotten.lost)),
        Peril("Somebody comes to see enough sheets to have the password", chance(kept_up.stolen), chance(forgotten.stolen)),
        Peril("On the day it is needed, too few can come with their sheets", chance(kept_up.unavailable), chance(forgotten.unavailable)),
    )  # fmt: skip


def _yearly(spent: Mapping[str, dt.timedelta]) -> tuple[Yearly, ...]:
    """Return the hours of each role in the year of the ceremony, and in every later one."""
    drills, reviews = QUARTERS * spent[DRILL.kind], QUARTERS * spent[REVIEW.kind]
    later = {
        "Each custodian, at most": drills,
        "Administrator": drills + reviews,
        "Witness": drills + reviews,
        "Keepers of the second factor, the phone and the mailbox, each": drills,
    }
    return tuple(Yearly(who, _rounded(time + spent[MAKE.kind]), _rounded(time)) for who, time in later.items())


def _rounded(time: dt.timedelta) -> str:
    """Return a length of time in whole hours, rounded up."""
    hours = math.ceil(time / dt.timedelta(hours=1))
    return "1 hour" if hours == 1 else f"{hours} hours"
