"""The menu of the room, which '!' opens at any question: who leaves, who comes back, a break, an exception, a void set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from splitkit.ceremony.recorder import seats_of
from splitkit.cli.guide.preparation import room_time
from splitkit.cli.guide.sheets import read_bag
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.errors import AttentionError, DeviceError, StoppedError, UsageError
from splitkit.ledger.events import BagSealed, BreakEnded, event_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from splitkit.cli.guide.session import Session

_ENTRIES = {
    "": "go on",
    "exit": "somebody leaves the room",
    "back": "somebody comes back",
    "enter": "somebody comes in for the first time",
    "break": "everybody pauses; the machine forgets what it holds",
    "exception": "something is not as the script says",
    "note": "something worth knowing",
    "void": "the set is worthless, and is made anew",
    "where": "where we are",
    "stop": "stop the program; the same command goes on later",
}


@dataclass
class Menu:
    """The menu; its own questions open no menu."""

    session: Session

    def __call__(self) -> bool:
        """Let people choose; return whether the ceremony stands elsewhere since."""
        before = self._place()
        try:
            while choice := self._dialogue.choose("ROOM:", _ENTRIES):
                self._do(choice)
                if self._place() != before:
                    break
        finally:
            moved = self._place() != before
        return moved

    @property
    def _dialogue(self) -> Dialogue:
        return Dialogue(self.session.dialogue.terminal)

    def _place(self) -> tuple[object, ...]:
        course = self.session.course
        return course.at, course.within, course.room.paused, course.must_void, course.things.shred

    def _do(self, choice: str) -> None:
        actions = {
            "exit": self._exit, "back": self._back, "enter": self._enter, "break": self._break, "exception": self._exception,
            "note": self._note, "void": self._void, "where": self._where, "stop": self._stop,
        }  # fmt: skip
        try:
            actions[choice]()
        except StoppedError:
            raise
        except (AttentionError, UsageError, DeviceError) as error:
            self._dialogue.refuse(error)

    def _seat(self, prompt: str, among: frozenset[str]) -> str:
        return seats_of(self._dialogue.ask(prompt), among)[0]

    def _items(self, prompt: str) -> list[str]:
        return [item.strip() for item in self._dialogue.ask(prompt).split(",") if item.strip()]

    def _exit(self) -> None:
        room = self.session.course.room
        person = self._seat("Who leaves?  A seat:", room.present)
        if self.session.course.secret and not room.paused:
            raise AttentionError(
                "something secret is open, and nobody leaves now",
                "put it away, or make a break; if somebody has left all the same, record an exception",
            )
        fields = {
            "person": person,
            "time": room_time(self._dialogue),
            "items_out": self._items("Taken out, with commas (Enter: nothing):"),
        }
        self._record("room.exit", fields, person)

    def _back(self) -> None:
        room = self.session.course.room
        person = self._seat("Who comes back?  A seat:", room.known - room.present)
        fields = {
            "person": person,
            "time": room_time(self._dialogue),
            "items_in": self._items("Brought in, with commas (Enter: nothing):"),
        }
        self._record("room.return", fields, person)

    def _enter(self) -> None:
        person = self._dialogue.ask("A seat for them, such as OBS1:").upper()
        self._record(
            "room.enter",
            {"person": person, "items_in": self._items("Brought in, with commas (Enter: nothing):")},
            person,
        )

    def _record(self, event: str, fields: Mapping[str, object], about: str) -> None:
        """Record what somebody does; another person vouches for it."""
        present = self.session.course.room.present
        by = next((seat for seat in ("SCR", "ADM", "WIT") if seat in present and seat != about), "ADM")
        witness = next((seat for seat in ("WIT", "ADM", "SCR") if seat in present and seat not in (about, by)), "")
        self.session.recorder.record(event_of(event, fields), by=by, witness=witness)
        self._dialogue.say(
            f"Recorded.  In the room: {', '.join(sorted(self.session.course.room.present)) or 'nobody'}."
        )

    def _break(self) -> None:
        """Put away what is secret, then pause."""
        session, dialogue = self.session, self._dialogue
        if session.course.things.machine:
            lost = len(session.course.things.bags) < session.plan.policy.sheets
            dialogue.say("A break makes the machine forget."
                     + ("  The set is not complete and will be void." if lost else "  The sheets of the quorum are read again after it."))  # fmt: skip
            if dialogue.ask("Type 'forget' to go on, or Enter:").lower() != "forget":
                return
            session.forget("break")
        if session.course.must_void:
            void(session, dialogue)
        for number in sorted(session.course.things.open):
            _seal_early(session, number)
        fields = {
            "reason": dialogue.texts({"reason": "Why:"})["reason"],
            "bags": sorted(session.course.things.bags.values()),
        }
        self._record("break", fields, "")

    def _exception(self) -> None:
        """Ask what the AWS page wants of an exception: times, who left with what, who came back with what."""
        dialogue, course = self._dialogue, self.session.course
        fields: dict[str, object] = dict(
            dialogue.texts(
                {
                    "expected": "What should have happened?",
                    "happened": "What happened?",
                    "decision": "What was decided?",
                }
            )
        )
        if course.next_step:
            fields["step"] = course.next_step.code
        fields["time"] = room_time(dialogue)
        if out := dialogue.ask("Who left the room?  Seats (Enter: nobody):"):
            fields["people_out"], fields["left"] = seats_of(out, course.room.known), room_time(dialogue)
            fields["items_out"] = self._items("Taken out, with commas (Enter: nothing):")
        if back := dialogue.ask("Who came back?  Seats (Enter: nobody):"):
            fields["people_back"], fields["returned"] = seats_of(back, course.room.known), room_time(dialogue)
            fields["items_in"] = self._items("Brought in, with commas (Enter: nothing):")
        if approved := dialogue.ask("Who agreed?  Seats:"):
            fields["approved"] = seats_of(approved, course.room.known)
        self._record("exception", fields, "")

    def _note(self) -> None:
        self._record("note", self._dialogue.texts({"text": "Note:"}), "")

    def _void(self) -> None:
        dialogue = self._dialogue
        if not self.session.course.things.set_id:
            raise AttentionError("no set was made that could be void", "simply go on")
        if (
            dialogue.ask("Every sheet of this set becomes worthless.  Type 'void' to go on, or Enter:").lower()
            == "void"
        ):
            self.session.forget("stopped")
            void(self.session, dialogue)

    def _where(self) -> None:
        course = self.session.course
        dialogue = self._dialogue
        dialogue.say(
            f"{course.at} of {len(course.steps)} steps done, {len(self.session.recorder.ledger.entries)} entries."
        )
        dialogue.say("In the room: " + (", ".join(sorted(course.room.present)) or "nobody"))
        dialogue.say("Something secret is open." if course.secret else "Nothing secret is open.")
        if course.next_step:
            dialogue.say(f"Next: step {course.next_step.code}, {course.next_step.step.title}")

    def _stop(self) -> None:
        if self.session.course.things.machine:
            self._dialogue.say("The machine forgets what it holds; a set that is not complete becomes void.")
        if self._dialogue.ask("Type 'stop', or Enter:").lower() == "stop":
            raise StoppedError("stopped by the operator; the ledger is kept", "run the same command again to go on")


def void(session: Session, dialogue: Dialogue) -> None:
    """Make the set void: every page of it is destroyed first."""
    things = session.course.things
    sealed = ", ".join(f"{number} (bag {bag})" for number, bag in things.bags.items())
    if sealed:
        dialogue.say(f"Open these bags and shred the sheets: {sealed}.")
    if things.copies:
        dialogue.read("Every page of this set is shredded, and the witness sees it.  Type 'shredded':", _shredded)
    session.recorder.void(dialogue.texts({"reason": "Why is the set void?"})["reason"])
    dialogue.say("The set is void.  Another one is made.")


def _shredded(typed: str) -> None:
    if typed.lower() != "shredded":
        raise UsageError("not every page is shredded yet", "a page that is left over could be taken for a sound one")


def _seal_early(session: Session, number: str) -> None:
    """Put a sheet of the quorum back into a bag, before a break."""
    things = session.course.things
    if number not in things.bags:
        raise AttentionError(f"sheet {number} lies open and was never sealed", "seal it first, or make the set void")
    bag = read_bag(session, f"Sheet {number} is sealed in a new bag.  Its number:")
    seat = f"C{number}"
    session.recorder.record(
        BagSealed(set=things.set_id, sheet=number, bag=bag, person=seat, replaces=things.bags[number]),
        by=seat, witness="WIT",
    )  # fmt: skip


def paused(session: Session) -> None:
    """Go on after a break: who is here, and whether the bags are those that were there."""
    dialogue, course = session.dialogue, session.course
    dialogue.say()
    dialogue.say("THE CEREMONY PAUSES.")
    agreed = dialogue.choose(
        "Is everybody back?", {"yes": "", "stop": "stop the program; the same command goes on later"}
    )
    if agreed == "stop":
        raise StoppedError("stopped in a break; the ledger is kept", "run the same command again to go on")
    known = course.room.known
    typed = dialogue.read(
        f"Who is here?  Enter: {' '.join(sorted(course.room.present))}; or the seats:",
        lambda text: seats_of(text, known) if text else sorted(course.room.present),
    )
    bags = ", ".join(course.things.bags.values()) or "there are none"
    agree = dialogue.yes(f"Are the bags those of before, with whole seals: {bags}?")
    session.recorder.record(BreakEnded(bags_agree=agree, present=tuple(typed)), by="ADM", witness="WIT")


def must_void(session: Session) -> None:
    """Make a set void that cannot be finished."""
    session.dialogue.say()
    session.dialogue.say(f"THE SET CANNOT BE FINISHED: {session.course.must_void}.")
    void(session, session.dialogue)
