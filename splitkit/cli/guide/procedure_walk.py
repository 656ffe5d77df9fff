"""A procedure of a pack, walked step by step with people at a terminal; each answer is recorded at once, and so is what a step is to record."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from splitkit.cli.guide.questions import (
    ask_other,
    ask_owner,
    ask_people,
    names_of,
)
from splitkit.cli.guide.step_records import StepRecords
from splitkit.cli.ui.dialogue import COLUMNS, as_typed
from splitkit.cli.ui.vouching import agree
from splitkit.custody.procedure_pages import acting, keepers, step_as_typed
from splitkit.custody.records.begun import Occasion, ProcedureBegun, begun_at, ended_as, procedure_key
from splitkit.custody.saying.each import KnownCondition, known_condition
from splitkit.custody.saying.filled import Concern, key_of, only_if_any, records
from splitkit.custody.saying.question import shown
from splitkit.errors import SplitkitError, StoppedError, UsageError
from splitkit.host import clock
from splitkit.host.columns import wrapped
from splitkit.host.filename import free_name
from splitkit.ledger.events import ProcedureWalked
from splitkit.ledger.fields import LINE
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import find_procedure
from splitkit.packs.procedures import Procedure, ProcedureStep

_State = Literal["done", "otherwise", "not needed", "left"]
_Answer = tuple[_State, str, str]
_FELL_AWAY = "the rest of the part was left out"
_INSTEAD = "{0} was taken up instead"
_BACK = "it comes where people came from"
_BY_MISTAKE = "begun by mistake"
_NOTHING = "nothing of it was left to record"
_MOST_REMARK, _MOST_OWNER = 120, 48
_NONE = "none"


@dataclass
class ProcedureWalk(StepRecords):
    """Where people go through the procedures of a pack.

    Attributes:
        aside: The code of the procedure that people go through before they go on, if any.
        about: What of what it is gone through for the record says: it stays the same from the first step to the last.
        left: The steps that were left, by procedure and number, and who does each.
    """

    left: dict[tuple[str, int], str] = field(default_factory=dict)
    about: Occasion = field(default_factory=Occasion)
    aside: str = ""

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
        if one.case == "leaver" and not self.case.person and self.known_register().here:
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
            for walk in self.known_register().procedures.values()
            if (walk.pack, walk.code) == (self.pack.code, one.code) and not walk.ended and self.case.may_be(walk.about)
        ]
        if len(begun) < 2:
            return begun[0] if begun else None
        told = {str(at): walk.named(self.known_register().name_of) for at, walk in enumerate(begun, 1)}
        told[_NONE] = "it is for something else"
        which = self.dialogue.choose(f"{one.code} was begun several times.  Which is it?", told)
        return None if which == _NONE else begun[int(which) - 1]

    def begin(self, one: Procedure) -> None:
        """Settle what it is gone through for: ask for which account of its pack, and after which incident, where that does not follow."""
        known = self.known_register().accounts.items()
        accounts = {tag: of.name for tag, of in known if of.pack == self.pack.code and not of.ended}
        if self.case.account not in accounts:
            several = len(accounts) > 1
            account = self.dialogue.choose("For which account is it?", accounts) if several else "".join(accounts)
            self.case = replace(self.case, account=account)
        incidents = self.known_register().open_incidents
        if one.case and not self.case.incident and len(incidents) > 1:
            told = {str(at): f"{code}, {cause}" for at, (code, cause) in enumerate(incidents.items(), 1)}
            which = self.dialogue.choose(
                f"After which incident is {one.code} gone through?", {**told, _NONE: "after none of them"}
            )
            self.case = replace(self.case, incident="" if which == _NONE else [*incidents][int(which) - 1])
        self.about = self.case.about

    def _ask_who_leaves(self) -> None:
        register = self.known_register()
        person = ask_people(self.dialogue, register, "Who leaves", 1, empty="somebody whom the register does not know")
        self.case = replace(self.case, person=person.partition(",")[0]).of(register)

    def _gone_on_with(self, one: Procedure, before: ProcedureBegun, first: int | None) -> list[int] | None:
        """Return which steps of what was begun people go through, from the *first* if they named one; nothing where it is for something else."""
        named = before.named(self.known_register().name_of)
        steps = list(range(first or 1, len(one.numbered) + 1))
        onward = [at for at in before.open_steps if at in steps] or steps[-1:]
        answer = "1"
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
        self.about, self.case = before.about, Concern.begun(before).of(self.known_register())
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
        first, register = self.writer.by, self.known_register()
        called = register.called
        asked, few = f"Who ends it together with {called(first)}?", "fewer than two people end it"
        second = ask_other(self.dialogue, asked, register, first, self.writer.witness, few)
        self.dialogue.if_stopped = "nothing was recorded"
        agree(self.dialogue, (called(first), called(second)), f"was {one.code} begun by mistake?", "it is ended")
        with replace(self.writer, witness=second).held() as held:
            held.write(ended_as(before, _BY_MISTAKE))
        self.dialogue.say(f"{one.code} is ended: {_BY_MISTAKE}.")

    def through(self, one: Procedure, steps: Sequence[int] = (), last: int = 0) -> None:
        """Go through the *steps* of a procedure, or all of them, and through those with which people go on from it.

        Whoever is sent back to another one after the *last* step has the rest there.  What can be done only days later is not asked for.
        """
        if not self.since:
            self.since = clock.stamp()
            self.counted |= {one.hash for one in self.standing().since}  # of the same second, and before it
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
            if one.at_once and number == len(one.parts[0][1]) < len(one.numbered):
                again = self._again(one.code, number + 1)
                self.dialogue.say(f"\nWhat cannot wait is done.  Ctrl-C stops here; go on later with: {again}")
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
        thing = replace(self.about, account="", incident="").told(self.known_register().name_of)
        self.dialogue.say(f"\n{title}: step {number} of {len(one.numbered)}{thing}")
        while not (answer := self.dialogue.interview(lambda: self._answered(one, number))):
            self._there_and_back(one, step.leading_to(find_procedure(self.aside, (self.pack,))[1]))
            self._if_stopped(one, number)
        state, remark, fallen = answer
        if state == "done":
            recorded = len(self.counted)
            if open_ones := self.not_recorded(step):
                state, remark = self.dialogue.interview(partial(self._what_of, open_ones))
            elif self.writer.ledgers and only_if_any(step) and recorded == len(self.counted):
                remark = _NOTHING
                self.dialogue.say("Nothing of it is left to record.")
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
        if told := (self.about if self.about.fields else self.case.about).told(self.known_register().name_of):
            self.dialogue.say(told.strip())
        if (
            self.writer.by
            and self.case.person
            and not self.known_register().are_two((self.writer.by, self.case.person))
        ):
            called = self.known_register().called(self.case.person)
            self.dialogue.say(f"{called} does none of this: somebody else leads through it, and is named with --by.")
        for role, who in keepers(self.pack, one, self.register):
            self.dialogue.say(f"{role}: {who or 'not recorded'}")
        if not self.writer.ledgers:
            self.dialogue.say("No custody folder is here: nothing of it is recorded.  Note when, and who does what.")

    # --- one step

    def _answered(self, one: Procedure, number: int) -> _Answer | None:
        """Return what came of a step, what is noted of it, and which part is left out from here on; nothing where people go aside first."""
        title, step = one.numbered[number - 1]
        words, known = wrapped(f"{step.who}: {step.words}", COLUMNS), self._known_of(step)
        if step.only_if and not (known and known.so):  # so that people know what they are asked about
            self.dialogue.rows(words)
            words = []
        if step.only_if and (out := self._left_out(step, known)) is not None:
            return "not needed", out, ""
        self.dialogue.rows([*words, *self._shown(step_as_typed(step, practice=self.known_register().practice))])
        if self.writer.ledgers and only_if_any(step):
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
        what = step.to_note.replace(", noted", "").removeprefix("noted, with ")
        return str(self.dialogue.value(f"What is to be noted ({what}; Enter: nothing)?", LINE, ""))[:_MOST_REMARK]

    def _known_of(self, step: ProcedureStep) -> KnownCondition | None:
        """Return what the register knows of the condition of a step; None where it has none, or only people can say."""
        return known_condition(self.standing(), step.only_if) if step.only_if and self.writer.ledgers else None

    def _left_out(self, step: ProcedureStep, known: KnownCondition | None) -> str | None:
        """Return what is recorded of a step that is left out, as its condition is not met; what the register knows is not asked."""
        if known:
            then = "so this is needed" if known.so else "so this is left out"
            self.dialogue.say(f"{known.why[:1].upper()}{known.why[1:]}, {then}.")
            return None if known.so else f"the register: {known.why}"[:_MOST_REMARK]
        if self.case.person and step.only_if.startswith("they "):
            self.dialogue.say(f"'They' means {self.known_register().called(self.case.person)}.")
        so = self.dialogue.yes(f"Is this so: {step.only_if}?", "the step is needed", "it is left out")
        return None if so else ""

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
        """Yield what stands below a step on the screen: who acts, what is recorded here, and what has to be typed elsewhere."""
        yield from wrapped(f"proof: {step.proof}", COLUMNS)
        standing = self.standing()
        for role, who in acting(self.pack, step, standing.register, self.case.person):
            yield from wrapped(f"{role}: {who}", COLUMNS, rest="  ")
        if self.case.person and COMMANDS["role"] in step.commands and (told := standing.roles_told()):
            yield from wrapped(f"{told}.", COLUMNS)
        typed = [one for one in step.commands if key_of(one) != "init" or not self.writer.ledgers]
        filled = [self.case.put_into(one) for each in typed for one in standing.one_by_one(step, each)]
        here = [one for one in filled if self.writer.ledgers and (records(one) or key_of(one) == "verify")]
        elsewhere = [one for one in filled if one not in here and not self.settled_before(one)]
        if here:
            words = "The twelve words are shown then.  " if any(key_of(one) == "verify" for one in here) else ""
            asked = f"{words}You are asked for what is missing; < at its first question leaves an entry out:"
            yield from wrapped(f"Once you say that it is done, this is recorded here.  {asked}", COLUMNS)
            yield from (f"    {one.removeprefix('splitkit record ')}" for one in here)
        if len(here) + len(elsewhere) < len(filled):
            yield from wrapped(f"Reported already: {self.case.reported(self.standing().register)}.", COLUMNS)
        if elsewhere:
            yield "Type this in another window:"
            yield from (row for one in elsewhere for row in as_typed(self._by_whom(one)))
        if step.go_on:
            yield from wrapped(step.onward, COLUMNS)

    def _by_whom(self, command: str) -> str:
        """Return a command with the people in it who are known: whoever leads through this, and the witness."""
        register = self.known_register()
        for word, who in (("--by PERSON", self.writer.by), ("--wit WITNESS", self.writer.witness)):
            if who:
                command = command.replace(word, f"{word.split()[0]} {shlex.quote(register.called(who))}")
        return command.replace("/dev/shm/sheets", free_name("/dev/shm/sheets"))  # noqa: S108  (it is only shown)

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


def _day(one: Procedure, number: int) -> dt.date:
    """Return the day from which the steps after this one can be done."""
    return clock.day() + dt.timedelta(days=one.wait_after(number))
