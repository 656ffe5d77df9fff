"""A procedure of a pack, walked step by step with people at a terminal; each answer is recorded at once, and so is what a step is to record."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Literal

from splitkit.cli.guide.questions import (
    ask_other,
    ask_owner,
    ask_people,
    ask_word,
    head_compared,
    mended,
    names_of,
    write_sentence,
)
from splitkit.cli.ui.custody_ledgers import LedgerWriter
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue, MovedError, as_typed
from splitkit.cli.ui.talk import safe
from splitkit.cli.ui.vouching import agree
from splitkit.custody.procedure_pages import acting, keepers, step_as_typed
from splitkit.custody.records.begun import Occasion, ProcedureBegun, begun_at, ended_as, procedure_key
from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.command_words import WITNESSED, words_of
from splitkit.custody.saying.each import WalkStanding, WantedThing, known_condition, offered_in
from splitkit.custody.saying.filled import IF_ANY, Concern, key_of, leaves, of_steps_before, records
from splitkit.custody.saying.question import Sentence, shown
from splitkit.custody.saying.telling import in_plain_words
from splitkit.errors import SplitkitError, StoppedError, UsageError
from splitkit.host import clock
from splitkit.host.columns import wrapped
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import EVENTS, ProcedureWalked, SecretShown
from splitkit.ledger.fields import LINE
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import Pack, find_procedure
from splitkit.packs.procedures import Procedure, ProcedureStep

_State = Literal["done", "otherwise", "not needed", "left"]
_Answer = tuple[_State, str, str]
_FELL_AWAY = "the rest of the part was left out"
_INSTEAD = "{0} was taken up instead"
_BACK = "it comes where people came from"
_BY_MISTAKE = "begun by mistake"
_MOST_REMARK, _MOST_OWNER = 120, 48
_NONE = "none"


@dataclass
class ProcedureWalk:
    """Where people go through the procedures of a pack.

    Attributes:
        dialogue: At which terminal.
        writer: Who leads through it, and who writes it down; where there is no ledger, nothing is written.
        pack: Whose procedures they are.
        register: Who keeps what, if that is known.
        case: What is known of what it is gone through for.
        aside: The code of the procedure that people go through before they go on, if any.
        about: What of that the record says: it stays the same from the first step to the last.
        here: At which step people are, in words.
        since: From which time on entries are of this walk.
        counted: The entries that have settled a step: none settles two.
        left: The steps that were left, by procedure and number, and who does each.
    """

    dialogue: Dialogue
    writer: LedgerWriter
    pack: Pack
    register: Register | None
    case: Concern = field(default_factory=Concern)
    since: str = ""
    counted: set[str] = field(default_factory=set)
    left: dict[tuple[str, int], str] = field(default_factory=dict)
    about: Occasion = field(default_factory=Occasion)
    aside: str = ""
    here: str = ""

    def begun(self, one: Procedure, first: int | None) -> list[int]:
        """Say what a procedure is, and ask whether it is the one before anything is recorded; return its steps to go through, if any.

        Where it was begun before and not ended, people go on, begin again, or end what was begun by mistake.

        Raises:
            UsageError: If it has no such step.
            StoppedError: If people stop, or want another one.
        """
        if (first or 1) > (last := len(one.numbered)):
            raise UsageError(f"this procedure has {last} steps", f"name a step from 1 to {last}")
        before = self._begun_before(one)
        self._say_what(one)
        if before and (onward := self._gone_on_with(one, before, first)) is not None:
            return onward
        if one.case == "leaver" and not self.case.person and self._known_register().here:
            self._ask_who_leaves()
        self.begin(one)
        first_step = "its first step comes; Ctrl-C stops at any question, and you go on later"
        if not self.dialogue.yes(f"Go through {one.code} now?", first_step, "nothing is recorded"):
            raise StoppedError(
                "this procedure was not begun: nothing was recorded",
                "report what happened, and the right one is named: splitkit incident",
            )
        return list(range(first or 1, last + 1))

    def _begun_before(self, one: Procedure) -> ProcedureBegun | None:
        """Return how far people came with a procedure, for what it is gone through now, if they have not ended it."""
        begun = [
            walk
            for walk in self._known_register().procedures.values()
            if (walk.pack, walk.code) == (self.pack.code, one.code) and not walk.ended and self.case.may_be(walk.about)
        ]
        if len(begun) < 2:
            return begun[0] if begun else None
        told = {str(at): walk.named(self._known_register().name_of) for at, walk in enumerate(begun, 1)}
        told[_NONE] = "it is for something else"
        which = self.dialogue.choose(f"{one.code} was begun several times.  Which is it?", told)
        return None if which == _NONE else begun[int(which) - 1]

    def begin(self, one: Procedure) -> None:
        """Settle what it is gone through for: ask for which account of its pack, and after which incident, where that does not follow."""
        known = self._known_register().accounts.items()
        accounts = {tag: of.name for tag, of in known if of.pack == self.pack.code and not of.ended}
        if self.case.account not in accounts:
            several = len(accounts) > 1
            account = self.dialogue.choose("For which account is it?", accounts) if several else "".join(accounts)
            self.case = replace(self.case, account=account)
        incidents = self._known_register().open_incidents
        if one.case and not self.case.incident and len(incidents) > 1:
            told = {str(at): f"{code}, {cause}" for at, (code, cause) in enumerate(incidents.items(), 1)}
            which = self.dialogue.choose(
                f"After which incident is {one.code} gone through?", {**told, _NONE: "after none of them"}
            )
            self.case = replace(self.case, incident="" if which == _NONE else [*incidents][int(which) - 1])
        self.about = self.case.about

    def _ask_who_leaves(self) -> None:
        register = self._known_register()
        person = ask_people(self.dialogue, register, "Who leaves", 1, empty="somebody whom the register does not know")
        self.case = replace(self.case, person=person.partition(",")[0]).of(register)

    def _gone_on_with(self, one: Procedure, before: ProcedureBegun, first: int | None) -> list[int] | None:
        """Return which steps of what was begun people go through, from the *first* if they named one; nothing where it is for something else."""
        named = before.named(self._known_register().name_of)
        steps = list(range(first or 1, len(one.numbered) + 1))
        onward, answer = [at for at in before.open_steps if at in steps] or steps[-1:], "1"
        if first:
            self.dialogue.say(f"This goes on with {named}.")
            onward = onward if before.of == len(one.numbered) and first in onward else steps
        else:
            answers = {
                "1": f"go on with step {onward[0]}; step {before.step} of {before.of} was the last, on {before.day}",
                "2": "begin again with step 1",
                "3": "it was begun by mistake: two people end it",
                "4": "it is for something else: begin it there",
            }
            answer = self.dialogue.choose(f"{named[0].upper()}{named[1:]} was begun, and is not finished.", answers)
        if answer == "4":
            return None
        self.about, self.case = before.about, Concern.begun(before).of(self._known_register())
        if answer == "1":
            self.left = {(one.code, at): who for at, who in before.left.items()}
            entries = self.writer.read().entries if self.writer.ledgers else ()
            self.since = begun_at(entries, procedure_key(self.pack.code, one.code, self.about))
            return onward
        if answer == "3":
            self._end_by_mistake(one, before)
        if answer == "2" and not self.writer.witness:
            self.dialogue.say(f"Nobody witnesses it: for status step {before.step} of {before.of} stays the last.")
        return steps if answer == "2" else []

    def _end_by_mistake(self, one: Procedure, before: ProcedureBegun) -> None:
        """End a procedure that was the wrong one: two people say so, and it stays in the record."""
        first, register = self.writer.by, self._known_register()
        called = register.called
        asked, few = f"Who ends it together with {called(first)}?", "fewer than two people end it"
        second = ask_other(self.dialogue, asked, register, first, self.writer.witness, few)
        self.dialogue.if_stopped = "nothing was recorded"
        agree(self.dialogue, (called(first), called(second)), f"was {one.code} begun by mistake?", "it is ended")
        with replace(self.writer, witness=second).held() as held:
            held.write(ended_as(before, _BY_MISTAKE))
        self.dialogue.say(f"{one.code} is ended: {_BY_MISTAKE}.")

    def _known_register(self) -> Register:
        return self.register or Register()

    def through(self, one: Procedure, steps: Sequence[int] = (), last: int = 0) -> None:
        """Go through the *steps* of a procedure, or all of them, and through those with which people go on from it.

        Whoever is sent back to another one after the *last* step has the rest there.  What can be done only days later is not asked for.
        """
        if not self.since:
            self.since = clock.stamp()
            self.counted |= {one.hash for one in self._standing().since}  # of the same second, and before it
        fallen, every = "", list(steps) or list(range(1, len(one.numbered) + 1))
        for number in every:
            title, step = one.numbered[number - 1]
            if 0 < last < number or title == fallen:
                self._record(one, number, "not needed", _BACK if 0 < last < number else _FELL_AWAY)
            else:
                state, fallen = self._gone_through(one, number)
                if step.go_on and state not in ("not needed", "left") and self._goes_on(one, number):
                    self._say_end(one)
                    return
            if one.wait_after(number):
                self._say_left()
                self.dialogue.say(f"\nThe rest of {one.code} is for {_day(one, number)}: status says so then.")
                return
        self._say_end(one)

    def _say_end(self, one: Procedure) -> None:
        """Say that a procedure is finished, or which of its steps are left, and to whom."""
        if not any(code == one.code for code, _ in self.left):
            self.dialogue.say(f"\n{one.code} is finished.")
        self._say_left()

    def _say_left(self) -> None:
        if not self.left:
            return
        self.dialogue.say("\nLeft undone; status says so until it is done:")
        for (code, number), who in sorted(self.left.items()):
            step = find_procedure(code, (self.pack,))[1].numbered[number - 1][1]
            self.dialogue.rows(wrapped(f"{who or step.who}: {step.words}", COLUMNS, f"  {code}, step {number}, "))
        code, number = min(self.left)
        self.dialogue.say(f"Go on with: {self._again(code, number)}")

    def _gone_through(self, one: Procedure, number: int) -> tuple[_State, str]:
        """Go through a step; return what came of it, and which part is left out from here on."""
        title, step = one.numbered[number - 1]
        self._if_stopped(one, number)
        thing = replace(self.about, account="", incident="").told(self._known_register().name_of)
        self.dialogue.say(f"\n{title}: step {number} of {len(one.numbered)}{thing}")
        while not (answer := self.dialogue.interview(lambda: self._answered(one, number))):
            self._there_and_back(one, step.leading_to(find_procedure(self.aside, (self.pack,))[1]))
            self._if_stopped(one, number)
        state, remark, fallen = answer
        if state == "done" and (open_ones := self._not_recorded(step)):
            state, remark = self.dialogue.interview(partial(self._what_of, open_ones))
        owner = self.dialogue.interview(partial(self._owner, step)) if state == "left" else ""
        self._record(one, number, state, remark, owner)
        return state, fallen

    def _what_of(self, names: Sequence[str]) -> tuple[_State, str]:
        """Ask what of it is not in the record."""
        told = "; ".join(names)
        answers = {
            "later": "not yet: it stays due, and you say who does it",
            "no": "nobody will record it: you say why",
        }
        if self.dialogue.choose(f"Not in the record: {told}.", answers) == "later":
            return "left", told[:_MOST_REMARK]
        why = self.dialogue.text("Why is it not recorded?", LINE, "say it in one line; it stands in the record")
        return "otherwise", f"not recorded ({told}): {why}"[:_MOST_REMARK]

    def _owner(self, step: ProcedureStep) -> str:
        """Return who is to do what was left, as the record has it."""
        people = {seat: name for seat, name in names_of(self.register).items() if seat != self.case.person}
        if not self.writer.ledgers or not people:
            return ""
        return ask_owner(self.dialogue, f"Who does it ({step.who})?", people)[:_MOST_OWNER]

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
        self._there_and_back(one, step)
        return step.instead

    def _there_and_back(self, one: Procedure, step: ProcedureStep) -> None:
        """Go through the procedure to which a step leads; people come back, unless it takes the place of the rest."""
        other = find_procedure(step.go_on, (self.pack,))[1]
        self._say_what(other)
        self.through(other, range(step.span[0], len(other.numbered) + 1), 0 if step.instead else step.span[1])
        if not step.instead:
            self.dialogue.say(f"\n{one.code} goes on.")

    def _if_stopped(self, one: Procedure, number: int) -> None:
        self.here = f"{one.code}, step {number}"
        self.dialogue.if_stopped = f"go on with: {self._again(one.code, number)}"

    def _again(self, code: str, number: int) -> str:
        return shlex.join(["splitkit", "incident", "--from", str(number), code, *_options(self.case)])

    def _say_what(self, one: Procedure) -> None:
        self.dialogue.say(one.heading)
        self.dialogue.say(f"when: {one.when}")
        if told := (self.about if self.about.fields else self.case.about).told(self._known_register().name_of):
            self.dialogue.say(told.strip())
        for role, who in keepers(self.pack, one, self.register):
            self.dialogue.say(f"{role}: {who or 'not recorded'}")
        if not self.writer.ledgers:
            self.dialogue.say("No custody folder is here: nothing of it is recorded.  Note when, and who does what.")

    # --- one step

    def _answered(self, one: Procedure, number: int) -> _Answer | None:
        """Return what came of a step, what is noted of it, and which part is left out from here on; nothing where people go aside first."""
        title, step = one.numbered[number - 1]
        if step.only_if and (out := self._left_out(step)) is not None:
            return "not needed", out, ""
        self.dialogue.rows(list(self._shown(step_as_typed(step, practice=self._known_register().practice))))
        surely = [each for each in step.commands if leaves(each) not in IF_ANY or not records(each)]
        if self.writer.ledgers and step.commands and not surely:
            return "done", "", ""  # whether there is anything is asked next
        rest = [at for at in range(number + 1, len(one.numbered) + 1) if one.numbered[at - 1][0] == title]
        answers = {
            "yes": "as it stands here; what is to be recorded is asked for now",
            "later": "not yet: it stays due, and you say who does it",
            "no": "done differently, or nobody needs it: you are asked how",
        }
        leads = {code.lower(): code for code in step.leads if code != one.code}
        answers |= {typed: f"go on with {code} now, and come back here" for typed, code in leads.items()}
        if rest:
            answers["rest"] = f"yes, and leave out the rest of '{title}': it is shown first"
        while (answer := self.dialogue.choose("Is it done?", answers)) == "rest":
            if self._leaves_out(one, title, rest):
                return "done", self._noted(step), title
        if answer == "no":
            remark = self.dialogue.text("What is different?", LINE, "say it in one line; it is recorded")
            return "otherwise", remark, ""
        self.aside = leads.get(answer, "")
        if self.aside:
            return None
        return ("left", "", "") if answer == "later" else ("done", self._noted(step), "")

    def _noted(self, step: ProcedureStep) -> str:
        """Return what people note of the proof of a step, where no entry says it."""
        if not step.to_note or not self.writer.ledgers:
            return ""
        return str(self.dialogue.value(f"What is to be noted ({step.to_note}; Enter: nothing)?", LINE, ""))[
            :_MOST_REMARK
        ]

    def _left_out(self, step: ProcedureStep) -> str | None:
        """Return what is recorded of a step that is left out, as its condition is not met; what the register knows is not asked."""
        known = known_condition(self._standing(), step.only_if) if self.writer.ledgers else None
        if known:
            self.dialogue.say(
                f"{'This is so' if known.so else 'This is not so'}: {step.only_if}.  {known.why[:1].upper()}{known.why[1:]}."
            )
            return None if known.so else f"the register: {known.why}"[:_MOST_REMARK]
        if self.case.person and step.only_if.startswith("they "):
            self.dialogue.say(f"'they' is {self._known_register().called(self.case.person)}.")
        so = self.dialogue.yes(f"Is this so: {step.only_if}?", "the step is needed", "it is left out")
        return None if so else ""

    def _standing(self) -> WalkStanding:
        """Return where people stand: what is recorded by now."""
        try:
            reading = self.writer.read()
        except SplitkitError:  # a ledger that fails stops nobody: what was known at the start stands
            return WalkStanding(self.case, self._known_register(), ())
        since = [one for one in reading.entries if self.since and one.time >= self.since]
        return WalkStanding(self.case, reading.built.register, since)

    def _leaves_out(self, one: Procedure, title: str, rest: Sequence[int]) -> bool:
        """Show which steps are passed over, and ask whether they are."""
        cannot_wait = one.at_once and title == one.parts[0][0]
        self.dialogue.say(f"These steps of '{title}' are left out then:")
        steps = {at: one.numbered[at - 1][1].words for at in rest}
        self.dialogue.rows([wrapped(words, COLUMNS - 4, f"{at:>4}  ")[0] + " ..." for at, words in steps.items()])
        if cannot_wait:
            self.dialogue.say("They cannot wait: leave out only what nobody needs.")
        return self.dialogue.certain(
            f"Leave out step{'s' if rest[1:] else ''} {', '.join(map(str, rest))}?",
            "each is recorded as not needed; without it you are asked about each of them",
        )

    def _shown(self, step: ProcedureStep) -> Iterator[str]:
        """Yield a step as it stands on the screen: who acts, what is recorded here, and what has to be typed elsewhere."""
        yield from wrapped(f"{step.who}: {step.words}", COLUMNS)
        yield from wrapped(f"proof: {step.proof}", COLUMNS)
        standing = self._standing()
        for role, who in acting(self.pack, step, standing.register, self.case.person):
            yield from wrapped(f"{role}: {who}", COLUMNS, rest="  ")
        if self.case.person and COMMANDS["role"] in step.commands and (told := standing.roles_told()):
            yield from wrapped(f"{told}.", COLUMNS)
        typed = [one for one in step.commands if key_of(one) != "init" or not self.writer.ledgers]
        filled = [self.case.put_into(one) for each in typed for one in standing.one_by_one(step, each)]
        here = [one for one in filled if self.writer.ledgers and (records(one) or key_of(one) == "verify")]
        elsewhere = [one for one in filled if one not in here and not self._settled_before(one)]
        if here:
            asked = "You are asked for what is not known yet; < at the first question leaves an entry out:"
            yield from wrapped(f"Recorded here, once you say that it is done.  {asked}", COLUMNS)
            yield from (f"    {one.removeprefix('splitkit record ')}" for one in here)
        if len(here) + len(elsewhere) < len(filled):
            yield from wrapped(f"Reported already: {self.case.reported(self._standing().register)}.", COLUMNS)
        if elsewhere:
            yield "Type this in another window:"
            yield from (row for one in elsewhere for row in as_typed(self._by_whom(one)))
        if step.go_on:
            yield from wrapped(step.onward, COLUMNS)

    def _by_whom(self, command: str) -> str:
        """Return a command with the people in it who are known: whoever leads through this, and the witness."""
        register = self._known_register()
        for word, who in (("--by PERSON", self.writer.by), ("--wit WITNESS", self.writer.witness)):
            if who:
                command = command.replace(word, f"{word.split()[0]} {shlex.quote(register.called(who))}")
        return command

    def _settled_before(self, command: str) -> bool:
        """Whether what a command records was recorded before people came to its step."""
        return bool(
            self.writer.ledgers and key_of(command) == "incident" and self.case.reported(self._standing().register)
        )

    # --- what a step is to record

    def _not_recorded(self, step: ProcedureStep) -> list[str]:
        """Return what a step should have left in the record and has not, after people were asked to record it here."""
        if not self.writer.ledgers:
            return []
        open_ones = list[str]()
        for command in [one for one in step.commands if leaves(one)]:
            if self._standing().missing(step, command):
                open_ones += self._each_settled(step, command)
            elif not self._settled(step, command, leaves(command)):
                open_ones.append(leaves(command))
        return open_ones

    def _each_settled(self, step: ProcedureStep, command: str) -> list[str]:
        """Ask for each thing of which the record has not got it yet; return those that are left."""
        means, refused = EVENTS[leaves(command)].means, set[str]()
        while (missing := self._standing().missing(step, command)) and not missing.enough:
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
        self.writer, settled = head_compared(self.dialogue, self.writer, self._standing().register)
        return settled

    def _found(self, command: str) -> bool:
        """Whether the record has the entry of a command; a secret that one person alone has released counts for nothing."""
        if self._settled_before(command):
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
            value = ({"PACK": self.pack.code} | {**words}).get(word.text, "") or ask_word(
                self.dialogue, self.writer, register, word
            )
            if word.name == WITNESSED:
                witness = value or witness
            elif value:
                said.append(f"{word.name}={value}" if word.named else value)
        return Sentence(tuple(said), self.writer.by, witness)

    def _record(self, one: Procedure, number: int, state: _State, remark: str, owner: str = "") -> None:
        """Write what came of a step; a ledger that takes nothing stops nobody."""
        self.left.pop((one.code, number), None)
        if state == "left":
            self.left[one.code, number] = owner
        if not self.writer.ledgers:
            return
        event = ProcedureWalked(
            pack=self.pack.code,
            procedure=one.code,
            step=number,
            steps=len(one.numbered),
            state=state,
            remark=(remark and shown(remark)) or None,
            next=_day(one, number) if one.wait_after(number) else None,
            owner=owner or None,
            **self.about.fields,
        )
        try:
            with self.writer.held() as held:
                held.write([event])
        except SplitkitError as error:
            self.dialogue.refuse(error)
            self.dialogue.say(f"Step {number} of {one.code} is not recorded: write it down.  The procedure goes on.")


def _options(case: Concern) -> list[str]:
    """Return the words by which the command line is told again what a procedure is gone through for."""
    if case.person:
        return ["--person", case.person]
    named = [("--set", case.set_id[:8])] if case.set_id else []
    named += [("--sheet", one) for one in case.sheets] + [("--asset", one) for one in case.assets]
    return [word for pair in named for word in pair]


def _leave_out() -> str:
    raise MovedError


def _day(one: Procedure, number: int) -> dt.date:
    """Return the day from which the steps after this one can be done."""
    return clock.day() + dt.timedelta(days=one.wait_after(number))
