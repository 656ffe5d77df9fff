"""The course of a ceremony: where it stands after each entry of its ledger, and which entries may come next.

Pure: a course is rebuilt from the entries alone.  What comes out of order is refused; what happened all the same is recorded
as an exception, which is never refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.ceremony.room import MOVES, Room
from splitkit.ceremony.script import MAKE
from splitkit.ceremony.steps import Each, Mark, NumberedStep, Restart, Script, Seat, expand, seats, with_drawn
from splitkit.errors import AttentionError
from splitkit.ledger import events
from splitkit.ledger.chain import Happening, are_two
from splitkit.ledger.schema import Event

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

FREE = ("note", "correction", "torn", "checkpoint", "export", "hash", "room.clock", "acknowledge", "role", "alert",
        "action", "action.done", "asset.added", "asset.checked", "asset.used", "safe.opened", "safe.closed", "sheet.stored",
        "sheet.destroyed", "sheet.exposed", "sheet.handed", "person.joined", "incident.open", "intent", "outcome", "preflight")  # fmt: skip
"""Entries that may stand anywhere and move nothing."""

_ROLLED = ("administrator", "witness", "custodian")
"""Who is called at the beginning, in the order of the script; others may come later."""


_DIFFERENT_BAG = (
    "compare the bag with the script; a mistake of the pen is an exception, a foreign bag makes the set void"
)


@dataclass(frozen=True)
class Things:
    """The state of all that can be touched, and of the machine's memory."""

    set_id: str = ""
    machine: bool = False
    """Whether the machine holds something secret."""
    open: frozenset[str] = frozenset()
    """Sheets that are printed and in no bag."""
    copies: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How often each sheet was printed."""
    shred: tuple[str, int] | None = None
    """A spoilt copy that must be shredded next: sheet and copy."""
    given: str = ""
    """The bag that was shown and is still empty."""
    bags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The bag of each sheet."""
    used: frozenset[str] = frozenset()
    """Every bag number that was ever given or sealed."""
    shredded: int = 0
    overrides: int = 0
    shown: bool = False
    """Whether the secret was shown."""
    refused: bool = False
    """Whether the last sign-in was not accepted: then the secret may be shown once more."""
    accepted: bool = False
    """Whether the last sign-in was."""
    read: frozenset[str] = frozenset()
    """Sheets that were read as part of the quorum, or each at its safe, and are sound."""
    lines: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """What was said of each line of the register that is reviewed, by its number."""
    register: str = ""
    """Which register that is: the hash of its last entry."""
    proven: frozenset[str] = frozenset()
    """Those with which the set was proven."""

    @property
    def secret(self) -> bool:
        """Whether something secret is open, on paper or in the machine."""
        return self.machine or bool(self.open)

    def without_bag(self) -> Things:
        """Return the state before the empty bag was given, whose number was noted wrongly."""
        return replace(self, given="", used=self.used - {self.given})

    def after(self, data: Event) -> Things:
        """Return the state after an entry that fits its step.

        Raises:
            AttentionError: If it contradicts what was recorded before: another set, another bag, another count.
        """
        other = not isinstance(data, events.SetMade) and getattr(data, "set", None) not in (None, self.set_id)
        if self.set_id and other:
            raise AttentionError("this entry is about another set", "give the set id of this ceremony")
        change = _CHANGES.get(type(data))
        return change(self, data) if change else self


def _made(things: Things, data: events.SetMade) -> Things:
    return replace(things, set_id=data.set, machine=True)


def _printed(things: Things, data: events.SheetPrinted) -> Things:
    sheet, copy = data.sheet, data.copy
    if copy != things.copies.get(sheet, 0) + 1:
        raise AttentionError(
            "this copy of the sheet is out of turn", f"the next one is copy {things.copies.get(sheet, 0) + 1}"
        )
    return replace(things, copies=_plus(things.copies, sheet, copy), open=things.open | {sheet})


