"""Procedures of a pack: what is done in each case, by whom, with which command, and what proves it.

They are data.  The screens of the target are its provider's own and change: a procedure says what is done there, not where.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from splitkit.packs.commands import COMMANDS
from splitkit.packs.reading import LINE, Table

ROLES: Mapping[str, str] = {
    "administrator": "Administrator",
    "witness": "Witness",
    "scribe": "Scribe",
    "receiver": "Receiver of the alert",
    "two": "Two people",
}
"""Who acts, beside those who keep a thing, by what a pack calls them."""

CASES = ("enrol", "use", "secret-lost", "secret-changed", "drill", "leaver", "sheet", "compromise", "alert", "end")
"""What calls for a procedure, whatever the target; besides 'lost-KIND' and 'changed-KIND' for each thing that a pack has."""

MOST_STEPS = 14

_AFTER = ("locked-away", "learnt", "signed")
_AROUND = {False: (("asked", "otherwise"), _AFTER), True: ((), ("written", *_AFTER))}
"""The steps, of those that every pack has, that come before and after all others; by whether it cannot wait."""


@dataclass(frozen=True)
class Step:
    """One line of a procedure.

    Attributes:
        who: Who acts, in words.
        do: What is done.
        proof: What shows afterwards that it was done.
        only_if: In which case alone, in words; '' always.
        command: What is typed, if anything.
        go_on: The code of the procedure to go on with, if any.
    """

    who: str
    do: str
    proof: str
    only_if: str = ""
    command: str = ""
    go_on: str = ""

    @property
    def words(self) -> str:
        """What is done, after the case in which alone it is."""
        return f"If {self.only_if}: {self.do[0].lower()}{self.do[1:]}" if self.only_if else self.do


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
    steps: tuple[Step, ...]
    around: tuple[tuple[Step, ...], tuple[Step, ...]]
    sources: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Code and title."""
        return f"{self.code}  {self.title}"

    @property
    def parts(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        """All of it in its parts, each with its title; where it cannot wait, what is written down comes last."""
        before, after = self.around
        if self.at_once:
            return (("Now", self.steps), ("When there is time", after))
        return (("Before", before), ("What is done", self.steps), ("After", after))


@dataclass(frozen=True)
class Known:
    """What a step may name.

    Attributes:
        actors: Who acts, in words, by what a pack calls them.
        kinds: Of the things that the target has.
        steps: The steps that several procedures have.
        codes: Of all procedures.
    """

    actors: Mapping[str, str]
    kinds: Collection[str] = ()
    steps: Mapping[str, Step] = field(default_factory=lambda: MappingProxyType({}))
    codes: Collection[str] = ()


def read_steps(table: Table, known: Known) -> dict[str, Step]:
    """Return the steps that a pack, or every pack, has once for several procedures, by their names.

    Raises:
        UsageError: If one is not whole, or names what is not there.
    """
    return {name: _step(one, known) for name, one in table.named("step", "step").items()}


def read_procedures(pack: Table, known: Known) -> tuple[Procedure, ...]:
    """Return the procedures of a pack.

    Raises:
        UsageError: If one is not whole, or names what is not there.
    """
    tables = pack.tables("procedure", "procedure", "code")
    codes = [one.text("code", 4) for one in tables]
    known = replace(known, codes=codes)
    found = tuple(_procedure(one, known) for one in tables)
    for at, one in enumerate(tables):
        if codes[at] in codes[:at] or found[at].case in [other.case for other in found[:at]]:
            raise one.refused("its code or its case came before", "give each procedure a code and a case of its own")
    return found


def _procedure(table: Table, known: Known) -> Procedure:
    table.only("code", "case", "title", "when", "needs", "at_once", "step", "sources")
    code = table.text("code", 4)
    if not re.fullmatch("[A-Z][0-9]{1,3}", code):
        raise table.refused("'code' is no code", "a capital letter and a number, such as R4")
    case = table.one("case", (*CASES, *(f"{what}-{kind}" for kind in known.kinds for what in ("lost", "changed"))))
    steps = tuple(_used(one, known) for one in table.tables("step", "step"))
    if not 1 <= len(steps) <= MOST_STEPS:
        fact, hint = f"it has no step, or more than {MOST_STEPS}", "say more in one step, or make two procedures"
        raise table.refused(fact, hint)
    needs = table.texts("needs", optional=True, of=known.kinds)
    for kind in known.kinds:
        if kind not in needs and any(known.actors[kind] in step.who for step in steps):
            raise table.refused(f"a step is for whoever keeps '{kind}', which is not in 'needs'", "name it there")
    at_once = table.flag("at_once")
    before, after = (tuple(known.steps[one] for one in names) for names in _AROUND[at_once])
    return Procedure(
        code,
        case,
        table.text("title", LINE),
        table.text("when"),
        needs,
        at_once,
        steps,
        (before, after),
        table.sources("sources"),
    )


def _used(table: Table, known: Known) -> Step:
    """Return a step that several procedures have, or one that stands here alone."""
    if "use" not in table.values:
        return _step(table, known)
    table.only("use", "if")
    step = known.steps[table.one("use", known.steps)]
    return replace(step, only_if=table.text("if", LINE, optional=True) or step.only_if)


def _step(table: Table, known: Known) -> Step:
    table.only("who", "do", "proof", "if", "command", "go_on")
    who = " and ".join(known.actors[one] for one in table.texts("who", of=known.actors))
    do = table.text("do")
    if not do.endswith(".") or not do[0].isupper():
        raise table.refused("'do' is no sentence", "begin with a capital letter, and end with a full stop")
    command = COMMANDS[table.one("command", COMMANDS)] if "command" in table.values else ""
    go_on = table.one("go_on", known.codes) if "go_on" in table.values else ""
    return Step(who, do, table.text("proof"), table.text("if", LINE, optional=True), command, go_on)
