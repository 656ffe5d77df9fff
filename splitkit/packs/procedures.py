"""Procedures of a pack: what is done in each case, by whom, with which command, and what proves it.

They are data.  The screens of the target are its provider's own and change: a procedure says what is done there, not where.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from splitkit.packs.commands import COMMANDS
from splitkit.packs.packfile import ASK, LINE, PackTable
from splitkit.packs.prose import names_host

ROLES: Mapping[str, str] = {
    "administrator": "Administrator",
    "witness": "Witness",
    "scribe": "Scribe",
    "receiver": "Receiver of the alert",
    "two": "Two people",
}
"""Who acts, beside those who keep a thing, by what a pack calls them."""

CASES = ("enrol", "use", "secret-lost", "secret-changed", "drill", "leaver", "sheet", "compromise", "alert", "end")
"""What calls for a procedure, whatever the target; besides 'lost-KIND' and 'changed-KIND' for each thing but the secret."""

FULL = ("enrol", "use", "secret-lost", "drill", "leaver", "compromise")
"""The cases of which a pack has a procedure that has more than facts."""

MOST_STEPS = 14

_SEVERAL = ("two", "password")
"""Actors of whom there is never one alone: two people, and the custodians of a quorum."""

_TWO = 'write who = ["two"]: nobody is alone with a secret'
_SHOWS = "recover"
"""The command that shows a secret."""

_ENDS_SHEETS = ("destroyed", "set-retired")
"""The commands after which sheets give nothing any more: nobody types one of them in the hurry of what cannot wait."""

_TO_NOTE = re.compile(
    r"\bnumbers? (?:of|left)\b|\bserial number|\bcause\b|\bwho was asked|\bname of the file\b|(?<!time, )(?<!times, )(?<!of each, )\bnoted\b"
)
"""Parts of a proof for which people need a field."""

_BEFORE = ("asked", "otherwise")
_AFTER = ("locked-away", "learnt", "signed")
_AROUND = frozenset({"folder", *_BEFORE, "written", *_AFTER})
"""The steps, of those that every pack has, that come before and after all others."""


def _around(case: str, *, at_once: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of them come before and after a procedure; nothing can be recorded before there is a folder.

    Whoever looks into an alert takes nothing out: what has to be taken out, another procedure does, and locks it away again.
    """
    after = _AFTER[1:] if case == "alert" else _AFTER
    if at_once:
        return (), ("written", *after)
    return (("folder", *_BEFORE) if case == "enrol" else _BEFORE), after


@dataclass(frozen=True)
class ProcedureStep:
    """One line of a procedure.

    Attributes:
        who: Who acts, in words.
        actors: The same as the pack calls them.
        do: What is done.
        proof: What shows afterwards that it was done.
        only_if: In which case alone, in words; '' always.
        commands: What is typed, one after the other, if anything.
        go_on: The code of the procedure to go on with, if any.
        enter: The name of its step with which people begin there; '' where that is the first that is its own.
        instead: Whether it takes the place of all that follows here; else people come back.
        span: The numbers of its first and of its last step that are gone through; (0, 0) where it is not known yet.
        onward: The same in words.
        later: After how many days alone it can be done: 1 is another day, 0 at once.
        leads: The codes of procedures of which its words speak: people may go through one of them before it is done, and come back.
        name: What the pack calls it, where several procedures have it.
    """

    who: str
    actors: tuple[str, ...]
    do: str
    proof: str
    only_if: str = ""
    commands: tuple[str, ...] = ()
    go_on: str = ""
    enter: str = ""
    instead: bool = False
    span: tuple[int, int] = (0, 0)
    onward: str = ""
    later: int = 0
    leads: tuple[str, ...] = ()
    name: str = ""

    @property
    def words(self) -> str:
        """What is done, after the case in which alone it is."""
        return f"If {self.only_if}: {self.do}" if self.only_if else self.do

    @property
    def to_note(self) -> str:
        """What of its proof stands nowhere unless people write it down, such as a number; its time an entry has itself."""
        has_field = any(one.startswith("splitkit record ") for one in self.commands)
        return self.proof if _TO_NOTE.search(self.proof) and not has_field else ""

    @property
    def several(self) -> bool:
        """Whether something is recorded of each of several things or people: nobody knows of how many."""
        return bool(re.search(r"\beach\b", self.proof) or re.search(r"\b(?:each safe|everybody who has)\b", self.do))

    def leading_to(self, other: "Procedure") -> "ProcedureStep":
        """Return it as one that goes on with one of the procedures of which it speaks, from which people come back.

        Raises:
            ValueError: If that has no step of the name with which people begin there.
        """
        return replace(self, go_on=other.code, instead=False).going_on(other)

    def going_on(self, other: "Procedure") -> "ProcedureStep":
        """Return it with the steps of another procedure that are gone through then.

        Raises:
            ValueError: If that has no step of the name with which people begin there.
        """
        first, last = other.span(self)
        then = "the rest of this one falls away" if self.instead else "then come back here"
        return replace(self, span=(first, last), onward=f"go on with {other.code}, steps {first} to {last}; {then}")