def _spoilt(things: Things, data: events.SheetSpoilt) -> Things:
    sheet, copy = data.sheet, data.copy
    if sheet not in things.open or things.copies.get(sheet) != copy:
        raise AttentionError("no such copy lies open", "give the sheet and the copy that was printed last")
    return replace(things.without_bag(), shred=(sheet, copy))


def _shredded(things: Things, data: events.SheetShredded) -> Things:
    if things.shred != (data.sheet, data.copy):
        raise AttentionError("this copy was not said to be spoilt", "record first that it is: 'sheet.void'")
    return replace(things, shred=None, open=things.open - {data.sheet}, shredded=things.shredded + 1)


def _given(things: Things, data: events.BagGiven) -> Things:
    if data.bag in things.used:
        raise AttentionError("a bag of that number was used already", "take another bag, and look at both numbers")
    return replace(things, given=data.bag, used=things.used | {data.bag})


def _sealed(things: Things, data: events.BagSealed) -> Things:
    sheet, bag = data.sheet, data.bag
    old = things.bags.get(sheet, "")
    if (data.replaces or "") != old:
        raise AttentionError("the bag that this one replaces is not the one the sheet was in", _DIFFERENT_BAG)
    if things.given not in ("", bag):
        raise AttentionError("the two numbers of the bag differ", _DIFFERENT_BAG)
    if not things.given and bag in things.used:
        raise AttentionError("a bag of that number was used already", "seal the sheet in a new bag")
    bags = _plus(things.bags, sheet, bag)
    return replace(things, bags=bags, used=things.used | {bag}, given="", open=things.open - {sheet})


def _same_bag(things: Things, data: events.ReceiptSigned | events.BagOpened) -> Things:
    if things.bags.get(data.sheet, data.bag) != data.bag:
        raise AttentionError("this is not the bag that the sheet was sealed into", _DIFFERENT_BAG)
    return things


def _opened(things: Things, data: events.BagOpened) -> Things:
    same = _same_bag(things, data)
    bags = _plus(same.bags, data.sheet, data.bag)  # that of a set which was made before is told here
    return replace(same, open=same.open | {data.sheet}, bags=bags, used=same.used | {data.bag})


def _read(things: Things, data: events.SheetRead) -> Things:
    if data.use not in ("quorum", "drill"):
        return things
    read = things.read | {data.sheet} if data.result == "sound" else things.read - {data.sheet}
    held = things.machine or data.use == "quorum"  # what is read at a safe is forgotten before it is recorded
    return replace(things, machine=held, read=read, open=things.open | {data.sheet})


def _pages_counted(things: Things, data: events.PagesCounted) -> Things:
    counted = (data.printed, data.sealed, data.shredded)
    known = (sum(things.copies.values()), len(things.bags), things.shredded)
    if data.agrees and counted != known:
        raise AttentionError(
            "the count of pages is not what was recorded",
            f"recorded: {known[0]} printed, {known[1]} sealed, {known[2]} shredded; count again before anybody leaves",
        )
    return things


def _proven(things: Things, data: events.SetProven) -> Things:
    if set(data.sheets) != things.read:
        raise AttentionError("the set was not proven with the sheets that were read", "name those that were read")
    return replace(things, proven=frozenset(data.sheets))


def _drill_held(things: Things, data: events.DrillHeld) -> Things:
    """A drill speaks of the sheets that the program found sound in it; a live one passes with an accepted sign-in alone."""
    if set(data.sheets) != (things.proven if data.way == "live" else things.read):
        raise AttentionError("the drill was not held with these sheets", "name those that were read and are sound")
    if data.way == "live" and data.result == "pass" and not things.accepted:
        raise AttentionError("no sign-in was accepted", "a live drill without one has failed")
    return things


def _line_reviewed(things: Things, data: events.LineReviewed) -> Things:
    """What was said of a register that has changed since says nothing of the one that is reviewed."""
    register = data.register or ""
    lines = things.lines if register == things.register else {}
    return replace(things, register=register, lines=MappingProxyType({**lines, data.line or 0: data.verdict}))


