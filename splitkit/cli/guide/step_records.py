"""What a step of a procedure is to record: people are asked for each entry until the record has it, and it is written at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from splitkit.cli.guide.questions import ask_word, head_compared, mended, write_sentence
from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import Dialogue, MovedError
from splitkit.cli.ui.talk import safe
from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.command_words import WITNESSED, words_of
from splitkit.custody.saying.each import WalkStanding, WantedThing, offered_in
from splitkit.custody.saying.filled import IF_ANY, Concern, key_of, leaves, of_steps_before, records
from splitkit.custody.saying.question import Sentence
from splitkit.custody.saying.telling import in_plain_words
from splitkit.errors import SplitkitError, StoppedError
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import EVENTS, SecretShown
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import Pack
from splitkit.packs.procedures import ProcedureStep


@dataclass
class StepRecords:
    """What people record while they go through the procedures of a pack.

    Attributes:
        dialogue: At which terminal.
        writer: Who leads through it, and who writes it down; where there is no ledger, nothing is written.
        pack: Whose procedures they are.
        register: Who keeps what, if that is known.
        case: What is known of what it is gone through for.
        since: From which time on entries are of this walk.
        counted: The entries that have settled a step: none settles two.
        here: At which step people are, in words.
        purposes: For which purpose something is opened at a step, once that was said.
    """

    dialogue: Dialogue
    writer: LedgerWriter
    pack: Pack
    register: Register | None
    case: Concern = field(default_factory=Concern)
    since: str = ""
    counted: set[str] = field(default_factory=set)
    here: str = field(default="", kw_only=True)
    purposes: dict[str, str] = field(default_factory=dict, kw_only=True)

    def not_recorded(self, step: ProcedureStep) -> list[str]:
        """Return what a step should have left in the record and has not, after people were asked to record it here."""
        if not self.writer.ledgers:
            return []
        open_ones = list[str]()
        for command in [one for one in step.commands if leaves(one)]:
            if self.standing().missing(step, command):
                open_ones += self._each_settled(step, command)
            elif not self._settled(step, command, leaves(command)):
                open_ones.append(leaves(command))
        return open_ones

    def _each_settled(self, step: ProcedureStep, command: str) -> list[str]:
        """Ask for each thing of which the record has not got it yet; return those that are left."""
        means, refused = EVENTS[leaves(command)].means, set[str]()
        while (missing := self.standing().missing(step, command)) and not missing.enough:
            left = [one for one in missing.things if one.name not in refused]
            if not left:
                return [f"{leaves(command)} of {', '.join(one.short for one in missing.things)}"]
            if missing.things[1:] or not records(command):
                self.dialogue.say(f"Not in the record yet ({means}): {missing.told}.")
            if not records(command):
                if not self._looks_again():
                    refused |= {one.name for one in missing.things}
                continue
            if not self._one_settled(command, left[0]):
                refused.add(left[0].name)
        return []

    def _looks_again(self) -> bool:
        return self.dialogue.yes("Look again?", "it was typed in another window", "go on without it")

    def _one_settled(self, command: str, thing: WantedThing) -> bool:
        """Record what a command says of one thing, if people want to."""
        answers = {"yes": "you are asked for what is not known", "later": "it stays due"}
        if key_of(command) == "destroyed":
            answers = {"yes": "two people saw it destroyed", "lost": "it cannot be found", "later": "it stays due"}
        answer = self.dialogue.choose(f"{thing.name}: {EVENTS[leaves(command)].means}.  Record it now?", answers)
        if answer == "later":
            return False
        return self._recorded(COMMANDS["lost"] if answer == "lost" else command, thing.words)

    def _settled(self, step: ProcedureStep, command: str, name: str) -> bool:
        """Whether an entry that a command leaves is in the record by now, or none is needed."""
        means = EVENTS[name].means
        while not self._found(command):
            if key_of(command) == "verify":
                return self._head_compared()
            if not records(command):
                self.dialogue.say(f"Nothing in the record says so yet: {means}.")
                if not self._looks_again():
                    return name in IF_ANY
                continue
            if name in IF_ANY and not self.dialogue.yes(
                f"Is there something to record: {means}?", "you are asked for what is not known", "there is nothing"
            ):
                return True
            proof = f" ({step.proof})" if key_of(command) == "note" and "entr" not in step.proof else ""
            self.dialogue.say(f"To be recorded for {self.here}: {means}{proof}.")
            if self._recorded(command, step=step):
                more = f"Is there another one to record: {means}?"
                while step.several and self.dialogue.yes(more, "you are asked again", "that was all"):
                    self._recorded(command, step=step)
                return True
            if not self.dialogue.yes(
                f"Not in the record yet: {means}.  Record it now?", "you are asked again", "it is not recorded"
            ):
                return name in IF_ANY
        return True

    def _head_compared(self) -> bool:
        self.writer, settled = head_compared(self.dialogue, self.writer, self.standing().register)
        return settled

    def _found(self, command: str) -> bool:
        """Whether the record has the entry of a command; a secret that one person alone has released counts for nothing."""
        if self.settled_before(command):
            return True
        entries = self.writer.read().entries
        self.counted |= of_steps_before(self.case, entries, self.since, self.pack, self.here)
        for entry in entries:
            if entry.hash not in self.counted and self.case.is_told_by(command, entry, self.since):
                self.counted.add(entry.hash)
                told = safe(in_plain_words(entry.listed(), self.writer.read().built.register))
                self.dialogue.say(f"In the record: entry {entry.seq}, {told}.")
                if self._by_two(entry):
                    return True
                self.dialogue.say(
                    "One person alone has released it, and that takes two: recover it again, with --by and --wit."
                )
        return False

    def _by_two(self, entry: Entry) -> bool:
        """Whether two people stand behind an entry, where it says that a secret was shown."""
        data, register = entry.data, self.writer.read().built.register
        return not isinstance(data, SecretShown) or register.are_two(data.released_by)

    def _recorded(
        self, command: str, words: Mapping[str, str] = MappingProxyType({}), step: ProcedureStep | None = None
    ) -> bool:
        """Record what a command says, with what is known in *words* and what people fill in; return whether that came about."""
        register = self.writer.read().built.register
        before = {one.hash for one in self.writer.read().entries}
        back, self.dialogue.back = self.dialogue.back, _leave_out
        try:
            sentence = self.dialogue.interview(
                lambda: self._sentence(command, offered_in(step, register, self.pack.things), words)
            )
            settled = self.dialogue.interview(partial(mended, self.dialogue, sentence, register))
            lines = write_sentence(self.writer.ledgers, settled)
        except StoppedError:
            raise
        except MovedError:
            return False
        except SplitkitError as error:
            self.dialogue.refuse(error)
            return False
        finally:
            self.dialogue.back = back
        for line in lines:
            self.dialogue.say(line)
        self.counted |= {one.hash for one in self.writer.read().entries} - before
        return True

    def _sentence(self, command: str, register: Register, words: Mapping[str, str]) -> Sentence:
        """Return a command as a sentence, once what nobody knows yet was asked for; a field that is left empty is left out."""
        said, witness = list[str](), self.writer.witness
        for word in words_of(self.case.put_into(command)):
            known = {"PACK": self.pack.code, "PURPOSE": self.purposes.get(self.here, "")} | {**words}
            value = known.get(word.text, "") or ask_word(self.dialogue, self.writer, register, word)
            if word.text == "PURPOSE":  # of every safe and bag that a step opens it is the same
                self.purposes[self.here] = value
            if word.name == WITNESSED:
                witness = value or witness
            elif value:
                said.append(f"{word.name}={value}" if word.named else value)
        return Sentence(tuple(said), self.writer.by, witness)

    def standing(self) -> WalkStanding:
        """Return where people stand: what is recorded by now."""
        try:
            reading = self.writer.read()
        except SplitkitError:  # a ledger that fails stops nobody: what was known at the start stands
            return WalkStanding(self.case, self.known_register(), ())
        since = [one for one in reading.entries if self.since and one.time >= self.since]
        return WalkStanding(self.case, reading.built.register, since)

    def settled_before(self, command: str) -> bool:
        """Whether what a command records was recorded before people came to its step."""
        return bool(
            self.writer.ledgers and key_of(command) == "incident" and self.case.reported(self.standing().register)
        )

    def known_register(self) -> Register:
        """Return the register as it was when people began; an empty one where there is none."""
        return self.register or Register()


def _leave_out() -> str:
    raise MovedError
