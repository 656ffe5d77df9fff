"""The menu of the room, which '!' opens at any question: who leaves, who comes back, a break, an exception, a void set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from splitkit.ceremony.steps import seats
from splitkit.cli.guide.page_jobs import ask_job, find_pages
from splitkit.cli.guide.preparation import introduced, room_time
from splitkit.cli.guide.session import Session
from splitkit.cli.guide.sheets import read_bag
from splitkit.cli.ui.dialogue import Dialogue, MovedError
from splitkit.errors import AttentionError, DeviceError, StoppedError, UsageError
from splitkit.ledger import events
from splitkit.ledger.fields import ITEMS
from splitkit.ledger.schema import Event


@dataclass
class Menu:
    """The menu; its own questions open no menu."""

    session: Session

    def __call__(self) -> bool:
        """Let people choose; return whether the ceremony stands elsewhere since."""
        session, before, here = self.session, self._place(), self._before_whom()
        answers = {"": "go on"} | {word: means for word, (means, _) in self.ENTRIES.items()}
        step = session.begun, session.irrevocable
        while choice := self._chosen(answers):
            self._do(choice)
            if self._place() != before:
                return True
        session.begun, session.irrevocable = step
        return self._before_whom() != here

    def _chosen(self, answers: Mapping[str, str]) -> str:
        self.session.begin_step()
        try:
            return self._dialogue.choose("ROOM:", answers)
        except MovedError:
            return ""

    @property
    def _dialogue(self) -> Dialogue:
        return Dialogue(self.session.dialogue.terminal, back=self.session.take_back)

    def _place(self) -> tuple[object, ...]:
        course = self.session.course
        return course.at, course.within, course.room.paused, course.must_void, course.things.shred

    def _before_whom(self) -> frozenset[str]:
        """Return before whom the step began, where that matters: what is secret begins anew before others."""
        step = self.session.course.next_step
        return self.session.course.room.present if step and step.step.secret else frozenset()

    def _do(self, choice: str) -> None:
        _, action = self.ENTRIES[choice]
        try:
            action(self)
        except MovedError:
            return
        except (AttentionError, UsageError, DeviceError) as error:
            self._dialogue.refuse(error)

    def _seat(self, prompt: str, among: frozenset[str]) -> str:
        if not among:
            raise UsageError("there is nobody of whom that could be said", "see who is where: 'where'")
        (seat,) = self.session.who(prompt, among, one=True, asking=self._dialogue)
        return seat

    def _items(self, which: str) -> tuple[str, ...]:
        items: tuple[str, ...] = self._dialogue.value(f"{which}, with commas (Enter: nothing):", ITEMS, ())
        return items

    def _exit(self) -> None:
        room = self.session.course.room
        person = self._seat("Who leaves?", room.present)
        if self.session.course.secret and not room.paused:
            raise AttentionError(
                "something secret is open, and nobody leaves now",
                "put it away, or make a break; if somebody has left anyway, record an exception",
            )
        time = room_time(self._dialogue)
        self._record(events.RoomLeft(person=person, time=time, items_out=self._items("Taken out")), about=person)

    def _back(self) -> None:
        room = self.session.course.room
        person = self._seat("Who comes back?", room.known - room.present)
        time = room_time(self._dialogue)
        self._record(events.RoomReturned(person=person, time=time, items_in=self._items("Brought in")), about=person)

    def _enter(self) -> None:
        called = introduced(self.session, self._dialogue)
        entered = events.RoomEntered(person=called.person, items_in=self._items("Brought in"))
        self._record(called, entered, about=called.person)

    def _record(self, *data: Event, about: str = "") -> None:
        """Record what somebody does; another person vouches for it."""
        present = self.session.course.room.present
        by = next((seat for seat in ("SCR", "ADM", "WIT") if seat in present and seat != about), "ADM")
        witness = next((seat for seat in ("WIT", "ADM", "SCR") if seat in present and seat not in (about, by)), "")
        self.session.recorder.record_together(data, by=by, witness=witness)
        present_now = self.session.course.room.present
        self._dialogue.say(f"Recorded.  In the room: {self.session.all_named(present_now) or 'nobody'}.")

    def _break(self) -> None:
        """Put away what is secret, then pause."""
        session, dialogue = self.session, self._dialogue
        if session.course.things.machine:
            lost = session.course.unfinished
            dialogue.say("A break makes the machine forget."
                     + ("  The set is not complete and will be void." if lost else "  The sheets of the quorum are read again after it."))  # fmt: skip
            if not dialogue.certain("Does the machine forget it, and the break begin?"):
                return
            ask_job(session, dialogue)
            session.forget("break")
        if session.course.must_void:
            void(session, dialogue)
        for number in sorted(session.course.things.open):
            _seal_early(session, number)
        for number in sorted(session.course.meant.open):
            _seal_early(session, number, old=True)
        bags = tuple(sorted(_bags(session)))
        self._record(events.BreakBegun(reason=dialogue.text("Why:"), bags=bags))

    def _exception(self) -> None:
        """Ask what the AWS page wants of an exception: times, who left with what, who came back with what."""
        dialogue, course = self._dialogue, self.session.course
        expected = dialogue.text("What should have happened?")
        happened, decision = dialogue.text("What happened?"), dialogue.text("What was decided?")
        time = room_time(dialogue)
        gone, left, items_out = self._moved("Who left the room?", "Taken out")
        back, returned, items_in = self._moved("Who came back?", "Brought in")
        approved = self._seats("Who agreed?", "nobody was asked")
        self._record(events.ScriptException(
            expected=expected, happened=happened, decision=decision, time=time,
            step=course.next_step.code if course.next_step else None,
            people_out=gone, left=left, items_out=items_out, people_back=back, returned=returned, items_in=items_in,
            approved=approved or None,
        ))  # fmt: skip

    def _moved(
        self, question: str, items: str
    ) -> tuple[tuple[str, ...], str, tuple[str, ...]] | tuple[None, None, None]:
        """Ask who left or came back, when, and with what; return nothing of it if nobody did."""
        if not (seats := self._seats(question, "nobody")):
            return None, None, None
        return seats, room_time(self._dialogue), self._items(items)

    def _seats(self, question: str, empty: str) -> tuple[str, ...]:
        return self.session.who(question, self.session.course.room.known, empty=empty, asking=self._dialogue)

    def _found(self) -> None:
        if not self.session.course.things.pages.missing:
            raise UsageError("no page is missing", "a page that nobody knows of is an exception")
        find_pages(self.session, self._dialogue)

    def _note(self) -> None:
        self._record(events.Note(text=self._dialogue.text("Note:")))

    def _void(self) -> None:
        dialogue = self._dialogue
        self.session.course.check_made()
        if dialogue.certain("Every sheet of this set becomes worthless.  Is the set void?"):
            ask_job(self.session, dialogue)
            self.session.forget("stopped")
            void(self.session, dialogue)

    def _where(self) -> None:
        course, dialogue, entries = self.session.course, self._dialogue, self.session.recorder.ledger.entries
        dialogue.say(f"{course.at} of {len(course.steps)} steps done, {len(entries)} entries.")
        dialogue.say(f"In the room: {self.session.all_named(course.room.present) or 'nobody'}.")
        dialogue.say("Something secret is open." if course.secret else "Nothing secret is open.")
        if course.next_step:
            dialogue.say(f"Next: step {course.next_step.code}, {course.next_step.step.title}")

    def _stop(self) -> None:
        if self.session.course.things.machine:
            lost = "; the set is not complete, and becomes void" if self.session.course.unfinished else ""
            self._dialogue.say(f"The machine forgets what it holds{lost}.")
        if self._dialogue.certain("Does the program stop?", "the same command goes on later"):
            raise StoppedError("stopped by the operator; the ledger is kept", "run the same command again to go on")

    ENTRIES: ClassVar[Mapping[str, tuple[str, Callable[[Menu], None]]]] = {
        "exit": ("somebody leaves the room", _exit),
        "back": ("somebody comes back", _back),
        "enter": ("somebody comes in for the first time", _enter),
        "break": ("everybody pauses; the machine forgets what it holds", _break),
        "exception": ("something is not as the script says", _exception),
        "found": ("a page that did not come out was found", _found),
        "note": ("something worth knowing", _note),
        "void": ("the set is worthless, and another one is made", _void),
        "where": ("where we are", _where),
        "stop": ("stop the program; the same command goes on later", _stop),
    }
    """What people may choose, what it means, and what is done."""


def void(session: Session, dialogue: Dialogue) -> None:
    """Make the set void: every page of it is destroyed first."""
    things = session.course.things
    sealed = ", ".join(f"{number} (bag {bag})" for number, bag in things.bags.items())
    if sealed:
        dialogue.say(f"Open these bags and shred the sheets: {sealed}.")
    if things.pages.copies:
        dialogue.insist(
            "Is every page of this set shredded, and has the witness seen it?",
            "not every page is shredded yet",
            "a page that is left over could be taken for a sound one",
        )
    session.recorder.void(dialogue.text("Why is the set void?"))
    dialogue.say("The set is void.  Another one is made.")


def _bags(session: Session) -> list[str]:
    """Return the bags that are in the room: each sheet is in one, or lies open."""
    found = [session.course.things, *([session.course.old] if session.course.old else [])]
    return [bag for things in found for number, bag in things.bags.items() if number not in things.open]


def _seal_early(session: Session, number: str, *, old: bool = False) -> None:
    """Put a sheet of the quorum back into a bag, before a break; *old* is whether it is one of a set that is renewed."""
    things = session.course.meant if old else session.course.things
    if session.course.script.prints and not old and number not in things.bags:
        raise AttentionError(f"sheet {number} lies open and was never sealed", "seal it first, or make the set void")
    which = f"Sheet {number} of the old set" if old else f"Sheet {number}"
    bag = read_bag(session, f"{which} is sealed in a new bag.  Its number:", fresh=True)
    seat = next(one.code for one in (session.bearers if old else seats(session.plan)) if one.number == number)
    session.recorder.record(
        events.BagSealed(set=things.set_id, sheet=number, bag=bag, person=seat, replaces=things.bags.get(number)),
        by=seat, witness="WIT",
    )  # fmt: skip


def paused(session: Session) -> None:
    """Go on after a break: who is here, and whether the bags are those that were there."""
    dialogue, course = session.dialogue, session.course
    dialogue.say()
    dialogue.say("THE CEREMONY PAUSES.")
    dialogue.confirm("Everybody is back.")
    here = session.who("Who is here?", course.room.known, empty=session.all_named(course.room.present))
    here = here or tuple(sorted(session.course.room.present))  # somebody may have come in since it was asked
    bags = ", ".join(_bags(session)) or "there are none"
    agree = dialogue.yes(f"Are the bags those of before, with whole seals: {bags}?")
    session.recorder.record(events.BreakEnded(bags_agree=agree, present=here), by="ADM", witness="WIT")


def must_void(session: Session) -> None:
    """Make a set void that cannot be finished."""
    session.dialogue.say()
    session.dialogue.say(f"THE SET CANNOT BE FINISHED: {session.course.must_void}.")
    void(session, session.dialogue)