def _review_held(things: Things, data: events.ReviewHeld) -> Things:
    said = list(things.lines.values())
    counted = (data.confirmed, data.removed, data.changed or 0)
    known = (said.count("keep"), said.count("remove"), sum(one not in ("keep", "remove") for one in said))
    if counted != known or set(things.lines) != set(range(1, len(said) + 1)):
        raise AttentionError(
            "the review counts other lines than were gone through", "go through every line of the register"
        )
    return things


def _revealed(things: Things, data: events.SecretShown) -> Things:
    if not are_two(data.released_by):
        raise AttentionError("fewer than two people released the secret", "two people release it, never one")
    return replace(things, machine=True, shown=True, refused=False)


def _signed_in(things: Things, data: events.SignIn) -> Things:
    return replace(things, refused=not data.accepted, accepted=data.accepted)


def _wiped(things: Things, data: events.MachineWiped) -> Things:
    return replace(things, machine=things.machine and not data.empty, read=frozenset())


def _preflight_done(things: Things, data: events.PreflightDone) -> Things:
    if data.failed > things.overrides:
        raise AttentionError(
            "checks of the machine failed and were not overruled",
            "put them right and begin this step anew, or record an 'override' of each that two people approve",
        )
    return things


def _override(things: Things, data: events.CheckOverruled) -> Things:
    if data.check in events.REFUSALS:  # on the command line; no check of the machine
        return things
    if not are_two(data.approved):
        raise AttentionError("fewer than two people overruled the check", "two people approve it, never one")
    return replace(things, overrides=things.overrides + 1)