@dataclass(frozen=True)
class Procedure:
    """What is done in one case.

    Attributes:
        code: Its short name: 'R11'.
        case: What calls for it, see `CASES`.
        title: What it is for.
        when: What calls for it, in words.
        needs: The kinds of things that it needs.
        at_once: Whether it cannot wait: then what every procedure begins with comes after it.
        steps: What is done.
        around: What comes before it and after it.
        sources: Where the provider says so.
    """

    code: str
    case: str
    title: str
    when: str
    needs: tuple[str, ...]
    at_once: bool
    steps: tuple[ProcedureStep, ...]
    around: tuple[tuple[ProcedureStep, ...], tuple[ProcedureStep, ...]]
    sources: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Code and title."""
        return f"{self.code}  {self.title}"

    @property
    def parts(self) -> tuple[tuple[str, tuple[ProcedureStep, ...]], ...]:
        """All of it in its parts, each with its title; where it cannot wait, what is written down comes last."""
        before, after = self.around
        now = tuple(step for step in self.steps if not step.later)
        if self.at_once:
            parts = [("Now", now), ("When there is time", after)]
        else:
            parts = [("Before", before), ("What is done", now), ("After", after)]
        late = tuple(step for step in self.steps if step.later)
        days = late[0].later if late else 0
        return (*parts, *([(f"After {days} days" if days > 1 else "On another day", late)] if late else []))

    @property
    def numbered(self) -> tuple[tuple[str, ProcedureStep], ...]:
        """Its steps in their order, each with the title of its part: the first is number 1, on the screen, on paper and in the record."""
        return tuple((title, step) for title, steps in self.parts for step in steps)

    def wait_after(self, number: int) -> int:
        """Return how many days after a step the next one can be done; 0 where that is at once, or it is the last."""
        here, *after = [step.later for _, step in self.numbered[number - 1 : number + 1]]
        return after[0] if after and not here else 0

    def span(self, step: ProcedureStep) -> tuple[int, int]:
        """Return which of its steps are gone through by whoever comes from a *step* of another procedure: those are asked already.

        Raises:
            ValueError: If it has no step of the name with which they begin.
        """
        before, _ = self.around
        own = [one for one in self.steps if not one.later]
        first = [one.name for one in own].index(step.enter) if step.enter else 0
        last = len(self.numbered) if step.instead else len(before) + len(own) + int(self.at_once)
        return len(before) + first + 1, last


@dataclass(frozen=True)
class Known:
    """What a step may name.

    Attributes:
        actors: Who acts, in words, by what a pack calls them.
        kinds: Of the things that the target has.
        cases: What may call for a procedure.
        steps: The steps that several procedures have.
        codes: Of all procedures.
    """

    actors: Mapping[str, str]
    kinds: Collection[str] = ()
    cases: Collection[str] = ()
    steps: Mapping[str, ProcedureStep] = field(default_factory=lambda: MappingProxyType({}))
    codes: Collection[str] = ()


def read_steps(table: PackTable, known: Known) -> dict[str, ProcedureStep]:
    """Return the steps that a pack, or every pack, has once for several procedures, by their names.

    Raises:
        UsageError: If one is not whole, or names what is not there.
    """
    return {name: _step(one, known) for name, one in table.named("step", "step").items()}


def read_procedures(pack: PackTable, known: Known) -> tuple[Procedure, ...]:
    """Return the procedures of a pack.

    Raises:
        UsageError: If one is not whole, or names what is not there; or if none of some that go on with each other ever ends.
    """
    tables = pack.tables("procedure", "procedure", "code")
    codes: list[str] = []
    for table in tables:
        if (code := table.code("code")) in codes:
            raise table.refused("its code came before", "give each procedure a code of its own", "code")
        codes.append(code)
    known = replace(known, codes=codes)
    known = replace(known, steps={**known.steps, **_own_steps(pack, known)})
    found = _led_on(tables, tuple(_procedure(one, known) for one in tables))
    used = {step.get("use") for one in tables for step in one.values["step"]}
    for name, table in pack.named("step", "step").items():
        if name not in used:
            raise table.refused("no procedure uses it", "use it in one, or leave it out")
    for at, (table, one) in enumerate(zip(tables, found, strict=True)):
        if one.case in [other.case for other in found[:at]]:
            raise table.refused("another procedure is for this case", "make one of the two", "case")
        if one.title.casefold() in [other.title.casefold() for other in found[:at]]:
            raise table.refused("another procedure has this title", "say what each is for", "title")
        if _circles(one, {one.code: one for one in found}):
            fact, hint = "it goes on, with no condition, until it comes to itself", "say with 'if' when it goes on"
            raise table.refused(fact, hint)
    return found


def _own_steps(pack: PackTable, known: Known) -> dict[str, ProcedureStep]:
    """Return the steps that a pack has once for several of its procedures; none makes one of two people."""
    own = pack.named("step", "step")
    if around := next((name for name in own if name in _AROUND), ""):
        raise own[around].refused("every procedure begins or ends with the step of this name", "give yours another one")
    found = read_steps(pack, known)
    for name, step in found.items():
        if name in known.steps and _are_two(known.steps[name].actors) and not _are_two(step.actors):
            raise own[name].refused("it takes the place of what several people do, and is for one", _TWO, "who")
    return found


def _are_two(actors: Collection[str]) -> bool:
    """Whether it is for more than one person."""
    return len(actors) > 1 or any(one in _SEVERAL for one in actors)


def _led_on(tables: Sequence[PackTable], found: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
    """Return the procedures, now that each step that goes on with another one says with which steps of it."""
    by_code = {one.code: one for one in found}
    led = []
    for table, one in zip(tables, found, strict=True):
        steps = []
        for step, inner in zip(one.steps, table.tables("step", "step"), strict=True):
            try:
                steps.append(step.going_on(by_code[step.go_on]) if step.go_on else step)
                for code in step.leads:
                    step.leading_to(by_code[code])
            except ValueError:
                fact = f"{step.go_on or step.leads[0]} has no step of the name in 'enter'"
                raise inner.refused(fact, "name one that it uses", "enter") from None
        led.append(replace(one, steps=tuple(steps)))
    return tuple(led)


def _circles(begun: Procedure, known: Mapping[str, Procedure]) -> bool:
    """Whether people who are led on, wherever that stands under no condition, come back to where they began."""
    seen, now = set[str](), {begun.code}
    while now:
        seen |= now
        now = {step.go_on for code in now for step in known[code].steps if step.go_on and not step.only_if}
        if begun.code in now:
            return True
        now -= seen
    return False


def _procedure(table: PackTable, known: Known) -> Procedure:
    table.only("code", "case", "title", "when", "needs", "at_once", "step", "sources")
    case = table.one("case", known.cases)
    inner = table.tables("step", "step")
    if not 1 <= len(inner) <= MOST_STEPS:
        fact = f"it has {len(inner)} steps, and {MOST_STEPS} are the most" if inner else "it has no step"
        raise table.refused(fact, "say more in one step, or make two procedures")
    needs = table.texts("needs", optional=True, of=known.kinds)
    at_once = table.flag("at_once")
    around = _around(case, at_once=at_once)
    free = {name: step for name, step in known.steps.items() if name not in (*around[0], *around[1])}
    steps = tuple(_used(one, replace(known, steps=free)) for one in inner)
    for step, one in zip(steps, inner, strict=True):
        for kind in known.kinds:
            if kind not in needs and kind in step.actors:
                raise one.refused(f"it is for whoever keeps '{kind}', which is not in 'needs'", "name it there")
        if at_once and not step.later and {COMMANDS[end] for end in _ENDS_SHEETS} & {*step.commands}:
            fact = "it destroys sheets or retires a set in what cannot wait"
            raise one.refused(fact, "let it wait with 'later': until then the old sheets are locked away")
        if step.go_on == table.code("code"):
            raise one.refused("it goes on with its own procedure", "name another one", "go_on")
        if names_host(step.do) and not any(source != ASK for source in table.sources("sources")):
            hint = "say in 'sources' of its procedure where that name is from"
            raise one.refused("it names a machine of a network, and no page from which that is", hint, "do")
    late = [step.later for step in steps]
    if late != sorted(late) or len({*late} - {0}) > 1 or late[0]:
        raise table.refused(
            "'later' stands before a step that is done at once, or says several numbers of days", "let one wait last"
        )
    before, after = (tuple(known.steps[one] for one in names) for names in around)
    return Procedure(
        table.code("code"),
        case,
        table.text("title", LINE),
        table.text("when"),
        needs,
        at_once,
        steps,
        (before, after),
        table.sources("sources"),
    )


def _used(table: PackTable, known: Known) -> ProcedureStep:
    """Return a step that several procedures have, or one that stands here alone."""
    if "use" not in table.values:
        return _step(table, known)
    table.only("use", "if", "later")
    name = table.one("use", known.steps)
    step = known.steps[name]
    return replace(step, only_if=_only_if(table) or step.only_if, later=_later(table) or step.later, name=name)


def _step(table: PackTable, known: Known) -> ProcedureStep:
    table.only("who", "do", "proof", "if", "command", "go_on", "enter", "instead", "later", "leads")
    actors = table.texts("who", of=known.actors)
    first, *others = (known.actors[one] for one in actors)
    who = ", ".join([first, *(one if one[1:2].isupper() else one[0].lower() + one[1:] for one in others)])
    do = table.text("do")
    if not do.endswith(".") or not do[0].isupper():
        raise table.refused("'do' is not a sentence", "begin with a capital letter, and end with a full stop", "do")
    keys = table.one_or_several("command", COMMANDS)
    if _SHOWS in keys and not _are_two(actors):
        raise table.refused("it shows the secret to one person", _TWO, "who")
    commands = tuple(COMMANDS[one] for one in keys)
    go_on = table.one("go_on", known.codes) if "go_on" in table.values else ""
    enter, instead = table.text("enter", LINE, optional=True), table.flag("instead")
    leads = table.texts("leads", optional=True, of=known.codes)
    if go_on and leads:
        raise table.refused("it goes on with a procedure, and leads to others", "make two steps of it", "leads")
    if not go_on and (instead or (enter and not leads)):
        raise table.refused(
            "it goes on with no procedure", "say with 'go_on' which one", "enter" if enter else "instead"
        )
    late = _later(table)
    return ProcedureStep(
        who, actors, do, table.text("proof"), _only_if(table), commands, go_on, enter, instead, later=late, leads=leads
    )


def _later(table: PackTable) -> int:
    """Return after how many days alone a step can be done; 0 where that is at once."""
    return table.count("later") if "later" in table.values else 0


def _only_if(table: PackTable) -> str:
    """Return the condition under which a step stands; '' where there is none."""
    text = table.text("if", LINE, optional=True, told=True)
    if text.endswith((".", ":", ",", ";", "?", "!")) or text.lower().startswith(("if ", "when ")):
        fact = "'if' is more than a condition"
        raise table.refused(fact, "write it as it follows the word 'if', with no full stop: it works", "if")
    if text and " " not in text:
        raise table.refused("'if' is not a condition", "say in words in which case the step is needed", "if")
    return text
