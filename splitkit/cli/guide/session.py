"""A guided ceremony that is being held: what was asked for, what it remembers, and how a step records what happened."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from splitkit.ceremony.course import Course
from splitkit.ceremony.recorder import Recorder
from splitkit.ceremony.steps import NumberedStep, Seat, Task, seats
from splitkit.cli.ui.custody_ledgers import Custody
from splitkit.cli.ui.dialogue import MENU_KEY, Dialogue, MovedError
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.typing_screen import TypedSheets
from splitkit.custody.records.holdings import Register, SetRecord
from splitkit.errors import AttentionError, UnsafeMachineError, UsageError
from splitkit.host import files
from splitkit.host.offline import Guard
from splitkit.ledger import events
from splitkit.ledger.events import ReadingSource
from splitkit.ledger.fields import PERSON_NAME, TEXT, taken
from splitkit.ledger.schema import Event
from splitkit.plan.document import Plan
from splitkit.preflight.checks import inspect_live, this_machine
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.release import Released
from splitkit.quorum.scan import Line, Page
from splitkit.secret.entropy import Entropy

if TYPE_CHECKING:
    from splitkit.ceremony.hand_copy import TypingBack
    from splitkit.ceremony.readback import Challenge
    from splitkit.cli.guide.destination import Destination
    from splitkit.issue.make import IssuedSet


_MOST_NAMES = 1 << 20
"""Bytes of the names of pictures."""
_OLD = "OLD"
"""How the seat begins of whoever brings a sheet of a set that is renewed, and has no other seat."""


@dataclass(frozen=True)
class Choices:
    """What was asked for on the command line."""

    ledger: str
    ceremony: str
    """What the paper calls it, such as C-0001."""
    continues: str | None
    overruled: Overruled
    print_to: Sequence[str] = ()
    """The queues of CUPS, each that of one printer."""
    to_files: str | None = None
    secret: str = ""
    """Where it comes from, where one is made: 'generate' or 'prompt'."""
    by_hand: Sequence[str] = ()
    """The sheets that are written by hand, by their numbers."""


@dataclass(frozen=True)
class MeantSet:
    """The set that a ceremony is about, where it was made before, and what is known of it."""

    set_id: str
    custody: Custody
    """The register and its entries; empty where no ledger tells of it."""
    record: Anchor | None = None
    """That of a copy of the public record which people trust."""
    envelope: Envelope | None = None
    """The envelope of that copy."""
    plan: Plan | None = None
    """Its policy, with who keeps its sheets; None where that is the plan of the ceremony."""
    folder: Path | None = None
    """The custody folder that tells of it, if one does."""
    read_again: Callable[[], Custody] | None = None
    """Reads that folder once more: others may write into it meanwhile."""

    @property
    def known(self) -> SetRecord | None:
        """What the register says of it."""
        return self.custody.register.sets.get(self.set_id)


@dataclass
class Memory:
    """All that is secret in this process; `clear` lets go of it.  Python cannot promise more."""

    live: IssuedSet | None = field(default=None, repr=False)
    former: bytes = field(default=b"", repr=False)
    """The identity of the set before, sealed to the one that was made."""
    pages: dict[str, list[Page]] = field(default_factory=dict, repr=False)
    """What was read of each sheet of the quorum."""
    lines: dict[str, list[Line]] = field(default_factory=dict, repr=False)
    asked: dict[str, list[Challenge]] = field(default_factory=dict, repr=False)
    """What was asked of each sheet at its read-back."""
    typing: dict[str, TypingBack] = field(default_factory=dict, repr=False)
    """How far each sheet that is written by hand is typed back."""
    beside: tuple[tuple[Page, ...], tuple[Line, ...]] = field(default=((), ()), repr=False)
    """What was read of the printed public record, where sheets without an envelope are read: pages and lines."""
    typed: TypedSheets = field(default_factory=TypedSheets, repr=False)
    """What was typed of sheets: the shares that no step took yet, and the envelope for all of them."""
    sources: dict[str, ReadingSource] = field(default_factory=dict)
    """How each of them was read."""
    released: Released | None = field(default=None, repr=False)
    named: bool = False
    """Whether people have said in this run what vouches for the set."""
    anchor: Anchor | None = None
    """What vouches for it; None where nothing but its sheets does."""

    def clear(self) -> None:
        """Let go of everything."""
        self.live, self.released, self.named, self.anchor, self.former = None, None, False, None, b""
        self.beside, self.typed = ((), ()), TypedSheets()
        self.asked.clear()
        self.typing.clear()
        self.pages.clear()
        self.lines.clear()
        self.sources.clear()


@dataclass
class Session:
    """A guided ceremony."""

    recorder: Recorder
    dialogue: Dialogue
    destination: Destination
    guard: Guard
    entropy: Entropy
    choices: Choices
    meant: MeantSet = field(default_factory=lambda: MeantSet("", Custody(Register(), [])))
    memory: Memory = field(default_factory=Memory)
    one_by_one: bool = False
    """Whether the custodians are called one after the other."""
    receipts: bool | None = None
    """Whether receipts are printed here; None where nobody has said."""
    copied: list[Path] = field(default_factory=list)
    """Where copies of the public record were written in this run."""
    begun: int = 0
    """How many entries there were before the step being taken."""
    irrevocable: str = ""
    """What has happened in this step and is not recorded yet."""

    @property
    def pictures(self) -> list[str]:
        """Files of scans that were read, and that must be gone at the end; a file beside the ledger has their names, also after a kill."""
        kept = self._names_of_pictures
        return json.loads(files.read_file(str(kept), _MOST_NAMES)) if kept.exists() else []

    @pictures.setter
    def pictures(self, names: list[str]) -> None:
        """Keep these names, and no file where there are none."""
        if names:
            files.replace_file(self._names_of_pictures, json.dumps(names).encode())
        else:
            self._names_of_pictures.unlink(missing_ok=True)

    @property
    def _names_of_pictures(self) -> Path:
        return Path(f"{self.choices.ledger}.pictures")

    @property
    def plan(self) -> Plan:
        """The plan that was agreed."""
        return self.recorder.plan

    @property
    def course(self) -> Course:
        """Where the ceremony stands."""
        return self.recorder.course

    @property
    def live(self) -> IssuedSet:
        """The set, as it was made in this run."""
        if self.memory.live is None:
            raise ValueError("the set is not in memory, and no step asks for it then")
        return self.memory.live

    def released_quorum(self) -> Released:
        """Return what the quorum released that was proven in this run.

        Raises:
            AttentionError: If the machine has forgotten it since.
        """
        if self.memory.released is None:
            raise AttentionError(
                "the machine has forgotten the quorum", "make a break with '!', and read the sheets again"
            )
        return self.memory.released

    @property
    def step(self) -> NumberedStep:
        """The step being taken."""
        step = self.course.next_step
        if step is None:
            raise ValueError("the ceremony is at its end")
        return step

    @property
    def seat(self) -> str:
        """The seat whose turn it is; empty where there is none."""
        return self.step.seat.code if self.step.seat else ""

    @property
    def set_id(self) -> str:
        """The set that was made; empty as long as there is none."""
        return self.course.things.set_id

    @property
    def meant_plan(self) -> Plan:
        """The policy of the set that people bring, with who keeps its sheets."""
        return self.meant.plan or self.plan

    @property
    def bearers(self) -> tuple[Seat, ...]:
        """Who brings the sheets of that set: whoever is here under another seat has that one, and nobody has two."""
        keepers = seats(self.meant_plan)
        if self.course.old is None:
            return keepers
        rolls = [one.data for one in self.recorder.ledger.entries if isinstance(one.data, events.RollCalled)]
        named = {roll.name: roll.person for roll in rolls if roll.name} | {roll.person: roll.person for roll in rolls}
        own = [named.get(f"{_OLD}{seat.number}") or named.get(seat.name) or f"{_OLD}{seat.number}" for seat in keepers]
        return tuple(replace(seat, code=code) for seat, code in zip(keepers, own, strict=True))

    @property
    def holder(self) -> str:
        """Who has that seat, by name."""
        return self.called(self.seat)

    def stand_in(self, seat: Seat) -> Seat:
        """Return the seat of somebody else who brings a sheet."""
        return replace(seat, code=f"{_OLD}{seat.number}") if self.course.old else seat

    @property
    def people(self) -> dict[str, str]:
        """Who may be given something to do: everybody whom the folder knows and who is here, and whoever was called, by id or seat."""
        register, entries = self.meant.custody.register, self.recorder.ledger.entries
        known = {person: one.name or person for person, one in register.here.items()}
        called = (one.data for one in entries if isinstance(one.data, events.RollCalled))
        return known | {one.person: one.name or one.person for one in called}

    @property
    def number(self) -> str:
        """The number of the sheet whose turn it is; empty where there is none."""
        return self.step.seat.number if self.step.seat else ""

    @property
    def by_hand(self) -> bool:
        """Whether the sheet whose turn it is was written by hand, or is to be."""
        if self.step.step.task is Task.PRINT_SHEET:
            return self.number in self.choices.by_hand
        return self.number in self.course.things.pages.by_hand

    @property
    def papers_before(self) -> int:
        """How many papers there were of the sheet whose turn it is, before this ceremony made any."""
        if self.course.makes:
            return 0
        return self.meant.known.sheets[self.number].copies if self.meant.known else 1

    def record(self, data: Event) -> None:
        """Write an entry, see `Recorder.record`."""
        self.recorder.record(data)

    def roll(self, seat: str, role: str, name: str, sheet: str | None = None) -> events.RollCalled:
        """Return that somebody was called on a seat; by name, unless the plan has none."""
        return events.RollCalled(
            person=seat, role=role, sheet=sheet, name=None if self.plan.anonymous else name or None
        )

    def end_step(self, state: Literal["done", "skipped"], values: str | None = None) -> None:
        """Write that a step without an entry of its own is done, and with what, or that one is skipped."""
        self.record(events.StepTaken(step=self.step.code, state=state, values=values))

    # --- who is who

    def called(self, seat: str) -> str:
        """Return who is on a seat, by the name that was said at the roll call, or that the plan or the register has; the seat where nobody says a name."""
        said = [one.name for one in self._rolls(seat) if one.name]
        planned = [one.name for one in (*seats(self.plan), *self.bearers) if one.code == seat and one.name]
        return next(iter([*reversed(said), *planned]), seat)

    def named(self, seat: str) -> str:
        """Return the same with what they are in this ceremony: 'Ada Example (sheet 1)', 'Wilma Example (witness)'."""
        rolls, number = self._rolls(seat), next((one.number for one in seats(self.plan) if one.code == seat), "")
        what = rolls[-1].role if rolls and rolls[-1].role != "custodian" else f"sheet {number}" if number else ""
        return f"{self.called(seat)} ({what})" if what else self.called(seat)

    def is_what(self, seat: str) -> str:
        """Return what somebody is in this ceremony: 'the witness', 'who keeps sheet 1'."""
        rolls = self._rolls(seat)
        role, sheet = (rolls[-1].role, rolls[-1].sheet) if rolls else ("", None)
        return (
            f"the {role}"
            if role in ("administrator", "witness", "scribe")
            else f"who keeps sheet {sheet}"
            if sheet
            else "here"
        )

    def all_named(self, among: Iterable[str]) -> str:
        """Return in words who is on some seats."""
        return ", ".join(map(self.called, self.in_order(among)))

    def in_order(self, among: Iterable[str]) -> list[str]:
        """Return seats in the order in which they were called."""
        order = [one.data.person for one in self.recorder.ledger.entries if isinstance(one.data, events.RollCalled)]
        return sorted({*among}, key=lambda seat: (order.index(seat) if seat in order else len(order), seat))

    def _rolls(self, seat: str) -> list[events.RollCalled]:
        called = (one.data for one in self.recorder.ledger.entries if isinstance(one.data, events.RollCalled))
        return [one for one in called if one.person == seat]

    def who(
        self, question: str, among: Iterable[str], check: Callable[[tuple[str, ...]], None] = lambda _: None, *,
        one: bool = False, empty: str = "", asking: Dialogue | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        """Return the seats of people whom a list offers: by their numbers, their names or their seats; of *one* alone, or of several.

        What *check* refuses is asked again.  Where Enter alone is an answer, *empty* says what it means, and nobody is returned.
        """
        offered = {seat: self.named(seat) for seat in self.in_order(among)}
        names = {seat: self.called(seat) for seat in offered}
        dialogue = asking or self.dialogue

        def take(typed: str) -> tuple[str, ...]:
            if not typed and empty:
                return ()
            found = people_meant(names, typed)
            if one and len(found) > 1:
                raise UsageError("one person is asked for", "type one number of the list, or one name")
            check(found)
            return found

        means = "Numbers of the list, or names." if not one else "A number of the list, or a name."
        return dialogue.pick(question, offered, take, means, empty=empty, several=not one)

    def asked_name(self, question: str) -> str:
        """Return the name of somebody who has no seat yet: of those whom the folder knows, by number, or of anybody else."""
        known = {name: name for name in self.people.values() if name not in self.course.room.known}
        return str(self.dialogue.pick(question, known, lambda typed: taken(PERSON_NAME, typed)))

    def two(self, question: str) -> tuple[str, ...]:
        """Return the seats of two people or more who are here and agree to something."""
        return self.who(question, self.course.room.present, self._check_two)

    def _check_two(self, found: tuple[str, ...]) -> None:
        if len(found) < 2:
            raise UsageError("this needs two people", "type two numbers of the list, such as 1, 2")
        if len(self.course.room.people(found)) < 2:
            raise UsageError("both are one person, and this needs two people", "name somebody else too")

    def begin_step(self) -> None:
        """Remember what was recorded before the step that is taken now."""
        self.begun, self.irrevocable = len(self.recorder.ledger.entries), ""

    def take_back(self) -> str:
        """Begin the step anew, as '<' asks for, unless something has happened in it; then return what stays.

        Raises:
            MovedError: If nothing has.
        """
        entries = self.recorder.ledger.entries[self.begun :]
        happened = [one.data for one in entries if not isinstance(one.data, events.Note)]
        stays = list(dict.fromkeys(getattr(one, "means", one.event) for one in happened))
        if self.irrevocable:
            stays.append(self.irrevocable)
        if not stays:
            raise MovedError
        return (
            f"This is recorded, and cannot be taken back: {'; '.join(stays)}.  {MENU_KEY} opens the menu of the room."
        )

    def note_wrong(self, wrong: str) -> None:
        """Record that something is not as it should be, in the words of people."""
        self.record(events.Note(text=f"step {self.step.code}, not so: {wrong}"))
        self.dialogue.say(f"Recorded.  Put it right, or open the menu of the room with {MENU_KEY}.")

    def check_machine(self) -> None:
        """Look at the machine again while something secret is live; what was overruled is not asked for twice.

        Raises:
            UnsafeMachineError: If something is unfit that was fit before, or that nobody overruled.
        """
        findings = inspect_live(this_machine(self.guard, sys.platform))
        fresh = [finding for finding in findings if finding.check.replace(" ", "-") not in self.recorder.accepted]
        if fresh:
            raise UnsafeMachineError(f"{fresh[0].check}: {fresh[0].fact}", fresh[0].advice)

    def overrule(self, check: str) -> None:
        """Record that two people go on with a machine that is not fit in one respect."""
        reason = self.dialogue.text("Why is it safe to go on?", TEXT)
        self.record(events.CheckOverruled(check=check, reason=reason, approved=self.two("Who overrules it?")))

    def record_overruled(self) -> None:
        """Let two people stand for what was overruled on the command line, as soon as two are here."""
        overruled = self.choices.overruled
        if overruled.needed() and len(self.course.room.present) > 1:
            self.dialogue.say(f"Overruled on the command line: {', '.join(overruled.needed())}.")
            for entry in overruled.entries(*self.two("Who overrules it?")):
                self.record(entry)
            overruled.recorded()

    def let_go(self) -> None:
        """Let go of everything secret."""
        self.memory.clear()
        self.destination.withdraw()

    def forget(self, reason: events.WipeReason) -> None:
        """Let go of everything secret, and record it."""
        self.let_go()
        self.recorder.forget(reason)


def people_meant(names: Mapping[str, str], typed: str) -> tuple[str, ...]:
    """Return the seats that words mean, of people by their seats: numbers in their order, names, the beginning of one, or seats.

    Raises:
        UsageError: If a word means nobody of them, or several.
    """
    words = [one.strip() for one in typed.split(",") if one.strip()]
    if len(words) == 1 and not _one_meant(names, typed):
        words = typed.split()
    if not words:
        raise UsageError("nobody was named", "type a number of the list, or a name")
    found = []
    for word in words:
        if not (seat := _one_meant(names, word)):
            raise UsageError("nobody here is called like that, or several people are", "type a number of the list")
        found.append(seat)
    return tuple(dict.fromkeys(found))


def _one_meant(names: Mapping[str, str], word: str) -> str:
    """Return the seat of the one person whom a word means; nothing where it is nobody, or several."""
    wanted = word.strip().casefold()
    numbers = {str(at): seat for at, seat in enumerate(names, 1)}
    if wanted in numbers:
        return numbers[wanted]
    exact = [seat for seat, name in names.items() if wanted in (seat.casefold(), name.casefold())]
    found: list[str] = exact or [seat for seat, name in names.items() if wanted and name.casefold().startswith(wanted)]
    return found[0] if len(found) == 1 else ""