def _plus(known: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    return MappingProxyType({**known, key: value})


_CHANGES: Mapping[type[Event], Callable[[Things, Any], Things]] = {
    events.SetMade: _made,
    events.SheetPrinted: _printed,
    events.SheetSpoilt: _spoilt,
    events.SheetShredded: _shredded,
    events.BagGiven: _given,
    events.BagSealed: _sealed,
    events.BagOpened: _opened,
    events.ReceiptSigned: _same_bag,
    events.SheetRead: _read,
    events.PagesCounted: _pages_counted,
    events.SetProven: _proven,
    events.DrillHeld: _drill_held,
    events.LineReviewed: _line_reviewed,
    events.ReviewHeld: _review_held,
    events.SecretShown: _revealed,
    events.SignIn: _signed_in,
    events.MachineWiped: _wiped,
    events.PreflightDone: _preflight_done,
    events.CheckOverruled: _override,
}


@dataclass(frozen=True)
class Course:
    """Where a ceremony stands."""

    plan: Plan
    plan_hash: str
    """SHA-256 of the plan's file, in hexadecimal; empty when it is not known."""
    script: Script
    steps: tuple[NumberedStep, ...]
    at: int = 0
    """How many steps are done."""
    within: int = 0
    """How many marks of the step that is next are done."""
    room: Room = field(default_factory=Room)
    things: Things = field(default_factory=Things)
    must_void: str = ""
    """Why the set cannot be finished and must be made void; empty as long as it can."""

    @property
    def done(self) -> bool:
        """Whether the last step is done."""
        return self.at == len(self.steps)

    @property
    def next_step(self) -> NumberedStep | None:
        """The step that comes next, or the one that is being taken; None at the end."""
        return None if self.done else self.steps[self.at]

    @property
    def secret(self) -> bool:
        """Whether something secret is open."""
        return self.things.secret

    @property
    def makes(self) -> bool:
        """Whether this ceremony makes a set."""
        return any(step.begins is Restart.SET for step in self.script.steps)

    def check_made(self) -> None:
        """Refuse to make a set void that was never made here.

        Raises:
            AttentionError: If there is none.
        """
        if not self.makes or not self.things.set_id:
            raise AttentionError("no set was made here that could be void", "simply go on")

    def advance(self, what: Happening) -> Course:
        """Return the course after one entry.

        Raises:
            UsageError: If the list of events does not allow the entry.
            AttentionError: If it comes out of order, or contradicts what was recorded before.
        """
        data = what.listed()
        if self.done and what.event == "reopen":
            return replace(self, at=self.at - 1)
        if self.done and what.event not in FREE:
            raise AttentionError("the ceremony is at its end", "what comes later belongs into another ledger")
        if (mark := self._mark_of(what)) is not None:
            return self._follow(mark, what)
        if what.event in MOVES and not (isinstance(data, events.RollCalled) and data.role in _ROLLED):
            return replace(self, room=self.room.after(data, secret=self.secret))
        if type(data) in _AT_ANY_TIME:
            return _AT_ANY_TIME[type(data)](self, what, data)
        if what.event in FREE:
            return self
        raise self.refused(what)

    def _mark_of(self, what: Happening) -> int | None:
        """Return the mark of the step being taken that an entry is, by its place; None if it is none of them."""
        step = self.next_step
        if step is None or self.room.paused or self.must_void or self.things.shred:
            return None
        for place in range(0 if step.step.any_order else self.within, len(step.marks)):
            if _fits(step.marks[place], what):
                return place
            if not step.marks[place].many:
                break
        return None if not _skips(step, what) else len(step.marks) - 1

    def _follow(self, place: int, what: Happening) -> Course:
        """Go on by one mark."""
        step = self.steps[self.at]
        if step.step.secret:
            self.room.check_two(what.by, what.witness)
        data = what.listed()
        self._check_agreed(data)
        things = self.things.after(data)
        room = self.room
        if what.event in MOVES:
            room = room.after(data, secret=self.secret)
        course = replace(self, things=things, room=room)
        mark = step.marks[place]
        if step.step.ends_sealed and things.open and not mark.many:
            raise AttentionError("a sheet lies open", "seal it first, and lock it away")
        if _skips(step, what):
            return _left_out(course)
        if mark.many:
            return _moved(course, place)
        if not _says(data, mark.passes):
            return _back_to(course, Restart.QUORUM) if things.refused and not things.machine else course
        return _moved(_drawn(course, data), place + 1)

    def _check_agreed(self, data: Event) -> None:
        """The plan that was agreed and the set that was made are those of this plan."""
        if isinstance(data, events.PlanAgreed | events.SetMade) and data.policy != str(self.plan.policy):
            raise AttentionError("this is not the policy of the plan", "make the set with the plan that was agreed")
        if isinstance(data, events.LedgerOpened | events.SetMade) and data.practice != self.plan.practice:
            raise AttentionError("practice and production are mixed up", "plan, ledger and set must say the same")
        if isinstance(data, events.PlanAgreed):
            self._check_plan(data)
        if isinstance(data, events.RollCalled):
            self._check_sheet(data)
        if isinstance(data, events.SetProven) or (isinstance(data, events.DrillHeld) and data.result == "pass"):
            self._check_quorum(data.sheets)

    def _check_quorum(self, numbers: Iterable[str]) -> None:
        if not self.plan.policy.opens(map(self.plan.policy.sheet, numbers)):
            raise AttentionError("these sheets are no quorum of the policy", "read more of them")

    def _check_sheet(self, data: events.RollCalled) -> None:
        known = [(seat.code, seat.number) for seat in seats(self.plan)]
        if data.sheet is not None and (data.person, data.sheet) not in known:
            raise AttentionError("this seat keeps no such sheet", "the seat of sheet 2 is C2")

    def _check_plan(self, data: events.PlanAgreed) -> None:
        if self.plan_hash and data.sha256 != self.plan_hash:
            raise AttentionError("this is not the plan that was agreed: its hash differs", "use the signed plan")
        if not {seat.code for seat in seats(self.plan)} <= set(data.agreed):
            raise AttentionError("not every custodian agreed to the plan", "everybody says yes, or the plan is changed")

    def refused(self, what: Happening) -> AttentionError:
        """Return why an entry may not come here, and what may."""
        if self.room.paused:
            return AttentionError(
                f"'{what.event}' comes while the ceremony pauses", "record first how it goes on: 'resume'"
            )
        if self.must_void:
            return AttentionError(f"{self.must_void}: the set cannot be finished", "record 'set.void' and make it anew")
        if self.things.shred:
            return AttentionError("a spoilt page is not shredded", "shred it and record 'sheet.shredded'")
        step = self.steps[self.at]
        wanted = " or ".join(sorted({f"'{mark.event}'" for mark in step.marks[self.within :]}))
        return AttentionError(
            f"'{what.event}' does not come here, or not like this: next is step {step.code}, {step.step.title}",
            f"this step records {wanted}; what happened otherwise is an 'exception'",
        )


def begin(plan: Plan, plan_hash: str = "", script: Script = MAKE, set_id: str = "") -> Course:
    """Return the course of a ceremony of a kind of which nothing has happened; *set_id* is the set that it is about, if it makes none."""
    return Course(plan, plan_hash, script, expand(plan, script), things=Things(set_id))


def replay(plan: Plan, entries: Iterable[Happening], plan_hash: str = "") -> Course:
    """Return the course of the ceremony that makes a set, after all *entries* of its ledger; see `followed`."""
    return followed(begin(plan, plan_hash), entries)


def followed(course: Course, entries: Iterable[Happening]) -> Course:
    """Return a course after *entries*.

    Raises:
        UsageError: See `Course.advance`.
        AttentionError: See `Course.advance`.
    """
    for entry in entries:
        course = course.advance(entry)
    return course


def _fits(mark: Mark, what: Happening) -> bool:
    return what.event == mark.event and _says(what.listed(), mark.fields)


def _says(data: Event, fields: Mapping[str, Any]) -> bool:
    said = data.fields()
    return all(said.get(key) == value for key, value in fields.items())


def _skips(step: NumberedStep, what: Happening) -> bool:
    data = what.data
    skips = isinstance(data, events.StepTaken) and (data.step, data.state) == (step.code, "skipped")
    return step.step.may_skip and skips


def _last_needed(marks: tuple[Mark, ...]) -> int:
    return max(place for place, mark in enumerate(marks) if not mark.many)


def _moved(course: Course, within: int) -> Course:
    """Go to a mark of the step; a step whose last mark is done is done."""
    marks = course.steps[course.at].marks
    if all(mark.many for mark in marks[within:]) and within > _last_needed(marks):
        return _gone_to(course, course.steps[course.at].step.then)
    return replace(course, within=within)


def _left_out(course: Course) -> Course:
    """Go on where the step that is left out leads to."""
    return _gone_to(course, course.steps[course.at].step.leads_to)


def _gone_to(course: Course, code: str) -> Course:
    """Go on at the step with a code, or at the next one if there is none."""
    codes = [step.step.code for step in course.steps]
    return _arrived(replace(course, at=codes.index(code) if code else course.at + 1, within=0))


def _arrived(course: Course) -> Course:
    """Leave out what there is nothing to do for: no bag is opened that is open, no sheet is put away that is."""
    step = course.next_step
    if step and step.step.each is Each.OPENED and not step.seat:
        lying = [seat for seat in seats(course.plan) if seat.number in course.things.open]
        return replace(course, steps=with_drawn(course.steps, lying))
    if step is None or step.step.begins is not Restart.QUORUM or step.seat is None:
        return course
    opened = step.seat.number in course.things.open
    return _arrived(replace(course, at=course.at + 1)) if opened else course


def _drawn(course: Course, data: Event) -> Course:
    """After the lot, the turns have their custodians."""
    if not isinstance(data, events.LotDrawn):
        return course
    by_code = {seat.code: seat for seat in seats(course.plan)}
    drawn = [by_code[code] for code in data.drawn if code in by_code]
    _check_lot(course, data, drawn)
    return replace(course, steps=with_drawn(course.steps, drawn))


def _check_lot(course: Course, data: events.LotDrawn, drawn: list[Seat]) -> None:
    codes = data.drawn
    if len(drawn) != len(codes) or len(set(codes)) != len(codes) or not set(codes) <= set(data.among):
        raise AttentionError("somebody was drawn who keeps no sheet, or was drawn twice", "draw among the custodians")
    if not course.plan.policy.opens([seat.sheet for seat in drawn]) or len(drawn) > course.plan.policy.needed_at_most:
        raise AttentionError("those who were drawn are no quorum of the policy", "draw again, until they are")


def _back_to(course: Course, restart: Restart, seat: Seat | None = None) -> Course:
    """Go back to the step that begins something, or to that of one custodian."""
    begins = (at for at, step in enumerate(course.steps) if step.step.begins is restart and seat in (None, step.seat))
    return _arrived(replace(course, at=next(begins), within=0))


def _sheet_void(course: Course, what: Happening, data: events.SheetSpoilt) -> Course:
    """A spoilt page: its custodian begins again with printing."""
    step = course.next_step
    if not step or not step.seat or step.step.phase.restart is not Restart.PAGE or step.seat.number != data.sheet:
        raise AttentionError("no copy of this sheet is in the hands of its custodian", "a sealed sheet is not spoilt")
    return _back_to(_noted(course, what, data), Restart.PAGE, step.seat)


def _noted(course: Course, _what: Happening, data: Event) -> Course:
    """What only changes what has come of the things."""
    return replace(course, things=course.things.after(data))


def _corrected(course: Course, what: Happening) -> NumberedStep:
    """Return the step that is next, at which an entry of the step before may come once more."""
    step = course.next_step
    if step is None or step.step.corrects != what.event:
        raise course.refused(what)
    return step


def _bag_again(course: Course, what: Happening, data: events.BagGiven) -> Course:
    """The number of an empty bag was noted wrongly: it is given once more."""
    seat = _corrected(course, what).seat
    if seat is None or data.person != seat.code:
        raise course.refused(what)
    return replace(course, things=course.things.without_bag().after(data))


def _revealed_again(course: Course, what: Happening, data: events.SecretShown) -> Course:
    """The target did not accept the password that was typed: it is shown once more, after an exception that says why."""
    _corrected(course, what)
    if not course.things.refused:
        raise course.refused(what)
    course.room.check_two(what.by, what.witness)
    return _noted(course, what, data)


def _restart(course: Course) -> Restart | None:
    """Return what is begun anew when something goes wrong where the ceremony stands."""
    return course.next_step.step.phase.restart if course.next_step else None


def _sealed_early(course: Course, what: Happening, data: events.BagSealed) -> Course:
    """A sheet of the quorum goes back into a bag before the end, as for a break; it is opened and read once more."""
    things = course.things
    if _restart(course) is not Restart.QUORUM or things.machine or data.sheet not in things.open:
        raise course.refused(what)
    return _back_to(_noted(course, what, data), Restart.QUORUM)


def _wipe(course: Course, what: Happening, data: events.MachineWiped) -> Course:
    """The machine forgot too early: a set whose pages are not all out is lost; a quorum that is still needed is read again."""
    course = _noted(course, what, data)
    if _restart(course) is None or (course.things.shown and not course.things.refused):
        return course
    if course.makes and len(course.things.bags) < course.plan.policy.sheets:
        return replace(course, must_void="the machine forgot the set before all its pages were sealed")
    return _back_to(course, Restart.QUORUM) if course.things.open else course


def _set_void(course: Course, what: Happening, data: events.SetVoided) -> Course:
    """The set is worthless: begin again where a set is made."""
    things = _noted(course, what, data).things
    course.check_made()
    fresh = Things(machine=things.machine, used=things.used, overrides=things.overrides)
    return _back_to(
        replace(begin(course.plan, course.plan_hash, course.script), room=course.room, things=fresh), Restart.SET
    )


_AT_ANY_TIME: Mapping[type[Event], Callable[[Course, Happening, Any], Course]] = {
    events.CheckOverruled: _noted,
    events.BagGiven: _bag_again,
    events.BagSealed: _sealed_early,
    events.SecretShown: _revealed_again,
    events.SheetSpoilt: _sheet_void,
    events.SheetShredded: _noted,
    events.MachineWiped: _wipe,
    events.SetVoided: _set_void,
}
