"""The course of a ceremony: where it stands after each entry of its ledger, and which entries may come next.

Pure: a course is rebuilt from the entries alone.  What comes out of order is refused; what happened anyway is recorded
as an exception, which is never refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from splitkit.ceremony.lot import check_lot
from splitkit.ceremony.room import MOVES, Room
from splitkit.ceremony.script import KINDS, MAKE, REISSUE, SCRIPTS
from splitkit.ceremony.steps import (
    Each,
    NumberedStep,
    Restart,
    Script,
    Seat,
    Task,
    agreed,
    events_of,
    expand,
    fits,
    last_needed,
    says,
    seats,
    skips,
    with_drawn,
)
from splitkit.ceremony.things import Things
from splitkit.errors import AttentionError, UsageError
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.schema import Event
from splitkit.quorum.policy import Policy, parse_policy

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

FREE = ("note", "correction", "torn", "checkpoint", "export", "hash", "room.clock", "acknowledge", "role", "role.ended", "alert",
        "action", "action.done", "asset.added", "asset.checked", "asset.used", "safe.opened", "safe.closed", "sheet.stored",
        "sheet.destroyed", "sheet.handed", "sheet.lost", "sheet.exposed", "person.joined", "incident.open", "intent", "outcome", "preflight")  # fmt: skip
"""Entries that may stand anywhere and move nothing."""

_SHOWS = ("reveal", "recover")
"""What is intended by whoever is about to show the secret."""
_MAKES = (Task.MAKE_SET, Task.RENEW_SET)
_PRINTS = (Task.PRINT_RECORD, Task.PRINT_SHEET)
_MADE_HERE = (events.SetMade, events.SheetPrinted, events.SheetWritten, events.SheetMissing, events.SheetSpoilt, events.SheetShredded)  # fmt: skip
"""What is about a page or a set that is made in the ceremony, wherever it stands by then."""
_KINDS = {"refresh": "refreshed", "rotate": "rotated"}
"""What a new set is called by the way in which it renews another."""

_ROLLED = ("administrator", "witness", "custodian")
"""Who is called at the beginning, in the order of the script; others may come later."""


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
    renewal: events.RenewalAgreed | None = None
    """What two people have agreed on, where a set is renewed."""
    old: Things | None = None
    """The set that is renewed: what people have brought of it; the things of this ceremony are what is made here."""

    @property
    def done(self) -> bool:
        """Whether the last step is done."""
        return self.at == len(self.steps)

    @property
    def next_step(self) -> NumberedStep | None:
        """The step that comes next, or the one that is being taken; None at the end."""
        return None if self.done else self.steps[self.at]

    @property
    def meant(self) -> Things:
        """The set that people have brought: the one that is renewed, or the only one."""
        return self.old or self.things

    @property
    def secret(self) -> bool:
        """Whether something secret is open."""
        return self.things.secret or self.meant.secret

    @property
    def stopped(self) -> bool:
        """Whether something else comes before the next step: people come back, a set is made void, a page is shredded."""
        return bool(self.room.paused or self.must_void or self.things.shred)

    @property
    def makes(self) -> bool:
        """Whether this ceremony makes a set."""
        return any(step.step.task in _MAKES for step in self.steps)

    @property
    def unfinished(self) -> bool:
        """Whether a set was made, and not every sheet of it is sealed: what the machine forgets then is lost."""
        made = self.makes and bool(self.things.set_id)
        return made and len(self.things.bags) < self.plan.policy.sheets

    @property
    def replaced(self) -> bool:
        """Whether what is renewed is renewed: the new set has taken its place, or every sheet was printed again and sealed."""
        again = self.renewal.sheets if self.renewal else None
        return self.things.replaced or bool(again and set(again) <= set(self.things.bags))

    def check_made(self) -> None:
        """Refuse to make a set void that was never made here, or has come into use.

        Raises:
            AttentionError: If there is none, or it is in use by now and nothing else opens the secret for certain.
        """
        if not self.makes or not self.things.set_id:
            raise AttentionError("no set was made here that could be void", "simply go on")
        if self.replaced or self.things.accepted:
            hint = "go on to the end, and renew it after that"
            raise AttentionError("this set is in use by now, and without it the secret may be lost", hint)

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
            raise self.refused(what)
        if (mark := self._mark_of(what)) is not None:
            return self._follow(mark, what)
        if what.event in MOVES and not (isinstance(data, events.RollCalled) and data.role in _ROLLED):
            course = self.noted(data) if isinstance(data, events.ScriptException) else self
            return replace(course, room=self.room.after(data, secret=self.secret))
        if type(data) in _AT_ANY_TIME:
            return _AT_ANY_TIME[type(data)](self, what, data)
        if what.event in FREE:
            self._check_renewed(data)
            return self.noted(data) if self.old and isinstance(data, events.SheetDestroyed) else self
        raise self.refused(what)

    def noted(self, data: Event) -> Course:
        """Return the course with what an entry changes of the set that it is about.

        Raises:
            AttentionError: See `Things.after`.
        """
        if self.old is None:
            return replace(self, things=self.things.after(data))
        used = self.things.used | self.old.used
        old, things = replace(self.old, used=used), replace(self.things, used=used)
        if self._is_old(data):
            old = old.after(data)
            things = replace(things, machine=things.machine or old.machine)
        else:
            things = things.after(data)
            old = old.after(data) if isinstance(data, events.MachineWiped) else old
        return replace(self, things=things, old=replace(old, machine=False))  # the machine is one

    def _is_old(self, data: Event) -> bool:
        """Whether an entry is about the set that is renewed, and what people have brought of it."""
        about = getattr(data, "set", None)
        found = self.things.pages.finds(data)
        if self.old is None or about is None or isinstance(data, _MADE_HERE) or found:
            return False
        if about not in (self.old.set_id, self.things.set_id):
            raise AttentionError("this entry is about another set", "give the set id of this ceremony")
        if about != self.old.set_id or about != self.things.set_id:
            return bool(about == self.old.set_id)
        if _restart(self) is not Restart.PAGE:
            return True
        # the same set, one sheet of which is printed again: what is sealed unannounced was brought
        return isinstance(data, events.BagSealed) and data.sheet in self.old.open and data.bag != self.things.given

    def _check_renewed(self, data: Event) -> None:
        """No sheet of a set that still counts is destroyed, and what takes its place is what was agreed on."""
        if self.old is None or self.renewal is None:
            return
        if isinstance(data, events.SheetDestroyed) and data.set == self.old.set_id and not self.replaced:
            raise AttentionError(
                "the old set still counts: nothing has taken its place", "seal its sheets again: 'bag.sealed'"
            )
        if isinstance(data, events.SetMade | events.SetRefreshed | events.SetRotated):
            kind = data.kind if isinstance(data, events.SetMade) else data.event.removeprefix("set.")
            made = isinstance(data, events.SetMade) or data.set == self.things.set_id
            if (data.replaces, kind) != (self.old.set_id, _KINDS.get(self.renewal.way)) or not made:
                raise AttentionError("this is not how the set is renewed", "the way on which two people have agreed")

    def _mark_of(self, what: Happening) -> int | None:
        """Return the mark of the step being taken that an entry is, by its place; None if it is none of them."""
        step = self.next_step
        if step is None or self.stopped or self.things.pages.told:
            return None
        for place in range(0 if step.step.any_order else self.within, len(step.marks)):
            if fits(step.marks[place], what):
                return place
            if not step.marks[place].many:
                break
        return None if not skips(step, what) else len(step.marks) - 1

    def _follow(self, place: int, what: Happening) -> Course:
        """Go on by one mark."""
        step = self.steps[self.at]
        if step.step.secret:
            self.room.check_two(what.by, what.witness)
        data = what.listed()
        self._check_agreed(data)
        course = self.noted(data)
        if what.event in MOVES:
            course = replace(course, room=self.room.after(data, secret=self.secret))
        mark = step.marks[place]
        if step.step.ends_sealed and course.meant.open and not mark.many:
            raise AttentionError("a sheet lies open", "seal it first, or shred it in front of two people")
        if skips(step, what):
            if step.step.task is Task.COUNT_PAGES:
                course.things.pages.check_excused()
            return _left_out(course)
        if mark.many:
            return _moved(course, place)
        if not says(data, mark.passes):
            lost = course.things.refused and not course.things.machine
            return _back_to(course, Restart.QUORUM) if lost else course
        return _moved(_agreed(_drawn(course, data), data), place + 1)

    def _check_agreed(self, data: Event) -> None:
        """The plan that was agreed and the set that was made are those of this plan."""
        if isinstance(data, events.PlanAgreed | events.SetMade) and data.policy != str(self.plan.policy):
            raise AttentionError("this is not the policy of the plan", "make the set with the plan that was agreed")
        if isinstance(data, events.LedgerOpened | events.SetMade) and data.practice != self.plan.practice:
            raise AttentionError("practice and production are mixed up", "plan, ledger and set must say the same")
        if isinstance(data, events.PlanAgreed):
            self._check_plan(data)
        if isinstance(data, events.SecretShown):
            self.check_shown(data)
        if isinstance(data, events.RollCalled):
            self._check_sheet(data)
        if isinstance(data, events.SetProven) or (isinstance(data, events.DrillHeld) and data.result == "pass"):
            self._check_quorum(data.set, data.sheets)
        self._check_renewed(data)

    def check_shown(self, data: events.SecretShown) -> None:
        """Refuse that the secret was shown, unless two who are here released it, and whoever saw it is here.

        Raises:
            AttentionError: If it is so.
        """
        if not self.room.are_two(data.released_by):
            raise AttentionError("fewer than two people released the secret who are here", "name two: such as ADM WIT")
        if not {*data.seen_by} <= self.room.present:
            raise AttentionError("somebody saw the secret who is not in the room", "record first how they came in")

    def _check_quorum(self, set_id: str, numbers: Iterable[str]) -> None:
        policy = self.policy_of(set_id)
        if not policy.opens(map(policy.sheet, numbers)):
            raise AttentionError("these sheets are no quorum of the policy", "read more of them")

    def policy_of(self, set_id: str) -> Policy:
        """Return the policy of the set that is renewed, or of the one of the plan."""
        old = self.renewal and self.renewal.set == set_id
        return parse_policy(self.renewal.policy) if old and self.renewal else self.plan.policy

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
        if self.done:
            return AttentionError("the ceremony is at its end", "what comes later belongs in another ledger")
        if self.room.paused:
            return AttentionError(
                f"'{what.event}' comes while the ceremony pauses", "record first how it goes on: 'resume'"
            )
        if self.must_void:
            return AttentionError(
                f"{self.must_void}: the set cannot be finished", "record 'set.void', and make a new one"
            )
        if self.things.pages.told:
            return AttentionError("nobody has said what came of the job", "record its 'outcome'")
        if self.things.shred:
            return AttentionError("a spoilt page is not shredded", "shred it and record 'sheet.shredded'")
        step = self.steps[self.at]
        wanted = " or ".join(sorted(f"'{name}'" for name in events_of(step.marks[self.within :])))
        return AttentionError(
            f"'{what.event}' does not come here, or not like this: next is step {step.code}, {step.step.title}",
            f"this step records {wanted}; anything else that happened is an 'exception'",
        )


def begin(plan: Plan, plan_hash: str = "", script: Script = MAKE, set_id: str = "") -> Course:
    """Return the course of a ceremony of a kind of which nothing has happened; *set_id* is the set that it is about, if it makes none."""
    return Course(plan, plan_hash, script, expand(plan, script), things=Things(set_id))


def script_of(entries: Sequence[Happening]) -> Script:
    """Return the kind of ceremony of which a ledger tells; an empty one makes a set.

    Raises:
        UsageError: If it tells of no ceremony.
    """
    kind = str(entries[0].listed().fields().get("kind")) if entries else MAKE.kind
    if kind not in SCRIPTS:
        raise UsageError(
            "this is the ledger of no ceremony", f"name that of a ceremony: {', '.join(one.name for one in KINDS)}"
        )
    return SCRIPTS[kind]


def begun_by(entries: Sequence[Happening], plan: Plan, plan_hash: str = "") -> Course:
    """Return the course of the ceremony of which a ledger tells, before its first entry.

    Raises:
        UsageError: See `script_of`.
    """
    script = script_of(entries)
    named = (getattr(one.listed(), "set", None) for one in entries)
    set_id = "" if script.prints else next(filter(None, named), "")
    return begin(plan, plan_hash, script, set_id)


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


def _moved(course: Course, within: int) -> Course:
    """Go to a mark of the step; a step whose last mark is done is done."""
    marks = course.steps[course.at].marks
    if all(mark.many for mark in marks[within:]) and within > last_needed(marks):
        step = course.steps[course.at].step
        given_up = step.task is Task.FORGET_SET and not course.things.set_id
        return _gone_to(course, Task.PUT_OLD_AWAY if given_up else step.then)
    return replace(course, within=within)


def _left_out(course: Course) -> Course:
    """Go on where the step that is left out leads to; what was printed before a set could not be renewed is counted first."""
    step = course.steps[course.at].step
    gives_up = step.begins is Restart.SET
    course.things.pages.check_over()
    if gives_up and course.things.open:
        raise AttentionError("a page that was made here lies open", "shred it in front of two people: 'sheet.void'")
    printed = gives_up and course.things.pages.blank is not None
    return _gone_to(course, Task.COUNT_PAGES if printed else step.leads_to)


def _gone_to(course: Course, wanted: str | Task) -> Course:
    """Go on at the step with a code or a task, or at the next one if there is none."""
    found = (at for at, step in enumerate(course.steps) if wanted in (step.step.code, step.step.task))
    return _arrived(replace(course, at=next(found) if wanted else course.at + 1, within=0))


def _arrived(course: Course) -> Course:
    """Leave out what there is nothing to do for: no bag is opened that is open, no sheet is put away that is."""
    step = course.next_step
    if step and step.turn and not step.seat:
        opened = step.step.each is Each.OPENED
        lying = [seat for seat in seats(course.plan) if opened and seat.number in course.things.open]
        gone, to_come = course.steps[: course.at], course.steps[course.at :]
        return _arrived(replace(course, steps=(*gone, *with_drawn(to_come, lying))))
    if _is_sealed(course, step):
        return _arrived(replace(course, at=course.at + 1))
    if step is None or step.step.begins is not Restart.QUORUM or step.seat is None:
        return course
    opened = step.seat.number in course.things.open
    return _arrived(replace(course, at=course.at + 1)) if opened else course


def _is_sealed(course: Course, step: NumberedStep | None) -> bool:
    """Whether a step is one of a sheet that was printed again, and is in its bag already."""
    if step is None or step.seat is None or step.step.phase.restart is not Restart.PAGE or course.makes:
        return False
    things, number = course.things, step.seat.number
    receipt = step.step.task is Task.SIGN_RECEIPT
    return number in (things.receipts if receipt else things.bags) and number not in things.open


def _agreed(course: Course, data: Event) -> Course:
    """Once two people have agreed how a set is renewed, the steps are those of that way."""
    if not isinstance(data, events.RenewalAgreed):
        return course
    strength = (REISSUE, *_KINDS)
    if strength.index(data.way) < strength.index(data.follows) and not course.things.weaker:
        raise AttentionError(
            "this is weaker than what follows from why the set is renewed", "two people overrule it first: 'override'"
        )
    again = data.way == REISSUE
    if again != bool(data.sheets) or (again and data.policy != str(course.plan.policy)):
        raise AttentionError("a sheet is printed again by the plan of its set, and is named", "name each of them")
    numbers = {seat.number for seat in seats(course.plan)}
    if not numbers.issuperset(data.sheets or ()):
        raise AttentionError("the set has no sheet of this number", "the numbers are those on the paper")
    pages = replace(course.things.pages, again=again)
    things = replace(course.things, set_id=data.set if again else "", pages=pages)
    return replace(_with_steps(course, data), renewal=data, old=Things(data.set), things=things)


def _with_steps(course: Course, renewal: events.RenewalAgreed | None) -> Course:
    """Return the course with the steps of its plan as they were before any lot."""
    steps = expand(course.plan, course.script)
    return replace(course, steps=agreed(steps, renewal.way, renewal.sheets or ()) if renewal else steps)


def _drawn(course: Course, data: Event) -> Course:
    """After the lot, the turns have their custodians."""
    if not isinstance(data, events.LotDrawn):
        return course
    by_code = {seat.code: seat for seat in seats(course.plan)}
    drawn = [by_code[code] for code in data.drawn if code in by_code]
    check_lot(course.plan, data, drawn)
    return replace(course, steps=with_drawn(course.steps, drawn))


def _back_to(course: Course, restart: Restart, seat: Seat | None = None) -> Course:
    """Go back to the step that begins something, or to that of one custodian."""
    begins = (at for at, step in enumerate(course.steps) if step.step.begins is restart and seat in (None, step.seat))
    return _arrived(replace(course, at=next(begins), within=0))


def _sheet_void(course: Course, what: Happening, data: events.SheetSpoilt) -> Course:
    """A spoilt page: its custodian begins again with printing; or it is one from before the quorum was forgotten."""
    step = course.next_step
    if course.old and _restart(course) is Restart.SET:
        return _noted(course, what, data)
    if not step or not step.seat or step.step.phase.restart is not Restart.PAGE or step.seat.number != data.sheet:
        raise AttentionError("no copy of this sheet is in the hands of its custodian", "a sealed sheet is not spoilt")
    return _back_to(_noted(course, what, data), Restart.PAGE, step.seat)


def _intended(course: Course, what: Happening, data: events.Intent) -> Course:
    """Nothing secret is begun by fewer than two; what is printed has its turn, and what is shown was proven."""
    if course.next_step and course.next_step.step.secret:
        course.room.check_two(what.by, what.witness)
    turn = _is_turn(course, Task.REVEAL) or _may_show_again(course)
    if data.act in _SHOWS and not (turn and data.set == course.things.set_id):
        raise course.refused(what)
    return _job(course, what, data) if data.act in ("print", "write") else course


def _is_turn(course: Course, task: Task) -> bool:
    """Whether the step that comes next is one of a task, and nothing comes before it."""
    return not course.stopped and course.next_step is not None and course.next_step.step.task is task


def _job(course: Course, what: Happening, data: events.Intent) -> Course:
    """What is printed, or written by hand, is a sheet whose turn it is; no printer ever comes to know a quorum."""
    step, course = course.next_step, _noted(course, what, data)
    if data.sheet:
        if not _is_turn(course, Task.PRINT_SHEET) or not step or not step.seat or step.seat.number != data.sheet:
            raise course.refused(what)
        course.things.pages.check_printer(course.plan)
    return course


def _blank_counted(course: Course, what: Happening, data: events.PagesCounted) -> Course:
    """Blank pages are counted before the first page is printed."""
    step = course.next_step
    if step is None or step.step.task not in _PRINTS or course.things.pages.blank is not None:
        raise course.refused(what)
    return _noted(course, what, data)


def _noted(course: Course, _what: Happening, data: Event) -> Course:
    """What only changes what has come of the things."""
    return course.noted(data)


def _came_out(course: Course, what: Happening, data: events.SheetPrinted | events.SheetWritten) -> Course:
    """What came of a page is said wherever the ceremony stands by then."""
    if not course.things.pages.job:
        raise course.refused(what)
    return _noted(course, what, data)


def _corrects(course: Course, event: str) -> bool:
    """Whether the step that is next is one at which an entry of the step before may come once more."""
    return course.next_step is not None and course.next_step.step.corrects == event


def _bag_again(course: Course, what: Happening, data: events.BagGiven) -> Course:
    """The number of an empty bag was noted wrongly: it is given once more."""
    seat = course.next_step.seat if course.next_step and _corrects(course, what.event) else None
    if seat is None or data.person != seat.code:
        raise course.refused(what)
    return replace(course, things=course.things.without_bag().after(data))


def _revealed_again(course: Course, what: Happening, data: events.SecretShown) -> Course:
    """The target did not accept the password that was typed: it is shown once more, after an exception that says why."""
    if not _may_show_again(course):
        raise course.refused(what)
    course.room.check_two(what.by, what.witness)
    course.check_shown(data)
    return _noted(course, what, data)


def _may_show_again(course: Course) -> bool:
    """Whether the target has refused what was typed, so that it may be shown once more."""
    return not course.stopped and _corrects(course, "reveal") and course.things.refused


def _restart(course: Course) -> Restart | None:
    """Return what is begun anew when something goes wrong where the ceremony stands."""
    return course.next_step.step.phase.restart if course.next_step else None


def _sealed_early(course: Course, what: Happening, data: events.BagSealed) -> Course:
    """A sheet of the quorum goes back into a bag before the end, as for a break; it is opened and read once more."""
    old = course.old is not None and data.set == course.old.set_id and data.sheet in course.old.open
    begins = Restart.SET if old else Restart.QUORUM
    here = _restart(course) is begins
    if course.things.machine or not (old or (here and data.sheet in course.things.open)):
        raise course.refused(what)
    course = _noted(course, what, data)
    return _back_to(course, begins) if here else course


def _wipe(course: Course, what: Happening, data: events.MachineWiped) -> Course:
    """The machine forgot too early: a set whose pages are not all out is lost; a quorum that is still needed is read again."""
    course, restart = _noted(course, what, data), _restart(course)
    if restart is None or course.replaced or (course.things.shown and not course.things.refused):
        return course
    signed_in = any(step.step.task is Task.CONFIRM_SIGN_IN for step in course.steps[: course.at])
    if restart is Restart.QUORUM and signed_in:  # done or left out: nothing needs the quorum any more
        return course
    if course.unfinished:
        return replace(course, must_void="the machine forgot the set before all its pages were sealed")
    if restart is Restart.QUORUM:
        return _back_to(course, restart) if course.things.open else course
    again = course.renewal is not None and not course.makes
    return _back_to(course, Restart.SET) if again or restart is Restart.SET else course


def _set_void(course: Course, what: Happening, data: events.SetVoided) -> Course:
    """The set is worthless: begin again where a set is made."""
    course.check_made()
    course.things.pages.check_over()
    things = _noted(course, what, data).things
    pages = things.pages.after_void()
    fresh = Things(machine=things.machine, used=things.used, overrides=things.overrides, pages=pages)
    return _back_to(replace(_with_steps(course, course.renewal), at=0, things=fresh, must_void=""), Restart.SET)


_AT_ANY_TIME: Mapping[type[Event], Callable[[Course, Happening, Any], Course]] = {
    events.Intent: _intended,
    events.IntentEnded: _noted,
    events.SheetMissing: _noted,
    events.SheetPrinted: _came_out,
    events.SheetWritten: _came_out,
    events.PagesCounted: _blank_counted,
    events.CheckOverruled: _noted,
    events.BagGiven: _bag_again,
    events.BagSealed: _sealed_early,
    events.SecretShown: _revealed_again,
    events.SheetSpoilt: _sheet_void,
    events.SheetShredded: _noted,
    events.MachineWiped: _wipe,
    events.SetVoided: _set_void,
}

EARLY = frozenset({*FREE, *(one.event for one in _AT_ANY_TIME)})
"""Entries that may stand where no step asks for them."""
