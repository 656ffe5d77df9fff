"""A procedure of a pack, walked step by step with people at a terminal; each answer is recorded at once, and so is what a step is to record."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from splitkit.cli.guide.questions import ask_day, in_a_quarter, known_people, mended, names_of, write_sentence
from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue
from splitkit.cli.ui.talk import safe
from splitkit.cli.ui.vouching import agree
from splitkit.custody.procedure_pages import keepers, step_as_typed
from splitkit.custody.records.begun import ProcedureBegun, key_of, procedure_key
from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.filled import IF_ANY, Concern, leaves, records
from splitkit.custody.saying.naming import person_meant
from splitkit.custody.saying.question import FIELD, Sentence
from splitkit.custody.saying.telling import in_plain_words
from splitkit.errors import Remedy, SplitkitError, StoppedError, UsageError
from splitkit.host import clock
from splitkit.host.columns import wrapped
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import EVENTS, ProcedureWalked
from splitkit.ledger.fields import LINE, taken
from splitkit.packs.commands import CAPITALS, MEANINGS
from splitkit.packs.pack import Pack, find_procedure
from splitkit.packs.procedures import Procedure, ProcedureStep

_State = Literal["done", "otherwise", "not needed"]
_FELL_AWAY = "the rest of the part was left out"
_INSTEAD = "{0} was gone on with in its place"
_BACK = "it comes where people came from"
_BY_MISTAKE = "begun by mistake"
_MOST_REMARK = 120
_NONE = "none"
_ANOTHER = -1
"""What is answered instead of a step of what was begun, where something else is meant."""


@dataclass
class ProcedureWalk:
    """Where people go through the procedures of a pack.

    Attributes:
        dialogue: At which terminal.
        writer: Who leads through it, and who writes it down; where there is no ledger, nothing is written.
        pack: Whose procedures they are.
        register: Who keeps what, if that is known.
        case: What it is gone through for.
        since: From which time on entries are of this walk.
        counted: The entries that have settled a step: none settles two.
    """

    dialogue: Dialogue
    writer: LedgerWriter
    pack: Pack
    register: Register | None
    case: Concern = field(default_factory=Concern)
    since: str = ""
    counted: set[str] = field(default_factory=set)

    def begun(self, one: Procedure, first: int | None) -> int:
        """Say what a procedure is, and ask whether it is the one before anything is recorded; return its step to go on with, 0 for none.

        Where it was begun before and not ended, people go on, begin again, or end what was begun by mistake.

        Raises:
            UsageError: If it has no such step.
            StoppedError: If people stop, or want another one.
        """
        self._check(one, first or 1)
        case, before = self.case, self._before(one)
        self._say_what(one)
        if before and not before.ended:
            self.since = self._since(one)
            step = self._asked_again(one, before, first)
            if step != _ANOTHER:
                return step
            self.case, self.since = case, ""
            self._say_about(one)
        if not self.dialogue.yes(f"Go through {one.code} now?", "its first step comes", "nothing is recorded"):
            raise StoppedError(
                "this procedure was not begun: nothing was recorded",
                "report what happened, and the right one is named: splitkit incident",
            )
        return first or 1

    def _before(self, one: Procedure) -> ProcedureBegun | None:
        """Return how far people have gone through it for what it is about; where they have not ended one, that is gone on with."""
        register = self._known_register()
        begun = [of for of in register.procedures.values() if (of.pack, of.code) == (self.pack.code, one.code)]
        begun = [of for of in begun if not of.ended and self.case.account in ("", of.account)]
        if len(begun) > 1:
            told = {str(at): of.named(register.name_of) for at, of in enumerate(begun, 1)}
            told[_NONE] = "it is for another account, or after another incident"
            which = self.dialogue.choose(f"{one.code} was begun more than once.  Which is it?", told)
            begun = [] if which == _NONE else [begun[int(which) - 1]]
        if begun:
            self.case = replace(self.case, account=begun[0].account, incident=begun[0].incident)
        else:
            self._say_about(one)
        return register.procedures.get(self._key(one))

    def _say_about(self, one: Procedure) -> None:
        """Ask for which account it is gone through, and after which incident, where that does not follow."""
        self.for_account()
        incidents = self._known_register().open_incidents
        if self.case.incident or len(incidents) < 2:
            return
        told = {str(at): f"{code}, {cause}" for at, (code, cause) in enumerate(incidents.items(), 1)}
        which = self.dialogue.choose(
            f"After which incident is {one.code} gone through?", {**told, _NONE: "after none of them"}
        )
        self.case = replace(self.case, incident="" if which == _NONE else [*incidents][int(which) - 1])

    def for_account(self) -> None:
        """Ask for which account of its pack it is gone through, where that does not follow."""
        known = self._known_register().accounts.items()
        accounts = [tag for tag, of in known if of.pack == self.pack.code and not of.ended]
        if self.case.account not in accounts:
            self.case = replace(self.case, account=self._for_account(accounts))

    def _for_account(self, accounts: Sequence[str]) -> str:
        """Return for which account of its pack it is gone through; nothing where none is recorded."""
        if len(accounts) < 2:
            return "".join(accounts)
        register = self._known_register()
        return self.dialogue.choose("For which account is it?", {one: register.accounts[one].name for one in accounts})

    def _asked_again(self, one: Procedure, before: ProcedureBegun, first: int | None) -> int:
        """Return with which step of what was begun people go on: with the *first*, if they named one; 0 for none."""
        named = before.named(self._known_register().name_of)
        if first:
            self.dialogue.say(f"This goes on with {named}.")
            return first
        steps = len(one.numbered)
        onward = min(before.step + 1, steps)
        answers = {
            "1": f"go on with step {onward}; step {before.step} of {before.of} was the last, on {before.day}",
            "2": "begin again with step 1",
            "3": "it was begun by mistake: two people end it",
            "4": "begin it for another account, or after another incident",
        }
        answer = self.dialogue.choose(f"{named[0].upper()}{named[1:]} was begun, and is not at its end.", answers)
        if answer == "3":
            self._end_by_mistake(one, before)
            return 0
        if answer == "4":
            return _ANOTHER
        return onward if answer == "1" else 1

    def _end_by_mistake(self, one: Procedure, before: ProcedureBegun) -> None:
        """End a procedure that was the wrong one: two people say so, and it stays in the record."""

        def other(typed: str) -> str:
            person = person_meant(self._known_register(), typed)
            if not self._known_register().are_two((self.writer.by, person)):
                raise UsageError("fewer than two people end it", Remedy.NAME_TWO)
            return person

        first = self.writer.by
        called = self._known_register().called
        asked = f"Who ends it together with {called(first)} (a name in full)?"
        second = other(self.writer.witness) if self.writer.witness else self.dialogue.read(asked, other)
        self.dialogue.if_stopped = "nothing was recorded"
        agree(self.dialogue, (called(first), called(second)), f"was {one.code} begun by mistake?", "it is ended")
        event = ProcedureWalked(
            pack=before.pack, procedure=before.code, step=before.of, steps=before.of, state="otherwise", remark=_BY_MISTAKE,
            account=before.account or None, incident=before.incident or None,
        )  # fmt: skip
        replace(self.writer, witness=second).record(event)
        self.dialogue.say(f"{one.code} is ended: {_BY_MISTAKE}.")

    def _key(self, one: Procedure) -> str:
        return procedure_key(self.pack.code, one.code, self.case.account, self.case.incident)

    def _known_register(self) -> Register:
        return self.register or Register()

    def _since(self, one: Procedure) -> str:
        """Return when people began to go through a procedure that is not ended."""
        begun = ""
        for entry in self.writer.read().entries if self.writer.ledgers else ():
            data = entry.data
            if isinstance(data, ProcedureWalked) and key_of(data) == self._key(one):
                begun = "" if data.step == data.steps else begun or entry.time
        return begun

    def _check(self, one: Procedure, first: int) -> None:
        steps = len(one.numbered)
        if first > steps:
            raise UsageError(f"this procedure has {steps} steps", f"name a step from 1 to {steps}")

    def through(self, one: Procedure, first: int = 1, last: int = 0) -> None:
        """Go through a procedure from its *first* step on, and through those with which people go on from it.

        Whoever is sent back to another one after the *last* step has the rest there.  What can be done only days later is not asked for.

        Raises:
            UsageError: If it has no such step.
            StoppedError: If people stop.
        """
        steps = one.numbered
        self._check(one, first)
        self.since = self.since or clock.stamp()
        number, fallen = first, ""
        while number <= (last or len(steps)):
            title, step = steps[number - 1]
            if title == fallen:
                self._record(one, number, "not needed", _FELL_AWAY)
            else:
                state, fallen = self._gone_through(one, number)
                if step.go_on and state != "not needed" and self._goes_on(one, number):
                    return
            if one.wait_after(number):
                self.dialogue.say(f"\nThe rest of {one.code} is for {_day(one, number)}: status says so then.")
                return
            number += 1
        for left in range(number, len(steps) + 1):
            self._record(one, left, "not needed", _BACK)
        self.dialogue.say(f"\n{one.code} is at its end.")

    def _gone_through(self, one: Procedure, number: int) -> tuple[_State, str]:
        """Go through a step; return what came of it, and which part is left out from here on."""
        title, step = one.numbered[number - 1]
        self._if_stopped(one, number)
        self.dialogue.say(f"\n{title}: step {number} of {len(one.numbered)}")
        state, remark, fallen = self.dialogue.interview(lambda: self._answered(one, number))
        if state == "done" and (left := self._not_recorded(step)):
            why = self.dialogue.text("Why is it not recorded?", LINE, "say it in one line; it stands in the record")
            state, remark = "otherwise", f"not recorded ({', '.join(left)}): {why}"[:_MOST_REMARK]
        self._record(one, number, state, remark)
        return state, fallen

    def _goes_on(self, one: Procedure, number: int) -> bool:
        """Go on with another procedure, if people want to; return whether that took the place of the rest of this one."""
        _, step = one.numbered[number - 1]
        self._if_stopped(one, min(number + 1, len(one.numbered)))
        told = f"{one.code} ends here" if step.instead else f"{one.code} goes on after it"
        if not self.dialogue.yes(
            f"Go on with {step.go_on} now?", told, f"{one.code} is walked to its end, without {step.go_on}"
        ):
            return False
        for left in range(number + 1, len(one.numbered) + 1) if step.instead else ():
            self._record(one, left, "not needed", _INSTEAD.format(step.go_on))
        other = find_procedure(step.go_on, (self.pack,))[1]
        self._say_what(other)
        self.through(other, step.span[0], 0 if step.instead else step.span[1])
        if not step.instead:
            self.dialogue.say(f"\n{one.code} goes on.")
        return step.instead

    def _if_stopped(self, one: Procedure, number: int) -> None:
        again = shlex.join(["splitkit", "incident", "--from", str(number), one.code, *_options(self.case)])
        self.dialogue.if_stopped = f"go on with: {again}"

    def _say_what(self, one: Procedure) -> None:
        self.dialogue.say(one.heading)
        self.dialogue.say(f"when: {one.when}")
        for role, who in keepers(self.pack, one, self.register):
            self.dialogue.say(f"{role}: {who or 'not recorded'}")
        if not self.writer.ledgers:
            self.dialogue.say(
                "No custody folder is here: nothing of it is recorded.  Note the times, and who does what."
            )

    # --- one step

    def _answered(self, one: Procedure, number: int) -> tuple[_State, str, str]:
        """Return what came of a step, what was different, and which part is left out from here on."""
        title, step = one.numbered[number - 1]
        if step.only_if and not self.dialogue.yes(
            f"Is this so: {step.only_if}?", "the step is needed", "it is left out"
        ):
            return "not needed", "", ""
        practice = bool(self.register and self.register.practice)
        self.dialogue.rows(list(self._shown(step_as_typed(step, practice=practice))))
        rest = [at for at in range(number + 1, len(one.numbered) + 1) if one.numbered[at - 1][0] == title]
        answers = {"yes": "as it stands here", "no": "not done, or done differently: you are asked how"}
        if rest:
            answers["rest"] = f"yes, and leave out the rest of '{title}': it is shown first"
        answer = self.dialogue.choose("Is it done?", answers)
        if answer == "no":
            remark = self.dialogue.text("What is different?", LINE, "say it in one line; it is recorded")
            return "otherwise", remark, ""
        return "done", "", title if answer == "rest" and self._leaves_out(one, title, rest) else ""

    def _leaves_out(self, one: Procedure, title: str, rest: Sequence[int]) -> bool:
        """Show which steps are passed over, and ask whether they are."""
        cannot_wait = one.at_once and title == one.parts[0][0]
        self.dialogue.say(f"These steps of '{title}' are left out then:")
        self.dialogue.rows([_first_words(at, one.numbered[at - 1][1]) for at in rest])
        if cannot_wait:
            self.dialogue.say("They cannot wait: leave out only what nobody needs.")
        return self.dialogue.certain(
            f"Leave out step{'s' if rest[1:] else ''} {', '.join(map(str, rest))}?",
            "each is recorded as not needed; without it you are asked about each of them",
        )

    def _shown(self, step: ProcedureStep) -> Iterator[str]:
        """Yield a step as it stands on the screen: what is recorded here, and what has to be typed elsewhere."""
        yield from wrapped(f"{step.who}: {step.words}", COLUMNS)
        yield from wrapped(f"proof: {step.proof}", COLUMNS)
        filled = [self.case.put_into(command) for command in step.commands]
        here = [one for one in filled if self.writer.ledgers and records(one)]
        elsewhere = [one for one in filled if one not in here]
        if here:
            yield "Recorded here, once you say that it is done (you are asked for the capitals):"
            yield from (f"    {one.removeprefix('splitkit record ')}" for one in here)
        if elsewhere:
            yield "Type this in another window:"
            yield from (f"  $ {one}" for one in elsewhere)
        if step.go_on:
            yield from wrapped(step.onward, COLUMNS)

    # --- what a step is to record

    def _not_recorded(self, step: ProcedureStep) -> list[str]:
        """Return which entries of a step are not in the record, after people were asked to record them here."""
        if not self.writer.ledgers:
            return []
        return [name for command in step.commands if (name := leaves(command)) and not self._settled(command, name)]

    def _settled(self, command: str, name: str) -> bool:
        """Whether an entry that a command leaves is in the record by now, or none is needed."""
        means = EVENTS[name].means
        while not self._found(command):
            if not records(command):
                asked = f"Nothing in the record says so yet: {means}.  Look again?"
                if not self.dialogue.yes(asked, "it was typed in another window", "go on without it"):
                    return name in IF_ANY
                continue
            asked = (
                f"Is there something to record: {means}?"
                if name in IF_ANY
                else f"Not in the record yet: {means}.  Record it now?"
            )
            if not self.dialogue.yes(asked, "you are asked for what is not known", "it is not recorded"):
                return name in IF_ANY
            if self._recorded(command):
                return True
        return True

    def _found(self, command: str) -> bool:
        """Whether the record has the entry of a command."""
        for entry in self.writer.read().entries:
            if entry.hash not in self.counted and self.case.is_told_by(command, entry, self.since):
                self.counted.add(entry.hash)
                self._say_found(entry)
                return True
        return False

    def _say_found(self, entry: Entry) -> None:
        told = in_plain_words(entry.listed(), self.writer.read().built.register)
        self.dialogue.say(f"In the record: entry {entry.seq}, {safe(told)}.")

    def _recorded(self, command: str) -> bool:
        """Record what a command says, with what people fill in; return whether that came about."""
        register = self.writer.read().built.register
        before = {one.hash for one in self.writer.read().entries}
        try:
            sentence = self.dialogue.interview(lambda: self._sentence(command, register))
            settled = self.dialogue.interview(partial(mended, self.dialogue, sentence, register))
            lines = write_sentence(self.writer.ledgers, settled)
        except StoppedError:
            raise
        except SplitkitError as error:
            self.dialogue.refuse(error)
            return False
        for line in lines:
            self.dialogue.say(line)
        self.counted |= {one.hash for one in self.writer.read().entries} - before
        return True

    def _sentence(self, command: str, register: Register) -> Sentence:
        """Return a command as a sentence, once what nobody knows yet was asked for; a field that is left empty is left out."""
        words, witness, typed = list[str](), self.writer.witness, shlex.split(self.case.put_into(command))[2:]
        while typed:
            word = typed.pop(0)
            if word == "--wit":
                witness = self._filled(typed.pop(0), register) or witness
                continue
            found = FIELD.fullmatch(word)
            value = self._filled(found[2] if found else word, register, found[1] if found else "")
            if value:
                words.append(f"{found[1]}={value}" if found else value)
        return Sentence(tuple(words), self.writer.by, witness)

    def _filled(self, word: str, register: Register, name: str = "") -> str:
        """Return a word of a command, asked for where it stands in capitals; Enter leaves out what has the *name* of a field."""
        optional = bool(name)
        if not all(map(CAPITALS.fullmatch, word.split(","))):
            return word
        if name == "due":
            return str(ask_day(self.dialogue, "Until which day?", in_a_quarter()))
        called = _CALLED.get(word) or _plain(word)
        if set(word.split(",")) <= {"PERSON", "WITNESS"}:
            return self._people(word, called, register, optional=optional)
        empty = "; Enter: leave it out" if optional else ""
        asked = f"{called}{empty}:"
        means = f"{MEANINGS.get(word, 'In words of your own')}."
        return self.dialogue.read(asked, partial(_own_words, optional=optional), means)

    def _people(self, word: str, called: str, register: Register, *, optional: bool) -> str:
        hint = known_people(names_of(register).values())
        two = self.writer.by + "," + self.writer.witness if "," in word and self.writer.witness else ""

        def take(typed: str) -> str:
            if not typed and (two or optional):
                return two
            if not typed:
                raise UsageError("nobody was named", hint)
            return ",".join(person_meant(register, one.strip()) for one in typed.split(","))

        usual = f"; Enter: {', '.join(register.called(one) for one in two.split(','))}" if two else ""
        return self.dialogue.read(
            f"{called}{usual or ('; Enter: leave it out' if optional else '')}:", take, f"{hint}."
        )

    def _record(self, one: Procedure, number: int, state: _State, remark: str) -> None:
        """Write what came of a step; a ledger that takes nothing stops nobody."""
        if not self.writer.ledgers:
            return
        event = ProcedureWalked(
            pack=self.pack.code,
            procedure=one.code,
            step=number,
            steps=len(one.numbered),
            state=state,
            remark=remark or None,
            next=_day(one, number) if one.wait_after(number) else None,
            account=self.case.account or None,
            incident=self.case.incident or None,
        )
        try:
            self.writer.record(event)
        except SplitkitError as error:
            self.dialogue.refuse(error)
            self.dialogue.say(f"Step {number} of {one.code} is not recorded: write it down.  The procedure goes on.")


_CALLED = {
    "PERSON": "Who, by name",
    "PERSON,PERSON": "Which two people, with a comma between the names",
    "WITNESS": "Who has seen it, by name",
    "SHEET": "Which sheet, by its number",
    "BAG": "The number on the bag",
    "PLACE": "Which place, by name",
    "TAG": "Which device, phone or mailbox",
    "SET": "Which set (the beginning of its id)",
    "INCIDENT": "Which incident, by its code",
    "MINUTES": "After how many minutes",
    "WAY": "How it was destroyed (shredded, burnt or other)",
    "WHO-WAS-TOLD": "Who was told, with commas between the names",
    "TASK": "What is to be done",
    "KIND": "What it is (mfa, phone, mailbox, laptop or other)",
    "DONE": "What was done about it",
}


def _options(case: Concern) -> list[str]:
    """Return the words by which the command line is told again what a procedure is gone through for."""
    if case.person:
        return ["--person", case.person]
    named = [("--set", case.set_id[:8])] if case.set_id else []
    named += [("--sheet", one) for one in case.sheets] + [("--asset", one) for one in case.assets]
    return [word for pair in named for word in pair]


def _plain(word: str) -> str:
    """Return a word in capitals as people say it."""
    return word.replace("-", " ").replace(",", " and ").capitalize()


def _first_words(number: int, step: ProcedureStep) -> str:
    """Return a step in one row of a screen: its number, and how it begins."""
    rows = wrapped(step.words, COLUMNS - 4, f"{number:>4}  ")
    return rows[0] + (" ..." if rows[1:] else "")


def _own_words(typed: str, *, optional: bool) -> str:
    if not typed and not optional:
        raise UsageError("nothing was typed", "type it; Ctrl-C stops, and nothing of it is recorded")
    return typed and str(taken(LINE, typed))


def _day(one: Procedure, number: int) -> dt.date:
    """Return the day from which the steps after this one can be done."""
    return clock.day() + dt.timedelta(days=one.wait_after(number))


def told(step: ProcedureStep, number: str = "") -> Iterator[str]:
    """Yield a step in rows of a screen, under its *number*."""
    indent = " " * len(number)
    yield from wrapped(f"{step.who}: {step.words}", COLUMNS, number)
    yield from wrapped(f"proof: {step.proof}", COLUMNS, indent)
    yield from (f"{indent}$ {command}" for command in step.commands)
    if step.go_on:
        yield from wrapped(step.onward, COLUMNS, indent)
        yield f"{indent}$ splitkit incident --from {step.span[0]} {step.go_on}"
