"""Procedures of a pack: what is done in each case, by whom, with which command, and what proves it.

They are data.  The screens of the target are its provider's own and change: a procedure says what is done there, not where.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
        sources: Where the provider says so.
    """

    code: str
    case: str
    title: str
    when: str
    needs: tuple[str, ...]
    at_once: bool
    steps: tuple[Step, ...]
    sources: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Code and title."""
        return f"{self.code}  {self.title}"


_ASKED = Step(
    "Two people", "Ask for it together, and say what is done, why, and by which procedure. Tell whoever gets the alerts of the "
    "account when it happens and who does it, by a way that does not hang on the account.", "the entry 'request'; the announcement",
    command=COMMANDS["request"],
)  # fmt: skip
_WRITTEN = Step(
    "Two people",
    "Enter what was done, with the times that were noted, and who decided it.",
    "the entries 'note'",
    command=COMMANDS["note"],
)
_OTHERWISE = Step(
    "Witness",
    "Write down at once whatever is not as written here.",
    "the entry 'exception'",
    command=COMMANDS["exception"],
)
_LOCKED_AWAY = Step(
    "Administrator", "Clear screens, close programs, lock away what was taken out. Each sheet that was opened goes into a new bag.",
    "the entries 'bag.sealed' and 'sheet.stored'", command=COMMANDS["stored"],
)  # fmt: skip
_LEARNT = Step(
    "Witness", "Ask everybody what went wrong, what was surprising and what should change; each change gets a name and a day.",
    "the entries 'debrief' and 'action'", command=COMMANDS["debrief"],
)  # fmt: skip
_SIGNED = Step("Two people", "Read the head of the record aloud (the twelve words marked L), and sign them on this page.",
               "the words on this page", command="splitkit ledger verify")  # fmt: skip


def parts(procedure: Procedure) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    """Return a procedure in its parts, each with its title; where it cannot wait, what is written down comes last."""
    if procedure.at_once:
        return (("Now", procedure.steps), ("When there is time", (_WRITTEN, _LOCKED_AWAY, _LEARNT, _SIGNED)))
    return (
        ("Before", (_ASKED, _OTHERWISE)),
        ("What is done", procedure.steps),
        ("After", (_LOCKED_AWAY, _LEARNT, _SIGNED)),
    )


def read_procedures(pack: Table, keepers: Mapping[str, str], roles: Mapping[str, str]) -> tuple[Procedure, ...]:
    """Return the procedures of a pack.

    Args:
        pack: The pack.
        keepers: Of each kind of thing who keeps it, in words.
        roles: Of each role that a thing brings with it who has it, in words.

    Raises:
        UsageError: If one is not whole, or names what is not there.
    """
    common = {name: _step(one, keepers, roles, ()) for name, one in pack.named("step", "step").items()}
    tables = pack.tables("procedure", "procedure", "code")
    codes = [one.text("code", 4) for one in tables]
    found = tuple(_procedure(one, common, keepers, roles, codes) for one in tables)
    for at, one in enumerate(tables):
        if codes[at] in codes[:at] or found[at].case in [other.case for other in found[:at]]:
            raise one.refused("its code or its case came before", "give each procedure a code and a case of its own")
    return found


def _procedure(
    table: Table,
    common: Mapping[str, Step],
    keepers: Mapping[str, str],
    roles: Mapping[str, str],
    codes: Collection[str],
) -> Procedure:
    table.only("code", "case", "title", "when", "needs", "at_once", "step", "sources")
    code = table.text("code", 4)
    if not (code[:1].isalpha() and code[:1].isupper() and code[1:].isdigit()):
        raise table.refused("'code' is no code", "a capital letter and a number, such as R4")
    cases = (*CASES, *(f"{what}-{kind}" for kind in keepers for what in ("lost", "changed")))
    (case,) = Table(table.where, {"case": [table.text("case", LINE)]}, table.lines, table.header).texts(
        "case", of=cases
    )
    steps = tuple(_used(one, common, keepers, roles, codes) for one in table.tables("step", "step"))
    if not 1 <= len(steps) <= MOST_STEPS:
        raise table.refused(
            f"it has no step, or more than {MOST_STEPS}", "say more in one step, or make two procedures"
        )
    needs = table.texts("needs", optional=True, of=keepers)
    for step in steps:
        for kind, keeper in keepers.items():
            if keeper in step.who and kind not in needs:
                raise table.refused(f"a step is for whoever keeps '{kind}', which is not in 'needs'", "name it there")
    return Procedure(
        code,
        case,
        table.text("title", LINE),
        table.text("when"),
        needs,
        table.flag("at_once"),
        steps,
        table.sources("sources"),
    )


def _used(
    table: Table,
    common: Mapping[str, Step],
    keepers: Mapping[str, str],
    roles: Mapping[str, str],
    codes: Collection[str],
) -> Step:
    """Return a step that the pack has once for several procedures, or one that stands here alone."""
    if "use" not in table.values:
        return _step(table, keepers, roles, codes)
    table.only("use", "if")
    (name,) = Table(table.where, {"use": [table.values["use"]]}, table.lines, table.header).texts("use", of=common)
    step = common[name]
    return Step(
        step.who, step.do, step.proof, table.text("if", LINE, optional=True) or step.only_if, step.command, step.go_on
    )


def _step(table: Table, keepers: Mapping[str, str], roles: Mapping[str, str], codes: Collection[str]) -> Step:
    table.only("who", "do", "proof", "if", "command", "go_on")
    actors = {**ROLES, **keepers, **roles}
    who = " and ".join(actors[one] for one in table.texts("who", of=actors))
    do = table.text("do")
    if not do.endswith(".") or not do[0].isupper():
        raise table.refused("'do' is no sentence", "begin with a capital letter, and end with a full stop")
    command = COMMANDS[_one(table, "command", COMMANDS)] if "command" in table.values else ""
    go_on = _one(table, "go_on", codes) if "go_on" in table.values else ""
    return Step(who, do, table.text("proof"), table.text("if", LINE, optional=True), command, go_on)


def _one(table: Table, name: str, of: Collection[str]) -> str:
    (value,) = Table(table.where, {name: [table.values[name]]}, table.lines, table.header).texts(name, of=of)
    return value
